//! The derivation of one number, down to the figures it rests on.

use crate::compile::variable_of;
use crate::result::{Cell, Evaluation, Number};
use gradus_formula::{Formula, Program};
use gradus_model::number::Rounding;
use gradus_model::observation::{Absence, DataSet, Period, Value};
use gradus_model::package::{NodeIx, NodeKind, Variable};
use gradus_model::policy::MissingAction;
use gradus_model::{Decimal, Id, Package};
use std::collections::BTreeMap;

/// A number and how it came about.
#[derive(Debug, Clone, PartialEq)]
pub struct Derivation {
    /// Code of the node or measure.
    pub of: Id,
    /// The node; `None` for a measure that a formula uses.
    pub node: Option<NodeIx>,
    /// The number, or nothing with the reason.
    pub value: Result<Number, Absence>,
    /// How it came about.
    pub how: How,
    /// How the number was rounded last, where the index's own method rounds it.
    pub round: Option<Rounding>,
    /// What it was made from.
    pub from: Vec<Derivation>,
}

/// How a part of an aggregate was used.
#[derive(Debug, Clone, Copy, PartialEq)]
pub enum PartUse {
    /// With this share of the weights that are present.
    Share(f64),
    /// With this weight, which is not divided by the sum of weights.
    Weight(Number),
    /// Missing, and counted as zero with this share.
    AsZero(f64),
    /// Missing, and left out.
    LeftOut,
}

/// How a number came about.
#[derive(Debug, Clone, PartialEq)]
pub enum How {
    /// Parts combined by a method, each as it was used.
    Aggregated {
        /// Id of the method.
        method: String,
        /// How each part was used, in the order of the parts.
        parts: Vec<PartUse>,
    },
    /// A raw or transformed value brought onto the common scale.
    Normalized {
        /// Id of the method.
        method: String,
        /// What it learned or was given.
        fitted: Vec<(&'static str, Number)>,
    },
    /// A raw value under a transform.
    Transformed {
        /// Id of the transform.
        transform: String,
    },
    /// A formula over other figures.
    Formula {
        /// The formula as written.
        formula: String,
        /// The period of the figures.
        period: Option<Period>,
    },
    /// A figure as observed.
    Observed {
        /// Place in the data set's observations.
        observation: usize,
    },
    /// No figure.
    Absent,
}

/// The derivation of the score of a node in a row, or of the raw value of an indicator that is not scored.
#[must_use]
pub fn explain(
    package: &Package,
    data: &DataSet,
    evaluation: &Evaluation,
    node: NodeIx,
    row: usize,
) -> Derivation {
    let result = &evaluation.nodes[node];
    let absence = || result.absence.get(row).copied().flatten().unwrap_or(Absence::NotReported);
    match &package.nodes[node].kind {
        NodeKind::Group(group) => {
            let parts: Vec<NodeIx> = package.nodes[node]
                .children
                .iter()
                .copied()
                .filter(|c| !evaluation.nodes[*c].scores.is_empty())
                .collect();
            let weight = |c: NodeIx| evaluation.nodes[c].weight.map_or(1.0, Number::to_f64);
            let present = |c: NodeIx| evaluation.score(c, row).is_some();
            let as_zero = group.missing.action == MissingAction::Zero;
            let counts = |c: NodeIx| as_zero || present(c);
            let total: f64 = parts.iter().filter(|c| counts(**c)).map(|c| weight(*c)).sum();
            let used = |c: NodeIx| match (evaluation.nodes[c].absolute_weight, present(c)) {
                (Some(weight), true) => PartUse::Weight(weight),
                (None, true) => PartUse::Share(weight(c) / total),
                (_, false) if as_zero => PartUse::AsZero(weight(c) / total),
                (_, false) => PartUse::LeftOut,
            };
            Derivation {
                of: package.nodes[node].id.clone(),
                node: Some(node),
                value: evaluation.score(node, row).ok_or_else(absence),
                how: How::Aggregated {
                    method: group.aggregate.as_ref().map(|call| call.method.clone()).unwrap_or_default(),
                    parts: parts.iter().map(|c| used(*c)).collect(),
                },
                round: package.nodes[node].round,
                from: parts.iter().map(|c| explain(package, data, evaluation, *c, row)).collect(),
            }
        }
        NodeKind::Indicator(indicator) => {
            let raw = raw(package, data, evaluation, node, row);
            let Some(call) = &indicator.normalize else { return raw };
            let value = result.transformed.get(row).copied().flatten();
            let input = match (&call.transform, value) {
                (Some(transform), _) => Derivation {
                    of: package.nodes[node].id.clone(),
                    node: Some(node),
                    value: value.ok_or_else(absence),
                    how: How::Transformed { transform: transform.method.clone() },
                    round: None,
                    from: vec![raw],
                },
                (None, _) => raw,
            };
            let (_, period) = evaluation.unit_and_period(row);
            let fitted = result.fit(period).unwrap_or_default().to_vec();
            Derivation {
                of: package.nodes[node].id.clone(),
                node: Some(node),
                value: evaluation.score(node, row).ok_or_else(absence),
                how: How::Normalized { method: call.method.clone(), fitted },
                round: package.nodes[node].round,
                from: vec![input],
            }
        }
    }
}

fn raw(package: &Package, data: &DataSet, evaluation: &Evaluation, node: NodeIx, row: usize) -> Derivation {
    let result = &evaluation.nodes[node];
    let value = result.raw.get(row).copied().flatten();
    let cell = result.cells.get(row).copied().unwrap_or(Cell::Absent(Absence::NotReported));
    let absence = match cell {
        Cell::Absent(absence) => absence,
        _ => result.absence.get(row).copied().flatten().unwrap_or(Absence::NotReported),
    };
    let of = package.nodes[node].id.clone();
    let (how, from) = match cell {
        Cell::Observed(observation) => (How::Observed { observation }, Vec::new()),
        Cell::Derived { period } => {
            let formula = package.nodes[node].indicator().and_then(|i| i.formula.clone()).unwrap_or_default();
            let (unit, _) = evaluation.unit_and_period(row);
            let from = Figures::new(package, data, unit, period).of_formula(&formula, &mut Vec::new());
            (How::Formula { formula, period }, from)
        }
        Cell::Absent(_) => (How::Absent, Vec::new()),
    };
    Derivation { of, node: Some(node), value: value.ok_or(absence), how, round: None, from }
}

/// The figures of one unit and period, for the formulas that use them.
struct Figures<'a> {
    package: &'a Package,
    variables: Vec<Variable<'a>>,
    period: Option<Period>,
    /// The unit's observations of the period, or of no period, by variable.
    observed: BTreeMap<&'a Id, usize>,
    data: &'a DataSet,
}

impl<'a> Figures<'a> {
    fn new(package: &'a Package, data: &'a DataSet, unit: usize, period: Option<Period>) -> Self {
        let mut observed = BTreeMap::new();
        // A figure of the period goes before one without.
        for wanted in [None, period] {
            for (ix, o) in data.observations.iter().enumerate() {
                if o.unit == unit && o.period == wanted {
                    observed.insert(&data.variables[o.variable], ix);
                }
            }
        }
        Self { package, variables: package.variables(), period, observed, data }
    }

    /// What a formula uses, in the order it mentions it. `seen` are the derived variables that were led back already:
    /// they come with their value, and are not led back again.
    fn of_formula(&self, text: &str, seen: &mut Vec<(Id, Result<Number, Absence>)>) -> Vec<Derivation> {
        let Ok(formula) = Formula::parse(text) else { return Vec::new() };
        formula
            .names()
            .iter()
            .filter_map(|name| {
                Some(self.variable(self.variables[variable_of(&self.variables, &name.code)?].id, seen))
            })
            .collect()
    }

    fn variable(&self, id: &Id, seen: &mut Vec<(Id, Result<Number, Absence>)>) -> Derivation {
        let node = self.package.node(id.as_str());
        let made = |value, how, from| Derivation { of: id.clone(), node, value, how, round: None, from };
        if let Some(text) = node.and_then(|ix| self.package.nodes[ix].indicator()?.formula.clone()) {
            let how = How::Formula { formula: text.clone(), period: self.period };
            if let Some((_, value)) = seen.iter().find(|(of, _)| of == id) {
                return made(*value, how, Vec::new());
            }
            let from = self.of_formula(&text, seen);
            let value = computed(&text, &from).map(Number::Decimal).ok_or(Absence::InputAbsent);
            seen.push((id.clone(), value));
            return made(value, how, from);
        }
        let Some(observation) = self.observed.get(id).copied() else {
            return made(Err(Absence::NotReported), How::Absent, Vec::new());
        };
        let value = match &self.data.observations[observation].value {
            Value::Absent(absence) => Err(*absence),
            value => value.as_number().map(Number::Decimal).ok_or(Absence::OnlyBounds),
        };
        made(value, How::Observed { observation }, Vec::new())
    }
}

fn computed(text: &str, from: &[Derivation]) -> Option<Decimal> {
    let values: Vec<Option<Decimal>> =
        from.iter().map(|d| d.value.ok().and_then(Number::to_decimal)).collect();
    Program::new(&Formula::parse(text).ok()?).row(&values).ok()?
}
