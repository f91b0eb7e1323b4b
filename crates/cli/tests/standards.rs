//! The office's story as a process: thirty indicators in three layers, two titles, three missing values, one veto.

#![allow(
    clippy::disallowed_methods,
    clippy::unwrap_used,
    reason = "tests prepare and read files, and stop where they fail"
)]

mod support;

use serde_json::Value;
use std::fmt::Write;
use support::Case;

/// Cities and how far each is, in tenths of the way from 0 to the advanced threshold of every indicator.
const CITIES: [(&str, i64); 4] = [("home", 7), ("north", 9), ("south", 5), ("west", 11)];

/// Three layers of ten: 28 numbers (one of them lower is better), two titles; a veto; four alternative readings.
fn office() -> Case {
    let mut package = String::from(
        r#"
format = 1
[index]
id = "office"
name = { en = "Open city", zh = "开放城市" }
unit-kind = { en = "city", zh = "城市" }
aggregate = "arithmetic"
[policy]
rounding = { mode = "half-even", places = 2 }
[defaults]
normalize = { method = "goalposts", lower = 0, upper = 100 }
[[data]]
file = "data.csv"
[[grade]]
id = "primary"
name = { en = "Primary", zh = "初级" }
[[grade]]
id = "intermediate"
name = { en = "Intermediate", zh = "中级" }
[[grade]]
id = "advanced"
name = { en = "Advanced", zh = "高级" }
[[scale]]
id = "title"
title = true
levels = ["none", "basically-meets", "meets", "held"]
[[unit]]
id = "home"
name = { en = "Home", zh = "本市" }
role = "own"
[[unit]]
id = "north"
[[unit]]
id = "south"
[[unit]]
id = "west"
[[standard]]
id = "open-city"
name = { en = "Open city", zh = "开放城市" }
gate = { never = "accident", within-years = 2, missing = "pass" }
rule = { in-each = ["basic", "service", "gain"], rule = { share = 0.9 } }
alternative = [
  { id = "all", rule = { every = ["basic", "service", "gain"] } },
  { id = "nine-tenths", rule = { share = 0.9, in = ["basic", "service", "gain"] } },
  { id = "known", rule = { share = 0.9, in = ["basic", "service", "gain"], missing = "leave-out" } },
  { id = "points", rule = { points = { primary = 25, intermediate = 40, advanced = 60 }, in = ["basic", "service", "gain"], each = { primary = 1, intermediate = 2, advanced = 3 } } },
]
[[indicator]]
id = "accident"
name = { en = "Major accident", zh = "重大事故" }
scale = "yes-no"
weight = 0
normalize = "none"
"#,
    );
    let mut data = String::from("unit,variable,period,value,source,awarded,expires\n");
    for (layer, group) in ["basic", "service", "gain"].into_iter().enumerate() {
        let _ = write!(package, "[[group]]\nid = \"{group}\"\nname = \"{group}\"\n");
        for i in 0..10 {
            let id = format!("{group}-{i}");
            let title = layer == 2 && i >= 8;
            let (kind, ladder) = match (title, layer == 0 && i == 0) {
                (true, _) => (
                    "scale = \"title\"\nnormalize = \"none\"\n",
                    "{ primary = \"basically-meets\", intermediate = \"meets\", advanced = \"held\" }",
                ),
                (_, true) => (
                    "direction = \"lower\"\nnormalize = { method = \"goalposts\", lower = 0, upper = 100 }\n",
                    "{ primary = 70, intermediate = 50, advanced = 30 }",
                ),
                _ => ("", "{ primary = 40, intermediate = 60, advanced = 90 }"),
            };
            let _ = write!(
                package,
                "[[indicator]]\nid = \"{id}\"\nname = \"{id}\"\nparent = \"{group}\"\n{kind}ladder = {ladder}\n"
            );
            for (city, tenths) in CITIES {
                // Three figures of the own city are missing.
                if city == "home" && i == 5 {
                    continue;
                }
                let x = tenths * 10 - i64::from(i);
                let (value, dates) = match (title, layer == 0 && i == 0) {
                    (true, _) => {
                        (["meets", "held"][usize::from(tenths > 8)].to_owned(), "2016-01-01,2019-12-31")
                    }
                    (_, true) => ((120 - x).to_string(), ","),
                    _ => (x.to_string(), ","),
                };
                let _ = writeln!(data, "{city},{id},2018,{value},yearbook of {city},{dates}");
            }
        }
    }
    data.push_str("home,accident,2018,no,report,,\nnorth,accident,2017,yes,report,,\n");
    let case = Case::empty();
    case.write("office/package.toml", &package);
    case.write("office/data.csv", &data);
    case
}

fn json(case: &Case, arguments: &str) -> Value {
    let (out, err, code) = case.output(arguments);
    assert_eq!(code, 0, "{arguments}: {err}");
    serde_json::from_str(&out).unwrap_or_else(|e| panic!("{e}: {out}"))
}

fn grade<'a>(all: &'a Value, unit: &str) -> &'a Value {
    all.as_array().unwrap().iter().find(|row| row["unit"] == unit).unwrap()
}

#[test]
fn the_office_gets_its_interval_its_proof_and_four_other_readings() {
    let case = office();
    let grades = json(&case, "grade office --format json");
    // 70 to 61 in every layer: all known figures at intermediate, one of ten unknown in each layer.
    let home = grade(&grades, "home");
    assert_eq!(
        (home["proven"].as_str(), home["possible"].as_str()),
        (Some("intermediate"), Some("intermediate"))
    );
    // A veto of the year before: nothing is proven, whatever the figures.
    let north = grade(&grades, "north");
    assert_eq!((north["proven"].as_str(), north["possible"].as_str()), (None, None));

    let shown = json(&case, "grade office --unit home --show proof,sensitivity,fragile --format json");
    let proof = shown["proof"].as_array().unwrap();
    let missing: Vec<&Value> =
        proof.iter().filter(|r| r["found"] == "not-reported" && r["grade"] == "Advanced").collect();
    assert_eq!(missing.len(), 3, "{missing:?}");
    let figure = proof
        .iter()
        .find(|r| r["clause"].as_str().unwrap().contains("basic-3") && r["grade"] == "Intermediate")
        .unwrap();
    assert_eq!(figure["verdict"], "met");
    assert_eq!(figure["asked"], "at least 60");
    assert_eq!((figure["found"].as_str(), figure["source"].as_str()), (Some("67"), Some("yearbook of home")));
    assert!(figure["place"].as_str().unwrap().contains("data.csv"), "{figure}");
    assert!(proof.iter().any(|r| r["clause"].as_str().unwrap().contains("no Major accident within 2 years")));

    let readings: Vec<(&str, Option<&str>, Option<&str>)> = shown["sensitivity"]
        .as_array()
        .unwrap()
        .iter()
        .map(|r| (r["reading"].as_str().unwrap(), r["proven"].as_str(), r["possible"].as_str()))
        .collect();
    let (middle, none) = (Some("intermediate"), None);
    assert_eq!(
        readings,
        [
            ("the rule", middle, middle),
            ("all", none, middle),
            ("nine-tenths", middle, middle),
            ("known", middle, middle),
            // 27 figures earn 54 points; three missing ones may earn nine more of the sixty.
            ("points", middle, Some("advanced")),
        ]
    );
    // Each layer has exactly nine: the figure nearest to its threshold flips the grade first.
    let fragile = shown["fragile"].as_array().unwrap();
    assert_eq!(fragile.len(), 3);
    assert_eq!(fragile[0]["then"], "Primary to Intermediate");
}

#[test]
fn a_city_that_leaves_the_comparison_changes_no_grade_and_no_score_of_another() {
    let case = office();
    let before = (
        json(&case, "grade office --unit home --format json"),
        json(&case, "score office --unit home --format json --stage normalized"),
    );
    let package = case.read("office/package.toml").replace("[[unit]]\nid = \"west\"\n", "");
    let data: String = case
        .read("office/data.csv")
        .lines()
        .filter(|l| !l.starts_with("west,"))
        .map(|l| format!("{l}\n"))
        .collect();
    case.write("office/package.toml", &package);
    case.write("office/data.csv", &data);
    let after = (
        json(&case, "grade office --unit home --format json"),
        json(&case, "score office --unit home --format json --stage normalized"),
    );
    assert_eq!(before, after);
}

#[test]
fn the_five_cheapest_plans_lead_to_the_next_grade() {
    let case = office();
    let plans = json(&case, "plan office --unit home --to advanced --effort points --format json");
    let plans = &plans.as_array().unwrap()[0];
    let found = plans["plans"].as_array().unwrap();
    assert_eq!(found.len(), 5, "{plans:#}");
    let efforts: Vec<f64> = found.iter().map(|plan| plan["effort"].as_f64().unwrap()).collect();
    assert!(efforts.windows(2).all(|pair| pair[0] <= pair[1]), "{efforts:?}");
    let items = |plan: &Value| -> Vec<String> {
        plan["items"]
            .as_array()
            .unwrap()
            .iter()
            .map(|i| i["indicator"].as_str().unwrap().to_owned())
            .collect()
    };
    // Nine of ten in each of three layers: at least 27 indicators change, since none is advanced yet.
    assert!(found.iter().all(|plan| items(plan).len() >= 27), "{:?}", items(&found[0]));
    let first = items(&found[0]);
    assert!(found[1..].iter().all(|plan| items(plan) != first));
    let (text, _, code) = case.output("plan office --unit home --to advanced --lang zh");
    assert_eq!(code, 0);
    assert!(text.contains("高级"), "{text}");
}

#[test]
fn what_stands_behind_grades_is_told_in_both_languages_and_wrong_words_are_said() {
    let case = office();
    let (zh, _, code) =
        case.output("grade office --unit home --show fragile,calibration,chance,awards --lang zh");
    assert_eq!(code, 0);
    for words in
        ["足以改变等级的单项数据最小变动", "各等级阈值的达标情况", "没有带误差的数据", "何种版本的标准有效"]
    {
        assert!(zh.contains(words), "{words}: {zh}");
    }
    let (_, err, code) = case.output("grade office --show proof --standard opn-city");
    assert_eq!(code, 2);
    assert!(err.contains("did you mean `open-city`?"), "{err}");
    let (_, err, code) = case.output("grade office --show prof");
    assert_eq!(code, 2);
    assert!(err.contains("proof"), "{err}");
}

#[test]
fn the_report_of_the_office_builds_in_both_languages() {
    let case = office();
    let (_, err, code) = case.output("report office --out office.html --lang en,zh");
    assert_eq!(code, 0, "{err}");
    let page = case.read("office.html");
    assert!(page.contains("Intermediate") && page.contains("中级"));
}
