//! Whether the parts of each group are as important as they are meant to be.
//!
//! A weight is a trade-off between parts, not their importance: how much of the group's variance a part explains also depends on
//! how far it spreads and what it goes along with.

use super::shared::{UNITS, code, not_asked, own, percent, some, too_few, zh};
use crate::check::{Check, Finding, Item, Limits, Part, Profile, Subject, Verdict};
use crate::importance::GroupImportance;
use gradus_model::Text;

/// Registry entry of the check.
pub static CHECK: Check = Check {
    id: "importance",
    since: "0.1.0",
    part: Part::Weights,
    profiles: Profile::ALL,
    question: (
        "Is every part as important as it is meant to be, and can it be?",
        "各部分的实际重要性是否与意图相符、能否达到？",
    ),
    statistic: "Pearson's correlation ratio of each part with its group, as a share of its siblings', less the share intended (Paruolo, Saisana and Saltelli 2013); the value is the largest difference",
    limits: &[
        own(
            "difference",
            0.1,
            "difference between the importance measured and intended, as shares, above which a part is noted",
            "this program",
        ),
        UNITS,
    ],
    command: "gradus analyze PKG importance",
    run,
};

fn run(subject: &Subject<'_>, limits: &Limits) -> Vec<Finding> {
    let needed = limits.get(&CHECK, UNITS.name);
    let Some(found) = subject.robustness else {
        return not_asked("no group has scores", "没有得分的组");
    };
    if let Some(few) = found.importance.iter().map(|g| g.n).max().and_then(|n| too_few(subject, n, needed)) {
        return vec![few];
    }
    let of = |group: &GroupImportance| Finding {
        of: Some(code(subject.package, group.group).to_owned()),
        ..too_few(subject, group.n, needed).unwrap_or_else(|| of_group(subject, limits, group))
    };
    found.importance.iter().filter(|group| group.parts.len() > 1).map(of).collect()
}

fn of_group(subject: &Subject<'_>, limits: &Limits, group: &GroupImportance) -> Finding {
    let most = limits.get(&CHECK, "difference");
    let differences = group.parts.iter().filter_map(|part| {
        Some(Item { nodes: vec![part.node], units: Vec::new(), value: part.share? - part.intended })
    });
    let mut items: Vec<Item> = differences.collect();
    items.sort_by(|a, b| b.value.abs().total_cmp(&a.value.abs()));
    let Some(worst) = items.first().map(|item| item.value) else {
        return Finding::not_applicable(Text::both(
            "a part does not vary, so importance has no shares",
            "有组成部分没有变化，无法计算重要性份额",
        ));
    };
    items.retain(|item| item.value.abs() > most);
    let words: Vec<String> = (items.iter())
        .filter_map(|item| {
            let part = group.parts.iter().find(|part| part.node == item.nodes[0])?;
            let name = code(subject.package, part.node);
            Some(format!("{name} {} ({})", percent(part.share?), percent(part.intended)))
        })
        .collect();
    let named = some(&words);
    let missed = group.attainable() == Some(false);
    let verdict = match (missed, items.is_empty()) {
        // What somebody declared and no weights can give is an error of the index; weights alone declare nothing.
        (true, _) if group.declared => Verdict::Fail,
        (true, _) | (_, false) => Verdict::Note,
        (false, true) => Verdict::Pass,
    };
    let (n, off) = (group.n, 100.0 * worst.abs());
    let (mut en, mut cn) = match items.is_empty() {
        true => (
            format!("measured importance is within {off:.0} points of what is intended (n = {n})"),
            format!("实测重要性与意图相差不超过 {off:.0} 个百分点（n = {n}）"),
        ),
        false => (
            format!("measured importance, and in brackets the one intended: {named} (n = {n})"),
            format!("实测重要性（括号内为意图）：{}（n = {n}）", zh(&named)),
        ),
    };
    if missed {
        let parts = group.parts.iter();
        let best: Vec<String> = parts
            .filter_map(|part| {
                Some(format!("{} {}", code(subject.package, part.node), percent(part.attainable?)))
            })
            .collect();
        let best = some(&best);
        en.push_str(&format!("; this intention cannot be met: the best attainable is {best}"));
        cn.push_str(&format!("；此意图无法实现，最接近的可达结果为 {}", zh(&best)));
    }
    Finding { of: None, value: Some(worst), n, critical: None, verdict, sentence: Text::both(en, cn), items }
}

#[cfg(test)]
pub(crate) fn examples() -> Vec<crate::testing::Example> {
    use crate::testing::{Example, flat};
    let limit = "[audit.limits.importance]\nunits = 8\n";
    // Two parts of the same spread and equal weights are equally important, whatever they have in common.
    let even =
        |unit: usize, v: usize| Some([[1, 2, 3, 4, 5, 6, 7, 8], [8, 3, 2, 5, 4, 7, 6, 1]][v][unit] as f64);
    // The index of a part and its mirror image with little weight follows the first.
    let odd =
        |unit: usize, v: usize| Some([[1, 2, 3, 4, 5, 6, 7, 8], [1, 1, 1, 1, 1, 1, 1, 8]][v][unit] as f64);
    // The third part runs against the others, which agree: no weights make all three equally important. Where the package
    // declares that intention, it is wrong; where it only has equal weights, that is worth knowing.
    let against = |unit: usize, v: usize| {
        let x = ((unit * 37) % 41) as f64;
        Some(match v {
            0 => x,
            1 => x + 0.3 * ((unit * 7) % 5) as f64,
            _ => 40.0 - x + 2.0 * ((unit * 11) % 7) as f64,
        })
    };
    let declared =
        flat(3, "").replace("name = 'I'", "name = 'I'\nweights = { method = 'intended-importance' }");
    vec![
        Example::of(&CHECK, "fail", &declared, 40, against),
        Example::of(&CHECK, "note", &flat(3, ""), 40, against),
        Example::of(&CHECK, "pass", &flat(2, limit), 8, even),
        Example::of(&CHECK, "note", &flat(2, &limit.replace("units", "difference = 0.01\nunits")), 8, odd),
        Example::of(&CHECK, "not-applicable", &flat(2, ""), 10, |unit, v| {
            Some((unit * 7 % 5 + v * unit) as f64)
        }),
    ]
}
