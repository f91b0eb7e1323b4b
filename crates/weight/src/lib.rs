//! Weights from data: one method, one file, one line in one list.
//!
//! A [`Weigher`] looks at the parts of a group and says what each weighs. Weights belong to codes, never to positions.
//!
//! **Invariants.** Methods are pure functions of columns and parameters; they do not know the tree, the file format or
//! each other. Weights are finite, not negative and add up to 1.

pub mod ahp;
pub mod anp;
pub mod best_worst;
pub mod coefficient_of_variation;
pub mod correlation;
pub mod critic;
pub mod entropy;
pub mod equal;
pub mod factor_analysis;
pub mod gini;
pub mod infomax;
pub mod intended_importance;
pub mod merec;
pub mod principal_components;
pub mod rank_exponent;
pub mod rank_order_centroid;
pub mod rank_reciprocal;
pub mod rank_sum;
pub mod regression;
pub mod standard_deviation;

mod going_along;
mod group;
mod judgments;
mod order;
mod retention;
mod search;
mod shared;

#[cfg(test)]
mod testing;

pub use group::Group;

use gradus_method::{Column, Direction, Method, Outcome, Registry};
use gradus_model::Id;
use gradus_model::diagnostic::Kind;
use gradus_model::number::Scalar;
use std::fmt::{self, Debug};

/// The parts of a group as a weigher sees them.
#[derive(Clone, Copy)]
pub struct Parts<'a, S> {
    /// Code of each part.
    pub codes: &'a [Id],
    /// What the package writes as weight of each part.
    pub declared: &'a [S],
    /// The column of each part: its scores, or its figures before normalization where the package says so. Rows are the
    /// units of one period, or of all periods pooled.
    pub columns: &'a [&'a Column<S>],
    /// Which way is better in each column: `Higher` for scores, the indicator's direction for figures.
    pub directions: &'a [Direction],
    /// The outside variable to be explained, where the method has a parameter `target`.
    pub target: Option<&'a Column<S>>,
    /// The group's aggregate under other weights, for methods that search.
    pub aggregate: &'a dyn Fn(&[S]) -> Outcome<Column<S>>,
}

impl<S> Debug for Parts<'_, S> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Parts").field("codes", &self.codes).finish_non_exhaustive()
    }
}

/// Weights, and what was found on the way.
#[derive(Debug, Clone, PartialEq)]
pub struct Weighed<S> {
    /// The weight of each part, in the order of the parts; not negative, adding up to 1.
    pub weights: Vec<S>,
    /// What was found, for reports: eigenvalues, entropies, attained importance.
    pub facts: Vec<(String, S)>,
    /// What the user must know, each with the kind of diagnostic it is, as messages: an intention that cannot be met.
    pub notes: Vec<(&'static Kind, String)>,
}

impl<S: Scalar> Weighed<S> {
    /// Weights about which nothing else was found.
    #[must_use]
    pub fn of(weights: Vec<S>) -> Self {
        Self { weights, facts: Vec::new(), notes: Vec::new() }
    }
    /// Adds what was found.
    #[must_use]
    pub fn fact(mut self, name: impl Into<String>, value: S) -> Self {
        self.facts.push((name.into(), value));
        self
    }
    /// Adds what was found of each part, as `name of CODE`.
    #[must_use]
    pub fn fact_of_each(mut self, name: &str, codes: &[Id], values: &[S]) -> Self {
        self.facts
            .extend(codes.iter().zip(values).map(|(code, value)| (format!("{name} of {code}"), *value)));
        self
    }
    /// Adds a sentence the user must know.
    #[must_use]
    pub fn note(mut self, kind: &'static Kind, note: impl Into<String>) -> Self {
        self.notes.push((kind, note.into()));
        self
    }
}

/// Says what each part of a group weighs.
pub trait Weigher<S: Scalar>: Debug + Send + Sync {
    /// Code of the outside variable the method explains, where it needs one.
    fn target(&self) -> Option<&str> {
        None
    }
    /// The weights of the parts.
    ///
    /// # Errors
    /// When the parts give no weights: constant columns, too few units, a singular matrix.
    fn weigh(&self, parts: &Parts<'_, S>) -> Outcome<Weighed<S>>;
}

gradus_method::dual! {
    /// A weighting method in both arithmetics.
    WeigherBox: Weigher
}

/// Every built-in weighting method, in order of id.
pub static WEIGHERS: &[&Method<WeigherBox>] = &[
    &ahp::METHOD,
    &anp::METHOD,
    &best_worst::METHOD,
    &coefficient_of_variation::METHOD,
    &correlation::METHOD,
    &critic::METHOD,
    &entropy::METHOD,
    &equal::METHOD,
    &factor_analysis::METHOD,
    &gini::METHOD,
    &infomax::METHOD,
    &intended_importance::METHOD,
    &merec::METHOD,
    &principal_components::METHOD,
    &rank_exponent::METHOD,
    &rank_order_centroid::METHOD,
    &rank_reciprocal::METHOD,
    &rank_sum::METHOD,
    &regression::METHOD,
    &standard_deviation::METHOD,
];

/// The built-in weighting methods as a registry, to which a program may add its own.
#[must_use]
pub fn weighers() -> Registry<WeigherBox> {
    Registry::new(WEIGHERS)
}
