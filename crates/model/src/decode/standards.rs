//! Standards with their versions, and the grades awarded by them.

use super::items::{Decoder, tables};
use super::rules::{self, Reader};
use super::value::{self, Item};
use crate::diagnostic::{Diagnostics, Place, catalog, nearest};
use crate::observation::Confidence;
use crate::package::{
    Accept, Alternative, Award, Cap, Clause, Grace, Node, NodeIx, Package, Replaces, Requirement, Rule,
    Standard, Unit, Validity,
};
use crate::{Diagnostic, Id};
use jiff::civil::Date;
use std::collections::BTreeMap;
use toml::de::DeTable;

/// Reads the standards.
pub(super) fn standards(decoder: &mut Decoder<'_>, document: &DeTable<'_>, nodes: &[Node]) -> Vec<Standard> {
    let all: Vec<_> = tables(document, "standard").collect();
    let ids: Vec<Option<&str>> = all.iter().map(|(t, _)| t.get("id").and_then(value::text)).collect();
    let codes = rules::codes(nodes);
    let mut out = Vec::new();
    for (table, item) in &all {
        let standard = Reading { decoder, table, ids: &ids, nodes, codes: &codes }.standard(item);
        out.extend(standard);
    }
    let requires = |s: &Standard| s.requires.iter().map(|r| r.standard).collect();
    rings(decoder.found, &out, requires, "requires", "require each other");
    let replaces = |s: &Standard| s.replaces.iter().map(|r| r.standard).collect();
    rings(decoder.found, &out, replaces, "replaces", "replace each other");
    out
}

struct Reading<'r, 'f, 't> {
    decoder: &'r mut Decoder<'f>,
    table: &'r DeTable<'t>,
    ids: &'r [Option<&'r str>],
    nodes: &'r [Node],
    codes: &'r BTreeMap<String, NodeIx>,
}

impl Reading<'_, '_, '_> {
    fn standard(&mut self, item: &Item<'_>) -> Option<Standard> {
        let table = self.table;
        let id = Decoder::id(table)?;
        let origin = self.decoder.origins_of(id.as_str(), table.get("origin")).first().copied();
        // A standard whose rule cannot be read keeps its place, so that references to it stay right.
        let rule = table.get("rule").and_then(|rule| self.rule(rule, "rule"));
        let rule = rule.unwrap_or(Rule { clause: Clause::AllOf(Vec::new()), key: "rule".into() });
        let (from, until) = (date(table, "in-force"), date(table, "until"));
        if let (Some(from), Some(until), Some(item)) = (from, until, table.get("until"))
            && until < from
        {
            self.decoder.found.push(
                Diagnostic::new(
                    &catalog::INVALID_DATE,
                    format!("`{id}` is in force from {from} until {until}"),
                )
                .at(Place::span(&self.decoder.file, item.span()))
                .help("let `until` be the later day"),
            );
        }
        Some(Standard {
            name: table.get("name").and_then(value::bilingual)?,
            description: table.get("description").and_then(value::bilingual).unwrap_or_default(),
            requires: self.requires(),
            gate: table.get("gate").and_then(|item| self.rule(item, "gate")),
            rule,
            caps: self.caps(),
            grace: table.get("grace").and_then(|item| item.get_ref().as_table()).and_then(|grace| {
                Some(Grace {
                    cells: usize::try_from(grace.get("cells").and_then(value::count)?).unwrap_or(usize::MAX),
                    until: date(grace, "until"),
                })
            }),
            validity: table
                .get("validity")
                .and_then(|item| item.get_ref().as_table())
                .map(validity)
                .unwrap_or_default(),
            from,
            until,
            replaces: self.replaces(),
            alternatives: self.alternatives(),
            origin,
            confidence: table.get("confidence").and_then(|i| value::word(i, Confidence::WORDS)),
            spans: self.decoder.spans(table, item),
            id,
        })
    }

    fn rule(&mut self, item: &Item<'_>, key: &str) -> Option<Rule> {
        Reader::new(self.decoder, self.nodes, self.codes, Package::ROOT).rule(item, key.to_owned())
    }

    fn standard_of(&mut self, item: &Item<'_>) -> Option<usize> {
        let text = value::text(item)?;
        let found = self.ids.iter().position(|id| *id == Some(text));
        if found.is_none() {
            unknown_standard(self.decoder, text, item, self.ids.iter().filter_map(|id| *id));
        }
        found
    }

    fn requires(&mut self) -> Vec<Requirement> {
        let mut out = Vec::new();
        for item in self.table.get("requires").map(value::each).unwrap_or_default() {
            match item.get_ref().as_table() {
                None => out
                    .extend(self.standard_of(item).map(|standard| Requirement { standard, at_least: None })),
                Some(table) => {
                    let standard = table.get("standard").and_then(|item| self.standard_of(item));
                    let at_least = table.get("at-least").and_then(|item| self.decoder.grade_of(item));
                    out.extend(standard.map(|standard| Requirement { standard, at_least }));
                }
            }
        }
        out
    }

    fn caps(&mut self) -> Vec<Cap> {
        let mut out = Vec::new();
        for (i, item) in self.table.get("cap").map(value::each).unwrap_or_default().into_iter().enumerate() {
            let Some(table) = item.get_ref().as_table() else { continue };
            let at = table.get("at").and_then(|item| self.decoder.grade_of(item));
            let unless = table.get("unless").and_then(|item| self.rule(item, &format!("cap.{i}.unless")));
            out.extend(at.zip(unless).map(|(at, unless)| Cap { at, unless }));
        }
        out
    }

    fn replaces(&mut self) -> Option<Replaces> {
        let transition = self.table.get("transition").and_then(|item| item.get_ref().as_table());
        let standard = match self.table.get("replaces") {
            Some(item) => self.standard_of(item)?,
            None => {
                if let Some(item) = self.table.get("transition") {
                    self.decoder.found.push(
                        Diagnostic::new(&catalog::MISSING_KEY, "the transition is from no standard")
                            .at(Place::span(&self.decoder.file, item.span()))
                            .help("add `replaces` with the code of the old version"),
                    );
                }
                return None;
            }
        };
        let accept =
            transition.and_then(|t| t.get("accept")).and_then(|item| value::word(item, Accept::WORDS));
        Some(Replaces {
            standard,
            until: transition.and_then(|t| date(t, "until")),
            accept: accept.unwrap_or_default(),
        })
    }

    fn alternatives(&mut self) -> Vec<Alternative> {
        let mut out = Vec::new();
        let mut seen = Vec::new();
        for (i, item) in
            self.table.get("alternative").map(value::each).unwrap_or_default().into_iter().enumerate()
        {
            let Some(table) = item.get_ref().as_table() else { continue };
            let rule = table.get("rule").and_then(|item| self.rule(item, &format!("alternative.{i}.rule")));
            let Some(id) = Decoder::id(table) else { continue };
            let place = table.get("id").map(|item| Place::span(&self.decoder.file, item.span()));
            seen.extend(place.map(|place| (id.clone(), place)));
            let name = table.get("name").and_then(value::bilingual).unwrap_or_default();
            out.extend(rule.map(|rule| Alternative { id, name, rule }));
        }
        self.decoder.unique("alternative", seen);
        out
    }
}

/// Reads the awards.
pub(super) fn awards(
    decoder: &mut Decoder<'_>,
    document: &DeTable<'_>,
    standards: &[Standard],
    units: &[Unit],
) -> Vec<Award> {
    let mut out = Vec::new();
    for (table, item) in tables(document, "award") {
        let standard = table.get("standard").and_then(|item| {
            let text = value::text(item)?;
            let found = standards.iter().position(|s| s.id == *text);
            if found.is_none() {
                unknown_standard(decoder, text, item, standards.iter().map(|s| s.id.as_str()));
            }
            found
        });
        let unit = table.get("unit").and_then(|item| {
            let text = value::text(item)?;
            // Where a package declares no units, those of the data are known later.
            if !units.is_empty() && units.iter().all(|u| u.id != *text) {
                let diagnostic =
                    Diagnostic::new(&catalog::UNKNOWN_UNIT, format!("there is no unit `{text}`"))
                        .at(Place::span(&decoder.file, item.span()));
                decoder.found.push(match nearest(text, units.iter().map(|u| u.id.as_str())) {
                    Some(near) => diagnostic.help(format!("did you mean `{near}`?")),
                    None => diagnostic.help(format!("add a [[unit]] with `id = \"{text}\"`")),
                });
            }
            Id::new(text).ok()
        });
        let grade = table.get("grade").and_then(|item| decoder.grade_of(item));
        let (Some(standard), Some(unit), Some(grade), Some(awarded)) =
            (standard, unit, grade, date(table, "awarded"))
        else {
            continue;
        };
        for key in ["expires", "checked", "withdrawn"] {
            if let (Some(day), Some(item)) = (date(table, key), table.get(key))
                && day < awarded
            {
                decoder.found.push(
                    Diagnostic::new(
                        &catalog::INVALID_DATE,
                        format!("`{key}` is {day}, before the award of {awarded}"),
                    )
                    .at(Place::span(&decoder.file, item.span()))
                    .help("give a later day"),
                );
            }
        }
        out.push(Award {
            standard,
            unit,
            grade,
            awarded,
            expires: date(table, "expires"),
            checked: date(table, "checked"),
            withdrawn: date(table, "withdrawn"),
            document: table.get("document").and_then(value::owned),
            note: table.get("note").and_then(value::bilingual).unwrap_or_default(),
            spans: decoder.spans(table, item),
        });
    }
    out
}

fn date(table: &DeTable<'_>, key: &str) -> Option<Date> {
    table.get(key).and_then(value::date)?.ok()
}

fn validity(table: &DeTable<'_>) -> Validity {
    let count =
        |key: &str| table.get(key).and_then(value::count).map(|n| u32::try_from(n).unwrap_or(u32::MAX));
    Validity {
        years: count("years"),
        recheck_years: count("recheck-years"),
        rectification_months: count("rectification-months"),
    }
}

fn unknown_standard<'s>(
    decoder: &mut Decoder<'_>,
    text: &str,
    item: &Item<'_>,
    known: impl Iterator<Item = &'s str>,
) {
    let mut diagnostic =
        Diagnostic::new(&catalog::UNKNOWN_STANDARD, format!("there is no standard `{text}`"))
            .at(Place::span(&decoder.file, item.span()));
    if let Some(near) = nearest(text, known) {
        diagnostic = diagnostic.help(format!("did you mean `{near}`?"));
    }
    decoder.found.push(diagnostic);
}

/// Standards that lead back to themselves; each ring is shown once, whole.
fn rings(
    found: &mut Diagnostics,
    standards: &[Standard],
    next: impl Fn(&Standard) -> Vec<usize>,
    key: &str,
    how: &str,
) {
    let mut reported = vec![false; standards.len()];
    for start in 0..standards.len() {
        if reported[start] {
            continue;
        }
        let Some(ring) = ring_from(standards, &next, start) else { continue };
        for ix in &ring {
            reported[*ix] = true;
        }
        let names: Vec<String> =
            ring.iter().chain([&start]).map(|ix| format!("`{}`", standards[*ix].id)).collect();
        found.push(
            Diagnostic::new(&catalog::REQUIRES_CYCLE, format!("the standards {how}: {}", names.join(" → ")))
                .at(standards[start].spans.of(key))
                .help("let one of the standards stand without the other"),
        );
    }
}

/// A shortest way from a standard back to itself.
fn ring_from(
    standards: &[Standard],
    next: &impl Fn(&Standard) -> Vec<usize>,
    start: usize,
) -> Option<Vec<usize>> {
    let mut came_from: Vec<Option<usize>> = vec![None; standards.len()];
    let mut queue = std::collections::VecDeque::from([start]);
    while let Some(ix) = queue.pop_front() {
        for next in next(&standards[ix]).into_iter().filter(|next| *next < standards.len()) {
            if next == start {
                let mut ring = vec![ix];
                while let Some(before) = came_from[ring[ring.len() - 1]] {
                    ring.push(before);
                }
                ring.reverse();
                return Some(ring);
            }
            if came_from[next].is_none() {
                came_from[next] = Some(ix);
                queue.push_back(next);
            }
        }
    }
    None
}
