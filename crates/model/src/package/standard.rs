//! Standards: rules that decide a grade, their versions, and the titles awarded by them.

use super::{Rule, Spans};
use crate::observation::Confidence;
use crate::{Id, Text};
use jiff::civil::Date;

/// A standard: a rule that decides a grade, or whether the standard is met.
#[derive(Debug, Clone, PartialEq)]
pub struct Standard {
    /// Code.
    pub id: Id,
    /// Name.
    pub name: Text,
    /// What holding it means.
    pub description: Text,
    /// Standards that must be held first.
    pub requires: Vec<Requirement>,
    /// What must hold whatever grade is decided: prerequisites and vetoes.
    pub gate: Option<Rule>,
    /// The rule. A clause that names no grade asks for the grade that is being decided.
    pub rule: Rule,
    /// Grades that are not exceeded unless a rule holds.
    pub caps: Vec<Cap>,
    /// How many unknown cells are passed over, and how long.
    pub grace: Option<Grace>,
    /// How long an award is valid.
    pub validity: Validity,
    /// First day it is in force.
    pub from: Option<Date>,
    /// Last day it is in force.
    pub until: Option<Date>,
    /// The version it takes the place of.
    pub replaces: Option<Replaces>,
    /// Other readings of the rule, to be compared with it.
    pub alternatives: Vec<Alternative>,
    /// Where the rule comes from.
    pub origin: Option<usize>,
    /// How well the rule is established.
    pub confidence: Option<Confidence>,
    /// Where the keys are.
    pub spans: Spans,
}

/// A standard that must be held first.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Requirement {
    /// Place in [`Package::standards`](super::Package::standards).
    pub standard: usize,
    /// At which grade; at the one that is being decided where not given.
    pub at_least: Option<usize>,
}

/// A grade that is not exceeded unless a rule holds.
#[derive(Debug, Clone, PartialEq)]
pub struct Cap {
    /// The highest grade without the rule, by place.
    pub at: usize,
    /// What lifts the cap.
    pub unless: Rule,
}

/// Unknown cells that are passed over for a time.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Grace {
    /// How many cells may be unknown.
    pub cells: usize,
    /// Last day on which they are passed over; always where not given.
    pub until: Option<Date>,
}

/// How long an award is valid, and what keeps it so.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Validity {
    /// Years until it expires; for good where not given.
    pub years: Option<u32>,
    /// Years between two checks.
    pub recheck_years: Option<u32>,
    /// Months in which what fell short may be put right before the award is withdrawn.
    pub rectification_months: Option<u32>,
}

/// The version of a standard that another takes the place of.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Replaces {
    /// Place in [`Package::standards`](super::Package::standards).
    pub standard: usize,
    /// Last day of the transition; none where the new version holds from its first day on.
    pub until: Option<Date>,
    /// What counts during the transition.
    pub accept: Accept,
}

/// What counts during a transition between two versions.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Accept {
    /// Whichever version gives the higher grade.
    #[default]
    Either,
    /// The old version.
    Old,
    /// The new version.
    New,
}

impl Accept {
    /// Every choice with its word.
    pub const WORDS: &'static [(&'static str, Self)] =
        &[("either", Self::Either), ("old", Self::Old), ("new", Self::New)];
}

/// Another reading of a standard's rule.
#[derive(Debug, Clone, PartialEq)]
pub struct Alternative {
    /// Code.
    pub id: Id,
    /// Name.
    pub name: Text,
    /// The rule.
    pub rule: Rule,
}

/// A grade that was awarded to a unit.
#[derive(Debug, Clone, PartialEq)]
pub struct Award {
    /// Place in [`Package::standards`](super::Package::standards).
    pub standard: usize,
    /// Code of the unit.
    pub unit: Id,
    /// Which grade, by place.
    pub grade: usize,
    /// First day.
    pub awarded: Date,
    /// Last day; by the standard's validity where not given.
    pub expires: Option<Date>,
    /// Day of the last check.
    pub checked: Option<Date>,
    /// Day on which it was withdrawn.
    pub withdrawn: Option<Date>,
    /// The document that proves it.
    pub document: Option<String>,
    /// Anything else.
    pub note: Text,
    /// Where the keys are.
    pub spans: Spans,
}
