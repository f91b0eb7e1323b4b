//! Node by unit tables at any stage, as data that can be printed, or written as CSV or JSON.

use crate::{Input, csv, names};
use gradus_engine::{Number, Numbers, Stage};
use gradus_model::number::Rounding;
use gradus_model::observation::Absence;
use gradus_model::package::NodeIx;
use gradus_model::{Id, Lang, Text};
use rayon::prelude::*;
use serde_json::{Map, Value};

/// Which numbers are asked for.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Request {
    /// The stage.
    pub stage: Stage,
    /// The nodes, one column each; every node that has a value at the stage where empty.
    pub nodes: Vec<NodeIx>,
    /// The periods by place in the evaluation; every period where empty.
    pub periods: Vec<usize>,
    /// The units by place in the evaluation; every unit where empty.
    pub units: Vec<usize>,
    /// Places after the decimal point; full precision where not given.
    pub places: Option<u32>,
    /// Whether a column with the rank follows each node's score. Only the stage `scores` has ranks.
    pub ranks: bool,
}

impl Request {
    /// Everything at a stage, at full precision.
    #[must_use]
    pub fn all(stage: Stage) -> Self {
        Self { stage, nodes: Vec::new(), periods: Vec::new(), units: Vec::new(), places: None, ranks: false }
    }
}

/// A table: typed cells below named columns.
#[derive(Debug, Clone, PartialEq)]
pub struct Table {
    /// The columns.
    pub columns: Vec<Column>,
    /// The rows; each has as many cells as there are columns.
    pub rows: Vec<Vec<Cell>>,
}

/// A column of a table.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Column {
    /// Its name in CSV and JSON: `unit`, `period`, a node's code.
    pub key: String,
    /// Its heading for readers.
    pub heading: Text,
    /// Whether its cells are aligned as numbers.
    pub numeric: bool,
}

/// A cell of a table.
#[derive(Debug, Clone, PartialEq)]
pub enum Cell {
    /// A code or a word.
    Text(String),
    /// A number, with the rounding it is shown by.
    Number(Number, Option<Rounding>),
    /// Nothing, and why where that is known.
    Empty(Option<Absence>),
}

impl Cell {
    /// The cell as it is printed; empty where there is nothing.
    #[must_use]
    pub fn show(&self) -> String {
        match self {
            Self::Text(text) => text.clone(),
            Self::Number(x, Some(rounding)) => x.show(*rounding),
            Self::Number(x, None) => x.to_string(),
            Self::Empty(_) => String::new(),
        }
    }
    fn json(&self) -> Value {
        match self {
            Self::Text(text) => Value::String(text.clone()),
            // Digits are kept as they are: a decimal does not pass through a double.
            Self::Number(..) => self.show().parse().map_or(Value::Null, Value::Number),
            Self::Empty(_) => Value::Null,
        }
    }
}

impl Table {
    /// The table as CSV with a header row. Texts that a spreadsheet would run as formulas are neutralized.
    #[must_use]
    pub fn csv(&self) -> String {
        let mut out = String::new();
        csv::record(&mut out, self.columns.iter().map(|c| csv::text(&c.key)));
        for row in &self.rows {
            csv_row(&mut out, row);
        }
        out
    }
    /// The table as a JSON array of objects, keys in the order of the columns; a missing value is null.
    #[must_use]
    pub fn json(&self) -> String {
        let rows = self
            .rows
            .iter()
            .map(|row| {
                let object: Map<String, Value> =
                    self.columns.iter().zip(row).map(|(c, cell)| (c.key.clone(), cell.json())).collect();
                Value::Object(object)
            })
            .collect();
        format!("{:#}\n", Value::Array(rows))
    }
    /// The same for people: units and nodes by their names in a language instead of their codes.
    #[must_use]
    pub fn named(mut self, input: &Input, lang: Lang) -> Self {
        let package = input.package;
        for column in &mut self.columns {
            let (code, ranks) = match column.key.strip_suffix(".rank") {
                Some(code) => (code, true),
                None => (column.key.as_str(), false),
            };
            let Some(ix) = package.nodes.iter().position(|node| node.id == *code) else { continue };
            let name = names::node(package, ix);
            let word = crate::glossary::text("rank");
            let heading = |lang| match ranks {
                true => format!("{} {}", name.get(lang), word.get(lang)),
                false => name.get(lang).to_owned(),
            };
            column.heading = Text::both(heading(Lang::En), heading(Lang::Zh));
        }
        if let Some(units) = self.columns.iter().position(|column| column.key == "unit") {
            for row in &mut self.rows {
                if let Some(Cell::Text(code)) = row.get_mut(units)
                    && let Ok(id) = Id::new(code)
                {
                    *code = names::unit(package, input.unit_names, &id).get(lang).to_owned();
                }
            }
        }
        self
    }
    /// Headings and cells as printed text.
    #[must_use]
    pub fn cells(&self, lang: Lang) -> (Vec<String>, Vec<Vec<String>>) {
        let head = self.columns.iter().map(|c| c.heading.get(lang).to_owned()).collect();
        (head, self.rows.iter().map(|row| row.iter().map(Cell::show).collect()).collect())
    }
}

/// The table of a request: one row per unit and period, one column per node.
///
/// The column `period` is left out where the result has a single unnamed period.
#[must_use]
pub fn table(input: &Input, request: &Request) -> Table {
    let shape = Shape::of(input, request);
    let rows = shape.rows.iter().map(|(unit, period)| shape.cells(*unit, *period).collect()).collect();
    Table { columns: shape.columns, rows }
}

/// The rows that one task turns into text.
const ROWS: usize = 512;
/// The tasks whose text is written at once.
const PIECES: usize = 16;

/// The table of a request as CSV, as [`Table::csv`] writes it, handed to `put` piece after piece: while one is put, the next
/// is made. A table of millions of cells is never held as such, nor is its text.
///
/// # Errors
/// The first error of `put`.
pub fn write_csv<E>(
    input: &Input,
    request: &Request,
    put: &mut dyn FnMut(&str) -> Result<(), E>,
) -> Result<(), E> {
    let shape = Shape::of(input, request);
    put(&Table { columns: shape.columns.clone(), rows: Vec::new() }.csv())?;
    let numbers: Vec<Option<&Numbers>> =
        shape.nodes.iter().map(|ix| input.evaluation.numbers(request.stage, *ix)).collect();
    let piece = |out: &mut String, rows: &[(usize, usize)]| {
        out.clear();
        for (unit, period) in rows {
            shape.csv_row(out, &numbers, *unit, *period);
        }
    };
    if shape.rows.len() <= ROWS {
        let mut out = String::new();
        piece(&mut out, &shape.rows);
        return put(&out);
    }
    let [mut full, mut next]: [Vec<String>; 2] = Default::default();
    for rows in shape.rows.chunks(ROWS * PIECES) {
        next.resize(rows.len().div_ceil(ROWS), String::new());
        let fill = |_: &rayon::Scope<'_>| {
            next.par_iter_mut().zip(rows.par_chunks(ROWS)).for_each(|(out, rows)| piece(out, rows));
        };
        let written = rayon::in_place_scope(|scope| {
            scope.spawn(fill);
            full.iter().try_for_each(|text| put(text))
        });
        written?;
        std::mem::swap(&mut full, &mut next);
    }
    full.iter().try_for_each(|text| put(text))
}

fn csv_row(out: &mut String, cells: &[Cell]) {
    for (at, cell) in cells.iter().enumerate() {
        if at > 0 {
            out.push(',');
        }
        csv_cell(out, cell);
    }
    out.push('\n');
}

fn csv_cell(out: &mut String, cell: &Cell) {
    // No number has a character that needs quotation marks.
    match cell {
        Cell::Text(text) => csv::push_text(out, text),
        Cell::Number(x, None) => csv::push_number(out, *x),
        Cell::Number(x, Some(rounding)) => out.push_str(&x.show(*rounding)),
        Cell::Empty(_) => {}
    }
}

/// What a table has, before its cells are made.
struct Shape<'a> {
    input: &'a Input<'a>,
    stage: Stage,
    columns: Vec<Column>,
    nodes: Vec<NodeIx>,
    /// Unit and period of each row.
    rows: Vec<(usize, usize)>,
    named: bool,
    ranks: bool,
    rounding: Option<Rounding>,
}

impl<'a> Shape<'a> {
    fn of(input: &'a Input<'a>, request: &Request) -> Self {
        let evaluation = input.evaluation;
        let all = |wanted: &[usize], n: usize| -> Vec<usize> {
            if wanted.is_empty() {
                (0..n).collect()
            } else {
                wanted.iter().copied().filter(|i| *i < n).collect()
            }
        };
        let units = all(&request.units, evaluation.units.len());
        let periods = all(&request.periods, evaluation.periods.len());
        let named = periods.iter().any(|p| evaluation.periods[*p].is_some());
        let nodes: Vec<NodeIx> = if request.nodes.is_empty() {
            input
                .package
                .tree()
                .into_iter()
                .map(|(ix, _)| ix)
                .filter(|ix| has_stage(input, request.stage, *ix))
                .collect()
        } else {
            request.nodes.iter().copied().filter(|ix| *ix < evaluation.nodes.len()).collect()
        };
        let ranks = request.ranks && request.stage == Stage::Scores;
        let mut columns = vec![Column {
            key: "unit".to_owned(),
            heading: match input.package.index.unit_kind.is_empty() {
                true => crate::glossary::text("unit"),
                false => input.package.index.unit_kind.clone(),
            },
            numeric: false,
        }];
        if named {
            columns.push(Column {
                key: "period".to_owned(),
                heading: crate::glossary::text("period"),
                numeric: false,
            });
        }
        for ix in &nodes {
            let key = input.package.nodes[*ix].id.to_string();
            columns.push(Column { key: key.clone(), heading: names::neutral(&key), numeric: true });
            if ranks {
                let word = crate::glossary::text("rank");
                let heading = Text::both(
                    format!("{key} {}", word.get(Lang::En)),
                    format!("{key} {}", word.get(Lang::Zh)),
                );
                columns.push(Column { key: format!("{key}.rank"), heading, numeric: true });
            }
        }
        let rows = periods.iter().flat_map(|period| units.iter().map(|unit| (*unit, *period))).collect();
        let rounding = request.places.map(|places| Rounding { places, ..input.package.policy.rounding });
        Self { input, stage: request.stage, columns, nodes, rows, named, ranks, rounding }
    }

    /// Adds a row: as the record of its [`cells`](Self::cells), without making them.
    fn csv_row(&self, out: &mut String, numbers: &[Option<&Numbers>], unit: usize, period: usize) {
        let evaluation = self.input.evaluation;
        let row = evaluation.row(unit, period);
        csv::push_text(out, evaluation.units[unit].as_str());
        if self.named {
            out.push(',');
            if let Some(period) = evaluation.periods[period] {
                csv::push_text(out, &period.to_string());
            }
        }
        for (ix, numbers) in self.nodes.iter().zip(numbers) {
            out.push(',');
            match numbers.and_then(|numbers| numbers.get(row)) {
                // A level is written by its code.
                Some(x) if self.rounding.is_none() && self.stage != Stage::Raw => csv::push_number(out, x),
                Some(_) => csv_cell(out, &cell(self.input, self.stage, *ix, row, self.rounding)),
                None => {}
            }
            if self.ranks {
                out.push(',');
                if let Some(rank) = evaluation.rank(*ix, row) {
                    csv::push_number(out, Number::Binary64(rank));
                }
            }
        }
        out.push('\n');
    }

    /// The cells of a row.
    fn cells(&self, unit: usize, period: usize) -> impl Iterator<Item = Cell> + '_ {
        let evaluation = self.input.evaluation;
        let row = evaluation.row(unit, period);
        let period = self.named.then(|| match evaluation.periods[period] {
            Some(p) => Cell::Text(p.to_string()),
            None => Cell::Empty(None),
        });
        let scores = self.nodes.iter().flat_map(move |ix| {
            let rank = self.ranks.then(|| match evaluation.rank(*ix, row) {
                Some(rank) => Cell::Number(Number::Binary64(rank), None),
                None => Cell::Empty(None),
            });
            std::iter::once(cell(self.input, self.stage, *ix, row, self.rounding)).chain(rank)
        });
        std::iter::once(Cell::Text(evaluation.units[unit].to_string())).chain(period).chain(scores)
    }
}

fn has_stage(input: &Input, stage: Stage, ix: NodeIx) -> bool {
    let Some(result) = input.evaluation.nodes.get(ix) else { return false };
    match stage {
        Stage::Raw | Stage::Step(_) => !result.cells.is_empty(),
        Stage::Transformed => !result.transformed.is_empty(),
        Stage::Normalized => !result.cells.is_empty() && !result.scores.is_empty(),
        Stage::Aggregated => result.cells.is_empty() && !result.scores.is_empty(),
        Stage::Scores => !result.scores.is_empty(),
    }
}

fn cell(input: &Input, stage: Stage, ix: NodeIx, row: usize, rounding: Option<Rounding>) -> Cell {
    let Some(value) = input.evaluation.value(stage, ix, row) else {
        let result = &input.evaluation.nodes[ix];
        let absence = match (stage, result.cells.get(row)) {
            (Stage::Raw, Some(gradus_engine::Cell::Absent(reason))) => Some(reason),
            _ => result.absence.get(row).copied().flatten(),
        };
        return Cell::Empty(absence);
    };
    // A level is named by its code, as in the data: its place on the scale is no figure of the source.
    if stage == Stage::Raw
        && let Some(level) = crate::names::level(input.package, ix, value)
    {
        return Cell::Text(level.id.to_string());
    }
    Cell::Number(value, rounding)
}
