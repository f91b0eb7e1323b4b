//! The figures as columns: one per measure or indicator, one row per unit and period.

use crate::run::PARALLEL_CELLS;
use gradus_method::{Column, Fault};
use gradus_model::diagnostic::{Place, catalog, nearest};
use gradus_model::number::Scalar;
use gradus_model::observation::{
    self, DataSet, Grid, GridRow, Observation, Period, Piece, Plain, Status, Value,
};
use gradus_model::{Diagnostic, Id, Package};
use rayon::prelude::*;
use std::collections::BTreeMap;
use std::sync::Arc;

/// Marks a row without an observation.
pub(crate) const NONE: u32 = u32::MAX;
/// Set beside the place of an observation that only says why there is no figure.
const ABSENT: u32 = 1 << 31;

/// The most cells a table of figures may have.
pub const LARGEST: usize = 500_000_000;

/// That no unit has a class of a kind.
pub(crate) fn unknown_kind(kind: &str, known: &BTreeMap<String, Classes>) -> Fault {
    let fault = Fault::new(&catalog::UNKNOWN_REFERENCE, format!("no unit has a group of the kind `{kind}`"));
    match nearest(kind, known.keys().map(String::as_str)) {
        Some(near) => fault.help(format!("did you mean `{near}`?")),
        None => fault.help(format!("give units `groups = {{ {kind} = \"...\" }}`")),
    }
}

/// Columns of figures. Rows are units within a period, period after period.
#[derive(Debug, Clone)]
pub struct Table<S> {
    /// The units.
    pub units: Vec<Id>,
    /// The periods, in order; a single unnamed one where the data name none.
    pub periods: Vec<Option<Period>>,
    /// One column per variable, in the order of [`Package::variables`].
    pub columns: Vec<Column<S>>,
    /// For each column, the observation of each row (`u32::MAX` for none); empty for a table that was not made from
    /// observations.
    pub(crate) sources: Vec<Vec<u32>>,
    /// Whether every observation is final, so that none has to be looked up for its status.
    pub(crate) all_final: bool,
    /// By kind of unit groups, the classes and the class of each unit.
    pub(crate) classes: BTreeMap<String, Classes>,
}

/// The classes of a kind of unit groups.
#[derive(Debug, Clone, Default)]
pub(crate) struct Classes {
    pub(crate) names: Vec<Arc<str>>,
    /// For each unit the class it has last, by place among the names; [`NONE`] for a unit without one.
    of_unit: Vec<u32>,
    /// For a unit whose class changes, from when on it has which.
    changes: BTreeMap<usize, Vec<(Option<Period>, u32)>>,
}

impl Classes {
    fn new(given: &observation::Classes, n_units: usize) -> Self {
        let changed = given.changes.values().flatten().map(|(_, class)| class);
        let mut names: Vec<Arc<str>> = given.of_unit.iter().flatten().chain(changed).cloned().collect();
        names.sort();
        names.dedup();
        let place = |class: &Arc<str>| names.binary_search(class).map_or(NONE, |at| at as u32);
        let mut of_unit: Vec<u32> =
            given.of_unit.iter().map(|class| class.as_ref().map_or(NONE, place)).collect();
        of_unit.resize(n_units, NONE);
        let places = |list: &[(Option<Period>, Arc<str>)]| {
            list.iter().map(|(from, class)| (*from, place(class))).collect::<Vec<_>>()
        };
        let changes = given.changes.iter().map(|(unit, list)| (*unit, places(list))).collect();
        Self { names, of_unit, changes }
    }

    /// The class of a unit in a period, by place among the names, or [`NONE`]; without a period, the last.
    pub(crate) fn of(&self, unit: usize, period: Option<Period>) -> u32 {
        let (Some(given), Some(_)) = (self.changes.get(&unit), period) else { return self.of_unit[unit] };
        let after = given.partition_point(|(from, _)| *from <= period);
        given.get(after.saturating_sub(1)).map_or(NONE, |(_, class)| *class)
    }

    /// As an imputation sees them: of each unit, or of each row where a class changes.
    pub(crate) fn by_row(&self, periods: &[Option<Period>]) -> Vec<Option<usize>> {
        let class = |unit, period| match self.of(unit, period) {
            NONE => None,
            class => Some(class as usize),
        };
        let n_periods = if self.changes.is_empty() { 1 } else { periods.len() };
        let units = 0..self.of_unit.len();
        periods
            .iter()
            .take(n_periods)
            .flat_map(|period| units.clone().map(move |unit| class(unit, *period)))
            .collect()
    }
}

/// The classes of every kind: what the data say, and over it what the package says of its units.
pub(crate) fn classes(package: &Package, data: &DataSet) -> BTreeMap<String, Classes> {
    let mut by_kind = data.classes.clone();
    let grouped = || package.units.iter().filter(|unit| !unit.groups.is_empty());
    // Of a million units none may be declared.
    let place: BTreeMap<&Id, usize> = match grouped().next() {
        Some(_) => data.units.iter().zip(0..).collect(),
        None => BTreeMap::new(),
    };
    for unit in grouped() {
        let Some(at) = place.get(&unit.id) else { continue };
        for (kind, class) in &unit.groups {
            by_kind.entry(kind.clone()).or_default().put(*at, vec![(None, class.as_str().into())]);
        }
    }
    by_kind.into_iter().map(|(kind, given)| (kind, Classes::new(&given, data.units.len()))).collect()
}

/// The last period that has a name.
pub(crate) fn last_named(periods: &[Option<Period>]) -> Option<Period> {
    periods.iter().rev().find_map(|period| *period)
}

/// A column being filled, and the observation of each of its rows.
#[derive(Debug)]
struct Filled<S> {
    column: Column<S>,
    sources: Vec<u32>,
}

impl<S: Scalar> Filled<S> {
    fn new(n_rows: usize) -> Self {
        Self { column: Column::missing(n_rows), sources: vec![NONE; n_rows] }
    }
    /// Puts what was observed at the place `ix` into a row that has nothing yet.
    #[inline]
    fn put(&mut self, row: usize, ix: usize, value: Option<S>, absent: bool) {
        if self.sources[row] == NONE {
            // A data set of two thousand million observations does not fit the memory of its rows.
            let place = u32::try_from(ix).ok().filter(|ix| *ix < ABSENT).unwrap_or(NONE);
            let mark = if absent { ABSENT } else { 0 };
            self.sources[row] = if place == NONE { NONE } else { place | mark };
            self.column.set(row, value);
        }
    }
}

/// The rows that observations go to.
struct Rows<'a> {
    package: &'a Package,
    named: &'a [Period],
    periods: &'a [Option<Period>],
    n_units: usize,
}

impl Rows<'_> {
    /// By place, the periods that figures of a period go to now.
    fn of(&self, period: Option<Period>, timeless: bool) -> std::ops::Range<usize> {
        match period {
            _ if (period.is_none() && !self.named.is_empty()) != timeless => 0..0,
            Some(period) => self.named.binary_search(&period).map_or(0..0, |at| at..at + 1),
            None => 0..self.periods.len(),
        }
    }
    fn one<S: Scalar>(&self, filled: &mut Filled<S>, ix: usize, o: &Observation, timeless: bool) {
        for period in self.of(o.period, timeless) {
            let stands_in =
                self.package.policy.periods.stands_in(self.periods[period], self.named.last().copied());
            let value = o.value.number_in(stands_in).map(S::from_decimal);
            filled.put(period * self.n_units + o.unit, ix, value, matches!(o.value, Value::Absent(_)));
        }
    }
    /// Fills in a variable's figures from a grid that starts at the place `start`.
    fn grid<S: Scalar>(
        &self,
        filled: &mut Filled<S>,
        variable: usize,
        place: &[Option<usize>],
        start: usize,
        grid: &Grid,
        timeless: bool,
    ) {
        let is = |of: u32| place.get(of as usize).copied().flatten() == Some(variable);
        let spans: Vec<_> = grid.heads().iter().map(|head| self.of(head.period, timeless)).collect();
        let n_columns = grid.columns().len();
        for (at, column) in grid.columns().iter().enumerate() {
            // The long layout has a variable in each row, the wide layout one in each column.
            let by_row = column.variable == GridRow::NONE;
            if !by_row && !is(column.variable) {
                continue;
            }
            for (row, (cell, head)) in column.iter().zip(grid.rows()).enumerate() {
                if by_row && !is(head.variable) {
                    continue;
                }
                let ix = row * n_columns + at;
                let (value, absent) = match cell {
                    Plain::Number { mantissa, places } => (Some(S::from_digits(mantissa, places)), false),
                    Plain::Absent(_) => (None, true),
                    Plain::Nothing => continue,
                    Plain::Other => {
                        if let Some(o) = grid.others().get(&ix) {
                            self.one(filled, start + ix, o, timeless);
                        }
                        continue;
                    }
                };
                for period in spans[head.head as usize].clone() {
                    filled.put(period * self.n_units + head.unit as usize, start + ix, value, absent);
                }
            }
        }
    }
}

fn is_grid(piece: &Piece) -> bool {
    matches!(piece, Piece::Grid(_))
}

fn is_final(piece: &Piece) -> bool {
    match piece {
        Piece::Listed(list) => list.iter().flatten().all(|o| o.status == Status::Final),
        Piece::Grid(grid) => {
            grid.heads().iter().all(|head| head.status == Status::Final)
                && grid.others().values().all(|o| o.status == Status::Final)
        }
    }
}

impl<S: Scalar> Table<S> {
    /// A table from columns a program has at hand, in the order of [`Package::variables`].
    #[must_use]
    pub fn new(units: Vec<Id>, periods: Vec<Option<Period>>, columns: Vec<Column<S>>) -> Self {
        Self { units, periods, columns, sources: Vec::new(), all_final: true, classes: BTreeMap::new() }
    }

    /// The figures of a data set as columns.
    ///
    /// A figure without a period holds in every period in which its unit has no other.
    ///
    /// # Errors
    /// `table-too-large` when units times periods times variables are more than [`LARGEST`]: figures that are scattered
    /// over ever new units and periods make a table of gaps.
    pub fn from_data(package: &Package, data: &DataSet) -> Result<Self, Diagnostic> {
        let named = data.periods();
        let (n_units, n_variables) = (data.units.len(), package.variables().len());
        let cells = n_units.saturating_mul(named.len().max(1)).saturating_mul(n_variables);
        if cells > LARGEST {
            let message = format!(
                "{n_units} units x {} periods x {n_variables} measures and indicators are {cells} cells",
                named.len().max(1)
            );
            return Err(Diagnostic::new(&catalog::TABLE_TOO_LARGE, message)
                .at(Place::file(package.file.clone()))
                .help(
                    "give figures of one year the same period, and keep only the units that are compared",
                ));
        }
        let periods: Vec<Option<Period>> =
            if named.is_empty() { vec![None] } else { named.iter().copied().map(Some).collect() };
        let n_rows = n_units * periods.len();
        let variables = package.variables();
        // Place of each of the data set's variables among the package's.
        let by_id: BTreeMap<&Id, usize> = variables.iter().enumerate().map(|(ix, v)| (v.id, ix)).collect();
        let place: Vec<Option<usize>> = data.variables.iter().map(|id| by_id.get(id).copied()).collect();
        // Memory is the quicker to fill where it is first touched by the thread that fills it.
        let empty = |_| Filled::new(n_rows);
        let mut filled: Vec<Filled<S>> = if cells >= PARALLEL_CELLS {
            (0..variables.len()).into_par_iter().map(empty).collect()
        } else {
            (0..variables.len()).map(empty).collect()
        };
        let pieces: Vec<(usize, &Piece)> = data.observations.pieces().collect();
        let all_final = pieces.iter().all(|(_, piece)| is_final(piece));
        let rows = Rows { package, named: &named, periods: &periods, n_units };
        // Figures of a period first, so that timeless ones only fill what is left; without periods once is enough.
        for timeless in [false, true].into_iter().take(if named.is_empty() { 1 } else { 2 }) {
            // Grids that follow each other are read by column, each column by one thread.
            for run in pieces.chunk_by(|(_, a), (_, b)| is_grid(a) && is_grid(b)) {
                if let [(start, Piece::Listed(list))] = run {
                    for (ix, o) in
                        list.iter().enumerate().filter_map(|(ix, o)| Some((start + ix, o.as_ref()?)))
                    {
                        if let Some(variable) = place.get(o.variable).copied().flatten() {
                            rows.one(&mut filled[variable], ix, o, timeless);
                        }
                    }
                    continue;
                }
                let grids: Vec<(usize, &Grid)> = run
                    .iter()
                    .filter_map(|(start, piece)| match piece {
                        Piece::Grid(grid) => Some((*start, grid)),
                        Piece::Listed(_) => None,
                    })
                    .collect();
                let fill = |(variable, filled): (usize, &mut Filled<S>)| {
                    for (start, grid) in &grids {
                        rows.grid(filled, variable, &place, *start, grid, timeless);
                    }
                };
                if cells >= PARALLEL_CELLS {
                    filled.par_iter_mut().enumerate().for_each(fill);
                } else {
                    filled.iter_mut().enumerate().for_each(fill);
                }
            }
        }
        let (columns, sources) = filled.into_iter().map(|f| (f.column, f.sources)).unzip();
        let units = data.units.clone();
        Ok(Self { units, periods, columns, sources, all_final, classes: classes(package, data) })
    }

    /// Number of rows.
    #[must_use]
    pub fn n_rows(&self) -> usize {
        self.units.len() * self.periods.len()
    }

    /// The observation of a variable in a row.
    pub(crate) fn source(&self, variable: usize, row: usize) -> Option<usize> {
        let ix = *self.sources.get(variable)?.get(row)?;
        (ix != NONE).then_some((ix & !ABSENT) as usize)
    }

    /// Whether something was observed in a row: a number, a level or an interval, not only a reason for absence.
    pub(crate) fn has_figure(&self, variable: usize, row: usize) -> bool {
        self.sources.get(variable).and_then(|s| s.get(row)).is_some_and(|ix| *ix != NONE && ix & ABSENT == 0)
    }
}
