//! Whether each group has one thing in common: one principal component, to which every part adds.

use super::shared::{UNITS, of_groups, own, percent};
use crate::check::{Check, Finding, Item, Limit, Limits, Part, Profile, Subject, Verdict};
use gradus_analysis::Group;
use gradus_analysis::consistency::principal;
use gradus_model::Text;

/// Registry entry of the check.
pub static CHECK: Check = Check {
    id: "principal-components",
    since: "0.1.0",
    part: Part::Coherence,
    profiles: Profile::ALL,
    question: (
        "Does each group have one thing in common, to which every part adds?",
        "每组是否只有一个共同成分，且各部分对其作用方向一致？",
    ),
    statistic: "variances (eigenvalues) and loadings of the principal components of each group's correlations, of scores; the value is the share of the first",
    limits: &[
        Limit {
            name: "variance",
            default: 1.0,
            meaning: "variance above which a component counts",
            source: "Kaiser (1960), The application of electronic computers to factor analysis",
            locator: "https://doi.org/10.1177/001316446002000116",
        },
        own(
            "share",
            0.5,
            "share of the variance that the first component should have",
            "this program: most of the variance is more than half of it",
        ),
        UNITS,
    ],
    command: "gradus analyze PKG components",
    run,
};

fn run(subject: &Subject<'_>, limits: &Limits) -> Vec<Finding> {
    let (variance, least) = (limits.get(&CHECK, "variance"), limits.get(&CHECK, "share"));
    of_groups(subject, limits, &CHECK, |group| {
        let members = group.series.iter().map(|series| series.code.clone()).collect();
        let asked = [Group { code: subject.package.nodes[group.node].id.clone(), members }];
        let found = match principal(&group.series, &asked).pop() {
            Some((_, Ok(found))) => found,
            Some((_, Err(fault))) => {
                return Finding::not_applicable(Text::both(
                    format!("there are no components: {}", fault.message),
                    format!("无法计算主成分：{}", fault.message),
                ));
            }
            None => return Finding::not_applicable(Text::both("there are no components", "无法计算主成分")),
        };
        let (above, share) = (found.components.above(variance), found.components.shares()[0]);
        let loadings = found.components.loadings(1).column(0);
        // The largest loading is positive, so those below zero pull the other way.
        let mut items: Vec<Item> = (group.parts.iter().zip(&loadings))
            .filter(|(_, loading)| **loading < 0.0)
            .map(|(part, loading)| Item { nodes: vec![*part], units: Vec::new(), value: *loading })
            .collect();
        items.sort_by(|a, b| a.value.total_cmp(&b.value));
        let against = items.len();
        let verdict = match against {
            0 if above == 1 && share >= least => Verdict::Pass,
            0 => Verdict::Note,
            _ => Verdict::Fail,
        };
        let (n, parts, shown) = (found.n_units, group.parts.len(), percent(share));
        Finding {
            of: None,
            value: Some(share),
            n,
            critical: subject.critical_correlation(n),
            verdict,
            sentence: Text::both(
                format!(
                    "{above} components of {parts} parts have a variance above {variance}, the first {shown} of all; {against} parts load against the others (n = {n})"
                ),
                format!(
                    "{parts} 个部分中，方差大于 {variance} 的成分有 {above} 个，第一成分占 {shown}；{against} 个部分的载荷方向相反（n = {n}）"
                ),
            ),
            items,
        }
    })
}

#[cfg(test)]
pub(crate) fn examples() -> Vec<crate::testing::Example> {
    use crate::testing::{Example, flat};
    let text = flat(2, "[audit.limits.principal-components]\nunits = 4\n");
    let with = |other: [f64; 4]| {
        move |unit: usize, v: usize| Some(if v == 0 { unit as f64 + 1.0 } else { other[unit] })
    };
    let three = |unit: usize, v: usize| {
        Some([[1.0, 2.0, 3.0, 4.0], [2.0, 4.0, 1.0, 3.0], [2.0, 1.0, 4.0, 3.0]][v][unit])
    };
    vec![
        // Two parts with correlation r have the variances 1 + r and 1 - r.
        Example::of(&CHECK, "pass", &text, 4, with([1.0, 3.0, 2.0, 4.0])).value(0.9),
        Example::of(&CHECK, "fail", &text, 4, with([4.0, 2.0, 3.0, 1.0])).value(0.9),
        // r12 = 0, r13 = 0.6, r23 = -0.8: r13² + r23² = 1, so the variances are 2, 1 and 0.
        Example::of(&CHECK, "fail", &flat(3, "[audit.limits.principal-components]\nunits = 4\n"), 4, three)
            .value(2.0 / 3.0)
            .nodes(&["x1"]),
        Example::of(
            &CHECK,
            "note",
            &flat(2, "[audit.limits.principal-components]\nunits = 4\nshare = 0.95\n"),
            4,
            with([1.0, 3.0, 2.0, 4.0]),
        )
        .value(0.9),
        Example::of(&CHECK, "not-applicable", &flat(2, ""), 10, |unit, v| Some((unit * 7 % 5 + v) as f64)),
    ]
}
