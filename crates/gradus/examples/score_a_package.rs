//! Gradus in a program: a package evaluated, its index and ranks printed.
//!
//! `cargo run -p gradus --example score_a_package [PKG]`, where PKG is a directory, a TOML file or a library id.

#![allow(clippy::print_stdout, clippy::print_stderr, reason = "an example prints its result")]

use gradus::model::{Diagnostics, Lang, Package};
use std::process::ExitCode;

fn main() -> ExitCode {
    let target = std::env::args().nth(1).unwrap_or_else(|| "hdi".into());
    match print_ranking(&target) {
        Ok(()) => ExitCode::SUCCESS,
        Err(found) => {
            for diagnostic in found.sorted() {
                eprintln!("{diagnostic}");
            }
            ExitCode::from(2)
        }
    }
}

fn print_ranking(target: &str) -> Result<(), Diagnostics> {
    let bundle = gradus::open(target)?;
    let outcome = gradus::evaluate(&bundle, &gradus::Methods::default())?;
    let (package, evaluation) = (&outcome.package, &outcome.evaluation);
    let names = outcome.unit_names();
    let period = evaluation.current_period();

    println!("{}", package.index.name.get(Lang::En));
    let mut ranked: Vec<(f64, usize)> = (0..evaluation.units.len())
        .filter_map(|unit| Some((evaluation.rank(Package::ROOT, evaluation.row(unit, period))?, unit)))
        .collect();
    ranked.sort_by(|a, b| a.partial_cmp(b).unwrap_or(std::cmp::Ordering::Equal));
    for (rank, unit) in ranked {
        if let Some(score) = evaluation.score(Package::ROOT, evaluation.row(unit, period)) {
            println!("{rank:>5}  {:>8}  {}", score.show(package.policy.rounding), names[unit]);
        }
    }
    Ok(())
}
