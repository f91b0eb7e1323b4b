//! Exact reading of decimal text.

use super::Decimal;
use std::fmt;

/// Why a text is not a decimal number.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum ParseNumber {
    /// The text is empty.
    #[error("the text is empty")]
    Empty,
    /// A character that no number has.
    #[error("`{0}` is not part of a number")]
    Character(char),
    /// `nan`, `inf` and their like.
    #[error("the number is not finite")]
    NotFinite,
    /// Larger than 7.9e28 in magnitude.
    #[error("the number is outside the decimal range of ±7.9e28")]
    Range,
    /// More digits than a decimal holds.
    #[error("the number has more than 28 significant digits after the point")]
    Digits,
}

/// Reads plain or scientific decimal text exactly: `12`, `-0.5`, `1e8`, `1.5E-3`.
///
/// No digit passes through a binary float. A text whose digits do not fit (more than 28 places after the point, or a
/// magnitude above 7.9e28) is refused, never rounded silently; trailing zeros beyond the last place are dropped.
///
/// # Errors
/// [`ParseNumber`] says which character or limit is the trouble.
pub fn parse_decimal(text: &str) -> Result<Decimal, ParseNumber> {
    let text = text.trim();
    if let Some(plain) = parse_plain(text) {
        return Ok(plain);
    }
    if text.is_empty() {
        return Err(ParseNumber::Empty);
    }
    let bare = text.trim_start_matches(['+', '-']).to_ascii_lowercase();
    if matches!(bare.as_str(), "nan" | "inf" | "infinity" | "∞") {
        return Err(ParseNumber::NotFinite);
    }
    let (mantissa, exponent) = match text.find(['e', 'E']) {
        Some(at) => {
            let digits = &text[at + 1..];
            let exponent: i32 = digits.parse().map_err(|_| {
                digits
                    .chars()
                    .find(|c| !c.is_ascii_digit() && !matches!(c, '+' | '-'))
                    .map_or(ParseNumber::Range, ParseNumber::Character)
            })?;
            (&text[..at], exponent)
        }
        None => (text, 0),
    };
    let (negative, digits) = match mantissa.as_bytes().first() {
        Some(b'-') => (true, &mantissa[1..]),
        Some(b'+') => (false, &mantissa[1..]),
        _ => (false, mantissa),
    };
    let (whole, fraction) = digits.split_once('.').unwrap_or((digits, ""));
    if let Some(c) = whole.chars().chain(fraction.chars()).find(|c| !c.is_ascii_digit()) {
        return Err(ParseNumber::Character(c));
    }
    if whole.is_empty() && fraction.is_empty() {
        return Err(ParseNumber::Character(text.chars().next().unwrap_or('.')));
    }
    let fraction = fraction.trim_end_matches('0');
    let mut all = String::with_capacity(whole.len() + fraction.len());
    all.push_str(whole);
    all.push_str(fraction);
    let significant = all.trim_start_matches('0');
    if significant.is_empty() {
        return Ok(Decimal::ZERO);
    }
    let zeros = significant.len() - significant.trim_end_matches('0').len();
    let significant = &significant[..significant.len() - zeros];
    // The value is `significant` × 10^power.
    let power = i64::from(exponent) + zeros as i64 - fraction.len() as i64;
    if significant.len() as i64 + power > 29 {
        return Err(ParseNumber::Range);
    }
    if power < -28 || significant.len() > 29 {
        return Err(ParseNumber::Digits);
    }
    let too_many = if power < 0 { ParseNumber::Digits } else { ParseNumber::Range };
    let mut mantissa: i128 = significant.parse().map_err(|_| too_many.clone())?;
    let scale = if power > 0 {
        for _ in 0..power {
            mantissa = mantissa.checked_mul(10).ok_or(ParseNumber::Range)?;
        }
        0
    } else {
        (-power) as u32
    };
    if negative {
        mantissa = -mantissa;
    }
    Decimal::try_from_i128_with_scale(mantissa, scale).map_err(|_| too_many)
}

/// Reads a number as most are written, `-12.50`: digits, at most one point between them, up to 18 digits in all. What is
/// written in another way is `None` here and may still be a number for [`parse_decimal`].
///
/// Tables hold millions of such cells; one pass over the bytes allocates nothing.
#[must_use]
pub fn parse_plain(text: &str) -> Option<Decimal> {
    let (negative, digits) = match text.as_bytes() {
        [b'-', rest @ ..] => (true, rest),
        bytes => (false, bytes),
    };
    // A point and 18 digits, which an i64 holds.
    if digits.len() > 19 || !digits.first()?.is_ascii_digit() {
        return None;
    }
    let (mut mantissa, mut places, mut n_digits) = (0i64, None, 0);
    for byte in digits {
        match byte {
            b'0'..=b'9' => {
                n_digits += 1;
                if n_digits > 18 {
                    return None;
                }
                mantissa = mantissa * 10 + i64::from(byte - b'0');
                places = places.map(|places: u32| places + 1);
            }
            b'.' if places.is_none() => places = Some(0),
            _ => return None,
        }
    }
    let mut scale = places.unwrap_or(0);
    while scale > 0 && mantissa % 10 == 0 {
        mantissa /= 10;
        scale -= 1;
    }
    Some(if mantissa == 0 {
        Decimal::ZERO
    } else {
        Decimal::new(if negative { -mantissa } else { mantissa }, scale)
    })
}

/// An exact ratio of two decimals, as weights are written: `1`, `0.25`, `"1/3"`.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Ratio {
    /// What is divided.
    pub numerator: Decimal,
    /// What it is divided by; never zero.
    pub denominator: Decimal,
}

impl Ratio {
    /// The ratio 1.
    pub const ONE: Self = Self { numerator: Decimal::ONE, denominator: Decimal::ONE };

    /// Reads `a` or `a/b`.
    ///
    /// # Errors
    /// [`ParseNumber`] of the part that is not a number; a zero denominator is [`ParseNumber::Range`].
    pub fn parse(text: &str) -> Result<Self, ParseNumber> {
        let (numerator, denominator) = match text.split_once('/') {
            Some((a, b)) => (parse_decimal(a)?, parse_decimal(b)?),
            None => (parse_decimal(text)?, Decimal::ONE),
        };
        if denominator.is_zero() {
            return Err(ParseNumber::Range);
        }
        Ok(Self { numerator, denominator })
    }

    /// The quotient, rounded to 28 digits where it does not end.
    #[must_use]
    pub fn quotient(self) -> Option<Decimal> {
        self.numerator.checked_div(self.denominator)
    }

    /// Ratios brought to one denominator, so that their proportions are exact: 1/3 and 1/6 become 6 and 3 (thirds and
    /// sixths times 18). `None` when the common denominator leaves the decimal range.
    #[must_use]
    pub fn proportions(ratios: &[Self]) -> Option<Vec<Decimal>> {
        let mut denominators: Vec<Decimal> = ratios.iter().map(|r| r.denominator).collect();
        denominators.sort();
        denominators.dedup();
        ratios
            .iter()
            .map(|r| {
                denominators
                    .iter()
                    .filter(|d| **d != r.denominator)
                    .try_fold(r.numerator, |product, d| product.checked_mul(*d))
            })
            .collect()
    }
}

impl fmt::Display for Ratio {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        if self.denominator == Decimal::ONE {
            write!(f, "{}", self.numerator)
        } else {
            write!(f, "{}/{}", self.numerator, self.denominator)
        }
    }
}
