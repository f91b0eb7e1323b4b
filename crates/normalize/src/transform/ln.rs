//! Natural logarithm: the natural logarithm of the value plus a shift.
//!
//! Use it for amounts that differ by factors: income, population, emissions. With bounds it measures relative progress.

use super::SHIFT;
use crate::{Transform, TransformBox, shared};
use gradus_method::{Args, Method, Outcome, Reference};
use gradus_model::number::{Decimal, Scalar};

/// Registry entry of [`Ln`].
pub static METHOD: Method<TransformBox> = Method {
    id: "ln",
    since: "0.1.0",
    summary: "The natural logarithm of the value plus a shift.",
    summary_zh: "自然对数：适用于跨数量级、右偏的指标。",
    formula: "t = ln(x + shift)",
    params: &[SHIFT],
    references: &[
        Reference {
            citation: "UNDP (2024). Human Development Report 2023/24, Technical notes. Technical note 1, Human Development Index",
            locator: "https://hdr.undp.org/sites/default/files/2023-24_HDR/hdr2023-24_technical_notes.pdf",
        },
        shared::HANDBOOK,
    ],
    build: |args| Ok(TransformBox::new(Ln::new(args)?)),
};

/// The natural logarithm of the value plus a shift.
///
/// # Formula
/// ```text
/// t = ln(x + shift)
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
/// use gradus_normalize::{Transform, transform::ln::Ln};
/// let transform = Ln::new(&Args::new())?;
/// assert_eq!(transform.apply(1.0), Some(0.0));
/// assert_eq!(transform.apply(0.0), None);
/// # Ok::<(), gradus_method::Fault>(())
/// ```
/// # References
/// UNDP (2024), Human Development Report 2023/24, technical note 1: income enters by its logarithm.
#[derive(Debug, Clone)]
pub struct Ln {
    shift: Decimal,
}

impl Ln {
    /// Reads the parameters.
    ///
    /// # Errors
    /// `invalid-parameter` when `shift` is not a number.
    pub fn new(args: &Args) -> Outcome<Self> {
        Ok(Self { shift: args.optional_number("shift")?.unwrap_or(Decimal::ZERO) })
    }
}

impl<S: Scalar> Transform<S> for Ln {
    fn apply(&self, value: S) -> Option<S> {
        value.plus(S::from_decimal(self.shift))?.ln()
    }
}

#[cfg(test)]
mod tests {
    use super::METHOD;
    use crate::testing::*;

    #[test]
    fn worked_by_hand() {
        check_transform(&METHOD, "", "1 0 -1 100 75000", "0 . . ~4.6051702 ~11.2252434");
        check_transform(&METHOD, "shift = 1", "0 -1 -0.5", "0 . ~-0.6931472");
    }

    #[test]
    fn properties() {
        transform_rises(&METHOD, "");
        transform_rises(&METHOD, "shift = 33.3");
    }
}
