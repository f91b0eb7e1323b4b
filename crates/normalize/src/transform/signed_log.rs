//! Signed logarithm: a logarithm of the distance from zero on either side of it, straight near zero.
//!
//! Use it for amounts with a sign that differ by factors: trade balances, net migration, investment flows. A plain
//! logarithm with a shift would depend on the most negative value.

use crate::{Transform, TransformBox};
use gradus_method::{Args, Default, Fault, Method, Outcome, Param, ParamKind, Reference};
use gradus_model::number::{Decimal, Scalar};

/// Registry entry of [`SignedLog`].
pub static METHOD: Method<TransformBox> = Method {
    id: "signed-log",
    since: "0.1.0",
    summary: "The logarithm of the distance from zero, with the sign of the value.",
    summary_zh: "符号对数：保留正负号的对数变换，零附近近似线性。",
    formula: "t = sign(x) ln(1 + |x| / scale)",
    params: &[Param {
        name: "scale",
        kind: ParamKind::Number,
        default: Default::Value("1"),
        range: "above 0",
        meaning: "the distance from zero up to which the transform is nearly straight, in the indicator's measurement unit",
    }],
    references: &[Reference {
        citation: "Webber (2013). A bi-symmetric log transformation for wide-range data. Measurement Science and Technology 24(2), 027001",
        locator: "https://doi.org/10.1088/0957-0233/24/2/027001",
    }],
    build: |args| Ok(TransformBox::new(SignedLog::new(args)?)),
};

/// A logarithm on either side of zero.
///
/// # Formula
/// ```text
/// t = sign(x) ln(1 + |x| / scale)
/// ```
/// # Parameters
/// | name | default | range | meaning |
/// | :--- | :--- | :--- | :--- |
/// | `scale` | 1 | above 0 | distance from zero up to which the transform is nearly straight |
/// # Input and output
/// One value in the indicator's measurement unit; a dimensionless number with the sign of the value.
/// # Missing values and edge cases
/// Defined everywhere; 0 stays 0. The scale matters: far below the usual magnitudes it pulls the two signs apart.
/// # Errors
/// `invalid-parameter` when `scale` is not above 0.
/// # Example
/// ```
/// use gradus_method::Args;
/// use gradus_normalize::{Transform, transform::signed_log::SignedLog};
/// let transform = SignedLog::new(&Args::new())?;
/// assert_eq!(transform.apply(0.0), Some(0.0));
/// assert_eq!(transform.apply(-5.0).map(|t: f64| -t), transform.apply(5.0));
/// # Ok::<(), gradus_method::Fault>(())
/// ```
/// # References
/// Webber (2013), A bi-symmetric log transformation for wide-range data.
#[derive(Debug, Clone)]
pub struct SignedLog {
    scale: Decimal,
}

impl SignedLog {
    /// Reads the parameters.
    ///
    /// # Errors
    /// `invalid-parameter` when `scale` is not above 0.
    pub fn new(args: &Args) -> Outcome<Self> {
        let scale = args.optional_number("scale")?.unwrap_or(Decimal::ONE);
        if scale <= Decimal::ZERO {
            return Err(Fault::parameter("scale", format!("`scale` must be above 0, found {scale}")));
        }
        Ok(Self { scale })
    }
}

impl<S: Scalar> Transform<S> for SignedLog {
    fn apply(&self, value: S) -> Option<S> {
        let size = value.magnitude().over(S::from_decimal(self.scale))?.plus(S::ONE)?.ln()?;
        Some(if value < S::ZERO { size.negated() } else { size })
    }
}

#[cfg(test)]
mod tests {
    use super::METHOD;
    use crate::testing::*;

    #[test]
    fn worked_by_hand() {
        check_transform(&METHOD, "", "0 1 -1 99", "0 ~0.6931472 ~-0.6931472 ~4.6051702");
        check_transform(&METHOD, "scale = 100", "900 -900", "~2.3025851 ~-2.3025851");
    }

    #[test]
    fn what_it_cannot_do_it_says() {
        assert_eq!(METHOD.make(&args("scale = -1")).unwrap_err().kind.id, "invalid-parameter");
    }

    #[test]
    fn properties() {
        transform_rises(&METHOD, "");
        transform_rises(&METHOD, "scale = 33.3");
    }
}
