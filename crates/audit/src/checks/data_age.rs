//! How old figures are when the result is about a later year.
//!
//! A result from the latest figures puts years side by side that are far apart; readers take it for one year.

use super::shared::{code, finding, not_asked, own, some, zh};
use crate::check::{Check, Finding, Item, Limits, Part, Profile, Subject, Verdict};
use gradus_engine::Cell;
use gradus_model::Text;
use gradus_model::observation::Period;

/// Registry entry of the check.
pub static CHECK: Check = Check {
    id: "data-age",
    since: "0.1.0",
    part: Part::Data,
    profiles: Profile::ALL,
    question: ("Are the figures of the year that the result is about?", "数据是否属于结果所指的年份？"),
    statistic: "the largest age of a figure: years between the end of its period and the end of that of the result",
    limits: &[
        own("years", 5.0, "age of a figure, in years, above which its indicator is noted", "this program"),
        own(
            "oldest",
            10.0,
            "age of a figure, in years, above which the check fails",
            "this program: the figure is of another decade than the result",
        ),
    ],
    command: "gradus audit PKG --check data-age",
    run,
};

fn run(subject: &Subject<'_>, limits: &Limits) -> Vec<Finding> {
    let (years, oldest) = (limits.get(&CHECK, "years"), limits.get(&CHECK, "oldest"));
    let evaluation = subject.evaluation;
    let own = evaluation.periods.get(subject.period).copied().flatten();
    let newest = subject.data.periods().last().copied();
    let Some(stands) = subject.package.policy.periods.stands_in(own, newest) else {
        return not_asked("the figures have no period", "数据没有时期");
    };
    let (mut n, mut total, mut items) = (0usize, 0i64, Vec::new());
    let mut worst: Option<i64> = None;
    for node in subject.package.indicators_below(gradus_model::Package::ROOT) {
        let mut item = Item { nodes: vec![node], units: Vec::new(), value: 0.0 };
        for unit in 0..evaluation.units.len() {
            let period: Option<Period> =
                match evaluation.nodes[node].cells.get(evaluation.row(unit, subject.period)) {
                    Some(Cell::Observed(at)) => subject.data.observations.key(at).and_then(|key| key.period),
                    Some(Cell::Derived { period }) => period,
                    _ => None,
                };
            let Some(period) = period else { continue };
            // A figure of a later year stands in for one that is not there, and is no older for it.
            let age = (i64::from(stands.end_year()) - i64::from(period.end_year())).max(0);
            (n, total, worst) = (n + 1, total + age, worst.max(Some(age)));
            if age as f64 > years {
                item.units.push(unit);
                item.value = item.value.max(age as f64);
            }
        }
        if !item.units.is_empty() {
            items.push(item);
        }
    }
    let Some(worst) = worst.map(|age| age as f64) else {
        return not_asked("no figure has a period", "没有带时期的数据");
    };
    items.sort_by(|a, b| b.value.total_cmp(&a.value));
    let verdict = match worst {
        worst if worst > oldest => Verdict::Fail,
        worst if worst > years => Verdict::Note,
        _ => Verdict::Pass,
    };
    let mean = total as f64 / n as f64;
    let old: usize = items.iter().map(|item| item.units.len()).sum();
    let names: Vec<String> = items
        .iter()
        .map(|item| format!("{} {:.0}", code(subject.package, item.nodes[0]), item.value))
        .collect();
    let named = some(&names);
    let sentence = if worst == 0.0 {
        Text::both(format!("all {n} figures are of {stands}"), format!("全部 {n} 个数据均属于 {stands}"))
    } else if old == 0 {
        Text::both(
            format!(
                "the oldest of {n} figures is {worst} years older than {stands}; the mean age is {mean:.1} years"
            ),
            format!("{n} 个数据中最老的比 {stands} 早 {worst} 年，平均早 {mean:.1} 年"),
        )
    } else {
        Text::both(
            format!(
                "{old} of {n} figures are more than {years} years older than {stands}, the oldest by {worst}: {named}"
            ),
            format!("{n} 个数据中有 {old} 个比 {stands} 早 {years} 年以上，最老 {worst} 年：{}", zh(&named)),
        )
    };
    vec![finding(worst, n, verdict, sentence, items)]
}

#[cfg(test)]
pub(crate) fn examples() -> Vec<crate::testing::Example> {
    use crate::testing::{Example, Fig, flat};
    // The newest figure of the data is of 2020, in which the result stands.
    let figures = |year: i16| {
        move |unit: usize, v: usize| {
            let year = if (unit, v) == (1, 0) { year } else { 2020 };
            Some(Fig::number((unit * 3 + v) as f64).year(year))
        }
    };
    let latest = flat(2, "").replace("[policy]", "[policy]\nperiods = { use = 'latest' }");
    vec![
        Example::figures(&CHECK, "pass", &latest, 4, figures(2015)).value(5.0),
        Example::figures(&CHECK, "note", &latest, 4, figures(2014)).value(6.0).nodes(&["x0"]).units(&["u1"]),
        Example::figures(&CHECK, "fail", &latest, 4, figures(2009)).value(11.0).nodes(&["x0"]),
        Example::of(&CHECK, "not-applicable", &flat(2, ""), 4, |unit, v| Some((unit + v) as f64)),
    ]
}
