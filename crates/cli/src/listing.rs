//! Results in several tables: for people one below the other, for programs as one CSV or JSON.

use crate::Stop;
use crate::args::{OutputArgs, TableFormat};
use crate::render::escape::{self, visible};
use crate::term::{Term, plain};
use crate::{table, write};
use gradus::engine::Number;
use gradus::model::{Decimal, Lang, Text};
use gradus::report::table::{Cell, Column, Table};
use serde_json::{Map, Value};
use unicode_width::{UnicodeWidthChar, UnicodeWidthStr};

/// A table with its title and what is to be said of it.
#[derive(Debug)]
pub(crate) struct Section {
    key: &'static str,
    title: String,
    table: Table,
    notes: Vec<String>,
    /// Whether a column has numbers of different measurement units, so that each is shown by its own size.
    mixed: bool,
    /// How many columns at the end are for programs only.
    hidden: usize,
    /// What people read in place of the table.
    told: Option<Vec<Paragraph>>,
}

/// A paragraph in place of rows that are too wide for a table: a word, a name, and below both what is to be said.
#[derive(Debug)]
pub(crate) struct Paragraph {
    /// The word that stands first; the words of all paragraphs are as wide as the widest.
    pub(crate) lead: String,
    /// The name behind it.
    pub(crate) head: String,
    /// Sentences, each on lines of its own.
    pub(crate) body: Vec<String>,
}

impl Section {
    /// A table without rows. Columns are named by their keys; those that begin with `#` hold numbers. What stands behind a
    /// `|` is the heading for people where the key is not.
    pub(crate) fn new(key: &'static str, title: impl Into<String>, columns: &[&str]) -> Self {
        let column = |key: &&str| {
            let name = key.trim_start_matches('#');
            let (name, heading) = match name.split_once('|') {
                Some((name, heading)) => (name, heading.to_owned()),
                None => (name, name.replace('_', " ")),
            };
            Column { key: name.to_owned(), heading: Text::english(heading), numeric: key.starts_with('#') }
        };
        let table = Table { columns: columns.iter().map(column).collect(), rows: Vec::new() };
        Self { key, title: title.into(), table, notes: Vec::new(), mixed: false, hidden: 0, told: None }
    }
    /// Shows each number by its own size.
    pub(crate) fn mixed(mut self) -> Self {
        self.mixed = true;
        self
    }
    /// Shows the last columns to programs only.
    pub(crate) fn hidden(mut self, columns: usize) -> Self {
        self.hidden = columns;
        self
    }
    /// Tells people this in place of the table.
    pub(crate) fn tell(&mut self, paragraphs: Vec<Paragraph>) {
        self.told = Some(paragraphs);
    }
    /// Adds a row.
    pub(crate) fn row(&mut self, cells: Vec<Cell>) {
        debug_assert_eq!(cells.len(), self.table.columns.len());
        self.table.rows.push(cells);
    }
    /// Adds a remark.
    pub(crate) fn note(&mut self, note: impl Into<String>) {
        self.notes.push(note.into());
    }
    /// Whether there is no row.
    pub(crate) fn is_empty(&self) -> bool {
        self.table.rows.is_empty()
    }
    /// Its key, title, table and remarks.
    pub(crate) fn parts(&self) -> (&'static str, &str, &Table, &[String]) {
        (self.key, &self.title, &self.table, &self.notes)
    }
    /// How many rows there are.
    pub(crate) fn len(&self) -> usize {
        self.table.rows.len()
    }

    fn text(&self, width: Option<usize>, titled: bool) -> String {
        let mut out = String::new();
        if titled {
            out.push_str(&format!("\u{1b}[1m{}\u{1b}[0m\n", visible(&self.title)));
        }
        if let Some(told) = &self.told {
            out.push_str(&paragraphs(told, width.unwrap_or(LINE)));
        } else if !self.is_empty() {
            let shown = self.table.columns.len() - self.hidden;
            let columns: Vec<table::Column> = (self.table.columns[..shown].iter())
                .map(|c| table::Column { heading: c.heading.get(Lang::En).to_owned(), numeric: c.numeric })
                .collect();
            let places: Vec<usize> = (0..shown).map(|at| self.places(at)).collect();
            let cell = |(cell, places): (&Cell, &usize)| match cell {
                Cell::Number(x, _) if self.mixed => brief(x.to_f64(), places_of(&[x.to_f64()])),
                Cell::Number(x, _) => brief(x.to_f64(), *places),
                _ => cell.show(),
            };
            let rows: Vec<Vec<String>> =
                self.table.rows.iter().map(|row| row.iter().zip(&places).map(cell).collect()).collect();
            let keep = columns.iter().take_while(|c| !c.numeric).count() + 1;
            let (text, left_out) = table::show(&columns, &rows, keep, width);
            out.push_str(&text);
            if left_out > 0 {
                let columns = if left_out == 1 { "column" } else { "columns" };
                out.push_str(&format!("... and {left_out} more {columns}: use `--format csv`\n"));
            }
        }
        for note in &self.notes {
            out.push_str(&wrapped(&visible(note), width.unwrap_or(LINE)));
        }
        out
    }

    /// Places after the point for the numbers of a column.
    fn places(&self, column: usize) -> usize {
        let number = |row: &Vec<Cell>| match &row[column] {
            Cell::Number(x, _) => Some(x.to_f64()),
            _ => None,
        };
        places_of(&self.table.rows.iter().filter_map(number).collect::<Vec<_>>())
    }
}

/// Paragraphs in lines of so many columns: the first line holds word and name, the others are indented.
fn paragraphs(all: &[Paragraph], width: usize) -> String {
    let lead = all.iter().map(|paragraph| visible(&paragraph.lead).width()).max().unwrap_or(0);
    let indent = lead + 2;
    let mut out = String::new();
    let mut put = |text: &str, first: &str| {
        for (at, line) in wrapped(&visible(text), width.saturating_sub(indent).max(20)).lines().enumerate() {
            match at {
                0 => out.push_str(first),
                _ => out.push_str(&" ".repeat(indent)),
            }
            out.push_str(if at == 0 { line } else { line.trim_start() });
            out.push('\n');
        }
    };
    for paragraph in all {
        let word = visible(&paragraph.lead);
        let space = if lead == 0 { 0 } else { indent - word.width() };
        put(&paragraph.head, &format!("{word}{}", " ".repeat(space)));
        for sentence in &paragraph.body {
            put(sentence, &" ".repeat(indent));
        }
    }
    out
}

/// Columns of a line where no terminal says how many it has.
pub(crate) const LINE: usize = 100;

/// Text in lines of so many columns, broken between words and, in a word longer than a line, behind wide characters; further
/// lines are indented.
pub(crate) fn wrapped(text: &str, width: usize) -> String {
    let mut out = String::new();
    wrap(&mut out, text, width, 2);
    out
}

/// The lines of a text, those that are wider than so many columns broken; further lines are indented deeper than the first.
pub(crate) fn fitted(text: &str, width: usize) -> String {
    let mut out = String::with_capacity(text.len());
    for line in text.split_inclusive('\n') {
        let bare = line.trim_end_matches('\n');
        if columns_of(bare) <= width {
            out.push_str(line);
            continue;
        }
        let indent = bare.len() - bare.trim_start_matches(' ').len();
        // Deep lines keep some room.
        wrap(&mut out, bare, width, (indent + 2).min(width / 2));
        if bare.len() == line.len() {
            out.pop();
        }
    }
    out
}

/// Columns of a text, which its escapes for color do not take.
fn columns_of(text: &str) -> usize {
    if text.contains('\u{1b}') { crate::term::plain(text).width() } else { text.width() }
}

fn wrap(out: &mut String, text: &str, width: usize, hanging: usize) {
    // Where the words of the line begin, and how many of its columns are used.
    let mut begin = text.len() - text.trim_start_matches(' ').len();
    let mut used = 0;
    let mut later = false;
    for (n, word) in text.split(' ').enumerate() {
        let whole = columns_of(word) + hanging <= width;
        let pieces = if whole { vec![word] } else { pieces(word) };
        for (at, piece) in pieces.into_iter().enumerate() {
            let wide = columns_of(piece);
            let space = usize::from(n > 0 && at == 0);
            if used > begin && used + space + wide > width {
                out.push('\n');
                out.extend(std::iter::repeat_n(' ', hanging));
                (used, begin, later) = (hanging, hanging, true);
            } else if space > 0 && !(later && used == begin) {
                out.push(' ');
                used += 1;
            }
            out.push_str(piece);
            used += wide;
        }
    }
    out.push('\n');
}

/// The pieces of a word without spaces: a line may end behind a wide character, but not before one that closes.
fn pieces(word: &str) -> Vec<&str> {
    let mut out = Vec::new();
    let mut start = 0;
    let mut characters = word.char_indices().peekable();
    while let Some((at, c)) = characters.next() {
        let closes = |c: char| "，。；：！？、）》」』”’%".contains(c);
        let end = at + c.len_utf8();
        if c.width() == Some(2) && !characters.peek().is_some_and(|(_, next)| closes(*next)) {
            out.push(&word[start..end]);
            start = end;
        }
    }
    if start < word.len() {
        out.push(&word[start..]);
    }
    out
}

/// Places after the point at which the largest number has five digits; none where all are whole.
fn places_of(numbers: &[f64]) -> usize {
    if numbers.iter().all(|x| *x == x.trunc()) {
        return 0;
    }
    let largest = numbers.iter().map(|x| x.abs()).fold(0.0, f64::max);
    [10.0, 100.0, 1e3, 1e4].iter().position(|limit| largest < *limit).map_or(0, |at| 4 - at)
}

/// A number for people; one too small for its places is written with its power of ten.
fn brief(x: f64, places: usize) -> String {
    let text = format!("{x:.places$}");
    let zero = text.trim_start_matches('-').chars().all(|c| matches!(c, '0' | '.'));
    match zero {
        // What is left of a difference by rounding is nothing.
        true if x.abs() < 1e-12 => format!("{:.places$}", 0.0),
        true => format!("{x:.1e}"),
        false => text,
    }
}

/// A cell of text.
pub(crate) fn text(text: impl AsRef<str>) -> Cell {
    match text.as_ref() {
        "" => Cell::Empty(None),
        text => Cell::Text(text.to_owned()),
    }
}

/// A cell with a count.
pub(crate) fn count(n: usize) -> Cell {
    Cell::Number(Number::Decimal(Decimal::from(n)), None)
}

/// A cell with a number, where there is one.
pub(crate) fn number(x: impl Into<Option<f64>>) -> Cell {
    match x.into().filter(|x| x.is_finite()) {
        Some(x) => Cell::Number(Number::Binary64(x), None),
        None => Cell::Empty(None),
    }
}

/// Prints tables, or writes them to the file that is asked for, with the notices of the packages they are made of. `head` is
/// what JSON says before them.
pub(crate) fn print(
    term: &Term,
    output: &OutputArgs,
    mut head: Vec<(&str, Value)>,
    sections: &[Section],
) -> Result<(), Stop> {
    let notices = term.notices();
    let text = match output.format() {
        TableFormat::Csv => {
            notices.iter().for_each(|notice| term.say(notice));
            csv(sections)
        }
        TableFormat::Json => {
            if !notices.is_empty() {
                head.push(("notices", notices.into()));
            }
            json(head, sections)
        }
        TableFormat::Table => {
            let width = if output.out.is_some() { None } else { term.width() };
            let parts: Vec<String> = sections.iter().map(|s| s.text(width, sections.len() > 1)).collect();
            let notices: String = notices
                .iter()
                .map(|notice| format!("\n{}", wrapped(notice, width.unwrap_or(LINE))))
                .collect();
            let text = parts.join("\n") + &notices;
            if output.out.is_none() {
                return term.out(&text);
            }
            plain(&text)
        }
    };
    match &output.out {
        Some(path) => {
            write::file(path, text.as_bytes())?;
            term.say(&format!("wrote {}", path.display()));
            Ok(())
        }
        None => term.data(&text),
    }
}

/// One CSV: of several tables the columns of all, and a first one that says which table a row is of.
fn csv(sections: &[Section]) -> String {
    if let [only] = sections {
        return only.table.csv();
    }
    let mut all = Table { columns: Vec::new(), rows: Vec::new() };
    all.columns.push(Column { key: "table".into(), heading: Text::english("table"), numeric: false });
    for column in sections.iter().flat_map(|section| &section.table.columns) {
        if !all.columns.iter().any(|c| c.key == column.key) {
            all.columns.push(column.clone());
        }
    }
    for section in sections {
        for row in &section.table.rows {
            let cell = |column: &Column| {
                let at = section.table.columns.iter().position(|c| c.key == column.key);
                at.map_or(Cell::Empty(None), |at| row[at].clone())
            };
            let cells = all.columns.iter().skip(1).map(cell);
            all.rows.push(std::iter::once(Cell::Text(section.key.to_owned())).chain(cells).collect());
        }
    }
    all.csv()
}

fn json(head: Vec<(&str, Value)>, sections: &[Section]) -> String {
    let mut object: Map<String, Value> =
        head.into_iter().map(|(key, value)| (key.to_owned(), value)).collect();
    let mut notes = Map::new();
    for section in sections {
        // What a table prints is JSON.
        let rows = serde_json::from_str(&section.table.json()).unwrap_or(Value::Null);
        object.insert(section.key.to_owned(), rows);
        if !section.notes.is_empty() {
            notes.insert(section.key.to_owned(), section.notes.clone().into());
        }
    }
    object.insert("notes".into(), notes.into());
    escape::json(&format!("{:#}\n", Value::Object(object)))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers_have_the_places_their_column_needs() {
        let mut section = Section::new("a", "A", &["what", "#small", "#large", "#count"]);
        section.row(vec![text("x"), number(0.123_456), number(123.456), count(3)]);
        section.row(vec![text("y"), number(1e-7), number(-1.0), number(None)]);
        section.row(vec![text("z"), number(1e-17), number(f64::NAN), number(2.0)]);
        let shown = plain(&section.text(None, false));
        let lines: Vec<Vec<&str>> = shown.lines().map(|line| line.split_whitespace().collect()).collect();
        assert_eq!(lines[1], ["x", "0.1235", "123.46", "3"]);
        assert_eq!(lines[2], ["y", "1.0e-7", "-1.00"]);
        assert_eq!(lines[3], ["z", "0.0000", "2"]);
    }

    #[test]
    fn remarks_are_broken_and_columns_for_programs_are_not_shown() {
        let mut section = Section::new("a", "A", &["what", "#x|value", "why"]).mixed().hidden(1);
        section.row(vec![text("x"), number(146_673.4), text("because")]);
        section.row(vec![text("y"), number(1.5), text("because")]);
        section.note("one two three 四四四 five");
        let shown = plain(&section.text(Some(20), false));
        let lines: Vec<&str> = shown.lines().collect();
        assert_eq!(lines[0].split_whitespace().collect::<Vec<_>>(), ["what", "value"]);
        assert_eq!(lines[1].split_whitespace().collect::<Vec<_>>(), ["x", "146673"]);
        assert_eq!(lines[2].split_whitespace().collect::<Vec<_>>(), ["y", "1.5000"]);
        assert_eq!(lines[3..], ["one two three 四四四", "  five"]);
        assert!(csv(&[section]).starts_with("what,x,why\nx,146673.4,because\n"));
    }

    #[test]
    fn chinese_is_broken_between_characters_and_not_before_a_mark() {
        let text = wrapped("相似度是平均值，方向不同减0.2；自0.5起提示", 16);
        assert_eq!(text, "相似度是平均值，\n  方向不同减\n  0.2；自0.5起提\n  示\n");
        assert!(text.lines().all(|line| line.width() <= 16), "{text}");
        // What cannot be broken stands as it is.
        assert_eq!(wrapped("a internationalization b", 10), "a\n  internationalization\n  b\n");
    }

    #[test]
    fn lines_are_broken_with_their_indent_and_color_takes_no_room() {
        let text = "short\n    one two three four\n\u{1b}[1mexactly ten\u{1b}[0m\n";
        assert_eq!(
            fitted(text, 14),
            "short\n    one two\n      three\n      four\n\u{1b}[1mexactly ten\u{1b}[0m\n"
        );
        assert_eq!(fitted("a b\n", 80), "a b\n");
        assert_eq!(fitted("no end of line", 8), "no end\n  of\n  line");
    }

    #[test]
    fn several_tables_are_one_csv() {
        let mut first = Section::new("first", "First", &["code", "#n"]);
        first.row(vec![text("a"), count(1)]);
        let mut second = Section::new("second", "Second", &["code", "why"]);
        second.row(vec![text("b"), text("=1+1")]);
        let text = csv(&[first, second]);
        assert_eq!(text, "table,code,n,why\nfirst,a,1,\nsecond,b,,'=1+1\n");
    }
}
