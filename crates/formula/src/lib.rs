//! SQL scalar expressions for derived indicators.
//!
//! A formula is text such as `gdp * 1e8 / population`; it is parsed by the SQL parser that DataFusion uses, so that the
//! same text runs here and in a database. Known are `+ - * /`, comparison, `and or not`, `between`, `in`, `is null`,
//! `case`, and the functions of [`FUNCTIONS`].
//!
//! A missing value makes what is computed from it missing, as `NULL` does in SQL; `coalesce`, `greatest` and `least`
//! pass over missing values, as PostgreSQL and DataFusion do. Division by zero is a fault with the row, never infinity.
//!
//! **Invariants.** A formula is a pure function of the names it mentions, row by row.

mod parse;
mod program;

pub use parse::{Formula, Mistake};
pub use program::Program;

/// The functions a formula may call, with what they do.
pub const FUNCTIONS: &[(&str, &str)] = &[
    ("abs", "absolute value"),
    ("ceil", "the next whole number not below"),
    ("coalesce", "the first value that is not missing"),
    ("exp", "e to the power of a value"),
    ("floor", "the next whole number not above"),
    ("greatest", "the largest of the values that are not missing"),
    ("least", "the smallest of the values that are not missing"),
    ("ln", "natural logarithm"),
    ("log10", "logarithm to base 10"),
    ("nullif", "missing where two values are equal, else the first"),
    ("power", "the first value to the power of the second"),
    ("round", "a value rounded half away from zero, to a number of places"),
    ("sqrt", "square root"),
];
