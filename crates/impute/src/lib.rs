//! Imputation of missing figures: one method, one file, one line in one list.
//!
//! An [`Imputer`] sees the columns of several indicators at once (all, or those the step is for) and says what to put in
//! the empty cells. It returns filled cells only, so known figures cannot change.
//!
//! **Invariants.** Methods are pure functions of a block, parameters and a draw; they do not know the file format or each
//! other. Random numbers are functions of seed, draw and cell, never of the order of computation.

use gradus_method::{Column, Direction, Method, Outcome, Registry};
use gradus_model::Id;
use gradus_model::number::Scalar;
use std::fmt::Debug;

/// The figures an imputer sees. Rows are units within a period, period after period.
#[derive(Debug, Clone, Copy)]
pub struct Block<'a, S> {
    /// The columns, one per indicator.
    pub columns: &'a [&'a Column<S>],
    /// Code of each column.
    pub codes: &'a [Id],
    /// Direction of each column.
    pub directions: &'a [Direction],
    /// The group in which each column stands, by place: columns with equal numbers are siblings.
    pub siblings: &'a [usize],
    /// Number of units; the number of rows is a multiple of it.
    pub n_units: usize,
    /// The end of each period in years, or its place where the data name none.
    pub times: &'a [f64],
    /// The class of each unit (region, income group) where the step names a kind of unit groups; `None` for a unit without.
    pub classes: Option<&'a [Option<usize>]>,
    /// For multiple imputation: which draw. `None` asks for the single best value.
    pub draw: Option<Draw>,
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
}

gradus_method::dual! {
    /// An imputation method in both arithmetics.
    ImputerBox: Imputer
}

/// Every built-in imputation method, in order of id.
pub static IMPUTERS: &[&Method<ImputerBox>] = &[];

/// The built-in imputation methods as a registry, to which a program may add its own.
#[must_use]
pub fn imputers() -> Registry<ImputerBox> {
    Registry::new(IMPUTERS)
}
