//! `gradus grade`: which grades are proven, which are still possible, and what decides them.

use super::Done;
use crate::args::{GradeArgs, TableFormat};
use crate::package::{Computed, compute};
use crate::render::escape::{self, visible};
use crate::term::Term;
use crate::{Outcome, table};
use gradus::model::Lang;
use gradus::model::package::{NodeIx, Threshold};
use gradus::report::grade_table::{GradeRow, GradeTable, grade_table};

/// With more rows than this, what decides a grade is shown only for units that are named.
const DECIDED: usize = 12;

pub(super) fn run(args: &GradeArgs, term: &Term) -> Done {
    let computed = compute(&args.package.package, term)?;
    let period = computed.period_or_current(args.period.as_deref())?;
    let units = computed.units(&args.unit)?;
    let own = computed.outcome.own_unit();
    let package = &computed.outcome.package;
    let grades = grade_table(&computed.input(period, own), &units, Some(period));
    if package.standards.is_empty() {
        term.say(&format!("{}: the package has no standard", args.package.package));
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
    for (word, parts) in [(words.0, &next.failing), (words.1, &next.unknown)] {
        for (ix, asked) in parts {
            let line =
                format!("  {word}  {}{}", label(computed, *ix, lang), needs(computed, *ix, *asked, at, zh));
            out.push_str(&line);
            out.push('\n');
        }
    }
    if next.failing.is_empty() && next.unknown.is_empty() {
        // A rule that forbids something fails by what is met; the proof says more than a list of indicators.
        let standard = package.standards.iter().find(|s| s.id == row.standard);
        if let Some(standard) = standard {
            let sentence = gradus::standard::clause_sentence(package, &standard.rule, Some(next.grade), lang);
            out.push_str(&format!("  {}  {}\n", if zh { "规则" } else { "rule" }, visible(&sentence)));
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
fn needs(computed: &Computed, ix: NodeIx, grade: usize, row: usize, zh: bool) -> String {
    let package = &computed.outcome.package;
    let Some(indicator) = package.nodes[ix].indicator() else { return String::new() };
    let evaluation = &computed.outcome.evaluation;
    let unit = indicator
        .measurement_unit
        .as_deref()
        .map(|u| {
            format!(" {}", visible(package.measurement_name(u).get(if zh { Lang::Zh } else { Lang::En })))
        })
        .unwrap_or_default();
    let level = |place: usize| {
        package
            .scale(indicator)
            .and_then(|s| s.levels.get(place))
            .map(|l| format!("`{}`", l.id))
            .unwrap_or_default()
    };
    let raw = evaluation.nodes[ix].raw.get(row).copied().flatten();
    let has = match raw {
        Some(x) if indicator.scale.is_some() => {
            x.to_decimal().and_then(|x| x.to_string().parse().ok()).map(level).unwrap_or_default()
        }
        Some(x) => {
            // A derived figure may have 28 digits; six places tell it from its threshold.
            let text = x.to_string();
            let long = text.split('.').nth(1).is_some_and(|digits| digits.len() > 6);
            let places = indicator.places.unwrap_or(6);
            let rounding = gradus::model::number::Rounding { places, ..package.policy.rounding };
            format!("{}{unit}", if long { x.show(rounding) } else { text })
        }
        None => {
            let cell = evaluation.nodes[ix].cells.get(row).copied();
            let why = match cell {
                Some(gradus::engine::Cell::Absent(absence)) => absence.word(),
                _ => evaluation.nodes[ix]
                    .absence
                    .get(row)
                    .copied()
                    .flatten()
                    .map_or("not-reported", |a| a.word()),
            };
            return if zh { format!("：无数据（{why}）") } else { format!(": no figure ({why})") };
        }
    };
    let Some(step) = indicator.ladder.iter().find(|s| s.grade == grade) else {
        return if zh { format!("：{has}，尚无阈值") } else { format!(": {has}, no threshold yet") };
    };
    let lower = indicator.direction == gradus::model::package::Direction::Lower;
    let (wanted, relation) = match step.threshold {
        Threshold::Number(x) => {
            (format!("{}{unit}", x.normalize()), if lower { "at most " } else { "at least " })
        }
        Threshold::Level(place) => (level(place), ""),
    };
    if zh {
        let relation = if relation.is_empty() {
            ""
        } else if lower {
            "不超过 "
        } else {
            "至少 "
        };
        format!("：现为 {has}，要求{relation}{wanted}")
    } else {
        format!(": {has}, asked for {relation}{wanted}")
    }
}
