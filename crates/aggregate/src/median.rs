//! Median: the middle score, with half of the weight on either side.
//!
//! Use it where one extreme part should not move the result. Parts far from the middle have no say beyond their side.

use crate::shared;
use crate::{Aggregator, AggregatorBox};
use gradus_method::{Args, Fault, Method, Outcome, Reference};
use gradus_model::number::Scalar;

/// Registry entry of [`Median`].
pub static METHOD: Method<AggregatorBox> = Method {
    id: "median",
    since: "0.1.0",
    summary: "The middle score, with half of the weight on either side.",
    summary_zh: "加权中位数：两侧权重各占一半的得分，不受极端值影响。",
    formula: "y = the x with at most half of the weight below and at most half above; the mean of two such neighbors",
    params: &[],
    references: &[
        Reference {
            citation: "Cormen, Leiserson, Rivest and Stein (2009). Introduction to Algorithms, 3rd edition, problem 9-2, weighted median. MIT Press",
            locator: "ISBN 978-0-262-03384-8",
        },
        shared::HANDBOOK,
    ],
    build: |args| Ok(AggregatorBox::new(Median::new(args)?)),
};

/// The weighted median.
///
/// # Formula
/// ```text
/// y = x[k]                       x sorted, k the first with w[1] + … + w[k] > w[k+1] + … + w[n]
/// y = (x[k] + x[k+1]) / 2        where w[1] + … + w[k] = w[k+1] + … + w[n] for some k
/// ```
/// # Parameters
/// None.
/// # Input and output
/// Scores on one scale; a score on the same scale. With equal weights this is the usual median.
/// # Missing values and edge cases
/// The group decides about missing parts before the method is called. A part of weight zero is left out. In binary
/// arithmetic two sums of weights count as equal when they differ by less than 1e-12 of the total, so that 0.1 + 0.2
/// balances 0.3 as it does in decimals.
/// # Errors
/// `out-of-range` when a sum leaves the range of the arithmetic.
/// # Example
/// ```
/// use gradus_aggregate::{Aggregator, median::Median};
/// use gradus_method::Args;
/// let median = Median::new(&Args::new())?;
/// assert_eq!(median.row(&[10.0, 90.0, 30.0], &[1.0, 1.0, 1.0])?, 30.0);
/// assert_eq!(median.row(&[10.0, 90.0, 30.0], &[1.0, 5.0, 1.0])?, 90.0);
/// assert_eq!(median.row(&[10.0, 90.0, 30.0], &[1.0, 2.0, 1.0])?, 60.0);
/// # Ok::<(), gradus_method::Fault>(())
/// ```
/// # References
/// Cormen, Leiserson, Rivest and Stein (2009), Introduction to Algorithms, problem 9-2.
#[derive(Debug, Clone)]
pub struct Median;

impl Median {
    /// Reads the parameters, of which there are none.
    ///
    /// # Errors
    /// None.
    pub fn new(_: &Args) -> Outcome<Self> {
        Ok(Self)
    }
}

/// The weighted median of sorted parts, each a value and its weight above zero.
fn middle<S: Scalar>(parts: &[(S, S)]) -> Option<S> {
    let total = parts.iter().try_fold(S::ZERO, |sum, (_, weight)| sum.plus(*weight))?;
    let slack = total.times(shared::slack())?;
    // The two ends eat each other up: the weight that is left of the lower and of the upper part decides which of them
    // gives way, so equal weights meet in the middle without a rounding error.
    let (mut low, mut high) = (0, parts.len() - 1);
    let (mut below, mut above) = (parts[low].1, parts[high].1);
    while low < high {
        let difference = below.minus(above)?;
        if difference.magnitude() <= slack {
            if low + 1 == high {
                return parts[low].0.plus(parts[high].0)?.over(S::from_count(2));
            }
            (low, high) = (low + 1, high - 1);
            (below, above) = (parts[low].1, parts[high].1);
        } else if difference > S::ZERO {
            high -= 1;
            (below, above) = (difference, parts[high].1);
        } else {
            low += 1;
            (below, above) = (parts[low].1, difference.negated());
        }
    }
    Some(parts[low].0)
}

impl<S: Scalar> Aggregator<S> for Median {
    fn row(&self, values: &[S], weights: &[S]) -> Outcome<S> {
        let mut parts: Vec<(S, S)> = values
            .iter()
            .zip(weights)
            .filter(|(_, weight)| **weight > S::ZERO)
            .map(|(value, weight)| (*value, *weight))
            .collect();
        if parts.is_empty() {
            return Err(shared::no_weight());
        }
        // Sorting by weight too makes the result independent of the order of the parts.
        parts.sort_unstable_by(|a, b| a.0.order(b.0).then(a.1.order(b.1)));
        middle(&parts).ok_or_else(Fault::out_of_range)
    }
}

#[cfg(test)]
mod tests {
    use super::METHOD;
    use crate::testing::*;

    #[test]
    fn worked_by_hand() {
        for (parts, want) in [
            ("10 90 30", "30"),
            ("10 90 30 40", "35"),
            ("7", "7"),
            ("3 8", "5.5"),
            ("5 5 5 1", "5"),
            ("10 90 30 | 1 5 1", "90"),
            ("10 90 30 | 1 2 1", "60"),
            ("10 90 30 | 1 2 0", "90"),
            ("10 20 30 40 | 0.4 0.1 0.2 0.3", "25"),
            ("10 20 30 40 | 0.1 0.2 0.3 0.4", "30"),
            ("-4 4", "0"),
        ] {
            check(&METHOD, "", parts, want);
        }
    }

    #[test]
    fn weights_that_balance_in_decimals_balance_in_doubles() {
        check(&METHOD, "", "1 2 3 | 0.1 0.2 0.3", "2.5");
        check(&METHOD, "", "1 2 3 4 5 6 | 0.1 0.1 0.1 0.1 0.1 0.1", "3.5");
        check(&METHOD, "", "1 2 3 4 | 0.7 0.1 0.2 0.6", "2.5");
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
