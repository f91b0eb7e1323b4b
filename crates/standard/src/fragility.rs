//! How little would have to be otherwise for a grade to be another one.

use crate::grader::{Grader, climb};
use crate::{GradeInterval, Grading, Marks, Verdict};
use gradus_model::number::Decimal;
use gradus_model::observation::Value;
use gradus_model::package::{Direction, Indicator, NodeIx, Package, Step, Threshold};
use std::cmp::Ordering;

/// A change of a single figure that flips a grade.
#[derive(Debug, Clone, PartialEq)]
pub struct Flip {
    /// The indicator.
    pub node: NodeIx,
    /// Its figure.
    pub value: Decimal,
    /// Where it would be at a threshold: there, or just beyond it where what is held is lost.
    pub to: Decimal,
    /// The grade of the step that is reached or lost.
    pub step: usize,
    /// Whether the step is reached.
    pub reached: bool,
    /// Distance to the threshold, as a share of the figure; none for a figure of zero.
    pub relative: Option<Decimal>,
    /// The grade of the standard then.
    pub then: GradeInterval,
}

/// The changes of single figures that flip the proven grade by a standard, the smallest first; one per indicator. Figures
/// that are numbers count; steps that look back on other years are left as they are.
#[must_use]
pub fn flips(grader: &Grader<'_>, package: &Package, row: usize, standard: usize) -> Vec<Flip> {
    let record = grader.row(row);
    let Some(now) = record.grades().standard(standard).map(|s| s.interval) else { return Vec::new() };
    let mut out = Vec::new();
    for (node, _, indicator) in package.indicators() {
        if indicator.ladder.is_empty() || indicator.ladder.iter().any(Step::looks_back) {
            continue;
        }
        let figure = grader.figure(node, row);
        let Ok(Value::Number(value)) = &figure.value else { continue };
        let mut found: Vec<Flip> = Vec::new();
        for (at, step, lost) in crossings(indicator) {
            let held = holds(indicator, step, *value, Ordering::Equal);
            // What is held is lost just beyond the crossing; what must be exceeded is reached just before it.
            let side = match held {
                true => lost,
                false if step.strict => lost.reverse(),
                false => Ordering::Equal,
            };
            let mut verdicts = vec![Verdict::Unknown; package.grades.len()];
            for other in &indicator.ladder {
                verdicts[other.grade] = Verdict::of(holds(indicator, other, at, side));
            }
            climb(indicator, &mut verdicts);
            let mut trial = record.clone();
            trial.assume(&[(node, &verdicts)]);
            let Some(then) = trial.grades().standard(standard).map(|s| s.interval) else { continue };
            if then.proven == now.proven {
                continue;
            }
            let relative = at.checked_sub(*value).and_then(|gap| gap.abs().checked_div(value.abs()));
            found.push(Flip {
                node,
                value: *value,
                to: at,
                step: step.grade,
                reached: !held,
                relative,
                then,
            });
        }
        out.extend(found.into_iter().min_by(order));
    }
    out.sort_by(order);
    out
}

fn order(a: &Flip, b: &Flip) -> Ordering {
    let key = |flip: &Flip| (flip.relative.is_none(), flip.relative, flip.node);
    key(a).cmp(&key(b))
}

/// The numbers at which a step is reached or lost, tolerance taken in, with the side on which it is lost.
fn crossings(indicator: &Indicator) -> Vec<(Decimal, &Step, Ordering)> {
    let tolerance = indicator.tolerance;
    let mut out = Vec::new();
    for step in &indicator.ladder {
        let (low, high) = match (step.threshold, indicator.direction) {
            (Threshold::Number(t), Direction::Higher) => (Some(t), None),
            (Threshold::Number(t), Direction::Lower) => (None, Some(t)),
            (Threshold::Range(a, b), _) => (Some(a), Some(b)),
            (Threshold::Level(_), _) => (None, None),
        };
        out.extend(low.and_then(|t| Some((t.checked_sub(tolerance)?, step, Ordering::Less))));
        out.extend(high.and_then(|t| Some((t.checked_add(tolerance)?, step, Ordering::Greater))));
    }
    out
}

/// Whether a number holds a step: at it, or just on one side of it.
fn holds(indicator: &Indicator, step: &Step, x: Decimal, side: Ordering) -> bool {
    let tolerance = indicator.tolerance;
    let (low, high) = (x.checked_sub(tolerance).unwrap_or(x), x.checked_add(tolerance).unwrap_or(x));
    let above = |t: Decimal| high.cmp(&t).then(side);
    let below = |t: Decimal| low.cmp(&t).then(side);
    match (step.threshold, indicator.direction) {
        (Threshold::Number(t), Direction::Higher) if step.strict => above(t) == Ordering::Greater,
        (Threshold::Number(t), Direction::Higher) => above(t) != Ordering::Less,
        (Threshold::Number(t), Direction::Lower) if step.strict => below(t) == Ordering::Less,
        (Threshold::Number(t), Direction::Lower) => below(t) != Ordering::Greater,
        (Threshold::Range(a, b), _) => above(a) != Ordering::Less && below(b) != Ordering::Greater,
        (Threshold::Level(_), _) => false,
    }
}

/// How the units stand at one step of a ladder.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Calibration {
    /// The indicator.
    pub node: NodeIx,
    /// The grade of the step.
    pub grade: usize,
    /// Units that reach it, do not, are not known, and to which it does not apply.
    pub met: usize,
    /// See `met`.
    pub not_met: usize,
    /// See `met`.
    pub unknown: usize,
    /// See `met`.
    pub exempt: usize,
    /// Units whose grade by the standard would be another one if this step were decided the other way.
    pub decides: usize,
    /// The distance to the easier step as a share of the threshold, where it is smaller than the relative error stated for
    /// the status of the figures.
    pub finer_than_data: Option<Decimal>,
}

impl Calibration {
    /// Whether no unit reaches it, of those of which it is known.
    #[must_use]
    pub fn nobody(&self) -> bool {
        self.met == 0 && self.not_met > 0
    }
    /// Whether every unit reaches it, of those of which it is known.
    #[must_use]
    pub fn everybody(&self) -> bool {
        self.not_met == 0 && self.met > 0
    }
}

/// How the units of one period stand at each step of each ladder, and whether a step decides anything by a standard.
///
/// `rows` are the rows of the period. The relative error is the largest that the package's `uncertainty` states.
#[must_use]
pub fn calibration(
    package: &Package,
    grading: &Grading,
    rows: &[usize],
    standard: usize,
) -> Vec<Calibration> {
    let error = package.policy.uncertainty.values().copied().max();
    let mut out = Vec::new();
    for (node, _, indicator) in package.indicators() {
        for (place, step) in indicator.ladder.iter().enumerate() {
            let easier = place.checked_sub(1).and_then(|p| indicator.ladder[p].threshold.number());
            let mut found = Calibration {
                node,
                grade: step.grade,
                met: 0,
                not_met: 0,
                unknown: 0,
                exempt: 0,
                decides: 0,
                finer_than_data: easier.zip(step.threshold.number()).zip(error).and_then(
                    |((a, b), error)| {
                        let share = b.checked_sub(a)?.abs().checked_div(b.abs())?;
                        (share < error && indicator.scale.is_none()).then_some(share)
                    },
                ),
            };
            for row in rows {
                let Some(grades) = grading.row(*row) else { continue };
                let Some(grade) = grades.node(node) else { continue };
                if grade.marks.contains(Marks::EXEMPT) {
                    found.exempt += 1;
                    continue;
                }
                match grade.verdicts[step.grade] {
                    Verdict::Met => found.met += 1,
                    Verdict::NotMet => found.not_met += 1,
                    Verdict::Unknown => found.unknown += 1,
                }
                let mut verdicts = grade.verdicts.to_vec();
                verdicts[step.grade] = !verdicts[step.grade];
                if verdicts[step.grade] == Verdict::Unknown {
                    continue;
                }
                // A step that is reached takes the easier ones with it, a lost one the harder ones.
                if verdicts[step.grade] == Verdict::Met {
                    verdicts[..step.grade].fill(Verdict::Met);
                } else {
                    verdicts[step.grade..].fill(Verdict::NotMet);
                }
                let now = grades.standard(standard).map(|s| s.interval);
                let mut trial = grades.to_record(grading);
                trial.assume(&[(node, &verdicts)]);
                if trial.grades().standard(standard).map(|s| s.interval) != now {
                    found.decides += 1;
                }
            }
            out.push(found);
        }
    }
    out
}
