//! The ASEM index that the R package COINr 1.1.14 builds, as a package: every stage of its chain, from raw figures to ranks.
#![allow(clippy::unwrap_used, reason = "a test may panic, also in its helpers")]
#![allow(clippy::disallowed_methods, reason = "the test reads tables from outside the repository")]

mod support;

use gradus::Outcome;
use gradus::engine::Stage;
use gradus::model::Package;
use std::collections::BTreeMap;
use support::{FILE, folder, outcome, package, read, rows};

/// Relative to the larger of 1 and the expected number.
const TOLERANCE: f64 = 1e-10;

/// Compares the nodes of a stage with a table of COINr; yields how many cells were compared.
fn compare(outcome: &Outcome, stage: &str, table: &str) -> usize {
    let expected = rows(&read(table));
    let unit = expected[0].iter().position(|h| h == "uCode").unwrap();
    let time = expected[0].iter().position(|h| h == "Time");
    let evaluation = &outcome.evaluation;
    let units: BTreeMap<&str, usize> = evaluation.units.iter().map(|u| u.as_str()).zip(0..).collect();
    let mut compared = 0;
    for (column, heading) in expected[0].iter().enumerate() {
        let Some(node) = outcome.package.node(heading) else { continue };
        let stage = Stage::find(&outcome.package, stage).unwrap();
        for row in &expected[1..] {
            let period = time.map_or(0, |time| {
                evaluation.periods.iter().position(|p| p.is_some_and(|p| p.to_string() == row[time])).unwrap()
            });
            let at = evaluation.row(units[row[unit].as_str()], period);
            let got = evaluation.value(stage, node, at).map(|x| x.to_f64());
            let want: Option<f64> = (!row[column].is_empty()).then(|| row[column].parse().unwrap());
            match (got, want) {
                (Some(got), Some(want)) => assert!(
                    (got - want).abs() <= TOLERANCE * want.abs().max(1.0),
                    "{table} {heading} {}: {got} for {want}",
                    row[unit]
                ),
                (got, want) => assert_eq!(got, want, "{table} {heading} {}", row[unit]),
            }
            compared += 1;
        }
    }
    assert!(compared > 0, "{table} has no column of the package");
    compared
}

const CHAIN: &str = "
[[step]]
denominate = { by = { @BY@ } }
[[step]]
impute = 'group-mean'
by = 'EurAsia'
[[step]]
screen = { units = { min-available = 0.9 } }
";

#[test]
fn denominated_imputed_and_screened_as_coinr_does() {
    if folder().is_none() {
        println!("skipped: the chain of COINr; ../shared is not there");
        return;
    }
    for arithmetic in ["binary64", "decimal"] {
        let index = format!("[policy]\narithmetic = '{arithmetic}'");
        let outcome = outcome(&package(CHAIN, &index, FILE), "00_input_data.csv");
        let cells = compare(&outcome, "denominate", "10_denominate_default.csv")
            + compare(&outcome, "impute", "20_impute_mean_grp_EurAsia.csv")
            + compare(&outcome, "screen", "20_impute_mean_grp_EurAsia.csv");
        println!("{arithmetic}: {cells} cells");
        assert!(outcome.diagnostics.iter().any(|d| d.kind.id == "step-without-effect"));
    }
}

#[test]
fn screened_units_are_those_coinr_drops() {
    if folder().is_none() {
        println!("skipped: the screening of COINr; ../shared is not there");
        return;
    }
    let cases = [
        ("30_screen_byNA_default.csv", "units = { min-available = \"0.6666666666666666\" }", ""),
        ("30_screen_byNA_090.csv", "units = { min-available = 0.9 }", ""),
        ("30_screen_byzeros_098.csv", "units = { min-nonzero = 0.98 }", ""),
        (
            "30_screen_byNA_095_force.csv",
            "units = { min-available = 0.95 }",
            ", keep = { BRN = 'in' }, drop = { DEU = 'out' }",
        ),
    ];
    for (table, rule, forced) in cases {
        let rule = rule.replace("\"0.6666666666666666\"", "0.6666666666666666");
        let step = format!("[[step]]\nscreen = {{ {rule}{forced} }}\n");
        // What is left over may be constant, which ranks do not mind.
        let text = package(&step, "", FILE).replace("{ method = 'min-max', to = [0, 100] }", "'rank'");
        let outcome = outcome(&text, "00_input_data.csv");
        let expected = rows(&read(table));
        let included = expected[0].iter().position(|h| h == "Included").unwrap();
        let unit = expected[0].iter().position(|h| h == "uCode").unwrap();
        let out: Vec<&str> = outcome
            .evaluation
            .left_out
            .iter()
            .map(|(_, row, _)| outcome.evaluation.units[*row].as_str())
            .collect();
        for row in &expected[1..] {
            assert_eq!(row[included] == "TRUE", !out.contains(&row[unit].as_str()), "{table} {}", row[unit]);
        }
        println!("{table}: {} units, {} left out", expected.len() - 1, out.len());
    }
}

#[test]
fn scores_without_treatment_add_up_as_coinr_does() {
    if folder().is_none() {
        println!("skipped: the aggregates of COINr; ../shared is not there");
        return;
    }
    // COINr wrote its normalization of figures with gaps, and the aggregates of it.
    let step = "[[step]]\ndenominate = { by = { @BY@ } }\n";
    let text = package(step, "", FILE).replace("to = [0, 100]", "to = [1, 100]");
    let outcome = outcome(&text, "00_input_data.csv");
    let cells = compare(&outcome, "normalized", "60_norm_minmax_1_100_missing.csv")
        + compare(&outcome, "scores", "70_agg_missing_amean.csv");
    println!("{cells} cells");
    assert_eq!(outcome.package.nodes[Package::ROOT].children.len(), 2);
}

const WHOLE: &str = "
[[step]]
denominate = { by = { @BY@ } }
[[step]]
impute = 'group-mean'
by = 'EurAsia'
[[step]]
treat = { method = 'skew-kurtosis', max-points = 5, then = 'log-ct' }
";

#[test]
fn the_whole_chain_agrees_with_coinr() {
    if folder().is_none() {
        println!("skipped: the chain of COINr; ../shared is not there");
        return;
    }
    for arithmetic in ["binary64", "decimal"] {
        let index = format!("[policy]\narithmetic = '{arithmetic}'");
        let outcome = outcome(&package(WHOLE, &index, FILE), "00_input_data.csv");
        let cells = compare(&outcome, "denominate", "10_denominate_default.csv")
            + compare(&outcome, "impute", "20_impute_mean_grp_EurAsia.csv")
            + compare(&outcome, "treat", "40_treat_default_data.csv")
            + compare(&outcome, "normalized", "60_norm_minmax_0_100.csv")
            + compare(&outcome, "scores", "70_agg_amean.csv")
            + compare(&outcome, "scores", "80_results_scores.csv");
        println!("{arithmetic}: {cells} cells");
    }
}

#[test]
fn a_panel_agrees_pooled_and_year_by_year() {
    if folder().is_none() {
        println!("skipped: the panel of COINr; ../shared is not there");
        return;
    }
    // COINr screens the units of each year and treats each year by itself; the treatment does not impute.
    let steps = "
[[step]]
screen = { units = { min-available = 0.9 } }
[[step]]
treat = { method = 'skew-kurtosis', max-points = 5, then = 'log-ct' }
fit = 'per-period'
";
    let file = FILE.replace("unit = 'uCode'", "unit = 'uCode', period = 'Time'");
    for (fit, normalized, scores) in [
        ("pooled", "130_panel_normalised_global.csv", "130_panel_aggregates_global.csv"),
        ("per-period", "130_panel_normalised_peryear.csv", "130_panel_aggregates_peryear.csv"),
    ] {
        let index = format!("[policy]\nfit = '{fit}'");
        let outcome = outcome(&package(steps, &index, &file), "00_input_panel.csv");
        let cells = compare(&outcome, "treat", "130_panel_treated.csv")
            + compare(&outcome, "normalized", normalized)
            + compare(&outcome, "scores", scores);
        println!("{fit}: {cells} cells");
    }
}
