//! Rounding: declared in the package, applied once.

use super::Decimal;
use rust_decimal::RoundingStrategy;

/// How a value halfway between two neighbors is rounded, and which neighbor is taken otherwise.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum RoundingMode {
    /// To the nearest, a tie to the even digit: GB/T 8170, IEEE 754.
    #[default]
    HalfEven,
    /// To the nearest, a tie away from zero: what most publications mean by "rounded".
    HalfUp,
    /// To the nearest, a tie toward zero.
    HalfDown,
    /// Toward zero.
    Truncate,
    /// Toward positive infinity.
    Ceiling,
    /// Toward negative infinity.
    Floor,
}

impl RoundingMode {
    /// Every mode with the word a package file uses for it.
    pub const WORDS: &'static [(&'static str, Self)] = &[
        ("half-even", Self::HalfEven),
        ("half-up", Self::HalfUp),
        ("half-down", Self::HalfDown),
        ("truncate", Self::Truncate),
        ("ceiling", Self::Ceiling),
        ("floor", Self::Floor),
    ];
}

/// A rounding rule: mode and places after the decimal point.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Rounding {
    /// What happens to the digits that are dropped.
    pub mode: RoundingMode,
    /// Digits kept after the decimal point.
    pub places: u32,
}

/// Rounds once, by the declared rule.
///
/// # Example
/// ```
/// use gradus_model::number::{parse_decimal, round, Rounding, RoundingMode};
/// let value = parse_decimal("2.675").unwrap();
/// let half_up = Rounding { mode: RoundingMode::HalfUp, places: 2 };
/// assert_eq!(round(value, half_up).to_string(), "2.68");
/// let half_even = Rounding { mode: RoundingMode::HalfEven, places: 2 };
/// assert_eq!(round(parse_decimal("2.665").unwrap(), half_even).to_string(), "2.66");
/// ```
#[must_use]
pub fn round(value: Decimal, rounding: Rounding) -> Decimal {
    let strategy = match rounding.mode {
        RoundingMode::HalfEven => RoundingStrategy::MidpointNearestEven,
        RoundingMode::HalfUp => RoundingStrategy::MidpointAwayFromZero,
        RoundingMode::HalfDown => RoundingStrategy::MidpointTowardZero,
        RoundingMode::Truncate => RoundingStrategy::ToZero,
        RoundingMode::Ceiling => RoundingStrategy::ToPositiveInfinity,
        RoundingMode::Floor => RoundingStrategy::ToNegativeInfinity,
    };
    value.round_dp_with_strategy(rounding.places, strategy)
}
