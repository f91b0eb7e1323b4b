//! Helpers of the tests: parameters and columns as text, one check for worked examples, and properties by name.

use crate::{NormalizerBox, TransformBox};
use gradus_method::{Arg, Args, Column, Direction, Fault, Method, Outcome};
use gradus_model::number::{Decimal, Rounding, RoundingMode, Scalar, parse_decimal, round};
use proptest::prelude::*;
use proptest::test_runner::{Config, TestRunner};

pub(crate) use Direction::{Higher, Lower};

/// `lower = 1; to = [1, 100]; scores = {0 = 5, 1 = 10}; clamp = both`
pub(crate) fn args(text: &str) -> Args {
    let entries = text.split(';').map(str::trim).filter(|entry| !entry.is_empty());
    entries.fold(Args::new(), |args, entry| {
        let (name, value) = entry.split_once('=').unwrap();
        args.with(name.trim(), arg(value.trim()))
    })
}

fn arg(text: &str) -> Arg {
    let inside = |open, close| text.strip_prefix(open).and_then(|rest| rest.strip_suffix(close));
    if let Some(items) = inside('[', ']') {
        return Arg::List(items.split(',').map(str::trim).filter(|item| !item.is_empty()).map(arg).collect());
    }
    if let Some(items) = inside('{', '}') {
        let items = items.split(',').map(str::trim).filter(|item| !item.is_empty());
        return Arg::Table(
            items
                .map(|item| item.split_once('=').unwrap())
                .map(|(k, v)| (k.trim().to_owned(), arg(v.trim())))
                .collect(),
        );
    }
    match text {
        "true" | "false" => Arg::Flag(text == "true"),
        _ => parse_decimal(text).map_or_else(|_| Arg::Text(text.to_owned()), Arg::Number),
    }
}

/// `3 7 . 12`: values with a point for a missing one.
pub(crate) fn column<S: Scalar>(text: &str) -> Column<S> {
    Column::from_options(
        text.split_whitespace()
            .map(|word| (word != ".").then(|| S::from_decimal(parse_decimal(word).unwrap()))),
    )
}

/// Fits on `reference` and scores `values`.
pub(crate) fn score<S: Scalar>(
    method: &'static Method<NormalizerBox>,
    args: &Args,
    direction: Direction,
    reference: &Column<S>,
    values: &Column<S>,
) -> Outcome<Column<S>> {
    let method = method.make(args)?;
    let mut out = Column::missing(0);
    S::pick(&method).fit(reference, direction)?.score(values, &mut out)?;
    Ok(out)
}

/// Fits on `reference`, scores `values` and compares in both arithmetics. An expected `~12.3` is a rounded number, any
/// other must be met exactly in decimals.
#[track_caller]
pub(crate) fn check_against(
    method: &'static Method<NormalizerBox>,
    text: &str,
    direction: Direction,
    reference: &str,
    values: &str,
    expected: &str,
) {
    let exact = score::<Decimal>(method, &args(text), direction, &column(reference), &column(values));
    let exact = exact.unwrap_or_else(|fault| panic!("{values}: {fault}")).to_options();
    let binary = score::<f64>(method, &args(text), direction, &column(reference), &column(values));
    let binary = binary.unwrap_or_else(|fault| panic!("{values}: {fault}")).to_options();
    let expected: Vec<&str> = expected.split_whitespace().collect();
    assert_eq!(expected.len(), exact.len(), "{expected:?} has as many scores as values");
    for ((want, exact), binary) in expected.iter().zip(&exact).zip(&binary) {
        compare(want, *exact, *binary);
    }
}

#[track_caller]
fn compare(want: &str, exact: Option<Decimal>, binary: Option<f64>) {
    let (Some(exact), Some(binary)) = (exact, binary) else {
        assert_eq!((want, exact, binary), (".", None, None));
        return;
    };
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

/// [`check_against`] with the values as their own reference.
#[track_caller]
pub(crate) fn check(
    method: &'static Method<NormalizerBox>,
    text: &str,
    direction: Direction,
    values: &str,
    expected: &str,
) {
    check_against(method, text, direction, values, values, expected);
}

/// What the method says to bad parameters or data, the same in both arithmetics.
#[track_caller]
pub(crate) fn fault(
    method: &'static Method<NormalizerBox>,
    text: &str,
    direction: Direction,
    values: &str,
) -> Fault {
    let exact = score::<Decimal>(method, &args(text), direction, &column(values), &column(values));
    let binary = score::<f64>(method, &args(text), direction, &column(values), &column(values));
    let (exact, binary) = (exact.unwrap_err(), binary.unwrap_err());
    assert_eq!(exact, binary);
    exact
}

/// Images of values under a transform; a point where there is none.
#[track_caller]
pub(crate) fn check_transform(
    method: &'static Method<TransformBox>,
    text: &str,
    values: &str,
    expected: &str,
) {
    let transform = method.make(&args(text)).unwrap();
    let expected = expected.split_whitespace();
    for (value, want) in column::<Decimal>(values).values().zip(expected) {
        let exact = Decimal::pick(&transform).apply(value);
        let binary = f64::pick(&transform).apply(value.to_f64());
        assert_eq!(exact.is_some(), binary.is_some(), "{value}");
        compare(want, exact, binary);
    }
}

/// A transform rises strictly and is the same in both arithmetics.
pub(crate) fn transform_rises(method: &'static Method<TransformBox>, text: &str) {
    let transform = method.make(&args(text)).unwrap();
    runner()
        .run(&(-9999i64..9999, -9999i64..9999), |(a, b)| {
            let (a, b) = (Decimal::new(a.min(b), 2), Decimal::new(a.max(b), 2));
            let image = |x: Decimal| Decimal::pick(&transform).apply(x);
            let binary = |x: Decimal| f64::pick(&transform).apply(x.to_f64());
            if let (Some(ta), Some(tb)) = (image(a), image(b)) {
                prop_assert_eq!(ta.cmp(&tb), a.cmp(&b));
            }
            for x in [a, b] {
                prop_assert_eq!(image(x).is_some(), binary(x).is_some());
                if let (Some(exact), Some(binary)) = (image(x), binary(x)) {
                    prop_assert!(near(exact.to_f64(), binary), "{} {}", exact, binary);
                }
            }
            Ok(())
        })
        .unwrap();
}

/// What is true of a method for any data.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Property {
    /// A better value never scores less.
    Monotone,
    /// The scores of one value in the two directions have one sum.
    Mirrored,
    /// Another measurement unit or zero point changes nothing.
    AffineInvariant,
    /// Any increasing transform changes nothing.
    OrderOnly,
    /// The score of a unit does not depend on the others.
    Independent,
}

/// Runs the properties over random columns of values from `range`, in tenths. Of every method it is checked that both
/// arithmetics agree and that missing stays missing.
pub(crate) fn holds(
    method: &'static Method<NormalizerBox>,
    text: &str,
    range: std::ops::Range<i64>,
    properties: &[Property],
) {
    holds_in(method, text, range, properties, &[Higher, Lower]);
}

/// [`holds`] for a method that stands as written, in the directions that it allows.
pub(crate) fn holds_in(
    method: &'static Method<NormalizerBox>,
    text: &str,
    range: std::ops::Range<i64>,
    properties: &[Property],
    directions: &'static [Direction],
) {
    let args = args(text);
    let values = prop::collection::vec(prop::option::weighted(0.85, range.clone()), 2..25);
    runner()
        .run(&(values, range, prop::sample::select(directions)), |(values, other, direction)| {
            let higher = direction == Higher;
            let other = Decimal::new(other, 1);
            let data = Column::from_options(values.iter().map(|v| v.map(|v| Decimal::new(v, 1))));
            let on = |direction, reference: &Column<Decimal>, values: &Column<Decimal>| {
                score(method, &args, direction, reference, values)
            };
            // Constant and empty columns have tests of their own.
            let Ok(scores) = on(direction, &data, &data) else { return Ok(()) };
            let binary = Column::from_options(data.to_options().iter().map(|v| v.map(Scalar::to_f64)));
            let binary = score(method, &args, direction, &binary, &binary).unwrap();
            for row in 0..data.len() {
                prop_assert_eq!(scores.has(row), data.has(row));
            }
            for (row, y) in scores.iter() {
                prop_assert!(near(y.to_f64(), binary.get(row).unwrap()), "row {}", row);
            }
            for property in properties {
                match property {
                    Property::Monotone => {
                        for ((_, a), (_, ya)) in data.iter().zip(scores.iter()) {
                            for ((_, b), (_, yb)) in data.iter().zip(scores.iter()) {
                                let better = if higher { a > b } else { a < b };
                                prop_assert!(!better || ya >= yb, "{} {} {} {}", a, ya, b, yb);
                                prop_assert!(a != b || ya == yb, "{} {} {}", a, ya, yb);
                            }
                        }
                    }
                    Property::Mirrored => {
                        let mirrored = on(if higher { Lower } else { Higher }, &data, &data).unwrap();
                        let sums: Vec<Decimal> =
                            scores.values().zip(mirrored.values()).map(|(a, b)| a + b).collect();
                        prop_assert!(sums.windows(2).all(|pair| same(pair[0], pair[1])), "{:?}", sums);
                    }
                    Property::AffineInvariant => {
                        let mapped = map(&data, |x| x * Decimal::new(36, 1) - Decimal::from(17));
                        let again = on(direction, &mapped, &mapped).unwrap();
                        prop_assert!(scores.values().zip(again.values()).all(|(a, b)| same(a, b)));
                    }
                    Property::OrderOnly => {
                        let mapped = map(&data, |x| x * x * x);
                        prop_assert_eq!(&scores, &on(direction, &mapped, &mapped).unwrap());
                    }
                    Property::Independent => {
                        let more = data.to_options().into_iter().chain([Some(other)]);
                        let more = Column::from_options(more);
                        let alone = on(direction, &Column::missing(0), &data).unwrap();
                        prop_assert_eq!(&scores, &alone);
                        prop_assert_eq!(&scores, &on(direction, &more, &data).unwrap());
                    }
                }
            }
            Ok(())
        })
        .unwrap();
}

fn runner() -> TestRunner {
    TestRunner::new(Config { cases: 200, failure_persistence: None, ..Config::default() })
}

fn map(column: &Column<Decimal>, f: impl Fn(Decimal) -> Decimal) -> Column<Decimal> {
    Column::from_options(column.to_options().into_iter().map(|x| x.map(&f)))
}

/// Doubles carry 15 digits; the steps of a method may cost a few.
pub(crate) fn near(a: f64, b: f64) -> bool {
    (a - b).abs() <= 1e-10 * a.abs().max(1.0)
}

/// Decimals carry 28 digits.
fn same(a: Decimal, b: Decimal) -> bool {
    (a - b).abs() <= Decimal::new(1, 20)
}
