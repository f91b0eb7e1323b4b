//! The figures of a data set: plain ones in columns, everything else one by one.
//!
//! Most cells of a large table are a number or empty, and all that is known of them beside that is known of their row or
//! their column. A [`Grid`] keeps such a table as columns, nine bytes a cell, and makes an [`Observation`] of a cell when one
//! is asked for: with unit, period, status, detail and place as if it had been kept whole. What is more than a plain number (a
//! title, bounds, a survey, a figure with a detail of its own) stands beside the columns as it is.

use super::{Absence, Detail, Observation, Period, Status, Value};
use crate::Decimal;
use crate::diagnostic::Place;
use std::collections::BTreeMap;
use std::sync::Arc;

/// Observations in the order they were read. Each has a place, which it keeps when others are removed.
#[derive(Debug, Clone, Default)]
pub struct Observations {
    /// Each with the place of its first cell.
    pieces: Vec<(usize, Piece)>,
    n_places: usize,
    len: usize,
}

/// Neighboring observations that are kept in the same way.
#[derive(Debug, Clone)]
pub enum Piece {
    /// One by one; nothing where one was removed.
    Listed(Vec<Option<Observation>>),
    /// In columns. A cell's place is that of its row times the number of columns, plus its column.
    Grid(Grid),
}

impl Piece {
    fn n_places(&self) -> usize {
        match self {
            Self::Listed(list) => list.len(),
            Self::Grid(grid) => grid.n_places(),
        }
    }
    fn get(&self, at: usize) -> Option<Observation> {
        match self {
            Self::Listed(list) => list.get(at)?.clone(),
            Self::Grid(grid) => grid.observation(at),
        }
    }
    fn key(&self, at: usize) -> Option<Key> {
        match self {
            Self::Listed(list) => {
                let o = list.get(at)?.as_ref()?;
                Some(Key { unit: o.unit, variable: o.variable, period: o.period })
            }
            Self::Grid(grid) => grid.key(at),
        }
    }
}

/// What a figure is about.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub struct Key {
    /// Index into [`DataSet::units`](super::DataSet::units).
    pub unit: usize,
    /// Index into [`DataSet::variables`](super::DataSet::variables).
    pub variable: usize,
    /// The period it is about.
    pub period: Option<Period>,
}

impl Observations {
    /// Adds an observation.
    pub fn push(&mut self, observation: Observation) {
        if !matches!(self.pieces.last(), Some((_, Piece::Listed(_)))) {
            self.pieces.push((self.n_places, Piece::Listed(Vec::new())));
        }
        if let Some((_, Piece::Listed(list))) = self.pieces.last_mut() {
            list.push(Some(observation));
        }
        self.n_places += 1;
        self.len += 1;
    }
    /// Adds the figures of a table.
    pub fn push_grid(&mut self, grid: Grid) {
        let n_places = grid.n_places();
        self.len += grid.len();
        if n_places > 0 {
            self.pieces.push((self.n_places, Piece::Grid(grid)));
            self.n_places += n_places;
        }
    }
    /// How many there are.
    #[must_use]
    pub fn len(&self) -> usize {
        self.len
    }
    /// Whether there are none.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.len == 0
    }
    /// One more than the last place.
    #[must_use]
    pub fn n_places(&self) -> usize {
        self.n_places
    }
    fn piece(&self, at: usize) -> Option<(usize, &Piece)> {
        let piece = self.pieces.partition_point(|(start, _)| *start <= at).checked_sub(1)?;
        let (start, piece) = &self.pieces[piece];
        Some((at - start, piece))
    }
    /// The observation of a place.
    #[must_use]
    pub fn get(&self, at: usize) -> Option<Observation> {
        let (at, piece) = self.piece(at)?;
        piece.get(at)
    }
    /// What the observation of a place is about.
    #[must_use]
    pub fn key(&self, at: usize) -> Option<Key> {
        let (at, piece) = self.piece(at)?;
        piece.key(at)
    }
    /// The status of the observation of a place.
    #[must_use]
    pub fn status(&self, at: usize) -> Option<Status> {
        match self.piece(at)? {
            (at, Piece::Listed(list)) => Some(list.get(at)?.as_ref()?.status),
            (at, Piece::Grid(grid)) => grid.status(at),
        }
    }
    /// The value of the observation of a place.
    #[must_use]
    pub fn value(&self, at: usize) -> Option<Value> {
        match self.piece(at)? {
            (at, Piece::Listed(list)) => Some(list.get(at)?.as_ref()?.value.clone()),
            (at, Piece::Grid(grid)) => grid.value(at),
        }
    }
    /// All of them, in order.
    pub fn iter(&self) -> impl Iterator<Item = Observation> + '_ {
        self.places().filter_map(|at| self.get(at))
    }
    /// The places that have an observation, in order.
    pub fn places(&self) -> impl Iterator<Item = usize> + '_ {
        self.keys().map(|(at, _)| at)
    }
    /// The places that have an observation, with what it is about.
    pub fn keys(&self) -> impl Iterator<Item = (usize, Key)> + '_ {
        self.pieces.iter().flat_map(|(start, piece)| {
            (0..piece.n_places()).filter_map(move |at| Some((start + at, piece.key(at)?)))
        })
    }
    /// The places of a unit's observations, in order.
    #[must_use]
    pub fn of_unit(&self, unit: usize) -> Vec<usize> {
        let mut out = Vec::new();
        for (start, piece) in &self.pieces {
            match piece {
                Piece::Listed(list) => {
                    let is = |o: &Option<Observation>| o.as_ref().is_some_and(|o| o.unit == unit);
                    out.extend((0..list.len()).filter(|at| is(&list[*at])).map(|at| start + at));
                }
                Piece::Grid(grid) => {
                    let n = grid.columns.len();
                    let rows = grid.rows.iter().enumerate().filter(|(_, row)| row.unit as usize == unit);
                    let cells = rows.flat_map(|(row, _)| row * n..(row + 1) * n);
                    out.extend(cells.filter(|at| grid.key(*at).is_some()).map(|at| start + at));
                }
            }
        }
        out
    }
    /// The pieces, each with the place of its first cell.
    pub fn pieces(&self) -> impl Iterator<Item = (usize, &Piece)> {
        self.pieces.iter().map(|(start, piece)| (*start, piece))
    }
    /// Changes the observation at a place, where there is one.
    pub fn change(&mut self, at: usize, change: impl FnOnce(&mut Observation)) {
        if let Some(mut observation) = self.get(at) {
            change(&mut observation);
            self.replace(at, observation);
        }
    }
    /// Removes the observations whose key says so.
    pub fn remove_where(&mut self, goes: impl Fn(Key) -> bool) {
        let places: Vec<usize> = self.keys().filter(|(_, key)| goes(*key)).map(|(at, _)| at).collect();
        for at in places {
            self.remove(at);
        }
    }
    /// Puts an observation in the place of another.
    pub fn replace(&mut self, at: usize, observation: Observation) {
        if self.key(at).is_none() {
            return;
        }
        let piece = self.pieces.partition_point(|(start, _)| *start <= at) - 1;
        let (start, piece) = &mut self.pieces[piece];
        match piece {
            Piece::Listed(list) => list[at - *start] = Some(observation),
            Piece::Grid(grid) => grid.put_other(at - *start, observation),
        }
    }
    /// Takes the observation of a place out; the others keep theirs.
    pub fn remove(&mut self, at: usize) {
        if self.key(at).is_none() {
            return;
        }
        let piece = self.pieces.partition_point(|(start, _)| *start <= at) - 1;
        let (start, piece) = &mut self.pieces[piece];
        match piece {
            Piece::Listed(list) => list[at - *start] = None,
            Piece::Grid(grid) => grid.clear(at - *start),
        }
        self.len -= 1;
    }
    /// The periods that occur, in order.
    pub(super) fn periods(&self) -> Vec<Period> {
        let mut out: Vec<Period> = Vec::new();
        for (_, piece) in &self.pieces {
            match piece {
                // Neighbors are mostly of one period; a piece may hold millions of figures of a few.
                Piece::Listed(list) => {
                    for period in list.iter().flatten().filter_map(|o| o.period) {
                        if out.last() != Some(&period) {
                            out.push(period);
                        }
                    }
                }
                Piece::Grid(grid) => {
                    let used = grid.heads_in_use();
                    out.extend(
                        grid.heads.iter().zip(used).filter(|(_, used)| *used).filter_map(|(h, _)| h.period),
                    );
                    out.extend(grid.others.values().filter_map(|o| o.period));
                }
            }
            out.sort();
            out.dedup();
        }
        out
    }
}

/// Alike are observations that are the same in the same order, however they are kept.
impl PartialEq for Observations {
    fn eq(&self, other: &Self) -> bool {
        self.len == other.len && self.iter().eq(other.iter())
    }
}
impl Eq for Observations {}

impl From<Vec<Observation>> for Observations {
    fn from(list: Vec<Observation>) -> Self {
        list.into_iter().collect()
    }
}
impl FromIterator<Observation> for Observations {
    fn from_iter<I: IntoIterator<Item = Observation>>(list: I) -> Self {
        let mut out = Self::default();
        list.into_iter().for_each(|observation| out.push(observation));
        out
    }
}

/// Where the cells of a grid were read: which file, and which sheet where it is a workbook.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct GridFile {
    /// The file as the user named it.
    pub file: Arc<str>,
    /// The sheet of a workbook.
    pub sheet: Option<Arc<str>>,
}

/// What the figures of a row share.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Head {
    /// The period they are about.
    pub period: Option<Period>,
    /// How firm they are.
    pub status: Status,
    /// What else is known.
    pub detail: Arc<Detail>,
}

/// A row of a grid.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct GridRow {
    /// Index into the units; [`GridRow::NONE`] for a row that is not read.
    pub unit: u32,
    /// Index into the variables where each row has its own (the long layout); else [`GridRow::NONE`].
    pub variable: u32,
    /// Index into the grid's heads.
    pub head: u32,
    /// Line of a text table, row of a sheet; from 1.
    pub line: u32,
}

impl GridRow {
    /// No unit, or no variable.
    pub const NONE: u32 = u32::MAX;
}

/// Figures of a table, in columns.
#[derive(Debug, Clone, Default)]
pub struct Grid {
    file: GridFile,
    heads: Vec<Head>,
    rows: Vec<GridRow>,
    columns: Vec<GridColumn>,
    /// By place, what is more than a plain number.
    others: BTreeMap<usize, Observation>,
}

/// A column of a grid: a number, a mark or nothing in each row.
#[derive(Debug, Clone)]
pub struct GridColumn {
    /// Index into the variables; [`GridRow::NONE`] where each row has its own.
    pub variable: u32,
    /// Field of a text table, column of a sheet; from 1.
    pub field: u32,
    /// Digits of the numbers.
    mantissas: Vec<i64>,
    /// Places after the point, or one of the marks below.
    marks: Vec<u8>,
}

/// No observation.
const NOTHING: u8 = 255;
/// An observation that stands beside the columns.
const OTHER: u8 = 254;
/// No value; added to the place of the reason in [`Absence::ALL`].
const ABSENT: u8 = 128;
/// The most places after the point that a number in a column has.
pub const MOST_PLACES: usize = 18;

/// What a column of a grid has in a row.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Plain {
    /// The number `mantissa × 10^-places`.
    Number {
        /// Its digits.
        mantissa: i64,
        /// Places after the point.
        places: u32,
    },
    /// No value, and why.
    Absent(Absence),
    /// An observation that is more than this; see [`Grid::others`].
    Other,
    /// No observation.
    Nothing,
}

impl Plain {
    /// A value as a column keeps it, where it can.
    #[must_use]
    pub fn of(value: &Value) -> Option<Self> {
        match value {
            Value::Number(x) => {
                let places = x.scale();
                let mantissa = i64::try_from(x.mantissa()).ok()?;
                // A negative zero has no mantissa that says so.
                let kept = places as usize <= MOST_PLACES && !(mantissa == 0 && x.is_sign_negative());
                kept.then_some(Self::Number { mantissa, places })
            }
            Value::Absent(why) => Some(Self::Absent(*why)),
            _ => None,
        }
    }
    fn value(self) -> Option<Value> {
        match self {
            Self::Number { mantissa, places } => Some(Value::Number(Decimal::new(mantissa, places))),
            Self::Absent(why) => Some(Value::Absent(why)),
            Self::Other | Self::Nothing => None,
        }
    }
    #[inline]
    fn mark(self) -> (i64, u8) {
        match self {
            Self::Number { mantissa, places } => (mantissa, places as u8),
            Self::Absent(why) => (0, ABSENT + why.place() as u8),
            Self::Other => (0, OTHER),
            Self::Nothing => (0, NOTHING),
        }
    }
}

impl GridColumn {
    /// A column without rows, with room for some.
    #[must_use]
    pub fn new(variable: u32, field: u32, n_rows: usize) -> Self {
        Self { variable, field, mantissas: Vec::with_capacity(n_rows), marks: Vec::with_capacity(n_rows) }
    }
    /// Adds a row. A number has at most 18 places.
    #[inline]
    pub fn push(&mut self, cell: Plain) {
        let (mantissa, mark) = cell.mark();
        self.mantissas.push(mantissa);
        self.marks.push(mark);
    }
    /// Takes the last row out again, where there are more than `n_rows`.
    pub fn pop_behind(&mut self, n_rows: usize) -> Option<Plain> {
        let last = self.marks.len().checked_sub(1).filter(|last| *last >= n_rows)?;
        let cell = self.get(last);
        self.mantissas.truncate(last);
        self.marks.truncate(last);
        Some(cell)
    }
    fn set(&mut self, row: usize, cell: Plain) {
        (self.mantissas[row], self.marks[row]) = cell.mark();
    }
    /// What it has in a row.
    #[must_use]
    #[inline]
    pub fn get(&self, row: usize) -> Plain {
        plain(self.mantissas[row], self.marks[row])
    }
    /// What it has in each row.
    #[inline]
    pub fn iter(&self) -> impl Iterator<Item = Plain> + '_ {
        self.mantissas.iter().zip(&self.marks).map(|(mantissa, mark)| plain(*mantissa, *mark))
    }
}

#[inline]
fn plain(mantissa: i64, mark: u8) -> Plain {
    match mark {
        NOTHING => Plain::Nothing,
        OTHER => Plain::Other,
        places if places < ABSENT => Plain::Number { mantissa, places: u32::from(places) },
        absent => Plain::Absent(
            Absence::ALL.get(usize::from(absent - ABSENT)).copied().unwrap_or(Absence::NotReported),
        ),
    }
}

impl Grid {
    /// A grid without rows, or (from a reader that reads cells before it knows their rows) with columns that have theirs.
    #[must_use]
    pub fn new(file: GridFile, columns: Vec<GridColumn>) -> Self {
        Self { file, heads: Vec::new(), rows: Vec::new(), columns, others: BTreeMap::new() }
    }
    /// Says of which unit, period, status and detail the next row is, and what line it stands on; in columns that do not reach
    /// to it yet it has nothing.
    pub fn push_row(&mut self, unit: u32, variable: u32, head: Head, line: u32) {
        // Rows that share a head mostly follow each other, or alternate between a few.
        const LOOKED_AT: usize = 16;
        let first = self.heads.len().saturating_sub(LOOKED_AT);
        let same = |known: &Head| {
            known.period == head.period
                && known.status == head.status
                && Arc::ptr_eq(&known.detail, &head.detail)
        };
        let head = match self.heads[first..].iter().rposition(same) {
            Some(at) => first + at,
            None => {
                self.heads.push(head);
                self.heads.len() - 1
            }
        };
        self.rows.push(GridRow { unit, variable, head: head as u32, line });
        for column in &mut self.columns {
            while column.marks.len() < self.rows.len() {
                column.push(Plain::Nothing);
            }
        }
    }
    /// Puts a value into the last row.
    pub fn put(&mut self, column: usize, observation: Observation) {
        let Some(row) = self.rows.len().checked_sub(1) else { return };
        let at = row * self.columns.len() + column;
        self.put_other(at, observation);
    }
    /// Puts an observation at a place: in its column where that says all there is to say, else beside it.
    fn put_other(&mut self, at: usize, observation: Observation) {
        let (row, column) = self.cell(at);
        self.others.remove(&at);
        if let Some(plain) = Plain::of(&observation.value)
            && self.says(row, column, &observation)
        {
            return self.columns[column].set(row, plain);
        }
        self.columns[column].set(row, Plain::Other);
        self.others.insert(at, observation);
    }
    /// Whether a row and a column say all of an observation but its value.
    fn says(&self, row: usize, column: usize, o: &Observation) -> bool {
        let (row, column) = (self.rows[row], &self.columns[column]);
        let head = &self.heads[row.head as usize];
        let here = match (&o.place, &self.file.sheet) {
            (Some(Place::Line { file, line, field }), None) => {
                *line == u64::from(row.line) && *field == column.field && *file == self.file.file
            }
            (Some(Place::Cell { file, sheet, row: at, column: field }), Some(known)) => {
                *at == row.line && *field == column.field && *file == self.file.file && sheet == known
            }
            _ => false,
        };
        here && (o.unit, o.variable) == (row.unit as usize, variable(row, column))
            && (o.period, o.status) == (head.period, head.status)
            && o.detail == head.detail
    }
    /// Takes every cell of the last row out.
    pub fn clear_row(&mut self) {
        let Some(row) = self.rows.len().checked_sub(1) else { return };
        for at in row * self.columns.len()..(row + 1) * self.columns.len() {
            self.clear(at);
        }
    }
    fn clear(&mut self, at: usize) {
        let (row, column) = self.cell(at);
        self.columns[column].set(row, Plain::Nothing);
        self.others.remove(&at);
    }
    fn n_places(&self) -> usize {
        self.rows.len() * self.columns.len()
    }
    fn len(&self) -> usize {
        let n = |c: &GridColumn| c.marks[..self.rows.len()].iter().filter(|mark| **mark != NOTHING).count();
        self.columns.iter().map(n).sum()
    }
    /// Row and column of a place.
    fn cell(&self, at: usize) -> (usize, usize) {
        (at / self.columns.len(), at % self.columns.len())
    }
    /// The rows.
    #[must_use]
    pub fn rows(&self) -> &[GridRow] {
        &self.rows
    }
    /// The columns.
    #[must_use]
    pub fn columns(&self) -> &[GridColumn] {
        &self.columns
    }
    /// What rows share.
    #[must_use]
    pub fn heads(&self) -> &[Head] {
        &self.heads
    }
    /// The observations that are more than a plain number, by place in the grid.
    #[must_use]
    pub fn others(&self) -> &BTreeMap<usize, Observation> {
        &self.others
    }
    /// Whether a head is that of a row with an observation that stands in a column.
    fn heads_in_use(&self) -> Vec<bool> {
        let mut used = vec![false; self.heads.len()];
        for (at, row) in self.rows.iter().enumerate() {
            let used = &mut used[row.head as usize];
            *used = *used || self.columns.iter().any(|c| c.marks[at] < OTHER);
        }
        used
    }
    /// The number or mark of a place, with its row; nothing where it has no observation.
    fn plain(&self, at: usize) -> Option<(Plain, GridRow, &GridColumn)> {
        let (row, column) = self.cell(at);
        let column = self.columns.get(column)?;
        let cell = column.get(row);
        (cell != Plain::Nothing).then(|| (cell, self.rows[row], column))
    }
    fn key(&self, at: usize) -> Option<Key> {
        match self.plain(at)? {
            (Plain::Other, ..) => {
                let o = self.others.get(&at)?;
                Some(Key { unit: o.unit, variable: o.variable, period: o.period })
            }
            (_, row, column) => Some(Key {
                unit: row.unit as usize,
                variable: variable(row, column),
                period: self.heads[row.head as usize].period,
            }),
        }
    }
    fn status(&self, at: usize) -> Option<Status> {
        match self.plain(at)? {
            (Plain::Other, ..) => self.others.get(&at).map(|o| o.status),
            (_, row, _) => Some(self.heads[row.head as usize].status),
        }
    }
    fn value(&self, at: usize) -> Option<Value> {
        match self.plain(at)? {
            (Plain::Other, ..) => self.others.get(&at).map(|o| o.value.clone()),
            (cell, ..) => cell.value(),
        }
    }
    fn observation(&self, at: usize) -> Option<Observation> {
        let (cell, row, column) = self.plain(at)?;
        let Some(value) = cell.value() else { return self.others.get(&at).cloned() };
        let head = &self.heads[row.head as usize];
        let file = self.file.file.clone();
        let place = match &self.file.sheet {
            None => Place::Line { file, line: u64::from(row.line), field: column.field },
            Some(sheet) => Place::Cell { file, sheet: sheet.clone(), row: row.line, column: column.field },
        };
        Some(Observation {
            unit: row.unit as usize,
            variable: variable(row, column),
            period: head.period,
            value,
            status: head.status,
            place: Some(place),
            detail: head.detail.clone(),
        })
    }
}

/// The variable of a cell.
fn variable(row: GridRow, column: &GridColumn) -> usize {
    if column.variable == GridRow::NONE { row.variable as usize } else { column.variable as usize }
}
