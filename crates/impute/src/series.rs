//! The figures of one unit over time: what the methods for panels share.

use crate::shared;
use crate::{Block, Filled};
use gradus_method::{Args, Default, Fault, Outcome, Param, ParamKind};
use gradus_model::number::Scalar;

/// A figure with its time in years.
pub(crate) type Dated<S> = (f64, S);

/// A gap in a unit's figures of one indicator, with what is known around it.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Gap<S> {
    /// When it is, in years.
    pub(crate) time: f64,
    /// The last figure before it, or of the same time.
    pub(crate) earlier: Option<Dated<S>>,
    /// The first figure after it.
    pub(crate) later: Option<Dated<S>>,
    /// How many figures the unit has.
    pub(crate) n_known: usize,
}

/// Fills the gaps of each unit and indicator. Periods are taken in order of time, however the rows are ordered.
pub(crate) fn fill<S: Scalar>(
    block: &Block<'_, S>,
    value: impl Fn(Gap<S>) -> Outcome<Option<S>>,
) -> Outcome<Vec<Vec<Filled<S>>>> {
    let n_periods = block.n_rows().checked_div(block.n_units).unwrap_or(0);
    let mut periods: Vec<(f64, usize)> = (0..n_periods).map(|period| (block.time(period), period)).collect();
    periods.sort_by(|a, b| a.0.total_cmp(&b.0));
    shared::by_column(block, |_, column| {
        let mut filled = Vec::new();
        for unit in 0..block.n_units {
            let row = |period: usize| period * block.n_units + unit;
            let known: Vec<Dated<S>> = periods
                .iter()
                .filter_map(|(time, period)| column.get(row(*period)).map(|x| (*time, x)))
                .collect();
            for (time, period) in periods.iter().filter(|(_, period)| !column.has(row(*period))) {
                let (earlier, later) = known.split_at(known.partition_point(|(when, _)| when <= time));
                let gap = Gap {
                    time: *time,
                    earlier: earlier.last().copied(),
                    later: later.first().copied(),
                    n_known: known.len(),
                };
                let x = value(gap).map_err(|fault| fault.in_row(row(*period)))?;
                filled.extend(x.map(|x| (row(*period), x)));
            }
        }
        filled.sort_unstable_by_key(|(row, _)| *row);
        Ok(filled)
    })
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

    /// The value of a gap on the line between its neighbors.
    pub(crate) fn line<S: Scalar>(self, gap: Gap<S>) -> Outcome<Option<S>> {
        match (gap.earlier, gap.later) {
            (Some(earlier), Some(later)) => {
                between(gap.time, earlier, later).map(Some).ok_or_else(Fault::out_of_range)
            }
            (one, other) if self == Self::Nearest => Ok(one.or(other).map(|(_, x)| x)),
            _ => Ok(None),
        }
    }
}

fn between<S: Scalar>(time: f64, (from, first): Dated<S>, (to, last): Dated<S>) -> Option<S> {
    let years = |years: f64| shared::number::<S>(years);
    let step = last.minus(first)?.times(years(time - from)?)?.over(years(to - from)?)?;
    let x = first.plus(step)?.greatest(first.least(last)).least(first.greatest(last));
    step.finite().then_some(x)
}
