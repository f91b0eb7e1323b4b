//! Tails and quantiles of the normal, t, F, chi-square and beta distributions.
//!
//! Tails are computed as tails, so that a p value of 1e-30 has its digits. The functions are written on `libm` (continued
//! fractions of the incomplete beta and gamma functions, evaluated by Lentz's method as modified by Thompson and Barnett
//! 1986), because p values are printed and must have the same digits on every machine; the tests compare them with `statrs`.

/// The standard normal probability of at most `z`.
#[must_use]
pub fn normal_cdf(z: f64) -> f64 {
    normal_tail(-z)
}

/// The standard normal probability of more than `z`.
#[must_use]
pub fn normal_tail(z: f64) -> f64 {
    0.5 * libm::erfc(z / std::f64::consts::SQRT_2)
}

/// The standard normal probability of a number at least as far from 0 as `z`.
#[must_use]
pub fn normal_two_sided(z: f64) -> f64 {
    libm::erfc(z.abs() / std::f64::consts::SQRT_2)
}

/// The standard normal quantile: infinite at 0 and 1, NaN outside.
#[must_use]
pub fn normal_quantile(p: f64) -> f64 {
    if !(0.0..=1.0).contains(&p) {
        return f64::NAN;
    }
    if p > 0.5 {
        return -normal_quantile(1.0 - p);
    }
    if p == 0.0 {
        return f64::NEG_INFINITY;
    }
    invert(p, normal_tail).map_or(f64::NAN, |z| -z)
}

/// The probability of a t with `df` degrees of freedom at least as far from 0 as `t`.
#[must_use]
pub fn t_two_sided(t: f64, df: f64) -> f64 {
    if t.is_nan() || df.is_nan() || df <= 0.0 {
        return f64::NAN;
    }
    let square = t * t;
    if square.is_infinite() {
        return 0.0;
    }
    beta(df / (df + square), square / (df + square), df / 2.0, 0.5)
}

/// The t that a number with `df` degrees of freedom exceeds in size with probability `p`: the critical value of a two-sided test.
#[must_use]
pub fn t_critical(p: f64, df: f64) -> f64 {
    if !(0.0..=1.0).contains(&p) || df.is_nan() || df <= 0.0 {
        return f64::NAN;
    }
    if p == 0.0 {
        return f64::INFINITY;
    }
    invert(p, |t| t_two_sided(t, df)).unwrap_or(f64::NAN)
}

/// The probability of an F with `df1` and `df2` degrees of freedom above `f`.
#[must_use]
pub fn f_tail(f: f64, df1: f64, df2: f64) -> f64 {
    if [f, df1, df2].iter().any(|x| x.is_nan()) || df1 <= 0.0 || df2 <= 0.0 {
        return f64::NAN;
    }
    if f <= 0.0 {
        return 1.0;
    }
    if f.is_infinite() {
        return 0.0;
    }
    let (a, b) = (df1 * f, df2);
    beta(b / (a + b), a / (a + b), df2 / 2.0, df1 / 2.0)
}

/// The probability of a chi-square with `df` degrees of freedom above `x`.
#[must_use]
pub fn chi_square_tail(x: f64, df: f64) -> f64 {
    if x.is_nan() || df.is_nan() || df <= 0.0 {
        return f64::NAN;
    }
    if x <= 0.0 {
        return 1.0;
    }
    if x.is_infinite() {
        return 0.0;
    }
    gamma_parts(x / 2.0, df / 2.0).1
}

/// The number below which a gamma variable of a shape and scale 1 lies with probability `p`.
#[must_use]
pub fn gamma_quantile(p: f64, shape: f64) -> f64 {
    if p.is_nan() || shape.is_nan() || shape <= 0.0 || !(0.0..=1.0).contains(&p) {
        return f64::NAN;
    }
    if p == 0.0 {
        return 0.0;
    }
    if p == 1.0 {
        return f64::INFINITY;
    }
    // Wilson and Hilferty's cube of a normal, or the power that the density begins with.
    let ninth = 1.0 / (9.0 * shape);
    let cube = 1.0 - ninth + normal_quantile(p) * ninth.sqrt();
    let start = libm::exp((libm::log(p) + libm::lgamma(shape + 1.0)) / shape);
    let mut x = if shape >= 1.0 && cube > 0.2 { shape * cube * cube * cube } else { start };
    let (mut low, mut high) = (0.0, f64::INFINITY);
    for _ in 0..100 {
        if x < f64::MIN_POSITIVE {
            // The quantile of a very small shape is below every double.
            return start.min(x.max(0.0));
        }
        let (below, above) = gamma_parts(x, shape);
        // The smaller tail has the more digits.
        let error = if p < 0.5 { below - p } else { (1.0 - p) - above };
        if error < 0.0 {
            low = x
        } else {
            high = x
        }
        let density = libm::exp((shape - 1.0) * libm::log(x) - x - libm::lgamma(shape));
        let newton = error / density;
        // Halley's step: one more digit of curvature.
        let step = newton / (1.0 - (0.5 * newton * ((shape - 1.0) / x - 1.0)).min(0.5)).max(0.5);
        let mut next = x - step;
        if !(next > low && next < high && next.is_finite()) {
            next = if high.is_finite() { f64::midpoint(low, high) } else { 2.0 * x };
        }
        if (next - x).abs() <= 4.0 * f64::EPSILON * x {
            return next;
        }
        x = next;
    }
    x
}

/// The parts of a gamma variable of shape `a` below and above `x`, both above 0.
fn gamma_parts(x: f64, a: f64) -> (f64, f64) {
    let front = libm::exp(a * libm::log(x) - x - libm::lgamma(a));
    if x < a + 1.0 {
        let mut term = 1.0 / a;
        let mut sum = term;
        let mut k = a;
        for _ in 0..1_000_000 {
            if term <= sum * f64::EPSILON {
                break;
            }
            k += 1.0;
            term *= x / k;
            sum += term;
        }
        let below = (front * sum).clamp(0.0, 1.0);
        return (below, 1.0 - below);
    }
    // 1 / (x + 1 - a - 1 (1 - a) / (x + 3 - a - ...))
    let fraction = lentz(x + 1.0 - a, |i| (-i * (i - a), x + 2.0 * i + 1.0 - a));
    let above = (front / fraction).clamp(0.0, 1.0);
    (1.0 - above, above)
}

/// The probability that a beta variable with shapes `a` and `b` is at most `x`.
#[must_use]
pub fn beta_cdf(x: f64, a: f64, b: f64) -> f64 {
    if [x, a, b].iter().any(|v| v.is_nan()) || a <= 0.0 || b <= 0.0 {
        return f64::NAN;
    }
    beta(x, 1.0 - x, a, b)
}

/// The beta quantile: where the probability of at most `x` is `p`.
#[must_use]
pub fn beta_quantile(p: f64, a: f64, b: f64) -> f64 {
    if !(0.0..=1.0).contains(&p) || a.is_nan() || b.is_nan() || a <= 0.0 || b <= 0.0 {
        return f64::NAN;
    }
    let (mut low, mut high) = (0.0, 1.0);
    loop {
        let middle = low + (high - low) / 2.0;
        if middle <= low || middle >= high {
            return if p >= 1.0 { high } else { low };
        }
        if beta(middle, 1.0 - middle, a, b) < p {
            low = middle;
        } else {
            high = middle;
        }
    }
}

/// The t (two-sided, with `df` degrees of freedom) or, without degrees of freedom, the normal number that holds a
/// confidence of `level` between itself and its negative.
#[must_use]
pub fn critical(level: f64, df: Option<f64>) -> f64 {
    match df {
        Some(df) => t_critical(1.0 - level, df),
        None => normal_quantile(0.5 + level / 2.0),
    }
}

/// The regularized incomplete beta function at `x`, where `y` is 1 - x.
fn beta(x: f64, y: f64, a: f64, b: f64) -> f64 {
    if x <= 0.0 {
        return 0.0;
    }
    if y <= 0.0 {
        return 1.0;
    }
    if x > (a + 1.0) / (a + b + 2.0) {
        return 1.0 - beta_part(y, x, b, a);
    }
    beta_part(x, y, a, b)
}

/// The continued fraction of [`beta`], where it converges quickly.
fn beta_part(x: f64, y: f64, a: f64, b: f64) -> f64 {
    let front = libm::lgamma(a + b) - libm::lgamma(a) - libm::lgamma(b) + a * libm::log(x) + b * libm::log(y);
    let fraction = lentz(1.0, |i| {
        let m = (i / 2.0).floor();
        let numerator = if i % 2.0 == 0.0 {
            m * (b - m) * x / ((a + i - 1.0) * (a + i))
        } else {
            -(a + m) * (a + b + m) * x / ((a + i - 1.0) * (a + i))
        };
        (numerator, 1.0)
    });
    (libm::exp(front) / (a * fraction)).clamp(0.0, 1.0)
}

/// `first + a1 / (b1 + a2 / (b2 + ...))`, where `term(i)` is (ai, bi).
fn lentz(first: f64, term: impl Fn(f64) -> (f64, f64)) -> f64 {
    let nonzero = |x: f64| if x.abs() < 1e-300 { 1e-300 } else { x };
    let mut value = nonzero(first);
    let (mut c, mut d) = (value, 0.0);
    for i in 1..100_000 {
        let (a, b) = term(f64::from(i));
        d = 1.0 / nonzero(b + a * d);
        c = nonzero(b + a / c);
        let factor = c * d;
        value *= factor;
        if (factor - 1.0).abs() < f64::EPSILON {
            break;
        }
    }
    value
}

/// Where a falling function of a number of 0 or more reaches `p`, by halving to the last bit.
fn invert(p: f64, tail: impl Fn(f64) -> f64) -> Option<f64> {
    let (mut low, mut high) = (0.0, 1.0);
    while tail(high) > p {
        low = high;
        high *= 2.0;
        if high > 1e300 {
            return None;
        }
    }
    loop {
        let middle = low + (high - low) / 2.0;
        if middle <= low || middle >= high {
            return Some(middle);
        }
        if tail(middle) > p {
            low = middle;
        } else {
            high = middle;
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::testing::{close, near};
    use proptest::prelude::*;
    use statrs::distribution::{Beta, ChiSquared, ContinuousCDF, FisherSnedecor, Normal, StudentsT};

    #[test]
    fn known_values() {
        // qnorm(0.975), pnorm(-8), qt(0.975, 10), qchisq(0.95, 1), qf(0.95, 1, 10); t by its closed form for even df.
        near(normal_quantile(0.975), 1.959_963_984_540_054, 1e-14);
        near(normal_quantile(0.025), -1.959_963_984_540_054, 1e-14);
        close(normal_cdf(-8.0), 6.220_960_574_271_785e-16, 1e-12);
        near(t_critical(0.05, 10.0), 2.228_138_851_986_274, 1e-13);
        near(t_two_sided(2.228_138_851_986_274, 10.0), 0.05, 1e-14);
        near(chi_square_tail(3.841_458_820_694_124, 1.0), 0.05, 1e-14);
        near(f_tail(4.964_602_743_730_713, 1.0, 10.0), 0.05, 1e-13);
        // t with one degree of freedom is Cauchy's distribution; chi-square with two is exponential.
        close(t_two_sided(1e8, 1.0), 2.0 / std::f64::consts::PI * 1e-8, 1e-12);
        close(chi_square_tail(200.0, 2.0), libm::exp(-100.0), 1e-12);
        close(f_tail(3.0, 2.0, 4.0), 0.16, 1e-13);
    }

    #[test]
    fn beta() {
        // The uniform law, the arcsine law and a polynomial, by their closed forms.
        near(beta_quantile(0.25, 1.0, 1.0), 0.25, 1e-14);
        near(beta_cdf(0.25, 0.5, 0.5), 1.0 / 3.0, 1e-13);
        near(beta_cdf(0.3, 2.0, 3.0), 0.3483, 1e-13);
        assert_eq!((beta_cdf(0.0, 2.0, 3.0), beta_cdf(1.0, 2.0, 3.0)), (0.0, 1.0));
        assert!(beta_quantile(1.1, 1.0, 1.0).is_nan() && beta_cdf(0.5, 0.0, 1.0).is_nan());
        near(critical(0.95, None), 1.959_963_984_540_054, 1e-14);
        near(critical(0.95, Some(10.0)), 2.228_138_851_986_274, 1e-13);
    }

    #[test]
    fn edges() {
        assert_eq!(normal_quantile(0.5), 0.0);
        assert_eq!(normal_quantile(0.0), f64::NEG_INFINITY);
        assert_eq!(normal_quantile(1.0), f64::INFINITY);
        assert!(normal_quantile(-0.1).is_nan() && normal_quantile(f64::NAN).is_nan());
        assert_eq!((t_two_sided(0.0, 5.0), t_two_sided(f64::INFINITY, 5.0)), (1.0, 0.0));
        assert_eq!((t_critical(1.0, 5.0), t_critical(0.0, 5.0)), (0.0, f64::INFINITY));
        assert!(t_two_sided(1.0, 0.0).is_nan() && f_tail(1.0, 0.0, 1.0).is_nan());
        assert!(chi_square_tail(1.0, -1.0).is_nan() && chi_square_tail(f64::NAN, 1.0).is_nan());
        assert_eq!((chi_square_tail(0.0, 3.0), chi_square_tail(1e9, 3.0)), (1.0, 0.0));
        assert_eq!((f_tail(0.0, 2.0, 3.0), f_tail(f64::INFINITY, 2.0, 3.0)), (1.0, 0.0));
    }

    proptest! {
        #[test]
        fn agrees_with_statrs(x in 0.001f64..60.0, df in 1u32..200, df2 in 1u32..200) {
            let (df, df2) = (f64::from(df), f64::from(df2));
            near(normal_tail(x / 8.0), Normal::standard().sf(x / 8.0), 1e-10);
            near(t_two_sided(x / 4.0, df), 2.0 * StudentsT::new(0.0, 1.0, df).unwrap().sf(x / 4.0), 1e-10);
            near(chi_square_tail(x, df), ChiSquared::new(df).unwrap().sf(x), 1e-10);
            near(f_tail(x / 10.0, df, df2), FisherSnedecor::new(df, df2).unwrap().sf(x / 10.0), 1e-10);
            near(beta_cdf(x / 60.0, df, df2), Beta::new(df, df2).unwrap().cdf(x / 60.0), 1e-10);
        }

        #[test]
        fn a_quantile_is_where_the_tail_is(p in 1e-12f64..1.0, df in 1u32..500) {
            close(t_two_sided(t_critical(p, f64::from(df)), f64::from(df)), p, 1e-9);
            near(normal_cdf(normal_quantile(p)), p, 1e-13);
            near(beta_cdf(beta_quantile(p, f64::from(df) / 7.0, 3.0), f64::from(df) / 7.0, 3.0), p, 1e-9);
        }
    }

    #[test]
    fn gamma_quantiles() {
        // Of shape 1 it is the exponential, of shape n the Erlang distribution; the others are by `scipy.stats.gamma.ppf`.
        for p in [1e-9, 0.01, 0.3, 0.5, 0.9, 1.0 - 1e-9] {
            close(gamma_quantile(p, 1.0), -libm::log1p(-p), 1e-9);
            for shape in [0.05, 0.3, 1.0, 2.5, 40.0, 2000.0] {
                let x = gamma_quantile(p, shape);
                if x > 1e-300 {
                    let (below, above) = gamma_parts(x, shape);
                    if p < 0.5 { close(below, p, 1e-9) } else { close(above, 1.0 - p, 1e-6) }
                }
            }
        }
        close(gamma_quantile(0.5, 2.0), 1.678_346_990_016_661, 1e-12);
        assert_eq!((gamma_quantile(0.0, 3.0), gamma_quantile(1.0, 3.0)), (0.0, f64::INFINITY));
        assert!(gamma_quantile(0.5, 0.0).is_nan() && gamma_quantile(-0.1, 1.0).is_nan());
    }
}
