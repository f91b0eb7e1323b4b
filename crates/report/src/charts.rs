//! Charts: vector pictures with real text, each with its finding, a description and its table.
//!
//! **A kind is a file.** It holds a plain struct of what is drawn (texts in both languages, numbers already put into
//! words, positions as doubles) and its drawing, [`Draw::draw`]. Nothing of a package is needed to draw, so that a page, the
//! command line or another program fill the struct from wherever they have the figures. [`KINDS`] is the one list of all
//! kinds: what each shows, what it needs, and how it is filled from results ([`Sources`]).
//!
//! **A drawing is a [`Chart`]**, in one language: [`Chart::title`] states the finding, [`Chart::subtitle`] says measure,
//! measurement unit, period and source, [`Chart::alt`] says the figures for those who hear it, [`Chart::table`] has them
//! all. It becomes
//!
//! * [`Chart::svg`]: an inline picture whose colors are variables of the page's style sheet (light, dark, print);
//! * [`Chart::figure`]: that picture with title, subtitle and its table one click away, as HTML;
//! * [`figures`]: the same in every language of a page, which the page's switch shows one of;
//! * [`Chart::standalone`]: an SVG document with title, subtitle and fixed colors, for other programs.
//!
//! Rules of all kinds: provisional values are hollow, estimated ones hatched; missing ones are drawn, grey and with their
//! reason; a rank carries its interval and its tie; color never stands alone. What `kuva` draws well (bars, lines) it
//! draws, in `inline`; marks by status, grey cells and labels that must not leave their room are drawn here.
//!
//! ```
//! use gradus_model::{Lang, Text};
//! use gradus_report::charts::{Draw, Fill, Frame, ranking::{Ranking, Row}};
//! let row = |name: &str, score: f64| Row {
//!     name: Text::both(name, name),
//!     rank: "1".into(),
//!     score: Some(score),
//!     text: score.to_string(),
//!     ..Row::default()
//! };
//! let chart = Ranking { frame: Frame::default(), rows: vec![row("Lakeside", 61.5)], ..Ranking::default() }.draw(Lang::En);
//! assert!(chart.standalone().starts_with("<svg xmlns=") && chart.alt.contains("Lakeside"));
//! ```

mod canvas;
pub(crate) mod inline;
mod kinds;
mod words;

pub mod bullets;
pub mod correlation;
pub mod dots;
pub mod dumbbells;
pub mod framework;
pub mod ladder;
pub mod map;
pub mod rank_frequency;
pub mod ranking;
pub mod ranks;
pub mod scorecard;
pub mod sensitivity;
pub mod trajectories;
pub mod waterfall;

#[cfg(test)]
pub(crate) mod testing;

pub use crate::figure::Fill;
pub use canvas::Tone;
pub use kinds::{KINDS, Kind, Lacking, Make, Need, Sources, kind};

use crate::said::Said;
use canvas::{Canvas, FONTS, LABEL, Label, PATTERNS, SMALL, measure, n, resolved};
use gradus_model::{Lang, Text};
use inline::escape;
use std::fmt::Write;

/// Width of a chart, in units of the picture (pixels where it is shown in its own size).
pub const WIDTH: f64 = 760.0;
/// Most units or rows of one picture; its table has all.
pub const MOST: usize = 250;

/// What stands around every chart.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct Frame {
    /// Whom it is about; empty for all units.
    pub subject: Text,
    /// What is shown: score, level reached, rank.
    pub measure: Text,
    /// The measurement unit; empty for none.
    pub unit: Text,
    /// The period; empty for none.
    pub period: String,
    /// Where the figures are from; empty where they are computed from the package.
    pub source: Text,
    /// What must be said wherever the figures are shown: that an index is reconstructed, or no official result.
    pub notice: Text,
}

impl Frame {
    /// `Lakeside · Score (points) · 2018 · Source: ...`
    #[must_use]
    pub fn subtitle(&self, lang: Lang) -> String {
        let measure = match (self.measure.get(lang), self.unit.get(lang)) {
            (measure, "") => measure.to_owned(),
            ("", unit) => unit.to_owned(),
            (measure, unit) if lang == Lang::Zh => format!("{measure}（{unit}）"),
            (measure, unit) => format!("{measure} ({unit})"),
        };
        let source = match self.source.get(lang) {
            "" => String::new(),
            source => words::say("source", &[("source", source.into())]).get(lang).to_owned(),
        };
        let parts = [self.subject.get(lang), &measure, &self.period, &source];
        parts.into_iter().filter(|part| !part.is_empty()).collect::<Vec<_>>().join(" · ")
    }
}

/// The figures of a chart.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct Table {
    /// Headings, one per column.
    pub header: Vec<String>,
    /// Rows.
    pub rows: Vec<Vec<String>>,
}

/// A chart in one language.
#[derive(Debug, Clone, PartialEq)]
pub struct Chart {
    /// The id of its kind.
    pub kind: &'static str,
    /// The language of its texts.
    pub lang: Lang,
    /// The finding.
    pub title: String,
    /// Measure, measurement unit, period, source.
    pub subtitle: String,
    /// What is drawn, with its figures where they are few.
    pub alt: String,
    /// Width of the picture.
    pub width: f64,
    /// Height of the picture, without title and subtitle.
    pub height: f64,
    /// What must be said beside it; empty for nothing.
    pub notice: String,
    /// All figures.
    pub table: Table,
    body: String,
}

/// What can be drawn.
pub trait Draw {
    /// The drawing in a language.
    fn draw(&self, lang: Lang) -> Chart;
}

impl Chart {
    /// An inline `<svg>` for a page that has the style sheet of the report; `id` is unique in the page.
    #[must_use]
    pub fn svg(&self, id: &str) -> String {
        let id = escape(id);
        format!(
            "<svg class=\"chart wide {}\" viewBox=\"0 0 {} {}\" width=\"{1}\" height=\"{2}\" role=\"img\" aria-labelledby=\"{id}-t {id}-d\"><title id=\"{id}-t\">{}</title><desc id=\"{id}-d\">{}</desc>{}</svg>",
            self.kind,
            n(self.width),
            n(self.height),
            escape(&self.title),
            escape(&self.alt),
            self.body
        )
    }
    /// A `<figure>`: title, subtitle, picture, and the table one click away.
    #[must_use]
    pub fn figure(&self, id: &str) -> String {
        let mut out = format!("<figure class=\"ch\" id=\"{}\"><figcaption>", escape(id));
        let _ = write!(out, "<b>{}</b>", escape(&self.title));
        if !self.subtitle.is_empty() {
            let _ = write!(out, "<small>{}</small>", escape(&self.subtitle));
        }
        let _ = write!(
            out,
            "</figcaption><div class=\"scroll\" tabindex=\"0\" role=\"group\" aria-label=\"{}\">{}</div>",
            escape(&self.title),
            self.svg(&format!("{id}-p"))
        );
        if !self.table.rows.is_empty() {
            let _ = write!(
                out,
                "<details><summary>{}</summary><div class=\"scroll\" tabindex=\"0\" role=\"group\" aria-label=\"{}\"><table><thead><tr>",
                escape(words::term("table").get(self.lang)),
                escape(&self.title)
            );
            for heading in &self.table.header {
                let _ = write!(out, "<th scope=\"col\">{}</th>", escape(heading));
            }
            out.push_str("</tr></thead><tbody>");
            for row in &self.table.rows {
                out.push_str("<tr>");
                for (at, cell) in row.iter().enumerate() {
                    match at {
                        0 => {
                            let _ = write!(out, "<th scope=\"row\">{}</th>", escape(cell));
                        }
                        _ => {
                            let _ = write!(out, "<td>{}</td>", escape(cell));
                        }
                    }
                }
                out.push_str("</tr>");
            }
            out.push_str("</tbody></table></div></details>");
        }
        out.push_str("</figure>");
        out
    }
    /// An SVG document that needs no page: title and subtitle are drawn, colors are fixed, fonts are named with what may
    /// stand for them.
    #[must_use]
    pub fn standalone(&self) -> String {
        const EDGE: f64 = 20.0;
        const TITLE: f64 = 17.0;
        let mut head = Canvas::new();
        let mut y = EDGE + TITLE;
        if !self.title.is_empty() {
            y = head.lines((0.0, y), self.width, 4, Label::new(&self.title).size(TITLE).bold(true));
        }
        if !self.subtitle.is_empty() {
            y = head.lines((0.0, y + 20.0), self.width, 4, Label::small(&self.subtitle).size(LABEL));
        }
        let top = y + 18.0;
        let mut foot = Canvas::new();
        let mut bottom = top + self.height;
        if !self.notice.is_empty() {
            bottom = foot.lines((0.0, bottom + 18.0), self.width, 4, Label::small(&self.notice));
        }
        let (width, height) = (self.width + 2.0 * EDGE, bottom + EDGE);
        let lang = if self.lang == Lang::Zh { "zh-Hans" } else { "en" };
        let drawn = format!(
            "<svg xmlns=\"http://www.w3.org/2000/svg\" viewBox=\"0 0 {} {}\" width=\"{0}\" height=\"{1}\" xml:lang=\"{lang}\" role=\"img\" aria-labelledby=\"t d\" font-family=\"{FONTS}\"><title id=\"t\">{}</title><desc id=\"d\">{}</desc><defs>{PATTERNS}</defs><rect width=\"100%\" height=\"100%\" fill=\"var(--paper)\"/><g transform=\"translate({EDGE} 0)\">{}<g transform=\"translate(0 {})\">{}</g>{}</g></svg>\n",
            n(width),
            n(height),
            escape(&self.title),
            escape(&self.alt),
            head.into_svg(),
            n(top),
            self.body,
            foot.into_svg()
        );
        resolved(&drawn)
    }
}

/// The figure in every language of a page; the page's switch shows one or both.
#[must_use]
pub fn figures(chart: &dyn Draw, id: &str, languages: &[Lang]) -> String {
    match languages {
        [] => chart.draw(Lang::En).figure(id),
        [only] => chart.draw(*only).figure(id),
        all => all
            .iter()
            .map(|lang| {
                let code = lang.code();
                format!(
                    "<div class=\"t tb\" lang=\"{code}\">{}</div>",
                    chart.draw(*lang).figure(&format!("{id}-{code}"))
                )
            })
            .collect(),
    }
}

/// The patterns that pictures of a page fill shapes with, as the content of `<defs>`.
pub(crate) fn patterns() -> &'static str {
    PATTERNS
}

/// What a drawing is put together from.
struct Drawn<'a> {
    kind: &'static str,
    lang: Lang,
    frame: &'a Frame,
    title: Said,
    alt: Said,
    canvas: Canvas,
    height: f64,
    table: Table,
}

impl Drawn<'_> {
    fn chart(self) -> Chart {
        Chart {
            kind: self.kind,
            lang: self.lang,
            title: self.title.get(self.lang).to_owned(),
            subtitle: self.frame.subtitle(self.lang),
            alt: self.alt.get(self.lang).to_owned(),
            notice: self.frame.notice.get(self.lang).to_owned(),
            width: WIDTH,
            height: self.height.max(1.0),
            table: self.table,
            body: self.canvas.into_svg(),
        }
    }
}

/// A text of a chart as one to be put into sentences.
fn said(text: &Text) -> Said {
    Said::from(text)
}

/// How wide the column of names has to be: as the widest of them if it were bold, at most `most`.
fn names_width<'a>(names: impl Iterator<Item = &'a str>, size: f64, most: f64) -> f64 {
    names.map(|name| 1.06 * measure(name, size)).fold(40.0, f64::max).min(most) + 12.0
}

/// Headings of a table.
fn header(keys: &[&str], lang: Lang) -> Vec<String> {
    keys.iter().map(|key| words::term(key).get(lang).to_owned()).collect()
}

/// The entries of a legend for values that are not final, and for missing ones.
fn firmness(hollow: bool, hatched: bool, missing: bool, lang: Lang) -> Vec<(canvas::Sample, String)> {
    use canvas::{Paint, Sample};
    let entry = |shown: bool, sample: Sample, key: &str| {
        shown.then(|| (sample, words::term(key).get(lang).to_owned()))
    };
    [
        entry(hollow, Sample::Dot(Fill::Hollow), "hollow"),
        entry(hatched, Sample::Dot(Fill::Hatched), "hatched"),
        entry(missing, Sample::Box(Paint::fill("#gone")), "missing"),
    ]
    .into_iter()
    .flatten()
    .collect()
}

/// Says how many are in the table only; gives the height it took.
fn left_out(canvas: &mut Canvas, y: f64, n: usize, lang: Lang) -> f64 {
    if n == 0 {
        return 0.0;
    }
    let words = words::say("left_out", &[("n", n.into())]);
    canvas.text_in((0.0, y + 12.0), WIDTH, Label::small(words.get(lang)));
    18.0
}
