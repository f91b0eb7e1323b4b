//! The plan: a package compiled once, run on columns for one or many years, with every stage kept.

mod result;
pub use result::{Cell, Evaluation, NodeResult, Number, Stage};
