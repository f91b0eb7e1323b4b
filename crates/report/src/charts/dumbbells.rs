//! Dumbbells: what is measured beside what people perceive, on one scale, with intervals.

use super::canvas::{Anchor, Axis, Canvas, LABEL, Label, Paint, Sample};
use super::words::{say, term};
use super::{Chart, Draw, Drawn, Fill, Frame, MOST, Table, WIDTH, header, names_width, said};
use super::{Kind, Lacking, Sources};
use crate::said::Said;
use gradus_model::{Lang, Text};

/// Pairs of a measured and a perceived value.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct Dumbbells {
    /// What stands around them.
    pub frame: Frame,
    /// The pairs.
    pub rows: Vec<Row>,
    /// What the intervals are. Empty where there are none.
    pub interval: Text,
}

/// A pair; both on the same scale.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct Row {
    /// What both are about.
    pub name: Text,
    /// What is measured; nothing where it is missing.
    pub objective: Option<Value>,
    /// What is perceived.
    pub perceived: Option<Value>,
    /// Why one is missing.
    pub missing: Text,
    /// Whether the difference is clear of chance; nothing where that is not known.
    pub clear: Option<bool>,
}

/// A value.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct Value {
    /// Where it is.
    pub value: f64,
    /// The value in words.
    pub text: String,
    /// Its interval.
    pub interval: Option<(f64, f64)>,
    /// How firm it is.
    pub fill: Fill,
}

const ROW: f64 = 30.0;

impl Draw for Dumbbells {
    fn draw(&self, lang: Lang) -> Chart {
        let mut canvas = Canvas::new();
        let rows = &self.rows[..self.rows.len().min(MOST)];
        let left = names_width(rows.iter().map(|r| r.name.get(lang)), LABEL, 240.0);
        let texts: Vec<String> = rows.iter().map(|r| self.text(r, lang)).collect();
        let right = names_width(texts.iter().map(String::as_str), LABEL, 150.0);
        let (from, to) = (left + 10.0, WIDTH - right - 10.0);
        let all = || {
            rows.iter()
                .flat_map(|r| [&r.objective, &r.perceived])
                .flatten()
                .flat_map(|v| [v.value].into_iter().chain(v.interval.into_iter().flat_map(|(a, b)| [a, b])))
        };
        let (low, high) = all().fold((f64::MAX, f64::MIN), |(l, h), v| (l.min(v), h.max(v)));
        let axis = if low > high { Axis::new(0.0, 1.0, 5) } else { Axis::new(low, high, 5) };
        let x = |v: f64| from + (to - from) * axis.at(v).clamp(0.0, 1.0);
        let bottom = rows.len() as f64 * ROW + 2.0;
        for tick in &axis.ticks {
            let label = axis.label(*tick);
            canvas.line((x(*tick), 0.0), (x(*tick), bottom), "hair", 1.0);
            canvas.text((x(*tick), bottom + 14.0), Label::small(&label).anchor(Anchor::Middle));
        }
        let mut table =
            Table { header: header(&["subject", "objective", "perceived", "clear"], lang), rows: Vec::new() };
        for ((at, row), text) in rows.iter().enumerate().zip(&texts) {
            let y = at as f64 * ROW + ROW / 2.0;
            let name = row.name.get(lang);
            canvas.text_in((0.0, y + 4.0), left - 8.0, Label::new(name));
            canvas.text_in((WIDTH, y + 4.0), right - 8.0, Label::new(text).anchor(Anchor::End));
            match (&row.objective, &row.perceived) {
                (Some(a), Some(b)) => canvas.line((x(a.value), y), (x(b.value), y), "bar", 4.0),
                _ => canvas.rect(
                    (from, y - 7.0),
                    (to - from, 14.0),
                    Paint::fill("#gone"),
                    row.missing.get(lang),
                ),
            }
            for (value, own, what) in
                [(&row.objective, false, "objective"), (&row.perceived, true, "perceived")]
            {
                let Some(value) = value else { continue };
                if let Some((low, high)) = value.interval {
                    canvas.whisker((x(low), x(high)), y + 9.0, if own { "own" } else { "s4" });
                }
                canvas.mark(
                    (x(value.value), y),
                    own,
                    value.fill,
                    &format!("{name}, {}: {}", term(what).get(lang), value.text),
                );
            }
            let show = |v: &Option<Value>| {
                v.as_ref().map_or_else(|| row.missing.get(lang).to_owned(), |v| v.text.clone())
            };
            let clear = match row.clear {
                Some(true) => term("yes"),
                Some(false) => term("no"),
                None => Said::same("–"),
            };
            table.rows.push(vec![
                name.into(),
                show(&row.objective),
                show(&row.perceived),
                clear.get(lang).into(),
            ]);
        }
        let mut y = bottom + 26.0;
        let any =
            |fill| rows.iter().flat_map(|r| [&r.objective, &r.perceived]).flatten().any(|v| v.fill == fill);
        let missing = rows.iter().any(|r| r.objective.is_none() || r.perceived.is_none());
        let mut legend = vec![
            (Sample::Dot(Fill::Firm), term("objective").get(lang).to_owned()),
            (Sample::Own(Fill::Firm), term("perceived").get(lang).to_owned()),
        ];
        if !self.interval.is_empty() {
            legend.push((Sample::Whisker, self.interval.get(lang).to_owned()));
        }
        legend.extend(super::firmness(any(Fill::Hollow), any(Fill::Hatched), missing, lang));
        y += canvas.legend((0.0, y), WIDTH, &legend);
        let gap = |r: &Row| r.objective.as_ref().zip(r.perceived.as_ref()).map(|(a, b)| b.value - a.value);
        let pairs = self.rows.iter().filter(|r| gap(r).is_some()).count();
        let behind = self.rows.iter().filter(|r| gap(r).is_some_and(|g| g < 0.0)).count();
        let widest = self.rows.iter().rev().filter(|r| gap(r).is_some()).max_by(|a, b| {
            let size = |r: &Row| gap(r).map_or(0.0, f64::abs);
            size(a).total_cmp(&size(b))
        });
        let title = match widest {
            Some(row) => say(
                "dumbbells.finding",
                &[("k", behind.into()), ("of", pairs.into()), ("widest", said(&row.name))],
            ),
            None => term("dumbbells.none"),
        };
        let each: Vec<Said> = rows
            .iter()
            .zip(&texts)
            .map(|(r, text)| said(&r.name).then((" ", " "), &text.as_str().into()))
            .collect();
        let alt = say("dumbbells.alt", &[("values", Said::list(&each))]);
        Drawn { kind: "dumbbells", lang, frame: &self.frame, title, alt, canvas, height: y, table }.chart()
    }
}

impl Dumbbells {
    /// `61.5 → 48.2`, measured to perceived.
    #[allow(clippy::unused_self, reason = "a part of the drawing")]
    fn text(&self, row: &Row, lang: Lang) -> String {
        match (&row.objective, &row.perceived) {
            (Some(a), Some(b)) => format!("{} → {}", a.text, b.text),
            _ => row.missing.get(lang).to_owned(),
        }
    }
}

/// Dumbbells of measured and perceived values.
pub static KIND: Kind = Kind {
    id: "dumbbells",
    name: ("Measured and perceived", "客观与感受对照图"),
    shows: (
        "What is measured beside what people perceive, on a scale of 0 to 100.",
        "客观测量与主观感受对照，刻度为 0 至 100。",
    ),
    needs: (
        "a survey, and perceived indicators paired with measured ones; a unit",
        "调查数据，以及与客观指标配对的感受指标；一个评价对象",
    ),
    asks: &[super::Need::Survey],
    make: |sources| Ok(Box::new(Dumbbells::of(sources)?)),
};

impl Dumbbells {
    /// The newest pairs of the own unit.
    ///
    /// # Errors
    /// What is lacking: pairs, a unit.
    pub fn of(sources: &Sources<'_>) -> Result<Self, Lacking> {
        let cx = sources.context();
        let lacking = || {
            Lacking::new(
                (
                    "the package has no pair of a measured and a perceived indicator",
                    "该指数包没有客观与感受指标的配对",
                ),
                (
                    "pair indicators that rest on a survey with measured ones",
                    "请将基于调查的指标与客观指标配对",
                ),
            )
        };
        if cx.package.pairs.is_empty() {
            return Err(lacking());
        }
        let own = cx.own_unit()?;
        let differences = sources.differences.ok_or_else(lacking)?;
        let unit = cx.data.unit(cx.evaluation.units[own].as_str());
        let show = |x: f64| format!("{x:.1}").replacen('-', "\u{2212}", 1);
        let rows: Vec<Row> = cx
            .package
            .pairs
            .iter()
            .enumerate()
            .map(|(at, pair)| {
                let found = differences
                    .iter()
                    .filter(|d| d.pair == at && Some(d.unit) == unit)
                    .max_by_key(|d| d.period);
                Row {
                    name: cx.node_name(pair.perceived).0,
                    objective: found.map(|d| Value {
                        value: d.objective.1,
                        text: show(d.objective.1),
                        ..Value::default()
                    }),
                    // The interval is that of the difference: around what is perceived, it also holds the error of what is
                    // measured.
                    perceived: found.map(|d| Value {
                        value: d.perceived.1,
                        text: show(d.perceived.1),
                        interval: d.interval.map(|(a, b)| (d.objective.1 + a, d.objective.1 + b)),
                        ..Value::default()
                    }),
                    missing: term("missing").0,
                    clear: found.and_then(|d| d.interval.map(|_| d.is_clear())),
                }
            })
            .collect();
        let measure = ("Position from 0, the worst, to 100, the best", "位置：0 为最差，100 为最好");
        Ok(Self {
            frame: cx.frame(measure, true),
            rows,
            interval: Text::both("interval of the difference", "差值的区间"),
        })
    }
}
