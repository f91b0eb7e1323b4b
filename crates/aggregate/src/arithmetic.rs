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

#[cfg(test)]
mod tests {
    use super::METHOD;
    use crate::testing::*;

    #[test]
    fn worked_by_hand() {
        check(&METHOD, "", "40 70 100 | 1 1 2", "77.5");
        check(&METHOD, "", "40 70 100 | 0.1 0.1 0.2", "77.5");
        check(&METHOD, "", "0.1 0.2 0.3", "0.2");
        check(&METHOD, "", "-5 5", "0");
        check(&METHOD, "", "40", "40");
        check(&METHOD, "", "40 999 | 3 0", "40");
        // The education index of Costa Rica for the Human Development Index of 2022: 16.092 of 18 and 8.804 of 15 years.
        check(&METHOD, "", "0.894000 0.586937", "~0.7405");
    }

    #[test]
    fn what_it_cannot_do_it_says() {
        assert_eq!(fault(&METHOD, "", "1 2 | 0 0").kind.id, "zero-weights");
        assert_eq!(fault(&METHOD, "", "").kind.id, "zero-weights");
        let overflow = METHOD.make(&args("")).unwrap();
        let huge = gradus_model::Decimal::MAX;
        let row = gradus_model::Scalar::pick(&overflow);
        let fault = crate::Aggregator::columns(
            row,
            &[&[huge, huge], &[-huge, huge]],
            &[1.into(), 1.into()],
            &mut [0.into(); 2],
        );
        assert_eq!((fault.clone().unwrap_err().kind.id, fault.unwrap_err().row), ("out-of-range", Some(1)));
    }

    #[test]
    fn properties() {
        use Property::{Between, Monotone, WeightsAreShares};
        holds(&METHOD, "", -900..900, &[Between, Monotone, WeightsAreShares]);
    }
}
