//! The derivation of one number, down to the figures it rests on.

use crate::compile::variable_of;
use crate::result::{Cell, Evaluation, Number};
use gradus_formula::{Formula, Program};
use gradus_model::observation::{Absence, DataSet, Period, Value};
use gradus_model::package::{NodeIx, NodeKind};
use gradus_model::{Decimal, Id, Package};

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
    /// What it was made from.
    pub from: Vec<Derivation>,
}

/// How a number came about.
#[derive(Debug, Clone, PartialEq)]
pub enum How {
    /// Parts combined by a method; one weight per part, as a share of the weights that are present.
    Aggregated {
        /// Id of the method.
        method: String,
        /// Share of each part; `None` for a part that is missing.
        shares: Vec<Option<f64>>,
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
            let total: f64 = parts.iter().filter(|c| present(**c)).map(|c| weight(*c)).sum();
            Derivation {
                of: package.nodes[node].id.clone(),
                node: Some(node),
                value: evaluation.score(node, row).ok_or_else(absence),
                how: How::Aggregated {
                    method: group.aggregate.as_ref().map(|call| call.method.clone()).unwrap_or_default(),
                    shares: parts.iter().map(|c| present(*c).then(|| weight(*c) / total)).collect(),
                },
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
            let from = Figures { package, data, unit, period }.of_formula(&formula);
            (How::Formula { formula, period }, from)
        }
        Cell::Absent(_) => (How::Absent, Vec::new()),
    };
    Derivation { of, node: Some(node), value: value.ok_or(absence), how, from }
}

/// The figures of one unit and period, for the formulas that use them.
struct Figures<'a> {
    package: &'a Package,
    data: &'a DataSet,
    unit: usize,
    period: Option<Period>,
}

impl Figures<'_> {
    /// What a formula uses, in the order it mentions it.
    fn of_formula(&self, text: &str) -> Vec<Derivation> {
        let Ok(formula) = Formula::parse(text) else { return Vec::new() };
        let variables = self.package.variables();
        formula
            .names()
            .iter()
            .filter_map(|name| Some(self.variable(variables[variable_of(&variables, name)?].id)))
            .collect()
    }

    fn variable(&self, id: &Id) -> Derivation {
        let node = self.package.node(id.as_str());
        if let Some(text) = node.and_then(|ix| self.package.nodes[ix].indicator()?.formula.clone()) {
            let from = self.of_formula(&text);
            let value = self.computed(&text, &from).map(Number::Decimal).ok_or(Absence::InputAbsent);
            let how = How::Formula { formula: text, period: self.period };
            return Derivation { of: id.clone(), node, value, how, from };
        }
        let of = |period: Option<Period>| {
            self.data.observations.iter().position(|o| {
                o.unit == self.unit && o.period == period && self.data.variables[o.variable] == *id
            })
        };
        let Some(observation) = of(self.period).or_else(|| of(None)) else {
            let value = Err(Absence::NotReported);
            return Derivation { of: id.clone(), node, value, how: How::Absent, from: Vec::new() };
        };
        let value = match &self.data.observations[observation].value {
            Value::Absent(absence) => Err(*absence),
            value => value.as_number().map(Number::Decimal).ok_or(Absence::NotReported),
        };
        Derivation { of: id.clone(), node, value, how: How::Observed { observation }, from: Vec::new() }
    }

    fn computed(&self, text: &str, from: &[Derivation]) -> Option<Decimal> {
        let values: Vec<Option<Decimal>> =
            from.iter().map(|d| d.value.ok().and_then(Number::to_decimal)).collect();
        Program::new(&Formula::parse(text).ok()?).row(&values).ok()?
    }
}
