//! Functions of the rows of a class, computed a class at a time.

use crate::program::{Compiler, Node, Test, eval, fill, finite, holds};
use crate::tree::{Aggregate, Ranking, Window, WindowFunction};
use gradus_method::{Column, Fault, Outcome};
use gradus_model::number::{Decimal, Scalar};
use std::cmp::Ordering;

/// A window in one arithmetic.
#[derive(Debug, Clone)]
pub(crate) struct Frame<S> {
    function: WindowFunction,
    of: Node<S>,
    filter: Option<Test<S>>,
    partitions: Vec<usize>,
}

impl<S: Scalar> Frame<S> {
    pub(crate) fn new(window: &Window, compiler: &Compiler) -> Self {
        Self {
            function: window.function,
            // `count(*)` counts a value that every row has.
            of: window.of.as_ref().map_or(Node::Constant(S::ONE), |of| compiler.node(of)),
            filter: window.filter.as_ref().map(|filter| compiler.test(filter)),
            partitions: window.partitions.clone(),
        }
    }

    /// The value of every row, from the columns of the names and the classes of the partitions.
    pub(crate) fn column(
        &self,
        columns: &[&Column<S>],
        classes: &[&[u32]],
        n_rows: usize,
    ) -> Outcome<Column<S>> {
        let mut values = Column::missing(0);
        let mut row_values = vec![None; columns.len()];
        values.fill_with(n_rows, |row| {
            fill(&mut row_values, columns, row);
            match &self.filter {
                Some(filter) if holds(filter, &row_values)? != Some(true) => Ok(None),
                _ => finite(eval(&self.of, &row_values)?),
            }
        })?;

        let by_class = |a: usize, b: usize| {
            self.partitions
                .iter()
                .fold(Ordering::Equal, |order, p| order.then_with(|| classes[*p][a].cmp(&classes[*p][b])))
        };
        let descending = matches!(self.function, WindowFunction::Ranking { descending: true, .. });
        let by_value = |a: usize, b: usize| match (values.get(a), values.get(b)) {
            (Some(a), Some(b)) if descending => b.order(a),
            (Some(a), Some(b)) => a.order(b),
            (a, b) => a.is_none().cmp(&b.is_none()),
        };
        // Every class in order of value, so that sums do not depend on the order of the rows either.
        let mut rows: Vec<usize> = (0..n_rows).collect();
        rows.sort_by(|a, b| by_class(*a, *b).then_with(|| by_value(*a, *b)));

        let mut out = Column::missing(n_rows);
        for class in rows.chunk_by(|a, b| by_class(*a, *b) == Ordering::Equal) {
            let n_present = class.partition_point(|row| values.has(*row));
            let ordered: Vec<S> = class[..n_present].iter().map(|row| values.slots()[*row]).collect();
            match self.function {
                WindowFunction::Aggregate(aggregate) => {
                    let y = aggregated(aggregate, &ordered).and_then(finite);
                    let y = y.map_err(|fault| fault.in_row(class[0]))?;
                    for row in class {
                        out.set(*row, y);
                    }
                }
                WindowFunction::Ranking { ranking, .. } => {
                    for (row, y) in class.iter().zip(ranked(ranking, &ordered)) {
                        out.set(*row, y);
                    }
                }
            }
        }
        Ok(out)
    }
}

/// One number for values in ascending order.
fn aggregated<S: Scalar>(aggregate: Aggregate, values: &[S]) -> Outcome<Option<S>> {
    let n = values.len();
    if let Aggregate::Count = aggregate {
        return Ok(Some(S::from_count(n)));
    }
    let (Some(first), Some(last)) = (values.first(), values.last()) else { return Ok(None) };
    let sample = matches!(aggregate, Aggregate::StddevSamp | Aggregate::VarSamp);
    if sample && n < 2 {
        return Ok(None);
    }
    let y = match aggregate {
        Aggregate::Count => Some(S::from_count(n)),
        Aggregate::Min => Some(*first),
        Aggregate::Max => Some(*last),
        Aggregate::Sum => sum(values),
        Aggregate::Avg => mean(values),
        Aggregate::VarPop => variance(values, n),
        Aggregate::VarSamp => variance(values, n - 1),
        Aggregate::StddevPop => variance(values, n).and_then(Scalar::sqrt),
        Aggregate::StddevSamp => variance(values, n - 1).and_then(Scalar::sqrt),
        Aggregate::Median if n % 2 == 1 => Some(values[n / 2]),
        Aggregate::Median => mean(&values[n / 2 - 1..=n / 2]),
        Aggregate::PercentileCont(share) => percentile(values, share),
    };
    y.map(Some).ok_or_else(Fault::out_of_range)
}

fn sum<S: Scalar>(values: &[S]) -> Option<S> {
    values.iter().try_fold(S::ZERO, |sum, x| sum.plus(*x))
}

fn mean<S: Scalar>(values: &[S]) -> Option<S> {
    sum(values)?.over(S::from_count(values.len()))
}

/// The sum of squared deviations from the mean, over `divisor`.
fn variance<S: Scalar>(values: &[S], divisor: usize) -> Option<S> {
    let mean = mean(values)?;
    let squares = values.iter().try_fold(S::ZERO, |sum, x| {
        let deviation = x.minus(mean)?;
        sum.plus(deviation.times(deviation)?)
    });
    squares?.over(S::from_count(divisor))
}

/// The value at a share of the way from the first to the last, on the line between its neighbors. The place is
/// computed in decimals, so that 0.1 of 10 steps is one step in both arithmetics.
fn percentile<S: Scalar>(values: &[S], share: Decimal) -> Option<S> {
    let place = share.checked_mul(Decimal::from(values.len() - 1))?;
    let below = usize::try_from(place.floor().normalize().mantissa()).ok()?;
    let low = *values.get(below)?;
    match values.get(below + 1) {
        Some(high) if !place.is_integer() => {
            low.plus(high.minus(low)?.times(S::from_decimal(place - place.floor()))?)
        }
        _ => Some(low),
    }
}

/// The places of values in the order they are in.
fn ranked<S: Scalar>(ranking: Ranking, values: &[S]) -> Vec<Option<S>> {
    let n = values.len();
    let mut out = Vec::with_capacity(n);
    for (different, ties) in values.chunk_by(|a, b| a == b).enumerate() {
        let before = out.len();
        let y = match ranking {
            Ranking::Rank => Some(S::from_count(before + 1)),
            Ranking::DenseRank => Some(S::from_count(different + 1)),
            Ranking::CumeDist => S::from_count(before + ties.len()).over(S::from_count(n)),
            Ranking::PercentRank if n == 1 => Some(S::ZERO),
            Ranking::PercentRank => S::from_count(before).over(S::from_count(n - 1)),
        };
        out.resize(before + ties.len(), y);
    }
    out
}

#[cfg(test)]
mod tests {
    use crate::{Formula, Program, Reading};
    use gradus_method::{Column, Outcome};
    use gradus_model::number::{Decimal, Scalar, parse_decimal};
    use proptest::prelude::*;

    /// Rows of `x`, `y` and the class of each by `kind`; a row without class is in none.
    #[derive(Debug, Clone, Default)]
    struct Rows {
        x: Vec<Option<f64>>,
        y: Vec<Option<f64>>,
        kind: Vec<u32>,
        period: Vec<u32>,
    }

    fn run<S: Scalar>(text: &str, rows: &Rows) -> Outcome<Vec<Option<S>>> {
        let formula = Formula::parse(text).unwrap_or_else(|e| panic!("{text}: {}", e.message));
        let column = |values: &[Option<f64>]| {
            let exact = |x: f64| S::from_decimal(parse_decimal(&x.to_string()).unwrap());
            Column::from_options(values.iter().map(|x| x.map(exact)))
        };
        let columns: Vec<Column<S>> = formula
            .names()
            .iter()
            .map(|name| {
                assert_eq!(name.of, Reading::Value);
                column(if name.code == "x" { &rows.x } else { &rows.y })
            })
            .collect();
        let classes: Vec<&[u32]> = formula
            .partitions()
            .iter()
            .map(|name| if name == "kind" { &rows.kind[..] } else { &rows.period[..] })
            .collect();
        let mut out = Column::missing(0);
        let columns: Vec<&Column<S>> = columns.iter().collect();
        Program::new(&formula).column(&columns, &classes, rows.x.len(), &mut out)?;
        Ok(out.to_options())
    }

    /// Both arithmetics give `expected`; `_` is missing.
    fn check(text: &str, rows: &Rows, expected: &str) {
        let expected: Vec<Option<Decimal>> =
            expected.split_whitespace().map(|t| (t != "_").then(|| parse_decimal(t).unwrap())).collect();
        assert_eq!(run::<Decimal>(text, rows).unwrap(), expected, "{text}");
        for (double, decimal) in run::<f64>(text, rows).unwrap().iter().zip(&expected) {
            match (double, decimal) {
                (Some(a), Some(b)) => {
                    assert!((a - b.to_f64()).abs() < 1e-12 * a.abs().max(1.0), "{text}: {a}")
                }
                (a, b) => assert_eq!(a.is_some(), b.is_some(), "{text}"),
            }
        }
    }

    /// The table `empsalary` of the PostgreSQL manual, section 3.5, "Window Functions": departments develop,
    /// personnel and sales, with the averages and ranks printed there.
    #[test]
    fn the_example_of_the_manual_of_postgresql() {
        let salaries = [5200, 4200, 4500, 6000, 5200, 3500, 3900, 4800, 5000, 4800];
        let rows = Rows {
            x: salaries.map(|s| Some(f64::from(s))).to_vec(),
            kind: vec![0, 0, 0, 0, 0, 1, 1, 2, 2, 2],
            ..Rows::default()
        };
        check(
            "round(avg(x) over (partition by kind), 4)",
            &rows,
            "5020 5020 5020 5020 5020 3700 3700 4866.6667 4866.6667 4866.6667",
        );
        check("rank() over (partition by kind order by x desc)", &rows, "2 5 4 1 2 2 1 2 1 2");
        check("sum(x) over ()", &rows, &"47100 ".repeat(10));
    }

    #[test]
    fn edges() {
        let rows = Rows {
            x: [Some(4.0), None, Some(1.0), Some(4.0), None, Some(2.5), Some(7.0)].to_vec(),
            y: [1.0, 0.0, 1.0, 1.0, 1.0, 1.0, 0.0].map(Some).to_vec(),
            kind: vec![0, 0, 0, 0, 1, u32::MAX, u32::MAX],
            period: vec![0, 1, 1, 1, 0, 1, 0],
        };
        for (text, expected) in [
            ("sum(x) over (partition by kind)", "9 9 9 9 _ 9.5 9.5"),
            ("avg(x) over (partition by kind)", "3 3 3 3 _ 4.75 4.75"),
            ("count(x) over (partition by kind)", "3 3 3 3 0 2 2"),
            ("count(*) over (partition by kind)", "4 4 4 4 1 2 2"),
            ("count(*) filter (where x > 1) over (partition by kind)", "2 2 2 2 0 2 2"),
            ("min(x) over (partition by kind)", "1 1 1 1 _ 2.5 2.5"),
            ("max(x) over (partition by kind)", "4 4 4 4 _ 7 7"),
            ("median(x) over (partition by kind)", "4 4 4 4 _ 4.75 4.75"),
            ("median(x) filter (where x <> 4) over (partition by kind)", "1 1 1 1 _ 4.75 4.75"),
            ("var_samp(x) over (partition by kind)", "3 3 3 3 _ 10.125 10.125"),
            ("var_pop(x) over (partition by kind)", "2 2 2 2 _ 5.0625 5.0625"),
            (
                "stddev_pop(x) over (partition by kind)",
                "1.4142135623730950488016887242 1.4142135623730950488016887242 1.4142135623730950488016887242 1.4142135623730950488016887242 _ 2.25 2.25",
            ),
            // A sample of one has no deviation; the population of one has none to speak of.
            ("stddev_samp(x) filter (where x = 1) over (partition by kind)", "_ _ _ _ _ _ _"),
            ("stddev_pop(x) filter (where x = 1) over (partition by kind)", "0 0 0 0 _ _ _"),
            ("percentile_cont(0.25) within group (order by x) over ()", "2.5 2.5 2.5 2.5 2.5 2.5 2.5"),
            ("percentile_cont(0.1) within group (order by x) over ()", "1.6 1.6 1.6 1.6 1.6 1.6 1.6"),
            ("percentile_cont(0.9) within group (order by x desc) over ()", "1.6 1.6 1.6 1.6 1.6 1.6 1.6"),
            ("percentile_cont(1) within group (order by x) over (partition by kind)", "4 4 4 4 _ 7 7"),
            ("rank() over (order by x)", "3 _ 1 3 _ 2 5"),
            ("rank() over (order by x desc)", "2 _ 5 2 _ 4 1"),
            ("dense_rank() over (order by x)", "3 _ 1 3 _ 2 4"),
            ("percent_rank() over (order by x)", "0.5 _ 0 0.5 _ 0.25 1"),
            ("cume_dist() over (order by x)", "0.8 _ 0.2 0.8 _ 0.4 1"),
            ("percent_rank() over (partition by kind order by nullif(x, 4))", "_ _ 0 _ _ 0 1"),
            ("sum(x) over (partition by period, kind)", "4 5 5 5 _ 2.5 7"),
            ("sum(x * y) over (partition by kind)", "9 9 9 9 _ 2.5 2.5"),
            // Inside expressions, several at once, the same one twice.
            (
                "100 * x / max(x) over (partition by kind)",
                "100 _ 25 100 _ 35.714285714285714285714285714 100",
            ),
            ("coalesce(x, avg(x) over (partition by kind), avg(x) over ())", "4 3 1 4 3.7 2.5 7"),
            ("case when x = max(x) over () then 1 else max(x) over () end", "7 7 7 7 7 7 1"),
        ] {
            check(text, &rows, expected);
        }
        let none = Rows::default();
        check("sum(x) over (partition by kind)", &none, "");
    }

    #[test]
    fn what_is_not_a_window_says_so() {
        for (text, message) in [
            ("sum(x)", "`sum` is a function of several rows and does not say which"),
            ("rank()", "`rank` is a function of several rows and does not say which"),
            ("abs(x) over ()", "`abs` is a function of one row: no `over`, `filter` or `within group`"),
            ("sum(x + max(x) over ()) over ()", "`max` with `over` stands inside another"),
            ("sum(x) filter (where x < avg(x) over ()) over ()", "`avg` with `over` stands inside another"),
            ("rank() over (order by sum(x) over ())", "`sum` with `over` stands inside another"),
            ("sum(x) over (order by x)", "`sum` is taken over all rows of a class, not up to a row"),
            (
                "sum(x) over (rows unbounded preceding)",
                "`sum` is taken over all rows of a class, without a frame",
            ),
            ("sum(x) over w", "the window of `sum` has no name here"),
            ("sum(*) over ()", "`*` is not an argument of `sum`"),
            (
                "sum(distinct x) over ()",
                "`sum` takes its arguments only: no `distinct`, `order by` or `nulls`",
            ),
            ("rank() over ()", "`rank` orders by one expression, found 0"),
            ("rank(x) over (order by x)", "`rank` takes no argument"),
            ("rank() filter (where x > 1) over (order by x)", "`rank` does not take `filter`"),
            (
                "rank() over (order by x nulls first)",
                "`rank` passes over missing values: they come neither first nor last",
            ),
            ("sum(x) over (partition by x + 1)", "`x + 1` is not what rows are classed by"),
            (
                "percentile_cont(1.5) within group (order by x) over ()",
                "the share of `percentile_cont` is a number from 0 to 1",
            ),
            ("percentile_cont(x) over ()", "`percentile_cont` does not say of what"),
            ("row_number() over (order by x)", "there is no function `row_number`"),
        ] {
            assert_eq!(Formula::parse(text).unwrap_err().message, message, "{text}");
        }
    }

    #[test]
    fn faults_name_the_row() {
        let rows = Rows { x: vec![Some(1.0), None, Some(0.0)], ..Rows::default() };
        assert_eq!(run::<Decimal>("sum(1 / x) over ()", &rows).unwrap_err().row, Some(2));
        let large = Rows { x: vec![Some(7e28), Some(7e28)], kind: vec![0, 0], ..Rows::default() };
        assert_eq!(run::<Decimal>("sum(x) over (partition by kind)", &large).unwrap_err().row, Some(0));
        let large = Rows { x: vec![Some(1.0)], ..Rows::default() };
        assert_eq!(
            run::<f64>("rank() over (order by power(10, 307) * x * 100)", &large).unwrap_err().row,
            Some(0)
        );
    }

    #[test]
    fn classes_of_another_length_are_a_fault() {
        let program = Program::<f64>::new(&Formula::parse("sum(x) over (partition by kind)").unwrap());
        let x = Column::of(vec![1.0, 2.0]);
        for classes in [&[][..], &[&[0u32][..]][..], &[&[0u32, 0][..], &[0, 0][..]][..]] {
            assert!(program.column(&[&x], classes, 2, &mut Column::missing(0)).is_err());
        }
    }

    /// Every window over the rows of its class, straight from its definition, in quadratic time.
    fn naive(function: &str, values: &[f64], own: Option<f64>) -> Option<f64> {
        let n = values.len() as f64;
        let mean = values.iter().sum::<f64>() / n;
        let squares = values.iter().map(|x| (x - mean) * (x - mean)).sum::<f64>();
        let less = |own: f64| values.iter().filter(|x| **x < own).count() as f64;
        let mut different: Vec<f64> = Vec::new();
        for x in values {
            if !different.contains(x) {
                different.push(*x);
            }
        }
        let some = (n > 0.0).then_some(());
        match function {
            "count" => Some(n),
            "sum" => some.map(|()| mean * n),
            "avg" => some.map(|()| mean),
            "min" => values.iter().copied().reduce(f64::min),
            "max" => values.iter().copied().reduce(f64::max),
            "median" => values.iter().copied().find(|m| {
                // Odd numbers only: as many on either side, but for what is equal.
                less(*m) <= (n - 1.0) / 2.0
                    && values.iter().filter(|x| *x <= m).count() as f64 > (n - 1.0) / 2.0
            }),
            "var_pop" => some.map(|()| squares / n),
            "var_samp" => (n > 1.0).then(|| squares / (n - 1.0)),
            "rank" => own.map(|own| less(own) + 1.0),
            "dense_rank" => own.map(|own| different.iter().filter(|x| **x < own).count() as f64 + 1.0),
            "percent_rank" => own.map(|own| if n > 1.0 { less(own) / (n - 1.0) } else { 0.0 }),
            "cume_dist" => own.map(|own| values.iter().filter(|x| **x <= own).count() as f64 / n),
            other => panic!("{other}"),
        }
    }

    const AGGREGATES: [&str; 7] = ["count", "sum", "avg", "min", "max", "var_pop", "var_samp"];
    const RANKINGS: [&str; 4] = ["rank", "dense_rank", "percent_rank", "cume_dist"];

    fn texts() -> Vec<(&'static str, String)> {
        let aggregates = AGGREGATES
            .into_iter()
            .map(|f| (f, format!("{f}(x) filter (where y > 0) over (partition by kind, period)")));
        let rankings = RANKINGS.into_iter().map(|f| {
            (f, format!("{f}() over (partition by kind, period order by case when y > 0 then x end)"))
        });
        aggregates.chain(rankings).collect()
    }

    fn any_rows() -> impl Strategy<Value = Rows> {
        let tenths = || proptest::option::weighted(0.8, (-20i32..20).prop_map(|x| f64::from(x) / 10.0));
        let row = (tenths(), tenths(), prop_oneof![0u32..3, Just(u32::MAX)], 0u32..2);
        proptest::collection::vec(row, 0..40).prop_map(|rows| Rows {
            x: rows.iter().map(|r| r.0).collect(),
            y: rows.iter().map(|r| r.1).collect(),
            kind: rows.iter().map(|r| r.2).collect(),
            period: rows.iter().map(|r| r.3).collect(),
        })
    }

    proptest! {
        #[test]
        fn windows_are_what_their_definition_says(rows in any_rows()) {
            let counts = |row: usize| rows.x[row].filter(|_| rows.y[row].is_some_and(|y| y > 0.0));
            for (function, text) in texts() {
                let exact = run::<Decimal>(&text, &rows).unwrap();
                let double = run::<f64>(&text, &rows).unwrap();
                for row in 0..rows.x.len() {
                    let class: Vec<f64> = (0..rows.x.len())
                        .filter(|r| rows.kind[*r] == rows.kind[row] && rows.period[*r] == rows.period[row])
                        .filter_map(counts)
                        .collect();
                    let expected = naive(function, &class, counts(row));
                    for found in [exact[row].map(Scalar::to_f64), double[row]] {
                        let close = match (found, expected) {
                            (Some(a), Some(b)) => (a - b).abs() < 1e-9,
                            (a, b) => a.is_none() && b.is_none(),
                        };
                        prop_assert!(close, "{text}, row {row}: {found:?}, expected {expected:?}");
                    }
                }
            }
        }

        #[test]
        fn a_median_has_half_on_either_side(x in proptest::collection::vec(-50i32..50, 1..30)) {
            let values: Vec<f64> = x.iter().map(|x| f64::from(*x)).collect();
            let rows = Rows { x: values.iter().copied().map(Some).collect(), ..Rows::default() };
            let median = run::<Decimal>("median(x) over ()", &rows).unwrap()[0];
            if values.len() % 2 == 1 {
                prop_assert_eq!(median.map(Scalar::to_f64), naive("median", &values, None));
            }
            let half = run::<Decimal>("percentile_cont(0.5) within group (order by x) over ()", &rows).unwrap()[0];
            prop_assert_eq!(median, half);
        }

        #[test]
        fn permuting_the_rows_permutes_the_result(rows in any_rows(), seed in any::<u64>()) {
            let n = rows.x.len();
            let mut order: Vec<usize> = (0..n).collect();
            order.sort_by_key(|row| (*row as u64 + 1).wrapping_mul(seed | 1).rotate_left(17));
            let permuted = Rows {
                x: order.iter().map(|r| rows.x[*r]).collect(),
                y: order.iter().map(|r| rows.y[*r]).collect(),
                kind: order.iter().map(|r| rows.kind[*r]).collect(),
                period: order.iter().map(|r| rows.period[*r]).collect(),
            };
            let texts = texts().into_iter().map(|(_, text)| text);
            for text in texts.chain(["x / 3 - avg(x / 3) over (partition by kind)".to_owned()]) {
                let before = run::<f64>(&text, &rows).unwrap();
                let after = run::<f64>(&text, &permuted).unwrap();
                // To the bit: doubles that were added in another order would differ.
                let expected: Vec<_> = order.iter().map(|r| before[*r]).collect();
                prop_assert_eq!(after, expected, "{}", text);
            }
        }
    }
}
