//! The revision log: where the package stands in its life, which grades were awarded or withdrawn, and which figures are not final.

use super::block::{Blocks, Cell, Table};
use super::ledger;
use crate::context::Context;
use crate::said::{Said, say, term};
use gradus_model::observation::Status;

pub(super) fn revisions(cx: &Context) -> Blocks {
    let mut out = Blocks::new();
    let index = &cx.package.index;
    let status = term(&format!(
        "package.{}",
        crate::json::word(gradus_model::package::PackageStatus::WORDS, index.status)
    ));
    let edition = index.edition.clone().map_or_else(|| term("revisions.no_edition"), Said::same);
    out.text(say("revisions.state", &[("edition", edition), ("status", status)]));
    match cx.extras().and_then(|e| e.earlier.as_ref()) {
        Some(earlier) => out.text(say(
            "revisions.since",
            &[("n", earlier.revised.len().into()), ("earlier", earlier.name.as_str().into())],
        )),
        None => out.nothing(term("revisions.none")),
    }
    // What is known to change.
    let open: usize = (0..cx.evaluation.units.len())
        .map(|unit| {
            let row = cx.row(unit);
            let provisional =
                |ix: &usize| cx.raw(*ix, row).is_some() && cx.status(*ix, row) == Status::Provisional;
            cx.indicators().iter().filter(|ix| provisional(ix)).count()
        })
        .sum();
    if open > 0 {
        out.text(say("revisions.provisional", &[("n", open.into())]));
    }
    let mut table = Table::new(
        "awards",
        term("revisions.awards"),
        &[
            ("unit", cx.unit_kind()),
            ("standard", term("standard")),
            ("grade", term("grade")),
            ("awarded", term("revisions.awarded")),
            ("expires", term("revisions.expires")),
            ("checked", term("revisions.checked")),
            ("withdrawn", term("revisions.withdrawn")),
            ("document", term("card.document")),
        ],
    );
    for award in &cx.package.awards {
        let day = |day: Option<gradus_model::Date>| {
            day.map_or_else(Cell::default, |day| Cell::text(day.to_string()))
        };
        table.row(vec![
            Cell::text(cx.unit_by_code(award.unit.as_str())).small(Said::from(&award.note)),
            Cell::text(ledger::name(cx, award.standard)),
            Cell::text(cx.grade_name(award.grade)),
            day(Some(award.awarded)),
            day(award.expires),
            day(award.checked),
            day(award.withdrawn),
            Cell::text(award.document.clone().unwrap_or_default()),
        ]);
    }
    out.table(table.trimmed());
    out
}
