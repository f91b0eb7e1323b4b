//! Running a plan: columns made step by step, only where something has changed.

use crate::blame::blame;
use crate::compute::compute;
use crate::plan::{Declared, Plan, Setting, Settings, Slot, Step};
use gradus_method::{Column, Fault, Outcome};
use gradus_model::number::Scalar;
use gradus_model::package::NodeIx;
use gradus_model::{Diagnostic, Diagnostics, Package};
use gradus_normalize::Scale;
use gradus_weight::Weighed;
use rayon::prelude::*;
use std::sync::Arc;

/// A wave of steps is shared among threads from this many cells on; below, the threads cost more than they save.
pub(crate) const PARALLEL_CELLS: usize = 1 << 16;

/// What a step found out on the way, beside its columns.
#[derive(Debug, Default)]
pub(crate) enum Learned<S: Scalar> {
    #[default]
    Nothing,
    /// What a normalization learned: once when pooled, else per period, with nothing for a period without figures.
    Scales(Vec<Option<Box<dyn Scale<S>>>>),
    /// What normalizations with parameters by row learned, and which of them each row has.
    ByRow { scales: Vec<Vec<(&'static str, S)>>, of_row: Vec<Option<usize>> },
    /// What was done to an indicator: once when pooled, else per period.
    Treated(Vec<Option<TreatedFacts<S>>>),
    /// The rows that were filled, for each column.
    Filled(Vec<Vec<usize>>),
    /// Why rows and columns were left out.
    Screened { rows: Vec<Option<Why>>, columns: Vec<Option<Why>> },
    /// The weights that were found: once when pooled, else per period.
    Weighed(Vec<Option<Weighed<S>>>),
}

/// What a treatment did, with rows of the result.
#[derive(Debug, Clone)]
pub(crate) struct TreatedFacts<S> {
    pub(crate) changed: Vec<(usize, &'static str)>,
    pub(crate) rescaled: Option<&'static str>,
    pub(crate) facts: Vec<(&'static str, S)>,
}

/// Why a unit or an indicator is left out.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Why {
    /// Too few cells have a figure.
    Availability,
    /// Too few figures are not zero.
    Zeros,
    /// Too many figures are the same.
    Same,
    /// The package says so.
    Declared,
}

impl Why {
    /// Every reason with its word.
    pub const WORDS: &'static [(&'static str, Self)] = &[
        ("availability", Self::Availability),
        ("zeros", Self::Zeros),
        ("same", Self::Same),
        ("declared", Self::Declared),
    ];
    /// The word of the reason.
    #[must_use]
    pub fn word(self) -> &'static str {
        Self::WORDS.iter().find(|(_, why)| *why == self).map_or("", |(word, _)| word)
    }
}

/// The columns of a run. Keep it and run again: unchanged steps are not computed anew, and columns keep their memory.
#[derive(Debug)]
pub struct Run<S: Scalar> {
    pub(crate) made: Vec<Column<S>>,
    /// Whether a made column belongs to an indicator that was screened out, or to a group of none but such.
    pub(crate) excluded: Vec<bool>,
    /// The rows of a made column that were screened out; empty where none were.
    pub(crate) gone: Vec<Arc<[bool]>>,
    /// For each step, what it learned.
    pub(crate) learned: Vec<Learned<S>>,
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
            excluded: vec![false; plan.n_made],
            gone: vec![Arc::default(); plan.n_made],
            learned: (0..plan.steps.len()).map(|_| Learned::Nothing).collect(),
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

    pub(crate) fn column<'a>(&'a self, plan: &'a Plan<S>, slot: Slot) -> &'a Column<S> {
        match slot {
            Slot::Input(ix) => self.inputs[ix].as_ref().unwrap_or(&plan.table.columns[ix]),
            Slot::Member(ix) => &plan.members[ix],
            Slot::Made(ix) => &self.made[ix],
        }
    }
    pub(crate) fn is_excluded(&self, slot: Slot) -> bool {
        match slot {
            Slot::Made(ix) => self.excluded[ix],
            Slot::Input(_) | Slot::Member(_) => false,
        }
    }

    /// The rows of a column that were screened out; empty where none were.
    pub(crate) fn gone(&self, slot: Slot) -> Arc<[bool]> {
        match slot {
            Slot::Made(ix) => self.gone[ix].clone(),
            Slot::Input(_) | Slot::Member(_) => Arc::default(),
        }
    }

    /// The scores of a node, when it is scored.
    #[must_use]
    pub fn scores<'a>(&'a self, plan: &'a Plan<S>, node: NodeIx) -> Option<&'a Column<S>> {
        plan.nodes.get(node)?.scores.map(|slot| self.column(plan, slot))
    }
    /// The values of a measure or indicator on the rows of the result, by its place among the package's variables; nothing
    /// for a measure that no score needs.
    #[must_use]
    pub fn figure<'a>(&'a self, plan: &'a Plan<S>, variable: usize) -> Option<&'a Column<S>> {
        plan.variables.get(variable)?.selected.map(|slot| self.column(plan, slot))
    }
    /// The raw values of an indicator.
    #[must_use]
    pub fn raw<'a>(&'a self, plan: &'a Plan<S>, node: NodeIx) -> Option<&'a Column<S>> {
        plan.nodes.get(node)?.raw.map(|slot| self.column(plan, slot))
    }
    /// The transformed values of a node that has a transform.
    #[must_use]
    pub fn transformed<'a>(&'a self, plan: &'a Plan<S>, node: NodeIx) -> Option<&'a Column<S>> {
        plan.nodes.get(node)?.transformed.map(|slot| self.column(plan, slot))
    }
    /// The values of an indicator after a step of the pipeline, by place; nothing when the step is not for it.
    #[must_use]
    pub fn stage<'a>(&'a self, plan: &'a Plan<S>, node: NodeIx, step: usize) -> Option<&'a Column<S>> {
        let stage = plan.nodes.get(node)?.stages.iter().find(|stage| stage.pipeline == step)?;
        Some(self.column(plan, stage.slot))
    }
}

/// One step that has to be computed, with the memory it computes into.
pub(crate) struct Job<S: Scalar> {
    pub(crate) step: usize,
    pub(crate) outs: Vec<Column<S>>,
    pub(crate) excluded: Vec<bool>,
    pub(crate) gone: Vec<Arc<[bool]>>,
    pub(crate) learned: Learned<S>,
    /// The key that is to blame, where it is another than the step's.
    pub(crate) blamed: Option<&'static str>,
    result: Outcome<()>,
}

impl<S: Scalar> Plan<S> {
    /// Runs the plan with the given settings, into `run`.
    ///
    /// # Errors
    /// Every step that cannot be computed: which indicator, unit, period and step, and why. What needs such a step is passed
    /// over. The run is then empty and may be used again.
    pub fn run(
        &self,
        package: &Package,
        settings: &Settings<S>,
        run: &mut Run<S>,
    ) -> Result<(), Diagnostics> {
        let mut changed = vec![false; self.n_made];
        let mut without = vec![false; self.n_made];
        let mut failed = Diagnostics::new();
        for wave in &self.waves {
            let mut jobs: Vec<Job<S>> = Vec::new();
            for ix in wave.clone() {
                let step = &self.steps[ix];
                if step.inputs().iter().any(|slot| matches!(slot, Slot::Made(made) if without[*made])) {
                    without[step.out.clone()].fill(true);
                    continue;
                }
                let stale = step.inputs().iter().any(|slot| match slot {
                    Slot::Input(input) => run.changed_inputs[*input],
                    Slot::Member(_) => false,
                    Slot::Made(made) => changed[*made],
                });
                let same = run.used[ix].as_ref().is_some_and(|used| used.same(&settings.steps[ix]));
                if stale || !same {
                    let outs = step
                        .out
                        .clone()
                        .map(|made| std::mem::replace(&mut run.made[made], Column::missing(0)))
                        .collect();
                    jobs.push(Job {
                        step: ix,
                        outs,
                        excluded: vec![false; step.out.len()],
                        gone: vec![Arc::default(); step.out.len()],
                        learned: std::mem::take(&mut run.learned[ix]),
                        blamed: None,
                        result: Ok(()),
                    });
                }
            }
            let shared: &Run<S> = run;
            let work = |job: &mut Job<S>| {
                job.result = compute(self, &self.steps[job.step], &settings.steps[job.step], shared, job);
            };
            let cells: usize = jobs.iter().map(|job| self.steps[job.step].n_rows * job.outs.len()).sum();
            if jobs.len() > 1 && cells >= PARALLEL_CELLS {
                jobs.par_iter_mut().for_each(work);
            } else {
                jobs.iter_mut().for_each(work);
            }
            for job in jobs {
                let step = &self.steps[job.step];
                let marks = job.excluded.into_iter().zip(job.gone);
                for ((made, column), (excluded, gone)) in step.out.clone().zip(job.outs).zip(marks) {
                    changed[made] = true;
                    run.made[made] = column;
                    run.excluded[made] = excluded;
                    run.gone[made] = gone;
                }
                run.learned[job.step] = job.learned;
                run.used[job.step] = Some(settings.steps[job.step].clone());
                if let Err(fault) = &job.result {
                    without[step.out.clone()].fill(true);
                    failed.push(self.fault(package, fault, step, job.blamed));
                }
            }
        }
        if !failed.is_empty() {
            // What was made is of no use without the rest.
            *run = Run { inputs: std::mem::take(&mut run.inputs), ..Run::new(self) };
            return Err(failed);
        }
        run.changed_inputs.fill(false);
        Ok(())
    }

    fn fault(
        &self,
        package: &Package,
        fault: &Fault,
        step: &Step<S>,
        blamed: Option<&'static str>,
    ) -> Diagnostic {
        let declared = match (step.declared, blamed) {
            (Declared::Node(ix, _), Some(key)) => Declared::Node(ix, key),
            (declared, _) => declared,
        };
        let periods = if step.on_grid { &self.table.periods } else { &self.periods };
        blame(package, fault, declared, &self.units, periods)
    }
}

impl<S: Scalar> Setting<S> {
    /// Whether two settings make a step yield the same: methods are the same object, weights are equal.
    fn same(&self, other: &Self) -> bool {
        match (self, other) {
            (Self::Fixed, Self::Fixed) => true,
            (Self::Normalizer(a), Self::Normalizer(b)) => a.same(b),
            (Self::Treatment(a), Self::Treatment(b)) => a.same(b),
            (Self::Imputer { method: a, draw: d }, Self::Imputer { method: b, draw: e }) => {
                a.same(b) && d == e
            }
            (
                Self::Aggregator { method: a, weights: v, weigher: f },
                Self::Aggregator { method: b, weights: w, weigher: g },
            ) => {
                let found = match (f, g) {
                    (Some(f), Some(g)) => f.same(g),
                    (None, None) => true,
                    _ => false,
                };
                a.same(b) && v == w && found
            }
            _ => false,
        }
    }
}
