//! Dot strips: where every unit stands in each indicator, the own one ringed. Right is better, whichever way the indicator runs.

use super::canvas::{Anchor, Canvas, Label, Paint, Sample};
use super::words::{say, term};
use super::{Chart, Draw, Drawn, Fill, Frame, MOST, Table, WIDTH, header, names_width, said};
use super::{Kind, Lacking, Sources};
use crate::figure::{absence, fill_of};
use crate::said::Said;
use gradus_model::package::Direction;
use gradus_model::{Lang, Text};
use std::collections::BTreeMap;

/// Strips, one per indicator.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct Dots {
    /// What stands around them.
    pub frame: Frame,
    /// One per indicator.
    pub strips: Vec<Strip>,
}

/// An indicator.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct Strip {
    /// Its name.
    pub name: Text,
    /// The worst value, at the left end.
    pub worst: Text,
    /// The best value, at the right end.
    pub best: Text,
    /// Units with a value.
    pub dots: Vec<Dot>,
    /// Names of units without one, with the reason.
    pub missing: Vec<Text>,
}

/// A unit.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct Dot {
    /// Its name.
    pub name: Text,
    /// Where it is: 0 the worst value to 1 the best.
    pub at: f64,
    /// The value with its measurement unit.
    pub text: Text,
    /// Whether the picture is about it.
    pub own: bool,
    /// How firm the value is.
    pub fill: Fill,
}

/// More dots than this on a strip are drawn as one shape.
const CROWD: usize = 60;

impl Draw for Dots {
    fn draw(&self, lang: Lang) -> Chart {
        let mut canvas = Canvas::new();
        let strips = &self.strips[..self.strips.len().min(MOST)];
        let left = names_width(strips.iter().map(|s| s.name.get(lang)), 12.0, 230.0);
        let right = names_width(strips.iter().map(|s| own_text(s, lang)), 12.0, 130.0);
        let (from, to) = (left + 10.0, WIDTH - right - 10.0);
        let x = |at: f64| from + (to - from) * if at.is_finite() { at.clamp(0.0, 1.0) } else { 0.5 };
        let mut y = 0.0;
        let mut table = Table { header: header(&["indicator", "unit", "value"], lang), rows: Vec::new() };
        let (mut above, mut with_own) = (0, 0);
        for strip in strips {
            // Dots that would hide each other are stacked; a stack of more than six shares its top place.
            let mut stacks: BTreeMap<i64, usize> = BTreeMap::new();
            let mut placed = Vec::new();
            for dot in strip.dots.iter().filter(|d| d.own).chain(strip.dots.iter().filter(|d| !d.own)) {
                #[allow(clippy::cast_possible_truncation, reason = "a place on the strip, at most 100")]
                let bin = ((x(dot.at) - from) / 8.0).round() as i64;
                let level = stacks.entry(bin).or_insert(0);
                placed.push(((*level).min(5), dot));
                *level += 1;
            }
            let tallest = stacks.values().copied().max().unwrap_or(1).min(6);
            let base = y + 14.0 + (tallest - 1) as f64 * 8.0;
            canvas.line((from - 8.0, base + 9.0), (to + 8.0, base + 9.0), "line", 1.0);
            let mut sorted: Vec<f64> = strip.dots.iter().map(|d| d.at).collect();
            sorted.sort_by(f64::total_cmp);
            let median = match sorted.len() {
                0 => None,
                k if k % 2 == 1 => Some(sorted[k / 2]),
                k => Some((sorted[k / 2 - 1] + sorted[k / 2]) / 2.0),
            };
            if let Some(median) = median {
                canvas.dashed((x(median), y + 2.0), (x(median), base + 9.0), "line", 1.0);
            }
            let place = |level: usize, dot: &Dot| (x(dot.at), base - level as f64 * 8.0);
            // A crowd is drawn as one shape; its figures are in the table.
            let crowd = |dot: &Dot| placed.len() > CROWD && !dot.own && dot.fill == Fill::Firm;
            let crowded: Vec<(f64, f64)> =
                placed.iter().filter(|(_, dot)| crowd(dot)).map(|(level, dot)| place(*level, dot)).collect();
            canvas.points(&crowded, 3.5, "s4");
            for (level, dot) in placed.iter().rev().filter(|(_, dot)| !crowd(dot)) {
                let at = place(*level, dot);
                let title = format!("{}: {}", dot.name.get(lang), dot.text.get(lang));
                canvas.mark(at, dot.own, dot.fill, &title);
            }
            canvas.name_in((0.0, base), left - 8.0, Label::new(strip.name.get(lang)));
            let half = (to - from) / 2.0 - 6.0;
            canvas.text_in((from - 8.0, base + 21.0), half, Label::small(strip.worst.get(lang)).size(10.0));
            let best = Label::small(strip.best.get(lang)).size(10.0).anchor(Anchor::End);
            canvas.text_in((to + 8.0, base + 21.0), half, best);
            let own = strip.dots.iter().find(|d| d.own);
            if let Some(own) = own {
                with_own += 1;
                above += usize::from(median.is_some_and(|m| own.at > m));
            }
            let value = Label::new(own_text(strip, lang)).anchor(Anchor::End).bold(own.is_some());
            canvas.text_in((WIDTH, base + 4.0), right - 8.0, value);
            for dot in &strip.dots {
                table.rows.push(vec![
                    strip.name.get(lang).into(),
                    dot.name.get(lang).into(),
                    dot.text.get(lang).into(),
                ]);
            }
            for missing in &strip.missing {
                table.rows.push(vec![
                    strip.name.get(lang).into(),
                    missing.get(lang).into(),
                    term("n/a").get(lang).into(),
                ]);
            }
            if !strip.missing.is_empty() {
                let words = say("dots.missing", &[("n", strip.missing.len().into())]);
                let names: Vec<&str> = strip.missing.iter().map(|m| m.get(lang)).collect();
                canvas.rect(
                    (from + half / 2.0 + 38.0, base + 12.5),
                    (10.0, 10.0),
                    Paint::fill("#gone"),
                    &names.join("; "),
                );
                canvas.text_in(
                    (from + half / 2.0 + 52.0, base + 21.0),
                    half - 40.0,
                    Label::small(words.get(lang)).size(10.0),
                );
            }
            y = base + 32.0;
        }
        let own = strips.iter().flat_map(|s| &s.dots).find(|d| d.own);
        let any = |fill| strips.iter().flat_map(|s| &s.dots).any(|d| d.fill == fill);
        let mut legend = Vec::new();
        if let Some(own) = own {
            legend.push((Sample::Own(Fill::Firm), own.name.get(lang).to_owned()));
        }
        legend.push((Sample::Dot(Fill::Firm), term("others").get(lang).to_owned()));
        legend.push((Sample::Line("line", "4 3"), term("median").get(lang).to_owned()));
        legend.extend(super::firmness(
            any(Fill::Hollow),
            any(Fill::Hatched),
            strips.iter().any(|s| !s.missing.is_empty()),
            lang,
        ));
        y += 4.0;
        y += canvas.legend((0.0, y), WIDTH, &legend);
        let of: Said = strips.len().into();
        let title = match own {
            Some(own) => say(
                "dots.finding_own",
                &[("own", said(&own.name)), ("k", above.into()), ("of", with_own.into())],
            ),
            None => say("dots.finding", &[("n", of)]),
        };
        let each: Vec<Said> = strips
            .iter()
            .map(|s| {
                say(
                    "dots.each",
                    &[
                        ("indicator", said(&s.name)),
                        ("worst", said(&s.worst)),
                        ("best", said(&s.best)),
                        ("n", s.dots.len().into()),
                        ("own", Said::same(own_text(s, lang))),
                    ],
                )
            })
            .collect();
        let alt = Said::sentences(each);
        Drawn { kind: "dots", lang, frame: &self.frame, title, alt, canvas, height: y, table }.chart()
    }
}

fn own_text(strip: &Strip, lang: Lang) -> &str {
    strip.dots.iter().find(|d| d.own).map_or("", |d| d.text.get(lang))
}

/// Dot strips.
pub static KIND: Kind = Kind {
    id: "dots",
    name: ("Dot strips", "点带图"),
    shows: (
        "Where every unit stands in each indicator, the own one as a diamond.",
        "全部评价对象在各项指标上的位置，本评价对象以菱形标出。",
    ),
    needs: ("figures of two units or more", "至少两个评价对象的数据"),
    asks: &[],
    make: |sources| Ok(Box::new(Dots::of(sources)?)),
};

impl Dots {
    /// The figures of every indicator.
    ///
    /// # Errors
    /// What is lacking: figures of two units.
    pub fn of(sources: &Sources<'_>) -> Result<Self, Lacking> {
        let cx = sources.context();
        let units = 0..cx.evaluation.units.len();
        let mut strips = Vec::new();
        let mut enough = false;
        for ix in cx.indicators() {
            let Some(indicator) = cx.package.nodes[ix].indicator() else { continue };
            let values: Vec<(usize, f64)> =
                units.clone().filter_map(|u| cx.raw(ix, cx.row(u)).map(|x| (u, x.to_f64()))).collect();
            enough |= values.len() > 1;
            let lower = indicator.direction == Direction::Lower;
            let good = |x: f64| if lower { -x } else { x };
            let (low, high) =
                values.iter().fold((f64::MAX, f64::MIN), |(l, h), (_, x)| (l.min(good(*x)), h.max(good(*x))));
            let at = |x: f64| if high > low { (good(x) - low) / (high - low) } else { 0.5 };
            let text = |u: usize| cx.with_unit(ix, &cx.figure(ix, cx.row(u)).text).0;
            let end = |wanted: f64| {
                let found = values.iter().find(|(_, x)| good(*x) == wanted);
                found.map(|(u, _)| text(*u)).unwrap_or_default()
            };
            let missing = |u: &usize| values.binary_search_by_key(u, |(v, _)| *v).is_err();
            strips.push(Strip {
                name: cx.node_name(ix).0,
                worst: end(low),
                best: if high > low { end(high) } else { Text::default() },
                dots: values
                    .iter()
                    .map(|(u, x)| Dot {
                        name: cx.unit_name(*u).0,
                        at: at(*x),
                        text: text(*u),
                        own: cx.own == Some(*u),
                        fill: fill_of(cx.status(ix, cx.row(*u))),
                    })
                    .collect(),
                missing: units
                    .clone()
                    .filter(missing)
                    .map(|u| cx.unit_name(u).then((": ", "："), &absence(cx.absence(ix, cx.row(u)))).0)
                    .collect(),
            });
        }
        if !enough {
            return Err(Lacking::new(
                (
                    "no indicator has figures of two units in this period",
                    "该时期没有任何指标具备两个以上评价对象的数据",
                ),
                ("choose another `--period`", "请更换 `--period`"),
            ));
        }
        Ok(Self {
            frame: cx.frame(("Values by indicator, worst to best", "各指标数值，由差到优"), false),
            strips,
        })
    }
}
