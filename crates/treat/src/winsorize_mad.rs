//! Winsorizing by the median absolute deviation: values too far from the median are moved in, by a distance that outliers
//! do not widen.
//!
//! Use it for small samples and several outliers at once. An indicator of which more than half the values are equal has
//! no such distance and is left as it is.

use crate::shared::{self, MoveTo};
use crate::{Treated, Treatment, TreatmentBox};
use gradus_method::{Args, Column, Default, Fault, Method, Outcome, Param, ParamKind, Reference};
use gradus_model::number::{Decimal, Scalar};

/// Registry entry of [`WinsorizeMad`].
pub static METHOD: Method<TreatmentBox> = Method {
    id: "winsorize-mad",
    since: "0.1.0",
    summary: "Move values more than k median absolute deviations from the median.",
    summary_zh: "中位绝对偏差缩尾：将偏离中位数过远的数值移回。",
    formula: "t = min(max(x, m - k d), m + k d) with m the median and d = 1.4826 times the median absolute deviation",
    params: &[
        Param {
            name: "k",
            kind: ParamKind::Number,
            default: Default::Value("3.5"),
            range: "above 0",
            meaning: "how far from the median the limits are, in measures of spread, dimensionless",
        },
        shared::MOVE_TO,
    ],
    references: &[
        Reference {
            citation: "Iglewicz and Hoaglin (1993). How to Detect and Handle Outliers. ASQC Quality Press",
            locator: "ISBN 978-0-87389-247-6",
        },
        Reference {
            citation: "Leys, Ley, Klein, Bernard and Licata (2013). Detecting outliers: Do not use standard deviation around the mean, use absolute deviation around the median. Journal of Experimental Social Psychology 49(4), 764-766",
            locator: "https://doi.org/10.1016/j.jesp.2013.03.013",
        },
    ],
    build: |args| Ok(TreatmentBox::new(WinsorizeMad::new(args)?)),
};

/// Winsorizing by distance from the median.
///
/// # Formula
/// ```text
/// t = min(max(x, m − k d), m + k d),  m = median x,  d = 1.4826 median |x − m|
/// ```
/// d estimates the standard deviation of normal data; the factor is given here to 4 digits and used to 16.
/// # Parameters
/// | name | default | range | meaning |
/// | :--- | :--- | :--- | :--- |
/// | `k` | 3.5 | above 0 | how far from the median the limits are, in measures of spread |
/// | `move-to` | `limit` | `limit`, `nearest` | to the limit, or to the outermost value within the limits |
/// # Input and output
/// One indicator in any measurement unit; the same, with values beyond the limits moved. Facts: `lower` and `upper` are
/// the ends of the values that are left, `points` how many were moved; `skewness` and `kurtosis` before, and `-after`.
/// # Missing values and edge cases
/// Missing stays missing. The order of units is kept, with new ties. Limits that would make all values equal move none.
/// Nor does a median absolute deviation of 0.
/// # Errors
/// `invalid-parameter` when `k` is not above 0; `out-of-range` when a limit leaves the range of the arithmetic.
/// # Example
/// ```
/// use gradus_method::{Args, Column};
/// use gradus_treat::{Treatment, winsorize_mad::WinsorizeMad};
/// let values = Column::of((0..20).map(|x| f64::from(x % 5)).chain([1000.0]).collect());
/// let treated = WinsorizeMad::new(&Args::new())?.treat(&values)?;
/// assert_eq!(treated.changed, [(20, "winsorized-high")]);
/// # Ok::<(), gradus_method::Fault>(())
/// ```
/// # References
/// Iglewicz and Hoaglin (1993), How to Detect and Handle Outliers. Leys and others (2013).
#[derive(Debug, Clone)]
pub struct WinsorizeMad {
    k: Decimal,
    to: MoveTo,
}

impl WinsorizeMad {
    /// Reads the parameters.
    ///
    /// # Errors
    /// `invalid-parameter` when `k` is not above 0.
    pub fn new(args: &Args) -> Outcome<Self> {
        Ok(Self { k: shared::above_zero(args, "k", Decimal::new(35, 1))?, to: MoveTo::of(args)? })
    }
}

/// The standard deviation of a normal distribution whose median absolute deviation is 1: 1 / Φ⁻¹(3/4).
const NORMAL: Decimal = Decimal::from_parts(982_762_882, 345_195, 0, false, 15);

impl<S: Scalar> Treatment<S> for WinsorizeMad {
    fn treat(&self, values: &Column<S>) -> Outcome<Treated<S>> {
        let sorted = shared::sorted(values);
        if sorted.is_empty() {
            return Ok(shared::untouched(values));
        }
        let half = Decimal::new(5, 1);
        let limits = || {
            let median = shared::quantile(&sorted, half)?;
            let distances: Option<Vec<S>> =
                sorted.iter().map(|x| x.minus(median).map(S::magnitude)).collect();
            let mad = shared::quantile(&shared::sorted(&Column::of(distances?)), half)?;
            let reach = mad.times(S::from_decimal(NORMAL))?.times(S::from_decimal(self.k))?;
            Some(((median.minus(reach)?, median.plus(reach)?), mad > S::ZERO))
        };
        let (limits, spread) = limits()
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
        // Median 3, distances 2 1 0 1 997, their median 1: limits 3 -+ 3.5 x 1.482602218505602.
        check(&METHOD, "", "1 2 3 . 4 1000", "1 2 3 . 4 8.189107764769607");
        check(&METHOD, "move-to = nearest", "1 2 3 . 4 1000", "1 2 3 . 4 4");
        check(&METHOD, "k = 1", "-9 2 3 4 5", "1.517397781494398 2 3 4 ~4.482602");
        let treated = treat::<f64>(&METHOD, "", "-100 2 3 4 100").unwrap();
        assert_eq!(treated.changed, [(0, "winsorized-low"), (4, "winsorized-high")]);
    }

    #[test]
    fn without_spread_there_are_no_limits() {
        left(&METHOD, "", "0 0 0 0 5 . 9");
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
        keeps_order(&METHOD, "k = 0.7", Ties::New);
        keeps_order(&METHOD, "k = 0.9; move-to = nearest", Ties::New);
    }
}
