//! Typed figures: a value or the reason why there is none, with status, source and place.

use crate::diagnostic::Place;
use crate::{Decimal, Id};
use std::collections::BTreeMap;
use std::fmt;
use std::sync::Arc;

pub use collection::{
    Grid, GridColumn, GridFile, GridRow, Head, Key, MOST_PLACES, Observations, Piece, Plain,
};
pub use period::Period;
mod collection;
mod period;

/// Why a value is absent. Missing is a mark with a reason, never a number.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Absence {
    /// No row or an empty cell: nothing was reported.
    NotReported,
    /// The source says it has no figure.
    NotAvailable,
    /// Nobody collects it.
    NotCollected,
    /// Collected but not public.
    NotPublished,
    /// Withheld to protect persons or firms.
    Confidential,
    /// It cannot exist for this unit.
    NotApplicable,
    /// Only bounds are known, or a title whose dates cannot be judged: a figure, but no single number.
    OnlyBounds,
    /// An indicator that is derived from figures of which one is absent.
    InputAbsent,
    /// The newest figure is older than the policy accepts.
    TooOld,
    /// Too few of a group's parts are present.
    TooFewParts,
    /// A step of the pipeline left the unit or the indicator out.
    ScreenedOut,
    /// A survey has too few respondents to show what they say.
    TooFewRespondents,
    /// Too many respondents of a survey do not know or refuse.
    TooManyDontKnow,
}

impl Absence {
    /// Every reason, in order.
    pub const ALL: [Self; 11] = [
        Self::NotReported,
        Self::NotAvailable,
        Self::NotCollected,
        Self::NotPublished,
        Self::Confidential,
        Self::NotApplicable,
        Self::OnlyBounds,
        Self::InputAbsent,
        Self::TooOld,
        Self::TooFewParts,
        Self::ScreenedOut,
    ];
    /// Its place among [`ALL`](Self::ALL).
    #[must_use]
    #[inline]
    pub fn place(self) -> usize {
        self as usize
    }
    /// The reasons a data file may declare, with their words.
    pub const WORDS: &'static [(&'static str, Self)] = &[
        ("not-reported", Self::NotReported),
        ("not-available", Self::NotAvailable),
        ("not-collected", Self::NotCollected),
        ("not-published", Self::NotPublished),
        ("confidential", Self::Confidential),
        ("not-applicable", Self::NotApplicable),
    ];
    /// The kebab-case word.
    #[must_use]
    pub fn word(self) -> &'static str {
        match self {
            Self::OnlyBounds => "only-bounds",
            Self::InputAbsent => "input-absent",
            Self::TooOld => "too-old",
            Self::TooFewParts => "too-few-parts",
            Self::ScreenedOut => "screened-out",
            Self::TooFewRespondents => "too-few-respondents",
            Self::TooManyDontKnow => "too-many-dont-know",
            other => Self::WORDS.iter().find(|(_, a)| *a == other).map_or("not-reported", |(w, _)| w),
        }
    }
}

/// How firm a value is, from best to worst; an aggregate carries the worst of its parts.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Default)]
pub enum Status {
    /// Final (SDMX `A`).
    #[default]
    Final,
    /// Provisional (SDMX `P`).
    Provisional,
    /// Definition differs (SDMX `D`).
    DefinitionDiffers,
    /// Break in the series (SDMX `B`).
    Break,
    /// Estimated (SDMX `E`).
    Estimated,
    /// Imputed (SDMX `I`).
    Imputed,
    /// Forecast (SDMX `F`).
    Forecast,
}

impl Status {
    /// Every status with its word.
    pub const WORDS: &'static [(&'static str, Self)] = &[
        ("final", Self::Final),
        ("provisional", Self::Provisional),
        ("definition-differs", Self::DefinitionDiffers),
        ("break", Self::Break),
        ("estimated", Self::Estimated),
        ("imputed", Self::Imputed),
        ("forecast", Self::Forecast),
    ];
    /// The SDMX codes that are read as the same statuses.
    pub const SDMX: &'static [(&'static str, Self)] = &[
        ("A", Self::Final),
        ("P", Self::Provisional),
        ("D", Self::DefinitionDiffers),
        ("B", Self::Break),
        ("E", Self::Estimated),
        ("I", Self::Imputed),
        ("F", Self::Forecast),
    ];
    /// The kebab-case word.
    #[must_use]
    pub fn word(self) -> &'static str {
        Self::WORDS.iter().find(|(_, s)| *s == self).map_or("final", |(w, _)| w)
    }
}

/// How well a fact is established.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Confidence {
    /// Read in a public source, and published results were recomputed from it.
    Verified,
    /// Read in a public source.
    Documented,
    /// Derived from published numbers, or from a second-hand source.
    Reconstructed,
    /// Known from the literature, no copy seen.
    Unverified,
    /// Not public, or not found.
    Unknown,
}

impl Confidence {
    /// Every word.
    pub const WORDS: &'static [(&'static str, Self)] = &[
        ("verified", Self::Verified),
        ("documented", Self::Documented),
        ("reconstructed", Self::Reconstructed),
        ("unverified", Self::Unverified),
        ("unknown", Self::Unknown),
    ];
    /// The kebab-case word.
    #[must_use]
    pub fn word(self) -> &'static str {
        Self::WORDS.iter().find(|(_, c)| *c == self).map_or("unknown", |(w, _)| w)
    }
}

/// A typed value, or the reason why there is none.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub enum Value {
    /// A number, share, count, sum of money or duration.
    Number(Decimal),
    /// A level of an ordered scale, by its place on the scale (0 is the lowest).
    Level(usize),
    /// A title: a level that was awarded and may expire.
    Title {
        /// Place on the ordered scale.
        level: usize,
        /// First day it is held.
        awarded: Option<jiff::civil::Date>,
        /// Last day it is held.
        expires: Option<jiff::civil::Date>,
    },
    /// Known only within bounds: "at least 40" has no upper bound.
    Interval {
        /// At least this.
        lower: Option<Decimal>,
        /// At most this.
        upper: Option<Decimal>,
    },
    /// A survey estimate with its sample.
    Survey {
        /// Point estimate.
        estimate: Decimal,
        /// Number of respondents.
        n: Option<u64>,
        /// Standard error, in the measurement unit of the estimate.
        standard_error: Option<Decimal>,
    },
    /// No value, and why.
    Absent(Absence),
}

impl Value {
    /// The level that is held in a period: that of an ordered scale, or of a title that is valid for at least a day of
    /// it; a title that is not held stands at the foot of its scale. Nothing where it cannot be told: a dated title
    /// without a period, or another kind of value.
    #[must_use]
    pub fn level_in(&self, period: Option<Period>) -> Option<usize> {
        match self {
            Self::Level(level) | Self::Title { level, awarded: None, expires: None } => Some(*level),
            Self::Title { level, awarded, expires } => {
                let period = period?;
                let (first, last) = (period.first_day()?, period.last_day()?);
                let held = awarded.is_none_or(|day| day <= last) && expires.is_none_or(|day| day >= first);
                Some(if held { *level } else { 0 })
            }
            _ => None,
        }
    }

    /// The number a method computes with in a period: the number or estimate itself, the place on the scale of the level
    /// that is held; nothing for an interval (its score is not known) or an absent value.
    #[must_use]
    pub fn number_in(&self, period: Option<Period>) -> Option<Decimal> {
        match self {
            Self::Title { .. } => self.level_in(period).map(Decimal::from),
            other => other.as_number(),
        }
    }

    /// As [`number_in`](Self::number_in), for values that do not depend on the period; nothing for a dated title.
    #[must_use]
    pub fn as_number(&self) -> Option<Decimal> {
        match self {
            Self::Number(x) | Self::Survey { estimate: x, .. } => Some(*x),
            Self::Level(level) | Self::Title { level, awarded: None, expires: None } => {
                Some(Decimal::from(*level))
            }
            Self::Interval { lower: Some(a), upper: Some(b) } if a == b => Some(*a),
            Self::Interval { .. } | Self::Title { .. } | Self::Absent(_) => None,
        }
    }
}

/// What else is known of an observation. Texts are shared between observations.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Detail {
    /// Place of its declaration among those that were read: in [`Package::data`](crate::Package::data), where the figures
    /// are a package's own. One file may be declared twice, for two of its sheets.
    pub data_source: Option<u32>,
    /// The measurement unit as the file says it, where it says one.
    pub measurement_unit: Option<Arc<str>>,
    /// The figure as the file has it, with its measurement unit, where reading it meant computing: a conversion, or a
    /// percentage divided by 100.
    pub as_written: Option<Arc<str>>,
    /// Where the figure was found: a citation or an address.
    pub source: Option<Arc<str>>,
    /// The document that proves it.
    pub document: Option<Arc<str>>,
    /// The day the source said so.
    pub vintage: Option<jiff::civil::Date>,
    /// Which boundary of the unit is meant: administrative, urban districts, agglomeration.
    pub boundary: Option<Arc<str>>,
    /// Quality code of the verifier.
    pub quality: Option<Arc<str>>,
    /// How well the figure is established.
    pub confidence: Option<Confidence>,
    /// Anything else a reader should know.
    pub note: Option<Arc<str>>,
    /// What is known of the sample behind a survey estimate.
    pub survey: Option<Arc<SurveyDetail>>,
}

/// What is known of the sample behind a survey estimate, beside what [`Value::Survey`] says. All numbers but `n` and the
/// effective sample size are in the measurement unit of the estimate or dimensionless.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SurveyDetail {
    /// The statistic, by the id of its method.
    pub statistic: Arc<str>,
    /// For a share: what a share of 0 and one of 1 are written as.
    pub share: Option<(Decimal, Decimal)>,
    /// Effective sample size: n over the design effect.
    pub effective_n: Option<Decimal>,
    /// Variance over that of a simple random sample of the same size.
    pub design_effect: Option<Decimal>,
    /// Degrees of freedom of the standard error (clusters less strata, or respondents less 1); unknown for most published
    /// estimates.
    pub degrees_of_freedom: Option<u64>,
    /// Interval of the true value, at `confidence_level`.
    pub interval: Option<(Decimal, Decimal)>,
    /// Level of confidence of the interval.
    pub confidence_level: Decimal,
}

/// One figure: unit, variable, period, value, status, and where it came from.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Observation {
    /// Index into [`DataSet::units`].
    pub unit: usize,
    /// Index into [`DataSet::variables`].
    pub variable: usize,
    /// The period it is about; `None` where the file gives none.
    pub period: Option<Period>,
    /// The value.
    pub value: Value,
    /// How firm it is.
    pub status: Status,
    /// Where it was read.
    pub place: Option<Place>,
    /// What else is known.
    pub detail: Arc<Detail>,
}

/// All observations of a package.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct DataSet {
    /// The units compared, in package order, then in order of first appearance in the data.
    pub units: Vec<Id>,
    /// Measures and indicators, in package order.
    pub variables: Vec<Id>,
    /// The figures, in the order they were read.
    pub observations: Observations,
    /// By kind of unit groups, the classes of the units.
    pub classes: BTreeMap<String, Classes>,
}

/// From when on a unit has which class, in order of time; without a period, from the beginning.
pub type Since = Vec<(Option<Period>, Arc<str>)>;

/// The class of each unit in a kind of unit groups, in the order of [`DataSet::units`]; units beyond the list have none.
///
/// Most units keep their class. Where data give a unit another one with a later period, the earlier holds until then.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Classes {
    /// The class each unit has last.
    pub of_unit: Vec<Option<Arc<str>>>,
    /// For a unit whose class changes, from when on it has which.
    pub changes: BTreeMap<usize, Since>,
}

impl Classes {
    /// Gives a unit its class, or several with the periods from which on they hold, in order of time.
    pub fn put(&mut self, unit: usize, mut given: Since) {
        given.dedup_by(|next, kept| next.1 == kept.1);
        let Some((_, last)) = given.last() else { return };
        if self.of_unit.len() <= unit {
            self.of_unit.resize(unit + 1, None);
        }
        self.of_unit[unit] = Some(last.clone());
        if given.len() > 1 {
            self.changes.insert(unit, given);
        } else {
            self.changes.remove(&unit);
        }
    }
    /// The class of a unit in a period: the one it was given last until then, or else first. Without a period, the last.
    #[must_use]
    pub fn of(&self, unit: usize, period: Option<Period>) -> Option<&Arc<str>> {
        let last = self.of_unit.get(unit)?.as_ref();
        let (Some(given), Some(_)) = (self.changes.get(&unit), period) else { return last };
        let after = given.partition_point(|(from, _)| *from <= period);
        given.get(after.saturating_sub(1)).map(|(_, class)| class)
    }
}

impl<T: Into<Arc<str>>> FromIterator<Option<T>> for Classes {
    fn from_iter<I: IntoIterator<Item = Option<T>>>(classes: I) -> Self {
        let of_unit = classes.into_iter().map(|class| class.map(Into::into)).collect();
        Self { of_unit, changes: BTreeMap::new() }
    }
}

impl DataSet {
    /// The periods that occur, in order.
    #[must_use]
    pub fn periods(&self) -> Vec<Period> {
        self.observations.periods()
    }
    /// The observation of a place.
    #[must_use]
    pub fn observation(&self, at: usize) -> Option<Observation> {
        self.observations.get(at)
    }
    /// The place of a unit in [`units`](Self::units).
    #[must_use]
    pub fn unit(&self, id: &str) -> Option<usize> {
        self.units.iter().position(|u| *u == *id)
    }
    /// The place of a variable in [`variables`](Self::variables).
    #[must_use]
    pub fn variable(&self, id: &str) -> Option<usize> {
        self.variables.iter().position(|v| *v == *id)
    }
}

impl fmt::Display for Absence {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.word())
    }
}
impl fmt::Display for Status {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.word())
    }
}
impl fmt::Display for Confidence {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.word())
    }
}
