//! Entropy weights: a part counts by how unevenly its total is spread over the units.
//!
//! Use it where a part on which all units are alike should count little, whatever it means. It depends on where zero lies:
//! give it figures with a natural zero, not z-scores; min-max scores make the lowest unit count most.

use crate::{Parts, Weighed, Weigher, WeigherBox, shared};
use gradus_method::{Method, Outcome, Reference};
use gradus_model::number::Scalar;

/// Registry entry of [`Entropy`].
pub static METHOD: Method<WeigherBox> = Method {
    id: "entropy",
    since: "0.1.0",
    summary: "Weights by how unevenly the total of each part is spread over the units.",
    summary_zh: "熵权法：按各部分数值在单位间分布的离散程度赋权。",
    formula: "w = d / sum(d) with d = 1 + sum(p ln p) / ln n and p = x / sum(x) over the n values of a part; 0 ln 0 = 0",
    params: &[],
    references: &[
        Reference {
            citation: "Shannon (1948). A mathematical theory of communication. Bell System Technical Journal 27, 379-423",
            locator: "https://doi.org/10.1002/j.1538-7305.1948.tb01338.x",
        },
        Reference {
            citation: "Hwang and Yoon (1981). Multiple Attribute Decision Making: Methods and Applications. Springer",
            locator: "https://doi.org/10.1007/978-3-642-48318-9",
        },
    ],
    build: |_| Ok(WeigherBox::new(Entropy)),
};

/// Weights by how unevenly the total of each part is spread over the units.
///
/// # Formula
/// ```text
/// p_i = x_i / Σ x
/// e = − Σ p ln p / ln n     0 ln 0 = 0
/// w_j = (1 − e_j) / Σ (1 − e)
/// ```
/// # Parameters
/// None.
/// # Input and output
/// Figures of zero or more in any measurement units, before normalization. Dimensionless weights that add up to 1; the
/// entropy e of each part is in the facts. Direction plays no role.
/// # Missing values and edge cases
/// Each part is judged on the values it has; n is their number. A zero contributes nothing. A part whose values are all
/// equal has entropy 1 and weight 0. A group of one part weighs it fully.
/// # Errors
/// `too-few-values` for a part with fewer than two values; `undefined-transform` for a value below 0; `zero-range` when
/// no part varies.
/// # Example
/// ```
/// use gradus_method::Column;
/// use gradus_weight::{Group, entropy::Entropy};
/// let group = Group::new([("A", Column::of(vec![0.0, 4.0])), ("B", Column::of(vec![3.0, 3.0]))])?;
/// assert_eq!(group.weigh(&Entropy)?.weights, [1.0, 0.0]);
/// # Ok::<(), gradus_method::Fault>(())
/// ```
/// # References
/// Shannon (1948). Hwang and Yoon (1981), Multiple Attribute Decision Making.
#[derive(Debug, Clone, Copy)]
pub struct Entropy;

/// The degree of diversification 1 - e of values that are not negative.
fn degree<S: Scalar>(values: &[S]) -> Option<S> {
    let total = values.iter().try_fold(S::ZERO, |sum, x| sum.plus(*x))?;
    let mut sum = S::ZERO;
    for x in values {
        // A share too small for the arithmetic contributes nothing, like a zero.
        let share = x.over(total)?;
        if share > S::ZERO {
            sum = sum.plus(share.times(share.ln()?)?)?;
        }
    }
    Some(S::ONE.plus(sum.over(S::from_count(values.len()).ln()?)?)?.greatest(S::ZERO))
}

impl<S: Scalar> Weigher<S> for Entropy {
    fn weigh(&self, parts: &Parts<'_, S>) -> Outcome<Weighed<S>> {
        if let Some(only) = Weighed::only(parts) {
            return Ok(only);
        }
        let degrees = shared::each(METHOD.id, parts, |code, values| {
            shared::require(code, values, |x| x >= S::ZERO, "entropy needs figures of 0 or more")?;
            Ok(degree(values))
        })?;
        let entropies: Option<Vec<S>> = degrees.iter().map(|d| S::ONE.minus(*d)).collect();
        let weights = shared::shares(&degrees, || shared::nothing_varies(METHOD.id))?;
        Ok(Weighed::of(weights).fact_of_each("entropy", parts.codes, &entropies.unwrap_or_default()))
    }
}

#[cfg(test)]
mod tests {
    use super::METHOD;
    use crate::testing::*;

    #[test]
    fn worked_by_hand() {
        // A: p = 1/4, 3/4, e = 0.811278. B: p = 1/10, 9/10, e = 0.468996. 1 - e: 0.188722 and 0.531004.
        check(&METHOD, "", "A 1 3; B 10 90", "~0.2622134 ~0.7377866");
        check_fact(&METHOD, "", "A 1 3; B 10 90", "entropy of A", "~0.811278");
        check(&METHOD, "", "A 1 3; -B 10 90", "~0.2622134 ~0.7377866");
        check(&METHOD, "", "A . 1 3; B 10 90 .", "~0.2622134 ~0.7377866");
    }

    #[test]
    fn zeros_and_constants() {
        // 0 ln 0 = 0: the entropy of (0, 1, 1) is ln 2 / ln 3.
        check(&METHOD, "", "A 0 5 5; B 7 7 7", "1 0");
        check_fact(&METHOD, "", "A 0 5 5; B 7 7 7", "entropy of A", "~0.63093");
        check(&METHOD, "", "A 0 5; B 0 0; C 0 3", "0.5 0 0.5");
        check(&METHOD, "", "A 1e-27 5; B 0 5", "~0.5 ~0.5");
        check(&METHOD, "", "A .", "1");
    }

    #[test]
    fn what_it_cannot_do_it_says() {
        faults(
            &METHOD,
            &[
                ("", "A 1 2; B 1 .", "too-few-values"),
                ("", "A 1 2; B 1 -1", "undefined-transform"),
                ("", "A 1 1; B 2 2", "zero-range"),
                ("", "", "zero-range"),
            ],
        );
        let fault = fault(&METHOD, "", "A 1 2 3; B . 2 -1");
        assert_eq!(fault.message, "`B` is -1 where entropy needs figures of 0 or more");
        assert_eq!(fault.row, Some(2));
    }

    #[test]
    fn properties() {
        holds(&METHOD, "", 0..900, 1e-9, &[Property::ScaleFree]);
    }
}
