//! What a declared choice turns into: methods made, groups and figures found, or what is wrong with it.

use crate::study::{Effect, Error, NewNormalizer, Noise, Study, label};
use crate::weights::Distribution;
use gradus_impute::{Block, Filled, Imputer, ImputerBox};
use gradus_method::{Column, Fault, Outcome};
use gradus_model::Diagnostic;
use gradus_model::diagnostic::{Diagnostics, catalog};
use gradus_model::number::Scalar;
use gradus_model::observation::Value;
use gradus_model::package::{Action, MethodCall, NodeIx, Varied, Vary, WeightDistribution, WeightUse};
use gradus_statistics::Matrix;
use gradus_treat::{Treated, Treatment, TreatmentBox};
use std::collections::BTreeMap;

/// Leaves figures as they are: what `none` among treatments is.
#[derive(Debug)]
struct Untreated;

impl<S: Scalar> Treatment<S> for Untreated {
    fn treat(&self, values: &Column<S>) -> Outcome<Treated<S>> {
        Ok(Treated { values: values.clone(), changed: Vec::new(), rescaled: None, facts: Vec::new() })
    }
}

/// Leaves cells empty: what `none` among imputations is.
#[derive(Debug)]
struct Unfilled;

impl<S: Scalar> Imputer<S> for Unfilled {
    fn impute(&self, block: &Block<'_, S>) -> Outcome<Vec<Vec<Filled<S>>>> {
        Ok(vec![Vec::new(); block.columns.len()])
    }
}

/// What a choice turns into: its options, its number of coordinates, its effect.
pub(crate) type Resolved = Option<(Vec<String>, usize, Effect)>;

impl Study<'_> {
    fn refuse(&self, vary: &Vary, key: &str, message: String, help: impl Into<String>) -> Diagnostics {
        Diagnostic::new(&catalog::VARY_NOTHING, message).at(vary.spans.of(key)).help(help).into()
    }
    /// A fault of a method as a finding at its place.
    fn blame(&self, vary: &Vary, call: &MethodCall, fault: Fault, of: Option<NodeIx>) -> Diagnostics {
        let message = match of {
            Some(node) => format!("{} (`{}`)", fault.message, self.package.nodes[node].id),
            None => fault.message,
        };
        let mut found = Diagnostic::new(fault.kind, message).at(vary.spans.of(&call.key));
        found.help = fault.help;
        found.into()
    }
    pub(crate) fn options(among: &[Option<MethodCall>]) -> Vec<String> {
        among.iter().map(|call| call.as_ref().map_or_else(|| "own".to_owned(), label)).collect()
    }

    pub(crate) fn effect(&self, vary: &Vary) -> Result<Resolved, Diagnostics> {
        let package = self.package;
        match &vary.what {
            Varied::Weights { groups, distribution } => self.weights_effect(vary, groups, distribution),
            Varied::Normalize { indicators, among } => {
                let mut all: Vec<Vec<NewNormalizer>> = Vec::new();
                let everything = !vary.spans.has("normalize.of");
                let mut targets = Vec::new();
                for node in indicators {
                    match self.normalization_of(*node) {
                        Some(step) => targets.push((*node, step)),
                        // Levels are scored by their own table, and what is not normalized cannot be otherwise.
                        None if everything => {}
                        None => {
                            let message = format!(
                                "`{}` has no normalization that could be another",
                                package.nodes[*node].id
                            );
                            return Err(self.refuse(vary, "normalize.of", message, "leave it out of `of`"));
                        }
                    }
                }
                if targets.is_empty() {
                    let message = "no indicator has a normalization that could be another".to_owned();
                    return Err(self.refuse(vary, "normalize", message, "remove the entry"));
                }
                for call in among {
                    let mut new = Vec::new();
                    if let Some(call) = call {
                        for (node, step) in &targets {
                            let method = self
                                .plan
                                .normalizer(package, self.methods, *node, call)
                                .map_err(|fault| self.blame(vary, call, fault, Some(*node)))?;
                            new.push(NewNormalizer { node: *node, step: *step, method });
                        }
                    }
                    all.push(new);
                }
                Ok(Some((Self::options(among), 1, Effect::Normalize(all))))
            }
            Varied::Aggregate { groups, among } => {
                let everything = !vary.spans.has("aggregate.of");
                let inside: Vec<NodeIx> =
                    groups.iter().copied().filter(|g| self.weights.contains_key(g)).collect();
                if let Some(other) = groups.iter().find(|g| !everything && !self.weights.contains_key(g)) {
                    let message =
                        format!("`{}` aggregates nothing that is studied", package.nodes[*other].id);
                    return Err(self.refuse(
                        vary,
                        "aggregate.of",
                        message,
                        "name a group that is aggregated, at or below the studied node",
                    ));
                }
                let mut all = Vec::new();
                for call in among {
                    let mut new = Vec::new();
                    for group in call.iter().flat_map(|_| &inside) {
                        let Some(call) = call else { continue };
                        let method = self
                            .plan
                            .aggregator(package, self.methods, *group, call)
                            .map_err(|fault| self.blame(vary, call, fault, Some(*group)))?;
                        new.push((*group, method));
                    }
                    all.push(new);
                }
                Ok(Some((Self::options(among), 1, Effect::Aggregate(all))))
            }
            Varied::Treat { step, among } => {
                let mut made = Vec::new();
                for call in among {
                    made.push(match call {
                        None => None,
                        Some(call) if call.method == "none" => Some(TreatmentBox::new(Untreated)),
                        Some(call) => Some(
                            self.plan
                                .treatment(self.methods, call)
                                .map_err(|fault| self.blame(vary, call, fault, None))?,
                        ),
                    });
                }
                let indicators = package.pipeline[*step].indicators.clone();
                Ok(Some((Self::options(among), 1, Effect::Treat { step: *step, indicators, among: made })))
            }
            Varied::Impute { step, among, drawn } => {
                let mut made = Vec::new();
                let own = package.pipeline[*step].action.call();
                for call in among {
                    let method = match call {
                        None => None,
                        Some(call) if call.method == "none" => Some(ImputerBox::new(Unfilled)),
                        Some(call) => Some(
                            self.plan
                                .imputer(package, self.methods, *step, call)
                                .map_err(|fault| self.blame(vary, call, fault, None))?,
                        ),
                    };
                    made.push(method);
                }
                if *drawn {
                    let draws = |call: &MethodCall| {
                        let method = self.plan.imputer(package, self.methods, *step, call);
                        method.is_ok_and(|method| f64::pick(&method).draws())
                    };
                    let any = among.iter().any(|call| call.as_ref().or(own).is_some_and(draws));
                    if !any {
                        let message = "no imputation of the step can be drawn".to_owned();
                        return Err(self.refuse(
                            vary,
                            "impute.drawn",
                            message,
                            "choose among methods that draw, such as `em` or `hot-deck`",
                        ));
                    }
                }
                let n_dims = usize::from(made.len() > 1) + usize::from(*drawn);
                let effect = Effect::Impute { step: *step, among: made, drawn: *drawn };
                Ok(Some((Self::options(among), n_dims, effect)))
            }
            Varied::Include { nodes, probability } => {
                let everything = !vary.spans.has("include.of");
                let mut parts = Vec::new();
                for node in nodes {
                    let group = package.nodes[*node].parent;
                    let place = group.filter(|g| self.weights.contains_key(g)).and_then(|group| {
                        let place = self.plan.parts(group).iter().position(|part| part == node)?;
                        Some((group, place))
                    });
                    match place {
                        Some((group, place)) => parts.push((group, place, parts.len())),
                        None if everything => {}
                        None => {
                            let message =
                                format!("`{}` is no part of what is studied", package.nodes[*node].id);
                            return Err(self.refuse(
                                vary,
                                "include.of",
                                message,
                                "name scored indicators and groups below the studied node",
                            ));
                        }
                    }
                }
                let n_dims = parts.len();
                if n_dims == 0 {
                    return Err(self.refuse(
                        vary,
                        "include",
                        "nothing can be left out".to_owned(),
                        "remove the entry",
                    ));
                }
                Ok(Some((Vec::new(), n_dims, Effect::Include { parts, probability: probability.to_f64() })))
            }
            Varied::Data { indicators, .. } => self.data_effect(vary, indicators),
            Varied::Rules { standards } => {
                let options = match standards[..] {
                    [only] => {
                        let others = package.standards[only].alternatives.iter().map(|a| a.id.to_string());
                        std::iter::once("own".to_owned()).chain(others).collect()
                    }
                    _ => Vec::new(),
                };
                Ok(Some((options, standards.len(), Effect::Rules(standards.clone()))))
            }
            Varied::Thresholds { indicators, spread } => {
                let with_ladder =
                    |ix: &NodeIx| package.nodes[*ix].indicator().is_some_and(|i| !i.ladder.is_empty());
                let indicators: Vec<NodeIx> = indicators.iter().copied().filter(with_ladder).collect();
                if indicators.is_empty() {
                    let message = "no indicator has a ladder whose thresholds could vary".to_owned();
                    return Err(self.refuse(
                        vary,
                        "thresholds",
                        message,
                        "remove the entry, or give indicators a `ladder`",
                    ));
                }
                let n_dims = 1;
                Ok(Some((Vec::new(), n_dims, Effect::Thresholds { indicators, spread: spread.to_f64() })))
            }
        }
    }

    /// Where the normalization of an indicator can be changed: its own, or a step's; nothing for one of levels, or without any.
    #[expect(clippy::option_option, reason = "no normalization, its own, or that of a step")]
    pub(crate) fn normalization_of(&self, node: NodeIx) -> Option<Option<usize>> {
        let indicator = self.package.nodes[node].indicator()?;
        if indicator.scale.is_some() || !self.is_inside(node) {
            return None;
        }
        if self.plan.normalizes(node) {
            return Some(None);
        }
        if indicator.normalize.is_some() {
            return None;
        }
        let normalizes = |at: &usize| {
            let step = &self.package.pipeline[*at];
            matches!(step.action, Action::Normalize(_)) && step.indicators.contains(&node)
        };
        (0..self.package.pipeline.len()).rev().find(normalizes).map(Some)
    }

    fn weights_effect(
        &self,
        vary: &Vary,
        groups: &[NodeIx],
        distribution: &WeightDistribution,
    ) -> Result<Resolved, Diagnostics> {
        let everything = !vary.spans.has("weights.of");
        let package = self.package;
        let mut all = Vec::new();
        let mut first = 0;
        for group in groups {
            let own = self.weights.get(group).filter(|w| w.len() > 1);
            let unused = package.nodes[*group].group().is_some_and(|g| g.weights == WeightUse::None);
            let Some(own) = own.filter(|_| !unused) else {
                if everything {
                    continue;
                }
                let message = match own {
                    Some(_) => format!("`{}` uses no weights", package.nodes[*group].id),
                    None => format!("`{}` combines no two parts that are studied", package.nodes[*group].id),
                };
                return Err(self.refuse(vary, "weights.of", message, "leave it out of `of`"));
            };
            let n = own.len();
            let parts = self.plan.parts(*group);
            let shares = |set: usize| -> Vec<f64> {
                let weights = &package.weight_sets[set].weights;
                let of = |part: &NodeIx| {
                    let weight = weights.get(part).copied().unwrap_or(package.nodes[*part].weight);
                    weight.quotient().map_or(0.0, Scalar::to_f64)
                };
                let all: Vec<f64> = parts.iter().map(of).collect();
                let total: f64 = all.iter().sum();
                all.iter().map(|w| w / total).collect()
            };
            let distribution = match distribution {
                WeightDistribution::Box { spread } => Distribution::Box { spread: spread.to_f64() },
                WeightDistribution::Simplex => Distribution::Simplex,
                WeightDistribution::Dirichlet { concentration } => {
                    Distribution::Dirichlet { concentration: concentration.to_f64() }
                }
                WeightDistribution::Correlated { spread, correlation } => {
                    let place = |node: NodeIx| parts.iter().position(|part| *part == node);
                    let pairs: BTreeMap<(usize, usize), f64> = correlation
                        .iter()
                        .filter_map(|(a, b, r)| Some(((place(*a)?, place(*b)?), r.to_f64())))
                        .collect();
                    let matrix =
                        Matrix::from_fn(n, n, |i, j| match (pairs.get(&(i, j)), pairs.get(&(j, i))) {
                            _ if i == j => 1.0,
                            (Some(r), _) | (None, Some(r)) => *r,
                            (None, None) => 0.0,
                        });
                    Distribution::correlated(spread.to_f64(), &matrix).map_err(|_| {
                        let message = format!(
                            "no weights of the parts of `{}` can be correlated so",
                            package.nodes[*group].id
                        );
                        self.refuse(
                            vary,
                            "weights.correlation",
                            message,
                            "give correlations that can hold together",
                        )
                    })?
                }
                WeightDistribution::Judges { sets, mixed } => {
                    let judges: Vec<Vec<f64>> = sets.iter().map(|set| shares(*set)).collect();
                    if judges.iter().flatten().any(|w| !w.is_finite()) {
                        let message =
                            format!("a set gives the parts of `{}` no weight", package.nodes[*group].id);
                        return Err(self.refuse(
                            vary,
                            "weights.judges",
                            message,
                            "give one of them a weight above 0",
                        ));
                    }
                    if *mixed { Distribution::Mixture(judges) } else { Distribution::OneOf(judges) }
                }
            };
            // A judge has all groups' weights in one head: one coordinate for all.
            let shared = matches!(distribution, Distribution::OneOf(_) | Distribution::Mixture(_));
            let n_dims = distribution.n_dims(n);
            let range = if shared { 0..n_dims } else { first..first + n_dims };
            first = range.end;
            all.push((*group, distribution, range));
        }
        if all.is_empty() {
            let message = "no group has weights that could vary".to_owned();
            return Err(self.refuse(vary, "weights", message, "remove the entry"));
        }
        Ok(Some((Vec::new(), first, Effect::Weights(all))))
    }

    fn data_effect(&self, vary: &Vary, indicators: &[NodeIx]) -> Result<Resolved, Diagnostics> {
        let Varied::Data { by_status, relative, survey, .. } = &vary.what else { return Ok(None) };
        let mut by_variable: BTreeMap<usize, Vec<(usize, Error)>> = BTreeMap::new();
        let inside: Vec<NodeIx> = indicators.iter().copied().filter(|ix| self.is_inside(*ix)).collect();
        for variable in inside.iter().flat_map(|ix| self.plan.observed(*ix)) {
            let Some(column) = self.plan.input(variable).filter(|_| !by_variable.contains_key(&variable))
            else {
                continue;
            };
            let mut cells = Vec::new();
            for row in 0..column.len() {
                let Some(observation) =
                    self.plan.observation(variable, row).and_then(|at| self.data.observation(at))
                else {
                    continue;
                };
                let relative = by_status.get(&observation.status).unwrap_or(relative).to_f64();
                let error = match (&observation.value, column.get(row)) {
                    (Value::Survey { standard_error: Some(se), .. }, Some(_)) if *survey => {
                        Some(Error::Normal(se.to_f64()))
                    }
                    (Value::Interval { lower: Some(a), upper: Some(b) }, _) if *survey && a < b => {
                        Some(Error::Between(a.to_f64(), b.to_f64()))
                    }
                    (_, Some(x)) if relative > 0.0 && x != 0.0 => Some(Error::Normal(relative * x.abs())),
                    _ => None,
                };
                cells.extend(error.map(|error| (row, error)));
            }
            by_variable.insert(variable, cells);
        }
        by_variable.retain(|_, cells| !cells.is_empty());
        if by_variable.is_empty() {
            let message = "no figure has an error by these rules".to_owned();
            return Err(self.refuse(vary, "data", message, "give `relative`, or the status of the figures"));
        }
        let noise = by_variable.into_iter().map(|(variable, cells)| Noise { variable, cells }).collect();
        Ok(Some((Vec::new(), 1, Effect::Data(noise))))
    }
}
