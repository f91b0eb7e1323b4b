//! Counterparts in other packages, and the criteria and candidates of a screening.

use super::items::{Decoder, tables};
use super::value::{self, Item};
use crate::diagnostic::{Place, catalog};
use crate::number::Decimal;
use crate::package::{
    Candidate, ContentValidity, Counterpart, Criterion, CriterionSource, CvrMinimum, Direction, Measure,
    Node, Relation, Screening,
};
use crate::{Diagnostic, Id, Text};
use std::collections::BTreeMap;
use toml::de::{DeTable, DeValue};

/// What an indicator or candidate says of other packages.
pub(super) fn counterparts(decoder: &mut Decoder<'_>, table: &DeTable<'_>) -> Vec<Counterpart> {
    let mut out: Vec<Counterpart> = Vec::new();
    let mut first: BTreeMap<(Id, Option<Id>), Place> = BTreeMap::new();
    let Some(kinds) = table.get("counterparts").and_then(|item| item.get_ref().as_table()) else {
        return out;
    };
    for (word, relation) in Relation::WORDS {
        let Some(item) = kinds.get(*word) else { continue };
        for (reference, place, why, key) in references(decoder, item, word) {
            let Some((package, node)) = parse(decoder, &reference, &place, *relation) else { continue };
            if let Some(earlier) = first.get(&(package.clone(), node.clone())) {
                decoder.found.push(
                    Diagnostic::new(
                        &catalog::DUPLICATE_CODE,
                        format!("`{reference}` is named as a counterpart twice"),
                    )
                    .at(place)
                    .also(earlier.clone(), "first named here")
                    .help("keep one of the two"),
                );
                continue;
            }
            first.insert((package.clone(), node.clone()), place);
            out.push(Counterpart { relation: *relation, package, node, why, key });
        }
    }
    out
}

/// Each reference with its place, its reason and its key path: from a list, or from a table of reasons.
fn references(decoder: &Decoder<'_>, item: &Item<'_>, word: &str) -> Vec<(String, Place, Text, String)> {
    let at = |span| Place::span(&decoder.file, span);
    match item.get_ref() {
        DeValue::Table(reasons) => reasons
            .iter()
            .map(|(key, why)| {
                let text = key.get_ref().to_string();
                let path = format!("counterparts.{word}.{text}");
                (text, at(key.span()), value::bilingual(why).unwrap_or_default(), path)
            })
            .collect(),
        DeValue::Array(list) => (list.iter().enumerate())
            .filter_map(|(place, item)| {
                let path = format!("counterparts.{word}.{place}");
                Some((value::owned(item)?, at(item.span()), Text::default(), path))
            })
            .collect(),
        _ => Vec::new(),
    }
}

/// `package:code`; for what has no counterpart also the code of a package alone.
fn parse(
    decoder: &mut Decoder<'_>,
    reference: &str,
    place: &Place,
    relation: Relation,
) -> Option<(Id, Option<Id>)> {
    let parsed = match reference.split_once(':') {
        Some((package, node)) => Id::new(package).ok().zip(Id::new(node).ok().map(Some)),
        None if relation == Relation::None => Id::new(reference).ok().map(|package| (package, None)),
        None => None,
    };
    if parsed.is_none() {
        decoder.found.push(
            Diagnostic::new(
                &catalog::INVALID_CODE,
                format!("`{reference}` does not name something in a package"),
            )
            .at(place.clone())
            .help("write the package's code, a colon and the code inside it: `hdi:gni-per-head`"),
        );
    }
    parsed
}

/// The criteria and candidates, with codes that name one thing each.
pub(super) fn screening(
    decoder: &mut Decoder<'_>,
    document: &DeTable<'_>,
    nodes: &[Node],
    measures: &[Measure],
) -> Screening {
    let criteria: Vec<Criterion> =
        tables(document, "criterion").filter_map(|(table, item)| criterion(decoder, table, item)).collect();
    decoder.unique("criterion", criteria.iter().map(|c| (c.id.clone(), c.spans.of("id"))).collect());
    let candidates: Vec<Candidate> =
        tables(document, "candidate").filter_map(|(table, item)| candidate(decoder, table, item)).collect();
    if !candidates.is_empty() {
        let codes = (nodes.iter().map(|n| (n.id.clone(), n.spans.of("id"))))
            .chain(measures.iter().map(|m| (m.id.clone(), m.spans.of("id"))))
            .chain(candidates.iter().map(|c| (c.id.clone(), c.spans.of("id"))));
        let candidate_codes: Vec<&Id> = candidates.iter().map(|c| &c.id).collect();
        // What two nodes share has been said already.
        let codes = codes.filter(|(id, _)| candidate_codes.contains(&id)).collect();
        decoder.unique("node, measure or candidate", codes);
    }
    let mut out = Screening { criteria, candidates, ..Screening::default() };
    let item = document.get("screening");
    let Some((table, item)) = item.and_then(|item| Some((item.get_ref().as_table()?, item))) else {
        return out;
    };
    out.file = table.get("file").and_then(value::owned);
    out.cvr_minimum =
        table.get("cvr-minimum").and_then(|i| value::word(i, CvrMinimum::WORDS)).unwrap_or_default();
    out.notice = table.get("notice").and_then(value::bilingual).unwrap_or_default();
    out.spans = decoder.spans(table, item);
    out
}

fn criterion(decoder: &mut Decoder<'_>, table: &DeTable<'_>, item: &Item<'_>) -> Option<Criterion> {
    let id = Decoder::id(table)?;
    let spans = decoder.spans(table, item);
    let number = |key: &str| table.get(key).and_then(value::decimal);
    let from = table.get("from").and_then(|i| value::word(i, CriterionSource::WORDS)).unwrap_or_default();
    let min = number("min").unwrap_or(Decimal::ZERO);
    let max = number("max").unwrap_or_else(|| Decimal::from(3u32));
    let middle = min.checked_add(max).map(|sum| sum / Decimal::TWO);
    let agree_from = number("agree-from");
    // What only experts' scores have means nothing where the package itself gives the figure.
    let meaningless: &[&str] = match from {
        CriterionSource::Experts => &[],
        _ => &["min", "max", "agree-from", "validity"],
    };
    for key in meaningless.iter().filter(|key| table.contains_key(**key)) {
        decoder.found.push(
            Diagnostic::new(&catalog::STEP_CONFLICT, format!("`{key}` is for scores that experts give"))
                .at(spans.of(key))
                .help(format!("remove `{key}`: the criterion is computed")),
        );
    }
    if min >= max {
        decoder.found.push(
            Diagnostic::new(&catalog::INVALID_BOUNDS, format!("scores go from {min} to {max}"))
                .at(spans.of(if table.contains_key("max") { "max" } else { "min" }))
                .help("give a `max` above `min`"),
        );
    }
    for (key, value) in [("agree-from", agree_from), ("veto-below", number("veto-below"))] {
        let inside = value.is_none_or(|x| min <= x && x <= max);
        if from == CriterionSource::Experts && min < max && !inside {
            decoder.found.push(
                Diagnostic::new(
                    &catalog::INVALID_PARAMETER,
                    format!("`{key}` lies outside the scores, which go from {min} to {max}"),
                )
                .at(spans.of(key))
                .help("give a score that an expert can give"),
            );
        }
    }
    Some(Criterion {
        name: table.get("name").and_then(value::bilingual).unwrap_or_else(|| Text::english(id.as_str())),
        description: table.get("description").and_then(value::bilingual).unwrap_or_default(),
        from,
        min,
        max,
        // Above the middle: 3 and 4 of four, 2 and 3 of nought to three.
        agree_from: agree_from.or(middle.and_then(|m| m.checked_add(Decimal::new(1, 6)))).unwrap_or(max),
        weight: table.get("weight").map_or(Some(Decimal::ONE), |_| decoder.not_negative(table, "weight"))?,
        veto_below: number("veto-below"),
        validity: table
            .get("validity")
            .and_then(|i| value::word(i, ContentValidity::WORDS))
            .unwrap_or_default(),
        spans,
        id,
    })
}

fn candidate(decoder: &mut Decoder<'_>, table: &DeTable<'_>, item: &Item<'_>) -> Option<Candidate> {
    let id = Decoder::id(table)?;
    Some(Candidate {
        name: table.get("name").and_then(value::bilingual).unwrap_or_else(|| Text::english(id.as_str())),
        description: table.get("description").and_then(value::bilingual).unwrap_or_default(),
        measurement_unit: table.get("unit").and_then(value::owned),
        direction: table.get("direction").and_then(|i| value::word(i, Direction::WORDS)).unwrap_or_default(),
        counterparts: counterparts(decoder, table),
        spans: decoder.spans(table, item),
        id,
    })
}
