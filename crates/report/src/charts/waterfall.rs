//! Waterfall: how contributions add up to a score, or to the difference of two.

use super::canvas::{Anchor, Axis, Canvas, LABEL, Label, Paint};
use super::words::{say, term};
use super::{Chart, Draw, Drawn, Frame, MOST, Table, WIDTH, header, names_width, said};
use super::{Kind, Lacking, Sources};
use crate::figure::grouped;
use crate::said::Said;
use crate::vocabulary::method_words;
use gradus_engine::{How, PartUse, explain};
use gradus_model::Package;
use gradus_model::{Lang, Text};

/// A waterfall.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct Waterfall {
    /// What stands around it.
    pub frame: Frame,
    /// Where it begins; nothing for zero.
    pub start: Option<Bar>,
    /// What is added, in order.
    pub steps: Vec<Step>,
    /// Where it ends.
    pub total: Bar,
}

/// A bar from zero.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct Bar {
    /// What it is.
    pub name: Text,
    /// Its length.
    pub value: f64,
    /// Its length in words.
    pub text: String,
}

/// Something that is added.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct Step {
    /// What it is.
    pub name: Text,
    /// How much; nothing where it is missing and nothing is added.
    pub value: Option<f64>,
    /// How much in words, with its sign where differences are shown; why it is missing.
    pub text: Text,
}

const ROW: f64 = 26.0;

impl Draw for Waterfall {
    fn draw(&self, lang: Lang) -> Chart {
        let mut canvas = Canvas::new();
        let steps = &self.steps[..self.steps.len().min(MOST)];
        let names = || {
            self.start
                .iter()
                .chain([&self.total])
                .map(|b| b.name.get(lang))
                .chain(steps.iter().map(|s| s.name.get(lang)))
        };
        let texts = || {
            self.start
                .iter()
                .chain([&self.total])
                .map(|b| b.text.as_str())
                .chain(steps.iter().map(|s| s.text.get(lang)))
        };
        let left = names_width(names(), LABEL, 250.0);
        let right = names_width(texts(), LABEL, 130.0);
        let (from, to) = (left + 6.0, WIDTH - right - 6.0);
        let mut at = self.start.as_ref().map_or(0.0, |s| s.value);
        let (mut low, mut high) = (at.min(0.0).min(self.total.value), at.max(0.0).max(self.total.value));
        for step in steps {
            at += step.value.unwrap_or(0.0);
            (low, high) = (low.min(at), high.max(at));
        }
        let axis = Axis::new(low, high, 5);
        let x = |v: f64| from + (to - from) * axis.at(v).clamp(0.0, 1.0);
        let rows = steps.len() + 1 + usize::from(self.start.is_some());
        let bottom = rows as f64 * ROW + 2.0;
        for tick in &axis.ticks {
            canvas.line((x(*tick), 0.0), (x(*tick), bottom), if *tick == 0.0 { "line" } else { "hair" }, 1.0);
            let label = axis.label(*tick);
            canvas.text((x(*tick), bottom + 14.0), Label::small(&label).anchor(Anchor::Middle));
        }
        let mut table = Table { header: header(&["part", "contribution"], lang), rows: Vec::new() };
        let mut y = 0.0;
        let mut at = 0.0;
        let whole = |canvas: &mut Canvas, bar: &Bar, y: f64| {
            let (a, b) = (x(bar.value.min(0.0)), x(bar.value.max(0.0)));
            canvas.rect(
                (a, y + 4.0),
                (b - a, ROW - 8.0),
                Paint::fill("s5"),
                &format!("{}: {}", bar.name.get(lang), bar.text),
            );
            canvas.text_in((0.0, y + 17.0), left - 8.0, Label::new(bar.name.get(lang)).bold(true));
            canvas.text_in(
                (WIDTH, y + 17.0),
                right - 8.0,
                Label::new(&bar.text).anchor(Anchor::End).bold(true),
            );
        };
        if let Some(start) = &self.start {
            whole(&mut canvas, start, y);
            table.rows.push(vec![start.name.get(lang).into(), start.text.clone()]);
            at = start.value;
            y += ROW;
        }
        for step in steps {
            let (name, text) = (step.name.get(lang), step.text.get(lang));
            canvas.name_in((0.0, y + 13.0), left - 8.0, Label::new(name));
            match step.value {
                Some(value) => {
                    let (a, b) = (x(at.min(at + value)), x(at.max(at + value)));
                    // What takes away is orange and points left, what adds is blue and points right.
                    let paint =
                        if value < 0.0 { Paint::fill("below").edge("own", 1.5) } else { Paint::fill("s4") };
                    canvas.rect(
                        (a, y + 5.0),
                        ((b - a).max(1.0), ROW - 10.0),
                        paint,
                        &format!("{name}: {text}"),
                    );
                    at += value;
                    canvas.line((x(at), y + 5.0), (x(at), y + ROW + 5.0), "line", 1.0);
                    canvas.text_in((WIDTH, y + 17.0), right - 8.0, Label::new(text).anchor(Anchor::End));
                }
                None => {
                    canvas.rect((x(at), y + 5.0), (14.0, ROW - 10.0), Paint::fill("#gone"), text);
                    canvas.line((x(at), y + 5.0), (x(at), y + ROW + 5.0), "line", 1.0);
                    canvas.text_in((WIDTH, y + 17.0), right - 8.0, Label::small(text).anchor(Anchor::End));
                }
            }
            table.rows.push(vec![name.into(), text.into()]);
            y += ROW;
        }
        whole(&mut canvas, &self.total, y);
        table.rows.push(vec![self.total.name.get(lang).into(), self.total.text.clone()]);
        let mut height = bottom + 22.0;
        height += super::left_out(&mut canvas, height, self.steps.len() - steps.len(), lang);
        let size = |s: &Step| s.value.map_or(0.0, f64::abs);
        let largest =
            self.steps.iter().rev().max_by(|a, b| size(a).total_cmp(&size(b))).filter(|s| size(s) > 0.0);
        let title = match largest {
            Some(step) => {
                let key = if step.value.unwrap_or(0.0) < 0.0 { "waterfall.takes" } else { "waterfall.adds" };
                say(
                    key,
                    &[
                        ("part", said(&step.name)),
                        ("value", said(&step.text)),
                        ("total", said(&self.total.name)),
                        ("sum", self.total.text.as_str().into()),
                    ],
                )
            }
            None => term("waterfall.none"),
        };
        let each: Vec<Said> = steps.iter().map(|s| said(&s.name).then((" ", " "), &said(&s.text))).collect();
        let alt = say(
            "waterfall.alt",
            &[
                ("total", said(&self.total.name)),
                ("sum", self.total.text.as_str().into()),
                ("parts", Said::list(&each)),
            ],
        );
        Drawn { kind: "waterfall", lang, frame: &self.frame, title, alt, canvas, height, table }.chart()
    }
}

/// Waterfall of contributions.
pub static KIND: Kind = Kind {
    id: "waterfall",
    name: ("Contributions", "贡献瀑布图"),
    shows: (
        "How the parts of the index add up to the score of a unit.",
        "总指数各部分如何累加为某评价对象的得分。",
    ),
    needs: (
        "an index that is an arithmetic mean of its parts; a unit",
        "以算术平均汇总的总指数；一个评价对象",
    ),
    asks: &[],
    make: |sources| Ok(Box::new(Waterfall::of(sources)?)),
};

impl Waterfall {
    /// Share of the weight times score of each part of the index, which add up to the score of an arithmetic mean.
    ///
    /// # Errors
    /// What is lacking: a unit, a score, contributions that add up.
    pub fn of(sources: &Sources<'_>) -> Result<Self, Lacking> {
        let cx = sources.context();
        let own = cx.own_unit()?;
        let row = cx.row(own);
        let score = cx.evaluation.score(Package::ROOT, row).ok_or_else(Lacking::scores)?;
        let derivation = explain(cx.package, cx.data, cx.evaluation, Package::ROOT, row);
        let not_additive = |how: Said| Lacking {
            what: say("waterfall.not_additive", &[("how", how)]).0,
            help: Text::both(
                "see how the score came about with `gradus explain`",
                "请用 `gradus explain` 查看得分的推导过程",
            ),
        };
        let How::Aggregated { method, parts } = &derivation.how else {
            return Err(not_additive(term("waterfall.formula")));
        };
        if method != "arithmetic" {
            return Err(not_additive(method_words(method)));
        }
        let places = cx.package.policy.rounding.places as usize;
        let mut sum = 0.0;
        let mut steps = Vec::new();
        for (part, used) in derivation.from.iter().zip(parts) {
            let name = match part.node {
                Some(ix) => cx.node_name(ix),
                None => Said::same(part.of.as_str()),
            };
            let times = |share: f64| part.value.ok().map(|x| share * x.to_f64());
            let value = match used {
                PartUse::Share(share) => times(*share),
                PartUse::Weight(weight) => times(weight.to_f64()),
                PartUse::AsZero(_) => Some(0.0),
                PartUse::LeftOut => None,
            };
            sum += value.unwrap_or(0.0);
            let text = match value {
                Some(value) => Said::same(grouped(&format!("{value:.places$}"))),
                None => term("missing"),
            };
            steps.push(Step { name: name.0, value, text: text.0 });
        }
        let total = score.to_f64();
        // Rounding of the published score is within half of its last place; anything else is done to the mean afterward.
        let mut last_place = 0.5;
        for _ in 0..derivation.round.map_or(9, |r| r.places) {
            last_place /= 10.0;
        }
        if (sum - total).abs() > last_place + 1e-9 * total.abs() {
            return Err(not_additive(term("waterfall.afterward")));
        }
        Ok(Self {
            frame: cx.frame(("Contributions to the score", "对得分的贡献"), true),
            start: None,
            steps,
            total: Bar { name: cx.node_name(Package::ROOT).0, value: total, text: cx.score_text(score) },
        })
    }
}
