//! Intervals and one-sided statements about a share that was estimated from a sample.
//!
//! Sample sizes are real numbers, because a sample with a design effect counts as n / deff respondents. `critical` is the
//! number of standard errors an interval reaches to either side: [`critical`](crate::distribution::critical) gives it
//! for a level of confidence. With a t in place of the normal number an interval accounts for the degrees of freedom of
//! a clustered sample; in Wilson's interval this is the same as shortening the effective sample (Korn and Graubard 1998,
//! Survey Methodology 24, 193-201; Dean and Pagano 2015, doi 10.1093/jssam/smv024).
//!
//! Wilson's interval inverts the score test, so what it says one-sidedly and what [`probability_at_least`] says agree: the
//! lower bound at 90 % reaches a threshold exactly when the probability of reaching it is 0.9.

use crate::distribution::{beta_quantile, normal_cdf};
use crate::finite;

/// Whether `p` is a share and `n` the size of a sample.
fn sensible(p: f64, n: f64) -> bool {
    (0.0..=1.0).contains(&p) && n > 0.0 && n.is_finite()
}

/// Wilson's score interval of a share `p` of `n` (effective) respondents.
///
/// ```text
/// u = c² / n,  (p + u/2 ∓ √(p (1 − p) u + u²/4)) / (1 + u)
/// ```
/// It lies in [0, 1], contains `p`, and is not empty at 0 and 1 (Wilson 1927, doi 10.1080/01621459.1927.10502953).
/// `None` for a share outside [0, 1] or no respondents.
///
/// # Example
/// ```
/// use gradus_statistics::{distribution::critical, proportion::wilson};
/// // 81 of 263: Newcombe (1998), table I.
/// let (lower, upper) = wilson(81.0 / 263.0, 263.0, critical(0.95, None)).unwrap();
/// assert_eq!((format!("{lower:.4}"), format!("{upper:.4}")), ("0.2553".into(), "0.3662".into()));
/// ```
#[must_use]
pub fn wilson(p: f64, n: f64, critical: f64) -> Option<(f64, f64)> {
    if !sensible(p, n) || critical.is_nan() || critical < 0.0 {
        return None;
    }
    let u = critical * critical / n;
    if u.is_infinite() {
        return Some((0.0, 1.0));
    }
    let middle = p + u / 2.0;
    let half = (p * (1.0 - p) * u + u * u / 4.0).sqrt();
    // At 0 and 1 the two terms cancel; the estimate itself is the bound, and rounding never takes it out.
    let lower = ((middle - half) / (1.0 + u)).clamp(0.0, p);
    let upper = ((middle + half) / (1.0 + u)).clamp(p, 1.0);
    Some((if p == 0.0 { 0.0 } else { lower }, if p == 1.0 { 1.0 } else { upper }))
}

/// Clopper and Pearson's interval of a share `p` of `n` (effective) respondents, at a level of confidence.
///
/// Its bounds are quantiles of beta distributions, so that it holds for successes that are no whole number. It covers at
/// least as often as it says, mostly more often (Clopper and Pearson 1934, doi 10.1093/biomet/26.4.404).
#[must_use]
pub fn clopper_pearson(p: f64, n: f64, level: f64) -> Option<(f64, f64)> {
    if !sensible(p, n) || !(0.0..1.0).contains(&level) {
        return None;
    }
    let (x, tail) = (p * n, (1.0 - level) / 2.0);
    let lower = if x <= 0.0 { 0.0 } else { beta_quantile(tail, x, n - x + 1.0) };
    let upper = if x >= n { 1.0 } else { beta_quantile(1.0 - tail, x + 1.0, n - x) };
    Some((finite(lower)?.clamp(0.0, p), finite(upper)?.clamp(p, 1.0)))
}

/// The margin of error of a share: `critical × √(p (1 − p) / n)`, what a survey plans with.
#[must_use]
pub fn margin(p: f64, n: f64, critical: f64) -> Option<f64> {
    if !sensible(p, n) {
        return None;
    }
    finite(critical * (p * (1.0 - p) / n).sqrt())
}

/// The bound that the true share exceeds with a confidence of `level`: the lower end of Wilson's interval at 2 level − 1.
#[must_use]
pub fn lower_bound(p: f64, n: f64, level: f64) -> Option<f64> {
    one_sided(level).and_then(|c| wilson(p, n, c)).map(|(lower, _)| lower)
}

/// The bound below which the true share lies with a confidence of `level`.
#[must_use]
pub fn upper_bound(p: f64, n: f64, level: f64) -> Option<f64> {
    one_sided(level).and_then(|c| wilson(p, n, c)).map(|(_, upper)| upper)
}

fn one_sided(level: f64) -> Option<f64> {
    (0.5..1.0).contains(&level).then(|| crate::distribution::critical(2.0 * level - 1.0, None))
}

/// The confidence that the true share is at least `threshold`, by the score test: `Φ((p − t) / √(t (1 − t) / n))`.
///
/// It is 1 at a threshold of 0 or less, and 0 at one of 1 or more, which no sample can prove.
#[must_use]
pub fn probability_at_least(p: f64, n: f64, threshold: f64) -> Option<f64> {
    if !sensible(p, n) || threshold.is_nan() {
        return None;
    }
    if threshold <= 0.0 {
        return Some(1.0);
    }
    if threshold >= 1.0 {
        return Some(0.0);
    }
    Some(normal_cdf((p - threshold) / (threshold * (1.0 - threshold) / n).sqrt()))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::distribution::{critical, normal_quantile};
    use crate::testing::near;
    use proptest::prelude::*;

    fn printed(interval: Option<(f64, f64)>) -> (String, String) {
        let (lower, upper) = interval.unwrap();
        (format!("{lower:.4}"), format!("{upper:.4}"))
    }

    #[test]
    fn newcombe_1998_table_1() {
        // Successes, sample, Wilson's score interval, Clopper and Pearson's, at 95 %; doi of the table:
        // 10.1002/(SICI)1097-0258(19980430)17:8<857::AID-SIM777>3.0.CO;2-E.
        for (x, n, score, exact) in [
            (81.0, 263.0, ("0.2553", "0.3662"), ("0.2527", "0.3676")),
            (15.0, 148.0, ("0.0624", "0.1605"), ("0.0578", "0.1617")),
            (0.0, 20.0, ("0.0000", "0.1611"), ("0.0000", "0.1684")),
            (1.0, 29.0, ("0.0061", "0.1718"), ("0.0009", "0.1776")),
        ] {
            let own = |(a, b): (&str, &str)| (a.to_owned(), b.to_owned());
            assert_eq!(printed(wilson(x / n, n, critical(0.95, None))), own(score), "{x}/{n}");
            assert_eq!(printed(clopper_pearson(x / n, n, 0.95)), own(exact), "{x}/{n}");
        }
    }

    #[test]
    fn margins_of_perception_surveys() {
        // In points at p = 0.5 and 95 %: 500 and 700 interviews, without and with a design effect of 1.5.
        for (n, effect, points) in
            [(500.0, 1.0, "4.4"), (500.0, 1.5, "5.4"), (700.0, 1.0, "3.7"), (700.0, 1.5, "4.5")]
        {
            let found = margin(0.5, n / effect, critical(0.95, None)).unwrap();
            assert_eq!(format!("{:.1}", 100.0 * found), points, "{n} {effect}");
        }
    }

    #[test]
    fn edges() {
        for (p, n) in
            [(-0.1, 10.0), (1.1, 10.0), (0.5, 0.0), (0.5, -1.0), (f64::NAN, 10.0), (0.5, f64::INFINITY)]
        {
            assert_eq!(
                (wilson(p, n, 1.96), clopper_pearson(p, n, 0.95), margin(p, n, 1.96)),
                (None, None, None)
            );
            assert_eq!(probability_at_least(p, n, 0.5), None);
        }
        assert_eq!(wilson(0.5, 10.0, -1.0), None);
        assert_eq!(wilson(0.3, 10.0, 0.0), Some((0.3, 0.3)));
        assert_eq!(wilson(0.3, 10.0, f64::INFINITY), Some((0.0, 1.0)));
        assert_eq!(wilson(0.0, 1.0, 1.96).unwrap().0, 0.0);
        assert_eq!(wilson(1.0, 1.0, 1.96).unwrap().1, 1.0);
        assert_eq!(
            (probability_at_least(1.0, 5.0, 1.0), probability_at_least(0.0, 5.0, 0.0)),
            (Some(0.0), Some(1.0))
        );
        assert_eq!((lower_bound(0.5, 10.0, 0.4), lower_bound(0.5, 10.0, 1.0)), (None, None));
        near(lower_bound(0.5, 10.0, 0.5).unwrap(), 0.5, 1e-14);
    }

    proptest! {
        #[test]
        fn an_interval_contains_its_estimate_and_stays_inside(p in 0.0f64..=1.0, n in 0.5f64..5000.0, level in 0.5f64..0.999) {
            for (lower, upper) in [wilson(p, n, critical(level, None)).unwrap(), clopper_pearson(p, n, level).unwrap()] {
                prop_assert!(0.0 <= lower && lower <= p && p <= upper && upper <= 1.0);
            }
            let (lower, upper) = wilson(p, n, critical(level, None)).unwrap();
            let (mirror, mirrored) = wilson(1.0 - p, n, critical(level, None)).unwrap();
            prop_assert!((lower - (1.0 - mirrored)).abs() < 1e-12 && (upper - (1.0 - mirror)).abs() < 1e-12);
        }

        #[test]
        fn more_respondents_narrow_it(p in 0.05f64..0.95, n in 5.0f64..5000.0) {
            let width = |n| wilson(p, n, 1.96).map(|(a, b)| b - a).unwrap();
            prop_assert!(width(n * 1.5) < width(n));
            prop_assert!(margin(p, n * 1.5, 1.96) < margin(p, n, 1.96));
        }

        #[test]
        fn the_bound_and_the_probability_say_the_same(
            p in 0.0f64..=1.0, n in 2.0f64..2000.0, t in 0.01f64..0.99, level in 0.55f64..0.99,
        ) {
            let bound = lower_bound(p, n, level).unwrap();
            let probability = probability_at_least(p, n, t).unwrap();
            // Right at the threshold the two are decided by the last bits.
            prop_assume!((bound - t).abs() > 1e-9);
            prop_assert_eq!(bound > t, probability > level);
            let above = upper_bound(p, n, level).unwrap();
            prop_assume!((above - t).abs() > 1e-9);
            prop_assert_eq!(above < t, probability < 1.0 - level);
        }

        #[test]
        fn the_probability_rises_with_the_estimate_and_falls_with_the_threshold(
            p in 0.0f64..0.9, more in 0.0f64..0.1, n in 2.0f64..2000.0, t in 0.0f64..1.0,
        ) {
            let at = |p, t| probability_at_least(p, n, t).unwrap();
            prop_assert!(at(p, t) <= at(p + more, t));
            prop_assert!(at(p, t) >= at(p, t + more));
        }
    }

    #[test]
    fn a_lower_bound_is_where_the_score_test_is() {
        let bound = lower_bound(0.62, 400.0, 0.9).unwrap();
        near(probability_at_least(0.62, 400.0, bound).unwrap(), 0.9, 1e-12);
        near((0.62 - bound) / (bound * (1.0 - bound) / 400.0).sqrt(), normal_quantile(0.9), 1e-10);
    }
}
