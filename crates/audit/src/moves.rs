//! One alternative beside the official result: what moves when one choice is another, and when a part is left out.

use crate::study::{Failure, Study};
use crate::tally::Ranker;
use gradus_engine::whatif::package_without;
use gradus_engine::{Plan, Run, Table};
use gradus_method::Column;
use gradus_model::package::NodeIx;
use gradus_statistics::correlation;
use rayon::prelude::*;

/// What moves between two results.
#[derive(Debug, Clone, PartialEq)]
pub struct Moves {
    /// The score of each unit in the alternative.
    pub scores: Vec<Option<f64>>,
    /// The rank of each unit in the alternative.
    pub ranks: Vec<Option<u32>>,
    /// The mean absolute change of rank, over units ranked in both.
    pub mean_shift: f64,
    /// The largest absolute change of rank.
    pub max_shift: u32,
    /// The unit that moves most, by place.
    pub mover: Option<usize>,
    /// The rank correlation of the two (Spearman).
    pub correlation: Option<f64>,
}

impl Moves {
    /// Compares scores, as they are ranked, with the official ones.
    #[must_use]
    pub fn between(official: &Column<f64>, other: &Column<f64>) -> Self {
        let ranks = |scores: &Column<f64>| {
            let mut ranker = Ranker::new(scores.len());
            ranker.rank(scores);
            ranker.ranks
        };
        let (before, after) = (ranks(official), ranks(other));
        let (mut sum, mut n, mut max, mut mover) = (0u64, 0u32, 0, None);
        for (unit, (a, b)) in before.iter().zip(&after).enumerate() {
            if *a == 0 || *b == 0 {
                continue;
            }
            let shift = a.abs_diff(*b);
            (sum, n) = (sum + u64::from(shift), n + 1);
            if shift > max {
                (max, mover) = (shift, Some(unit));
            }
        }
        let (x, y) = correlation::complete_pairs(&official.to_options(), &other.to_options());
        Self {
            scores: other.to_options(),
            ranks: after.iter().map(|rank| (*rank > 0).then_some(*rank)).collect(),
            mean_shift: sum as f64 / f64::from(n.max(1)),
            max_shift: max,
            mover,
            correlation: correlation::spearman(&x, &y),
        }
    }
}

/// The index with one choice changed.
#[derive(Debug, Clone, PartialEq)]
pub struct Alternative {
    /// The choice, by code.
    pub input: String,
    /// What it is instead: a method, a weight.
    pub option: String,
    /// What moves, or why it cannot be computed.
    pub outcome: Result<Moves, Failure>,
}

/// Every option of every choice by itself, all others being official. A weight goes up and down by its spread, its
/// siblings keeping their proportions.
#[must_use]
pub fn one_at_a_time(study: &Study<'_>) -> Vec<Alternative> {
    let alone = study.alone();
    alone
        .into_par_iter()
        .map(|(input, option, settings)| Alternative {
            input,
            option,
            outcome: study
                .under(&settings)
                .map(|scores| Moves::between(&study.ranked(study.official()), &study.ranked(&scores))),
        })
        .collect()
}

/// The index without one of its parts.
#[derive(Debug, Clone, PartialEq)]
pub struct Without {
    /// The indicator or group that is left out.
    pub node: NodeIx,
    /// What moves, or why it cannot be computed.
    pub outcome: Result<Moves, Failure>,
}

/// The index without each indicator and each group, one at a time, in tree order. Its siblings keep their proportions; a group
/// that has no other part goes with it.
#[must_use]
pub fn leave_one_out(study: &Study<'_>) -> Vec<Without> {
    let official = study.ranked(study.official());
    let nodes: Vec<NodeIx> = study.parts_below();
    nodes
        .into_par_iter()
        .map(|node| Without {
            node,
            outcome: without(study, node).map(|scores| Moves::between(&official, &study.ranked(&scores))),
        })
        .collect()
}

fn without(study: &Study<'_>, node: NodeIx) -> Result<Column<f64>, Failure> {
    let package = package_without(study.package, node);
    let table = Table::from_data(&package, study.data).map_err(|found| Failure::of(&found.into()))?;
    let (plan, _) =
        Plan::<f64>::compile(&package, study.methods, table).map_err(|found| Failure::of(&found))?;
    let mut run = Run::new(&plan);
    plan.run(&package, &plan.settings(), &mut run).map_err(|found| Failure::of(&found))?;
    let n = plan.units().len();
    match run.scores(&plan, study.node) {
        Some(scores) => Ok(scores.rows(study.period * n..(study.period + 1) * n)),
        None => Err(Failure::nothing_left()),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::testing::{case, flat};
    use gradus_model::Package;

    #[test]
    fn leaving_out_is_the_index_without() {
        let text =
            flat(3, "[[group]]\nid = 'g'\nname = 'G'\n[[indicator]]\nid = 'y'\nname = 'Y'\nparent = 'g'\n");
        let figure =
            |unit: usize, v: usize| Some([4.0, 8.0, 1.0, 6.0, 9.0][(unit * (v + 2) + v) % 5] + unit as f64);
        let made = case(&text, 9, figure);
        let study =
            Study::new(&made.package, &made.data, &made.methods, &made.evaluation, Package::ROOT, 0).unwrap();
        let all = leave_one_out(&study);
        let codes: Vec<&str> = all.iter().map(|w| made.package.nodes[w.node].id.as_str()).collect();
        assert_eq!(codes, ["x0", "x1", "x2", "g", "y"]);
        // The group of one part goes with it.
        assert_eq!(all[3].outcome, all[4].outcome);
        let moves = all[0].outcome.as_ref().unwrap();
        let leaf = |code: &str, unit: usize| {
            made.evaluation.score(made.package.node(code).unwrap(), unit).unwrap().to_f64()
        };
        for unit in 0..9 {
            let mean = (leaf("x1", unit) + leaf("x2", unit) + leaf("g", unit)) / 3.0;
            assert!((moves.scores[unit].unwrap() - mean).abs() < 1e-12);
        }
        // An index of one indicator without it is none.
        let made = case(&flat(1, ""), 5, figure);
        let study =
            Study::new(&made.package, &made.data, &made.methods, &made.evaluation, Package::ROOT, 0).unwrap();
        assert!(leave_one_out(&study)[0].outcome.is_err());
    }

    #[test]
    fn one_choice_at_a_time() {
        let vary = "[[audit.vary]]\nnormalize = { among = ['own', 'percentile-rank'] }\n[[audit.vary]]\nweights = { spread = 0.5 }\n";
        let figure =
            |unit: usize, v: usize| Some(((unit * 37 + v * 101 + unit * unit * (v + 1)) % 53) as f64);
        let made = case(&flat(3, vary), 12, figure);
        let study =
            Study::new(&made.package, &made.data, &made.methods, &made.evaluation, Package::ROOT, 0).unwrap();
        let all = one_at_a_time(&study);
        let names: Vec<String> = all.iter().map(|a| format!("{} {}", a.input, a.option)).collect();
        assert_eq!(
            names,
            [
                "normalize percentile-rank",
                "weights x0 +50 %",
                "weights x0 -50 %",
                "weights x1 +50 %",
                "weights x1 -50 %",
                "weights x2 +50 %",
                "weights x2 -50 %"
            ]
        );
        let leaf = |ix: usize, unit: usize| made.evaluation.score(ix, unit).unwrap().to_f64();
        let up = all[1].outcome.as_ref().unwrap();
        for unit in 0..12 {
            // A third and a half of it more; the others share the rest evenly.
            let score = 0.5 * leaf(1, unit) + 0.25 * leaf(2, unit) + 0.25 * leaf(3, unit);
            assert!((up.scores[unit].unwrap() - score).abs() < 1e-12);
        }
    }
}
