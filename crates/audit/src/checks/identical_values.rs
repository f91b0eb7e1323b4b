//! Whether most units have the same figure in an indicator.
//!
//! An indicator with one value for most units tells few of them apart, and bends every scale that is taken from the figures.

use super::shared::{A2SIT, A2SIT_AT, code, finding, not_asked, own, percent, some, zh};
use crate::check::{Check, Finding, Item, Limit, Limits, Part, Profile, Subject, Verdict};
use gradus_analysis::describe::{self, describe};
use gradus_engine::Stage;
use gradus_model::Text;

/// Registry entry of the check.
pub static CHECK: Check = Check {
    id: "identical-values",
    since: "0.1.0",
    part: Part::Data,
    profiles: Profile::ALL,
    question: ("Do the figures of each indicator tell units apart?", "每个指标的数据能否区分各单元？"),
    statistic: "the largest share of figures of one indicator that are the same, before the pipeline",
    limits: &[
        Limit {
            name: "most",
            default: 0.5,
            meaning: "share of figures with one value above which an indicator is noted",
            source: A2SIT,
            locator: A2SIT_AT,
        },
        own(
            "figures",
            5.0,
            "figures, a count, below which an indicator is passed over",
            "this program: of four figures two alike are half of them",
        ),
    ],
    command: "gradus analyze PKG statistics",
    run,
};

fn run(subject: &Subject<'_>, limits: &Limits) -> Vec<Finding> {
    let (most, figures) = (limits.get(&CHECK, "most"), limits.get(&CHECK, "figures"));
    let view = subject.view(Stage::Raw);
    let nodes = view.indicators();
    let described = describe(&view.series(&nodes), &describe::Limits::default());
    let mut n = 0;
    let mut items: Vec<Item> = Vec::new();
    for (node, found) in nodes.iter().zip(&described) {
        let Some(share) = found.same_share().filter(|_| found.n_present as f64 >= figures) else { continue };
        n += 1;
        items.push(Item { nodes: vec![*node], units: Vec::new(), value: share });
    }
    let Some(worst) = items.iter().map(|item| item.value).max_by(f64::total_cmp) else {
        return not_asked(
            format!("no indicator has {figures} figures"),
            format!("没有指标具备 {figures} 个数据"),
        );
    };
    items.retain(|item| item.value > most);
    items.sort_by(|a, b| b.value.total_cmp(&a.value));
    // Where all are the same, the indicator tells nothing at all.
    let verdict = match worst {
        worst if worst >= 1.0 => Verdict::Fail,
        worst if worst > most => Verdict::Note,
        _ => Verdict::Pass,
    };
    let few = items.len();
    let names: Vec<String> = items
        .iter()
        .map(|item| format!("{} {}", code(subject.package, item.nodes[0]), percent(item.value)))
        .collect();
    let (named, asked, highest) = (some(&names), percent(most), percent(worst));
    let sentence = if few == 0 {
        Text::both(
            format!("in each of {n} indicators at most {highest} of the figures are the same"),
            format!("{n} 个指标中，每个指标的相同数值最多占 {highest}"),
        )
    } else {
        Text::both(
            format!("in {few} of {n} indicators more than {asked} of the figures are the same: {named}"),
            format!("{n} 个指标中，{few} 个的相同数值超过 {asked}：{}", zh(&named)),
        )
    };
    vec![finding(worst, n, verdict, sentence, items)]
}

#[cfg(test)]
pub(crate) fn examples() -> Vec<crate::testing::Example> {
    use crate::testing::{Example, fixed, flat};
    let column =
        |values: [f64; 5]| move |unit: usize, v: usize| Some(if v == 0 { values[unit] } else { unit as f64 });
    vec![
        Example::of(&CHECK, "pass", &flat(2, ""), 5, column([1.0, 1.0, 2.0, 3.0, 4.0])).value(0.4),
        Example::of(&CHECK, "note", &flat(2, ""), 5, column([1.0, 1.0, 1.0, 3.0, 4.0]))
            .value(0.6)
            .nodes(&["x0"]),
        // One value for all has no range to scale by; fixed bounds keep the index going.
        Example::of(&CHECK, "fail", &fixed(&flat(2, "")), 5, column([1.0; 5])).value(1.0).nodes(&["x0"]),
        Example::of(&CHECK, "not-applicable", &flat(2, ""), 4, |unit, v| Some((unit + v) as f64)),
    ]
}
