//! What holds for every built-in package as a whole: both arithmetics agree, the order of rows and of items in the file
//! does not matter, a plan run again gives the same, and what was published is reproduced.
#![allow(clippy::unwrap_used, reason = "a test may panic, also in its helpers")]
#![allow(clippy::disallowed_methods, reason = "the test is told by the environment where reference data lie")]

use gradus::data::Memory;
use gradus::engine::{Evaluation, Number, Plan, Run, Table, evaluate_in};
use gradus::library::{BuiltIn, list};
use gradus::model::{Arithmetic, Decimal, Package, Scalar};
use gradus::{Bundle, Methods, Outcome, Verification, verify};
use std::collections::BTreeMap;
use std::path::{Path, PathBuf};

fn bundle(built_in: &BuiltIn, package: &str, change: impl Fn(&str, &str) -> String) -> Bundle {
    let mut files = Memory::new();
    for (path, bytes) in built_in.files() {
        let text = std::str::from_utf8(bytes).unwrap();
        files.insert(path.clone(), change(&path, text).into_bytes());
    }
    Bundle::new(format!("{}/package.toml", built_in.id), package, files)
}

fn outcome(bundle: &Bundle) -> Outcome {
    gradus::evaluate(bundle, &Methods::default())
        .unwrap_or_else(|found| panic!("{}: {found:#?}", bundle.name()))
}

fn as_it_is(built_in: &BuiltIn) -> Outcome {
    outcome(&bundle(built_in, built_in.package_toml(), |_, text| text.to_owned()))
}

/// Scores and ranks by codes, so that results in different order can be compared.
fn by_code(package: &Package, evaluation: &Evaluation) -> BTreeMap<String, (Option<Number>, Option<f64>)> {
    let mut out = BTreeMap::new();
    for (ix, node) in package.nodes.iter().enumerate() {
        for row in 0..evaluation.n_rows() {
            let (unit, period) = evaluation.unit_and_period(row);
            let period = evaluation.periods[period].map(|p| p.to_string()).unwrap_or_default();
            let key = format!("{} {} {period}", node.id, evaluation.units[unit]);
            out.insert(key, (evaluation.score(ix, row), evaluation.rank(ix, row)));
        }
    }
    out
}

/// Compares scores within a share of their size, and ranks exactly where `ranks` says so.
fn agree(
    place: &str,
    package: (&Package, &Package),
    evaluation: (&Evaluation, &Evaluation),
    tolerance: f64,
    ranks: bool,
) -> usize {
    let (a, b) = (by_code(package.0, evaluation.0), by_code(package.1, evaluation.1));
    assert!(a.keys().eq(b.keys()), "{place}: other nodes, units or periods");
    let mut scores = 0;
    for ((key, (x, r)), (y, s)) in a.iter().zip(b.values()) {
        match (x, y) {
            (None, None) => {}
            (Some(x), Some(y)) => {
                scores += 1;
                let near = match (x.to_decimal(), y.to_decimal()) {
                    (Some(x), Some(y)) => {
                        let scale = x.abs().max(y.abs()).to_f64();
                        (x - y).abs().to_f64() <= tolerance * scale
                    }
                    _ => false,
                };
                assert!(near, "{place} {key}: {x} against {y}");
            }
            _ => panic!("{place} {key}: {x:?} against {y:?}"),
        }
        if ranks {
            assert_eq!(r, s, "{place} {key}: rank");
        }
    }
    scores
}

#[test]
fn decimal_and_binary64_agree_on_every_node() {
    let mut total = 0;
    for built_in in list() {
        let exact = as_it_is(built_in);
        let data = &exact.import.data;
        let in_arithmetic =
            |arithmetic| evaluate_in(&exact.package, &Methods::default(), data, arithmetic).unwrap().0;
        let decimal = in_arithmetic(Arithmetic::Decimal);
        let binary = in_arithmetic(Arithmetic::Binary64);
        let package = (&exact.package, &exact.package);
        total += agree(built_in.id, package, (&decimal, &binary), 1e-9, false);
    }
    assert!(total > 1000, "{total} scores compared");
}

#[test]
fn the_order_of_rows_in_the_data_does_not_matter() {
    for built_in in list() {
        let straight = as_it_is(built_in);
        let reversed = outcome(&bundle(built_in, built_in.package_toml(), |path, text| {
            if !path.starts_with("data/") {
                return text.to_owned();
            }
            let mut lines: Vec<&str> = text.lines().collect();
            assert!(lines.iter().all(|l| l.matches('"').count() % 2 == 0), "{path}: a field of two lines");
            lines[1..].reverse();
            lines.join("\n") + "\n"
        }));
        let packages = (&straight.package, &reversed.package);
        agree(built_in.id, packages, (&straight.evaluation, &reversed.evaluation), 0.0, true);
        for (unit, id) in straight.evaluation.units.iter().enumerate() {
            let other = reversed.evaluation.units.iter().position(|u| u == id).unwrap();
            for period in 0..straight.evaluation.periods.len() {
                let at = |outcome: &Outcome, unit| {
                    outcome
                        .grading
                        .row(outcome.evaluation.row(unit, period))
                        .unwrap()
                        .to_record(&outcome.grading)
                };
                assert_eq!(at(&straight, unit), at(&reversed, other), "{} {id}", built_in.id);
            }
        }
    }
}

#[test]
fn the_order_of_units_in_the_file_does_not_matter() {
    for built_in in list() {
        let straight = as_it_is(built_in);
        let text = reversed_tables(built_in.package_toml(), "[[unit]]");
        let reversed = outcome(&bundle(built_in, &text, |_, text| text.to_owned()));
        let packages = (&straight.package, &reversed.package);
        agree(built_in.id, packages, (&straight.evaluation, &reversed.evaluation), 0.0, true);
    }
}

#[test]
fn the_order_of_indicators_in_the_file_does_not_matter() {
    for built_in in list() {
        let straight = as_it_is(built_in);
        let text = reversed_tables(built_in.package_toml(), "[[indicator]]");
        let reversed = outcome(&bundle(built_in, &text, |_, text| text.to_owned()));
        let ids = |package: &Package| -> Vec<String> {
            package.indicators().map(|(_, node, _)| node.id.to_string()).collect()
        };
        assert_ne!(ids(&straight.package), ids(&reversed.package), "{}", built_in.id);
        // Sums run in the order of the file, so a quotient that does not end may differ in its last digits.
        let packages = (&straight.package, &reversed.package);
        agree(built_in.id, packages, (&straight.evaluation, &reversed.evaluation), 1e-20, true);
        assert_eq!(straight.grading.n_rows(), reversed.grading.n_rows());
        for (a, b) in straight.grading.rows().zip(reversed.grading.rows()) {
            let intervals = |row: gradus::standard::RowGrading<'_>| -> Vec<_> {
                row.standards().map(|s| s.interval).collect()
            };
            assert_eq!(intervals(a), intervals(b), "{}", built_in.id);
        }
    }
}

/// The package with its tables of one kind in reverse order, each with the sub-tables that belong to it.
fn reversed_tables(text: &str, heading: &str) -> String {
    let own = heading.trim_matches(['[', ']']);
    let mut pieces: Vec<(bool, String)> = vec![(false, String::new())];
    for line in text.lines() {
        let is_own = line.starts_with(heading);
        let is_other =
            line.starts_with('[') && !line.trim_start_matches('[').starts_with(&format!("{own}.")) && !is_own;
        if is_own || (is_other && pieces.last().unwrap().0) {
            pieces.push((is_own, String::new()));
        }
        let last = &mut pieces.last_mut().unwrap().1;
        last.push_str(line);
        last.push('\n');
    }
    let mut tables: Vec<String> = pieces.iter().filter(|(own, _)| *own).map(|(_, t)| t.clone()).collect();
    // `pop` takes the last one first.
    pieces.into_iter().map(|(own, t)| if own { tables.pop().unwrap() } else { t }).collect()
}

#[test]
fn a_plan_run_again_gives_the_same() {
    fn go<S: Scalar>(id: &str, outcome: &Outcome) {
        let (package, data) = (&outcome.package, &outcome.import.data);
        let table = Table::from_data(package, data).unwrap();
        let (plan, _) = Plan::<S>::compile(package, &Methods::default(), table).unwrap();
        let settings = plan.settings();
        let evaluation = |run: &Run<S>| plan.evaluation(package, data, &settings, run);
        let mut run = Run::new(&plan);
        plan.run(package, &settings, &mut run).unwrap();
        let first = evaluation(&run);
        plan.run(package, &settings, &mut run).unwrap();
        assert_eq!(evaluation(&run), first, "{id}: with nothing changed");
        run.forget();
        plan.run(package, &settings, &mut run).unwrap();
        assert_eq!(evaluation(&run), first, "{id}: in the same memory");
        let mut anew = Run::new(&plan);
        plan.run(package, &settings, &mut anew).unwrap();
        assert_eq!(evaluation(&anew), first, "{id}: in new memory");
        // Other weights and back again.
        let parts = plan.parts(Package::ROOT).len();
        if parts > 1 {
            let mut changed = settings.clone();
            let weights: Vec<S> = (0..parts).map(|k| S::from_count(k + 1)).collect();
            assert!(plan.set_weights(&mut changed, Package::ROOT, &weights));
            plan.run(package, &changed, &mut run).unwrap();
            plan.run(package, &settings, &mut run).unwrap();
            assert_eq!(evaluation(&run), first, "{id}: after other weights");
        }
    }
    for built_in in list() {
        let outcome = as_it_is(built_in);
        go::<Decimal>(built_in.id, &outcome);
        go::<f64>(built_in.id, &outcome);
        let again = as_it_is(built_in);
        assert_eq!((&again.evaluation, &again.grading), (&outcome.evaluation, &outcome.grading));
    }
}

fn verified(built_in: &BuiltIn, shared: Option<&Path>) -> Verification {
    let bundle = gradus::open(built_in.id).unwrap();
    verify(&bundle, &Methods::default(), shared).unwrap_or_else(|found| panic!("{}: {found:#?}", built_in.id))
}

#[test]
fn what_was_published_is_reproduced() {
    let mut values = BTreeMap::new();
    for built_in in list() {
        let verification = verified(built_in, None);
        for check in verification.checks.iter().filter(|check| !check.skipped) {
            assert!(check.holds() && check.missing == 0, "{}: {check:#?}", built_in.id);
            // Where published figures are rounded, what is not equal lies within what their rounding allows.
            let near = if check.inside.is_some() { check.inside } else { Some(check.exact) };
            let known = check.matches.is_some() && check.matches == u64::try_from(check.exact).ok();
            assert!(known || near == Some(check.values), "{}: {}", built_in.id, check.file);
            *values.entry(built_in.id).or_insert(0) += check.values;
        }
    }
    // What the READMEs of the packages promise: two indices of 69 cities; 193 countries; 113 + 65 + 18 + 3 scores in three periods; ten topics and the
    // whole of 202 economies and cities, and of 22 cities in four years.
    let promised = [
        ("cpi-2012", 2 * 69),
        ("cpi-2016", 113 + 65 + 18 + 3),
        ("doing-business", 202 * 11),
        ("doing-business-cities", 22 * 4 * 11),
        ("hdi", 193),
    ];
    for (id, promised) in promised {
        assert_eq!(values.get(id), Some(&promised), "{id}");
    }
}

#[test]
fn what_was_published_elsewhere_is_reproduced() {
    let Some(shared) = shared() else {
        println!("skipped: published tables outside the repository; ../shared is not there");
        return;
    };
    let mut values = 0;
    for built_in in list() {
        // A table that should be there and is not makes this fail.
        for check in verified(built_in, Some(&shared)).checks {
            assert!(!check.skipped && check.holds() && check.missing == 0, "{}: {check:#?}", built_in.id);
            values += check.values;
        }
    }
    assert!(values > 5_808, "{values} values compared");
}

/// Where reference data lie, when they are there: beside the repository, or where GRADUS_SHARED says.
fn shared() -> Option<PathBuf> {
    match std::env::var("GRADUS_SHARED") {
        Ok(folder) => {
            assert!(Path::new(&folder).is_dir(), "GRADUS_SHARED is `{folder}`, which is no folder");
            Some(PathBuf::from(folder))
        }
        Err(_) => {
            let beside = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../../shared");
            beside.is_dir().then_some(beside)
        }
    }
}
