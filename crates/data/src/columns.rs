//! Which column means what.

use crate::notation::shorten;
use crate::summary::{ImportSummary, Reason};
use crate::table::{Table, nearest, squeeze};
use gradus_model::diagnostic::{Diagnostic, catalog, list_some};
use gradus_model::package::{ColumnRole, DataSource, Layout, Variable};
use gradus_model::{Id, Lang};
use std::collections::BTreeMap;

/// The columns of a table that are read.
#[derive(Debug, Default)]
pub(crate) struct Columns {
    roles: BTreeMap<ColumnRole, usize>,
    /// Column and variable, for the wide layout.
    pub(crate) variables: Vec<(usize, usize)>,
    /// Columns that name the unit: one, or several whose texts are joined.
    pub(crate) unit: Vec<usize>,
    /// Kind of unit groups and the column with each unit's class.
    pub(crate) groups: Vec<(String, usize)>,
}

impl Columns {
    /// Columns that say something of a row.
    pub(crate) fn of_row(&self) -> impl Iterator<Item = usize> + '_ {
        let groups = self.groups.iter().map(|(_, column)| column);
        self.roles.values().chain(&self.unit).chain(groups).copied()
    }
    pub(crate) fn of(&self, role: ColumnRole) -> Option<usize> {
        self.roles.get(&role).copied()
    }
}

/// Roles that say something of one figure, and so nothing of a wide row.
const OF_ONE_FIGURE: &[ColumnRole] = &[
    ColumnRole::Variable,
    ColumnRole::Value,
    ColumnRole::MeasurementUnit,
    ColumnRole::SampleSize,
    ColumnRole::StandardError,
    ColumnRole::Lower,
    ColumnRole::Upper,
    ColumnRole::Awarded,
    ColumnRole::Expires,
];

/// Names under which a role is also found where its own word is no heading.
fn other_names(role: ColumnRole) -> &'static [&'static str] {
    match role {
        ColumnRole::Variable => &["indicator"],
        ColumnRole::Period => &["year"],
        _ => &[],
    }
}

/// The key of a role under `columns`.
pub(crate) fn word(role: ColumnRole) -> &'static str {
    ColumnRole::WORDS.iter().find(|(_, r)| *r == role).map_or("", |(word, _)| word)
}

/// Headings are compared with the words of roles without regard to case, `_` and spaces.
fn fold(name: &str) -> String {
    name.to_lowercase().replace(['_', ' '], "-")
}

/// Whether a heading is one that the declaration or the package names.
pub(crate) fn is_known(name: &str, source: &DataSource, names: &Names) -> bool {
    let folded = fold(name);
    source.columns.values().chain(&source.unit_columns).any(|c| squeeze(c) == name)
        || names.find(name).is_some()
        || ColumnRole::WORDS.iter().any(|(w, r)| *w == folded || other_names(*r).contains(&folded.as_str()))
}

/// From names in a file to the places of units or variables: what the declaration maps first, then codes, then exact
/// English and Chinese names that no two share.
#[derive(Debug, Default)]
pub(crate) struct Names {
    found: BTreeMap<String, Option<usize>>,
    mapped: BTreeMap<String, usize>,
}

impl Names {
    pub(crate) fn code(&mut self, id: &Id, at: usize) {
        self.found.insert(id.as_str().to_owned(), Some(at));
    }
    /// A display name. It never hides a code, and one that two items share means neither.
    pub(crate) fn name(&mut self, name: &str, at: usize, codes: &BTreeMap<&str, usize>) {
        let name = squeeze(name);
        if name.is_empty() || codes.contains_key(name.as_str()) {
            return;
        }
        self.found
            .entry(name)
            .and_modify(|there| {
                if *there != Some(at) {
                    *there = None;
                }
            })
            .or_insert(Some(at));
    }
    pub(crate) fn map(&mut self, name: &str, at: usize) {
        self.mapped.insert(squeeze(name), at);
    }
    pub(crate) fn find(&self, name: &str) -> Option<usize> {
        self.mapped.get(name).copied().or_else(|| self.found.get(name).copied().flatten())
    }
    pub(crate) fn all(&self) -> impl Iterator<Item = &str> {
        self.mapped.keys().chain(self.found.keys()).map(String::as_str)
    }
}

/// The names of variables in a source.
pub(crate) fn variable_names(variables: &[Variable<'_>]) -> Names {
    let codes = variables.iter().zip(0..).map(|(v, at)| (v.id.as_str(), at)).collect();
    let mut names = Names::default();
    for (at, variable) in variables.iter().enumerate() {
        names.code(variable.id, at);
        for lang in [Lang::En, Lang::Zh] {
            names.name(variable.name.get(lang), at, &codes);
        }
    }
    names
}

/// Finds the columns. Without those that every row needs there is nothing to read, and the answer is `None`.
pub(crate) fn resolve(
    table: &dyn Table,
    source: &DataSource,
    names: &Names,
    summary: &mut ImportSummary,
    found: &mut Vec<Diagnostic>,
) -> Option<Columns> {
    let headings = table.headings();
    let mut columns = Columns::default();
    let mut used = vec![false; headings.len()];
    let wide = source.layout == Layout::Wide;
    let at = |name: &str| headings.iter().position(|h| h == name);
    duplicates(table, found);

    let mut complete = true;
    for (role, name) in &source.columns {
        match at(&squeeze(name)) {
            Some(column) if !(wide && OF_ONE_FIGURE.contains(role)) => {
                columns.roles.insert(*role, column);
                used[column] = true;
            }
            Some(_) => {}
            None => {
                complete &= !matches!(role, ColumnRole::Unit | ColumnRole::Variable | ColumnRole::Value);
                let key = format!("columns.{}", word(*role));
                let near = nearest(name, headings.iter().map(String::as_str));
                found.push(
                    Diagnostic::new(
                        &catalog::UNKNOWN_COLUMN,
                        format!("`{}` has no column `{name}`", source.file),
                    )
                    .at(source.spans.of(&key))
                    .also(table.heading_place(0), "the headings")
                    .help(match near {
                        Some(near) => format!("name the column that is there: `{near}`"),
                        None => format!("name one of its columns: {}", list_some(headings)),
                    }),
                );
            }
        }
    }
    let several = source.unit_columns.iter().map(|name| (name, "columns.unit".to_owned(), None));
    let kinds = source.groups.iter().map(|(kind, name)| (name, format!("groups.{kind}"), Some(kind.clone())));
    for (name, key, kind) in several.chain(kinds) {
        match (at(&squeeze(name)), kind) {
            (Some(column), Some(kind)) => {
                columns.groups.push((kind, column));
                used[column] = true;
            }
            (Some(column), None) => {
                columns.unit.push(column);
                used[column] = true;
            }
            (None, kind) => {
                complete &= kind.is_some();
                let near = nearest(name, headings.iter().map(String::as_str));
                found.push(
                    Diagnostic::new(
                        &catalog::UNKNOWN_COLUMN,
                        format!("`{}` has no column `{name}`", source.file),
                    )
                    .at(source.spans.of(&key))
                    .also(table.heading_place(0), "the headings")
                    .help(match near {
                        Some(near) => format!("name the column that is there: `{near}`"),
                        None => format!("name one of its columns: {}", list_some(headings)),
                    }),
                );
            }
        }
    }
    if wide {
        for (column, heading) in headings.iter().enumerate() {
            if !used[column]
                && let Some(variable) = names.find(heading)
            {
                used[column] = true;
                columns.variables.push((column, variable));
            }
        }
    }
    for (word, role) in ColumnRole::WORDS {
        let joined = *role == ColumnRole::Unit && !source.unit_columns.is_empty();
        if joined || source.columns.contains_key(role) || (wide && OF_ONE_FIGURE.contains(role)) {
            continue;
        }
        let default = std::iter::once(word).chain(other_names(*role)).find_map(|name| {
            at(name).or_else(|| headings.iter().position(|h| fold(h) == *name)).filter(|c| !used[*c])
        });
        if let Some(column) = default {
            columns.roles.insert(*role, column);
            used[column] = true;
        }
    }

    if let Some(column) = columns.of(ColumnRole::Unit) {
        columns.unit = vec![column];
    }
    let bounds = columns.of(ColumnRole::Lower).is_some() || columns.of(ColumnRole::Upper).is_some();
    let needed: &[ColumnRole] = match source.layout {
        Layout::Wide => &[ColumnRole::Unit],
        Layout::Long if bounds => &[ColumnRole::Unit, ColumnRole::Variable],
        Layout::Long => &[ColumnRole::Unit, ColumnRole::Variable, ColumnRole::Value],
    };
    for role in needed {
        if *role == ColumnRole::Unit && !source.unit_columns.is_empty() {
            continue;
        }
        if columns.of(*role).is_none() && !source.columns.contains_key(role) {
            complete = false;
            found.push(missing(table, source, *role, names, &used));
        }
    }
    unmatched_names(table, source, &columns, found);
    let ignored: Vec<usize> = (0..headings.len()).filter(|c| !used[*c] && !headings[*c].is_empty()).collect();
    for column in &ignored {
        summary.pass_over(Reason::Column, 1, Some(&headings[*column]));
    }
    if complete && !ignored.is_empty() && !source.subset {
        found.push(ignored_columns(table, source, names, &ignored));
    }
    complete.then_some(columns)
}

pub(crate) fn duplicates(table: &dyn Table, found: &mut Vec<Diagnostic>) {
    let mut first: BTreeMap<&str, usize> = BTreeMap::new();
    for (column, heading) in table.headings().iter().enumerate().filter(|(_, h)| !h.is_empty()) {
        match first.get(heading.as_str()) {
            Some(&before) => found.push(
                Diagnostic::new(
                    &catalog::DUPLICATE_COLUMN,
                    format!("the heading `{}` stands over two columns", shorten(heading)),
                )
                .at(table.heading_place(column))
                .also(table.heading_place(before), "the first")
                .help("rename or remove one of the columns"),
            ),
            None => {
                first.insert(heading, column);
            }
        }
    }
}

fn missing(
    table: &dyn Table,
    source: &DataSource,
    role: ColumnRole,
    names: &Names,
    used: &[bool],
) -> Diagnostic {
    let headings = table.headings();
    let word = word(role);
    let free = || headings.iter().zip(used).filter(|(h, used)| !**used && !h.is_empty()).map(|(h, _)| h);
    let codes = headings.iter().filter(|h| names.find(h).is_some()).count();
    let help = if source.layout == Layout::Long && role != ColumnRole::Unit && codes > 0 {
        format!("declare `layout = \"wide\"`: {codes} headings are codes of indicators or measures")
    } else {
        match nearest(word, free().map(String::as_str)).or_else(|| free().next().map(String::as_str)) {
            Some(near) => {
                format!("name the column that has it, for example `columns = {{ {word} = \"{near}\" }}`")
            }
            None => format!("add a column `{word}`"),
        }
    };
    Diagnostic::new(&catalog::UNKNOWN_COLUMN, format!("`{}` has no column `{word}`", source.file))
        .at(source.spans.of("columns"))
        .also(table.heading_place(0), "the headings")
        .help(help)
}

/// In the wide layout a name under `variables` is a heading; one that is not there is a slip.
fn unmatched_names(table: &dyn Table, source: &DataSource, columns: &Columns, found: &mut Vec<Diagnostic>) {
    if source.layout != Layout::Wide {
        return;
    }
    let headings = table.headings();
    for name in source.variables.keys() {
        let squeezed = squeeze(name);
        if headings.contains(&squeezed) {
            continue;
        }
        let free = headings
            .iter()
            .enumerate()
            .filter(|(c, _)| !columns.variables.iter().any(|(used, _)| used == c))
            .map(|(_, h)| h.as_str());
        let diagnostic = Diagnostic::new(
            &catalog::UNKNOWN_COLUMN,
            format!("`{}` has no column `{name}`, which `variables` names", source.file),
        )
        .at(source.spans.of(&format!("variables.{name}")))
        .also(table.heading_place(0), "the headings");
        found.push(match nearest(&squeezed, free) {
            Some(near) => diagnostic.help(format!("name the column that is there: `{near}`")),
            None => diagnostic.help("remove the name, or add the column"),
        });
    }
}

fn ignored_columns(table: &dyn Table, source: &DataSource, names: &Names, ignored: &[usize]) -> Diagnostic {
    const PLACES: usize = 5;
    let headings = table.headings();
    let near = (source.layout == Layout::Wide)
        .then(|| {
            ignored.iter().find_map(|c| nearest(&headings[*c], names.all()).map(|near| (&headings[*c], near)))
        })
        .flatten();
    let message = match ignored {
        [one] => format!("column `{}` is not read", shorten(&headings[*one])),
        many => {
            format!("{} columns are not read: {}", many.len(), list_some(many.iter().map(|c| &headings[*c])))
        }
    };
    let mut diagnostic = Diagnostic::new(&catalog::IGNORED_COLUMN, message);
    for column in ignored.iter().take(PLACES) {
        diagnostic = diagnostic.at(table.heading_place(*column));
    }
    diagnostic.help(match near {
        Some((heading, code)) => {
            format!("map the name, if it is meant: `variables = {{ \"{heading}\" = \"{code}\" }}`")
        }
        None => "name the column under `columns` or `variables`, or leave it if it is not needed".to_owned(),
    })
}
