//! Intended importance: the weights under which each part is as important as the index says it should be.
//!
//! Use it where weights are meant as importance: a weight says how a score is counted, while importance is how far the
//! aggregate goes along with the part. Parts that differ little, or that the others contradict, need more weight than their
//! importance; some intentions cannot be met without negative weights, and the method says which.

use crate::going_along::Trial;
use crate::search::Begin;
use crate::{Parts, Weighed, Weigher, WeigherBox, shared};
use gradus_method::{Args, Default, Fault, Method, Outcome, Param, ParamKind, Reference};
use gradus_model::Id;
use gradus_model::diagnostic::catalog;
use gradus_model::number::{Decimal, Scalar};
use std::collections::BTreeMap;

/// Registry entry of [`IntendedImportance`].
pub static METHOD: Method<WeigherBox> = Method {
    id: "intended-importance",
    since: "0.1.0",
    summary: "The weights under which the parts have the importance intended for them.",
    summary_zh: "目标重要性权重：求解使各部分实际重要性等于预期重要性的权重。",
    formula: "w = the weights, not negative, with the least sum((q - t)^2), t the intended shares and q the shares of r^2 (or r), r the correlation of each part with the aggregate under w",
    params: &[
        Param {
            name: "importance",
            kind: ParamKind::CodeTable,
            default: Default::Absent("all parts are meant to be equally important"),
            range: "every part; 0 or more, not all 0",
            meaning: "the importance intended for each part, in proportion, by code",
        },
        Param {
            name: "measure",
            kind: ParamKind::Word(&["squared-correlation", "correlation"]),
            default: Default::Value("squared-correlation"),
            range: "squared-correlation, correlation",
            meaning: "what importance is: the share of a part in the squared correlations with the aggregate, or in the correlations, as in COINr",
        },
        Param {
            name: "tolerance",
            kind: ParamKind::Number,
            default: Default::Value("0.001"),
            range: "above 0, below 1",
            meaning: "by how much an attained share may miss the intended one before a note says so",
        },
    ],
    references: &[
        Reference {
            citation: "Paruolo, Saisana and Saltelli (2013). Ratings and rankings: voodoo or science? Journal of the Royal Statistical Society A 176(3), 609-634",
            locator: "https://doi.org/10.1111/j.1467-985X.2012.01059.x",
        },
        Reference {
            citation: "Becker, Saisana, Paruolo and Vandecasteele (2017). Weights and importance in composite indicators: Closing the gap. Ecological Indicators 80, 12-22",
            locator: "https://doi.org/10.1016/j.ecolind.2017.03.056",
        },
    ],
    build: |args| Ok(WeigherBox::new(IntendedImportance::new(args)?)),
};

/// Weights fitted to intended importance.
///
/// # Formula
/// ```text
/// r_j(w) = corr( x_j, aggregate(w) )
/// q_j(w) = r_j² / Σ r²     squared-correlation;   q_j(w) = r_j / Σ r     correlation
/// minimize Σ_j ( q_j(w) − t_j )²  with  Σ w = 1,  w ≥ 0
/// ```
/// # Parameters
/// | name | default | range | meaning |
/// | :--- | :--- | :--- | :--- |
/// | `importance` | equal | every part; 0 or more, not all 0 | intended importance t by code, in proportion |
/// | `measure` | `squared-correlation` | `squared-correlation`, `correlation` | what importance is |
/// | `tolerance` | 0.001 | above 0, below 1 | the miss of a share that is accepted without a note |
/// # Input and output
/// Scores. The aggregate is the group's own, whatever its method. Dimensionless weights that add up to 1, never negative.
/// Facts: intended and attained importance and correlation of each part, and the largest miss. Computed by a search in
/// binary64 whatever the arithmetic of the package: damped Gauss-Newton steps from the intended, declared and equal weights,
/// then from near each part alone, then exchanges of weight between parts.
/// # Missing values and edge cases
/// Units with the part and the aggregate, three at least. Where the intention cannot be met, the nearest weights found are
/// taken and a note names the part that misses most. A group of one part weighs it fully.
/// # Errors
/// `too-few-values` for fewer than three units; `zero-range` for a part whose values are all equal; `invalid-parameter` when
/// `importance` leaves a part out, is below 0 or all 0, or names what is no part; and what the aggregation says.
/// # Example
/// ```
/// use gradus_method::{Args, Column};
/// use gradus_weight::{Group, intended_importance::IntendedImportance};
/// // Two parts are equally important when their standard deviations, times their weights, are equal.
/// let group = Group::new([
///     ("A", Column::of(vec![1.0, 2.0, 3.0, 4.0])),
///     ("B", Column::of(vec![9.0, 3.0, 12.0, 6.0])),
/// ])?;
/// let weights = group.weigh(&IntendedImportance::new(&Args::new())?)?.weights;
/// assert!((weights[0] - 0.75).abs() < 1e-9);
/// # Ok::<(), gradus_method::Fault>(())
/// ```
/// # References
/// Paruolo, Saisana and Saltelli (2013). Becker, Saisana, Paruolo and Vandecasteele (2017).
#[derive(Debug, Clone)]
pub struct IntendedImportance {
    importance: Option<BTreeMap<String, Decimal>>,
    measure: Measure,
    tolerance: f64,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Measure {
    SquaredCorrelation,
    Correlation,
}

impl Measure {
    /// The share of each part; `None` where there is nothing to share.
    fn shares(self, correlations: &[f64]) -> Option<Vec<f64>> {
        let of = |r: &f64| match self {
            Self::SquaredCorrelation => r * r,
            Self::Correlation => *r,
        };
        let total: f64 = correlations.iter().map(of).sum();
        (total > 0.0).then(|| correlations.iter().map(|r| of(r) / total).collect())
    }
}

impl IntendedImportance {
    /// Reads the parameters.
    ///
    /// # Errors
    /// `invalid-parameter` for importance or tolerance out of range.
    pub fn new(args: &Args) -> Outcome<Self> {
        let importance = args.number_table("importance")?;
        if let Some((code, x)) = importance.iter().flatten().find(|(_, x)| **x < Decimal::ZERO) {
            return Err(Fault::parameter(
                "importance",
                format!("the importance of `{code}` is {x}, below 0"),
            )
            .help(format!("give `{code}` an importance of 0 or more")));
        }
        let tolerance = args.optional_number("tolerance")?.unwrap_or(Decimal::new(1, 3));
        if tolerance <= Decimal::ZERO || tolerance >= Decimal::ONE {
            return Err(Fault::parameter(
                "tolerance",
                format!("`tolerance` is {tolerance}, not between 0 and 1"),
            )
            .help("give a small share such as 0.001"));
        }
        let measures =
            [("squared-correlation", Measure::SquaredCorrelation), ("correlation", Measure::Correlation)];
        let method = Self {
            importance,
            measure: args.word("measure", &measures, Measure::SquaredCorrelation)?,
            tolerance: tolerance.to_f64(),
        };
        if !args.parts().is_empty() {
            method.intended(args.parts())?;
        }
        Ok(method)
    }

    /// The intended shares, by part.
    fn intended(&self, codes: &[Id]) -> Outcome<Vec<f64>> {
        const NAME: &str = "importance";
        let Some(importance) = &self.importance else {
            return Ok(vec![1.0 / codes.len() as f64; codes.len()]);
        };
        shared::known(NAME, importance.keys().map(String::as_str), codes)?;
        let of = |code: &Id| {
            importance.get(code.as_str()).map(|x| x.to_f64()).ok_or_else(|| {
                Fault::parameter(NAME, format!("`{NAME}` leaves out `{code}`"))
                    .help(format!("add `{code}` to `{NAME}`, with 0 if it should not matter"))
            })
        };
        let importance = codes.iter().map(of).collect::<Outcome<Vec<f64>>>()?;
        shared::shares(&importance, || {
            Fault::parameter(NAME, "the importance of every part is 0")
                .help("give a part an importance above 0")
        })
    }
}

impl<S: Scalar> Weigher<S> for IntendedImportance {
    fn weigh(&self, parts: &Parts<'_, S>) -> Outcome<Weighed<S>> {
        let intended = self.intended(parts.codes)?;
        if let Some(only) = Weighed::only(parts) {
            return Ok(only);
        }
        let trial = Trial::new(METHOD.id, parts)?;
        let misses = |correlations: &[f64]| {
            let shares = self.measure.shares(correlations)?;
            Some(shares.iter().zip(&intended).map(|(q, t)| q - t).collect())
        };
        let found = trial.least(METHOD.id, Some(intended.clone()), Begin::NearCornersToo, misses)?;
        let correlations = trial.correlations(&found.weights)?.ok_or_else(Fault::out_of_range)?;
        let attained = self.measure.shares(&correlations).ok_or_else(Fault::out_of_range)?;
        let miss = attained.iter().zip(&intended).map(|(q, t)| (q - t).abs()).fold(0.0, f64::max);
        // What one part has too much, others have too little: the one that lacks most is named.
        let lack = |j: usize| intended[j] - attained[j];
        let worst = (1..intended.len()).fold(0, |worst, j| if lack(j) > lack(worst) { j } else { worst });
        let weighed = Weighed::of(shared::lift_all(&found.weights)?)
            .fact("largest miss", shared::lift(miss)?)
            .fact_of_each("intended importance", parts.codes, &shared::lift_all(&intended)?)
            .fact_of_each("importance", parts.codes, &shared::lift_all(&attained)?)
            .fact_of_each("correlation", parts.codes, &shared::lift_all(&correlations)?);
        Ok(if miss > self.tolerance {
            weighed.note(&catalog::UNATTAINABLE_IMPORTANCE, format!(
                "no weights that are not negative were found to meet the intended importance: `{}` attains {:.4} where {:.4} is intended",
                parts.codes[worst], attained[worst], intended[worst]
            ))
        } else {
            weighed
        })
    }
}

#[cfg(test)]
mod tests {
    use super::METHOD;
    use crate::testing::*;
    use gradus_model::number::Decimal;

    #[test]
    fn two_parts() {
        // r_A = r_B where w_A s_A = w_B s_B, whatever their correlation: s_B = 3 s_A.
        let parts = "A 1 2 3 4; B 9 3 12 6";
        check(&METHOD, "", parts, "~0.750000000 ~0.250000000");
        check(&METHOD, "measure = correlation", parts, "~0.750000000 ~0.250000000");
        check_fact(&METHOD, "", parts, "importance of B", "~0.500000000");
        check(&METHOD, "", "A .", "1");
    }

    #[test]
    fn uncorrelated_parts() {
        // Deviations 1, 1 and 1, no correlation: r_j^2 is in proportion to w_j^2, so 9 : 4 : 1 is met by weights 3 : 2 : 1.
        let parts = "A 1 1 1 1 -1 -1 -1 -1; B 1 1 -1 -1 1 1 -1 -1; C 1 -1 1 -1 1 -1 1 -1";
        let text = "importance = {A 9 B 4 C 1}";
        check(&METHOD, text, parts, "~0.500000000 ~0.333333333 ~0.166666667");
        // Correlations themselves are in proportion to weights.
        let text = format!("{text}; measure = correlation");
        check(&METHOD, &text, parts, "~0.642857143 ~0.285714286 ~0.071428571");
        // What should not matter at all weighs nothing.
        let weighed = weigh::<f64>(&METHOD, "importance = {A 1 B 1 C 0}", parts).unwrap();
        assert!(weighed.weights[2] < 1e-3 && weighed.notes.is_empty(), "{weighed:?}");
    }

    #[test]
    fn what_cannot_be_met_is_said() {
        // A and B are the same but for one unit, so that A alone cannot have nine tenths.
        let parts = "A 1 2 3 4 5 6; B 1 2 3 4 6 5";
        let weighed = weigh::<Decimal>(&METHOD, "importance = {A 9 B 1}", parts).unwrap();
        // The best is all weight on A: r_B^2 = (33/35)^2, and A attains 1 / (1 + r_B^2) = 0.529386.
        assert_eq!(weighed.weights, [Decimal::ONE, Decimal::ZERO]);
        assert_eq!(
            weighed.notes[0].1,
            "no weights that are not negative were found to meet the intended importance: `A` attains 0.5294 where 0.9000 is intended"
        );
        check_fact(&METHOD, "importance = {A 9 B 1}", parts, "importance of A", "~0.529386");
        let weighed = weigh::<f64>(&METHOD, "importance = {A 9 B 1}; tolerance = 0.5", parts).unwrap();
        assert!(weighed.notes.is_empty());
    }

    #[test]
    fn what_it_cannot_do_it_says() {
        let parts = "A 1 2 3; B 1 3 2";
        faults(
            &METHOD,
            &[
                ("", "A 1 2 .; B 1 3 2", "too-few-values"),
                ("", "A 1 2 3; K 5 5 5", "zero-range"),
                ("importance = {A 1}", parts, "invalid-parameter"),
                ("importance = {A 1 B -1}", parts, "invalid-parameter"),
                ("importance = {A 0 B 0}", parts, "invalid-parameter"),
                ("importance = {A 1 B 1 C 1}", parts, "invalid-parameter"),
                ("tolerance = 0", parts, "invalid-parameter"),
            ],
        );
    }

    #[test]
    fn properties() {
        holds_in(12, &METHOD, "measure = correlation", 1..900, 2e-3, &[Property::ShiftFree]);
    }
}
