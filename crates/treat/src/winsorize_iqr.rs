//! Winsorizing at Tukey's fences: values far outside the quartiles are moved in.
//!
//! Use it where outliers are what a box plot shows as such. An indicator of which half the values are equal has no fences
//! and is left as it is.

use crate::shared::{self, MoveTo};
use crate::{Treated, Treatment, TreatmentBox};
use gradus_method::{Args, Column, Default, Fault, Method, Outcome, Param, ParamKind};
use gradus_model::number::{Decimal, Scalar};

/// Registry entry of [`WinsorizeIqr`].
pub static METHOD: Method<TreatmentBox> = Method {
    id: "winsorize-iqr",
    since: "0.1.0",
    summary: "Move values beyond k interquartile ranges outside the quartiles.",
    summary_zh: "四分位距缩尾：将箱线图栅栏之外的数值移回。",
    formula: "t = min(max(x, Q1 - k (Q3 - Q1)), Q3 + k (Q3 - Q1))",
    params: &[
        Param {
            name: "k",
            kind: ParamKind::Number,
            default: Default::Value("1.5"),
            range: "above 0",
            meaning: "how many interquartile ranges the fences are from the quartiles, dimensionless",
        },
        shared::MOVE_TO,
    ],
    references: &[shared::TUKEY, shared::HANDBOOK],
    build: |args| Ok(TreatmentBox::new(WinsorizeIqr::new(args)?)),
};

/// Winsorizing at the fences of a box plot.
///
/// # Formula
/// ```text
/// t = min(max(x, Q1 − k (Q3 − Q1)), Q3 + k (Q3 − Q1))
/// ```
/// Quartiles are quantiles of type 7, as in R and spreadsheets.
/// # Parameters
/// | name | default | range | meaning |
/// | :--- | :--- | :--- | :--- |
/// | `k` | 1.5 | above 0 | how many interquartile ranges the fences are from the quartiles |
/// | `move-to` | `limit` | `limit`, `nearest` | to the limit, or to the outermost value within the limits |
/// # Input and output
/// One indicator in any measurement unit; the same, with values beyond the limits moved. Facts: `lower` and `upper` are
/// the ends of the values that are left, `points` how many were moved; `skewness` and `kurtosis` before, and `-after`.
/// # Missing values and edge cases
/// Missing stays missing. The order of units is kept, with new ties. Limits that would make all values equal move none.
/// Nor does an interquartile range of 0, from which nothing has a distance.
/// # Errors
/// `invalid-parameter` when `k` is not above 0; `out-of-range` when a fence leaves the range of the arithmetic.
/// # Example
/// ```
/// use gradus_method::{Args, Column};
/// use gradus_treat::{Treatment, winsorize_iqr::WinsorizeIqr};
/// let values = Column::of(vec![1.0, 2.0, 3.0, 4.0, 100.0]);
/// let treated = WinsorizeIqr::new(&Args::new())?.treat(&values)?;
/// assert_eq!(treated.values.full(), Some(&[1.0, 2.0, 3.0, 4.0, 7.0][..]));
/// # Ok::<(), gradus_method::Fault>(())
/// ```
/// # References
/// Tukey (1977), Exploratory Data Analysis.
#[derive(Debug, Clone)]
pub struct WinsorizeIqr {
    k: Decimal,
    to: MoveTo,
}

impl WinsorizeIqr {
    /// Reads the parameters.
    ///
    /// # Errors
    /// `invalid-parameter` when `k` is not above 0.
    pub fn new(args: &Args) -> Outcome<Self> {
        Ok(Self { k: shared::above_zero(args, "k", Decimal::new(15, 1))?, to: MoveTo::of(args)? })
    }
}

impl<S: Scalar> Treatment<S> for WinsorizeIqr {
    fn treat(&self, values: &Column<S>) -> Outcome<Treated<S>> {
        let sorted = shared::sorted(values);
        if sorted.is_empty() {
            return Ok(shared::untouched(values));
        }
        let quartile = |share| shared::quantile(&sorted, Decimal::new(share, 2));
        let fences = || {
            let (first, third) = (quartile(25)?, quartile(75)?);
            let range = third.minus(first)?;
            let reach = range.times(S::from_decimal(self.k))?;
            Some(((first.minus(reach)?, third.plus(reach)?), range > S::ZERO))
        };
        let (limits, spread) = fences()
            .filter(|((low, high), _)| low.finite() && high.finite())
            .ok_or_else(Fault::out_of_range)?;
        Ok(shared::winsorized(values, &sorted, spread.then_some(limits), self.to))
    }
}

#[cfg(test)]
mod tests {
    use super::METHOD;
    use crate::testing::*;

    #[test]
    fn worked_by_hand() {
        // Quartiles 2 and 4, fences -1 and 7; with k = 1 at 0 and 6.
        check(&METHOD, "", "1 2 . 3 4 100", "1 2 . 3 4 7");
        check(&METHOD, "k = 1", "-1 2 3 4 6", "0 2 3 4 6");
        check(&METHOD, "k = 1; move-to = nearest", "-1 2 3 4 6", "2 2 3 4 6");
        let treated = treat::<f64>(&METHOD, "", "-100 2 3 4 100").unwrap();
        assert_eq!(treated.changed, [(0, "winsorized-low"), (4, "winsorized-high")]);
    }

    #[test]
    fn without_spread_there_are_no_fences() {
        left(&METHOD, "", "0 0 0 0 0 0 0 5 . 9");
        left(&METHOD, "", "1 2 3 4 5");
    }

    #[test]
    fn what_it_cannot_do_it_says() {
        assert_eq!(fault(&METHOD, "k = 0", "1 2").kind.id, "invalid-parameter");
        assert_eq!(fault(&METHOD, "k = -1.5", "1 2").kind.id, "invalid-parameter");
    }

    #[test]
    fn what_has_no_shape_is_left() {
        for values in ["", ". .", "7", "3 3 . 3", "1 2"] {
            left(&METHOD, "", values);
        }
    }

    #[test]
    fn properties() {
        // No value lies exactly on such a fence, where rounding in binary64 would decide.
        keeps_order(&METHOD, "k = 0.2131", Ties::New);
        keeps_order(&METHOD, "k = 0.7131; move-to = nearest", Ties::New);
    }
}
