//! Helpers of the tests: parameters and columns as text, and what holds for every treatment.

use crate::{Treated, TreatmentBox};
use gradus_method::{Arg, Args, Column, Fault, Method, Outcome};
use gradus_model::number::{Decimal, Rounding, RoundingMode, Scalar, parse_decimal, round};
use proptest::prelude::*;
use proptest::test_runner::{Config, TestRunner};

/// `k = 1.5; combine = true; then = log-ct`
pub(crate) fn args(text: &str) -> Args {
    let entries = text.split(';').map(str::trim).filter(|entry| !entry.is_empty());
    entries.fold(Args::new(), |args, entry| {
        let (name, value) = entry.split_once('=').unwrap();
        let value = value.trim();
        let arg = match value {
            "true" | "false" => Arg::Flag(value == "true"),
            _ => parse_decimal(value).map_or_else(|_| Arg::Text(value.to_owned()), Arg::Number),
        };
        args.with(name.trim(), arg)
    })
}

/// `3 7 . 12`: values with a point for a missing one.
fn column<S: Scalar>(text: &str) -> Column<S> {
    Column::from_options(
        text.split_whitespace()
            .map(|word| (word != ".").then(|| S::from_decimal(parse_decimal(word).unwrap()))),
    )
}

pub(crate) fn treat<S: Scalar>(
    method: &'static Method<TreatmentBox>,
    text: &str,
    values: &str,
) -> Outcome<Treated<S>> {
    S::pick(&method.make(&args(text))?).treat(&column(values))
}

/// Treats and compares in both arithmetics. An expected `~12.3` is a rounded number, any other must be met exactly in
/// decimals.
#[track_caller]
pub(crate) fn check(method: &'static Method<TreatmentBox>, text: &str, values: &str, expected: &str) {
    let exact = treat::<Decimal>(method, text, values).unwrap().values.to_options();
    let binary = treat::<f64>(method, text, values).unwrap().values.to_options();
    let expected: Vec<&str> = expected.split_whitespace().collect();
    assert_eq!(expected.len(), exact.len());
    for ((want, exact), binary) in expected.iter().zip(exact).zip(binary) {
        let (Some(exact), Some(binary)) = (exact, binary) else {
            assert_eq!((*want, exact, binary), (".", None, None));
            continue;
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
}

/// Nothing is done to the values, in either arithmetic.
#[track_caller]
pub(crate) fn left(method: &'static Method<TreatmentBox>, text: &str, values: &str) {
    let exact = treat::<Decimal>(method, text, values).unwrap();
    let binary = treat::<f64>(method, text, values).unwrap();
    assert_eq!((exact.values, exact.changed, exact.rescaled), (column(values), Vec::new(), None), "{values}");
    assert_eq!(
        (binary.values, binary.changed, binary.rescaled),
        (column(values), Vec::new(), None),
        "{values}"
    );
}

/// What the method says to bad parameters or data, the same in both arithmetics.
#[track_caller]
pub(crate) fn fault(method: &'static Method<TreatmentBox>, text: &str, values: &str) -> Fault {
    let exact = treat::<Decimal>(method, text, values).unwrap_err();
    let binary = treat::<f64>(method, text, values).unwrap_err();
    assert_eq!((exact.kind.id, exact.row), (binary.kind.id, binary.row));
    exact
}

/// A fact by name.
#[track_caller]
pub(crate) fn fact<S: Scalar>(treated: &Treated<S>, name: &str) -> f64 {
    let found = treated.facts.iter().find(|(fact, _)| *fact == name);
    found.unwrap_or_else(|| panic!("no fact `{name}`")).1.to_f64()
}

/// Whether a treatment may make different values equal.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Ties {
    /// Different values stay different.
    Apart,
    /// Different values may become equal.
    New,
}

/// What is true of every treatment, for any data: order is kept, missing stays missing, what is recorded as changed is
/// what differs, a constant shift in the order of the units changes nothing, and both arithmetics agree.
pub(crate) fn keeps_order(method: &'static Method<TreatmentBox>, text: &str, ties: Ties) {
    let method = method.make(&args(text)).unwrap();
    // A few values far out, so that there is something to treat. The largest is positive, as `log-gii` needs.
    let value = prop_oneof![8 => -50i64..50, 1 => 1000i64..90_000, 1 => -9000i64..-900];
    let values = prop::collection::vec(prop::option::weighted(0.9, value), 0..30);
    let mut runner = TestRunner::new(Config { cases: 200, failure_persistence: None, ..Config::default() });
    let mut moved = 0;
    let count = std::cell::Cell::new(0);
    runner
        .run(&values, |values| {
            let values: Vec<Option<Decimal>> =
                values.into_iter().chain([Some(1)]).map(|v| v.map(|v| Decimal::new(v, 1))).collect();
            let data = Column::from_options(values.iter().copied());
            let exact = Decimal::pick(&method).treat(&data).unwrap();
            let doubles = Column::from_options(values.iter().map(|v| v.map(Scalar::to_f64)));
            let binary = f64::pick(&method).treat(&doubles).unwrap();
            prop_assert_eq!(&exact.changed, &binary.changed);
            prop_assert_eq!(exact.rescaled, binary.rescaled);
            count.set(count.get() + exact.changed.len() + usize::from(exact.rescaled.is_some()));
            for row in 0..data.len() {
                prop_assert_eq!(exact.values.has(row), data.has(row));
                let (Some(a), Some(ta)) = (data.get(row), exact.values.get(row)) else { continue };
                prop_assert!(near(ta.to_f64(), binary.values.get(row).unwrap()), "row {}", row);
                let recorded = exact.changed.iter().find(|(changed, _)| *changed == row);
                if exact.rescaled.is_none() {
                    prop_assert_eq!(recorded.is_some(), ta != a, "row {}", row);
                    if let Some((_, what)) = recorded {
                        prop_assert_eq!(*what, if ta < a { crate::shared::HIGH } else { crate::shared::LOW });
                    }
                }
                for (other, b) in data.iter() {
                    let tb = exact.values.get(other).unwrap();
                    prop_assert!(a > b || ta <= tb, "{} {} but {} {}", a, b, ta, tb);
                    prop_assert!(a != b || ta == tb, "{} {} {}", a, ta, tb);
                    prop_assert!(ties == Ties::New || a == b || ta != tb, "{} {} both {}", a, b, ta);
                }
            }
            // The order of the units changes nothing.
            let turned = Column::from_options(values.iter().rev().map(|v| v.map(Scalar::to_f64)));
            let again = f64::pick(&method).treat(&turned).unwrap();
            let mut back = again.values.to_options();
            back.reverse();
            prop_assert_eq!(back, binary.values.to_options());
            Ok(())
        })
        .unwrap();
    moved += count.get();
    assert!(moved > 0, "nothing was treated, so nothing was tested");
}

/// Both arithmetics treat a column alike.
pub(crate) fn agree(method: &Method<TreatmentBox>, arguments: &str, values: &str) {
    let method = method.make(&args(arguments)).unwrap();
    let values: Vec<Decimal> = values.split_whitespace().map(|v| parse_decimal(v).unwrap()).collect();
    let exact = Decimal::pick(&method).treat(&Column::of(values.clone())).unwrap();
    let doubles = Column::of(values.iter().map(|v| v.to_f64()).collect());
    let binary = f64::pick(&method).treat(&doubles).unwrap();
    for row in 0..values.len() {
        let (a, b) = (exact.values.get(row).unwrap().to_f64(), binary.values.get(row).unwrap());
        assert!(near(a, b), "{arguments}: row {row}: {a} and {b}");
    }
}

fn near(a: f64, b: f64) -> bool {
    (a - b).abs() <= 1e-10 * a.abs().max(1.0)
}
