//! The index of profiles: every unit with its page, where pages of units lie beside this one.

use super::block::{Blocks, Cell, Table};
use crate::context::Context;
use crate::said::{Said, say, term};
use gradus_model::Package;

pub(super) fn profiles(cx: &Context) -> Vec<(String, Said, Blocks)> {
    if cx.profiles.is_empty() {
        return Vec::new();
    }
    let mut out = Blocks::new();
    out.lead(say("profiles.lead", &[("n", cx.profiles.len().into())]));
    let mut table = Table::new(
        "profile-list",
        term("profiles.caption"),
        &[
            ("unit", cx.unit_kind()),
            ("grade", term("grade")),
            ("#score", term("score")),
            ("#rank", term("rank_word")),
            ("#coverage", term("scorecard.coverage")),
        ],
    );
    for (unit, file) in &cx.profiles {
        let row = cx.row(*unit);
        let grade =
            cx.grading(*unit).and_then(|g| g.standards().next()).filter(|_| !cx.package.grades.is_empty());
        let score = cx.evaluation.score(Package::ROOT, row);
        let rank = cx.rank_with_range(Package::ROOT, *unit).zip(cx.evaluation.rank(Package::ROOT, row));
        let indicators = cx.indicators();
        let there = indicators.iter().filter(|ix| cx.known(**ix, row)).count();
        let share = say("n_of", &[("k", there.into()), ("of", indicators.len().into())]);
        table.unit_row(
            cx.evaluation.units[*unit].as_str(),
            false,
            vec![
                Cell { file: file.clone(), ..Cell::text(cx.unit_name(*unit)) },
                grade.map_or_else(Cell::default, |g| Cell::text(cx.interval_text(g.interval))),
                score.map_or_else(Cell::default, |x| Cell::number(cx.score_text(x), x.to_f64())),
                rank.map_or_else(Cell::default, |(text, rank)| Cell::number(text, rank)),
                Cell::number(share, there as f64),
            ],
        );
    }
    out.table(table.trimmed());
    vec![("profiles".to_owned(), term("section.profiles"), out)]
}
