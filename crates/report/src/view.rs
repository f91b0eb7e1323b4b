//! The page as data: everything a template prints, in words and figures, without markup.

mod cards;
mod framework;
mod gaps;
mod method;
mod quality;
mod ranking;
mod scorecard;
mod steps;
mod verdict;

pub(crate) use framework::share as percent;
pub(crate) use gaps::LadderScale;

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
    verdict: verdict::Verdict,
    gaps: gaps::Gaps,
    scorecard: scorecard::Scorecard,
    ranking: ranking::Ranking,
    framework: framework::Framework,
    cards: Vec<cards::Layer>,
    method: method::MethodPage,
    quality: quality::Quality,
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
    publisher: Said,
    unit_kind: Said,
    graded: bool,
    scored: bool,
    n_units: usize,
    n_indicators: usize,
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
}

/// Makes the page.
pub(crate) fn page(input: &Input, options: &Options) -> Page {
    let cx = Context::new(input, options);
    let index = &cx.package.index;
    let name = match index.name.is_empty() {
        true => Said::same(index.id.as_str()),
        false => Said::from(&index.name),
    };
    let draft = !matches!(
        index.status,
        PackageStatus::Ratified | PackageStatus::Published | PackageStatus::Superseded
    );
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
            publisher: Said::from(&index.publisher),
            unit_kind: cx.unit_kind(),
            graded: cx.graded(),
            scored: cx.scored(),
            n_units: cx.evaluation.units.len(),
            n_indicators: cx.indicators().len(),
        },
        verdict: verdict::verdict(&cx),
        gaps: gaps::gaps(&cx),
        scorecard: scorecard::scorecard(&cx),
        ranking: ranking::ranking(&cx),
        framework: framework::framework(&cx),
        cards: cards::cards(&cx),
        method: method::method(&cx),
        quality: quality::quality(&cx),
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
        glossary: glossary(&cx),
    }
}

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
