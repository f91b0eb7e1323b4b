//! Section 5: the tree with weights, direction and aggregation.

use super::Link;
use super::method::method_words;
use crate::context::Context;
use crate::figure::readable;
use crate::said::{Said, say, term};
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
fn share(x: f64) -> String {
    let rounding = Rounding { mode: RoundingMode::HalfEven, places: 1 };
    let shown = readable(Number::Binary64(x * 100.0), Some(1), rounding);
    format!("{}%", shown.strip_suffix(".0").unwrap_or(&shown))
}

fn row(cx: &Context, ix: NodeIx, depth: usize) -> Row {
    let node = &cx.package.nodes[ix];
    let result = &cx.evaluation.nodes[ix];
    let root = depth == 0;
    let mut out = Row {
        depth,
        link: cx.link(ix),
        group: true,
        weight: result.weight.filter(|_| !root).map(|w| share(w.to_f64())),
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
            out.how = match &group.aggregate {
                Some(call) => say("framework.aggregate", &[("method", method_words(&call.method))]),
                None => term("framework.scoreboard"),
            };
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
