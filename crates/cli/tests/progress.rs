//! `gradus progress` as a process: what a user reads, what a program reads, and wrong input.

#![allow(
    clippy::disallowed_methods,
    clippy::unwrap_used,
    reason = "tests prepare and read files, and stop where they fail"
)]

mod support;

use serde_json::Value;
use support::Case;

const PACKAGE: &str = r#"
format = 1
index = { id = "livable", name = { en = "Livable city", zh = "宜居城市" }, target-year = 2030 }
data = [{ file = "data.csv", layout = "wide" }]
policy = { periods = { use = "latest" }, progress = { base-year = 2015 } }
grade = [
  { id = "primary", name = { en = "Primary", zh = "初级" } },
  { id = "advanced", name = { en = "Advanced", zh = "高级" }, target-year = 2035 },
]
unit = [
  { id = "home", name = { en = "Home", zh = "本市" }, role = "own" },
  { id = "sendai", name = { en = "Sendai", zh = "仙台" } },
  { id = "ulsan", name = { en = "Ulsan", zh = "蔚山" } },
]
group = [{ id = "air", name = { en = "Air", zh = "空气" } }]
indicator = [
  { id = "clean", name = { en = "Clean days", zh = "优良天数比例" }, unit = "%", parent = "air", limits = [0, 100], ladder = { primary = 80, advanced = 90 } },
  { id = "pm25", name = "PM2.5", parent = "air", direction = "lower", kind = "positive", ladder = { primary = 35, advanced = 10 } },
  { id = "balance", name = { en = "Net migration", zh = "净迁移" }, kind = "any", ladder = { primary = 0, advanced = 5 } },
  { id = "museums", name = { en = "Museums", zh = "博物馆" } },
]
"#;

const DATA: &str = "\
unit,period,clean,pm25,balance,museums
home,2019,57,46,-4,
home,2020,59.5,44,-3,
home,2021,59,43,-2.5,
home,2022,61.5,40,-1.5,
home,2023,64,41,-1.2,11
home,2024,65,38,-1,12
sendai,2018,70,20,2,
sendai,2019,72,20,2,
sendai,2020,73,19,1,
sendai,2021,75,18,1,
sendai,2022,77,16,2,
sendai,2023,78,15,1,
sendai,2024,81,14,3,40
ulsan,2024,66,37,0,9
";

fn index() -> Case {
    let case = Case::empty();
    case.write("index/package.toml", PACKAGE);
    case.write("index/data.csv", DATA);
    case
}

fn ok(case: &Case, arguments: &str) -> String {
    let (out, err, code) = case.output(arguments);
    assert_eq!(code, 0, "{arguments}: {err}");
    out
}

#[test]
fn a_table_with_sentences() {
    let case = index();
    insta::assert_snapshot!("progress_en", ok(&case, "progress index"));
    insta::assert_snapshot!("progress_zh", ok(&case, "progress index --lang zh --to advanced --preset sdsn"));
}

#[test]
fn presets_side_by_side() {
    let case = index();
    let out = ok(&case, "progress index --all-presets");
    insta::assert_snapshot!("progress_presets", out.split("\nchange10").next().unwrap());
    let list = ok(&case, "progress --presets");
    assert!(out.ends_with(&list), "the cut-offs stand below");
    for preset in gradus::progress::PRESETS {
        assert!(list.contains(preset.id) && list.contains(preset.references[0].locator), "{}", preset.id);
    }
    assert!(list.contains("at least 95 %, below") || list.contains("at least 60 %, below 95 % ?"), "{list}");
    let json: Value = serde_json::from_str(&ok(&case, "progress --presets --format json")).unwrap();
    let eurostat = json.as_array().unwrap().iter().find(|p| p["id"] == "eurostat").unwrap();
    assert_eq!(
        (&eurostat["checked"], &eurostat["measures"][0]["cuts"][0]["from"]),
        (&false.into(), &0.95.into())
    );
    let csv = ok(&case, "progress --presets --format csv --preset statcan --lang zh");
    assert!(csv.contains("statcan,实际速度与所需速度之比,on-track,进度正常,▲,不低于95 %,yes,"), "{csv}");
}

#[test]
fn records_for_programs() {
    let case = index();
    let json: Value = serde_json::from_str(&ok(&case, "progress index --format json")).unwrap();
    let clean = &json["indicators"][0];
    // 15 more by 2030 are 2.5 a year; no other unit held that for six years.
    assert_eq!(
        (&clean["gap"], &clean["needed"], &clean["target-year"]),
        (&15.into(), &2.5.into(), &"2030".into())
    );
    assert_eq!((&clean["best-peer"], &clean["beyond-any-peer"]), (&"sendai".into(), &"yes".into()));
    assert_eq!(
        (&clean["model"], &clean["limit"], &clean["room"]),
        (&"logit".into(), &100.into(), &35.into())
    );
    assert_eq!(clean["series"].as_array().unwrap().len(), 6);
    let pm25 = &json["indicators"][1];
    assert_eq!((&pm25["needed"], &pm25["ratings"][0]["class"]), (&(-0.5).into(), &"on-track".into()));
    assert!(pm25["observed"].as_f64().unwrap() < 0.0 && pm25["needed-growth"].as_f64().unwrap() < 0.0);
    // A target of zero reached from below zero is rated like any other.
    assert_eq!(json["indicators"][2]["ratings"][0]["class"], "on-track");
    assert_eq!(json["indicators"][3]["ratings"][0]["preset"], "statcan");
    assert_eq!((&json["groups"][1]["group"], &json["groups"][1]["rated"]), (&"air".into(), &2.into()));
    assert_eq!(json["peers"][0]["unit"], "ulsan");
    let csv = ok(&case, "progress index --format csv --node pm25 --all-presets");
    assert_eq!(csv.lines().count(), 8);
    assert!(csv.contains("home,pm25,primary,de-dns,sun,☀,"), "{csv}");
    let published = ok(&case, "progress index --format csv --node balance --all-presets --pace published");
    assert!(published.contains("statcan,,,,,not-one-sign"), "{published}");
    ok(&case, "progress index --out progress.json --unit Sendai --by 2040");
    assert!(case.read("progress.json").contains("\"unit\": \"sendai\""));
}

#[test]
fn what_is_asked_wrongly() {
    let case = index();
    for (arguments, said) in [
        ("progress index --preset statscan", "did you mean `statcan`?"),
        ("progress index --to best", "use one of `primary`, `advanced`"),
        ("progress index --unit nowhere", "there is no unit `nowhere`"),
        ("progress index --node nothing", "there is no node `nothing`"),
        ("progress hdi", "name one with `--unit`"),
        ("progress", "PKG"),
        ("progress index --by 0", "--by"),
    ] {
        let (out, err, code) = case.output(arguments);
        assert_eq!((code, out.as_str()), (2, ""), "{arguments}");
        assert!(err.contains(said), "{arguments}: {err}");
    }
    // A package without ladders and periods has figures, and it is said what is not there.
    let out = ok(&case, "progress index --to advanced --by 2024");
    assert!(out.contains("target year is past"), "{out}");
}
