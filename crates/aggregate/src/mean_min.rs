//! Mean-min function: the mean, drawn toward the smallest part.
//!
//! Use it where a weak part may be offset by others to a stated degree only. `alpha` says how much imbalance costs,
//! `beta` how large it must be before it costs in full.

use crate::shared;
use crate::{Aggregator, AggregatorBox};
use gradus_method::{Args, Default, Fault, Method, Outcome, Param, ParamKind, Reference};
use gradus_model::number::{Decimal, Scalar};

/// Registry entry of [`MeanMin`].
pub static METHOD: Method<AggregatorBox> = Method {
    id: "mean-min",
    since: "0.1.0",
    summary: "The mean, drawn toward the smallest part by a share of the distance between them.",
    summary_zh: "均值—最小值函数：以 alpha 调节均值向最弱部分靠拢的程度。",
    formula: "y = M - alpha (sqrt((M - min(x))^2 + beta^2) - beta) with M = sum(w x) / sum(w); beta = 0: y = (1 - alpha) M + alpha min(x)",
    params: &[
        Param {
            name: "alpha",
            kind: ParamKind::Number,
            default: Default::Required,
            range: "0 to 1",
            meaning: "how much imbalance costs, dimensionless: 0 is the mean, 1 with `beta` = 0 the minimum",
        },
        Param {
            name: "beta",
            kind: ParamKind::Number,
            default: Default::Value("0"),
            range: "0 or more",
            meaning: "how far small imbalance is forgiven, on the scale of the parts: the larger, the nearer to the mean",
        },
    ],
    references: &[
        Reference {
            citation: "Casadio Tarabusi and Guarini (2013). An unbalance adjustment method for development indicators. Social Indicators Research 112, 19-45",
            locator: "https://doi.org/10.1007/s11205-012-0070-4",
        },
        shared::HANDBOOK,
    ],
    build: |args| Ok(AggregatorBox::new(MeanMin::new(args)?)),
};

/// The mean-min function.
///
/// # Formula
/// ```text
/// y = M − α ( √( (M − min x)² + β² ) − β )     M = Σ w x / Σ w
/// y = (1 − α) M + α min x                      β = 0
/// ```
/// # Parameters
/// | name | default | range | meaning |
/// | :--- | :--- | :--- | :--- |
/// | `alpha` | none | 0 to 1 | how much imbalance costs: 0 is the mean |
/// | `beta` | 0 | 0 or more | how far small imbalance is forgiven, on the scale of the parts |
/// # Input and output
/// Scores on one scale, of any sign; a score on the same scale.
/// # Missing values and edge cases
/// The group decides about missing parts before the method is called. A part of weight zero is left out, also from the
/// minimum. Equal parts give exactly their value.
/// # Errors
/// `missing-parameter` without `alpha`; `invalid-parameter` for a parameter outside its range.
/// # Example
/// ```
/// use gradus_aggregate::{Aggregator, mean_min::MeanMin};
/// use gradus_method::Args;
/// let strict = MeanMin::new(&Args::new().number_of("alpha", 1).number_of("beta", 4))?;
/// assert_eq!(strict.row(&[7.0, 13.0], &[1.0, 1.0])?, 9.0);
/// # Ok::<(), gradus_method::Fault>(())
/// ```
/// # References
/// Casadio Tarabusi and Guarini (2013), An unbalance adjustment method for development indicators.
#[derive(Debug, Clone)]
pub struct MeanMin {
    alpha: Decimal,
    beta: Decimal,
}

impl MeanMin {
    /// Reads the parameters.
    ///
    /// # Errors
    /// `missing-parameter` without `alpha`; `invalid-parameter` for a parameter outside its range.
    pub fn new(args: &Args) -> Outcome<Self> {
        let alpha = args.number("alpha")?;
        if alpha < Decimal::ZERO || alpha > Decimal::ONE {
            return Err(Fault::parameter("alpha", format!("`alpha` must be from 0 to 1, found {alpha}"))
                .help("use 0 for the mean and 1 for the full penalty"));
        }
        let beta = args.optional_number("beta")?.unwrap_or(Decimal::ZERO);
        if beta < Decimal::ZERO {
            return Err(Fault::parameter("beta", format!("`beta` must be 0 or more, found {beta}"))
                .help("leave `beta` out for the mean of mean and minimum"));
        }
        Ok(Self { alpha, beta })
    }

    fn drawn<S: Scalar>(&self, mean: S, low: S) -> Option<S> {
        let gap = mean.minus(low)?.greatest(S::ZERO);
        let (alpha, beta) = (S::from_decimal(self.alpha), S::from_decimal(self.beta));
        let longer = gap.greatest(beta);
        if gap == S::ZERO || alpha == S::ZERO {
            return Some(mean);
        }
        // √(g² + β²) − β is g² / (√(g² + β²) + β): no difference of near numbers, and shares of the longer side, whose
        // squares stay in range.
        let (g, b) = (gap.over(longer)?, beta.over(longer)?);
        let root = shared::product(g, g)?.plus(shared::product(b, b)?)?.sqrt()?;
        let penalty = shared::product(gap, g.over(root.plus(b)?)?)?;
        mean.minus(shared::product(alpha, penalty)?)
    }
}

impl<S: Scalar> Aggregator<S> for MeanMin {
    fn row(&self, values: &[S], weights: &[S]) -> Outcome<S> {
        let (low, high) = shared::extent(values, weights)?;
        shared::mean(values, weights)
            .and_then(|mean| self.drawn(mean.greatest(low).least(high), low))
            .map(|y| shared::settle(y, low, high))
            .filter(|y| y.finite())
            .ok_or_else(Fault::out_of_range)
    }
}

#[cfg(test)]
mod tests {
    use super::METHOD;
    use crate::testing::*;

    #[test]
    fn worked_by_hand() {
        // Mean 10, minimum 7.
        check(&METHOD, "alpha = 0", "7 13", "10");
        check(&METHOD, "alpha = 0.5", "7 13", "8.5");
        check(&METHOD, "alpha = 1", "7 13", "7");
        // √(9 + 16) − 4 = 1.
        check(&METHOD, "alpha = 1; beta = 4", "7 13", "9");
        check(&METHOD, "alpha = 0.5; beta = 4", "7 13", "9.5");
        check(&METHOD, "alpha = 1/4; beta = 4", "7 13", "9.75");
        // Mean 11.5.
        check(&METHOD, "alpha = 1; beta = 6", "7 13 | 1 3", "10");
        check(&METHOD, "alpha = 1", "-3 13 1 | 1 1 0", "-3");
    }

    #[test]
    fn edges() {
        check(&METHOD, "alpha = 1; beta = 3", "0.1 0.1 0.1", "0.1");
        check(&METHOD, "alpha = 1; beta = 3", "42", "42");
        check(&METHOD, "alpha = 1; beta = 4e27", "7e27 13e27", "9000000000000000000000000000");
        check(&METHOD, "alpha = 1; beta = 1e20", "7 13", "~10.0000000000");
        check(&METHOD, "alpha = 1; beta = 1e-20", "7 13", "~7.0000000000");
    }

    #[test]
    fn what_it_cannot_do_it_says() {
        for (text, parts, id) in [
            ("", "1 2", "missing-parameter"),
            ("alpha = 1.01", "1 2", "invalid-parameter"),
            ("alpha = -0.01", "1 2", "invalid-parameter"),
            ("alpha = 1; beta = -1", "1 2", "invalid-parameter"),
            ("alpha = 1", "1 2 | 0 0", "zero-weights"),
        ] {
            assert_eq!(fault(&METHOD, text, parts).kind.id, id, "{text}");
        }
    }

    #[test]
    fn properties() {
        use Property::{Between, Monotone, WeightsAreShares};
        for text in
            ["alpha = 0", "alpha = 0.4", "alpha = 1", "alpha = 0.7; beta = 12.5", "alpha = 1; beta = 1"]
        {
            holds(&METHOD, text, -900..900, &[Between, Monotone, WeightsAreShares]);
        }
    }
}
