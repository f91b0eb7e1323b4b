//! What a run yields, free of the arithmetic it ran in: every stage of every node, ranks, marks and weights.

use gradus_model::number::{Arithmetic, Decimal, Rounding, Scalar, round};
use gradus_model::observation::{Absence, DataSet, Observation, Period, Status};
use gradus_model::package::NodeIx;
use gradus_model::{Id, Package};
use std::fmt;

/// A number in either arithmetic.
#[derive(Debug, Clone, Copy, PartialEq)]
pub enum Number {
    /// Exact.
    Decimal(Decimal),
    /// Double precision.
    Binary64(f64),
}

impl Number {
    /// From a number of a run.
    #[must_use]
    pub fn of<S: Scalar>(value: S) -> Self {
        match S::ARITHMETIC {
            Arithmetic::Decimal => value.to_decimal().map_or(Self::Binary64(value.to_f64()), Self::Decimal),
            Arithmetic::Binary64 => Self::Binary64(value.to_f64()),
        }
    }
    /// As a double.
    #[must_use]
    pub fn to_f64(self) -> f64 {
        match self {
            Self::Decimal(x) => x.to_f64(),
            Self::Binary64(x) => x,
        }
    }
    /// As a decimal; `None` for a double outside the decimal range.
    #[must_use]
    pub fn to_decimal(self) -> Option<Decimal> {
        match self {
            Self::Decimal(x) => Some(x),
            Self::Binary64(x) => x.to_decimal(),
        }
    }
    /// Rounded by a rule and printed with exactly its places.
    #[must_use]
    pub fn show(self, rounding: Rounding) -> String {
        match self.to_decimal() {
            Some(x) => format!("{:.*}", rounding.places as usize, round(x, rounding)),
            None => self.to_string(),
        }
    }
}

impl fmt::Display for Number {
    /// At full precision, without trailing zeros.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Decimal(x) => write!(f, "{}", x.normalize()),
            Self::Binary64(x) => write!(f, "{x}"),
        }
    }
}

/// A stage of the computation.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Stage {
    /// Figures as read, derived indicators computed.
    Raw,
    /// After the transform of an indicator that has one.
    Transformed,
    /// On the common scale.
    Normalized,
    /// Scores of every node of the tree.
    Scores,
}

impl Stage {
    /// Every stage with its word.
    pub const WORDS: &'static [(&'static str, Self)] = &[
        ("raw", Self::Raw),
        ("transformed", Self::Transformed),
        ("normalized", Self::Normalized),
        ("scores", Self::Scores),
    ];
}

/// One cell of the raw table: what was observed for a unit, an indicator and a period of the result.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Cell {
    /// Place in [`DataSet::observations`].
    Observed(usize),
    /// Computed by the indicator's formula, from figures of this period.
    Derived {
        /// The period of the figures it was computed from.
        period: Option<Period>,
    },
    /// No figure, and why.
    Absent(Absence),
}

/// What is known of one node in every row.
#[derive(Debug, Clone, PartialEq)]
pub struct NodeResult {
    /// Raw values (indicators): numbers, or places on the ordered scale.
    pub raw: Vec<Option<Number>>,
    /// After the transform; empty where the indicator has none.
    pub transformed: Vec<Option<Number>>,
    /// Scores on the common scale (indicators that are normalized) or aggregates (groups); empty where not scored.
    pub scores: Vec<Option<Number>>,
    /// Ranks of the scores within a period, 1 is best; halves occur under mean ties. Empty where not scored.
    pub ranks: Vec<Option<f64>>,
    /// Cells (indicators only).
    pub cells: Vec<Cell>,
    /// The worst status among everything the value rests on.
    pub status: Vec<Status>,
    /// Share of the node's weight, down to the indicators, that is present in each row: 1 where nothing is missing.
    pub coverage: Vec<f64>,
    /// Why there is no score.
    pub absence: Vec<Option<Absence>>,
    /// What the normalization learned or was given: one entry where all periods were fitted together, else one per
    /// period, with nothing for a period without figures. See [`fit`](Self::fit).
    pub fits: Vec<Option<Vec<(&'static str, Number)>>>,
    /// Weight among its siblings, as a share of their sum; `None` where weights are not used or the parent is a scoreboard.
    pub weight: Option<Number>,
    /// The weight itself, where the parent's method does not divide by the sum of weights.
    pub absolute_weight: Option<Number>,
    /// Product of weights from the index down; `None` where an ancestor is a scoreboard.
    pub effective_weight: Option<f64>,
}

impl NodeResult {
    /// What the normalization learned or was given for the scores of a period, by place.
    #[must_use]
    pub fn fit(&self, period: usize) -> Option<&[(&'static str, Number)]> {
        let fit = if self.fits.len() == 1 { self.fits.first() } else { self.fits.get(period) };
        fit?.as_deref()
    }
}

/// Everything a run computed. Rows are units within a period, period after period.
#[derive(Debug, Clone, PartialEq)]
pub struct Evaluation {
    /// The units, in the order of the data set.
    pub units: Vec<Id>,
    /// The periods, in order. A package that takes the latest figures has a single one, which may be unnamed.
    pub periods: Vec<Option<Period>>,
    /// One entry per node of the package.
    pub nodes: Vec<NodeResult>,
    /// The arithmetic of the run.
    pub arithmetic: Arithmetic,
}

impl Evaluation {
    /// The row of a unit in a period, both by place.
    #[must_use]
    pub fn row(&self, unit: usize, period: usize) -> usize {
        period * self.units.len() + unit
    }
    /// Number of rows.
    #[must_use]
    pub fn n_rows(&self) -> usize {
        self.units.len() * self.periods.len()
    }
    /// The unit and the period of a row, by place.
    #[must_use]
    pub fn unit_and_period(&self, row: usize) -> (usize, usize) {
        (row % self.units.len(), row / self.units.len())
    }
    /// The value of a node in a row at a stage.
    #[must_use]
    pub fn value(&self, stage: Stage, node: NodeIx, row: usize) -> Option<Number> {
        let result = &self.nodes[node];
        match stage {
            Stage::Raw => result.raw.get(row),
            Stage::Transformed => result.transformed.get(row),
            Stage::Normalized if result.cells.is_empty() => None,
            Stage::Normalized | Stage::Scores => result.scores.get(row),
        }
        .copied()
        .flatten()
    }
    /// The score of a node in a row.
    #[must_use]
    pub fn score(&self, node: NodeIx, row: usize) -> Option<Number> {
        self.value(Stage::Scores, node, row)
    }
    /// The rank of a node's score in a row.
    #[must_use]
    pub fn rank(&self, node: NodeIx, row: usize) -> Option<f64> {
        self.nodes[node].ranks.get(row).copied().flatten()
    }
    /// The observation behind an indicator's value in a row.
    #[must_use]
    pub fn observation<'a>(&self, data: &'a DataSet, node: NodeIx, row: usize) -> Option<&'a Observation> {
        match self.nodes[node].cells.get(row)? {
            Cell::Observed(ix) => data.observations.get(*ix),
            Cell::Derived { .. } | Cell::Absent(_) => None,
        }
    }
    /// The place of the last period in which the index has a score for any unit; else of the last period.
    #[must_use]
    pub fn current_period(&self) -> usize {
        (0..self.periods.len())
            .rev()
            .find(|p| (0..self.units.len()).any(|u| self.score(Package::ROOT, self.row(u, *p)).is_some()))
            .unwrap_or(self.periods.len().saturating_sub(1))
    }
}
