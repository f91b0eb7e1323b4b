//! Grades under uncertainty: how often each unit holds each grade when figures, imputed cells and thresholds vary.

use crate::study::Study;
use crate::worker::Worker;
use gradus_engine::Evaluation;
use gradus_model::{DataSet, Package};
use gradus_statistics::points::Points;

/// The most draws whose grades are decided: each decides every rule of every unit.
const MOST_DRAWS: u64 = 1000;

/// How often a unit holds each grade of a standard.
#[derive(Debug, Clone, PartialEq)]
pub struct UnitGrades {
    /// The unit, by place.
    pub unit: usize,
    /// The share of the draws in which the proven grade is none, the first, the second, ...
    pub proven: Vec<f64>,
    /// The same of the grade that is possible.
    pub possible: Vec<f64>,
}

/// The grades of a standard under uncertainty.
#[derive(Debug, Clone, PartialEq)]
pub struct StandardGrades {
    /// Place among the package's standards; nothing for the grade of the index by its own rule.
    pub standard: Option<usize>,
    /// Every unit, in order.
    pub units: Vec<UnitGrades>,
}

/// Grades under uncertainty.
#[derive(Debug, Clone, PartialEq)]
pub struct GradeSpread {
    /// How many draws decided grades.
    pub draws: u64,
    /// How many had no result.
    pub failed: u64,
    /// The standards, or the index where there are none.
    pub standards: Vec<StandardGrades>,
}

/// A grade as an interval: proven and possible, each nothing for no grade.
type Interval = (Option<usize>, Option<usize>);

/// The grade intervals of every unit in a period: for each standard, or for the index where there are none.
///
/// All that this crate asks of `gradus-standard`.
#[must_use]
pub fn intervals(
    package: &Package,
    data: &DataSet,
    evaluation: &Evaluation,
    period: usize,
) -> Vec<Vec<Interval>> {
    let grader = gradus_standard::Grader::new(package, data, evaluation);
    let n_units = evaluation.units.len();
    let mut out: Vec<Vec<Interval>> = vec![Vec::with_capacity(n_units); package.standards.len().max(1)];
    for unit in 0..n_units {
        let record = grader.row(evaluation.row(unit, period));
        let grades = record.grades();
        if package.standards.is_empty() {
            let interval = grades.node(Package::ROOT).map(|grade| grade.interval);
            out[0].push(interval.map_or((None, None), |i| (i.proven, i.possible)));
        } else {
            for (of, grade) in out.iter_mut().zip(grades.standards()) {
                of.push((grade.interval.proven, grade.interval.possible));
            }
        }
    }
    out
}

/// How often each unit holds each grade; nothing where the package has no grades, or nothing that varies touches them.
#[must_use]
pub fn grade_spread(study: &Study<'_>, seed: u64, draws: u64) -> Option<GradeSpread> {
    if study.package.grades.is_empty() || !study.moves_grades() {
        return None;
    }
    let draws = draws.min(MOST_DRAWS);
    let n_units = study.official().len();
    let n_grades = study.package.grades.len();
    let n_standards = study.package.standards.len().max(1);
    let mut counts = vec![vec![(vec![0u64; n_grades + 1], vec![0u64; n_grades + 1]); n_units]; n_standards];
    let (points, mut point) = (Points::new(seed), vec![0.0; study.n_dims]);
    let mut worker = Worker::new(study);
    let (mut done, mut failed) = (0u64, 0u64);
    for draw in 0..draws {
        points.fill(draw, 0, &mut point);
        let changed = worker.package(&point);
        let package = changed.as_ref().unwrap_or(study.package);
        let evaluation = match worker.run(&point) {
            Ok((settings, run)) => study.plan().evaluation(package, study.data, &settings, run),
            Err(_) => {
                failed += 1;
                continue;
            }
        };
        done += 1;
        for (standard, units) in intervals(package, study.data, &evaluation, study.period).iter().enumerate()
        {
            for (unit, (proven, possible)) in units.iter().enumerate() {
                let (of_proven, of_possible) = &mut counts[standard][unit];
                of_proven[proven.map_or(0, |grade| grade + 1)] += 1;
                of_possible[possible.map_or(0, |grade| grade + 1)] += 1;
            }
        }
    }
    let share = |n: u64| n as f64 / done.max(1) as f64;
    let standards = counts.into_iter().enumerate().map(|(at, units)| StandardGrades {
        standard: (!study.package.standards.is_empty()).then_some(at),
        units: units
            .into_iter()
            .enumerate()
            .map(|(unit, (proven, possible))| UnitGrades {
                unit,
                proven: proven.into_iter().map(share).collect(),
                possible: possible.into_iter().map(share).collect(),
            })
            .collect(),
    });
    Some(GradeSpread { draws: done + failed, failed, standards: standards.collect() })
}
