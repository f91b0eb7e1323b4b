//! The rows of a wide text table, read in chunks by several threads.
//!
//! A chunk is split into rows and cells without regard to what came before it: cells that are a plain number, empty or a
//! declared mark go into columns at once. What needs the rest of the file (which units there are, what was found wrong
//! before) is done row after row when all chunks are there: it touches the few cells that are not plain, and rows whose
//! quotation marks or number of fields are unusual are read again by the [`Table`] itself. So the result is that of
//! reading row after row, for any number of threads.

use crate::delimited::LONGEST_CELL;
use crate::notation::read_value;
use crate::table::{Cell, Table};
use gradus_model::diagnostic::Place;
use gradus_model::observation::{GridColumn, Plain};
use gradus_model::package::{NumberNotation, Percent};
use gradus_model::{Absence, Value};
use memchr::{memchr, memchr2};
use rayon::prelude::*;
use std::collections::BTreeMap;
use std::sync::Arc;

/// Bytes of text that one task reads.
pub(crate) const CHUNK: usize = 1 << 18;

/// What a column of the file is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Field {
    /// Numbers of a variable, by place among the columns of figures.
    Figures(usize),
    /// Levels of an ordered scale, which are more than plain numbers.
    Levels(usize),
    /// Says something of the row: its unit, its period, ...
    OfRow,
    /// Has no heading, and should have no cells.
    Unnamed,
    /// Is not read.
    Ignored,
}

/// What is needed to read a chunk by itself.
#[derive(Debug)]
pub(crate) struct Reading<'a> {
    /// What each column is.
    pub(crate) fields: &'a [Field],
    pub(crate) separator: u8,
    pub(crate) notation: &'a NumberNotation,
    pub(crate) absent: &'a BTreeMap<String, Absence>,
    /// Whether one of the marks for absent values is written like a number: `-999`.
    pub(crate) absent_numbers: bool,
    /// Columns of figures, without rows.
    pub(crate) columns: &'a [GridColumn],
}

/// A row of a chunk.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Row {
    /// Where it begins in the text of the table.
    pub(crate) start: usize,
    /// Bytes of a row that was read; 0 for one that the table has to read.
    length: usize,
    /// Line breaks of the chunk before it.
    line: u32,
}

/// The cells of a chunk.
#[derive(Debug)]
pub(crate) struct Chunk<'a> {
    /// A row for each of `rows`; nothing in those that the table has to read, and in cells that are not plain.
    pub(crate) columns: Vec<GridColumn>,
    pub(crate) rows: Vec<Row>,
    /// For each row that was read, the texts of the fields that say something of it.
    texts: Vec<&'a str>,
    /// Row and column of figures of the cells that are not plain, row after row.
    pub(crate) odd: Vec<(usize, usize)>,
    /// Line breaks in it.
    pub(crate) n_lines: u32,
    /// How many numbers there are, and how many marks of each reason.
    pub(crate) n_numbers: u64,
    pub(crate) n_absent: BTreeMap<Absence, u64>,
}

/// Splits the text behind the headings into chunks of whole rows.
pub(crate) fn chunks(text: &str, from: usize, separator: u8, size: usize) -> Vec<(usize, &str)> {
    let bytes = text.as_bytes();
    let quoted = memchr(b'"', &bytes[from..]).is_some();
    let (mut out, mut start) = (Vec::new(), from);
    while start < bytes.len() {
        let mut end = if quoted { start } else { (start + size).min(bytes.len()) };
        // A line break in quotation marks ends no row, so that quoted rows are found one by one.
        while quoted && end < bytes.len() && end - start < size {
            end = row_end(bytes, end, separator);
        }
        if !quoted {
            end = line_end(bytes, end);
        }
        end = bytes[end..].iter().position(|b| !is_break(*b)).map_or(bytes.len(), |n| end + n);
        out.push((start, &text[start..end]));
        start = end;
    }
    out
}

fn is_break(byte: u8) -> bool {
    matches!(byte, b'\n' | b'\r')
}

/// Where the line break is that ends the line of a byte, or the end of the text.
fn line_end(bytes: &[u8], from: usize) -> usize {
    memchr2(b'\n', b'\r', &bytes[from..]).map_or(bytes.len(), |n| from + n)
}

/// Where the row ends that begins at `start`, behind line breaks: a quotation mark opens a field at its beginning, a
/// second one closes it, and two of them are one in it.
fn row_end(bytes: &[u8], start: usize, separator: u8) -> usize {
    let start = bytes[start..].iter().position(|b| !is_break(*b)).map_or(bytes.len(), |n| start + n);
    let (mut at, mut line) = (start, line_end(bytes, start));
    if memchr(b'"', &bytes[start..line]).is_none() {
        return line;
    }
    loop {
        if bytes.get(at) == Some(&b'"') {
            at += 1;
            let mut closed = false;
            while let (false, Some(n)) = (closed, memchr(b'"', &bytes[at..])) {
                at += n + 1;
                closed = bytes.get(at) != Some(&b'"');
                at += usize::from(!closed);
            }
            if !closed {
                return bytes.len();
            }
            if at > line {
                line = line_end(bytes, at);
            }
        }
        match memchr(separator, &bytes[at..line]) {
            Some(n) => at += n + 1,
            None => return line,
        }
    }
}

/// Reads the chunks, each by one thread.
pub(crate) fn read<'a>(chunks: &[(usize, &'a str)], reading: &Reading<'_>) -> Vec<Chunk<'a>> {
    match chunks {
        [] | [_] => chunks.iter().map(|(start, text)| reading.chunk(*start, text)).collect(),
        _ => chunks.par_iter().map(|(start, text)| reading.chunk(*start, text)).collect(),
    }
}

impl Reading<'_> {
    fn chunk<'a>(&self, offset: usize, text: &'a str) -> Chunk<'a> {
        let bytes = text.as_bytes();
        // Rows are mostly as long as the first one; a little room more costs less than growing.
        let n_rows = text.len() / line_end(bytes, 0).max(1) * 9 / 8 + 4;
        let room = |c: &GridColumn| GridColumn::new(c.variable, c.field, n_rows);
        let mut chunk = Chunk {
            columns: self.columns.iter().map(room).collect(),
            rows: Vec::with_capacity(n_rows),
            texts: Vec::with_capacity(n_rows),
            odd: Vec::new(),
            n_lines: 0,
            n_numbers: 0,
            n_absent: BTreeMap::new(),
        };
        let mut at = 0;
        let mut n_reported = [0u64; 2];
        loop {
            while at < bytes.len() && is_break(bytes[at]) {
                chunk.n_lines += u32::from(bytes[at] == b'\n' || bytes.get(at + 1) != Some(&b'\n'));
                at += 1;
            }
            if at >= bytes.len() {
                break;
            }
            let end = line_end(bytes, at);
            let row = Row { start: offset + at, length: end - at, line: chunk.n_lines };
            let (n_texts, n_odd) = (chunk.texts.len(), chunk.odd.len());
            if end - at <= LONGEST_CELL && self.row(&text[at..end], &mut chunk, &mut n_reported) {
                chunk.rows.push(row);
                at = end;
                continue;
            }
            // Nothing of it counts: the table reads it.
            chunk.texts.truncate(n_texts);
            chunk.odd.truncate(n_odd);
            let n_rows = chunk.rows.len();
            for column in &mut chunk.columns {
                self.take_back(column, n_rows, &mut n_reported, &mut chunk.n_absent);
                column.push(Plain::Nothing);
            }
            chunk.rows.push(Row { length: 0, ..row });
            let end = row_end(bytes, at, self.separator);
            let breaks = &bytes[at..end];
            for (i, byte) in breaks.iter().enumerate() {
                chunk.n_lines +=
                    u32::from(*byte == b'\n' || (*byte == b'\r' && breaks.get(i + 1) != Some(&b'\n')));
            }
            at = end;
        }
        chunk.n_numbers = n_reported[0];
        if n_reported[1] > 0 {
            *chunk.n_absent.entry(self.empty()).or_default() += n_reported[1];
        }
        chunk
    }

    /// What an empty cell is.
    fn empty(&self) -> Absence {
        self.absent.get("").copied().unwrap_or(Absence::NotReported)
    }

    /// Takes back the cell of a row that was begun.
    fn take_back(
        &self,
        column: &mut GridColumn,
        n_rows: usize,
        n_reported: &mut [u64; 2],
        n_absent: &mut BTreeMap<Absence, u64>,
    ) {
        match column.pop_behind(n_rows) {
            Some(Plain::Number { .. }) => n_reported[0] -= 1,
            Some(Plain::Absent(why)) => match n_absent.get_mut(&why).filter(|count| **count > 0) {
                Some(count) => *count -= 1,
                None => n_reported[1] -= 1,
            },
            _ => {}
        }
    }

    /// Reads a row into the columns; `false` where the table has to read it.
    fn row<'a>(&self, line: &'a str, chunk: &mut Chunk<'a>, n_reported: &mut [u64; 2]) -> bool {
        let bytes = line.as_bytes();
        let row = chunk.rows.len();
        let mut at = 0;
        let mut blank = true;
        for (n, field) in self.fields.iter().enumerate() {
            if n > 0 {
                // The field before ended at a separator, or there are too few.
                if bytes.get(at) != Some(&self.separator) {
                    return false;
                }
                at += 1;
            }
            if let Field::Figures(column) = *field
                && self.notation.decimal == '.'
                && let Some((mantissa, places, end)) = digits(bytes, at, self.separator)
                && !(self.absent_numbers && self.absent.contains_key(&line[at..end]))
            {
                chunk.columns[column].push(Plain::Number { mantissa, places });
                n_reported[0] += 1;
                blank = false;
                at = end;
                continue;
            }
            let Some((text, end)) = self.text(line, at) else { return false };
            at = end;
            let text = text.trim();
            blank &= text.is_empty();
            match *field {
                Field::Figures(column) | Field::Levels(column) => {
                    let plain = self.plain(text, matches!(field, Field::Levels(_)));
                    match plain {
                        Plain::Number { .. } => n_reported[0] += 1,
                        Plain::Absent(_) if text.is_empty() => n_reported[1] += 1,
                        Plain::Absent(why) => *chunk.n_absent.entry(why).or_default() += 1,
                        Plain::Other | Plain::Nothing => chunk.odd.push((row, column)),
                    }
                    chunk.columns[column].push(plain);
                }
                Field::OfRow => chunk.texts.push(text),
                Field::Unnamed if !text.is_empty() => return false,
                Field::Unnamed | Field::Ignored => {}
            }
        }
        at == bytes.len() && !blank
    }

    /// The text of a field that begins at a byte of a row, and where it ends; nothing where its quotation marks are more than
    /// a pair around it.
    fn text<'a>(&self, line: &'a str, at: usize) -> Option<(&'a str, usize)> {
        let bytes = line.as_bytes();
        if bytes.get(at) == Some(&b'"') {
            let end = at + 1 + memchr(b'"', &bytes[at + 1..])?;
            let closed = bytes.get(end + 1).is_none_or(|next| *next == self.separator);
            return closed.then(|| (&line[at + 1..end], end + 1));
        }
        let end = memchr(self.separator, &bytes[at..]).map_or(bytes.len(), |n| at + n);
        Some((&line[at..end], end))
    }

    /// A cell as a column keeps it; [`Plain::Nothing`] where it is not plain.
    fn plain(&self, text: &str, is_level: bool) -> Plain {
        if text.is_empty() {
            return Plain::Absent(self.empty());
        }
        if is_level {
            return Plain::Nothing;
        }
        if let Some(why) = self.absent.get(text) {
            return Plain::Absent(*why);
        }
        // The figure as written is kept with it.
        if self.notation.percent == Percent::Divide && text.contains('%') {
            return Plain::Nothing;
        }
        match read_value(text, self.notation) {
            Ok(Some(value @ Value::Number(_))) => Plain::of(&value).unwrap_or(Plain::Nothing),
            _ => Plain::Nothing,
        }
    }
}

/// A number as most are written, from a byte of a row to the next separator: as
/// [`parse_plain`](gradus_model::number::parse_plain) reads it, with its digits, its places after the point and where it ends.
#[inline]
fn digits(bytes: &[u8], from: usize, separator: u8) -> Option<(i64, u32, usize)> {
    let negative = bytes.get(from) == Some(&b'-');
    let first = from + usize::from(negative);
    let (mut mantissa, mut point, mut at) = (0i64, None, first);
    while let Some(byte) = bytes.get(at) {
        let digit = byte.wrapping_sub(b'0');
        if digit < 10 {
            mantissa = mantissa.wrapping_mul(10).wrapping_add(i64::from(digit));
        } else if *byte == b'.' && point.is_none() && at > first {
            point = Some(at);
        } else if *byte == separator {
            break;
        } else {
            return None;
        }
        at += 1;
    }
    let n_digits = at - first - usize::from(point.is_some());
    // 18 digits are what an `i64` holds.
    if n_digits == 0 || n_digits > 18 {
        return None;
    }
    let mut places = point.map_or(0, |point| at - point - 1) as u32;
    while places > 0 && mantissa % 10 == 0 {
        mantissa /= 10;
        places -= 1;
    }
    Some((if negative { -mantissa } else { mantissa }, places, at))
}

/// A row of a chunk, as a table shows it.
pub(crate) struct View<'a> {
    pub(crate) file: &'a Arc<str>,
    pub(crate) reading: &'a Reading<'a>,
    pub(crate) headings: &'a [String],
    /// The text of the table.
    pub(crate) text: &'a str,
    pub(crate) row: Row,
    /// The line the chunk begins on.
    pub(crate) first_line: u64,
    /// For each column that says something of the row, its place among them.
    pub(crate) of_row: &'a [Option<usize>],
    pub(crate) texts: &'a [&'a str],
}

impl<'a> Chunk<'a> {
    /// The texts that say something of the rows that were read, row after row.
    pub(crate) fn texts(&self, n_of_row: usize) -> impl Iterator<Item = &[&'a str]> {
        self.texts.chunks(n_of_row.max(1))
    }
}

impl Row {
    /// Whether the row was read with its chunk.
    pub(crate) fn is_read(self) -> bool {
        self.length > 0
    }
}

impl View<'_> {
    fn field(&self, column: usize) -> &str {
        if let Some(text) = self.of_row.get(column).copied().flatten().and_then(|n| self.texts.get(n)) {
            return text;
        }
        let line = &self.text[self.row.start..self.row.start + self.row.length];
        let mut at = 0;
        for _ in 0..column {
            match self.reading.text(line, at) {
                Some((_, end)) => at = (end + 1).min(line.len()),
                None => return "",
            }
        }
        self.reading.text(line, at).map_or("", |(text, _)| text)
    }
}

impl Table for View<'_> {
    fn headings(&self) -> &[String] {
        self.headings
    }
    fn heading_place(&self, column: usize) -> Place {
        self.place(column)
    }
    fn advance(&mut self, _: &mut crate::problems::Problems) -> bool {
        false
    }
    fn cell(&self, column: usize) -> Cell<'_> {
        Cell::of_text(self.field(column))
    }
    fn place(&self, column: usize) -> Place {
        Place::Line {
            file: self.file.clone(),
            line: self.first_line + u64::from(self.row.line),
            field: column as u32 + 1,
        }
    }
    fn line(&self) -> u32 {
        u32::try_from(self.first_line).unwrap_or(u32::MAX).saturating_add(self.row.line)
    }
    fn without_heading(&self) -> Option<(usize, u64)> {
        None
    }
    fn passed_over(&self) -> (u64, u64) {
        (0, 0)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::testing::{package, source};
    use crate::{Import, Memory, load_in_chunks};
    use csv::ReaderBuilder;
    use gradus_model::Status;
    use gradus_model::observation::Period;
    use gradus_model::package::{ColumnRole, Layout};
    use proptest::prelude::*;

    fn load(text: &[u8], variant: u8, chunk: usize) -> Import {
        let mut source = source("data.csv", Layout::Wide);
        source.subset = variant & 1 != 0;
        if variant & 2 != 0 {
            source.numbers = NumberNotation { decimal: ',', thousands: Some('.'), percent: Percent::Divide };
        }
        if variant & 4 != 0 {
            source.numbers.thousands = Some(' ');
            source.absent.insert("n/a".into(), Absence::NotAvailable);
            source.absent.insert("-9".into(), Absence::Confidential);
            source.absent.insert("".into(), Absence::NotCollected);
        }
        if variant & 8 != 0 {
            source.columns.insert(ColumnRole::UnitName, "name".into());
            source.groups.insert("kind".into(), "kind".into());
            source.columns.insert(ColumnRole::Note, "note".into());
        }
        if variant & 16 != 0 {
            source.period = Some(Period::year(2020));
            source.status = Status::Estimated;
        }
        let mut package = package(vec![source]);
        if variant & 32 != 0 {
            package.units.clear();
        }
        if variant & 64 != 0 {
            package.scales[0] = gradus_model::package::OrderedScale::yes_no().unwrap();
        }
        let files = Memory::new().with("data.csv", text.to_vec());
        load_in_chunks(&package, &package.data, &files, chunk)
    }

    fn alike(text: &str, variant: u8) -> Result<(), TestCaseError> {
        let rows = load(text.as_bytes(), variant, 0);
        for chunk in [1, 13, 64, CHUNK] {
            let chunks = load(text.as_bytes(), variant, chunk);
            prop_assert_eq!(&chunks.data.units, &rows.data.units);
            let (a, b): (Vec<_>, Vec<_>) =
                (chunks.data.observations.iter().collect(), rows.data.observations.iter().collect());
            prop_assert_eq!(a, b);
            prop_assert_eq!(format!("{:#?}", chunks.diagnostics), format!("{:#?}", rows.diagnostics));
            prop_assert_eq!(&chunks, &rows);
        }
        Ok(())
    }

    const CELLS: &[&str] = &[
        "1",
        "0",
        "-3.50",
        "12.5",
        "100000",
        "0.1",
        "",
        "",
        " 7 ",
        "\"8.25\"",
        "\"9\n\"",
        "\"1,5\"",
        "1,5",
        "n/a",
        "-9",
        "..",
        ">=40",
        "40..50",
        "9..1",
        "12%",
        "1 234",
        "1.234",
        "\u{A0}5",
        "1e3",
        "1e-30",
        "123456789012345678",
        "1234567890123456789",
        "0.3333333333333333333333333333333",
        "-",
        "1.",
        ".5",
        "-0",
        "+4",
        "yes",
        "basic",
        "full",
        "a\"b",
        "\"a\"\"b\"",
        "\"a\"b",
        "=1+1",
        "\u{FEFF}6",
    ];
    const UNITS: &[&str] = &[
        "changchun",
        "shenyang",
        "长春",
        "\"shenyang\"",
        "Changchun",
        "dalian",
        "x y",
        "",
        " ",
        "-a",
        "\"changchun\n\"",
        "\u{FEFF}changchun",
    ];

    fn rows() -> impl Strategy<Value = String> {
        let cell = || prop::sample::select(CELLS);
        let figures =
            prop_oneof![8 => prop::collection::vec(cell(), 5), 1 => prop::collection::vec(cell(), 0..8)];
        let period = prop::sample::select(&["2018", "2019", "2020-Q1", "", "x", "\"2018\""][..]);
        let status = prop::sample::select(&["", "", "E", "provisional", "?"][..]);
        let name = prop::sample::select(&["", "Changchun", "长春", "\"A, B\"", "=x"][..]);
        let last = prop::sample::select(&["", "", "", "z"][..]);
        let row = (prop::sample::select(UNITS), period, status, name, figures, last).prop_map(
            |(unit, period, status, name, figures, last)| {
                format!("{unit},{period},{status},{name},{name},{},{last}", figures.join(","))
            },
        );
        let odd =
            prop::sample::select(&["", ",,,,,,,,,,", " ", "\"", "\"x", ","][..]).prop_map(str::to_owned);
        let line = prop_oneof![10 => row, 1 => odd];
        let ends = prop::sample::select(&["\n", "\r\n", "\r"][..]);
        let bom = prop::sample::select(&["", "\u{FEFF}"][..]);
        (prop::collection::vec(line, 0..12), ends, bom, any::<bool>()).prop_map(
            |(lines, end, bom, closed)| {
                let head = "unit,period,status,name,kind,gdp,air,healthy,civilized,population,";
                let close = if closed { end } else { "" };
                format!("{bom}{head}{end}{}{close}", lines.join(end))
            },
        )
    }

    #[test]
    fn any_number_of_threads_reads_the_same() {
        let mut text = String::from("unit,period,gdp,air,healthy\n");
        for row in 0..4000 {
            let unit = ["changchun", "shenyang", "dalian", "\"shenyang\""][row % 4];
            let odd = ["", "1e3", "n/a", "40..50", "5%", "x"][row % 6];
            text += &format!("{unit},{},{}.{},{odd},basic\n", 1000 + row / 3, row, row % 100);
        }
        // Each unit once, as where none is declared.
        text += &(0..2000).map(|row| format!("u{row},2018,{row},,\n")).collect::<String>();
        for variant in [0, 4, 32, 37] {
            let rows = load(text.as_bytes(), variant, 0);
            for threads in [1, 2, 7] {
                let pool = rayon::ThreadPoolBuilder::new().num_threads(threads).build().unwrap();
                assert!(pool.install(|| load(text.as_bytes(), variant, 500)) == rows, "{threads} {variant}");
            }
        }
    }

    proptest! {
        #![proptest_config(ProptestConfig { cases: 96, ..ProptestConfig::default() })]

        #[test]
        fn chunks_are_read_as_row_after_row(text in rows(), variant: u8) {
            alike(&text, variant)?;
        }

        #[test]
        fn texts_without_rhyme_are_too(text in "(unit|gdp|air|changchun|[0-9.%-]{1,4}|[,;\t\n\r\"]){0,60}", variant: u8) {
            alike(&format!("unit,gdp,air\n{text}"), variant)?;
        }

        #[test]
        fn rows_end_where_csv_says(text in "[a1,;\" \n\r]{0,40}") {
            let mut reader =
                ReaderBuilder::new().has_headers(false).flexible(true).from_reader(text.as_bytes());
            let mut record = csv::ByteRecord::new();
            let mut at = 0;
            while reader.read_byte_record(&mut record).unwrap() {
                at = row_end(text.as_bytes(), at, b',');
                let end = reader.position().byte() as usize;
                // The reader ends behind the line break, of which `\r\n` is two.
                let breaks = &text.as_bytes()[at..end.max(at)];
                prop_assert!(at <= end && breaks.len() <= 1 && breaks.iter().all(|b| is_break(*b)), "{} {}", at, end);
            }
            prop_assert!(text.as_bytes()[at..].iter().all(|b| is_break(*b)));
        }

        #[test]
        fn digits_are_those_of_a_plain_number(text in "-?[0-9.]{0,21}[-x]?") {
            let expected = gradus_model::number::parse_plain(&text);
            let read = digits(format!("{text},1").as_bytes(), 0, b',');
            prop_assert_eq!(read.map(|(m, places, _)| gradus_model::Decimal::new(m, places)), expected);
            prop_assert!(read.is_none_or(|(_, _, end)| end == text.len()));
            prop_assert_eq!(digits(text.as_bytes(), 0, b','), read);
        }
    }
}
