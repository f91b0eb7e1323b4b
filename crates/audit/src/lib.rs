//! How far scores, ranks and grades depend on the choices that were made, and what the figures say of the framework.
//!
//! An audit asks three things. **Checks** hold one property of data, framework or weights to a threshold whose source is named
//! ([`check`]). **Uncertainty** varies every declared choice at once and tells how far each unit moves ([`uncertainty`]).
//! **Sensitivity** says which choice moves it ([`sensitivity`]).
//!
//! **Invariants.** The official result is never changed: an audit stands beside it. The same package, data and seed give the same
//! bits on any number of threads. What cannot be computed is counted with its reason and never dropped. A threshold is a
//! convention: it comes with its source, and one that a package overrides says so.

pub mod batch;
pub mod check;
pub mod checks;
mod effects;
pub mod grades;
pub mod importance;
pub mod moves;
pub mod order;
mod own_choices;
pub mod robustness;
pub mod sensitivity;
pub mod shapley;
pub mod study;
pub mod tally;
pub mod uncertainty;
pub mod weight_space;
pub mod weights;
pub mod worker;

#[cfg(test)]
mod testing;

pub use check::{CHECKS, Check, Finding, Item, Limit, Limits, Part, Profile, Subject, Verdict, run_checks};
pub use robustness::{Audit, Options, Robustness, audit, checks_only, with_threads};
