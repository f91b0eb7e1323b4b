//! Logarithm of the Global Innovation Index: values are spread from 1 to the largest, and logarithms are taken.
//!
//! Use it to reproduce indices that were made so. What it does depends on the measurement unit, and for a largest value of 1
//! or less it would turn the order of the units around; a factor prevents that.

use crate::shared;
use crate::{Treated, Treatment, TreatmentBox};
use gradus_method::{Args, Column, Default, Fault, Method, Outcome, Param, ParamKind, Reference};
use gradus_model::diagnostic::catalog;
use gradus_model::number::{Decimal, Scalar};

/// Registry entry of [`LogGii`].
pub static METHOD: Method<TreatmentBox> = Method {
    id: "log-gii",
    since: "0.1.0",
    summary: "The log transformation of the Global Innovation Index.",
    summary_zh: "全球创新指数对数变换：将数值伸展到 1 至最大值之间后取对数。",
    formula: "t = ln((f max - 1) (x - min) / (max - min) + 1)",
    params: &[Param {
        name: "factor",
        kind: ParamKind::Number,
        default: Default::Absent("the smallest of 1, 10, 100, ... that brings the largest value above 1"),
        range: "above 0, and with the largest value above 1",
        meaning: "f, what the largest value is multiplied by, dimensionless",
    }],
    references: &[
        Reference {
            citation: "Cornell University, INSEAD and WIPO (2020). The Global Innovation Index 2020: Who Will Finance Innovation? Appendix IV, technical notes",
            locator: "ISBN 978-2-38192-000-9",
        },
        shared::COINR,
    ],
    build: |args| Ok(TreatmentBox::new(LogGii::new(args)?)),
};

/// The log transformation of the Global Innovation Index.
///
/// # Formula
/// ```text
/// t = ln((f max − 1) (x − min) / (max − min) + 1)
/// ```
/// # Parameters
/// | name | default | range | meaning |
/// | :--- | :--- | :--- | :--- |
/// | `factor` | a power of ten | above 0, `factor` times max above 1 | f, what the largest value is multiplied by |
///
/// The default is the smallest of 1, 10, 100, ... that brings the largest value above 1.
/// # Input and output
/// One indicator whose largest value is above 0; logarithms from 0 to ln(f max). The fact `factor` says which was used.
/// # Missing values and edge cases
/// Missing stays missing. A column without values, or with equal ones only, is left as it is. The order of units is kept,
/// for indicators of either direction.
/// # Errors
/// `undefined-transform` when the largest value is not above 0, or with the factor not above 1; `invalid-parameter` when
/// `factor` is not above 0.
/// # Example
/// ```
/// use gradus_method::{Args, Column};
/// use gradus_treat::{Treatment, log_gii::LogGii};
/// let values = Column::of(vec![1.0, 1.0, 100.0]);
/// let treated = LogGii::new(&Args::new())?.treat(&values)?;
/// assert_eq!(treated.values.get(0), Some(0.0));
/// assert!((treated.values.get(2).unwrap() - 4.605_170).abs() < 1e-6);
/// # Ok::<(), gradus_method::Fault>(())
/// ```
/// # References
/// Cornell University, INSEAD and WIPO (2020), The Global Innovation Index 2020, appendix IV.
#[derive(Debug, Clone)]
pub struct LogGii {
    factor: Option<Decimal>,
}

impl LogGii {
    /// Reads the parameters.
    ///
    /// # Errors
    /// `invalid-parameter` when `factor` is not above 0.
    pub fn new(args: &Args) -> Outcome<Self> {
        let given = args.get("factor").is_some();
        let factor = shared::above_zero(args, "factor", Decimal::ONE)?;
        Ok(Self { factor: given.then_some(factor) })
    }

    fn factor<S: Scalar>(&self, high: S) -> Outcome<S> {
        let undefined = |message: String| Fault::new(&catalog::UNDEFINED_TRANSFORM, message);
        if let Some(factor) = self.factor {
            let factor = S::from_decimal(factor);
            if high.times(factor).is_some_and(|top| top > S::ONE) {
                return Ok(factor);
            }
            return Err(undefined(format!(
                "the largest value {high} times the factor {factor} is not above 1, which would turn the order around"
            ))
            .of("factor")
            .help("give a larger `factor`, or leave it out"));
        }
        let tens = std::iter::successors(Some(S::ONE), |factor| factor.times(S::from_count(10)));
        tens.take(29).find(|factor| high.times(*factor).is_some_and(|top| top > S::ONE)).ok_or_else(|| {
            undefined(format!("the largest value is {high}, and log-gii needs one above 0"))
                .help("use `log-ct`, which takes any values")
        })
    }
}

impl<S: Scalar> Treatment<S> for LogGii {
    fn treat(&self, values: &Column<S>) -> Outcome<Treated<S>> {
        let Some((low, high)) = shared::extent(values) else { return Ok(shared::untouched(values)) };
        let factor = self.factor(high)?;
        let spans = high.times(factor).and_then(|top| Some((top.minus(S::ONE)?, high.minus(low)?)));
        let (span, range) =
            spans.filter(|(s, r)| s.finite() && r.finite()).ok_or_else(Fault::out_of_range)?;
        shared::rescaled(values, METHOD.id, &[("factor", factor)], |x| {
            x.minus(low)?.over(range)?.times(span)?.plus(S::ONE)?.ln()
        })
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
        // 99 (x - 0) / 100 + 1 = 1, 50.5, 100.
        check(&METHOD, "", "0 50 . 100", "0 ~3.921973 . ~4.605170");
        check(&METHOD, "factor = 2", "0 100", "0 ~5.298317");
    }

    /// COINr's `log_GII` gives the data back unchanged; computed as it is written, it would reverse shares below 1.
    #[test]
    fn shares_below_one_keep_their_order() {
        // A factor of 10: 8 (x - 0.1) / 0.8 + 1 = 1, 5, 9.
        check(&METHOD, "", "0.1 0.5 0.9", "0 ~1.609438 ~2.197225");
        assert_eq!(fact(&treat::<f64>(&METHOD, "", "0.1 0.5 0.9").unwrap(), "factor"), 10.0);
        assert_eq!(fact(&treat::<f64>(&METHOD, "", "0.001 0.01").unwrap(), "factor"), 1000.0);
        assert_eq!(fact(&treat::<f64>(&METHOD, "", "0 1").unwrap(), "factor"), 10.0);
    }

    #[test]
    fn what_it_cannot_do_it_says() {
        for (text, values, id) in [
            ("", "-5 -1", "undefined-transform"),
            ("", "-5 0", "undefined-transform"),
            ("factor = 2", "0.1 0.5", "undefined-transform"),
            ("factor = 0", "1 2", "invalid-parameter"),
        ] {
            assert_eq!(fault(&METHOD, text, values).kind.id, id, "{text} {values}");
        }
    }

    #[test]
    fn what_has_no_shape_is_left() {
        for values in ["", ". .", "-7", "3 3 . 3"] {
            left(&METHOD, "", values);
        }
    }

    #[test]
    fn properties() {
        keeps_order(&METHOD, "", Ties::Apart);
    }
}
