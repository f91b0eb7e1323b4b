//! Groups of units that resemble each other: agglomerative clustering and k-means.
//!
//! Distances are Euclidean; bring indicators onto one scale first.

use crate::random::Stream;
use crate::{Outcome, Undefined, float};

/// How far two clusters are from each other.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Linkage {
    /// The nearest two members.
    Single,
    /// The farthest two members.
    Complete,
    /// The mean over all pairs of members (UPGMA).
    Average,
    /// By how much joining them raises the sum of squares within clusters, on the scale of a distance: R's `ward.D2`.
    #[default]
    Ward,
}

/// Two clusters become one. Units are clusters 0 to n - 1; merge i makes cluster n + i.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Merge {
    /// The cluster with the lower number.
    pub first: usize,
    /// The other one.
    pub second: usize,
    /// Their distance.
    pub height: f64,
    /// How many units they have together.
    pub size: usize,
}

/// A tree of merges, lowest first.
#[derive(Debug, Clone, PartialEq)]
pub struct Dendrogram {
    /// How many units there are.
    pub n_units: usize,
    /// The merges, by height.
    pub merges: Vec<Merge>,
}

/// Euclidean distances of rows, as one row per unit.
///
/// # Errors
/// [`Undefined::Shape`] for rows of different lengths, [`Undefined::OutOfRange`] for numbers that are not finite.
pub fn distances<R: AsRef<[f64]>>(rows: &[R]) -> Outcome<Vec<Vec<f64>>> {
    check(rows)?;
    let distance = |a: &R, b: &R| squared(a.as_ref(), b.as_ref()).sqrt();
    Ok(rows.iter().map(|a| rows.iter().map(|b| distance(a, b)).collect()).collect())
}

fn check<R: AsRef<[f64]>>(rows: &[R]) -> Outcome<()> {
    let Some(first) = rows.first() else { return Err(Undefined::TooFew { found: 0, needed: 1 }) };
    if rows.iter().any(|row| row.as_ref().len() != first.as_ref().len()) {
        return Err(Undefined::Shape);
    }
    if rows.iter().flat_map(|row| row.as_ref()).any(|x| !x.is_finite()) {
        return Err(Undefined::OutOfRange);
    }
    Ok(())
}

fn squared(a: &[f64], b: &[f64]) -> f64 {
    a.iter().zip(b).map(|(a, b)| (a - b) * (a - b)).sum()
}

/// Joins the nearest clusters until one is left, by chains of nearest neighbors (Murtagh 1983, doi 10.1093/comjnl/26.4.354):
/// n squared steps. Of equal distances the lower number goes first.
///
/// # Errors
/// [`Undefined::Shape`] for a table of distances that is not square, [`Undefined::OutOfRange`] for a distance that is negative or
/// not finite, [`Undefined::TooFew`] for no unit.
pub fn agglomerate(distances: &[Vec<f64>], linkage: Linkage) -> Outcome<Dendrogram> {
    let n = distances.len();
    check(distances)?;
    if distances[0].len() != n {
        return Err(Undefined::Shape);
    }
    if distances.iter().flatten().any(|d| *d < 0.0) {
        return Err(Undefined::OutOfRange);
    }
    // Ward's recurrence is on squares.
    let ward = linkage == Linkage::Ward;
    let mut table: Vec<Vec<f64>> =
        distances.iter().map(|row| row.iter().map(|d| if ward { d * d } else { *d }).collect()).collect();
    let mut sizes = vec![1usize; n];
    let mut alive = vec![true; n];
    let mut joined: Vec<(usize, usize, f64)> = Vec::new();
    let mut chain: Vec<usize> = Vec::new();
    while joined.len() + 1 < n {
        let Some(&tip) = chain.last() else {
            chain.extend(alive.iter().position(|alive| *alive));
            continue;
        };
        let before = chain.len().checked_sub(2).map(|at| chain[at]);
        // The one before in the chain wins a tie, so that the chain ends.
        let mut nearest = before;
        for other in (0..n).filter(|other| alive[*other] && *other != tip) {
            if nearest.is_none_or(|nearest| table[tip][other] < table[tip][nearest]) {
                nearest = Some(other);
            }
        }
        let Some(nearest) = nearest else { break };
        if Some(nearest) != before {
            // Distances fall along a chain. Where rounding of a new distance breaks that, the chain is begun again.
            if chain.contains(&nearest) {
                chain.clear();
            } else {
                chain.push(nearest);
            }
            continue;
        }
        chain.truncate(chain.len() - 2);
        let (keep, drop) = (tip.min(nearest), tip.max(nearest));
        let (a, b) = (float(sizes[keep]), float(sizes[drop]));
        let height = table[keep][drop];
        joined.push((keep, drop, if ward { height.sqrt() } else { height }));
        alive[drop] = false;
        for other in (0..n).filter(|other| alive[*other] && *other != keep) {
            let (x, y) = (table[keep][other], table[drop][other]);
            let c = float(sizes[other]);
            let distance = match linkage {
                Linkage::Single => x.min(y),
                Linkage::Complete => x.max(y),
                Linkage::Average => (a * x + b * y) / (a + b),
                Linkage::Ward => (((a + c) * x + (b + c) * y - c * height) / (a + b + c)).max(0.0),
            };
            table[keep][other] = distance;
            table[other][keep] = distance;
        }
        sizes[keep] += sizes[drop];
    }
    Ok(number(n, joined))
}

/// Merges by height, with clusters numbered.
fn number(n: usize, mut joined: Vec<(usize, usize, f64)>) -> Dendrogram {
    joined.sort_by(|a, b| a.2.total_cmp(&b.2));
    let mut cluster: Vec<usize> = (0..n).collect();
    let mut root: Vec<usize> = (0..n).collect();
    let mut sizes = vec![1usize; n];
    let mut merges = Vec::with_capacity(joined.len());
    for (i, (a, b, height)) in joined.into_iter().enumerate() {
        let find = |mut at: usize| {
            while root[at] != at {
                at = root[at];
            }
            at
        };
        let (a, b) = (find(a), find(b));
        let (first, second) = (cluster[a].min(cluster[b]), cluster[a].max(cluster[b]));
        root[b] = a;
        sizes[a] += sizes[b];
        cluster[a] = n + i;
        merges.push(Merge { first, second, height, size: sizes[a] });
    }
    Dendrogram { n_units: n, merges }
}

impl Dendrogram {
    /// The units in an order in which no branch of the tree crosses another.
    #[must_use]
    pub fn order(&self) -> Vec<usize> {
        let mut order = Vec::with_capacity(self.n_units);
        let mut open = vec![self.n_units + self.merges.len().saturating_sub(1)];
        if self.merges.is_empty() {
            return (0..self.n_units).collect();
        }
        while let Some(cluster) = open.pop() {
            match cluster.checked_sub(self.n_units) {
                None => order.push(cluster),
                Some(merge) => open.extend([self.merges[merge].second, self.merges[merge].first]),
            }
        }
        order
    }
    /// The cluster of every unit when the tree is cut into `k` (at least 1, at most one per unit), numbered from 0 in the order of
    /// their first units.
    #[must_use]
    pub fn cut(&self, k: usize) -> Vec<usize> {
        self.after(self.n_units.saturating_sub(k.max(1)))
    }
    /// The cluster of every unit when merges above a height are undone, numbered as in [`cut`](Self::cut).
    #[must_use]
    pub fn cut_at(&self, height: f64) -> Vec<usize> {
        self.after(self.merges.iter().take_while(|merge| merge.height <= height).count())
    }
    fn after(&self, n_merges: usize) -> Vec<usize> {
        let mut parent: Vec<usize> = (0..self.n_units + self.merges.len()).collect();
        for (i, merge) in self.merges.iter().take(n_merges).enumerate() {
            parent[merge.first] = self.n_units + i;
            parent[merge.second] = self.n_units + i;
        }
        let mut seen = Vec::new();
        (0..self.n_units)
            .map(|mut at| {
                while parent[at] != at {
                    at = parent[at];
                }
                seen.iter().position(|root| *root == at).unwrap_or_else(|| {
                    seen.push(at);
                    seen.len() - 1
                })
            })
            .collect()
    }
}

/// A partition by k-means.
#[derive(Debug, Clone, PartialEq)]
pub struct Partition {
    /// The cluster of every unit, numbered from 0 in the order of their first units.
    pub clusters: Vec<usize>,
    /// The mean of every cluster.
    pub centers: Vec<Vec<f64>>,
    /// The sum of squared distances to the centers.
    pub within: f64,
    /// The part of the sum of squares that is between clusters; none where all rows are the same.
    pub explained: Option<f64>,
}

/// The best of `n_starts` runs of k-means, begun with k-means++ (Arthur and Vassilvitskii 2007) and continued by Lloyd's steps
/// until no unit moves. The same seed gives the same partition.
///
/// # Errors
/// [`Undefined::TooFew`] for fewer rows than clusters or no cluster, [`Undefined::Shape`], [`Undefined::OutOfRange`].
pub fn k_means<R: AsRef<[f64]>>(rows: &[R], k: usize, n_starts: usize, seed: u64) -> Outcome<Partition> {
    check(rows)?;
    if k == 0 || rows.len() < k {
        return Err(Undefined::TooFew { found: rows.len(), needed: k.max(1) });
    }
    let rows: Vec<&[f64]> = rows.iter().map(AsRef::as_ref).collect();
    let mut best: Option<Partition> = None;
    for start in 0..n_starts.max(1) {
        let found = lloyd(&rows, begin(&rows, k, Stream::new(seed).split(start as u64)));
        if best.as_ref().is_none_or(|best| found.within < best.within) {
            best = Some(found);
        }
    }
    best.ok_or(Undefined::NotConverged)
}

/// First centers: each row with a chance in proportion to its squared distance from those chosen.
fn begin(rows: &[&[f64]], k: usize, stream: Stream) -> Vec<Vec<f64>> {
    let pick = |weights: &[f64], draw: u64| {
        let mut rest = stream.uniform(draw) * weights.iter().sum::<f64>();
        let found = weights.iter().position(|weight| {
            rest -= weight;
            rest < 0.0
        });
        found.or_else(|| weights.iter().rposition(|weight| *weight > 0.0)).unwrap_or(0)
    };
    let mut centers = vec![rows[pick(&vec![1.0; rows.len()], 0)].to_vec()];
    while centers.len() < k {
        let far: Vec<f64> = rows.iter().map(|row| nearest(row, &centers).1).collect();
        centers.push(rows[pick(&far, centers.len() as u64)].to_vec());
    }
    centers
}

fn nearest(row: &[f64], centers: &[Vec<f64>]) -> (usize, f64) {
    let mut best = (0, f64::INFINITY);
    for (at, center) in centers.iter().enumerate() {
        let distance = squared(row, center);
        if distance < best.1 {
            best = (at, distance);
        }
    }
    best
}

fn center<'a>(rows: impl Iterator<Item = &'a &'a [f64]>, width: usize) -> Option<Vec<f64>> {
    let (mut sum, mut count) = (vec![0.0; width], 0);
    for row in rows {
        sum.iter_mut().zip(*row).for_each(|(sum, x)| *sum += x);
        count += 1;
    }
    (count > 0).then(|| sum.iter().map(|sum| sum / float(count)).collect())
}

fn lloyd(rows: &[&[f64]], mut centers: Vec<Vec<f64>>) -> Partition {
    let width = rows[0].len();
    let mut clusters: Vec<usize> = Vec::new();
    for _ in 0..1000 {
        let mut found: Vec<usize> = rows.iter().map(|row| nearest(row, &centers).0).collect();
        // A cluster that lost all its units takes the one farthest from its own center.
        for empty in 0..centers.len() {
            if !found.contains(&empty) {
                let many = |at: &usize| found.iter().filter(|cluster| *cluster == &found[*at]).count() > 1;
                let distance = |at: usize| squared(rows[at], &centers[found[at]]);
                let far =
                    (0..rows.len()).filter(many).reduce(|a, b| if distance(b) > distance(a) { b } else { a });
                if let Some(far) = far {
                    found[far] = empty;
                }
            }
        }
        let settled = found == clusters;
        clusters = found;
        if settled {
            break;
        }
        for (at, current) in centers.iter_mut().enumerate() {
            let members =
                rows.iter().zip(&clusters).filter(|(_, cluster)| **cluster == at).map(|(row, _)| row);
            if let Some(mean) = center(members, width) {
                *current = mean;
            }
        }
    }
    let mut order: Vec<usize> = Vec::new();
    for cluster in &clusters {
        if !order.contains(cluster) {
            order.push(*cluster);
        }
    }
    let within: f64 = rows.iter().zip(&clusters).map(|(row, at)| squared(row, &centers[*at])).sum();
    let total =
        center(rows.iter(), width).map_or(0.0, |mean| rows.iter().map(|row| squared(row, &mean)).sum());
    Partition {
        clusters: clusters.iter().filter_map(|at| order.iter().position(|other| other == at)).collect(),
        centers: order.iter().map(|at| centers[*at].clone()).collect(),
        within,
        explained: (total > 0.0).then(|| 1.0 - within / total),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::testing::near;
    use proptest::prelude::*;

    const POINTS: [[f64; 1]; 5] = [[0.0], [1.0], [3.0], [7.0], [7.5]];

    fn heights(linkage: Linkage) -> Vec<f64> {
        let tree = agglomerate(&distances(&POINTS).unwrap(), linkage).unwrap();
        tree.merges.iter().map(|merge| merge.height).collect()
    }

    #[test]
    fn by_hand_on_a_line() {
        assert_eq!(heights(Linkage::Single), [0.5, 1.0, 2.0, 4.0]);
        assert_eq!(heights(Linkage::Complete), [0.5, 1.0, 3.0, 7.5]);
        let check = |linkage, want: [f64; 4]| {
            for (found, want) in heights(linkage).into_iter().zip(want) {
                near(found, want, 1e-14);
            }
        };
        check(Linkage::Average, [0.5, 1.0, 2.5, 71.0 / 12.0]);
        // Ward: sqrt(2 a b / (a + b)) times the distance of the means.
        let last = (12.0f64 / 5.0).sqrt() * (7.25 - 4.0 / 3.0);
        check(Linkage::Ward, [0.5, 1.0, (4.0f64 / 3.0).sqrt() * 2.5, last]);
        let tree = agglomerate(&distances(&POINTS).unwrap(), Linkage::Ward).unwrap();
        assert_eq!(tree.merges[0], Merge { first: 3, second: 4, height: 0.5, size: 2 });
        assert_eq!(tree.merges[3], Merge { first: 5, second: 7, height: tree.merges[3].height, size: 5 });
        assert_eq!(tree.cut(2), [0, 0, 0, 1, 1]);
        assert_eq!(tree.cut(1), [0; 5]);
        assert_eq!(tree.cut(0), [0; 5]);
        assert_eq!(tree.cut(9), [0, 1, 2, 3, 4]);
        assert_eq!(tree.cut_at(0.9), [0, 1, 2, 3, 3]);
        assert_eq!(tree.order(), [3, 4, 2, 0, 1]);
    }

    #[test]
    fn edges() {
        let none: [[f64; 1]; 0] = [];
        assert!(distances(&none).is_err() && k_means(&none, 1, 1, 0).is_err());
        let one = agglomerate(&distances(&[[1.0]]).unwrap(), Linkage::Average).unwrap();
        assert_eq!((one.order(), one.cut(1)), (vec![0], vec![0]));
        assert_eq!(agglomerate(&[vec![0.0, 1.0]], Linkage::Ward), Err(Undefined::Shape));
        assert_eq!(agglomerate(&[vec![-1.0]], Linkage::Ward), Err(Undefined::OutOfRange));
        assert_eq!(k_means(&[[f64::NAN]], 1, 1, 0), Err(Undefined::OutOfRange));
        assert_eq!(k_means(&POINTS, 6, 1, 0), Err(Undefined::TooFew { found: 5, needed: 6 }));
        let same = k_means(&[[2.0]; 4], 3, 2, 0).unwrap();
        assert_eq!((same.within, same.explained), (0.0, None));
        let all = agglomerate(&distances(&[[2.0]; 4]).unwrap(), Linkage::Ward).unwrap();
        assert_eq!(all.merges.len(), 3);
    }

    #[test]
    fn k_means_finds_clear_groups_and_repeats_itself() {
        let rows: Vec<[f64; 2]> = (0..30)
            .map(|i| {
                let draw = |j| Stream::new(9).split(j).uniform(i);
                [f64::from(u32::try_from(i % 3).unwrap()) * 10.0 + draw(0), draw(1)]
            })
            .collect();
        let found = k_means(&rows, 3, 5, 0).unwrap();
        assert!(found.clusters.iter().enumerate().all(|(i, cluster)| *cluster == i % 3));
        assert!(found.explained.unwrap() > 0.99);
        assert_eq!(found, k_means(&rows, 3, 5, 0).unwrap());
        let each = k_means(&POINTS, 5, 3, 1).unwrap();
        assert_eq!((each.within, each.clusters), (0.0, vec![0, 1, 2, 3, 4]));
    }

    proptest! {
        #[test]
        fn as_joining_the_nearest_two_again_and_again(points in prop::collection::vec((0.0f64..9.0, 0.0f64..9.0), 2..14)) {
            let rows: Vec<[f64; 2]> = points.iter().map(|(x, y)| [*x, *y]).collect();
            let table = distances(&rows).unwrap();
            for linkage in [Linkage::Single, Linkage::Complete, Linkage::Average, Linkage::Ward] {
                let tree = agglomerate(&table, linkage).unwrap();
                prop_assert!(tree.merges.windows(2).all(|pair| pair[0].height <= pair[1].height));
                let mut groups: Vec<Vec<usize>> = (0..rows.len()).map(|i| vec![i]).collect();
                for merge in &tree.merges {
                    let between = |a: &[usize], b: &[usize]| {
                        let all = || a.iter().flat_map(|i| b.iter().map(|j| table[*i][*j]));
                        match linkage {
                            Linkage::Single => all().fold(f64::INFINITY, f64::min),
                            Linkage::Complete => all().fold(0.0, f64::max),
                            Linkage::Average => all().sum::<f64>() / float(a.len() * b.len()),
                            Linkage::Ward => {
                                let mean = |group: &[usize], k: usize| {
                                    group.iter().map(|i| rows[*i][k]).sum::<f64>() / float(group.len())
                                };
                                let gap: f64 = (0..2).map(|k| (mean(a, k) - mean(b, k)) * (mean(a, k) - mean(b, k))).sum();
                                (2.0 * float(a.len() * b.len()) / float(a.len() + b.len()) * gap).sqrt()
                            }
                        }
                    };
                    let mut best = (f64::INFINITY, 0, 0);
                    for i in 0..groups.len() {
                        for j in 0..i {
                            let distance = between(&groups[i], &groups[j]);
                            if distance < best.0 {
                                best = (distance, i, j);
                            }
                        }
                    }
                    near(merge.height, best.0, 1e-10);
                    let taken = groups.remove(best.1);
                    groups[best.2].extend(taken);
                }
                let mut order = tree.order();
                order.sort_unstable();
                prop_assert_eq!(order, (0..rows.len()).collect::<Vec<_>>());
            }
        }
    }
}
