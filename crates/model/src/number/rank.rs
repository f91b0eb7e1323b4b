//! Ranks and the tie rule.

use super::Scalar;

/// What units with equal scores share. Rank 1 is the best.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Ties {
    /// 1, 2, 2, 4: the lowest rank of the tied places (also called "minimum").
    #[default]
    Competition,
    /// 1, 3, 3, 4: the highest rank of the tied places (also called "maximum").
    Modified,
    /// 1, 2, 2, 3: no rank is left out.
    Dense,
    /// 1, 2.5, 2.5, 4: the mean of the tied places.
    Mean,
}

impl Ties {
    /// Every rule with the word a package file uses for it.
    pub const WORDS: &'static [(&'static str, Self)] = &[
        ("competition", Self::Competition),
        ("modified", Self::Modified),
        ("dense", Self::Dense),
        ("mean", Self::Mean),
    ];
}

/// Ranks of values, 1 for the largest; a missing value has no rank.
///
/// The result does not depend on the order of the units. Mean ranks may be halves, so ranks are doubles (exact: at
/// most one binary place).
///
/// # Example
/// ```
/// use gradus_model::number::{ranks, Ties};
/// let scores = [Some(3.0), Some(7.0), None, Some(7.0)];
/// assert_eq!(ranks(&scores, Ties::Competition), [Some(3.0), Some(1.0), None, Some(1.0)]);
/// assert_eq!(ranks(&scores, Ties::Mean), [Some(3.0), Some(1.5), None, Some(1.5)]);
/// ```
#[must_use]
pub fn ranks<S: Scalar>(values: &[Option<S>], ties: Ties) -> Vec<Option<f64>> {
    let mut order: Vec<(usize, S)> =
        values.iter().enumerate().filter_map(|(i, v)| v.map(|v| (i, v))).collect();
    // Ties share their rank, so their order among each other does not show.
    order.sort_unstable_by(|a, b| b.1.order(a.1));
    let mut out = vec![None; values.len()];
    let mut start = 0;
    let mut dense = 0;
    while start < order.len() {
        let mut end = start + 1;
        while end < order.len() && order[end].1 == order[start].1 {
            end += 1;
        }
        dense += 1;
        let rank = match ties {
            Ties::Competition => (start + 1) as f64,
            Ties::Modified => end as f64,
            Ties::Dense => dense as f64,
            Ties::Mean => (start + 1 + end) as f64 / 2.0,
        };
        for (unit, _) in &order[start..end] {
            out[*unit] = Some(rank);
        }
        start = end;
    }
    out
}
