//! Whether the parts of each group go along with each other, and not so closely that one would do.

use super::shared::{COINR, COINR_AT, UNITS, chance, of_groups, plural, zh};
use crate::check::{Check, Finding, Item, Limit, Limits, Part, Profile, Subject, Verdict};
use gradus_analysis::correlate::{Options, within};
use gradus_model::Text;

const fn band(name: &'static str, default: f64, meaning: &'static str) -> Limit {
    Limit { name, default, meaning, source: COINR, locator: COINR_AT }
}

/// Registry entry of the check.
pub static CHECK: Check = Check {
    id: "correlation-bands",
    since: "0.1.0",
    part: Part::Coherence,
    profiles: Profile::ALL,
    question: (
        "Do the parts of each group go along with each other, and not too closely?",
        "各组内的组成部分是否彼此相关，而又不至于重复？",
    ),
    statistic: "Pearson correlation of every two parts of a group, of scores that rise with what is good",
    limits: &[
        band("negative", -0.4, "correlation below which two parts pull against each other"),
        band("weak", 0.3, "correlation below which two parts have little in common"),
        band("redundant", 0.9, "correlation above which two parts say much the same"),
        UNITS,
    ],
    command: "gradus analyze PKG correlation",
    run,
};

fn run(subject: &Subject<'_>, limits: &Limits) -> Vec<Finding> {
    let of = |name| limits.get(&CHECK, name);
    let (negative, weak, redundant) = (of("negative"), of("weak"), of("redundant"));
    of_groups(subject, limits, &CHECK, |group| {
        let pairs = within(&group.series, &Options::default());
        let n = pairs.iter().map(|pair| pair.n).min().unwrap_or(0);
        let critical = subject.critical_correlation(n);
        let mut counts = [0usize; 4];
        let mut items: Vec<Item> = Vec::new();
        let places = (0..group.parts.len()).flat_map(|i| (i + 1..group.parts.len()).map(move |j| (i, j)));
        for ((i, j), pair) in places.zip(&pairs) {
            let Some(r) = pair.coefficient else { continue };
            // What chance could yield pulls nobody against anybody.
            let band = match r {
                r if r < negative && pair.critical_value.is_some_and(|least| r.abs() >= least) => 0,
                r if r < weak => 1,
                r if r <= redundant => 2,
                _ => 3,
            };
            counts[band] += 1;
            if band != 2 {
                items.push(Item { nodes: vec![group.parts[i], group.parts[j]], units: Vec::new(), value: r });
            }
        }
        items.sort_by(|a, b| a.value.total_cmp(&b.value));
        let [against, little, wanted, same] = counts;
        let lowest = pairs.iter().filter_map(|pair| pair.coefficient).min_by(f64::total_cmp);
        let highest = pairs.iter().filter_map(|pair| pair.coefficient).max_by(f64::total_cmp);
        let verdict = match (against, little + same) {
            (0, 0) => Verdict::Pass,
            (0, _) => Verdict::Note,
            _ => Verdict::Fail,
        };
        let by_chance = chance(n, critical);
        let value = if against + little == 0 && same > 0 { highest } else { lowest };
        Finding {
            of: None,
            value,
            n,
            critical,
            verdict,
            sentence: Text::both(
                format!(
                    "{}: {against} below {negative}, {little} weak (below {weak}), {wanted} as wanted, {same} redundant (above {redundant}); {by_chance}",
                    plural(pairs.len(), "pair")
                ),
                format!(
                    "共 {} 对：低于 {negative} 的 {against} 对，偏弱（低于 {weak}）{little} 对，适中 {wanted} 对，重复（高于 {redundant}）{same} 对；{}",
                    pairs.len(),
                    zh(&by_chance)
                ),
            ),
            items,
        }
    })
}

#[cfg(test)]
pub(crate) fn examples() -> Vec<crate::testing::Example> {
    use crate::testing::{Example, flat};
    let text = flat(2, "[audit.limits.correlation-bands]\nunits = 4\n");
    // With 1 2 3 4 the deviations are -1.5 -0.5 0.5 1.5, their squares add up to 5, and r is their products' sum over 5.
    let with = |other: [f64; 4]| {
        move |unit: usize, v: usize| Some(if v == 0 { unit as f64 + 1.0 } else { other[unit] })
    };
    vec![
        Example::of(&CHECK, "pass", &text, 4, with([1.0, 3.0, 2.0, 4.0])).value(0.8),
        Example::of(&CHECK, "note", &text, 4, with([2.0, 4.0, 1.0, 3.0])).value(0.0).nodes(&["x0", "x1"]),
        Example::of(&CHECK, "note", &text, 4, with([1.0, 2.0, 3.0, 4.0])).value(1.0).nodes(&["x0", "x1"]),
        // 4 3 1 2 has -0.8 with 1 2 3 4, less than the 0.95 that four units ask for.
        Example::of(&CHECK, "note", &text, 4, with([4.0, 3.0, 1.0, 2.0])).value(-0.8),
        Example::of(&CHECK, "fail", &text, 4, with([4.0, 3.0, 2.0, 1.0])).value(-1.0).nodes(&["x0", "x1"]),
        Example::of(&CHECK, "not-applicable", &flat(2, ""), 10, |unit, v| Some((unit * 7 % 5 + v) as f64)),
    ]
}
