//! How far published results may be off because the figures they are computed from are rounded.

use gradus_engine::{Methods, Plan, Run, Table};
use gradus_method::Column;
use gradus_model::package::{DataSource, Published, PublishedNumber};
use gradus_model::{DataSet, Diagnostics, Package};

/// For each published column and row of the result, how far rounded figures may move the number: each variable is moved
/// by half a unit of its last place up and down, and the larger effects add up.
///
/// Computed in binary64. A column of ranks has no width. Where a moved figure cannot be computed (a logarithm of zero),
/// that move has no effect.
pub(super) fn widths(
    package: &Package,
    methods: &Methods,
    data: &DataSet,
    source: &DataSource,
    published: &Published,
) -> Result<Vec<Vec<f64>>, Diagnostics> {
    let table = Table::<f64>::from_data(package, data)?;
    let columns = table.columns.clone();
    let (plan, _) = Plan::compile(package, methods, table)?;
    let settings = plan.settings();
    let mut run = Run::new(&plan);
    plan.run(package, &settings, &mut run)?;
    let read = |run: &Run<f64>| -> Vec<Option<Column<f64>>> {
        published
            .columns
            .values()
            .map(|column| match (&column.what, package.node(column.of.as_str())) {
                (PublishedNumber::Score, Some(node)) => run.scores(&plan, node).cloned(),
                (PublishedNumber::Score, None) => {
                    let place = package.measures.iter().position(|m| m.id == column.of)?;
                    run.figure(&plan, place).cloned()
                }
                (PublishedNumber::Stage(_) | PublishedNumber::Rank, _) => None,
            })
            .collect()
    };
    let nominal = read(&run);
    let mut widths = vec![vec![0.0; plan.n_rows()]; nominal.len()];
    for (variable, (place, column)) in package.variables().iter().zip(columns.iter().enumerate()) {
        let Some(places) = source.rounded.get(variable.id) else { continue };
        let half = half_unit(*places);
        let mut effect = vec![vec![0.0f64; plan.n_rows()]; nominal.len()];
        for shift in [half, -half] {
            let moved = Column::from_options((0..column.len()).map(|row| column.get(row).map(|x| x + shift)));
            run.replace_input(place, Some(moved));
            if plan.run(package, &settings, &mut run).is_err() {
                continue;
            }
            for ((effect, before), after) in effect.iter_mut().zip(&nominal).zip(read(&run)) {
                let (Some(before), Some(after)) = (before, after) else { continue };
                for (row, effect) in effect.iter_mut().enumerate() {
                    if let (Some(a), Some(b)) = (before.get(row), after.get(row)) {
                        *effect = effect.max((a - b).abs());
                    }
                }
            }
        }
        for (widths, effect) in widths.iter_mut().zip(effect) {
            for (width, effect) in widths.iter_mut().zip(effect) {
                *width += effect;
            }
        }
        run.replace_input(place, None);
    }
    Ok(widths)
}

/// Half a unit of the last of so many places: what a rounded number may be off.
pub(super) fn half_unit(places: u32) -> f64 {
    (0..places).fold(0.5, |unit, _| unit / 10.0)
}
