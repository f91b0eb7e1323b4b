//! What is wrong, where, by which rule, and how to mend it.
//!
//! A diagnostic is a value. Each layer adds what it alone knows; the edge prints it, once.

pub mod catalog;

use std::fmt;
use std::ops::Range;
use std::sync::Arc;

/// How much a diagnostic matters.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Severity {
    /// Nothing can be computed until it is mended.
    Error,
    /// The result stands, but a reader should know.
    Warning,
}

/// A kind of diagnostic: a stable id and the rule it stands for.
#[derive(Debug, PartialEq, Eq)]
pub struct Kind {
    /// Kebab-case, stable, searchable.
    pub id: &'static str,
    /// Error or warning.
    pub severity: Severity,
    /// The rule that was broken, one sentence.
    pub rule: &'static str,
}

/// Where something is.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub enum Place {
    /// A stretch of a text file, in bytes.
    Span {
        /// The file as the user named it.
        file: Arc<str>,
        /// Start and end byte.
        start: usize,
        /// End byte.
        end: usize,
    },
    /// A field of a text table.
    Line {
        /// The file as the user named it.
        file: Arc<str>,
        /// Line, from 1.
        line: u64,
        /// Field number, from 1.
        field: u32,
    },
    /// A cell of a workbook.
    Cell {
        /// The file as the user named it.
        file: Arc<str>,
        /// The sheet.
        sheet: Arc<str>,
        /// Row, from 1.
        row: u32,
        /// Column, from 1.
        column: u32,
    },
    /// A file as a whole.
    File {
        /// The file as the user named it.
        file: Arc<str>,
    },
}

impl Place {
    /// A stretch of a file.
    #[must_use]
    pub fn span(file: &Arc<str>, range: Range<usize>) -> Self {
        Self::Span { file: file.clone(), start: range.start, end: range.end }
    }
    /// A file as a whole.
    #[must_use]
    pub fn file(file: impl Into<Arc<str>>) -> Self {
        Self::File { file: file.into() }
    }
    /// The file the place is in.
    #[must_use]
    pub fn file_name(&self) -> &str {
        match self {
            Self::Span { file, .. }
            | Self::Line { file, .. }
            | Self::Cell { file, .. }
            | Self::File { file } => file,
        }
    }
}

/// `B12`, as a workbook names the cell of a row and a column (both from 1).
#[must_use]
pub fn cell_name(row: u32, column: u32) -> String {
    let mut letters = Vec::new();
    let mut rest = column;
    while rest > 0 {
        letters.push(b'A' + ((rest - 1) % 26) as u8);
        rest = (rest - 1) / 26;
    }
    letters.reverse();
    format!("{}{row}", String::from_utf8_lossy(&letters))
}

impl fmt::Display for Place {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Span { file, start, end } => write!(f, "{file} bytes {start}..{end}"),
            Self::Line { file, line, field } => write!(f, "{file}:{line}:{field}"),
            Self::Cell { file, sheet, row, column } => {
                write!(f, "{file} {sheet}!{}", cell_name(*row, *column))
            }
            Self::File { file } => f.write_str(file),
        }
    }
}

/// One finding about a package or its data.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Diagnostic {
    /// Which rule.
    pub kind: &'static Kind,
    /// What is wrong: lower case, no full stop, codes in backticks, the offending value with its measurement unit.
    pub message: String,
    /// Where; the first place is the one to mend, others explain it.
    pub places: Vec<(Place, String)>,
    /// Which indicator, unit, period or step, in this order of words.
    pub context: Vec<(&'static str, String)>,
    /// How to mend it: one imperative sentence that works if obeyed.
    pub help: Option<String>,
}

impl Diagnostic {
    /// A diagnostic of a kind.
    #[must_use]
    pub fn new(kind: &'static Kind, message: impl Into<String>) -> Self {
        Self { kind, message: message.into(), places: Vec::new(), context: Vec::new(), help: None }
    }
    /// Adds the place to mend.
    #[must_use]
    pub fn at(mut self, place: Place) -> Self {
        self.places.push((place, String::new()));
        self
    }
    /// Adds a place with a word on what it shows.
    #[must_use]
    pub fn also(mut self, place: Place, note: impl Into<String>) -> Self {
        self.places.push((place, note.into()));
        self
    }
    /// Adds how to mend it.
    #[must_use]
    pub fn help(mut self, help: impl Into<String>) -> Self {
        self.help = Some(help.into());
        self
    }
    /// Adds what it concerns, for example `("indicator", "water")`.
    #[must_use]
    pub fn concerning(mut self, what: &'static str, which: impl fmt::Display) -> Self {
        self.context.push((what, which.to_string()));
        self
    }
    /// Whether it stops the computation.
    #[must_use]
    pub fn is_error(&self) -> bool {
        self.kind.severity == Severity::Error
    }
}

impl fmt::Display for Diagnostic {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let severity = match self.kind.severity {
            Severity::Error => "error",
            Severity::Warning => "warning",
        };
        write!(f, "{severity}[{}]: {}", self.kind.id, self.message)?;
        for (place, _) in &self.places {
            write!(f, "\n  --> {place}")?;
        }
        if !self.context.is_empty() {
            f.write_str("\n   = ")?;
            for (i, (what, which)) in self.context.iter().enumerate() {
                write!(f, "{}{what} {which}", if i == 0 { "" } else { ", " })?;
            }
        }
        if let Some(help) = &self.help {
            write!(f, "\nhelp: {help}")?;
        }
        Ok(())
    }
}

impl std::error::Error for Diagnostic {}

/// Everything found so far.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Diagnostics(Vec<Diagnostic>);

impl Diagnostics {
    /// Nothing found yet.
    #[must_use]
    pub fn new() -> Self {
        Self::default()
    }
    /// Adds a finding.
    pub fn push(&mut self, diagnostic: Diagnostic) {
        self.0.push(diagnostic);
    }
    /// Adds many.
    pub fn extend(&mut self, others: impl IntoIterator<Item = Diagnostic>) {
        self.0.extend(others);
    }
    /// Whether any finding is an error.
    #[must_use]
    pub fn has_errors(&self) -> bool {
        self.0.iter().any(Diagnostic::is_error)
    }
    /// Whether nothing was found.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.0.is_empty()
    }
    /// Number of errors and of warnings.
    #[must_use]
    pub fn counts(&self) -> (usize, usize) {
        let errors = self.0.iter().filter(|d| d.is_error()).count();
        (errors, self.0.len() - errors)
    }
    /// The findings in the order they were made.
    pub fn iter(&self) -> std::slice::Iter<'_, Diagnostic> {
        self.0.iter()
    }
    /// Sorted by file and place, then by kind: the order they are shown in.
    #[must_use]
    pub fn sorted(mut self) -> Self {
        self.0.sort_by(|a, b| {
            (a.places.first(), a.kind.id, &a.message).cmp(&(b.places.first(), b.kind.id, &b.message))
        });
        self
    }
}

impl IntoIterator for Diagnostics {
    type Item = Diagnostic;
    type IntoIter = std::vec::IntoIter<Diagnostic>;
    fn into_iter(self) -> Self::IntoIter {
        self.0.into_iter()
    }
}
impl<'a> IntoIterator for &'a Diagnostics {
    type Item = &'a Diagnostic;
    type IntoIter = std::slice::Iter<'a, Diagnostic>;
    fn into_iter(self) -> Self::IntoIter {
        self.0.iter()
    }
}
impl From<Diagnostic> for Diagnostics {
    fn from(diagnostic: Diagnostic) -> Self {
        Self(vec![diagnostic])
    }
}
impl FromIterator<Diagnostic> for Diagnostics {
    fn from_iter<I: IntoIterator<Item = Diagnostic>>(iter: I) -> Self {
        Self(iter.into_iter().collect())
    }
}

/// The word of `known` nearest to `word`, when it is near enough to be meant.
#[must_use]
pub fn nearest<'a>(word: &str, known: impl IntoIterator<Item = &'a str>) -> Option<&'a str> {
    let folded = word.to_lowercase().replace('_', "-");
    known
        .into_iter()
        .map(|k| (strsim::damerau_levenshtein(&folded, &k.to_lowercase()), k))
        .filter(|(distance, k)| *distance <= (k.chars().count().max(folded.chars().count()) / 3).max(1))
        .min_by_key(|(distance, _)| *distance)
        .map(|(_, k)| k)
}

/// `a`, `b`, `c` and 4 more: the first few of a list of codes, in backticks.
#[must_use]
pub fn list_some<I: IntoIterator<Item = T>, T: fmt::Display>(items: I) -> String {
    const SHOWN: usize = 5;
    let mut out = String::new();
    let mut count = 0;
    for item in items {
        if count < SHOWN {
            if count > 0 {
                out.push_str(", ");
            }
            out.push_str(&format!("`{item}`"));
        }
        count += 1;
    }
    if count > SHOWN {
        out.push_str(&format!(" and {} more", count - SHOWN));
    }
    out
}
