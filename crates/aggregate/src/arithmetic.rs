//! Arithmetic mean: the weighted average.
//!
//! Use it where a high score may fully offset a low one. Where it should not, use `geometric`, or `minimum`.

use crate::shared::{self, Fold};
use crate::{Aggregator, AggregatorBox};
use gradus_method::{Args, Fault, Method, Outcome};
use gradus_model::number::Scalar;

/// Registry entry of [`Arithmetic`].
pub static METHOD: Method<AggregatorBox> = Method {
    id: "arithmetic",
    since: "0.1.0",
    summary: "The weighted average: a high score fully offsets a low one.",
    summary_zh: "加权算术平均：各部分得分可完全相互补偿。",
    formula: "y = sum(w x) / sum(w)",
    params: &[],
    references: &[shared::HANDBOOK],
    build: |args| Ok(AggregatorBox::new(Arithmetic::new(args)?)),
};

/// The weighted arithmetic mean.
///
/// # Formula
/// ```text
/// y = Σ w x / Σ w
/// ```
/// # Parameters
/// None.
/// # Input and output
/// Scores on one scale; a score on the same scale.
/// # Missing values and edge cases
/// The group decides about missing parts before the method is called. A part of weight zero has no say.
/// # Errors
/// `out-of-range` when a sum leaves the range of the arithmetic.
/// # Example
/// ```
/// use gradus_aggregate::{Aggregator, arithmetic::Arithmetic};
/// use gradus_method::Args;
/// assert_eq!(Arithmetic::new(&Args::new())?.row(&[40.0, 70.0, 100.0], &[1.0, 1.0, 2.0])?, 77.5);
/// # Ok::<(), gradus_method::Fault>(())
/// ```
/// # References
/// OECD and JRC (2008), Handbook on Constructing Composite Indicators, step 6.
#[derive(Debug, Clone)]
pub struct Arithmetic;

impl Arithmetic {
    /// Reads the parameters, of which there are none.
    ///
    /// # Errors
    /// None.
    pub fn new(_: &Args) -> Outcome<Self> {
        Ok(Self)
    }
}

struct Average<S> {
    total: S,
}

impl<S: Scalar> Fold<S> for Average<S> {
    #[inline(always)]
    fn first(&self, value: S, weight: S) -> Option<S> {
        value.times(weight)
    }
    #[inline(always)]
    fn next(&self, result: S, value: S, weight: S) -> Option<S> {
        result.plus(value.times(weight)?)
    }
    #[inline(always)]
    fn last(&self, result: S) -> Option<S> {
        result.over(self.total)
    }
}

impl<S: Scalar> Average<S> {
    fn new(weights: &[S]) -> Outcome<Self> {
        Ok(Self { total: shared::total(weights).ok_or_else(Fault::out_of_range)? })
    }
}

impl<S: Scalar> Aggregator<S> for Arithmetic {
    fn row(&self, values: &[S], weights: &[S]) -> Outcome<S> {
        shared::row(&Average::new(weights)?, values, weights)
    }
    fn columns(&self, parts: &[&[S]], weights: &[S], out: &mut [S]) -> Outcome<()> {
        shared::columns(&Average::new(weights)?, parts, weights, out)
    }
}
