//! Two methods in a crate of their own, outside the tree of Gradus.
//!
//! [`decimal_scaling`] brings an indicator onto a common scale, [`trimmed_mean`] combines scores. Each is one file that
//! reads like a built-in method: what it is, its registry entry, its formula, its tests. A program adds them to its
//! registries with [`register`]; from then on a package may name them, misspelled names are answered with them, and
//! the JSON Schema knows them.

pub mod decimal_scaling;
pub mod trimmed_mean;

use gradus_aggregate::AggregatorBox;
use gradus_method::Registry;
use gradus_normalize::NormalizerBox;

/// Adds both methods to the registries of a program.
pub fn register(normalizers: &mut Registry<NormalizerBox>, aggregators: &mut Registry<AggregatorBox>) {
    normalizers.add(&decimal_scaling::METHOD);
    aggregators.add(&trimmed_mean::METHOD);
}
