//! Winsorizing by z-score: values more than so many standard deviations from the mean are moved in.
//!
//! Use it for large samples that are nearly normal. In small ones an outlier widens the very limits that should catch
//! it: no z-score exceeds (n - 1) / sqrt n. `winsorize-mad` does not have this weakness.

use crate::shared::{self, MoveTo};
use crate::{Treated, Treatment, TreatmentBox};
use gradus_method::{Args, Column, Default, Fault, Method, Outcome, Param, ParamKind};
use gradus_model::number::{Decimal, Scalar};

/// Registry entry of [`WinsorizeZScore`].
pub static METHOD: Method<TreatmentBox> = Method {
    id: "winsorize-z-score",
    since: "0.1.0",
    summary: "Move values more than k standard deviations from the mean.",
    summary_zh: "Z 分数缩尾：将偏离均值超过 k 个标准差的数值移回。",
    formula: "t = min(max(x, m - k s), m + k s) with m the mean and s the sample standard deviation",
    params: &[
        Param {
            name: "k",
            kind: ParamKind::Number,
            default: Default::Value("3"),
            range: "above 0",
            meaning: "how far from the mean the limits are, in measures of spread, dimensionless",
        },
        shared::MOVE_TO,
    ],
    references: &[shared::HANDBOOK],
    build: |args| Ok(TreatmentBox::new(WinsorizeZScore::new(args)?)),
};

/// Winsorizing by distance from the mean.
///
/// # Formula
/// ```text
/// t = min(max(x, m − k s), m + k s),  m = Σ x / n,  s = √( Σ (x − m)² / (n − 1) )
/// ```
/// # Parameters
/// | name | default | range | meaning |
/// | :--- | :--- | :--- | :--- |
/// | `k` | 3 | above 0 | how far from the mean the limits are, in measures of spread |
/// | `move-to` | `limit` | `limit`, `nearest` | to the limit, or to the outermost value within the limits |
/// # Input and output
/// One indicator in any measurement unit; the same, with values beyond the limits moved. Facts: `lower` and `upper` are
/// the ends of the values that are left, `points` how many were moved; `skewness` and `kurtosis` before, and `-after`.
/// # Missing values and edge cases
/// Missing stays missing. The order of units is kept, with new ties. Limits that would make all values equal move none.
/// # Errors
/// `invalid-parameter` when `k` is not above 0; `out-of-range` when a limit leaves the range of the arithmetic.
/// # Example
/// ```
/// use gradus_method::{Args, Column};
/// use gradus_treat::{Treatment, winsorize_z_score::WinsorizeZScore};
/// let values = Column::of((0..20).map(|x| f64::from(x % 5)).chain([1000.0]).collect());
/// let treated = WinsorizeZScore::new(&Args::new())?.treat(&values)?;
/// assert_eq!(treated.changed, [(20, "winsorized-high")]);
/// # Ok::<(), gradus_method::Fault>(())
/// ```
/// # References
/// OECD and JRC (2008), Handbook on Constructing Composite Indicators.
#[derive(Debug, Clone)]
pub struct WinsorizeZScore {
    k: Decimal,
    to: MoveTo,
}

impl WinsorizeZScore {
    /// Reads the parameters.
    ///
    /// # Errors
    /// `invalid-parameter` when `k` is not above 0.
    pub fn new(args: &Args) -> Outcome<Self> {
        Ok(Self { k: shared::above_zero(args, "k", Decimal::from(3))?, to: MoveTo::of(args)? })
    }
}

impl<S: Scalar> Treatment<S> for WinsorizeZScore {
    fn treat(&self, values: &Column<S>) -> Outcome<Treated<S>> {
        let sorted = shared::sorted(values);
        let Some((low, high)) = shared::extent(values) else { return Ok(shared::untouched(values)) };
        let limits = || {
            let n = S::from_count(sorted.len());
            let mean = sorted.iter().try_fold(S::ZERO, |sum, x| sum.plus(*x))?.over(n)?;
            // Relative to the range, so that no square leaves that of the arithmetic.
            let range = high.minus(low)?;
            let squares = sorted.iter().try_fold(S::ZERO, |sum, x| {
                let part = x.minus(mean)?.over(range)?;
                sum.plus(part.times(part)?)
            })?;
            let sd = range.times(squares.over(n.minus(S::ONE)?)?.sqrt()?)?;
            let reach = sd.times(S::from_decimal(self.k))?;
            Some((mean.minus(reach)?, mean.plus(reach)?))
        };
        let limits = limits().filter(|(a, b)| a.finite() && b.finite()).ok_or_else(Fault::out_of_range)?;
        Ok(shared::winsorized(values, &sorted, Some(limits), self.to))
    }
}

#[cfg(test)]
mod tests {
    use super::METHOD;
    use crate::testing::*;

    #[test]
    fn worked_by_hand() {
        // Mean 5, squared deviations 4 times 4 and 4 times 0, s = sqrt(16 / 7) = 1.511858.
        check(&METHOD, "k = 1", "3 7 . 3 7 5 5 5 5", "~3.488142 ~6.511858 . ~3.488142 ~6.511858 5 5 5 5");
        check(
            &METHOD,
            "k = 1; move-to = nearest",
            "3 7 . 3 7 5 6 4 5",
            "~4.000000 ~6.000000 . ~4.000000 ~6.000000 5 6 4 5",
        );
        let treated = treat::<f64>(&METHOD, "k = 1", "3 7 5").unwrap();
        assert_eq!(treated.changed.len(), 0);
        let treated = treat::<f64>(&METHOD, "k = 0.5", "3 7 5").unwrap();
        assert_eq!(treated.changed, [(0, "winsorized-low"), (1, "winsorized-high")]);
        check(&METHOD, "k = 0.5", "3e27 7e27 5e27", "4e27 6e27 5e27");
    }

    /// Limits that would all but meet leave nothing within them.
    #[test]
    fn limits_without_a_value_between_them_move_none_to_the_nearest() {
        left(&METHOD, "k = 0.1; move-to = nearest", "0 10");
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
        keeps_order(&METHOD, "k = 0.7", Ties::New);
        keeps_order(&METHOD, "k = 0.9; move-to = nearest", Ties::New);
    }
}
