//! Which period's figure each unit stands with.

use crate::table::{NONE, Table};
use gradus_model::number::Scalar;
use gradus_model::policy::PeriodRule;

/// For each unit, the row of the data's grid that the rule takes; [`NONE`] where there is none.
pub(super) fn select<S: Scalar>(
    table: &Table<S>,
    rule: PeriodRule,
    has_figure: impl Fn(usize) -> bool,
) -> Vec<u32> {
    let n_units = table.units.len();
    let year = |period: usize| table.periods[period].map(|p| i32::from(p.end_year()));
    let (limit, later, max_age) = match rule {
        PeriodRule::AsOf { year, later, max_age } => (Some(i32::from(year)), later, max_age),
        PeriodRule::Latest { max_age } => (None, false, max_age),
        PeriodRule::Panel => (None, false, None),
    };
    // The age of a figure is counted from the year of the result, or from the newest figure of any unit.
    let newest = (0..table.periods.len())
        .filter(|p| (0..n_units).any(|u| has_figure(p * n_units + u)))
        .filter_map(year)
        .max();
    let reference = limit.or(newest);
    (0..n_units)
        .map(|unit| {
            let row = |period: usize| period * n_units + unit;
            let within = |period: &usize| match (year(*period), limit) {
                (Some(year), Some(limit)) => year <= limit,
                _ => true,
            };
            let fresh = |period: &usize| match (year(*period), reference, max_age) {
                (Some(year), Some(reference), Some(age)) => {
                    i64::from(reference) - i64::from(year) <= i64::from(age)
                }
                _ => true,
            };
            let periods = || (0..table.periods.len()).filter(|p| has_figure(row(*p)));
            let chosen = periods().rfind(|p| within(p)).filter(fresh);
            let chosen = chosen.or_else(|| {
                let any_before = periods().any(|p| within(&p));
                periods().find(|p| later && !any_before && !within(p))
            });
            chosen.and_then(|period| u32::try_from(row(period)).ok()).unwrap_or(NONE)
        })
        .collect()
}
