//! The tree with weights, direction and aggregation.

use super::Link;
use crate::context::Context;
use crate::figure::readable;
use crate::said::{Said, say, term};
use crate::vocabulary::method_words;
use gradus_engine::Number;
use gradus_model::number::{Rounding, RoundingMode};
use gradus_model::package::{Direction, NodeIx, NodeKind};
use serde::Serialize;

#[derive(Debug, Serialize)]
pub(crate) struct Framework {
    rows: Vec<Row>,
    levels: Vec<Said>,
    weighted: bool,
}

#[derive(Debug, Serialize)]
struct Row {
    /// 1 for what hangs on the index; the index itself is not a row.
    depth: usize,
    link: Link,
    group: bool,
    weight: Option<String>,
    effective: Option<String>,
    direction: Option<Said>,
    symbol: &'static str,
    unit: Option<Said>,
    how: Said,
    description: Said,
    unpublished: bool,
}

pub(crate) fn framework(cx: &Context) -> Framework {
    let rows: Vec<Row> = cx.package.tree().into_iter().map(|(ix, depth)| row(cx, ix, depth)).collect();
    Framework {
        weighted: rows.iter().any(|r| r.weight.is_some()),
        rows,
        levels: cx.package.levels.iter().map(Said::from).collect(),
    }
}

/// A share of 1 in percent, to a tenth.
pub(crate) fn share(x: f64) -> String {
    let rounding = Rounding { mode: RoundingMode::HalfEven, places: 1 };
    let shown = readable(Number::Binary64(x * 100.0), Some(1), rounding);
    format!("{}%", shown.strip_suffix(".0").unwrap_or(&shown))
}

impl Context<'_> {
    /// The weight of a node among its siblings in percent; from the smallest to the largest of the report's period where it
    /// differs from unit to unit.
    pub(crate) fn weight_text(&self, ix: NodeIx) -> Option<String> {
        let result = &self.evaluation.nodes[ix];
        if result.weight_by_row.is_empty() {
            return result.weight.map(|w| share(w.to_f64()));
        }
        let mut all: Vec<f64> = (0..self.evaluation.units.len())
            .filter_map(|u| result.weight_in(self.row(u)).map(Number::to_f64))
            .collect();
        all.sort_by(f64::total_cmp);
        let (low, high) = (share(*all.first()?), share(*all.last()?));
        Some(if low == high { low } else { format!("{low}–{high}") })
    }
}

fn row(cx: &Context, ix: NodeIx, depth: usize) -> Row {
    let node = &cx.package.nodes[ix];
    let result = &cx.evaluation.nodes[ix];
    let root = depth == 0;
    let mut out = Row {
        depth,
        link: cx.link(ix),
        group: true,
        weight: cx.weight_text(ix).filter(|_| !root),
        effective: result.effective_weight.filter(|_| !root).map(share),
        direction: None,
        symbol: "",
        unit: None,
        how: Said::default(),
        description: Said::default(),
        unpublished: false,
    };
    match &node.kind {
        NodeKind::Group(group) => {
            out.description = Said::from(&group.description);
            out.how = match (&group.formula, &group.aggregate) {
                (Some(_), _) => term("group.formula"),
                (None, Some(call)) => say("framework.aggregate", &[("method", method_words(&call.method))]),
                (None, None) => term("framework.scoreboard"),
            };
            if let Some(call) = &group.normalize {
                out.how = out.how.then((", ", "，"), &method_words(&call.method));
            }
        }
        NodeKind::Indicator(indicator) => {
            out.group = false;
            (out.symbol, out.direction) = match indicator.direction {
                Direction::Higher => ("↑", Some(term("direction.more"))),
                Direction::Lower => ("↓", Some(term("direction.less"))),
            };
            out.unit = cx.measurement_unit(ix);
            out.unpublished = indicator.unpublished;
            out.how = match &indicator.normalize {
                Some(call) => method_words(&call.method),
                None => Said::default(),
            };
        }
    }
    out
}
