//! Totals and counts that a larger unit wins by being larger.

use super::shared::{code, finding, not_asked, some, zh};
use crate::check::{Check, Finding, Item, Limits, Part, Profile, Subject, Verdict};
use gradus_model::package::{Action, Indicator, NodeIx, ValueKind};
use gradus_model::{Package, Text};

/// What a measurement unit says where figures are already put in proportion: in any language the sign or the word of a ratio.
const RATIOS: &[&str] = &[
    "%",
    "‰",
    "/",
    " per ",
    "per ",
    "share",
    "proportion",
    "percent",
    "fraction",
    "level",
    "grade",
    "ratio",
    "rate",
    "index",
    "score",
    "point",
    "rank",
    "人均",
    "每",
    "比",
    "率",
    "指数",
    "分",
];
/// Measurement units that are not counted up: time, temperature, concentration, sound.
const NOT_TOTALS: &[&str] = &[
    "year", "day", "hour", "minute", "°", "µg", "μg", "ug", "mg", "db", "celsius", "年", "天", "日", "小时",
    "分钟", "分贝",
];

/// Registry entry of the check.
pub static CHECK: Check = Check {
    id: "size-advantage",
    since: "0.1.0",
    part: Part::Standards,
    profiles: Profile::ALL,
    question: (
        "Is an indicator a total or count that a larger unit wins by being larger?",
        "是否有指标为总量或计数，规模大的单元天然占优？",
    ),
    statistic: "indicators in numbers that more of is better of, whose measurement unit and name do not say a ratio, and that neither a formula with a division nor a denominator puts in proportion; the value is how many there are",
    limits: &[],
    command: "gradus audit PKG --check size-advantage",
    run,
};

/// Whether an indicator is a total or count; nothing where it does not say what it is expressed in.
fn total(package: &Package, node: NodeIx, indicator: &Indicator) -> Option<bool> {
    let unit = indicator.measurement_unit.as_deref()?;
    let bounded = indicator.limits.is_some() || indicator.kind == Some(ValueKind::Bounded);
    let divided = indicator.formula.as_deref().is_some_and(|formula| formula.contains('/'))
        || package.pipeline.iter().any(|step| match &step.action {
            Action::Denominate(list) => list.iter().any(|d| d.indicator == node),
            _ => false,
        });
    let name = package.measurement_name(unit);
    // Some say what they are divided by in their name: income per head, in dollars.
    let of = &package.nodes[node];
    let called = of.id.as_str().replace('-', " ");
    let said = format!("{unit} {name} {} {called} {} {}", zh(&name), of.name, zh(&of.name)).to_lowercase();
    let has = |words: &[&str]| words.iter().any(|word| said.contains(word));
    // "0-100" is a scale of points.
    let characters: Vec<char> = unit.chars().collect();
    let scale = characters.windows(3).any(|three| {
        three[0].is_ascii_digit() && ['-', '–'].contains(&three[1]) && three[2].is_ascii_digit()
    });
    let better_when_more = indicator.direction == gradus_model::package::Direction::Higher;
    Some(
        better_when_more
            && indicator.survey.is_none()
            && !bounded
            && !divided
            && !scale
            && !has(RATIOS)
            && !has(NOT_TOTALS),
    )
}

fn run(subject: &Subject<'_>, _: &Limits) -> Vec<Finding> {
    let package = subject.package;
    let numbers = package.indicators().filter(|(.., i)| i.scale.is_none() && !i.unpublished);
    let known: Vec<(NodeIx, bool)> =
        numbers.filter_map(|(node, _, i)| Some((node, total(package, node, i)?))).collect();
    if known.is_empty() {
        return not_asked(
            "no indicator in numbers says what it is expressed in (`unit`)",
            "没有数值指标注明计量单位（`unit`）",
        );
    }
    let totals: Vec<NodeIx> = known.iter().filter(|(_, total)| *total).map(|(node, _)| *node).collect();
    let names: Vec<String> = totals
        .iter()
        .map(|node| {
            let unit = package.nodes[*node].indicator().and_then(|i| i.measurement_unit.as_deref());
            format!("{} ({})", code(package, *node), unit.unwrap_or_default())
        })
        .collect();
    let (few, n, named) = (totals.len(), known.len(), some(&names));
    let colon = if few == 0 { ("", "") } else { (": ", "：") };
    let sentence = Text::both(
        format!(
            "{few} of {n} indicators in numbers are totals or counts without a denominator{}{named}",
            colon.0
        ),
        format!("{n} 个数值指标中，{few} 个为未除以规模的总量或计数{}{}", colon.1, zh(&named)),
    );
    let items =
        totals.into_iter().map(|node| Item { nodes: vec![node], units: Vec::new(), value: 1.0 }).collect();
    let verdict = if few == 0 { Verdict::Pass } else { Verdict::Note };
    vec![finding(few as f64, n, verdict, sentence, items)]
}

#[cfg(test)]
pub(crate) fn examples() -> Vec<crate::testing::Example> {
    use crate::testing::{Example, flat};
    let figure = |unit: usize, v: usize| Some((unit + v) as f64);
    let unit = |unit: &str| flat(1, "").replace("name = 'X'", &format!("name = 'X'\nunit = '{unit}'"));
    vec![
        Example::of(&CHECK, "pass", &unit("CNY per person"), 4, figure).value(0.0),
        Example::of(&CHECK, "pass", &unit("%"), 4, figure).value(0.0),
        Example::of(&CHECK, "pass", &unit("0-100"), 4, figure).value(0.0),
        Example::of(
            &CHECK,
            "pass",
            &unit("flights").replace("name = 'X'", "name = 'X'\ndirection = 'lower'"),
            4,
            figure,
        )
        .value(0.0),
        Example::of(&CHECK, "note", &unit("billion CNY"), 4, figure).value(1.0).nodes(&["x0"]),
        Example::of(&CHECK, "not-applicable", &flat(1, ""), 4, figure),
    ]
}
