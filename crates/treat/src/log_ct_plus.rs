//! Logarithm from the end where the values crowd: `log-ct` for a tail of large values, its mirror image for one of small
//! values.
//!
//! Use it where indicators of both kinds are treated by one rule.

use crate::log_ct::margin;
use crate::shape::Shape;
use crate::shared;
use crate::{Treated, Treatment, TreatmentBox};
use gradus_method::{Args, Column, Method, Outcome};
use gradus_model::number::Scalar;
use gradus_statistics::moments::Estimator;

/// Registry entry of [`LogCtPlus`].
pub static METHOD: Method<TreatmentBox> = Method {
    id: "log-ct-plus",
    since: "0.1.0",
    summary: "A logarithm that draws in the longer tail, whichever side it is on.",
    summary_zh: "双向对数：按偏斜方向从最小值或最大值起算的对数变换。",
    formula: "t = ln(x - min + 0.01 (max - min)) for positive skewness, else t = -ln(max - x + 0.01 (max - min))",
    params: &[],
    references: &[shared::COINR],
    build: |args| Ok(TreatmentBox::new(LogCtPlus::new(args)?)),
};

/// The log transformation of the COIN Tool, turned around for negative skewness.
///
/// # Formula
/// ```text
/// t =  ln(x − min + 0.01 (max − min))     skewness above 0
/// t = −ln(max − x + 0.01 (max − min))     otherwise
/// ```
/// # Parameters
/// None.
/// # Input and output
/// One indicator in any measurement unit; logarithms. The fact `mirrored` is 1 where the second form was used.
/// # Missing values and edge cases
/// Missing stays missing. A column without values, or with equal ones only, is left as it is. The order of units is kept.
/// The sign of the skewness is found in binary64 whatever the arithmetic of the package; that of two values is taken as 0.
/// # Errors
/// `out-of-range` when the range of the values leaves that of the arithmetic.
/// # Example
/// ```
/// use gradus_method::{Args, Column};
/// use gradus_treat::{Treatment, log_ct_plus::LogCtPlus};
/// let values = Column::of(vec![0.0, 99.0, 100.0]);
/// let treated = LogCtPlus::new(&Args::new())?.treat(&values)?;
/// assert_eq!(treated.values.get(2), Some(0.0));
/// # Ok::<(), gradus_method::Fault>(())
/// ```
/// # References
/// Becker and others (2022), COINr, `log_CT_plus`.
#[derive(Debug, Clone)]
pub struct LogCtPlus;

impl LogCtPlus {
    /// Takes no parameters.
    ///
    /// # Errors
    /// None.
    pub fn new(_: &Args) -> Outcome<Self> {
        Ok(Self)
    }
}

impl<S: Scalar> Treatment<S> for LogCtPlus {
    fn treat(&self, values: &Column<S>) -> Outcome<Treated<S>> {
        let Some((low, high)) = shared::extent(values) else { return Ok(shared::untouched(values)) };
        let margin = margin(low, high)?;
        if Shape::of_column(values, Estimator::Adjusted).skewness > Some(0.0) {
            shared::rescaled(values, METHOD.id, &[("mirrored", S::ZERO)], |x| {
                x.minus(low)?.plus(margin)?.ln()
            })
        } else {
            shared::rescaled(values, METHOD.id, &[("mirrored", S::ONE)], |x| {
                Some(high.minus(x)?.plus(margin)?.ln()?.negated())
            })
        }
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
        // The mirror image, with the order of the units kept.
        check(&METHOD, "", "-5 -6 . -15 -105", "0 ~-0.693147 . ~-2.397895 ~-4.615121");
        assert_eq!(fact(&treat::<f64>(&METHOD, "", "-5 -6 -105").unwrap(), "mirrored"), 1.0);
        assert_eq!(fact(&treat::<f64>(&METHOD, "", "5 6 105").unwrap(), "mirrored"), 0.0);
        check(&METHOD, "", "0 100", "~-4.615121 0");
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
