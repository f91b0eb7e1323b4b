//! Whether another reading of the rule would give other grades.

use super::shared::{finding, not_asked, rows, some, zh};
use crate::check::{Check, Finding, Item, Limits, Part, Profile, Subject, Verdict};
use gradus_model::{Lang, Text};
use gradus_standard::{Grading, grade, readings};

/// Registry entry of the check.
pub static CHECK: Check = Check {
    id: "rule-sensitivity",
    since: "0.1.0",
    part: Part::Standards,
    profiles: &[Profile::Standards],
    question: ("Would another reading of the rule give other grades?", "换一种规则解读，等级是否会改变？"),
    statistic: "of the units, the share whose proven grade is another one by some other reading of the rule: those that the package declares, or the usual ones (every indicator, nine tenths, nine tenths of those known, nine tenths in each group)",
    limits: &[],
    command: "gradus grade PKG --show sensitivity",
    run,
};

fn run(subject: &Subject<'_>, _: &Limits) -> Vec<Finding> {
    let package = subject.package;
    if package.standards.is_empty() || package.grades.is_empty() {
        return not_asked("the package has no standard", "指标包没有标准");
    }
    let grading = grade(package, subject.data, subject.evaluation);
    let of = |standard: usize| {
        let of = Some(package.standards[standard].id.as_str().to_owned());
        let interval = |grading: &Grading, row: usize| Some(grading.row(row)?.standard(standard)?.interval);
        let all = readings(package, subject.data, subject.evaluation, standard);
        if all.is_empty() {
            let why = Text::both("the rule has no other reading", "该规则没有其他解读");
            return Finding { of, ..Finding::not_applicable(why) };
        }
        // Of a unit without a known verdict, a reading that leaves out what is unknown would decide from nothing.
        let known = |row: usize| {
            let grades = grading.row(row);
            let indicators = package.indicators().filter(|(.., indicator)| !indicator.ladder.is_empty());
            let mut verdicts = indicators
                .filter_map(|(node, ..)| grades.as_ref()?.node(node))
                .flat_map(|grade| grade.verdicts);
            verdicts.any(|verdict| *verdict != gradus_standard::Verdict::Unknown)
        };
        let (mut items, mut n) = (Vec::new(), 0usize);
        let mut differ = vec![0usize; all.len()];
        for (unit, row) in rows(subject).into_iter().enumerate() {
            if !known(row) {
                continue;
            }
            n += 1;
            let now = interval(&grading, row).map(|grade| grade.proven);
            let mut others = 0usize;
            for (reading, count) in all.iter().zip(&mut differ) {
                if interval(&reading.grading, row).map(|grade| grade.proven) != now {
                    *count += 1;
                    others += 1;
                }
            }
            if others > 0 {
                items.push(Item { nodes: Vec::new(), units: vec![unit], value: others as f64 });
            }
        }
        if n == 0 {
            let why = Text::both("no verdict of any unit is known", "没有任何单元的判定是已知的");
            return Finding { of, ..Finding::not_applicable(why) };
        }
        items.sort_by(|a, b| b.value.total_cmp(&a.value));
        let with = |lang: Lang| -> Vec<String> {
            let differing = all.iter().zip(&differ).filter(|(_, count)| **count > 0);
            differing
                .map(|(reading, count)| format!("{} ({count})", reading.alternative.name.get(lang)))
                .collect()
        };
        let (few, k) = (items.len(), all.len());
        let (en, cn) = (some(&with(Lang::En)), some(&with(Lang::Zh)));
        let sentence = match few {
            0 => Text::both(
                format!("by each of {k} other readings of the rule the grades of all {n} units stay"),
                format!("按其他 {k} 种解读，{n} 个单元的等级均不变"),
            ),
            _ => Text::both(
                format!("{few} of {n} units have another grade by one of {k} other readings: {en}"),
                format!("按其他 {k} 种解读之一，{n} 个单元中有 {few} 个的等级会改变：{}", zh(&cn)),
            ),
        };
        let verdict = if few == 0 { Verdict::Pass } else { Verdict::Note };
        Finding { of, ..finding(few as f64 / n as f64, n, verdict, sentence, items) }
    };
    (0..package.standards.len()).map(of).collect()
}

#[cfg(test)]
pub(crate) fn examples() -> Vec<crate::testing::Example> {
    use crate::testing::{Example, flat, ladder, standard};
    let text = ladder(2, &standard("count = 1"));
    let figures = |table: [[f64; 2]; 2]| move |unit: usize, v: usize| Some(table[unit][v]);
    vec![
        Example::of(&CHECK, "pass", &text, 2, figures([[12.0, 12.0], [25.0, 25.0]])).value(0.0),
        // One of two is enough for u0 by the rule, and is not for all or nine tenths.
        Example::of(&CHECK, "note", &text, 2, figures([[12.0, 1.0], [25.0, 25.0]])).value(0.5).units(&["u0"]),
        // Nothing is known of any unit: to leave out what is unknown would decide from nothing.
        Example::of(&CHECK, "not-applicable", &ladder(2, &standard("every = '*'")), 2, |_, _| None),
        Example::of(&CHECK, "not-applicable", &flat(2, ""), 2, figures([[1.0, 2.0], [3.0, 4.0]])),
    ]
}
