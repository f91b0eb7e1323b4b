//! From the columns of a run to an [`Evaluation`]: cells, marks, ranks, coverage and weights.

use crate::compile::written_as;
use crate::compute::weights_of_row;
use crate::plan::{Declared, Plan, Setting, Settings, StageSlot, Work};
use crate::result::{
    Cell, Cells, DerivedValues, Evaluation, NodeResult, Number, Numbers, Ranking, Ranks, StageResult,
    Weighing,
};
use crate::run::{Learned, PARALLEL_CELLS, Run, Why};
use crate::table::NONE;
use gradus_aggregate::{Aggregator, Reach, Weighting};
use gradus_formula::{Formula, Reading};
use gradus_method::Column;
use gradus_model::Package;
use gradus_model::number::Scalar;
use gradus_model::observation::{Absence, DataSet, Status, Value};
use gradus_model::package::{NodeIx, NodeKind};
use gradus_model::policy::{Fit, PeriodRule};
use rayon::prelude::*;
use std::collections::BTreeMap;

impl<S: Scalar> Plan<S> {
    /// Everything a run computed, free of the arithmetic.
    #[must_use]
    pub fn evaluation(
        &self,
        package: &Package,
        data: &DataSet,
        settings: &Settings<S>,
        run: &Run<S>,
    ) -> Evaluation {
        let n_rows = self.n_rows();
        let blank = NodeResult {
            raw: Numbers::default(),
            stages: Vec::new(),
            transformed: Numbers::default(),
            aggregated: Numbers::default(),
            scores: Numbers::default(),
            ranks: Ranks::default(),
            cells: Cells::default(),
            status: Vec::new(),
            coverage: Vec::new(),
            absence: Vec::new(),
            fits: Vec::new(),
            fit_of_row: Vec::new(),
            weight: None,
            weight_by_row: Vec::new(),
            absolute_weight: None,
            effective_weight: None,
            weighed: Vec::new(),
            details: Vec::new(),
            spread: None,
        };
        let mut nodes = vec![blank; package.nodes.len()];
        let node = |(ix, result): (NodeIx, &mut NodeResult)| {
            result.status = vec![Status::Final; n_rows];
            result.coverage = vec![0.0; n_rows];
            result.absence = vec![None; n_rows];
            if let NodeKind::Indicator(_) = &package.nodes[ix].kind {
                self.indicator(package, data, run, ix, result);
            }
            self.columns(run, ix, result);
        };
        if nodes.len() * n_rows >= PARALLEL_CELLS {
            nodes.par_iter_mut().enumerate().for_each(node);
        } else {
            nodes.iter_mut().enumerate().for_each(node);
        }
        let mut order = package.tree();
        order.reverse();
        for (ix, _) in &order {
            if let NodeKind::Group(_) = &package.nodes[*ix].kind {
                self.group(package, data, settings, run, *ix, &mut nodes);
            }
        }
        if self.nodes[Package::ROOT].scores.is_some() {
            nodes[Package::ROOT].effective_weight = Some(1.0);
        }
        for (ix, _) in order.iter().rev() {
            let above = nodes[*ix].effective_weight;
            for part in self.parts(*ix) {
                nodes[*part].effective_weight =
                    above.zip(nodes[*part].weight).map(|(above, weight)| above * weight.to_f64());
            }
        }
        let derived = self
            .variables
            .iter()
            .map(|variable| match (variable.late, variable.derived, variable.selected) {
                (false, Some(slot), _) => {
                    Some(DerivedValues { on_grid: true, values: Numbers::of(run.column(self, slot)) })
                }
                (true, _, Some(slot)) => {
                    Some(DerivedValues { on_grid: false, values: Numbers::of(run.column(self, slot)) })
                }
                _ => None,
            })
            .collect();
        Evaluation {
            units: self.units.clone(),
            periods: self.periods.clone(),
            nodes,
            left_out: self.left_out(run),
            derived,
            rows: self.variables.iter().map(|v| v.rows.clone()).collect(),
            grid: self.table.periods.clone(),
            arithmetic: S::ARITHMETIC,
            ranking: ranking(package),
        }
    }

    /// The columns that every node may have: transformed values, scores, ranks, and what the normalization learned.
    fn columns(&self, run: &Run<S>, ix: NodeIx, result: &mut NodeResult) {
        if let Some(transformed) = run.transformed(self, ix) {
            result.transformed = Numbers::of(transformed);
        }
        if let Some(scores) = run.scores(self, ix) {
            result.scores = Numbers::of(scores);
        }
        let Some(step) = self.nodes[ix].normalize else { return };
        let fits = |values: &[(&'static str, S)]| {
            values.iter().map(|(k, v)| (*k, Number::of(*v))).collect::<Vec<_>>()
        };
        match &run.learned[step] {
            Learned::Scales(scales) => {
                result.fits = scales.iter().map(|s| s.as_ref().map(|s| fits(&s.fitted()))).collect();
            }
            Learned::ByRow { scales, of_row } => {
                result.fits = scales.iter().map(|s| Some(fits(s))).collect();
                result.fit_of_row.clone_from(of_row);
            }
            _ => {}
        }
    }

    fn indicator(
        &self,
        package: &Package,
        data: &DataSet,
        run: &Run<S>,
        ix: NodeIx,
        result: &mut NodeResult,
    ) {
        let slots = &self.nodes[ix];
        let Some(variable) = slots.variable else { return };
        if let Some(raw) = run.raw(self, ix) {
            result.raw = Numbers::of(raw);
        }
        result.stages = slots.stages.iter().map(|stage| self.stage(run, stage)).collect();
        let scores = run.scores(self, ix);
        let of = &self.variables[variable];
        let derived = of.late || of.derived.is_some();
        result.cells = Cells::with_capacity(self.n_rows());
        for row in 0..self.n_rows() {
            let grid = match of.rows.get(row) {
                None => Some(row),
                Some(at) => (*at != NONE).then_some(*at as usize),
            };
            let present = result.raw.get(row).is_some();
            let cell = match grid {
                None => Cell::Absent(self.why_not_selected(package, data, variable, derived, row)),
                Some(_) if of.late && present => {
                    Cell::Derived { period: self.periods.get(row / self.units.len()).copied().flatten() }
                }
                Some(at) if derived && present => {
                    let worst = of
                        .uses
                        .iter()
                        .filter_map(|v| self.table.source(*v, at))
                        .filter_map(|o| data.observations.status(o))
                        .max();
                    result.status[row] = worst.unwrap_or_default();
                    Cell::Derived { period: self.table.periods.get(at / self.units.len()).copied().flatten() }
                }
                Some(_) if derived => Cell::Absent(Absence::InputAbsent),
                // Millions of observations are not looked at one by one where the table says all there is to say.
                Some(at) if self.table.all_final && self.table.has_figure(variable, at) => {
                    Cell::Observed(self.table.source(variable, at).unwrap_or_default())
                }
                Some(at) => match self.table.source(variable, at) {
                    None => Cell::Absent(Absence::NotReported),
                    Some(place) => {
                        result.status[row] = data.observations.status(place).unwrap_or_default();
                        match data.observations.value(place) {
                            Some(Value::Absent(absence)) => Cell::Absent(absence),
                            _ => Cell::Observed(place),
                        }
                    }
                },
            };
            result.cells.push(cell);
            result.absence[row] = match cell {
                Cell::Absent(absence) => Some(absence),
                Cell::Observed(_) if !present => Some(Absence::OnlyBounds),
                _ => None,
            };
            result.coverage[row] = f64::from(u8::from(scores.map_or(present, |s| s.has(row))));
        }
        for stage in &result.stages {
            for (row, what) in &stage.changed {
                match *what {
                    "imputed" => {
                        result.status[*row] = result.status[*row].max(Status::Imputed);
                        result.absence[*row] = None;
                    }
                    "screened-out" => result.absence[*row] = Some(Absence::ScreenedOut),
                    _ => {}
                }
            }
        }
        // What a step left out or could not fill is not there, whatever was observed.
        let excluded = result.stages.iter().any(|stage| stage.excluded.is_some());
        if let Some(stage) = result.stages.last() {
            for row in 0..self.n_rows() {
                if excluded || (stage.values.get(row).is_none() && result.absence[row].is_none()) {
                    result.absence[row] =
                        Some(if excluded { Absence::ScreenedOut } else { Absence::InputAbsent });
                }
                if scores.is_none() {
                    result.coverage[row] = f64::from(u8::from(stage.values.get(row).is_some()));
                }
            }
        }
    }

    /// An indicator after a step of the pipeline: what the step says it did, and whatever else is different.
    fn stage(&self, run: &Run<S>, stage: &StageSlot) -> StageResult {
        let step = &self.steps[stage.step];
        let after = run.column(self, stage.slot);
        let before = run.column(self, step.inputs()[stage.column.min(step.inputs().len() - 1)]);
        let said = |values: &[(&'static str, S)]| {
            values.iter().map(|(k, v)| (*k, Number::of(*v))).collect::<Vec<_>>()
        };
        let mut changed: BTreeMap<usize, &'static str> = BTreeMap::new();
        let mut facts = Vec::new();
        let mut excluded = None;
        let mut rest = match &step.work {
            Work::Denominate { .. } => Some("denominated"),
            Work::Round { .. } => Some("rounded"),
            Work::Transform { .. } => Some("transformed"),
            Work::Normalize { .. } | Work::NormalizeByRow { .. } => Some("normalized"),
            _ => None,
        };
        match &run.learned[stage.step] {
            Learned::Treated(periods) => {
                let n_units = self.units.len();
                for (period, treated) in periods.iter().enumerate() {
                    facts.push(treated.as_ref().map(|t| said(&t.facts)));
                    let Some(treated) = treated else { continue };
                    if let Some(transform) = treated.rescaled {
                        let rows = if periods.len() == 1 {
                            0..after.len()
                        } else {
                            period * n_units..(period + 1) * n_units
                        };
                        changed.extend(rows.filter(|row| after.has(*row)).map(|row| (row, transform)));
                    }
                    changed.extend(treated.changed.iter().copied());
                }
                rest = Some("treated");
            }
            Learned::Filled(filled) => {
                changed.extend(filled[stage.column].iter().map(|row| (*row, "imputed")));
            }
            Learned::Screened { columns, .. } => {
                excluded = columns[stage.column];
                rest = Some("screened-out");
            }
            Learned::Scales(scales) => {
                facts = scales.iter().map(|s| s.as_ref().map(|s| said(&s.fitted()))).collect();
            }
            _ => {}
        }
        if let Some(what) = rest {
            for row in 0..after.len() {
                if before.get(row) != after.get(row) {
                    changed.entry(row).or_insert(what);
                }
            }
        }
        StageResult {
            step: stage.pipeline,
            values: Numbers::of(after),
            changed: changed.into_iter().collect(),
            facts,
            excluded,
        }
    }

    /// The rows that screenings left out.
    fn left_out(&self, run: &Run<S>) -> Vec<(usize, usize, Why)> {
        let mut out = Vec::new();
        for (step, learned) in self.steps.iter().zip(&run.learned) {
            let (Learned::Screened { rows, .. }, Declared::Pipeline(at, _)) = (learned, step.declared) else {
                continue;
            };
            out.extend(rows.iter().enumerate().filter_map(|(row, why)| Some((at, row, (*why)?))));
        }
        out
    }

    /// Why no period's figure was taken: the newest reason the data give, that all figures are too old, or nothing.
    fn why_not_selected(
        &self,
        package: &Package,
        data: &DataSet,
        variable: usize,
        derived: bool,
        unit: usize,
    ) -> Absence {
        if derived {
            return Absence::InputAbsent;
        }
        // A figure of a later year than the result's is not too old: for this result it is not there.
        let too_new = |period: usize| match (package.policy.periods, self.table.periods[period]) {
            (PeriodRule::AsOf { year, .. }, Some(period)) => period.end_year() > year,
            _ => false,
        };
        let rows =
            (0..self.table.periods.len()).rev().filter(|p| !too_new(*p)).map(|p| p * self.units.len() + unit);
        let mut reason = Absence::NotReported;
        for row in rows {
            match self.table.source(variable, row).and_then(|o| data.observations.value(o)) {
                Some(Value::Absent(absence)) if reason == Absence::NotReported => reason = absence,
                Some(Value::Absent(_)) | None => {}
                Some(_) => return Absence::TooOld,
            }
        }
        reason
    }

    fn group(
        &self,
        package: &Package,
        data: &DataSet,
        settings: &Settings<S>,
        run: &Run<S>,
        ix: NodeIx,
        nodes: &mut [NodeResult],
    ) {
        let slots = &self.nodes[ix];
        if let Some(aggregated) = slots.aggregated {
            nodes[ix].aggregated = Numbers::of(run.column(self, aggregated));
        }
        let scores = run.scores(self, ix);
        let Some(step) = slots.aggregate else {
            return self.by_formula(package, data, run, ix, nodes);
        };
        let (Setting::Aggregator { method, weights, .. }, Work::Aggregate { from, parts: facts }) =
            (&settings.steps[step], &self.steps[step].work)
        else {
            return;
        };
        let method = S::pick(method);
        let kept: Vec<usize> = (0..facts.n_parts).filter(|p| !run.is_excluded(from[*p])).collect();
        let by_row = self.weights_by_row(run, step, weights, &kept);
        let n_parts = slots.parts.len();
        let mut fixed = vec![S::ZERO; n_parts];
        for part in &kept {
            fixed[*part] = weights[*part];
        }
        let sum = |weights: &[S]| weights.iter().try_fold(S::ZERO, |a, b| a.plus(*b)).unwrap_or(S::ONE);
        match &by_row {
            None => {
                let total = sum(&fixed);
                for (part, weight) in slots.parts.iter().zip(&fixed) {
                    nodes[*part].weight = weight.over(total).map(Number::of);
                    nodes[*part].absolute_weight =
                        (method.weighting() == Weighting::Absolute).then(|| Number::of(*weight));
                }
            }
            Some(by_row) => {
                for (place, part) in slots.parts.iter().enumerate() {
                    let of = |weights: &Vec<S>| weights[place].over(sum(weights)).map(Number::of);
                    nodes[*part].weight_by_row = by_row.iter().map(|w| w.as_ref().and_then(of)).collect();
                    let first = nodes[*part].weight_by_row.iter().flatten().next().copied();
                    let same = nodes[*part].weight_by_row.iter().all(|w| *w == first);
                    if same {
                        nodes[*part].weight = first;
                        nodes[*part].weight_by_row = Vec::new();
                    }
                }
            }
        }
        if let Learned::Weighed(found) = &run.learned[step] {
            nodes[ix].weighed = found
                .iter()
                .map(|weighed| {
                    weighed.as_ref().map(|w| Weighing {
                        facts: w.facts.iter().map(|(k, v)| (k.clone(), Number::of(*v))).collect(),
                        notes: w.notes.clone(),
                    })
                })
                .collect();
        }
        let mut coverage = std::mem::take(&mut nodes[ix].coverage);
        let (mut statuses, mut absence) =
            (std::mem::take(&mut nodes[ix].status), std::mem::take(&mut nodes[ix].absence));
        // The parts that count, by place, with their results and scores.
        let parts: Vec<(usize, &NodeResult, Option<&Column<S>>)> = kept
            .iter()
            .map(|place| {
                let part = slots.parts[*place];
                (*place, &nodes[part], run.scores(self, part))
            })
            .collect();
        let fixed_total = sum(&fixed).to_f64();
        let of_row = |row: usize| {
            let weights = match &by_row {
                None => Some(&fixed),
                Some(by_row) => by_row[row].as_ref(),
            };
            let mut coverage = 0.0;
            let mut complete = true;
            let mut status = Status::Final;
            for (place, part, scores) in &parts {
                let weight = weights.map_or(S::ZERO, |w| w[*place]);
                coverage += part.coverage[row] * weight.to_f64();
                complete &= part.coverage[row] == 1.0;
                if scores.is_some_and(|s| s.has(row)) {
                    status = status.max(part.status[row]);
                }
            }
            let total = match (&by_row, weights) {
                (None, _) => fixed_total,
                (Some(_), weights) => weights.map_or(1.0, |w| sum(w).to_f64()),
            };
            // A sum of shares may miss 1 by a bit; complete is complete.
            let coverage =
                if complete { 1.0 } else { (coverage / if total > 0.0 { total } else { 1.0 }).min(1.0) };
            let absent = scores.is_none_or(|s| !s.has(row));
            // A unit that was left out has figures that are not used.
            let screened =
                || slots.parts.iter().any(|p| nodes[*p].absence[row] == Some(Absence::ScreenedOut));
            let absence = absent.then(|| match weights {
                _ if screened() => Absence::ScreenedOut,
                // Every part is there, but not what it weighs.
                None if complete => Absence::InputAbsent,
                _ => Absence::TooFewParts,
            });
            (coverage, status, absence)
        };
        let fill = |(row, ((coverage, status), absence)): (usize, ((&mut f64, &mut Status), &mut _))| {
            (*coverage, *status, *absence) = of_row(row);
        };
        if coverage.len() * parts.len() >= PARALLEL_CELLS {
            let cells = coverage.par_iter_mut().zip(&mut statuses).zip(&mut absence);
            cells.enumerate().for_each(fill);
        } else {
            let cells = coverage.iter_mut().zip(&mut statuses).zip(&mut absence);
            cells.enumerate().for_each(fill);
        }
        (nodes[ix].coverage, nodes[ix].status, nodes[ix].absence) = (coverage, statuses, absence);
        nodes[ix].details = self.details(run, step, method, &kept, by_row.as_deref(), &fixed);
    }

    /// A group whose score is a formula: it rests on its parts and on what the formula names. It is complete where it has a value.
    fn by_formula(
        &self,
        package: &Package,
        data: &DataSet,
        run: &Run<S>,
        ix: NodeIx,
        nodes: &mut [NodeResult],
    ) {
        let scores = run.scores(self, ix);
        let names = package.nodes[ix]
            .group()
            .and_then(|group| Formula::parse(group.formula.as_deref()?).ok())
            .map_or_else(Vec::new, |formula| formula.names().to_vec());
        // A class is no figure: that a unit belongs to it has no status.
        let names: Vec<_> = names.into_iter().filter(|n| !matches!(n.of, Reading::Member(_))).collect();
        let named = |code: &str| package.nodes.iter().position(|n| written_as(&n.id, code));
        let mut rests_on: Vec<NodeIx> = package.nodes[ix].children.clone();
        rests_on.extend(names.iter().filter_map(|name| named(&name.code)).filter(|node| *node != ix));
        let measures: Vec<usize> = names
            .iter()
            .filter_map(|name| package.measures.iter().position(|m| written_as(&m.id, &name.code)))
            .flat_map(|measure| match &self.variables[measure] {
                slots if slots.derived.is_some() || slots.late => slots.uses.clone(),
                _ => vec![measure],
            })
            .collect();
        for row in 0..self.n_rows() {
            let has = scores.is_some_and(|s| s.has(row));
            let of_nodes = rests_on.iter().map(|node| nodes[*node].status[row]);
            let of_measures = measures.iter().filter_map(|measure| {
                let rows = &self.variables[*measure].rows;
                let at = if rows.is_empty() { row } else { rows[row] as usize };
                self.table.source(*measure, at).and_then(|o| data.observations.status(o))
            });
            let status = of_nodes.chain(of_measures).max().unwrap_or_default();
            let screened =
                rests_on.iter().any(|node| nodes[*node].absence[row] == Some(Absence::ScreenedOut));
            let group = &mut nodes[ix];
            if has {
                group.status[row] = status;
            }
            group.coverage[row] = f64::from(u8::from(has));
            group.absence[row] =
                (!has).then_some(if screened { Absence::ScreenedOut } else { Absence::InputAbsent });
        }
    }

    /// The weights of all parts in each row, where they come from data or differ from unit to unit; parts that were
    /// screened out have none.
    fn weights_by_row(
        &self,
        run: &Run<S>,
        step: usize,
        weights: &[S],
        kept: &[usize],
    ) -> Option<Vec<Option<Vec<S>>>> {
        let Work::Aggregate { from, parts: facts } = &self.steps[step].work else { return None };
        let spread = |of_kept: Vec<S>| {
            let mut all = vec![S::ZERO; facts.n_parts];
            for (part, weight) in kept.iter().zip(of_kept) {
                all[*part] = weight;
            }
            all
        };
        if let Learned::Weighed(found) = &run.learned[step] {
            let of = |row: usize| {
                let at = if found.len() == 1 { 0 } else { row / self.units.len().max(1) };
                Some(spread(found.get(at)?.as_ref()?.weights.clone()))
            };
            return Some((0..self.n_rows()).map(of).collect());
        }
        if facts.weights_by_row.is_empty() {
            return None;
        }
        let columns: Vec<&Column<S>> = from.iter().map(|slot| run.column(self, *slot)).collect();
        let nominal: Vec<S> = kept.iter().map(|p| weights[*p]).collect();
        let of =
            |row: usize| weights_of_row(facts, &columns, kept, &nominal, row).ok().flatten().map(&spread);
        Some((0..self.n_rows()).map(of).collect())
    }

    /// What a method says of each unit beside its score, for the units that have every part.
    fn details(
        &self,
        run: &Run<S>,
        step: usize,
        method: &dyn Aggregator<S>,
        kept: &[usize],
        by_row: Option<&[Option<Vec<S>>]>,
        fixed: &[S],
    ) -> Vec<(String, Vec<Option<Number>>)> {
        let Work::Aggregate { from, parts: facts } = &self.steps[step].work else { return Vec::new() };
        let parts: Vec<&Column<S>> = kept.iter().map(|p| run.column(self, from[*p])).collect();
        let scores = &run.made[self.steps[step].out.start];
        let n_units = self.units.len();
        let n_periods = self.periods.len();
        let spans: Vec<std::ops::Range<usize>> = match facts.compare {
            Fit::Pooled => std::iter::once(0..n_units * n_periods).collect(),
            Fit::PerPeriod => (0..n_periods).map(|p| p * n_units..(p + 1) * n_units).collect(),
        };
        let mut out: Vec<(String, Vec<Option<Number>>)> = Vec::new();
        for span in spans {
            // Those that were compared, a missing part counting as it did for the score.
            let compared = method.reach() == Reach::Table;
            let rows: Vec<usize> = span
                .filter(|row| scores.has(*row) && (compared || parts.iter().all(|p| p.has(*row))))
                .collect();
            let Some(first) = rows.first() else { continue };
            let weights: Vec<S> = match by_row {
                Some(by_row) => match by_row[*first].as_ref() {
                    Some(weights) => kept.iter().map(|p| weights[*p]).collect(),
                    None => continue,
                },
                None => kept.iter().map(|p| fixed[*p]).collect(),
            };
            let dense: Vec<Vec<S>> = parts
                .iter()
                .map(|p| rows.iter().map(|row| p.get(*row).unwrap_or(S::ZERO)).collect())
                .collect();
            let slices: Vec<&[S]> = dense.iter().map(Vec::as_slice).collect();
            let Ok(details) = method.details(&slices, &weights) else { continue };
            // What a method says of each part comes once per part, in their order.
            let per_part = |name: &str| details.iter().filter(|(n, _)| *n == name).count() == kept.len();
            let mut seen: BTreeMap<&str, usize> = BTreeMap::new();
            for (at, (name, values)) in details.iter().enumerate() {
                let nth = seen.entry(name).or_default();
                if out.len() <= at {
                    let of = kept.get(*nth).map(|part| &facts.codes[*part]);
                    let full = match of.filter(|_| kept.len() > 1 && per_part(name)) {
                        Some(code) => format!("{name} of {code}"),
                        None => (*name).to_owned(),
                    };
                    out.push((full, vec![None; n_units * n_periods]));
                }
                *nth += 1;
                for (row, value) in rows.iter().zip(values) {
                    out[at].1[*row] = Some(Number::of(*value));
                }
            }
        }
        out
    }

    pub(crate) fn ranks(&self, package: &Package, scores: &Column<S>) -> Vec<Option<f64>> {
        ranking(package).of(scores, self.units.len())
    }
}

fn ranking(package: &Package) -> Ranking {
    let policy = &package.policy;
    Ranking { ties: policy.ties, basis: policy.ranks, rounding: policy.rounding }
}
