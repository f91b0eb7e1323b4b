//! Uncertainty: all choices varied together, and how far every unit moves.

use crate::batch::Batch;
use crate::order::Order;
use crate::study::{Failure, Study};
use crate::tally::{Asked, KEPT_SCORES, RANK_BINS, Ranker, Tally};
use crate::worker::Worker;
use gradus_statistics::distribution::normal_quantile;
use gradus_statistics::lanes::{LANES, dispatch};
use gradus_statistics::points::Points;
use rayon::prelude::*;
use std::collections::BTreeMap;

/// Draws that one task computes; the sums of a task are added up in the order of tasks, whatever the threads.
const TASK: u64 = 512;
/// The same where scores are binned, whose counters are larger.
const BINNED_TASK: u64 = 4096;
/// Tasks between two looks at progress.
const TASKS: u64 = 16;
/// The most draws of a study that goes on until it is stable.
pub const MOST_DRAWS: u64 = 1 << 20;
/// The fewest draws after which intervals are called stable.
const LEAST_DRAWS: u64 = 1024;

/// Hears how far a study has come and may stop it.
pub trait Progress: Sync {
    /// That so many draws are done, of so many if that is known. `false` ends the study with what it has.
    fn go_on(&self, done: u64, of: Option<u64>) -> bool;
}

/// Nobody listens.
#[derive(Debug, Clone, Copy)]
pub struct Silent;

impl Progress for Silent {
    fn go_on(&self, _: u64, _: Option<u64>) -> bool {
        true
    }
}

/// When a study ends.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Until {
    /// After so many draws.
    Draws(u64),
    /// When both ends of every unit's 90 % interval of ranks are known to one place at 95 % confidence.
    Stable,
}

/// Why a study ended.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Ended {
    /// All draws were done.
    Done,
    /// Every interval is stable.
    Stable,
    /// The most draws there may be were done, and some interval is not stable.
    Limit,
    /// It was asked to stop.
    Cancelled,
}

impl Ended {
    /// The word of the reason.
    #[must_use]
    pub fn word(self) -> &'static str {
        match self {
            Self::Done => "done",
            Self::Stable => "stable",
            Self::Limit => "limit",
            Self::Cancelled => "cancelled",
        }
    }
}

/// Draws that have no result for one reason.
#[derive(Debug, Clone, PartialEq)]
pub struct Failed {
    /// The kind of the diagnostic.
    pub kind: &'static str,
    /// How many draws.
    pub count: u64,
    /// The first of them.
    pub first: u64,
    /// What was said of the first.
    pub message: String,
    /// How many of them had each method, by input and option.
    pub with: BTreeMap<(String, String), u64>,
}

/// How far one unit moves.
#[derive(Debug, Clone, PartialEq)]
pub struct UnitSpread {
    /// The unit, by place.
    pub unit: usize,
    /// The score of the official choices.
    pub score: Option<f64>,
    /// The rank of the official choices.
    pub rank: Option<u32>,
    /// How many draws rank it.
    pub n_ranked: u64,
    /// Mean score.
    pub score_mean: Option<f64>,
    /// Standard deviation of the score.
    pub score_deviation: Option<f64>,
    /// The 5th, 50th and 95th percentile of the score.
    pub score_quantiles: [Option<f64>; 3],
    /// By how much these may be off; 0 where they are exact.
    pub score_resolution: f64,
    /// The lowest and the highest score.
    pub score_extremes: Option<(f64, f64)>,
    /// Mean rank.
    pub rank_mean: Option<f64>,
    /// The 5th, 50th and 95th percentile of the rank.
    pub rank_quantiles: [Option<usize>; 3],
    /// The share of the draws in which it has each rank, from 1; of many units, each bin of ranks.
    pub acceptability: Vec<f64>,
}

impl UnitSpread {
    /// Whether the official rank is within the 90 % interval.
    #[must_use]
    pub fn within(&self) -> Option<bool> {
        let (rank, [low, _, high]) = (self.rank? as usize, self.rank_quantiles);
        Some(low? <= rank && rank <= high?)
    }
    /// The width of the 90 % interval, in ranks.
    #[must_use]
    pub fn width(&self) -> Option<usize> {
        let [low, _, high] = self.rank_quantiles;
        Some(high? - low?)
    }
}

/// How far all units move when every choice varies.
#[derive(Debug, Clone, PartialEq)]
pub struct Uncertainty {
    /// The seed.
    pub seed: u64,
    /// How many draws were made, with those that failed.
    pub draws: u64,
    /// Why it ended.
    pub ended: Ended,
    /// Draws without a result, by reason.
    pub failed: Vec<Failed>,
    /// Every unit, in order.
    pub units: Vec<UnitSpread>,
    /// For every pair, in which share of the draws the first unit is above the second, a tie counting half, row by row; nothing of
    /// very many units.
    pub outranking: Option<Vec<f64>>,
    /// The mean absolute change of rank against the official one, over units and draws.
    pub mean_shift: Option<f64>,
    /// How many ranks share a bin: 1 where ranks are counted one by one.
    pub ranks_per_bin: usize,
}

impl Uncertainty {
    /// How many draws have no result.
    #[must_use]
    pub fn n_failed(&self) -> u64 {
        self.failed.iter().map(|failed| failed.count).sum()
    }
}

/// What a task counts.
struct Part {
    tally: Tally,
    failed: BTreeMap<&'static str, Failed>,
}

/// Draws a study many times.
///
/// The result is a function of study, seed and number of draws: the number of threads does not show.
#[must_use]
pub fn uncertainty(study: &Study<'_>, seed: u64, until: Until, progress: &dyn Progress) -> Uncertainty {
    uncertainty_of(study, seed, until, Asked::ALL, progress)
}

/// As [`uncertainty`], with no more than is asked: quantiles of scores and pairs of units are left out where they are not.
#[must_use]
pub fn uncertainty_of(
    study: &Study<'_>,
    seed: u64,
    until: Until,
    asked: Asked,
    progress: &dyn Progress,
) -> Uncertainty {
    let official = study.official();
    let mut ranker = Ranker::new(official.len());
    ranker.rank(&study.ranked(official));
    let nominal = ranker.ranks.clone();
    let mut all = Tally::new(&nominal, &[], asked).around(official);
    let mut failed: BTreeMap<&'static str, Failed> = BTreeMap::new();
    let (most, known) = match until {
        Until::Draws(n) => (n, Some(n)),
        Until::Stable => (MOST_DRAWS, None),
    };
    let mut done = 0;
    let mut ended = if known.is_some() { Ended::Done } else { Ended::Limit };
    let mut next_look = LEAST_DRAWS;
    while done < most {
        let task = if all.bins().is_empty() { TASK } else { BINNED_TASK };
        let end = most.min(done + task * TASKS);
        let starts: Vec<u64> = (done..end).step_by(task as usize).collect();
        let parts: Vec<Part> = starts
            .into_par_iter()
            .map_init(
                || Counter::new(study, seed),
                |counter, start| {
                    let tally = Tally::new(&nominal, all.bins(), asked).around(official);
                    counter.count(start..end.min(start + task), tally)
                },
            )
            .collect();
        for part in parts {
            all.merge(part.tally);
            for (kind, more) in part.failed {
                match failed.get_mut(kind) {
                    None => {
                        failed.insert(kind, more);
                    }
                    Some(known) => {
                        known.count += more.count;
                        for (with, n) in more.with {
                            *known.with.entry(with).or_default() += n;
                        }
                    }
                }
            }
        }
        done = end;
        if all.n_kept() > KEPT_SCORES {
            all.bin();
        }
        if until == Until::Stable && done >= next_look {
            if stable(&all) {
                ended = Ended::Stable;
                break;
            }
            next_look = done + done / 4;
        }
        if !progress.go_on(done, known) && done < most {
            ended = Ended::Cancelled;
            break;
        }
    }
    let quantiles = all.score_quantiles(&[0.05, 0.5, 0.95]);
    let units = quantiles
        .into_iter()
        .enumerate()
        .map(|(unit, scores)| spread(&all, unit, &scores, official.get(unit), nominal[unit]))
        .collect();
    Uncertainty {
        seed,
        draws: done,
        ended,
        failed: failed.into_values().collect(),
        units,
        mean_shift: all.mean_shift(),
        ranks_per_bin: official.len().div_ceil(RANK_BINS).max(1),
        outranking: all.outranking(),
    }
}

/// Computes and counts draws, in memory of its own.
struct Counter<'s> {
    study: &'s Study<'s>,
    points: Points,
    point: Vec<f64>,
    worker: Worker<'s>,
    ranker: Ranker,
    /// What computes many draws at a time, where the study allows it.
    batch: Option<(Batch<'s>, Order)>,
}

impl<'s> Counter<'s> {
    fn new(study: &'s Study<'s>, seed: u64) -> Self {
        let (points, n_units) = (Points::new(seed), study.official().len());
        Self {
            study,
            points,
            point: vec![0.0; study.n_dims],
            worker: Worker::new(study),
            ranker: Ranker::new(n_units),
            batch: Order::new(n_units).and_then(|order| Some((Batch::new(study, points)?, order))),
        }
    }

    /// Counts draws into an empty tally. The first draw is a multiple of [`LANES`].
    fn count(&mut self, draws: std::ops::Range<u64>, mut tally: Tally) -> Part {
        let mut failed = BTreeMap::new();
        for start in draws.clone().step_by(LANES) {
            let end = draws.end.min(start + LANES as u64);
            if let (Some((batch, order)), true) = (&mut self.batch, end - start == LANES as u64)
                && let Some(scores) = batch.scores(start)
            {
                let ranker = &mut self.ranker;
                dispatch(
                    #[inline(always)]
                    || {
                        order.sort(scores);
                        tally.add_lanes(scores, order, ranker);
                    },
                );
                continue;
            }
            for (draw, lane) in (start..end).zip(0..) {
                self.points.fill(draw, 0, &mut self.point);
                match self.worker.scores(&self.point) {
                    Ok(scores) => {
                        self.ranker.rank(scores);
                        tally.add(lane, scores, &self.ranker);
                    }
                    Err(failure) => fail(&mut failed, failure, draw, self.study.chosen(&self.point)),
                }
            }
        }
        Part { tally, failed }
    }
}

fn fail(
    failed: &mut BTreeMap<&'static str, Failed>,
    failure: Failure,
    draw: u64,
    chosen: Vec<(String, String)>,
) {
    let entry = failed.entry(failure.kind).or_insert_with(|| Failed {
        kind: failure.kind,
        count: 0,
        first: draw,
        message: failure.message,
        with: BTreeMap::new(),
    });
    entry.count += 1;
    for with in chosen {
        *entry.with.entry(with).or_default() += 1;
    }
}

fn spread(all: &Tally, unit: usize, scores: &[Option<f64>], score: Option<f64>, rank: u32) -> UnitSpread {
    UnitSpread {
        unit,
        score,
        rank: (rank > 0).then_some(rank),
        n_ranked: all.n_ranked(unit),
        score_mean: all.score_mean(unit),
        score_deviation: all.score_deviation(unit),
        score_quantiles: [scores[0], scores[1], scores[2]],
        score_resolution: all.score_resolution(unit),
        score_extremes: all.score_extremes(unit),
        rank_mean: all.rank_mean(unit),
        rank_quantiles: [0.05, 0.5, 0.95].map(|p| all.rank_quantile(unit, p)),
        acceptability: all.acceptability(unit),
    }
}

/// Whether the 5th and 95th percentile of every unit's rank are known to one place: of independent draws, the share below a
/// quantile is off by no more than 1.96 standard errors in 95 % of studies, and the ranks at both ends of that range differ by
/// one at most.
fn stable(all: &Tally) -> bool {
    let units = all.n_units();
    (0..units).all(|unit| {
        let n = all.n_ranked(unit) as f64;
        if n == 0.0 {
            return true;
        }
        [0.05f64, 0.95].iter().all(|p| {
            let error = normal_quantile(0.975) * (p * (1.0 - p) / n).sqrt();
            let (low, high) = (all.rank_quantile(unit, p - error), all.rank_quantile(unit, p + error));
            matches!((low, high), (Some(low), Some(high)) if high - low <= 1)
        })
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::testing::{Case, case, flat};
    use gradus_model::Package;

    fn study(case: &Case) -> Study<'_> {
        Study::new(&case.package, &case.data, &case.methods, &case.evaluation, Package::ROOT, 0)
            .unwrap_or_else(|found| panic!("{found:?}"))
    }

    fn noisy(unit: usize, variable: usize) -> Option<f64> {
        Some((10.0 + 5.0 * (unit as f64 * 1.7 + variable as f64 * 2.3).sin() + unit as f64 * 0.1).abs())
    }

    #[test]
    fn the_number_of_threads_does_not_show() {
        let of = |threads: usize| {
            let made = case(
                &flat(
                    6,
                    "[[audit.vary]]\nnormalize = { among = ['own', 'percentile-rank'] }\n[[audit.vary]]\nweights = { spread = 0.25 }\n",
                ),
                20,
                noisy,
            );
            let study = study(&made);
            let pool = rayon::ThreadPoolBuilder::new().num_threads(threads).build().unwrap();
            pool.install(|| uncertainty(&study, 7, Until::Draws(3000), &Silent))
        };
        let (one, sixteen) = (of(1), of(16));
        assert_eq!(one, sixteen);
        assert_eq!((one.draws, one.n_failed(), one.ended), (3000, 0, Ended::Done));
    }

    #[test]
    fn combining_by_itself_is_what_the_plan_does() {
        // A formula on top keeps the groups from being combined by themselves: the plan is run for each draw.
        let vary = "[[audit.vary]]\nweights = { of = 'g', spread = 0.25 }\n[[audit.vary]]\ninclude = { of = ['x0', 'x3'], probability = 0.7 }\n[[audit.vary]]\naggregate = { of = 'g', among = ['own', 'geometric'] }\n[[audit.vary]]\nnormalize = { among = ['own', 'percentile-rank'] }\n";
        let text = |formula: &str| {
            let text = flat(4, vary)
                .replace("[policy]", &format!("{formula}[policy]"))
                .replace("name = 'X'", "name = 'X'\nparent = 'g'");
            text + "[[group]]\nid = 'g'\nname = 'G'\n"
        };
        let (quick, slow) = (case(&text(""), 12, noisy), case(&text("formula = 'g'\n"), 12, noisy));
        let (quick, slow) = (study(&quick), study(&slow));
        assert!(quick.top().is_some() && slow.top().is_none());
        let (a, b) = (
            uncertainty(&quick, 3, Until::Draws(700), &Silent),
            uncertainty(&slow, 3, Until::Draws(700), &Silent),
        );
        assert_eq!(a.units, b.units);
        assert_eq!(a.outranking, b.outranking);
        assert!(a.mean_shift.unwrap() > 0.1);
    }

    #[test]
    fn a_draw_that_fails_is_counted() {
        let text = flat(3, "[[audit.vary]]\nweights = { spread = 0.25 }\n[[audit.vary]]\naggregate = { among = ['own', 'geometric'] }\n").replace("to = [1, 100]", "to = [0, 100]");
        let made = case(&text, 10, noisy);
        let found = uncertainty(&study(&made), 1, Until::Draws(1024), &Silent);
        // The lowest unit of each indicator has a score of 0, which has no geometric mean.
        assert_eq!(found.failed.len(), 1, "{:?}", found.failed);
        let failed = &found.failed[0];
        assert_eq!((failed.count, found.draws), (512, 1024));
        assert_eq!(failed.with[&("aggregate".to_owned(), "geometric".to_owned())], 512);
        assert!(found.units.iter().all(|unit| unit.n_ranked == 512));
    }

    #[test]
    fn official_scores_are_in_the_middle_of_what_is_drawn() {
        let made = case(&flat(5, "[[audit.vary]]\nweights = { spread = 0.3 }\n"), 15, noisy);
        let found = uncertainty(&study(&made), 1, Until::Draws(4096), &Silent);
        for unit in &found.units {
            // Scores are linear in weights, whose means are the official ones.
            assert!((unit.score_mean.unwrap() - unit.score.unwrap()).abs() < 0.02, "{unit:?}");
            assert!(unit.within().unwrap() && (unit.acceptability.iter().sum::<f64>() - 1.0).abs() < 1e-12);
        }
        let outranking = found.outranking.unwrap();
        for i in 0..15 {
            for j in 0..i {
                assert!((outranking[i * 15 + j] + outranking[j * 15 + i] - 1.0).abs() < 1e-12);
            }
        }
    }

    #[test]
    fn it_ends_when_it_is_stable_or_told_to() {
        let made = case(&flat(5, ""), 15, noisy);
        let study = study(&made);
        assert!(!study.declared && study.inputs.len() >= 2, "{:?}", study.inputs);
        let found = uncertainty(&study, 1, Until::Stable, &Silent);
        assert_eq!(found.ended, Ended::Stable);
        assert!(found.draws >= LEAST_DRAWS && found.draws < MOST_DRAWS);
        struct Once;
        impl Progress for Once {
            fn go_on(&self, done: u64, of: Option<u64>) -> bool {
                assert_eq!((done, of), (TASK * TASKS, Some(100_000)));
                false
            }
        }
        let found = uncertainty(&study, 1, Until::Draws(100_000), &Once);
        assert_eq!((found.ended, found.draws), (Ended::Cancelled, TASK * TASKS));
    }

    #[test]
    fn what_is_declared_wrongly_is_an_error() {
        for (vary, kind, help) in [
            ("normalize = { among = ['own', 'min-maxx'] }", "unknown-method", "did you mean `min-max`?"),
            (
                "aggregate = { among = ['own', { method = 'power-mean', exponnt = 2 }] }",
                "unknown-parameter",
                "did you mean `exponent`?",
            ),
        ] {
            let made = case(&flat(3, &format!("[[audit.vary]]\n{vary}\n")), 10, noisy);
            let found =
                Study::new(&made.package, &made.data, &made.methods, &made.evaluation, Package::ROOT, 0)
                    .unwrap_err();
            let first = found.iter().next().unwrap();
            assert_eq!((first.kind.id, first.help.as_deref()), (kind, Some(help)), "{vary}");
        }
    }
}
