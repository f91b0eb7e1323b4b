//! Whether units that are ranked have enough figures to be ranked.
//!
//! A rank looks the same whether it rests on all indicators or on half of them.

use super::shared::{SDG, SDG_AT, finding, not_asked, own, percent};
use crate::check::{Check, Finding, Item, Limit, Limits, Part, Profile, Subject, Verdict};
use gradus_engine::Stage;
use gradus_model::{Package, Text};

/// Registry entry of the check.
pub static CHECK: Check = Check {
    id: "ranked-coverage",
    since: "0.1.0",
    part: Part::Data,
    profiles: &[Profile::Ranking],
    question: ("Has every ranked unit enough figures to be ranked?", "每个参加排名的单元是否有足够的数据？"),
    statistic: "the least share of indicators with a figure, over units with a score, before imputation",
    limits: &[
        Limit {
            name: "wanted",
            default: 0.8,
            meaning: "share of indicators with a figure below which a ranked unit is noted",
            source: SDG,
            locator: SDG_AT,
        },
        own(
            "least",
            0.5,
            "share of indicators with a figure below which the check fails",
            "this program: more than half of the rank would rest on what is made up or shared out",
        ),
    ],
    command: "gradus analyze PKG availability",
    run,
};

fn run(subject: &Subject<'_>, limits: &Limits) -> Vec<Finding> {
    let (wanted, least) = (limits.get(&CHECK, "wanted"), limits.get(&CHECK, "least"));
    let (evaluation, view) = (subject.evaluation, subject.view(Stage::Raw));
    // What is shown and not scored does not carry a rank.
    let scored = |ix: &usize| !evaluation.nodes[*ix].scores.is_empty();
    let indicators: Vec<usize> =
        subject.package.indicators_below(Package::ROOT).into_iter().filter(scored).collect();
    let ranked =
        |unit: &usize| evaluation.score(Package::ROOT, evaluation.row(*unit, subject.period)).is_some();
    let of = |unit: usize| {
        let have = indicators.iter().filter(|ix| view.value(**ix, unit).is_some()).count();
        Item { nodes: Vec::new(), units: vec![unit], value: have as f64 / indicators.len() as f64 }
    };
    let mut items: Vec<Item> = (0..evaluation.units.len()).filter(ranked).map(of).collect();
    let n = items.len();
    let worst = items.iter().map(|item| item.value).min_by(f64::total_cmp);
    let Some(worst) = worst.filter(|_| !indicators.is_empty()) else {
        return not_asked("no unit has a score, so none is ranked", "没有单元得分，因此没有排名");
    };
    items.retain(|item| item.value < wanted);
    items.sort_by(|a, b| a.value.total_cmp(&b.value));
    let verdict = match worst {
        worst if worst < least => Verdict::Fail,
        worst if worst < wanted => Verdict::Note,
        _ => Verdict::Pass,
    };
    let (few, worst_share, asked) = (items.len(), percent(worst), percent(wanted));
    let sentence = Text::both(
        format!(
            "{few} of {n} ranked units have figures for less than {asked} of the indicators; the least is {worst_share}"
        ),
        format!("{n} 个参加排名的单元中，{few} 个的数据不足指标总数的 {asked}；最低为 {worst_share}"),
    );
    vec![finding(worst, n, verdict, sentence, items)]
}

#[cfg(test)]
pub(crate) fn examples() -> Vec<crate::testing::Example> {
    use crate::testing::{Example, flat};
    let gaps = |missing: usize| {
        move |unit: usize, v: usize| (unit > 0 || v >= missing).then_some((unit * 7 + v) as f64)
    };
    vec![
        // Five indicators: one missing leaves 4 of 5, two 3 of 5, three 2 of 5.
        Example::of(&CHECK, "pass", &flat(5, ""), 4, gaps(1)).ranking().value(0.8),
        Example::of(&CHECK, "note", &flat(5, ""), 4, gaps(2)).ranking().value(0.6).units(&["u0"]),
        Example::of(&CHECK, "fail", &flat(5, ""), 4, gaps(3)).ranking().value(0.4).units(&["u0"]),
        Example::of(
            &CHECK,
            "not-applicable",
            &flat(2, "").replace("[policy]", "aggregate = 'none'\n[policy]"),
            4,
            gaps(0),
        )
        .ranking(),
    ]
}
