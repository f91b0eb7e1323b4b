//! Cyclical scale: how many mean absolute deviations a value lies from the mean of the reference data.
//!
//! Use it for business tendency surveys and other series that swing about a level, pooled over their periods: a value
//! as far out as usual scores 1 or -1. Absolute deviations weigh an outlier less than the squares of a z-score do.

use crate::standard::{self, Standardization};
use crate::{Normalizer, NormalizerBox, Scale, shared};
use gradus_method::{Args, Column, Direction, Method, Outcome};
use gradus_model::number::Scalar;

/// Registry entry of [`Cyclical`].
pub static METHOD: Method<NormalizerBox> = Method {
    id: "cyclical",
    since: "0.1.0",
    summary: "The distance from the mean of the data, in mean absolute deviations.",
    summary_zh: "周期性指标标准化：数值偏离均值的平均绝对偏差倍数。",
    formula: "y = mean + sd (x - m) / d with m the mean and d the mean absolute deviation of the data; lower is better: y = mean + sd (m - x) / d",
    params: &[standard::MEAN, standard::SD],
    references: &[shared::HANDBOOK],
    build: |args| Ok(NormalizerBox::new(Cyclical::new(args)?)),
};

/// Standardization by the mean absolute deviation, as the Handbook gives it for cyclical indicators.
///
/// # Formula
/// ```text
/// y = mean + sd (x − m) / d     higher is better
/// y = mean + sd (m − x) / d     lower is better
///
/// m = Σ x / n,  d = Σ |x − m| / n
/// ```
/// # Parameters
/// | name | default | range | meaning |
/// | :--- | :--- | :--- | :--- |
/// | `mean` | 0 | any number | score of a value at the mean |
/// | `sd` | 1 | above 0 | points that one mean absolute deviation is worth |
///
/// # Input and output
/// One indicator in any measurement unit; a dimensionless score without limits, whose mean absolute deviation over the
/// reference data is `sd`.
/// # Missing values and edge cases
/// Missing stays missing. In the Handbook mean and deviation are those of one unit over time; here they are those of the
/// reference data, so that this is the Handbook's figure for an index of one unit fitted on all its periods.
/// # Errors
/// `too-few-values` for fewer than two values; `zero-range` when all values are equal; `invalid-parameter` when `sd` is
/// not above 0.
/// # Example
/// ```
/// use gradus_method::{Args, Column, Direction};
/// use gradus_normalize::{Normalizer, cyclical::Cyclical};
/// let values = Column::of(vec![1.0, 3.0, 5.0, 7.0]);
/// let mut scores = Column::missing(0);
/// Cyclical::new(&Args::new())?.fit(&values, Direction::Higher)?.score(&values, &mut scores)?;
/// assert_eq!(scores.full(), Some(&[-1.5, -0.5, 0.5, 1.5][..]));
/// # Ok::<(), gradus_method::Fault>(())
/// ```
/// # References
/// OECD and JRC (2008), Handbook, step 5, methods for cyclical indicators.
#[derive(Debug, Clone)]
pub struct Cyclical {
    to: Standardization,
}

impl Cyclical {
    /// Reads the parameters.
    ///
    /// # Errors
    /// `invalid-parameter` when `sd` is not above 0.
    pub fn new(args: &Args) -> Outcome<Self> {
        Ok(Self { to: Standardization::of(args)? })
    }
}

/// Mean distance from the mean.
fn deviation<S: Scalar>(reference: &Column<S>, mean: S) -> Option<S> {
    let sum = reference.values().try_fold(S::ZERO, |sum, x| sum.plus(x.minus(mean)?.magnitude()))?;
    sum.over(S::from_count(shared::count(reference)))
}

impl<S: Scalar> Normalizer<S> for Cyclical {
    fn fit(&self, reference: &Column<S>, direction: Direction) -> Outcome<Box<dyn Scale<S>>> {
        standard::spreads(reference, METHOD.id)?;
        let mean = shared::mean(reference);
        let spread = mean.and_then(|mean| deviation(reference, mean));
        self.to.about(("mean", mean), ("mean-absolute-deviation", spread), direction)
    }
}

#[cfg(test)]
mod tests {
    use super::METHOD;
    use crate::testing::*;

    #[test]
    fn worked_by_hand() {
        // Mean 5, absolute deviations 3 + 1 + 1 + 1 + 0 + 0 + 2 + 4 = 12, d = 1.5.
        check(&METHOD, "", Higher, "2 4 4 4 5 5 7 9", "-2 ~-0.6667 ~-0.6667 ~-0.6667 0 0 ~1.3333 ~2.6667");
        check(&METHOD, "mean = 100; sd = 10", Lower, "1 3 . 5 7", "115 105 . 95 85");
        check_against(&METHOD, "", Higher, "1 3 5 7", "10 .", "3 .");
        check(&METHOD, "", Higher, "1e27 3e27 5e27 7e27", "-1.5 -0.5 0.5 1.5");
    }

    #[test]
    fn what_it_cannot_do_it_says() {
        for (text, values, id) in [
            ("", "", "too-few-values"),
            ("", "3 .", "too-few-values"),
            ("", "0.1 0.1 0.1", "zero-range"),
            ("sd = 0", "1 2", "invalid-parameter"),
        ] {
            assert_eq!(fault(&METHOD, text, Higher, values).kind.id, id, "{text} {values}");
        }
    }

    #[test]
    fn properties() {
        use Property::{AffineInvariant, Mirrored, Monotone};
        holds(&METHOD, "", -900..900, &[Monotone, Mirrored, AffineInvariant]);
        holds(&METHOD, "mean = 10; sd = 2.5", -900..900, &[Monotone, Mirrored, AffineInvariant]);
    }
}
