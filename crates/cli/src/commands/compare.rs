//! `gradus compare`: two packages side by side.

use super::{Done, Findings};
use crate::args::{CompareArgs, TableFormat};
use crate::package::{Computed, compute};
use crate::render::escape;
use crate::term::Term;
use crate::{Outcome, Stop, table};
use gradus::analysis::{Series, compare};
use gradus::model::diagnostic::{catalog, nearest};
use gradus::model::package::{MethodCall, Node, NodeIx, NodeKind, Package};
use gradus::model::{Diagnostic, Id};
use serde_json::json;
use std::collections::BTreeMap;

pub(super) fn run(args: &CompareArgs, term: &Term) -> Done {
    let first = compute(&args.first, term)?;
    let second = compute(&args.second, term)?;
    let (a, b) = (node(&first, args)?, node(&second, args)?);
    let periods =
        [first.period_or_current(args.period.as_deref())?, second.period_or_current(args.period.as_deref())?];
    let units = units_of_both(&first, &second);
    if units.is_empty() {
        return Err(Findings::one(
            Diagnostic::new(&catalog::UNKNOWN_UNIT, "the packages have no unit in common")
                .help("compare packages whose units have the same codes"),
        ));
    }
    let series = |computed: &Computed, node: NodeIx, period: usize, of: fn(&Both) -> usize| {
        let evaluation = &computed.outcome.evaluation;
        let score =
            |unit: &Both| evaluation.score(node, evaluation.row(of(unit), period)).map(|x| x.to_f64());
        Series::new(computed.outcome.package.nodes[node].id.clone(), units.iter().map(score).collect())
    };
    let comparison = compare::compare(
        &series(&first, a, periods[0], |u| u.first),
        &series(&second, b, periods[1], |u| u.second),
    );
    let differences = definitions(&first.outcome.package, &second.outcome.package);
    let columns = ["unit", "score A", "score B", "difference", "rank A", "rank B", "places gained"];
    let mut rows: Vec<Vec<String>> = Vec::new();
    let places = first.outcome.package.policy.rounding.places as usize;
    let mut shifts = comparison.shifts.clone();
    shifts.sort_by(|x, y| x.ranks.1.total_cmp(&y.ranks.1).then(x.unit.cmp(&y.unit)));
    for shift in &shifts {
        let exact = args.format != TableFormat::Table;
        let number = |x: f64| if exact { x.to_string() } else { format!("{x:.places$}") };
        rows.push(vec![
            units[shift.unit].id.to_string(),
            number(shift.scores.0),
            number(shift.scores.1),
            number(shift.scores.1 - shift.scores.0),
            shift.ranks.0.to_string(),
            shift.ranks.1.to_string(),
            if exact { shift.gain().to_string() } else { format!("{:+}", shift.gain()) },
        ]);
    }
    let measure = |x: Option<f64>| x.map_or("not defined".to_owned(), |x| format!("{x:.3}"));
    match args.format {
        TableFormat::Json => {
            let shifts: Vec<_> = shifts
                .iter()
                .map(|s| {
                    json!({
                        "unit": units[s.unit].id.as_str(),
                        "scores": [s.scores.0, s.scores.1],
                        "ranks": [s.ranks.0, s.ranks.1],
                        "places_gained": s.gain(),
                    })
                })
                .collect();
            let out = json!({
                "units": shifts,
                "left_out": comparison.n_left_out,
                "mean_shift": comparison.mean_shift,
                "largest_shift": comparison.largest_shift,
                "unmoved": comparison.unmoved,
                "pearson": comparison.pearson,
                "spearman": comparison.spearman,
                "kendall": comparison.kendall,
                "definitions": differences,
            });
            term.data(&escape::json(&format!("{out:#}\n")))?;
        }
        TableFormat::Csv => {
            let heads: Vec<String> = columns.iter().map(|c| c.replace(' ', "_").to_lowercase()).collect();
            term.data(&super::csv(&heads, &rows))?;
        }
        TableFormat::Table => {
            let heads: Vec<table::Column> = columns
                .iter()
                .enumerate()
                .map(|(at, c)| if at == 0 { table::Column::text(*c) } else { table::Column::number(*c) })
                .collect();
            let mut out = table::show(&heads, &rows, heads.len(), term.width()).0;
            out.push_str(&format!(
                "\n{} units in both; {} with a score in one only\nplaces moved: {} on average, {} at most; {} keep theirs\ncorrelation: Pearson {}, Spearman {}, Kendall {}\n",
                comparison.shifts.len(),
                comparison.n_left_out,
                measure(comparison.mean_shift),
                measure(comparison.largest_shift),
                comparison.unmoved.map_or("none".to_owned(), |x| format!("{:.0} %", x * 100.0)),
                measure(comparison.pearson),
                measure(comparison.spearman),
                measure(comparison.kendall),
            ));
            if differences.is_empty() {
                out.push_str("\nThe definitions say the same.\n");
            } else {
                out.push_str("\nWhat the definitions say differently:\n");
                for difference in &differences {
                    out.push_str(&format!("  {}\n", escape::visible(difference)));
                }
            }
            term.out(&out)?;
        }
    }
    Ok(Outcome::Done)
}

/// A unit of both packages, by place in each.
struct Both {
    id: Id,
    first: usize,
    second: usize,
}

fn units_of_both(first: &Computed, second: &Computed) -> Vec<Both> {
    let places: BTreeMap<&Id, usize> = second.outcome.evaluation.units.iter().zip(0..).collect();
    let of_first = first.outcome.evaluation.units.iter().enumerate();
    of_first
        .filter_map(|(at, id)| Some(Both { id: id.clone(), first: at, second: *places.get(id)? }))
        .collect()
}

fn node(computed: &Computed, args: &CompareArgs) -> Result<NodeIx, Stop> {
    let package = &computed.outcome.package;
    let Some(code) = &args.node else { return Ok(Package::ROOT) };
    package.node(code).ok_or_else(|| {
        let message = format!("`{}` has no node `{code}`", package.index.id);
        let diagnostic = Diagnostic::new(&catalog::UNKNOWN_NODE, message);
        Findings::one(match nearest(code, package.nodes.iter().map(|n| n.id.as_str())) {
            Some(near) => diagnostic.help(format!("did you mean `{near}`?")),
            None => diagnostic.help("name a node that both packages have"),
        })
    })
}

/// What two definitions say differently, in the order of the first tree.
fn definitions(first: &Package, second: &Package) -> Vec<String> {
    let mut out = Vec::new();
    let mut differ = |what: &str, a: String, b: String| {
        if a != b {
            out.push(format!("{what}: {a} in A, {b} in B"));
        }
    };
    let steps = |p: &Package| {
        let of = |s: &gradus::model::package::PipelineStep| match s.action.call() {
            Some(call) => format!("{} {}", s.action.word(), written(call)),
            None => s.action.word().to_owned(),
        };
        let list: Vec<String> = p.pipeline.iter().map(of).collect();
        if list.is_empty() { "none".to_owned() } else { list.join(", then ") }
    };
    differ("pipeline", steps(first), steps(second));
    differ("fit", format!("{:?}", first.policy.fit), format!("{:?}", second.policy.fit));
    for (ix, node) in first.nodes.iter().enumerate() {
        let other = if ix == Package::ROOT { Some(Package::ROOT) } else { second.node(node.id.as_str()) };
        let Some(other) = other else {
            out.push(format!("`{}` is in A only", node.id));
            continue;
        };
        let mut differ = |what: &str, a: String, b: String| {
            if a != b {
                out.push(format!("{what} of `{}`: {a} in A, {b} in B", node.id));
            }
        };
        let parent = |p: &Package, node: &Node| match node.parent {
            Some(Package::ROOT) | None => "the index".to_owned(),
            Some(parent) => format!("`{}`", p.nodes[parent].id),
        };
        let twin = &second.nodes[other];
        differ("parent", parent(first, node), parent(second, twin));
        differ("weight", first.weight(ix).to_string(), second.weight(other).to_string());
        for (what, a, b) in facts(node).into_iter().zip(facts(twin)).map(|((what, a), (_, b))| (what, a, b)) {
            differ(what, a, b);
        }
    }
    for node in second.nodes.iter().skip(1) {
        if first.node(node.id.as_str()).is_none() {
            out.push(format!("`{}` is in B only", node.id));
        }
    }
    out
}

/// What a node says, as text that can be compared.
fn facts(node: &Node) -> Vec<(&'static str, String)> {
    let call = |call: &Option<MethodCall>| call.as_ref().map_or("none".to_owned(), written);
    let text = |text: &Option<String>| text.clone().unwrap_or_else(|| "none".to_owned());
    match &node.kind {
        NodeKind::Group(group) => vec![
            ("aggregation", call(&group.aggregate)),
            ("formula", text(&group.formula)),
            ("normalization", call(&group.normalize)),
            ("weights", call(&group.weigh)),
            ("direction", group.direction.word().to_owned()),
        ],
        NodeKind::Indicator(indicator) => vec![
            ("unit", text(&indicator.measurement_unit)),
            ("formula", text(&indicator.formula)),
            ("normalization", call(&indicator.normalize)),
            ("", String::new()),
            ("direction", indicator.direction.word().to_owned()),
        ],
    }
}

/// A method with its arguments, as one would read them.
fn written(call: &MethodCall) -> String {
    let mut out = call.method.clone();
    if let Some(transform) = &call.transform {
        out.push_str(&format!(" after {}", written(transform)));
    }
    if !call.args.is_empty() {
        let args: Vec<String> = call
            .args
            .iter()
            .map(|(name, value)| format!("{name} = {}", super::explain::written(value)))
            .collect();
        out.push_str(&format!(" ({})", args.join(", ")));
    }
    out
}
