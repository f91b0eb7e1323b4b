//! Workbooks of the COIN Tool, the spreadsheet for composite indicators of the European Commission's Joint Research Centre.
//!
//! # Layout
//! This layout is read and no other. It is that of the released tool (version 1, November 2019); in the test versions of early
//! 2019 and before, the table on `Framework` begins one row further down, which is understood too. Where an area ends is
//! taken from its contents; the areas are as large as the tool's.
//!
//! | sheet | cells | what |
//! | :--- | :--- | :--- |
//! | `Database` | `E7:CY7` | weights of the indicators, one column each |
//! | | `E8:CY8` | directions, 1 or -1 |
//! | | `E9:CY9`, `E10:CY10` | lower and upper goalposts |
//! | | `E11:CY11` | code of the index |
//! | | `E12:CY12`, `E13:CY13`, `E14:CY14` | codes of sub-index (`si.`), pillar (`p.`) and sub-pillar (`sp.`) |
//! | | `E15:CY15` | names of the indicators |
//! | | `E16:CY16` | codes of the indicators, `Ind.01` and on |
//! | | `B17:B315`, `C17:C315` | names and codes of the units |
//! | | `E17:CY315` | figures; `n/a` or nothing where missing |
//! | `Framework` | `C4:H4` | headings, among them `Dimension/indicator` |
//! | | `C5:C52`, `E5:E52`, `H5:H52` | codes, weights and names of the groups; `--` in rows that are not used |
//!
//! A level that the index does not use has the same code in every column; it is left out, as no score changes by it. Where an
//! indicator has goalposts they normalize it, else min-max does; the choice made on other sheets is not read, and the
//! account says so.
//!
//! # Missing values and edge cases
//! A column without a code or without figures, and a unit without a code, are not there. Formulas count by the values the
//! spreadsheet stored for them; an error among these is refused. Numbers are doubles in a workbook; the shortest decimal
//! that reads back as the stored double is taken. No macro of the workbook is looked at.

use crate::account::{brief, count};
use crate::codes::Codes;
use crate::draft::{Data, Draft, Goalposts, Group, Indicator, Unit, Variable};
use crate::grid::{Findings, empty, too_large};
use crate::written::csv;
use crate::{Account, File, Imported, Input};
use calamine::{DataRef, Reader, Xlsx};
use gradus_model::diagnostic::{Diagnostics, catalog, cell_name, list_some};
use gradus_model::number::parse_decimal;
use gradus_model::package::{ColumnRole, Direction, Layout};
use gradus_model::{Decimal, Diagnostic, Place};
use std::collections::BTreeMap;
use std::io::{Cursor, Read as _};
use std::sync::Arc;

const DATA_FILE: &str = "data/figures.csv";
/// The most bytes that a workbook may unpack to.
const LARGEST_UNPACKED: u64 = 1 << 30;

// Rows and columns of the layout, from 1.
const WEIGHT: u32 = 7;
const DIRECTION: u32 = 8;
const LOWER: u32 = 9;
const UPPER: u32 = 10;
const INDEX: u32 = 11;
const SUB_INDEX: u32 = 12;
const PILLAR: u32 = 13;
const SUB_PILLAR: u32 = 14;
const NAME: u32 = 15;
const CODE: u32 = 16;
const FIRST_UNIT: u32 = 17;
const LAST_UNIT: u32 = 315;
const UNIT_NAME: u32 = 2;
const UNIT_CODE: u32 = 3;
const FIRST_INDICATOR: u32 = 5;
const LAST_INDICATOR: u32 = 103;
const GROUP_CODE: u32 = 3;
const GROUP_WEIGHT: u32 = 5;
const GROUP_NAME: u32 = 8;
const GROUP_ROWS: u32 = 48;
const GROUP_HEADING: &str = "Dimension/indicator";

/// Reads a workbook (`.xlsx` or `.xlsm`).
///
/// # Errors
/// A file that is no workbook or has another layout, with what was not found where; values that are no numbers, directions
/// that are neither 1 nor -1, negative weights, a group under two parents, codes that are there twice.
pub fn read(input: Input<'_>) -> Result<Imported, Diagnostics> {
    let file: Arc<str> = input.name.into();
    if input.bytes.is_empty() {
        return Err(empty(&file).into());
    }
    bound(input.bytes, &file)?;
    // The reader of XLSX panics on some damaged files; that is the user's to learn of, not the program's to end on.
    let book = std::panic::catch_unwind(|| Book::open(input.bytes, &file))
        .unwrap_or_else(|_| Err(unreadable(&file, "its parts are damaged")))?;
    let tool = Tool::find(&book)?;
    let mut account = Account::default();
    let (draft, figures) = tool.convert(&mut account)?;
    Ok(Imported { package: draft.toml(), files: vec![figures], account })
}

/// Unpacks every part into nothing, so that an archive that unpacks to more than a workbook has is refused first.
fn bound(bytes: &[u8], file: &Arc<str>) -> Result<(), Diagnostic> {
    let broken = |e: zip::result::ZipError| unreadable(file, &e.to_string());
    let mut archive = zip::ZipArchive::new(Cursor::new(bytes)).map_err(broken)?;
    let mut left = LARGEST_UNPACKED;
    for part in 0..archive.len() {
        let part = archive.by_index(part).map_err(broken)?;
        let unpacked = std::io::copy(&mut part.take(left + 1), &mut std::io::sink())
            .map_err(|e| unreadable(file, &e.to_string()))?;
        left = left.checked_sub(unpacked).ok_or_else(|| too_large(file, "unpacks to more than 1 GiB"))?;
    }
    Ok(())
}

fn unreadable(file: &Arc<str>, why: &str) -> Diagnostic {
    Diagnostic::new(&catalog::WORKBOOK_UNREADABLE, format!("`{file}` cannot be read as XLSX: {}", brief(why)))
        .at(Place::File { file: file.clone() })
        .help("open it in a spreadsheet and save it as XLSX without a password")
}

/// A stored value as text: a number as the shortest decimal that reads back as it.
#[derive(Debug, Clone, PartialEq)]
enum Stored {
    Text(String),
    Number(f64),
    Error(String),
}

type Cells = BTreeMap<(u32, u32), Stored>;

struct Book {
    file: Arc<str>,
    database: Cells,
    framework: Cells,
}

impl Book {
    fn open(bytes: &[u8], file: &Arc<str>) -> Result<Self, Diagnostic> {
        let mut book: Xlsx<_> = Xlsx::new(Cursor::new(bytes))
            .map_err(|e: calamine::XlsxError| unreadable(file, &e.to_string()))?;
        let names = book.sheet_names();
        let mut sheet = |name: &str| {
            if !names.iter().any(|n| n == name) {
                return Err(Diagnostic::new(
                    &catalog::UNKNOWN_SHEET,
                    format!("`{file}` has no sheet `{name}`, as every workbook of the COIN Tool has"),
                )
                .at(Place::File { file: file.clone() })
                .help(format!("hand over a workbook of the COIN Tool; this one has {}", list_some(&names))));
            }
            area(&mut book, name).map_err(|e| unreadable(file, &e.to_string()))
        };
        Ok(Self { file: file.clone(), database: sheet("Database")?, framework: sheet("Framework")? })
    }
    fn place(&self, sheet: &str, row: u32, column: u32) -> Place {
        Place::Cell { file: self.file.clone(), sheet: sheet.into(), row, column }
    }
}

/// The cells of a sheet that lie where the layout has something; others are passed over, wherever they are.
fn area(book: &mut Xlsx<Cursor<&[u8]>>, sheet: &str) -> Result<Cells, calamine::XlsxError> {
    let mut reader = book.worksheet_cells_reader(sheet)?;
    let mut cells = Cells::new();
    while let Some(cell) = reader.next_cell()? {
        let (row, column) = cell.get_position();
        if row >= LAST_UNIT || column >= LAST_INDICATOR {
            continue;
        }
        let text = |text: &str| Some(text.trim().to_owned()).filter(|t| !t.is_empty()).map(Stored::Text);
        let stored = match cell.get_value() {
            DataRef::Empty => None,
            DataRef::Int(x) => Some(Stored::Number(*x as f64)),
            DataRef::Float(x) => Some(Stored::Number(*x)),
            DataRef::String(s) | DataRef::DateTimeIso(s) | DataRef::DurationIso(s) => text(s),
            DataRef::SharedString(s) => text(s),
            DataRef::Bool(yes) => Some(Stored::Text(if *yes { "TRUE" } else { "FALSE" }.to_owned())),
            DataRef::DateTime(when) => Some(Stored::Number(when.as_f64())),
            DataRef::Error(e) => Some(Stored::Error(e.to_string())),
        };
        if let Some(stored) = stored {
            cells.entry((row + 1, column + 1)).or_insert(stored);
        }
    }
    Ok(cells)
}

fn text(cells: &Cells, row: u32, column: u32) -> String {
    match cells.get(&(row, column)) {
        Some(Stored::Text(t)) => t.clone(),
        Some(Stored::Number(x)) => x.to_string(),
        Some(Stored::Error(_)) | None => String::new(),
    }
}

fn is_missing(text: &str) -> bool {
    matches!(text.to_ascii_lowercase().as_str(), "" | "n/a" | "--" | "na")
}

struct Tool<'a> {
    book: &'a Book,
    /// Columns that have an indicator.
    columns: Vec<u32>,
    /// Rows that have a unit.
    rows: Vec<u32>,
    /// First row below the headings on `Framework`.
    groups_from: u32,
}

impl<'a> Tool<'a> {
    /// Checks that the layout is the one that is known.
    fn find(book: &'a Book) -> Result<Self, Diagnostic> {
        let heading = |row| (GROUP_CODE..=GROUP_NAME).any(|c| text(&book.framework, row, c) == GROUP_HEADING);
        let Some(heading_row) = [4, 5].into_iter().find(|row| heading(*row)) else {
            return Err(other_layout(
                book,
                "Framework",
                4,
                GROUP_CODE,
                &format!("`{GROUP_HEADING}` in `C4:H4`"),
            ));
        };
        let code = text(&book.database, CODE, FIRST_INDICATOR);
        if is_missing(&code) || !matches!(book.database.get(&(CODE, FIRST_INDICATOR)), Some(Stored::Text(_)))
        {
            return Err(other_layout(
                book,
                "Database",
                CODE,
                FIRST_INDICATOR,
                "the code of an indicator in `E16`",
            ));
        }
        let figures =
            |column: u32| (FIRST_UNIT..=LAST_UNIT).any(|row| !is_missing(&text(&book.database, row, column)));
        let columns: Vec<u32> = (FIRST_INDICATOR..=LAST_INDICATOR)
            .filter(|c| !is_missing(&text(&book.database, CODE, *c)) && figures(*c))
            .collect();
        let rows: Vec<u32> = (FIRST_UNIT..=LAST_UNIT)
            .filter(|row| !text(&book.database, *row, UNIT_CODE).is_empty())
            .collect();
        if columns.is_empty() || rows.is_empty() {
            return Err(other_layout(
                book,
                "Database",
                FIRST_UNIT,
                UNIT_CODE,
                "units from row 17 on, with figures from column E on",
            ));
        }
        Ok(Self { book, columns, rows, groups_from: heading_row + 1 })
    }

    fn convert(&self, account: &mut Account) -> Result<(Draft, File), Diagnostics> {
        let mut found = Findings::default();
        let cells = &self.book.database;
        let index = self.columns.iter().map(|c| text(cells, INDEX, *c)).find(|t| !is_missing(t));
        let levels = self.levels(account);
        let mut codes = Codes::of_variables();
        let index = index.unwrap_or_else(|| "Index".to_owned());
        let groups = self.framework();
        let id = codes.index(&index, account);
        let name = groups.get(&index).map_or(id.clone(), |g| g.name.clone());
        let mut draft = Draft::new(id, name);
        draft.head = vec!["Converted from a workbook of the COIN Tool.".to_owned()];
        let mut parents: BTreeMap<String, String> = BTreeMap::new();
        let mut seen: BTreeMap<String, u32> = BTreeMap::new();
        let mut kept = Vec::new();
        for column in &self.columns {
            let code = text(cells, CODE, *column);
            if let Some(before) = seen.insert(code.clone(), *column) {
                found.push(
                    Diagnostic::new(&catalog::DUPLICATE_CODE, format!("`{}` is there twice", brief(&code)))
                        .at(self.at(CODE, *column))
                        .also(self.at(CODE, before), "the first")
                        .help("give one of the indicators another code"),
                );
                continue;
            }
            kept.push(*column);
            // From the index down: the codes of the groups that the indicator is in.
            let mut above = String::new();
            for row in &levels {
                let group = text(cells, *row, *column);
                if is_missing(&group) {
                    continue;
                }
                match parents.insert(group.clone(), above.clone()) {
                    Some(other) if other != above => found.push(
                        Diagnostic::new(
                            &catalog::UNKNOWN_PARENT,
                            format!("`{}` is in `{}` and elsewhere too", brief(&group), brief(&above)),
                        )
                        .at(self.at(*row, *column))
                        .help("put all indicators of a group into the same group above"),
                    ),
                    Some(_) => {}
                    None => draft.groups.push(self.group(&group, &above, &groups, &mut codes, account)),
                }
                above = group;
            }
            let weight = self.number(WEIGHT, *column, &mut found).unwrap_or(Decimal::ONE);
            if weight < Decimal::ZERO {
                found.push(
                    Diagnostic::new(
                        &catalog::NEGATIVE_WEIGHT,
                        format!("the weight of `{}` is {weight}", brief(&code)),
                    )
                    .at(self.at(WEIGHT, *column))
                    .help("turn the direction around instead of giving a negative weight"),
                );
            }
            draft.indicators.push(Indicator {
                variable: Variable {
                    id: codes.code(&code, account),
                    name: text(cells, NAME, *column),
                    unit: String::new(),
                },
                parent: codes.of(&above).unwrap_or_default().to_owned(),
                weight: Some(weight),
                direction: self.direction(*column, &mut found),
                goalposts: self.goalposts(*column, account, &mut found),
                ..Indicator::default()
            });
        }
        let mut headings = vec!["unit".to_owned()];
        headings.extend(draft.indicators.iter().map(|i| i.variable.id.clone()));
        let file = self.figures(&kept, &headings, &mut draft, account, &mut found);
        for row in FIRST_UNIT..=LAST_UNIT {
            let figure = |column: &u32| !is_missing(&text(cells, row, *column));
            if text(cells, row, UNIT_CODE).is_empty() && kept.iter().any(figure) {
                account.lost(format!("row {row} of `Database`"), "its unit has no code");
            }
        }
        account.assumed("normalization", "goalposts where both are given, else min-max to 0 to 100");
        account.assumed("aggregation", "arithmetic means with the weights on `Database` and `Framework`");
        account.lost("settings and results on other sheets", "only `Database` and `Framework` are read");
        found.unless((draft, file))
    }

    /// The rows of group codes that the index uses, from above down.
    fn levels(&self, account: &mut Account) -> Vec<u32> {
        let used = |row: &u32| {
            let mut codes: Vec<String> =
                self.columns.iter().map(|c| text(&self.book.database, *row, *c)).collect();
            codes.sort();
            codes.dedup();
            if codes.len() == 1 && !is_missing(&codes[0]) {
                account.lost(
                    format!("group `{}` in row {row} of `Database`", brief(&codes[0])),
                    "every indicator is in it, so the level is not used",
                );
            }
            codes.len() > 1
        };
        [SUB_INDEX, PILLAR, SUB_PILLAR].into_iter().filter(used).collect()
    }

    /// Names and weights of groups by their codes.
    fn framework(&self) -> BTreeMap<String, Named> {
        (self.groups_from..self.groups_from + GROUP_ROWS)
            .filter_map(|row| {
                let code = text(&self.book.framework, row, GROUP_CODE);
                let name = text(&self.book.framework, row, GROUP_NAME);
                (!is_missing(&code) && !is_missing(&name)).then_some((code, Named { name, row }))
            })
            .collect()
    }

    fn group(
        &self,
        code: &str,
        above: &str,
        named: &BTreeMap<String, Named>,
        codes: &mut Codes,
        account: &mut Account,
    ) -> Group {
        let weight = named.get(code).and_then(|g| {
            parse_decimal(&text(&self.book.framework, g.row, GROUP_WEIGHT))
                .ok()
                .filter(|w| *w >= Decimal::ZERO)
        });
        if weight.is_none() {
            account.assumed(format!("weight of `{}`", brief(code)), "1: `Framework` has none in column E");
        }
        Group {
            id: codes.code(code, account),
            parent: codes.of(above).unwrap_or_default().to_owned(),
            name: named.get(code).map_or(String::new(), |g| g.name.clone()),
            weight: weight.unwrap_or(Decimal::ONE),
        }
    }

    fn figures(
        &self,
        columns: &[u32],
        headings: &[String],
        draft: &mut Draft,
        account: &mut Account,
        found: &mut Findings,
    ) -> File {
        let cells = &self.book.database;
        let mut units = Codes::default();
        let mut first: BTreeMap<String, u32> = BTreeMap::new();
        let mut rows = Vec::new();
        let mut missing = 0;
        for row in &self.rows {
            let code = text(cells, *row, UNIT_CODE);
            if let Some(before) = first.insert(code.clone(), *row) {
                found.push(
                    Diagnostic::new(
                        &catalog::DUPLICATE_OBSERVATION,
                        format!("`{}` has two rows", brief(&code)),
                    )
                    .at(self.at(*row, UNIT_CODE))
                    .also(self.at(before, UNIT_CODE), "the first")
                    .help("give one of the units another code"),
                );
                continue;
            }
            let id = units.code(&code, account);
            let mut fields = vec![id.clone()];
            for column in columns {
                let figure = self.number(*row, *column, found);
                missing += usize::from(figure.is_none());
                fields.push(figure.map_or_else(String::new, |x| x.to_string()));
            }
            draft.units.push(Unit { id, name: text(cells, *row, UNIT_NAME), ..Unit::default() });
            rows.push(fields);
        }
        let mut source = Data::new(DATA_FILE, Layout::Wide);
        source.columns.push((ColumnRole::Unit, "unit".to_owned()));
        draft.data.push(source);
        account.converted(
            format!("{} and {}", count(columns.len(), "indicator"), count(rows.len(), "unit")),
            format!("`{DATA_FILE}`, with {}", count(missing, "missing value")),
        );
        File { path: DATA_FILE.to_owned(), bytes: csv(headings, rows) }
    }

    fn direction(&self, column: u32, found: &mut Findings) -> Direction {
        let direction = self.number(DIRECTION, column, found);
        if direction == Some(Decimal::ONE) {
            return Direction::Higher;
        }
        if direction != Some(Decimal::NEGATIVE_ONE) {
            found.push(
                Diagnostic::new(
                    &catalog::UNKNOWN_WORD,
                    format!(
                        "the direction is `{}`, neither 1 nor -1",
                        brief(&text(&self.book.database, DIRECTION, column))
                    ),
                )
                .at(self.at(DIRECTION, column))
                .help("write 1 where more is better, -1 where less is better"),
            );
        }
        Direction::Lower
    }
    fn goalposts(&self, column: u32, account: &mut Account, found: &mut Findings) -> Option<Goalposts> {
        let (lower, upper) = (self.number(LOWER, column, found)?, self.number(UPPER, column, found)?);
        if lower >= upper {
            let cells = format!("{}:{}", cell_name(LOWER, column), cell_name(UPPER, column));
            account.lost(
                format!("goalposts in `{cells}`"),
                format!("{lower} is not below {upper}; min-max is used"),
            );
            return None;
        }
        Some(Goalposts { lower, upper, clamp: true, top: Decimal::ONE_HUNDRED })
    }
    fn number(&self, row: u32, column: u32, found: &mut Findings) -> Option<Decimal> {
        let place = || self.at(row, column);
        match self.book.database.get(&(row, column))? {
            Stored::Text(t) if is_missing(t) => None,
            Stored::Error(e) => {
                found.push(
                    Diagnostic::new(&catalog::FORMULA_ERROR_CELL, format!("the cell shows `{}`", brief(e)))
                        .at(place())
                        .help("mend the formula, or write `n/a`"),
                );
                None
            }
            stored => {
                let shown = match stored {
                    Stored::Number(x) => x.to_string(),
                    Stored::Text(t) | Stored::Error(t) => t.clone(),
                };
                parse_decimal(&shown)
                    .map_err(|why| {
                        found.push(
                            Diagnostic::new(
                                &catalog::NOT_A_NUMBER,
                                format!("`{}` is not a number: {why}", brief(&shown)),
                            )
                            .at(place())
                            .help("write a number, or `n/a`"),
                        );
                    })
                    .ok()
            }
        }
    }
    fn at(&self, row: u32, column: u32) -> Place {
        self.book.place("Database", row, column)
    }
}

struct Named {
    name: String,
    row: u32,
}

fn other_layout(book: &Book, sheet: &str, row: u32, column: u32, what: &str) -> Diagnostic {
    Diagnostic::new(
        &catalog::WORKBOOK_UNREADABLE,
        format!(
            "`{}` is not laid out as the COIN Tool, version 1: there is not {what} of `{sheet}`",
            book.file
        ),
    )
    .at(book.place(sheet, row, column))
    .help("hand over the workbook as the tool saved it, or its tables as `iMeta` and `iData`")
}
