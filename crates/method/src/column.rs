//! A column: one value or mark per row. Rows are units, or units of one period after those of the one before.

use crate::{Fault, Outcome};
use gradus_model::Scalar;

/// Values of one variable, one slot per row, with a mark where a value is missing.
///
/// The value in a missing slot is zero and means nothing. A column without gaps is known to be [`full`](Column::full):
/// it keeps no marks at all, and fast loops test that once.
#[derive(Debug, Clone)]
pub struct Column<S> {
    values: Vec<S>,
    /// One mark per slot; empty in a full column.
    present: Vec<bool>,
    n_missing: usize,
}

impl<S: Scalar> PartialEq for Column<S> {
    fn eq(&self, other: &Self) -> bool {
        self.len() == other.len() && (0..self.len()).all(|row| self.get(row) == other.get(row))
    }
}

impl<S: Scalar> Column<S> {
    /// A column of `n` missing slots.
    #[must_use]
    pub fn missing(n: usize) -> Self {
        Self { values: vec![S::ZERO; n], present: vec![false; n], n_missing: n }
    }
    /// A column without gaps.
    #[must_use]
    pub fn of(values: Vec<S>) -> Self {
        Self { values, present: Vec::new(), n_missing: 0 }
    }
    /// A column from optional values.
    #[must_use]
    pub fn from_options(values: impl IntoIterator<Item = Option<S>>) -> Self {
        let mut column = Self { values: Vec::new(), present: Vec::new(), n_missing: 0 };
        for value in values {
            column.push(value);
        }
        column
    }
    fn push(&mut self, value: Option<S>) {
        if value.is_none() && self.n_missing == 0 {
            self.present.clear();
            self.present.resize(self.values.len(), true);
        }
        self.n_missing += usize::from(value.is_none());
        if self.n_missing > 0 {
            self.present.push(value.is_some());
        }
        self.values.push(value.unwrap_or(S::ZERO));
    }
    fn clear(&mut self) {
        self.values.clear();
        self.present.clear();
        self.n_missing = 0;
    }
    /// Number of slots.
    #[must_use]
    pub fn len(&self) -> usize {
        self.values.len()
    }
    /// Whether there are no slots.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.values.is_empty()
    }
    /// Number of slots without a value.
    #[must_use]
    pub fn n_missing(&self) -> usize {
        self.n_missing
    }
    /// All values, when none is missing.
    #[must_use]
    pub fn full(&self) -> Option<&[S]> {
        (self.n_missing == 0).then_some(&self.values)
    }
    /// The raw slots; only those that [`has`](Self::has) a value mean something.
    #[must_use]
    pub fn slots(&self) -> &[S] {
        &self.values
    }
    /// Whether a row has a value.
    #[must_use]
    pub fn has(&self, row: usize) -> bool {
        self.n_missing == 0 || self.present[row]
    }
    /// The value of a row.
    #[must_use]
    pub fn get(&self, row: usize) -> Option<S> {
        self.has(row).then(|| self.values[row])
    }
    /// Sets or clears the value of a row.
    pub fn set(&mut self, row: usize, value: Option<S>) {
        if self.n_missing == 0 && value.is_none() {
            self.present.clear();
            self.present.resize(self.values.len(), true);
        }
        let had = self.has(row);
        self.values[row] = value.unwrap_or(S::ZERO);
        if let Some(mark) = self.present.get_mut(row) {
            *mark = value.is_some();
        }
        match (had, value.is_some()) {
            (true, false) => self.n_missing += 1,
            (false, true) => self.n_missing -= 1,
            _ => {}
        }
    }
    /// The values that are present, with their rows, in row order.
    pub fn iter(&self) -> impl Iterator<Item = (usize, S)> + '_ {
        self.values.iter().enumerate().filter(|(row, _)| self.has(*row)).map(|(row, v)| (row, *v))
    }
    /// The present values, in row order.
    pub fn values(&self) -> impl Iterator<Item = S> + '_ {
        self.iter().map(|(_, v)| v)
    }
    /// The column with each value as another type has it, which takes every value of this one.
    #[must_use]
    pub fn cast<T: Scalar>(&self, f: impl Fn(S) -> T) -> Column<T> {
        let values = self.values.iter().map(|v| f(*v)).collect();
        Column { values, present: self.present.clone(), n_missing: self.n_missing }
    }
    /// Slots as options, in row order.
    #[must_use]
    pub fn to_options(&self) -> Vec<Option<S>> {
        (0..self.len()).map(|row| self.get(row)).collect()
    }
    /// Copies the rows of `range` into a column of its own.
    #[must_use]
    pub fn rows(&self, range: std::ops::Range<usize>) -> Self {
        if self.n_missing == 0 {
            return Self::of(self.values[range].to_vec());
        }
        Self::from_options(range.map(|row| self.get(row)))
    }

    /// Makes `self` the image of `source` under `f`: missing stays missing. Keeps the allocation of `self`.
    ///
    /// `f` says `None` where its result is undefined or out of range; the fault then names the row.
    ///
    /// # Errors
    /// [`Fault::out_of_range`] at the first such row.
    pub fn map_from(&mut self, source: &Self, f: impl Fn(S) -> Option<S>) -> Outcome<()> {
        let mut undefined = false;
        if source.n_missing == 0 {
            // Writing into slots rather than extending is what lets the loop vectorize.
            self.make_room(source.len());
            for (slot, v) in self.values.iter_mut().zip(&source.values) {
                let y = f(*v);
                undefined |= !y.is_some_and(Scalar::finite);
                *slot = y.unwrap_or(S::ZERO);
            }
        } else {
            self.make_room(source.len());
            self.n_missing = source.n_missing;
            self.present.extend_from_slice(&source.present);
            // The image of a missing slot is computed and thrown away: a loop without a branch is the quicker one.
            for ((slot, v), present) in self.values.iter_mut().zip(&source.values).zip(&source.present) {
                let y = f(*v);
                undefined |= *present & !y.is_some_and(Scalar::finite);
                *slot = if *present { y.unwrap_or(S::ZERO) } else { S::ZERO };
            }
        }
        if undefined {
            let row =
                source.iter().find(|(_, v)| !f(*v).is_some_and(Scalar::finite)).map_or(0, |(row, _)| row);
            return Err(Fault::out_of_range().in_row(row));
        }
        Ok(())
    }

    /// Overwrites `self` with `n` slots given by `f`, which may fail; keeps the allocation of `self`.
    ///
    /// # Errors
    /// The first error of `f`, with its row.
    pub fn fill_with(&mut self, n: usize, mut f: impl FnMut(usize) -> Outcome<Option<S>>) -> Outcome<()> {
        self.clear();
        for row in 0..n {
            let value =
                f(row).map_err(|fault| if fault.row.is_some() { fault } else { fault.in_row(row) })?;
            self.push(value);
        }
        Ok(())
    }

    /// Overwrites `self` with `n` present slots, filled by `f`, which finds what the column held before or zeros.
    pub fn fill_full(&mut self, n: usize, f: impl FnOnce(&mut [S])) {
        self.make_room(n);
        f(&mut self.values);
    }

    /// `n` present slots, whose values are about to be overwritten.
    fn make_room(&mut self, n: usize) {
        if self.values.capacity() < n {
            // Fresh zeroed memory comes from the system untouched; growing would write every zero first.
            self.values = vec![S::ZERO; n];
        } else {
            self.values.resize(n, S::ZERO);
        }
        self.present.clear();
        self.n_missing = 0;
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn marks_follow_values() {
        let mut c = Column::from_options([Some(1.0), None, Some(3.0)]);
        assert_eq!((c.len(), c.n_missing(), c.full()), (3, 1, None));
        c.set(1, Some(2.0));
        assert_eq!(c.full(), Some(&[1.0, 2.0, 3.0][..]));
        c.set(0, None);
        assert_eq!(c.to_options(), [None, Some(2.0), Some(3.0)]);
        assert_eq!(c.rows(0..2).n_missing(), 1);
    }

    #[test]
    fn a_map_names_the_row_it_cannot_do() {
        let c = Column::from_options([Some(1.0), None, Some(0.0)]);
        let mut out = Column::missing(0);
        let fault = out.map_from(&c, Scalar::ln).unwrap_err();
        assert_eq!(fault.row, Some(2));
        out.map_from(&c, |x| x.plus(1.0)).unwrap();
        assert_eq!(out.to_options(), [Some(2.0), None, Some(1.0)]);
    }
}
