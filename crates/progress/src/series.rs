//! The figures of one unit over time, as far as they can be compared with each other.

use crate::Refused;
use gradus_model::package::Direction;
use gradus_statistics::theil_sen::TheilSen;

/// A figure and when its period ends, in years: 2018 for the year 2018, 2018.25 for the first quarter of 2019.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Point {
    /// When its period ends, in years.
    pub time: f64,
    /// The value, in the indicator's measurement unit.
    pub value: f64,
}

/// Comparable figures in order of time, at most one per time.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct Series {
    points: Vec<Point>,
}

impl Series {
    /// A series of points in any order. What is not finite is left out; of two points at one time the first one counts.
    #[must_use]
    pub fn new(points: impl IntoIterator<Item = Point>) -> Self {
        let finite = |point: &Point| point.time.is_finite() && point.value.is_finite();
        let mut points: Vec<Point> = points.into_iter().filter(finite).collect();
        points.sort_by(|a, b| a.time.total_cmp(&b.time));
        points.dedup_by(|later, first| later.time == first.time);
        Self { points }
    }
    /// A series from pairs of time and value.
    #[must_use]
    pub fn of(pairs: &[(f64, f64)]) -> Self {
        Self::new(pairs.iter().map(|(time, value)| Point { time: *time, value: *value }))
    }
    /// The points, in order of time.
    #[must_use]
    pub fn points(&self) -> &[Point] {
        &self.points
    }
    /// How many points there are.
    #[must_use]
    pub fn len(&self) -> usize {
        self.points.len()
    }
    /// Whether there is none.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.points.is_empty()
    }
    /// The first point.
    #[must_use]
    pub fn first(&self) -> Option<Point> {
        self.points.first().copied()
    }
    /// The latest point.
    #[must_use]
    pub fn last(&self) -> Option<Point> {
        self.points.last().copied()
    }
    /// The points not before a time.
    #[must_use]
    pub fn since(&self, time: f64) -> Self {
        Self { points: self.points.iter().copied().filter(|p| p.time >= time).collect() }
    }
    /// The points not after a time.
    #[must_use]
    pub fn until(&self, time: f64) -> Self {
        Self { points: self.points.iter().copied().filter(|p| p.time <= time).collect() }
    }
    /// The points at most so many years before the latest.
    #[must_use]
    pub fn last_years(&self, years: f64) -> Self {
        self.last().map_or_else(Self::default, |last| self.since(last.time - years))
    }
    /// The latest points, so many of them.
    #[must_use]
    pub fn last_points(&self, n: usize) -> Self {
        Self { points: self.points[self.len().saturating_sub(n)..].to_vec() }
    }
    /// The robust line through the points.
    ///
    /// # Errors
    /// `TooShort` for fewer than two points, `OutOfRange` where the slope leaves the range.
    pub fn line(&self) -> Result<TheilSen, Refused> {
        if self.len() < 2 {
            return Err(Refused::TooShort { found: self.len(), needed: 2 });
        }
        let (times, values): (Vec<f64>, Vec<f64>) = self.points.iter().map(|p| (p.time, p.value)).unzip();
        TheilSen::fit(&times, &values).map_err(|_| Refused::OutOfRange)
    }
}

/// How much better `to` is than `from`, in the measurement unit: positive in the good direction.
#[must_use]
pub fn gain(direction: Direction, from: f64, to: f64) -> f64 {
    match direction {
        Direction::Higher => to - from,
        Direction::Lower => from - to,
    }
}

/// A slope as a pace, or a pace as a slope: positive in the good direction.
#[must_use]
pub fn good(direction: Direction, slope: f64) -> f64 {
    gain(direction, 0.0, slope)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn points_are_put_in_order_and_cut() {
        let series = Series::of(&[
            (2020.0, 3.0),
            (2018.0, 1.0),
            (f64::NAN, 9.0),
            (2019.0, f64::INFINITY),
            (2020.0, 4.0),
        ]);
        assert_eq!(series.points(), [Point { time: 2018.0, value: 1.0 }, Point { time: 2020.0, value: 3.0 }]);
        assert_eq!(series.last_years(1.0).len(), 1);
        assert_eq!(series.last_years(2.0).len(), 2);
        assert_eq!(series.last_points(5).len(), 2);
        assert_eq!(series.since(2019.0).first(), series.until(2030.0).last());
        assert_eq!(Series::default().line(), Err(Refused::TooShort { found: 0, needed: 2 }));
        assert_eq!(series.line().map(|line| line.slope), Ok(1.0));
    }
}
