//! Selecting indicators: where they stand in other systems, and what experts and figures say of each candidate.
//!
//! [`crosswalk`](fn@crosswalk) lays one package beside others: for each of its indicators and each of them `same`, `near` or `none`, as
//! packages declare it, and a suggestion by likeness of names where nothing is declared. [`screening`](mod@screening) puts candidates beside
//! criteria: medians, spread and agreement of experts, indices of [content validity](validity), what is computed from the
//! package itself, and a verdict with the reason for each exclusion. It is step 2 of the Handbook, data selection.
//!
//! **Invariants.** It reads definitions, judgments and plain figures; it knows no file and computes no score of a unit. A
//! suggestion is never counted as declared. What is not known drops no candidate: it leaves the verdict open.

pub mod crosswalk;
pub mod likeness;
pub mod screening;
pub mod validity;

pub use crosswalk::{Cell, Crosswalk, crosswalk};
pub use screening::{Matrix, Verdict, screen};
