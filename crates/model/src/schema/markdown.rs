//! The package file reference as Markdown.

use super::{Default, Field, Kind, PACKAGE, RULES, Section};
use crate::decode::describe;

/// The reference of the package file: one table of keys per section.
#[must_use]
pub fn markdown() -> String {
    let mut out = format!("{}\n\n", PACKAGE.doc);
    table(&PACKAGE, &mut out);
    let mut seen: Vec<*const Section> = vec![&raw const PACKAGE];
    sections(&PACKAGE, &mut seen, &mut out);
    out
}

fn sections(section: &'static Section, seen: &mut Vec<*const Section>, out: &mut String) {
    for field in section.fields {
        for inner in nested(&field.kind) {
            if seen.contains(&(&raw const *inner)) {
                continue;
            }
            seen.push(&raw const *inner);
            out.push_str(&format!("\n## `{}`\n\n{}\n\n", inner.heading, inner.doc));
            table(inner, out);
            sections(inner, seen, out);
        }
    }
}

fn nested(kind: &Kind) -> Vec<&'static Section> {
    match kind {
        Kind::Table(section) | Kind::Tables(section) => vec![section],
        Kind::List(inner) | Kind::Map(inner) | Kind::WordMap(_, inner) => nested(inner),
        Kind::Either(kinds) => kinds.iter().flat_map(nested).collect(),
        Kind::Rule => RULES.to_vec(),
        _ => Vec::new(),
    }
}

fn table(section: &Section, out: &mut String) {
    out.push_str("| key | value | when left out | meaning |\n| :--- | :--- | :--- | :--- |\n");
    for Field { name, kind, default, doc } in section.fields {
        let default = match default {
            Default::Required => "**required**",
            Default::Is(text) => text,
        };
        let value = match kind {
            Kind::Word(words) => words().iter().map(|w| format!("`{w}`")).collect::<Vec<_>>().join(", "),
            kind => describe(kind),
        };
        let cell = |text: &str| text.replace('|', "\\|");
        out.push_str(&format!("| `{name}` | {} | {} | {} |\n", cell(&value), cell(default), cell(doc)));
    }
}
