//! TOPSIS: how near a unit is to the ideal unit and how far from the worst, each made of the observed best and worst parts.
//!
//! Use it to order units by balance between their distances to the best and to the worst. The score of a unit depends on
//! the others: adding or leaving out a unit may turn the order of two others round.

use crate::ideal::{Field, square};
use crate::{Aggregator, AggregatorBox, Reach};
use gradus_method::{Args, Default, Fault, Method, Outcome, Param, ParamKind, Reference};
use gradus_model::number::Scalar;

/// Registry entry of [`Topsis`].
pub static METHOD: Method<AggregatorBox> = Method {
    id: "topsis",
    since: "0.1.0",
    summary: "Closeness to the observed ideal: 1 for a unit that is best in every part, 0 for one that is worst in every part.",
    summary_zh: "TOPSIS（逼近理想解排序法）：与理想解的相对接近度，各项最优为 1，各项最劣为 0。",
    formula: "y = d- / (d+ + d-) with d+^2 = sum((v - max(v))^2), d-^2 = sum((v - min(v))^2), v = w x / norm(x), w as shares",
    params: &[Param {
        name: "normalization",
        kind: ParamKind::Word(&["vector", "none"]),
        default: Default::Value("vector"),
        range: "vector, none",
        meaning: "what a part is divided by before distances are taken: its Euclidean norm over the units, or nothing",
    }],
    references: &[Reference {
        citation: "Hwang and Yoon (1981). Multiple Attribute Decision Making: Methods and Applications. Section III, TOPSIS. Springer",
        locator: "https://doi.org/10.1007/978-3-642-48318-9",
    }],
    build: |args| Ok(AggregatorBox::new(Topsis::new(args)?)),
};

/// The technique for order preference by similarity to the ideal solution.
///
/// # Formula
/// ```text
/// y  = d⁻ / (d⁺ + d⁻)
/// d⁺ = √ Σ (v − max v)²     d⁻ = √ Σ (v − min v)²     over parts; max and min over units
/// v  = (w / Σ w) x / √ Σ x²                           normalization = vector; the sum over units
/// v  = (w / Σ w) x                                    normalization = none
/// ```
/// # Parameters
/// | name | default | range | meaning |
/// | :--- | :--- | :--- | :--- |
/// | `normalization` | `vector` | `vector`, `none` | what a part is divided by first |
///
/// `none` is for parts that the tree has brought onto one scale already.
/// # Input and output
/// Parts of which more is better, each on a scale of its own with `vector`; a score from 0 to 1, dimensionless. An indicator of
/// which less is better is turned round by its normalization; with `vector`, the method is then the published one when
/// turning changes the sign only. Details: `distance-to-ideal` and `distance-to-anti-ideal`.
/// # Missing values and edge cases
/// Units with a missing part are not compared. A part of weight zero, and one in which all units are alike, is left out: it
/// adds nothing to either distance. The best unit in every part scores exactly 1, the worst exactly 0.
/// # Errors
/// `too-few-values` for fewer than two units; `zero-range` when all units are alike in every part; `out-of-range` when a
/// range leaves the arithmetic.
/// # Example
/// ```
/// use gradus_aggregate::{Aggregator, topsis::Topsis};
/// use gradus_method::Args;
/// let mut y = [0.0; 3];
/// Topsis::new(&Args::new())?.columns(&[&[3.0, 4.0, 5.0], &[1.0, 1.5, 2.0]], &[1.0, 1.0], &mut y)?;
/// assert_eq!(y, [0.0, 0.5, 1.0]);
/// # Ok::<(), gradus_method::Fault>(())
/// ```
/// # References
/// Hwang and Yoon (1981), Multiple Attribute Decision Making.
#[derive(Debug, Clone)]
pub struct Topsis {
    normalization: Normalization,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Normalization {
    Vector,
    None,
}

impl Topsis {
    /// Reads the parameters.
    ///
    /// # Errors
    /// `invalid-parameter` for an unknown normalization.
    pub fn new(args: &Args) -> Outcome<Self> {
        let words = [("vector", Normalization::Vector), ("none", Normalization::None)];
        Ok(Self { normalization: args.word("normalization", &words, Normalization::Vector)? })
    }

    fn field<'a, S: Scalar>(&self, parts: &[&'a [S]], weights: &[S]) -> Outcome<Field<'a, S>> {
        Field::new(METHOD.id, parts, weights, |axis| match self.normalization {
            Normalization::Vector => axis.range_in_norms(),
            Normalization::None => Some(axis.range()),
        })
    }
}

/// Calls `done` with each unit's distances to the ideal and to the anti-ideal, in gains of the field.
fn distances<S: Scalar>(field: &Field<'_, S>, mut done: impl FnMut(usize, S, S)) {
    let add = |sum: &mut S, gain: S| *sum = sum.plus(square(gain)).unwrap_or(*sum);
    let root = |sum: S| sum.sqrt().unwrap_or(S::ZERO);
    field.run(
        |short, way, ideal, anti| {
            add(ideal, short);
            add(anti, way);
        },
        |i, ideal, anti| done(i, root(ideal), root(anti)),
    );
}

impl<S: Scalar> Aggregator<S> for Topsis {
    fn reach(&self) -> Reach {
        Reach::Table
    }
    fn row(&self, values: &[S], weights: &[S]) -> Outcome<S> {
        crate::ideal::alone(self, values, weights)
    }
    fn columns(&self, parts: &[&[S]], weights: &[S], out: &mut [S]) -> Outcome<()> {
        // A unit cannot be at the ideal and at the anti-ideal at once, so the sum is not zero.
        distances(&self.field(parts, weights)?, |i, ideal, anti| {
            out[i] = ideal.plus(anti).and_then(|sum| anti.over(sum)).unwrap_or(S::ZERO);
        });
        Ok(())
    }
    fn details(&self, parts: &[&[S]], weights: &[S]) -> Outcome<Vec<(&'static str, Vec<S>)>> {
        let field = self.field(parts, weights)?;
        let (mut to_ideal, mut to_anti) = (Vec::new(), Vec::new());
        distances(&field, |_, ideal, anti| {
            to_ideal.push(field.measured(ideal));
            to_anti.push(field.measured(anti));
        });
        let all = |list: Vec<Option<S>>| {
            list.into_iter().collect::<Option<Vec<S>>>().ok_or_else(Fault::out_of_range)
        };
        Ok(vec![("distance-to-ideal", all(to_ideal)?), ("distance-to-anti-ideal", all(to_anti)?)])
    }
}

#[cfg(test)]
mod tests {
    use super::METHOD;
    use crate::table_testing::*;
    use crate::testing::fault;

    #[test]
    fn worked_by_hand() {
        check_table(&METHOD, "", "3 1 | 4 1.5 | 5 2", "1 1", "0 0.5 1");
        // Norms 5 and 10: v are 0.6 0.8 and 0.8 0.6, halved by the weights.
        check_table(&METHOD, "", "3 8 | 4 6", "1 1", "0.5 0.5");
        // Ranges 4 and 3: distances to the ideal 0, 4, 3, 5 in the corners.
        check_table(
            &METHOD,
            "normalization = none",
            "4 3 | 0 3 | 4 0 | 0 0",
            "1 1",
            "1 ~0.428571 ~0.571429 0",
        );
        check_table(&METHOD, "normalization = none", "4 3 | 0 3 | 4 0 | 0 0", "3 4", "1 0.5 0.5 0");
        // The fighter aircraft of Hwang and Yoon (1981), costs with their sign changed. Printed are
        // 0.643, 0.268, 0.613 and 0.312, the third from rounded steps.
        check_table(
            &METHOD,
            "",
            "2 1500 20000 -5.5 5 9 | 2.5 2700 18000 -6.5 3 5 | 1.8 2000 21000 -4.5 7 7 | 2.2 1800 20000 -5 5 5",
            "0.2 0.1 0.1 0.1 0.2 0.3",
            "~0.643 ~0.268 ~0.6135 ~0.312",
        );
    }

    #[test]
    fn the_best_is_one_and_not_zero() {
        // A known program has closeness upside down.
        check_table(&METHOD, "", "9 9 9 | 1 1 1 | 5 5 5", "1 2 3", "1 0 0.5");
    }

    #[test]
    fn distances_are_told() {
        let details = details_of(&METHOD, "normalization = none", "4 3 | 0 3 | 4 0 | 0 0", "1 1");
        assert_eq!(
            details,
            [
                ("distance-to-ideal", vec![0.0, 2.0, 1.5, 2.5]),
                ("distance-to-anti-ideal", vec![2.5, 1.5, 2.0, 0.0]),
            ]
        );
    }

    #[test]
    fn a_part_that_tells_nothing_changes_nothing() {
        for text in ["", "normalization = none"] {
            let bare = table(&METHOD, text, "3 8 | 4 6 | 1 7", "1 1").unwrap();
            assert_eq!(
                table::<f64>(&METHOD, text, "3 5 8 0 | 4 5 6 0 | 1 5 7 0", "1 2 1 3").unwrap().len(),
                3
            );
            let with: Vec<f64> = table(&METHOD, text, "3 5 8 0 | 4 5 6 0 | 1 5 7 0", "1 2 1 3").unwrap();
            assert!(
                with.iter().zip(&bare).all(|(a, b): (&f64, &f64)| (a - b).abs() < 1e-15),
                "{with:?} {bare:?}"
            );
        }
    }

    #[test]
    fn size_does_not_matter() {
        for size in ["", "e20", "e-20", "e-26"] {
            let units = format!("3{size} 1 | 4{size} 1.5 | 5{size} 2");
            check_table(&METHOD, "", &units, "1 1", "0 0.5 1");
            let units = format!("3{size} 1{size} | 4{size} 1.5{size} | 5{size} 2{size}");
            check_table(&METHOD, "normalization = none", &units, "1 1", "0 0.5 1");
        }
        // Units that differ from the tenth digit on are still told apart.
        check_table(&METHOD, "", "1000000000 1 | 1000000001 1 | 1000000002 1", "1 1", "0 0.5 1");
    }

    #[test]
    fn what_it_cannot_do_it_says() {
        assert_eq!(table_fault(&METHOD, "", "3 1", "1 1").kind.id, "too-few-values");
        assert_eq!(table_fault(&METHOD, "", "3 1 | 3 1", "1 1").kind.id, "zero-range");
        assert_eq!(table_fault(&METHOD, "", "3 1 | 4 1", "0 1").kind.id, "zero-range");
        assert_eq!(table_fault(&METHOD, "", "3 1 | 3 2", "0 0").kind.id, "zero-weights");
        assert_eq!(table_fault(&METHOD, "normalization = sum", "3 | 4", "1").kind.id, "invalid-parameter");
        let fault = fault(&METHOD, "", "3 1");
        assert_eq!(fault.message, "topsis compares units, and 1 has every part");
    }

    #[test]
    fn properties() {
        use TableProperty::{Dominance, ScaleKeepsScores, WithinUnit};
        table_holds(&METHOD, "", 1..900, &[WithinUnit, Dominance, ScaleKeepsScores]);
        table_holds(&METHOD, "normalization = none", -900..900, &[WithinUnit, Dominance]);
    }
}
