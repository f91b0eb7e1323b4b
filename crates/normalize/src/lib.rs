//! Normalization methods and transforms: one method, one file, one line in one list.
//!
//! A [`Normalizer`] learns from a reference column (one year, or the pooled panel) and yields a [`Scale`], which scores
//! any column of the same indicator. Direction is handled here, once, never by flipping data.
//!
//! **Invariants.** Methods are pure functions of a column and parameters; they do not know the tree, the file format
//! or each other. A missing slot stays missing. Every method runs in both arithmetics from one text.

pub mod above_below_mean;
pub mod categorical;
pub mod centered_min_max;
pub mod cyclical;
pub mod distance_to_reference;
pub mod distance_to_target;
pub mod exponential_rank;
pub mod goalposts;
pub mod identity;
pub mod logistic;
pub mod min_max;
pub mod percentile_rank;
pub mod piecewise_linear;
pub mod quantile_bands;
pub mod rank;
pub mod robust_z_score;
pub mod scaled;
pub mod share_of_sum;
pub mod transform;
pub mod vector;
pub mod z_score;

mod line;
mod proportion;
mod ranking;
mod shared;
mod standard;

#[cfg(test)]
mod testing;

use gradus_method::{Column, Direction, Method, Outcome, Registry};
use gradus_model::number::Scalar;
use std::fmt::Debug;

/// Brings one indicator onto a common scale.
pub trait Normalizer<S: Scalar>: Debug + Send + Sync {
    /// Learns what the method needs from the reference data.
    ///
    /// # Errors
    /// When the reference does not allow the method, for example a constant column for min-max.
    fn fit(&self, reference: &Column<S>, direction: Direction) -> Outcome<Box<dyn Scale<S>>>;

    /// The unit whose value the method needs, where a parameter names one; such a method is fitted with
    /// [`fit_to_unit`](Self::fit_to_unit), and `fit` refuses it.
    fn unit(&self) -> Option<&str> {
        None
    }

    /// Learns as [`fit`](Self::fit) does, given the value of the named unit. The unit need not be in the reference data.
    ///
    /// # Errors
    /// As `fit`.
    fn fit_to_unit(
        &self,
        reference: &Column<S>,
        value: S,
        direction: Direction,
    ) -> Outcome<Box<dyn Scale<S>>> {
        let _ = value;
        self.fit(reference, direction)
    }
}

/// A fitted method: called once per column, the same for every unit and period.
pub trait Scale<S: Scalar>: Debug + Send + Sync {
    /// Scores a column into `out`, whose allocation is kept.
    ///
    /// # Errors
    /// A fault that names the row whose score is undefined or out of range.
    fn score(&self, values: &Column<S>, out: &mut Column<S>) -> Outcome<()>;
    /// What was learned or fixed, by name, for the audit trail: `("minimum", 3)`, `("maximum", 12)`.
    fn fitted(&self) -> Vec<(&'static str, S)>;
}

/// Maps a measurement onto another scale before it is normalized; the same for every unit, and increasing
/// unless its documentation says otherwise.
pub trait Transform<S: Scalar>: Debug + Send + Sync {
    /// The image of one value; `None` where the transform is undefined.
    fn apply(&self, value: S) -> Option<S>;
}

gradus_method::dual! {
    /// A normalization method in both arithmetics.
    NormalizerBox: Normalizer
}

gradus_method::dual! {
    /// A transform in both arithmetics.
    TransformBox: Transform
}

/// Every built-in normalization method, in order of id.
pub static NORMALIZERS: &[&Method<NormalizerBox>] = &[
    &above_below_mean::METHOD,
    &categorical::METHOD,
    &centered_min_max::METHOD,
    &cyclical::METHOD,
    &distance_to_reference::METHOD,
    &distance_to_target::METHOD,
    &exponential_rank::METHOD,
    &goalposts::METHOD,
    &identity::METHOD,
    &logistic::METHOD,
    &min_max::METHOD,
    &percentile_rank::METHOD,
    &piecewise_linear::METHOD,
    &quantile_bands::METHOD,
    &rank::METHOD,
    &robust_z_score::METHOD,
    &scaled::METHOD,
    &share_of_sum::METHOD,
    &vector::METHOD,
    &z_score::METHOD,
];

/// Every built-in transform, in order of id.
pub static TRANSFORMS: &[&Method<TransformBox>] = &[
    &transform::absolute_distance::METHOD,
    &transform::box_cox::METHOD,
    &transform::exp::METHOD,
    &transform::ln::METHOD,
    &transform::log10::METHOD,
    &transform::logit::METHOD,
    &transform::power::METHOD,
    &transform::signed_log::METHOD,
    &transform::sqrt::METHOD,
    &transform::yeo_johnson::METHOD,
];

/// The built-in normalization methods as a registry, to which a program may add its own.
#[must_use]
pub fn normalizers() -> Registry<NormalizerBox> {
    Registry::new(NORMALIZERS)
}

/// The built-in transforms as a registry.
#[must_use]
pub fn transforms() -> Registry<TransformBox> {
    Registry::new(TRANSFORMS)
}
