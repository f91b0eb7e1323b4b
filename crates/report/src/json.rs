//! The whole result for programs: codes and exact numbers, texts in both languages, every mark and reason.
//!
//! Keys are kebab-case and stay; later versions add keys, and `format` changes where one goes. Numbers have all their digits.
//! In the objects of `values` only what is there is written; elsewhere a key without a value is `null` or empty.
//!
//! | key | holds |
//! | :--- | :--- |
//! | `format`, `program`, `package`, `policy`, `period`, `unit` | what made it, the package and its rules, what the report is about |
//! | `grades`, `gaps`, `origins`, `imports`, `diagnostics` | as in the pages |
//! | `pipeline[]` | the steps in order: `id`, `name`, `action`, `method`, `arguments`, `indicators`, `instead` (`null` leaves alone), `fit`, `by`, `draws`, `denominators`, `screen`, `round`, `changed` (how many figures), `left-out` |
//! | `pipeline[].left-out[]` | `unit`, `period`, `why` (`availability`, `zeros`, `same`, `declared`), `reason` |
//! | `weight-set` | code of the set of weights in force |
//! | `measures[]` | derived measures and what is not an indicator: `id`, `name`, `measurement-unit`, `formula`, `values[]` |
//! | `units[]` | with their `standards[]` and proofs |
//! | `nodes[]` | groups and indicators in tree order |
//! | `nodes[].aggregate`, `arguments`, `formula`, `weights`, `weigh`, `weights-from`, `renormalize`, `direction`, `fit`, `missing` | how a group is combined; `formula` takes the place of `aggregate` |
//! | `nodes[].weighed[]` | how weights were found, once or per `period`: `facts[]` (`name`, `value`), `notes[]` (`kind`, `message`) |
//! | `nodes[].stages[]` | an indicator after each step for it: `step`, `changed`, `excluded`, `facts[]` per period |
//! | `nodes[].draws` | how many draws `spread` is from |
//! | `nodes[].values[]` | by unit and period: `raw`, `stages` (value by step), `changes` (what a step did, by step), `transformed`, `aggregated`, `score`, `rank`, `status`, `coverage`, `absent`, `no-score` (why there is none), `weight` where it differs from row to row, `details[]` (`name`, `value`), `spread` (`deviation`, `score` and `rank` from the 5th to the 95th percentile) |
//! | `sections[]` | the sections made of sentences and tables, in both languages: `id`, `title`, `blocks[]` (`kind` and what belongs to it); a number of a table has its digits in `number` and what it is in `of` |
//! | `derivation` | the own unit's score of the index, made from `from[]` down to the figures as read: `of`, `value` or `absent`, `how` (`aggregated`, `normalized`, `transformed`, `prepared`, `class`, `formula`, `observed`, `absent`) and what belongs to it |

use crate::grade_table::{next, next_json, node_grade, verdict_word};
use crate::pipeline::change;
use crate::{Input, Options, derivation, gap, names};
use gradus_data::Reason;
use gradus_engine::{Cell, Number, StageResult, explain};
use gradus_model::number::Rounding;
use gradus_model::number::{Arithmetic, RoundingMode, Ties};
use gradus_model::observation::{Detail, Value as Observed};
use gradus_model::package::{
    Action, ArgValue, Group, MethodCall, NodeIx, NodeKind, PackageStatus, Threshold, UnitRole, WeightUse,
};
use gradus_model::policy::MissingRule;
use gradus_model::policy::{Basis, Fit, MissingAction, MissingGrade, PeriodRule};
use gradus_model::{Decimal, Lang, Package, Text};
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
        "pipeline": (0..package.pipeline.len()).map(|at| step(input, at)).collect::<Vec<_>>(),
        "weight-set": package.policy.weights.and_then(|set| package.weight_sets.get(set)).map(|set| set.id.as_str()),
        "measures": measures(input),
        "units": (0..evaluation.units.len()).map(|u| unit(input, u)).collect::<Vec<_>>(),
        "nodes": package.tree().into_iter().map(|(ix, depth)| node(input, ix, depth)).collect::<Vec<_>>(),
        "derivation": own(input).map(|row| {
            derivation::json(&explain(package, input.data, evaluation, Package::ROOT, row))
        }),
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
        "sections": crate::view::sections::sections_json(&crate::context::Context::new(input, options)),
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
pub(crate) fn number(x: Number) -> Value {
    x.to_string().parse().map_or(Value::Null, Value::Number)
}

pub(crate) fn double(x: f64) -> Value {
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
        "open-questions": index.open_questions.iter().map(text).collect::<Vec<_>>(),
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
        "rounding": rounding(policy.rounding),
        "ranks": word(Basis::WORDS, policy.ranks),
        "ties": word(Ties::WORDS, policy.ties),
        "thresholds": word(Basis::WORDS, policy.thresholds),
        "missing": missing(&policy.missing),
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

fn rounding(rounding: Rounding) -> Value {
    json!({ "mode": word(RoundingMode::WORDS, rounding.mode), "places": rounding.places })
}

fn missing(rule: &MissingRule) -> Value {
    json!({
        "action": word(MissingAction::WORDS, rule.action),
        "min-share": decimal(rule.min_share),
        "min-count": rule.min_count,
    })
}

fn decimal(x: Decimal) -> Value {
    number(Number::Decimal(x))
}

/// The row of the unit the report is about.
fn own(input: &Input) -> Option<usize> {
    let evaluation = input.evaluation;
    let known = input.own.filter(|u| *u < evaluation.units.len() && input.period < evaluation.periods.len());
    known.map(|unit| evaluation.row(unit, input.period))
}

fn argument(value: &ArgValue) -> Value {
    match value {
        ArgValue::Number(x) => decimal(*x),
        ArgValue::Text(text) => text.as_str().into(),
        ArgValue::Flag(yes) => (*yes).into(),
        ArgValue::List(items) => items.iter().map(argument).collect::<Vec<_>>().into(),
        ArgValue::Table(items) => {
            items.iter().map(|(k, v)| (k.clone(), argument(v))).collect::<Map<_, _>>().into()
        }
    }
}

fn arguments(call: &MethodCall) -> Value {
    call.args.iter().map(|(name, x)| (name.clone(), argument(x))).collect::<Map<_, _>>().into()
}

fn call(call: &MethodCall) -> Value {
    json!({
        "method": call.method,
        "transform": call.transform.as_deref().map(|t| json!({ "method": t.method, "arguments": arguments(t) })),
        "arguments": arguments(call),
    })
}

/// A step of the pipeline and what it left out.
fn step(input: &Input, at: usize) -> Value {
    let (package, evaluation) = (input.package, input.evaluation);
    let step = &package.pipeline[at];
    let id = |ix: NodeIx| package.nodes[ix].id.as_str();
    let (denominators, screen, round) = match &step.action {
        Action::Denominate(list) => {
            let list = list.iter().map(
                |d| json!({ "indicator": id(d.indicator), "by": d.by.as_str(), "scale": decimal(d.scale) }),
            );
            (list.collect::<Vec<_>>().into(), Value::Null, Value::Null)
        }
        Action::Screen(screen) => {
            let enough = |e: &gradus_model::package::Enough| {
                json!({
                    "min-available": e.min_available.map(decimal),
                    "min-nonzero": e.min_nonzero.map(decimal),
                    "max-same": e.max_same.map(decimal),
                })
            };
            let reasons =
                |list: &std::collections::BTreeMap<gradus_model::Id, String>| -> Map<String, Value> {
                    list.iter().map(|(code, why)| (code.to_string(), why.as_str().into())).collect()
                };
            let screen = json!({
                "units": enough(&screen.units),
                "indicators": enough(&screen.indicators),
                "max-age": screen.max_age,
                "keep": reasons(&screen.keep),
                "drop": reasons(&screen.drop),
            });
            (Value::Null, screen, Value::Null)
        }
        Action::Round(rule) => (Value::Null, Value::Null, rounding(*rule)),
        Action::Impute(_) | Action::Treat(_) | Action::Transform(_) | Action::Normalize(_) => {
            (Value::Null, Value::Null, Value::Null)
        }
    };
    let reason = |unit: usize| match &step.action {
        Action::Screen(screen) => screen.drop.get(evaluation.units[unit].as_str()).cloned(),
        _ => None,
    };
    let left_out: Vec<Value> = evaluation
        .left_out
        .iter()
        .filter(|(by, ..)| *by == at)
        .map(|(_, row, why)| {
            let (unit, period) = evaluation.unit_and_period(*row);
            json!({
                "unit": evaluation.units[unit].as_str(),
                "period": evaluation.periods[period].map(|p| p.to_string()),
                "why": why.word(),
                "reason": reason(unit),
            })
        })
        .collect();
    let changed: usize =
        evaluation.nodes.iter().filter_map(|node| node.stage(at)).map(|stage| stage.changed.len()).sum();
    json!({
        "id": step.id.as_str(),
        "name": text(&step.name),
        "action": step.action.word(),
        "method": step.action.call().map(|c| c.method.as_str()),
        "arguments": step.action.call().map(arguments),
        "indicators": step.indicators.iter().map(|ix| id(*ix)).collect::<Vec<_>>(),
        "instead": step.instead.iter().map(|(ix, c)| (id(*ix).to_owned(), c.as_ref().map_or(Value::Null, call))).collect::<Map<_, _>>(),
        "fit": word(Fit::WORDS, step.fit.unwrap_or(package.policy.fit)),
        "by": step.by,
        "draws": step.draws,
        "denominators": denominators,
        "screen": screen,
        "round": round,
        "changed": changed,
        "left-out": left_out,
    })
}

/// Measures, with the values of those that are derived.
fn measures(input: &Input) -> Vec<Value> {
    let (package, evaluation) = (input.package, input.evaluation);
    package
        .measures
        .iter()
        .enumerate()
        .map(|(at, measure)| {
            let derived = evaluation.derived.get(at).and_then(Option::as_ref);
            let units = evaluation.units.len().max(1);
            let values: Vec<Value> = derived
                .map(|derived| {
                    let periods = if derived.on_grid { &evaluation.grid } else { &evaluation.periods };
                    derived
                        .values
                        .iter()
                        .enumerate()
                        .filter_map(|(row, x)| {
                            Some(json!({
                                "unit": evaluation.units.get(row % units)?.as_str(),
                                "period": (*periods.get(row / units)?).map(|p| p.to_string()),
                                "value": number(x?),
                            }))
                        })
                        .collect()
                })
                .unwrap_or_default();
            json!({
                "id": measure.id.as_str(),
                "name": text(&measure.name),
                "measurement-unit": measure.measurement_unit,
                "formula": measure.formula,
                "values": values,
            })
        })
        .collect()
}

/// How a group is combined.
fn group(input: &Input, ix: NodeIx, group: &Group, put: &mut impl FnMut(&str, Value)) {
    let evaluation = input.evaluation;
    put("aggregate", group.aggregate.as_ref().map(|m| m.method.as_str()).into());
    put("arguments", group.aggregate.as_ref().map_or(Value::Null, arguments));
    put("formula", group.formula.as_deref().into());
    put("weights", word(WeightUse::WORDS, group.weights).into());
    put("weigh", group.weigh.as_ref().map_or(Value::Null, call));
    put("weights-from", if group.weigh_figures { "figures" } else { "scores" }.into());
    put("renormalize", group.normalize.as_ref().map_or(Value::Null, call));
    put("direction", group.direction.word().into());
    put("fit", group.fit.map(|fit| word(Fit::WORDS, fit)).into());
    put("missing", missing(&group.missing));
    let weighed = &evaluation.nodes[ix].weighed;
    let found: Vec<Value> = weighed
        .iter()
        .enumerate()
        .filter_map(|(at, weighing)| {
            let weighing = weighing.as_ref()?;
            let period = evaluation.periods.get(at).copied().flatten().filter(|_| weighed.len() > 1);
            Some(json!({
                "period": period.map(|p| p.to_string()),
                "facts": weighing.facts.iter().map(|(name, x)| json!({ "name": name, "value": number(*x) })).collect::<Vec<_>>(),
                "notes": weighing.notes.iter().map(|(kind, note)| json!({ "kind": kind.id, "message": note })).collect::<Vec<_>>(),
            }))
        })
        .collect();
    put("weighed", found.into());
}

/// An indicator after a step: what holds for all its rows.
fn stage(input: &Input, stage: &StageResult) -> Value {
    let evaluation = input.evaluation;
    let facts: Vec<Value> = stage
        .facts
        .iter()
        .enumerate()
        .filter_map(|(at, found)| {
            let values: Map<_, _> =
                found.as_ref()?.iter().map(|(k, x)| ((*k).to_owned(), number(*x))).collect();
            let period = evaluation.periods.get(at).copied().flatten().filter(|_| stage.facts.len() > 1);
            Some(json!({ "period": period.map(|p| p.to_string()), "values": values }))
        })
        .collect();
    json!({
        "step": input.package.pipeline[stage.step].id.as_str(),
        "changed": stage.changed.len(),
        "excluded": stage.excluded.map(|why| why.word()),
        "facts": facts,
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
        .row(row)
        .map(|grading| {
            grading
                .standards()
                .map(|grade| {
                    let next = next(package, &grade);
                    json!({
                        "standard": package.standards[grade.standard].id.as_str(),
                        "interval": interval(package, grade.interval),
                        "held": grade_code(package, grade.held),
                        "proofs": grade.proofs().iter().map(|p| proof(package, p)).collect::<Vec<_>>(),
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
        "clause": &*p.key,
        "form": p.form.word(),
        "grade": grade_code(package, Some(p.grade)),
        "verdict": verdict_word(p.verdict),
        "needed": number(Number::Decimal(p.tally.needed)),
        "proven": number(Number::Decimal(p.tally.proven)),
        "possible": number(Number::Decimal(p.tally.possible)),
        "of": number(Number::Decimal(p.tally.most)),
        "parts": p.parts.iter().map(|part| {
            let verdict = if part.exempt { "left-out" } else { verdict_word(part.verdict) };
            json!({ "node": package.nodes[part.node].id.as_str(), "verdict": verdict })
        }).collect::<Vec<_>>(),
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
        NodeKind::Group(found) => {
            put("kind", "group".into());
            group(input, ix, found, &mut put);
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
                        Threshold::Range(from, to) => {
                            json!([number(Number::Decimal(from)), number(Number::Decimal(to))])
                        }
                        Threshold::Level(level) => package
                            .scale(indicator)
                            .and_then(|s| s.levels.get(level))
                            .map_or(Value::Null, |l| l.id.as_str().into()),
                    };
                    let mut out =
                        json!({ "grade": grade_code(package, Some(step.grade)), "threshold": threshold });
                    // What goes beyond a threshold is there only where it is said.
                    if step.strict || step.looks_back() {
                        let words = gradus_standard::threshold_words(package, ix, step, Lang::En);
                        out["words"] = words.into();
                    }
                    out
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
    if !result.stages.is_empty() {
        put("stages", result.stages.iter().map(|s| stage(input, s)).collect::<Vec<_>>().into());
    }
    if let Some(spread) = &result.spread {
        put("draws", spread.draws.into());
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
    if let Some(raw) = result.raw.get(row) {
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
    let by_step = |of: &dyn Fn(&StageResult) -> Value| -> Value {
        let found: Map<_, _> = result
            .stages
            .iter()
            .map(|stage| (package.pipeline[stage.step].id.to_string(), of(stage)))
            .filter(|(_, value)| !value.is_null())
            .collect();
        if found.is_empty() { Value::Null } else { found.into() }
    };
    put("stages", by_step(&|stage| stage.values.get(row).map_or(Value::Null, number)));
    put("changes", by_step(&|stage| change(stage, row).into()));
    put("transformed", result.transformed.get(row).map_or(Value::Null, number));
    put("aggregated", result.aggregated.get(row).map_or(Value::Null, number));
    let score = result.scores.get(row);
    if score.is_none() && !result.scores.is_empty() {
        put("no-score", result.absence.get(row).copied().flatten().map(|a| a.word()).into());
    }
    put("weight", result.weight_by_row.get(row).copied().flatten().map_or(Value::Null, number));
    let details: Vec<Value> = result
        .details
        .iter()
        .filter_map(|(name, values)| {
            let x = values.get(row).copied().flatten()?;
            Some(json!({ "name": name, "value": number(x) }))
        })
        .collect();
    put("details", if details.is_empty() { Value::Null } else { details.into() });
    if let Some(spread) = &result.spread {
        let between = |list: &[Option<(f64, f64)>]| {
            list.get(row).copied().flatten().map(|(low, high)| json!([double(low), double(high)]))
        };
        if let Some(scores) = between(&spread.scores) {
            put(
                "spread",
                json!({
                    "deviation": spread.deviation.get(row).copied().flatten().map(double),
                    "score": scores,
                    "rank": between(&spread.ranks),
                }),
            );
        }
    }
    put("score", score.map_or(Value::Null, number));
    put("rank", evaluation.rank(ix, row).map_or(Value::Null, double));
    if score.is_some() || result.raw.get(row).is_some() {
        put("status", result.status.get(row).map(|s| s.word()).into());
    }
    put("coverage", result.coverage.get(row).map_or(Value::Null, |c| double(*c)));
    if let Some(grade) = input.grading.row(row).and_then(|g| node_grade(g, ix)) {
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
