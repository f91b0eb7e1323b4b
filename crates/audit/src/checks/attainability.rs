//! Whether thresholds can be reached in time: the yearly change that is needed beside the best that any peer ever held.

use super::shared::{code, finding, has_ladders, not_asked, own_unit, some, zh};
use crate::check::{Check, Finding, Item, Limits, Part, Profile, Subject, Verdict};
use gradus_model::Text;
use gradus_progress::progress::{Ask, Source, Tracker};
use gradus_standard::grade;

/// Registry entry of the check.
pub static CHECK: Check = Check {
    id: "attainability",
    since: "0.1.0",
    part: Part::Standards,
    profiles: &[Profile::Standards],
    question: (
        "Is a threshold out of reach by the target year, by what any peer ever achieved?",
        "按任何对标单元曾达到的最快速度，是否有阈值无法在目标年前达到？",
    ),
    statistic: "for each indicator of the own unit that has not reached its next step: the yearly change needed until the target year over the best that any other unit held over as many years; the value is the largest",
    limits: &[super::shared::own(
        "ratio",
        1.0,
        "change needed over the best pace any peer held, above which a step is out of reach",
        "this program: nobody compared was ever as fast",
    )],
    command: "gradus progress PKG",
    run,
};

fn run(subject: &Subject<'_>, limits: &Limits) -> Vec<Finding> {
    let most = limits.get(&CHECK, "ratio");
    let (package, data, evaluation, methods) =
        (subject.package, subject.data, subject.evaluation, subject.methods);
    if !has_ladders(package) {
        return not_asked("no indicator has a ladder", "没有设定等级阈值的指标");
    }
    let Some(own) = own_unit(subject) else {
        return not_asked(
            "no unit is the package's own (`role = \"own\"`)",
            "没有标明本单元（`role = \"own\"`）",
        );
    };
    if package.index.target_year.is_none() && package.grades.iter().all(|grade| grade.target_year.is_none()) {
        return not_asked("no target year is declared (`target-year`)", "没有声明目标年份（`target-year`）");
    }
    let grading = grade(package, data, evaluation);
    let tracker =
        Tracker::new(Source { package, methods, data, evaluation, grading: &grading }, subject.period);
    let items = tracker.items(own, &Ask::default());
    let open: Vec<_> = items.iter().filter(|item| item.target.is_some() && !item.reached()).collect();
    // A peer that never got better shows no pace at which the step could be reached.
    let ratio = |needed: f64, held: f64| match held {
        held if held > 0.0 => needed / held,
        _ => f64::INFINITY,
    };
    let mut known: Vec<_> = open
        .iter()
        .filter_map(|item| {
            let (needed, (peer, held)) = (item.needed.ok()?, item.best_peer?);
            (needed > 0.0).then(|| (ratio(needed, held.pace), item.node, peer))
        })
        .collect();
    known.sort_by(|a, b| b.0.total_cmp(&a.0).then(a.1.cmp(&b.1)));
    let (n, unknown) = (known.len(), open.len() - known.len());
    let Some((worst, ..)) = known.first().copied() else {
        return not_asked(
            format!(
                "no step that is not reached ({}) has both a target year and a peer with figures of several years",
                open.len()
            ),
            format!("未达到的阈值（{} 项）均缺少目标年份或对标单元的多年数据", open.len()),
        );
    };
    let out: Vec<_> = known.iter().filter(|(ratio, ..)| *ratio > most * (1.0 + 1e-9)).collect();
    let names: Vec<String> = out
        .iter()
        .map(|(ratio, node, peer)| match ratio.is_finite() {
            true => format!("{} {ratio:.1}× {}", code(package, *node), evaluation.units[*peer]),
            false => format!("{} (no peer got better)", code(package, *node)),
        })
        .collect();
    let (few, named) = (out.len(), some(&names));
    let rest = match unknown {
        0 => (String::new(), String::new()),
        _ => (format!("; of {unknown} more it cannot be told"), format!("；另有 {unknown} 项无法判断")),
    };
    let sentence = match few {
        0 => Text::both(
            format!(
                "each of {n} open steps asks for no more a year than some peer held, {worst:.2} times at most{}",
                rest.0
            ),
            format!(
                "{n} 项未达阈值所需的年均变化均不超过对标单元曾达到的水平，最多为其 {worst:.2} 倍{}",
                rest.1
            ),
        ),
        _ => Text::both(
            format!("{few} of {n} open steps ask for more a year than any peer ever held: {named}{}", rest.0),
            format!(
                "{n} 项未达阈值中，{few} 项所需的年均变化超过任何对标单元曾达到的水平：{}{}",
                zh(&named),
                rest.1
            ),
        ),
    };
    let items = out
        .iter()
        .filter(|(ratio, ..)| ratio.is_finite())
        .map(|(ratio, node, peer)| Item { nodes: vec![*node], units: vec![*peer], value: *ratio })
        .chain(out.iter().filter(|(ratio, ..)| !ratio.is_finite()).map(|(_, node, _)| Item {
            nodes: vec![*node],
            units: Vec::new(),
            value: 0.0,
        }))
        .collect();
    let verdict = if few == 0 { Verdict::Pass } else { Verdict::Note };
    vec![Finding {
        value: Some(worst).filter(|x| x.is_finite()),
        ..finding(worst, n, verdict, sentence, items)
    }]
}

#[cfg(test)]
pub(crate) fn examples() -> Vec<crate::testing::Example> {
    use crate::testing::{Example, Fig, ladder};
    let text = |target: i16| {
        ladder(1, "[[unit]]\nid = 'u0'\nname = 'Own'\nrole = 'own'\n")
            .replace("[index]", &format!("[index]\ntarget-year = {target}"))
    };
    // The own unit has 5 in 2020 and needs 10; the peer gained 1 a year from 2010 to 2020.
    fn figures(unit: usize, _: usize) -> Vec<Fig> {
        match unit {
            0 => vec![Fig::number(5.0).year(2020)],
            _ => (2010..=2020).map(|year| Fig::number(f64::from(year) - 2009.0).year(year)).collect(),
        }
    }
    vec![
        // 5 in 10 years are half of that, 5 in 2 years two and a half times as much.
        Example::series(&CHECK, "pass", &text(2030), 2, figures).value(0.5),
        Example::series(&CHECK, "note", &text(2022), 2, figures).value(2.5).nodes(&["x0"]).units(&["u1"]),
        Example::series(&CHECK, "not-applicable", &text(2022).replace("target-year = 2022", ""), 2, figures),
        Example::series(&CHECK, "not-applicable", &text(2030), 1, figures),
    ]
}
