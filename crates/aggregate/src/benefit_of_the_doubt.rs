//! Benefit of the doubt: every unit is weighted to its own advantage, and compared with the best under those weights.
//!
//! Use it where there is no agreement on weights and nobody shall lose by the choice. Without limits a unit may put all weight
//! on its best part, so limits are usual. The parts must be comparable with each other unless nothing but the shares is limited,
//! and none may be negative. It needs a table of units to compare: one unit more can only lower the others.

use crate::{Aggregator, AggregatorBox, Reach, shared, table};
use gradus_method::{Arg, Args, Default, Fault, Method, Outcome, Param, ParamKind, Reference};
use gradus_model::diagnostic::catalog;
use gradus_model::number::{Decimal, Scalar};
use gradus_statistics::simplex::{NoOptimum, Program};
use std::collections::BTreeSet;
use table::PerPart;

/// How far a unit may lie beyond the frontier, in shares of it, before it is taken to be on it.
const BEYOND: f64 = 1e-12;

const fn param(
    name: &'static str,
    kind: ParamKind,
    default: Default,
    range: &'static str,
    meaning: &'static str,
) -> Param {
    Param { name, kind, default, range, meaning }
}

const fn by_part(name: &'static str, meaning: &'static str) -> Param {
    param(name, ParamKind::CodeTable, Default::Absent("one for all parts"), "codes of parts", meaning)
}

const SHARES: &str = "from 0 to 1";

/// Registry entry of [`BenefitOfTheDoubt`].
pub static METHOD: Method<AggregatorBox> = Method {
    id: "benefit-of-the-doubt",
    since: "0.1.0",
    summary: "The best a unit can do against all others when it chooses the weights itself, within limits.",
    summary_zh: "疑善法（BoD）：每个单元自选对其最有利的权重，与同一权重下的最优者相比，可设权重限制。",
    formula: "y(a) = max over w of sum(w x(a)) / max over b of sum(w x(b)), w within the limits; directional: y(a) = 1 / (1 + d) with d = min over w of (max over b of sum(w x(b)) - sum(w x(a))), sum(w g) = 1",
    params: &[
        param(
            "form",
            ParamKind::Word(&["radial", "directional"]),
            Default::Value("radial"),
            "radial, directional",
            "whether the distance to the frontier is a share of the unit's own scores or a step in a given direction",
        ),
        param(
            "min-share",
            ParamKind::Number,
            Default::Value("0"),
            SHARES,
            "the smallest share of a part in the unit's own weighted sum, dimensionless",
        ),
        param(
            "max-share",
            ParamKind::Number,
            Default::Value("1"),
            SHARES,
            "the largest share of a part in the unit's own weighted sum, dimensionless",
        ),
        param(
            "min-weight",
            ParamKind::Number,
            Default::Value("0"),
            SHARES,
            "the smallest weight of a part as a share of all weights, dimensionless",
        ),
        param(
            "max-weight",
            ParamKind::Number,
            Default::Value("1"),
            SHARES,
            "the largest weight of a part as a share of all weights, dimensionless",
        ),
        param(
            "max-ratio",
            ParamKind::Number,
            Default::Absent("no limit"),
            "at least 1",
            "how many times the smallest weight the largest may be, dimensionless",
        ),
        by_part("min-share-by-part", "smallest shares of single parts"),
        by_part("max-share-by-part", "largest shares of single parts"),
        by_part("min-weight-by-part", "smallest weights of single parts"),
        by_part("max-weight-by-part", "largest weights of single parts"),
        param(
            "max-ratio-by-pair",
            ParamKind::CodeTable,
            Default::Absent("no limit"),
            "pairs of codes `a/b`",
            "how many times the weight of part b that of part a may be",
        ),
        by_part(
            "direction-by-part",
            "for the directional form, how far one step goes in single parts; 1 where nothing is said",
        ),
    ],
    references: &[
        Reference {
            citation: "Cherchye, Moesen, Rogge and Van Puyenbroeck (2007). An introduction to 'benefit of the doubt' composite indicators. Social Indicators Research 82, 111-145",
            locator: "https://doi.org/10.1007/s11205-006-9029-7",
        },
        Reference {
            citation: "Wong and Beasley (1990). Restricting weight flexibility in data envelopment analysis. Journal of the Operational Research Society 41(9), 829-835",
            locator: "https://doi.org/10.1057/jors.1990.120",
        },
        Reference {
            citation: "Fusco (2015). Enhancing non-compensatory composite indicators: a directional proposal. European Journal of Operational Research 242(2), 620-630",
            locator: "https://doi.org/10.1016/j.ejor.2014.10.017",
        },
        shared::HANDBOOK,
    ],
    build: |args| Ok(AggregatorBox::new(BenefitOfTheDoubt::new(args)?)),
};

/// The benefit-of-the-doubt score, a data envelopment analysis without inputs.
///
/// # Formula
/// ```text
/// radial       y(a) = max_w Σ w x(a)   with  Σ w x(b) ≤ 1 for every unit b,  w ≥ 0
/// directional  y(a) = 1 / (1 + d),  d = min_w ( t − Σ w x(a) )
///                                   with  Σ w x(b) ≤ t for every unit b,  Σ w g = 1,  w ≥ 0
///
/// limits       min-share ≤ w x(a) / Σ w x(a) ≤ max-share     of the unit that is scored, part by part
///              min-weight ≤ w / Σ w ≤ max-weight             part by part
///              w(i) ≤ max-ratio w(j)                         for all parts, or for a pair `i/j`
/// ```
/// # Parameters
/// | name | default | range | meaning |
/// | :--- | :--- | :--- | :--- |
/// | `form` | `radial` | `radial`, `directional` | how the distance to the frontier is measured |
/// | `min-share` | 0 | from 0 to 1 | smallest share of a part in the unit's own sum |
/// | `max-share` | 1 | from 0 to 1 | largest share of a part in the unit's own sum |
/// | `min-weight` | 0 | from 0 to 1 | smallest weight, as a share of all weights |
/// | `max-weight` | 1 | from 0 to 1 | largest weight, as a share of all weights |
/// | `max-ratio` | no limit | at least 1 | how many times the smallest weight the largest may be |
/// | `min-share-by-part` | one for all | codes of parts | smallest shares of single parts |
/// | `max-share-by-part` | one for all | codes of parts | largest shares of single parts |
/// | `min-weight-by-part` | one for all | codes of parts | smallest weights of single parts |
/// | `max-weight-by-part` | one for all | codes of parts | largest weights of single parts |
/// | `max-ratio-by-pair` | no limit | pairs `a/b` | how many times the weight of b that of a may be |
/// | `direction-by-part` | 1 | codes of parts | the step g of the directional form, in single parts |
///
/// Limits may be combined. Shares are those of Wong and Beasley (1990) for the unit that is scored, so they do not depend on the
/// scales of the parts; weights and their ratios do.
/// # Input and output
/// Scores of the parts, zero or more, higher is better; a number from 0 to 1, higher is better, and 1 for the units on the
/// frontier. Computed in binary64 whatever the arithmetic of the package, to about 12 digits. The weights of the group play no
/// role, except that a part of weight zero is left out. The details are `frontier`, 1 for a unit that nobody exceeds, `peers`, the
/// number of units it is measured by, and for every part, in their order, `weight` and `share`. Weights are often not unique: one
/// of the best sets is given. [`standings`](BenefitOfTheDoubt::standings) names the peers.
/// # Missing values and edge cases
/// Every unit that is compared has all parts. Negative parts are refused: the score would depend on where zero is. A unit with
/// zeros only scores 0 in the radial form, and so does one that limits force to count a part of 0. A unit alone scores 1, if it
/// has anything at all.
/// # Errors
/// `non-positive-mean` for a negative part; `no-solution` for limits that contradict each other; `invalid-parameter` for limits out
/// of their range; `zero-weights` when no part has weight; `out-of-range` for numbers that doubles cannot hold.
/// # Example
/// ```
/// use gradus_aggregate::{Aggregator, benefit_of_the_doubt::BenefitOfTheDoubt};
/// use gradus_method::Args;
/// let parts: [&[f64]; 2] = [&[4.0, 2.0, 2.0], &[2.0, 4.0, 2.0]];
/// let mut scores = [0.0; 3];
/// BenefitOfTheDoubt::new(&Args::new())?.columns(&parts, &[1.0, 1.0], &mut scores)?;
/// assert_eq!(scores[..2], [1.0, 1.0]);
/// assert!((scores[2] - 2.0 / 3.0).abs() < 1e-12);
/// # Ok::<(), gradus_method::Fault>(())
/// ```
/// # References
/// Cherchye and others (2007), An introduction to 'benefit of the doubt' composite indicators. Wong and Beasley (1990),
/// Restricting weight flexibility in data envelopment analysis. Fusco (2015), Enhancing non-compensatory composite indicators.
/// OECD and JRC (2008), Handbook, step 6.
#[derive(Debug, Clone)]
pub struct BenefitOfTheDoubt {
    directional: bool,
    limits: PerPart<Limits>,
    max_ratio: Option<f64>,
    /// The weight of the first is at most so many times that of the second; `None` where the parts are not known.
    pairs: Option<Vec<(usize, usize, f64)>>,
}

/// What is said of one part.
#[derive(Debug, Clone, Copy)]
struct Limits {
    share: (f64, f64),
    weight: (f64, f64),
    step: f64,
}

impl Limits {
    fn new(args: &Args, code: Option<&str>) -> Outcome<Self> {
        let read = |name: &str, default: i64| {
            let table = format!("{name}-by-part");
            let number = table::number(args, name, &table, code)?.unwrap_or(Decimal::from(default));
            if number < Decimal::ZERO || number > Decimal::ONE {
                let of = table::of(code);
                let message = format!("`{name}`{of} must lie between 0 and 1, found {number}");
                return Err(Fault::parameter(name, message)
                    .help(format!("write `{name}` as a share, such as 0.2 for a fifth")));
            }
            Ok(number.to_f64())
        };
        let range = |low: &str, high: &str| {
            let (from, to) = (read(low, 0)?, read(high, 1)?);
            if from > to {
                let message = format!(
                    "`{low}`{of} is {from} and `{high}` is {to}, which is no range",
                    of = table::of(code)
                );
                return Err(Fault::new(&catalog::INVALID_BOUNDS, message)
                    .of(low)
                    .help(format!("let `{high}` be at least `{low}`")));
            }
            Ok((from, to))
        };
        let step = table::number(args, "", "direction-by-part", code)?.unwrap_or(Decimal::ONE);
        if step < Decimal::ZERO {
            return Err(Fault::parameter(
                "direction-by-part",
                format!("a step must be 0 or more, found {step}"),
            )
            .help("give the parts that are to rise a step above 0, and the others 0"));
        }
        Ok(Self {
            share: range("min-share", "max-share")?,
            weight: range("min-weight", "max-weight")?,
            step: step.to_f64(),
        })
    }
}

fn ratio(parameter: &str, number: Option<Decimal>, least: Decimal) -> Outcome<Option<f64>> {
    match number {
        Some(ratio) if ratio < least || ratio <= Decimal::ZERO => {
            let range = if least.is_zero() { "above 0".to_owned() } else { format!("at least {least}") };
            Err(Fault::parameter(parameter, format!("a ratio of weights must be {range}, found {ratio}"))
                .help("write how many times one weight the other may be, such as 3"))
        }
        ratio => Ok(ratio.map(Scalar::to_f64)),
    }
}

/// What is found for one unit.
#[derive(Debug, Clone, PartialEq)]
pub struct Standing {
    /// The score, from 0 to 1.
    pub score: f64,
    /// One of the sets of weights that give it, for scores as they are; the best unit has a sum of 1 under them, in the directional
    /// form one step is 1. Of parts of weight zero it is 0.
    pub weights: Vec<f64>,
    /// The units it is measured by, and how much of each makes up the point of the frontier it is compared with.
    pub peers: Vec<(usize, f64)>,
}

/// The numbers of a table in doubles.
struct Frontier {
    /// Parts with weight, over the largest of all numbers.
    parts: Vec<Vec<f64>>,
    /// Their limits, and their places among all parts.
    limits: Vec<Limits>,
    places: Vec<usize>,
    pairs: Vec<(usize, usize, f64)>,
    /// The largest of all numbers.
    size: f64,
    /// The best units of single parts, from which the frontier is made up.
    best: BTreeSet<usize>,
    n_units: usize,
}

impl BenefitOfTheDoubt {
    /// Reads the parameters.
    ///
    /// # Errors
    /// `invalid-parameter` and `invalid-bounds` for limits out of their range or order, and for the code of what is no part;
    /// `no-solution` for limits that leave no weights.
    pub fn new(args: &Args) -> Outcome<Self> {
        let forms = [("radial", false), ("directional", true)];
        let directional = args.word("form", &forms, false)?;
        let tables = [
            "min-share-by-part",
            "max-share-by-part",
            "min-weight-by-part",
            "max-weight-by-part",
            "direction-by-part",
        ];
        if !directional && args.get("direction-by-part").is_some() {
            return Err(Fault::parameter("direction-by-part", "the radial form has no direction")
                .help("say `form = \"directional\"`, or leave `direction-by-part` out"));
        }
        let limits = PerPart::new(args, &tables, |code| Limits::new(args, code))?;
        let max_ratio = ratio("max-ratio", args.optional_number("max-ratio")?, Decimal::ONE)?;
        Ok(Self { directional, limits, max_ratio, pairs: pairs(args)? })
    }

    /// The standing of every unit.
    ///
    /// # Errors
    /// As [`columns`](Aggregator::columns), with the row named.
    pub fn standings<S: Scalar>(&self, parts: &[&[S]], weights: &[S]) -> Outcome<Vec<Standing>> {
        let frontier = self.frontier(parts, weights)?;
        // Units of one table are measured by few: those of the last unit are a good beginning.
        let mut last = Vec::new();
        (0..frontier.n_units)
            .map(|unit| {
                let found = self.standing(&frontier, unit, &last).map_err(|fault| fault.in_row(unit))?;
                last = found.peers.iter().map(|(peer, _)| *peer).collect();
                Ok(found)
            })
            .collect()
    }

    fn frontier<S: Scalar>(&self, parts: &[&[S]], weights: &[S]) -> Outcome<Frontier> {
        let n_units = parts.iter().map(|part| part.len()).min().unwrap_or(0);
        let places: Vec<usize> =
            (0..parts.len().min(weights.len())).filter(|k| weights[*k] > S::ZERO).collect();
        if places.is_empty() {
            return Err(shared::no_weight());
        }
        let mut size = 0.0f64;
        let mut numbers = Vec::with_capacity(places.len());
        let mut limits = Vec::with_capacity(places.len());
        for k in &places {
            limits.push(*self.limits.of(*k)?);
            if let Some(row) = parts[*k].iter().position(|x| *x < S::ZERO) {
                return Err(shared::non_positive("benefit of the doubt", parts[*k][row]).in_row(row));
            }
            let part: Vec<f64> = parts[*k].iter().map(|x| x.to_f64()).collect();
            size = part.iter().fold(size, |size, x| size.max(*x));
            numbers.push(part);
        }
        if size > 0.0 {
            numbers.iter_mut().flatten().for_each(|x| *x /= size);
        }
        let Some(pairs) = &self.pairs else {
            return Err(Fault::parameter("max-ratio-by-pair", "the parts that it names are not known")
                .help("make the method with the codes of its parts"));
        };
        let place = |part: &usize| places.iter().position(|k| k == part);
        let pairs = pairs.iter().filter_map(|(a, b, ratio)| Some((place(a)?, place(b)?, *ratio))).collect();
        contradictions(&limits, self.directional)?;
        let best = numbers.iter().filter_map(|part| {
            (0..n_units).reduce(|best, unit| if part[unit] > part[best] { unit } else { best })
        });
        let best = best.collect();
        Ok(Frontier { parts: numbers, limits, places, pairs, size, best, n_units })
    }

    /// Solves the program of one unit with few of the others, and adds the one that exceeds the frontier most until none does.
    fn standing(&self, frontier: &Frontier, unit: usize, last: &[usize]) -> Outcome<Standing> {
        let mut rivals: Vec<usize> = frontier.best.iter().chain(last).copied().chain([unit]).collect();
        rivals.sort_unstable();
        rivals.dedup();
        let own: Vec<f64> = frontier.parts.iter().map(|part| part[unit]).collect();
        let m = own.len();
        let mut sums = vec![0.0; frontier.n_units];
        loop {
            let solution = self.program(frontier, &own, &rivals).solve().map_err(unsolved)?;
            let weights = &solution.variables[..m];
            sums.fill(0.0);
            for (part, weight) in frontier.parts.iter().zip(weights).filter(|(_, weight)| **weight != 0.0) {
                sums.iter_mut().zip(part).for_each(|(sum, x)| *sum += weight * x);
            }
            let top =
                (0..sums.len()).fold(unit, |top, other| if sums[other] > sums[top] { other } else { top });
            let allowed = if self.directional { solution.variables[m] } else { 1.0 };
            if sums[top] > allowed + BEYOND && !rivals.contains(&top) {
                rivals.push(top);
                continue;
            }
            // What the best unit has is the frontier: this undoes the rounding of the program.
            let score = if self.directional {
                1.0 / (1.0 + (sums[top] - sums[unit]) * frontier.size)
            } else if sums[top] > 0.0 {
                sums[unit] / sums[top]
            } else {
                0.0
            };
            if score <= BEYOND && !self.directional {
                self.possible(frontier, &own)?;
            }
            let first = solution.prices.len() - rivals.len();
            let peers = rivals.iter().zip(&solution.prices[first..]).filter(|(_, price)| **price > 1e-9);
            // The sum that the weights are to give in place of what they give.
            let scale = if self.directional || sums[top] == 0.0 { 1.0 } else { sums[top] * frontier.size };
            let mut placed = vec![0.0; frontier.places.last().map_or(0, |last| last + 1)];
            for (place, weight) in frontier.places.iter().zip(weights) {
                placed[*place] = weight / scale;
            }
            let mut peers: Vec<(usize, f64)> = peers.map(|(peer, price)| (*peer, *price)).collect();
            peers.sort_unstable_by_key(|(peer, _)| *peer);
            let score = if 1.0 - score <= BEYOND { 1.0 } else { score };
            return Ok(Standing { score, weights: placed, peers });
        }
    }

    /// Whether there are any weights: without, the best sum is that of no weight at all, which is 0.
    fn possible(&self, frontier: &Frontier, own: &[f64]) -> Outcome<()> {
        let mut objective = vec![0.0; self.n_variables(own.len())];
        objective[..own.len()].fill(1.0);
        let program = Program::maximize(&objective).equal(&objective, 1.0);
        self.limited(program, frontier, own).solve().map(|_| ()).map_err(unsolved)
    }

    /// One variable per weight, then the frontier's level for the directional form, then the smallest weight for `max-ratio`.
    fn n_variables(&self, n_parts: usize) -> usize {
        n_parts + usize::from(self.directional) + usize::from(self.max_ratio.is_some())
    }

    /// The program of a unit; the rows of the rivals come last.
    fn program(&self, frontier: &Frontier, own: &[f64], rivals: &[usize]) -> Program {
        let m = own.len();
        let mut row = vec![0.0; self.n_variables(m)];
        row[..m].copy_from_slice(own);
        if self.directional {
            row[m] = -1.0;
        }
        let mut program = self.limited(Program::maximize(&row), frontier, own);
        if self.directional {
            row[m] = 0.0;
            row.iter_mut().zip(&frontier.limits).for_each(|(x, limits)| *x = limits.step);
            program = program.equal(&row, 1.0);
            row[m] = -1.0;
        }
        let limit = if self.directional { 0.0 } else { 1.0 };
        for rival in rivals {
            row.iter_mut().zip(&frontier.parts).for_each(|(x, part)| *x = part[*rival]);
            program = program.at_most(&row, limit);
        }
        program
    }

    /// Adds the limits: every one is a sum of weights that is 0 or less.
    fn limited(&self, mut program: Program, frontier: &Frontier, own: &[f64]) -> Program {
        let m = own.len();
        let n = self.n_variables(m);
        for (j, limits) in frontier.limits.iter().enumerate() {
            // The part's own amount less a share of the total, of the unit's sum or of the weights.
            let beside = |share: f64, amounts: &dyn Fn(usize) -> f64| {
                let mut row = vec![0.0; n];
                for (k, x) in row[..m].iter_mut().enumerate() {
                    *x = if k == j { (1.0 - share) * amounts(k) } else { -share * amounts(k) };
                }
                row
            };
            let amounts: [(_, &dyn Fn(usize) -> f64); 2] =
                [(limits.share, &|k: usize| own[k]), (limits.weight, &|_: usize| 1.0)];
            for ((low, high), amounts) in amounts {
                if low > 0.0 {
                    program = program.at_least(&beside(low, amounts), 0.0);
                }
                if high < 1.0 {
                    program = program.at_most(&beside(high, amounts), 0.0);
                }
            }
        }
        let at_most = |program: Program, a: usize, ratio: f64, b: usize| {
            let mut row = vec![0.0; n];
            row[a] = 1.0;
            row[b] = -ratio;
            program.at_most(&row, 0.0)
        };
        for (a, b, ratio) in &frontier.pairs {
            program = at_most(program, *a, *ratio, *b);
        }
        if let Some(ratio) = self.max_ratio {
            for j in 0..m {
                program = at_most(program, n - 1, 1.0, j);
                program = at_most(program, j, ratio, n - 1);
            }
        }
        program
    }
}

/// The pairs of `max-ratio-by-pair`, by place; `None` where there are some and the parts are not known.
fn pairs(args: &Args) -> Outcome<Option<Vec<(usize, usize, f64)>>> {
    const NAME: &str = "max-ratio-by-pair";
    let mut pairs = Vec::new();
    let mut placed = true;
    if let Some(Arg::Table(items)) = args.get(NAME) {
        for (key, item) in items {
            let Some((a, b)) = key.split_once('/').filter(|(a, b)| a != b) else {
                return Err(Fault::parameter(NAME, format!("`{key}` is not a pair of different parts"))
                    .help("write a pair of codes with a slash between them, such as \"health/income\" = 3"));
            };
            let number = Args::new().with(NAME, item.clone()).optional_number(NAME)?;
            let Some(ratio) = ratio(NAME, number, Decimal::ZERO)? else { continue };
            table::known(args, NAME, a)?;
            table::known(args, NAME, b)?;
            let place = |code: &str| args.parts().iter().position(|part| part.as_str() == code);
            match (place(a), place(b)) {
                (Some(a), Some(b)) => pairs.push((a, b, ratio)),
                _ => placed = false,
            }
        }
    }
    Ok(placed.then_some(pairs))
}

/// Refuses limits that leave no weights whatever the data are.
fn contradictions(limits: &[Limits], directional: bool) -> Outcome<()> {
    let shares: Vec<(f64, f64)> = limits.iter().map(|limits| limits.share).collect();
    let weights: Vec<(f64, f64)> = limits.iter().map(|limits| limits.weight).collect();
    for (what, ranges) in [("share", shares), ("weight", weights)] {
        let low: f64 = ranges.iter().map(|(low, _)| low).sum();
        let high: f64 = ranges.iter().map(|(_, high)| high).sum();
        if low > 1.0 + BEYOND {
            let message =
                format!("the smallest {what}s of {} parts add up to {low}, more than 1", limits.len());
            return Err(Fault::new(&catalog::NO_SOLUTION, message)
                .of(format!("min-{what}"))
                .help(format!("lower `min-{what}` to at most one over the number of parts")));
        }
        if high < 1.0 - BEYOND {
            let message =
                format!("the largest {what}s of {} parts add up to {high}, less than 1", limits.len());
            return Err(Fault::new(&catalog::NO_SOLUTION, message)
                .of(format!("max-{what}"))
                .help(format!("raise `max-{what}` to at least one over the number of parts")));
        }
    }
    if directional && limits.iter().all(|limits| limits.step == 0.0) {
        return Err(Fault::new(&catalog::NO_SOLUTION, "the direction has no step in any part")
            .of("direction-by-part")
            .help("give at least one part with weight a step above 0"));
    }
    Ok(())
}

fn unsolved(why: NoOptimum) -> Fault {
    match why {
        NoOptimum::Infeasible => {
            Fault::new(&catalog::NO_SOLUTION, "no weights keep all limits for this unit")
                .help("widen the limits of shares, weights and ratios, or leave some of them out")
        }
        _ => Fault::new(&catalog::OUT_OF_RANGE, format!("the best weights cannot be computed: {why}"))
            .help("bring the parts onto one scale, such as `to = [0, 100]`"),
    }
}

/// A double in the arithmetic of the package.
fn number<S: Scalar>(x: f64) -> Outcome<S> {
    x.to_decimal().map(S::from_decimal).ok_or_else(Fault::out_of_range)
}

impl<S: Scalar> Aggregator<S> for BenefitOfTheDoubt {
    fn reach(&self) -> Reach {
        Reach::Table
    }
    fn row(&self, values: &[S], weights: &[S]) -> Outcome<S> {
        table::alone(self, values, weights)
    }
    fn columns(&self, parts: &[&[S]], weights: &[S], out: &mut [S]) -> Outcome<()> {
        for (slot, standing) in out.iter_mut().zip(self.standings(parts, weights)?) {
            *slot = number(standing.score)?;
        }
        Ok(())
    }
    fn details(&self, parts: &[&[S]], weights: &[S]) -> Outcome<Vec<(&'static str, Vec<S>)>> {
        let standings = self.standings(parts, weights)?;
        let column = |of: &dyn Fn(usize, &Standing) -> f64| {
            standings
                .iter()
                .enumerate()
                .map(|(unit, found)| number(of(unit, found)))
                .collect::<Outcome<Vec<S>>>()
        };
        let mut details = vec![
            ("frontier", column(&|_, found| f64::from(u8::from(found.score == 1.0)))?),
            ("peers", column(&|_, found| found.peers.len() as f64)?),
        ];
        let weight = |found: &Standing, k: usize| found.weights.get(k).copied().unwrap_or(0.0);
        let amount = |unit: usize, found: &Standing, k: usize| weight(found, k) * parts[k][unit].to_f64();
        for k in 0..parts.len() {
            details.push(("weight", column(&|_, found| weight(found, k))?));
        }
        for k in 0..parts.len() {
            let share = |unit: usize, found: &Standing| {
                let total: f64 = (0..parts.len()).map(|k| amount(unit, found, k)).sum();
                if total > 0.0 { amount(unit, found, k) / total } else { 0.0 }
            };
            details.push(("share", column(&share)?));
        }
        Ok(details)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::table::testing::*;
    use crate::testing::{args, runner};
    use gradus_model::Id;
    use proptest::prelude::*;

    fn standings(method: &BenefitOfTheDoubt, table: &str) -> Vec<Standing> {
        let (parts, weights) = parts::<f64>(table);
        let slices: Vec<&[f64]> = parts.iter().map(Vec::as_slice).collect();
        method.standings(&slices, &weights).unwrap()
    }

    fn made(text: &str) -> BenefitOfTheDoubt {
        BenefitOfTheDoubt::new(&args(text)).unwrap()
    }

    #[test]
    fn a_frontier_that_can_be_drawn() {
        // The frontier runs through (4, 2) and (2, 4), then along the axes; (2, 2) meets it at (3, 3), (1, 4) at (2, 4).
        let table = "4 2 2 1 3, 2 4 2 4 1";
        check_table(&METHOD, "", table, "1 1 0.666666666667 1 0.75");
        let found = standings(&made(""), table);
        assert_eq!(found[2].peers.iter().map(|(peer, _)| *peer).collect::<Vec<_>>(), [0, 1]);
        for (_, price) in &found[2].peers {
            assert!((price - 1.0 / 3.0).abs() < 1e-12);
        }
        assert!(found[2].weights.iter().all(|weight| (weight - 1.0 / 6.0).abs() < 1e-12));
        assert_eq!(detail(&METHOD, "", table, "frontier"), [1.0, 1.0, 0.0, 1.0, 0.0]);
        assert_eq!(detail(&METHOD, "", table, "peers")[2], 2.0);
        assert_eq!(detail(&METHOD, "", "4 2, 0 0", "share"), [1.0, 1.0]);
    }

    #[test]
    fn limits_of_shares() {
        // With half of its sum V from each part, (3, 1) has the weights V/6 and V/2; (2, 4) then has 7/3 V, which is at most 1.
        let table = "4 2 3, 2 4 1";
        check_table(&METHOD, "min-share = 0.5", table, "0.8 0.8 0.428571428571");
        check_table(&METHOD, "max-share = 0.5", table, "0.8 0.8 0.428571428571");
        let share = detail(&METHOD, "max-share = 0.6", table, "share");
        assert!(share.iter().all(|share| (0.4 - 1e-9..=0.6 + 1e-9).contains(share)), "{share:?}");
        // Half of a sum cannot come from a part of 0. With V/8 and V/4, (0, 9) has 9/4 V.
        check_table(&METHOD, "min-share = 0.5", "4 2 0, 2 4 9", "0.444444444444 0.8 0");
    }

    #[test]
    fn limits_of_weights_and_ratios() {
        // Equal weights leave the sums 6, 6, 4.
        for text in ["min-weight = 0.5", "max-weight = 0.5", "max-ratio = 1"] {
            check_table(&METHOD, text, "4 2 3, 2 4 1", "1 1 0.666666666667");
        }
        // 3 to 1 for the first part: 14, 10, 10 over 14.
        check_table(&METHOD, "max-ratio = 3", "4 2 3, 2 4 1", "1 1 0.714285714286");
        check_table(&METHOD, "max-weight = 3/4", "4 2 3, 2 4 1", "1 1 0.714285714286");
        let codes: Vec<Id> = ["a", "b"].iter().map(|code| Id::new(code).unwrap()).collect();
        let pair = |key: &str, ratio: i64| {
            Args::new()
                .with("max-ratio-by-pair", Arg::Table([(key.into(), Arg::Number(ratio.into()))].into()))
        };
        let method = BenefitOfTheDoubt::new(&pair("a/b", 3).for_parts(&codes)).unwrap();
        let third = standings(&method, "4 2 3, 2 4 1")[2].score;
        assert!((third - 10.0 / 14.0).abs() < 1e-12);
        for key in ["a/c", "a", "a/a"] {
            let fault = BenefitOfTheDoubt::new(&pair(key, 3).for_parts(&codes)).unwrap_err();
            assert_eq!(fault.parameter.as_deref(), Some("max-ratio-by-pair"), "{key}");
        }
        assert!(BenefitOfTheDoubt::new(&pair("a/b", 0)).is_err());
        // Without the parts the declaration is checked, and nothing computed.
        let unplaced = BenefitOfTheDoubt::new(&pair("a/b", 3)).unwrap();
        assert_eq!(
            unplaced.standings::<f64>(&[&[1.0], &[2.0]], &[1.0, 1.0]).unwrap_err().kind.id,
            "invalid-parameter"
        );
    }

    #[test]
    fn a_direction() {
        // From (2, 2) one step in both parts reaches (3, 3); from (3, 1) to the line x + y = 6 it is 1 as well.
        let table = "4 2 2 3, 2 4 2 1";
        check_table(&METHOD, "form = directional", table, "1 1 0.5 0.5");
        let codes: Vec<Id> = ["a", "b"].iter().map(|code| Id::new(code).unwrap()).collect();
        let step = |a: i64, b: i64| {
            let steps = [("a".into(), Arg::Number(a.into())), ("b".into(), Arg::Number(b.into()))];
            let args = args("form = directional").with("direction-by-part", Arg::Table(steps.into()));
            BenefitOfTheDoubt::new(&args.for_parts(&codes))
        };
        // To the right only: from (2, 2) to (4, 2).
        let found = standings(&step(1, 0).unwrap(), table);
        assert!((found[2].score - 1.0 / 3.0).abs() < 1e-12, "{found:?}");
        assert!((found[2].weights[0] - 1.0).abs() < 1e-12);
        let fault = standings_fault(&step(0, 0).unwrap(), table);
        assert_eq!((fault.kind.id, fault.parameter.as_deref()), ("no-solution", Some("direction-by-part")));
        assert!(step(-1, 0).is_err());
    }

    fn standings_fault(method: &BenefitOfTheDoubt, table: &str) -> Fault {
        let (parts, weights) = parts::<f64>(table);
        let slices: Vec<&[f64]> = parts.iter().map(Vec::as_slice).collect();
        method.standings(&slices, &weights).unwrap_err()
    }

    #[test]
    fn edges() {
        check_table(&METHOD, "", "7", "1");
        check_table(&METHOD, "", "0 5", "0 1");
        check_table(&METHOD, "", "0 0", "0 0");
        check_table(&METHOD, "form = directional", "0 0", "1 1");
        check_table(&METHOD, "", "5 5, 5 5", "1 1");
        check_table(&METHOD, "", "1 2, 9 1 | 0 3", "1 0.111111111111");
        check_table(&METHOD, "", "1e-9 2e-9, 1e20 5e19", "1 1");
        let kind = |text: &str, table: &str| table_fault(&METHOD, text, table).kind.id;
        assert_eq!(kind("", "5 -1"), "non-positive-mean");
        assert_eq!(table_fault(&METHOD, "", "5 5 -1").row, Some(2));
        assert_eq!(kind("", "5 1 | 0"), "zero-weights");
        assert_eq!(kind("min-share = 0.6", "5 1, 1 5"), "no-solution");
        assert_eq!(kind("max-weight = 0.4", "5 1, 1 5"), "no-solution");
        assert_eq!(kind("min-share = 0.6; max-share = 0.5", "5 1"), "invalid-bounds");
        for text in ["min-share = 1.2", "max-weight = -1", "max-ratio = 0.5", "form = round"] {
            assert_eq!(kind(text, "5 1"), "invalid-parameter");
        }
        let misplaced =
            Args::new().with("direction-by-part", Arg::Table([("a".into(), Arg::Number(1.into()))].into()));
        assert_eq!(
            BenefitOfTheDoubt::new(&misplaced).unwrap_err().parameter.as_deref(),
            Some("direction-by-part")
        );
        // Each alone can be kept, both together cannot.
        let codes: Vec<Id> = ["a", "b"].iter().map(|code| Id::new(code).unwrap()).collect();
        let both = args("min-weight = 0.4")
            .with("max-ratio-by-pair", Arg::Table([("a/b".into(), Arg::Number(Decimal::new(1, 1)))].into()));
        let fault = standings_fault(&BenefitOfTheDoubt::new(&both.for_parts(&codes)).unwrap(), "5 1, 1 5");
        assert_eq!((fault.kind.id, fault.row), ("no-solution", Some(0)));
    }

    /// The smallest, over shares s and 1 - s of two parts, of the largest sum of ratios to the unit: the definition in other
    /// words, whose optimum lies at an end or where two units are equal.
    fn by_hand(table: &[Vec<f64>], unit: usize, low: f64, high: f64) -> f64 {
        let ratios: Vec<[f64; 2]> = (0..table[0].len())
            .map(|i| [table[0][i] / table[0][unit], table[1][i] / table[1][unit]])
            .collect();
        let mut candidates = vec![low, high];
        for a in &ratios {
            for b in &ratios {
                let slope = (a[0] - a[1]) - (b[0] - b[1]);
                let equal = (b[1] - a[1]) / slope;
                if slope != 0.0 && (low..=high).contains(&equal) {
                    candidates.push(equal);
                }
            }
        }
        let largest = |s: &f64| ratios.iter().map(|r| s * r[0] + (1.0 - s) * r[1]).fold(0.0, f64::max);
        1.0 / candidates.iter().map(largest).fold(f64::INFINITY, f64::min)
    }

    #[test]
    fn two_parts_agree_with_every_crossing() {
        let table = prop::collection::vec((1i64..400, 1i64..400), 1..15);
        runner()
            .run(&(table, 0i64..=5, 5i64..=10), |(units, low, high)| {
                let (first, second): (Vec<f64>, Vec<f64>) =
                    units.iter().map(|(a, b)| (*a as f64 / 4.0, *b as f64 / 4.0)).unzip();
                let table = vec![first, second];
                let args = Args::new()
                    .number_of("min-share", Decimal::new(low, 1))
                    .number_of("max-share", Decimal::new(high, 1));
                let method = METHOD.make(&args).unwrap();
                let y = columns(f64::pick(&method), &table, &[1.0, 1.0]).unwrap();
                let low = (low as f64 / 10.0).max(1.0 - high as f64 / 10.0);
                for (unit, y) in y.iter().enumerate() {
                    let want = by_hand(&table, unit, low, 1.0 - low);
                    prop_assert!((y - want).abs() < 1e-10, "{unit}: {y} {want} {table:?}");
                }
                Ok(())
            })
            .unwrap();
    }

    #[test]
    fn properties() {
        for text in ["", "min-share = 0.1; max-share = 1", "form = directional", "max-ratio = 4"] {
            holds_of_tables(&METHOD, text, 1..90, 9);
        }
    }

    #[test]
    fn weights_keep_their_limits_and_reach_the_score() {
        let table = prop::collection::vec(prop::collection::vec(0i64..50, 8), 4);
        let method = made("min-share = 0.05; max-share = 0.6; min-weight = 0.05; max-ratio = 9");
        runner()
            .run(&table, |parts| {
                let parts: Vec<Vec<f64>> =
                    parts.iter().map(|p| p.iter().map(|x| *x as f64 + 1.0).collect()).collect();
                let slices: Vec<&[f64]> = parts.iter().map(Vec::as_slice).collect();
                for (unit, found) in method.standings(&slices, &[1.0; 4]).unwrap().iter().enumerate() {
                    let sum = |unit: usize| (0..4).map(|k| found.weights[k] * parts[k][unit]).sum::<f64>();
                    prop_assert!((sum(unit) - found.score).abs() < 1e-9);
                    prop_assert!((0..8).all(|other| sum(other) <= 1.0 + 1e-9));
                    let total: f64 = found.weights.iter().sum();
                    let (low, high) =
                        found.weights.iter().fold((f64::MAX, 0.0f64), |(l, h), w| (l.min(*w), h.max(*w)));
                    prop_assert!(high <= 9.0 * low + 1e-9 && low >= 0.05 * total - 1e-9);
                    for (k, part) in parts.iter().enumerate() {
                        let share = found.weights[k] * part[unit] / sum(unit);
                        prop_assert!((0.05 - 1e-7..=0.6 + 1e-7).contains(&share), "{share}");
                    }
                }
                Ok(())
            })
            .unwrap();
    }
}
