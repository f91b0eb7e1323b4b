//! What a text table and a sheet have in common: headings, rows, cells and their places.

use crate::problems::Problems;
use gradus_model::Id;
use gradus_model::diagnostic::Place;
use std::borrow::Cow;

/// A cell as its file stores it.
#[derive(Debug, Clone, PartialEq)]
pub(crate) enum Cell<'a> {
    Empty,
    /// Without spaces around it; never empty.
    Text(&'a str),
    /// A number that a workbook stores as a double.
    Number(f64),
    Truth(bool),
    /// As year-month-day, with a time where it is not midnight; or a duration.
    Date(&'a str),
    /// What a formula that failed shows: `#DIV/0!`.
    Error(&'a str),
}

impl<'a> Cell<'a> {
    pub(crate) fn of_text(text: &'a str) -> Self {
        match text.trim() {
            "" => Self::Empty,
            text => Self::Text(text),
        }
    }
    /// The cell as a text column shows it.
    pub(crate) fn text(&self) -> Cow<'a, str> {
        match self {
            Self::Empty => Cow::Borrowed(""),
            Self::Text(text) | Self::Error(text) | Self::Date(text) => Cow::Borrowed(text),
            Self::Number(x) => Cow::Owned(x.to_string()),
            Self::Truth(true) => Cow::Borrowed("TRUE"),
            Self::Truth(false) => Cow::Borrowed("FALSE"),
        }
    }
    pub(crate) fn is_empty(&self) -> bool {
        matches!(self, Self::Empty)
    }
}

/// A table with one row of headings, read from top to bottom.
pub(crate) trait Table {
    /// The headings, with runs of spaces and line breaks as one space.
    fn headings(&self) -> &[String];
    /// Where a heading is.
    fn heading_place(&self, column: usize) -> Place;
    /// Goes to the next row that has data; malformed rows on the way are noted and passed over.
    fn advance(&mut self, problems: &mut Problems) -> bool;
    /// A cell of the row.
    fn cell(&self, column: usize) -> Cell<'_>;
    /// Where a cell of the row is.
    fn place(&self, column: usize) -> Place;
    /// Line or sheet row that the row begins on, from 1.
    fn line(&self) -> u32;
    /// Cells of the row that have no heading: the column of the first, and how many.
    fn without_heading(&self) -> Option<(usize, u64)>;
    /// Rows passed over so far: blank ones, and malformed ones.
    fn passed_over(&self) -> (u64, u64);
}

/// A heading or a declared column name, with runs of spaces and line breaks as one space.
pub(crate) fn squeeze(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    for word in text.trim_matches('\u{FEFF}').split_whitespace() {
        if !out.is_empty() {
            out.push(' ');
        }
        out.push_str(word);
    }
    out
}

/// The known word nearest to `word`. What is longer than any name is near none, and comparing it would take its time.
pub(crate) fn nearest<'a>(word: &str, known: impl IntoIterator<Item = &'a str>) -> Option<&'a str> {
    let is_name = |text: &str| text.len() <= 4 * Id::LONGEST;
    if !is_name(word) {
        return None;
    }
    gradus_model::diagnostic::nearest(word, known.into_iter().filter(|k| is_name(k)))
}
