//! Exponential: stretches the upper end, and undoes a logarithm.
//!
//! Use it for figures that are published as logarithms, and where an index rewards the last steps most. It grows fast:
//! give a scale of the order of the spread of the data.

use crate::{Transform, TransformBox, shared};
use gradus_method::{Args, Default, Fault, Method, Outcome, Param, ParamKind};
use gradus_model::number::{Decimal, Scalar};

/// Registry entry of [`Exp`].
pub static METHOD: Method<TransformBox> = Method {
    id: "exp",
    since: "0.1.0",
    summary: "The exponential of the value over a scale.",
    summary_zh: "指数变换：放大高端差异，或还原对数值。",
    formula: "t = exp(x / scale)",
    params: &[Param {
        name: "scale",
        kind: ParamKind::Number,
        default: Default::Value("1"),
        range: "above 0",
        meaning: "the step over which the result grows e-fold, in the indicator's measurement unit",
    }],
    references: &[shared::HANDBOOK],
    build: |args| Ok(TransformBox::new(Exp::new(args)?)),
};

/// The exponential of the value over a scale.
///
/// # Formula
/// ```text
/// t = exp(x / scale)
/// ```
/// # Parameters
/// | name | default | range | meaning |
/// | :--- | :--- | :--- | :--- |
/// | `scale` | 1 | above 0 | step over which the result grows e-fold, in the indicator's measurement unit |
/// # Input and output
/// One value in the indicator's measurement unit; a dimensionless number above 0.
/// # Missing values and edge cases
/// Undefined where the result leaves the range of the arithmetic, for decimals above x / scale = 66.5 and below -64.
/// # Errors
/// `invalid-parameter` when `scale` is not above 0; the engine reports where the transform is undefined.
/// # Example
/// ```
/// use gradus_method::Args;
/// use gradus_normalize::{Transform, transform::exp::Exp};
/// let transform = Exp::new(&Args::new().number_of("scale", 10))?;
/// assert_eq!(transform.apply(0.0), Some(1.0));
/// # Ok::<(), gradus_method::Fault>(())
/// ```
/// # References
/// OECD and JRC (2008), Handbook on Constructing Composite Indicators, step 5.
#[derive(Debug, Clone)]
pub struct Exp {
    scale: Decimal,
}

impl Exp {
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

impl<S: Scalar> Transform<S> for Exp {
    fn apply(&self, value: S) -> Option<S> {
        value.over(S::from_decimal(self.scale))?.exp()
    }
}

#[cfg(test)]
mod tests {
    use super::METHOD;
    use crate::testing::*;

    #[test]
    fn worked_by_hand() {
        check_transform(&METHOD, "", "0 1 -1", "1 ~2.7182818 ~0.3678794");
        check_transform(&METHOD, "scale = 23", "0 23 100", "1 ~2.7182818 ~77.3102144");
    }

    #[test]
    fn what_it_cannot_do_it_says() {
        assert_eq!(METHOD.make(&args("scale = 0")).unwrap_err().kind.id, "invalid-parameter");
    }

    #[test]
    fn properties() {
        transform_rises(&METHOD, "scale = 10");
        transform_rises(&METHOD, "scale = 33.3");
    }
}
