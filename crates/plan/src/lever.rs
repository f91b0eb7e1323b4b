//! What a unit can move: indicators up their ladders, figures that are missing or not verified, and vetoes that lapse.

use crate::effort::{self, Effort, Way};
use crate::{Planner, Source, pace};
use gradus_engine::Stage;
use gradus_model::Decimal;
use gradus_model::number::Scalar;
use gradus_model::observation::Value;
use gradus_model::package::{Direction, Indicator, NodeIx, Package, Pass, Step, Threshold};
use gradus_standard::{Change, Figure, Grader, Marks, Question, RowGrading, Verdict};

/// Something that can be moved.
#[derive(Debug, Clone, PartialEq)]
pub struct Lever {
    /// The indicator.
    pub node: NodeIx,
    /// What is moved about it.
    pub kind: Kind,
    /// Its figure; nothing where there is none.
    pub now: Option<Value>,
    /// What can be done, in the order of going further.
    pub moves: Vec<Move>,
}

/// What is moved about an indicator.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Kind {
    /// Its figure.
    Figure,
    /// The quality of its figure.
    Quality,
    /// The years since it last happened.
    Veto,
}

/// One thing that can be done.
#[derive(Debug, Clone, PartialEq)]
pub struct Move {
    /// What is done.
    pub act: Act,
    /// The figure it leads to: the nearest one that reaches the threshold; for a mere report, the worst one of any unit.
    pub to: Option<Decimal>,
    /// By how much the figure must change, in the measurement unit or in levels.
    pub gap: Option<Decimal>,
    /// What it costs; nothing where that cannot be told.
    pub effort: Option<Decimal>,
    /// How many years it takes at least, where that is known: lead years or the best pace of any peer, and years in which something
    /// must be held.
    pub years: Option<Decimal>,
    /// The years among them in which something must be held, or not happen.
    pub wait: u32,
    /// Whether the package says that it is beyond reach, or the natural limit of its values does.
    pub beyond: bool,
    pub(crate) change: Change,
}

/// What is done.
#[derive(Debug, Clone, Copy, PartialEq)]
pub enum Act {
    /// The threshold of a step is reached.
    Reach(Step),
    /// A figure is reported, whatever it is.
    Report,
    /// A figure of the quality that is asked for is reported.
    Verify,
    /// Nothing happens until the last event lies far enough back.
    Wait,
}

impl Move {
    /// The verdicts it leads to.
    #[must_use]
    pub fn change(&self) -> &Change {
        &self.change
    }
}

/// The figure that reaches the threshold of a step and is nearest to the one of now.
fn target(indicator: &Indicator, step: &Step, now: Option<Decimal>) -> Option<Decimal> {
    match step.threshold {
        Threshold::Range(from, to) => Some(match now {
            Some(now) if now > to => to,
            Some(now) if now >= from => now,
            _ => from,
        }),
        threshold => {
            let number = threshold.number()?;
            match indicator.direction {
                Direction::Higher => number.checked_sub(indicator.tolerance),
                Direction::Lower => number.checked_add(indicator.tolerance),
            }
        }
    }
}

/// Where levers are looked for.
pub(crate) struct Site<'a> {
    pub(crate) planner: &'a Planner<'a>,
    pub(crate) grader: &'a Grader<'a>,
    pub(crate) grades: RowGrading<'a>,
    pub(crate) unit: usize,
    pub(crate) row: usize,
}

impl<'a> Site<'a> {
    pub(crate) fn source(&self) -> Source<'a> {
        self.planner.source
    }
    /// Everything that can be moved, in tree order.
    pub(crate) fn levers(&self, effort: Effort) -> Vec<Lever> {
        let mut out = Vec::new();
        for node in self.source().package.indicators_below(Package::ROOT) {
            out.extend(self.figure(node, effort));
            out.extend(self.quality(node));
            out.extend(self.veto(node));
        }
        out
    }

    /// The questions about an indicator that are not answered well, with their answers.
    fn asked(&self, of: impl Fn(Question<'_>) -> bool) -> Vec<(usize, Verdict)> {
        let questions = self.grader.book().questions();
        let all = questions.into_iter().enumerate().filter(|(_, question)| of(*question));
        let answered = all.filter_map(|(at, _)| Some((at, self.grades.answer(at)?)));
        answered.filter(|(_, answer)| *answer != Verdict::Met).collect()
    }

    fn figure(&self, node: NodeIx, effort: Effort) -> Option<Lever> {
        let indicator = self.source().package.nodes[node].indicator()?;
        let grade = self.grades.node(node)?;
        if grade.marks.contains(Marks::EXEMPT) {
            return None;
        }
        let figure = self.grader.figure(node, self.row);
        let stands_at = start(indicator, &figure, self);
        let value = figure.value.ok();
        let reported: Vec<(usize, Verdict)> = match self.missing(node) {
            true => self.asked(|q| matches!(q, Question::Reported(of, _) if of == node)),
            false => Vec::new(),
        };
        let answers: Vec<(usize, Verdict)> = reported.iter().map(|(at, _)| (*at, Verdict::Met)).collect();
        let mut moves = Vec::new();
        if !answers.is_empty() {
            moves.push(Move {
                act: Act::Report,
                to: self.worst(node, indicator),
                gap: None,
                effort: Some(Decimal::ZERO),
                years: Some(Decimal::ZERO),
                wait: 0,
                beyond: false,
                change: Change {
                    ladders: vec![(node, after(indicator, None, grade.verdicts.len()))],
                    answers: answers.clone(),
                },
            });
        }
        let known = stands_at.is_some();
        let from = stands_at.or_else(|| self.worst(node, indicator));
        let pace = pace::best_peer(self.source(), &self.planner.tracker, node, self.unit);
        let lowest = indicator.ladder.first();
        let span = lowest.zip(self.worst_of_all(node, indicator));
        let span = span.and_then(|(step, worst)| effort::gap(indicator, worst, step.threshold));
        let open = |step: &&Step| grade.verdicts.get(step.grade).is_some_and(|v| *v != Verdict::Met);
        let first = indicator.ladder.iter().position(|step| open(&step));
        let mut climbed: Vec<(Step, Option<Decimal>)> = Vec::new();
        for step in indicator.ladder.iter().filter(open) {
            let gap = from.and_then(|from| effort::gap(indicator, from, step.threshold));
            climbed.push((*step, gap));
            let below = first.and_then(|at| at.checked_sub(1)).map(|at| indicator.ladder[at]);
            let way = Way { indicator, climbed: &climbed, below, known, pace, span };
            let held = if step.years > 1 { self.grader.held_for(node, step, self.row) } else { 0 };
            // The year in which the threshold is reached is the first of those in which it is held.
            let wait = step.years.saturating_sub(held.max(1));
            let years = way.lead().into_iter().chain(way.years()).max();
            moves.push(Move {
                act: Act::Reach(*step),
                to: target(indicator, step, from),
                gap,
                effort: way.effort(effort),
                years: years.and_then(|years| years.checked_add(wait.into())),
                wait,
                beyond: beyond(indicator, step),
                change: Change {
                    ladders: vec![(node, after(indicator, Some(*step), grade.verdicts.len()))],
                    answers: answers.clone(),
                },
            });
        }
        (!moves.is_empty()).then_some(Lever { node, kind: Kind::Figure, now: value, moves })
    }

    /// Whether no figure is reported: one that stands in is none.
    fn missing(&self, node: NodeIx) -> bool {
        self.source().evaluation.value(Stage::Raw, node, self.row).is_none()
            && self
                .source()
                .evaluation
                .observation(self.source().data, node, self.row)
                .is_none_or(|o| matches!(o.value, Value::Absent(_)))
    }

    fn quality(&self, node: NodeIx) -> Option<Lever> {
        if self.missing(node) {
            return None;
        }
        let asked =
            self.asked(|q| matches!(q, Question::Reported(of, quality) if of == node && !quality.is_empty()));
        let answers = asked.into_iter().map(|(at, _)| (at, Verdict::Met)).collect();
        self.answered(node, Kind::Quality, (Act::Verify, 0), answers)
    }

    fn veto(&self, node: NodeIx) -> Option<Lever> {
        let asked = self.asked(|q| matches!(q, Question::Never(of, _) if of == node));
        let lapses = asked.iter().map(|(at, _)| self.grader.lapses_in(*at, self.row));
        let wait = lapses.collect::<Option<Vec<u32>>>()?.into_iter().max()?;
        let answers = asked.into_iter().map(|(at, _)| (at, Verdict::Met)).collect();
        self.answered(node, Kind::Veto, (Act::Wait, wait), answers)
    }

    fn answered(
        &self,
        node: NodeIx,
        kind: Kind,
        (act, wait): (Act, u32),
        answers: Vec<(usize, Verdict)>,
    ) -> Option<Lever> {
        if answers.is_empty() {
            return None;
        }
        let moves = vec![Move {
            act,
            to: None,
            gap: None,
            effort: Some(Decimal::ZERO),
            years: Some(wait.into()),
            wait,
            beyond: false,
            change: Change { ladders: Vec::new(), answers },
        }];
        let now = self.grader.figure(node, self.row).value.ok();
        Some(Lever { node, kind, now, moves })
    }

    /// The worst figure of the other units: what an unknown one is reckoned from.
    fn worst(&self, node: NodeIx, indicator: &Indicator) -> Option<Decimal> {
        if indicator.scale.is_some() {
            return Some(match indicator.direction {
                Direction::Higher => Decimal::ZERO,
                Direction::Lower => {
                    let levels = self.source().package.scale(indicator).map_or(0, |scale| scale.levels.len());
                    levels.saturating_sub(1).into()
                }
            });
        }
        self.worst_of_all(node, indicator)
    }
    fn worst_of_all(&self, node: NodeIx, indicator: &Indicator) -> Option<Decimal> {
        let rows = (0..self.source().evaluation.units.len())
            .map(|unit| self.source().evaluation.row(unit, self.planner.period));
        let all = rows.filter_map(|row| self.source().evaluation.value(Stage::Raw, node, row)?.to_decimal());
        match indicator.direction {
            Direction::Higher => all.min(),
            Direction::Lower => all.max(),
        }
    }
}

/// The verdicts of an indicator that stands at the threshold of a step, or below all of them.
pub(crate) fn after(indicator: &Indicator, reached: Option<Step>, n_grades: usize) -> Vec<Verdict> {
    let at = |grade: usize| {
        if reached.is_some_and(|step| grade <= step.grade) {
            return Verdict::Met;
        }
        let above = |step: &Step| step.grade <= grade && reached.is_none_or(|held| step.grade > held.grade);
        match indicator.ladder.iter().any(above) {
            true => Verdict::NotMet,
            // There is no threshold to fail.
            false => Verdict::Unknown,
        }
    };
    (0..n_grades).map(at).collect()
}

/// The number from which the way to a threshold is measured: of an uncertain figure, what counts for the verdict.
fn start(indicator: &Indicator, figure: &Figure, site: &Site<'_>) -> Option<Decimal> {
    let value = figure.value.as_ref().ok()?;
    match value {
        Value::Number(x) => Some(*x),
        Value::Survey { estimate, .. } => {
            let asked = match indicator.pass {
                Pass::Estimate => return Some(*estimate),
                // One side of a 95 % interval.
                Pass::Bound => 0.975,
                Pass::Probability(p) => p.to_f64(),
            };
            let of = site.grader.sampled(value, figure.observation)?;
            // What is asked with less than even odds is reached by the better bound.
            let below =
                |level: f64| if level < 0.5 { of.upper_bound(1.0 - level) } else { of.lower_bound(level) };
            let bound = match indicator.direction {
                Direction::Higher => below(asked),
                Direction::Lower => below(1.0 - asked),
            };
            bound?.to_decimal()
        }
        Value::Interval { lower, upper } => match indicator.direction {
            Direction::Higher => *lower,
            Direction::Lower => *upper,
        },
        Value::Level(_) | Value::Title { .. } => {
            value.level_in(site.grader.stands_in(site.row)).map(Decimal::from)
        }
        _ => None,
    }
}

/// Whether a step lies beyond what is within reach.
fn beyond(indicator: &Indicator, step: &Step) -> bool {
    let Some(limit) = within_reach(indicator) else { return false };
    let at = |x: Decimal| match indicator.direction {
        Direction::Higher => x > limit || (step.strict && x == limit),
        Direction::Lower => x < limit || (step.strict && x == limit),
    };
    match (step.threshold, indicator.direction) {
        (Threshold::Range(from, _), Direction::Higher) => from > limit,
        (Threshold::Range(_, to), Direction::Lower) => to < limit,
        (threshold, _) => threshold.number().is_some_and(at),
    }
}

/// The best value that the package says is within reach: what is feasible, and the natural limit of the values.
pub(crate) fn within_reach(indicator: &Indicator) -> Option<Decimal> {
    let feasible = indicator.effort.feasible.and_then(Threshold::number);
    let (limit, nearer): (_, fn(Decimal, Decimal) -> Decimal) = match indicator.direction {
        Direction::Higher => (indicator.limits.map(|[_, upper]| upper), Decimal::min),
        Direction::Lower => (indicator.limits.map(|[lower, _]| lower), Decimal::max),
    };
    match (feasible, limit) {
        (Some(feasible), Some(limit)) => Some(nearer(feasible, limit)),
        (feasible, limit) => feasible.or(limit),
    }
}
