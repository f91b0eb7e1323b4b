//! A package made ready to be varied: every declared choice resolved to what it changes in the plan.
//!
//! A **factor** is a choice that varies. It takes some coordinates of a point of the unit cube and turns them into weights,
//! methods, figures or draws. Factors below normalization (imputation, treatment, normalization, figures) change the scores of the
//! indicators; those above it (weights, aggregation, in or out) only how they are combined. Where all factors below are lists
//! of methods, the scores of every combination are computed once, and a draw costs what combining costs.

use crate::weights::{Distribution, pick};
use gradus_aggregate::AggregatorBox;
use gradus_engine::{Evaluation, Methods, Number, Plan, Run, Settings, Table, Top};
use gradus_impute::{Block, Draw, Filled, Imputer, ImputerBox};
use gradus_method::{Column, Fault, Outcome};
use gradus_model::diagnostic::{Diagnostics, catalog};
use gradus_model::number::Scalar;
use gradus_model::observation::Value;
use gradus_model::package::{
    Action, ArgValue, MethodCall, NodeIx, NodeKind, Varied, Vary, WeightDistribution, WeightUse,
};
use gradus_model::policy::Basis;
use gradus_model::{DataSet, Decimal, Diagnostic, Id, Package, Text};
use gradus_normalize::NormalizerBox;
use gradus_statistics::Matrix;
use gradus_statistics::distribution::normal_quantile;
use gradus_statistics::random::Stream;
use gradus_treat::{Treated, Treatment, TreatmentBox};
use rayon::prelude::*;
use std::collections::BTreeMap;
use std::ops::Range;
use std::sync::Arc;

/// The most combinations of methods whose scores are computed beforehand.
const MOST_PREPARED: usize = 1024;

/// One input of the study: what a sensitivity analysis speaks of.
#[derive(Debug, Clone, PartialEq)]
pub struct Input {
    /// Its code.
    pub id: String,
    /// What varies, in one word: `weights`, `normalize`, ...
    pub what: &'static str,
    /// The methods it chooses from; empty where it does not choose.
    pub options: Vec<String>,
    /// Its coordinates of a point.
    pub dims: Vec<usize>,
}

/// Why a draw has no result.
#[derive(Debug, Clone, PartialEq)]
pub struct Failure {
    /// The kind of the diagnostic.
    pub kind: &'static str,
    /// What it said.
    pub message: String,
}

impl Failure {
    /// That no score is left.
    pub(crate) fn nothing_left() -> Self {
        Self { kind: catalog::NOTHING_SCORED.id, message: "nothing that is scored is left".to_owned() }
    }
    pub(crate) fn of(found: &Diagnostics) -> Self {
        match found.iter().next() {
            Some(first) => Self { kind: first.kind.id, message: first.message.clone() },
            None => Self { kind: catalog::OUT_OF_RANGE.id, message: String::new() },
        }
    }
    fn fault(fault: &Fault, package: &Package, units: &[Id]) -> Self {
        let unit = fault.row.and_then(|row| units.get(row));
        let message = match unit {
            Some(unit) => format!("{} ({} `{unit}`)", fault.message, package.index.unit_kind),
            None => fault.message.clone(),
        };
        Self { kind: fault.kind.id, message }
    }
}

#[derive(Debug)]
struct Factor {
    id: String,
    what: &'static str,
    group: Option<String>,
    each: bool,
    options: Vec<String>,
    dims: Range<usize>,
    effect: Effect,
}

/// A normalization that a choice puts in the place of another.
#[derive(Debug)]
struct NewNormalizer {
    node: NodeIx,
    /// The step of the pipeline that normalizes; the node's own normalization where there is none.
    step: Option<usize>,
    method: NormalizerBox,
}

#[derive(Debug)]
enum Effect {
    Weights(Vec<(NodeIx, Distribution, Range<usize>)>),
    /// Group and place of a part with its coordinate.
    Include {
        parts: Vec<(NodeIx, usize, usize)>,
        probability: f64,
    },
    Aggregate(Vec<Vec<(NodeIx, AggregatorBox)>>),
    Normalize(Vec<Vec<NewNormalizer>>),
    Treat {
        step: usize,
        indicators: Vec<NodeIx>,
        among: Vec<Option<TreatmentBox>>,
    },
    Impute {
        step: usize,
        among: Vec<Option<ImputerBox>>,
        drawn: bool,
    },
    Data(Vec<Noise>),
    Thresholds {
        indicators: Vec<NodeIx>,
        spread: f64,
    },
}

impl Effect {
    /// Whether it changes what is normalized, or how.
    fn is_below(&self) -> bool {
        matches!(self, Self::Normalize(_) | Self::Treat { .. } | Self::Impute { .. } | Self::Data(_))
    }
    /// How many methods it chooses from, where choosing is all it does.
    fn n_options(&self) -> Option<usize> {
        match self {
            Self::Normalize(among) => Some(among.len()),
            Self::Treat { among, .. } => Some(among.len()),
            Self::Impute { among, drawn: false, .. } => Some(among.len()),
            _ => None,
        }
    }
}

/// The errors of one variable's figures.
#[derive(Debug)]
struct Noise {
    variable: usize,
    cells: Vec<(usize, Error)>,
}

#[derive(Debug, Clone, Copy)]
enum Error {
    Normal(f64),
    Between(f64, f64),
}

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

/// The scores of the indicators under one combination of the methods below.
#[derive(Debug)]
enum Prepared {
    /// To be combined: scores, and the weights of each group of the top.
    Top(Arc<[Column<f64>]>, Vec<Vec<f64>>),
    /// The plan has to be run for each draw.
    Run,
    /// Nothing can be computed.
    Failed(Failure),
}

/// A package made ready to be varied.
#[derive(Debug)]
pub struct Study<'a> {
    /// The package.
    pub package: &'a Package,
    /// Its figures.
    pub data: &'a DataSet,
    /// The methods it may name.
    pub methods: &'a Methods,
    /// The node whose scores and ranks are studied.
    pub node: NodeIx,
    /// The period, by place.
    pub period: usize,
    /// The inputs.
    pub inputs: Vec<Input>,
    /// How many coordinates a point has.
    pub n_dims: usize,
    /// What was left out of the audit's own choices, and why.
    pub notes: Vec<Text>,
    /// Whether the package declares what varies.
    pub declared: bool,
    plan: Plan<f64>,
    settings: Settings<f64>,
    factors: Vec<Factor>,
    /// The factors whose methods are combined beforehand, with their numbers of methods.
    listed: Vec<(usize, usize)>,
    prepared: Vec<Prepared>,
    top: Option<Top<f64>>,
    scores: Column<f64>,
    /// By group of the tree, the weights of its parts in the official result.
    weights: BTreeMap<NodeIx, Vec<f64>>,
}

impl<'a> Study<'a> {
    /// Resolves what a package lets vary; where it declares nothing, the audit's own choices.
    ///
    /// # Errors
    /// A choice that cannot be made: an unknown method, weights of a group that is not aggregated, an index without scores.
    pub fn new(
        package: &'a Package,
        data: &'a DataSet,
        methods: &'a Methods,
        evaluation: &Evaluation,
        node: NodeIx,
        period: usize,
    ) -> Result<Self, Diagnostics> {
        let declared = package.audit.vary.clone();
        Self::varying(package, data, methods, evaluation, node, period, declared)
    }

    /// As [`new`](Self::new), with choices of a program's own.
    ///
    /// # Errors
    /// As [`new`](Self::new).
    pub fn varying(
        package: &'a Package,
        data: &'a DataSet,
        methods: &'a Methods,
        evaluation: &Evaluation,
        node: NodeIx,
        period: usize,
        vary: Vec<Vary>,
    ) -> Result<Self, Diagnostics> {
        let table = Table::from_data(package, data)?;
        let (plan, _) = Plan::<f64>::compile(package, methods, table)?;
        let settings = plan.settings();
        let mut run = Run::new(&plan);
        plan.run(package, &settings, &mut run)?;
        let rows = period * plan.units().len()..(period + 1) * plan.units().len();
        let scores = run.scores(&plan, node).map(|all| all.rows(rows));
        let Some(scores) = scores.filter(|scores| scores.n_missing() < scores.len()) else {
            let of = &package.nodes[node];
            return Err(Diagnostic::new(
                &catalog::NOTHING_SCORED,
                format!("`{}` has no scores in the period, so nothing of it can move", of.id),
            )
            .at(of.spans.item())
            .help("name a scored group with `--node`")
            .into());
        };
        let top = Top::new(&plan, &settings, &run, node, period);
        let mut study = Self {
            package,
            data,
            methods,
            node,
            period,
            inputs: Vec::new(),
            n_dims: 0,
            notes: Vec::new(),
            declared: !vary.is_empty(),
            weights: BTreeMap::new(),
            plan,
            settings,
            factors: Vec::new(),
            listed: Vec::new(),
            prepared: Vec::new(),
            top,
            scores,
        };
        study.weights = study.official_weights(evaluation);
        let mut found = Diagnostics::new();
        let vary = if vary.is_empty() { study.default_choices(evaluation) } else { vary };
        for vary in &vary {
            match study.effect(vary) {
                Ok(Some((options, n_dims, effect))) => study.push(vary, options, n_dims, effect),
                Ok(None) => {}
                Err(errors) => found.extend(errors),
            }
        }
        if study.factors.is_empty() && found.is_empty() {
            found.push(
                Diagnostic::new(&catalog::VARY_NOTHING, "nothing of the index could vary")
                    .at(package.audit.spans.item())
                    .help("declare what varies in [[audit.vary]]"),
            );
        }
        if found.has_errors() {
            return Err(found);
        }
        study.inputs = study.group_inputs();
        study.prepare();
        Ok(study)
    }

    /// The plan in binary64.
    #[must_use]
    pub fn plan(&self) -> &Plan<f64> {
        &self.plan
    }
    /// The scores of the official choices, in binary64, a row per unit.
    #[must_use]
    pub fn official(&self) -> &Column<f64> {
        &self.scores
    }
    /// The weights of a group's scored parts in the official result, in the order of [`Plan::parts`].
    #[must_use]
    pub fn weights_of(&self, group: NodeIx) -> Option<&[f64]> {
        self.weights.get(&group).map(Vec::as_slice)
    }
    /// The aggregated groups at and below the studied node, with two parts or more, in tree order.
    #[must_use]
    pub fn groups(&self) -> Vec<NodeIx> {
        let inside = |ix: &NodeIx| self.is_inside(*ix);
        let tree = self.package.tree().into_iter().map(|(ix, _)| ix);
        tree.filter(inside).filter(|ix| self.weights.get(ix).is_some_and(|w| w.len() > 1)).collect()
    }
    /// The groups as they are combined, with the official choices, where that is all there is to a score.
    #[must_use]
    pub fn top(&self) -> Option<&Top<f64>> {
        self.top.as_ref()
    }
    /// Whether scores are rounded before they are ranked.
    fn published(&self) -> bool {
        self.package.policy.ranks == Basis::Published
    }
    /// How weights of groups are drawn, by group.
    #[must_use]
    pub fn distributions(&self) -> Vec<(NodeIx, &Distribution)> {
        let mut out = Vec::new();
        for factor in &self.factors {
            if let Effect::Weights(groups) = &factor.effect {
                out.extend(groups.iter().map(|(node, distribution, _)| (*node, distribution)));
            }
        }
        out
    }
    /// The correlations of the coordinates, where weights go along with each other; nothing where all are independent.
    #[must_use]
    pub fn correlations(&self) -> Option<Matrix> {
        let mut out: Option<Matrix> = None;
        for factor in &self.factors {
            let Effect::Weights(groups) = &factor.effect else { continue };
            for (_, distribution, range) in groups {
                let Distribution::Correlated { root, .. } = distribution else { continue };
                let all = out.get_or_insert_with(|| Matrix::identity(self.n_dims));
                for i in 0..range.len() {
                    for j in 0..i {
                        let r: f64 = root.row(i).iter().zip(root.row(j)).map(|(a, b)| a * b).sum();
                        (all[(range.start + i, range.start + j)], all[(range.start + j, range.start + i)]) =
                            (r, r);
                    }
                }
            }
        }
        out
    }
    /// Whether anything that varies can move a grade by a ladder: figures, imputed cells, thresholds.
    #[must_use]
    pub fn moves_grades(&self) -> bool {
        let moves = |effect: &Effect| {
            matches!(
                effect,
                Effect::Thresholds { .. } | Effect::Data(_) | Effect::Impute { .. } | Effect::Treat { .. }
            )
        };
        self.factors.iter().any(|factor| moves(&factor.effect))
    }
    /// Which method each choosing input has at a point, by place among its options.
    #[must_use]
    pub fn chosen(&self, point: &[f64]) -> Vec<(String, String)> {
        let of = |factor: &Factor| {
            let n = factor.options.len();
            (n > 1).then(|| (factor.id.clone(), factor.options[pick(point[factor.dims.start], n)].clone()))
        };
        self.factors.iter().filter_map(of).collect()
    }

    /// The scored nodes below the studied one, in tree order.
    #[must_use]
    pub fn parts_below(&self) -> Vec<NodeIx> {
        let is_part = |ix: &NodeIx| {
            let parent = self.package.nodes[*ix].parent;
            *ix != self.node && parent.is_some_and(|p| self.is_inside(p) && self.plan.parts(p).contains(ix))
        };
        self.package.tree().into_iter().map(|(ix, _)| ix).filter(is_part).collect()
    }
    /// Scores as they are ranked: rounded where the package ranks published scores.
    #[must_use]
    pub fn ranked(&self, scores: &Column<f64>) -> Column<f64> {
        if !self.published() {
            return scores.clone();
        }
        let rounding = self.package.policy.rounding;
        Column::from_options((0..scores.len()).map(|row| scores.get(row).map(|x| x.rounded(rounding))))
    }
    /// The scores of the studied node under other settings.
    ///
    /// # Errors
    /// Why there are none.
    pub fn under(&self, settings: &Settings<f64>) -> Result<Column<f64>, Failure> {
        let mut run = Run::new(&self.plan);
        self.plan.run(self.package, settings, &mut run).map_err(|found| Failure::of(&found))?;
        let n = self.plan.units().len();
        let scores = run.scores(&self.plan, self.node).ok_or_else(Failure::nothing_left)?;
        Ok(scores.rows(self.period * n..(self.period + 1) * n))
    }
    /// The settings of every single alternative: choice, option, settings.
    #[must_use]
    pub fn alone(&self) -> Vec<(String, String, Settings<f64>)> {
        let mut out = Vec::new();
        for factor in &self.factors {
            for (option, name) in factor.options.iter().enumerate().filter(|(_, name)| *name != "own") {
                let mut settings = self.settings.clone();
                self.apply_option(&mut settings, &factor.effect, option);
                if let Effect::Aggregate(among) = &factor.effect {
                    for (group, method) in &among[option] {
                        self.plan.set_aggregator(&mut settings, *group, method.clone());
                    }
                }
                out.push((factor.id.clone(), name.clone(), settings));
            }
            let Effect::Weights(groups) = &factor.effect else { continue };
            for (group, distribution, _) in groups {
                let spread = match distribution {
                    Distribution::Box { spread } | Distribution::Correlated { spread, .. } => *spread,
                    _ => 0.25,
                };
                let Some(own) = self.weights.get(group) else { continue };
                let total: f64 = own.iter().sum();
                for (place, part) in self.plan.parts(*group).iter().enumerate() {
                    for change in [spread, -spread] {
                        let share = own[place] / total;
                        let new = (share * (1.0 + change)).min(1.0);
                        let rest = if share < 1.0 { (1.0 - new) / (1.0 - share) } else { 1.0 };
                        let moved = |(at, w): (usize, &f64)| if at == place { new * total } else { w * rest };
                        let weights: Vec<f64> = own.iter().enumerate().map(moved).collect();
                        let mut settings = self.settings.clone();
                        self.plan.set_weights(&mut settings, *group, &weights);
                        let code = &self.package.nodes[*part].id;
                        let option = format!(
                            "{code} {}{} %",
                            if change > 0.0 { "+" } else { "-" },
                            (100.0 * spread).round()
                        );
                        out.push((factor.id.clone(), option, settings));
                    }
                }
            }
        }
        out
    }

    fn is_inside(&self, mut ix: NodeIx) -> bool {
        loop {
            match self.package.nodes[ix].parent {
                _ if ix == self.node => return true,
                Some(parent) => ix = parent,
                None => return false,
            }
        }
    }

    /// The weights as the official result had them: written, of a set, or found from data.
    fn official_weights(&self, evaluation: &Evaluation) -> BTreeMap<NodeIx, Vec<f64>> {
        let mut out = BTreeMap::new();
        for (ix, node) in self.package.nodes.iter().enumerate() {
            let (NodeKind::Group(group), true) = (&node.kind, self.is_inside(ix)) else { continue };
            let Some(written) = self.plan.weights(&self.settings, ix) else { continue };
            if group.weights == WeightUse::None && !self.plan.finds_weights(&self.settings, ix) {
                // Every part counts alike, and weights that are not used do not vary.
                out.insert(ix, vec![1.0; written.len()]);
                continue;
            }
            if !self.plan.finds_weights(&self.settings, ix) {
                out.insert(ix, written.to_vec());
                continue;
            }
            let row = |unit: usize| evaluation.row(unit, self.period);
            let of = |part: &NodeIx| {
                let result = &evaluation.nodes[*part];
                let rows = (0..evaluation.units.len()).find_map(|unit| result.weight_in(row(unit)));
                rows.map_or(0.0, Number::to_f64)
            };
            out.insert(ix, self.plan.parts(ix).iter().map(of).collect());
        }
        out
    }

    fn push(&mut self, vary: &Vary, options: Vec<String>, n_dims: usize, effect: Effect) {
        let first = self.n_dims;
        self.n_dims += n_dims;
        let moved = |range: &mut Range<usize>| *range = range.start + first..range.end + first;
        let effect = match effect {
            Effect::Weights(mut groups) => {
                groups.iter_mut().for_each(|(_, _, range)| moved(range));
                Effect::Weights(groups)
            }
            Effect::Include { mut parts, probability } => {
                parts.iter_mut().for_each(|(_, _, dim)| *dim += first);
                Effect::Include { parts, probability }
            }
            other => other,
        };
        self.factors.push(Factor {
            id: vary.id.to_string(),
            what: vary.what.word(),
            group: vary.group.as_ref().map(ToString::to_string),
            each: vary.each,
            options,
            dims: first..self.n_dims,
            effect,
        });
    }

    /// Factors as inputs: those of one group together, single weights apart where the package wants that.
    fn group_inputs(&self) -> Vec<Input> {
        let mut inputs: Vec<Input> = Vec::new();
        for factor in &self.factors {
            let what = factor.what;
            match (&factor.group, factor.each, &factor.effect) {
                (None, true, Effect::Weights(groups)) => {
                    for (group, distribution, range) in groups {
                        let parts = self.plan.parts(*group);
                        for (at, dim) in range.clone().enumerate() {
                            let part = match distribution {
                                Distribution::OneOf(_) | Distribution::Mixture(_) => *group,
                                _ => parts[at],
                            };
                            let id = format!("{}.{}", factor.id, self.package.nodes[part].id);
                            inputs.push(Input { id, what, options: Vec::new(), dims: vec![dim] });
                        }
                    }
                }
                (None, true, Effect::Include { parts, .. }) => {
                    for (group, place, dim) in parts {
                        let part = self.plan.parts(*group)[*place];
                        let id = format!("{}.{}", factor.id, self.package.nodes[part].id);
                        inputs.push(Input { id, what, options: Vec::new(), dims: vec![*dim] });
                    }
                }
                (group, ..) => {
                    let id = group.clone().unwrap_or_else(|| factor.id.clone());
                    let dims = factor.dims.clone();
                    match inputs.iter_mut().find(|input| group.is_some() && input.id == id) {
                        Some(input) => {
                            input.dims.extend(dims);
                            input.options.clear();
                        }
                        None => inputs.push(Input {
                            id,
                            what,
                            options: factor.options.clone(),
                            dims: dims.collect(),
                        }),
                    }
                }
            }
        }
        inputs
    }

    /// Computes the scores of the indicators under every combination of the methods below, where there are few.
    fn prepare(&mut self) {
        let below: Vec<usize> =
            (0..self.factors.len()).filter(|at| self.factors[*at].effect.is_below()).collect();
        let listed: Option<Vec<(usize, usize)>> =
            below.iter().map(|at| Some((*at, self.factors[*at].effect.n_options()?))).collect();
        let Some(listed) = listed else { return };
        let n = listed.iter().try_fold(1usize, |n, (_, k)| n.checked_mul(*k));
        let Some(n) = n.filter(|n| *n <= MOST_PREPARED) else { return };
        let study = &*self;
        let prepare = |run: &mut Run<f64>, combination: usize| {
            let mut settings = study.settings.clone();
            let mut rest = combination;
            for (at, k) in &listed {
                study.apply_option(&mut settings, &study.factors[*at].effect, rest % k);
                rest /= k;
            }
            if let Err(found) = study.plan.run(study.package, &settings, run) {
                return Prepared::Failed(Failure::of(&found));
            }
            match Top::new(&study.plan, &settings, run, study.node, study.period) {
                Some(top) => {
                    let weights = top.groups.iter().map(|group| group.weights.clone()).collect();
                    Prepared::Top(top.leaves().clone(), weights)
                }
                None => Prepared::Run,
            }
        };
        let prepared = (0..n).into_par_iter().map_init(|| Run::new(&study.plan), prepare).collect::<Vec<_>>();
        (self.prepared, self.listed) = (prepared, listed);
    }

    fn apply_option(&self, settings: &mut Settings<f64>, effect: &Effect, option: usize) {
        match effect {
            Effect::Normalize(among) => {
                for new in &among[option] {
                    let method = new.method.clone();
                    match new.step {
                        Some(step) => self.plan.set_stage_normalizer(settings, step, new.node, method),
                        None => self.plan.set_normalizer(settings, new.node, method),
                    };
                }
            }
            Effect::Treat { step, indicators, among } => {
                if let Some(method) = &among[option] {
                    for indicator in indicators {
                        self.plan.set_treatment(settings, *step, *indicator, method.clone());
                    }
                }
            }
            Effect::Impute { step, among, .. } if among[option].is_some() => {
                self.plan.set_imputer(settings, *step, among[option].clone(), None);
            }
            _ => {}
        }
    }
}

/// What a choice turns into: its options, its number of coordinates, its effect.
type Resolved = Option<(Vec<String>, usize, Effect)>;

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
    fn options(among: &[Option<MethodCall>]) -> Vec<String> {
        among.iter().map(|call| call.as_ref().map_or_else(|| "own".to_owned(), label)).collect()
    }

    fn effect(&self, vary: &Vary) -> Result<Resolved, Diagnostics> {
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
    fn normalization_of(&self, node: NodeIx) -> Option<Option<usize>> {
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

    /// What an audit varies where a package declares nothing: weights within 25 %, the normalization among those that the
    /// figures allow, and arithmetic or geometric aggregation where both can be computed.
    fn default_choices(&mut self, evaluation: &Evaluation) -> Vec<Vary> {
        let call = |method: &str, key: &str, args: &[(&str, ArgValue)]| MethodCall {
            method: method.to_owned(),
            transform: None,
            args: args.iter().map(|(name, value)| ((*name).to_owned(), value.clone())).collect(),
            key: key.to_owned(),
        };
        let vary = |word: &str, what: Varied, spans: &gradus_model::package::Spans| {
            Id::new(word).ok().map(|id| Vary { id, group: None, each: false, what, spans: spans.clone() })
        };
        let spans = self.package.audit.spans.clone();
        let groups = self.groups();
        let mut out = Vec::new();
        let weighted =
            |ix: &NodeIx| self.package.nodes[*ix].group().is_some_and(|g| g.weights != WeightUse::None);
        let with_weights: Vec<NodeIx> = groups.iter().copied().filter(weighted).collect();
        if !with_weights.is_empty() {
            let distribution = WeightDistribution::Box { spread: Decimal::new(25, 2) };
            out.extend(vary("weights", Varied::Weights { groups: with_weights, distribution }, &spans));
        }
        // Each alternative is tried by itself first: what fails at once would only be counted as failed later. Alternatives are
        // on the scale of the package's own, so that scores can be compared, and above 0, so that a geometric mean is defined.
        let leaf = |ix: &NodeIx| self.plan.normalizes(*ix) || self.normalization_of(*ix).is_some();
        let indicators: Vec<NodeIx> = self.package.indicators().map(|(ix, ..)| ix).collect();
        let highest = indicators
            .iter()
            .filter(|ix| leaf(ix))
            .flat_map(|ix| evaluation.nodes[*ix].scores.iter().flatten())
            .fold(f64::NEG_INFINITY, |high, score| high.max(score.to_f64()));
        let top = [1i64, 10, 100, 1000].into_iter().find(|top| highest <= *top as f64).unwrap_or(100);
        let number = |x: Decimal| ArgValue::Number(x);
        let to = ArgValue::List(vec![number(Decimal::new(top, 2).normalize()), number(Decimal::from(top))]);
        let mean = |group: &NodeIx| {
            let call = self.package.nodes[*group].group()?.aggregate.as_ref()?;
            matches!(call.method.as_str(), "arithmetic" | "geometric").then(|| call.method.clone())
        };
        let means: Vec<NodeIx> = groups.iter().copied().filter(|g| mean(g).is_some()).collect();
        let other = |method: &str| if method == "arithmetic" { "geometric" } else { "arithmetic" };
        let mut notes = Vec::new();
        let mut try_one = |study: &mut Self, vary: Vary| -> bool {
            let found = study.effect(&vary).map_err(|found| Failure::of(&found));
            let tried = found.and_then(|resolved| match resolved {
                Some((.., effect)) => study.tried(&effect, 1),
                None => Ok(()),
            });
            if let Err(failure) = &tried {
                let name = match &vary.what {
                    Varied::Normalize { among, .. } | Varied::Aggregate { among, .. } => {
                        Self::options(among).pop()
                    }
                    _ => None,
                };
                let name = name.unwrap_or_default();
                notes.push(Text::both(
                    format!("`{name}` is left out of what varies: {}", failure.message),
                    format!("`{name}` 未列入变动方案：{}", failure.message),
                ));
            }
            tried.is_ok()
        };
        let normalized: Vec<NodeIx> = self
            .package
            .indicators()
            .map(|(ix, ..)| ix)
            .filter(|ix| self.normalization_of(*ix).is_some())
            .collect();
        let own = |ix: &NodeIx| self.package.nodes[*ix].indicator().and_then(|i| i.normalize.clone());
        let mut among = vec![None];
        if !normalized.is_empty() {
            let all_min_max = normalized.iter().all(|ix| own(ix).is_some_and(|c| c.method == "min-max"));
            let candidates = [
                (!all_min_max).then(|| call("min-max", "normalize", &[("to", to.clone())])),
                Some(call("percentile-rank", "normalize", &[("to", to.clone())])),
            ];
            for candidate in candidates.into_iter().flatten() {
                let what = Varied::Normalize {
                    indicators: normalized.clone(),
                    among: vec![None, Some(candidate.clone())],
                };
                if vary("normalize", what, &spans).is_some_and(|vary| try_one(self, vary)) {
                    among.push(Some(candidate));
                }
            }
        }
        let mut aggregate = None;
        if let Some(first) = means.first() {
            let method = mean(first).unwrap_or_default();
            let alike: Vec<NodeIx> =
                means.iter().copied().filter(|g| mean(g).as_ref() == Some(&method)).collect();
            let alternative = call(other(&method), "aggregate", &[]);
            let what = Varied::Aggregate { groups: alike, among: vec![None, Some(alternative)] };
            if let Some(vary) = vary("aggregate", what, &spans)
                && try_one(self, vary.clone())
            {
                aggregate = Some(vary);
            }
        }
        if among.len() > 1 {
            out.extend(vary("normalize", Varied::Normalize { indicators: normalized, among }, &spans));
        }
        out.extend(aggregate);
        self.notes.extend(notes);
        out
    }

    /// Whether the index can be computed under one option of a choice, all others being official.
    fn tried(&self, effect: &Effect, option: usize) -> Result<(), Failure> {
        let mut settings = self.settings.clone();
        self.apply_option(&mut settings, effect, option);
        if let Effect::Aggregate(among) = effect {
            for (group, method) in &among[option] {
                self.plan.set_aggregator(&mut settings, *group, method.clone());
            }
        }
        let mut run = Run::new(&self.plan);
        self.plan.run(self.package, &settings, &mut run).map_err(|found| Failure::of(&found))
    }
}

/// A method with its parameters, as a reader would write it.
#[must_use]
pub fn label(call: &MethodCall) -> String {
    fn value(x: &ArgValue) -> String {
        match x {
            ArgValue::Number(x) => x.normalize().to_string(),
            ArgValue::Text(text) => text.clone(),
            ArgValue::Flag(flag) => flag.to_string(),
            ArgValue::List(items) => format!("[{}]", items.iter().map(value).collect::<Vec<_>>().join(", ")),
            ArgValue::Table(items) => {
                let pairs: Vec<String> = items.iter().map(|(k, v)| format!("{k} = {}", value(v))).collect();
                format!("{{ {} }}", pairs.join(", "))
            }
        }
    }
    let args: Vec<String> = call.args.iter().map(|(name, x)| format!("{name} = {}", value(x))).collect();
    if args.is_empty() { call.method.clone() } else { format!("{} ({})", call.method, args.join(", ")) }
}

/// Computes draws, one after the other, in memory of its own.
#[derive(Debug)]
pub struct Worker<'s> {
    study: &'s Study<'s>,
    run: Option<Run<f64>>,
    top: Option<Top<f64>>,
    combination: Option<usize>,
    /// The option of each factor that aggregates, as the top has it.
    aggregated: Vec<usize>,
    /// The groups of the top whose weights change from draw to draw.
    touched: Vec<usize>,
    shares: Vec<f64>,
    drawn: Vec<f64>,
    out: Column<f64>,
    /// Whether coordinates come with the correlations of the weights' factors already.
    margins: bool,
}

impl<'s> Worker<'s> {
    /// A worker that is given points whose coordinates are correlated as [`Study::correlations`] says.
    #[must_use]
    pub fn with_margins(study: &'s Study<'s>) -> Self {
        Self { margins: true, ..Self::new(study) }
    }

    /// A worker for a study.
    #[must_use]
    pub fn new(study: &'s Study<'s>) -> Self {
        let top = study.top.clone();
        let mut worker = Self {
            study,
            run: None,
            combination: None,
            aggregated: vec![0; study.factors.len()],
            touched: Vec::new(),
            shares: Vec::new(),
            drawn: Vec::new(),
            out: Column::missing(0),
            margins: false,
            top,
        };
        if let Some(top) = &worker.top {
            let changes = |node: NodeIx| {
                study.factors.iter().any(|factor| match &factor.effect {
                    Effect::Weights(groups) => groups.iter().any(|(group, ..)| *group == node),
                    Effect::Include { parts, .. } => parts.iter().any(|(group, ..)| *group == node),
                    _ => false,
                })
            };
            worker.touched = (0..top.groups.len()).filter(|at| changes(top.groups[*at].node)).collect();
        }
        worker
    }

    /// The scores of the studied node at a point, a row per unit; rounded where the package ranks published scores.
    ///
    /// # Errors
    /// Why there are none.
    pub fn scores(&mut self, point: &[f64]) -> Result<&Column<f64>, Failure> {
        let study = self.study;
        let mut combination = None;
        if !study.prepared.is_empty() {
            let (mut place, mut radix) = (0, 1);
            for (factor, k) in &study.listed {
                let factor = &study.factors[*factor];
                place += radix * if *k > 1 { pick(point[factor.dims.start], *k) } else { 0 };
                radix *= k;
            }
            combination = Some(place);
        }
        match combination.map(|at| (at, &study.prepared[at])) {
            Some((_, Prepared::Failed(failure))) => return Err(failure.clone()),
            Some((at, Prepared::Top(leaves, weights))) if self.top.is_some() => {
                self.combine(point, at, leaves, weights)?;
                if !study.published() {
                    // The scores stay where they were combined.
                    return self
                        .top
                        .as_ref()
                        .map(|top| top.scores(top.groups.len() - 1))
                        .ok_or_else(|| Failure { kind: catalog::OUT_OF_RANGE.id, message: String::new() });
                }
                if let Some(top) = &self.top {
                    self.out.clone_from(top.scores(top.groups.len() - 1));
                }
            }
            _ => {
                self.run(point)?;
            }
        }
        if study.published() {
            self.out = study.ranked(&self.out);
        }
        Ok(&self.out)
    }

    fn combine(
        &mut self,
        point: &[f64],
        combination: usize,
        leaves: &Arc<[Column<f64>]>,
        weights: &[Vec<f64>],
    ) -> Result<(), Failure> {
        let study = self.study;
        let Some(top) = &mut self.top else { return Ok(()) };
        if self.combination == Some(combination) {
            for at in &self.touched {
                top.groups[*at].weights.copy_from_slice(&weights[*at]);
            }
        } else {
            top.set_leaves(leaves);
            for (group, weights) in top.groups.iter_mut().zip(weights) {
                group.weights.copy_from_slice(weights);
            }
            self.combination = Some(combination);
        }
        // Methods change seldom; those of factors that went back to the official one are taken from the study.
        for (at, factor) in study.factors.iter().enumerate() {
            let Effect::Aggregate(among) = &factor.effect else { continue };
            let option = pick(point[factor.dims.start], among.len());
            if self.aggregated[at] == option {
                continue;
            }
            for (node, _) in &among[self.aggregated[at]] {
                let official = study.top.as_ref().and_then(|t| t.groups.iter().find(|g| g.node == *node));
                if let (Some(official), Some(group)) =
                    (official, top.groups.iter_mut().find(|g| g.node == *node))
                {
                    group.method = official.method.clone();
                }
            }
            for (node, method) in &among[option] {
                if let Some(group) = top.groups.iter_mut().find(|g| g.node == *node) {
                    group.method = method.clone();
                }
            }
            self.aggregated[at] = option;
        }
        for at in &self.touched {
            let group = &mut top.groups[*at];
            draw_weights(
                study,
                group.node,
                point,
                &mut self.shares,
                &mut self.drawn,
                &mut group.weights,
                self.margins,
            );
        }
        let units = study.plan.units();
        top.combine().map_err(|fault| Failure::fault(&fault, study.package, units))?;
        Ok(())
    }

    /// The settings of a draw, and its figures into the run.
    fn settings(&mut self, point: &[f64]) -> Settings<f64> {
        let study = self.study;
        let plan = &study.plan;
        let mut settings = study.settings.clone();
        let run = self.run.get_or_insert_with(|| Run::new(plan));
        for factor in &study.factors {
            let first = factor.dims.start;
            match &factor.effect {
                Effect::Normalize(_) | Effect::Treat { .. } => {
                    let option = pick(point[first], factor.options.len());
                    study.apply_option(&mut settings, &factor.effect, option);
                }
                Effect::Impute { step, among, drawn } => {
                    let option = if among.len() > 1 { pick(point[first], among.len()) } else { 0 };
                    // The coordinate is the draw: its bits are as good as any number.
                    let draw = drawn.then(|| Draw {
                        seed: study.package.policy.seed,
                        index: point[factor.dims.end - 1].to_bits(),
                    });
                    plan.set_imputer(&mut settings, *step, among[option].clone(), draw);
                }
                Effect::Aggregate(among) => {
                    for (group, method) in &among[pick(point[first], among.len())] {
                        plan.set_aggregator(&mut settings, *group, method.clone());
                    }
                }
                Effect::Data(noise) => {
                    let stream = Stream::new(point[first].to_bits());
                    for noise in noise {
                        let Some(figures) = plan.input(noise.variable) else { continue };
                        let mut figures = figures.clone();
                        let stream = stream.split(noise.variable as u64);
                        for (row, error) in &noise.cells {
                            let u = stream.uniform(*row as u64);
                            let x = match error {
                                Error::Normal(sd) => figures.get(*row).map(|x| x + sd * normal_quantile(u)),
                                Error::Between(low, high) => Some(low + u * (high - low)),
                            };
                            figures.set(*row, x.filter(|x| x.is_finite()));
                        }
                        run.replace_input(noise.variable, Some(figures));
                    }
                }
                Effect::Weights(_) | Effect::Include { .. } | Effect::Thresholds { .. } => {}
            }
        }
        for (group, official) in &study.weights {
            let changes = study.factors.iter().any(|factor| match &factor.effect {
                Effect::Weights(groups) => groups.iter().any(|(node, ..)| node == group),
                Effect::Include { parts, .. } => parts.iter().any(|(node, ..)| node == group),
                _ => false,
            });
            if changes {
                let mut weights = official.clone();
                draw_weights(
                    study,
                    *group,
                    point,
                    &mut self.shares,
                    &mut self.drawn,
                    &mut weights,
                    self.margins,
                );
                plan.set_weights(&mut settings, *group, &weights);
            }
        }
        settings
    }

    /// Runs the plan at a point.
    ///
    /// # Errors
    /// Why it cannot be.
    pub fn run(&mut self, point: &[f64]) -> Result<(Settings<f64>, &Run<f64>), Failure> {
        let settings = self.settings(point);
        let study = self.study;
        let run = self.run.get_or_insert_with(|| Run::new(&study.plan));
        study.plan.run(study.package, &settings, run).map_err(|found| Failure::of(&found))?;
        let n = study.plan.units().len();
        if let Some(scores) = run.scores(&study.plan, study.node) {
            self.out = scores.rows(study.period * n..(study.period + 1) * n);
        }
        Ok((settings, run))
    }

    /// The package with its thresholds as they are at a point; nothing where none vary.
    #[must_use]
    pub fn thresholds(&self, point: &[f64]) -> Option<Package> {
        let mut out: Option<Package> = None;
        for factor in &self.study.factors {
            let Effect::Thresholds { indicators, spread } = &factor.effect else { continue };
            let package = out.get_or_insert_with(|| self.study.package.clone());
            let stream = Stream::new(point[factor.dims.start].to_bits());
            for ix in indicators {
                let stream = stream.split(*ix as u64);
                let NodeKind::Indicator(indicator) = &mut package.nodes[*ix].kind else { continue };
                for (step, at) in indicator.ladder.iter_mut().zip(0..) {
                    if let gradus_model::package::Threshold::Number(x) = &mut step.threshold {
                        let factor = 1.0 + spread * (2.0 * stream.uniform(at) - 1.0);
                        *x = (x.to_f64() * factor).to_decimal().unwrap_or(*x);
                    }
                }
            }
        }
        out
    }
}

/// The weights of a group at a point, from its official ones: drawn where they vary, 0 for parts that are out.
fn draw_weights(
    study: &Study<'_>,
    node: NodeIx,
    point: &[f64],
    shares: &mut Vec<f64>,
    drawn: &mut Vec<f64>,
    weights: &mut [f64],
    margins: bool,
) {
    for factor in &study.factors {
        match &factor.effect {
            Effect::Weights(groups) => {
                for (_, distribution, range) in groups.iter().filter(|(group, ..)| *group == node) {
                    let total: f64 = weights.iter().sum();
                    shares.clear();
                    shares.extend(weights.iter().map(|w| w / total));
                    drawn.clear();
                    drawn.resize(weights.len(), 0.0);
                    match distribution {
                        Distribution::Correlated { spread, .. } if margins => {
                            Distribution::Box { spread: *spread }.draw(shares, &point[range.clone()], drawn);
                        }
                        _ => distribution.draw(shares, &point[range.clone()], drawn),
                    }
                    for (weight, share) in weights.iter_mut().zip(&*drawn) {
                        *weight = share * total;
                    }
                }
            }
            Effect::Include { parts, probability } => {
                for (_, place, dim) in parts.iter().filter(|(group, ..)| *group == node) {
                    if point[*dim] >= *probability {
                        weights[*place] = 0.0;
                    }
                }
            }
            _ => {}
        }
    }
}
