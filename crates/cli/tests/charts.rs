//! `gradus chart`, the report as a workbook and `gradus report --watch` as their users run them.

#![allow(
    clippy::disallowed_methods,
    clippy::unwrap_used,
    reason = "tests prepare and read files, and stop where they fail"
)]

mod support;

use std::path::Path;
use std::process::Stdio;
use std::time::{Duration, Instant};
use support::Case;

/// Three towns in three years with grades, a target year, places and an outline; one figure is missing, one provisional.
fn case() -> Case {
    let case = Case::empty();
    case.write(
        "package.toml",
        r#"format = 1

[index]
id = "town"
name = { en = "Town <index>", zh = "城镇指数" }
aggregate = "arithmetic"
status = "draft"
notice = { en = "Invented.", zh = "虚构。" }

[policy]
periods = { use = "panel" }

[defaults]
normalize = { method = "goalposts", lower = 0, upper = 100 }

[map]
file = "outlines.json"

[[grade]]
id = "basic"
name = { en = "Basic", zh = "初级" }

[[grade]]
id = "full"
name = { en = "Full", zh = "高级" }

[[unit]]
id = "riga"
name = { en = "Riga", zh = "里加" }
role = "own"
latitude = 56.95
longitude = 24.1

[[unit]]
id = "minsk"
name = { en = "Minsk", zh = "明斯克" }
latitude = 53.9
longitude = 27.57

[[unit]]
id = "oslo"
name = { en = "Oslo", zh = "奥斯陆" }

[[indicator]]
id = "water"
name = { en = "Access to water", zh = "供水普及率" }
unit = "%"
ladder = { basic = 50, full = 90 }

[[indicator]]
id = "noise"
name = { en = "Noise", zh = "噪声" }
direction = "lower"
ladder = { basic = 60, full = 20 }

[[standard]]
id = "livable"
name = { en = "Livable", zh = "宜居" }
rule = { every = "*" }

[[data]]
file = "figures.csv"
"#,
    );
    let mut figures = String::from("unit,variable,period,value,status\n");
    for (unit, start) in [("riga", 40), ("minsk", 70), ("oslo", 60)] {
        for (at, year) in (2018..2023).enumerate() {
            let status = if year == 2022 { "provisional" } else { "final" };
            figures.push_str(&format!("{unit},water,{year},{},{status}\n", start + 7 * at));
            if unit != "oslo" {
                figures.push_str(&format!("{unit},noise,{year},{},final\n", start - 3 * at));
            }
        }
    }
    case.write("figures.csv", &figures);
    case.write(
        "outlines.json",
        r#"{"type": "FeatureCollection", "features": [{"type": "Feature", "id": "oslo", "properties": {},
            "geometry": {"type": "Polygon", "coordinates": [[[10.5, 59.8], [11, 59.8], [11, 60.1], [10.5, 60.1], [10.5, 59.8]]]}}]}"#,
    );
    case
}

#[test]
fn every_kind_is_listed_in_both_languages() {
    let case = Case::empty();
    let (en, _, code) = case.output("chart --list");
    let (zh, _, _) = case.output("chart --list --lang zh");
    assert_eq!(code, 0);
    for kind in gradus::report::charts::KINDS {
        assert!(en.contains(kind.id) && en.contains(kind.name.0), "{}", kind.id);
        assert!(zh.contains(kind.id) && zh.contains(kind.name.1), "{}", kind.id);
    }
}

#[test]
fn all_that_can_be_drawn_is_drawn_in_every_language() {
    let case = case();
    let (out, err, code) = case.output("chart all . --lang en,zh --out pictures --draws 50");
    assert_eq!(code, 0, "{err}");
    // There is no survey, and in fifty draws no rank of the three towns moves.
    assert!(err.contains("no `dumbbells`: the package has no pair"), "{err}");
    assert!(err.contains("no `sensitivity`: no rank moves"), "{err}");
    let paths: Vec<&str> = out.lines().collect();
    assert_eq!(paths.len(), 2 * (gradus::report::charts::KINDS.len() - 2), "{out}\n{err}");
    for path in paths {
        let svg = case.read(path);
        let document = roxmltree::Document::parse(&svg).unwrap_or_else(|e| panic!("{path}: {e}"));
        let text: String = document.descendants().filter_map(|n| n.text()).collect();
        let (source, notice) =
            if path.contains(".zh.") { ("城镇指数", "虚构。") } else { ("Town <index>", "Invented.") };
        assert!(text.contains(source) && text.contains(notice), "{path}: {text}");
    }
    let map = case.read("pictures/town-map.en.svg");
    // The outline of Oslo is a path, the others are at their coordinates.
    assert!(map.contains("<path") && map.contains("Minsk: score"), "{map}");
    let again = case.read("pictures/town-ranking.zh.svg");
    case.output("chart ranking . --lang zh --out pictures/again.svg --draws 50");
    assert_eq!(again, case.read("pictures/again.svg"));
}

#[test]
fn one_picture_goes_where_it_is_told() {
    let case = case();
    let (svg, err, code) = case.output("chart waterfall . --unit Minsk --period 2019 --out -");
    assert_eq!(code, 0, "{err}");
    // 77 % of the way for water, and a noise of 67 leaves 33 %: half of each is 55.
    for text in ["Minsk", "2019", ">38.50<", ">16.50<", ">55.00<"] {
        assert!(svg.contains(text), "{text}: {svg}");
    }
    let (_, err, code) = case.output("chart waterfall,ranks . --out -");
    assert_eq!(code, 2);
    assert!(err.contains("2 pictures do not go to standard output"), "{err}");
    let (out, _, code) = case.output("chart ladder . --out deep/strip.svg");
    assert_eq!((out.as_str(), code), ("deep/strip.svg\n", 0));
}

#[test]
fn what_cannot_be_drawn_says_why_and_what_helps() {
    let case = case();
    for (arguments, id, message, help) in [
        (
            "chart dumbbells .",
            "cannot-draw",
            "no pair of a measured and a perceived indicator",
            "pair indicators",
        ),
        ("chart rankin .", "unknown-word", "there is no chart `rankin`", "did you mean `ranking`?"),
        ("chart ranking . --unit nowhere", "unknown-unit", "nowhere", "use one of"),
        ("chart ranking . --draws 0", "invalid-parameter", "0 draws", "from 1"),
        (
            "chart waterfall hdi --unit NOR",
            "cannot-draw",
            "do not add up: it is geometric mean",
            "gradus explain",
        ),
        ("chart ladder hdi", "cannot-draw", "the package has no grades", "[[grade]]"),
        ("chart waterfall hdi", "cannot-draw", "no own unit", "--unit"),
    ] {
        let (out, err, code) = case.output(arguments);
        assert_eq!((out.as_str(), code), ("", 2), "{arguments}: {err}");
        assert!(
            err.contains(&format!("[{id}]")) && err.contains(message) && err.contains(help),
            "{arguments}: {err}"
        );
    }
    let (_, err, _) = case.output("chart dumbbells . --lang zh");
    assert!(err.contains("无法绘制 `dumbbells`：该指数包没有客观与感受指标的配对"), "{err}");
    assert!(!case.dir().join("gradus-charts").exists(), "nothing is written where a chart is refused");
}

#[cfg(not(feature = "png"))]
#[test]
fn without_png_it_says_how_to_get_it() {
    let (_, err, code) = case().output("chart ladder . --format png");
    assert_eq!(code, 2);
    assert!(err.contains("built without PNG") && err.contains("--features png"), "{err}");
}

#[cfg(feature = "png")]
#[test]
fn pictures_in_pixels_need_fonts_with_their_characters() {
    let case = case();
    std::fs::create_dir(case.dir().join("none")).unwrap();
    let (_, err, code) = case.output("chart ladder . --format png --fonts none");
    assert_eq!(code, 2);
    assert!(err.contains("no fonts in `none`") && err.contains("--fonts"), "{err}");
    let (out, err, code) = case.output("chart ladder . --out strip.png");
    if code == 2 {
        assert!(err.contains("no font"), "{err}");
        println!("skipped: no fonts on this system");
        return;
    }
    assert_eq!(out, "strip.png\n");
    let bytes = std::fs::read(case.dir().join("strip.png")).unwrap();
    let number = |at: usize| u32::from_be_bytes(bytes[at..at + 4].try_into().unwrap());
    // The header of a PNG: width and height, here two pixels for each unit of 760 and two margins of 20.
    assert_eq!((&bytes[..8], number(16)), (&b"\x89PNG\r\n\x1a\n"[..], 1600));
}

#[test]
fn a_report_is_a_workbook_with_every_stage_grades_gaps_plan_and_audit() {
    use calamine::{Data, Reader, Xlsx, open_workbook};
    let case = case();
    // A name that a spreadsheet would run stays text.
    let package = case.read("package.toml").replace("Access to water", "=1+1 water");
    case.write("package.toml", &package);
    let (out, err, code) = case.output("report . --format xlsx --out town.xlsx");
    assert_eq!((out.as_str(), code), ("town.xlsx\n", 0), "{err}");
    let mut book: Xlsx<_> = open_workbook(case.dir().join("town.xlsx")).unwrap();
    let names = book.sheet_names();
    for name in [
        "About 说明",
        "Raw 原始数据",
        "Normalized 标准化",
        "Scores 得分",
        "Ranks 名次",
        "Weights 权重",
        "Over time 历年得分",
        "Grades 等级",
        "Gaps 差距",
        "Plan 路径",
        "Audit checks 审计检查",
        "Robustness 稳健性",
        "Missing values 缺失值",
    ] {
        assert!(names.iter().any(|n| n == name), "{name} is not among {names:?}");
    }
    for name in &names {
        let formulas = book.worksheet_formula(name).unwrap();
        assert!(formulas.used_cells().next().is_none(), "{name} holds a formula");
    }
    let years = book.worksheet_range("Over time 历年得分").unwrap();
    let row: Vec<Data> = years.rows().nth(1).unwrap().to_vec();
    // Riga in 2018: 40 % of the way for water, and a noise of 40 leaves 60 %.
    assert_eq!((&row[0], &row[1]), (&Data::String("2018".into()), &Data::Float(50.0)));
    let gaps = book.worksheet_range("Gaps 差距").unwrap();
    let text = |row: usize| gaps.rows().nth(row).unwrap().iter().map(ToString::to_string).collect::<Vec<_>>();
    // In 2022 Riga has 68 of 90, and a noise of 28 where 20 is asked for.
    assert!(text(1).ends_with(&["90".into(), "22".into(), "24.444444444444443".into()]), "{:?}", text(1));
    assert!(text(2).ends_with(&["20".into(), "8".into(), "40".into()]), "{:?}", text(2));
    assert!(text(1).contains(&"=1+1 water / 供水普及率".to_owned()), "{:?}", text(1));
}

/// A process that does not outlive its test.
struct Child(std::process::Child);

impl Drop for Child {
    fn drop(&mut self) {
        let _ = self.0.kill();
    }
}

/// Waits until something holds; a test that waits in vain says for what.
fn until(what: &str, holds: impl Fn() -> bool) {
    let start = Instant::now();
    while !holds() {
        assert!(start.elapsed() < Duration::from_secs(120), "waited in vain: {what}");
        std::thread::sleep(Duration::from_millis(50));
    }
}

#[cfg(unix)]
#[test]
fn watching_writes_again_shows_errors_and_ends_clean() {
    let case = case();
    let log = case.dir().join("log");
    let errors = std::fs::File::create(&log).unwrap();
    let command =
        case.gradus("report . --out page.html --watch").stderr(errors).stdout(Stdio::null()).spawn();
    let mut child = Child(command.unwrap());
    let page = case.dir().join("page.html");
    let holds =
        |path: &Path, text: &str| std::fs::read_to_string(path).is_ok_and(|found| found.contains(text));
    let times = |text: &str| std::fs::read_to_string(&log).unwrap().matches(text).count();
    until("the first page", || holds(&page, "Riga") && times("watching 3 files") == 1);
    // A figure changes.
    let figures = case.read("figures.csv");
    case.write("figures.csv", &figures.replace("riga,water,2022,68", "riga,water,2022,12.25"));
    until("the page of the new figure", || holds(&page, "12.25") && times("watching") == 2);
    // The package breaks, which is shown, and is mended.
    let package = case.read("package.toml");
    case.write("package.toml", "format = ");
    until("the error", || times("error[toml-syntax]") == 1 && times("watching") == 3);
    assert!(child.0.try_wait().unwrap().is_none(), "it goes on");
    case.write("package.toml", &package.replace("\"Riga\"", "\"Riga on Daugava\""));
    until("the mended page", || holds(&page, "Riga on Daugava"));
    let ended =
        std::process::Command::new("kill").args(["-INT", &child.0.id().to_string()]).status().unwrap();
    assert!(ended.success());
    assert_eq!(child.0.wait().unwrap().code(), Some(0), "Ctrl-C ends it clean");
}

#[test]
fn what_never_changes_is_not_watched() {
    let (_, err, code) = Case::empty().output("report hdi --watch");
    assert_eq!(code, 2);
    assert!(
        err.contains("built into the program") && err.contains("gradus library export hdi my-hdi"),
        "{err}"
    );
}
