//! Prints how well every built-in package reproduces what was published.
//!
//! `cargo run -p gradus --example verify_all -- PATH_OF_SHARED_REFERENCE_DATA`

#![allow(clippy::print_stdout, reason = "an example prints its result")]

fn main() {
    let shared = std::env::args().nth(1);
    for built_in in gradus::library::list() {
        let outcome = gradus::open(built_in.id).and_then(|bundle| {
            gradus::verify(&bundle, &gradus::Methods::default(), shared.as_ref().map(std::path::Path::new))
        });
        match outcome {
            Ok(verification) => {
                for check in verification.checks {
                    println!(
                        "{} {}: {} of {} exact, {} not computed, largest difference {}",
                        built_in.id, check.file, check.exact, check.values, check.missing, check.largest
                    );
                    for m in check.mismatches.iter().take(3) {
                        println!("  {} {:?} {}: {} {:?}", m.unit, m.period, m.node, m.published, m.computed);
                    }
                }
            }
            Err(diagnostics) => {
                for diagnostic in &diagnostics {
                    println!("{diagnostic}");
                }
            }
        }
    }
}
