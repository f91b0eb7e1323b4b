//! What a conversion did with each thing it met.

use std::fmt;

/// What became of something.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Fate {
    /// It says the same on the other side.
    Converted,
    /// It has another code on the other side.
    Renamed,
    /// The source does not say it; a value was chosen that a reader should check.
    Assumed,
    /// The other side cannot hold it, or it is not understood.
    Lost,
}

impl Fate {
    /// The word an account begins its line with.
    #[must_use]
    pub fn word(self) -> &'static str {
        match self {
            Self::Converted => "converted",
            Self::Renamed => "renamed",
            Self::Assumed => "assumed",
            Self::Lost => "not converted",
        }
    }
}

/// One line of an account.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Entry {
    /// What became of it.
    pub fate: Fate,
    /// What it is: a column, a code, a number of rows.
    pub what: String,
    /// What it is on the other side, or why it is not there.
    pub how: String,
}

impl fmt::Display for Entry {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}: {} ({})", self.fate.word(), self.what, self.how)
    }
}

/// An account of a conversion, in the order things were met.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Account {
    entries: Vec<Entry>,
}

impl Account {
    /// Every line.
    #[must_use]
    pub fn entries(&self) -> &[Entry] {
        &self.entries
    }
    /// The lines of one fate.
    pub fn of(&self, fate: Fate) -> impl Iterator<Item = &Entry> {
        self.entries.iter().filter(move |entry| entry.fate == fate)
    }
    /// Adds the lines of another account.
    pub fn extend(&mut self, other: &Self) {
        self.entries.extend(other.entries.iter().cloned());
    }
    pub(crate) fn converted(&mut self, what: impl Into<String>, how: impl Into<String>) {
        self.add(Fate::Converted, what, how);
    }
    pub(crate) fn renamed(&mut self, from: &str, to: &str) {
        self.add(Fate::Renamed, format!("`{}`", brief(from)), format!("`{to}`"));
    }
    pub(crate) fn assumed(&mut self, what: impl Into<String>, how: impl Into<String>) {
        self.add(Fate::Assumed, what, how);
    }
    pub(crate) fn lost(&mut self, what: impl Into<String>, why: impl Into<String>) {
        self.add(Fate::Lost, what, why);
    }
    fn add(&mut self, fate: Fate, what: impl Into<String>, how: impl Into<String>) {
        self.entries.push(Entry { fate, what: what.into(), how: how.into() });
    }
}

impl fmt::Display for Account {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.entries.iter().try_for_each(|entry| writeln!(f, "{entry}"))
    }
}

/// A text of a file as a message shows it: on one line, and not longer than a line.
pub(crate) fn brief(text: &str) -> String {
    const LONGEST: usize = 60;
    let mut shown: String =
        text.chars().take(LONGEST).map(|c| if c.is_control() { ' ' } else { c }).collect();
    if text.chars().nth(LONGEST).is_some() {
        shown.push('…');
    }
    shown
}

/// `1 row`, `3 rows`.
pub(crate) fn count(n: usize, what: &str) -> String {
    format!("{n} {what}{}", if n == 1 { "" } else { "s" })
}
