//! Parts combined row by row under a missing rule.

use crate::plan::Missing;
use gradus_aggregate::Aggregator;
use gradus_method::{Column, Fault, Outcome};
use gradus_model::number::Scalar;
use gradus_model::policy::MissingAction;
use rayon::prelude::*;

/// Rows that one task takes: long enough to hide the cost of a task, short enough to share a million among two cores.
const CHUNK: usize = 1 << 15;

/// Rows with gaps that are sorted by the parts they have: many enough that most patterns occur often, few enough that
/// what is copied stays in the second-level cache.
const BLOCK: usize = 1 << 13;

/// Combines `parts` into `out`.
///
/// Rows that have the same parts go through the method's loop over columns together, with the weights that the rule leaves
/// them. The method's two forms give the same bits, so the path does not show.
pub(crate) fn aggregate<S: Scalar>(
    method: &dyn Aggregator<S>,
    parts: &[&Column<S>],
    weights: &[S],
    missing: &Missing<S>,
    n_rows: usize,
    out: &mut Column<S>,
) -> Outcome<()> {
    let least = missing.min_share.times(sum(weights)?).ok_or_else(Fault::out_of_range)?;
    let combination = Combination { method, parts, weights, missing, least };
    let chunk = |(at, out): (usize, &mut [S])| {
        let start = at * CHUNK;
        if parts.iter().all(|p| p.full().is_some()) && parts.len() >= missing.min_count {
            let slices: Vec<&[S]> = parts.iter().map(|p| &p.slots()[start..start + out.len()]).collect();
            let combined = method.columns(&slices, weights, out);
            return combined.map(|()| Vec::new()).map_err(|fault| place(fault, |row| start + row));
        }
        let mut gaps = Vec::new();
        for (block, out) in out.chunks_mut(BLOCK).enumerate() {
            combination.patterns(start + block * BLOCK, out, &mut gaps)?;
        }
        Ok(gaps)
    };
    let mut results: Vec<Outcome<Vec<usize>>> = Vec::new();
    out.fill_full(n_rows, |out| {
        // Each row is computed by itself, so the number of threads does not show in the result.
        results = match out.len() {
            0..=CHUNK => vec![chunk((0, out))],
            _ => out.par_chunks_mut(CHUNK).enumerate().map(chunk).collect(),
        };
    });
    // The fault of the first row is the one reported.
    for gaps in results.into_iter().collect::<Outcome<Vec<_>>>()? {
        for row in gaps {
            out.set(row, None);
        }
    }
    Ok(())
}

/// Parts with gaps, and the rule for them.
struct Combination<'a, S: Scalar> {
    method: &'a dyn Aggregator<S>,
    parts: &'a [&'a Column<S>],
    weights: &'a [S],
    missing: &'a Missing<S>,
    /// The least sum of weights that have to be present.
    least: S,
}

impl<S: Scalar> Combination<'_, S> {
    /// The rows from `start`, those with the same parts together; adds the rows without a result to `gaps`.
    fn patterns(&self, start: usize, out: &mut [S], gaps: &mut Vec<usize>) -> Outcome<()> {
        let mut first: Option<Fault> = None;
        let (mut values, mut results) = (Vec::new(), Vec::new());
        let (rows, ends) = by_pattern(self.parts, start, out.len());
        let mut done = 0;
        for end in ends {
            let rows = &rows[std::mem::replace(&mut done, end)..end];
            let Some((used, weights)) = self.used(rows[0])? else {
                gaps.extend_from_slice(rows);
                continue;
            };
            values.clear();
            for part in &used {
                // The slot of a missing value is zero, which is what it counts as where it counts.
                let slots = part.slots();
                values.extend(rows.iter().map(|row| slots[*row]));
            }
            let slices: Vec<&[S]> = values.chunks_exact(rows.len()).collect();
            results.clear();
            results.resize(rows.len(), S::ZERO);
            match self.method.columns(&slices, &weights, &mut results) {
                Ok(()) => rows.iter().zip(&results).for_each(|(row, y)| out[row - start] = *y),
                Err(fault) => {
                    let fault = place(fault, |at| rows[at.min(rows.len() - 1)]);
                    if first.as_ref().is_none_or(|first| fault.row < first.row) {
                        first = Some(fault);
                    }
                }
            }
        }
        first.map_or(Ok(()), Err)
    }

    /// The parts and weights of the rows that have the parts `row` has; nothing where too little is there.
    #[expect(clippy::type_complexity, reason = "parts and their weights, taken apart at once")]
    fn used(&self, row: usize) -> Outcome<Option<(Vec<&Column<S>>, Vec<S>)>> {
        let mut used = Vec::with_capacity(self.parts.len());
        let mut weights = Vec::with_capacity(self.parts.len());
        let (mut n_present, mut share) = (0, S::ZERO);
        for (part, weight) in self.parts.iter().zip(self.weights) {
            let present = part.has(row);
            if present {
                n_present += 1;
                share = share.plus(*weight).ok_or_else(|| Fault::out_of_range().in_row(row))?;
            }
            if present || self.missing.action == MissingAction::Zero {
                used.push(*part);
                weights.push(*weight);
            }
        }
        let complete = n_present == self.parts.len();
        let enough = n_present > 0 && share >= self.least && share > S::ZERO;
        let covered = n_present >= self.missing.min_count
            && (complete || (enough && self.missing.action != MissingAction::Refuse));
        Ok(covered.then_some((used, weights)))
    }
}

/// `n` rows from `start`, those that have the same parts behind each other and in order, and where each such list ends.
fn by_pattern<S: Scalar>(parts: &[&Column<S>], start: usize, n: usize) -> (Vec<usize>, Vec<usize>) {
    // Each part splits the patterns found so far in two; a new number is given to a half that occurs.
    const NEW: u32 = u32::MAX;
    let mut pattern = vec![0u32; n];
    let mut n_patterns = 1;
    for part in parts.iter().filter(|p| p.n_missing() > 0) {
        let mut numbers = vec![[NEW; 2]; n_patterns];
        n_patterns = 0;
        for (at, pattern) in pattern.iter_mut().enumerate() {
            let number = &mut numbers[*pattern as usize][usize::from(part.has(start + at))];
            if *number == NEW {
                *number = n_patterns as u32;
                n_patterns += 1;
            }
            *pattern = *number;
        }
    }
    // Counted, then put in their places.
    let mut ends = vec![0; n_patterns];
    for pattern in &pattern {
        ends[*pattern as usize] += 1;
    }
    let mut total = 0;
    for end in &mut ends {
        total += std::mem::replace(end, total);
    }
    let mut rows = vec![0; n];
    for (at, pattern) in pattern.into_iter().enumerate() {
        let next = &mut ends[pattern as usize];
        rows[*next] = start + at;
        *next += 1;
    }
    (rows, ends)
}

/// A fault at the row that a place in a list of rows stands for.
fn place(fault: Fault, row: impl Fn(usize) -> usize) -> Fault {
    let row = row(fault.row.unwrap_or(0));
    fault.in_row(row)
}

fn sum<S: Scalar>(values: &[S]) -> Outcome<S> {
    values.iter().try_fold(S::ZERO, |a, b| a.plus(*b)).ok_or_else(Fault::out_of_range)
}

#[cfg(test)]
mod tests {
    use super::*;
    use gradus_method::Args;
    use gradus_model::Decimal;

    /// More rows than a chunk, in every pattern of gaps: the same bits as row by row, whatever path a row takes.
    #[test]
    fn rows_with_gaps_are_combined_as_one_by_one() {
        let registry = gradus_aggregate::aggregators();
        let n = CHUNK + BLOCK + 77;
        let columns: Vec<Column<f64>> = (0..4usize)
            .map(|k| {
                Column::from_options((0..n).map(|i| {
                    let there = i.is_multiple_of(3) || ((i * 40_503) >> (k + 5)) & 1 == 1;
                    there.then(|| ((i * 31 + k * 17) % 997 + 1) as f64 / 7.0)
                }))
            })
            .collect();
        let parts: Vec<&Column<f64>> = columns.iter().collect();
        let weights = [1.0, 2.0, 3.0, 0.5];
        for (id, action) in [
            ("arithmetic", MissingAction::Reweight),
            ("geometric", MissingAction::Reweight),
            ("arithmetic", MissingAction::Zero),
            ("median", MissingAction::Refuse),
        ] {
            let method =
                registry.find(id).and_then(|m| m.make(&Args::new())).unwrap_or_else(|f| panic!("{f:?}"));
            let method = f64::pick(&method);
            let rule = Missing { action, min_share: f64::from_decimal(Decimal::new(5, 1)), min_count: 2 };
            let mut all = Column::missing(0);
            assert!(aggregate(method, &parts, &weights, &rule, n, &mut all).is_ok());
            assert!(all.n_missing() > 0 && all.n_missing() < n, "{id}");
            let mut one = Column::missing(0);
            for row in 0..n {
                let single: Vec<Column<f64>> = parts.iter().map(|p| p.rows(row..row + 1)).collect();
                let single: Vec<&Column<f64>> = single.iter().collect();
                assert!(aggregate(method, &single, &weights, &rule, 1, &mut one).is_ok());
                assert_eq!(all.get(row).map(f64::to_bits), one.get(0).map(f64::to_bits), "{id} row {row}");
            }
        }
    }
}
