//! Derived indicators: formulas parsed, names resolved, in an order in which each finds its inputs computed.

use super::Compiler;
use crate::blame::{blame, place_of_row};
use crate::plan::{NodeSlots, Setting, Slot, Work};
use gradus_formula::{Formula, Program, Reading};
use gradus_method::Column;
use gradus_model::Diagnostic;
use gradus_model::diagnostic::{catalog, list_some, nearest};
use gradus_model::number::Scalar;
use gradus_model::package::{NodeIx, Variable};

impl<S: Scalar> Compiler<'_, S> {
    /// Parses every formula and puts the derived indicators in order; yields, for each variable, the column it is in
    /// and (for a derived one) its nominal values, whose presence decides which period is taken.
    pub(super) fn formulas(&mut self, indicators: &[NodeIx]) -> Vec<Option<(Slot, Column<S>)>> {
        let package = self.package;
        let variables = package.variables();
        let mut out: Vec<Option<(Slot, Column<S>)>> = vec![None; variables.len()];
        let mut waiting: Vec<(NodeIx, Formula, Vec<usize>)> = Vec::new();
        for ix in indicators {
            let node = &package.nodes[*ix];
            let Some(text) = node.indicator().and_then(|i| i.formula.as_deref()) else { continue };
            let place = node.spans.of("formula");
            let formula = match Formula::parse(text) {
                Ok(formula) => formula,
                Err(mistake) => {
                    let mut diagnostic = Diagnostic::new(&catalog::FORMULA_SYNTAX, mistake.message)
                        .at(place)
                        .concerning("indicator", &node.id);
                    if let Some(help) = mistake.help {
                        diagnostic = diagnostic.help(help);
                    }
                    self.found.push(diagnostic);
                    continue;
                }
            };
            let mut uses = Vec::new();
            for name in formula.names() {
                let figure = name.of == Reading::Value;
                let name = name.code.as_str();
                match variable_of(&variables, name).filter(|_| figure) {
                    Some(variable) => uses.push(variable),
                    None => {
                        let mut diagnostic = Diagnostic::new(
                            &catalog::FORMULA_NAME,
                            format!("there is no measure or indicator `{name}`"),
                        )
                        .at(place.clone())
                        .concerning("indicator", &node.id);
                        diagnostic = match nearest(name, variables.iter().map(|v| v.id.as_str())) {
                            Some(near) => diagnostic.help(format!("did you mean `{near}`?")),
                            None => diagnostic.help(format!("add a [[measure]] with `id = \"{name}\"`")),
                        };
                        self.found.push(diagnostic);
                    }
                }
            }
            if uses.len() == formula.names().len() {
                waiting.push((*ix, formula, uses));
            }
        }
        if self.found.has_errors() {
            return out;
        }
        let is_waiting = |waiting: &[(NodeIx, Formula, Vec<usize>)], nodes: &[NodeSlots], variable: usize| {
            waiting.iter().any(|(ix, ..)| nodes[*ix].variable == Some(variable))
        };
        while !waiting.is_empty() {
            let ready = waiting
                .iter()
                .position(|(_, _, uses)| !uses.iter().any(|v| is_waiting(&waiting, &self.nodes, *v)));
            let Some(ready) = ready else {
                let (ix, ..) = &waiting[0];
                self.found.push(
                    Diagnostic::new(
                        &catalog::FORMULA_CYCLE,
                        format!(
                            "the formulas of {} need each other",
                            list_some(waiting.iter().map(|(ix, ..)| &package.nodes[*ix].id))
                        ),
                    )
                    .at(package.nodes[*ix].spans.of("formula"))
                    .help("compute one of them from measures only"),
                );
                return out;
            };
            let (ix, formula, uses) = waiting.remove(ready);
            let from: Vec<Slot> =
                uses.iter().map(|v| out[*v].as_ref().map_or(Slot::Input(*v), |(slot, _)| *slot)).collect();
            let columns: Vec<&Column<S>> = uses
                .iter()
                .map(|v| out[*v].as_ref().map_or(&self.table.columns[*v], |(_, column)| column))
                .collect();
            let program = Program::new(&formula);
            let mut values = Column::missing(0);
            let n_rows = self.table.n_rows();
            if let Err(fault) = program.column(&columns, &[], n_rows, &mut values) {
                let diagnostic = blame(package, &fault, ix, "formula", |row| {
                    place_of_row(&self.table.units, &self.table.periods, row)
                });
                self.found.push(diagnostic);
                continue;
            }
            let mut all: Vec<usize> = Vec::new();
            for v in &uses {
                let deeper = indicators.iter().find(|i| self.nodes[**i].variable == Some(*v));
                match deeper.map(|i| &self.nodes[*i].uses).filter(|u| !u.is_empty()) {
                    Some(deeper) => all.extend(deeper),
                    None => all.push(*v),
                }
            }
            all.sort_unstable();
            all.dedup();
            self.nodes[ix].uses = all;
            let slot = self.push(ix, "formula", Work::Derive { program, from }, Setting::Fixed, None, n_rows);
            if let Some(variable) = self.nodes[ix].variable {
                out[variable] = Some((slot, values));
            }
        }
        out
    }
}

/// The place of the variable that a name in a formula means: its code, or its code with `_` for each `-`, which SQL
/// reads as minus.
pub(crate) fn variable_of(variables: &[Variable<'_>], name: &str) -> Option<usize> {
    variables
        .iter()
        .position(|v| *v.id == *name)
        .or_else(|| variables.iter().position(|v| v.id.as_str().replace('-', "_") == name))
}
