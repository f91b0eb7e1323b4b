//! The space of weights: in which share of it each unit is first, and whether it can be first at all.
//!
//! The share is sampled; whether there are any weights that put a unit first is decided exactly, by a linear program over the
//! weights of the indicators. A group's share of the whole is the sum of its indicators' weights, so bounds of shares within groups are
//! linear in them, and free shares within every group are free weights of the indicators.

use crate::study::Study;
use crate::tally::Ranker;
use crate::weights::Distribution;
use gradus_model::package::NodeIx;
use gradus_statistics::points::Points;
use gradus_statistics::simplex::{NoOptimum, Program, Simplex};
use rayon::prelude::*;

/// Advantages below this share of the range of scores are ties.
const TIE: f64 = 1e-9;

/// Which weights are admissible.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Admissible {
    /// Those that the study draws, all other choices being official.
    Declared,
    /// Any that are not negative.
    All,
}

/// What weights can do for one unit.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct UnitSpace {
    /// The unit, by place.
    pub unit: usize,
    /// The share of the sampled weights under which it is first; among equals too.
    pub first: f64,
    /// The best it can do against the best of the others: the largest lead (above 0: it can be first alone; 0: among equals; below:
    /// never), in points of the score. Of geometric means the lead is the logarithm of a ratio. Nothing where no linear program
    /// can tell.
    pub lead: Option<f64>,
    /// Whether any admissible weights put it first, alone or among equals.
    pub can_be_first: Option<bool>,
}

/// What weights can do.
#[derive(Debug, Clone, PartialEq)]
pub struct WeightSpace {
    /// Which weights are admissible.
    pub admissible: Admissible,
    /// How many were sampled.
    pub draws: u64,
    /// The units with a score.
    pub units: Vec<UnitSpace>,
}

/// What admissible weights can do for each unit; nothing where scores are more than weights and indicators combined.
#[must_use]
pub fn weight_space(study: &Study<'_>, admissible: Admissible, seed: u64, draws: u64) -> Option<WeightSpace> {
    let top = study.top()?;
    let groups: Vec<(NodeIx, Distribution)> = match admissible {
        Admissible::All => study.groups().into_iter().map(|group| (group, Distribution::Simplex)).collect(),
        Admissible::Declared => {
            study.distributions().into_iter().map(|(group, d)| (group, d.clone())).collect()
        }
    };
    if groups.is_empty() {
        return None;
    }
    let n_units = study.official().len();
    let mut worker = top.clone();
    let mut ranker = Ranker::new(n_units);
    let points = Points::new(seed);
    let mut first = vec![0u64; n_units];
    // Judges have all groups in one head, and so do the groups of one distribution of theirs.
    let mut n_dims = 0;
    let mut ranges = Vec::new();
    for (group, distribution) in &groups {
        let at = worker.groups.iter().position(|g| g.node == *group)?;
        let n = worker.groups[at].weights.len();
        let k = distribution.n_dims(n);
        let shared = matches!(distribution, Distribution::OneOf(_) | Distribution::Mixture(_));
        let start = if shared { 0 } else { n_dims };
        n_dims = n_dims.max(start + k);
        let total: f64 = worker.groups[at].weights.iter().sum();
        let own: Vec<f64> = worker.groups[at].weights.iter().map(|w| w / total).collect();
        ranges.push((at, start..start + k, own, total));
    }
    let mut point = vec![0.0; n_dims];
    let mut counted = 0;
    for draw in 0..draws {
        points.fill(draw, 0, &mut point);
        for ((_, distribution), (at, range, own, total)) in groups.iter().zip(&ranges) {
            let weights = &mut worker.groups[*at].weights;
            distribution.draw(own, &point[range.clone()], weights);
            weights.iter_mut().for_each(|w| *w *= total);
        }
        let Ok(scores) = worker.combine() else { continue };
        ranker.rank(scores);
        counted += 1;
        for unit in ranker.order.iter().take_while(|unit| ranker.ranks[**unit as usize] == 1) {
            first[*unit as usize] += 1;
        }
    }
    let leads = leads(study, &groups);
    let range = {
        let all = || study.official().values();
        all().fold(f64::NEG_INFINITY, f64::max) - all().fold(f64::INFINITY, f64::min)
    };
    let tie = TIE * range.max(1.0);
    let of = |unit: usize| {
        let lead = leads.as_ref().and_then(|leads| leads[unit]);
        let lead = lead.map(|lead| if lead.abs() <= tie { 0.0 } else { lead });
        UnitSpace {
            unit,
            first: first[unit] as f64 / f64::from(u32::try_from(counted.max(1)).unwrap_or(u32::MAX)),
            lead,
            can_be_first: lead.map(|lead| lead >= 0.0),
        }
    };
    let units = (0..n_units).filter(|unit| study.official().has(*unit)).map(of).collect();
    Some(WeightSpace { admissible, draws: counted, units })
}

/// A group's bounds in the linear program.
struct Bounds {
    /// The indicators of the group, and of each part, by place.
    all: Vec<usize>,
    parts: Vec<Vec<usize>>,
    /// Lowest and highest share of each part.
    shares: Vec<(f64, f64)>,
}

/// The largest lead of each unit over the best of the others.
fn leads(study: &Study<'_>, groups: &[(NodeIx, Distribution)]) -> Option<Vec<Option<f64>>> {
    let top = study.top()?;
    let mean = |node: NodeIx| {
        let call = study.package.nodes[node].group()?.aggregate.as_ref()?;
        match call.method.as_str() {
            "arithmetic" => Some(false),
            "geometric" if call.args.is_empty() => Some(true),
            _ => None,
        }
    };
    let geometric = mean(top.groups.first()?.node)?;
    if !top.complete() || top.groups.iter().any(|group| mean(group.node) != Some(geometric)) {
        return None;
    }
    let mut leaves = Vec::new();
    let mut bounds = Vec::new();
    collect(study, study.node, groups, &mut leaves, &mut bounds)?;
    let scores: Vec<Vec<f64>> = top
        .leaves()
        .iter()
        .map(|leaf| leaf.slots().iter().map(|x| if geometric { libm::log(*x) } else { *x }).collect())
        .collect();
    if scores.len() != leaves.len() || scores.iter().flatten().any(|x| !x.is_finite()) {
        return None;
    }
    let (n, n_units) = (leaves.len(), study.official().len());
    // Variables: a weight for each indicator, and the lead.
    let mut objective = vec![0.0; n + 1];
    objective[n] = 1.0;
    let mut ones = vec![1.0; n + 1];
    ones[n] = 0.0;
    let mut frame =
        Program::maximize(&objective).bounds(n, f64::NEG_INFINITY, f64::INFINITY).equal(&ones, 1.0);
    for group in &bounds {
        for (part, (low, high)) in group.parts.iter().zip(&group.shares) {
            let row = |share: f64| {
                let mut row = vec![0.0; n + 1];
                group.all.iter().for_each(|leaf| row[*leaf] -= share);
                part.iter().for_each(|leaf| row[*leaf] += 1.0);
                row
            };
            if low == high {
                frame = frame.equal(&row(*low), 0.0);
            } else {
                frame = frame.at_least(&row(*low), 0.0).at_most(&row(*high), 0.0);
            }
        }
    }
    let of = |unit: usize| -> Result<f64, NoOptimum> {
        let mut program = frame.clone();
        for other in (0..n_units).filter(|other| *other != unit) {
            let mut row: Vec<f64> = scores.iter().map(|leaf| leaf[unit] - leaf[other]).collect();
            row.push(-1.0);
            program = program.at_least(&row, 0.0);
        }
        Ok(Simplex::new(&program)?.solve()?.objective)
    };
    Some(
        (0..n_units)
            .into_par_iter()
            .map(|unit| if n_units > 1 { of(unit).ok() } else { Some(0.0) })
            .collect(),
    )
}

/// The indicators below a node in the order of the top's leaves, and the bounds of every group's shares.
fn collect(
    study: &Study<'_>,
    node: NodeIx,
    groups: &[(NodeIx, Distribution)],
    leaves: &mut Vec<NodeIx>,
    bounds: &mut Vec<Bounds>,
) -> Option<Vec<usize>> {
    let parts = study.plan().parts(node);
    if parts.is_empty() {
        leaves.push(node);
        return Some(vec![leaves.len() - 1]);
    }
    let mut all = Vec::new();
    let mut of_parts = Vec::new();
    for part in parts {
        let inside = collect(study, *part, groups, leaves, bounds)?;
        all.extend(&inside);
        of_parts.push(inside);
    }
    let own = study.weights_of(node)?;
    let total: f64 = own.iter().sum();
    let varies = groups.iter().find(|(group, _)| *group == node).map(|(_, distribution)| distribution);
    let shares: Option<Vec<(f64, f64)>> = match varies {
        None => Some(own.iter().map(|w| (w / total, w / total)).collect()),
        Some(Distribution::Box { spread } | Distribution::Correlated { spread, .. }) => {
            Some(own.iter().map(|w| (w / total * (1.0 - spread), w / total * (1.0 + spread))).collect())
        }
        Some(Distribution::Simplex | Distribution::Dirichlet { .. }) => None,
        // Judges agree or not over all groups at once, which is no bound of one group's shares.
        Some(Distribution::OneOf(_) | Distribution::Mixture(_)) => return None,
    };
    if let Some(shares) = shares {
        bounds.push(Bounds { all: all.clone(), parts: of_parts, shares });
    }
    Some(all)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::testing::{case, flat};
    use gradus_model::Package;

    /// u0 is best in x0, u1 in x1, u2 is between them but below the line, u3 is above it; u4 is dominated.
    fn figures(unit: usize, v: usize) -> Option<f64> {
        Some([[100.0, 0.0], [0.0, 100.0], [40.0, 40.0], [60.0, 60.0], [0.0, 0.0]][unit][v])
    }

    #[test]
    fn who_can_be_first() {
        let made = case(&flat(2, "[[audit.vary]]\nweights = { spread = 0.1 }\n"), 5, figures);
        let study =
            Study::new(&made.package, &made.data, &made.methods, &made.evaluation, Package::ROOT, 0).unwrap();
        let all = weight_space(&study, Admissible::All, 1, 4096).unwrap();
        let can: Vec<Option<bool>> = all.units.iter().map(|u| u.can_be_first).collect();
        assert_eq!(can, [Some(true), Some(true), Some(false), Some(true), Some(false)]);
        // u0 is first where its 100 w beats 60: from a weight of 0.6 on.
        let shares: Vec<f64> = all.units.iter().map(|u| u.first).collect();
        for (share, exact) in shares.iter().zip([0.4, 0.4, 0.0, 0.2, 0.0]) {
            assert!((share - exact).abs() < 0.002, "{shares:?}");
        }
        // Scores run from 1 to 100: at best u0 leads the 60 of u3 by 40 hundredths of 99.
        assert!((all.units[0].lead.unwrap() - 0.4 * 99.0).abs() < 1e-9);
        let near = weight_space(&study, Admissible::Declared, 1, 1024).unwrap();
        assert_eq!(
            near.units.iter().map(|u| u.can_be_first).collect::<Vec<_>>(),
            [Some(false), Some(false), Some(false), Some(true), Some(false)]
        );
        assert_eq!(near.units[3].first, 1.0);
    }

    #[test]
    fn groups_bound_the_weights_of_their_indicators() {
        // Two groups of one weight each; only shares within the first are free.
        let text = flat(
            4,
            "[[group]]\nid = 'g'\nname = 'G'\n[[group]]\nid = 'h'\nname = 'H'\n[[audit.vary]]\nweights = { of = 'g', distribution = 'simplex' }\n",
        );
        let text = text.replacen("name = 'X'", "name = 'X'\nparent = 'g'", 2);
        let at = text.find("id = 'x2'").unwrap();
        let text = format!("{}{}", &text[..at], text[at..].replace("name = 'X'", "name = 'X'\nparent = 'h'"));
        let figures = |unit: usize, v: usize| {
            Some(
                [
                    [100.0, 0.0, 50.0, 0.0],
                    [0.0, 100.0, 50.0, 40.0],
                    [0.0, 0.0, 100.0, 100.0],
                    [50.0, 50.0, 0.0, 0.0],
                ][unit][v],
            )
        };
        let made = case(&text, 4, figures);
        let study =
            Study::new(&made.package, &made.data, &made.methods, &made.evaluation, Package::ROOT, 0).unwrap();
        let found = weight_space(&study, Admissible::Declared, 1, 4096).unwrap();
        for unit in &found.units {
            // What can never be is never drawn, and what is drawn can be.
            assert!(unit.first == 0.0 || unit.can_be_first == Some(true), "{unit:?}");
        }
        // u0 with all weight on x0 has (100 + 25) / 2, u2 has (0 + 100) / 2, u3 (50 + 0) / 2 at any share.
        assert_eq!(
            found.units.iter().map(|u| u.can_be_first).collect::<Vec<_>>(),
            [Some(true), Some(true), Some(true), Some(false)]
        );
    }

    #[test]
    fn geometric_means_are_linear_in_logarithms() {
        let text = flat(2, "[[audit.vary]]\nweights = { distribution = 'simplex' }\n")
            .replace("[policy]", "aggregate = 'geometric'\n[policy]");
        let made = case(&text, 5, figures);
        let study =
            Study::new(&made.package, &made.data, &made.methods, &made.evaluation, Package::ROOT, 0).unwrap();
        let found = weight_space(&study, Admissible::All, 1, 4096).unwrap();
        assert_eq!(
            found.units.iter().map(|u| u.can_be_first).collect::<Vec<_>>(),
            [Some(true), Some(true), Some(false), Some(true), Some(false)]
        );
        assert!(found.units.iter().all(|u| u.first == 0.0 || u.can_be_first == Some(true)));
    }
}
