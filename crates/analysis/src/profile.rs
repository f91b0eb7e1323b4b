//! Strengths and weaknesses of a unit: the indicators in which it stands far from or near to the others.

use crate::Series;
use gradus_method::Direction;
use gradus_model::Id;
use gradus_statistics::moments;
use gradus_statistics::rank::{self, Ties};

/// How strengths and weaknesses are chosen.
#[derive(Debug, Clone, Copy, PartialEq)]
#[non_exhaustive]
pub enum Rule {
    /// The indicators with the best and the worst ranks, so many of each. Where ranks are equal at the edge, the order of
    /// indicators decides. An indicator in which the unit has the worst value is never a strength, even where most share
    /// that value.
    Ranks {
        /// How many of each.
        count: usize,
        /// Whether an indicator in which nobody is worse can be a weakness.
        worst: Worst,
    },
    /// As the Global Innovation Index (WIPO 2023, appendix I, p. 218): percentile ranks (the part of the other units below) at or
    /// above the `count`-th largest of the unit are strengths, at or below the `count`-th smallest weaknesses; ties add to
    /// them. Ranks 1 to 3 are always strengths, and then no weaknesses.
    PercentileRanks {
        /// Which percentile rank is the edge: 10 in the Global Innovation Index.
        count: usize,
    },
    /// Among peers, as the Global Innovation Index has it for income groups: values further than a standard deviation (of a
    /// sample, of the peers) above or below the peers' mean.
    Peers {
        /// How many standard deviations: 1 in the Global Innovation Index.
        deviations: f64,
    },
}

/// What becomes of an indicator in which nobody is worse than the unit.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Worst {
    /// It is a weakness: the plainest there is.
    #[default]
    Weakness,
    /// It is left out, as in COINr's `get_str_weak` (1.1.14, `min_discard = TRUE`), where the last in an indicator does not
    /// have it as a weakness.
    LeftOut,
}

/// One indicator of a unit among the others.
#[derive(Debug, Clone, PartialEq)]
pub struct Place {
    /// The indicator.
    pub code: Id,
    /// The unit's value.
    pub value: f64,
    /// The unit's rank, 1 the best by direction, ties at the lowest rank.
    pub rank: f64,
    /// How many units have a value.
    pub n: usize,
}

/// What a unit is strong and weak in, best and worst first.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct Profile {
    /// Strengths, the best rank first.
    pub strengths: Vec<Place>,
    /// Weaknesses, the worst rank last.
    pub weaknesses: Vec<Place>,
}

/// The strengths and weaknesses of one unit by its position. `peers` are the positions of the units it is compared with (itself
/// among them or not); all units where it is empty. An indicator that all compared units share one value of says nothing and is
/// left out.
#[must_use]
pub fn profile(
    series: &[Series],
    directions: &[Direction],
    unit: usize,
    peers: &[usize],
    rule: Rule,
) -> Profile {
    let mut places: Vec<Standing> = series
        .iter()
        .zip(directions)
        .filter_map(|(series, direction)| standing(series, *direction, unit, peers))
        .collect();
    places.sort_by(|a, b| a.place.rank.total_cmp(&b.place.rank));
    let take = |keep: &dyn Fn(&Standing) -> bool| -> Vec<Place> {
        places.iter().filter(|standing| keep(standing)).map(|standing| standing.place.clone()).collect()
    };
    match rule {
        Rule::Ranks { count, worst } => {
            let mut strengths = take(&|standing| !standing.worst);
            strengths.truncate(count);
            let weak = take(&|standing| !(standing.worst && worst == Worst::LeftOut));
            Profile { strengths, weaknesses: weak[weak.len().saturating_sub(count)..].to_vec() }
        }
        Rule::PercentileRanks { count } => {
            let in_order = moments::sorted(&places.iter().map(|standing| standing.below).collect::<Vec<_>>());
            let Some(last) = in_order.len().checked_sub(1).filter(|_| count > 0) else {
                return Profile::default();
            };
            let edge = (count - 1).min(last);
            let (low, high) = (in_order[edge], in_order[last - edge]);
            let strong = |standing: &Standing| standing.below >= high || standing.place.rank <= 3.0;
            Profile {
                strengths: take(&strong),
                weaknesses: take(&|standing| standing.below <= low && !strong(standing)),
            }
        }
        Rule::Peers { deviations } => {
            let beyond = |standing: &Standing| standing.distance;
            Profile {
                strengths: take(&|standing| beyond(standing).is_some_and(|z| z > deviations)),
                weaknesses: take(&|standing| beyond(standing).is_some_and(|z| z < -deviations)),
            }
        }
    }
}

struct Standing {
    place: Place,
    /// Whether no compared unit is worse.
    worst: bool,
    /// The part of the other units that are worse.
    below: f64,
    /// How many standard deviations better than the mean.
    distance: Option<f64>,
}

#[allow(clippy::cast_precision_loss, reason = "counts of units")]
fn standing(series: &Series, direction: Direction, unit: usize, peers: &[usize]) -> Option<Standing> {
    let value = (*series.values.get(unit)?)?;
    let sign = if direction == Direction::Lower { -1.0 } else { 1.0 };
    let compared: Vec<f64> = if peers.is_empty() {
        series.present()
    } else {
        peers.iter().filter_map(|peer| *series.values.get(*peer)?).collect()
    };
    let others = peers.is_empty() || peers.contains(&unit);
    let goods: Vec<f64> = compared.iter().map(|other| other * sign).collect();
    if goods.iter().all(|good| *good == value * sign) {
        return None;
    }
    let mut all = goods.clone();
    if !others {
        all.push(value * sign);
    }
    let ranks = rank::ranks_descending(&all, Ties::Min);
    let rank = all.iter().zip(ranks).find(|(good, _)| **good == value * sign)?.1;
    let below = all.iter().filter(|good| **good < value * sign).count();
    let deviation = moments::standard_deviation(&goods, 1).filter(|deviation| *deviation > 0.0);
    let distance =
        deviation.zip(moments::mean(&goods)).map(|(deviation, mean)| (value * sign - mean) / deviation);
    Some(Standing {
        place: Place { code: series.code.clone(), value, rank, n: all.len() },
        worst: below == 0,
        below: below as f64 / (all.len() - 1) as f64,
        distance,
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::testing::*;
    use Direction::{Higher, Lower};

    fn codes(places: &[Place]) -> Vec<&str> {
        places.iter().map(|place| place.code.as_str()).collect()
    }

    fn all() -> Vec<Series> {
        vec![
            series("best", &[9.0, 1.0, 2.0, 3.0, 4.0]),
            series("second", &[4.0, 9.0, 2.0, 3.0, 1.0]),
            series("few", &[0.0, 9.0, 0.0, 0.0, 0.0]),
            series("missing", &[f64::NAN, 9.0, 2.0, 3.0, 1.0]),
            series("cost", &[9.0, 1.0, 2.0, 3.0, 4.0]),
            series("flat", &[1.0; 5]),
            series("fourth", &[2.0, 9.0, 8.0, 7.0, 1.0]),
        ]
    }
    const DIRECTIONS: [Direction; 7] = [Higher, Higher, Higher, Higher, Lower, Higher, Higher];

    #[test]
    fn by_ranks() {
        let found = profile(&all(), &DIRECTIONS, 0, &[], Rule::Ranks { count: 3, worst: Worst::Weakness });
        // Second of five in `few`, but nobody is worse: no strength.
        assert_eq!(codes(&found.strengths), ["best", "second", "fourth"]);
        assert_eq!(codes(&found.weaknesses), ["few", "fourth", "cost"]);
        assert_eq!(
            (found.weaknesses[2].rank, found.weaknesses[2].n, found.weaknesses[2].value),
            (5.0, 5, 9.0)
        );
    }

    #[test]
    fn by_percentile_ranks() {
        let found = profile(&all(), &DIRECTIONS, 0, &[], Rule::PercentileRanks { count: 1 });
        // `second` and `few` have rank 2.
        assert_eq!(codes(&found.strengths), ["best", "second", "few"]);
        assert_eq!(codes(&found.weaknesses), ["cost"]);
        assert_eq!(
            profile(&all(), &DIRECTIONS, 0, &[], Rule::PercentileRanks { count: 0 }),
            Profile::default()
        );
        assert_eq!(profile(&[], &[], 0, &[], Rule::PercentileRanks { count: 3 }), Profile::default());
        let many = profile(&all(), &DIRECTIONS, 4, &[], Rule::PercentileRanks { count: 99 });
        assert_eq!(many.strengths.len(), 6);
    }

    #[test]
    fn among_peers() {
        // Mean 3.8 and deviation 3.1 of all; of the three last, which the unit does not belong to, 3 and 1.
        let found = profile(&all(), &DIRECTIONS, 0, &[2, 3, 4], Rule::Peers { deviations: 1.0 });
        assert_eq!(codes(&found.strengths), ["best", "second"]);
        assert_eq!(codes(&found.weaknesses), ["cost"]);
        let ranks =
            profile(&all(), &DIRECTIONS, 0, &[2, 3, 4], Rule::Ranks { count: 1, worst: Worst::Weakness });
        assert_eq!(ranks.strengths[0].n, 4);
        assert_eq!(
            profile(&all(), &DIRECTIONS, 99, &[], Rule::Ranks { count: 1, worst: Worst::Weakness }),
            Profile::default()
        );
    }
}
