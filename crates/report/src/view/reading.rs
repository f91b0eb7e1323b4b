//! How to read the report, in few words with one cell taken apart; and what changed in the method.

use super::block::{Blocks, Cell, Table};
use crate::context::Context;
use crate::level::State;
use crate::said::{Said, say, term};

pub(super) fn reading(cx: &Context) -> Blocks {
    let mut out = Blocks::new();
    if cx.graded() {
        out.text(term("reading.levels"));
        out.text(term("reading.three"));
    } else {
        out.text(term("reading.scores"));
    }
    out.text(term("reading.marks"));
    if let Some(unit) = cx.own.or(Some(0)).filter(|u| *u < cx.evaluation.units.len() && cx.graded()) {
        // A cell that shows something: a grade that is reached, else any.
        let cells = cx.indicators();
        let reached = |ix: &&usize| matches!(cx.level(**ix, unit).state, State::Reached(..));
        if let Some(ix) = cells.iter().find(reached).or(cells.first()) {
            let level = cx.level(*ix, unit);
            let mut table = Table::new(
                "reading-cell",
                term("reading.cell"),
                &[("part", term("reading.part")), ("meaning", term("reading.meaning"))],
            );
            let words = level.words.clone();
            let mut row = |cell: Cell, meaning: Said| table.row(vec![cell, Cell::text(meaning)]);
            row(
                Cell::level(level.clone()),
                say(
                    "reading.whole",
                    &[("indicator", cx.node_name(*ix)), ("unit", cx.unit_name(unit)), ("level", words)],
                ),
            );
            if !level.letter.is_empty() {
                row(Cell::text(level.letter.clone()), term("reading.letter"));
            }
            if !level.symbol.is_empty() {
                row(Cell::text(level.symbol), term("reading.symbol"));
            }
            let figure = cx.figure(*ix, cx.row(unit));
            row(Cell::figure(figure), term("reading.figure"));
            out.table(table);
        }
    }
    out.heading(term("reading.changed"));
    let index = &cx.package.index;
    let edition = index.edition.as_deref().map(Said::from);
    match cx.extras().and_then(|e| e.earlier.as_ref()) {
        None => {
            if let Some(edition) = edition {
                out.text(say("reading.edition", &[("edition", edition)]));
            }
            out.quiet(term("reading.no_earlier"));
        }
        Some(earlier) if earlier.definitions.is_empty() => {
            out.text(say("reading.same_method", &[("earlier", earlier.name.as_str().into())]));
        }
        Some(earlier) => out.text(say(
            "reading.changed_n",
            &[("n", earlier.definitions.len().into()), ("earlier", earlier.name.as_str().into())],
        )),
    }
    for question in index.open_questions.iter().take(3) {
        out.quiet(say("reading.open", &[("question", Said::from(question))]));
    }
    out
}
