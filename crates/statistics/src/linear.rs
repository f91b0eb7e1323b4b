//! Linear algebra for small matrices (tens of indicators), and regression by least squares.
//!
//! What is singular is said, with the column at fault; nothing is made invertible by adding to its diagonal.

use crate::matrix::Matrix;
use crate::moments::mean;
use crate::{Outcome, Undefined, distribution, float};

/// A column is taken to be determined by others when what is left of it is smaller than this part of it.
pub const TOLERANCE: f64 = 1e-10;

/// Eigenvalues and eigenvectors of a symmetric matrix, largest value first.
#[derive(Debug, Clone, PartialEq)]
pub struct Eigen {
    /// The eigenvalues, falling.
    pub values: Vec<f64>,
    /// The eigenvectors of length 1 as columns. The entry of largest size is positive; where several are of that size
    /// but for rounding, the first of them.
    pub vectors: Matrix,
}

/// The eigenvalues and eigenvectors of a symmetric matrix; its lower triangle is read.
///
/// # Errors
/// [`Undefined::Shape`], [`Undefined::OutOfRange`], or [`Undefined::NotConverged`].
pub fn eigen(matrix: &Matrix) -> Outcome<Eigen> {
    let n = matrix.square()?;
    let dense = nalgebra::DMatrix::from_row_slice(n, n, matrix.as_slice());
    if n == 0 {
        return Ok(Eigen { values: Vec::new(), vectors: Matrix::zeros(0, 0) });
    }
    let found =
        nalgebra::SymmetricEigen::try_new(dense, f64::EPSILON, 1000 * n).ok_or(Undefined::NotConverged)?;
    let mut order: Vec<usize> = (0..n).collect();
    order.sort_by(|i, j| found.eigenvalues[*j].total_cmp(&found.eigenvalues[*i]));
    let mut vectors = Matrix::from_fn(n, n, |i, k| found.eigenvectors[(i, order[k])]);
    for k in 0..n {
        turn(&mut vectors, k);
    }
    Ok(Eigen { values: order.iter().map(|k| found.eigenvalues[*k]).collect(), vectors })
}

/// Changes the sign of a column so that its entry of largest size is positive: of those equal but for rounding, the first.
pub fn turn(matrix: &mut Matrix, column: usize) {
    let entries = matrix.column(column);
    let largest = entries.iter().fold(0.0f64, |largest, x| largest.max(x.abs()));
    let first = entries.iter().find(|x| x.abs() >= largest * (1.0 - 1e-9));
    if first.is_some_and(|x| *x < 0.0) {
        for i in 0..matrix.n_rows() {
            matrix[(i, column)] = -matrix[(i, column)];
        }
    }
}

/// The lower triangular matrix whose product with its transpose is this symmetric, positive definite matrix.
///
/// # Errors
/// [`Undefined::Singular`] with the first column that those before it determine; also where the matrix is not positive
/// definite, as pairwise correlations may be.
pub fn cholesky(matrix: &Matrix) -> Outcome<Matrix> {
    let n = matrix.square()?;
    let mut lower = Matrix::zeros(n, n);
    for j in 0..n {
        for i in j..n {
            let dot: f64 = lower.row(i)[..j].iter().zip(&lower.row(j)[..j]).map(|(a, b)| a * b).sum();
            let rest = matrix[(i, j)] - dot;
            lower[(i, j)] = if i > j {
                rest / lower[(j, j)]
            } else if rest > TOLERANCE * matrix[(j, j)].abs() {
                rest.sqrt()
            } else {
                return Err(Undefined::Singular { column: j });
            };
        }
    }
    Ok(lower)
}

/// The natural logarithm of the determinant of a symmetric, positive definite matrix.
///
/// # Errors
/// As [`cholesky`].
pub fn log_determinant(matrix: &Matrix) -> Outcome<f64> {
    Ok(2.0 * cholesky(matrix)?.diagonal().into_iter().map(libm::log).sum::<f64>())
}

/// The solution x of `matrix` x = `right`, by elimination with the largest pivot of each column.
///
/// # Errors
/// [`Undefined::Singular`], [`Undefined::Shape`] or [`Undefined::OutOfRange`].
pub fn solve(matrix: &Matrix, right: &[f64]) -> Outcome<Vec<f64>> {
    let right = Matrix::from_columns(&[right])?;
    Ok(solve_many(matrix, &right)?.column(0))
}

/// The inverse.
///
/// # Errors
/// As [`solve`].
pub fn inverse(matrix: &Matrix) -> Outcome<Matrix> {
    solve_many(matrix, &Matrix::identity(matrix.n_rows()))
}

/// The solutions for every column of `right`.
///
/// # Errors
/// As [`solve`].
pub fn solve_many(matrix: &Matrix, right: &Matrix) -> Outcome<Matrix> {
    let n = matrix.square()?;
    if right.n_rows() != n {
        return Err(Undefined::Shape);
    }
    // Rows are brought to one size, so that a row in other measurement units is not taken for rounding.
    let size = |i: usize| matrix.row(i).iter().fold(0.0f64, |size, x| size.max(x.abs()));
    let scales: Vec<f64> = (0..n).map(size).map(|size| if size > 0.0 { size } else { 1.0 }).collect();
    let mut a = Matrix::from_fn(n, n, |i, j| matrix[(i, j)] / scales[i]);
    let mut b = Matrix::from_fn(n, right.n_columns(), |i, k| right[(i, k)] / scales[i]);
    // A pivot is small or not in comparison with its column before elimination.
    let sizes: Vec<f64> =
        (0..n).map(|j| a.column(j).into_iter().fold(0.0f64, |size, x| size.max(x.abs()))).collect();
    for j in 0..n {
        let pivot = (j..n).fold(j, |best, i| if a[(i, j)].abs() > a[(best, j)].abs() { i } else { best });
        if a[(pivot, j)].abs() <= TOLERANCE * sizes[j] {
            return Err(Undefined::Singular { column: j });
        }
        swap_rows(&mut a, j, pivot);
        swap_rows(&mut b, j, pivot);
        for i in j + 1..n {
            let factor = a[(i, j)] / a[(j, j)];
            for k in j..n {
                let above = a[(j, k)];
                a[(i, k)] -= factor * above;
            }
            for k in 0..b.n_columns() {
                let above = b[(j, k)];
                b[(i, k)] -= factor * above;
            }
        }
    }
    for k in 0..b.n_columns() {
        for i in (0..n).rev() {
            let known: f64 = (i + 1..n).map(|j| a[(i, j)] * b[(j, k)]).sum();
            b[(i, k)] = (b[(i, k)] - known) / a[(i, i)];
        }
    }
    if b.as_slice().iter().any(|x| !x.is_finite()) {
        return Err(Undefined::OutOfRange);
    }
    Ok(b)
}

fn swap_rows(matrix: &mut Matrix, i: usize, k: usize) {
    for j in 0..matrix.n_columns() {
        let kept = matrix[(i, j)];
        matrix[(i, j)] = matrix[(k, j)];
        matrix[(k, j)] = kept;
    }
}

/// A linear regression by least squares.
#[derive(Debug, Clone, PartialEq)]
pub struct Regression {
    /// The constant first, where there is one, then one coefficient per column.
    pub coefficients: Vec<f64>,
    /// The standard error of each coefficient; empty where no degree of freedom is left.
    pub standard_errors: Vec<f64>,
    /// What is left of every value.
    pub residuals: Vec<f64>,
    /// The part of the variance explained: about the mean with a constant, about 0 without. None for a constant response.
    pub r_squared: Option<f64>,
    /// [`r_squared`](Self::r_squared) corrected for the number of columns.
    pub adjusted_r_squared: Option<f64>,
    /// The standard deviation of the residuals; `None` where no degree of freedom is left.
    pub residual_deviation: Option<f64>,
    /// Values less coefficients.
    pub degrees_of_freedom: usize,
}

impl Regression {
    /// The two-sided p value of each coefficient being 0.
    #[must_use]
    pub fn p_values(&self) -> Vec<f64> {
        let df = float(self.degrees_of_freedom);
        let p = |(b, e): (&f64, &f64)| distribution::t_two_sided(b / e, df);
        self.coefficients.iter().zip(&self.standard_errors).map(p).collect()
    }
    /// What the regression says for one more row of columns.
    #[must_use]
    pub fn predict(&self, row: &[f64]) -> f64 {
        let rest = self.coefficients.len().saturating_sub(row.len());
        let constant: f64 = self.coefficients[..rest].iter().sum();
        constant + self.coefficients[rest..].iter().zip(row).map(|(b, x)| b * x).sum::<f64>()
    }
}

/// Regresses `y` on columns, with a constant or without, by Householder's decomposition of the columns.
///
/// # Errors
/// [`Undefined::TooFew`] for fewer values than coefficients, [`Undefined::Singular`] with the column (from 0, the constant
/// not counted) that those before it determine, [`Undefined::Shape`], [`Undefined::OutOfRange`].
pub fn least_squares<C: AsRef<[f64]>>(y: &[f64], columns: &[C], constant: bool) -> Outcome<Regression> {
    let n = y.len();
    let mut x: Vec<Vec<f64>> = if constant { vec![vec![1.0; n]] } else { Vec::new() };
    x.extend(columns.iter().map(|column| column.as_ref().to_vec()));
    if x.iter().any(|column| column.len() != n) {
        return Err(Undefined::Shape);
    }
    if x.iter().flatten().chain(y).any(|value| !value.is_finite()) {
        return Err(Undefined::OutOfRange);
    }
    let k = x.len();
    if n < k || k == 0 {
        return Err(Undefined::TooFew { found: n, needed: k.max(1) });
    }
    // Deviations from the means: less cancels, and the constant is put back at the end.
    let means: Vec<f64> = x.iter().map(|column| mean(column).unwrap_or(0.0)).collect();
    let middle = if constant { mean(y).ok_or(Undefined::OutOfRange)? } else { 0.0 };
    let first = usize::from(constant);
    let shifts: Vec<f64> = (first..k).map(|j| if constant { means[j] } else { 0.0 }).collect();
    let centered: Vec<Vec<f64>> = x[first..]
        .iter()
        .zip(&shifts)
        .map(|(column, shift)| column.iter().map(|value| value - shift).collect())
        .collect();
    let response: Vec<f64> = y.iter().map(|value| value - middle).collect();
    let (slopes, inverse) = triangular(&x[first..], centered.clone(), response.clone())?;

    let residuals: Vec<f64> = (0..n)
        .map(|i| response[i] - slopes.iter().zip(&centered).map(|(b, column)| b * column[i]).sum::<f64>())
        .collect();
    let squares = |values: &[f64]| values.iter().map(|value| value * value).sum::<f64>();
    let (left, total) = (squares(&residuals), squares(&response));
    let degrees_of_freedom = n - k;
    let variance = (degrees_of_freedom > 0).then(|| left / float(degrees_of_freedom));
    let mut coefficients = Vec::new();
    let mut errors = Vec::new();
    if constant {
        coefficients.push(middle - slopes.iter().zip(&shifts).map(|(b, shift)| b * shift).sum::<f64>());
        let at_zero: f64 = (0..shifts.len())
            .flat_map(|i| (0..shifts.len()).map(move |j| (i, j)))
            .map(|(i, j)| shifts[i] * shifts[j] * inverse[(i, j)])
            .sum();
        errors.push(1.0 / float(n) + at_zero);
    }
    coefficients.extend(&slopes);
    errors.extend(inverse.diagonal());
    if coefficients.iter().any(|b| !b.is_finite()) {
        return Err(Undefined::OutOfRange);
    }
    let r_squared = (total > 0.0).then(|| (1.0 - left / total).clamp(0.0, 1.0));
    let adjusted = |r: f64| 1.0 - (1.0 - r) * float(n - first) / float(degrees_of_freedom);
    Ok(Regression {
        coefficients,
        standard_errors: variance.map_or_else(Vec::new, |v| errors.iter().map(|e| (v * e).sqrt()).collect()),
        residuals,
        r_squared,
        adjusted_r_squared: r_squared.filter(|_| degrees_of_freedom > 0).map(adjusted),
        residual_deviation: variance.map(f64::sqrt),
        degrees_of_freedom,
    })
}

/// The slopes of columns and the inverse of their cross-product, by Householder reflections; `given` are the columns before
/// their means were taken off, by whose size it is judged whether anything is left of one.
fn triangular(given: &[Vec<f64>], mut x: Vec<Vec<f64>>, mut y: Vec<f64>) -> Outcome<(Vec<f64>, Matrix)> {
    let k = x.len();
    let norm = |values: &[f64]| values.iter().map(|value| value * value).sum::<f64>().sqrt();
    let mut upper = Matrix::zeros(k, k);
    for j in 0..k {
        let length = norm(&x[j][j..]);
        if length.is_nan() || length <= TOLERANCE * norm(&given[j]) {
            return Err(Undefined::Singular { column: j });
        }
        let pivot = if x[j][j] > 0.0 { -length } else { length };
        let mut mirror = x[j][j..].to_vec();
        mirror[0] -= pivot;
        let half: f64 = mirror.iter().map(|value| value * value).sum::<f64>() / 2.0;
        let reflect = |column: &mut [f64]| {
            let dot = mirror.iter().zip(column.iter()).map(|(a, b)| a * b).sum::<f64>() / half;
            column.iter_mut().zip(&mirror).for_each(|(value, m)| *value -= dot * m);
        };
        x[j + 1..].iter_mut().for_each(|column| reflect(&mut column[j..]));
        reflect(&mut y[j..]);
        upper[(j, j)] = pivot;
        for later in j + 1..k {
            upper[(j, later)] = x[later][j];
        }
    }
    let mut slopes = vec![0.0; k];
    let mut root = Matrix::zeros(k, k);
    for i in (0..k).rev() {
        let known: f64 = (i + 1..k).map(|j| upper[(i, j)] * slopes[j]).sum();
        slopes[i] = (y[i] - known) / upper[(i, i)];
        for column in i..k {
            let known: f64 = (i + 1..=column).map(|j| upper[(i, j)] * root[(j, column)]).sum();
            root[(i, column)] = (f64::from(u8::from(i == column)) - known) / upper[(i, i)];
        }
    }
    Ok((slopes, root.times(&root.transposed())?))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::testing::near;
    use proptest::prelude::*;

    #[test]
    fn eigenvalues_of_a_matrix_with_known_ones() {
        let matrix = Matrix::from_rows(&[[2.0, -1.0, 0.0], [-1.0, 2.0, -1.0], [0.0, -1.0, 2.0]]).unwrap();
        let Eigen { values, vectors } = eigen(&matrix).unwrap();
        let root = 2f64.sqrt();
        for (found, want) in values.iter().zip([2.0 + root, 2.0, 2.0 - root]) {
            near(*found, want, 1e-14);
        }
        for (found, want) in vectors.column(0).into_iter().zip([-0.5, root / 2.0, -0.5]) {
            near(found, want, 1e-14);
        }
        // Two entries of one size: the first is positive.
        near(vectors[(0, 1)], root / 2.0, 1e-14);
        assert_eq!(eigen(&Matrix::zeros(0, 0)).unwrap().values.len(), 0);
        assert_eq!(eigen(&Matrix::zeros(2, 3)), Err(Undefined::Shape));
        assert_eq!(eigen(&Matrix::from_fn(2, 2, |_, _| f64::NAN)), Err(Undefined::OutOfRange));
        assert_eq!(eigen(&Matrix::zeros(3, 3)).unwrap().values, [0.0; 3]);
    }

    #[test]
    fn singular_is_said_with_the_column() {
        let twins = Matrix::from_rows(&[[1.0, 0.3, 1.0], [0.3, 1.0, 0.3], [1.0, 0.3, 1.0]]).unwrap();
        let singular = Undefined::Singular { column: 2 };
        assert_eq!(cholesky(&twins), Err(singular));
        assert_eq!(log_determinant(&twins), Err(singular));
        assert_eq!(inverse(&twins), Err(singular));
        assert_eq!(solve(&Matrix::zeros(2, 2), &[1.0, 1.0]), Err(Undefined::Singular { column: 0 }));
        assert_eq!(solve(&Matrix::identity(2), &[1.0]), Err(Undefined::Shape));
        let uneven = Matrix::from_rows(&[[1.0, 1.0], [1e-14, -1e-14]]).unwrap();
        assert_eq!(solve(&uneven, &[3.0, 1e-14]).unwrap(), [2.0, 1.0]);
        let indefinite = Matrix::from_rows(&[[1.0, 2.0], [2.0, 1.0]]).unwrap();
        assert_eq!(cholesky(&indefinite), Err(Undefined::Singular { column: 1 }));
        assert_eq!(solve(&indefinite, &[4.0, 5.0]).unwrap(), [2.0, 1.0]);
        near(
            log_determinant(&Matrix::from_rows(&[[4.0, 2.0], [2.0, 5.0]]).unwrap()).unwrap(),
            libm::log(16.0),
            1e-14,
        );
    }

    #[test]
    fn longley() {
        // NIST StRD, Longley: a regression known to lose digits. Certified coefficients and standard errors.
        let columns = [
            [
                83.0, 88.5, 88.2, 89.5, 96.2, 98.1, 99.0, 100.0, 101.2, 104.6, 108.4, 110.8, 112.6, 114.2,
                115.7, 116.9,
            ],
            [
                234_289.0, 259_426.0, 258_054.0, 284_599.0, 328_975.0, 346_999.0, 365_385.0, 363_112.0,
                397_469.0, 419_180.0, 442_769.0, 444_546.0, 482_704.0, 502_601.0, 518_173.0, 554_894.0,
            ],
            [
                2356.0, 2325.0, 3682.0, 3351.0, 2099.0, 1932.0, 1870.0, 3578.0, 2904.0, 2822.0, 2936.0,
                4681.0, 3813.0, 3931.0, 4806.0, 4007.0,
            ],
            [
                1590.0, 1456.0, 1616.0, 1650.0, 3099.0, 3594.0, 3547.0, 3350.0, 3048.0, 2857.0, 2798.0,
                2637.0, 2552.0, 2514.0, 2572.0, 2827.0,
            ],
            [
                107_608.0, 108_632.0, 109_773.0, 110_929.0, 112_075.0, 113_270.0, 115_094.0, 116_219.0,
                117_388.0, 118_734.0, 120_445.0, 121_950.0, 123_366.0, 125_368.0, 127_852.0, 130_081.0,
            ],
            [
                1947.0, 1948.0, 1949.0, 1950.0, 1951.0, 1952.0, 1953.0, 1954.0, 1955.0, 1956.0, 1957.0,
                1958.0, 1959.0, 1960.0, 1961.0, 1962.0,
            ],
        ];
        let y = [
            60_323.0, 61_122.0, 60_171.0, 61_187.0, 63_221.0, 63_639.0, 64_989.0, 63_761.0, 66_019.0,
            67_857.0, 68_169.0, 66_513.0, 68_655.0, 69_564.0, 69_331.0, 70_551.0,
        ];
        let found = least_squares(&y, &columns, true).unwrap();
        let certified = [
            (-3_482_258.634_595_82, 890_420.383_607_373),
            (15.061_872_271_373_3, 84.914_925_774_759_5),
            (-0.035_819_179_292_591, 0.033_491_007_772_243_2),
            (-2.020_229_803_816_83, 0.488_399_681_651_699),
            (-1.033_226_867_173_59, 0.214_274_163_161_675),
            (-0.051_104_105_653_580_7, 0.226_073_200_069_37),
            (1_829.151_464_613_55, 455.478_499_142_212),
        ];
        for (i, (coefficient, error)) in certified.into_iter().enumerate() {
            crate::testing::close(found.coefficients[i], coefficient, 1e-10);
            crate::testing::close(found.standard_errors[i], error, 1e-10);
        }
        near(found.r_squared.unwrap(), 0.995_479_004_577_296, 1e-13);
        near(found.residual_deviation.unwrap(), 304.854_073_561_965, 1e-11);
        assert_eq!(found.degrees_of_freedom, 9);
        // summary(lm(Employed ~ ., longley)): p of Unemployed 0.00253, of Year 0.00304.
        near(found.p_values()[3], 0.002_535, 1e-5);
        near(found.p_values()[6], 0.003_037, 1e-5);
        let row: Vec<f64> = columns.iter().map(|column| column[4]).collect();
        near(found.predict(&row), y[4] - found.residuals[4], 1e-9);
    }

    #[test]
    fn regression_edges() {
        let too_few = Err(Undefined::TooFew { found: 1, needed: 2 });
        assert_eq!(least_squares(&[1.0], &[[1.0]], true), too_few);
        assert_eq!(least_squares(&[1.0, 2.0], &[vec![1.0]], true), Err(Undefined::Shape));
        assert_eq!(least_squares(&[1.0, f64::NAN], &[[1.0, 2.0]], true), Err(Undefined::OutOfRange));
        let flat = least_squares(&[1.0, 2.0, 4.0], &[[0.1, 0.1, 0.1]], true);
        assert_eq!(flat, Err(Undefined::Singular { column: 0 }));
        let through = least_squares(&[2.0, 4.0], &[[1.0, 2.0]], false).unwrap();
        assert_eq!((through.coefficients, through.r_squared), (vec![2.0], Some(1.0)));
        let exact = least_squares(&[3.0, 5.0], &[[1.0, 2.0]], true).unwrap();
        assert_eq!((exact.degrees_of_freedom, exact.residual_deviation), (0, None));
        assert_eq!(least_squares(&[7.0; 3], &[[1.0, 2.0, 4.0]], true).unwrap().r_squared, None);
        let mean_only = least_squares::<Vec<f64>>(&[1.0, 2.0, 6.0], &[], true).unwrap();
        assert_eq!(mean_only.coefficients, [3.0]);
        near(mean_only.standard_errors[0], (7f64 / 3.0).sqrt(), 1e-14);
    }

    proptest! {
        #[test]
        fn decompositions_give_the_matrix_back(entries in prop::collection::vec(-1.0f64..1.0, 16)) {
            let root = Matrix::from_fn(4, 4, |i, j| entries[4 * i + j] + f64::from(u8::from(i == j)) * 3.0);
            let matrix = root.times(&root.transposed()).unwrap();
            let Eigen { values, vectors } = eigen(&matrix).unwrap();
            let lower = cholesky(&matrix).unwrap();
            let again = lower.times(&lower.transposed()).unwrap();
            let identity = matrix.times(&inverse(&matrix).unwrap()).unwrap();
            for i in 0..4 {
                for j in 0..4 {
                    let sum: f64 = (0..4).map(|k| values[k] * vectors[(i, k)] * vectors[(j, k)]).sum();
                    near(sum, matrix[(i, j)], 1e-12);
                    near(again[(i, j)], matrix[(i, j)], 1e-12);
                    near(identity[(i, j)], f64::from(u8::from(i == j)), 1e-10);
                }
            }
            near(log_determinant(&matrix).unwrap(), values.iter().map(|v| libm::log(*v)).sum(), 1e-10);
        }
    }
}
