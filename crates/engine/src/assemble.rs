//! From the columns of a run to an [`Evaluation`]: cells, marks, ranks, coverage and weights.

use crate::plan::{Plan, Setting, Settings};
use crate::result::{Cell, Evaluation, NodeResult, Number};
use crate::run::Run;
use crate::table::NONE;
use gradus_aggregate::Weighting;
use gradus_method::Column;
use gradus_model::Package;
use gradus_model::number::{Scalar, ranks};
use gradus_model::observation::{Absence, DataSet, Status, Value};
use gradus_model::package::{NodeIx, NodeKind};
use gradus_model::policy::{Basis, PeriodRule};

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
            raw: Vec::new(),
            transformed: Vec::new(),
            scores: Vec::new(),
            ranks: Vec::new(),
            cells: Vec::new(),
            status: vec![Status::Final; n_rows],
            coverage: vec![0.0; n_rows],
            absence: vec![None; n_rows],
            fits: Vec::new(),
            weight: None,
            absolute_weight: None,
            effective_weight: None,
        };
        let mut nodes = vec![blank; package.nodes.len()];
        let mut order = package.tree();
        order.reverse();
        for (ix, _) in &order {
            match &package.nodes[*ix].kind {
                NodeKind::Indicator(_) => self.indicator(package, data, run, *ix, &mut nodes[*ix]),
                NodeKind::Group(_) => self.group(settings, run, *ix, &mut nodes),
            }
            if let Some(scores) = run.scores(self, *ix) {
                nodes[*ix].scores = numbers(scores);
                nodes[*ix].ranks = self.ranks(package, scores);
                if let Some(step) = self.nodes[*ix].step {
                    nodes[*ix].fits = run.scales[step]
                        .iter()
                        .map(|scale| {
                            let fitted = scale.as_ref()?.fitted();
                            Some(fitted.into_iter().map(|(k, v)| (k, Number::of(v))).collect())
                        })
                        .collect();
                }
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
        Evaluation {
            units: self.units.clone(),
            periods: self.periods.clone(),
            nodes,
            arithmetic: S::ARITHMETIC,
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
            result.raw = numbers(raw);
        }
        if let Some(transformed) = run.transformed(self, ix) {
            result.transformed = numbers(transformed);
        }
        let scores = run.scores(self, ix);
        let derived = !slots.uses.is_empty();
        for row in 0..self.n_rows() {
            let grid = match slots.rows.get(row) {
                None => Some(row),
                Some(at) => (*at != NONE).then_some(*at as usize),
            };
            let present = result.raw.get(row).copied().flatten().is_some();
            let cell = match grid {
                None => Cell::Absent(self.why_not_selected(package, data, variable, derived, row)),
                Some(at) if derived && present => {
                    let worst = slots
                        .uses
                        .iter()
                        .filter_map(|v| self.table.source(*v, at))
                        .map(|o| data.observations[o].status)
                        .max();
                    result.status[row] = worst.unwrap_or_default();
                    Cell::Derived { period: self.table.periods.get(at / self.units.len()).copied().flatten() }
                }
                Some(_) if derived => Cell::Absent(Absence::InputAbsent),
                Some(at) => match self.table.source(variable, at).map(|o| (o, &data.observations[o])) {
                    None => Cell::Absent(Absence::NotReported),
                    Some((place, observation)) => {
                        result.status[row] = observation.status;
                        match &observation.value {
                            Value::Absent(absence) => Cell::Absent(*absence),
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
            match self.table.source(variable, row).map(|o| &data.observations[o].value) {
                Some(Value::Absent(absence)) if reason == Absence::NotReported => reason = *absence,
                Some(Value::Absent(_)) | None => {}
                Some(_) => return Absence::TooOld,
            }
        }
        reason
    }

    fn group(&self, settings: &Settings<S>, run: &Run<S>, ix: NodeIx, nodes: &mut [NodeResult]) {
        let slots = &self.nodes[ix];
        let used = slots.step.and_then(|step| match &settings.steps[step] {
            Setting::Aggregator { method, weights } => Some((S::pick(method).weighting(), weights)),
            _ => None,
        });
        let Some((weighting, weights)) = used else { return };
        let total = weights.iter().try_fold(S::ZERO, |a, b| a.plus(*b)).unwrap_or(S::ONE);
        for (part, weight) in slots.parts.iter().zip(weights) {
            nodes[*part].weight = weight.over(total).map(Number::of);
            nodes[*part].absolute_weight = (weighting == Weighting::Absolute).then(|| Number::of(*weight));
        }
        let scores = run.scores(self, ix);
        for row in 0..self.n_rows() {
            let mut coverage = 0.0;
            let mut complete = true;
            let mut status = Status::Final;
            for (part, weight) in slots.parts.iter().zip(weights) {
                coverage += nodes[*part].coverage[row] * weight.to_f64();
                complete &= nodes[*part].coverage[row] == 1.0;
                let counts = run.scores(self, *part).is_some_and(|s| s.has(row));
                if counts {
                    status = status.max(nodes[*part].status[row]);
                }
            }
            let absent = scores.is_none_or(|s| !s.has(row));
            let group = &mut nodes[ix];
            // A sum of shares may miss 1 by a bit; complete is complete.
            group.coverage[row] = if complete { 1.0 } else { (coverage / total.to_f64()).min(1.0) };
            group.status[row] = status;
            group.absence[row] = absent.then_some(Absence::TooFewParts);
        }
    }

    fn ranks(&self, package: &Package, scores: &Column<S>) -> Vec<Option<f64>> {
        let policy = &package.policy;
        let n_units = self.units.len();
        let mut out = Vec::with_capacity(scores.len());
        for period in 0..self.periods.len() {
            let values: Vec<Option<S>> = (period * n_units..(period + 1) * n_units)
                .map(|row| {
                    scores.get(row).map(|score| match policy.ranks {
                        Basis::Exact => score,
                        Basis::Published => score.rounded(policy.rounding),
                    })
                })
                .collect();
            out.extend(ranks(&values, policy.ties));
        }
        out
    }
}

fn numbers<S: Scalar>(column: &Column<S>) -> Vec<Option<Number>> {
    (0..column.len()).map(|row| column.get(row).map(Number::of)).collect()
}
