//! Minimum: a unit is as good as its weakest part.
//!
//! Use it where nothing offsets a failure. It looks at one part only, so it tells many units apart badly.

use crate::shared::{self, Fold};
use crate::{Aggregator, AggregatorBox};
use gradus_method::{Args, Method, Outcome};
use gradus_model::number::Scalar;

/// Registry entry of [`Minimum`].
pub static METHOD: Method<AggregatorBox> = Method {
    id: "minimum",
    since: "0.1.0",
    summary: "The score of the weakest part.",
    summary_zh: "取最小值：由最弱的部分决定，完全不可补偿。",
    formula: "y = min(x) over parts of weight above zero",
    params: &[],
    references: &[shared::MEANS, shared::HANDBOOK],
    build: |args| Ok(AggregatorBox::new(Minimum::new(args)?)),
};

/// The smallest score.
///
/// # Formula
/// ```text
/// y = min x     over parts with w > 0
/// ```
/// # Parameters
/// None.
/// # Input and output
/// Scores on one scale; one of them.
/// # Missing values and edge cases
/// The group decides about missing parts before the method is called. A part of weight zero is left out; the other
/// weights play no role.
/// # Errors
/// None.
/// # Example
/// ```
/// use gradus_aggregate::{Aggregator, minimum::Minimum};
/// use gradus_method::Args;
/// assert_eq!(Minimum::new(&Args::new())?.row(&[40.0, 70.0, 10.0], &[1.0, 2.0, 0.0])?, 40.0);
/// # Ok::<(), gradus_method::Fault>(())
/// ```
/// # References
/// Bullen (2003), Handbook of Means and Their Inequalities: the power mean in the limit.
#[derive(Debug, Clone)]
pub struct Minimum;

impl Minimum {
    /// Reads the parameters, of which there are none.
    ///
    /// # Errors
    /// None.
    pub fn new(_: &Args) -> Outcome<Self> {
        Ok(Self)
    }
}

impl<S: Scalar> Fold<S> for Minimum {
    #[inline(always)]
    fn first(&self, value: S, _: S) -> Option<S> {
        Some(value)
    }
    #[inline(always)]
    fn next(&self, result: S, value: S, _: S) -> Option<S> {
        Some(result.least(value))
    }
    #[inline(always)]
    fn last(&self, result: S) -> Option<S> {
        Some(result)
    }
}

impl<S: Scalar> Aggregator<S> for Minimum {
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
        check(&METHOD, "", "40 10 100 | 1 9 2", "10");
        check(&METHOD, "", "40 70 10 | 1 2 0", "40");
        check(&METHOD, "", "-3 0.2 0.2", "-3");
        check(&METHOD, "", "7", "7");
    }

    #[test]
    fn what_it_cannot_do_it_says() {
        assert_eq!(fault(&METHOD, "", "1 2 | 0 0").kind.id, "zero-weights");
    }

    #[test]
    fn properties() {
        use Property::{Between, Monotone, WeightsAreShares};
        holds(&METHOD, "", -900..900, &[Between, Monotone, WeightsAreShares]);
    }
}
