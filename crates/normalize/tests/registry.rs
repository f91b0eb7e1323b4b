//! Every method in the lists is complete: texts, references, parameters, documentation and tests.
#![allow(clippy::unwrap_used, reason = "a test may panic, also in its helpers")]
#![allow(clippy::disallowed_methods, reason = "the test reads the source of the methods it checks")]

use gradus_method::{Arg, Args};
use gradus_normalize::{NORMALIZERS, TRANSFORMS, normalizers};

/// Arguments a method accepts, where it needs any.
fn sample(id: &str) -> Args {
    match id {
        "goalposts" => Args::new().number_of("lower", -1).number_of("upper", 200),
        "distance-to-target" => Args::new().number_of("target", 10),
        "categorical" => Args::new().number_of("levels", 3),
        "absolute-distance" => Args::new().number_of("target", 10),
        "box-cox" | "yeo-johnson" => Args::new().number_of("lambda", 2),
        "power" => Args::new().number_of("exponent", 2),
        "piecewise-linear" => Args::new().with("at", list([0, 1])).with("values", list([5, 5])),
        _ => Args::new(),
    }
}

fn list(items: [i64; 2]) -> Arg {
    Arg::List(items.into_iter().map(|x| Arg::Number(x.into())).collect())
}

#[test]
fn ids_are_in_alphabetical_order_and_unique() {
    assert!(NORMALIZERS.windows(2).all(|pair| pair[0].id < pair[1].id));
    assert!(TRANSFORMS.windows(2).all(|pair| pair[0].id < pair[1].id));
}

#[test]
fn every_method_is_complete() {
    let source = |folder: &str, id: &str| {
        let path = format!("{}/{folder}/{}.rs", env!("CARGO_MANIFEST_DIR"), id.replace('-', "_"));
        std::fs::read_to_string(&path).unwrap_or_else(|error| panic!("{path}: {error}"))
    };
    let mut complaints = Vec::new();
    for method in NORMALIZERS {
        complaints.extend(method.complaints(&sample(method.id), Some(&source("src", method.id))));
    }
    for method in TRANSFORMS {
        complaints.extend(method.complaints(&sample(method.id), Some(&source("src/transform", method.id))));
    }
    assert!(complaints.is_empty(), "{complaints:#?}");
}

#[test]
fn a_misspelled_method_gets_a_hint() {
    let fault = normalizers().find("min_max").unwrap_err();
    assert_eq!(fault.kind.id, "unknown-method");
    assert_eq!(fault.help.as_deref(), Some("did you mean `min-max`?"));
}
