//! Selecting indicators: where they stand in other systems, and what they are screened by.

use super::{Direction, Spans};
use crate::number::Decimal;
use crate::{Id, Text};

/// How an indicator relates to something in another package.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Relation {
    /// There is no counterpart: it was looked for, or what seems to be one is not.
    None,
    /// The same concept, by another definition or in another measurement unit.
    Near,
    /// The same quantity.
    Same,
}

impl Relation {
    /// Every relation with its word.
    pub const WORDS: &'static [(&'static str, Self)] =
        &[("same", Self::Same), ("near", Self::Near), ("none", Self::None)];
    /// The word.
    #[must_use]
    pub fn word(self) -> &'static str {
        match self {
            Self::None => "none",
            Self::Near => "near",
            Self::Same => "same",
        }
    }
}

/// What a package declares about an indicator and something in another package.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Counterpart {
    /// How they relate.
    pub relation: Relation,
    /// Code of the other package.
    pub package: Id,
    /// Code of the other indicator, group or index; none where the whole package is said to have no counterpart.
    pub node: Option<Id>,
    /// Why so.
    pub why: Text,
    /// Key path in the item's [`Spans`].
    pub key: String,
}

/// What candidates are screened by.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct Screening {
    /// CSV with the experts' scores.
    pub file: Option<String>,
    /// How the smallest content validity ratio follows from the number of experts.
    pub cvr_minimum: CvrMinimum,
    /// A sentence that the matrix carries, for example that its scores are made up.
    pub notice: Text,
    /// Criteria, in the order of the file.
    pub criteria: Vec<Criterion>,
    /// Candidates that are not indicators of the package.
    pub candidates: Vec<Candidate>,
    /// Where the keys are.
    pub spans: Spans,
}

/// How the smallest content validity ratio follows from the number of experts.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum CvrMinimum {
    /// Lawshe's table of 1975.
    #[default]
    Lawshe,
    /// The exact binomial test at 5 %, one-sided.
    Binomial,
}

impl CvrMinimum {
    /// Every rule with its word.
    pub const WORDS: &'static [(&'static str, Self)] =
        &[("lawshe", Self::Lawshe), ("binomial", Self::Binomial)];
}

/// What a candidate is judged by.
#[derive(Debug, Clone, PartialEq)]
pub struct Criterion {
    /// Code.
    pub id: Id,
    /// Name.
    pub name: Text,
    /// What it asks.
    pub description: Text,
    /// Where its scores come from.
    pub from: CriterionSource,
    /// The lowest score an expert can give.
    pub min: Decimal,
    /// The highest.
    pub max: Decimal,
    /// The lowest score that counts as agreement.
    pub agree_from: Decimal,
    /// Weight in a candidate's total.
    pub weight: Decimal,
    /// A candidate whose score is lower is dropped, whatever the other criteria say.
    pub veto_below: Option<Decimal>,
    /// Which index of content validity decides.
    pub validity: ContentValidity,
    /// Where the keys are.
    pub spans: Spans,
}

/// Where the scores of a criterion come from.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum CriterionSource {
    /// From experts.
    #[default]
    Experts,
    /// In how many of the compared systems the candidate stands.
    Recognized,
    /// How much room there is between the own unit and the highest grade, or the best unit: 0 none, 1 all of it.
    Room,
    /// The share of units with a figure.
    Availability,
}

impl CriterionSource {
    /// Every source with its word.
    pub const WORDS: &'static [(&'static str, Self)] = &[
        ("experts", Self::Experts),
        ("recognized", Self::Recognized),
        ("room", Self::Room),
        ("availability", Self::Availability),
    ];
}

/// Which index of content validity decides on a candidate.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum ContentValidity {
    /// None.
    #[default]
    None,
    /// Lawshe's content validity ratio.
    Cvr,
    /// The item's content validity index.
    ICvi,
}

impl ContentValidity {
    /// Every index with its word.
    pub const WORDS: &'static [(&'static str, Self)] =
        &[("none", Self::None), ("cvr", Self::Cvr), ("i-cvi", Self::ICvi)];
}

/// A candidate that is not an indicator of the package: on the long list, not in the tree.
#[derive(Debug, Clone, PartialEq)]
pub struct Candidate {
    /// Code.
    pub id: Id,
    /// Name.
    pub name: Text,
    /// What it measures.
    pub description: Text,
    /// What its values are expressed in.
    pub measurement_unit: Option<String>,
    /// Which way is better.
    pub direction: Direction,
    /// What it is in other packages.
    pub counterparts: Vec<Counterpart>,
    /// Where the keys are.
    pub spans: Spans,
}

/// What one expert gives one candidate by one criterion.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Judgment {
    /// Code of the candidate.
    pub candidate: Id,
    /// Place in [`Screening::criteria`].
    pub criterion: usize,
    /// The expert, by a code or a name.
    pub expert: String,
    /// The score; none for an abstention.
    pub score: Option<Decimal>,
    /// What the expert says.
    pub comment: String,
}
