//! Where units stand when each chooses the weights that suit it best.

use super::shared::{UNITS, finding, not_asked, own, percent, too_few};
use crate::check::{Check, Finding, Item, Limits, Part, Profile, Subject, Verdict};
use gradus_engine::Stage;
use gradus_method::Args;
use gradus_model::number::Scalar;
use gradus_model::{Package, Text};
use gradus_statistics::correlation::{complete_rows, spearman};

/// A unit whose score is no further from 1 is on the frontier: rounding in a linear program.
const ON: f64 = 1e-9;
/// More units are not compared: each is a linear program over all of them.
const MOST: usize = 1000;

/// Registry entry of the check.
pub static CHECK: Check = Check {
    id: "benefit-of-the-doubt",
    since: "0.1.0",
    part: Part::Robustness,
    profiles: &[Profile::Ranking],
    question: (
        "Who would be at the top if every unit chose its own weights?",
        "若每个单元自选权重，哪些单元处于前沿？",
    ),
    statistic: "the share of units on the frontier of benefit of the doubt (Cherchye et al. 2007) over the parts right below the index, weights without limits; and its rank correlation with the index",
    limits: &[
        own(
            "frontier",
            0.5,
            "share of units on the frontier above which the check is noted",
            "this program: with weights of its own, more than half of the units could not be told apart",
        ),
        UNITS,
    ],
    command: "gradus audit PKG --check benefit-of-the-doubt",
    run,
};

fn run(subject: &Subject<'_>, limits: &Limits) -> Vec<Finding> {
    let (most, needed) = (limits.get(&CHECK, "frontier"), limits.get(&CHECK, UNITS.name));
    let view = subject.view(Stage::Scores);
    let parts: Vec<usize> =
        subject.package.nodes[Package::ROOT].children.iter().copied().filter(|ix| view.has(*ix)).collect();
    if parts.len() < 2 || !view.has(Package::ROOT) {
        return not_asked("the index is not made of two scored parts", "指数不是由两个以上得分部分构成");
    }
    let mut series = view.series(&parts);
    series.push(view.one(Package::ROOT));
    let (mut columns, units) = complete_rows(&series);
    let n = units.len();
    if let Some(few) = too_few(subject, n, needed) {
        return vec![few];
    }
    let index = columns.pop().unwrap_or_default();
    if n > MOST {
        return not_asked(
            format!("{n} units are more than the {MOST} that are compared"),
            format!("{n} 个单元，超过可比较的 {MOST} 个"),
        );
    }
    if columns.iter().flatten().any(|x| *x < 0.0) {
        return not_asked("a part has scores below zero, which have no frontier", "有部分得分为负，没有前沿");
    }
    let codes: Vec<_> = parts.iter().map(|ix| subject.package.nodes[*ix].id.clone()).collect();
    let slices: Vec<&[f64]> = columns.iter().map(Vec::as_slice).collect();
    let mut scores = vec![0.0; n];
    let made =
        subject.methods.aggregators.find(CHECK.id).and_then(|m| m.make(&Args::new().for_parts(&codes)));
    let done = made.and_then(|made| f64::pick(&made).columns(&slices, &vec![1.0; parts.len()], &mut scores));
    if let Err(fault) = done {
        return not_asked(
            format!("there is no frontier: {}", fault.message),
            format!("无法计算前沿：{}", fault.message),
        );
    }
    let on: Vec<usize> =
        units.iter().zip(&scores).filter(|(_, y)| **y >= 1.0 - ON).map(|(unit, _)| *unit).collect();
    let share = on.len() as f64 / n as f64;
    let (shown, n_on, k) = (percent(share), on.len(), parts.len());
    let rank = spearman(&scores, &index);
    let critical = subject.critical_correlation(n);
    let with = match (rank, critical) {
        (Some(r), Some(c)) => (
            format!("; rank correlation with the index {r:.2} (above {c:.2} with n = {n} is not chance)"),
            format!("；与指数的秩相关为 {r:.2}（n = {n} 时超过 {c:.2} 非偶然）"),
        ),
        _ => (String::new(), String::new()),
    };
    let items =
        on.into_iter().map(|unit| Item { nodes: Vec::new(), units: vec![unit], value: 1.0 }).collect();
    let sentence = Text::both(
        format!(
            "{n_on} of {n} units ({shown}) are at the top of {k} parts with weights of their own{}",
            with.0
        ),
        format!("按自选权重，{n} 个单元中有 {n_on} 个（{shown}）位于 {k} 个部分的前沿{}", with.1),
    );
    let verdict = if share > most { Verdict::Note } else { Verdict::Pass };
    vec![Finding { critical, ..finding(share, n, verdict, sentence, items) }]
}

#[cfg(test)]
pub(crate) fn examples() -> Vec<crate::testing::Example> {
    use crate::testing::{Example, fixed, flat};
    let text = fixed(&flat(2, "[audit.limits.benefit-of-the-doubt]\nunits = 5\n"));
    // (4, 2) and (2, 4) are on the frontier, and so is (1, 4) no more: (2, 4) is as good in one part and better in the other,
    // but with all weight on the second part it is as good. (2, 2) and (3, 1) are below it.
    let table = |unit: usize, v: usize| Some([[4.0, 2.0, 2.0, 1.0, 3.0], [2.0, 4.0, 2.0, 4.0, 1.0]][v][unit]);
    let line = |unit: usize, v: usize| Some([[5.0, 4.0, 3.0, 2.0, 1.0], [1.0, 2.0, 3.0, 4.0, 5.0]][v][unit]);
    vec![
        Example::of(&CHECK, "pass", &text.replace("units = 5", "units = 5\nfrontier = 0.6"), 5, table)
            .ranking()
            .value(0.6)
            .units(&["u0", "u1", "u3"]),
        Example::of(&CHECK, "note", &text, 5, line).ranking().value(1.0),
        Example::of(&CHECK, "not-applicable", &flat(2, ""), 5, table).ranking(),
    ]
}
