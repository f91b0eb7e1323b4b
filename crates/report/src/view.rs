//! The page as data: everything a template prints, in words and figures, without markup.

pub(crate) mod block;
mod cards;
mod changes;
mod coherence;
mod experts;
mod framework;
mod gain;
mod gaps;
mod layers;
mod ledger;
mod method;
mod next;
mod peers;
mod profiles;
mod quality;
mod ranking;
mod reading;
mod revisions;
mod robustness;
mod scorecard;
pub(crate) mod sections;
mod steps;
mod strengths;
mod trajectories;
mod verdict;

pub(crate) use framework::share as percent;
pub(crate) use gaps::LadderScale;
pub use sections::section_ids;

use crate::context::Context;
use crate::said::{Said, say, term};
use crate::{Input, Options, vocabulary};
use gradus_model::Absence;
use gradus_model::observation::{Confidence, Status};
use gradus_model::package::{Action, MethodCall, NodeIx, NodeKind, PackageStatus};
use serde::Serialize;
use std::collections::BTreeSet;

/// A report as data.
#[derive(Debug, Serialize)]
pub(crate) struct Page {
    pub(crate) title: Said,
    head: Head,
    /// The sections in their order.
    sections: Vec<sections::SectionView>,
    verdict: verdict::Verdict,
    // Of a section that is switched off nothing is made.
    gaps: Option<gaps::Gaps>,
    scorecard: Option<scorecard::Scorecard>,
    ranking: Option<ranking::Ranking>,
    framework: Option<framework::Framework>,
    cards: Option<Vec<cards::Layer>>,
    method: Option<method::MethodPage>,
    quality: Option<quality::Quality>,
    reproduce: Reproduce,
    glossary: Vec<Said>,
}

#[derive(Debug, Serialize)]
struct Head {
    index: Said,
    description: Said,
    subject: Said,
    has_subject: bool,
    edition: Option<String>,
    period: Option<String>,
    status: Said,
    /// Neither ratified nor published.
    draft: bool,
    notice: Said,
    foreword: Said,
    publisher: Said,
    unit_kind: Said,
    graded: bool,
    scored: bool,
    n_units: usize,
    n_indicators: usize,
    /// The file with the index that this page is a profile of.
    home: Option<String>,
}

#[derive(Debug, Serialize)]
struct Reproduce {
    version: String,
    package: String,
    edition: Option<String>,
    file: String,
    command: Option<String>,
    arithmetic: Said,
    seed: u64,
    license: Option<String>,
}

/// A name that leads to the card of a node.
#[derive(Debug, Clone, Serialize)]
pub(crate) struct Link {
    pub(crate) name: Said,
    pub(crate) code: String,
    pub(crate) card: String,
}

impl Context<'_> {
    pub(crate) fn link(&self, ix: NodeIx) -> Link {
        Link { name: self.node_name(ix), code: self.package.nodes[ix].id.to_string(), card: self.card(ix) }
    }
}

impl Page {
    /// The code of the package.
    pub(crate) fn package_id(&self) -> &str {
        &self.reproduce.package
    }
    /// Whether it has a section, by code.
    pub(crate) fn has_section(&self, id: &str) -> bool {
        self.sections.iter().any(|section| section.id == id)
    }
}

/// Makes the page.
impl Page {
    /// Edition and period, in a line.
    pub(crate) fn edition(&self) -> Said {
        let edition = self.head.edition.as_ref().map(|e| term("edition").then((" ", " "), &Said::same(e)));
        let period = self.head.period.as_ref().map(Said::same);
        let parts: Vec<Said> = edition.into_iter().chain(period).collect();
        parts.into_iter().reduce(|a, b| a.then((" · ", " · "), &b)).unwrap_or_default()
    }
    /// The word for what is not ratified.
    pub(crate) fn draft(&self) -> Option<Said> {
        self.head.draft.then(|| term("draft"))
    }
    /// The pictures of the sections, in order.
    pub(crate) fn pictures(&self) -> Vec<&block::Picture> {
        self.sections.iter().flat_map(|section| section.blocks.pictures()).collect()
    }
}

pub(crate) fn page(input: &Input, options: &Options) -> Page {
    make(&Context::new(input, options), options)
}

/// The page of a document that is typeset: its charts are drawn to be set beside the text.
pub(crate) fn page_with_pictures(input: &Input, options: &Options) -> Page {
    let mut cx = Context::new(input, options);
    cx.pictures = true;
    make(&cx, options)
}

fn make(cx: &Context, options: &Options) -> Page {
    let index = &cx.package.index;
    let name = match (cx.package.report.title.is_empty(), index.name.is_empty()) {
        (false, _) => Said::from(&cx.package.report.title),
        (true, true) => Said::same(index.id.as_str()),
        (true, false) => Said::from(&index.name),
    };
    let draft = !matches!(
        index.status,
        PackageStatus::Ratified | PackageStatus::Published | PackageStatus::Superseded
    );
    let on = |id: &str| cx.has(id);
    let subject = cx.own.map(|u| cx.unit_name(u)).unwrap_or_default();
    Page {
        title: match cx.own {
            Some(_) => subject.then((" · ", " · "), &name),
            None => name.clone(),
        },
        head: Head {
            index: name,
            description: Said::from(&index.description),
            has_subject: cx.own.is_some(),
            subject,
            edition: index.edition.clone(),
            period: cx.period_text(),
            status: term(&format!("package.{}", crate::json::word(PackageStatus::WORDS, index.status))),
            draft,
            notice: Said::from(&index.notice),
            foreword: Said::from(&cx.package.report.foreword),
            publisher: Said::from(&index.publisher),
            unit_kind: cx.unit_kind(),
            graded: cx.graded(),
            scored: cx.scored(),
            n_units: cx.evaluation.units.len(),
            n_indicators: cx.indicators().len(),
            home: options.home.clone(),
        },
        sections: sections::views(cx),
        verdict: verdict::verdict(cx),
        gaps: on("gaps").then(|| gaps::gaps(cx)),
        scorecard: on("scorecard").then(|| scorecard::scorecard(cx)),
        ranking: on("ranking").then(|| ranking::ranking(cx)),
        framework: on("framework").then(|| framework::framework(cx)),
        cards: on("cards").then(|| cards::cards(cx)),
        method: on("method").then(|| method::method(cx)),
        quality: on("quality").then(|| quality::quality(cx)),
        reproduce: Reproduce {
            version: options.version.clone(),
            package: index.id.to_string(),
            edition: index.edition.clone(),
            file: cx.package.file.to_string(),
            command: options.command.clone(),
            arithmetic: method::arithmetic(cx.evaluation.arithmetic),
            seed: cx.package.policy.seed,
            license: index.license.clone(),
        },
        glossary: glossary(cx),
    }
}

/// What the script of a page knows: who is compared, and its words. No character ends the element it stands in.
pub(crate) fn data(input: &Input, options: &Options) -> String {
    let cx = Context::new(input, options);
    let words: serde_json::Map<String, serde_json::Value> =
        ["filter", "shown", "download", "peers", "all", "link", "explain", "close"]
            .into_iter()
            .map(|word| (word.to_owned(), serde_json::json!(term(&format!("script.{word}")))))
            .collect();
    // Of very many units none is picked by hand.
    let units = (0..cx.evaluation.units.len()).filter(|_| cx.evaluation.units.len() <= PICKED);
    let data = serde_json::json!({
        "package": cx.package.index.id.as_str(),
        "languages": cx.languages.iter().map(|l| l.code()).collect::<Vec<_>>(),
        "own": cx.own.map(|own| cx.evaluation.units[own].as_str()),
        "units": units
            .map(|u| serde_json::json!({ "id": cx.evaluation.units[u].as_str(), "name": cx.unit_name(u) }))
            .collect::<Vec<_>>(),
        "words": words,
    });
    data.to_string().replace('<', "\\u003c")
}

/// Most units among which peers are picked.
const PICKED: usize = 500;

/// The terms a reader meets, in both languages: grades first, then the fixed ones.
fn glossary(cx: &Context) -> Vec<Said> {
    let mut out: Vec<Said> = (0..cx.package.grades.len()).map(|g| cx.grade_name(g)).collect();
    for key in ["proven", "possible", "ruled_out", "met", "not_met", "unknown", "gap", "threshold", "ladder"]
    {
        out.push(term(key));
    }
    for key in ["indicator", "standard", "score", "rank_word", "coverage", "weight", "effective_weight"] {
        out.push(term(key));
    }
    if !cx.package.pipeline.is_empty() {
        // The kinds of steps this package has, in their order, and what they leave beside a figure.
        let mut words: Vec<&str> = cx.package.pipeline.iter().map(|s| s.action.word()).collect();
        words.sort_by_key(|word| Action::WORDS.iter().position(|w| w == word));
        words.dedup();
        out.extend(words.into_iter().map(|word| term(&format!("action.{word}"))));
        out.push(term("touch.winsorized"));
        out.push(term("touch.treated"));
        out.push(term("absence.screened-out"));
    }
    if cx.draws().is_some() {
        out.push(term("interval"));
    }
    out.extend(methods(cx).into_iter().map(|id| vocabulary::method_words(&id)));
    out.extend(Status::WORDS.iter().map(|(word, _)| term(&format!("status.{word}"))));
    out.extend(Confidence::WORDS.iter().map(|(word, _)| term(&format!("confidence.{word}"))));
    out.extend(Absence::WORDS.iter().map(|(word, _)| term(&format!("absence.{word}"))));
    out
}

/// The ids of the methods the package calls, in order of id.
fn methods(cx: &Context) -> BTreeSet<String> {
    let mut calls: Vec<&MethodCall> = Vec::new();
    for step in &cx.package.pipeline {
        calls.extend(step.action.call());
        calls.extend(step.instead.values().flatten());
    }
    for node in &cx.package.nodes {
        match &node.kind {
            NodeKind::Group(group) => {
                calls.extend(&group.aggregate);
                calls.extend(&group.normalize);
                calls.extend(&group.weigh);
            }
            NodeKind::Indicator(indicator) => calls.extend(&indicator.normalize),
        }
    }
    let transforms = calls.iter().filter_map(|call| call.transform.as_deref()).collect::<Vec<_>>();
    calls.into_iter().chain(transforms).map(|call| call.method.clone()).collect()
}

/// `3 values missing`, and the like: a term with its count.
pub(crate) fn counted(key: &str, n: usize) -> Said {
    say(key, &[("n", n.into())])
}
