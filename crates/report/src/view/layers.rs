//! One section per layer: its story in a few sentences, its indicators side by side, and who leads.

use super::block::{Blocks, Cell, Table};
use super::gaps::leader;
use crate::charts::Frame;
use crate::charts::dots::{Dot, Dots, Strip};
use crate::charts::ranks::{Line, Ranks};
use crate::context::Context;
use crate::figure::fill_of;
use crate::level::State;
use crate::said::{Said, say, term};
use gradus_engine::Number;
use gradus_model::Package;
use gradus_model::package::{Direction, NodeIx, NodeKind};

/// How many indicators a sentence names.
const NAMED: usize = 3;

pub(super) fn layers(cx: &Context) -> Vec<(String, Said, Blocks)> {
    let layers = cx.layers();
    // Without layers there is one section with every indicator.
    let title = |ix: NodeIx| if ix == Package::ROOT { term("section.layers") } else { cx.node_name(ix) };
    layers
        .into_iter()
        .map(|ix| (format!("layer-{}", cx.package.nodes[ix].id), title(ix), layer(cx, ix)))
        .collect()
}

fn layer(cx: &Context, ix: NodeIx) -> Blocks {
    let mut out = Blocks::new();
    let indicators = cx.package.indicators_below(ix);
    if indicators.is_empty() {
        return Blocks::empty(term("layers.none"));
    }
    out.text(story(cx, ix, &indicators));
    if let NodeKind::Group(group) = &cx.package.nodes[ix].kind
        && ix != Package::ROOT
    {
        out.text(Said::from(&group.description));
    }
    dots(cx, ix, &indicators, &mut out);
    out.table(table(cx, ix, &indicators));
    slopes(cx, ix, &mut out);
    out.0.extend(practice(cx, &indicators).0);
    out
}

/// What stands out, in at most five sentences.
fn story(cx: &Context, ix: NodeIx, indicators: &[NodeIx]) -> Said {
    let mut all = Vec::new();
    let Some(unit) = cx.own else {
        return say(
            "layers.overview",
            &[("n", indicators.len().into()), ("units", cx.evaluation.units.len().into())],
        );
    };
    let row = cx.row(unit);
    if let Some(score) = cx.evaluation.score(ix, row) {
        let rank = cx.rank_with_range(ix, unit);
        let of =
            (0..cx.evaluation.units.len()).filter(|u| cx.evaluation.score(ix, cx.row(*u)).is_some()).count();
        all.push(match rank {
            Some(rank) if of > 1 => say(
                "layers.score_rank",
                &[
                    ("unit", cx.unit_name(unit)),
                    ("score", cx.score_text(score).into()),
                    ("rank", rank.into()),
                    ("of", of.into()),
                ],
            ),
            _ => say("layers.score", &[("unit", cx.unit_name(unit)), ("score", cx.score_text(score).into())]),
        });
    }
    let mut lists: [(&str, Vec<Said>); 3] =
        [("layers.top", Vec::new()), ("layers.below", Vec::new()), ("layers.unknown", Vec::new())];
    for ix in indicators {
        let name = cx.node_name(*ix);
        match cx.level(*ix, unit).state {
            State::Reached(grade, _) if cx.is_top(grade) => lists[0].1.push(name),
            State::Below => lists[1].1.push(name),
            State::NoValue | State::Undecided => lists[2].1.push(name),
            _ => {}
        }
    }
    for (key, names) in lists.iter().filter(|(_, names)| !names.is_empty()) {
        let shown = &names[..names.len().min(NAMED)];
        let more = names.len() - shown.len();
        let mut list = Said::list(shown);
        if more > 0 {
            list = list.then((" ", ""), &say("layers.more", &[("n", more.into())]));
        }
        all.push(say(key, &[("n", names.len().into()), ("names", list)]));
    }
    if all.is_empty() {
        all.push(say("layers.nothing", &[("unit", cx.unit_name(unit))]));
    }
    Said::sentences(all)
}

/// The place of a unit among those with a figure: one more than are better, and of how many.
fn place(cx: &Context, ix: NodeIx, unit: usize) -> Option<(usize, usize)> {
    let direction = cx.package.nodes[ix].indicator()?.direction;
    let own = cx.raw(ix, cx.row(unit))?.to_f64();
    let all: Vec<f64> =
        (0..cx.evaluation.units.len()).filter_map(|u| Some(cx.raw(ix, cx.row(u))?.to_f64())).collect();
    let better = |x: &&f64| match direction {
        Direction::Higher => **x > own,
        Direction::Lower => **x < own,
    };
    Some((all.iter().filter(better).count() + 1, all.len()))
}

fn table(cx: &Context, ix: NodeIx, indicators: &[NodeIx]) -> Table {
    let mut table = Table::new(
        format!("layer-table-{}", cx.package.nodes[ix].id),
        term("layers.caption"),
        &[
            ("indicator", term("indicator")),
            ("value", term("value")),
            ("level", term("level_word")),
            ("#place", term("layers.place")),
            ("best", term("layers.best")),
            ("best-value", term("layers.best_value")),
        ],
    );
    for ix in indicators {
        let unit = cx.own;
        let best = leader(cx, *ix, usize::MAX);
        let laddered = cx.package.nodes[*ix].indicator().is_some_and(|i| !i.ladder.is_empty());
        let unit_of_measurement = cx.measurement_unit(*ix).unwrap_or_default();
        table.row(vec![
            Cell::link(&cx.link(*ix)).small(unit_of_measurement),
            unit.map_or_else(Cell::default, |u| Cell::figure(cx.figure(*ix, cx.row(u)))),
            unit.filter(|_| laddered).map_or_else(Cell::default, |u| Cell::level(cx.level(*ix, u))),
            unit.and_then(|u| place(cx, *ix, u)).map_or_else(Cell::default, |(at, of)| {
                Cell::number(
                    say("n_of", &[("k", at.into()), ("of", of.into())]),
                    Number::Binary64(at as f64).to_f64(),
                )
            }),
            best.map_or_else(Cell::default, |u| Cell::text(cx.unit_name(u))),
            best.map_or_else(Cell::default, |u| Cell::figure(cx.figure(*ix, cx.row(u)))),
        ]);
    }
    table.trimmed()
}

/// The units of every indicator on a line from the worst to the best.
fn dots(cx: &Context, ix: NodeIx, indicators: &[NodeIx], out: &mut Blocks) {
    let mut strips = Vec::new();
    for node in indicators {
        let Some(indicator) = cx.package.nodes[*node].indicator().filter(|i| i.scale.is_none()) else {
            continue;
        };
        let values: Vec<(usize, f64)> = (0..cx.evaluation.units.len())
            .filter_map(|u| Some((u, cx.raw(*node, cx.row(u))?.to_f64())))
            .collect();
        let good = |x: f64| if indicator.direction == Direction::Higher { x } else { -x };
        let (low, high) =
            values.iter().fold((f64::MAX, f64::MIN), |(l, h), (_, x)| (l.min(good(*x)), h.max(good(*x))));
        if values.len() < 2 || high <= low {
            continue;
        }
        let text = |u: usize| cx.with_unit(*node, &cx.figure(*node, cx.row(u)).text);
        let end = |wanted: f64| {
            values.iter().find(|(_, x)| good(*x) == wanted).map(|(u, _)| text(*u).0).unwrap_or_default()
        };
        let missing = (0..cx.evaluation.units.len()).filter(|u| cx.raw(*node, cx.row(*u)).is_none());
        strips.push(Strip {
            name: cx.node_name(*node).0,
            worst: end(low),
            best: end(high),
            dots: values
                .iter()
                .map(|(u, x)| Dot {
                    name: cx.unit_name(*u).0,
                    at: (good(*x) - low) / (high - low),
                    text: text(*u).0,
                    own: Some(*u) == cx.own,
                    fill: fill_of(cx.status(*node, cx.row(*u))),
                })
                .collect(),
            missing: missing
                .map(|u| cx.unit_name(u).then((": ", "："), &cx.figure(*node, cx.row(u)).text).0)
                .collect(),
        });
    }
    if strips.is_empty() {
        return;
    }
    let subject = if ix == Package::ROOT { Said::default() } else { cx.node_name(ix) };
    let frame = Frame {
        subject: subject.0,
        measure: term("value").0,
        period: cx.period_text().unwrap_or_default(),
        ..Frame::default()
    };
    out.draw(cx, &format!("layer-picture-{ix}"), &Dots { frame, strips });
}

/// How many lines of ranks are drawn: the own unit and the first ones.
const LINES: usize = 12;

/// Ranks of the layer through the periods.
fn slopes(cx: &Context, ix: NodeIx, out: &mut Blocks) {
    let scored = |p: &usize| {
        (0..cx.evaluation.units.len()).any(|u| cx.evaluation.rank(ix, cx.evaluation.row(u, *p)).is_some())
    };
    let periods: Vec<usize> = (0..cx.evaluation.periods.len()).filter(scored).collect();
    if periods.len() < 2 {
        return;
    }
    let mut units: Vec<usize> = (0..cx.evaluation.units.len()).collect();
    let rank = |u: usize| cx.evaluation.rank(ix, cx.row(u)).unwrap_or(f64::MAX);
    units.sort_by(|a, b| (Some(*a) != cx.own).cmp(&(Some(*b) != cx.own)).then(rank(*a).total_cmp(&rank(*b))));
    units.truncate(LINES);
    let line = |u: usize| Line {
        name: cx.unit_name(u).0,
        own: Some(u) == cx.own,
        ranks: periods
            .iter()
            .map(|p| {
                let rank = cx.evaluation.rank(ix, cx.evaluation.row(u, *p))?;
                Some((rank, Number::Binary64(rank).to_string()))
            })
            .collect(),
    };
    let name = |p: &usize| cx.evaluation.periods[*p].map(|p| p.to_string()).unwrap_or_default();
    let frame = Frame { subject: cx.node_name(ix).0, measure: term("rank_word").0, ..Frame::default() };
    let lines = units.into_iter().map(line).collect();
    out.draw(
        cx,
        &format!("layer-ranks-{ix}"),
        &Ranks { frame, periods: periods.iter().map(name).collect(), lines },
    );
}

/// Who leads most of the indicators, and in which: whose practice is worth a look.
fn practice(cx: &Context, indicators: &[NodeIx]) -> Blocks {
    let mut out = Blocks::new();
    if cx.evaluation.units.len() < 2 {
        return out;
    }
    let mut led: Vec<(usize, Vec<NodeIx>)> = Vec::new();
    for node in indicators {
        let Some(best) = leader(cx, *node, cx.own.unwrap_or(usize::MAX)) else { continue };
        match led.iter_mut().find(|(unit, _)| *unit == best) {
            Some((_, nodes)) => nodes.push(*node),
            None => led.push((best, vec![*node])),
        }
    }
    led.sort_by(|a, b| b.1.len().cmp(&a.1.len()).then(a.0.cmp(&b.0)));
    let Some((unit, nodes)) = led.first() else { return out };
    let names: Vec<Said> = nodes.iter().take(NAMED).map(|node| cx.node_name(*node)).collect();
    let mut list = Said::list(&names);
    let more = nodes.len() - names.len();
    if more > 0 {
        list = list.then((" ", ""), &say("layers.more", &[("n", more.into())]));
    }
    out.caution(say(
        "layers.practice",
        &[("unit", cx.unit_name(*unit)), ("n", nodes.len().into()), ("names", list)],
    ));
    out
}
