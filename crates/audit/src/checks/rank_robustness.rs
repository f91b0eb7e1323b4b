//! How far ranks move when every choice varies at once, and whether published ranks are where the draws are.

use super::shared::{finding, not_asked, own, percent, robustness};
use crate::check::{Check, Finding, Item, Limits, Part, Profile, Subject, Verdict};
use gradus_model::Text;
use gradus_statistics::moments::median;

/// Registry entry of the check.
pub static CHECK: Check = Check {
    id: "rank-robustness",
    since: "0.1.0",
    part: Part::Robustness,
    profiles: Profile::ALL,
    question: ("Do ranks hold when every choice varies?", "当所有方法选择同时变动时，名次是否稳定？"),
    statistic: "the 90 % interval of each unit's rank over the draws: the value is the median of their widths, in places; and the share of units whose rank is not within its own interval",
    limits: &[
        own(
            "width",
            0.1,
            "median width of the intervals, as a share of the ranked units, above which ranks are noted",
            "this program: half of the units move by more than a tenth of the table",
        ),
        own(
            "outside",
            0.1,
            "share of units outside their interval above which the check fails",
            "this program: an interval of 90 % leaves out one in ten",
        ),
    ],
    command: "gradus audit PKG --check rank-robustness",
    run,
};

fn run(subject: &Subject<'_>, limits: &Limits) -> Vec<Finding> {
    let (most, outside) = (limits.get(&CHECK, "width"), limits.get(&CHECK, "outside"));
    let found = match robustness(subject) {
        Ok(found) => &found.uncertainty,
        Err(why) => return why,
    };
    let ranked: Vec<_> =
        found.units.iter().filter_map(|unit| Some((unit, unit.width()?, unit.within()?))).collect();
    let widths: Vec<f64> = ranked.iter().map(|(_, width, _)| *width as f64).collect();
    let (Some(middle), n) = (median(&widths), ranked.len()) else {
        return not_asked("no draw has a result", "没有一次抽样得到结果");
    };
    let item = |unit: usize, width: usize| Item { nodes: Vec::new(), units: vec![unit], value: width as f64 };
    let out = ranked.iter().filter(|(.., within)| !within);
    let mut items: Vec<Item> = out.map(|(unit, width, _)| item(unit.unit, *width)).collect();
    let n_out = items.len();
    let wide = |width: usize| width as f64 > most * n as f64;
    let widest = ranked.iter().filter(|(_, width, within)| *within && wide(*width));
    let mut widest: Vec<Item> = widest.map(|(unit, width, _)| item(unit.unit, *width)).collect();
    widest.sort_by(|a, b| b.value.total_cmp(&a.value));
    items.extend(widest);
    let verdict = match (n_out as f64 / n as f64, middle) {
        (share, _) if share > outside => Verdict::Fail,
        (_, middle) if middle > most * n as f64 => Verdict::Note,
        _ => Verdict::Pass,
    };
    let (share, failed, draws) = (percent(n_out as f64 / n as f64), found.n_failed(), found.draws);
    let lost = match failed {
        0 => (String::new(), String::new()),
        _ => (format!(", of which {failed} have no result"), format!("，其中 {failed} 次无结果")),
    };
    let sentence = Text::both(
        format!(
            "the median width of the 90 % intervals of {n} ranks is {middle} places; {share} of the published ranks are outside theirs ({draws} draws{})",
            lost.0
        ),
        format!(
            "{n} 个名次的 90 % 区间宽度中位数为 {middle} 位；{share} 的公布名次在区间之外（{draws} 次抽样{}）",
            lost.1
        ),
    );
    vec![finding(middle, n, verdict, sentence, items)]
}

#[cfg(test)]
pub(crate) fn examples() -> Vec<crate::testing::Example> {
    use crate::testing::{Example, fixed, flat};
    // One indicator for all weights: no rank can move.
    let still = |unit: usize, _: usize| Some(unit as f64);
    let turned = |unit: usize, v: usize| {
        Some(if v == 0 { unit as f64 } else { ((unit + 5) % 10) as f64 + 0.01 * unit as f64 })
    };
    let weights = "[[audit.vary]]\nweights = { spread = 0.25 }\n";
    let any = "[[audit.vary]]\nweights = { distribution = 'simplex' }\n";
    // All draws are of weights far from the official ones, so that the official ranks are outside.
    let other = "[[weight-set]]\nid = 'a'\nweights = { x0 = 9, x1 = 1 }\n[[weight-set]]\nid = 'b'\nweights = { x0 = 8, x1 = 1 }\n[[audit.vary]]\nweights = { distribution = 'judges' }\n";
    vec![
        Example::of(&CHECK, "pass", &flat(2, weights), 10, still).value(0.0),
        Example::of(&CHECK, "note", &flat(2, any), 10, turned).value(5.0),
        Example::of(
            &CHECK,
            "fail",
            &flat(2, other).replace("id = 'x1'", "id = 'x1'\nweight = 99"),
            10,
            turned,
        ),
        Example::of(&CHECK, "not-applicable", &fixed(&flat(1, "")), 1, still),
    ]
}
