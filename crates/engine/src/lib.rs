//! The plan: a package compiled once, run on columns for one or many years, with every stage kept.
//!
//! ```text
//! Package + DataSet ──Table──▶ Plan ──run(Settings)──▶ Run ──▶ Evaluation (stages, ranks, marks, fits)
//! ```
//!
//! [`Plan::compile`] resolves every name, builds every method and knows every shape; a [`Run`] holds the columns, so
//! that running again with other weights or methods parses nothing, looks nothing up by name and allocates nothing per
//! unit. A step whose inputs and settings are as before is not computed again.
//!
//! **Invariants.** Nothing here reads files, prints or formats numbers. The result does not depend on the number of
//! threads: every column is computed by one loop in a fixed order, or by independent rows.

mod assemble;
mod blame;
mod block;
mod compile;
mod compute;
mod explain;
mod fold;
mod plan;
mod remarks;
mod result;
mod run;
mod score_at;
mod spread;
mod table;
mod top;
pub mod whatif;

pub use block::{Figures, direction, times};
pub use explain::{Derivation, How, Imputed, PartUse, RestsOn, explain, explain_imputed, named_in};
pub use plan::{Methods, Plan, Settings};
pub use result::{
    Cell, Cells, DerivedValues, Evaluation, NodeResult, Number, Numbers, Spread, Stage, StageResult, Weighing,
};
pub use run::{Run, Why};
pub use score_at::score_at;
pub use table::{LARGEST, Table};
pub use top::{Part, Top, TopGroup};

use gradus_model::number::{Arithmetic, Decimal};
use gradus_model::observation::DataSet;
use gradus_model::{Diagnostics, Package};

/// Compiles and runs a package on its data once, in the arithmetic of its policy.
///
/// # Errors
/// Everything that keeps it from being computed. Warnings come with the evaluation.
pub fn evaluate(
    package: &Package,
    methods: &Methods,
    data: &DataSet,
) -> Result<(Evaluation, Diagnostics), Diagnostics> {
    evaluate_in(package, methods, data, package.policy.arithmetic)
}

/// As [`evaluate`], with the best values of every imputation only: nothing is drawn, and no score has a spread.
///
/// # Errors
/// As [`evaluate`], without what only a draw would meet.
pub fn evaluate_undrawn(
    package: &Package,
    methods: &Methods,
    data: &DataSet,
) -> Result<(Evaluation, Diagnostics), Diagnostics> {
    match package.policy.arithmetic {
        Arithmetic::Decimal => go::<Decimal>(package, methods, data, false),
        Arithmetic::Binary64 => go::<f64>(package, methods, data, false),
    }
}

/// As [`evaluate`], in a given arithmetic.
///
/// # Errors
/// As [`evaluate`].
pub fn evaluate_in(
    package: &Package,
    methods: &Methods,
    data: &DataSet,
    arithmetic: Arithmetic,
) -> Result<(Evaluation, Diagnostics), Diagnostics> {
    match arithmetic {
        Arithmetic::Decimal => go::<Decimal>(package, methods, data, true),
        Arithmetic::Binary64 => go::<f64>(package, methods, data, true),
    }
}

fn go<S: gradus_model::Scalar>(
    package: &Package,
    methods: &Methods,
    data: &DataSet,
    draw: bool,
) -> Result<(Evaluation, Diagnostics), Diagnostics> {
    let table = Table::from_data(package, data)?;
    let (plan, mut warnings) = Plan::<S>::compile(package, methods, table)?;
    let settings = plan.settings();
    let mut run = Run::new(&plan);
    plan.run(package, &settings, &mut run)?;
    let mut evaluation = plan.evaluation(package, data, &settings, &run);
    warnings.extend(remarks::remarks(package, &evaluation));
    warnings.extend(plan.missing_weights(package, &run, &evaluation));
    if draw {
        plan.spread(package, &settings, &mut run, &mut evaluation)?;
    }
    Ok((evaluation, warnings))
}

/// What is wrong with the declarations of a package, whatever its figures: methods, parameters, formulas, scales.
#[must_use]
pub fn declarations(package: &Package, methods: &Methods, units: &[gradus_model::Id]) -> Diagnostics {
    // No period and no figure: nothing that depends on a figure can come up.
    let data = DataSet { units: units.to_vec(), ..DataSet::default() };
    let found = Table::<Decimal>::from_data(package, &data)
        .map_err(Diagnostics::from)
        .and_then(|table| Plan::compile(package, methods, table));
    match found {
        Ok((_, warnings)) => warnings,
        Err(errors) => errors,
    }
}
