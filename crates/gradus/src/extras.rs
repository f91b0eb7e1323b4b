//! What the sections of a report tell beside the result: plans, trajectories, other rules, strengths, surveys, audit, experts, and
//! what differs from an earlier edition.

use crate::{Bundle, Methods, Outcome, definitions, evaluate, screening, surveys};
use gradus_analysis::evaluation::View;
use gradus_analysis::profile::{Rule, profile};
use gradus_audit::uncertainty::Progress;
use gradus_engine::{Evaluation, Number, Stage};
use gradus_model::observation::Value;
use gradus_model::package::NodeIx;
use gradus_model::{DataSet, Diagnostics, Id, Package, Period};
use gradus_plan::Ask as PlanAsk;
use gradus_progress::{Ask, PRESETS};
use gradus_report::extras::{
    Earlier, EarlierUnit, Experts, Extras, GradeCodes, RuleCheck, Stand, Strengths, Surveyed, Tracks,
};
use gradus_standard::{GradeInterval, Grader, Grading, flips, readings};
use std::collections::BTreeSet;

/// The rule of the Global Innovation Index takes the tenth percentile rank of about eighty indicators; of fewer, the same part.
const INDICATORS_PER_EDGE: usize = 8;
const LARGEST_EDGE: usize = 10;
/// The share of indicators with a figure below which no strengths are shown: two thirds, as in the Global Innovation Index.
const ENOUGH: (usize, usize) = (2, 3);

/// What is asked for.
#[derive(Clone, Copy)]
pub struct ExtrasAsked<'a> {
    /// The period, by place.
    pub period: usize,
    /// The unit the report is about, by place.
    pub own: Option<usize>,
    /// How the audit is made; none where it is left out.
    pub audit: Option<gradus_audit::Options>,
    /// After how many states the search for a plan stops.
    pub states: usize,
    /// An earlier edition, with the name it is called by.
    pub earlier: Option<(&'a str, &'a Bundle)>,
    /// Hears how far the audit is.
    pub progress: &'a dyn Progress,
}

impl std::fmt::Debug for ExtrasAsked<'_> {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("ExtrasAsked")
            .field("period", &self.period)
            .field("own", &self.own)
            .field("audit", &self.audit)
            .field("states", &self.states)
            .finish_non_exhaustive()
    }
}

/// Computes what the sections of a report tell beside the result.
///
/// # Errors
/// What keeps an audit, a survey, a screening or the earlier edition from being read or computed.
pub fn extras(
    bundle: &Bundle,
    outcome: &Outcome,
    methods: &Methods,
    asked: &ExtrasAsked<'_>,
) -> Result<Extras, Diagnostics> {
    let Outcome { package, import, evaluation, .. } = outcome;
    let mut out = Extras { survey: survey(bundle, outcome, methods)?, ..Extras::default() };
    if package.screening.file.is_some() || !package.screening.criteria.is_empty() {
        let found = screening::<Bundle>(bundle, methods, &[])?;
        out.experts = Some(Experts { matrix: found.matrix, notice: found.notice });
    }
    out.audit = asked
        .audit
        .map(|options| {
            gradus_audit::audit(package, &import.data, methods, evaluation, options, asked.progress)
        })
        .transpose()?;
    out.earlier = match asked.earlier {
        Some((name, bundle)) => Some(earlier(name, bundle, outcome, methods, asked.period)?),
        None => None,
    };
    if let Some(own) = asked.own.filter(|own| *own < evaluation.units.len()) {
        Telling::new(outcome, methods, asked.period, asked.states).about(own, &mut out);
    }
    Ok(out)
}

/// What is told of single units, ready for one after the other.
#[derive(Debug)]
pub struct Telling<'a> {
    outcome: &'a Outcome,
    period: usize,
    states: usize,
    tracker: gradus_progress::Tracker<'a>,
    planner: gradus_plan::Planner<'a>,
    grader: Grader<'a>,
    readings: Vec<Vec<gradus_standard::Reading>>,
    improving: Vec<(usize, usize)>,
}

impl<'a> Telling<'a> {
    /// Takes what is the same for every unit. The methods are those the package was evaluated with; `states` is after how many states
    /// the search for a plan stops.
    #[must_use]
    pub fn new(outcome: &'a Outcome, methods: &'a Methods, period: usize, states: usize) -> Self {
        let Outcome { package, import, evaluation, .. } = outcome;
        let tracker = outcome.tracker(methods, period);
        let standards = 0..package.standards.len();
        Self {
            improving: (0..evaluation.units.len()).map(|unit| improving(package, &tracker, unit)).collect(),
            planner: outcome.planner(methods, period),
            grader: Grader::new(package, &import.data, evaluation),
            readings: standards.map(|at| readings(package, &import.data, evaluation, at)).collect(),
            outcome,
            period,
            states,
            tracker,
        }
    }
    /// Puts in what is told of one unit, by place, in the stead of what was told of another.
    pub fn about(&self, own: usize, into: &mut Extras) {
        let Outcome { package, evaluation, .. } = self.outcome;
        let row = evaluation.row(own, self.period);
        let check = |(standard, readings): (usize, &Vec<gradus_standard::Reading>)| RuleCheck {
            standard,
            readings: readings.clone(),
            flips: flips(&self.grader, package, row, standard),
        };
        into.rules = self.readings.iter().enumerate().map(check).collect();
        let graded = !package.standards.is_empty() && !package.grades.is_empty();
        let plan = |standard| {
            let ask = PlanAsk { standard: Some(standard), states: self.states, ..PlanAsk::default() };
            self.planner.grade(own, &ask)
        };
        into.plans = (0..package.standards.len()).filter(|_| graded).map(plan).collect();
        into.tracks = Some(self.tracks(own));
        into.strengths = Some(strengths(self.outcome, self.period, own));
    }
    fn tracks(&self, own: usize) -> Tracks {
        let (tracker, ask) = (&self.tracker, Ask::default());
        let preset = tracker.preset(&ask);
        let items = tracker.items(own, &ask);
        let rated = |preset| items.iter().map(|item| tracker.rate(preset, item, &ask)).collect();
        Tracks {
            preset,
            groups: preset.map(|preset| tracker.sum_up(preset, &items, &ask)).unwrap_or_default(),
            others: PRESETS.iter().map(|preset| (*preset, rated(*preset))).collect(),
            peers: tracker.peers(own),
            improving: self.improving.clone(),
            items,
        }
    }
}

/// Of how many indicators a unit has a pace, and how many of these get better.
fn improving(package: &Package, tracker: &gradus_progress::Tracker<'_>, unit: usize) -> (usize, usize) {
    let paces: Vec<f64> = package
        .indicators()
        .filter(|(.., indicator)| indicator.scale.is_none())
        .filter_map(|(node, _, indicator)| {
            let series = &tracker.history(node, unit)?.series;
            gradus_progress::pace::observed(indicator.direction, series).ok()
        })
        .collect();
    (paces.iter().filter(|pace| **pace > 0.0).count(), paces.len())
}

fn strengths(outcome: &Outcome, period: usize, own: usize) -> Strengths {
    let (package, evaluation) = (&outcome.package, &outcome.evaluation);
    let view = View { package, evaluation, stage: Stage::Raw, period };
    let nodes: Vec<NodeIx> = package.indicators_below(Package::ROOT);
    let (series, directions) = (view.series(&nodes), view.directions(&nodes));
    let there = nodes.iter().filter(|node| view.value(**node, own).is_some()).count();
    let edge = nodes.len().div_ceil(INDICATORS_PER_EDGE).clamp(1, LARGEST_EDGE);
    let groups = package.units.iter().find(|u| u.id == evaluation.units[own]).map(|u| &u.groups);
    let among = groups
        .into_iter()
        .flatten()
        .filter_map(|(kind, class)| {
            let same = |u: &usize| {
                let unit = package.units.iter().find(|unit| unit.id == evaluation.units[*u]);
                unit.and_then(|unit| unit.groups.get(kind)) == Some(class)
            };
            let peers: Vec<usize> = (0..evaluation.units.len()).filter(same).collect();
            let found = profile(&series, &directions, own, &peers, Rule::Peers { deviations: 1.0 });
            // A deviation of two units says nothing.
            (peers.len() > 2).then(|| (kind.clone(), class.clone(), found))
        })
        .collect();
    Strengths {
        by_rank: profile(&series, &directions, own, &[], Rule::PercentileRanks { count: edge }),
        among,
        edge,
        coverage: (
            there as f64 / nodes.len().max(1) as f64,
            there * ENOUGH.1 >= nodes.len() * ENOUGH.0 && there > 0,
        ),
    }
}

/// What respondents say, with the subgroups of every kind that a survey declares.
fn survey(bundle: &Bundle, outcome: &Outcome, methods: &Methods) -> Result<Option<Surveyed>, Diagnostics> {
    let package = &outcome.package;
    if package.surveys.is_empty() && package.survey_uses().next().is_none() {
        return Ok(None);
    }
    let kinds: BTreeSet<&str> =
        package.surveys.iter().flat_map(|survey| survey.subgroups.keys()).map(String::as_str).collect();
    let mut found = surveys(bundle, outcome, methods, &gradus_survey::Asked::default())?;
    for kind in kinds {
        let asked = gradus_survey::Asked { by: Some(kind), ..Default::default() };
        let by = surveys(bundle, outcome, methods, &asked)?;
        for (row, with) in found.tables.rows.iter_mut().zip(by.tables.rows) {
            row.classes.extend(with.classes);
        }
    }
    Ok(Some(Surveyed { tables: found.tables, differences: found.differences }))
}

/// What differs from an earlier edition: for each unit the way from its score of then to that of now, one change after the other.
///
/// The steps: the old package on the figures of today for those that it had (`revised`); on the figures of the new period, for its own units
/// (`moved`); the new package on the same (`method`); the new result (`after`).
///
/// # Errors
/// What is wrong with the earlier edition. Where only a step between cannot be computed, the outcome says why.
pub fn earlier(
    name: &str,
    bundle: &Bundle,
    outcome: &Outcome,
    methods: &Methods,
    period: usize,
) -> Result<Earlier, Diagnostics> {
    let old = evaluate(bundle, methods)?;
    let then = old.evaluation.current_period();
    let label = |evaluation: &Evaluation, at: usize| evaluation.periods.get(at).copied().flatten();
    let now_label = label(&outcome.evaluation, period);
    let mut out = Earlier {
        name: name.to_owned(),
        edition: old.package.index.edition.clone(),
        period: label(&old.evaluation, then).map(|p| p.to_string()),
        definitions: definitions(&old.package, &outcome.package),
        revised: revised(&old, outcome),
        ..Earlier::default()
    };
    let mut units: Vec<Id> = outcome.evaluation.units.clone();
    units.extend(old.evaluation.units.iter().filter(|u| !outcome.evaluation.units.contains(u)).cloned());
    // The steps between, each an evaluation with the place of its period.
    let steps = other_unit(&old.package, &outcome.package).map_or_else(
        || between(&old, outcome, methods, now_label).map_err(|found| first(&found)),
        |code| Err(format!("`{code}` is in another measurement unit")),
    );
    let (steps, why_not) = match steps {
        Ok(steps) => (Some(steps), None),
        Err(why) => (None, Some(why)),
    };
    out.why_not = why_not;
    for unit in units {
        let before = stand(&old.evaluation, then, &unit);
        let after = stand(&outcome.evaluation, period, &unit);
        let at = |step: usize| {
            steps.as_ref().map_or_else(Stand::default, |steps| {
                let (evaluation, period) = &steps[step];
                period.map_or_else(Stand::default, |period| stand(evaluation, period, &unit))
            })
        };
        let grades = grade_codes(&old.package, &old.grading, &old.evaluation, then, &unit).zip(grade_codes(
            &outcome.package,
            &outcome.grading,
            &outcome.evaluation,
            period,
            &unit,
        ));
        out.units.push(EarlierUnit {
            revised: at(0),
            moved: at(1),
            method: at(2),
            there: (old.evaluation.units.contains(&unit), outcome.evaluation.units.contains(&unit)),
            unit: unit.to_string(),
            before,
            after,
            grades,
        });
    }
    Ok(out)
}

fn first(found: &Diagnostics) -> String {
    found.iter().next().map_or_else(String::new, |d| d.message.clone())
}

/// An indicator of both packages that is in another measurement unit now: figures of one cannot stand in the other.
fn other_unit(old: &Package, new: &Package) -> Option<Id> {
    old.indicators().find_map(|(_, node, indicator)| {
        let other = new.nodes[new.node(node.id.as_str())?].indicator()?;
        (other.measurement_unit != indicator.measurement_unit).then(|| node.id.clone())
    })
}

type Step = (Evaluation, Option<usize>);

fn between(
    old: &Outcome,
    new: &Outcome,
    methods: &Methods,
    now: Option<Period>,
) -> Result<[Step; 3], Diagnostics> {
    let of = |evaluation: Evaluation, label: Option<Period>| -> Step {
        let current = evaluation.current_period();
        let named = evaluation.periods.iter().position(|p| *p == label);
        let period = named.or_else(|| evaluation.periods.iter().all(Option::is_none).then_some(current));
        (evaluation, period)
    };
    let known: BTreeSet<(&str, &str, Option<Period>)> = old
        .import
        .data
        .observations
        .iter()
        .map(|o| {
            (old.import.data.units[o.unit].as_str(), old.import.data.variables[o.variable].as_str(), o.period)
        })
        .collect();
    let members: BTreeSet<&str> = old.import.data.units.iter().map(Id::as_str).collect();
    let data = &new.import.data;
    // The figures of today for those that the old edition had.
    let same =
        refitted(&old.package, data, |unit, variable, period| known.contains(&(unit, variable, period)));
    let (revised, _) = gradus_engine::evaluate(&old.package, methods, &same)?;
    let then = old.evaluation.periods.get(old.evaluation.current_period()).copied().flatten();
    // The old method on the new period: its own rule of periods would look at the old one.
    let mut package = old.package.clone();
    package.policy.periods = new.package.policy.periods;
    let figures = refitted(&package, data, |unit, _, _| members.contains(unit));
    let (moved, _) = gradus_engine::evaluate(&package, methods, &figures)?;
    let figures = refitted(&new.package, data, |unit, _, _| members.contains(unit));
    let (method, _) = gradus_engine::evaluate(&new.package, methods, &figures)?;
    Ok([of(revised, then), of(moved, now), of(method, now)])
}

/// The figures of a data set as another package has its variables: those it knows, of units and periods that are kept.
fn refitted(package: &Package, data: &DataSet, keep: impl Fn(&str, &str, Option<Period>) -> bool) -> DataSet {
    let mut out = DataSet {
        units: Vec::new(),
        variables: package.variables().iter().map(|v| v.id.clone()).collect(),
        observations: gradus_model::observation::Observations::default(),
        classes: data.classes.clone(),
    };
    // Units keep their places, so that classes by place stay theirs; one without figures is left out at the end.
    let declared: BTreeSet<&str> = package.units.iter().map(|u| u.id.as_str()).collect();
    let mut places: Vec<Option<usize>> = Vec::new();
    let mut classes: Vec<usize> = Vec::new();
    let has: BTreeSet<usize> = data
        .observations
        .iter()
        .filter(|o| keep(data.units[o.unit].as_str(), data.variables[o.variable].as_str(), o.period))
        .map(|o| o.unit)
        .collect();
    for (at, unit) in data.units.iter().enumerate() {
        let stays = has.contains(&at) || (declared.contains(unit.as_str()) && keep(unit.as_str(), "", None));
        places.push(stays.then_some(out.units.len()));
        if stays {
            out.units.push(unit.clone());
            classes.push(at);
        }
    }
    for of_kind in out.classes.values_mut() {
        let old = of_kind.clone();
        of_kind.of_unit = classes.iter().map(|at| old.of_unit.get(*at).cloned().flatten()).collect();
        of_kind.changes = classes
            .iter()
            .enumerate()
            .filter_map(|(new, at)| Some((new, old.changes.get(at)?.clone())))
            .collect();
    }
    for mut observation in data.observations.iter() {
        let (unit, variable) = (&data.units[observation.unit], &data.variables[observation.variable]);
        if !keep(unit.as_str(), variable.as_str(), observation.period) {
            continue;
        }
        let place = out.variables.iter().position(|v| v == variable);
        if let (Some(unit), Some(variable)) = (places[observation.unit], place) {
            observation.unit = unit;
            observation.variable = variable;
            out.observations.push(observation);
        }
    }
    out
}

fn stand(evaluation: &Evaluation, period: usize, unit: &Id) -> Stand {
    let Some(unit) = evaluation.units.iter().position(|u| u == unit) else { return Stand::default() };
    let row = evaluation.row(unit, period);
    Stand {
        score: evaluation.score(Package::ROOT, row).map(Number::to_f64),
        rank: evaluation.rank(Package::ROOT, row),
    }
}

fn grade_codes(
    package: &Package,
    grading: &Grading,
    evaluation: &Evaluation,
    period: usize,
    unit: &Id,
) -> Option<GradeCodes> {
    let unit = evaluation.units.iter().position(|u| u == unit)?;
    let GradeInterval { proven, possible } = grading.row(evaluation.row(unit, period))?.standard(0)?.interval;
    let code = |grade: Option<usize>| Some(package.grades.get(grade?)?.id.to_string());
    Some((code(proven), code(possible)))
}

/// Figures of the same unit, indicator and period that are not what they were.
fn revised(old: &Outcome, new: &Outcome) -> Vec<[String; 5]> {
    use std::collections::BTreeMap;
    let (a, b) = (&old.import.data, &new.import.data);
    let now: BTreeMap<(&str, &str, Option<Period>), Value> = b
        .observations
        .iter()
        .map(|o| ((b.units[o.unit].as_str(), b.variables[o.variable].as_str(), o.period), o.value))
        .collect();
    // A level is said by its code in the package of then or now.
    let level = |package: &Package, variable: &str, place: usize| {
        let scale = package.variables().into_iter().find(|v| *v.id == *variable).and_then(|v| v.scale);
        let level = scale.and_then(|s| s.levels.get(place));
        level.map_or_else(|| place.to_string(), |level| level.id.to_string())
    };
    let said = |package: &Package, variable: &str, value: &Value| match value {
        Value::Absent(why) => why.word().to_owned(),
        Value::Level(place) | Value::Title { level: place, .. } => level(package, variable, *place),
        Value::Interval { lower, upper } => {
            let end = |x: &Option<gradus_model::Decimal>| {
                x.map_or_else(|| "…".to_owned(), |x| x.normalize().to_string())
            };
            format!("{} – {}", end(lower), end(upper))
        }
        value => value.as_number().map(|x| x.normalize().to_string()).unwrap_or_default(),
    };
    let mut out: Vec<[String; 5]> = a
        .observations
        .iter()
        .filter_map(|o| {
            let (unit, variable) = (a.units[o.unit].as_str(), a.variables[o.variable].as_str());
            let value = now.get(&(unit, variable, o.period)).filter(|value| **value != o.value)?;
            let (before, after) =
                (said(&old.package, variable, &o.value), said(&new.package, variable, value));
            let period = o.period.map(|p| p.to_string()).unwrap_or_default();
            (before != after).then(|| [unit.to_owned(), variable.to_owned(), period, before, after])
        })
        .collect();
    out.sort();
    out
}
