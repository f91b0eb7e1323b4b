//! Every statistic in the list is complete: texts, references, parameters, documentation and tests.
#![allow(clippy::unwrap_used, reason = "a test may panic, also in its helpers")]
#![allow(clippy::disallowed_methods, reason = "the test reads the source of the statistics it checks")]

use gradus_method::{Arg, Args};
use gradus_survey::{STATISTICS, statistics};

/// Arguments that the statistic accepts.
fn sample(id: &str) -> Args {
    let scale = || Arg::List(vec![Arg::Number(0.into()), Arg::Number(100.into())]);
    match id {
        "mean" | "expectation-gap" | "importance-weighted" => Args::new().with("scale", scale()),
        "share-of" => Args::new().with("answers", Arg::List(vec![Arg::Text("1".into())])),
        _ => Args::new(),
    }
}

#[test]
fn ids_are_in_alphabetical_order_and_unique() {
    assert!(STATISTICS.windows(2).all(|pair| pair[0].id < pair[1].id));
}

#[test]
fn every_statistic_is_complete() {
    let mut complaints = Vec::new();
    for method in STATISTICS {
        let path = format!("{}/src/{}.rs", env!("CARGO_MANIFEST_DIR"), method.id.replace('-', "_"));
        let source = std::fs::read_to_string(&path).unwrap_or_else(|error| panic!("{path}: {error}"));
        complaints.extend(method.complaints(&sample(method.id), Some(&source)));
    }
    assert!(complaints.is_empty(), "{complaints:#?}");
}

#[test]
fn a_misspelled_statistic_gets_a_hint() {
    let fault = statistics().find("top-too-box").unwrap_err();
    assert_eq!(fault.kind.id, "unknown-method");
    assert_eq!(fault.help.as_deref(), Some("did you mean `top-two-box`?"));
}
