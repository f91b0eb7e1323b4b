//! What units and nodes are called.

use gradus_engine::Number;
use gradus_model::package::{NodeIx, ScaleLevel};
use gradus_model::{Decimal, Id, Package, Text};
use std::collections::BTreeMap;

/// The name of a unit: as the package says it, else as the data say it, else its code.
pub(crate) fn unit(package: &Package, names: &BTreeMap<Id, Text>, id: &Id) -> Text {
    package
        .units
        .iter()
        .find(|u| u.id == *id)
        .map(|u| &u.name)
        .filter(|name| !name.is_empty())
        .or_else(|| names.get(id.as_str()).filter(|name| !name.is_empty()))
        .cloned()
        .unwrap_or_else(|| neutral(id.as_str()))
}

/// The name of a node, else its code.
pub(crate) fn node(package: &Package, ix: NodeIx) -> Text {
    let node = &package.nodes[ix];
    if node.name.is_empty() { neutral(node.id.as_str()) } else { node.name.clone() }
}

/// A text that is the same in every language: a code, a number.
pub(crate) fn neutral(text: &str) -> Text {
    Text::both(text, text)
}

/// The level of an indicator's ordered scale a raw value stands for.
pub(crate) fn level(package: &Package, ix: NodeIx, value: Number) -> Option<&ScaleLevel> {
    let scale = package.scale(package.nodes[ix].indicator()?)?;
    let place = value.to_decimal()?;
    scale.levels.iter().enumerate().find(|(i, _)| Decimal::from(*i) == place).map(|(_, level)| level)
}
