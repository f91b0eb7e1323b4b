//! Correlation of two variables, how surprising it is, and matrices of correlations and covariances.
//!
//! Pearson, Spearman (Pearson of average ranks) and Kendall's tau-b. A value missing in one of two variables leaves out the
//! pair. A correlation with a variable that has one value only is undefined, never 0.
//!
//! ```
//! use gradus_statistics::correlation::{Coefficient, complete_pairs, correlate};
//! let (x, y) = complete_pairs(&[Some(1.0), Some(2.0), None, Some(3.0)], &[Some(2.0), Some(4.0), Some(9.0), Some(5.0)]);
//! let found = correlate(Coefficient::Spearman, &x, &y).unwrap();
//! assert_eq!((found.n, found.coefficient), (3, 1.0));
//! ```

use crate::distribution;
use crate::matrix::Matrix;
use crate::moments::{constant, mean};
use crate::rank::{self, Ties};
use crate::{Outcome, Undefined, finite, float};

/// Which coefficient.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Coefficient {
    /// Of the values: how near they are to a line.
    #[default]
    Pearson,
    /// Of their ranks, ties at the average: how near they are to a rising or falling curve.
    Spearman,
    /// Kendall's tau-b: pairs of units in the same order less pairs in the opposite one, corrected for ties.
    Kendall,
}

/// A correlation with what it takes to judge it.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Correlation {
    /// Units with both values.
    pub n: usize,
    /// The coefficient, from -1 to 1.
    pub coefficient: f64,
    /// The two-sided p value of no correlation, as R's `cor.test(exact = FALSE)`; none for fewer than three units.
    pub p_value: Option<f64>,
}

/// The pairs that have both values.
#[must_use]
pub fn complete_pairs(x: &[Option<f64>], y: &[Option<f64>]) -> (Vec<f64>, Vec<f64>) {
    x.iter().zip(y).filter_map(|(x, y)| Some(((*x)?, (*y)?))).unzip()
}

/// The rows in which every column has a value, column by column, with their positions.
#[must_use]
pub fn complete_rows<C: AsRef<[Option<f64>]>>(columns: &[C]) -> (Vec<Vec<f64>>, Vec<usize>) {
    let n_rows = columns.iter().map(|column| column.as_ref().len()).min().unwrap_or(0);
    let rows: Vec<usize> =
        (0..n_rows).filter(|i| columns.iter().all(|column| column.as_ref()[*i].is_some())).collect();
    let kept = |column: &C| rows.iter().filter_map(|i| column.as_ref()[*i]).collect();
    (columns.iter().map(kept).collect(), rows)
}

/// A coefficient of two lists of the same length; `None` for fewer than two pairs, or where a list has one value only.
#[must_use]
pub fn coefficient(kind: Coefficient, x: &[f64], y: &[f64]) -> Option<f64> {
    match kind {
        Coefficient::Pearson => pearson(x, y),
        Coefficient::Spearman => spearman(x, y),
        Coefficient::Kendall => kendall(x, y),
    }
}

/// Pearson's correlation.
#[must_use]
pub fn pearson(x: &[f64], y: &[f64]) -> Option<f64> {
    if x.len() != y.len() || constant(x) || constant(y) {
        return None;
    }
    let (x, y) = (deviations(x)?, deviations(y)?);
    let product: f64 = x.iter().zip(&y).map(|(x, y)| x * y).sum();
    let squares = |z: &[f64]| z.iter().map(|z| z * z).sum::<f64>();
    finite(product / (squares(&x) * squares(&y)).sqrt()).map(|r| r.clamp(-1.0, 1.0))
}

/// Differences from the mean, as parts of the largest.
fn deviations(values: &[f64]) -> Option<Vec<f64>> {
    let mean = mean(values)?;
    let largest = values.iter().fold(0.0f64, |largest, x| largest.max((x - mean).abs()));
    (largest > 0.0).then(|| values.iter().map(|x| (x - mean) / largest).collect())
}

/// Spearman's correlation: Pearson's of average ranks.
#[must_use]
pub fn spearman(x: &[f64], y: &[f64]) -> Option<f64> {
    pearson(&rank::ranks(x, Ties::Average), &rank::ranks(y, Ties::Average))
}

/// Kendall's tau-b, counted by sorting in n log n (Knight 1966, doi 10.1080/01621459.1966.10480879).
#[must_use]
pub fn kendall(x: &[f64], y: &[f64]) -> Option<f64> {
    let (score, [pairs, tied_x, tied_y]) = concordance(x, y)?;
    finite(score / (pairs - tied_x).sqrt() / (pairs - tied_y).sqrt()).map(|tau| tau.clamp(-1.0, 1.0))
}

/// Concordant less discordant pairs; how many pairs there are, and how many are tied in x and in y.
fn concordance(x: &[f64], y: &[f64]) -> Option<(f64, [f64; 3])> {
    if x.len() != y.len() || constant(x) || constant(y) || x.iter().chain(y).any(|z| z.is_nan()) {
        return None;
    }
    // Ranks compare as the values do, and -0 equals 0 in them.
    let (x, y) = (rank::ranks(x, Ties::Min), rank::ranks(y, Ties::Min));
    let mut order: Vec<usize> = (0..x.len()).collect();
    order.sort_by(|i, j| x[*i].total_cmp(&x[*j]).then(y[*i].total_cmp(&y[*j])));
    let pairs = |n: usize| float(n) * (float(n) - 1.0) / 2.0;
    let tied = |counts: &[usize]| counts.iter().map(|n| pairs(*n)).sum::<f64>();
    let both: f64 = order.chunk_by(|i, j| x[*i] == x[*j] && y[*i] == y[*j]).map(|run| pairs(run.len())).sum();
    let (tied_x, tied_y) = (tied(&rank::tied_counts(&x)), tied(&rank::tied_counts(&y)));
    let mut in_order: Vec<f64> = order.iter().map(|i| y[*i]).collect();
    let swaps = sort_counting(&mut in_order);
    let all = pairs(x.len());
    Some((all - tied_x - tied_y + both - 2.0 * swaps, [all, tied_x, tied_y]))
}

/// Sorts by merging, and counts how many pairs were in the wrong order.
fn sort_counting(values: &mut Vec<f64>) -> f64 {
    let n = values.len();
    let mut swaps = 0.0;
    let mut merged = Vec::with_capacity(n);
    let mut width = 1;
    while width < n {
        merged.clear();
        for start in (0..n).step_by(2 * width) {
            let (middle, end) = ((start + width).min(n), (start + 2 * width).min(n));
            let (mut left, mut right) = (start, middle);
            while left < middle || right < end {
                if right == end || (left < middle && values[left] <= values[right]) {
                    merged.push(values[left]);
                    left += 1;
                } else {
                    swaps += float(middle - left);
                    merged.push(values[right]);
                    right += 1;
                }
            }
        }
        std::mem::swap(values, &mut merged);
        width *= 2;
    }
    swaps
}

/// A coefficient of the complete pairs with its p value: of Student's t for Pearson and Spearman, of the normal
/// approximation corrected for ties for Kendall.
#[must_use]
pub fn correlate(kind: Coefficient, x: &[f64], y: &[f64]) -> Option<Correlation> {
    let n = x.len();
    let coefficient = coefficient(kind, x, y)?;
    let p_value = (n > 2).then(|| match kind {
        Coefficient::Kendall => kendall_p(x, y).unwrap_or(f64::NAN),
        Coefficient::Pearson | Coefficient::Spearman => t_p(coefficient, n),
    });
    Some(Correlation { n, coefficient, p_value: p_value.and_then(finite) })
}

fn t_p(r: f64, n: usize) -> f64 {
    let df = float(n) - 2.0;
    let rest = (1.0 - r) * (1.0 + r);
    if rest <= 0.0 { 0.0 } else { distribution::t_two_sided(r * (df / rest).sqrt(), df) }
}

fn kendall_p(x: &[f64], y: &[f64]) -> Option<f64> {
    let (score, _) = concordance(x, y)?;
    let n = float(x.len());
    let sum = |counts: &[usize], term: fn(f64) -> f64| counts.iter().map(|t| term(float(*t))).sum::<f64>();
    let (ties_x, ties_y) = (rank::tied_counts(x), rank::tied_counts(y));
    let plain: fn(f64) -> f64 = |t| t * (t - 1.0) * (2.0 * t + 5.0);
    let twos: fn(f64) -> f64 = |t| t * (t - 1.0);
    let threes: fn(f64) -> f64 = |t| t * (t - 1.0) * (t - 2.0);
    let variance = (plain(n) - sum(&ties_x, plain) - sum(&ties_y, plain)) / 18.0
        + sum(&ties_x, twos) * sum(&ties_y, twos) / (2.0 * twos(n))
        + sum(&ties_x, threes) * sum(&ties_y, threes) / (9.0 * threes(n));
    (variance > 0.0).then(|| distribution::normal_two_sided(score / variance.sqrt()))
}

/// How far from 0 a coefficient of `n` units must be for its p value to be at most `level`: of tau, where no values are tied.
/// `None` for fewer than three units.
#[must_use]
pub fn critical_value(kind: Coefficient, n: usize, level: f64) -> Option<f64> {
    if n < 3 {
        return None;
    }
    let count = float(n);
    match kind {
        Coefficient::Kendall => {
            let z = -distribution::normal_quantile(level / 2.0);
            finite(z * (2.0 * (2.0 * count + 5.0) / (9.0 * count * (count - 1.0))).sqrt())
        }
        Coefficient::Pearson | Coefficient::Spearman => {
            let t = distribution::t_critical(level, count - 2.0);
            finite(t / (count - 2.0 + t * t).sqrt())
        }
    }
}

/// How p values are corrected for being many.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Adjustment {
    /// As they are.
    #[default]
    None,
    /// Times their number: the chance of one false finding among all.
    Bonferroni,
    /// Holm (1979): the same chance, never less powerful.
    Holm,
    /// Benjamini and Hochberg (1995): the share of false findings among those found.
    BenjaminiHochberg,
}

/// Corrected p values, in the order given, as R's `p.adjust`.
#[must_use]
pub fn adjust(p_values: &[f64], adjustment: Adjustment) -> Vec<f64> {
    let n = p_values.len();
    let order = rank::order(p_values);
    let mut adjusted = vec![0.0; n];
    match adjustment {
        Adjustment::None => return p_values.to_vec(),
        Adjustment::Bonferroni => return p_values.iter().map(|p| (p * float(n)).min(1.0)).collect(),
        Adjustment::Holm => {
            let mut largest = 0.0f64;
            for (i, at) in order.into_iter().enumerate() {
                largest = largest.max(p_values[at] * float(n - i)).min(1.0);
                adjusted[at] = largest;
            }
        }
        Adjustment::BenjaminiHochberg => {
            let mut smallest = 1.0f64;
            for (i, at) in order.into_iter().enumerate().rev() {
                smallest = smallest.min(p_values[at] * float(n) / float(i + 1));
                adjusted[at] = smallest;
            }
        }
    }
    adjusted
}

/// Weighted Spearman rw of two rankings, 1 the best: disagreement at the top counts more.
///
/// Pinto da Costa and Soares (2005), doi 10.1111/j.1467-842X.2005.00413.x. `None` for fewer than two units.
#[must_use]
pub fn weighted_spearman(ranks: &[f64], others: &[f64]) -> Option<f64> {
    if ranks.len() != others.len() || ranks.len() < 2 {
        return None;
    }
    let n = float(ranks.len());
    let sum: f64 =
        ranks.iter().zip(others).map(|(r, q)| (r - q) * (r - q) * ((n - r + 1.0) + (n - q + 1.0))).sum();
    finite(1.0 - 6.0 * sum / (n * n * n * n + n * n * n - n * n - n))
}

/// The WS coefficient of two rankings, 1 the best: not symmetric, the first is the reference.
///
/// Sałabun and Urbaniak (2020), doi 10.1007/978-3-030-50417-5_47. `None` for fewer than two units.
#[must_use]
pub fn ws_coefficient(reference: &[f64], ranks: &[f64]) -> Option<f64> {
    if ranks.len() != reference.len() || ranks.len() < 2 {
        return None;
    }
    let n = float(ranks.len());
    let term = |(r, q): (&f64, &f64)| libm::exp2(-r) * (r - q).abs() / (r - 1.0).abs().max((r - n).abs());
    finite(1.0 - reference.iter().zip(ranks).map(term).sum::<f64>())
}

/// Which units a matrix of covariances or correlations is taken over.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Missing {
    /// For every two variables, the units that have both. Such a matrix need not be positive definite.
    #[default]
    Pairwise,
    /// The units that have every variable.
    Listwise,
}

/// The covariance (divided by n - 1) of two lists of the same length.
#[must_use]
pub fn covariance(x: &[f64], y: &[f64]) -> Option<f64> {
    if x.len() != y.len() || x.len() < 2 {
        return None;
    }
    let (mean_x, mean_y) = (mean(x)?, mean(y)?);
    finite(x.iter().zip(y).map(|(x, y)| (x - mean_x) * (y - mean_y)).sum::<f64>() / float(x.len() - 1))
}

/// The matrix of covariances of columns.
///
/// # Errors
/// [`Undefined::TooFew`] where fewer than two units are left, [`Undefined::Shape`] for columns of different lengths,
/// [`Undefined::OutOfRange`] where a covariance leaves the range.
pub fn covariance_matrix<C: AsRef<[Option<f64>]>>(columns: &[C], missing: Missing) -> Outcome<Matrix> {
    pairwise(columns, missing, |x, y, _, _| covariance(x, y).ok_or(Undefined::OutOfRange))
}

/// The matrix of correlations of columns.
///
/// # Errors
/// As [`covariance_matrix`], and [`Undefined::Constant`] for a column with one value only.
pub fn correlation_matrix<C: AsRef<[Option<f64>]>>(
    columns: &[C],
    kind: Coefficient,
    missing: Missing,
) -> Outcome<Matrix> {
    pairwise(columns, missing, |x, y, i, j| {
        if i == j && !constant(x) {
            return Ok(1.0);
        }
        let undefined = Undefined::Constant { column: if constant(x) { i } else { j } };
        coefficient(kind, x, y).ok_or(if constant(x) || constant(y) {
            undefined
        } else {
            Undefined::OutOfRange
        })
    })
}

fn pairwise<C: AsRef<[Option<f64>]>>(
    columns: &[C],
    missing: Missing,
    entry: impl Fn(&[f64], &[f64], usize, usize) -> Outcome<f64>,
) -> Outcome<Matrix> {
    let n_rows = columns.first().map_or(0, |column| column.as_ref().len());
    if columns.iter().any(|column| column.as_ref().len() != n_rows) {
        return Err(Undefined::Shape);
    }
    let complete = (missing == Missing::Listwise).then(|| complete_rows(columns).0);
    let mut matrix = Matrix::zeros(columns.len(), columns.len());
    for i in 0..columns.len() {
        for j in i..columns.len() {
            let (x, y) = match &complete {
                Some(complete) => (complete[i].clone(), complete[j].clone()),
                None => complete_pairs(columns[i].as_ref(), columns[j].as_ref()),
            };
            if x.len() < 2 {
                return Err(Undefined::TooFew { found: x.len(), needed: 2 });
            }
            let value = entry(&x, &y, i, j)?;
            matrix[(i, j)] = value;
            matrix[(j, i)] = value;
        }
    }
    Ok(matrix)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::testing::{close, near};
    use proptest::prelude::*;

    // Hollander and Wolfe (1973), p. 187: Hunter L values and panel scores of tuna; R's example of cor.test.
    const L: [f64; 9] = [44.4, 45.9, 41.9, 53.3, 44.7, 44.1, 50.7, 45.2, 60.1];
    const PANEL: [f64; 9] = [2.6, 3.1, 2.5, 5.0, 3.6, 4.0, 5.2, 2.8, 3.8];

    #[test]
    fn as_r_on_hollander_and_wolfe() {
        let pearson = correlate(Coefficient::Pearson, &L, &PANEL).unwrap();
        near(pearson.coefficient, 0.571_181_6, 1e-7);
        near(pearson.p_value.unwrap(), 0.108_173, 1e-6);
        let spearman = correlate(Coefficient::Spearman, &L, &PANEL).unwrap();
        near(spearman.coefficient, 0.6, 1e-14);
        near(spearman.p_value.unwrap(), 0.087_623_5, 1e-6);
        let kendall = correlate(Coefficient::Kendall, &L, &PANEL).unwrap();
        near(kendall.coefficient, 16.0 / 36.0, 1e-14);
        // z = 16 / sqrt(92)
        near(kendall.p_value.unwrap(), 0.095_285_0, 1e-5);
        assert_eq!(kendall.n, 9);
    }

    #[test]
    fn edges() {
        for kind in [Coefficient::Pearson, Coefficient::Spearman, Coefficient::Kendall] {
            assert_eq!(coefficient(kind, &[], &[]), None);
            assert_eq!(coefficient(kind, &[1.0], &[2.0]), None);
            assert_eq!(coefficient(kind, &[1.0, 2.0], &[3.0]), None);
            assert_eq!(coefficient(kind, &[0.1; 6], &[1.0, 2.0, 3.0, 4.0, 5.0, 6.0]), None);
            assert_eq!(coefficient(kind, &[1.0, 2.0], &[5.0, 3.0]), Some(-1.0));
            assert_eq!(correlate(kind, &[1.0, 2.0], &[5.0, 3.0]).unwrap().p_value, None);
            assert_eq!(critical_value(kind, 2, 0.05), None);
        }
        assert_eq!(
            correlate(Coefficient::Pearson, &[1.0, 2.0, 3.0], &[2.0, 4.0, 6.0]).unwrap().p_value,
            Some(0.0)
        );
        assert_eq!(pearson(&[1e300, -1e300, 0.0], &[1e-300, -1e-300, 0.0]), Some(1.0));
        assert_eq!(kendall(&[f64::NAN, 1.0], &[1.0, 2.0]), None);
        near(critical_value(Coefficient::Pearson, 10, 0.05).unwrap(), 0.631_897, 1e-6);
        let gaps = [vec![Some(1.0), None, Some(3.0)], vec![None, Some(2.0), Some(3.0)]];
        let too_few = Err(Undefined::TooFew { found: 1, needed: 2 });
        assert_eq!(covariance_matrix(&gaps, Missing::Pairwise), too_few);
        let flat = [vec![Some(1.0), Some(2.0)], vec![Some(2.0), Some(2.0)]];
        assert_eq!(
            correlation_matrix(&flat, Coefficient::Pearson, Missing::Listwise),
            Err(Undefined::Constant { column: 1 })
        );
        assert_eq!(weighted_spearman(&[1.0], &[1.0]), None);
        assert_eq!(ws_coefficient(&[1.0, 2.0], &[1.0, 2.0]), Some(1.0));
    }

    #[test]
    fn missing_pairs_and_missing_rows() {
        let a: Vec<Option<f64>> = vec![Some(1.0), Some(2.0), Some(4.0), Some(8.0)];
        let b = vec![Some(2.0), Some(1.0), None, Some(5.0)];
        let c = vec![None, Some(3.0), Some(1.0), Some(9.0)];
        let pairwise = covariance_matrix(&[a.clone(), b.clone(), c.clone()], Missing::Pairwise).unwrap();
        let (x, y) = complete_pairs(&a, &b);
        assert_eq!(pairwise[(0, 1)], covariance(&x, &y).unwrap());
        assert_eq!(pairwise[(0, 0)], 115.0 / 12.0);
        let listwise = covariance_matrix(&[a, b, c], Missing::Listwise).unwrap();
        assert_eq!(
            listwise,
            Matrix::from_rows(&[[18.0, 12.0, 18.0], [12.0, 8.0, 12.0], [18.0, 12.0, 18.0]]).unwrap()
        );
    }

    #[test]
    fn corrections_as_r_has_them() {
        // p.adjust(c(0.01, 0.02, 0.03, 0.04, 0.005), method)
        let p = [0.01, 0.02, 0.03, 0.04, 0.005];
        let check = |adjustment, want: [f64; 5]| {
            for (found, want) in adjust(&p, adjustment).into_iter().zip(want) {
                close(found, want, 1e-12);
            }
        };
        check(Adjustment::None, p);
        check(Adjustment::Bonferroni, [0.05, 0.1, 0.15, 0.2, 0.025]);
        check(Adjustment::Holm, [0.04, 0.06, 0.06, 0.06, 0.025]);
        check(Adjustment::BenjaminiHochberg, [0.025, 0.1 / 3.0, 0.0375, 0.04, 0.025]);
        assert!(adjust(&[], Adjustment::Holm).is_empty());
        assert_eq!(adjust(&[0.9, 0.8], Adjustment::Holm), [1.0, 1.0]);
    }

    proptest! {
        #[test]
        fn tau_counts_pairs(pairs in prop::collection::vec((0i8..9, 0i8..9), 2..40)) {
            let (x, y): (Vec<f64>, Vec<f64>) = pairs.iter().map(|(x, y)| (f64::from(*x), f64::from(*y))).unzip();
            let (mut score, mut only_x, mut only_y) = (0.0, 0.0, 0.0);
            for i in 0..x.len() {
                for j in 0..i {
                    let sign = |a: f64, b: f64| if a == b { 0.0 } else { (a - b).signum() };
                    let (dx, dy) = (sign(x[i], x[j]), sign(y[i], y[j]));
                    score += dx * dy;
                    only_x += dx * dx;
                    only_y += dy * dy;
                }
            }
            match kendall(&x, &y) {
                None => prop_assert!(only_x == 0.0 || only_y == 0.0),
                Some(tau) => near(tau, score / f64::sqrt(only_x * only_y), 1e-12),
            }
        }

        #[test]
        fn symmetric_bounded_and_unmoved_by_scale(
            pairs in prop::collection::vec((-1e3f64..1e3, -1e3f64..1e3), 3..30), size in 0.1f64..10.0,
        ) {
            let (x, y): (Vec<f64>, Vec<f64>) = pairs.into_iter().unzip();
            let scaled: Vec<f64> = x.iter().map(|x| 5.0 - size * x).collect();
            for kind in [Coefficient::Pearson, Coefficient::Spearman, Coefficient::Kendall] {
                let (Some(there), Some(back)) = (coefficient(kind, &x, &y), coefficient(kind, &y, &x)) else { continue };
                near(there, back, 1e-12);
                prop_assert!(there.abs() <= 1.0);
                near(coefficient(kind, &scaled, &y).unwrap(), -there, 1e-9);
            }
        }
    }
}
