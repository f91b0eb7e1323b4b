//! CRITIC: a part counts by how much it tells units apart and by how little the other parts say the same.
//!
//! Use it where parts overlap: two parts that move together share their weight. A part that contradicts all others gets
//! most, so look at directions first.

use crate::{Parts, Weighed, Weigher, WeigherBox, shared};
use gradus_method::{Direction, Fault, Method, Outcome, Reference};
use gradus_model::diagnostic::catalog;
use gradus_model::number::Scalar;

/// Registry entry of [`Critic`].
pub static METHOD: Method<WeigherBox> = Method {
    id: "critic",
    since: "0.1.0",
    summary: "Weights by the spread of each part times its conflict with the other parts.",
    summary_zh: "CRITIC 法：按各部分的对比强度与和其他部分的冲突性赋权。",
    formula: "w = c / sum(c) with c_j = s_j sum(1 - r_jk over the other parts k), s the standard deviation and r the correlation of min-max scores",
    params: &[],
    references: &[Reference {
        citation: "Diakoulaki, Mavrotas and Papayannakis (1995). Determining objective weights in multiple criteria problems: The CRITIC method. Computers and Operations Research 22(7), 763-770",
        locator: "https://doi.org/10.1016/0305-0548(94)00059-H",
    }],
    build: |_| Ok(WeigherBox::new(Critic)),
};

/// Weights by the spread of each part times its conflict with the other parts.
///
/// # Formula
/// ```text
/// z = min-max scores of the part in its direction, 0 to 1
/// c_j = s_j Σ_k (1 − r_jk)     s the standard deviation, r the correlation of z
/// w_j = c_j / Σ c
/// ```
/// # Parameters
/// None.
/// # Input and output
/// Figures or scores in any measurement units: min-max scaling in the direction of each part belongs to the method.
/// Dimensionless weights that add up to 1; spread and conflict of each part are in the facts.
/// # Missing values and edge cases
/// Units with a value of every part are looked at, so that all parts are judged on the same units. A part whose values are
/// all equal there has weight 0 and does not enter the conflict of the others. A group of one part weighs it fully, and so
/// does one in which a single part varies.
/// # Errors
/// `too-few-values` for fewer than two complete units; `zero-range` when no part varies, or when all parts say the same.
/// # Example
/// ```
/// use gradus_method::Column;
/// use gradus_weight::{Group, critic::Critic};
/// let group = Group::new([("A", Column::of(vec![1.0, 2.0])), ("B", Column::of(vec![9.0, 3.0]))])?;
/// assert_eq!(group.weigh(&Critic)?.weights, [0.5, 0.5]);
/// # Ok::<(), gradus_method::Fault>(())
/// ```
/// # References
/// Diakoulaki, Mavrotas and Papayannakis (1995), Computers and Operations Research 22(7).
#[derive(Debug, Clone, Copy)]
pub struct Critic;

/// What is left of the conflict of two perfectly correlated parts is less than this.
const ROUNDING: f64 = 1e-12;

/// Min-max scores in the direction of the part; `None` where all values are equal.
fn scores<S: Scalar>(values: &[S], direction: Direction) -> Option<Vec<S>> {
    let first = *values.first()?;
    let (low, high) = values.iter().fold((first, first), |(low, high), x| (low.least(*x), high.greatest(*x)));
    let range = high.minus(low)?;
    let place = |x: &S| match direction {
        Direction::Higher => x.minus(low)?.over(range),
        Direction::Lower => high.minus(*x)?.over(range),
    };
    values.iter().map(place).collect()
}

impl<S: Scalar> Weigher<S> for Critic {
    fn weigh(&self, parts: &Parts<'_, S>) -> Outcome<Weighed<S>> {
        if let Some(only) = Weighed::only(parts) {
            return Ok(only);
        }
        let columns = shared::complete(METHOD.id, parts, 2)?;
        let mut scaled = Vec::with_capacity(columns.len());
        for ((column, direction), code) in columns.iter().zip(parts.directions).zip(parts.codes) {
            scaled.push(if shared::constant(column) {
                None
            } else {
                Some(scores(column, *direction).ok_or_else(|| shared::out_of_range(code))?)
            });
        }
        let single = scaled.iter().flatten().count() == 1;
        let (mut spreads, mut conflicts, mut earned) = (Vec::new(), Vec::new(), Vec::new());
        for (j, column) in scaled.iter().enumerate() {
            let found = column.as_ref().map_or(Some((S::ZERO, S::ZERO)), |z| {
                let others = scaled.iter().enumerate().filter(|(k, _)| *k != j);
                let conflict =
                    others.filter_map(|(_, other)| other.as_ref()).try_fold(S::ZERO, |sum, other| {
                        let conflict = S::ONE.minus(shared::correlation(z, other)?)?;
                        if conflict.to_f64() < ROUNDING { Some(sum) } else { sum.plus(conflict) }
                    })?;
                Some((shared::deviation(z)?, if single { S::ONE } else { conflict }))
            });
            let (spread, conflict) = found.ok_or_else(Fault::out_of_range)?;
            spreads.push(spread);
            conflicts.push(conflict);
            earned.push(spread.times(conflict).ok_or_else(Fault::out_of_range)?);
        }
        let weights = shared::shares(&earned, || {
            if spreads.iter().all(|s| *s == S::ZERO) {
                return shared::nothing_varies(METHOD.id);
            }
            Fault::new(
                &catalog::ZERO_RANGE,
                "all parts are perfectly correlated, so critic finds no conflict to weigh",
            )
            .help("use the method `standard-deviation` or `equal`")
        })?;
        Ok(Weighed::of(weights).fact_of_each("spread", parts.codes, &spreads).fact_of_each(
            "conflict",
            parts.codes,
            &conflicts,
        ))
    }
}

#[cfg(test)]
mod tests {
    use super::METHOD;
    use crate::testing::*;
    use gradus_model::number::Decimal;

    #[test]
    fn worked_by_hand() {
        // z: A 0 1/2 1, B 0 1 1/2, C 1 1/2 0, all with deviation 1/2. r_AB = 1/2, r_AC = -1, r_BC = -1/2. Conflicts 2.5, 2, 3.5.
        check(&METHOD, "", "A 1 2 3; B 10 30 20; C 3 2 1", "2.5/8 2/8 3.5/8");
        // With C turned round, r_AC = 1 and r_BC = 1/2: conflicts 0.5, 1, 0.5.
        check(&METHOD, "", "A 1 2 3; B 10 30 20; -C 3 2 1", "0.25 0.5 0.25");
        check(&METHOD, "", "A 1 2 9 3; B 10 30 . 20; -C 3 2 7 1", "0.25 0.5 0.25");
        check_fact(&METHOD, "", "A 1 2 3; B 10 30 20; C 3 2 1", "conflict of C", "3.5");
    }

    #[test]
    fn a_constant_part_weighs_nothing_and_changes_nothing() {
        check(&METHOD, "", "A 1 2 3; K 0.1 0.1 0.1; B 10 30 20; -C 3 2 1", "0.25 0 0.5 0.25");
        check(&METHOD, "", "A 1 2 3; K 5 5 5", "1 0");
        check(&METHOD, "", "A 5 5 5", "1");
    }

    #[test]
    fn what_it_cannot_do_it_says() {
        faults(
            &METHOD,
            &[
                ("", "A 1 2; B 1 .", "too-few-values"),
                ("", "A 1 1; B 2 2", "zero-range"),
                ("", "A 0.1 0.2 0.7; B 10 20 70", "zero-range"),
            ],
        );
        let fault = weigh::<Decimal>(&METHOD, "", "A 7e28 -7e28; B 1 2").unwrap_err();
        assert_eq!(fault.kind.id, "out-of-range");
        assert_eq!(fault.message, "the figures of `A` are too large or too small for the arithmetic");
    }

    #[test]
    fn properties() {
        holds(&METHOD, "", -900..900, 1e-9, &[Property::ScaleFree, Property::ShiftFree]);
    }
}
