//! PROMETHEE II: by how much, on balance, a unit is preferred to all others.
//!
//! Use it where small differences should not count, or large ones not more than fully: in each part a preference function turns
//! the difference of two units into a preference from 0 to 1. It needs a table of units to compare: adding or dropping one may
//! change the order of others.

use crate::{Aggregator, AggregatorBox, Reach, shared, table};
use gradus_method::{Args, Default, Fault, Method, Outcome, Param, ParamKind, Reference};

use gradus_model::diagnostic::catalog;
use gradus_model::number::{Arithmetic, Decimal, Scalar};
use table::PerPart;

const WORDS: &[&str] = &["usual", "u-shape", "v-shape", "level", "linear", "gaussian"];

const fn threshold(
    name: &'static str,
    default: Default,
    range: &'static str,
    meaning: &'static str,
) -> Param {
    Param { name, kind: ParamKind::Number, default, range, meaning }
}

const fn by_part(name: &'static str, meaning: &'static str) -> Param {
    Param {
        name,
        kind: ParamKind::CodeTable,
        default: Default::Absent("one for all parts"),
        range: "codes of parts",
        meaning,
    }
}

/// Registry entry of [`Promethee`].
pub static METHOD: Method<AggregatorBox> = Method {
    id: "promethee",
    since: "0.1.0",
    summary: "The mean preference for a unit over the others, less that for the others over it.",
    summary_zh: "PROMETHEE II 净流量：单元优于其他单元的平均偏好减去其他单元优于它的平均偏好。",
    formula: "y(a) = sum over b of (pi(a,b) - pi(b,a)) / (n - 1) with pi(a,b) = sum(w P(x(a) - x(b))) / sum(w), P the preference function",
    params: &[
        Param {
            name: "preference",
            kind: ParamKind::Word(WORDS),
            default: Default::Value("usual"),
            range: "usual, u-shape, v-shape, level, linear, gaussian",
            meaning: "the preference function of a difference d: any d above 0 is full preference (usual), or any above q (u-shape); rising to p (v-shape); half above q and full above p (level); rising from q to p (linear); 1 - exp(-d^2 / 2 s^2) (gaussian)",
        },
        threshold(
            "q",
            Default::Value("0"),
            "at least 0",
            "the indifference threshold, in the measure of the parts",
        ),
        threshold(
            "p",
            Default::Absent("no function that needs it"),
            "above 0, at least q",
            "the preference threshold, in the measure of the parts",
        ),
        threshold(
            "s",
            Default::Absent("no function that needs it"),
            "above 0",
            "the difference at which the Gaussian function turns, in the measure of the parts",
        ),
        by_part("preference-by-part", "preference functions of single parts, words by code"),
        by_part("q-by-part", "indifference thresholds of single parts"),
        by_part("p-by-part", "preference thresholds of single parts"),
        by_part("s-by-part", "Gaussian parameters of single parts"),
    ],
    references: &[
        Reference {
            citation: "Brans and Vincke (1985). A preference ranking organisation method: the PROMETHEE method for multiple criteria decision-making. Management Science 31(6), 647-656",
            locator: "https://doi.org/10.1287/mnsc.31.6.647",
        },
        Reference {
            citation: "Calders and Van Assche (2018). PROMETHEE is not quadratic: an O(qn log(n)) algorithm. Omega 76, 63-69",
            locator: "https://doi.org/10.1016/j.omega.2017.04.003",
        },
    ],
    build: |args| Ok(AggregatorBox::new(Promethee::new(args)?)),
};

/// The net flow of PROMETHEE II.
///
/// # Formula
/// ```text
/// y(a)  = φ⁺(a) − φ⁻(a)
/// φ⁺(a) = Σ_b π(a,b) / (n − 1),  φ⁻(a) = Σ_b π(b,a) / (n − 1)
/// π(a,b) = Σ w P(x(a) − x(b)) / Σ w
///
/// usual     P = 1 for d > 0                       level     P = 1/2 for q < d ≤ p, 1 for d > p
/// u-shape   P = 1 for d > q                       linear    P = (d − q) / (p − q) for q < d ≤ p, 1 for d > p
/// v-shape   P = d / p for 0 < d ≤ p, 1 for d > p  gaussian  P = 1 − exp(−d² / 2 s²) for d > 0
/// ```
/// # Parameters
/// | name | default | range | meaning |
/// | :--- | :--- | :--- | :--- |
/// | `preference` | `usual` | `usual`, `u-shape`, `v-shape`, `level`, `linear`, `gaussian` | the preference function |
/// | `q` | 0 | at least 0 | differences up to here do not count; for `u-shape`, `level`, `linear` |
/// | `p` | none | above 0, at least q | differences above here count fully; for `v-shape`, `level`, `linear` |
/// | `s` | none | above 0 | where the Gaussian function turns; for `gaussian` |
/// | `preference-by-part` | one for all | codes of parts | preference functions of single parts |
/// | `q-by-part` | one for all | codes of parts | thresholds q of single parts |
/// | `p-by-part` | one for all | codes of parts | thresholds p of single parts |
/// | `s-by-part` | one for all | codes of parts | parameters s of single parts |
/// # Input and output
/// Scores of the parts, higher is better; a number from −1 to 1, higher is better. The net flows of all units add up to 0. The
/// details `positive-flow` and `negative-flow` are those of PROMETHEE I: a unit is preferred to another without doubt if it has
/// neither the smaller positive nor the larger negative flow.
/// # Missing values and edge cases
/// Every unit that is compared has all parts. Equal units have equal flows. A part of weight zero plays no role. In doubles a
/// difference that exceeds a step by rounding only does not exceed it. All functions
/// but the Gaussian one are computed by sorting, so 100,000 units are no burden; a Gaussian part may have at most 20,000
/// different values, or 2,000 in decimals.
/// # Errors
/// `missing-parameter` and `invalid-parameter` for thresholds; `too-few-values` for one unit alone; `too-many-units` for
/// Gaussian parts; `zero-weights` when no part has weight; `out-of-range` when a difference leaves the range of the arithmetic.
/// # Example
/// ```
/// use gradus_aggregate::{Aggregator, promethee::Promethee};
/// use gradus_method::{Arg, Args};
/// let linear = Args::new().with("preference", Arg::Text("linear".into())).number_of("q", 1).number_of("p", 5);
/// let parts: [&[f64]; 2] = [&[10.0, 7.0, 2.0], &[4.0, 4.0, 4.5]];
/// let mut flows = [0.0; 3];
/// Promethee::new(&linear)?.columns(&parts, &[1.0, 1.0], &mut flows)?;
/// assert_eq!(flows, [0.375, 0.125, -0.5]);
/// # Ok::<(), gradus_method::Fault>(())
/// ```
/// # References
/// Brans and Vincke (1985), A preference ranking organisation method. Calders and Van Assche (2018), PROMETHEE is not
/// quadratic.
#[derive(Debug, Clone)]
pub struct Promethee {
    preferences: PerPart<Preference>,
}

/// A preference function of a difference.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Preference {
    /// Full above the threshold.
    Step(Decimal),
    /// Half above the first threshold, full above the second.
    Level(Decimal, Decimal),
    /// Rising from the first threshold to the second.
    Ramp(Decimal, Decimal),
    /// Rising along a bell curve.
    Gaussian(Decimal),
}

#[derive(Debug, Clone, Copy)]
#[allow(clippy::enum_variant_names, reason = "the U-shape and the V-shape are called so")]
enum Shape {
    Usual,
    UShape,
    VShape,
    Level,
    Linear,
    Gaussian,
}

impl Preference {
    fn new(args: &Args, code: Option<&str>) -> Outcome<Self> {
        let words = [
            ("usual", Shape::Usual),
            ("u-shape", Shape::UShape),
            ("v-shape", Shape::VShape),
            ("level", Shape::Level),
            ("linear", Shape::Linear),
            ("gaussian", Shape::Gaussian),
        ];
        let shape = table::word(args, "preference", "preference-by-part", code, &words, Shape::Usual)?;
        let read = |name: &str, table: &str| table::number(args, name, table, code);
        let q = read("q", "q-by-part")?.unwrap_or(Decimal::ZERO);
        let p = read("p", "p-by-part")?;
        let s = read("s", "s-by-part")?;
        let refuse = |name: &str, range: &str, found: Decimal| {
            Fault::parameter(name, format!("`{name}`{} must be {range}, found {found}", table::of(code)))
                .help(format!("give `{name}` as a difference of scores that is {range}"))
        };
        if q < Decimal::ZERO {
            return Err(refuse("q", "at least 0", q));
        }
        if let Some(p) = p.filter(|p| *p <= Decimal::ZERO) {
            return Err(refuse("p", "above 0", p));
        }
        if let Some(s) = s.filter(|s| *s <= Decimal::ZERO) {
            return Err(refuse("s", "above 0", s));
        }
        let need = |number: Option<Decimal>, name: &str, function: &str| {
            let what = format!("the preference function `{function}`{}", table::of(code));
            table::needed(number, name, &what, &format!("give `{name}` a difference of scores"))
        };
        let from_q = |p: Decimal| {
            if p < q { Err(refuse("p", &format!("at least q, which is {q}"), p)) } else { Ok(p) }
        };
        Ok(match shape {
            Shape::Usual => Self::Step(Decimal::ZERO),
            Shape::UShape => Self::Step(q),
            Shape::VShape => Self::Ramp(Decimal::ZERO, need(p, "p", "v-shape")?),
            Shape::Level => Self::Level(q, from_q(need(p, "p", "level")?)?),
            Shape::Linear => match from_q(need(p, "p", "linear")?)? {
                p if p == q => Self::Step(q),
                p => Self::Ramp(q, p),
            },
            Shape::Gaussian => Self::Gaussian(need(s, "s", "gaussian")?),
        })
    }
}

impl Promethee {
    /// Reads the parameters.
    ///
    /// # Errors
    /// `missing-parameter` for a threshold that the preference function needs; `invalid-parameter` for one out of its range, and
    /// for the code of what is no part.
    pub fn new(args: &Args) -> Outcome<Self> {
        let tables = ["preference-by-part", "q-by-part", "p-by-part", "s-by-part"];
        Ok(Self { preferences: PerPart::new(args, &tables, |code| Preference::new(args, code))? })
    }

    /// Positive and negative flows.
    fn flows<S: Scalar>(&self, parts: &[&[S]], weights: &[S]) -> Outcome<[Vec<S>; 2]> {
        let n = parts.iter().map(|part| part.len()).min().unwrap_or(0);
        if n < 2 {
            return Err(Fault::new(
                &catalog::TOO_FEW_VALUES,
                format!("flows compare units, and there is {n}"),
            )
            .help("give at least 2 units with every part"));
        }
        let total = shared::total(weights).ok_or_else(Fault::out_of_range)?;
        if total == S::ZERO {
            return Err(shared::no_weight());
        }
        let mut flows = [vec![S::ZERO; n], vec![S::ZERO; n]];
        for (k, (part, weight)) in parts.iter().zip(weights).enumerate().filter(|(_, (_, w))| **w > S::ZERO) {
            let sums = self.preferences.of(k)?.sums(part)?;
            // Shares of the total, so that no large weight leaves the range.
            let share = weight.over(total).and_then(|w| w.over(S::from_count(n - 1)));
            for (flow, sums) in flows.iter_mut().zip(sums) {
                for (flow, sum) in flow.iter_mut().zip(sums) {
                    *flow = share
                        .and_then(|share| flow.plus(share.times(sum)?))
                        .filter(|flow| flow.finite())
                        .ok_or_else(Fault::out_of_range)?;
                }
            }
        }
        Ok(flows)
    }
}

impl Preference {
    /// Of every unit, the sum of the preferences for it over all others, and of those for the others over it.
    fn sums<S: Scalar>(&self, part: &[S]) -> Outcome<[Vec<S>; 2]> {
        let mut order: Vec<usize> = (0..part.len()).collect();
        order.sort_by(|a, b| part[*a].order(part[*b]));
        let rising: Vec<S> = order.iter().map(|unit| part[*unit]).collect();
        let (gains, losses) = if let Self::Gaussian(s) = self {
            gaussian(&rising, S::from_decimal(*s))?
        } else {
            // What others have over a unit is what it has over them with the scale turned round.
            let falling: Vec<S> = rising.iter().rev().map(|x| x.negated()).collect();
            let gains = self.gains(&rising).ok_or_else(Fault::out_of_range)?;
            let mut losses = self.gains(&falling).ok_or_else(Fault::out_of_range)?;
            losses.reverse();
            (gains, losses)
        };
        Ok([gains, losses].map(|sums| {
            let mut placed = vec![S::ZERO; sums.len()];
            for (unit, sum) in order.iter().zip(sums) {
                placed[*unit] = sum;
            }
            placed
        }))
    }

    /// Of each of the values, which rise, the sum of its preferences over the smaller ones.
    fn gains<S: Scalar>(&self, values: &[S]) -> Option<Vec<S>> {
        let above = |threshold| beyond(values, table::lifted(threshold, values)?);
        match *self {
            Self::Step(q) => Some(above(q)?.into_iter().map(S::from_count).collect()),
            Self::Level(q, p) => {
                let two = S::from_count(2);
                let counts = above(q)?.into_iter().zip(above(p)?);
                counts.map(|(half, full)| S::from_count(half + full).over(two)).collect()
            }
            Self::Ramp(q, p) => ramp(values, S::from_decimal(q), S::from_decimal(p)),
            Self::Gaussian(_) => None,
        }
    }
}

/// Of each of the values, which rise, how many it exceeds by more than a threshold. Those form a beginning of the list that
/// only grows, because a rounded difference falls with what is subtracted.
fn beyond<S: Scalar>(values: &[S], threshold: S) -> Option<Vec<usize>> {
    let mut count = 0;
    values
        .iter()
        .map(|x| {
            while count < values.len() && x.minus(values[count])? > threshold {
                count += 1;
            }
            Some(count)
        })
        .collect()
}

/// A sum that carries along what rounding took from it, so that a value can be added and taken away again without a trace.
#[derive(Clone, Copy)]
struct Sum<S> {
    sum: S,
    lost: S,
}

impl<S: Scalar> Sum<S> {
    const ZERO: Self = Self { sum: S::ZERO, lost: S::ZERO };

    fn add(&mut self, x: S) -> Option<()> {
        let sum = self.sum.plus(x)?;
        let added = sum.minus(self.sum)?;
        let lost = self.sum.minus(sum.minus(added)?)?.plus(x.minus(added)?)?;
        *self = Self { sum, lost: self.lost.plus(lost)? };
        Some(())
    }
}

/// Sums of a preference that rises from q to p: what is beyond p counts 1, what is beyond q by its share of the way.
///
/// The shares in between are kept as one sum that follows from value to value: what leaves is taken away first, then the rest
/// rises by the step, then what enters is added. So no number in it is larger than what is summed, however far apart values are.
fn ramp<S: Scalar>(values: &[S], q: S, p: S) -> Option<Vec<S>> {
    let width = p.minus(q)?;
    let full = beyond(values, p)?;
    let some = beyond(values, q)?;
    let mut sums = Vec::with_capacity(values.len());
    let mut between = Sum::ZERO;
    let (mut start, mut end) = (0, 0);
    let mut last = *values.first()?;
    for ((x, full), some) in values.iter().zip(full).zip(some) {
        if full >= end {
            between = Sum::ZERO;
            end = full;
        } else {
            for left in &values[start..full] {
                between.add(last.minus(*left)?.minus(q)?.negated())?;
            }
            between.add(S::from_count(end - full).times(x.minus(last)?)?)?;
        }
        for entered in &values[end..some] {
            between.add(x.minus(*entered)?.minus(q)?)?;
        }
        (start, end, last) = (full, some, *x);
        let share = between.sum.plus(between.lost)?.over(width)?;
        sums.push(S::from_count(full).plus(share.greatest(S::ZERO))?);
    }
    Some(sums)
}

/// Sums of Gaussian preferences, pair by pair of different values.
fn gaussian<S: Scalar>(values: &[S], s: S) -> Outcome<(Vec<S>, Vec<S>)> {
    let mut runs: Vec<(S, usize)> = Vec::new();
    for x in values {
        match runs.last_mut() {
            Some((value, count)) if value == x => *count += 1,
            _ => runs.push((*x, 1)),
        }
    }
    let most = match S::ARITHMETIC {
        Arithmetic::Binary64 => 20_000,
        Arithmetic::Decimal => 2_000,
    };
    let help = "use `preference = \"linear\"`, which needs no pairs";
    table::at_most(runs.len(), most, "the Gaussian preference function", help)?;
    let mut gains = vec![S::ZERO; runs.len()];
    let mut losses = gains.clone();
    let far = S::from_count(12);
    let preference = |difference: S| {
        let ratio = difference.over(s)?;
        if ratio > far {
            // The rest is below the last digit of either arithmetic.
            return Some(S::ONE);
        }
        let exponent = ratio.times(ratio)?.over(S::from_count(2))?;
        S::ONE.minus(exponent.negated().exp()?)
    };
    let mut add = |above: usize, below: usize| {
        let preference = preference(runs[above].0.minus(runs[below].0)?)?;
        gains[above] = gains[above].plus(preference.times(S::from_count(runs[below].1))?)?;
        losses[below] = losses[below].plus(preference.times(S::from_count(runs[above].1))?)?;
        Some(())
    };
    for above in 0..runs.len() {
        for below in 0..above {
            add(above, below).ok_or_else(Fault::out_of_range)?;
        }
    }
    let spread = |sums: Vec<S>| {
        runs.iter().zip(sums).flat_map(|((_, count), sum)| std::iter::repeat_n(sum, *count)).collect()
    };
    Ok((spread(gains), spread(losses)))
}

impl<S: Scalar> Aggregator<S> for Promethee {
    fn reach(&self) -> Reach {
        Reach::Table
    }
    fn row(&self, values: &[S], weights: &[S]) -> Outcome<S> {
        table::alone(self, values, weights)
    }
    fn columns(&self, parts: &[&[S]], weights: &[S], out: &mut [S]) -> Outcome<()> {
        let [positive, negative] = self.flows(parts, weights)?;
        for (slot, (gain, loss)) in out.iter_mut().zip(positive.into_iter().zip(negative)) {
            *slot = gain.minus(loss).ok_or_else(Fault::out_of_range)?;
        }
        Ok(())
    }
    fn details(&self, parts: &[&[S]], weights: &[S]) -> Outcome<Vec<(&'static str, Vec<S>)>> {
        let [positive, negative] = self.flows(parts, weights)?;
        Ok(vec![("positive-flow", positive), ("negative-flow", negative)])
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::table::testing::*;
    use crate::testing::runner;
    use gradus_method::Arg;
    use proptest::prelude::*;

    /// Sums over all pairs, as the definition says.
    fn pairwise(preference: Preference, part: &[f64]) -> [Vec<f64>; 2] {
        let step = |d: f64, threshold: Decimal| {
            if d > table::lifted(threshold, part).unwrap() { 1.0 } else { 0.0 }
        };
        let of = |d: f64| match preference {
            Preference::Step(q) => step(d, q),
            Preference::Level(q, p) => (step(d, q) + step(d, p)) / 2.0,
            Preference::Ramp(q, p) => {
                let (q, p) = (q.to_f64(), p.to_f64());
                ((d - q) / (p - q)).clamp(0.0, 1.0)
            }
            Preference::Gaussian(s) if d > 0.0 => {
                let z = d / s.to_f64();
                1.0 - Scalar::exp(-z * z / 2.0).unwrap()
            }
            Preference::Gaussian(_) => 0.0,
        };
        let sum = |turn: f64| part.iter().map(|a| part.iter().map(|b| of(turn * (a - b))).sum()).collect();
        [sum(1.0), sum(-1.0)]
    }

    #[test]
    fn sorting_gives_what_pairs_give() {
        let d = |x: i64| Decimal::new(x, 1);
        // Values far apart, near each other, equal, and at thresholds to the last bit.
        let value = prop_oneof![
            4 => (-60i64..60).prop_map(|x| x as f64 / 10.0),
            1 => (-9i64..9).prop_map(|x| x as f64 * 1e9),
            1 => (0i64..50).prop_map(|x| 1e6 + x as f64 / 3.0),
        ];
        let cases = (prop::collection::vec(value, 2..40), 0i64..40, 1i64..40, 0usize..4);
        runner()
            .run(&cases, |(part, q, more, form)| {
                let preference = [
                    Preference::Step(d(q)),
                    Preference::Level(d(q), d(q + more)),
                    Preference::Ramp(d(q), d(q + more)),
                    Preference::Gaussian(d(more)),
                ][form];
                let (found, want) = (preference.sums(&part).unwrap(), pairwise(preference, &part));
                for (found, want) in found.iter().flatten().zip(want.iter().flatten()) {
                    prop_assert!((found - want).abs() <= 1e-9, "{preference:?} {part:?}: {found} {want}");
                }
                if form < 2 {
                    prop_assert_eq!(found, want);
                }
                Ok(())
            })
            .unwrap();
    }

    #[test]
    fn a_far_value_leaves_no_trace() {
        // 1e15 enters and leaves the ramp's sum; a difference of prefix sums would lose the small differences.
        let part = [0.0, 0.25, 0.5, 1e15, 1e15 + 0.25, 1e15 + 0.5];
        let preference = Preference::Ramp(Decimal::ZERO, Decimal::ONE);
        assert_eq!(preference.sums(&part).unwrap(), pairwise(preference, &part));
        assert_eq!(preference.sums(&part).unwrap()[0], [0.0, 0.25, 0.75, 3.0, 3.25, 3.75]);
    }

    #[test]
    fn worked_by_hand() {
        // Two parts, three units; differences 3, 8, 5 and 0, 0.5, 0.5.
        let table = "10 7 2, 4 4 4.5";
        check_table(&METHOD, "", table, "0.25 -0.25 0");
        check_table(&METHOD, "preference = u-shape; q = 3", table, "0.25 0.25 -0.5");
        check_table(&METHOD, "preference = v-shape; p = 8", table, "0.328125 0.046875 -0.375");
        check_table(&METHOD, "preference = level; q = 3; p = 5", table, "0.25 0.125 -0.375");
        check_table(&METHOD, "preference = linear; q = 1; p = 5", table, "0.375 0.125 -0.5");
        // 1 - exp(-9/50), 1 - exp(-64/50), 1 - exp(-1/2), 1 - exp(-1/200)
        check_table(
            &METHOD,
            "preference = gaussian; s = 5",
            table,
            "0.220426241832 0.055938007723 -0.276364249555",
        );
        let flow = |name| detail(&METHOD, "", table, name);
        assert_eq!(flow("positive-flow"), [0.5, 0.25, 0.5]);
        assert_eq!(flow("negative-flow"), [0.25, 0.5, 0.5]);
    }

    #[test]
    fn thresholds_are_where_they_are_written() {
        // 0.4 - 0.1 is above 0.3 in doubles.
        check_table(&METHOD, "preference = u-shape; q = 0.3", "0.4 0.1", "0 0");
        check_table(&METHOD, "preference = u-shape; q = 0.3", "0.4000001 0.1", "1 -1");
        check_table(&METHOD, "preference = level; q = 1; p = 2", "2 1 0", "0.25 0 -0.25");
        check_table(&METHOD, "preference = linear; q = 1; p = 1", "2.5 1 0", "1 -0.5 -0.5");
    }

    #[test]
    fn parts_may_have_their_own() {
        let codes: Vec<gradus_model::Id> =
            ["a", "b"].iter().map(|code| gradus_model::Id::new(code).unwrap()).collect();
        let table = |key: &str, arg: Arg| Arg::Table([(key.to_owned(), arg)].into());
        let args = Args::new()
            .with("preference-by-part", table("a", Arg::Text("linear".into())))
            .with("p-by-part", table("a", Arg::Number(Decimal::from(5))))
            .number_of("q", 1);
        let method = METHOD.make(&args.clone().for_parts(&codes)).unwrap();
        let (parts, weights) = parts::<f64>("10 7 2, 4 4 4.5");
        // Linear from 1 to 5 in the first part, usual in the second.
        assert_eq!(columns(f64::pick(&method), &parts, &weights).unwrap(), [0.125, -0.125, 0.0]);
        // Without parts the declaration is checked, and every part it names.
        assert!(METHOD.make(&args).is_ok());
        let fault = METHOD
            .make(&args.clone().with("q-by-part", table("c", Arg::Number(Decimal::ONE))).for_parts(&codes));
        assert_eq!(fault.unwrap_err().parameter.as_deref(), Some("q-by-part"));
        let fault = METHOD.make(&args.with("q-by-part", table("a", Arg::Number(Decimal::from(6)))));
        assert_eq!(fault.unwrap_err().parameter.as_deref(), Some("p"));
    }

    #[test]
    fn edges() {
        let kind = |text: &str, table: &str| table_fault(&METHOD, text, table).kind.id;
        assert_eq!(kind("", "7"), "too-few-values");
        assert_eq!(kind("", "7 8 | 0"), "zero-weights");
        assert_eq!(kind("preference = linear", "7 8"), "missing-parameter");
        assert_eq!(kind("preference = gaussian", "7 8"), "missing-parameter");
        assert_eq!(kind("preference = linear; p = 1; q = 2", "7 8"), "invalid-parameter");
        for text in ["q = -1", "p = 0", "s = -2", "preference = cubic"] {
            assert_eq!(kind(text, "7 8"), "invalid-parameter");
        }
        check_table(&METHOD, "preference = gaussian; s = 1e-9", "7 8", "-1 1");
        check_table(&METHOD, "", "7 7", "0 0");
        check_table(&METHOD, "preference = v-shape; p = 2", "7 7 8, 1 2 3 | 1 0", "-0.25 -0.25 0.5");
        let wide = vec![vec![-1.7e308, 1.7e308]];
        let method = METHOD.make(&Args::new()).unwrap();
        // A difference that leaves the range is beyond every threshold.
        assert_eq!(columns(f64::pick(&method), &wide, &[1.0]).unwrap(), [-1.0, 1.0]);
        let many = vec![(0..20_001).map(f64::from).collect::<Vec<f64>>()];
        let method = METHOD.make(&crate::testing::args("preference = gaussian; s = 1")).unwrap();
        assert_eq!(columns(f64::pick(&method), &many, &[1.0]).unwrap_err().kind.id, "too-many-units");
    }

    #[test]
    fn properties() {
        for text in [
            "",
            "preference = u-shape; q = 0.3",
            "preference = v-shape; p = 0.7",
            "preference = level; q = 0.3; p = 0.9",
            "preference = linear; q = 0.2; p = 1.1",
            "preference = gaussian; s = 0.4",
        ] {
            holds_of_tables(&METHOD, text, -12..12, 9);
        }
    }
}
