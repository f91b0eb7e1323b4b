//! Whether indicators that are given the same weight have the same weight in the index.
//!
//! Equal weights inside groups of unequal size are not equal: an indicator of a group of two counts twice one of a group of four.

use super::shared::{code, finding, not_asked, own};
use crate::check::{Check, Finding, Item, Limits, Part, Profile, Subject, Verdict};
use gradus_analysis::importance::effective_weights;
use gradus_engine::Stage;
use gradus_model::Text;

/// Registry entry of the check.
pub static CHECK: Check = Check {
    id: "effective-weights",
    since: "0.1.0",
    part: Part::Weights,
    profiles: Profile::ALL,
    question: (
        "Do indicators with the same nominal weight have the same weight in the index?",
        "名义权重相同的指标，在指数中的实际权重是否相同？",
    ),
    statistic: "of indicators with the same nominal weight, the largest weight in the index (nominal weights multiplied down the tree) over the smallest; the value is the largest such ratio",
    limits: &[own(
        "ratio",
        2.0,
        "ratio of weights in the index above which indicators of the same nominal weight are noted",
        "this program: one counts more than twice the other",
    )],
    command: "gradus analyze PKG weights",
    run,
};

fn run(subject: &Subject<'_>, limits: &Limits) -> Vec<Finding> {
    let most = limits.get(&CHECK, "ratio");
    let package = subject.package;
    let nodes = subject.view(Stage::Scores).weights();
    let Ok(weights) = effective_weights(&nodes) else {
        return not_asked("the weights do not add up to an index", "各权重不能合成为指数");
    };
    let mut all: Vec<(usize, f64)> = Vec::new();
    for (node, weight) in nodes.iter().zip(weights) {
        let Some(ix) = package.node(node.code.as_str()) else { continue };
        if package.nodes[ix].indicator().is_some() && weight > 0.0 {
            all.push((ix, weight));
        }
    }
    // Pairs of the heaviest and the lightest indicator of each nominal weight, the first of equal ones.
    let mut worst: Option<(usize, usize, f64)> = None;
    for (ix, _) in &all {
        let same = || all.iter().filter(|(other, _)| package.weight(*other) == package.weight(*ix));
        let heavy = same().copied().reduce(|a, b| if b.1 > a.1 { b } else { a });
        let light = same().copied().reduce(|a, b| if b.1 < a.1 { b } else { a });
        if let (Some((heavy, a)), Some((light, b))) = (heavy, light)
            && heavy != light
            && worst.is_none_or(|(.., ratio)| a / b > ratio)
        {
            worst = Some((heavy, light, a / b));
        }
    }
    let pairs_alike = all.iter().any(|(ix, _)| {
        all.iter().any(|(other, _)| other != ix && package.weight(*other) == package.weight(*ix))
    });
    if !pairs_alike {
        return not_asked(
            "no two indicators of an index have the same nominal weight",
            "没有两个指标具有相同的名义权重",
        );
    }
    // Where all are equally heavy, the first is as good an example as any.
    let (ratio, named) = worst.map_or((1.0, None), |(heavy, light, ratio)| (ratio, Some((heavy, light))));
    let over = ratio > most * (1.0 + 1e-12);
    let items = match named {
        Some((heavy, light)) if over => {
            vec![Item { nodes: vec![heavy, light], units: Vec::new(), value: ratio }]
        }
        _ => Vec::new(),
    };
    let (verdict, n) = (if over { Verdict::Note } else { Verdict::Pass }, all.len());
    let sentence = match named {
        Some((heavy, light)) => {
            let (heavy, light) = (code(package, heavy), code(package, light));
            Text::both(
                format!(
                    "in the index `{heavy}` counts {ratio:.2} times as much as `{light}`, which has the same nominal weight ({n} indicators)"
                ),
                format!(
                    "名义权重相同，但 `{heavy}` 在指数中的权重是 `{light}` 的 {ratio:.2} 倍（共 {n} 个指标）"
                ),
            )
        }
        None => Text::both(
            format!("{n} indicators count in the index as their nominal weights say"),
            format!("{n} 个指标在指数中的权重与名义权重一致"),
        ),
    };
    vec![finding(ratio, n, verdict, sentence, items)]
}

#[cfg(test)]
pub(crate) fn examples() -> Vec<crate::testing::Example> {
    use crate::testing::{Example, flat, grouped};
    let figure = |unit: usize, v: usize| Some((unit * 7 % 5 + v * unit) as f64);
    // A group of two beside one more indicator right below the index: half against a quarter, then a third of a third.
    let beside = |n: usize| {
        let mut text = flat(n + 1, "[[group]]\nid = 'g'\nname = 'G'\n");
        for i in 1..=n {
            text = text.replace(
                &format!("id = 'x{i}'\nname = 'X'"),
                &format!("id = 'x{i}'\nname = 'X'\nparent = 'g'"),
            );
        }
        text
    };
    vec![
        Example::of(&CHECK, "pass", &grouped(""), 5, figure).value(1.0),
        Example::of(&CHECK, "pass", &beside(2), 5, figure).value(2.0),
        Example::of(&CHECK, "note", &beside(3), 5, figure).value(3.0).nodes(&["x0", "x1"]),
        Example::of(&CHECK, "not-applicable", &flat(1, ""), 5, figure),
    ]
}
