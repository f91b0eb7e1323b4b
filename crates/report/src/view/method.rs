//! The policy, the methods and the rules of standards, in words.

use super::steps::{self, MethodWords, Step};
use super::{Link, counted};
use crate::context::Context;
use crate::figure::readable;
use crate::said::{Said, say, term};
use crate::vocabulary::{Family, fact_words, parameter_words, stem_words};
use gradus_engine::{Number, Weighing};
use gradus_model::number::{Arithmetic, RoundingMode, Ties};
use gradus_model::package::{Clause, Direction, Group, MethodCall, NodeIx, NodeKind, Rule, WeightUse};
use gradus_model::policy::{Basis, Fit, MissingAction, MissingGrade, MissingRule, PeriodRule};
use gradus_model::{Lang, Text};
use serde::Serialize;
use std::collections::BTreeSet;

#[derive(Debug, Serialize)]
pub(crate) struct MethodPage {
    /// Label and sentence.
    policy: Vec<(Said, Said)>,
    steps: Vec<Step>,
    indicators: Vec<IndicatorRow>,
    groups: Vec<GroupRow>,
    standards: Vec<StandardRules>,
    graded: bool,
}

#[derive(Debug, Serialize)]
struct IndicatorRow {
    link: Link,
    method: Said,
    arguments: Vec<(Said, String)>,
    fitted: Vec<(Said, String)>,
}

#[derive(Debug, Serialize)]
struct GroupRow {
    name: Said,
    code: String,
    method: Said,
    /// The aggregation; none for a scoreboard or a formula.
    call: Option<MethodWords>,
    /// The formula that yields the score in its place.
    formula: Option<String>,
    /// What the names in the formula stand for.
    legend: Said,
    /// How the aggregate is brought onto a scale again.
    normalize: Option<Normalized>,
    weights: Said,
    weigh: Option<Weigh>,
    parts: Vec<Part>,
    missing: Said,
    fit: Option<Said>,
    details: Option<Details>,
    rule: Vec<Line>,
}

#[derive(Debug, Serialize)]
struct Normalized {
    call: MethodWords,
    direction: Said,
    fitted: Vec<(Said, String)>,
}

/// How weights were found from data or judgments.
#[derive(Debug, Serialize)]
struct Weigh {
    call: MethodWords,
    facts: Vec<(Said, String)>,
    /// What was found of each part, one column each.
    columns: Vec<Said>,
    /// Kind and message of what must be known about them.
    notes: Vec<(&'static str, String)>,
}

#[derive(Debug, Serialize)]
struct Part {
    link: Link,
    weight: String,
    /// The formula of a weight that differs from unit to unit.
    formula: Option<String>,
    /// What the names in the formula stand for.
    legend: Said,
    /// What the weighting found of it, in the order of its columns.
    found: Vec<String>,
}

#[derive(Debug, Serialize)]
struct Details {
    columns: Vec<Said>,
    rows: Vec<(Said, Vec<Said>)>,
    more: Option<Said>,
}

/// Most units whose details are listed; the JSON has all.
const DETAILS: usize = 50;

#[derive(Debug, Serialize)]
struct StandardRules {
    name: Said,
    description: Said,
    requires: Vec<Said>,
    rule: Vec<Line>,
}

/// A clause, indented under the one that contains it.
#[derive(Debug, Serialize)]
pub(super) struct Line {
    pub(super) depth: usize,
    pub(super) text: Said,
}

pub(crate) fn arithmetic(arithmetic: Arithmetic) -> Said {
    term(match arithmetic {
        Arithmetic::Decimal => "policy.decimal",
        Arithmetic::Binary64 => "policy.binary64",
    })
}

pub(crate) fn method(cx: &Context) -> MethodPage {
    let mut indicators = Vec::new();
    let mut groups: Vec<GroupRow> = Vec::new();
    for (ix, _) in cx.package.tree() {
        match &cx.package.nodes[ix].kind {
            NodeKind::Indicator(indicator) => {
                if let Some(call) = &indicator.normalize {
                    indicators.push(indicator_row(cx, ix, call));
                }
            }
            NodeKind::Group(group) => groups.push(group_row(cx, ix, group)),
        }
    }
    let mut told = BTreeSet::new();
    for group in &mut groups {
        let weigh = group.weigh.as_mut().map(|w| &mut w.call);
        let normalize = group.normalize.as_mut().map(|n| &mut n.call);
        for call in group.call.as_mut().into_iter().chain(weigh).chain(normalize) {
            call.tell_once(&mut told);
        }
    }
    MethodPage {
        policy: policy(cx),
        steps: steps::steps(cx),
        indicators,
        groups,
        standards: cx
            .package
            .standards
            .iter()
            .map(|s| StandardRules {
                name: if s.name.is_empty() { Said::same(s.id.as_str()) } else { Said::from(&s.name) },
                description: Said::from(&s.description),
                requires: s
                    .requires
                    .iter()
                    .filter_map(|r| cx.package.standards.get(r.standard))
                    .map(|r| if r.name.is_empty() { Said::same(r.id.as_str()) } else { Said::from(&r.name) })
                    .collect(),
                rule: lines(cx, &s.rule),
            })
            .collect(),
        graded: cx.graded(),
    }
}

fn missing(rule: &MissingRule) -> Said {
    let action = term(match rule.action {
        MissingAction::Reweight => "missing.reweight",
        MissingAction::Refuse => "missing.refuse",
        MissingAction::Zero => "missing.zero",
    });
    let mut parts = vec![action];
    if rule.action == MissingAction::Refuse {
        // With every part present, no share or count of them can be lacking.
        return Said::sentences(parts);
    }
    if !rule.min_share.is_zero() {
        let share = rule.min_share.checked_mul(gradus_model::Decimal::ONE_HUNDRED).unwrap_or(rule.min_share);
        parts.push(say("missing.min_share", &[("share", share.normalize().to_string().into())]));
    }
    if rule.min_count > 1 {
        parts.push(say("missing.min_count", &[("count", rule.min_count.into())]));
    }
    Said::sentences(parts)
}

fn policy(cx: &Context) -> Vec<(Said, Said)> {
    let policy = &cx.package.policy;
    let mode = term(match policy.rounding.mode {
        RoundingMode::HalfEven => "rounding.half-even",
        RoundingMode::HalfUp => "rounding.half-up",
        RoundingMode::HalfDown => "rounding.half-down",
        RoundingMode::Truncate => "rounding.truncate",
        RoundingMode::Ceiling => "rounding.ceiling",
        RoundingMode::Floor => "rounding.floor",
        RoundingMode::Binary => "rounding.binary",
        RoundingMode::R => "rounding.r",
    });
    let mut out = vec![
        (term("policy.arithmetic"), arithmetic(cx.evaluation.arithmetic)),
        (
            term("policy.rounding"),
            say("policy.rounding_words", &[("n", policy.rounding.places.to_string().into()), ("mode", mode)]),
        ),
        (
            term("policy.ranks"),
            Said::sentences([
                term(match policy.ranks {
                    Basis::Exact => "policy.ranks.exact",
                    Basis::Published => "policy.ranks.published",
                }),
                term(match policy.ties {
                    Ties::Competition => "ties.competition",
                    Ties::Modified => "ties.modified",
                    Ties::Dense => "ties.dense",
                    Ties::Mean => "ties.mean",
                }),
            ]),
        ),
        (term("policy.missing"), missing(&policy.missing)),
        (term("policy.periods"), periods(policy.periods)),
    ];
    if let Some(set) = policy.weights.and_then(|set| cx.package.weight_sets.get(set)) {
        let name = if set.name.is_empty() { Said::same(set.id.as_str()) } else { Said::from(&set.name) };
        out.push((term("weight"), say("policy.weights", &[("name", name)])));
    }
    if cx.graded() {
        let grade = term(match policy.missing_grade {
            MissingGrade::Unknown => "policy.missing_grade.unknown",
            MissingGrade::Fail => "policy.missing_grade.fail",
        });
        let basis = term(match policy.thresholds {
            Basis::Exact => "policy.thresholds.exact",
            Basis::Published => "policy.thresholds.published",
        });
        out.push((term("policy.thresholds"), basis));
        out.push((term("policy.missing_grade"), grade));
    }
    let learns = cx.package.indicators().any(|(_, _, i)| i.normalize.is_some());
    if learns && cx.evaluation.periods.len() > 1 {
        let fit = term(match policy.fit {
            Fit::Pooled => "fit.pooled",
            Fit::PerPeriod => "fit.per-period",
        });
        out.push((term("policy.fit"), fit));
    }
    out
}

fn periods(rule: PeriodRule) -> Said {
    let age = |max: Option<u32>, key: &str| max.map(|n| say(key, &[("n", n.to_string().into())]));
    match rule {
        PeriodRule::Panel => term("periods.panel"),
        PeriodRule::Latest { max_age } => Said::sentences(
            [Some(term("periods.latest")), age(max_age, "periods.max_age")].into_iter().flatten(),
        ),
        PeriodRule::AsOf { year, later, max_age } => Said::sentences(
            [
                Some(say("periods.as_of", &[("year", year.to_string().into())])),
                later.then(|| say("periods.later", &[("year", year.to_string().into())])),
                age(max_age, "periods.max_age_year"),
            ]
            .into_iter()
            .flatten(),
        ),
    }
}

fn indicator_row(cx: &Context, ix: NodeIx, call: &MethodCall) -> IndicatorRow {
    let rounding = cx.package.policy.rounding;
    let method = cx.method_words(Family::Normalize, call);
    let fitted = cx.evaluation.nodes[ix]
        .fit(cx.evaluation.row(0, cx.period), cx.period)
        .unwrap_or_default()
        .iter()
        .map(|(name, x)| (parameter_words(&call.method, name), readable(*x, None, rounding)))
        .collect();
    IndicatorRow {
        link: cx.link(ix),
        method: method.name.then((" ", ""), &method.after),
        arguments: method.arguments,
        fitted,
    }
}

fn group_row(cx: &Context, ix: NodeIx, group: &Group) -> GroupRow {
    let result = &cx.evaluation.nodes[ix];
    let combined = group.aggregate.is_some() && group.formula.is_none();
    let call = group.aggregate.as_ref().filter(|_| combined).map(|c| cx.method_words(Family::Aggregate, c));
    let parts: Vec<NodeIx> = cx.package.nodes[ix]
        .children
        .iter()
        .copied()
        .filter(|c| !cx.evaluation.nodes[*c].scores.is_empty())
        .collect();
    let facts = weighing(cx, ix).map(|w| w.facts.as_slice()).unwrap_or_default();
    let stems = stems(cx, &parts, facts);
    let number = |x: Number| readable(x, None, cx.package.policy.rounding);
    let mut fit = None;
    let learns = group.weigh.is_some() || group.normalize.is_some();
    if learns && cx.evaluation.periods.len() > 1 {
        fit = Some(term(match group.fit.unwrap_or(cx.package.policy.fit) {
            Fit::Pooled => "step.pooled",
            Fit::PerPeriod => "step.per_period",
        }));
    }
    GroupRow {
        name: cx.node_name(ix),
        code: cx.package.nodes[ix].id.to_string(),
        method: match (&call, &group.formula) {
            (_, Some(_)) => term("group.formula"),
            (Some(call), None) => call.name.clone(),
            (None, None) => term("framework.scoreboard"),
        },
        call,
        formula: group.formula.clone(),
        legend: group.formula.as_deref().map(|f| cx.legend(f)).unwrap_or_default(),
        normalize: group.normalize.as_ref().map(|call| Normalized {
            call: cx.method_words(Family::Normalize, call),
            direction: term(match group.direction {
                Direction::Higher => "direction.higher",
                Direction::Lower => "direction.lower",
            }),
            fitted: result
                .fit(cx.evaluation.row(0, cx.period), cx.period)
                .unwrap_or_default()
                .iter()
                .map(|(name, x)| {
                    (parameter_words(&call.method, name), readable(*x, None, cx.package.policy.rounding))
                })
                .collect(),
        }),
        weights: match group.weights {
            _ if !combined => Said::default(),
            _ if group.weigh.is_some() => {
                term(if group.weigh_figures { "weights.from_figures" } else { "weights.from_scores" })
            }
            WeightUse::Proportional => term("weights.proportional"),
            WeightUse::Exact => term("weights.exact"),
            WeightUse::None => term("weights.none"),
        },
        weigh: group.weigh.as_ref().filter(|_| combined).map(|call| weigh(cx, ix, call, &stems)),
        parts: if combined {
            parts
                .iter()
                .filter_map(|part| {
                    let formula = cx.package.nodes[*part].weight_formula.clone();
                    let id = &cx.package.nodes[*part].id;
                    let found = stems
                        .iter()
                        .map(|stem| {
                            let fact = facts.iter().find(|(name, _)| *name == format!("{stem} of {id}"));
                            fact.map_or_else(|| "–".to_owned(), |(_, x)| number(*x))
                        })
                        .collect();
                    let legend = formula.as_deref().map(|f| cx.legend(f)).unwrap_or_default();
                    Some(Part {
                        link: cx.link(*part),
                        weight: cx.weight_text(*part)?,
                        formula,
                        legend,
                        found,
                    })
                })
                .collect()
        } else {
            Vec::new()
        },
        missing: if combined { missing(&group.missing) } else { Said::default() },
        fit,
        details: details(cx, ix, &parts),
        rule: group.grade.as_ref().map(|rule| lines(cx, rule)).unwrap_or_default(),
    }
}

/// How the weights of a group were found: of the report's period, where they were found for each.
fn weighing<'a>(cx: &Context<'a>, ix: NodeIx) -> Option<&'a Weighing> {
    let weighed = &cx.evaluation.nodes[ix].weighed;
    let found = if weighed.len() == 1 { weighed.first() } else { weighed.get(cx.period) };
    found?.as_ref()
}

/// Names of what was found of each part, in the order found: `entropy`, of `entropy of CODE`.
fn stems<'f>(cx: &Context, parts: &[NodeIx], facts: &'f [(String, Number)]) -> Vec<&'f str> {
    let mut out = Vec::new();
    for (name, _) in facts {
        if let Some((stem, code)) = name.rsplit_once(" of ")
            && parts.iter().any(|part| cx.package.nodes[*part].id == *code)
            && !out.contains(&stem)
        {
            out.push(stem);
        }
    }
    out
}

fn weigh(cx: &Context, ix: NodeIx, call: &MethodCall, stems: &[&str]) -> Weigh {
    let found = weighing(cx, ix);
    let facts = found.map(|w| w.facts.as_slice()).unwrap_or_default();
    let of_part = |name: &str| name.rsplit_once(" of ").is_some_and(|(stem, _)| stems.contains(&stem));
    Weigh {
        call: cx.method_words(Family::Weigh, call),
        facts: cx.facts(facts.iter().filter(|(name, _)| !of_part(name))),
        columns: stems.iter().map(|stem| stem_words(stem).unwrap_or_else(|| Said::same(*stem))).collect(),
        notes: found
            .map(|w| w.notes.iter().map(|(kind, note)| (kind.id, note.clone())).collect())
            .unwrap_or_default(),
    }
}

/// What an aggregation says of each unit beside its score. A name that occurs once per part is told of the part.
fn details(cx: &Context, ix: NodeIx, parts: &[NodeIx]) -> Option<Details> {
    let found = &cx.evaluation.nodes[ix].details;
    let kept: Vec<NodeIx> = parts
        .iter()
        .copied()
        .filter(|p| cx.evaluation.nodes[*p].stages.iter().all(|s| s.excluded.is_none()))
        .collect();
    let mut columns = Vec::new();
    for (at, (name, _)) in found.iter().enumerate() {
        let words = fact_words(name, |_| None);
        let same = found.iter().filter(|(other, _)| other == name).count();
        let before = found[..at].iter().filter(|(other, _)| other == name).count();
        columns.push(match kept.get(before) {
            _ if same == 1 => words,
            Some(part) if same == kept.len() => words.then((": ", "："), &cx.node_name(*part)),
            _ => words.then((" ", " "), &(before + 1).into()),
        });
    }
    let units: Vec<usize> = (0..cx.evaluation.units.len())
        .filter(|u| found.iter().any(|(_, values)| values.get(cx.row(*u)).is_some_and(Option::is_some)))
        .collect();
    if units.is_empty() {
        return None;
    }
    let n = units.len();
    let rows: Vec<(Said, Vec<Said>)> = units
        .into_iter()
        .enumerate()
        .filter(|(at, u)| *at < DETAILS || Some(*u) == cx.own)
        .map(|(_, u)| {
            let cell = |values: &Vec<Option<Number>>| match values.get(cx.row(u)).copied().flatten() {
                Some(x) => cx.plain_number(x),
                None => Said::same("–"),
            };
            (cx.unit_name(u), found.iter().map(|(_, values)| cell(values)).collect())
        })
        .collect();
    let more = n - rows.len();
    Some(Details { columns, rows, more: (more > 0).then(|| counted("step.more", more)) })
}

pub(super) fn lines(cx: &Context, rule: &Rule) -> Vec<Line> {
    let mut out = Vec::new();
    // An explicit stack, as everywhere a package decides the depth.
    let mut stack = vec![(0, rule)];
    while let Some((depth, rule)) = stack.pop() {
        let (text, below): (Said, Vec<&Rule>) = clause(cx, rule);
        out.push(Line { depth, text });
        stack.extend(below.into_iter().rev().map(|r| (depth + 1, r)));
    }
    out
}

/// A clause in the words of the standard crate; a clause of clauses becomes a heading with its parts below.
fn clause<'r>(cx: &Context, rule: &'r Rule) -> (Said, Vec<&'r Rule>) {
    match &rule.clause {
        Clause::AllOf(rules) => (term("rule.all"), rules.iter().collect()),
        Clause::AnyOf(rules) => (term("rule.any"), rules.iter().collect()),
        Clause::CountOf { count, of } => (
            say("rule.count_of", &[("count", (*count).into()), ("of", of.len().into())]),
            of.iter().collect(),
        ),
        Clause::Not(rule) => (term("rule.not"), vec![rule]),
        _ => {
            let words =
                |lang| sentence(&gradus_standard::clause_sentence(cx.package, rule, None, lang), lang);
            (Said(Text::both(words(Lang::En), words(Lang::Zh))), Vec::new())
        }
    }
}

/// A clause as a sentence of its own.
fn sentence(clause: &str, lang: Lang) -> String {
    let mut chars = clause.chars();
    let first: String = chars.next().map(|c| c.to_uppercase().collect()).unwrap_or_default();
    format!("{first}{}{}", chars.as_str(), if lang == Lang::Zh { "。" } else { "." })
}
