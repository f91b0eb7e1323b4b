//! MEREC: a part counts by how much the overall performance of the units changes when it is left out.
//!
//! Use it for figures above zero in different measurement units. It is sensitive to the smallest value of a part, from
//! which all others are measured.

use crate::{Parts, Weighed, Weigher, WeigherBox, shared};
use gradus_method::{Direction, Fault, Method, Outcome, Reference};
use gradus_model::number::Scalar;

/// Registry entry of [`Merec`].
pub static METHOD: Method<WeigherBox> = Method {
    id: "merec",
    since: "0.1.0",
    summary: "Weights by how much leaving out each part changes the overall performance of the units.",
    summary_zh: "MEREC 法：按剔除各部分后综合表现的变化程度赋权。",
    formula: "w = e / sum(e) with e_j = sum over units of |S - S without part j|, S = ln(1 + (1/m) sum(|ln y|)), y = min / x (higher is better) or x / max",
    params: &[],
    references: &[Reference {
        citation: "Keshavarz-Ghorabaee, Amiri, Zavadskas, Turskis and Antucheviciene (2021). Determination of objective weights using a new method based on the removal effects of criteria (MEREC). Symmetry 13(4), 525",
        locator: "https://doi.org/10.3390/sym13040525",
    }],
    build: |_| Ok(WeigherBox::new(Merec)),
};

/// Weights by how much leaving out each part changes the overall performance of the units.
///
/// # Formula
/// ```text
/// y = min / x   higher is better;   y = x / max   lower is better
/// S_i = ln( 1 + (1/m) Σ_k |ln y_ik| ),   S_ij the same without part j, still divided by m
/// E_j = Σ_i | S_ij − S_i |,   w_j = E_j / Σ E
/// ```
/// # Parameters
/// None.
/// # Input and output
/// Figures above zero in any measurement units, before normalization. Dimensionless weights that add up to 1; the removal
/// effect E of each part is in the facts.
/// # Missing values and edge cases
/// Units with a value of every part are looked at. A part whose values are all equal there has weight 0. A group of one
/// part weighs it fully.
/// # Errors
/// `too-few-values` for fewer than two complete units; `undefined-transform` for a value of 0 or less; `zero-range` when no
/// part varies.
/// # Example
/// ```
/// use gradus_method::Column;
/// use gradus_weight::{Group, merec::Merec};
/// let group = Group::new([("A", Column::of(vec![1.0, 2.0])), ("B", Column::of(vec![10.0, 5.0]))])?;
/// assert_eq!(group.weigh(&Merec)?.weights, [0.5, 0.5]);
/// # Ok::<(), gradus_method::Fault>(())
/// ```
/// # References
/// Keshavarz-Ghorabaee and others (2021), Symmetry 13(4), 525.
#[derive(Debug, Clone, Copy)]
pub struct Merec;

/// The removal effect of each part; `distances[k][i]` is |ln y| of part k and unit i.
fn effects<S: Scalar>(distances: &[Vec<S>]) -> Option<Vec<S>> {
    let n_parts = S::from_count(distances.len());
    let mut effects = vec![S::ZERO; distances.len()];
    for i in 0..distances.first().map_or(0, Vec::len) {
        let total = distances.iter().try_fold(S::ZERO, |sum, part| sum.plus(part[i]))?;
        let performance = |sum: S| S::ONE.plus(sum.over(n_parts)?)?.ln();
        let all = performance(total)?;
        for (effect, part) in effects.iter_mut().zip(distances) {
            // A difference of sums may fall below zero by rounding only.
            let without = performance(total.minus(part[i])?.greatest(S::ZERO))?;
            *effect = effect.plus(all.minus(without)?.magnitude())?;
        }
    }
    Some(effects)
}

impl<S: Scalar> Weigher<S> for Merec {
    fn weigh(&self, parts: &Parts<'_, S>) -> Outcome<Weighed<S>> {
        if let Some(only) = Weighed::only(parts) {
            return Ok(only);
        }
        let rows = shared::complete_rows(parts);
        let columns = shared::complete(METHOD.id, parts, 2)?;
        let mut distances = Vec::with_capacity(columns.len());
        for ((code, column), direction) in parts.codes.iter().zip(&columns).zip(parts.directions) {
            shared::require(code, column, |x| x > S::ZERO, "MEREC needs figures above 0").map_err(
                |mut fault| {
                    fault.row = fault.row.and_then(|at| rows.get(at).copied());
                    fault
                },
            )?;
            let ends = column
                .iter()
                .skip(1)
                .fold((column[0], column[0]), |(low, high), x| (low.least(*x), high.greatest(*x)));
            // |ln(min / x)| = ln(x / min), and |ln(x / max)| = ln(max / x).
            let distance = |x: &S| match direction {
                Direction::Higher => x.over(ends.0)?.ln(),
                Direction::Lower => ends.1.over(*x)?.ln(),
            };
            let distances_of: Option<Vec<S>> = column.iter().map(distance).collect();
            distances.push(distances_of.ok_or_else(|| shared::out_of_range(code))?);
        }
        let effects = effects(&distances).ok_or_else(Fault::out_of_range)?;
        let weights = shared::shares(&effects, || shared::nothing_varies(METHOD.id))?;
        Ok(Weighed::of(weights).fact_of_each("removal effect", parts.codes, &effects))
    }
}

#[cfg(test)]
mod tests {
    use super::METHOD;
    use crate::testing::*;

    #[test]
    fn published_example() {
        // Keshavarz-Ghorabaee and others (2021), the example of section 3: five alternatives, two benefit and two cost criteria.
        check(
            &METHOD,
            "",
            "A 450 10 100 220 5; B 8000 9100 8200 9300 8400; -C 54 2 31 1 23; -D 145 160 153 162 158",
            "~0.5752 ~0.0141 ~0.4016 ~0.0091",
        );
    }

    #[test]
    fn worked_by_hand() {
        // One unit at the worst end of both parts has S = 0. The other: S = ln(1 + (ln 2 + ln 4) / 2) = ln 2.0397,
        // without A ln(1 + ln 4 / 2) = ln 1.6931, without B ln(1 + ln 2 / 2) = ln 1.3466. Effects 0.18622, 0.41525.
        check(&METHOD, "", "A 1 2; B 10 40", "~0.30961 ~0.69039");
        check(&METHOD, "", "A 1 . 2; B 10 1 40; K 5 5 5", "~0.31522 ~0.68478 0");
        check(&METHOD, "", "A 0", "1");
    }

    #[test]
    fn what_it_cannot_do_it_says() {
        faults(
            &METHOD,
            &[
                ("", "A 1 2; B 1 .", "too-few-values"),
                ("", "A 1 1; B 2 2", "zero-range"),
                ("", "A 1 2; B 1 0", "undefined-transform"),
            ],
        );
        let fault = fault(&METHOD, "", "A . 2 3 1; B 1 2 4 -1");
        assert_eq!(
            (fault.row, fault.message.as_str()),
            (Some(3), "`B` is -1 where MEREC needs figures above 0")
        );
    }

    #[test]
    fn properties() {
        holds(&METHOD, "", 1..900, 1e-9, &[Property::ScaleFree]);
    }
}
