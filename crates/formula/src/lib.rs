//! SQL expressions over the figures and scores of a package.
//!
//! A formula is text such as `gdp * 1e8 / population`; it is parsed by the SQL parser that DataFusion uses, so that the
//! same text runs here and in a database. Known are `+ - * / %`, comparison, `and or not`, `between`, `in`, `is null`,
//! `case`, and the functions of [`FUNCTIONS`].
//!
//! # Names
//! A bare name is the figure of a measure or indicator, or the score of a group; `score(code)` is the score of an
//! indicator or group. A name compared with a text, as in `region = 'Europe'` or `region in ('Asia', 'Oceania')`, is a
//! kind of unit group: the condition says whether the unit is in that class. [`Formula::names`] lists what a formula
//! refers to as [`Name`]s with their [`Reading`].
//!
//! # Missing values
//! A missing value makes what is computed from it missing, as `NULL` does in SQL; `coalesce`, `greatest` and `least`
//! pass over missing values, as PostgreSQL and DataFusion do, and `num_nonnulls` counts those that are not. Division by zero is a fault with the row, never infinity.
//!
//! # Windows
//! A function with `over (…)` looks at all rows of the class that its row is in: all rows for `over ()`, those of the same
//! period or kind of unit group for `over (partition by period)` or `over (partition by period, region)`. It may stand
//! wherever a number may, and its arguments are expressions; it does not stand in another window.
//!
//! `avg`, `count`, `max`, `median`, `min`, `percentile_cont`, the standard deviations, `sum` and the variances pass over
//! missing values, and rows for which `filter (where …)` does not hold. Of no value at all the count is 0 and the others
//! are missing; so is a sample deviation of one value. `rank`, `dense_rank`, `percent_rank` and `cume_dist` order the
//! values of `order by x asc` or `order by x desc`; a row whose value is missing has no place and does not count. Equal
//! values share the lowest rank, and the largest share for `cume_dist`.
//!
//! What an aggregate is taken of is put in order first, so that its last digit does not depend on the order of the rows.
//!
//! **Invariants.** A formula is a pure function of the names it mentions and the classes it partitions by; without
//! windows, row by row. Permuting the rows permutes the result. Nesting, length and size are bounded, so that no text
//! exhausts the stack or the memory.

mod parse;
mod program;
mod tree;
mod window;

pub use parse::{Formula, Mistake};
pub use program::Program;
pub use tree::{Name, Reading};

/// The functions a formula may call, with what they do.
pub const FUNCTIONS: &[(&str, &str)] = &[
    ("abs", "absolute value"),
    ("avg", "with `over`: the mean of the values of the class"),
    ("ceil", "the next whole number not below"),
    ("coalesce", "the first value that is not missing"),
    ("count", "with `over`: how many values the class has; `count(*)`: how many rows"),
    ("cume_dist", "with `over (order by)`: the share of values up to and including the row's"),
    ("dense_rank", "with `over (order by)`: the rank, none left out after ties"),
    ("exp", "e to the power of a value"),
    ("floor", "the next whole number not above"),
    ("greatest", "the largest of the values that are not missing"),
    ("least", "the smallest of the values that are not missing"),
    ("ln", "natural logarithm"),
    ("log", "logarithm of the second value to the first as base"),
    ("log10", "logarithm to base 10"),
    ("max", "with `over`: the largest value of the class"),
    ("median", "with `over`: the median of the values of the class"),
    ("min", "with `over`: the smallest value of the class"),
    ("mod", "what is left of the first value after whole times the second, with the sign of the first"),
    ("nullif", "missing where two values are equal, else the first"),
    ("num_nonnulls", "how many of the values are not missing"),
    ("percent_rank", "with `over (order by)`: (rank - 1) / (n - 1), 0 for a single value"),
    (
        "percentile_cont",
        "with `within group (order by x)` and `over`: the value at a share of the way, by lines",
    ),
    ("power", "the first value to the power of the second"),
    ("rank", "with `over (order by)`: 1 for the first; what is equal shares the lowest"),
    (
        "round",
        "a value rounded to a number of places, half away from zero or by a rule: `round(x, 2, 'half-even')`",
    ),
    ("score", "the score of an indicator or group"),
    ("sign", "-1, 0 or 1"),
    ("sqrt", "square root"),
    ("stddev_pop", "with `over`: the standard deviation of the class, divided by n"),
    ("stddev_samp", "with `over`: the standard deviation of the class, divided by n - 1"),
    ("sum", "with `over`: the sum of the values of the class"),
    ("trunc", "a value cut to a number of places"),
    ("var_pop", "with `over`: the variance of the class, divided by n"),
    ("var_samp", "with `over`: the variance of the class, divided by n - 1"),
];
