//! How many places two units must be apart for their order to mean something.

use super::shared::{SDG, SDG_AT, finding, not_asked, own, percent, robustness};
use crate::check::{Check, Finding, Limit, Limits, Part, Profile, Subject, Verdict};
use gradus_model::Text;

/// Registry entry of the check.
pub static CHECK: Check = Check {
    id: "meaningful-places",
    since: "0.1.0",
    part: Part::Robustness,
    profiles: &[Profile::Ranking],
    question: ("How many places apart is a difference?", "名次相差多少位才有意义？"),
    statistic: "the smallest number of places from which on nearly all pairs of units that far apart keep their order in nearly all draws",
    limits: &[
        own(
            "certain",
            0.95,
            "share of pairs, and of draws, that is nearly all",
            "this program: the usual level of confidence",
        ),
        Limit {
            name: "places",
            default: 10.0,
            meaning: "places, a count, above which the check is noted",
            source: SDG,
            locator: SDG_AT,
        },
    ],
    command: "gradus audit PKG --check meaningful-places",
    run,
};

fn run(subject: &Subject<'_>, limits: &Limits) -> Vec<Finding> {
    let (certain, most) = (limits.get(&CHECK, "certain"), limits.get(&CHECK, "places"));
    let found = match robustness(subject) {
        Ok(found) => &found.uncertainty,
        Err(why) => return why,
    };
    let Some(outranking) = &found.outranking else {
        return not_asked("there are too many units to compare each with each", "单元太多，无法两两比较");
    };
    let n = found.units.len();
    let ranked: Vec<(usize, u32)> =
        found.units.iter().enumerate().filter_map(|(at, u)| Some((at, u.rank?))).collect();
    // For each distance, how many pairs there are and how many keep their order.
    let mut pairs = vec![(0usize, 0usize); n + 1];
    for (i, above) in &ranked {
        for (j, below) in &ranked {
            if above < below {
                let apart = (below - above) as usize;
                let keeps = outranking[i * n + j] >= certain;
                let (all, kept) = &mut pairs[apart.min(n)];
                (*all, *kept) = (*all + 1, *kept + usize::from(keeps));
            }
        }
    }
    let (mut all, mut kept, mut least) = (0, 0, None);
    for apart in (1..pairs.len()).rev() {
        (all, kept) = (all + pairs[apart].0, kept + pairs[apart].1);
        if all == 0 {
            continue;
        }
        if kept as f64 >= certain * all as f64 {
            least = Some(apart);
        }
    }
    if all == 0 {
        return not_asked("all units share one rank", "所有单元名次相同");
    }
    let (share, count) = (percent(certain), ranked.len());
    match least {
        Some(places) => {
            let verdict = if places as f64 > most { Verdict::Note } else { Verdict::Pass };
            let sentence = Text::both(
                format!(
                    "{share} of pairs {places} or more places apart keep their order in {share} of the draws; smaller differences of rank mean little (n = {count})"
                ),
                format!(
                    "相差 {places} 位及以上的单元对中，{share} 在 {share} 的抽样中保持先后；更小的名次差别意义不大（n = {count}）"
                ),
            );
            vec![finding(places as f64, count, verdict, sentence, Vec::new())]
        }
        None => {
            let sentence = Text::both(
                format!(
                    "no difference of rank is certain: even the pairs furthest apart change places in the draws (n = {count})"
                ),
                format!("没有任何名次差别是可靠的：相距最远的单元对在抽样中也会互换位置（n = {count}）"),
            );
            vec![finding(count as f64, count, Verdict::Fail, sentence, Vec::new())]
        }
    }
}

#[cfg(test)]
pub(crate) fn examples() -> Vec<crate::testing::Example> {
    use crate::testing::{Example, fixed, flat};
    let any = "[[audit.vary]]\nweights = { distribution = 'simplex' }\n";
    let turned = |unit: usize, v: usize| {
        Some(if v == 0 { unit as f64 } else { (11 - unit) as f64 + 0.001 * unit as f64 })
    };
    vec![
        // Both parts have one order, which no weights change.
        Example::of(&CHECK, "pass", &flat(2, any), 6, |unit, v| Some((unit * (v + 1)) as f64))
            .ranking()
            .value(1.0),
        // Opposite orders: whoever is first under some weights is last under others.
        Example::of(&CHECK, "fail", &flat(2, any), 12, turned).ranking(),
        Example::of(&CHECK, "not-applicable", &fixed(&flat(1, "")), 1, |unit, _| Some(unit as f64)).ranking(),
    ]
}
