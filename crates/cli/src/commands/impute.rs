//! `gradus impute`: what was filled in for missing figures, and how well each method fills figures that are known.

use super::{Done, Findings};
use crate::args::ImputeArgs;
use crate::listing::{self, Section, count, number, text};
use crate::package::{Computed, compute};
use crate::term::Term;
use crate::{Outcome, Stop};
use gradus::Methods;
use gradus::engine::Figures;
use gradus::impute::{Accuracy, CrossValidation};
use gradus::model::diagnostic::{catalog, nearest};
use gradus::model::package::{Action, MethodCall, NodeIx};
use gradus::model::{Diagnostic, Package};
use gradus::report::table::Cell;
use serde_json::json;
use std::collections::BTreeMap;

pub(super) fn run(args: &ImputeArgs, term: &Term) -> Done {
    let computed = compute(&args.package.package, None, term)?;
    let package = &computed.outcome.package;
    let mut indicators: Vec<NodeIx> =
        computed.nodes(&args.node)?.into_iter().flat_map(|ix| package.indicators_below(ix)).collect();
    indicators.dedup();
    let sections = match &args.compare {
        None => vec![filled(&computed, &indicators)],
        Some(named) => compared(args, named, &computed, &indicators, term)?,
    };
    let head = vec![("package", json!(package.index.id.as_str()))];
    listing::print(term, &args.output, head, &sections)?;
    Ok(Outcome::Done)
}

/// Every cell that a step filled.
fn filled(computed: &Computed, only: &[NodeIx]) -> Section {
    let (package, evaluation) = (&computed.outcome.package, &computed.outcome.evaluation);
    let wanted = |ix: NodeIx| only.is_empty() || only.contains(&ix);
    let mut out = Section::new(
        "filled",
        "Figures that were filled in",
        &["step", "method", "indicator", "unit", "period", "#value"],
    )
    .mixed();
    let mut steps = 0;
    for (at, step) in package.pipeline.iter().enumerate() {
        let Action::Impute(call) = &step.action else { continue };
        steps += 1;
        let before = out.len();
        for ix in step.indicators.iter().copied().filter(|ix| wanted(*ix)) {
            let Some(stage) = evaluation.nodes[ix].stage(at) else { continue };
            for (row, _) in &stage.changed {
                let (unit, period) = evaluation.unit_and_period(*row);
                let value = stage.values.get(*row);
                out.row(vec![
                    text(step.id.as_str()),
                    text(&call.method),
                    text(package.nodes[ix].id.as_str()),
                    text(evaluation.units[unit].as_str()),
                    text(evaluation.periods[period].map(|p| p.to_string()).unwrap_or_default()),
                    value.map_or(Cell::Empty(None), |value| Cell::Number(value, None)),
                ]);
            }
        }
        out.note(format!("{}: {} filled in by {}", step.id, cells(out.len() - before), call.method));
    }
    let missing = |ix: NodeIx| {
        let prepared = evaluation.nodes[ix].prepared();
        prepared.iter().filter(|value| value.is_none()).count()
    };
    let left: usize = package.indicators().filter(|(ix, ..)| wanted(*ix)).map(|(ix, ..)| missing(ix)).sum();
    if steps == 0 {
        out.note("the package has no step that imputes");
    }
    out.note(format!("{} without a figure", cells(left)));
    if left > 0 && steps == 0 {
        out.note("`--compare` shows how well each method would fill them");
    }
    out
}

fn cells(n: usize) -> String {
    if n == 1 { "1 cell".into() } else { format!("{n} cells") }
}

/// The accuracy of methods on the figures that are known.
fn compared(
    args: &ImputeArgs,
    named: &[String],
    computed: &Computed,
    only: &[NodeIx],
    term: &Term,
) -> Result<Vec<Section>, Stop> {
    let methods = Methods::default();
    let outcome = &computed.outcome;
    let figures = Figures::before_imputation(
        &outcome.package,
        &outcome.evaluation,
        &outcome.import.data,
        args.by.as_deref(),
    )
    .map_err(|diagnostics| Findings { diagnostics, ..Findings::default() }.stop())?;
    let options =
        CrossValidation { folds: args.folds, seed: args.seed.unwrap_or(outcome.package.policy.seed) };
    if options.folds < 2 {
        return Err(Findings::one(
            Diagnostic::new(&catalog::INVALID_PARAMETER, format!("`--folds` is {}", options.folds))
                .help("give `--folds` 2 or more"),
        ));
    }
    let known: Vec<&str> = methods.imputers.iter().map(|method| method.id).collect();
    if let Some(unknown) = named.iter().find(|name| !known.contains(&name.as_str())) {
        let diagnostic =
            Diagnostic::new(&catalog::UNKNOWN_METHOD, format!("there is no imputation method `{unknown}`"));
        return Err(Findings::one(match nearest(unknown, known.iter().copied()) {
            Some(near) => diagnostic.help(format!("did you mean `{near}`?")),
            None => diagnostic.help("`gradus methods --family impute` lists them"),
        }));
    }
    let chosen = known.into_iter().filter(|id| named.is_empty() || named.iter().any(|name| name == id));
    let measures = ["#n", "#unfilled", "#nrmse", "#rmse", "#mae", "#bias", "#rank_correlation|rank r"];
    let headed = |first: &[&'static str]| first.iter().copied().chain(measures).collect::<Vec<_>>();
    let mut columns = headed(&["method"]);
    columns.push("why_not");
    let mut all = Section::new("methods", "Accuracy over all indicators", &columns).hidden(1);
    let mut each =
        Section::new("indicators", "Accuracy in each indicator", &headed(&["method", "indicator"])).mixed();
    let mut from_step: Vec<String> = Vec::new();
    let mut refused: Vec<String> = Vec::new();
    for id in chosen {
        let working = term.working(&format!("comparing {id}"));
        let call = call(&outcome.package, id);
        if !call.args.is_empty() {
            from_step.push(id.to_owned());
        }
        let found = figures.validate(&methods, &call, options);
        drop(working);
        match found {
            Ok(found) => {
                let cells = std::iter::once(text(id)).chain(accuracy(&found.overall));
                all.row(cells.chain([Cell::Empty(None)]).collect());
                for (ix, found) in figures.indicators.iter().zip(&found.columns) {
                    if only.contains(ix) {
                        let code = outcome.package.nodes[*ix].id.as_str();
                        each.row([text(id), text(code)].into_iter().chain(accuracy(found)).collect());
                    }
                }
            }
            Err(fault) => {
                let why = match &fault.help {
                    Some(help) => format!("{}: {help}", fault.message),
                    None => fault.message.clone(),
                };
                refused.push(format!("{id} cannot run: {why}"));
                let mut row = vec![text(id)];
                row.resize(measures.len() + 1, Cell::Empty(None));
                row.push(text(why));
                all.row(row);
            }
        }
    }
    let (present, missing) = figures.counts();
    all.note(format!(
        "{present} known figures of {} indicators, {missing} missing; {} folds, seed {}",
        figures.indicators.len(),
        options.folds,
        options.seed
    ));
    refused.into_iter().for_each(|why| all.note(why));
    all.note("n: hidden figures that were filled; errors over all indicators are in standard deviations of each, and an nrmse of 1 is no better than the mean");
    if !from_step.is_empty() {
        all.note(format!("with the parameters of the package's step: {}", from_step.join(", ")));
    }
    let mut out = vec![all];
    if !args.node.is_empty() {
        each.note("rmse, mae and bias are in the measurement unit of the indicator");
        out.push(each);
    }
    Ok(out)
}

/// A call of a method: as the package's first step that uses it, else without parameters.
fn call(package: &Package, id: &str) -> MethodCall {
    let mut steps = package.pipeline.iter().filter_map(|step| match &step.action {
        Action::Impute(call) if call.method == id => Some(call.clone()),
        _ => None,
    });
    steps.next().unwrap_or_else(|| MethodCall {
        method: id.to_owned(),
        transform: None,
        args: BTreeMap::new(),
        key: "impute".to_owned(),
    })
}

fn accuracy(found: &Accuracy) -> impl Iterator<Item = Cell> + use<> {
    [
        count(found.n),
        count(found.n_unfilled),
        number(found.nrmse),
        number(found.rmse),
        number(found.mae),
        number(found.bias),
        number(found.rank_correlation),
    ]
    .into_iter()
}
