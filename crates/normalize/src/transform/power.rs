//! Power: a chosen amount of bending, between none (exponent 1) and nearly that of a logarithm (exponent near 0).
//!
//! Use it where an index fixes the exponent. Exponents above 1 stretch the upper end.

use crate::{Transform, TransformBox, shared};
use gradus_method::{Args, Default, Fault, Method, Outcome, Param, ParamKind};
use gradus_model::number::{Decimal, Scalar};

/// Registry entry of [`Power`].
pub static METHOD: Method<TransformBox> = Method {
    id: "power",
    since: "0.1.0",
    summary: "The value raised to a positive exponent.",
    summary_zh: "幂变换：取给定正指数的幂。",
    formula: "t = x ^ exponent",
    params: &[Param {
        name: "exponent",
        kind: ParamKind::Number,
        default: Default::Required,
        range: "above 0",
        meaning: "the exponent, dimensionless",
    }],
    references: &[shared::BOX_COX, shared::CITY_PROSPERITY],
    build: |args| Ok(TransformBox::new(Power::new(args)?)),
};

/// The value raised to a positive exponent.
///
/// # Formula
/// ```text
/// t = x ^ exponent
/// ```
/// # Parameters
/// | name | default | range | meaning |
/// | :--- | :--- | :--- | :--- |
/// | `exponent` | none | above 0 | the exponent |
/// # Input and output
/// One value in the indicator's measurement unit; its power.
/// # Missing values and edge cases
/// Undefined below 0, also for whole exponents: an even power would not be increasing there.
/// # Errors
/// `invalid-parameter` when `exponent` is not above 0.
/// # Example
/// ```
/// use gradus_method::Args;
/// use gradus_normalize::{Transform, transform::power::Power};
/// let transform = Power::new(&Args::new().number_of("exponent", 2))?;
/// assert_eq!(transform.apply(3.0), Some(9.0));
/// assert_eq!(transform.apply(0.0), Some(0.0));
/// assert_eq!(transform.apply(-3.0), None);
/// # Ok::<(), gradus_method::Fault>(())
/// ```
/// # References
/// Box and Cox (1964), An analysis of transformations. UN-Habitat (2016), Measurement of City Prosperity.
#[derive(Debug, Clone)]
pub struct Power {
    exponent: Decimal,
}

impl Power {
    /// Reads the parameters.
    ///
    /// # Errors
    /// `missing-parameter` without an exponent; `invalid-parameter` for one of 0 or less.
    pub fn new(args: &Args) -> Outcome<Self> {
        let exponent = args.number("exponent")?;
        if exponent <= Decimal::ZERO {
            return Err(Fault::parameter(
                "exponent",
                format!("`exponent` must be above 0, found {exponent}"),
            )
            .help("use `ln` for the limit at 0; a negative exponent would reverse the order of the units"));
        }
        Ok(Self { exponent })
    }
}

impl<S: Scalar> Transform<S> for Power {
    fn apply(&self, value: S) -> Option<S> {
        if value < S::ZERO { None } else { value.power(S::from_decimal(self.exponent)) }
    }
}

#[cfg(test)]
mod tests {
    use super::METHOD;
    use crate::testing::*;

    #[test]
    fn worked_by_hand() {
        check_transform(&METHOD, "exponent = 2", "0 3 -3 0.1", "0 9 . 0.01");
        check_transform(&METHOD, "exponent = 3", "-2", ".");
        check_transform(&METHOD, "exponent = 0.25", "0 1 16 28.2", "0 ~1.00000 ~2.0000000 ~2.3044234");
    }

    #[test]
    fn what_it_cannot_do_it_says() {
        for (text, id) in [
            ("", "missing-parameter"),
            ("exponent = 0", "invalid-parameter"),
            ("exponent = -1", "invalid-parameter"),
        ] {
            assert_eq!(METHOD.make(&args(text)).unwrap_err().kind.id, id, "{text}");
        }
    }

    #[test]
    fn properties() {
        for exponent in ["0.25", "0.5", "1", "1.7", "2"] {
            transform_rises(&METHOD, &format!("exponent = {exponent}"));
        }
    }
}
