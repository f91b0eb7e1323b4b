//! What many draws say of each unit, in memory that does not grow with their number.
//!
//! Ranks are counted, so their quantiles are exact; pairs are counted too. Scores are kept while they fit into memory, and
//! their quantiles are then exact; beyond, they are counted in bins whose width is said.

use crate::order::Order;
use gradus_method::Column;
use gradus_statistics::lanes::{LANES, Row, dispatch};
use rayon::prelude::*;

/// Ranks are counted one by one up to this many units; of more units, in this many equal bins.
pub const RANK_BINS: usize = 1024;
/// Pairs are counted up to this many units.
pub const PAIR_UNITS: usize = 1024;
/// Scores kept as they are, in numbers of 8 bytes; beyond, they are binned.
pub const KEPT_SCORES: usize = 1 << 22;
/// Bins of the scores of a unit.
pub const SCORE_BINS: usize = 1024;
/// Draws between two transfers of the counters of pairs.
const FLUSH: u32 = 1023;
/// Binary digits of the counters of pairs.
const PLANES: usize = 10;
/// Draws that are counted at once.
const TOGETHER: usize = 8;

/// Units of one bucket beyond which sorting by buckets is given up.
const CROWDED: u32 = 24;

/// Places units by their scores, the highest first, without allocating.
///
/// Scores are dealt into as many equal intervals as there are units, which leaves them nearly in order; where many fall into one
/// interval they are sorted as usual.
#[derive(Debug, Clone, Default)]
pub struct Ranker {
    found: Vec<(f64, u32)>,
    sorted: Vec<(f64, u32)>,
    buckets: Vec<u32>,
    counts: Vec<u32>,
    /// Units in order, the best first; those without a score are not there.
    pub order: Vec<u32>,
    /// Rank of each unit, 1 is best and equal scores share the first; 0 for a unit without a score.
    pub ranks: Vec<u32>,
}

impl Ranker {
    /// Room for `n` units.
    #[must_use]
    pub fn new(n: usize) -> Self {
        Self { ranks: vec![0; n], ..Self::default() }
    }
    /// Takes order and ranks of one lane of scores from an order, and tells near scores apart.
    pub fn take_lane(&mut self, scores: &[Row], order: &Order, lane: usize) {
        self.order.clear();
        let (units, ranks) = (&mut self.order, &mut self.ranks);
        let clear = order.places(lane, |unit, place| {
            units.push(unit as u32);
            ranks[unit] = place as u32 + 1;
        });
        if !clear {
            self.sorted.clear();
            self.sorted.extend(order.units(lane).map(|unit| (scores[unit as usize][lane], unit)));
            self.settle();
            self.place();
        }
    }
    /// Moves entries that are out of place by a little.
    fn settle(&mut self) {
        for at in 1..self.sorted.len() {
            let entry = self.sorted[at];
            let mut place = at;
            while place > 0 && self.sorted[place - 1].0 < entry.0 {
                self.sorted[place] = self.sorted[place - 1];
                place -= 1;
            }
            self.sorted[place] = entry;
        }
    }
    /// Ranks the scores of a column.
    #[allow(clippy::cast_possible_truncation, reason = "places of units are small")]
    pub fn rank(&mut self, scores: &Column<f64>) {
        self.found.clear();
        match scores.full() {
            Some(all) => self.found.extend(all.iter().zip(0..).map(|(score, unit)| (*score, unit))),
            None => {
                self.ranks.fill(0);
                self.found.extend(scores.iter().map(|(unit, score)| (score, unit as u32)));
            }
        }
        self.sort();
        self.place();
    }
    /// Order and ranks of what is sorted.
    fn place(&mut self) {
        self.order.clear();
        self.order.extend(self.sorted.iter().map(|(_, unit)| *unit));
        let (mut last, mut rank) = (f64::NAN, 0);
        for ((score, unit), at) in self.sorted.iter().zip(1..) {
            // 0 and -0 are equal, and a score is a number.
            if *score != last {
                (last, rank) = (*score, at);
            }
            self.ranks[*unit as usize] = rank;
        }
    }

    #[allow(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "a place among the buckets")]
    fn sort(&mut self) {
        let n = self.found.len();
        self.sorted.clear();
        self.sorted.extend_from_slice(&self.found);
        let (low, high) =
            self.found.iter().fold((f64::INFINITY, f64::NEG_INFINITY), |(low, high), (x, _)| {
                (if *x < low { *x } else { low }, if *x > high { *x } else { high })
            });
        let scale = (n.saturating_sub(1)) as f64 / (high - low);
        let usual = |sorted: &mut Vec<(f64, u32)>| {
            sorted.sort_unstable_by(|(a, i), (b, j)| {
                b.partial_cmp(a).unwrap_or(std::cmp::Ordering::Equal).then(i.cmp(j))
            });
        };
        if n < 8 || !scale.is_finite() {
            return usual(&mut self.sorted);
        }
        self.counts.clear();
        self.counts.resize(n, 0);
        self.buckets.clear();
        for (x, _) in &self.found {
            let bucket = (((high - x) * scale) as u32).min(n as u32 - 1);
            self.buckets.push(bucket);
            self.counts[bucket as usize] += 1;
        }
        if self.counts.iter().any(|count| *count > CROWDED) {
            return usual(&mut self.sorted);
        }
        let mut start = 0;
        for count in &mut self.counts {
            start += std::mem::replace(count, start);
        }
        for (entry, bucket) in self.found.iter().zip(&self.buckets) {
            let place = &mut self.counts[*bucket as usize];
            self.sorted[*place as usize] = *entry;
            *place += 1;
        }
        self.settle();
    }
}

/// For every pair of units, how often the first is above the second: counted in binary digits, 64 pairs at a time.
#[derive(Debug, Clone)]
struct Pairs {
    n: usize,
    words: usize,
    /// The digits of the counters, 64 counters side by side.
    planes: Vec<[u64; PLANES]>,
    /// Draws that are not counted yet: for each, who is below each unit.
    waiting: Vec<u64>,
    n_waiting: usize,
    since: u32,
    below: Vec<u64>,
    /// Twice the count, so that a tie counts half.
    counts: Vec<u64>,
}

/// Sum and carry of three bits, 64 at a time.
fn add_bits(a: u64, b: u64, c: u64) -> (u64, u64) {
    let half = a ^ b;
    (half ^ c, (a & b) | (half & c))
}

impl Pairs {
    fn new(n: usize) -> Self {
        let words = n.div_ceil(64);
        Self {
            n,
            words,
            planes: vec![[0; PLANES]; n * words],
            waiting: vec![0; TOGETHER * n * words],
            n_waiting: 0,
            since: 0,
            below: vec![0; words],
            counts: vec![0; n * n],
        }
    }
    fn add(&mut self, ranker: &Ranker) {
        let size = self.n * self.words;
        let masks = &mut self.waiting[self.n_waiting * size..(self.n_waiting + 1) * size];
        if ranker.order.len() < self.n {
            masks.fill(0);
        }
        self.below.fill(0);
        // From the worst up: everybody met before is below, but for those of the same rank.
        let mut end = ranker.order.len();
        while end > 0 {
            let start = ranker.ranks[ranker.order[end - 1] as usize] as usize - 1;
            let tied = &ranker.order[start..end];
            for unit in tied {
                let unit = *unit as usize;
                masks[unit * self.words..(unit + 1) * self.words].copy_from_slice(&self.below);
            }
            if tied.len() > 1 {
                for a in tied {
                    for b in tied.iter().filter(|b| *b != a) {
                        self.counts[*a as usize * self.n + *b as usize] += 1;
                    }
                }
            }
            for unit in tied {
                self.below[*unit as usize / 64] |= 1 << (*unit % 64);
            }
            end = start;
        }
        self.n_waiting += 1;
        self.since += 1;
        if self.n_waiting == TOGETHER {
            self.count_together();
        }
        if self.since == FLUSH {
            self.flush();
        }
    }
    /// Eight draws into the counters at once: of eight bits, seven additions leave one carry.
    fn count_together(&mut self) {
        let size = self.n * self.words;
        for (at, planes) in self.planes.iter_mut().enumerate() {
            let bit = |draw: usize| self.waiting[draw * size + at];
            let [mut ones, mut twos, mut fours] = [planes[0], planes[1], planes[2]];
            let mut carries = [0; 2];
            for (half, carry) in carries.iter_mut().enumerate() {
                let (a, b);
                (ones, a) = add_bits(ones, bit(4 * half), bit(4 * half + 1));
                (ones, b) = add_bits(ones, bit(4 * half + 2), bit(4 * half + 3));
                (twos, *carry) = add_bits(twos, a, b);
            }
            let mut carry;
            (fours, carry) = add_bits(fours, carries[0], carries[1]);
            (planes[0], planes[1], planes[2]) = (ones, twos, fours);
            for plane in &mut planes[3..] {
                if carry == 0 {
                    break;
                }
                let next = *plane & carry;
                *plane ^= carry;
                carry = next;
            }
        }
        self.n_waiting = 0;
    }
    fn flush(&mut self) {
        if self.n_waiting > 0 {
            let size = self.n * self.words;
            self.waiting[self.n_waiting * size..].fill(0);
            self.count_together();
        }
        for unit in 0..self.n {
            for word in 0..self.words {
                let planes = &mut self.planes[unit * self.words + word];
                let columns = (self.n - 64 * word).min(64);
                let counts = &mut self.counts[unit * self.n + 64 * word..][..columns];
                for (bit, count) in counts.iter_mut().enumerate() {
                    let n: u64 = planes.iter().enumerate().map(|(p, plane)| (plane >> bit & 1) << p).sum();
                    *count += 2 * n;
                }
                *planes = [0; PLANES];
            }
        }
        self.since = 0;
    }
}

/// The bins of one unit's scores.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Bins {
    low: f64,
    width: f64,
}

impl Bins {
    /// Bins around scores that were seen: half as wide again on both sides.
    #[must_use]
    pub fn around(scores: impl Iterator<Item = f64>) -> Self {
        let (low, high) = scores.fold((f64::INFINITY, f64::NEG_INFINITY), |(a, b), x| (a.min(x), b.max(x)));
        if low > high {
            return Self { low: 0.0, width: 1.0 };
        }
        let range = if high > low { high - low } else { low.abs().max(1.0) * 1e-6 };
        Self { low: low - range / 2.0, width: 2.0 * range / SCORE_BINS as f64 }
    }
    #[allow(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "held to the bins there are")]
    fn of(self, score: f64) -> usize {
        (((score - self.low) / self.width).max(0.0) as usize).min(SCORE_BINS - 1)
    }
    fn middle(self, bin: usize) -> f64 {
        self.low + (bin as f64 + 0.5) * self.width
    }
}

/// What is asked of many draws beside ranks: each takes time.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Asked {
    /// Quantiles of the scores.
    pub scores: bool,
    /// For every pair of units, how often the first is above the second.
    pub pairs: bool,
}

impl Asked {
    /// Everything.
    pub const ALL: Self = Self { scores: true, pairs: true };
    /// Ranks only.
    pub const RANKS: Self = Self { scores: false, pairs: false };
}

/// Counts of many draws. Tallies of parts of the draws, merged in one order, are that of all.
///
/// A sum over draws is one of each fourth draw, four times, added up when tallies are merged: so it is the same whether draws are
/// counted one by one or side by side.
#[derive(Debug, Clone)]
pub struct Tally {
    n: usize,
    rank_bins: usize,
    asked: Asked,
    /// Draws that were counted.
    pub draws: u64,
    /// By rank and unit. This is all that a draw without ties costs: sums of ranks and of their changes follow from it.
    ranks: Vec<u64>,
    unranked: Vec<u64>,
    /// Where ranks are binned, their sum; else it follows from the counts.
    rank_sum: Vec<u64>,
    sum: Vec<Apart>,
    /// Sums of squared differences from the scores the tally is taken around.
    square: Vec<Apart>,
    around: Vec<f64>,
    lowest: Vec<Apart>,
    highest: Vec<Apart>,
    /// Draws that rank all units and are not in `shift`, which is all of them where ranks are counted one by one.
    whole_draws: u64,
    /// Changes of rank of the other draws, over all units.
    moved_apart: u64,
    /// Sum over the other draws of the mean absolute change of rank.
    shift: f64,
    pairs: Option<Pairs>,
    /// Scores by block of draws, a row per unit, NaN for none; each task's are a list of their own, which is not moved again.
    kept: Vec<Vec<Row>>,
    /// The lanes of the last block from which on there is no draw yet.
    next_lane: Option<usize>,
    bins: Vec<Bins>,
    binned: Vec<u32>,
    nominal: Vec<u32>,
}

/// Sums over draws are kept apart by the last digits of a draw's number: as many as one register holds.
const APART: usize = 4;

/// A sum, or an extreme, of the draws whose numbers end alike.
type Apart = [f64; APART];

/// The sum of all, in order.
fn total(row: &Apart) -> f64 {
    row.iter().sum()
}

impl Tally {
    /// An empty tally of the units whose nominal ranks are given (0 for none). Scores, where asked for, are binned where bins are
    /// given, else kept.
    #[must_use]
    pub fn new(nominal: &[u32], bins: &[Bins], asked: Asked) -> Self {
        let n = nominal.len();
        let rank_bins = n.clamp(1, RANK_BINS);
        Self {
            n,
            rank_bins,
            asked,
            draws: 0,
            ranks: vec![0; n * rank_bins],
            unranked: vec![0; n],
            rank_sum: vec![0; if rank_bins < n { n } else { 0 }],
            sum: vec![[0.0; APART]; n],
            square: vec![[0.0; APART]; n],
            around: vec![0.0; n],
            lowest: vec![[f64::INFINITY; APART]; n],
            highest: vec![[f64::NEG_INFINITY; APART]; n],
            whole_draws: 0,
            moved_apart: 0,
            shift: 0.0,
            pairs: (asked.pairs && n <= PAIR_UNITS).then(|| Pairs::new(n)),
            kept: Vec::new(),
            next_lane: None,
            bins: bins.to_vec(),
            binned: if bins.is_empty() { Vec::new() } else { vec![0; n * SCORE_BINS] },
            nominal: nominal.to_vec(),
        }
    }

    /// Takes deviations from these scores, which keeps their digits; missing ones are as good as 0.
    #[must_use]
    pub fn around(mut self, scores: &Column<f64>) -> Self {
        self.around.copy_from_slice(scores.slots());
        self
    }

    /// Counts [`LANES`] draws that rank all units, sorted by `order`; `ranker` is room for those with ties. Loops run over lanes.
    #[inline(always)]
    pub fn add_lanes(&mut self, scores: &[Row], order: &Order, ranker: &mut Ranker) {
        self.draws += LANES as u64;
        self.whole_draws += LANES as u64;
        let n = self.n;
        for lane in 0..LANES {
            let ranks = &mut self.ranks[..];
            if !order.places(lane, |unit, place| ranks[place * n + unit] += 1) {
                ranker.take_lane(scores, order, lane);
                for (unit, rank) in ranker.ranks.iter().enumerate() {
                    self.ranks[(*rank as usize - 1) * n + unit] += 1;
                }
            }
        }
        // Unit by unit, as in sorting.
        for (unit, row) in scores.iter().enumerate() {
            let around = self.around[unit];
            let (mut a, mut b) = (self.sum[unit], self.square[unit]);
            let (mut c, mut d) = (self.lowest[unit], self.highest[unit]);
            for four in row.as_chunks::<APART>().0 {
                for k in 0..APART {
                    let moved = four[k] - around;
                    a[k] += moved;
                    b[k] += moved * moved;
                    c[k] = if four[k] < c[k] { four[k] } else { c[k] };
                    d[k] = if four[k] > d[k] { four[k] } else { d[k] };
                }
            }
            (self.sum[unit], self.square[unit]) = (a, b);
            (self.lowest[unit], self.highest[unit]) = (c, d);
        }
        if self.asked.scores {
            self.add_scores(scores);
        }
        if let Some(pairs) = &mut self.pairs {
            for lane in 0..LANES {
                ranker.take_lane(scores, order, lane);
                pairs.add(ranker);
            }
        }
    }

    fn add_scores(&mut self, scores: &[Row]) {
        if self.bins.is_empty() {
            self.block(LANES).as_flattened_mut().copy_from_slice(scores.as_flattened());
            return;
        }
        for (unit, (row, bins)) in scores.iter().zip(&self.bins).enumerate() {
            for x in row {
                self.binned[unit * SCORE_BINS + bins.of(*x)] += 1;
            }
        }
    }

    /// The block of kept scores for a draw in this lane: the last one, where it has no draw in the lane or beyond, else a new one.
    fn block(&mut self, lane: usize) -> &mut [Row] {
        if self.kept.is_empty() {
            self.kept.push(Vec::new());
        }
        let fresh = self.next_lane.is_none_or(|next| lane < next || lane == LANES);
        self.next_lane = (lane + 1 < LANES).then_some(lane + 1);
        let at = self.kept.len() - 1;
        let kept = &mut self.kept[at];
        if fresh {
            kept.resize(kept.len() + self.n, [f64::NAN; LANES]);
        }
        let start = kept.len() - self.n;
        &mut kept[start..]
    }

    /// Counts a draw, whose ranks the ranker has, as one of the draws whose number ends so.
    pub fn add(&mut self, lane: usize, scores: &Column<f64>, ranker: &Ranker) {
        let lane = lane % LANES;
        self.draws += 1;
        let mut moved = 0u64;
        let bins = self.rank_bins;
        let whole = bins == self.n;
        for (unit, rank) in ranker.ranks.iter().enumerate() {
            if *rank == 0 {
                self.unranked[unit] += 1;
                continue;
            }
            let at = *rank as usize - 1;
            let bin = if whole { at } else { at * bins / self.n };
            self.ranks[bin * self.n + unit] += 1;
            if !whole {
                self.rank_sum[unit] += u64::from(*rank);
            }
            if self.nominal[unit] != 0 {
                moved += u64::from(rank.abs_diff(self.nominal[unit]));
            }
        }
        if whole && ranker.order.len() == self.n {
            self.whole_draws += 1;
        } else {
            self.moved_apart += moved;
            self.shift += moved as f64 / ranker.order.len().max(1) as f64;
        }
        let values = scores.slots();
        for unit in &ranker.order {
            let unit = *unit as usize;
            let moved = values[unit] - self.around[unit];
            let k = lane % APART;
            self.sum[unit][k] += moved;
            self.square[unit][k] += moved * moved;
            let (low, high) = (&mut self.lowest[unit][k], &mut self.highest[unit][k]);
            *low = if values[unit] < *low { values[unit] } else { *low };
            *high = if values[unit] > *high { values[unit] } else { *high };
        }
        if self.asked.scores && self.bins.is_empty() {
            let block = self.block(lane);
            for unit in &ranker.order {
                block[*unit as usize][lane] = values[*unit as usize];
            }
        } else if self.asked.scores {
            for order in &ranker.order {
                let unit = *order as usize;
                self.binned[unit * SCORE_BINS + self.bins[unit].of(scores.slots()[unit])] += 1;
            }
        }
        if let Some(pairs) = &mut self.pairs {
            pairs.add(ranker);
        }
    }

    /// Adds the tally of later draws.
    pub fn merge(&mut self, mut other: Self) {
        let add = |into: &mut Vec<u64>, from: &[u64]| into.iter_mut().zip(from).for_each(|(a, b)| *a += b);
        self.draws += other.draws;
        self.whole_draws += other.whole_draws;
        self.moved_apart += other.moved_apart;
        add(&mut self.ranks, &other.ranks);
        add(&mut self.unranked, &other.unranked);
        add(&mut self.rank_sum, &other.rank_sum);
        self.sum.iter_mut().zip(&other.sum).for_each(|(a, b)| a[0] += total(b));
        self.square.iter_mut().zip(&other.square).for_each(|(a, b)| a[0] += total(b));
        for (ours, theirs) in self.lowest.iter_mut().zip(&other.lowest) {
            ours.iter_mut().zip(theirs).for_each(|(a, b)| *a = a.min(*b));
        }
        for (ours, theirs) in self.highest.iter_mut().zip(&other.highest) {
            ours.iter_mut().zip(theirs).for_each(|(a, b)| *a = a.max(*b));
        }
        self.shift += other.shift;
        if let (Some(pairs), Some(others)) = (&mut self.pairs, &mut other.pairs) {
            others.flush();
            add(&mut pairs.counts, &others.counts);
        }
        self.kept.append(&mut other.kept);
        self.next_lane = None;
        self.binned.iter_mut().zip(&other.binned).for_each(|(a, b)| *a += b);
    }

    /// Puts kept scores into bins, so that more draws take no more memory.
    pub fn bin(&mut self) {
        if !self.bins.is_empty() {
            return;
        }
        let bins: Vec<Bins> = (0..self.n).map(|unit| Bins::around(self.scores_of(unit))).collect();
        let mut binned = vec![0; self.n * SCORE_BINS];
        for unit in 0..self.n {
            for score in self.scores_of(unit) {
                binned[unit * SCORE_BINS + bins[unit].of(score)] += 1;
            }
        }
        (self.bins, self.binned, self.kept) = (bins, binned, Vec::new());
    }
    /// The kept scores of a unit.
    fn scores_of(&self, unit: usize) -> impl Iterator<Item = f64> {
        let rows = self.kept.iter().flat_map(move |kept| kept.iter().skip(unit).step_by(self.n.max(1)));
        rows.flatten().copied().filter(|x| !x.is_nan())
    }
    /// The bins, once there are some.
    #[must_use]
    pub fn bins(&self) -> &[Bins] {
        &self.bins
    }
    /// How many scores are kept.
    #[must_use]
    pub fn n_kept(&self) -> usize {
        self.kept.iter().map(|kept| kept.len() * LANES).sum()
    }

    /// How many units there are.
    #[must_use]
    pub fn n_units(&self) -> usize {
        self.n
    }
    /// How often a unit has each rank, or each bin of ranks.
    fn counts(&self, unit: usize) -> impl Iterator<Item = u64> {
        self.ranks.iter().skip(unit).step_by(self.n.max(1)).copied()
    }
    /// How many draws gave a unit a rank.
    #[must_use]
    pub fn n_ranked(&self, unit: usize) -> u64 {
        self.draws - self.unranked[unit]
    }
    /// The share of the draws in which a unit has each rank; of more than [`RANK_BINS`] units, each bin of ranks.
    #[must_use]
    pub fn acceptability(&self, unit: usize) -> Vec<f64> {
        self.counts(unit).map(|n| n as f64 / self.draws.max(1) as f64).collect()
    }
    /// The rank at or below which a unit is in a share of the draws that rank it: the smallest such rank (of more than
    /// [`RANK_BINS`] units, the last of a bin).
    #[must_use]
    pub fn rank_quantile(&self, unit: usize, p: f64) -> Option<usize> {
        let n = self.n_ranked(unit);
        if n == 0 {
            return None;
        }
        let least = (p * n as f64).max(1.0);
        let mut below = 0;
        let bin = self.counts(unit).position(|count| {
            below += count;
            below as f64 >= least - 1e-9
        })?;
        Some(if self.rank_bins == self.n { bin + 1 } else { ((bin + 1) * self.n).div_ceil(self.rank_bins) })
    }
    /// The mean rank.
    #[must_use]
    pub fn rank_mean(&self, unit: usize) -> Option<f64> {
        let n = self.n_ranked(unit);
        let sum = if self.rank_bins < self.n {
            self.rank_sum[unit]
        } else {
            self.counts(unit).zip(1..).map(|(n, rank)| n * rank).sum()
        };
        (n > 0).then(|| sum as f64 / n as f64)
    }
    /// The mean score.
    #[must_use]
    pub fn score_mean(&self, unit: usize) -> Option<f64> {
        let n = self.n_ranked(unit);
        (n > 0).then(|| self.around[unit] + total(&self.sum[unit]) / n as f64)
    }
    /// The standard deviation of the score.
    #[must_use]
    pub fn score_deviation(&self, unit: usize) -> Option<f64> {
        let n = self.n_ranked(unit) as f64;
        let (sum, square) = (total(&self.sum[unit]), total(&self.square[unit]));
        (n > 1.0).then(|| ((square - sum * sum / n).max(0.0) / (n - 1.0)).sqrt())
    }
    /// Quantiles of the score of every unit, by lines between scores in order, or by bins.
    #[must_use]
    pub fn score_quantiles(&self, shares: &[f64]) -> Vec<Vec<Option<f64>>> {
        if !self.asked.scores {
            return vec![vec![None; shares.len()]; self.n];
        }
        if !self.bins.is_empty() {
            return (0..self.n).map(|unit| self.binned_quantiles(unit, shares)).collect();
        }
        (0..self.n)
            .into_par_iter()
            .map(|unit| {
                let mut column = Vec::with_capacity(self.n_kept() / self.n);
                for kept in &self.kept {
                    kept.chunks_exact(self.n).for_each(|block| column.extend_from_slice(&block[unit]));
                }
                quantiles(column, shares)
            })
            .collect()
    }
    fn binned_quantiles(&self, unit: usize, shares: &[f64]) -> Vec<Option<f64>> {
        let n = self.n_ranked(unit);
        let row = &self.binned[unit * SCORE_BINS..(unit + 1) * SCORE_BINS];
        let Some((low, high)) = self.score_extremes(unit) else { return vec![None; shares.len()] };
        let of = |p: &f64| {
            let mut below = 0u64;
            let bin = row.iter().position(|count| {
                below += u64::from(*count);
                below as f64 >= (p * n as f64).max(1.0)
            })?;
            Some(self.bins[unit].middle(bin).clamp(low, high))
        };
        shares.iter().map(of).collect()
    }
    /// By how much a quantile of a unit's score may be off: 0 where scores are kept, else the width of a bin.
    #[must_use]
    pub fn score_resolution(&self, unit: usize) -> f64 {
        self.bins.get(unit).map_or(0.0, |bins| bins.width)
    }
    /// The lowest and the highest score of a unit.
    #[must_use]
    pub fn score_extremes(&self, unit: usize) -> Option<(f64, f64)> {
        let low = self.lowest[unit].iter().fold(f64::INFINITY, |a, b| a.min(*b));
        let high = self.highest[unit].iter().fold(f64::NEG_INFINITY, |a, b| a.max(*b));
        Some((low, high)).filter(|(low, high)| low <= high)
    }
    /// The mean absolute change of rank, over units and draws.
    #[must_use]
    pub fn mean_shift(&self) -> Option<f64> {
        let mut moved = 0u64;
        if self.rank_bins == self.n {
            for (unit, nominal) in self.nominal.iter().enumerate().filter(|(_, nominal)| **nominal != 0) {
                let changes = self.counts(unit).zip(1..).map(|(n, rank)| n * nominal.abs_diff(rank) as u64);
                moved += changes.sum::<u64>();
            }
            moved -= self.moved_apart;
        }
        let shift = moved as f64 / self.n.max(1) as f64 + self.shift;
        (self.draws > 0).then(|| shift / self.draws as f64)
    }
    /// For every pair, in which share of the draws the first unit (row) is above the second, a tie counting half; row by row. Nothing
    /// for more than [`PAIR_UNITS`] units, and where it was not asked for.
    pub fn outranking(&mut self) -> Option<Vec<f64>> {
        let draws = self.draws.max(1) as f64;
        let pairs = self.pairs.as_mut()?;
        pairs.flush();
        Some(pairs.counts.iter().map(|n| *n as f64 / 2.0 / draws).collect())
    }
}

/// Quantiles by lines between values in order (type 7), of values among which NaN stands for none.
///
/// Values are dealt into bins, and only those of the bins that hold a quantile are sorted.
#[allow(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "places among values and bins")]
fn quantiles(mut values: Vec<f64>, shares: &[f64]) -> Vec<Option<f64>> {
    if values.iter().fold(false, |any, x| any | x.is_nan()) {
        values.retain(|x| !x.is_nan());
    }
    let n = values.len();
    if n == 0 {
        return vec![None; shares.len()];
    }
    let n_bins = (n / 4).clamp(1, SCORE_BINS);
    let mut bins = vec![0u16; n];
    dispatch(
        #[inline(always)]
        || deal(&values, n_bins, &mut bins),
    );
    let mut ends = vec![0usize; n_bins];
    bins.iter().for_each(|bin| ends[usize::from(*bin)] += 1);
    let mut total = 0;
    for end in &mut ends {
        total += *end;
        *end = total;
    }
    // The places that are needed, their bins, and the values of these bins in one pass.
    let places = |p: f64| {
        let place = p * (n - 1) as f64;
        let below = place.floor() as usize;
        (below, (below + 1).min(n - 1), place - below as f64)
    };
    let bin_of = |place: usize| ends.partition_point(|end| *end <= place);
    const UNUSED: u8 = u8::MAX;
    let mut slot = vec![UNUSED; n_bins];
    let mut inside: Vec<Vec<f64>> = Vec::new();
    for p in shares {
        let (below, above, _) = places(*p);
        for bin in [bin_of(below), bin_of(above)] {
            if slot[bin] == UNUSED && inside.len() < usize::from(UNUSED) {
                slot[bin] = inside.len() as u8;
                inside.push(Vec::new());
            }
        }
    }
    for (x, bin) in values.iter().zip(&bins) {
        let slot = slot[usize::from(*bin)];
        if slot != UNUSED {
            inside[usize::from(slot)].push(*x);
        }
    }
    inside.iter_mut().for_each(|values| values.sort_unstable_by(f64::total_cmp));
    let value_at = |place: usize| -> Option<f64> {
        let bin = bin_of(place);
        let start = if bin == 0 { 0 } else { ends[bin - 1] };
        inside.get(usize::from(slot[bin]))?.get(place - start).copied()
    };
    let of = |p: &f64| {
        let (below, above, between) = places(*p);
        let (a, b) = (value_at(below)?, value_at(above)?);
        Some(a + between * (b - a))
    };
    shares.iter().map(of).collect()
}

/// Deals values into equal bins from the lowest to the highest, all into the first where they are all the same.
#[inline(always)]
fn deal(values: &[f64], n_bins: usize, bins: &mut [u16]) {
    let (mut low, mut high) = ([f64::INFINITY; LANES], [f64::NEG_INFINITY; LANES]);
    let (rows, rest) = values.as_chunks::<LANES>();
    for row in rows {
        for lane in 0..LANES {
            low[lane] = if row[lane] < low[lane] { row[lane] } else { low[lane] };
            high[lane] = if row[lane] > high[lane] { row[lane] } else { high[lane] };
        }
    }
    let low = low.iter().chain(rest).fold(f64::INFINITY, |a, b| a.min(*b));
    let high = high.iter().chain(rest).fold(f64::NEG_INFINITY, |a, b| a.max(*b));
    let scale = (n_bins - 1) as f64 / (high - low);
    if !scale.is_finite() {
        return bins.fill(0);
    }
    for (bin, x) in bins.iter_mut().zip(values) {
        // The last bits of 2^52 and a number are that number, rounded: a larger value has no lower bin.
        *bin = ((x - low) * scale + 4_503_599_627_370_496.0).to_bits() as u16;
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use gradus_statistics::random::Stream;

    fn draws(n: usize, m: u64) -> Vec<Vec<Option<f64>>> {
        let stream = Stream::new(11);
        let score = |draw: u64, unit: usize| {
            let x = (stream.split(unit as u64).uniform(draw) * 20.0 + unit as f64).round();
            (!(unit == 3 && draw.is_multiple_of(7))).then_some(x)
        };
        (0..m).map(|draw| (0..n).map(|unit| score(draw, unit)).collect()).collect()
    }

    /// Everything the tally says, counted the simple way.
    #[test]
    fn counts_are_those_of_sorted_lists() {
        let n = 70;
        let all = draws(n, 700);
        let nominal: Vec<u32> = (1..=n as u32).rev().collect();
        let mut ranker = Ranker::new(n);
        let mut tallies = vec![Tally::new(&nominal, &[], Asked::ALL), Tally::new(&nominal, &[], Asked::ALL)];
        for (at, scores) in all.iter().enumerate() {
            let column = Column::from_options(scores.iter().copied());
            ranker.rank(&column);
            tallies[at / 400].add(at, &column, &ranker);
        }
        let second = tallies.pop().unwrap();
        let mut tally = tallies.pop().unwrap();
        tally.merge(second);
        assert_eq!(tally.draws, 700);
        let above = |a: Option<f64>, b: Option<f64>| match (a, b) {
            (Some(a), Some(b)) if a > b => 1.0,
            (Some(a), Some(b)) if a == b => 0.5,
            _ => 0.0,
        };
        let outranking = tally.outranking().unwrap();
        let mut shift = 0.0;
        for unit in 0..n {
            let ranks: Vec<usize> = all
                .iter()
                .filter(|scores| scores[unit].is_some())
                .map(|scores| 1 + scores.iter().filter(|x| **x > scores[unit]).count())
                .collect();
            let mut sorted = ranks.clone();
            sorted.sort_unstable();
            for p in [0.05, 0.5, 0.95] {
                let at = ((p * sorted.len() as f64 - 1e-9).ceil() as usize).max(1) - 1;
                assert_eq!(tally.rank_quantile(unit, p), Some(sorted[at]), "{unit} {p}");
            }
            let first = ranks.iter().filter(|r| **r == 1).count() as f64 / 700.0;
            assert_eq!(tally.acceptability(unit)[0], first);
            shift += all
                .iter()
                .filter_map(|scores| {
                    let own = scores[unit]?;
                    let rank = 1 + scores.iter().flatten().filter(|x| **x > own).count();
                    let m = scores.iter().flatten().count() as f64;
                    Some((rank as f64 - f64::from(nominal[unit])).abs() / m)
                })
                .sum::<f64>();
            for other in 0..n {
                let share = all.iter().map(|s| if unit == other { 0.0 } else { above(s[unit], s[other]) });
                let share = share.sum::<f64>() / 700.0;
                assert!((outranking[unit * n + other] - share).abs() < 1e-12, "{unit} {other}");
            }
        }
        assert!((tally.mean_shift().unwrap() - shift / 700.0).abs() < 1e-9);
        assert_eq!((tally.n_ranked(3), tally.n_ranked(4)), (600, 700));
    }

    #[test]
    fn bins_say_how_far_they_are_off() {
        let n = 5;
        let stream = Stream::new(2);
        let nominal = [1, 2, 3, 4, 5];
        let (mut kept, mut ranker) = (Tally::new(&nominal, &[], Asked::ALL), Ranker::new(n));
        let column =
            |draw: u64| Column::of((0..n).map(|u| stream.split(u as u64).normal(draw) + u as f64).collect());
        let mut binned = kept.clone();
        for draw in 0..2000 {
            let scores = column(draw);
            ranker.rank(&scores);
            kept.add(draw as usize, &scores, &ranker);
            if draw == 500 {
                binned.bin();
            }
            binned.add(draw as usize, &scores, &ranker);
        }
        assert_eq!(binned.n_kept(), 0);
        let shares = [0.05, 0.5, 0.95];
        let (all_exact, all_near) = (kept.score_quantiles(&shares), binned.score_quantiles(&shares));
        for unit in 0..n {
            let (exact, near) = (&all_exact[unit], &all_near[unit]);
            for (exact, near) in exact.iter().zip(near) {
                let gap = (exact.unwrap() - near.unwrap()).abs();
                // Lines between draws and the width of a bin.
                assert!(gap <= binned.score_resolution(unit) + 0.02, "{gap}");
            }
            assert_eq!(kept.score_mean(unit), binned.score_mean(unit));
        }
    }

    #[test]
    fn quantiles_are_those_of_sorted_values() {
        use gradus_statistics::moments::{Quantile, quantile};
        let stream = Stream::new(4);
        for (n, f) in [(1, 1.0), (2, 1.0), (7, 3.0), (5000, 1.0), (5000, 1e-3), (100, 0.0)] {
            let values: Vec<f64> = (0..n)
                .map(|i| f * stream.normal(i) * stream.normal(i) + if i % 2 == 0 { 0.0 } else { f })
                .collect();
            let shares = [0.0, 0.05, 0.31, 0.5, 0.95, 1.0];
            for (found, p) in quantiles(values.clone(), &shares).iter().zip(shares) {
                let want = quantile(&values, p, Quantile::Type7).unwrap();
                assert!((found.unwrap() - want).abs() <= 1e-12 * want.abs(), "{n} {p} {found:?} {want}");
            }
        }
        assert_eq!(quantiles(vec![f64::NAN], &[0.5]), [None]);
    }

    #[test]
    fn crowded_scores_are_ranked_too() {
        let n = 200;
        let stream = Stream::new(8);
        let mut ranker = Ranker::new(n);
        for far in [0.0, 1e9] {
            let scores: Vec<f64> = (0..n)
                .map(|i| if i == 77 { far } else { (stream.uniform(i as u64) * 50.0).floor() })
                .collect();
            ranker.rank(&Column::of(scores.clone()));
            for (unit, score) in scores.iter().enumerate() {
                let rank = 1 + scores.iter().filter(|x| *x > score).count();
                assert_eq!(ranker.ranks[unit] as usize, rank);
            }
            assert!(ranker.order.windows(2).all(|p| scores[p[0] as usize] >= scores[p[1] as usize]));
        }
    }

    #[test]
    fn zero_is_zero_whatever_its_sign() {
        let mut ranker = Ranker::new(4);
        ranker.rank(&Column::of(vec![-0.0, 0.0, -1.0, 2.0]));
        assert_eq!(ranker.ranks, [2, 2, 4, 1]);
        ranker.rank(&Column::from_options([None, Some(1.0), None, Some(f64::MIN)]));
        assert_eq!((ranker.ranks.clone(), ranker.order.clone()), (vec![0, 1, 0, 2], vec![1, 3]));
    }
}
