//! Multiple imputation: the plan run once per draw, and how far scores and ranks move.

use crate::plan::{Plan, Settings};
use crate::result::{Evaluation, Spread};
use crate::run::Run;
use gradus_impute::Draw;
use gradus_model::number::Scalar;
use gradus_model::{Diagnostics, Package};

/// A value per draw, of one node and row.
type Draws = Vec<f64>;

impl<S: Scalar> Plan<S> {
    /// Draws imputed cells as often as the package says and adds the spread of every score and rank to the evaluation.
    ///
    /// Only what a draw changes is computed anew. The scores themselves stay those of the best values.
    ///
    /// # Errors
    /// As [`run`](Self::run).
    pub fn spread(
        &self,
        package: &Package,
        settings: &Settings<S>,
        run: &mut Run<S>,
        evaluation: &mut Evaluation,
    ) -> Result<(), Diagnostics> {
        let draws = package.pipeline.iter().map(|step| step.draws).max().unwrap_or(0);
        if draws == 0 {
            return Ok(());
        }
        let n_rows = self.n_rows();
        let scored: Vec<usize> =
            (0..package.nodes.len()).filter(|ix| self.nodes[*ix].scores.is_some()).collect();
        let mut scores: Vec<Vec<Draws>> = vec![vec![Draws::new(); n_rows]; scored.len()];
        let mut places: Vec<Vec<Draws>> = vec![vec![Draws::new(); n_rows]; scored.len()];
        let mut drawn = settings.clone();
        for index in 0..u64::from(draws) {
            self.set_draw(&mut drawn, Some(Draw { seed: package.policy.seed, index }));
            self.run(package, &drawn, run)?;
            for (at, ix) in scored.iter().enumerate() {
                let Some(column) = run.scores(self, *ix) else { continue };
                for (row, rank) in self.ranks(package, column).into_iter().enumerate() {
                    scores[at][row].extend(column.get(row).map(Scalar::to_f64));
                    places[at][row].extend(rank);
                }
            }
        }
        for ((ix, scores), places) in scored.into_iter().zip(scores).zip(places) {
            evaluation.nodes[ix].spread = Some(Spread {
                draws: draws as usize,
                deviation: scores.iter().map(|d| deviation(d)).collect(),
                scores: scores.into_iter().map(between).collect(),
                ranks: places.into_iter().map(between).collect(),
            });
        }
        // The run ends where it began, with the best values.
        self.run(package, settings, run)
    }
}

fn deviation(draws: &[f64]) -> Option<f64> {
    if draws.len() < 2 {
        return None;
    }
    // From the first draw on, so that what is not drawn has no deviation at all.
    let n = draws.len() as f64;
    let moved = |x: &f64| x - draws[0];
    let mean = draws.iter().map(moved).sum::<f64>() / n;
    let square = |x: f64| x * x;
    Some((draws.iter().map(|x| square(moved(x) - mean)).sum::<f64>() / (n - 1.0)).sqrt())
}

/// The 5th and 95th percentile, by lines between draws in order.
fn between(mut draws: Draws) -> Option<(f64, f64)> {
    if draws.is_empty() {
        return None;
    }
    draws.sort_by(f64::total_cmp);
    let at = |share: f64| {
        let place = share * (draws.len() - 1) as f64;
        let low = place.floor();
        let (below, above) = (draws[low as usize], draws[(low as usize + 1).min(draws.len() - 1)]);
        below + (place - low) * (above - below)
    };
    Some((at(0.05), at(0.95)))
}
