//! Workbooks: one sheet of an XLSX or ODS file, with the values it stores and the results its formulas had.
//!
//! A workbook is a ZIP archive of XML, and a small one can unpack to anything. So the archive is first unpacked into
//! nothing, up to a limit, and a sheet is kept cell by cell: two cells at far corners are two cells, not a billion.

mod ods;
mod xlsx;

use crate::delimited::LONGEST_CELL;
use crate::files::LARGEST_FILE;
use crate::problems::Problems;
use crate::summary::Format;
use crate::table::{Cell, Table, nearest, squeeze};
use gradus_model::diagnostic::{Diagnostic, Place, catalog, list_some};
use gradus_model::package::DataSource;
use std::io::{Cursor, Read};
use std::sync::Arc;
use zip::ZipArchive;

/// Rows and columns that a spreadsheet program can have.
const ROWS: u32 = 1 << 20;
const COLUMNS: u32 = 1 << 14;
/// The most cells of a sheet that are read.
const MOST_CELLS: usize = 50_000_000;

/// What a workbook is by the ending of its name; `None` for a text table.
pub(crate) fn format_of(path: &str) -> Option<Result<Format, &'static str>> {
    let ending = path.rsplit_once('.')?.1.to_ascii_lowercase();
    match ending.as_str() {
        "xlsx" | "xlsm" => Some(Ok(Format::Xlsx)),
        "ods" => Some(Ok(Format::Ods)),
        "xls" | "et" => Some(Err("the format of old workbooks")),
        "xlsb" => Some(Err("the binary workbook format")),
        "numbers" => Some(Err("the format of one vendor's program")),
        _ => None,
    }
}

/// A value as a workbook stores it.
#[derive(Debug, Clone, PartialEq)]
enum Stored {
    Text(Box<str>),
    Number(f64),
    Truth(bool),
    Date(Box<str>),
    Error(Box<str>),
}

/// A row with at least one value: its number from 0, and its values by column number from 0.
#[derive(Debug, Clone, PartialEq)]
struct Row {
    number: u32,
    cells: Vec<(u32, Stored)>,
}

/// The values of a sheet.
#[derive(Debug, Default, PartialEq)]
struct Content {
    name: String,
    rows: Vec<Row>,
    merged: u64,
}

/// Why a workbook cannot be read.
#[derive(Debug)]
enum Unreadable {
    /// Not a workbook of its format, in the words of its reader.
    Broken(String),
    Encrypted,
    /// There is no sheet of the declared name (or none at all) among these.
    NoSheet(Vec<String>),
    TooManyCells,
    TooLarge,
}

/// A sheet being read.
pub(crate) struct Sheet {
    file: Arc<str>,
    name: Arc<str>,
    headings: Vec<String>,
    /// Column number of the first column with a value.
    left: u32,
    heading_row: u32,
    rows: std::vec::IntoIter<Row>,
    row: Row,
    blank: u64,
    malformed: u64,
    /// How many areas of merged cells there are.
    pub(crate) merged: u64,
}

impl Sheet {
    /// Opens the declared sheet, or the first one.
    pub(crate) fn open(bytes: &[u8], source: &DataSource, format: Format) -> Result<Self, Diagnostic> {
        let file: Arc<str> = source.file.as_str().into();
        let content = read(bytes, source.sheet.as_deref(), format)
            .map_err(|why| unreadable(source, &file, bytes, format, why))?;
        let name: Arc<str> = content.name.as_str().into();
        let mut rows = content.rows.into_iter();
        let Some(first) = rows.next() else {
            return Err(Diagnostic::new(
                &catalog::EMPTY_FILE,
                format!("the sheet `{name}` of `{file}` is empty"),
            )
            .at(Place::File { file })
            .help("fill the sheet, or name another one as `sheet`"));
        };
        let all = || rows.as_slice().iter().chain([&first]);
        let left = all().filter_map(|row| row.cells.first()).map(|(c, _)| *c).min().unwrap_or(0);
        let right = all().filter_map(|row| row.cells.last()).map(|(c, _)| *c).max();
        let width = right.unwrap_or(left).saturating_sub(left) as usize + 1;
        let mut headings = vec![String::new(); width];
        for (column, value) in &first.cells {
            headings[(column - left) as usize] = squeeze(&show(value).text());
        }
        Ok(Self {
            file,
            name,
            headings,
            left,
            heading_row: first.number,
            rows,
            row: first,
            blank: 0,
            malformed: 0,
            merged: content.merged,
        })
    }

    /// The sheet's name.
    pub(crate) fn name(&self) -> &str {
        &self.name
    }

    fn place_of(&self, row: u32, column: usize) -> Place {
        Place::Cell {
            file: self.file.clone(),
            sheet: self.name.clone(),
            row: row + 1,
            column: self.left + column as u32 + 1,
        }
    }
}

fn show(value: &Stored) -> Cell<'_> {
    match value {
        Stored::Text(text) => Cell::of_text(text),
        Stored::Number(x) => Cell::Number(*x),
        Stored::Truth(yes) => Cell::Truth(*yes),
        Stored::Date(text) => Cell::Date(text),
        Stored::Error(text) => Cell::Error(text),
    }
}

impl Table for Sheet {
    fn headings(&self) -> &[String] {
        &self.headings
    }
    fn heading_place(&self, column: usize) -> Place {
        self.place_of(self.heading_row, column)
    }
    fn advance(&mut self, problems: &mut Problems) -> bool {
        loop {
            let Some(row) = self.rows.next() else { return false };
            self.blank += u64::from(row.number.saturating_sub(self.row.number).saturating_sub(1));
            self.row = row;
            let too_long = self.row.cells.iter().find_map(|(column, value)| match value {
                Stored::Text(text) if text.len() > LONGEST_CELL => Some((*column, text.len())),
                _ => None,
            });
            let Some((column, length)) = too_long else { return true };
            let column = (column - self.left) as usize;
            self.malformed += 1;
            let place = self.place(column);
            problems.note(&catalog::CELL_TOO_LARGE, &self.headings[column], "", &place, || {
                Diagnostic::new(
                    &catalog::CELL_TOO_LARGE,
                    format!("the cell has {length} bytes, more than 1 MiB"),
                )
                .at(place.clone())
                .help("shorten the text")
            });
        }
    }
    fn cell(&self, column: usize) -> Cell<'_> {
        let column = self.left + column as u32;
        match self.row.cells.binary_search_by_key(&column, |(c, _)| *c) {
            Ok(at) => show(&self.row.cells[at].1),
            Err(_) => Cell::Empty,
        }
    }
    fn place(&self, column: usize) -> Place {
        self.place_of(self.row.number, column)
    }
    fn line(&self) -> u32 {
        self.row.number + 1
    }
    fn without_heading(&self) -> Option<(usize, u64)> {
        let column = |cell: &(u32, Stored)| (cell.0 - self.left) as usize;
        let mut found = self.row.cells.iter().map(column).filter(|c| self.headings[*c].is_empty());
        found.next().map(|first| (first, 1 + found.count() as u64))
    }
    fn passed_over(&self) -> (u64, u64) {
        (self.blank, self.malformed)
    }
}

fn read(bytes: &[u8], sheet: Option<&str>, format: Format) -> Result<Content, Unreadable> {
    bound(bytes)?;
    let mut content = match format {
        Format::Ods => ods::read(bytes, sheet)?,
        // The reader of XLSX panics on some damaged files (in builds that check arithmetic, on a far-off cell name). A
        // damaged file is the user's to learn of, not the program's to end on.
        _ => std::panic::catch_unwind(|| xlsx::read(bytes, sheet))
            .unwrap_or_else(|_| Err(Unreadable::Broken("its parts are damaged".to_owned())))?,
    };
    // Rows and cells come in order in every sound file; where they do not, the first of two values holds.
    content.rows.sort_by_key(|row| row.number);
    content.rows.dedup_by(|later, earlier| {
        let same = later.number == earlier.number;
        if same {
            earlier.cells.append(&mut later.cells);
        }
        same
    });
    for row in &mut content.rows {
        row.cells.sort_by_key(|(column, _)| *column);
        row.cells.dedup_by_key(|(column, _)| *column);
    }
    Ok(content)
}

/// Unpacks every part of the archive into nothing, so that one that unpacks to more than a data file may have is
/// refused before anything of it is kept.
fn bound(bytes: &[u8]) -> Result<(), Unreadable> {
    let mut archive = open_archive(bytes)?;
    let mut left = LARGEST_FILE;
    for part in 0..archive.len() {
        let file = archive.by_index(part).map_err(|e| match e {
            zip::result::ZipError::UnsupportedArchive(zip::result::ZipError::PASSWORD_REQUIRED) => {
                Unreadable::Encrypted
            }
            e => Unreadable::Broken(e.to_string()),
        })?;
        let unpacked = std::io::copy(&mut file.take(left + 1), &mut std::io::sink())
            .map_err(|e| Unreadable::Broken(e.to_string()))?;
        left = left.checked_sub(unpacked).ok_or(Unreadable::TooLarge)?;
    }
    Ok(())
}

fn open_archive(bytes: &[u8]) -> Result<ZipArchive<Cursor<&[u8]>>, Unreadable> {
    ZipArchive::new(Cursor::new(bytes)).map_err(|e| Unreadable::Broken(e.to_string()))
}

fn unreadable(
    source: &DataSource,
    file: &Arc<str>,
    bytes: &[u8],
    format: Format,
    why: Unreadable,
) -> Diagnostic {
    let path = &source.file;
    let whole = Place::File { file: file.clone() };
    let is_archive = bytes.starts_with(b"PK");
    let is_compound = bytes.starts_with(b"\xD0\xCF\x11\xE0");
    match why {
        Unreadable::NoSheet(names) => match &source.sheet {
            Some(sheet) => {
                let near = nearest(sheet, names.iter().map(String::as_str));
                Diagnostic::new(&catalog::UNKNOWN_SHEET, format!("`{path}` has no sheet `{sheet}`"))
                    .at(source.spans.of("sheet"))
                    .help(match near {
                        Some(near) => format!("name the sheet that is there: `{near}`"),
                        None => format!("name one of its sheets: {}", list_some(&names)),
                    })
            }
            None => {
                Diagnostic::new(&catalog::WORKBOOK_UNREADABLE, format!("`{path}` has no sheet")).at(whole)
            }
        },
        Unreadable::TooManyCells => Diagnostic::new(
            &catalog::FILE_TOO_LARGE,
            format!("the sheet of `{path}` has more than 50 million cells"),
        )
        .at(whole)
        .help("keep only the rows and columns that the index uses, or save the sheet as CSV"),
        Unreadable::TooLarge => {
            Diagnostic::new(&catalog::FILE_TOO_LARGE, format!("`{path}` unpacks to more than 2 GiB"))
                .at(whole)
                .help("keep only the sheet that the index uses, or save it as CSV")
        }
        Unreadable::Broken(_) if is_compound => Diagnostic::new(
            &catalog::WORKBOOK_UNREADABLE,
            format!("`{path}` is encrypted, or an old workbook"),
        )
        .at(whole)
        .help("save it without a password as XLSX or ODS"),
        Unreadable::Encrypted => {
            Diagnostic::new(&catalog::WORKBOOK_UNREADABLE, format!("`{path}` is encrypted"))
                .at(whole)
                .help("save it without a password")
        }
        Unreadable::Broken(_) if !is_archive => {
            Diagnostic::new(&catalog::WORKBOOK_UNREADABLE, format!("`{path}` is not a workbook"))
                .at(whole)
                .help("save it as XLSX or ODS, or, if it is a text table, let its name end in `.csv`")
        }
        Unreadable::Broken(why) => Diagnostic::new(
            &catalog::WORKBOOK_UNREADABLE,
            format!("`{path}` cannot be read as {format}: {}", crate::notation::shorten_to(&why, 200)),
        )
        .at(whole)
        .help("open it in a spreadsheet and save it as XLSX or ODS again"),
    }
}
