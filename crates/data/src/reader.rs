//! From rows to observations.

use crate::classes::Stated;
use crate::columns::{Columns, Names, word};
use crate::delimited::Delimited;
use crate::notation::{
    NotNumber, advise, exact_product, is_marker, read_number, read_rounded, read_value, shorten, toml_escape,
};
use crate::problems::Problems;
use crate::summary::{Converted, ImportSummary, Note, Reason};
use crate::table::{Cell, Table, nearest, squeeze};
use crate::wide::{self, Field, Reading, View};
use gradus_model::diagnostic::{Diagnostic, Kind, Place, catalog, list_some};
use gradus_model::number::{ParseNumber, Scalar, parse_plain};
use gradus_model::observation::{
    Confidence, Detail, Grid, GridColumn, GridFile, GridRow, Head, Observations, Plain,
};
use gradus_model::package::{ColumnRole, DataSource, Layout, OrderedScale, Percent, Variable};
use gradus_model::{Absence, DataSet, Decimal, Id, Lang, Observation, Package, Period, Status, Text, Value};
use jiff::civil::Date;
use std::collections::{BTreeMap, BTreeSet};
use std::hash::{DefaultHasher, Hasher};
use std::sync::Arc;

/// What all sources of a package fill together.
pub(crate) struct Session<'p> {
    pub(crate) package: &'p Package,
    pub(crate) variables: Vec<Variable<'p>>,
    pub(crate) data: DataSet,
    pub(crate) unit_names: BTreeMap<Id, Text>,
    /// Place of the source that is being read among all.
    pub(crate) source: usize,
    /// Variables with a figure that was refused.
    pub(crate) refused: BTreeSet<usize>,
    /// Places of units by code.
    unit_codes: Codes,
    texts: Texts,
    /// By kind of unit groups, the classes that rows state.
    classes: BTreeMap<String, Stated>,
    /// Bytes of a text table that one task reads.
    pub(crate) chunk: usize,
}

/// Places of codes in a list. A table may name a million units, and an ordered map of them takes longer than to read the rest
/// of their rows. Nothing depends on the order of the slots.
#[derive(Debug, Default)]
struct Codes {
    /// One more than the place of a code, from the slot on that its hash says; 0 where a slot is free. More than half are.
    slots: Vec<u32>,
    n: usize,
}

impl Codes {
    fn slot(&self, codes: &[Id], text: &str) -> usize {
        let mut hasher = DefaultHasher::new();
        hasher.write(text.as_bytes());
        let mask = self.slots.len() - 1;
        let mut slot = hasher.finish() as usize & mask;
        while let Some(at) = (self.slots[slot] as usize).checked_sub(1)
            && codes.get(at).is_some_and(|code| *code != *text)
        {
            slot = (slot + 1) & mask;
        }
        slot
    }
    /// The place of a code.
    fn find(&self, codes: &[Id], text: &str) -> Option<usize> {
        (self.slots.get(self.slot_if_any(codes, text)?).copied()? as usize).checked_sub(1)
    }
    fn slot_if_any(&self, codes: &[Id], text: &str) -> Option<usize> {
        (!self.slots.is_empty()).then(|| self.slot(codes, text))
    }
    /// The place of a code among those that were added; the next place, for one that was not.
    fn find_or_add(&mut self, codes: &[Id], text: &str) -> usize {
        if self.n * 2 >= self.slots.len() {
            let slots = (self.slots.len() * 2).max(64);
            self.slots = vec![0; slots];
            for (at, code) in codes.iter().enumerate() {
                let slot = self.slot(codes, code.as_str());
                self.slots[slot] = at as u32 + 1;
            }
        }
        let slot = self.slot(codes, text);
        match (self.slots[slot] as usize).checked_sub(1) {
            Some(at) => at,
            None => {
                self.n += 1;
                self.slots[slot] = codes.len() as u32 + 1;
                codes.len()
            }
        }
    }
}

/// Every text once.
#[derive(Debug, Default)]
struct Texts {
    known: BTreeMap<Arc<str>, u32>,
    list: Vec<Arc<str>>,
}

impl Texts {
    fn intern(&mut self, text: &str) -> u32 {
        if let Some(at) = self.known.get(text) {
            return *at;
        }
        let text: Arc<str> = text.into();
        let at = self.list.len() as u32;
        self.list.push(text.clone());
        self.known.insert(text, at);
        at
    }
}

impl<'p> Session<'p> {
    pub(crate) fn new(package: &'p Package, variables: Vec<Variable<'p>>) -> Self {
        let units: Vec<Id> = package.units.iter().map(|u| u.id.clone()).collect();
        let mut unit_codes = Codes::default();
        for at in 0..units.len() {
            unit_codes.find_or_add(&units[..at], units[at].as_str());
        }
        let data = DataSet {
            units,
            variables: variables.iter().map(|v| v.id.clone()).collect(),
            observations: Observations::default(),
            classes: BTreeMap::new(),
        };
        Self {
            package,
            variables,
            data,
            unit_names: BTreeMap::new(),
            source: 0,
            refused: BTreeSet::new(),
            unit_codes,
            texts: Texts::default(),
            classes: BTreeMap::new(),
            chunk: wide::CHUNK,
        }
    }

    /// The data set, when all rows are read.
    pub(crate) fn finish(&mut self) -> DataSet {
        let mut data = std::mem::take(&mut self.data);
        for (kind, stated) in std::mem::take(&mut self.classes) {
            data.classes.insert(kind, stated.finish(&self.texts.list));
        }
        data.classes.retain(|_, classes| classes.of_unit.iter().any(Option::is_some));
        data
    }

    fn add_unit(&mut self, id: Id) -> usize {
        let at = self.unit_codes.find_or_add(&self.data.units, id.as_str());
        if at == self.data.units.len() {
            self.data.units.push(id);
        }
        at
    }
}

/// Columns whose texts make up the [`Detail`] of an observation.
const DETAIL: [ColumnRole; 8] = [
    ColumnRole::MeasurementUnit,
    ColumnRole::Source,
    ColumnRole::Document,
    ColumnRole::Vintage,
    ColumnRole::Boundary,
    ColumnRole::Quality,
    ColumnRole::Confidence,
    ColumnRole::Note,
];

/// An empty cell among interned texts.
const NOTHING: u32 = u32::MAX;

/// What a name in a file stands for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Meaning {
    Known(usize),
    /// Not in the package, and passed over because the source is a subset.
    Passed,
    /// Not in the package, which is an error.
    Refused,
}

/// What is done about the measurement unit a row states.
#[derive(Debug, Clone, Copy)]
enum Measured {
    Same,
    /// Place in [`Package::conversions`].
    Converted(usize),
    Wrong,
}

/// A code made from a name: a space becomes `_`, and what else may not stand in a code `-`.
fn made_code(name: &str) -> Option<Id> {
    let code: String = name
        .chars()
        .map(|c| match c {
            c if c.is_alphanumeric() || matches!(c, '-' | '_' | '.') => c,
            c if c.is_whitespace() => '_',
            _ => '-',
        })
        .collect();
    Id::new(&code).ok()
}

/// Remembers the meaning of the last text, because neighboring rows mostly agree.
#[derive(Debug)]
struct Memo<T> {
    last: Option<(String, T)>,
    known: BTreeMap<String, T>,
}

impl<T: Copy> Memo<T> {
    fn new() -> Self {
        Self { last: None, known: BTreeMap::new() }
    }
    fn get(&mut self, text: &str) -> Option<T> {
        if let Some((last, meaning)) = &self.last
            && last == text
        {
            return Some(*meaning);
        }
        let meaning = *self.known.get(text)?;
        self.last = Some((text.to_owned(), meaning));
        Some(meaning)
    }
    fn put(&mut self, text: &str, meaning: T) {
        self.known.insert(text.to_owned(), meaning);
        self.last = Some((text.to_owned(), meaning));
    }
}

/// A set of places that is asked for every cell.
#[derive(Debug, Default)]
struct Seen(Vec<bool>);

impl Seen {
    fn insert(&mut self, at: usize) {
        if self.0.len() <= at {
            self.0.resize(at + 1, false);
        }
        self.0[at] = true;
    }
    /// The places, in order.
    fn places(&self) -> impl Iterator<Item = usize> + '_ {
        self.0.iter().enumerate().filter(|(_, seen)| **seen).map(|(at, _)| at)
    }
}

/// Where the cells of a table are.
fn grid_file(table: &dyn Table) -> GridFile {
    match table.heading_place(0) {
        Place::Line { file, .. } | Place::Span { file, .. } | Place::File { file } => {
            GridFile { file, sheet: None }
        }
        Place::Cell { file, sheet, .. } => GridFile { file, sheet: Some(sheet) },
    }
}

/// The columns of figures of a table.
fn grid_columns(table: &dyn Table, columns: &Columns, layout: Layout, n_rows: usize) -> Vec<GridColumn> {
    let of = |variable, column| {
        let field = match table.heading_place(column) {
            Place::Line { field, .. } | Place::Cell { column: field, .. } => field,
            Place::Span { .. } | Place::File { .. } => column as u32 + 1,
        };
        GridColumn::new(variable, field, n_rows)
    };
    match layout {
        Layout::Wide => {
            columns.variables.iter().map(|(column, variable)| of(*variable as u32, *column)).collect()
        }
        Layout::Long => {
            let column = columns.of(ColumnRole::Value).or(columns.unit.first().copied());
            vec![of(GridRow::NONE, column.unwrap_or(0))]
        }
    }
}

/// Reads the rows of one source.
pub(crate) struct SourceReader<'s, 'p> {
    session: &'s mut Session<'p>,
    source: &'p DataSource,
    columns: Columns,
    headings: Vec<String>,
    unit_names: Names,
    variable_names: &'s Names,
    problems: Problems,
    summary: ImportSummary,
    absent: BTreeMap<String, Absence>,
    units: Memo<Meaning>,
    variables: Memo<Meaning>,
    periods: Memo<Option<Period>>,
    statuses: Memo<Option<Status>>,
    dates: Memo<Option<Date>>,
    levels: BTreeMap<(usize, String), Option<usize>>,
    measured: BTreeMap<(usize, u32), Measured>,
    converted: BTreeMap<usize, u64>,
    details: BTreeMap<[u32; DETAIL.len()], Arc<Detail>>,
    last_detail: ([u32; DETAIL.len()], Arc<Detail>),
    last_texts: [(String, u32); DETAIL.len()],
    seen_units: Seen,
    seen_variables: Seen,
    used_names: BTreeSet<String>,
    binary: u64,
    long_binary: Option<(Place, u64)>,
    formula_text: Option<(Place, String, u64)>,
    /// Whether every text that is a code is the unit of that code.
    by_code: bool,
    grid: Grid,
}

impl<'s, 'p> SourceReader<'s, 'p> {
    pub(crate) fn new(
        session: &'s mut Session<'p>,
        source: &'p DataSource,
        columns: Columns,
        table: &dyn Table,
        unit_names: Names,
        variable_names: &'s Names,
        summary: ImportSummary,
    ) -> Self {
        let grid = Grid::new(grid_file(table), grid_columns(table, &columns, source.layout, 0));
        let headings = table.headings().to_vec();
        let undeclared = session.package.units.is_empty() && source.units.is_empty();
        let by_code = undeclared && !source.make_codes && columns.unit.len() == 1;
        let absent = source.absent.iter().map(|(mark, why)| (mark.trim().to_owned(), *why)).collect();
        let nothing = [NOTHING; DETAIL.len()];
        let plain = Detail { data_source: u32::try_from(session.source).ok(), ..Detail::default() };
        Self {
            session,
            source,
            columns,
            headings,
            unit_names,
            variable_names,
            problems: Problems::default(),
            summary,
            absent,
            units: Memo::new(),
            variables: Memo::new(),
            periods: Memo::new(),
            statuses: Memo::new(),
            dates: Memo::new(),
            levels: BTreeMap::new(),
            measured: BTreeMap::new(),
            converted: BTreeMap::new(),
            details: BTreeMap::new(),
            last_detail: (nothing, Arc::new(plain)),
            last_texts: std::array::from_fn(|_| (String::new(), NOTHING)),
            seen_units: Seen::default(),
            seen_variables: Seen::default(),
            used_names: BTreeSet::new(),
            binary: 0,
            long_binary: None,
            formula_text: None,
            by_code,
            grid,
        }
    }

    /// Reads every row.
    pub(crate) fn read(mut self, table: &mut dyn Table) -> (ImportSummary, Vec<Diagnostic>) {
        self.begin_classes(table);
        while table.advance(&mut self.problems) {
            self.summary.rows += 1;
            self.unnamed_cells(table);
            match self.source.layout {
                Layout::Long => self.long_row(table),
                Layout::Wide => self.wide_row(table),
            }
        }
        let grid = std::mem::take(&mut self.grid);
        self.session.data.observations.push_grid(grid);
        let (blank, malformed) = table.passed_over();
        self.summary.pass_over(Reason::BlankRow, blank, None);
        self.summary.pass_over(Reason::MalformedRow, malformed, None);
        self.finish()
    }

    /// Begins to note the classes that a table's columns state.
    fn begin_classes(&mut self, table: &dyn Table) {
        for (kind, column) in &self.columns.groups {
            let stated = self.session.classes.entry(kind.clone()).or_default();
            stated.begin(table.heading_place(*column));
        }
    }

    /// Reads every row of a wide text table, in chunks.
    pub(crate) fn read_wide(mut self, table: &mut Delimited<'_>) -> (ImportSummary, Vec<Diagnostic>) {
        self.begin_classes(table);
        let fields = self.fields(table.headings().len());
        let mut n_of_row = 0;
        let of_row: Vec<Option<usize>> = fields
            .iter()
            .map(|field| {
                n_of_row += usize::from(*field == Field::OfRow);
                (*field == Field::OfRow).then(|| n_of_row - 1)
            })
            .collect();
        let absent = self.absent.clone();
        let columns = self.grid.columns().to_vec();
        let reading = Reading {
            fields: &fields,
            separator: u8::try_from(table.separator.0).unwrap_or(b','),
            notation: &self.source.numbers,
            absent: &absent,
            absent_numbers: absent.keys().any(|mark| parse_plain(mark).is_some()),
            columns: &columns,
        };
        let (text, from, mut first_line) = table.rest();
        let headings = table.headings().to_vec();
        let chunks = wide::chunks(text, from, reading.separator, self.session.chunk);
        let file = grid_file(table);
        for mut chunk in wide::read(&chunks, &reading) {
            self.grid = Grid::new(file.clone(), std::mem::take(&mut chunk.columns));
            self.summary.values += chunk.n_numbers;
            for (why, count) in chunk.n_absent.iter().filter(|(_, count)| **count > 0) {
                *self.summary.absent.entry(*why).or_default() += count;
            }
            let mut texts = chunk.texts(n_of_row);
            let mut odd = &chunk.odd[..];
            for (at, row) in chunk.rows.iter().enumerate() {
                if row.is_read() {
                    let n_odd = odd.iter().take_while(|(odd, _)| *odd == at).count();
                    let texts = texts.next().unwrap_or_default();
                    let (file, of_row, headings) = (&file.file, &of_row[..], &headings[..]);
                    let view = View {
                        file,
                        reading: &reading,
                        headings,
                        text,
                        row: *row,
                        first_line,
                        of_row,
                        texts,
                    };
                    self.summary.rows += 1;
                    self.row_of_chunk(&view, &odd[..n_odd]);
                    odd = &odd[n_odd..];
                } else if table.go_to(row.start, &mut self.problems) {
                    self.summary.rows += 1;
                    self.unnamed_cells(table);
                    self.wide_row(table);
                }
                // A row without a figure keeps its place.
                if self.grid.rows().len() == at {
                    let detail = Arc::clone(&self.last_detail.1);
                    let head = Head { period: None, status: self.source.status, detail };
                    self.grid.push_row(GridRow::NONE, GridRow::NONE, head, 0);
                    self.grid.clear_row();
                }
            }
            first_line += u64::from(chunk.n_lines);
            for column in self.grid.columns() {
                if column.iter().any(|cell| cell != Plain::Nothing) {
                    self.seen_variables.insert(column.variable as usize);
                }
            }
            let grid = std::mem::take(&mut self.grid);
            self.session.data.observations.push_grid(grid);
        }
        let (blank, malformed) = table.passed_over();
        self.summary.pass_over(Reason::BlankRow, blank, None);
        self.summary.pass_over(Reason::MalformedRow, malformed, None);
        self.finish()
    }

    /// What the columns of a wide table are.
    fn fields(&self, n: usize) -> Vec<Field> {
        let mut fields: Vec<Field> = self
            .headings
            .iter()
            .map(|heading| if heading.is_empty() { Field::Unnamed } else { Field::Ignored })
            .collect();
        fields.resize(n, Field::Ignored);
        for column in self.columns.of_row() {
            fields[column] = Field::OfRow;
        }
        for (at, (column, variable)) in self.columns.variables.iter().enumerate() {
            let scaled = self.session.variables[*variable].scale.is_some();
            fields[*column] = if scaled { Field::Levels(at) } else { Field::Figures(at) };
        }
        fields
    }

    /// As [`wide_row`](Self::wide_row), for a row whose plain cells stand in the grid already; `odd` are the others.
    fn row_of_chunk(&mut self, view: &View<'_>, odd: &[(usize, usize)]) {
        let Some(unit_column) = self.columns.unit.first().copied() else { return };
        let n_figures = self.columns.variables.len();
        let at = self.grid.rows().len();
        let plain = |me: &Self| -> Vec<(usize, Plain)> {
            me.grid
                .columns()
                .iter()
                .map(|c| c.get(at))
                .enumerate()
                .filter(|(_, c)| *c != Plain::Nothing)
                .collect()
        };
        let unit = self.unit(view, unit_column);
        if unit == Meaning::Passed {
            let plain = plain(self);
            self.discount(&plain);
            return;
        }
        let period = self.period(view);
        self.classes(view, unit, period);
        let status = self.status(view);
        let detail = self.detail(view);
        let (Meaning::Known(unit), Some(period), Some(status)) = (unit, period, status) else {
            let plain = plain(self);
            self.discount(&plain);
            // The figures are checked even where their row is refused, so that one run finds everything.
            for i in 0..n_figures {
                let (column, variable) = self.columns.variables[i];
                if odd.iter().any(|(_, odd)| *odd == i) {
                    self.value(view, column, variable);
                }
                self.refuse(variable);
            }
            return;
        };
        self.row(view, unit, GridRow::NONE, Head { period, status, detail: detail.clone() });
        if odd.len() < n_figures {
            self.seen(unit, period);
        }
        for (_, i) in odd {
            let (column, variable) = self.columns.variables[*i];
            let Some(value) = self.value(view, column, variable) else {
                self.refuse(variable);
                continue;
            };
            let place = Some(view.place(column));
            let detail = self.as_written_percent(view, column, detail.clone());
            self.push(*i, Observation { unit, variable, period, value, status, place, detail });
        }
        self.unit_display_name(view, unit);
    }

    /// Takes plain cells of a row that is not read out of the account.
    fn discount(&mut self, plain: &[(usize, Plain)]) {
        for (_, cell) in plain {
            match cell {
                Plain::Absent(why) => {
                    let count = self.summary.absent.entry(*why).or_default();
                    *count = count.saturating_sub(1);
                }
                _ => self.summary.values = self.summary.values.saturating_sub(1),
            }
        }
        self.summary.absent.retain(|_, count| *count > 0);
    }

    /// Notes that a unit has a figure of a period.
    fn seen(&mut self, unit: usize, period: Option<Period>) {
        self.seen_units.insert(unit);
        if let Some(period) = period {
            let (first, last) = self.summary.periods.get_or_insert((period, period));
            *first = (*first).min(period);
            *last = (*last).max(period);
        }
    }

    fn finish(mut self) -> (ImportSummary, Vec<Diagnostic>) {
        let mut found = self.problems.finish();
        let summary = &mut self.summary;
        summary.units = self.seen_units.places().map(|at| self.session.data.units[at].clone()).collect();
        summary.variables =
            self.seen_variables.places().map(|at| self.session.data.variables[at].clone()).collect();
        summary.conversions = self
            .converted
            .iter()
            .map(|(at, count)| {
                let conversion = &self.session.package.conversions[*at];
                Converted { from: conversion.from.clone(), to: conversion.to.clone(), count: *count }
            })
            .collect();
        if self.binary > 0 {
            summary.notes.push(Note::BinaryNumbers(self.binary));
        }
        if let Some((place, count)) = self.long_binary {
            found.push(
                Diagnostic::new(
                    &catalog::BINARY_CELL,
                    format!(
                        "{count} numbers have more than 15 significant digits as the workbook stores them, which shows \
                         that they were computed there"
                    ),
                )
                .at(place)
                .help("round them in the workbook, or supply the table as CSV with the published digits"),
            );
        }
        if let Some((place, text, count)) = self.formula_text {
            summary.notes.push(Note::FormulaTexts(count));
            let more =
                if count > 1 { format!(", and {} more texts like it", count - 1) } else { String::new() };
            found.push(
                Diagnostic::new(
                    &catalog::TEXT_FORMULA,
                    format!("`{}` begins as a formula does{more}; it is kept as text", shorten(&text)),
                )
                .at(place)
                .help("rewrite the text if the file will be opened in a spreadsheet"),
            );
        }
        let mut unused: Vec<String> = Vec::new();
        if self.source.layout == Layout::Long {
            unused.extend(
                self.source.variables.keys().filter(|n| !self.used_names.contains(&squeeze(n))).cloned(),
            );
        }
        unused.extend(self.source.units.keys().filter(|n| !self.used_names.contains(&squeeze(n))).cloned());
        if !unused.is_empty() {
            summary.notes.push(Note::UnusedNames(unused));
        }
        (self.summary, found)
    }

    /// A figure under a forgotten heading must not vanish silently.
    fn unnamed_cells(&mut self, table: &dyn Table) {
        let Some((first, count)) = table.without_heading() else { return };
        self.summary.pass_over(Reason::NoHeading, count, None);
        if !self.source.subset {
            self.note(&catalog::IGNORED_COLUMN, table, first, "", || {
                (
                    "a column without a heading is not read".to_owned(),
                    "give the column a heading, or clear its cells".to_owned(),
                )
            });
        }
    }

    /// Notes a finding about the text of a cell.
    fn note(
        &mut self,
        kind: &'static Kind,
        table: &dyn Table,
        column: usize,
        text: &str,
        what: impl FnOnce() -> (String, String),
    ) {
        note_in(&mut self.problems, &self.headings, kind, table, column, text, what);
    }

    fn long_row(&mut self, table: &dyn Table) {
        let (Some(unit_column), Some(variable_column)) =
            (self.columns.unit.first().copied(), self.columns.of(ColumnRole::Variable))
        else {
            return;
        };
        let unit = self.unit(table, unit_column);
        if unit == Meaning::Passed {
            return;
        }
        let variable = self.variable(table, variable_column);
        if variable == Meaning::Passed {
            return;
        }
        let period = self.period(table);
        self.classes(table, unit, period);
        let status = self.status(table);
        let of_row = self.detail(table);
        let detail = of_row.clone();
        let Meaning::Known(variable) = variable else {
            self.summary.pass_over(Reason::Refused, 1, None);
            return;
        };
        // The figure is checked even where its row is refused, so that one run finds everything.
        let figure = self.figure(table, variable);
        let value = figure.clone().and_then(|value| self.in_measurement_unit(table, variable, value));
        let detail = match self.columns.of(ColumnRole::Value) {
            Some(column) if figure != value => {
                self.as_written(table, column, self.columns.of(ColumnRole::MeasurementUnit), detail)
            }
            Some(column) => self.as_written_percent(table, column, detail),
            None => detail,
        };
        let (Meaning::Known(unit), Some(period), Some(status), Some(value)) = (unit, period, status, value)
        else {
            self.refuse(variable);
            return;
        };
        self.unit_display_name(table, unit);
        let column = self.columns.of(ColumnRole::Value).unwrap_or(unit_column);
        self.row(table, unit, variable as u32, Head { period, status, detail: of_row });
        let place = Some(table.place(column));
        self.push(0, Observation { unit, variable, period, value, status, place, detail });
    }

    fn wide_row(&mut self, table: &dyn Table) {
        let Some(unit_column) = self.columns.unit.first().copied() else { return };
        let unit = self.unit(table, unit_column);
        if unit == Meaning::Passed {
            return;
        }
        let period = self.period(table);
        self.classes(table, unit, period);
        let status = self.status(table);
        let detail = self.detail(table);
        let refused = !matches!((unit, period, status), (Meaning::Known(_), Some(_), Some(_)));
        if let (Meaning::Known(unit), Some(period), Some(status)) = (unit, period, status) {
            self.row(table, unit, GridRow::NONE, Head { period, status, detail: detail.clone() });
        }
        for i in 0..self.columns.variables.len() {
            let (column, variable) = self.columns.variables[i];
            let value = self.value(table, column, variable);
            let (Meaning::Known(unit), Some(period), Some(status), Some(value)) =
                (unit, period, status, value)
            else {
                self.refuse(variable);
                continue;
            };
            let place = Some(table.place(column));
            let detail = self.as_written_percent(table, column, detail.clone());
            self.push(i, Observation { unit, variable, period, value, status, place, detail });
        }
        if let Meaning::Known(unit) = unit
            && !refused
        {
            self.unit_display_name(table, unit);
        }
    }

    fn refuse(&mut self, variable: usize) {
        self.summary.pass_over(Reason::Refused, 1, None);
        self.session.refused.insert(variable);
    }

    /// Begins a row of figures.
    fn row(&mut self, table: &dyn Table, unit: usize, variable: u32, head: Head) {
        self.grid.push_row(unit as u32, variable, head, table.line());
    }

    /// Adds a figure to the row, in one of the columns of figures.
    fn push(&mut self, column: usize, observation: Observation) {
        match observation.value {
            Value::Absent(why) => *self.summary.absent.entry(why).or_default() += 1,
            _ => self.summary.values += 1,
        }
        self.seen(observation.unit, observation.period);
        self.seen_variables.insert(observation.variable);
        self.grid.put(column, observation);
    }

    /// A unit that is named by its code in a table whose units are all named so: what most rows of a large one have.
    fn unit_by_code(&mut self, text: &str) -> Option<usize> {
        // A code that begins as a formula does is told of.
        if !self.by_code || is_formula(text) {
            return None;
        }
        match self.session.unit_codes.find(&self.session.data.units, text) {
            Some(at) => Some(at),
            None => Some(self.session.add_unit(Id::new(text).ok()?)),
        }
    }

    fn unit(&mut self, table: &dyn Table, column: usize) -> Meaning {
        if let Cell::Text(text) = table.cell(column)
            && let Some(unit) = self.unit_by_code(text)
        {
            return Meaning::Known(unit);
        }
        let text = match &self.columns.unit[..] {
            [_, _, ..] => {
                let parts: Vec<String> =
                    self.columns.unit.iter().map(|c| squeeze(&table.cell(*c).text())).collect();
                std::borrow::Cow::Owned(parts.join("."))
            }
            _ => table.cell(column).text().into_owned().into(),
        };
        let meaning = match self.units.get(&text) {
            Some(Meaning::Known(at)) => return Meaning::Known(at),
            Some(meaning) => meaning,
            None => {
                let meaning = self.find_unit(table, column, &text);
                self.units.put(&text, meaning);
                meaning
            }
        };
        match meaning {
            Meaning::Known(_) => {}
            Meaning::Passed => self.summary.pass_over(Reason::Unit, 1, Some(&text)),
            Meaning::Refused => self.refuse_unit(table, column, &text),
        }
        meaning
    }

    /// Notes the class of a unit in each kind of groups that has a column.
    fn classes(&mut self, table: &dyn Table, unit: Meaning, period: Option<Option<Period>>) {
        let (Meaning::Known(unit), Some(period)) = (unit, period) else { return };
        for (kind, column) in &self.columns.groups {
            let cell = table.cell(*column);
            if cell.is_empty() {
                continue;
            }
            let class = squeeze(&cell.text());
            let session = &mut *self.session;
            let code = session.texts.intern(&class);
            let stated =
                session.classes.get_mut(kind).map(|s| s.put(unit, period, code, || table.place(*column)));
            if let Some(Err((other, first))) = stated {
                let place = table.place(*column);
                let unit = session.data.units[unit].clone();
                let other = session.texts.list[other as usize].clone();
                let text = format!("{unit} {class}");
                self.problems.note(&catalog::CLASS_CONFLICT, kind, &text, &place, || {
                    let when = period.map_or_else(String::new, |period| format!(" in {period}"));
                    Diagnostic::new(
                        &catalog::CLASS_CONFLICT,
                        format!("`{unit}` is in `{class}`{when}, and in `{other}` at another place"),
                    )
                    .at(place.clone())
                    .also(first, format!("here it is in `{other}`"))
                    .concerning("unit", &unit)
                    .concerning("unit groups", kind)
                    .help("keep one of the two, or give the rows the periods from which on each class holds")
                });
            }
        }
    }

    fn find_unit(&mut self, table: &dyn Table, column: usize, text: &str) -> Meaning {
        self.look_for_formula(table, column, text);
        let name = squeeze(text);
        if self.source.units.keys().any(|n| squeeze(n) == name) {
            self.used_names.insert(name.clone());
        }
        if let Some(at) = self.unit_names.find(&name) {
            return Meaning::Known(at);
        }
        let open = self.session.package.units.is_empty();
        let mapped = self.source.units.iter().find(|(n, _)| squeeze(n) == name).map(|(_, id)| id.clone());
        let made = self.source.make_codes.then(|| made_code(&name)).flatten();
        match (open, mapped, made.map_or_else(|| Id::new(&name), Ok)) {
            (true, Some(id), _) => Meaning::Known(self.session.add_unit(id)),
            (true, None, Ok(id)) => {
                if id != *name.as_str() {
                    // Two names that make one code would be one unit.
                    let taken = self.session.unit_names.get(&id).is_some_and(|known| {
                        known.en.as_deref().or(known.zh.as_deref()) != Some(name.as_str())
                    });
                    if taken {
                        return Meaning::Refused;
                    }
                    let text = self.session.unit_names.entry(id.clone()).or_default();
                    let form = if name.chars().any(is_han) { &mut text.zh } else { &mut text.en };
                    form.get_or_insert_with(|| name.clone());
                }
                Meaning::Known(self.session.add_unit(id))
            }
            _ if self.source.subset => Meaning::Passed,
            _ => Meaning::Refused,
        }
    }

    fn refuse_unit(&mut self, table: &dyn Table, column: usize, text: &str) {
        let shown = shorten(text);
        if text.is_empty() {
            self.note(&catalog::UNKNOWN_UNIT, table, column, text, || {
                ("the row names no unit".to_owned(), "name the unit, or remove the row".to_owned())
            });
        } else if self.session.package.units.is_empty() {
            self.note(&catalog::INVALID_CODE, table, column, text, || {
                let message = match Id::new(text) {
                    _ if self.source.make_codes => {
                        format!("the code made from `{shown}` is another unit's already")
                    }
                    Err(Some(c)) => format!("`{shown}` is not a code: it has the character `{c}`"),
                    _ => format!("`{shown}` is not a code: it has more than {} characters", Id::LONGEST),
                };
                let code: String = text
                    .chars()
                    .map(|c| if Id::new(&c.to_string()).is_ok() { c } else { '-' })
                    .take(Id::LONGEST)
                    .collect();
                (
                    message,
                    format!(
                        "give the unit a code: `units = {{ \"{}\" = \"{code}\" }}`; or add a column of codes and name this one \
                         `unit-name`",
                        toml_escape(&shown)
                    ),
                )
            });
        } else {
            let (names, data) = (&self.unit_names, &self.session.data);
            note_in(&mut self.problems, &self.headings, &catalog::UNKNOWN_UNIT, table, column, text, || {
                let near =
                    nearest(text, names.all()).and_then(|name| Some((name, &data.units[names.find(name)?])));
                let help = match near {
                    Some((name, code)) => format!("if `{name}` is meant, correct the name or map it: `units = {{ \"{}\" = \"{code}\" }}`; else add it as `[[unit]]`", toml_escape(&shown)),
                    None => "add it as `[[unit]]`, map the name under `units`, or declare `subset = true` to pass over units that are not in the package".to_owned(),
                };
                (format!("unit `{shown}` is not in the package"), help)
            });
        }
    }

    fn variable(&mut self, table: &dyn Table, column: usize) -> Meaning {
        let cell = table.cell(column);
        let text = cell.text();
        let meaning = match self.variables.get(&text) {
            Some(Meaning::Known(at)) => return Meaning::Known(at),
            Some(meaning) => meaning,
            None => {
                let name = squeeze(&text);
                if self.source.variables.keys().any(|n| squeeze(n) == name) {
                    self.used_names.insert(name.clone());
                }
                let meaning = match self.variable_names.find(&name) {
                    Some(at) => Meaning::Known(at),
                    None if self.source.subset => Meaning::Passed,
                    None => Meaning::Refused,
                };
                self.variables.put(&text, meaning);
                meaning
            }
        };
        match meaning {
            Meaning::Known(_) => {}
            Meaning::Passed => self.summary.pass_over(Reason::Variable, 1, Some(&text)),
            Meaning::Refused => {
                let shown = shorten(&text);
                let (names, data, package) = (self.variable_names, &self.session.data, self.session.package);
                let problems = &mut self.problems;
                note_in(problems, &self.headings, &catalog::UNKNOWN_VARIABLE, table, column, &text, || {
                    if shown.is_empty() {
                        return (
                            "the row names no indicator or measure".to_owned(),
                            "name it, or remove the row".to_owned(),
                        );
                    }
                    if package.node(&shown).is_some() {
                        return (
                            format!("`{shown}` is a group, whose score is computed"),
                            "remove the row, or name an indicator".to_owned(),
                        );
                    }
                    let near = nearest(&text, names.all())
                        .and_then(|name| Some((name, &data.variables[names.find(name)?])));
                    let help = match near {
                        Some((name, code)) => format!("if `{name}` is meant, correct the name or map it: `variables = {{ \"{}\" = \"{code}\" }}`", toml_escape(&shown)),
                        None => "add it as `[[indicator]]` or `[[measure]]`, map the name under `variables`, or declare `subset = true` to pass over what is not in the package".to_owned(),
                    };
                    (format!("`{shown}` is not an indicator or measure of the package"), help)
                });
            }
        }
        meaning
    }

    /// The period of the row: `None` when what stands there is no period, `Some(None)` when nothing does.
    fn period(&mut self, table: &dyn Table) -> Option<Option<Period>> {
        let Some(column) = self.columns.of(ColumnRole::Period) else { return Some(self.source.period) };
        let cell = table.cell(column);
        if cell.is_empty() {
            return Some(self.source.period);
        }
        let text = cell.text();
        let period = match self.periods.get(&text) {
            Some(period) => period,
            None => {
                let period = Period::parse(&text);
                self.periods.put(&text, period);
                period
            }
        };
        if period.is_none() {
            let shown = shorten(&text);
            self.note(&catalog::INVALID_PERIOD, table, column, &text, || {
                let digits: String = text.chars().take_while(char::is_ascii_digit).collect();
                let help = if digits.len() == 4 && Period::parse(&digits).is_some() {
                    format!("write `{digits}`, `{digits}-Q1`, `{digits}-01` or `{digits}-01-31`, whichever is meant")
                } else {
                    "write a year, year-quarter, year-month, date, or a span of years: `2018`, `2018-Q2`, `2018-05`, \
                     `2018-05-10`, `2017/2018`"
                        .to_owned()
                };
                (format!("`{shown}` is not a period"), help)
            });
        }
        period.map(Some)
    }

    fn status(&mut self, table: &dyn Table) -> Option<Status> {
        let Some(column) = self.columns.of(ColumnRole::Status) else { return Some(self.source.status) };
        let cell = table.cell(column);
        if cell.is_empty() {
            return Some(self.source.status);
        }
        let text = cell.text();
        let status = match self.statuses.get(&text) {
            Some(status) => status,
            None => {
                let folded = text.to_lowercase();
                let status = Status::WORDS
                    .iter()
                    .find(|(w, _)| *w == folded)
                    .or_else(|| Status::SDMX.iter().find(|(code, _)| *code == text))
                    .map(|(_, status)| *status);
                self.statuses.put(&text, status);
                status
            }
        };
        if status.is_none() {
            let shown = shorten(&text);
            self.note(&catalog::UNKNOWN_STATUS, table, column, &text, || {
                let words = Status::WORDS.iter().map(|(w, _)| *w);
                let help = match nearest(&text, words.clone()) {
                    Some(near) => format!("write `{near}`"),
                    None => format!(
                        "write one of {}, or the SDMX codes A, P, D, B, E, I, F",
                        words.map(|w| format!("`{w}`")).collect::<Vec<_>>().join(", ")
                    ),
                };
                (format!("`{shown}` is not a status"), help)
            });
        }
        status
    }

    /// The value of a long row, from its value, bound, survey and title columns.
    fn figure(&mut self, table: &dyn Table, variable: usize) -> Option<Value> {
        let value_column = self.columns.of(ColumnRole::Value);
        let empty = value_column.is_none_or(|c| table.cell(c).is_empty());
        let value = match value_column {
            Some(column) => self.value(table, column, variable),
            None => Some(self.empty_cell()),
        };
        let filled = |me: &Self, role| me.columns.of(role).filter(|c| !table.cell(*c).is_empty());
        let bounds = (filled(self, ColumnRole::Lower), filled(self, ColumnRole::Upper));
        if bounds.0.is_some() || bounds.1.is_some() {
            if empty && self.session.variables[variable].scale.is_none() {
                return self.interval(table, bounds);
            }
            self.summary.pass_over(Reason::BoundsBesideValue, 1, None);
        }
        let survey = (filled(self, ColumnRole::SampleSize), filled(self, ColumnRole::StandardError));
        let dates = (filled(self, ColumnRole::Awarded), filled(self, ColumnRole::Expires));
        let value = value?;
        let title = self.session.variables[variable].scale.is_some_and(|scale| scale.title);
        if dates.0.is_some() || dates.1.is_some() {
            match value {
                Value::Title { level, .. } => {
                    let awarded = self.optional(table, dates.0, Self::date);
                    let expires = self.optional(table, dates.1, Self::date);
                    return Some(Value::Title { level, awarded: awarded?, expires: expires? });
                }
                _ if title => {}
                _ => self.summary.pass_over(Reason::DatesWithoutTitle, 1, None),
            }
        }
        if survey.0.is_some() || survey.1.is_some() {
            if let Value::Number(estimate) = value {
                let n = self.optional(table, survey.0, Self::sample_size);
                let standard_error = self.optional(table, survey.1, Self::plain_number);
                return Some(Value::Survey { estimate, n: n?, standard_error: standard_error? });
            }
            if !matches!(value, Value::Absent(_)) {
                self.summary.pass_over(Reason::SurveyWithoutNumber, 1, None);
            }
        }
        Some(value)
    }

    /// Reads a cell that may be absent: the outer `None` is an error.
    #[expect(clippy::option_option, reason = "an absent cell and a wrong one are different things")]
    fn optional<T>(
        &mut self,
        table: &dyn Table,
        column: Option<usize>,
        read: impl FnOnce(&mut Self, &dyn Table, usize) -> Option<T>,
    ) -> Option<Option<T>> {
        match column {
            None => Some(None),
            Some(column) if self.absent.contains_key(&*table.cell(column).text()) => Some(None),
            Some(column) => read(self, table, column).map(Some),
        }
    }

    fn interval(&mut self, table: &dyn Table, bounds: (Option<usize>, Option<usize>)) -> Option<Value> {
        let lower = self.optional(table, bounds.0, Self::plain_number);
        let upper = self.optional(table, bounds.1, Self::plain_number);
        let (lower, upper) = (lower?, upper?);
        if let (Some(a), Some(b), Some(column)) = (lower, upper, bounds.0)
            && a > b
        {
            self.reversed(table, column, &format!("{a} to {b}"));
            return None;
        }
        Some(match (lower, upper) {
            (None, None) => self.empty_cell(),
            (lower, upper) => Value::Interval { lower, upper },
        })
    }

    fn reversed(&mut self, table: &dyn Table, column: usize, text: &str) {
        self.note(&catalog::INVALID_BOUNDS, table, column, text, || {
            (
                format!("the interval {} has its lower bound above its upper bound", shorten(text)),
                "exchange the bounds, or correct them".to_owned(),
            )
        });
    }

    fn empty_cell(&self) -> Value {
        Value::Absent(self.absent.get("").copied().unwrap_or(Absence::NotReported))
    }

    /// The value of one cell for a variable; `None` when it is wrong.
    fn value(&mut self, table: &dyn Table, column: usize, variable: usize) -> Option<Value> {
        let cell = table.cell(column);
        if cell.is_empty() {
            return Some(self.empty_cell());
        }
        if let Cell::Error(error) = cell {
            self.formula_error(table, column, error);
            return None;
        }
        if self.session.variables[variable].scale.is_some() {
            return self.level(table, column, variable, &cell.text());
        }
        if !self.absent.is_empty()
            && let Some(why) = self.absent.get(&*cell.text())
        {
            return Some(Value::Absent(*why));
        }
        match &cell {
            Cell::Text(text) => match read_value(text, &self.source.numbers) {
                Ok(Some(value)) => Some(value),
                Ok(None) => {
                    self.reversed(table, column, text);
                    None
                }
                Err(why) => {
                    if why == NotNumber::Limit(ParseNumber::Digits)
                        && let Some(x) = read_rounded(text, &self.source.numbers)
                    {
                        self.digits_dropped(table, column, text, x);
                        return Some(Value::Number(x));
                    }
                    self.not_a_number(table, column, Some(variable), text, &why);
                    None
                }
            },
            _ => self.stored_number(table, column, Some(variable)).map(Value::Number),
        }
    }

    fn formula_error(&mut self, table: &dyn Table, column: usize, error: &str) {
        self.note(&catalog::FORMULA_ERROR_CELL, table, column, error, || {
            (
                format!("the cell shows `{error}`, the error of a formula"),
                "mend the formula in the workbook, or clear the cell".to_owned(),
            )
        });
    }

    fn digits_dropped(&mut self, table: &dyn Table, column: usize, text: &str, x: Decimal) {
        self.note(&catalog::DIGITS_DROPPED, table, column, text, || {
            (
                format!("`{}` has more digits than a decimal holds; {x} is taken", shorten(text)),
                "round the figures in the file to the digits that mean something".to_owned(),
            )
        });
    }

    fn not_a_number(
        &mut self,
        table: &dyn Table,
        column: usize,
        variable: Option<usize>,
        text: &str,
        why: &NotNumber,
    ) {
        let advice = advise(text, &self.source.numbers, why);
        let place = table.place(column);
        let concerned = variable.map(|at| self.session.variables[at].id);
        self.problems.note(advice.kind, &self.headings[column], text, &place, || {
            let diagnostic = Diagnostic::new(advice.kind, advice.message).at(place.clone()).help(advice.help);
            match concerned {
                Some(id) => diagnostic.concerning("variable", id),
                None => diagnostic,
            }
        });
    }

    /// A number that a workbook stores as such.
    fn stored_number(
        &mut self,
        table: &dyn Table,
        column: usize,
        variable: Option<usize>,
    ) -> Option<Decimal> {
        let cell = table.cell(column);
        match cell {
            Cell::Number(x) => {
                self.binary += 1;
                if significant_digits(x) > 15 {
                    match &mut self.long_binary {
                        Some((_, count)) => *count += 1,
                        None => self.long_binary = Some((table.place(column), 1)),
                    }
                }
                let decimal = x.to_decimal();
                if decimal.is_none() {
                    let why = NotNumber::Limit(ParseNumber::Range);
                    self.not_a_number(table, column, variable, &x.to_string(), &why);
                }
                decimal
            }
            Cell::Text(text) => match read_number(text, &self.source.numbers) {
                Ok(x) => Some(x),
                Err(why) => {
                    self.not_a_number(table, column, variable, text, &why);
                    None
                }
            },
            Cell::Error(error) => {
                self.formula_error(table, column, error);
                None
            }
            Cell::Date(_) | Cell::Truth(_) | Cell::Empty => {
                let text = cell.text();
                let is_date = matches!(cell, Cell::Date(_));
                self.note(&catalog::NOT_A_NUMBER, table, column, &text, || {
                    let help = if is_date {
                        "give the cell a number format in the workbook, and check that the number is still there"
                    } else {
                        "write a number, or say `scale = \"yes-no\"` for the indicator"
                    };
                    let what = if is_date { "a date or time" } else { "not a number" };
                    (format!("`{text}` is {what}, where a number is expected"), help.to_owned())
                });
                None
            }
        }
    }

    fn plain_number(&mut self, table: &dyn Table, column: usize) -> Option<Decimal> {
        self.stored_number(table, column, None)
    }

    fn sample_size(&mut self, table: &dyn Table, column: usize) -> Option<u64> {
        let x = self.stored_number(table, column, None)?.normalize();
        match u64::try_from(x.mantissa()) {
            Ok(n) if x.scale() == 0 => Some(n),
            _ => {
                self.note(&catalog::NOT_A_NUMBER, table, column, &x.to_string(), || {
                    (format!("`{x}` is not a number of respondents"), "write a whole number".to_owned())
                });
                None
            }
        }
    }

    fn date(&mut self, table: &dyn Table, column: usize) -> Option<Date> {
        let cell = table.cell(column);
        let text = cell.text();
        let date = match self.dates.get(&text) {
            Some(date) => date,
            None => {
                let date = read_date(&text);
                self.dates.put(&text, date);
                date
            }
        };
        if date.is_none() {
            self.bad_date(table, column, &text);
        }
        date
    }

    fn bad_date(&mut self, table: &dyn Table, column: usize, text: &str) {
        self.note(&catalog::INVALID_DATE, table, column, text, || {
            (format!("`{}` is not a date", shorten(text)), "write year-month-day: `2018-05-10`".to_owned())
        });
    }

    fn level(&mut self, table: &dyn Table, column: usize, variable: usize, text: &str) -> Option<Value> {
        let scale = self.session.variables[variable].scale?;
        let key = (variable, text.to_owned());
        let level = match self.levels.get(&key) {
            Some(level) => *level,
            None => {
                let named = || {
                    let mut named = scale.levels.iter().enumerate().filter(|(_, level)| {
                        [Lang::En, Lang::Zh].into_iter().any(|lang| level.name.get(lang) == text)
                    });
                    match (named.next(), named.next()) {
                        (Some((at, _)), None) => Some(at),
                        _ => None,
                    }
                };
                let level = scale.level(text).or_else(named).or_else(|| yes_or_no(scale, text));
                self.levels.insert(key, level);
                level
            }
        };
        match (level, self.absent.get(text)) {
            (Some(level), _) if scale.title => Some(Value::Title { level, awarded: None, expires: None }),
            (Some(level), _) => Some(Value::Level(level)),
            (None, Some(why)) => Some(Value::Absent(*why)),
            (None, None) if is_marker(text) => {
                self.not_a_number(table, column, Some(variable), text, &NotNumber::Shape);
                None
            }
            (None, None) => {
                let id = self.session.variables[variable].id;
                let place = table.place(column);
                // Alike only where the variable is the same: each scale has its own levels.
                let key = format!("{id}: {text}");
                self.problems.note(&catalog::UNKNOWN_LEVEL, &self.headings[column], &key, &place, || {
                    let codes = scale.levels.iter().map(|l| l.id.as_str());
                    let help = match nearest(text, codes.clone()) {
                        Some(near) => format!("write `{near}`"),
                        None => format!(
                            "write one of {}",
                            codes.map(|c| format!("`{c}`")).collect::<Vec<_>>().join(", ")
                        ),
                    };
                    Diagnostic::new(
                        &catalog::UNKNOWN_LEVEL,
                        format!("`{}` is not a level of the scale of `{id}`", shorten(text)),
                    )
                    .at(place.clone())
                    .concerning("variable", id)
                    .help(help)
                });
                None
            }
        }
    }

    /// The value in the measurement unit of its variable; `None` when it cannot be expressed in it.
    fn in_measurement_unit(&mut self, table: &dyn Table, variable: usize, value: Value) -> Option<Value> {
        let Some(column) = self.columns.of(ColumnRole::MeasurementUnit) else { return Some(value) };
        let target = self.session.variables[variable];
        let (Some(expected), None) = (target.measurement_unit, target.scale) else { return Some(value) };
        let cell = table.cell(column);
        let text = cell.text();
        if text.is_empty() || *text == *expected || matches!(value, Value::Absent(_)) {
            return Some(value);
        }
        let key = (variable, self.session.texts.intern(&text));
        let conversions = &self.session.package.conversions;
        let measured = *self.measured.entry(key).or_insert_with(|| {
            let (given, expected) = (squeeze(&text), squeeze(expected));
            if given == expected {
                return Measured::Same;
            }
            conversions
                .iter()
                .position(|c| squeeze(&c.from) == given && squeeze(&c.to) == expected)
                .map_or(Measured::Wrong, Measured::Converted)
        });
        match measured {
            Measured::Same => Some(value),
            Measured::Wrong => {
                let place = table.place(column);
                let shown = shorten(&text);
                let key = format!("{}: {text}", target.id);
                self.problems.note(
                    &catalog::WRONG_MEASUREMENT_UNIT,
                    &self.headings[column],
                    &key,
                    &place,
                    || {
                        Diagnostic::new(
                            &catalog::WRONG_MEASUREMENT_UNIT,
                            format!("the figure is in `{shown}`, but `{}` is in `{expected}`", target.id),
                        )
                        .at(place.clone())
                        .concerning("variable", target.id)
                        .help(format!(
                            "correct the measurement unit, or declare `[[conversion]]` with `from = \"{}\"`, `to = \
                             \"{}\"` and the factor as `multiply`",
                            toml_escape(&shown),
                            toml_escape(expected)
                        ))
                    },
                );
                None
            }
            Measured::Converted(at) => {
                let factor = self.session.package.conversions[at].multiply;
                let converted = convert(&value, factor);
                if converted.is_some() {
                    *self.converted.entry(at).or_default() += 1;
                } else {
                    let value_column = self.columns.of(ColumnRole::Value).unwrap_or(column);
                    let shown = table.cell(value_column).text().into_owned();
                    self.note(&catalog::INVALID_NUMBER, table, value_column, &shown, || {
                        (
                            format!("`{shown}` times {factor} does not fit into 28 digits"),
                            "round the figure, or supply it in the measurement unit of the indicator"
                                .to_owned(),
                        )
                    });
                }
                converted
            }
        }
    }

    /// The detail with the figure as the file has it, for a percentage that was divided.
    fn as_written_percent(&self, table: &dyn Table, column: usize, detail: Arc<Detail>) -> Arc<Detail> {
        let divided =
            self.source.numbers.percent == Percent::Divide && table.cell(column).text().contains('%');
        if divided { self.as_written(table, column, None, detail) } else { detail }
    }

    /// The detail with the figure as the file has it.
    fn as_written(
        &self,
        table: &dyn Table,
        column: usize,
        unit: Option<usize>,
        detail: Arc<Detail>,
    ) -> Arc<Detail> {
        let mut written = table.cell(column).text().into_owned();
        if let Some(unit) = unit {
            written = format!("{written} {}", table.cell(unit).text());
        }
        Arc::new(Detail { as_written: Some(written.into()), ..Detail::clone(&detail) })
    }

    /// What else the row says; equal rows share it.
    fn detail(&mut self, table: &dyn Table) -> Arc<Detail> {
        let mut key = [NOTHING; DETAIL.len()];
        for (i, role) in DETAIL.into_iter().enumerate() {
            let Some(column) = self.columns.of(role) else { continue };
            let cell = table.cell(column);
            if cell.is_empty() {
                continue;
            }
            let text = cell.text();
            if self.last_texts[i].0 != *text {
                let known = self.session.texts.list.len();
                let at = self.session.texts.intern(&text);
                if at as usize == known {
                    self.look_for_formula(table, column, &text);
                }
                self.last_texts[i] = (text.into_owned(), at);
            }
            key[i] = self.last_texts[i].1;
        }
        if key == self.last_detail.0 {
            return self.last_detail.1.clone();
        }
        let detail = match self.details.get(&key) {
            Some(detail) => detail.clone(),
            None => {
                let detail = Arc::new(self.new_detail(table, &key));
                self.details.insert(key, detail.clone());
                detail
            }
        };
        self.last_detail = (key, detail.clone());
        detail
    }

    fn new_detail(&mut self, table: &dyn Table, key: &[u32; DETAIL.len()]) -> Detail {
        let mut detail = Detail { data_source: u32::try_from(self.session.source).ok(), ..Detail::default() };
        for (i, role) in DETAIL.into_iter().enumerate() {
            let (Some(text), Some(column)) =
                (self.session.texts.list.get(key[i] as usize).cloned(), self.columns.of(role))
            else {
                continue;
            };
            match role {
                ColumnRole::MeasurementUnit => detail.measurement_unit = Some(text),
                ColumnRole::Source => detail.source = Some(text),
                ColumnRole::Document => detail.document = Some(text),
                ColumnRole::Boundary => detail.boundary = Some(text),
                ColumnRole::Quality => detail.quality = Some(text),
                ColumnRole::Note => detail.note = Some(text),
                ColumnRole::Vintage => {
                    detail.vintage = read_date(&text);
                    if detail.vintage.is_none() {
                        self.bad_date(table, column, &text);
                    }
                }
                ColumnRole::Confidence => {
                    detail.confidence = Confidence::WORDS.iter().find(|(w, _)| *w == &*text).map(|(_, c)| *c);
                    if detail.confidence.is_none() {
                        self.note(&catalog::UNKNOWN_WORD, table, column, &text, || {
                            let words = Confidence::WORDS.iter().map(|(w, _)| *w);
                            let help = match nearest(&text, words.clone()) {
                                Some(near) => format!("write `{near}`"),
                                None => format!("write one of {}", list_some(words)),
                            };
                            (format!("`{}` is not a word for `{}`", shorten(&text), word(role)), help)
                        });
                    }
                }
                _ => {}
            }
        }
        detail
    }

    /// Notes the name a row gives its unit; the first one in each language counts.
    fn unit_display_name(&mut self, table: &dyn Table, unit: usize) {
        let Some(column) = self.columns.of(ColumnRole::UnitName) else { return };
        let cell = table.cell(column);
        if cell.is_empty() {
            return;
        }
        let name = cell.text();
        let id = &self.session.data.units[unit];
        let text = match self.session.unit_names.get_mut(id) {
            Some(text) => text,
            None => self.session.unit_names.entry(id.clone()).or_default(),
        };
        let form = if name.chars().any(is_han) { &mut text.zh } else { &mut text.en };
        if form.is_none() {
            *form = Some(name.clone().into_owned());
            self.look_for_formula(table, column, &name);
        }
    }

    /// A text that a spreadsheet would run is data here; the report must not hand it on unmarked.
    fn look_for_formula(&mut self, table: &dyn Table, column: usize, text: &str) {
        if !is_formula(text) {
            return;
        }
        match &mut self.formula_text {
            Some((_, _, count)) => *count += 1,
            None => self.formula_text = Some((table.place(column), text.to_owned(), 1)),
        }
    }
}

/// Notes a finding about the text of a cell; `what` yields message and help and is called for what is shown only.
fn note_in(
    problems: &mut Problems,
    headings: &[String],
    kind: &'static Kind,
    table: &dyn Table,
    column: usize,
    text: &str,
    what: impl FnOnce() -> (String, String),
) {
    let place = table.place(column);
    problems.note(kind, &headings[column], text, &place, || {
        let (message, help) = what();
        let diagnostic = Diagnostic::new(kind, message).at(place.clone());
        if help.is_empty() { diagnostic } else { diagnostic.help(help) }
    });
}

/// The level of an answer, on the scale that comes with every package.
fn yes_or_no(scale: &OrderedScale, text: &str) -> Option<usize> {
    if scale.id != *OrderedScale::YES_NO || OrderedScale::yes_no().as_ref() != Some(scale) {
        return None;
    }
    let level = match text.to_lowercase().as_str() {
        "yes" | "true" | "1" => "yes",
        "no" | "false" | "0" => "no",
        _ => return None,
    };
    scale.level(level)
}

fn is_han(c: char) -> bool {
    matches!(c, '\u{3400}'..='\u{9FFF}' | '\u{F900}'..='\u{FAFF}' | '\u{20000}'..='\u{3FFFF}')
}

fn is_formula(text: &str) -> bool {
    let mut chars = text.chars();
    match chars.next() {
        Some('=' | '@') => chars.next().is_some(),
        Some('+' | '-') => {
            chars.next().is_some_and(|c| c.is_alphanumeric() || c == '(')
                && read_number(text, &Default::default()).is_err()
        }
        _ => false,
    }
}

/// A date as year-month-day; a time after it, which workbooks add, is dropped.
fn read_date(text: &str) -> Option<Date> {
    let day = text.get(..10).filter(|_| matches!(text.as_bytes().get(10), None | Some(b'T' | b' ')))?;
    let bytes = day.as_bytes();
    if bytes[4] != b'-' || bytes[7] != b'-' {
        return None;
    }
    day.parse().ok()
}

/// Digits of the shortest decimal that reads back as the double.
fn significant_digits(x: f64) -> usize {
    let text = format!("{x:e}");
    text.bytes().take_while(|b| *b != b'e').filter(u8::is_ascii_digit).count()
}

fn convert(value: &Value, factor: Decimal) -> Option<Value> {
    let times = |x: Decimal| exact_product(x, factor);
    // The outer `None` is a product that does not fit.
    let maybe = |x: Option<Decimal>| match x {
        Some(x) => times(x).map(Some),
        None => Some(None),
    };
    Some(match value {
        Value::Number(x) => Value::Number(times(*x)?),
        Value::Interval { lower, upper } => {
            let (lower, upper) = (maybe(*lower)?, maybe(*upper)?);
            if factor < Decimal::ZERO {
                Value::Interval { lower: upper, upper: lower }
            } else {
                Value::Interval { lower, upper }
            }
        }
        Value::Survey { estimate, n, standard_error } => Value::Survey {
            estimate: times(*estimate)?,
            n: *n,
            standard_error: maybe(*standard_error)?.map(|e| e.abs()),
        },
        other => other.clone(),
    })
}
