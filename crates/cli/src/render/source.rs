//! Lines of the files a finding speaks of.

use super::escape::visible;
use gradus::Bundle;
use gradus::model::Place;
use gradus::model::diagnostic::cell_name;
use std::fs::File;
use std::io::{BufRead, BufReader, Cursor, Read};
use std::ops::Range;
use std::rc::Rc;

/// Longest part of a line that is looked at, in bytes.
const LONGEST_LINE: usize = 1 << 20;

/// Where the files of a package are, and how the user names them.
#[derive(Debug, Default)]
pub(crate) struct Sources {
    /// What stands before a file's name inside the package to name it as the user would: `../cities/`.
    prefix: String,
    /// The package; none for findings about files as the user named them.
    bundle: Option<Rc<Bundle>>,
}

/// A place in a file as the user finds it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Found {
    /// The file as the user names it.
    pub(super) file: String,
    /// Line and column, from 1, in characters.
    pub(super) start: Option<(usize, usize)>,
    /// Line and column after the last character.
    pub(super) end: Option<(usize, usize)>,
    /// Sheet and cell of a workbook.
    pub(super) cell: Option<(String, String)>,
    /// The line, and where the stretch is in it.
    pub(super) line: Option<(String, Range<usize>)>,
}

impl Found {
    /// Whether both are in one line that can be shown.
    pub(super) fn same_line(&self, other: &Self) -> bool {
        self.line.is_some()
            && other.line.is_some()
            && self.file == other.file
            && self.start.map(|s| s.0) == other.start.map(|s| s.0)
    }
}

impl Sources {
    /// The files of a package. `prefix` names them as the user would.
    pub(crate) fn new(bundle: Rc<Bundle>, prefix: String) -> Self {
        Self { prefix, bundle: Some(bundle) }
    }
    /// No files, but a folder that stands before their names.
    pub(crate) fn named_by(prefix: String) -> Self {
        Self { prefix, bundle: None }
    }
    /// The text of the package file.
    pub(crate) fn package_text(&self) -> Option<&str> {
        self.bundle.as_ref().map(|bundle| bundle.text())
    }
    /// A file's name as the user names it.
    pub(crate) fn named(&self, file: &str) -> String {
        if file.starts_with(&self.prefix) && self.bundle.as_ref().is_some_and(|b| b.directory().is_none()) {
            return file.to_owned();
        }
        format!("{}{file}", self.prefix)
    }

    /// A place in one line: `data/figures.csv:12:4`, `data.xlsx Sheet1!B12`.
    pub(crate) fn describe(&self, place: &Place) -> String {
        let found = self.find(place);
        let file = visible(&found.file);
        match (found.start, found.cell) {
            (_, Some((sheet, cell))) => format!("{file} {}!{cell}", visible(&sheet)),
            (Some((line, column)), None) => format!("{file}:{line}:{column}"),
            (None, None) => file.into_owned(),
        }
    }

    /// Line, column and text of a place.
    pub(super) fn find(&self, place: &Place) -> Found {
        let mut found =
            Found { file: self.named(place.file_name()), start: None, end: None, cell: None, line: None };
        match place {
            Place::Span { file, start, end } => match &self.bundle {
                Some(bundle) if *bundle.name() == **file => {
                    self.span(bundle.text(), *start..*end, &mut found)
                }
                _ => {
                    if let Some(text) = self.read(file) {
                        self.span(&text, *start..*end, &mut found);
                    }
                }
            },
            Place::Line { file, line, field } => {
                let number = usize::try_from(*line).unwrap_or(usize::MAX);
                let (header, text) = self.lines(file, number);
                found.start = Some((number, 1));
                if let Some(text) = text {
                    let stretch =
                        field_of(&text, *field as usize, separator(header.as_deref().unwrap_or("")));
                    found.start = Some((number, text[..stretch.start].chars().count() + 1));
                    found.end = Some((number, text[..stretch.end].chars().count() + 1));
                    found.line = Some((text, stretch));
                }
            }
            Place::Cell { sheet, row, column, .. } => {
                found.cell = Some((sheet.to_string(), cell_name(*row, *column)));
            }
            Place::File { .. } => {}
        }
        found
    }

    fn span(&self, text: &str, span: Range<usize>, found: &mut Found) {
        let position = |at: usize| {
            let at = at.min(text.len());
            let before = &text.as_bytes()[..at];
            let line = before.iter().filter(|b| **b == b'\n').count() + 1;
            let from = before.iter().rposition(|b| *b == b'\n').map_or(0, |p| p + 1);
            (line, from, String::from_utf8_lossy(&text.as_bytes()[from..at]).chars().count() + 1)
        };
        let (line, from, column) = position(span.start);
        let (end_line, _, end_column) = position(span.end);
        found.start = Some((line, column));
        found.end = Some((end_line, end_column));
        let rest = &text.as_bytes()[from..];
        let to = from + rest.iter().position(|b| *b == b'\n').unwrap_or(rest.len());
        let mut shown = text.get(from..to).unwrap_or("").trim_end_matches('\r');
        let mut skipped = 0;
        // A byte-order mark belongs to the encoding, not to the line.
        if from == 0 && shown.starts_with('\u{feff}') {
            shown = &shown[3..];
            skipped = 3;
        }
        // A stretch over several lines is marked up to the end of its first one.
        let boundary = |at: usize| {
            let at = at.saturating_sub(from + skipped).min(shown.len());
            (0..=at).rev().find(|at| shown.is_char_boundary(*at)).unwrap_or(0)
        };
        let start = boundary(span.start);
        let end = boundary(span.end).clamp(start, shown.trim_end().len().max(start));
        found.line = Some((shown.to_owned(), start..end));
    }

    fn open(&self, file: &str) -> Option<Box<dyn Read + '_>> {
        let bundle = self.bundle.as_ref()?;
        let Some(folder) = bundle.directory() else {
            return Some(Box::new(Cursor::new(bundle.files().open(file).ok()?)));
        };
        // What is inside the package, and no pipe or device: reading one could wait for ever.
        let path = folder.join(file).canonicalize().ok()?;
        path.metadata().ok().filter(|m| m.is_file())?;
        path.strip_prefix(folder.canonicalize().ok()?).ok()?;
        Some(Box::new(File::open(path).ok()?))
    }

    fn read(&self, file: &str) -> Option<String> {
        let mut text = String::new();
        self.open(file)?.take(32 << 20).read_to_string(&mut text).ok()?;
        Some(text)
    }

    /// The first line, and line `number`, of a file that is UTF-8; a data file in another encoding has no excerpt.
    fn lines(&self, file: &str, number: usize) -> (Option<String>, Option<String>) {
        let Some(file) = self.open(file) else { return (None, None) };
        let mut reader = BufReader::new(file);
        let mut first = None;
        for at in 1..=number {
            let keep = at == 1 || at == number;
            let Some(line) = next_line(&mut reader, keep) else { return (first, None) };
            if !keep {
                continue;
            }
            let line = String::from_utf8(line).ok();
            if at == 1 {
                first = line.map(|l| l.trim_start_matches('\u{feff}').to_owned());
                if number == 1 {
                    return (first.clone(), first);
                }
            } else {
                return (first, line);
            }
        }
        (first, None)
    }
}

/// The next line without its end, cut at [`LONGEST_LINE`]; nothing after the last one.
fn next_line(reader: &mut impl BufRead, keep: bool) -> Option<Vec<u8>> {
    let mut line = Vec::new();
    let mut any = false;
    loop {
        let buffer = reader.fill_buf().ok()?;
        if buffer.is_empty() {
            break;
        }
        any = true;
        let end = buffer.iter().position(|b| *b == b'\n');
        let part = &buffer[..end.unwrap_or(buffer.len())];
        if keep {
            line.extend_from_slice(&part[..part.len().min(LONGEST_LINE.saturating_sub(line.len()))]);
        }
        let used = end.map_or(buffer.len(), |e| e + 1);
        reader.consume(used);
        if end.is_some() {
            break;
        }
    }
    // A cut may fall inside a character.
    while line.len() == LONGEST_LINE && std::str::from_utf8(&line).is_err_and(|e| e.error_len().is_none()) {
        line.pop();
    }
    if line.last() == Some(&b'\r') {
        line.pop();
    }
    any.then_some(line)
}

/// The separator that a heading line has most of.
fn separator(header: &str) -> char {
    let count = |separator: &char| header.matches(*separator).count();
    // The first of the most frequent ones.
    let all = [',', ';', '\t', '|'];
    all.into_iter().rev().max_by_key(count).unwrap_or(',')
}

/// Where field `number` (from 1) of a line is; the whole line where it has fewer.
fn field_of(line: &str, number: usize, separator: char) -> Range<usize> {
    let mut field = 1;
    let mut start = 0;
    let mut quoted = false;
    for (at, c) in line.char_indices() {
        if c == '"' {
            quoted = !quoted;
        } else if c == separator && !quoted {
            if field == number {
                return start..at;
            }
            field += 1;
            start = at + c.len_utf8();
        }
    }
    if field == number { start..line.len() } else { 0..line.len() }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn fields_are_found_between_separators_and_quotes() {
        let line = "Minsk,\"1,234\",,end";
        for (number, text) in [(1, "Minsk"), (2, "\"1,234\""), (3, ""), (4, "end"), (9, line)] {
            assert_eq!(&line[field_of(line, number, ',')], text);
        }
        assert_eq!(separator("unit;value"), ';');
        assert_eq!(separator("unit,name;x,value"), ',');
        assert_eq!(separator("unit"), ',');
    }

    #[test]
    fn spans_have_lines_and_columns_in_characters() {
        let text = "\u{feff}a = 1\r\nname = \"长春\" # x\r\n";
        let bundle = Bundle::new("p.toml", text, gradus::data::Memory::default());
        let sources = Sources::new(Rc::new(bundle), "demo/".into());
        let start = text.find("# x").unwrap();
        let found = sources.find(&Place::Span { file: "p.toml".into(), start, end: start + 3 });
        assert_eq!(found.file, "demo/p.toml");
        assert_eq!(found.start, Some((2, 13)));
        let (line, stretch) = found.line.unwrap();
        assert_eq!(&line[stretch], "# x");
        let found = sources.find(&Place::Span { file: "p.toml".into(), start: 3, end: 4 });
        assert_eq!(found.line.unwrap(), ("a = 1".to_owned(), 0..1));
    }
}
