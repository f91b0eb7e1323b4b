//! Ranked bars: scores with 90 percent intervals, best first.

use super::canvas::{Anchor, Axis, Canvas, LABEL, Label, Paint, Sample};
use super::words::{say, term};
use super::{Chart, Draw, Drawn, Fill, Frame, MOST, Table, WIDTH, header, names_width, said};
use crate::said::Said;
use gradus_model::{Lang, Text};

/// A ranking.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct Ranking {
    /// What stands around it.
    pub frame: Frame,
    /// Units, best first; those without a score last.
    pub rows: Vec<Row>,
    /// What the intervals are: `90 % of 1000 draws`. Empty where there are none.
    pub interval: Text,
}

/// A unit.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct Row {
    /// Its name.
    pub name: Text,
    /// Its rank with tie and interval: `=12 (9–16)`.
    pub rank: String,
    /// Its score; nothing where it has none.
    pub score: Option<f64>,
    /// The score as published.
    pub text: String,
    /// Why there is none.
    pub missing: Text,
    /// Between which scores it lies.
    pub interval: Option<(f64, f64)>,
    /// Whether the picture is about it.
    pub own: bool,
    /// How firm the score is.
    pub fill: Fill,
}

const ROW: f64 = 22.0;

impl Draw for Ranking {
    fn draw(&self, lang: Lang) -> Chart {
        let mut canvas = Canvas::new();
        let shown: Vec<&Row> =
            self.rows.iter().enumerate().filter(|(at, r)| *at < MOST || r.own).map(|(_, r)| r).collect();
        let ranks = names_width(shown.iter().map(|r| r.rank.as_str()), LABEL, 110.0);
        let names = names_width(shown.iter().map(|r| r.name.get(lang)), LABEL, 200.0);
        let values = names_width(shown.iter().map(|r| r.text.as_str()), LABEL, 90.0);
        let (from, to) = (ranks + names + 6.0, WIDTH - values - 6.0);
        let all = || {
            shown
                .iter()
                .flat_map(|r| r.score.into_iter().chain(r.interval.into_iter().flat_map(|(a, b)| [a, b])))
        };
        // Bars begin at zero, or their lengths would say nothing.
        let axis = Axis::new(all().fold(0.0, f64::min), all().fold(0.0, f64::max), 5);
        let x = |value: f64| from + (to - from) * axis.at(value).clamp(0.0, 1.0);
        let bottom = shown.len() as f64 * ROW + 4.0;
        for tick in &axis.ticks {
            let label = axis.label(*tick);
            canvas.line((x(*tick), 0.0), (x(*tick), bottom), if *tick == 0.0 { "line" } else { "hair" }, 1.0);
            canvas.text((x(*tick), bottom + 14.0), Label::small(&label).anchor(Anchor::Middle));
        }
        let mut table =
            Table { header: header(&["rank", "unit", "score", "from", "to"], lang), rows: Vec::new() };
        for (at, row) in shown.iter().enumerate() {
            let y = at as f64 * ROW + ROW / 2.0;
            let name = row.name.get(lang);
            canvas.text_in(
                (ranks - 12.0, y + 4.0),
                ranks - 12.0,
                Label::new(&row.rank).anchor(Anchor::End).color("soft"),
            );
            canvas.text_in((ranks, y + 4.0), names - 8.0, Label::new(name).bold(row.own));
            match row.score {
                Some(score) => {
                    let paint = match (row.fill, row.own) {
                        (Fill::Firm, true) => Paint::fill("own"),
                        (Fill::Firm, false) => Paint::fill("bar"),
                        (fill, own) => Paint::value(fill, own),
                    };
                    let (a, b) = (x(score.min(0.0)), x(score.max(0.0)));
                    canvas.rect((a, y - 7.0), (b - a, 14.0), paint, &format!("{name}: {}", row.text));
                    if let Some((low, high)) = row.interval {
                        canvas.whisker((x(low), x(high)), y, "ink");
                    }
                    canvas.text((WIDTH, y + 4.0), Label::new(&row.text).anchor(Anchor::End).bold(row.own));
                }
                None => {
                    canvas.rect(
                        (from, y - 7.0),
                        (to - from, 14.0),
                        Paint::fill("#gone"),
                        row.missing.get(lang),
                    );
                    let none = term("n/a");
                    canvas.text((WIDTH, y + 4.0), Label::small(none.get(lang)).anchor(Anchor::End));
                }
            }
        }
        for row in &self.rows {
            let (low, high) =
                row.interval.map_or_else(Default::default, |(a, b)| (format!("{a:.2}"), format!("{b:.2}")));
            let score = if row.score.is_some() { row.text.clone() } else { row.missing.get(lang).to_owned() };
            table.rows.push(vec![row.rank.clone(), row.name.get(lang).into(), score, low, high]);
        }
        let mut y = bottom + 24.0;
        let any = |fill| shown.iter().any(|r| r.score.is_some() && r.fill == fill);
        let mut legend = Vec::new();
        if !self.interval.is_empty() {
            legend.push((Sample::Whisker, self.interval.get(lang).to_owned()));
        }
        legend.extend(super::firmness(
            any(Fill::Hollow),
            any(Fill::Hatched),
            shown.iter().any(|r| r.score.is_none()),
            lang,
        ));
        y += canvas.legend((0.0, y), WIDTH, &legend);
        y += super::left_out(&mut canvas, y, self.rows.len() - shown.len(), lang);
        let scored: Vec<&Row> = self.rows.iter().filter(|r| r.score.is_some()).collect();
        let of: Said = scored.len().into();
        let title = match (scored.iter().find(|r| r.own), scored.first()) {
            (Some(own), Some(first)) if own.name != first.name => say(
                "ranking.finding_own",
                &[
                    ("own", said(&own.name)),
                    ("rank", own.rank.as_str().into()),
                    ("of", of),
                    ("first", said(&first.name)),
                ],
            ),
            (_, Some(first)) => say("ranking.finding", &[("first", said(&first.name)), ("of", of)]),
            _ => term("ranking.none"),
        };
        let each: Vec<Said> = scored
            .iter()
            .take(30)
            .map(|r| said(&r.name).then((" ", " "), &Said::same(format!("{} ({})", r.text, r.rank))))
            .collect();
        let alt = say("ranking.alt", &[("values", Said::list(&each))]);
        Drawn { kind: "ranking", lang, frame: &self.frame, title, alt, canvas, height: y, table }.chart()
    }
}
