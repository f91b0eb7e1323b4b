//! Helpers of the tests: blocks as text, one check for worked examples, and properties by name.

use crate::{Account, Block, Draw, Figure, Filled, Imputer, ImputerBox};
use gradus_method::{Arg, Args, Column, Direction, Fault, Method, Outcome};
use gradus_model::Id;
use gradus_model::number::{Decimal, Rounding, RoundingMode, Scalar, parse_decimal, round};
use proptest::prelude::*;
use proptest::test_runner::{Config, TestRunner};

/// `k = 3; combine = median`
pub(crate) fn args(text: &str) -> Args {
    let entries = text.split(';').map(str::trim).filter(|entry| !entry.is_empty());
    entries.fold(Args::new(), |args, entry| {
        let (name, value) = entry.split_once('=').unwrap();
        let value = value.trim();
        args.with(name.trim(), parse_decimal(value).map_or_else(|_| Arg::Text(value.to_owned()), Arg::Number))
    })
}

/// What an imputer sees, owned: rows of a table with a point for a gap.
#[derive(Debug, Clone)]
pub(crate) struct Data {
    pub(crate) rows: Vec<Vec<Option<Decimal>>>,
    pub(crate) classes: Option<Vec<Option<usize>>>,
    pub(crate) directions: Vec<Direction>,
    pub(crate) siblings: Vec<usize>,
    pub(crate) times: Vec<f64>,
    pub(crate) draw: Option<Draw>,
}

/// A table: `1 2 . | 3 4 3` has two rows of three columns.
pub(crate) fn table(text: &str) -> Data {
    let cell = |word: &str| (word != ".").then(|| parse_decimal(word).unwrap());
    let rows = text.split('|').map(|row| row.split_whitespace().map(cell).collect()).collect();
    Data { rows, classes: None, directions: Vec::new(), siblings: Vec::new(), times: Vec::new(), draw: None }
}

impl Data {
    /// The class of each unit: `0 0 1 .`
    pub(crate) fn classes(mut self, text: &str) -> Self {
        self.classes = Some(text.split_whitespace().map(|word| word.parse().ok()).collect());
        self
    }
    /// `+ + -`
    pub(crate) fn directions(mut self, text: &str) -> Self {
        let direction = |word| if word == "+" { Direction::Higher } else { Direction::Lower };
        self.directions = text.split_whitespace().map(direction).collect();
        self
    }
    /// `0 0 1`
    pub(crate) fn siblings(mut self, text: &str) -> Self {
        self.siblings = text.split_whitespace().map(|word| word.parse().unwrap()).collect();
        self
    }
    /// `2019 2020 2021`: the rows are as many periods.
    pub(crate) fn times(mut self, text: &str) -> Self {
        self.times = text.split_whitespace().map(|word| word.parse().unwrap()).collect();
        self
    }
    pub(crate) fn draw(mut self, seed: u64, index: u64) -> Self {
        self.draw = Some(Draw { seed, index });
        self
    }
    pub(crate) fn columns<S: Scalar>(&self) -> Vec<Column<S>> {
        let n_columns = self.rows.first().map_or(0, Vec::len);
        let column =
            |at: usize| Column::from_options(self.rows.iter().map(|row| row[at].map(S::from_decimal)));
        (0..n_columns).map(column).collect()
    }
    /// What the method fills in.
    pub(crate) fn impute<S: Scalar>(
        &self,
        method: &'static Method<ImputerBox>,
        text: &str,
    ) -> Outcome<Vec<Vec<Filled<S>>>> {
        self.with(method, text, |imputer, block| imputer.impute(block))
    }
    fn with<S: Scalar, T>(
        &self,
        method: &'static Method<ImputerBox>,
        text: &str,
        run: impl FnOnce(&dyn Imputer<S>, &Block<'_, S>) -> Outcome<T>,
    ) -> Outcome<T> {
        let columns = self.columns::<S>();
        let columns: Vec<&Column<S>> = columns.iter().collect();
        let codes: Vec<Id> = (0..columns.len()).map(|at| Id::new(&format!("X{at}")).unwrap()).collect();
        let method = method.make(&args(text))?;
        let block = Block {
            columns: &columns,
            codes: &codes,
            directions: &self.directions,
            siblings: &self.siblings,
            n_units: self.rows.len() / self.times.len().max(1),
            times: &self.times,
            classes: self.classes.as_deref(),
            draw: self.draw,
        };
        run(S::pick(&method), &block)
    }
    /// What the method says a filled value rests on.
    pub(crate) fn account(
        &self,
        method: &'static Method<ImputerBox>,
        text: &str,
        column: usize,
        row: usize,
    ) -> Outcome<Account> {
        self.with(method, text, |imputer: &dyn Imputer<f64>, block| imputer.account(block, column, row))
    }
    /// The value that the account of a cell leads to, or the range it leads to.
    pub(crate) fn led_to(&self, account: &Account) -> (f64, f64) {
        let value = |name: &str| account.facts.iter().find(|(fact, _)| *fact == name).map(|(_, x)| *x);
        if let Some(x) = ["mean", "median", "value"].into_iter().find_map(value) {
            return (x, x);
        }
        if let (Some(low), Some(high), Some(share)) = (value("lower"), value("upper"), value("standing")) {
            // The direction of the column says from which end the way is laid.
            let ends = [low + share * (high - low), high - share * (high - low)];
            return (ends[0].min(ends[1]), ends[0].max(ends[1]));
        }
        let figures = || account.figures.iter().map(|f| self.rows[f.row][f.column].unwrap().to_f64());
        let factor = |figure: &Figure| {
            figure.facts.iter().find(|(name, _)| matches!(*name, "weight" | "coefficient")).map(|(_, x)| *x)
        };
        match account.figures.iter().map(factor).collect::<Option<Vec<f64>>>() {
            Some(factors) => {
                let sum: f64 = figures().zip(factors).map(|(x, factor)| x * factor).sum();
                let x = sum + value("intercept").unwrap_or(0.0);
                (x, x)
            }
            None => (figures().fold(f64::INFINITY, f64::min), figures().fold(f64::NEG_INFINITY, f64::max)),
        }
    }
    /// The table with its gaps filled.
    pub(crate) fn filled<S: Scalar>(
        &self,
        method: &'static Method<ImputerBox>,
        text: &str,
    ) -> Outcome<Vec<Vec<Option<S>>>> {
        let cells = self.impute::<S>(method, text)?;
        let row = |row: &Vec<Option<Decimal>>| row.iter().map(|x| x.map(S::from_decimal)).collect();
        let mut rows: Vec<Vec<Option<S>>> = self.rows.iter().map(row).collect();
        assert_eq!(cells.len(), self.rows.first().map_or(0, Vec::len), "a list for each column");
        for (at, column) in cells.iter().enumerate() {
            assert!(column.windows(2).all(|pair| pair[0].0 < pair[1].0), "in order of row");
            for (row, x) in column {
                assert!(rows[*row][at].is_none(), "row {row} of column {at} was known");
                assert!(x.finite());
                rows[*row][at] = Some(*x);
            }
        }
        Ok(rows)
    }
}

/// Fills a table and compares in both arithmetics; `want` is a table where `~12.3` stands for a rounded number.
#[track_caller]
pub(crate) fn check(method: &'static Method<ImputerBox>, text: &str, data: &Data, want: &str) {
    let exact = data.filled::<Decimal>(method, text).unwrap_or_else(|fault| panic!("{fault}"));
    let binary = data.filled::<f64>(method, text).unwrap_or_else(|fault| panic!("{fault}"));
    let want: Vec<Vec<&str>> = want.split('|').map(|row| row.split_whitespace().collect()).collect();
    assert_eq!(want.len(), exact.len(), "as many rows");
    for (row, want) in want.iter().enumerate() {
        assert_eq!(want.len(), exact[row].len(), "as many columns");
        for (at, want) in want.iter().enumerate() {
            let place = format!("row {row}, column {at}");
            let (Some(exact), Some(binary)) = (exact[row][at], binary[row][at]) else {
                assert_eq!((exact[row][at], binary[row][at], *want), (None, None, "."), "{place}");
                continue;
            };
            assert!(near(binary, exact.to_f64()), "{place}: binary64 {binary} against decimal {exact}");
            let rounded = want.strip_prefix('~');
            let expected =
                parse_decimal(rounded.unwrap_or(want)).unwrap_or_else(|_| panic!("{place}: {exact}"));
            let exact = match rounded {
                None => exact,
                Some(text) => {
                    let places = text.split_once('.').map_or(0, |(_, places)| places.len() as u32);
                    round(exact, Rounding { mode: RoundingMode::HalfUp, places })
                }
            };
            assert_eq!(exact, expected, "{place}");
        }
    }
}

/// What the method says to bad parameters or data, the same in both arithmetics.
#[track_caller]
pub(crate) fn fault(method: &'static Method<ImputerBox>, text: &str, data: &Data) -> Fault {
    let (exact, binary) = (data.impute::<Decimal>(method, text), data.impute::<f64>(method, text));
    let (exact, binary) = (exact.unwrap_err(), binary.unwrap_err());
    assert_eq!(exact, binary);
    assert!(exact.help.is_some() || exact.parameter.is_some(), "{exact:?}");
    exact
}

/// What is true of a method for any data.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Property {
    /// Filled values lie between the smallest and the largest known value of their column.
    Within,
    /// Filled values are known values of their column.
    Donated,
    /// Another measurement unit or zero point of the data changes the filled values by the same.
    Affine,
}

/// Runs the properties over random tables with classes. Of every method it is checked that both arithmetics agree, that
/// only gaps are filled, that a second run finds nothing to do where the first filled all, and that units in another
/// order are filled with the same values.
pub(crate) fn holds(method: &'static Method<ImputerBox>, text: &str, properties: &[Property]) {
    let tables = (1usize..5, 1usize..4, 1usize..9).prop_flat_map(|(n_columns, n_periods, n_units)| {
        let cell = prop::option::weighted(0.75, -999i64..999);
        let rows = prop::collection::vec(prop::collection::vec(cell, n_columns), n_units * n_periods);
        let classes = prop::collection::vec(prop::option::weighted(0.9, 0usize..3), n_units);
        let order = Just((0..n_units).collect::<Vec<usize>>()).prop_shuffle();
        (rows, classes, order, prop::collection::vec(any::<bool>(), n_columns), Just(n_periods))
    });
    let n_filled = std::cell::Cell::new(0);
    runner()
        .run(&tables, |(rows, classes, order, directions, n_periods)| {
            let rows: Vec<Vec<Option<Decimal>>> =
                rows.iter().map(|row| row.iter().map(|x| x.map(|x| Decimal::new(x, 1))).collect()).collect();
            let direction = |higher: &bool| if *higher { Direction::Higher } else { Direction::Lower };
            let data = Data {
                rows,
                classes: Some(classes),
                directions: directions.iter().map(direction).collect(),
                siblings: Vec::new(),
                times: (0..n_periods).map(|period| 2000.0 + 2.0 * period as f64).collect(),
                draw: None,
            };
            let (exact, binary) = (data.filled::<Decimal>(method, text), data.filled::<f64>(method, text));
            let Ok(exact) = exact else {
                prop_assert_eq!(exact.unwrap_err(), binary.unwrap_err());
                return Ok(());
            };
            let binary = binary.unwrap();
            let count = |rows: &[Vec<Option<Decimal>>]| rows.iter().flatten().flatten().count();
            n_filled.set(n_filled.get() + count(&exact) - count(&data.rows));
            for (exact, binary) in exact.iter().flatten().zip(binary.iter().flatten()) {
                prop_assert_eq!(exact.is_some(), binary.is_some());
                if let (Some(exact), Some(binary)) = (exact, binary) {
                    prop_assert!(near(exact.to_f64(), *binary), "{} {}", exact, binary);
                }
            }
            // What a value is said to rest on leads to it.
            let cells = data.impute::<f64>(method, text).unwrap();
            let cells = cells.iter().enumerate().flat_map(|(at, cells)| cells.iter().map(move |c| (at, *c)));
            for (at, (row, x)) in cells.take(3) {
                let account = data.account(method, text, at, row).unwrap();
                let (low, high) = data.led_to(&account);
                let slack = 1e-6 * x.abs().max(1.0);
                prop_assert!(low - slack <= x && x <= high + slack, "{} {:?} {:?}", x, (at, row), account);
            }
            if exact.iter().flatten().all(Option::is_some) {
                let again = Data { rows: exact.clone(), ..data.clone() };
                prop_assert!(again.impute::<Decimal>(method, text).unwrap().iter().all(Vec::is_empty));
            }
            // Unit i of the other table is unit order[i] of this one.
            let n_units = order.len();
            let source = |row: usize| row / n_units * n_units + order[row % n_units];
            let mut permuted = data.clone();
            permuted.rows = (0..data.rows.len()).map(|row| data.rows[source(row)].clone()).collect();
            permuted.classes =
                data.classes.as_ref().map(|classes| order.iter().map(|i| classes[*i]).collect());
            let permuted = permuted.filled::<Decimal>(method, text).unwrap();
            for (row, cells) in permuted.iter().enumerate() {
                for (at, x) in cells.iter().enumerate() {
                    let y = exact[source(row)][at];
                    prop_assert_eq!(x.is_some(), y.is_some());
                    prop_assert!(near(x.map_or(0.0, Scalar::to_f64), y.map_or(0.0, Scalar::to_f64)));
                }
            }
            for at in 0..directions.len() {
                let known: Vec<Decimal> = data.rows.iter().filter_map(|row| row[at]).collect();
                let filled: Vec<Decimal> = (0..data.rows.len())
                    .filter(|row| data.rows[*row][at].is_none())
                    .filter_map(|row| exact[row][at])
                    .collect();
                for x in filled {
                    if properties.contains(&Property::Within) {
                        let (low, high) = (known.iter().min().unwrap(), known.iter().max().unwrap());
                        prop_assert!(*low <= x && x <= *high, "{} {} {}", low, x, high);
                    }
                    if properties.contains(&Property::Donated) {
                        prop_assert!(known.contains(&x), "{}", x);
                    }
                }
            }
            if properties.contains(&Property::Affine) {
                let image = |x: Decimal| x * Decimal::new(25, 1) + Decimal::new(700, 1);
                let mut moved = data.clone();
                moved.rows.iter_mut().flatten().for_each(|x| *x = x.map(image));
                let moved = moved.filled::<Decimal>(method, text).unwrap();
                for (x, y) in exact.iter().flatten().zip(moved.iter().flatten()) {
                    prop_assert_eq!(x.is_some(), y.is_some());
                    if let (Some(x), Some(y)) = (x, y) {
                        prop_assert!(near(image(*x).to_f64(), y.to_f64()), "{} {}", x, y);
                    }
                }
            }
            Ok(())
        })
        .unwrap();
    assert!(n_filled.get() > 20, "too few cells were filled to say anything: {n_filled:?}");
}

pub(crate) fn runner() -> TestRunner {
    TestRunner::new(Config { cases: 200, failure_persistence: None, ..Config::default() })
}

/// Doubles carry 15 digits; the steps of a method may cost a few.
pub(crate) fn near(a: f64, b: f64) -> bool {
    (a - b).abs() <= 1e-10 * a.abs().max(1.0)
}
