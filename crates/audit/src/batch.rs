//! Draws computed side by side, [`LANES`] at a time, with the bits of a [`Worker`](crate::worker::Worker).
//!
//! Where weights are all that varies, the scores of the indicators are the same in every draw, and so is every group without a weight
//! that varies: these are computed once. What is left are weighted sums, one multiplication for each unit and part, and they are
//! taken for many draws at a time. A draw that is not plain (a sum without weights, a score that is no number) is left to the worker,
//! which knows what to say.

use crate::study::{Effect, Prepared, Study};
use crate::weights::Distribution;
use crate::worker::draw_weights;
use gradus_engine::Part;
use gradus_model::number::Rounding;
use gradus_model::number::Scalar;
use gradus_model::package::NodeIx;
use gradus_statistics::lanes::{LANES, Row, dispatch};
use gradus_statistics::points::{self, Points};
use std::ops::Range;

/// How the weights of a group come about.
#[derive(Debug)]
enum Weights<'s> {
    /// They are as they are.
    Fixed,
    /// Drawn by one distribution from shares that do not vary: in all lanes at once.
    Drawn { distribution: &'s Distribution, shares: Vec<f64>, total: f64, range: Range<usize> },
    /// By several choices, or in a way that takes one lane after the other.
    Singly { node: NodeIx, official: Vec<f64> },
}

/// Where the scores of a part are.
#[derive(Debug)]
enum Values {
    /// The same in every draw, a number per unit.
    Fixed(Vec<f64>),
    /// Those of a group before this one.
    Group(usize),
}

#[derive(Debug)]
struct Group<'s> {
    how: Weights<'s>,
    weights: Vec<Row>,
    /// Where no part varies, all of them, unit by unit.
    matrix: Option<Vec<f64>>,
    parts: Vec<Values>,
    scores: Vec<Row>,
}

/// Computes [`LANES`] draws at a time.
#[derive(Debug)]
pub struct Batch<'s> {
    study: &'s Study<'s>,
    lanes: points::Lanes,
    numbers: Vec<Row>,
    /// The groups that vary, parts before the groups they are in.
    groups: Vec<Group<'s>>,
    rounding: Option<Rounding>,
    point: Vec<f64>,
    shares: Vec<f64>,
    drawn: Vec<f64>,
}

impl<'s> Batch<'s> {
    /// What a study needs; nothing where more than weights vary, or a group that varies is no weighted sum of full columns.
    #[must_use]
    pub fn new(study: &'s Study<'s>, points: Points) -> Option<Self> {
        let chooses = |factor: &crate::study::Factor| match &factor.effect {
            Effect::Weights(_) | Effect::Include { .. } | Effect::Thresholds { .. } | Effect::Rules(_) => {
                false
            }
            other => other.n_options().is_none_or(|n| n > 1),
        };
        let [Prepared::Top(leaves, official)] = study.prepared.as_slice() else { return None };
        if study.factors.iter().any(chooses) {
            return None;
        }
        let mut top = study.top.clone()?;
        top.set_leaves(leaves);
        for (group, weights) in top.groups.iter_mut().zip(official) {
            group.weights.copy_from_slice(weights);
        }
        top.combine().ok()?;
        let n_units = study.official().len();
        let full = |column: &gradus_method::Column<f64>| Some(column.full()?.to_vec());
        // The place of each group of the top among those that vary.
        let mut places: Vec<Option<usize>> = Vec::new();
        let mut groups: Vec<Group<'s>> = Vec::new();
        for (at, group) in top.groups.iter().enumerate() {
            let how = study.how(group.node, &group.weights);
            let inner = |part: &Part| matches!(part, Part::Group(inner) if places[*inner].is_some());
            if matches!(how, Weights::Fixed) && !group.parts().iter().any(inner) {
                places.push(None);
                continue;
            }
            if !(f64::pick(&group.method).is_weighted_sum() && group.combines_full()) {
                return None;
            }
            let mut parts = Vec::new();
            for (part, column) in group.parts().iter().zip(top.parts(at)) {
                parts.push(match part {
                    Part::Group(inner) => match places[*inner] {
                        Some(place) => Values::Group(place),
                        None => Values::Fixed(full(column)?),
                    },
                    Part::Leaf(_) => Values::Fixed(full(column)?),
                });
            }
            let fixed: Option<Vec<&Vec<f64>>> = parts
                .iter()
                .map(|part| match part {
                    Values::Fixed(column) => Some(column),
                    Values::Group(_) => None,
                })
                .collect();
            let by_unit = |columns: Vec<&Vec<f64>>| {
                (0..n_units).flat_map(|unit| columns.iter().map(move |column| column[unit])).collect()
            };
            places.push(Some(groups.len()));
            groups.push(Group {
                how,
                weights: group.weights.iter().map(|w| [*w; LANES]).collect(),
                matrix: fixed.map(by_unit),
                parts,
                scores: vec![[0.0; LANES]; n_units],
            });
        }
        // The studied node is the last group; where it does not vary, nothing does.
        places.last().copied().flatten()?;
        Some(Self {
            study,
            lanes: points.lanes(0, study.n_dims),
            numbers: vec![[0.0; LANES]; study.n_dims],
            groups,
            rounding: study.published().then_some(study.package.policy.rounding),
            point: vec![0.0; study.n_dims],
            shares: Vec::new(),
            drawn: Vec::new(),
        })
    }

    /// The scores of the studied node in the draws from `draw` on, a row per unit; nothing where the draws are not all plain.
    /// `draw` is a multiple of [`LANES`].
    pub fn scores(&mut self, draw: u64) -> Option<&[Row]> {
        let plain = dispatch(
            #[inline(always)]
            || self.compute(draw),
        );
        let last = self.groups.last_mut().filter(|_| plain)?;
        if let Some(rounding) = self.rounding {
            last.scores.iter_mut().flatten().for_each(|x| *x = x.rounded(rounding));
        }
        Some(&last.scores)
    }

    #[inline(always)]
    fn compute(&mut self, draw: u64) -> bool {
        self.lanes.fill(draw, &mut self.numbers);
        let mut plain = true;
        for at in 0..self.groups.len() {
            let (done, rest) = self.groups.split_at_mut(at);
            let Some(group) = rest.first_mut() else { return false };
            match &group.how {
                Weights::Fixed => {}
                Weights::Drawn { distribution, shares, total, range } => {
                    distribution.draw_lanes(shares, &self.numbers[range.clone()], &mut group.weights);
                    group.weights.iter_mut().flatten().for_each(|w| *w *= total);
                }
                Weights::Singly { node, official } => {
                    for lane in 0..LANES {
                        for (x, row) in self.point.iter_mut().zip(&self.numbers) {
                            *x = row[lane];
                        }
                        let mut weights = official.clone();
                        let (shares, drawn) = (&mut self.shares, &mut self.drawn);
                        draw_weights(self.study, *node, &self.point, shares, drawn, &mut weights, false);
                        for (row, w) in group.weights.iter_mut().zip(weights) {
                            row[lane] = w;
                        }
                    }
                }
            }
            plain &= match &group.matrix {
                Some(matrix) => fixed_means(matrix, &group.weights, &mut group.scores),
                None => means(&group.parts, done, &group.weights, &mut group.scores),
            };
        }
        plain
    }
}

impl<'s> Study<'s> {
    fn how(&'s self, node: NodeIx, official: &[f64]) -> Weights<'s> {
        let mut how = Weights::Fixed;
        for factor in &self.factors {
            let touches = match &factor.effect {
                Effect::Weights(groups) => groups.iter().filter(|(group, ..)| *group == node).count(),
                Effect::Include { parts, .. } => parts.iter().filter(|(group, ..)| *group == node).count(),
                _ => 0,
            };
            if touches == 0 {
                continue;
            }
            let single = match &factor.effect {
                Effect::Weights(groups) => groups.iter().find(|(group, ..)| *group == node),
                _ => None,
            };
            how = match (how, single) {
                (Weights::Fixed, Some((_, distribution, range)))
                    if touches == 1 && distribution.has_lanes() =>
                {
                    let total: f64 = official.iter().sum();
                    let shares = official.iter().map(|w| w / total).collect();
                    Weights::Drawn { distribution, shares, total, range: range.clone() }
                }
                _ => Weights::Singly { node, official: official.to_vec() },
            };
        }
        how
    }
}

/// The sum of the weights in each lane, in order.
#[inline(always)]
fn totals(weights: &[Row]) -> Row {
    let mut total = [0.0; LANES];
    for row in weights {
        total.iter_mut().zip(row).for_each(|(total, w)| *total += w);
    }
    total
}

/// Whether all are numbers: of an infinity or none, 0 times it is no number, and neither is any sum with it.
#[inline(always)]
fn all_finite(rows: &[Row]) -> bool {
    let mut sum = [0.0; LANES];
    for row in rows {
        sum.iter_mut().zip(row).for_each(|(sum, x)| *sum += 0.0 * x);
    }
    sum.iter().all(|sum| *sum == 0.0)
}

/// Weighted means of parts that do not vary: the operations of an arithmetic mean in their order, in every lane.
#[inline(always)]
fn fixed_means(matrix: &[f64], weights: &[Row], out: &mut [Row]) -> bool {
    let total = totals(weights);
    let Some((first, others)) = weights.split_first() else { return false };
    for (values, out) in matrix.chunks_exact(weights.len()).zip(&mut *out) {
        let mut sum = [0.0; LANES];
        sum.iter_mut().zip(first).for_each(|(sum, w)| *sum = values[0] * w);
        for (x, row) in values[1..].iter().zip(others) {
            sum.iter_mut().zip(row).for_each(|(sum, w)| *sum += x * w);
        }
        out.iter_mut().zip(sum.iter().zip(&total)).for_each(|(out, (sum, total))| *out = sum / total);
    }
    all_finite(out)
}

/// The same where some parts vary.
#[inline(always)]
fn means(parts: &[Values], groups: &[Group<'_>], weights: &[Row], out: &mut [Row]) -> bool {
    let total = totals(weights);
    for (k, (part, weights)) in parts.iter().zip(weights).enumerate() {
        for (unit, out) in out.iter_mut().enumerate() {
            let values = match part {
                Values::Fixed(column) => [column[unit]; LANES],
                Values::Group(place) => groups[*place].scores[unit],
            };
            for ((out, w), x) in out.iter_mut().zip(weights).zip(&values) {
                *out = if k == 0 { x * w } else { *out + x * w };
            }
        }
    }
    for row in &mut *out {
        row.iter_mut().zip(&total).for_each(|(out, total)| *out /= total);
    }
    all_finite(out)
}
