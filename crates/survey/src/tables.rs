//! Everything that respondents say, question by question: distributions, estimates, subgroups, movements.

use crate::observe::{questions_of, statistic_of};
use crate::{Cell, Estimated, Kind, Sample, StatisticBox, Trimmed};
use gradus_method::{Arg, Args, Outcome, Registry};
use gradus_model::package::{Survey, SurveyUse};
use gradus_model::respondents::Respondents;
use gradus_model::{Absence, Decimal, Id, Package, Period};
use gradus_statistics::correlation::{Adjustment, adjust};
use gradus_statistics::sampling::Estimate;

/// What is estimated: a question or items, and the statistic.
#[derive(Debug, Clone)]
pub struct Subject {
    /// Place of the survey in [`Package::surveys`].
    pub survey: usize,
    /// The questions, by place in the survey.
    pub questions: Vec<usize>,
    /// The items, for a statistic of several questions.
    pub items: Vec<String>,
    /// Id of the statistic.
    pub statistic: String,
    /// The indicator or measure that takes it, where one does.
    pub used_by: Option<Id>,
    /// What the statistic yields.
    pub frame: crate::Frame,
    boxed: StatisticBox,
}

/// One row of the tables: a subject in a unit and period.
#[derive(Debug, Clone, PartialEq)]
pub struct Row {
    /// Place in [`Tables::subjects`].
    pub subject: usize,
    /// The unit.
    pub unit: Id,
    /// The period.
    pub period: Option<Period>,
    /// Counts, weights, and the estimate.
    pub cell: Cell,
    /// What cutting large weights did.
    pub trimmed: Option<Trimmed>,
    /// What is answered, for a subject of one question; empty where too few answer to show it.
    pub answers: Vec<AnswerCount>,
    /// Subgroups, where they are asked for.
    pub classes: Vec<Class>,
}

/// How many give an answer.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct AnswerCount {
    /// Place in the codebook; none for those without an answer.
    pub answer: Option<usize>,
    /// Respondents.
    pub n: u64,
    /// Weighted share of those who were asked; none for those who were not.
    pub share: Option<f64>,
}

/// A subgroup of a row.
#[derive(Debug, Clone, PartialEq)]
pub struct Class {
    /// Its name; empty for those of whom it is not known.
    pub name: String,
    /// Counts, weights, and the estimate.
    pub cell: Cell,
    /// The difference to everybody else, where both have an estimate.
    pub apart: Option<Estimate>,
    /// Two-sided p value of the difference, adjusted by Holm for the subgroups of all rows.
    pub p: Option<f64>,
}

/// How an estimate moved from one period to the next.
#[derive(Debug, Clone, PartialEq)]
pub struct Trend {
    /// Place in [`Tables::subjects`].
    pub subject: usize,
    /// The unit.
    pub unit: Id,
    /// The earlier and the later period.
    pub periods: (Period, Period),
    /// The later estimate less the earlier one, as of independent samples.
    pub change: Estimate,
    /// Two-sided p value by itself.
    pub p: Option<f64>,
    /// The p value adjusted by Holm for all movements of the table.
    pub adjusted: Option<f64>,
}

/// What is asked for.
#[derive(Debug, Clone, Copy, Default)]
pub struct Asked<'a> {
    /// Codes of units; all where empty.
    pub units: &'a [Id],
    /// Codes of questions; all where empty.
    pub questions: &'a [String],
    /// A kind of subgroups.
    pub by: Option<&'a str>,
}

/// Everything that respondents say.
#[derive(Debug, Clone, Default)]
pub struct Tables {
    /// What is estimated: what indicators and measures take, in package order, then the questions nobody takes.
    pub subjects: Vec<Subject>,
    /// By subject, unit and period.
    pub rows: Vec<Row>,
    /// Movements between periods that follow each other.
    pub trends: Vec<Trend>,
}

impl Tables {
    /// The tables of the surveys of a package. A question that no indicator takes is shown by its mean on a scale of 0 to 100, or
    /// by its top box where those who do not know count.
    ///
    /// # Errors
    /// When a codebook does not fit a statistic, or sums leave the range of decimals.
    pub fn new(
        package: &Package,
        respondents: &[Option<Respondents>],
        registry: &Registry<StatisticBox>,
        asked: &Asked<'_>,
    ) -> Outcome<Self> {
        let mut out = Self { subjects: subjects(package, registry)?, ..Self::default() };
        out.subjects.retain(|subject| {
            let known = &package.surveys[subject.survey].questions;
            asked.questions.is_empty()
                || subject
                    .questions
                    .iter()
                    .any(|q| asked.questions.iter().any(|wanted| known[*q].id == **wanted))
        });
        let mut samples = Vec::new();
        for (at, survey) in package.surveys.iter().enumerate() {
            let there = respondents.get(at).and_then(Option::as_ref);
            samples.push(match there {
                Some(there) => Sample::all(survey, there)?,
                None => Vec::new(),
            });
        }
        for (at, subject) in out.subjects.iter().enumerate() {
            let Some(respondents) = respondents.get(subject.survey).and_then(Option::as_ref) else {
                continue;
            };
            let mut before: Option<(usize, Period, Estimate)> = None;
            for (unit, period, sample) in &samples[subject.survey] {
                let (id, when) = (&respondents.units[*unit], respondents.periods[*period]);
                if !asked.units.is_empty() && !asked.units.contains(id) {
                    continue;
                }
                let row = row(sample, respondents, at, subject, id, when, asked.by)?;
                let now = row.cell.estimate.as_ref().ok().and_then(|e| e.error).zip(when);
                if let (Some((same, earlier, old)), Some((new, later))) = (before, now)
                    && same == *unit
                {
                    let change = new.minus(&old);
                    out.trends.push(Trend {
                        subject: at,
                        unit: id.clone(),
                        periods: (earlier, later),
                        p: change.p_value(),
                        adjusted: None,
                        change,
                    });
                }
                // A period without an estimate is passed over; another unit begins anew.
                before = match (now, before) {
                    (Some((estimate, period)), _) => Some((*unit, period, estimate)),
                    (None, Some(before)) if before.0 == *unit => Some(before),
                    _ => None,
                };
                out.rows.push(row);
            }
        }
        let p: Vec<Option<f64>> = out.trends.iter().map(|t| t.p).collect();
        for (trend, p) in out.trends.iter_mut().zip(holm(&p)) {
            trend.adjusted = p;
        }
        let classes = |rows: &[Row]| -> Vec<Option<f64>> {
            rows.iter().flat_map(|r| &r.classes).map(|c| c.apart.and_then(|a| a.p_value())).collect()
        };
        let p = classes(&out.rows);
        for (class, p) in out.rows.iter_mut().flat_map(|r| &mut r.classes).zip(holm(&p)) {
            class.p = p;
        }
        Ok(out)
    }
}

/// p values adjusted by Holm for there being many; one that is not known stays so.
fn holm(p: &[Option<f64>]) -> Vec<Option<f64>> {
    let known: Vec<f64> = p.iter().copied().flatten().collect();
    let mut adjusted = adjust(&known, Adjustment::Holm).into_iter();
    p.iter().map(|p| p.and_then(|_| adjusted.next())).collect()
}

fn subjects(package: &Package, registry: &Registry<StatisticBox>) -> Outcome<Vec<Subject>> {
    let mut out = Vec::new();
    for (owner, used, _) in package.survey_uses() {
        let Some(survey) = used.of else { continue };
        let boxed = statistic_of(registry, used)?;
        let questions = questions_of(&package.surveys[survey], used, &boxed)?;
        out.push(Subject {
            survey,
            items: if boxed.roles().is_empty() { Vec::new() } else { used.items.clone() },
            questions,
            statistic: used.statistic.method.clone(),
            used_by: Some(owner.clone()),
            frame: boxed.frame(),
            boxed,
        });
    }
    for (at, survey) in package.surveys.iter().enumerate() {
        for question in 0..survey.questions.len() {
            let taken = package.survey_uses().any(|(_, used, _): (_, &SurveyUse, _)| {
                used.of == Some(at) && used.question == Some(question)
            });
            if !taken {
                out.push(by_itself(survey, at, question, registry)?);
            }
        }
    }
    Ok(out)
}

/// A question that no indicator takes.
fn by_itself(
    survey: &Survey,
    at: usize,
    question: usize,
    registry: &Registry<StatisticBox>,
) -> Outcome<Subject> {
    let counted = survey.questions[question].dont_know.is_some_and(|d| d.counted);
    let (id, args) = if counted {
        ("top-box", Args::new())
    } else {
        let scale = vec![Arg::Number(Decimal::ZERO), Arg::Number(Decimal::ONE_HUNDRED)];
        ("mean", Args::new().with("scale", Arg::List(scale)))
    };
    let boxed = registry.find(id)?.make(&args)?;
    let frame = boxed.frame();
    Ok(Subject {
        survey: at,
        questions: vec![question],
        items: Vec::new(),
        statistic: id.to_owned(),
        used_by: None,
        frame,
        boxed,
    })
}

fn row(
    sample: &Sample<'_>,
    respondents: &Respondents,
    at: usize,
    subject: &Subject,
    unit: &Id,
    period: Option<Period>,
    by: Option<&str>,
) -> Outcome<Row> {
    let cell = sample.estimate(&*subject.boxed, &subject.questions, None)?;
    let answers = match (&subject.questions[..], &cell.estimate) {
        ([question], Ok(_)) => answers(sample, *question),
        _ => Vec::new(),
    };
    let mut classes = Vec::new();
    if let Some(kind) = by
        && let Some(names) = respondents.subgroups.get(kind)
    {
        for place in 0..names.names.len() {
            let Ok(code) = u32::try_from(place) else { break };
            classes.extend(class(sample, subject, kind, code, &names.names[place])?);
        }
        classes.extend(class(sample, subject, kind, Respondents::NOTHING, "")?);
        protect(&mut classes);
        classes.sort_by(|a, b| a.name.is_empty().cmp(&b.name.is_empty()).then_with(|| a.name.cmp(&b.name)));
    }
    Ok(Row { subject: at, unit: unit.clone(), period, cell, trimmed: sample.trimmed, answers, classes })
}

/// Withholds a second subgroup where one alone is suppressed: the whole less the others would show it.
fn protect(classes: &mut [Class]) {
    let suppressed = classes.iter().filter(|c| c.cell.estimate == Err(Absence::TooFewRespondents)).count();
    if suppressed != 1 {
        return;
    }
    let shown = classes.iter_mut().filter(|c| c.cell.estimate.is_ok());
    if let Some(smallest) = shown.min_by_key(|c| c.cell.n) {
        smallest.cell.estimate = Err(Absence::Confidential);
    }
    // What is apart from a subgroup that is not shown would tell of it too.
    let hidden: Vec<bool> = classes.iter().map(|c| c.cell.estimate.is_err()).collect();
    let few = hidden.iter().filter(|h| !**h).count() < 2;
    for (class, hidden) in classes.iter_mut().zip(hidden) {
        if hidden || few {
            class.apart = None;
        }
    }
}

/// A subgroup, where anybody is in it.
fn class(
    sample: &Sample<'_>,
    subject: &Subject,
    kind: &str,
    code: u32,
    name: &str,
) -> Outcome<Option<Class>> {
    let inside = sample.in_class(kind, code);
    if !inside.contains(&true) {
        return Ok(None);
    }
    let rest: Vec<bool> = inside.iter().map(|i| !i).collect();
    let cell = sample.estimate(&*subject.boxed, &subject.questions, Some(&inside))?;
    let others = sample.estimate(&*subject.boxed, &subject.questions, Some(&rest))?;
    let apart = match (&cell.estimate, &others.estimate) {
        (Ok(one), Ok(other)) => sample.difference(one, other),
        _ => None,
    };
    Ok(Some(Class { name: name.to_owned(), cell, apart, p: None }))
}

fn answers(sample: &Sample<'_>, question: usize) -> Vec<AnswerCount> {
    use gradus_model::number::Scalar;
    use gradus_model::package::AnswerKind;
    let known = &sample.survey.questions[question].answers;
    let counted = sample.distribution(question, None);
    let asked = |at: usize| known.get(at).is_some_and(|a| a.kind != AnswerKind::NotAsked);
    let total: f64 =
        counted.iter().enumerate().filter(|(at, _)| asked(*at)).map(|(_, (_, w))| Scalar::to_f64(*w)).sum();
    counted
        .iter()
        .enumerate()
        .map(|(at, (n, weight))| AnswerCount {
            answer: (at < known.len()).then_some(at),
            n: *n,
            share: (asked(at) && total > 0.0).then(|| Scalar::to_f64(*weight) / total),
        })
        .collect()
}

impl Subject {
    /// Whether it is a share.
    #[must_use]
    pub fn is_share(&self) -> bool {
        self.frame.kind == Kind::Share
    }
}

impl Estimated {
    /// How far the interval reaches to its longer side.
    #[must_use]
    pub fn margin(&self) -> Option<Decimal> {
        let (lower, upper) = self.interval?;
        Some((self.value - lower).max(upper - self.value))
    }
}
