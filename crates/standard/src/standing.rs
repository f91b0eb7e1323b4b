//! What counts on a day: which version of a standard, and whether an award is still good.

use crate::{GradeInterval, RowGrading};
use gradus_model::package::{Accept, Award, Package};
use jiff::ToSpan;
use jiff::civil::Date;

/// Where a version of a standard is in its life on a day.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum InForce {
    /// It is not in force yet.
    NotYet,
    /// It counts.
    Now,
    /// It counts beside the version it takes the place of.
    InTransition,
    /// It was replaced, or its time is over.
    Over,
}

impl InForce {
    /// The word in files.
    #[must_use]
    pub fn word(self) -> &'static str {
        match self {
            Self::NotYet => "not-yet",
            Self::Now => "now",
            Self::InTransition => "in-transition",
            Self::Over => "over",
        }
    }
}

/// Where a standard is in its life on a day. A version that is replaced stays in force until the day before its successor
/// is, and to the end of the transition where there is one.
#[must_use]
pub fn in_force(package: &Package, standard: usize, day: Date) -> InForce {
    let Some(own) = package.standards.get(standard) else { return InForce::Over };
    if own.from.is_some_and(|from| day < from) {
        return InForce::NotYet;
    }
    if own.until.is_some_and(|until| day > until) {
        return InForce::Over;
    }
    let successor =
        package.standards.iter().find_map(|s| Some((s, s.replaces.filter(|r| r.standard == standard)?)));
    if let Some((successor, replaces)) = successor
        && successor.from.is_none_or(|from| day >= from)
    {
        return match replaces.until {
            Some(until) if day <= until => InForce::InTransition,
            _ => InForce::Over,
        };
    }
    match own.replaces.and_then(|r| r.until) {
        Some(until) if day <= until => InForce::InTransition,
        _ => InForce::Now,
    }
}

/// The grade that counts by a standard on a day.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Effective {
    /// The version by which it counts, by place.
    pub standard: usize,
    /// The grade by it.
    pub interval: GradeInterval,
}

/// The grade that counts by a standard on a day: by its own rule, or, during a transition, by the version the transition
/// accepts. Before it is in force the version it replaces counts.
#[must_use]
pub fn effective(package: &Package, grades: RowGrading<'_>, standard: usize, day: Date) -> Option<Effective> {
    let by = |standard: usize| Some(Effective { standard, interval: grades.standard(standard)?.interval });
    let own = by(standard)?;
    let Some(replaces) = package.standards.get(standard)?.replaces else { return Some(own) };
    // The chain of versions has no ring: reading refuses it.
    let old = || effective(package, grades, replaces.standard, day);
    match in_force(package, standard, day) {
        InForce::NotYet => old(),
        InForce::InTransition => match replaces.accept {
            Accept::New => Some(own),
            Accept::Old => old(),
            Accept::Either => {
                let old = old()?;
                let rank = |e: &Effective| (e.interval.proven, e.interval.possible);
                Some(if rank(&old) > rank(&own) { old } else { own })
            }
        },
        InForce::Now | InForce::Over => Some(own),
    }
}

/// Whether an award is still good.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum AwardStanding {
    /// Not awarded yet.
    NotYet,
    /// Valid, to a day where it expires.
    Valid {
        /// Last day.
        until: Option<Date>,
    },
    /// Valid, but a check has been due since a day.
    RecheckDue {
        /// First day on which it was due.
        since: Date,
    },
    /// The figures no longer support the grade; it may be put right to a day.
    InRectification {
        /// Last day.
        until: Date,
    },
    /// The figures no longer support the grade, and the time to put it right is over or none is given.
    NoLongerSupported,
    /// It has expired.
    Expired {
        /// Last day it was valid.
        on: Date,
    },
    /// It was withdrawn.
    Withdrawn {
        /// The day.
        on: Date,
    },
}

impl AwardStanding {
    /// The word in files.
    #[must_use]
    pub fn word(self) -> &'static str {
        match self {
            Self::NotYet => "not-yet",
            Self::Valid { .. } => "valid",
            Self::RecheckDue { .. } => "recheck-due",
            Self::InRectification { .. } => "in-rectification",
            Self::NoLongerSupported => "no-longer-supported",
            Self::Expired { .. } => "expired",
            Self::Withdrawn { .. } => "withdrawn",
        }
    }
    /// Whether the award counts.
    #[must_use]
    pub fn counts(self) -> bool {
        matches!(self, Self::Valid { .. } | Self::RecheckDue { .. } | Self::InRectification { .. })
    }
}

/// How an award stands on a day. `found` is the grade that the figures give on it, and `short_since` the first day since
/// which they have not supported the awarded one, from which the time for rectification runs: the last day of the first
/// such period.
#[must_use]
pub fn award_standing(
    package: &Package,
    award: &Award,
    day: Date,
    found: Option<GradeInterval>,
    short_since: Option<Date>,
) -> AwardStanding {
    let validity = package.standards.get(award.standard).map(|s| s.validity).unwrap_or_default();
    let years = |from: Date, n: u32| from.checked_add(i64::from(n).years()).ok();
    // Awarded on 1 May for four years, it is good through 30 April.
    let expires = award.expires.or_else(|| years(award.awarded, validity.years?)?.yesterday().ok());
    if day < award.awarded {
        return AwardStanding::NotYet;
    }
    if let Some(on) = award.withdrawn.filter(|on| *on <= day) {
        return AwardStanding::Withdrawn { on };
    }
    if let Some(on) = expires.filter(|on| *on < day) {
        return AwardStanding::Expired { on };
    }
    // Only what rules the grade out stands against an award; what is not known does not.
    if found.is_some_and(|f| f.possible < Some(award.grade)) {
        let months = validity.rectification_months.unwrap_or(0);
        let until = short_since.and_then(|since| since.checked_add(i64::from(months).months()).ok());
        return match until.filter(|until| months > 0 && *until >= day) {
            Some(until) => AwardStanding::InRectification { until },
            None => AwardStanding::NoLongerSupported,
        };
    }
    let last = award.checked.unwrap_or(award.awarded);
    match validity.recheck_years.and_then(|n| years(last, n)).filter(|since| *since <= day) {
        Some(since) => AwardStanding::RecheckDue { since },
        None => AwardStanding::Valid { until: expires },
    }
}
