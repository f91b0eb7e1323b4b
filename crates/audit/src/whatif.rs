//! What if: other figures, weights, methods or members, and what moves, beside the official result.
//!
//! A change is made to a copy of package and figures, and the copy is computed like any package. The official result is what it was.

use crate::moves::package_without;
use gradus_engine::{Cell, Evaluation};
use gradus_model::diagnostic::catalog;
use gradus_model::number::Ratio;
use gradus_model::observation::{Detail, Status, Value};
use gradus_model::package::{Action, Direction, MethodCall, NodeIx, NodeKind};
use gradus_model::{DataSet, Decimal, Diagnostic, Diagnostics, Observation, Package};
use std::sync::Arc;

/// One change.
#[derive(Debug, Clone, PartialEq)]
pub enum Change {
    /// A unit's figure of an indicator is another.
    Figure {
        /// The unit, by place.
        unit: usize,
        /// The indicator.
        indicator: NodeIx,
        /// Its figure, in the indicator's measurement unit; nothing for a missing one.
        value: Option<Decimal>,
    },
    /// A node's weight among its siblings is another.
    Weight {
        /// The node.
        node: NodeIx,
        /// The weight, on the scale of its siblings'.
        weight: Ratio,
    },
    /// A node's method is another: the normalization of an indicator, the aggregation of a group.
    Method {
        /// The node.
        node: NodeIx,
        /// The method.
        call: MethodCall,
    },
    /// An indicator or group is left out.
    Drop(NodeIx),
    /// A step of the pipeline is left out, or its method is another.
    Step {
        /// Place of the step.
        step: usize,
        /// The method; nothing to leave the step out.
        call: Option<MethodCall>,
    },
    /// The direction of an indicator is another.
    Direction {
        /// The indicator.
        indicator: NodeIx,
        /// The direction.
        direction: Direction,
    },
}

/// A copy of package and figures with the changes made, for a result of `period`, by place.
///
/// # Errors
/// A change that cannot be made: a figure of a derived indicator, a weight of a node that is found from data, a method of the wrong
/// kind.
pub fn changed(
    package: &Package,
    data: &DataSet,
    evaluation: &Evaluation,
    period: usize,
    changes: &[Change],
) -> Result<(Package, DataSet), Diagnostics> {
    let mut out = (package.clone(), data.clone());
    let mut found = Diagnostics::new();
    // Steps are removed last and from behind, so that their places hold.
    let mut gone: Vec<usize> = Vec::new();
    for change in changes {
        let refused = apply(&mut out, evaluation, period, change, &mut gone);
        if let Err(refused) = refused {
            found.push(refused);
        }
    }
    gone.sort_unstable();
    gone.dedup();
    for step in gone.into_iter().rev() {
        out.0.pipeline.remove(step);
    }
    if found.is_empty() { Ok(out) } else { Err(found) }
}

fn refuse(message: String, help: &str) -> Diagnostic {
    Diagnostic::new(&catalog::INVALID_PARAMETER, message).help(help)
}

fn apply(
    (package, data): &mut (Package, DataSet),
    evaluation: &Evaluation,
    period: usize,
    change: &Change,
    gone: &mut Vec<usize>,
) -> Result<(), Diagnostic> {
    match change {
        Change::Figure { unit, indicator, value } => {
            let node = &package.nodes[*indicator];
            let Some(of) = node.indicator() else {
                return Err(refuse(
                    format!("`{}` is a group, which has no figures", node.id),
                    "name an indicator",
                ));
            };
            if of.formula.is_some() {
                let message = format!("`{}` is computed from other figures", node.id);
                return Err(refuse(message, "change the figures it is computed from"));
            }
            if let (Some(scale), Some(x)) = (package.scale(of), value)
                && (!x.is_integer() || *x < Decimal::ZERO || *x >= Decimal::from(scale.levels.len()))
            {
                let message = format!("`{}` has no level {x}", node.id);
                return Err(refuse(message, "give the place of a level on its scale, 0 for the lowest"));
            }
            let absent = Value::Absent(gradus_model::observation::Absence::NotReported);
            let new = match (value, of.scale) {
                (None, _) => absent,
                (Some(x), None) => Value::Number(*x),
                (Some(x), Some(_)) => Value::Level(usize::try_from(x.mantissa()).unwrap_or(0)),
            };
            let row = evaluation.row(*unit, period);
            let variable = data.variables.iter().position(|v| *v == node.id);
            match (evaluation.nodes[*indicator].cells.get(row), variable) {
                (Some(Cell::Observed(at)), _) => {
                    data.observations.change(at, |o| {
                        o.value = new;
                        o.status = Status::Final;
                    });
                }
                (_, Some(variable)) => {
                    // The first observation of a cell counts, so what says that there is none goes.
                    let stands = evaluation.periods.get(period).copied().flatten().or(evaluation
                        .grid
                        .last()
                        .copied()
                        .flatten());
                    data.observations.remove_where(|key| {
                        key.unit == *unit
                            && key.variable == variable
                            && (key.period == stands || key.period.is_none())
                    });
                    data.observations.push(Observation {
                        unit: *unit,
                        variable,
                        period: stands,
                        value: new,
                        status: Status::Final,
                        place: None,
                        detail: Arc::new(Detail::default()),
                    });
                }
                (_, None) => {
                    return Err(refuse(
                        format!("the data know no `{}`", node.id),
                        "name an indicator with figures",
                    ));
                }
            }
        }
        Change::Weight { node, weight } => {
            let Some(parent) = package.nodes[*node].parent else {
                return Err(refuse(
                    "the index has no weight".to_owned(),
                    "name an indicator or group below it",
                ));
            };
            if weight.quotient().is_none_or(|w| w < Decimal::ZERO) {
                return Err(refuse(format!("a weight of {weight}"), "give a weight of 0 or more"));
            }
            let found = package.nodes[parent].group().is_some_and(|group| group.weigh.is_some());
            if found {
                let message = format!("the weights of `{}` are found from data", package.nodes[parent].id);
                return Err(refuse(message, "change the method that finds them"));
            }
            package.nodes[*node].weight = *weight;
            package.nodes[*node].weight_formula = None;
            if let Some(set) = package.policy.weights
                && let Some(set) = package.weight_sets.get_mut(set)
            {
                set.weights.insert(*node, *weight);
            }
        }
        Change::Method { node, call } => {
            let mut call = call.clone();
            match &mut package.nodes[*node].kind {
                NodeKind::Indicator(indicator) => {
                    call.key = "normalize".to_owned();
                    indicator.normalize = (call.method != "none").then_some(call);
                }
                NodeKind::Group(group) => {
                    call.key = "aggregate".to_owned();
                    group.aggregate = (call.method != "none").then_some(call);
                    group.formula = None;
                }
            }
        }
        Change::Drop(node) => {
            if *node == Package::ROOT {
                return Err(refuse("the index cannot be left out".to_owned(), "name a part of it"));
            }
            *package = package_without(package, *node);
        }
        Change::Step { step, call } => match call {
            None => gone.push(*step),
            Some(call) => {
                let step = &mut package.pipeline[*step];
                let mut call = call.clone();
                call.key = step.action.word().to_owned();
                match &mut step.action {
                    Action::Impute(old)
                    | Action::Treat(old)
                    | Action::Transform(old)
                    | Action::Normalize(old) => {
                        *old = call;
                    }
                    Action::Screen(_) | Action::Denominate(_) | Action::Round(_) => {
                        let message = format!("the step `{}` has no method", step.id);
                        return Err(refuse(message, "leave the step out, or name one that has a method"));
                    }
                }
            }
        },
        Change::Direction { indicator, direction } => match &mut package.nodes[*indicator].kind {
            NodeKind::Indicator(of) => of.direction = *direction,
            NodeKind::Group(group) => group.direction = *direction,
        },
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::testing::{Case, case, flat};

    fn figures(unit: usize, v: usize) -> Option<f64> {
        (!(unit == 1 && v == 1)).then_some(
            [[10.0, 20.0, 30.0], [0.0, 0.0, 60.0], [50.0, 40.0, 0.0], [100.0, 100.0, 100.0]][unit][v],
        )
    }

    fn under(made: &Case, changes: &[Change]) -> Evaluation {
        let (package, data) = changed(&made.package, &made.data, &made.evaluation, 0, changes).unwrap();
        gradus_engine::evaluate(&package, &made.methods, &data).unwrap().0
    }

    #[test]
    fn a_change_is_what_the_package_would_say() {
        let made = case(&flat(3, ""), 4, figures);
        let node = |code: &str| made.package.node(code).unwrap();
        let before = made.evaluation.clone();
        // A missing figure is filled: the index then rests on all three.
        let after = under(
            &made,
            &[Change::Figure { unit: 1, indicator: node("x1"), value: Some(Decimal::from(100)) }],
        );
        assert_eq!(after.score(node("x1"), 1).map(|x| x.to_f64()), Some(100.0));
        assert!(after.score(0, 1).unwrap().to_f64() > before.score(0, 1).unwrap().to_f64());
        let after = under(&made, &[Change::Figure { unit: 0, indicator: node("x0"), value: None }]);
        assert_eq!(after.score(node("x0"), 0), None);
        let weight = Ratio { numerator: Decimal::ZERO, denominator: Decimal::ONE };
        let light = under(&made, &[Change::Weight { node: node("x0"), weight }]);
        let without = under(&made, &[Change::Drop(node("x0"))]);
        for unit in 0..4 {
            let (a, b) = (light.score(0, unit).unwrap().to_f64(), without.score(0, unit).unwrap().to_f64());
            assert!((a - b).abs() < 1e-12);
        }
        let call = MethodCall {
            method: "rank".into(),
            transform: None,
            args: std::collections::BTreeMap::new(),
            key: String::new(),
        };
        let after = under(&made, &[Change::Method { node: node("x2"), call }]);
        assert_eq!(after.score(node("x2"), 3).map(|x| x.to_f64()), Some(4.0));
        let after = under(&made, &[Change::Direction { indicator: node("x2"), direction: Direction::Lower }]);
        assert_eq!(after.score(node("x2"), 3).map(|x| x.to_f64()), Some(1.0));
        // Nothing has happened to the official result.
        assert_eq!(made.evaluation, before);
    }

    #[test]
    fn what_cannot_be_changed_says_so() {
        let made = case(&flat(2, ""), 4, figures);
        for change in [
            Change::Figure { unit: 0, indicator: 0, value: None },
            Change::Drop(0),
            Change::Weight { node: 0, weight: Ratio { numerator: Decimal::ONE, denominator: Decimal::ONE } },
            Change::Weight {
                node: 1,
                weight: Ratio { numerator: Decimal::NEGATIVE_ONE, denominator: Decimal::ONE },
            },
        ] {
            let found = changed(&made.package, &made.data, &made.evaluation, 0, &[change]).unwrap_err();
            assert!(found.iter().all(|d| d.kind.id == "invalid-parameter" && d.help.is_some()));
        }
    }
}
