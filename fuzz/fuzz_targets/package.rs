//! Any text as a package file, with fixed figures beside it, through the whole computation in both arithmetics.
#![no_main]

use gradus_data::Memory;
use gradus_engine::{Methods, evaluate_in};
use gradus_model::{Arithmetic, decode};
use libfuzzer_sys::fuzz_target;
use std::sync::LazyLock;

static FILES: LazyLock<Memory> = LazyLock::new(|| {
    Memory::new()
        .with(
            "a.csv",
            &b"unit,variable,period,value\nu,x,2018,1.5\nv,x,2018,-2\nu,y,2019,0\nv,y,2019,1e20\n"[..],
        )
        .with("b.csv", &b"unit,x,y\nu,1,2\nv,3,\nw,0,7\n"[..])
});
static METHODS: LazyLock<Methods> = LazyLock::new(Methods::default);

fuzz_target!(|text: &str| {
    let (Some(package), _) = decode::decode("fuzz.toml", text) else { return };
    let import = gradus_data::load(&package, &*FILES);
    for arithmetic in [Arithmetic::Decimal, Arithmetic::Binary64] {
        let Ok((evaluation, _)) = evaluate_in(&package, &METHODS, &import.data, arithmetic) else { continue };
        let grading = gradus_standard::grade(&package, &import.data, &evaluation);
        assert_eq!(grading.n_rows(), evaluation.n_rows());
        for node in &evaluation.nodes {
            assert!(node.scores.iter().flatten().all(|score| score.to_f64().is_finite()));
        }
    }
});
