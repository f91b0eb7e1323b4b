//! Any text as a formula, evaluated in both arithmetics with present, missing, zero and large values.
#![no_main]

use gradus_formula::{Formula, Program};
use gradus_method::Column;
use gradus_model::Decimal;
use gradus_model::number::Scalar;
use libfuzzer_sys::fuzz_target;

fn evaluate<S: Scalar>(formula: &Formula) {
    let program = Program::<S>::new(formula);
    let large = S::from_decimal(Decimal::MAX);
    for values in [[Some(S::ONE), None], [Some(S::ZERO), Some(S::ONE.negated())], [Some(large), Some(S::ONE)]]
    {
        let column = Column::from_options(values);
        let columns = vec![&column; formula.names().len()];
        let classes: Vec<&[u32]> = vec![&[0, u32::MAX]; formula.partitions().len()];
        let mut out = Column::missing(0);
        if program.column(&columns, &classes, 2, &mut out).is_ok() {
            assert!(out.values().all(S::finite));
        }
        let n_windows = program.windows(&columns, &classes, 2).map_or(0, |windows| windows.len());
        let n = formula.names().len() + n_windows;
        let row: Vec<Option<S>> = values.iter().copied().cycle().take(n).collect();
        if let Ok(Some(y)) = program.row(&row) {
            assert!(y.finite());
        }
    }
}

fuzz_target!(|text: &str| {
    if let Ok(formula) = Formula::parse(text) {
        assert_eq!(formula.text(), text);
        evaluate::<Decimal>(&formula);
        evaluate::<f64>(&formula);
    }
});
