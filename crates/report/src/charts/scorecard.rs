//! Heat-map scorecard: indicators by units, each cell with the letter of the level it reaches.

use super::canvas::{Anchor, Canvas, Label, Paint, Sample, Tone, measure};
use super::ladder::{legend, tone};
use super::words::{say, term};
use super::{Chart, Draw, Drawn, Frame, Table, WIDTH, names_width, said};
use super::{Kind, Lacking, Sources};
use crate::context::Context;
use crate::said::Said;
use gradus_model::package::NodeIx;
use gradus_model::{Lang, Text};

/// A scorecard.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct Scorecard {
    /// What stands around it.
    pub frame: Frame,
    /// Units, one column each.
    pub columns: Vec<Column>,
    /// Groups of indicators.
    pub groups: Vec<Group>,
    /// What letters stand for.
    pub legend: Vec<(Tone, Text, Text)>,
    /// Units that have no column.
    pub left_out: usize,
}

/// A unit.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct Column {
    /// Its name.
    pub name: Text,
    /// Whether the picture is about it.
    pub own: bool,
}

/// A group of indicators.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct Group {
    /// Its name.
    pub name: Text,
    /// Its indicators.
    pub rows: Vec<Row>,
}

/// An indicator.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct Row {
    /// Its name.
    pub name: Text,
    /// One cell per column.
    pub cells: Vec<Cell>,
}

/// What a unit reaches.
#[derive(Debug, Clone, PartialEq)]
pub struct Cell {
    /// The letter, or a sign for why there is none.
    pub letter: Text,
    /// What it is painted with.
    pub tone: Tone,
    /// Level and value in words.
    pub words: Text,
    /// The letter of the value's status: `p` provisional, `e` estimated, `i` imputed; empty where it is final.
    pub mark: String,
}

/// Most columns a picture has room for.
pub const COLUMNS: usize = 40;
const ROW: f64 = 22.0;

impl Draw for Scorecard {
    fn draw(&self, lang: Lang) -> Chart {
        let mut canvas = Canvas::new();
        let columns = &self.columns[..self.columns.len().min(COLUMNS)];
        let rows = || self.groups.iter().flat_map(|g| &g.rows);
        let left = names_width(rows().map(|r| r.name.get(lang)), 12.0, 240.0);
        let wide = ((WIDTH - left) / columns.len().max(1) as f64).min(90.0);
        // Names that do not fit above their column are turned.
        let tall = columns.iter().map(|c| measure(c.name.get(lang), 11.0)).fold(0.0, f64::max);
        let turned = tall * 1.06 > wide - 4.0;
        let head = if turned { tall.min(120.0) * 1.06 + 8.0 } else { 20.0 };
        for (at, column) in columns.iter().enumerate() {
            let x = left + (at as f64 + 0.5) * wide;
            let label = Label::small(column.name.get(lang)).color("ink").bold(column.own);
            if turned {
                let short = super::canvas::fit(label.text, 120.0, label.size);
                canvas.turned((x + 4.0, head - 6.0), -90, Label { text: &short, ..label });
            } else {
                canvas.text_in((x, head - 6.0), wide - 2.0, label.anchor(Anchor::Middle));
            }
        }
        let mut y = head;
        let mut table = Table { header: vec![term("indicator").get(lang).to_owned()], rows: Vec::new() };
        table.header.extend(self.columns.iter().map(|c| c.name.get(lang).to_owned()));
        for group in &self.groups {
            if !group.name.is_empty() {
                canvas.text_in((0.0, y + 18.0), WIDTH, Label::new(group.name.get(lang)).bold(true));
                y += 25.0;
            }
            for row in &group.rows {
                canvas.text_in((0.0, y + 15.0), left - 8.0, Label::new(row.name.get(lang)));
                for (at, cell) in row.cells.iter().take(columns.len()).enumerate() {
                    let x = left + at as f64 * wide;
                    let title = format!(
                        "{} – {}: {}",
                        row.name.get(lang),
                        columns[at].name.get(lang),
                        cell.words.get(lang)
                    );
                    canvas.rect((x + 1.0, y + 1.0), (wide - 2.0, ROW - 2.0), cell.tone.paint(), &title);
                    let letter =
                        Label::new(cell.letter.get(lang)).anchor(Anchor::Middle).color(cell.tone.ink());
                    canvas.text_in((x + wide / 2.0, y + 15.0), wide - 4.0, letter);
                    let room = wide / 2.0 - letter.width() / 2.0 - 5.0;
                    if !cell.mark.is_empty() && measure(&cell.mark, 9.0) <= room {
                        let mark =
                            Label::small(&cell.mark).size(9.0).color(cell.tone.ink()).anchor(Anchor::End);
                        canvas.text((x + wide - 4.0, y + 10.0), mark);
                    }
                }
                y += ROW;
                let mut cells = vec![row.name.get(lang).to_owned()];
                cells.extend(row.cells.iter().map(|c| match c.mark.as_str() {
                    "" => c.words.get(lang).to_owned(),
                    mark => format!("{} [{mark}]", c.words.get(lang)),
                }));
                table.rows.push(cells);
            }
        }
        if let Some(at) = columns.iter().position(|c| c.own) {
            let frame = Paint::fill("none").edge("ink", 2.0);
            canvas.rect((left + at as f64 * wide, head), (wide, y - head), frame, "");
        }
        y += 10.0;
        let legend: Vec<(Sample, String)> = self
            .legend
            .iter()
            .map(|(tone, letter, words)| {
                (Sample::Cell(*tone, letter.get(lang).to_owned()), words.get(lang).to_owned())
            })
            .collect();
        y += canvas.legend((0.0, y), WIDTH, &legend);
        y += super::left_out(&mut canvas, y, self.left_out + self.columns.len() - columns.len(), lang);
        let reached = |at: usize| {
            rows().filter(|r| r.cells.get(at).is_some_and(|c| matches!(c.tone, Tone::Shade(1..)))).count()
        };
        let counts: Vec<usize> = (0..self.columns.len()).map(reached).collect();
        let of: Said = rows().count().into();
        let most = counts.iter().copied().max().unwrap_or(0);
        let best: Vec<Said> = (0..counts.len())
            .filter(|at| counts[*at] == most)
            .map(|at| said(&self.columns[at].name))
            .collect();
        let title = match self.columns.iter().position(|c| c.own) {
            Some(own) if counts[own] < most => say(
                "scorecard.finding_own",
                &[
                    ("own", said(&self.columns[own].name)),
                    ("k", counts[own].into()),
                    ("of", of.clone()),
                    ("most", most.into()),
                    ("best", Said::list(&best[..best.len().min(3)])),
                ],
            ),
            _ if best.is_empty() || best.len() > 3 => {
                say("scorecard.finding_many", &[("most", most.into()), ("of", of.clone())])
            }
            _ => say(
                "scorecard.finding",
                &[("best", Said::list(&best)), ("most", most.into()), ("of", of.clone())],
            ),
        };
        let each: Vec<Said> = self
            .columns
            .iter()
            .zip(&counts)
            .map(|(c, k)| said(&c.name).then((" ", " "), &Said::same(k.to_string())))
            .collect();
        let alt = say("scorecard.alt", &[("of", of), ("values", Said::list(&each))]);
        Drawn { kind: "scorecard", lang, frame: &self.frame, title, alt, canvas, height: y, table }.chart()
    }
}

/// Heat-map scorecard.
pub static KIND: Kind = Kind {
    id: "scorecard",
    name: ("Heat-map scorecard", "热力记分卡"),
    shows: (
        "The level that every unit reaches in every indicator; without grades, its rank.",
        "各评价对象在各项指标上达到的等级；无等级时为名次。",
    ),
    needs: ("grades and ladders, or scores of indicators", "等级与阶梯，或指标得分"),
    asks: &[],
    make: |sources| Ok(Box::new(Scorecard::of(sources)?)),
};

impl Scorecard {
    /// The own unit first, then the others by rank where there are ranks, else in the order of the data.
    ///
    /// # Errors
    /// What is lacking: grades and scores.
    pub fn of(sources: &Sources<'_>) -> Result<Self, Lacking> {
        let cx = sources.context();
        let graded = !cx.package.grades.is_empty();
        let indicators = cx.indicators();
        if !graded && !indicators.iter().any(|ix| !cx.evaluation.nodes[*ix].scores.is_empty()) {
            return Err(Lacking::new(
                ("the package has neither grades nor scores of indicators", "该指数包既无等级，也无指标得分"),
                (
                    "declare `[[grade]]` with ladders, or let indicators `normalize`",
                    "请声明 `[[grade]]` 与阶梯，或为指标声明 `normalize`",
                ),
            ));
        }
        let ranked = cx.ranked();
        let mut placed = vec![false; cx.evaluation.units.len()];
        for u in ranked.iter().chain(&cx.own) {
            placed[*u] = true;
        }
        let rest = (0..placed.len()).filter(|u| !placed[*u]);
        let others = ranked.iter().copied().filter(|u| Some(*u) != cx.own);
        let units: Vec<usize> = cx.own.into_iter().chain(others).chain(rest).collect();
        let left_out = units.len().saturating_sub(COLUMNS);
        let units = &units[..units.len().min(COLUMNS)];
        let cell = |ix, u| if graded { graded_cell(&cx, ix, u) } else { ranked_cell(&cx, ix, u) };
        let groups = cx
            .layers()
            .into_iter()
            .map(|group| Group {
                name: cx.node_name(group).0,
                rows: cx
                    .package
                    .indicators_below(group)
                    .into_iter()
                    .map(|ix| Row {
                        name: cx.node_name(ix).0,
                        cells: units.iter().map(|u| cell(ix, *u)).collect(),
                    })
                    .collect(),
            })
            .collect();
        let measure = if graded {
            ("Level reached", "达到等级")
        } else {
            ("Rank in each indicator", "各指标名次")
        };
        Ok(Self {
            frame: cx.frame(measure, false),
            columns: units
                .iter()
                .map(|u| Column { name: cx.unit_name(*u).0, own: cx.own == Some(*u) })
                .collect(),
            groups,
            legend: if graded { legend(&cx) } else { fifths() },
            left_out,
        })
    }
}

/// What shades stand for where cells hold ranks.
fn fifths() -> Vec<(Tone, Text, Text)> {
    let steps = ["rank_step.1", "rank_step.2", "rank_step.3", "rank_step.4", "rank_step.5"];
    let step = |(at, key): (usize, &&str)| (Tone::Shade(at + 1), Text::default(), term(key).0);
    let none = (Tone::Open, Text::both("–", "–"), term("missing").0);
    steps.iter().enumerate().rev().map(step).chain([none]).collect()
}

fn graded_cell(cx: &Context<'_>, ix: NodeIx, unit: usize) -> Cell {
    let level = cx.level(ix, unit);
    let figure = cx.figure(ix, cx.row(unit));
    let letter = if level.letter.is_empty() { Said::same(level.symbol) } else { level.letter.clone() };
    let words = match figure.absent {
        true => level.words.clone(),
        false => level.words.then((", ", "，"), &cx.with_unit(ix, &figure.text)),
    };
    Cell { letter: letter.0, tone: tone(&level), words: words.0, mark: figure.mark }
}

fn ranked_cell(cx: &Context<'_>, ix: NodeIx, unit: usize) -> Cell {
    let row = cx.row(unit);
    let figure = cx.figure(ix, row);
    let ranks = cx.evaluation.ranks(ix);
    let n =
        (0..cx.evaluation.units.len()).filter(|u| ranks.get(cx.row(*u)).copied().flatten().is_some()).count();
    match (cx.evaluation.rank(ix, row), cx.rank_text(ix, unit)) {
        (Some(rank), Some(text)) => {
            let share = if n > 1 { 1.0 - (rank - 1.0) / (n as f64 - 1.0) } else { 1.0 };
            let words = Said::same(text.as_str()).then((", ", "，"), &cx.with_unit(ix, &figure.text));
            let letter = Text::both(text.as_str(), text.as_str());
            Cell { letter, tone: Tone::of_share(share), words: words.0, mark: figure.mark }
        }
        _ => Cell {
            letter: Text::both("–", "–"), tone: Tone::Open, words: figure.text.0, mark: figure.mark
        },
    }
}
