//! The expert process: who screened the indicators by what, and with which result.

use super::block::{Blocks, Cell, Table};
use crate::context::Context;
use crate::figure::readable;
use crate::said::{Said, say, term};
use gradus_engine::Number;
use gradus_selection::screening::Verdict;

pub(super) fn experts(cx: &Context) -> Blocks {
    if cx.package.screening.file.is_none() && cx.package.screening.criteria.is_empty() {
        return Blocks::empty(term("experts.none"));
    }
    let Some(found) = cx.extras().and_then(|e| e.experts.as_ref()) else {
        return Blocks::empty(term("experts.not_computed"));
    };
    let mut out = Blocks::new();
    let matrix = &found.matrix;
    let count = |verdict: Verdict| matrix.rows.iter().filter(|row| row.verdict == verdict).count();
    let panel = matrix
        .rows
        .iter()
        .flat_map(|row| &row.entries)
        .filter_map(|entry| entry.panel.as_ref())
        .map(|panel| panel.agreement.n + panel.abstained)
        .max()
        .unwrap_or(0);
    out.lead(say(
        "experts.lead",
        &[
            ("candidates", matrix.rows.len().into()),
            ("keep", count(Verdict::Keep).into()),
            ("revise", count(Verdict::Revise).into()),
            ("drop", count(Verdict::Drop).into()),
            ("open", count(Verdict::Open).into()),
        ],
    ));
    if panel > 0 {
        out.text(say("experts.panel", &[("n", panel.into())]));
    }
    if !found.notice.is_empty() {
        out.caution(Said::from(&found.notice));
    }
    out.quiet(term("experts.how"));
    let name = |at: usize| {
        let criterion = &matrix.criteria[at];
        if criterion.name.is_empty() {
            Said::same(criterion.id.as_str())
        } else {
            Said::from(&criterion.name)
        }
    };
    let keys: Vec<String> = matrix.criteria.iter().map(|c| format!("#{}", c.id)).collect();
    let mut columns = vec![("candidate", term("experts.candidate")), ("verdict", term("coherence.verdict"))];
    columns.extend(keys.iter().enumerate().map(|(at, key)| (key.as_str(), name(at))));
    columns.push(("#total", term("experts.total")));
    columns.push(("why", term("experts.why")));
    let mut table = Table::new("screening", term("experts.caption"), &columns);
    let number = |x: f64| Cell::number(readable(Number::Binary64(x), None, cx.package.policy.rounding), x);
    for row in &matrix.rows {
        let code = row.subject.code.as_str();
        let candidate = match cx.package.node(code) {
            Some(_) => cx.node_by_code(code),
            None if row.subject.name.is_empty() => Cell::text(code),
            None => Cell::text(Said::from(&row.subject.name)),
        };
        let mut cells = vec![candidate, Cell::text(Said::from(row.verdict.name()))];
        cells.extend(row.entries.iter().map(|entry| {
            let cell = entry.score.map_or_else(Cell::none, number);
            match &entry.panel {
                Some(panel) => cell.small(say(
                    "n_of",
                    &[("k", panel.agreement.agree.into()), ("of", panel.agreement.n.into())],
                )),
                None => cell,
            }
        }));
        cells.push(row.total.map_or_else(Cell::none, number));
        let reasons: Vec<Said> =
            row.reasons.iter().map(|reason| Said::from(reason.text(&matrix.criteria))).collect();
        cells.push(Cell::text(Said::list(&reasons)));
        table.row(cells);
    }
    out.table(table);
    out
}
