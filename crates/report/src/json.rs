//! The whole result for programs: codes and exact numbers, texts in both languages, every mark and reason.

use crate::grade_table::{next, next_json, node_grade, verdict_word};
use crate::{Input, Options, gap, names};
use gradus_data::Reason;
use gradus_engine::{Cell, Number};
use gradus_model::number::{Arithmetic, RoundingMode, Ties};
use gradus_model::observation::{Detail, Value as Observed};
use gradus_model::package::{NodeIx, NodeKind, PackageStatus, Threshold, UnitRole};
use gradus_model::policy::{Basis, Fit, MissingAction, MissingGrade, PeriodRule};
use gradus_model::{Lang, Package, Text};
use gradus_standard::{GradeInterval, Proof};
use serde_json::{Map, Value, json};

/// The report as JSON: one object, the same facts as the pages, numbers at full precision.
#[must_use]
pub fn json(input: &Input, options: &Options) -> String {
    let package = input.package;
    let evaluation = input.evaluation;
    let report = json!({
        "format": "gradus-report-1",
        "program": { "name": "gradus", "version": options.version, "command": options.command },
        "package": index(package),
        "policy": policy(package),
        "period": evaluation.periods.get(input.period).copied().flatten().map(|p| p.to_string()),
        "unit": input.own.and_then(|u| evaluation.units.get(u)).map(|id| id.as_str()),
        "grades": package.grades.iter().map(|g| json!({
            "id": g.id.as_str(), "name": text(&g.name), "letter": text(&g.letter),
        })).collect::<Vec<_>>(),
        "units": (0..evaluation.units.len()).map(|u| unit(input, u)).collect::<Vec<_>>(),
        "nodes": package.tree().into_iter().map(|(ix, depth)| node(input, ix, depth)).collect::<Vec<_>>(),
        "gaps": gap::gaps(input).iter().map(|g| json!({
            "indicator": package.nodes[g.node].id.as_str(),
            "value": number(Number::Decimal(g.value)),
            "grade": package.grades[g.grade].id.as_str(),
            "threshold": number(Number::Decimal(g.threshold)),
            "gap": number(Number::Decimal(g.gap)),
            "percent": g.percent.map(|p| number(Number::Decimal(p))),
        })).collect::<Vec<_>>(),
        "origins": package.origins.iter().map(|o| json!({
            "id": o.id.as_str(), "producer": text(&o.producer), "title": text(&o.title), "version": o.version,
            "url": o.url, "published": o.published, "accessed": o.accessed, "license": o.license,
            "citation": o.citation, "confidence": o.confidence.map(|c| c.word()), "note": text(&o.note),
        })).collect::<Vec<_>>(),
        "imports": input.imports.iter().map(|i| json!({
            "file": i.path,
            "sheet": i.sheet,
            "rows": i.rows,
            "values": i.values,
            "absent": i.absent.iter().map(|(a, n)| (a.word().to_owned(), (*n).into())).collect::<Map<_, _>>(),
            "not-read": i.not_read.iter().map(|n| json!({
                "what": not_read_word(n.reason), "count": n.count, "names": n.names,
            })).collect::<Vec<_>>(),
            "notes": i.notes.iter().map(ToString::to_string).collect::<Vec<_>>(),
        })).collect::<Vec<_>>(),
        "diagnostics": input.diagnostics.iter().map(|d| json!({
            "id": d.kind.id,
            "severity": if d.is_error() { "error" } else { "warning" },
            "message": d.message,
            "rule": d.kind.rule,
            "places": d.places.iter().map(|(place, _)| place.to_string()).collect::<Vec<_>>(),
            "concerns": d.context.iter().map(|(what, which)| json!([what, which])).collect::<Vec<_>>(),
            "help": d.help,
        })).collect::<Vec<_>>(),
    });
    format!("{report:#}\n")
}

/// A number with the digits it has.
fn number(x: Number) -> Value {
    x.to_string().parse().map_or(Value::Null, Value::Number)
}

fn double(x: f64) -> Value {
    number(Number::Binary64(x))
}

fn text(text: &Text) -> Value {
    let mut out = Map::new();
    for (lang, form) in [(Lang::En, &text.en), (Lang::Zh, &text.zh)] {
        if let Some(form) = form {
            out.insert(lang.code().to_owned(), form.as_str().into());
        }
    }
    Value::Object(out)
}

pub(crate) fn word<T: PartialEq + Copy>(words: &[(&'static str, T)], value: T) -> &'static str {
    words.iter().find(|(_, v)| *v == value).map_or("", |(w, _)| w)
}

fn index(package: &Package) -> Value {
    let index = &package.index;
    json!({
        "id": index.id.as_str(),
        "name": text(&index.name),
        "description": text(&index.description),
        "notice": text(&index.notice),
        "edition": index.edition,
        "status": word(PackageStatus::WORDS, index.status),
        "unit-kind": text(&index.unit_kind),
        "publisher": text(&index.publisher),
        "license": index.license,
        "confidence": index.confidence.map(|c| c.word()),
    })
}

fn policy(package: &Package) -> Value {
    let policy = &package.policy;
    json!({
        "arithmetic": match policy.arithmetic { Arithmetic::Decimal => "decimal", Arithmetic::Binary64 => "binary64" },
        "rounding": { "mode": word(RoundingMode::WORDS, policy.rounding.mode), "places": policy.rounding.places },
        "ranks": word(Basis::WORDS, policy.ranks),
        "ties": word(Ties::WORDS, policy.ties),
        "thresholds": word(Basis::WORDS, policy.thresholds),
        "missing": {
            "action": word(MissingAction::WORDS, policy.missing.action),
            "min-share": number(Number::Decimal(policy.missing.min_share)),
            "min-count": policy.missing.min_count,
        },
        "missing-grade": word(MissingGrade::WORDS, policy.missing_grade),
        "fit": word(Fit::WORDS, policy.fit),
        "periods": match policy.periods {
            PeriodRule::Panel => json!({ "rule": "panel" }),
            PeriodRule::Latest { max_age } => json!({ "rule": "latest", "max-age": max_age }),
            PeriodRule::AsOf { year, later, max_age } => {
                json!({ "rule": "as-of", "year": year, "later": later, "max-age": max_age })
            }
        },
        "seed": policy.seed,
    })
}

fn grade_code(package: &Package, grade: Option<usize>) -> Value {
    grade.and_then(|g| package.grades.get(g)).map_or(Value::Null, |g| g.id.as_str().into())
}

fn interval(package: &Package, interval: GradeInterval) -> Value {
    json!({
        "proven": grade_code(package, interval.proven),
        "possible": grade_code(package, interval.possible),
    })
}

fn unit(input: &Input, unit: usize) -> Value {
    let (package, evaluation) = (input.package, input.evaluation);
    let id = &evaluation.units[unit];
    let declared = package.units.iter().find(|u| u.id == *id);
    let row = evaluation.row(unit, input.period);
    let standards: Vec<Value> = input
        .grading
        .rows
        .get(row)
        .map(|grading| {
            grading
                .standards
                .iter()
                .map(|grade| {
                    let next = next(package, grading, grade);
                    json!({
                        "standard": package.standards[grade.standard].id.as_str(),
                        "interval": interval(package, grade.interval),
                        "proofs": grade.proofs.iter().map(|p| proof(package, p)).collect::<Vec<_>>(),
                        "next": next.map(|n| next_json(package, &n)),
                    })
                })
                .collect()
        })
        .unwrap_or_default();
    json!({
        "id": id.as_str(),
        "name": text(&names::unit(package, input.unit_names, id)),
        "role": declared.map(|u| word(UnitRole::WORDS, u.role)),
        "groups": declared.map(|u| &u.groups),
        "standards": standards,
    })
}

fn proof(package: &Package, p: &Proof) -> Value {
    // A proof is as deep as the rule it proves, and rules are read to a bounded depth.
    json!({
        "clause": p.key,
        "grade": grade_code(package, Some(p.grade)),
        "verdict": verdict_word(p.verdict),
        "needed": p.needed.0,
        "of": p.needed.1,
        "parts": p.parts.iter().map(|(ix, v)| json!({
            "node": package.nodes[*ix].id.as_str(), "verdict": verdict_word(*v),
        })).collect::<Vec<_>>(),
        "clauses": p.clauses.iter().map(|c| proof(package, c)).collect::<Vec<_>>(),
    })
}

fn node(input: &Input, ix: NodeIx, depth: usize) -> Value {
    let (package, evaluation) = (input.package, input.evaluation);
    let node = &package.nodes[ix];
    let result = &evaluation.nodes[ix];
    let mut out = Map::new();
    let mut put = |key: &str, value: Value| {
        out.insert(key.to_owned(), value);
    };
    put("id", node.id.as_str().into());
    put("name", text(&node.name));
    put("parent", node.parent.map(|p| package.nodes[p].id.as_str()).into());
    put("depth", depth.into());
    put("weight", result.weight.map_or(Value::Null, number));
    put("effective-weight", result.effective_weight.map_or(Value::Null, double));
    match &node.kind {
        NodeKind::Group(group) => {
            put("kind", "group".into());
            put("aggregate", group.aggregate.as_ref().map(|m| m.method.as_str()).into());
        }
        NodeKind::Indicator(indicator) => {
            put("kind", "indicator".into());
            put("description", text(&indicator.description));
            put("measurement-unit", indicator.measurement_unit.as_deref().into());
            put("direction", indicator.direction.word().into());
            put("formula", indicator.formula.as_deref().into());
            put("normalize", indicator.normalize.as_ref().map(|m| m.method.as_str()).into());
            put("unpublished", indicator.unpublished.into());
            put("confidence", indicator.confidence.map(|c| c.word()).into());
            put("ladder-confidence", indicator.ladder_confidence.map(|c| c.word()).into());
            put("why", text(&indicator.why));
            put("note", text(&indicator.note));
            let ladder: Vec<Value> = indicator
                .ladder
                .iter()
                .map(|step| {
                    let threshold = match step.threshold {
                        Threshold::Number(x) => number(Number::Decimal(x)),
                        Threshold::Level(level) => package
                            .scale(indicator)
                            .and_then(|s| s.levels.get(level))
                            .map_or(Value::Null, |l| l.id.as_str().into()),
                    };
                    json!({ "grade": grade_code(package, Some(step.grade)), "threshold": threshold })
                })
                .collect();
            put("ladder", ladder.into());
            let origins: Vec<&str> = indicator
                .origins
                .iter()
                .filter_map(|o| package.origins.get(*o))
                .map(|o| o.id.as_str())
                .collect();
            put("origins", json!(origins));
        }
    }
    let pooled = result.fits.len() == 1;
    let fits: Vec<Value> = result
        .fits
        .iter()
        .enumerate()
        .filter_map(|(at, fit)| {
            let values: Map<_, _> =
                fit.as_ref()?.iter().map(|(k, x)| ((*k).to_owned(), number(*x))).collect();
            let period = evaluation.periods.get(at).copied().flatten().filter(|_| !pooled);
            Some(json!({ "period": period.map(|p| p.to_string()), "values": values }))
        })
        .collect();
    put("fits", fits.into());
    let values: Vec<Value> =
        (0..evaluation.n_rows()).map(|row| value(input, ix, row)).filter(|v| !v.is_null()).collect();
    put("values", values.into());
    Value::Object(out)
}

/// What is known of a node in a row; only what is there is written.
fn value(input: &Input, ix: NodeIx, row: usize) -> Value {
    let (package, evaluation) = (input.package, input.evaluation);
    let result = &evaluation.nodes[ix];
    let (unit, period) = evaluation.unit_and_period(row);
    let mut out = Map::new();
    let mut put = |key: &str, value: Value| {
        if !value.is_null() {
            out.insert(key.to_owned(), value);
        }
    };
    put("unit", evaluation.units[unit].as_str().into());
    put("period", evaluation.periods[period].map(|p| p.to_string()).into());
    if let Some(raw) = result.raw.get(row).copied().flatten() {
        put("raw", number(raw));
        put("level", names::level(package, ix, raw).map(|l| l.id.as_str()).into());
    }
    match result.cells.get(row) {
        Some(Cell::Absent(reason)) => put("absent", reason.word().into()),
        Some(Cell::Derived { period }) => {
            put("derived", true.into());
            put("observed", period.map(|p| p.to_string()).into());
        }
        Some(Cell::Observed(_)) => {
            if let Some(observation) = evaluation.observation(input.data, ix, row) {
                put("observed", observation.period.map(|p| p.to_string()).into());
                observed(&observation.value, &mut put);
                detail(&observation.detail, &mut put);
                put("place", observation.place.as_ref().map(ToString::to_string).into());
            }
        }
        None => put("absent", result.absence.get(row).copied().flatten().map(|a| a.word()).into()),
    }
    put("transformed", result.transformed.get(row).copied().flatten().map_or(Value::Null, number));
    let score = result.scores.get(row).copied().flatten();
    put("score", score.map_or(Value::Null, number));
    put("rank", evaluation.rank(ix, row).map_or(Value::Null, double));
    if score.is_some() || result.raw.get(row).copied().flatten().is_some() {
        put("status", result.status.get(row).map(|s| s.word()).into());
    }
    put("coverage", result.coverage.get(row).map_or(Value::Null, |c| double(*c)));
    if let Some(grade) = input.grading.rows.get(row).and_then(|g| node_grade(g, ix)) {
        put("grade", interval(package, grade.interval));
        put("verdicts", grade.verdicts.iter().map(|v| verdict_word(*v)).collect::<Vec<_>>().into());
    }
    Value::Object(out)
}

fn observed(value: &Observed, put: &mut impl FnMut(&str, Value)) {
    let exact = |x: &Option<gradus_model::Decimal>| x.map_or(Value::Null, |x| number(Number::Decimal(x)));
    match value {
        Observed::Title { awarded, expires, .. } => {
            put("awarded", awarded.map(|d| d.to_string()).into());
            put("expires", expires.map(|d| d.to_string()).into());
        }
        Observed::Interval { lower, upper } => {
            put("lower", exact(lower));
            put("upper", exact(upper));
        }
        Observed::Survey { n, standard_error, .. } => {
            put("sample-size", (*n).into());
            put("standard-error", exact(standard_error));
        }
        _ => {}
    }
}

fn detail(detail: &Detail, put: &mut impl FnMut(&str, Value)) {
    put("source", detail.source.as_deref().into());
    put("document", detail.document.as_deref().into());
    put("vintage", detail.vintage.map(|d| d.to_string()).into());
    put("boundary", detail.boundary.as_deref().into());
    put("quality", detail.quality.as_deref().into());
    put("confidence", detail.confidence.map(|c| c.word()).into());
    put("note", detail.note.as_deref().into());
}

/// The word for a reason why something was not read.
pub(crate) fn not_read_word(reason: Reason) -> &'static str {
    match reason {
        Reason::Column => "column",
        Reason::BlankRow => "blank-row",
        Reason::MalformedRow => "malformed-row",
        Reason::Unit => "unit",
        Reason::Variable => "variable",
        Reason::Refused => "refused",
        Reason::EmptyTwice => "empty-twice",
        Reason::BoundsBesideValue => "bounds-beside-value",
        Reason::DatesWithoutTitle => "dates-without-title",
        Reason::SurveyWithoutNumber => "survey-without-number",
        _ => "other",
    }
}
