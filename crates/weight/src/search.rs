//! The search for weights on the simplex: not negative, adding up to 1, with the least sum of squared residuals.
//!
//! Steps go toward the corners of the simplex, so no weight can become negative. Levenberg's and Marquardt's steps come
//! first: near a solution that meets every residual they double the digits each time. Where none does, moving weight from
//! one part to another by ever smaller amounts finds the edge that the steps ran into.

use gradus_statistics::{Matrix, linear};

/// The residuals at some weights; `None` where they are undefined.
pub(crate) type Residuals<'a> = dyn Fn(&[f64]) -> Option<Vec<f64>> + 'a;

/// Good enough to stop: residuals that are rounding.
const MET: f64 = 1e-26;
/// The part of the way to a corner over which a slope is taken.
const SLOPE: f64 = 1e-5;
const STEPS: usize = 100;
/// How much weight is moved at first, and at last.
const MOVE: (f64, f64) = (0.0625, 1e-9);
/// Trials of moved weight, so that many parts of many units come to an end.
const TRIALS: usize = 20_000;

/// Weights and their sum of squared residuals.
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct Found {
    pub(crate) weights: Vec<f64>,
    pub(crate) value: f64,
}

/// Where the search begins.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Begin {
    /// At the starts: for a residual that has one valley.
    AtStarts,
    /// And, where no start leads to weights that meet every residual, near each part alone.
    NearCornersToo,
}

/// The best weights found from the starts, in order.
pub(crate) fn least(residuals: &Residuals<'_>, starts: &[Vec<f64>], begin: Begin) -> Option<Found> {
    let mut best: Option<Found> = None;
    let n = starts.first()?.len();
    // With many parts the corners would take long, and the middle sees more of them.
    let corners = if begin == Begin::NearCornersToo && n <= 12 { n } else { 0 };
    let near_corners = (0..corners).map(|j| {
        let mut start = vec![0.5 / n as f64; n];
        start[j] += 0.5;
        start
    });
    for start in starts.iter().cloned().chain(near_corners) {
        if best.as_ref().is_some_and(|best| best.value <= MET) {
            break;
        }
        let Some(found) = descend(residuals, start) else { continue };
        // A tie within rounding is the same point, or one as good; the earlier start is kept.
        if best.as_ref().is_none_or(|best| found.value < best.value - 1e-9 * best.value) {
            best = Some(found);
        }
    }
    let best = best?;
    if best.value <= MET {
        return Some(best);
    }
    let moved = exchange(residuals, best);
    match descend(residuals, moved.weights.clone()) {
        Some(found) if found.value < moved.value => Some(found),
        _ => Some(moved),
    }
}

fn squares(residuals: &[f64]) -> Option<f64> {
    Some(residuals.iter().map(|r| r * r).sum::<f64>()).filter(|value: &f64| value.is_finite())
}

fn at(residuals: &Residuals<'_>, weights: &[f64]) -> Option<(Vec<f64>, f64)> {
    let found = residuals(weights)?;
    let value = squares(&found)?;
    Some((found, value))
}

/// The weights after going the part `steps[j]` of the way toward each corner j.
fn toward(weights: &[f64], steps: &[f64]) -> Option<Vec<f64>> {
    let stay = 1.0 - steps.iter().sum::<f64>();
    let moved: Vec<f64> = weights.iter().zip(steps).map(|(w, a)| (w * stay + a).max(0.0)).collect();
    let total: f64 = moved.iter().sum();
    (total.is_finite() && total > 0.0).then(|| moved.iter().map(|w| w / total).collect())
}

/// Damped Gauss-Newton steps from a start.
fn descend(residuals: &Residuals<'_>, start: Vec<f64>) -> Option<Found> {
    let n = start.len();
    let mut weights = start;
    let (mut misses, mut value) = at(residuals, &weights)?;
    let mut damping = 1e-3;
    for _ in 0..STEPS {
        if value <= MET {
            break;
        }
        let mut slopes = Vec::with_capacity(n);
        for j in 0..n {
            let along = |step: f64| {
                let mut steps = vec![0.0; n];
                steps[j] = step;
                residuals(&toward(&weights, &steps)?)
            };
            // From both sides where the simplex goes on, which is more exact by half the digits.
            let both = weights[j] > 2.0 * SLOPE;
            let back = if both { along(-SLOPE)? } else { misses.clone() };
            let width = if both { 2.0 * SLOPE } else { SLOPE };
            slopes.push(along(SLOPE)?.iter().zip(&back).map(|(b, a)| (b - a) / width).collect::<Vec<f64>>());
        }
        let dot = |a: &[f64], b: &[f64]| a.iter().zip(b).map(|(a, b)| a * b).sum::<f64>();
        let gradient: Vec<f64> = slopes.iter().map(|slope| dot(slope, &misses)).collect();
        // A weight of 0 that would have to fall further stays where it is.
        let free: Vec<usize> = (0..n).filter(|j| weights[*j] > 0.0 || gradient[*j] < 0.0).collect();
        let curvature =
            Matrix::from_fn(free.len(), free.len(), |a, b| dot(&slopes[free[a]], &slopes[free[b]]));
        let scale = curvature.diagonal().into_iter().fold(f64::MIN_POSITIVE, f64::max);
        let better = loop {
            let damped = Matrix::from_fn(free.len(), free.len(), |a, b| {
                curvature[(a, b)] + if a == b { damping * (curvature[(a, a)] + 1e-3 * scale) } else { 0.0 }
            });
            let down: Vec<f64> = free.iter().map(|j| -gradient[*j]).collect();
            let trial = linear::solve(&damped, &down).ok().and_then(|short| {
                let mut steps = vec![0.0; n];
                free.iter().zip(short).for_each(|(j, a)| steps[*j] = a);
                let there = toward(&weights, &steps)?;
                let (misses, value) = at(residuals, &there)?;
                Some((there, misses, value))
            });
            match trial {
                Some(trial) if trial.2 < value => break Some(trial),
                _ if damping > 1e9 => break None,
                _ => damping *= 4.0,
            }
        };
        let Some((there, new, lower)) = better else { break };
        let gain = (value - lower) / value;
        (weights, misses, value) = (there, new, lower);
        damping = (damping / 8.0).max(1e-12);
        if gain < 1e-14 {
            break;
        }
    }
    Some(Found { weights, value })
}

/// Moves weight between two parts as long as that helps, by ever smaller amounts.
fn exchange(residuals: &Residuals<'_>, start: Found) -> Found {
    let Found { mut weights, mut value } = start;
    let n = weights.len();
    let (mut amount, smallest) = MOVE;
    let mut trials = 0;
    while amount >= smallest && trials < TRIALS {
        let mut moved = false;
        for from in 0..n {
            for to in (0..n).filter(|to| *to != from) {
                let taken = amount.min(weights[from]);
                if taken <= 0.0 {
                    continue;
                }
                let mut there = weights.clone();
                there[from] -= taken;
                there[to] += taken;
                trials += 1;
                if let Some((_, lower)) = at(residuals, &there).filter(|(_, lower)| *lower < value) {
                    (weights, value, moved) = (there, lower, true);
                }
            }
        }
        if !moved {
            amount /= 2.0;
        }
    }
    Found { weights, value }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_point_inside_is_met() {
        let target = [0.2, 0.5, 0.3];
        let residuals = |w: &[f64]| Some(w.iter().zip(target).map(|(w, t)| w * w - t * t).collect());
        let found = least(&residuals, &[vec![1.0 / 3.0; 3]], Begin::NearCornersToo).unwrap();
        assert!(found.value <= MET, "{found:?}");
        assert!(found.weights.iter().zip(target).all(|(w, t)| (w - t).abs() < 1e-12));
    }

    #[test]
    fn of_a_point_outside_the_nearest_is_found() {
        // The nearest to (-0.2, 0.7, 0.5) with weights that are not negative: (0, 0.6, 0.4).
        let residuals = |w: &[f64]| Some(vec![w[0] + 0.2, w[1] - 0.7, w[2] - 0.5]);
        let found = least(&residuals, &[vec![1.0 / 3.0; 3]], Begin::NearCornersToo).unwrap();
        assert!(found.weights.iter().zip([0.0, 0.6, 0.4]).all(|(w, t)| (w - t).abs() < 1e-7), "{found:?}");
    }

    #[test]
    fn kinks_are_no_obstacle() {
        let residuals = |w: &[f64]| Some(vec![(w[0] - 0.31).abs() + (w[1] - 0.29).abs() + 0.1]);
        let found = least(&residuals, &[vec![1.0 / 3.0; 3]], Begin::NearCornersToo).unwrap();
        assert!(
            (found.weights[0] - 0.31).abs() < 1e-6 && (found.weights[1] - 0.29).abs() < 1e-6,
            "{found:?}"
        );
    }

    #[test]
    fn what_is_undefined_everywhere_is_not_found() {
        assert_eq!(least(&|_: &[f64]| None, &[vec![0.5, 0.5]], Begin::AtStarts), None);
    }
}
