//! The answers of a survey as they were given, in columns: one row per respondent, or per answer with how many gave it.
//!
//! They are kept apart from figures: a respondent is no unit, and nothing of one is ever shown.

use crate::Id;
use crate::diagnostic::Place;
use crate::number::Decimal;
use crate::observation::Period;
use std::collections::BTreeMap;

/// What respondents of a survey answered. All columns have one entry per row.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct Respondents {
    /// Codes of the units, in package order, then in order of first appearance.
    pub units: Vec<Id>,
    /// The unit of each row, by place.
    pub unit: Vec<u32>,
    /// The periods, in order; a single unnamed one where the file names none.
    pub periods: Vec<Option<Period>>,
    /// The period of each row, by place.
    pub period: Vec<u32>,
    /// The weight of each row, above zero; empty where every respondent counts alike.
    pub weight: Vec<Decimal>,
    /// How many respondents each row is; empty where it is one.
    pub count: Vec<u64>,
    /// Strata within units.
    pub stratum: Option<Names>,
    /// Clusters.
    pub cluster: Option<Names>,
    /// By kind, the subgroup of each row.
    pub subgroups: BTreeMap<String, Names>,
    /// For each question of the survey, the place of the answer in the codebook of each row; [`Self::NOTHING`] for none.
    pub answers: Vec<Vec<u32>>,
    /// For each question, where its column or its first answer is.
    pub places: Vec<Option<Place>>,
}

/// A column of texts, each once.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Names {
    /// The texts, in order of first appearance.
    pub names: Vec<String>,
    /// The text of each row, by place; [`Respondents::NOTHING`] for an empty cell.
    pub of: Vec<u32>,
}

impl Respondents {
    /// An empty cell.
    pub const NOTHING: u32 = u32::MAX;

    /// Number of rows.
    #[must_use]
    pub fn len(&self) -> usize {
        self.unit.len()
    }
    /// Whether there is no row.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.unit.is_empty()
    }
    /// The weight of a row.
    #[must_use]
    pub fn weight_of(&self, row: usize) -> Decimal {
        self.weight.get(row).copied().unwrap_or(Decimal::ONE)
    }
    /// How many respondents a row is.
    #[must_use]
    pub fn count_of(&self, row: usize) -> u64 {
        self.count.get(row).copied().unwrap_or(1)
    }
}
