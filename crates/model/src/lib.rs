//! The index model: what every other crate of Gradus speaks.
//!
//! An index package is data. This crate holds its shape and nothing that computes a score:
//!
//! - [`package`]: the package file as typed values, each with its place in the file;
//! - [`observation`]: typed figures with status, source and a reason where one is absent;
//! - [`respondents`]: the answers of a survey, before they are figures;
//! - [`number`]: the two arithmetics (exact decimals and binary64) behind one [`Scalar`] trait, rounding and ranks;
//! - [`diagnostic`]: what is wrong, where, by which rule, and how to mend it;
//! - [`schema`]: the one description of the package file that checks it, documents it and prints its JSON Schema.
//!
//! **Invariants.** No IO, no clock, no environment, no method. A [`Package`] that was decoded without an error is
//! well-formed: ids are unique, parents exist, the tree has no cycle, ladders run in their direction.

pub mod decode;
pub mod diagnostic;
pub mod id;
pub mod number;
pub mod observation;
pub mod package;
pub mod policy;
pub mod respondents;
pub mod schema;
pub mod text;

pub use diagnostic::{Diagnostic, Diagnostics, Place, Severity};
pub use id::Id;
pub use jiff::civil::Date;
pub use number::{Arithmetic, Decimal, Scalar};
pub use observation::{Absence, DataSet, Observation, Period, Status, Value};
pub use package::Package;
pub use text::{Lang, Text};
