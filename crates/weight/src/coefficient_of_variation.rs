//! Coefficient of variation weights: a part counts by how much its figures differ relative to their mean.
//!
//! Use it for figures in different measurement units with a natural zero. It means nothing for temperatures, changes or
//! z-scores, whose mean may be any number.

use crate::{Parts, Weighed, Weigher, WeigherBox, shared};
use gradus_method::{Fault, Method, Outcome, Reference};
use gradus_model::diagnostic::catalog;
use gradus_model::number::Scalar;

/// Registry entry of [`CoefficientOfVariation`].
pub static METHOD: Method<WeigherBox> = Method {
    id: "coefficient-of-variation",
    since: "0.1.0",
    summary: "Weights in proportion to the standard deviation of each part over its mean.",
    summary_zh: "变异系数权重：与各部分的标准差和均值之比成正比。",
    formula: "w = v / sum(v) with v = s / m, the sample standard deviation (n - 1) of a part over its mean",
    params: &[],
    references: &[
        Reference {
            citation: "Pearson (1896). Mathematical contributions to the theory of evolution III: Regression, heredity, and panmixia. Philosophical Transactions of the Royal Society A 187, 253-318",
            locator: "https://doi.org/10.1098/rsta.1896.0007",
        },
        shared::HANDBOOK,
    ],
    build: |_| Ok(WeigherBox::new(CoefficientOfVariation)),
};

/// Weights in proportion to the standard deviation of each part over its mean.
///
/// # Formula
/// ```text
/// w_j = v_j / Σ v,  v = s / m,  s = √( Σ (x − m)² / (n − 1) )
/// ```
/// # Parameters
/// None.
/// # Input and output
/// Figures with a mean above 0 in any measurement units, before normalization. Dimensionless weights that add up to 1; the
/// coefficients are in the facts. Direction plays no role.
/// # Missing values and edge cases
/// Each part is judged on the values it has. A part whose values are all equal has weight 0. Single values may be below
/// zero. A group of one part weighs it fully.
/// # Errors
/// `too-few-values` for a part with fewer than two values; `undefined-transform` for a mean of 0 or less; `zero-range` when
/// no part varies.
/// # Example
/// ```
/// use gradus_method::Column;
/// use gradus_weight::{Group, coefficient_of_variation::CoefficientOfVariation};
/// let group = Group::new([("A", Column::of(vec![1.0, 3.0])), ("B", Column::of(vec![300.0, 100.0]))])?;
/// assert_eq!(group.weigh(&CoefficientOfVariation)?.weights, [0.5, 0.5]);
/// # Ok::<(), gradus_method::Fault>(())
/// ```
/// # References
/// Pearson (1896), for the coefficient. OECD and JRC (2008), Handbook, step 6.
#[derive(Debug, Clone, Copy)]
pub struct CoefficientOfVariation;

impl<S: Scalar> Weigher<S> for CoefficientOfVariation {
    fn weigh(&self, parts: &Parts<'_, S>) -> Outcome<Weighed<S>> {
        if let Some(only) = Weighed::only(parts) {
            return Ok(only);
        }
        let coefficients = shared::each(METHOD.id, parts, |code, values| {
            let mean = shared::mean(values).ok_or_else(|| shared::out_of_range(code))?;
            if mean <= S::ZERO {
                return Err(Fault::new(
                    &catalog::UNDEFINED_TRANSFORM,
                    format!("the mean of `{code}` is {mean} where {} needs one above 0", METHOD.id),
                )
                .help("use the method `standard-deviation` on scores of one scale"));
            }
            Ok(shared::deviation(values).and_then(|s| s.over(mean)))
        })?;
        let weights = shared::shares(&coefficients, || shared::nothing_varies(METHOD.id))?;
        Ok(Weighed::of(weights).fact_of_each("coefficient of variation", parts.codes, &coefficients))
    }
}

#[cfg(test)]
mod tests {
    use super::METHOD;
    use crate::testing::*;

    #[test]
    fn worked_by_hand() {
        // 2 / 4, 1 / 10 and 0.
        check(&METHOD, "", "A 2 4 6; -B 11 10 9; C 5 5 5", "5/6 1/6 0");
        check(&METHOD, "", "A 2 . 4 6; B 11 10 9 .", "5/6 1/6");
        check_fact(&METHOD, "", "A 2 4 6; B 11 10 9", "coefficient of variation of B", "0.1");
        check(&METHOD, "", "A -1 3; B 1 1", "1 0");
        check(&METHOD, "", "A .", "1");
    }

    #[test]
    fn what_it_cannot_do_it_says() {
        faults(
            &METHOD,
            &[
                ("", "A 1 2; B 1 .", "too-few-values"),
                ("", "A 1 2; B 1 -1", "undefined-transform"),
                ("", "A 1 2; B -1 -3", "undefined-transform"),
                ("", "A 1 2; B 0 0", "undefined-transform"),
                ("", "A 1 1; B 2 2", "zero-range"),
            ],
        );
    }

    #[test]
    fn properties() {
        holds(&METHOD, "", 1..900, 1e-9, &[Property::ScaleFree]);
    }
}
