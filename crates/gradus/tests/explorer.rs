//! The explorer gives what the engine gives, to the digit: for every built-in package, under scenarios drawn at random, natively and
//! as the module that ships.
#![allow(clippy::unwrap_used, reason = "a test may panic, also in its helpers")]
#![allow(clippy::disallowed_methods, reason = "the test hands files to Node.js")]

use gradus::engine::whatif::{self, Change, changed};
use gradus::explorer::{MOST_CHANGES, Opening, Session, explore, opening};
use gradus::model::Package;
use gradus::model::observation::Value;
use gradus::model::package::Threshold;
use gradus::{Methods, Outcome};
use serde_json::{Value as Json, json};
use std::path::Path;
use std::process::Command;

struct Case {
    id: &'static str,
    outcome: Outcome,
    period: usize,
    opening: String,
}

/// Every built-in package that has something to compare.
fn cases() -> Vec<Case> {
    let mut out = Vec::new();
    for built_in in gradus::library::list() {
        let bundle = gradus::open(built_in.id).unwrap();
        let outcome = gradus::evaluate(&bundle, &Methods::default()).unwrap();
        let evaluation = &outcome.evaluation;
        if evaluation.units.is_empty() || evaluation.periods.is_empty() {
            continue;
        }
        let period = evaluation.current_period();
        let own = outcome.own_unit().map(|own| evaluation.units[own].clone());
        let opening = opening(&Opening {
            package: bundle.text(),
            data: &outcome.import.data,
            unit_names: &outcome.import.unit_names,
            period: evaluation.periods[period],
            weights: None,
            own: own.as_ref(),
        });
        out.push(Case { id: built_in.id, outcome, period, opening });
    }
    assert!(out.len() >= 10, "only {} packages have anything to compare", out.len());
    out
}

/// A small generator of numbers, the same on every machine.
struct Draw(u64);

impl Draw {
    fn below(&mut self, n: usize) -> usize {
        self.0 = self.0.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        usize::try_from(self.0 >> 33).unwrap() % n
    }
}

/// A scenario as the page sends it, and the same as changes of the engine.
fn scenario(case: &Case, draw: &mut Draw) -> (Json, Vec<Change>) {
    let Outcome { package, import, evaluation, .. } = &case.outcome;
    let unit = draw.below(evaluation.units.len());
    let code = evaluation.units[unit].to_string();
    let (mut weights, mut figures, mut thresholds) = (Vec::new(), Vec::new(), Vec::new());
    let mut changes = Vec::new();
    let about = Session::open(&case.opening).unwrap().about().parse::<Json>().unwrap();
    let movable: Vec<&str> = about["nodes"]
        .as_array()
        .unwrap()
        .iter()
        .filter(|n| n["movable"] == true)
        .map(|n| n["id"].as_str().unwrap())
        .collect();
    for _ in 0..draw.below(4).min(movable.len()) {
        let id = movable[draw.below(movable.len())];
        let text = ["1", "0.35", "2/3", "7.125", "1e1"][draw.below(5)];
        weights.push(json!([id, text]));
        let weight = whatif::weight(text).unwrap();
        changes.push(Change::Weight { node: package.node(id).unwrap(), weight });
    }
    let row = evaluation.row(unit, case.period);
    for (ix, node, of) in package.indicators() {
        let observed = evaluation.observation(&import.data, ix, row).map(|o| o.value);
        if let (Some(Value::Number(x)), None, 0) = (observed, &of.formula, draw.below(5)) {
            let text = match draw.below(6) {
                0 => "missing".to_owned(),
                // Digits of the figure in another order of size, as a reader would type them.
                at => x
                    .checked_mul(["0.5", "0.97", "1.03", "1.5", "2"][at - 1].parse().unwrap())
                    .unwrap()
                    .to_string(),
            };
            figures.push(json!([code, node.id.as_str(), text]));
            let value = whatif::figure(package, ix, &text).unwrap();
            changes.push(Change::Figure { unit, indicator: ix, value });
        }
        // The lowest step where less is easier, the highest where more is: ladders go on climbing.
        if let (Some(step), 0) = (of.ladder.last(), draw.below(6))
            && let Threshold::Number(x) = step.threshold
        {
            let harder =
                if of.direction == gradus::model::package::Direction::Higher { "1.1" } else { "0.9" };
            let text = x.checked_mul(harder.parse().unwrap()).unwrap().to_string();
            thresholds.push(json!([node.id.as_str(), package.grades[step.grade].id.as_str(), text]));
            let threshold = whatif::threshold(package, ix, &text).unwrap();
            changes.push(Change::Threshold { indicator: ix, grade: step.grade, threshold });
        }
    }
    let node = &package.nodes[draw.below(package.nodes.len())].id;
    let json = json!({
        "weights": weights, "figures": figures, "thresholds": thresholds, "node": node.as_str(), "unit": code,
    });
    (json, changes)
}

/// Compares one answer with what the engine itself makes of the changes.
fn compare(case: &Case, json: &Json, changes: &[Change], answer: &Json) -> (usize, usize) {
    let Outcome { package, import, evaluation, .. } = &case.outcome;
    let place = format!("{} under {json}", case.id);
    let made =
        changed(package, &import.data, evaluation, case.period, changes).and_then(|(package, data)| {
            // As the command line computes it: imputed values are drawn, too.
            let (after, _) = gradus::engine::evaluate(&package, &Methods::default(), &data)?;
            Ok((package, data, after))
        });
    let (other, data, after) = match made {
        Ok(made) => made,
        Err(found) => {
            assert_eq!(answer["ok"], false, "{place}");
            assert_eq!(answer["errors"][0]["id"], found.iter().next().unwrap().kind.id, "{place}");
            return (0, 0);
        }
    };
    assert_eq!(answer["ok"], true, "{place}: {answer}");
    let period = after.periods.iter().position(|p| *p == evaluation.periods[case.period]).unwrap();
    let node = package.node(json["node"].as_str().unwrap_or(package.nodes[0].id.as_str())).unwrap();
    let grading = gradus::standard::grade(&other, &data, &after);
    let (mut scores, mut moved) = (0, 0);
    for row in answer["rows"].as_array().unwrap() {
        let unit = evaluation.units.iter().position(|u| *u == *row["unit"].as_str().unwrap()).unwrap();
        let sides = [
            (
                &row["official"],
                evaluation,
                case.outcome.grading.row(evaluation.row(unit, case.period)),
                case.period,
            ),
            (&row["yours"], &after, grading.row(after.row(unit, period)), period),
        ];
        for (said, evaluation, grades, period) in sides {
            let at = evaluation.row(unit, period);
            let score = evaluation.score(node, at);
            assert_eq!(said["score"]["exact"].as_str(), score.map(|x| x.to_string()).as_deref(), "{place}");
            assert_eq!(said["score"]["double"].as_f64(), score.map(|x| x.to_f64()), "{place}");
            assert_eq!(said["rank"].as_f64(), evaluation.rank(node, at), "{place}");
            if node == Package::ROOT {
                let intervals: Vec<(Option<usize>, Option<usize>)> = grades
                    .iter()
                    .flat_map(|g| g.standards())
                    .map(|s| (s.interval.proven, s.interval.possible))
                    .collect();
                let grade = |g: &Json, key: &str| g[key].as_u64().map(|g| usize::try_from(g).unwrap());
                let answered: Vec<_> = said["grades"]
                    .as_array()
                    .unwrap()
                    .iter()
                    .map(|g| (grade(g, "proven"), grade(g, "possible")))
                    .collect();
                assert_eq!(answered, intervals, "{place}");
            }
            scores += usize::from(score.is_some());
        }
        assert_eq!(row["moved"], row["official"] != row["yours"], "{place}");
        moved += usize::from(row["moved"] == true);
    }
    assert_eq!(answer["rows"].as_array().unwrap().len(), evaluation.units.len());
    assert_eq!(answer["moved"], moved, "{place}");
    (scores, moved)
}

#[test]
fn nothing_changed_is_the_official_result() {
    let mut scores = 0;
    for case in cases() {
        let answer: Json = explore(&case.opening, "{}").parse().unwrap();
        let (n, moved) = compare(&case, &json!({}), &[], &answer);
        assert_eq!((moved, &answer["changes"]), (0, &json!(0)), "{}", case.id);
        scores += n;
    }
    assert!(scores > 500, "only {scores} scores");
}

#[test]
fn random_scenarios_give_the_digits_of_the_engine() {
    let (mut scores, mut moved, mut n) = (0, 0, 0);
    for (seed, case) in cases().iter().enumerate() {
        let mut draw = Draw(seed as u64);
        let session = Session::open(&case.opening).unwrap();
        for _ in 0..12 {
            let (json, changes) = scenario(case, &mut draw);
            let answer = session.answer(&json.to_string());
            let (s, m) = compare(case, &json, &changes, &answer.parse().unwrap());
            (scores, moved, n) = (scores + s, moved + m, n + 1);
        }
    }
    assert!(n > 100 && scores > 2000 && moved > 300, "{n} scenarios, {scores} scores, {moved} moved");
}

/// Texts that no page sends.
fn hostile() -> Vec<String> {
    let many: Vec<Json> = (0..=MOST_CHANGES).map(|_| json!(["x", "1"])).collect();
    let mut out: Vec<String> = [
        "",
        "null",
        "[]",
        "{",
        "\u{0}",
        "{\"weights\":{}}",
        "{\"weights\":[1]}",
        "{\"weights\":[[\"gdp\"]]}",
        "{\"figures\":[[\"a\",\"b\"]]}",
        "{\"figures\":[[\"a\",\"b\",\"c\"]]}",
        "{\"node\":7}",
        "{\"node\":\"no-such\"}",
        "{\"unit\":\"\"}",
        "{\"drop\":[]}",
        "{\"thresholds\":[[\"\",\"\",\"\"]]}",
    ]
    .map(str::to_owned)
    .to_vec();
    out.push("[".repeat(100_000));
    out.push(json!({ "weights": many }).to_string());
    out
}

#[test]
fn hostile_texts_get_an_error_for_an_answer() {
    let id = "regional-center";
    let case = cases().into_iter().find(|case| case.id == id).unwrap();
    let session = Session::open(&case.opening).unwrap();
    let refused = |answer: &str, text: &str| {
        let answer: Json = answer.parse().unwrap();
        let first = &answer["errors"][0];
        let (message, help) = (first["message"].as_str(), first["help"].as_str());
        assert!(
            answer["ok"] == false && message.is_some_and(|m| !m.is_empty()) && help.is_some(),
            "{text}: {answer}"
        );
    };
    for text in hostile() {
        let shown: String = text.chars().take(60).collect();
        refused(&session.answer(&text), &shown);
        refused(&explore(&text, "{}"), &shown);
    }
    let package = &case.outcome.package;
    let unit = case.outcome.evaluation.units[0].as_str();
    let (indicator, of) = package
        .indicators()
        .find(|(_, _, of)| of.formula.is_none() && of.scale.is_none() && of.ladder.len() > 1)
        .map(|(_, node, of)| (node.id.as_str(), of))
        .unwrap();
    let grade = package.grades[of.ladder[0].grade].id.as_str();
    for number in
        ["NaN", "inf", "1e400", "-1e-400", "0x10", "1,5", "９", "1/0", "--1", "79228162514264337593543950336"]
    {
        for json in [
            json!({ "weights": [[indicator, number]] }),
            json!({ "figures": [[unit, indicator, number]] }),
            json!({ "thresholds": [[indicator, grade, number]] }),
        ] {
            refused(&session.answer(&json.to_string()), &json.to_string());
        }
    }
    refused(&session.answer(&json!({ "weights": [[indicator, "-1"]] }).to_string()), "a negative weight");
    refused(
        &session.answer(&json!({ "weights": [[package.nodes[0].id.as_str(), "1"]] }).to_string()),
        "the index's",
    );
    // What a decimal holds may still leave the range on the way: an answer all the same.
    for huge in
        ["79228162514264337593543950335", "-79228162514264337593543950335", "0.0000000000000000000000000001"]
    {
        for json in [
            json!({ "weights": [[indicator, huge]] }),
            json!({ "figures": [[unit, indicator, huge]] }),
            json!({ "thresholds": [[indicator, grade, huge]] }),
        ] {
            let answer: Json = session.answer(&json.to_string()).parse().unwrap();
            assert!(answer["ok"].is_boolean(), "{answer}");
        }
    }
    // The openings of a page that was tampered with.
    let whole: Json = case.opening.parse().unwrap();
    for (key, value) in [
        ("package", json!(1)),
        ("package", json!("format = 1")),
        ("data", json!(null)),
        ("data", json!({})),
        ("period", json!("1066")),
        ("weights", json!("no-such")),
    ] {
        let mut broken = whole.clone();
        broken[key] = value;
        refused(&explore(&broken.to_string(), "{}"), key);
    }
    for (key, value) in [
        ("unit", json!([0, 4_000_000_000_u64])),
        ("variable", json!([9999, 1])),
        ("values", json!([{ "level": -1 }])),
        ("units", json!(["a b"])),
        ("variables", json!([])),
        ("classes", json!({ "k": { "of": [], "changes": [[99, []]] } })),
    ] {
        let mut broken = whole.clone();
        broken["data"][key] = value;
        refused(&explore(&broken.to_string(), "{}"), key);
    }
}

/// The module that ships, run by Node.js, gives the bytes of the code it was made from.
#[test]
fn the_module_answers_in_the_same_bytes() {
    if Command::new("node").arg("--version").output().is_err() {
        println!("skipped: the module was not run, as there is no `node`; install Node.js 18 or newer");
        return;
    }
    let (mut all, mut answers) = (Vec::new(), 0);
    for (seed, case) in cases().iter().enumerate() {
        let session = Session::open(&case.opening).unwrap();
        let mut draw = Draw(1000 + seed as u64);
        let mut asked: Vec<String> = vec!["{}".to_owned()];
        asked.extend((0..4).map(|_| scenario(case, &mut draw).0.to_string()));
        if case.id == "regional-center" {
            asked.extend(hostile());
        }
        let expected: Vec<String> = asked.iter().map(|text| session.answer(text)).collect();
        answers += asked.len();
        all.push(json!({
            "id": case.id, "opening": case.opening, "about": session.about(), "asked": asked, "expected": expected,
        }));
    }
    let file = Path::new(env!("CARGO_TARGET_TMPDIR")).join("explorer-cases.json");
    std::fs::write(&file, Json::from(all).to_string()).unwrap();
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("../..");
    let ran = Command::new("node")
        .args([
            root.join("tests/browser/module.mjs"),
            root.join("crates/explorer/module/explorer.wasm.gz"),
            file,
        ])
        .output()
        .unwrap();
    let said = String::from_utf8_lossy(&ran.stdout);
    assert!(ran.status.success(), "{said}{}", String::from_utf8_lossy(&ran.stderr));
    assert!(said.contains(&format!("{answers} answers are the same")), "{said}");
}
