//! Yeo-Johnson: powers like those of Box and Cox that are defined for negative numbers and zero too.
//!
//! Use it for balances and rates of change, where an index states its lambda. A treatment of the same name finds lambda
//! from the data.

use super::{LAMBDA, power_part};
use crate::{Transform, TransformBox, shared};
use gradus_method::{Args, Method, Outcome};
use gradus_model::number::{Decimal, Scalar};

/// Registry entry of [`YeoJohnson`].
pub static METHOD: Method<TransformBox> = Method {
    id: "yeo-johnson",
    since: "0.1.0",
    summary: "The power transformation of Yeo and Johnson for a given lambda.",
    summary_zh: "Yeo-Johnson 变换：给定 λ 的幂变换，适用于含零和负值的指标。",
    formula: "t = ((x + 1) ^ lambda - 1) / lambda for x >= 0; t = -((1 - x) ^ (2 - lambda) - 1) / (2 - lambda) for x < 0; ln where the exponent is 0",
    params: &[LAMBDA],
    references: &[shared::YEO_JOHNSON],
    build: |args| Ok(TransformBox::new(YeoJohnson::new(args)?)),
};

/// The power transformation of Yeo and Johnson.
///
/// # Formula
/// ```text
/// t =  ((x + 1)^λ − 1) / λ                  x ≥ 0, λ ≠ 0
/// t =  ln(x + 1)                            x ≥ 0, λ = 0
/// t = −((1 − x)^(2 − λ) − 1) / (2 − λ)      x < 0, λ ≠ 2
/// t = −ln(1 − x)                            x < 0, λ = 2
/// ```
/// # Parameters
/// | name | default | range | meaning |
/// | :--- | :--- | :--- | :--- |
/// | `lambda` | none | any number | λ |
/// # Input and output
/// One value in the indicator's measurement unit; a number on a scale of its own, 0 for 0.
/// # Missing values and edge cases
/// Defined everywhere, and increasing for every λ. For λ = 1 nothing changes.
/// # Errors
/// `missing-parameter` without `lambda`; the engine reports where the result leaves the range.
/// # Example
/// ```
/// use gradus_method::Args;
/// use gradus_normalize::{Transform, transform::yeo_johnson::YeoJohnson};
/// let transform = YeoJohnson::new(&Args::new().number_of("lambda", 2))?;
/// assert_eq!(transform.apply(2.0), Some(4.0));
/// assert_eq!(transform.apply(0.0), Some(0.0));
/// # Ok::<(), gradus_method::Fault>(())
/// ```
/// # References
/// Yeo and Johnson (2000), A new family of power transformations to improve normality or symmetry.
#[derive(Debug, Clone)]
pub struct YeoJohnson {
    lambda: Decimal,
    /// 2 − λ, the exponent of negative values.
    mirrored: Decimal,
}

impl YeoJohnson {
    /// Reads the parameters.
    ///
    /// # Errors
    /// `missing-parameter` without `lambda`; `invalid-parameter` for one at the end of the decimal range.
    pub fn new(args: &Args) -> Outcome<Self> {
        let lambda = args.number("lambda")?;
        let mirrored = Decimal::TWO.checked_sub(lambda).ok_or_else(|| shared::too_far("lambda", lambda))?;
        Ok(Self { lambda, mirrored })
    }
}

impl<S: Scalar> Transform<S> for YeoJohnson {
    fn apply(&self, value: S) -> Option<S> {
        if value < S::ZERO {
            Some(power_part(S::ONE.minus(value)?, self.mirrored)?.negated())
        } else {
            power_part(value.plus(S::ONE)?, self.lambda)
        }
    }
}

#[cfg(test)]
mod tests {
    use super::METHOD;
    use crate::testing::*;

    #[test]
    fn worked_by_hand() {
        check_transform(&METHOD, "lambda = 1", "3 0 -3 0.5", "3 0 -3 0.5");
        check_transform(&METHOD, "lambda = 2", "2 -1", "4 ~-0.6931472");
        check_transform(&METHOD, "lambda = 0", "1 -2", "~0.6931472 -4");
        check_transform(&METHOD, "lambda = 0.5", "3 -3", "2 ~-4.6666667");
    }

    #[test]
    fn what_it_cannot_do_it_says() {
        assert_eq!(METHOD.make(&args("")).unwrap_err().kind.id, "missing-parameter");
        let far = args("lambda = -79228162514264337593543950335");
        assert_eq!(METHOD.make(&far).unwrap_err().kind.id, "invalid-parameter");
    }

    #[test]
    fn properties() {
        for lambda in ["-0.5", "0", "0.3", "1", "2", "2.5"] {
            transform_rises(&METHOD, &format!("lambda = {lambda}"));
        }
    }
}
