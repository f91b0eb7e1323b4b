//! Helpers of the tests: parameters and parts as text, one check for worked examples, and properties by name.

use crate::AggregatorBox;
use gradus_method::{Arg, Args, Fault, Method, Outcome};
use gradus_model::number::{Decimal, Rounding, RoundingMode, Scalar, parse_decimal, round};
use proptest::prelude::*;
use proptest::test_runner::{Config, TestRunner};

/// `exponent = 2; zero = zero; order-weights = [3 2 1]`
pub(crate) fn args(text: &str) -> Args {
    let entries = text.split(';').map(str::trim).filter(|entry| !entry.is_empty());
    entries.fold(Args::new(), |args, entry| {
        let (name, value) = entry.split_once('=').unwrap();
        let value = value.trim();
        if let Some(items) = value.strip_prefix('[').and_then(|rest| rest.strip_suffix(']')) {
            let items = items.split_whitespace().map(|item| Arg::Number(parse_decimal(item).unwrap()));
            return args.with(name.trim(), Arg::List(items.collect()));
        }
        args.with(name.trim(), parse_decimal(value).map_or_else(|_| Arg::Text(value.to_owned()), Arg::Number))
    })
}

pub(crate) fn numbers<S: Scalar>(text: &str) -> Vec<S> {
    text.split_whitespace().map(|word| S::from_decimal(parse_decimal(word).unwrap())).collect()
}

fn row<S: Scalar>(method: &'static Method<AggregatorBox>, text: &str, parts: &str) -> Outcome<S> {
    let method = method.make(&args(text))?;
    let (values, weights) = parts.split_once('|').unwrap_or((parts, ""));
    let values = numbers(values);
    let weights = if weights.is_empty() { vec![S::ONE; values.len()] } else { numbers(weights) };
    S::pick(&method).row(&values, &weights)
}

/// Compares the aggregate of `40 70 100 | 1 1 2` (values, and weights where not all 1) in both arithmetics. An expected
/// `~12.3` is a rounded number, any other must be met exactly in decimals.
#[track_caller]
pub(crate) fn check(method: &'static Method<AggregatorBox>, text: &str, parts: &str, want: &str) {
    let exact = row::<Decimal>(method, text, parts).unwrap_or_else(|fault| panic!("{parts}: {fault}"));
    let binary = row::<f64>(method, text, parts).unwrap_or_else(|fault| panic!("{parts}: {fault}"));
    assert!(near(binary, exact.to_f64()), "binary64 {binary} against decimal {exact}");
    match want.strip_prefix('~') {
        None => assert_eq!(exact, parse_decimal(want).unwrap()),
        Some(rounded) => {
            let places = rounded.split_once('.').map_or(0, |(_, places)| places.len() as u32);
            let rounding = Rounding { mode: RoundingMode::HalfUp, places };
            assert_eq!(round(exact, rounding), parse_decimal(rounded).unwrap(), "{exact}");
        }
    }
}

/// What the method says to bad parameters or parts, the same in both arithmetics.
#[track_caller]
pub(crate) fn fault(method: &'static Method<AggregatorBox>, text: &str, parts: &str) -> Fault {
    let (exact, binary) = (row::<Decimal>(method, text, parts), row::<f64>(method, text, parts));
    let (exact, binary) = (exact.unwrap_err(), binary.unwrap_err());
    assert_eq!(exact, binary);
    exact
}

/// What is true of a method for any parts.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Property {
    /// The aggregate lies between the smallest and the largest part, and equal parts give their value.
    Between,
    /// A larger part never lowers the aggregate.
    Monotone,
    /// Multiplying all weights by one number changes nothing.
    WeightsAreShares,
    /// Multiplying one part of every unit by one number keeps the order of the units.
    ScaleKeepsOrder,
}

/// Runs the properties over random units with parts from `range`, in tenths. Of every method it is checked that the
/// loop over columns gives the bits of the single row, that both arithmetics agree, that the order of the parts and
/// parts of weight zero play no role.
pub(crate) fn holds(
    method: &'static Method<AggregatorBox>,
    text: &str,
    range: std::ops::Range<i64>,
    properties: &[Property],
) {
    let method = method.make(&args(text)).unwrap();
    let units = (1usize..7, 1usize..12).prop_flat_map(move |(n_parts, n_units)| {
        let part = prop::collection::vec(range.clone(), n_units);
        let weight = prop_oneof![1 => Just(0i64), 5 => 1i64..50];
        (prop::collection::vec(part, n_parts), prop::collection::vec(weight, n_parts), 0..n_parts, 1i64..99)
    });
    runner()
        .run(&units, |(parts, weights, chosen, factor)| {
            prop_assume!(weights.iter().any(|w| *w > 0));
            let n_units = parts[0].len();
            let unit = |i: usize| -> Vec<Decimal> { parts.iter().map(|p| Decimal::new(p[i], 1)).collect() };
            let weights: Vec<Decimal> = weights.iter().map(|w| Decimal::new(*w, 1)).collect();
            let aggregate = |values: &[Decimal], weights: &[Decimal]| {
                Decimal::pick(&method).row(values, weights).unwrap()
            };
            let binary_weights: Vec<f64> = weights.iter().map(|w| w.to_f64()).collect();
            let binary_parts: Vec<Vec<f64>> =
                parts.iter().map(|p| p.iter().map(|v| Decimal::new(*v, 1).to_f64()).collect()).collect();
            let slices: Vec<&[f64]> = binary_parts.iter().map(Vec::as_slice).collect();
            let mut together = vec![f64::NAN; n_units];
            f64::pick(&method).columns(&slices, &binary_weights, &mut together).unwrap();
            let results: Vec<Decimal> = (0..n_units).map(|i| aggregate(&unit(i), &weights)).collect();
            for i in 0..n_units {
                let values = unit(i);
                let y = results[i];
                let binary: Vec<f64> = binary_parts.iter().map(|p| p[i]).collect();
                let alone = f64::pick(&method).row(&binary, &binary_weights).unwrap();
                prop_assert_eq!(alone.to_bits(), together[i].to_bits());
                prop_assert!(near(alone, y.to_f64()), "{} {}", alone, y);
                let reversed = |list: &[Decimal]| list.iter().rev().copied().collect::<Vec<_>>();
                prop_assert!(same(aggregate(&reversed(&values), &reversed(&weights)), y));
                let (used, used_weights): (Vec<Decimal>, Vec<Decimal>) =
                    values.iter().zip(&weights).filter(|(_, w)| !w.is_zero()).map(|(v, w)| (*v, *w)).unzip();
                prop_assert_eq!(aggregate(&used, &used_weights), y);
                for property in properties {
                    match property {
                        Property::Between => {
                            let (low, high) = (used.iter().min().unwrap(), used.iter().max().unwrap());
                            prop_assert!(*low <= y && y <= *high, "{} {} {}", low, y, high);
                            let equal = vec![values[0]; values.len()];
                            prop_assert_eq!(aggregate(&equal, &weights), values[0]);
                        }
                        Property::Monotone => {
                            let mut raised = values.clone();
                            raised[chosen] += Decimal::from(factor);
                            let raised = aggregate(&raised, &weights);
                            prop_assert!(raised >= y || same(raised, y));
                        }
                        Property::WeightsAreShares => {
                            let more: Vec<Decimal> =
                                weights.iter().map(|w| *w * Decimal::new(factor, 1)).collect();
                            prop_assert!(same(aggregate(&values, &more), y));
                        }
                        Property::ScaleKeepsOrder => {
                            let scaled = |i: usize| {
                                let mut values = unit(i);
                                values[chosen] *= Decimal::from(factor);
                                aggregate(&values, &weights)
                            };
                            // Ties of the mathematics may fall either way in the last digit.
                            if !same(y, results[0]) {
                                prop_assert!((scaled(i) > scaled(0)) == (y > results[0]));
                            }
                        }
                    }
                }
            }
            Ok(())
        })
        .unwrap();
}

pub(crate) fn runner() -> TestRunner {
    TestRunner::new(Config { cases: 200, failure_persistence: None, ..Config::default() })
}

/// Doubles carry 15 digits; the steps of a method may cost a few.
pub(crate) fn near(a: f64, b: f64) -> bool {
    (a - b).abs() <= 1e-10 * a.abs().max(1.0)
}

/// Decimals carry 28 digits, of which logarithms and powers keep 24.
pub(crate) fn same(a: Decimal, b: Decimal) -> bool {
    (a - b).abs() <= Decimal::new(1, 18)
}
