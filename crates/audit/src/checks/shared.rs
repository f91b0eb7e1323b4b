//! What checks have in common: sources, the fewest units, groups with their series, words.

use crate::check::{Check, Finding, Item, Limit, Limits, Subject, Verdict};
use gradus_analysis::Series;
use gradus_analysis::evaluation::View;
use gradus_engine::Stage;
use gradus_model::package::{NodeIx, UnitRole};
use gradus_model::{Lang, Package, Text};
use gradus_statistics::correlation::complete_rows;

pub(super) const COINR: &str = "Becker, Caperna, Del Sorbo et al. (2022), COINr: An R package for developing composite indicators, defaults of `plot_corr` and `get_corr_flags`";
pub(super) const COINR_AT: &str = "https://doi.org/10.21105/joss.04567";
pub(super) const SDG: &str = "Sachs, Lafortune and Fuller (2024), Sustainable Development Report 2024, methods summary, after the statistical audit by Papadimitriou et al. (2019)";
pub(super) const SDG_AT: &str = "https://dashboards.sdgindex.org/chapters/methodology";
pub(super) const A2SIT: &str =
    "UNHCR, Admin 2 Severity Index Tool (A2SIT), documentation, indicator analysis";
pub(super) const A2SIT_AT: &str = "https://github.com/UNHCR-Guatemala/A2SIT";
pub(super) const HANDBOOK_AT: &str = "https://doi.org/10.1787/9789264043466-en";

/// A threshold of this program's own, with its reason.
pub(super) const fn own(
    name: &'static str,
    default: f64,
    meaning: &'static str,
    source: &'static str,
) -> Limit {
    Limit { name, default, meaning, source, locator: "" }
}

/// The fewest units of which statistics over units are asked.
pub(super) const UNITS: Limit = own(
    "units",
    30.0,
    "units with figures, a count, below which the question is not asked",
    "this program: with 30 units a correlation must exceed 0.36 to differ from 0 at 5 %, with 10 units 0.63",
);

/// How a correlation differs from chance, as the end of a sentence.
pub(super) fn chance(n: usize, critical: Option<f64>) -> Text {
    match critical {
        Some(r) => Text::both(
            format!("with n = {n} a correlation must exceed {r:.2} to differ from 0 at 5 %"),
            format!("n = {n} 时，相关系数绝对值须超过 {r:.2} 才在 5 % 水平上异于 0"),
        ),
        None => Text::both(
            format!("with n = {n} no correlation differs from 0"),
            format!("n = {n} 时，任何相关系数都不能与 0 区分"),
        ),
    }
}

/// That there are too few units, with what chance would do; nothing where there are enough.
pub(super) fn too_few(subject: &Subject<'_>, n: usize, needed: f64) -> Option<Finding> {
    if n as f64 >= needed {
        return None;
    }
    let critical = subject.critical_correlation(n);
    let by_chance = chance(n, critical);
    let why = Text::both(
        format!("n is too small: {needed} units are needed; {by_chance}"),
        format!("样本太小：需要 {needed} 个单元；{}", zh(&by_chance)),
    );
    Some(Finding { n, critical, ..Finding::not_applicable(why) })
}

/// A group with the scores of its parts, all rising with what is good.
pub(super) struct Group {
    pub(super) node: NodeIx,
    pub(super) parts: Vec<NodeIx>,
    pub(super) series: Vec<Series>,
    /// How many units have every part.
    pub(super) n: usize,
}

/// The groups with two scored parts or more, in tree order; of a package that scores nothing, groups of indicators by their
/// figures, of which the same can be asked.
pub(super) fn groups(subject: &Subject<'_>) -> Vec<Group> {
    let scores = subject.view(Stage::Scores);
    let view = if scores.nodes().is_empty() { subject.view(Stage::Raw) } else { scores };
    let nodes = &subject.package.nodes;
    let of = |node: NodeIx| {
        let parts: Vec<NodeIx> = nodes[node].children.iter().copied().filter(|c| view.has(*c)).collect();
        let series = view.rising(&parts);
        let n = complete_rows(&series).1.len();
        Group { node, parts, series, n }
    };
    let tree = subject.package.tree().into_iter().map(|(ix, _)| ix);
    tree.filter(|ix| nodes[*ix].group().is_some()).map(of).filter(|group| group.parts.len() > 1).collect()
}

/// Asks each group that has enough units; one answer for all where none has.
pub(super) fn of_groups(
    subject: &Subject<'_>,
    limits: &Limits,
    check: &Check,
    ask: impl Fn(&Group) -> Finding,
) -> Vec<Finding> {
    let (groups, needed) = (groups(subject), limits.get(check, UNITS.name));
    if groups.is_empty() {
        return not_asked("no group has two parts with values", "没有任何组具有两个以上有数值的组成部分");
    }
    let most = groups.iter().map(|group| group.n).max();
    if let Some(few) = most.and_then(|n| too_few(subject, n, needed)) {
        return vec![few];
    }
    let answer = |group: &Group| {
        let found = too_few(subject, group.n, needed).unwrap_or_else(|| ask(group));
        Finding { of: Some(code(subject.package, group.node).to_owned()), ..found }
    };
    groups.iter().map(answer).collect()
}

/// The last values before normalization.
pub(super) fn prepared<'a>(subject: &Subject<'a>) -> View<'a> {
    let last = subject.package.pipeline.len().checked_sub(1);
    subject.view(last.map_or(Stage::Raw, Stage::Step))
}

/// The code of a node.
pub(super) fn code(package: &Package, node: NodeIx) -> &str {
    package.nodes[node].id.as_str()
}

/// The first three of a list, and how many more there are.
pub(super) fn some(all: &[String]) -> Text {
    const SHOWN: usize = 3;
    let rest = all.len().saturating_sub(SHOWN);
    let shown = &all[..all.len().min(SHOWN)];
    let (en, zh) = (shown.join(", "), shown.join("、"));
    match rest {
        0 => Text::both(en, zh),
        _ => Text::both(format!("{en} and {rest} more"), format!("{zh} 等 {} 项", all.len())),
    }
}

/// A share in percent, without places.
pub(super) fn percent(share: f64) -> String {
    format!("{:.0} %", 100.0 * share)
}

/// A finding about the whole package.
pub(super) fn finding(value: f64, n: usize, verdict: Verdict, sentence: Text, items: Vec<Item>) -> Finding {
    Finding { of: None, value: Some(value), n, critical: None, verdict, sentence, items }
}

/// That a question cannot be asked, and why.
pub(super) fn not_asked(en: impl Into<String>, zh: impl Into<String>) -> Vec<Finding> {
    vec![Finding::not_applicable(Text::both(en, zh))]
}

/// What varying the choices yielded; else that nothing was varied.
pub(super) fn robustness<'a>(subject: &Subject<'a>) -> Result<&'a crate::Robustness, Vec<Finding>> {
    match subject.robustness {
        Some(found) if !found.inputs.is_empty() => Ok(found),
        Some(_) => Err(not_asked("there is no choice that could vary", "没有可变动的选择")),
        None => Err(not_asked(
            "fewer than two units have a score, so no rank can move",
            "有得分的单元不足两个，名次无从变动",
        )),
    }
}

/// A count with its noun; the plural has an s.
pub(super) fn plural(n: usize, noun: &str) -> String {
    if n == 1 { format!("1 {noun}") } else { format!("{n} {noun}s") }
}

/// The Chinese form of a text.
pub(super) fn zh(text: &Text) -> &str {
    text.get(Lang::Zh)
}

/// The rows of the period that is audited.
pub(super) fn rows(subject: &Subject<'_>) -> Vec<usize> {
    (0..subject.evaluation.units.len()).map(|unit| subject.evaluation.row(unit, subject.period)).collect()
}

/// The unit that the package is about, by place.
pub(super) fn own_unit(subject: &Subject<'_>) -> Option<usize> {
    let own = subject.package.units.iter().find(|unit| unit.role == UnitRole::Own)?;
    subject.evaluation.units.iter().position(|unit| *unit == own.id)
}

/// A step of a ladder in words: indicator and grade.
pub(super) fn step(package: &Package, node: NodeIx, grade: usize) -> String {
    format!("{}/{}", code(package, node), package.grades.get(grade).map_or("", |grade| grade.id.as_str()))
}

/// Whether any indicator has a ladder.
pub(super) fn has_ladders(package: &Package) -> bool {
    package.indicators().any(|(.., indicator)| !indicator.ladder.is_empty())
}
