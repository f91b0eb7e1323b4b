//! What a run shows of the package: steps that changed nothing, intentions that were not met, guesses that go far.

use crate::blame::named_period;
use crate::plan::{Plan, Slot, Work};
use crate::result::{Evaluation, Number, StageResult, Weighing};
use crate::run::Run;
use gradus_formula::Formula;
use gradus_model::diagnostic::{Kind, catalog};
use gradus_model::number::{Rounding, RoundingMode, Scalar};
use gradus_model::package::{Node, NodeIx};
use gradus_model::{Diagnostic, Diagnostics, Package};

/// How many rows a finding names before it counts the rest.
const NAMED: usize = 3;

/// Warnings of an evaluation.
pub(crate) fn remarks(package: &Package, evaluation: &Evaluation) -> Diagnostics {
    let mut found = Diagnostics::new();
    for (at, step) in package.pipeline.iter().enumerate() {
        let stages = || evaluation.nodes.iter().filter_map(|node| node.stage(at));
        let idle = stages().all(|stage| stage.changed.is_empty() && stage.excluded.is_none());
        // Without any figure every step is idle, and that is said elsewhere.
        let figures = evaluation.nodes.iter().any(|node| node.raw.iter().any(|x| x.is_some()));
        if idle && figures {
            found.push(
                Diagnostic::new(
                    &catalog::STEP_WITHOUT_EFFECT,
                    format!("the step `{}` changed no figure", step.id),
                )
                .at(step.spans.item())
                .help("remove the step, or look at its limits: no figure reaches them"),
            );
        }
    }
    for (ix, (node, result)) in package.nodes.iter().zip(&evaluation.nodes).enumerate() {
        for stage in &result.stages {
            found.extend(outside(package, evaluation, ix, stage));
        }
        found.extend(notes(evaluation, node, &result.weighed));
    }
    found
}

/// What the search for weights had to say: once where it is the same in every period.
fn notes(evaluation: &Evaluation, node: &Node, weighed: &[Option<Weighing>]) -> Diagnostics {
    let mut said: Vec<(&(&'static Kind, String), Vec<usize>)> = Vec::new();
    for (period, weighing) in weighed.iter().enumerate() {
        for note in weighing.iter().flat_map(|weighing| &weighing.notes) {
            match said.iter_mut().find(|(known, _)| *known == note) {
                Some((_, periods)) => periods.push(period),
                None => said.push((note, vec![period])),
            }
        }
    }
    let n_periods = weighed.iter().flatten().count();
    let diagnostic = |((kind, note), periods): (&(&'static Kind, String), Vec<usize>)| {
        let mut diagnostic = Diagnostic::new(kind, note.clone())
            .at(node.spans.of("weights"))
            .concerning("group", format!("`{}`", node.id));
        if periods.len() < n_periods {
            for (what, which) in periods.into_iter().filter_map(|p| named_period(&evaluation.periods, p)) {
                diagnostic = diagnostic.concerning(what, which);
            }
        }
        match *kind == &catalog::UNATTAINABLE_IMPORTANCE {
            true => diagnostic.help("state what can be attained, or change the indicators of the group"),
            false => diagnostic,
        }
    };
    said.into_iter().map(diagnostic).collect()
}

/// Imputed values below the least or above the greatest known value of their indicator.
fn outside(
    package: &Package,
    evaluation: &Evaluation,
    ix: NodeIx,
    stage: &StageResult,
) -> Option<Diagnostic> {
    let imputed: Vec<usize> =
        stage.changed.iter().filter(|(_, what)| *what == "imputed").map(|(row, _)| *row).collect();
    let mut known = vec![!imputed.is_empty(); stage.values.len()];
    for row in &imputed {
        known[*row] = false;
    }
    let values = || stage.values.iter().zip(&known).filter(|(_, known)| **known).filter_map(|(x, _)| x);
    let order = |a: &Number, b: &Number| a.to_f64().total_cmp(&b.to_f64());
    let (least, greatest) = (values().min_by(order)?, values().max_by(order)?);
    let beyond: Vec<(usize, Number)> = imputed
        .into_iter()
        .filter_map(|row| Some((row, stage.values.get(row)?)))
        .filter(|(_, x)| x.to_f64() < least.to_f64() || x.to_f64() > greatest.to_f64())
        .collect();
    let (node, step) = (&package.nodes[ix], &package.pipeline[stage.step]);
    let named = named_rows(evaluation, beyond.iter().map(|(row, value)| (*row, short(*value))));
    let are = match beyond.len() {
        0 => return None,
        1 => "an imputed value lies".to_owned(),
        n => format!("{n} imputed values lie"),
    };
    let message = format!(
        "{are} outside the observed range of `{}`, {} to {}: {named}",
        node.id,
        short(least),
        short(greatest)
    );
    Some(
        Diagnostic::new(&catalog::IMPUTED_OUTSIDE, message)
            .at(step.spans.item())
            .concerning("indicator", format!("`{}`", node.id))
            .concerning("step", format!("`{}`", step.id))
            .help("look at what the value rests on with `gradus explain`; `nearest-neighbors`, `hot-deck` and `median` stay within the range"),
    )
}

/// A number for a message: at most six significant digits, or all before the point.
fn short(number: Number) -> String {
    let mut left = number.to_f64().abs();
    let mut places = 0;
    while left < 1e5 && places < 12 {
        left *= 10.0;
        places += 1;
    }
    let shown = number.show(Rounding { places, mode: RoundingMode::HalfEven });
    if shown.contains('.') { shown.trim_end_matches('0').trim_end_matches('.').to_owned() } else { shown }
}

/// The first rows by unit and period, each with what there is to say of it, and how many more there are.
fn named_rows(evaluation: &Evaluation, rows: impl ExactSizeIterator<Item = (usize, String)>) -> String {
    let n = rows.len();
    let mut named: Vec<String> = rows
        .take(NAMED)
        .map(|(row, what)| {
            let (unit, period) = evaluation.unit_and_period(row);
            let when = evaluation.periods[period].map_or_else(String::new, |p| format!(" in {p}"));
            format!("{what} for `{}`{when}", evaluation.units[unit])
        })
        .collect();
    if n > NAMED {
        named.push(format!("and {} more", n - NAMED));
    }
    named.join(", ")
}

impl<S: Scalar> Plan<S> {
    /// Weights by formula that have no value where there is something to weigh, so that there is no score.
    pub(crate) fn missing_weights(
        &self,
        package: &Package,
        run: &Run<S>,
        evaluation: &Evaluation,
    ) -> Diagnostics {
        let mut found = Diagnostics::new();
        for (group, slots) in self.nodes.iter().enumerate() {
            let Some(step) = slots.aggregate.map(|step| &self.steps[step]) else { continue };
            let Work::Aggregate { from, parts: facts } = &step.work else { continue };
            if facts.weights_by_row.is_empty() {
                continue;
            }
            let kept: Vec<usize> = (0..facts.n_parts).filter(|part| !run.is_excluded(from[*part])).collect();
            let unscored: Vec<usize> = (0..self.n_rows())
                .filter(|row| evaluation.score(group, *row).is_none())
                .filter(|row| kept.iter().any(|part| run.column(self, from[*part]).has(*row)))
                .collect();
            for part in kept {
                let Some(by) = facts.weights_by_row[part].map(|at| from[at]) else { continue };
                let column = run.column(self, by);
                let rows: Vec<usize> = unscored.iter().copied().filter(|row| !column.has(*row)).collect();
                if rows.is_empty() {
                    continue;
                }
                let node = &package.nodes[slots.parts[part]];
                let formula = node.weight_formula.as_deref().unwrap_or_default();
                let inputs = self.inputs_of(by, formula);
                let why = |row: usize| {
                    let gone: Vec<String> = inputs
                        .iter()
                        .filter(|(_, slot)| !run.column(self, *slot).has(row))
                        .map(|(code, _)| format!("no `{code}`"))
                        .collect();
                    if gone.is_empty() { "no value".to_owned() } else { gone.join(" and ") }
                };
                let named = named_rows(evaluation, rows.iter().map(|row| (*row, why(*row))));
                found.push(
                    Diagnostic::new(
                        &catalog::WEIGHT_MISSING,
                        format!(
                            "the weight of `{}` has no value in {}, which {} no score: {named}",
                            node.id,
                            if rows.len() == 1 { "one row".into() } else { format!("{} rows", rows.len()) },
                            if rows.len() == 1 { "has" } else { "have" },
                        ),
                    )
                    .at(node.spans.of("weight"))
                    .concerning("group", format!("`{}`", package.nodes[group].id))
                    .concerning("formula", format!("`{formula}`"))
                    .help("give the figures, or let the formula say what holds without them: `coalesce(..., 1)`"),
                );
            }
        }
        found
    }

    /// The names in a formula and the columns they stand for, on the rows of the result.
    fn inputs_of(&self, made: Slot, formula: &str) -> Vec<(String, Slot)> {
        let Slot::Made(made) = made else { return Vec::new() };
        let step = self.steps.iter().find(|step| step.out.contains(&made));
        match (step.map(|step| &step.work), Formula::parse(formula)) {
            (Some(Work::Derive { from, .. }), Ok(formula)) => {
                formula.names().iter().map(|name| name.code.clone()).zip(from.iter().copied()).collect()
            }
            _ => Vec::new(),
        }
    }
}
