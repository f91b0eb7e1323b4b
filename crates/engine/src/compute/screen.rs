//! Units and indicators with too few figures left out.

use super::learns;
use crate::plan::{EnoughOf, Screening};
use crate::run::{Job, Learned, Why};
use gradus_method::{Column, Fault, Outcome};
use gradus_model::number::Scalar;
use std::cmp::Ordering;

pub(super) fn screen<S: Scalar>(
    rule: &Screening<S>,
    columns: &[&Column<S>],
    n_units: usize,
    job: &mut Job<S>,
) -> Outcome<()> {
    let n_rows = columns.first().map_or(0, |c| c.len());
    let cell = |column: usize, row: usize| {
        let old = rule.too_old.get(column).is_some_and(|old| old[row]);
        columns[column].get(row).filter(|_| !old)
    };
    // What an earlier step left out, and what this one drops in any case, is neither counted nor asked for.
    let counted: Vec<usize> =
        (0..columns.len()).filter(|c| !job.excluded[*c] && rule.columns_in[*c] != Some(false)).collect();
    let before = |column: usize, row: usize| job.gone[column].get(row).copied().unwrap_or(false);
    let out_before = |row: usize| !counted.is_empty() && counted.iter().all(|c| before(*c, row));
    let mut rows: Vec<Option<Why>> = vec![None; n_rows];
    for (row, why) in rows.iter_mut().enumerate() {
        if out_before(row) {
            continue;
        }
        *why = match rule.units_in[row % n_units] {
            Some(true) => None,
            Some(false) => Some(Why::Declared),
            None => {
                let values: Vec<S> = counted.iter().filter_map(|c| cell(*c, row)).collect();
                too_little(&rule.units, values, counted.len())?
            }
        };
    }
    let staying: Vec<usize> = (0..n_rows).filter(|row| rows[*row].is_none() && !out_before(*row)).collect();
    let mut left_out: Vec<Option<Why>> = vec![None; columns.len()];
    for (column, why) in left_out.iter_mut().enumerate() {
        if job.excluded[column] {
            continue;
        }
        *why = match rule.columns_in[column] {
            Some(true) => None,
            Some(false) => Some(Why::Declared),
            None => {
                let values: Vec<S> = staying.iter().filter_map(|row| cell(column, *row)).collect();
                too_little(&rule.indicators, values, staying.len())?
            }
        };
    }
    for (column, out) in job.outs.iter_mut().enumerate() {
        let gone = left_out[column].is_some();
        out.fill_with(n_rows, |row| Ok(if gone || rows[row].is_some() { None } else { cell(column, row) }))?;
        job.excluded[column] |= gone;
    }
    let out: Vec<bool> = rows.iter().map(Option::is_some).collect();
    if out.contains(&true) {
        for gone in &mut job.gone {
            let all =
                out.iter().enumerate().map(|(row, now)| *now || gone.get(row).copied().unwrap_or(false));
            *gone = all.collect();
        }
    }
    learns(job, Learned::Screened { rows, columns: left_out });
    Ok(())
}

/// Why values are not enough, of `n` cells that could have one.
fn too_little<S: Scalar>(rule: &EnoughOf<S>, mut values: Vec<S>, n: usize) -> Outcome<Option<Why>> {
    let share = |count: usize, of: usize| {
        S::from_count(count).over(S::from_count(of.max(1))).ok_or_else(Fault::out_of_range)
    };
    if let Some(least) = rule.min_available
        && share(values.len(), n)? < least
    {
        return Ok(Some(Why::Availability));
    }
    if values.is_empty() {
        return Ok(None);
    }
    if let Some(least) = rule.min_nonzero
        && share(values.iter().filter(|v| **v != S::ZERO).count(), values.len())? < least
    {
        return Ok(Some(Why::Zeros));
    }
    if let Some(most) = rule.max_same {
        values.sort_by(|a, b| a.partial_cmp(b).unwrap_or(Ordering::Equal));
        let longest = values.chunk_by(|a, b| a == b).map(<[S]>::len).max().unwrap_or(0);
        if share(longest, values.len())? > most {
            return Ok(Some(Why::Same));
        }
    }
    Ok(None)
}
