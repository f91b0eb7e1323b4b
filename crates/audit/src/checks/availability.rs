//! Coverage: the share of cells with a figure, of every indicator and every unit.
//!
//! An indicator or a unit with few figures carries little of its own: what stands for it is imputed, or shared out.

use super::shared::{A2SIT, A2SIT_AT, percent, plural};
use crate::check::{Check, Finding, Item, Limit, Limits, Part, Profile, Subject, Verdict};
use gradus_analysis::availability::by_unit;
use gradus_engine::Stage;
use gradus_model::Text;

/// Registry entry of the check.
pub static CHECK: Check = Check {
    id: "availability",
    since: "0.1.0",
    part: Part::Data,
    profiles: Profile::ALL,
    question: (
        "Is there a figure in enough cells of every indicator and every unit?",
        "每个指标、每个单元是否都有足够的数据？",
    ),
    statistic: "the least share of cells with a figure, over indicators and units, before imputation",
    limits: &[
        Limit {
            name: "wanted",
            default: 0.66,
            meaning: "share of cells with a figure below which an indicator or unit is noted",
            source: "Becker, Caperna, Del Sorbo et al. (2022), COINr, default of its screening of units; A2SIT uses the same",
            locator: "https://doi.org/10.21105/joss.04567",
        },
        Limit {
            name: "least",
            default: 0.5,
            meaning: "share of cells with a figure below which the check fails",
            source: A2SIT,
            locator: A2SIT_AT,
        },
    ],
    command: "gradus analyze PKG availability",
    run,
};

fn run(subject: &Subject<'_>, limits: &Limits) -> Vec<Finding> {
    let (wanted, least) = (limits.get(&CHECK, "wanted"), limits.get(&CHECK, "least"));
    let view = subject.view(Stage::Raw);
    let indicators = view.indicators();
    let series = view.series(&indicators);
    let n_units = subject.evaluation.units.len();
    let share = |have: usize, of: usize| if of == 0 { 1.0 } else { have as f64 / of as f64 };
    let of_indicators = indicators.iter().zip(&series).map(|(node, series)| Item {
        nodes: vec![*node],
        units: Vec::new(),
        value: share(series.present().len(), n_units),
    });
    let of_units = by_unit(&series).into_iter().enumerate().map(|(unit, count)| Item {
        nodes: Vec::new(),
        units: vec![unit],
        value: share(count.n_present, count.n_indicators),
    });
    let all: Vec<Item> = of_indicators.chain(of_units).collect();
    let worst = all.iter().map(|item| item.value).min_by(f64::total_cmp).filter(|_| n_units > 0);
    let Some(worst) = worst else {
        return super::shared::not_asked("the package has no units", "指标包没有单元");
    };
    let mut items: Vec<Item> = all.into_iter().filter(|item| item.value < wanted).collect();
    items.sort_by(|a, b| a.value.total_cmp(&b.value));
    let verdict = match worst {
        worst if worst < least => Verdict::Fail,
        worst if worst < wanted => Verdict::Note,
        _ => Verdict::Pass,
    };
    let (n_indicators, n_few_units) = (
        items.iter().filter(|item| item.units.is_empty()).count(),
        items.iter().filter(|item| item.nodes.is_empty()).count(),
    );
    let (asked, lowest) = (percent(wanted), percent(worst));
    let sentence = match items.len() {
        0 => Text::both(
            format!(
                "every indicator and every unit has figures in {asked} of its cells or more; the least is {lowest}"
            ),
            format!("每个指标、每个单元的数据覆盖率均不低于 {asked}；最低为 {lowest}"),
        ),
        _ => Text::both(
            format!(
                "{} and {} have figures in less than {asked} of their cells; the least is {lowest}",
                plural(n_indicators, "indicator"),
                plural(n_few_units, "unit")
            ),
            format!("{n_indicators} 个指标、{n_few_units} 个单元的数据覆盖率低于 {asked}；最低为 {lowest}"),
        ),
    };
    vec![Finding { of: None, value: Some(worst), n: n_units, critical: None, verdict, sentence, items }]
}

#[cfg(test)]
pub(crate) fn examples() -> Vec<crate::testing::Example> {
    use crate::testing::{Example, flat};
    let gaps = |missing: usize| {
        move |unit: usize, v: usize| (unit > 0 || v >= missing).then_some((unit * 7 + v) as f64)
    };
    vec![
        // Of five indicators a unit has four, three, or two.
        Example::of(&CHECK, "pass", &flat(5, ""), 5, gaps(1)).value(0.8),
        Example::of(&CHECK, "note", &flat(5, ""), 5, gaps(2)).value(0.6).units(&["u0"]),
        Example::of(&CHECK, "fail", &flat(5, ""), 5, gaps(3)).value(0.4).units(&["u0"]),
        Example::of(&CHECK, "not-applicable", &flat(2, ""), 0, gaps(0)),
    ]
}
