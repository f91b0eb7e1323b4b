//! Whether indicators count the same thing twice, or hold another index inside.

use super::shared::{code, finding, not_asked, own, plural, some, zh};
use crate::check::{Check, Finding, Item, Limit, Limits, Part, Profile, Subject, Verdict};
use gradus_engine::{Stage, named_in};
use gradus_model::package::{Action, NodeIx, Relation};
use gradus_model::{Package, Text};
use gradus_statistics::correlation::{complete_pairs, pearson};
use std::collections::{BTreeMap, BTreeSet};

/// Registry entry of the check.
pub static CHECK: Check = Check {
    id: "overlap",
    since: "0.1.0",
    part: Part::Standards,
    profiles: Profile::ALL,
    question: (
        "Do indicators count the same thing twice, or hold another index inside?",
        "是否有指标重复计量同一事物，或内含其他指数？",
    ),
    statistic: "pairs of indicators with a measure or another indicator in common (formula or denominator), with the same counterpart in another package, or with correlated figures; and indicators that are an index or title of their own; the value is how many there are",
    limits: &[
        Limit {
            name: "correlation",
            default: 0.9,
            meaning: "size of the correlation above which two indicators overlap, where it differs from chance",
            source: super::shared::COINR,
            locator: super::shared::COINR_AT,
        },
        own(
            "units",
            10.0,
            "units with both figures, a count, below which correlations are passed over",
            "this program: with 10 units a correlation of 0.9 is not chance, but few pairs can be told apart",
        ),
    ],
    command: "gradus audit PKG --check overlap",
    run,
};

/// What a variable is made of, by code: measures and indicators in formulas and denominators, all the way down.
fn ingredients(package: &Package, node: NodeIx) -> BTreeSet<String> {
    let formula = |code: &str| {
        let of = package
            .node(code)
            .and_then(|ix| package.nodes[ix].indicator())
            .and_then(|i| i.formula.as_deref());
        of.or_else(|| package.measures.iter().find(|m| m.id == *code).and_then(|m| m.formula.as_deref()))
    };
    let mut out = BTreeSet::new();
    let mut open = vec![code(package, node).to_owned()];
    while let Some(next) = open.pop() {
        for (name, _) in formula(&next).map(|text| named_in(package, text)).unwrap_or_default() {
            let exact = package
                .variables()
                .iter()
                .find(|v| v.id.as_str().replace('-', "_") == name.replace('-', "_"))
                .map(|v| v.id.to_string());
            if let Some(id) = exact
                && out.insert(id.clone())
            {
                open.push(id);
            }
        }
    }
    for step in &package.pipeline {
        if let Action::Denominate(list) = &step.action {
            out.extend(list.iter().filter(|d| d.indicator == node).map(|d| d.by.to_string()));
        }
    }
    out
}

fn run(subject: &Subject<'_>, limits: &Limits) -> Vec<Finding> {
    let (most, units) = (limits.get(&CHECK, "correlation"), limits.get(&CHECK, "units"));
    let package = subject.package;
    let view = subject.view(Stage::Raw);
    let nodes = package.indicators_below(Package::ROOT);
    if nodes.len() < 2 {
        return not_asked("the package has fewer than two indicators", "指标不足两个");
    }
    let parts: Vec<BTreeSet<String>> = nodes.iter().map(|ix| ingredients(package, *ix)).collect();
    let series = view.series(&nodes);
    let same = |ix: NodeIx| -> BTreeSet<String> {
        let of = package.nodes[ix].indicator().map(|i| i.counterparts.as_slice()).unwrap_or_default();
        let same = of.iter().filter(|c| c.relation == Relation::Same);
        same.filter_map(|c| Some(format!("{}:{}", c.package, c.node.as_ref()?))).collect()
    };
    let counterparts: Vec<BTreeSet<String>> = nodes.iter().map(|ix| same(*ix)).collect();
    let mut found: BTreeMap<(usize, usize), (Vec<String>, f64)> = BTreeMap::new();
    let (mut fewest, mut compared) = (usize::MAX, 0usize);
    for i in 0..nodes.len() {
        for j in i + 1..nodes.len() {
            let mut why = Vec::new();
            let mut shared: Vec<&str> = parts[i].intersection(&parts[j]).map(String::as_str).collect();
            for (one, other) in [(i, j), (j, i)] {
                let name = code(package, nodes[other]);
                if parts[one].contains(name) {
                    shared.push(name);
                }
            }
            shared.dedup();
            if !shared.is_empty() {
                why.push(shared.join(" + "));
            }
            why.extend(counterparts[i].intersection(&counterparts[j]).cloned());
            let (x, y) = complete_pairs(&series[i].values, &series[j].values);
            let mut value = 0.0;
            if x.len() as f64 >= units {
                (fewest, compared) = (fewest.min(x.len()), compared + 1);
                let r = pearson(&x, &y);
                let chance = subject.critical_correlation(x.len());
                if let (Some(r), Some(critical)) = (r, chance)
                    && r.abs() > most
                    && r.abs() >= critical
                {
                    value = r;
                    why.push(format!("r = {r:.2}"));
                }
            }
            if !why.is_empty() {
                found.insert((i, j), (why, value));
            }
        }
    }
    // An index inside the index: a title is awarded by a list of its own, and a counterpart may be a whole index.
    let inside = |ix: &&NodeIx| {
        let Some(indicator) = package.nodes[**ix].indicator() else { return false };
        let title = package.scale(indicator).is_some_and(|scale| scale.title);
        let whole = |c: &gradus_model::package::Counterpart| {
            c.relation != Relation::None && c.node.as_ref().is_some_and(|node| *node == c.package)
        };
        title || indicator.counterparts.iter().any(whole)
    };
    let inner: Vec<NodeIx> = nodes.iter().filter(inside).copied().collect();
    let name = |at: usize| code(package, nodes[at]);
    let pairs: Vec<String> = found
        .iter()
        .map(|((i, j), (why, _))| format!("{} – {} ({})", name(*i), name(*j), why.join(", ")))
        .collect();
    let mut items: Vec<Item> = found
        .iter()
        .map(|((i, j), (_, r))| Item { nodes: vec![nodes[*i], nodes[*j]], units: Vec::new(), value: *r })
        .collect();
    items.sort_by(|a, b| b.value.abs().total_cmp(&a.value.abs()));
    items.extend(inner.iter().map(|ix| Item { nodes: vec![*ix], units: Vec::new(), value: 0.0 }));
    let (mut en, mut cn) = match pairs.len() {
        0 => (
            "no two indicators share what they are made of".to_owned(),
            "没有两个指标共用同一构成要素".to_owned(),
        ),
        k => {
            let named = some(&pairs);
            (
                format!("{} of indicators overlap: {named}", plural(k, "pair")),
                format!("{k} 对指标相互重叠：{}", zh(&named)),
            )
        }
    };
    if !inner.is_empty() {
        let named = some(&inner.iter().map(|ix| code(package, *ix).to_owned()).collect::<Vec<_>>());
        en.push_str(&format!("; {} hold an index of their own: {named}", inner.len()));
        cn.push_str(&format!("；{} 个指标本身即为其他指数或称号：{}", inner.len(), zh(&named)));
    }
    let n = if compared == 0 { 0 } else { fewest };
    let critical = if compared == 0 { None } else { subject.critical_correlation(n) };
    if let Some(r) = critical {
        en.push_str(&format!("; with n = {n} a correlation must exceed {r:.2} to differ from 0 at 5 %"));
        cn.push_str(&format!("；n = {n} 时，相关系数绝对值须超过 {r:.2} 才在 5 % 水平上异于 0"));
    } else {
        en.push_str(&format!("; no pair has figures of {units} units, so correlations were passed over"));
        cn.push_str(&format!("；没有一对指标同时具备 {units} 个单元的数据，未考察相关"));
    }
    let verdict = if items.is_empty() { Verdict::Pass } else { Verdict::Note };
    vec![Finding { critical, ..finding(items.len() as f64, n, verdict, Text::both(en, cn), items) }]
}

#[cfg(test)]
pub(crate) fn examples() -> Vec<crate::testing::Example> {
    use crate::testing::{Example, flat};
    let apart = |unit: usize, v: usize| Some(((unit * 7 + v * 5 + unit * unit * v) % 11) as f64);
    let together =
        |unit: usize, v: usize| Some(if v < 2 { (unit * (v + 1)) as f64 } else { ((unit * 7) % 11) as f64 });
    // Both indicators are made of the same measure.
    let made = "format = 1\n[index]\nid = 'index'\nname = 'I'\naggregate = 'none'\n[[measure]]\nid = 'people'\nname = 'P'\n[[measure]]\nid = 'gdp'\nname = 'G'\n[[measure]]\nid = 'cars'\nname = 'C'\n[[indicator]]\nid = 'a'\nname = 'A'\nnormalize = 'none'\nformula = 'gdp / people'\n[[indicator]]\nid = 'b'\nname = 'B'\nnormalize = 'none'\nformula = 'cars / people'\n";
    vec![
        Example::of(&CHECK, "pass", &flat(2, ""), 8, apart).value(0.0),
        Example::of(&CHECK, "note", &flat(3, ""), 11, together).value(1.0).nodes(&["x0", "x1"]),
        Example::of(&CHECK, "note", made, 4, |unit, v| Some((unit + v + 1) as f64))
            .value(1.0)
            .nodes(&["a", "b"]),
        Example::of(&CHECK, "not-applicable", &flat(1, ""), 8, apart),
    ]
}
