//! Mazziotta-Pareto index: the mean of the parts, less a penalty for how unequal they are.
//!
//! Use it where balance counts: of two units with the same mean the even one is better. Parts must be positive and of
//! comparable spread: z-scores with mean 100 and standard deviation 10, or for the adjusted index goalposts to [70, 130].

use crate::shared;
use crate::{Aggregator, AggregatorBox};
use gradus_method::{Args, Default, Fault, Method, Outcome, Param, ParamKind, Reference};
use gradus_model::diagnostic::catalog;
use gradus_model::number::Scalar;

/// Registry entry of [`MazziottaPareto`].
pub static METHOD: Method<AggregatorBox> = Method {
    id: "mazziotta-pareto",
    since: "0.1.0",
    summary: "The mean of the parts, less or plus a penalty for how unequal they are within the unit.",
    summary_zh: "Mazziotta-Pareto 指数：均值减去（或加上）按单位内部变异系数计算的不平衡惩罚。",
    formula: "y = M - S cv with M = sum(w x) / sum(w), S^2 = sum(w (x - M)^2) / sum(w) and cv = S / M; penalty = positive: y = M + S cv",
    params: &[
        Param {
            name: "penalty",
            kind: ParamKind::Word(&["negative", "positive"]),
            default: Default::Value("negative"),
            range: "negative, positive",
            meaning: "whether imbalance lowers the index, where more is better, or raises it, where more is worse",
        },
        Param {
            name: "divisor",
            kind: ParamKind::Word(&["parts", "parts-minus-one"]),
            default: Default::Value("parts"),
            range: "parts, parts-minus-one",
            meaning: "what the sum of squares is divided by: the n parts, as published, or n - 1, as some programs do",
        },
    ],
    references: &[
        Reference {
            citation: "De Muro, Mazziotta and Pareto (2011). Composite indices of development and poverty: an application to MDGs. Social Indicators Research 104, 1-18",
            locator: "https://doi.org/10.1007/s11205-010-9727-z",
        },
        Reference {
            citation: "Mazziotta and Pareto (2016). On a generalized non-compensatory composite index for measuring socio-economic phenomena. Social Indicators Research 127, 983-1003",
            locator: "https://doi.org/10.1007/s11205-015-0998-2",
        },
    ],
    build: |args| Ok(AggregatorBox::new(MazziottaPareto::new(args)?)),
};

/// The Mazziotta-Pareto index and, on goalposts, its adjusted form.
///
/// # Formula
/// ```text
/// y = M ∓ S cv = M ∓ S² / M
///
/// M = Σ w x / Σ w,  S² = Σ w (x − M)² / Σ w,  cv = S / M
/// ```
/// # Parameters
/// | name | default | range | meaning |
/// | :--- | :--- | :--- | :--- |
/// | `penalty` | `negative` | `negative`, `positive` | imbalance lowers the index, or raises it |
/// | `divisor` | `parts` | `parts`, `parts-minus-one` | S² as published, or times n / (n − 1) |
///
/// `positive` is for indices of which more is worse, such as poverty: being bad in one part is not made good by others.
/// # Input and output
/// Positive scores on one scale; a score on that scale. The index of 2011 takes z-scores with mean 100 and standard
/// deviation 10, the adjusted index of 2016 goalposts to [70, 130].
/// # Missing values and edge cases
/// The group decides about missing parts before the method is called. A part of weight zero is left out and not counted.
/// Equal parts, and a single part, give exactly their value, whatever the divisor. The index may lie below the smallest
/// part, and below zero where cv exceeds 1.
/// # Errors
/// `non-positive-mean` when M is zero or less, where cv has no meaning.
/// # Example
/// ```
/// use gradus_aggregate::{Aggregator, mazziotta_pareto::MazziottaPareto};
/// use gradus_method::Args;
/// let index = MazziottaPareto::new(&Args::new())?;
/// assert_eq!(index.row(&[90.0, 110.0], &[1.0, 1.0])?, 99.0);
/// # Ok::<(), gradus_method::Fault>(())
/// ```
/// # References
/// De Muro, Mazziotta and Pareto (2011), Composite indices of development and poverty. Mazziotta and Pareto (2016), On a
/// generalized non-compensatory composite index.
#[derive(Debug, Clone)]
pub struct MazziottaPareto {
    penalty: Penalty,
    divisor: Divisor,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Penalty {
    Negative,
    Positive,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Divisor {
    Parts,
    PartsMinusOne,
}

impl MazziottaPareto {
    /// Reads the parameters.
    ///
    /// # Errors
    /// `invalid-parameter` for a word that is not one of those of its parameter.
    pub fn new(args: &Args) -> Outcome<Self> {
        let penalties = [("negative", Penalty::Negative), ("positive", Penalty::Positive)];
        let divisors = [("parts", Divisor::Parts), ("parts-minus-one", Divisor::PartsMinusOne)];
        Ok(Self {
            penalty: args.word("penalty", &penalties, Penalty::Negative)?,
            divisor: args.word("divisor", &divisors, Divisor::Parts)?,
        })
    }

    /// S² / M. Deviations are taken relative to the range, so that no square leaves the range of the arithmetic.
    fn imbalance<S: Scalar>(&self, values: &[S], weights: &[S], mean: S, range: S) -> Option<S> {
        let used = || values.iter().zip(weights).filter(|(_, weight)| **weight > S::ZERO);
        let mut squares = S::ZERO;
        let mut total = S::ZERO;
        for (value, weight) in used() {
            let share = value.minus(mean)?.over(range)?;
            squares = squares.plus(shared::product(shared::product(share, share)?, *weight)?)?;
            total = total.plus(*weight)?;
        }
        let mut variance = squares.over(total)?;
        if self.divisor == Divisor::PartsMinusOne {
            let count = used().count();
            variance = variance.times(S::from_count(count))?.over(S::from_count(count - 1))?;
        }
        shared::product(shared::product(range, variance)?, range.over(mean)?)
    }
}

impl<S: Scalar> Aggregator<S> for MazziottaPareto {
    fn row(&self, values: &[S], weights: &[S]) -> Outcome<S> {
        let (low, high) = shared::extent(values, weights)?;
        if low == high && low > S::ZERO {
            return Ok(low);
        }
        let mean = shared::mean(values, weights).ok_or_else(Fault::out_of_range)?;
        if mean <= S::ZERO {
            return Err(Fault::new(
                &catalog::NON_POSITIVE_MEAN,
                format!("the mean of the parts is {mean}, and the penalty divides by it"),
            )
            .help(
                "bring the parts onto a positive scale, such as `z-score` with `mean = 100` and `sd = 10`",
            ));
        }
        high.minus(low)
            .and_then(|range| self.imbalance(values, weights, mean, range))
            .and_then(|imbalance| match self.penalty {
                Penalty::Negative => mean.minus(imbalance),
                Penalty::Positive => mean.plus(imbalance),
            })
            .map(shared::tidy)
            .filter(|y| y.finite())
            .ok_or_else(Fault::out_of_range)
    }
}

#[cfg(test)]
mod tests {
    use super::METHOD;
    use crate::testing::*;

    #[test]
    fn worked_by_hand() {
        // M = 100, S² = 100, S²/M = 1.
        check(&METHOD, "", "90 110", "99");
        check(&METHOD, "penalty = positive", "90 110", "101");
        // n - 1: S² = 200.
        check(&METHOD, "divisor = parts-minus-one", "90 110", "98");
        check(&METHOD, "divisor = parts-minus-one; penalty = positive", "90 110", "102");
        // M = 5, S² = (4 + 0 + 4) / 3.
        check(&METHOD, "", "3 5 7", "~4.466667");
        check(&METHOD, "divisor = parts-minus-one", "3 5 7", "4.2");
        // M = 80, S² = (3 · 400 + 3600) / 4 = 1200.
        check(&METHOD, "", "100 20 | 3 1", "65");
        // Imbalance beyond the mean goes below zero.
        check(&METHOD, "", "-10 30", "-30");
    }

    #[test]
    fn one_part_or_equal_parts_have_no_imbalance() {
        for text in ["", "divisor = parts-minus-one", "penalty = positive"] {
            check(&METHOD, text, "104.2", "104.2");
            check(&METHOD, text, "0.1 0.1 0.1", "0.1");
            check(&METHOD, text, "7 99 | 2 0", "7");
        }
    }

    #[test]
    fn penalties_go_opposite_ways() {
        // A program is known to ignore the word: both ways must differ by twice the penalty.
        check(&METHOD, "penalty = negative", "70 130 100", "94");
        check(&METHOD, "penalty = positive", "70 130 100", "106");
    }

    #[test]
    fn squares_do_not_leave_the_range() {
        check(&METHOD, "", "9e27 11e27", "9900000000000000000000000000");
        check(&METHOD, "", "9e-20 11e-20", "9.9e-20");
    }

    #[test]
    fn what_it_cannot_do_it_says() {
        assert_eq!(fault(&METHOD, "", "-5 5").kind.id, "non-positive-mean");
        assert_eq!(fault(&METHOD, "", "-5 -5").kind.id, "non-positive-mean");
        assert_eq!(fault(&METHOD, "", "0 0").kind.id, "non-positive-mean");
        assert_eq!(fault(&METHOD, "", "1 2 | 0 0").kind.id, "zero-weights");
        assert_eq!(fault(&METHOD, "penalty = none", "1 2").kind.id, "invalid-parameter");
    }

    #[test]
    fn properties() {
        // Not monotone: raising the best part alone may add more imbalance than mean.
        use Property::WeightsAreShares;
        for text in ["", "penalty = positive", "divisor = parts-minus-one"] {
            holds(&METHOD, text, 1..900, &[WeightsAreShares]);
        }
    }
}
