//! Numbers: one algorithm, two arithmetics.
//!
//! Methods and engine are written once over [`Scalar`] and run in exact decimals (what is published) or in binary64
//! (simulation, large data). Every operation that can leave the range says so with `None`; nothing wraps or panics.

mod binary64;
mod decimal;
mod parse;
mod rank;
mod rounding;

pub use parse::{ParseNumber, Ratio, parse_decimal, parse_plain};
pub use rank::{Ties, ranks};
pub use rounding::{Rounding, RoundingMode, round};
pub use rust_decimal::Decimal;

use std::fmt::{Debug, Display};

/// Which arithmetic a run uses.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Arithmetic {
    /// 28-digit decimals: thresholds are compared exactly and 0.1 is 0.1.
    #[default]
    Decimal,
    /// IEEE 754 double precision, with `libm` for transcendental functions, so that bits agree on every platform.
    Binary64,
}

/// Chooses between the decimal and the binary64 form of something that exists in both.
///
/// A method is registered once and used in either arithmetic; generic code asks `S::pick(&method)`.
pub trait Dual {
    /// The form for one arithmetic.
    type Of<S: Scalar>: ?Sized;
    /// The decimal form.
    fn decimal(&self) -> &Self::Of<Decimal>;
    /// The binary64 form.
    fn binary64(&self) -> &Self::Of<f64>;
}

/// A number a method can compute with: [`Decimal`] or `f64`.
///
/// All values are finite. Operations return `None` when the result leaves the range of the arithmetic (decimals:
/// ±7.9e28, at most 28 digits after the point) or is undefined (division by zero, logarithm of zero or less).
/// In `f64`, [`plus`](Scalar::plus), [`minus`](Scalar::minus) and [`times`](Scalar::times) never branch, so loops
/// vectorize; an infinity that arises there is caught by [`finite`](Scalar::finite) at the end of a column.
pub trait Scalar: Copy + PartialOrd + PartialEq + Debug + Display + Default + Send + Sync + 'static {
    /// The arithmetic this type is.
    const ARITHMETIC: Arithmetic;
    /// Zero.
    const ZERO: Self;
    /// One.
    const ONE: Self;

    /// The number nearest to a decimal (exact for [`Decimal`]).
    fn from_decimal(value: Decimal) -> Self;
    /// The number nearest to `mantissa × 10^-places`, for at most 28 places: that of the decimal with these digits.
    fn from_digits(mantissa: i64, places: u32) -> Self {
        Self::from_decimal(Decimal::new(mantissa, places))
    }
    /// The decimal nearest to the number, with up to 17 significant digits for `f64`; `None` outside the decimal range.
    fn to_decimal(self) -> Option<Decimal>;
    /// The nearest double.
    fn to_f64(self) -> f64;
    /// A count.
    fn from_count(count: usize) -> Self;

    /// Sum.
    fn plus(self, other: Self) -> Option<Self>;
    /// Difference.
    fn minus(self, other: Self) -> Option<Self>;
    /// Product.
    fn times(self, other: Self) -> Option<Self>;
    /// Quotient; `None` for a zero divisor.
    fn over(self, other: Self) -> Option<Self>;
    /// The number with its sign changed.
    fn negated(self) -> Self;
    /// Absolute value.
    fn magnitude(self) -> Self {
        if self < Self::ZERO { self.negated() } else { self }
    }
    /// Natural logarithm; `None` for zero or less.
    fn ln(self) -> Option<Self>;
    /// Logarithm to base 10; `None` for zero or less.
    fn log10(self) -> Option<Self>;
    /// Exponential.
    fn exp(self) -> Option<Self>;
    /// Square root; `None` below zero.
    fn sqrt(self) -> Option<Self>;
    /// `self` raised to `exponent`; a negative base needs a whole exponent, and zero a positive one.
    fn power(self, exponent: Self) -> Option<Self>;
    /// Whether the number is finite (always, for decimals).
    fn finite(self) -> bool;
    /// Total order of finite numbers.
    fn order(self, other: Self) -> std::cmp::Ordering {
        self.partial_cmp(&other).unwrap_or(std::cmp::Ordering::Equal)
    }
    /// The smaller of two numbers.
    fn least(self, other: Self) -> Self {
        if other < self { other } else { self }
    }
    /// The larger of two numbers.
    fn greatest(self, other: Self) -> Self {
        if other > self { other } else { self }
    }
    /// Rounds by a declared rule.
    fn rounded(self, rounding: Rounding) -> Self;
    /// The form of `dual` for this arithmetic.
    fn pick<D: Dual + ?Sized>(dual: &D) -> &D::Of<Self>;
}
