//! Box-Cox: a family of powers with the logarithm in its middle, for a lambda that is fixed in advance.
//!
//! Use it where an index states its lambda. An exponent of 1 changes nothing, 0 is the logarithm, -1 ranks as one less
//! the reciprocal does. A treatment of the same name finds lambda from the data.

use super::{LAMBDA, SHIFT, power_part};
use crate::{Transform, TransformBox, shared};
use gradus_method::{Args, Method, Outcome};
use gradus_model::number::{Decimal, Scalar};

/// Registry entry of [`BoxCox`].
pub static METHOD: Method<TransformBox> = Method {
    id: "box-cox",
    since: "0.1.0",
    summary: "The power transformation of Box and Cox for a given lambda.",
    summary_zh: "Box-Cox 变换：给定 λ 的幂变换，λ 为 0 时即自然对数。",
    formula: "t = ((x + shift) ^ lambda - 1) / lambda; for lambda = 0: t = ln(x + shift)",
    params: &[LAMBDA, SHIFT],
    references: &[shared::BOX_COX],
    build: |args| Ok(TransformBox::new(BoxCox::new(args)?)),
};

/// The power transformation of Box and Cox.
///
/// # Formula
/// ```text
/// t = ((x + shift)^λ − 1) / λ     λ ≠ 0
/// t = ln(x + shift)               λ = 0
/// ```
/// # Parameters
/// | name | default | range | meaning |
/// | :--- | :--- | :--- | :--- |
/// | `lambda` | none | any number | λ |
/// | `shift` | 0 | any number | what is added first, in the indicator's measurement unit |
/// # Input and output
/// One value in the indicator's measurement unit; a number on a scale of its own.
/// # Missing values and edge cases
/// Undefined where x + shift is 0 or less. Increasing for every λ, also for negative ones.
/// # Errors
/// `missing-parameter` without `lambda`; the engine reports where the transform is undefined.
/// # Example
/// ```
/// use gradus_method::Args;
/// use gradus_normalize::{Transform, transform::box_cox::BoxCox};
/// let transform = BoxCox::new(&Args::new().number_of("lambda", 2))?;
/// assert_eq!(transform.apply(3.0), Some(4.0));
/// assert_eq!(transform.apply(0.0), None);
/// # Ok::<(), gradus_method::Fault>(())
/// ```
/// # References
/// Box and Cox (1964), An analysis of transformations.
#[derive(Debug, Clone)]
pub struct BoxCox {
    lambda: Decimal,
    shift: Decimal,
}

impl BoxCox {
    /// Reads the parameters.
    ///
    /// # Errors
    /// `missing-parameter` without `lambda`.
    pub fn new(args: &Args) -> Outcome<Self> {
        Ok(Self {
            lambda: args.number("lambda")?,
            shift: args.optional_number("shift")?.unwrap_or(Decimal::ZERO),
        })
    }
}

impl<S: Scalar> Transform<S> for BoxCox {
    fn apply(&self, value: S) -> Option<S> {
        power_part(value.plus(S::from_decimal(self.shift))?, self.lambda)
    }
}

#[cfg(test)]
mod tests {
    use super::METHOD;
    use crate::testing::*;

    #[test]
    fn worked_by_hand() {
        check_transform(&METHOD, "lambda = 2", "3 1 0 -1", "4 0 . .");
        check_transform(&METHOD, "lambda = 1; shift = 1", "3 -0.5 -1", "3 -0.5 .");
        check_transform(&METHOD, "lambda = 0", "1 100 0", "0 ~4.6051702 .");
        check_transform(&METHOD, "lambda = -1", "1 2 4 0.5", "0 0.5 0.75 -1");
        check_transform(&METHOD, "lambda = 0.5", "4 6.25", "2 3");
    }

    #[test]
    fn what_it_cannot_do_it_says() {
        assert_eq!(METHOD.make(&args("")).unwrap_err().kind.id, "missing-parameter");
    }

    #[test]
    fn properties() {
        for lambda in ["-1.5", "-1", "0", "0.3", "1", "2"] {
            transform_rises(&METHOD, &format!("lambda = {lambda}; shift = 3.3"));
        }
    }
}
