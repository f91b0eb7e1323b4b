//! The steps of the pipeline and the named sets of weights.

use super::items::{Decoder, method_call, tables};
use super::value::{self, Item};
use crate::diagnostic::{Place, catalog, nearest};
use crate::number::Decimal;
use crate::package::{
    Action, Denominator, Enough, Measure, MethodCall, Node, NodeIx, PipelineStep, Screen, WeightSet,
};
use crate::policy::Fit;
use crate::{Diagnostic, Id, Text};
use std::collections::{BTreeMap, BTreeSet};
use std::ops::Deref;
use toml::de::DeTable;

/// Every step, in the order of the file.
pub(super) fn steps(
    decoder: &mut Decoder<'_>,
    document: &DeTable<'_>,
    nodes: &Nodes<'_>,
    measures: &[Measure],
) -> Vec<PipelineStep> {
    let mut out: Vec<PipelineStep> = Vec::new();
    for (table, item) in tables(document, "step") {
        let Some(action) = action(decoder, table, item, nodes, measures) else { continue };
        let word = action.word();
        let id = table.get("id").and_then(value::text).and_then(|text| Id::new(text).ok()).or_else(|| {
            let before = out.iter().filter(|s| s.action.word() == word).count();
            let name = if before == 0 { word.to_owned() } else { format!("{word}-{}", before + 1) };
            Id::new(&name).ok()
        });
        let Some(id) = id else { continue };
        if ["raw", "transformed", "normalized", "aggregated", "scores", "all"].contains(&id.as_str()) {
            decoder.found.push(
                Diagnostic::new(
                    &catalog::INVALID_CODE,
                    format!("`{id}` is the name of a stage every package has"),
                )
                .at(decoder.spans(table, item).of("id"))
                .help(format!("give the step another code, such as `{id}-2`")),
            );
        }
        for key in ["draws", "by"] {
            if let Some(item) = table.get(key).filter(|_| word != "impute") {
                decoder.found.push(
                    Diagnostic::new(
                        &catalog::STEP_CONFLICT,
                        format!("`{key}` is for imputation, and the step does `{word}`"),
                    )
                    .at(Place::span(&decoder.file, item.span()))
                    .help(format!("remove `{key}`")),
                );
            }
        }
        let indicators = scope(decoder, table, nodes);
        let instead = instead(decoder, table, word, nodes);
        let spans = decoder.spans(table, item);
        if !instead.is_empty() && !instead.keys().any(|ix| indicators.contains(ix)) {
            decoder.found.push(
                Diagnostic::new(
                    &catalog::STEP_WITHOUT_EFFECT,
                    format!("`instead` of `{id}` is for indicators that the step is not for"),
                )
                .at(spans.of("instead"))
                .help("name indicators of the step, or widen `only`"),
            );
        }
        if indicators.is_empty() && nodes.iter().any(|n| n.indicator().is_some()) {
            decoder.found.push(
                Diagnostic::new(
                    &catalog::STEP_WITHOUT_EFFECT,
                    format!("the step `{id}` is for no indicator"),
                )
                .at(spans.of("only"))
                .help("name indicators or groups in `only`, or remove the step"),
            );
        }
        out.push(PipelineStep {
            name: table.get("name").and_then(value::bilingual).unwrap_or_else(|| Text::english(id.as_str())),
            indicators,
            instead,
            fit: table.get("fit").and_then(|i| value::word(i, Fit::WORDS)),
            by: table.get("by").and_then(value::owned),
            draws: table
                .get("draws")
                .and_then(value::count)
                .map_or(0, |n| u32::try_from(n).unwrap_or(u32::MAX)),
            spans,
            action,
            id,
        });
    }
    out
}

fn action(
    decoder: &mut Decoder<'_>,
    table: &DeTable<'_>,
    item: &Item<'_>,
    nodes: &Nodes<'_>,
    measures: &[Measure],
) -> Option<Action> {
    let given: Vec<&str> = Action::WORDS.iter().copied().filter(|word| table.contains_key(*word)).collect();
    let [word] = given[..] else {
        let message = match &given[..] {
            [] => "the step does nothing".to_owned(),
            several => format!("the step does {} things: {}", several.len(), several.join(", ")),
        };
        decoder.found.push(
            Diagnostic::new(&catalog::STEP_ACTION, message)
                .at(Place::span(&decoder.file, item.span()))
                .help(format!("give each [[step]] exactly one of the keys {}", Action::WORDS.join(", "))),
        );
        return None;
    };
    let value = table.get(word)?;
    Some(match word {
        "screen" => Action::Screen(screen(decoder, value)),
        "denominate" => Action::Denominate(denominate(decoder, value, table.get("instead"), nodes, measures)),
        "round" => Action::Round(decoder.rounding(value)?),
        "impute" => Action::Impute(method_call(value, word)?),
        "treat" => Action::Treat(method_call(value, word)?),
        "transform" => Action::Transform(method_call(value, word)?),
        _ => Action::Normalize(method_call(value, word)?),
    })
}

/// The indicators below the nodes that a list of codes names, in tree order.
fn below(decoder: &mut Decoder<'_>, codes: &Item<'_>, nodes: &Nodes<'_>) -> BTreeSet<NodeIx> {
    let mut out = BTreeSet::new();
    for code in value::each(codes) {
        let Some(text) = value::text(code) else { continue };
        match node_of(decoder, text, Place::span(&decoder.file.clone(), code.span()), nodes) {
            Some(ix) => out.extend(indicators_below(nodes, ix)),
            None => continue,
        }
    }
    out
}

/// The nodes of a package, with the place of each code.
pub(super) struct Nodes<'n> {
    list: &'n [Node],
    places: BTreeMap<&'n str, NodeIx>,
}

impl<'n> Nodes<'n> {
    pub(super) fn new(list: &'n [Node]) -> Self {
        // Of two with one code, which has been reported, the first is meant.
        let places = list.iter().enumerate().rev().map(|(ix, node)| (node.id.as_str(), ix)).collect();
        Self { list, places }
    }
}

impl Deref for Nodes<'_> {
    type Target = [Node];
    fn deref(&self) -> &[Node] {
        self.list
    }
}

fn node_of(decoder: &mut Decoder<'_>, code: &str, at: Place, nodes: &Nodes<'_>) -> Option<NodeIx> {
    let found = nodes.places.get(code).copied().or((code == "index").then_some(0));
    if found.is_none() {
        let mut diagnostic =
            Diagnostic::new(&catalog::UNKNOWN_NODE, format!("there is no node `{code}`")).at(at);
        if let Some(near) = nearest(code, nodes.iter().map(|n| n.id.as_str())) {
            diagnostic = diagnostic.help(format!("did you mean `{near}`?"));
        }
        decoder.found.push(diagnostic);
    }
    found
}

pub(super) fn indicators_below(nodes: &[Node], from: NodeIx) -> Vec<NodeIx> {
    let mut out = Vec::new();
    let mut stack = vec![from];
    // A tree with a cycle has been reported; its steps are not followed round.
    let mut seen = BTreeSet::new();
    while let Some(ix) = stack.pop() {
        if !seen.insert(ix) {
            continue;
        }
        if nodes[ix].indicator().is_some() {
            out.push(ix);
        }
        stack.extend(nodes[ix].children.iter().rev());
    }
    out
}

fn scope(decoder: &mut Decoder<'_>, table: &DeTable<'_>, nodes: &Nodes<'_>) -> Vec<NodeIx> {
    let only = table.get("only").map(|codes| below(decoder, codes, nodes));
    let except = table.get("except").map(|codes| below(decoder, codes, nodes)).unwrap_or_default();
    indicators_below(nodes, 0)
        .into_iter()
        .filter(|ix| only.as_ref().is_none_or(|only| only.contains(ix)) && !except.contains(ix))
        .collect()
}

/// Other methods for single nodes: of two that hold for an indicator, the one nearer to it.
fn instead(
    decoder: &mut Decoder<'_>,
    table: &DeTable<'_>,
    word: &str,
    nodes: &Nodes<'_>,
) -> BTreeMap<NodeIx, Option<MethodCall>> {
    let mut by_node: BTreeMap<NodeIx, Option<MethodCall>> = BTreeMap::new();
    let Some(map) = table.get("instead").and_then(|i| i.get_ref().as_table()) else { return by_node };
    if word == "denominate" {
        // Its denominators are read with it.
        return by_node;
    }
    if !matches!(word, "impute" | "treat" | "transform" | "normalize")
        && let Some(item) = table.get("instead")
    {
        decoder.found.push(
            Diagnostic::new(
                &catalog::STEP_ACTION,
                format!("`{word}` has no method that `instead` could replace"),
            )
            .at(Place::span(&decoder.file, item.span()))
            .help("use `only` and `except`, and a second [[step]] for the others"),
        );
        return by_node;
    }
    for (code, item) in map {
        let at = Place::span(&decoder.file, code.span());
        if let Some(ix) = node_of(decoder, code.get_ref(), at, nodes) {
            by_node.insert(ix, method_call(item, &format!("instead.{}", code.get_ref())));
        }
    }
    let mut out = BTreeMap::new();
    for (ix, node) in nodes.iter().enumerate().filter(|(_, n)| n.indicator().is_some()) {
        let mut at = Some(ix);
        let mut steps = 0;
        while let Some(here) = at.filter(|_| steps <= nodes.len()) {
            if let Some(call) = by_node.get(&here) {
                out.insert(ix, call.clone());
                break;
            }
            at = if here == ix { node.parent } else { nodes[here].parent };
            steps += 1;
        }
    }
    out
}

fn screen(decoder: &mut Decoder<'_>, item: &Item<'_>) -> Screen {
    let Some(table) = item.get_ref().as_table() else { return Screen::default() };
    let mut share = |table: &DeTable<'_>, key: &str| -> Option<Decimal> {
        let item = table.get(key)?;
        let share = value::decimal(item)?;
        if share < Decimal::ZERO || share > Decimal::ONE {
            decoder.found.push(
                Diagnostic::new(&catalog::INVALID_NUMBER, format!("`{key}` is {share}"))
                    .at(Place::span(&decoder.file, item.span()))
                    .help("give a share from 0 to 1"),
            );
            return None;
        }
        Some(share)
    };
    let mut enough = |key: &str| -> Enough {
        let Some(table) = table.get(key).and_then(|i| i.get_ref().as_table()) else {
            return Enough::default();
        };
        Enough {
            min_available: share(table, "min-available"),
            min_nonzero: share(table, "min-nonzero"),
            max_same: share(table, "max-same"),
        }
    };
    let reasons = |key: &str| -> BTreeMap<Id, String> {
        table
            .get(key)
            .and_then(|i| i.get_ref().as_table())
            .map(|map| {
                map.iter().filter_map(|(k, v)| Some((Id::new(k.get_ref()).ok()?, value::owned(v)?))).collect()
            })
            .unwrap_or_default()
    };
    let (units, indicators) = (enough("units"), enough("indicators"));
    let (keep, drop) = (reasons("keep"), reasons("drop"));
    for code in keep.keys().filter(|code| drop.contains_key(*code)) {
        decoder.found.push(
            Diagnostic::new(&catalog::STEP_CONFLICT, format!("`{code}` is to be kept and to be dropped"))
                .at(Place::span(&decoder.file, item.span()))
                .help("remove it from one of the two"),
        );
    }
    Screen {
        units,
        indicators,
        max_age: table.get("max-age").and_then(value::count).and_then(|n| u32::try_from(n).ok()),
        keep,
        drop,
    }
}

fn denominate(
    decoder: &mut Decoder<'_>,
    item: &Item<'_>,
    instead: Option<&Item<'_>>,
    nodes: &Nodes<'_>,
    measures: &[Measure],
) -> Vec<Denominator> {
    let Some(table) = item.get_ref().as_table() else { return Vec::new() };
    let scale = |by: &str| -> Decimal {
        let Some(item) = table.get("scale") else { return Decimal::ONE };
        match item.get_ref().as_table() {
            Some(map) => map.get(by).and_then(value::decimal).unwrap_or(Decimal::ONE),
            None => value::decimal(item).unwrap_or(Decimal::ONE),
        }
    };
    let mut by_indicator: BTreeMap<NodeIx, Denominator> = BTreeMap::new();
    let indicators = nodes.iter().filter(|n| n.indicator().is_some()).map(|n| n.id.as_str());
    let variables: BTreeSet<&str> = measures.iter().map(|m| m.id.as_str()).chain(indicators).collect();
    let known = |decoder: &mut Decoder<'_>, code: &Item<'_>| -> Option<Id> {
        let text = value::text(code)?;
        if !variables.contains(text) {
            let mut diagnostic = Diagnostic::new(
                &catalog::UNKNOWN_REFERENCE,
                format!("there is no measure or indicator `{text}`"),
            )
            .at(Place::span(&decoder.file, code.span()));
            diagnostic = match nearest(text, variables.iter().copied()) {
                Some(near) => diagnostic.help(format!("did you mean `{near}`?")),
                None => diagnostic.help(format!("add a [[measure]] with `id = \"{text}\"`")),
            };
            decoder.found.push(diagnostic);
            return None;
        }
        Id::new(text).ok()
    };
    let Some(by) = table.get("by") else { return Vec::new() };
    scales(decoder, table, by, instead);
    if by.get_ref().as_table().is_none()
        && let Some(by) = known(decoder, by)
    {
        for indicator in indicators_below(nodes, 0) {
            let scale = scale(by.as_str());
            by_indicator.insert(indicator, Denominator { indicator, by: by.clone(), scale });
        }
    }
    // A code nearer to the indicator goes before one of a group above it, and what holds instead before what holds.
    for map in [Some(by), instead].into_iter().flatten().filter_map(|item| item.get_ref().as_table()) {
        let mut named: Vec<(usize, NodeIx, Option<Id>)> = Vec::new();
        for (key, code) in map {
            let at = Place::span(&decoder.file, key.span());
            let Some(node) = node_of(decoder, key.get_ref(), at, nodes) else { continue };
            let none = value::text(code) == Some("none");
            if value::text(code).is_none() {
                decoder.found.push(
                    Diagnostic::new(
                        &catalog::STEP_ACTION,
                        format!("what `{}` is divided by is no code", key.get_ref()),
                    )
                    .at(Place::span(&decoder.file, code.span()))
                    .help("name a measure or indicator, or `none`"),
                );
            }
            let by = if none { None } else { known(decoder, code) };
            if none || by.is_some() {
                named.push((indicators_below(nodes, node).len(), node, by));
            }
        }
        named.sort_by_key(|(size, node, _)| (std::cmp::Reverse(*size), *node));
        for (_, node, by) in named {
            for indicator in indicators_below(nodes, node) {
                match &by {
                    Some(by) => {
                        let scale = scale(by.as_str());
                        by_indicator.insert(indicator, Denominator { indicator, by: by.clone(), scale });
                    }
                    None => {
                        by_indicator.remove(&indicator);
                    }
                }
            }
        }
    }
    by_indicator.into_values().collect()
}

/// Every named set of weights.
pub(super) fn weight_sets(
    decoder: &mut Decoder<'_>,
    document: &DeTable<'_>,
    nodes: &Nodes<'_>,
) -> Vec<WeightSet> {
    let mut out = Vec::new();
    for (table, item) in tables(document, "weight-set") {
        let Some(id) = table.get("id").and_then(value::text).and_then(|text| Id::new(text).ok()) else {
            continue;
        };
        let mut weights = BTreeMap::new();
        if let Some(map) = table.get("weights").and_then(|i| i.get_ref().as_table()) {
            for (code, item) in map {
                let at = Place::span(&decoder.file, code.span());
                let Some(ix) = node_of(decoder, code.get_ref(), at, nodes) else { continue };
                if let Some(Ok(weight)) = value::weight(item) {
                    weights.insert(ix, weight);
                }
            }
        }
        out.push(WeightSet {
            name: table.get("name").and_then(value::bilingual).unwrap_or_else(|| Text::english(id.as_str())),
            weights,
            spans: decoder.spans(table, item),
            id,
        });
    }
    out
}

/// What denominators are divided by: above 0, and of denominators only.
fn scales(decoder: &mut Decoder<'_>, table: &DeTable<'_>, by: &Item<'_>, instead: Option<&Item<'_>>) {
    let Some(scale) = table.get("scale") else { return };
    let maps = [Some(by), instead].into_iter().flatten().filter_map(|item| item.get_ref().as_table());
    let mut denominators: Vec<&str> =
        maps.flat_map(|map| map.iter()).filter_map(|(_, code)| value::text(code)).collect();
    denominators.extend(value::text(by));
    let mut above_zero = |item: &Item<'_>| {
        if value::decimal(item).is_some_and(|scale| scale <= Decimal::ZERO) {
            decoder.found.push(
                Diagnostic::new(&catalog::INVALID_NUMBER, "a denominator is divided by a number above 0")
                    .at(Place::span(&decoder.file, item.span()))
                    .help("give 1000 for figures per thousand, or leave `scale` out"),
            );
        }
    };
    let Some(map) = scale.get_ref().as_table() else { return above_zero(scale) };
    map.iter().for_each(|(_, item)| above_zero(item));
    for (code, _) in map {
        if !denominators.contains(&code.get_ref().as_ref()) {
            let diagnostic = Diagnostic::new(
                &catalog::UNKNOWN_REFERENCE,
                format!("`{}` is no denominator of the step", code.get_ref()),
            )
            .at(Place::span(&decoder.file, code.span()));
            decoder.found.push(match nearest(code.get_ref(), denominators.iter().copied()) {
                Some(near) => diagnostic.help(format!("did you mean `{near}`?")),
                None => diagnostic.help("name a code that stands in `by`"),
            });
        }
    }
}
