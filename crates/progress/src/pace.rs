//! Paces: what is needed, what was observed, and what others have held. All in the good direction, so that a positive pace is
//! an improvement whichever way is better.

use crate::Refused;
use crate::series::{Series, gain, good};
use gradus_model::number::Scalar;
use gradus_model::package::Direction;

/// The yearly change that brings `now` to `target` in `years`, by a straight line.
///
/// # Formula
/// ```text
/// (T − x) / (τ − t)
/// ```
///
/// # Errors
/// `TargetYearPast` where no year is left.
pub fn required(direction: Direction, now: f64, target: f64, years: f64) -> Result<f64, Refused> {
    if years <= 0.0 {
        return Err(Refused::TargetYearPast);
    }
    finite(gain(direction, now, target) / years)
}

/// The yearly growth that brings `now` to `target` in `years`: 0.03 for 3 % a year, negative where less is better. For ratio scales
/// only.
///
/// # Formula
/// ```text
/// (T / x)^(1 / (τ − t)) − 1
/// ```
///
/// # Errors
/// `NotOneSign` unless both values are above zero, `TargetYearPast` where no year is left.
pub fn required_growth(now: f64, target: f64, years: f64) -> Result<f64, Refused> {
    if years <= 0.0 {
        return Err(Refused::TargetYearPast);
    }
    growth(now, target, years)
}

/// The compound growth from one value to another over `years`, both above zero.
///
/// # Errors
/// `NotOneSign` unless both are above zero.
pub fn growth(from: f64, to: f64, years: f64) -> Result<f64, Refused> {
    if from <= 0.0 || to <= 0.0 {
        return Err(Refused::NotOneSign);
    }
    let rate = (to / from).power(1.0 / years).ok_or(Refused::OutOfRange)?;
    finite(rate - 1.0)
}

/// The observed yearly change by the robust slope of all points.
///
/// # Errors
/// `TooShort` for fewer than two points.
pub fn observed(direction: Direction, series: &Series) -> Result<f64, Refused> {
    Ok(good(direction, series.line()?.slope))
}

/// A pace that was held over a span of years.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Held {
    /// The yearly change, positive in the good direction.
    pub pace: f64,
    /// The time of the first point.
    pub from: f64,
    /// The time of the last point.
    pub to: f64,
}

/// The best pace that a series held over as many years: the largest robust slope of the points of any span of so many years; of
/// the longest span there is where the series is shorter. A span of two years or more needs three points, so that a single odd
/// figure does not make a record.
#[must_use]
pub fn best_held(direction: Direction, series: &Series, years: f64) -> Option<Held> {
    let spans = spans(series);
    let longest = spans.iter().map(length).filter(|length| *length <= years + SAME).fold(0.0, f64::max);
    let held = |span: &Series| {
        let pace = observed(direction, span).ok()?;
        Some(Held { pace, from: span.first()?.time, to: span.last()?.time })
    };
    let asked = spans.iter().filter(|span| (length(span) - longest).abs() <= SAME);
    // The first of equal paces, in order of time.
    asked.filter_map(held).fold(None, |best: Option<Held>, held| match best {
        Some(best) if best.pace >= held.pace => Some(best),
        _ => Some(held),
    })
}

/// The worst change from one figure to the next, per year; nothing where the series never got worse.
#[must_use]
pub fn worst(direction: Direction, series: &Series) -> Option<Held> {
    let step = |pair: &[crate::Point]| Held {
        pace: gain(direction, pair[0].value, pair[1].value) / (pair[1].time - pair[0].time),
        from: pair[0].time,
        to: pair[1].time,
    };
    let all = series.points().windows(2).map(step).filter(|held| held.pace < 0.0);
    all.fold(None, |worst: Option<Held>, held| match worst {
        Some(worst) if worst.pace <= held.pace => Some(worst),
        _ => Some(held),
    })
}

/// Spans whose lengths differ by less than this many years, about nine hours, are of equal length.
const SAME: f64 = 1e-3;

fn length(span: &Series) -> f64 {
    span.first().zip(span.last()).map_or(0.0, |(first, last)| last.time - first.time)
}

fn spans(series: &Series) -> Vec<Series> {
    let points = series.points();
    let ends = (0..points.len()).flat_map(|i| (i + 1..points.len()).map(move |j| (i, j)));
    let span = |(i, j): (usize, usize)| Series::new(points[i..=j].iter().copied());
    ends.map(span).filter(|span| span.len() > 2 || length(span) < 2.0).collect()
}

/// The number, if it is one.
///
/// # Errors
/// `OutOfRange` where it is not finite.
pub(crate) fn finite(x: f64) -> Result<f64, Refused> {
    if x.is_finite() { Ok(x) } else { Err(Refused::OutOfRange) }
}

#[cfg(test)]
mod tests {
    use super::*;
    use Direction::{Higher, Lower};

    fn yearly(first: f64, values: &[f64]) -> Series {
        Series::new(
            values.iter().zip(0..).map(|(v, i)| crate::Point { time: first + f64::from(i), value: *v }),
        )
    }

    #[test]
    fn what_is_needed() {
        assert_eq!(required(Higher, 57.4, 70.0, 6.0).map(|x| (x * 10.0).round()), Ok(21.0));
        assert_eq!(required(Lower, 35.0, 25.0, 5.0), Ok(2.0));
        assert_eq!(required(Higher, -4.0, 0.0, 2.0), Ok(2.0));
        assert_eq!(required(Higher, 1.0, 2.0, 0.0), Err(Refused::TargetYearPast));
        assert!((required_growth(100.0, 121.0, 2.0).unwrap_or(0.0) - 0.1).abs() < 1e-12);
        for (now, target) in [(0.0, 1.0), (1.0, 0.0), (-1.0, 1.0), (-1.0, -2.0)] {
            assert_eq!(required_growth(now, target, 2.0), Err(Refused::NotOneSign));
        }
    }

    #[test]
    fn the_best_pace_held() {
        let series = yearly(2013.0, &[1.0, 2.0, 5.0, 8.0, 8.5, 8.6]);
        let best = best_held(Higher, &series, 2.0).map(|h| (h.pace, h.from, h.to));
        assert_eq!(best, Some((3.0, 2014.0, 2016.0)));
        // Over one year a pair is a span.
        assert_eq!(best_held(Higher, &series, 1.0).map(|h| h.pace), Some(3.0));
        // Of a series that is too short, the longest span.
        let long = best_held(Higher, &series, 30.0).map(|h| (h.from, h.to));
        assert_eq!(long, Some((2013.0, 2018.0)));
        // Where less is better, a fall is the good pace.
        assert!(best_held(Lower, &series, 2.0).is_some_and(|h| h.pace < 0.0));
        // Two points ten years apart do not make a record.
        assert_eq!(best_held(Higher, &Series::of(&[(2000.0, 1.0), (2010.0, 9.0)]), 10.0), None);
    }

    #[test]
    fn the_worst_year() {
        let series = Series::of(&[(2013.0, 5.0), (2014.0, 4.5), (2016.0, 2.5), (2017.0, 6.0)]);
        assert_eq!(worst(Higher, &series).map(|h| (h.pace, h.from)), Some((-1.0, 2014.0)));
        assert_eq!(worst(Lower, &series).map(|h| h.pace), Some(-3.5));
        assert_eq!(worst(Higher, &yearly(2013.0, &[1.0, 1.0, 2.0])), None);
    }
}
