//! Crosswalks and screening matrices, as a process.

#![allow(
    clippy::disallowed_methods,
    clippy::unwrap_used,
    reason = "tests prepare and read files, and stop where they fail"
)]

mod support;

use serde_json::Value;
use std::path::Path;
use support::Case;
use unicode_width::UnicodeWidthStr;

fn ok(case: &Case, arguments: &str) -> String {
    let (out, err, code) = case.output(arguments);
    assert_eq!(code, 0, "{arguments}: {err}");
    out
}

fn json(case: &Case, arguments: &str) -> Value {
    serde_json::from_str(&ok(case, &format!("{arguments} --format json"))).unwrap()
}

/// The rows of a table where a column has a value.
fn rows<'a>(table: &'a Value, key: &str, wanted: &str) -> Vec<&'a Value> {
    table.as_array().unwrap().iter().filter(|row| row[key] == wanted).collect()
}

fn near(value: &Value, expected: f64) {
    let found = value.as_f64().unwrap_or_else(|| panic!("{value} where {expected} is expected"));
    assert!((found - expected).abs() < 1e-9, "{found} where {expected} is expected");
}

/// The fixture of a screening, in a directory of its own.
fn example() -> Case {
    Case::new(&Path::new(env!("CARGO_MANIFEST_DIR")).join("../../fixtures/screening"))
}

const OTHERS: &str = "un-city-internationalization gpci-2023 iso-37120-2014";

#[test]
fn what_is_declared_is_counted_and_what_is_suggested_is_not() {
    let case = example();
    let found = json(&case, &format!("crosswalk . {OTHERS}"));
    assert_eq!(found["package"], "screening-example");
    let gdp = rows(&found["indicators"], "indicator", "gdp-per-head")[0];
    assert_eq!((&gdp["systems"], &gdp["stands_in"]), (&"Sn.".into(), &2.into()));
    // Museums are suggested by their name in the Global Power City Index, and so stand nowhere.
    let museums = rows(&found["indicators"], "indicator", "museums")[0];
    assert_eq!((&museums["systems"], &museums["stands_in"]), (&".?.".into(), &0.into()));
    let cells = rows(&found["counterparts"], "indicator", "museums");
    assert_eq!(cells.len(), 3);
    let suggested = rows(&found["counterparts"], "basis", "suggested");
    let i30 = suggested.iter().find(|row| row["indicator"] == "museums").unwrap();
    assert_eq!((&i30["relation"], &i30["code"]), (&"none".into(), &"i30".into()));
    near(&i30["likeness"], 1.0);
    let cars = rows(&found["counterparts"], "indicator", "cars");
    let iso = cars.iter().find(|row| row["system"] == "iso-37120-2014").unwrap();
    assert_eq!(
        (&iso["relation"], &iso["code"], &iso["why"]),
        (&"near".into(), &"18.4".into(), &"per person".into())
    );
    let system = rows(&found["systems"], "system", "gpci-2023")[0];
    assert_eq!((&system["same"], &system["near"]), (&0.into(), &1.into()));
}

#[test]
fn the_library_is_the_default_and_tables_fit_the_terminal() {
    let case = Case::empty();
    let found = json(&case, "crosswalk regional-center");
    let systems = found["systems"].as_array().unwrap().len();
    assert_eq!(systems, gradus::library::list().count() - 1);
    assert!(found["counterparts"].as_array().unwrap().iter().any(|r| r["basis"] == "nothing"));
    for lang in ["en", "zh"] {
        let out = case
            .gradus(&format!("crosswalk regional-center --lang {lang}"))
            .env("COLUMNS", "80")
            .output()
            .unwrap();
        let text = String::from_utf8(out.stdout).unwrap();
        for line in text.lines() {
            assert!(line.width() <= 80, "{} columns: {line}", line.width());
        }
        assert!(text.contains(if lang == "zh" { "不计数" } else { "not counted" }), "{text}");
    }
}

#[test]
fn a_screening_gives_the_reason_for_each_exclusion() {
    let case = example();
    let found = json(&case, &format!("crosswalk . {OTHERS} --screening"));
    let verdicts: Vec<(&str, &str)> = found["candidates"]
        .as_array()
        .unwrap()
        .iter()
        .map(|row| (row["candidate"].as_str().unwrap(), row["verdict"].as_str().unwrap()))
        .collect();
    assert_eq!(
        verdicts,
        [
            ("gdp-per-head", "keep"),
            ("museums", "revise"),
            ("smart-city", "drop"),
            ("felt-safety", "open"),
            ("cars", "drop"),
        ]
    );
    let gdp = rows(&found["candidates"], "candidate", "gdp-per-head")[0];
    // Room: (20000 - 14000) / (20000 - 8000). Total: (2/3 + 1/2 + 1 + 1 + 1 + 2 · 1/3 + 1) / 8.
    near(&gdp["recognized"], 2.0);
    near(&gdp["room"], 0.5);
    near(&gdp["availability"], 1.0);
    near(&gdp["total"], 100.0 * (2.0 / 3.0 + 0.5 + 1.0 + 1.0 + 1.0 + 2.0 / 3.0 + 1.0) / 8.0);
    let computed = rows(&found["computed"], "candidate", "gdp-per-head")[0];
    assert_eq!((&computed["series"], &computed["own_figure"]), (&2.into(), &"yes".into()));
    // Without a ladder the best unit is the target: (21 - 12) / (21 - 5).
    near(&rows(&found["computed"], "candidate", "museums")[0]["room"], 9.0 / 16.0);
    let reasons: Vec<&str> =
        found["reasons"].as_array().unwrap().iter().map(|row| row["reason"].as_str().unwrap()).collect();
    assert_eq!(
        reasons,
        [
            "Service function: I-CVI 0.70 (7 of 10 agree), 0.78 needed",
            "Essential: CVR 0.60 (8 of 10 agree), 0.62 needed",
            "Robust: 0 is below the veto of 1",
            "Essential: 4 with a score, 5 experts needed",
            "Service function: I-CVI 0.60 (6 of 10 agree), 0.78 needed",
        ]
    );
    let scores = rows(&found["scores"], "candidate", "museums");
    let essential = scores.iter().find(|row| row["criterion"] == "essential").unwrap();
    near(&essential["cvr"], 0.8);
    near(&essential["cvr_minimum"], 0.62);
    near(&essential["agreement"], 90.0);
    assert_eq!(found["comments"].as_array().unwrap().len(), 4);
    assert!(found["notes"]["candidates"][0].as_str().unwrap().contains("made up"));
    let zh = ok(&case, &format!("crosswalk . {OTHERS} --screening --lang zh"));
    for words in ["筛选矩阵", "稳健性：0低于否决线1", "虚构示例", "照录"] {
        assert!(zh.contains(words), "{words}: {zh}");
    }
}

#[test]
fn the_binomial_test_can_decide_in_place_of_the_table() {
    let case = example();
    let text = case
        .read("package.toml")
        .replace("file = \"scores.csv\"", "file = \"scores.csv\"\ncvr-minimum = \"binomial\"");
    case.write("package.toml", &text);
    let found = json(&case, &format!("crosswalk . {OTHERS} --screening"));
    // 9 of 10 are needed: a ratio of 0.80.
    near(&rows(&found["scores"], "criterion", "essential")[0]["cvr_minimum"], 0.8);
}

#[test]
fn a_package_without_criteria_is_screened_by_what_can_be_computed() {
    let case = Case::empty();
    let found = json(&case, "crosswalk hdi cpi-2016 --screening");
    let row = rows(&found["candidates"], "candidate", "life-expectancy")[0];
    assert_eq!(row["verdict"], "keep");
    near(&row["availability"], 1.0);
    assert!(found["notes"]["candidates"].to_string().contains("declares no criteria"));
}

#[test]
fn what_is_wrong_is_said() {
    let case = example();
    let failed = |arguments: &str, words: &[&str]| {
        let (out, err, code) = case.output(arguments);
        assert_eq!((code, out.as_str()), (2, ""), "{arguments}");
        for word in words {
            assert!(err.contains(word), "{arguments}: {word}: {err}");
        }
    };
    failed("crosswalk . hdj", &["unknown-package", "`hdi`"]);
    failed("crosswalk . hdi hdi", &["duplicate-code", "another package of the list"]);
    failed("crosswalk hdi hdi", &["duplicate-code", "the package itself"]);
    let text = case.read("package.toml");
    case.write("package.toml", &text.replace("gpci-2023:i02", "gpci-2023:i2"));
    failed("crosswalk . gpci-2023", &["unknown-node", "package.toml:", "did you mean `gpci-2023:i"]);
    case.write("package.toml", &text.replace("\"gpci-2023:i02\"", "\"gpci-2023\""));
    failed("crosswalk . gpci-2023", &["invalid-code", "a colon"]);
    case.write("package.toml", &text);
    case.write("scores.csv", "candidate,criterion,expert,score\ncar,gain,a,1\ncars,gain,a,5\n");
    failed(
        "crosswalk . --screening",
        &["unknown-variable", "did you mean `cars`?", "scores.csv:3:13", "from 0 to 3"],
    );
}
