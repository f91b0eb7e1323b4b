//! Whether the index tells more than its parts.
//!
//! Where every pillar ranks the units as the index does, the pillar would do.

use super::shared::{code, finding, not_asked, own, percent};
use crate::check::{Check, Finding, Item, Limits, Part, Profile, Subject, Verdict};
use gradus_engine::Stage;
use gradus_model::{Package, Text};

/// Registry entry of the check.
pub static CHECK: Check = Check {
    id: "added-value",
    since: "0.1.0",
    part: Part::AddedValue,
    profiles: &[Profile::Ranking],
    question: ("Does the index tell more than any of its pillars?", "指数提供的信息是否多于任何一个支柱？"),
    statistic: "for each part right below the index the share of units whose rank in it is so many places or more away from their rank in the index; the value is the smallest of these shares",
    limits: &[
        own(
            "places",
            10.0,
            "places between two ranks, a count, from which on they differ",
            "this program: the distance that the Sustainable Development Report calls meaningful after its audit by the Joint Research Centre",
        ),
        own("share", 0.1, "share of units below which a part ranks as the index does", "this program"),
    ],
    command: "gradus score PKG --ranks",
    run,
};

fn run(subject: &Subject<'_>, limits: &Limits) -> Vec<Finding> {
    let (places, least) = (limits.get(&CHECK, "places"), limits.get(&CHECK, "share"));
    let (evaluation, view) = (subject.evaluation, subject.view(Stage::Scores));
    let parts: Vec<usize> =
        subject.package.nodes[Package::ROOT].children.iter().copied().filter(|ix| view.has(*ix)).collect();
    if parts.len() < 2 || !view.has(Package::ROOT) {
        return not_asked("the index is not made of two scored parts", "指数不是由两个以上得分部分构成");
    }
    let n = subject.n_scored();
    if n as f64 <= places {
        return not_asked(
            format!("n is too small: {n} units cannot be {places} places apart"),
            format!("样本太小：{n} 个单元的名次不可能相差 {places} 位"),
        );
    }
    let of = |part: &usize| {
        let shift = |unit: usize| {
            let row = evaluation.row(unit, subject.period);
            Some((evaluation.rank(*part, row)? - evaluation.rank(Package::ROOT, row)?).abs())
        };
        let shifts: Vec<f64> = (0..evaluation.units.len()).filter_map(shift).collect();
        let far = shifts.iter().filter(|shift| **shift >= places).count();
        let value = if shifts.is_empty() { 0.0 } else { far as f64 / shifts.len() as f64 };
        Item { nodes: vec![*part], units: Vec::new(), value }
    };
    let mut items: Vec<Item> = parts.iter().map(of).collect();
    items.sort_by(|a, b| a.value.total_cmp(&b.value));
    let (worst, closest) = (items[0].value, code(subject.package, items[0].nodes[0]).to_owned());
    items.retain(|item| item.value < least);
    let verdict = if items.is_empty() { Verdict::Pass } else { Verdict::Note };
    let share = percent(worst);
    let sentence = Text::both(
        format!(
            "the ranks of {share} of {n} units differ by {places} places or more between the index and `{closest}`, the part closest to it"
        ),
        format!("在与指数最接近的 `{closest}` 中，{n} 个单元里 {share} 的名次与指数相差 {places} 位或以上"),
    );
    vec![finding(worst, n, verdict, sentence, items)]
}

#[cfg(test)]
pub(crate) fn examples() -> Vec<crate::testing::Example> {
    use crate::testing::{Example, flat};
    let text = flat(2, "[audit.limits.added-value]\nplaces = 2\n");
    // Five units; the second part counts for little, so that the index ranks as the first.
    let weighted = text.replace("id = 'x0'", "id = 'x0'\nweight = 99");
    let reverse =
        |unit: usize, v: usize| Some(if v == 0 { unit as f64 } else { [3.0, 4.0, 0.0, 1.0, 2.0][unit] });
    vec![
        // Sums 3, 5, 2, 4, 6 of equal weights rank 4 2 5 3 1; the first part ranks 5 4 3 2 1, the second 2 1 5 4 3. Two places or
        // more away are 2 of 5 units in the first part, and 2 of 5 in the second.
        Example::of(&CHECK, "pass", &text, 5, reverse).ranking().value(0.4),
        Example::of(&CHECK, "note", &weighted, 5, reverse).ranking().value(0.0).nodes(&["x0"]),
        Example::of(&CHECK, "not-applicable", &flat(2, ""), 10, reverse_of_many).ranking(),
        Example::of(&CHECK, "not-applicable", &flat(1, ""), 12, reverse_of_many).ranking(),
    ]
}

#[cfg(test)]
fn reverse_of_many(unit: usize, v: usize) -> Option<f64> {
    Some((unit * 7 % 11 + v) as f64)
}
