//! How near units are to each other: what the methods that borrow from similar units share.

use crate::shared;
use crate::{Block, Filled};
use gradus_method::{Args, Default, Outcome, Param, ParamKind, Reference};
use gradus_model::number::Scalar;

pub(crate) const DIXON: Reference = Reference {
    citation: "Dixon (1979). Pattern recognition with partly missing data. IEEE Transactions on Systems, Man, and Cybernetics 9(10), 617-621",
    locator: "https://doi.org/10.1109/TSMC.1979.4310090",
};
pub(crate) const GOWER: Reference = Reference {
    citation: "Gower (1971). A general coefficient of similarity and some of its properties. Biometrics 27(4), 857-871",
    locator: "https://doi.org/10.2307/2528823",
};

/// Distances this near to each other, in proportion, are equal: their last digits depend on the order of sums.
const SAME: f64 = 1e-9;

/// How differences on single indicators make a distance.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Metric {
    /// Root of the mean squared difference, in standard deviations.
    Euclidean,
    /// Mean difference, in ranges.
    Gower,
}

impl Metric {
    pub(crate) const PARAM: Param = Param {
        name: "distance",
        kind: ParamKind::Word(&["euclidean", "gower"]),
        default: Default::Value("euclidean"),
        range: "euclidean, gower",
        meaning: "differences in standard deviations, squared, or in ranges; both as a mean over the indicators that two units share",
    };

    pub(crate) fn of(args: &Args) -> Outcome<Self> {
        args.word(
            Self::PARAM.name,
            &[("euclidean", Self::Euclidean), ("gower", Self::Gower)],
            Self::Euclidean,
        )
    }

    /// A column on its own scale; `None` for one on which no two units differ.
    fn scaled(self, values: Vec<Option<f64>>) -> Option<Vec<Option<f64>>> {
        let present = || values.iter().flatten().copied();
        let (low, high) = shared::extent(present()).filter(|(low, high)| low < high)?;
        // The range is taken out first, so that no square leaves the range of a double.
        let ranged: Vec<Option<f64>> = values.iter().map(|x| x.map(|x| (x - low) / (high - low))).collect();
        let spread = match self {
            Self::Gower => 1.0,
            Self::Euclidean => {
                let n = ranged.iter().flatten().count() as f64;
                let mean = ranged.iter().flatten().sum::<f64>() / n;
                let squares: f64 = ranged.iter().flatten().map(|x| (x - mean) * (x - mean)).sum();
                (squares / (n - 1.0)).sqrt()
            }
        };
        let scaled: Vec<Option<f64>> = ranged.iter().map(|x| x.map(|x| x / spread)).collect();
        scaled.iter().flatten().all(|x| x.is_finite()).then_some(scaled)
    }
}

/// The columns of a block on scales on which units can be compared.
pub(crate) struct Distances {
    metric: Metric,
    min_shared: usize,
    n_rows: usize,
    scaled: Vec<Vec<Option<f64>>>,
}

impl Distances {
    pub(crate) fn new<S: Scalar>(block: &Block<'_, S>, metric: Metric, min_shared: usize) -> Self {
        let columns = block.columns.iter();
        let scaled = columns.filter_map(|column| metric.scaled(shared::doubles(column))).collect();
        Self { metric, min_shared: min_shared.max(1), n_rows: block.n_rows(), scaled }
    }

    /// From a row to every row; `None` where the two share fewer than `min_shared` indicators on which units differ.
    pub(crate) fn from(&self, row: usize) -> Vec<Option<f64>> {
        (0..self.n_rows).map(|other| self.between(row, other)).collect()
    }

    fn between(&self, a: usize, b: usize) -> Option<f64> {
        let mut shared = 0;
        let mut sum = 0.0;
        for column in &self.scaled {
            if let (Some(x), Some(y)) = (column[a], column[b]) {
                shared += 1;
                sum += match self.metric {
                    Metric::Euclidean => (x - y) * (x - y),
                    Metric::Gower => (x - y).abs(),
                };
            }
        }
        let mean = sum / f64::from(shared);
        let distance = if self.metric == Metric::Euclidean { mean.sqrt() } else { mean };
        (shared as usize >= self.min_shared).then_some(distance)
    }
}

/// Fills row by row: `fill` gets the distances from the row to every row, a column and the row.
pub(crate) fn by_row<S: Scalar>(
    block: &Block<'_, S>,
    metric: Metric,
    min_shared: usize,
    mut fill: impl FnMut(&[Option<f64>], usize, usize) -> Outcome<Option<S>>,
) -> Outcome<Vec<Vec<Filled<S>>>> {
    block.check()?;
    let all = Distances::new(block, metric, min_shared);
    let mut filled = vec![Vec::new(); block.columns.len()];
    for row in (0..block.n_rows()).filter(|row| block.columns.iter().any(|column| !column.has(*row))) {
        let distances = all.from(row);
        for (at, cells) in filled.iter_mut().enumerate() {
            if !block.columns[at].has(row) {
                cells.extend(fill(&distances, at, row)?.map(|x| (row, x)));
            }
        }
    }
    Ok(filled)
}

/// The `k` nearest of some donors, in their order, and all that are as near as the last of them.
pub(crate) fn nearest<T: Copy>(donors: &[(f64, T)], k: usize) -> Vec<(f64, T)> {
    let mut distances: Vec<f64> = donors.iter().map(|(distance, _)| *distance).collect();
    distances.sort_unstable_by(f64::total_cmp);
    let Some(last) = k.min(distances.len()).checked_sub(1).map(|at| distances[at]) else { return Vec::new() };
    donors.iter().filter(|(distance, _)| *distance <= last * (1.0 + SAME)).copied().collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use gradus_method::Column;

    fn distances(metric: Metric, min_shared: usize, columns: &[Column<f64>]) -> Vec<Option<f64>> {
        let mut columns: Vec<&Column<f64>> = columns.iter().collect();
        let gap = Column::from_options((0..columns[0].len()).map(|row| (row > 0).then_some(1.0)));
        columns.push(&gap);
        let mut found = Vec::new();
        let keep = |distances: &[Option<f64>], _, row| {
            if row == 0 {
                found = distances.to_vec();
            }
            Ok(None)
        };
        by_row(&Block::of(&columns), metric, min_shared, keep).unwrap();
        found
    }

    #[test]
    fn a_distance_is_a_mean_over_shared_indicators() {
        // Standard deviations 2 and 20; ranges 4 and 40.
        let a = Column::of(vec![1.0, 3.0, 5.0]);
        let b = Column::from_options([Some(10.0), Some(50.0), None]);
        let sd_b = 800f64.sqrt();
        let want = ((1.0 + 1600.0 / (sd_b * sd_b)) / 2.0f64).sqrt();
        let found = distances(Metric::Euclidean, 1, &[a.clone(), b.clone()]);
        assert_eq!(found[0], Some(0.0));
        assert!((found[1].unwrap() - want).abs() < 1e-12);
        // The third unit lacks the second indicator: the first counts for both.
        assert!((found[2].unwrap() - 2.0).abs() < 1e-12);
        let found = distances(Metric::Gower, 1, &[a.clone(), b.clone()]);
        assert_eq!(found, [Some(0.0), Some(0.75), Some(1.0)]);
        assert_eq!(distances(Metric::Gower, 2, &[a, b]), [Some(0.0), Some(0.75), None]);
    }

    #[test]
    fn an_indicator_without_differences_says_nothing() {
        let same = Column::of(vec![3.0, 3.0, 3.0]);
        let one = Column::from_options([Some(1.0), None, None]);
        assert_eq!(distances(Metric::Euclidean, 1, &[same, one]), [None; 3]);
    }

    #[test]
    fn those_as_near_as_the_last_are_taken_too() {
        let donors = [(2.0, 'a'), (1.0, 'b'), (2.0, 'c'), (3.0, 'd'), (1.0, 'e')];
        let taken = |k| nearest(&donors, k).iter().map(|(_, name)| *name).collect::<String>();
        assert_eq!(taken(1), "be");
        assert_eq!(taken(2), "be");
        assert_eq!(taken(3), "abce");
        assert_eq!(taken(9), "abcde");
        assert_eq!(taken(0), "");
    }
}
