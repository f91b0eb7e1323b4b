//! Taxonomic measure of development: the distance to the ideal unit, against the distances of all units.
//!
//! Use it to place units between the ideal and a far point that two standard deviations of the distances set, so that one
//! hopeless unit does not stretch the scale as a maximum would. The score of a unit depends on the others.

use crate::ideal::{self, Field, square};
use crate::{Aggregator, AggregatorBox, Reach};
use gradus_method::{Args, Default, Fault, Method, Outcome, Param, ParamKind, Reference};
use gradus_model::number::Scalar;

/// Registry entry of [`Wroclaw`].
pub static METHOD: Method<AggregatorBox> = Method {
    id: "wroclaw",
    since: "0.1.0",
    summary: "One less the distance to the ideal unit, in units of the mean distance plus two standard deviations.",
    summary_zh: "弗罗茨瓦夫分类法（Hellwig 发展测度）：以到理想单位的距离衡量，理想单位为 1。",
    formula: "y = 1 - d / (mean(d) + 2 sd(d)) with d^2 = sum((v - max(v))^2), v = w (x - mean(x)) / sd(x), w as shares",
    params: &[
        Param {
            name: "normalization",
            kind: ParamKind::Word(&["z-score", "none"]),
            default: Default::Value("z-score"),
            range: "z-score, none",
            meaning: "how a part is brought to the scale of distances: by its standard deviation, or not at all",
        },
        Param {
            name: "divisor",
            kind: ParamKind::Word(&["units", "units-minus-one"]),
            default: Default::Value("units"),
            range: "units, units-minus-one",
            meaning: "what the squares in the standard deviation of distances are divided by: the n units, or n - 1",
        },
    ],
    references: &[
        Reference {
            citation: "Florek, Łukaszewicz, Perkal, Steinhaus and Zubrzycki (1951). Sur la liaison et la division des points d'un ensemble fini. Colloquium Mathematicum 2, 282-285",
            locator: "https://doi.org/10.4064/cm-2-3-4-282-285",
        },
        Reference {
            citation: "Hellwig (1968). Zastosowanie metody taksonomicznej do typologicznego podziału krajów. Przegląd Statystyczny 15(4), 307-327; the distance form is function ci_wroclaw of the R package Compind",
            locator: "https://cran.r-project.org/package=Compind",
        },
    ],
    build: |args| Ok(AggregatorBox::new(Wroclaw::new(args)?)),
};

/// Hellwig's measure of development by the Wrocław taxonomic method.
///
/// # Formula
/// ```text
/// y = 1 − d / (mean d + 2 sd d)        over units
/// d = √ Σ (max v − v)²                 over parts; max over units
/// v = (w / Σ w) (x − mean x) / sd x    normalization = z-score
/// v = (w / Σ w) x                      normalization = none
/// ```
/// # Parameters
/// | name | default | range | meaning |
/// | :--- | :--- | :--- | :--- |
/// | `normalization` | `z-score` | `z-score`, `none` | how a part is brought to the scale of distances |
/// | `divisor` | `units` | `units`, `units-minus-one` | divisor in the standard deviation of the distances |
///
/// The divisor of sd x does not matter: it changes all distances by one factor.
/// # Input and output
/// Parts of which more is better, each on a scale of its own with `z-score`; a score, dimensionless: 1 for a unit that is best
/// in every part, rarely below 0, for a unit farther off than two standard deviations. The form without "1 −", of
/// which less is better, is 1 − y. Detail: `distance`, the d of the formula.
/// # Missing values and edge cases
/// Units with a missing part are not compared. A part of weight zero, and one in which all units are alike, is left out.
/// # Errors
/// `too-few-values` for fewer than two units; `zero-range` when all units are alike in every part; `out-of-range` when a
/// range leaves the arithmetic.
/// # Example
/// ```
/// use gradus_aggregate::{Aggregator, wroclaw::Wroclaw};
/// use gradus_method::Args;
/// let mut y = [0.0; 2];
/// Wroclaw::new(&Args::new())?.columns(&[&[1.0, 5.0]], &[1.0], &mut y)?;
/// // Distances 2 and 0: mean 1, standard deviation 1.
/// assert!((y[0] - 1.0 / 3.0).abs() < 1e-15 && y[1] == 1.0);
/// # Ok::<(), gradus_method::Fault>(())
/// ```
/// # References
/// Florek and others (1951), Sur la liaison et la division des points. Hellwig (1968), Zastosowanie metody taksonomicznej.
#[derive(Debug, Clone)]
pub struct Wroclaw {
    normalization: Normalization,
    divisor: Divisor,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Normalization {
    ZScore,
    None,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Divisor {
    Units,
    UnitsMinusOne,
}

impl Wroclaw {
    /// Reads the parameters.
    ///
    /// # Errors
    /// `invalid-parameter` for a word that is not one of those of its parameter.
    pub fn new(args: &Args) -> Outcome<Self> {
        let normalizations = [("z-score", Normalization::ZScore), ("none", Normalization::None)];
        let divisors = [("units", Divisor::Units), ("units-minus-one", Divisor::UnitsMinusOne)];
        Ok(Self {
            normalization: args.word("normalization", &normalizations, Normalization::ZScore)?,
            divisor: args.word("divisor", &divisors, Divisor::Units)?,
        })
    }

    fn field<'a, S: Scalar>(&self, parts: &[&'a [S]], weights: &[S]) -> Outcome<Field<'a, S>> {
        Field::new(METHOD.id, parts, weights, |axis| match self.normalization {
            Normalization::ZScore => axis.range_in_deviations(),
            Normalization::None => Some(axis.range()),
        })
    }

    /// Mean distance plus two standard deviations: some unit is off the ideal, so it is above zero.
    fn far<S: Scalar>(&self, distances: &[S]) -> Option<S> {
        let n = distances.len();
        let mean = ideal::sum(distances, |d| d)?.over(S::from_count(n))?;
        let squares = ideal::sum(distances, |d| d.minus(mean).map_or(S::ZERO, square))?;
        let divisor = match self.divisor {
            Divisor::Units => n,
            Divisor::UnitsMinusOne => n - 1,
        };
        let deviation = squares.over(S::from_count(divisor))?.sqrt()?;
        mean.plus(deviation)?.plus(deviation)
    }
}

/// Each unit's distance to the ideal, in gains of the field.
fn distances<S: Scalar>(field: &Field<'_, S>, mut done: impl FnMut(usize, S)) {
    field.run(
        |short, _, sum, _| *sum = sum.plus(square(short)).unwrap_or(*sum),
        |i, sum, _| done(i, sum.sqrt().unwrap_or(S::ZERO)),
    );
}

impl<S: Scalar> Aggregator<S> for Wroclaw {
    fn reach(&self) -> Reach {
        Reach::Table
    }
    fn row(&self, values: &[S], weights: &[S]) -> Outcome<S> {
        ideal::alone(self, values, weights)
    }
    fn columns(&self, parts: &[&[S]], weights: &[S], out: &mut [S]) -> Outcome<()> {
        distances(&self.field(parts, weights)?, |i, distance| out[i] = distance);
        let far = self.far(out).ok_or_else(Fault::out_of_range)?;
        for y in out {
            let share = y.over(far).and_then(|share| S::ONE.minus(share));
            *y = share.ok_or_else(Fault::out_of_range)?;
        }
        Ok(())
    }
    fn details(&self, parts: &[&[S]], weights: &[S]) -> Outcome<Vec<(&'static str, Vec<S>)>> {
        let field = self.field(parts, weights)?;
        let mut all = Vec::new();
        distances(&field, |_, distance| all.push(field.measured(distance)));
        let all: Option<Vec<S>> = all.into_iter().collect();
        Ok(vec![("distance", all.ok_or_else(Fault::out_of_range)?)])
    }
}

#[cfg(test)]
mod tests {
    use super::METHOD;
    use crate::table_testing::*;
    use crate::testing::fault;

    #[test]
    fn worked_by_hand() {
        // Distances 0, 4, 3, 5 over 2: mean 1.5, deviations -1.5, 0.5, 0, 1, variance 3.5 / 4, far point 3.370829.
        let units = "4 3 | 0 3 | 4 0 | 0 0";
        check_table(&METHOD, "normalization = none", units, "1 1", "1 ~0.406674 ~0.555006 ~0.258343");
        // Variance 3.5 / 3: far point 3.660247.
        let text = "normalization = none; divisor = units-minus-one";
        check_table(&METHOD, text, units, "1 1", "1 ~0.453589 ~0.590192 ~0.316986");
        // Both parts are half high and half low, so in standard deviations the rectangle is a square:
        // distances 0, 1, 1, root 2; far point 0.853553 + 2 · 0.521005.
        check_table(&METHOD, "", units, "1 1", "1 ~0.472453 ~0.472453 ~0.253935");
    }

    #[test]
    fn a_unit_far_behind_falls_below_zero() {
        // Nine units at the ideal, one at distance 1: far point 0.1 + 2 · 0.3.
        let units = format!("{}0", "5 | ".repeat(9));
        check_table(&METHOD, "", &units, "1", "1 1 1 1 1 1 1 1 1 ~-0.428571");
    }

    #[test]
    fn distances_are_told() {
        let details = details_of(&METHOD, "normalization = none", "4 3 | 0 3 | 4 0 | 0 0", "1 1");
        assert_eq!(details, [("distance", vec![0.0, 2.0, 1.5, 2.5])]);
        let details = details_of(&METHOD, "", "1 | 5", "3");
        assert_eq!(details, [("distance", vec![2.0, 0.0])]);
    }

    #[test]
    fn a_constant_part_is_left_out() {
        for text in ["", "normalization = none"] {
            let bare: Vec<f64> = table(&METHOD, text, "3 8 | 4 6 | 1 7", "1 1").unwrap();
            let with: Vec<f64> = table(&METHOD, text, "3 5 8 | 4 5 6 | 1 5 7", "1 2 1").unwrap();
            assert!(with.iter().zip(&bare).all(|(a, b)| (a - b).abs() < 1e-15), "{with:?} {bare:?}");
        }
    }

    #[test]
    fn size_does_not_matter() {
        for size in ["e27", "e-26"] {
            let units = format!("9{size} | 5{size}");
            check_table(&METHOD, "", &units, "1", "1 ~0.333333");
            check_table(&METHOD, "normalization = none", &units, "1", "1 ~0.333333");
        }
    }

    #[test]
    fn what_it_cannot_do_it_says() {
        assert_eq!(table_fault(&METHOD, "", "3 1", "1 1").kind.id, "too-few-values");
        assert_eq!(table_fault(&METHOD, "", "3 1 | 3 1", "1 1").kind.id, "zero-range");
        assert_eq!(table_fault(&METHOD, "", "3 1 | 3 2", "0 0").kind.id, "zero-weights");
        assert_eq!(table_fault(&METHOD, "divisor = n", "3 | 4", "1").kind.id, "invalid-parameter");
        assert_eq!(fault(&METHOD, "", "3 1").kind.id, "too-few-values");
    }

    #[test]
    fn properties() {
        use TableProperty::{Dominance, ScaleKeepsScores};
        for text in ["", "divisor = units-minus-one"] {
            table_holds(&METHOD, text, -900..900, &[Dominance, ScaleKeepsScores]);
        }
        table_holds(&METHOD, "normalization = none", -900..900, &[Dominance]);
    }
}
