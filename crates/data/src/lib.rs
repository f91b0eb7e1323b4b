//! Reads CSV, XLSX and ODS into typed observations and says what was read and what was not.
//!
//! [`load`] reads every file that a package declares under `[[data]]`; what it finds wrong it finds all at once, each
//! with the file, line and field (or sheet and cell), and the same trouble in a column is shown a few times and then
//! counted. Where files come from is behind [`Files`], so that a package in a directory ([`Directory`]) and one that is
//! built into the program ([`Memory`]) are read alike.
//!
//! # What is guessed, and what is not
//! Encoding and separator are found out where they are not declared, and reported. How numbers are written, what a mark
//! for a missing value means and which column has which meaning is never guessed. Numbers are read exactly, as decimals.
//! The minus sign `−` (U+2212) is read as the hyphen is; where a space is the declared thousands mark, no-break and thin
//! spaces are too; full-width digits are refused.
//!
//! # Names
//! A unit or variable in a file is found by what the declaration maps (`units`, `variables`), else by its code, else by
//! its exact English or Chinese name. Headings with a fixed meaning are found by their name under `columns`, else by the
//! word of their meaning (`unit`, `measurement-unit`; case, spaces and `_` do not matter), and `indicator` for the
//! variable and `year` for the period are understood too. In the wide layout a heading that is a code is that variable
//! even where it is also such a word.
//!
//! **Invariants.** Nothing outside the package is opened. No text of a cell is run. No number passes through a double
//! unless a workbook stores it as one, and then the summary says so.

mod check;
mod classes;
mod columns;
mod delimited;
mod encoding;
mod files;
#[cfg(test)]
mod fuzz;
mod judgments;
mod magnitude;
mod notation;
mod outlines;
mod parquet;
mod problems;
mod reader;
mod summary;
mod survey;
mod table;
#[cfg(test)]
mod testing;
#[cfg(test)]
mod tests;
mod wide;
mod workbook;

pub use files::{Directory, FileError, Files, LARGEST_FILE, Memory};
pub use judgments::load_judgments;
pub use outlines::{LARGEST_MAP, MOST_POINTS, Outlines, Ring, load_outlines};
pub use summary::{Converted, Format, Found, ImportSummary, NotRead, Note, Reason};
pub use survey::{SurveyImport, load_surveys};

use columns::{Names, variable_names};
use encoding::{LABELS, Undecodable};
use gradus_model::diagnostic::{Diagnostic, Diagnostics, Place, catalog};
use gradus_model::package::{DataSource, Layout, Published, Variable};
use gradus_model::{DataSet, Id, Lang, Package, Text};
use reader::{Session, SourceReader};
use std::collections::BTreeMap;
use std::sync::Arc;
use table::nearest;

/// What was read.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct Import {
    /// The figures. Units are those of the package, then (where it declares none) those of the data in order of first
    /// appearance; variables are measures and indicators in package order.
    pub data: DataSet,
    /// Names that data files give to units, in a column `unit-name`.
    pub unit_names: BTreeMap<Id, Text>,
    /// One per file that could be opened as a table, in the order of declaration.
    pub summaries: Vec<ImportSummary>,
    /// Outlines of units, where the package names a file of them.
    pub outlines: Outlines,
    /// Everything that is wrong or worth knowing.
    pub diagnostics: Diagnostics,
}

/// Reads every data file of a package, and the outlines of its units.
#[must_use]
pub fn load(package: &Package, files: &dyn Files) -> Import {
    let mut import = load_sources(package, &package.data, files);
    let name = |id: &Id| {
        let declared = package.units.iter().find(|u| u.id == *id).map(|u| u.name.clone());
        (id.clone(), declared.or_else(|| import.unit_names.get(id).cloned()).unwrap_or_default())
    };
    let units: Vec<(Id, Text)> = import.data.units.iter().map(name).collect();
    match load_outlines(package, &units, files) {
        Ok(outlines) => import.outlines = outlines,
        Err(found) => import.diagnostics.extend(found),
    }
    import
}

/// Reads one data file as if it were the only one of the package.
#[must_use]
pub fn load_source(package: &Package, source: &DataSource, files: &dyn Files) -> Import {
    load_sources(package, std::slice::from_ref(source), files)
}

/// Reads some data files as if they were all of the package.
#[must_use]
pub fn load_sources(package: &Package, sources: &[DataSource], files: &dyn Files) -> Import {
    load_in_chunks(package, sources, files, wide::CHUNK)
}

/// As [`load_sources`], with so many bytes of a wide text table for a task; row after row where none.
fn load_in_chunks(package: &Package, sources: &[DataSource], files: &dyn Files, chunk: usize) -> Import {
    let mut session = Session::new(package, package.variables());
    session.chunk = chunk;
    let mut import = Import::default();
    let mut found = Vec::new();
    let mut complete = true;
    let variables = session.variables.clone();
    for (at, source) in sources.iter().enumerate() {
        session.source = at;
        complete &= read_source(&mut session, source, files, &mut import.summaries, &mut found);
    }
    import.data = session.finish();
    import.unit_names = session.unit_names;
    check::derived(package, &mut import.data, &mut import.summaries, &mut found);
    check::duplicates(&mut import.data, &mut import.summaries, &mut found);
    magnitude::jumps(&import.data, &variables, &mut found);
    // Where a file could not be read, every indicator in it would seem to have no data.
    if complete {
        check::no_data(package, &import.data, &session.refused, &mut found);
    }
    import.diagnostics = found.into_iter().collect();
    import
}

/// Reads the published results that a package is compared with: the variables of the data set are the nodes that
/// [`Published::columns`] names, in the order of their columns' names, and values are as published.
#[must_use]
pub fn load_published(package: &Package, published: &Published, files: &dyn Files) -> Import {
    use gradus_model::package::ColumnRole;
    let mut columns = BTreeMap::new();
    let mut unit_columns = Vec::new();
    match &published.unit[..] {
        [name] => {
            columns.insert(ColumnRole::Unit, name.clone());
        }
        several => unit_columns = several.to_vec(),
    }
    columns.extend(published.period.clone().map(|name| (ColumnRole::Period, name)));
    // Several columns may publish numbers of one node: each is a variable of its own, by its place.
    let ids: Vec<Id> =
        (0..published.columns.len()).filter_map(|at| Id::new(&format!("column-{at}")).ok()).collect();
    let names: Vec<Text> = published.columns.values().map(|c| Text::english(c.of.as_str())).collect();
    let source = DataSource {
        file: published.file.clone(),
        sheet: None,
        layout: Layout::Wide,
        columns,
        variables: published.columns.keys().cloned().zip(ids.iter().cloned()).collect(),
        units: BTreeMap::new(),
        delimiter: None,
        encoding: None,
        numbers: Default::default(),
        absent: BTreeMap::new(),
        period: None,
        status: Default::default(),
        make_codes: published.inputs.as_ref().is_some_and(|inputs| inputs.make_codes),
        unit_columns,
        rounded: BTreeMap::new(),
        groups: BTreeMap::new(),
        subset: true,
        origin: None,
        spans: published.spans.clone(),
    };
    let variables = ids
        .iter()
        .zip(&names)
        .map(|(id, name)| Variable { id, name, measurement_unit: None, scale: None })
        .collect();
    let mut session = Session::new(package, variables);
    let mut import = Import::default();
    let mut found = Vec::new();
    read_source(&mut session, &source, files, &mut import.summaries, &mut found);
    import.data = session.finish();
    import.unit_names = session.unit_names;
    check::duplicates(&mut import.data, &mut import.summaries, &mut found);
    import.diagnostics = found.into_iter().collect();
    import
}

/// Reads one source; `false` when its figures could not be had.
fn read_source<'p>(
    session: &mut Session<'p>,
    source: &'p DataSource,
    files: &dyn Files,
    summaries: &mut Vec<ImportSummary>,
    found: &mut Vec<Diagnostic>,
) -> bool {
    let bytes = match files.open(&source.file) {
        Ok(bytes) => bytes,
        Err(error) => {
            found.push(error.diagnostic(&source.file, source.spans.of("file")));
            return false;
        }
    };
    let names = source_variables(session, source, found);
    let units = source_units(session.package, source, found);
    let known = |heading: &str| columns::is_known(heading, source, &names);
    let at = session.source;
    with_table(source, at, &bytes, &known, found, |table, summary, found| {
        read_table(session, source, table, &names, units, summary, summaries, found)
    })
    .unwrap_or(false)
}

/// Opens the table of a source, of whatever format, and hands it on; nothing when it cannot be opened.
fn with_table<R>(
    source: &DataSource,
    at: usize,
    bytes: &[u8],
    known: &dyn Fn(&str) -> bool,
    found: &mut Vec<Diagnostic>,
    read: impl FnOnce(Opened<'_, '_>, ImportSummary, &mut Vec<Diagnostic>) -> R,
) -> Option<R> {
    let summary = |format| ImportSummary::new(at, source.file.clone(), source.layout, format);
    if parquet::is_named(&source.file) {
        return match parquet::open(bytes, source) {
            Ok(mut table) => Some(read(Opened::Any(&mut *table), summary(Format::Parquet), found)),
            Err(diagnostic) => {
                found.push(diagnostic);
                None
            }
        };
    }
    match workbook::format_of(&source.file) {
        None => {
            let (mut summary, text) = (summary(Format::Csv), text_of(source, bytes, found)?);
            let file: Arc<str> = source.file.as_str().into();
            let Some(mut table) =
                delimited::Delimited::open(file.clone(), &text.text, source.delimiter, known)
            else {
                found.push(FileError::Empty.diagnostic(&source.file, Place::File { file }));
                return None;
            };
            if !text.declared && !text.encoding.starts_with("utf-") {
                summary.notes.push(Note::EncodingConcluded);
            }
            summary.encoding = Some(Found { value: text.encoding, declared: text.declared });
            summary.delimiter = Some(Found { value: table.separator.0, declared: table.separator.1 });
            Some(read(Opened::Text(&mut table), summary, found))
        }
        Some(Ok(format)) => match workbook::Sheet::open(bytes, source, format) {
            Ok(mut sheet) => {
                let mut summary = summary(format);
                summary.sheet = Some(sheet.name().to_owned());
                if sheet.merged > 0 {
                    summary.notes.push(Note::MergedCells(sheet.merged));
                }
                Some(read(Opened::Any(&mut sheet), summary, found))
            }
            Err(diagnostic) => {
                found.push(diagnostic);
                None
            }
        },
        Some(Err(what)) => {
            found.push(
                Diagnostic::new(&catalog::WORKBOOK_UNREADABLE, format!("`{}` is in {what}", source.file))
                    .at(source.spans.of("file"))
                    .help("save it as XLSX or ODS and name that file"),
            );
            None
        }
    }
}

/// The text of a text table, decoded.
fn text_of<'b>(
    source: &DataSource,
    bytes: &'b [u8],
    found: &mut Vec<Diagnostic>,
) -> Option<encoding::Decoded<'b>> {
    let file: Arc<str> = source.file.as_str().into();
    if let Some(sheet) = &source.sheet {
        found.push(
            Diagnostic::new(
                &catalog::UNKNOWN_SHEET,
                format!("`{file}` is a text table and has no sheet `{sheet}`"),
            )
            .at(source.spans.of("sheet"))
            .help("remove `sheet`, or name the workbook"),
        );
        return None;
    }
    let decoded = match encoding::decode(bytes, source.encoding.as_deref()) {
        Ok(decoded) => decoded,
        Err(why) => {
            found.push(undecodable(source, &file, &why));
            return None;
        }
    };
    if let Some(delimiter) = source.delimiter.filter(|c| !is_separator(*c)) {
        found.push(
            Diagnostic::new(&catalog::UNKNOWN_WORD, format!("`{delimiter}` cannot separate fields"))
                .at(source.spans.of("delimiter"))
                .help("declare a comma, a semicolon or a tab: `delimiter = \";\"`"),
        );
        return None;
    }
    Some(decoded)
}

/// A table to be read.
enum Opened<'t, 'a> {
    Text(&'t mut delimited::Delimited<'a>),
    Any(&'t mut dyn table::Table),
}

impl Opened<'_, '_> {
    fn any(&mut self) -> &mut dyn table::Table {
        match self {
            Self::Text(text) => *text,
            Self::Any(table) => *table,
        }
    }
}

#[expect(clippy::too_many_arguments, reason = "the one seam between formats and rows")]
fn read_table<'p>(
    session: &mut Session<'p>,
    source: &'p DataSource,
    mut table: Opened<'_, '_>,
    names: &Names,
    units: Names,
    mut summary: ImportSummary,
    summaries: &mut Vec<ImportSummary>,
    found: &mut Vec<Diagnostic>,
) -> bool {
    let Some(columns) = columns::resolve(table.any(), source, names, &mut summary, found) else {
        summaries.push(summary);
        return false;
    };
    let in_chunks = source.layout == Layout::Wide && session.chunk > 0;
    let reader = SourceReader::new(session, source, columns, table.any(), units, names, summary);
    let (summary, problems) = match table {
        Opened::Text(text) if in_chunks && is_separator(text.separator.0) => reader.read_wide(text),
        mut other => reader.read(other.any()),
    };
    summaries.push(summary);
    found.extend(problems);
    true
}

/// Any ASCII character that no number, name or line break has.
fn is_separator(c: char) -> bool {
    c == '\t' || (c.is_ascii_punctuation() && !matches!(c, '"' | '.' | '-' | '_'))
}

/// The names under which this source may speak of variables.
fn source_variables(session: &Session<'_>, source: &DataSource, found: &mut Vec<Diagnostic>) -> Names {
    let mut names = variable_names(&session.variables);
    let places: BTreeMap<&str, usize> =
        session.variables.iter().zip(0..).map(|(v, at)| (v.id.as_str(), at)).collect();
    for (name, code) in &source.variables {
        match places.get(code.as_str()).copied() {
            Some(at) => names.map(name, at),
            None => {
                let codes = session.variables.iter().map(|v| v.id.as_str());
                let diagnostic = Diagnostic::new(
                    &catalog::UNKNOWN_VARIABLE,
                    format!("`{name}` is mapped to `{code}`, which is not in the package"),
                )
                .at(source.spans.of(&format!("variables.{name}")));
                found.push(match nearest(code.as_str(), codes) {
                    Some(near) => diagnostic.help(format!("map it to `{near}`")),
                    None => diagnostic.help("map it to the code of an indicator or measure"),
                });
            }
        }
    }
    names
}

/// The names under which this source may speak of declared units.
fn source_units(package: &Package, source: &DataSource, found: &mut Vec<Diagnostic>) -> Names {
    let declared = &package.units;
    let codes: BTreeMap<&str, usize> = declared.iter().zip(0..).map(|(u, at)| (u.id.as_str(), at)).collect();
    let mut names = Names::default();
    for (at, unit) in declared.iter().enumerate() {
        names.code(&unit.id, at);
        for lang in [Lang::En, Lang::Zh] {
            names.name(unit.name.get(lang), at, &codes);
        }
    }
    // A package without declared units takes them from the data, and so from the mapping.
    if declared.is_empty() {
        return names;
    }
    for (name, code) in &source.units {
        match codes.get(code.as_str()).copied() {
            Some(at) => names.map(name, at),
            None => {
                let diagnostic = Diagnostic::new(
                    &catalog::UNKNOWN_UNIT,
                    format!("`{name}` is mapped to `{code}`, which is not a unit of the package"),
                )
                .at(source.spans.of(&format!("units.{name}")));
                found.push(match nearest(code.as_str(), declared.iter().map(|u| u.id.as_str())) {
                    Some(near) => diagnostic.help(format!("map it to `{near}`")),
                    None => diagnostic.help("map it to the code of a unit, or add the unit as `[[unit]]`"),
                });
            }
        }
    }
    names
}

/// Why a text table without a declaration of its encoding cannot be read.
fn undecodable_file(file: &Arc<str>, why: &Undecodable) -> Diagnostics {
    let place = match why {
        Undecodable::Malformed { start, end, .. } => Place::span(file, *start..*end),
        _ => Place::File { file: file.clone() },
    };
    Diagnostic::new(&catalog::UNDECODABLE_TEXT, format!("`{file}` is not a text table"))
        .at(place)
        .help("save it as CSV in UTF-8")
        .into()
}

fn undecodable(source: &DataSource, file: &Arc<str>, why: &Undecodable) -> Diagnostic {
    let path = &source.file;
    match why {
        Undecodable::UnknownLabel => {
            let label = source.encoding.as_deref().unwrap_or("");
            let near = nearest(label, LABELS.iter().copied()).unwrap_or("utf-8");
            Diagnostic::new(&catalog::UNKNOWN_WORD, format!("`{label}` is not the label of an encoding"))
                .at(source.spans.of("encoding"))
                .help(format!("declare `encoding = \"{near}\"`, or leave it out to have it found out"))
        }
        Undecodable::Binary { archive: true, .. } => Diagnostic::new(
            &catalog::UNDECODABLE_TEXT,
            format!("`{path}` is a workbook or archive, not a text table"),
        )
        .at(Place::File { file: file.clone() })
        .help("name the file with its own ending, `.xlsx` or `.ods`, or save it as CSV"),
        Undecodable::Binary { at, .. } => Diagnostic::new(
            &catalog::UNDECODABLE_TEXT,
            format!("`{path}` has a zero byte at byte {at}, as no text table has"),
        )
        .at(Place::span(file, *at..*at + 1))
        .help("name a file with a text table, or save this one as CSV"),
        Undecodable::Malformed { encoding, declared, start, end } => {
            let how = if *declared { "declared" } else { "detected" };
            Diagnostic::new(
                &catalog::UNDECODABLE_TEXT,
                format!("bytes {start} to {end} of `{path}` are not text in the {how} encoding {encoding}"),
            )
            .at(Place::span(file, *start..*end))
            .help(if *declared {
                "declare the encoding the file is in, or leave `encoding` out to have it found out"
            } else {
                "declare the encoding the file is in, for example `encoding = \"gb18030\"`, or save it as UTF-8"
            })
        }
    }
}
