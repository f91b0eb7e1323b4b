//! The list of sections: one line each. Order, numbers, contents, the switch of a package and every format follow it.

use super::block::Blocks;
use super::{
    changes, coherence, experts, gain, layers, ledger, next, peers, profiles, reading, revisions, robustness,
};
use super::{strengths, trajectories};
use crate::Options;
use crate::context::Context;
use crate::said::{Said, term};
use gradus_model::Package;
use serde::Serialize;
use serde_json::{Value, json};

/// A section of a report.
#[derive(Debug)]
pub(crate) struct Section {
    /// Its code: the word in a package's `sections`, its anchor, and the end of the key of its title.
    pub(crate) id: &'static str,
    /// Whether it stands among the annexes, which have letters.
    pub(crate) annex: bool,
    body: Body,
}

#[derive(Debug)]
enum Body {
    /// Templates of its own, named by its code.
    Own,
    /// The same, with the element and heading of the section too.
    Whole,
    /// Blocks.
    Blocks(fn(&Context) -> Blocks),
    /// As many sections as there are layers, each with its title.
    Many(fn(&Context) -> Vec<(String, Said, Blocks)>),
}

const fn page(id: &'static str, body: Body) -> Section {
    Section { id, annex: false, body }
}
const fn annex(id: &'static str, body: Body) -> Section {
    Section { id, annex: true, body }
}

/// Every section, in order.
// One section, one line.
#[rustfmt::skip]
pub(crate) static SECTIONS: &[Section] = &[
    page("verdict", Body::Whole),
    page("profiles", Body::Many(profiles::profiles)),
    page("next", Body::Blocks(next::next)),
    page("reading", Body::Blocks(reading::reading)),
    page("framework", Body::Own),
    page("scorecard", Body::Own),
    page("ranking", Body::Own),
    page("ledger", Body::Blocks(ledger::ledger)),
    page("gaps", Body::Own),
    page("trajectories", Body::Blocks(trajectories::trajectories)),
    page("layers", Body::Many(layers::layers)),
    page("peers", Body::Blocks(peers::peers)),
    page("gain", Body::Blocks(gain::gain)),
    page("strengths", Body::Blocks(strengths::strengths)),
    page("changes", Body::Blocks(changes::changes)),
    page("cards", Body::Own),
    page("try", Body::Own),
    annex("method", Body::Own),
    annex("robustness", Body::Blocks(robustness::robustness)),
    annex("coherence", Body::Blocks(coherence::coherence)),
    annex("quality", Body::Own),
    annex("experts", Body::Blocks(experts::experts)),
    annex("revisions", Body::Blocks(revisions::revisions)),
    annex("reproduce", Body::Own),
    annex("glossary", Body::Own),
];

/// A section as templates see it.
#[derive(Debug, Serialize)]
pub(crate) struct SectionView {
    pub(crate) id: String,
    /// 1, 2, 3 …, and A, B, C … for annexes.
    number: String,
    title: Said,
    /// Whether the template has the element and the heading too.
    whole: bool,
    html: String,
    markdown: String,
    pub(crate) blocks: Blocks,
}

/// The codes of all sections, in order.
#[must_use]
pub fn section_ids() -> Vec<&'static str> {
    SECTIONS.iter().map(|s| s.id).collect()
}

/// The sections a report has: those that are asked for, those of the package, or all of them; without those that are switched off.
pub(crate) fn chosen(package: &Package, options: &Options) -> Vec<&'static Section> {
    let settings = &package.report;
    let find = |id: &String| SECTIONS.iter().find(|s| s.id == id);
    let asked = if options.sections.is_empty() { &settings.sections } else { &options.sections };
    let mut out: Vec<&'static Section> = match asked.is_empty() {
        true => SECTIONS.iter().collect(),
        false => asked.iter().filter_map(find).collect(),
    };
    let mut seen = std::collections::BTreeSet::new();
    // There is nothing to try without an engine.
    out.retain(|s| {
        let there = s.id != "try" || options.explorer.is_some();
        there && !settings.without.iter().any(|id| id == s.id) && seen.insert(s.id)
    });
    out
}

/// Makes the sections, with their numbers.
pub(crate) fn views(cx: &Context) -> Vec<SectionView> {
    let mut out = Vec::new();
    let (mut pages, mut annexes) = (0usize, 0usize);
    let mut number = |annex: bool| {
        let counter = if annex { &mut annexes } else { &mut pages };
        *counter += 1;
        match annex {
            true => letters(*counter),
            false => counter.to_string(),
        }
    };
    for section in &cx.sections {
        let title = || term(&format!("section.{}", section.id));
        let own = |id: &str, whole| SectionView {
            id: id.to_owned(),
            number: String::new(),
            title: title(),
            whole,
            html: format!("{id}.html"),
            markdown: format!("{id}.md"),
            blocks: Blocks::new(),
        };
        let made = |id: String, title: Said, blocks: Blocks| SectionView {
            id,
            number: String::new(),
            title,
            whole: false,
            html: "blocks.html".to_owned(),
            markdown: "blocks.md".to_owned(),
            blocks,
        };
        let views = match section.body {
            Body::Own => vec![own(section.id, false)],
            Body::Whole => vec![own(section.id, true)],
            Body::Blocks(make) => vec![made(section.id.to_owned(), title(), make(cx))],
            Body::Many(make) => {
                make(cx).into_iter().map(|(id, title, blocks)| made(id, title, blocks)).collect()
            }
        };
        out.extend(views.into_iter().map(|view| SectionView { number: number(section.annex), ..view }));
    }
    out
}

/// A, B … Z, AA, AB …
fn letters(mut n: usize) -> String {
    let mut out = Vec::new();
    while n > 0 {
        n -= 1;
        out.push(char::from(b'A' + u8::try_from(n % 26).unwrap_or(0)));
        n /= 26;
    }
    out.iter().rev().collect()
}

/// The sections that are made of blocks, for programs.
pub(crate) fn sections_json(cx: &Context) -> Value {
    let mut out = Vec::new();
    for view in views(cx).iter().filter(|view| view.html == "blocks.html") {
        let title = &view.title.0;
        out.push(json!({ "id": view.id, "title": { "en": title.en, "zh": title.zh }, "blocks": view.blocks.json() }));
    }
    out.into()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn codes_are_unique_and_annexes_come_last() {
        let mut ids = section_ids();
        ids.sort_unstable();
        ids.dedup();
        assert_eq!(ids.len(), SECTIONS.len());
        assert!(SECTIONS.is_sorted_by_key(|s| s.annex));
    }

    #[test]
    fn annexes_have_letters() {
        let of: Vec<String> = [1, 2, 26, 27, 52, 53, 702, 703].into_iter().map(letters).collect();
        assert_eq!(of, ["A", "B", "Z", "AA", "AZ", "BA", "ZZ", "AAA"]);
    }
}
