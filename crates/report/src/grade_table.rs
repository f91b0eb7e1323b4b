//! Grades of units as data: what is proven, what is possible, and what decides it.

use crate::ask::{self, Ask, Kind};
use crate::json::number;
use crate::{Input, csv, glossary, names};
use gradus_engine::Number;
use gradus_model::number::Rounding;
use gradus_model::package::{Indicator, NodeIx, Step};
use gradus_model::{Decimal, Id, Lang, Package, Text};
use gradus_standard::{GradeInterval, NodeGrade, RowGrading, StandardGrade, Verdict, hardest};
use serde_json::{Value, json};

/// The grades of a package's units.
#[derive(Debug, Clone, PartialEq)]
pub struct GradeTable {
    /// The grades, the lowest first: code and name.
    pub grades: Vec<(Id, Text)>,
    /// One row per unit, period and standard.
    pub rows: Vec<GradeRow>,
}

/// The grade of one unit in one period by one standard.
#[derive(Debug, Clone, PartialEq)]
pub struct GradeRow {
    /// The unit, by place in the evaluation.
    pub unit: usize,
    /// Its code.
    pub unit_id: Id,
    /// Its name.
    pub unit_name: Text,
    /// The period, where it has a name.
    pub period: Option<String>,
    /// Code of the standard.
    pub standard: Id,
    /// Name of the standard.
    pub standard_name: Text,
    /// What is proven and what is possible.
    pub interval: GradeInterval,
    /// The verdict at each grade.
    pub verdicts: Vec<Verdict>,
    /// The next grade above the proven one, and what keeps it from being proven; none at the top.
    pub next: Option<Next>,
}

/// What keeps a grade from being proven.
#[derive(Debug, Clone, PartialEq)]
pub struct Next {
    /// The grade.
    pub grade: usize,
    /// Whether it is ruled out or not known.
    pub verdict: Verdict,
    /// What the rule still asks for, without what already holds; none where the rule is of a kind that is not known.
    pub asks: Option<Ask>,
    /// Indicators below the threshold, each with the grade that is asked of it.
    pub failing: Vec<(NodeIx, usize)>,
    /// Indicators of which it is not known, each with the grade that is asked of it.
    pub unknown: Vec<(NodeIx, usize)>,
}

/// The grades of units in a period (every period where `None`), in the order of the evaluation.
#[must_use]
pub fn grade_table(input: &Input, units: &[usize], period: Option<usize>) -> GradeTable {
    let package = input.package;
    let evaluation = input.evaluation;
    let mut rows = Vec::new();
    for p in (0..evaluation.periods.len()).filter(|p| period.is_none_or(|only| only == *p)) {
        for unit in (0..evaluation.units.len()).filter(|u| units.is_empty() || units.contains(u)) {
            let Some(grading) = input.grading.row(evaluation.row(unit, p)) else { continue };
            for grade in grading.standards() {
                let standard = &package.standards[grade.standard];
                rows.push(GradeRow {
                    unit,
                    unit_id: evaluation.units[unit].clone(),
                    unit_name: names::unit(package, input.unit_names, &evaluation.units[unit]),
                    period: evaluation.periods[p].map(|p| p.to_string()),
                    standard: standard.id.clone(),
                    standard_name: if standard.name.is_empty() {
                        names::neutral(standard.id.as_str())
                    } else {
                        standard.name.clone()
                    },
                    interval: grade.interval,
                    verdicts: grade.verdicts(),
                    next: next(package, &grade),
                });
            }
        }
    }
    GradeTable { grades: package.grades.iter().map(|g| (g.id.clone(), g.name.clone())).collect(), rows }
}

/// What keeps the grade above the proven one from being proven.
pub(crate) fn next(package: &Package, found: &StandardGrade<'_>) -> Option<Next> {
    let grade = found.interval.proven.map_or(0, |g| g + 1);
    let verdict = found.verdict(grade)?;
    let asks = ask::standard(package, found, grade);
    let (mut failing, mut unknown) = (Vec::new(), Vec::new());
    if let Some(asks) = &asks {
        asks.collect(&mut failing, &mut unknown);
    }
    Some(Next { grade, verdict, asks, failing: hardest(failing), unknown: hardest(unknown) })
}

/// The step of a ladder that decides a verdict at a grade: the grade's own; what is not met without one fails the
/// hardest of the easier steps, which the grade includes. What is unknown without one lacks a threshold.
#[must_use]
pub fn asked_step(indicator: &Indicator, grade: usize, verdict: Verdict) -> Option<&Step> {
    let decides = |step: &&Step| step.grade == grade || (verdict == Verdict::NotMet && step.grade < grade);
    indicator.ladder.iter().filter(decides).max_by_key(|s| s.grade)
}

/// A number with as many more digits as tell it from a threshold it is not equal to.
#[must_use]
pub fn told_apart(x: Number, threshold: Decimal, rounding: Rounding) -> String {
    let same = |text: &str| text.parse::<Decimal>().is_ok_and(|shown| shown == threshold);
    let mut shown = x.show(rounding);
    if x.to_decimal() == Some(threshold) {
        return shown;
    }
    let mut places = rounding.places;
    while same(&shown) && places < 28 {
        places += 1;
        shown = x.show(Rounding { places, ..rounding });
    }
    shown
}

/// The grade of a node in a row, where it has one.
pub(crate) fn node_grade<'a>(grading: RowGrading<'a>, ix: NodeIx) -> Option<NodeGrade<'a>> {
    grading.node(ix)
}

/// The word of a verdict in files.
pub(crate) fn verdict_word(verdict: Verdict) -> &'static str {
    match verdict {
        Verdict::Met => "met",
        Verdict::Unknown => "unknown",
        Verdict::NotMet => "not-met",
    }
}

/// What keeps a grade from being proven, for programs.
pub(crate) fn next_json(package: &Package, next: &Next) -> Value {
    json!({
        "grade": grade_code(package, next.grade),
        "verdict": verdict_word(next.verdict),
        "asks": next.asks.as_ref().map(|asks| ask_json(package, asks)),
        "failing": asked_json(package, &next.failing),
        "unknown": asked_json(package, &next.unknown),
    })
}

fn grade_code(package: &Package, grade: usize) -> Option<&str> {
    package.grades.get(grade).map(|g| g.id.as_str())
}

fn asked_json(package: &Package, parts: &[(NodeIx, usize)]) -> Value {
    parts
        .iter()
        .map(|(ix, grade)| {
            json!({ "node": package.nodes[*ix].id.as_str(), "asked": grade_code(package, *grade) })
        })
        .collect()
}

/// An ask is as deep as the rule it comes from, and rules are read to a bounded depth.
fn ask_json(package: &Package, ask: &Ask) -> Value {
    let mut out = json!({
        "kind": ask.kind.word(),
        "verdict": verdict_word(ask.verdict),
        "failing": asked_json(package, &ask.failing),
        "unknown": asked_json(package, &ask.unknown),
        "asks": ask.asks.iter().map(|a| ask_json(package, a)).collect::<Vec<_>>(),
    });
    if let Some((more, of)) = ask.counts() {
        out["more"] = more.into();
        out["of"] = of.into();
    }
    if let Some(group) = ask.group {
        out["group"] = package.nodes[group].id.as_str().into();
    }
    if let Kind::Points(points) | Kind::Weight(points) = ask.kind {
        out["needed"] = number(Number::Decimal(points));
    }
    if let Some(words) = ask.clause() {
        out["clause"] = words.get(Lang::En).into();
    }
    out
}

impl GradeTable {
    fn grade(&self, grade: Option<usize>) -> &str {
        grade.and_then(|g| self.grades.get(g)).map_or("", |(id, _)| id.as_str())
    }
    /// The table as CSV: unit, period, standard, proven, possible, next, and what decides the next grade.
    #[must_use]
    pub fn csv(&self, package: &Package) -> String {
        let mut out = String::from("unit,period,standard,proven,possible,next,failing,unknown\n");
        for row in &self.rows {
            let (next, failing, unknown) = self.decides(package, row);
            let fields = [
                row.unit_id.to_string(),
                row.period.clone().unwrap_or_default(),
                row.standard.to_string(),
                self.grade(row.interval.proven).to_owned(),
                self.grade(row.interval.possible).to_owned(),
                next,
                failing.join(" "),
                unknown.join(" "),
            ];
            csv::record(&mut out, fields.iter().map(|f| csv::text(f)));
        }
        out
    }
    fn decides(&self, package: &Package, row: &GradeRow) -> (String, Vec<String>, Vec<String>) {
        let ids = |parts: &[(NodeIx, usize)]| {
            parts.iter().map(|(ix, _)| package.nodes[*ix].id.to_string()).collect()
        };
        match &row.next {
            Some(next) => (self.grade(Some(next.grade)).to_owned(), ids(&next.failing), ids(&next.unknown)),
            None => Default::default(),
        }
    }
    /// The table as a JSON array of objects.
    #[must_use]
    pub fn json(&self, package: &Package) -> String {
        let code = |grade: Option<usize>| grade.map(|_| self.grade(grade));
        let rows: Vec<Value> = self
            .rows
            .iter()
            .map(|row| {
                let verdicts: serde_json::Map<String, Value> = row
                    .verdicts
                    .iter()
                    .enumerate()
                    .map(|(g, v)| (self.grade(Some(g)).to_owned(), verdict_word(*v).into()))
                    .collect();
                json!({
                    "unit": row.unit_id.as_str(),
                    "period": row.period,
                    "standard": row.standard.as_str(),
                    "proven": code(row.interval.proven),
                    "possible": code(row.interval.possible),
                    "verdicts": verdicts,
                    "next": row.next.as_ref().map(|next| next_json(package, next)),
                })
            })
            .collect();
        format!("{:#}\n", Value::Array(rows))
    }
    /// Headings and cells for a printed table: unit, period, standard, proven, possible, failing and unknown counts.
    #[must_use]
    pub fn cells(&self, lang: Lang) -> (Vec<String>, Vec<Vec<String>>) {
        let named = self.rows.iter().any(|r| r.period.is_some());
        let mut keys = vec![
            "unit",
            "period",
            "standard",
            "head.proven",
            "head.possible",
            "next_grade",
            "head.failing",
            "head.unknown",
        ];
        if !named {
            keys.retain(|k| *k != "period");
        }
        let head = keys.iter().map(|k| glossary::text(k).get(lang).to_owned()).collect();
        let grade = |g: Option<usize>| match g.and_then(|g| self.grades.get(g)) {
            Some((id, name)) if name.is_empty() => id.to_string(),
            Some((_, name)) => name.get(lang).to_owned(),
            None => glossary::text("no_grade").get(lang).to_owned(),
        };
        let rows = self
            .rows
            .iter()
            .map(|row| {
                let mut cells = vec![row.unit_name.get(lang).to_owned()];
                if named {
                    cells.push(row.period.clone().unwrap_or_default());
                }
                cells.push(row.standard_name.get(lang).to_owned());
                cells.push(grade(row.interval.proven));
                cells.push(grade(row.interval.possible));
                match &row.next {
                    Some(next) => cells.extend([
                        grade(Some(next.grade)),
                        next.failing.len().to_string(),
                        next.unknown.len().to_string(),
                    ]),
                    None => cells.extend([String::new(), String::new(), String::new()]),
                }
                cells
            })
            .collect();
        (head, rows)
    }
}
