//! A dense matrix, row by row: as much of one as the procedures here pass to each other.

use crate::{Outcome, Undefined};
use std::ops::{Index, IndexMut};

/// A dense matrix. `matrix[(i, j)]` is row i, column j, both from 0.
#[derive(Debug, Clone, PartialEq)]
pub struct Matrix {
    n_rows: usize,
    n_columns: usize,
    values: Vec<f64>,
}

impl Matrix {
    /// A matrix of zeros.
    #[must_use]
    pub fn zeros(n_rows: usize, n_columns: usize) -> Self {
        Self { n_rows, n_columns, values: vec![0.0; n_rows * n_columns] }
    }
    /// The square matrix with ones on the diagonal.
    #[must_use]
    pub fn identity(n: usize) -> Self {
        Self::from_fn(n, n, |i, j| f64::from(u8::from(i == j)))
    }
    /// Every entry from its row and column.
    #[must_use]
    pub fn from_fn(n_rows: usize, n_columns: usize, mut entry: impl FnMut(usize, usize) -> f64) -> Self {
        let mut matrix = Self::zeros(n_rows, n_columns);
        for i in 0..n_rows {
            for j in 0..n_columns {
                matrix[(i, j)] = entry(i, j);
            }
        }
        matrix
    }
    /// A matrix of the given rows.
    ///
    /// # Errors
    /// [`Undefined::Shape`] when they are not of one length.
    pub fn from_rows<R: AsRef<[f64]>>(rows: &[R]) -> Outcome<Self> {
        let n_columns = rows.first().map_or(0, |row| row.as_ref().len());
        if rows.iter().any(|row| row.as_ref().len() != n_columns) {
            return Err(Undefined::Shape);
        }
        let values = rows.iter().flat_map(|row| row.as_ref().iter().copied()).collect();
        Ok(Self { n_rows: rows.len(), n_columns, values })
    }
    /// A matrix of the given columns.
    ///
    /// # Errors
    /// [`Undefined::Shape`] when they are not of one length.
    pub fn from_columns<C: AsRef<[f64]>>(columns: &[C]) -> Outcome<Self> {
        Self::from_rows(columns).map(|matrix| matrix.transposed())
    }
    /// How many rows it has.
    #[must_use]
    pub fn n_rows(&self) -> usize {
        self.n_rows
    }
    /// How many columns it has.
    #[must_use]
    pub fn n_columns(&self) -> usize {
        self.n_columns
    }
    /// One row.
    ///
    /// # Panics
    /// When there is no such row.
    #[must_use]
    pub fn row(&self, i: usize) -> &[f64] {
        &self.values[i * self.n_columns..(i + 1) * self.n_columns]
    }
    /// A copy of one column.
    ///
    /// # Panics
    /// When there is no such column.
    #[must_use]
    pub fn column(&self, j: usize) -> Vec<f64> {
        (0..self.n_rows).map(|i| self[(i, j)]).collect()
    }
    /// The entries of the diagonal.
    #[must_use]
    pub fn diagonal(&self) -> Vec<f64> {
        (0..self.n_rows.min(self.n_columns)).map(|i| self[(i, i)]).collect()
    }
    /// Rows as columns.
    #[must_use]
    pub fn transposed(&self) -> Self {
        Self::from_fn(self.n_columns, self.n_rows, |i, j| self[(j, i)])
    }
    /// The product with another matrix, summed in order.
    ///
    /// # Errors
    /// [`Undefined::Shape`] when the dimensions do not fit.
    pub fn times(&self, other: &Self) -> Outcome<Self> {
        if self.n_columns != other.n_rows {
            return Err(Undefined::Shape);
        }
        Ok(Self::from_fn(self.n_rows, other.n_columns, |i, j| {
            self.row(i).iter().enumerate().map(|(k, a)| a * other[(k, j)]).sum()
        }))
    }
    /// The rows and columns of these numbers, in their order: a correlation matrix of fewer indicators.
    ///
    /// # Panics
    /// When there is no such row or column.
    #[must_use]
    pub fn minor(&self, kept: &[usize]) -> Self {
        Self::from_fn(kept.len(), kept.len(), |i, j| self[(kept[i], kept[j])])
    }
    /// All entries, row by row.
    #[must_use]
    pub fn as_slice(&self) -> &[f64] {
        &self.values
    }
    /// Its dimension, when it is square and all entries are finite.
    ///
    /// # Errors
    /// [`Undefined::Shape`] or [`Undefined::OutOfRange`].
    pub(crate) fn square(&self) -> Outcome<usize> {
        if self.n_rows != self.n_columns {
            return Err(Undefined::Shape);
        }
        if self.values.iter().any(|x| !x.is_finite()) {
            return Err(Undefined::OutOfRange);
        }
        Ok(self.n_rows)
    }
}

impl Index<(usize, usize)> for Matrix {
    type Output = f64;
    fn index(&self, (i, j): (usize, usize)) -> &f64 {
        assert!(j < self.n_columns, "column {j} of {}", self.n_columns);
        &self.values[i * self.n_columns + j]
    }
}

impl IndexMut<(usize, usize)> for Matrix {
    fn index_mut(&mut self, (i, j): (usize, usize)) -> &mut f64 {
        assert!(j < self.n_columns, "column {j} of {}", self.n_columns);
        &mut self.values[i * self.n_columns + j]
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn rows_columns_and_products() {
        let a = Matrix::from_rows(&[[1.0, 2.0, 3.0], [4.0, 5.0, 6.0]]).unwrap();
        assert_eq!(a, Matrix::from_columns(&[[1.0, 4.0], [2.0, 5.0], [3.0, 6.0]]).unwrap());
        assert_eq!((a.row(1), a.column(2)), (&[4.0, 5.0, 6.0][..], vec![3.0, 6.0]));
        let square = a.times(&a.transposed()).unwrap();
        assert_eq!(square, Matrix::from_rows(&[[14.0, 32.0], [32.0, 77.0]]).unwrap());
        assert_eq!(square.diagonal(), [14.0, 77.0]);
        assert_eq!(square.minor(&[1]), Matrix::from_rows(&[[77.0]]).unwrap());
        assert_eq!(a.times(&a), Err(Undefined::Shape));
        assert_eq!(Matrix::from_rows(&[vec![1.0], vec![1.0, 2.0]]), Err(Undefined::Shape));
        assert_eq!(Matrix::from_rows::<Vec<f64>>(&[]).unwrap(), Matrix::zeros(0, 0));
        assert_eq!(a.square(), Err(Undefined::Shape));
        assert_eq!(Matrix::from_fn(1, 1, |_, _| f64::NAN).square(), Err(Undefined::OutOfRange));
        assert_eq!(Matrix::identity(2).times(&square).unwrap(), square);
    }
}
