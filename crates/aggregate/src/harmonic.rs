//! Harmonic mean: the reciprocal of the weighted average of reciprocals.
//!
//! Use it for rates over a common amount, or where a low score should weigh more heavily than in a geometric mean.
//! Scores must be above zero.

use crate::shared::{self, Zero};
use crate::{Aggregator, AggregatorBox};
use gradus_method::{Args, Fault, Method, Outcome};
use gradus_model::number::Scalar;

/// Registry entry of [`Harmonic`].
pub static METHOD: Method<AggregatorBox> = Method {
    id: "harmonic",
    since: "0.1.0",
    summary: "The reciprocal of the average reciprocal: low scores weigh heavily.",
    summary_zh: "加权调和平均：低分影响更大，补偿性更弱。",
    formula: "y = sum(w) / sum(w / x)",
    params: &[Zero::PARAM],
    references: &[shared::MEANS, shared::HANDBOOK],
    build: |args| Ok(AggregatorBox::new(Harmonic::new(args)?)),
};

/// The weighted harmonic mean.
///
/// # Formula
/// ```text
/// y = Σ w / Σ (w / x)
/// ```
/// # Parameters
/// | name | default | range | meaning |
/// | :--- | :--- | :--- | :--- |
/// | `zero` | `refuse` | `refuse`, `zero` | a part that is exactly 0 is refused, or makes the mean 0, its limit |
/// # Input and output
/// Scores above zero on one scale; a score on the same scale. In decimals to 24 digits.
/// # Missing values and edge cases
/// The group decides about missing parts before the method is called. A part of weight zero is left out, whatever its
/// value. Equal scores give exactly that score.
/// # Errors
/// `non-positive-mean` for a score below zero, and for zero unless `zero` says otherwise.
/// # Example
/// ```
/// use gradus_aggregate::{Aggregator, harmonic::Harmonic};
/// use gradus_method::Args;
/// let y: f64 = Harmonic::new(&Args::new())?.row(&[40.0, 60.0], &[1.0, 1.0])?;
/// assert!((y - 48.0).abs() < 1e-12);
/// # Ok::<(), gradus_method::Fault>(())
/// ```
/// # References
/// Bullen (2003), Handbook of Means and Their Inequalities. OECD and JRC (2008), Handbook, step 6.
#[derive(Debug, Clone)]
pub struct Harmonic {
    zero: Zero,
}

impl Harmonic {
    /// Reads the parameters.
    ///
    /// # Errors
    /// `invalid-parameter` for an unknown word.
    pub fn new(args: &Args) -> Outcome<Self> {
        Ok(Self { zero: Zero::of(args)? })
    }
}

/// The harmonic mean of the values with weight, which are positive. Reciprocals are taken relative to the smallest
/// value, so that none leaves the range.
fn mean<S: Scalar>(values: &[S], weights: &[S], (low, high): (S, S)) -> Option<S> {
    let mut sum = S::ZERO;
    let mut total = S::ZERO;
    for (value, weight) in values.iter().zip(weights).filter(|(_, weight)| **weight > S::ZERO) {
        sum = sum.plus(weight.times(low.over(*value)?)?)?;
        total = total.plus(*weight)?;
    }
    Some(shared::settle(low.times(total.over(sum)?)?, low, high))
}

impl<S: Scalar> Aggregator<S> for Harmonic {
    fn row(&self, values: &[S], weights: &[S]) -> Outcome<S> {
        match shared::positive_extent("harmonic mean", self.zero, values, weights)? {
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
    fn worked_by_hand() {
        check(&METHOD, "", "40 60", "48");
        check(&METHOD, "", "2 6", "3");
        check(&METHOD, "", "1 2 4", "~1.714285714286");
        check(&METHOD, "", "20 60 | 3 1", "24");
        check(&METHOD, "", "0.7 0.7 0.7", "0.7");
        check(&METHOD, "", "50 0 -3 | 1 0 0", "50");
        check(&METHOD, "", "1e-28 1e28 | 1 1", "0.0000000000000000000000000002");
    }

    #[test]
    fn zero_and_less() {
        let zero = fault(&METHOD, "", "50 0 70");
        assert_eq!(zero.kind.id, "non-positive-mean");
        assert_eq!(zero.message, "a part is 0, and a harmonic mean is not defined for it");
        check(&METHOD, "zero = zero", "50 0 70", "0");
        assert_eq!(fault(&METHOD, "zero = zero", "50 -2").kind.id, "non-positive-mean");
        assert_eq!(fault(&METHOD, "", "1 2 | 0 0").kind.id, "zero-weights");
    }

    #[test]
    fn properties() {
        use Property::{Between, Monotone, WeightsAreShares};
        holds(&METHOD, "", 1..900, &[Between, Monotone, WeightsAreShares]);
        holds(&METHOD, "zero = zero", 0..20, &[Between, Monotone, WeightsAreShares]);
    }
}
