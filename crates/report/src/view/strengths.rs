//! Strengths and weaknesses by a published rule, and by grades where the package has them.

use super::block::{Blocks, Cell, Table};
use crate::context::Context;
use crate::level::State;
use crate::said::{Said, say, term};
use gradus_analysis::profile::{Place, Profile};
use gradus_engine::Number;

pub(super) fn strengths(cx: &Context) -> Blocks {
    let Some(unit) = cx.own else { return Blocks::empty(term("strengths.no_subject")) };
    let mut out = Blocks::new();
    match cx.extras().and_then(|e| e.strengths.as_ref()) {
        None => out.quiet(term("strengths.not_computed")),
        Some(found) => {
            let (share, enough) = found.coverage;
            let percent = Said::same(super::percent(share * 100.0));
            if enough {
                out.quiet(say("strengths.rule", &[("n", found.edge.to_string().into())]));
                tables(cx, unit, "rank", &found.by_rank, &mut out);
                for (kind, class, profile) in &found.among {
                    out.heading(say(
                        "strengths.among",
                        &[("class", class.as_str().into()), ("kind", kind.as_str().into())],
                    ));
                    out.quiet(term("strengths.among_rule"));
                    tables(cx, unit, &format!("among-{kind}"), profile, &mut out);
                }
            } else {
                // A unit with few figures has few strengths to be found: none are shown.
                out.nothing(say("strengths.coverage", &[("share", percent)]));
            }
        }
    }
    by_grade(cx, unit, &mut out);
    out
}

fn tables(cx: &Context, unit: usize, id: &str, profile: &Profile, out: &mut Blocks) {
    if profile.strengths.is_empty() && profile.weaknesses.is_empty() {
        out.nothing(term("strengths.none"));
        return;
    }
    for (side, title, places) in
        [("strong", "strengths.strong", &profile.strengths), ("weak", "strengths.weak", &profile.weaknesses)]
    {
        out.table(table(cx, unit, &format!("{side}-{id}"), term(title), places));
    }
}

fn table(cx: &Context, unit: usize, id: &str, caption: Said, places: &[Place]) -> Table {
    let mut table = Table::new(
        id,
        caption,
        &[
            ("indicator", term("indicator")),
            ("value", term("value")),
            ("#rank", term("rank_word")),
            ("#of", term("strengths.of")),
        ],
    );
    for place in places {
        let Some(ix) = cx.package.node(place.code.as_str()) else { continue };
        let rank = Number::Binary64(place.rank).to_string();
        table.row(vec![
            Cell::link(&cx.link(ix)),
            Cell::figure(cx.figure(ix, cx.row(unit))),
            Cell::number(rank, place.rank),
            Cell::count(place.n),
        ]);
    }
    table
}

/// Indicators at the highest grade, and those below the lowest.
fn by_grade(cx: &Context, unit: usize, out: &mut Blocks) {
    if !cx.package.indicators().any(|(_, _, i)| !i.ladder.is_empty()) {
        return;
    }
    out.heading(term("strengths.by_grade"));
    let mut lists = [("strengths.top", Vec::new()), ("strengths.below", Vec::new())];
    for ix in cx.indicators() {
        let cell = Cell::link(&cx.link(ix));
        match cx.level(ix, unit).state {
            State::Reached(grade, _) if cx.is_top(grade) => lists[0].1.push(cell),
            State::Below => lists[1].1.push(cell),
            _ => {}
        }
    }
    for (key, cells) in lists {
        out.text(say(key, &[("n", cells.len().into())]));
        out.list(cells);
    }
}
