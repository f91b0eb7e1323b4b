//! Yeo-Johnson: the power that brings values of either sign nearest to a normal distribution.
//!
//! Use it for balances and rates of change, where zero means something and a shift to positive numbers would be arbitrary.
//! The power is learned, so it changes with the data; give `lambda` to hold it.

use crate::shared;
use crate::{Treated, Treatment, TreatmentBox};
use gradus_method::{Args, Column, Fault, Method, Outcome};
use gradus_model::number::{Decimal, Scalar};

/// Registry entry of [`YeoJohnson`].
pub static METHOD: Method<TreatmentBox> = Method {
    id: "yeo-johnson",
    since: "0.1.0",
    summary: "The power transformation of Yeo and Johnson, with the most likely or a given lambda.",
    summary_zh: "Yeo-Johnson 变换：以最大似然估计或给定的 λ 作幂变换，允许零和负值。",
    formula: "t = ((x + 1) ^ lambda - 1) / lambda for x >= 0; t = -((1 - x) ^ (2 - lambda) - 1) / (2 - lambda) for x < 0; ln where the exponent is 0",
    params: &[shared::LAMBDA],
    references: &[shared::YEO_JOHNSON],
    build: |args| Ok(TreatmentBox::new(YeoJohnson::new(args)?)),
};

/// The power transformation of Yeo and Johnson.
///
/// # Formula
/// ```text
/// t =  ((x + 1)^λ − 1) / λ                  x ≥ 0;  ln(x + 1) for λ = 0
/// t = −((1 − x)^(2 − λ) − 1) / (2 − λ)      x < 0;  −ln(1 − x) for λ = 2
///
/// λ: the largest value from −5 to 5 of  −n/2 ln Σ (t − t̄)² / n + (λ − 1) Σ sign(x) ln(|x| + 1)
/// ```
/// # Parameters
/// | name | default | range | meaning |
/// | :--- | :--- | :--- | :--- |
/// | `lambda` | most likely | any number | λ |
/// # Input and output
/// One indicator of any values; the result depends on the measurement unit. The fact `lambda` says which λ was used.
/// # Missing values and edge cases
/// Missing stays missing. A column without values, or with equal ones only, is left as it is. The order of units is kept,
/// and 0 stays 0. λ is found in binary64 whatever the arithmetic of the package, and rounded to 3 places; −5 and 5 say
/// that the best one lies beyond.
/// # Errors
/// `invalid-parameter` for a `lambda` at the end of the decimal range; `out-of-range` when a power leaves the range of the
/// arithmetic.
/// # Example
/// ```
/// use gradus_method::{Args, Column};
/// use gradus_treat::{Treatment, yeo_johnson::YeoJohnson};
/// let values = Column::of(vec![-3.0, -1.0, 0.0, 1.0, 3.0]);
/// let treated = YeoJohnson::new(&Args::new())?.treat(&values)?;
/// assert!(treated.facts.contains(&("lambda", 1.0)));
/// # Ok::<(), gradus_method::Fault>(())
/// ```
/// # References
/// Yeo and Johnson (2000), A new family of power transformations to improve normality or symmetry.
#[derive(Debug, Clone)]
pub struct YeoJohnson {
    lambda: Option<Decimal>,
}

impl YeoJohnson {
    /// Reads the parameters.
    ///
    /// # Errors
    /// `invalid-parameter` for a `lambda` at the end of the decimal range.
    pub fn new(args: &Args) -> Outcome<Self> {
        let lambda = args.optional_number("lambda")?;
        match lambda {
            Some(far) if Decimal::TWO.checked_sub(far).is_none() => {
                Err(Fault::parameter("lambda", format!("`lambda` is too far from 0, found {far}")))
            }
            _ => Ok(Self { lambda }),
        }
    }
}

/// The most likely λ.
fn likely(values: impl Iterator<Item = f64>) -> Decimal {
    let mut values: Vec<f64> = values.collect();
    values.sort_unstable_by(f64::total_cmp);
    let signed = |x: &f64| libm::copysign(libm::log1p(x.abs()), *x);
    let logs: Vec<f64> = values.iter().map(signed).collect();
    let mean = logs.iter().sum::<f64>() / logs.len() as f64;
    shared::lowest(|lambda| {
        let bent = |l: &f64| {
            let exponent = if *l < 0.0 { 2.0 - lambda } else { lambda };
            let size = if exponent == 0.0 { l.abs() } else { libm::expm1(exponent * l.abs()) / exponent };
            libm::copysign(size, *l)
        };
        shared::ln_variance(logs.iter().map(bent)) - 2.0 * (lambda - 1.0) * mean
    })
}

impl<S: Scalar> Treatment<S> for YeoJohnson {
    fn treat(&self, values: &Column<S>) -> Outcome<Treated<S>> {
        if shared::extent(values).is_none() {
            return Ok(shared::untouched(values));
        }
        let lambda = self.lambda.unwrap_or_else(|| likely(values.values().map(S::to_f64)));
        let mirrored = Decimal::TWO.checked_sub(lambda).ok_or_else(Fault::out_of_range)?;
        shared::rescaled(values, METHOD.id, &[("lambda", S::from_decimal(lambda))], |x| {
            if x < S::ZERO {
                Some(shared::power_part(S::ONE.minus(x)?, mirrored)?.negated())
            } else {
                shared::power_part(x.plus(S::ONE)?, lambda)
            }
        })
    }
    fn may_rescale(&self) -> bool {
        true
    }
}

#[cfg(test)]
mod tests {
    use super::METHOD;
    use crate::testing::*;

    /// Values with their most likely λ.
    const LIKELY: [(&str, f64); 2] =
        [("-10 -3 -1 0 0.5 1 2 8 40", 0.687_665), ("-50 -4 -2 -1 0 1 1.5 2", 1.941_677)];

    #[test]
    fn worked_by_hand() {
        check(&METHOD, "lambda = 0.5", "3 -3 0 .", "2 ~-4.666667 0 .");
        check(&METHOD, "lambda = 0", "1 -2", "~0.693147 -4");
        check(&METHOD, "lambda = 2", "2 -1", "4 ~-0.693147");
    }

    #[test]
    fn the_most_likely_lambda() {
        // Values that are symmetric about 0 need no bending.
        assert_eq!(fact(&treat::<f64>(&METHOD, "", "-5 -1 0 . 1 5").unwrap(), "lambda"), 1.0);
        // Roots of the derivative of the likelihood as it is written in the formula, found by bisection in another program.
        for (values, lambda) in LIKELY {
            let treated = treat::<f64>(&METHOD, "", values).unwrap();
            assert!((fact(&treated, "lambda") - lambda).abs() < 0.000_501, "{}", fact(&treated, "lambda"));
        }
    }

    #[test]
    fn what_it_cannot_do_it_says() {
        assert_eq!(
            fault(&METHOD, "lambda = -79228162514264337593543950335", "1 2").kind.id,
            "invalid-parameter"
        );
        assert_eq!(fault(&METHOD, "lambda = 400", "0 1e20").kind.id, "out-of-range");
    }

    #[test]
    fn what_has_no_shape_is_left() {
        for values in ["", ". .", "-7", "3 3 . 3"] {
            left(&METHOD, "", values);
        }
    }

    #[test]
    fn properties() {
        keeps_order(&METHOD, "", Ties::Apart);
        keeps_order(&METHOD, "lambda = 2.5", Ties::Apart);
    }
}
