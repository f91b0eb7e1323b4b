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
mod spread;
mod table;

pub use block::{Figures, direction, times};
pub use explain::{Derivation, How, PartUse, explain};
pub use plan::{Methods, Plan, Settings};
pub use result::{
    Cell, Cells, DerivedValues, Evaluation, NodeResult, Number, Numbers, Spread, Stage, StageResult, Weighing,
};
pub use run::{Run, Why};
pub use table::{LARGEST, Table};

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
    fn go<S: gradus_model::Scalar>(
        package: &Package,
        methods: &Methods,
        data: &DataSet,
    ) -> Result<(Evaluation, Diagnostics), Diagnostics> {
        let table = Table::from_data(package, data)?;
        let (plan, warnings) = Plan::<S>::compile(package, methods, table)?;
        let settings = plan.settings();
        let mut run = Run::new(&plan);
        plan.run(package, &settings, &mut run)?;
        let mut evaluation = plan.evaluation(package, data, &settings, &run);
        plan.spread(package, &settings, &mut run, &mut evaluation)?;
        let mut warnings = warnings;
        warnings.extend(remarks::remarks(package, &evaluation));
        Ok((evaluation, warnings))
    }
    match arithmetic {
        Arithmetic::Decimal => go::<Decimal>(package, methods, data),
        Arithmetic::Binary64 => go::<f64>(package, methods, data),
    }
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
