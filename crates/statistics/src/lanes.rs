//! Numbers side by side: the same operation on as many as fit, without a branch, so that a compiler does several at a time.
//!
//! Nothing here depends on how many a machine does at once: each lane is computed by itself with the operations of one number in
//! their order.

/// Numbers side by side. Sixteen fill four registers of 256 bits, enough to hide how long an operation takes.
pub const LANES: usize = 16;

/// A number in each lane.
pub type Row = [f64; LANES];

/// Runs work with the widest registers that the machine at hand has, where the program was built for all machines.
///
/// The work is compiled once for each kind of machine, and is the same work: operations are not joined or reordered, so the bits do not
/// depend on the machine. What it calls is compiled so only where it is inlined.
#[inline(always)]
pub fn dispatch<R>(work: impl FnOnce() -> R) -> R {
    pulp::Arch::new().dispatch(work)
}

/// The natural logarithm of a positive normal number.
///
/// # Formula
/// ```text
/// x = 2^k m, 1/√2 <= m < √2;  f = m - 1, s = f / (2 + f);  ln x = k ln 2 + 2 (s + s³/3 + s⁵/5 + ... + s²¹/21)
/// ```
/// The sum is taken as f - s (f - 2 (s²/3 + s⁴/5 + ...)), which keeps the digits of f. Terms beyond the last are below a quarter of
/// a unit in the last place. `libm::log` is as near; it has branches, and cannot be computed for several numbers at a time.
/// # Errors
/// None; of zero, negative, subnormal and non-finite numbers the result means nothing.
/// # Source
/// The series of the area tangent, e.g. Abramowitz and Stegun (1964), Handbook of Mathematical Functions, 4.1.27.
#[must_use]
#[inline(always)]
pub fn ln(x: f64) -> f64 {
    /// The bits of 1/√2, and of 1.
    const LEAST: u64 = 0x3fe6_a09e_667f_3bcd;
    const ONE: u64 = 1023 << 52;
    const MANTISSA: u64 = (1 << 52) - 1;
    /// ln 2 in two parts; the first has zeros at its end, so that its products with exponents are exact.
    const LN_2_HIGH: f64 = f64::from_bits(0x3fe6_2e42_fee0_0000);
    const LN_2_LOW: f64 = 1.908_214_929_270_587_7e-10;
    let shifted = x.to_bits().wrapping_add(ONE - LEAST);
    // An integer below 2^52 as the end of the mantissa of 2^52.
    let k = f64::from_bits(shifted >> 52 | 1075 << 52) - (4_503_599_627_370_496.0 + 1023.0);
    let f = f64::from_bits((shifted & MANTISSA) + LEAST) - 1.0;
    let s = f / (2.0 + f);
    let z = s * s;
    let mut series = 2.0 / 21.0;
    for odd in [19.0, 17.0, 15.0, 13.0, 11.0, 9.0, 7.0, 5.0, 3.0] {
        series = series * z + 2.0 / odd;
    }
    k * LN_2_HIGH + (f - (s * (f - z * series) - k * LN_2_LOW))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::random::Stream;

    #[test]
    fn logarithms_are_those_of_libm() {
        let stream = Stream::new(3);
        let mut widest: f64 = 0.0;
        for i in 0..200_000 {
            let u = stream.uniform(i);
            // Near 0, near 1, and over many powers of two.
            for x in [u, 1.0 - u * 1e-6, 1.0 + u, u * f64::from_bits((723 + i % 600) << 52)] {
                let exact = libm::log(x);
                let units = (ln(x) - exact).abs() / (exact.abs() * f64::EPSILON).max(f64::MIN_POSITIVE);
                widest = widest.max(units);
            }
        }
        assert!(widest <= 1.0, "{widest}");
        assert_eq!((ln(1.0), ln(std::f64::consts::E)), (0.0, 1.0));
        assert_eq!(ln(0.5), -std::f64::consts::LN_2);
    }
}
