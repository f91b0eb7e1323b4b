//! What each step computes.

mod combine;
mod impute;
mod normalize;
mod screen;
mod treat;

pub(crate) use combine::weights_of_row;

use crate::plan::{Plan, Setting, Step, Work};
use crate::run::{Job, Learned, Run};
use crate::table::NONE;
use gradus_method::{Column, Fault, Outcome};
use gradus_model::diagnostic::catalog;
use gradus_model::number::Scalar;
use gradus_model::policy::Fit;
use std::ops::Range;

/// Computes one step into its columns.
pub(crate) fn compute<S: Scalar>(
    plan: &Plan<S>,
    step: &Step<S>,
    setting: &Setting<S>,
    run: &Run<S>,
    job: &mut Job<S>,
) -> Outcome<()> {
    let column = |slot| run.column(plan, slot);
    // What was learned before is of other figures; only a normalization uses the memory again.
    if !matches!(step.work, Work::Normalize { .. }) {
        job.learned = Learned::Nothing;
    }
    // A column stays screened out, and rows of it, through the steps that follow; an aggregate and a formula look for
    // themselves.
    if !matches!(step.work, Work::Derive { .. } | Work::Aggregate { .. }) {
        for (at, slot) in step.inputs().iter().take(step.out.len()).enumerate() {
            job.excluded[at] = run.is_excluded(*slot);
            job.gone[at] = run.gone(*slot);
        }
    }
    match (&step.work, setting) {
        (Work::Derive { program, from, classes }, _) => {
            let columns: Vec<&Column<S>> = from.iter().map(|slot| column(*slot)).collect();
            let classes: Vec<&[u32]> = classes.iter().map(|c| &**c).collect();
            program.column(&columns, &classes, step.n_rows, &mut job.outs[0])?;
        }
        (Work::Select { from, rows }, _) => {
            let source = column(*from);
            job.outs[0].fill_with(step.n_rows, |row| {
                Ok(if rows[row] == NONE { None } else { source.get(rows[row] as usize) })
            })?;
        }
        (Work::Screen { from, screening }, _) => {
            let columns: Vec<&Column<S>> = from.iter().map(|slot| column(*slot)).collect();
            screen::screen(screening, &columns, plan.units.len(), job)?;
        }
        (Work::Denominate { from: [value, by], scale }, _) => {
            let (value, by) = (column(*value), column(*by));
            job.outs[0].fill_with(step.n_rows, |row| {
                let (Some(x), Some(by)) = (value.get(row), by.get(row)) else { return Ok(None) };
                if by == S::ZERO {
                    return Err(Fault::new(
                        &catalog::DIVISION_BY_ZERO,
                        format!("{x} is divided by a denominator of zero"),
                    )
                    .help("correct the denominator, or leave the cell empty where there is none"));
                }
                by.over(*scale).and_then(|by| x.over(by)).map(Some).ok_or_else(Fault::out_of_range)
            })?;
        }
        (Work::Impute { from, fit, block }, Setting::Imputer { method, draw }) => {
            let columns: Vec<&Column<S>> = from.iter().map(|slot| column(*slot)).collect();
            let out: Vec<bool> = from.iter().map(|slot| run.is_excluded(*slot)).collect();
            let filling = impute::Filling {
                method: S::pick(method),
                columns: &columns,
                excluded: &out,
                fit: *fit,
                facts: block,
                draw: *draw,
            };
            impute::impute(plan, &filling, job)?;
        }
        (Work::Treat { from, fit }, Setting::Treatment(method)) => {
            treat::treat(plan, S::pick(method), column(*from), *fit, job)?;
        }
        (Work::Transform { from, transform }, _) => {
            let transform = S::pick(transform);
            let source = column(*from);
            job.outs[0].map_from(source, |x| transform.apply(x)).map_err(|fault| {
                let value = fault.row.and_then(|row| source.get(row));
                undefined_transform(fault, value)
            })?;
        }
        (Work::Round { from }, _) => job.outs[0].map_from(column(*from), Some)?,
        (Work::Normalize { from, direction, fit, unit }, Setting::Normalizer(method)) => {
            let learn = normalize::Learn { method: S::pick(method), direction: *direction, unit: *unit };
            normalize::normalize(plan, &learn, column(*from), *fit, job)?;
        }
        (Work::NormalizeByRow { from, direction, fit, by_row }, _) => {
            let columns: Vec<&Column<S>> = from.iter().map(|slot| column(*slot)).collect();
            normalize::by_row(plan, by_row, &columns, *direction, *fit, job)?;
        }
        (Work::Aggregate { from, parts }, Setting::Aggregator { method, weights, weigher }) => {
            let columns: Vec<&Column<S>> = from.iter().map(|slot| column(*slot)).collect();
            let out: Vec<bool> = from[..parts.n_parts].iter().map(|slot| run.is_excluded(*slot)).collect();
            let weigher = weigher.as_ref().map(|weigher| S::pick(weigher));
            let group = combine::Combination {
                method: S::pick(method),
                weights,
                weigher,
                facts: parts,
                columns: &columns,
                excluded: &out,
                gone: from[..parts.n_parts].iter().map(|slot| run.gone(*slot)).collect(),
                n_units: plan.units.len(),
                n_rows: step.n_rows,
            };
            group.compute(job)?;
        }
        // Settings are made by the compiler, one for each step.
        (Work::Impute { .. } | Work::Treat { .. } | Work::Normalize { .. } | Work::Aggregate { .. }, _) => {
            return Err(Fault::out_of_range());
        }
    }
    if let Some(rounding) = step.round {
        for out in &mut job.outs {
            for row in 0..out.len() {
                if let Some(value) = out.get(row) {
                    out.set(row, Some(value.rounded(rounding)));
                }
            }
        }
    }
    Ok(())
}

fn undefined_transform<S: Scalar>(fault: Fault, value: Option<S>) -> Fault {
    let Some(value) = value else { return fault };
    let mut clearer =
        Fault::new(&catalog::UNDEFINED_TRANSFORM, format!("the transform is not defined at {value}"))
            .help("correct the figure, add a `shift` to the transform, or remove it");
    clearer.row = fault.row;
    clearer
}

/// The rows that are looked at together: all, or those of each period.
fn spans<S: Scalar>(plan: &Plan<S>, fit: Fit) -> Vec<Range<usize>> {
    spans_of(plan.units.len(), plan.n_rows(), fit)
}

fn spans_of(n_units: usize, n_rows: usize, fit: Fit) -> Vec<Range<usize>> {
    match fit {
        Fit::Pooled => std::iter::once(0..n_rows).collect(),
        Fit::PerPeriod => (0..n_rows / n_units.max(1)).map(|p| p * n_units..(p + 1) * n_units).collect(),
    }
}

/// Moves a fault from its span to the whole column: its row, or else the period it is about.
fn at(span: &Range<usize>, n_units: usize) -> impl Fn(Fault) -> Fault + use<> {
    let start = span.start;
    let among = among(span, n_units);
    move |fault| match fault.row {
        Some(row) => fault.in_row(row + start),
        // What concerns no single unit is blamed on none.
        None => among(fault),
    }
}

/// Says which period a fault concerns that no single row is to blame for, where the span is one period.
fn among(span: &Range<usize>, n_units: usize) -> impl Fn(Fault) -> Fault + use<> {
    let period = (span.len() == n_units).then(|| span.start / n_units.max(1));
    move |mut fault| {
        fault.period = fault.period.or(period.filter(|_| fault.row.is_none()));
        fault
    }
}

/// Starts anew with what a step learned.
fn learns<S: Scalar>(job: &mut Job<S>, learned: Learned<S>) {
    job.learned = learned;
}
