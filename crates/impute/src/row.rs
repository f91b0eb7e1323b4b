//! The unit's own standing on sibling indicators: what `row-mean` and `row-median` share.

use crate::shared::{self, Center};
use crate::{Account, Block, Filled};
use gradus_method::{Direction, Fault, Outcome};
use gradus_model::number::Scalar;

/// Fills each gap with the value at which the unit stands in its column as it does, in the center, in the others.
pub(crate) fn fill<S: Scalar>(block: &Block<'_, S>, center: Center) -> Outcome<Vec<Vec<Filled<S>>>> {
    let extents = extents(block);
    shared::by_column(block, |at, column| {
        let Some((low, high)) = extents[at] else { return Ok(Vec::new()) };
        let mut filled = Vec::new();
        for row in shared::gaps(column) {
            let undefined = || Fault::out_of_range().in_row(row);
            let standings: Vec<S> =
                standings(block, &extents, at, row)?.into_iter().map(|(_, share)| share).collect();
            let Some(share) = center.of(standings)? else { continue };
            let back = |share: S| {
                let way = high.minus(low)?.times(share)?;
                match block.direction(at) {
                    Direction::Higher => low.plus(way),
                    Direction::Lower => high.minus(way),
                }
            };
            let x = back(share).filter(|x| x.finite()).ok_or_else(undefined)?;
            filled.push((row, x.greatest(low).least(high)));
        }
        Ok(filled)
    })
}

/// Smallest and largest value of each column.
fn extents<S: Scalar>(block: &Block<'_, S>) -> Vec<Option<(S, S)>> {
    block.columns.iter().map(|column| shared::extent(column.values())).collect()
}

/// The siblings of a column in which a unit has a figure, and how far that is on the way from the worst to the best; a constant
/// column has no way.
fn standings<S: Scalar>(
    block: &Block<'_, S>,
    extents: &[Option<(S, S)>],
    at: usize,
    row: usize,
) -> Outcome<Vec<(usize, S)>> {
    let standing = |other: usize| {
        let (low, high) = extents[other].filter(|(low, high)| low < high)?;
        let x = block.columns[other].get(row)?;
        let way = match block.direction(other) {
            Direction::Higher => x.minus(low),
            Direction::Lower => high.minus(x),
        };
        let share = way.and_then(|way| way.over(high.minus(low)?));
        Some(share.map(|share| (other, share)).ok_or_else(|| Fault::out_of_range().in_row(row)))
    };
    let sibling = |other: &usize| *other != at && block.siblings.get(*other) == block.siblings.get(at);
    (0..block.columns.len()).filter(sibling).filter_map(standing).collect()
}

/// What the value of a gap rests on: the unit's standing on each sibling, and the way it was laid back on.
pub(crate) fn account<S: Scalar>(
    block: &Block<'_, S>,
    center: Center,
    column: usize,
    row: usize,
) -> Outcome<Account> {
    let extents = extents(block);
    let standings = standings(block, &extents, column, row)?;
    let shares = standings.iter().map(|(_, share)| *share).collect();
    let share = center.of(shares)?.map(|share| ("standing", share.to_f64()));
    let ends = extents[column].map(|(low, high)| [("lower", low.to_f64()), ("upper", high.to_f64())]);
    let account = Account::of_facts(share.into_iter().chain(ends.into_iter().flatten()));
    let with = |account: Account, (other, share): (usize, S)| {
        account.and(other, row, &[("standing", share.to_f64())])
    };
    Ok(standings.into_iter().fold(account, with))
}
