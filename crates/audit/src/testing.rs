//! Packages and figures for tests.
#![allow(clippy::unwrap_used, reason = "a test may panic, also in its helpers")]

use gradus_engine::{Evaluation, Methods};
use gradus_model::observation::{Detail, Status, Value};
use gradus_model::{DataSet, Decimal, Id, Observation, Package, decode};
use std::collections::BTreeMap;
use std::sync::Arc;

pub(crate) struct Case {
    pub(crate) package: Package,
    pub(crate) data: DataSet,
    pub(crate) methods: Methods,
    pub(crate) evaluation: Evaluation,
}

/// A package of a text whose variables have the figures of a function of unit and variable.
pub(crate) fn case(text: &str, n_units: usize, figure: impl Fn(usize, usize) -> Option<f64>) -> Case {
    let (package, found) = decode::decode("package.toml", text);
    let package = package.unwrap_or_else(|| panic!("{found:?}"));
    let variables: Vec<Id> = package.variables().iter().map(|v| v.id.clone()).collect();
    let detail = Arc::new(Detail::default());
    let mut observations = Vec::new();
    for unit in 0..n_units {
        for variable in 0..variables.len() {
            let Some(x) = figure(unit, variable) else { continue };
            observations.push(Observation {
                unit,
                variable,
                period: None,
                value: Value::Number(Decimal::try_from(x).unwrap()),
                status: Status::Final,
                place: None,
                detail: detail.clone(),
            });
        }
    }
    let units = (0..n_units).map(|unit| Id::new(&format!("u{unit}")).unwrap()).collect();
    let data = DataSet { units, variables, observations: observations.into(), classes: BTreeMap::new() };
    let methods = Methods::default();
    let (evaluation, _) =
        gradus_engine::evaluate(&package, &methods, &data).unwrap_or_else(|found| panic!("{found:?}"));
    Case { package, data, methods, evaluation }
}

/// An index of indicators `x0`, `x1`, ... with what else its package says.
pub(crate) fn flat(n: usize, more: &str) -> String {
    use std::fmt::Write;
    let mut text = String::from(
        "format = 1\n[index]\nid = 'index'\nname = 'I'\n[policy]\narithmetic = 'binary64'\n[defaults]\nnormalize = { method = 'min-max', to = [1, 100] }\n",
    );
    for i in 0..n {
        let _ = writeln!(text, "[[indicator]]\nid = 'x{i}'\nname = 'X'");
    }
    text.push_str(more);
    text
}
