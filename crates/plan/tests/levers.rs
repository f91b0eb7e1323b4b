//! What can be moved and what it takes: steps held for years, vetoes, qualities, figures that are missing, and efforts in every unit.

#![allow(clippy::unwrap_used, reason = "a test may panic, also in its helpers")]

use gradus_engine::{Methods, evaluate};
use gradus_model::observation::{Detail, Status};
use gradus_model::{DataSet, Decimal, Id, Observation, Package, Period, Value, decode};
use gradus_plan::{Act, Ask, Effort, GradePlans, Kind, Planner, Refused, Saved, Source, Without};
use gradus_standard::grade;
use std::sync::Arc;

const HEAD: &str = "format = 1\n[index]\nid = 'i'\nname = 'I'\naggregate = 'none'\n[policy]\nperiods = { use = 'as-of', year = 2020 }
    [[grade]]\nid = 'low'\nname = 'Low'\n[[grade]]\nid = 'high'\nname = 'High'\n";

fn package(text: &str) -> Package {
    let (package, found) = decode::decode("package.toml", &format!("{HEAD}{text}"));
    package.unwrap_or_else(|| panic!("{found:#?}"))
}

/// Figures as unit, variable, year and text; a quality behind a `/`.
fn data(package: &Package, figures: &[(&str, &str, i16, &str)]) -> DataSet {
    let variables: Vec<Id> = package.variables().iter().map(|v| v.id.clone()).collect();
    let mut units: Vec<Id> = Vec::new();
    let mut observations = Vec::new();
    for (unit, variable, year, text) in figures {
        let unit = units.iter().position(|known| *known == **unit).unwrap_or_else(|| {
            units.push(Id::new(unit).unwrap());
            units.len() - 1
        });
        let variable = variables.iter().position(|known| *known == **variable).unwrap();
        let (text, quality) =
            text.split_once('/').map_or((*text, None), |(text, q)| (text, Some(Arc::from(q))));
        let scaled = package.variables()[variable].scale.is_some();
        observations.push(Observation {
            unit,
            variable,
            period: Some(Period::year(*year)),
            value: if scaled {
                Value::Level(text.parse().unwrap())
            } else {
                Value::Number(text.parse().unwrap())
            },
            status: Status::default(),
            place: None,
            detail: Arc::new(Detail { quality, ..Detail::default() }),
        });
    }
    DataSet { units, variables, observations: observations.into(), ..DataSet::default() }
}

fn planned(text: &str, figures: &[(&str, &str, i16, &str)], ask: &Ask) -> Result<GradePlans, Refused> {
    let package = package(text);
    let data = data(&package, figures);
    let methods = Methods::default();
    let (evaluation, _) = evaluate(&package, &methods, &data).unwrap();
    let grading = grade(&package, &data, &evaluation);
    let source = Source {
        package: &package,
        methods: &methods,
        data: &data,
        evaluation: &evaluation,
        grading: &grading,
    };
    Planner::new(source, 0).grade(0, ask)
}

fn dec(text: &str) -> Decimal {
    text.parse().unwrap()
}

const EVERY: &str = "[[standard]]\nid = 's'\nname = 'S'\nrule = { every = '*' }\n";

#[test]
fn a_step_that_must_be_held_for_years_names_the_years_that_are_left() {
    let text = format!(
        "{EVERY}[[indicator]]\nid = 'x'\nname = 'X'\nladder = {{ low = {{ value = 5, years = 4 }} }}\n"
    );
    let ask = Ask { effort: Some(Effort::Points), ..Ask::default() };
    // Two of four years are there: nothing is to be moved, and two more years to be waited for.
    let found =
        planned(&text, &[("u", "x", 2018, "3"), ("u", "x", 2019, "5"), ("u", "x", 2020, "6")], &ask).unwrap();
    let item = &found.levers[0].moves[0];
    assert_eq!((item.gap, item.effort, item.wait), (Some(Decimal::ZERO), Some(Decimal::ZERO), 2));
    assert_eq!((found.plans[0].effort, found.plans[0].wait), (Decimal::ZERO, 2));
    // None: the year in which it is reached is the first of four.
    let found = planned(&text, &[("u", "x", 2020, "4"), ("v", "x", 2020, "2")], &ask).unwrap();
    let item = &found.levers[0].moves[0];
    assert_eq!((item.gap, item.wait), (Some(Decimal::ONE), 3));
}

#[test]
fn a_veto_cannot_be_bought_but_lapses() {
    let text = "[[standard]]\nid = 's'\nname = 'S'\ngate = { never = 'accident', within-years = 5 }\nrule = { every = 'x' }
        [[indicator]]\nid = 'x'\nname = 'X'\nladder = { low = 5 }\n[[indicator]]\nid = 'accident'\nname = 'A'\ndirection = 'lower'\n";
    let years = |bad: i16| -> Vec<(&str, &str, i16, &str)> {
        let mut all = vec![("u", "x", 2020, "6")];
        all.extend((2016..=2020).map(|year| ("u", "accident", year, if year == bad { "1" } else { "0" })));
        all
    };
    let found = planned(text, &years(2018), &Ask::default()).unwrap();
    let lever = &found.levers[found.plans[0].items[0].0];
    assert_eq!((lever.kind, lever.moves[0].act, lever.moves[0].wait), (Kind::Veto, Act::Wait, 3));
    assert_eq!((found.plans.len(), found.plans[0].wait), (1, 3));
    assert_eq!(found.without, [(0, Without::None)]);
}

#[test]
fn a_figure_of_the_quality_asked_for_and_one_that_is_missing() {
    let text = "[[standard]]\nid = 's'\nname = 'S'\nrule = { reported = 2, in = '*', quality = 'verified' }
        [[indicator]]\nid = 'x'\nname = 'X'\n[[indicator]]\nid = 'y'\nname = 'Y'\n[[indicator]]\nid = 'z'\nname = 'Z'\n";
    let found =
        planned(text, &[("u", "x", 2020, "1/verified"), ("u", "y", 2020, "1/estimated")], &Ask::default())
            .unwrap();
    let acts: Vec<(Kind, Act)> = found.levers.iter().map(|l| (l.kind, l.moves[0].act)).collect();
    assert_eq!(acts, [(Kind::Quality, Act::Verify), (Kind::Figure, Act::Report)]);
    // Either of the two is enough.
    assert_eq!(found.plans.iter().map(|p| p.items.clone()).collect::<Vec<_>>(), [[(0, 0)], [(1, 0)]]);
    assert_eq!(found.no_regret().count(), 0);
}

#[test]
fn efforts_are_years_at_the_best_pace_of_a_peer_or_steps_but_never_both() {
    let ladder = "ladder = { low = 10, high = 20 }\n";
    let text = format!(
        "{EVERY}[[indicator]]\nid = 'x'\nname = 'X'\n{ladder}[[indicator]]\nid = 'y'\nname = 'Y'\n{ladder}effort = {{ lead-years = {{ low = 4, high = 9 }} }}\n"
    );
    let series = |unit, variable, first: i16, step: i16| {
        (0..3i16).map(move |at| (unit, variable, 2018 + at, first + at * step)).collect::<Vec<_>>()
    };
    let mut rows: Vec<(&str, &str, i16, i16)> = vec![("u", "x", 2020, 4), ("u", "y", 2020, 7)];
    rows.extend(series("v", "x", 2, 2));
    rows.extend(series("w", "x", 0, 3));
    let texts: Vec<String> = rows.iter().map(|(.., x)| x.to_string()).collect();
    let figures: Vec<(&str, &str, i16, &str)> = rows
        .iter()
        .zip(&texts)
        .map(|((unit, variable, year, _), text)| (*unit, *variable, *year, text.as_str()))
        .collect();
    // 6 at 3 a year, and 4 years that the package declares.
    let found = planned(&text, &figures, &Ask::default()).unwrap();
    assert_eq!((found.effort, found.chosen), (Effort::Years, Some((2, 2))));
    assert_eq!((found.plans[0].effort, found.plans[0].years), (dec("6"), Some(dec("4"))));
    let high = planned(&text, &figures, &Ask { grade: Some(1), ..Ask::default() }).unwrap();
    assert_eq!(high.plans[0].effort, (dec("16") / dec("3")).round_dp(9) + dec("13"));
    // Without the lead years, one of two has no years: steps for both, each as wide as the ladder's.
    let bare = text.replace("effort = { lead-years = { low = 4, high = 9 } }", "");
    let found = planned(&bare, &figures, &Ask::default()).unwrap();
    assert_eq!((found.effort, found.chosen), (Effort::Points, Some((2, 1))));
    assert_eq!(found.plans[0].effort, dec("0.9"));
    let high = planned(&bare, &figures, &Ask { grade: Some(1), ..Ask::default() }).unwrap();
    assert_eq!(high.plans[0].effort, dec("2.9"));
    // Asked for years, the other one cannot be had.
    let found = planned(&bare, &figures, &Ask { effort: Some(Effort::Years), ..Ask::default() }).unwrap();
    assert!(found.plans.is_empty() && found.obstacle.is_some());
}

#[test]
fn money_and_difficulty_by_unit_and_by_step_as_far_as_is_within_reach() {
    let text = format!(
        "{EVERY}[[indicator]]\nid = 'x'\nname = 'X'\ndirection = 'lower'\nladder = {{ low = 10, high = 4 }}\neffort = {{ money = 2.5, difficulty = 2, feasible = 5 }}
        [[indicator]]\nid = 'y'\nname = 'Y'\nscale = ['a', 'b', 'c']\nladder = {{ low = 'b', high = 'c' }}\neffort = {{ money = {{ low = 7, high = 11 }}, difficulty = {{ low = 1, high = 5 }} }}\n"
    );
    let figures = [("u", "x", 2020, "13"), ("u", "y", 2020, "0")];
    let of = |effort, grade| {
        planned(&text, &figures, &Ask { effort: Some(effort), grade: Some(grade), ..Ask::default() }).unwrap()
    };
    assert_eq!(of(Effort::Money, 0).plans[0].effort, dec("14.5"));
    assert_eq!(of(Effort::Difficulty, 0).plans[0].effort, dec("3"));
    // The higher grade asks for 4 of what can be brought to 5.
    let high = of(Effort::Money, 1);
    assert!(high.plans.is_empty());
    assert!(high.levers[0].moves[1].beyond);
    let relaxed: Vec<(usize, usize, Saved)> =
        high.relaxed.iter().map(|r| (r.lever, r.step, r.saved)).collect();
    assert_eq!(relaxed, [(0, 1, Saved::Possible(dec("18")))]);
}

#[test]
fn what_is_unknown_is_reckoned_from_the_worst_and_worth_finding_out() {
    let text = "[[standard]]\nid = 's'\nname = 'S'\nrule = { count = 2, in = '*' }
        [[indicator]]\nid = 'x'\nname = 'X'\nladder = { low = 10 }\neffort = { money = 1 }
        [[indicator]]\nid = 'y'\nname = 'Y'\nladder = { low = 10 }\neffort = { money = 1 }
        [[indicator]]\nid = 'z'\nname = 'Z'\nladder = { low = 10 }\neffort = { money = 1 }\n";
    let figures =
        [("u", "x", 2020, "7"), ("u", "y", 2020, "4"), ("v", "z", 2020, "1"), ("w", "z", 2020, "8")];
    let found = planned(text, &figures, &Ask { effort: Some(Effort::Money), ..Ask::default() }).unwrap();
    // 3 + 6; 3 + 9; 6 + 9.
    let efforts: Vec<Decimal> = found.plans.iter().map(|p| p.effort).collect();
    assert_eq!(efforts, [dec("9"), dec("12"), dec("15")]);
    assert_eq!(found.levers[2].now, None);
    let worth: Vec<(usize, Saved)> = found.found_out.iter().map(|f| (f.lever, f.saved)).collect();
    assert_eq!(worth, [(2, Saved::Effort(dec("6")))]);
    // Lowering a threshold to the present figure saves what reaching it costs, or what it stands in for.
    let relaxed: Vec<(usize, Saved)> = found.relaxed.iter().map(|r| (r.lever, r.saved)).collect();
    assert_eq!(relaxed, [(1, Saved::Effort(dec("6"))), (0, Saved::Effort(dec("3")))]);
    let without: Vec<(usize, Without)> = found.without.clone();
    assert_eq!(without, [(0, Without::Dearer(dec("6"))), (1, Without::Dearer(dec("3")))]);
    assert_eq!(found.idle, Vec::<usize>::new());
}

#[test]
fn nothing_is_planned_for_what_is_held_or_not_there() {
    let text = format!("{EVERY}[[indicator]]\nid = 'x'\nname = 'X'\nladder = {{ low = 5, high = 6 }}\n");
    let held = [("u", "x", 2020, "9")];
    assert_eq!(planned(&text, &held, &Ask::default()).unwrap_err(), Refused::Held);
    assert_eq!(planned(&text, &held, &Ask { grade: Some(0), ..Ask::default() }).unwrap_err(), Refused::Held);
    assert_eq!(
        planned(&text, &held, &Ask { standard: Some(3), ..Ask::default() }).unwrap_err(),
        Refused::NoStandard
    );
}
