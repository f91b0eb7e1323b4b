//! Logarithm from the smallest value plus one: the log transformation of the first COIN Tool.
//!
//! Use it to reproduce indices that were made so. What it does depends on the measurement unit: it hardly bends values that
//! are all below 1. `log-ct` does not have this weakness.

use crate::shared;
use crate::{Treated, Treatment, TreatmentBox};
use gradus_method::{Args, Column, Method, Outcome};
use gradus_model::number::Scalar;

/// Registry entry of [`LogCtOriginal`].
pub static METHOD: Method<TreatmentBox> = Method {
    id: "log-ct-original",
    since: "0.1.0",
    summary: "The logarithm of the distance from the smallest value, plus one.",
    summary_zh: "最小值加一对数：取数值与最小值之差加一的自然对数。",
    formula: "t = ln(x - min + 1)",
    params: &[],
    references: &[shared::COIN_TOOL, shared::COINR],
    build: |args| Ok(TreatmentBox::new(LogCtOriginal::new(args)?)),
};

/// The log transformation of the first COIN Tool.
///
/// # Formula
/// ```text
/// t = ln(x − min + 1)
/// ```
/// # Parameters
/// None.
/// # Input and output
/// One indicator in any measurement unit, on which the result depends; logarithms of 0 or more.
/// # Missing values and edge cases
/// Missing stays missing. A column without values, or with equal ones only, is left as it is. The order of units is kept.
/// # Errors
/// `out-of-range` when the range of the values leaves that of the arithmetic.
/// # Example
/// ```
/// use gradus_method::{Args, Column};
/// use gradus_treat::{Treatment, log_ct_original::LogCtOriginal};
/// let values = Column::of(vec![4.0, 4.0, 5.0]);
/// let treated = LogCtOriginal::new(&Args::new())?.treat(&values)?;
/// assert_eq!(treated.values.get(0), Some(0.0));
/// assert!((treated.values.get(2).unwrap() - 0.693_147).abs() < 1e-6);
/// # Ok::<(), gradus_method::Fault>(())
/// ```
/// # References
/// Becker and others (2019), COIN Tool User Guide. Becker and others (2022), COINr, `log_CT_orig`.
#[derive(Debug, Clone)]
pub struct LogCtOriginal;

impl LogCtOriginal {
    /// Takes no parameters.
    ///
    /// # Errors
    /// None.
    pub fn new(_: &Args) -> Outcome<Self> {
        Ok(Self)
    }
}

impl<S: Scalar> Treatment<S> for LogCtOriginal {
    fn treat(&self, values: &Column<S>) -> Outcome<Treated<S>> {
        let Some((low, _)) = shared::extent(values) else { return Ok(shared::untouched(values)) };
        shared::rescaled(values, METHOD.id, &[], |x| x.minus(low)?.plus(S::ONE)?.ln())
    }
    fn may_rescale(&self) -> bool {
        true
    }
}

#[cfg(test)]
mod tests {
    use super::METHOD;
    use crate::testing::*;

    #[test]
    fn worked_by_hand() {
        check(&METHOD, "", "5 6 . 15 105", "0 ~0.693147 . ~2.397895 ~4.615121");
        check(&METHOD, "", "-3 -2", "0 ~0.693147");
    }

    #[test]
    fn what_has_no_shape_is_left() {
        for values in ["", ". .", "7", "3 3 . 3"] {
            left(&METHOD, "", values);
        }
    }

    #[test]
    fn properties() {
        keeps_order(&METHOD, "", Ties::Apart);
    }
}
