//! Share of the sum: what part of the total of all units a unit has.
//!
//! Use it for amounts that add up: emissions, patents, votes. A large unit scores high because it is large, so divide by
//! size first where that is not meant. Scores shrink as units are added.

use crate::proportion::{self, Proportion};
use crate::{Normalizer, NormalizerBox, Scale, shared};
use gradus_method::{Args, Column, Direction, Fault, Method, Outcome, Reference};
use gradus_model::diagnostic::catalog;
use gradus_model::number::Scalar;

/// Registry entry of [`ShareOfSum`].
pub static METHOD: Method<NormalizerBox> = Method {
    id: "share-of-sum",
    since: "0.1.0",
    summary: "The part of the total of all units that a unit has.",
    summary_zh: "总和归一化：数值占全部数值总和的份额。",
    formula: "y = factor x / sum x; lower is better: y = factor (1 - x / sum x), or y = factor (1 / x) / sum (1 / x)",
    params: &[proportion::COST, proportion::FACTOR],
    references: &[
        shared::HWANG_YOON,
        Reference {
            citation: "Saaty (1980). The Analytic Hierarchy Process. McGraw-Hill",
            locator: "ISBN 978-0-07-054371-3",
        },
    ],
    build: |args| Ok(NormalizerBox::new(ShareOfSum::new(args)?)),
};

/// Sum normalization: the share of a unit in the total.
///
/// # Formula
/// ```text
/// y = factor x / Σ x                 higher is better
/// y = factor (1 − x / Σ x)           lower is better, cost = complement
/// y = factor (1/x) / Σ (1/x)         lower is better, cost = reciprocal
/// ```
/// # Parameters
/// | name | default | range | meaning |
/// | :--- | :--- | :--- | :--- |
/// | `cost` | `complement` | `complement`, `reciprocal` | how values are scored where lower is better |
/// | `factor` | 100 | above 0 | score of a unit that has everything |
///
/// # Input and output
/// One indicator of amounts, 0 or more; a dimensionless score from 0 to `factor`. The scores of the reference data add up
/// to `factor`, except with `complement` where lower is better.
/// # Missing values and edge cases
/// Missing stays missing and adds nothing to the total. Equal values share equally, unless all are 0.
/// # Errors
/// `too-few-values` without any value; `zero-range` when all values are 0; `undefined-transform` when a reference value is
/// negative, for which there is no share, or for reciprocals 0; `out-of-range` when a value that is scored has no
/// reciprocal; `invalid-parameter` when `factor` is not above 0.
/// # Example
/// ```
/// use gradus_method::{Args, Column, Direction};
/// use gradus_normalize::{Normalizer, share_of_sum::ShareOfSum};
/// let values = Column::of(vec![1.0, 4.0, 5.0]);
/// let mut scores = Column::missing(0);
/// ShareOfSum::new(&Args::new())?.fit(&values, Direction::Higher)?.score(&values, &mut scores)?;
/// assert_eq!(scores.full(), Some(&[10.0, 40.0, 50.0][..]));
/// # Ok::<(), gradus_method::Fault>(())
/// ```
/// # References
/// Hwang and Yoon (1981), Multiple Attribute Decision Making. Saaty (1980), distributive mode.
#[derive(Debug, Clone)]
pub struct ShareOfSum {
    proportion: Proportion,
}

impl ShareOfSum {
    /// Reads the parameters.
    ///
    /// # Errors
    /// `invalid-parameter` when `factor` is not above 0.
    pub fn new(args: &Args) -> Outcome<Self> {
        Ok(Self { proportion: Proportion::of(args)? })
    }
}

impl<S: Scalar> Normalizer<S> for ShareOfSum {
    fn fit(&self, reference: &Column<S>, direction: Direction) -> Outcome<Box<dyn Scale<S>>> {
        let (low, high) = shared::extent(reference, METHOD.id)?;
        if low < S::ZERO {
            return Err(Fault::new(
                &catalog::UNDEFINED_TRANSFORM,
                format!("{low} is negative, and only amounts of 0 and more are shares of a sum"),
            )
            .help("use `min-max` or `z-score`"));
        }
        if high == S::ZERO {
            return Err(proportion::all_zero(METHOD.id, shared::count(reference)));
        }
        self.proportion
            .scale(reference, direction, "sum", |values| values.values().try_fold(S::ZERO, S::plus))
    }
}

#[cfg(test)]
mod tests {
    use super::METHOD;
    use crate::testing::*;

    #[test]
    fn worked_by_hand() {
        check(&METHOD, "", Higher, "1 4 . 5", "10 40 . 50");
        check(&METHOD, "", Lower, "1 4 . 5", "90 60 . 50");
        // 1 + 1/4 + 1/5 = 1.45
        check(&METHOD, "cost = reciprocal", Lower, "1 4 5", "~68.9655 ~17.2414 ~13.7931");
        check(&METHOD, "factor = 1", Higher, "0 3", "0 1");
        check(&METHOD, "", Higher, "7", "100");
        check(&METHOD, "", Higher, "2 2 2 2", "25 25 25 25");
        check_against(&METHOD, "", Higher, "1 4 5", "20 . 0", "200 . 0");
    }

    #[test]
    fn what_it_cannot_do_it_says() {
        for (text, direction, values, id) in [
            ("", Higher, ".", "too-few-values"),
            ("", Higher, "0 0", "zero-range"),
            ("", Higher, "3 -1", "undefined-transform"),
            ("cost = reciprocal", Lower, "0 1", "undefined-transform"),
            ("", Higher, "7e28 7e28", "out-of-range"),
            ("factor = -1", Higher, "1", "invalid-parameter"),
        ] {
            let decimal = score::<gradus_model::Decimal>(
                &METHOD,
                &args(text),
                direction,
                &column(values),
                &column(values),
            );
            assert_eq!(decimal.unwrap_err().kind.id, id, "{text} {values}");
        }
        assert_eq!(
            fault(&METHOD, "", Higher, "0 . 0").message,
            "all 2 values are 0, so share-of-sum has no whole to divide by"
        );
    }

    #[test]
    fn properties() {
        use Property::{Mirrored, Monotone};
        holds(&METHOD, "", 0..900, &[Monotone, Mirrored]);
        holds(&METHOD, "cost = reciprocal; factor = 1", 1..900, &[Monotone]);
    }
}
