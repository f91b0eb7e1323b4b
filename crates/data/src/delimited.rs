//! Text tables: comma, semicolon or tab between fields, quotation marks around those that need them.

use crate::problems::Problems;
use crate::table::{Cell, Table, squeeze};
use csv::{ByteRecord, Position, Reader, ReaderBuilder, StringRecord};
use gradus_model::diagnostic::{Diagnostic, Place, catalog};
use std::io::{Cursor, SeekFrom};
use std::sync::Arc;

/// The longest cell that is read, in bytes.
pub(crate) const LONGEST_CELL: usize = 1 << 20;

/// Separators that are tried where none is declared; at a tie the first wins.
const SEPARATORS: [char; 3] = [',', ';', '\t'];

/// A text table being read.
pub(crate) struct Delimited<'a> {
    file: Arc<str>,
    text: &'a str,
    reader: Reader<Cursor<&'a [u8]>>,
    record: StringRecord,
    headings: Vec<String>,
    /// Columns without a heading.
    unnamed: Vec<usize>,
    heading_line: u64,
    /// Separator and whether it was declared.
    pub(crate) separator: (char, bool),
    lines: Lines<'a>,
    line: u64,
    /// Whether the record has fields with line breaks.
    broken: bool,
    blank: u64,
    malformed: u64,
}

impl<'a> Delimited<'a> {
    /// Reads the headings. `known` says whether a heading is one that the declaration or the package names.
    /// `None` when there is no row at all.
    pub(crate) fn open(
        file: Arc<str>,
        text: &'a str,
        declared: Option<char>,
        known: &dyn Fn(&str) -> bool,
    ) -> Option<Self> {
        let (named, offset) = separator_line(text);
        let separator = match declared.or(named) {
            Some(separator) => (separator, true),
            None => (detect(&text[offset..], known), false),
        };
        let reader = open_reader(&text[offset..], separator.0);
        let mut table = Self {
            file,
            text: &text[offset..],
            reader,
            record: StringRecord::new(),
            headings: Vec::new(),
            unnamed: Vec::new(),
            heading_line: 1,
            separator,
            lines: Lines::new(text, offset),
            line: 1,
            broken: false,
            blank: 0,
            malformed: 0,
        };
        while table.read()? {
            if !table.is_blank() {
                table.headings = table.record.iter().map(squeeze).collect();
                table.heading_line = table.line;
                table.unnamed = (0..table.headings.len()).filter(|c| table.headings[*c].is_empty()).collect();
                return Some(table);
            }
        }
        None
    }

    /// Reads a record and finds its line; `None` and `false` at the end.
    fn read(&mut self) -> Option<bool> {
        let start = self.reader.position().byte() as usize;
        // The text is UTF-8 and records may differ in length, so there is nothing left that can go wrong.
        if !self.reader.read_record(&mut self.record).unwrap_or(false) {
            return Some(false);
        }
        // The line break of the row before, and blank lines, come first.
        let start = start + self.text[start..].bytes().take_while(|b| matches!(b, b'\n' | b'\r')).count();
        self.line = self.lines.at(start);
        let end = self.reader.position().byte() as usize;
        let raw = self.text.get(start..end).unwrap_or("").trim_end_matches(['\r', '\n']);
        self.broken = raw.as_bytes().contains(&b'\n') || raw.as_bytes().contains(&b'\r');
        Some(true)
    }

    /// The text, where the rows that were not read yet begin in it, and on which line.
    pub(crate) fn rest(&mut self) -> (&'a str, usize, u64) {
        let from = self.reader.position().byte() as usize;
        (self.text, from, self.lines.at(from))
    }

    /// Goes to the row that begins at a byte, behind the last one that was read; `false` where it is passed over.
    pub(crate) fn go_to(&mut self, start: usize, problems: &mut Problems) -> bool {
        let at = self.reader.position().byte() as usize;
        let between = self.text.get(at..start).unwrap_or("-");
        if between.bytes().any(|b| !matches!(b, b'\n' | b'\r')) {
            // From the line break before it: at the beginning of a text a byte order mark would be dropped.
            let mut position = Position::new();
            position.set_byte(start as u64 - 1);
            if self.reader.seek_raw(SeekFrom::Start(start as u64 - 1), position).is_err() {
                return false;
            }
        }
        self.read() == Some(true) && self.is_good(problems)
    }

    /// Whether the row that was read is one to go on with; what is wrong with one that is not is noted.
    fn is_good(&mut self, problems: &mut Problems) -> bool {
        if self.is_blank() {
            self.blank += 1;
            return false;
        }
        let place = Place::Line { file: self.file.clone(), line: self.line, field: 1 };
        if self.broken && self.unclosed() {
            self.malformed += 1;
            problems.note(&catalog::RAGGED_ROW, "", "unclosed", &place, || {
                Diagnostic::new(
                    &catalog::RAGGED_ROW,
                    format!("a quotation mark in the row on line {} is not closed, so that the row runs to the end of the file", self.line),
                )
                .at(place.clone())
                .help("close the quotation mark, or double it where it is part of the text")
            });
            return false;
        }
        let (fields, expected) = (self.record.len(), self.headings.len());
        if fields != expected {
            self.malformed += 1;
            problems.note(&catalog::RAGGED_ROW, "", &format!("{fields} fields"), &place, || {
                let help = if self.broken {
                    "check the quotation marks of the row: it runs over several lines"
                } else if fields > expected {
                    "put quotation marks around a field that has the separator in it, or remove what is too much"
                } else {
                    "add the separators of the empty fields"
                };
                Diagnostic::new(
                    &catalog::RAGGED_ROW,
                    format!("the row has {fields} fields, but there are {expected} headings"),
                )
                .at(place.clone())
                .help(help)
            });
            return false;
        }
        if self.record.as_slice().len() > LONGEST_CELL
            && let Some(column) = self.record.iter().position(|f| f.len() > LONGEST_CELL)
        {
            self.malformed += 1;
            let place = self.place(column);
            problems.note(&catalog::CELL_TOO_LARGE, &self.headings[column], "", &place, || {
                Diagnostic::new(
                    &catalog::CELL_TOO_LARGE,
                    format!("the cell has {} bytes, more than 1 MiB", self.record[column].len()),
                )
                .at(place.clone())
                .help("close the quotation mark that is open here, or shorten the text")
            });
            return false;
        }
        true
    }

    fn is_blank(&self) -> bool {
        self.record.iter().all(|field| field.trim().is_empty())
    }

    fn line_of(&self, column: usize) -> u64 {
        if !self.broken {
            return self.line;
        }
        let breaks = |field: &str| {
            field.matches('\n').count() + field.matches('\r').count() - field.matches("\r\n").count()
        };
        self.line + self.record.iter().take(column).map(breaks).sum::<usize>() as u64
    }

    /// Whether a quotation mark of the record was opened and not closed, so that it runs to the end of the file.
    fn unclosed(&self) -> bool {
        let start = self.record.position().map_or(0, |p| p.byte() as usize);
        let raw = self.text.get(start..).unwrap_or("");
        self.reader.position().byte() as usize >= self.text.len()
            && raw.bytes().filter(|b| *b == b'"').count() % 2 == 1
    }
}

fn open_reader(text: &str, separator: char) -> Reader<Cursor<&[u8]>> {
    ReaderBuilder::new()
        .has_headers(false)
        .flexible(true)
        .delimiter(u8::try_from(separator).unwrap_or(b','))
        .from_reader(Cursor::new(text.as_bytes()))
}

/// `sep=;` on the first line, as some spreadsheets write it: the separator, and where the table starts.
fn separator_line(text: &str) -> (Option<char>, usize) {
    let line = text.split(['\r', '\n']).next().unwrap_or("");
    let Some(rest) = line.get(..4).filter(|head| head.eq_ignore_ascii_case("sep=")).map(|_| &line[4..])
    else {
        return (None, 0);
    };
    let mut chars = rest.chars();
    match (chars.next(), chars.next()) {
        (Some(c), None) if c.is_ascii() => (Some(c), line.len()),
        _ => (None, 0),
    }
}

/// The separator under which the first row has the most headings that are known, then the most headings.
fn detect(text: &str, known: &dyn Fn(&str) -> bool) -> char {
    let score = |separator: char| {
        let mut reader = open_reader(text, separator);
        let mut record = ByteRecord::new();
        while reader.read_byte_record(&mut record).unwrap_or(false) {
            let fields: Vec<String> = record.iter().map(|f| squeeze(&String::from_utf8_lossy(f))).collect();
            if fields.iter().any(|f| !f.is_empty()) {
                return (fields.iter().filter(|f| known(f)).count(), fields.len());
            }
        }
        (0, 0)
    };
    let mut best = (SEPARATORS[0], score(SEPARATORS[0]));
    for separator in SEPARATORS.into_iter().skip(1) {
        let found = score(separator);
        if found > best.1 {
            best = (separator, found);
        }
    }
    best.0
}

impl Table for Delimited<'_> {
    fn headings(&self) -> &[String] {
        &self.headings
    }
    fn heading_place(&self, column: usize) -> Place {
        Place::Line { file: self.file.clone(), line: self.heading_line, field: column as u32 + 1 }
    }
    fn advance(&mut self, problems: &mut Problems) -> bool {
        while self.read() == Some(true) {
            if self.is_good(problems) {
                return true;
            }
        }
        false
    }
    fn cell(&self, column: usize) -> Cell<'_> {
        self.record.get(column).map_or(Cell::Empty, Cell::of_text)
    }
    fn place(&self, column: usize) -> Place {
        Place::Line { file: self.file.clone(), line: self.line_of(column), field: column as u32 + 1 }
    }
    fn line(&self) -> u32 {
        // A file of 2 GiB has no more lines than that.
        u32::try_from(self.line).unwrap_or(u32::MAX)
    }
    fn without_heading(&self) -> Option<(usize, u64)> {
        let mut found = self.unnamed.iter().copied().filter(|c| !self.cell(*c).is_empty());
        found.next().map(|first| (first, 1 + found.count() as u64))
    }
    fn passed_over(&self) -> (u64, u64) {
        (self.blank, self.malformed)
    }
}

/// Counts lines up to a byte, moving forward only. A line ends with `\n`, `\r\n` or `\r`.
struct Lines<'a> {
    bytes: &'a [u8],
    offset: usize,
    at: usize,
    line: u64,
}

impl<'a> Lines<'a> {
    fn new(text: &'a str, offset: usize) -> Self {
        let mut lines = Self { bytes: text.as_bytes(), offset: 0, at: 0, line: 1 };
        lines.at(offset);
        lines.offset = offset;
        lines
    }
    /// The line of a byte of the table.
    fn at(&mut self, byte: usize) -> u64 {
        let target = (self.offset + byte).min(self.bytes.len());
        let passed = self.bytes.get(self.at..target).unwrap_or_default();
        // Most files have no carriage return on its own, and then the count is one quick pass.
        if !passed.contains(&b'\r') {
            self.line += passed.iter().filter(|b| **b == b'\n').count() as u64;
            self.at = self.at.max(target);
        }
        while self.at < target {
            let ends = match self.bytes[self.at] {
                b'\n' => true,
                b'\r' => self.bytes.get(self.at + 1) != Some(&b'\n'),
                _ => false,
            };
            self.line += u64::from(ends);
            self.at += 1;
        }
        self.line
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn open(text: &str, declared: Option<char>) -> Option<Delimited<'_>> {
        Delimited::open("t.csv".into(), text, declared, &|name| matches!(name, "unit" | "value"))
    }

    /// Every row as `line:cell|cell`, then what was found.
    fn render(text: &str, declared: Option<char>) -> String {
        let Some(mut table) = open(text, declared) else { return "nothing".to_owned() };
        let mut out = format!("{:?} {}", table.separator.0, table.headings.join("|"));
        let mut problems = Problems::default();
        while table.advance(&mut problems) {
            let cells: Vec<String> = (0..table.headings.len())
                .map(|c| {
                    let Place::Line { line, .. } = table.place(c) else { return String::new() };
                    format!("{}@{line}", table.cell(c).text().replace('\n', "⏎"))
                })
                .collect();
            out.push_str(&format!("; {}", cells.join(" ")));
        }
        for d in problems.finish() {
            out.push_str(&format!("; {} {}", d.kind.id, d.places[0].0));
        }
        out
    }

    #[test]
    fn rows_have_their_lines() {
        for (text, expected) in [
            ("unit,value\na,1\nb,2\n", "',' unit|value; a@2 1@2; b@3 2@3"),
            ("unit,value\r\na,1\r\n\r\n\r\nb,2", "',' unit|value; a@2 1@2; b@5 2@5"),
            ("unit,value\ra,1\rb,2\r", "',' unit|value; a@2 1@2; b@3 2@3"),
            ("\n\nunit,value\na,1\n", "',' unit|value; a@4 1@4"),
            ("unit,value\n\"a\nb\",1\nc,2\n", "',' unit|value; a⏎b@2 1@3; c@4 2@4"),
            ("unit;value\na;1,5\n", "';' unit|value; a@2 1,5@2"),
            ("unit\tvalue\na\t1\n", "'\\t' unit|value; a@2 1@2"),
            ("sep=;\r\nunit;value\r\na;1\r\n", "';' unit|value; a@3 1@3"),
            ("a,b,c,d;unit;value\n1;2;3\n", "';' a,b,c,d|unit|value; 1@2 2@2 3@2"),
            ("\" unit \n name\",value\na,1\n", "',' unit name|value; a@3 1@3"),
            ("unit,value\n,\n  , \na,1\n", "',' unit|value; a@4 1@4"),
            (
                "unit,value\na\nb,2,3\nc,4\n",
                "',' unit|value; c@4 4@4; ragged-row t.csv:2:1; ragged-row t.csv:3:1",
            ),
            ("unit,value\na,1\nb,\"2\nc,3\n", "',' unit|value; a@2 1@2; ragged-row t.csv:3:1"),
            ("unit,value\na,\"say \"\"x\"\"\"\n", "',' unit|value; a@2 say \"x\"@2"),
            ("\n\n", "nothing"),
            ("", "nothing"),
        ] {
            assert_eq!(render(text, None), expected, "{text:?}");
        }
        assert_eq!(render("unit|value\na|1\n", Some('|')), "'|' unit|value; a@2 1@2");
    }

    #[test]
    fn a_cell_of_more_than_a_mebibyte_is_refused() {
        let text = format!("unit,value\na,{}\nb,2\n", "9".repeat(LONGEST_CELL + 1));
        assert_eq!(render(&text, None), "',' unit|value; b@3 2@3; cell-too-large t.csv:2:2");
    }

    proptest::proptest! {
        #[test]
        fn any_text_is_read(text in "[a-c\",;\t\r\n= ]{0,60}", declared in proptest::option::of(proptest::char::any())) {
            render(&text, declared);
        }
    }
}
