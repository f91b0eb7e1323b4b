//! The figures as columns: one per measure or indicator, one row per unit and period.

use gradus_method::{Column, Fault};
use gradus_model::diagnostic::{Place, catalog, nearest};
use gradus_model::number::Scalar;
use gradus_model::observation::{self, DataSet, Period, Status, Value};
use gradus_model::{Diagnostic, Id, Package};
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
    let place: BTreeMap<&Id, usize> = data.units.iter().zip(0..).collect();
    for unit in &package.units {
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
        let mut columns = vec![Column::missing(n_rows); variables.len()];
        let mut sources = vec![vec![NONE; n_rows]; variables.len()];
        let mut all_final = true;
        // Figures of a period first, so that timeless ones only fill what is left; without periods once is enough.
        for timeless in [false, true].into_iter().take(if named.is_empty() { 1 } else { 2 }) {
            for (ix, observation) in data.observations.iter().enumerate() {
                all_final &= observation.status == Status::Final;
                let Some(variable) = place.get(observation.variable).copied().flatten() else { continue };
                if (observation.period.is_none() && !named.is_empty()) != timeless {
                    continue;
                }
                let mut put = |period: usize| {
                    let stands_in = package.policy.periods.stands_in(periods[period], named.last().copied());
                    let value = observation.value.number_in(stands_in).map(S::from_decimal);
                    let row = period * n_units + observation.unit;
                    if sources[variable][row] == NONE {
                        // A data set of two thousand million observations does not fit the memory of its rows.
                        let place = u32::try_from(ix).ok().filter(|ix| *ix < ABSENT).unwrap_or(NONE);
                        let mark = if matches!(observation.value, Value::Absent(_)) { ABSENT } else { 0 };
                        sources[variable][row] = if place == NONE { NONE } else { place | mark };
                        columns[variable].set(row, value);
                    }
                };
                match observation.period {
                    Some(period) => {
                        if let Ok(at) = named.binary_search(&period) {
                            put(at);
                        }
                    }
                    None => (0..periods.len()).for_each(&mut put),
                }
            }
        }
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
