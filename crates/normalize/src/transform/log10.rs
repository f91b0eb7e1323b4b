//! Common logarithm: the logarithm to base 10 of the value plus a shift.
//!
//! Use it where orders of magnitude are to be read off. Under min-max or goalposts it scores exactly as `ln` does.

use super::SHIFT;
use crate::{Transform, TransformBox, shared};
use gradus_method::{Args, Method, Outcome};
use gradus_model::number::{Decimal, Scalar};

/// Registry entry of [`Log10`].
pub static METHOD: Method<TransformBox> = Method {
    id: "log10",
    since: "0.1.0",
    summary: "The logarithm to base 10 of the value plus a shift.",
    summary_zh: "常用对数：以 10 为底，便于解读数量级。",
    formula: "t = log10(x + shift)",
    params: &[SHIFT],
    references: &[shared::HANDBOOK],
    build: |args| Ok(TransformBox::new(Log10::new(args)?)),
};

/// The logarithm to base 10 of the value plus a shift.
///
/// # Formula
/// ```text
/// t = log10(x + shift)
/// ```
/// # Parameters
/// | name | default | range | meaning |
/// | :--- | :--- | :--- | :--- |
/// | `shift` | 0 | any number | what is added first, in the indicator's measurement unit |
/// # Input and output
/// One value in the indicator's measurement unit; its logarithm, dimensionless.
/// # Missing values and edge cases
/// Undefined where x + shift is 0 or less. A shift changes distances, most near zero, so it is never added silently.
/// # Errors
/// None of its own; the engine reports where the transform is undefined.
/// # Example
/// ```
/// use gradus_method::Args;
/// use gradus_normalize::{Transform, transform::log10::Log10};
/// let transform = Log10::new(&Args::new())?;
/// assert_eq!(transform.apply(1000.0), Some(3.0));
/// assert_eq!(transform.apply(0.0), None);
/// # Ok::<(), gradus_method::Fault>(())
/// ```
/// # References
/// OECD and JRC (2008), Handbook on Constructing Composite Indicators, step 5.
#[derive(Debug, Clone)]
pub struct Log10 {
    shift: Decimal,
}

impl Log10 {
    /// Reads the parameters.
    ///
    /// # Errors
    /// `invalid-parameter` when `shift` is not a number.
    pub fn new(args: &Args) -> Outcome<Self> {
        Ok(Self { shift: args.optional_number("shift")?.unwrap_or(Decimal::ZERO) })
    }
}

impl<S: Scalar> Transform<S> for Log10 {
    fn apply(&self, value: S) -> Option<S> {
        value.plus(S::from_decimal(self.shift))?.log10()
    }
}

#[cfg(test)]
mod tests {
    use super::METHOD;
    use crate::testing::*;

    #[test]
    fn worked_by_hand() {
        check_transform(&METHOD, "", "1 0 -1 2 1000", "0 . . ~0.3010300 ~3.0000000000");
        check_transform(&METHOD, "shift = 1", "0 -1 9", "0 . ~1.0000000000");
    }

    #[test]
    fn properties() {
        transform_rises(&METHOD, "");
        transform_rises(&METHOD, "shift = 33.3");
    }
}
