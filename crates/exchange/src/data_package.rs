//! Data Packages: a descriptor, `datapackage.json`, with CSV files beside it; versions 1 and 2 of the standard.
//!
//! # In
//! | descriptor | here |
//! | :--- | :--- |
//! | `name`, `title`, `description`, `licenses` | index |
//! | resource with a table (`type` `table`, `profile` `tabular-data-resource`, or a path that ends in `.csv` or `.tsv`) | data file |
//! | field with the units (the first text of the primary key, else the first text) | `unit` |
//! | field with the period (type `year`, `yearmonth` or `date`, or called `period`, `year` or `time`) | `period` |
//! | other field of type `number` or `integer` | indicator, with `title`, `description` and `unit` |
//! | fields `unit`, `variable` and `value` | a long table; a resource `variables` says names, units and directions |
//! | `missingValues`, labels of version 2 | reasons for absence |
//! | `dialect.delimiter`, `decimalChar`, `groupChar` | separator and notation |
//!
//! Directions, weights and the tree are not in a Data Package: the package is a scoreboard whose directions an author has to
//! set (but for those that a resource `variables` states), and the account says so.
//!
//! # Errors
//! A path that is absolute, leads upward or is an address is refused; nothing is fetched. A descriptor nests at most 128
//! levels and has at most 16 MiB.

use crate::account::{brief, count};
use crate::codes::Codes;
use crate::draft::{Data, Draft, Indicator, Unit, Variable};
use crate::grid::{Findings, Grid, empty, text, too_large};
use crate::written::{csv, number};
use crate::{Account, Exported, File, Imported, Input};
use gradus_data::Files;
use gradus_model::diagnostic::{Diagnostics, catalog};
use gradus_model::observation::{Absence, Period};
use gradus_model::package::{ColumnRole, Direction, Layout};
use gradus_model::{DataSet, Diagnostic, Package, Place, Value as Figure};
use serde_json::{Map, Value, json};
use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

/// The longest descriptor that is read, in bytes.
const LONGEST: usize = 16 << 20;
/// The most tables of a package that are read.
const MOST_RESOURCES: usize = 1000;

/// A version of the standard.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Version {
    /// Version 1, with profiles.
    V1,
    /// Version 2, with `$schema` and labeled missing values.
    #[default]
    V2,
}

/// Which fields have which meaning, where the descriptor leaves it open.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Options {
    /// Field with the units.
    pub unit: Option<String>,
    /// Field with the period.
    pub period: Option<String>,
}

/// Reads a descriptor and the files that it names, which are taken from `files`.
///
/// # Errors
/// Everything that is wrong with the descriptor, its paths and its tables.
pub fn read(descriptor: Input<'_>, files: &dyn Files, options: &Options) -> Result<Imported, Diagnostics> {
    let reader = Reader { file: descriptor.name.into(), files, options };
    let root = reader.parse(descriptor)?;
    let mut found = Findings::default();
    let mut account = Account::default();
    let mut resources = Vec::new();
    for (at, resource) in list(&root, "resources").iter().take(MOST_RESOURCES).enumerate() {
        match reader.resource(resource, at, &mut account) {
            Ok(Some(resource)) => resources.push(resource),
            Ok(None) => {}
            Err(diagnostics) => diagnostics.into_iter().for_each(|d| found.push(d)),
        }
    }
    if list(&root, "resources").len() > MOST_RESOURCES {
        found.push(too_large(&reader.file, "names more than 1,000 resources"));
    }
    let (described, tables): (Vec<_>, Vec<_>) = resources.into_iter().partition(|r| r.name == "variables");
    if tables.is_empty() && found.is_empty() {
        found.push(
            Diagnostic::new(
                &catalog::NO_INDICATORS,
                format!("`{}` has no resource with a table", reader.file),
            )
            .at(reader.place())
            .help("add a resource with `path` and `schema`"),
        );
    }
    if !found.is_empty() {
        return Err(found.into());
    }
    let mut draft = head(&root, &mut account);
    let mut variables = Codes::of_variables();
    draft.id = variables.index(&draft.id, &mut account);
    let mut convert = Convert {
        draft: &mut draft,
        variables,
        units: Codes::default(),
        known_units: BTreeSet::new(),
        declared: BTreeMap::new(),
        account: &mut account,
        found: Findings::default(),
    };
    let files: Vec<File> =
        tables.iter().enumerate().map(|(n, table)| convert.table(table, n, options)).collect();
    for table in &described {
        convert.describe(&table.grid);
    }
    let found = convert.found;
    if draft.indicators.is_empty() && found.is_empty() {
        return Err(Diagnostic::new(
            &catalog::NO_INDICATORS,
            format!("no table of `{}` has a field of numbers", reader.file),
        )
        .at(reader.place())
        .help("give the fields with figures the type `number`")
        .into());
    }
    account.assumed(
        "directions",
        "higher where no resource `variables` says otherwise; set them before anything is scored",
    );
    account.assumed("tree", "a scoreboard without groups: a Data Package has no tree");
    found.unless(Imported { package: draft.toml(), files, account })
}

fn string<'v>(value: &'v Value, key: &str) -> &'v str {
    value.get(key).and_then(Value::as_str).unwrap_or("")
}

fn list<'v>(value: &'v Value, key: &str) -> &'v [Value] {
    value.get(key).and_then(Value::as_array).map_or(&[], Vec::as_slice)
}

/// What the index is.
fn head(root: &Value, account: &mut Account) -> Draft {
    let name = match string(root, "name") {
        "" => "data-package",
        name => name,
    };
    let title = string(root, "title");
    let mut draft =
        Draft::new(name.to_owned(), if title.is_empty() { name.to_owned() } else { title.to_owned() });
    draft.head = vec!["Converted from a Data Package.".to_owned()];
    draft.description = string(root, "description").to_owned();
    draft.aggregate = "none";
    draft.normalize = "\"none\"";
    let licenses: Vec<&str> = list(root, "licenses")
        .iter()
        .filter_map(|license| {
            ["title", "name", "path"].into_iter().map(|k| string(license, k)).find(|t| !t.is_empty())
        })
        .collect();
    draft.license = licenses.join("; ");
    const READ: &[&str] = &["name", "title", "description", "licenses", "resources", "profile", "$schema"];
    for key in root.as_object().into_iter().flat_map(Map::keys).filter(|key| !READ.contains(&key.as_str())) {
        account.lost(
            format!("`{}` of the descriptor", brief(key)),
            "it has no counterpart, or is text to be copied by hand",
        );
    }
    draft
}

struct Reader<'a> {
    file: Arc<str>,
    files: &'a dyn Files,
    options: &'a Options,
}

/// A table that was read with what the descriptor says of it.
struct Resource {
    name: String,
    grid: Grid,
    fields: Vec<Field>,
    absent: BTreeMap<String, &'static str>,
    primary: Vec<String>,
    decimal: char,
    thousands: Option<char>,
}

struct Field {
    name: String,
    kind: String,
    title: String,
    description: String,
    unit: String,
}

impl Reader<'_> {
    fn place(&self) -> Place {
        Place::File { file: self.file.clone() }
    }
    fn wrong(&self, what: String, help: &str) -> Diagnostic {
        Diagnostic::new(&catalog::WRONG_TYPE, what).at(self.place()).help(help)
    }

    fn parse(&self, descriptor: Input<'_>) -> Result<Value, Diagnostic> {
        if descriptor.bytes.len() > LONGEST {
            return Err(too_large(&self.file, "has more than 16 MiB"));
        }
        let text = text(descriptor)?;
        let root: Value = serde_json::from_str(&text).map_err(|e| {
            let (line, field) = (e.line() as u64, e.column() as u32);
            Diagnostic::new(&catalog::UNDECODABLE_TEXT, format!("`{}` is not JSON: {e}", self.file))
                .at(Place::Line { file: self.file.clone(), line, field })
                .help("correct the descriptor at this place")
        })?;
        if !root.is_object() || !root.get("resources").is_some_and(Value::is_array) {
            return Err(self.wrong(
                format!("`{}` has no list `resources`", self.file),
                "hand over the `datapackage.json` of a Data Package",
            ));
        }
        Ok(root)
    }

    /// A resource that is a table; nothing where it is something else, which is said.
    fn resource(
        &self,
        value: &Value,
        at: usize,
        account: &mut Account,
    ) -> Result<Option<Resource>, Diagnostics> {
        let name = match string(value, "name") {
            "" => format!("resource {}", at + 1),
            name => name.to_owned(),
        };
        let said =
            |why: &str, account: &mut Account| account.lost(format!("resource `{}`", brief(&name)), why);
        let path = match value.get("path") {
            Some(Value::String(path)) => path.as_str(),
            // A single path in a list is the path.
            Some(Value::Array(paths)) => match paths.as_slice() {
                [Value::String(path)] => path.as_str(),
                _ => {
                    said("it is in several parts", account);
                    return Ok(None);
                }
            },
            _ => {
                said("it has no path: data inside the descriptor are not read", account);
                return Ok(None);
            }
        };
        let lower = path.to_lowercase();
        let table = string(value, "type") == "table"
            || string(value, "profile") == "tabular-data-resource"
            || [".csv", ".tsv"].iter().any(|end| lower.ends_with(end));
        if !table {
            said("it is not a table in CSV", account);
            return Ok(None);
        }
        let schema = match value.get("schema") {
            Some(Value::String(path)) => self.schema(path)?,
            Some(schema) => schema.clone(),
            None => json!({}),
        };
        let dialect = value.get("dialect").cloned().unwrap_or_else(|| json!({}));
        if dialect.get("header") == Some(&Value::Bool(false)) {
            said("it has no row of headings", account);
            return Ok(None);
        }
        let delimiter = match string(&dialect, "delimiter").as_bytes() {
            [] if lower.ends_with(".tsv") => b'\t',
            [] => b',',
            [one] => *one,
            _ => {
                let what = format!("the delimiter of `{}` is not one character", brief(&name));
                return Err(self.wrong(what, "name one character, such as `;`").into());
            }
        };
        let bytes = self.open(path)?;
        let grid = Grid::read(Input { name: path, bytes: &bytes }, delimiter)?;
        self.tabular(name, grid, &schema, value, account).map(Some)
    }

    /// Only a path inside the package is opened, whatever else `Files` would do.
    fn open(&self, path: &str) -> Result<Vec<u8>, Diagnostic> {
        let inside = !path.is_empty()
            && !path.contains(['\\', ':', '\0'])
            && !path.starts_with(['/', '~'])
            && path.split('/').all(|part| part != "..");
        if !inside {
            let what = if path.contains("://") {
                "is an address, which is not fetched"
            } else {
                "leads out of the package"
            };
            return Err(Diagnostic::new(&catalog::PATH_OUTSIDE_PACKAGE, format!("`{}` {what}", brief(path)))
                .at(self.place())
                .help("copy the file beside the descriptor and name it by its path there"));
        }
        let bytes = self.files.open(path).map_err(|e| e.diagnostic(path, self.place()))?;
        Ok(bytes.into_owned())
    }

    fn schema(&self, path: &str) -> Result<Value, Diagnostic> {
        let bytes = self.open(path)?;
        if bytes.len() > LONGEST {
            return Err(too_large(&path.into(), "has more than 16 MiB"));
        }
        serde_json::from_slice(&bytes).map_err(|e| {
            self.wrong(format!("the schema `{}` is not JSON: {e}", brief(path)), "correct the schema")
        })
    }

    fn tabular(
        &self,
        name: String,
        grid: Grid,
        schema: &Value,
        resource: &Value,
        account: &mut Account,
    ) -> Result<Resource, Diagnostics> {
        let fields: Vec<Field> = list(schema, "fields")
            .iter()
            .map(|field| Field {
                name: string(field, "name").to_owned(),
                kind: string(field, "type").to_owned(),
                title: string(field, "title").to_owned(),
                description: string(field, "description").to_owned(),
                unit: string(field, "unit").to_owned(),
            })
            .collect();
        let marks = |key: &str| -> BTreeSet<char> {
            list(schema, "fields").iter().filter_map(|f| string(f, key).chars().next()).collect()
        };
        let (decimal, thousands) = (marks("decimalChar"), marks("groupChar"));
        if decimal.len() > 1 || thousands.len() > 1 {
            let what = format!("the fields of `{}` are not all written with the same marks", brief(&name));
            return Err(self.wrong(what, "write all numbers of a table with the same decimal mark").into());
        }
        let mut found = Diagnostics::new();
        for field in fields.iter().filter(|f| grid.column(&f.name).is_none()) {
            found.extend(grid.needed(&field.name).err());
        }
        if found.has_errors() {
            return Err(found);
        }
        if fields.is_empty() {
            account.assumed(
                format!("fields of `{}`", brief(&name)),
                "it has no schema; columns of numbers are taken",
            );
        }
        let mut absent = BTreeMap::new();
        let missing = schema.get("missingValues").or_else(|| resource.get("missingValues"));
        for mark in missing.and_then(Value::as_array).into_iter().flatten() {
            let (value, label) = match mark {
                Value::String(value) => (value.as_str(), value.as_str()),
                other => (string(other, "value"), string(other, "label")),
            };
            let label = label.to_lowercase().replace([' ', '_'], "-");
            let known = Absence::WORDS.iter().find(|(word, _)| *word == label).map(|(word, _)| *word);
            // An empty cell is missing in any case.
            if !value.is_empty() {
                absent.insert(value.to_owned(), known.unwrap_or("not-available"));
            }
        }
        let primary = match schema.get("primaryKey") {
            Some(Value::String(key)) => vec![key.clone()],
            Some(Value::Array(keys)) => keys.iter().filter_map(Value::as_str).map(str::to_owned).collect(),
            _ => Vec::new(),
        };
        let mut resource = Resource {
            name,
            grid,
            fields,
            absent,
            primary,
            decimal: decimal.first().copied().unwrap_or('.'),
            thousands: thousands.first().copied(),
        };
        resource.complete();
        for name in [&self.options.unit, &self.options.period].into_iter().flatten() {
            resource.grid.needed(name)?;
        }
        Ok(resource)
    }
}

impl Resource {
    /// Columns that the schema leaves out, by what they hold.
    fn complete(&mut self) {
        for (column, heading) in self.grid.headings.iter().enumerate() {
            if heading.is_empty() || self.fields.iter().any(|f| f.name == *heading) {
                continue;
            }
            let mut values =
                self.grid.rows.iter().map(|r| r.get(column)).filter(|v| !self.missing(v)).peekable();
            let numbers =
                values.peek().is_some() && values.all(|v| gradus_model::number::parse_decimal(v).is_ok());
            self.fields.push(Field {
                name: heading.clone(),
                kind: if numbers { "number" } else { "string" }.to_owned(),
                title: String::new(),
                description: String::new(),
                unit: String::new(),
            });
        }
    }
    fn missing(&self, text: &str) -> bool {
        text.is_empty() || self.absent.contains_key(text)
    }
    /// The field of units: as asked for, a text of the primary key, any text.
    fn unit<'a>(&'a self, options: &'a Options) -> Option<&'a str> {
        let text = |f: &&Field| matches!(f.kind.as_str(), "string" | "any" | "");
        let fields = || self.fields.iter().filter(text);
        let long = self.fields.iter().find(|f| f.name == "unit");
        let key = fields().find(|f| self.primary.contains(&f.name));
        options.unit.as_deref().or_else(|| long.or(key).or_else(|| fields().next()).map(|f| f.name.as_str()))
    }
    fn period<'a>(&'a self, options: &'a Options) -> Option<&'a str> {
        let named = |f: &&Field| matches!(f.name.to_lowercase().as_str(), "period" | "year" | "time");
        let typed = |f: &&Field| matches!(f.kind.as_str(), "year" | "yearmonth" | "date");
        let found = self.fields.iter().find(typed).or_else(|| self.fields.iter().find(named));
        options.period.as_deref().or_else(|| found.map(|f| f.name.as_str()))
    }
    fn is_long(&self) -> bool {
        ["unit", "variable", "value"].iter().all(|name| self.grid.column(name).is_some())
    }
}

struct Convert<'a> {
    draft: &'a mut Draft,
    variables: Codes,
    units: Codes,
    known_units: BTreeSet<String>,
    /// Places in the draft, by code.
    declared: BTreeMap<String, usize>,
    account: &'a mut Account,
    found: Findings,
}

/// Columns of a long table that are carried over under their own names.
const LONG: &[(&str, ColumnRole)] = &[
    ("status", ColumnRole::Status),
    ("measurement-unit", ColumnRole::MeasurementUnit),
    ("source", ColumnRole::Source),
    ("note", ColumnRole::Note),
];

impl Convert<'_> {
    /// A table as one of ours; variables and units go into the draft.
    fn table(&mut self, table: &Resource, n: usize, options: &Options) -> File {
        let path = format!("data/table-{}.csv", n + 1);
        let grid = &table.grid;
        let unit = table.unit(options).and_then(|name| grid.column(name));
        let period = table.period(options).and_then(|name| grid.column(name));
        let Some(unit) = unit else {
            self.found.push(
                Diagnostic::new(
                    &catalog::UNKNOWN_COLUMN,
                    format!("`{}` has no column with the units", grid.file),
                )
                .at(grid.heading_place(0))
                .help("name the field that has them"),
            );
            return File { path, bytes: Vec::new() };
        };
        self.account.assumed(
            format!("units of `{}`", brief(&table.name)),
            format!("in `{}`", brief(&grid.headings[unit])),
        );
        let long = table.is_long();
        let mut source = Data::new(&path, if long { Layout::Long } else { Layout::Wide });
        source.columns.push((ColumnRole::Unit, "unit".to_owned()));
        source.decimal = table.decimal;
        source.thousands = table.thousands;
        source.absent.clone_from(&table.absent);
        let mut headings = vec!["unit".to_owned()];
        if period.is_some() {
            headings.push("period".to_owned());
            source.columns.push((ColumnRole::Period, "period".to_owned()));
        }
        let mut columns = Vec::new();
        if long {
            for (name, role) in
                [("variable", ColumnRole::Variable), ("value", ColumnRole::Value)].iter().chain(LONG)
            {
                if let Some(column) = grid.column(name) {
                    columns.push(column);
                    headings.push((*name).to_owned());
                    source.columns.push((*role, (*name).to_owned()));
                }
            }
        } else {
            for field in &table.fields {
                let column = grid.column(&field.name);
                if column == Some(unit) || (period.is_some() && column == period) {
                    continue;
                }
                match (column, field.kind.as_str()) {
                    (Some(column), "number" | "integer") => {
                        columns.push(column);
                        headings.push(self.declare(field));
                    }
                    _ => self.account.lost(
                        format!("field `{}` of `{}`", brief(&field.name), brief(&table.name)),
                        "it is not a number",
                    ),
                }
            }
        }
        let rows: Vec<Vec<String>> =
            grid.rows.iter().filter_map(|row| self.row(table, row, unit, period, &columns, long)).collect();
        if grid.rows.is_empty() {
            self.found.push(empty(&grid.file));
        }
        self.account.converted(
            format!("{} of `{}`", count(rows.len(), "row"), brief(&table.name)),
            format!("`{path}`"),
        );
        self.draft.data.push(source);
        File { path, bytes: csv(&headings, rows) }
    }

    fn row(
        &mut self,
        table: &Resource,
        row: &crate::grid::Row,
        unit: usize,
        period: Option<usize>,
        columns: &[usize],
        long: bool,
    ) -> Option<Vec<String>> {
        let grid = &table.grid;
        if row.get(unit).is_empty() {
            self.found.push(
                Diagnostic::new(&catalog::INVALID_CODE, "the row has no unit")
                    .at(grid.place(row, unit))
                    .help("name the unit of the row"),
            );
            return None;
        }
        let code = self.units.code(row.get(unit), self.account);
        if self.known_units.insert(code.clone()) {
            let name = row.get(unit).to_owned();
            self.draft.units.push(Unit { id: code.clone(), name, groups: BTreeMap::new() });
        }
        let mut out = vec![code];
        if let Some(column) = period {
            let text = row.get(column);
            if !table.missing(text) && Period::parse(text).is_none() {
                self.found.push(
                    Diagnostic::new(&catalog::INVALID_PERIOD, format!("`{}` is not a period", brief(text)))
                        .at(grid.place(row, column))
                        .help("write a year, a quarter, a month or a day"),
                );
            }
            out.push(if table.missing(text) { String::new() } else { text.to_owned() });
        }
        for (n, column) in columns.iter().enumerate() {
            let text = row.get(*column);
            out.push(if long && n == 0 {
                if text.is_empty() {
                    self.found.push(
                        Diagnostic::new(&catalog::INVALID_CODE, "the row has no variable")
                            .at(grid.place(row, *column))
                            .help("name the variable of the row"),
                    );
                }
                let unit = row.opt(grid.column("measurement-unit"));
                self.variable(text, unit)
            } else {
                text.to_owned()
            });
        }
        Some(out)
    }

    fn variable(&mut self, name: &str, unit: &str) -> String {
        let code = self.variables.code(name, self.account);
        if !self.declared.contains_key(&code) {
            self.declared.insert(code.clone(), self.draft.indicators.len());
            let label = if code == name { String::new() } else { name.to_owned() };
            self.draft.indicators.push(Indicator {
                variable: Variable { id: code.clone(), name: label, unit: unit.to_owned() },
                note: "The direction is assumed: a Data Package does not say which way is better.".to_owned(),
                ..Indicator::default()
            });
        }
        code
    }

    fn declare(&mut self, field: &Field) -> String {
        let code = self.variable(&field.name, &field.unit);
        let indicator = &mut self.draft.indicators[self.declared[&code]];
        if !field.title.is_empty() {
            indicator.variable.name.clone_from(&field.title);
        }
        indicator.description.clone_from(&field.description);
        code
    }

    /// What a resource `variables` says: `id`, `name`, `unit`, `direction`.
    fn describe(&mut self, grid: &Grid) {
        let Some(id) = grid.column("id") else {
            self.account.lost("resource `variables`", "it has no column `id`");
            return;
        };
        let (name, unit, direction) = (grid.column("name"), grid.column("unit"), grid.column("direction"));
        let mut said = 0;
        for row in &grid.rows {
            let at = self.variables.of(row.get(id)).and_then(|code| self.declared.get(code));
            let Some(indicator) = at.map(|at| &mut self.draft.indicators[*at]) else { continue };
            said += 1;
            for (text, column) in [(&mut indicator.variable.name, name), (&mut indicator.variable.unit, unit)]
            {
                if !row.opt(column).is_empty() {
                    row.opt(column).clone_into(text);
                }
            }
            if let Some((_, found)) = Direction::WORDS.iter().find(|(word, _)| *word == row.opt(direction)) {
                indicator.direction = *found;
                indicator.note.clear();
            }
        }
        self.account.converted(
            "resource `variables`",
            format!("names, units and directions of {}", count(said, "variable")),
        );
    }
}

/// Writes the figures of a package as a Data Package: `datapackage.json`, `data/figures.csv` and `data/variables.csv`.
///
/// The tree, the methods, ladders and standards stay in the package file, which is to be kept beside it; the account says
/// so.
#[must_use]
pub fn write(package: &Package, data: &DataSet, version: Version) -> Exported {
    let mut account = Account::default();
    let figures = written_figures(data, &mut account);
    let variables = written_variables(package);
    let mut descriptor = described(package, version, &mut account);
    let mut text =
        serde_json::to_string_pretty(&Value::Object(std::mem::take(&mut descriptor))).unwrap_or_default();
    text.push('\n');
    account.lost("tree, methods, ladders and standards", "they are in the package file");
    let file = |path: &str, bytes| File { path: path.to_owned(), bytes };
    let files = vec![
        file("datapackage.json", text.into_bytes()),
        file("data/figures.csv", figures),
        file("data/variables.csv", variables),
    ];
    Exported { files, account }
}

fn written_figures(data: &DataSet, account: &mut Account) -> Vec<u8> {
    let mut bounds = 0;
    let rows: Vec<Vec<String>> = data
        .observations
        .iter()
        .map(|o| {
            let value = match &o.value {
                Figure::Absent(why) => why.word().to_owned(),
                value => value.number_in(o.period).map_or_else(
                    || {
                        bounds += 1;
                        Absence::NotAvailable.word().to_owned()
                    },
                    number,
                ),
            };
            let text = |text: &Option<Arc<str>>| text.as_deref().unwrap_or("").to_owned();
            vec![
                data.units[o.unit].to_string(),
                data.variables[o.variable].to_string(),
                o.period.map_or_else(String::new, |p| p.to_string()),
                value,
                o.status.word().to_owned(),
                text(&o.detail.source),
                text(&o.detail.note),
            ]
        })
        .collect();
    if bounds > 0 {
        account.lost(
            count(bounds, "figure"),
            "known within bounds or by dates only; written as `not-available`",
        );
    }
    account.converted(count(rows.len(), "observation"), "`data/figures.csv`");
    csv(&FIGURES.map(|(name, ..)| name.to_owned()), rows)
}

const FIGURES: [(&str, &str, &str); 7] = [
    ("unit", "string", "Code of the unit"),
    ("variable", "string", "Code of the indicator or measure, as in the resource `variables`"),
    ("period", "string", "Period: a year, a quarter, a month, a day or a span of years"),
    ("value", "number", "Figure in the measurement unit of the variable"),
    ("status", "string", "How firm the figure is"),
    ("source", "string", "Where the figure was found"),
    ("note", "string", "What else is to be known"),
];
const VARIABLES: [(&str, &str, &str); 5] = [
    ("id", "string", "Code"),
    ("name", "string", "Name"),
    ("name-zh", "string", "Name in Chinese"),
    ("unit", "string", "Measurement unit"),
    ("direction", "string", "Which way is better: `higher` or `lower`; empty for a measure"),
];

fn written_variables(package: &Package) -> Vec<u8> {
    let directions: BTreeMap<&str, &str> =
        package.indicators().map(|(_, node, i)| (node.id.as_str(), i.direction.word())).collect();
    let rows = package.variables().into_iter().map(|v| {
        vec![
            v.id.to_string(),
            v.name.to_string(),
            v.name.zh.clone().unwrap_or_default(),
            v.measurement_unit.unwrap_or("").to_owned(),
            directions.get(v.id.as_str()).copied().unwrap_or("").to_owned(),
        ]
    });
    csv(&VARIABLES.map(|(name, ..)| name.to_owned()), rows)
}

fn described(package: &Package, version: Version, account: &mut Account) -> Map<String, Value> {
    let index = &package.index;
    let mut root = Map::new();
    let mut put = |key: &str, value: Value| {
        if value != Value::String(String::new()) && value != json!([]) {
            root.insert(key.to_owned(), value);
        }
    };
    match version {
        Version::V1 => put("profile", json!("tabular-data-package")),
        Version::V2 => put("$schema", json!("https://datapackage.org/profiles/2.0/datapackage.json")),
    }
    // A name has lower-case letters and digits only.
    let allowed = |c: char| c.is_ascii_lowercase() || c.is_ascii_digit() || matches!(c, '.' | '_' | '-');
    let name = Codes::default().named(&index.id.as_str().to_lowercase(), allowed, '-', account);
    put("name", json!(name));
    put("title", json!(index.name.to_string()));
    put("description", json!(index.description.to_string()));
    put("version", json!(index.edition.clone().unwrap_or_default()));
    if let Some(license) = &index.license {
        // The name of a license is an identifier; terms in words are its title.
        let is_name = license.chars().all(|c| c.is_ascii_alphanumeric() || matches!(c, '-' | '.' | '_'));
        let name = if is_name { license.as_str() } else { "other" };
        put("licenses", json!([{ "name": name, "title": license }]));
    }
    let sources: Vec<Value> = package
        .origins
        .iter()
        .map(|origin| {
            let title = [origin.producer.to_string(), origin.title.to_string()];
            let title = title.into_iter().filter(|t| !t.is_empty()).collect::<Vec<_>>().join(": ");
            let title = if title.is_empty() { origin.id.to_string() } else { title };
            let web = |url: &&String| url.starts_with("https://") || url.starts_with("http://");
            match origin.url.as_ref().filter(web) {
                Some(url) => json!({ "title": title, "path": url }),
                None => json!({ "title": title }),
            }
        })
        .collect();
    put("sources", json!(sources));
    let resource = |name: &str, fields: &[(&str, &str, &str)], key: &[&str], missing: Value| {
        let fields: Vec<Value> =
            fields.iter().map(|(n, t, d)| json!({ "name": n, "type": t, "description": d })).collect();
        let mut resource = json!({
            "name": name,
            "path": format!("data/{name}.csv"),
            "format": "csv",
            "mediatype": "text/csv",
            "encoding": "utf-8",
            "schema": { "fields": fields, "primaryKey": key, "missingValues": missing },
        });
        match version {
            Version::V1 => resource["profile"] = json!("tabular-data-resource"),
            Version::V2 => resource["type"] = json!("table"),
        }
        resource
    };
    let empty = |label: &str| match version {
        Version::V1 => json!(""),
        Version::V2 => json!({ "value": "", "label": label }),
    };
    let missing: Vec<Value> = std::iter::once(empty("not-reported"))
        .chain(Absence::WORDS.iter().map(|(word, _)| match version {
            Version::V1 => json!(word),
            Version::V2 => json!({ "value": word, "label": word }),
        }))
        .collect();
    put(
        "resources",
        json!([
            resource("figures", &FIGURES, &["unit", "variable", "period"], json!(missing)),
            resource("variables", &VARIABLES, &["id"], json!([empty("not-reported")])),
        ]),
    );
    root
}
