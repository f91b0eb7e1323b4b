//! Every indicator for the own unit and those it is compared with, as the level reached.

use super::Link;
use crate::context::Context;
use crate::figure::Figure;
use crate::level::{Level, State};
use crate::said::{Said, say, term};
use gradus_model::package::NodeIx;
use serde::Serialize;

#[derive(Debug, Serialize)]
pub(crate) struct Scorecard {
    units: Vec<Column>,
    layers: Vec<Layer>,
    /// Standards by unit: proven to possible.
    standards: Vec<StandardRow>,
    /// Units that have no column here.
    left_out: usize,
    left_out_words: Said,
    /// Whether any figure is about another boundary of its unit.
    boundaries: bool,
    boundary_words: Said,
    empty: Option<Said>,
}

#[derive(Debug, Serialize)]
struct Column {
    name: Said,
    code: String,
    own: bool,
    /// `21 of 30`.
    coverage: Said,
    reached: usize,
}

#[derive(Debug, Serialize)]
struct Layer {
    name: Said,
    rows: Vec<Row>,
}

#[derive(Debug, Serialize)]
struct Row {
    link: Link,
    cells: Vec<Cell>,
}

#[derive(Debug, Serialize)]
struct Cell {
    level: Level,
    figure: Figure,
    /// The boundary of the unit, where it differs from the own unit's figure.
    boundary: Said,
    own: bool,
}

#[derive(Debug, Serialize)]
struct StandardRow {
    name: Said,
    cells: Vec<Said>,
}

pub(crate) fn scorecard(cx: &Context) -> Scorecard {
    let columns = cx.columns();
    let left_out = cx.evaluation.units.len() - columns.len();
    let mut out = Scorecard {
        units: Vec::new(),
        layers: Vec::new(),
        standards: Vec::new(),
        left_out,
        left_out_words: say("scorecard.left_out", &[("n", left_out.into())]),
        boundaries: false,
        boundary_words: Said::default(),
        empty: None,
    };
    if cx.package.grades.is_empty() {
        out.empty = Some(term("scorecard.no_grades"));
        return out;
    }
    let indicators = cx.indicators();
    out.units = columns
        .iter()
        .map(|u| {
            let present = indicators.iter().filter(|ix| cx.known(**ix, cx.row(*u))).count();
            Column {
                name: cx.unit_name(*u),
                code: cx.evaluation.units[*u].to_string(),
                own: Some(*u) == cx.own,
                coverage: say("n_of", &[("k", present.into()), ("of", indicators.len().into())]),
                reached: indicators
                    .iter()
                    .filter(|ix| matches!(cx.level(**ix, *u).state, State::Reached(..)))
                    .count(),
            }
        })
        .collect();
    out.layers = cx
        .layers()
        .into_iter()
        .map(|group| Layer {
            name: cx.node_name(group),
            rows: cx
                .package
                .indicators_below(group)
                .into_iter()
                .map(|ix| Row {
                    link: cx.link(ix),
                    cells: columns.iter().map(|u| cell(cx, ix, *u)).collect(),
                })
                .collect(),
        })
        .collect();
    out.boundaries =
        out.layers.iter().flat_map(|l| &l.rows).flat_map(|r| &r.cells).any(|c| !c.boundary.is_empty());
    if let Some(own) = cx.own.filter(|_| out.boundaries) {
        out.boundary_words = say("scorecard.boundary", &[("own", cx.unit_name(own))]);
    }
    out.standards = cx
        .package
        .standards
        .iter()
        .enumerate()
        .map(|(s, standard)| StandardRow {
            name: match standard.name.is_empty() {
                true => Said::same(standard.id.as_str()),
                false => Said::from(&standard.name),
            },
            cells: columns.iter().map(|u| standard_cell(cx, s, *u)).collect(),
        })
        .collect();
    out
}

fn standard_cell(cx: &Context, standard: usize, unit: usize) -> Said {
    let found = cx.grading(unit).and_then(|g| g.standard(standard));
    let Some(found) = found else { return Said::same("–") };
    match (found.interval.proven, found.interval.possible) {
        (None, None) => Said::same("▼"),
        (Some(a), Some(b)) if b > a => cx.grade_letter(a).then(("–", "–"), &cx.grade_letter(b)),
        (Some(a), _) => cx.grade_letter(a),
        (None, Some(b)) => Said::same("?").then(("–", "–"), &cx.grade_letter(b)),
    }
}

fn cell(cx: &Context, ix: NodeIx, unit: usize) -> Cell {
    Cell {
        level: cx.level(ix, unit),
        figure: cx.figure(ix, cx.row(unit)),
        boundary: cx.other_boundary(ix, unit),
        own: Some(unit) == cx.own,
    }
}
