//! Running a plan: columns made step by step, only where something has changed.

use crate::blame::{blame, place_of_row};
use crate::fold;
use crate::plan::{Plan, Setting, Settings, Slot, Step, Work};
use crate::table::NONE;
use gradus_method::{Column, Fault, Outcome};
use gradus_model::number::Scalar;
use gradus_model::package::NodeIx;
use gradus_model::policy::Fit;
use gradus_model::{Diagnostic, Diagnostics, Package};
use gradus_normalize::{Normalizer, Scale};
use rayon::prelude::*;

/// A wave of steps is shared among threads from this many cells on; below, the threads cost more than they save.
const PARALLEL_CELLS: usize = 1 << 16;

/// The columns of a run. Keep it and run again: unchanged steps are not computed anew, and columns keep their memory.
#[derive(Debug)]
pub struct Run<S: Scalar> {
    pub(crate) made: Vec<Column<S>>,
    /// For each step that normalizes, what it learned: once when pooled, else per period, with nothing for a period
    /// without figures.
    pub(crate) scales: Vec<Vec<Option<Box<dyn Scale<S>>>>>,
    used: Vec<Option<Setting<S>>>,
    /// Replaced inputs, for simulation of data errors.
    inputs: Vec<Option<Column<S>>>,
    changed_inputs: Vec<bool>,
}

impl<S: Scalar> Run<S> {
    /// Room for the columns of a plan.
    #[must_use]
    pub fn new(plan: &Plan<S>) -> Self {
        Self {
            made: vec![Column::missing(0); plan.n_made],
            scales: (0..plan.steps.len()).map(|_| Vec::new()).collect(),
            used: vec![None; plan.steps.len()],
            inputs: vec![None; plan.table.columns.len()],
            changed_inputs: vec![false; plan.table.columns.len()],
        }
    }

    /// Puts other figures in the place of a variable's, by its place among the package's variables.
    ///
    /// The column must have a row per unit and period of the data; `None` puts the plan's own back.
    pub fn replace_input(&mut self, variable: usize, column: Option<Column<S>>) {
        if let Some(input) = self.inputs.get_mut(variable) {
            *input = column;
            self.changed_inputs[variable] = true;
        }
    }

    /// Lets the next run compute every step, in the memory this one has.
    pub fn forget(&mut self) {
        self.used.fill_with(|| None);
    }

    fn column<'a>(&'a self, plan: &'a Plan<S>, slot: Slot) -> &'a Column<S> {
        match slot {
            Slot::Input(ix) => self.inputs[ix].as_ref().unwrap_or(&plan.table.columns[ix]),
            Slot::Made(ix) => &self.made[ix],
        }
    }

    /// The scores of a node, when it is scored.
    #[must_use]
    pub fn scores<'a>(&'a self, plan: &'a Plan<S>, node: NodeIx) -> Option<&'a Column<S>> {
        plan.nodes.get(node)?.scores.map(|slot| self.column(plan, slot))
    }
    /// The raw values of an indicator.
    #[must_use]
    pub fn raw<'a>(&'a self, plan: &'a Plan<S>, node: NodeIx) -> Option<&'a Column<S>> {
        plan.nodes.get(node)?.raw.map(|slot| self.column(plan, slot))
    }
    /// The transformed values of an indicator that has a transform.
    #[must_use]
    pub fn transformed<'a>(&'a self, plan: &'a Plan<S>, node: NodeIx) -> Option<&'a Column<S>> {
        plan.nodes.get(node)?.transformed.map(|slot| self.column(plan, slot))
    }
}

/// One step that has to be computed, with the memory it computes into.
struct Job<S: Scalar> {
    step: usize,
    out: Column<S>,
    scales: Vec<Option<Box<dyn Scale<S>>>>,
    result: Outcome<()>,
}

impl<S: Scalar> Plan<S> {
    /// Runs the plan with the given settings, into `run`.
    ///
    /// # Errors
    /// Every step that cannot be computed, of the first wave of steps that has one: which indicator, unit, period and
    /// step, and why. The run is then empty and may be used again.
    pub fn run(
        &self,
        package: &Package,
        settings: &Settings<S>,
        run: &mut Run<S>,
    ) -> Result<(), Diagnostics> {
        let mut changed = vec![false; self.n_made];
        for wave in &self.waves {
            let mut jobs: Vec<Job<S>> = Vec::new();
            for ix in wave.clone() {
                let step = &self.steps[ix];
                let stale = step.inputs().iter().any(|slot| match slot {
                    Slot::Input(input) => run.changed_inputs[*input],
                    Slot::Made(made) => changed[*made],
                });
                let same = run.used[ix].as_ref().is_some_and(|used| used.same(&settings.steps[ix]));
                if stale || !same {
                    jobs.push(Job {
                        step: ix,
                        out: std::mem::replace(&mut run.made[step.out], Column::missing(0)),
                        scales: std::mem::take(&mut run.scales[ix]),
                        result: Ok(()),
                    });
                }
            }
            let shared: &Run<S> = run;
            let work = |job: &mut Job<S>| {
                let step = &self.steps[job.step];
                job.result =
                    self.compute(step, &settings.steps[job.step], shared, &mut job.out, &mut job.scales);
            };
            let cells: usize = jobs.iter().map(|job| self.steps[job.step].n_rows).sum();
            if jobs.len() > 1 && cells >= PARALLEL_CELLS {
                jobs.par_iter_mut().for_each(work);
            } else {
                jobs.iter_mut().for_each(work);
            }
            let mut failed = Diagnostics::new();
            for job in jobs {
                let step = &self.steps[job.step];
                changed[step.out] = true;
                run.made[step.out] = job.out;
                run.scales[job.step] = job.scales;
                run.used[job.step] = Some(settings.steps[job.step].clone());
                if let Err(fault) = &job.result {
                    failed.push(self.fault(package, fault, step));
                }
            }
            if !failed.is_empty() {
                // What was made so far is of no use without the rest.
                *run = Run { inputs: std::mem::take(&mut run.inputs), ..Run::new(self) };
                return Err(failed);
            }
        }
        run.changed_inputs.fill(false);
        Ok(())
    }

    fn fault(&self, package: &Package, fault: &Fault, step: &Step<S>) -> Diagnostic {
        let on_grid = matches!(step.work, Work::Derive { .. });
        let periods = if on_grid { &self.table.periods } else { &self.periods };
        blame(package, fault, step.node, step.key, |row| place_of_row(&self.units, periods, row))
    }

    fn compute(
        &self,
        step: &Step<S>,
        setting: &Setting<S>,
        run: &Run<S>,
        out: &mut Column<S>,
        scales: &mut Vec<Option<Box<dyn Scale<S>>>>,
    ) -> Outcome<()> {
        match (&step.work, setting) {
            (Work::Derive { program, from }, _) => {
                let columns: Vec<&Column<S>> = from.iter().map(|slot| run.column(self, *slot)).collect();
                program.column(&columns, &[], step.n_rows, out)?;
            }
            (Work::Select { from, rows }, _) => {
                let source = run.column(self, *from);
                out.fill_with(step.n_rows, |row| {
                    Ok(if rows[row] == NONE { None } else { source.get(rows[row] as usize) })
                })?;
            }
            (Work::Transform { from, transform }, _) => {
                let transform = S::pick(transform);
                let source = run.column(self, *from);
                out.map_from(source, |x| transform.apply(x)).map_err(|fault| {
                    let value = fault.row.and_then(|row| source.get(row));
                    undefined_transform(fault, value)
                })?;
            }
            (Work::Normalize { from, direction, fit, unit }, Setting::Normalizer(method)) => {
                let method: &dyn Normalizer<S> = S::pick(method);
                let source = run.column(self, *from);
                let n_units = self.units.len();
                scales.clear();
                if source.n_missing() == step.n_rows {
                    // Nothing to learn from and nothing to score; that there are no figures is said where they are read.
                    return out.fill_with(step.n_rows, |_| Ok(None));
                }
                let learn = |reference: &Column<S>, of_unit: Option<S>| match unit {
                    None => method.fit(reference, *direction),
                    Some(unit) => match of_unit {
                        Some(value) => method.fit_to_unit(reference, value, *direction),
                        None => Err(Fault::new(
                            &gradus_model::diagnostic::catalog::UNKNOWN_REFERENCE,
                            format!("the reference unit `{}` has no value", self.units[*unit]),
                        )
                        .help("name a unit that has one")
                        .of("unit")),
                    },
                };
                if *fit == Fit::Pooled || self.periods.len() == 1 {
                    // With several periods pooled, a reference unit stands with its newest value.
                    let of_unit = unit.and_then(|u| {
                        (0..self.periods.len()).rev().find_map(|p| source.get(p * n_units + u))
                    });
                    let scale = learn(source, of_unit)?;
                    scale.score(source, out)?;
                    scales.push(Some(scale));
                } else {
                    let mut scored = Column::missing(0);
                    let mut all = Column::missing(step.n_rows);
                    for period in 0..self.periods.len() {
                        let start = period * n_units;
                        let values = source.rows(start..start + n_units);
                        if values.n_missing() == values.len() {
                            // A period without figures has nothing to learn from and nothing to score.
                            scales.push(None);
                            continue;
                        }
                        let at = |fault: Fault| {
                            let row = fault.row.unwrap_or(0) + start;
                            fault.in_row(row)
                        };
                        let scale = learn(&values, unit.and_then(|u| values.get(u))).map_err(at)?;
                        scale.score(&values, &mut scored).map_err(at)?;
                        for row in 0..n_units {
                            all.set(start + row, scored.get(row));
                        }
                        scales.push(Some(scale));
                    }
                    *out = all;
                }
            }
            (Work::Aggregate { parts, missing }, Setting::Aggregator { method, weights }) => {
                let columns: Vec<&Column<S>> = parts.iter().map(|slot| run.column(self, *slot)).collect();
                fold::aggregate(S::pick(method), &columns, weights, missing, step.n_rows, out)?;
            }
            // Settings are made by the compiler, one for each step.
            (Work::Normalize { .. } | Work::Aggregate { .. }, _) => return Err(Fault::out_of_range()),
        }
        if let Some(rounding) = step.round {
            for row in 0..out.len() {
                if let Some(value) = out.get(row) {
                    out.set(row, Some(value.rounded(rounding)));
                }
            }
        }
        Ok(())
    }
}

fn undefined_transform<S: Scalar>(fault: Fault, value: Option<S>) -> Fault {
    let Some(value) = value else { return fault };
    let mut clearer = Fault::new(
        &gradus_model::diagnostic::catalog::UNDEFINED_TRANSFORM,
        format!("the transform is not defined at {value}"),
    )
    .help("correct the figure, add a `shift` to the transform, or remove it");
    clearer.row = fault.row;
    clearer
}

impl<S: Scalar> Setting<S> {
    /// Whether two settings make a step yield the same: methods are the same object, weights are equal.
    fn same(&self, other: &Self) -> bool {
        match (self, other) {
            (Self::Fixed, Self::Fixed) => true,
            (Self::Normalizer(a), Self::Normalizer(b)) => a.same(b),
            (Self::Aggregator { method: a, weights: v }, Self::Aggregator { method: b, weights: w }) => {
                a.same(b) && v == w
            }
            _ => false,
        }
    }
}
