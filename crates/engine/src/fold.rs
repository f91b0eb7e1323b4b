//! Parts combined row by row under a missing rule.

use crate::plan::Missing;
use gradus_aggregate::Aggregator;
use gradus_method::{Column, Fault, Outcome};
use gradus_model::number::Scalar;
use gradus_model::policy::MissingAction;
use rayon::prelude::*;

/// Rows that one task takes: long enough to hide the cost of a task, short enough to share a million among two cores.
const CHUNK: usize = 1 << 15;

/// Combines `parts` into `out`.
///
/// Rows in which every part is present go through the method's loop over columns; the others one by one, with the
/// weights that the rule leaves. The method's two forms give the same bits, so the path does not show.
pub(crate) fn aggregate<S: Scalar>(
    method: &dyn Aggregator<S>,
    parts: &[&Column<S>],
    weights: &[S],
    missing: &Missing<S>,
    n_rows: usize,
    out: &mut Column<S>,
) -> Outcome<()> {
    let full: Option<Vec<&[S]>> = parts.iter().map(|p| p.full()).collect();
    let mut result = Ok(());
    if let Some(parts) = full.filter(|_| parts.len() >= missing.min_count) {
        out.fill_full(n_rows, |out| result = complete_rows(method, &parts, weights, out, 0));
        return result;
    }
    let mut gaps: Vec<usize> = Vec::new();
    out.fill_full(n_rows, |out| result = rows_with_gaps(method, parts, weights, missing, out, &mut gaps));
    for row in gaps {
        out.set(row, None);
    }
    result
}

/// Rows without gaps, in chunks that may run on several threads; each row is computed by itself, so the number of
/// threads does not show in the result. The fault of the first row is the one reported.
fn complete_rows<S: Scalar>(
    method: &dyn Aggregator<S>,
    parts: &[&[S]],
    weights: &[S],
    out: &mut [S],
    first_row: usize,
) -> Outcome<()> {
    let combine = |parts: &[&[S]], out: &mut [S], start: usize| {
        method.columns(parts, weights, out).map_err(|fault| {
            let row = fault.row.unwrap_or(0) + start + first_row;
            fault.in_row(row)
        })
    };
    if out.len() <= CHUNK {
        return combine(parts, out, 0);
    }
    let chunk = |(at, out): (usize, &mut [S])| {
        let start = at * CHUNK;
        let slices: Vec<&[S]> = parts.iter().map(|p| &p[start..start + out.len()]).collect();
        combine(&slices, out, start)
    };
    let results: Vec<Outcome<()>> = out.par_chunks_mut(CHUNK).enumerate().map(chunk).collect();
    results.into_iter().collect()
}

fn rows_with_gaps<S: Scalar>(
    method: &dyn Aggregator<S>,
    parts: &[&Column<S>],
    weights: &[S],
    missing: &Missing<S>,
    out: &mut [S],
    gaps: &mut Vec<usize>,
) -> Outcome<()> {
    let enough_parts = parts.len() >= missing.min_count;
    let complete = |row: usize| enough_parts && parts.iter().all(|p| p.has(row));
    let total = sum(weights)?;
    let least = missing.min_share.times(total).ok_or_else(Fault::out_of_range)?;
    let mut values: Vec<S> = Vec::with_capacity(parts.len());
    let mut present_weights: Vec<S> = Vec::with_capacity(parts.len());
    let mut slices: Vec<&[S]> = Vec::with_capacity(parts.len());
    let mut row = 0;
    while row < out.len() {
        let start = row;
        while row < out.len() && complete(row) {
            row += 1;
        }
        if row > start {
            slices.clear();
            slices.extend(parts.iter().map(|p| &p.slots()[start..row]));
            complete_rows(method, &slices, weights, &mut out[start..row], start)?;
            continue;
        }
        values.clear();
        present_weights.clear();
        let mut n_present = 0;
        let mut share = S::ZERO;
        for (part, weight) in parts.iter().zip(weights) {
            match (part.get(row), missing.action) {
                (Some(value), _) => {
                    n_present += 1;
                    share = share.plus(*weight).ok_or_else(Fault::out_of_range)?;
                    values.push(value);
                    present_weights.push(*weight);
                }
                (None, MissingAction::Zero) => {
                    values.push(S::ZERO);
                    present_weights.push(*weight);
                }
                (None, _) => {}
            }
        }
        let enough = n_present > 0 && n_present >= missing.min_count && share >= least && share > S::ZERO;
        let covered = match missing.action {
            MissingAction::Refuse => n_present == parts.len() && enough,
            MissingAction::Zero | MissingAction::Reweight => enough,
        };
        if covered {
            out[row] = method.row(&values, &present_weights).map_err(|fault| fault.in_row(row))?;
            if !out[row].finite() {
                return Err(Fault::out_of_range().in_row(row));
            }
        } else {
            gaps.push(row);
        }
        row += 1;
    }
    Ok(())
}

fn sum<S: Scalar>(values: &[S]) -> Outcome<S> {
    values.iter().try_fold(S::ZERO, |a, b| a.plus(*b)).ok_or_else(Fault::out_of_range)
}
