//! Whole reports of a small package, and what must hold for every report.

mod support;

use gradus_engine::Stage;
use gradus_model::Lang;
use gradus_report::table::{Request, table, write_csv};
use gradus_report::{Explorer, Options, grade_table::grade_table, html, json, markdown};
use proptest::prelude::*;
use support::{Fixture, SMALL, SMALL_DATA, small};

fn options(languages: &[Lang]) -> Options {
    Options {
        languages: languages.to_vec(),
        command: Some("gradus report demo --lang en".to_owned()),
        version: "0.0.0".to_owned(),
        ..Options::default()
    }
}

/// The page without what is the same in every report.
fn body(html: &str) -> &str {
    html.split_once("</style>").map_or(html, |(_, body)| body)
}

#[test]
fn a_small_package_in_every_format_and_language() {
    let fixture = small();
    for (name, languages) in [("en", &[Lang::En][..]), ("zh", &[Lang::Zh]), ("both", &[Lang::Zh, Lang::En])] {
        let page = html(&fixture.input(), &options(languages));
        insta::assert_snapshot!(format!("html_{name}"), body(&page));
        insta::assert_snapshot!(format!("markdown_{name}"), markdown(&fixture.input(), &options(languages)));
    }
    insta::assert_snapshot!("json", json(&fixture.input(), &options(&[Lang::En])));
}

#[test]
fn tables_at_every_stage() {
    let fixture = small();
    let input = fixture.input();
    let mut out = String::new();
    for (word, stage) in Stage::WORDS {
        out.push_str(&format!("{word}\n{}\n", table(&input, &Request::all(*stage)).csv()));
    }
    let rounded = Request { places: Some(1), ranks: true, ..Request::all(Stage::Scores) };
    out.push_str(&format!("scores, one place, ranks\n{}\n", table(&input, &rounded).csv()));
    out.push_str(&table(&input, &rounded).json());
    insta::assert_snapshot!(out);
}

#[test]
fn a_large_table_is_written_as_a_small_one_by_any_number_of_threads() {
    let fixture = small();
    let input = fixture.input();
    // Asked for again and again, its units make a table of many pieces.
    let units: Vec<usize> = (0..30_000).map(|at| at * 7 % input.evaluation.units.len()).collect();
    for (stage, ranks, places) in
        [(Stage::Scores, true, None), (Stage::Raw, false, None), (Stage::Normalized, false, Some(2))]
    {
        let request = Request { units: units.clone(), ranks, places, ..Request::all(stage) };
        let expected = table(&input, &request).csv();
        for threads in [1, 2, 5] {
            let pool = rayon::ThreadPoolBuilder::new().num_threads(threads).build().unwrap();
            let mut written = String::new();
            let mut put = |text: &str| {
                written.push_str(text);
                Ok::<(), ()>(())
            };
            write_csv(&input, &request, &mut put).unwrap();
            assert!(written == expected, "{stage:?} outside a pool");
            written.clear();
            pool.install(|| {
                let mut put = |text: &str| {
                    written.push_str(text);
                    Ok::<(), ()>(())
                };
                write_csv(&input, &request, &mut put).unwrap();
            });
            assert!(written == expected, "{stage:?} {threads}");
        }
        let mut left = 3;
        let mut full = |_: &str| {
            left -= 1;
            if left == 0 { Err("full") } else { Ok(()) }
        };
        assert_eq!(write_csv(&input, &request, &mut full), Err("full"));
    }
}

#[test]
fn grades_as_data() {
    let fixture = small();
    let input = fixture.input();
    let grades = grade_table(&input, &[], None);
    let mut out = format!("{}\n{}\n", grades.csv(input.package), grades.json(input.package));
    for lang in [Lang::En, Lang::Zh] {
        let (head, rows) = grades.cells(lang);
        for row in std::iter::once(head).chain(rows) {
            out.push_str(&row.join(" | "));
            out.push('\n');
        }
    }
    insta::assert_snapshot!(out);
}

#[test]
fn the_same_input_gives_the_same_bytes() {
    let fixture = small();
    let both = options(&[Lang::En, Lang::Zh]);
    assert_eq!(html(&fixture.input(), &both), html(&fixture.input(), &both));
    assert_eq!(markdown(&fixture.input(), &both), markdown(&fixture.input(), &both));
}

/// Markup in every text a package or its data can hold stays text.
#[test]
fn no_text_of_a_package_becomes_markup() {
    const EVIL: &str =
        "<img src=x onerror=alert(1)>&'</script></style></title>{{7*7}}{% x %}|**b**[a](javascript:x)";
    let quoted = format!("'''{EVIL}'''");
    let mut package = String::new();
    for line in SMALL.lines() {
        // Codes, numbers and words of fixed lists are checked when the file is read; every other text is fair game.
        let free = [
            "name =",
            "description =",
            "notice =",
            "edition =",
            "unit-kind =",
            "license =",
            "letter =",
            "why =",
        ]
        .iter()
        .any(|key| line.starts_with(key));
        match line.split_once('=') {
            Some((key, _)) if free || line.starts_with("note =") || line.starts_with("unit =") => {
                package.push_str(&format!("{key}= {quoted}"));
            }
            _ if line.starts_with("origin =") => package.push_str(&format!(
                "origin = {{ producer = {quoted}, title = {quoted}, url = 'javascript:alert(1)', license = {quoted}, \
                 version = {quoted}, citation = {quoted}, note = {quoted} }}"
            )),
            _ if line.starts_with("levels =") => package.push_str(&format!(
                "levels = [{{ id = \"none\", name = {quoted} }}, {{ id = \"joined\", name = {quoted} }}, {{ id = \"awarded\", name = {quoted} }}]"
            )),
            _ => package.push_str(line),
        }
        package.push('\n');
    }
    let data = SMALL_DATA
        .replace("revised later", &format!("\"{EVIL}\""))
        .replace("Yearbook 2018", &format!("\"{EVIL}\""));
    let mut fixture = Fixture::new(&package, &data);
    fixture.diagnostics.push(
        gradus_model::Diagnostic::new(&gradus_model::diagnostic::catalog::MAGNITUDE_JUMP, EVIL)
            .concerning("indicator", EVIL)
            .help(EVIL),
    );
    for languages in [&[Lang::En][..], &[Lang::Zh], &[Lang::En, Lang::Zh]] {
        let options =
            Options { command: Some(EVIL.to_owned()), version: EVIL.to_owned(), ..options(languages) };
        let page = html(&fixture.input(), &options);
        well_formed(&page);
        assert!(!page.contains("<img"), "markup got through");
        assert!(!page.contains("href=\"javascript:"), "a script address became a link");
        assert!(page.contains("&lt;img"));
        let text = markdown(&fixture.input(), &options);
        assert!(!text.contains("<img") && !text.contains("**b**") && !text.contains("[a](java"), "{text}");
        serde_json::from_str::<serde_json::Value>(&json(&fixture.input(), &options)).unwrap();
    }
}

/// Every element is closed by its own tag, and no id occurs twice.
fn well_formed(page: &str) {
    const VOID: &[&str] = &["meta", "input", "br", "!doctype"];
    let mut open: Vec<&str> = Vec::new();
    let mut ids: std::collections::BTreeSet<&str> = std::collections::BTreeSet::new();
    let mut rest = page;
    while let Some(at) = rest.find('<') {
        let tag = &rest[at..];
        let end = tag.find('>').expect("a tag ends");
        let inside = &tag[1..end];
        rest = &tag[end + 1..];
        let name = inside
            .trim_start_matches('/')
            .split(|c: char| c.is_whitespace() || c == '/')
            .next()
            .unwrap_or_default();
        if inside.starts_with('/') {
            assert_eq!(open.pop(), Some(name), "near {}", &rest[..rest.len().min(80)]);
            continue;
        }
        if let Some((_, id)) = inside.split_once(" id=\"") {
            let id = id.split('"').next().unwrap_or_default();
            assert!(ids.insert(id), "id `{id}` occurs twice");
        }
        if !inside.ends_with('/') && !VOID.contains(&name.to_lowercase().as_str()) {
            open.push(name);
        }
        if name == "style" || name == "script" {
            let close = format!("</{name}>");
            rest = &rest[rest.find(&close).expect("it ends")..];
        }
    }
    assert!(open.is_empty(), "left open: {open:?}");
    // Everything that is pointed at exists.
    for link in page.split("href=\"#").skip(1) {
        let target = link.split('"').next().unwrap_or_default();
        assert!(ids.contains(target), "nothing has the id `{target}`");
    }
}

/// What must not be in any report.
fn clean(text: &str) {
    for leak in ["NaN", "None", "Some(", "{{", "{%", "undefined", "Infinity", " inf"] {
        if let Some(at) = text.find(leak) {
            let from = text[..at].char_indices().rev().nth(60).map_or(0, |(i, _)| i);
            panic!("`{leak}` leaks: {}", &text[from..at + leak.len()]);
        }
    }
}

#[test]
fn pages_are_well_formed_and_load_nothing() {
    let fixture = small();
    for own in [None, Some(0), Some(1), Some(2)] {
        let fixture = Fixture { own, ..small() };
        for languages in [&[Lang::En][..], &[Lang::Zh], &[Lang::Zh, Lang::En]] {
            let page = html(&fixture.input(), &options(languages));
            well_formed(&page);
            clean(body(&page));
            clean(&markdown(&fixture.input(), &options(languages)));
            for outside in ["<link", "<img", "<iframe", "@import", "src=", "url(http", "xlink"] {
                assert!(!page.contains(outside), "{outside}");
            }
        }
    }
    let page = html(&fixture.input(), &options(&[Lang::Zh]));
    assert!(page.starts_with("<!DOCTYPE html>\n<html lang=\"zh-Hans\">"));
    assert!(page.contains("default-src 'none'"));
}

#[test]
fn a_package_of_scores_alone_and_one_of_indicators_alone() {
    let head = "format = 1\n[index]\nid = \"x\"\nname = \"X\"\nstatus = \"published\"\n";
    let tail =
        "[[indicator]]\nid = \"a\"\nname = \"A\"\nnormalize = \"min-max\"\n[[data]]\nfile = \"values.csv\"\n";
    let data =
        "unit,variable,period,value\nu,a,2018,1\nv,a,2018,3\nw,a,2018,3\nx,a,2018,\nu,a,2019,2\nv,a,2019,5\n";
    let scored = Fixture::new(&format!("{head}aggregate = \"arithmetic\"\n{tail}"), data);
    let board = Fixture::new(&format!("{head}aggregate = \"none\"\n{tail}"), data);
    for fixture in [&scored, &board] {
        for period in 0..fixture.evaluation.periods.len() {
            let input = gradus_report::Input { period, ..fixture.input() };
            let page = html(&input, &options(&[Lang::En]));
            well_formed(&page);
            clean(body(&page));
            clean(&markdown(&input, &options(&[Lang::En])));
        }
    }
    let input = gradus_report::Input { period: 0, ..scored.input() };
    let page = html(&input, &options(&[Lang::En]));
    assert!(page.contains("<td class=\"num\">=1</td>"), "a tie is marked");
    assert!(page.contains("Without a score"));
    assert!(html(&board.input(), &options(&[Lang::En])).contains("does not combine them into one score"));
}

/// Negative scores, a series that does not move, a value on every goalpost, one threshold of zero.
#[test]
fn odd_shapes_are_drawn() {
    let package = "format = 1\n[index]\nid = \"x\"\nname = \"X\"\n[policy]\nperiods = { use = \"latest\" }\n\
        [[grade]]\nid = \"one\"\nname = \"One\"\n[[indicator]]\nid = \"a\"\nname = \"A\"\nnormalize = \"z-score\"\n\
        ladder = { one = 0 }\n[[data]]\nfile = \"values.csv\"\n";
    let data = "unit,variable,period,value\nu,a,2017,0\nu,a,2018,0\nv,a,2018,-7\nw,a,2018,7\n";
    let fixture = Fixture { own: Some(0), ..Fixture::new(package, data) };
    let page = html(&fixture.input(), &options(&[Lang::En]));
    well_formed(&page);
    clean(body(&page));
    assert!(page.contains("class=\"chart history\"") && page.contains("class=\"chart bars\""));
}

fn value() -> impl Strategy<Value = String> {
    prop_oneof![
        4 => (-1_000_000_000i64..1_000_000_000, 0u32..6).prop_map(|(m, s)| gradus_model::Decimal::new(m, s).to_string()),
        1 => Just("nc".to_owned()),
        1 => Just("c".to_owned()),
        1 => Just(String::new()),
        1 => Just("0".to_owned()),
        1 => Just("1e20".to_owned()),
    ]
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 24, failure_persistence: None, ..ProptestConfig::default() })]
    #[test]
    fn no_value_leaks_a_word_of_the_program(values in prop::collection::vec(value(), 9), own in prop::option::of(0usize..3)) {
        let mut data = String::from("unit,variable,period,value\n");
        for (i, value) in values.iter().enumerate() {
            let unit = ["lakeside", "seaport", "hilltown"][i % 3];
            let variable = ["gdp", "metro", "pm25"][i / 3];
            data.push_str(&format!("{unit},{variable},2018,{value}\n"));
        }
        // Two values that differ keep the scaling by range defined.
        data.push_str("lakeside,gdp,2010,1\nseaport,gdp,2010,2\n");
        let package = SMALL.replace("normalize = \"min-max\"\n", "normalize = { method = \"goalposts\", lower = 0, upper = 100 }\n");
        let fixture = Fixture { own, ..Fixture::new(&package, &data) };
        for languages in [&[Lang::En][..], &[Lang::Zh, Lang::En]] {
            let page = html(&fixture.input(), &options(languages));
            well_formed(&page);
            clean(body(&page));
            clean(&markdown(&fixture.input(), &options(languages)));
        }
        let report = json(&fixture.input(), &options(&[Lang::En]));
        prop_assert!(serde_json::from_str::<serde_json::Value>(&report).is_ok());
    }
}

/// Names, reasons and classes are anybody's text: none of them becomes markup, in any section that tells of steps.
#[test]
fn no_text_of_a_pipeline_becomes_markup() {
    const EVIL: &str = "<img src=x onerror=alert(1)>&</script></style></details>{{7*7}}{% x %}|**b**";
    let quoted = format!("\"{EVIL}\"");
    let mut package = String::new();
    for line in support::pipeline::PIPELINE.lines() {
        let line = match line.split_once('=') {
            Some((key, _)) if key.trim() == "name" => format!("name = {quoted}"),
            _ => line
                .replace("\"capital region\"", &quoted)
                .replace("\"merged in 2023\"", &quoted)
                .replace("region = \"north\"", &format!("region = {quoted}"))
                .replace("'north'", &format!("'{EVIL}'")),
        };
        package.push_str(&line);
        package.push('\n');
    }
    let fixture = Fixture { own: Some(0), ..Fixture::new(&package, &support::pipeline::pipeline_data()) };
    for languages in [&[Lang::En][..], &[Lang::Zh, Lang::En]] {
        let page = html(&fixture.input(), &options(languages));
        well_formed(&page);
        assert!(!page.contains("<img") && !page.contains("</details>{"));
        assert!(page.contains("&lt;img src=x"), "the text is there, as text");
        assert!(!markdown(&fixture.input(), &options(languages)).contains("<img"));
    }
    let report = json(&fixture.input(), &options(&[Lang::En]));
    let report: serde_json::Value = serde_json::from_str(&report).unwrap();
    assert_eq!(report["pipeline"][2]["screen"]["drop"]["juniper"], EVIL);
}

#[test]
fn every_kind_of_step_is_told() {
    let fixture = support::pipeline::pipeline();
    let input = fixture.input();
    let page = html(&input, &options(&[Lang::Zh, Lang::En]));
    well_formed(&page);
    clean(body(&page));
    insta::assert_snapshot!("steps_markdown_en", markdown(&input, &options(&[Lang::En])));
    insta::assert_snapshot!("steps_markdown_zh", markdown(&input, &options(&[Lang::Zh])));
    insta::assert_snapshot!("steps_html_en", body(&html(&input, &options(&[Lang::En]))));
    insta::assert_snapshot!("steps_json", json(&input, &options(&[Lang::En])));
}

#[test]
fn steps_of_a_panel_are_told_by_period() {
    let fixture = support::pipeline::panel();
    for own in [None, Some(3), Some(7), Some(11)] {
        for period in 0..2 {
            let input = gradus_report::Input { period, own, ..fixture.input() };
            let page = html(&input, &options(&[Lang::En]));
            well_formed(&page);
            clean(body(&page));
            clean(&markdown(&input, &options(&[Lang::Zh])));
        }
    }
    let input = gradus_report::Input { period: 1, ..fixture.input() };
    let text = markdown(&input, &options(&[Lang::En]));
    for said in [
        "Learned from each period by itself.",
        "Drawn 20 times",
        "u11 2021 – too few figures",
        "u3 2021, B: – →",
        "u7 2021, A: 900 →",
        "intended importance 0.98",
        "attained importance",
        "unattainable-importance",
        "In brackets, where 90% of 20 draws",
        "u11: screened out: too few figures",
    ] {
        assert!(text.contains(said), "`{said}` is not in\n{text}");
    }
    let report: serde_json::Value = serde_json::from_str(&json(&input, &options(&[Lang::En]))).unwrap();
    let weighed = &report["nodes"][0]["weighed"];
    assert_eq!((&weighed[0]["period"], &weighed[1]["period"]), (&"2020".into(), &"2021".into()));
    let changes = |node: usize, row: usize| report["nodes"][node]["values"][row]["changes"].clone();
    assert_eq!(changes(2, 3)["impute"], "imputed");
    assert_eq!(changes(1, 12 + 7)["treat"], "winsorized-high");
}

#[test]
fn a_unit_that_was_screened_out_is_told_why() {
    let fixture = Fixture { own: Some(8), ..support::pipeline::pipeline() };
    let text = markdown(&fixture.input(), &options(&[Lang::En]));
    assert!(text.contains("**No score: screened out: too few figures (Enough to compare)**"), "{text}");
    assert!(text.contains("- Score: n/a: screened out: too few figures (Enough to compare)"), "{text}");
    let page = html(&fixture.input(), &options(&[Lang::Zh]));
    well_formed(&page);
    clean(body(&page));
    assert!(page.contains("无得分：筛选剔除：数据过少（数据充分性）"));
}

#[test]
fn what_can_be_tried_is_in_the_page_once_and_cannot_leave_its_element() {
    let small = small();
    let evil = r#"{"package":"</script><script>alert(1)</script><!-- & \u003c"}"#;
    for languages in [&[Lang::En][..], &[Lang::Zh, Lang::En]] {
        let without = html(&small.input(), &options(languages));
        assert!(!without.contains("explorer-module") && !without.contains("wasm-unsafe-eval"));
        let explorer = Explorer { opening: evil.to_owned(), command: "gradus whatif '<evil>'".to_owned() };
        let page = html(&small.input(), &Options { explorer: Some(explorer), ..options(languages) });
        let between = |start: &str, end: &str| {
            let parts: Vec<&str> = page.split(start).collect();
            assert_eq!(parts.len(), 2, "{start} once");
            parts[1].split(end).next().unwrap().to_owned()
        };
        let opening = between("id=\"explorer-opening\">", "</script>");
        assert_eq!(
            serde_json::from_str::<serde_json::Value>(&opening).unwrap(),
            serde_json::from_str::<serde_json::Value>(evil).unwrap()
        );
        let words = between("id=\"explorer-words\">", "</script>");
        assert!(serde_json::from_str::<serde_json::Value>(&words).unwrap()["try.yours"]["zh"].is_string());
        let module = between("id=\"explorer-module\">", "</script>");
        // Gzip, and longer than any other part.
        assert!(module.starts_with("H4sI") && module.len() > 500_000, "{}", module.len());
        assert!(between("script-src ", "\"").ends_with("'wasm-unsafe-eval'"));
        assert!(!page.contains("<evil>"), "the command is escaped");
        assert!(page.len() < without.len() + module.len() + 100_000);
        // Without a script the section says so, and gives the command.
        assert!(page.contains("id=\"explorer-note\"") && page.contains("--threshold "));
    }
}
