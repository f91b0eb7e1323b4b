//! Maximum: a unit is as good as its strongest part.
//!
//! Use it where one way of meeting a need is enough: alternatives, titles that include each other.

use crate::shared::{self, Fold};
use crate::{Aggregator, AggregatorBox};
use gradus_method::{Args, Method, Outcome};
use gradus_model::number::Scalar;

/// Registry entry of [`Maximum`].
pub static METHOD: Method<AggregatorBox> = Method {
    id: "maximum",
    since: "0.1.0",
    summary: "The score of the strongest part.",
    summary_zh: "取最大值：由最强的部分决定。",
    formula: "y = max(x) over parts of weight above zero",
    params: &[],
    references: &[shared::MEANS, shared::HANDBOOK],
    build: |args| Ok(AggregatorBox::new(Maximum::new(args)?)),
};

/// The largest score.
///
/// # Formula
/// ```text
/// y = max x     over parts with w > 0
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
/// use gradus_aggregate::{Aggregator, maximum::Maximum};
/// use gradus_method::Args;
/// assert_eq!(Maximum::new(&Args::new())?.row(&[40.0, 70.0, 10.0], &[1.0, 2.0, 0.0])?, 70.0);
/// # Ok::<(), gradus_method::Fault>(())
/// ```
/// # References
/// Bullen (2003), Handbook of Means and Their Inequalities: the power mean in the limit.
#[derive(Debug, Clone)]
pub struct Maximum;

impl Maximum {
    /// Reads the parameters, of which there are none.
    ///
    /// # Errors
    /// None.
    pub fn new(_: &Args) -> Outcome<Self> {
        Ok(Self)
    }
}

impl<S: Scalar> Fold<S> for Maximum {
    #[inline(always)]
    fn first(&self, value: S, _: S) -> Option<S> {
        Some(value)
    }
    #[inline(always)]
    fn next(&self, result: S, value: S, _: S) -> Option<S> {
        Some(result.greatest(value))
    }
    #[inline(always)]
    fn last(&self, result: S) -> Option<S> {
        Some(result)
    }
}

impl<S: Scalar> Aggregator<S> for Maximum {
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
        check(&METHOD, "", "40 10 100 | 1 9 2", "100");
        check(&METHOD, "", "40 70 90 | 1 2 0", "70");
        check(&METHOD, "", "-3 0.2 0.2", "0.2");
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
