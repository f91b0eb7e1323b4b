//! Cronbach's alpha of each group: how far its parts measure one thing.

use super::shared::{HANDBOOK_AT, UNITS, code, of_groups, some, zh};
use crate::check::{Check, Finding, Item, Limit, Limits, Part, Profile, Subject, Verdict};
use gradus_analysis::consistency::cronbach;
use gradus_analysis::{Group, Missing};
use gradus_model::Text;

/// Registry entry of the check.
pub static CHECK: Check = Check {
    id: "cronbach-alpha",
    since: "0.1.0",
    part: Part::Coherence,
    profiles: Profile::ALL,
    question: ("Do the parts of each group measure one thing?", "各组的组成部分是否测量同一事物？"),
    statistic: "Cronbach's coefficient alpha of each group, from covariances of scores over the units that have both",
    limits: &[
        Limit {
            name: "wanted",
            default: 0.7,
            meaning: "alpha below which a group is noted",
            source: "Nunnally (1978), Psychometric theory, as quoted in OECD/JRC (2008), Handbook on constructing composite indicators",
            locator: HANDBOOK_AT,
        },
        Limit {
            name: "lenient",
            default: 0.6,
            meaning: "alpha below which the check fails",
            source: "OECD/JRC (2008), Handbook on constructing composite indicators: the most lenient practice",
            locator: HANDBOOK_AT,
        },
        UNITS,
    ],
    command: "gradus analyze PKG consistency",
    run,
};

fn run(subject: &Subject<'_>, limits: &Limits) -> Vec<Finding> {
    let (wanted, lenient) = (limits.get(&CHECK, "wanted"), limits.get(&CHECK, "lenient"));
    of_groups(subject, limits, &CHECK, |group| {
        let members = group.series.iter().map(|series| series.code.clone()).collect();
        let asked = [Group { code: subject.package.nodes[group.node].id.clone(), members }];
        let alpha = match cronbach(&group.series, &asked, Missing::Pairwise).pop() {
            Some((_, Ok(alpha))) => alpha,
            Some((_, Err(fault))) => {
                return Finding::not_applicable(Text::both(
                    format!("there is no alpha: {}", fault.message),
                    format!("无法计算 α：{}", fault.message),
                ));
            }
            None => return Finding::not_applicable(Text::both("there is no alpha", "无法计算 α")),
        };
        // Parts without which the others agree better.
        let mut items: Vec<Item> = (group.parts.iter().zip(&alpha.without))
            .filter_map(|(part, without)| Some((*part, (*without)?)))
            .filter(|(_, without)| *without > alpha.raw)
            .map(|(part, without)| Item { nodes: vec![part], units: Vec::new(), value: without })
            .collect();
        items.sort_by(|a, b| b.value.total_cmp(&a.value));
        let verdict = match alpha.raw {
            alpha if alpha < lenient => Verdict::Fail,
            alpha if alpha < wanted => Verdict::Note,
            _ => Verdict::Pass,
        };
        if verdict == Verdict::Pass {
            items.clear();
        }
        let names: Vec<String> = items
            .iter()
            .map(|item| format!("{} {:.2}", code(subject.package, item.nodes[0]), item.value))
            .collect();
        let named = some(&names);
        let (tail, tail_zh) = match items.len() {
            0 => (String::new(), String::new()),
            _ => (format!("; higher without {named}"), format!("；剔除后更高：{}", zh(&named))),
        };
        let (n, parts) = (group.n, group.parts.len());
        Finding {
            of: None,
            value: Some(alpha.raw),
            n,
            critical: None,
            verdict,
            sentence: Text::both(
                format!(
                    "alpha of {parts} parts is {:.2}, where {wanted} is wanted (n = {n}){tail}",
                    alpha.raw
                ),
                format!("{parts} 个部分的 α 为 {:.2}，要求 {wanted}（n = {n}）{tail_zh}", alpha.raw),
            ),
            items,
        }
    })
}

#[cfg(test)]
pub(crate) fn examples() -> Vec<crate::testing::Example> {
    use crate::testing::{Example, flat};
    let text = flat(2, "[audit.limits.cronbach-alpha]\nunits = 4\n");
    let with = |other: [f64; 4]| {
        move |unit: usize, v: usize| Some(if v == 0 { unit as f64 + 1.0 } else { other[unit] })
    };
    vec![
        // Two parts of the same variance and correlation r have alpha 2 r / (1 + r).
        Example::of(&CHECK, "pass", &text, 4, with([1.0, 3.0, 2.0, 4.0])).value(8.0 / 9.0),
        // r = 0.4: 2 3 1 4 has the products 0.75 - 0.25 - 0.75 + 2.25 = 2 over 5; alpha = 0.8 / 1.4.
        Example::of(&CHECK, "fail", &text, 4, with([2.0, 3.0, 1.0, 4.0])).value(0.8 / 1.4),
        Example::of(
            &CHECK,
            "note",
            &flat(2, "[audit.limits.cronbach-alpha]\nunits = 4\nwanted = 0.9\n"),
            4,
            with([1.0, 3.0, 2.0, 4.0]),
        )
        .value(8.0 / 9.0),
        Example::of(&CHECK, "not-applicable", &flat(2, ""), 10, |unit, v| Some((unit * 7 % 5 + v) as f64)),
    ]
}
