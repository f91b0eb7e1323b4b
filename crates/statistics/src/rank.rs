//! Ranks of values, with the usual rules for ties. Ties are exact: equal numbers, nothing near to it.

use crate::float;

/// What rank values share that are equal.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Ties {
    /// The mean of the ranks they take up: 1, 2.5, 2.5, 4.
    #[default]
    Average,
    /// The lowest: 1, 2, 2, 4.
    Min,
    /// The highest: 1, 3, 3, 4.
    Max,
    /// The lowest, and no rank is left out after them: 1, 2, 2, 3.
    Dense,
}

/// The rank of every value, 1 for the smallest.
#[must_use]
pub fn ranks(values: &[f64], ties: Ties) -> Vec<f64> {
    let order = order(values);
    let mut ranks = vec![0.0; values.len()];
    for (number, run) in runs(values, &order).enumerate() {
        let rank = match ties {
            Ties::Average => float(run.start + run.end + 1) / 2.0,
            Ties::Min => float(run.start + 1),
            Ties::Max => float(run.end),
            Ties::Dense => float(number + 1),
        };
        for at in &order[run] {
            ranks[*at] = rank;
        }
    }
    ranks
}

/// The rank of every value, 1 for the largest.
#[must_use]
pub fn ranks_descending(values: &[f64], ties: Ties) -> Vec<f64> {
    ranks(&values.iter().map(|x| -x).collect::<Vec<_>>(), ties)
}

/// The positions of values from smallest to largest; of equal values, in their order.
#[must_use]
pub fn order(values: &[f64]) -> Vec<usize> {
    let mut order: Vec<usize> = (0..values.len()).collect();
    // Adding 0 turns -0 into 0, so that the two tie in the order as they do in the comparison.
    order.sort_by(|i, j| (values[*i] + 0.0).total_cmp(&(values[*j] + 0.0)));
    order
}

/// Stretches of the order in which values are equal.
pub(crate) fn runs<'a>(
    values: &'a [f64],
    order: &'a [usize],
) -> impl Iterator<Item = std::ops::Range<usize>> + 'a {
    let mut start = 0;
    std::iter::from_fn(move || {
        let first = values[*order.get(start)?];
        let length = order[start..].iter().take_while(|at| values[**at] == first).count().max(1);
        start += length;
        Some(start - length..start)
    })
}

/// How many values share each value that occurs more than once.
#[must_use]
pub fn tied_counts(values: &[f64]) -> Vec<usize> {
    let order = order(values);
    runs(values, &order).map(|run| run.len()).filter(|n| *n > 1).collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn ties() {
        let values = [20.0, 10.0, 20.0, 30.0];
        assert_eq!(ranks(&values, Ties::Average), [2.5, 1.0, 2.5, 4.0]);
        assert_eq!(ranks(&values, Ties::Min), [2.0, 1.0, 2.0, 4.0]);
        assert_eq!(ranks(&values, Ties::Max), [3.0, 1.0, 3.0, 4.0]);
        assert_eq!(ranks(&values, Ties::Dense), [2.0, 1.0, 2.0, 3.0]);
        assert_eq!(ranks_descending(&values, Ties::Min), [2.0, 4.0, 2.0, 1.0]);
        assert_eq!(ranks(&[0.0, -0.0, -1.0], Ties::Average), [2.5, 2.5, 1.0]);
        assert_eq!(ranks(&[-0.0, 1.0, 0.0], Ties::Min), [1.0, 3.0, 1.0]);
        assert!(ranks(&[], Ties::Min).is_empty());
        assert_eq!(ranks(&[f64::NAN, 1.0, f64::NAN], Ties::Dense).len(), 3);
        assert_eq!(tied_counts(&[1.0, 2.0, 1.0, 3.0, 2.0, 1.0]), [3, 2]);
    }

    proptest! {
        #[test]
        fn average_ranks_count_those_below_and_half_of_those_equal(values in prop::collection::vec(0u8..9, 0..30)) {
            let values: Vec<f64> = values.into_iter().map(f64::from).collect();
            for (x, rank) in values.iter().zip(ranks(&values, Ties::Average)) {
                let below = values.iter().filter(|y| *y < x).count();
                let equal = values.iter().filter(|y| *y == x).count();
                prop_assert_eq!(rank, float(below) + (float(equal) + 1.0) / 2.0);
            }
        }
    }
}
