//! Variance-based sensitivity: how much of a result's variance each input is responsible for.
//!
//! The estimators work on results already computed, for two independent samples of the inputs, A and B, and for the samples
//! `AB_j`, which are A with input j taken from B.

use crate::moments::{mean, variance};
use crate::{Outcome, Undefined, float};

/// How the variance is taken, and whether results are centered for first-order indices.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Convention {
    /// The mean of all results is taken off before products are formed, and the variance is that of A and B together,
    /// divided by n: as SALib. Centering makes first-order estimates more precise where the mean is far from 0.
    #[default]
    Centered,
    /// Results as they are, and the variance divided by n - 1: as in Saltelli et al. (2010), and COINr.
    Plain,
}

/// Sensitivity indices, one per input.
#[derive(Debug, Clone, PartialEq)]
pub struct Indices {
    /// First-order indices, by Saltelli et al. (2010, doi 10.1016/j.cpc.2009.09.018), table 2 (b): the part of the variance
    /// that input j explains alone. Estimates may be below 0.
    pub first: Vec<f64>,
    /// Total indices, by Jansen (1999, doi 10.1016/S0010-4655(98)00154-4): the part of the variance that stays when all but
    /// input j are known.
    pub total: Vec<f64>,
    /// The variance they are parts of.
    pub variance: f64,
}

/// The indices from results for A, for B, and for each `AB_j`.
///
/// # Errors
/// [`Undefined::TooFew`] for fewer than two results, [`Undefined::Shape`] for samples of different sizes,
/// [`Undefined::OutOfRange`] for results that are not finite, [`Undefined::Constant`] for results that do not vary.
pub fn indices<C: AsRef<[f64]>>(a: &[f64], b: &[f64], ab: &[C], convention: Convention) -> Outcome<Indices> {
    let n = a.len();
    if n < 2 {
        return Err(Undefined::TooFew { found: n, needed: 2 });
    }
    if b.len() != n || ab.iter().any(|column| column.as_ref().len() != n) {
        return Err(Undefined::Shape);
    }
    let all = || a.iter().chain(b).chain(ab.iter().flat_map(|column| column.as_ref()));
    if all().any(|y| !y.is_finite()) {
        return Err(Undefined::OutOfRange);
    }
    let both: Vec<f64> = a.iter().chain(b).copied().collect();
    let (center, ddof) = match convention {
        Convention::Centered => (mean(&all().copied().collect::<Vec<_>>()).ok_or(Undefined::OutOfRange)?, 0),
        Convention::Plain => (0.0, 1),
    };
    let variance = variance(&both, ddof).ok_or(Undefined::OutOfRange)?;
    if variance == 0.0 {
        return Err(Undefined::Constant { column: 0 });
    }
    let mut found = Indices { first: Vec::new(), total: Vec::new(), variance };
    for column in ab {
        let rows = || a.iter().zip(b).zip(column.as_ref());
        let first: f64 = rows().map(|((a, b), ab)| (b - center) * (ab - a)).sum();
        let total: f64 = rows().map(|((a, _), ab)| (a - ab) * (a - ab)).sum();
        found.first.push(first / float(n) / variance);
        found.total.push(total / (2.0 * float(n)) / variance);
    }
    Ok(found)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::random::Stream;

    /// Results of a function at A, B and every AB_j.
    fn results(n: u64, d: u64, function: impl Fn(&[f64]) -> f64) -> (Vec<f64>, Vec<f64>, Vec<Vec<f64>>) {
        let sample = |part: u64| -> Vec<Vec<f64>> {
            let draw = |i| (0..d).map(|j| Stream::new(1).split(part).split(j).uniform(i)).collect();
            (0..n).map(draw).collect()
        };
        let (a, b) = (sample(0), sample(1));
        let mixed = |j: usize| {
            let row = |(a, b): (&Vec<f64>, &Vec<f64>)| {
                let mut row = a.clone();
                row[j] = b[j];
                function(&row)
            };
            a.iter().zip(&b).map(row).collect()
        };
        let of = |rows: &[Vec<f64>]| rows.iter().map(|row| function(row)).collect();
        (of(&a), of(&b), (0..usize::try_from(d).unwrap()).map(mixed).collect())
    }

    #[test]
    fn the_g_function() {
        let g = |x: &[f64]| {
            x.iter().zip([0.0, 0.5, 3.0, 9.0]).map(|(x, a)| ((4.0 * x - 2.0).abs() + a) / (1.0 + a)).product()
        };
        let (a, b, ab) = results(20_000, 4, g);
        // Partial variances are 1 / (3 (1 + a)^2), and everything is a product.
        let parts: Vec<f64> =
            [0.0, 0.5, 3.0, 9.0f64].iter().map(|a| 1.0 / (3.0 * (1.0 + a) * (1.0 + a))).collect();
        let whole: f64 = parts.iter().map(|v| 1.0 + v).product::<f64>() - 1.0;
        for convention in [Convention::Centered, Convention::Plain] {
            let found = indices(&a, &b, &ab, convention).unwrap();
            for (j, part) in parts.iter().enumerate() {
                let total = part * (1.0 + whole) / (1.0 + part) / whole;
                assert!((found.first[j] - part / whole).abs() < 0.03, "{j} {found:?}");
                assert!((found.total[j] - total).abs() < 0.03, "{j} {found:?}");
            }
            assert!((found.variance - whole).abs() < 0.03);
        }
    }

    #[test]
    fn edges() {
        let none: [Vec<f64>; 0] = [];
        assert_eq!(
            indices(&[1.0], &[2.0], &none, Convention::Plain),
            Err(Undefined::TooFew { found: 1, needed: 2 })
        );
        let failed = indices(&[1.0, f64::NAN], &[2.0, 3.0], &none, Convention::Plain);
        assert_eq!(failed, Err(Undefined::OutOfRange));
        assert_eq!(indices(&[1.0, 2.0], &[2.0, 3.0], &[[1.0]], Convention::Plain), Err(Undefined::Shape));
        let flat = indices(&[1.0, 1.0], &[1.0, 1.0], &[[1.0, 1.0]], Convention::Centered);
        assert_eq!(flat, Err(Undefined::Constant { column: 0 }));
    }

    #[test]
    fn an_input_that_does_nothing_has_indices_of_zero() {
        let (a, b, ab) = results(100, 2, |x| x[0]);
        let found = indices(&a, &b, &ab, Convention::Centered).unwrap();
        assert_eq!((found.first[1], found.total[1]), (0.0, 0.0));
    }
}
