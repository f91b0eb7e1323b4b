//! The rule language: what decides a grade.
//!
//! A rule is a tree of clauses. Its forms, with their keys, are in [`crate::schema::RULES`].

use super::{NodeIx, Threshold};
use crate::Id;
use crate::number::Decimal;

/// A clause with its place among the keys of the standard or group it belongs to.
#[derive(Debug, Clone, PartialEq)]
pub struct Rule {
    /// What is asked.
    pub clause: Clause,
    /// Key path in the item's spans.
    pub key: String,
}

/// What a rule asks.
#[derive(Debug, Clone, PartialEq)]
#[non_exhaustive]
pub enum Clause {
    /// Quota indicators of a scope hold a grade: `{ every = "*" }`, `{ count = 8, in = "basic" }`, `{ share = 0.9 }`.
    Indicators {
        /// How many.
        quota: Quota,
        /// Which indicators.
        scope: Scope,
        /// Which grade; the one that is being decided where not given.
        at_least: Option<usize>,
        /// What an indicator of which it is not known counts as.
        missing: OnMissing,
    },
    /// The indicators of a scope earn enough points: `{ points = 400, each = { primary = 1, advanced = 3 } }`.
    Points {
        /// How many points, or which share of those that are to be had.
        quota: Quota,
        /// Which indicators.
        scope: Scope,
        /// Points of an indicator at each grade, not falling; those of the highest grade it holds count.
        each: Vec<Decimal>,
        /// Further points, up to a cap.
        bonus: Option<Bonus>,
        /// What an indicator of which it is not known counts as.
        missing: OnMissing,
        /// Whether points are multiplied by the indicator's weight.
        by_weight: bool,
    },
    /// Quota indicators of a scope have a figure: `{ reported = 45, tagged = "core" }`.
    Reported {
        /// How many.
        quota: Quota,
        /// Which indicators.
        scope: Scope,
        /// Quality codes of which a figure must have one; any figure where empty.
        quality: Vec<String>,
    },
    /// A node's score is at least a number: `{ score = 60, of = "basic" }`.
    Score {
        /// Which node.
        node: NodeIx,
        /// What it must reach.
        at_least: PerGrade<Decimal>,
    },
    /// Something has not happened for some years: `{ never = "major-accident", within-years = 3 }`.
    Never {
        /// Which indicator records it.
        indicator: NodeIx,
        /// From which value on it has happened.
        from: Threshold,
        /// In how many years, the one of the result being the last.
        years: u32,
        /// What a year without a figure counts as.
        missing: OnMissing,
    },
    /// Each of several groups fulfills a rule: `{ in-each = "*", rule = { share = 0.9 } }`.
    InEach {
        /// The groups.
        groups: Vec<NodeIx>,
        /// The rule, read for each of them.
        rules: Vec<Rule>,
    },
    /// The group holds the grade by its own rule: `{ group = "basic" }`; `{ group = "*" }` is every group below.
    Group {
        /// Which groups.
        groups: Vec<NodeIx>,
        /// Which grade.
        at_least: Option<usize>,
    },
    /// Every rule holds: `{ all-of = [...] }`.
    AllOf(Vec<Rule>),
    /// At least one rule holds: `{ any-of = [...] }`.
    AnyOf(Vec<Rule>),
    /// At least `count` of the rules hold: `{ count = 2, of = [...] }`.
    CountOf {
        /// How many.
        count: usize,
        /// Which rules.
        of: Vec<Rule>,
    },
    /// The rule does not hold: `{ not = {...} }`.
    Not(Box<Rule>),
}

/// A value that is the same at every grade, or differs from grade to grade.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum PerGrade<T> {
    /// At every grade.
    Same(T),
    /// By grade; a grade without a value is open.
    Each(Vec<Option<T>>),
}

impl<T: Copy> PerGrade<T> {
    /// The value at a grade.
    #[must_use]
    pub fn at(&self, grade: usize) -> Option<T> {
        match self {
            Self::Same(value) => Some(*value),
            Self::Each(values) => values.get(grade).copied().flatten(),
        }
    }
    /// All values that are given, with their grade where they differ.
    pub fn each(&self) -> impl Iterator<Item = (Option<usize>, T)> + '_ {
        let same = if let Self::Same(value) = self { Some((None, *value)) } else { None };
        let values = if let Self::Each(values) = self { values.as_slice() } else { &[] };
        same.into_iter().chain(values.iter().enumerate().filter_map(|(g, v)| Some((Some(g), (*v)?))))
    }
}

/// How much of a scope is enough.
#[derive(Debug, Clone, PartialEq)]
pub enum Quota {
    /// All of it.
    All,
    /// A number of indicators, or of points.
    Count(PerGrade<Decimal>),
    /// A share, 0 to 1, of the indicators that apply to the unit, or of the points they can earn.
    Share {
        /// The share.
        share: PerGrade<Decimal>,
        /// Whether indicators count by their weight.
        by_weight: bool,
    },
}

/// Which indicators a clause speaks of.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Scope {
    /// As written: `*`, or codes.
    pub written: String,
    /// Only those with this tag.
    pub tagged: Option<Id>,
    /// The indicators, in tree order.
    pub indicators: Vec<NodeIx>,
}

/// Points beside those of the scope.
#[derive(Debug, Clone, PartialEq)]
pub struct Bonus {
    /// Which indicators earn them.
    pub scope: Scope,
    /// Points of an indicator at each grade, not falling.
    pub each: Vec<Decimal>,
    /// Most points that count.
    pub cap: Option<Decimal>,
}

/// What a part of which it is not known counts as.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Default)]
pub enum OnMissing {
    /// Neither met nor failed.
    #[default]
    Unknown,
    /// Not met.
    Fail,
    /// Met.
    Pass,
    /// It is left out, of what is counted and of what is asked.
    LeaveOut,
}

impl OnMissing {
    /// Every meaning with its word.
    pub const WORDS: &'static [(&'static str, Self)] = &[
        ("unknown", Self::Unknown),
        ("fail", Self::Fail),
        ("pass", Self::Pass),
        ("leave-out", Self::LeaveOut),
    ];
}
