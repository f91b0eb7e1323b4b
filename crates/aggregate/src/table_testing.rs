//! Helpers of the tests of methods that compare units: units as text, one check for worked examples, properties by name.

use crate::testing::{args, near, numbers, runner, same};
use crate::{AggregatorBox, Reach, Weighting};
use gradus_method::{Args, Fault, Method, Outcome};
use gradus_model::number::{Decimal, Rounding, RoundingMode, Scalar, parse_decimal, round};
use proptest::prelude::*;

/// Units as rows of parts, turned into columns.
fn columns<S: Scalar>(units: &str) -> Vec<Vec<S>> {
    let rows: Vec<Vec<S>> = units.split('|').map(numbers).collect();
    (0..rows[0].len()).map(|part| rows.iter().map(|row| row[part]).collect()).collect()
}

fn slices<S>(columns: &[Vec<S>]) -> Vec<&[S]> {
    columns.iter().map(Vec::as_slice).collect()
}

/// The scores of `3 8 | 4 6` (units, and the parts of each) under weights.
pub(crate) fn table_with<S: Scalar>(
    method: &'static Method<AggregatorBox>,
    args: &Args,
    units: &str,
    weights: &str,
) -> Outcome<Vec<S>> {
    let method = method.make(args)?;
    let method = S::pick(&method);
    assert_eq!(method.reach(), Reach::Table);
    let columns = columns::<S>(units);
    let mut out = vec![S::ZERO; columns[0].len()];
    method.columns(&slices(&columns), &numbers::<S>(weights), &mut out)?;
    Ok(out)
}

pub(crate) fn table<S: Scalar>(
    method: &'static Method<AggregatorBox>,
    text: &str,
    units: &str,
    weights: &str,
) -> Outcome<Vec<S>> {
    table_with(method, &args(text), units, weights)
}

/// Compares the scores of units in both arithmetics, with a list as of [`check`](crate::testing::check).
#[track_caller]
pub(crate) fn check_table(
    method: &'static Method<AggregatorBox>,
    text: &str,
    units: &str,
    weights: &str,
    want: &str,
) {
    let exact =
        table::<Decimal>(method, text, units, weights).unwrap_or_else(|fault| panic!("{units}: {fault}"));
    let binary =
        table::<f64>(method, text, units, weights).unwrap_or_else(|fault| panic!("{units}: {fault}"));
    assert_eq!(exact.len(), want.split_whitespace().count());
    for ((exact, binary), want) in exact.iter().zip(binary).zip(want.split_whitespace()) {
        assert!(near(binary, exact.to_f64()), "binary64 {binary} against decimal {exact}");
        let number = want.trim_start_matches('~');
        // Roots and quotients leave a last digit.
        let places =
            if number == want { 20 } else { number.split_once('.').map_or(0, |(_, p)| p.len() as u32) };
        let rounding = Rounding { mode: RoundingMode::HalfUp, places };
        assert_eq!(round(*exact, rounding), parse_decimal(number).unwrap(), "{exact}");
    }
}

/// What the method says to bad parameters or units, the same in both arithmetics.
#[track_caller]
pub(crate) fn table_fault(
    method: &'static Method<AggregatorBox>,
    text: &str,
    units: &str,
    weights: &str,
) -> Fault {
    let exact = table::<Decimal>(method, text, units, weights).unwrap_err();
    assert_eq!(table::<f64>(method, text, units, weights).unwrap_err(), exact);
    exact
}

/// The details of units, checked to agree in both arithmetics.
#[track_caller]
pub(crate) fn details_of(
    method: &'static Method<AggregatorBox>,
    text: &str,
    units: &str,
    weights: &str,
) -> Vec<(&'static str, Vec<f64>)> {
    fn of<S: Scalar>(method: &AggregatorBox, units: &str, weights: &str) -> Vec<(&'static str, Vec<f64>)> {
        let columns = columns::<S>(units);
        let details = S::pick(method).details(&slices(&columns), &numbers::<S>(weights)).unwrap();
        details.into_iter().map(|(name, list)| (name, list.into_iter().map(S::to_f64).collect())).collect()
    }
    let method = method.make(&args(text)).unwrap();
    let (exact, binary) = (of::<Decimal>(&method, units, weights), of::<f64>(&method, units, weights));
    for ((name, exact), (binary_name, binary)) in exact.iter().zip(&binary) {
        assert_eq!(name, binary_name);
        assert!(exact.iter().zip(binary).all(|(a, b)| near(*a, *b)), "{name}: {exact:?} {binary:?}");
    }
    exact
}

/// What is true of a method for any units.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum TableProperty {
    /// Scores run from 0 to 1.
    WithinUnit,
    /// A unit that is nowhere worse than another does not score lower.
    Dominance,
    /// Multiplying one part of every unit by one number changes no score.
    ScaleKeepsScores,
}

/// Runs the properties over random units with parts from `range`, in tenths. Of every method it is checked that both
/// arithmetics agree, that equal units score the same, and that the order of units and parts and parts of weight zero play no
/// role; nor does the size of all weights together, by which scores grow where weights are not shares.
pub(crate) fn table_holds(
    method: &'static Method<AggregatorBox>,
    text: &str,
    range: std::ops::Range<i64>,
    properties: &[TableProperty],
) {
    let method = method.make(&args(text)).unwrap();
    let units = (1usize..6, 2usize..12).prop_flat_map(move |(n_parts, n_units)| {
        let part = prop::collection::vec(range.clone(), n_units);
        // Weights differ, so that an order by weight is decided.
        let weights = Just((0..n_parts as i64).collect::<Vec<i64>>()).prop_shuffle();
        (prop::collection::vec(part, n_parts), weights, 0..n_parts, 2i64..99)
    });
    let score = |columns: &[Vec<Decimal>], weights: &[Decimal]| {
        let mut out = vec![Decimal::ZERO; columns[0].len()];
        Decimal::pick(&method).columns(&slices(columns), weights, &mut out).map(|()| out)
    };
    let proportional = Decimal::pick(&method).weighting() == Weighting::Proportional;
    let all_same = |a: &[Decimal], b: &[Decimal]| a.iter().zip(b).all(|(a, b)| same(*a, *b));
    let n_scored = std::cell::Cell::new(0);
    runner()
        .run(&units, |(parts, weights, chosen, factor)| {
            let columns: Vec<Vec<Decimal>> =
                parts.iter().map(|p| p.iter().map(|x| Decimal::new(*x, 1)).collect()).collect();
            let weights: Vec<Decimal> = weights.iter().map(|w| Decimal::new(*w, 1)).collect();
            // What cannot be scored is the business of other tests.
            let Ok(scores) = score(&columns, &weights) else { return Ok(()) };
            n_scored.set(n_scored.get() + 1);
            let binary: Vec<Vec<f64>> =
                columns.iter().map(|c| c.iter().map(|x| x.to_f64()).collect()).collect();
            let binary_weights: Vec<f64> = weights.iter().map(|w| w.to_f64()).collect();
            let mut out = vec![f64::NAN; scores.len()];
            f64::pick(&method).columns(&slices(&binary), &binary_weights, &mut out).unwrap();
            prop_assert!(
                out.iter().zip(&scores).all(|(a, b)| near(*a, b.to_f64())),
                "{:?} {:?}",
                out,
                scores
            );

            let reversed: Vec<Vec<Decimal>> =
                columns.iter().rev().map(|c| c.iter().rev().copied().collect()).collect();
            let mut turned =
                score(&reversed, &weights.iter().rev().copied().collect::<Vec<Decimal>>()).unwrap();
            turned.reverse();
            prop_assert!(all_same(&turned, &scores), "{:?} {:?}", turned, scores);

            let larger: Vec<Decimal> = weights.iter().map(|w| *w * Decimal::from(factor)).collect();
            let grown = if proportional { Decimal::ONE } else { Decimal::from(factor) };
            let expected: Vec<Decimal> = scores.iter().map(|y| *y * grown).collect();
            prop_assert!(all_same(&score(&columns, &larger).unwrap(), &expected));

            let (used, used_weights): (Vec<Vec<Decimal>>, Vec<Decimal>) =
                columns.iter().cloned().zip(&weights).filter(|(_, w)| !w.is_zero()).unzip();
            prop_assert_eq!(score(&used, &used_weights).unwrap(), scores.clone());

            for i in 0..scores.len() {
                for j in 0..scores.len() {
                    let nowhere_worse = used.iter().all(|c| c[i] >= c[j]);
                    let alike = used.iter().all(|c| c[i] == c[j]);
                    if alike {
                        prop_assert_eq!(scores[i], scores[j]);
                    } else if nowhere_worse && properties.contains(&TableProperty::Dominance) {
                        prop_assert!(scores[i] >= scores[j] || same(scores[i], scores[j]));
                    }
                }
            }
            if properties.contains(&TableProperty::WithinUnit) {
                prop_assert!(
                    scores.iter().all(|y| *y >= Decimal::ZERO && *y <= Decimal::ONE),
                    "{:?}",
                    scores
                );
            }
            if properties.contains(&TableProperty::ScaleKeepsScores) {
                let mut scaled = columns.clone();
                scaled[chosen].iter_mut().for_each(|x| *x *= Decimal::from(factor));
                prop_assert!(all_same(&score(&scaled, &weights).unwrap(), &scores));
            }
            Ok(())
        })
        .unwrap();
    // Properties of nothing would hold.
    assert!(n_scored.get() > 50, "only {} tables had scores", n_scored.get());
}
