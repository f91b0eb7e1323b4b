//! `gradus survey`, as a process, on the package of made-up respondents.

#![allow(
    clippy::disallowed_methods,
    clippy::unwrap_used,
    reason = "tests prepare and read files, and stop where they fail"
)]

mod support;

use serde_json::Value;
use std::path::Path;
use support::Case;

fn case() -> Case {
    Case::new(&Path::new(env!("CARGO_MANIFEST_DIR")).join("../../fixtures/survey"))
}

fn ok(case: &Case, arguments: &str) -> String {
    let (out, err, code) = case.output(arguments);
    assert_eq!(code, 0, "{arguments}: {err}");
    out
}

fn rows<'a>(found: &'a Value, table: &str) -> &'a Vec<Value> {
    found[table].as_array().unwrap_or_else(|| panic!("{table}: {found}"))
}

#[test]
fn json_has_every_table_with_numbers() {
    let found: Value =
        serde_json::from_str(&ok(&case(), "survey . --unit avalon --by residence --format json")).unwrap();
    let estimate = rows(&found, "estimates")
        .iter()
        .find(|row| row["indicator"] == "content" && row["period"] == "2024")
        .unwrap();
    let number = |value: &Value| value.as_f64().unwrap_or_else(|| panic!("{value}"));
    // The values of samplics in crates/gradus/tests/survey.rs.
    assert!((number(&estimate["estimate"]) - 43.274_249_808).abs() < 1e-8);
    assert!((number(&estimate["standard_error"]) - 3.468_659_61).abs() < 1e-8);
    assert_eq!(
        (number(&estimate["n"]), number(&estimate["dont_know"]), number(&estimate["trimmed"])),
        (222.0, 14.0, 2.0)
    );
    assert!(number(&estimate["lower"]) < 43.27 && 43.28 < number(&estimate["upper"]));
    let answers: f64 = rows(&found, "answers")
        .iter()
        .filter(|row| row["question"] == "life" && row["period"] == "2024")
        .map(|row| number(&row["n"]))
        .sum();
    assert_eq!(answers, 240.0);
    let below = rows(&found, "subgroups")
        .iter()
        .find(|row| row["indicator"] == "content" && row["period"] == "2024" && row["subgroup"] == "migrant");
    assert!(number(&below.unwrap()["apart"]) < -30.0);
    assert_eq!(rows(&found, "pairs").len(), 2);
    assert!(rows(&found, "trends").iter().all(|row| row["from"] == "2023" && row["to"] == "2024"));
    // Nothing of a respondent: every row is a sum.
    assert!(rows(&found, "answers").iter().all(|row| row["unit"] == "avalon"));
    let notes = found["notes"].to_string();
    assert!(notes.contains("clearly below everybody else: migrant"), "{notes}");
}

#[test]
fn tables_are_for_people_in_both_languages() {
    let case = case();
    let out = ok(&case, "survey . --unit Avalon --question life");
    assert!(out.starts_with("What respondents say\nunit "), "{out}");
    assert!(out.contains("very satisfied") && out.contains("intervals at 95 % confidence"), "{out}");
    // Nobody asked about housing, so that its pair is not there.
    assert!(!out.contains("floor-space"), "{out}");
    assert!(
        out.contains("the margin of `content` is up to ±10.8 where `primary` and `advanced` are 5 apart"),
        "{out}"
    );
    let out = ok(&case, "survey . --unit 阿瓦隆 --question life --lang zh");
    assert!(out.starts_with("受访者的回答\n对象") && out.contains("非常满意"), "{out}");
    let out = ok(&case, "survey . --question life --format csv");
    assert!(
        out.starts_with("table,unit,period,question,indicator,statistic,estimate,lower,upper,n,"),
        "{out}"
    );
    let out = ok(&case, "explain . --unit avalon --node content --period 2024");
    assert!(out.contains("± 3.4687, n = 222, 95 %: 36.1596 to 50.6775, design effect 1.08"), "{out}");
    let found: Value =
        serde_json::from_str(&ok(&case, "explain . --unit avalon --node trust --period 2024 --format json"))
            .unwrap();
    assert!(found.to_string().contains("\"design_effect\":1.5"), "{found}");
}

#[test]
fn what_is_not_there_is_said() {
    let case = case();
    for (arguments, kind, help) in [
        ("survey . --question lief", "unknown-survey", "did you mean `life`?"),
        ("survey . --by sex", "unknown-word", "use one of `age`, `residence`"),
        ("survey . --unit avalom", "unknown-unit", "did you mean `avalon`?"),
    ] {
        let (out, err, code) = case.output(arguments);
        assert_eq!((out.as_str(), code), ("", 2), "{arguments}");
        assert!(err.contains(&format!("[{kind}]")) && err.contains(help), "{err}");
    }
    let (out, err, code) = case.output("survey hdi");
    assert_eq!((out.as_str(), code), ("", 0));
    assert!(err.contains("the package has no survey"), "{err}");
}
