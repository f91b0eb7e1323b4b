//! What can be said only when everything has been read.

use crate::problems::Problems;
use crate::summary::{ImportSummary, Reason};
use gradus_model::diagnostic::{Diagnostic, Place, catalog};
use gradus_model::package::Spans;
use gradus_model::{Absence, DataSet, Id, Observation, Package, Value};
use std::collections::{BTreeMap, BTreeSet};

/// Refuses a second figure for the same unit, variable and period. An empty cell gives way to a figure.
pub(crate) fn duplicates(data: &mut DataSet, summaries: &mut [ImportSummary], found: &mut Vec<Diagnostic>) {
    let key = |o: &Observation| (o.unit, o.variable, o.period);
    // A wide table is in this order already, each figure once.
    if data.observations.windows(2).all(|pair| key(&pair[0]) < key(&pair[1])) {
        return;
    }
    let mut order: Vec<u32> = (0..data.observations.len() as u32).collect();
    order.sort_unstable_by(|a, b| {
        let (a_is, b_is) = (&data.observations[*a as usize], &data.observations[*b as usize]);
        key(a_is).cmp(&key(b_is)).then(a.cmp(b))
    });
    let mut dropped: Vec<u32> = Vec::new();
    let mut twice: Vec<(u32, u32)> = Vec::new();
    for run in
        order.chunk_by(|a, b| key(&data.observations[*a as usize]) == key(&data.observations[*b as usize]))
    {
        if run.len() < 2 {
            continue;
        }
        let is_empty = |at: u32| data.observations[at as usize].value == Value::Absent(Absence::NotReported);
        let kept = run.iter().copied().find(|at| !is_empty(*at)).unwrap_or(run[0]);
        for at in run.iter().copied().filter(|at| *at != kept) {
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
        let (first, second) = (&data.observations[kept as usize], &data.observations[at as usize]);
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
fn drop_figures(data: &mut DataSet, summaries: &mut [ImportSummary], dropped: &[u32]) {
    for at in dropped {
        let observation = &data.observations[*at as usize];
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
    let mut at = 0u32;
    let mut next = dropped.iter().peekable();
    data.observations.retain(|_| {
        let drop = next.peek() == Some(&&at);
        if drop {
            next.next();
        }
        at += 1;
        !drop
    });
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
    let mut dropped: Vec<u32> = Vec::new();
    for (at, observation) in (0u32..).zip(&data.observations) {
        let Some((id, spans)) = formulas[observation.variable] else { continue };
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
    let mut n_without = has.len();
    for observation in &data.observations {
        if !has[observation.variable] && !matches!(observation.value, Value::Absent(_)) {
            has[observation.variable] = true;
            n_without -= 1;
            if n_without == 0 {
                return;
            }
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
    if n_without == has.len() && refused.is_empty() && without.len() > 1 {
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
