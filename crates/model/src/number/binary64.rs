//! [`Scalar`] for `f64`: transcendental functions come from `libm`, so that bits agree on every platform.

use super::{Arithmetic, Decimal, Dual, Rounding, Scalar};

/// The powers of ten that a double holds exactly.
const POWERS_OF_TEN: [f64; 23] = [
    1e0, 1e1, 1e2, 1e3, 1e4, 1e5, 1e6, 1e7, 1e8, 1e9, 1e10, 1e11, 1e12, 1e13, 1e14, 1e15, 1e16, 1e17, 1e18,
    1e19, 1e20, 1e21, 1e22,
];

fn checked(value: f64) -> Option<f64> {
    value.is_finite().then_some(value)
}

impl Scalar for f64 {
    const ARITHMETIC: Arithmetic = Arithmetic::Binary64;
    const ZERO: Self = 0.0;
    const ONE: Self = 1.0;

    fn from_decimal(value: Decimal) -> Self {
        // Both exact: one division rounds once. Else the decimal text is read, which rounds once too.
        let (mantissa, scale) = (value.mantissa(), value.scale() as usize);
        if mantissa.unsigned_abs() <= 1 << 53 && scale < POWERS_OF_TEN.len() {
            return mantissa as f64 / POWERS_OF_TEN[scale];
        }
        value.to_string().parse().unwrap_or(0.0)
    }
    #[inline]
    fn from_digits(mantissa: i64, places: u32) -> Self {
        if mantissa.unsigned_abs() <= 1 << 53
            && let Some(power) = POWERS_OF_TEN.get(places as usize)
        {
            return mantissa as f64 / power;
        }
        Self::from_decimal(Decimal::new(mantissa, places))
    }
    fn to_decimal(self) -> Option<Decimal> {
        if !self.is_finite() {
            return None;
        }
        // Display prints the shortest digits that read back as the same double.
        super::parse_decimal(&format!("{self}")).ok().or_else(|| {
            // More than 28 places after the point: the tail is below the decimal range's resolution.
            super::parse_decimal(&format!("{self:.28}")).ok()
        })
    }
    fn to_f64(self) -> f64 {
        self
    }
    fn from_count(count: usize) -> Self {
        count as f64
    }
    #[inline(always)]
    fn plus(self, other: Self) -> Option<Self> {
        Some(self + other)
    }
    #[inline(always)]
    fn minus(self, other: Self) -> Option<Self> {
        Some(self - other)
    }
    #[inline(always)]
    fn times(self, other: Self) -> Option<Self> {
        Some(self * other)
    }
    #[inline(always)]
    fn over(self, other: Self) -> Option<Self> {
        (other != 0.0).then_some(self / other)
    }
    #[inline(always)]
    fn negated(self) -> Self {
        -self
    }
    fn ln(self) -> Option<Self> {
        (self > 0.0).then(|| libm::log(self))
    }
    fn log10(self) -> Option<Self> {
        (self > 0.0).then(|| libm::log10(self))
    }
    fn exp(self) -> Option<Self> {
        checked(libm::exp(self))
    }
    fn sqrt(self) -> Option<Self> {
        (self >= 0.0).then(|| libm::sqrt(self))
    }
    fn power(self, exponent: Self) -> Option<Self> {
        if (self == 0.0 && exponent <= 0.0) || (self < 0.0 && libm::trunc(exponent) != exponent) {
            return None;
        }
        checked(libm::pow(self, exponent))
    }
    #[inline(always)]
    fn finite(self) -> bool {
        self.is_finite()
    }
    fn rounded(self, rounding: Rounding) -> Self {
        // Round the shortest decimal form: what is printed is what is rounded.
        match self.to_decimal() {
            Some(d) => Self::from_decimal(super::round(d, rounding)),
            None => self,
        }
    }
    fn pick<D: Dual + ?Sized>(dual: &D) -> &D::Of<Self> {
        dual.binary64()
    }
}
