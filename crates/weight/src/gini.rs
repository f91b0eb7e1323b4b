//! Gini weights: a part counts by how unequally its total is shared among the units.
//!
//! Use it where inequality between units is what the index is about. Like entropy it needs figures with a natural zero; it
//! looks at the middle of the field more than entropy does.

use crate::{Parts, Weighed, Weigher, WeigherBox, shared};
use gradus_method::{Method, Outcome, Reference};
use gradus_model::number::Scalar;

/// Registry entry of [`Gini`].
pub static METHOD: Method<WeigherBox> = Method {
    id: "gini",
    since: "0.1.0",
    summary: "Weights in proportion to the Gini coefficient of each part.",
    summary_zh: "基尼系数权重：与各部分数值的基尼系数成正比。",
    formula: "w = g / sum(g) with g = sum(|x - y|) / (2 n^2 m) over all pairs of the n values of a part, m their mean",
    params: &[],
    references: &[
        Reference {
            citation: "Ceriani and Verme (2012). The origins of the Gini index: extracts from Variabilità e Mutabilità (1912) by Corrado Gini. Journal of Economic Inequality 10(3), 421-443",
            locator: "https://doi.org/10.1007/s10888-011-9188-x",
        },
        Reference {
            citation: "Li and Chi (2009). A new determining objective weights method: Gini coefficient weight. First International Conference on Information Science and Engineering, IEEE, 3726-3729",
            locator: "https://doi.org/10.1109/ICISE.2009.84",
        },
    ],
    build: |_| Ok(WeigherBox::new(Gini)),
};

/// Weights in proportion to the Gini coefficient of each part.
///
/// # Formula
/// ```text
/// g = Σ_i Σ_k |x_i − x_k| / ( 2 n² m )
/// w_j = g_j / Σ g
/// ```
/// # Parameters
/// None.
/// # Input and output
/// Figures of zero or more in any measurement units, before normalization. Dimensionless weights that add up to 1; the
/// coefficients, 0 to 1 − 1 / n, are in the facts. Direction plays no role.
/// # Missing values and edge cases
/// Each part is judged on the values it has. A part whose values are all equal, also all zero, has weight 0. A group of
/// one part weighs it fully.
/// # Errors
/// `too-few-values` for a part with fewer than two values; `undefined-transform` for a value below 0; `zero-range` when
/// no part varies.
/// # Example
/// ```
/// use gradus_method::Column;
/// use gradus_weight::{Group, gini::Gini};
/// let group = Group::new([("A", Column::of(vec![0.0, 4.0])), ("B", Column::of(vec![1.0, 3.0]))])?;
/// let weights = group.weigh(&Gini)?.weights;
/// assert!((weights[0] - 2.0 / 3.0).abs() < 1e-15);
/// # Ok::<(), gradus_method::Fault>(())
/// ```
/// # References
/// Ceriani and Verme (2012), on Gini (1912). Li and Chi (2009), Gini coefficient weight.
#[derive(Debug, Clone, Copy)]
pub struct Gini;

/// The Gini coefficient of values that are not negative: of the sorted shares p, the sum of (2 i - n - 1) p_i / n.
fn coefficient<S: Scalar>(values: &[S]) -> Option<S> {
    let mut sorted = values.to_vec();
    sorted.sort_unstable_by(|a, b| a.order(*b));
    let total = sorted.iter().try_fold(S::ZERO, |sum, x| sum.plus(*x))?;
    let n = sorted.len();
    let middle = S::from_count(n + 1);
    let sum = sorted.iter().enumerate().try_fold(S::ZERO, |sum, (i, x)| {
        let place = S::from_count(2 * (i + 1)).minus(middle)?;
        sum.plus(place.times(x.over(total)?)?)
    })?;
    Some(sum.over(S::from_count(n))?.greatest(S::ZERO))
}

impl<S: Scalar> Weigher<S> for Gini {
    fn weigh(&self, parts: &Parts<'_, S>) -> Outcome<Weighed<S>> {
        if let Some(only) = Weighed::only(parts) {
            return Ok(only);
        }
        let coefficients = shared::each(METHOD.id, parts, |code, values| {
            shared::require(
                code,
                values,
                |x| x >= S::ZERO,
                "the Gini coefficient needs figures of 0 or more",
            )?;
            Ok(coefficient(values))
        })?;
        let weights = shared::shares(&coefficients, || shared::nothing_varies(METHOD.id))?;
        Ok(Weighed::of(weights).fact_of_each("gini coefficient", parts.codes, &coefficients))
    }
}

#[cfg(test)]
mod tests {
    use super::METHOD;
    use crate::testing::*;

    #[test]
    fn worked_by_hand() {
        // A: pairs differ by 1, 2, 1, each twice: 8 / (2 * 9 * 2) = 2/9. B: 8 / (2 * 9 * 1) = 4/9. C: 0.
        check(&METHOD, "", "A 1 2 3; -B 2 0 1; C 7 7 7", "1/3 2/3 0");
        check_fact(&METHOD, "", "A 1 2 3; B 2 0 1", "gini coefficient of A", "2/9");
        check(&METHOD, "", "A 1 2 . 3; B 0 1 2 .", "1/3 2/3");
        check(&METHOD, "", "A 0 0 9; B 0 0 0", "1 0");
        check_fact(&METHOD, "", "A 0 0 9; B 0 0 0", "gini coefficient of A", "2/3");
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
            ],
        );
    }

    #[test]
    fn properties() {
        holds(&METHOD, "", 0..900, 1e-9, &[Property::ScaleFree]);
    }
}
