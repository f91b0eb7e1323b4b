//! Arithmetic mean: the weighted average.
//!
//! Use it where a high score may fully offset a low one. Where it should not, use `geometric`, or `minimum`.

use crate::shared::{self, Fold};
use crate::{Aggregator, AggregatorBox, row_by_row};
use gradus_method::{Args, Default, Fault, Method, Outcome, Param, ParamKind, Reference};
use gradus_model::number::{Arithmetic as Numbers, Decimal, Scalar};

/// Registry entry of [`Arithmetic`].
pub static METHOD: Method<AggregatorBox> = Method {
    id: "arithmetic",
    since: "0.1.0",
    summary: "The weighted average: a high score fully offsets a low one.",
    summary_zh: "加权算术平均：各部分得分可完全相互补偿。",
    formula: "y = sum(w x) / sum(w)",
    params: &[Param {
        name: "summation",
        kind: ParamKind::Word(&["plain", "extended"]),
        default: Default::Absent("plain"),
        range: "`plain`, `extended`",
        meaning: "how doubles are added up: as they come, or with the rounding errors carried along, so that the mean is the double nearest to the exact one; decimals are exact either way",
    }],
    references: &[shared::HANDBOOK, DEKKER],
    build: |args| Ok(AggregatorBox::new(Arithmetic::new(args)?)),
};

const DEKKER: Reference = Reference {
    citation: "Dekker, T. J. (1971). A floating-point technique for extending the available precision. Numerische Mathematik, 18, 224-242",
    locator: "https://doi.org/10.1007/BF01397083",
};

/// The weighted arithmetic mean.
///
/// # Formula
/// ```text
/// y = Σ w x / Σ w
/// ```
/// # Parameters
/// | name | default | range | meaning |
/// | :--- | :--- | :--- | :--- |
/// | `summation` | `plain` | `plain`, `extended` | whether the rounding errors of doubles are carried along |
///
/// R and other programs that add up in extended precision yield the double nearest to the exact mean; where an index
/// rounds such means, `extended` decides its ties as they do.
/// # Input and output
/// Scores on one scale; a score on the same scale.
/// # Missing values and edge cases
/// The group decides about missing parts before the method is called. A part of weight zero has no say.
/// # Errors
/// `out-of-range` when a sum leaves the range of the arithmetic.
/// # Example
/// ```
/// use gradus_aggregate::{Aggregator, arithmetic::Arithmetic};
/// use gradus_method::Args;
/// assert_eq!(Arithmetic::new(&Args::new())?.row(&[40.0, 70.0, 100.0], &[1.0, 1.0, 2.0])?, 77.5);
/// # Ok::<(), gradus_method::Fault>(())
/// ```
/// # References
/// OECD and JRC (2008), Handbook on Constructing Composite Indicators, step 6. Dekker (1971), A floating-point technique for
/// extending the available precision.
#[derive(Debug, Clone)]
pub struct Arithmetic {
    extended: bool,
}

impl Arithmetic {
    /// Reads how doubles are added up.
    ///
    /// # Errors
    /// `invalid-parameter` for another word.
    pub fn new(args: &Args) -> Outcome<Self> {
        Ok(Self { extended: args.optional_text("summation")? == Some("extended") })
    }
}

/// A sum and its rounding error.
fn two_sum<S: Scalar>(a: S, b: S) -> Option<(S, S)> {
    let sum = a.plus(b)?;
    let part = sum.minus(a)?;
    Some((sum, a.minus(sum.minus(part)?)?.plus(b.minus(part)?)?))
}

/// A product and its rounding error, by halves of 26 bits.
fn two_product<S: Scalar>(a: S, b: S) -> Option<(S, S)> {
    let halves = |x: S| -> Option<(S, S)> {
        let scaled = S::from_decimal(Decimal::from(134_217_729)).times(x)?;
        let high = scaled.minus(scaled.minus(x)?)?;
        Some((high, x.minus(high)?))
    };
    let product = a.times(b)?;
    let ((a_high, a_low), (b_high, b_low)) = (halves(a)?, halves(b)?);
    let error = a_high.times(b_high)?.minus(product)?;
    let error = error.plus(a_high.times(b_low)?)?.plus(a_low.times(b_high)?)?.plus(a_low.times(b_low)?)?;
    Some((product, error))
}

/// The mean with the errors of sum and quotient carried along.
fn nearest_mean<S: Scalar>(values: &[S], weights: &[S], total: S) -> Option<S> {
    let (mut sum, mut rest) = (S::ZERO, S::ZERO);
    for (value, weight) in values.iter().zip(weights) {
        let (product, error) = two_product(*value, *weight)?;
        let (next, lost) = two_sum(sum, product)?;
        sum = next;
        rest = rest.plus(lost)?.plus(error)?;
    }
    let quotient = sum.over(total)?;
    let (product, error) = two_product(quotient, total)?;
    let left = sum.minus(product)?.minus(error)?.plus(rest)?;
    quotient.plus(left.over(total)?)
}

struct Average<S> {
    total: S,
}

impl<S: Scalar> Fold<S> for Average<S> {
    #[inline(always)]
    fn first(&self, value: S, weight: S) -> Option<S> {
        value.times(weight)
    }
    #[inline(always)]
    fn next(&self, result: S, value: S, weight: S) -> Option<S> {
        result.plus(value.times(weight)?)
    }
    #[inline(always)]
    fn last(&self, result: S) -> Option<S> {
        result.over(self.total)
    }
}

impl<S: Scalar> Average<S> {
    fn new(weights: &[S]) -> Outcome<Self> {
        Ok(Self { total: shared::total(weights).ok_or_else(Fault::out_of_range)? })
    }
}

impl<S: Scalar> Aggregator<S> for Arithmetic {
    fn row(&self, values: &[S], weights: &[S]) -> Outcome<S> {
        let average = Average::new(weights)?;
        if self.extended && S::ARITHMETIC == Numbers::Binary64 {
            return nearest_mean(values, weights, average.total).ok_or_else(Fault::out_of_range);
        }
        shared::row(&average, values, weights)
    }
    fn columns(&self, parts: &[&[S]], weights: &[S], out: &mut [S]) -> Outcome<()> {
        if self.extended && S::ARITHMETIC == Numbers::Binary64 {
            return row_by_row(self, parts, weights, out);
        }
        shared::columns(&Average::new(weights)?, parts, weights, out)
    }
    fn is_weighted_sum(&self) -> bool {
        !(self.extended && S::ARITHMETIC == Numbers::Binary64)
    }
}

#[cfg(test)]
mod tests {
    use super::METHOD;
    use crate::testing::*;

    #[test]
    fn worked_by_hand() {
        check(&METHOD, "", "40 70 100 | 1 1 2", "77.5");
        check(&METHOD, "", "40 70 100 | 0.1 0.1 0.2", "77.5");
        check(&METHOD, "", "0.1 0.2 0.3", "0.2");
        check(&METHOD, "", "-5 5", "0");
        check(&METHOD, "", "40", "40");
        check(&METHOD, "", "40 999 | 3 0", "40");
        // The education index of Costa Rica for the Human Development Index of 2022: 16.092 of 18 and 8.804 of 15 years.
        check(&METHOD, "", "0.894000 0.586937", "~0.7405");
    }

    #[test]
    fn extended_sums_give_the_nearest_double() {
        let mean = |method: &str, values: &[f64]| {
            let made = METHOD.make(&args(method)).unwrap();
            let of: &dyn crate::Aggregator<f64> = gradus_model::Scalar::pick(&made);
            of.row(values, &vec![1.0; values.len()]).unwrap()
        };
        // 1e16 + 1 is no double: the plain sum loses the ones.
        assert_eq!(mean("", &[1e16, 1.0, 1.0, -1e16]), 0.0);
        assert_eq!(mean("summation = extended", &[1e16, 1.0, 1.0, -1e16]), 0.5);
        // The exact mean of the doubles is 0.5 less 1.4e-17, and 0.5 is the nearest double; the plain sum is one below.
        assert_eq!(mean("", &[0.8, 0.3, 0.4]), 0.5);
        let tenths = [0.1; 10];
        assert_eq!((mean("", &tenths), mean("summation = extended", &tenths)), (0.09999999999999999, 0.1));
        check(&METHOD, "summation = extended", "40 70 100 | 1 1 2", "77.5");
    }

    #[test]
    fn what_it_cannot_do_it_says() {
        assert_eq!(fault(&METHOD, "", "1 2 | 0 0").kind.id, "zero-weights");
        assert_eq!(fault(&METHOD, "", "").kind.id, "zero-weights");
        let overflow = METHOD.make(&args("")).unwrap();
        let huge = gradus_model::Decimal::MAX;
        let row = gradus_model::Scalar::pick(&overflow);
        let fault = crate::Aggregator::columns(
            row,
            &[&[huge, huge], &[-huge, huge]],
            &[1.into(), 1.into()],
            &mut [0.into(); 2],
        );
        assert_eq!((fault.clone().unwrap_err().kind.id, fault.unwrap_err().row), ("out-of-range", Some(1)));
    }

    #[test]
    fn properties() {
        use Property::{Between, Monotone, WeightsAreShares};
        holds(&METHOD, "", -900..900, &[Between, Monotone, WeightsAreShares]);
    }
}
