//! Robust z-score: how far a value lies from the median, in a measure of spread that outliers do not move.
//!
//! Use it where a few extreme values would otherwise decide the scores of all. An indicator of which more than half of
//! the values are equal has no spread in this sense; `z-score` and `percentile-rank` still work there.

use crate::standard::{self, Standardization};
use crate::{Normalizer, NormalizerBox, Scale, shared};
use gradus_method::{Args, Column, Default, Direction, Fault, Method, Outcome, Param, ParamKind, Reference};
use gradus_model::diagnostic::catalog;
use gradus_model::number::{Decimal, Ratio, Scalar};

/// The standard deviation of a normal distribution whose median absolute deviation is 1: 1 / Φ⁻¹(3/4).
const NORMAL_MAD: Decimal = Decimal::from_parts(982_762_882, 345_195, 0, false, 15);
/// The interquartile range of a standard normal distribution: 2 Φ⁻¹(3/4).
const NORMAL_IQR: Decimal = Decimal::from_parts(3_287_162_596, 314_083, 0, false, 15);

/// Registry entry of [`RobustZScore`].
pub static METHOD: Method<NormalizerBox> = Method {
    id: "robust-z-score",
    since: "0.1.0",
    summary: "The distance from the median of the data, in a robust measure of spread.",
    summary_zh: "稳健 Z 分数：以中位数为中心、以中位绝对偏差或四分位距为尺度。",
    formula: "y = mean + sd (x - m) / s with m the median and s the median absolute deviation times 1.4826, or the interquartile range over 1.3490; lower is better: y = mean + sd (m - x) / s",
    params: &[
        standard::MEAN,
        standard::SD,
        Param {
            name: "spread",
            kind: ParamKind::Word(&["mad", "iqr"]),
            default: Default::Value("mad"),
            range: "mad, iqr",
            meaning: "the measure of spread: median absolute deviation or interquartile range",
        },
        Param {
            name: "consistent",
            kind: ParamKind::Flag,
            default: Default::Value("true"),
            range: "true, false",
            meaning: "whether the spread is brought to the standard deviation it estimates for normal data",
        },
    ],
    references: &[
        Reference {
            citation: "Iglewicz and Hoaglin (1993). How to Detect and Handle Outliers. ASQC Quality Press",
            locator: "ISBN 978-0-87389-247-6",
        },
        Reference {
            citation: "Rousseeuw and Croux (1993). Alternatives to the median absolute deviation. Journal of the American Statistical Association 88(424), 1273-1283",
            locator: "https://doi.org/10.1080/01621459.1993.10476408",
        },
    ],
    build: |args| Ok(NormalizerBox::new(RobustZScore::new(args)?)),
};

/// Standardization by the median and a measure of spread that resists outliers.
///
/// # Formula
/// ```text
/// y = mean + sd (x − m) / s     higher is better
/// y = mean + sd (m − x) / s     lower is better
///
/// s = 1.4826 median |x − m|        spread = mad, consistent
/// s = (Q3 − Q1) / 1.3490           spread = iqr, consistent
/// ```
/// Without `consistent` the factors 1.4826 and 1 / 1.3490 are left out. They are given here to 4 digits and used to 16.
/// # Parameters
/// | name | default | range | meaning |
/// | :--- | :--- | :--- | :--- |
/// | `mean` | 0 | any number | score of a value at the median |
/// | `sd` | 1 | above 0 | points that one measure of spread is worth |
/// | `spread` | `mad` | `mad`, `iqr` | median absolute deviation, or interquartile range |
/// | `consistent` | true | true, false | whether s estimates the standard deviation of normal data |
///
/// Quartiles are quantiles of type 7, as in R and spreadsheets.
/// # Input and output
/// One indicator in any measurement unit; a dimensionless score without limits. The median scores `mean`.
/// # Missing values and edge cases
/// Missing stays missing and does not enter m and s. A value of another year is placed by the same m and s.
/// # Errors
/// `too-few-values` for fewer than two values; `zero-range` when all values are equal or the measure of spread is 0;
/// `invalid-parameter` when `sd` is not above 0.
/// # Example
/// ```
/// use gradus_method::{Arg, Args, Column, Direction};
/// use gradus_normalize::{Normalizer, robust_z_score::RobustZScore};
/// let values = Column::of(vec![1.0, 2.0, 3.0, 5.0, 1000.0]);
/// let mut scores = Column::missing(0);
/// let args = Args::new().with("consistent", Arg::Flag(false));
/// RobustZScore::new(&args)?.fit(&values, Direction::Higher)?.score(&values, &mut scores)?;
/// assert_eq!(scores.full(), Some(&[-1.0, -0.5, 0.0, 1.0, 498.5][..]));
/// # Ok::<(), gradus_method::Fault>(())
/// ```
/// # References
/// Iglewicz and Hoaglin (1993), How to Detect and Handle Outliers. Rousseeuw and Croux (1993).
#[derive(Debug, Clone)]
pub struct RobustZScore {
    to: Standardization,
    spread: Spread,
    consistent: bool,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Spread {
    MedianDeviation,
    Quartiles,
}

impl RobustZScore {
    /// Reads the parameters.
    ///
    /// # Errors
    /// `invalid-parameter` when `sd` is not above 0.
    pub fn new(args: &Args) -> Outcome<Self> {
        const SPREADS: &[(&str, Spread)] = &[("mad", Spread::MedianDeviation), ("iqr", Spread::Quartiles)];
        Ok(Self {
            to: Standardization::of(args)?,
            spread: args.word("spread", SPREADS, Spread::MedianDeviation)?,
            consistent: shared::flag(args, "consistent", true)?,
        })
    }

    fn spread<S: Scalar>(&self, reference: &Column<S>, median: S) -> Option<S> {
        match self.spread {
            Spread::MedianDeviation => {
                let distances: Option<Vec<S>> =
                    reference.values().map(|x| x.minus(median).map(S::magnitude)).collect();
                let mad = shared::median(&Column::of(distances?))?;
                if self.consistent { mad.times(S::from_decimal(NORMAL_MAD)) } else { Some(mad) }
            }
            Spread::Quartiles => {
                let sorted = shared::sorted(reference);
                let quartile = |quarters: usize| {
                    let share = Ratio { numerator: quarters.into(), denominator: 4.into() };
                    shared::quantile(&sorted, share)
                };
                let range = quartile(3)?.minus(quartile(1)?)?;
                if self.consistent { range.over(S::from_decimal(NORMAL_IQR)) } else { Some(range) }
            }
        }
    }
}

impl<S: Scalar> Normalizer<S> for RobustZScore {
    fn fit(&self, reference: &Column<S>, direction: Direction) -> Outcome<Box<dyn Scale<S>>> {
        standard::spreads(reference, METHOD.id)?;
        let median = shared::median(reference);
        let spread = median.and_then(|median| self.spread(reference, median));
        let (name, what) = match self.spread {
            Spread::MedianDeviation => ("median-absolute-deviation", "median absolute deviation"),
            Spread::Quartiles => ("interquartile-range", "interquartile range"),
        };
        if spread == Some(S::ZERO) {
            return Err(Fault::new(
                &catalog::ZERO_RANGE,
                format!(
                    "the {what} is 0, because so many values are equal, so {} has nothing to scale by",
                    METHOD.id
                ),
            )
            .help("use `z-score` or `percentile-rank`"));
        }
        self.to.about(("median", median), (name, spread), direction)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::testing::*;

    #[test]
    fn factors_are_those_of_the_normal_distribution() {
        // Φ⁻¹(3/4) = 0.674489750196081743...
        assert_eq!(NORMAL_MAD.to_string(), "1.482602218505602");
        assert_eq!(NORMAL_IQR.to_string(), "1.348979500392164");
    }

    #[test]
    fn worked_by_hand() {
        // Median 3; distances 2 1 0 2 997, their median 2; quartiles 2 and 5.
        let values = "1 2 3 5 1000";
        check(&METHOD, "consistent = false", Higher, values, "-1 -0.5 0 1 498.5");
        check(&METHOD, "consistent = false", Lower, values, "1 0.5 0 -1 -498.5");
        check(&METHOD, "", Higher, values, "~-0.67449 ~-0.33724 0 ~0.67449 ~336.23314");
        check(
            &METHOD,
            "spread = iqr; consistent = false",
            Higher,
            "1 2 3 5 9",
            "~-0.66667 ~-0.33333 0 ~0.66667 2",
        );
        check(&METHOD, "spread = iqr", Higher, "1 2 3 5 9", "~-0.89932 ~-0.44966 0 ~0.89932 ~2.69796");
        check(&METHOD, "mean = 100; sd = 10; consistent = false", Higher, "4 . 6 8", "90 . 100 110");
        check_against(&METHOD, "consistent = false", Higher, "4 6 8", "10 .", "2 .");
    }

    #[test]
    fn what_it_cannot_do_it_says() {
        for (text, values, id) in [
            ("", "", "too-few-values"),
            ("", "3 .", "too-few-values"),
            ("", "0.1 0.1 0.1", "zero-range"),
            ("", "1 1 1 7", "zero-range"),
            ("spread = iqr", "1 1 1 1 7", "zero-range"),
            ("sd = -2", "1 2", "invalid-parameter"),
        ] {
            assert_eq!(fault(&METHOD, text, Higher, values).kind.id, id, "{text} {values}");
        }
        assert!(fault(&METHOD, "", Higher, "1 1 1 7").message.contains("median absolute deviation is 0"));
    }

    #[test]
    fn properties() {
        use Property::{AffineInvariant, Mirrored, Monotone};
        for text in ["", "spread = iqr", "mean = 50; sd = 10; consistent = false"] {
            // Wide, so that no measure of spread is 0 by chance.
            holds(&METHOD, text, -90_000..90_000, &[Monotone, Mirrored, AffineInvariant]);
        }
    }
}
