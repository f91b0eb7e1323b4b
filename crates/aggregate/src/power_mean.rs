//! Power mean: one family from the smallest score through harmonic, geometric and arithmetic mean to the largest.
//!
//! Use it to choose how far a high score may offset a low one: the lower the exponent, the less. Scores must not be
//! negative, and must be above zero for exponents of zero or less.

use crate::shared::{self, Zero};
use crate::{Aggregator, AggregatorBox, geometric};
use gradus_method::{Args, Default, Fault, Method, Outcome, Param, ParamKind};
use gradus_model::number::{Decimal, Scalar};

/// Registry entry of [`PowerMean`].
pub static METHOD: Method<AggregatorBox> = Method {
    id: "power-mean",
    since: "0.1.0",
    summary: "The mean of powers, brought back by the root: the exponent sets how far scores offset each other.",
    summary_zh: "幂平均：以指数调节补偿程度，-1、0、1 分别为调和、几何、算术平均。",
    formula: "y = (sum(w x^p) / sum(w))^(1/p); p = 0: y = exp(sum(w ln x) / sum(w))",
    params: &[
        Param {
            name: "exponent",
            kind: ParamKind::Number,
            default: Default::Required,
            range: "0, or at least 0.001 in magnitude",
            meaning: "the exponent p, dimensionless: 1 is the arithmetic, 0 the geometric, -1 the harmonic mean",
        },
        Zero::PARAM,
    ],
    references: &[shared::MEANS, shared::HANDBOOK],
    build: |args| Ok(AggregatorBox::new(PowerMean::new(args)?)),
};

/// The weighted power mean, also called generalized mean.
///
/// # Formula
/// ```text
/// y = ( Σ w x^p / Σ w )^(1/p)     p ≠ 0
/// y = exp( Σ w ln x / Σ w )       p = 0
/// ```
/// # Parameters
/// | name | default | range | meaning |
/// | :--- | :--- | :--- | :--- |
/// | `exponent` | none | 0, or at least 0.001 in magnitude | the exponent p |
/// | `zero` | `refuse` | `refuse`, `zero` | for p ≤ 0: a part that is exactly 0 is refused, or makes the mean 0, its limit |
///
/// Exponents nearer to 0 would lose digits in the root, and differ from the geometric mean by next to nothing.
/// # Input and output
/// Scores of zero or more on one scale; a score on the same scale. In decimals to 24 digits, less those that the root
/// loses for exponents near 0.
/// # Missing values and edge cases
/// The group decides about missing parts before the method is called. A part of weight zero is left out, whatever its
/// value. Equal scores give exactly that score. Powers are taken of ratios to the largest or smallest score, so that
/// none leaves the range.
/// # Errors
/// `invalid-parameter` for an exponent too near to 0; `non-positive-mean` for a score below zero, and for p ≤ 0 for zero
/// unless `zero` says otherwise.
/// # Example
/// ```
/// use gradus_aggregate::{Aggregator, power_mean::PowerMean};
/// use gradus_method::Args;
/// let quadratic = PowerMean::new(&Args::new().number_of("exponent", 2))?;
/// let y: f64 = quadratic.row(&[10.0, 70.0], &[1.0, 1.0])?;
/// assert!((y - 50.0).abs() < 1e-12);
/// # Ok::<(), gradus_method::Fault>(())
/// ```
/// # References
/// Bullen (2003), Handbook of Means and Their Inequalities. OECD and JRC (2008), Handbook, step 6.
#[derive(Debug, Clone)]
pub struct PowerMean {
    exponent: Decimal,
    zero: Zero,
}

impl PowerMean {
    /// Reads the parameters.
    ///
    /// # Errors
    /// `missing-parameter` without an exponent; `invalid-parameter` for one too near to 0.
    pub fn new(args: &Args) -> Outcome<Self> {
        let exponent = args.number("exponent")?;
        if !exponent.is_zero() && exponent.abs() < Decimal::new(1, 3) {
            return Err(Fault::parameter(
                "exponent",
                format!("`exponent` must be 0 or at least 0.001 in magnitude, found {exponent}"),
            )
            .help("use 0, the geometric mean, which is the limit"));
        }
        Ok(Self { exponent, zero: Zero::of(args)? })
    }
}

/// The power mean of the values with weight; all positive for an exponent below zero.
fn mean<S: Scalar>(values: &[S], weights: &[S], exponent: S, (low, high): (S, S)) -> Option<S> {
    let size = exponent.magnitude();
    let rising = exponent > S::ZERO;
    let mut sum = S::ZERO;
    let mut total = S::ZERO;
    for (value, weight) in values.iter().zip(weights).filter(|(_, weight)| **weight > S::ZERO) {
        let ratio = if rising { value.over(high)? } else { low.over(*value)? };
        // A ratio is at most 1; where its power, or that times its weight, has no value in the arithmetic, it is too small
        // to count.
        let power = ratio.power(size).unwrap_or(S::ZERO);
        sum = sum.plus(weight.times(power).unwrap_or(S::ZERO))?;
        total = total.plus(*weight)?;
    }
    let root = sum.over(total)?.power(S::ONE.over(size)?)?;
    let mean = if rising { high.times(root)? } else { low.over(root)? };
    Some(shared::settle(mean, low, high))
}

impl<S: Scalar> Aggregator<S> for PowerMean {
    fn row(&self, values: &[S], weights: &[S]) -> Outcome<S> {
        let name = "power mean";
        if self.exponent > Decimal::ZERO {
            let (low, high) = shared::extent(values, weights)?;
            if low < S::ZERO {
                return Err(shared::non_positive(name, low));
            }
            if high == S::ZERO {
                return Ok(S::ZERO);
            }
            return mean(values, weights, S::from_decimal(self.exponent), (low, high))
                .ok_or_else(Fault::out_of_range);
        }
        let Some(extent) = shared::positive_extent(name, self.zero, values, weights)? else {
            return Ok(S::ZERO);
        };
        let mean = if self.exponent.is_zero() {
            geometric::mean(values, weights, extent)
        } else {
            mean(values, weights, S::from_decimal(self.exponent), extent)
        };
        mean.ok_or_else(Fault::out_of_range)
    }
}

#[cfg(test)]
mod tests {
    use super::METHOD;
    use crate::testing::*;
    use crate::{AggregatorBox, arithmetic, harmonic};
    use gradus_method::Args;
    use gradus_model::number::{Decimal, Scalar};
    use proptest::prelude::*;

    #[test]
    fn worked_by_hand() {
        check(&METHOD, "exponent = 2", "10 70", "50");
        check(&METHOD, "exponent = 1", "10 70", "40");
        check(&METHOD, "exponent = 0", "20 80", "40");
        check(&METHOD, "exponent = -1", "40 60", "48");
        check(&METHOD, "exponent = 0.5", "4 16", "9");
        check(&METHOD, "exponent = 1/2", "4 16", "9");
        check(&METHOD, "exponent = 2", "1 7 | 3 1", "~3.605551275464");
        check(&METHOD, "exponent = -2", "5 5 5", "5");
        check(&METHOD, "exponent = 3", "0 0 6", "~4.160167646104");
        check(&METHOD, "exponent = 2", "0 0", "0");
        check(&METHOD, "exponent = -3", "50 0 -3 | 1 0 0", "50");
    }

    #[test]
    fn powers_do_not_leave_the_range() {
        check(&METHOD, "exponent = 1000", "1 99 100", "~99.890203");
        check(&METHOD, "exponent = -1000", "1 99 100", "~1.001099");
        check(&METHOD, "exponent = 20", "1e10 1e20 1e-20", "~94655082264015924023.861");
    }

    #[test]
    fn zero_and_less() {
        for text in ["exponent = 0", "exponent = -2"] {
            assert_eq!(fault(&METHOD, text, "50 0 70").kind.id, "non-positive-mean");
            check(&METHOD, &format!("{text}; zero = zero"), "50 0 70", "0");
            assert_eq!(fault(&METHOD, &format!("{text}; zero = zero"), "50 -1").kind.id, "non-positive-mean");
        }
        assert_eq!(fault(&METHOD, "exponent = 2", "50 -1").kind.id, "non-positive-mean");
        assert_eq!(fault(&METHOD, "", "50").kind.id, "missing-parameter");
        assert_eq!(fault(&METHOD, "exponent = 0.0001", "50").kind.id, "invalid-parameter");
        assert_eq!(fault(&METHOD, "exponent = 2", "1 2 | 0 0").kind.id, "zero-weights");
    }

    #[test]
    fn properties() {
        use Property::{Between, Monotone, WeightsAreShares};
        for exponent in ["-7.5", "-2", "-1", "-0.3", "0"] {
            holds(&METHOD, &format!("exponent = {exponent}"), 1..900, &[Between, Monotone, WeightsAreShares]);
        }
        for exponent in ["0.3", "1", "2", "11"] {
            holds(&METHOD, &format!("exponent = {exponent}"), 0..900, &[Between, Monotone, WeightsAreShares]);
        }
    }

    #[test]
    fn it_rises_with_its_exponent_through_the_named_means() {
        let exponents = ["-20", "-3", "-1", "-0.2", "0", "0.2", "1", "2.5", "20"];
        let means: Vec<_> =
            exponents.iter().map(|p| METHOD.make(&args(&format!("exponent = {p}"))).unwrap()).collect();
        let harmonic = harmonic::METHOD.make(&Args::new()).unwrap();
        let arithmetic = arithmetic::METHOD.make(&Args::new()).unwrap();
        let parts = prop::collection::vec((1i64..9999, 1i64..50), 1..8);
        let slack = Decimal::new(1, 18);
        runner()
            .run(&parts, |parts| {
                let (values, weights): (Vec<Decimal>, Vec<Decimal>) =
                    parts.iter().map(|(v, w)| (Decimal::new(*v, 2), Decimal::new(*w, 1))).unzip();
                let of = |mean: &AggregatorBox| Decimal::pick(mean).row(&values, &weights).unwrap();
                let all: Vec<Decimal> = means.iter().map(of).collect();
                prop_assert!(all.windows(2).all(|pair| pair[0] <= pair[1] + slack), "{:?}", all);
                prop_assert!((all[2] - of(&harmonic)).abs() < slack);
                prop_assert!((all[6] - of(&arithmetic)).abs() < slack);
                Ok(())
            })
            .unwrap();
    }
}
