//! Geometric mean: the weighted average of logarithms.
//!
//! Use it where a low score should be offset only in part, and where a percentage gain is worth the same from any part.
//! Scores must be above zero.

use crate::shared::{self, Zero};
use crate::{Aggregator, AggregatorBox};
use gradus_method::{Args, Fault, Method, Outcome, Reference};
use gradus_model::number::Scalar;

/// Registry entry of [`Geometric`].
pub static METHOD: Method<AggregatorBox> = Method {
    id: "geometric",
    since: "0.1.0",
    summary: "The weighted average of logarithms: a high score offsets a low one in part.",
    summary_zh: "加权几何平均：各部分得分只能部分补偿。",
    formula: "y = exp(sum(w ln x) / sum(w))",
    params: &[Zero::PARAM],
    references: &[
        Reference {
            citation: "UNDP (2024). Human Development Report 2023/24, Technical notes. Technical note 1, Human Development Index",
            locator: "https://hdr.undp.org/sites/default/files/2023-24_HDR/hdr2023-24_technical_notes.pdf",
        },
        shared::HANDBOOK,
        shared::MEANS,
    ],
    build: |args| Ok(AggregatorBox::new(Geometric::new(args)?)),
};

/// The weighted geometric mean.
///
/// # Formula
/// ```text
/// y = exp( Σ w ln x / Σ w )
/// ```
/// # Parameters
/// | name | default | range | meaning |
/// | :--- | :--- | :--- | :--- |
/// | `zero` | `refuse` | `refuse`, `zero` | a part that is exactly 0 is refused, or makes the mean 0, its limit |
/// # Input and output
/// Scores above zero on one scale; a score on the same scale. In decimals to 24 digits.
/// # Missing values and edge cases
/// The group decides about missing parts before the method is called. A part of weight zero is left out, whatever its
/// value. Equal scores give exactly that score. Sums of logarithms do not overflow where a product would.
/// # Errors
/// `non-positive-mean` for a score below zero, and for zero unless `zero` says otherwise.
/// # Example
/// ```
/// use gradus_aggregate::{Aggregator, geometric::Geometric};
/// use gradus_method::Args;
/// let mean = Geometric::new(&Args::new())?;
/// let y: f64 = mean.row(&[20.0, 80.0], &[1.0, 1.0])?;
/// assert!((y - 40.0).abs() < 1e-12);
/// assert!(mean.row(&[0.0, 80.0], &[1.0, 1.0]).is_err());
/// # Ok::<(), gradus_method::Fault>(())
/// ```
/// # References
/// UNDP (2024), technical note 1. OECD and JRC (2008), Handbook, step 6. Bullen (2003), Handbook of Means.
#[derive(Debug, Clone)]
pub struct Geometric {
    zero: Zero,
}

impl Geometric {
    /// Reads the parameters.
    ///
    /// # Errors
    /// `invalid-parameter` for an unknown word.
    pub fn new(args: &Args) -> Outcome<Self> {
        Ok(Self { zero: Zero::of(args)? })
    }
}

/// The geometric mean of the values with weight, which are positive.
pub(crate) fn mean<S: Scalar>(values: &[S], weights: &[S], (low, high): (S, S)) -> Option<S> {
    let mut sum = S::ZERO;
    let mut total = S::ZERO;
    for (value, weight) in values.iter().zip(weights).filter(|(_, weight)| **weight > S::ZERO) {
        sum = sum.plus(weight.times(value.ln()?)?)?;
        total = total.plus(*weight)?;
    }
    Some(shared::settle(sum.over(total)?.exp()?, low, high))
}

// There is no loop over columns: nearly all time goes into logarithms, which do not vectorize.
impl<S: Scalar> Aggregator<S> for Geometric {
    fn row(&self, values: &[S], weights: &[S]) -> Outcome<S> {
        match shared::positive_extent("geometric mean", self.zero, values, weights)? {
            None => Ok(S::ZERO),
            Some(extent) => mean(values, weights, extent).ok_or_else(Fault::out_of_range),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::METHOD;
    use crate::testing::*;

    #[test]
    fn the_human_development_index_of_2022() {
        // Health, education and income of Costa Rica and of Norway from the figures that UNDP publishes with the Human
        // Development Report 2023/24; the published indices are 0.806 and 0.966.
        check(&METHOD, "", "0.881846 0.740469 0.802206", "~0.806");
        check(&METHOD, "", "0.975277 0.935411 0.987820", "~0.966");
    }

    #[test]
    fn worked_by_hand() {
        check(&METHOD, "", "20 80", "40");
        check(&METHOD, "", "2 16 | 2 1", "4");
        check(&METHOD, "", "2 16 | 0.2 0.1", "4");
        check(&METHOD, "", "0.001 1000", "1");
        check(&METHOD, "", "33.3 33.3 33.3", "33.3");
        check(&METHOD, "", "1 2 3 4", "~2.213363839401");
        check(&METHOD, "", "50 0 -3 | 1 0 0", "50");
    }

    #[test]
    fn products_do_not_leave_the_range() {
        let many = "99 ".repeat(200);
        check(&METHOD, "", &many, "99");
        check(&METHOD, "", "1e28 1e-28", "1");
    }

    #[test]
    fn zero_and_less() {
        let zero = fault(&METHOD, "", "50 0 70");
        assert_eq!(zero.kind.id, "non-positive-mean");
        assert_eq!(zero.message, "a part is 0, and a geometric mean is not defined for it");
        assert!(zero.help.unwrap().contains("to = [1, 100]"));
        check(&METHOD, "zero = zero", "50 0 70", "0");
        check(&METHOD, "zero = zero", "50 50 70 | 1 1 0", "50");
        assert_eq!(fault(&METHOD, "zero = zero", "50 -0.1").kind.id, "non-positive-mean");
        assert_eq!(fault(&METHOD, "zero = limit", "50").kind.id, "invalid-parameter");
        assert_eq!(fault(&METHOD, "", "1 2 | 0 0").kind.id, "zero-weights");
    }

    #[test]
    fn properties() {
        use Property::{Between, Monotone, ScaleKeepsOrder, WeightsAreShares};
        holds(&METHOD, "", 1..900, &[Between, Monotone, WeightsAreShares, ScaleKeepsOrder]);
        holds(&METHOD, "zero = zero", 0..20, &[Between, Monotone, WeightsAreShares]);
    }
}
