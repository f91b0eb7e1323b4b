//! What to do next: the cheapest way to the next grade, what every way has, and what happens if nothing is done.

use super::block::{Blocks, Cell, Table};
use super::{Link, ledger};
use crate::context::Context;
use crate::extras::Tracks;
use crate::plan_table::{Sheet, grade_sheets};
use crate::said::{Said, both, say, term};
use gradus_model::package::NodeIx;
use gradus_model::{Lang, Text};
use gradus_plan::{GradePlans, Refused};
use gradus_progress::Item;
use gradus_progress::eta::When;
use gradus_progress::sentence::{arrival, signed};

pub(super) fn next(cx: &Context) -> Blocks {
    if cx.own.is_none() {
        return Blocks::empty(term("next.no_subject"));
    }
    if cx.package.standards.is_empty() || cx.package.grades.is_empty() {
        return Blocks::empty(term("next.no_standard"));
    }
    let plans = cx.extras().map(|e| e.plans.as_slice()).unwrap_or_default();
    let Some((first, others)) = plans.split_first() else { return Blocks::empty(term("next.not_computed")) };
    let mut out = planned(cx, 0, first);
    let has_plan = |plans: &Result<GradePlans, Refused>| plans.as_ref().is_ok_and(|p| !p.plans.is_empty());
    // Where the first standard has no plan, that of the next one is better than none; the others are folded away.
    let instead = others.iter().position(has_plan).filter(|_| !has_plan(first));
    for (at, plan) in others.iter().enumerate() {
        let found = planned(cx, at + 1, plan);
        match instead == Some(at) {
            true => out.0.extend(found.0),
            false => out.details(ledger::name(cx, at + 1), found),
        }
    }
    out
}

fn planned(cx: &Context, standard: usize, plans: &Result<GradePlans, Refused>) -> Blocks {
    match plans {
        Err(Refused::Held) => Blocks::empty(term("next.held")),
        Err(why) => Blocks::empty(say("next.refused", &[("why", why.diagnostic().message.into())])),
        Ok(plans) => plan(cx, standard, plans),
    }
}

fn plan(cx: &Context, standard: usize, plans: &GradePlans) -> Blocks {
    let mut out = Blocks::new();
    let tracks = cx.extras().and_then(|e| e.tracks.as_ref());
    let [english, chinese] = [Lang::En, Lang::Zh].map(|lang| grade_sheets(cx.input, plans, lang));
    let items = plans.plans.first().map(|p| p.items.as_slice()).unwrap_or_default();
    let best: Vec<NodeIx> = items.iter().map(|(lever, _)| plans.levers[*lever].node).collect();
    for (at, (en, zh)) in english.iter().zip(&chinese).enumerate() {
        let title = Said(Text::both(en.title.as_str(), zh.title.as_str()));
        match at {
            0 => out.lead(title),
            _ => out.heading(title),
        }
        // The first sheet lists the cheapest plan, item by item.
        let nodes = if at == 0 { &best[..] } else { &[] };
        out.table(table(cx, &format!("plan-{standard}-{at}"), (en, zh), nodes, tracks));
        for (en, zh) in en.notes.iter().zip(&zh.notes) {
            // What a note says of the command line is said otherwise on a page.
            match en.strip_prefix("... and ").and_then(|rest| rest.split(' ').next()) {
                Some(n) => out.quiet(say("changes.more", &[("n", n.into())])),
                None => out.quiet(Said(Text::both(en.as_str(), zh.as_str()))),
            }
        }
        if let (0, Some(tracks)) = (at, tracks) {
            do_nothing(&best, tracks, &mut out);
        }
    }
    out
}

/// A sheet in both languages; of the first one with what is known of each indicator's pace.
fn table(
    cx: &Context,
    id: &str,
    (en, zh): (&Sheet, &Sheet),
    nodes: &[NodeIx],
    tracks: Option<&Tracks>,
) -> Table {
    let keys: Vec<String> = en
        .columns
        .iter()
        .map(|(name, numeric)| format!("{}{}", if *numeric { "#" } else { "" }, name.replace(' ', "-")))
        .collect();
    let mut columns: Vec<(&str, Said)> = keys
        .iter()
        .zip(en.columns.iter().zip(&zh.columns))
        .map(|(key, (en, zh))| (key.as_str(), Said(Text::both(en.0.as_str(), zh.0.as_str()))))
        .collect();
    if !nodes.is_empty() && tracks.is_some() {
        columns.push(("#needed-a-year", term("track.needed")));
        columns.push(("#best-peer", term("track.best_peer")));
        columns.push(("if-nothing-changes", term("track.arrival")));
    }
    let caption = term(if nodes.is_empty() { "next.caption_more" } else { "next.caption" });
    let mut out = Table::new(id, caption, &columns);
    for (row, (en, zh)) in en.rows.iter().zip(&zh.rows).enumerate() {
        let mut cells: Vec<Cell> = en
            .iter()
            .zip(zh)
            .map(|(en, zh)| {
                let text = Said(Text::both(en.as_str(), zh.as_str()));
                let number = en.trim_start_matches('+').parse::<f64>().ok();
                number.map_or_else(|| Cell::text(text.clone()), |n| Cell::number(text.clone(), n))
            })
            .collect();
        if let Some(node) = nodes.get(row) {
            let link: Link = cx.link(*node);
            if let Some(first) = cells.first_mut() {
                *first = Cell::link(&link);
            }
            if let Some(item) = tracks.and_then(|t| t.items.iter().find(|item| item.node == *node)) {
                cells.extend([needed(item), best_peer(cx, item), if_nothing(item)]);
            } else if tracks.is_some() {
                cells.extend([Cell::none(), Cell::none(), Cell::none()]);
            }
        }
        out.row(cells);
    }
    out.trimmed()
}

/// The yearly change that is needed; marked where nobody ever held as much.
pub(super) fn needed(item: &Item) -> Cell {
    match (item.reached(), item.needed) {
        (true, _) => Cell::none(),
        (false, Ok(pace)) => {
            let change = item.change(pace);
            let cell = Cell::number(signed(change), change);
            match item.beyond_any_peer() {
                Some(true) => cell.small(term("track.beyond_peers")),
                _ => cell,
            }
        }
        (false, Err(why)) => Cell::text(Said::from(why.text())),
    }
}

/// The best pace of another unit, and whose it is.
pub(super) fn best_peer(cx: &Context, item: &Item) -> Cell {
    item.best_peer.map_or_else(Cell::none, |(unit, held)| {
        let change = item.change(held.pace);
        Cell::number(signed(change), change).small(cx.unit_name(unit))
    })
}

/// When the trend arrives, with its interval.
pub(super) fn if_nothing(item: &Item) -> Cell {
    match (item.reached(), &item.arrival) {
        (true, _) => Cell::text(term("track.reached")),
        (false, Ok(found)) => {
            let text = both(|lang| arrival(found, lang));
            match found.median.year() {
                Some(year) => Cell::number(text, f64::from(year)),
                None => Cell::text(text),
            }
        }
        (false, Err(why)) => Cell::text(Said::from(why.text())),
    }
}

/// What becomes of the items of the cheapest plan by their own trends.
fn do_nothing(nodes: &[NodeIx], tracks: &Tracks, out: &mut Blocks) {
    let items: Vec<&Item> =
        nodes.iter().filter_map(|node| tracks.items.iter().find(|item| item.node == *node)).collect();
    if items.is_empty() {
        return;
    }
    let arrivals: Vec<When> =
        items.iter().filter_map(|i| i.arrival.as_ref().ok()).map(|a| a.median).collect();
    let years: Vec<i32> = arrivals.iter().filter_map(|when| when.year()).collect();
    let never = arrivals.iter().filter(|when| matches!(when, When::Never)).count();
    let unknown = items.len() - arrivals.len();
    out.heading(term("next.nothing_title"));
    let mut said = Vec::new();
    if let Some(last) = years.iter().max() {
        said.push(say(
            "next.nothing_arrive",
            &[("n", years.len().into()), ("year", last.to_string().into())],
        ));
    }
    if never > 0 {
        said.push(say("next.nothing_never", &[("n", never.into())]));
    }
    if unknown > 0 {
        said.push(say("next.nothing_unknown", &[("n", unknown.into())]));
    }
    out.text(Said::sentences(said));
}
