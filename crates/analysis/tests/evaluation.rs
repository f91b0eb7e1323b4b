//! What is taken from an evaluation: series, groups, directions and weights at a stage.

#![allow(clippy::unwrap_used, reason = "a test may panic, also in its helpers")]

use gradus_analysis::evaluation::View;
use gradus_engine::{Evaluation, Methods, Stage, evaluate};
use gradus_method::Direction;
use gradus_model::number::parse_decimal;
use gradus_model::observation::Status;
use gradus_model::{DataSet, Id, Observation, Package, Period, Value, decode};

const TEXT: &str = "
format = 1
[index]
id = 'i'
name = 'I'
[[group]]
id = 'g'
name = 'G'
weight = 3
[[group]]
id = 'board'
name = 'Board'
aggregate = 'none'
[[indicator]]
id = 'a'
name = 'A'
parent = 'g'
direction = 'lower'
normalize = 'min-max'
[[indicator]]
id = 'b'
name = 'B'
parent = 'g'
weight = { formula = 'b' }
normalize = 'min-max'
[[indicator]]
id = 'c'
name = 'C'
parent = 'board'
normalize = 'min-max'
[[indicator]]
id = 'd'
name = 'D'
normalize = 'min-max'
[[step]]
id = 'scaled'
normalize = 'z-score'
only = ['d']
";

fn run() -> (Package, Evaluation) {
    let (package, found) = decode::decode("package.toml", TEXT);
    let package = package.unwrap_or_else(|| panic!("{found:#?}"));
    let mut data = DataSet {
        variables: package.variables().iter().map(|v| v.id.clone()).collect(),
        units: ["x", "y", "z"].iter().map(|unit| Id::new(unit).unwrap()).collect(),
        ..DataSet::default()
    };
    for (unit, variable, period, value) in [
        (0, "a", 2019, "1"),
        (1, "a", 2019, "2"),
        (2, "a", 2019, "3"),
        (0, "a", 2021, "4"),
        (0, "b", 2019, "1"),
        (1, "b", 2019, "3"),
        (0, "c", 2019, "7"),
        (1, "c", 2019, "9"),
        (0, "d", 2019, "5"),
        (1, "d", 2019, "6"),
        (2, "d", 2019, "10"),
    ] {
        data.observations.push(Observation {
            unit,
            variable: data.variable(variable).unwrap(),
            period: Some(Period::year(period)),
            value: Value::Number(parse_decimal(value).unwrap()),
            status: Status::Final,
            place: None,
            detail: Default::default(),
        });
    }
    let (evaluation, _) = evaluate(&package, &Methods::default(), &data).unwrap_or_else(|e| panic!("{e:#?}"));
    (package, evaluation)
}

#[test]
fn series_groups_and_directions_are_those_of_the_stage() {
    let (package, evaluation) = run();
    let view = |stage| View { package: &package, evaluation: &evaluation, stage, period: 0 };
    let ix = |code| package.node(code).unwrap();
    let (raw, scores) = (view(Stage::Raw), view(Stage::Scores));
    assert_eq!(raw.one(ix("a")).values, [Some(1.0), Some(2.0), Some(3.0)]);
    assert_eq!(raw.one(ix("b")).values, [Some(1.0), Some(3.0), None]);
    assert!(!raw.has(ix("g")) && scores.has(ix("g")) && !scores.has(ix("board")));
    // Less is better in figures, and never in scores; a step of the pipeline that normalizes turns them before.
    let direction = |view: View<'_>, code| view.directions(&[ix(code)])[0];
    assert_eq!(direction(raw, "a"), Direction::Lower);
    assert_eq!(direction(scores, "a"), Direction::Higher);
    assert_eq!(direction(view(Stage::Step(0)), "a"), Direction::Lower);
    assert_eq!(raw.rising(&[ix("a")])[0].values[2], Some(-3.0));
    let groups = |view: View<'_>, below| -> Vec<String> {
        let named = |g: gradus_analysis::Group| {
            let members: Vec<&str> = g.members.iter().map(|m| m.as_str()).collect();
            format!("{}: {}", g.code, members.join(" "))
        };
        view.groups(below).into_iter().map(named).collect()
    };
    assert_eq!(groups(raw, Package::ROOT), ["g: a b"]);
    assert_eq!(groups(scores, Package::ROOT), ["i: g d", "g: a b"]);
    assert_eq!(groups(scores, ix("board")), Vec::<String>::new());
    assert_eq!(raw.groups_of_indicators(Package::ROOT)[0].members.len(), 4);
    assert_eq!(scores.level(1), [ix("g"), ix("d")]);
    let (times, values) = raw.over_periods(ix("a"), 0);
    assert_eq!((times, values), (vec![2019.0, 2021.0], vec![Some(1.0), Some(4.0)]));
}

#[test]
fn weights_are_those_of_the_run_and_end_at_a_scoreboard() {
    let (package, evaluation) = run();
    let view = View { package: &package, evaluation: &evaluation, stage: Stage::Scores, period: 0 };
    let found: Vec<String> =
        view.weights().iter().map(|node| format!("{} {:.4}", node.code, node.weight)).collect();
    // `b` weighs 1 for x and 3 for y beside 1 of `a`: one half and three quarters.
    assert_eq!(found, ["i 1.0000", "g 0.7500", "a 0.3750", "b 0.6250", "d 0.2500"]);
}
