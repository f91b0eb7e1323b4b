//! The unit's own standing on sibling indicators: what `row-mean` and `row-median` share.

use crate::shared::{self, Center};
use crate::{Block, Filled};
use gradus_method::{Direction, Fault, Outcome};
use gradus_model::number::Scalar;

/// Fills each gap with the value at which the unit stands in its column as it does, in the center, in the others.
pub(crate) fn fill<S: Scalar>(block: &Block<'_, S>, center: Center) -> Outcome<Vec<Vec<Filled<S>>>> {
    let extents: Vec<Option<(S, S)>> =
        block.columns.iter().map(|column| shared::extent(column.values())).collect();
    // How far a value is on the way from the worst to the best of its column; a constant column has no way.
    let standing = |at: usize, row: usize| -> Option<Option<S>> {
        let (x, (low, high)) = (block.columns[at].get(row)?, extents[at].filter(|(low, high)| low < high)?);
        let way = match block.direction(at) {
            Direction::Higher => x.minus(low),
            Direction::Lower => high.minus(x),
        };
        Some(way.and_then(|way| way.over(high.minus(low)?)))
    };
    shared::by_column(block, |at, column| {
        let Some((low, high)) = extents[at] else { return Ok(Vec::new()) };
        let sibling = |other: &usize| *other != at && block.siblings.get(*other) == block.siblings.get(at);
        let mut filled = Vec::new();
        for row in shared::gaps(column) {
            let undefined = || Fault::out_of_range().in_row(row);
            let standings: Option<Vec<S>> =
                (0..block.columns.len()).filter(sibling).filter_map(|other| standing(other, row)).collect();
            let Some(share) = center.of(standings.ok_or_else(undefined)?)? else { continue };
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
