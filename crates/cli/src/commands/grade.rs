//! `gradus grade`: which grades are proven, which are still possible, and what decides them.

mod views;

use super::Done;
use crate::args::{GradeArgs, TableFormat};
use crate::package::{Computed, compute};
use crate::render::escape::{self, visible};
use crate::term::Term;
use crate::{Outcome, table};
use gradus::engine::Cell;
use gradus::model::Lang;
use gradus::model::number::Rounding;
use gradus::model::observation::Value;
use gradus::model::package::{NodeIx, Threshold};
use gradus::report::grade_table::{GradeRow, GradeTable, asked_step, grade_table, told_apart};
use gradus::standard::{Verdict, threshold_words};

/// With more rows than this, what decides a grade is shown only for units that are named.
const DECIDED: usize = 12;

pub(super) fn run(args: &GradeArgs, term: &Term) -> Done {
    term.speak(args.lang.lang());
    let computed = compute(&args.package.package, args.weights.set.as_deref(), term)?;
    let period = computed.period_or_current(args.period.as_deref())?;
    let units = computed.units(&args.unit)?;
    let own = computed.outcome.own_unit();
    if !args.show.is_empty() {
        return views::run(args, &computed, period, &units, term);
    }
    let package = &computed.outcome.package;
    let grades = grade_table(&computed.input(period, own), &units, Some(period));
    if package.standards.is_empty() {
        term.say(&format!("{}: the package has no standard", args.package.package));
    }
    // What programs read has no place for a remark.
    if args.format != TableFormat::Table {
        term.notices().iter().for_each(|notice| term.say(notice));
    }
    match args.format {
        TableFormat::Csv => term.data(&grades.csv(package))?,
        TableFormat::Json => term.data(&escape::json(&grades.json(package)))?,
        TableFormat::Table => {
            let lang = args.lang.lang();
            let (headings, cells) = grades.cells(lang);
            let columns: Vec<table::Column> = headings.into_iter().map(table::Column::text).collect();
            let keep = columns.len();
            let mut text = if cells.is_empty() {
                String::new()
            } else {
                table::show(&columns, &cells, keep, term.width()).0
            };
            let all = grades.rows.len() <= DECIDED;
            for row in
                grades.rows.iter().filter(|row| all || units.contains(&row.unit) || own == Some(row.unit))
            {
                text.push_str(&decides(&computed, &grades, row, period, lang));
            }
            term.notices().iter().for_each(|notice| text.push_str(&format!("\n{notice}\n")));
            term.out(&text)?;
        }
    }
    Ok(Outcome::Done)
}

/// What keeps the next grade from being proven: what fails, by how much, and what is not known.
fn decides(computed: &Computed, grades: &GradeTable, row: &GradeRow, period: usize, lang: Lang) -> String {
    let Some(next) = &row.next else { return String::new() };
    let package = &computed.outcome.package;
    let zh = lang == Lang::Zh;
    let grade = grades.grades.get(next.grade).map_or("", |(_, name)| name.get(lang));
    let name = row.unit_name.get(lang);
    let mut out = if zh {
        format!("\n{}：{}，{}\n", visible(name), visible(row.standard_name.get(lang)), visible(grade))
    } else {
        format!("\n{}: {}, {}\n", visible(name), visible(row.standard_name.get(lang)), visible(grade))
    };
    let at = computed.outcome.evaluation.row(row.unit, period);
    let words = if zh { ("未达到", "未知") } else { ("not met", "unknown") };
    let Some(asks) = &next.asks else { return out };
    for (depth, _, ask) in asks.flat() {
        let pad = "  ".repeat(depth + 1);
        out.push_str(&format!(
            "{pad}{}{}\n",
            visible(ask.heading(package).get(lang)),
            if zh { "：" } else { ":" }
        ));
        for (word, verdict, parts) in
            [(words.0, Verdict::NotMet, &ask.failing), (words.1, Verdict::Unknown, &ask.unknown)]
        {
            for (ix, asked) in parts {
                let needs = needs(computed, *ix, (*asked, verdict), at, lang);
                out.push_str(&format!("{pad}  {word}  {}{needs}\n", label(computed, *ix, lang)));
            }
        }
    }
    out
}

fn label(computed: &Computed, ix: NodeIx, lang: Lang) -> String {
    let node = &computed.outcome.package.nodes[ix];
    let name = node.name.get(lang);
    if name == node.id.as_str() { node.id.to_string() } else { format!("{} ({})", visible(name), node.id) }
}

/// What an indicator has and what the grade asks for.
fn needs(
    computed: &Computed,
    ix: NodeIx,
    (grade, verdict): (usize, Verdict),
    row: usize,
    lang: Lang,
) -> String {
    let package = &computed.outcome.package;
    let Some(indicator) = package.nodes[ix].indicator() else { return String::new() };
    let zh = lang == Lang::Zh;
    let unit = indicator
        .measurement_unit
        .as_deref()
        .map(|u| format!(" {}", visible(package.measurement_name(u).get(lang))))
        .unwrap_or_default();
    let level = |place: usize| {
        package
            .scale(indicator)
            .and_then(|s| s.levels.get(place))
            .map(|l| format!("`{}`", l.id))
            .unwrap_or_default()
    };
    let step = asked_step(indicator, grade, verdict);
    let has = match value(computed, ix, row, step.map(|s| s.threshold), &unit, &level, zh) {
        Ok(has) => has,
        Err(_) if indicator.unpublished => {
            // What is not public has no figure to lack.
            return if zh {
                "：未公布（not-published）".to_owned()
            } else {
                ": not-published".to_owned()
            };
        }
        Err(why) => {
            return if zh { format!("：无数据（{why}）") } else { format!(": no figure ({why})") };
        }
    };
    let Some(step) = step else {
        return if zh { format!("：{has}，尚无阈值") } else { format!(": {has}, no threshold yet") };
    };
    let wanted = threshold_words(package, ix, step, lang);
    let wanted = visible(&wanted);
    if zh { format!("：现为 {has}，要求{wanted}") } else { format!(": {has}, asked for {wanted}") }
}

/// What is known of an indicator: a number told apart from its threshold, bounds, a level, a title with its days; else
/// why there is nothing.
fn value(
    computed: &Computed,
    ix: NodeIx,
    row: usize,
    threshold: Option<Threshold>,
    unit: &str,
    level: &dyn Fn(usize) -> String,
    zh: bool,
) -> Result<String, &'static str> {
    let package = &computed.outcome.package;
    let evaluation = &computed.outcome.evaluation;
    let observed = evaluation.observation(&computed.outcome.import.data, ix, row).map(|o| o.value);
    let scaled = package.nodes[ix].indicator().is_some_and(|i| i.scale.is_some());
    if let Some(Value::Title { level: place, awarded, expires }) = observed {
        let mut out = level(place);
        if let Some(day) = awarded {
            out.push_str(&if zh { format!("，自 {day} 起") } else { format!(" since {day}") });
        }
        if let Some(day) = expires {
            out.push_str(&if zh { format!("，至 {day}") } else { format!(" until {day}") });
        }
        return Ok(out);
    }
    if let Some(x) = evaluation.nodes[ix].raw.get(row) {
        if scaled {
            return Ok(x
                .to_decimal()
                .and_then(|x| x.to_string().parse().ok())
                .map(level)
                .unwrap_or_default());
        }
        // A derived figure may have 28 digits; six places tell it from most thresholds.
        let text = x.to_string();
        let long = text.split('.').nth(1).is_some_and(|digits| digits.len() > 6);
        let places = package.nodes[ix].indicator().and_then(|i| i.places).unwrap_or(6);
        let rounding = Rounding { places, ..package.policy.rounding };
        let text = match threshold {
            Some(Threshold::Number(threshold)) if long => told_apart(x, threshold, rounding),
            _ if long => x.show(rounding),
            _ => text,
        };
        return Ok(format!("{text}{unit}"));
    }
    if let Some(Value::Interval { lower, upper }) = observed {
        return Ok(match (lower, upper) {
            (Some(a), Some(b)) if zh => format!("介于 {a} 与 {b}{unit} 之间"),
            (Some(a), Some(b)) => format!("between {a} and {b}{unit}"),
            (Some(a), None) if zh => format!("不少于 {a}{unit}"),
            (Some(a), None) => format!("at least {a}{unit}"),
            (None, Some(b)) if zh => format!("不多于 {b}{unit}"),
            (None, Some(b)) => format!("at most {b}{unit}"),
            (None, None) => "?".to_owned(),
        });
    }
    Err(match evaluation.nodes[ix].cells.get(row) {
        Some(Cell::Absent(absence)) => absence.word(),
        _ => evaluation.nodes[ix].absence.get(row).copied().flatten().map_or("not-reported", |a| a.word()),
    })
}
