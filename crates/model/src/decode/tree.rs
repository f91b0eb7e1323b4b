//! The tree: parents found, cycles refused, children in the order of the file.

use super::items::Draft;
use crate::Diagnostic;
use crate::diagnostic::{Diagnostics, catalog, nearest};
use crate::number::Decimal;
use crate::package::{Node, NodeKind, Package, WeightUse};
use std::collections::BTreeMap;

/// How many levels a tree has below the index, at most.
const DEEPEST: usize = 64;

/// Columns of result tables that a node's column must not be mistaken for.
const RESERVED: &[&str] = &["unit", "period", "stage"];

/// Puts the root and the drafts together. Nodes keep the order of the file, the root first.
///
/// `declared` says whether the file has any `[[indicator]]`: one that could not be read is reported as such.
pub(super) fn build(root: Node, drafts: Vec<Draft>, declared: bool, found: &mut Diagnostics) -> Vec<Node> {
    let mut nodes = vec![root];
    let mut parents: Vec<Option<String>> = vec![None];
    for draft in drafts {
        nodes.push(draft.node);
        parents.push(Some(draft.parent.unwrap_or_else(|| nodes[0].id.to_string())));
    }
    let mut places: BTreeMap<String, usize> = BTreeMap::new();
    for (ix, node) in nodes.iter().enumerate() {
        // The first of two equal codes is the parent that is meant; the second is reported elsewhere.
        places.entry(node.id.to_string()).or_insert(ix);
    }
    for ix in 1..nodes.len() {
        let Some(code) = parents[ix].as_deref() else { continue };
        // `index` names the root too, so that a package can be renamed without touching its tree.
        let place = places.get(code).copied().or((code == "index").then_some(Package::ROOT));
        match place {
            None => {
                let groups = nodes.iter().filter(|n| n.group().is_some()).map(|n| n.id.as_str());
                let mut diagnostic =
                    Diagnostic::new(&catalog::UNKNOWN_PARENT, format!("there is no group `{code}`"))
                        .at(nodes[ix].spans.of("parent"))
                        .concerning("node", &nodes[ix].id);
                diagnostic = match nearest(code, groups) {
                    Some(near) => diagnostic.help(format!("did you mean `{near}`?")),
                    None => diagnostic.help(format!("add a [[group]] with `id = \"{code}\"`")),
                };
                found.push(diagnostic);
            }
            Some(parent) if nodes[parent].indicator().is_some() => found.push(
                Diagnostic::new(&catalog::PARENT_IS_INDICATOR, format!("`{code}` is an indicator"))
                    .at(nodes[ix].spans.of("parent"))
                    .also(nodes[parent].spans.item(), "declared here")
                    .concerning("node", &nodes[ix].id)
                    .help(format!("make `{code}` a [[group]], or name the group it belongs to")),
            ),
            Some(parent) => {
                nodes[ix].parent = Some(parent);
                nodes[parent].children.push(ix);
            }
        }
    }
    for node in nodes.iter().filter(|n| RESERVED.contains(&n.id.as_str())) {
        found.push(
            Diagnostic::new(
                &catalog::INVALID_CODE,
                format!("`{}` is the name of a column of every result", node.id),
            )
            .at(node.spans.of("id"))
            .help(format!("give the node another code, such as `the-{}`", node.id)),
        );
    }
    cycles(&nodes, found);
    depth(&nodes, found);
    groups(&nodes, declared, found);
    nodes
}

/// Nodes whose parents lead back to themselves; each cycle is reported once.
fn cycles(nodes: &[Node], found: &mut Diagnostics) {
    // 0 not seen, 1 on the current path, 2 done.
    let mut state = vec![0u8; nodes.len()];
    for start in 0..nodes.len() {
        let mut path = Vec::new();
        let mut at = Some(start);
        while let Some(ix) = at.filter(|ix| state[*ix] == 0) {
            state[ix] = 1;
            path.push(ix);
            at = nodes[ix].parent;
        }
        if let Some(ix) = at.filter(|ix| state[*ix] == 1) {
            let from = path.iter().position(|p| *p == ix).unwrap_or(0);
            let ring: Vec<String> =
                path[from..].iter().chain([&ix]).map(|p| format!("`{}`", nodes[*p].id)).collect();
            found.push(
                Diagnostic::new(&catalog::CYCLE, format!("the parents go round: {}", ring.join(" → ")))
                    .at(nodes[ix].spans.of("parent"))
                    .help("let one of them have the index as its parent"),
            );
        }
        for ix in path {
            state[ix] = 2;
        }
    }
}

/// Trees deeper than anyone reads; what goes down a tree by calling itself relies on it. Each branch that is too deep is
/// reported once, where it passes the limit.
fn depth(nodes: &[Node], found: &mut Diagnostics) {
    let mut stack = vec![(Package::ROOT, 0)];
    while let Some((ix, level)) = stack.pop() {
        if level > DEEPEST {
            found.push(
                Diagnostic::new(
                    &catalog::TOO_DEEP,
                    format!("`{}` is {level} levels below the index", nodes[ix].id),
                )
                .at(nodes[ix].spans.of("parent"))
                .concerning("node", &nodes[ix].id)
                .help("give it a parent nearer to the index"),
            );
            continue;
        }
        stack.extend(nodes[ix].children.iter().rev().map(|child| (*child, level + 1)));
    }
}

/// Empty groups and impossible weights.
fn groups(nodes: &[Node], declared: bool, found: &mut Diagnostics) {
    if !nodes.iter().any(|n| n.indicator().is_some()) {
        if declared {
            return;
        }
        found.push(
            Diagnostic::new(&catalog::NO_INDICATORS, "the package has no indicator")
                .at(nodes[0].spans.item())
                .help("add an [[indicator]]"),
        );
        return;
    }
    for (ix, node) in nodes.iter().enumerate() {
        let NodeKind::Group(group) = &node.kind else { continue };
        if node.children.is_empty() {
            if ix != Package::ROOT {
                found.push(
                    Diagnostic::new(
                        &catalog::EMPTY_GROUP,
                        format!("nothing has `{}` as its parent", node.id),
                    )
                    .at(node.spans.item())
                    .help(format!("give an indicator `parent = \"{}\"`, or remove the group", node.id)),
                );
            }
            continue;
        }
        if group.aggregate.is_none() || group.weights == WeightUse::None {
            continue;
        }
        // A weight that is no decimal is reported where it is written.
        let Some(weights) =
            node.children.iter().map(|c| nodes[*c].weight.quotient()).collect::<Option<Vec<Decimal>>>()
        else {
            continue;
        };
        let first = nodes[node.children[0]].spans.of("weight");
        if weights.iter().all(Decimal::is_zero) {
            found.push(
                Diagnostic::new(&catalog::ZERO_WEIGHTS, format!("every part of `{}` has weight 0", node.id))
                    .at(first)
                    .help("give at least one part a weight above 0"),
            );
        } else if group.weights == WeightUse::Exact {
            // Thirds do not end: the sum is compared exactly, in a common denominator.
            let ratios: Vec<_> = node.children.iter().map(|c| nodes[*c].weight).collect();
            let exact = sums_to_one(&ratios);
            if !exact {
                let sum: Decimal = weights.iter().fold(Decimal::ZERO, |a, b| a.checked_add(*b).unwrap_or(a));
                found.push(
                    Diagnostic::new(
                        &catalog::WEIGHT_SUM,
                        format!("the weights of the parts of `{}` add up to {}", node.id, sum.normalize()),
                    )
                    .at(first)
                    .also(node.spans.of("weights"), "must add up to 1")
                    .help("mend the weights, write fractions such as \"1/3\", or say `weights = \"proportional\"`"),
                );
            }
        }
    }
}

fn sums_to_one(ratios: &[crate::number::Ratio]) -> bool {
    let mut denominators: Vec<Decimal> = ratios.iter().map(|r| r.denominator).collect();
    denominators.sort();
    denominators.dedup();
    let whole = denominators.iter().try_fold(Decimal::ONE, |a, b| a.checked_mul(*b));
    let parts = crate::number::Ratio::proportions(ratios);
    match (whole, parts) {
        (Some(whole), Some(parts)) => {
            parts.iter().try_fold(Decimal::ZERO, |a, b| a.checked_add(*b)) == Some(whole)
        }
        _ => false,
    }
}
