//! Faults of methods as diagnostics: the method knows the values, this adds indicator, unit, period and step.

use gradus_method::Fault;
use gradus_model::diagnostic::catalog;
use gradus_model::observation::Period;
use gradus_model::package::{Node, NodeIx, Package};
use gradus_model::{Diagnostic, Id};

pub(crate) fn place_of_row(
    units: &[Id],
    periods: &[Option<Period>],
    row: usize,
) -> Vec<(&'static str, String)> {
    let mut out = Vec::new();
    if let Some(unit) = units.get(row % units.len().max(1)) {
        out.push(("unit", format!("`{unit}`")));
    }
    if let Some(Some(period)) = periods.get(row / units.len().max(1)) {
        out.push(("period", period.to_string()));
    }
    out
}

/// A fault of a method as a diagnostic: the method knows the values, this adds indicator, unit, period and step.
pub(crate) fn blame(
    package: &Package,
    fault: &Fault,
    ix: NodeIx,
    key: &str,
    row: impl Fn(usize) -> Vec<(&'static str, String)>,
) -> Diagnostic {
    let node: &Node = &package.nodes[ix];
    let path = match &fault.parameter {
        Some(parameter) => format!("{key}.{parameter}"),
        None if fault.kind == &catalog::UNKNOWN_METHOD => format!("{key}.method"),
        None => key.to_owned(),
    };
    let mut diagnostic = Diagnostic::new(fault.kind, fault.message.clone()).at(node.spans.of(&path));
    diagnostic.help.clone_from(&fault.help);
    let what = if node.indicator().is_some() { "indicator" } else { "group" };
    diagnostic = diagnostic.concerning(what, format!("`{}`", node.id));
    if let Some(at) = fault.row {
        for (what, which) in row(at) {
            diagnostic = diagnostic.concerning(what, which);
        }
    }
    diagnostic.concerning("step", format!("`{key}`"))
}
