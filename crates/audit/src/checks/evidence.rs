//! Whether figures can be traced: source, year, document, reviewer.

use super::shared::{code, finding, not_asked, own, percent};
use crate::check::{Check, Finding, Item, Limits, Part, Profile, Subject, Verdict};
use gradus_model::Text;
use gradus_model::observation::Value;
use std::collections::BTreeMap;

/// Registry entry of the check.
pub static CHECK: Check = Check {
    id: "evidence",
    since: "0.1.0",
    part: Part::Standards,
    profiles: &[Profile::Standards],
    question: (
        "Has every figure a source, a year, a document and a reviewer?",
        "每个数据是否都有来源、年份、证明文件和审核标记？",
    ),
    statistic: "of the figures of the package, the shares with a source (of its own, or of its file), a period, a document, and the quality code of a reviewer; the value is the smallest",
    limits: &[
        own(
            "wanted",
            0.9,
            "share of figures with each kind of evidence below which the check is noted",
            "this program",
        ),
        own(
            "least",
            0.5,
            "share of figures with a source, or with a year, below which the check fails",
            "this program: a figure without either cannot be looked up",
        ),
    ],
    command: "gradus grade PKG --show proof",
    run,
};

fn run(subject: &Subject<'_>, limits: &Limits) -> Vec<Finding> {
    let (wanted, least) = (limits.get(&CHECK, "wanted"), limits.get(&CHECK, "least"));
    let (package, data) = (subject.package, subject.data);
    let mut counts = [0usize; 4];
    let mut n = 0usize;
    // By variable: figures, and those that lack a source or a year.
    let mut lacking: BTreeMap<usize, (usize, usize)> = BTreeMap::new();
    for o in data.observations.iter().filter(|o| !matches!(o.value, Value::Absent(_))) {
        let file = o.detail.data_source.and_then(|at| package.data.get(at as usize));
        let has = [
            o.detail.source.is_some() || file.is_some_and(|file| file.origin.is_some()),
            o.period.is_some(),
            o.detail.document.is_some(),
            o.detail.quality.is_some(),
        ];
        n += 1;
        for (count, has) in counts.iter_mut().zip(has) {
            *count += usize::from(has);
        }
        let (all, without) = lacking.entry(o.variable).or_default();
        (*all, *without) = (*all + 1, *without + usize::from(!(has[0] && has[1])));
    }
    if n == 0 {
        return not_asked("the package has no figures", "指标包没有数据");
    }
    let shares = counts.map(|count| count as f64 / n as f64);
    let worst = shares.iter().copied().fold(1.0, f64::min);
    let verdict = match (shares[0].min(shares[1]), worst) {
        (basic, _) if basic < least => Verdict::Fail,
        (_, worst) if worst < wanted => Verdict::Note,
        _ => Verdict::Pass,
    };
    let mut items: Vec<Item> = lacking
        .iter()
        .filter(|(_, (_, without))| *without > 0)
        .filter_map(|(variable, (all, without))| {
            let node = package.node(data.variables.get(*variable)?.as_str())?;
            Some(Item { nodes: vec![node], units: Vec::new(), value: 1.0 - *without as f64 / *all as f64 })
        })
        .collect();
    items.sort_by(|a, b| {
        a.value.total_cmp(&b.value).then_with(|| code(package, a.nodes[0]).cmp(code(package, b.nodes[0])))
    });
    let [source, year, document, reviewer] = shares.map(percent);
    let sentence = Text::both(
        format!(
            "of {n} figures {source} have a source, {year} a year, {document} a document, {reviewer} a reviewer"
        ),
        format!(
            "{n} 个数据中，有来源的占 {source}，有年份的占 {year}，有证明文件的占 {document}，经审核的占 {reviewer}"
        ),
    );
    vec![finding(worst, n, verdict, sentence, items)]
}

#[cfg(test)]
pub(crate) fn examples() -> Vec<crate::testing::Example> {
    use crate::testing::{Example, Fig, ladder};
    let full = |_: usize, v: usize| {
        Some(Fig::number(v as f64).year(2020).source("Yearbook").document("p. 3").quality("A"))
    };
    let bare = |_: usize, v: usize| Some(Fig::number(v as f64).year(2020));
    let half = |unit: usize, v: usize| {
        Some(if unit == 0 {
            Fig::number(v as f64).year(2020).source("Yearbook")
        } else {
            Fig::number(v as f64).year(2020).source("Yearbook").document("p. 3").quality("A")
        })
    };
    vec![
        Example::figures(&CHECK, "pass", &ladder(2, ""), 2, full).value(1.0),
        Example::figures(&CHECK, "note", &ladder(2, ""), 2, half).value(0.5),
        Example::figures(&CHECK, "fail", &ladder(2, ""), 2, bare).value(0.0).nodes(&["x0", "x1"]),
        Example::of(&CHECK, "not-applicable", &ladder(2, ""), 2, |_, _| None),
    ]
}
