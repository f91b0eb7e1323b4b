//! Section 7: the policy, the methods and the rules of standards, in words.

use super::Link;
use crate::context::Context;
use crate::figure::{grouped, readable};
use crate::said::{Said, say, term};
use gradus_model::number::{Arithmetic, RoundingMode, Ties};
use gradus_model::package::{ArgValue, Clause, MethodCall, NodeIx, NodeKind, Rule, WeightUse};
use gradus_model::policy::{Basis, Fit, MissingAction, MissingGrade, MissingRule, PeriodRule};
use gradus_model::{Lang, Text};
use serde::Serialize;

#[derive(Debug, Serialize)]
pub(crate) struct MethodPage {
    /// Label and sentence.
    policy: Vec<(Said, Said)>,
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
    weights: Said,
    missing: Said,
    rule: Vec<Line>,
}

#[derive(Debug, Serialize)]
struct StandardRules {
    name: Said,
    description: Said,
    requires: Vec<Said>,
    rule: Vec<Line>,
}

/// A clause, indented under the one that contains it.
#[derive(Debug, Serialize)]
struct Line {
    depth: usize,
    text: Said,
}

/// The words of a method: what its registry says of it, else its id.
pub(crate) fn method_words(id: &str) -> Said {
    let key = format!("method.{id}");
    let words = term(&key);
    if words == Said::same(key) { Said::same(id) } else { words }
}

fn parameter_words(name: &str) -> Said {
    let key = format!("parameter.{name}");
    let words = term(&key);
    if words == Said::same(key) { Said::same(name) } else { words }
}

pub(crate) fn arithmetic(arithmetic: Arithmetic) -> Said {
    term(match arithmetic {
        Arithmetic::Decimal => "policy.decimal",
        Arithmetic::Binary64 => "policy.binary64",
    })
}

pub(crate) fn method(cx: &Context) -> MethodPage {
    let mut indicators = Vec::new();
    let mut groups = Vec::new();
    for (ix, _) in cx.package.tree() {
        match &cx.package.nodes[ix].kind {
            NodeKind::Indicator(indicator) => {
                if let Some(call) = &indicator.normalize {
                    indicators.push(indicator_row(cx, ix, call));
                }
            }
            NodeKind::Group(group) => groups.push(GroupRow {
                name: cx.node_name(ix),
                code: cx.package.nodes[ix].id.to_string(),
                method: match &group.aggregate {
                    Some(call) => method_words(&call.method),
                    None => term("framework.scoreboard"),
                },
                weights: match (&group.aggregate, group.weights) {
                    (None, _) => Said::default(),
                    (_, WeightUse::Proportional) => term("weights.proportional"),
                    (_, WeightUse::Exact) => term("weights.exact"),
                    (_, WeightUse::None) => term("weights.none"),
                },
                missing: if group.aggregate.is_some() { missing(&group.missing) } else { Said::default() },
                rule: group.grade.as_ref().map(|rule| lines(cx, rule)).unwrap_or_default(),
            }),
        }
    }
    MethodPage {
        policy: policy(cx),
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
                    .filter_map(|r| cx.package.standards.get(*r))
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
    let transform =
        call.transform.as_ref().map(|t| say("method.after", &[("transform", method_words(&t.method))]));
    let method = method_words(&call.method);
    let fitted = cx.evaluation.nodes[ix]
        .fit(cx.evaluation.row(0, cx.period), cx.period)
        .unwrap_or_default()
        .iter()
        .map(|(name, x)| (parameter_words(name), readable(*x, None, rounding)))
        .collect();
    IndicatorRow {
        link: cx.link(ix),
        method: match transform {
            Some(transform) => method.then((" ", ""), &transform),
            None => method,
        },
        arguments: call.args.iter().map(|(name, x)| (parameter_words(name), argument(x))).collect(),
        fitted,
    }
}

fn argument(value: &ArgValue) -> String {
    match value {
        ArgValue::Number(x) => grouped(&x.normalize().to_string()),
        ArgValue::Text(text) => text.clone(),
        ArgValue::Flag(yes) => yes.to_string(),
        ArgValue::List(items) => items.iter().map(argument).collect::<Vec<_>>().join(", "),
        ArgValue::Table(items) => {
            items.iter().map(|(k, v)| format!("{k} = {}", argument(v))).collect::<Vec<_>>().join(", ")
        }
    }
}

fn lines(cx: &Context, rule: &Rule) -> Vec<Line> {
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
