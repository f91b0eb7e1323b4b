//! The best pace that any peer has held: what a year can bring, by the experience of others.
//!
//! This file is the one place where plans learn of paces.

use gradus_engine::Evaluation;
use gradus_model::number::Scalar;
use gradus_model::observation::{DataSet, Status, Value};
use gradus_model::package::{Direction, NodeIx, Package};
use gradus_statistics::moments;
use std::collections::BTreeMap;

/// The largest yearly improvement, in the measurement unit, that a unit other than this one has held over the whole of its series:
/// the median of the slopes of all pairs of years, which one odd year does not move. A series has at least three years. Nothing where no
/// peer has one, or none improved; nor for levels of a scale.
#[must_use]
pub fn best_peer(
    package: &Package,
    data: &DataSet,
    evaluation: &Evaluation,
    node: NodeIx,
    unit: usize,
) -> Option<f64> {
    let indicator = package.nodes.get(node)?.indicator()?;
    if indicator.scale.is_some() {
        return None;
    }
    let variable = data.variables.iter().position(|id| *id == package.nodes[node].id)?;
    let mut series: BTreeMap<usize, BTreeMap<i16, f64>> = BTreeMap::new();
    for observation in data.observations.iter().filter(|o| o.variable == variable && o.unit != unit) {
        let observed = !matches!(observation.status, Status::Forecast | Status::Imputed);
        let number = match observation.value {
            Value::Number(x) | Value::Survey { estimate: x, .. } => Some(x.to_f64()),
            _ => None,
        };
        if let (Some(period), Some(x), true) = (observation.period, number, observed) {
            series.entry(observation.unit).or_default().insert(period.end_year(), x);
        }
    }
    if let Some(derived) = evaluation.derived.get(variable).and_then(Option::as_ref).filter(|d| d.on_grid) {
        let n_units = data.units.len().max(1);
        for (row, value) in derived.values.iter().enumerate() {
            let period = evaluation.grid.get(row / n_units).copied().flatten();
            if let (Some(period), Some(x), true) = (period, value, row % n_units != unit) {
                series.entry(row % n_units).or_default().insert(period.end_year(), x.to_f64());
            }
        }
    }
    let held = series.values().filter_map(|points| slope(points));
    let best = held.map(|slope| match indicator.direction {
        Direction::Higher => slope,
        Direction::Lower => -slope,
    });
    best.filter(|pace| *pace > 0.0 && pace.is_finite()).reduce(f64::max)
}

/// The median slope of all pairs of years.
fn slope(points: &BTreeMap<i16, f64>) -> Option<f64> {
    if points.len() < 3 {
        return None;
    }
    let all: Vec<(f64, f64)> = points.iter().map(|(year, x)| (f64::from(*year), *x)).collect();
    let pairs = all.iter().enumerate().flat_map(|(at, a)| all[at + 1..].iter().map(move |b| (a, b)));
    let slopes: Vec<f64> = pairs.map(|(a, b)| (b.1 - a.1) / (b.0 - a.0)).collect();
    moments::median(&slopes)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn one_odd_year_makes_no_record() {
        let points = |values: &[f64]| (2010..).zip(values.iter().copied()).collect();
        assert_eq!(slope(&points(&[1.0, 2.0, 3.0, 4.0])), Some(1.0));
        assert_eq!(slope(&points(&[1.0, 2.0, 30.0, 4.0, 5.0])), Some(1.0));
        assert_eq!(slope(&points(&[1.0, 2.0])), None);
    }
}
