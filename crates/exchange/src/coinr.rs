//! `iMeta` and `iData`, the two tables from which the R package COINr builds an index.
//!
//! | COINr | here |
//! | :--- | :--- |
//! | `iMeta` row of type `Indicator` with a parent | `[[indicator]]` |
//! | type `Aggregate` | `[[group]]`; the one without a parent is the index |
//! | type `Denominator`, and `Indicator` without a parent | `[[measure]]` |
//! | type `Other` | `[[measure]]` where every value is a number; else not converted |
//! | type `Group` | `groups` of the units |
//! | `Direction` 1 and -1 | `higher` and `lower` |
//! | `Weight` | `weight` |
//! | `Target` | the ladder step of the grade `target`, in the indicator's measurement unit |
//! | `Denominator` | `[[step]] denominate` |
//! | `goalpost_lower`, `goalpost_upper`, `goalpost_scale`, `goalpost_trunc2posts` | `normalize = { method = "goalposts", ... }` |
//! | `uCode`, `uName`, `Time` | unit, its name, period |
//!
//! Normalization and aggregation are not in these tables but in calls of functions; the package gets the defaults of those
//! functions (min-max to 0 to 100, arithmetic means), and the account says so. `Level` follows from `Parent` and is not kept.
//! Figures are carried over as they are written, digit by digit.
//!
//! # Missing values and edge cases
//! Empty fields, `NA` and `NaN` are missing. `Inf` is refused, as are negative weights, which COINr takes without a word.

use crate::account::{brief, count};
use crate::codes::Codes;
use crate::draft::{Data, Draft, Goalposts, Group, Indicator, TARGET, Unit, Variable};
use crate::grid::{Findings, Grid, Row, too_large};
use crate::written::{csv, number};
use crate::{Account, Exported, File, Imported, Input};
use gradus_model::diagnostic::{Diagnostics, Kind, catalog};
use gradus_model::number::{Ratio, parse_decimal};
use gradus_model::observation::Period;
use gradus_model::package::{
    Action, ArgValue, ColumnRole, Denominator, Direction, Layout, NodeIx, NodeKind, Threshold,
};
use gradus_model::{DataSet, Decimal, Diagnostic, Id, Package, Value};
use std::collections::{BTreeMap, BTreeSet};

const DATA_FILE: &str = "data/figures.csv";
/// The most rows of `iMeta` that are read.
const MOST_VARIABLES: usize = 10_000;
const TYPES: &[&str] = &["Indicator", "Aggregate", "Group", "Denominator", "Other"];
/// Columns of `iMeta` that are understood.
const UNDERSTOOD: &[&str] = &[
    "Level",
    "iCode",
    "Parent",
    "Direction",
    "Weight",
    "Type",
    "iName",
    "Unit",
    "Target",
    "Denominator",
    "goalpost_lower",
    "goalpost_upper",
    "goalpost_scale",
    "goalpost_trunc2posts",
];
/// Columns of `iData` with a meaning of their own.
const OF_UNITS: &[&str] = &["uCode", "uName", "Time"];

/// `NA` is how R writes a missing value.
fn is_missing(text: &str) -> bool {
    matches!(text, "" | "NA" | "NaN")
}

/// Reads the two tables.
///
/// # Errors
/// Everything that is wrong with them: a missing column, a row of an unknown type, a parent that is not there, a direction
/// that is neither 1 nor -1, a negative weight, a value that is no number, two rows of one unit and time.
///
/// # Example
/// ```
/// use gradus_exchange::{Input, coinr};
/// let meta = b"Level,iCode,Parent,Direction,Weight,Type\n1,Water,Index,1,1,Indicator\n2,Index,,1,1,Aggregate\n";
/// let data = b"uCode,Water\nAUT,99.5\nBEL,98\n";
/// let read = coinr::read(
///     Input { name: "iMeta.csv", bytes: meta },
///     Input { name: "iData.csv", bytes: data },
/// )?;
/// assert!(read.package.contains("id = \"Water\""));
/// assert_eq!(read.files[0].bytes, b"unit,Water\nAUT,99.5\nBEL,98\n");
/// # Ok::<(), gradus_model::Diagnostics>(())
/// ```
pub fn read(meta: Input<'_>, data: Input<'_>) -> Result<Imported, Diagnostics> {
    let (meta, data) = match (Grid::read(meta, b','), Grid::read(data, b',')) {
        (Ok(meta), Ok(data)) => (meta, data),
        (meta, data) => {
            let mut found = Diagnostics::new();
            found.extend(meta.err().into_iter().flatten());
            found.extend(data.err().into_iter().flatten());
            return Err(found);
        }
    };
    if meta.rows.len() > MOST_VARIABLES {
        return Err(too_large(&meta.file, "has more than 10,000 rows").into());
    }
    let meta = Meta::read(&meta)?;
    let columns = DataColumns::find(&data, &meta)?;
    let mut account = Account::default();
    let mut draft = meta.draft(&mut account)?;
    let codes = meta.codes(&mut account);
    let file = columns.fill(&data, &meta, &codes, &mut draft, &mut account)?;
    account.assumed(
        "normalization",
        "min-max to 0 to 100 where `iMeta` has no goalposts, as `Normalise` does by default",
    );
    account.assumed(
        "aggregation",
        "arithmetic means with the weights of `iMeta`, as `Aggregate` does by default",
    );
    draft.head = vec!["Converted from iMeta and iData of COINr.".to_owned()];
    meta.finish(&codes, &mut draft, &mut account);
    Ok(Imported { package: draft.toml(), files: vec![file], account })
}

/// One row of `iMeta`.
struct Item<'a> {
    row: &'a Row,
    code: &'a str,
    kind: &'a str,
    parent: &'a str,
}

struct Meta<'a> {
    grid: &'a Grid,
    items: Vec<Item<'a>>,
}

impl<'a> Meta<'a> {
    fn read(grid: &'a Grid) -> Result<Self, Diagnostics> {
        let mut found = Diagnostics::new();
        let mut column = |name| {
            grid.needed(name).unwrap_or_else(|d| {
                found.push(d);
                0
            })
        };
        let (code, kind, parent) = (column("iCode"), column("Type"), column("Parent"));
        for name in ["Level", "Direction", "Weight"] {
            column(name);
        }
        if found.has_errors() {
            return Err(found);
        }
        let mut found = Findings::default();
        let mut items: Vec<Item<'a>> = Vec::new();
        let mut first: BTreeMap<&str, &Row> = BTreeMap::new();
        for row in &grid.rows {
            let item = Item { row, code: row.get(code), kind: row.get(kind), parent: row.get(parent) };
            let item = Item { parent: if is_missing(item.parent) { "" } else { item.parent }, ..item };
            if !TYPES.contains(&item.kind) {
                found.push(
                    Diagnostic::new(
                        &catalog::UNKNOWN_WORD,
                        format!("`{}` is not a type of variable", brief(item.kind)),
                    )
                    .at(grid.place(row, kind))
                    .help("write `Indicator`, `Aggregate`, `Group`, `Denominator` or `Other`"),
                );
            } else if item.code.is_empty() {
                found.push(
                    Diagnostic::new(&catalog::INVALID_CODE, "the row has no code")
                        .at(grid.place(row, code))
                        .help("give the variable an `iCode`"),
                );
            } else if let Some(before) = first.insert(item.code, row) {
                found.push(
                    Diagnostic::new(
                        &catalog::DUPLICATE_CODE,
                        format!("`{}` is there twice", brief(item.code)),
                    )
                    .at(grid.place(row, code))
                    .also(grid.place(before, code), "the first")
                    .help("remove one of the rows, or give it another `iCode`"),
                );
            } else {
                items.push(item);
            }
        }
        let meta = Self { grid, items };
        if found.is_empty() {
            meta.check_tree(parent, &mut found);
        }
        found.unless(meta)
    }

    fn check_tree(&self, parent: usize, found: &mut Findings) {
        let kinds: BTreeMap<&str, &str> = self.items.iter().map(|i| (i.code, i.kind)).collect();
        let mut at_fault = |item: &Item<'_>, kind: &'static Kind, message: String, help: &str| {
            found.push(Diagnostic::new(kind, message).at(self.grid.place(item.row, parent)).help(help));
        };
        for item in self.in_tree().filter(|item| !item.parent.is_empty()) {
            match kinds.get(item.parent) {
                Some(&"Aggregate") => {}
                Some(kind) => at_fault(
                    item,
                    &catalog::PARENT_IS_INDICATOR,
                    format!(
                        "the parent of `{}` is `{}`, of type {kind}",
                        brief(item.code),
                        brief(item.parent)
                    ),
                    "name an aggregate as the parent",
                ),
                None => at_fault(
                    item,
                    &catalog::UNKNOWN_PARENT,
                    format!("the parent of `{}`, `{}`, has no row", brief(item.code), brief(item.parent)),
                    "add a row of type `Aggregate` for the parent",
                ),
            }
        }
        // From every aggregate upward; a way longer than there are aggregates goes in a circle.
        let parents: BTreeMap<&str, &str> = self.items.iter().map(|i| (i.code, i.parent)).collect();
        let n = self.of("Aggregate").count();
        for item in self.of("Aggregate") {
            let mut at = item.code;
            for _ in 0..=n {
                at = parents.get(at).copied().unwrap_or("");
            }
            if !at.is_empty() {
                at_fault(
                    item,
                    &catalog::CYCLE,
                    format!("going up from `{}` never ends", brief(item.code)),
                    "leave the parent of the index empty",
                );
                break;
            }
        }
        if self.of("Indicator").all(|i| i.parent.is_empty()) {
            found.push(
                Diagnostic::new(&catalog::NO_INDICATORS, "no indicator has a parent")
                    .at(self.grid.heading_place(0))
                    .help("name the aggregate of each indicator under `Parent`"),
            );
        }
    }

    fn of(&self, kind: &'static str) -> impl Iterator<Item = &Item<'a>> {
        self.items.iter().filter(move |item| item.kind == kind)
    }
    /// What is in the tree: aggregates, and indicators with a parent.
    fn in_tree(&self) -> impl Iterator<Item = &Item<'a>> {
        self.items.iter().filter(|i| i.kind == "Aggregate" || (i.kind == "Indicator" && !i.parent.is_empty()))
    }
    fn is_indicator(&self, code: &str) -> bool {
        self.in_tree().any(|i| i.code == code && i.kind == "Indicator")
    }
    /// The only aggregate without a parent, which is the index.
    fn root(&self) -> Option<&'a str> {
        let mut roots = self.of("Aggregate").filter(|i| i.parent.is_empty());
        roots.next().map(|i| i.code).filter(|_| roots.next().is_none())
    }

    /// Our codes, the root first; the same every time.
    fn codes(&self, account: &mut Account) -> Codes {
        let mut codes = Codes::of_variables();
        match self.root() {
            Some(root) => codes.code(root, account),
            None => codes.index("index", account),
        };
        for item in &self.items {
            codes.code(item.code, account);
        }
        codes
    }

    /// What stands in the numeric columns, checked.
    fn draft(&self, account: &mut Account) -> Result<Draft, Diagnostics> {
        let mut found = Findings::default();
        // Renaming is said once, with the codes of the whole package.
        let codes = self.codes(&mut Account::default());
        let code = |name: &str| codes.of(name).unwrap_or_default().to_owned();
        let root = self.root();
        let root_item = self.items.iter().find(|i| Some(i.code) == root);
        let id = code(root.unwrap_or(Codes::INDEX));
        let name = root_item.map_or("", |i| self.text_of(i, "iName"));
        let mut draft = Draft::new(id.clone(), if name.is_empty() { id } else { name.to_owned() });
        if root.is_none() {
            draft.apart = true;
            account.assumed(
                "an index above all",
                "`iMeta` has several aggregates without a parent; they are not combined",
            );
        }
        let parent = |item: &Item<'_>| {
            if Some(item.parent) == root {
                String::new()
            } else {
                codes.of(item.parent).unwrap_or_default().to_owned()
            }
        };
        for item in self.in_tree() {
            let weight = self.weight(item, &mut found);
            let direction = self.direction(item, &mut found);
            if item.kind == "Aggregate" {
                if Some(item.code) == root {
                    continue;
                }
                if direction == Direction::Lower {
                    account.lost(
                        format!("direction -1 of the aggregate `{}`", brief(item.code)),
                        "a score of a group is better where it is higher",
                    );
                }
                let name = self.text_of(item, "iName").to_owned();
                draft.groups.push(Group { id: code(item.code), parent: parent(item), name, weight });
                continue;
            }
            let denominator = self.text_of(item, "Denominator");
            if !denominator.is_empty() {
                match self.items.iter().find(|i| i.code == denominator && i.kind == "Denominator") {
                    Some(_) => draft.denominators.push((code(item.code), code(denominator))),
                    None => found.push(self.unknown_denominator(item, denominator)),
                }
            }
            draft.indicators.push(Indicator {
                variable: self.variable(item, &codes),
                parent: parent(item),
                weight: Some(weight),
                direction,
                target: self.number(item, "Target", &mut found),
                goalposts: self.goalposts(item, &mut found),
                ..Indicator::default()
            });
        }
        draft.targets = draft.indicators.iter().any(|i| i.target.is_some());
        found.unless(draft)
    }

    fn variable(&self, item: &Item<'_>, codes: &Codes) -> Variable {
        let text = |column: &str| self.text_of(item, column).to_owned();
        Variable {
            id: codes.of(item.code).unwrap_or_default().to_owned(),
            name: text("iName"),
            unit: text("Unit"),
        }
    }

    /// Says what became of each column, and of rows that are not in the tree.
    fn finish(&self, codes: &Codes, draft: &mut Draft, account: &mut Account) {
        let used = |column: &str| self.items.iter().any(|i| !self.text_of(i, column).is_empty());
        for heading in self.grid.headings.iter().filter(|h| !h.is_empty() && used(h)) {
            let how = match heading.as_str() {
                "Level" => "follows from the tree",
                "Target" => {
                    "a ladder with the one grade `target`; for scores by distance, name `distance-to-target`"
                }
                "Denominator" => "a step that denominates",
                _ => "",
            };
            if !UNDERSTOOD.contains(&heading.as_str()) {
                account.lost(format!("column `{}` of iMeta", brief(heading)), "it has no counterpart");
            } else if !how.is_empty() {
                account.converted(format!("column `{heading}` of iMeta"), how);
            }
        }
        let levels: BTreeMap<&str, &str> =
            self.items.iter().map(|i| (i.code, self.text_of(i, "Level"))).collect();
        for item in self.in_tree().filter(|i| !i.parent.is_empty()) {
            let level = |code: &str| levels.get(code).and_then(|l| l.parse::<i64>().ok());
            if let (Some(own), Some(above)) = (level(item.code), level(item.parent))
                && above.checked_sub(1) != Some(own)
            {
                account.lost(
                    format!("level {own} of `{}` under level {above}", brief(item.code)),
                    "the tree follows `Parent`",
                );
            }
        }
        account.converted(
            format!(
                "{} and {}",
                count(draft.indicators.len(), "indicator"),
                count(draft.groups.len(), "group")
            ),
            format!("below `{}`", draft.id),
        );
        let measured = self.of("Aggregate").filter(|i| !self.text_of(i, "Unit").is_empty()).count();
        if measured > 0 {
            account.lost(format!("measurement unit of {}", count(measured, "aggregate")), "scores have none");
        }
        for item in self.of("Indicator").filter(|i| i.parent.is_empty()) {
            account.converted(
                format!("indicator `{}` without a parent", brief(item.code)),
                format!("the measure `{}`", codes.of(item.code).unwrap_or_default()),
            );
        }
    }

    fn direction(&self, item: &Item<'_>, found: &mut Findings) -> Direction {
        match self.text_of(item, "Direction") {
            // Aggregates may leave it out.
            "1" | "+1" => Direction::Higher,
            "-1" => Direction::Lower,
            "" if item.kind == "Aggregate" => Direction::Higher,
            other => {
                found.push(
                    Diagnostic::new(
                        &catalog::UNKNOWN_WORD,
                        format!(
                            "the direction of `{}` is `{}`, neither 1 nor -1",
                            brief(item.code),
                            brief(other)
                        ),
                    )
                    .at(self.place(item, "Direction"))
                    .help("write 1 where more is better, -1 where less is better"),
                );
                Direction::Higher
            }
        }
    }
    fn weight(&self, item: &Item<'_>, found: &mut Findings) -> Decimal {
        let weight = self.number(item, "Weight", found).unwrap_or(Decimal::ONE);
        if weight < Decimal::ZERO {
            found.push(
                Diagnostic::new(
                    &catalog::NEGATIVE_WEIGHT,
                    format!("the weight of `{}` is {weight}", brief(item.code)),
                )
                .at(self.place(item, "Weight"))
                .help("turn the direction around instead of giving a negative weight"),
            );
        }
        weight
    }
    fn goalposts(&self, item: &Item<'_>, found: &mut Findings) -> Option<Goalposts> {
        let lower = self.number(item, "goalpost_lower", found);
        let upper = self.number(item, "goalpost_upper", found);
        let top = self.number(item, "goalpost_scale", found).unwrap_or(Decimal::ONE);
        let (Some(lower), Some(upper)) = (lower, upper) else { return None };
        if lower >= upper || top <= Decimal::ZERO {
            found.push(
                Diagnostic::new(
                    &catalog::INVALID_BOUNDS,
                    format!(
                        "the goalposts of `{}` are {lower} and {upper}, on a scale to {top}",
                        brief(item.code)
                    ),
                )
                .at(self.place(item, "goalpost_lower"))
                .help("give the smaller goalpost as the lower one, and a scale above 0"),
            );
            return None;
        }
        let clamp = !matches!(self.text_of(item, "goalpost_trunc2posts"), "FALSE" | "F" | "false" | "0");
        Some(Goalposts { lower, upper, clamp, top })
    }
    fn unknown_denominator(&self, item: &Item<'_>, denominator: &str) -> Diagnostic {
        Diagnostic::new(
            &catalog::UNKNOWN_VARIABLE,
            format!(
                "`{}` is divided by `{}`, which is not a denominator",
                brief(item.code),
                brief(denominator)
            ),
        )
        .at(self.place(item, "Denominator"))
        .help("add a row of type `Denominator` for it")
    }
    fn text_of<'i>(&self, item: &Item<'i>, column: &str) -> &'i str {
        let text = item.row.opt(self.grid.column(column));
        if is_missing(text) { "" } else { text }
    }
    fn number(&self, item: &Item<'_>, column: &str, found: &mut Findings) -> Option<Decimal> {
        let text = self.text_of(item, column);
        if text.is_empty() {
            return None;
        }
        parse_decimal(text)
            .map_err(|why| {
                found.push(
                    Diagnostic::new(
                        &catalog::INVALID_NUMBER,
                        format!("`{}` under `{column}` cannot be taken: {why}", brief(text)),
                    )
                    .at(self.place(item, column))
                    .help("write a number with a point before its decimals, or leave the field empty"),
                );
            })
            .ok()
    }
    fn place(&self, item: &Item<'_>, column: &str) -> gradus_model::Place {
        self.grid.place(item.row, self.grid.column(column).unwrap_or(0))
    }
}

/// The columns of `iData`.
struct DataColumns {
    unit: usize,
    name: Option<usize>,
    time: Option<usize>,
    /// Kinds of groups: column and heading.
    groups: Vec<(usize, String)>,
    /// Columns of numbers: column and `iCode`.
    figures: Vec<(usize, String)>,
}

impl DataColumns {
    fn find(grid: &Grid, meta: &Meta<'_>) -> Result<Self, Diagnostics> {
        let mut found = Findings::default();
        let mut needed = |name: &str| {
            grid.needed(name).unwrap_or_else(|d| {
                found.push(d);
                0
            })
        };
        let unit = needed("uCode");
        let (mut groups, mut figures) = (Vec::new(), Vec::new());
        for item in &meta.items {
            match item.kind {
                "Aggregate" => {}
                "Group" => groups.push((needed(item.code), item.code.to_owned())),
                "Other" => {
                    let column = needed(item.code);
                    let values = || grid.rows.iter().map(|r| r.get(column)).filter(|v| !is_missing(v));
                    if values().next().is_some() && values().all(|v| parse_decimal(v).is_ok()) {
                        figures.push((column, item.code.to_owned()));
                    }
                }
                _ => figures.push((needed(item.code), item.code.to_owned())),
            }
        }
        let columns = Self { unit, name: grid.column("uName"), time: grid.column("Time"), groups, figures };
        found.unless(columns)
    }

    /// The figures as our wide table; units and measures go into the draft.
    fn fill(
        &self,
        grid: &Grid,
        meta: &Meta<'_>,
        codes: &Codes,
        draft: &mut Draft,
        account: &mut Account,
    ) -> Result<File, Diagnostics> {
        let mut found = Findings::default();
        let mut unit_codes = Codes::default();
        let mut units: BTreeMap<String, usize> = BTreeMap::new();
        let mut rows = Vec::new();
        let mut first: BTreeMap<(&str, &str), &Row> = BTreeMap::new();
        let mut changed: BTreeSet<&str> = BTreeSet::new();
        let n_missing = |row: &Row| self.figures.iter().filter(|(c, _)| is_missing(row.get(*c))).count();
        let mut missing = 0;
        for row in &grid.rows {
            let (unit, time) = (row.get(self.unit), row.opt(self.time));
            if is_missing(unit) && unit != "NA" {
                found.push(
                    Diagnostic::new(&catalog::INVALID_CODE, "the row has no unit")
                        .at(grid.place(row, self.unit))
                        .help("give the row a `uCode`"),
                );
                continue;
            }
            if let Some(before) = first.insert((unit, time), row) {
                found.push(
                    Diagnostic::new(
                        &catalog::DUPLICATE_OBSERVATION,
                        format!("`{}` has two rows", brief(unit)),
                    )
                    .at(grid.place(row, self.unit))
                    .also(grid.place(before, self.unit), "the first")
                    .help("remove one of the rows, or give it another `Time`"),
                );
            }
            if let Some(column) = self.time
                && Period::parse(time).is_none()
                && !is_missing(time)
            {
                found.push(
                    Diagnostic::new(&catalog::INVALID_PERIOD, format!("`{}` is not a year", brief(time)))
                        .at(grid.place(row, column))
                        .help("write a year of four digits, or leave `Time` out"),
                );
            }
            let code = unit_codes.code(unit, account);
            let at = *units.entry(code.clone()).or_insert_with(|| {
                draft.units.push(Unit { id: code.clone(), ..Unit::default() });
                draft.units.len() - 1
            });
            let declared = &mut draft.units[at];
            if !is_missing(row.opt(self.name)) {
                declared.name = row.opt(self.name).to_owned();
            }
            for (column, kind) in &self.groups {
                let group = row.get(*column);
                if !is_missing(group)
                    && declared.groups.insert(kind.clone(), group.to_owned()).is_some_and(|old| old != group)
                {
                    changed.insert(kind);
                }
            }
            let mut out = vec![code];
            out.extend(self.time.map(|_| if is_missing(time) { String::new() } else { time.to_owned() }));
            for (column, variable) in &self.figures {
                out.push(self.figure(grid, row, *column, variable, &mut found));
            }
            missing += n_missing(row);
            rows.push(out);
        }
        if grid.rows.is_empty() {
            found.push(crate::grid::empty(&grid.file));
        }
        for kind in changed {
            account.lost(
                format!("earlier values of `{}`", brief(kind)),
                "a unit keeps the group of its last row",
            );
        }
        account.converted(
            format!("{} of {}", count(rows.len(), "row"), count(draft.units.len(), "unit")),
            format!("`{DATA_FILE}`, with {}", count(missing, "missing value")),
        );
        for item in meta.items.iter().filter(|i| matches!(i.kind, "Denominator" | "Other" | "Indicator")) {
            if meta.is_indicator(item.code) {
                continue;
            }
            if self.figures.iter().any(|(_, code)| code == item.code) {
                draft.measures.push(meta.variable(item, codes));
            } else {
                account.lost(format!("`{}` of type Other", brief(item.code)), "its values are not numbers");
            }
        }
        for item in meta.of("Group").filter(|i| !meta.text_of(i, "iName").is_empty()) {
            account.lost(
                format!("name of the kind of groups `{}`", brief(item.code)),
                "kinds of groups have a code only",
            );
        }
        let known = |h: &str| {
            OF_UNITS.contains(&h)
                || h.is_empty()
                || meta.items.iter().any(|i| i.code == h && i.kind != "Aggregate")
        };
        for heading in grid.headings.iter().filter(|h| !known(h)) {
            account.lost(format!("column `{}` of iData", brief(heading)), "`iMeta` has no row for it");
        }
        let mut headings = vec!["unit".to_owned()];
        let mut source = Data::new(DATA_FILE, Layout::Wide);
        source.columns.push((ColumnRole::Unit, "unit".to_owned()));
        if self.time.is_some() {
            headings.push("period".to_owned());
            source.columns.push((ColumnRole::Period, "period".to_owned()));
        }
        headings.extend(self.figures.iter().map(|(_, code)| codes.of(code).unwrap_or_default().to_owned()));
        draft.data.push(source);
        found.unless(File { path: DATA_FILE.to_owned(), bytes: csv(&headings, rows) })
    }

    fn figure(&self, grid: &Grid, row: &Row, column: usize, variable: &str, found: &mut Findings) -> String {
        let text = row.get(column);
        if is_missing(text) {
            return String::new();
        }
        if let Err(why) = parse_decimal(text)
            // More digits than a decimal holds are for the reader of figures to round, with a word on it.
            && why != gradus_model::number::ParseNumber::Digits
        {
            found.push(
                Diagnostic::new(
                    &catalog::NOT_A_NUMBER,
                    format!("`{}` is not a value of `{}`: {why}", brief(text), brief(variable)),
                )
                .at(grid.place(row, column))
                .help("write a number with a point before its decimals, or `NA`"),
            );
        }
        text.to_owned()
    }
}

/// Writes the two tables, `iMeta.csv` and `iData.csv`.
///
/// `denominators` maps indicators to the measures they are divided by: the `by` of the package's denominating step. A tree
/// that skips levels, which COINr refuses, gets groups of one part in between; they change no mean.
///
/// # Errors
/// A period that is not a year, since `Time` is a number.
pub fn write(
    package: &Package,
    data: &DataSet,
    denominators: &BTreeMap<Id, Id>,
) -> Result<Exported, Diagnostics> {
    let mut account = Account::default();
    let meta = written_meta(package, denominators, &mut account);
    unwritten(package, data, denominators, &mut account);
    let data = written_data(package, data, &mut account)?;
    let file = |path: &str, bytes| File { path: path.to_owned(), bytes };
    Ok(Exported { files: vec![file("iMeta.csv", meta), file("iData.csv", data)], account })
}

/// The levels of nodes as COINr counts them: 1 for indicators, a group one above its highest part.
fn levels(package: &Package) -> Vec<usize> {
    let mut levels = vec![1; package.nodes.len()];
    let order: Vec<NodeIx> = package.tree().into_iter().map(|(ix, _)| ix).collect();
    for ix in order.into_iter().rev() {
        let below = package.nodes[ix].children.iter().map(|c| levels[*c]).max();
        levels[ix] = below.map_or(1, |below| below + 1);
    }
    levels
}

fn written_meta(package: &Package, denominators: &BTreeMap<Id, Id>, account: &mut Account) -> Vec<u8> {
    let levels = levels(package);
    let mut rows: Vec<[String; 14]> = Vec::new();
    let weight = |weight: Ratio, code: &Id, account: &mut Account| match weight.quotient() {
        Some(w) => number(w),
        None => {
            account.lost(format!("weight of `{code}`"), "it is outside the range of a decimal");
            String::new()
        }
    };
    let row = |level: usize, code: &str, parent: &str, kind: &str| -> [String; 14] {
        let mut row: [String; 14] = Default::default();
        row[0] = if level > 0 { level.to_string() } else { String::new() };
        row[1] = code.to_owned();
        row[2] = parent.to_owned();
        row[5] = kind.to_owned();
        row
    };
    for (ix, _) in package.tree() {
        let node = &package.nodes[ix];
        let above = node.parent.map(|p| (package.nodes[p].id.as_str().to_owned(), levels[p]));
        let mut parent = above.as_ref().map_or(String::new(), |(code, _)| code.clone());
        let mut between = Vec::new();
        if let Some((_, top)) = &above {
            for level in levels[ix] + 1..*top {
                between.push((level, format!("{}_level_{level}", node.id)));
            }
            if !between.is_empty() {
                account.assumed(
                    format!("{} above `{}`", count(between.len(), "group"), node.id),
                    "COINr lets no level be skipped; they have one part each",
                );
            }
        }
        let own_weight = weight(node.weight, &node.id, account);
        for (level, code) in between.iter().rev() {
            let mut group = row(*level, code, &parent, "Aggregate");
            group[3] = "1".into();
            group[4] = own_weight.clone();
            group[6] = node.name.to_string();
            rows.push(group);
            parent.clone_from(code);
        }
        let kind = if node.indicator().is_some() { "Indicator" } else { "Aggregate" };
        let mut out = row(levels[ix], node.id.as_str(), &parent, kind);
        out[3] = "1".into();
        out[4] = if between.is_empty() { own_weight } else { "1".into() };
        out[6] = node.name.to_string();
        if let Some(zh) = &node.name.zh
            && node.name.en.is_some()
        {
            account.lost(
                format!("Chinese name of `{}`", node.id),
                format!("`{}`: iName holds one name", brief(zh)),
            );
        }
        match &node.kind {
            NodeKind::Indicator(indicator) => {
                if indicator.direction == Direction::Lower {
                    out[3] = "-1".into();
                }
                out[7] = indicator.measurement_unit.clone().unwrap_or_default();
                if let Some(step) = indicator.ladder.iter().find(|s| package.grades[s.grade].id == *TARGET)
                    && let Threshold::Number(target) = step.threshold
                {
                    out[8] = number(target);
                }
                if let Some(by) = denominators.get(&node.id) {
                    out[9] = by.to_string();
                }
                written_goalposts(package, ix, &mut out, account);
                if indicator.formula.is_some() {
                    account.lost(format!("formula of `{}`", node.id), "iData has its observed figures only");
                }
                if indicator.scale.is_some() {
                    account.lost(
                        format!("scale of `{}`", node.id),
                        "levels are written as their places, 0 the lowest",
                    );
                }
            }
            NodeKind::Group(group) => {
                let method = group.aggregate.as_ref().map_or("none", |call| call.method.as_str());
                if method != "arithmetic" && group.formula.is_none() {
                    account.lost(
                        format!("aggregation `{}` of `{}`", brief(method), node.id),
                        "it is a matter of the call of `Aggregate`",
                    );
                }
            }
        }
        rows.push(out);
    }
    rows.sort_by_key(|row| row[0].parse::<usize>().unwrap_or(usize::MAX));
    for measure in &package.measures {
        let mut out = row(0, measure.id.as_str(), "", "Denominator");
        out[6] = measure.name.to_string();
        out[7] = measure.measurement_unit.clone().unwrap_or_default();
        rows.push(out);
    }
    for kind in group_kinds(package) {
        rows.push(row(0, kind, "", "Group"));
    }
    let headings: Vec<&str> =
        ["Level", "iCode", "Parent", "Direction", "Weight", "Type", "iName", "Unit", "Target", "Denominator"]
            .into_iter()
            .chain(UNDERSTOOD[10..].iter().copied())
            .collect();
    // Columns that nothing uses are left out, so that COINr does not take them for parameters.
    let used: Vec<usize> =
        (0..headings.len()).filter(|c| *c < 7 || rows.iter().any(|r| !r[*c].is_empty())).collect();
    let headings: Vec<&str> = used.iter().map(|c| headings[*c]).collect();
    csv(&headings, rows.iter().map(|row| used.iter().map(|c| row[*c].as_str()).collect::<Vec<_>>()))
}

fn written_goalposts(package: &Package, ix: NodeIx, out: &mut [String; 14], account: &mut Account) {
    let node = &package.nodes[ix];
    let Some(call) = node.indicator().and_then(|i| i.normalize.as_ref()) else { return };
    let number_of = |key: &str| match call.args.get(key) {
        Some(ArgValue::Number(x)) => Some(*x),
        _ => None,
    };
    let top = match call.args.get("to") {
        Some(ArgValue::List(ends)) => match ends.as_slice() {
            [ArgValue::Number(zero), ArgValue::Number(top)] if zero.is_zero() => Some(*top),
            _ => None,
        },
        None => Some(Decimal::ONE_HUNDRED),
        Some(_) => None,
    };
    let clamp = match call.args.get("clamp") {
        None => Some("TRUE"),
        Some(ArgValue::Text(word)) if word == "both" => Some("TRUE"),
        Some(ArgValue::Text(word)) if word == "none" => Some("FALSE"),
        Some(_) => None,
    };
    if call.method == "goalposts"
        && call.transform.is_none()
        && let (Some(lower), Some(upper), Some(top), Some(clamp)) =
            (number_of("lower"), number_of("upper"), top, clamp)
    {
        out[10] = number(lower);
        out[11] = number(upper);
        out[12] = number(top);
        out[13] = clamp.to_owned();
    } else if call.method != "min-max" || call.transform.is_some() {
        account.lost(
            format!("normalization `{}` of `{}`", brief(&call.method), node.id),
            "it is a matter of the call of `Normalise`",
        );
    }
}

/// Says what neither table has a place for: steps, weights that are not written, and what groups do beside combining.
fn unwritten(package: &Package, data: &DataSet, denominators: &BTreeMap<Id, Id>, account: &mut Account) {
    let mut denominated: BTreeSet<NodeIx> = BTreeSet::new();
    for step in &package.pipeline {
        if let Action::Denominate(list) = &step.action {
            let held = |d: &Denominator| {
                d.scale == Decimal::ONE
                    && !denominated.contains(&d.indicator)
                    && denominators.get(&package.nodes[d.indicator].id) == Some(&d.by)
            };
            let all = list.iter().all(held);
            denominated.extend(list.iter().map(|d| d.indicator));
            if !all {
                account.lost(
                    format!("step `{}` in part", step.id),
                    "iMeta holds one denominator of each indicator, and no scale",
                );
            }
            continue;
        }
        let what = match step.action.call() {
            Some(call) => format!("step `{}`, {} by `{}`", step.id, step.action.word(), brief(&call.method)),
            None => format!("step `{}`, {}", step.id, step.action.word()),
        };
        account.lost(what, "it is a matter of the calls that build the index");
    }
    for (ix, _) in package.tree() {
        let node = &package.nodes[ix];
        if let Some(formula) = &node.weight_formula {
            account.lost(format!("weight of `{}` by formula", node.id), format!("`{}`", brief(formula)));
        }
        let Some(group) = node.group() else { continue };
        if let Some(call) = &group.weigh {
            account.lost(
                format!("weights by `{}` in `{}`", brief(&call.method), node.id),
                "iMeta has the weights as they are written",
            );
        }
        if let Some(formula) = &group.formula {
            account.lost(format!("formula of `{}`", node.id), format!("`{}`", brief(formula)));
        }
        if let Some(call) = &group.normalize {
            account.lost(
                format!("normalization `{}` of the score of `{}`", brief(&call.method), node.id),
                "iMeta has goalposts of indicators only",
            );
        }
    }
    for set in &package.weight_sets {
        account.lost(format!("weight set `{}`", set.id), "iMeta holds one weight of each");
    }
    let without =
        package.units.iter().filter(|u| !u.groups.is_empty() && !data.units.contains(&u.id)).count();
    if without > 0 {
        account.lost(format!("groups of {}", count(without, "unit")), "without figures, so not in iData");
    }
}

fn group_kinds(package: &Package) -> BTreeSet<&str> {
    package.units.iter().flat_map(|u| u.groups.keys()).map(String::as_str).collect()
}

fn written_data(package: &Package, data: &DataSet, account: &mut Account) -> Result<Vec<u8>, Diagnostics> {
    let mut found = Findings::default();
    let mut cells: BTreeMap<(Option<Period>, usize), BTreeMap<usize, String>> = BTreeMap::new();
    let (mut bounds, mut statuses, mut dated) = (0, 0, 0);
    for o in data.observations.iter() {
        if let Some(period) = o.period
            && period.to_string().parse::<u16>().is_err()
        {
            found.push(
                Diagnostic::new(
                    &catalog::INVALID_PERIOD,
                    format!("the period {period} of `{}` is not a year", data.units[o.unit]),
                )
                .concerning("indicator", &data.variables[o.variable])
                .help("give the figure the year it is used for: COINr's `Time` is a number"),
            );
            continue;
        }
        let value = match &o.value {
            Value::Absent(_) => String::new(),
            value => match value.number_in(o.period) {
                Some(x) => number(x),
                None => {
                    bounds += 1;
                    String::new()
                }
            },
        };
        dated += usize::from(matches!(o.value, Value::Title { .. }));
        statuses += usize::from(o.status != gradus_model::Status::Final);
        cells.entry((o.period, o.unit)).or_default().insert(o.variable, value);
    }
    if bounds > 0 {
        account.lost(count(bounds, "figure"), "known within bounds or by dates only; written as `NA`");
    }
    if dated > 0 {
        account.lost(count(dated, "title"), "written as the place of its level in the period");
    }
    if statuses > 0 {
        account.lost(format!("status of {}", count(statuses, "figure")), "iData has no status");
    }
    let with_time = cells.keys().any(|(period, _)| period.is_some());
    let named = package.units.iter().any(|u| u.name != gradus_model::Text::english(u.id.as_str()));
    let kinds = group_kinds(package);
    let mut headings: Vec<&str> = Vec::new();
    if named {
        headings.push("uName");
    }
    headings.push("uCode");
    headings.extend(&kinds);
    if with_time {
        headings.push("Time");
    }
    headings.extend(data.variables.iter().map(Id::as_str));
    let rows = cells.iter().map(|((period, unit), values)| {
        let id = &data.units[*unit];
        let declared = package.units.iter().find(|u| u.id == *id);
        let mut row = Vec::new();
        if named {
            row.push(declared.map_or_else(|| id.to_string(), |u| u.name.to_string()));
        }
        row.push(id.to_string());
        row.extend(kinds.iter().map(|k| declared.and_then(|u| u.groups.get(*k)).cloned().unwrap_or_else(na)));
        if with_time {
            row.push(period.map_or_else(na, |p| p.to_string()));
        }
        row.extend((0..data.variables.len()).map(|v| match values.get(&v) {
            Some(value) if !value.is_empty() => value.clone(),
            _ => na(),
        }));
        row
    });
    let headings: Vec<String> = headings.into_iter().map(str::to_owned).collect();
    let bytes = csv(&headings, rows);
    if data.units.iter().any(|u| *u == "NA") {
        account.lost("unit `NA`", "R reads it as a missing code unless told `na.strings = \"\"`");
    }
    account.converted(count(cells.len(), "row"), "`iData.csv`");
    found.unless(bytes)
}

/// A missing value, as R reads it.
fn na() -> String {
    "NA".to_owned()
}
