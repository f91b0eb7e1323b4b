//! Grades of units as data: what is proven, what is possible, and what decides it.

use crate::{Input, csv, glossary, names};
use gradus_model::package::NodeIx;
use gradus_model::{Id, Lang, Package, Text};
use gradus_standard::{GradeInterval, NodeGrade, Proof, RowGrading, Verdict, hardest};
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
            let Some(grading) = input.grading.rows.get(evaluation.row(unit, p)) else { continue };
            for grade in &grading.standards {
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
                    verdicts: grade.proofs.iter().map(|proof| proof.verdict).collect(),
                    next: next(package, grading, grade.interval, &grade.proofs),
                });
            }
        }
    }
    GradeTable { grades: package.grades.iter().map(|g| (g.id.clone(), g.name.clone())).collect(), rows }
}

/// What keeps the grade above the proven one from being proven.
pub(crate) fn next(
    package: &Package,
    grading: &RowGrading,
    interval: GradeInterval,
    proofs: &[Proof],
) -> Option<Next> {
    let grade = interval.proven.map_or(0, |g| g + 1);
    let proof = proofs.get(grade)?;
    Some(Next {
        grade,
        verdict: proof.verdict,
        failing: indicators_that_are(package, grading, proof, Verdict::NotMet),
        unknown: indicators_that_are(package, grading, proof, Verdict::Unknown),
    })
}

/// The indicators with a verdict that a proof rests on; a group stands for the indicators below it with that verdict.
fn indicators_that_are(
    package: &Package,
    grading: &RowGrading,
    proof: &Proof,
    verdict: Verdict,
) -> Vec<(NodeIx, usize)> {
    let mut out = Vec::new();
    for (part, grade) in proof.parts_that_are(verdict) {
        if package.nodes[part].indicator().is_some() {
            out.push((part, grade));
        } else {
            let below = package
                .indicators_below(part)
                .into_iter()
                .filter(|ix| node_grade(grading, *ix).and_then(|g| g.verdicts.get(grade)) == Some(&verdict));
            out.extend(below.map(|ix| (ix, grade)));
        }
    }
    hardest(out)
}

/// The grade of a node in a row, where it has one.
pub(crate) fn node_grade(grading: &RowGrading, ix: NodeIx) -> Option<&NodeGrade> {
    grading.nodes.iter().find(|g| g.node == ix).filter(|g| !g.verdicts.is_empty())
}

/// The word of a verdict in files.
pub(crate) fn verdict_word(verdict: Verdict) -> &'static str {
    match verdict {
        Verdict::Met => "met",
        Verdict::Unknown => "unknown",
        Verdict::NotMet => "not-met",
    }
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
                let (_, failing, unknown) = self.decides(package, row);
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
                    "next": row.next.as_ref().map(|next| json!({
                        "grade": self.grade(Some(next.grade)),
                        "verdict": verdict_word(next.verdict),
                        "failing": failing,
                        "unknown": unknown,
                    })),
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
