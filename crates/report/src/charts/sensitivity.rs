//! Sensitivity bars: which choice moves ranks, alone and together with the others.

use super::canvas::{Anchor, Axis, Canvas, LABEL, Label, Paint, Sample};
use super::rank_frequency::percent;
use super::words::{say, term};
use super::{Chart, Draw, Drawn, Frame, MOST, Table, WIDTH, header, names_width, said};
use super::{Kind, Lacking, Sources};
use crate::said::Said;
use gradus_model::{Lang, Text};

/// Parts of the variance, by input.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct Sensitivity {
    /// What stands around them.
    pub frame: Frame,
    /// Inputs, the one that moves most first.
    pub inputs: Vec<Input>,
}

/// A choice that varies.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct Input {
    /// What it is.
    pub name: Text,
    /// The part of the variance it makes alone; nothing where it is not defined.
    pub first: Option<Estimate>,
    /// The part it makes alone and with others.
    pub total: Option<Estimate>,
}

/// An estimate with its interval; shares of 1.
#[derive(Debug, Clone, Copy, PartialEq, Default)]
pub struct Estimate {
    /// The estimate.
    pub value: f64,
    /// The lower end of its 95 percent interval.
    pub low: f64,
    /// The upper end.
    pub high: f64,
}

const ROW: f64 = 40.0;

impl Draw for Sensitivity {
    fn draw(&self, lang: Lang) -> Chart {
        let mut canvas = Canvas::new();
        let inputs = &self.inputs[..self.inputs.len().min(MOST)];
        let left = names_width(inputs.iter().map(|i| i.name.get(lang)), LABEL, 250.0);
        let (from, to) = (left + 6.0, WIDTH - 66.0);
        let all = || {
            inputs.iter().flat_map(|i| [i.first, i.total]).flatten().flat_map(|e| [e.value, e.low, e.high])
        };
        let axis = Axis::new(all().fold(0.0, f64::min), all().fold(0.1, f64::max), 5);
        let x = |v: f64| from + (to - from) * axis.at(v).clamp(0.0, 1.0);
        let bottom = inputs.len() as f64 * ROW + 2.0;
        for tick in &axis.ticks {
            canvas.line((x(*tick), 0.0), (x(*tick), bottom), if *tick == 0.0 { "line" } else { "hair" }, 1.0);
            let label = format!("{:.0}%", tick * 100.0).replace('-', "\u{2212}");
            canvas.text((x(*tick), bottom + 14.0), Label::small(&label).anchor(Anchor::Middle));
        }
        let mut table =
            Table { header: header(&["choice", "first_order", "total_order"], lang), rows: Vec::new() };
        let words = |e: Option<Estimate>| match e {
            Some(e) => format!("{} ({} – {})", percent(e.value), signed(e.low), signed(e.high)),
            None => term("n/a").get(lang).to_owned(),
        };
        for (at, input) in inputs.iter().enumerate() {
            let y = at as f64 * ROW;
            let name = input.name.get(lang);
            canvas.text_in((0.0, y + 23.0), left - 8.0, Label::new(name));
            for (estimate, top, paint, what) in [
                (input.first, y + 4.0, Paint::fill("s5"), "first_order"),
                (input.total, y + 20.0, Paint::fill("s2").edge("s4", 1.0), "total_order"),
            ] {
                match estimate {
                    Some(e) => {
                        let (a, b) = (x(e.value.min(0.0)), x(e.value.max(0.0)));
                        let title = format!("{name}, {}: {}", term(what).get(lang), words(estimate));
                        canvas.rect((a, top), (b - a, 14.0), paint, &title);
                        canvas.whisker(
                            (x(e.low), x(e.high)),
                            top + 7.0,
                            if what == "first_order" { "own" } else { "ink" },
                        );
                        let text = percent(e.value);
                        canvas
                            .text((WIDTH, top + 11.0), Label::small(&text).anchor(Anchor::End).color("ink"));
                    }
                    None => {
                        canvas.rect((from, top), (to - from, 14.0), Paint::fill("#gone"), "");
                        canvas.text(
                            (WIDTH, top + 11.0),
                            Label::small(term("n/a").get(lang)).anchor(Anchor::End),
                        );
                    }
                }
            }
            table.rows.push(vec![name.into(), words(input.first), words(input.total)]);
        }
        let mut y = bottom + 26.0;
        let legend = [
            (Sample::Box(Paint::fill("s5")), term("first_order").get(lang).to_owned()),
            (Sample::Box(Paint::fill("s2").edge("s4", 1.0)), term("total_order").get(lang).to_owned()),
            (Sample::Whisker, term("interval_95").get(lang).to_owned()),
        ];
        y += canvas.legend((0.0, y), WIDTH, &legend);
        let most = |i: &Input| i.total.or(i.first).map_or(f64::MIN, |e| e.value);
        let strongest =
            self.inputs.iter().rev().max_by(|a, b| most(a).total_cmp(&most(b))).filter(|i| most(i) > 0.0);
        let title = match strongest {
            Some(input) => say(
                "sensitivity.finding",
                &[("input", said(&input.name)), ("share", percent(most(input)).into())],
            ),
            None => term("sensitivity.none"),
        };
        let each: Vec<Said> =
            inputs.iter().map(|i| said(&i.name).then((" ", " "), &Said::same(words(i.total)))).collect();
        let alt = say("sensitivity.alt", &[("values", Said::list(&each))]);
        Drawn { kind: "sensitivity", lang, frame: &self.frame, title, alt, canvas, height: y, table }.chart()
    }
}

/// A share in percent, below zero too: the ends of an interval may lie there.
fn signed(share: f64) -> String {
    let text = format!("{:.0}%", share * 100.0);
    let text = if text == "-0%" { "0%" } else { &text };
    text.replace('-', "\u{2212}")
}

/// Sensitivity bars.
pub static KIND: Kind = Kind {
    id: "sensitivity",
    name: ("Sensitivity bars", "敏感性条形图"),
    shows: (
        "Which choice moves ranks, alone and with the others.",
        "哪项设定使名次变动，单独作用与交互作用。",
    ),
    needs: (
        "scores of two units or more, and two choices that vary",
        "至少两个评价对象的得分，以及两项可变设定",
    ),
    asks: &[super::Need::Audit],
    make: |sources| Ok(Box::new(Sensitivity::of(sources)?)),
};

impl Sensitivity {
    /// The indices of the audit for the mean change of rank.
    ///
    /// # Errors
    /// What is lacking: an audit with a sensitivity analysis in which ranks move.
    pub fn of(sources: &Sources<'_>) -> Result<Self, Lacking> {
        let cx = sources.context();
        let found = sources.robust()?;
        let lacking = || {
            Lacking::new(
                ("no rank moves, or fewer than two choices vary", "名次不变动，或可变设定少于两项"),
                ("declare what varies with `[[audit.vary]]`", "请用 `[[audit.vary]]` 声明可变设定"),
            )
        };
        let sensitive = found.sensitivity.as_ref().ok_or_else(lacking)?;
        let indices = sensitive.mean_shift.as_ref().ok_or_else(lacking)?;
        let estimate =
            |e: &gradus_audit::sensitivity::Estimate| Estimate { value: e.value, low: e.low, high: e.high };
        let mut inputs: Vec<Input> = sensitive
            .inputs
            .iter()
            .enumerate()
            .map(|(at, id)| Input {
                name: named(found, id),
                first: indices.first.get(at).map(estimate),
                total: indices.total.get(at).map(estimate),
            })
            .collect();
        let total = |input: &Input| input.total.map_or(f64::MIN, |e| e.value);
        inputs.sort_by(|a, b| total(b).total_cmp(&total(a)));
        let measure = ("Share of the variance of the mean change of rank", "占名次平均变动方差的比例");
        Ok(Self { frame: cx.frame(measure, false), inputs })
    }
}

/// What varies, in words; with its code where that says more.
fn named(found: &gradus_audit::Robustness, id: &str) -> Text {
    let Some(input) = found.inputs.iter().find(|input| input.id == id) else { return Text::both(id, id) };
    let key = format!("vary.{}", input.what);
    let word = term(&key);
    if word.get(Lang::En) == key {
        return Text::both(id, id);
    }
    if input.id == input.what { word.0 } else { word.then((" ", ""), &Said::same(format!("({id})"))).0 }
}
