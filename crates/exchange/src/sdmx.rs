//! SDMX-CSV, the text tables of statistical offices: version 1.0 (SDMX 2.1) and version 2.0 (SDMX 3.0).
//!
//! The dialect is told by the first heading: `DATAFLOW`, or `STRUCTURE` (with `[;]` where there are sub-fields). The separator is
//! the character after it, as the standard says. Labels beside identifiers (`A: Annual`) are understood.
//!
//! # In
//! | column | here |
//! | :--- | :--- |
//! | `REF_AREA` (`GEO`, `LOCATION`, ...) | unit |
//! | `INDICATOR` (`SERIES`, `INDIC`, ...) | indicator |
//! | `TIME_PERIOD` | period |
//! | `OBS_VALUE`, times ten to the power `UNIT_MULT` | value, digit by digit |
//! | `OBS_STATUS` | status, or the reason why a value is missing; see [`STATUSES`] |
//! | `UNIT_MEASURE` | measurement unit |
//! | `SOURCE`, `COMMENT_OBS`, `CONF_STATUS` and the like | source, note, quality |
//! | other dimensions (columns before `OBS_VALUE`) | part of the indicator's code where they vary |
//! | other columns after `OBS_VALUE` | not converted |
//!
//! Rows of action `D` delete and carry no figure; they are passed over. Directions, weights and the tree are not in SDMX-CSV:
//! the package is a scoreboard whose directions an author has to set, and the account says so.
//!
//! # Missing values and edge cases
//! An empty `OBS_VALUE`, `NaN` and `#N/A` are missing, for the reason that `OBS_STATUS` gives. A decimal comma, which the standard
//! lets a sender use, is not guessed: [`Options::decimal`] declares it.

use crate::account::{brief, count};
use crate::codes::Codes;
use crate::draft::{Data, Draft, Indicator, Unit, Variable};
use crate::grid::{Findings, Grid, Row, empty, text};
use crate::written::{csv, number};
use crate::{Account, Exported, File, Imported, Input};
use gradus_engine::Evaluation;
use gradus_model::diagnostic::{Diagnostics, catalog};
use gradus_model::number::parse_decimal;
use gradus_model::observation::{Absence, Period, Status};
use gradus_model::package::{ColumnRole, Layout, Variable as Declared};
use gradus_model::{DataSet, Diagnostic, Id, Package, Value};
use std::collections::{BTreeMap, BTreeSet};

const DATA_FILE: &str = "data/figures.csv";

/// What a code of the observation status says.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Meaning {
    /// How firm a value is.
    Firm(Status),
    /// Why there is none.
    Missing(Absence),
    /// Something that a status here does not say; the code is kept as the quality of the figure.
    Kept,
}

/// The codes of `CL_OBS_STATUS`, version 2.2, and what they are here.
pub const STATUSES: &[(&str, Meaning)] = &[
    ("A", Meaning::Firm(Status::Final)),
    ("B", Meaning::Firm(Status::Break)),
    ("D", Meaning::Firm(Status::DefinitionDiffers)),
    ("E", Meaning::Firm(Status::Estimated)),
    ("F", Meaning::Firm(Status::Forecast)),
    ("I", Meaning::Firm(Status::Imputed)),
    ("P", Meaning::Firm(Status::Provisional)),
    ("H", Meaning::Missing(Absence::NotApplicable)),
    ("L", Meaning::Missing(Absence::NotCollected)),
    ("M", Meaning::Missing(Absence::NotApplicable)),
    ("O", Meaning::Missing(Absence::NotAvailable)),
    ("Q", Meaning::Missing(Absence::Confidential)),
    ("G", Meaning::Kept),
    ("J", Meaning::Kept),
    ("K", Meaning::Kept),
    ("N", Meaning::Kept),
    ("S", Meaning::Kept),
    ("U", Meaning::Kept),
    ("V", Meaning::Kept),
    ("W", Meaning::Kept),
];

/// A version of the format.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Dialect {
    /// SDMX-CSV 1.0: the first column is `DATAFLOW`.
    V1,
    /// SDMX-CSV 2.0: the first columns are `STRUCTURE`, `STRUCTURE_ID` and `ACTION`.
    #[default]
    V2,
}

/// What a reader of SDMX-CSV cannot know from the file.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Options {
    /// Column with the unit; the first that is there of `REF_AREA`, `GEO`, `LOCATION` and others where not given.
    pub unit: Option<String>,
    /// Column with the indicator; the first that is there of `INDICATOR`, `SERIES`, `INDIC` and others where not given.
    pub indicator: Option<String>,
    /// Rows to take, by dimension and value; all where empty.
    pub only: BTreeMap<String, String>,
    /// The decimal mark.
    pub decimal: char,
}

impl Default for Options {
    fn default() -> Self {
        Self { unit: None, indicator: None, only: BTreeMap::new(), decimal: '.' }
    }
}

const UNITS: &[&str] = &["REF_AREA", "GEO", "LOCATION", "COUNTRY", "AREA", "ENTITY"];
const INDICATORS: &[&str] = &["INDICATOR", "SERIES", "INDIC", "MEASURE", "SUBJECT", "VARIABLE"];
const SOURCES: &[&str] = &["SOURCE", "SOURCE_DETAIL", "DATA_SOURCE"];
const NOTES: &[&str] = &["COMMENT_OBS", "COMMENT", "OBS_COMMENT", "FOOTNOTE"];
/// Columns that frame a message and say nothing of a figure.
const FRAME: &[&str] =
    &["DATAFLOW", "STRUCTURE", "STRUCTURE_ID", "STRUCTURE_NAME", "ACTION", "SERIES_KEY", "OBS_KEY"];

/// Reads a message of either version.
///
/// # Errors
/// A first heading of another format, columns that are not there, values that are no numbers, periods that are not
/// understood, and two values of one unit, indicator and period.
///
/// # Example
/// ```
/// use gradus_exchange::{Input, sdmx};
/// let bytes = b"DATAFLOW,REF_AREA,INDICATOR,TIME_PERIOD,OBS_VALUE,OBS_STATUS,UNIT_MULT\n\
///     ESTAT:DEMO(1.0),AT,POP,2020,8.9,P,6\n";
/// let read = sdmx::read(Input { name: "demo.csv", bytes }, &sdmx::Options::default())?;
/// assert!(String::from_utf8_lossy(&read.files[0].bytes).contains("AT,POP,2020,8900000,provisional"));
/// # Ok::<(), gradus_model::Diagnostics>(())
/// ```
pub fn read(input: Input<'_>, options: &Options) -> Result<Imported, Diagnostics> {
    let delimiter = delimiter(input)?;
    let grid = Grid::read(input, delimiter)?;
    let table = Table::find(&grid, options)?;
    table.convert(options)
}

/// The character that ends the first heading.
fn delimiter(input: Input<'_>) -> Result<u8, Diagnostic> {
    let head = Input { name: input.name, bytes: &input.bytes[..input.bytes.len().min(1 << 12)] };
    // Cut anywhere, the head may end inside a character; the whole is then looked at.
    let text = text(head).or_else(|_| text(input))?;
    let line = text.trim_start_matches(['"', '\u{FEFF}']);
    let rest = line.strip_prefix("DATAFLOW").or_else(|| {
        let rest = line.strip_prefix("STRUCTURE")?;
        match rest.strip_prefix('[') {
            Some(inside) => inside.split_once(']').map(|(_, rest)| rest),
            None => Some(rest),
        }
    });
    match rest.and_then(|rest| rest.trim_start_matches('"').bytes().next()) {
        Some(delimiter @ (b',' | b';' | b'\t' | b'|')) => Ok(delimiter),
        _ => {
            let first = line.split([',', ';', '\n']).next().unwrap_or("").trim();
            Err(Diagnostic::new(
                &catalog::UNKNOWN_COLUMN,
                format!(
                    "`{}` begins with the column `{}`, not with `DATAFLOW` or `STRUCTURE`",
                    input.name,
                    brief(first)
                ),
            )
            .at(gradus_model::Place::file(input.name))
            .help(
                "ask for the table as SDMX-CSV, or declare it under `[[data]]` as the text table that it is",
            ))
        }
    }
}

/// The identifier before a label, and the label.
fn labeled(text: &str) -> (&str, &str) {
    text.split_once(": ").unwrap_or((text, ""))
}

struct Table<'a> {
    grid: &'a Grid,
    unit: usize,
    indicator: Option<usize>,
    time: Option<usize>,
    value: usize,
    /// Other dimensions.
    dimensions: Vec<usize>,
    /// Identifiers of the columns, without labels and brackets.
    ids: Vec<String>,
}

impl<'a> Table<'a> {
    fn find(grid: &'a Grid, options: &Options) -> Result<Self, Diagnostics> {
        let ids: Vec<String> = grid
            .headings
            .iter()
            .map(|h| labeled(h).0.split('[').next().unwrap_or("").trim().to_uppercase())
            .collect();
        let at = |id: &str| ids.iter().position(|i| *i == id.to_uppercase());
        let first = |names: &[&str]| names.iter().find_map(|name| at(name));
        let missing = |what: &str, help: String| {
            Diagnostic::new(&catalog::UNKNOWN_COLUMN, format!("`{}` has no column with {what}", grid.file))
                .at(grid.heading_place(0))
                .help(help)
        };
        let named = |name: &Option<String>, known: &[&str], what: &str| match name {
            Some(name) => at(name).map(Some).ok_or_else(|| {
                let near = gradus_model::diagnostic::nearest(name, ids.iter().map(String::as_str));
                missing(
                    what,
                    format!("name a column that is there, such as `{}`", near.unwrap_or("REF_AREA")),
                )
            }),
            None => Ok(first(known)),
        };
        let mut found = Diagnostics::new();
        let value = at("OBS_VALUE");
        if value.is_none() {
            found.push(missing("values", "ask for a message with the column `OBS_VALUE`".to_owned()));
        }
        let unit = named(&options.unit, UNITS, "the units").unwrap_or_else(|d| {
            found.push(d);
            None
        });
        if unit.is_none() && options.unit.is_none() {
            found.push(missing(
                "the units",
                format!("name the dimension that has them; known are {}", UNITS.join(", ")),
            ));
        }
        let indicator = named(&options.indicator, INDICATORS, "the indicators").unwrap_or_else(|d| {
            found.push(d);
            None
        });
        for name in options.only.keys().filter(|name| at(name).is_none()) {
            found.push(missing(
                &format!("the dimension `{}`", brief(name)),
                "select by a dimension that is there".to_owned(),
            ));
        }
        let (Some(value), Some(unit), false) = (value, unit, found.has_errors()) else { return Err(found) };
        let time = at("TIME_PERIOD");
        let own = |c: usize| c == unit || Some(c) == indicator || Some(c) == time;
        let attributes =
            [SOURCES, NOTES, &["OBS_STATUS", "UNIT_MEASURE", "UNIT_MULT", "CONF_STATUS", "DECIMALS"]]
                .concat();
        // With `labels=name` a column of names follows each column of identifiers; such names vary with the identifiers.
        let dimensions = (0..value)
            .filter(|c| {
                !own(*c) && !FRAME.contains(&ids[*c].as_str()) && !attributes.contains(&ids[*c].as_str())
            })
            .filter(|c| {
                ids[*c].chars().all(|x| x.is_ascii_alphanumeric() || matches!(x, '_' | '@' | '$' | '-'))
            })
            .filter(|c| {
                !grid.headings[*c].is_empty()
                    && grid.headings[*c].to_uppercase().starts_with(&ids[*c])
                    && !is_name(grid, *c)
            })
            .collect();
        Ok(Self { grid, unit, indicator, time, value, dimensions, ids })
    }

    fn at(&self, names: &[&str]) -> Option<usize> {
        names.iter().find_map(|name| self.ids.iter().position(|id| id == name))
    }

    fn convert(&self, options: &Options) -> Result<Imported, Diagnostics> {
        let grid = self.grid;
        let mut found = Findings::default();
        let mut account = Account::default();
        let action = self.at(&["ACTION"]);
        let selected: BTreeMap<usize, &str> = options
            .only
            .iter()
            .filter_map(|(name, value)| Some((self.at(&[name.to_uppercase().as_str()])?, value.as_str())))
            .collect();
        let mut deleted = 0;
        let rows: Vec<&Row> = grid
            .rows
            .iter()
            .filter(|row| {
                let delete = row.opt(action).starts_with('D');
                deleted += usize::from(delete);
                !delete && selected.iter().all(|(c, value)| labeled(row.get(*c)).0 == *value)
            })
            // Rows of attributes that hang on part of a key name no unit.
            .filter(|row| !row.get(self.unit).is_empty())
            .collect();
        if rows.is_empty() {
            return Err(empty(&grid.file).into());
        }
        if deleted > 0 {
            account.lost(count(deleted, "row"), "action `D` deletes and carries no figure");
        }
        let left = grid.rows.len() - deleted - rows.len();
        if left > 0 {
            account.lost(count(left, "row"), "of another selection, or without a unit");
        }
        let varying = self.varying(&rows, &mut account);
        let mut units = Codes::default();
        let mut variables = Codes::of_variables();
        let id = self.flow(&rows);
        let mut draft = Draft::new(variables.index(&id, &mut Account::default()), id);
        draft.head = vec!["Converted from SDMX-CSV.".to_owned()];
        draft.aggregate = "none";
        draft.normalize = "\"none\"";
        let mut seen: BTreeMap<(String, String, String), &Row> = BTreeMap::new();
        let mut declared: BTreeSet<String> = BTreeSet::new();
        let mut known_units: BTreeSet<String> = BTreeSet::new();
        let mut out = Vec::new();
        let mut kept: BTreeMap<String, usize> = BTreeMap::new();
        let mut scaled = 0;
        for row in rows {
            let (unit_id, unit_name) = labeled(row.get(self.unit));
            let unit = units.code(unit_id, &mut account);
            if known_units.insert(unit.clone()) {
                draft.units.push(Unit {
                    id: unit.clone(),
                    name: unit_name.to_owned(),
                    groups: BTreeMap::new(),
                });
            }
            let (key, name) = self.variable(row, &varying);
            let variable = variables.code(&key, &mut account);
            let measured = labeled(row.opt(self.at(&["UNIT_MEASURE"]))).0.to_owned();
            if declared.insert(variable.clone()) {
                draft.indicators.push(Indicator {
                    variable: Variable { id: variable.clone(), name, unit: measured.clone() },
                    note: "The direction is assumed: SDMX-CSV does not say which way is better.".to_owned(),
                    ..Indicator::default()
                });
            }
            let Some(period) = self.period(row, &mut found) else { continue };
            let Some(value) = self.value(row, options, &mut scaled, &mut found) else { continue };
            let key = (unit.clone(), variable.clone(), period.clone());
            if let Some(before) = seen.insert(key, row) {
                found.push(
                    Diagnostic::new(
                        &catalog::DUPLICATE_OBSERVATION,
                        format!("`{unit}` has two values of `{variable}`"),
                    )
                    .at(grid.place(row, self.value))
                    .also(grid.place(before, self.value), "the first")
                    .help("select one value of the dimension or vintage in which the rows differ"),
                );
                continue;
            }
            let (value, status, quality) = self.status(row, value, &mut kept);
            let text = |names: &[&str]| row.opt(self.at(names)).to_owned();
            out.push(vec![
                unit,
                variable,
                period,
                value,
                status,
                measured,
                text(SOURCES),
                text(NOTES),
                quality,
            ]);
        }
        for (status, n) in kept {
            account.lost(
                format!("status `{}` of {}", brief(&status), count(n, "value")),
                "no status here; kept under `quality`",
            );
        }
        if scaled > 0 {
            account.converted(format!("`UNIT_MULT` of {}", count(scaled, "value")), "multiplied out");
        }
        self.rest(&mut account);
        account.converted(
            format!(
                "{} of {} and {}",
                count(out.len(), "row"),
                count(draft.units.len(), "unit"),
                count(declared.len(), "indicator")
            ),
            format!("`{DATA_FILE}`"),
        );
        account.assumed("directions", "higher for every indicator; set them before anything is scored");
        account.assumed("tree", "a scoreboard without groups: SDMX-CSV has no tree");
        draft.data.push(source());
        let headings = [
            "unit",
            "variable",
            "period",
            "value",
            "status",
            "measurement-unit",
            "source",
            "note",
            "quality",
        ];
        let bytes = csv(&headings.map(str::to_owned), out);
        let file = File { path: DATA_FILE.to_owned(), bytes };
        found.unless(Imported { package: draft.toml(), files: vec![file], account })
    }

    /// Dimensions with more than one value among the rows; the others are said.
    fn varying(&self, rows: &[&Row], account: &mut Account) -> Vec<usize> {
        let mut varying = Vec::new();
        for column in &self.dimensions {
            let values: BTreeSet<&str> = rows.iter().map(|row| labeled(row.get(*column)).0).collect();
            let id = &self.ids[*column];
            match values.first() {
                Some(value) if values.len() == 1 => {
                    account.lost(format!("dimension `{id}`"), format!("`{}` in every row", brief(value)));
                }
                _ => {
                    account.converted(format!("dimension `{id}`"), "part of the code of the indicators");
                    varying.push(*column);
                }
            }
        }
        varying
    }

    /// The key of a row's indicator, and its name where labels give one.
    fn variable(&self, row: &Row, varying: &[usize]) -> (String, String) {
        let parts: Vec<(&str, &str)> = self
            .indicator
            .iter()
            .chain(varying)
            .map(|c| labeled(row.get(*c)))
            .filter(|(id, _)| !id.is_empty())
            .collect();
        let key = parts.iter().map(|(id, _)| *id).collect::<Vec<_>>().join(".");
        let name =
            parts.iter().map(|(_, name)| *name).filter(|n| !n.is_empty()).collect::<Vec<_>>().join(", ");
        (if key.is_empty() { "OBS_VALUE".to_owned() } else { key }, name)
    }

    /// The identifier of the data flow, without agency and version.
    fn flow(&self, rows: &[&Row]) -> String {
        let column = self.at(&["DATAFLOW", "STRUCTURE_ID"]);
        let text = rows.first().map_or("", |row| row.opt(column));
        let (id, _) = labeled(text);
        let id = id.rsplit_once(':').map_or(id, |(_, id)| id);
        let id = id.split('(').next().unwrap_or("").trim();
        if id.is_empty() { "sdmx".to_owned() } else { id.to_owned() }
    }

    fn period(&self, row: &Row, found: &mut Findings) -> Option<String> {
        let Some(column) = self.time else { return Some(String::new()) };
        let text = labeled(row.get(column)).0;
        let period = period(text);
        if period.is_none() {
            found.push(
                Diagnostic::new(
                    &catalog::INVALID_PERIOD,
                    format!("the period `{}` is not understood", brief(text)),
                )
                .at(self.grid.place(row, column))
                .help("ask for years, quarters, months, days or spans of whole years"),
            );
        }
        period
    }

    /// The figure as our notation has it; empty where it is missing.
    fn value(
        &self,
        row: &Row,
        options: &Options,
        scaled: &mut usize,
        found: &mut Findings,
    ) -> Option<String> {
        let written = row.get(self.value);
        if matches!(written, "" | "NaN" | "#N/A") {
            return Some(String::new());
        }
        let plain = match options.decimal {
            '.' => written.to_owned(),
            // A point would be a mark between thousands, which SDMX numbers do not have.
            _ if written.contains('.') => format!("?{written}"),
            mark => written.replace(mark, "."),
        };
        let not = |why: &str, help: &str| {
            Diagnostic::new(&catalog::NOT_A_NUMBER, format!("`{}` is not a number: {why}", brief(written)))
                .at(self.grid.place(row, self.value))
                .help(help)
        };
        let value = match parse_decimal(&plain) {
            Ok(value) => value,
            Err(why) => {
                let help = if written.contains(',') && options.decimal == '.' {
                    "declare the decimal mark: a comma"
                } else {
                    "ask for numbers with a decimal point"
                };
                found.push(not(&why.to_string(), help));
                return None;
            }
        };
        let power = labeled(row.opt(self.at(&["UNIT_MULT"]))).0;
        if matches!(power, "" | "0") {
            return Some(plain);
        }
        *scaled += 1;
        // A product that lost digits is not the figure.
        let multiplied = parse_decimal(&format!("1e{power}")).ok().and_then(|factor| {
            let product = value.checked_mul(factor)?;
            (product.checked_div(factor)? == value).then_some(product)
        });
        match multiplied {
            Some(product) => Some(number(product)),
            _ => {
                found.push(not(
                    &format!("times ten to the power `{}` it is out of range", brief(power)),
                    "correct `UNIT_MULT`",
                ));
                None
            }
        }
    }

    /// Value, status and quality of a row.
    fn status(
        &self,
        row: &Row,
        value: String,
        kept: &mut BTreeMap<String, usize>,
    ) -> (String, String, String) {
        let code = labeled(row.opt(self.at(&["OBS_STATUS"]))).0;
        let meaning = STATUSES.iter().find(|(c, _)| *c == code).map(|(_, meaning)| *meaning);
        let confidential = labeled(row.opt(self.at(&["CONF_STATUS"]))).0;
        let mut quality = if matches!(confidential, "" | "F") {
            String::new()
        } else {
            format!("CONF_STATUS {confidential}")
        };
        match (meaning, value.is_empty()) {
            (Some(Meaning::Firm(status)), false) => (value, status.word().to_owned(), quality),
            (Some(Meaning::Missing(why)), true) => (why.word().to_owned(), String::new(), quality),
            // `A` and nothing beside it: not reported, which an empty cell is.
            (None, _) if code.is_empty() => (value, String::new(), quality),
            (Some(Meaning::Firm(_)), true) => (value, String::new(), quality),
            _ => {
                *kept.entry(code.to_owned()).or_default() += 1;
                quality = if quality.is_empty() {
                    format!("OBS_STATUS {code}")
                } else {
                    format!("OBS_STATUS {code}, {quality}")
                };
                (value, String::new(), quality)
            }
        }
    }

    /// Columns that nothing was made of.
    fn rest(&self, account: &mut Account) {
        let known = [
            SOURCES,
            NOTES,
            FRAME,
            &["OBS_STATUS", "UNIT_MEASURE", "UNIT_MULT", "CONF_STATUS", "TIME_PERIOD", "OBS_VALUE"],
        ]
        .concat();
        for (column, id) in self.ids.iter().enumerate() {
            let used =
                column == self.unit || Some(column) == self.indicator || self.dimensions.contains(&column);
            if !used && !known.contains(&id.as_str()) && !self.grid.headings[column].is_empty() {
                account.lost(
                    format!("column `{}`", brief(&self.grid.headings[column])),
                    "it has no counterpart",
                );
            }
        }
    }
}

/// Whether a column has the names of the identifiers in the column before it: its heading is no identifier.
fn is_name(grid: &Grid, column: usize) -> bool {
    let heading = &grid.headings[column];
    let id = labeled(heading).0.split('[').next().unwrap_or("");
    id.contains(' ') || (grid.column("STRUCTURE_NAME").is_some() && id.chars().any(char::is_lowercase))
}

fn source() -> Data {
    let mut data = Data::new(DATA_FILE, Layout::Long);
    let columns = [
        (ColumnRole::Unit, "unit"),
        (ColumnRole::Variable, "variable"),
        (ColumnRole::Period, "period"),
        (ColumnRole::Value, "value"),
        (ColumnRole::Status, "status"),
        (ColumnRole::MeasurementUnit, "measurement-unit"),
        (ColumnRole::Source, "source"),
        (ColumnRole::Note, "note"),
        (ColumnRole::Quality, "quality"),
    ];
    data.columns = columns.into_iter().map(|(role, name)| (role, name.to_owned())).collect();
    data.absent = Absence::WORDS.iter().map(|(word, _)| ((*word).to_owned(), *word)).collect();
    data
}

/// A period of SDMX in our words: as it is, or a reporting year, a month with `M`, a span of years.
fn period(text: &str) -> Option<String> {
    if Period::parse(text).is_some() {
        return Some(text.to_owned());
    }
    let (head, rest) = (text.get(..4)?, text.get(4..)?);
    let shown = match rest.as_bytes() {
        [b'-', b'A', b'1'] => head.to_owned(),
        [b'-', b'M', a @ b'0'..=b'9', b @ b'0'..=b'9'] => format!("{head}-{}{}", *a as char, *b as char),
        _ => {
            // From the first day of a year, so many years.
            let years: i32 = rest.strip_prefix("-01-01/P").and_then(|r| r.strip_suffix('Y'))?.parse().ok()?;
            let first: i32 = head.parse().ok()?;
            match years {
                1 => head.to_owned(),
                _ => format!("{head}/{}", first.checked_add(years)?.checked_sub(1)?),
            }
        }
    };
    Period::parse(&shown).map(|_| shown)
}

/// A period as SDMX writes it.
fn written_period(period: Period) -> String {
    let text = period.to_string();
    match text.split_once('/') {
        Some((first, last)) => match (first.parse::<i32>(), last.parse::<i32>()) {
            (Ok(start), Ok(end)) if end > start => format!("{first}-01-01/P{}Y", end - start + 1),
            _ => text,
        },
        None => text,
    }
}

/// What the messages that are written are of.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Flow {
    /// The version of the format.
    pub dialect: Dialect,
    /// The agency that maintains the data flow.
    pub agency: String,
    /// The data flow.
    pub id: String,
    /// Its version.
    pub version: String,
}

impl Flow {
    /// Agency, id and version with only such characters as SDMX has, as one identifier.
    fn identifier(&self, account: &mut Account) -> String {
        let mut codes = Codes::default();
        let mut legal = |text: &str| codes.named(text, is_id, '_', account);
        let (agency, id) = (legal(&self.agency), legal(&self.id));
        let version: String =
            self.version.chars().filter(|c| c.is_ascii_alphanumeric() || matches!(c, '.' | '-')).collect();
        if version.is_empty() { format!("{agency}:{id}") } else { format!("{agency}:{id}({version})") }
    }
}

/// Whether a character may stand in an identifier of SDMX.
fn is_id(c: char) -> bool {
    c.is_ascii_alphanumeric() || matches!(c, '_' | '@' | '$' | '-')
}

/// One observation of a message.
struct Observed<'a> {
    unit: &'a Id,
    variable: &'a Id,
    period: Option<Period>,
    value: String,
    status: &'static str,
    measured: &'a str,
    source: &'a str,
    note: &'a str,
}

fn message<'a>(
    flow: &Flow,
    path: &str,
    observed: impl Iterator<Item = Observed<'a>>,
    mut account: Account,
) -> Exported {
    let mut frame = match flow.dialect {
        Dialect::V1 => vec!["DATAFLOW"],
        Dialect::V2 => vec!["STRUCTURE", "STRUCTURE_ID", "ACTION"],
    };
    let identifier = flow.identifier(&mut account);
    let first: Vec<String> = match flow.dialect {
        Dialect::V1 => vec![identifier],
        Dialect::V2 => vec!["dataflow".to_owned(), identifier, "I".to_owned()],
    };
    frame.extend([
        "REF_AREA",
        "INDICATOR",
        "TIME_PERIOD",
        "OBS_VALUE",
        "OBS_STATUS",
        "UNIT_MEASURE",
        "SOURCE",
        "COMMENT_OBS",
    ]);
    let (mut units, mut variables) = (Codes::default(), Codes::default());
    let mut n = 0;
    let rows: Vec<Vec<String>> = observed
        .map(|o| {
            n += 1;
            let mut row = first.clone();
            row.push(units.named(o.unit.as_str(), is_id, '_', &mut account));
            row.push(variables.named(o.variable.as_str(), is_id, '_', &mut account));
            row.push(o.period.map_or_else(String::new, written_period));
            row.extend([
                o.value,
                o.status.to_owned(),
                o.measured.to_owned(),
                o.source.to_owned(),
                o.note.to_owned(),
            ]);
            row
        })
        .collect();
    account.converted(count(n, "observation"), format!("`{path}`"));
    let headings: Vec<String> = frame.into_iter().map(str::to_owned).collect();
    Exported { files: vec![File { path: path.to_owned(), bytes: csv(&headings, rows) }], account }
}

fn status_code(status: Status) -> &'static str {
    Status::SDMX.iter().find(|(_, s)| *s == status).map_or("A", |(code, _)| code)
}

fn absence_code(why: Absence) -> &'static str {
    match why {
        Absence::NotApplicable => "M",
        Absence::NotCollected => "L",
        Absence::Confidential => "Q",
        _ => "O",
    }
}

/// Writes the figures of a package.
#[must_use]
pub fn figures(package: &Package, data: &DataSet, flow: &Flow) -> Exported {
    let mut account = Account::default();
    let declared: BTreeMap<&str, Declared<'_>> =
        package.variables().into_iter().map(|v| (v.id.as_str(), v)).collect();
    let (mut bounds, mut levels, mut samples, mut undated) = (0, 0, 0, 0);
    let observations: Vec<gradus_model::Observation> = data.observations.iter().collect();
    let observed: Vec<Observed<'_>> = observations
        .iter()
        .map(|o| {
            let variable = &data.variables[o.variable];
            let (value, status) = match &o.value {
                Value::Absent(why) => (String::new(), absence_code(*why)),
                value => match value.number_in(o.period) {
                    Some(x) => {
                        levels += usize::from(matches!(value, Value::Level(_) | Value::Title { .. }));
                        samples += usize::from(matches!(value, Value::Survey { .. }));
                        (number(x), status_code(o.status))
                    }
                    None => {
                        bounds += 1;
                        (String::new(), "O")
                    }
                },
            };
            undated += usize::from(o.period.is_none());
            Observed {
                unit: &data.units[o.unit],
                variable,
                period: o.period,
                value,
                status,
                measured: declared.get(variable.as_str()).and_then(|v| v.measurement_unit).unwrap_or(""),
                source: o.detail.source.as_deref().unwrap_or(""),
                note: o.detail.note.as_deref().unwrap_or(""),
            }
        })
        .collect();
    if bounds > 0 {
        account.lost(count(bounds, "figure"), "known within bounds or by dates only; written as missing");
    }
    if levels > 0 {
        account.lost(
            format!("words of {}", count(levels, "level")),
            "written as places on their scales, 0 the lowest",
        );
    }
    if samples > 0 {
        account.lost(format!("samples of {}", count(samples, "survey estimate")), "the estimate is written");
    }
    if undated > 0 {
        account.lost(count(undated, "figure"), "without a period, which SDMX wants; `TIME_PERIOD` is empty");
    }
    account.lost("tree, methods, standards and classes", "they are in the package file only");
    message(flow, "figures.csv", observed.into_iter(), account)
}

/// Writes the scores of every node that is scored, at full precision.
#[must_use]
pub fn scores(package: &Package, evaluation: &Evaluation, flow: &Flow) -> Exported {
    let mut rows = Vec::new();
    for (ix, _) in package.tree() {
        let result = &evaluation.nodes[ix];
        if result.scores.iter().all(|x| x.is_none()) {
            continue;
        }
        for row in 0..evaluation.n_rows() {
            let (unit, period) = evaluation.unit_and_period(row);
            let score = evaluation.score(ix, row);
            let why = result.absence.get(row).copied().flatten().unwrap_or(Absence::InputAbsent);
            rows.push(Observed {
                unit: &evaluation.units[unit],
                variable: &package.nodes[ix].id,
                period: evaluation.periods[period],
                value: score.map_or_else(String::new, |x| x.to_string()),
                status: match score {
                    Some(_) => status_code(result.status.get(row).copied().unwrap_or_default()),
                    None => absence_code(why),
                },
                measured: "",
                source: "",
                note: "",
            });
        }
    }
    message(flow, "scores.csv", rows.into_iter(), Account::default())
}
