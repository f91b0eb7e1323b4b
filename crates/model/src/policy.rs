//! What is declared once for a whole package: arithmetic, rounding, ties, periods, missing values.

use crate::Decimal;
use crate::diagnostic::Place;
use crate::number::{Arithmetic, Rounding, RoundingMode, Ties};
use crate::observation::{Period, Status};
use std::collections::BTreeMap;

/// The rules that hold for every number of a package, printed in its report.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Policy {
    /// Exact decimals or binary64.
    pub arithmetic: Arithmetic,
    /// How published values are rounded.
    pub rounding: Rounding,
    /// Whether ranks are taken of exact or of published (rounded) scores.
    pub ranks: Basis,
    /// What units with equal scores share.
    pub ties: Ties,
    /// Whether thresholds are compared with exact or with published values.
    pub thresholds: Basis,
    /// What an aggregate does about missing parts, unless a group says otherwise.
    pub missing: MissingRule,
    /// What a missing value means for a grade.
    pub missing_grade: MissingGrade,
    /// For how many years a figure stands in for later ones that are missing, in grades.
    pub carry_forward: u32,
    /// Relative standard deviation of figures by status, for the probability of a grade.
    pub uncertainty: BTreeMap<Status, Decimal>,
    /// Whether a method that learns from data learns from all periods together or from each by itself.
    pub fit: Fit,
    /// Which period of each figure is used.
    pub periods: PeriodRule,
    /// The seed of everything that is drawn at random.
    pub seed: u64,
    /// Place in the package's weight sets of the one in force; the weights of the nodes where not given.
    pub weights: Option<usize>,
    /// How progress is rated.
    pub progress: ProgressRule,
    /// What money is counted in, in plans: "million EUR".
    pub currency: Option<String>,
}

impl Default for Policy {
    fn default() -> Self {
        Self {
            arithmetic: Arithmetic::Decimal,
            rounding: Rounding { mode: RoundingMode::HalfEven, places: 2 },
            ranks: Basis::Exact,
            ties: Ties::Competition,
            thresholds: Basis::Exact,
            missing: MissingRule::default(),
            missing_grade: MissingGrade::Unknown,
            carry_forward: 0,
            uncertainty: BTreeMap::new(),
            fit: Fit::Pooled,
            periods: PeriodRule::Panel,
            seed: 0,
            weights: None,
            progress: ProgressRule::default(),
            currency: None,
        }
    }
}

/// How progress towards the steps of ladders is rated.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct ProgressRule {
    /// Id of a preset; which there are is for their list to say.
    pub preset: Option<String>,
    /// Figures from this year on count, in place of the preset's own window.
    pub base_year: Option<i16>,
    /// Figures of so many years before the latest count, in place of the preset's own window.
    pub window: Option<u16>,
    /// How the pace is measured.
    pub pace: PaceForm,
    /// Where the preset is named in the package file.
    pub place: Option<Place>,
}

/// How a pace is measured where a rating compares paces.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum PaceForm {
    /// By the robust slope of all figures of the window, in measurement units a year: it does not depend on the measurement
    /// unit, on counting a share or its complement, or on a single odd year, and zero is a figure like others.
    #[default]
    Robust,
    /// As published: from the first and the last figure, by compound growth where the publication has it. Refused where that is
    /// undefined.
    Published,
}

impl PaceForm {
    /// Every form with its word.
    pub const WORDS: &'static [(&'static str, Self)] =
        &[("robust", Self::Robust), ("published", Self::Published)];
    /// The word.
    #[must_use]
    pub fn word(self) -> &'static str {
        Self::WORDS.iter().find(|(_, form)| *form == self).map_or("", |(word, _)| word)
    }
}

/// The exact value, or the value as published.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Basis {
    /// At full precision.
    #[default]
    Exact,
    /// After rounding by the policy.
    Published,
}

impl Basis {
    /// Every basis with its word.
    pub const WORDS: &'static [(&'static str, Self)] =
        &[("exact", Self::Exact), ("published", Self::Published)];
}

/// What an aggregate does when parts are missing.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct MissingRule {
    /// What happens to a unit that lacks a part.
    pub action: MissingAction,
    /// Smallest share of the weight that must be present, 0 to 1; below it the aggregate is missing.
    pub min_share: Decimal,
    /// Smallest number of parts that must be present.
    pub min_count: usize,
}

impl Default for MissingRule {
    fn default() -> Self {
        Self { action: MissingAction::Reweight, min_share: Decimal::ZERO, min_count: 1 }
    }
}

/// What happens to a unit that lacks a part.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum MissingAction {
    /// The weight of missing parts is shared out among the present ones.
    #[default]
    Reweight,
    /// The aggregate is missing.
    Refuse,
    /// A missing part counts as zero.
    Zero,
}

impl MissingAction {
    /// Every action with its word.
    pub const WORDS: &'static [(&'static str, Self)] =
        &[("reweight", Self::Reweight), ("refuse", Self::Refuse), ("zero", Self::Zero)];
}

/// What a missing value means for a grade.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum MissingGrade {
    /// Neither met nor failed: the grade becomes an interval.
    #[default]
    Unknown,
    /// Not met.
    Fail,
}

impl MissingGrade {
    /// Every meaning with its word.
    pub const WORDS: &'static [(&'static str, Self)] = &[("unknown", Self::Unknown), ("fail", Self::Fail)];
}

/// What a method that learns from data learns from.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Fit {
    /// All periods together, so that scores can be compared over time.
    #[default]
    Pooled,
    /// Each period by itself.
    PerPeriod,
}

impl Fit {
    /// Every scope with its word.
    pub const WORDS: &'static [(&'static str, Self)] =
        &[("pooled", Self::Pooled), ("per-period", Self::PerPeriod)];
}

impl PeriodRule {
    /// The period in which a row of the result stands: titles are judged in it. `newest` is the newest period of the
    /// data, in which a result from the latest figures stands.
    #[must_use]
    pub fn stands_in(self, row: Option<Period>, newest: Option<Period>) -> Option<Period> {
        match self {
            Self::Panel => row.or(newest),
            Self::Latest { .. } => newest,
            Self::AsOf { year, .. } => Some(Period::year(year)),
        }
    }
}

/// Which period of each figure is used.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum PeriodRule {
    /// Every period is computed by itself.
    #[default]
    Panel,
    /// One result, from the newest figure of each unit and indicator.
    Latest {
        /// Figures more than this many years older than the newest figure of any unit are not used.
        max_age: Option<u32>,
    },
    /// One result as of a year: the newest figure not after it.
    AsOf {
        /// The year.
        year: i16,
        /// Whether the first later figure is taken where there is none up to the year.
        later: bool,
        /// Figures more than this many years older than `year` are not used.
        max_age: Option<u32>,
    },
}
