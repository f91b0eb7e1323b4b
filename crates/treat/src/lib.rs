//! Treatment of outliers and skewed distributions, before normalization: one method, one file, one line in one list.
//!
//! A [`Treatment`] looks at a column (one period, or all periods pooled) and changes what its rule says, keeping account
//! of it. The order of units is never reversed.
//!
//! **Invariants.** Methods are pure functions of a column and parameters; they do not know the tree, the file format or
//! each other. A missing slot stays missing. What was changed is listed, and nothing else is different.

pub mod box_cox;
pub mod log_ct;
pub mod log_ct_original;
pub mod log_ct_plus;
pub mod log_gii;
pub mod skew_kurtosis;
pub mod winsorize_iqr;
pub mod winsorize_mad;
pub mod winsorize_percentile;
pub mod winsorize_z_score;
pub mod yeo_johnson;

mod shape;
mod shared;

#[cfg(test)]
mod testing;

use gradus_method::{Column, Method, Outcome, Registry};
use gradus_model::number::Scalar;
use std::fmt::Debug;

/// Changes the figures of a column that break its rule.
pub trait Treatment<S: Scalar>: Debug + Send + Sync {
    /// Treats a column. Rows are the units of one period, or of all periods, period after period.
    ///
    /// # Errors
    /// When the rule cannot be tested or the change cannot be made.
    fn treat(&self, values: &Column<S>) -> Outcome<Treated<S>>;

    /// Whether treated values may be on another scale than the figures, as logarithms are: quantities in the
    /// indicator's measurement unit (goalposts, targets) then mean nothing to a later step.
    fn may_rescale(&self) -> bool {
        false
    }
}

/// A treated column, and an account of what was done.
#[derive(Debug, Clone)]
pub struct Treated<S> {
    /// The values after treatment; as they were where nothing was done.
    pub values: Column<S>,
    /// Rows that were moved one by one (winsorized), with what was done: `winsorized-high`, `winsorized-low`.
    pub changed: Vec<(usize, &'static str)>,
    /// What was done to the column as a whole: the id of a transform. `None` where its scale is as before.
    pub rescaled: Option<&'static str>,
    /// What was found and learned, for reports: skewness and kurtosis before and after, lambda, limits.
    pub facts: Vec<(&'static str, S)>,
}

gradus_method::dual! {
    /// A treatment in both arithmetics.
    TreatmentBox: Treatment
}

/// Every built-in treatment, in order of id.
pub static TREATMENTS: &[&Method<TreatmentBox>] = &[
    &box_cox::METHOD,
    &log_ct::METHOD,
    &log_ct_original::METHOD,
    &log_ct_plus::METHOD,
    &log_gii::METHOD,
    &skew_kurtosis::METHOD,
    &winsorize_iqr::METHOD,
    &winsorize_mad::METHOD,
    &winsorize_percentile::METHOD,
    &winsorize_z_score::METHOD,
    &yeo_johnson::METHOD,
];

/// The built-in treatments as a registry, to which a program may add its own.
#[must_use]
pub fn treatments() -> Registry<TreatmentBox> {
    Registry::new(TREATMENTS)
}
