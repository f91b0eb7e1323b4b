//! Times one method on 50 parts of many units, for `benchmarks/mcdm.py`: prints the milliseconds of each run on one line and
//! the sum of the scores on the next.
//!
//! Usage: `cargo run --release -p gradus-aggregate --example time_columns -- METHOD UNITS RUNS`
#![allow(clippy::print_stdout, reason = "a program that prints its result")]
#![allow(clippy::disallowed_methods, reason = "a program that measures time")]

use gradus_aggregate::aggregators;
use gradus_method::{Args, Fault};
use gradus_model::number::Scalar;
use std::time::Instant;

const PARTS: usize = 50;

fn main() -> Result<(), Fault> {
    let given: Vec<String> = std::env::args().skip(1).collect();
    let count =
        |at: usize, default: usize| given.get(at).and_then(|text| text.parse().ok()).unwrap_or(default);
    let method = aggregators().find(given.first().map_or("topsis", String::as_str))?.make(&Args::new())?;
    let (units, runs) = (count(1, 100_000), count(2, 9));

    let part = |k: usize| (0..units).map(|i| 1.0 + (i * (2 * k + 1) % 9973) as f64 / 7.0).collect();
    let parts: Vec<Vec<f64>> = (0..PARTS).map(part).collect();
    let slices: Vec<&[f64]> = parts.iter().map(Vec::as_slice).collect();
    let weights: Vec<f64> = (0..PARTS).map(|k| (k % 7 + 1) as f64).collect();
    let mut scores = vec![0.0; units];
    let mut times = Vec::new();
    for _ in 0..runs {
        let start = Instant::now();
        f64::pick(&method).columns(&slices, &weights, &mut scores)?;
        times.push(format!("{:.3}", start.elapsed().as_secs_f64() * 1e3));
    }
    println!("{}", times.join(" "));
    println!("{:.9}", scores.iter().sum::<f64>());
    Ok(())
}
