//! Logit: stretches both ends of a share, where the last steps to everybody or nobody are the hardest.

use crate::{Transform, TransformBox};
use gradus_method::{Args, Default, Fault, Method, Outcome, Param, ParamKind, Reference};
use gradus_model::number::{Decimal, Scalar};

/// Registry entry of [`Logit`].
pub static METHOD: Method<TransformBox> = Method {
    id: "logit",
    since: "0.1.0",
    summary: "The logarithm of the odds of a share.",
    summary_zh: "Logit 变换：比例的对数几率，放大两端差异。",
    formula: "t = ln(x / (whole - x))",
    params: &[Param {
        name: "whole",
        kind: ParamKind::Number,
        default: Default::Value("100"),
        range: "above 0",
        meaning: "the value that is the whole, in the indicator's measurement unit: 100 for percentages, 1 for shares",
    }],
    references: &[Reference {
        citation: "Berkson (1944). Application of the logistic function to bio-assay. Journal of the American Statistical Association 39(227), 357-365",
        locator: "https://doi.org/10.1080/01621459.1944.10500699",
    }],
    build: |args| Ok(TransformBox::new(Logit::new(args)?)),
};

/// The logarithm of the odds of a share.
///
/// # Formula
/// ```text
/// t = ln(p / (1 − p)) = ln(x / (whole − x)),  p = x / whole
/// ```
/// # Parameters
/// | name | default | range | meaning |
/// | :--- | :--- | :--- | :--- |
/// | `whole` | 100 | above 0 | value that is the whole, in the indicator's measurement unit |
/// # Input and output
/// One share between 0 and `whole`; a dimensionless number without limits, 0 for one half.
/// # Missing values and edge cases
/// Undefined at 0 and below, and at `whole` and above.
/// # Errors
/// `invalid-parameter` when `whole` is not above 0.
/// # Example
/// ```
/// use gradus_method::Args;
/// use gradus_normalize::{Transform, transform::logit::Logit};
/// let transform = Logit::new(&Args::new())?;
/// assert_eq!(transform.apply(50.0), Some(0.0));
/// assert_eq!(transform.apply(0.0), None);
/// assert_eq!(transform.apply(100.0), None);
/// # Ok::<(), gradus_method::Fault>(())
/// ```
/// # References
/// Berkson (1944), Application of the logistic function to bio-assay.
#[derive(Debug, Clone)]
pub struct Logit {
    whole: Decimal,
}

impl Logit {
    /// Reads the parameters.
    ///
    /// # Errors
    /// `invalid-parameter` when `whole` is not above 0.
    pub fn new(args: &Args) -> Outcome<Self> {
        let whole = args.optional_number("whole")?.unwrap_or(Decimal::ONE_HUNDRED);
        if whole <= Decimal::ZERO {
            return Err(Fault::parameter("whole", format!("`whole` must be above 0, found {whole}")));
        }
        Ok(Self { whole })
    }
}

impl<S: Scalar> Transform<S> for Logit {
    fn apply(&self, value: S) -> Option<S> {
        let whole = S::from_decimal(self.whole);
        if value <= S::ZERO || value >= whole {
            return None;
        }
        value.over(whole.minus(value)?)?.ln()
    }
}

#[cfg(test)]
mod tests {
    use super::METHOD;
    use crate::testing::*;

    #[test]
    fn worked_by_hand() {
        check_transform(&METHOD, "", "50 75 25 0 100 -1 101", "0 ~1.0986123 ~-1.0986123 . . . .");
        check_transform(&METHOD, "whole = 1", "0.5 0.9 1", "0 ~2.1972246 .");
    }

    #[test]
    fn what_it_cannot_do_it_says() {
        assert_eq!(METHOD.make(&args("whole = 0")).unwrap_err().kind.id, "invalid-parameter");
    }

    #[test]
    fn properties() {
        transform_rises(&METHOD, "");
        transform_rises(&METHOD, "whole = 55.5");
    }
}
