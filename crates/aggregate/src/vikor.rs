//! VIKOR: a compromise between the benefit of the many parts and the complaint of the worst one.
//!
//! Use it where both the sum of shortfalls and the largest of them matter. The score of a unit depends on the others.

use crate::ideal::Field;
use crate::shared::product;
use crate::{Aggregator, AggregatorBox, Reach};
use gradus_method::{Args, Default, Fault, Method, Outcome, Param, ParamKind, Reference};
use gradus_model::number::{Decimal, Scalar};

/// Registry entry of [`Vikor`].
pub static METHOD: Method<AggregatorBox> = Method {
    id: "vikor",
    since: "0.1.0",
    summary: "A compromise between the sum of a unit's shortfalls and the largest of them: 1 for the best unit.",
    summary_zh: "VIKOR（多准则妥协解排序法）：在群体效用与个体遗憾之间折中，最优单位为 1。",
    formula: "y = 1 - Q with Q = v (S - min(S)) / (max(S) - min(S)) + (1 - v) (R - min(R)) / (max(R) - min(R)), S = sum(s), R = max(s), s = w (max(x) - x) / (max(x) - min(x)), w as shares",
    params: &[Param {
        name: "v",
        kind: ParamKind::Number,
        default: Default::Value("0.5"),
        range: "0 to 1",
        meaning: "the weight of the sum of shortfalls, dimensionless; the rest is that of the largest shortfall",
    }],
    references: &[Reference {
        citation: "Opricovic and Tzeng (2004). Compromise solution by MCDM methods: a comparative analysis of VIKOR and TOPSIS. European Journal of Operational Research 156(2), 445-455",
        locator: "https://doi.org/10.1016/S0377-2217(03)00020-1",
    }],
    build: |args| Ok(AggregatorBox::new(Vikor::new(args)?)),
};

/// The compromise ranking of VIKOR, turned so that higher is better.
///
/// # Formula
/// ```text
/// y = 1 − Q
/// Q = v (S − min S) / (max S − min S) + (1 − v) (R − min R) / (max R − min R)     over units
/// S = Σ s,  R = max s,  s = (w / Σ w) (max x − x) / (max x − min x)              over parts
/// ```
/// # Parameters
/// | name | default | range | meaning |
/// | :--- | :--- | :--- | :--- |
/// | `v` | 0.5 | 0 to 1 | weight of the sum of shortfalls against the largest |
/// # Input and output
/// Parts of which more is better, each on a scale of its own; a score from 0 to 1, dimensionless. In the literature lower Q is
/// better; 1 − Q keeps its order and its distances. Details: `s`, `r` and `q` as published, from which [`compromise`] finds
/// the set of compromise solutions.
/// # Missing values and edge cases
/// Units with a missing part are not compared. A part of weight zero is left out; one in which all units are alike adds no
/// shortfall. Where all units have the same S, or the same R, to twelve digits, that term of Q is zero. A unit that is best in every part
/// scores exactly 1.
/// # Errors
/// `invalid-parameter` for `v` outside 0 to 1; `too-few-values` for fewer than two units; `zero-range` when all units are
/// alike in every part; `out-of-range` when a range leaves the arithmetic.
/// # Example
/// ```
/// use gradus_aggregate::{Aggregator, vikor::Vikor};
/// use gradus_method::Args;
/// let mut y = [0.0; 3];
/// Vikor::new(&Args::new())?.columns(&[&[1.0, 3.0, 5.0], &[10.0, 30.0, 50.0]], &[1.0, 1.0], &mut y)?;
/// assert_eq!(y, [0.0, 0.5, 1.0]);
/// # Ok::<(), gradus_method::Fault>(())
/// ```
/// # References
/// Opricovic and Tzeng (2004), Compromise solution by MCDM methods.
#[derive(Debug, Clone)]
pub struct Vikor {
    v: Decimal,
}

impl Vikor {
    /// Reads the parameters.
    ///
    /// # Errors
    /// `invalid-parameter` for `v` outside 0 to 1.
    pub fn new(args: &Args) -> Outcome<Self> {
        let v = args.optional_number("v")?.unwrap_or(Decimal::new(5, 1));
        if v < Decimal::ZERO || v > Decimal::ONE {
            return Err(Fault::parameter("v", format!("`v` must be from 0 to 1, found {v}"))
                .help("use 0.5, by consensus, 1 for the sum of shortfalls only, 0 for the largest only"));
        }
        Ok(Self { v })
    }

    /// S, R and Q of every unit.
    fn measures<S: Scalar>(&self, parts: &[&[S]], weights: &[S]) -> Outcome<[Vec<S>; 3]> {
        let field = Field::new(METHOD.id, parts, weights, |_| Some(S::ONE))?;
        let n_units = parts.first().map_or(0, |part| part.len());
        let (mut s, mut r) = (Vec::with_capacity(n_units), Vec::with_capacity(n_units));
        field.run(
            |short, _, sum, most| {
                *sum = sum.plus(short).unwrap_or(*sum);
                *most = most.greatest(short);
            },
            |_, sum, most| {
                s.push(field.measured(sum).unwrap_or(S::ZERO));
                r.push(field.measured(most).unwrap_or(S::ZERO));
            },
        );
        let v = S::from_decimal(self.v);
        let rest = S::ONE.minus(v).unwrap_or(S::ZERO);
        let (s_way, r_way) = (Way::of(&s), Way::of(&r));
        let q =
            s.iter().zip(&r).map(|(s, r)| product(v, s_way.share(*s))?.plus(product(rest, r_way.share(*r))?));
        let q = q.collect::<Option<Vec<S>>>().ok_or_else(Fault::out_of_range)?;
        Ok([s, r, q])
    }
}

/// The share of the highest S or R by which values may differ and still count as the same. Rounding tells 0.1 + 0.2 from 0.3,
/// and a range of nothing but rounding would be stretched to the whole way from 0 to 1.
const NOISE: Decimal = Decimal::from_parts(1, 0, 0, false, 12);

/// From the lowest value of a measure to the highest.
struct Way<S> {
    low: S,
    range: S,
}

impl<S: Scalar> Way<S> {
    fn of(values: &[S]) -> Self {
        let first = values.first().copied().unwrap_or(S::ZERO);
        let low = values.iter().copied().fold(first, S::least);
        let high = values.iter().copied().fold(first, S::greatest);
        let noise = product(high, S::from_decimal(NOISE)).unwrap_or(S::ZERO);
        Self { low, range: high.minus(low).filter(|range| *range > noise).unwrap_or(S::ZERO) }
    }
    /// From 0 to 1; 0 where all values are the same.
    fn share(&self, value: S) -> S {
        value.minus(self.low).and_then(|way| way.over(self.range)).unwrap_or(S::ZERO)
    }
}

impl<S: Scalar> Aggregator<S> for Vikor {
    fn reach(&self) -> Reach {
        Reach::Table
    }
    fn row(&self, values: &[S], weights: &[S]) -> Outcome<S> {
        crate::ideal::alone(self, values, weights)
    }
    fn columns(&self, parts: &[&[S]], weights: &[S], out: &mut [S]) -> Outcome<()> {
        let [_, _, q] = self.measures(parts, weights)?;
        for (y, q) in out.iter_mut().zip(q) {
            *y = S::ONE.minus(q).unwrap_or(S::ZERO);
        }
        Ok(())
    }
    fn details(&self, parts: &[&[S]], weights: &[S]) -> Outcome<Vec<(&'static str, Vec<S>)>> {
        let [s, r, q] = self.measures(parts, weights)?;
        Ok(vec![("s", s), ("r", r), ("q", q)])
    }
}

/// What VIKOR proposes: the leader alone, or the units that share the first place with it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Compromise {
    /// Whether the leader is ahead of the second in Q by 1 / (n - 1) or more.
    pub acceptable_advantage: bool,
    /// Whether the leader is also first in S or in R.
    pub acceptable_stability: bool,
    /// The compromise solutions, best first.
    pub units: Vec<usize>,
}

/// The compromise solutions of Opricovic and Tzeng (2004), from the details `s`, `r` and `q` of [`Vikor`], which have one number
/// per unit.
///
/// Where both conditions hold, the leader; where only its stability fails, the leader and the second; where its
/// advantage fails, every unit closer to it than 1 / (n - 1) in Q, stable or not. Equal Q go by the order of units.
///
/// # Example
/// ```
/// use gradus_aggregate::vikor::compromise;
/// let proposed = compromise(&[0.4, 0.2, 0.6], &[0.2, 0.1, 0.3], &[0.3, 0.0, 1.0]);
/// assert_eq!(proposed.units, [1, 0]);
/// assert!(!proposed.acceptable_advantage && proposed.acceptable_stability);
/// ```
#[must_use]
pub fn compromise<S: Scalar>(s: &[S], r: &[S], q: &[S]) -> Compromise {
    let mut units: Vec<usize> = (0..q.len().min(s.len()).min(r.len())).collect();
    units.sort_by(|a, b| q[*a].order(q[*b]));
    let Some(&leader) = units.first() else {
        return Compromise { acceptable_advantage: false, acceptable_stability: false, units };
    };
    // n - 1 steps of advantage are a whole Q: no quotient is rounded.
    let steps = S::from_count(units.len() - 1);
    let ahead_of = |unit: usize| {
        q[unit].minus(q[leader]).and_then(|lead| lead.times(steps)).is_some_and(|lead| lead >= S::ONE)
    };
    let first_in = |measure: &[S]| units.iter().all(|unit| measure[leader] <= measure[*unit]);
    let acceptable_advantage = units.get(1).is_none_or(|second| ahead_of(*second));
    let acceptable_stability = first_in(s) || first_in(r);
    match (acceptable_advantage, acceptable_stability) {
        (true, true) => units.truncate(1),
        (true, false) => units.truncate(2),
        (false, _) => units.retain(|unit| !ahead_of(*unit)),
    }
    Compromise { acceptable_advantage, acceptable_stability, units }
}

#[cfg(test)]
mod tests {
    use super::{METHOD, compromise};
    use crate::table_testing::*;
    use crate::testing::fault;

    #[test]
    fn worked_by_hand() {
        // Equal weights: s are 0, 1/2 of the way each; S = 0, 3/8, 1; R = 0, 1/4, 1/2.
        check_table(&METHOD, "", "5 50 | 3 40 | 1 10", "1 1", "1 0.5625 0");
        check_table(&METHOD, "v = 1", "5 50 | 3 40 | 1 10", "1 1", "1 0.625 0");
        check_table(&METHOD, "v = 0", "5 50 | 3 40 | 1 10", "1 1", "1 0.5 0");
        // Corners: S = 3/4 and 1/4, R the same.
        check_table(&METHOD, "", "9 1 | 1 9", "1 3", "0 1");
        check_table(&METHOD, "", "7 | 5 | 6", "4", "1 0 0.5");
    }

    #[test]
    fn s_r_and_q_are_told() {
        let details = details_of(&METHOD, "", "5 50 | 3 40 | 1 10", "1 1");
        assert_eq!(
            details,
            [("s", vec![0.0, 0.375, 1.0]), ("r", vec![0.0, 0.25, 0.5]), ("q", vec![0.0, 0.4375, 1.0]),]
        );
    }

    #[test]
    fn a_term_without_range_is_zero() {
        // S is 1/2 for both, R 1/2: nobody is better.
        check_table(&METHOD, "", "9 1 | 1 9", "1 1", "1 1");
        // 0.1 + 0.2 is 0.3 also where rounding says otherwise: S is the same, R is not.
        check_table(&METHOD, "", "92 -283 0 | 0 118 -1", "2 3 1", "0.5 1");
        check_table(&METHOD, "v = 1", "92 -283 0 | 0 118 -1", "2 3 1", "1 1");
        // A constant part makes no term undefined.
        check_table(&METHOD, "", "9 4 1 | 1 4 1", "1 2 1", "1 0");
    }

    #[test]
    fn size_does_not_matter() {
        check_table(&METHOD, "", "5e27 50 | 3e27 40 | 1e27 10", "1 1", "1 0.5625 0");
        check_table(&METHOD, "", "5e-27 50 | 3e-27 40 | 1e-27 10", "1 1", "1 0.5625 0");
    }

    #[test]
    fn compromise_solutions() {
        let of = |s: &[f64], r: &[f64], q: &[f64]| {
            let found = compromise(s, r, q);
            (found.acceptable_advantage, found.acceptable_stability, found.units)
        };
        assert_eq!(of(&[0.1, 0.5, 0.9], &[0.1, 0.2, 0.3], &[0.0, 0.5, 1.0]), (true, true, vec![0]));
        assert_eq!(of(&[0.2, 0.1, 0.9], &[0.2, 0.1, 0.3], &[0.0, 0.5, 1.0]), (true, false, vec![0, 1]));
        // Without the advantage everyone nearby shares the place, whether the leader is stable or not.
        assert_eq!(of(&[0.2, 0.1, 0.9], &[0.2, 0.1, 0.3], &[0.0, 0.4, 1.0]), (false, false, vec![0, 1]));
        assert_eq!(of(&[0.1, 0.2, 0.3], &[0.1, 0.2, 0.3], &[0.3, 0.0, 0.4]), (false, false, vec![1, 0, 2]));
        assert_eq!(of(&[0.1, 0.1], &[0.1, 0.1], &[0.0, 0.0]), (false, true, vec![0, 1]));
        assert_eq!(of(&[0.1], &[0.1], &[0.0]), (true, true, vec![0]));
        assert_eq!(of(&[], &[], &[]), (false, false, vec![]));
    }

    #[test]
    fn what_it_cannot_do_it_says() {
        assert_eq!(table_fault(&METHOD, "v = 1.5", "3 | 4", "1").kind.id, "invalid-parameter");
        assert_eq!(table_fault(&METHOD, "v = -0.1", "3 | 4", "1").kind.id, "invalid-parameter");
        assert_eq!(table_fault(&METHOD, "", "3 1", "1 1").kind.id, "too-few-values");
        assert_eq!(table_fault(&METHOD, "", "3 1 | 3 1", "1 1").kind.id, "zero-range");
        assert_eq!(table_fault(&METHOD, "", "3 1 | 3 2", "0 0").kind.id, "zero-weights");
        assert_eq!(fault(&METHOD, "", "3 1").kind.id, "too-few-values");
    }

    #[test]
    fn properties() {
        use TableProperty::{Dominance, ScaleKeepsScores, WithinUnit};
        for text in ["", "v = 0", "v = 1", "v = 0.3"] {
            table_holds(&METHOD, text, -900..900, &[WithinUnit, Dominance, ScaleKeepsScores]);
        }
    }
}
