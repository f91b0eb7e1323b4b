//! Faults of methods as diagnostics: the method knows the values, this adds indicator, unit, period and step.

use crate::plan::Declared;
use gradus_method::Fault;
use gradus_model::diagnostic::catalog;
use gradus_model::observation::Period;
use gradus_model::package::{MethodCall, NodeIx, Package, PipelineStep, Spans};
use gradus_model::{Diagnostic, Id};

/// The unit and the period of a row.
fn place_of_row(units: &[Id], periods: &[Option<Period>], row: usize) -> Vec<(&'static str, String)> {
    let mut out = Vec::new();
    if let Some(unit) = units.get(row % units.len().max(1)) {
        out.push(("unit", format!("`{unit}`")));
    }
    out.extend(named_period(periods, row / units.len().max(1)));
    out
}

/// A period, where it has a name.
pub(crate) fn named_period(periods: &[Option<Period>], at: usize) -> Option<(&'static str, String)> {
    periods.get(at).copied().flatten().map(|period| ("period", period.to_string()))
}

/// The method a step of the pipeline has for an indicator: its own, or the one it has instead.
pub(crate) fn call_for(step: &PipelineStep, indicator: Option<NodeIx>) -> Option<&MethodCall> {
    match indicator {
        Some(ix) => step.method_for(ix),
        None => step.action.call(),
    }
}

/// A fault of a method as a diagnostic: the method knows the values, this adds indicator, unit, period and step. Rows and
/// periods of the fault are those of `units` and `periods`.
pub(crate) fn blame(
    package: &Package,
    fault: &Fault,
    declared: Declared,
    units: &[Id],
    periods: &[Option<Period>],
) -> Diagnostic {
    let (spans, key, step): (&Spans, String, String) = match declared {
        Declared::Node(ix, key) => (&package.nodes[ix].spans, key.to_owned(), key.to_owned()),
        Declared::Measure(at) => (&package.measures[at].spans, "formula".into(), "formula".into()),
        Declared::Pipeline(at, indicator) => {
            let step = &package.pipeline[at];
            let key = call_for(step, indicator).map_or(step.action.word(), |call| call.key.as_str());
            (&step.spans, key.to_owned(), step.id.to_string())
        }
    };
    let path = match &fault.parameter {
        Some(parameter) => format!("{key}.{parameter}"),
        None if fault.kind == &catalog::UNKNOWN_METHOD => format!("{key}.method"),
        None => key,
    };
    let mut diagnostic = Diagnostic::new(fault.kind, fault.message.clone()).at(spans.of(&path));
    diagnostic.help.clone_from(&fault.help);
    match declared {
        Declared::Node(ix, _) | Declared::Pipeline(_, Some(ix)) => {
            let node = &package.nodes[ix];
            let what = if node.indicator().is_some() { "indicator" } else { "group" };
            diagnostic = diagnostic.concerning(what, format!("`{}`", node.id));
        }
        Declared::Measure(at) => {
            diagnostic = diagnostic.concerning("measure", format!("`{}`", package.measures[at].id));
        }
        Declared::Pipeline(_, None) => {}
    }
    let place = match (fault.row, fault.period) {
        (Some(row), _) => place_of_row(units, periods, row),
        (None, Some(period)) => named_period(periods, period).into_iter().collect(),
        (None, None) => Vec::new(),
    };
    for (what, which) in place {
        diagnostic = diagnostic.concerning(what, which);
    }
    diagnostic.concerning("step", format!("`{step}`"))
}
