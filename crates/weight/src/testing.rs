//! Helpers of the tests: arguments and groups as text, one check for worked examples, and properties by name.

use crate::{Group, Weighed, WeigherBox};
use gradus_method::{Arg, Args, Column, Fault, Method, Outcome};
use gradus_model::number::{Decimal, Rounding, RoundingMode, Scalar, parse_decimal, round};
use proptest::prelude::*;
use proptest::test_runner::{Config, TestRunner};

/// `order = [A [B C]]; exponent = 2; judgments = {A {B 3} B {C 1/2}}`: lists in brackets, tables in braces.
pub(crate) fn args(text: &str) -> Args {
    let entries = text.split(';').map(str::trim).filter(|entry| !entry.is_empty());
    entries.fold(Args::new(), |args, entry| {
        let (name, value) = entry.split_once('=').unwrap();
        let spaced: String = value
            .chars()
            .map(|c| if "[]{}".contains(c) { format!(" {c} ") } else { c.to_string() })
            .collect();
        args.with(name.trim(), arg(&mut spaced.split_whitespace()))
    })
}

fn arg<'a>(words: &mut impl Iterator<Item = &'a str>) -> Arg {
    list(words, None).remove(0)
}

fn list<'a>(words: &mut impl Iterator<Item = &'a str>, end: Option<&str>) -> Vec<Arg> {
    let mut items = Vec::new();
    while let Some(word) = words.next().filter(|word| Some(*word) != end) {
        items.push(match word {
            "[" => Arg::List(list(words, Some("]"))),
            "{" => {
                let flat = list(words, Some("}"));
                let name = |arg: &Arg| match arg {
                    Arg::Text(name) => name.clone(),
                    other => panic!("{other:?}"),
                };
                Arg::Table(flat.chunks(2).map(|pair| (name(&pair[0]), pair[1].clone())).collect())
            }
            "true" | "false" => Arg::Flag(word == "true"),
            word => parse_decimal(word).map_or_else(|_| Arg::Text(word.to_owned()), Arg::Number),
        });
    }
    items
}

/// `A 1 2 . 4; -B 4 3 2 1; =Y 1 2 3 4; *A 2`: columns by code, `.` for missing, `-` for lower is better, `=` for the target.
pub(crate) fn group<S: Scalar>(text: &str) -> Group<S> {
    let mut columns = Vec::new();
    let (mut lower, mut target) = (Vec::new(), None);
    for entry in text.split(';').map(str::trim).filter(|entry| !entry.is_empty()) {
        let (code, values) = entry.split_once(' ').unwrap_or((entry, ""));
        let column = Column::from_options(
            values
                .split_whitespace()
                .map(|word| (word != ".").then(|| S::from_decimal(parse_decimal(word).unwrap()))),
        );
        if code.starts_with('=') {
            target = Some(column);
            continue;
        }
        if let Some(code) = code.strip_prefix('-') {
            lower.push(code);
        }
        columns.push((code.trim_start_matches('-'), column));
    }
    let group = lower.iter().fold(Group::new(columns).unwrap(), |group, code| group.lower(code));
    target.into_iter().fold(group, Group::target)
}

pub(crate) fn weigh<S: Scalar>(
    method: &'static Method<WeigherBox>,
    text: &str,
    parts: &str,
) -> Outcome<Weighed<S>> {
    let method = method.make(&args(text))?;
    group::<S>(parts).weigh(S::pick(&method))
}

/// Compares the weights in both arithmetics. An expected `~0.123` is a rounded number, any other is met to the 20th place.
#[track_caller]
pub(crate) fn check(method: &'static Method<WeigherBox>, text: &str, parts: &str, want: &str) {
    let exact = weigh::<Decimal>(method, text, parts).unwrap_or_else(|fault| panic!("{parts}: {fault}"));
    let binary = weigh::<f64>(method, text, parts).unwrap_or_else(|fault| panic!("{parts}: {fault}"));
    sound(&exact.weights, Decimal::new(1, 14));
    let want: Vec<&str> = want.split_whitespace().collect();
    assert_eq!(exact.weights.len(), want.len());
    assert_eq!(exact.notes, binary.notes);
    for (name, value) in &exact.facts {
        let (_, other) = binary.facts.iter().find(|(other, _)| other == name).unwrap();
        assert!(near(*other, value.to_f64()), "{name}: {other} {value}");
    }
    for ((exact, binary), want) in exact.weights.iter().zip(&binary.weights).zip(want) {
        assert!(near(*binary, exact.to_f64()), "binary64 {binary} against decimal {exact}");
        agrees(*exact, want);
    }
}

/// `want` as in [`check`].
#[track_caller]
fn agrees(exact: Decimal, want: &str) {
    match want.strip_prefix('~') {
        None => {
            let want = gradus_model::number::Ratio::parse(want).unwrap().quotient().unwrap();
            assert!((exact - want).abs() <= Decimal::new(1, 20), "{exact}, not {want}");
        }
        Some(rounded) => {
            let places = rounded.split_once('.').map_or(0, |(_, places)| places.len() as u32);
            let rounding = Rounding { mode: RoundingMode::HalfUp, places };
            assert_eq!(round(exact, rounding), parse_decimal(rounded).unwrap(), "{exact}");
        }
    }
}

/// Compares one fact; `want` as in [`check`].
#[track_caller]
pub(crate) fn check_fact(
    method: &'static Method<WeigherBox>,
    text: &str,
    parts: &str,
    name: &str,
    want: &str,
) {
    let found = weigh::<Decimal>(method, text, parts).unwrap_or_else(|fault| panic!("{parts}: {fault}"));
    let fact = found.facts.iter().find(|(known, _)| known == name);
    agrees(fact.unwrap_or_else(|| panic!("no {name} in {:?}", found.facts)).1, want);
}

/// What the method says to bad parameters or parts, the same in both arithmetics.
#[track_caller]
pub(crate) fn fault(method: &'static Method<WeigherBox>, text: &str, parts: &str) -> Fault {
    let (exact, binary) = (weigh::<Decimal>(method, text, parts), weigh::<f64>(method, text, parts));
    let (exact, binary) = (exact.unwrap_err(), binary.unwrap_err());
    assert_eq!(exact.kind.id, binary.kind.id);
    exact
}

/// Compares the ids of faults: rows of parameters, parts and id.
#[track_caller]
pub(crate) fn faults(method: &'static Method<WeigherBox>, rows: &[(&str, &str, &str)]) {
    for (text, parts, id) in rows {
        assert_eq!(fault(method, text, parts).kind.id, *id, "{text} / {parts}");
    }
}

#[track_caller]
fn sound(weights: &[Decimal], slack: Decimal) {
    assert!(weights.iter().all(|w| *w >= Decimal::ZERO), "{weights:?}");
    assert!((weights.iter().sum::<Decimal>() - Decimal::ONE).abs() <= slack, "{weights:?}");
}

/// What is true of a method for any figures.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Property {
    /// Another measurement unit of one part changes nothing.
    ScaleFree,
    /// Adding a number to one part changes nothing.
    ShiftFree,
}

/// Runs the properties over random groups of the parts A, B, C and D with a target, figures in tenths from `range`. Of every
/// method it is checked that weights are not negative and add up to 1, that both arithmetics agree to `slack` and
/// that weights go with the codes in whatever order the parts stand.
pub(crate) fn holds(
    method: &'static Method<WeigherBox>,
    text: &str,
    range: std::ops::Range<i64>,
    slack: f64,
    properties: &[Property],
) {
    let method = method.make(&args(text)).unwrap();
    let columns = (8usize..16)
        .prop_flat_map(move |n| prop::collection::vec(prop::collection::vec(range.clone(), n), 5));
    let runs = std::cell::Cell::new(0);
    TestRunner::new(Config { cases: 60, failure_persistence: None, ..Config::default() })
        .run(&(columns, 0usize..4, 2i64..99), |(columns, chosen, number)| {
            let weights = |order: &[usize], change: &dyn Fn(Decimal) -> Decimal| {
                let column = |k: usize| -> Vec<Decimal> {
                    let change = |x| if k == chosen { change(x) } else { x };
                    columns[k].iter().map(|x| change(Decimal::new(*x, 1))).collect()
                };
                let exact =
                    Group::new(order.iter().map(|k| (["A", "B", "C", "D"][*k], Column::of(column(*k)))))
                        .unwrap()
                        .target(Column::of(column(4)));
                let doubles = |k: usize| Column::of(column(k).iter().map(|x| x.to_f64()).collect());
                let binary = Group::new(order.iter().map(|k| (["A", "B", "C", "D"][*k], doubles(*k))))
                    .unwrap()
                    .target(doubles(4));
                Some((
                    exact.weigh(Decimal::pick(&method)).ok()?.weights,
                    binary.weigh(f64::pick(&method)).ok()?.weights,
                ))
            };
            let close = |a: f64, b: f64| (a - b).abs() <= slack;
            let same = |x: Decimal| x;
            let Some((exact, binary)) = weights(&[0, 1, 2, 3], &same) else {
                return Err(TestCaseError::reject("no weights"));
            };
            runs.set(runs.get() + 1);
            sound(&exact, Decimal::new(1, 14));
            prop_assert!(
                exact.iter().zip(&binary).all(|(a, b)| close(a.to_f64(), *b)),
                "{exact:?} {binary:?}"
            );
            let (turned, _) = weights(&[2, 0, 3, 1], &same).unwrap();
            for (at, k) in [2, 0, 3, 1].into_iter().enumerate() {
                prop_assert!(close(turned[at].to_f64(), exact[k].to_f64()), "{turned:?} {exact:?}");
            }
            for property in properties {
                let changed = match property {
                    Property::ScaleFree => weights(&[0, 1, 2, 3], &|x| x * Decimal::from(number)),
                    Property::ShiftFree => weights(&[0, 1, 2, 3], &|x| x + Decimal::from(number)),
                };
                let (changed, _) = changed.unwrap();
                prop_assert!(
                    changed.iter().zip(&exact).all(|(a, b)| close(a.to_f64(), b.to_f64())),
                    "{property:?} {changed:?} {exact:?}"
                );
            }
            Ok(())
        })
        .unwrap();
    assert!(runs.get() >= 60);
}

/// Doubles carry 15 digits; the steps of a method may cost a few.
fn near(a: f64, b: f64) -> bool {
    (a - b).abs() <= 1e-9 * a.abs().max(1.0)
}
