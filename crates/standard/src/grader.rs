//! From figures to verdicts: one row at a time, or all of them.

use crate::history::{self, History, Past};
use crate::ladder::Comparison;
use crate::rulebook::{Rulebook, Test};
use crate::{Grading, Marks, Record, Verdict};
use gradus_engine::{Cell, Evaluation, Stage};
use gradus_model::number::{Decimal, Rounding, round};
use gradus_model::observation::{Absence, DataSet, Detail, Period, Status, Value};
use gradus_model::package::{Indicator, NodeIx, OnMissing, Package, Step, Threshold};
use gradus_model::policy::{Basis, MissingGrade};
use gradus_statistics::sampling::Estimate;
use rayon::prelude::*;
use std::sync::Arc;

/// Grades every unit in every period.
#[must_use]
pub fn grade(package: &Package, data: &DataSet, evaluation: &Evaluation) -> Grading {
    // Without grades there is nothing to be proven, for perhaps a million units.
    if package.grades.is_empty() {
        return Grading::empty(evaluation.n_rows());
    }
    let grader = Grader::new(package, data, evaluation);
    let (width, nodes, rows) = (grader.book.width(), package.nodes.len(), evaluation.n_rows());
    let mut verdicts = vec![Verdict::Unknown; width * rows];
    let mut marks = vec![Marks::default(); nodes * rows];
    verdicts
        .par_chunks_mut(width)
        .zip(marks.par_chunks_mut(nodes))
        .enumerate()
        .with_min_len(ROWS_AT_ONCE)
        .for_each(|(row, (verdicts, marks))| grader.fill(row, verdicts, marks));
    Grading::new(grader.book, rows, verdicts, marks)
}

/// Below this many rows another thread is not worth its start.
const ROWS_AT_ONCE: usize = 256;

/// Grades rows of an evaluation: what is the same for every row.
#[derive(Debug)]
pub struct Grader<'a> {
    package: &'a Package,
    data: &'a DataSet,
    evaluation: &'a Evaluation,
    book: Arc<Rulebook>,
    newest: Option<Period>,
    history: History,
    /// The variable of the data set that each node is, and of its substitute.
    variables: Vec<Option<usize>>,
    substitutes: Vec<Option<usize>>,
}

/// What a cell of an indicator is judged by.
#[derive(Debug, Clone, PartialEq)]
pub struct Figure {
    /// The value, or why there is none.
    pub value: Result<Value, Absence>,
    /// Its place in [`DataSet::observations`], where it was observed.
    pub observation: Option<usize>,
    /// The period it is about.
    pub period: Option<Period>,
    /// How firm it is.
    pub status: Status,
    /// Whether it is carried forward, a substitute, or uncertain.
    pub marks: Marks,
}

impl Figure {
    fn absent(absence: Absence) -> Self {
        let mut marks = Marks::default();
        if absence == Absence::NotApplicable {
            marks.add(Marks::EXEMPT);
        }
        Self { value: Err(absence), observation: None, period: None, status: Status::Final, marks }
    }
    fn past(data: &DataSet, past: Past, period: Period, mark: Marks) -> Option<Self> {
        let value = history::value(data, past).filter(|v| !matches!(v, Value::Absent(_)))?;
        let (observation, status) = match past {
            Past::Observed(ix) => (Some(ix), data.observations.status(ix).unwrap_or_default()),
            Past::Derived(_) => (None, Status::Final),
        };
        let mut marks = Marks::default();
        marks.add(mark);
        Some(Self { value: Ok(value), observation, period: Some(period), status, marks })
    }
}

impl<'a> Grader<'a> {
    /// Compiles the rules of a package, to grade rows of an evaluation by them.
    #[must_use]
    pub fn new(package: &'a Package, data: &'a DataSet, evaluation: &'a Evaluation) -> Self {
        Self::with(Arc::new(Rulebook::compile(package)), package, data, evaluation)
    }

    /// As [`new`](Self::new), by rules that were compiled before.
    #[must_use]
    pub fn with(
        book: Arc<Rulebook>,
        package: &'a Package,
        data: &'a DataSet,
        evaluation: &'a Evaluation,
    ) -> Self {
        let places: std::collections::BTreeMap<&str, usize> =
            data.variables.iter().enumerate().map(|(at, id)| (id.as_str(), at)).collect();
        let indicator = |node: &'a gradus_model::package::Node| node.indicator();
        Self {
            package,
            data,
            evaluation,
            book,
            newest: data.periods().last().copied(),
            history: History::new(package, data, evaluation),
            variables: package.nodes.iter().map(|n| places.get(n.id.as_str()).copied()).collect(),
            substitutes: package
                .nodes
                .iter()
                .map(|n| places.get(indicator(n)?.substitute.as_ref()?.as_str()).copied())
                .collect(),
        }
    }

    /// The rules.
    #[must_use]
    pub fn book(&self) -> &Arc<Rulebook> {
        &self.book
    }

    /// Grades one row.
    #[must_use]
    pub fn row(&self, row: usize) -> Record {
        let mut record = Record::new(&self.book);
        self.fill(row, &mut record.verdicts, &mut record.marks);
        record
    }

    /// The period in which a row of the result stands: that of its own, or the newest of the data.
    #[must_use]
    pub fn stands_in(&self, row: usize) -> Option<Period> {
        let (_, period) = self.evaluation.unit_and_period(row);
        let own = self.evaluation.periods.get(period).copied().flatten();
        self.package.policy.periods.stands_in(own, self.newest)
    }

    fn fill(&self, row: usize, verdicts: &mut [Verdict], marks: &mut [Marks]) {
        let grades = self.book.n_grades;
        let period = self.stands_in(row);
        for (node, item) in self.package.nodes.iter().enumerate() {
            if let Some(indicator) = item.indicator() {
                let slots = self.book.node_slot(node, 0);
                self.ladder(
                    node,
                    indicator,
                    row,
                    period,
                    &mut verdicts[slots..slots + grades],
                    &mut marks[node],
                );
            }
        }
        for (at, test) in self.book.tests.iter().enumerate() {
            verdicts[self.book.test_slots() + at] = self.test(test, row, period);
        }
        self.book.decide(verdicts, marks);
        self.book.decide_with_grace(verdicts, marks, period.and_then(Period::last_day));
    }

    /// The figure an indicator is judged by in a row: its own, that of its substitute in the same year, or its own of an
    /// earlier year that is not too old.
    #[must_use]
    pub fn figure(&self, node: NodeIx, row: usize) -> Figure {
        let Some(indicator) = self.package.nodes[node].indicator() else {
            return Figure::absent(Absence::NotApplicable);
        };
        self.figure_of(node, indicator, row, self.stands_in(row))
    }

    fn figure_of(&self, node: NodeIx, indicator: &Indicator, row: usize, period: Option<Period>) -> Figure {
        let mut figure = self.own_figure(node, row);
        let Err(absence) = figure.value else {
            let survey = matches!(figure.value.as_ref(), Ok(Value::Survey { standard_error: Some(_), .. }));
            if survey || self.package.policy.uncertainty.contains_key(&figure.status) {
                figure.marks.add(Marks::UNCERTAIN);
            }
            return figure;
        };
        let Some(year) = period.map(Period::end_year).filter(|_| absence != Absence::NotApplicable) else {
            return figure;
        };
        let (unit, _) = self.evaluation.unit_and_period(row);
        let substitute = self.substitutes[node]
            .and_then(|variable| self.history.in_year(variable, unit, year))
            .and_then(|past| Figure::past(self.data, past, period?, Marks::SUBSTITUTED));
        if let Some(substitute) = substitute {
            return substitute;
        }
        let years = indicator.carry_forward.unwrap_or(self.package.policy.carry_forward);
        let oldest = i32::from(year) - i32::try_from(years).unwrap_or(i32::MAX);
        let carried = self.variables[node].filter(|_| years > 0).and_then(|variable| {
            self.history
                .until(variable, unit, year)
                .take_while(|(period, _)| i32::from(period.end_year()) >= oldest)
                .find_map(|(period, past)| Figure::past(self.data, past, period, Marks::CARRIED))
        });
        carried.unwrap_or(figure)
    }

    /// The figure of the indicator itself.
    fn own_figure(&self, node: NodeIx, row: usize) -> Figure {
        let observations = &self.data.observations;
        match self.evaluation.nodes[node].cells.get(row) {
            Some(Cell::Observed(ix)) => match observations.value(ix) {
                Some(Value::Absent(absence)) => Figure::absent(absence),
                Some(value) => Figure {
                    value: Ok(value),
                    observation: Some(ix),
                    period: observations.key(ix).and_then(|key| key.period),
                    status: observations.status(ix).unwrap_or_default(),
                    marks: Marks::default(),
                },
                None => Figure::absent(Absence::NotReported),
            },
            Some(Cell::Derived { period }) => {
                match self.evaluation.value(Stage::Raw, node, row).and_then(|x| x.to_decimal()) {
                    Some(x) => Figure {
                        value: Ok(Value::Number(x)),
                        observation: None,
                        period,
                        status: self.evaluation.nodes[node].status.get(row).copied().unwrap_or(Status::Final),
                        marks: Marks::default(),
                    },
                    None => Figure::absent(Absence::InputAbsent),
                }
            }
            Some(Cell::Absent(absence)) => Figure::absent(absence),
            None => Figure::absent(Absence::NotReported),
        }
    }

    /// The verdict of an indicator at each grade of the package, from the lowest.
    ///
    /// A ladder climbs, so a harder step that is met meets the easier ones, and an easier step that is not met rules the
    /// harder ones out; a grade without a threshold is otherwise unknown.
    fn ladder(
        &self,
        node: NodeIx,
        indicator: &Indicator,
        row: usize,
        period: Option<Period>,
        out: &mut [Verdict],
        marks: &mut Marks,
    ) {
        let figure = self.figure_of(node, indicator, row, period);
        *marks = figure.marks;
        if marks.contains(Marks::EXEMPT) {
            return;
        }
        for step in &indicator.ladder {
            out[step.grade] = self.step(node, indicator, step, &figure, (row, period), marks);
        }
        climb(indicator, out);
    }

    /// A survey estimate with what is known of its error; nothing for other values, and where no error is known.
    #[must_use]
    pub fn sampled(&self, value: &Value, observation: Option<usize>) -> Option<Estimate> {
        if !matches!(value, Value::Survey { standard_error: Some(_), .. }) {
            return None;
        }
        let observed = observation.and_then(|at| self.data.observations.get(at));
        match observed {
            Some(observed) => gradus_survey::sampled(value, &observed.detail),
            None => gradus_survey::sampled(value, &Detail::default()),
        }
    }

    fn absent(&self) -> Verdict {
        match self.package.policy.missing_grade {
            MissingGrade::Unknown => Verdict::Unknown,
            MissingGrade::Fail => Verdict::NotMet,
        }
    }

    fn step(
        &self,
        node: NodeIx,
        indicator: &Indicator,
        step: &Step,
        figure: &Figure,
        (row, period): (usize, Option<Period>),
        marks: &mut Marks,
    ) -> Verdict {
        let Ok(value) = &figure.value else { return self.absent() };
        let comparison = Comparison { policy: &self.package.policy, indicator };
        let estimate = || self.sampled(value, figure.observation);
        let now = comparison.reaches(value, estimate, step.threshold, step.strict, period);
        if !step.looks_back() {
            return now;
        }
        let (unit, _) = self.evaluation.unit_and_period(row);
        let (Some(variable), Some(year)) =
            (self.variables[node], figure.period.or(period).map(Period::end_year))
        else {
            return now.min(Verdict::Unknown);
        };
        let of = |past: Past, period: Period| match history::value(self.data, past) {
            Some(Value::Absent(_)) | None => self.absent(),
            Some(value) => {
                let estimate = || self.sampled(&value, past.observation());
                comparison.reaches(&value, estimate, step.threshold, step.strict, Some(period))
            }
        };
        if let Some(floor) = step.once_then {
            let still = comparison.reaches(value, estimate, floor, false, period);
            // Years without any figure are not counted: before the first one there are always such.
            let once = self
                .history
                .until(variable, unit, year)
                .map(|(period, past)| of(past, period))
                .max()
                .unwrap_or(Verdict::NotMet);
            let held = now.max(still.min(once));
            if held == Verdict::Met && now != Verdict::Met {
                marks.add(Marks::ONCE);
            }
            return held;
        }
        (1..step.years).fold(now, |held, back| {
            let earlier = i16::try_from(i32::from(year) - i32::try_from(back).unwrap_or(i32::MAX)).ok();
            let past =
                earlier.and_then(|y| Some((self.history.in_year(variable, unit, y)?, Period::year(y))));
            held.min(past.map_or_else(|| self.absent(), |(past, period)| of(past, period)))
        })
    }

    fn test(&self, test: &Test, row: usize, period: Option<Period>) -> Verdict {
        match test {
            Test::Score(node, at_least) => {
                let score = self.evaluation.score(*node, row).and_then(|x| x.to_decimal());
                match score {
                    Some(score) => Verdict::of(self.published(score) >= *at_least),
                    None => self.absent(),
                }
            }
            Test::Reported(node, quality) => self.reported(*node, quality, row),
            Test::Never { .. } => self.clean(test, row, period, 0),
        }
    }

    /// For how many years running, the one of the row being the last, the threshold of a step has been reached; counted up to
    /// the number of years it asks for, and only as far as it is known.
    #[must_use]
    pub fn held_for(&self, node: NodeIx, step: &Step, row: usize) -> u32 {
        let Some(indicator) = self.package.nodes.get(node).and_then(|n| n.indicator()) else { return 0 };
        let period = self.stands_in(row);
        let figure = self.figure_of(node, indicator, row, period);
        let held = |years: &u32| {
            let step = Step { years: *years, once_then: None, ..*step };
            let marks = &mut Marks::default();
            figure.value.is_ok()
                && self.step(node, indicator, &step, &figure, (row, period), marks) == Verdict::Met
        };
        (1..=step.years).take_while(held).last().unwrap_or(0)
    }

    /// In how many years a veto has lapsed, if nothing more happens and every year to come is reported; nothing where the
    /// row does not stand in a year, or where the test is no veto.
    #[must_use]
    pub fn lapses_in(&self, test: usize, row: usize) -> Option<u32> {
        let test = self.book.tests.get(test)?;
        let Test::Never { years, .. } = test else { return None };
        let period = self.stands_in(row)?;
        (0..=*years).find(|ahead| self.clean(test, row, Some(period), *ahead) == Verdict::Met)
    }

    /// Whether something has not happened within the years of a veto, so many years from now.
    fn clean(&self, test: &Test, row: usize, period: Option<Period>, ahead: u32) -> Verdict {
        let Test::Never { indicator, from, years, missing } = test else { return Verdict::Unknown };
        let (unit, _) = self.evaluation.unit_and_period(row);
        let (Some(variable), Some(year)) = (self.variables[*indicator], period.map(Period::end_year)) else {
            return Verdict::Unknown;
        };
        let happened = |value: &Value| match (value, from) {
            (Value::Number(x) | Value::Survey { estimate: x, .. }, Threshold::Number(t)) => {
                // Zero is the number of what has not happened.
                Verdict::of(if t.is_zero() { *x > *t } else { *x >= *t })
            }
            (Value::Level(level) | Value::Title { level, .. }, Threshold::Level(t)) => {
                Verdict::of(level >= t)
            }
            _ => Verdict::Unknown,
        };
        (0..years.saturating_sub(ahead)).fold(Verdict::Met, |clean, back| {
            let year = i16::try_from(i32::from(year) - i32::try_from(back).unwrap_or(i32::MAX)).ok();
            let past = year.and_then(|year| self.history.in_year(variable, unit, year));
            let value = past.and_then(|past| history::value(self.data, past));
            let of_year = match value {
                Some(Value::Absent(Absence::NotApplicable)) => Verdict::Met,
                Some(Value::Absent(_)) | None => match missing {
                    OnMissing::Fail => Verdict::NotMet,
                    OnMissing::Pass | OnMissing::LeaveOut => Verdict::Met,
                    OnMissing::Unknown => Verdict::Unknown,
                },
                Some(value) => !happened(&value),
            };
            clean.min(of_year)
        })
    }

    /// Whether an indicator has a figure of one of these qualities, or of any.
    fn reported(&self, node: NodeIx, quality: &[String], row: usize) -> Verdict {
        match self.evaluation.nodes[node].cells.get(row) {
            Some(Cell::Observed(ix)) => match self.data.observations.get(ix) {
                Some(o) if matches!(o.value, Value::Absent(_)) => Verdict::NotMet,
                Some(o) if quality.is_empty() => {
                    debug_assert!(o.unit < self.evaluation.units.len());
                    Verdict::Met
                }
                Some(o) => {
                    Verdict::of(o.detail.quality.as_deref().is_some_and(|q| quality.iter().any(|w| w == q)))
                }
                None => Verdict::NotMet,
            },
            // A derived figure was verified by nobody.
            Some(Cell::Derived { .. }) => {
                Verdict::of(quality.is_empty() && self.evaluation.value(Stage::Raw, node, row).is_some())
            }
            _ => Verdict::NotMet,
        }
    }

    fn published(&self, score: Decimal) -> Decimal {
        match self.package.policy.thresholds {
            Basis::Published => round(score, Rounding { ..self.package.policy.rounding }),
            Basis::Exact => score,
        }
    }
}

/// A ladder climbs: a harder step that is met meets the easier ones that lack a threshold or a figure, and an easier step
/// that is not met rules the harder ones out.
pub(crate) fn climb(indicator: &Indicator, out: &mut [Verdict]) {
    let has = |grade: usize| indicator.ladder.iter().any(|step| step.grade == grade);
    let mut met = false;
    for grade in (0..out.len()).rev() {
        met |= has(grade) && out[grade] == Verdict::Met;
        if met && (!has(grade) || out[grade] == Verdict::Unknown) {
            out[grade] = Verdict::Met;
        }
    }
    let mut failed = false;
    for (grade, verdict) in out.iter_mut().enumerate() {
        failed |= has(grade) && *verdict == Verdict::NotMet;
        if failed && *verdict == Verdict::Unknown {
            *verdict = Verdict::NotMet;
        }
    }
}
