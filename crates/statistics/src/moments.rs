//! Moments, quantiles and measures of spread of one list of values.
//!
//! A mean is the sum in order over the count, corrected by the mean of what is left, as R does: two plain passes in a fixed
//! order. Higher moments are taken of deviations divided by the largest one, so that they neither overflow nor vanish.

use crate::{finite, float};

/// Which of the three usual estimators of skewness and excess kurtosis (Joanes and Gill 1998, doi 10.1111/1467-9884.00122).
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Estimator {
    /// g1 and g2: moments of the values as they are; type 1 in R's e1071.
    Moment,
    /// G1 and G2: adjusted for the size of the sample; type 2, and what Excel, SAS, SPSS and COINr compute.
    #[default]
    Adjusted,
    /// b1 and b2: with the standard deviation of a sample; type 3, and what Minitab computes.
    Sample,
}

impl Estimator {
    /// How tables name it: skewness and kurtosis.
    #[must_use]
    pub fn names(self) -> (&'static str, &'static str) {
        match self {
            Self::Moment => ("g1", "g2"),
            Self::Adjusted => ("G1", "G2"),
            Self::Sample => ("b1", "b2"),
        }
    }
}

/// A sample quantile by its number in Hyndman and Fan (1996), doi 10.1080/00031305.1996.10473566.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Quantile {
    /// Inverse of the distribution function: always one of the values.
    Type1,
    /// As type 1, with the mean of two values at jumps.
    Type2,
    /// Linear, midway between steps (Hazen).
    Type5,
    /// Linear with (n + 1) p (Weibull; SPSS, Minitab, Excel's `QUARTILE.EXC`).
    Type6,
    /// Linear with (n - 1) p + 1 (R's default, Excel's `QUARTILE.INC`, NumPy).
    #[default]
    Type7,
    /// Linear, nearly unbiased for the median of the quantile (what Hyndman and Fan recommend).
    Type8,
}

/// The arithmetic mean.
#[must_use]
pub fn mean(values: &[f64]) -> Option<f64> {
    if values.is_empty() {
        return None;
    }
    let n = float(values.len());
    let plain = finite(values.iter().sum::<f64>() / n)?;
    finite(plain + values.iter().map(|x| x - plain).sum::<f64>() / n)
}

/// The mean with weights, which need not add up to 1.
#[must_use]
pub fn weighted_mean(values: &[f64], weights: &[f64]) -> Option<f64> {
    let total: f64 = weights.iter().sum();
    if values.len() != weights.len() || total <= 0.0 {
        return None;
    }
    finite(values.iter().zip(weights).map(|(x, w)| x * w).sum::<f64>() / total)
}

/// The variance; `ddof` 1 for a sample (divided by n - 1), 0 for a population.
#[must_use]
pub fn variance(values: &[f64], ddof: usize) -> Option<f64> {
    let mean = mean(values)?;
    if values.len() <= ddof {
        return None;
    }
    if constant(values) {
        return Some(0.0);
    }
    finite(values.iter().map(|x| (x - mean) * (x - mean)).sum::<f64>() / float(values.len() - ddof))
}

/// The standard deviation; `ddof` as in [`variance`].
#[must_use]
pub fn standard_deviation(values: &[f64], ddof: usize) -> Option<f64> {
    variance(values, ddof).map(f64::sqrt)
}

/// Whether all values are the same; of no value, yes.
#[must_use]
pub fn constant(values: &[f64]) -> bool {
    values.windows(2).all(|pair| pair[0] == pair[1])
}

/// Mean squares, cubes and fourth powers of deviations, these as parts of the largest.
fn central(values: &[f64]) -> Option<[f64; 3]> {
    let mean = mean(values)?;
    if constant(values) {
        return None;
    }
    let largest = values.iter().fold(0.0f64, |largest, x| largest.max((x - mean).abs()));
    let mut sums = [0.0; 3];
    for x in values {
        let z = (x - mean) / largest;
        let square = z * z;
        sums = [sums[0] + square, sums[1] + square * z, sums[2] + square * square];
    }
    let n = float(values.len());
    (largest > 0.0).then(|| sums.map(|sum| sum / n))
}

/// The skewness; undefined for values that are all the same, and for too few (3 are needed where it is adjusted).
#[must_use]
pub fn skewness(values: &[f64], estimator: Estimator) -> Option<f64> {
    let [m2, m3, _] = central(values)?;
    let n = float(values.len());
    let g1 = m3 / (m2 * m2.sqrt());
    match estimator {
        Estimator::Moment => finite(g1),
        Estimator::Adjusted if values.len() < 3 => None,
        Estimator::Adjusted => finite(g1 * (n * (n - 1.0)).sqrt() / (n - 2.0)),
        Estimator::Sample => {
            let ratio = (n - 1.0) / n;
            finite(g1 * ratio * ratio.sqrt())
        }
    }
}

/// The excess kurtosis, 0 for a normal distribution; undefined as [`skewness`] (4 are needed where it is adjusted).
#[must_use]
pub fn kurtosis(values: &[f64], estimator: Estimator) -> Option<f64> {
    let [m2, _, m4] = central(values)?;
    let n = float(values.len());
    let g2 = m4 / (m2 * m2) - 3.0;
    match estimator {
        Estimator::Moment => finite(g2),
        Estimator::Adjusted if values.len() < 4 => None,
        Estimator::Adjusted => finite(((n + 1.0) * g2 + 6.0) * (n - 1.0) / ((n - 2.0) * (n - 3.0))),
        Estimator::Sample => {
            let ratio = (n - 1.0) / n;
            finite((g2 + 3.0) * ratio * ratio - 3.0)
        }
    }
}

/// The values from smallest to largest.
#[must_use]
pub fn sorted(values: &[f64]) -> Vec<f64> {
    let mut sorted = values.to_vec();
    sorted.sort_by(f64::total_cmp);
    sorted
}

/// The quantile at `p`, from 0 to 1.
#[must_use]
pub fn quantile(values: &[f64], p: f64, kind: Quantile) -> Option<f64> {
    quantile_of_sorted(&sorted(values), p, kind)
}

/// [`quantile`] of values already in order.
#[must_use]
pub fn quantile_of_sorted(sorted: &[f64], p: f64, kind: Quantile) -> Option<f64> {
    if sorted.is_empty() || !(0.0..=1.0).contains(&p) {
        return None;
    }
    let n = float(sorted.len());
    // Positions from 1; a little is added before cutting, so that 0.3 * 10 is 3.
    let fuzz = 4.0 * f64::EPSILON;
    let linear = |a: f64, b: f64| a + p * (n + 1.0 - a - b);
    let (position, jump) = match kind {
        Quantile::Type1 => (n * p, Some(1.0)),
        Quantile::Type2 => (n * p, Some(0.5)),
        Quantile::Type5 => (linear(0.5, 0.5), None),
        Quantile::Type6 => (linear(0.0, 0.0), None),
        Quantile::Type7 => (linear(1.0, 1.0), None),
        Quantile::Type8 => (linear(1.0 / 3.0, 1.0 / 3.0), None),
    };
    let floor = (position + fuzz).floor();
    let rest = if (position - floor).abs() < fuzz { 0.0 } else { position - floor };
    let share = match jump {
        None => rest,
        Some(_) if rest > 0.0 => 1.0,
        Some(at_jump) => 1.0 - at_jump,
    };
    let at = |k: f64| {
        #[allow(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "clamped to a position")]
        let k = k.clamp(1.0, n) as usize;
        sorted[k - 1]
    };
    let (low, high) = (at(floor), at(floor + 1.0));
    if share == 0.0 || low == high {
        return finite(low);
    }
    finite(low + share * (high - low))
}

/// The median: the middle value, or the mean of the middle two.
#[must_use]
pub fn median(values: &[f64]) -> Option<f64> {
    quantile(values, 0.5, Quantile::Type7)
}

/// The median absolute deviation from the median, not scaled; times 1.4826 it estimates the standard deviation of a normal
/// distribution.
#[must_use]
pub fn median_absolute_deviation(values: &[f64]) -> Option<f64> {
    let median = median(values)?;
    self::median(&values.iter().map(|x| (x - median).abs()).collect::<Vec<_>>())
}

/// The Gini coefficient: half the mean absolute difference of all pairs, relative to the mean; undefined where that is not
/// above zero.
#[must_use]
pub fn gini(values: &[f64]) -> Option<f64> {
    let total: f64 = values.iter().sum();
    if total.is_nan() || total <= 0.0 {
        return None;
    }
    let n = float(values.len());
    let weighted: f64 =
        sorted(values).iter().enumerate().map(|(i, x)| (2.0 * float(i + 1) - n - 1.0) * x).sum();
    finite(weighted / (n * total))
}

/// The standard deviation relative to the size of the mean; undefined for a mean of zero.
#[must_use]
pub fn coefficient_of_variation(values: &[f64], ddof: usize) -> Option<f64> {
    let mean = mean(values)?.abs();
    if mean == 0.0 {
        return None;
    }
    finite(standard_deviation(values, ddof)? / mean)
}

/// The geometric mean; undefined where a value is not above zero.
#[must_use]
pub fn geometric_mean(values: &[f64]) -> Option<f64> {
    if values.iter().any(|x| x.is_nan() || *x <= 0.0) {
        return None;
    }
    finite(libm::exp(mean(&values.iter().map(|x| libm::log(*x)).collect::<Vec<_>>())?))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::testing::near;
    use proptest::prelude::*;

    #[test]
    fn skewness_and_kurtosis_of_a_hand_computed_list() {
        // Deviations -2, -1, -1, 0, 4: m2 = 22/5, m3 = 54/5, m4 = 274/5.
        let values = [1.0, 2.0, 2.0, 3.0, 7.0];
        let g1 = 10.8 / 4.4f64 / 4.4f64.sqrt();
        let g2 = 54.8 / (4.4 * 4.4) - 3.0;
        near(skewness(&values, Estimator::Moment).unwrap(), g1, 1e-14);
        near(skewness(&values, Estimator::Adjusted).unwrap(), g1 * 20f64.sqrt() / 3.0, 1e-14);
        near(skewness(&values, Estimator::Sample).unwrap(), g1 * 0.8 * 0.8f64.sqrt(), 1e-14);
        near(kurtosis(&values, Estimator::Moment).unwrap(), g2, 1e-14);
        near(kurtosis(&values, Estimator::Adjusted).unwrap(), (6.0 * g2 + 6.0) * 4.0 / 6.0, 1e-14);
        near(kurtosis(&values, Estimator::Sample).unwrap(), (g2 + 3.0) * 0.64 - 3.0, 1e-14);
    }

    #[test]
    fn excel_example() {
        // The example of Excel's SKEW and KURT: 3, 4, 5, 2, 3, 4, 5, 6, 4, 7.
        let values = [3.0, 4.0, 5.0, 2.0, 3.0, 4.0, 5.0, 6.0, 4.0, 7.0];
        near(skewness(&values, Estimator::Adjusted).unwrap(), 0.359_543_071_406_797, 1e-13);
        near(kurtosis(&values, Estimator::Adjusted).unwrap(), -0.151_799_637_208_41, 1e-12);
        near(standard_deviation(&values, 1).unwrap(), 1.494_434_118_097_33, 1e-13);
        near(standard_deviation(&values, 0).unwrap(), 2.01f64.sqrt(), 1e-15);
    }

    #[test]
    fn edges() {
        assert_eq!(mean(&[]), None);
        assert_eq!(variance(&[3.0], 1), None);
        assert_eq!(variance(&[3.0], 0), Some(0.0));
        assert_eq!(variance(&[0.1; 7], 1), Some(0.0));
        assert_eq!(skewness(&[0.1; 7], Estimator::Adjusted), None);
        assert_eq!(skewness(&[1.0, 2.0], Estimator::Adjusted), None);
        assert_eq!(kurtosis(&[1.0, 2.0, 4.0], Estimator::Adjusted), None);
        assert_eq!(mean(&[f64::MAX, f64::MAX]), None);
        near(skewness(&[1e-200, 2e-200, 5e-200], Estimator::Moment).unwrap(), 0.528_005, 1e-5);
        near(skewness(&[1e200, 2e200, 5e200], Estimator::Moment).unwrap(), 0.528_005, 1e-5);
        assert_eq!(median(&[]), None);
        assert_eq!(quantile(&[1.0], 1.5, Quantile::Type7), None);
        assert_eq!(quantile(&[1.0], f64::NAN, Quantile::Type7), None);
        assert_eq!(gini(&[0.0, 0.0]), None);
        assert_eq!(gini(&[5.0; 4]), Some(0.0));
        assert_eq!(gini(&[0.0, 0.0, 0.0, 1.0]), Some(0.75));
        assert_eq!(geometric_mean(&[1.0, 0.0]), None);
        assert_eq!(coefficient_of_variation(&[-1.0, 1.0], 1), None);
        assert_eq!(weighted_mean(&[1.0], &[]), None);
        assert_eq!(weighted_mean(&[1.0, 4.0], &[2.0, 1.0]), Some(2.0));
    }

    #[test]
    fn a_mean_keeps_what_a_plain_sum_loses() {
        let values: Vec<f64> = (0..10_000).map(|_| 0.1).collect();
        assert_eq!(mean(&values), Some(0.1));
    }

    #[test]
    fn quantiles_as_r_has_them() {
        // quantile(c(1, 2, 4, 8, 16, 32), 0.3, type = k)
        let values = [32.0, 1.0, 2.0, 4.0, 8.0, 16.0];
        let wants = [
            (Quantile::Type1, 2.0),
            (Quantile::Type2, 2.0),
            (Quantile::Type5, 2.6),
            (Quantile::Type6, 2.2),
            (Quantile::Type7, 3.0),
            (Quantile::Type8, 2.466_666_666_666_667),
        ];
        for (kind, want) in wants {
            near(quantile(&values, 0.3, kind).unwrap(), want, 1e-14);
            assert_eq!(quantile(&values, 0.0, kind), Some(1.0));
            assert_eq!(quantile(&values, 1.0, kind), Some(32.0));
        }
        assert_eq!(quantile(&values, 0.5, Quantile::Type1), Some(4.0));
        assert_eq!(quantile(&values, 0.5, Quantile::Type2), Some(6.0));
        assert_eq!(median(&values), Some(6.0));
        assert_eq!(median_absolute_deviation(&values), Some(4.5));
        near(geometric_mean(&values).unwrap(), 2f64.sqrt() * 4.0, 1e-14);
        let tenths: Vec<f64> = (1..=10).map(f64::from).collect();
        assert_eq!(quantile(&tenths, 0.3, Quantile::Type1), Some(3.0));
    }

    proptest! {
        #[test]
        fn moments_do_not_depend_on_where_the_scale_begins(
            values in prop::collection::vec(-100.0f64..100.0, 5..40), shift in -1e3f64..1e3, size in 0.01f64..100.0,
        ) {
            prop_assume!(standard_deviation(&values, 1).unwrap() > 1.0);
            let moved: Vec<f64> = values.iter().map(|x| shift + size * x).collect();
            for estimator in [Estimator::Moment, Estimator::Adjusted, Estimator::Sample] {
                near(skewness(&moved, estimator).unwrap(), skewness(&values, estimator).unwrap(), 1e-6);
                near(kurtosis(&moved, estimator).unwrap(), kurtosis(&values, estimator).unwrap(), 1e-6);
            }
            let mirrored: Vec<f64> = values.iter().map(|x| -x).collect();
            near(skewness(&mirrored, Estimator::Adjusted).unwrap(), -skewness(&values, Estimator::Adjusted).unwrap(), 1e-9);
        }

        #[test]
        fn gini_is_half_the_relative_mean_difference(values in prop::collection::vec(0.1f64..50.0, 1..20)) {
            let n = float(values.len());
            let sum: f64 = values.iter().flat_map(|x| values.iter().map(move |y| (x - y).abs())).sum();
            near(gini(&values).unwrap(), sum / (2.0 * n * n * mean(&values).unwrap()), 1e-12);
        }
    }
}
