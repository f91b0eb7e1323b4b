//! Plans: the cheapest sets of improvements that earn a grade, a score or a rank.
//!
//! A grade is planned among the steps of ladders, under any rule: the rule becomes sums that must be reached
//! ([`gradus_standard::Conditions`]), and a best-first [`search`] finds the cheapest minimal plans in order, exactly. A
//! score is planned among all figures between now and what is within reach, by linear programs under supporting planes.
//! What is found is computed anew by the engine, or by the rules themselves.
//!
//! A plan is arithmetic, not cause: it says what figures would be enough, not how they come about, and moving an indicator is not the same as
//! improving what it stands for.
//!
//! **Invariants.** Efforts of different kinds are never mixed. Work is counted in states, not in time. Nothing here computes a
//! score or decides a rule: the engine and the rules do.

mod effort;
mod grade;
mod lever;
mod pace;
pub mod search;
mod trial;

pub use effort::Effort;
pub use grade::{Ask, FoundOut, GradePlans, Plan, Relaxed, Saved, Without, grade_plans};
pub use lever::{Act, Kind, Lever, Move};
pub use pace::best_peer;

use gradus_engine::{Evaluation, Methods};
use gradus_model::{DataSet, Package};
use gradus_standard::Grading;

/// A package that has been evaluated and graded.
#[derive(Debug, Clone, Copy)]
pub struct Source<'a> {
    /// The package.
    pub package: &'a Package,
    /// The methods it was evaluated with.
    pub methods: &'a Methods,
    /// Its figures.
    pub data: &'a DataSet,
    /// What was computed from it.
    pub evaluation: &'a Evaluation,
    /// Its grades.
    pub grading: &'a Grading,
}

/// Why there is nothing to plan.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub enum Refused {
    /// The package has no such standard, or no grades.
    NoStandard,
    /// The grade is proven already, or there is none above the one that is.
    Held,
    /// The numbers of a rule are too large to be added.
    TooLarge,
}
