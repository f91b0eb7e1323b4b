//! By how little a single figure would have to be otherwise for a grade to be another one.

use super::shared::{code, finding, not_asked, own, own_unit, some, zh};
use crate::check::{Check, Finding, Item, Limits, Part, Profile, Subject, Verdict};
use gradus_model::Text;
use gradus_model::number::Scalar;
use gradus_standard::{Grader, flips};

/// How many fragile figures are named.
const NAMED: usize = 3;

/// Registry entry of the check.
pub static CHECK: Check = Check {
    id: "margin",
    since: "0.1.0",
    part: Part::Standards,
    profiles: &[Profile::Standards],
    question: (
        "By how much would a single figure have to differ for the grade to be another one?",
        "单个数据须变动多少，等级才会改变？",
    ),
    statistic: "the smallest relative change of one figure that flips the proven grade, of the unit that the package is about, else of every unit; the three most fragile figures",
    limits: &[own(
        "relative",
        0.05,
        "change of a figure, as a share of it, below which the grade is called fragile",
        "this program: one part in twenty",
    )],
    command: "gradus grade PKG --show fragile",
    run,
};

fn run(subject: &Subject<'_>, limits: &Limits) -> Vec<Finding> {
    let least = limits.get(&CHECK, "relative");
    let package = subject.package;
    if package.standards.is_empty() || package.grades.is_empty() {
        return not_asked("the package has no standard", "指标包没有标准");
    }
    let grader = Grader::new(package, subject.data, subject.evaluation);
    let units = match own_unit(subject) {
        Some(own) => vec![own],
        None => (0..subject.evaluation.units.len()).collect(),
    };
    // Numbers that stand beside a ladder; titles and levels have no small change.
    let row = |unit: usize| subject.evaluation.row(unit, subject.period);
    let figures = units
        .iter()
        .flat_map(|unit| package.indicators().map(move |(node, _, indicator)| (*unit, node, indicator)))
        .filter(|(_, _, indicator)| !indicator.ladder.is_empty() && indicator.scale.is_none())
        .filter(|(unit, node, _)| {
            grader.figure(*node, row(*unit)).value.is_ok_and(|v| v.as_number().is_some())
        })
        .count();
    if figures == 0 {
        return not_asked("no unit asked has a number beside a ladder", "所考察的单元没有可与阈值比较的数值");
    }
    let of = |standard: usize| {
        let found = units.iter().flat_map(|unit| {
            flips(&grader, package, row(*unit), standard).into_iter().map(move |flip| (*unit, flip))
        });
        let mut all: Vec<_> =
            found.filter_map(|(unit, flip)| Some((flip.relative?.to_f64(), unit, flip))).collect();
        all.sort_by(|a, b| a.0.total_cmp(&b.0));
        let of = Some(package.standards[standard].id.as_str().to_owned());
        let Some(smallest) = all.first().map(|(relative, ..)| *relative) else {
            let sentence = Text::both(
                format!("no change of a single one of {figures} figures flips a grade"),
                format!("{figures} 个数据中，任何一个单独变动都不会改变等级"),
            );
            return Finding { of, value: None, ..finding(0.0, figures, Verdict::Pass, sentence, Vec::new()) };
        };
        let items: Vec<Item> = (all.iter().take(NAMED))
            .map(|(relative, unit, flip)| Item {
                nodes: vec![flip.node],
                units: vec![*unit],
                value: *relative,
            })
            .collect();
        let names: Vec<String> = (all.iter().take(NAMED))
            .map(|(relative, unit, flip)| {
                let (unit, node) = (&subject.evaluation.units[*unit], code(package, flip.node));
                format!(
                    "{unit} {node} {} → {} ({:.1} %)",
                    flip.value.normalize(),
                    flip.to.normalize(),
                    100.0 * relative
                )
            })
            .collect();
        let named = some(&names);
        let verdict = if smallest < least { Verdict::Note } else { Verdict::Pass };
        let sentence = Text::both(
            format!(
                "the smallest change of one of {figures} figures that flips a grade is {:.1} %; most fragile: {named}",
                100.0 * smallest
            ),
            format!(
                "{figures} 个数据中，改变等级所需的最小变动为 {:.1} %；最脆弱的是：{}",
                100.0 * smallest,
                zh(&named)
            ),
        );
        Finding { of, ..finding(smallest, figures, verdict, sentence, items) }
    };
    (0..package.standards.len()).map(of).collect()
}

#[cfg(test)]
pub(crate) fn examples() -> Vec<crate::testing::Example> {
    use crate::testing::{Example, ladder, standard};
    let text = ladder(2, &standard("every = '*'"));
    let figures = |table: [f64; 2]| move |_: usize, v: usize| Some(table[v]);
    vec![
        // Bronze from 10 on: 12.5 may fall by a fifth.
        Example::of(&CHECK, "pass", &text, 1, figures([12.5, 15.0])).value(0.2).units(&["u0"]),
        // 10.25 holds bronze by 0.25, less than a twentieth of it.
        Example::of(&CHECK, "note", &text, 1, figures([10.25, 15.0])).value(0.25 / 10.25).nodes(&["x0"]),
        Example::of(&CHECK, "not-applicable", &ladder(2, ""), 2, figures([1.0, 2.0])),
        Example::of(&CHECK, "not-applicable", &text, 2, |_, _| None),
    ]
}
