//! Confidence sets for ranks: which ranks a unit may have, given estimates with standard errors.
//!
//! Two units differ when the interval of their difference excludes 0; a unit is surely below as many others as differ from it
//! upward. Intervals hold together at the level asked for, so the sets do (Mogstad, Romano, Shaikh and Wilhelm 2024, Inference for
//! ranks, Review of Economic Studies 91(1), 476-518, doi 10.1093/restud/rdad006). The R package `csranks` computes the same.

use crate::random::Stream;
use crate::{Outcome, Undefined, float};

/// Draws from the normal distribution of the estimates that give the critical values.
const DRAWS: usize = 1000;

/// Whether the sets of all units hold at once.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Coverage {
    /// Each set by itself holds its unit's rank with the level's probability.
    Marginal,
    /// All sets together do.
    Simultaneous,
}

/// For every unit the lowest and the highest rank of its set; 1 is the largest estimate.
///
/// Estimates are independent and normal with the given standard errors. Critical values are stepped down: differences that are
/// beyond doubt no longer widen the intervals of the others.
///
/// # Errors
/// [`Undefined::Shape`] for lists of different lengths, [`Undefined::OutOfRange`] for numbers that are not finite, errors below 0,
/// or a level that is not between 0 and 1; [`Undefined::TooFew`] for fewer than two units.
pub fn rank_sets(
    estimates: &[f64],
    errors: &[f64],
    level: f64,
    coverage: Coverage,
    seed: u64,
) -> Outcome<Vec<(usize, usize)>> {
    let n = estimates.len();
    if errors.len() != n {
        return Err(Undefined::Shape);
    }
    if n < 2 {
        return Err(Undefined::TooFew { found: n, needed: 2 });
    }
    let bad = |x: &f64| !x.is_finite();
    if estimates.iter().any(bad) || errors.iter().any(|e| bad(e) || *e < 0.0) || !(level > 0.0 && level < 1.0)
    {
        return Err(Undefined::OutOfRange);
    }
    let stream = Stream::new(seed).split(0x4a_2c);
    let normals: Vec<Vec<f64>> = (0..DRAWS)
        .map(|draw| {
            let stream = stream.split(draw as u64);
            errors.iter().enumerate().map(|(i, e)| e * stream.normal(i as u64)).collect()
        })
        .collect();
    let error = |i: usize, j: usize| (errors[i] * errors[i] + errors[j] * errors[j]).sqrt();
    // How far above j unit i is, in standard errors of the difference.
    let distance = |i: usize, j: usize| {
        let (d, se) = (estimates[i] - estimates[j], error(i, j));
        if se > 0.0 {
            d / se
        } else if d > 0.0 {
            f64::INFINITY
        } else if d < 0.0 {
            f64::NEG_INFINITY
        } else {
            0.0
        }
    };
    let all: Vec<(usize, usize)> =
        (0..n).flat_map(|i| (0..n).filter(move |j| *j != i).map(move |j| (i, j))).collect();
    let of = |unit: usize, found: &[(usize, usize)]| {
        let better = found.iter().filter(|(_, j)| *j == unit).count();
        let worse = found.iter().filter(|(i, _)| *i == unit).count();
        (better + 1, n - worse)
    };
    let surely = |pairs: &[(usize, usize)]| stepped(pairs, &normals, &error, &distance, level);
    Ok(match coverage {
        Coverage::Simultaneous => {
            let found = surely(&all);
            (0..n).map(|unit| of(unit, &found)).collect()
        }
        // Those above and those below one unit are asked for together.
        Coverage::Marginal => (0..n)
            .map(|unit| {
                let pairs: Vec<(usize, usize)> =
                    all.iter().copied().filter(|(i, j)| *i == unit || *j == unit).collect();
                of(unit, &surely(&pairs))
            })
            .collect(),
    })
}

/// The pairs of which the first is surely above the second: one-sided tests in rounds, where those rejected leave and the rest
/// is tested with a lower bar.
fn stepped(
    pairs: &[(usize, usize)],
    normals: &[Vec<f64>],
    error: &dyn Fn(usize, usize) -> f64,
    distance: &dyn Fn(usize, usize) -> f64,
    level: f64,
) -> Vec<(usize, usize)> {
    let mut open = pairs.to_vec();
    let mut found = Vec::new();
    while !open.is_empty() {
        let mut largest: Vec<f64> = normals
            .iter()
            .map(|z| {
                let of = |(i, j): &(usize, usize)| match error(*i, *j) {
                    se if se > 0.0 => (z[*i] - z[*j]) / se,
                    _ => f64::NEG_INFINITY,
                };
                open.iter().map(of).fold(f64::NEG_INFINITY, f64::max)
            })
            .collect();
        largest.sort_unstable_by(f64::total_cmp);
        let critical = largest[place(level, largest.len())].max(0.0);
        let (rejected, kept): (Vec<_>, Vec<_>) =
            open.into_iter().partition(|(i, j)| distance(*i, *j) > critical);
        if rejected.is_empty() {
            break;
        }
        found.extend(rejected);
        open = kept;
    }
    found
}

/// The place of a quantile among `n` values in order: the smallest value that is not below it.
#[allow(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "a place among a thousand")]
fn place(p: f64, n: usize) -> usize {
    ((p * float(n)).ceil() as usize).clamp(1, n) - 1
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn certain_and_hopeless_cases() {
        let estimates = [3.0, 1.0, 2.0];
        for coverage in [Coverage::Marginal, Coverage::Simultaneous] {
            let sure = rank_sets(&estimates, &[1e-6; 3], 0.95, coverage, 1).unwrap();
            assert_eq!(sure, [(1, 1), (3, 3), (2, 2)]);
            let exact = rank_sets(&estimates, &[0.0; 3], 0.95, coverage, 1).unwrap();
            assert_eq!(exact, sure);
            let hopeless = rank_sets(&estimates, &[100.0; 3], 0.95, coverage, 1).unwrap();
            assert_eq!(hopeless, [(1, 3); 3]);
            let tied = rank_sets(&[1.0, 1.0, 5.0], &[0.0; 3], 0.95, coverage, 1).unwrap();
            assert_eq!(tied, [(2, 3), (2, 3), (1, 1)]);
        }
    }

    #[test]
    fn sets_of_all_are_wider_than_sets_of_one_and_hold_the_ranks() {
        let truth: Vec<f64> = (0..5).map(f64::from).collect();
        let (mut one, mut all) = (0, 0);
        for seed in 0..60 {
            let stream = Stream::new(seed).split(9);
            let estimates: Vec<f64> =
                truth.iter().enumerate().map(|(i, x)| x + stream.normal(i as u64)).collect();
            let of = |coverage| rank_sets(&estimates, &[1.0; 5], 0.9, coverage, seed).unwrap();
            let (marginal, simultaneous) = (of(Coverage::Marginal), of(Coverage::Simultaneous));
            let holds = |sets: &[(usize, usize)], i: usize| sets[i].0 <= 5 - i && 5 - i <= sets[i].1;
            for (m, s) in marginal.iter().zip(&simultaneous) {
                assert!(s.0 <= m.0 && m.1 <= s.1, "{marginal:?} {simultaneous:?}");
            }
            one += (0..5).filter(|i| holds(&marginal, *i)).count();
            all += usize::from((0..5).all(|i| holds(&simultaneous, i)));
        }
        // At least the level, with the error of sixty turns.
        assert!(one >= 5 * 51 && all >= 49, "{one} {all}");
    }

    #[test]
    fn edges() {
        let of = |estimates: &[f64], errors: &[f64], level| {
            rank_sets(estimates, errors, level, Coverage::Marginal, 0)
        };
        assert_eq!(of(&[1.0], &[1.0], 0.9), Err(Undefined::TooFew { found: 1, needed: 2 }));
        assert_eq!(of(&[1.0, 2.0], &[1.0], 0.9), Err(Undefined::Shape));
        assert_eq!(of(&[1.0, 2.0], &[1.0, -1.0], 0.9), Err(Undefined::OutOfRange));
        assert_eq!(of(&[1.0, 2.0], &[1.0, 1.0], 1.0), Err(Undefined::OutOfRange));
    }
}
