//! The grade ledger: the rule as text, what each clause rests on, the grade by other rules, and the figures that are nearest to
//! changing it.

use super::block::{Blocks, Cell, Line, Table};
use super::method;
use crate::context::Context;
use crate::extras::RuleCheck;
use crate::figure::readable;
use crate::grade_table::asked_step;
use crate::said::{Said, both, say, term};
use gradus_engine::Number;
use gradus_model::Decimal;
use gradus_model::package::NodeIx;
use gradus_standard::{Proof, StandardGrade, Verdict, clause_sentence};

/// How many of the most fragile figures are shown.
const FRAGILE: usize = 3;
/// How many standards are shown in full; the others are folded away.
const OPEN: usize = 1;

pub(super) fn ledger(cx: &Context) -> Blocks {
    if cx.package.standards.is_empty() {
        return Blocks::empty(term("ledger.no_standard"));
    }
    let Some(unit) = cx.own else { return Blocks::empty(term("ledger.no_subject")) };
    let Some(grading) = cx.grading(unit) else { return Blocks::empty(term("ledger.no_standard")) };
    let mut out = Blocks::new();
    for (at, grade) in grading.standards().enumerate() {
        let found = standard(cx, unit, &grade);
        let name = name(cx, grade.standard);
        match at < OPEN {
            true => {
                let held = match grade.interval.possible {
                    None => term("ledger.none"),
                    Some(_) => cx.interval_text(grade.interval),
                };
                out.lead(say("ledger.lead", &[("standard", name), ("grade", held)]));
                out.0.extend(found.0);
            }
            false => out.details(name.then((": ", "："), &cx.interval_text(grade.interval)), found),
        }
    }
    out
}

pub(super) fn name(cx: &Context, standard: usize) -> Said {
    let standard = &cx.package.standards[standard];
    if standard.name.is_empty() { Said::same(standard.id.as_str()) } else { Said::from(&standard.name) }
}

fn standard(cx: &Context, unit: usize, grade: &StandardGrade) -> Blocks {
    let mut out = Blocks::new();
    let rule = &cx.package.standards[grade.standard].rule;
    out.heading(term("ledger.rule"));
    let plain = |line: &method::Line| Line {
        depth: line.depth,
        verdict: "",
        verdict_word: Said::default(),
        cell: Cell::text(line.text.clone()),
    };
    out.lines(method::lines(cx, rule).iter().map(plain).collect());
    // What stands before the next grade; where all are proven, why the highest one is.
    let top = cx.package.grades.len().saturating_sub(1);
    let next = grade.interval.proven.map_or(0, |g| g + 1).min(top);
    if let Some(proof) = grade.proof(next) {
        out.heading(say(
            "ledger.clauses",
            &[("grade", cx.grade_name(next)), ("verdict", verdict_word(proof.verdict))],
        ));
        out.quiet(term("ledger.clauses_how"));
        out.lines(clauses(cx, unit, &proof));
    }
    let check = cx.extras().and_then(|e| e.rule(cx.package, grade.standard));
    match check {
        None => out.quiet(term("ledger.not_computed")),
        Some(check) => {
            readings(cx, unit, grade, check, &mut out);
            fragile(cx, grade, check, &mut out);
        }
    }
    out
}

pub(super) fn verdict_word(verdict: Verdict) -> Said {
    both(|lang| gradus_standard::verdict_word(verdict, lang).to_owned())
}

fn class(verdict: Verdict) -> &'static str {
    match verdict {
        Verdict::Met => "met",
        Verdict::NotMet => "not-met",
        Verdict::Unknown => "unknown",
    }
}

/// The clauses of a proof with the indicators they rest on, each with its figure, what is asked, and where the figure is from.
fn clauses(cx: &Context, unit: usize, proof: &Proof) -> Vec<Line> {
    let mut out = Vec::new();
    // An explicit stack, as everywhere a package decides the depth.
    let mut stack = vec![(0, proof)];
    while let Some((depth, proof)) = stack.pop() {
        let words = match &proof.rule {
            Some(rule) => both(|lang| clause_sentence(cx.package, rule, Some(proof.grade), lang)),
            None => term("ledger.all"),
        };
        let words = match proof.group {
            Some(group) => cx.node_name(group).then((": ", "："), &words),
            None => words,
        };
        let tally = &proof.tally;
        let plain = |x: Decimal| Said::same(x.normalize().to_string());
        let found = match tally.possible > tally.proven {
            true => say(
                "ledger.tally_open",
                &[
                    ("needed", plain(tally.needed)),
                    ("proven", plain(tally.proven)),
                    ("possible", plain(tally.possible)),
                    ("most", plain(tally.most)),
                ],
            ),
            false => say(
                "ledger.tally",
                &[
                    ("needed", plain(tally.needed)),
                    ("proven", plain(tally.proven)),
                    ("most", plain(tally.most)),
                ],
            ),
        };
        out.push(Line {
            depth,
            verdict: class(proof.verdict),
            verdict_word: verdict_word(proof.verdict),
            cell: Cell::text(words).small(found),
        });
        for part in &proof.parts {
            let verdict = if part.exempt { "" } else { class(part.verdict) };
            let word = if part.exempt { Said::default() } else { verdict_word(part.verdict) };
            out.push(Line {
                depth: depth + 1,
                verdict,
                verdict_word: word,
                cell: evidence(cx, unit, part.node, part.asked, part.verdict),
            });
        }
        stack.extend(proof.clauses.iter().rev().map(|inner| (depth + 1, inner)));
    }
    out
}

/// An indicator with its figure, what is asked of it, and the source.
fn evidence(cx: &Context, unit: usize, ix: NodeIx, asked: usize, verdict: Verdict) -> Cell {
    let row = cx.row(unit);
    let Some(indicator) = cx.package.nodes[ix].indicator() else {
        let score = cx.evaluation.score(ix, row).map(|x| Said::same(cx.score_text(x))).unwrap_or_default();
        return Cell::text(cx.node_name(ix)).small(score);
    };
    let step = asked_step(indicator, asked, verdict);
    let figure = cx.figure_against(ix, row, step.map(|s| s.threshold));
    let mut said = match figure.absent {
        true => figure.text.clone(),
        false => cx.with_unit(ix, &figure.text),
    };
    if !figure.mark.is_empty() && !figure.absent {
        said = said.then((", ", "，"), &figure.mark_word);
    }
    if let Some(step) = step {
        said = said.then(("; ", "；"), &say("ledger.asked", &[("threshold", cx.asked(ix, step))]));
    }
    let observation = cx.evaluation.observation(cx.data, ix, row);
    let detail = observation.as_ref().map(|o| &o.detail);
    let source = detail.and_then(|d| d.source.as_deref().or(d.document.as_deref()));
    let origin = indicator.origins.first().and_then(|o| cx.package.origins.get(*o));
    let source = match (source, origin) {
        (Some(source), _) => Said::same(source),
        (None, Some(origin)) if !figure.absent => {
            Said::from(if origin.title.is_empty() { &origin.producer } else { &origin.title })
        }
        _ => Said::default(),
    };
    if !source.is_empty() {
        said = said.then(("; ", "；"), &say("ledger.source", &[("source", source)]));
    }
    Cell::link(&cx.link(ix)).small(said)
}

/// The grade by the rule and by its other readings.
fn readings(cx: &Context, unit: usize, grade: &StandardGrade, check: &RuleCheck, out: &mut Blocks) {
    out.heading(term("ledger.readings"));
    if check.readings.is_empty() {
        out.nothing(term("ledger.no_readings"));
        return;
    }
    let mut table = Table::new(
        format!("readings-{}", grade.standard),
        term("ledger.readings_how"),
        &[("rule", term("ledger.rule_word")), ("grade", term("grade")), ("text", term("ledger.rule_text"))],
    );
    let words = |rule| both(|lang| clause_sentence(cx.package, rule, None, lang));
    let rule = &cx.package.standards[grade.standard].rule;
    table.unit_row(
        "",
        true,
        vec![
            Cell::text(term("ledger.this_reading")),
            Cell::text(cx.interval_text(grade.interval)),
            Cell::text(words(rule)),
        ],
    );
    for reading in &check.readings {
        let found =
            reading.grading.row(cx.row(unit)).and_then(|g| g.standard(grade.standard)).map(|s| s.interval);
        let name = match reading.alternative.name.is_empty() {
            true => Said::same(reading.alternative.id.as_str()),
            false => Said::from(&reading.alternative.name),
        };
        let result = found.map_or_else(Cell::none, |interval| {
            let cell = Cell::text(cx.interval_text(interval));
            if interval == grade.interval { cell } else { cell.small(term("ledger.differs")) }
        });
        table.row(vec![Cell::text(name), result, Cell::text(words(&reading.alternative.rule))]);
    }
    out.table(table);
}

/// The figures nearest to changing the grade.
fn fragile(cx: &Context, grade: &StandardGrade, check: &RuleCheck, out: &mut Blocks) {
    out.heading(term("ledger.fragile"));
    if check.flips.is_empty() {
        out.nothing(term("ledger.no_flips"));
        return;
    }
    let mut table = Table::new(
        format!("fragile-{}", grade.standard),
        term("ledger.fragile_how"),
        &[
            ("indicator", term("indicator")),
            ("#now", term("value")),
            ("#at", term("ledger.flips_at")),
            ("#change", term("ledger.change")),
            ("then", term("ledger.then")),
        ],
    );
    for flip in check.flips.iter().take(FRAGILE) {
        let number = |x: Decimal| {
            let text = cx.with_unit(flip.node, &cx.raw_text(flip.node, Number::Decimal(x)));
            Cell::number(text, Number::Decimal(x).to_f64())
        };
        let change = flip.relative.map_or_else(Cell::none, |share| {
            let percent = Number::Decimal(share * Decimal::ONE_HUNDRED);
            let text = readable(percent, None, cx.package.policy.rounding);
            Cell::number(format!("{text}%"), percent.to_f64())
        });
        table.row(vec![
            Cell::link(&cx.link(flip.node)),
            number(flip.value),
            number(flip.to),
            change,
            Cell::text(cx.interval_text(flip.then)),
        ]);
    }
    out.table(table);
    let more = check.flips.len().saturating_sub(FRAGILE);
    if more > 0 {
        out.quiet(say("ledger.more_flips", &[("n", more.into())]));
    }
}
