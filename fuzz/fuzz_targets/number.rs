//! Any text as a number, a fraction, a period: what is read prints and reads back the same, and no function panics.
#![no_main]

use gradus_model::number::{Ratio, Rounding, RoundingMode, Scalar, parse_decimal, round};
use gradus_model::{Decimal, Period};
use libfuzzer_sys::fuzz_target;

fuzz_target!(|text: &str| {
    if let Some(period) = Period::parse(text) {
        assert_eq!(Period::parse(&period.to_string()), Some(period));
    }
    if let Ok(ratio) = Ratio::parse(text) {
        assert!(!ratio.denominator.is_zero());
        let _ = ratio.quotient();
        let _ = Ratio::proportions(&[ratio, Ratio::ONE, ratio]);
    }
    let mut numbers = Vec::new();
    for word in text.split_whitespace().take(4) {
        if let Ok(x) = parse_decimal(word) {
            assert_eq!(parse_decimal(&x.to_string()), Ok(x));
            numbers.push(x);
        }
    }
    for x in &numbers {
        functions(*x);
        functions(Scalar::to_f64(*x));
        for places in [0, 2, 28] {
            let _ = round(*x, Rounding { mode: RoundingMode::HalfEven, places });
        }
        for y in &numbers {
            pairs(*x, *y);
            pairs(Scalar::to_f64(*x), Scalar::to_f64(*y));
        }
    }
});

fn functions<S: Scalar>(x: S) {
    for y in [Scalar::ln(x), Scalar::log10(x), Scalar::exp(x), Scalar::sqrt(x)].into_iter().flatten() {
        assert!(y.finite());
    }
    assert!(x.to_decimal().is_none_or(|d: Decimal| Scalar::to_f64(d).is_finite()));
}

fn pairs<S: Scalar>(x: S, y: S) {
    for z in [x.plus(y), x.minus(y), x.times(y), x.over(y), x.power(y)].into_iter().flatten() {
        // Doubles may leave the range here; whoever computes a column asks once at its end.
        let _ = z.finite();
    }
}
