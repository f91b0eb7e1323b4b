//! The derivation of one number, down to the figures it rests on.

use crate::result::{Cell, Evaluation, Number};
use gradus_model::Package;
use gradus_model::observation::{Absence, Period};
use gradus_model::package::{NodeIx, NodeKind};

/// A number and how it came about.
#[derive(Debug, Clone, PartialEq)]
pub struct Derivation {
    /// The node; for a measure that a formula uses, its place follows the nodes (see [`How::Measure`]).
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
pub fn explain(package: &Package, evaluation: &Evaluation, node: NodeIx, row: usize) -> Derivation {
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
                node: Some(node),
                value: evaluation.score(node, row).ok_or_else(absence),
                how: How::Aggregated {
                    method: group.aggregate.as_ref().map(|call| call.method.clone()).unwrap_or_default(),
                    shares: parts.iter().map(|c| present(*c).then(|| weight(*c) / total)).collect(),
                },
                from: parts.iter().map(|c| explain(package, evaluation, *c, row)).collect(),
            }
        }
        NodeKind::Indicator(indicator) => {
            let raw = raw(package, evaluation, node, row);
            let Some(call) = &indicator.normalize else { return raw };
            let value = result.transformed.get(row).copied().flatten();
            let input = match (&call.transform, value) {
                (Some(transform), _) => Derivation {
                    node: Some(node),
                    value: value.ok_or_else(absence),
                    how: How::Transformed { transform: transform.method.clone() },
                    from: vec![raw],
                },
                (None, _) => raw,
            };
            let (_, period) = evaluation.unit_and_period(row);
            let fitted = result.fits.get(period).or_else(|| result.fits.first()).cloned().unwrap_or_default();
            Derivation {
                node: Some(node),
                value: evaluation.score(node, row).ok_or_else(absence),
                how: How::Normalized { method: call.method.clone(), fitted },
                from: vec![input],
            }
        }
    }
}

fn raw(package: &Package, evaluation: &Evaluation, node: NodeIx, row: usize) -> Derivation {
    let result = &evaluation.nodes[node];
    let value = result.raw.get(row).copied().flatten();
    let cell = result.cells.get(row).copied().unwrap_or(Cell::Absent(Absence::NotReported));
    let absence = match cell {
        Cell::Absent(absence) => absence,
        _ => result.absence.get(row).copied().flatten().unwrap_or(Absence::NotReported),
    };
    let how = match cell {
        Cell::Observed(observation) => How::Observed { observation },
        Cell::Derived { period } => How::Formula {
            formula: package.nodes[node].indicator().and_then(|i| i.formula.clone()).unwrap_or_default(),
            period,
        },
        Cell::Absent(_) => How::Absent,
    };
    Derivation { node: Some(node), value: value.ok_or(absence), how, from: Vec::new() }
}
