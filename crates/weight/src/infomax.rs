//! Infomax: the weights with which the aggregate goes along with its parts as closely as possible.
//!
//! Use it where the index should lose as little as possible of what its parts say. Parts that repeat each other keep their
//! weight; for parts of chosen importance see `intended-importance`.

use crate::going_along::Trial;
use crate::search::Begin;
use crate::{Parts, Weighed, Weigher, WeigherBox, shared};
use gradus_method::{Fault, Method, Outcome, Reference};
use gradus_model::number::Scalar;

/// Registry entry of [`Infomax`].
pub static METHOD: Method<WeigherBox> = Method {
    id: "infomax",
    since: "0.1.0",
    summary: "The weights with the largest mean correlation between the parts and their aggregate.",
    summary_zh: "信息最大化权重：使各部分与综合值的平均相关系数最大。",
    formula: "w = the weights, not negative, with the largest sum(r), r the correlation of each part with the aggregate under w",
    params: &[],
    references: &[
        Reference {
            citation: "Becker, Saisana, Paruolo and Vandecasteele (2017). Weights and importance in composite indicators: Closing the gap. Ecological Indicators 80, 12-22",
            locator: "https://doi.org/10.1016/j.ecolind.2017.03.056",
        },
        Reference {
            citation: "Becker, Caperna, Del Sorbo, Norlen, Papadimitriou and Saisana (2022). COINr: An R package for developing composite indicators. Journal of Open Source Software 7(78), 4567",
            locator: "https://doi.org/10.21105/joss.04567",
        },
    ],
    build: |_| Ok(WeigherBox::new(Infomax)),
};

/// Weights that maximize the total correlation.
///
/// # Formula
/// ```text
/// maximize Σ_j corr( x_j, aggregate(w) )  with  Σ w = 1,  w ≥ 0
/// ```
/// # Parameters
/// None.
/// # Input and output
/// Scores. The aggregate is the group's own. Dimensionless weights that add up to 1; the correlations and their mean are in
/// the facts. For the arithmetic mean of complete scores the weights are the reciprocals of the standard deviations.
/// Computed by a search in binary64 whatever the arithmetic of the package; the optimum is flat, so that weights are good
/// to about seven digits.
/// # Missing values and edge cases
/// Units with the part and the aggregate, three at least. A group of one part weighs it fully.
/// # Errors
/// `too-few-values` for fewer than three units; `zero-range` for a part whose values are all equal; and what the
/// aggregation says.
/// # Example
/// ```
/// use gradus_method::Column;
/// use gradus_weight::{Group, infomax::Infomax};
/// let group = Group::new([
///     ("A", Column::of(vec![1.0, 2.0, 3.0, 5.0])),
///     ("B", Column::of(vec![4.0, 2.0, 6.0, 10.0])),
/// ])?;
/// let weights = group.weigh(&Infomax)?.weights;
/// assert!(weights[0] > weights[1]);
/// # Ok::<(), gradus_method::Fault>(())
/// ```
/// # References
/// Becker, Saisana, Paruolo and Vandecasteele (2017). Becker and others (2022), COINr, function `get_opt_weights`.
#[derive(Debug, Clone, Copy)]
pub struct Infomax;

impl<S: Scalar> Weigher<S> for Infomax {
    fn weigh(&self, parts: &Parts<'_, S>) -> Outcome<Weighed<S>> {
        if let Some(only) = Weighed::only(parts) {
            return Ok(only);
        }
        let trial = Trial::new(METHOD.id, parts)?;
        // The squares of these add up to the number of parts less the total correlation.
        let residuals =
            |correlations: &[f64]| Some(correlations.iter().map(|r| (1.0 - r).max(0.0).sqrt()).collect());
        let found = trial.least(METHOD.id, trial.reciprocal_deviations(), Begin::AtStarts, residuals)?;
        let correlations = trial.correlations(&found.weights)?.ok_or_else(Fault::out_of_range)?;
        let mean = correlations.iter().sum::<f64>() / correlations.len() as f64;
        Ok(Weighed::of(shared::lift_all(&found.weights)?)
            .fact("mean correlation", shared::lift(mean)?)
            .fact_of_each("correlation", parts.codes, &shared::lift_all(&correlations)?))
    }
}

#[cfg(test)]
mod tests {
    use super::METHOD;
    use crate::testing::*;
    use gradus_model::number::{Decimal, Scalar};

    #[test]
    fn of_the_arithmetic_mean_it_is_the_reciprocal_deviation() {
        // Squared deviations add up to 8.75, 8.75 * 4 and 2: reciprocal roots 0.338062, 0.169031, 0.707107.
        let parts = "A 1 2 3 5; B 10 2 6 4; C 2 1 3 2";
        let want = [0.27842356, 0.13921178, 0.58236466];
        for weights in [
            weigh::<f64>(&METHOD, "", parts).unwrap().weights,
            weigh::<Decimal>(&METHOD, "", parts).unwrap().weights.iter().map(|w| w.to_f64()).collect(),
        ] {
            assert!(weights.iter().zip(want).all(|(w, want)| (w - want).abs() < 1e-6), "{weights:?}");
        }
        check(&METHOD, "", "A .", "1");
    }

    #[test]
    fn what_it_cannot_do_it_says() {
        faults(
            &METHOD,
            &[
                ("", "A 1 2 .; B 1 3 2", "too-few-values"),
                ("", "A 1 2 . 4 5; B 1 3 2 . .", "too-few-values"),
                ("", "A 1 2 3; K 5 5 5", "zero-range"),
            ],
        );
    }

    #[test]
    fn properties() {
        holds_in(12, &METHOD, "", -900..900, 1e-5, &[Property::ShiftFree]);
    }
}
