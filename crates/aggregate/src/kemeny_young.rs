//! Kemeny-Young ranking: the order of the units that contradicts the parts least.
//!
//! Use it where only the order within the parts counts and the result is to be the ranking best supported by them, as Munda and
//! Nardo (2009) recommend for non-compensatory composite indicators. Finding it is hard: circles of units that beat each other
//! are solved exactly up to 20 units; larger ones by a search that usually ends, and says so when it does not.

use crate::outranking::Ballots;
use crate::{Aggregator, AggregatorBox, Reach, shared, table};
use gradus_method::{Args, Default, Fault, Method, Outcome, Param, ParamKind, Reference};
use gradus_model::Decimal;
use gradus_model::number::Scalar;
use std::collections::BTreeMap;

/// The most units that are compared.
const MOST_UNITS: usize = 1000;

/// The most units of which all orders are examined, over subsets: 20! just fits into 64 bits.
const MOST_EXACT: usize = 20;

const NODES: i64 = 20_000;

/// Registry entry of [`KemenyYoung`].
pub static METHOD: Method<AggregatorBox> = Method {
    id: "kemeny-young",
    since: "0.1.0",
    summary: "The places below a unit in the order that contradicts the parts least.",
    summary_zh: "肯梅尼-杨排序：与各部分两两比较分歧最小的排序，得分为位于其后的名次数。",
    formula: "y(a) = n - mean position of a over the orders that minimize the sum, over all pairs with a before b, of the weights of the parts with b above a",
    params: &[Param {
        name: "nodes",
        kind: ParamKind::Number,
        default: Default::Value("20000"),
        range: "a whole number from 1 to 1000000000",
        meaning: "how many partial orders are examined, for a circle of more than 20 units, before the best order found is taken",
    }],
    references: &[
        Reference {
            citation: "Kemeny (1959). Mathematics without numbers. Daedalus 88(4), 577-591",
            locator: "https://www.jstor.org/stable/20026529",
        },
        Reference {
            citation: "Young and Levenglick (1978). A consistent extension of Condorcet's election principle. SIAM Journal on Applied Mathematics 35(2), 285-300",
            locator: "https://doi.org/10.1137/0135023",
        },
        Reference {
            citation: "Munda and Nardo (2009). Noncompensatory/nonlinear composite indicators for ranking countries: a defensible setting. Applied Economics 41(12), 1513-1523",
            locator: "https://doi.org/10.1080/00036840601019364",
        },
        shared::HANDBOOK,
    ],
    build: |args| Ok(AggregatorBox::new(KemenyYoung::new(args)?)),
};

/// The Kemeny-Young ranking, also called Condorcet-Kemeny-Young-Levenglick.
///
/// # Formula
/// ```text
/// y(a) = n − mean position of a over all optimal orders
/// optimal: minimizes Σ W(b > a) over all pairs with a placed before b
/// W(b > a) = Σ w over the parts in which b is above a
/// ```
/// # Parameters
/// | name | default | range | meaning |
/// | :--- | :--- | :--- | :--- |
/// | `nodes` | 20000 | a whole number from 1 to 1000000000 | partial orders examined for a circle of more than 20 units |
/// # Input and output
/// Scores of any parts, of which only the order matters; a number from 0, last of all, to n − 1 for n units, higher is better.
/// Several orders may be optimal: a unit's position is its mean over all of them, so that the order of the rows decides nothing.
/// The detail `optimal` is 1 where this holds, and 0 for the units of a circle of more than 20 that the search did not finish:
/// their order is the best one found. A circle that the search did finish is placed by one of its optimal orders. [`consensus`]
/// gives the order and its distance.
/// # Missing values and edge cases
/// Every unit that is compared has all parts. A part in which two units are equal contradicts neither order. Weights are
/// compared as for [`copeland`](crate::copeland). A part of weight zero has no vote. A unit alone scores 0. Units that beat all
/// others of a set stand before them in every optimal order, so the table falls into circles that are solved one by one; the
/// search counts partial orders, not time, and gives the same result on every machine.
/// # Errors
/// `too-many-units` above 1000 units; `zero-weights` when no part has weight; `invalid-parameter` for `nodes` out of its range;
/// `out-of-range` when the weights have no sum in the arithmetic.
/// # Example
/// ```
/// use gradus_aggregate::{Aggregator, kemeny_young::KemenyYoung};
/// use gradus_method::Args;
/// // The second unit is first for two of three parts, the others are a tie.
/// let parts: [&[f64]; 3] = [&[3.0, 4.0, 2.0], &[1.0, 5.0, 2.0], &[9.0, 8.0, 9.0]];
/// let mut scores = [0.0; 3];
/// KemenyYoung::new(&Args::new())?.columns(&parts, &[1.0, 1.0, 1.0], &mut scores)?;
/// assert_eq!(scores, [0.5, 2.0, 0.5]);
/// # Ok::<(), gradus_method::Fault>(())
/// ```
/// # References
/// Kemeny (1959), Mathematics without numbers. Young and Levenglick (1978), A consistent extension of Condorcet's election
/// principle. Munda and Nardo (2009), Noncompensatory composite indicators. OECD and JRC (2008), Handbook, step 6.
#[derive(Debug, Clone)]
pub struct KemenyYoung {
    nodes: u64,
}

impl KemenyYoung {
    /// Reads the parameters.
    ///
    /// # Errors
    /// `invalid-parameter` for `nodes` out of its range.
    pub fn new(args: &Args) -> Outcome<Self> {
        let nodes = args.optional_number("nodes")?.unwrap_or(Decimal::from(NODES));
        let whole = u64::try_from(nodes).ok().filter(|n| Decimal::from(*n) == nodes);
        match whole.filter(|n| (1..=1_000_000_000).contains(n)) {
            Some(nodes) => Ok(Self { nodes }),
            None => Err(Fault::parameter(
                "nodes",
                format!("`nodes` must be a whole number from 1 to 1000000000, found {nodes}"),
            )
            .help("leave `nodes` out for 20000")),
        }
    }
}

/// What [`consensus`] finds.
#[derive(Debug, Clone, PartialEq)]
pub struct Consensus<S> {
    /// An optimal order, or the best one found: rows of the units, first the best.
    pub order: Vec<usize>,
    /// The weight of the pairwise comparisons that the order contradicts.
    pub distance: S,
    /// The position of every unit, from 1, averaged over all optimal orders.
    pub positions: Vec<S>,
    /// Whether the unit's position is proven: its circle was solved to the end.
    pub optimal: Vec<bool>,
    /// How many orders are optimal, where they were counted and the count is below 2^64.
    pub n_orders: Option<u64>,
}

/// The order of the units that contradicts the parts least; for `nodes` see [`KemenyYoung`].
///
/// # Errors
/// `too-many-units`, `zero-weights`, `out-of-range`.
pub fn consensus<S: Scalar>(parts: &[&[S]], weights: &[S], nodes: u64) -> Outcome<Consensus<S>> {
    let n = parts.iter().map(|part| part.len()).min().unwrap_or(0);
    table::at_most(n, MOST_UNITS, "`kemeny-young`", "use `copeland` or `borda`")?;
    let nets = Ballots::new(parts, weights)?.matrix();
    let mut found = Consensus {
        order: Vec::with_capacity(n),
        distance: S::ZERO,
        positions: vec![S::ZERO; n],
        optimal: vec![true; n],
        n_orders: Some(1),
    };
    for circle in circles(&nets, &(0..n).collect::<Vec<_>>()) {
        let above = S::from_count(found.order.len() + 1);
        if circle.len() <= MOST_EXACT {
            let solved = exact(&nets, &circle);
            for (unit, sum) in circle.iter().zip(&solved.positions) {
                let mean = S::from_decimal(Decimal::from(*sum))
                    .over(S::from_decimal(Decimal::from(solved.n_orders)));
                found.positions[*unit] =
                    mean.and_then(|mean| above.plus(mean)).ok_or_else(Fault::out_of_range)?;
            }
            found.n_orders = found.n_orders.and_then(|n| n.checked_mul(solved.n_orders));
            found.order.extend(solved.order);
        } else {
            let (order, complete) = search(&nets, &circle, nodes);
            for (place, unit) in order.iter().enumerate() {
                found.positions[*unit] = S::from_count(found.order.len() + place + 1);
                found.optimal[*unit] = complete;
            }
            found.n_orders = None;
            found.order.extend(order);
        }
    }
    found.distance = distance(parts, weights, &found.order).ok_or_else(Fault::out_of_range)?;
    Ok(found)
}

/// The weight of the pairwise comparisons that an order contradicts.
fn distance<S: Scalar>(parts: &[&[S]], weights: &[S], order: &[usize]) -> Option<S> {
    let mut sum = S::ZERO;
    for (part, weight) in parts.iter().zip(weights) {
        let mut contradicted = 0;
        for (place, above) in order.iter().enumerate() {
            contradicted += order[place + 1..].iter().filter(|below| part[**below] > part[*above]).count();
        }
        sum = sum.plus(weight.times(S::from_count(contradicted))?)?;
    }
    Some(sum).filter(|sum| sum.finite())
}

/// The units in sets, each of which beats all later ones unit by unit and cannot be divided again.
///
/// A set that beats the rest holds the units with the most wins less losses, so it is a beginning of their order.
fn circles(nets: &[Vec<i64>], units: &[usize]) -> Vec<Vec<usize>> {
    let mut order: Vec<(i64, usize)> =
        units.iter().map(|a| (units.iter().map(|b| nets[*b][*a].signum()).sum(), *a)).collect();
    order.sort_unstable();
    let mut circles = Vec::new();
    let mut start = 0;
    // How far the units so far reach without winning.
    let mut last = 0;
    for (place, (_, a)) in order.iter().enumerate() {
        let not_beaten = order.iter().rposition(|(_, b)| nets[*a][*b] <= 0).unwrap_or(place);
        last = last.max(not_beaten);
        if last <= place {
            circles.push(order[start..=place].iter().map(|(_, unit)| *unit).collect());
            start = place + 1;
        }
    }
    circles
}

/// What placing `first` before `second` costs above what one of both orders must cost.
fn cost(nets: &[Vec<i64>], first: usize, second: usize) -> i64 {
    nets[second][first].max(0)
}

/// The optimum of a small circle.
struct Exact {
    /// One optimal order.
    order: Vec<usize>,
    n_orders: u64,
    /// Over all optimal orders, the sum of each unit's positions from 0, in the order of the circle's units.
    positions: Vec<u128>,
}

/// Best arrangements of every subset placed first, and of every rest placed last, so that optimal orders are counted without
/// listing them.
fn exact(nets: &[Vec<i64>], units: &[usize]) -> Exact {
    let n = units.len();
    let full = (1_usize << n) - 1;
    // Cost of placing a unit after a set, from sums over halves of the set.
    let half = n.div_ceil(2);
    let sums: Vec<[Vec<i64>; 2]> = units
        .iter()
        .map(|unit| {
            let of = |others: &[usize]| {
                let mut sums = vec![0; 1 << others.len()];
                for set in 1..sums.len() {
                    let lowest = set.trailing_zeros() as usize;
                    sums[set] = sums[set & (set - 1)] + cost(nets, others[lowest], *unit);
                }
                sums
            };
            [of(&units[..half]), of(&units[half..])]
        })
        .collect();
    let after = |set: usize, unit: usize| sums[unit][0][set & ((1 << half) - 1)] + sums[unit][1][set >> half];
    let members = |set: usize| (0..n).filter(move |unit| set & (1 << unit) != 0);

    let mut first = vec![(0_i64, 1_u64); full + 1];
    for set in 1..=full {
        first[set] = best(members(set).map(|unit| {
            let before = set & !(1 << unit);
            (first[before].0 + after(before, unit), first[before].1)
        }));
    }
    let mut last = vec![(0_i64, 1_u64); full + 1];
    for set in (0..full).rev() {
        last[set] = best(members(full & !set).map(|unit| {
            let with = set | (1 << unit);
            (last[with].0 + after(set, unit), last[with].1)
        }));
    }
    let least = first[full].0;
    let optimal =
        |set: usize, unit: usize| first[set].0 + after(set, unit) + last[set | (1 << unit)].0 == least;
    let mut positions = vec![0_u128; n];
    for set in 0..full {
        for unit in members(full & !set).filter(|unit| optimal(set, *unit)) {
            let orders = u128::from(first[set].1) * u128::from(last[set | (1 << unit)].1);
            positions[unit] += orders * u128::from(set.count_ones());
        }
    }
    let mut order = Vec::with_capacity(n);
    let mut set = 0;
    while let Some(unit) = members(full & !set).find(|unit| optimal(set, *unit)) {
        order.push(units[unit]);
        set |= 1 << unit;
    }
    Exact { order, n_orders: first[full].1, positions }
}

/// The least cost, and in how many ways it is reached.
fn best(ways: impl Iterator<Item = (i64, u64)>) -> (i64, u64) {
    ways.fold((i64::MAX, 0), |(least, count), (cost, ways)| match cost.cmp(&least) {
        std::cmp::Ordering::Less => (cost, ways),
        std::cmp::Ordering::Equal => (least, count + ways),
        std::cmp::Ordering::Greater => (least, count),
    })
}

/// The best order of a large circle that is found within the bound, and whether it is proven to be optimal.
fn search(nets: &[Vec<i64>], circle: &[usize], nodes: u64) -> (Vec<usize>, bool) {
    let mut order = circle.to_vec();
    improve(nets, &mut order);
    let mut least = 0;
    for (place, above) in order.iter().enumerate() {
        least += order[place + 1..].iter().map(|below| cost(nets, *above, *below)).sum::<i64>();
    }
    let mut search = Search {
        nets,
        cycles: Cycles::new(nets, circle),
        seen: BTreeMap::new(),
        best: order,
        least,
        left: nodes,
        complete: true,
    };
    search.place(&mut Vec::with_capacity(circle.len()), circle, 0);
    (search.best, search.complete)
}

/// Circles of three that share no vote: whatever the order, each of them costs its amount while all its units are to be placed.
struct Cycles {
    amounts: Vec<i64>,
    /// How many of its units are placed.
    broken: Vec<u8>,
    /// Where each unit is part of one.
    of: Vec<Vec<usize>>,
    /// The sum over those that are whole.
    bound: i64,
}

impl Cycles {
    fn new(nets: &[Vec<i64>], units: &[usize]) -> Self {
        let mut votes: Vec<Vec<i64>> =
            units.iter().map(|a| units.iter().map(|b| nets[*a][*b].max(0)).collect()).collect();
        let mut found =
            Self { amounts: Vec::new(), broken: Vec::new(), of: vec![Vec::new(); nets.len()], bound: 0 };
        for i in 0..units.len() {
            // Every circle is met at its first unit, in its own sense of rotation.
            for j in i + 1..units.len() {
                for k in i + 1..units.len() {
                    let amount = votes[i][j].min(votes[j][k]).min(votes[k][i]);
                    if amount > 0 {
                        votes[i][j] -= amount;
                        votes[j][k] -= amount;
                        votes[k][i] -= amount;
                        for at in [i, j, k] {
                            found.of[units[at]].push(found.amounts.len());
                        }
                        found.amounts.push(amount);
                        found.bound += amount;
                    }
                }
            }
        }
        found.broken = vec![0; found.amounts.len()];
        found
    }

    fn place(&mut self, unit: usize) {
        for cycle in &self.of[unit] {
            if self.broken[*cycle] == 0 {
                self.bound -= self.amounts[*cycle];
            }
            self.broken[*cycle] += 1;
        }
    }

    fn take_back(&mut self, unit: usize) {
        for cycle in &self.of[unit] {
            self.broken[*cycle] -= 1;
            if self.broken[*cycle] == 0 {
                self.bound += self.amounts[*cycle];
            }
        }
    }
}

/// Sets of units, as bits.
type Set = Vec<u64>;

/// The most sets that are kept in mind.
const MOST_SEEN: usize = 500_000;

/// Moves single units to where they cost least until no move helps. Every move lowers a whole number, so it ends.
fn improve(nets: &[Vec<i64>], order: &mut [usize]) {
    let mut moved = true;
    while moved {
        moved = false;
        for from in 0..order.len() {
            let unit = order[from];
            let mut at_best = (0, from);
            let mut change = 0;
            for to in (0..from).rev() {
                change -= nets[unit][order[to]];
                at_best = at_best.min((change, to));
            }
            change = 0;
            for (to, other) in order.iter().enumerate().skip(from + 1) {
                change += nets[unit][*other];
                at_best = at_best.min((change, to));
            }
            let (change, to) = at_best;
            if change < 0 {
                if to < from {
                    order[to..=from].rotate_right(1);
                } else {
                    order[from..=to].rotate_left(1);
                }
                moved = true;
            }
        }
    }
}

/// Branch and bound from the best place downward.
struct Search<'a> {
    nets: &'a [Vec<i64>],
    cycles: Cycles,
    /// The least that sets cost that were placed before: what follows does not depend on their order.
    seen: BTreeMap<Set, i64>,
    best: Vec<usize>,
    least: i64,
    /// Partial orders that may still be examined.
    left: u64,
    complete: bool,
}

impl Search<'_> {
    fn place(&mut self, placed: &mut Vec<usize>, rest: &[usize], so_far: i64) {
        if rest.is_empty() {
            // Only what costs less comes here.
            self.least = so_far;
            self.best.clone_from(placed);
            return;
        }
        if self.left == 0 {
            self.complete = false;
            return;
        }
        self.left -= 1;
        // The next unit belongs to the first circle of the rest, which costs nothing against the others.
        let Some(next) = circles(self.nets, rest).into_iter().next() else { return };
        let mut candidates: Vec<(i64, usize)> =
            next.iter().map(|a| (next.iter().map(|b| cost(self.nets, *a, *b)).sum(), *a)).collect();
        candidates.sort_unstable();
        for (added, unit) in candidates {
            let cost = so_far + added;
            if cost >= self.least {
                break;
            }
            // Neighbors that would be better the other way round are in no optimal order.
            if placed.last().is_some_and(|above| self.nets[*above][unit] < 0) {
                continue;
            }
            self.cycles.place(unit);
            placed.push(unit);
            if cost + self.cycles.bound < self.least && self.is_new(placed, cost) {
                let others: Vec<usize> = rest.iter().copied().filter(|other| *other != unit).collect();
                self.place(placed, &others, cost);
            }
            placed.pop();
            self.cycles.take_back(unit);
        }
    }

    /// Whether these units were not placed before at this cost or less.
    fn is_new(&mut self, placed: &[usize], cost: i64) -> bool {
        let mut set = vec![0_u64; self.nets.len().div_ceil(64)];
        for unit in placed {
            set[unit / 64] |= 1 << (unit % 64);
        }
        match self.seen.get_mut(&set) {
            Some(least) if *least <= cost => false,
            Some(least) => {
                *least = cost;
                true
            }
            None => {
                if self.seen.len() < MOST_SEEN {
                    self.seen.insert(set, cost);
                }
                true
            }
        }
    }
}

impl<S: Scalar> Aggregator<S> for KemenyYoung {
    fn reach(&self) -> Reach {
        Reach::Table
    }
    fn row(&self, values: &[S], weights: &[S]) -> Outcome<S> {
        table::alone(self, values, weights)
    }
    fn columns(&self, parts: &[&[S]], weights: &[S], out: &mut [S]) -> Outcome<()> {
        let found = consensus(parts, weights, self.nodes)?;
        let n = S::from_count(out.len());
        for (slot, position) in out.iter_mut().zip(found.positions) {
            *slot = n.minus(position).ok_or_else(Fault::out_of_range)?;
        }
        Ok(())
    }
    fn details(&self, parts: &[&[S]], weights: &[S]) -> Outcome<Vec<(&'static str, Vec<S>)>> {
        let found = consensus(parts, weights, self.nodes)?;
        let optimal = found.optimal.iter().map(|yes| S::from_count(usize::from(*yes))).collect();
        Ok(vec![("position", found.positions), ("optimal", optimal)])
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::table::testing::*;
    use crate::testing::runner;
    use proptest::prelude::*;

    #[test]
    fn the_winner_of_young_1988() {
        // Young (1988), Condorcet's theory of voting: 60 votes, 23 a > b > c, 17 b > c > a, 2 b > a > c, 10 c > a > b,
        // 8 c > b > a. The pairs say a > b 33, b > c 42, c > a 35; the order b > c > a has the most support, 42 + 35 + 27.
        let table = "3 2 1, 1 3 2, 2 3 1, 2 1 3, 1 2 3 | 23 17 2 10 8";
        check_table(&METHOD, "", table, "0 2 1");
        let (parts, weights) = parts::<f64>(table);
        let slices: Vec<&[f64]> = parts.iter().map(Vec::as_slice).collect();
        let found = consensus(&slices, &weights, 1).unwrap();
        assert_eq!((found.order, found.distance, found.n_orders), (vec![1, 2, 0], 180.0 - 104.0, Some(1)));
    }

    #[test]
    fn all_optimal_orders_count() {
        check_table(&METHOD, "", "3 2 1, 1 3 2, 2 1 3", "1 1 1");
        check_table(&METHOD, "", "5 5 5 1", "2 2 2 0");
        check_table(&METHOD, "", "2 1 3, 1 2 3", "0.5 0.5 2");
        assert_eq!(detail(&METHOD, "", "2 1 3, 1 2 3", "optimal"), [1.0, 1.0, 1.0]);
    }

    #[test]
    fn edges() {
        check_table(&METHOD, "", "7", "0");
        check_table(&METHOD, "", "1 2, 9 1 | 0 3", "1 0");
        assert_eq!(table_fault(&METHOD, "", "1 2 | 0").kind.id, "zero-weights");
        for nodes in ["0", "1.5", "-3", "1e10"] {
            assert_eq!(table_fault(&METHOD, &format!("nodes = {nodes}"), "1 2").kind.id, "invalid-parameter");
        }
        let many = vec![vec![1.0; MOST_UNITS + 1]];
        let method = METHOD.make(&Args::new()).unwrap();
        let fault = columns(f64::pick(&method), &many, &[1.0]).unwrap_err();
        assert_eq!(fault.kind.id, "too-many-units");
        assert!(fault.help.unwrap().contains("copeland"));
    }

    #[test]
    fn twenty_equal_units_have_twenty_factorial_orders() {
        let part = [4.0; MOST_EXACT];
        let found = consensus(&[&part[..]], &[1.0], 1).unwrap();
        assert_eq!(found.n_orders, Some((1..=20).product()));
        assert!(found.positions.iter().all(|position| *position == 10.5));
    }

    /// A circle: every unit beats the half after it, but for the opposite ones, which tie.
    fn wheel(n: usize) -> Vec<Vec<i64>> {
        let net = |i: usize, j: usize| {
            let ahead = (j + n - i) % n;
            if ahead == 0 || 2 * ahead == n {
                0
            } else if 2 * ahead < n {
                3
            } else {
                -3
            }
        };
        (0..n).map(|i| (0..n).map(|j| net(i, j)).collect()).collect()
    }

    #[test]
    fn a_search_that_runs_out_says_so() {
        // Three orders without a pattern: their majorities go round.
        let n = 40;
        let order = |factor: usize| -> Vec<f64> { (0..n).map(|i| ((i + 1) * factor % 41) as f64).collect() };
        let parts = [order(1), order(18), order(29)];
        let slices: Vec<&[f64]> = parts.iter().map(Vec::as_slice).collect();
        let short = consensus(&slices, &[1.0, 1.0, 1.0], 1).unwrap();
        assert!(short.optimal.iter().any(|optimal| !optimal) && short.n_orders.is_none());
        let full = consensus(&slices, &[1.0, 1.0, 1.0], 100_000).unwrap();
        assert!(full.optimal.iter().all(|optimal| *optimal) && full.distance <= short.distance);
        let method = METHOD.make(&Args::new().number_of("nodes", 1)).unwrap();
        let details = f64::pick(&method).details(&slices, &[1.0, 1.0, 1.0]).unwrap();
        assert_eq!(details[1].0, "optimal");
        assert!(details[1].1.contains(&0.0));
    }

    #[test]
    fn the_search_finds_what_all_subsets_say() {
        let cases =
            (3usize..8).prop_flat_map(|n| prop::collection::vec(-4i64..5, n * n).prop_map(move |x| (n, x)));
        runner()
            .run(&cases, |(n, x)| {
                let mut nets = vec![vec![0; n]; n];
                for i in 0..n {
                    for j in i + 1..n {
                        nets[i][j] = x[i * n + j];
                        nets[j][i] = -x[i * n + j];
                    }
                }
                let all: Vec<usize> = (0..n).collect();
                let total = |order: &[usize]| -> i64 {
                    let pairs = order.iter().enumerate();
                    pairs.map(|(p, a)| order[p + 1..].iter().map(|b| cost(&nets, *a, *b)).sum::<i64>()).sum()
                };
                // Every order, one by one.
                let mut least = i64::MAX;
                let mut orders: Vec<Vec<usize>> = Vec::new();
                let mut order = all.clone();
                permute(&mut order, 0, &mut |order| {
                    let cost = total(order);
                    if cost < least {
                        (least, orders) = (cost, Vec::new());
                    }
                    if cost == least {
                        orders.push(order.to_vec());
                    }
                });
                let solved = exact(&nets, &all);
                prop_assert_eq!(total(&solved.order), least);
                prop_assert_eq!(solved.n_orders, orders.len() as u64);
                for unit in 0..n {
                    let place = |order: &Vec<usize>| order.iter().position(|u| *u == unit).unwrap() as u128;
                    prop_assert_eq!(solved.positions[unit], orders.iter().map(place).sum::<u128>());
                }
                let (found, complete) = search(&nets, &all, u64::MAX);
                prop_assert!(complete);
                prop_assert_eq!(total(&found), least);
                // Circles only divide what every optimal order divides.
                let mut start = 0;
                for circle in circles(&nets, &all) {
                    let within = |order: &Vec<usize>| {
                        order[start..start + circle.len()].iter().all(|unit| circle.contains(unit))
                    };
                    prop_assert!(orders.iter().all(within));
                    start += circle.len();
                }
                prop_assert_eq!(start, n);
                Ok(())
            })
            .unwrap();
    }

    #[test]
    fn both_solve_larger_circles_alike() {
        let n = 14;
        let mut state = 7_u64;
        for _ in 0..20 {
            let mut next = || {
                state = state.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
                i64::try_from((state >> 40) % 11).unwrap() - 5
            };
            let drawn: Vec<Vec<i64>> = (0..n).map(|_| (0..n).map(|_| next()).collect()).collect();
            let net = |i: usize, j: usize| drawn[i][j] - drawn[j][i];
            let nets: Vec<Vec<i64>> = (0..n).map(|i| (0..n).map(|j| net(i, j)).collect()).collect();
            let all: Vec<usize> = (0..n).collect();
            let total = |order: &[usize]| -> i64 {
                let pairs = order.iter().enumerate();
                pairs.map(|(p, a)| order[p + 1..].iter().map(|b| cost(&nets, *a, *b)).sum::<i64>()).sum()
            };
            let (found, complete) = search(&nets, &all, 1_000_000);
            assert!(complete);
            assert_eq!(total(&found), total(&exact(&nets, &all).order));
        }
    }

    fn permute(order: &mut [usize], from: usize, see: &mut impl FnMut(&[usize])) {
        if from == order.len() {
            return see(order);
        }
        for other in from..order.len() {
            order.swap(from, other);
            permute(order, from + 1, see);
            order.swap(from, other);
        }
    }

    #[test]
    fn a_wheel_is_cut_at_any_place() {
        let n = 12;
        let solved = exact(&wheel(n), &(0..n).collect::<Vec<_>>());
        let first = solved.positions[0];
        assert!(solved.positions.iter().all(|sum| *sum == first), "{:?}", solved.positions);
        assert_eq!(circles(&wheel(n), &(0..n).collect::<Vec<_>>()).len(), 1);
    }

    #[test]
    fn properties() {
        holds_of_tables(&METHOD, "", -5..5, 7);
    }
}
