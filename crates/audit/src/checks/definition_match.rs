//! Whether the figures of the own unit and of those it is compared with mean the same: boundary, concept, measurement unit and
//! price basis.

use super::shared::{code, finding, not_asked, own_unit, some, zh};
use crate::check::{Check, Finding, Item, Limits, Part, Profile, Subject, Verdict};
use gradus_model::observation::{Observation, Status};
use gradus_model::{Package, Text};
use std::collections::BTreeMap;

/// Registry entry of the check.
pub static CHECK: Check = Check {
    id: "definition-match",
    since: "0.1.0",
    part: Part::Standards,
    profiles: &[Profile::Standards],
    question: (
        "Do the figures of the own unit and its benchmarks mean the same?",
        "本单元与对标单元的数据口径是否一致？",
    ),
    statistic: "observed figures of benchmarks beside one of the own unit: how many differ in the boundary stated, in the measurement unit as written (where population concept and price basis stand), or are marked as of another definition; and how many do not state a boundary. The value is the share that differs",
    limits: &[],
    command: "gradus audit PKG --check definition-match",
    run,
};

fn differs(own: &Observation, other: &Observation) -> Option<(&'static str, &'static str)> {
    let stated = |a: &Option<std::sync::Arc<str>>, b: &Option<std::sync::Arc<str>>| {
        a.as_ref().zip(b.as_ref()).is_some_and(|(a, b)| !a.trim().eq_ignore_ascii_case(b.trim()))
    };
    let marked = |o: &Observation| o.status == Status::DefinitionDiffers;
    if marked(own) != marked(other) {
        Some(("definition", "定义"))
    } else if stated(&own.detail.boundary, &other.detail.boundary) {
        Some(("boundary", "边界"))
    } else if stated(&own.detail.measurement_unit, &other.detail.measurement_unit) {
        Some(("measurement unit", "计量单位"))
    } else {
        None
    }
}

fn run(subject: &Subject<'_>, _: &Limits) -> Vec<Finding> {
    let (package, evaluation) = (subject.package, subject.evaluation);
    let Some(own) = own_unit(subject) else {
        return not_asked(
            "no unit is the package's own (`role = \"own\"`)",
            "没有标明本单元（`role = \"own\"`）",
        );
    };
    let at = |node: usize, unit: usize| {
        evaluation.observation(subject.data, node, evaluation.row(unit, subject.period))
    };
    let (mut compared, mut unstated) = (0usize, 0usize);
    let mut by_kind: BTreeMap<(&str, &str), usize> = BTreeMap::new();
    let mut items: Vec<Item> = Vec::new();
    for node in package.indicators_below(Package::ROOT) {
        let Some(mine) = at(node, own) else { continue };
        let mut units = Vec::new();
        for unit in (0..evaluation.units.len()).filter(|unit| *unit != own) {
            let Some(theirs) = at(node, unit) else { continue };
            compared += 1;
            unstated += usize::from(mine.detail.boundary.is_none() || theirs.detail.boundary.is_none());
            if let Some(kind) = differs(&mine, &theirs) {
                *by_kind.entry(kind).or_default() += 1;
                units.push(unit);
            }
        }
        if !units.is_empty() {
            items.push(Item { nodes: vec![node], value: units.len() as f64, units });
        }
    }
    if compared == 0 {
        return not_asked(
            "no benchmark has a figure beside one of the own unit",
            "没有对标单元的数据可与本单元比较",
        );
    }
    items.sort_by(|a, b| b.value.total_cmp(&a.value));
    let off: usize = by_kind.values().sum();
    let names: Vec<String> =
        items.iter().map(|item| format!("{} ({:.0})", code(package, item.nodes[0]), item.value)).collect();
    let named = some(&names);
    let kinds = |pick: fn(&(&'static str, &'static str)) -> &'static str| -> String {
        let words: Vec<String> =
            by_kind.iter().map(|(kind, count)| format!("{} {count}", pick(kind))).collect();
        words.join(", ")
    };
    let (tail, tail_zh) = match off {
        0 => (String::new(), String::new()),
        _ => (format!(" ({}): {named}", kinds(|k| k.0)), format!("（{}）：{}", kinds(|k| k.1), zh(&named))),
    };
    let sentence = Text::both(
        format!(
            "{off} of {compared} figures of benchmarks differ in definition from that of the own unit{tail}; {unstated} do not state a boundary on both sides"
        ),
        format!(
            "{compared} 个对标数据中，{off} 个与本单元口径不同{tail_zh}；{unstated} 个未在双方都注明边界"
        ),
    );
    let verdict = match (off, unstated) {
        (0, 0) => Verdict::Pass,
        (0, _) => Verdict::Note,
        _ => Verdict::Fail,
    };
    vec![finding(off as f64 / compared as f64, compared, verdict, sentence, items)]
}

#[cfg(test)]
pub(crate) fn examples() -> Vec<crate::testing::Example> {
    use crate::testing::{Example, Fig, ladder};
    let text = ladder(2, "[[unit]]\nid = 'u0'\nname = 'Own'\nrole = 'own'\n");
    let within = |other: &'static str| {
        move |unit: usize, v: usize| {
            Some(Fig::number((unit + v) as f64).boundary(if (unit, v) == (1, 0) { other } else { "city" }))
        }
    };
    vec![
        Example::figures(&CHECK, "pass", &text, 3, within("City")).value(0.0),
        Example::figures(&CHECK, "note", &text, 3, |unit, v| Some(Fig::number((unit + v) as f64))).value(0.0),
        // One of two indicators times two benchmarks.
        Example::figures(&CHECK, "fail", &text, 3, within("districts"))
            .value(0.25)
            .nodes(&["x0"])
            .units(&["u1"]),
        Example::figures(&CHECK, "not-applicable", &ladder(2, ""), 3, within("city")),
    ]
}
