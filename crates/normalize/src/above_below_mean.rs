//! Above or below the mean: three scores, for values clearly below the mean, near it, and clearly above it.
//!
//! Use it to count where units stand out. It resists outliers, but a value just outside the band and one far outside
//! score the same, and how wide the band is has to be argued for.

use crate::shared::{self, Divisor};
use crate::{Normalizer, NormalizerBox, Scale};
use gradus_method::{Args, Column, Default, Direction, Fault, Method, Outcome, Param, ParamKind};
use gradus_model::diagnostic::catalog;
use gradus_model::number::{Decimal, Scalar};

/// Registry entry of [`AboveBelowMean`].
pub static METHOD: Method<NormalizerBox> = Method {
    id: "above-below-mean",
    since: "0.1.0",
    summary: "One of three scores: worse than the mean, near it, or better.",
    summary_zh: "均值上下法：按明显劣于、接近、明显优于均值三档赋分。",
    formula: "y = scores[2] where x is better than m by more than p u, scores[0] where it is worse by more, else scores[1]; m the mean, u = |m| or the standard deviation",
    params: &[
        Param {
            name: "threshold",
            kind: ParamKind::Number,
            default: Default::Value("0"),
            range: "0 or more",
            meaning: "half the width of the band around the mean, in units of `of`",
        },
        Param {
            name: "of",
            kind: ParamKind::Word(&["mean", "standard-deviation"]),
            default: Default::Value("mean"),
            range: "mean, standard-deviation",
            meaning: "what the threshold is a multiple of",
        },
        Param {
            name: "scores",
            kind: ParamKind::Numbers,
            default: Default::Value("[-1, 0, 1]"),
            range: "three numbers, rising",
            meaning: "the scores of values worse than the mean, near it, and better, dimensionless",
        },
    ],
    references: &[shared::HANDBOOK],
    build: |args| Ok(NormalizerBox::new(AboveBelowMean::new(args)?)),
};

/// Scores for values below, near and above the mean, with a band of neutral values around it.
///
/// # Formula
/// ```text
/// y = scores[2]    x > m + p u, lower is better: x < m − p u
/// y = scores[0]    x < m − p u, lower is better: x > m + p u
/// y = scores[1]    otherwise
///
/// m = Σ x / n;  u = |m|, or s = √( Σ (x − m)² / (n − 1) )
/// ```
/// For a positive mean this is the Handbook's rule: 1 above (1 + p) m, −1 below (1 − p) m, 0 from one to the other.
/// # Parameters
/// | name | default | range | meaning |
/// | :--- | :--- | :--- | :--- |
/// | `threshold` | 0 | 0 or more | p, half the width of the neutral band |
/// | `of` | `mean` | `mean`, `standard-deviation` | u, what the threshold is a multiple of |
/// | `scores` | `[-1, 0, 1]` | rising | scores of worse, neutral and better values |
///
/// # Input and output
/// One indicator in any measurement unit, with a true zero for `of = "mean"` with a threshold; one of three scores.
/// # Missing values and edge cases
/// Missing stays missing. A value on an edge of the band is neutral. Where all values are equal they are neutral, which is
/// no error. A value of another year is compared with the same band.
/// # Errors
/// `too-few-values` without any value; `invalid-parameter` when `threshold` is negative or `scores` has not three numbers;
/// `invalid-bounds` when they do not rise.
/// # Example
/// ```
/// use gradus_method::{Args, Column, Direction};
/// use gradus_normalize::{Normalizer, above_below_mean::AboveBelowMean};
/// use gradus_model::Decimal;
/// let values = Column::of(vec![50.0, 95.0, 105.0, 150.0]);
/// let mut scores = Column::missing(0);
/// let args = Args::new().number_of("threshold", Decimal::new(1, 1));
/// AboveBelowMean::new(&args)?.fit(&values, Direction::Higher)?.score(&values, &mut scores)?;
/// assert_eq!(scores.full(), Some(&[-1.0, 0.0, 0.0, 1.0][..]));
/// # Ok::<(), gradus_method::Fault>(())
/// ```
/// # References
/// OECD and JRC (2008), Handbook, step 5, indicators above or below the mean.
#[derive(Debug, Clone)]
pub struct AboveBelowMean {
    threshold: Decimal,
    of: Of,
    scores: [Decimal; 3],
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Of {
    Mean,
    Deviation,
}

impl AboveBelowMean {
    /// Reads the parameters.
    ///
    /// # Errors
    /// As listed at [`AboveBelowMean`], except for what depends on the data.
    pub fn new(args: &Args) -> Outcome<Self> {
        let threshold = args.optional_number("threshold")?.unwrap_or(Decimal::ZERO);
        if threshold < Decimal::ZERO {
            return Err(Fault::parameter(
                "threshold",
                format!("`threshold` must be 0 or more, found {threshold}"),
            ));
        }
        let scores = match args.numbers("scores")?.as_deref() {
            None => [Decimal::NEGATIVE_ONE, Decimal::ZERO, Decimal::ONE],
            Some(&[worse, near, better]) if worse < near && near < better => [worse, near, better],
            Some(&[worse, near, better]) => {
                return Err(Fault::new(
                    &catalog::INVALID_BOUNDS,
                    format!("`scores` runs {worse}, {near}, {better}, which does not rise"),
                )
                .of("scores")
                .help(
                    "write the score of worse values first, and say with `direction` which end is better",
                ));
            }
            Some(other) => {
                return Err(Fault::parameter(
                    "scores",
                    format!("`scores` has {} numbers where it needs 3", other.len()),
                ));
            }
        };
        let of = args.word("of", &[("mean", Of::Mean), ("standard-deviation", Of::Deviation)], Of::Mean)?;
        Ok(Self { threshold, of, scores })
    }
}

impl<S: Scalar> Normalizer<S> for AboveBelowMean {
    fn fit(&self, reference: &Column<S>, direction: Direction) -> Outcome<Box<dyn Scale<S>>> {
        let (low, high) = shared::extent(reference, METHOD.id)?;
        // Rounding can move the mean of equal values away from them.
        let mean = if low == high { Some(low) } else { shared::mean(reference) };
        let band = mean.and_then(|mean| {
            let unit = match self.of {
                Of::Mean => mean.magnitude(),
                Of::Deviation if low == high => S::ZERO,
                Of::Deviation => shared::deviation(reference, mean, Divisor::Sample)?,
            };
            let half = unit.times(S::from_decimal(self.threshold))?;
            Some([mean, mean.minus(half)?, mean.plus(half)?])
        });
        let [mean, from, until] =
            band.filter(|band| band.iter().all(|edge| edge.finite())).ok_or_else(Fault::out_of_range)?;
        let mut scores = self.scores.map(S::from_decimal);
        if direction == Direction::Lower {
            scores.reverse();
        }
        Ok(Box::new(Band { mean, from, until, scores }))
    }
}

#[derive(Debug)]
struct Band<S> {
    mean: S,
    from: S,
    until: S,
    /// Of values below, inside and above the band.
    scores: [S; 3],
}

impl<S: Scalar> Scale<S> for Band<S> {
    fn score(&self, values: &Column<S>, out: &mut Column<S>) -> Outcome<()> {
        let [below, inside, above] = self.scores;
        out.map_from(values, |x| {
            Some(if x < self.from {
                below
            } else if x > self.until {
                above
            } else {
                inside
            })
        })
    }
    fn fitted(&self) -> Vec<(&'static str, S)> {
        vec![("mean", self.mean), ("from", self.from), ("until", self.until)]
    }
}

#[cfg(test)]
mod tests {
    use super::METHOD;
    use crate::testing::*;

    #[test]
    fn worked_by_hand() {
        // Mean 100; the band of the Handbook with p = 0.1 is 90 to 110, its edges included.
        let values = "50 89.9 90 . 110 110.1 150";
        check(&METHOD, "threshold = 0.1", Higher, values, "-1 -1 0 . 0 1 1");
        check(&METHOD, "threshold = 0.1", Lower, values, "1 1 0 . 0 -1 -1");
        check(&METHOD, "", Higher, "1 2 3", "-1 0 1");
        // Standard deviation 1.
        check(
            &METHOD,
            "of = standard-deviation; threshold = 1; scores = [0, 50, 100]",
            Higher,
            "1 2 3",
            "50 50 50",
        );
        check(
            &METHOD,
            "of = standard-deviation; threshold = 0.9; scores = [0, 50, 100]",
            Lower,
            "1 2 3",
            "100 50 0",
        );
        // A negative mean has a band all the same: -12 to -8.
        check_against(&METHOD, "threshold = 0.2", Higher, "-15 -5", "-13 -12 -8 -7", "-1 0 0 1");
        check_against(&METHOD, "threshold = 0.2", Higher, "-15 -5", ". 0", ". 1");
    }

    #[test]
    fn equal_values_are_neutral() {
        check(&METHOD, "", Higher, "0.1 0.1 0.1", "0 0 0");
        check(&METHOD, "of = standard-deviation; threshold = 2", Lower, "5", "0");
    }

    #[test]
    fn what_it_cannot_do_it_says() {
        for (text, values, id) in [
            ("", ".", "too-few-values"),
            ("threshold = -0.1", "1 2", "invalid-parameter"),
            ("scores = [1, 2]", "1 2", "invalid-parameter"),
            ("scores = [1, 0, -1]", "1 2", "invalid-bounds"),
            ("of = median", "1 2", "invalid-parameter"),
        ] {
            assert_eq!(fault(&METHOD, text, Higher, values).kind.id, id, "{text} {values}");
        }
    }

    #[test]
    fn properties() {
        use Property::{Mirrored, Monotone};
        holds(&METHOD, "threshold = 0.21", 1..900, &[Monotone, Mirrored]);
        let spread = "of = standard-deviation; threshold = 0.3777; scores = [1, 2, 3]";
        holds(&METHOD, spread, -900..900, &[Monotone, Mirrored]);
    }
}
