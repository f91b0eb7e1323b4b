//! ELECTRE III: units ranked twice, from the best and from the worst, by how credible it is that one is at least as good as
//! another.
//!
//! Use it where small differences should not count, large ones against a unit should be a veto, and units that are good at
//! different things may stay incomparable. It needs a table of units to compare: adding or dropping one may change the order of
//! others. Where one number per unit is all that is wanted, [`promethee`](crate::promethee) is simpler.

use crate::outranking::signed;
use crate::{Aggregator, AggregatorBox, Reach, shared, table};
use gradus_method::{Args, Default, Fault, Method, Outcome, Param, ParamKind, Reference};
use gradus_model::number::{Decimal, Scalar};
use table::PerPart;

/// The most units that are compared.
const MOST_UNITS: usize = 1000;

/// Credibilities are compared to 12 digits, as whole numbers: 1 is this many.
const WHOLE: i64 = 1_000_000_000_000;

const fn param(
    name: &'static str,
    kind: ParamKind,
    absent: &'static str,
    range: &'static str,
    meaning: &'static str,
) -> Param {
    Param { name, kind, default: Default::Absent(absent), range, meaning }
}

/// Registry entry of [`ElectreIii`].
pub static METHOD: Method<AggregatorBox> = Method {
    id: "electre-iii",
    since: "0.1.0",
    summary: "The units ranked below a unit less those ranked above it, in the partial order of ELECTRE III.",
    summary_zh: "ELECTRE III 排序：由可信度矩阵经下行与上行蒸馏得到偏序，得分为位于其下与其上的单元数之差。",
    formula: "y(a) = units below a less units above a; a is above b when it is before b in the descending or ascending distillation of the credibility S and after it in neither; S(a,b) = C(a,b) times the product of (1 - D(a,b)) / (1 - C(a,b)) over the parts with D > C",
    params: &[
        param(
            "q",
            ParamKind::Number,
            "0",
            "at least 0",
            "the indifference threshold, in the measure of the parts",
        ),
        param(
            "p",
            ParamKind::Number,
            "as q",
            "at least q",
            "the preference threshold, in the measure of the parts",
        ),
        param(
            "v",
            ParamKind::Number,
            "no veto",
            "above p",
            "the veto threshold, in the measure of the parts",
        ),
        param(
            "q-by-part",
            ParamKind::CodeTable,
            "one for all parts",
            "codes of parts",
            "indifference thresholds of single parts",
        ),
        param(
            "p-by-part",
            ParamKind::CodeTable,
            "one for all parts",
            "codes of parts",
            "preference thresholds of single parts",
        ),
        param(
            "v-by-part",
            ParamKind::CodeTable,
            "one for all parts",
            "codes of parts",
            "veto thresholds of single parts",
        ),
        Param {
            name: "cut",
            kind: ParamKind::Range,
            default: Default::Value("[0.15, 0.3]"),
            range: "two numbers from 0 to 1, the first below the second",
            meaning: "the discrimination threshold, dimensionless: what two credibilities must differ by at a credibility of 1, and at one of 0",
        },
    ],
    references: &[
        Reference {
            citation: "Roy (1996). Multicriteria Methodology for Decision Aiding. Kluwer",
            locator: "https://doi.org/10.1007/978-1-4757-2500-1",
        },
        Reference {
            citation: "Figueira, Mousseau and Roy (2016). ELECTRE methods. In Multiple Criteria Decision Analysis, Springer, 155-185",
            locator: "https://doi.org/10.1007/978-1-4939-3094-4_5",
        },
    ],
    build: |args| Ok(AggregatorBox::new(ElectreIii::new(args)?)),
};

/// The partial order of ELECTRE III, as a score.
///
/// # Formula
/// ```text
/// d = x(b) − x(a) in a part
/// c = 1 for d ≤ q, 0 for d ≥ p, (p − d) / (p − q) between      concordance with "a is at least as good as b"
/// D = 0 for d ≤ p, 1 for d ≥ v, (d − p) / (v − p) between      discordance; 0 without veto
/// C = Σ w c / Σ w
/// S(a,b) = C Π (1 − D) / (1 − C) over the parts with D > C     credibility
///
/// distillation: λ' is the largest S below λ − s(λ), from the largest λ of the set down, s(λ) = s₀ + (s₁ − s₀) λ;
/// a outranks b when S(a,b) > λ' and S(a,b) > S(b,a) + s(S(a,b));
/// those that outrank most, less those that outrank them, are taken, and divided again by the next λ' while they are several
///
/// y(a) = #{ b below a } − #{ b above a }
/// ```
/// # Parameters
/// | name | default | range | meaning |
/// | :--- | :--- | :--- | :--- |
/// | `q` | 0 | at least 0 | differences up to here do not count |
/// | `p` | as q | at least q | differences from here count fully |
/// | `v` | no veto | above p | a difference from here in one part is enough against a unit |
/// | `q-by-part` | one for all | codes of parts | thresholds q of single parts |
/// | `p-by-part` | one for all | codes of parts | thresholds p of single parts |
/// | `v-by-part` | one for all | codes of parts | thresholds v of single parts |
/// | `cut` | `[0.15, 0.3]` | from 0 to 1, rising | the discrimination threshold s₁ at a credibility of 1, and s₀ at 0 |
///
/// The default of `cut` is the published s(λ) = 0.3 − 0.15 λ.
/// # Input and output
/// Scores of the parts, higher is better; a whole number from −(n − 1) to n − 1 for n units, higher is better. The descending
/// distillation takes the best units first, the ascending one the worst. A unit is above another when it is before it in one of
/// them and after it in neither, so a unit above another always scores higher; units that are before each other in turn are
/// incomparable, and count for neither. The details `descending-class` and `ascending-class` are the classes of both, 1 the
/// best. [`credibility`](ElectreIii::credibility) and [`distill`] give what lies between.
/// # Missing values and edge cases
/// Every unit that is compared has all parts. Equal units have equal scores. A part of weight zero has neither vote nor veto.
/// Credibilities are compared to 12 digits, in either arithmetic. A unit alone scores 0.
/// # Errors
/// `too-many-units` above 1000 units; `invalid-parameter` for thresholds out of order; `invalid-bounds` for `cut`;
/// `zero-weights` when no part has weight; `out-of-range` when a difference leaves the range of the arithmetic.
/// # Example
/// ```
/// use gradus_aggregate::{Aggregator, electre_iii::ElectreIii};
/// use gradus_method::Args;
/// let electre = ElectreIii::new(&Args::new().number_of("q", 1).number_of("p", 3).number_of("v", 8))?;
/// // The second unit is better in two parts of three, but in the last one its distance is a veto.
/// let parts: [&[f64]; 3] = [&[5.0, 9.0, 5.0], &[5.0, 12.0, 1.0], &[9.0, 0.0, 2.0]];
/// let mut scores = [0.0; 3];
/// electre.columns(&parts, &[1.0, 1.0, 1.0], &mut scores)?;
/// assert_eq!(scores, [2.0, 0.0, -2.0]);
/// # Ok::<(), gradus_method::Fault>(())
/// ```
/// # References
/// Roy (1996), Multicriteria Methodology for Decision Aiding. Figueira, Mousseau and Roy (2016), ELECTRE methods.
#[derive(Debug, Clone)]
pub struct ElectreIii {
    thresholds: PerPart<Thresholds>,
    cut: Cut,
}

/// From where on a difference counts in one part.
#[derive(Debug, Clone, Copy)]
struct Thresholds {
    q: Decimal,
    p: Decimal,
    v: Option<Decimal>,
}

impl Thresholds {
    fn new(args: &Args, code: Option<&str>) -> Outcome<Self> {
        let q = table::number(args, "q", "q-by-part", code)?.unwrap_or(Decimal::ZERO);
        let p = table::number(args, "p", "p-by-part", code)?.unwrap_or(q);
        let v = table::number(args, "v", "v-by-part", code)?;
        let refuse = |name: &str, range: String, found: Decimal| {
            let of = table::of(code);
            Err(Fault::parameter(name, format!("`{name}`{of} must be {range}, found {found}"))
                .help("let the thresholds rise: 0 <= q <= p < v"))
        };
        if q < Decimal::ZERO {
            return refuse("q", "at least 0".into(), q);
        }
        if p < q {
            return refuse("p", format!("at least q, which is {q}"), p);
        }
        match v {
            Some(v) if v <= p => refuse("v", format!("above p, which is {p}"), v),
            _ => Ok(Self { q, p, v }),
        }
    }
}

/// The discrimination threshold s(λ), in whole numbers as credibilities are.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Cut {
    at_zero: i64,
    at_one: i64,
}

impl Cut {
    fn new(args: &Args) -> Outcome<Self> {
        let (at_one, at_zero) = args.range("cut", (Decimal::new(15, 2), Decimal::new(3, 1)))?;
        for found in [at_one, at_zero] {
            if found < Decimal::ZERO || found > Decimal::ONE {
                return Err(Fault::parameter(
                    "cut",
                    format!("`cut` must lie between 0 and 1, found {found}"),
                )
                .help("leave `cut` out for [0.15, 0.3]"));
            }
        }
        Ok(Self { at_zero: whole(at_zero), at_one: whole(at_one) })
    }
    fn at(self, credibility: i64) -> i64 {
        let rise = i128::from(self.at_one - self.at_zero) * i128::from(credibility);
        self.at_zero + i64::try_from(rise / i128::from(WHOLE)).unwrap_or(0)
    }
}

/// A share from 0 to 1 as a whole number.
fn whole<S: Scalar>(share: S) -> i64 {
    (share.to_f64() * WHOLE as f64).round() as i64
}

impl ElectreIii {
    /// Reads the parameters.
    ///
    /// # Errors
    /// `invalid-parameter` for thresholds that do not rise, for the code of what is no part and for a `cut` out of its range;
    /// `invalid-bounds` for a `cut` that does not rise.
    pub fn new(args: &Args) -> Outcome<Self> {
        let tables = ["q-by-part", "p-by-part", "v-by-part"];
        Ok(Self {
            thresholds: PerPart::new(args, &tables, |code| Thresholds::new(args, code))?,
            cut: Cut::new(args)?,
        })
    }

    /// The discrimination threshold, for [`distill`].
    #[must_use]
    pub fn cut(&self) -> Cut {
        self.cut
    }

    /// The credibility of "a is at least as good as b", in `matrix[a][b]`, from 0 to 1.
    ///
    /// # Errors
    /// `too-many-units`, `zero-weights`, `out-of-range`.
    pub fn credibility<S: Scalar>(&self, parts: &[&[S]], weights: &[S]) -> Outcome<Vec<Vec<S>>> {
        let n = parts.iter().map(|part| part.len()).min().unwrap_or(0);
        table::at_most(n, MOST_UNITS, "`electre-iii`", "use `promethee`, which needs no pairs")?;
        let total = shared::total(weights).ok_or_else(Fault::out_of_range)?;
        if total == S::ZERO {
            return Err(shared::no_weight());
        }
        let mut used = Vec::new();
        for (k, (part, weight)) in parts.iter().zip(weights).enumerate().filter(|(_, (_, w))| **w > S::ZERO) {
            let Thresholds { q, p, v } = *self.thresholds.of(k)?;
            let (share, d) = (weight.over(total), S::from_decimal);
            // Where both thresholds are one, concordance has a step there.
            let thresholds = if p > q { Some((d(q), d(p))) } else { table::lifted(q, part).map(|q| (q, q)) };
            let read = || Some((*part, share?, (thresholds?.0, thresholds?.1, v.map(d))));
            used.push(read().ok_or_else(Fault::out_of_range)?);
        }
        let cell = |a: usize, b: usize| {
            if a == b {
                return Ok(S::ONE);
            }
            let credibility = credible(&used, a, b).filter(|credibility| credibility.finite());
            credibility.ok_or_else(|| Fault::out_of_range().in_row(a))
        };
        (0..n).map(|a| (0..n).map(|b| cell(a, b)).collect()).collect()
    }

    /// Classes of the descending and of the ascending distillation, 1 the best.
    fn classes<S: Scalar>(&self, parts: &[&[S]], weights: &[S]) -> Outcome<[Vec<usize>; 2]> {
        let credibility = self.credibility(parts, weights)?;
        let descending = distill(&credibility, self.cut, End::Best);
        let mut ascending = distill(&credibility, self.cut, End::Worst);
        let last = ascending.iter().copied().max().unwrap_or(0);
        for class in &mut ascending {
            *class = last + 1 - *class;
        }
        Ok([descending, ascending])
    }
}

/// A part, its share of the weights, and its thresholds q, p and v.
type Used<'a, S> = (&'a [S], S, (S, S, Option<S>));

fn credible<S: Scalar>(parts: &[Used<S>], a: usize, b: usize) -> Option<S> {
    let mut concordance = S::ZERO;
    // Shares of weights may add up to 1 but for their last digit.
    let mut unanimous = true;
    for (part, share, (q, p, _)) in parts {
        let d = part[b].minus(part[a])?;
        if d <= *q {
            concordance = concordance.plus(*share)?;
        } else {
            unanimous = false;
            if d < *p {
                concordance = concordance.plus(share.times(p.minus(d)?.over(p.minus(*q)?)?)?)?;
            }
        }
    }
    if unanimous {
        return Some(S::ONE);
    }
    let mut credibility = concordance;
    for (part, _, (_, p, veto)) in parts {
        let d = part[b].minus(part[a])?;
        let Some(v) = veto.filter(|_| d > *p) else { continue };
        let discordance = if d < v { d.minus(*p)?.over(v.minus(*p)?)? } else { S::ONE };
        if discordance > concordance {
            let left = S::ONE.minus(discordance)?.over(S::ONE.minus(concordance)?)?;
            credibility = credibility.times(left)?;
        }
    }
    Some(credibility)
}

/// Which units a distillation takes first.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum End {
    /// The best: the descending distillation.
    Best,
    /// The worst: the ascending distillation.
    Worst,
}

/// Distillation: the class of every unit, in the order in which they are taken, from 1.
#[must_use]
pub fn distill<S: Scalar>(credibility: &[Vec<S>], cut: Cut, end: End) -> Vec<usize> {
    let credibility: Vec<Vec<i64>> =
        credibility.iter().map(|row| row.iter().map(|share| whole(*share)).collect()).collect();
    let outranks = |a: usize, b: usize, level: i64| {
        let forth = credibility[a][b];
        forth > level && forth > credibility[b][a] + cut.at(forth)
    };
    let mut classes = vec![0; credibility.len()];
    let mut left: Vec<usize> = (0..credibility.len()).collect();
    let mut class = 0;
    while !left.is_empty() {
        class += 1;
        let mut set = left.clone();
        // The largest credibility within a set that is below a limit; 0 when there is none.
        let highest = |set: &[usize], limit: i64| {
            let of = |a: usize| set.iter().filter(move |b| **b != a).map(move |b| (a, *b));
            let all = set.iter().flat_map(|a| of(*a)).map(|(a, b)| credibility[a][b]);
            all.filter(|s| *s < limit).max().unwrap_or(0)
        };
        let mut level = highest(&set, i64::MAX);
        while set.len() > 1 && level > 0 {
            level = highest(&set, level - cut.at(level));
            let mut balance = vec![0_i64; set.len()];
            for (i, a) in set.iter().enumerate() {
                for (j, b) in set.iter().enumerate().filter(|(j, _)| *j != i) {
                    if outranks(*a, *b, level) {
                        balance[i] += 1;
                        balance[j] -= 1;
                    }
                }
            }
            let chosen = match end {
                End::Best => balance.iter().copied().max(),
                End::Worst => balance.iter().copied().min(),
            };
            set = set.iter().zip(&balance).filter(|(_, b)| Some(**b) == chosen).map(|(a, _)| *a).collect();
        }
        for unit in &set {
            classes[*unit] = class;
        }
        left.retain(|unit| classes[*unit] == 0);
    }
    classes
}

impl<S: Scalar> Aggregator<S> for ElectreIii {
    fn reach(&self) -> Reach {
        Reach::Table
    }
    fn row(&self, values: &[S], weights: &[S]) -> Outcome<S> {
        table::alone(self, values, weights)
    }
    fn columns(&self, parts: &[&[S]], weights: &[S], out: &mut [S]) -> Outcome<()> {
        let [descending, ascending] = self.classes(parts, weights)?;
        let above = |a: usize, b: usize| {
            descending[a] <= descending[b]
                && ascending[a] <= ascending[b]
                && (descending[a], ascending[a]) != (descending[b], ascending[b])
        };
        for (a, slot) in out.iter_mut().enumerate() {
            let net = (0..descending.len()).map(|b| i64::from(above(a, b)) - i64::from(above(b, a))).sum();
            *slot = signed(net);
        }
        Ok(())
    }
    fn details(&self, parts: &[&[S]], weights: &[S]) -> Outcome<Vec<(&'static str, Vec<S>)>> {
        let [descending, ascending] = self.classes(parts, weights)?;
        let column = |classes: Vec<usize>| classes.into_iter().map(S::from_count).collect();
        Ok(vec![("descending-class", column(descending)), ("ascending-class", column(ascending))])
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::table::testing::*;
    use crate::testing::{args, runner};
    use gradus_method::Arg;
    use gradus_model::Id;
    use proptest::prelude::*;

    /// The five projects of Buchanan, Sheppard and Vanderpooten (1999), Project ranking using ELECTRE III, criteria c to g.
    const PROJECTS: &str = "-14 129 -10 44 -14, 90 100 50 90 100, 0 0 0 0 0, 40 0 10 5 20, 100 0 100 20 40";

    fn projects() -> ElectreIii {
        let codes: Vec<Id> = ["c", "d", "e", "f", "g"].iter().map(|code| Id::new(code).unwrap()).collect();
        let table = |numbers: [i64; 5]| {
            let entry = |(code, x): (&Id, i64)| (code.to_string(), Arg::Number(Decimal::from(x)));
            Arg::Table(codes.iter().zip(numbers).map(entry).collect())
        };
        let args = Args::new()
            .with("q-by-part", table([25, 16, 0, 12, 10]))
            .with("p-by-part", table([50, 24, 1, 24, 20]))
            .with("v-by-part", table([100, 60, 2, 48, 90]));
        ElectreIii::new(&args.for_parts(&codes)).unwrap()
    }

    #[test]
    fn five_projects() {
        // Credibilities by hand, in fractions: of project 4 over 1, C = 3/5 and only g speaks against it more strongly,
        // D = 60/70, so S = 3/5 (1/7) / (2/5) = 3/14.
        let (parts, weights) = parts::<Decimal>(PROJECTS);
        let slices: Vec<&[Decimal]> = parts.iter().map(Vec::as_slice).collect();
        let s = projects().credibility(&slices, &weights).unwrap();
        let want = [
            [1.0, 0.0, 1.0, 0.8, 1.0],
            [0.0, 1.0, 0.0, 0.8, 2.0 / 3.0],
            [0.6, 0.0, 1.0, 0.6, 0.8],
            [3.0 / 14.0, 0.8, 4.0 / 7.0, 1.0, 0.75],
            [2.0 / 3.0, 0.0, 0.8, 0.8, 1.0],
        ];
        for (found, want) in s.iter().flatten().zip(want.iter().flatten()) {
            assert!((found.to_f64() - want).abs() < 1e-12, "{s:?}");
        }
        // Descending 1 | 2 | 3 4 5; ascending 3 5 | 4 | 1 2.
        let (projects, cut) = (projects(), projects().cut());
        assert_eq!(distill(&s, cut, End::Best), [1, 2, 3, 3, 3]);
        assert_eq!(distill(&s, cut, End::Worst), [3, 3, 1, 2, 1]);
        let mut scores = vec![Decimal::ZERO; 5];
        projects.columns(&slices, &weights, &mut scores).unwrap();
        assert_eq!(scores, [4, 2, -3, 0, -3].map(Decimal::from));
    }

    #[test]
    fn six_plans() {
        // The example of the manual of the R package MCDA, recomputed from the definitions in fractions by another program.
        let table = "10 0 0 20 20 20, 20 5 10 5 10 10, 5 5 0 10 15 20, 10 16 16 10 10 13, 16 10 7 13 13 13 | 3 2 3 1 1";
        let text = "q = 3; p = 5; v = 11";
        assert_eq!(detail(&METHOD, text, table, "descending-class"), [3.0, 5.0, 5.0, 4.0, 2.0, 1.0]);
        assert_eq!(detail(&METHOD, text, table, "ascending-class"), [2.0, 6.0, 5.0, 4.0, 3.0, 1.0]);
        // The first and the fifth are before each other in turn.
        check_table(&METHOD, text, table, "2 -5 -3 -1 2 5");
    }

    #[test]
    fn a_veto_makes_incomparable() {
        let table = "9 5, 9 5, 9 5, 0 5";
        check_table(&METHOD, "q = 1; p = 2", table, "1 -1");
        check_table(&METHOD, "q = 1; p = 2; v = 4", table, "0 0");
    }

    #[test]
    fn edges() {
        check_table(&METHOD, "", "7", "0");
        check_table(&METHOD, "", "7 7 7", "0 0 0");
        check_table(&METHOD, "", "3 2 1", "2 0 -2");
        check_table(&METHOD, "q = 0.3", "0.4 0.1", "0 0");
        check_table(&METHOD, "q = 0.3", "0.4000001 0.1", "1 -1");
        check_table(&METHOD, "v = 1", "1 2, 9 1 | 0 3", "1 -1");
        let kind = |text: &str| table_fault(&METHOD, text, "1 2").kind.id;
        for text in ["q = -1", "q = 2; p = 1", "p = 2; v = 2"] {
            assert_eq!(kind(text), "invalid-parameter");
        }
        let cut = |low: i64, high: i64| {
            let list = vec![Arg::Number(Decimal::new(low, 1)), Arg::Number(Decimal::new(high, 1))];
            METHOD.make(&Args::new().with("cut", Arg::List(list))).map(|_| ())
        };
        assert_eq!(cut(3, 1).unwrap_err().kind.id, "invalid-bounds");
        assert_eq!(cut(1, 11).unwrap_err().kind.id, "invalid-parameter");
        assert_eq!(cut(1, 2), Ok(()));
        assert_eq!(table_fault(&METHOD, "", "1 2 | 0").kind.id, "zero-weights");
        let many = vec![vec![1.0; MOST_UNITS + 1]];
        let method = METHOD.make(&Args::new()).unwrap();
        assert_eq!(columns(f64::pick(&method), &many, &[1.0]).unwrap_err().kind.id, "too-many-units");
    }

    #[test]
    fn a_unit_that_is_nowhere_worse_is_not_ranked_below() {
        let method = METHOD.make(&args("q = 0.2; p = 0.6; v = 1.5")).unwrap();
        let tables = (1usize..5, 2usize..8).prop_flat_map(|(n_parts, n_units)| {
            let part = prop::collection::vec(-10i64..10, n_units);
            (prop::collection::vec(part, n_parts), prop::collection::vec(1i64..9, n_parts))
        });
        runner()
            .run(&tables, |(parts, weights)| {
                let parts: Vec<Vec<f64>> =
                    parts.iter().map(|p| p.iter().map(|x| *x as f64 / 10.0).collect()).collect();
                let weights: Vec<f64> = weights.iter().map(|w| *w as f64).collect();
                let y = columns(f64::pick(&method), &parts, &weights).unwrap();
                for a in 0..y.len() {
                    for b in 0..y.len() {
                        if parts.iter().all(|part| part[a] >= part[b]) {
                            prop_assert!(y[a] >= y[b], "{a} {b} {y:?}");
                        }
                    }
                }
                Ok(())
            })
            .unwrap();
    }

    #[test]
    fn properties() {
        holds_of_tables(&METHOD, "", -9..9, 8);
        holds_of_tables(&METHOD, "q = 0.2; p = 0.6; v = 1.5", -9..9, 8);
    }
}
