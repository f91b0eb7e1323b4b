//! Vector normalization: a value as a part of the Euclidean length of all values.
//!
//! Use it with methods that were published with it, TOPSIS before all. Ratios between units are kept; scores shrink as
//! units are added, and no unit reaches the end of the scale.

use crate::proportion::{self, Proportion};
use crate::{Normalizer, NormalizerBox, Scale, shared};
use gradus_method::{Args, Column, Direction, Method, Outcome};
use gradus_model::number::Scalar;

/// Registry entry of [`Vector`].
pub static METHOD: Method<NormalizerBox> = Method {
    id: "vector",
    since: "0.1.0",
    summary: "A value as a part of the Euclidean length of all values.",
    summary_zh: "向量归一化：数值除以全部数值平方和的平方根。",
    formula: "y = factor x / L with L = sqrt(sum x^2); lower is better: y = factor (1 - x / L), or the same of 1 / x",
    params: &[proportion::COST, proportion::FACTOR],
    references: &[shared::HWANG_YOON],
    build: |args| Ok(NormalizerBox::new(Vector::new(args)?)),
};

/// Vector normalization, which divides by the Euclidean length.
///
/// # Formula
/// ```text
/// y = factor x / √(Σ x²)               higher is better
/// y = factor (1 − x / √(Σ x²))         lower is better, cost = complement
/// y = factor (1/x) / √(Σ (1/x)²)       lower is better, cost = reciprocal
/// ```
/// # Parameters
/// | name | default | range | meaning |
/// | :--- | :--- | :--- | :--- |
/// | `cost` | `complement` | `complement`, `reciprocal` | how values are scored where lower is better |
/// | `factor` | 100 | above 0 | score of a value that is the whole length |
///
/// # Input and output
/// One indicator with a true zero; a dimensionless score. The squares of the scores of the reference data add up to
/// factor² where higher is better.
/// # Missing values and edge cases
/// Missing stays missing and adds nothing to the length. Negative values are allowed but for reciprocals. Equal values
/// are no trouble, unless all are 0.
/// # Errors
/// `too-few-values` without any value; `zero-range` when all values are 0; `undefined-transform` for reciprocals when a
/// reference value is not above 0, `out-of-range` when one that is scored is not; `invalid-parameter` when `factor` is
/// not above 0.
/// # Example
/// ```
/// use gradus_method::{Args, Column, Direction};
/// use gradus_normalize::{Normalizer, vector::Vector};
/// let values = Column::of(vec![3.0, 4.0]);
/// let mut scores = Column::missing(0);
/// Vector::new(&Args::new())?.fit(&values, Direction::Higher)?.score(&values, &mut scores)?;
/// assert_eq!(scores.full(), Some(&[60.0, 80.0][..]));
/// # Ok::<(), gradus_method::Fault>(())
/// ```
/// # References
/// Hwang and Yoon (1981), Multiple Attribute Decision Making.
#[derive(Debug, Clone)]
pub struct Vector {
    proportion: Proportion,
}

impl Vector {
    /// Reads the parameters.
    ///
    /// # Errors
    /// `invalid-parameter` when `factor` is not above 0.
    pub fn new(args: &Args) -> Outcome<Self> {
        Ok(Self { proportion: Proportion::of(args)? })
    }
}

/// Euclidean length. Values are taken relative to the largest, so that no square leaves the range.
fn length<S: Scalar>(values: &Column<S>) -> Option<S> {
    let largest = values.values().fold(S::ZERO, |largest, x| largest.greatest(x.magnitude()));
    let squares = values.values().try_fold(S::ZERO, |sum, x| {
        let share = x.over(largest)?;
        sum.plus(share.times(share)?)
    })?;
    largest.times(squares.sqrt()?)
}

impl<S: Scalar> Normalizer<S> for Vector {
    fn fit(&self, reference: &Column<S>, direction: Direction) -> Outcome<Box<dyn Scale<S>>> {
        let (low, high) = shared::extent(reference, METHOD.id)?;
        if low == S::ZERO && high == S::ZERO {
            return Err(proportion::all_zero(METHOD.id, shared::count(reference)));
        }
        self.proportion.scale(reference, direction, "length", length)
    }
}

#[cfg(test)]
mod tests {
    use super::METHOD;
    use crate::testing::*;

    #[test]
    fn worked_by_hand() {
        check(&METHOD, "", Higher, "3 . 4", "60 . 80");
        check(&METHOD, "", Lower, "3 . 4", "40 . 20");
        // 1/0.25 = 4, 1/(1/3) = 3.
        check(
            &METHOD,
            "cost = reciprocal; factor = 1",
            Lower,
            "0.25 0.3333333333333333333333333333",
            "~0.800000 ~0.600000",
        );
        check(&METHOD, "factor = 1", Higher, "-3 4 0", "-0.6 0.8 0");
        check(&METHOD, "", Higher, "5", "100");
        check(&METHOD, "factor = 10", Higher, "2 2 2 2", "5 5 5 5");
        check(&METHOD, "", Higher, "3e27 4e27", "60 80");
        check_against(&METHOD, "", Higher, "3 4", "10 -5 .", "200 -100 .");
    }

    #[test]
    fn what_it_cannot_do_it_says() {
        for (text, direction, values, id) in [
            ("", Higher, ".", "too-few-values"),
            ("", Higher, "0 0", "zero-range"),
            ("cost = reciprocal", Lower, "0 1", "undefined-transform"),
            ("cost = reciprocal", Lower, "-1 1", "undefined-transform"),
            ("factor = 0", Higher, "1", "invalid-parameter"),
        ] {
            assert_eq!(fault(&METHOD, text, direction, values).kind.id, id, "{text} {values}");
        }
        let method = args("cost = reciprocal");
        let fault = score::<f64>(&METHOD, &method, Lower, &column("1 2"), &column("1 0")).unwrap_err();
        assert_eq!((fault.kind.id, fault.row), ("out-of-range", Some(1)));
    }

    #[test]
    fn properties() {
        use Property::{Mirrored, Monotone};
        holds(&METHOD, "", -900..900, &[Monotone, Mirrored]);
        holds(&METHOD, "cost = reciprocal; factor = 1", 1..900, &[Monotone]);
    }
}
