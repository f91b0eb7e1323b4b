//! Smooth regression of one variable on another, and the correlation ratio it gives.
//!
//! The correlation ratio of an index and one of its parts, Pearson's eta squared, is the part of the index's variance that knowing
//! the part would take away: Var(E[y | x]) / Var(y). It is the measure of importance proposed by Paruolo, Saisana and Saltelli
//! (2013, doi 10.1111/j.1467-985X.2012.01059.x) and used in the audits of the Joint Research Centre. Where the relation
//! is a line it is the squared correlation.
//!
//! E[y | x] is estimated by local linear regression with a normal kernel; its bandwidth is the one that predicts left-out units
//! best, among twenty-four between the smallest useful and the range, evenly spaced in logarithm. The variance of the fit stands for
//! that of the expectation, as in the article. With few units (say below 20) the estimate is above the truth.

use crate::correlation::pearson;
use crate::moments::{Quantile, constant, quantile_of_sorted, sorted, standard_deviation, variance};
use crate::{finite, float};

/// Fewer units have no smooth regression here.
pub const FEWEST: usize = 8;

/// How many bandwidths are tried.
const GRID: i32 = 24;

/// Two measures of how much of one variable's variance another explains.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct CorrelationRatio {
    /// By a line: the squared correlation.
    pub linear: f64,
    /// By a smooth curve; none for fewer than [`FEWEST`] units.
    pub nonlinear: Option<f64>,
    /// The bandwidth of the curve, in the measurement unit of x.
    pub bandwidth: Option<f64>,
}

/// How much of the variance of y is explained by x; `None` where one of them has one value only, or the lengths differ.
#[must_use]
pub fn correlation_ratio(x: &[f64], y: &[f64]) -> Option<CorrelationRatio> {
    let r = pearson(x, y)?;
    let curve = bandwidth(x, y).and_then(|bandwidth| {
        let fit: Option<Vec<f64>> = x.iter().map(|at| local_linear(x, y, bandwidth, *at)).collect();
        let ratio = finite(variance(&fit?, 0)? / variance(y, 0)?)?;
        Some((ratio.min(1.0), bandwidth))
    });
    Some(CorrelationRatio {
        linear: r * r,
        nonlinear: curve.map(|(ratio, _)| ratio),
        bandwidth: curve.map(|(_, bandwidth)| bandwidth),
    })
}

/// The bandwidth that predicts left-out units best; `None` for fewer than [`FEWEST`] units, or an x of one value.
#[must_use]
pub fn bandwidth(x: &[f64], y: &[f64]) -> Option<f64> {
    if x.len() < FEWEST || x.len() != y.len() || constant(x) {
        return None;
    }
    let in_order = sorted(x);
    let range = finite(in_order[in_order.len() - 1] - in_order[0])?;
    // A sixteenth of Silverman's rule of thumb, and at least the widest gap over two, so that every unit has neighbors.
    let middle = quantile_of_sorted(&in_order, 0.75, Quantile::Type7)?
        - quantile_of_sorted(&in_order, 0.25, Quantile::Type7)?;
    let spread = standard_deviation(x, 1)?;
    let spread = if middle > 0.0 { spread.min(middle / 1.34) } else { spread };
    let rule = 0.9 * spread * libm::pow(float(x.len()), -0.2);
    let gap = in_order.windows(2).fold(0.0f64, |gap, pair| gap.max(pair[1] - pair[0]));
    let (low, high) = ((rule / 16.0).max(gap / 2.0).min(range), range);
    let step = libm::log(high / low) / f64::from(GRID - 1);
    let mut best: Option<(f64, f64)> = None;
    for i in 0..GRID {
        let bandwidth = low * libm::exp(step * f64::from(i));
        let error = (0..x.len()).try_fold(0.0, |sum, i| {
            let left = y[i] - regress(x, y, bandwidth, x[i], Some(i))?;
            finite(sum + left * left)
        });
        // Of bandwidths as good but for rounding, the smoothest.
        if let Some(error) = error
            && best.is_none_or(|(least, _)| error <= least * (1.0 + 1e-12))
        {
            best = Some((best.map_or(error, |(least, _)| error.min(least)), bandwidth));
        }
    }
    best.map(|(_, bandwidth)| bandwidth)
}

/// What a line through the neighbors of `at`, weighted by a normal kernel, says there; `None` where there is no weight.
#[must_use]
pub fn local_linear(x: &[f64], y: &[f64], bandwidth: f64, at: f64) -> Option<f64> {
    regress(x, y, bandwidth, at, None)
}

fn regress(x: &[f64], y: &[f64], bandwidth: f64, at: f64, without: Option<usize>) -> Option<f64> {
    let [mut w0, mut w1, mut w2, mut y0, mut y1] = [0.0; 5];
    for (i, (x, y)) in x.iter().zip(y).enumerate() {
        if Some(i) == without {
            continue;
        }
        let d = (x - at) / bandwidth;
        let weight = libm::exp(-0.5 * d * d);
        w0 += weight;
        w1 += weight * d;
        w2 += weight * d * d;
        y0 += weight * y;
        y1 += weight * d * y;
    }
    let determinant = w0 * w2 - w1 * w1;
    // Neighbors at one place have a mean and no slope.
    if determinant <= 1e-12 * w0 * w2 { finite(y0 / w0) } else { finite((w2 * y0 - w1 * y1) / determinant) }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::random::Stream;
    use crate::testing::near;

    fn noise(i: u64) -> f64 {
        Stream::new(3).normal(i)
    }

    #[test]
    fn a_line_is_found_by_any_bandwidth() {
        let x: Vec<f64> = (0..30).map(|i| f64::from(i * i)).collect();
        let y: Vec<f64> = x.iter().map(|x| 3.0 - 0.5 * x).collect();
        for at in [0.0, 17.0, 800.0] {
            near(local_linear(&x, &y, 60.0, at).unwrap(), 3.0 - 0.5 * at, 1e-9);
        }
        let found = correlation_ratio(&x, &y).unwrap();
        near(found.linear, 1.0, 1e-12);
        near(found.nonlinear.unwrap(), 1.0, 1e-9);
    }

    #[test]
    fn a_parabola_has_no_correlation_and_a_correlation_ratio_of_nearly_one() {
        let x: Vec<f64> = (-30..=30).map(f64::from).collect();
        let y: Vec<f64> = x.iter().map(|x| x * x).collect();
        let found = correlation_ratio(&x, &y).unwrap();
        near(found.linear, 0.0, 1e-12);
        assert!(found.nonlinear.unwrap() > 0.95, "{found:?}");
    }

    #[test]
    fn noise_around_a_curve_is_not_explained() {
        // y = 4 sin(x) + noise of variance 1, x uniform over whole periods: eta squared is 8 / 9.
        let x: Vec<f64> = (0..400).map(|i| 4.0 * std::f64::consts::PI * f64::from(i) / 400.0).collect();
        let y: Vec<f64> = x.iter().zip(0..).map(|(x, i)| 4.0 * libm::sin(*x) + noise(i)).collect();
        let found = correlation_ratio(&x, &y).unwrap();
        assert!((found.nonlinear.unwrap() - 8.0 / 9.0).abs() < 0.04, "{found:?}");
        let unrelated: Vec<f64> = (1000..1400).map(noise).collect();
        let found = correlation_ratio(&x, &unrelated).unwrap();
        assert!(found.nonlinear.unwrap() < 0.03, "{found:?}");
    }

    #[test]
    fn edges() {
        assert_eq!(correlation_ratio(&[1.0; 9], &[2.0; 9]), None);
        assert_eq!(correlation_ratio(&[], &[]), None);
        let few = correlation_ratio(&[1.0, 2.0, 3.0], &[1.0, 2.0, 4.0]).unwrap();
        assert_eq!((few.nonlinear, few.bandwidth), (None, None));
        // Two places only: means at each.
        let x = [0.0, 0.0, 0.0, 0.0, 1.0, 1.0, 1.0, 1.0];
        let y = [1.0, 2.0, 3.0, 2.0, 5.0, 6.0, 7.0, 6.0];
        let found = correlation_ratio(&x, &y).unwrap();
        near(found.nonlinear.unwrap(), found.linear, 1e-9);
        let far = [0.0, 1.0, 2.0, 3.0, 4.0, 5.0, 6.0, 1e9];
        assert!(correlation_ratio(&far, &y).unwrap().nonlinear.is_some());
        assert_eq!(bandwidth(&x, &y[1..]), None);
    }
}
