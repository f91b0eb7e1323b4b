//! Imputation of missing figures: one method, one file, one line in one list.
//!
//! An [`Imputer`] sees the columns of several indicators at once (all, or those the step is for) and says what to put in
//! the empty cells. It returns filled cells only, so known figures cannot change.
//!
//! **Invariants.** Methods are pure functions of a block, parameters and a draw; they do not know the file format or each
//! other. Random numbers are functions of seed, draw and cell, never of the order of computation.

pub mod constant;
pub mod em;
pub mod fixed_value;
pub mod group_mean;
pub mod group_median;
pub mod hot_deck;
pub mod latest;
pub mod linear;
pub mod linear_constant;
pub mod mean;
pub mod median;
pub mod nearest_neighbors;
pub mod regression;
pub mod row_mean;
pub mod row_median;
pub mod validation;

mod account;
mod distance;
mod group;
mod random;
mod row;
mod series;
mod shared;

#[cfg(test)]
mod testing;

pub use account::{Account, Figure};
pub use validation::{Accuracy, CrossValidation, Validation, cross_validate};

use gradus_method::{Column, Direction, Fault, Method, Outcome, Registry};
use gradus_model::Id;
use gradus_model::number::Scalar;
use std::fmt::Debug;
use std::ops::Range;

/// The figures an imputer sees. Rows are units within a period, period after period.
#[derive(Debug, Clone, Copy)]
pub struct Block<'a, S> {
    /// The columns, one per indicator.
    pub columns: &'a [&'a Column<S>],
    /// Code of each column; a column without one is named by its place.
    pub codes: &'a [Id],
    /// Direction of each column; higher is better where there is none.
    pub directions: &'a [Direction],
    /// The group in which each column stands, by place: columns with equal numbers are siblings. All are where there is
    /// none.
    pub siblings: &'a [usize],
    /// Number of units; the number of rows is a multiple of it.
    pub n_units: usize,
    /// The end of each period in years, or its place where the data name none. Periods need not be in order of time.
    pub times: &'a [f64],
    /// The class of each unit (region, income group) where the step names a kind of unit groups; `None` for a unit without.
    /// Where units change their classes, the class of each row.
    pub classes: Option<&'a [Option<usize>]>,
    /// For multiple imputation: which draw. `None` asks for the single best value.
    pub draw: Option<Draw>,
}

impl<'a, S: Scalar> Block<'a, S> {
    /// A block of one period in which every column is a sibling of the others and higher is better.
    #[must_use]
    pub fn of(columns: &'a [&'a Column<S>]) -> Self {
        Self {
            columns,
            codes: &[],
            directions: &[],
            siblings: &[],
            n_units: columns.first().map_or(0, |column| column.len()),
            times: &[],
            classes: None,
            draw: None,
        }
    }
    /// Number of rows: units times periods.
    #[must_use]
    pub fn n_rows(&self) -> usize {
        self.columns.first().map_or(0, |column| column.len())
    }
    /// How messages name a column.
    #[must_use]
    pub fn name(&self, column: usize) -> String {
        self.codes.get(column).map_or_else(|| format!("column {}", column + 1), |code| format!("`{code}`"))
    }
    /// The direction of a column.
    #[must_use]
    pub fn direction(&self, column: usize) -> Direction {
        self.directions.get(column).copied().unwrap_or_default()
    }
    /// The class of the unit of a row.
    #[must_use]
    pub fn class(&self, row: usize) -> Option<usize> {
        let classes = self.classes?;
        let at = if classes.len() > self.n_units { row } else { row.checked_rem(self.n_units)? };
        classes.get(at).copied().flatten()
    }
    /// The classes that a block of some of the rows, whole periods, has.
    #[must_use]
    pub fn classes_of(&self, rows: &Range<usize>) -> Option<&'a [Option<usize>]> {
        let classes = self.classes?;
        Some(if classes.len() > self.n_units {
            classes.get(rows.clone()).unwrap_or_default()
        } else {
            classes
        })
    }
    /// The time of a period.
    #[must_use]
    pub fn time(&self, period: usize) -> f64 {
        self.times.get(period).copied().filter(|time| time.is_finite()).unwrap_or(period as f64)
    }
    /// Whether the columns are of one length and the rows whole periods.
    ///
    /// # Errors
    /// `invalid-parameter` when they are not.
    pub fn check(&self) -> Outcome<()> {
        let n_rows = self.n_rows();
        let Some(uneven) = self.columns.iter().position(|column| column.len() != n_rows) else {
            if n_rows == 0 || n_rows.checked_rem(self.n_units) == Some(0) {
                return Ok(());
            }
            return Err(Fault::parameter(
                "n_units",
                format!("{n_rows} rows are no whole number of periods of {} units", self.n_units),
            ));
        };
        let found = self.columns[uneven].len();
        Err(Fault::parameter(
            "columns",
            format!("{} has {found} rows where the first column has {n_rows}", self.name(uneven)),
        ))
    }
}

/// One draw of a multiple imputation.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Draw {
    /// The package's seed.
    pub seed: u64,
    /// The draw.
    pub index: u64,
}

/// A cell that was filled: row and value.
pub type Filled<S> = (usize, S);

/// Says what to put in the empty cells of a block.
pub trait Imputer<S: Scalar>: Debug + Send + Sync {
    /// Whether the method looks along the periods of a unit. It is then given all periods; else it is given each period by
    /// itself or all of them pooled, as the step says.
    fn over_time(&self) -> bool {
        false
    }
    /// Whether the method looks at the classes of units.
    fn by_class(&self) -> bool {
        false
    }
    /// Whether its values may be drawn at random, for multiple imputation.
    fn draws(&self) -> bool {
        false
    }
    /// The filled cells of each column, in order of row. A cell the method cannot fill (a class without any figure) is
    /// left out and stays missing.
    ///
    /// # Errors
    /// When the method cannot work on the block at all.
    fn impute(&self, block: &Block<'_, S>) -> Outcome<Vec<Vec<Filled<S>>>>;
    /// What the best value of one cell that the method fills rests on; nothing where the method does not say.
    ///
    /// It is computed anew from the block, which may take as long as filling all of it: ask for the cells that someone looks at.
    ///
    /// # Errors
    /// As [`impute`](Self::impute).
    fn account(&self, _block: &Block<'_, S>, _column: usize, _row: usize) -> Outcome<Account> {
        Ok(Account::default())
    }
}

gradus_method::dual! {
    /// An imputation method in both arithmetics.
    ImputerBox: Imputer
}

/// Every built-in imputation method, in order of id.
pub static IMPUTERS: &[&Method<ImputerBox>] = &[
    &constant::METHOD,
    &em::METHOD,
    &fixed_value::METHOD,
    &group_mean::METHOD,
    &group_median::METHOD,
    &hot_deck::METHOD,
    &latest::METHOD,
    &linear::METHOD,
    &linear_constant::METHOD,
    &mean::METHOD,
    &median::METHOD,
    &nearest_neighbors::METHOD,
    &regression::METHOD,
    &row_mean::METHOD,
    &row_median::METHOD,
];

/// The built-in imputation methods as a registry, to which a program may add its own.
#[must_use]
pub fn imputers() -> Registry<ImputerBox> {
    Registry::new(IMPUTERS)
}
