//! `gradus impute`: what was filled, and how near each method comes to the figures when they are hidden from it.

use super::{Done, Findings};
use crate::args::{ImputeArgs, TableFormat};
use crate::package::{Computed, compute};
use crate::render::escape;
use crate::term::Term;
use crate::{Outcome, table};
use gradus::Methods;
use gradus::engine::Figures;
use gradus::impute::{Accuracy, CrossValidation};
use gradus::model::Diagnostic;
use gradus::model::diagnostic::{catalog, nearest};
use gradus::model::package::{Action, MethodCall};
use serde_json::{Value, json};
use std::collections::BTreeMap;

pub(super) fn run(args: &ImputeArgs, term: &Term) -> Done {
    let computed = compute(&args.package.package, term)?;
    if args.compare.is_some() { compare(args, &computed, term) } else { filled(args, &computed, term) }
}

/// Every cell that a step filled.
fn filled(args: &ImputeArgs, computed: &Computed, term: &Term) -> Done {
    let (package, evaluation) = (&computed.outcome.package, &computed.outcome.evaluation);
    let places = package.policy.rounding.places as usize;
    let mut rows = Vec::new();
    let mut values = Vec::new();
    for (ix, node, _) in package.indicators() {
        for stage in &evaluation.nodes[ix].stages {
            let step = &package.pipeline[stage.step];
            let Action::Impute(call) = &step.action else { continue };
            for (row, what) in &stage.changed {
                let (unit, period) = evaluation.unit_and_period(*row);
                let Some(value) = stage.values[*row].filter(|_| *what == "imputed") else { continue };
                let period = evaluation.periods[period].map(|p| p.to_string()).unwrap_or_default();
                rows.push(vec![
                    step.id.to_string(),
                    node.id.to_string(),
                    evaluation.units[unit].to_string(),
                    period.clone(),
                    if args.format == TableFormat::Table {
                        format!("{:.places$}", value.to_f64())
                    } else {
                        value.to_string()
                    },
                    call.method.clone(),
                ]);
                values.push(json!({
                    "step": step.id.as_str(),
                    "indicator": node.id.as_str(),
                    "unit": evaluation.units[unit].as_str(),
                    "period": (!period.is_empty()).then_some(period),
                    "value": value.to_f64(),
                    "method": call.method,
                }));
            }
        }
    }
    let steps = package.pipeline.iter().filter(|s| matches!(s.action, Action::Impute(_))).count();
    if rows.is_empty() && args.format == TableFormat::Table {
        term.say(match steps {
            0 => "the package has no step that imputes; `gradus impute PKG --compare` tries every method on its figures",
            _ => "no cell was filled",
        });
        return Ok(Outcome::Done);
    }
    show(args, term, &["step", "indicator", "unit", "period", "value", "method"], &[4], rows, values)
}

/// Methods side by side on the package's own figures.
fn compare(args: &ImputeArgs, computed: &Computed, term: &Term) -> Done {
    let methods = Methods::default();
    let named = args.compare.as_deref().unwrap_or_default();
    let known: Vec<&str> = methods.imputers.iter().map(|m| m.id).collect();
    for method in named {
        if !known.contains(&method.as_str()) {
            let diagnostic = Diagnostic::new(
                &catalog::UNKNOWN_METHOD,
                format!("there is no imputation method `{method}`"),
            );
            return Err(Findings::one(match nearest(method, known.iter().copied()) {
                Some(near) => diagnostic.help(format!("did you mean `{near}`?")),
                None => diagnostic.help("`gradus methods` lists them"),
            }));
        }
    }
    let (package, evaluation) = (&computed.outcome.package, &computed.outcome.evaluation);
    let figures =
        Figures::before_imputation(package, evaluation, &computed.outcome.import.data, args.by.as_deref())
            .map_err(|found| Findings { diagnostics: found, sources: Default::default() }.stop())?;
    let nodes = computed.nodes(&args.node)?;
    let options = CrossValidation { folds: usize::from(args.folds), seed: args.seed };
    let mut rows = Vec::new();
    let mut values = Vec::new();
    let exact = args.format != TableFormat::Table;
    let number = |x: Option<f64>| match x {
        None => String::new(),
        Some(x) if exact => x.to_string(),
        Some(x) => format!("{x:.4}"),
    };
    let mut add = |method: &str, of: &str, a: &Accuracy| {
        rows.push(vec![
            method.to_owned(),
            of.to_owned(),
            a.n.to_string(),
            a.n_unfilled.to_string(),
            number(a.rmse),
            number(a.mae),
            number(a.bias),
            number(a.nrmse),
            number(a.rank_correlation),
            String::new(),
        ]);
        values.push(json!({
            "method": method, "of": of, "hidden": a.n, "not_filled": a.n_unfilled, "rmse": a.rmse, "mae": a.mae,
            "bias": a.bias, "normalized_rmse": a.nrmse, "rank_correlation": a.rank_correlation,
        }));
    };
    let mut refused: Vec<(String, String)> = Vec::new();
    let tried: Vec<&str> =
        if named.is_empty() { known.clone() } else { named.iter().map(String::as_str).collect() };
    for method in tried {
        // A method that the package calls is tried as the package calls it.
        let own = package.pipeline.iter().filter_map(|s| match &s.action {
            Action::Impute(call) if call.method == method => Some(call.clone()),
            _ => None,
        });
        let call = own.last().unwrap_or_else(|| MethodCall {
            method: method.to_owned(),
            transform: None,
            args: BTreeMap::new(),
            key: "impute".to_owned(),
        });
        let working = term.working(&format!("trying {method}"));
        let validation = figures.validate(&methods, &call, options);
        drop(working);
        match validation {
            Ok(found) if nodes.is_empty() => add(method, "all", &found.overall),
            Ok(found) => {
                for node in &nodes {
                    let place = figures.indicators.iter().position(|ix| ix == node);
                    if let Some(accuracy) = place.and_then(|at| found.columns.get(at)) {
                        add(method, package.nodes[*node].id.as_str(), accuracy);
                    }
                }
            }
            Err(fault) => refused.push((method.to_owned(), fault.message)),
        }
    }
    for (method, why) in refused {
        let mut row = vec![method.clone(), String::new()];
        row.resize(9, String::new());
        row.push(why.clone());
        rows.push(row);
        values.push(json!({ "method": method, "why_not": why }));
    }
    let all_run = rows.iter().all(|row| row[9].is_empty());
    let mut heads = vec![
        "method",
        "of",
        "hidden",
        "not filled",
        "RMSE",
        "MAE",
        "bias",
        "normalized RMSE",
        "rank correlation",
        "why not",
    ];
    if all_run || (args.format == TableFormat::Table) {
        heads.pop();
        for row in &mut rows {
            row.truncate(9);
        }
    }
    let (known_cells, missing) = figures.counts();
    term.say(&format!(
        "{known_cells} figures, {missing} missing; each known one hidden once, in {} folds (seed {}); `all` is in standard deviations of each indicator",
        args.folds, args.seed
    ));
    for value in &values {
        if let (Some(method), Some(why)) = (value["method"].as_str(), value["why_not"].as_str()) {
            term.say(&format!("  {method} was not tried: {}", escape::visible(why)));
        }
    }
    if args.format == TableFormat::Table {
        rows.retain(|row| !row[2].is_empty());
        // The nearest first; what is nearest on one's own figures is what matters.
        let error = |row: &Vec<String>| row[7].parse::<f64>().unwrap_or(f64::INFINITY);
        rows.sort_by(|a, b| a[1].cmp(&b[1]).then(error(a).total_cmp(&error(b))));
    }
    show(args, term, &heads, &[2, 3, 4, 5, 6, 7, 8], rows, values)
}

fn show(
    args: &ImputeArgs,
    term: &Term,
    heads: &[&str],
    numeric: &[usize],
    rows: Vec<Vec<String>>,
    values: Vec<Value>,
) -> Done {
    match args.format {
        TableFormat::Json => term.data(&escape::json(&format!("{:#}\n", Value::Array(values))))?,
        TableFormat::Csv => {
            let heads: Vec<String> = heads.iter().map(|h| h.to_lowercase().replace(' ', "_")).collect();
            term.data(&super::csv(&heads, &rows))?;
        }
        TableFormat::Table => {
            let columns: Vec<table::Column> =
                heads
                    .iter()
                    .enumerate()
                    .map(|(at, h)| {
                        if numeric.contains(&at) {
                            table::Column::number(*h)
                        } else {
                            table::Column::text(*h)
                        }
                    })
                    .collect();
            term.out(&table::show(&columns, &rows, 2, term.width()).0)?;
        }
    }
    Ok(Outcome::Done)
}
