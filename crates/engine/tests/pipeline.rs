//! The pipeline, node formulas, weights from data and by unit, re-normalized aggregates, comparison of units.

#![allow(clippy::unwrap_used, reason = "a test may panic, also in its helpers")]

#[allow(dead_code, reason = "each test file uses what it needs")]
mod support;

use gradus_engine::{
    Evaluation, How, Methods, Stage, Why, evaluate, evaluate_in, evaluate_undrawn, explain, explain_imputed,
};
use gradus_model::number::Arithmetic;
use gradus_model::observation::{Absence, Classes, Status};
use gradus_model::{DataSet, Package, Period};
use std::sync::Arc;
use support::*;

const ONE: &str = "[[indicator]]\nid = 'a'\nname = 'A'\nnormalize = 'identity'\n";
const TWO: &str = "[defaults]\nnormalize = 'identity'\n[[indicator]]\nid = 'a'\nname = 'A'\n[[indicator]]\nid = 'b'\nname = 'B'\n";

fn at(package: &Package, evaluation: &Evaluation, stage: &str, node: &str) -> Vec<String> {
    let (stage, ix) = (Stage::find(package, stage).unwrap(), package.node(node).unwrap());
    (0..evaluation.n_rows())
        .map(|row| evaluation.value(stage, ix, row).map_or("-".into(), |x| x.to_string()))
        .collect()
}

fn warnings(text: &str, rows: &str) -> Vec<(&'static str, String)> {
    let package = package(text);
    let data = data(&package, rows);
    let (_, found) = evaluate(&package, &Methods::default(), &data).unwrap();
    found.iter().map(|d| (d.kind.id, d.message.clone())).collect()
}

fn errors(text: &str, rows: &str) -> Vec<(&'static str, String)> {
    let package = package(text);
    let data = data(&package, rows);
    let found = evaluate(&package, &Methods::default(), &data).unwrap_err();
    found.iter().map(|d| (d.kind.id, d.message.clone())).collect()
}

#[test]
fn steps_run_in_the_order_of_the_file_and_may_be_repeated() {
    let rows = "x a - 1.26\ny a - 2.24";
    let round_first = format!(
        "[[step]]\nround = {{ places = 1 }}\n[[step]]\ntransform = {{ method = 'power', exponent = 2 }}\n[[step]]\nround = {{ places = 0 }}\n{ONE}"
    );
    let (p, _, e) = run(&round_first, rows).unwrap();
    assert_eq!(at(&p, &e, "round", "a"), ["1.3", "2.2"]);
    assert_eq!(at(&p, &e, "transform", "a"), ["1.69", "4.84"]);
    assert_eq!(at(&p, &e, "round-2", "a"), ["2", "5"]);
    assert_eq!(scores(&p, &e, "a"), ["2", "5"]);
    let power_first = format!(
        "[[step]]\ntransform = {{ method = 'power', exponent = 2 }}\n[[step]]\nround = {{ places = 1 }}\n{ONE}"
    );
    let (p, _, e) = run(&power_first, rows).unwrap();
    assert_eq!(scores(&p, &e, "a"), ["1.6", "5"]);
}

#[test]
fn a_step_is_for_what_it_names_and_another_method_may_stand_instead() {
    let text = format!(
        "[[step]]\ntransform = {{ method = 'power', exponent = 2 }}\nonly = ['g']\nexcept = ['c']\ninstead = {{ b = {{ method = 'power', exponent = 3 }} }}\n[[group]]\nid = 'g'\nname = 'G'\n{}[[indicator]]\nid = 'c'\nname = 'C'\nparent = 'g'\n[[indicator]]\nid = 'd'\nname = 'D'\n",
        TWO.replace("name = 'A'", "name = 'A'\nparent = 'g'")
            .replace("name = 'B'", "name = 'B'\nparent = 'g'")
    );
    let (p, _, e) = run(&text, "x a - 2\nx b - 2\nx c - 2\nx d - 2").unwrap();
    let of = |node| scores(&p, &e, node);
    assert_eq!(
        (of("a"), of("b"), of("c"), of("d")),
        (vec!["4".into()], vec!["8".into()], vec!["2".into()], vec!["2".into()])
    );
    // An indicator that a step is not for stands at its stage as it stood before.
    assert_eq!(at(&p, &e, "transform", "d"), ["2"]);
}

#[test]
fn figures_are_divided_by_the_size_of_the_same_unit_and_period() {
    let text = format!(
        "[[measure]]\nid = 'people'\n[[step]]\ndenominate = {{ by = {{ a = 'people' }}, scale = {{ people = 1000 }} }}\n{ONE}"
    );
    let (p, data, e) =
        run(&text, "x a 2001 30\nx people 2001 2000\nx a 2002 30\nx people 2002 3000").unwrap();
    assert_eq!(scores(&p, &e, "a"), ["15", "10"]);
    let derivation = explain(&p, &data, &e, p.node("a").unwrap(), 1);
    let prepared = &derivation.from[0];
    assert!(matches!(&prepared.how, How::Prepared { change: Some("denominated"), .. }), "{prepared:#?}");
    let used: Vec<String> = prepared.from.iter().map(|d| format!("{} {}", d.of, d.value.unwrap())).collect();
    assert_eq!(used, ["a 30", "people 3000"]);
    let fault = errors(&text, "x a 2001 30\nx people 2001 0");
    assert_eq!(fault, [("division-by-zero", "30 is divided by a denominator of zero".into())]);
    // A denominator that is missing makes the quotient missing.
    let (p, _, e) = run(&text, "x a 2001 30\ny a 2001 1\ny people 2001 1000").unwrap();
    assert_eq!(scores(&p, &e, "a"), ["-", "1"]);
}

#[test]
fn filled_cells_keep_a_mark_to_the_top() {
    let text = format!("[[step]]\nimpute = 'mean'\n{TWO}");
    let (p, data, e) = run(&text, "x a - 2\ny a - 4\nz b - 1\nx b - 3\ny b - 5").unwrap();
    assert_eq!(scores(&p, &e, "a"), ["2", "4", "3"]);
    let a = &e.nodes[p.node("a").unwrap()];
    assert_eq!(a.stages[0].changed, [(2, "imputed")]);
    assert_eq!(
        (a.status[2], e.nodes[0].status[2], e.nodes[0].status[0]),
        (Status::Imputed, Status::Imputed, Status::Final)
    );
    let derivation = explain(&p, &data, &e, p.node("a").unwrap(), 2);
    assert!(matches!(&derivation.from[0].how, How::Prepared { change: Some("imputed"), .. }));
    assert_eq!(derivation.from[0].from[0].value, Err(Absence::NotReported));
}

#[test]
fn classes_come_from_units_and_from_the_data() {
    let text = format!(
        "[[unit]]\nid = 'x'\ngroups = {{ region = 'east' }}\n[[unit]]\nid = 'y'\ngroups = {{ region = 'east' }}\n[[unit]]\nid = 'z'\ngroups = {{ region = 'west' }}\n[[unit]]\nid = 'w'\ngroups = {{ region = 'west' }}\n[[step]]\nimpute = 'group-mean'\nby = 'region'\n{ONE}"
    );
    let package = package(&text);
    let mut set = data(&package, "x a - 2\nz a - 8\ny a - !n/p\nw a - !n/p");
    let (e, _) = evaluate(&package, &Methods::default(), &set).unwrap();
    assert_eq!(scores(&package, &e, "a"), ["2", "8", "2", "8"]);
    // Where a package names no units, a column of the data may say the class.
    let open = format!("[[step]]\nimpute = 'group-mean'\nby = 'region'\n{ONE}");
    let open = support::package(&open);
    set.classes.insert("region".into(), [Some("e"), Some("w"), Some("w")].into_iter().collect());
    let (e, _) = evaluate(&open, &Methods::default(), &set).unwrap();
    assert_eq!(scores(&open, &e, "a"), ["2", "8", "8", "-"]);
}

#[test]
fn a_class_that_changes_is_that_of_the_period() {
    let rows = "x a 2020 2\nx a 2021 4\ny a 2020 10\ny a 2021 20\nz a 2020 !n/p\nz a 2021 !n/p";
    let with_classes = |package: &Package| {
        let mut set = data(package, rows);
        let (low, high): (Arc<str>, Arc<str>) = ("low".into(), "high".into());
        let mut classes: Classes = [Some("low"), Some("high"), None].into_iter().collect();
        // Z rises from the class of X to that of Y.
        classes.put(2, vec![(Period::parse("2019"), low), (Period::parse("2021"), high)]);
        set.classes.insert("income".into(), classes);
        set
    };
    let of = |text: &str, node: &str| {
        let package = support::package(text);
        let data = with_classes(&package);
        let (e, found) = evaluate(&package, &Methods::default(), &data).unwrap();
        assert!(found.iter().all(|d| d.kind.id == "unknown-class"), "{found:#?}");
        (scores(&package, &e, node), explain(&package, &data, &e, package.node(node).unwrap(), 2))
    };
    for fit in ["per-period", "pooled"] {
        let step = format!("[[step]]\nimpute = 'group-mean'\nby = 'income'\nfit = '{fit}'\n{ONE}");
        let third = if fit == "pooled" { ["3", "15"] } else { ["2", "20"] };
        assert_eq!(of(&step, "a").0, ["2", "10", third[0], "4", "20", third[1]]);
    }
    let formula = |text: &str| {
        format!("[[indicator]]\nid = 'f'\nname = 'F'\nnormalize = 'identity'\nformula = \"{text}\"\n{ONE}")
    };
    let (values, derivation) =
        of(&formula("case when income = 'low' then 1 else 0 end + 0 * coalesce(a, 0)"), "f");
    assert_eq!(values, ["1", "0", "1", "1", "0", "0"]);
    assert_eq!(derivation.from[0].value.unwrap().to_string(), "1");
    let mean = formula("coalesce(a, avg(a) over (partition by income, period))");
    assert_eq!(of(&mean, "f").0, ["2", "10", "2", "4", "20", "20"]);
    // Figures that stand for a year have the classes of that year, and the latest ones the last.
    for (rule, value) in [("as-of", "1"), ("latest", "0")] {
        let policy = match rule {
            "as-of" => "[policy]\nperiods = { use = 'as-of', year = 2020 }\n",
            _ => "[policy]\nperiods = { use = 'latest' }\n",
        };
        let late = formula("case when income = 'low' then 1 else 0 end + 0 * coalesce(score(a), 0)");
        assert_eq!(of(&format!("{policy}{late}"), "f").0[2], value, "{rule}");
    }
}

#[test]
fn units_and_indicators_with_too_little_are_left_out_and_named() {
    let text = format!(
        "[[step]]\nscreen = {{ units = {{ min-available = 0.5 }}, indicators = {{ min-available = 0.6 }} }}\n[policy]\nmissing = {{ aggregate = 'refuse' }}\n{TWO}[[indicator]]\nid = 'c'\nname = 'C'\n"
    );
    let rows = "x a - 1\nx b - 2\nx c - 9\ny a - 3\ny b - 4\nz a - 5\nz b - 6\nw a - 7";
    let (p, _, e) = run(&text, rows).unwrap();
    // `w` has one figure of three; `c` has one of the three units that stay, and so is no part of the index.
    assert_eq!(scores(&p, &e, "i"), ["1.5", "3.5", "5.5", "-"]);
    assert_eq!(e.left_out, [(0, 3, Why::Availability)]);
    let c = &e.nodes[p.node("c").unwrap()];
    assert_eq!(
        (c.stages[0].excluded, c.weight.map(|w| w.to_string())),
        (Some(Why::Availability), Some("0".into()))
    );
    assert_eq!(e.nodes[0].absence[3], Some(Absence::ScreenedOut));
    let forced =
        text.replace("indicators =", "keep = { w = 'asked for' }, drop = { y = 'merged' }, indicators =");
    let (p, _, e) = run(&forced, rows).unwrap();
    assert_eq!(scores(&p, &e, "a"), ["1", "-", "5", "7"]);
    assert_eq!(e.left_out, [(0, 1, Why::Declared)]);
}

#[test]
fn what_was_screened_out_is_not_filled_again() {
    let text =
        format!("[[step]]\nscreen = {{ drop = {{ y = 'merged' }} }}\n[[step]]\nimpute = 'mean'\n{ONE}");
    let (p, _, e) = run(&text, "x a - 1\ny a - 9\nz a - 3\nw a - !n/p").unwrap();
    assert_eq!(scores(&p, &e, "a"), ["1", "-", "3", "2"]);
}

#[test]
fn a_score_by_formula_carries_the_status_of_what_it_rests_on() {
    let text = "[[group]]\nid = 'g'\nname = 'G'\nformula = 'score(a) + m'\n[[measure]]\nid = 'm'\n[[indicator]]\nid = 'a'\nname = 'A'\nparent = 'g'\nnormalize = 'identity'\n";
    let (p, _, e) = run(text, "x a - ~1\nx m - 1\ny a - 1\ny m - ~1\nz a - 1\nz m - 1").unwrap();
    let g = &e.nodes[p.node("g").unwrap()];
    assert_eq!(g.status, [Status::Provisional, Status::Provisional, Status::Final]);
}

#[test]
fn a_figure_that_is_too_old_for_a_step_is_not_used() {
    let text = format!(
        "[policy]\nperiods = {{ use = 'latest' }}\n[[step]]\nscreen = {{ max-age = 2 }}\nonly = ['a']\n{TWO}"
    );
    let (p, _, e) = run(&text, "x a 2015 1\ny a 2020 2\nx b 2015 3\ny b 2020 4").unwrap();
    assert_eq!(
        (scores(&p, &e, "a"), scores(&p, &e, "b")),
        (vec!["-".into(), "2".into()], vec!["3".into(), "4".into()])
    );
}

#[test]
fn what_does_nothing_and_what_spoils_a_later_step_is_said() {
    let idle = format!("[[step]]\nimpute = 'mean'\n{ONE}");
    assert_eq!(
        warnings(&idle, "x a - 1\ny a - 2"),
        [("step-without-effect", "the step `impute` changed no figure".into())]
    );
    let spoiled = "[[step]]\ntransform = 'ln'\n[[indicator]]\nid = 'a'\nname = 'A'\nnormalize = { method = 'goalposts', lower = 1, upper = 100 }\n";
    let found = warnings(spoiled, "x a - 2\ny a - 50");
    assert_eq!(found.iter().map(|(id, _)| *id).collect::<Vec<_>>(), ["step-spoiled"]);
}

#[test]
fn a_formula_may_yield_a_nodes_score_and_use_scores_and_classes() {
    let text = "[[unit]]\nid = 'x'\ngroups = { income = 'low' }\n[[unit]]\nid = 'y'\ngroups = { income = 'high' }\n
        [[measure]]\nid = 'm'\nformula = 'score(g) * 2'\n
        [[group]]\nid = 'g'\nname = 'G'\nformula = \"case when income = 'low' then a + 1 else score(b) end\"\n
        [[indicator]]\nid = 'a'\nname = 'A'\nparent = 'g'\nnormalize = 'none'\n
        [[indicator]]\nid = 'b'\nname = 'B'\nparent = 'g'\nnormalize = { method = 'goalposts', lower = 0, upper = 10, to = [0, 100] }\n
        [[indicator]]\nid = 'late'\nname = 'L'\nformula = 'm + g'\nnormalize = 'identity'\n";
    let (p, data, e) = run(text, "x a - 4\nx b - 5\ny a - 4\ny b - 5").unwrap();
    assert_eq!(scores(&p, &e, "g"), ["5", "50"]);
    assert_eq!(scores(&p, &e, "late"), ["15", "150"]);
    let derivation = explain(&p, &data, &e, p.node("late").unwrap(), 0);
    let formula = &derivation.from[0];
    let used: Vec<&str> = formula.from.iter().map(|d| d.of.as_str()).collect();
    assert_eq!(used, ["m", "g"]);
    // `g` is led back where it comes first, under `m`.
    assert!(
        formula.from[0].from[0].from.iter().any(|d| matches!(&d.how, How::Class { class } if class == "low"))
    );
}

#[test]
fn what_needs_its_own_score_is_a_cycle() {
    let text = "[[group]]\nid = 'g'\nname = 'G'\n[[indicator]]\nid = 'a'\nname = 'A'\nparent = 'g'\nformula = 'score(g) + 1'\nnormalize = 'identity'\n";
    assert_eq!(errors(text, "")[0].0, "formula-cycle");
    let measures = "[[measure]]\nid = 'm'\nformula = 'n'\n[[measure]]\nid = 'n'\nformula = 'm + i'\n[[indicator]]\nid = 'a'\nname = 'A'\nnormalize = 'identity'\n";
    assert_eq!(errors(measures, "x a - 1")[0].0, "formula-cycle");
}

#[test]
fn windows_look_at_other_rows_of_a_class() {
    let text = "[[indicator]]\nid = 'a'\nname = 'A'\nformula = '100 * m / max(m) over (partition by period)'\nnormalize = 'identity'\n[[measure]]\nid = 'm'\n";
    let (p, _, e) = run(text, "x m 2001 2\ny m 2001 4\nx m 2002 5\ny m 2002 50").unwrap();
    assert_eq!(scores(&p, &e, "a"), ["50", "100", "10", "100"]);
}

#[test]
fn an_aggregate_may_be_brought_onto_a_scale_again() {
    let text = format!(
        "[[group]]\nid = 'g'\nname = 'G'\nnormalize = {{ method = 'min-max', to = [0, 100] }}\ndirection = 'lower'\nround = {{ places = 1 }}\n{}",
        TWO.replace("name = 'A'", "name = 'A'\nparent = 'g'")
            .replace("name = 'B'", "name = 'B'\nparent = 'g'")
    );
    let (p, data, e) = run(&text, "x a - 1\nx b - 3\ny a - 2\ny b - 6\nz a - 4\nz b - 6").unwrap();
    assert_eq!(at(&p, &e, "aggregated", "g"), ["2", "4", "5"]);
    assert_eq!(scores(&p, &e, "g"), ["100", "33.3", "0"]);
    let derivation = explain(&p, &data, &e, p.node("g").unwrap(), 1);
    assert!(matches!(derivation.how, How::Normalized { .. }) && derivation.round.is_some());
    assert!(matches!(derivation.from[0].how, How::Aggregated { .. }));
}

#[test]
fn weights_may_differ_from_unit_to_unit() {
    let text =
        TWO.replace("name = 'A'", "name = 'A'\nweight = { formula = 'w' }") + "[[measure]]\nid = 'w'\n";
    let (p, _, e) =
        run(&text, "x a - 0\nx b - 10\nx w - 1\ny a - 0\ny b - 10\ny w - 4\nz a - 0\nz b - 10").unwrap();
    assert_eq!(scores(&p, &e, "i"), ["5", "2", "-"]);
    let a = &e.nodes[p.node("a").unwrap()];
    assert_eq!(a.weight_in(1).map(|w| w.to_string()).as_deref(), Some("0.8"));
    assert_eq!(errors(&text, "x a - 0\nx b - 10\nx w - -1")[0].0, "negative-weight");
}

#[test]
fn a_named_set_of_weights_goes_before_those_of_the_nodes() {
    let text = format!(
        "[[weight-set]]\nid = 'experts'\nweights = {{ a = 3 }}\n[policy]\nweights = 'experts'\n{TWO}"
    );
    let (p, _, e) = run(&text, "x a - 0\nx b - 8").unwrap();
    assert_eq!(scores(&p, &e, "i"), ["2"]);
}

#[test]
fn weights_are_found_from_scores_or_figures_pooled_or_by_period() {
    // Spread of a is 4, that of b is 2, and the mirror image in the other year.
    let rows =
        "x a 2001 0\ny a 2001 4\nx b 2001 0\ny b 2001 2\nx a 2002 0\ny a 2002 2\nx b 2002 0\ny b 2002 4";
    let weight = |fit: &str| {
        let mut package = package(TWO);
        if let gradus_model::package::NodeKind::Group(group) = &mut package.nodes[0].kind {
            group.weigh = Some(gradus_model::package::MethodCall {
                method: "standard-deviation".into(),
                transform: None,
                args: Default::default(),
                key: "weights".into(),
            });
            group.fit = Some(if fit == "pooled" {
                gradus_model::policy::Fit::Pooled
            } else {
                gradus_model::policy::Fit::PerPeriod
            });
        }
        let set: DataSet = data(&package, rows);
        let (e, _) = evaluate_in(&package, &Methods::default(), &set, Arithmetic::Binary64).unwrap();
        let a = &e.nodes[package.node("a").unwrap()];
        [a.weight_in(0), a.weight_in(2)].map(|w| format!("{:.4}", w.unwrap().to_f64()))
    };
    assert_eq!(weight("pooled"), ["0.5000", "0.5000"]);
    assert_eq!(weight("per-period"), ["0.6667", "0.3333"]);
}

#[test]
fn parameters_may_be_formulas() {
    let text = "[[measure]]\nid = 'aim'\n[[indicator]]\nid = 'a'\nname = 'A'\nnormalize = { method = 'goalposts', lower = 0, upper = { formula = 'aim' }, clamp = 'none', to = [0, 1] }\n";
    let (p, _, e) = run(text, "x a - 5\nx aim - 10\ny a - 5\ny aim - 20\nz a - 5").unwrap();
    assert_eq!(scores(&p, &e, "a"), ["0.5", "0.25", "-"]);
    let fit = e.nodes[p.node("a").unwrap()].fit(1, 0).unwrap();
    assert!(fit.iter().any(|(name, x)| *name == "upper" && x.to_string() == "20"), "{fit:?}");
}

#[test]
fn methods_that_compare_units_ask_for_complete_ones() {
    let with = |missing: &str| {
        format!(
            "{missing}[[group]]\nid = 'g'\nname = 'G'\naggregate = 'topsis'\n{}",
            TWO.replace("name = 'A'", "name = 'A'\nparent = 'g'")
                .replace("name = 'B'", "name = 'B'\nparent = 'g'")
        )
    };
    let rows = "x a - 1\nx b - 2\ny a - 3\ny b - 1\nz a - 2";
    assert_eq!(errors(&with(""), rows)[0].0, "incomplete-unit");
    let (p, _, e) = run(&with("[policy]\nmissing = { aggregate = 'refuse' }\n"), rows).unwrap();
    let got = scores(&p, &e, "g");
    assert!(got[0] != "-" && got[1] != "-" && got[2] == "-", "{got:?}");
}

#[test]
fn draws_of_missing_cells_reach_scores_and_ranks() {
    let text = "[policy]\nseed = 7\n[[step]]\nimpute = { method = 'em', ridge = 0.5 }\ndraws = 20\n[defaults]\nnormalize = 'identity'\n[[indicator]]\nid = 'a'\nname = 'A'\n[[indicator]]\nid = 'b'\nname = 'B'\n";
    let rows: String = (0..12)
        .map(|i| {
            let b = if i == 3 { String::new() } else { format!("u{i} b - {}\n", i * 2 + i % 3) };
            format!("u{i} a - {i}\n{b}")
        })
        .collect();
    let (p, _, e) = run(text, &rows).unwrap();
    let spread = e.nodes[p.node("b").unwrap()].spread.as_ref().unwrap();
    assert_eq!(spread.draws, 20);
    assert!(spread.deviation[3].unwrap() > 0.0 && spread.deviation[4] == Some(0.0));
    let (low, high) = spread.scores[3].unwrap();
    assert!(low < high);
    // The same seed draws the same, and the index knows of it.
    let (_, _, again) = run(text, &rows).unwrap();
    assert_eq!(again.nodes, e.nodes);
    assert!(e.nodes[0].spread.as_ref().unwrap().deviation[3].unwrap() > 0.0);
    let cannot = text.replace("{ method = 'em', ridge = 0.5 }", "'mean'");
    assert_eq!(errors(&cannot, &rows)[0].0, "step-conflict");
}

#[test]
fn the_two_arithmetics_agree_through_the_pipeline() {
    let text = format!(
        "[[step]]\nimpute = 'median'\n[[step]]\ntreat = {{ method = 'winsorize-percentile', lower = 0.1, upper = 0.9 }}\n[[step]]\nnormalize = 'z-score'\n{}",
        TWO.replace("'identity'", "'none'")
    );
    let package = package(&text);
    let rows: String = (0..20)
        .map(|i| {
            format!(
                "u{i} a - {}\nu{i} b - {}\n",
                i * i,
                if i == 5 { "!n/p".into() } else { (100 - i).to_string() }
            )
        })
        .collect();
    let set = data(&package, &rows);
    let of = |arithmetic| {
        let (e, _) = evaluate_in(&package, &Methods::default(), &set, arithmetic).unwrap();
        e.nodes[0].scores.iter().map(|x| x.map(|x| x.to_f64())).collect::<Vec<_>>()
    };
    for (a, b) in of(Arithmetic::Decimal).into_iter().zip(of(Arithmetic::Binary64)) {
        assert!((a.unwrap() - b.unwrap()).abs() < 1e-12, "{a:?} {b:?}");
    }
}

#[test]
fn a_score_is_not_asked_for_before_its_steps_are_done() {
    let text = format!(
        "[[measure]]\nid = 'm'\nformula = '1 + score(b)'\n[[step]]\ndenominate = {{ by = {{ a = 'm' }} }}\n[[step]]\nround = {{ places = 0 }}\nonly = ['b']\n{TWO}"
    );
    assert_eq!(errors(&text, "x a - 1\nx b - 2")[0].0, "step-conflict");
}

#[test]
fn a_second_screening_does_not_count_what_the_first_left_out() {
    let three = format!("{TWO}[[indicator]]\nid = 'c'\nname = 'C'\n");
    let rows =
        "x a - 1\nx b - 2\nx c - 3\ny a - 3\ny b - 4\ny c - 2\nz a - 5\nz b - 6\nz c - 1\nw a - 7\nv b - 1";
    let text = format!(
        "[[step]]\nscreen = {{ units = {{ min-available = 0.6 }} }}\n[[step]]\nscreen = {{ indicators = {{ min-available = 0.7 }} }}\n{three}"
    );
    let (p, _, e) = run(&text, rows).unwrap();
    assert_eq!(scores(&p, &e, "i"), ["2", "3", "4", "-", "-"]);
    // What the step itself drops is not asked of the units.
    let text = format!(
        "[[step]]\nscreen = {{ units = {{ min-available = 0.9 }}, drop = {{ c = 'unsure' }} }}\n{three}"
    );
    let (p, _, e) = run(&text, "x a - 1\nx b - 2\ny a - 3\ny b - 4\ny c - 5\nz a - 1").unwrap();
    assert_eq!(scores(&p, &e, "i"), ["1.5", "3.5", "-"]);
}

#[test]
fn a_unit_that_was_left_out_has_no_score_under_any_rule() {
    let text = format!(
        "[policy]\nmissing = {{ aggregate = 'zero' }}\n[[step]]\nscreen = {{ drop = {{ y = 'merged' }} }}\nonly = ['b']\n{TWO}"
    );
    let (p, _, e) = run(&text, "x a - 1\nx b - 3\ny a - 2\ny b - 5").unwrap();
    assert_eq!(scores(&p, &e, "i"), ["2", "-"]);
}

#[test]
fn a_denominator_is_of_the_year_of_its_figure() {
    let text = format!(
        "[policy]\nperiods = {{ use = 'latest' }}\n[[measure]]\nid = 'people'\n[[step]]\ndenominate = {{ by = 'people' }}\n{ONE}"
    );
    let (p, _, e) = run(&text, "x a 2019 100\nx people 2019 10\nx people 2021 20").unwrap();
    assert_eq!(scores(&p, &e, "a"), ["10"]);
}

#[test]
fn a_comparison_of_units_follows_the_missing_rule() {
    let parts = TWO
        .replace("name = 'A'", "name = 'A'\nparent = 'g'")
        .replace("name = 'B'", "name = 'B'\nparent = 'g'");
    let rows = "x a - 1\nx b - 2\ny a - 3\ny b - 1\nz a - 2";
    let of = |rule: &str| {
        let text = format!(
            "[policy]\nmissing = {rule}\n[[group]]\nid = 'g'\nname = 'G'\naggregate = 'topsis'\n{parts}"
        );
        let (p, _, e) = run(&text, rows).unwrap();
        scores(&p, &e, "g").iter().map(|s| s != "-").collect::<Vec<_>>()
    };
    assert_eq!(of("{ aggregate = 'zero' }"), [true, true, true]);
    assert_eq!(of("{ aggregate = 'zero', min-share = 0.8 }"), [true, true, false]);
    assert_eq!(of("{ aggregate = 'reweight', min-count = 2 }"), [true, true, false]);
    assert_eq!(of("{ aggregate = 'refuse', min-count = 3 }"), [false, false, false]);
}

#[test]
fn imputations_draw_numbers_of_their_own_and_only_where_asked() {
    let text = |first: &str| {
        format!(
            "[[step]]\nimpute = {{ method = 'em', ridge = 0.5 }}\n{first}only = ['a', 'b']\n[[step]]\nimpute = {{ method = 'em', ridge = 0.5 }}\ndraws = 30\nonly = ['c', 'd']\n{TWO}[[indicator]]\nid = 'c'\nname = 'C'\n[[indicator]]\nid = 'd'\nname = 'D'\n"
        )
    };
    let rows: String = (0..12)
        .map(|i| {
            let gap = |code: &str| {
                if i == 3 { String::new() } else { format!("u{i} {code} - {}\n", i * 2 + i % 3) }
            };
            format!("u{i} b - {i}\nu{i} d - {i}\n{}{}", gap("a"), gap("c"))
        })
        .collect();
    let deviation = |e: &Evaluation, p: &Package, code: &str| {
        let unit = e.units.iter().position(|u| *u == *"u3").unwrap();
        e.nodes[p.node(code).unwrap()].spread.as_ref().unwrap().deviation[unit].unwrap()
    };
    let (p, _, e) = run(&text(""), &rows).unwrap();
    assert_eq!(deviation(&e, &p, "a"), 0.0);
    let (p, _, e) = run(&text("draws = 30\n"), &rows).unwrap();
    let (a, c, index) = (deviation(&e, &p, "a"), deviation(&e, &p, "c"), deviation(&e, &p, "i"));
    // Drawn alike, the deviation of the index would be (a + c) / 4.
    assert!(a > 0.0 && c > 0.0 && index < 0.97 * (a + c) / 4.0, "{a} {c} {index}");
    assert_eq!(errors(&text("draws = 20\n"), &rows)[0].0, "step-conflict");
}

#[test]
fn weights_that_were_found_give_way_to_weights_that_are_set() {
    let text = format!("[[weight-set]]\nid = 'mine'\nweights = {{ a = 9, b = 1 }}\n{TWO}");
    let weighed = |in_force: bool| {
        let mut package = package(&text);
        if let gradus_model::package::NodeKind::Group(group) = &mut package.nodes[0].kind {
            group.weigh = Some(gradus_model::package::MethodCall {
                method: "standard-deviation".into(),
                transform: None,
                args: Default::default(),
                key: "weights".into(),
            });
        }
        package.policy.weights = in_force.then_some(0);
        package
    };
    let named = weighed(true);
    let set = data(&named, "x a - 0\ny a - 4\nx b - 0\ny b - 2");
    let (e, _) = evaluate(&named, &Methods::default(), &set).unwrap();
    assert_eq!(scores(&named, &e, "i"), ["0", "3.8"]);
    // Set between runs, they show in the weights that are reported too.
    let found = weighed(false);
    let table = gradus_engine::Table::<f64>::from_data(&found, &set).unwrap();
    let (plan, _) = gradus_engine::Plan::compile(&found, &Methods::default(), table).unwrap();
    let (mut settings, mut kept) = (plan.settings(), gradus_engine::Run::new(&plan));
    plan.run(&found, &settings, &mut kept).unwrap();
    assert!(plan.set_weights(&mut settings, Package::ROOT, &[1.0, 9.0]));
    plan.run(&found, &settings, &mut kept).unwrap();
    let mut fresh = gradus_engine::Run::new(&plan);
    plan.run(&found, &settings, &mut fresh).unwrap();
    let report = |run| plan.evaluation(&found, &set, &settings, run);
    assert_eq!(report(&kept), report(&fresh));
    let a = report(&kept).nodes[found.node("a").unwrap()].weight;
    assert!((a.unwrap().to_f64() - 0.1).abs() < 1e-15, "{a:?}");
}

#[test]
fn what_would_be_passed_over_in_silence_is_said() {
    let classes = "[[unit]]\nid = 'x'\ngroups = { region = 'east' }\n[[unit]]\nid = 'y'\ngroups = { region = 'west' }\n";
    let by = format!("{classes}[[step]]\nimpute = {{ method = 'em', ridge = 1 }}\nby = 'region'\n{ONE}");
    assert_eq!(errors(&by, "x a - 1\ny a - 2")[0].0, "step-conflict");
    let formula = "formula = \"case when region = 'eest' then 1 else 2 end\"";
    let class = format!("{classes}{}", ONE.replace("name = 'A'", &format!("name = 'A'\n{formula}")));
    assert_eq!(
        warnings(&class, "x a - 1"),
        [("unknown-class", "no unit has the class `eest` of `region`".to_owned())]
    );
    let spoiled = format!(
        "[[step]]\ntransform = 'ln'\n[[step]]\nnormalize = {{ method = 'goalposts', lower = 1, upper = 100 }}\n{ONE}"
    );
    let found = warnings(&spoiled, "x a - 2\ny a - 50");
    assert_eq!(found.iter().map(|(id, _)| *id).collect::<Vec<_>>(), ["step-spoiled"]);
    for (wrong, id) in [
        ("[[step]]\nround = { places = 1 }\ndraws = 3\n", "step-conflict"),
        ("[[step]]\nid = 'scores'\nround = { places = 1 }\n", "invalid-code"),
        ("[[step]]\nscreen = { keep = { a = 'x' }, drop = { a = 'y' } }\n", "step-conflict"),
        (
            "[[measure]]\nid = 'm'\n[[step]]\ndenominate = { by = { a = 'm' }, scale = { n = 10 } }\n",
            "unknown-reference",
        ),
        ("[[measure]]\nid = 'm'\n[[step]]\ndenominate = { by = 'm', scale = 0 }\n", "invalid-number"),
        (
            "[[group]]\nid = 'g'\nname = 'G'\nformula = 'a'\nweights = 'exact'\n[[indicator]]\nid = 'z'\nname = 'Z'\nparent = 'g'\n",
            "step-conflict",
        ),
    ] {
        let (_, found) = gradus_model::decode::decode("package.toml", &format!("{HEAD}{wrong}{ONE}"));
        assert!(found.iter().any(|d| d.kind.id == id), "{wrong}: {found:#?}");
    }
}

#[test]
fn a_weight_by_formula_that_is_missing_is_said() {
    let text = "[defaults]\nnormalize = 'identity'\n[[measure]]\nid = 'gdp'\n[[indicator]]\nid = 'a'\nname = 'A'\nweight = { formula = 'gdp / 10' }\n[[indicator]]\nid = 'b'\nname = 'B'\n";
    let rows = "x gdp 2020 10\nx a 2020 1\nx b 2020 2\ny a 2020 1\ny b 2020 2\ny gdp 2021 10\nx a 2021 1\nx b 2021 1\ny a 2021 2\ny b 2021 2";
    let found = warnings(text, rows);
    let want = "the weight of `a` has no value in 2 rows, which have no score: no `gdp` for `y` in 2020, no `gdp` for `x` in 2021";
    assert_eq!(found, [("weight-missing", want.to_owned())]);
    // Where there is nothing to weigh, nothing is missed.
    assert_eq!(warnings(text, "x gdp - 10\nx a - 1\nx b - 2\ny b - !n/p"), []);
}

#[test]
fn a_fault_of_a_period_names_it() {
    let text = format!("[policy]\nfit = 'per-period'\n{}", ONE.replace("identity", "min-max"));
    let rows = "x a 2020 1\ny a 2020 2\nx a 2021 5\ny a 2021 5";
    assert_eq!(
        support::errors(&text, rows),
        [("zero-range".into(), "indicator `a`, period 2021, step `normalize`".into())]
    );
    let pooled = text.replace("per-period", "pooled");
    let rows = "x a 2020 5\ny a 2020 5\nx a 2021 5\ny a 2021 5";
    assert_eq!(
        support::errors(&pooled, rows),
        [("zero-range".into(), "indicator `a`, step `normalize`".into())]
    );
}

#[test]
fn faults_of_figures_come_together_whatever_depends_on_what() {
    let text = "[defaults]\nnormalize = 'identity'\n[[measure]]\nid = 'm'\n
        [[indicator]]\nid = 'early'\nname = 'E'\nformula = '1 / m'\n
        [[indicator]]\nid = 'after'\nname = 'F'\nformula = 'early + 1'\n
        [[indicator]]\nid = 'a'\nname = 'A'\n
        [[indicator]]\nid = 'late'\nname = 'L'\nformula = '1 / score(a)'\n
        [[indicator]]\nid = 'log'\nname = 'G'\nnormalize = { method = 'min-max', transform = 'ln' }\n";
    let rows = "x m - 0\ny m - 1\nx a - 0\ny a - 1\nx log - -1\ny log - 2";
    let found = support::errors(text, rows);
    let ids: Vec<&str> = found.iter().map(|(id, _)| id.as_str()).collect();
    assert_eq!(ids, ["division-by-zero", "undefined-transform", "division-by-zero"], "{found:#?}");
    assert!(found[0].1.contains("`early`") && found[2].1.contains("`late`"), "{found:#?}");
    // With a mistake of the package itself, what can be said of the figures is said too.
    let ids: Vec<&str> = errors(&format!("{text}[[measure]]\nid = 'n'\nformula = 'nowhere'\n"), rows)
        .into_iter()
        .map(|(id, _)| id)
        .collect();
    assert_eq!(ids, ["formula-name", "division-by-zero"]);
}

#[test]
fn an_imputed_value_beyond_what_was_observed_is_said() {
    let text = format!("[[step]]\nimpute = {{ method = 'fixed-value', value = 9.25 }}\n{ONE}");
    let rows = "x a 2019 1\nx a 2020 3\nx a 2021 !n/p\ny a 2019 2\ny a 2020 2\ny a 2021 !n/p";
    let found = warnings(&text, rows);
    let want = "2 imputed values lie outside the observed range of `a`, 1 to 3: 9.25 for `x` in 2021, 9.25 for `y` in 2021";
    assert_eq!(found, [("imputed-outside", want.to_owned())]);
    assert_eq!(warnings(&text.replace("9.25", "2.5"), rows), []);
}

#[test]
fn a_check_draws_nothing_and_says_the_same() {
    let text = format!("[[step]]\nimpute = 'hot-deck'\ndraws = 50\n{TWO}");
    let package = package(&text);
    let data = data(&package, "x a - 1\nx b - 2\ny a - 3\ny b - !n/p\nz a - 5\nz b - 4");
    let (drawn, said) = evaluate(&package, &Methods::default(), &data).unwrap();
    let (mut best, found) = evaluate_undrawn(&package, &Methods::default(), &data).unwrap();
    assert_eq!(said, found);
    assert!(drawn.nodes[0].spread.is_some() && best.nodes.iter().all(|node| node.spread.is_none()));
    for (node, from) in best.nodes.iter_mut().zip(&drawn.nodes) {
        node.spread.clone_from(&from.spread);
    }
    assert_eq!(best, drawn);
}

#[test]
fn single_indicators_are_imputed_and_denominated_otherwise() {
    let text = "[defaults]\nnormalize = 'identity'\n[[step]]\nimpute = 'mean'\ninstead = { b = 'regression', d = 'none' }\n
        [[indicator]]\nid = 'a'\nname = 'A'\n[[indicator]]\nid = 'b'\nname = 'B'\n[[indicator]]\nid = 'd'\nname = 'D'\n";
    let mut rows = String::new();
    for x in 1..9 {
        rows.push_str(&format!("u{x} a - {x}\nu{x} b - {}\nu{x} d - 1\n", 2 * x));
    }
    rows.push_str("gap a - 9\ngap b - !n/p\ngap d - !n/p\nlast a - !n/p\nlast b - 3");
    let (p, data, e) = run(text, &rows).unwrap();
    // The regression looks at `a`, which another method fills, and at what was known of it.
    assert_eq!(e.score(p.node("b").unwrap(), 8).unwrap().to_f64().round(), 18.0);
    assert_eq!(e.score(p.node("d").unwrap(), 8), None);
    assert_eq!(e.score(p.node("a").unwrap(), 9).unwrap().to_f64(), 5.0);
    assert_eq!(e.nodes[p.node("d").unwrap()].stages.len(), 0);
    // What it rests on leads to it, and is there only where it is asked for.
    let of = |d: &gradus_engine::Derivation| match &d.from[0].how {
        How::Prepared { method, imputed, .. } => (method.clone(), imputed.clone()),
        how => panic!("{how:?}"),
    };
    let b = p.node("b").unwrap();
    assert_eq!(of(&explain(&p, &data, &e, b, 8)), (Some("regression".into()), None));
    let (_, imputed) = of(&explain_imputed(&p, &Methods::default(), &data, &e, b, 8));
    let imputed = imputed.unwrap();
    let [figure] = &imputed.figures[..] else { panic!("{imputed:?}") };
    assert_eq!((figure.node, figure.row, figure.value.to_string().as_str()), (p.node("a").unwrap(), 8, "9"));
    assert!((figure.facts[0].1.to_f64() - 2.0).abs() < 1e-9, "{imputed:?}");
    let (_, mean) = of(&explain_imputed(&p, &Methods::default(), &data, &e, p.node("a").unwrap(), 9));
    let facts: Vec<_> = mean.unwrap().facts.iter().map(|(name, x)| (*name, x.to_f64())).collect();
    assert_eq!(facts, [("n", 9.0), ("mean", 5.0)]);

    let text = "[defaults]\nnormalize = 'identity'\n[[measure]]\nid = 'gdp'\n[[measure]]\nid = 'people'\n
        [[step]]\ndenominate = { by = 'gdp', scale = { people = 10 } }\ninstead = { g = 'people', c = 'none' }\n
        [[group]]\nid = 'g'\nname = 'G'\n[[indicator]]\nid = 'a'\nname = 'A'\n
        [[indicator]]\nid = 'b'\nname = 'B'\nparent = 'g'\n[[indicator]]\nid = 'c'\nname = 'C'\nparent = 'g'\n";
    let (p, _, e) = run(text, "x gdp - 2\nx people - 20\nx a - 10\nx b - 10\nx c - 10").unwrap();
    assert_eq!(["a", "b", "c"].map(|code| scores(&p, &e, code)[0].clone()), ["5", "5", "10"]);
    for (action, id) in [
        ("round = { places = 1 }", "step-action"),
        ("screen = { units = { min-available = 0.5 } }", "step-action"),
        ("denominate = { by = 'a' }", "step-action"),
    ] {
        let instead = format!("[[step]]\n{action}\ninstead = {{ a = {{ method = 'median' }} }}\n{ONE}");
        let (_, found) = gradus_model::decode::decode("package.toml", &format!("{HEAD}{instead}"));
        assert!(found.iter().any(|d| d.kind.id == id), "{action}: {found:#?}");
    }
}

#[test]
fn a_donor_is_named_with_its_class_and_distance() {
    let text = format!("[[step]]\nimpute = 'hot-deck'\nby = 'region'\nfit = 'per-period'\n{TWO}");
    let package = support::package(&text);
    let rows = "x a 2020 1\nx b 2020 5\ny a 2020 2\ny b 2020 !n/p\nz a 2020 9\nz b 2020 7\n\
                x a 2021 9\nx b 2021 6\ny a 2021 9\ny b 2021 !n/p\nz a 2021 1\nz b 2021 8\nw a 2021 9\nw b 2021 9";
    let mut set = data(&package, rows);
    set.classes.insert("region".into(), [Some("e"), Some("e"), Some("e"), Some("w")].into_iter().collect());
    let (e, _) = evaluate(&package, &Methods::default(), &set).unwrap();
    let b = package.node("b").unwrap();
    // The third row of four units; the donor is of the same period, and not the nearer unit of another class.
    let row = e.row(1, 1);
    let derivation = explain_imputed(&package, &Methods::default(), &set, &e, b, row);
    let How::Prepared { imputed: Some(imputed), .. } = &derivation.from[0].how else {
        panic!("{derivation:#?}")
    };
    assert_eq!(imputed.class.as_deref(), Some("e"));
    let [donor] = &imputed.figures[..] else { panic!("{imputed:?}") };
    assert_eq!((donor.row, donor.value.to_string()), (e.row(0, 1), "6".to_owned()));
    assert_eq!(donor.facts[0], ("distance", gradus_engine::Number::Binary64(0.0)));
}
