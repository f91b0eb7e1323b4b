//! Every method in the list is complete: texts, references, parameters, documentation and tests.
#![allow(clippy::unwrap_used, reason = "a test may panic, also in its helpers")]
#![allow(clippy::disallowed_methods, reason = "the test reads the source of the methods it checks")]

use gradus_method::{Arg, Args};
use gradus_treat::{TREATMENTS, treatments};

/// Arguments on top of which every default and every word can be given.
fn sample() -> Args {
    Args::new()
}

#[test]
fn ids_are_in_alphabetical_order_and_unique() {
    assert!(TREATMENTS.windows(2).all(|pair| pair[0].id < pair[1].id));
}

#[test]
fn every_method_is_complete() {
    let mut complaints = Vec::new();
    for method in TREATMENTS {
        let path = format!("{}/src/{}.rs", env!("CARGO_MANIFEST_DIR"), method.id.replace('-', "_"));
        let source = std::fs::read_to_string(&path).unwrap_or_else(|error| panic!("{path}: {error}"));
        complaints.extend(method.complaints(&sample(), Some(&source)));
    }
    assert!(complaints.is_empty(), "{complaints:#?}");
}

#[test]
fn a_treatment_says_whether_it_may_change_the_scale() {
    use gradus_model::number::Scalar;
    for method in TREATMENTS {
        let treatment = method.make(&sample()).unwrap();
        assert_eq!(f64::pick(&treatment).may_rescale(), !method.id.starts_with("winsorize"), "{}", method.id);
    }
    let none = Args::new().with("then", Arg::Text("none".to_owned()));
    let treatment = treatments().find("skew-kurtosis").unwrap().make(&none).unwrap();
    assert!(!f64::pick(&treatment).may_rescale());
}

#[test]
fn a_misspelled_method_gets_a_hint() {
    let fault = treatments().find("log_ct").unwrap_err();
    assert_eq!(fault.kind.id, "unknown-method");
    assert_eq!(fault.help.as_deref(), Some("did you mean `log-ct`?"));
}
