//! Empty cells filled, from several indicators at once.

use super::{at, learns, spans};
use crate::plan::{BlockFacts, Plan};
use crate::run::{Job, Learned};
use gradus_impute::{Block, Draw, Imputer};
use gradus_method::{Column, Direction, Outcome};
use gradus_model::Id;
use gradus_model::number::Scalar;
use gradus_model::policy::Fit;

/// A method with what it looks at: its own columns first, then the others of the step.
pub(super) struct Filling<'a, S: Scalar> {
    pub(super) method: &'a dyn Imputer<S>,
    pub(super) columns: &'a [&'a Column<S>],
    /// Which columns were screened out.
    pub(super) excluded: &'a [bool],
    pub(super) fit: Fit,
    pub(super) facts: &'a BlockFacts,
    pub(super) draw: Option<Draw>,
}

pub(super) fn impute<S: Scalar>(plan: &Plan<S>, filling: &Filling<'_, S>, job: &mut Job<S>) -> Outcome<()> {
    let Filling { method, columns, excluded, fit, facts, draw } = *filling;
    let n_own = job.outs.len();
    for (out, source) in job.outs.iter_mut().zip(columns) {
        out.map_from(source, Some)?;
    }
    let mut filled: Vec<Vec<usize>> = vec![Vec::new(); n_own];
    // Columns that were screened out are neither filled nor looked at.
    let used: Vec<usize> = (0..columns.len()).filter(|c| !excluded[*c]).collect();
    let codes: Vec<Id> = used.iter().map(|c| facts.codes[*c].clone()).collect();
    let directions: Vec<Direction> = used.iter().map(|c| facts.directions[*c]).collect();
    let siblings: Vec<usize> = used.iter().map(|c| facts.siblings[*c]).collect();
    let n_units = plan.units.len();
    let fit = if method.over_time() { Fit::Pooled } else { fit };
    for span in spans(plan, fit) {
        let parts: Vec<Column<S>> = used.iter().map(|c| columns[*c].rows(span.clone())).collect();
        if parts.iter().all(|p| p.n_missing() == p.len()) {
            continue;
        }
        let part_refs: Vec<&Column<S>> = parts.iter().collect();
        let first = span.start / n_units.max(1);
        let n_periods = span.len() / n_units.max(1);
        let all = Block { classes: facts.classes.as_deref(), n_units, ..Block::of(columns) };
        let block = Block {
            columns: &part_refs,
            codes: &codes,
            directions: &directions,
            siblings: &siblings,
            n_units,
            times: &facts.times[first..first + n_periods],
            classes: all.classes_of(&span),
            draw,
        };
        let values = method.impute(&block).map_err(at(&span, n_units))?;
        for (place, cells) in used.iter().zip(values).filter(|(place, _)| **place < n_own) {
            for (row, value) in cells {
                // A figure that is known stays, and a unit that was screened out stays out, whatever a method says.
                let gone = job.gone[*place].get(row + span.start).copied().unwrap_or(false);
                if !gone && !columns[*place].has(row + span.start) {
                    job.outs[*place].set(row + span.start, Some(value));
                    filled[*place].push(row + span.start);
                }
            }
        }
    }
    learns(job, Learned::Filled(filled));
    Ok(())
}
