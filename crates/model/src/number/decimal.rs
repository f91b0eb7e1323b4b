//! [`Scalar`] for [`Decimal`]: checked operations, and transcendental functions to 24 digits.
//!
//! `rust_decimal`'s own `ln`, `exp` and `powd` stop at a tolerance of about 2e-7; a published third decimal can turn on
//! less. Here each function reduces its argument, sums a series in 28-digit arithmetic and is tested against
//! high-precision values.
//!
//! A decimal has at most 28 places, so the 24 digits are those of a result above about 1e-4. A smaller result is
//! within about 1e-27 of the true one and has fewer digits the smaller it is. A product, exponential or power too small
//! for the last place is `None`, as one too large is: a zero that stands for something else would divide, rank and
//! compare as a true zero.

use super::{Arithmetic, Dual, Rounding, Scalar};
use rust_decimal::Decimal;

impl Scalar for Decimal {
    const ARITHMETIC: Arithmetic = Arithmetic::Decimal;
    const ZERO: Self = Decimal::ZERO;
    const ONE: Self = Decimal::ONE;

    fn from_decimal(value: Decimal) -> Self {
        value
    }
    fn to_decimal(self) -> Option<Decimal> {
        Some(self)
    }
    fn to_f64(self) -> f64 {
        f64::from_decimal(self)
    }
    fn from_count(count: usize) -> Self {
        Decimal::from(count)
    }
    fn plus(self, other: Self) -> Option<Self> {
        self.checked_add(other)
    }
    fn minus(self, other: Self) -> Option<Self> {
        self.checked_sub(other)
    }
    fn times(self, other: Self) -> Option<Self> {
        nonzero(self.checked_mul(other)?, !self.is_zero() && !other.is_zero())
    }
    fn over(self, other: Self) -> Option<Self> {
        self.checked_div(other)
    }
    fn negated(self) -> Self {
        -self
    }
    fn ln(self) -> Option<Self> {
        ln(self)
    }
    fn log10(self) -> Option<Self> {
        log10(self)
    }
    fn exp(self) -> Option<Self> {
        exp(self)
    }
    fn sqrt(self) -> Option<Self> {
        sqrt(self)
    }
    fn power(self, exponent: Self) -> Option<Self> {
        power(self, exponent)
    }
    fn finite(self) -> bool {
        true
    }
    fn rounded(self, rounding: Rounding) -> Self {
        super::round(self, rounding)
    }
    fn pick<D: Dual + ?Sized>(dual: &D) -> &D::Of<Self> {
        dual.decimal()
    }
}

/// ln 2 to 28 places.
const LN_2: Decimal = Decimal::from_parts(2_860_148_159, 2_180_329_217, 375_755_839, false, 28);
/// ln 10 to 28 places.
const LN_10: Decimal = Decimal::from_parts(2_678_495_027, 336_900_640, 1_248_233_880, false, 28);

/// 2^k as a decimal, for 0 <= k <= 95.
fn two_to(k: u32) -> Option<Decimal> {
    Decimal::try_from_i128_with_scale(1i128.checked_shl(k)?, 0).ok()
}

/// The value, unless it is a zero that stands for a number too small to have a place.
fn nonzero(value: Decimal, expected: bool) -> Option<Decimal> {
    (!expected || !value.is_zero()).then_some(value)
}

/// The largest power of two that is split off: 2^96 is one more than the largest decimal.
const TWOS: i32 = 95;

/// `e^x`: x = k ln 2 + r with |r| <= 0.35 (0.7 at the ends of the range), then the series of e^r. `None` outside about
/// -65.1 < x < 66.5, where the result is no decimal.
fn exp(x: Decimal) -> Option<Decimal> {
    if x.abs() > Decimal::from(67) {
        return None;
    }
    let whole = x.checked_div(LN_2)?.round();
    let shift = i32::try_from(whole.mantissa()).ok()?.clamp(-TWOS, TWOS);
    let r = x.checked_sub(Decimal::from(shift).checked_mul(LN_2)?)?;
    let mut term = Decimal::ONE;
    let mut sum = Decimal::ONE;
    for n in 1u32..40 {
        term = term.checked_mul(r)?.checked_div(Decimal::from(n))?;
        if term.is_zero() {
            break;
        }
        sum = sum.checked_add(term)?;
    }
    let scale = two_to(shift.unsigned_abs())?;
    nonzero(if shift >= 0 { sum.checked_mul(scale)? } else { sum.checked_div(scale)? }, true)
}

/// `ln x`: x = m 2^k with m between 0.7 and 1.42 (2 for the largest decimals), then ln m = 2 artanh((m - 1)/(m + 1)).
fn ln(x: Decimal) -> Option<Decimal> {
    if x <= Decimal::ZERO {
        return None;
    }
    if x == Decimal::ONE {
        return Some(Decimal::ZERO);
    }
    let k = (libm::round(libm::log2(x.to_f64())) as i32).clamp(-TWOS, TWOS);
    let scale = two_to(k.unsigned_abs())?;
    let m = if k >= 0 { x.checked_div(scale)? } else { x.checked_mul(scale)? };
    let z = m.checked_sub(Decimal::ONE)?.checked_div(m.checked_add(Decimal::ONE)?)?;
    let square = z.checked_mul(z)?;
    let mut power = z;
    let mut sum = z;
    for n in 1u32..60 {
        power = power.checked_mul(square)?;
        let term = power.checked_div(Decimal::from(2 * n + 1))?;
        if term.is_zero() {
            break;
        }
        sum = sum.checked_add(term)?;
    }
    Decimal::from(k).checked_mul(LN_2)?.checked_add(sum.checked_mul(Decimal::TWO)?)
}

/// `log10 x`, exact for powers of ten.
fn log10(x: Decimal) -> Option<Decimal> {
    let shortest = x.normalize();
    let mantissa = shortest.mantissa();
    if mantissa > 0 {
        let power = mantissa.ilog10();
        if 10i128.pow(power) == mantissa {
            return Some(Decimal::from(i64::from(power) - i64::from(shortest.scale())));
        }
    }
    ln(x)?.checked_div(LN_10)
}

/// Square root by Newton's method from the double nearest to it; exact for squares of short decimals.
fn sqrt(x: Decimal) -> Option<Decimal> {
    if x < Decimal::ZERO {
        return None;
    }
    if x.is_zero() {
        return Some(Decimal::ZERO);
    }
    let mut y = libm::sqrt(x.to_f64()).to_decimal()?;
    if y.is_zero() {
        return Some(y);
    }
    for _ in 0..3 {
        if y.checked_mul(y) == Some(x) {
            break;
        }
        y = y.checked_add(x.checked_div(y)?)?.checked_div(Decimal::TWO)?;
    }
    Some(y.normalize())
}

/// `x^y`: whole exponents up to 128 by repeated multiplication (exact while the digits fit), one half by the square
/// root, the rest as e^(y ln x).
fn power(x: Decimal, y: Decimal) -> Option<Decimal> {
    if x.is_zero() {
        return (y > Decimal::ZERO).then_some(Decimal::ZERO);
    }
    let y = y.normalize();
    if y.scale() == 0 {
        if let Some(n) = i32::try_from(y.mantissa()).ok().filter(|n| n.abs() <= 128) {
            // A fraction is inverted first: its power would lose the digits the inverse is made of.
            let early = n < 0 && x.abs() < Decimal::ONE;
            let base = if early { Decimal::ONE.checked_div(x)? } else { x };
            let mut product = Decimal::ONE;
            for _ in 0..n.unsigned_abs() {
                product = product.times(base)?;
            }
            return if n >= 0 || early {
                Some(product)
            } else {
                nonzero(Decimal::ONE.checked_div(product)?, true)
            };
        }
        let size = exp(y.checked_mul(ln(x.abs())?)?)?;
        let odd = y.mantissa() % 2 != 0;
        return Some(if x < Decimal::ZERO && odd { -size } else { size });
    }
    if x < Decimal::ZERO {
        return None;
    }
    if y == Decimal::new(5, 1) {
        return sqrt(x);
    }
    exp(y.checked_mul(ln(x)?)?)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::number::parse_decimal;
    use proptest::prelude::*;

    fn d(text: &str) -> Decimal {
        parse_decimal(text).unwrap()
    }
    /// Compares to 24 significant digits, or 26 places for numbers below one.
    fn agrees(got: Option<Decimal>, want: &str) {
        let (got, want) = (got.unwrap(), d(want));
        let scale = want.abs().max(d("0.01"));
        assert!((got - want).abs() / scale < d("1e-24"), "{got} against {want}");
    }

    #[test]
    fn constants_have_the_published_digits() {
        assert_eq!(LN_2.to_string(), "0.6931471805599453094172321215");
        assert_eq!(LN_10.to_string(), "2.3025850929940456840179914547");
    }

    #[test]
    fn transcendental_functions_agree_with_high_precision_values() {
        agrees(d("2").ln(), "0.6931471805599453094172321215");
        agrees(d("75000").ln(), "11.225243392518447492650738267");
        agrees(d("0.001").ln(), "-6.9077552789821370520539743641");
        // Above 2^95.5, where the power of two that is split off is not the nearest one.
        agrees(d("7e28").ln(), "66.41829275288859245760911347");
        agrees(Decimal::MAX.ln(), "66.54212933375474970405428366");
        agrees(d("66.5").exp(), "75959666021073336334634473280");
        agrees(d("-9").exp(), "0.000123409804086679549497637");
        agrees(d("0.5").power(d("-90")), "1237940039285380274899124224");
        agrees(d("1").exp(), "2.7182818284590452353602874714");
        agrees(d("-1").exp(), "0.3678794411714423215955237702");
        agrees(d("10").exp(), "22026.465794806716516957900645");
        agrees(d("2").sqrt(), "1.4142135623730950488016887242");
        agrees(d("2").power(d("0.2")), "1.1486983549970350067986269467");
        agrees(d("100").log10(), "2");
    }

    #[test]
    fn undefined_and_out_of_range_is_none() {
        assert_eq!(Scalar::ln(Decimal::ZERO), None);
        assert_eq!(Scalar::ln(d("-1")), None);
        assert_eq!(Scalar::exp(d("100")), None);
        assert_eq!(Scalar::exp(d("-100")), None);
        assert_eq!(Scalar::exp(d("66.6")), None);
        // Too small for 28 places: not a zero.
        assert_eq!(Scalar::exp(d("-66")), None);
        assert_eq!(d("1e-15").times(d("1e-15")), None);
        assert_eq!(d("0.001").power(d("10")), None);
        assert_eq!(d("1000").power(d("-10")), None);
        assert_eq!(Decimal::ZERO.times(d("1e-15")), Some(Decimal::ZERO));
        assert_eq!(Scalar::sqrt(d("-1")), None);
        assert_eq!(d("-8").power(d("0.5")), None);
        assert_eq!(d("0").power(d("-1")), None);
        assert_eq!(Decimal::MAX.times(d("2")), None);
        assert_eq!(d("1").over(Decimal::ZERO), None);
    }

    #[test]
    fn whole_powers_and_square_roots_are_exact() {
        assert_eq!(d("1.1").power(d("2")), Some(d("1.21")));
        assert_eq!(d("-2").power(d("3")), Some(d("-8")));
        assert_eq!(d("2").power(d("-2")), Some(d("0.25")));
        assert_eq!(Scalar::sqrt(d("0.0225")), Some(d("0.15")));
    }

    proptest! {
        #[test]
        fn decimal_and_binary64_agree(
            mantissa in 1i128..79_228_162_514_264_337_593_543_950_335,
            digits in 0u32..29,
            scale in 0u32..12,
            exponent in -7000i64..7000,
        ) {
            let x = Decimal::from_i128_with_scale(mantissa / 10i128.pow(digits) + 1, scale);
            let y = Decimal::new(exponent, 2);
            // Nothing on one side only is a failure, unless the value is too large or too small for a decimal.
            let close = |a: Option<Decimal>, b: Option<f64>, within: f64| match (a, b) {
                (Some(a), Some(b)) => (a.to_f64() - b).abs() <= 1e-12 * b.abs() + within,
                (None, Some(b)) => b.abs() > 7.9e28 || b.abs() < 1e-28,
                (Some(_), None) => false,
                (None, None) => true,
            };
            // Near one a logarithm has the error of the double it is taken of.
            prop_assert!(close(Scalar::ln(x), Scalar::ln(x.to_f64()), 1e-13));
            prop_assert!(close(Scalar::sqrt(x), Scalar::sqrt(x.to_f64()), 1e-27));
            prop_assert!(close(Scalar::exp(y), Scalar::exp(y.to_f64()), 1e-27));
            let small = Decimal::new((mantissa % 100_000) as i64 + 1, 3);
            let y = Decimal::new(exponent, 3);
            prop_assert!(close(small.power(y), small.to_f64().power(y.to_f64()), 1e-27));
            prop_assert!(close(y.times(x), y.to_f64().times(x.to_f64()), 1e-27));
        }

        #[test]
        fn exp_undoes_ln(mantissa in 1i64..1_000_000_000, scale in 0u32..8) {
            let x = Decimal::new(mantissa, scale);
            let back = Scalar::exp(Scalar::ln(x).unwrap()).unwrap();
            prop_assert!((back - x).abs() / x < d("1e-22"));
        }

        #[test]
        fn printed_doubles_read_back(x in proptest::num::f64::NORMAL) {
            if let Some(decimal) = x.to_decimal() && x.abs() > 1e-10 && x.abs() < 1e15 {
                prop_assert_eq!(f64::from_decimal(decimal), x);
            }
        }
    }
}
