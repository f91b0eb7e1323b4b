//! Standard deviation weights: a part counts by how much its scores differ between units.
//!
//! Use it on scores of one scale (min-max), where parts that tell units apart should count more. Of z-scores all standard
//! deviations are equal; of figures in different measurement units they cannot be compared (`coefficient-of-variation`).

use crate::{Parts, Weighed, Weigher, WeigherBox, shared};
use gradus_method::{Method, Outcome, Reference};
use gradus_model::number::Scalar;

/// Registry entry of [`StandardDeviation`].
pub static METHOD: Method<WeigherBox> = Method {
    id: "standard-deviation",
    since: "0.1.0",
    summary: "Weights in proportion to the standard deviation of each part.",
    summary_zh: "标准差权重：与各部分的标准差成正比。",
    formula: "w = s / sum(s) with s the sample standard deviation (n - 1) of a part",
    params: &[],
    references: &[Reference {
        citation: "Diakoulaki, Mavrotas and Papayannakis (1995). Determining objective weights in multiple criteria problems: The CRITIC method. Computers and Operations Research 22(7), 763-770",
        locator: "https://doi.org/10.1016/0305-0548(94)00059-H",
    }],
    build: |_| Ok(WeigherBox::new(StandardDeviation)),
};

/// Weights in proportion to the standard deviation of each part.
///
/// # Formula
/// ```text
/// w_j = s_j / Σ s,  s = √( Σ (x − m)² / (n − 1) )
/// ```
/// # Parameters
/// None.
/// # Input and output
/// Scores on one scale. Dimensionless weights that add up to 1; the standard deviations are in the facts. Direction plays no
/// role.
/// # Missing values and edge cases
/// Each part is judged on the values it has. A part whose values are all equal has weight 0. A group of one part weighs
/// it fully.
/// # Errors
/// `too-few-values` for a part with fewer than two values; `zero-range` when no part varies.
/// # Example
/// ```
/// use gradus_method::Column;
/// use gradus_weight::{Group, standard_deviation::StandardDeviation};
/// let group = Group::new([("A", Column::of(vec![0.0, 1.0])), ("B", Column::of(vec![3.0, 6.0]))])?;
/// assert_eq!(group.weigh(&StandardDeviation)?.weights, [0.25, 0.75]);
/// # Ok::<(), gradus_method::Fault>(())
/// ```
/// # References
/// Diakoulaki, Mavrotas and Papayannakis (1995), with which CRITIC is compared.
#[derive(Debug, Clone, Copy)]
pub struct StandardDeviation;

impl<S: Scalar> Weigher<S> for StandardDeviation {
    fn weigh(&self, parts: &Parts<'_, S>) -> Outcome<Weighed<S>> {
        if let Some(only) = Weighed::only(parts) {
            return Ok(only);
        }
        let deviations = shared::each(METHOD.id, parts, |_, values| Ok(shared::deviation(values)))?;
        let weights = shared::shares(&deviations, || shared::nothing_varies(METHOD.id))?;
        Ok(Weighed::of(weights).fact_of_each("standard deviation", parts.codes, &deviations))
    }
}

#[cfg(test)]
mod tests {
    use super::METHOD;
    use crate::testing::*;
    use gradus_model::number::Decimal;

    #[test]
    fn worked_by_hand() {
        // Deviations 2, 1 and 0: variances 4, 1 and 0.
        check(&METHOD, "", "A 2 4 6; -B 11 10 9; C 5 5 5", "2/3 1/3 0");
        check(&METHOD, "", "A 2 . 4 6; B 11 10 9 .", "2/3 1/3");
        check_fact(&METHOD, "", "A 2 4 6; B 1 2 3", "standard deviation of A", "2");
        check(&METHOD, "", "A 1e27 3e27; B 1e27 2e27", "2/3 1/3");
        check(&METHOD, "", "A .", "1");
    }

    #[test]
    fn what_it_cannot_do_it_says() {
        faults(
            &METHOD,
            &[("", "A 1 2; B 1 .", "too-few-values"), ("", "A 0.1 0.1 0.1; B 2 2 2", "zero-range")],
        );
        let fault = weigh::<Decimal>(&METHOD, "", "A 7e28 -7e28; B 1 2").unwrap_err();
        assert_eq!(fault.kind.id, "out-of-range");
        assert_eq!(fault.message, "the figures of `A` are too large or too small for the arithmetic");
    }

    #[test]
    fn properties() {
        holds(&METHOD, "", -900..900, 1e-9, &[Property::ShiftFree]);
    }
}
