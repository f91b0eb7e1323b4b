//! How often one unit is above another among the parts of a group: the outranking matrix.

use crate::Series;

/// Units compared in pairs, those that have every part.
#[derive(Debug, Clone, PartialEq)]
pub struct Outranking {
    /// The units, by place.
    pub units: Vec<usize>,
    /// Row by row in the order of `units`: the share of the weight of the parts in which the unit of the row is above that of the
    /// column, plus half of the share in which they are equal. One half on the diagonal; `a(i,j) + a(j,i) = 1`.
    pub shares: Vec<Vec<f64>>,
    /// How many ordered pairs there are in which one unit is above the other in every part that weighs.
    pub dominated: usize,
}

/// Compares units by parts that rise with what is better.
///
/// ```text
/// a(i,j) = (Σ w_k [x_ik > x_jk] + ½ Σ w_k [x_ik = x_jk]) / Σ w_k
/// ```
/// Units that lack a part are left out: sharing out its weight would compare pairs on different parts. Nothing where no part
/// weighs anything.
///
/// Source: Munda, Social Multi-Criteria Evaluation for a Sustainable Economy (2008), chapter 6.
#[must_use]
pub fn outranking(parts: &[Series], weights: &[f64]) -> Option<Outranking> {
    let voting: Vec<(&Series, f64)> =
        parts.iter().zip(weights.iter().copied()).filter(|(_, w)| *w > 0.0).collect();
    let total: f64 = voting.iter().map(|(_, w)| w).sum();
    if voting.is_empty() || !total.is_finite() {
        return None;
    }
    let n = voting.iter().map(|(part, _)| part.values.len()).min().unwrap_or(0);
    let complete = |unit: &usize| voting.iter().all(|(part, _)| part.values[*unit].is_some());
    let units: Vec<usize> = (0..n).filter(complete).collect();
    let share = |i: usize, j: usize| -> f64 {
        let votes = voting.iter().map(|(part, weight)| match part.values[i].partial_cmp(&part.values[j]) {
            Some(std::cmp::Ordering::Greater) => *weight,
            Some(std::cmp::Ordering::Equal) => 0.5 * weight,
            _ => 0.0,
        });
        votes.sum::<f64>() / total
    };
    let shares: Vec<Vec<f64>> = units.iter().map(|i| units.iter().map(|j| share(*i, *j)).collect()).collect();
    let above = |i: usize, j: usize| voting.iter().all(|(part, _)| part.values[i] > part.values[j]);
    let dominated = units.iter().map(|i| units.iter().filter(|j| above(*i, **j)).count()).sum();
    Some(Outranking { units, shares, dominated })
}

#[cfg(test)]
mod tests {
    use super::*;
    use gradus_model::Id;
    use proptest::prelude::*;

    fn series(code: &str, values: &[Option<f64>]) -> Series {
        Series::new(Id::new(code).unwrap_or_else(|_| panic!("a code")), values.to_vec())
    }

    #[test]
    fn votes_are_weighed_and_ties_are_halved() {
        let parts = [
            series("a", &[Some(3.0), Some(1.0), Some(2.0), Some(9.0)]),
            series("b", &[Some(1.0), Some(1.0), Some(2.0), None]),
        ];
        let found = outranking(&parts, &[3.0, 1.0]);
        let Some(found) = found else { panic!("there is weight") };
        assert_eq!(found.units, [0, 1, 2]);
        assert_eq!(found.shares, [[0.5, 0.875, 0.75], [0.125, 0.5, 0.0], [0.25, 1.0, 0.5]]);
        assert_eq!(found.dominated, 1);
        assert_eq!(outranking(&parts, &[0.0, 0.0]), None);
        // A part without weight has no vote, and keeps no unit out.
        assert_eq!(outranking(&parts, &[1.0, 0.0]).map(|o| o.units.len()), Some(4));
    }

    proptest! {
        #[test]
        fn pairs_add_up_to_one_and_increasing_transforms_change_nothing(
            values in prop::collection::vec(-50i32..50, 12), weights in prop::collection::vec(0.1f64..5.0, 3),
        ) {
            let parts: Vec<Series> = values
                .chunks(4)
                .map(|part| series("p", &part.iter().map(|x| Some(f64::from(*x))).collect::<Vec<_>>()))
                .collect();
            let cubed: Vec<Series> = values
                .chunks(4)
                .map(|part| series("p", &part.iter().map(|x| Some(f64::from(*x) * f64::from(*x) * f64::from(*x))).collect::<Vec<_>>()))
                .collect();
            let found = outranking(&parts, &weights);
            prop_assert_eq!(&found, &outranking(&cubed, &weights));
            let found = found.unwrap_or_else(|| panic!("there is weight"));
            for (i, row) in found.shares.iter().enumerate() {
                for (j, share) in row.iter().enumerate() {
                    prop_assert!((share + found.shares[j][i] - 1.0).abs() < 1e-12);
                }
            }
        }
    }
}
