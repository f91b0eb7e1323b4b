//! Statistical coherence: the checks of the audit with their verdicts, thresholds and the source of each threshold.

use super::block::{Blocks, Cell, Table};
use crate::context::Context;
use crate::figure::readable;
use crate::said::{Said, both, say, term};
use gradus_audit::Verdict;
use gradus_engine::Number;
use gradus_model::Lang;
use std::collections::BTreeSet;

/// How many of the units and indicators a finding concerns are named.
const NAMED: usize = 5;

pub(super) fn coherence(cx: &Context) -> Blocks {
    let Some(audit) = cx.extras().and_then(|e| e.audit.as_ref()) else {
        return Blocks::empty(term("coherence.not_computed"));
    };
    if audit.answers.is_empty() {
        return Blocks::empty(term("coherence.none"));
    }
    let mut out = Blocks::new();
    let findings = || audit.answers.iter().flat_map(|answer| &answer.findings);
    let count = |severity: u8| findings().filter(|f| f.verdict.severity() == severity).count();
    out.lead(say(
        "coherence.lead",
        &[
            ("fail", count(3).into()),
            ("note", count(2).into()),
            ("pass", count(1).into()),
            ("not", count(0).into()),
        ],
    ));
    let profile = term(&format!("profile.{}", audit.profile.word()));
    out.text(say(
        "coherence.profile",
        &[("profile", profile), ("units", audit.n_units.into()), ("indicators", audit.n_indicators.into())],
    ));
    if audit.overridden {
        out.quiet(term("coherence.overridden"));
    }
    out.quiet(term("coherence.how"));
    let mut table = Table::new(
        "checks",
        term("coherence.caption"),
        &[
            ("question", term("coherence.question")),
            ("verdict", term("coherence.verdict")),
            ("finding", term("coherence.finding")),
            ("#value", term("value")),
            ("#n", term("gain.n")),
            ("#critical", term("coherence.critical")),
            ("concerns", term("coherence.concerns")),
        ],
    );
    let number = |x: f64| Cell::number(readable(Number::Binary64(x), None, cx.package.policy.rounding), x);
    for answer in &audit.answers {
        for finding in &answer.findings {
            let question = both(|lang| {
                if lang == Lang::Zh { answer.check.question.1 } else { answer.check.question.0 }.to_owned()
            });
            let of = finding.of.as_deref().map(|code| cx.node_by_code(code).text).unwrap_or_default();
            let (symbol, class) = match finding.verdict {
                Verdict::Pass => ("▲", "met"),
                Verdict::Note => ("●", ""),
                Verdict::Fail => ("▼", "not-met"),
                Verdict::NotApplicable(_) => ("–", ""),
            };
            let word =
                Said::same(symbol).then((" ", " "), &term(&format!("verdict.{}", finding.verdict.word())));
            table.row(vec![
                Cell::text(question).small(Said::same(answer.check.id).then((", ", "，"), &of)),
                Cell::text(word).tone(class),
                Cell::text(Said::from(&finding.sentence)),
                finding.value.filter(|x| x.is_finite()).map_or_else(Cell::none, number),
                Cell::count(finding.n),
                finding.critical.map_or_else(Cell::none, number),
                Cell::text(concerns(cx, finding)),
            ]);
        }
    }
    out.table(table);
    out.0.extend(limits(cx, audit).0);
    out
}

/// The units and indicators a finding concerns: the first ones, and how many more.
fn concerns(cx: &Context, finding: &gradus_audit::Finding) -> Said {
    let mut seen = BTreeSet::new();
    let mut all = Vec::new();
    for item in &finding.items {
        for ix in &item.nodes {
            if seen.insert((0, *ix)) {
                all.push(cx.node_name(*ix));
            }
        }
        for unit in &item.units {
            if seen.insert((1, *unit)) {
                all.push(cx.unit_name(*unit));
            }
        }
    }
    let shown = Said::list(&all[..all.len().min(NAMED)]);
    match all.len().saturating_sub(NAMED) {
        0 => shown,
        more => shown.then((" ", ""), &say("layers.more", &[("n", more.into())])),
    }
}

/// Thresholds with the source of each, and which of them the package overrides.
fn limits(cx: &Context, audit: &gradus_audit::Audit) -> Blocks {
    let mut table = Table::new(
        "check-limits",
        term("coherence.limits_how"),
        &[
            ("check", term("coherence.check")),
            ("#limit", term("threshold")),
            ("meaning", term("reading.meaning")),
            ("source", term("card.source")),
        ],
    );
    for used in audit.answers.iter().flat_map(|answer| &answer.limits) {
        let value = readable(Number::Binary64(used.value), None, cx.package.policy.rounding);
        let cell = Cell::number(value, used.value);
        let cell = if used.overridden { cell.small(term("coherence.by_package")) } else { cell };
        let source = match used.limit.locator.is_empty() {
            true => Cell::text(used.limit.source),
            false => Cell::text(used.limit.source).small(used.limit.locator),
        };
        table.row(vec![Cell::text(used.check), cell, Cell::text(used.limit.meaning), source]);
    }
    let mut inside = Blocks::new();
    inside.table(table);
    let mut out = Blocks::new();
    out.details(term("coherence.limits"), inside);
    out
}
