//! Square root: draws in the long right tail of counts and areas, less strongly than a logarithm, and is defined at 0.

use crate::{Transform, TransformBox};
use gradus_method::{Args, Method, Outcome, Reference};
use gradus_model::number::Scalar;

/// Registry entry of [`Sqrt`].
pub static METHOD: Method<TransformBox> = Method {
    id: "sqrt",
    since: "0.1.0",
    summary: "The square root of the value.",
    summary_zh: "平方根：减弱计数与面积类指标的右偏。",
    formula: "t = sqrt(x)",
    params: &[],
    references: &[Reference {
        citation: "Tukey (1977). Exploratory Data Analysis. Addison-Wesley",
        locator: "ISBN 978-0-201-07616-5",
    }],
    build: |args| Ok(TransformBox::new(Sqrt::new(args)?)),
};

/// The square root of the value.
///
/// # Formula
/// ```text
/// t = √x
/// ```
/// # Parameters
/// None.
/// # Input and output
/// One value in the indicator's measurement unit; its square root.
/// # Missing values and edge cases
/// Undefined below 0.
/// # Errors
/// None of its own; the engine reports where the transform is undefined.
/// # Example
/// ```
/// use gradus_method::Args;
/// use gradus_normalize::{Transform, transform::sqrt::Sqrt};
/// let transform = Sqrt::new(&Args::new())?;
/// assert_eq!(transform.apply(6.25), Some(2.5));
/// assert_eq!(transform.apply(-1.0), None);
/// # Ok::<(), gradus_method::Fault>(())
/// ```
/// # References
/// Tukey (1977), Exploratory Data Analysis.
#[derive(Debug, Clone)]
pub struct Sqrt;

impl Sqrt {
    /// Reads the parameters, of which there are none.
    ///
    /// # Errors
    /// None.
    pub fn new(_: &Args) -> Outcome<Self> {
        Ok(Self)
    }
}

impl<S: Scalar> Transform<S> for Sqrt {
    fn apply(&self, value: S) -> Option<S> {
        value.sqrt()
    }
}

#[cfg(test)]
mod tests {
    use super::METHOD;
    use crate::testing::*;

    #[test]
    fn worked_by_hand() {
        check_transform(&METHOD, "", "0 2.25 2 -0.01", "0 1.5 ~1.4142136 .");
    }

    #[test]
    fn properties() {
        transform_rises(&METHOD, "");
    }
}
