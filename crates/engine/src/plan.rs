//! What compiling yields: steps in order, where their columns are, and what may change between runs.

use crate::compile::{args, normalizer};
use crate::table::Table;
use gradus_aggregate::{AggregatorBox, aggregators};
use gradus_formula::Program;
use gradus_impute::{Draw, ImputerBox, imputers};
use gradus_method::{Args, Column, Fault, Method, ParamKind, Registry};
use gradus_model::Id;
use gradus_model::Package;
use gradus_model::number::{Rounding, Scalar};
use gradus_model::observation::Period;
use gradus_model::package::{Direction, MethodCall, NodeIx};
use gradus_model::policy::{Fit, MissingAction};
use gradus_normalize::{NormalizerBox, TransformBox, normalizers, transforms};
use gradus_survey::{StatisticBox, statistics};
use gradus_treat::{TreatmentBox, treatments};
use gradus_weight::{WeigherBox, weighers};
use std::ops::Range;
use std::sync::Arc;

/// The methods a package may name: the built-in ones, and those a program adds.
#[derive(Debug, Clone)]
pub struct Methods {
    /// Imputation methods.
    pub imputers: Registry<ImputerBox>,
    /// Treatments of outliers.
    pub treatments: Registry<TreatmentBox>,
    /// Normalization methods.
    pub normalizers: Registry<NormalizerBox>,
    /// Transforms.
    pub transforms: Registry<TransformBox>,
    /// Weighting methods.
    pub weighers: Registry<WeigherBox>,
    /// Aggregation methods.
    pub aggregators: Registry<AggregatorBox>,
    /// Statistics of surveys.
    pub statistics: Registry<StatisticBox>,
}

impl Default for Methods {
    fn default() -> Self {
        Self {
            imputers: imputers(),
            treatments: treatments(),
            normalizers: normalizers(),
            transforms: transforms(),
            weighers: weighers(),
            aggregators: aggregators(),
            statistics: statistics(),
        }
    }
}

/// Where a column is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum Slot {
    /// Among the figures, on the grid of the data.
    Input(usize),
    /// Among the columns that say whether a unit belongs to a class.
    Member(usize),
    /// Among those a run makes.
    Made(usize),
}

/// What a step does.
#[derive(Debug)]
pub(crate) enum Work<S> {
    /// A formula over columns.
    Derive { program: Program<S>, from: Vec<Slot>, classes: Vec<Arc<[u32]>> },
    /// The rows of the result taken from all periods of the data.
    Select { from: Slot, rows: Arc<[u32]> },
    /// Units and indicators with too little left out; a column out for each in.
    Screen { from: Vec<Slot>, screening: Box<Screening<S>> },
    /// y = x / (denominator / scale).
    Denominate { from: [Slot; 2], scale: S },
    /// Empty cells filled, a column out for each in.
    Impute { from: Vec<Slot>, fit: Fit, block: Box<BlockFacts> },
    /// Outliers treated.
    Treat { from: Slot, fit: Fit },
    /// A transform of every value.
    Transform { from: Slot, transform: TransformBox },
    /// The values as they are, to be rounded.
    Round { from: Slot },
    /// Onto a common scale, by the normalizer of the settings.
    Normalize { from: Slot, direction: Direction, fit: Fit, unit: Option<usize> },
    /// Onto a common scale, with parameters that differ from row to row; the values come first, then the parameters.
    NormalizeByRow { from: Vec<Slot>, direction: Direction, fit: Fit, by_row: Box<ByRow> },
    /// Parts combined, by the aggregator and weights of the settings.
    Aggregate { from: Vec<Slot>, parts: Box<PartFacts<S>> },
}

/// A normalization whose parameters are columns.
#[derive(Debug)]
pub(crate) struct ByRow {
    pub(crate) method: &'static Method<NormalizerBox>,
    /// The parameters that are the same for all.
    pub(crate) args: Args,
    /// Names and kinds of the others.
    pub(crate) params: Vec<(String, ParamKind)>,
    pub(crate) transform: Option<TransformBox>,
}

/// What a screening asks for, in the arithmetic of the plan.
#[derive(Debug)]
pub(crate) struct Screening<S> {
    pub(crate) units: EnoughOf<S>,
    pub(crate) indicators: EnoughOf<S>,
    /// For each column and row, whether the figure is too old; empty where age does not matter.
    pub(crate) too_old: Vec<Vec<bool>>,
    /// Units that stay or go in any case.
    pub(crate) units_in: Vec<Option<bool>>,
    /// Columns that stay or go in any case.
    pub(crate) columns_in: Vec<Option<bool>>,
}

/// What is enough to be compared.
#[derive(Debug, Clone, Copy)]
pub(crate) struct EnoughOf<S> {
    pub(crate) min_available: Option<S>,
    pub(crate) min_nonzero: Option<S>,
    pub(crate) max_same: Option<S>,
}

/// What an imputer is told of the columns it sees.
#[derive(Debug)]
pub(crate) struct BlockFacts {
    pub(crate) codes: Vec<Id>,
    pub(crate) directions: Vec<Direction>,
    pub(crate) siblings: Vec<usize>,
    pub(crate) classes: Option<Vec<Option<usize>>>,
    pub(crate) times: Vec<f64>,
    /// How many times the package lets the step draw.
    pub(crate) draws: u32,
}

/// What an aggregation is told of its parts.
#[derive(Debug)]
pub(crate) struct PartFacts<S> {
    pub(crate) codes: Vec<Id>,
    pub(crate) missing: Missing<S>,
    /// How many of the step's inputs are parts; the rest is what weights need.
    pub(crate) n_parts: usize,
    /// For each part, the place among the inputs of its weights by row; empty where weights are the same for all.
    pub(crate) weights_by_row: Vec<Option<usize>>,
    /// For each part, the place among the inputs of the column that weights are found from, with its direction; empty
    /// where they are found from the parts.
    pub(crate) figures: Vec<(usize, Direction)>,
    /// Place among the inputs of the variable that weights explain.
    pub(crate) target: Option<usize>,
    /// Whether what is learned from data is learned from all periods together.
    pub(crate) fit: Fit,
    /// Whether units are compared across all periods.
    pub(crate) compare: Fit,
}

/// A missing rule in the arithmetic of the plan.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Missing<S> {
    pub(crate) action: MissingAction,
    pub(crate) min_share: S,
    pub(crate) min_count: usize,
}

/// Who declares a step, for messages.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Declared {
    /// A node, under a key.
    Node(NodeIx, &'static str),
    /// A measure, by place.
    Measure(usize),
    /// A step of the pipeline, by place, for one indicator or for all.
    Pipeline(usize, Option<NodeIx>),
}

/// A step: what it does, who declares it, into which columns.
#[derive(Debug)]
pub(crate) struct Step<S> {
    pub(crate) declared: Declared,
    pub(crate) work: Work<S>,
    pub(crate) round: Option<Rounding>,
    /// Places among the columns a run makes.
    pub(crate) out: Range<usize>,
    pub(crate) n_rows: usize,
    /// Whether its rows are those of the data, in all their periods.
    pub(crate) on_grid: bool,
}

impl<S> Step<S> {
    pub(crate) fn inputs(&self) -> &[Slot] {
        match &self.work {
            Work::Derive { from, .. }
            | Work::Screen { from, .. }
            | Work::Impute { from, .. }
            | Work::NormalizeByRow { from, .. }
            | Work::Aggregate { from, .. } => from,
            Work::Denominate { from, .. } => from,
            Work::Select { from, .. }
            | Work::Treat { from, .. }
            | Work::Transform { from, .. }
            | Work::Round { from }
            | Work::Normalize { from, .. } => std::slice::from_ref(from),
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
    Treatment(TreatmentBox),
    Imputer { method: ImputerBox, draw: Option<Draw> },
    Aggregator { method: AggregatorBox, weights: Vec<S>, weigher: Option<WeigherBox> },
}

/// A stage of an indicator in the pipeline.
#[derive(Debug, Clone, Copy)]
pub(crate) struct StageSlot {
    /// Place of the pipeline's step in the package.
    pub(crate) pipeline: usize,
    /// Where its values are.
    pub(crate) slot: Slot,
    /// The step of the plan, and the place of the indicator among its columns.
    pub(crate) step: usize,
    pub(crate) column: usize,
}

/// Where the columns of a node are.
#[derive(Debug, Clone, Default)]
pub(crate) struct NodeSlots {
    pub(crate) raw: Option<Slot>,
    /// After each step of the pipeline that is for the indicator.
    pub(crate) stages: Vec<StageSlot>,
    pub(crate) transformed: Option<Slot>,
    /// The aggregate of a group, before it is brought onto a scale again.
    pub(crate) aggregated: Option<Slot>,
    pub(crate) scores: Option<Slot>,
    /// The step that normalizes, and the one that aggregates.
    pub(crate) normalize: Option<usize>,
    pub(crate) aggregate: Option<usize>,
    /// Scored parts of a group, in the order of its weights.
    pub(crate) parts: Vec<NodeIx>,
    /// Place of the variable, for an indicator.
    pub(crate) variable: Option<usize>,
}

/// Where the columns of a measure or indicator are, by place among the variables.
#[derive(Debug, Clone, Default)]
pub(crate) struct VariableSlots {
    /// On the grid of the data, for a derived variable.
    pub(crate) derived: Option<Slot>,
    /// On the rows of the result.
    pub(crate) selected: Option<Slot>,
    /// Row of the data's grid for each row of the result; empty where they are the same.
    pub(crate) rows: Arc<[u32]>,
    /// Places of the variables a formula uses, down to observed ones.
    pub(crate) uses: Vec<usize>,
    /// Whether its formula uses scores.
    pub(crate) late: bool,
}

/// A package made ready to run.
#[derive(Debug)]
pub struct Plan<S: Scalar> {
    pub(crate) table: Table<S>,
    /// Whether units belong to classes that formulas ask for: 1 or 0, missing for a unit without a class.
    pub(crate) members: Vec<Column<S>>,
    pub(crate) units: Vec<Id>,
    pub(crate) periods: Vec<Option<Period>>,
    pub(crate) steps: Vec<Step<S>>,
    /// Steps that depend only on steps before them, as ranges.
    pub(crate) waves: Vec<Range<usize>>,
    pub(crate) n_made: usize,
    pub(crate) nodes: Vec<NodeSlots>,
    pub(crate) variables: Vec<VariableSlots>,
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

    /// Changes the weights of a group's scored parts, also where the package has them found from data; `false` when the
    /// node has no such parts.
    pub fn set_weights(&self, settings: &mut Settings<S>, group: NodeIx, new: &[S]) -> bool {
        match self.setting(settings, self.aggregate_of(group)) {
            Some(Setting::Aggregator { weights, weigher, .. }) if weights.len() == new.len() => {
                weights.copy_from_slice(new);
                *weigher = None;
                true
            }
            _ => false,
        }
    }
    /// Changes the method that combines a group's parts; `false` when the node is not an aggregated group.
    pub fn set_aggregator(&self, settings: &mut Settings<S>, group: NodeIx, new: AggregatorBox) -> bool {
        match self.setting(settings, self.aggregate_of(group)) {
            Some(Setting::Aggregator { method, .. }) => {
                *method = new;
                true
            }
            _ => false,
        }
    }
    /// Changes the normalization of a node; `false` when it has none, or one with parameters by formula.
    pub fn set_normalizer(&self, settings: &mut Settings<S>, node: NodeIx, new: NormalizerBox) -> bool {
        let step = self.nodes.get(node).and_then(|n| n.normalize);
        match self.setting(settings, step) {
            Some(Setting::Normalizer(method)) => {
                *method = new;
                true
            }
            _ => false,
        }
    }
    /// Changes the treatment of an indicator in a step of the pipeline, both by place; `false` when there is none.
    pub fn set_treatment(
        &self,
        settings: &mut Settings<S>,
        pipeline: usize,
        indicator: NodeIx,
        new: TreatmentBox,
    ) -> bool {
        let stage = self.nodes.get(indicator).and_then(|n| n.stages.iter().find(|s| s.pipeline == pipeline));
        match self.setting(settings, stage.map(|stage| stage.step)) {
            Some(Setting::Treatment(method)) => {
                *method = new;
                true
            }
            _ => false,
        }
    }
    /// Changes the normalization of an indicator in a step of the pipeline, both by place; `false` when there is none.
    pub fn set_stage_normalizer(
        &self,
        settings: &mut Settings<S>,
        pipeline: usize,
        indicator: NodeIx,
        new: NormalizerBox,
    ) -> bool {
        match self.setting(settings, self.stage_of(pipeline, indicator)) {
            Some(Setting::Normalizer(method)) => {
                *method = new;
                true
            }
            _ => false,
        }
    }
    /// Changes the method of an imputation, a step of the pipeline by place, and its draw; `false` when the step imputes
    /// nothing.
    pub fn set_imputer(
        &self,
        settings: &mut Settings<S>,
        pipeline: usize,
        new: Option<ImputerBox>,
        drawn: Option<Draw>,
    ) -> bool {
        let step = self.steps.iter().position(|step| {
            matches!(step.work, Work::Impute { .. }) && step.declared == Declared::Pipeline(pipeline, None)
        });
        match self.setting(settings, step) {
            Some(Setting::Imputer { method, draw }) => {
                if let Some(new) = new {
                    *method = new;
                }
                *draw = drawn;
                true
            }
            _ => false,
        }
    }
    /// The weights of a group's scored parts as the settings have them; nothing for a node that is not an aggregated group.
    #[must_use]
    pub fn weights<'s>(&self, settings: &'s Settings<S>, group: NodeIx) -> Option<&'s [S]> {
        match settings.steps.get(self.aggregate_of(group)?)? {
            Setting::Aggregator { weights, .. } => Some(weights),
            _ => None,
        }
    }
    /// Whether the weights of a group's parts are found from data, or differ from row to row.
    #[must_use]
    pub fn finds_weights(&self, settings: &Settings<S>, group: NodeIx) -> bool {
        let Some(step) = self.aggregate_of(group) else { return false };
        let by_row = matches!(&self.steps[step].work, Work::Aggregate { parts, .. } if !parts.weights_by_row.is_empty());
        by_row || matches!(&settings.steps[step], Setting::Aggregator { weigher: Some(_), .. })
    }
    /// Whether a node has a normalization that [`set_normalizer`](Self::set_normalizer) can change.
    #[must_use]
    pub fn normalizes(&self, node: NodeIx) -> bool {
        let step = self.nodes.get(node).and_then(|n| n.normalize);
        step.is_some_and(|step| matches!(self.nominal.steps[step], Setting::Normalizer(_)))
    }
    /// A normalization of an indicator by another method, under the transform that the package has for it.
    ///
    /// # Errors
    /// What keeps the method from being made for this indicator.
    pub fn normalizer(
        &self,
        package: &Package,
        methods: &Methods,
        node: NodeIx,
        call: &MethodCall,
    ) -> Result<NormalizerBox, Fault> {
        let indicator = package.nodes[node].indicator();
        let own = indicator.and_then(|i| i.normalize.as_ref()).and_then(|own| own.transform.as_deref());
        let transform = own.map(|t| methods.transforms.find(&t.method)?.make(&args(t))).transpose()?;
        normalizer(methods, call, indicator.and_then(|i| package.scale(i)), transform.as_ref())
    }
    /// An aggregation of a group's scored parts by another method.
    ///
    /// # Errors
    /// What keeps the method from being made for these parts.
    pub fn aggregator(
        &self,
        package: &Package,
        methods: &Methods,
        group: NodeIx,
        call: &MethodCall,
    ) -> Result<AggregatorBox, Fault> {
        let codes: Vec<Id> = self.parts(group).iter().map(|part| package.nodes[*part].id.clone()).collect();
        methods.aggregators.find(&call.method)?.make(&args(call).for_parts(&codes))
    }
    /// An imputation by another method, for a step of the pipeline by place.
    ///
    /// # Errors
    /// What keeps the method from being made for these indicators.
    pub fn imputer(
        &self,
        package: &Package,
        methods: &Methods,
        pipeline: usize,
        call: &MethodCall,
    ) -> Result<ImputerBox, Fault> {
        let indicators = package.pipeline.get(pipeline).map_or(&[][..], |step| &step.indicators);
        let codes: Vec<Id> = indicators.iter().map(|ix| package.nodes[*ix].id.clone()).collect();
        methods.imputers.find(&call.method)?.make(&args(call).for_parts(&codes))
    }
    /// A treatment by another method.
    ///
    /// # Errors
    /// What keeps the method from being made.
    pub fn treatment(&self, methods: &Methods, call: &MethodCall) -> Result<TreatmentBox, Fault> {
        methods.treatments.find(&call.method)?.make(&args(call))
    }
    /// The observed figures of a variable, by its place among the package's variables: a row per unit and period of the data.
    #[must_use]
    pub fn input(&self, variable: usize) -> Option<&Column<S>> {
        self.table.columns.get(variable)
    }
    /// The observation that a row of a variable's figures comes from.
    #[must_use]
    pub fn observation(&self, variable: usize, row: usize) -> Option<usize> {
        self.table.source(variable, row)
    }
    /// The place among the package's variables of an indicator's figures, where they are observed.
    #[must_use]
    pub fn variable(&self, indicator: NodeIx) -> Option<usize> {
        self.nodes.get(indicator)?.variable
    }
    /// The places of the observed variables that an indicator's figures rest on: itself, or what its formula uses.
    #[must_use]
    pub fn observed(&self, indicator: NodeIx) -> Vec<usize> {
        let Some(variable) = self.variable(indicator) else { return Vec::new() };
        match &self.variables[variable] {
            slots if slots.derived.is_some() || slots.late => slots.uses.clone(),
            _ => vec![variable],
        }
    }
    /// The units, in order.
    #[must_use]
    pub fn units(&self) -> &[Id] {
        &self.units
    }
    /// The periods of the result, in order.
    #[must_use]
    pub fn periods(&self) -> &[Option<Period>] {
        &self.periods
    }
    fn stage_of(&self, pipeline: usize, indicator: NodeIx) -> Option<usize> {
        let stage = self.nodes.get(indicator)?.stages.iter().find(|s| s.pipeline == pipeline)?;
        Some(stage.step)
    }
    /// Lets every imputation that the package draws draw, or give its best values again.
    pub fn set_draw(&self, settings: &mut Settings<S>, new: Option<Draw>) {
        for (setting, step) in settings.steps.iter_mut().zip(&self.steps) {
            if let (Setting::Imputer { draw, .. }, Work::Impute { block, .. }) = (setting, &step.work)
                && block.draws > 0
            {
                // Two steps must not draw the same numbers: their errors would add up.
                let own = match step.declared {
                    Declared::Pipeline(at, instead) => {
                        let own = (at as u64).wrapping_mul(0x9E37_79B9_7F4A_7C15);
                        own ^ instead.map_or(0, |ix| (ix as u64 + 1).wrapping_mul(0xD1B5_4A32_D192_ED03))
                    }
                    _ => 0,
                };
                *draw = new.map(|draw| Draw { seed: draw.seed ^ own, ..draw });
            }
        }
    }
    fn aggregate_of(&self, group: NodeIx) -> Option<usize> {
        self.nodes.get(group)?.aggregate
    }
    fn setting<'s>(&self, settings: &'s mut Settings<S>, step: Option<usize>) -> Option<&'s mut Setting<S>> {
        settings.steps.get_mut(step?)
    }
}
