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
mod score;
pub mod search;
mod trial;

pub use effort::Effort;
pub use grade::{Ask, FoundOut, GradePlans, Plan, Relaxed, Saved, Without, grade_plans};
pub use lever::{Act, Kind, Lever, Move};
pub use pace::best_peer;
pub use score::{LeftOut, ScoreAsk, ScoreItem, ScorePlan, Target, score_plan};

use gradus_engine::{Evaluation, Methods};
use gradus_model::diagnostic::catalog;
use gradus_model::{DataSet, Decimal, Diagnostic, Id, Package};
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
    /// What is asked for is held already, or there is no grade above the one that is.
    Held,
    /// The numbers of a rule are too large to be added.
    TooLarge,
    /// The node has no score in this row, or has none under other figures.
    NoScore,
    /// There are not so many ranks.
    NoRank,
    /// Effort by step says nothing about parts of a step.
    NotPerUnit,
    /// No indicator can move at a known effort.
    NothingMoves,
    /// The scores of the unit depend on the figures of others.
    DependsOnOthers,
    /// A group is combined in a way by which the cheapest plan could not be proven.
    NotConcave {
        /// The group.
        node: Id,
        /// The method.
        method: String,
    },
    /// The target is above what can be reached.
    OutOfReach {
        /// The score when everything goes as far as it can.
        most: Decimal,
    },
}

impl Refused {
    /// What is the matter, and what to do about it.
    #[must_use]
    pub fn diagnostic(&self) -> Diagnostic {
        let (message, help) = match self {
            Self::NoStandard => (
                "the package has no standard and grade to plan for".to_owned(),
                "declare a `[[standard]]`, or plan a score with `--to-score`",
            ),
            Self::Held => (
                "what is asked for is reached already".to_owned(),
                "ask for a higher grade, score or rank, or for another unit",
            ),
            Self::TooLarge => (
                "the numbers of the rule are too large to be added".to_owned(),
                "give shares, weights and points fewer digits",
            ),
            Self::NoScore => {
                ("there is no score to start from".to_owned(), "choose a unit, period and node with a score")
            }
            Self::NoRank => (
                "there are not so many units with a score".to_owned(),
                "ask for a rank from 1 to the number of units less one",
            ),
            Self::NotPerUnit => (
                "difficulty is given by step, and a score is planned between steps".to_owned(),
                "use `--effort years`, `points` or `money`",
            ),
            Self::NothingMoves => (
                "no indicator can move at a known effort".to_owned(),
                "give indicators `effort = { money = ... }`, or use another `--effort`",
            ),
            Self::DependsOnOthers => (
                "the scores of the unit depend on the figures of others, which move with its own".to_owned(),
                "normalize by `goalposts` or another scale that is fixed, to plan a score",
            ),
            Self::NotConcave { node, method } => (
                format!("`{node}` is combined by `{method}`, under which the cheapest plan cannot be proven"),
                "plan for a node below it, or combine by an arithmetic, geometric or harmonic mean",
            ),
            Self::OutOfReach { most } => (
                format!("with everything as far as it can go, the score is {}", most.round_dp(6).normalize()),
                "ask for less, or widen `effort = { feasible = ... }`",
            ),
        };
        Diagnostic::new(&catalog::NO_PLAN, message).help(help)
    }
}
