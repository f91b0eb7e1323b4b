//! Shapley effects: the variance of a result shared out among inputs that may depend on each other.
//!
//! An input's effect is what it adds to the variance explained, averaged over all orders in which inputs may be learned (Owen
//! 2014, doi 10.1137/130936233). Effects are not negative and add up to the variance, also where inputs are correlated and
//! first-order and total indices do not.

use crate::distribution::{normal_cdf, normal_quantile};
use crate::random::Stream;
use crate::{Matrix, Outcome, Undefined, float, linear};

/// How many results each conditional variance is taken of; Song, Nelson and Staum (2016) show that few are best.
const INNER: usize = 3;

/// The share of each input in the variance, with its standard error.
#[derive(Debug, Clone, PartialEq)]
pub struct Effects {
    /// Shares; they add up to 1.
    pub shares: Vec<f64>,
    /// Standard errors of the shares, over permutations.
    pub errors: Vec<f64>,
    /// The variance.
    pub variance: f64,
}

/// Shapley effects by random permutations (Song, Nelson and Staum 2016, doi 10.1137/15M1048070, algorithm 1).
///
/// `inputs` lists the dimensions of each input. `correlations` are those of the normal copula that the dimensions have; `None` where
/// they are independent. `model` gives the result at a point of the unit cube.
///
/// # Errors
/// [`Undefined::Singular`] for correlations that cannot be, [`Undefined::Constant`] for a result that does not vary,
/// [`Undefined::OutOfRange`] where `model` has no result, [`Undefined::TooFew`] without inputs or permutations.
pub fn effects(
    inputs: &[Vec<usize>],
    correlations: Option<&Matrix>,
    permutations: usize,
    seed: u64,
    mut model: impl FnMut(&[f64]) -> Option<f64>,
) -> Outcome<Effects> {
    let k = inputs.len();
    if k == 0 || permutations < 2 {
        return Err(Undefined::TooFew { found: k.min(permutations), needed: 2 });
    }
    let n_dims = inputs.iter().flatten().max().map_or(0, |dim| dim + 1);
    let stream = Stream::new(seed).split(0x5a_ab_1e);
    let mut point = vec![0.5; n_dims];
    let (mut sums, mut squares) = (vec![0.0; k], vec![0.0; k]);
    let (mut whole, mut n_whole) = (0.0, 0.0);
    for turn in 0..permutations {
        let stream = stream.split(turn as u64);
        let order = permutation(k, stream.split(0));
        // What is known comes first, so that a Cholesky factor keeps it while the rest is drawn anew.
        let dims: Vec<usize> = order.iter().rev().flat_map(|input| inputs[*input].iter().copied()).collect();
        let root = match correlations {
            None => None,
            Some(all) => Some(linear::cholesky(&Matrix::from_fn(dims.len(), dims.len(), |i, j| {
                all[(dims[i], dims[j])]
            }))?),
        };
        let fixed: Vec<f64> = (0..dims.len()).map(|i| stream.split(1).normal(i as u64)).collect();
        let (mut before, mut n_known) = (0.0, dims.len());
        for (place, input) in order.iter().enumerate() {
            n_known -= inputs[*input].len();
            let mut results = [0.0; INNER];
            for (inner, result) in results.iter_mut().enumerate() {
                let fresh = stream.split(2 + (place * INNER + inner) as u64);
                let drawn = |i: usize| if i < n_known { fixed[i] } else { fresh.normal(i as u64) };
                let normals: Vec<f64> = (0..dims.len()).map(drawn).collect();
                for (i, dim) in dims.iter().enumerate() {
                    let z = match &root {
                        None => normals[i],
                        Some(root) => root.row(i)[..=i].iter().zip(&normals).map(|(l, e)| l * e).sum(),
                    };
                    point[*dim] = normal_cdf(z).clamp(f64::EPSILON, 1.0 - f64::EPSILON);
                }
                *result = model(&point).filter(|y| y.is_finite()).ok_or(Undefined::OutOfRange)?;
            }
            let variance = spread(&results);
            sums[*input] += variance - before;
            squares[*input] += (variance - before) * (variance - before);
            before = variance;
        }
        whole += before;
        n_whole += 1.0;
    }
    let variance = whole / n_whole;
    if variance <= 0.0 {
        return Err(Undefined::Constant { column: 0 });
    }
    let n = float(permutations);
    let error = |(sum, square): (&f64, &f64)| {
        let mean = sum / n;
        ((square / n - mean * mean).max(0.0) / n).sqrt() / variance
    };
    Ok(Effects {
        shares: sums.iter().map(|sum| sum / n / variance).collect(),
        errors: sums.iter().zip(&squares).map(error).collect(),
        variance,
    })
}

fn spread(results: &[f64]) -> f64 {
    let n = float(results.len());
    let mean = results.iter().sum::<f64>() / n;
    results.iter().map(|y| (y - mean) * (y - mean)).sum::<f64>() / (n - 1.0)
}

/// The numbers below `n` in an order of a stream's own.
fn permutation(n: usize, stream: Stream) -> Vec<usize> {
    let mut keyed: Vec<(u64, usize)> = (0..n).map(|i| (stream.bits(i as u64), i)).collect();
    keyed.sort_unstable();
    keyed.into_iter().map(|(_, i)| i).collect()
}

/// The value of a uniform margin as a standard normal: what tests and models of normal inputs start from.
#[must_use]
pub fn as_normal(u: f64) -> f64 {
    normal_quantile(u)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn two_correlated_normals() {
        // Owen and Prieur (2017), section 3: for y = b1 x1 + b2 x2 with correlation r.
        let (b1, b2) = (1.0, 2.0);
        for r in [-0.5, 0.0, 0.8] {
            let correlations = Matrix::from_rows(&[[1.0, r], [r, 1.0]]).unwrap();
            let model = |u: &[f64]| Some(b1 * as_normal(u[0]) + b2 * as_normal(u[1]));
            let found = effects(&[vec![0], vec![1]], Some(&correlations), 20_000, 1, model).unwrap();
            let variance = b1 * b1 + b2 * b2 + 2.0 * r * b1 * b2;
            let first = (b1 * b1 * (1.0 - r * r / 2.0) + r * b1 * b2 + b2 * b2 * r * r / 2.0) / variance;
            assert!((found.shares[0] - first).abs() < 4.0 * found.errors[0] + 0.01, "{r} {first} {found:?}");
            assert!((found.shares.iter().sum::<f64>() - 1.0).abs() < 1e-9);
            assert!((found.variance / variance - 1.0).abs() < 0.05);
        }
    }

    #[test]
    fn independent_inputs_lie_between_first_and_total() {
        // The Ishigami function: first-order 0.314, 0.442, 0, total 0.558, 0.442, 0.244; the interaction is shared evenly.
        let model = |u: &[f64]| {
            let x: Vec<f64> = u.iter().map(|u| std::f64::consts::PI * (2.0 * u - 1.0)).collect();
            let square = libm::sin(x[1]) * libm::sin(x[1]);
            Some(libm::sin(x[0]) + 7.0 * square + 0.1 * x[2] * x[2] * x[2] * x[2] * libm::sin(x[0]))
        };
        let found = effects(&[vec![0], vec![1], vec![2]], None, 30_000, 0, model).unwrap();
        for (share, exact) in found.shares.iter().zip([0.435_746, 0.442_411, 0.121_842]) {
            assert!((share - exact).abs() < 0.03, "{found:?}");
        }
    }

    #[test]
    fn edges() {
        let flat = effects(&[vec![0]], None, 10, 0, |_| Some(1.0));
        assert_eq!(flat, Err(Undefined::Constant { column: 0 }));
        assert_eq!(effects(&[vec![0]], None, 10, 0, |_| None), Err(Undefined::OutOfRange));
        assert!(matches!(effects(&[], None, 10, 0, |_| Some(1.0)), Err(Undefined::TooFew { .. })));
    }
}
