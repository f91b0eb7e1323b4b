//! Packages compiled and run: periods, missing values, formulas, faults, and running again.

#![allow(clippy::unwrap_used, reason = "a test may panic, also in its helpers")]

use gradus_aggregate::{AggregatorBox, aggregators};
use gradus_engine::{
    Cell, Evaluation, How, Methods, PartUse, Plan, Run, Stage, Table, evaluate, evaluate_in, explain,
    score_at,
};
use gradus_method::{Args, Column};
use gradus_model::number::Arithmetic;
use gradus_model::observation::{Absence, Status};
use gradus_model::{DataSet, Decimal, Id, Observation, Package, Period, Value};

#[allow(dead_code, reason = "each test file uses what it needs")]
mod support;
use support::*;

const TWO: &str = "
    [[indicator]]\nid = 'a'\nname = 'A'\nnormalize = 'min-max'\n
    [[indicator]]\nid = 'b'\nname = 'B'\nnormalize = 'min-max'\nweight = 3\ndirection = 'lower'\n";

/// Puts another value into an observation.
fn set_value(set: &mut DataSet, at: usize, value: Value) {
    let old = set.observation(at).unwrap();
    set.observations.replace(at, Observation { value, ..old });
}

#[test]
fn a_weighted_mean_of_normalized_indicators() {
    let (package, _, evaluation) = run(TWO, "x a - 0\ny a - 5\nz a - 10\nx b - 1\ny b - 2\nz b - 3").unwrap();
    assert_eq!(scores(&package, &evaluation, "a"), ["0", "50", "100"]);
    assert_eq!(scores(&package, &evaluation, "b"), ["100", "50", "0"]);
    assert_eq!(scores(&package, &evaluation, "i"), ["75", "50", "25"]);
    assert_eq!(evaluation.ranks(0), [Some(1.0), Some(2.0), Some(3.0)]);
    assert_eq!(evaluation.nodes[1].effective_weight, Some(0.25));
}

#[test]
fn missing_parts_follow_the_rule_of_their_group() {
    let rows = "x a - 0\ny a - 5\nz a - 10\nx b - 1\nz b - 3\ny b - !n/p";
    for (rule, expected) in [
        ("{ aggregate = 'reweight' }", "50"),
        ("{ aggregate = 'reweight', min-share = 0.3 }", "-"),
        ("{ aggregate = 'reweight', min-share = 0.25 }", "50"),
        ("{ aggregate = 'reweight', min-count = 2 }", "-"),
        ("{ aggregate = 'refuse' }", "-"),
        ("{ aggregate = 'zero' }", "12.5"),
    ] {
        let (package, _, evaluation) = run(&format!("[policy]\nmissing = {rule}\n{TWO}"), rows).unwrap();
        assert_eq!(scores(&package, &evaluation, "i")[1], expected, "{rule}");
        assert_eq!(evaluation.nodes[0].coverage[1], 0.25);
        assert_eq!(evaluation.nodes[2].absence[1], Some(Absence::NotPublished));
        let absent = (expected == "-").then_some(Absence::TooFewParts);
        assert_eq!(evaluation.nodes[0].absence[1], absent);
    }
}

#[test]
fn periods_are_fitted_together_or_each_by_itself() {
    let rows =
        "x a 2001 0\ny a 2001 10\nx a 2002 10\ny a 2002 20\nx b 2001 1\ny b 2001 2\nx b 2002 1\ny b 2002 2";
    let (package, _, pooled) = run(TWO, rows).unwrap();
    assert_eq!(scores(&package, &pooled, "a"), ["0", "50", "50", "100"]);
    let (package, _, each) = run(&format!("[policy]\nfit = 'per-period'\n{TWO}"), rows).unwrap();
    assert_eq!(scores(&package, &each, "a"), ["0", "100", "0", "100"]);
    assert_eq!(each.nodes[1].fits.len(), 2);
}

#[test]
fn a_result_as_of_a_year_takes_the_newest_figure_up_to_it() {
    let rows = "x a 2016 1\nx a 2018 2\nx a 2019 3\ny a 2020 4\nz a 2005 5\nz a 2006 !n/p\nx b 2018 1\ny b 2018 2\nz b 2018 3";
    let with = |rule: &str| {
        format!(
            "[policy]\nperiods = {{ use = 'as-of', year = 2018{rule} }}\n{}",
            TWO.replacen("min-max", "identity", 1)
        )
    };
    let raw = |e: &Evaluation| -> Vec<Option<String>> {
        (0..3).map(|row| e.value(Stage::Raw, 1, row).map(|v| v.to_string())).collect()
    };
    let some = |t: &str| Some(t.to_owned());
    let (_, _, plain) = run(&with(""), rows).unwrap();
    assert_eq!(raw(&plain), [some("2"), None, some("5")]);
    assert_eq!(plain.nodes[1].cells.get(1), Some(Cell::Absent(Absence::NotReported)));
    let (_, data, later) = run(&with(", later = true"), rows).unwrap();
    assert_eq!(raw(&later), [some("2"), some("4"), some("5")]);
    assert_eq!(later.observation(&data, 1, 1).unwrap().period, Period::parse("2020"));
    let (_, _, fresh) = run(&with(", max-age = 10"), rows).unwrap();
    assert_eq!(raw(&fresh), [some("2"), None, None]);
    assert_eq!(fresh.nodes[1].cells.get(2), Some(Cell::Absent(Absence::TooOld)));
}

#[test]
fn each_period_has_its_own_fit_and_one_without_figures_has_none() {
    let rows = "x a 2001 0\ny a 2001 10\nx a 2002 5\ny a 2002 20\nx b 2002 1\ny b 2002 2";
    let (_, _, each) = run(&format!("[policy]\nfit = 'per-period'\n{TWO}"), rows).unwrap();
    assert_eq!(each.nodes[2].fit(0, 0), None);
    let maximum =
        |node: usize, period: usize| each.nodes[node].fit(period * 2, period).unwrap()[1].1.to_string();
    assert_eq!((maximum(1, 0), maximum(1, 1), maximum(2, 1)), ("10".into(), "20".into(), "2".into()));
}

#[test]
fn a_title_is_scored_in_the_period_the_result_stands_in() {
    let text = |periods: &str| {
        format!(
            "[policy]\nperiods = {periods}\n[[scale]]\nid = 't'\nlevels = ['none', 'held']\ntitle = true\n
             [[indicator]]\nid = 'a'\nname = 'A'\nscale = 't'\nnormalize = 'categorical'\n"
        )
    };
    for (periods, period, expected) in [
        ("{ use = 'as-of', year = 2020 }", "2014", "0"),
        ("{ use = 'as-of', year = 2016 }", "2014", "100"),
        ("{ use = 'latest' }", "2014", "100"),
        ("{ use = 'latest' }", "2018", "0"),
        ("{ use = 'panel' }", "2016-Q4", "100"),
        ("{ use = 'panel' }", "2017-Q1", "0"),
    ] {
        let package = package(&text(periods));
        let mut set = data(&package, &format!("x a {period} 0"));
        let (awarded, expires) = ("2014-05-01".parse().ok(), "2016-12-31".parse().ok());
        set_value(&mut set, 0, Value::Title { level: 1, awarded, expires });
        let (evaluation, _) = evaluate(&package, &Methods::default(), &set).unwrap();
        assert_eq!(scores(&package, &evaluation, "a"), [expected], "{periods} {period}");
    }
}

#[test]
fn derivations_say_how_each_part_was_used() {
    let rows = "x a - 0\ny a - 10\nx b - 1\ny b - 2\nz b - 1";
    let used = |head: &str| {
        let (package, data, evaluation) = run(&format!("{head}{TWO}"), rows).unwrap();
        match explain(&package, &data, &evaluation, Package::ROOT, 2).how {
            How::Aggregated { parts, .. } => parts,
            how => panic!("{how:?}"),
        }
    };
    assert_eq!(used(""), [PartUse::LeftOut, PartUse::Share(1.0)]);
    assert_eq!(
        used("[policy]\nmissing = { aggregate = 'zero' }\n"),
        [PartUse::AsZero(0.25), PartUse::Share(0.75)]
    );
    let sum = used("[defaults]\naggregate = 'sum'\n");
    assert!(matches!(sum[..], [PartUse::LeftOut, PartUse::Weight(w)] if w.to_string() == "3"));
}

#[test]
fn shared_formulas_are_led_back_once() {
    let mut text = String::from("[[measure]]\nid = 'm'\n");
    for i in 0..30 {
        let formula = if i < 2 { "m + 1".to_owned() } else { format!("(f{} + f{}) / 2", i - 1, i - 2) };
        text += &format!(
            "[[indicator]]\nid = 'f{i}'\nname = 'F'\nformula = '{formula}'\nnormalize = 'identity'\n"
        );
    }
    let (package, data, evaluation) = run(&text, "x m - 1").unwrap();
    let derivation = explain(&package, &data, &evaluation, package.node("f29").unwrap(), 0);
    fn size(d: &gradus_engine::Derivation) -> usize {
        1 + d.from.iter().map(size).sum::<usize>()
    }
    assert_eq!(derivation.value.unwrap().to_string(), "2");
    assert!(size(&derivation) < 100, "{}", size(&derivation));
}

#[test]
fn formulas_use_figures_of_one_period_and_carry_the_worst_mark() {
    let text = "[policy]\nperiods = { use = 'latest' }\n
        [[measure]]\nid = 'gdp'\n[[measure]]\nid = 'people'\n
        [[indicator]]\nid = 'per-head'\nname = 'P'\nformula = 'gdp / people'\nnormalize = 'identity'\n
        [[indicator]]\nid = 'twice'\nname = 'T'\nformula = 'per_head * 2'\nnormalize = 'identity'\n";
    let rows = "x gdp 2001 10\nx people 2001 ~4\nx gdp 2002 30\ny people 2001 5";
    let (package, data, evaluation) = run(text, rows).unwrap();
    let twice = explain(&package, &data, &evaluation, package.node("twice").unwrap(), 0);
    let per_head = &twice.from[0].from[0];
    assert_eq!((per_head.of.as_str(), per_head.value.unwrap().to_string()), ("per-head", "2.5".into()));
    let figures: Vec<_> = per_head.from.iter().map(|d| (d.of.as_str(), d.how.clone())).collect();
    let observed = |observation| How::Observed { observation };
    assert_eq!(figures, [("gdp", observed(0)), ("people", observed(1))]);
    assert_eq!(scores(&package, &evaluation, "per-head"), ["2.5", "-"]);
    assert_eq!(scores(&package, &evaluation, "twice"), ["5", "-"]);
    assert_eq!(evaluation.nodes[2].status[0], Status::Provisional);
    assert_eq!(evaluation.nodes[0].status[0], Status::Provisional);
    assert_eq!(evaluation.nodes[1].cells.get(0), Some(Cell::Derived { period: Period::parse("2001") }));
    assert_eq!(evaluation.nodes[1].cells.get(1), Some(Cell::Absent(Absence::InputAbsent)));
}

#[test]
fn faults_say_which_indicator_unit_and_period() {
    let constant = "x a 2001 7\ny a 2001 7\nx b 2001 1\ny b 2001 2";
    assert_eq!(errors(TWO, constant), [("zero-range".into(), "indicator `a`, step `normalize`".into())]);
    let divided = "[[measure]]\nid = 'm'\n[[indicator]]\nid = 'a'\nname = 'A'\nformula = '1 / m'\nnormalize = 'identity'\n";
    let got = errors(divided, "x m 2001 1\ny m 2001 0");
    assert_eq!(
        got,
        [("division-by-zero".into(), "indicator `a`, unit `y`, period 2001, step `formula`".into())]
    );
    let logarithm =
        "[[indicator]]\nid = 'a'\nname = 'A'\nnormalize = { method = 'min-max', transform = 'ln' }\n";
    let got = errors(logarithm, "x a 2001 0\ny a 2001 1");
    let expected = "indicator `a`, unit `x`, period 2001, step `normalize.transform`";
    assert_eq!(got, [("undefined-transform".into(), expected.into())]);
    let geometric = format!("[defaults]\naggregate = 'geometric'\n{TWO}");
    let got = errors(&geometric, "x a - 0\ny a - 1\nx b - 1\ny b - 2");
    assert_eq!(got, [("non-positive-mean".into(), "group `i`, unit `x`, step `aggregate`".into())]);
    let huge = "[[indicator]]\nid = 'a'\nname = 'A'\nformula = 'm * 1e28'\nnormalize = 'identity'\n[[measure]]\nid = 'm'\n";
    assert_eq!(errors(huge, "x m - 100")[0].0, "out-of-range");
    let cycle = "[[indicator]]\nid = 'a'\nname = 'A'\nformula = 'b'\nnormalize = 'identity'\n[[indicator]]\nid = 'b'\nname = 'B'\nformula = 'a'\nnormalize = 'identity'\n";
    assert_eq!(errors(cycle, "")[0].0, "formula-cycle");
}

#[test]
fn every_wrong_declaration_is_found_at_once() {
    let text = "[[indicator]]\nid = 'a'\nname = 'A'\nnormalize = 'min-mx'\n
        [[indicator]]\nid = 'b'\nname = 'B'\nnormalize = { method = 'goalposts', lower = 3, upper = 3 }\n
        [[indicator]]\nid = 'c'\nname = 'C'\nformula = 'aa + 1'\n
        [[indicator]]\nid = 'd'\nname = 'D'\nnormalize = { method = 'goalposts', lower = 3 }\n";
    let names: Vec<String> = errors(text, "x a - 1").into_iter().map(|(id, _)| id).collect();
    assert_eq!(
        names,
        ["formula-name", "unknown-method", "invalid-bounds", "not-normalized", "missing-parameter"]
    );
}

#[test]
fn running_again_recomputes_what_changed_and_agrees_with_a_fresh_run() {
    let package = package(&format!("[policy]\narithmetic = 'binary64'\n{TWO}"));
    let data = data(&package, "x a - 0\ny a - 5\nz a - 10\nx b - 1\ny b - 2\nz b - 3");
    let methods = Methods::default();
    let (plan, _) =
        Plan::<f64>::compile(&package, &methods, Table::from_data(&package, &data).unwrap()).unwrap();
    let mut settings = plan.settings();
    let mut kept = Run::new(&plan);
    plan.run(&package, &settings, &mut kept).unwrap();
    assert!(plan.set_weights(&mut settings, Package::ROOT, &[1.0, 1.0]));
    assert!(!plan.set_weights(&mut settings, Package::ROOT, &[1.0]));
    assert!(!plan.set_weights(&mut settings, 1, &[1.0]));
    plan.run(&package, &settings, &mut kept).unwrap();
    assert_eq!(kept.scores(&plan, 0).unwrap().full(), Some(&[50.0, 50.0, 50.0][..]));
    let minimum: AggregatorBox = aggregators().get("minimum").unwrap().make(&Args::new()).unwrap();
    assert!(plan.set_aggregator(&mut settings, Package::ROOT, minimum));
    plan.run(&package, &settings, &mut kept).unwrap();
    assert_eq!(kept.scores(&plan, 0).unwrap().full(), Some(&[0.0, 50.0, 0.0][..]));
    let mut column = Column::of(vec![10.0, 5.0, 0.0]);
    kept.replace_input(0, Some(column.clone()));
    plan.run(&package, &settings, &mut kept).unwrap();
    assert_eq!(kept.scores(&plan, 0).unwrap().full(), Some(&[100.0, 50.0, 0.0][..]));
    // A failed run says why and can be used again.
    column.set(0, Some(5.0));
    column.set(2, Some(5.0));
    kept.replace_input(0, Some(column));
    assert!(plan.run(&package, &settings, &mut kept).is_err());
    kept.replace_input(0, None);
    plan.run(&package, &settings, &mut kept).unwrap();
    let mut fresh = Run::new(&plan);
    plan.run(&package, &settings, &mut fresh).unwrap();
    assert_eq!(kept.scores(&plan, 0), fresh.scores(&plan, 0));
}

#[test]
fn threads_do_not_show_in_the_result() {
    // More cells than the threshold for threads, with gaps.
    let package = package(TWO);
    let n = 70_000;
    let column = |seed: usize| {
        Column::from_options(
            (0..n).map(|i| (i % (seed + 11) != 0).then(|| ((i * 7919 + seed) % 10_007) as f64 / 3.0)),
        )
    };
    let units = (0..n).map(|i| Id::new(&format!("u{i}")).unwrap()).collect();
    let table = Table::new(units, vec![None], vec![column(1), column(2)]);
    let run = |threads: usize| {
        let pool = rayon::ThreadPoolBuilder::new().num_threads(threads).build().unwrap();
        pool.install(|| {
            let (plan, _) = Plan::<f64>::compile(&package, &Methods::default(), table.clone()).unwrap();
            let mut run = Run::new(&plan);
            plan.run(&package, &plan.settings(), &mut run).unwrap();
            run.scores(&plan, 0).unwrap().to_options()
        })
    };
    let bits = |v: Vec<Option<f64>>| v.into_iter().map(|x| x.map(f64::to_bits)).collect::<Vec<_>>();
    assert_eq!(bits(run(1)), bits(run(16)));
}

#[test]
fn fractions_are_exact_weights_and_sums_take_weights_as_they_are() {
    let thirds = "[[indicator]]\nid = 'a'\nname = 'A'\nnormalize = 'min-max'\nweight = '1/3'\n
        [[indicator]]\nid = 'b'\nname = 'B'\nnormalize = { method = 'min-max', to = [0, 90] }\nweight = '2/3'\ndirection = 'lower'\n";
    let rows = "x a - 0\ny a - 10\nx b - 1\ny b - 2";
    let (package, _, evaluation) = run(thirds, rows).unwrap();
    assert_eq!(scores(&package, &evaluation, "i")[0], "60");
    let sums = format!("[defaults]\naggregate = 'sum'\n{TWO}");
    let (package, _, evaluation) = run(&sums, rows).unwrap();
    assert_eq!(scores(&package, &evaluation, "i"), ["300", "100"]);
    let unweighted = format!("[defaults]\naggregate = 'sum'\nweights = 'none'\n{TWO}");
    let (package, _, evaluation) = run(&unweighted, rows).unwrap();
    assert_eq!(scores(&package, &evaluation, "i"), ["100", "100"]);
}

#[test]
fn derivations_lead_back_to_observations() {
    let text = "[[indicator]]\nid = 'a'\nname = 'A'\nnormalize = { method = 'goalposts', lower = 1, upper = 100, transform = 'log10' }\n";
    let (package, data, evaluation) = run(text, "x a - 10").unwrap();
    let derivation = explain(&package, &data, &evaluation, Package::ROOT, 0);
    assert!(matches!(&derivation.how, How::Aggregated { parts, .. } if parts == &[PartUse::Share(1.0)]));
    let normalized = &derivation.from[0];
    assert_eq!(normalized.value.unwrap().to_string(), "50");
    assert!(matches!(&normalized.how, How::Normalized { fitted, .. } if fitted.len() == 2));
    let transformed = &normalized.from[0];
    assert_eq!(transformed.value.unwrap().to_string(), "1");
    assert!(matches!(transformed.from[0].how, How::Observed { observation: 0 }));
}

#[test]
fn levels_are_scored_by_code_whatever_their_order_in_the_file() {
    let text = "[[indicator]]\nid = 'a'\nname = 'A'\nscale = ['no', 'some', 'full']\n
        normalize = { method = 'categorical', scores = { full = 100, no = 0, some = 40 } }\n";
    let package = package(text);
    let mut set = data(&package, "x a - 0\ny a - 0");
    set_value(&mut set, 0, Value::Level(1));
    set_value(&mut set, 1, Value::Level(2));
    for arithmetic in [Arithmetic::Decimal, Arithmetic::Binary64] {
        let (evaluation, _) = evaluate_in(&package, &Methods::default(), &set, arithmetic).unwrap();
        assert_eq!(scores(&package, &evaluation, "a"), ["40", "100"]);
    }
    let goalposts = text.replace(
        "'categorical', scores = { full = 100, no = 0, some = 40 }",
        "'goalposts', lower = 0, upper = 2",
    );
    assert_eq!(errors(&goalposts, "x a - 0")[0].0, "method-needs-scale");
}

#[test]
fn decimals_stay_decimals() {
    let text = "[defaults]\naggregate = 'sum'\nnormalize = 'identity'\n
        [[indicator]]\nid = 'a'\nname = 'A'\n[[indicator]]\nid = 'b'\nname = 'B'\n";
    let (package, _, evaluation) = run(text, "x a - 0.1\nx b - 0.2").unwrap();
    assert_eq!(scores(&package, &evaluation, "i"), ["0.3"]);
    assert_eq!(evaluation.score(0, 0).unwrap().to_decimal(), Some(Decimal::new(3, 1)));
}

#[test]
fn a_threshold_has_the_score_that_its_value_would_have() {
    let text = "
        [policy]
        fit = 'FIT'
        [[indicator]]
        id = 'a'
        name = 'A'
        normalize = { method = 'min-max', transform = 'ln' }
        [[indicator]]
        id = 'b'
        name = 'B'
        direction = 'lower'
        normalize = { method = 'goalposts', lower = 0, upper = 40 }
        round = { places = 1 }
        [[indicator]]
        id = 'c'
        name = 'C'
        normalize = 'none'";
    let rows = "
        x a 2019 2\nx b 2019 10\nx c 2019 1
        y a 2019 8\ny b 2019 20
        x a 2020 4\nx b 2020 33
        y a 2020 64\ny b 2020 44";
    for fit in ["pooled", "per-period"] {
        let (package, _, evaluation) = run(&text.replace("FIT", fit), rows).unwrap();
        let at =
            |node, period, value| score_at(&package, &Methods::default(), &evaluation, node, period, value);
        for node in [1, 2] {
            for row in 0..4 {
                let value = evaluation.value(Stage::Raw, node, row).and_then(|x| x.to_decimal()).unwrap();
                let score = evaluation.score(node, row).and_then(|x| x.to_decimal());
                assert_eq!(at(node, row / 2, value), score, "{fit}, {node}, {row}");
            }
        }
        assert_eq!(at(2, 0, 30.into()), Some(25.into()));
        // The logarithm of zero, an indicator without a score, a group.
        assert_eq!((at(1, 0, 0.into()), at(3, 0, 1.into()), at(0, 0, 1.into())), (None, None, None));
    }
    let stepped = format!("{text}\n[[step]]\ntransform = 'sqrt'\nonly = ['b']").replace("FIT", "pooled");
    let (package, _, evaluation) = run(&stepped, rows).unwrap();
    let at = |node| score_at(&package, &Methods::default(), &evaluation, node, 0, 30.into());
    // After a step that changes figures, a value in the measurement unit has no place among them.
    assert!(at(1).is_some() && at(2).is_none());
}
