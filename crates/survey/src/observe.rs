//! Estimates as figures of a package: from respondents, and published ones with what is known of their samples.

use crate::{Estimated, Kind, Sample, StatisticBox};
use gradus_method::{Args, Fault, Registry};
use gradus_model::diagnostic::{Diagnostics, Place, catalog, list_some};
use gradus_model::number::Scalar;
use gradus_model::observation::{Detail, SurveyDetail};
use gradus_model::package::{LoneClusterRule, Spans, Survey, SurveyUse, Threshold};
use gradus_model::respondents::Respondents;
use gradus_model::{Absence, DataSet, Decimal, Diagnostic, Id, Lang, Observation, Package, Period, Value};
use gradus_statistics::sampling::{Estimate, Share};
use std::collections::BTreeMap;
use std::sync::Arc;

/// Digits after the decimal point of estimates, standard errors and bounds: far more than a sample has, few enough to read.
const PLACES: u32 = 12;

/// The statistic that an indicator or measure takes from a survey, or what is wrong with it.
pub(crate) fn statistic_of(
    registry: &Registry<StatisticBox>,
    used: &SurveyUse,
) -> Result<StatisticBox, Fault> {
    registry.find(&used.statistic.method)?.make(&Args::of_call(&used.statistic))
}

/// The questions of a statistic, by place: the one that is named, or for each item those of its roles.
pub(crate) fn questions_of(
    survey: &Survey,
    used: &SurveyUse,
    statistic: &StatisticBox,
) -> Result<Vec<usize>, Fault> {
    let roles = statistic.roles();
    if roles.is_empty() {
        return used.question.map(|q| vec![q]).ok_or_else(|| {
            Fault::new(
                &catalog::UNKNOWN_SURVEY,
                format!("`{}` is a statistic of one question, and none is named", used.statistic.method),
            )
            .help("add `question`: the code of a question of the survey")
        });
    }
    let words = || list_some(roles.iter().map(|r| r.word()));
    if used.items.is_empty() {
        return Err(Fault::new(
            &catalog::UNKNOWN_SURVEY,
            format!("`{}` is a statistic of items, and no question has one", used.statistic.method),
        )
        .help(format!("give questions an `item` and the roles {}", words())));
    }
    let mut out = Vec::new();
    for item in &used.items {
        for role in roles {
            out.push(survey.of_item(item, *role).ok_or_else(|| {
                Fault::new(
                    &catalog::UNKNOWN_SURVEY,
                    format!("no question of `{}` asks for the {} of `{item}`", survey.id, role.word()),
                )
                .help(format!(
                    "give questions about `{item}` the roles {}, or leave it out of `items`",
                    words()
                ))
            })?);
        }
    }
    Ok(out)
}

/// A fault of what `owner` takes from a survey.
fn blame(fault: &Fault, owner: &Id, spans: &Spans) -> Diagnostic {
    let path = match &fault.parameter {
        Some(parameter) => format!("survey.statistic.{parameter}"),
        None if fault.kind == &catalog::UNKNOWN_METHOD => "survey.statistic.method".to_owned(),
        None => "survey".to_owned(),
    };
    let mut out = Diagnostic::new(fault.kind, fault.message.clone()).at(spans.of(&path));
    out.help.clone_from(&fault.help);
    out.concerning("variable", format!("`{owner}`"))
}

/// Puts what a package takes from its surveys among its figures, and adds to published estimates what is known of their
/// samples. `respondents` are those of each survey, nothing where they could not be read.
///
/// Units of a package that declares none may come from a survey alone. Every estimate keeps where its question is, its status
/// and its sample; one that is suppressed is absent with a reason.
///
/// # Example
/// ```
/// use gradus_model::DataSet;
/// let (package, _) = gradus_model::decode::decode("p.toml", r#"
///     format = 1
///     [index]
///     id = "demo"
///     name = "Demo"
///     [[indicator]]
///     id = "water"
///     name = "Water"
/// "#);
/// let mut data = DataSet::default();
/// let found = gradus_survey::observe(&package.unwrap(), &[], &gradus_survey::statistics(), &mut data);
/// assert!(found.is_empty() && data.observations.is_empty());
/// ```
#[must_use]
pub fn observe(
    package: &Package,
    respondents: &[Option<Respondents>],
    registry: &Registry<StatisticBox>,
    data: &mut DataSet,
) -> Diagnostics {
    let mut found = Diagnostics::new();
    let mut samples: Vec<Option<Vec<(usize, usize, Sample<'_>)>>> = Vec::new();
    for (at, survey) in package.surveys.iter().enumerate() {
        let made = respondents.get(at).and_then(Option::as_ref).and_then(|respondents| {
            let made = Sample::all(survey, respondents);
            if let Err(fault) = &made {
                let mut diagnostic =
                    Diagnostic::new(fault.kind, fault.message.clone()).at(survey.spans.of("file"));
                diagnostic.help.clone_from(&fault.help);
                found.push(diagnostic.concerning("survey", format!("`{}`", survey.id)));
            }
            let made = made.ok()?;
            lone_clusters(survey, respondents, &made, &mut found);
            Some(made)
        });
        samples.push(made);
    }
    for (owner, used, spans) in package.survey_uses() {
        let statistic = match statistic_of(registry, used) {
            Ok(statistic) => statistic,
            Err(fault) => {
                found.push(blame(&fault, owner, spans));
                continue;
            }
        };
        let Some(variable) = data.variable(owner.as_str()) else { continue };
        published(used, owner, &statistic, variable, data, &mut found);
        if let Some(at) = used.of {
            let survey = &package.surveys[at];
            match questions_of(survey, used, &statistic) {
                Err(fault) => found.push(blame(&fault, owner, spans)),
                Ok(questions) => {
                    let there = respondents.get(at).and_then(Option::as_ref).zip(samples[at].as_deref());
                    if let Some((respondents, samples)) = there {
                        let of = Of { package, survey, used, owner, spans, respondents, samples };
                        of.add(&statistic, &questions, variable, data, &mut found);
                    }
                }
            }
        }
        margins(package, owner, variable, data, &mut found);
    }
    found
}

/// Says of every stratum with one cluster that its survey does not say what to do, once for each survey.
fn lone_clusters(
    survey: &Survey,
    respondents: &Respondents,
    samples: &[(usize, usize, Sample<'_>)],
    found: &mut Diagnostics,
) {
    if survey.lone_cluster != LoneClusterRule::Refuse {
        return;
    }
    let mut lone: Vec<String> = Vec::new();
    for (unit, period, sample) in samples {
        let id = &respondents.units[*unit];
        let when = respondents.periods[*period].map(|p| format!(" in {p}")).unwrap_or_default();
        lone.extend(sample.lone.iter().map(|stratum| match stratum.as_str() {
            "" => format!("`{id}`{when}"),
            stratum => format!("`{stratum}` of `{id}`{when}"),
        }));
    }
    if lone.is_empty() {
        return;
    }
    let message = format!("one cluster alone in {}, from which no variance can be estimated", some(&lone));
    found.push(Diagnostic::new(&catalog::LONE_CLUSTER, message).at(survey.spans.of("columns")).help(
        "join the stratum to a like one, or say what it adds: `lone-cluster = \"adjust\"` (safe) or `\"certainty\"`",
    ));
}

/// What one indicator or measure takes from one survey.
struct Of<'a> {
    package: &'a Package,
    survey: &'a Survey,
    used: &'a SurveyUse,
    owner: &'a Id,
    spans: &'a Spans,
    respondents: &'a Respondents,
    samples: &'a [(usize, usize, Sample<'a>)],
}

impl Of<'_> {
    fn add(
        &self,
        statistic: &StatisticBox,
        questions: &[usize],
        variable: usize,
        data: &mut DataSet,
        found: &mut Diagnostics,
    ) {
        let place = questions.first().and_then(|q| self.respondents.places[*q].clone());
        let mut suppressed: BTreeMap<Absence, Vec<String>> = BTreeMap::new();
        let source = self.source(questions);
        let mut there: BTreeMap<(usize, Option<Period>), usize> = BTreeMap::new();
        for (at, observation) in data.observations.iter().enumerate().filter(|(_, o)| o.variable == variable)
        {
            there.entry((observation.unit, observation.period)).or_insert(at);
        }
        for (unit, period, sample) in self.samples {
            let cell = match sample.estimate(&**statistic, questions, None) {
                Ok(cell) => cell,
                // The codebook is the same for every unit: once is enough.
                Err(fault) => return found.push(blame(&fault, self.owner, self.spans)),
            };
            let id = &self.respondents.units[*unit];
            let when = self.respondents.periods[*period];
            let mut detail = Detail { source: source.clone(), ..Detail::default() };
            let value = match &cell.estimate {
                Err(why) => {
                    if *why != Absence::NotCollected {
                        let when = when.map(|p| format!(" in {p}")).unwrap_or_default();
                        suppressed.entry(*why).or_default().push(format!("`{id}`{when}"));
                    }
                    Value::Absent(*why)
                }
                Ok(estimated) => {
                    let made = self.detail(statistic, estimated);
                    detail.survey = Some(Arc::new(made));
                    let error = estimated.error.and_then(|e| printed(e.standard_error));
                    Value::Survey {
                        estimate: estimated.value.round_dp(PLACES),
                        n: Some(cell.n),
                        standard_error: error,
                    }
                }
            };
            let unit = place_of(data, id);
            let status = self.survey.source.status;
            let observation = Observation {
                unit,
                variable,
                period: when,
                value,
                status,
                place: place.clone(),
                detail: Arc::new(detail),
            };
            let before = there.get(&(observation.unit, observation.period)).copied();
            self.put(observation, before, data, found);
        }
        if !data.observations.iter().any(|o| o.variable == variable) {
            let message = format!("`{}` has no respondent in the survey `{}`", self.owner, self.survey.id);
            found.push(
                Diagnostic::new(&catalog::NO_DATA, message)
                    .at(self.spans.of("survey"))
                    .concerning("variable", format!("`{}`", self.owner))
                    .help("fill the file of the survey, or map the names of units in it under `units`"),
            );
        }
        for (why, which) in suppressed {
            let (what, help) = match why {
                Absence::TooManyDontKnow => (
                    "too many who do not know or refuse".to_owned(),
                    "show the share of those who do not know instead, or raise `refuse-above`",
                ),
                _ => (
                    format!("fewer than {} respondents who answer", self.survey.min_n.max(1)),
                    "join units or periods, or ask more people; lower `min-n` only if nobody can be recognized",
                ),
            };
            let message = format!("`{}` has {what} in {}, and no figure there", self.owner, some(&which));
            found.push(
                Diagnostic::new(&catalog::SURVEY_SUPPRESSED, message)
                    .at(self.spans.of("survey"))
                    .concerning("variable", format!("`{}`", self.owner))
                    .help(help),
            );
        }
    }

    /// Adds a figure, in place of an empty cell; a second figure is refused. `before` is the one that is there.
    fn put(
        &self,
        observation: Observation,
        before: Option<usize>,
        data: &mut DataSet,
        found: &mut Diagnostics,
    ) {
        match before.and_then(|at| Some((at, data.observation(at)?))) {
            None => data.observations.push(observation),
            Some((at, there)) if there.value == Value::Absent(Absence::NotReported) => {
                data.observations.replace(at, observation);
            }
            Some((_, there)) => {
                let unit = &data.units[observation.unit];
                let mut diagnostic = Diagnostic::new(
                    &catalog::DUPLICATE_OBSERVATION,
                    format!(
                        "`{}` of `{unit}` is given by the data and by the survey `{}`",
                        self.owner, self.survey.id
                    ),
                )
                .at(there.place.clone().unwrap_or_else(|| self.spans.item()))
                .also(self.spans.of("survey"), "the survey")
                .concerning("variable", format!("`{}`", self.owner))
                .concerning("unit", format!("`{unit}`"));
                if let Some(period) = observation.period {
                    diagnostic = diagnostic.concerning("period", period);
                }
                found.push(diagnostic.help("keep one of the two"));
            }
        }
    }

    /// What a reader is told of where the estimate comes from.
    fn source(&self, questions: &[usize]) -> Option<Arc<str>> {
        let origin = self.survey.source.origin.and_then(|at| self.package.origins.get(at));
        let title = origin.map(|o| o.title.get(Lang::En)).filter(|title| !title.is_empty());
        let name = title.unwrap_or_else(|| self.survey.name.get(Lang::En));
        Some(match questions {
            [one] => format!("{name}, question {}", self.survey.questions[*one].id).into(),
            _ => format!("{name}, items {}", self.used.items.join(", ")).into(),
        })
    }

    fn detail(&self, statistic: &StatisticBox, estimated: &Estimated) -> SurveyDetail {
        let frame = statistic.frame();
        let level = Scalar::to_f64(self.used.confidence_level);
        let interval = match (self.used.confidence_level == self.survey.confidence_level, estimated.error) {
            (true, _) => estimated.interval,
            (false, Some(error)) => {
                crate::sample::interval(&error, level, self.survey.interval, estimated.value, frame.scale)
            }
            (false, None) => None,
        };
        SurveyDetail {
            statistic: self.used.statistic.method.as_str().into(),
            share: (frame.kind == Kind::Share).then_some(frame.scale),
            effective_n: printed(estimated.effective_n),
            design_effect: printed(estimated.design_effect),
            degrees_of_freedom: estimated.error.and_then(|e| e.df).and_then(whole),
            interval: interval.map(|(a, b)| (a.round_dp(PLACES), b.round_dp(PLACES))),
            confidence_level: self.used.confidence_level,
        }
    }
}

/// The first few of some places, and how many more there are.
fn some(places: &[String]) -> String {
    const SHOWN: usize = 5;
    let more = places.len().saturating_sub(SHOWN);
    let shown = places[..places.len() - more].join(", ");
    if more == 0 { shown } else { format!("{shown} and {more} more") }
}

fn printed(x: f64) -> Option<Decimal> {
    x.to_decimal().map(|d| d.round_dp(PLACES))
}

fn whole(x: f64) -> Option<u64> {
    u64::try_from(x.round().to_decimal()?.trunc().mantissa()).ok()
}

/// The place of a unit in a data set, which gets it where it is new.
fn place_of(data: &mut DataSet, id: &Id) -> usize {
    data.unit(id.as_str()).unwrap_or_else(|| {
        data.units.push(id.clone());
        data.units.len() - 1
    })
}

/// Adds to published estimates of a variable what follows from their sample size or standard error.
fn published(
    used: &SurveyUse,
    owner: &Id,
    statistic: &StatisticBox,
    variable: usize,
    data: &mut DataSet,
    found: &mut Diagnostics,
) {
    let frame = statistic.frame();
    let (low, high) = frame.scale;
    let mut outside: Vec<(Place, Decimal)> = Vec::new();
    let places: Vec<usize> = data.observations.places().collect();
    for at in places {
        if data.observations.key(at).is_none_or(|key| key.variable != variable) {
            continue;
        }
        let Some(mut observation) = data.observation(at) else { continue };
        let (estimate, n, given) = match observation.value {
            Value::Survey { estimate, n, standard_error } => (estimate, n, standard_error),
            Value::Number(x) => (x, None, None),
            _ => continue,
        };
        if estimate < low || estimate > high {
            outside.extend(observation.place.clone().map(|place| (place, estimate)));
            continue;
        }
        let width = Scalar::to_f64(high) - Scalar::to_f64(low);
        let p = (Scalar::to_f64(estimate) - Scalar::to_f64(low)) / width;
        let simple = p * (1.0 - p);
        let share = frame.kind == Kind::Share;
        let declared = used.design_effect.map_or(1.0, Scalar::to_f64);
        let count = n.map(|n| Scalar::to_f64(Decimal::from(n))).filter(|n| *n > 0.0);
        // A standard error says how much the sample is worth; else its size and the declared design effect do.
        let (error, effective_n) = match (given.map(Scalar::to_f64), count) {
            (Some(error), _) if share && error > 0.0 && simple > 0.0 => {
                (Some(error), Some(simple / (error / width * (error / width))))
            }
            (None, Some(n)) if share => (Some(width * (simple * declared / n).sqrt()), Some(n / declared)),
            (Some(error), n) => (Some(error), n.map(|n| n / declared).filter(|_| share)),
            (None, _) => (None, None),
        };
        let Some(error) = error.filter(|e| e.is_finite() && *e >= 0.0) else { continue };
        let sampled = Estimate {
            value: Scalar::to_f64(estimate),
            standard_error: error,
            df: None,
            share: effective_n.filter(|_| share).map(|effective_n| Share {
                zero: Scalar::to_f64(low),
                one: Scalar::to_f64(high),
                effective_n,
            }),
        };
        let level = Scalar::to_f64(used.confidence_level);
        let interval = crate::sample::interval(&sampled, level, Default::default(), estimate, frame.scale);
        let made = SurveyDetail {
            statistic: used.statistic.method.as_str().into(),
            share: share.then_some(frame.scale),
            effective_n: effective_n.and_then(printed),
            design_effect: effective_n.zip(count).and_then(|(e, n)| printed(n / e)),
            degrees_of_freedom: None,
            interval: interval.map(|(a, b)| (a.round_dp(PLACES), b.round_dp(PLACES))),
            confidence_level: used.confidence_level,
        };
        observation.value = Value::Survey { estimate, n, standard_error: given.or_else(|| printed(error)) };
        let detail = Detail { survey: Some(Arc::new(made)), ..Detail::clone(&observation.detail) };
        observation.detail = Arc::new(detail);
        data.observations.replace(at, observation);
    }
    if let Some((place, first)) = outside.first() {
        let (low, high) = (low.normalize(), high.normalize());
        let other = if high == Decimal::ONE { 100 } else { 1 };
        let more =
            if outside.len() > 1 { format!(", and {} more", outside.len() - 1) } else { String::new() };
        let message =
            format!("`{owner}` is {} where its statistic runs from {low} to {high}{more}", first.normalize());
        let mut diagnostic = Diagnostic::new(&catalog::OUTSIDE_SCALE, message).at(place.clone());
        for (place, _) in outside.iter().skip(1).take(4) {
            diagnostic = diagnostic.at(place.clone());
        }
        found.push(
            diagnostic
                .concerning("variable", format!("`{owner}`"))
                .help(format!(
                    "correct the figure, or say what the figures are written in: `statistic = {{ method = \"{}\", scale = [0, {other}] }}`",
                    used.statistic.method
                )),
        );
    }
}

/// Warns where an estimate of a graded indicator is less certain than two of its grades are apart.
fn margins(package: &Package, owner: &Id, variable: usize, data: &DataSet, found: &mut Diagnostics) {
    let Some((_, node, indicator)) = package.indicators().find(|(_, node, _)| node.id == *owner) else {
        return;
    };
    let thresholds: Vec<(usize, Decimal)> = indicator
        .ladder
        .iter()
        .filter_map(|step| match step.threshold {
            Threshold::Number(x) => Some((step.grade, x)),
            Threshold::Level(_) | Threshold::Range(..) => None,
        })
        .collect();
    let apart = thresholds.windows(2).map(|pair| ((pair[1].1 - pair[0].1).abs(), pair[0].0, pair[1].0));
    let Some((step, lower, upper)) = apart.min() else { return };
    let mut widest: Option<(Decimal, Option<u64>)> = None;
    let mut which: Vec<String> = Vec::new();
    for observation in data.observations.iter().filter(|o| o.variable == variable) {
        let Value::Survey { estimate, n, .. } = &observation.value else { continue };
        let Some((a, b)) = observation.detail.survey.as_ref().and_then(|s| s.interval) else { continue };
        let margin = (*estimate - a).max(b - *estimate);
        if margin <= step {
            continue;
        }
        let when = observation.period.map(|p: Period| format!(" in {p}")).unwrap_or_default();
        which.push(format!("`{}`{when}", data.units[observation.unit]));
        if widest.is_none_or(|(widest, _)| margin > widest) {
            widest = Some((margin, *n));
        }
    }
    let Some((margin, n)) = widest else { return };
    let grade = |at: usize| package.grades.get(at).map_or("", |g| g.id.as_str());
    let message = format!(
        "the margin of `{owner}` is up to ±{} where `{}` and `{}` are {} apart: {}",
        margin.round_dp(1).normalize(),
        grade(lower),
        grade(upper),
        step.normalize(),
        some(&which)
    );
    // The margin shrinks with the square root of the sample.
    let enough = n
        .zip(margin.checked_div(step))
        .and_then(|(n, ratio)| ratio.checked_mul(ratio)?.checked_mul(Decimal::from(n)).map(|n| n.ceil()));
    let help = match enough {
        Some(enough) => format!("put the thresholds further apart, or ask {enough} respondents or more"),
        None => "put the thresholds further apart, or use estimates of larger samples".to_owned(),
    };
    found.push(
        Diagnostic::new(&catalog::SURVEY_MARGIN, message)
            .at(node.spans.of("ladder"))
            .concerning("indicator", format!("`{owner}`"))
            .help(help),
    );
}

/// A survey estimate as numbers, for bounds and probabilities: [`Estimate::lower_bound`] and
/// [`Estimate::probability_at_least`] say whether a threshold is reached beyond the margin. Nothing for other values, and for
/// an estimate of which no error is known.
///
/// # Example
/// ```
/// use gradus_model::{Value, observation::Detail};
/// let value = Value::Survey { estimate: 62.into(), n: Some(400), standard_error: Some("2.5".parse().unwrap()) };
/// let estimate = gradus_survey::sampled(&value, &Detail::default()).unwrap();
/// assert!(estimate.lower_bound(0.9).unwrap() < 60.0);
/// assert!((estimate.probability_at_least(60.0).unwrap() - 0.788).abs() < 0.001);
/// ```
#[must_use]
pub fn sampled(value: &Value, detail: &Detail) -> Option<Estimate> {
    let Value::Survey { estimate, standard_error: Some(error), .. } = value else { return None };
    let known = detail.survey.as_deref();
    let share = known.and_then(|s| s.share.zip(s.effective_n)).map(|((zero, one), n)| Share {
        zero: Scalar::to_f64(zero),
        one: Scalar::to_f64(one),
        effective_n: Scalar::to_f64(n),
    });
    #[allow(clippy::cast_precision_loss, reason = "degrees of freedom are far below 2^53")]
    let df = known.and_then(|s| s.degrees_of_freedom).map(|df| df as f64);
    Some(Estimate { value: Scalar::to_f64(*estimate), standard_error: Scalar::to_f64(*error), df, share })
}
