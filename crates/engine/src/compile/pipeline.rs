//! The steps between figures and normalization.

use super::arguments::args;
use super::scores::Scaling;
use super::{Compiler, NewStep};
use crate::blame::call_for;
use crate::plan::{BlockFacts, Declared, EnoughOf, Screening, Setting, Slot, StageSlot, Work};
use crate::table::{NONE, unknown_kind};
use gradus_impute::{Imputer, ImputerBox};
use gradus_method::{Fault, Outcome};
use gradus_model::diagnostic::{catalog, nearest};
use gradus_model::number::Scalar;
use gradus_model::package::{Action, Direction, Enough, MethodCall, NodeIx, PipelineStep, Screen};
use gradus_model::policy::{Fit, PeriodRule};
use gradus_model::{Diagnostic, Id};
use std::collections::{BTreeMap, BTreeSet};

/// The most draws of a multiple imputation.
const MOST_DRAWS: u32 = 10_000;

impl<S: Scalar> Compiler<'_, S> {
    /// Takes every indicator whose figures need no score through the pipeline, step by step.
    pub(super) fn pipeline(&mut self) {
        let package = self.package;
        let indicators: Vec<NodeIx> = package.indicators().map(|(ix, ..)| ix).collect();
        for ix in &indicators {
            let Some(variable) = self.nodes[*ix].variable else { continue };
            if !self.variable_slots[variable].late {
                self.start(*ix, 0);
            }
        }
        for (at, step) in package.pipeline.iter().enumerate() {
            self.pipeline_at = Some(at);
            let ready: Vec<NodeIx> =
                step.indicators.iter().copied().filter(|ix| self.current[*ix].is_some()).collect();
            if ready.len() < step.indicators.len()
                && matches!(step.action, Action::Screen(_) | Action::Impute(_))
            {
                self.looks_at_scores(step);
            }
            match &step.action {
                Action::Screen(screen) => self.screen(at, step, screen, &ready),
                Action::Impute(_) => self.impute(at, step, &ready),
                _ => {
                    for ix in ready {
                        self.apply(at, ix, 0);
                    }
                }
            }
        }
        self.pipeline_at = None;
    }

    /// The figures of an indicator on the rows of the result, where its pipeline starts.
    pub(super) fn start(&mut self, ix: NodeIx, depth: usize) -> Option<Slot> {
        let variable = self.nodes[ix].variable?;
        let direction = self.package.nodes[ix].indicator()?.direction;
        let slot = self.figure(variable, depth)?;
        self.nodes[ix].raw = Some(slot);
        self.current[ix] = Some((slot, direction));
        Some(slot)
    }

    /// A step that looks at several indicators at once cannot wait for scores that wait for it.
    fn looks_at_scores(&mut self, step: &PipelineStep) {
        for ix in step.indicators.iter().filter(|ix| self.current[**ix].is_none()) {
            let node = &self.package.nodes[*ix];
            self.found.push(
                Diagnostic::new(
                    &catalog::STEP_CONFLICT,
                    format!(
                        "`{}` is computed from scores, which are there only after `{}`",
                        node.id, step.id
                    ),
                )
                .at(step.spans.item())
                .concerning("indicator", &node.id)
                .help(format!("leave it out of the step: `except = [\"{}\"]`", node.id)),
            );
        }
    }

    fn reached(&mut self, pipeline: usize, ix: NodeIx, slot: Slot, step: usize, column: usize) {
        self.nodes[ix].stages.push(StageSlot { pipeline, slot, step, column });
        if let Some((current, _)) = &mut self.current[ix] {
            *current = slot;
        }
    }

    /// A step that looks at one indicator.
    pub(super) fn apply(&mut self, at: usize, ix: NodeIx, depth: usize) {
        let package = self.package;
        let step = &package.pipeline[at];
        let Some((from, direction)) = self.current[ix] else { return };
        let declared = Declared::Pipeline(at, Some(ix));
        let fit = self.fit_of(step.fit);
        let call = call_for(step, Some(ix));
        let new = match (&step.action, call) {
            (Action::Round(rounding), _) => {
                Ok(NewStep { round: Some(*rounding), ..NewStep::new(declared, Work::Round { from }) })
            }
            (Action::Denominate(list), _) => {
                let Some(denominator) = list.iter().find(|d| d.indicator == ix) else { return };
                let Some(variable) = self.variable_places.get(denominator.by.as_str()).copied() else {
                    return;
                };
                let Some(by) = self.denominator(ix, variable, depth + 1) else { return };
                let scale = S::from_decimal(denominator.scale);
                Ok(NewStep::new(declared, Work::Denominate { from: [from, by], scale }))
            }
            (Action::Treat(_), Some(call)) => {
                self.methods.treatments.find(&call.method).and_then(|method| method.make(&args(call))).map(
                    |method| NewStep {
                        setting: Setting::Treatment(method),
                        ..NewStep::new(declared, Work::Treat { from, fit })
                    },
                )
            }
            (Action::Transform(_), Some(call)) => self
                .transform(call)
                .map(|transform| NewStep::new(declared, Work::Transform { from, transform })),
            (Action::Normalize(_), Some(call)) => {
                let scale = package.nodes[ix].indicator().and_then(|i| package.scale(i));
                self.spoiled(ix, call, at, &step.spans);
                let scaling = Scaling { call, scale, from, direction, fit };
                self.normalization(&scaling, declared, &package.nodes[ix].id, depth)
            }
            _ => return,
        };
        match new {
            Ok(new) => {
                let (plan_step, made) = self.push(new);
                self.reached(at, ix, Slot::Made(made), plan_step, 0);
                if matches!(step.action, Action::Normalize(_))
                    && let Some((_, direction)) = &mut self.current[ix]
                {
                    *direction = Direction::Higher;
                }
            }
            Err(fault) => self.fault(&fault, declared),
        }
    }

    /// The denominator of an indicator on the rows of the result: of the period that the indicator itself stands with.
    fn denominator(&mut self, ix: NodeIx, variable: usize, depth: usize) -> Option<Slot> {
        let of_indicator = self.nodes[ix].variable.map(|v| self.variable_slots[v].rows.clone());
        match of_indicator.filter(|rows| !rows.is_empty() && !self.variable_slots[variable].late) {
            None => self.figure(variable, depth),
            Some(rows) => {
                let from = self.variable_slots[variable].derived.unwrap_or(Slot::Input(variable));
                let declared = Declared::Node(ix, "periods");
                let (_, made) = self.push(NewStep::new(declared, Work::Select { from, rows }));
                Some(Slot::Made(made))
            }
        }
    }

    /// Whether an earlier step may have put the figures of an indicator on another scale than its measurement unit.
    pub(super) fn rescaled_by(&self, ix: NodeIx, before: usize) -> Option<&PipelineStep> {
        let package = self.package;
        self.nodes[ix].stages.iter().filter(|s| s.pipeline < before).find_map(|stage| {
            let step = &package.pipeline[stage.pipeline];
            let rescales = match &step.action {
                Action::Transform(_) | Action::Normalize(_) => true,
                Action::Treat(_) => match &self.settings[stage.step] {
                    Setting::Treatment(method) => S::pick(method).may_rescale(),
                    _ => false,
                },
                _ => false,
            };
            rescales.then_some(step)
        })
    }

    /// A step that imputes: once for each method it has, which looks at all indicators and fills its own.
    fn impute(&mut self, at: usize, step: &PipelineStep, ready: &[NodeIx]) {
        let from: Vec<(NodeIx, Slot)> =
            ready.iter().filter_map(|ix| Some((*ix, self.current[*ix]?.0))).collect();
        if ready.is_empty() {
            // The declaration is checked even where there is nothing to fill.
            self.impute_with(at, step, step.action.call(), &[], &from);
            return;
        }
        let mut by_method: Vec<(Option<&MethodCall>, Vec<NodeIx>)> = Vec::new();
        for ix in ready {
            let call = step.method_for(*ix);
            let alike = |known: Option<&MethodCall>| match (known, call) {
                (Some(a), Some(b)) => a.method == b.method && a.args == b.args,
                (a, b) => a.is_none() && b.is_none(),
            };
            match by_method.iter_mut().find(|(known, _)| alike(*known)) {
                Some((_, own)) => own.push(*ix),
                None => by_method.push((call, vec![*ix])),
            }
        }
        for (call, own) in by_method {
            self.impute_with(at, step, call, &own, &from);
        }
    }

    /// Lets one method fill some of the indicators of a step.
    fn impute_with(
        &mut self,
        at: usize,
        step: &PipelineStep,
        call: Option<&MethodCall>,
        own: &[NodeIx],
        before: &[(NodeIx, Slot)],
    ) {
        let package = self.package;
        let Some(call) = call else { return };
        let instead = own.first().copied().filter(|ix| step.instead.contains_key(ix));
        let declared = Declared::Pipeline(at, instead);
        // Those it fills come first.
        let is_own: BTreeSet<NodeIx> = own.iter().copied().collect();
        let (first, others): (Vec<_>, Vec<_>) = before.iter().partition(|(ix, _)| is_own.contains(ix));
        let from: Vec<(NodeIx, Slot)> = first.into_iter().chain(others).collect();
        let codes: Vec<Id> = from.iter().map(|(ix, _)| package.nodes[*ix].id.clone()).collect();
        let made = self.methods.imputers.find(&call.method);
        let method = match made.and_then(|m| m.make(&args(call).for_parts(&codes))) {
            Ok(method) => method,
            Err(fault) => return self.fault(&fault, declared),
        };
        if own.is_empty() {
            return;
        }
        let classes = match self.drawn_and_by_class(step, call, &method) {
            Ok(classes) => classes,
            Err(fault) => return self.fault(&fault, declared),
        };
        let direction = |ix: NodeIx| self.current[ix].map_or(Direction::Higher, |(_, direction)| direction);
        let block = BlockFacts {
            codes,
            directions: from.iter().map(|(ix, _)| direction(*ix)).collect(),
            siblings: from.iter().map(|(ix, _)| package.nodes[*ix].parent.unwrap_or(0)).collect(),
            classes,
            times: self.times(),
            draws: step.draws,
        };
        let from: Vec<Slot> = from.into_iter().map(|(_, slot)| slot).collect();
        let fit = self.fit_of(step.fit);
        let work = Work::Impute { from, fit, block: Box::new(block) };
        let setting = Setting::Imputer { method, draw: None };
        let (plan_step, made) =
            self.push(NewStep { setting, n_out: own.len(), ..NewStep::new(declared, work) });
        for (column, ix) in own.iter().enumerate() {
            self.reached(at, *ix, Slot::Made(made + column), plan_step, column);
        }
    }

    /// Whether an imputation can be drawn and look at classes as the step says, and the classes.
    fn drawn_and_by_class(
        &self,
        step: &PipelineStep,
        call: &MethodCall,
        method: &ImputerBox,
    ) -> Outcome<Option<Vec<Option<usize>>>> {
        let package = self.package;
        let of_step = |draws: &dyn Fn(&dyn Imputer<S>) -> bool| {
            let calls = step.indicators.iter().filter_map(|ix| step.method_for(*ix));
            let mut made =
                calls.filter_map(|call| self.methods.imputers.get(&call.method)?.make(&args(call)).ok());
            made.any(|method| draws(S::pick(&method)))
        };
        // Beside a method that draws or looks at classes, one that does not is no contradiction.
        if step.draws > 0 && !S::pick(method).draws() && !of_step(&|m| m.draws()) {
            return Err(Fault::new(
                &catalog::STEP_CONFLICT,
                format!("`{}` has one best value and cannot be drawn {} times", call.method, step.draws),
            )
            .help("use a method that draws, such as `em` or `hot-deck`, or remove `draws`"));
        }
        if step.by.is_some() && !S::pick(method).by_class() && !of_step(&|m| m.by_class()) {
            return Err(Fault::new(
                &catalog::STEP_CONFLICT,
                format!("`{}` looks at no classes of units, so `by` has no effect", call.method),
            )
            .help("remove `by`, or use a method such as `group-mean` or `hot-deck`"));
        }
        if step.draws > MOST_DRAWS {
            return Err(Fault::new(
                &catalog::INVALID_NUMBER,
                format!("{} draws are more than {MOST_DRAWS}", step.draws),
            )
            .help("a few dozen draws show how far scores move"));
        }
        let others = package.pipeline.iter().map(|s| s.draws).find(|n| *n > 0 && *n != step.draws);
        if let Some(other) = others.filter(|_| step.draws > 0) {
            return Err(Fault::new(
                &catalog::STEP_CONFLICT,
                format!("this step is drawn {} times and another one {other} times", step.draws),
            )
            .help("give every step that is drawn the same `draws`"));
        }
        match step.by.as_ref().map(|kind| (kind, self.table.classes.get(kind))) {
            None => Ok(None),
            Some((_, Some(classes))) => Ok(Some(classes.by_row(&self.class_periods(false)))),
            Some(_) if self.table.units.is_empty() => Ok(None),
            Some((kind, None)) => Err(unknown_kind(kind, &self.table.classes)),
        }
    }

    /// When each period ends, in years; its place, where two end in one year.
    fn times(&self) -> Vec<f64> {
        crate::block::times(&self.periods)
    }

    fn screen(&mut self, at: usize, step: &PipelineStep, screen: &Screen, ready: &[NodeIx]) {
        let package = self.package;
        let declared = Declared::Pipeline(at, None);
        let enough = |enough: &Enough| EnoughOf {
            min_available: enough.min_available.map(S::from_decimal),
            min_nonzero: enough.min_nonzero.map(S::from_decimal),
            max_same: enough.max_same.map(S::from_decimal),
        };
        let units: BTreeMap<&str, usize> = self.table.units.iter().map(Id::as_str).zip(0..).collect();
        let columns: BTreeMap<&str, usize> =
            ready.iter().map(|ix| package.nodes[*ix].id.as_str()).zip(0..).collect();
        let mut units_in = vec![None; self.table.units.len()];
        let mut columns_in = vec![None; ready.len()];
        let mut unknown = Vec::new();
        for (list, stays, key) in [(&screen.keep, true, "keep"), (&screen.drop, false, "drop")] {
            for code in list.keys() {
                match (units.get(code.as_str()), columns.get(code.as_str())) {
                    (Some(unit), _) => units_in[*unit] = Some(stays),
                    (None, Some(column)) => columns_in[*column] = Some(stays),
                    (None, None) => unknown.push((code, key)),
                }
            }
        }
        if !self.table.units.is_empty() {
            for (code, key) in unknown {
                let mut diagnostic = Diagnostic::new(
                    &catalog::UNKNOWN_REFERENCE,
                    format!("there is no unit or indicator `{code}` to {key}"),
                )
                .at(step.spans.of(&format!("screen.{key}.{code}")))
                .concerning("step", format!("`{}`", step.id));
                let known = units.keys().chain(columns.keys()).copied();
                if let Some(near) = nearest(code.as_str(), known) {
                    diagnostic = diagnostic.help(format!("did you mean `{near}`?"));
                }
                self.found.push(diagnostic);
            }
        }
        if ready.is_empty() {
            return;
        }
        let screening = Screening {
            units: enough(&screen.units),
            indicators: enough(&screen.indicators),
            too_old: screen
                .max_age
                .map_or_else(Vec::new, |age| ready.iter().map(|ix| self.older_than(*ix, age)).collect()),
            units_in,
            columns_in,
        };
        let from: Vec<Slot> = ready.iter().filter_map(|ix| Some(self.current[*ix]?.0)).collect();
        let work = Work::Screen { from, screening: Box::new(screening) };
        let (plan_step, made) = self.push(NewStep { n_out: ready.len(), ..NewStep::new(declared, work) });
        for (column, ix) in ready.iter().enumerate() {
            self.reached(at, *ix, Slot::Made(made + column), plan_step, column);
        }
    }

    /// For each row, whether the figure an indicator stands with is older by more than `age` years than the result.
    fn older_than(&self, ix: NodeIx, age: u32) -> Vec<bool> {
        let year = |period: usize| self.table.periods[period].map(|p| i64::from(p.end_year()));
        let reference = match self.package.policy.periods {
            PeriodRule::AsOf { year, .. } => Some(i64::from(year)),
            _ => (0..self.table.periods.len()).filter_map(year).max(),
        };
        let Some(variable) = self.nodes[ix].variable else { return vec![false; self.n_rows()] };
        let rows = &self.variable_slots[variable].rows;
        (0..self.n_rows())
            .map(|row| {
                let grid = rows.get(row).copied().unwrap_or(row as u32);
                if grid == NONE || rows.is_empty() {
                    return false;
                }
                let period = grid as usize / self.table.units.len().max(1);
                matches!((reference, year(period)), (Some(r), Some(y)) if r - y > i64::from(age))
            })
            .collect()
    }

    pub(super) fn fit_of(&self, fit: Option<Fit>) -> Fit {
        fit.unwrap_or(self.package.policy.fit)
    }
}
