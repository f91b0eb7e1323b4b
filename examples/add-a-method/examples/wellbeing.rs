//! Evaluates a package that names the methods of this crate.
//!
//! `cargo run -p add-a-method --example wellbeing`

#![allow(clippy::print_stdout, clippy::print_stderr, reason = "an example prints its result")]

use gradus::data::Memory;
use gradus::{Bundle, Methods, model::Package};
use std::process::ExitCode;

fn main() -> ExitCode {
    // The package is embedded here; `gradus::open` takes a directory or a file just as well.
    let files: Memory =
        [("figures.csv".to_owned(), include_bytes!("figures.csv").to_vec())].into_iter().collect();
    let bundle = Bundle::new("wellbeing.toml", include_str!("wellbeing.toml"), files);

    let mut methods = Methods::default();
    add_a_method::register(&mut methods.normalizers, &mut methods.aggregators);

    match gradus::evaluate(&bundle, &methods) {
        Ok(outcome) => {
            for (unit, name) in outcome.unit_names().iter().enumerate() {
                if let Some(score) = outcome.evaluation.score(Package::ROOT, unit) {
                    println!("{name} {}", score.show(outcome.package.policy.rounding));
                }
            }
            ExitCode::SUCCESS
        }
        Err(diagnostics) => {
            for diagnostic in &diagnostics {
                eprintln!("{diagnostic}");
            }
            ExitCode::from(2)
        }
    }
}
