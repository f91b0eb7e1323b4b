//! The checks, one per file.

pub mod added_value;
pub mod attainability;
pub mod availability;
pub mod benefit_of_the_doubt;
pub mod correlation_bands;
pub mod cronbach_alpha;
pub mod cross_loading;
pub mod data_age;
pub mod definition_match;
pub mod discrimination;
pub mod effective_weights;
pub mod evidence;
pub mod identical_values;
pub mod importance;
pub mod leave_one_out;
pub mod main_driver;
pub mod margin;
pub mod meaningful_places;
pub mod outliers;
pub mod overlap;
pub mod principal_components;
pub mod rank_robustness;
pub mod ranked_coverage;
pub mod rule_sensitivity;
pub mod sensitivity_convergence;
pub mod size_advantage;
pub mod size_correlation;
pub mod threshold_calibration;

mod shared;

#[cfg(test)]
mod tests {
    use super::*;
    use crate::check::CHECKS;
    use crate::testing::{Example, hold};

    type Examples = fn() -> Vec<Example>;

    /// The examples of every check, by id.
    static EXAMPLES: &[(&str, Examples)] = &[
        ("availability", availability::examples),
        ("ranked-coverage", ranked_coverage::examples),
        ("identical-values", identical_values::examples),
        ("data-age", data_age::examples),
        ("outliers", outliers::examples),
        ("correlation-bands", correlation_bands::examples),
        ("cross-loading", cross_loading::examples),
        ("principal-components", principal_components::examples),
        ("cronbach-alpha", cronbach_alpha::examples),
        ("size-correlation", size_correlation::examples),
        ("size-advantage", size_advantage::examples),
        ("overlap", overlap::examples),
        ("added-value", added_value::examples),
        ("effective-weights", effective_weights::examples),
        ("importance", importance::examples),
        ("rank-robustness", rank_robustness::examples),
        ("leave-one-out", leave_one_out::examples),
        ("benefit-of-the-doubt", benefit_of_the_doubt::examples),
        ("meaningful-places", meaningful_places::examples),
        ("sensitivity-convergence", sensitivity_convergence::examples),
        ("main-driver", main_driver::examples),
        ("threshold-calibration", threshold_calibration::examples),
        ("discrimination", discrimination::examples),
        ("rule-sensitivity", rule_sensitivity::examples),
        ("margin", margin::examples),
        ("evidence", evidence::examples),
        ("definition-match", definition_match::examples),
        ("attainability", attainability::examples),
    ];

    #[test]
    fn every_check_passes_somewhere_finds_something_and_knows_where_it_cannot_be_asked() {
        let listed: Vec<&str> = EXAMPLES.iter().map(|(id, _)| *id).collect();
        let known: Vec<&str> = CHECKS.iter().map(|check| check.id).collect();
        assert_eq!(listed, known);
        for (id, examples) in EXAMPLES {
            let verdicts: Vec<&str> = examples().iter().map(|example| example.verdict).collect();
            for wanted in [&["pass"][..], &["note", "fail"], &["not-applicable"]] {
                assert!(
                    verdicts.iter().any(|verdict| wanted.contains(verdict)),
                    "{id} has no example of {wanted:?}"
                );
            }
        }
    }

    #[test]
    fn examples_hold() {
        let mut wrong = Vec::new();
        for (id, examples) in EXAMPLES {
            for (at, example) in examples().iter().enumerate() {
                let held = std::panic::catch_unwind(std::panic::AssertUnwindSafe(|| hold(example)));
                if let Err(why) = held {
                    let said = why.downcast_ref::<String>().cloned().unwrap_or_default();
                    wrong.push(format!("{id}, example {at}: {said}"));
                }
            }
        }
        assert!(wrong.is_empty(), "{}", wrong.join("\n\n"));
    }
}
