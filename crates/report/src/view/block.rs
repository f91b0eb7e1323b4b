//! What most sections are made of: sentences, tables, lists and pictures, in an order.
//!
//! A section that is made of blocks has no template of its own: one macro per format prints them all, so that a table can be sorted,
//! filtered and taken away as data in every section alike.

use super::Link;
use crate::charts::{Draw, figures};
use crate::context::Context;
use crate::figure::Figure;
use crate::level::Level;
use crate::said::{Said, both};
use gradus_engine::Number;
use gradus_model::Lang;
use minijinja::Value;
use serde::Serialize;
use serde_json::{Map, Value as Json, json};

/// One piece of a section.
#[derive(Debug, Serialize, Default)]
pub(crate) struct Block {
    /// `lead`, `text`, `quiet`, `empty`, `caution`, `heading`, `chart`, `list`, `lines`, `table`, `details`.
    kind: &'static str,
    text: Said,
    table: Option<Table>,
    cells: Vec<Cell>,
    lines: Vec<Line>,
    chart: Option<Value>,
    /// The picture in each language, for a format that sets pictures beside the text.
    pictures: Vec<Picture>,
    /// What a `details` block unfolds.
    inside: Vec<Block>,
}

/// A picture that stands beside the text.
#[derive(Debug, Serialize, Clone)]
pub(crate) struct Picture {
    pub(crate) name: String,
    /// What stands for it where it cannot be seen.
    pub(crate) alt: String,
    #[serde(skip)]
    pub(crate) svg: String,
}

/// The pictures of a chart, one per language, where the report is one that sets them beside the text.
pub(crate) fn pictures(cx: &Context, id: &str, chart: &dyn Draw) -> Vec<Picture> {
    let languages = if cx.pictures { cx.languages.as_slice() } else { &[] };
    let picture = |lang: &Lang| {
        let drawn = chart.draw(*lang);
        Picture { name: format!("{id}-{}", lang.code()), svg: drawn.standalone(), alt: drawn.alt }
    };
    languages.iter().map(picture).collect()
}

/// A line of a tree.
#[derive(Debug, Serialize)]
pub(crate) struct Line {
    pub(crate) depth: usize,
    /// `met`, `not-met`, `unknown`, or nothing.
    pub(crate) verdict: &'static str,
    pub(crate) verdict_word: Said,
    pub(crate) cell: Cell,
}

/// A table. Its cells know their numbers, so that it can be sorted and taken away as data.
#[derive(Debug, Serialize, Default)]
pub(crate) struct Table {
    /// Unique in the page.
    pub(crate) id: String,
    pub(crate) caption: Said,
    pub(crate) columns: Vec<Column>,
    pub(crate) rows: Vec<Row>,
}

/// A column of a table.
#[derive(Debug, Serialize)]
pub(crate) struct Column {
    /// Its name in data.
    pub(crate) key: String,
    pub(crate) name: Said,
    pub(crate) numeric: bool,
}

/// A row of a table.
#[derive(Debug, Serialize, Default)]
pub(crate) struct Row {
    /// Whether it is about the unit of the report.
    pub(crate) own: bool,
    /// The code of the unit it is about, where it is about one.
    pub(crate) unit: String,
    pub(crate) cells: Vec<Cell>,
}

/// What stands in one place of a table or list.
#[derive(Debug, Serialize, Default, Clone)]
pub(crate) struct Cell {
    pub(crate) text: Said,
    /// What it sorts by and is in data.
    pub(crate) number: Option<String>,
    /// The anchor it leads to.
    pub(crate) card: String,
    /// The file beside the page that it leads to.
    pub(crate) file: String,
    /// `node/unit/period`, which resolves to how the number came about.
    pub(crate) reference: String,
    /// A second line in small type.
    pub(crate) small: Said,
    /// A class that says with a shape and a color what the text says in words.
    pub(crate) tone: &'static str,
    pub(crate) level: Option<Level>,
    pub(crate) figure: Option<Figure>,
}

impl Cell {
    pub(crate) fn text(text: impl Into<Said>) -> Self {
        Self { text: text.into(), ..Self::default() }
    }
    /// Nothing to show.
    pub(crate) fn none() -> Self {
        Self { text: Said::same("–"), ..Self::default() }
    }
    /// A number as shown, with the one behind it.
    pub(crate) fn number(text: impl Into<Said>, number: f64) -> Self {
        Self { text: text.into(), number: Some(Number::Binary64(number).to_string()), ..Self::default() }
    }
    /// A count.
    pub(crate) fn count(n: usize) -> Self {
        Self { text: n.into(), number: Some(n.to_string()), ..Self::default() }
    }
    pub(crate) fn link(link: &Link) -> Self {
        Self { text: link.name.clone(), card: link.card.clone(), ..Self::default() }
    }
    pub(crate) fn figure(figure: Figure) -> Self {
        Self { text: figure.text.clone(), figure: Some(figure), ..Self::default() }
    }
    pub(crate) fn level(level: Level) -> Self {
        Self { text: level.words.clone(), level: Some(level), ..Self::default() }
    }
    pub(crate) fn small(self, small: impl Into<Said>) -> Self {
        Self { small: small.into(), ..self }
    }
    pub(crate) fn tone(self, tone: &'static str) -> Self {
        Self { tone, ..self }
    }
    pub(crate) fn of(self, reference: String) -> Self {
        Self { reference, ..self }
    }
    fn json(&self) -> Json {
        let mut out = Map::new();
        out.insert("text".into(), said(&self.text));
        if let Some(number) = self.number.as_deref().and_then(|n| n.parse().ok()) {
            out.insert("number".into(), Json::Number(number));
        }
        if !self.small.is_empty() {
            out.insert("small".into(), said(&self.small));
        }
        if !self.reference.is_empty() {
            out.insert("of".into(), self.reference.as_str().into());
        } else if let Some(figure) = &self.figure {
            out.insert("of".into(), figure.reference.as_str().into());
        }
        Json::Object(out)
    }
}

fn said(text: &Said) -> Json {
    json!({ "en": text.0.en, "zh": text.0.zh })
}

impl Table {
    /// A table with columns by key and name; a key that begins with `#` is a column of numbers.
    pub(crate) fn new(id: impl Into<String>, caption: Said, columns: &[(&str, Said)]) -> Self {
        let column = |(key, name): &(&str, Said)| Column {
            key: key.trim_start_matches('#').to_owned(),
            name: name.clone(),
            numeric: key.starts_with('#'),
        };
        Self { id: id.into(), caption, columns: columns.iter().map(column).collect(), rows: Vec::new() }
    }
    pub(crate) fn row(&mut self, cells: Vec<Cell>) {
        self.rows.push(Row { cells, ..Row::default() });
    }
    /// A row about a unit.
    pub(crate) fn unit_row(&mut self, code: &str, own: bool, cells: Vec<Cell>) {
        self.rows.push(Row { own, unit: code.to_owned(), cells });
    }
    pub(crate) fn is_empty(&self) -> bool {
        self.rows.is_empty()
    }
    /// Without the columns in which nothing stands.
    pub(crate) fn trimmed(mut self) -> Self {
        for at in (0..self.columns.len()).rev() {
            let bare = |cell: &Cell| cell.text.is_empty() && cell.small.is_empty();
            if self.rows.iter().all(|row| row.cells.get(at).is_none_or(bare)) {
                self.columns.remove(at);
                for row in &mut self.rows {
                    if at < row.cells.len() {
                        row.cells.remove(at);
                    }
                }
            }
        }
        self
    }
    fn json(&self) -> Json {
        let row = |row: &Row| -> Json {
            self.columns
                .iter()
                .zip(&row.cells)
                .map(|(c, cell)| (c.key.clone(), cell.json()))
                .collect::<Map<_, _>>()
                .into()
        };
        json!({
            "id": self.id,
            "caption": said(&self.caption),
            "columns": self.columns.iter().map(|c| json!({ "key": c.key, "name": said(&c.name) })).collect::<Vec<_>>(),
            "rows": self.rows.iter().map(row).collect::<Vec<_>>(),
        })
    }
}

/// Most figures that stand beside a picture: the JSON has those of larger ones, and the tables of the section.
const FIGURES: usize = 400;

/// A picture whose own table is left out where it would be larger than the page can bear.
struct Slim<'a>(&'a dyn Draw);

impl Draw for Slim<'_> {
    fn draw(&self, lang: gradus_model::Lang) -> crate::charts::Chart {
        let mut chart = self.0.draw(lang);
        if chart.table.rows.len() > FIGURES {
            chart.table.rows.clear();
        }
        chart
    }
}

/// The pieces of a section, written one after the other.
#[derive(Debug, Serialize, Default)]
#[serde(transparent)]
pub(crate) struct Blocks(pub(crate) Vec<Block>);

impl Blocks {
    pub(crate) fn new() -> Self {
        Self::default()
    }
    /// A section without anything to show, and why.
    pub(crate) fn empty(why: Said) -> Self {
        let mut out = Self::new();
        out.plain("empty", why);
        out
    }
    fn plain(&mut self, kind: &'static str, text: Said) {
        if !text.is_empty() {
            self.0.push(Block { kind, text, ..Block::default() });
        }
    }
    /// The finding of the section.
    pub(crate) fn lead(&mut self, text: Said) {
        self.plain("lead", text);
    }
    pub(crate) fn text(&mut self, text: Said) {
        self.plain("text", text);
    }
    /// A rule, a source, a remark.
    pub(crate) fn quiet(&mut self, text: Said) {
        self.plain("quiet", text);
    }
    /// Nothing to show here, and why.
    pub(crate) fn nothing(&mut self, text: Said) {
        self.plain("empty", text);
    }
    /// What must be known before the figures are read.
    pub(crate) fn caution(&mut self, text: Said) {
        self.plain("caution", text);
    }
    pub(crate) fn heading(&mut self, text: Said) {
        self.plain("heading", text);
    }
    /// A picture with its finding, what is measured, and its own table; `id` is unique in the page.
    pub(crate) fn draw(&mut self, cx: &Context, id: &str, chart: &dyn Draw) {
        let text = both(|lang| chart.draw(lang).title);
        let svg = Some(Value::from_safe_string(figures(&Slim(chart), id, &cx.languages)));
        let pictures = pictures(cx, id, chart);
        self.0.push(Block { kind: "chart", text, chart: svg, pictures, ..Block::default() });
    }
    pub(crate) fn list(&mut self, cells: Vec<Cell>) {
        if !cells.is_empty() {
            self.0.push(Block { kind: "list", cells, ..Block::default() });
        }
    }
    pub(crate) fn lines(&mut self, lines: Vec<Line>) {
        if !lines.is_empty() {
            self.0.push(Block { kind: "lines", lines, ..Block::default() });
        }
    }
    /// A table; nothing of one without rows.
    pub(crate) fn table(&mut self, table: Table) {
        if !table.is_empty() {
            self.0.push(Block { kind: "table", table: Some(table), ..Block::default() });
        }
    }
    /// Pieces that are folded away.
    pub(crate) fn details(&mut self, summary: Said, inside: Self) {
        if !inside.0.is_empty() {
            self.0.push(Block { kind: "details", text: summary, inside: inside.0, ..Block::default() });
        }
    }
    /// The pictures in it, in order.
    pub(crate) fn pictures(&self) -> Vec<&Picture> {
        fn of<'a>(blocks: &'a [Block], out: &mut Vec<&'a Picture>) {
            for block in blocks {
                out.extend(&block.pictures);
                of(&block.inside, out);
            }
        }
        let mut out = Vec::new();
        of(&self.0, &mut out);
        out
    }
    pub(crate) fn json(&self) -> Json {
        self.0.iter().filter(|b| b.kind != "chart").map(Block::json).collect::<Vec<_>>().into()
    }
}

impl Block {
    fn json(&self) -> Json {
        let mut out = Map::new();
        out.insert("kind".into(), self.kind.into());
        if !self.text.is_empty() {
            out.insert("text".into(), said(&self.text));
        }
        if let Some(table) = &self.table {
            out.insert("table".into(), table.json());
        }
        if !self.cells.is_empty() {
            out.insert("items".into(), self.cells.iter().map(Cell::json).collect::<Vec<_>>().into());
        }
        if !self.lines.is_empty() {
            let line = |line: &Line| json!({ "depth": line.depth, "verdict": line.verdict, "text": line.cell.json() });
            out.insert("lines".into(), self.lines.iter().map(line).collect::<Vec<_>>().into());
        }
        if !self.inside.is_empty() {
            let inside = self.inside.iter().filter(|b| b.kind != "chart").map(Self::json);
            out.insert("inside".into(), inside.collect::<Vec<_>>().into());
        }
        Json::Object(out)
    }
}
