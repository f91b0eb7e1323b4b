//! Whether each step of each ladder decides anything.
//!
//! A step that changes no unit's grade, whichever way it is decided, costs data and says nothing.

use super::shared::{finding, has_ladders, not_asked, rows, some, step, zh};
use crate::check::{Check, Finding, Item, Limits, Part, Profile, Subject, Verdict};
use gradus_model::Text;
use gradus_standard::{calibration, grade};

/// Registry entry of the check.
pub static CHECK: Check = Check {
    id: "discrimination",
    since: "0.1.0",
    part: Part::Standards,
    profiles: &[Profile::Standards],
    question: (
        "Does each step of each ladder change any unit's grade under the rule?",
        "每一级阈值是否会改变任何单元的等级？",
    ),
    statistic: "of the steps with a known verdict, the share that decides no unit's grade: the grade stays the same when the verdict of the step is turned round",
    limits: &[],
    command: "gradus grade PKG --show calibration",
    run,
};

fn run(subject: &Subject<'_>, _: &Limits) -> Vec<Finding> {
    let package = subject.package;
    if package.standards.is_empty() || !has_ladders(package) {
        return not_asked("the package has no standard with ladders", "指标包没有带阈值的标准");
    }
    let grading = grade(package, subject.data, subject.evaluation);
    let of = |standard: usize| {
        let all = calibration(package, &grading, &rows(subject), standard);
        let known: Vec<_> = all.iter().filter(|s| s.met + s.not_met > 0).collect();
        let of = Some(package.standards[standard].id.as_str().to_owned());
        if known.is_empty() {
            let why = Text::both("no verdict is known", "没有任何已知的判定");
            return Finding { of, ..Finding::not_applicable(why) };
        }
        let idle: Vec<_> = known.iter().filter(|s| s.decides == 0).collect();
        let names: Vec<String> = idle.iter().map(|s| step(package, s.node, s.grade)).collect();
        let items =
            idle.iter().map(|s| Item { nodes: vec![s.node], units: Vec::new(), value: 0.0 }).collect();
        let (few, steps, named) = (idle.len(), known.len(), some(&names));
        let verdict = match few {
            0 => Verdict::Pass,
            _ if few == steps => Verdict::Fail,
            _ => Verdict::Note,
        };
        let sentence = match few {
            0 => Text::both(
                format!("each of {steps} steps decides some unit's grade"),
                format!("{steps} 级阈值中，每一级都会决定某个单元的等级"),
            ),
            _ if few == steps => Text::both(
                format!(
                    "none of {steps} steps decides a unit's grade by itself: whichever way one turns out, all grades stay"
                ),
                format!("{steps} 级阈值中，没有任何一级能单独决定单元的等级"),
            ),
            _ => Text::both(
                format!(
                    "{few} of {steps} steps decide no unit's grade, whichever way they turn out: {named}"
                ),
                format!("{steps} 级阈值中，{few} 级无论达标与否都不改变任何单元的等级：{}", zh(&named)),
            ),
        };
        Finding { of, ..finding(few as f64 / steps as f64, steps, verdict, sentence, items) }
    };
    (0..package.standards.len()).map(of).collect()
}

#[cfg(test)]
pub(crate) fn examples() -> Vec<crate::testing::Example> {
    use crate::testing::{Example, flat, ladder, standard};
    let all = ladder(2, &standard("every = '*'"));
    let figures = |table: [[f64; 2]; 2]| move |unit: usize, v: usize| Some(table[unit][v]);
    vec![
        // u0 reaches bronze but not silver by either, so that it takes two changes for silver; u1 has silver and loses it by
        // either. All four steps decide for u1.
        Example::of(&CHECK, "pass", &all, 2, figures([[12.0, 12.0], [25.0, 25.0]])).value(0.0),
        // Both hold nothing, by both indicators: no single step changes that.
        Example::of(&CHECK, "fail", &all, 2, figures([[1.0, 1.0], [2.0, 2.0]])).value(1.0),
        // u0 lacks bronze by x0 alone: that step decides, the others do not.
        Example::of(&CHECK, "note", &all, 1, figures([[1.0, 12.0], [0.0, 0.0]])),
        Example::of(&CHECK, "not-applicable", &flat(2, ""), 2, figures([[1.0, 2.0], [3.0, 4.0]])),
    ]
}
