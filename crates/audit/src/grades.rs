//! Grades under uncertainty: how often each unit holds each grade when figures, imputed cells, thresholds and rules vary.

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

#[cfg(test)]
mod tests {
    use super::*;
    use crate::study::Study;
    use crate::testing::{Case, case};
    use gradus_model::decode;

    /// Two indicators whose ladders ask for 50; a standard that asks for both, and may be read as asking for one.
    fn text(vary: &str) -> String {
        let mut text = String::from(
            "format = 1\n[index]\nid = 'i'\nname = 'I'\n[[grade]]\nid = 'pass'\nname = 'Pass'\n\
             [[standard]]\nid = 'both'\nname = 'Both'\nrule = { every = '*' }\n\
             [[standard.alternative]]\nid = 'one'\nname = 'One'\nrule = { share = 0.5, in = '*' }\n",
        );
        for id in ["a", "b"] {
            text += &format!("[[indicator]]\nid = '{id}'\nname = 'X'\nladder = {{ pass = 50 }}\n");
        }
        text + vary
    }

    fn spread(made: &Case) -> GradeSpread {
        let study = Study::graded(&made.package, &made.data, &made.methods, &made.evaluation, 0);
        grade_spread(&study.unwrap_or_else(|found| panic!("{found:?}")), 3, 1000).unwrap()
    }

    /// In which share of the draws each unit is proven to pass.
    fn passed(found: &GradeSpread) -> Vec<f64> {
        assert_eq!((found.draws, found.failed, found.standards.len()), (1000, 0, 1));
        found.standards[0].units.iter().map(|unit| unit.proven[1]).collect()
    }

    #[test]
    fn thresholds_are_passed_as_often_as_they_lie_below() {
        // Thresholds are even between 45 and 55, each by itself; both have to be passed.
        let made = case(&text("[[audit.vary]]\nthresholds = { spread = 0.1 }\n"), 5, |unit, _| {
            Some([40.0, 48.0, 52.0, 54.0, 60.0][unit])
        });
        let found = spread(&made);
        for (share, below) in passed(&found).into_iter().zip([0.0, 0.3, 0.7, 0.9, 1.0]) {
            let exact: f64 = below * below;
            let error = (exact * (1.0 - exact) / 1000.0).sqrt();
            assert!((share - exact).abs() <= 4.0 * error, "{share} {exact}");
        }
        // Every draw gives some grade, or none.
        for unit in &found.standards[0].units {
            assert!((unit.proven.iter().sum::<f64>() - 1.0).abs() < 1e-12);
        }
    }

    #[test]
    fn a_rule_and_its_alternative_are_as_likely() {
        // Neither, one, both indicators passed.
        let made = case(&text("[[audit.vary]]\nrules = { of = 'both' }\n"), 3, |unit, variable| {
            Some(if unit > variable { 60.0 } else { 40.0 })
        });
        assert_eq!(made.package.standards[0].alternatives.len(), 1);
        let shares = passed(&spread(&made));
        assert_eq!((shares[0], shares[2]), (0.0, 1.0));
        // The first coordinate of a Sobol sequence has as many draws on each side.
        assert!((shares[1] - 0.5).abs() < 0.01, "{shares:?}");
        let study = Study::graded(&made.package, &made.data, &made.methods, &made.evaluation, 0).unwrap();
        assert_eq!(study.inputs[0].options, ["own", "one"]);
        assert!(
            Study::new(&made.package, &made.data, &made.methods, &made.evaluation, Package::ROOT, 0).is_err()
        );
    }

    #[test]
    fn a_mistyped_address_is_an_error() {
        for (vary, kind, help) in [
            ("rules = { of = 'boht' }", "unknown-reference", "did you mean `both`?"),
            ("thresholds = { of = 'aa' }", "unknown-node", "did you mean `a`?"),
            ("thresholds = { spred = 0.1 }", "unknown-key", "did you mean `spread`?"),
        ] {
            let (_, found) = decode::decode("package.toml", &text(&format!("[[audit.vary]]\n{vary}\n")));
            let first = found.iter().next().unwrap();
            assert_eq!((first.kind.id, first.help.as_deref()), (kind, Some(help)), "{vary}");
        }
        let without = text("[[audit.vary]]\nrules = {}\n");
        let start = without.find("[[standard.alternative]]").unwrap();
        let end = without.find("[[indicator]]").unwrap();
        let (_, found) = decode::decode("package.toml", &format!("{}{}", &without[..start], &without[end..]));
        let first = found.iter().next().unwrap();
        assert_eq!(
            (first.kind.id, first.message.as_str()),
            ("vary-nothing", "no standard has an alternative to its rule")
        );
    }
}
