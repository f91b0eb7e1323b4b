//! Estimates from weighted, stratified and clustered samples: design effects, linearized variance, tests.
//!
//! A share, a mean, a balance and a mean with weights of its own are all ratios of two weighted sums, and to first order
//! the error of a ratio is the error of the sum of its [`influence`] values (Taylor linearization; Woodruff 1971, doi
//! 10.1080/01621459.1971.10482279; Binder 1983, doi 10.2307/1402588). [`variance`] then estimates the variance of
//! that sum from the clusters of each stratum, as if they were drawn with replacement, without a finite population
//! correction: what is left out makes intervals wider, not narrower (Wolter 2007, ISBN 978-0-387-32917-8).
//!
//! Respondents outside a subgroup stay in the sample with an influence of zero, because which of them a cluster holds is
//! random too: leave them out, and the variance of a subgroup comes out too small.

use crate::distribution::{self, critical};
use crate::{Outcome, Undefined, finite, float, proportion};

/// What unequal weights do to a sample.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Weighting {
    /// Respondents.
    pub n: f64,
    /// Sum of the weights.
    pub total: f64,
    /// Kish's effective sample size: (Σw)² / Σw².
    pub effective_n: f64,
}

impl Weighting {
    /// The weighting of respondents, each a weight and how many there are with it. `None` without any, or where a weight
    /// is not above zero.
    ///
    /// Kish (1992), Weighting for unequal Pi, Journal of Official Statistics 8, 183-200.
    #[must_use]
    pub fn of(respondents: impl IntoIterator<Item = (f64, f64)>) -> Option<Self> {
        let (mut n, mut total, mut squares) = (0.0, 0.0, 0.0);
        for (weight, count) in respondents {
            if weight <= 0.0 || weight.is_nan() || count < 0.0 {
                return None;
            }
            n += count;
            total += count * weight;
            squares += count * weight * weight;
        }
        let effective_n = finite(total * total / squares)?;
        (n > 0.0).then_some(Self { n, total, effective_n: effective_n.min(n) })
    }
    /// Kish's design effect: n / effective n = 1 + the squared coefficient of variation of the weights.
    #[must_use]
    pub fn design_effect(&self) -> f64 {
        self.n / self.effective_n
    }
    /// Weighting efficiency: effective n / n, 1 where all weights are equal.
    #[must_use]
    pub fn efficiency(&self) -> f64 {
        self.effective_n / self.n
    }
}

/// One respondent, or several alike, of a sample.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Respondent {
    /// Weight, above zero.
    pub weight: f64,
    /// How many they are; 1 in data of single respondents.
    pub count: f64,
    /// Stratum.
    pub stratum: u32,
    /// Cluster (primary sampling unit); without one each respondent is drawn by itself.
    pub cluster: Option<u32>,
}

/// What the one cluster of a stratum adds to the variance, from which none can be estimated.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum LoneCluster {
    /// Nothing can be said.
    #[default]
    Refuse,
    /// Its squared distance from the mean of all clusters: rather too much.
    Adjust,
    /// Nothing: the cluster was in the sample with certainty.
    Certainty,
}

/// A ratio of two weighted sums with the influence of each respondent on it.
#[derive(Debug, Clone, PartialEq)]
pub struct Ratio {
    /// Σ w a / Σ w b.
    pub estimate: f64,
    /// w (a − estimate b) / Σ w b, for each row of the sample: per respondent where a row is several.
    pub influence: Vec<f64>,
}

/// The ratio of the weighted sums of pairs (a, b); a row without a pair is outside the base and has no influence.
///
/// # Errors
/// [`Undefined::TooFew`] without any pair; [`Undefined::OutOfRange`] where the sum of the denominators is zero.
pub fn influence(sample: &[Respondent], pairs: &[Option<(f64, f64)>]) -> Outcome<Ratio> {
    if sample.len() != pairs.len() {
        return Err(Undefined::Shape);
    }
    let (mut above, mut below, mut found) = (0.0, 0.0, 0);
    for (respondent, (a, b)) in sample.iter().zip(pairs).filter_map(|(r, p)| Some((r, (*p)?))) {
        above += respondent.count * respondent.weight * a;
        below += respondent.count * respondent.weight * b;
        found += 1;
    }
    if found == 0 {
        return Err(Undefined::TooFew { found: 0, needed: 1 });
    }
    let estimate = finite(above / below).ok_or(Undefined::OutOfRange)?;
    let influence = sample
        .iter()
        .zip(pairs)
        .map(|(r, pair)| pair.map_or(0.0, |(a, b)| r.weight * (a - estimate * b) / below))
        .collect();
    Ok(Ratio { estimate, influence })
}

/// A variance and the degrees of freedom it is known with.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Variance {
    /// The variance of the estimate.
    pub variance: f64,
    /// Clusters less strata.
    pub df: f64,
}

/// The variance of a sum of influence values, from the spread of clusters within strata.
///
/// ```text
/// v = Σ_h m_h / (m_h − 1) Σ_c (z_hc − z̄_h)²
/// ```
/// z_hc is the sum of influence values in cluster c of stratum h, which has m_h clusters.
///
/// # Errors
/// [`Undefined::TooFew`] where a stratum has one cluster and `lone` refuses it, or there is only one cluster in all;
/// [`Undefined::Shape`] where lengths differ.
pub fn variance(sample: &[Respondent], influence: &[f64], lone: LoneCluster) -> Outcome<Variance> {
    if sample.len() != influence.len() {
        return Err(Undefined::Shape);
    }
    let mut strata: std::collections::BTreeMap<u32, Stratum> = std::collections::BTreeMap::new();
    for (respondent, z) in sample.iter().zip(influence) {
        let stratum = strata.entry(respondent.stratum).or_default();
        match respondent.cluster {
            Some(cluster) => *stratum.clusters.entry(cluster).or_default() += respondent.count * z,
            None => {
                stratum.alone += respondent.count;
                stratum.sum += respondent.count * z;
                stratum.squares += respondent.count * z * z;
            }
        }
    }
    for stratum in strata.values_mut() {
        stratum.sum += stratum.clusters.values().sum::<f64>();
        stratum.squares += stratum.clusters.values().map(|z| z * z).sum::<f64>();
        stratum.alone += float(stratum.clusters.len());
    }
    let clusters: f64 = strata.values().map(|s| s.alone).sum();
    if clusters < 2.0 {
        return Err(Undefined::TooFew { found: usize::from(clusters >= 1.0), needed: 2 });
    }
    let mean = strata.values().map(|s| s.sum).sum::<f64>() / clusters;
    let mut total = 0.0;
    for stratum in strata.values() {
        let m = stratum.alone;
        if m > 1.0 {
            let spread = (stratum.squares - stratum.sum * stratum.sum / m).max(0.0);
            total += m / (m - 1.0) * spread;
        } else if m > 0.0 {
            total += match lone {
                LoneCluster::Refuse => return Err(Undefined::TooFew { found: 1, needed: 2 }),
                LoneCluster::Adjust => (stratum.sum - mean) * (stratum.sum - mean),
                LoneCluster::Certainty => 0.0,
            };
        }
    }
    let df = clusters - float(strata.len());
    Ok(Variance { variance: finite(total).ok_or(Undefined::OutOfRange)?, df: df.max(1.0) })
}

#[derive(Debug, Default)]
struct Stratum {
    clusters: std::collections::BTreeMap<u32, f64>,
    /// Clusters, with respondents who are drawn by themselves.
    alone: f64,
    sum: f64,
    squares: f64,
}

/// An estimate with what is known of its error; bounds and probabilities are in the unit of the estimate.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Estimate {
    /// The estimate.
    pub value: f64,
    /// Its standard error.
    pub standard_error: f64,
    /// Degrees of freedom of the standard error; taken as many where not given.
    pub df: Option<f64>,
    /// For a share: what stands for 0 and for 1, and the effective sample size.
    pub share: Option<Share>,
}

/// What makes an estimate a share.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Share {
    /// What a share of 0 is written as.
    pub zero: f64,
    /// What a share of 1 is written as: 1, or 100 for a percentage.
    pub one: f64,
    /// Effective sample size.
    pub effective_n: f64,
}

/// How the interval of a share is made.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Interval {
    /// Wilson's score interval.
    #[default]
    Wilson,
    /// Clopper and Pearson's, with the sample shortened by the degrees of freedom as Korn and Graubard do.
    ClopperPearson,
    /// The estimate and as many standard errors as the level asks for.
    Normal,
}

impl Estimate {
    /// The two-sided interval at a level of confidence: of a share as `kind` says, else by t or the normal distribution.
    #[must_use]
    pub fn interval(&self, level: f64, kind: Interval) -> Option<(f64, f64)> {
        if !(0.0..1.0).contains(&level) {
            return None;
        }
        let c = critical(level, self.df);
        match (self.share, kind) {
            (Some(share), Interval::Wilson) => {
                let (a, b) = proportion::wilson(share.of(self.value)?, share.effective_n, c)?;
                Some(share.written(a, b))
            }
            (Some(share), Interval::ClopperPearson) => {
                let shorter = critical(level, None) / c;
                let n = share.effective_n * shorter * shorter;
                let (a, b) = proportion::clopper_pearson(share.of(self.value)?, n, level)?;
                Some(share.written(a, b))
            }
            _ => {
                let half = finite(c * self.standard_error).filter(|half| *half >= 0.0)?;
                Some((self.value - half, self.value + half))
            }
        }
    }

    /// The bound that the true value exceeds with a confidence of `level` (0.5 or more): of a share by Wilson's interval.
    #[must_use]
    pub fn lower_bound(&self, level: f64) -> Option<f64> {
        (0.5..1.0)
            .contains(&level)
            .then(|| self.interval(2.0 * level - 1.0, Interval::Wilson))
            .flatten()
            .map(|i| i.0)
    }

    /// The bound below which the true value lies with a confidence of `level` (0.5 or more).
    #[must_use]
    pub fn upper_bound(&self, level: f64) -> Option<f64> {
        (0.5..1.0)
            .contains(&level)
            .then(|| self.interval(2.0 * level - 1.0, Interval::Wilson))
            .flatten()
            .map(|i| i.1)
    }

    /// The confidence that the true value is at least `threshold`: it reaches `level` exactly where
    /// [`lower_bound`](Self::lower_bound) reaches the threshold. For "at most", take what is left of 1.
    #[must_use]
    pub fn probability_at_least(&self, threshold: f64) -> Option<f64> {
        let z = match self.share {
            Some(share) => {
                let t = share.place(threshold);
                if t <= 0.0 {
                    return Some(1.0);
                }
                if t >= 1.0 {
                    return Some(0.0);
                }
                (share.of(self.value)? - t) / (t * (1.0 - t) / share.effective_n).sqrt()
            }
            None if self.standard_error == 0.0 => {
                return Some(if self.value >= threshold { 1.0 } else { 0.0 });
            }
            None => (self.value - threshold) / self.standard_error,
        };
        let z = finite(z)?;
        Some(match self.df {
            Some(df) => {
                let beyond = distribution::t_two_sided(z, df) / 2.0;
                if z > 0.0 { 1.0 - beyond } else { beyond }
            }
            None => distribution::normal_cdf(z),
        })
    }

    /// The difference to another estimate from an independent sample, with its standard error; what it is a share of is
    /// lost, and the degrees of freedom are Welch and Satterthwaite's.
    #[must_use]
    pub fn minus(&self, other: &Self) -> Self {
        let (a, b) = (self.standard_error * self.standard_error, other.standard_error * other.standard_error);
        let df = match (self.df, other.df) {
            (None, None) => None,
            (x, y) => {
                let part = |v: f64, df: Option<f64>| df.map_or(0.0, |df| v * v / df);
                finite((a + b) * (a + b) / (part(a, x) + part(b, y))).filter(|df| *df > 0.0)
            }
        };
        Self { value: self.value - other.value, standard_error: (a + b).sqrt(), df, share: None }
    }

    /// The two-sided p value of the true value being zero: of a difference, that there is none.
    #[must_use]
    pub fn p_value(&self) -> Option<f64> {
        let z = finite(self.value / self.standard_error)?;
        Some(match self.df {
            Some(df) => distribution::t_two_sided(z, df),
            None => distribution::normal_two_sided(z),
        })
    }
}

impl Share {
    /// Where a written number lies between 0 and 1.
    fn place(&self, written: f64) -> f64 {
        (written - self.zero) / (self.one - self.zero)
    }
    /// The share a written estimate is; rounding may have taken it a little outside.
    fn of(&self, written: f64) -> Option<f64> {
        let share = self.place(written);
        ((-1e-9..=1.0 + 1e-9).contains(&share)).then(|| share.clamp(0.0, 1.0))
    }
    fn written(&self, lower: f64, upper: f64) -> (f64, f64) {
        let at = |share: f64| self.zero + (self.one - self.zero) * share;
        (at(lower), at(upper))
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::testing::{close, near};
    use proptest::prelude::*;

    fn one(weight: f64, stratum: u32, cluster: Option<u32>) -> Respondent {
        Respondent { weight, count: 1.0, stratum, cluster }
    }

    fn estimate(sample: &[Respondent], pairs: &[Option<(f64, f64)>]) -> (f64, f64, f64) {
        let ratio = influence(sample, pairs).unwrap();
        let found = variance(sample, &ratio.influence, LoneCluster::Refuse).unwrap();
        (ratio.estimate, found.variance.sqrt(), found.df)
    }

    #[test]
    fn the_example_of_the_stata_survey_manual() {
        // Data set `fpc` of the [SVY] manual, also in R's survey package: mean 5.448148, standard error .7412683 without
        // finite population correction, 8 clusters in 2 strata.
        let x = [2.8, 4.1, 6.8, 6.8, 9.2, 3.7, 6.6, 4.2];
        let sample: Vec<Respondent> =
            (0..8).map(|i| if i < 5 { one(3.0, 1, Some(i)) } else { one(4.0, 2, Some(i)) }).collect();
        let pairs: Vec<_> = x.iter().map(|x| Some((*x, 1.0))).collect();
        let (mean, error, df) = estimate(&sample, &pairs);
        assert_eq!(
            (format!("{mean:.6}"), format!("{error:.7}"), df),
            ("5.448148".into(), "0.7412683".into(), 6.0)
        );
    }

    #[test]
    fn a_ratio_of_levy_and_lemeshow() {
        // Sampling of Populations (2008), ISBN 978-0-470-04007-2, survivors among cardiac arrests by ambulance, in three
        // strata of two; values of samplics 0.6.0.
        let alive = [25.0, 24.0, 30.0, 49.0, 80.0, 70.0];
        let arrests = [120.0, 78.0, 185.0, 228.0, 670.0, 530.0];
        let sample: Vec<Respondent> = (0..6).map(|i| one(1.0, i / 2, Some(i))).collect();
        let pairs: Vec<_> = alive.iter().zip(arrests).map(|(a, b)| Some((*a, b))).collect();
        let (ratio, error, df) = estimate(&sample, &pairs);
        close(ratio, 0.153_506_350_082_827_18, 1e-14);
        close(error, 0.009_807_303_599_974_754, 1e-12);
        assert_eq!(df, 3.0);
    }

    const MEAN: (f64, f64) = (3.092_105_263_157_894_7, 0.113_155_128_497_090_03);
    const RATIO: (f64, f64) = (0.417_730_496_453_900_7, 0.100_273_529_082_611_27);
    /// Domain, share, standard error.
    const DOMAINS: [(u32, f64, f64); 4] = [
        (0, 0.394_366_197_183_098_57, 0.081_047_021_109_591_58),
        (1, 0.260_869_565_217_391_3, 0.148_928_033_314_008_72),
        (2, 0.408, 0.107_610_317_621_809_24),
        (3, 0.556_701_030_927_835_1, 0.198_018_332_820_137_78),
    ];

    /// Fifty respondents in ten clusters of three strata, by a formula.
    fn made() -> Vec<(Respondent, f64, f64, u32)> {
        let mut out = Vec::new();
        for h in 0..3u32 {
            for c in 0..3 + h % 2 {
                for i in 0..5 {
                    let k = h * 100 + c * 10 + i;
                    let weight = 1.0 + f64::from((k * 7) % 11) / 4.0;
                    let yes = if (k * 13 + h + c) % 7 < 3 { 1.0 } else { 0.0 };
                    out.push((
                        one(weight, h, Some(h * 10 + c)),
                        yes,
                        f64::from((k * 3) % 5 + 1),
                        (k * 3) % 4,
                    ));
                }
            }
        }
        out
    }

    #[test]
    fn agrees_with_samplics() {
        // samplics 0.6.0, TaylorEstimator: strata and clusters, no strata, no clusters, a ratio.
        let rows = made();
        let sample: Vec<Respondent> = rows.iter().map(|r| r.0).collect();
        let yes: Vec<_> = rows.iter().map(|r| Some((r.1, 1.0))).collect();
        let (share, error, df) = estimate(&sample, &yes);
        close(share, 0.405_701_754_385_964_9, 1e-13);
        close(error, 0.072_379_649_679_225_29, 1e-12);
        assert_eq!(df, 7.0);
        let unstratified: Vec<_> = sample.iter().map(|r| Respondent { stratum: 0, ..*r }).collect();
        close(estimate(&unstratified, &yes).1, 0.065_137_127_795_013_45, 1e-12);
        let unclustered: Vec<_> = sample.iter().map(|r| Respondent { cluster: None, ..*r }).collect();
        close(estimate(&unclustered, &yes).1, 0.075_670_020_346_119, 1e-12);
        let level: Vec<_> = rows.iter().map(|r| Some((r.2, 1.0))).collect();
        let (mean, error, _) = estimate(&sample, &level);
        close(mean, MEAN.0, 1e-13);
        close(error, MEAN.1, 1e-12);
        let ratio: Vec<_> = rows.iter().map(|r| Some((r.1 * r.2, r.2))).collect();
        let (ratio, error, _) = estimate(&sample, &ratio);
        close(ratio, RATIO.0, 1e-13);
        close(error, RATIO.1, 1e-12);
        for (domain, share, error) in DOMAINS {
            let inside: Vec<_> = rows.iter().map(|r| (r.3 == domain).then_some((r.1, 1.0))).collect();
            let (found, deviation, _) = estimate(&sample, &inside);
            close(found, share, 1e-13);
            close(deviation, error, 1e-12);
        }
    }

    #[test]
    fn kish() {
        // 100 equal weights; and one of 10 among nine of 1: 19² / 109.
        let weighting = |weights: &[f64]| Weighting::of(weights.iter().map(|w| (*w, 1.0)));
        let equal = weighting(&[0.3; 100]).unwrap();
        near(equal.effective_n, 100.0, 1e-12);
        let mut odd = vec![1.0; 10];
        odd[0] = 10.0;
        let odd = weighting(&odd).unwrap();
        near(odd.effective_n, 3.311_927, 1e-6);
        // 1 + cv²: mean 1.9, population variance 7.29.
        near(odd.design_effect(), 1.0 + 7.29 / 3.61, 1e-12);
        near(odd.efficiency() * odd.design_effect(), 1.0, 1e-12);
        assert_eq!((weighting(&[]), weighting(&[1.0, 0.0]), weighting(&[1.0, -1.0])), (None, None, None));
        assert_eq!(weighting(&[1.0, f64::NAN]), None);
        // Counts stand for as many respondents.
        assert_eq!(Weighting::of([(2.0, 2.0), (1.0, 1.0)]), weighting(&[2.0, 2.0, 1.0]));
    }

    #[test]
    fn a_stratum_with_one_cluster() {
        let sample = [one(1.0, 0, Some(0)), one(1.0, 0, Some(1)), one(1.0, 1, Some(2))];
        let z = [0.5, -0.25, -0.25];
        assert_eq!(
            variance(&sample, &z, LoneCluster::Refuse),
            Err(Undefined::TooFew { found: 1, needed: 2 })
        );
        let two = 2.0 * (0.375f64 * 0.375 * 2.0);
        near(variance(&sample, &z, LoneCluster::Certainty).unwrap().variance, two, 1e-14);
        near(variance(&sample, &z, LoneCluster::Adjust).unwrap().variance, two + 0.0625, 1e-14);
        assert_eq!(variance(&sample, &z, LoneCluster::Adjust).unwrap().df, 1.0);
    }

    #[test]
    fn edges() {
        assert_eq!(influence(&[], &[]), Err(Undefined::TooFew { found: 0, needed: 1 }));
        assert_eq!(influence(&[one(1.0, 0, None)], &[]), Err(Undefined::Shape));
        assert_eq!(influence(&[one(1.0, 0, None)], &[None]), Err(Undefined::TooFew { found: 0, needed: 1 }));
        assert_eq!(influence(&[one(1.0, 0, None)], &[Some((1.0, 0.0))]), Err(Undefined::OutOfRange));
        assert_eq!(variance(&[one(1.0, 0, None)], &[], LoneCluster::Refuse), Err(Undefined::Shape));
        let alone = variance(&[one(1.0, 0, None)], &[0.0], LoneCluster::Certainty);
        assert_eq!(alone, Err(Undefined::TooFew { found: 1, needed: 2 }));
    }

    #[test]
    fn differences_of_samples() {
        // Two shares of 0.6 and 0.5 of 400 each: standard error 0.0350, z 2.857, p 0.0043.
        let share = |p: f64, n: f64| Estimate {
            value: p,
            standard_error: (p * (1.0 - p) / n).sqrt(),
            df: None,
            share: Some(Share { zero: 0.0, one: 1.0, effective_n: n }),
        };
        let difference = share(0.6, 400.0).minus(&share(0.5, 400.0));
        near(difference.value, 0.1, 1e-12);
        near(difference.standard_error, 0.035, 1e-12);
        near(difference.p_value().unwrap(), 0.004_276, 1e-4);
        // Welch's degrees of freedom of equal variances and samples: the sum.
        let t = Estimate { value: 1.0, standard_error: 1.0, df: Some(10.0), share: None };
        near(t.minus(&t).df.unwrap(), 20.0, 1e-12);
        assert_eq!(Estimate { standard_error: 0.0, ..t }.p_value(), None);
    }

    #[test]
    fn percentages_are_shares() {
        let points = Estimate {
            value: 62.0,
            standard_error: 2.5,
            df: None,
            share: Some(Share { zero: 0.0, one: 100.0, effective_n: 400.0 }),
        };
        let (lower, upper) = points.interval(0.95, Interval::Wilson).unwrap();
        let (a, b) = proportion::wilson(0.62, 400.0, critical(0.95, None)).unwrap();
        near(lower, 100.0 * a, 1e-12);
        near(upper, 100.0 * b, 1e-12);
        near(
            points.probability_at_least(60.0).unwrap(),
            proportion::probability_at_least(0.62, 400.0, 0.6).unwrap(),
            1e-12,
        );
        let (a, b) = points.interval(0.95, Interval::Normal).unwrap();
        near(b - a, 2.0 * 1.959_963_985 * 2.5, 1e-9);
        let outside = Estimate { value: 101.0, ..points };
        assert_eq!(
            (outside.interval(0.95, Interval::Wilson), outside.probability_at_least(50.0)),
            (None, None)
        );
        assert_eq!((points.interval(1.0, Interval::Wilson), points.lower_bound(0.3)), (None, None));
    }

    proptest! {
        #[test]
        fn equal_weights_count_for_nothing(values in prop::collection::vec(0u8..2, 2..60), w in 0.01f64..1e4) {
            let sample: Vec<_> = values.iter().map(|_| one(w, 0, None)).collect();
            let pairs: Vec<_> = values.iter().map(|y| Some((f64::from(*y), 1.0))).collect();
            let n = values.len() as f64;
            let p = values.iter().map(|y| f64::from(*y)).sum::<f64>() / n;
            let (found, error, df) = estimate(&sample, &pairs);
            near(found, p, 1e-12);
            near(error, (p * (1.0 - p) / (n - 1.0)).sqrt(), 1e-9);
            prop_assert_eq!(df, n - 1.0);
        }

        #[test]
        fn only_proportions_of_weights_matter(
            rows in prop::collection::vec((0.1f64..10.0, 0u8..6, 0u32..3, 0u32..4), 12..60), scale in 0.001f64..1000.0,
        ) {
            let sample = |k: f64| rows.iter().map(|r| one(k * r.0, 0, Some(r.2 * 10 + r.3))).collect::<Vec<_>>();
            let pairs: Vec<_> = rows.iter().map(|r| Some((f64::from(r.1), 1.0))).collect();
            let distinct: std::collections::BTreeSet<_> = rows.iter().map(|r| (r.2, r.3)).collect();
            prop_assume!(distinct.len() > 1);
            let (a, b) = (estimate(&sample(1.0), &pairs), estimate(&sample(scale), &pairs));
            near(a.0, b.0, 1e-10);
            near(a.1, b.1, 1e-8);
        }

        #[test]
        fn a_count_is_as_many_respondents(rows in prop::collection::vec((0.1f64..10.0, 0u8..2, 1u8..5), 2..20)) {
            let counted: Vec<_> =
                rows.iter().map(|r| Respondent { count: f64::from(r.2), ..one(r.0, 0, None) }).collect();
            let pairs: Vec<_> = rows.iter().map(|r| Some((f64::from(r.1), 1.0))).collect();
            let singly: Vec<_> =
                rows.iter().flat_map(|r| std::iter::repeat_n((one(r.0, 0, None), Some((f64::from(r.1), 1.0))), r.2.into())).collect();
            let (sample, each): (Vec<_>, Vec<_>) = singly.into_iter().unzip();
            let (a, b) = (estimate(&counted, &pairs), estimate(&sample, &each));
            near(a.0, b.0, 1e-12);
            near(a.1, b.1, 1e-9);
            prop_assert_eq!(a.2, b.2);
        }

        #[test]
        fn bounds_and_probabilities_agree(
            p in 0.0f64..=1.0, n in 5.0f64..1000.0, t in 0.02f64..0.98, level in 0.6f64..0.99, df in 2u8..60, with_df: bool,
        ) {
            let share = Estimate {
                value: p,
                standard_error: (p * (1.0 - p) / n).sqrt(),
                df: with_df.then_some(f64::from(df)),
                share: Some(Share { zero: 0.0, one: 1.0, effective_n: n }),
            };
            let (bound, probability) = (share.lower_bound(level).unwrap(), share.probability_at_least(t).unwrap());
            prop_assume!((bound - t).abs() > 1e-9);
            prop_assert_eq!(bound > t, probability > level);
            prop_assert!(bound <= p + 1e-12 && p <= share.upper_bound(level).unwrap() + 1e-12);
        }
    }
}
