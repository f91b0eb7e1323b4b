//! Every method in the list is complete: texts, references, parameters, documentation and tests.
#![allow(clippy::unwrap_used, reason = "a test may panic, also in its helpers")]
#![allow(clippy::disallowed_methods, reason = "the test reads the source of the methods it checks")]

use gradus_impute::{Block, IMPUTERS, imputers};
use gradus_method::{Args, Column, Method};
use gradus_model::number::{Decimal, Scalar};

fn sample(id: &str) -> Args {
    match id {
        "fixed-value" => Args::new().number_of("value", 0),
        _ => Args::new(),
    }
}

#[test]
fn ids_are_in_alphabetical_order_and_unique() {
    assert!(IMPUTERS.windows(2).all(|pair| pair[0].id < pair[1].id));
}

#[test]
fn every_method_is_complete() {
    let mut complaints = Vec::new();
    for method in IMPUTERS {
        let path = format!("{}/src/{}.rs", env!("CARGO_MANIFEST_DIR"), method.id.replace('-', "_"));
        let source = std::fs::read_to_string(&path).unwrap_or_else(|error| panic!("{path}: {error}"));
        complaints.extend(method.complaints(&sample(method.id), Some(&source)));
    }
    assert!(complaints.is_empty(), "{complaints:#?}");
}

#[test]
fn a_misspelled_method_gets_a_hint() {
    let fault = imputers().find("nearest-neighbours").unwrap_err();
    assert_eq!(fault.kind.id, "unknown-method");
    assert_eq!(fault.help.as_deref(), Some("did you mean `nearest-neighbors`?"));
}

fn run<S: Scalar>(method: &Method<gradus_impute::ImputerBox>, block: &Block<'_, S>) {
    let made = method.make(&sample(method.id)).unwrap();
    let filled = S::pick(&made).impute(block);
    let sound = block.check().is_ok();
    if let Ok(filled) = filled {
        assert!(sound, "{}: columns that do not fit are refused", method.id);
        assert_eq!(filled.len(), block.columns.len(), "{}", method.id);
        for (cells, column) in filled.iter().zip(block.columns) {
            assert!(cells.iter().all(|(row, _)| !column.has(*row)), "{}", method.id);
        }
    }
}

/// Blocks that are empty, complete, without figures or wrongly put together: no method panics on them.
fn odd_blocks<S: Scalar>() {
    let number = |x: i64| S::from_decimal(Decimal::new(x, 1));
    let short = Column::from_options([Some(number(1)), None]);
    let long = Column::from_options([Some(number(1)), None, Some(number(3)), None]);
    let full = Column::of(vec![number(1), number(2), number(3), number(4)]);
    let none = Column::missing(4);
    let empty = Column::missing(0);
    let sets: [&[&Column<S>]; 8] = [
        &[],
        &[&empty],
        &[&short],
        &[&long, &full],
        &[&full, &full],
        &[&none, &none],
        &[&long, &none, &full, &long],
        &[&short, &long],
    ];
    for method in IMPUTERS {
        for columns in sets {
            let block = Block::of(columns);
            for n_units in [0, 1, 2, 3, block.n_units] {
                let classes = [Some(0), None, Some(usize::MAX)];
                run(method, &Block { n_units, ..block });
                run(method, &Block { n_units, classes: Some(&classes), times: &[f64::NAN], ..block });
                let draw = Some(gradus_impute::Draw { seed: u64::MAX, index: 0 });
                run(method, &Block { n_units, classes: Some(&[]), siblings: &[0, 1], draw, ..block });
            }
        }
    }
}

#[test]
fn no_method_panics_on_odd_blocks() {
    odd_blocks::<Decimal>();
    odd_blocks::<f64>();
}
