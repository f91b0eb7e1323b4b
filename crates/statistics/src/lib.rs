//! Statistics on plain numbers: what methods, audits and analyses share.
//!
//! Everything here is `f64`: these are numerical procedures (iterations, decompositions, searches) whose results are
//! not exact in any arithmetic. What a package computes exactly (means, lines, thresholds) never passes through here.
//!
//! A single number that may be undefined is an `Option`; what can fail in several ways is an [`Outcome`] whose
//! [`Undefined`] says why, so that a method can turn it into a fault with its own words.
//!
//! **Invariants.** No index, no tree, no units: slices of numbers in, numbers out. A missing value is never passed in,
//! but where a function takes `Option`s and says what it does with them. Sums run in a fixed order, and `ln`, `exp` and
//! powers are those of `libm` ([`lanes::ln`] where many are taken at a time), so the same input gives the same bits on every machine. Nothing panics on finite numbers.

pub mod cluster;
pub mod components;
pub mod correlation;
pub mod distribution;
pub mod lanes;
pub mod linear;
pub mod matrix;
pub mod moments;
pub mod points;
pub mod proportion;
pub mod random;
pub mod rank;
pub mod rank_sets;
pub mod sampling;
pub mod shapley;
pub mod simplex;
pub mod smooth;
pub mod sobol;
pub mod theil_sen;

pub use matrix::Matrix;

use std::fmt;

/// The result of a procedure that may have none.
pub type Outcome<T> = Result<T, Undefined>;

/// Why a procedure has no result.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[non_exhaustive]
pub enum Undefined {
    /// There are fewer values (rows, columns) than the procedure needs.
    TooFew {
        /// How many there are.
        found: usize,
        /// How many it takes.
        needed: usize,
    },
    /// A column has one value only.
    Constant {
        /// Which column, from 0.
        column: usize,
    },
    /// A column is determined by those before it, so the matrix has no inverse.
    Singular {
        /// Which column, from 0.
        column: usize,
    },
    /// Lengths or dimensions do not fit each other.
    Shape,
    /// A number is not finite, or the result would not be.
    OutOfRange,
    /// The iteration did not settle.
    NotConverged,
}

impl fmt::Display for Undefined {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::TooFew { found, needed } => write!(f, "{found} found where {needed} are needed"),
            Self::Constant { column } => write!(f, "column {} has one value only", column + 1),
            Self::Singular { column } => write!(f, "column {} is determined by the others", column + 1),
            Self::Shape => f.write_str("the dimensions do not fit each other"),
            Self::OutOfRange => f.write_str("a number is outside the range of the arithmetic"),
            Self::NotConverged => f.write_str("the iteration did not settle"),
        }
    }
}

impl std::error::Error for Undefined {}

/// The number, if it is one.
fn finite(number: f64) -> Option<f64> {
    number.is_finite().then_some(number)
}

/// `count` as a number: exact below 2^53.
#[allow(clippy::cast_precision_loss, reason = "counts are far below 2^53")]
fn float(count: usize) -> f64 {
    count as f64
}

#[cfg(test)]
mod testing {
    /// Fails unless `found` is within `tolerance` of `want`, relative to the larger of 1 and `want`.
    #[track_caller]
    pub(crate) fn near(found: f64, want: f64, tolerance: f64) {
        assert!((found - want).abs() <= tolerance * want.abs().max(1.0), "{found}, not {want}");
    }
    /// Fails unless `found` is within `tolerance` of `want`, relative to `want`.
    #[track_caller]
    pub(crate) fn close(found: f64, want: f64, tolerance: f64) {
        assert!((found - want).abs() <= tolerance * want.abs(), "{found:e}, not {want:e}");
    }
}
