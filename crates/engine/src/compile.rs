//! From a package to a plan: names resolved, methods built, shapes known.
//!
//! Columns are compiled on demand: a score asks for the scores of its parts and for what its formulas name. What asks for
//! itself on the way is a cycle, and is reported as one.

mod arguments;
mod figures;
mod periods;
mod pipeline;
mod scores;

pub(crate) use arguments::{args, arguments, normalizer, transformed};
pub(crate) use figures::{variable_of, written_as};

use crate::blame::blame;
use crate::plan::{Declared, Methods, NodeSlots, Plan, Setting, Settings, Slot, Step, VariableSlots, Work};
use crate::table::Table;
use gradus_formula::Formula;
use gradus_method::{Column, Fault};
use gradus_model::diagnostic::Diagnostics;
use gradus_model::number::{Rounding, Scalar};
use gradus_model::observation::Period;
use gradus_model::package::{Direction, NodeIx, Package, Variable};
use gradus_model::policy::PeriodRule;
use std::borrow::Cow;
use std::collections::{BTreeMap, BTreeSet};

/// How far a compilation has come with something that may ask for itself.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
enum State {
    #[default]
    Open,
    Asked,
    Done,
}

struct Compiler<'a, S: Scalar> {
    package: &'a Package,
    methods: &'a Methods,
    table: &'a Table<S>,
    periods: Vec<Option<Period>>,
    /// Measures and indicators, and the place of each code.
    variables: Vec<Variable<'a>>,
    variable_places: BTreeMap<Cow<'a, str>, usize>,
    node_places: BTreeMap<Cow<'a, str>, NodeIx>,
    /// The kinds of unit groups.
    kinds: BTreeSet<&'a str>,
    /// The node of each variable that is an indicator.
    node_of: Vec<Option<NodeIx>>,
    /// The formula of each derived variable, and the values of those that need no score.
    formulas: Vec<Option<Formula>>,
    values: Vec<Option<Column<S>>>,
    variable_slots: Vec<VariableSlots>,
    variable_states: Vec<State>,
    nodes: Vec<NodeSlots>,
    node_states: Vec<State>,
    /// The step of the pipeline that is being compiled.
    pipeline_at: Option<usize>,
    /// The column of each indicator as far as it has come, and which way is better in it.
    current: Vec<Option<(Slot, Direction)>>,
    members: Vec<Column<S>>,
    member_places: BTreeMap<(String, String, bool), usize>,
    steps: Vec<Step<S>>,
    settings: Vec<Setting<S>>,
    waves: Vec<usize>,
    wave_of_made: Vec<usize>,
    found: Diagnostics,
    /// Formulas that cannot be computed on these figures.
    faulty: Diagnostics,
}

/// A step to be added: what it does, where from, and what it yields.
struct NewStep<S> {
    declared: Declared,
    work: Work<S>,
    setting: Setting<S>,
    round: Option<Rounding>,
    on_grid: bool,
    n_out: usize,
}

impl<S> NewStep<S> {
    fn new(declared: Declared, work: Work<S>) -> Self {
        Self { declared, work, setting: Setting::Fixed, round: None, on_grid: false, n_out: 1 }
    }
}

impl<S: Scalar> Plan<S> {
    /// Compiles a package for a table of figures.
    ///
    /// # Errors
    /// Everything that keeps the package from being computed: unknown methods and parameters, formulas that do not
    /// parse or name what is not there, scales and methods that do not fit. Warnings come with the plan.
    pub fn compile(
        package: &Package,
        methods: &Methods,
        table: Table<S>,
    ) -> Result<(Self, Diagnostics), Diagnostics> {
        let variables = package.variables();
        let n_variables = variables.len();
        let node_of: Vec<Option<NodeIx>> = package
            .measures
            .iter()
            .map(|_| None)
            .chain(package.indicators().map(|(ix, ..)| Some(ix)))
            .collect();
        let mut compiler = Compiler {
            package,
            methods,
            table: &table,
            periods: match package.policy.periods {
                PeriodRule::Panel => table.periods.clone(),
                PeriodRule::Latest { .. } => vec![None],
                PeriodRule::AsOf { year, .. } => vec![Some(Period::year(year))],
            },
            variable_places: figures::by_written(variables.iter().map(|v| v.id)),
            node_places: figures::by_written(package.nodes.iter().map(|n| &n.id)),
            kinds: figures::kinds(package, &table.classes),
            variables,
            node_of,
            formulas: (0..n_variables).map(|_| None).collect(),
            values: vec![None; n_variables],
            variable_slots: vec![VariableSlots::default(); n_variables],
            variable_states: vec![State::Open; n_variables],
            nodes: vec![NodeSlots::default(); package.nodes.len()],
            node_states: vec![State::Open; package.nodes.len()],
            pipeline_at: None,
            current: vec![None; package.nodes.len()],
            members: Vec::new(),
            member_places: BTreeMap::new(),
            steps: Vec::new(),
            settings: Vec::new(),
            waves: Vec::new(),
            wave_of_made: Vec::new(),
            found: Diagnostics::new(),
            faulty: Diagnostics::new(),
        };
        compiler.run();
        let Compiler {
            periods,
            steps,
            settings,
            waves,
            wave_of_made,
            nodes,
            variable_slots,
            members,
            mut found,
            faulty,
            ..
        } = compiler;
        if found.has_errors() {
            found.extend(faulty);
            return Err(found);
        }
        let (order, ranges) = in_waves(&waves);
        let mut place = vec![0; steps.len()];
        for (new, old) in order.iter().enumerate() {
            place[*old] = new;
        }
        let mut keyed: Vec<(usize, Step<S>, Setting<S>)> =
            steps.into_iter().zip(settings).enumerate().map(|(old, (s, t))| (place[old], s, t)).collect();
        keyed.sort_by_key(|(new, ..)| *new);
        let (steps, settings): (Vec<_>, Vec<_>) = keyed.into_iter().map(|(_, s, t)| (s, t)).unzip();
        let mut nodes = nodes;
        for node in &mut nodes {
            node.normalize = node.normalize.map(|old| place[old]);
            node.aggregate = node.aggregate.map(|old| place[old]);
            for stage in &mut node.stages {
                stage.step = place[stage.step];
            }
        }
        let plan = Self {
            units: table.units.clone(),
            n_made: wave_of_made.len(),
            table,
            members,
            periods,
            steps,
            waves: ranges,
            nodes,
            variables: variable_slots,
            nominal: Settings { steps: settings },
        };
        Ok((plan, found))
    }
}

/// Steps in order of their wave (the order within a wave is that of the file), and the range of each wave.
fn in_waves(waves: &[usize]) -> (Vec<usize>, Vec<std::ops::Range<usize>>) {
    let mut order: Vec<usize> = (0..waves.len()).collect();
    order.sort_by_key(|ix| waves[*ix]);
    let mut ranges: Vec<std::ops::Range<usize>> = Vec::new();
    let mut last = usize::MAX;
    for (new, old) in order.iter().enumerate() {
        match ranges.last_mut() {
            Some(range) if waves[*old] == last => range.end = new + 1,
            _ => ranges.push(new..new + 1),
        }
        last = waves[*old];
    }
    (order, ranges)
}

impl<S: Scalar> Compiler<'_, S> {
    fn run(&mut self) {
        for (variable, node) in self.node_of.iter().enumerate() {
            if let Some(ix) = node {
                self.nodes[*ix].variable = Some(variable);
            }
        }
        self.derived();
        self.pipeline();
        // Indicators in the order of the file, then children before their groups.
        let indicators = self.package.indicators().map(|(ix, ..)| ix);
        for ix in indicators.chain(self.package.tree().into_iter().rev().map(|(ix, _)| ix)) {
            self.score(ix, 0);
        }
        for measure in 0..self.package.measures.len() {
            if self.package.measures[measure].formula.is_some() {
                self.figure(measure, 0);
            }
        }
    }

    fn n_rows(&self) -> usize {
        self.table.units.len() * self.periods.len()
    }

    /// Adds a step; yields its place and that of the first of its columns.
    fn push(&mut self, new: NewStep<S>) -> (usize, usize) {
        let first = self.wave_of_made.len();
        let step = Step {
            declared: new.declared,
            work: new.work,
            round: new.round,
            out: first..first + new.n_out,
            n_rows: if new.on_grid { self.table.n_rows() } else { self.n_rows() },
            on_grid: new.on_grid,
        };
        let wave = step
            .inputs()
            .iter()
            .map(|slot| match slot {
                Slot::Input(_) | Slot::Member(_) => 0,
                Slot::Made(made) => self.wave_of_made[*made] + 1,
            })
            .max()
            .unwrap_or(0);
        self.waves.push(wave);
        self.wave_of_made.extend(std::iter::repeat_n(wave, new.n_out));
        self.steps.push(step);
        self.settings.push(new.setting);
        (self.steps.len() - 1, first)
    }

    fn fault(&mut self, fault: &Fault, declared: Declared) {
        self.found.push(blame(self.package, fault, declared, &[], &[]));
    }
}
