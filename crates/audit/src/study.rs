//! A package made ready to be varied: every declared choice resolved to what it changes in the plan.
//!
//! A **factor** is a choice that varies. It takes some coordinates of a point of the unit cube and turns them into weights,
//! methods, figures or draws. Factors below normalization (imputation, treatment, normalization, figures) change the scores of the
//! indicators; those above it (weights, aggregation, in or out) only how they are combined. Where all factors below are lists
//! of methods, the scores of every combination are computed once, and a draw costs what combining costs.

use crate::weights::{Distribution, pick};
use gradus_aggregate::AggregatorBox;
use gradus_engine::{Evaluation, Methods, Number, Plan, Run, Settings, Table, Top};
use gradus_impute::ImputerBox;
use gradus_method::{Column, Fault};
use gradus_model::diagnostic::{Diagnostics, catalog};
use gradus_model::number::Scalar;
use gradus_model::package::{ArgValue, MethodCall, NodeIx, NodeKind, Vary, WeightUse};
use gradus_model::policy::Basis;
use gradus_model::{DataSet, Diagnostic, Id, Package, Text};
use gradus_normalize::NormalizerBox;
use gradus_statistics::Matrix;
use gradus_treat::TreatmentBox;
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
    pub(crate) fn fault(fault: &Fault, package: &Package, units: &[Id]) -> Self {
        let unit = fault.row.and_then(|row| units.get(row));
        let message = match unit {
            Some(unit) => format!("{} ({} `{unit}`)", fault.message, package.index.unit_kind),
            None => fault.message.clone(),
        };
        Self { kind: fault.kind.id, message }
    }
}

#[derive(Debug)]
pub(crate) struct Factor {
    pub(crate) id: String,
    pub(crate) what: &'static str,
    pub(crate) group: Option<String>,
    pub(crate) each: bool,
    pub(crate) options: Vec<String>,
    pub(crate) dims: Range<usize>,
    pub(crate) effect: Effect,
}

/// A normalization that a choice puts in the place of another.
#[derive(Debug)]
pub(crate) struct NewNormalizer {
    pub(crate) node: NodeIx,
    /// The step of the pipeline that normalizes; the node's own normalization where there is none.
    pub(crate) step: Option<usize>,
    pub(crate) method: NormalizerBox,
}

#[derive(Debug)]
pub(crate) enum Effect {
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
    /// Standards, each with a coordinate.
    Rules(Vec<usize>),
}

impl Effect {
    /// Whether it changes what is normalized, or how.
    fn is_below(&self) -> bool {
        matches!(self, Self::Normalize(_) | Self::Treat { .. } | Self::Impute { .. } | Self::Data(_))
    }
    /// How many methods it chooses from, where choosing is all it does.
    pub(crate) fn n_options(&self) -> Option<usize> {
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
pub(crate) struct Noise {
    pub(crate) variable: usize,
    pub(crate) cells: Vec<(usize, Error)>,
}

#[derive(Debug, Clone, Copy)]
pub(crate) enum Error {
    Normal(f64),
    Between(f64, f64),
}

/// The scores of the indicators under one combination of the methods below.
#[derive(Debug)]
pub(crate) enum Prepared {
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
    pub(crate) plan: Plan<f64>,
    pub(crate) settings: Settings<f64>,
    pub(crate) factors: Vec<Factor>,
    /// The factors whose methods are combined beforehand, with their numbers of methods.
    pub(crate) listed: Vec<(usize, usize)>,
    pub(crate) prepared: Vec<Prepared>,
    pub(crate) top: Option<Top<f64>>,
    pub(crate) scores: Column<f64>,
    /// By group of the tree, the weights of its parts in the official result.
    pub(crate) weights: BTreeMap<NodeIx, Vec<f64>>,
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

    /// As [`new`](Self::new), of a package that need have no scores: for its grades.
    ///
    /// # Errors
    /// As [`new`](Self::new), but for an index without scores.
    pub fn graded(
        package: &'a Package,
        data: &'a DataSet,
        methods: &'a Methods,
        evaluation: &Evaluation,
        period: usize,
    ) -> Result<Self, Diagnostics> {
        let declared = package.audit.vary.clone();
        Self::made(package, data, methods, evaluation, Package::ROOT, period, declared, true)
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
        Self::made(package, data, methods, evaluation, node, period, vary, false)
    }

    #[expect(
        clippy::too_many_arguments,
        reason = "what the public ones ask for, and whether scores may be absent"
    )]
    fn made(
        package: &'a Package,
        data: &'a DataSet,
        methods: &'a Methods,
        evaluation: &Evaluation,
        node: NodeIx,
        period: usize,
        vary: Vec<Vary>,
        graded: bool,
    ) -> Result<Self, Diagnostics> {
        let table = Table::from_data(package, data)?;
        let (plan, _) = Plan::<f64>::compile(package, methods, table)?;
        let settings = plan.settings();
        let mut run = Run::new(&plan);
        plan.run(package, &settings, &mut run)?;
        let n_units = plan.units().len();
        let rows = period * n_units..(period + 1) * n_units;
        let scores = run.scores(&plan, node).map(|all| all.rows(rows));
        let scores = match scores {
            None if graded => Some(Column::missing(n_units)),
            scores => scores.filter(|scores| graded || scores.n_missing() < scores.len()),
        };
        let Some(scores) = scores else {
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
    pub(crate) fn published(&self) -> bool {
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
    /// Whether anything that varies can move a grade by a ladder: figures, imputed cells, thresholds, rules.
    #[must_use]
    pub fn moves_grades(&self) -> bool {
        let moves = |effect: &Effect| {
            matches!(
                effect,
                Effect::Thresholds { .. }
                    | Effect::Rules(_)
                    | Effect::Data(_)
                    | Effect::Impute { .. }
                    | Effect::Treat { .. }
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

    pub(crate) fn is_inside(&self, mut ix: NodeIx) -> bool {
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

    pub(crate) fn apply_option(&self, settings: &mut Settings<f64>, effect: &Effect, option: usize) {
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
