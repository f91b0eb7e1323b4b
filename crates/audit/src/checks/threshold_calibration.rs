//! Where the units fall on each ladder: a step that nobody or everybody reaches tells nobody apart, and one that is smaller than
//! the error of the figures tells chance.

use super::shared::{finding, has_ladders, not_asked, own, percent, rows, some, step, zh};
use crate::check::{Check, Finding, Item, Limits, Part, Profile, Subject, Verdict};
use gradus_model::number::Scalar;
use gradus_model::observation::{Period, Value};
use gradus_model::package::{Direction, NodeIx};
use gradus_model::{Decimal, Text};
use gradus_standard::{Calibration, calibration, grade};
use std::collections::BTreeMap;

/// Registry entry of the check.
pub static CHECK: Check = Check {
    id: "threshold-calibration",
    since: "0.1.0",
    part: Part::Standards,
    profiles: &[Profile::Standards],
    question: (
        "Do the steps of the ladders tell units apart, in order, and by more than the figures are off?",
        "各级阈值能否区分单元、顺序正确，并且间距大于数据误差？",
    ),
    statistic: "of the units whose verdict is known, the share that reaches each step; steps of one ladder that are not harder than the one below; the distance of two steps as a share of the harder one, beside the relative error of the figures: revisions between vintages, else the standard errors of surveys and the errors that the package states by status",
    limits: &[own(
        "units",
        3.0,
        "units with a known verdict, a count, below which it is not said that nobody or everybody reaches a step",
        "this program: of two cities neither says anything about the step",
    )],
    command: "gradus grade PKG --show calibration",
    run,
};

fn run(subject: &Subject<'_>, limits: &Limits) -> Vec<Finding> {
    let package = subject.package;
    if !has_ladders(package) {
        return not_asked("no indicator has a ladder", "没有设定等级阈值的指标");
    }
    let grading = grade(package, subject.data, subject.evaluation);
    let steps = calibration(package, &grading, &rows(subject), 0);
    vec![reach(subject, limits, &steps), order(subject), error(subject)]
}

/// Steps that nobody or everybody reaches.
fn reach(subject: &Subject<'_>, limits: &Limits, steps: &[Calibration]) -> Finding {
    let least = limits.get(&CHECK, "units");
    let known: Vec<&Calibration> = steps.iter().filter(|s| (s.met + s.not_met) as f64 >= least).collect();
    let of = Some("reach".to_owned());
    if known.is_empty() {
        let most = steps.iter().map(|s| s.met + s.not_met).max().unwrap_or(0);
        let why = match most {
            0 => Text::both("no unit has a known verdict at any step", "没有任何单元的判定是已知的"),
            _ => Text::both(
                format!(
                    "n is too small: at most {most} units have a known verdict at a step, and {least} are needed"
                ),
                format!("样本太小：任何一级阈值最多有 {most} 个单元可判定，需要 {least} 个"),
            ),
        };
        return Finding { of, n: most, ..Finding::not_applicable(why) };
    }
    let names = |keep: &dyn Fn(&Calibration) -> bool| -> Vec<String> {
        known.iter().filter(|s| keep(s)).map(|s| step(subject.package, s.node, s.grade)).collect()
    };
    let (nobody, everybody) = (names(&Calibration::nobody), names(&Calibration::everybody));
    let item = |s: &&Calibration| Item {
        nodes: vec![s.node],
        units: Vec::new(),
        value: s.met as f64 / (s.met + s.not_met) as f64,
    };
    let items: Vec<Item> = known.iter().filter(|s| s.nobody() || s.everybody()).map(item).collect();
    let (flagged, all) = (items.len(), known.len());
    let share = flagged as f64 / all as f64;
    let said = |names: &[String], en: &mut String, cn: &mut String, words: (&str, &str)| {
        if !names.is_empty() {
            let named = some(names);
            en.push_str(&format!("; {} {}: {named}", names.len(), words.0));
            cn.push_str(&format!("；{} {} 级：{}", words.1, names.len(), zh(&named)));
        }
    };
    let mut en = format!("{} of {all} steps tell units apart", all - flagged);
    let mut cn = format!("{all} 级阈值中，{} 级能区分单元", all - flagged);
    said(&nobody, &mut en, &mut cn, ("that nobody reaches", "无人达到"));
    said(&everybody, &mut en, &mut cn, ("that everybody reaches", "全部达到"));
    let verdict = match flagged {
        0 => Verdict::Pass,
        _ if flagged == all => Verdict::Fail,
        _ => Verdict::Note,
    };
    let n = known.iter().map(|s| s.met + s.not_met).min().unwrap_or(0);
    Finding { of, ..finding(share, n, verdict, Text::both(en, cn), items) }
}

/// Steps that are not harder than the one below.
fn order(subject: &Subject<'_>) -> Finding {
    let package = subject.package;
    let (mut pairs, mut items, mut names) = (0, Vec::new(), Vec::new());
    for (node, _, indicator) in package.indicators() {
        for two in indicator.ladder.windows(2) {
            pairs += 1;
            // Levels of a scale rise as they are listed; a range has no number.
            let numbers = two[0].threshold.number().zip(two[1].threshold.number());
            let harder = numbers.is_none_or(|(easy, hard)| match indicator.direction {
                Direction::Lower if indicator.scale.is_none() => hard < easy,
                _ => hard > easy,
            });
            // The same threshold, to be held for longer, is harder.
            let longer = (two[1].years, two[1].strict) > (two[0].years, two[0].strict);
            let same = two[0].threshold == two[1].threshold;
            if !(harder && !same || same && (longer || two[0].once_then.is_some())) {
                names.push(step(package, node, two[1].grade));
                items.push(Item { nodes: vec![node], units: Vec::new(), value: 0.0 });
            }
        }
    }
    let of = Some("order".to_owned());
    if pairs == 0 {
        return Finding {
            of,
            ..Finding::not_applicable(Text::both("no ladder has two steps", "没有两级以上的阈值"))
        };
    }
    let (few, named) = (items.len(), some(&names));
    let (verdict, sentence) = match few {
        0 => (
            Verdict::Pass,
            Text::both(
                format!("each of {pairs} steps is harder than the one below"),
                format!("{pairs} 级阈值均比下一级更难达到"),
            ),
        ),
        _ => (
            Verdict::Fail,
            Text::both(
                format!("{few} of {pairs} steps are not harder than the one below: {named}"),
                format!("{pairs} 级阈值中，{few} 级并不比下一级更难达到：{}", zh(&named)),
            ),
        ),
    };
    Finding { of, ..finding(few as f64 / f64::from(pairs), pairs as usize, verdict, sentence, items) }
}

/// By how much the figures of an indicator may be off, as a share.
fn errors(subject: &Subject<'_>) -> BTreeMap<NodeIx, (f64, &'static str, &'static str)> {
    let (package, data) = (subject.package, subject.data);
    let mut out: BTreeMap<NodeIx, (f64, &str, &str)> = BTreeMap::new();
    let mut first: BTreeMap<(usize, usize, Option<Period>), Decimal> = BTreeMap::new();
    let mut put = |node: NodeIx,
                   error: f64,
                   rank: u8,
                   en: &'static str,
                   cn: &'static str,
                   ranks: &mut BTreeMap<NodeIx, u8>| {
        let held = ranks.get(&node).copied().unwrap_or(u8::MAX);
        let larger = out.get(&node).is_none_or(|(known, ..)| error > *known);
        // What was revised says more than what is stated, and of the same kind the largest counts.
        if error.is_finite() && (rank < held || rank == held && larger) {
            ranks.insert(node, rank);
            out.insert(node, (error, en, cn));
        }
    };
    let mut ranks: BTreeMap<NodeIx, u8> = BTreeMap::new();
    let nodes: Vec<Option<NodeIx>> = data.variables.iter().map(|id| package.node(id.as_str())).collect();
    for o in data.observations.iter() {
        let Some(node) = nodes.get(o.variable).copied().flatten() else { continue };
        if let Value::Survey { estimate, standard_error: Some(error), .. } = &o.value {
            let share = error.to_f64() / estimate.to_f64().abs();
            put(node, share, 1, "standard errors of the survey", "调查标准误", &mut ranks);
        } else if let Some(stated) = package.policy.uncertainty.get(&o.status) {
            put(node, stated.to_f64(), 2, "errors stated by status", "按状态声明的误差", &mut ranks);
        }
        let (Some(x), Some(_)) = (o.value.as_number(), o.detail.vintage) else { continue };
        match first.get(&(o.unit, o.variable, o.period)) {
            Some(was) if *was != x => {
                let share = (x.to_f64() - was.to_f64()).abs() / was.to_f64().abs();
                put(node, share, 0, "revisions between vintages", "历次修订", &mut ranks);
            }
            Some(_) => {}
            None => {
                first.insert((o.unit, o.variable, o.period), x);
            }
        }
    }
    out
}

/// Steps that are closer to each other than the figures are exact.
fn error(subject: &Subject<'_>) -> Finding {
    let package = subject.package;
    let errors = errors(subject);
    let of = Some("error".to_owned());
    let (mut pairs, mut items, mut names) = (0, Vec::new(), Vec::new());
    let mut worst: Option<f64> = None;
    for (node, _, indicator) in package.indicators() {
        let Some((error, en, _)) = errors.get(&node).filter(|_| indicator.scale.is_none()) else { continue };
        for two in indicator.ladder.windows(2) {
            let Some((easy, hard)) = two[0].threshold.number().zip(two[1].threshold.number()) else {
                continue;
            };
            let share = (hard.to_f64() - easy.to_f64()).abs() / hard.to_f64().abs();
            if !share.is_finite() {
                continue;
            }
            pairs += 1;
            let ratio = share / error;
            worst = Some(worst.map_or(ratio, |known: f64| known.min(ratio)));
            if share < *error {
                names.push(format!(
                    "{} {} ({en} {})",
                    step(package, node, two[1].grade),
                    percent(share),
                    percent(*error)
                ));
                items.push(Item { nodes: vec![node], units: Vec::new(), value: share });
            }
        }
    }
    let Some(worst) = worst.filter(|_| pairs > 0) else {
        let why = Text::both(
            "the data carry one vintage of each figure, and neither standard errors nor `policy.uncertainty` say by how much the figures of a ladder may be off",
            "数据中每个数值只有一个版本，且既无标准误，也未在 `policy.uncertainty` 中声明误差",
        );
        return Finding { of, ..Finding::not_applicable(why) };
    };
    let (few, named) = (items.len(), some(&names));
    let (verdict, sentence) = match few {
        0 => (
            Verdict::Pass,
            Text::both(
                format!(
                    "each of {pairs} steps is larger than the error of the figures, by {worst:.1} times or more"
                ),
                format!("{pairs} 级阈值的间距均大于数据误差，至少为误差的 {worst:.1} 倍"),
            ),
        ),
        _ => (
            Verdict::Note,
            Text::both(
                format!("{few} of {pairs} steps are smaller than the error of the figures: {named}"),
                format!("{pairs} 级阈值中，{few} 级的间距小于数据误差：{}", zh(&named)),
            ),
        ),
    };
    Finding { of, ..finding(worst, pairs as usize, verdict, sentence, items) }
}

#[cfg(test)]
pub(crate) fn examples() -> Vec<crate::testing::Example> {
    use crate::testing::{Example, Fig, ladder};
    // Steps at 10 and 20; u0 to u3 have 5, 10, 15, 20 and so on.
    let at = |values: [f64; 4]| move |unit: usize, _: usize| Some(values[unit]);
    let text = ladder(1, "");
    let stated = ladder(1, "").replace("[policy]", "[policy]\nuncertainty = { final = 0.6 }");
    let revised = |unit: usize, _: usize| Some(Fig::number([5.0, 12.0, 15.0, 25.0][unit]));
    let narrow = stated.replace("0.6", "0.4");
    vec![
        Example::of(&CHECK, "pass", &text, 4, at([5.0, 12.0, 15.0, 25.0])).finding(0).value(0.0),
        Example::of(&CHECK, "note", &text, 4, at([5.0, 12.0, 15.0, 9.0]))
            .finding(0)
            .value(0.5)
            .nodes(&["x0"]),
        Example::of(&CHECK, "fail", &text, 4, at([5.0, 6.0, 7.0, 8.0])).finding(0).value(1.0),
        Example::of(&CHECK, "not-applicable", &text, 2, at([5.0, 12.0, 0.0, 0.0])).finding(0),
        Example::of(&CHECK, "pass", &text, 4, at([5.0, 12.0, 15.0, 25.0])).finding(1).value(0.0),
        Example::of(
            &CHECK,
            "fail",
            &text.replace("silver = 20", "silver = 10"),
            4,
            at([5.0, 12.0, 15.0, 25.0]),
        )
        .finding(1)
        .value(1.0),
        // From 10 to 20 is half of 20: more than 40 %, less than 60 %.
        Example::figures(&CHECK, "pass", &narrow, 4, revised).finding(2).value(1.25),
        Example::figures(&CHECK, "note", &stated, 4, revised).finding(2).value(0.5 / 0.6).nodes(&["x0"]),
        Example::of(&CHECK, "not-applicable", &text, 4, at([5.0, 12.0, 15.0, 25.0])).finding(2),
        Example::of(&CHECK, "not-applicable", &crate::testing::flat(1, ""), 4, at([5.0, 12.0, 15.0, 25.0])),
    ]
}
