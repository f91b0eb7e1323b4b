//! `gradus plan` as its users run it, in both languages and all formats.

#![allow(
    clippy::disallowed_methods,
    clippy::unwrap_used,
    reason = "tests prepare files, and stop where they fail"
)]

mod support;

use support::Case;

/// A standard by points with a minimum, a veto and a reporting duty; one figure is missing, efforts are declared.
fn case() -> Case {
    let case = Case::empty();
    case.write(
        "package.toml",
        r#"format = 1

[index]
id = "town"
name = { en = "Town index", zh = "城镇指数" }
aggregate = "arithmetic"

[policy]
currency = "million EUR"
periods = { use = "as-of", year = 2020 }

[defaults]
normalize = { method = "goalposts", lower = 0, upper = 100 }

[[grade]]
id = "basic"
name = { en = "Basic", zh = "初级" }

[[grade]]
id = "full"
name = { en = "Full", zh = "高级" }

[[standard]]
id = "livable"
name = { en = "Livable town", zh = "宜居城镇" }
gate = { never = "accident", within-years = 3 }
rule = { all-of = [
    { points = { basic = 4, full = 7 }, each = { basic = 1, full = 2 }, in = ["water", "parks", "buses", "trust"] },
    { every = "water" },
] }

[[unit]]
id = "riga"
name = { en = "Riga", zh = "里加" }
role = "own"

[[unit]]
id = "minsk"
name = { en = "Minsk", zh = "明斯克" }

[[indicator]]
id = "water"
name = { en = "Access to water", zh = "供水普及率" }
unit = "%"
ladder = { basic = 90, full = 99 }
effort = { money = 4, difficulty = 2, owner = { en = "Water works", zh = "水务局" } }

[[indicator]]
id = "parks"
name = { en = "Parks per head", zh = "人均公园面积" }
unit = "m²"
ladder = { basic = 10, full = 20 }
effort = { money = 3, difficulty = { basic = 1, full = 4 }, feasible = 18, owner = { en = "Parks department", zh = "园林局" } }

[[indicator]]
id = "buses"
name = { en = "Waiting time for buses", zh = "公交候车时间" }
unit = "min"
direction = "lower"
ladder = { basic = 10, full = { value = 5, years = 2 } }
tags = ["gameable"]
effort = { money = 6, difficulty = 3 }

[[indicator]]
id = "trust"
name = { en = "Citizens who feel at home", zh = "居民归属感" }
unit = "%"
ladder = { basic = 50, full = 70 }
effort = { money = 1, difficulty = 5 }

[[indicator]]
id = "accident"
name = { en = "Major accidents", zh = "重大事故" }
direction = "lower"
normalize = "none"

[[data]]
file = "data.csv"
layout = "wide"
columns = { unit = "city", period = "year" }
"#,
    );
    case.write(
        "data.csv",
        "city,year,water,parks,buses,trust,accident
riga,2018,80,8,14,,0
riga,2019,82,9,13,,1
riga,2020,84,9,12,,0
minsk,2018,88,10,12,40,0
minsk,2019,91,11,11,44,0
minsk,2020,94,12,8,48,0
",
    );
    case
}

fn ok(case: &Case, arguments: &str) -> String {
    let (out, err, code) = case.output(arguments);
    assert_eq!(code, 0, "{arguments}: {err}");
    out
}

#[test]
fn a_plan_reads_alike_in_both_languages() {
    let case = case();
    let mut all = String::new();
    for arguments in [
        "plan .",
        "plan . --lang zh",
        "plan . --effort money --lang en",
        "plan . --effort money --to full --top 2 --lang zh",
        "plan . --effort difficulty --format csv",
        "plan . --to-score 70 --effort money",
        "plan . --to-rank 1 --effort money --lang zh",
        "plan . --to-score 70 --effort points --format csv",
    ] {
        all += &format!("$ gradus {arguments}\n{}\n", ok(&case, arguments));
    }
    insta::assert_snapshot!("plan", all);
}

#[test]
fn programs_get_every_number() {
    let found: serde_json::Value =
        serde_json::from_str(&ok(&case(), "plan . --effort money --format json")).unwrap();
    let plan = &found[0];
    assert_eq!(plan["grade"], "basic");
    assert_eq!(plan["cause"], false);
    // 6 points of water at 4, 1 of parks at 3, 2 minutes at 6, and 2 of trust from the worst figure at 1; the veto costs time.
    assert_eq!(plan["plans"][0]["effort"], 41);
    assert_eq!(plan["plans"][0]["wait"], 2);
    let items = plan["plans"][0]["items"].as_array().unwrap();
    let of = |code: &str| items.iter().find(|item| item["indicator"] == code).unwrap();
    assert_eq!((of("water")["gap"].as_i64(), of("water")["owner"].as_str()), (Some(6), Some("Water works")));
    assert_eq!((of("accident")["action"].as_str(), of("accident")["wait"].as_i64()), (Some("wait"), Some(2)));
    assert_eq!(of("buses")["gameable"], true);
    assert!(plan["no-regret"].as_array().unwrap().iter().any(|code| code == "water"));
    assert_eq!(plan["stopped-at"], serde_json::Value::Null);
    let score: serde_json::Value =
        serde_json::from_str(&ok(&case(), "plan . --to-score 70 --effort money --format json")).unwrap();
    assert!(score[0]["reached"].as_f64().unwrap() >= 70.0);
    assert!(score[0]["at-least"].as_f64().unwrap() <= score[0]["effort"].as_f64().unwrap() + 1e-6);
}

#[test]
fn a_limit_is_said_and_no_plan_ends_with_one() {
    let case = case();
    let out = ok(&case, "plan . --effort money --limit 7");
    assert!(out.contains("costs at least"), "{out}");
    // All eight points, one of which is beyond what the package says is within reach.
    case.write("package.toml", &case.read("package.toml").replace("full = 7", "full = 8"));
    let (out, _, code) = case.output("plan . --effort money --to full");
    assert_eq!(code, 1, "{out}");
    assert!(out.contains("There is no plan") && out.contains("within reach: Parks per head"), "{out}");
    for wrong in ["plan . --to best", "plan . --standard no", "plan . --to-score high", "plan . --to-rank 9"]
    {
        let (_, err, code) = case.output(wrong);
        assert!(code == 2 && err.contains("help:"), "{wrong}: {err}");
    }
}
