//! Principal components, rotation, and whether a set of indicators belongs together.
//!
//! Everything starts from a correlation or covariance matrix, so who makes it decides about missing values.

use crate::linear::{self, Eigen};
use crate::matrix::Matrix;
use crate::moments::{Quantile, quantile};
use crate::random::Stream;
use crate::rank;
use crate::{Outcome, Undefined, distribution, float};

/// The principal components of a correlation (or covariance) matrix.
#[derive(Debug, Clone, PartialEq)]
pub struct Components {
    /// The variance of each component, falling: eigenvalues, cut at 0 where rounding left them below.
    pub variances: Vec<f64>,
    /// The components as columns of length 1, one row per indicator; the entry of largest size is positive.
    pub vectors: Matrix,
}

/// The principal components of a matrix.
///
/// # Errors
/// As [`linear::eigen`].
pub fn principal(matrix: &Matrix) -> Outcome<Components> {
    let Eigen { values, vectors } = linear::eigen(matrix)?;
    Ok(Components { variances: values.into_iter().map(|value| value.max(0.0)).collect(), vectors })
}

impl Components {
    /// The part of the whole variance that each component has.
    #[must_use]
    pub fn shares(&self) -> Vec<f64> {
        let total: f64 = self.variances.iter().sum();
        self.variances.iter().map(|variance| variance / total).collect()
    }
    /// How many components have a variance above `limit`: 1 is Kaiser's rule for a correlation matrix.
    #[must_use]
    pub fn above(&self, limit: f64) -> usize {
        self.variances.iter().filter(|variance| **variance > limit).count()
    }
    /// The loadings of the first components: correlations of indicators (rows) and components (columns).
    #[must_use]
    pub fn loadings(&self, n_components: usize) -> Matrix {
        let n_components = n_components.min(self.variances.len());
        Matrix::from_fn(self.vectors.n_rows(), n_components, |i, k| {
            self.vectors[(i, k)] * self.variances[k].sqrt()
        })
    }
}

/// Whether rows are brought to length 1 before a rotation.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum RowLength {
    /// Kaiser's normalization: every indicator counts the same.
    #[default]
    Kaiser,
    /// Rows as they are: indicators with higher communality count more.
    Raw,
}

/// Rotated loadings, factor of largest variance first.
#[derive(Debug, Clone, PartialEq)]
pub struct Rotated {
    /// Loadings: rows are indicators, columns are factors. The loading of largest size of a factor is positive.
    pub loadings: Matrix,
    /// The sum of squared loadings of each factor, falling.
    pub variances: Vec<f64>,
}

/// Varimax rotation (Kaiser 1958, doi 10.1007/BF02289233), two factors at a time, until no angle is above 1e-15.
///
/// R's `varimax` stops at a relative gain of 1e-5, up to 0.004 short in a loading.
///
/// # Errors
/// [`Undefined::NotConverged`], or [`Undefined::OutOfRange`] for loadings that are not finite.
pub fn varimax(loadings: &Matrix, rows: RowLength) -> Outcome<Rotated> {
    const SWEEPS: usize = 10_000;
    let (n, k) = (loadings.n_rows(), loadings.n_columns());
    if loadings.as_slice().iter().any(|x| !x.is_finite()) {
        return Err(Undefined::OutOfRange);
    }
    let lengths: Vec<f64> = (0..n)
        .map(|i| {
            let length = loadings.row(i).iter().map(|x| x * x).sum::<f64>().sqrt();
            if rows == RowLength::Raw || length == 0.0 { 1.0 } else { length }
        })
        .collect();
    let mut turned = Matrix::from_fn(n, k, |i, j| loadings[(i, j)] / lengths[i]);
    let mut settled = false;
    for _ in 0..SWEEPS {
        let mut largest = 0.0f64;
        for p in 0..k {
            for q in p + 1..k {
                largest = largest.max(turn_pair(&mut turned, p, q));
            }
        }
        settled = largest <= 1e-15;
        if settled {
            break;
        }
    }
    // Rounding may keep an angle of some 1e-16 moving; it does not move a loading.
    if !settled {
        let mut once_more = turned.clone();
        let moved = (0..k).flat_map(|p| (p + 1..k).map(move |q| (p, q)));
        if moved.map(|(p, q)| turn_pair(&mut once_more, p, q)).fold(0.0, f64::max) > 1e-12 {
            return Err(Undefined::NotConverged);
        }
    }
    let turned = Matrix::from_fn(n, k, |i, j| turned[(i, j)] * lengths[i]);
    let variance = |j: usize| turned.column(j).iter().map(|x| x * x).sum::<f64>();
    let variances: Vec<f64> = (0..k).map(variance).collect();
    let order: Vec<usize> = rank::order(&variances.iter().map(|v| -v).collect::<Vec<_>>());
    let mut loadings = Matrix::from_fn(n, k, |i, j| turned[(i, order[j])]);
    for j in 0..k {
        linear::turn(&mut loadings, j);
    }
    Ok(Rotated { loadings, variances: order.into_iter().map(|j| variances[j]).collect() })
}

/// Turns two columns to where the variance of their squares is largest; by how much, in radians.
fn turn_pair(loadings: &mut Matrix, p: usize, q: usize) -> f64 {
    let n = loadings.n_rows();
    let [mut a, mut b, mut c, mut d] = [0.0; 4];
    for i in 0..n {
        let (x, y) = (loadings[(i, p)], loadings[(i, q)]);
        let (u, v) = ((x - y) * (x + y), 2.0 * x * y);
        a += u;
        b += v;
        c += (u - v) * (u + v);
        d += 2.0 * u * v;
    }
    let count = float(n);
    let (sine, cosine) = (d - 2.0 * a * b / count, c - (a * a - b * b) / count);
    // Where the criterion does not depend on the angle, there is nothing to turn.
    if sine.abs().max(cosine.abs()) <= f64::EPSILON * count {
        return 0.0;
    }
    let angle = libm::atan2(sine, cosine) / 4.0;
    let (s, r) = (libm::sin(angle), libm::cos(angle));
    for i in 0..n {
        let (x, y) = (loadings[(i, p)], loadings[(i, q)]);
        loadings[(i, p)] = x * r + y * s;
        loadings[(i, q)] = y * r - x * s;
    }
    angle.abs()
}

/// Weights from rotated factors, as in the Handbook (2008), section 6.1, after Nicoletti, Scarpetta and Boylaud (2000).
#[derive(Debug, Clone, PartialEq)]
pub struct FactorWeights {
    /// The rotated loadings they rest on.
    pub rotated: Rotated,
    /// The factor of each indicator, from 0.
    pub factors: Vec<usize>,
    /// The weights, adding up to 1.
    pub weights: Vec<f64>,
}

/// Each indicator belongs to the factor of which it has the largest part (its squared loading over the factor's sum of
/// squares); its weight is that part times the factor's part of the variance retained, scaled to add up to 1.
///
/// # Errors
/// As [`principal`] and [`varimax`]; [`Undefined::TooFew`] for no factor.
pub fn factor_weights(correlations: &Matrix, n_factors: usize, rows: RowLength) -> Outcome<FactorWeights> {
    let loadings = principal(correlations)?.loadings(n_factors);
    if loadings.n_columns() == 0 {
        return Err(Undefined::TooFew { found: 0, needed: 1 });
    }
    let rotated = varimax(&loadings, rows)?;
    let retained: f64 = rotated.variances.iter().sum();
    let mut factors = Vec::new();
    let mut weights = Vec::new();
    for i in 0..rotated.loadings.n_rows() {
        let part = |k: usize| rotated.loadings[(i, k)] * rotated.loadings[(i, k)] / rotated.variances[k];
        let best =
            (1..rotated.variances.len()).fold(0, |best, k| if part(k) > part(best) { k } else { best });
        factors.push(best);
        weights.push(part(best) * rotated.variances[best] / retained);
    }
    let total: f64 = weights.iter().sum();
    if !total.is_finite() || total <= 0.0 {
        return Err(Undefined::OutOfRange);
    }
    weights.iter_mut().for_each(|weight| *weight /= total);
    Ok(FactorWeights { rotated, factors, weights })
}

/// Kaiser, Meyer and Olkin's measure of sampling adequacy: how much of the correlations is not just between two indicators.
#[derive(Debug, Clone, PartialEq)]
pub struct SamplingAdequacy {
    /// Over all indicators; 0.6 is often asked for.
    pub overall: f64,
    /// Of each indicator.
    pub each: Vec<f64>,
}

/// The measure of sampling adequacy (Kaiser and Rice 1974, doi 10.1177/001316447403400115).
///
/// # Errors
/// [`Undefined::Singular`] where indicators determine each other; [`Undefined::TooFew`] for fewer than two.
pub fn sampling_adequacy(correlations: &Matrix) -> Outcome<SamplingAdequacy> {
    let n = correlations.square()?;
    if n < 2 {
        return Err(Undefined::TooFew { found: n, needed: 2 });
    }
    linear::cholesky(correlations)?;
    let inverse = linear::inverse(correlations)?;
    let (mut plain, mut partial) = (vec![0.0; n], vec![0.0; n]);
    for i in 0..n {
        for j in (0..n).filter(|j| *j != i) {
            plain[i] += correlations[(i, j)] * correlations[(i, j)];
            partial[i] += inverse[(i, j)] * inverse[(i, j)] / (inverse[(i, i)] * inverse[(j, j)]);
        }
    }
    let ratio = |r: f64, p: f64| if r + p > 0.0 { r / (r + p) } else { 0.5 };
    Ok(SamplingAdequacy {
        overall: ratio(plain.iter().sum(), partial.iter().sum()),
        each: plain.iter().zip(&partial).map(|(r, p)| ratio(*r, *p)).collect(),
    })
}

/// Bartlett's test of sphericity: whether the indicators are correlated at all.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Sphericity {
    /// The test statistic.
    pub chi_square: f64,
    /// Its degrees of freedom.
    pub degrees_of_freedom: usize,
    /// The chance of a statistic this large where nothing is correlated.
    pub p_value: f64,
}

/// Bartlett's test on a correlation matrix of `n_units` units (Bartlett 1951, doi 10.1093/biomet/38.3-4.337).
///
/// # Errors
/// [`Undefined::Singular`] where indicators determine each other; [`Undefined::TooFew`] for fewer than two indicators, or
/// units too few for the statistic to be positive.
pub fn sphericity(correlations: &Matrix, n_units: usize) -> Outcome<Sphericity> {
    let p = correlations.square()?;
    if p < 2 {
        return Err(Undefined::TooFew { found: p, needed: 2 });
    }
    let factor = float(n_units) - 1.0 - (2.0 * float(p) + 5.0) / 6.0;
    if factor <= 0.0 {
        return Err(Undefined::TooFew { found: n_units, needed: 2 + (2 * p + 5).div_euclid(6) });
    }
    let chi_square = (-factor * linear::log_determinant(correlations)?).max(0.0);
    let degrees_of_freedom = p * (p - 1) / 2;
    let p_value = distribution::chi_square_tail(chi_square, float(degrees_of_freedom));
    Ok(Sphericity { chi_square, degrees_of_freedom, p_value })
}

/// Cronbach's coefficient alpha of a set of indicators.
#[derive(Debug, Clone, PartialEq)]
pub struct Alpha {
    /// From covariances.
    pub raw: f64,
    /// From correlations: as if all had the same variance.
    pub standardized: f64,
    /// From covariances, each indicator left out in turn; none of two.
    pub without: Vec<Option<f64>>,
}

/// Cronbach's alpha from a covariance matrix (Cronbach 1951, doi 10.1007/BF02310555).
///
/// # Errors
/// [`Undefined::TooFew`] for fewer than two indicators; [`Undefined::Constant`] for one without variance;
/// [`Undefined::OutOfRange`] where the sum of all has no variance.
pub fn alpha(covariances: &Matrix) -> Outcome<Alpha> {
    let k = covariances.square()?;
    if k < 2 {
        return Err(Undefined::TooFew { found: k, needed: 2 });
    }
    let deviations: Vec<f64> = covariances.diagonal().into_iter().map(f64::sqrt).collect();
    if let Some(column) = deviations.iter().position(|deviation| deviation.is_nan() || *deviation <= 0.0) {
        return Err(Undefined::Constant { column });
    }
    let correlations = Matrix::from_fn(k, k, |i, j| covariances[(i, j)] / deviations[i] / deviations[j]);
    let without = |left: usize| {
        let kept: Vec<usize> = (0..k).filter(|i| *i != left).collect();
        (k > 2).then(|| of_covariances(&covariances.minor(&kept))).flatten()
    };
    Ok(Alpha {
        raw: of_covariances(covariances).ok_or(Undefined::OutOfRange)?,
        standardized: of_covariances(&correlations).ok_or(Undefined::OutOfRange)?,
        without: (0..k).map(without).collect(),
    })
}

fn of_covariances(covariances: &Matrix) -> Option<f64> {
    let k = float(covariances.n_rows());
    let total: f64 = covariances.as_slice().iter().sum();
    let own: f64 = covariances.diagonal().iter().sum();
    (total > 0.0).then(|| k / (k - 1.0) * (1.0 - own / total))
}

/// The eigenvalues that uncorrelated normal data of the same size would have: the `level` quantile of each over `n_draws`
/// samples (Horn 1965, doi 10.1007/BF02289447; 0.95 is usual). Components whose variance is above theirs are kept.
///
/// # Errors
/// [`Undefined::TooFew`] for fewer than three units or no draw.
pub fn parallel_analysis(
    n_units: usize,
    n_indicators: usize,
    level: f64,
    n_draws: usize,
    seed: u64,
) -> Outcome<Vec<f64>> {
    if n_units < 3 || n_draws == 0 {
        return Err(Undefined::TooFew { found: n_units.min(n_draws), needed: 3 });
    }
    let mut draws = vec![Vec::with_capacity(n_draws); n_indicators];
    for draw in 0..n_draws {
        let of_draw = Stream::new(seed).split(draw as u64);
        let column = |j: usize| {
            let stream = of_draw.split(j as u64);
            (0..n_units).map(|i| Some(stream.normal(i as u64))).collect::<Vec<_>>()
        };
        let columns: Vec<_> = (0..n_indicators).map(column).collect();
        let correlations = crate::correlation::correlation_matrix(
            &columns,
            crate::correlation::Coefficient::Pearson,
            crate::correlation::Missing::Listwise,
        )?;
        for (at, variance) in principal(&correlations)?.variances.into_iter().enumerate() {
            draws[at].push(variance);
        }
    }
    draws.iter().map(|of| quantile(of, level, Quantile::Type7).ok_or(Undefined::OutOfRange)).collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::testing::near;

    fn equal(n: usize, r: f64) -> Matrix {
        Matrix::from_fn(n, n, |i, j| if i == j { 1.0 } else { r })
    }

    #[test]
    fn indicators_that_all_correlate_the_same() {
        let components = principal(&equal(4, 0.5)).unwrap();
        for (found, want) in components.variances.iter().zip([2.5, 0.5, 0.5, 0.5]) {
            near(*found, want, 1e-14);
        }
        near(components.shares()[0], 0.625, 1e-14);
        assert_eq!(components.above(1.0), 1);
        near(components.loadings(1)[(2, 0)], 2.5f64.sqrt() / 2.0, 1e-14);
        assert_eq!(components.loadings(9).n_columns(), 4);
        // Partial correlations of equal ones are r / (1 + (n - 2) r).
        let adequacy = sampling_adequacy(&equal(4, 0.5)).unwrap();
        near(adequacy.overall, 0.25 / (0.25 + 0.0625), 1e-13);
        near(adequacy.each[3], 0.8, 1e-13);
        let found = alpha(&equal(4, 0.5)).unwrap();
        near(found.raw, 0.8, 1e-14);
        near(found.standardized, 0.8, 1e-14);
        near(found.without[0].unwrap(), 0.75, 1e-14);
        // The determinant is (1 - r)^(n - 1) (1 + (n - 1) r).
        let test = sphericity(&equal(4, 0.5), 30).unwrap();
        near(test.chi_square, -(29.0 - 13.0 / 6.0) * libm::log(0.125 * 2.5), 1e-13);
        assert_eq!(test.degrees_of_freedom, 6);
    }

    #[test]
    fn varimax_finds_the_simple_structure_it_was_turned_away_from() {
        let simple =
            Matrix::from_rows(&[[0.9, 0.0], [0.8, 0.0], [0.7, 0.0], [0.0, 0.6], [0.0, 0.5]]).unwrap();
        for degrees in [1.0f64, 20.0, 44.0, 45.0, 70.0] {
            let (s, c) = (libm::sin(degrees.to_radians()), libm::cos(degrees.to_radians()));
            let turned = simple.times(&Matrix::from_rows(&[[c, -s], [s, c]]).unwrap()).unwrap();
            for rows in [RowLength::Kaiser, RowLength::Raw] {
                let found = varimax(&turned, rows).unwrap();
                for (found, want) in found.loadings.as_slice().iter().zip(simple.as_slice()) {
                    near(*found, *want, 1e-12);
                }
                near(found.variances[1], 0.61, 1e-12);
            }
        }
        let one = varimax(&Matrix::from_rows(&[[-0.9], [-0.8]]).unwrap(), RowLength::Kaiser).unwrap();
        assert_eq!(one.loadings.column(0), [0.9, 0.8]);
        assert_eq!(varimax(&Matrix::zeros(3, 2), RowLength::Kaiser).unwrap().variances, [0.0, 0.0]);
        assert!(varimax(&Matrix::from_fn(2, 2, |_, _| f64::NAN), RowLength::Raw).is_err());
    }

    #[test]
    fn edges() {
        assert_eq!(sampling_adequacy(&equal(3, 1.0)), Err(Undefined::Singular { column: 1 }));
        assert_eq!(sampling_adequacy(&equal(1, 0.0)), Err(Undefined::TooFew { found: 1, needed: 2 }));
        near(sampling_adequacy(&equal(2, 0.3)).unwrap().overall, 0.5, 1e-14);
        assert_eq!(sampling_adequacy(&Matrix::identity(3)).unwrap().overall, 0.5);
        assert_eq!(sphericity(&equal(3, 1.0), 20), Err(Undefined::Singular { column: 1 }));
        assert_eq!(sphericity(&equal(3, 0.5), 2), Err(Undefined::TooFew { found: 2, needed: 3 }));
        assert_eq!(sphericity(&Matrix::identity(3), 20).unwrap().p_value, 1.0);
        assert_eq!(alpha(&Matrix::zeros(2, 2)), Err(Undefined::Constant { column: 0 }));
        assert_eq!(alpha(&equal(1, 0.0)), Err(Undefined::TooFew { found: 1, needed: 2 }));
        assert_eq!(alpha(&equal(2, 0.5)).unwrap().without, [None, None]);
        assert_eq!(alpha(&equal(2, -1.0)), Err(Undefined::OutOfRange));
        assert!(factor_weights(&equal(3, 0.2), 0, RowLength::Kaiser).is_err());
        assert!(parallel_analysis(2, 3, 0.95, 10, 0).is_err());
    }

    #[test]
    fn parallel_analysis_is_near_its_published_values() {
        // 10 variables, 100 units: Longman, Cota, Holden and Fekken (1989) give a mean first eigenvalue of about 1.56.
        let found = parallel_analysis(100, 10, 0.5, 200, 0).unwrap();
        assert!((found[0] - 1.56).abs() < 0.05, "{found:?}");
        assert!(found.windows(2).all(|pair| pair[0] > pair[1]));
        near(found.iter().sum(), 10.0, 0.05);
        assert_eq!(found, parallel_analysis(100, 10, 0.5, 200, 0).unwrap());
    }
}
