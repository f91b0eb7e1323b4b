//! Bullets: indicators on the common ladder scale, with goalposts, the others as dots and the own value as a diamond.

use super::canvas::{Anchor, Canvas, Label, Paint, Sample};
use super::words::{say, term};
use super::{Chart, Draw, Drawn, Fill, Frame, MOST, Table, WIDTH, header, names_width, said};
use super::{Kind, Lacking, Sources};
use crate::figure::{absence, fill_of};
use crate::said::Said;
use crate::view::LadderScale;
use gradus_engine::Number;
use gradus_model::{Lang, Text};

/// Bullets, one per indicator.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct Bullets {
    /// What stands around them.
    pub frame: Frame,
    /// One per indicator, in the order they are drawn.
    pub rows: Vec<Row>,
}

/// An indicator on the ladder scale: 0 worst to 1 best, the same for all rows.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct Row {
    /// Its name.
    pub name: Text,
    /// The own value; nothing where it is missing.
    pub own: Option<Mark>,
    /// Why it is missing.
    pub missing: Text,
    /// Thresholds, the easiest first.
    pub posts: Vec<Post>,
    /// The other units.
    pub others: Vec<Mark>,
}

/// A value.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct Mark {
    /// The unit.
    pub name: Text,
    /// Where it is, 0 to 1.
    pub at: f64,
    /// The value with its measurement unit.
    pub text: Text,
    /// How firm it is.
    pub fill: Fill,
}

/// A threshold.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct Post {
    /// Where it is, 0 to 1.
    pub at: f64,
    /// The shade of the grade that begins there, 1 to 5.
    pub shade: usize,
    /// The grade's letter.
    pub letter: Text,
    /// Grade and threshold.
    pub words: Text,
}

const ROW: f64 = 40.0;

impl Draw for Bullets {
    fn draw(&self, lang: Lang) -> Chart {
        let mut canvas = Canvas::new();
        let shown = &self.rows[..self.rows.len().min(MOST)];
        let left = names_width(shown.iter().map(|r| r.name.get(lang)), 12.0, 220.0);
        let right = names_width(
            shown.iter().map(|r| r.own.as_ref().map_or(r.missing.get(lang), |m| m.text.get(lang))),
            12.0,
            150.0,
        );
        let (from, to) = (left + 8.0, WIDTH - right - 8.0);
        let x = |at: f64| from + (to - from) * at.clamp(0.0, 1.0);
        let mut table = Table {
            header: header(&["indicator", "value", "thresholds", "reached"], lang),
            rows: Vec::new(),
        };
        let (mut reached, mut top, mut missing) = (0, 0, 0);
        for (at, row) in shown.iter().enumerate() {
            let y = at as f64 * ROW;
            let middle = y + 14.0;
            canvas.name_in((0.0, middle), left - 8.0, Label::new(row.name.get(lang)));
            canvas.rect((from, middle - 7.0), (to - from, 14.0), Paint::fill("s0"), "");
            for post in &row.posts {
                let tone = super::Tone::Shade(post.shade.min(3)).paint();
                canvas.rect((x(post.at), middle - 7.0), (to - x(post.at), 14.0), tone, post.words.get(lang));
            }
            // A letter that would touch the one before it goes without: the line is there, and its words where a pointer rests.
            let mut free = f64::NEG_INFINITY;
            for post in &row.posts {
                let x = x(post.at);
                canvas.line((x, middle - 10.0), (x, middle + 11.0), "ink", 1.5);
                let letter = Label::small(post.letter.get(lang)).size(10.0).anchor(Anchor::Middle);
                if x - letter.width() / 2.0 > free {
                    canvas.text((x, middle + 21.0), letter);
                    free = x + letter.width() / 2.0 + 2.0;
                }
            }
            for other in &row.others {
                let title = format!("{}: {}", other.name.get(lang), other.text.get(lang));
                canvas.circle((x(other.at), middle), 3.5, Paint::value(other.fill, false), &title);
            }
            let on = |mark: &Mark| row.posts.iter().filter(|p| mark.at >= p.at).count();
            let value = match &row.own {
                Some(mark) => {
                    let title = format!("{}: {}", mark.name.get(lang), mark.text.get(lang));
                    canvas.mark((x(mark.at), middle), true, mark.fill, &title);
                    reached += usize::from(on(mark) > 0);
                    top += usize::from(!row.posts.is_empty() && on(mark) == row.posts.len());
                    canvas.text_in(
                        (WIDTH, middle + 4.0),
                        right - 8.0,
                        Label::new(mark.text.get(lang)).anchor(Anchor::End).bold(true),
                    );
                    mark.text.get(lang)
                }
                None => {
                    missing += 1;
                    canvas.rect(
                        (from, middle - 7.0),
                        (to - from, 14.0),
                        Paint::fill("#gone"),
                        row.missing.get(lang),
                    );
                    let label = Label::new(row.missing.get(lang)).anchor(Anchor::End).color("soft");
                    canvas.text_in((WIDTH, middle + 4.0), right - 8.0, label);
                    row.missing.get(lang)
                }
            };
            let posts: Vec<&str> = row.posts.iter().map(|p| p.words.get(lang)).collect();
            let step = row
                .own
                .as_ref()
                .and_then(|m| row.posts[..on(m)].last())
                .map_or("–", |p| p.letter.get(lang));
            table.rows.push(vec![row.name.get(lang).into(), value.into(), posts.join("; "), step.into()]);
        }
        let mut y = shown.len() as f64 * ROW + 4.0;
        let mut legend = vec![
            (Sample::Own(Fill::Firm), self.own_name(lang)),
            (Sample::Dot(Fill::Firm), term("others").get(lang).to_owned()),
            (Sample::Post, term("threshold").get(lang).to_owned()),
        ];
        let any = |fill| shown.iter().any(|r| r.own.iter().chain(&r.others).any(|m| m.fill == fill));
        legend.extend(super::firmness(any(Fill::Hollow), any(Fill::Hatched), missing > 0, lang));
        y += canvas.legend((0.0, y), WIDTH, &legend);
        let of: Said = self.rows.iter().filter(|r| !r.posts.is_empty()).count().into();
        let title = say("bullets.finding", &[("k", reached.into()), ("of", of), ("top", top.into())]);
        let each: Vec<Said> = shown
            .iter()
            .map(|r| said(&r.name).then((" ", " "), &said(r.own.as_ref().map_or(&r.missing, |m| &m.text))))
            .collect();
        let alt = say("bullets.alt", &[("values", Said::list(&each))]);
        Drawn { kind: "bullets", lang, frame: &self.frame, title, alt, canvas, height: y, table }.chart()
    }
}

impl Bullets {
    fn own_name(&self, lang: Lang) -> String {
        let own =
            self.rows.iter().filter_map(|r| r.own.as_ref()).map(|m| m.name.get(lang)).find(|n| !n.is_empty());
        own.map_or_else(|| term("own").get(lang).to_owned(), str::to_owned)
    }
}

/// Bullets.
pub static KIND: Kind = Kind {
    id: "bullets",
    name: ("Bullets", "子弹图"),
    shows: (
        "Every indicator of a unit on the common ladder scale, with thresholds and the other units.",
        "某评价对象各项指标在统一阶梯刻度上的位置，附阈值与其他评价对象。",
    ),
    needs: ("grades and ladders; a unit", "等级与阶梯；一个评价对象"),
    asks: &[],
    make: |sources| Ok(Box::new(Bullets::of(sources)?)),
};

impl Bullets {
    /// Every indicator of the own unit that has a ladder of numbers or levels.
    ///
    /// # Errors
    /// What is lacking: grades, a unit, a ladder.
    pub fn of(sources: &Sources<'_>) -> Result<Self, Lacking> {
        let cx = sources.context();
        if cx.package.grades.is_empty() {
            return Err(Lacking::grades());
        }
        let own = cx.own_unit()?;
        let n = cx.package.grades.len();
        let mut rows = Vec::new();
        for ix in cx.indicators() {
            let Some(indicator) = cx.package.nodes[ix].indicator() else { continue };
            let steps: Vec<(usize, f64)> = indicator
                .ladder
                .iter()
                .filter_map(|s| Some((s.grade, Number::Decimal(s.threshold.number()?).to_f64())))
                .collect();
            let units: Vec<(usize, f64)> = (0..cx.evaluation.units.len())
                .filter_map(|u| cx.raw(ix, cx.row(u)).map(|x| (u, x.to_f64())))
                .collect();
            let values: Vec<f64> = units.iter().map(|(_, x)| *x).collect();
            let Some(scale) = LadderScale::new(&steps, n, &values, indicator.direction) else {
                rows.push(Row {
                    name: cx.node_name(ix).0,
                    missing: term("no_threshold").0,
                    ..Row::default()
                });
                continue;
            };
            let mark = |(u, x): &(usize, f64)| {
                let figure = cx.figure(ix, cx.row(*u));
                Mark {
                    name: cx.unit_name(*u).0,
                    at: scale.at(*x),
                    text: cx.with_unit(ix, &figure.text).0,
                    fill: fill_of(cx.status(ix, cx.row(*u))),
                }
            };
            let mut posts: Vec<Post> = indicator
                .ladder
                .iter()
                .filter(|s| s.threshold.number().is_some())
                .map(|s| {
                    let threshold = cx.with_unit(ix, &cx.threshold_text(ix, s.threshold));
                    Post {
                        at: (s.grade as f64 + 1.0) / (n as f64 + 1.0),
                        shade: cx.shade(s.grade),
                        letter: cx.grade_letter(s.grade).0,
                        words: cx.grade_name(s.grade).then((": ", "："), &threshold).0,
                    }
                })
                .collect();
            posts.sort_by(|a, b| a.at.total_cmp(&b.at));
            let why = absence(cx.absence(ix, cx.row(own)));
            rows.push(Row {
                name: cx.node_name(ix).0,
                own: units.iter().find(|(u, _)| *u == own).map(mark),
                missing: say("n/a.why", &[("why", why)]).0,
                posts,
                others: units.iter().filter(|(u, _)| *u != own).map(mark).collect(),
            });
        }
        if rows.iter().all(|row: &Row| row.posts.is_empty()) {
            return Err(Lacking::grades());
        }
        Ok(Self {
            frame: cx.frame(("Ladder scale, worst to best", "阶梯刻度，由差到优"), true), rows
        })
    }
}
