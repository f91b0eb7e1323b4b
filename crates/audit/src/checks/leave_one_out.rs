//! Whether the ranks hang on a single indicator.

use super::shared::{code, finding, not_asked, own, some, zh};
use crate::check::{Check, Finding, Item, Limits, Part, Profile, Subject, Verdict};
use gradus_model::Text;

/// Registry entry of the check.
pub static CHECK: Check = Check {
    id: "leave-one-out",
    since: "0.1.0",
    part: Part::Robustness,
    profiles: Profile::ALL,
    question: ("Do the ranks hang on a single indicator?", "名次是否取决于某一个指标？"),
    statistic: "the mean absolute change of rank when one indicator is left out, in places, its siblings keeping their proportions; the value is the largest (COINr, `remove_elements`)",
    limits: &[own(
        "shift",
        0.05,
        "mean change of rank, as a share of the ranked units, above which an indicator is noted",
        "this program",
    )],
    command: "gradus audit PKG --check leave-one-out",
    run,
};

fn run(subject: &Subject<'_>, limits: &Limits) -> Vec<Finding> {
    let most = limits.get(&CHECK, "shift");
    let Some(found) = subject.robustness else {
        return not_asked(
            "fewer than two units have a score, so no rank can move",
            "有得分的单元不足两个，名次无从变动",
        );
    };
    if found.without.is_empty() {
        return not_asked("the audit was stopped before parts were left out", "审计在剔除各部分之前已中止");
    }
    let package = subject.package;
    let indicators: Vec<_> =
        found.without.iter().filter(|without| package.nodes[without.node].indicator().is_some()).collect();
    let n = found.uncertainty.units.iter().filter(|unit| unit.rank.is_some()).count();
    let mut items: Vec<Item> = indicators
        .iter()
        .filter_map(|without| {
            let moves = without.outcome.as_ref().ok()?;
            Some(Item {
                nodes: vec![without.node],
                units: moves.mover.into_iter().collect(),
                value: moves.mean_shift,
            })
        })
        .collect();
    let none = indicators.len() - items.len();
    items.sort_by(|a, b| b.value.total_cmp(&a.value));
    let Some(worst) = items.first().map(|item| item.value) else {
        return not_asked("there is no index without its only indicator", "去掉唯一的指标后不再有指数");
    };
    items.retain(|item| item.value > most * n as f64);
    let names: Vec<String> =
        items.iter().map(|item| format!("{} {:.2}", code(package, item.nodes[0]), item.value)).collect();
    let (named, few, asked) = (some(&names), items.len(), indicators.len());
    let limit = most * n as f64;
    let lost = match none {
        0 => (String::new(), String::new()),
        _ => (format!("; without {none} others there is no result"), format!("；去掉另外 {none} 个时无结果")),
    };
    let sentence = match few {
        0 => Text::both(
            format!(
                "without any one of {asked} indicators, ranks of {n} units move by {worst:.2} places on average at most{}",
                lost.0
            ),
            format!("去掉 {asked} 个指标中的任何一个，{n} 个单元的名次平均最多变动 {worst:.2} 位{}", lost.1),
        ),
        _ => Text::both(
            format!(
                "without one of {few} indicators, ranks of {n} units move by more than {limit:.2} places on average: {named}{}",
                lost.0
            ),
            format!(
                "去掉 {few} 个指标之一，{n} 个单元的名次平均变动超过 {limit:.2} 位：{}{}",
                zh(&named),
                lost.1
            ),
        ),
    };
    let verdict = if few == 0 { Verdict::Pass } else { Verdict::Note };
    vec![finding(worst, n, verdict, sentence, items)]
}

#[cfg(test)]
pub(crate) fn examples() -> Vec<crate::testing::Example> {
    use crate::testing::{Example, flat};
    // 0 1 2 3 against 3 0 1 2: the index of 9 : 1 ranks as the first part. Without it every rank is that of the second: from
    // 4 3 2 1 to 1 4 3 2, which is 3 + 1 + 1 + 1 places for four units.
    let text = flat(2, "").replace("id = 'x0'", "id = 'x0'\nweight = 9");
    let turned = |unit: usize, v: usize| Some(if v == 0 { unit as f64 } else { ((unit + 3) % 4) as f64 });
    vec![
        Example::of(&CHECK, "pass", &flat(2, ""), 4, |unit, v| Some((unit + v) as f64)).value(0.0),
        Example::of(&CHECK, "note", &text, 4, turned).value(1.5).nodes(&["x0"]),
        Example::of(&CHECK, "not-applicable", &flat(1, ""), 4, turned),
    ]
}
