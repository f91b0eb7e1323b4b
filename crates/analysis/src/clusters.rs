//! Groups of units that resemble each other in a set of indicators or scores.

use crate::{Series, fault};
use gradus_method::Outcome;
use gradus_statistics::cluster::{self, Dendrogram, Linkage, Partition};
use gradus_statistics::correlation;
use gradus_statistics::moments;

/// Whether series are brought onto one scale before distances are taken.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Scale {
    /// Each less its mean, over its standard deviation: for indicators in different measurement units.
    #[default]
    ZScores,
    /// As they are: for scores on one scale.
    AsIs,
}

/// The units that have every series, as rows on one scale, with their positions.
fn rows(series: &[Series], scale: Scale) -> Outcome<(Vec<Vec<f64>>, Vec<usize>)> {
    let all: Vec<&Series> = series.iter().collect();
    let (mut columns, units) = correlation::complete_rows(series);
    if scale == Scale::ZScores {
        for (at, column) in columns.iter_mut().enumerate() {
            let constant = || fault(gradus_statistics::Undefined::Constant { column: at }, &all);
            let deviation =
                moments::standard_deviation(column, 1).filter(|d| *d > 0.0).ok_or_else(constant)?;
            let mean = moments::mean(column).ok_or_else(constant)?;
            column.iter_mut().for_each(|value| *value = (*value - mean) / deviation);
        }
    }
    Ok(((0..units.len()).map(|i| columns.iter().map(|column| column[i]).collect()).collect(), units))
}

/// A tree of units that resemble each other. Unit i of the tree is `units[i]` in the series.
#[derive(Debug, Clone, PartialEq)]
pub struct Tree {
    /// The positions of the units that have every series; the others are left out.
    pub units: Vec<usize>,
    /// The tree.
    pub dendrogram: Dendrogram,
}

/// Joins the units that have every series, from the most alike to one tree.
///
/// # Errors
/// `too-few-values` where no unit has every series, `zero-range` for a series of one value that is to become z-scores.
pub fn tree(series: &[Series], scale: Scale, linkage: Linkage) -> Outcome<Tree> {
    let (rows, units) = rows(series, scale)?;
    let said = |why| fault(why, &[]);
    let distances = cluster::distances(&rows).map_err(said)?;
    Ok(Tree { units, dendrogram: cluster::agglomerate(&distances, linkage).map_err(said)? })
}

/// A number of clusters of the units that have every series, by k-means, with their positions.
///
/// # Errors
/// As [`tree`]; `too-few-values` for fewer units than clusters.
pub fn k_means(
    series: &[Series],
    scale: Scale,
    k: usize,
    n_starts: usize,
    seed: u64,
) -> Outcome<(Vec<usize>, Partition)> {
    let (rows, units) = rows(series, scale)?;
    Ok((units, cluster::k_means(&rows, k, n_starts, seed).map_err(|why| fault(why, &[]))?))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::testing::*;

    #[test]
    fn units_with_gaps_are_left_out_and_scales_do_not_count() {
        let all =
            [series("a", &[1.0, 1.1, f64::NAN, 5.0, 5.1]), series("b", &[100.0, 120.0, 500.0, 900.0, 910.0])];
        let found = tree(&all, Scale::ZScores, Linkage::Ward).unwrap();
        assert_eq!(found.units, [0, 1, 3, 4]);
        assert_eq!(found.dendrogram.cut(2), [0, 0, 1, 1]);
        let scaled = [all[0].clone(), series("b", &[1.0, 1.2, 5.0, 9.0, 9.1])];
        let again = tree(&scaled, Scale::ZScores, Linkage::Ward).unwrap();
        near(again.dendrogram.merges[2].height, found.dendrogram.merges[2].height);
        let (units, partition) = k_means(&all, Scale::ZScores, 2, 3, 0).unwrap();
        assert_eq!((units.len(), partition.clusters), (4, vec![0, 0, 1, 1]));
    }

    #[test]
    fn edges() {
        let none = [series("a", &[1.0, f64::NAN]), series("b", &[f64::NAN, 2.0])];
        assert_eq!(tree(&none, Scale::AsIs, Linkage::Single).unwrap_err().kind.id, "too-few-values");
        let flat = [series("flat", &[1.0, 1.0])];
        let refused = tree(&flat, Scale::ZScores, Linkage::Single).unwrap_err();
        assert!(refused.kind.id == "zero-range" && refused.message.contains("`flat`"));
        assert!(tree(&flat, Scale::AsIs, Linkage::Single).is_ok());
        assert_eq!(k_means(&flat, Scale::AsIs, 3, 1, 0).unwrap_err().kind.id, "too-few-values");
        assert!(tree(&[], Scale::AsIs, Linkage::Single).is_err());
    }
}
