//! Winsorizing at percentiles: the outermost values on either side are moved to fixed percentiles of the data.
//!
//! Use it where a rule is to be the same for every indicator. It moves values whether they are outliers or not; to leave
//! well-behaved indicators alone use `skew-kurtosis`.

use crate::shared::{self, MoveTo};
use crate::{Treated, Treatment, TreatmentBox};
use gradus_method::{Args, Column, Default, Fault, Method, Outcome, Param, ParamKind, Reference};
use gradus_model::diagnostic::catalog;
use gradus_model::number::{Decimal, Scalar};

/// Registry entry of [`WinsorizePercentile`].
pub static METHOD: Method<TreatmentBox> = Method {
    id: "winsorize-percentile",
    since: "0.1.0",
    summary: "Move values beyond two percentiles of the data to these.",
    summary_zh: "百分位缩尾：将两个百分位之外的数值移至该百分位。",
    formula: "t = min(max(x, Q(lower)), Q(upper))",
    params: &[
        Param {
            name: "lower",
            kind: ParamKind::Number,
            default: Default::Value("0.05"),
            range: "from 0, below `upper`",
            meaning: "the share of the values below the lower limit, dimensionless",
        },
        Param {
            name: "upper",
            kind: ParamKind::Number,
            default: Default::Value("0.95"),
            range: "above `lower`, up to 1",
            meaning: "the share of the values below the upper limit, dimensionless",
        },
        shared::MOVE_TO,
    ],
    references: &[
        shared::HANDBOOK,
        Reference {
            citation: "Tukey (1962). The future of data analysis. The Annals of Mathematical Statistics 33(1), 1-67",
            locator: "https://doi.org/10.1214/aoms/1177704711",
        },
        Reference {
            citation: "Hyndman and Fan (1996). Sample quantiles in statistical packages. The American Statistician 50(4), 361-365",
            locator: "https://doi.org/10.1080/00031305.1996.10473566",
        },
    ],
    build: |args| Ok(TreatmentBox::new(WinsorizePercentile::new(args)?)),
};

/// Winsorizing at percentiles.
///
/// # Formula
/// ```text
/// t = min(max(x, Q(lower)), Q(upper))
/// ```
/// Q is the quantile of type 7, as in R and spreadsheets.
/// # Parameters
/// | name | default | range | meaning |
/// | :--- | :--- | :--- | :--- |
/// | `lower` | 0.05 | 0 ≤ lower < upper | share of the values below the lower limit |
/// | `upper` | 0.95 | lower < upper ≤ 1 | share of the values below the upper limit |
/// | `move-to` | `limit` | `limit`, `nearest` | to the limit, or to the outermost value within the limits |
/// # Input and output
/// One indicator in any measurement unit; the same, with values beyond the limits moved. Facts: `lower` and `upper` are
/// the ends of the values that are left, `points` how many were moved; `skewness` and `kurtosis` before, and `-after`.
/// # Missing values and edge cases
/// Missing stays missing. The order of units is kept, with new ties. Limits that would make all values equal move none.
/// With 0 or 1 the side is left as it is.
/// # Errors
/// `invalid-parameter` when a share is not from 0 to 1; `invalid-bounds` when `lower` is not below `upper`.
/// # Example
/// ```
/// use gradus_method::{Args, Column};
/// use gradus_model::Decimal;
/// use gradus_treat::{Treatment, winsorize_percentile::WinsorizePercentile};
/// let values = Column::of(vec![1.0, 2.0, 3.0, 4.0, 100.0]);
/// let args = Args::new().number_of("lower", 0).number_of("upper", Decimal::new(75, 2));
/// let treated = WinsorizePercentile::new(&args)?.treat(&values)?;
/// assert_eq!(treated.values.full(), Some(&[1.0, 2.0, 3.0, 4.0, 4.0][..]));
/// # Ok::<(), gradus_method::Fault>(())
/// ```
/// # References
/// OECD and JRC (2008), Handbook. Tukey (1962), The future of data analysis. Hyndman and Fan (1996).
#[derive(Debug, Clone)]
pub struct WinsorizePercentile {
    lower: Decimal,
    upper: Decimal,
    to: MoveTo,
}

impl WinsorizePercentile {
    /// Reads the parameters.
    ///
    /// # Errors
    /// `invalid-parameter` for a share outside 0 to 1; `invalid-bounds` when they do not rise.
    pub fn new(args: &Args) -> Outcome<Self> {
        let share = |name: &str, default| match args.optional_number(name)? {
            None => Ok(default),
            Some(share) if (Decimal::ZERO..=Decimal::ONE).contains(&share) => Ok(share),
            Some(other) => {
                Err(Fault::parameter(name, format!("`{name}` must be from 0 to 1, found {other}"))
                    .help("write shares, not percentages: 0.05 for five percent"))
            }
        };
        let (lower, upper) = (share("lower", Decimal::new(5, 2))?, share("upper", Decimal::new(95, 2))?);
        if lower >= upper {
            return Err(Fault::new(
                &catalog::INVALID_BOUNDS,
                format!("the lower share {lower} is not below the upper share {upper}"),
            )
            .of("lower")
            .help("give the smaller share as `lower`"));
        }
        Ok(Self { lower, upper, to: MoveTo::of(args)? })
    }
}

impl<S: Scalar> Treatment<S> for WinsorizePercentile {
    fn treat(&self, values: &Column<S>) -> Outcome<Treated<S>> {
        let sorted = shared::sorted(values);
        let limits = if sorted.is_empty() {
            None
        } else {
            let quantile = |share| shared::quantile(&sorted, share).ok_or_else(Fault::out_of_range);
            Some((quantile(self.lower)?, quantile(self.upper)?))
        };
        Ok(shared::winsorized(values, &sorted, limits, self.to))
    }
}

#[cfg(test)]
mod tests {
    use super::METHOD;
    use crate::testing::*;

    #[test]
    fn worked_by_hand() {
        // Quantiles of 0 to 10: Q(p) = 10 p.
        let values = "0 1 2 3 4 . 5 6 7 8 9 10";
        check(&METHOD, "lower = 0.15; upper = 0.95", values, "1.5 1.5 2 3 4 . 5 6 7 8 9 9.5");
        check(&METHOD, "lower = 0.15; upper = 0.95; move-to = nearest", values, "2 2 2 3 4 . 5 6 7 8 9 9");
        check(&METHOD, "lower = 0; upper = 0.8", values, "0 1 2 3 4 . 5 6 7 8 8 8");
        let treated = treat::<f64>(&METHOD, "", values).unwrap();
        assert_eq!(treated.changed, [(0, "winsorized-low"), (11, "winsorized-high")]);
        assert_eq!((fact(&treated, "lower"), fact(&treated, "upper")), (0.5, 9.5));
    }

    #[test]
    fn limits_that_would_make_all_equal_move_none() {
        left(&METHOD, "upper = 0.8", "0 0 0 0 0 0 0 0 0 1");
        left(&METHOD, "lower = 0.45; upper = 0.55; move-to = nearest", "0 10");
    }

    #[test]
    fn what_it_cannot_do_it_says() {
        for (text, id) in [
            ("lower = -0.1", "invalid-parameter"),
            ("upper = 95", "invalid-parameter"),
            ("lower = 0.5; upper = 0.5", "invalid-bounds"),
            ("move-to = mean", "invalid-parameter"),
        ] {
            assert_eq!(fault(&METHOD, text, "1 2").kind.id, id, "{text}");
        }
    }

    #[test]
    fn what_has_no_shape_is_left() {
        for values in ["", ". .", "7", "3 3 . 3"] {
            left(&METHOD, "", values);
        }
    }

    #[test]
    fn properties() {
        keeps_order(&METHOD, "lower = 0.1; upper = 0.9", Ties::New);
        keeps_order(&METHOD, "lower = 0.2; upper = 1; move-to = nearest", Ties::New);
    }
}
