//! Outliers treated, all periods together or each by itself.

use super::{at, learns, spans};
use crate::plan::Plan;
use crate::run::{Job, Learned, TreatedFacts};
use gradus_method::{Column, Outcome};
use gradus_model::number::Scalar;
use gradus_model::policy::Fit;
use gradus_treat::Treatment;

pub(super) fn treat<S: Scalar>(
    plan: &Plan<S>,
    method: &dyn Treatment<S>,
    source: &Column<S>,
    fit: Fit,
    job: &mut Job<S>,
) -> Outcome<()> {
    let mut facts = Vec::new();
    let mut all = Column::missing(source.len());
    for span in spans(plan, fit) {
        let values = source.rows(span.clone());
        if values.n_missing() == values.len() {
            facts.push(None);
            continue;
        }
        let treated = method.treat(&values).map_err(at(&span, plan.units.len()))?;
        for (row, place) in span.clone().enumerate() {
            all.set(place, treated.values.get(row));
        }
        facts.push(Some(TreatedFacts {
            changed: treated.changed.iter().map(|(row, what)| (row + span.start, *what)).collect(),
            rescaled: treated.rescaled,
            facts: treated.facts,
        }));
    }
    job.outs[0] = all;
    learns(job, Learned::Treated(facts));
    Ok(())
}
