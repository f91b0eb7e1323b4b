//! The sense of gain: what people say beside what there is, with intervals, and who says otherwise.

use super::block::{Blocks, Cell, Table};
use crate::charts::Frame;
use crate::charts::dumbbells::{Dumbbells, Row, Value};
use crate::context::Context;
use crate::extras::Surveyed;
use crate::figure::{absence, readable};
use crate::said::{Said, say, term};
use gradus_engine::Number;
use gradus_model::Period;
use gradus_model::number::Scalar;
use gradus_survey::Estimated;

/// A p value below this is spoken of.
const LEVEL: f64 = 0.05;

pub(super) fn gain(cx: &Context) -> Blocks {
    if cx.package.surveys.is_empty() && cx.package.survey_uses().next().is_none() {
        return Blocks::empty(term("gain.no_survey"));
    }
    let Some(survey) = cx.extras().and_then(|e| e.survey.as_ref()) else {
        return Blocks::empty(term("gain.not_computed"));
    };
    let mut out = Blocks::new();
    pairs(cx, survey, &mut out);
    estimates(cx, survey, &mut out);
    subgroups(cx, survey, &mut out);
    if out.0.is_empty() {
        out.nothing(term("gain.nothing"));
    }
    out
}

/// Whether a code is that of the unit of the report; every unit is where it is about all.
fn shown(cx: &Context, code: &str) -> bool {
    cx.own.is_none_or(|own| cx.evaluation.units[own] == *code)
}

fn number(cx: &Context, x: f64) -> Cell {
    Cell::number(readable(Number::Binary64(x), Some(1), cx.package.policy.rounding), x)
}

fn interval(cx: &Context, low: f64, high: f64) -> String {
    let text = |x| readable(Number::Binary64(x), Some(1), cx.package.policy.rounding);
    format!("{} – {}", text(low), text(high))
}

fn period(period: Option<Period>) -> Cell {
    period.map_or_else(Cell::default, |p| Cell::text(p.to_string()))
}

/// What people feel beside what there is.
fn pairs(cx: &Context, survey: &Surveyed, out: &mut Blocks) {
    let mut table = Table::new(
        "gain-pairs",
        term("gain.pairs_how"),
        &[
            ("pair", term("gain.pair")),
            ("unit", cx.unit_kind()),
            ("period", term("period")),
            ("#felt", term("gain.felt")),
            ("#is", term("gain.is")),
            ("#difference", term("gain.difference")),
            ("#n", term("gain.n")),
            ("reading", term("gain.reading")),
        ],
    );
    let mut worst: Option<(f64, Said)> = None;
    let mut bells: Vec<Row> = Vec::new();
    for found in &survey.differences {
        let Some(pair) = cx.package.pairs.get(found.pair) else { continue };
        let code = cx.data.units[found.unit].as_str();
        if !shown(cx, code) {
            continue;
        }
        let perceived = cx.link(pair.perceived);
        let reading = match (found.is_clear(), found.difference < 0.0) {
            (false, _) => "gain.same",
            (true, true) => "gain.less",
            (true, false) => "gain.more",
        };
        if found.is_clear() && found.difference < worst.as_ref().map_or(0.0, |(d, _)| *d) {
            worst = Some((found.difference, perceived.name.clone()));
        }
        let value = |x: f64, interval| Value {
            value: x,
            text: readable(Number::Binary64(x), Some(1), cx.package.policy.rounding),
            interval,
            ..Value::default()
        };
        let name = match (cx.own, found.period) {
            (Some(_), Some(period)) => perceived.name.then((", ", "，"), &period.to_string().into()),
            (Some(_), None) => perceived.name.clone(),
            (None, _) => cx.unit_by_code(code).then((": ", "："), &perceived.name),
        };
        bells.push(Row {
            name: name.0,
            objective: Some(value(found.objective.1, None)),
            // The interval is that of the difference, set around what people feel.
            perceived: Some(value(
                found.perceived.1,
                found.interval.map(|(low, high)| (found.objective.1 + low, found.objective.1 + high)),
            )),
            clear: Some(found.is_clear()),
            ..Row::default()
        });
        let difference = number(cx, found.difference);
        let objective = cx.node_by_code(pair.objective.as_str()).text;
        table.row(vec![
            Cell::link(&perceived).small(say("gain.beside", &[("objective", objective)])),
            Cell::text(cx.unit_by_code(code)),
            period(found.period),
            number(cx, found.perceived.1),
            number(cx, found.objective.1),
            match found.interval {
                Some((low, high)) => difference.small(interval(cx, low, high)),
                None => difference,
            },
            found.n.map_or_else(Cell::none, |n| Cell::count(usize::try_from(n).unwrap_or(usize::MAX))),
            Cell::text(term(reading)),
        ]);
    }
    if table.is_empty() {
        if cx.package.pairs.is_empty() {
            out.quiet(term("gain.no_pairs"));
        }
        return;
    }
    match worst {
        Some((_, name)) => out.lead(say("gain.lead", &[("name", name)])),
        None => out.lead(term("gain.lead_none")),
    }
    let frame = Frame { measure: term("gain.pairs_how").0, ..Frame::default() };
    out.draw(cx, "gain-picture", &Dumbbells { frame, rows: bells, interval: term("gain.interval").0 });
    out.table(table.trimmed());
}

/// What respondents say, question by question.
fn estimates(cx: &Context, survey: &Surveyed, out: &mut Blocks) {
    let mut table = Table::new(
        "gain-answers",
        term("gain.answers_how"),
        &[
            ("question", term("gain.question")),
            ("unit", cx.unit_kind()),
            ("period", term("period")),
            ("#estimate", term("gain.estimate")),
            ("interval", term("gain.interval")),
            ("#n", term("gain.n")),
            ("#effective-n", term("gain.effective_n")),
        ],
    );
    for row in survey.tables.rows.iter().filter(|row| shown(cx, row.unit.as_str())) {
        let mut cells = vec![
            question(cx, survey, row.subject),
            Cell::text(cx.unit_by_code(row.unit.as_str())),
            period(row.period),
        ];
        cells.extend(estimated(cx, row.cell.estimate.as_ref().ok()));
        let estimate = row.cell.estimate.as_ref();
        if let Err(why) = estimate {
            // Fewer than the survey allows to be shown, or nobody who knows.
            cells[3] = Cell::text(say("not_available", &[("why", absence(*why))]));
        }
        cells.push(Cell::count(usize::try_from(row.cell.n).unwrap_or(usize::MAX)));
        cells.push(estimate.ok().map_or_else(Cell::none, |e| number(cx, e.effective_n)));
        table.row(cells);
    }
    if table.is_empty() {
        return;
    }
    out.heading(term("gain.answers"));
    out.table(table.trimmed());
    for survey in &cx.package.surveys {
        let level = (survey.confidence_level * gradus_model::Decimal::ONE_HUNDRED).normalize();
        out.quiet(say(
            "gain.survey",
            &[
                ("name", Said::from(&survey.name)),
                ("level", level.to_string().into()),
                ("min", survey.min_n.to_string().into()),
            ],
        ));
    }
}

/// Estimate and interval.
fn estimated(cx: &Context, estimate: Option<&Estimated>) -> [Cell; 2] {
    let Some(found) = estimate else { return [Cell::none(), Cell::none()] };
    let range = found.interval.map(|(low, high)| Cell::text(interval(cx, low.to_f64(), high.to_f64())));
    [number(cx, found.value.to_f64()), range.unwrap_or_else(Cell::none)]
}

/// What was asked: the indicator that takes it, else the question.
fn question(cx: &Context, survey: &Surveyed, subject: usize) -> Cell {
    let subject = &survey.tables.subjects[subject];
    let asked = match subject.questions[..] {
        [one] if subject.items.is_empty() => {
            cx.package.surveys[subject.survey].questions.get(one).map(|q| Said::from(&q.text))
        }
        _ => None,
    };
    match (&subject.used_by, asked) {
        (Some(id), asked) => cx.node_by_code(id.as_str()).small(asked.unwrap_or_default()),
        (None, Some(asked)) => Cell::text(asked),
        (None, None) => Cell::text(subject.items.join(", ")),
    }
}

/// Who says otherwise than everybody else.
fn subgroups(cx: &Context, survey: &Surveyed, out: &mut Blocks) {
    let mut table = Table::new(
        "gain-subgroups",
        term("gain.subgroups_how"),
        &[
            ("question", term("gain.question")),
            ("unit", cx.unit_kind()),
            ("period", term("period")),
            ("subgroup", term("gain.subgroup")),
            ("#estimate", term("gain.estimate")),
            ("interval", term("gain.interval")),
            ("#n", term("gain.n")),
            ("#apart", term("gain.apart")),
            ("#p", term("gain.p")),
        ],
    );
    let mut below: Vec<Said> = Vec::new();
    for row in survey.tables.rows.iter().filter(|row| shown(cx, row.unit.as_str())) {
        for class in &row.classes {
            let name =
                if class.name.is_empty() { term("gain.not_known") } else { Said::same(class.name.as_str()) };
            let mut cells = vec![
                question(cx, survey, row.subject),
                Cell::text(cx.unit_by_code(row.unit.as_str())),
                period(row.period),
                Cell::text(name.clone()),
            ];
            cells.extend(estimated(cx, class.cell.estimate.as_ref().ok()));
            if let Err(why) = &class.cell.estimate {
                cells[4] = Cell::text(say("not_available", &[("why", absence(*why))]));
            }
            cells.push(Cell::count(usize::try_from(class.cell.n).unwrap_or(usize::MAX)));
            cells.push(class.apart.map_or_else(Cell::none, |a| number(cx, a.value)));
            cells.push(class.p.map_or_else(Cell::none, |p| {
                Cell::number(readable(Number::Binary64(p), Some(3), cx.package.policy.rounding), p)
            }));
            table.row(cells);
            let clear = class.p.is_some_and(|p| p < LEVEL) && class.apart.is_some_and(|a| a.value < 0.0);
            if clear && !below.contains(&name) {
                below.push(name);
            }
        }
    }
    if table.is_empty() {
        return;
    }
    out.heading(term("gain.left_out"));
    match below.is_empty() {
        true => out.text(term("gain.nobody")),
        false => out.text(say("gain.below", &[("groups", Said::list(&below))])),
    }
    out.table(table.trimmed());
}
