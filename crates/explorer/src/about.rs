//! What there is to try: nodes with their weights and ladders, units, grades.

use crate::Session;
use gradus_model::number::Ratio;
use gradus_model::package::{Group, NodeIx, Step, Threshold, WeightUse};
use gradus_model::{Decimal, Package, Text};
use serde_json::{Value as Json, json};

pub(crate) fn text(text: &Text) -> Json {
    json!({ "en": text.en, "zh": text.zh })
}

pub(crate) fn read_text(json: &Json) -> Text {
    let form = |key: &str| json.get(key).and_then(Json::as_str).map(str::to_owned);
    Text { en: form("en"), zh: form("zh") }
}

pub(crate) fn about(session: &Session) -> Json {
    let package = &session.package;
    let nodes: Vec<Json> = package.tree().into_iter().map(|(ix, depth)| node(package, ix, depth)).collect();
    let named = |id: &str, name: &Text| json!({ "id": id, "name": text(name) });
    json!({
        "ok": true,
        "index": named(package.index.id.as_str(), &package.index.name),
        "edition": package.index.edition,
        "period": session.evaluation.periods.get(session.period).copied().flatten().map(|p| p.to_string()),
        "places": package.policy.rounding.places,
        "own": session.own.map(|own| session.evaluation.units[own].as_str()),
        "units": session.evaluation.units.iter().zip(&session.names)
            .map(|(id, name)| named(id.as_str(), name)).collect::<Vec<_>>(),
        "grades": package.grades.iter()
            .map(|g| json!({ "id": g.id.as_str(), "name": text(&g.name), "letter": text(&g.letter) }))
            .collect::<Vec<_>>(),
        "standards": package.standards.iter().map(|s| named(s.id.as_str(), &s.name)).collect::<Vec<_>>(),
        "nodes": nodes,
    })
}

fn node(package: &Package, ix: NodeIx, depth: usize) -> Json {
    let node = &package.nodes[ix];
    let parent = node.parent.map(|parent| &package.nodes[parent]);
    // A weight that nothing reads, or that is found from data, is no one's to move.
    let weighs = |group: &Group| {
        (group.aggregate.is_some() || group.formula.is_some())
            && group.weigh.is_none()
            && group.weights != WeightUse::None
    };
    let movable = parent.is_some_and(|p| p.children.len() > 1 && p.group().is_some_and(weighs))
        && node.weight_formula.is_none();
    let mut out = json!({
        "id": node.id.as_str(),
        "name": text(&node.name),
        "depth": depth,
        "parent": parent.map(|p| p.id.as_str()),
        "weight": ratio(package.weight(ix)),
        "movable": movable,
    });
    if let Some(of) = node.indicator() {
        let scale = package.scale(of).map(|scale| {
            scale
                .levels
                .iter()
                .map(|l| json!({ "id": l.id.as_str(), "name": text(&l.name) }))
                .collect::<Vec<_>>()
        });
        out["indicator"] = json!({
            "unit": of.measurement_unit.as_deref().map(|unit| text(&package.measurement_name(unit))),
            "direction": of.direction.word(),
            "derived": of.formula.is_some(),
            "scale": scale,
            "ladder": of.ladder.iter().map(|s| step(package, ix, s)).collect::<Vec<_>>(),
        });
    }
    out
}

/// A step of a ladder, with its threshold as a user writes it.
fn step(package: &Package, ix: NodeIx, step: &Step) -> Json {
    let plain = |x: Decimal| x.normalize().to_string();
    let value = match step.threshold {
        Threshold::Number(x) => plain(x),
        Threshold::Range(from, to) => format!("{}..{}", plain(from), plain(to)),
        Threshold::Level(level) => package.nodes[ix]
            .indicator()
            .and_then(|of| package.scale(of)?.levels.get(level))
            .map_or_else(|| level.to_string(), |l| l.id.to_string()),
    };
    json!({ "grade": step.grade, "value": value })
}

fn ratio(weight: Ratio) -> String {
    let plain = |x: Decimal| x.normalize().to_string();
    if weight.denominator == Decimal::ONE {
        plain(weight.numerator)
    } else {
        format!("{}/{}", plain(weight.numerator), plain(weight.denominator))
    }
}
