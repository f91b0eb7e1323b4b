//! What if: other figures, weights, methods or members, and what moves, beside the official result.
//!
//! A change is made to a copy of package and figures, and the copy is computed like any package. The official result is what it was.

use crate::{Cell, Evaluation};
use gradus_model::diagnostic::{catalog, list_some, nearest};
use gradus_model::number::{Ratio, parse_decimal};
use gradus_model::observation::{Detail, Status, Value};
use gradus_model::package::{Action, Direction, MethodCall, NodeIx, NodeKind, OrderedScale, Threshold};
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
    /// A step of an indicator's ladder asks for something else.
    Threshold {
        /// The indicator.
        indicator: NodeIx,
        /// The grade of the step, by place in the package's grades. The ladder has a step there.
        grade: usize,
        /// What must be reached, in the indicator's measurement unit.
        threshold: Threshold,
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
    // Only when all are made: two steps may have moved together.
    for change in changes {
        if let Change::Threshold { indicator, .. } = change
            && let Some(refused) = descends(&out.0, *indicator)
            && !found.iter().any(|d| d.message == refused.message)
        {
            found.push(refused);
        }
    }
    if found.is_empty() { Ok(out) } else { Err(found) }
}

fn refuse(message: String, help: &str) -> Diagnostic {
    Diagnostic::new(&catalog::INVALID_PARAMETER, message).help(help)
}

/// That a ladder does not climb in the direction of its indicator.
fn descends(package: &Package, indicator: NodeIx) -> Option<Diagnostic> {
    let node = &package.nodes[indicator];
    let of = node.indicator()?;
    let grade = |at: usize| package.grades.get(at).map_or("", |grade| grade.id.as_str());
    of.ladder.windows(2).find_map(|pair| {
        let (low, high) = (pair[0].threshold.number()?, pair[1].threshold.number()?);
        let falls = match of.direction {
            Direction::Higher => high < low,
            Direction::Lower => high > low,
        };
        falls.then(|| {
            let (low, high) = (grade(pair[0].grade), grade(pair[1].grade));
            Diagnostic::new(
                &catalog::LADDER_ORDER,
                format!("on the ladder of `{}`, `{high}` is easier than `{low}`", node.id),
            )
            .help(format!("move `{low}` too, or keep `{high}` at least as hard"))
        })
    })
}

/// A package without a node: it is in the tree no more, and neither is a group that has lost its only part.
#[must_use]
pub fn package_without(package: &Package, node: NodeIx) -> Package {
    let mut out = package.clone();
    let mut gone = node;
    while let Some(parent) = out.nodes[gone].parent {
        out.nodes[parent].children.retain(|child| *child != gone);
        if !out.nodes[parent].children.is_empty() {
            break;
        }
        gone = parent;
    }
    out
}

/// A figure as a user writes it: a number in the indicator's measurement unit, a level of its scale by code, or nothing for
/// an empty text, `none` and `missing`.
///
/// # Errors
/// `unknown-level` or `invalid-number`, with what would do.
pub fn figure(package: &Package, indicator: NodeIx, text: &str) -> Result<Option<Decimal>, Diagnostic> {
    match text {
        "" | "none" | "missing" => Ok(None),
        text => match scale_of(package, indicator) {
            Some(scale) => level(scale, text).map(|level| Some(level.into())),
            None => number(text).map(Some),
        },
    }
}

/// A threshold as a user writes it: a number in the indicator's measurement unit, a range `FROM..TO`, or a level of its scale
/// by code.
///
/// # Errors
/// `unknown-level` or `invalid-number`, with what would do; `invalid-parameter` for a range that ends before it begins.
pub fn threshold(package: &Package, indicator: NodeIx, text: &str) -> Result<Threshold, Diagnostic> {
    if let Some(scale) = scale_of(package, indicator) {
        return level(scale, text).map(Threshold::Level);
    }
    match text.split_once("..") {
        None => number(text).map(Threshold::Number),
        Some((from, to)) => match (number(from)?, number(to)?) {
            (from, to) if from <= to => Ok(Threshold::Range(from, to)),
            (from, to) => Err(refuse(
                format!("the range from {from} to {to}"),
                "give two numbers, the smaller one first",
            )),
        },
    }
}

/// A weight as a user writes it: a number, or a fraction such as `1/3`.
///
/// # Errors
/// `invalid-number`, with what would do.
pub fn weight(text: &str) -> Result<Ratio, Diagnostic> {
    Ratio::parse(text).map_err(|error| {
        Diagnostic::new(&catalog::INVALID_NUMBER, format!("`{text}`: {error}"))
            .help("give a number such as 2, or a fraction such as 1/3")
    })
}

fn scale_of(package: &Package, indicator: NodeIx) -> Option<&OrderedScale> {
    package.nodes[indicator].indicator().and_then(|of| package.scale(of))
}

fn number(text: &str) -> Result<Decimal, Diagnostic> {
    parse_decimal(text).map_err(|error| {
        Diagnostic::new(&catalog::INVALID_NUMBER, format!("`{text}`: {error}"))
            .help("give a number such as 12.5")
    })
}

fn level(scale: &OrderedScale, text: &str) -> Result<usize, Diagnostic> {
    scale.level(text).ok_or_else(|| {
        let known = scale.levels.iter().map(|l| l.id.as_str());
        let diagnostic = Diagnostic::new(
            &catalog::UNKNOWN_LEVEL,
            format!("the scale `{}` has no level `{text}`", scale.id),
        );
        match nearest(text, known.clone()) {
            Some(near) => diagnostic.help(format!("did you mean `{near}`?")),
            None => diagnostic.help(format!("use one of {}", list_some(known))),
        }
    })
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
        Change::Threshold { indicator, grade, threshold } => {
            let code = package.nodes[*indicator].id.clone();
            let grades: Vec<String> = package.grades.iter().map(|grade| grade.id.to_string()).collect();
            let name = grades.get(*grade).cloned().unwrap_or_default();
            let NodeKind::Indicator(of) = &mut package.nodes[*indicator].kind else {
                return Err(refuse(format!("`{code}` is a group, which has no ladder"), "name an indicator"));
            };
            let Some(step) = of.ladder.iter_mut().find(|step| step.grade == *grade) else {
                let known = of.ladder.iter().filter_map(|step| grades.get(step.grade));
                let help = match list_some(known) {
                    none if none.is_empty() => "name an indicator that has a ladder".to_owned(),
                    known => format!("use one of {known}"),
                };
                return Err(refuse(format!("the ladder of `{code}` has no step `{name}`"), &help));
            };
            if std::mem::discriminant(&step.threshold) != std::mem::discriminant(threshold) {
                let help = match step.threshold {
                    Threshold::Number(_) => "give a number",
                    Threshold::Range(..) => "give a range, such as 40..60",
                    Threshold::Level(_) => "give a level of the scale by its code",
                };
                return Err(refuse(format!("the step `{name}` of `{code}` is of another kind"), help));
            }
            step.threshold = *threshold;
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
    use crate::Methods;
    use gradus_model::{Id, decode};

    struct Case {
        package: Package,
        data: DataSet,
        methods: Methods,
        evaluation: Evaluation,
    }

    /// An index of indicators `x0`, `x1`, ... with what else its package says.
    fn flat(n: usize, more: &str) -> String {
        let mut text = String::from(
            "format = 1\n[index]\nid = 'index'\nname = 'I'\n[policy]\narithmetic = 'binary64'\n[defaults]\nnormalize = { method = 'min-max', to = [1, 100] }\n",
        );
        for i in 0..n {
            text.push_str(&format!("[[indicator]]\nid = 'x{i}'\nname = 'X'\n"));
        }
        text + more
    }

    /// A package of a text whose variables have the figures of a function of unit and variable.
    fn case(text: &str, n_units: usize, figure: impl Fn(usize, usize) -> Option<f64>) -> Case {
        let package = decode::decode("package.toml", text).0.unwrap();
        let mut data = DataSet {
            units: (0..n_units).map(|unit| Id::new(&format!("u{unit}")).unwrap()).collect(),
            variables: package.variables().iter().map(|v| v.id.clone()).collect(),
            ..DataSet::default()
        };
        for (unit, variable) in (0..n_units).flat_map(|u| (0..data.variables.len()).map(move |v| (u, v))) {
            let Some(x) = figure(unit, variable) else { continue };
            data.observations.push(Observation {
                unit,
                variable,
                period: None,
                value: Value::Number(Decimal::try_from(x).unwrap()),
                status: Status::Final,
                place: None,
                detail: Arc::default(),
            });
        }
        let methods = Methods::default();
        let (evaluation, _) = crate::evaluate(&package, &methods, &data).unwrap();
        Case { package, data, methods, evaluation }
    }

    fn figures(unit: usize, v: usize) -> Option<f64> {
        (!(unit == 1 && v == 1)).then_some(
            [[10.0, 20.0, 30.0], [0.0, 0.0, 60.0], [50.0, 40.0, 0.0], [100.0, 100.0, 100.0]][unit][v],
        )
    }

    fn under(made: &Case, changes: &[Change]) -> Evaluation {
        let (package, data) = changed(&made.package, &made.data, &made.evaluation, 0, changes).unwrap();
        crate::evaluate(&package, &made.methods, &data).unwrap().0
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

    #[test]
    fn a_ladder_may_ask_for_something_else_but_not_descend() {
        let ladders = "[[grade]]\nid = 'low'\nname = 'L'\n[[grade]]\nid = 'high'\nname = 'H'\n\
            [[indicator]]\nid = 'y'\nname = 'Y'\nladder = { low = 10, high = 20 }\n\
            [[indicator]]\nid = 'z'\nname = 'Z'\nladder = { low = { from = 1, to = 2 } }\n";
        let made = case(&flat(1, ladders), 3, |unit, v| Some((unit + v) as f64));
        let (y, z) = (made.package.node("y").unwrap(), made.package.node("z").unwrap());
        let step = |indicator, grade, text| Change::Threshold {
            indicator,
            grade,
            threshold: threshold(&made.package, indicator, text).unwrap(),
        };
        let go = |changes: &[Change]| changed(&made.package, &made.data, &made.evaluation, 0, changes);
        let (package, _) = go(&[step(y, 0, "30"), step(y, 1, "40.5"), step(z, 0, "0.5..9")]).unwrap();
        let thresholds = |node: NodeIx| -> Vec<Threshold> {
            package.nodes[node].indicator().unwrap().ladder.iter().map(|step| step.threshold).collect()
        };
        let n = |text: &str| parse_decimal(text).unwrap();
        assert_eq!(thresholds(y), [Threshold::Number(n("30")), Threshold::Number(n("40.5"))]);
        assert_eq!(thresholds(z), [Threshold::Range(n("0.5"), n("9"))]);
        // One alone would make the higher grade the easier one.
        let refused = go(&[step(y, 0, "30")]).unwrap_err();
        assert_eq!(refused.iter().map(|d| d.kind.id).collect::<Vec<_>>(), ["ladder-order"]);
        for wrong in [step(z, 0, "5"), step(z, 1, "1..2"), step(y, 1, "1..2")] {
            assert!(go(&[wrong]).unwrap_err().iter().all(|d| d.kind.id == "invalid-parameter"));
        }
        for text in ["", "NaN", "1e99", "3..2", "..", "1..x"] {
            assert!(threshold(&made.package, y, text).is_err(), "{text}");
        }
    }
}
