//! What people feel beside what there is: the difference on a scale of 0 to 100.

use crate::StatisticBox;
use crate::observe::{sampled, statistic_of};
use gradus_method::Registry;
use gradus_model::number::Scalar;
use gradus_model::package::{Direction, Pair};
use gradus_model::{DataSet, Decimal, Id, Observation, Package, Period, Value};

/// The figure of an indicator or measure that is computed by a formula, in a unit (by place in the data set) and period.
pub type Derived<'a> = dyn Fn(&Id, usize, Option<Period>) -> Option<Decimal> + 'a;

/// The difference of a pair in a unit and period. Positions run from 0, the worst, to 100, the best.
#[derive(Debug, Clone, PartialEq)]
pub struct Difference {
    /// Place in [`Package::pairs`].
    pub pair: usize,
    /// Place of the unit in the data set.
    pub unit: usize,
    /// Period of what people feel.
    pub period: Option<Period>,
    /// What people feel: the figure, and where it stands.
    pub perceived: (Decimal, f64),
    /// What there is: the figure, and where it stands; cut at 0 and 100.
    pub objective: (Decimal, f64),
    /// Period of what there is: the same, else the newest before it.
    pub objective_period: Option<Period>,
    /// Whether the objective figure lies beyond the ends of its range.
    pub beyond: bool,
    /// Position of what people feel less that of what there is.
    pub difference: f64,
    /// Its interval at the level of confidence of the perceived indicator.
    pub interval: Option<(f64, f64)>,
    /// Number of respondents.
    pub n: Option<u64>,
}

impl Difference {
    /// Whether the interval leaves zero out.
    #[must_use]
    pub fn is_clear(&self) -> bool {
        self.interval.is_some_and(|(lower, upper)| lower > 0.0 || upper < 0.0)
    }
}

/// The difference of every pair in every unit and period with both figures, in order of pair, unit and period.
///
/// The interval joins those of both sides by the distances of their ends from the estimates: `d − √((p − l)² + (u' − o)²)` and so
/// upward (Newcombe 1998, method 10, doi 10.1002/(SICI)1097-0258(19980430)17:8<873::AID-SIM779>3.0.CO;2-I); a figure that is
/// no estimate adds nothing. `derived` gives the figure of an objective that is computed by a formula.
#[must_use]
pub fn differences(
    package: &Package,
    data: &DataSet,
    registry: &Registry<StatisticBox>,
    derived: &Derived<'_>,
) -> Vec<Difference> {
    let mut out = Vec::new();
    for (at, pair) in package.pairs.iter().enumerate() {
        let (Some(perceived), Some(objective)) =
            (ends_of_perceived(package, pair, registry), ends(package, pair, registry))
        else {
            continue;
        };
        let of = |id: &Id| {
            let variable = data.variable(id.as_str());
            data.observations.iter().filter(move |o| Some(o.variable) == variable)
        };
        let mut felt: Vec<Observation> = of(&package.nodes[pair.perceived].id).collect();
        felt.sort_by_key(|o| (o.unit, o.period));
        for observation in felt {
            let Some(value) = observation.value.as_number() else { continue };
            let there = of(&pair.objective)
                .filter(|o| o.unit == observation.unit && o.value.as_number().is_some())
                .filter(|o| {
                    o.period.is_none() || observation.period.is_none() || o.period <= observation.period
                })
                .max_by_key(|o| o.period);
            let figure = match &there {
                Some(o) => o.value.as_number().map(|x| (x, o.period)),
                None => derived(&pair.objective, observation.unit, observation.period)
                    .map(|x| (x, observation.period)),
            };
            let Some((figure, objective_period)) = figure else { continue };
            let (p, o) = (position(value, perceived), position(figure, objective));
            let (Some(p), Some(o)) = (p, o) else { continue };
            let cut = o.clamp(0.0, 100.0);
            let felt = interval_of(&observation, perceived).map(|(a, b)| (p - a, b - p));
            let real = there
                .as_ref()
                .and_then(|there| interval_of(there, objective))
                .map_or((0.0, 0.0), |(a, b)| (cut - a.clamp(0.0, 100.0), b.clamp(0.0, 100.0) - cut));
            let joined = |a: f64, b: f64| (a * a + b * b).sqrt();
            out.push(Difference {
                pair: at,
                unit: observation.unit,
                period: observation.period,
                perceived: (value, p),
                objective: (figure, cut),
                objective_period,
                beyond: (o - cut).abs() > 1e-9,
                difference: p - cut,
                interval: felt
                    .map(|(below, above)| (p - cut - joined(below, real.1), p - cut + joined(above, real.0))),
                n: match &observation.value {
                    Value::Survey { n, .. } => *n,
                    _ => None,
                },
            });
        }
    }
    out
}

/// The figures of what people feel that stand for 0 and 100: the ends of the statistic's scale, the better one second.
fn ends_of_perceived(
    package: &Package,
    pair: &Pair,
    registry: &Registry<StatisticBox>,
) -> Option<(Decimal, Decimal)> {
    let indicator = package.nodes[pair.perceived].indicator()?;
    let scale = statistic_of(registry, indicator.survey.as_deref()?).ok()?.frame().scale;
    Some(by_direction(scale, indicator.direction))
}

/// The figures of what there is that stand for 0 and 100.
fn ends(package: &Package, pair: &Pair, registry: &Registry<StatisticBox>) -> Option<(Decimal, Decimal)> {
    if let Some(range) = pair.range {
        return Some(range);
    }
    let (_, used, _) = package.survey_uses().find(|(id, ..)| **id == pair.objective)?;
    let scale = statistic_of(registry, used).ok()?.frame().scale;
    let indicator = package.node(pair.objective.as_str()).and_then(|ix| package.nodes[ix].indicator());
    Some(by_direction(scale, indicator.map_or(Direction::Higher, |i| i.direction)))
}

fn by_direction((low, high): (Decimal, Decimal), direction: Direction) -> (Decimal, Decimal) {
    match direction {
        Direction::Higher => (low, high),
        Direction::Lower => (high, low),
    }
}

fn position(value: Decimal, (worst, best): (Decimal, Decimal)) -> Option<f64> {
    let share = value.checked_sub(worst)?.checked_div(best.checked_sub(worst)?)?;
    Some(100.0 * Scalar::to_f64(share))
}

/// The interval of an estimate as positions, the lower one first.
fn interval_of(observation: &Observation, ends: (Decimal, Decimal)) -> Option<(f64, f64)> {
    sampled(&observation.value, &observation.detail)?;
    let (lower, upper) = observation.detail.survey.as_ref()?.interval?;
    let (a, b) = (position(lower, ends)?, position(upper, ends)?);
    Some((a.min(b), a.max(b)))
}
