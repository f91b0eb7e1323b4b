//! Every method in the list is complete: texts, references, parameters, documentation and tests.
#![allow(clippy::unwrap_used, reason = "a test may panic, also in its helpers")]
#![allow(clippy::disallowed_methods, reason = "the test reads the source of the methods it checks")]

use gradus_method::{Arg, Args};
use gradus_weight::{WEIGHERS, weighers};

fn text(text: &str) -> Arg {
    Arg::Text(text.to_owned())
}

fn table<const N: usize>(entries: [(&str, Arg); N]) -> Arg {
    Arg::Table(entries.map(|(key, arg)| (key.to_owned(), arg)).into())
}

/// Arguments that the method accepts.
fn sample(id: &str) -> Args {
    let two = || Arg::Number(2.into());
    match id {
        "rank-exponent" | "rank-order-centroid" | "rank-reciprocal" | "rank-sum" => {
            let tied = Arg::List(vec![text("B"), text("C")]);
            Args::new().with("order", Arg::List(vec![text("A"), tied]))
        }
        "ahp" => Args::new().with("judgments", table([("A", table([("B", text("1/2"))]))])),
        "anp" => {
            let influences = table([("A", table([("B", two())])), ("B", table([("A", two())]))]);
            Args::new().with("influences", influences)
        }
        "best-worst" => Args::new()
            .with("best", text("A"))
            .with("worst", text("B"))
            .with("best-to-others", table([("B", two())]))
            .with("others-to-worst", table([("A", two())])),
        "regression" => Args::new().with("target", text("Y")),
        _ => Args::new(),
    }
}

#[test]
fn ids_are_in_alphabetical_order_and_unique() {
    assert!(WEIGHERS.windows(2).all(|pair| pair[0].id < pair[1].id));
}

#[test]
fn every_method_is_complete() {
    let mut complaints = Vec::new();
    for method in WEIGHERS {
        let path = format!("{}/src/{}.rs", env!("CARGO_MANIFEST_DIR"), method.id.replace('-', "_"));
        let source = std::fs::read_to_string(&path).unwrap_or_else(|error| panic!("{path}: {error}"));
        complaints.extend(method.complaints(&sample(method.id), Some(&source)));
    }
    assert!(complaints.is_empty(), "{complaints:#?}");
}

#[test]
fn a_misspelled_method_gets_a_hint() {
    let fault = weighers().find("entropi").unwrap_err();
    assert_eq!(fault.kind.id, "unknown-method");
    assert_eq!(fault.help.as_deref(), Some("did you mean `entropy`?"));
}
