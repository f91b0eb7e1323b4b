//! What changed since the last edition: for scores, what really moved, what was revised, what the method did, and who joined or left.

use super::block::{Blocks, Cell, Table};
use super::peers::period_before;
use crate::charts::Frame;
use crate::charts::waterfall::{Bar, Step, Waterfall};
use crate::context::Context;
use crate::extras::{Earlier, EarlierUnit, GradeCodes, Stand};
use crate::said::{Said, say, term};
use gradus_engine::Number;
use gradus_model::Package;

/// Most rows of the lists of definitions and revised cells; the JSON has all of both.
const ROWS: usize = 200;

pub(super) fn changes(cx: &Context) -> Blocks {
    let mut out = Blocks::new();
    match cx.extras().and_then(|e| e.earlier.as_ref()) {
        None => out.nothing(term("changes.no_earlier")),
        Some(earlier) => since(cx, earlier, &mut out),
    }
    periods(cx, &mut out);
    out
}

fn signed(cx: &Context, x: f64) -> String {
    let shown = cx.score_text(Number::Binary64(x));
    // What rounds to nothing has no sign.
    let nothing = !shown.bytes().any(|b| (b'1'..=b'9').contains(&b));
    match (nothing, x > 0.0) {
        (true, _) => shown.trim_start_matches('\u{2212}').to_owned(),
        (false, true) => format!("+{shown}"),
        (false, false) => shown,
    }
}

/// The difference of two scores, where both are there.
fn effect(from: Stand, to: Stand) -> Option<f64> {
    Some(to.score? - from.score?)
}

fn effects(unit: &EarlierUnit) -> [(&'static str, Option<f64>); 4] {
    [
        ("changes.real", effect(unit.revised, unit.moved)),
        ("changes.revision", effect(unit.before, unit.revised)),
        ("changes.method", effect(unit.moved, unit.method)),
        ("changes.membership", effect(unit.method, unit.after)),
    ]
}

fn since(cx: &Context, earlier: &Earlier, out: &mut Blocks) {
    let own = cx.own.and_then(|own| earlier.units.iter().find(|u| cx.evaluation.units[own] == *u.unit));
    let named = || match &earlier.edition {
        Some(edition) => Said::same(format!("{} ({edition})", earlier.name)),
        None => Said::same(earlier.name.as_str()),
    };
    if let Some(unit) = own
        && let Some(total) = effect(unit.before, unit.after)
    {
        let parts: Vec<Said> = effects(unit)
            .iter()
            .filter_map(|(key, x)| Some(term(key).then((" ", ""), &signed(cx, (*x)?).into())))
            .collect();
        out.lead(say(
            "changes.lead",
            &[
                ("unit", cx.unit_by_code(&unit.unit)),
                ("total", signed(cx, total).into()),
                ("earlier", named()),
                ("parts", Said::list(&parts)),
            ],
        ));
    } else {
        out.lead(say("changes.against", &[("earlier", named())]));
    }
    out.quiet(term("changes.how"));
    if let Some(why) = &earlier.why_not {
        out.caution(say("changes.why_not", &[("why", why.as_str().into())]));
    }
    if let Some(unit) = own {
        picture(cx, unit, out);
    }
    scores(cx, earlier, out);
    grades(cx, earlier, out);
    out.heading(term("changes.definitions"));
    let mut table = Table::new(
        "changed-definitions",
        term("changes.definitions_how"),
        &[
            ("item", term("changes.item")),
            ("what", term("changes.what")),
            ("before", term("step.before")),
            ("after", term("step.after")),
        ],
    );
    for [item, what, before, after] in earlier.definitions.iter().take(ROWS) {
        table.row(vec![
            cx.node_by_code(item),
            Cell::text(what.as_str()),
            Cell::text(before.as_str()),
            Cell::text(after.as_str()),
        ]);
    }
    match table.is_empty() {
        true => out.nothing(term("changes.no_definitions")),
        false => out.table(table),
    }
    out.heading(term("changes.revised"));
    let mut table = Table::new(
        "revised-figures",
        say("changes.revised_n", &[("n", earlier.revised.len().into())]),
        &[
            ("unit", cx.unit_kind()),
            ("indicator", term("indicator")),
            ("period", term("period")),
            ("#before", term("step.before")),
            ("#after", term("step.after")),
        ],
    );
    for [unit, indicator, period, before, after] in earlier.revised.iter().take(ROWS) {
        let figure =
            |text: &str| text.parse::<f64>().map_or_else(|_| Cell::text(text), |x| Cell::number(text, x));
        table.row(vec![
            Cell::text(cx.unit_by_code(unit)),
            cx.node_by_code(indicator),
            Cell::text(period.as_str()),
            figure(before),
            figure(after),
        ]);
    }
    match table.is_empty() {
        true => out.nothing(term("changes.no_revisions")),
        false => out.table(table),
    }
    let more = earlier.revised.len().saturating_sub(ROWS);
    if more > 0 {
        out.quiet(say("changes.more", &[("n", more.into())]));
    }
}

/// The way of the own unit's score, one change after the other.
fn picture(cx: &Context, unit: &EarlierUnit, out: &mut Blocks) {
    let (Some(before), Some(after)) = (unit.before.score, unit.after.score) else { return };
    let bar = |key: &str, value: f64| Bar {
        name: term(key).0,
        value,
        text: cx.score_text(Number::Binary64(value)),
    };
    let [real, revision, method, membership] = effects(unit);
    let steps = [revision, real, method, membership]
        .into_iter()
        .map(|(key, x)| Step {
            name: term(key).0,
            value: x,
            text: x.map_or_else(|| term("unknown"), |x| Said::same(signed(cx, x))).0,
        })
        .collect();
    let frame =
        Frame { subject: cx.unit_by_code(&unit.unit).0, measure: term("score").0, ..Frame::default() };
    let chart = Waterfall {
        frame,
        start: Some(bar("changes.before", before)),
        steps,
        total: bar("changes.after", after),
    };
    out.draw(cx, "changes-picture", &chart);
}

fn scores(cx: &Context, earlier: &Earlier, out: &mut Blocks) {
    let mut table = Table::new(
        "changes-scores",
        term("changes.scores_how"),
        &[
            ("unit", cx.unit_kind()),
            ("#before", term("changes.before")),
            ("#revision", term("changes.revision")),
            ("#real", term("changes.real")),
            ("#method", term("changes.method")),
            ("#membership", term("changes.membership")),
            ("#after", term("changes.after")),
            ("#rank-before", term("changes.rank_before")),
            ("#rank-after", term("changes.rank_after")),
        ],
    );
    let own = cx.own.map(|own| cx.evaluation.units[own].as_str());
    for unit in &earlier.units {
        let score = |stand: Stand| {
            stand.score.map_or_else(Cell::none, |x| Cell::number(cx.score_text(Number::Binary64(x)), x))
        };
        let rank = |stand: Stand| {
            stand.rank.map_or_else(Cell::none, |x| Cell::number(Number::Binary64(x).to_string(), x))
        };
        let [(_, real), (_, revision), (_, method), (_, membership)] = effects(unit);
        let change = |x: Option<f64>| x.map_or_else(Cell::none, |x| Cell::number(signed(cx, x), x));
        if unit.before.score.is_none() && unit.after.score.is_none() {
            continue;
        }
        let mut name = Cell::text(cx.unit_by_code(&unit.unit));
        name = match unit.there {
            (false, _) => name.small(term("changes.new")),
            (_, false) => name.small(term("changes.gone")),
            _ => name,
        };
        table.unit_row(
            &unit.unit,
            own == Some(unit.unit.as_str()),
            vec![
                name,
                score(unit.before),
                change(revision),
                change(real),
                change(method),
                change(membership),
                score(unit.after),
                rank(unit.before),
                rank(unit.after),
            ],
        );
    }
    out.table(table);
}

/// Grades before and now, of units where they differ.
fn grades(cx: &Context, earlier: &Earlier, out: &mut Blocks) {
    if !earlier.units.iter().any(|u| u.grades.is_some()) {
        return;
    }
    let name = |code: &Option<String>| match code {
        None => term("no_grade"),
        Some(code) => match cx.package.grades.iter().position(|g| g.id == **code) {
            Some(grade) => cx.grade_name(grade),
            None => Said::same(code.as_str()),
        },
    };
    let interval = |(proven, possible): &GradeCodes| match proven == possible || possible.is_none() {
        true => name(proven),
        false => say("interval.grades", &[("low", name(proven)), ("high", name(possible))]),
    };
    let mut table = Table::new(
        "changes-grades",
        term("changes.grades_how"),
        &[("unit", cx.unit_kind()), ("before", term("step.before")), ("after", term("step.after"))],
    );
    for unit in &earlier.units {
        let Some((before, after)) = unit.grades.as_ref().filter(|(before, after)| before != after) else {
            continue;
        };
        table.row(vec![
            Cell::text(cx.unit_by_code(&unit.unit)),
            Cell::text(interval(before)),
            Cell::text(interval(after)),
        ]);
    }
    match table.is_empty() {
        true => out.text(term("changes.same_grades")),
        false => out.table(table),
    }
}

/// What moved between the two last periods of this edition, by one method and one set of figures.
fn periods(cx: &Context, out: &mut Blocks) {
    let ix = Package::ROOT;
    let Some(before) = period_before(cx, ix) else { return };
    let period =
        |p: usize| cx.evaluation.periods.get(p).copied().flatten().map(|p| p.to_string()).unwrap_or_default();
    out.heading(say("changes.within", &[("from", period(before).into()), ("to", period(cx.period).into())]));
    let mut rows: Vec<(usize, f64, f64)> = (0..cx.evaluation.units.len())
        .filter_map(|u| {
            let score = |p| cx.evaluation.score(ix, cx.evaluation.row(u, p)).map(|x| x.to_f64());
            Some((u, score(before)?, score(cx.period)?))
        })
        .collect();
    rows.sort_by(|a, b| (b.2 - b.1).total_cmp(&(a.2 - a.1)).then(a.0.cmp(&b.0)));
    let n = rows.len();
    // The largest gains and losses, and the unit of the report.
    const ENDS: usize = 3;
    let mut table = Table::new(
        "changes-periods",
        term("changes.within_how"),
        &[
            ("unit", cx.unit_kind()),
            ("#before", term("step.before")),
            ("#after", term("step.after")),
            ("#change", term("peers.change")),
        ],
    );
    for (at, (u, a, b)) in rows.iter().enumerate() {
        let end = at < ENDS || at + ENDS >= n;
        if !end && Some(*u) != cx.own {
            continue;
        }
        let score = |x: f64, p: usize| {
            Cell::number(cx.score_text(Number::Binary64(x)), x).of(cx.reference(ix, cx.evaluation.row(*u, p)))
        };
        table.unit_row(
            cx.evaluation.units[*u].as_str(),
            Some(*u) == cx.own,
            vec![
                Cell::text(cx.unit_name(*u)),
                score(*a, before),
                score(*b, cx.period),
                Cell::number(signed(cx, b - a), b - a),
            ],
        );
    }
    out.table(table);
}
