//! What methods have in common that compare units: one unit alone, and parameters of single parts.

use crate::Aggregator;
use gradus_method::{Arg, Args, Fault, Outcome};
use gradus_model::Decimal;
use gradus_model::diagnostic::{catalog, nearest};
use gradus_model::number::{Arithmetic, Scalar};
use std::collections::BTreeSet;

/// The aggregate of a table of one unit.
pub(crate) fn alone<S: Scalar>(
    method: &(impl Aggregator<S> + ?Sized),
    values: &[S],
    weights: &[S],
) -> Outcome<S> {
    let parts: Vec<&[S]> = values.chunks(1).collect();
    let mut out = [S::ZERO];
    method.columns(&parts, weights, &mut out)?;
    Ok(out[0])
}

/// The codes of which parameters are to be read: those of the parts, in their order; where only a declaration is checked,
/// every code that one of the tables names.
///
/// # Errors
/// `invalid-parameter` for a code that is no part.
pub(crate) fn codes(args: &Args, tables: &[&str]) -> Outcome<Vec<String>> {
    let mut named = BTreeSet::new();
    for table in tables {
        if let Some(Arg::Table(items)) = args.get(table) {
            for code in items.keys() {
                known(args, table, code)?;
                named.insert(code.clone());
            }
        }
    }
    if args.parts().is_empty() {
        return Ok(named.into_iter().collect());
    }
    Ok(args.parts().iter().map(ToString::to_string).collect())
}

/// Refuses the code of what is no part, where the parts are known.
pub(crate) fn known(args: &Args, parameter: &str, code: &str) -> Outcome<()> {
    let parts: Vec<String> = args.parts().iter().map(ToString::to_string).collect();
    if parts.is_empty() || parts.iter().any(|part| part == code) {
        return Ok(());
    }
    let fault = Fault::parameter(
        parameter,
        format!("`{parameter}` names `{code}`, which is not a part of this group"),
    );
    Err(match nearest(code, parts.iter().map(String::as_str)) {
        Some(near) => fault.help(format!("did you mean `{near}`?")),
        None => fault.help(format!("name one of {}", parts.join(", "))),
    })
}

/// What holds for one part: the entry of its code in the table, or what holds for all; and which of both it is.
fn entry(args: &Args, name: &str, table: &str, code: Option<&str>) -> Option<(String, Args)> {
    let own = match args.get(table) {
        Some(Arg::Table(items)) => code.and_then(|code| items.get(code)),
        _ => None,
    };
    let (name, arg) = own.map(|own| (table, own)).or_else(|| Some((name, args.get(name)?)))?;
    Some((name.to_owned(), Args::new().with(name, arg.clone())))
}

/// A number of one part.
///
/// # Errors
/// `invalid-parameter` when it is not a number.
pub(crate) fn number(args: &Args, name: &str, table: &str, code: Option<&str>) -> Outcome<Option<Decimal>> {
    entry(args, name, table, code).map_or(Ok(None), |(name, arg)| arg.optional_number(&name))
}

/// Of which part a message speaks.
pub(crate) fn of(code: Option<&str>) -> String {
    code.map_or_else(String::new, |code| format!(" of `{code}`"))
}

/// A word of one part.
///
/// # Errors
/// `invalid-parameter` when it is not one of the words.
pub(crate) fn word<T: Copy>(
    args: &Args,
    name: &str,
    table: &str,
    code: Option<&str>,
    words: &[(&str, T)],
    default: T,
) -> Outcome<T> {
    entry(args, name, table, code).map_or(Ok(default), |(name, arg)| arg.word(&name, words, default))
}

/// Refuses a table of more units than can be compared pair by pair.
///
/// # Errors
/// `too-many-units`.
pub(crate) fn at_most(units: usize, most: usize, what: &str, help: &str) -> Outcome<()> {
    if units <= most {
        return Ok(());
    }
    let message = format!("{what} compares at most {most} units, found {units}");
    Err(Fault::new(&catalog::TOO_MANY_UNITS, message).help(help.to_owned()))
}

/// What holds for each part of a group, or for all.
#[derive(Debug, Clone)]
pub(crate) struct PerPart<T> {
    all: Option<T>,
    parts: Vec<T>,
}

impl<T> PerPart<T> {
    /// Makes it for the code of every part; where the parts are not known, for all, and the codes of `tables` are checked.
    ///
    /// # Errors
    /// Of `make`; `invalid-parameter` for a code that is no part.
    pub(crate) fn new(
        args: &Args,
        tables: &[&str],
        make: impl Fn(Option<&str>) -> Outcome<T>,
    ) -> Outcome<Self> {
        let codes = codes(args, tables)?;
        let each = codes.iter().map(|code| make(Some(code))).collect::<Outcome<Vec<T>>>()?;
        if !args.parts().is_empty() {
            return Ok(Self { all: None, parts: each });
        }
        match make(None) {
            Ok(all) => Ok(Self { all: Some(all), parts: Vec::new() }),
            // Every part may have its own.
            Err(fault) if !each.is_empty() && fault.kind.id == catalog::MISSING_PARAMETER.id => {
                Ok(Self { all: None, parts: Vec::new() })
            }
            Err(fault) => Err(fault),
        }
    }

    /// What holds for a part.
    ///
    /// # Errors
    /// `invalid-parameter` where it is said by code and the method was made without codes.
    pub(crate) fn of(&self, part: usize) -> Outcome<&T> {
        self.parts.get(part).or(self.all.as_ref()).ok_or_else(|| {
            Fault::new(&catalog::INVALID_PARAMETER, format!("part {} has no parameters", part + 1))
                .help("make the method with the codes of its parts")
        })
    }
}

/// A threshold as differences of these values are compared with it where a function has a step there.
///
/// In doubles 0.4 - 0.1 is above 0.3; what exceeds a threshold by no more than that does not exceed it. Thresholds of 0 and
/// decimals are exact.
pub(crate) fn lifted<S: Scalar>(threshold: Decimal, values: &[S]) -> Option<S> {
    let exact = S::from_decimal(threshold);
    if S::ARITHMETIC == Arithmetic::Decimal || threshold.is_zero() {
        return Some(exact);
    }
    let largest = values.iter().fold(exact, |largest, x| largest.greatest(x.magnitude()));
    exact.plus(largest.times(S::from_decimal(Decimal::new(1, 15)))?)
}

/// A number that must be given for what else is asked.
///
/// # Errors
/// `missing-parameter`, with what needs it.
pub(crate) fn needed(number: Option<Decimal>, name: &str, what: &str, help: &str) -> Outcome<Decimal> {
    number.ok_or_else(|| {
        Fault::new(&catalog::MISSING_PARAMETER, format!("{what} needs parameter `{name}`"))
            .of(name)
            .help(help.to_owned())
    })
}

/// Helpers of the tests of methods that compare units.
#[cfg(test)]
pub(crate) mod testing {
    use crate::testing::{args, runner};
    use crate::{Aggregator, AggregatorBox};
    use gradus_method::{Fault, Method, Outcome};
    use gradus_model::number::{Decimal, Scalar, parse_decimal};
    use proptest::prelude::*;

    fn numbers<S: Scalar>(text: &str) -> Vec<S> {
        text.split_whitespace().map(|word| S::from_decimal(parse_decimal(word).unwrap())).collect()
    }

    /// A part per row, the units in its columns: `3 2 1, 9 7 8 | 1 2`, with weights where not all are 1.
    pub(crate) fn parts<S: Scalar>(text: &str) -> (Vec<Vec<S>>, Vec<S>) {
        let (parts, weights) = text.split_once('|').unwrap_or((text, ""));
        let parts: Vec<Vec<S>> = parts.split(',').map(numbers).collect();
        let weights = if weights.is_empty() { vec![S::ONE; parts.len()] } else { numbers(weights) };
        (parts, weights)
    }

    pub(crate) fn columns<S: Scalar>(
        method: &dyn Aggregator<S>,
        parts: &[Vec<S>],
        weights: &[S],
    ) -> Outcome<Vec<S>> {
        let slices: Vec<&[S]> = parts.iter().map(Vec::as_slice).collect();
        let mut out = vec![S::ZERO; parts[0].len()];
        method.columns(&slices, weights, &mut out).map(|()| out)
    }

    fn scores<S: Scalar>(method: &'static Method<AggregatorBox>, text: &str, table: &str) -> Outcome<Vec<S>> {
        let method = method.make(&args(text))?;
        let (parts, weights) = parts(table);
        columns(S::pick(&method), &parts, &weights)
    }

    /// Compares the scores of a table in both arithmetics, to 10 places.
    #[track_caller]
    pub(crate) fn check_table(method: &'static Method<AggregatorBox>, text: &str, table: &str, want: &str) {
        let exact: Vec<f64> =
            scores::<Decimal>(method, text, table).unwrap().into_iter().map(Scalar::to_f64).collect();
        let binary: Vec<f64> = scores(method, text, table).unwrap();
        let want: Vec<f64> = numbers(want);
        let near =
            |a: &[f64]| a.len() == want.len() && a.iter().zip(&want).all(|(a, b)| (a - b).abs() < 1e-10);
        assert!(near(&exact) && near(&binary), "{table}: {exact:?} and {binary:?}, not {want:?}");
    }

    /// What the method says to bad parameters or a bad table, the same in both arithmetics.
    #[track_caller]
    pub(crate) fn table_fault(method: &'static Method<AggregatorBox>, text: &str, table: &str) -> Fault {
        let exact = scores::<Decimal>(method, text, table).unwrap_err();
        assert_eq!(exact, scores::<f64>(method, text, table).unwrap_err());
        exact
    }

    /// One of the details of a table.
    #[track_caller]
    pub(crate) fn detail(
        method: &'static Method<AggregatorBox>,
        text: &str,
        table: &str,
        name: &str,
    ) -> Vec<f64> {
        let method = method.make(&args(text)).unwrap();
        let (parts, weights) = parts::<f64>(table);
        let slices: Vec<&[f64]> = parts.iter().map(Vec::as_slice).collect();
        let details = f64::pick(&method).details(&slices, &weights).unwrap();
        details.into_iter().find(|(found, _)| *found == name).unwrap_or_else(|| panic!("no `{name}`")).1
    }

    /// Over random tables with parts from `range`, in tenths, many of them equal: both arithmetics agree; the order of
    /// units and parts, the size of all weights together, and a part without weight play no role; a unit that is above
    /// another in every part does not score less; every detail has one number per unit.
    pub(crate) fn holds_of_tables(
        method: &'static Method<AggregatorBox>,
        text: &str,
        range: std::ops::Range<i64>,
        most_units: usize,
    ) {
        let method = method.make(&args(text)).unwrap();
        let (exact, binary) = (Decimal::pick(&method), f64::pick(&method));
        let tables = (1usize..5, 2..=most_units).prop_flat_map(move |(n_parts, n_units)| {
            let part = prop::collection::vec(range.clone(), n_units);
            let order = Just((0..n_units).collect::<Vec<_>>()).prop_shuffle();
            (prop::collection::vec(part, n_parts), prop::collection::vec(1i64..9, n_parts), order, 1i64..99)
        });
        runner()
            .run(&tables, |(parts, weights, order, factor)| {
                let parts: Vec<Vec<Decimal>> =
                    parts.iter().map(|p| p.iter().map(|x| Decimal::new(*x, 1)).collect()).collect();
                let weights: Vec<Decimal> = weights.iter().map(|w| Decimal::new(*w, 1)).collect();
                let y = columns(exact, &parts, &weights).unwrap();
                let same = |a: &[Decimal], b: &[Decimal]| {
                    a.iter().zip(b).all(|(a, b)| (a - b).abs() <= Decimal::new(1, 9))
                };
                let doubles: Vec<Vec<f64>> =
                    parts.iter().map(|p| p.iter().map(|x| x.to_f64()).collect()).collect();
                let double_weights: Vec<f64> = weights.iter().map(|w| w.to_f64()).collect();
                let z = columns(binary, &doubles, &double_weights).unwrap();
                let z: Vec<Decimal> = z.into_iter().map(|z| z.to_decimal().unwrap()).collect();
                prop_assert!(same(&y, &z), "{:?} {:?}", y, z);

                let moved = |list: &[Decimal]| order.iter().map(|i| list[*i]).collect::<Vec<_>>();
                let shuffled: Vec<Vec<Decimal>> = parts.iter().map(|part| moved(part)).collect();
                let of_shuffled = columns(exact, &shuffled, &weights).unwrap();
                prop_assert!(same(&of_shuffled, &moved(&y)), "{:?} {:?}", y, of_shuffled);

                let mut more: Vec<Vec<Decimal>> = parts.iter().rev().cloned().collect();
                more.push((0..y.len()).map(|i| Decimal::from(1 + i as i64)).collect());
                let mut heavier: Vec<Decimal> =
                    weights.iter().rev().map(|w| *w * Decimal::new(factor, 1)).collect();
                heavier.push(Decimal::ZERO);
                prop_assert!(same(&columns(exact, &more, &heavier).unwrap(), &y));

                for a in 0..y.len() {
                    for b in 0..y.len() {
                        if parts.iter().all(|part| part[a] > part[b]) {
                            prop_assert!(y[a] >= y[b] - Decimal::new(1, 9), "{} {} {:?}", a, b, y);
                        }
                    }
                }
                let slices: Vec<&[Decimal]> = parts.iter().map(Vec::as_slice).collect();
                let details = exact.details(&slices, &weights).unwrap();
                prop_assert!(details.iter().all(|(_, column)| column.len() == y.len()));
                Ok(())
            })
            .unwrap();
    }
}
