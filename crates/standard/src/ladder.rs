//! One indicator of one unit against its ladder.

use crate::Verdict;
use gradus_engine::{Cell, Evaluation, Stage};
use gradus_model::Package;
use gradus_model::number::{Decimal, Rounding, round};
use gradus_model::observation::{Absence, DataSet, Period, Value};
use gradus_model::package::{Direction, Indicator, NodeIx, Step, Threshold};
use gradus_model::policy::{Basis, MissingGrade};

/// The verdict of an indicator at each grade of the package, from the lowest.
///
/// A ladder climbs, so a harder step that is met meets the easier ones, and an easier step that is not met rules the
/// harder ones out; a grade without a threshold is otherwise unknown. An interval meets a step when all of it does.
/// `newest` is the newest period of the data, in which a result from the latest figures stands.
#[must_use]
pub fn ladder_verdicts(
    package: &Package,
    data: &DataSet,
    evaluation: &Evaluation,
    node: NodeIx,
    row: usize,
    newest: Option<Period>,
) -> Vec<Verdict> {
    let Some(indicator) = package.nodes[node].indicator() else { return Vec::new() };
    let own: Vec<Option<Verdict>> = (0..package.grades.len())
        .map(|grade| {
            let step = indicator.ladder.iter().find(|step| step.grade == grade)?;
            Some(reached(package, indicator, step, data, evaluation, node, row, newest))
        })
        .collect();
    (0..own.len())
        .map(|grade| {
            let met_above = own[grade..].contains(&Some(Verdict::Met));
            let failed_below = own[..=grade].contains(&Some(Verdict::NotMet));
            match own[grade] {
                Some(verdict) if verdict != Verdict::Unknown => verdict,
                _ if met_above => Verdict::Met,
                _ if failed_below => Verdict::NotMet,
                _ => Verdict::Unknown,
            }
        })
        .collect()
}

#[allow(clippy::too_many_arguments, reason = "one question with everything it looks at, asked in one place")]
fn reached(
    package: &Package,
    indicator: &Indicator,
    step: &Step,
    data: &DataSet,
    evaluation: &Evaluation,
    node: NodeIx,
    row: usize,
    newest: Option<Period>,
) -> Verdict {
    let policy = &package.policy;
    let absent = |_: Absence| match policy.missing_grade {
        MissingGrade::Unknown => Verdict::Unknown,
        MissingGrade::Fail => Verdict::NotMet,
    };
    let published = |x: Decimal| match (policy.thresholds, indicator.places) {
        (Basis::Published, Some(places)) => round(x, Rounding { mode: policy.rounding.mode, places }),
        _ => x,
    };
    let good = |x: Decimal, threshold: Decimal| match indicator.direction {
        Direction::Higher => x >= threshold,
        Direction::Lower => x <= threshold,
    };
    let good_level = |level: usize, threshold: usize| match indicator.direction {
        Direction::Higher => level >= threshold,
        Direction::Lower => level <= threshold,
    };
    let number = |x: Decimal, threshold: Decimal| Verdict::of(good(published(x), threshold));
    let cell = evaluation.nodes[node].cells.get(row);
    let observed = match cell {
        Some(Cell::Observed(ix)) => data.observations.value(ix),
        Some(Cell::Absent(absence)) => return absent(absence),
        Some(Cell::Derived { .. }) => None,
        None => return absent(Absence::NotReported),
    };
    match (observed.as_ref(), step.threshold) {
        (None, Threshold::Number(threshold)) => {
            match evaluation.value(Stage::Raw, node, row).and_then(|x| x.to_decimal()) {
                Some(x) => number(x, threshold),
                None => absent(Absence::InputAbsent),
            }
        }
        (Some(Value::Number(x) | Value::Survey { estimate: x, .. }), Threshold::Number(threshold)) => {
            number(*x, threshold)
        }
        (Some(Value::Interval { lower, upper }), Threshold::Number(threshold)) => {
            let (worst, best) = match indicator.direction {
                Direction::Higher => (lower, upper),
                Direction::Lower => (upper, lower),
            };
            if worst.is_some_and(|x| good(published(x), threshold)) {
                Verdict::Met
            } else if best.is_some_and(|x| !good(published(x), threshold)) {
                Verdict::NotMet
            } else {
                Verdict::Unknown
            }
        }
        (Some(value @ (Value::Level(_) | Value::Title { .. })), Threshold::Level(threshold)) => {
            // There is no clock here: a title is held or not in the period the result stands in.
            let (_, period) = evaluation.unit_and_period(row);
            let row_period = evaluation.periods.get(period).copied().flatten();
            let stands_in = policy.periods.stands_in(row_period, newest);
            match value.level_in(stands_in) {
                Some(level) => Verdict::of(good_level(level, threshold)),
                None => Verdict::Unknown,
            }
        }
        (Some(Value::Absent(absence)), _) => absent(*absence),
        _ => Verdict::Unknown,
    }
}
