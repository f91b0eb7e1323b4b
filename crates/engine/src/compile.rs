//! From a package to a plan: names resolved, methods built, shapes known.

mod arguments;
mod formulas;
mod periods;

pub(crate) use formulas::variable_of;

use crate::blame::blame;
use crate::plan::{Methods, Missing, NodeSlots, Plan, Setting, Settings, Slot, Step, Work};
use crate::table::Table;
use arguments::{args, weights};
use gradus_method::{Column, Fault};
use gradus_model::diagnostic::{Diagnostics, catalog, nearest};
use gradus_model::number::{Rounding, Scalar};
use gradus_model::observation::Period;
use gradus_model::package::{Group, NodeIx, NodeKind, Package};
use gradus_model::policy::PeriodRule;
use gradus_model::{Diagnostic, Id};
use periods::select;

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
