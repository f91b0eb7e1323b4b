//! Sensitivity: which input moves the ranks, for all units together and for each.
//!
//! For two independent samples A and B of the inputs and, for each input j, A with j taken from B, the part of a result's
//! variance that j explains alone (first order, Saltelli et al. 2010) and the part that stays when all but j are known (total,
//! Jansen 1999) are estimated as in `gradus_statistics::sobol`. An input may be a weight, a group of weights, or a choice among
//! methods: the estimators ask only that it can be drawn anew.

use crate::study::{Failure, Study};
use crate::tally::Ranker;
use crate::uncertainty::{Ended, Failed, Progress};
use crate::worker::Worker;
use gradus_method::Column;
use gradus_statistics::points::Points;
use gradus_statistics::random::Stream;
use rayon::prelude::*;
use std::collections::BTreeMap;

/// Blocks of draws that are resampled for intervals.
const BLOCKS: u64 = 64;
/// Resamplings.
const RESAMPLINGS: usize = 200;
/// The width of a 95 % interval below which an index has converged (Sarrazin, Pianosi and Wagener 2016, doi
/// 10.1016/j.envsoft.2016.02.005).
pub const CONVERGED: f64 = 0.05;

/// An estimate with its 95 % interval, from resampled blocks of draws.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Estimate {
    /// The estimate; by chance it may be below 0 or above 1.
    pub value: f64,
    /// The lower end.
    pub low: f64,
    /// The upper end.
    pub high: f64,
}

impl Estimate {
    /// The width of the interval.
    #[must_use]
    pub fn width(self) -> f64 {
        self.high - self.low
    }
}

/// The indices of one result, one per input.
#[derive(Debug, Clone, PartialEq)]
pub struct Indices {
    /// The variance of the result.
    pub variance: f64,
    /// First-order indices.
    pub first: Vec<Estimate>,
    /// Total indices.
    pub total: Vec<Estimate>,
}

impl Indices {
    /// The widest interval of a total index.
    #[must_use]
    pub fn widest(&self) -> f64 {
        self.first.iter().chain(&self.total).map(|e| e.width()).fold(0.0, f64::max)
    }
}

/// The indices of one unit.
#[derive(Debug, Clone, PartialEq)]
pub struct UnitIndices {
    /// The unit, by place.
    pub unit: usize,
    /// Of its score; nothing where it does not move, or is not scored in every draw.
    pub score: Option<Indices>,
    /// Of its rank.
    pub rank: Option<Indices>,
}

/// Which input moves the ranks.
#[derive(Debug, Clone, PartialEq)]
pub struct Sensitivity {
    /// The seed.
    pub seed: u64,
    /// How many draws of A and B there were; each takes a run for A, one for B and one per input.
    pub draws: u64,
    /// Why it ended.
    pub ended: Ended,
    /// How many of the draws have a run that failed, and count for nothing.
    pub lost: u64,
    /// Runs without a result, by reason.
    pub failed: Vec<Failed>,
    /// Codes of the inputs, in order.
    pub inputs: Vec<String>,
    /// Of the mean absolute change of rank, over units.
    pub mean_shift: Option<Indices>,
    /// Of every unit, in order.
    pub units: Vec<UnitIndices>,
}

impl Sensitivity {
    /// Whether every index of the mean change of rank has an interval narrower than [`CONVERGED`].
    #[must_use]
    pub fn converged(&self) -> Option<bool> {
        Some(self.mean_shift.as_ref()?.widest() < CONVERGED)
    }
}

/// Sums over a block of draws, for every result: results are columns.
struct Block {
    n: u64,
    lost: u64,
    failed: BTreeMap<&'static str, Failed>,
    /// Units that were not ranked in some run.
    gone: Vec<bool>,
    /// Rows: a, b, a², b², then for each input ab, b (ab - a), (a - ab)².
    sums: Vec<f64>,
}

/// Rows of a block's sums before those of the inputs, and of each input.
const SHARED: usize = 4;
const EACH: usize = 3;

/// Estimates the indices of the inputs of a study, from `draws` draws of A and B (a power of two fills the cube best).
#[must_use]
pub fn sensitivity(study: &Study<'_>, seed: u64, draws: u64, progress: &dyn Progress) -> Sensitivity {
    let n_units = study.official().len();
    let n_results = 2 * n_units + 1;
    let mut ranker = Ranker::new(n_units);
    ranker.rank(&study.ranked(study.official()));
    let nominal = ranker.ranks.clone();
    let n_blocks = draws.clamp(1, BLOCKS);
    let starts: Vec<(u64, u64)> =
        (0..n_blocks).map(|b| (b * draws / n_blocks, (b + 1) * draws / n_blocks)).collect();
    let of = |(worker, ranker): &mut (Worker<'_>, Ranker), (start, end): (u64, u64)| {
        block(study, seed, start..end, &nominal, worker, ranker)
    };
    let mut blocks: Vec<Block> = Vec::new();
    let mut ended = Ended::Done;
    // Some blocks at a time, so that somebody may stop it.
    for some in starts.chunks(16) {
        let fresh = || (Worker::new(study), Ranker::new(n_units));
        blocks.par_extend(some.to_vec().into_par_iter().map_init(fresh, of));
        let done = some.last().map_or(0, |(_, end)| *end);
        if !progress.go_on(done, Some(draws)) && done < draws {
            ended = Ended::Cancelled;
            break;
        }
    }
    let done: u64 = blocks.iter().map(|block| block.n + block.lost).sum();
    let gone: Vec<bool> = (0..n_units).map(|unit| blocks.iter().any(|block| block.gone[unit])).collect();
    let used: Vec<&Block> = blocks.iter().filter(|block| block.n > 0).collect();
    let picks = resamplings(seed, used.len());
    let n_inputs = study.inputs.len();
    let all: Vec<Option<Indices>> = (0..n_results)
        .into_par_iter()
        .map(|result| {
            let unit = result % n_units.max(1);
            let skipped = result < 2 * n_units && gone[unit];
            (!skipped).then(|| indices(&used, result, n_results, n_inputs, &picks)).flatten()
        })
        .collect();
    let mut all = all.into_iter();
    let scores: Vec<Option<Indices>> = all.by_ref().take(n_units).collect();
    let ranks: Vec<Option<Indices>> = all.by_ref().take(n_units).collect();
    let units = scores.into_iter().zip(ranks).enumerate();
    let mut failed: BTreeMap<&'static str, Failed> = BTreeMap::new();
    let lost = blocks.iter().map(|block| block.lost).sum();
    for more in blocks.iter().flat_map(|block| block.failed.values()) {
        failed.entry(more.kind).and_modify(|known| known.count += more.count).or_insert_with(|| more.clone());
    }
    Sensitivity {
        seed,
        draws: done,
        ended,
        lost,
        failed: failed.into_values().collect(),
        inputs: study.inputs.iter().map(|input| input.id.clone()).collect(),
        units: units.map(|(unit, (score, rank))| UnitIndices { unit, score, rank }).collect(),
        mean_shift: all.next().flatten(),
    }
}

fn block(
    study: &Study<'_>,
    seed: u64,
    draws: std::ops::Range<u64>,
    nominal: &[u32],
    worker: &mut Worker<'_>,
    ranker: &mut Ranker,
) -> Block {
    let n_units = nominal.len();
    let n_results = 2 * n_units + 1;
    let (points, d) = (Points::new(seed), study.n_dims);
    let mut block = Block {
        n: 0,
        lost: 0,
        failed: BTreeMap::new(),
        gone: vec![false; n_units],
        sums: vec![0.0; (SHARED + EACH * study.inputs.len()) * n_results],
    };
    let (mut a, mut b, mut mixed) = (vec![0.0; d], vec![0.0; d], vec![0.0; d]);
    let mut results = vec![vec![0.0; n_results]; 2 + study.inputs.len()];
    for draw in draws {
        points.fill(draw, 0, &mut a);
        points.fill(draw, d, &mut b);
        let mut complete = true;
        for (at, out) in results.iter_mut().enumerate() {
            let point = match at {
                0 => &a,
                1 => &b,
                at => {
                    mixed.copy_from_slice(&a);
                    for dim in &study.inputs[at - 2].dims {
                        mixed[*dim] = b[*dim];
                    }
                    &mixed
                }
            };
            match worker.scores(point) {
                Ok(scores) => write(scores, study.official(), nominal, ranker, &mut block.gone, out),
                Err(failure) => {
                    complete = false;
                    fail(&mut block.failed, failure, draw);
                }
            }
        }
        if complete {
            block.n += 1;
            add(&mut block.sums, &results, n_results);
        } else {
            block.lost += 1;
        }
    }
    block
}

/// Scores and ranks of a run as differences from the official ones, and the mean change of rank.
fn write(
    scores: &Column<f64>,
    official: &Column<f64>,
    nominal: &[u32],
    ranker: &mut Ranker,
    gone: &mut [bool],
    out: &mut [f64],
) {
    ranker.rank(scores);
    let n = nominal.len();
    let (mut shift, mut ranked) = (0.0, 0u32);
    for unit in 0..n {
        let rank = ranker.ranks[unit];
        if rank == 0 || nominal[unit] == 0 {
            gone[unit] = true;
            (out[unit], out[n + unit]) = (0.0, 0.0);
            continue;
        }
        let moved = f64::from(rank) - f64::from(nominal[unit]);
        (out[unit], out[n + unit]) = (scores.slots()[unit] - official.slots()[unit], moved);
        shift += moved.abs();
        ranked += 1;
    }
    out[2 * n] = shift / f64::from(ranked.max(1));
}

fn fail(failed: &mut BTreeMap<&'static str, Failed>, failure: Failure, draw: u64) {
    let fresh = || Failed {
        kind: failure.kind,
        count: 0,
        first: draw,
        message: failure.message.clone(),
        with: BTreeMap::new(),
    };
    failed.entry(failure.kind).or_insert_with(fresh).count += 1;
}

fn add(sums: &mut [f64], results: &[Vec<f64>], n: usize) {
    let (a, b) = (&results[0], &results[1]);
    let (shared, each) = sums.split_at_mut(SHARED * n);
    let of: [&dyn Fn(usize) -> f64; SHARED] = [&|i| a[i], &|i| b[i], &|i| a[i] * a[i], &|i| b[i] * b[i]];
    for (row, f) in shared.chunks_exact_mut(n).zip(of) {
        row.iter_mut().enumerate().for_each(|(i, sum)| *sum += f(i));
    }
    let mut rows = each.chunks_exact_mut(n);
    for ab in &results[2..] {
        let Some(sum) = rows.next() else { return };
        sum.iter_mut().zip(ab).for_each(|(sum, ab)| *sum += ab);
        let Some(sum) = rows.next() else { return };
        for (((sum, ab), a), b) in sum.iter_mut().zip(ab).zip(a).zip(b) {
            *sum += b * (ab - a);
        }
        let Some(sum) = rows.next() else { return };
        for ((sum, ab), a) in sum.iter_mut().zip(ab).zip(a) {
            *sum += (a - ab) * (a - ab);
        }
    }
}

/// For each resampling, how often each block is taken.
fn resamplings(seed: u64, n: usize) -> Vec<Vec<f64>> {
    let stream = Stream::new(seed).split(0x0b_00_75);
    let pick = |stream: Stream, at: usize| crate::weights::pick(stream.uniform(at as u64), n);
    (0..RESAMPLINGS)
        .map(|r| {
            let stream = stream.split(r as u64);
            let mut counts = vec![0.0; n];
            for at in 0..n {
                counts[pick(stream, at)] += 1.0;
            }
            counts
        })
        .collect()
}

/// The indices of one result from the sums of blocks; nothing where it does not vary.
fn indices(
    blocks: &[&Block],
    result: usize,
    n_results: usize,
    n_inputs: usize,
    picks: &[Vec<f64>],
) -> Option<Indices> {
    let n_rows = SHARED + EACH * n_inputs;
    // This result's sums by block, one after the other.
    let rows: Vec<f64> =
        blocks.iter().flat_map(|block| (0..n_rows).map(|row| block.sums[row * n_results + result])).collect();
    let estimate = |counts: Option<&[f64]>, first: &mut [f64], total: &mut [f64]| -> Option<f64> {
        let mut sums = vec![0.0; n_rows];
        let mut n = 0.0;
        for (at, (block, row)) in blocks.iter().zip(rows.chunks_exact(n_rows)).enumerate() {
            let times = counts.map_or(1.0, |counts| counts[at]);
            if times > 0.0 {
                n += times * block.n as f64;
                sums.iter_mut().zip(row).for_each(|(sum, x)| *sum += times * x);
            }
        }
        let mean = (sums[0] + sums[1]) / (2.0 * n);
        let variance = (sums[2] + sums[3]) / (2.0 * n) - mean * mean;
        // A result that is the same in every run differs from itself by rounding only.
        if !(variance > 1e-18 * (sums[2] + sums[3]) / n && variance > 0.0) {
            return None;
        }
        let inputs = sums[SHARED..].chunks_exact(EACH);
        let everything: f64 = sums[0] + sums[1] + inputs.clone().map(|s| s[0]).sum::<f64>();
        let center = everything / ((2 + n_inputs) as f64 * n);
        for ((s, first), total) in inputs.zip(first).zip(total) {
            *first = (s[1] - center * (s[0] - sums[0])) / n / variance;
            *total = s[2] / (2.0 * n) / variance;
        }
        Some(variance)
    };
    let (mut first, mut total) = (vec![0.0; n_inputs], vec![0.0; n_inputs]);
    let variance = estimate(None, &mut first, &mut total)?;
    let mut spread = vec![Vec::with_capacity(picks.len()); 2 * n_inputs];
    let (mut again_first, mut again_total) = (first.clone(), total.clone());
    for counts in picks {
        if estimate(Some(counts), &mut again_first, &mut again_total).is_some() {
            for (all, x) in spread.iter_mut().zip(again_first.iter().chain(&again_total)) {
                all.push(x.clamp(-10.0, 10.0));
            }
        }
    }
    let mut spread = spread.into_iter();
    let mut with_interval = |value: f64| {
        let mut all: Vec<f64> = spread.next().unwrap_or_default();
        all.sort_unstable_by(f64::total_cmp);
        let kind = gradus_statistics::moments::Quantile::default();
        let at = |p| gradus_statistics::moments::quantile_of_sorted(&all, p, kind).unwrap_or(value);
        Estimate { value, low: at(0.025), high: at(0.975) }
    };
    let first = first.into_iter().map(&mut with_interval).collect();
    let total = total.into_iter().map(&mut with_interval).collect();
    Some(Indices { variance, first, total })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::testing::{case, flat};
    use crate::uncertainty::Silent;
    use gradus_model::Package;

    /// Scores are linear in shares that are drawn by themselves, so indices of scores are known from the figures.
    #[test]
    fn indices_of_a_linear_model() {
        // Two groups of two parts each: the share of the first part decides each, and the shares of groups are fixed.
        let text = flat(
            4,
            "[[group]]\nid = 'g'\nname = 'G'\n[[group]]\nid = 'h'\nname = 'H'\n[[audit.vary]]\nid = 'a'\nweights = { of = 'g', distribution = 'simplex' }\n[[audit.vary]]\nid = 'b'\nweights = { of = 'h', distribution = 'simplex' }\n",
        );
        let mut at = 0;
        let text = text
            .lines()
            .map(|line| {
                if line == "name = 'X'" {
                    at += 1;
                    format!("{line}\nparent = '{}'", if at <= 2 { "g" } else { "h" })
                } else {
                    line.to_owned()
                }
            })
            .collect::<Vec<_>>()
            .join("\n");
        let figure = |unit: usize, v: usize| {
            Some(
                [3.0, 9.0, 1.0, 5.0, 7.0, 2.0, 8.0][(unit * 3 + v * 5 + v * v * unit) % 7]
                    + unit as f64 / 10.0,
            )
        };
        let made = case(&text, 8, figure);
        let study =
            Study::new(&made.package, &made.data, &made.methods, &made.evaluation, Package::ROOT, 0).unwrap();
        let found = sensitivity(&study, 5, 2048, &Silent);
        assert_eq!((found.inputs.as_slice(), found.lost), (&["a".to_owned(), "b".to_owned()][..], 0));
        let leaf = |ix: usize, unit: usize| made.evaluation.score(ix, unit).unwrap().to_f64();
        let node = |code: &str| made.package.node(code).unwrap();
        let mut seen = 0;
        for unit in 0..8 {
            let part = |a: &str, b: &str| {
                let d = leaf(node(a), unit) - leaf(node(b), unit);
                d * d
            };
            let (a, b) = (part("x0", "x1"), part("x2", "x3"));
            let Some(indices) = &found.units[unit].score else {
                assert_eq!(a + b, 0.0);
                continue;
            };
            for (j, part) in [a, b].into_iter().enumerate() {
                let exact = part / (a + b);
                assert!((indices.first[j].value - exact).abs() < 0.03, "{unit} {j} {exact} {indices:?}");
                assert!((indices.total[j].value - exact).abs() < 0.03, "{unit} {j} {exact} {indices:?}");
                assert!(
                    indices.total[j].low <= indices.total[j].value
                        && indices.total[j].value <= indices.total[j].high
                );
                seen += 1;
            }
        }
        assert!(seen > 8);
    }

    /// The sums of blocks give what the plain estimator gives for the same runs.
    #[test]
    fn sums_of_blocks_are_the_estimator() {
        let text = flat(
            5,
            "[[audit.vary]]\nweights = { spread = 0.5 }\neach = true\n[[audit.vary]]\nnormalize = { among = ['own', 'percentile-rank'] }\n",
        );
        let made =
            case(&text, 12, |unit, v| Some(((unit * 37 + v * 101 + unit * unit * (v + 1)) % 53) as f64));
        let study =
            Study::new(&made.package, &made.data, &made.methods, &made.evaluation, Package::ROOT, 0).unwrap();
        assert_eq!(study.inputs.len(), 6);
        let found = sensitivity(&study, 3, 256, &Silent);
        let (mut worker, mut ranker, d, points) =
            (Worker::new(&study), Ranker::new(12), study.n_dims, Points::new(3));
        let mut rank_of = |point: &[f64], unit: usize| {
            ranker.rank(worker.scores(point).unwrap());
            f64::from(ranker.ranks[unit])
        };
        for unit in [0, 7] {
            let (mut a, mut b, mut ab) = (Vec::new(), Vec::new(), vec![Vec::new(); 6]);
            for draw in 0..256 {
                let (mut x, mut y) = (vec![0.0; d], vec![0.0; d]);
                points.fill(draw, 0, &mut x);
                points.fill(draw, d, &mut y);
                a.push(rank_of(&x, unit));
                b.push(rank_of(&y, unit));
                for (j, input) in study.inputs.iter().enumerate() {
                    let mut mixed = x.clone();
                    input.dims.iter().for_each(|dim| mixed[*dim] = y[*dim]);
                    ab[j].push(rank_of(&mixed, unit));
                }
            }
            let plain = gradus_statistics::sobol::indices(
                &a,
                &b,
                &ab,
                gradus_statistics::sobol::Convention::Centered,
            )
            .unwrap();
            let ours = found.units[unit].rank.as_ref().unwrap();
            for j in 0..6 {
                assert!((ours.first[j].value - plain.first[j]).abs() < 1e-9, "{j}");
                assert!((ours.total[j].value - plain.total[j]).abs() < 1e-9, "{j}");
            }
        }
        let again = rayon::ThreadPoolBuilder::new()
            .num_threads(5)
            .build()
            .unwrap()
            .install(|| sensitivity(&study, 3, 256, &Silent));
        assert_eq!(found, again);
    }

    #[test]
    fn intervals_hold_what_they_should() {
        // How often the interval of a smaller study holds the estimate of a much larger one.
        let text = flat(4, "[[audit.vary]]\nweights = { spread = 0.9 }\neach = true\n");
        let made =
            case(&text, 10, |unit, v| Some(((unit * 29 + v * 61 + unit * unit * (v + 2)) % 41) as f64));
        let study =
            Study::new(&made.package, &made.data, &made.methods, &made.evaluation, Package::ROOT, 0).unwrap();
        let truth = sensitivity(&study, 1000, 1 << 13, &Silent).mean_shift.unwrap();
        let (mut held, mut all) = (0, 0);
        for seed in 0..12 {
            let found = sensitivity(&study, seed, 256, &Silent).mean_shift.unwrap();
            for (estimate, truth) in
                found.first.iter().zip(&truth.first).chain(found.total.iter().zip(&truth.total))
            {
                held += usize::from(estimate.low <= truth.value && truth.value <= estimate.high);
                all += 1;
            }
        }
        let share = f64::from(held as u32) / f64::from(all as u32);
        assert!(share > 0.85, "{share}");
    }
}
