//! How likely a grade is, where figures are known with an error.
//!
//! A survey estimate with a standard error is taken as normally distributed (a share as its Wilson interval is made, by the
//! score test); so is a figure whose status has a relative deviation in the package's `uncertainty`. How many steps of its ladder such a figure holds then has a probability each.
//! Figures err independently of each other. Few uncertain cells are worked out exactly; of many, outcomes are drawn.

use crate::grader::{Figure, Grader, climb};
use crate::ladder;
use crate::{Marks, Record, Verdict};
use gradus_model::number::Scalar;
use gradus_model::observation::Value;
use gradus_model::package::{Indicator, NodeIx, Package};
use gradus_statistics::random::Stream;
use gradus_statistics::sampling::Estimate;

/// So many combinations of outcomes are worked out; of more, some are drawn.
const MOST_EXACT: usize = 4096;
/// How many outcomes are drawn.
pub const DRAWS: usize = 10_000;

/// How likely the grades of a unit are.
#[derive(Debug, Clone, PartialEq)]
pub struct Chances {
    /// The cells that are uncertain, with their standard deviation in the measurement unit.
    pub cells: Vec<(NodeIx, f64)>,
    /// By standard and grade: the probability that the grade is proven, and that it is still possible with what is not
    /// known. The two differ where a figure is missing.
    pub standards: Vec<Vec<(f64, f64)>>,
    /// How many outcomes were drawn; none where the probabilities are exact.
    pub draws: Option<usize>,
}

/// How likely the grades of a row are; nothing where no figure is uncertain.
#[must_use]
pub fn chances(grader: &Grader<'_>, package: &Package, row: usize) -> Option<Chances> {
    let record = grader.row(row);
    let mut cells = Vec::new();
    let mut outcomes: Vec<Vec<(f64, Vec<Verdict>)>> = Vec::new();
    for (node, _, indicator) in package.indicators() {
        let figure = grader.figure(node, row);
        let Some(estimate) = spread(grader, package, &figure) else { continue };
        let Some(all) = outcomes_of(&record, node, indicator, &estimate) else { continue };
        cells.push((node, estimate.standard_error));
        outcomes.push(all);
    }
    if cells.is_empty() {
        return None;
    }
    let nodes: Vec<NodeIx> = cells.iter().map(|(node, _)| *node).collect();
    let n_standards = grader.book().n_standards();
    let mut standards = vec![vec![(0.0, 0.0); package.grades.len()]; n_standards];
    let mut trial = record.clone();
    let mut add = |picks: &[usize], probability: f64| {
        let changes: Vec<(NodeIx, &[Verdict])> = nodes
            .iter()
            .zip(&outcomes)
            .zip(picks)
            .map(|((node, all), pick)| (*node, all[*pick].1.as_slice()))
            .collect();
        trial.assume(&changes);
        for grade in trial.grades().standards() {
            for (at, (proven, possible)) in standards[grade.standard].iter_mut().enumerate() {
                *proven += if grade.interval.proven >= Some(at) { probability } else { 0.0 };
                *possible += if grade.interval.possible >= Some(at) { probability } else { 0.0 };
            }
        }
    };
    let combinations = outcomes.iter().try_fold(1usize, |n, all| n.checked_mul(all.len()));
    let draws = match combinations.filter(|n| *n <= MOST_EXACT) {
        Some(n) => {
            for mut at in 0..n {
                let mut probability = 1.0;
                let mut picks = Vec::with_capacity(outcomes.len());
                for all in &outcomes {
                    picks.push(at % all.len());
                    probability *= all[at % all.len()].0;
                    at /= all.len();
                }
                add(&picks, probability);
            }
            None
        }
        None => {
            #[allow(clippy::cast_precision_loss, reason = "a number of draws")]
            let share = 1.0 / DRAWS as f64;
            let stream = Stream::new(package.policy.seed);
            for draw in 0..DRAWS {
                let pick = |(cell, all): (usize, &Vec<(f64, Vec<Verdict>)>)| {
                    let u = stream.split(nodes[cell] as u64).uniform(draw as u64);
                    let mut up_to = 0.0;
                    let hit = all.iter().position(|(p, _)| {
                        up_to += p;
                        u < up_to
                    });
                    hit.unwrap_or(all.len() - 1)
                };
                let picks: Vec<usize> = outcomes.iter().enumerate().map(pick).collect();
                add(&picks, share);
            }
            Some(DRAWS)
        }
    };
    for (proven, possible) in standards.iter_mut().flatten() {
        *proven = proven.min(1.0);
        *possible = possible.min(1.0);
    }
    Some(Chances { cells, standards, draws })
}

/// An uncertain figure with its error.
fn spread(grader: &Grader<'_>, package: &Package, figure: &Figure) -> Option<Estimate> {
    if !figure.marks.contains(Marks::UNCERTAIN) {
        return None;
    }
    let value = figure.value.as_ref().ok()?;
    if let Some(sampled) = grader.sampled(value, figure.observation) {
        return Some(sampled);
    }
    let (Value::Number(x) | Value::Survey { estimate: x, .. }) = value else { return None };
    let relative = package.policy.uncertainty.get(&figure.status)?.to_f64();
    let value = x.to_f64();
    Some(Estimate { value, standard_error: value.abs() * relative, df: None, share: None })
}

/// The ways an uncertain figure may turn out, by how many steps of its ladder it holds, with the probability of each.
/// Nothing where it cannot be said: a step that looks back, a level.
fn outcomes_of(
    record: &Record,
    node: NodeIx,
    indicator: &Indicator,
    estimate: &Estimate,
) -> Option<Vec<(f64, Vec<Verdict>)>> {
    if indicator.ladder.is_empty() || indicator.ladder.iter().any(|step| step.looks_back()) {
        return None;
    }
    let grades = record.grades().node(node)?.verdicts.len();
    // Each step is harder than the one before, so the probability of holding it falls.
    let mut held: Vec<f64> = Vec::new();
    for step in &indicator.ladder {
        let chance = ladder::chance(indicator, estimate, step.threshold)?;
        held.push(chance.min(held.last().copied().unwrap_or(1.0)));
    }
    let mut out = Vec::new();
    for steps in 0..=held.len() {
        let at_least = if steps == 0 { 1.0 } else { held[steps - 1] };
        let more = held.get(steps).copied().unwrap_or(0.0);
        if at_least - more <= 0.0 {
            continue;
        }
        let mut verdicts = vec![Verdict::Unknown; grades];
        for (at, step) in indicator.ladder.iter().enumerate() {
            verdicts[step.grade] = Verdict::of(at < steps);
        }
        climb(indicator, &mut verdicts);
        out.push((at_least - more, verdicts));
    }
    Some(out)
}
