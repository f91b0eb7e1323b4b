//! Text tables in: bytes to headings and rows, with the place of every field.

use crate::Input;
use crate::account::brief;
use csv::StringRecord;
use gradus_model::Diagnostic;
use gradus_model::diagnostic::{Diagnostics, Place, catalog, list_some};
use std::borrow::Cow;
use std::collections::BTreeMap;
use std::sync::Arc;

/// The largest text table that is converted, in bytes: it is held in memory as a whole.
pub(crate) const LARGEST: usize = 1 << 29;
/// The most fields of a table that are converted.
const MOST_FIELDS: usize = 50_000_000;
/// Findings of one kind that are shown one by one.
const SHOWN: usize = 20;

/// A table with one row of headings.
#[derive(Debug)]
pub(crate) struct Grid {
    pub(crate) file: Arc<str>,
    pub(crate) headings: Vec<String>,
    pub(crate) rows: Vec<Row>,
}

#[derive(Debug)]
pub(crate) struct Row {
    line: u64,
    fields: StringRecord,
}

impl Row {
    /// A field without spaces around it; a row may be shorter than its headings only where it was refused.
    pub(crate) fn get(&self, column: usize) -> &str {
        self.fields.get(column).unwrap_or("").trim()
    }
    /// The field of a column that may not be there.
    pub(crate) fn opt(&self, column: Option<usize>) -> &str {
        column.map_or("", |column| self.get(column))
    }
}

impl Grid {
    pub(crate) fn read(input: Input<'_>, delimiter: u8) -> Result<Self, Diagnostics> {
        let file: Arc<str> = input.name.into();
        let text = text(input)?;
        let mut reader = csv::ReaderBuilder::new()
            .has_headers(false)
            .flexible(true)
            .delimiter(delimiter)
            .from_reader(text.as_bytes());
        let mut records = reader.records();
        let unreadable = |e: &csv::Error| {
            Diagnostic::new(&catalog::UNDECODABLE_TEXT, format!("`{file}` is not a text table: {e}"))
                .at(Place::File { file: file.clone() })
                .help("save it as CSV in UTF-8")
        };
        let headings: Vec<String> = match records.next() {
            Some(Ok(record)) => record.iter().map(|h| h.trim().to_owned()).collect(),
            Some(Err(e)) => return Err(unreadable(&e).into()),
            None => Vec::new(),
        };
        if headings.iter().all(String::is_empty) {
            return Err(empty(&file).into());
        }
        let mut grid = Self { file: file.clone(), headings, rows: Vec::new() };
        let mut found = grid.duplicates();
        let (mut fields, mut ragged) = (0, 0);
        for record in records {
            let record = record.map_err(|e| unreadable(&e))?;
            if record.iter().all(|field| field.trim().is_empty()) {
                continue;
            }
            fields += record.len();
            if fields > MOST_FIELDS {
                return Err(too_large(&file, "has more than 50 million fields").into());
            }
            let line = record.position().map_or(0, csv::Position::line);
            if record.len() != grid.headings.len() {
                ragged += 1;
                if ragged <= SHOWN {
                    let (there, wanted) = (record.len(), grid.headings.len());
                    found.push(
                        Diagnostic::new(
                            &catalog::RAGGED_ROW,
                            format!("the row has {there} fields where the header has {wanted}"),
                        )
                        .at(Place::Line { file: file.clone(), line, field: there.min(wanted) as u32 + 1 })
                        .help("add the missing fields, or put fields with a separator in quotes"),
                    );
                }
                continue;
            }
            grid.rows.push(Row { line, fields: record });
        }
        if found.has_errors() { Err(found) } else { Ok(grid) }
    }

    fn duplicates(&self) -> Diagnostics {
        let mut first: BTreeMap<&str, usize> = BTreeMap::new();
        let mut found = Diagnostics::new();
        for (column, heading) in self.headings.iter().enumerate().filter(|(_, h)| !h.is_empty()) {
            if let Some(before) = first.insert(heading, column) {
                found.push(
                    Diagnostic::new(
                        &catalog::DUPLICATE_COLUMN,
                        format!("the heading `{}` stands over two columns", brief(heading)),
                    )
                    .at(self.heading_place(column))
                    .also(self.heading_place(before), "the first")
                    .help("rename or remove one of the columns"),
                );
            }
        }
        found
    }

    /// The column of a heading.
    pub(crate) fn column(&self, heading: &str) -> Option<usize> {
        self.headings.iter().position(|h| h == heading)
    }
    /// The column of a heading that must be there.
    pub(crate) fn needed(&self, heading: &str) -> Result<usize, Diagnostic> {
        self.column(heading).ok_or_else(|| {
            let near = gradus_model::diagnostic::nearest(heading, self.headings.iter().map(String::as_str));
            Diagnostic::new(&catalog::UNKNOWN_COLUMN, format!("`{}` has no column `{heading}`", self.file))
                .at(self.heading_place(0))
                .help(match near {
                    Some(near) => format!("rename the column `{}` to `{heading}`", brief(near)),
                    None => format!(
                        "add the column `{heading}` to {}",
                        list_some(self.headings.iter().map(|h| brief(h)))
                    ),
                })
        })
    }
    pub(crate) fn heading_place(&self, column: usize) -> Place {
        Place::Line { file: self.file.clone(), line: 1, field: column as u32 + 1 }
    }
    pub(crate) fn place(&self, row: &Row, column: usize) -> Place {
        Place::Line { file: self.file.clone(), line: row.line, field: column as u32 + 1 }
    }
}

/// The bytes as text: UTF-8, or UTF-16 with its mark. Anything else is refused, not guessed.
pub(crate) fn text<'a>(input: Input<'a>) -> Result<Cow<'a, str>, Diagnostic> {
    let file: Arc<str> = input.name.into();
    if input.bytes.len() > LARGEST {
        return Err(too_large(&file, "has more than 512 MiB"));
    }
    if input.bytes.is_empty() {
        return Err(empty(&file));
    }
    let utf16 = |bytes: &[u8], read: fn([u8; 2]) -> u16| {
        let units = bytes.chunks_exact(2).map(|pair| read([pair[0], pair[1]]));
        char::decode_utf16(units)
            .collect::<Result<String, _>>()
            .ok()
            .filter(|_| bytes.len().is_multiple_of(2))
    };
    let text = match input.bytes {
        [0xFF, 0xFE, rest @ ..] => utf16(rest, u16::from_le_bytes).map(Cow::Owned),
        [0xFE, 0xFF, rest @ ..] => utf16(rest, u16::from_be_bytes).map(Cow::Owned),
        [0xEF, 0xBB, 0xBF, rest @ ..] | rest => std::str::from_utf8(rest).ok().map(Cow::Borrowed),
    };
    text.filter(|text| !text.contains('\0')).ok_or_else(|| {
        Diagnostic::new(&catalog::UNDECODABLE_TEXT, format!("`{file}` is not text in UTF-8"))
            .at(Place::File { file: file.clone() })
            .help("save it as CSV in UTF-8")
    })
}

pub(crate) fn empty(file: &Arc<str>) -> Diagnostic {
    Diagnostic::new(&catalog::EMPTY_FILE, format!("`{file}` is empty"))
        .at(Place::File { file: file.clone() })
        .help("hand over the file that has the table")
}

pub(crate) fn too_large(file: &Arc<str>, how: &str) -> Diagnostic {
    Diagnostic::new(&catalog::FILE_TOO_LARGE, format!("`{file}` {how}"))
        .at(Place::File { file: file.clone() })
        .help("split the file, or keep only the rows and columns that the index uses")
}

/// Findings that may be as many as a table has fields: a few are kept, the others counted.
#[derive(Debug, Default)]
pub(crate) struct Findings {
    kept: Diagnostics,
    count: BTreeMap<&'static str, usize>,
}

impl Findings {
    pub(crate) fn push(&mut self, diagnostic: Diagnostic) {
        let count = self.count.entry(diagnostic.kind.id).or_default();
        *count += 1;
        if *count <= SHOWN {
            self.kept.push(diagnostic);
        }
    }
    /// The value, unless something was found wrong.
    pub(crate) fn unless<T>(self, value: T) -> Result<T, Diagnostics> {
        if self.kept.is_empty() { Ok(value) } else { Err(self.into()) }
    }
    pub(crate) fn is_empty(&self) -> bool {
        self.kept.is_empty()
    }
}

impl From<Findings> for Diagnostics {
    fn from(findings: Findings) -> Self {
        let mut seen: BTreeMap<&str, usize> = BTreeMap::new();
        let counted = |d: Diagnostic| {
            let nth = seen.entry(d.kind.id).or_default();
            *nth += 1;
            let all = findings.count.get(d.kind.id).copied().unwrap_or(0);
            if *nth == SHOWN && all > SHOWN { d.concerning("others like it", all - SHOWN) } else { d }
        };
        findings.kept.into_iter().map(counted).collect()
    }
}
