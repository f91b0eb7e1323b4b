//! A package file being written from what another tool says.

use crate::written::number;
use gradus_model::Decimal;
use gradus_model::package::{ColumnRole, Direction, Layout};
use std::collections::BTreeMap;
use std::fmt::Write as _;

/// What a package file is made of; only what other tools have.
#[derive(Debug)]
pub(crate) struct Draft {
    /// Comment lines at the head of the file.
    pub(crate) head: Vec<String>,
    pub(crate) id: String,
    pub(crate) name: String,
    pub(crate) description: String,
    pub(crate) license: String,
    /// How groups are combined; `none` makes a scoreboard.
    pub(crate) aggregate: &'static str,
    /// Whether the parts of the index are shown and not combined, whatever holds for groups.
    pub(crate) apart: bool,
    /// Default normalization, as a TOML value.
    pub(crate) normalize: &'static str,
    /// Whether there is a grade `target`.
    pub(crate) targets: bool,
    pub(crate) units: Vec<Unit>,
    pub(crate) data: Vec<Data>,
    pub(crate) measures: Vec<Variable>,
    pub(crate) groups: Vec<Group>,
    pub(crate) indicators: Vec<Indicator>,
    /// From an indicator to the measure it is divided by.
    pub(crate) denominators: Vec<(String, String)>,
}

/// The grade that a target value stands for.
pub(crate) const TARGET: &str = "target";

#[derive(Debug, Default)]
pub(crate) struct Unit {
    pub(crate) id: String,
    pub(crate) name: String,
    pub(crate) groups: BTreeMap<String, String>,
}

#[derive(Debug)]
pub(crate) struct Data {
    pub(crate) file: String,
    pub(crate) layout: Layout,
    pub(crate) columns: Vec<(ColumnRole, String)>,
    pub(crate) variables: BTreeMap<String, String>,
    pub(crate) delimiter: char,
    pub(crate) decimal: char,
    pub(crate) thousands: Option<char>,
    /// From a mark to the word of a reason.
    pub(crate) absent: BTreeMap<String, &'static str>,
    /// Whether columns that are not named are passed over without a word.
    pub(crate) subset: bool,
}

impl Data {
    /// A file that this crate writes: UTF-8, commas, points.
    pub(crate) fn new(file: &str, layout: Layout) -> Self {
        Self {
            file: file.to_owned(),
            layout,
            columns: Vec::new(),
            variables: BTreeMap::new(),
            delimiter: ',',
            decimal: '.',
            thousands: None,
            absent: BTreeMap::new(),
            subset: false,
        }
    }
}

#[derive(Debug, Default, Clone)]
pub(crate) struct Variable {
    pub(crate) id: String,
    pub(crate) name: String,
    pub(crate) unit: String,
}

#[derive(Debug, Clone)]
pub(crate) struct Group {
    pub(crate) id: String,
    /// Empty for the index.
    pub(crate) parent: String,
    pub(crate) name: String,
    pub(crate) weight: Decimal,
}

#[derive(Debug, Clone, Default)]
pub(crate) struct Indicator {
    pub(crate) variable: Variable,
    pub(crate) description: String,
    pub(crate) parent: String,
    pub(crate) weight: Option<Decimal>,
    pub(crate) direction: Direction,
    pub(crate) target: Option<Decimal>,
    pub(crate) goalposts: Option<Goalposts>,
    pub(crate) note: String,
}

#[derive(Debug, Clone, Copy, PartialEq)]
pub(crate) struct Goalposts {
    pub(crate) lower: Decimal,
    pub(crate) upper: Decimal,
    pub(crate) clamp: bool,
    pub(crate) top: Decimal,
}

impl Draft {
    /// An index whose groups are arithmetic means of indicators on 0 to 100.
    pub(crate) fn new(id: String, name: String) -> Self {
        Self {
            head: Vec::new(),
            id,
            name,
            description: String::new(),
            license: String::new(),
            aggregate: "arithmetic",
            apart: false,
            normalize: "{ method = \"min-max\", to = [0, 100] }",
            targets: false,
            units: Vec::new(),
            data: Vec::new(),
            measures: Vec::new(),
            groups: Vec::new(),
            indicators: Vec::new(),
            denominators: Vec::new(),
        }
    }

    /// The text of the package file.
    pub(crate) fn toml(&self) -> String {
        let mut out = Toml::default();
        for line in &self.head {
            out.line(&format!("# {}", line.replace(char::is_control, " ")));
        }
        out.line("format = 1");
        out.table("[index]");
        out.text("id", &self.id);
        out.text("name", &self.name);
        out.text("description", &self.description);
        out.text("license", &self.license);
        if self.apart {
            out.text("aggregate", "none");
        }
        out.table("[defaults]");
        out.text("aggregate", self.aggregate);
        out.value("normalize", self.normalize);
        if self.aggregate == "none" {
            out.value("weights", "\"none\"");
        }
        if self.targets {
            out.table("[[grade]]");
            out.text("id", TARGET);
            out.value("name", "{ en = \"Target reached\", zh = \"达到目标\" }");
        }
        for unit in &self.units {
            out.table("[[unit]]");
            out.text("id", &unit.id);
            out.text("name", &unit.name);
            out.map("groups", unit.groups.iter());
        }
        for data in &self.data {
            out.data(data);
        }
        for measure in &self.measures {
            out.table("[[measure]]");
            out.variable(measure);
        }
        for group in &self.groups {
            out.table("[[group]]");
            out.text("id", &group.id);
            out.text("parent", &group.parent);
            out.text("name", if group.name.is_empty() { &group.id } else { &group.name });
            out.value("weight", &number(group.weight));
        }
        for indicator in &self.indicators {
            out.indicator(indicator);
        }
        if !self.denominators.is_empty() {
            out.table("[[step]]");
            let by: BTreeMap<&String, &String> = self.denominators.iter().map(|(a, b)| (a, b)).collect();
            out.value("denominate", &format!("{{ by = {} }}", table(by)));
        }
        out.0
    }
}

#[derive(Default)]
struct Toml(String);

impl Toml {
    fn line(&mut self, line: &str) {
        self.0.push_str(line);
        self.0.push('\n');
    }
    fn table(&mut self, heading: &str) {
        let _ = write!(self.0, "\n{heading}\n");
    }
    /// A key with text; left out where the text is empty.
    fn text(&mut self, key: &str, text: &str) {
        if !text.is_empty() {
            self.value(key, &quoted(text));
        }
    }
    fn value(&mut self, key: &str, value: &str) {
        let _ = writeln!(self.0, "{key} = {value}");
    }
    fn map<K: AsRef<str>, V: AsRef<str>>(&mut self, key: &str, map: impl IntoIterator<Item = (K, V)>) {
        let table = table(map);
        if !table.is_empty() {
            self.value(key, &table);
        }
    }
    fn data(&mut self, data: &Data) {
        let word =
            |role: ColumnRole| ColumnRole::WORDS.iter().find(|(_, r)| *r == role).map_or("", |(w, _)| w);
        self.table("[[data]]");
        self.text("file", &data.file);
        self.text("layout", if data.layout == Layout::Wide { "wide" } else { "long" });
        self.text("encoding", "utf-8");
        self.text("delimiter", &data.delimiter.to_string());
        if data.decimal != '.' || data.thousands.is_some() {
            let mut numbers = vec![("decimal", data.decimal.to_string())];
            numbers.extend(data.thousands.map(|c| ("thousands", c.to_string())));
            self.map("numbers", numbers);
        }
        self.map("columns", data.columns.iter().map(|(role, name)| (word(*role), name)));
        self.map("variables", &data.variables);
        self.map("absent", &data.absent);
        if data.subset {
            self.value("subset", "true");
        }
    }
    fn variable(&mut self, variable: &Variable) {
        self.text("id", &variable.id);
        self.text("name", if variable.name.is_empty() { &variable.id } else { &variable.name });
        self.text("unit", &variable.unit);
    }
    fn indicator(&mut self, indicator: &Indicator) {
        self.table("[[indicator]]");
        self.variable(&indicator.variable);
        self.text("parent", &indicator.parent);
        self.text("description", &indicator.description);
        self.text("direction", indicator.direction.word());
        if let Some(weight) = indicator.weight {
            self.value("weight", &number(weight));
        }
        if let Some(target) = indicator.target {
            self.value("ladder", &format!("{{ {TARGET} = {} }}", number(target)));
        }
        if let Some(Goalposts { lower, upper, clamp, top }) = indicator.goalposts {
            let clamp = if clamp { "both" } else { "none" };
            self.value(
                "normalize",
                &format!(
                    "{{ method = \"goalposts\", lower = {}, upper = {}, clamp = \"{clamp}\", to = [0, {}] }}",
                    number(lower),
                    number(upper),
                    number(top)
                ),
            );
        }
        self.text("note", &indicator.note);
    }
}

/// An inline table of texts; nothing where it has no items.
fn table<K: AsRef<str>, V: AsRef<str>>(map: impl IntoIterator<Item = (K, V)>) -> String {
    let item =
        |(key, value): (K, V)| format!("{} = {}", bare_or_quoted(key.as_ref()), quoted(value.as_ref()));
    let items: Vec<String> = map.into_iter().map(item).collect();
    if items.is_empty() { String::new() } else { format!("{{ {} }}", items.join(", ")) }
}

/// A basic string of TOML.
pub(crate) fn quoted(text: &str) -> String {
    let mut out = String::with_capacity(text.len() + 2);
    out.push('"');
    for c in text.chars() {
        match c {
            '"' => out.push_str("\\\""),
            '\\' => out.push_str("\\\\"),
            '\n' => out.push_str("\\n"),
            '\t' => out.push_str("\\t"),
            c if c.is_control() => {
                let _ = write!(out, "\\u{:04X}", u32::from(c));
            }
            c => out.push(c),
        }
    }
    out.push('"');
    out
}

fn bare_or_quoted(key: &str) -> String {
    let bare = !key.is_empty() && key.chars().all(|c| c.is_ascii_alphanumeric() || matches!(c, '-' | '_'));
    if bare { key.to_owned() } else { quoted(key) }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    proptest! {
        #[test]
        fn any_text_survives_a_package_file(name in "\\PC{1,40}|.{1,40}", description in ".{0,80}", unit in ".{1,20}") {
            let mut draft = Draft::new("index".into(), name.clone());
            draft.description = description.clone();
            draft.head = vec![description.clone()];
            draft.indicators.push(Indicator {
                variable: Variable { id: "a".into(), name: String::new(), unit: unit.clone() },
                ..Indicator::default()
            });
            let (package, found) = gradus_model::decode::decode("package.toml", &draft.toml());
            let package = package.unwrap_or_else(|| panic!("{found:?}\n{}", draft.toml()));
            prop_assert_eq!(package.index.name.en.as_deref(), Some(name.as_str()));
            let read = package.index.description.en.unwrap_or_default();
            prop_assert_eq!(read, description);
            prop_assert_eq!(package.nodes[1].indicator().unwrap().measurement_unit.as_deref(), Some(unit.as_str()));
        }
    }
}
