//! Ladders: what an indicator must reach for each grade.

use crate::number::Decimal;

/// One step of a ladder.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Step {
    /// Place in [`Package::grades`](super::Package::grades).
    pub grade: usize,
    /// What must be reached.
    pub threshold: Threshold,
    /// Whether the threshold itself is not enough: `{ above = 50 }`, `{ below = 50 }`.
    pub strict: bool,
    /// For how many years running it must be held, the one of the result being the last: `{ value = 5, years = 3 }`.
    pub years: u32,
    /// What must still be held where the threshold was reached once: `{ value = 50, once-then = 45 }`.
    pub once_then: Option<Threshold>,
}

impl Step {
    /// A step that is reached in the period of the result, at the threshold itself.
    #[must_use]
    pub fn at(grade: usize, threshold: Threshold) -> Self {
        Self { grade, threshold, strict: false, years: 1, once_then: None }
    }
    /// Whether the verdict depends on figures of other periods.
    #[must_use]
    pub fn looks_back(&self) -> bool {
        self.years > 1 || self.once_then.is_some()
    }
}

/// What must be reached for a grade.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Threshold {
    /// A number, in the indicator's measurement unit: at least it, or at most it, by direction.
    Number(Decimal),
    /// Between two numbers, both included: `{ from = 40, to = 60 }`.
    Range(Decimal, Decimal),
    /// A level of the indicator's ordered scale, by place.
    Level(usize),
}

impl Threshold {
    /// The number on a line from worse to better: a level by its place. A range has none.
    #[must_use]
    pub fn number(self) -> Option<Decimal> {
        match self {
            Self::Number(x) => Some(x),
            Self::Level(level) => Some(level.into()),
            Self::Range(..) => None,
        }
    }
}

/// What decides whether an uncertain figure (a survey estimate, an interval) reaches a threshold.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Pass {
    /// The estimate.
    #[default]
    Estimate,
    /// The bound of its 95 % interval on the worse side.
    Bound,
    /// That the true value reaches the threshold with at least this probability.
    Probability(Decimal),
}
