//! The checks of an audit: a paragraph for each that says something, one line for those that pass or cannot be asked, and for
//! programs everything.

use super::{Names, some};
use crate::listing::{Paragraph, Section, count, number, text};
use gradus::audit::check::Answer;
use gradus::audit::{Audit, CHECKS, Check, Finding, Profile, Verdict};
use gradus::model::diagnostic::{catalog, nearest};
use gradus::model::{Diagnostic, Lang};
use std::collections::BTreeSet;

/// The check of an id.
///
/// # Errors
/// `unknown-word` with the nearest id.
pub(super) fn find(id: &str) -> Result<&'static Check, Diagnostic> {
    CHECKS.iter().find(|check| check.id == id).copied().ok_or_else(|| {
        let diagnostic = Diagnostic::new(&catalog::UNKNOWN_WORD, format!("there is no check `{id}`"));
        match nearest(id, CHECKS.iter().map(|check| check.id)) {
            Some(near) => diagnostic.help(format!("did you mean `{near}`?")),
            None => diagnostic.help("`gradus audit PKG --format json` lists those of the package's profile"),
        }
    })
}

/// What a finding concerns, the worst first, each once: indicators and groups, then units.
fn concerned<'a>(names: &'a Names<'_>, finding: &Finding) -> Vec<&'a str> {
    let mut seen = BTreeSet::new();
    let mut out: Vec<&str> = Vec::new();
    out.extend(finding.items.iter().flat_map(|item| &item.nodes).map(|node| names.node(*node)));
    out.extend(finding.items.iter().flat_map(|item| &item.units).map(|unit| names.unit(*unit)));
    out.retain(|code| seen.insert(*code));
    out
}

/// The first of a list in Chinese, and how many there are.
fn some_zh(codes: &[&str]) -> String {
    const SHOWN: usize = 5;
    let shown = codes[..codes.len().min(SHOWN)].join("、");
    if codes.len() > SHOWN { format!("{shown} 等 {} 项", codes.len()) } else { shown }
}

/// A check with the group or standard it is asked of.
fn name(check: &Check, finding: &Finding) -> String {
    match &finding.of {
        Some(of) => format!("{} ({of})", check.id),
        None => check.id.to_owned(),
    }
}

/// The table of checks, and below it for people what deserves to be read first.
pub(super) fn checks(names: &Names<'_>, audit: &Audit, target: &str, lang: Lang, full: bool) -> Section {
    let zh = lang == Lang::Zh;
    let word = audit.profile.word();
    let title = match (zh, audit.profile) {
        (false, _) => format!("Checks: profile {word}"),
        (true, Profile::Ranking) => format!("检查：排名（{word}）"),
        (true, Profile::Standards) => format!("检查：达标（{word}）"),
    };
    let columns = [
        "verdict",
        "check",
        "finding",
        "#value",
        "#n",
        "#critical",
        "concerns",
        "part",
        "question",
        "of",
        "thresholds",
        "command",
        "finding_en",
        "finding_zh",
        "question_en",
        "question_zh",
        "statistic",
        "since",
    ];
    let mut out = Section::new("checks", title, &columns).mixed();
    let mut counts = [0usize; 4];
    for answer in &audit.answers {
        let check = answer.check;
        let thresholds: Vec<String> = answer
            .limits
            .iter()
            .map(|used| {
                let source = if used.overridden { "the package" } else { used.limit.source };
                format!("{} = {} ({source})", used.limit.name, used.value)
            })
            .collect();
        for finding in &answer.findings {
            counts[usize::from(finding.verdict.severity())] += 1;
            let question = if zh { check.question.1 } else { check.question.0 };
            out.row(vec![
                text(finding.verdict.word()),
                text(check.id),
                text(finding.sentence.get(lang)),
                number(finding.value),
                count(finding.n),
                number(finding.critical),
                text(some(&concerned(names, finding))),
                text(check.part.word()),
                text(question),
                text(finding.of.as_deref().unwrap_or_default()),
                text(thresholds.join("; ")),
                text(check.command.replace("PKG", target)),
                text(finding.sentence.get(Lang::En)),
                text(finding.sentence.get(Lang::Zh)),
                text(check.question.0),
                text(check.question.1),
                text(check.statistic),
                text(check.since),
            ]);
        }
    }
    out.tell(paragraphs(names, audit, target, lang, full));
    notes(&mut out, audit, counts, lang);
    out
}

fn paragraphs(names: &Names<'_>, audit: &Audit, target: &str, lang: Lang, full: bool) -> Vec<Paragraph> {
    let mut out = Vec::new();
    let all: Vec<(&Answer, &Finding)> = audit
        .answers
        .iter()
        .flat_map(|answer| answer.findings.iter().map(move |finding| (answer, finding)))
        .collect();
    for severity in [3, 2, 1] {
        for (answer, finding) in all.iter().filter(|(_, f)| f.verdict.severity() == severity) {
            // Several groups that pass are one line.
            if severity == 1 && !full && finding.of.is_some() {
                continue;
            }
            out.push(paragraph(names, answer, finding, target, lang, full));
        }
        if severity == 1 && !full {
            out.extend(audit.answers.iter().filter_map(|answer| passed(answer, lang)));
        }
    }
    let mut rest: Vec<(&str, Vec<String>)> = Vec::new();
    for (answer, finding) in all.iter().filter(|(_, f)| f.verdict.severity() == 0) {
        let (why, who) = (finding.sentence.get(lang), name(answer.check, finding));
        match rest.iter_mut().find(|(known, _)| *known == why) {
            Some((_, list)) => list.push(who),
            None => rest.push((why, vec![who])),
        }
    }
    for (why, list) in rest {
        let (lead, join) = match lang {
            Lang::Zh => (Verdict::word_zh(&Verdict::NotApplicable(Default::default())), "、"),
            Lang::En => ("n/a", ", "),
        };
        out.push(Paragraph { lead: lead.to_owned(), head: list.join(join), body: vec![why.to_owned()] });
    }
    out
}

/// The groups and standards of which a check passes, where it is asked of each.
fn passed(answer: &Answer, lang: Lang) -> Option<Paragraph> {
    let all: Vec<&Finding> = (answer.findings.iter())
        .filter(|finding| finding.verdict == Verdict::Pass && finding.of.is_some())
        .collect();
    let first = all.first()?;
    if all.len() == 1 {
        let body = vec![first.sentence.get(lang).to_owned()];
        return Some(Paragraph { lead: lead(first, lang), head: name(answer.check, first), body });
    }
    let each: Vec<String> = all
        .iter()
        .map(|finding| {
            let of = finding.of.as_deref().unwrap_or_default();
            finding.value.map_or_else(|| of.to_owned(), |value| format!("{of} {value:.2}"))
        })
        .collect();
    let each: Vec<&str> = each.iter().map(String::as_str).collect();
    let mut body = if lang == Lang::Zh { some_zh(&each) } else { some(&each) };
    // Beside every correlation stands what chance could yield: of the fewest units.
    let fewest =
        all.iter().filter_map(|finding| Some((finding.n, finding.critical?))).min_by_key(|(n, _)| *n);
    if let Some((n, critical)) = fewest {
        body.push_str(&match lang {
            Lang::Zh => format!("（n = {n}，相关系数超过 {critical:.2} 非偶然）"),
            Lang::En => format!(" (n = {n}, a correlation above {critical:.2} is not chance)"),
        });
    }
    Some(Paragraph { lead: lead(first, lang), head: answer.check.id.to_owned(), body: vec![body] })
}

fn lead(finding: &Finding, lang: Lang) -> String {
    match lang {
        Lang::Zh => finding.verdict.word_zh().to_owned(),
        Lang::En => finding.verdict.word().to_owned(),
    }
}

fn paragraph(
    names: &Names<'_>,
    answer: &Answer,
    finding: &Finding,
    target: &str,
    lang: Lang,
    full: bool,
) -> Paragraph {
    let check = answer.check;
    let mut body = Vec::new();
    if full {
        body.push(if lang == Lang::Zh { check.question.1 } else { check.question.0 }.to_owned());
    }
    body.push(finding.sentence.get(lang).to_owned());
    // What the sentence names need not be said twice.
    let mut concerns = concerned(names, finding);
    if concerns.iter().all(|code| finding.sentence.get(lang).contains(code)) {
        concerns.clear();
    }
    if finding.verdict != Verdict::Pass && !concerns.is_empty() && !full {
        body.push(match lang {
            Lang::Zh => format!("涉及：{}", some_zh(&concerns)),
            Lang::En => format!("concerns {}", some(&concerns)),
        });
    }
    if full || finding.verdict != Verdict::Pass {
        body.push(format!("> {}", check.command.replace("PKG", target)));
    }
    Paragraph { lead: lead(finding, lang), head: name(check, finding), body }
}

fn notes(out: &mut Section, audit: &Audit, counts: [usize; 4], lang: Lang) {
    let [none, pass, note, fail] = counts;
    let (units, indicators, word) = (audit.n_units, audit.n_indicators, audit.profile.word());
    let overridden: Vec<String> = audit
        .answers
        .iter()
        .flat_map(|answer| &answer.limits)
        .filter(|used| used.overridden)
        .map(|used| format!("{}.{} = {} ({})", used.check, used.limit.name, used.value, used.limit.default))
        .collect();
    if lang == Lang::Zh {
        out.note(format!("方案 {word}：{fail} 项不通过，{note} 项注意，{pass} 项通过，{none} 项不适用；{units} 个单元，{indicators} 个指标"));
        if audit.overridden {
            out.note("所用方案并非数据所对应的方案");
        }
        if !overridden.is_empty() {
            out.note(format!("指标包改动了阈值（括号内为默认值）：{}", overridden.join("，")));
        }
    } else {
        out.note(format!("profile {word}: {fail} fail, {note} note, {pass} pass, {none} not applicable; {units} units, {indicators} indicators"));
        if audit.overridden {
            out.note("the profile is not the one that the data would choose");
        }
        if !overridden.is_empty() {
            out.note(format!(
                "the package overrides thresholds (in brackets the default): {}",
                overridden.join(", ")
            ));
        }
    }
    if let Some(why) = &audit.why_not {
        out.note(match lang {
            Lang::Zh => format!("没有变动任何选择：{}", why.get(lang)),
            Lang::En => format!("nothing was varied: {}", why.get(lang)),
        });
    }
    if audit.cancelled {
        out.note(match lang {
            Lang::Zh => "提前中止：以下结果所依据的抽样少于要求",
            Lang::En => "STOPPED before it was done: what follows rests on fewer draws than were asked for",
        });
    }
}

/// Everything that findings concern, one row each.
pub(super) fn items(names: &Names<'_>, audit: &Audit, lang: Lang) -> Section {
    let title = if lang == Lang::Zh {
        "检查结果所涉及的单元与指标"
    } else {
        "What the findings concern"
    };
    let mut out = Section::new("concerned", title, &["check", "of", "nodes", "units", "#value"]).mixed();
    for answer in &audit.answers {
        for finding in &answer.findings {
            for item in &finding.items {
                let nodes: Vec<&str> = item.nodes.iter().map(|node| names.node(*node)).collect();
                let units: Vec<&str> = item.units.iter().map(|unit| names.unit(*unit)).collect();
                out.row(vec![
                    text(answer.check.id),
                    text(finding.of.as_deref().unwrap_or_default()),
                    text(nodes.join(", ")),
                    text(units.join(", ")),
                    number(item.value),
                ]);
            }
        }
    }
    out
}

/// The thresholds that were judged by.
pub(super) fn limits(audit: &Audit, lang: Lang) -> Section {
    let title = if lang == Lang::Zh { "阈值及其来源" } else { "Thresholds and their sources" };
    let columns = ["check", "limit", "#value", "#default", "overridden", "meaning", "source", "locator"];
    let mut out = Section::new("limits", title, &columns).mixed();
    let mut told = Vec::new();
    for used in audit.answers.iter().flat_map(|answer| &answer.limits) {
        let limit = used.limit;
        out.row(vec![
            text(used.check),
            text(limit.name),
            number(used.value),
            number(limit.default),
            text(if used.overridden { "yes" } else { "no" }),
            text(limit.meaning),
            text(limit.source),
            text(limit.locator),
        ]);
        let changed = if used.overridden {
            format!(" (default {}; the package overrides it)", limit.default)
        } else {
            String::new()
        };
        let source = match limit.locator {
            "" => limit.source.to_owned(),
            locator => format!("{}, {locator}", limit.source),
        };
        told.push(Paragraph {
            lead: String::new(),
            head: format!("{} {} = {}{changed}", used.check, limit.name, used.value),
            body: vec![limit.meaning.to_owned(), source],
        });
    }
    out.tell(told);
    out
}
