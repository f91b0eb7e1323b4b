//! What weights do: the weight each node has in the top of the tree, and how important each part turns out to be.

use crate::Series;
use gradus_method::{Fault, Outcome};
use gradus_model::Id;
use gradus_model::diagnostic::catalog;
use gradus_statistics::correlation;
use gradus_statistics::smooth::{self, CorrelationRatio};

/// A node of the tree with its weight among its siblings.
#[derive(Debug, Clone, PartialEq)]
pub struct Node {
    /// Its code.
    pub code: Id,
    /// The group it is part of; none of the top.
    pub parent: Option<Id>,
    /// Its weight in proportion to its siblings'.
    pub weight: f64,
}

/// The weight of each node in the top of its tree, in order of nodes: the product of its part of its siblings' weights and those
/// of the groups it is in. The top has 1. In an arithmetic mean it is the slope of the index in the indicator.
///
/// # Errors
/// `invalid-parameter` for a weight that is negative or not finite, siblings whose weights are all 0, an unknown parent, or a group
/// that is part of itself.
pub fn effective_weights(nodes: &[Node]) -> Outcome<Vec<f64>> {
    let refuse = |node: &Node, what: &str, help: &str| {
        Fault::new(&catalog::INVALID_PARAMETER, format!("node `{}` {what}", node.code)).help(help)
    };
    let mut parts = Vec::with_capacity(nodes.len());
    for node in nodes {
        if !node.weight.is_finite() || node.weight < 0.0 {
            return Err(refuse(
                node,
                "has a weight that is negative or no number",
                "give it a weight of 0 or more",
            ));
        }
        let siblings = nodes.iter().filter(|other| node.parent.is_some() && other.parent == node.parent);
        let total: f64 = siblings.map(|other| other.weight).sum();
        if node.parent.is_some() && total <= 0.0 {
            return Err(refuse(node, "has siblings that all weigh 0", "give one of them a weight above 0"));
        }
        parts.push(if node.parent.is_some() { node.weight / total } else { 1.0 });
    }
    let position = |code: &Id| nodes.iter().position(|node| node.code == *code);
    (0..nodes.len())
        .map(|start| {
            let (mut at, mut weight) = (start, 1.0);
            for _ in 0..=nodes.len() {
                weight *= parts[at];
                let Some(parent) = &nodes[at].parent else { return Ok(weight) };
                at = position(parent).ok_or_else(|| {
                    refuse(&nodes[at], "is part of a group that is not there", "add the group to the tree")
                })?;
            }
            Err(refuse(&nodes[start], "is part of itself", "let the groups form a tree"))
        })
        .collect()
}

/// How important one part of a group turns out to be.
#[derive(Debug, Clone, PartialEq)]
pub struct Importance {
    /// The part.
    pub code: Id,
    /// How many units have it and the whole.
    pub n: usize,
    /// Its nominal weight as a part of all.
    pub weight: f64,
    /// Its correlation with the whole.
    pub correlation: Option<f64>,
    /// The part of the whole's variance that knowing it would take away, by a line and by a curve.
    pub ratio: Option<CorrelationRatio>,
    /// Its linear ratio as a part of the sum of all linear ones, to compare with the weight.
    pub linear_share: Option<f64>,
    /// The same of nonlinear ones.
    pub nonlinear_share: Option<f64>,
}

/// The importance of the parts of a whole (Paruolo, Saisana and Saltelli 2013, doi 10.1111/j.1467-985X.2012.01059.x).
///
/// # Errors
/// `invalid-parameter` unless there is one weight per part and they add up to something above 0.
pub fn importance(whole: &Series, parts: &[Series], weights: &[f64]) -> Outcome<Vec<Importance>> {
    let total: f64 = weights.iter().sum();
    if weights.len() != parts.len() || !total.is_finite() || total <= 0.0 || weights.iter().any(|w| *w < 0.0)
    {
        let found = format!("{} weights found for {} parts", weights.len(), parts.len());
        let help = "give one weight of 0 or more per part, not all 0";
        return Err(Fault::new(&catalog::INVALID_PARAMETER, found).help(help));
    }
    let mut found: Vec<Importance> = parts
        .iter()
        .zip(weights)
        .map(|(part, weight)| {
            let (x, y) = correlation::complete_pairs(&part.values, &whole.values);
            Importance {
                code: part.code.clone(),
                n: x.len(),
                weight: weight / total,
                correlation: correlation::pearson(&x, &y),
                ratio: smooth::correlation_ratio(&x, &y),
                linear_share: None,
                nonlinear_share: None,
            }
        })
        .collect();
    let linear = |part: &Importance| part.ratio.map(|ratio| ratio.linear);
    let nonlinear = |part: &Importance| part.ratio.and_then(|ratio| ratio.nonlinear);
    let sums = (sum(&found, linear), sum(&found, nonlinear));
    for part in &mut found {
        part.linear_share = linear(part).zip(sums.0).map(|(ratio, sum)| ratio / sum);
        part.nonlinear_share = nonlinear(part).zip(sums.1).map(|(ratio, sum)| ratio / sum);
    }
    Ok(found)
}

/// The sum over all parts; none where a part has none, for a share would then be too large.
fn sum(parts: &[Importance], of: impl Fn(&Importance) -> Option<f64>) -> Option<f64> {
    parts.iter().map(of).sum::<Option<f64>>().filter(|sum| *sum > 0.0)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::testing::*;

    fn node(code: &str, parent: &str, weight: f64) -> Node {
        Node { code: id(code), parent: Id::new(parent).ok(), weight }
    }

    #[test]
    fn products_of_parts() {
        let nodes = [
            node("a", "g", 1.0),
            node("b", "g", 3.0),
            node("c", "top", 2.0),
            node("g", "top", 2.0),
            node("top", "", 7.0),
        ];
        assert_eq!(effective_weights(&nodes).unwrap(), [0.125, 0.375, 0.5, 0.5, 1.0]);
        assert!(effective_weights(&[]).unwrap().is_empty());
        for bad in [
            vec![node("a", "g", 1.0)],
            vec![node("a", "b", 1.0), node("b", "a", 1.0)],
            vec![node("a", "top", 0.0), node("top", "", 1.0)],
            vec![node("a", "", -1.0)],
            vec![node("a", "", f64::NAN)],
        ] {
            let fault = effective_weights(&bad).unwrap_err();
            assert!(fault.kind.id == "invalid-parameter" && fault.help.is_some());
        }
    }

    #[test]
    fn equal_weights_are_not_equal_importance() {
        let wide: Vec<f64> = (0..40).map(|i| f64::from(i * 7 % 40)).collect();
        let narrow: Vec<f64> = (0..40).map(|i| f64::from(i * 11 % 40) / 10.0).collect();
        let whole: Vec<f64> = wide.iter().zip(&narrow).map(|(x, y)| x / 2.0 + y / 2.0).collect();
        let parts = [series("wide", &wide), series("narrow", &narrow)];
        let found = importance(&series("index", &whole), &parts, &[1.0, 1.0]).unwrap();
        assert_eq!((found[0].weight, found[0].n), (0.5, 40));
        assert!(found[0].linear_share.unwrap() > 0.9, "{found:?}");
        near(found.iter().map(|part| part.linear_share.unwrap()).sum(), 1.0);
        near(found.iter().map(|part| part.nonlinear_share.unwrap()).sum(), 1.0);
        near(found[0].ratio.unwrap().linear, found[0].correlation.unwrap() * found[0].correlation.unwrap());
    }

    #[test]
    fn a_part_without_importance_leaves_no_shares() {
        let parts = [series("a", &[1.0, 2.0, 4.0]), series("flat", &[1.0; 3])];
        let found = importance(&series("index", &[1.0, 2.0, 3.0]), &parts, &[1.0, 1.0]).unwrap();
        assert_eq!((found[0].linear_share, found[1].ratio), (None, None));
        assert_eq!(importance(&parts[0], &parts, &[1.0]).unwrap_err().kind.id, "invalid-parameter");
        assert!(importance(&parts[0], &parts, &[0.0, 0.0]).is_err());
    }
}
