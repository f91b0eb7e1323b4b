//! What can be said only when everything has been read.

use crate::problems::Problems;
use crate::summary::{ImportSummary, Reason};
use gradus_model::diagnostic::{Diagnostic, Place, catalog};
use gradus_model::observation::{Grid, GridRow, Key, Observations, Period, Piece, Plain};
use gradus_model::package::Spans;
use gradus_model::{Absence, DataSet, Id, Package, Value};
use std::collections::{BTreeMap, BTreeSet};

/// Whether all figures are those of wide tables in which no variable, and no unit in a period, comes twice. Says so of millions
/// of figures by their rows.
fn wide_rows_once(observations: &Observations) -> bool {
    let mut by_variables: BTreeMap<Vec<u32>, Vec<&Grid>> = BTreeMap::new();
    for (_, piece) in observations.pieces() {
        let Piece::Grid(grid) = piece else { return false };
        by_variables.entry(grid.columns().iter().map(|c| c.variable).collect()).or_default().push(grid);
    }
    let mut variables: Vec<u32> = by_variables.keys().flatten().copied().collect();
    variables.sort_unstable();
    let distinct = variables.windows(2).all(|pair| pair[0] != pair[1]);
    distinct
        && !variables.contains(&GridRow::NONE)
        && by_variables.values().all(|grids| {
            let row = |grid: &Grid, row: &GridRow| (row.unit, grid.heads()[row.head as usize].period);
            let mut rows: Vec<(u32, Option<Period>)> = Vec::new();
            for grid in grids {
                rows.extend(grid.rows().iter().filter(|r| r.unit != GridRow::NONE).map(|r| row(grid, r)));
            }
            let ordered = rows.windows(2).all(|pair| pair[0] < pair[1]);
            if !ordered {
                rows.sort_unstable();
            }
            ordered || rows.windows(2).all(|pair| pair[0] != pair[1])
        })
}

/// Refuses a second figure for the same unit, variable and period. An empty cell gives way to a figure.
pub(crate) fn duplicates(data: &mut DataSet, summaries: &mut [ImportSummary], found: &mut Vec<Diagnostic>) {
    if wide_rows_once(&data.observations) {
        return;
    }
    let observations = &data.observations;
    let mut order: Vec<(Key, usize)> =
        observations.places().filter_map(|at| Some((observations.key(at)?, at))).collect();
    // Many files are in this order already, each figure once.
    if order.windows(2).all(|pair| pair[0].0 < pair[1].0) {
        return;
    }
    order.sort_unstable();
    let mut dropped: Vec<usize> = Vec::new();
    let mut twice: Vec<(usize, usize)> = Vec::new();
    for run in order.chunk_by(|(a, _), (b, _)| a == b) {
        if run.len() < 2 {
            continue;
        }
        let is_empty = |at: usize| observations.value(at) == Some(Value::Absent(Absence::NotReported));
        let places = || run.iter().map(|(_, at)| *at);
        let kept = places().find(|at| !is_empty(*at)).unwrap_or(run[0].1);
        for at in places().filter(|at| *at != kept) {
            dropped.push(at);
            if !is_empty(at) {
                twice.push((kept, at));
            }
        }
    }
    if dropped.is_empty() {
        return;
    }
    // In the order of the file, not of units.
    twice.sort_unstable_by_key(|(_, at)| *at);
    let mut problems = Problems::default();
    for (kept, at) in twice {
        let (Some(first), Some(second)) = (data.observation(kept), data.observation(at)) else { continue };
        let (unit, variable) = (&data.units[second.unit], &data.variables[second.variable]);
        let period = second.period.map(|p| p.to_string()).unwrap_or_default();
        let place = second.place.clone().unwrap_or_else(|| Place::file(""));
        let key = format!("{unit} {variable} {period}");
        problems.note(&catalog::DUPLICATE_OBSERVATION, "", &key, &place, || {
            let again = if first.value == second.value { "twice" } else { "twice, with different values" };
            let mut diagnostic = Diagnostic::new(
                &catalog::DUPLICATE_OBSERVATION,
                format!("`{variable}` of `{unit}` is given {again}"),
            )
            .at(place.clone());
            if let Some(first) = &first.place {
                diagnostic = diagnostic.also(first.clone(), "the first");
            }
            diagnostic = diagnostic.concerning("variable", variable).concerning("unit", unit);
            if let Some(period) = second.period {
                diagnostic = diagnostic.concerning("period", period);
            }
            diagnostic.help(if second.period.is_none() {
                "keep one of the two, or add a column `period`"
            } else {
                "keep one of the two"
            })
        });
    }
    found.extend(problems.finish());
    dropped.sort_unstable();
    drop_figures(data, summaries, &dropped);
}

/// Takes figures out of the data, in ascending order of their places, and says so in the summaries.
fn drop_figures(data: &mut DataSet, summaries: &mut [ImportSummary], dropped: &[usize]) {
    for at in dropped {
        let Some(observation) = data.observation(*at) else { continue };
        data.observations.remove(*at);
        let source = observation.detail.data_source;
        let Some(summary) = summaries.iter_mut().find(|s| u32::try_from(s.source).ok() == source) else {
            continue;
        };
        match observation.value {
            Value::Absent(why) => {
                if let Some(count) = summary.absent.get_mut(&why) {
                    *count = count.saturating_sub(1);
                }
                summary.absent.retain(|_, count| *count > 0);
                let reason = if why == Absence::NotReported { Reason::EmptyTwice } else { Reason::Refused };
                summary.pass_over(reason, 1, None);
            }
            _ => {
                summary.values = summary.values.saturating_sub(1);
                summary.pass_over(Reason::Refused, 1, None);
            }
        }
    }
}

/// Refuses figures of indicators that are computed by a formula: nobody would see that they count for nothing.
pub(crate) fn derived(
    package: &Package,
    data: &mut DataSet,
    summaries: &mut [ImportSummary],
    found: &mut Vec<Diagnostic>,
) {
    let mut formulas: Vec<Option<(&Id, &Spans)>> = vec![None; data.variables.len()];
    let indicators = package
        .indicators()
        .filter(|(.., indicator)| indicator.formula.is_some())
        .map(|(_, node, _)| (&node.id, &node.spans));
    let measures =
        package.measures.iter().filter(|m| m.formula.is_some()).map(|measure| (&measure.id, &measure.spans));
    let places = places(data);
    for (id, spans) in indicators.chain(measures) {
        if let Some(at) = places.get(id) {
            formulas[*at] = Some((id, spans));
        }
    }
    if formulas.iter().all(Option::is_none) {
        return;
    }
    let mut problems = Problems::default();
    let mut dropped: Vec<usize> = Vec::new();
    for at in data.observations.places() {
        let Some((id, spans)) = data.observations.key(at).and_then(|o| formulas[o.variable]) else {
            continue;
        };
        let Some(observation) = data.observation(at) else { continue };
        // A wide table may have a column for it that is still to be filled.
        if observation.value == Value::Absent(Absence::NotReported) {
            continue;
        }
        dropped.push(at);
        let place = observation.place.clone().unwrap_or_else(|| Place::file(""));
        problems.note(&catalog::FIGURE_OF_DERIVED, "", id.as_str(), &place, || {
            Diagnostic::new(
                &catalog::FIGURE_OF_DERIVED,
                format!("`{}` is computed from its formula, but the data has a figure of it", id),
            )
            .at(place.clone())
            .also(spans.of("formula"), "the formula")
            .concerning("variable", id)
            .help("remove its figures from the data, or remove `formula`")
        });
    }
    if dropped.is_empty() {
        return;
    }
    found.extend(problems.finish());
    drop_figures(data, summaries, &dropped);
}

/// Warns of indicators without any figure. One whose figures were refused has them, and needs no second finding; one that
/// takes them from a survey gets them later.
pub(crate) fn no_data(
    package: &Package,
    data: &DataSet,
    refused: &BTreeSet<usize>,
    found: &mut Vec<Diagnostic>,
) {
    let mut has = vec![false; data.variables.len()];
    for (_, piece) in data.observations.pieces() {
        let listed = match piece {
            Piece::Listed(list) => list.iter().flatten().collect::<Vec<_>>(),
            Piece::Grid(grid) => {
                for column in grid.columns() {
                    let number = |cell: &Plain| matches!(cell, Plain::Number { .. });
                    if column.variable != GridRow::NONE {
                        let known = &mut has[column.variable as usize];
                        *known = *known || column.iter().any(|cell| number(&cell));
                        continue;
                    }
                    for (_, row) in column.iter().zip(grid.rows()).filter(|(cell, _)| number(cell)) {
                        has[row.variable as usize] = true;
                    }
                }
                grid.others().values().collect()
            }
        };
        for observation in listed {
            has[observation.variable] |= !matches!(observation.value, Value::Absent(_));
        }
    }
    let places = places(data);
    let without: Vec<_> = package
        .indicators()
        .filter(|(_, _, indicator)| {
            let surveyed = indicator.survey.as_ref().is_some_and(|s| s.of.is_some());
            indicator.formula.is_none() && !indicator.unpublished && !surveyed
        })
        .filter(|(_, node, _)| places.get(&node.id).is_some_and(|at| !has[*at] && !refused.contains(at)))
        .collect();
    // A definition without figures is one finding, not one per indicator.
    if !has.contains(&true) && refused.is_empty() && without.len() > 1 {
        let (why, help) = match package.data.is_empty() {
            true => (": the package names no data file", "name files with figures under `[[data]]`"),
            false => (
                ": its data files hold none",
                "fill them in, or map the names of indicators under `variables`",
            ),
        };
        let message = format!("none of {} indicators has a figure{why}", without.len());
        found.push(Diagnostic::new(&catalog::NO_DATA, message).at(package.index.spans.item()).help(help));
        return;
    }
    found.extend(without.into_iter().map(|(_, node, _)| {
        Diagnostic::new(&catalog::NO_DATA, format!("`{}` has no figure for any unit", node.id))
            .at(node.spans.item())
            .concerning("indicator", &node.id)
            .help("add its figures to a data file, or map their name under `variables`")
    }));
}

/// The place of each variable of a data set.
fn places(data: &DataSet) -> BTreeMap<&Id, usize> {
    data.variables.iter().zip(0..).collect()
}
