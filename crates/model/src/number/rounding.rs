//! Rounding: declared in the package, applied once.

use super::{Decimal, Scalar, parse_decimal};
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
    /// To the nearest, judged by the exact value of the nearest double, a tie to the even digit: what C and Python print.
    Binary,
    /// To the nearer of the two neighbors as R 4 and later compute it in doubles, a tie to the even digit.
    R,
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
        ("binary", Self::Binary),
        ("r", Self::R),
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
        RoundingMode::Binary => return as_printed(value, rounding.places),
        RoundingMode::R => return as_r(value, rounding.places),
    };
    value.round_dp_with_strategy(rounding.places, strategy)
}

/// Rounds the exact value of the nearest double, as formatting does.
fn as_printed(value: Decimal, places: u32) -> Decimal {
    let text = format!("{:.*}", places as usize, value.to_f64());
    parse_decimal(&text).unwrap_or(value)
}

/// The algorithm of R since 4.0.0 (`nmath/fround.c`): of the two decimals with `places` digits on either side, the one at
/// the smaller distance, distances taken in doubles.
fn as_r(value: Decimal, places: u32) -> Decimal {
    let x = value.to_f64().abs();
    // A double has 15 certain digits; what has no more of them is rounded already.
    if x == 0.0 || f64::from(places) + 1.0 + libm::floor(libm::log10(x)) > 15.0 {
        return round(value, Rounding { mode: RoundingMode::HalfEven, places });
    }
    let Ok(exponent) = i32::try_from(places) else { return value };
    let power = (0..exponent).fold(1.0, |power, _| power * 10.0);
    let scaled = power * x;
    let (below, above) = (libm::floor(scaled), libm::ceil(scaled));
    let (down, up) = (below / power, above / power);
    let (to_down, to_up) = (x - down, up - x);
    let even = below % 2.0 == 0.0;
    let y = if to_down < to_up || (to_down == to_up && even) { down } else { up };
    let y = Scalar::to_decimal(y).unwrap_or(value);
    if value.is_sign_negative() { -y } else { y }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(mode: RoundingMode, places: u32, cases: &[(&str, &str)]) {
        for (value, expected) in cases {
            for sign in ["", "-"] {
                let parse = |text: &str| parse_decimal(&format!("{sign}{text}")).unwrap();
                assert_eq!(
                    round(parse(value), Rounding { mode, places }),
                    parse(expected),
                    "{mode:?} {value}"
                );
            }
        }
    }

    /// Printed by Python 3: `round(2.675, 2)` and the like.
    #[test]
    fn doubles_are_rounded_by_their_exact_value() {
        let cases =
            [("2.675", "2.67"), ("2.665", "2.67"), ("0.125", "0.12"), ("0.375", "0.38"), ("1.005", "1")];
        check(RoundingMode::Binary, 2, &cases);
        check(RoundingMode::Binary, 0, &[("0.5", "0"), ("1.5", "2"), ("2.5", "2")]);
    }

    /// Printed by R 4: `round(c(0.15, 0.25, 0.35, 0.45, 0.55, 0.65), 1)`.
    #[test]
    fn r_takes_the_nearer_of_two_decimals() {
        check(
            RoundingMode::R,
            1,
            &[
                ("0.15", "0.1"),
                ("0.25", "0.2"),
                ("0.35", "0.3"),
                ("0.45", "0.4"),
                ("0.55", "0.6"),
                ("0.65", "0.7"),
            ],
        );
        check(RoundingMode::R, 2, &[("2.675", "2.67"), ("0.34", "0.34"), ("0", "0")]);
        check(RoundingMode::R, 20, &[("0.123456789012345678", "0.123456789012345678")]);
    }
}
