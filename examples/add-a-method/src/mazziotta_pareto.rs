//! Mazziotta-Pareto: the mean with a penalty for imbalance.
//!
//! Use it where a unit should not make up for a weak part with a strong one: of two units with the same mean, the
//! balanced one scores higher. Scores must have a positive mean; the authors use scores around 100 with standard
//! deviation 10.

use gradus_aggregate::{Aggregator, AggregatorBox};
use gradus_method::{Args, Default, Fault, Method, Outcome, Param, ParamKind, Reference};
use gradus_model::diagnostic::catalog;
use gradus_model::number::Scalar;

/// Registry entry of [`MazziottaPareto`].
pub static METHOD: Method<AggregatorBox> = Method {
    id: "mazziotta-pareto",
    since: "0.1.0",
    summary: "The mean less a penalty that grows with the imbalance of the parts.",
    summary_zh: "马齐奥塔–帕累托法：均值减去随各部分不均衡程度增大的惩罚项。",
    formula: "y = M - S cv with M = sum(w x) / sum(w), S = sqrt(sum(w (x - M)^2) / sum(w)), cv = S / M",
    params: &[Param {
        name: "penalty",
        kind: ParamKind::Word(&["subtract", "add"]),
        default: Default::Value("subtract"),
        range: "subtract, add",
        meaning: "whether imbalance lowers the score, or raises it as in an index of something undesirable",
    }],
    references: &[Reference {
        citation: "De Muro, Mazziotta and Pareto (2011). Composite Indices of Development and Poverty: An Application to MDGs. Social Indicators Research 104, 1-18",
        locator: "https://doi.org/10.1007/s11205-010-9727-z",
    }],
    build: |args| Ok(AggregatorBox::new(MazziottaPareto::new(args)?)),
};

/// The Mazziotta-Pareto index of a unit's parts.
///
/// # Formula
/// ```text
/// y = M − S · cv        (with `penalty = "add"`: y = M + S · cv)
///
/// M = Σ w x / Σ w,  S = √( Σ w (x − M)² / Σ w ),  cv = S / M,  so S · cv = S² / M
/// ```
/// # Parameters
/// | name | default | range | meaning |
/// | :--- | :--- | :--- | :--- |
/// | `penalty` | `subtract` | `subtract`, `add` | whether imbalance lowers or raises the score |
/// # Input and output
/// Scores on one scale with a positive mean; a score on the same scale. No root is taken, so decimals stay exact as
/// far as their divisions end.
/// # Missing values and edge cases
/// The group decides about missing parts before the method is called. A part of weight zero is left out. Equal parts
/// give their value.
/// # Errors
/// `non-positive-mean` when the mean is not above 0.
/// # Example
/// ```
/// use add_a_method::mazziotta_pareto::MazziottaPareto;
/// use gradus_aggregate::Aggregator;
/// use gradus_method::Args;
/// let y: f64 = MazziottaPareto::new(&Args::new())?.row(&[60.0, 140.0], &[1.0, 1.0])?;
/// assert_eq!(y, 84.0); // 100 - 1600 / 100
/// # Ok::<(), gradus_method::Fault>(())
/// ```
/// # References
/// De Muro, Mazziotta and Pareto (2011), Composite Indices of Development and Poverty.
#[derive(Debug, Clone)]
pub struct MazziottaPareto {
    add: bool,
}

impl MazziottaPareto {
    /// Reads the parameters.
    ///
    /// # Errors
    /// `invalid-parameter` for an unknown word.
    pub fn new(args: &Args) -> Outcome<Self> {
        Ok(Self { add: args.word("penalty", &[("subtract", false), ("add", true)], false)? })
    }
}

/// Mean and variance of the parts with weight, summed in their order.
fn moments<S: Scalar>(values: &[S], weights: &[S]) -> Option<(S, S)> {
    let total = weights.iter().try_fold(S::ZERO, |sum, w| sum.plus(*w))?;
    let parts = || values.iter().zip(weights).filter(|(_, w)| **w > S::ZERO);
    let mean = parts().try_fold(S::ZERO, |sum, (x, w)| sum.plus(x.times(*w)?))?.over(total)?;
    let variance = parts().try_fold(S::ZERO, |sum, (x, w)| {
        let distance = x.minus(mean)?;
        sum.plus(w.times(distance.times(distance)?)?)
    })?;
    Some((mean, variance.over(total)?))
}

impl<S: Scalar> Aggregator<S> for MazziottaPareto {
    fn row(&self, values: &[S], weights: &[S]) -> Outcome<S> {
        let (mean, variance) = moments(values, weights).ok_or_else(Fault::out_of_range)?;
        if mean <= S::ZERO {
            return Err(Fault::new(
                &catalog::NON_POSITIVE_MEAN,
                format!("the mean of the parts is {mean}, and its coefficient of variation is not defined"),
            )
            .help("bring the parts onto a positive scale, such as `to = [1, 100]`"));
        }
        let penalty = variance.over(mean).ok_or_else(Fault::out_of_range)?;
        let score = if self.add { mean.plus(penalty) } else { mean.minus(penalty) };
        score.filter(|y| y.finite()).ok_or_else(Fault::out_of_range)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use gradus_method::Arg;
    use gradus_model::number::{Decimal, parse_decimal};

    fn check(args: &Args, values: &[i64], weights: &[i64], want: &str) {
        let method = METHOD.make(args).unwrap();
        let want = parse_decimal(want).unwrap();
        let d = |list: &[i64]| -> Vec<Decimal> { list.iter().map(|x| Decimal::from(*x)).collect() };
        assert_eq!(Decimal::pick(&method).row(&d(values), &d(weights)).unwrap(), want);
        let f = |list: &[i64]| -> Vec<f64> { list.iter().map(|x| *x as f64).collect() };
        let binary = f64::pick(&method).row(&f(values), &f(weights)).unwrap();
        assert!((binary - want.to_f64()).abs() < 1e-12);
    }

    #[test]
    fn worked_by_hand() {
        let add = Args::new().with("penalty", Arg::Text("add".into()));
        // M = 100, S² = 1600.
        check(&Args::new(), &[60, 140], &[1, 1], "84");
        check(&add, &[60, 140], &[1, 1], "116");
        // M = 80, S² = (3 · 100 + 900) / 4 = 300, S² / M = 3.75.
        check(&Args::new(), &[90, 50], &[3, 1], "76.25");
        check(&Args::new(), &[70, 70, 70], &[1, 2, 3], "70");
        check(&Args::new(), &[50, -3], &[1, 0], "50");
    }

    #[test]
    fn a_mean_of_zero_or_less_is_refused() {
        let method = METHOD.make(&Args::new()).unwrap();
        let fault = f64::pick(&method).row(&[-1.0, 1.0], &[1.0, 1.0]).unwrap_err();
        assert_eq!(fault.kind.id, "non-positive-mean");
    }
}
