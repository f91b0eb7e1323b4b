//! Logistic scale: an S-shaped curve from 0 to 1 that is steepest in the middle and flat at both ends.
//!
//! Use it where differences count most around a midpoint and extremes must not run away, without cutting them off. No
//! value reaches either end of the scale, and the midpoint and the width need a reason.

use crate::shared::{self, Divisor};
use crate::standard;
use crate::{Normalizer, NormalizerBox, Scale};
use gradus_method::{Args, Column, Default, Direction, Fault, Method, Outcome, Param, ParamKind, Reference};
use gradus_model::number::{Decimal, Scalar};

/// Registry entry of [`Logistic`].
pub static METHOD: Method<NormalizerBox> = Method {
    id: "logistic",
    since: "0.1.0",
    summary: "An S-shaped curve, steepest at a midpoint and flat at both ends.",
    summary_zh: "逻辑斯蒂标准化：S 形曲线，中点处最陡，两端趋平。",
    formula: "y = a + (b - a) / (1 + exp(-k (x - m) / s)); lower is better: y = a + (b - a) / (1 + exp(k (x - m) / s))",
    params: &[
        Param {
            name: "midpoint",
            kind: ParamKind::Quantity,
            default: Default::Absent("the mean of the data"),
            range: "any number",
            meaning: "the value that scores the middle of `to`, in the indicator's measurement unit",
        },
        Param {
            name: "width",
            kind: ParamKind::Number,
            default: Default::Absent("the sample standard deviation of the data"),
            range: "above 0",
            meaning: "the distance that counts as one, in the measurement unit that scores are computed from",
        },
        Param {
            name: "steepness",
            kind: ParamKind::Number,
            default: Default::Value("1"),
            range: "above 0",
            meaning: "how steep the curve is, dimensionless",
        },
        shared::TO,
    ],
    references: &[Reference {
        citation: "Han, Kamber and Pei (2012). Data Mining: Concepts and Techniques, 3rd edition. Morgan Kaufmann. Section 3.5",
        locator: "https://doi.org/10.1016/C2009-0-61819-5",
    }],
    build: |args| Ok(NormalizerBox::new(Logistic::new(args)?)),
};

/// A logistic curve through the middle of the scale at a midpoint.
///
/// # Formula
/// ```text
/// y = a + (b − a) / (1 + exp(−k (x − m) / s))     higher is better
/// y = a + (b − a) / (1 + exp( k (x − m) / s))     lower is better
/// ```
/// # Parameters
/// | name | default | range | meaning |
/// | :--- | :--- | :--- | :--- |
/// | `midpoint` | mean of the data | any number | m, the value that scores halfway |
/// | `width` | standard deviation of the data | above 0 | s, the distance that counts as one |
/// | `steepness` | 1 | above 0 | k |
/// | `to` | `[0, 100]` | a < b | scores toward which the worst and the best values tend |
///
/// `width` is a distance: under a transform it is measured on the transformed scale. The standard deviation has the
/// divisor n − 1.
/// # Input and output
/// One indicator in any measurement unit; a dimensionless score between a and b. 73.1 % of the way is reached one width
/// above the midpoint, 88.1 % two widths above it, for a steepness of 1.
/// # Missing values and edge cases
/// Missing stays missing. Where the exponential leaves the range of the arithmetic the score is a or b. With `midpoint`
/// and `width` nothing is learned from the data.
/// # Errors
/// `too-few-values` and `zero-range` when a mean or a standard deviation is to be learned from no values, or a width from
/// equal ones; `invalid-parameter` when `width` or `steepness` is not above 0; `invalid-bounds` when a is not below b.
/// # Example
/// ```
/// use gradus_method::{Args, Column, Direction};
/// use gradus_normalize::{Normalizer, logistic::Logistic};
/// let values = Column::of(vec![2.0, 4.0, 6.0]);
/// let mut scores = Column::missing(0);
/// Logistic::new(&Args::new())?.fit(&values, Direction::Higher)?.score(&values, &mut scores)?;
/// assert!((scores.get(0).unwrap() - 26.894_142).abs() < 1e-6);
/// assert_eq!(scores.get(1), Some(50.0));
/// # Ok::<(), gradus_method::Fault>(())
/// ```
/// # References
/// Han, Kamber and Pei (2012), Data Mining, section 3.5, data transformation by normalization.
#[derive(Debug, Clone)]
pub struct Logistic {
    midpoint: Option<Decimal>,
    width: Option<Decimal>,
    steepness: Decimal,
    to: (Decimal, Decimal),
}

impl Logistic {
    /// Reads the parameters.
    ///
    /// # Errors
    /// `invalid-parameter` for a width or a steepness of 0 or less; `invalid-bounds` when `to` does not run upward.
    pub fn new(args: &Args) -> Outcome<Self> {
        let above_zero = |name: &str| match args.optional_number(name)? {
            Some(value) if value <= Decimal::ZERO => {
                Err(Fault::parameter(name, format!("`{name}` must be above 0, found {value}"))
                    .help("give a positive number, and say with `direction` which end is better"))
            }
            other => Ok(other),
        };
        Ok(Self {
            midpoint: args.optional_number("midpoint")?,
            width: above_zero("width")?,
            steepness: above_zero("steepness")?.unwrap_or(Decimal::ONE),
            to: args.range("to", shared::ZERO_TO_HUNDRED)?,
        })
    }
}

impl<S: Scalar> Normalizer<S> for Logistic {
    fn fit(&self, reference: &Column<S>, direction: Direction) -> Outcome<Box<dyn Scale<S>>> {
        let midpoint = match self.midpoint {
            Some(midpoint) => Some(S::from_decimal(midpoint)),
            None if shared::count(reference) == 0 => return Err(shared::too_few(METHOD.id, 1, 0)),
            None => shared::mean(reference),
        };
        let width = if let Some(width) = self.width {
            Some(S::from_decimal(width))
        } else {
            standard::spreads(reference, METHOD.id)?;
            shared::mean(reference).and_then(|mean| shared::deviation(reference, mean, Divisor::Sample))
        };
        let (low, high) = (S::from_decimal(self.to.0), S::from_decimal(self.to.1));
        let midpoint = midpoint.filter(|m| m.finite()).ok_or_else(Fault::out_of_range)?;
        let width = width.filter(|w| w.finite() && *w > S::ZERO).ok_or_else(Fault::out_of_range)?;
        let span = high.minus(low).filter(|s| s.finite()).ok_or_else(Fault::out_of_range)?;
        let steepness = S::from_decimal(self.steepness);
        Ok(Box::new(Curve { midpoint, width, steepness, low, span, direction }))
    }
}

#[derive(Debug)]
struct Curve<S> {
    midpoint: S,
    width: S,
    steepness: S,
    low: S,
    span: S,
    direction: Direction,
}

impl<S: Scalar> Scale<S> for Curve<S> {
    fn score(&self, values: &Column<S>, out: &mut Column<S>) -> Outcome<()> {
        out.map_from(values, |x| {
            let above = match self.direction {
                Direction::Higher => x.minus(self.midpoint),
                Direction::Lower => self.midpoint.minus(x),
            }?;
            // An exponential of a negative number only: what is too small for the arithmetic is nothing beside one.
            let power = above.over(self.width).and_then(|z| z.times(self.steepness));
            let small = power.and_then(|z| z.magnitude().negated().exp()).unwrap_or(S::ZERO);
            let whole = S::ONE.plus(small)?;
            let part = if above < S::ZERO { small } else { S::ONE };
            part.times(self.span)?.over(whole)?.plus(self.low)
        })
    }
    fn fitted(&self) -> Vec<(&'static str, S)> {
        vec![("midpoint", self.midpoint), ("width", self.width)]
    }
}

#[cfg(test)]
mod tests {
    use super::METHOD;
    use crate::testing::*;

    #[test]
    fn worked_by_hand() {
        // 1 / (1 + e) = 0.2689414, 1 / (1 + e^2) = 0.1192029.
        check(&METHOD, "", Higher, "2 4 6", "~26.89414 50 ~73.10586");
        check(&METHOD, "", Lower, "2 4 . 6", "~73.10586 50 . ~26.89414");
        let fixed = "midpoint = 10; width = 5; steepness = 2; to = [0, 1]";
        check(&METHOD, fixed, Higher, "5 10 15", "~0.1192029 0.5 ~0.8807971");
        check(&METHOD, "midpoint = 2; to = [-1, 1]", Higher, "2 4 6", "0 ~0.4621172 ~0.7615942");
    }

    #[test]
    fn far_ends_are_the_ends_of_the_scale() {
        check(&METHOD, "midpoint = 0; width = 1", Higher, "-1e9 1e9 7e28 -7e28", "0 100 100 0");
        check(&METHOD, "midpoint = 0; width = 1e-20", Lower, "-7e28 7e28", "100 0");
        check(&METHOD, "midpoint = 0; width = 1", Higher, "", "");
        check(&METHOD, "midpoint = 0; width = 2", Higher, "0 0", "50 50");
    }

    #[test]
    fn what_it_cannot_do_it_says() {
        for (text, values, id) in [
            ("", "", "too-few-values"),
            ("", "3 .", "too-few-values"),
            ("width = 1", ".", "too-few-values"),
            ("midpoint = 1", "3 3", "zero-range"),
            ("width = 0", "1 2", "invalid-parameter"),
            ("steepness = -1", "1 2", "invalid-parameter"),
            ("to = [1, 0]", "1 2", "invalid-bounds"),
        ] {
            assert_eq!(fault(&METHOD, text, Higher, values).kind.id, id, "{text} {values}");
        }
    }

    #[test]
    fn properties() {
        use Property::{AffineInvariant, Independent, Mirrored, Monotone};
        holds(&METHOD, "", -900..900, &[Monotone, Mirrored, AffineInvariant]);
        let fixed = "midpoint = 3.3; width = 20; steepness = 1.5; to = [1, 7]";
        holds(&METHOD, fixed, -900..900, &[Monotone, Mirrored, Independent]);
    }
}
