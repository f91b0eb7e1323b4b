//! Parts of a group combined, with weights that are written, found from data, or different from unit to unit.

use super::{among, at, learns, spans_of};
use crate::fold;
use crate::plan::PartFacts;
use crate::run::{Job, Learned};
use gradus_aggregate::{Aggregator, Reach};
use gradus_method::{Column, Direction, Fault, Outcome};
use gradus_model::Id;
use gradus_model::diagnostic::catalog;
use gradus_model::number::Scalar;
use gradus_model::policy::MissingAction;
use gradus_weight::{Parts, Weighed, Weigher};
use std::ops::Range;
use std::sync::Arc;

/// A group with everything its aggregate is made of.
pub(super) struct Combination<'a, S: Scalar> {
    pub(super) method: &'a dyn Aggregator<S>,
    pub(super) weights: &'a [S],
    pub(super) weigher: Option<&'a dyn Weigher<S>>,
    pub(super) facts: &'a PartFacts<S>,
    /// The parts first, then what weights need.
    pub(super) columns: &'a [&'a Column<S>],
    /// Which parts were screened out.
    pub(super) excluded: &'a [bool],
    /// The rows of each part that were screened out.
    pub(super) gone: Vec<Arc<[bool]>>,
    pub(super) n_units: usize,
    pub(super) n_rows: usize,
}

impl<S: Scalar> Combination<'_, S> {
    pub(super) fn compute(&self, job: &mut Job<S>) -> Outcome<()> {
        self.combined(job)?;
        // A unit that was left out has no score, whatever the rule for missing parts.
        let parts = || (0..self.facts.n_parts).filter(|p| !self.excluded[*p]);
        if parts().any(|p| !self.gone[p].is_empty()) {
            let gone = |row: usize| parts().any(|p| self.gone[p].get(row).copied().unwrap_or(false));
            let all: Arc<[bool]> = (0..self.n_rows).map(gone).collect();
            for (row, gone) in all.iter().enumerate() {
                if *gone {
                    job.outs[0].set(row, None);
                }
            }
            job.gone[0] = all;
        }
        Ok(())
    }

    fn combined(&self, job: &mut Job<S>) -> Outcome<()> {
        let kept: Vec<usize> = (0..self.facts.n_parts).filter(|p| !self.excluded[*p]).collect();
        if kept.is_empty() {
            job.excluded[0] = true;
            return job.outs[0].fill_with(self.n_rows, |_| Ok(None));
        }
        let parts: Vec<&Column<S>> = kept.iter().map(|p| self.columns[*p]).collect();
        let weights: Vec<S> = kept.iter().map(|p| self.weights[*p]).collect();
        let out = &mut job.outs[0];
        if !self.facts.weights_by_row.is_empty() {
            return self.by_row(&kept, &parts, &weights, out);
        }
        let Some(weigher) = self.weigher else {
            if kept.len() < self.facts.n_parts && weights.iter().all(|w| *w == S::ZERO) {
                return out.fill_with(self.n_rows, |_| Ok(None));
            }
            return self.fold(&parts, &weights, self.n_rows, out);
        };
        let mut found = Vec::new();
        let mut all = Column::missing(self.n_rows);
        for span in spans_of(self.n_units, self.n_rows, self.facts.fit) {
            let parts: Vec<Column<S>> = parts.iter().map(|p| p.rows(span.clone())).collect();
            let parts: Vec<&Column<S>> = parts.iter().collect();
            if parts.iter().all(|p| p.n_missing() == p.len()) {
                found.push(None);
                continue;
            }
            job.blamed = Some("weights");
            let weighed =
                self.weigh(weigher, &kept, &parts, &weights, &span).map_err(at(&span, self.n_units))?;
            job.blamed = None;
            let mut combined = Column::missing(0);
            self.fold(&parts, &weighed.weights, span.len(), &mut combined)
                .map_err(at(&span, self.n_units))?;
            for (row, place) in span.enumerate() {
                all.set(place, combined.get(row));
            }
            found.push(Some(weighed));
        }
        job.outs[0] = all;
        learns(job, Learned::Weighed(found));
        Ok(())
    }

    /// Weights from the data of a span of rows.
    fn weigh(
        &self,
        weigher: &dyn Weigher<S>,
        kept: &[usize],
        parts: &[&Column<S>],
        declared: &[S],
        span: &Range<usize>,
    ) -> Outcome<Weighed<S>> {
        let codes: Vec<Id> = kept.iter().map(|p| self.facts.codes[*p].clone()).collect();
        let figures: Vec<Column<S>> = match self.facts.figures.is_empty() {
            true => Vec::new(),
            false => kept.iter().map(|p| self.columns[self.facts.figures[*p].0].rows(span.clone())).collect(),
        };
        let figure_refs: Vec<&Column<S>> = figures.iter().collect();
        let (columns, directions): (&[&Column<S>], Vec<Direction>) = match figures.is_empty() {
            true => (parts, vec![Direction::Higher; kept.len()]),
            false => (&figure_refs, kept.iter().map(|p| self.facts.figures[*p].1).collect()),
        };
        let target = self.facts.target.map(|at| self.columns[at].rows(span.clone()));
        let aggregate = |weights: &[S]| {
            let mut out = Column::missing(0);
            self.fold(parts, weights, span.len(), &mut out).map(|()| out)
        };
        let weighed = weigher.weigh(&Parts {
            codes: &codes,
            declared,
            columns,
            directions: &directions,
            target: target.as_ref(),
            aggregate: &aggregate,
        })?;
        if weighed.weights.len() != kept.len() {
            return Err(Fault::out_of_range());
        }
        Ok(weighed)
    }

    fn fold(&self, parts: &[&Column<S>], weights: &[S], n_rows: usize, out: &mut Column<S>) -> Outcome<()> {
        match self.method.reach() {
            Reach::Unit => fold::aggregate(self.method, parts, weights, &self.facts.missing, n_rows, out),
            Reach::Table => {
                *out = Column::missing(n_rows);
                for span in spans_of(self.n_units, n_rows, self.facts.compare) {
                    let of_period = among(&span, self.n_units);
                    let several = n_rows > self.n_units;
                    self.table(parts, weights, span, out)
                        .map_err(|fault| if several { of_period(fault) } else { fault })?;
                }
                Ok(())
            }
        }
    }

    /// A comparison of the units of a span of rows.
    fn table(
        &self,
        parts: &[&Column<S>],
        weights: &[S],
        span: Range<usize>,
        out: &mut Column<S>,
    ) -> Outcome<()> {
        let rule = &self.facts.missing;
        let total = weights.iter().try_fold(S::ZERO, |a, b| a.plus(*b)).ok_or_else(Fault::out_of_range)?;
        let least = rule.min_share.times(total).ok_or_else(Fault::out_of_range)?;
        let mut rows = Vec::with_capacity(span.len());
        for row in span {
            let present = parts.iter().filter(|p| p.has(row)).count();
            let there = parts.iter().zip(weights).filter(|(part, _)| part.has(row));
            let share = there
                .map(|(_, weight)| *weight)
                .try_fold(S::ZERO, |a, b| a.plus(b))
                .ok_or_else(Fault::out_of_range)?;
            // As for any group; a unit without any part is not compared, and that is no gap.
            let enough = present > 0 && present >= rule.min_count && share >= least;
            let stays = match rule.action {
                _ if !enough => false,
                _ if present == parts.len() => true,
                MissingAction::Refuse => false,
                MissingAction::Zero => true,
                MissingAction::Reweight => {
                    let part = parts.iter().position(|p| !p.has(row)).unwrap_or(0);
                    return Err(Fault::new(
                        &catalog::INCOMPLETE_UNIT,
                        format!(
                            "units are compared part by part, and `{}` is missing",
                            self.facts.codes.get(part).map_or("?", Id::as_str)
                        ),
                    )
                    .in_row(row)
                    .help(
                        "impute the figure in a [[step]], or leave such units out: `missing = { aggregate = \"refuse\" }`",
                    ));
                }
            };
            if stays {
                rows.push(row);
            }
        }
        if rows.is_empty() {
            return Ok(());
        }
        let dense: Vec<Vec<S>> =
            parts.iter().map(|p| rows.iter().map(|row| p.get(*row).unwrap_or(S::ZERO)).collect()).collect();
        let slices: Vec<&[S]> = dense.iter().map(Vec::as_slice).collect();
        let mut values = vec![S::ZERO; rows.len()];
        self.method.columns(&slices, weights, &mut values).map_err(|fault| match fault.row {
            Some(row) => {
                let row = rows[row.min(rows.len() - 1)];
                fault.in_row(row)
            }
            None => fault,
        })?;
        for (row, value) in rows.into_iter().zip(values) {
            if !value.finite() {
                return Err(Fault::out_of_range().in_row(row));
            }
            out.set(row, Some(value));
        }
        Ok(())
    }

    /// Rows one by one, each with its own weights.
    fn by_row(
        &self,
        kept: &[usize],
        parts: &[&Column<S>],
        weights: &[S],
        out: &mut Column<S>,
    ) -> Outcome<()> {
        let mut one = Column::missing(0);
        out.fill_with(self.n_rows, |row| {
            let Some(weights) = weights_of_row(self.facts, self.columns, kept, weights, row)? else {
                return Ok(None);
            };
            let single: Vec<Column<S>> = parts.iter().map(|p| p.rows(row..row + 1)).collect();
            let single: Vec<&Column<S>> = single.iter().collect();
            fold::aggregate(self.method, &single, &weights, &self.facts.missing, 1, &mut one)
                .map_err(|fault| fault.in_row(row))?;
            Ok(one.get(0))
        })
    }
}

/// The weights of the kept parts in a row; nothing where one of them is missing or all are zero.
pub(crate) fn weights_of_row<S: Scalar>(
    facts: &PartFacts<S>,
    columns: &[&Column<S>],
    kept: &[usize],
    weights: &[S],
    row: usize,
) -> Outcome<Option<Vec<S>>> {
    let mut out = Vec::with_capacity(kept.len());
    for (part, nominal) in kept.iter().zip(weights) {
        let weight = match facts.weights_by_row[*part] {
            None => *nominal,
            Some(at) => match columns[at].get(row) {
                None => return Ok(None),
                Some(weight) if weight < S::ZERO => {
                    return Err(Fault::new(
                        &catalog::NEGATIVE_WEIGHT,
                        format!("the weight of `{}` is {weight}", facts.codes[*part]),
                    )
                    .in_row(row)
                    .help("let the formula yield zero or more"));
                }
                Some(weight) => weight,
            },
        };
        out.push(weight);
    }
    Ok(if out.iter().all(|w| *w == S::ZERO) { None } else { Some(out) })
}
