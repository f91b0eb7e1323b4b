//! What an import read and what it did not.

use gradus_model::package::Layout;
use gradus_model::{Absence, Id, Period};
use std::collections::BTreeMap;
use std::fmt;

/// What one file (or sheet) held, what of it was read, and what was not.
#[derive(Debug, Clone, PartialEq)]
#[non_exhaustive]
pub struct ImportSummary {
    /// Place of its declaration among those that were read.
    pub source: usize,
    /// The file, as the package names it.
    pub path: String,
    /// The sheet of a workbook.
    pub sheet: Option<String>,
    /// Text table or workbook.
    pub format: Format,
    /// Long or wide.
    pub layout: Layout,
    /// Encoding of a text table, and whether it was declared.
    pub encoding: Option<Found<String>>,
    /// Separator of a text table, and whether it was declared.
    pub delimiter: Option<Found<char>>,
    /// Rows below the headings, without blank and malformed ones.
    pub rows: u64,
    /// Observations with a value.
    pub values: u64,
    /// Observations without a value, by reason.
    pub absent: BTreeMap<Absence, u64>,
    /// What was not read, and why.
    pub not_read: Vec<NotRead>,
    /// Units with at least one observation, in the order of the data set.
    pub units: Vec<Id>,
    /// Variables with at least one observation, in the order of the data set.
    pub variables: Vec<Id>,
    /// First and last period.
    pub periods: Option<(Period, Period)>,
    /// Conversions between measurement units that were applied.
    pub conversions: Vec<Converted>,
    /// What else a reader of the figures should know.
    pub notes: Vec<Note>,
}

/// Something that was declared, or else found out.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Found<T> {
    /// What it is.
    pub value: T,
    /// Whether the declaration says so.
    pub declared: bool,
}

/// The format of a data file.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[non_exhaustive]
pub enum Format {
    /// Fields with separators.
    Csv,
    /// Office Open XML workbook.
    Xlsx,
    /// OpenDocument spreadsheet.
    Ods,
    /// Columns of a Parquet file, in builds with the feature `parquet`.
    Parquet,
}

impl fmt::Display for Format {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Csv => "CSV",
            Self::Xlsx => "XLSX",
            Self::Ods => "ODS",
            Self::Parquet => "Parquet",
        })
    }
}

/// Something that was not read.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct NotRead {
    /// What, and why.
    pub reason: Reason,
    /// How many.
    pub count: u64,
    /// A few of them by name.
    pub names: Vec<String>,
}

/// What was not read, and why.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
#[non_exhaustive]
pub enum Reason {
    /// Columns that the declaration does not name and that are no code.
    Column,
    /// Cells in columns without a heading.
    NoHeading,
    /// Rows without any text.
    BlankRow,
    /// Rows with more or fewer fields than the header.
    MalformedRow,
    /// Rows of units that the package does not have, passed over because the source is a subset.
    Unit,
    /// Rows of variables that the package does not have, passed over because the source is a subset.
    Variable,
    /// Rows or cells with an error.
    Refused,
    /// Empty cells, where another place has the figure.
    EmptyTwice,
    /// Bounds beside a value.
    BoundsBesideValue,
    /// Days of award or expiry of something that is not a title.
    DatesWithoutTitle,
    /// Sample sizes or standard errors beside something that is not a number.
    SurveyWithoutNumber,
}

impl Reason {
    /// In words, for one and for several.
    fn text(self) -> (&'static str, &'static str) {
        match self {
            Self::Column => {
                ("column that is neither declared nor a code", "columns that are neither declared nor a code")
            }
            Self::NoHeading => ("cell in a column without a heading", "cells in columns without a heading"),
            Self::BlankRow => ("blank row", "blank rows"),
            Self::MalformedRow => ("malformed row", "malformed rows"),
            Self::Unit => {
                ("row of a unit that is not in the package", "rows of units that are not in the package")
            }
            Self::Variable => (
                "row of a variable that is not in the package",
                "rows of variables that are not in the package",
            ),
            Self::Refused => ("figure with an error", "figures with an error"),
            Self::EmptyTwice => (
                "empty cell of a figure that stands elsewhere",
                "empty cells of figures that stand elsewhere",
            ),
            Self::BoundsBesideValue => ("pair of bounds beside a value", "pairs of bounds beside a value"),
            Self::DatesWithoutTitle => {
                ("row with dates of what is no title", "rows with dates of what is no title")
            }
            Self::SurveyWithoutNumber => (
                "row with a sample size or standard error beside no number",
                "rows with sample sizes or standard errors beside no number",
            ),
        }
    }
}

/// A conversion that was applied.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Converted {
    /// Measurement unit of the file.
    pub from: String,
    /// Measurement unit of the data set.
    pub to: String,
    /// To how many observations.
    pub count: u64,
}

/// What a reader of the figures should know.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub enum Note {
    /// A text table that is not Unicode does not say its encoding; it was concluded from the bytes.
    EncodingConcluded,
    /// So many numbers are stored as binary doubles; the shortest decimal that reads back as each was taken.
    BinaryNumbers(u64),
    /// Texts that a spreadsheet would run as formulas were kept as text.
    FormulaTexts(u64),
    /// So many areas of merged cells; the value is in the first cell of each.
    MergedCells(u64),
    /// Names that the declaration maps to a code and that the file does not have.
    UnusedNames(Vec<String>),
}

impl fmt::Display for Note {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::EncodingConcluded => {
                f.write_str("the encoding was concluded from the bytes; declare `encoding` to be sure")
            }
            Self::BinaryNumbers(n) => {
                let numbers = counted(
                    *n,
                    "number is stored as a binary double",
                    "numbers are stored as binary doubles",
                );
                write!(f, "{numbers}; the shortest decimal that reads back as it was taken")
            }
            Self::FormulaTexts(n) => {
                write!(f, "{} as a formula does, and stays text", counted(*n, "text begins", "texts begin"))
            }
            Self::MergedCells(n) => {
                write!(f, "{n} cells lie in merged areas; only the first cell of each has a value")
            }
            Self::UnusedNames(names) => {
                write!(f, "declared names that the file does not have: {}", some(names))
            }
        }
    }
}

impl ImportSummary {
    /// A summary of nothing yet.
    pub(crate) fn new(source: usize, path: String, layout: Layout, format: Format) -> Self {
        Self {
            source,
            path,
            sheet: None,
            format,
            layout,
            encoding: None,
            delimiter: None,
            rows: 0,
            values: 0,
            absent: BTreeMap::new(),
            not_read: Vec::new(),
            units: Vec::new(),
            variables: Vec::new(),
            periods: None,
            conversions: Vec::new(),
            notes: Vec::new(),
        }
    }

    /// All observations, with and without a value.
    #[must_use]
    pub fn observations(&self) -> u64 {
        self.values + self.absent.values().sum::<u64>()
    }

    /// Counts something that was not read.
    pub(crate) fn pass_over(&mut self, reason: Reason, count: u64, name: Option<&str>) {
        if count == 0 {
            return;
        }
        let at = match self.not_read.iter().position(|n| n.reason == reason) {
            Some(at) => at,
            None => {
                self.not_read.push(NotRead { reason, count: 0, names: Vec::new() });
                self.not_read.len() - 1
            }
        };
        let entry = &mut self.not_read[at];
        entry.count += count;
        if let Some(name) = name
            && entry.names.len() <= NAMED
            && !entry.names.iter().any(|n| n == name)
        {
            entry.names.push(name.to_owned());
        }
    }
}

/// How many names a line of the summary shows.
const NAMED: usize = 5;

fn counted(count: u64, one: &str, many: &str) -> String {
    format!("{count} {}", if count == 1 { one } else { many })
}

fn some<T: fmt::Display>(items: &[T]) -> String {
    let mut out: Vec<String> = items.iter().take(NAMED).map(|item| format!("`{item}`")).collect();
    if items.len() > NAMED {
        out.push("...".to_owned());
    }
    out.join(", ")
}

impl fmt::Display for ImportSummary {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.path)?;
        if let Some(sheet) = &self.sheet {
            write!(f, ", sheet `{sheet}`")?;
        }
        let layout = match self.layout {
            Layout::Long => "long",
            Layout::Wide => "wide",
        };
        write!(f, ": {}, {layout}", self.format)?;
        let how = |declared| if declared { "declared" } else { "detected" };
        if let Some(encoding) = &self.encoding {
            write!(f, ", {} ({})", encoding.value, how(encoding.declared))?;
        }
        if let Some(delimiter) = self.delimiter {
            let name = match delimiter.value {
                ',' => "comma".to_owned(),
                ';' => "semicolon".to_owned(),
                '\t' => "tab".to_owned(),
                other => format!("`{other}`"),
            };
            write!(f, ", {name} ({})", how(delimiter.declared))?;
        }
        write!(
            f,
            "\n  read: {}, {}",
            counted(self.rows, "row", "rows"),
            counted(self.observations(), "observation", "observations")
        )?;
        if self.observations() > 0 {
            write!(f, ", {} with a value", self.values)?;
        }
        for (absence, count) in &self.absent {
            write!(f, ", {count} {absence}")?;
        }
        if !self.units.is_empty() {
            write!(f, "\n  units: {} ({})", self.units.len(), some(&self.units))?;
        }
        if !self.variables.is_empty() {
            write!(f, "\n  variables: {} ({})", self.variables.len(), some(&self.variables))?;
        }
        if let Some((first, last)) = self.periods {
            write!(f, "\n  periods: {first}")?;
            if last != first {
                write!(f, " to {last}")?;
            }
        }
        for conversion in &self.conversions {
            write!(f, "\n  converted: {} from {} to {}", conversion.count, conversion.from, conversion.to)?;
        }
        for not_read in &self.not_read {
            let (one, many) = not_read.reason.text();
            let what = if not_read.count == 1 { one } else { many };
            write!(f, "\n  not read: {} {what}", not_read.count)?;
            if !not_read.names.is_empty() {
                write!(f, " ({})", some(&not_read.names))?;
            }
        }
        for note in &self.notes {
            write!(f, "\n  note: {note}")?;
        }
        Ok(())
    }
}
