//! The Theil-Sen line: the median of the slopes of all pairs of points, which one odd point does not move.
//!
//! Use it for the pace of a short series, where a single figure may be a misprint or a bad year. It tolerates up to 29 % of odd
//! points (1 - 1/√2). Do not use it where the points at hand are all there is to say: it estimates the line behind them.
//!
//! # Formula
//! ```text
//! slope     = median of (y_j − y_i) / (t_j − t_i) over all pairs with t_i < t_j
//! intercept = median of y_i − slope · t_i
//! S(b)      = Σ sign((y_j − y_i) / (t_j − t_i) − b) over the same pairs, Kendall's S of what the line leaves
//! interval  = the slopes b that S(b) does not reject: the pair slopes of rank (N ± z σ) / 2
//! ```
//! σ² = \[n (n − 1) (2 n + 5) − Σ u (u − 1) (2 u + 5)\] / 18 with u the sizes of groups of equal times or equal values.
//!
//! # References
//! H. Theil (1950), A rank-invariant method of linear and polynomial regression analysis, Proc. Kon. Ned. Akad. Wet. 53. P. K. Sen
//! (1968), Estimates of the regression coefficient based on Kendall's tau, doi 10.1080/01621459.1968.10480934.

use crate::{Outcome, Undefined, distribution, finite, float, moments};

/// Pair slopes that differ by less than this, relative to the larger one, are the same: the rest is rounding.
const SAME: f64 = 1e-9;

/// A line through points by the method of Theil and Sen. Slopes are in units of y per unit of t.
#[derive(Debug, Clone, PartialEq)]
pub struct TheilSen {
    points: Vec<(f64, f64)>,
    /// Slopes of all pairs with different times, ascending.
    pairs: Vec<f64>,
    /// Standard deviation of Kendall's S where there is no slope.
    sigma: f64,
    /// The median slope.
    pub slope: f64,
}

impl TheilSen {
    /// The line through points (t, y), in any order.
    ///
    /// # Errors
    /// `Shape` where the two lists differ in length, `TooFew` for fewer than two different times, `OutOfRange` for a number
    /// that is not finite or a slope that is not.
    ///
    /// # Example
    /// ```
    /// use gradus_statistics::theil_sen::TheilSen;
    /// let line = TheilSen::fit(&[2019.0, 2020.0, 2021.0, 2022.0], &[1.0, 2.0, 90.0, 4.0])?;
    /// assert_eq!(line.slope, 1.0);
    /// assert_eq!(line.at(2025.0), 7.0);
    /// # Ok::<(), gradus_statistics::Undefined>(())
    /// ```
    pub fn fit(times: &[f64], values: &[f64]) -> Outcome<Self> {
        if times.len() != values.len() {
            return Err(Undefined::Shape);
        }
        let mut points: Vec<(f64, f64)> = times.iter().copied().zip(values.iter().copied()).collect();
        if points.iter().any(|(t, y)| !t.is_finite() || !y.is_finite()) {
            return Err(Undefined::OutOfRange);
        }
        points.sort_by(|a, b| a.0.total_cmp(&b.0).then(a.1.total_cmp(&b.1)));
        let pair = |(i, a): (usize, &(f64, f64))| {
            let later = points[i + 1..].iter().filter(|b| b.0 > a.0);
            later.map(|b| (b.1 - a.1) / (b.0 - a.0)).collect::<Vec<f64>>()
        };
        let mut pairs: Vec<f64> = points.iter().enumerate().flat_map(pair).collect();
        if pairs.is_empty() {
            return Err(Undefined::TooFew { found: points.len().min(1), needed: 2 });
        }
        pairs.sort_by(f64::total_cmp);
        if pairs.iter().any(|slope| !slope.is_finite()) {
            return Err(Undefined::OutOfRange);
        }
        let slope = moments::median(&pairs).and_then(finite).ok_or(Undefined::OutOfRange)?;
        let n = float(points.len());
        let ties = |mut list: Vec<f64>| {
            list.sort_by(f64::total_cmp);
            list.chunk_by(|a, b| a == b)
                .map(|group| float(group.len()))
                .map(|u| u * (u - 1.0) * (2.0 * u + 5.0))
                .sum::<f64>()
        };
        let tied = ties(times.to_vec()) + ties(values.to_vec());
        let sigma = ((n * (n - 1.0) * (2.0 * n + 5.0) - tied) / 18.0).max(0.0).sqrt();
        Ok(Self { points, pairs, sigma, slope })
    }
    /// How many points there are.
    #[must_use]
    pub fn n(&self) -> usize {
        self.points.len()
    }
    /// The slopes that the points do not contradict at a level, 0.8 for 80 %: two of the pair slopes, by the normal
    /// approximation of Kendall's S. With few points this is the smallest and the largest of them.
    #[must_use]
    pub fn interval(&self, level: f64) -> (f64, f64) {
        let n = float(self.pairs.len());
        let half = distribution::normal_quantile(0.5 + level.clamp(0.0, 1.0) / 2.0) * self.sigma;
        let last = self.pairs.len() - 1;
        // Ranks count from 1; outward, so that an interval is never shorter than it says.
        let below = ((n - half) / 2.0).floor() - 1.0;
        let above = ((n + half) / 2.0).ceil();
        let place = |rank: f64| if rank >= float(last) { last } else { rank.max(0.0) as usize };
        (self.pairs[place(below)], self.pairs[place(above)])
    }
    /// How well the points agree with a true slope above `slope`, 0 to 1: the normal probability of Kendall's S of what a line
    /// with that slope leaves. It falls in `slope`, and is one half at the median slope.
    #[must_use]
    pub fn confidence_above(&self, slope: f64) -> f64 {
        let sign = |pair: &f64| {
            let difference = pair - slope;
            match difference.abs() <= SAME * pair.abs().max(slope.abs()) {
                true => 0.0,
                false => difference.signum(),
            }
        };
        let s: f64 = self.pairs.iter().map(sign).sum();
        if self.sigma > 0.0 {
            distribution::normal_cdf(s / self.sigma)
        } else {
            0.5 + s.signum() * 0.5 * s.abs().min(1.0)
        }
    }
    /// What the line has at a time.
    #[must_use]
    pub fn at(&self, time: f64) -> f64 {
        self.at_with(self.slope, time)
    }
    /// What the line of another slope through the middle of the points has at a time: the median of y_i + slope (time − t_i).
    /// It rises in `slope` where `time` is after every point.
    #[must_use]
    pub fn at_with(&self, slope: f64, time: f64) -> f64 {
        let moved: Vec<f64> = self.points.iter().map(|(t, y)| y + slope * (time - t)).collect();
        moments::median(&moved).unwrap_or(f64::NAN)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::testing::near;

    fn line(values: &[f64]) -> TheilSen {
        let times: Vec<f64> = (0..values.len()).map(float).collect();
        TheilSen::fit(&times, values).unwrap()
    }

    /// The worked example of Sen (1968): seven points, slope 4, limits 26/7 and 35/8 at 93 %.
    #[test]
    fn the_example_of_sen() {
        let times = [1.0, 2.0, 3.0, 4.0, 10.0, 12.0, 18.0];
        let values = [9.0, 15.0, 19.0, 20.0, 45.0, 55.0, 78.0];
        let found = TheilSen::fit(&times, &values).unwrap();
        // 21 pairs, median slope 4; the interval at 93 % is 26/7 = 3.71 to 35/8 = 4.375, the 5th and 17th of them.
        near(found.slope, 4.0, 1e-12);
        let (low, high) = found.interval(0.93);
        near(low, 26.0 / 7.0, 1e-12);
        near(high, 35.0 / 8.0, 1e-12);
    }

    #[test]
    fn odd_points_do_not_move_it_and_the_line_passes_the_middle() {
        let odd = line(&[1.0, 2.0, 3.0, 4.0, 5.0, 40.0, 7.0]);
        near(odd.slope, 1.0, 1e-12);
        near(odd.at(10.0), 11.0, 1e-12);
        assert_eq!(odd.n(), 7);
        // A line leaves nothing: every slope is the same, and the confidence turns at it.
        let exact = line(&[0.1, 0.3, 0.5, 0.7, 0.9]);
        let (low, high) = exact.interval(0.8);
        near(low, 0.2, 1e-12);
        near(high, 0.2, 1e-12);
        assert_eq!(exact.confidence_above(0.2), 0.5);
        assert!(exact.confidence_above(0.1) > 0.98 && exact.confidence_above(0.3) < 0.02);
    }

    #[test]
    fn a_wider_level_is_a_wider_interval() {
        let found = line(&[3.0, 1.0, 4.0, 1.5, 5.0, 9.0, 2.0, 6.0, 5.5]);
        let (a, b) = (found.interval(0.5), found.interval(0.95));
        assert!(b.0 <= a.0 && a.0 <= found.slope && found.slope <= a.1 && a.1 <= b.1, "{a:?} {b:?}");
        assert_eq!(found.interval(1.0), (found.pairs[0], found.pairs[35]));
        let slopes = [-2.0, -0.5, 0.0, 0.3, 0.6, 1.0, 4.0];
        let falls = slopes.map(|b| found.confidence_above(b));
        assert!(falls.windows(2).all(|pair| pair[0] >= pair[1]), "{falls:?}");
        let rises = slopes.map(|b| found.at_with(b, 12.0));
        assert!(rises.windows(2).all(|pair| pair[0] < pair[1]), "{rises:?}");
    }

    #[test]
    fn edges() {
        for (times, values, why) in [
            (vec![], vec![], Undefined::TooFew { found: 0, needed: 2 }),
            (vec![1.0], vec![1.0], Undefined::TooFew { found: 1, needed: 2 }),
            (vec![1.0, 1.0], vec![1.0, 2.0], Undefined::TooFew { found: 1, needed: 2 }),
            (vec![1.0, 2.0], vec![1.0], Undefined::Shape),
            (vec![1.0, f64::NAN], vec![1.0, 2.0], Undefined::OutOfRange),
            (vec![0.0, 1e-300], vec![-1e300, 1e300], Undefined::OutOfRange),
        ] {
            assert_eq!(TheilSen::fit(&times, &values), Err(why));
        }
        // Two points are a line without an interval; the order of points does not matter.
        let two = TheilSen::fit(&[2.0, 1.0], &[5.0, 3.0]).unwrap();
        assert_eq!((two.slope, two.interval(0.8)), (2.0, (2.0, 2.0)));
        // Values that are all the same have a slope of zero, and nothing speaks for either side.
        let flat = line(&[3.0; 4]);
        assert_eq!((flat.slope, flat.confidence_above(0.0), flat.sigma), (0.0, 0.5, 0.0));
        assert_eq!((flat.confidence_above(-1.0), flat.confidence_above(1.0)), (1.0, 0.0));
    }
}
