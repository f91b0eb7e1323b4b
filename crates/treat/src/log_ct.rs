//! Logarithm from the smallest value: the log transformation of the COIN Tool, modified so that it does not depend on
//! the measurement unit.
//!
//! Use it for a long tail of large values in which many units share, where winsorizing would move too many. It bends
//! every indicator by the same amount and makes a tail of small values longer; for those use `log-ct-plus`.

use crate::shared;
use crate::{Treated, Treatment, TreatmentBox};
use gradus_method::{Args, Column, Fault, Method, Outcome};
use gradus_model::number::{Decimal, Scalar};

/// The share of the range that is added: without it the smallest value would have no logarithm.
const SHARE: Decimal = Decimal::from_parts(1, 0, 0, false, 2);

/// Registry entry of [`LogCt`].
pub static METHOD: Method<TreatmentBox> = Method {
    id: "log-ct",
    since: "0.1.0",
    summary: "The logarithm of the distance from the smallest value, plus a hundredth of the range.",
    summary_zh: "最小值起算对数：取数值与最小值之差加百分之一极差的自然对数。",
    formula: "t = ln(x - min + 0.01 (max - min))",
    params: &[],
    references: &[shared::COINR, shared::COIN_TOOL],
    build: |args| Ok(TreatmentBox::new(LogCt::new(args)?)),
};

/// The modified log transformation of the COIN Tool.
///
/// # Formula
/// ```text
/// t = ln(x − min + 0.01 (max − min))
/// ```
/// # Parameters
/// None.
/// # Input and output
/// One indicator in any measurement unit, also with negative values; logarithms. Another measurement unit adds a
/// constant to all of them.
/// # Missing values and edge cases
/// Missing stays missing. A column without values, or with equal ones only, is left as it is. The order of units is kept.
/// # Errors
/// `out-of-range` when the range of the values leaves that of the arithmetic.
/// # Example
/// ```
/// use gradus_method::{Args, Column};
/// use gradus_treat::{Treatment, log_ct::LogCt};
/// let values = Column::of(vec![0.0, 99.0, 100.0]);
/// let treated = LogCt::new(&Args::new())?.treat(&values)?;
/// assert_eq!(treated.values.get(0), Some(0.0));
/// assert_eq!(treated.rescaled, Some("log-ct"));
/// # Ok::<(), gradus_method::Fault>(())
/// ```
/// # References
/// Becker and others (2022), COINr, `log_CT`. Becker and others (2019), COIN Tool User Guide.
#[derive(Debug, Clone)]
pub struct LogCt;

impl LogCt {
    /// Takes no parameters.
    ///
    /// # Errors
    /// None.
    pub fn new(_: &Args) -> Outcome<Self> {
        Ok(Self)
    }
}

/// A hundredth of the range.
pub(crate) fn margin<S: Scalar>(low: S, high: S) -> Outcome<S> {
    high.minus(low)
        .and_then(|range| range.times(S::from_decimal(SHARE)))
        .filter(|margin| margin.finite())
        .ok_or_else(Fault::out_of_range)
}

impl<S: Scalar> Treatment<S> for LogCt {
    fn treat(&self, values: &Column<S>) -> Outcome<Treated<S>> {
        let Some((low, high)) = shared::extent(values) else { return Ok(shared::untouched(values)) };
        let margin = margin(low, high)?;
        shared::rescaled(values, METHOD.id, &[], |x| x.minus(low)?.plus(margin)?.ln())
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
        // Range 100, so 1 is added: ln 1, ln 2, ln 11, ln 101.
        check(&METHOD, "", "5 6 . 15 105", "0 ~0.693147 . ~2.397895 ~4.615121");
        check(&METHOD, "", "-105 -5", "0 ~4.615121");
        let treated = treat::<f64>(&METHOD, "", "1 2 3 100").unwrap();
        assert_eq!((treated.rescaled, treated.changed.len()), (Some("log-ct"), 0));
        assert!(fact(&treated, "skewness") > fact(&treated, "skewness-after"));
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
