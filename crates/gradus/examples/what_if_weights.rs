//! What if the weights were others? A package compiled once and run for a thousand sets of weights at the top.
//!
//! `cargo run --release -p gradus --example what_if_weights [PKG]` prints the ranks that every unit takes. Only what the
//! weights change is computed again, in the memory of the run before: nothing is parsed, looked up by name or allocated
//! per unit.

#![allow(clippy::print_stdout, clippy::print_stderr, reason = "an example prints its result")]

use gradus::Methods;
use gradus::engine::{Plan, Run, Table};
use gradus::model::number::ranks;
use gradus::model::{Diagnostics, Package};
use std::process::ExitCode;

const RUNS: usize = 1_000;

fn main() -> ExitCode {
    let target = std::env::args().nth(1).unwrap_or_else(|| "hdi".into());
    match what_if(&target) {
        Ok(()) => ExitCode::SUCCESS,
        Err(found) => {
            for diagnostic in found.sorted() {
                eprintln!("{diagnostic}");
            }
            ExitCode::from(2)
        }
    }
}

fn what_if(target: &str) -> Result<(), Diagnostics> {
    let bundle = gradus::open(target)?;
    let outcome = gradus::evaluate(&bundle, &gradus::Methods::default())?;
    let (package, data) = (&outcome.package, &outcome.import.data);

    // Doubles, as for every simulation; `Plan::<Decimal>` would do the same exactly.
    let table = Table::from_data(package, data)?;
    let (plan, _) = Plan::<f64>::compile(package, &Methods::default(), table)?;
    let mut settings = plan.settings();
    let mut run = Run::new(&plan);
    let n_parts = plan.parts(Package::ROOT).len();
    let n_units = outcome.evaluation.units.len();
    let period = outcome.evaluation.current_period();

    let mut weights = vec![1.0; n_parts];
    let mut best = vec![f64::INFINITY; n_units];
    let mut worst = vec![0.0_f64; n_units];
    for draw in 0..RUNS {
        // Weights from 1/2 to 3/2, each a function of its draw and its place.
        for (part, weight) in weights.iter_mut().enumerate() {
            *weight = 0.5 + share((draw * n_parts + part) as u64);
        }
        plan.set_weights(&mut settings, Package::ROOT, &weights);
        plan.run(package, &settings, &mut run)?;
        let Some(scores) = run.scores(&plan, Package::ROOT) else { continue };
        let of_period: Vec<Option<f64>> =
            (0..n_units).map(|unit| scores.get(outcome.evaluation.row(unit, period))).collect();
        for (unit, rank) in ranks(&of_period, package.policy.ties).into_iter().enumerate() {
            if let Some(rank) = rank {
                best[unit] = best[unit].min(rank);
                worst[unit] = worst[unit].max(rank);
            }
        }
    }

    println!("ranks under {RUNS} sets of weights for the {n_parts} parts of the index");
    for (unit, name) in outcome.unit_names().iter().enumerate().filter(|(unit, _)| worst[*unit] > 0.0) {
        println!("{:>5} to {:>5}  {name}", best[unit], worst[unit]);
    }
    Ok(())
}

/// A number from 0 to 1 that looks random: the mixing steps of SplitMix64.
fn share(index: u64) -> f64 {
    let mut z = index.wrapping_add(1).wrapping_mul(0x9E37_79B9_7F4A_7C15);
    z = (z ^ (z >> 30)).wrapping_mul(0xBF58_476D_1CE4_E5B9);
    z = (z ^ (z >> 27)).wrapping_mul(0x94D0_49BB_1331_11EB);
    ((z ^ (z >> 31)) >> 11) as f64 / (1_u64 << 53) as f64
}
