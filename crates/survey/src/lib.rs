//! What respondents say: statistics of questions, with design effects and intervals.
//!
//! A [`Statistic`] says what each answer counts; everything else is the same for all of them. An estimate is a ratio of two
//! weighted sums over respondents, computed in decimals, so that a share is compared with a threshold exactly; its error
//! comes from [`gradus_statistics::sampling`]. [`observe`] puts estimates among the figures of a package, where scores,
//! grades and reports use them as any figure; [`Tables`] shows them question by question.
//!
//! **Invariants.** Nothing here reads a file. Nothing of a respondent leaves but sums over at least as many as the survey
//! says. Multiplying all weights by a number changes nothing, and equal weights are as none.

pub mod expectation_gap;
pub mod importance_weighted;
pub mod mean;
pub mod net_balance;
pub mod share_of;
pub mod top_box;
pub mod top_two_box;

mod observe;
mod pairs;
mod sample;
mod shared;
mod tables;
#[cfg(test)]
mod testing;

pub use observe::{observe, sampled};
pub use pairs::{Derived, Difference, differences};
pub use sample::{Cell, Estimated, Sample, Trimmed};
pub use tables::{AnswerCount, Asked, Class, Row, Subject, Tables, Trend};

use gradus_method::{Method, Outcome, Registry};
use gradus_model::Decimal;
use gradus_model::package::{ItemRole, Question};
use std::fmt::Debug;
use std::sync::Arc;

/// What a statistic is, which decides how its interval is made.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Kind {
    /// A share of respondents.
    Share,
    /// A mean of what they say.
    Mean,
}

/// What a statistic yields, whatever the question.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Frame {
    /// Share or mean.
    pub kind: Kind,
    /// The smallest and the largest number it can be: a share of 0 and of 1, the worst and the best answer.
    pub scale: (Decimal, Decimal),
}

/// A statistic of a question, or of several questions about the same items.
pub trait Statistic: Debug + Send + Sync {
    /// What it yields.
    fn frame(&self) -> Frame;
    /// What it asks of each item; nothing for a statistic of one question.
    fn roles(&self) -> &'static [ItemRole] {
        &[]
    }
    /// What each answer counts. `questions` are the one question, or for one item after the other those of its
    /// [`roles`](Self::roles).
    ///
    /// # Errors
    /// When the codebook does not fit: an answer that is not there, too few answers, those who do not know counted in a
    /// mean.
    fn bind(&self, questions: &[&Question]) -> Outcome<Bound>;
}

/// What a respondent adds to the numerator and the denominator of a statistic.
pub type Terms = (Decimal, Decimal);

/// A statistic bound to the codebook of its questions.
#[derive(Debug, Clone)]
pub struct Bound {
    /// For each question, what each of its answers counts; nothing for an answer outside the base.
    pub scores: Vec<Vec<Option<Decimal>>>,
    /// From what the answers of a respondent count to what the respondent adds to the numerator and the denominator;
    /// nothing where the respondent is outside the base.
    pub combine: fn(&[Option<Decimal>]) -> Option<Terms>,
    /// The ratios that stand at the ends of the scale.
    pub ends: (Decimal, Decimal),
}

/// A statistic, cheaply cloned.
#[derive(Debug, Clone)]
pub struct StatisticBox(Arc<dyn Statistic>);

impl StatisticBox {
    /// Boxes a statistic.
    pub fn new(statistic: impl Statistic + 'static) -> Self {
        Self(Arc::new(statistic))
    }
}

impl std::ops::Deref for StatisticBox {
    type Target = dyn Statistic;
    fn deref(&self) -> &Self::Target {
        &*self.0
    }
}

/// Every built-in statistic, in order of id.
pub static STATISTICS: &[&Method<StatisticBox>] = &[
    &expectation_gap::METHOD,
    &importance_weighted::METHOD,
    &mean::METHOD,
    &net_balance::METHOD,
    &share_of::METHOD,
    &top_box::METHOD,
    &top_two_box::METHOD,
];

/// A registry of the built-in statistics.
#[must_use]
pub fn statistics() -> Registry<StatisticBox> {
    Registry::new(STATISTICS)
}
