//! Robustness: how far ranks and grades depend on the choices that were made, and which choice moves them.

use super::block::{Blocks, Cell, Table};
use super::ledger;
use crate::charts::Frame;
use crate::charts::rank_frequency::{RankFrequency, Row};
use crate::charts::sensitivity as bars;
use crate::context::Context;
use crate::figure::readable;
use crate::said::{Said, say, term};
use gradus_audit::grades::GradeSpread;
use gradus_audit::moves::Moves;
use gradus_audit::sensitivity::{CONVERGED, Estimate};
use gradus_audit::study::Failure;
use gradus_audit::uncertainty::Ended;
use gradus_audit::weight_space::Admissible;
use gradus_audit::{Audit, Robustness};
use gradus_engine::Number;
use gradus_model::package::NodeIx;

/// Alternatives shown: the ones that move most.
const SHOWN: usize = 12;

pub(super) fn robustness(cx: &Context) -> Blocks {
    let Some(audit) = cx.extras().and_then(|e| e.audit.as_ref()) else {
        return Blocks::empty(term("robust.not_computed"));
    };
    let Some(found) = &audit.robustness else {
        let why = audit.why_not.clone().map(Said::from).unwrap_or_default();
        let mut out = Blocks::empty(say("robust.nothing", &[("why", why)]));
        grades(cx, audit.grades.as_ref(), &mut out);
        return out;
    };
    let mut out = Blocks::new();
    ranks(cx, audit, found, &mut out);
    inputs(found, &mut out);
    sensitivity(cx, found, &mut out);
    alternatives(cx, found, &mut out);
    without(cx, found, &mut out);
    spaces(cx, found, &mut out);
    importance(cx, found, &mut out);
    grades(cx, found.grades.as_ref(), &mut out);
    failed(found, &mut out);
    out
}

fn number(cx: &Context, x: Option<f64>) -> Cell {
    x.filter(|x| x.is_finite()).map_or_else(Cell::none, |x| {
        Cell::number(readable(Number::Binary64(x), None, cx.package.policy.rounding), x)
    })
}

fn score(cx: &Context, x: Option<f64>) -> Cell {
    x.map_or_else(Cell::none, |x| Cell::number(cx.score_text(Number::Binary64(x)), x))
}

fn percent(cx: &Context, share: f64) -> Cell {
    let x = 100.0 * share;
    Cell::number(format!("{}%", readable(Number::Binary64(x), Some(1), cx.package.policy.rounding)), share)
}

/// A count of the audit as one of the report.
fn size(n: u64) -> usize {
    usize::try_from(n).unwrap_or(usize::MAX)
}

fn ranks(cx: &Context, audit: &Audit, found: &Robustness, out: &mut Blocks) {
    let spread = &found.uncertainty;
    let ranked = spread.units.iter().filter(|u| u.rank.is_some()).count();
    let outside = spread.units.iter().filter(|u| u.within() == Some(false)).count();
    let own = cx.own.and_then(|own| spread.units.iter().find(|u| u.unit == own));
    let interval = own.and_then(|u| Some((u.rank?, u.rank_quantiles[0]?, u.rank_quantiles[2]?)));
    match (interval, cx.own) {
        (Some((rank, low, high)), Some(own)) => out.lead(say(
            "robust.lead_own",
            &[
                ("unit", cx.unit_name(own)),
                ("rank", rank.to_string().into()),
                ("low", low.into()),
                ("high", high.into()),
                ("of", ranked.into()),
            ],
        )),
        _ => out.lead(say(
            "robust.lead",
            &[("shift", number(cx, spread.mean_shift).text), ("of", ranked.into())],
        )),
    }
    let ended = match spread.ended {
        Ended::Done => "robust.done",
        Ended::Stable => "robust.stable",
        Ended::Limit => "robust.limit",
        Ended::Cancelled => "robust.cancelled",
    };
    let draws = Said::same(spread.draws.to_string());
    out.quiet(say(
        "robust.draws",
        &[("draws", draws), ("ended", term(ended)), ("seed", audit.seed.to_string().into())],
    ));
    if outside > 0 {
        out.caution(say("robust.outside", &[("n", outside.into())]));
    }
    let mut table = Table::new(
        "robust-ranks",
        term("robust.ranks"),
        &[
            ("unit", cx.unit_kind()),
            ("#rank", term("rank_word")),
            ("#median", term("robust.median")),
            ("#low", term("robust.low")),
            ("#high", term("robust.high")),
            ("#first", term("robust.first")),
            ("#score", term("score")),
            ("#score-low", term("robust.score_low")),
            ("#score-high", term("robust.score_high")),
        ],
    );
    let mut rows: Vec<_> = spread.units.iter().filter(|u| u.rank.is_some() || u.n_ranked > 0).collect();
    rows.sort_by_key(|u| (u.rank.unwrap_or(u32::MAX), u.unit));
    for unit in rows {
        let [low, middle, high] = unit.rank_quantiles;
        let [score_low, _, score_high] = unit.score_quantiles;
        let rank = |x: Option<usize>| x.map_or_else(Cell::none, Cell::count);
        table.unit_row(
            cx.evaluation.units[unit.unit].as_str(),
            Some(unit.unit) == cx.own,
            vec![
                Cell::text(cx.unit_name(unit.unit)),
                rank(unit.rank.map(|r| r as usize)),
                rank(middle),
                rank(low),
                rank(high),
                unit.acceptability.first().map_or_else(Cell::none, |share| percent(cx, *share)),
                score(cx, unit.score),
                score(cx, score_low),
                score(cx, score_high),
            ],
        );
    }
    frequencies(cx, found, out);
    out.table(table);
}

/// How often each unit has each rank.
fn frequencies(cx: &Context, found: &Robustness, out: &mut Blocks) {
    let spread = &found.uncertainty;
    let mut units: Vec<_> = spread.units.iter().filter(|u| u.rank.is_some()).collect();
    units.sort_by_key(|u| (u.rank, u.unit));
    let rows = units
        .into_iter()
        .map(|unit| {
            let rank = unit.rank.map(|r| r as usize);
            let interval = unit.rank_quantiles[0].zip(unit.rank_quantiles[2]);
            let text = match (rank, interval) {
                (Some(rank), Some((low, high))) => format!("{rank} ({low}–{high})"),
                (Some(rank), None) => rank.to_string(),
                (None, _) => String::new(),
            };
            Row {
                name: cx.unit_name(unit.unit).0,
                rank,
                text,
                own: Some(unit.unit) == cx.own,
                shares: unit.acceptability.clone(),
            }
        })
        .collect();
    let frame = Frame { measure: term("robust.frequency").0, ..Frame::default() };
    out.draw(cx, "robust-picture", &RankFrequency { frame, rows, per_bin: spread.ranks_per_bin });
}

fn inputs(found: &Robustness, out: &mut Blocks) {
    out.heading(term("robust.inputs"));
    if !found.declared {
        out.quiet(term("robust.own_choices"));
    }
    let mut table = Table::new(
        "robust-inputs",
        term("robust.inputs_how"),
        &[
            ("input", term("robust.input")),
            ("what", term("changes.what")),
            ("options", term("robust.options")),
        ],
    );
    for input in &found.inputs {
        table.row(vec![
            Cell::text(input.id.as_str()),
            Cell::text(term(&format!("vary.{}", input.what))),
            Cell::text(input.options.join(", ")),
        ]);
    }
    match table.is_empty() {
        true => out.nothing(term("robust.no_inputs")),
        false => out.table(table),
    }
    for note in &found.notes {
        out.quiet(Said::from(note));
    }
}

fn sensitivity(cx: &Context, found: &Robustness, out: &mut Blocks) {
    out.heading(term("robust.sensitivity"));
    let Some(sensitive) = &found.sensitivity else {
        out.nothing(term("robust.no_sensitivity"));
        return;
    };
    let Some(indices) = &sensitive.mean_shift else {
        out.nothing(term("robust.nothing_moves"));
        return;
    };
    let mut table = Table::new(
        "robust-sensitivity",
        term("robust.sensitivity_how"),
        &[
            ("input", term("robust.input")),
            ("#first", term("robust.first_order")),
            ("#total", term("robust.total")),
        ],
    );
    let estimate = |e: Option<&Estimate>| {
        e.map_or_else(Cell::none, |e| {
            let text = |x: f64| readable(Number::Binary64(x), Some(2), cx.package.policy.rounding);
            Cell::number(text(e.value), e.value).small(format!("{} – {}", text(e.low), text(e.high)))
        })
    };
    for (at, input) in sensitive.inputs.iter().enumerate() {
        table.row(vec![
            Cell::text(input.as_str()),
            estimate(indices.first.get(at)),
            estimate(indices.total.get(at)),
        ]);
    }
    let bar = |e: &Estimate| bars::Estimate { value: e.value, low: e.low, high: e.high };
    let mut inputs: Vec<bars::Input> = sensitive
        .inputs
        .iter()
        .enumerate()
        .map(|(at, input)| bars::Input {
            name: Said::same(input.as_str()).0,
            first: indices.first.get(at).map(bar),
            total: indices.total.get(at).map(bar),
        })
        .collect();
    let total = |input: &bars::Input| input.total.as_ref().map_or(0.0, |e| e.value);
    inputs.sort_by(|a, b| total(b).total_cmp(&total(a)));
    let frame = Frame { measure: term("robust.sensitivity_how").0, ..Frame::default() };
    out.draw(cx, "sensitivity-picture", &bars::Sensitivity { frame, inputs });
    out.table(table);
    let widest = indices.widest();
    let text = readable(Number::Binary64(widest), Some(3), cx.package.policy.rounding);
    let key = if widest < CONVERGED { "robust.converged" } else { "robust.not_converged" };
    out.quiet(say(
        key,
        &[
            ("width", text.into()),
            ("limit", CONVERGED.to_string().into()),
            ("draws", sensitive.draws.to_string().into()),
            ("runs", (sensitive.inputs.len() + 2).into()),
        ],
    ));
}

/// The columns of what a change moves.
fn moved(first: (&'static str, Said)) -> Vec<(&'static str, Said)> {
    vec![
        first,
        ("#mean", term("robust.mean_shift")),
        ("#largest", term("robust.largest")),
        ("mover", term("robust.mover")),
        ("#correlation", term("robust.rank_r")),
    ]
}

fn moves(cx: &Context, outcome: &Result<Moves, Failure>) -> Vec<Cell> {
    match outcome {
        Ok(moves) => vec![
            number(cx, Some(moves.mean_shift)),
            Cell::count(moves.max_shift as usize),
            moves.mover.map_or_else(Cell::none, |unit| Cell::text(cx.unit_name(unit))),
            number(cx, moves.correlation),
        ],
        Err(failure) => vec![
            Cell::text(say("robust.no_result", &[("why", failure.message.as_str().into())])),
            Cell::none(),
            Cell::none(),
            Cell::none(),
        ],
    }
}

fn alternatives(cx: &Context, found: &Robustness, out: &mut Blocks) {
    let mut rows: Vec<_> = found.alone.iter().collect();
    let shift =
        |at: &gradus_audit::moves::Alternative| at.outcome.as_ref().map_or(f64::INFINITY, |m| m.mean_shift);
    rows.sort_by(|a, b| shift(b).total_cmp(&shift(a)));
    let mut columns = moved(("input", term("robust.input")));
    columns.insert(1, ("option", term("robust.option")));
    let mut table = Table::new("robust-alone", term("robust.alone_how"), &columns);
    for alternative in rows.iter().take(SHOWN) {
        let mut cells = vec![Cell::text(alternative.input.as_str()), Cell::text(alternative.option.as_str())];
        cells.extend(moves(cx, &alternative.outcome));
        table.row(cells);
    }
    if !table.is_empty() {
        out.heading(term("robust.alone"));
        out.table(table);
        let more = rows.len().saturating_sub(SHOWN);
        if more > 0 {
            out.quiet(say("robust.more_alone", &[("n", more.into())]));
        }
    }
}

/// A node as a link where it is an indicator, else its name.
fn node(cx: &Context, ix: NodeIx) -> Cell {
    match cx.package.nodes[ix].indicator() {
        Some(_) => Cell::link(&cx.link(ix)),
        None => Cell::text(cx.node_name(ix)),
    }
}

fn without(cx: &Context, found: &Robustness, out: &mut Blocks) {
    let mut table = Table::new("robust-without", term("robust.without_how"), &moved(("part", term("part"))));
    for without in &found.without {
        let mut cells = vec![node(cx, without.node)];
        cells.extend(moves(cx, &without.outcome));
        table.row(cells);
    }
    if !table.is_empty() {
        out.heading(term("robust.without"));
        out.table(table);
    }
}

fn spaces(cx: &Context, found: &Robustness, out: &mut Blocks) {
    for space in &found.spaces {
        let (id, key) = match space.admissible {
            Admissible::Declared => ("robust-first-declared", "robust.first_declared"),
            Admissible::All => ("robust-first-any", "robust.first_any"),
        };
        let mut table = Table::new(
            id,
            term(key),
            &[
                ("unit", cx.unit_kind()),
                ("#share", term("robust.share_first")),
                ("can", term("robust.can_be_first")),
            ],
        );
        let mut rows: Vec<_> =
            space.units.iter().filter(|u| u.first > 0.0 || u.can_be_first == Some(true)).collect();
        rows.sort_by(|a, b| b.first.total_cmp(&a.first).then(a.unit.cmp(&b.unit)));
        let never = space.units.iter().filter(|u| u.can_be_first == Some(false)).count();
        for unit in rows {
            let can = unit
                .can_be_first
                .map_or_else(Cell::none, |can| Cell::text(term(if can { "yes" } else { "no" })));
            table.unit_row(
                cx.evaluation.units[unit.unit].as_str(),
                Some(unit.unit) == cx.own,
                vec![Cell::text(cx.unit_name(unit.unit)), percent(cx, unit.first), can],
            );
        }
        out.table(table);
        if never > 0 {
            out.quiet(say("robust.never_first", &[("n", never.into()), ("of", space.units.len().into())]));
        }
    }
}

fn importance(cx: &Context, found: &Robustness, out: &mut Blocks) {
    let mut table = Table::new(
        "robust-importance",
        term("robust.importance_how"),
        &[
            ("part", term("part")),
            ("group", term("robust.group")),
            ("#intended", term("robust.intended")),
            ("#nominal", term("weight")),
            ("#structural", term("effective_weight")),
            ("#measured", term("robust.measured")),
            ("#attainable", term("robust.attainable")),
        ],
    );
    let mut notes = Vec::new();
    for group in &found.importance {
        for part in &group.parts {
            let measured = number(cx, part.ratio);
            table.row(vec![
                node(cx, part.node),
                Cell::text(cx.node_name(group.group)),
                number(cx, Some(part.intended)),
                number(cx, Some(part.nominal)),
                number(cx, part.structural),
                match part.interval {
                    Some((low, high)) => {
                        let text =
                            |x: f64| readable(Number::Binary64(x), Some(2), cx.package.policy.rounding);
                        measured.small(format!("{} – {}", text(low), text(high)))
                    }
                    None => measured,
                },
                number(cx, part.attainable),
            ]);
        }
        if group.attainable() == Some(false) {
            notes.push(say("robust.unattainable", &[("group", cx.node_name(group.group))]));
        }
    }
    if !table.is_empty() {
        out.heading(term("robust.importance"));
        out.table(table.trimmed());
        notes.into_iter().for_each(|note| out.quiet(note));
    }
}

fn grades(cx: &Context, spread: Option<&GradeSpread>, out: &mut Blocks) {
    let Some(spread) = spread else { return };
    let mut table = Table::new(
        "robust-grades",
        say(
            "robust.grades_how",
            &[("draws", spread.draws.to_string().into()), ("failed", spread.failed.to_string().into())],
        ),
        &[
            ("unit", cx.unit_kind()),
            ("standard", term("standard")),
            ("grade", term("grade")),
            ("#proven", term("proven")),
            ("#possible", term("possible")),
        ],
    );
    for standard in &spread.standards {
        let name = standard.standard.map_or_else(Said::default, |at| ledger::name(cx, at));
        for unit in standard.units.iter().filter(|u| cx.own.is_none_or(|own| own == u.unit)) {
            for (at, (proven, possible)) in unit.proven.iter().zip(&unit.possible).enumerate() {
                if *proven > 0.0 || *possible > 0.0 {
                    let grade =
                        at.checked_sub(1).map_or_else(|| term("no_grade"), |grade| cx.grade_name(grade));
                    table.unit_row(
                        cx.evaluation.units[unit.unit].as_str(),
                        Some(unit.unit) == cx.own,
                        vec![
                            Cell::text(cx.unit_name(unit.unit)),
                            Cell::text(name.clone()),
                            Cell::text(grade),
                            percent(cx, *proven),
                            percent(cx, *possible),
                        ],
                    );
                }
            }
        }
    }
    if !table.is_empty() {
        out.heading(term("robust.grades"));
        out.table(table);
    }
}

fn failed(found: &Robustness, out: &mut Blocks) {
    let mut table = Table::new(
        "robust-failed",
        say("robust.failed_how", &[("n", size(found.uncertainty.n_failed()).into())]),
        &[
            ("reason", term("robust.reason")),
            ("#draws", term("robust.draws_word")),
            ("message", term("robust.message")),
        ],
    );
    for failed in &found.uncertainty.failed {
        table.row(vec![
            Cell::text(failed.kind),
            Cell::count(size(failed.count)),
            Cell::text(failed.message.as_str()),
        ]);
    }
    out.table(table);
}
