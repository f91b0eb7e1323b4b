//! The figures of one unit over time: what the methods for panels share.

use crate::shared;
use crate::{Account, Block, Filled};
use gradus_method::{Args, Column, Default, Fault, Outcome, Param, ParamKind};
use gradus_model::number::Scalar;

/// A figure with its time in years and its row.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Dated<S> {
    pub(crate) time: f64,
    row: usize,
    x: S,
}

/// A gap in a unit's figures of one indicator, with what is known around it.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Gap<S> {
    row: usize,
    /// When it is, in years.
    pub(crate) time: f64,
    /// The last figure before it, or of the same time.
    pub(crate) earlier: Option<Dated<S>>,
    /// The first figure after it.
    pub(crate) later: Option<Dated<S>>,
    /// How many figures the unit has.
    pub(crate) n_known: usize,
}

/// What a gap takes its value from.
#[derive(Debug, Clone, Copy)]
pub(crate) enum Source<S> {
    /// One figure.
    Figure(Dated<S>),
    /// The line between two figures.
    Line(Dated<S>, Dated<S>),
}

/// Fills the gaps of each unit and indicator. Periods are taken in order of time, however the rows are ordered.
pub(crate) fn fill<S: Scalar>(
    block: &Block<'_, S>,
    source: impl Fn(Gap<S>) -> Option<Source<S>>,
) -> Outcome<Vec<Vec<Filled<S>>>> {
    let periods = in_order(block);
    shared::by_column(block, |_, column| {
        let mut filled = Vec::new();
        for unit in 0..block.n_units {
            for gap in gaps(block, &periods, column, unit) {
                let Some(source) = source(gap) else { continue };
                let x = source.value(gap.time).ok_or_else(|| Fault::out_of_range().in_row(gap.row))?;
                filled.push((gap.row, x));
            }
        }
        filled.sort_unstable_by_key(|(row, _)| *row);
        Ok(filled)
    })
}

/// What the value of a gap rests on: one or two figures of the unit, with their weights.
pub(crate) fn account<S: Scalar>(
    block: &Block<'_, S>,
    column: usize,
    row: usize,
    source: impl Fn(Gap<S>) -> Option<Source<S>>,
) -> Outcome<Account> {
    let Some(unit) = row.checked_rem(block.n_units) else { return Ok(Account::default()) };
    let gaps = gaps(block, &in_order(block), block.columns[column], unit);
    let gap = gaps.into_iter().find(|gap| gap.row == row);
    Ok(match gap.and_then(|gap| Some((source(gap)?, gap.time))) {
        None => Account::default(),
        Some((Source::Figure(one), _)) => Account::default().and(column, one.row, &[("weight", 1.0)]),
        Some((Source::Line(earlier, later), time)) => {
            let share = (time - earlier.time) / (later.time - earlier.time);
            let account = Account::default().and(column, earlier.row, &[("weight", 1.0 - share)]);
            account.and(column, later.row, &[("weight", share)])
        }
    })
}

/// The periods in order of time.
fn in_order<S: Scalar>(block: &Block<'_, S>) -> Vec<(f64, usize)> {
    let n_periods = block.n_rows().checked_div(block.n_units).unwrap_or(0);
    let mut periods: Vec<(f64, usize)> = (0..n_periods).map(|period| (block.time(period), period)).collect();
    periods.sort_by(|a, b| a.0.total_cmp(&b.0));
    periods
}

/// The gaps of a unit in a column.
fn gaps<S: Scalar>(
    block: &Block<'_, S>,
    periods: &[(f64, usize)],
    column: &Column<S>,
    unit: usize,
) -> Vec<Gap<S>> {
    let rows = periods.iter().map(|(time, period)| (*time, period * block.n_units + unit));
    let known: Vec<Dated<S>> =
        rows.clone().filter_map(|(time, row)| column.get(row).map(|x| Dated { time, row, x })).collect();
    let gap = |(time, row): (f64, usize)| {
        let (earlier, later) = known.split_at(known.partition_point(|figure| figure.time <= time));
        Gap {
            row,
            time,
            earlier: earlier.last().copied(),
            later: later.first().copied(),
            n_known: known.len(),
        }
    };
    rows.filter(|(_, row)| !column.has(*row)).map(gap).collect()
}

impl<S: Scalar> Source<S> {
    fn value(self, time: f64) -> Option<S> {
        match self {
            Self::Figure(figure) => Some(figure.x),
            Self::Line(earlier, later) => between(time, earlier, later),
        }
    }
}

/// What a gap before the first or after the last figure becomes.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Ends {
    /// The nearest figure.
    Nearest,
    /// It stays a gap.
    Missing,
}

impl Ends {
    pub(crate) const PARAM: Param = Param {
        name: "ends",
        kind: ParamKind::Word(&["nearest", "missing"]),
        default: Default::Value("nearest"),
        range: "nearest, missing",
        meaning: "for a gap before the first or after the last figure: it takes that figure, or stays missing",
    };

    pub(crate) fn of(args: &Args) -> Outcome<Self> {
        args.word(Self::PARAM.name, &[("nearest", Self::Nearest), ("missing", Self::Missing)], Self::Nearest)
    }

    /// The line between the neighbors of a gap.
    pub(crate) fn line<S: Scalar>(self, gap: Gap<S>) -> Option<Source<S>> {
        match (gap.earlier, gap.later) {
            (Some(earlier), Some(later)) => Some(Source::Line(earlier, later)),
            (one, other) if self == Self::Nearest => one.or(other).map(Source::Figure),
            _ => None,
        }
    }
}

fn between<S: Scalar>(time: f64, from: Dated<S>, to: Dated<S>) -> Option<S> {
    let years = |years: f64| shared::number::<S>(years);
    let (first, last) = (from.x, to.x);
    let step = last.minus(first)?.times(years(time - from.time)?)?.over(years(to.time - from.time)?)?;
    let x = first.plus(step)?.greatest(first.least(last)).least(first.greatest(last));
    step.finite().then_some(x)
}
