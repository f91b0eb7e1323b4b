//! Every method in the list is complete: texts, references, parameters, documentation and tests.
#![allow(clippy::unwrap_used, reason = "a test may panic, also in its helpers")]
#![allow(clippy::disallowed_methods, reason = "the test reads the source of the methods it checks")]

use gradus_aggregate::{AGGREGATORS, aggregators};
use gradus_method::{Arg, Args};

#[test]
fn ids_are_in_alphabetical_order_and_unique() {
    assert!(AGGREGATORS.windows(2).all(|pair| pair[0].id < pair[1].id));
}

#[test]
fn every_method_is_complete() {
    let mut complaints = Vec::new();
    for method in AGGREGATORS {
        let path = format!("{}/src/{}.rs", env!("CARGO_MANIFEST_DIR"), method.id.replace('-', "_"));
        let source = std::fs::read_to_string(&path).unwrap_or_else(|error| panic!("{path}: {error}"));
        let sample = match method.id {
            "choquet" => {
                let pair = [("a+b".to_owned(), Arg::Number(1.into()))];
                Args::new().with("interactions", Arg::Table(pair.into()))
            }
            "mean-min" => Args::new().number_of("alpha", 1),
            "ordered-weighted-average" => Args::new().number_of("orness", 1),
            "power-mean" => Args::new().number_of("exponent", 2),
            _ => Args::new(),
        };
        complaints.extend(method.complaints(&sample, Some(&source)));
    }
    assert!(complaints.is_empty(), "{complaints:#?}");
}

#[test]
fn a_misspelled_method_gets_a_hint() {
    let fault = aggregators().find("geometic").unwrap_err();
    assert_eq!(fault.kind.id, "unknown-method");
    assert_eq!(fault.help.as_deref(), Some("did you mean `geometric`?"));
}
