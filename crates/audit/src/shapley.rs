//! Shapley effects of the inputs: shares of the variance of the mean change of rank that add up, also where weights go along
//! with each other and first-order and total indices do not tell whose the variance is.

use crate::study::Study;
use crate::tally::Ranker;
use crate::worker::Worker;
use gradus_statistics::shapley::{Effects, effects};

/// The effects of a study's inputs; nothing where no rank moves, or a draw has no result.
///
/// Weights with correlated factors are inputs of their own with `each = true`: then each effect is a weight's.
#[must_use]
pub fn shapley(study: &Study<'_>, seed: u64, permutations: usize) -> Option<Effects> {
    let official = study.official();
    let mut ranker = Ranker::new(official.len());
    ranker.rank(&study.ranked(official));
    let nominal = ranker.ranks.clone();
    let mut worker = Worker::with_margins(study);
    let inputs: Vec<Vec<usize>> = study.inputs.iter().map(|input| input.dims.clone()).collect();
    let correlations = study.correlations();
    let mut full = vec![0.5; study.n_dims];
    effects(&inputs, correlations.as_ref(), permutations, seed, |point| {
        full[..point.len()].copy_from_slice(point);
        let scores = worker.scores(&full).ok()?;
        ranker.rank(scores);
        let moved: u32 = ranker.ranks.iter().zip(&nominal).map(|(a, b)| a.abs_diff(*b)).sum();
        Some(f64::from(moved) / nominal.len().max(1) as f64)
    })
    .ok()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::sensitivity::sensitivity;
    use crate::testing::{case, flat};
    use crate::uncertainty::Silent;
    use gradus_model::Package;

    fn figure(unit: usize, v: usize) -> Option<f64> {
        Some(((unit * 37 + v * 101 + unit * unit * (v + 1)) % 53) as f64)
    }

    #[test]
    fn independent_inputs_lie_between_first_and_total() {
        let made = case(
            &flat(
                3,
                "[[audit.vary]]\nweights = { spread = 0.8 }\n[[audit.vary]]\nnormalize = { among = ['own', 'percentile-rank'] }\n",
            ),
            12,
            figure,
        );
        let study =
            Study::new(&made.package, &made.data, &made.methods, &made.evaluation, Package::ROOT, 0).unwrap();
        let found = shapley(&study, 1, 4000).unwrap();
        let indices = sensitivity(&study, 1, 1024, &Silent).mean_shift.unwrap();
        assert!((found.shares.iter().sum::<f64>() - 1.0).abs() < 1e-9);
        for (j, share) in found.shares.iter().enumerate() {
            let (low, high) = (indices.first[j].value, indices.total[j].value);
            assert!(low - 0.07 < *share && *share < high + 0.07, "{j} {low} {share} {high}");
        }
    }

    #[test]
    fn weights_that_go_along_share_what_they_do() {
        let vary = "[[audit.vary]]\neach = true\nweights = { distribution = 'correlated', spread = 0.8, correlation = { x0 = { x1 = 0.9 } } }\n";
        let made = case(&flat(3, vary), 12, figure);
        let study =
            Study::new(&made.package, &made.data, &made.methods, &made.evaluation, Package::ROOT, 0).unwrap();
        let correlations = study.correlations().unwrap();
        assert!((correlations[(0, 1)] - 0.9).abs() < 1e-12 && correlations[(0, 2)].abs() < 1e-12);
        let found = shapley(&study, 1, 3000).unwrap();
        assert!((found.shares.iter().sum::<f64>() - 1.0).abs() < 1e-9);
        assert!(found.shares.iter().all(|share| *share > -4.0 * found.errors[0]), "{found:?}");
    }
}
