//! Ladder strip: every indicator of a unit as one cell with the letter of the grade it reaches.

use super::canvas::{Anchor, Canvas, Label, Sample, Tone};
use super::words::{say, term};
use super::{Chart, Draw, Drawn, Frame, Table, WIDTH, header, said};
use super::{Kind, Lacking, Sources};
use crate::context::Context;
use crate::level::Level;
use crate::said::Said;
use gradus_model::{Lang, Text};

/// A ladder strip.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct LadderStrip {
    /// What stands around it.
    pub frame: Frame,
    /// Layers, from top to bottom.
    pub layers: Vec<Layer>,
    /// What letters and symbols stand for.
    pub legend: Vec<(Tone, Text, Text)>,
}

/// A row of cells.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct Layer {
    /// Its name.
    pub name: Text,
    /// Its indicators.
    pub cells: Vec<Cell>,
}

/// An indicator.
#[derive(Debug, Clone, PartialEq)]
pub struct Cell {
    /// Its name.
    pub name: Text,
    /// The letter of the grade, or a sign for why there is none.
    pub letter: Text,
    /// `▲` the highest grade, `●` a grade, `▼` below the lowest; empty where it is not known.
    pub symbol: &'static str,
    /// What it is painted with.
    pub tone: Tone,
    /// The same in words.
    pub words: Text,
}

const IN_A_ROW: usize = 10;
const GAP: f64 = 6.0;
const CELL: f64 = 46.0;

impl Draw for LadderStrip {
    fn draw(&self, lang: Lang) -> Chart {
        let mut canvas = Canvas::new();
        let wide = (WIDTH - GAP * (IN_A_ROW - 1) as f64) / IN_A_ROW as f64;
        let mut y = 0.0;
        let mut table = Table { header: header(&["indicator", "layer", "reached"], lang), rows: Vec::new() };
        for layer in &self.layers {
            if !layer.name.is_empty() {
                canvas.text_in(
                    (0.0, y + 14.0),
                    WIDTH,
                    Label::new(layer.name.get(lang)).size(14.0).bold(true),
                );
                y += 22.0;
            }
            for row in layer.cells.chunks(IN_A_ROW) {
                let mut deepest = y + CELL;
                for (at, cell) in row.iter().enumerate() {
                    let x = at as f64 * (wide + GAP);
                    let name = cell.name.get(lang);
                    let title = format!("{name}: {}", cell.words.get(lang));
                    canvas.rect((x, y), (wide, CELL), cell.tone.paint(), &title);
                    let both = match cell.symbol {
                        "" => cell.letter.get(lang).to_owned(),
                        symbol => format!("{} {symbol}", cell.letter.get(lang)).trim().to_owned(),
                    };
                    let label = Label::new(&both).size(20.0).anchor(Anchor::Middle).color(cell.tone.ink());
                    canvas.text_in((x + wide / 2.0, y + CELL / 2.0 + 7.0), wide - 6.0, label);
                    let under = Label::small(name).size(10.5);
                    deepest = deepest.max(canvas.lines((x, y + CELL + 13.0), wide, 3, under));
                }
                y = deepest + 14.0;
            }
            for cell in &layer.cells {
                table.rows.push(vec![
                    cell.name.get(lang).to_owned(),
                    layer.name.get(lang).to_owned(),
                    cell.words.get(lang).to_owned(),
                ]);
            }
            y += 6.0;
        }
        let entries: Vec<(Sample, String)> = self
            .legend
            .iter()
            .map(|(tone, letter, words)| {
                (Sample::Cell(*tone, letter.get(lang).to_owned()), words.get(lang).to_owned())
            })
            .collect();
        y += canvas.legend((0.0, y), WIDTH, &entries);
        let cells = || self.layers.iter().flat_map(|layer| &layer.cells);
        let reached = cells().filter(|c| matches!(c.tone, Tone::Shade(_))).count();
        let open = cells().filter(|c| c.tone == Tone::Open).count();
        let mut title = say("ladder.finding", &[("k", reached.into()), ("of", cells().count().into())]);
        if open > 0 {
            title = title.then(("; ", "；"), &say("ladder.open", &[("n", open.into())]));
        }
        let each: Vec<Said> = self
            .layers
            .iter()
            .map(|layer| {
                let k = layer.cells.iter().filter(|c| matches!(c.tone, Tone::Shade(_))).count();
                let name = if layer.name.is_empty() { term("all") } else { said(&layer.name) };
                say("ladder.layer", &[("layer", name), ("k", k.into()), ("of", layer.cells.len().into())])
            })
            .collect();
        let alt = say("ladder.alt", &[("layers", Said::list(&each))]);
        Drawn { kind: "ladder", lang, frame: &self.frame, title, alt, canvas, height: y, table }.chart()
    }
}

/// Ladder strip.
pub static KIND: Kind = Kind {
    id: "ladder",
    name: ("Ladder strip", "阶梯条"),
    shows: (
        "The grade that every indicator of a unit reaches, layer by layer.",
        "某评价对象各项指标达到的等级，按层级排列。",
    ),
    needs: ("grades and ladders; a unit", "等级与阶梯；一个评价对象"),
    asks: &[],
    make: |sources| Ok(Box::new(LadderStrip::of(sources)?)),
};

impl LadderStrip {
    /// The levels of the own unit.
    ///
    /// # Errors
    /// What is lacking: grades, a unit.
    pub fn of(sources: &Sources<'_>) -> Result<Self, Lacking> {
        let cx = sources.context();
        if cx.package.grades.is_empty() {
            return Err(Lacking::grades());
        }
        let own = cx.own_unit()?;
        let layers = cx.layers().into_iter().map(|group| Layer {
            name: cx.node_name(group).0,
            cells: cx
                .package
                .indicators_below(group)
                .into_iter()
                .map(|ix| {
                    let level = cx.level(ix, own);
                    Cell {
                        name: cx.node_name(ix).0,
                        tone: tone(&level),
                        letter: level.letter.0,
                        symbol: level.symbol,
                        words: level.words.0,
                    }
                })
                .collect(),
        });
        Ok(Self {
            frame: cx.frame(("Level reached", "达到等级"), true),
            layers: layers.collect(),
            legend: legend(&cx),
        })
    }
}

/// What a level is painted with.
pub(super) fn tone(level: &Level) -> Tone {
    match level.class.as_str() {
        "below" => Tone::Below,
        "open" => Tone::Open,
        class => match class.strip_prefix('s').and_then(|s| s.parse().ok()) {
            Some(shade) => Tone::Shade(shade),
            None => Tone::Bare,
        },
    }
}

/// What the letters of a package's grades stand for.
pub(super) fn legend(cx: &Context<'_>) -> Vec<(Tone, Text, Text)> {
    let grades = (0..cx.package.grades.len()).rev();
    let mut out: Vec<(Tone, Text, Text)> =
        grades.map(|g| (Tone::Shade(cx.shade(g)), cx.grade_letter(g).0, cx.grade_name(g).0)).collect();
    let symbol = |text: &str| Text::both(text, text);
    out.push((Tone::Below, symbol("▼"), term("below").0));
    out.push((Tone::Open, symbol("?"), term("missing").0));
    out.push((Tone::Bare, symbol("–"), term("no_threshold").0));
    out
}
