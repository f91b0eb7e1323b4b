//! Values onto a common scale.

use super::{at, learns, spans};
use crate::compile::transformed;
use crate::plan::{ByRow, Plan};
use crate::run::{Job, Learned};
use gradus_method::{Arg, Column, Fault, Outcome, ParamKind};
use gradus_model::diagnostic::catalog;
use gradus_model::number::Scalar;
use gradus_model::package::Direction;
use gradus_model::policy::Fit;
use gradus_normalize::{Normalizer, Scale};
use std::cmp::Ordering;

/// A method with what it must know to learn.
pub(super) struct Learn<'a, S: Scalar> {
    pub(super) method: &'a dyn Normalizer<S>,
    pub(super) direction: Direction,
    /// The unit whose value it needs, by place.
    pub(super) unit: Option<usize>,
}

impl<S: Scalar> Learn<'_, S> {
    fn learn(&self, plan: &Plan<S>, reference: &Column<S>) -> Outcome<Box<dyn Scale<S>>> {
        let Some(unit) = self.unit else { return self.method.fit(reference, self.direction) };
        // With several periods together, a reference unit stands with its newest value.
        let n_units = plan.units.len();
        let value = (0..reference.len() / n_units).rev().find_map(|p| reference.get(p * n_units + unit));
        match value {
            Some(value) => self.method.fit_to_unit(reference, value, self.direction),
            None => Err(Fault::new(
                &catalog::UNKNOWN_REFERENCE,
                format!("the reference unit `{}` has no value", plan.units[unit]),
            )
            .help("name a unit that has one")
            .of("unit")),
        }
    }
}

pub(super) fn normalize<S: Scalar>(
    plan: &Plan<S>,
    learn: &Learn<'_, S>,
    source: &Column<S>,
    fit: Fit,
    job: &mut Job<S>,
) -> Outcome<()> {
    let mut scales = match std::mem::take(&mut job.learned) {
        Learned::Scales(mut scales) => {
            scales.clear();
            scales
        }
        _ => Vec::new(),
    };
    let out = &mut job.outs[0];
    if source.n_missing() == source.len() {
        // Nothing to learn from and nothing to score; that there are no figures is said where they are read.
        return out.fill_with(source.len(), |_| Ok(None));
    }
    if fit == Fit::Pooled || plan.periods.len() == 1 {
        let scale = learn.learn(plan, source)?;
        scale.score(source, out)?;
        scales.push(Some(scale));
    } else {
        let mut scored = Column::missing(0);
        let mut all = Column::missing(source.len());
        for span in spans(plan, Fit::PerPeriod) {
            let values = source.rows(span.clone());
            if values.n_missing() == values.len() {
                // A period without figures has nothing to learn from and nothing to score.
                scales.push(None);
                continue;
            }
            let scale = learn.learn(plan, &values).map_err(at(&span, plan.units.len()))?;
            scale.score(&values, &mut scored).map_err(at(&span, plan.units.len()))?;
            for (row, place) in span.enumerate() {
                all.set(place, scored.get(row));
            }
            scales.push(Some(scale));
        }
        *out = all;
    }
    learns(job, Learned::Scales(scales));
    Ok(())
}

/// Rows with equal parameters are scored together, by a method made for them that has learned from all rows.
pub(super) fn by_row<S: Scalar>(
    plan: &Plan<S>,
    by_row: &ByRow,
    columns: &[&Column<S>],
    direction: Direction,
    fit: Fit,
    job: &mut Job<S>,
) -> Outcome<()> {
    let (source, params) = (columns[0], &columns[1..]);
    let n_rows = source.len();
    let mut all = Column::missing(n_rows);
    let mut scales: Vec<Vec<(&'static str, S)>> = Vec::new();
    let mut of_row = vec![None; n_rows];
    let key = |row: usize| params.iter().map(move |p| p.slots()[row]);
    let order = |a: &usize, b: &usize| {
        key(*a)
            .zip(key(*b))
            .map(|(x, y)| x.partial_cmp(&y).unwrap_or(Ordering::Equal))
            .find(|o| o.is_ne())
            .unwrap_or(a.cmp(b))
    };
    for span in spans(plan, fit) {
        let reference = source.rows(span.clone());
        // A row without one of its parameters has no score.
        let mut rows: Vec<usize> =
            span.clone().filter(|row| source.has(*row) && params.iter().all(|p| p.has(*row))).collect();
        rows.sort_by(order);
        for rows in rows.chunk_by(|a, b| key(*a).eq(key(*b))) {
            let first = rows[0];
            let mut args = by_row.args.clone();
            for ((name, kind), value) in by_row.params.iter().zip(key(first)) {
                let mut value = value.to_decimal().ok_or_else(|| Fault::out_of_range().in_row(first))?;
                if *kind == ParamKind::Quantity {
                    value = transformed(by_row.transform.as_ref(), name, value)
                        .map_err(|fault| fault.in_row(first))?;
                }
                args.set(name, Arg::Number(value));
            }
            let method = by_row.method.make(&args).map_err(|fault| fault.in_row(first))?;
            let made = S::pick(&method);
            let unit = match made.unit() {
                None => None,
                Some(code) => Some(plan.units.iter().position(|u| *u == *code).ok_or_else(|| {
                    Fault::new(&catalog::UNKNOWN_REFERENCE, format!("there is no unit `{code}`")).of("unit")
                })?),
            };
            let learn = Learn { method: made, direction, unit };
            let scale = learn.learn(plan, &reference).map_err(at(&span, plan.units.len()))?;
            let values = Column::from_options(rows.iter().map(|row| source.get(*row)));
            let mut scored = Column::missing(0);
            scale.score(&values, &mut scored).map_err(|fault| {
                let row = rows[fault.row.unwrap_or(0).min(rows.len() - 1)];
                fault.in_row(row)
            })?;
            for (at, row) in rows.iter().enumerate() {
                all.set(*row, scored.get(at));
                of_row[*row] = Some(scales.len());
            }
            scales.push(scale.fitted());
        }
    }
    job.outs[0] = all;
    learns(job, Learned::ByRow { scales, of_row });
    Ok(())
}
