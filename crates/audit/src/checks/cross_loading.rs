//! Whether every indicator belongs to its own group more than to another.

use super::shared::{UNITS, chance, code, own, some, too_few, zh};
use crate::check::{Check, Finding, Item, Limits, Part, Profile, Subject, Verdict};
use gradus_engine::Stage;
use gradus_model::Text;

/// Registry entry of the check.
pub static CHECK: Check = Check {
    id: "cross-loading",
    since: "0.1.0",
    part: Part::Coherence,
    profiles: Profile::ALL,
    question: (
        "Does every indicator go along with its own group more than with others?",
        "每个指标与本组的相关是否高于与其他组的相关？",
    ),
    statistic: "the correlation of an indicator with another group of the same level less that with its own, of scores; its own group contains it",
    limits: &[
        own(
            "ahead",
            0.0,
            "by how much the correlation with another group may exceed that with the own one",
            "this program: an indicator counts in its own group, which can only raise that correlation",
        ),
        UNITS,
    ],
    command: "gradus analyze PKG cross-loading",
    run,
};

fn run(subject: &Subject<'_>, limits: &Limits) -> Vec<Finding> {
    let (ahead, needed) = (limits.get(&CHECK, "ahead"), limits.get(&CHECK, UNITS.name));
    let rows = gradus_analysis::correlate::cross_loadings(&subject.view(Stage::Scores));
    let Some(most) = rows.iter().map(|row| row.n).max() else {
        return super::shared::not_asked(
            "no level has two groups of indicators with scores",
            "没有任何层级具有两个含得分指标的组",
        );
    };
    if let Some(few) = too_few(subject, most, needed) {
        return vec![few];
    }
    let asked: Vec<_> = rows.iter().filter(|row| row.n as f64 >= needed).collect();
    let n = asked.iter().map(|row| row.n).min().unwrap_or(0);
    let mut items: Vec<Item> = asked
        .iter()
        .map(|row| Item {
            nodes: vec![row.indicator, row.other],
            units: Vec::new(),
            value: row.with_other - row.with_own,
        })
        .collect();
    items.sort_by(|a, b| b.value.total_cmp(&a.value));
    let value = items.first().map(|item| item.value);
    items.retain(|item| item.value > ahead);
    let names: Vec<String> = items
        .iter()
        .map(|item| {
            format!("{} → {}", code(subject.package, item.nodes[0]), code(subject.package, item.nodes[1]))
        })
        .collect();
    let (few, all, named) = (items.len(), asked.len(), some(&names));
    let critical = subject.critical_correlation(n);
    let by_chance = chance(n, critical);
    let colon = if few == 0 { ("", "") } else { (": ", "：") };
    vec![Finding {
        of: None,
        value,
        n,
        critical,
        verdict: if few == 0 { Verdict::Pass } else { Verdict::Note },
        sentence: Text::both(
            format!(
                "{few} of {all} indicators go along more with another group than with their own{}{named}; {by_chance}",
                colon.0
            ),
            format!(
                "{all} 个指标中，{few} 个与其他组的相关高于本组{}{}；{}",
                colon.1,
                zh(&named),
                zh(&by_chance)
            ),
        ),
        items,
    }]
}

#[cfg(test)]
pub(crate) fn examples() -> Vec<crate::testing::Example> {
    use crate::testing::{Example, grouped};
    // Two groups of two; each indicator is a pattern of four units with mean 2.5.
    let text = grouped("[audit.limits.cross-loading]\nunits = 4\n");
    let of = |table: [[f64; 4]; 4]| move |unit: usize, v: usize| Some(table[v][unit]);
    let (up, zig) = ([1.0, 2.0, 3.0, 4.0], [2.0, 4.0, 1.0, 3.0]);
    vec![
        // Patterns without correlation: 1 with the own group, 0 with the other.
        Example::of(&CHECK, "pass", &text, 4, of([up, up, zig, zig])).value(-1.0),
        // The second indicator of the first group is that of the other: the mean of two such has r = 1 / sqrt(2) with each.
        Example::of(&CHECK, "note", &text, 4, of([up, zig, zig, zig]))
            .value(1.0 - std::f64::consts::FRAC_1_SQRT_2)
            .nodes(&["x1", "h"]),
        Example::of(&CHECK, "not-applicable", &grouped(""), 12, |unit, v| {
            Some(((unit * 7 + v * 5) % 11) as f64)
        }),
    ]
}
