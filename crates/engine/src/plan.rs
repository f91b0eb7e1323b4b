//! What compiling yields: steps in order, where their columns are, and what may change between runs.

use crate::table::Table;
use gradus_aggregate::{AggregatorBox, aggregators};
use gradus_formula::Program;
use gradus_method::Registry;
use gradus_model::Id;
use gradus_model::number::{Rounding, Scalar};
use gradus_model::observation::Period;
use gradus_model::package::{Direction, NodeIx};
use gradus_model::policy::{Fit, MissingAction};
use gradus_normalize::{NormalizerBox, TransformBox, normalizers, transforms};

/// The methods a package may name: the built-in ones, and those a program adds.
#[derive(Debug, Clone)]
pub struct Methods {
    /// Normalization methods.
    pub normalizers: Registry<NormalizerBox>,
    /// Transforms.
    pub transforms: Registry<TransformBox>,
    /// Aggregation methods.
    pub aggregators: Registry<AggregatorBox>,
}

impl Default for Methods {
    fn default() -> Self {
        Self { normalizers: normalizers(), transforms: transforms(), aggregators: aggregators() }
    }
}

/// Where a column is: among the plan's inputs, or among those a run makes.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Slot {
    Input(usize),
    Made(usize),
}

/// What a step does.
#[derive(Debug)]
pub(crate) enum Work<S> {
    /// A formula over columns of all periods of the data.
    Derive { program: Program<S>, from: Vec<Slot> },
    /// The rows of the result taken from all periods of the data.
    Select { from: Slot, rows: Vec<u32> },
    /// A transform of every value.
    Transform { from: Slot, transform: TransformBox },
    /// Onto the common scale, by the normalizer of the settings.
    Normalize { from: Slot, direction: Direction, fit: Fit, unit: Option<usize> },
    /// Parts combined, by the aggregator and weights of the settings.
    Aggregate { parts: Vec<Slot>, missing: Missing<S> },
}

/// A missing rule in the arithmetic of the plan.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Missing<S> {
    pub(crate) action: MissingAction,
    pub(crate) min_share: S,
    pub(crate) min_count: usize,
}

/// A step: what it does, for which node, into which column.
#[derive(Debug)]
pub(crate) struct Step<S> {
    pub(crate) node: NodeIx,
    /// Key of the node that declares it, for messages.
    pub(crate) key: &'static str,
    pub(crate) work: Work<S>,
    pub(crate) round: Option<Rounding>,
    /// Place among the columns a run makes.
    pub(crate) out: usize,
    pub(crate) n_rows: usize,
}

impl<S> Step<S> {
    pub(crate) fn inputs(&self) -> &[Slot] {
        match &self.work {
            Work::Derive { from, .. } => from,
            Work::Aggregate { parts, .. } => parts,
            Work::Select { from, .. } | Work::Transform { from, .. } | Work::Normalize { from, .. } => {
                std::slice::from_ref(from)
            }
        }
    }
}

/// What may be changed between runs of one plan, step by step.
#[derive(Debug, Clone)]
pub struct Settings<S> {
    pub(crate) steps: Vec<Setting<S>>,
}

#[derive(Debug, Clone)]
pub(crate) enum Setting<S> {
    Fixed,
    Normalizer(NormalizerBox),
    Aggregator { method: AggregatorBox, weights: Vec<S> },
}

/// Where the columns of a node are.
#[derive(Debug, Clone, Default)]
pub(crate) struct NodeSlots {
    pub(crate) raw: Option<Slot>,
    pub(crate) transformed: Option<Slot>,
    pub(crate) scores: Option<Slot>,
    /// The step that normalizes or aggregates.
    pub(crate) step: Option<usize>,
    /// Scored parts of a group, in the order of its weights.
    pub(crate) parts: Vec<NodeIx>,
    /// Place of the variable, for an indicator.
    pub(crate) variable: Option<usize>,
    /// Row of the data's grid for each row of the result; empty where they are the same.
    pub(crate) rows: Vec<u32>,
    /// Places of the variables a formula uses, down to observed ones.
    pub(crate) uses: Vec<usize>,
}

/// A package made ready to run.
#[derive(Debug)]
pub struct Plan<S: Scalar> {
    pub(crate) table: Table<S>,
    pub(crate) units: Vec<Id>,
    pub(crate) periods: Vec<Option<Period>>,
    pub(crate) steps: Vec<Step<S>>,
    /// Steps that depend only on steps before them, as ranges.
    pub(crate) waves: Vec<std::ops::Range<usize>>,
    pub(crate) n_made: usize,
    pub(crate) nodes: Vec<NodeSlots>,
    pub(crate) nominal: Settings<S>,
}

impl<S: Scalar> Plan<S> {
    /// The settings of the package as written.
    #[must_use]
    pub fn settings(&self) -> Settings<S> {
        self.nominal.clone()
    }
    /// Number of rows of the result: units times periods.
    #[must_use]
    pub fn n_rows(&self) -> usize {
        self.units.len() * self.periods.len()
    }
    /// The scored parts of a group, in the order in which [`set_weights`](Self::set_weights) takes their weights.
    #[must_use]
    pub fn parts(&self, group: NodeIx) -> &[NodeIx] {
        self.nodes.get(group).map_or(&[], |node| &node.parts)
    }

    /// Changes the weights of a group's scored parts; `false` when the node has no such parts.
    pub fn set_weights(&self, settings: &mut Settings<S>, group: NodeIx, new: &[S]) -> bool {
        match self.setting(settings, group) {
            Some(Setting::Aggregator { weights, .. }) if weights.len() == new.len() => {
                weights.copy_from_slice(new);
                true
            }
            _ => false,
        }
    }
    /// Changes the method that combines a group's parts; `false` when the node is not an aggregated group.
    pub fn set_aggregator(&self, settings: &mut Settings<S>, group: NodeIx, new: AggregatorBox) -> bool {
        match self.setting(settings, group) {
            Some(Setting::Aggregator { method, .. }) => {
                *method = new;
                true
            }
            _ => false,
        }
    }
    /// Changes the normalization of an indicator; `false` when the node is not a scored indicator.
    pub fn set_normalizer(&self, settings: &mut Settings<S>, indicator: NodeIx, new: NormalizerBox) -> bool {
        match self.setting(settings, indicator) {
            Some(Setting::Normalizer(method)) => {
                *method = new;
                true
            }
            _ => false,
        }
    }
    fn setting<'s>(&self, settings: &'s mut Settings<S>, node: NodeIx) -> Option<&'s mut Setting<S>> {
        settings.steps.get_mut(self.nodes.get(node)?.step?)
    }
}
