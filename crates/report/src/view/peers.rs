//! Peers: who is like the unit of the report by a printed rule, who improves fastest, and level beside trend.

use super::block::{Blocks, Cell, Table};
use crate::context::Context;
use crate::figure::readable;
use crate::said::{Said, say, term};
use gradus_engine::Number;
use gradus_model::Package;
use gradus_model::package::NodeIx;

/// How many of those that improve fastest are shown.
const FASTEST: usize = 5;

pub(super) fn peers(cx: &Context) -> Blocks {
    let Some(unit) = cx.own else { return Blocks::empty(term("peers.no_subject")) };
    if cx.evaluation.units.len() < 2 {
        return Blocks::empty(term("peers.alone"));
    }
    let mut out = Blocks::new();
    let tracks = cx.extras().and_then(|e| e.tracks.as_ref());
    match tracks {
        None => out.nothing(term("peers.not_computed")),
        Some(tracks) if tracks.peers.is_empty() => out.nothing(term("peers.too_little")),
        Some(tracks) => {
            let names: Vec<Said> = tracks.peers.iter().take(3).map(|peer| cx.unit_name(peer.unit)).collect();
            out.lead(say("peers.lead", &[("unit", cx.unit_name(unit)), ("names", Said::list(&names))]));
            out.quiet(term("peers.rule"));
            let mut table = Table::new(
                "peers-similar",
                term("peers.caption"),
                &[
                    ("unit", cx.unit_kind()),
                    ("#distance", term("peers.distance")),
                    ("#shared", term("peers.shared")),
                    ("#improving", term("peers.improving")),
                    ("grade", term("grade")),
                    ("#score", term("score")),
                    ("#rank", term("rank_word")),
                ],
            );
            for peer in &tracks.peers {
                let distance = readable(Number::Binary64(peer.distance), Some(2), cx.package.policy.rounding);
                let mut cells = vec![
                    Cell::text(cx.unit_name(peer.unit)),
                    Cell::number(distance, peer.distance),
                    Cell::count(peer.shared),
                    improving(peer.improving),
                ];
                cells.extend(standing(cx, peer.unit));
                table.unit_row(cx.evaluation.units[peer.unit].as_str(), false, cells);
            }
            out.table(table.trimmed());
            fastest(cx, &tracks.improving, &mut out);
        }
    }
    quadrant(cx, unit, &mut out);
    out
}

/// `7/9`: of the indicators with a pace, those that get better.
fn improving((better, of): (usize, usize)) -> Cell {
    match of {
        0 => Cell::none(),
        _ => Cell::number(say("n_of", &[("k", better.into()), ("of", of.into())]), better as f64 / of as f64),
    }
}

/// Grade by the first standard, score and rank of a unit; nothing in the cells of a package without them.
fn standing(cx: &Context, unit: usize) -> Vec<Cell> {
    let grade = cx.grading(unit).and_then(|g| g.standards().next()).filter(|_| !cx.package.grades.is_empty());
    let row = cx.row(unit);
    let score = cx.evaluation.score(Package::ROOT, row);
    vec![
        grade.map_or_else(Cell::default, |g| Cell::text(cx.interval_text(g.interval))),
        score.map_or_else(Cell::default, |x| {
            Cell::number(cx.score_text(x), x.to_f64()).of(cx.reference(Package::ROOT, row))
        }),
        cx.rank_with_range(Package::ROOT, unit)
            .zip(cx.evaluation.rank(Package::ROOT, row))
            .map_or_else(Cell::default, |(text, rank)| Cell::number(text, rank)),
    ]
}

/// The units of which most indicators get better.
fn fastest(cx: &Context, all: &[(usize, usize)], out: &mut Blocks) {
    let mut order: Vec<usize> = (0..all.len()).filter(|u| all[*u].1 > 0).collect();
    // Shares are compared as fractions, so that equal ones are equal.
    order.sort_by(|a, b| {
        let ((x, n), (y, m)) = (all[*a], all[*b]);
        (y * n).cmp(&(x * m)).then(m.cmp(&n)).then(a.cmp(b))
    });
    out.heading(term("peers.fastest"));
    if order.is_empty() {
        out.nothing(term("peers.no_paces"));
        return;
    }
    let mut table = Table::new(
        "peers-fastest",
        term("peers.fastest_how"),
        &[("unit", cx.unit_kind()), ("#improving", term("peers.improving"))],
    );
    for unit in order.iter().take(FASTEST) {
        let code = cx.evaluation.units[*unit].as_str();
        table.unit_row(
            code,
            Some(*unit) == cx.own,
            vec![Cell::text(cx.unit_name(*unit)), improving(all[*unit])],
        );
    }
    out.table(table);
}

/// The period before the report's with the most scores in common; nothing where there is none.
pub(super) fn period_before(cx: &Context, ix: NodeIx) -> Option<usize> {
    let scored = |period: usize| {
        let both = |u: &usize| {
            let score = |p| cx.evaluation.score(ix, cx.evaluation.row(*u, p)).is_some();
            score(period) && score(cx.period)
        };
        (0..cx.evaluation.units.len()).filter(both).count()
    };
    (0..cx.period).rev().find(|period| scored(*period) > 0)
}

/// Where a unit stands in level and trend.
fn quadrant(cx: &Context, unit: usize, out: &mut Blocks) {
    let ix = Package::ROOT;
    out.heading(term("peers.quadrant"));
    let Some(before) = period_before(cx, ix) else {
        out.nothing(term("peers.no_trend"));
        return;
    };
    let units: Vec<(usize, f64, f64)> = (0..cx.evaluation.units.len())
        .filter_map(|u| {
            let score = |period| cx.evaluation.score(ix, cx.evaluation.row(u, period)).map(|x| x.to_f64());
            Some((u, score(cx.period)?, score(cx.period)? - score(before)?))
        })
        .collect();
    let n = units.len() as f64;
    let mean = |of: fn(&(usize, f64, f64)) -> f64| units.iter().map(of).sum::<f64>() / n;
    let (level, trend) = (mean(|u| u.1), mean(|u| u.2));
    let place = |(_, score, change): &(usize, f64, f64)| match (*score >= level, *change >= trend) {
        (true, true) => "peers.ahead_q",
        (false, true) => "peers.catching",
        (true, false) => "peers.losing",
        (false, false) => "peers.falling",
    };
    if let Some(own) = units.iter().find(|(u, ..)| *u == unit) {
        out.text(say("peers.quadrant_own", &[("unit", cx.unit_name(unit)), ("place", term(place(own)))]));
    }
    let period =
        |p: usize| cx.evaluation.periods.get(p).copied().flatten().map(|p| p.to_string()).unwrap_or_default();
    let mut table = Table::new(
        "peers-quadrant",
        say("peers.quadrant_how", &[("from", period(before).into()), ("to", period(cx.period).into())]),
        &[
            ("unit", cx.unit_kind()),
            ("#score", term("score")),
            ("#change", term("peers.change")),
            ("place", term("peers.place")),
        ],
    );
    for row in &units {
        let (u, score, change) = *row;
        let text = |x: f64| cx.score_text(Number::Binary64(x));
        let sign = if change > 0.0 { "+" } else { "" };
        table.unit_row(
            cx.evaluation.units[u].as_str(),
            u == unit,
            vec![
                Cell::text(cx.unit_name(u)),
                Cell::number(text(score), score).of(cx.reference(ix, cx.row(u))),
                Cell::number(format!("{sign}{}", text(change)), change),
                Cell::text(term(place(row))),
            ],
        );
    }
    out.table(table);
}
