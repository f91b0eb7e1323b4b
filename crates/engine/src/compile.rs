//! From a package to a plan: names resolved, methods built, shapes known.

use crate::table::{NONE, Table};
use gradus_aggregate::{Aggregator, AggregatorBox, Weighting, aggregators};
use gradus_formula::{Formula, Program};
use gradus_method::{Arg, Args, Column, Fault, ParamKind, Registry};
use gradus_model::diagnostic::{Diagnostics, catalog, list_some, nearest};
use gradus_model::number::{Decimal, Ratio, Rounding, Scalar};
use gradus_model::observation::Period;
use gradus_model::package::{
    ArgValue, Direction, Group, Indicator, MethodCall, Node, NodeIx, NodeKind, Package, Variable, WeightUse,
};
use gradus_model::policy::{Fit, MissingAction, PeriodRule};
use gradus_model::{Diagnostic, Id};
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

struct Compiler<'a, S: Scalar> {
    package: &'a Package,
    methods: &'a Methods,
    table: &'a Table<S>,
    periods: Vec<Option<Period>>,
    steps: Vec<Step<S>>,
    settings: Vec<Setting<S>>,
    waves: Vec<usize>,
    wave_of_made: Vec<usize>,
    nodes: Vec<NodeSlots>,
    found: Diagnostics,
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
        let mut compiler = Compiler {
            package,
            methods,
            table: &table,
            periods: Vec::new(),
            steps: Vec::new(),
            settings: Vec::new(),
            waves: Vec::new(),
            wave_of_made: Vec::new(),
            nodes: vec![NodeSlots::default(); package.nodes.len()],
            found: Diagnostics::new(),
        };
        compiler.run();
        let Compiler { periods, steps, settings, waves, nodes, found, .. } = compiler;
        if found.has_errors() {
            return Err(found);
        }
        // Steps in order of their wave; the order within a wave is that of the file.
        let mut order: Vec<usize> = (0..steps.len()).collect();
        order.sort_by_key(|ix| waves[*ix]);
        let mut place = vec![0; steps.len()];
        for (new, old) in order.iter().enumerate() {
            place[*old] = new;
        }
        let mut keyed: Vec<(usize, Step<S>, Setting<S>)> =
            steps.into_iter().zip(settings).enumerate().map(|(old, (s, t))| (place[old], s, t)).collect();
        keyed.sort_by_key(|(new, ..)| *new);
        let (steps, settings): (Vec<_>, Vec<_>) = keyed.into_iter().map(|(_, s, t)| (s, t)).unzip();
        let mut ranges: Vec<std::ops::Range<usize>> = Vec::new();
        let mut last = usize::MAX;
        for (new, old) in order.iter().enumerate() {
            match ranges.last_mut() {
                Some(range) if waves[*old] == last => range.end = new + 1,
                _ => ranges.push(new..new + 1),
            }
            last = waves[*old];
        }
        let mut nodes = nodes;
        for node in &mut nodes {
            node.step = node.step.map(|old| place[old]);
        }
        let plan = Self {
            units: table.units.clone(),
            n_made: steps.len(),
            table,
            periods,
            steps,
            waves: ranges,
            nodes,
            nominal: Settings { steps: settings },
        };
        Ok((plan, found))
    }

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

impl<S: Scalar> Compiler<'_, S> {
    fn run(&mut self) {
        self.periods = match self.package.policy.periods {
            PeriodRule::Panel => self.table.periods.clone(),
            PeriodRule::Latest { .. } => vec![None],
            PeriodRule::AsOf { year, .. } => vec![Some(Period::year(year))],
        };
        let n_measures = self.package.measures.len();
        let indicators: Vec<NodeIx> = self.package.indicators().map(|(ix, ..)| ix).collect();
        for (at, ix) in indicators.iter().enumerate() {
            self.nodes[*ix].variable = Some(n_measures + at);
        }
        let derived = self.formulas(&indicators);
        for ix in &indicators {
            self.indicator(*ix, &derived);
        }
        // Children before their groups.
        let mut order = self.package.tree();
        order.reverse();
        for (ix, _) in order {
            if let NodeKind::Group(group) = &self.package.nodes[ix].kind {
                self.group(ix, group);
            }
        }
    }

    fn push(
        &mut self,
        node: NodeIx,
        key: &'static str,
        work: Work<S>,
        setting: Setting<S>,
        round: Option<Rounding>,
        n_rows: usize,
    ) -> Slot {
        let out = self.steps.len();
        let step = Step { node, key, work, round, out, n_rows };
        let wave = step
            .inputs()
            .iter()
            .map(|slot| match slot {
                Slot::Input(_) => 0,
                Slot::Made(made) => self.wave_of_made[*made] + 1,
            })
            .max()
            .unwrap_or(0);
        self.waves.push(wave);
        self.wave_of_made.push(wave);
        self.steps.push(step);
        self.settings.push(setting);
        Slot::Made(out)
    }

    /// Parses every formula and puts the derived indicators in order; yields, for each variable, the column it is in
    /// and (for a derived one) its nominal values, whose presence decides which period is taken.
    fn formulas(&mut self, indicators: &[NodeIx]) -> Vec<Option<(Slot, Column<S>)>> {
        let package = self.package;
        let variables = package.variables();
        let mut out: Vec<Option<(Slot, Column<S>)>> = vec![None; variables.len()];
        let mut waiting: Vec<(NodeIx, Formula, Vec<usize>)> = Vec::new();
        for ix in indicators {
            let node = &package.nodes[*ix];
            let Some(text) = node.indicator().and_then(|i| i.formula.as_deref()) else { continue };
            let place = node.spans.of("formula");
            let formula = match Formula::parse(text) {
                Ok(formula) => formula,
                Err(mistake) => {
                    let mut diagnostic = Diagnostic::new(&catalog::FORMULA_SYNTAX, mistake.message)
                        .at(place)
                        .concerning("indicator", &node.id);
                    if let Some(help) = mistake.help {
                        diagnostic = diagnostic.help(help);
                    }
                    self.found.push(diagnostic);
                    continue;
                }
            };
            let mut uses = Vec::new();
            for name in formula.names() {
                match variable_of(&variables, name) {
                    Some(variable) => uses.push(variable),
                    None => {
                        let mut diagnostic = Diagnostic::new(
                            &catalog::FORMULA_NAME,
                            format!("there is no measure or indicator `{name}`"),
                        )
                        .at(place.clone())
                        .concerning("indicator", &node.id);
                        diagnostic = match nearest(name, variables.iter().map(|v| v.id.as_str())) {
                            Some(near) => diagnostic.help(format!("did you mean `{near}`?")),
                            None => diagnostic.help(format!("add a [[measure]] with `id = \"{name}\"`")),
                        };
                        self.found.push(diagnostic);
                    }
                }
            }
            if uses.len() == formula.names().len() {
                waiting.push((*ix, formula, uses));
            }
        }
        if self.found.has_errors() {
            return out;
        }
        let is_waiting = |waiting: &[(NodeIx, Formula, Vec<usize>)], nodes: &[NodeSlots], variable: usize| {
            waiting.iter().any(|(ix, ..)| nodes[*ix].variable == Some(variable))
        };
        while !waiting.is_empty() {
            let ready = waiting
                .iter()
                .position(|(_, _, uses)| !uses.iter().any(|v| is_waiting(&waiting, &self.nodes, *v)));
            let Some(ready) = ready else {
                let (ix, ..) = &waiting[0];
                self.found.push(
                    Diagnostic::new(
                        &catalog::FORMULA_CYCLE,
                        format!(
                            "the formulas of {} need each other",
                            list_some(waiting.iter().map(|(ix, ..)| &package.nodes[*ix].id))
                        ),
                    )
                    .at(package.nodes[*ix].spans.of("formula"))
                    .help("compute one of them from measures only"),
                );
                return out;
            };
            let (ix, formula, uses) = waiting.remove(ready);
            let from: Vec<Slot> =
                uses.iter().map(|v| out[*v].as_ref().map_or(Slot::Input(*v), |(slot, _)| *slot)).collect();
            let columns: Vec<&Column<S>> = uses
                .iter()
                .map(|v| out[*v].as_ref().map_or(&self.table.columns[*v], |(_, column)| column))
                .collect();
            let program = Program::new(&formula);
            let mut values = Column::missing(0);
            let n_rows = self.table.n_rows();
            if let Err(fault) = program.column(&columns, n_rows, &mut values) {
                let diagnostic = blame(package, &fault, ix, "formula", |row| grid_row(self.table, row));
                self.found.push(diagnostic);
                continue;
            }
            let mut all: Vec<usize> = Vec::new();
            for v in &uses {
                let deeper = indicators.iter().find(|i| self.nodes[**i].variable == Some(*v));
                match deeper.map(|i| &self.nodes[*i].uses).filter(|u| !u.is_empty()) {
                    Some(deeper) => all.extend(deeper),
                    None => all.push(*v),
                }
            }
            all.sort_unstable();
            all.dedup();
            self.nodes[ix].uses = all;
            let slot = self.push(ix, "formula", Work::Derive { program, from }, Setting::Fixed, None, n_rows);
            if let Some(variable) = self.nodes[ix].variable {
                out[variable] = Some((slot, values));
            }
        }
        out
    }

    fn indicator(&mut self, ix: NodeIx, derived: &[Option<(Slot, Column<S>)>]) {
        let package = self.package;
        let node = &package.nodes[ix];
        let (Some(indicator), Some(variable)) = (node.indicator(), self.nodes[ix].variable) else { return };
        let (mut slot, values) = match &derived[variable] {
            Some((slot, values)) => (*slot, values),
            None => (Slot::Input(variable), &self.table.columns[variable]),
        };
        let n_rows = self.table.units.len() * self.periods.len();
        if package.policy.periods != PeriodRule::Panel {
            // An interval or a level has no number but is a figure: what was observed decides, not what computes.
            let has_figure = |row: usize| {
                values.has(row) || (derived[variable].is_none() && self.table.has_figure(variable, row))
            };
            let rows = select(self.table, package.policy.periods, has_figure);
            slot = self.push(
                ix,
                "periods",
                Work::Select { from: slot, rows: rows.clone() },
                Setting::Fixed,
                None,
                n_rows,
            );
            self.nodes[ix].rows = rows;
        }
        self.nodes[ix].raw = Some(slot);
        let Some(call) = &indicator.normalize else {
            let parent = node.parent.and_then(|p| package.nodes[p].group());
            let explicit = node.spans.has("normalize") || indicator.unpublished;
            if !explicit && parent.is_some_and(|g| g.aggregate.is_some()) {
                self.found.push(
                    Diagnostic::new(
                        &catalog::NOT_NORMALIZED,
                        format!(
                            "`{}` has no normalization, so it does not count in its group's score",
                            node.id
                        ),
                    )
                    .at(node.spans.item())
                    .help("add `normalize`, or say `normalize = \"none\"` if it is only shown and graded"),
                );
            }
            return;
        };
        let transform = match call.transform.as_deref() {
            None => None,
            Some(call) => match self.transform(call) {
                Ok(transform) => Some(transform),
                Err(fault) => return self.fault(&fault, ix, "normalize.transform"),
            },
        };
        let normalizer = match self.normalizer(call, indicator, transform.as_ref()) {
            Ok(normalizer) => normalizer,
            Err(fault) => return self.fault(&fault, ix, "normalize"),
        };
        let unit = match S::pick(&normalizer).unit() {
            None => None,
            Some(code) => match self.table.units.iter().position(|u| *u == *code) {
                Some(unit) => Some(unit),
                None => {
                    let mut fault =
                        Fault::new(&catalog::UNKNOWN_REFERENCE, format!("there is no unit `{code}`"))
                            .of("unit");
                    if let Some(near) = nearest(code, self.table.units.iter().map(Id::as_str)) {
                        fault = fault.help(format!("did you mean `{near}`?"));
                    }
                    return self.fault(&fault, ix, "normalize");
                }
            },
        };
        if let Some(transform) = transform {
            slot = self.push(
                ix,
                "normalize.transform",
                Work::Transform { from: slot, transform },
                Setting::Fixed,
                None,
                n_rows,
            );
            self.nodes[ix].transformed = Some(slot);
        }
        self.nodes[ix].step = Some(self.steps.len());
        let work =
            Work::Normalize { from: slot, direction: indicator.direction, fit: package.policy.fit, unit };
        let scores = self.push(ix, "normalize", work, Setting::Normalizer(normalizer), node.round, n_rows);
        self.nodes[ix].scores = Some(scores);
    }

    fn transform(&self, call: &MethodCall) -> Result<TransformBox, Fault> {
        self.methods.transforms.find(&call.method)?.make(&args(call))
    }

    fn normalizer(
        &self,
        call: &MethodCall,
        indicator: &Indicator,
        transform: Option<&TransformBox>,
    ) -> Result<NormalizerBox, Fault> {
        let method = self.methods.normalizers.find(&call.method)?;
        let mut args = args(call);
        let scale = self.package.scale(indicator);
        for param in method.params {
            let Some(arg) = args.get(param.name).cloned() else { continue };
            match (param.kind, arg) {
                // Bounds and targets are in the measurement unit, so the transform applies to them as to the data.
                (ParamKind::Quantity | ParamKind::Quantities, arg) if scale.is_some() => {
                    return Err(Fault::new(
                        &catalog::METHOD_NEEDS_SCALE,
                        format!(
                            "`{}` takes {} in a measurement unit, but the values are levels",
                            method.id, param.name
                        ),
                    )
                    .of(param.name)
                    .help(format!(
                        "use `categorical`, which scores levels; `{}` is {}",
                        param.name,
                        arg.kind()
                    )));
                }
                (ParamKind::Quantity, _) if transform.is_some() => {
                    if let Some(value) = args.optional_number(param.name)? {
                        let image = transformed(transform, param.name, value)?;
                        args.set(param.name, Arg::Number(image));
                    }
                }
                (ParamKind::Quantities, _) if transform.is_some() => {
                    let values = args.numbers(param.name)?.unwrap_or_default();
                    let images: Result<Vec<Arg>, Fault> = values
                        .into_iter()
                        .map(|v| transformed(transform, param.name, v).map(Arg::Number))
                        .collect();
                    args.set(param.name, Arg::List(images?));
                }
                // Levels are written by code and computed by place.
                (ParamKind::LevelTable, Arg::Table(table)) => {
                    let Some(scale) = scale else {
                        return Err(Fault::new(
                            &catalog::METHOD_NEEDS_SCALE,
                            format!("`{}` speaks of levels, but the indicator has no scale", param.name),
                        )
                        .of(param.name)
                        .help("give the indicator a `scale`"));
                    };
                    let mut by_place = std::collections::BTreeMap::new();
                    for (code, score) in table {
                        match scale.level(&code) {
                            Some(level) => by_place.insert(level.to_string(), score),
                            None => {
                                let fault = Fault::parameter(
                                    param.name,
                                    format!("the scale `{}` has no level `{code}`", scale.id),
                                );
                                let known = scale.levels.iter().map(|l| l.id.as_str());
                                return Err(match nearest(&code, known) {
                                    Some(near) => fault.help(format!("did you mean `{near}`?")),
                                    None => fault.help(format!(
                                        "use {}",
                                        list_some(scale.levels.iter().map(|l| &l.id))
                                    )),
                                });
                            }
                        };
                    }
                    args.set(param.name, Arg::Table(by_place));
                }
                _ => {}
            }
        }
        if let Some(scale) = scale
            && method.params.iter().any(|p| p.name == "levels")
        {
            args.set("levels", Arg::Number(Decimal::from(scale.levels.len())));
        }
        method.make(&args)
    }

    fn group(&mut self, ix: NodeIx, group: &Group) {
        let package = self.package;
        let Some(call) = &group.aggregate else { return };
        let node = &package.nodes[ix];
        let parts: Vec<NodeIx> =
            node.children.iter().copied().filter(|c| self.nodes[*c].scores.is_some()).collect();
        if parts.is_empty() {
            return;
        }
        let method =
            match self.methods.aggregators.find(&call.method).and_then(|method| method.make(&args(call))) {
                Ok(method) => method,
                Err(fault) => return self.fault(&fault, ix, "aggregate"),
            };
        let weights = match weights::<S>(package, group, &parts, S::pick(&method)) {
            Some(weights) => weights,
            None => {
                let fault =
                    Fault::new(&catalog::OUT_OF_RANGE, "the weights have no common denominator in range");
                return self.fault(&fault, ix, "weights");
            }
        };
        if weights.iter().all(|w| *w == S::ZERO) {
            let fault = Fault::new(
                &catalog::ZERO_WEIGHTS,
                format!("every scored part of `{}` has weight 0", node.id),
            )
            .help("give a part that is normalized a weight above 0");
            return self.fault(&fault, ix, "weights");
        }
        let missing = Missing {
            action: group.missing.action,
            min_share: S::from_decimal(group.missing.min_share),
            min_count: group.missing.min_count,
        };
        let slots: Vec<Slot> = parts.iter().filter_map(|c| self.nodes[*c].scores).collect();
        self.nodes[ix].parts = parts;
        self.nodes[ix].step = Some(self.steps.len());
        let n_rows = self.table.units.len() * self.periods.len();
        let work = Work::Aggregate { parts: slots, missing };
        let setting = Setting::Aggregator { method, weights };
        let slot = self.push(ix, "aggregate", work, setting, node.round, n_rows);
        self.nodes[ix].scores = Some(slot);
    }

    fn fault(&mut self, fault: &Fault, node: NodeIx, key: &str) {
        self.found.push(blame(self.package, fault, node, key, |_| Vec::new()));
    }
}

/// The place of the variable that a name in a formula means: its code, or its code with `_` for each `-`, which SQL
/// reads as minus.
pub(crate) fn variable_of(variables: &[Variable<'_>], name: &str) -> Option<usize> {
    variables
        .iter()
        .position(|v| *v.id == *name)
        .or_else(|| variables.iter().position(|v| v.id.as_str().replace('-', "_") == name))
}

fn transformed(transform: Option<&TransformBox>, name: &str, value: Decimal) -> Result<Decimal, Fault> {
    match transform {
        None => Ok(value),
        Some(transform) => Decimal::pick(transform).apply(value).ok_or_else(|| {
            Fault::new(
                &catalog::UNDEFINED_TRANSFORM,
                format!("the transform is not defined at `{name}` = {value}"),
            )
            .of(name)
            .help(format!("give `{name}` a value for which it is, or remove `transform`"))
        }),
    }
}

/// The weights of a group's scored parts.
fn weights<S: Scalar>(
    package: &Package,
    group: &Group,
    parts: &[NodeIx],
    method: &dyn Aggregator<S>,
) -> Option<Vec<S>> {
    if group.weights == WeightUse::None {
        return Some(vec![S::ONE; parts.len()]);
    }
    let ratios: Vec<Ratio> = parts.iter().map(|c| package.nodes[*c].weight).collect();
    let decimals: Vec<Decimal> = match method.weighting() {
        Weighting::Proportional => Ratio::proportions(&ratios)?,
        Weighting::Absolute => ratios.iter().map(|r| r.quotient()).collect::<Option<_>>()?,
    };
    Some(decimals.into_iter().map(S::from_decimal).collect())
}

/// Arguments of a call, in the form methods take them.
fn args(call: &MethodCall) -> Args {
    fn arg(value: &ArgValue) -> Arg {
        match value {
            ArgValue::Number(x) => Arg::Number(*x),
            ArgValue::Text(text) => Arg::Text(text.clone()),
            ArgValue::Flag(flag) => Arg::Flag(*flag),
            ArgValue::List(items) => Arg::List(items.iter().map(arg).collect()),
            ArgValue::Table(items) => Arg::Table(items.iter().map(|(k, v)| (k.clone(), arg(v))).collect()),
        }
    }
    call.args.iter().fold(Args::new(), |args, (name, value)| args.with(name, arg(value)))
}

/// For each unit, the row of the data's grid that the rule takes; [`NONE`] where there is none.
fn select<S: Scalar>(table: &Table<S>, rule: PeriodRule, has_figure: impl Fn(usize) -> bool) -> Vec<u32> {
    let n_units = table.units.len();
    let year = |period: usize| table.periods[period].map(|p| i32::from(p.end_year()));
    let (limit, later, max_age) = match rule {
        PeriodRule::AsOf { year, later, max_age } => (Some(i32::from(year)), later, max_age),
        PeriodRule::Latest { max_age } => (None, false, max_age),
        PeriodRule::Panel => (None, false, None),
    };
    // The age of a figure is counted from the year of the result, or from the newest figure of any unit.
    let newest = (0..table.periods.len())
        .filter(|p| (0..n_units).any(|u| has_figure(p * n_units + u)))
        .filter_map(year)
        .max();
    let reference = limit.or(newest);
    (0..n_units)
        .map(|unit| {
            let row = |period: usize| period * n_units + unit;
            let within = |period: &usize| match (year(*period), limit) {
                (Some(year), Some(limit)) => year <= limit,
                _ => true,
            };
            let fresh = |period: &usize| match (year(*period), reference, max_age) {
                (Some(year), Some(reference), Some(age)) => {
                    i64::from(reference) - i64::from(year) <= i64::from(age)
                }
                _ => true,
            };
            let periods = || (0..table.periods.len()).filter(|p| has_figure(row(*p)));
            let chosen = periods().rfind(|p| within(p)).filter(fresh);
            let chosen = chosen.or_else(|| {
                let any_before = periods().any(|p| within(&p));
                periods().find(|p| later && !any_before && !within(p))
            });
            chosen.and_then(|period| u32::try_from(row(period)).ok()).unwrap_or(NONE)
        })
        .collect()
}

/// What a row of the data's grid is, for messages.
fn grid_row<S: Scalar>(table: &Table<S>, row: usize) -> Vec<(&'static str, String)> {
    place_of_row(&table.units, &table.periods, row)
}

pub(crate) fn place_of_row(
    units: &[Id],
    periods: &[Option<Period>],
    row: usize,
) -> Vec<(&'static str, String)> {
    let mut out = Vec::new();
    if let Some(unit) = units.get(row % units.len().max(1)) {
        out.push(("unit", format!("`{unit}`")));
    }
    if let Some(Some(period)) = periods.get(row / units.len().max(1)) {
        out.push(("period", period.to_string()));
    }
    out
}

/// A fault of a method as a diagnostic: the method knows the values, this adds indicator, unit, period and step.
pub(crate) fn blame(
    package: &Package,
    fault: &Fault,
    ix: NodeIx,
    key: &str,
    row: impl Fn(usize) -> Vec<(&'static str, String)>,
) -> Diagnostic {
    let node: &Node = &package.nodes[ix];
    let path = match &fault.parameter {
        Some(parameter) => format!("{key}.{parameter}"),
        None if fault.kind == &catalog::UNKNOWN_METHOD => format!("{key}.method"),
        None => key.to_owned(),
    };
    let mut diagnostic = Diagnostic::new(fault.kind, fault.message.clone()).at(node.spans.of(&path));
    diagnostic.help.clone_from(&fault.help);
    let what = if node.indicator().is_some() { "indicator" } else { "group" };
    diagnostic = diagnostic.concerning(what, format!("`{}`", node.id));
    if let Some(at) = fault.row {
        for (what, which) in row(at) {
            diagnostic = diagnostic.concerning(what, which);
        }
    }
    diagnostic.concerning("step", format!("`{key}`"))
}
