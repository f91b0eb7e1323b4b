//! Sum: weights times scores, added up and not divided.
//!
//! Use it for points: a checklist, or an index whose published total is a sum. A missing part lowers a sum silently, so
//! let the group refuse missing parts.

use crate::shared::{self, Fold};
use crate::{Aggregator, AggregatorBox, Weighting};
use gradus_method::{Args, Method, Outcome};
use gradus_model::number::Scalar;

/// Registry entry of [`Sum`].
pub static METHOD: Method<AggregatorBox> = Method {
    id: "sum",
    since: "0.1.0",
    summary: "Weights times scores, added up and not divided.",
    summary_zh: "加权求和：得分乘权重后相加，不除以权重之和。",
    formula: "y = sum(w x)",
    params: &[],
    references: &[shared::HANDBOOK],
    build: |args| Ok(AggregatorBox::new(Sum::new(args)?)),
};

/// The weighted sum.
///
/// # Formula
/// ```text
/// y = Σ w x
/// ```
/// # Parameters
/// None.
/// # Input and output
/// Points or scores; points. Weights are taken as they are, so doubling them doubles the sum.
/// # Missing values and edge cases
/// The group decides about missing parts before the method is called. A part of weight zero adds nothing.
/// # Errors
/// `out-of-range` when the sum leaves the range of the arithmetic.
/// # Example
/// ```
/// use gradus_aggregate::{Aggregator, sum::Sum};
/// use gradus_method::Args;
/// assert_eq!(Sum::new(&Args::new())?.row(&[3.0, 0.0, 5.0], &[1.0, 1.0, 2.0])?, 13.0);
/// # Ok::<(), gradus_method::Fault>(())
/// ```
/// # References
/// OECD and JRC (2008), Handbook on Constructing Composite Indicators, step 6.
#[derive(Debug, Clone)]
pub struct Sum;

impl Sum {
    /// Reads the parameters, of which there are none.
    ///
    /// # Errors
    /// None.
    pub fn new(_: &Args) -> Outcome<Self> {
        Ok(Self)
    }
}

impl<S: Scalar> Fold<S> for Sum {
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
        Some(result)
    }
}

impl<S: Scalar> Aggregator<S> for Sum {
    fn weighting(&self) -> Weighting {
        Weighting::Absolute
    }
    fn row(&self, values: &[S], weights: &[S]) -> Outcome<S> {
        shared::row(self, values, weights)
    }
    fn columns(&self, parts: &[&[S]], weights: &[S], out: &mut [S]) -> Outcome<()> {
        shared::columns(self, parts, weights, out)
    }
}

#[cfg(test)]
mod tests {
    use super::METHOD;
    use crate::testing::*;

    #[test]
    fn worked_by_hand() {
        check(&METHOD, "", "3 0 5 | 1 1 2", "13");
        check(&METHOD, "", "3 0 5 | 0.1 0.1 0.2", "1.3");
        check(&METHOD, "", "0.1 0.2", "0.3");
        check(&METHOD, "", "40 999 | 3 0", "120");
        check(&METHOD, "", "-4", "-4");
    }

    #[test]
    fn what_it_cannot_do_it_says() {
        assert_eq!(fault(&METHOD, "", "1 2 | 0 0").kind.id, "zero-weights");
        assert_eq!(fault(&METHOD, "factor = 2", "1 2").kind.id, "unknown-parameter");
    }

    #[test]
    fn properties() {
        holds(&METHOD, "", -900..900, &[Property::Monotone]);
    }
}
