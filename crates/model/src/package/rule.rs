//! The rule language: what decides a grade.
//!
//! A rule is a tree of clauses. This edition has what a graded standard cannot do without; vetoes with a look-back,
//! points, caps, bonus and grace join as further clauses.

use super::NodeIx;
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
    /// Every indicator of the scope holds the grade: `{ every = "*" }`.
    Every {
        /// Which indicators.
        scope: Scope,
        /// Which grade; the one that is being decided where not given.
        at_least: Option<usize>,
    },
    /// At least `count` indicators of the scope hold the grade: `{ count = 8, in = "basic" }`.
    Count {
        /// How many.
        count: usize,
        /// Which indicators.
        scope: Scope,
        /// Which grade.
        at_least: Option<usize>,
    },
    /// At least this share of the scope's indicators hold the grade: `{ share = 0.9, in = "*" }`.
    Share {
        /// 0 to 1.
        share: Decimal,
        /// Which indicators.
        scope: Scope,
        /// Which grade.
        at_least: Option<usize>,
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

/// Which indicators a clause speaks of.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Scope {
    /// As written: `*`, or codes.
    pub written: String,
    /// The indicators, in tree order.
    pub indicators: Vec<NodeIx>,
}
