//! Ladders and standards in three values: the grade that is proven, the grade still possible, and what decides it.
//!
//! A value reaches a step of a ladder (met), does not (not met), or is not known (unknown). Rules combine the three by
//! Kleene's logic, so that a result never changes when an unknown becomes known in a way it allows: the grade is an
//! interval from *proven* to *possible*, and turning any unknown into any value keeps it inside.
//!
//! **Invariants.** Thresholds are compared exactly. Nothing here computes a score. Every verdict names what it rests on.

mod chance;
mod conditions;
mod fragility;
mod grader;
mod grading;
mod history;
mod ladder;
mod marks;
mod proof;
mod remarks;
mod rulebook;
mod sensitivity;
mod sentence;
mod standing;
mod verdict;

pub use chance::{Chances, DRAWS, chances};
pub use conditions::{Change, Condition, Conditions, Question};
pub use fragility::{Calibration, Flip, calibration, flips};
pub use grader::{Figure, Grader, grade};
pub use grading::{GradeInterval, Grading, NodeGrade, Record, RowGrading, StandardGrade};
pub use marks::Marks;
pub use proof::{Part, Proof, Tally, hardest};
pub use remarks::remarks;
pub use rulebook::{Form, Rulebook};
pub use sensitivity::{Reading, readings};
pub use sentence::{clause_sentence, threshold_words, verdict_word};
pub use standing::{AwardStanding, Effective, InForce, award_standing, effective, in_force};
pub use verdict::Verdict;
