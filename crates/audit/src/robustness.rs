//! What varying the choices yielded, in one place, and how an audit is run.

use crate::check::{Answer, Limits, Profile, Subject, run_checks};
use crate::grades::{GradeSpread, grade_spread};
use crate::importance::{GroupImportance, importance};
use crate::moves::{Alternative, Without, leave_one_out, one_at_a_time};
use crate::sensitivity::{Sensitivity, sensitivity};
use crate::shapley::shapley;
use crate::study::{Input, Study};
use crate::tally::Asked;
use crate::uncertainty::{Ended, Progress, Silent, Uncertainty, Until, uncertainty_of};
use crate::weight_space::{Admissible, WeightSpace, weight_space};
use gradus_engine::{Evaluation, Methods};
use gradus_model::diagnostic::Diagnostics;
use gradus_model::package::{NodeIx, Varied, Vary};
use gradus_model::{DataSet, Id, Package, Text};
use gradus_statistics::rank_sets::{Coverage, rank_sets};
use gradus_statistics::shapley::Effects;

/// Draws of weights of the weight space.
const SPACE_DRAWS: u64 = 1 << 13;
/// Draws of the figures' errors that give standard errors of scores.
const ERROR_DRAWS: u64 = 1 << 10;
/// The level of the confidence sets of ranks.
pub const LEVEL: f64 = 0.95;

/// What an audit is asked for.
#[derive(Debug, Clone, Copy)]
pub struct Options {
    /// The node whose ranks are studied.
    pub node: NodeIx,
    /// The period, by place.
    pub period: usize,
    /// The profile; by package or data where not given.
    pub profile: Option<Profile>,
    /// When the draws end.
    pub until: Until,
    /// Draws of A and B of the sensitivity analysis; 0 for none.
    pub base: u64,
    /// The seed.
    pub seed: u64,
    /// Whether pairs of units are counted, which takes most of the time of a draw of weights.
    pub pairs: bool,
}

/// Confidence sets of ranks from standard errors of scores.
#[derive(Debug, Clone, PartialEq)]
pub struct RankSets {
    /// Units with a score, by place.
    pub units: Vec<usize>,
    /// Standard error of each unit's score, from the errors of its figures.
    pub errors: Vec<f64>,
    /// For each unit the lowest and highest rank of the set that holds its own at [`LEVEL`].
    pub marginal: Vec<(usize, usize)>,
    /// The same for sets that hold all units' ranks at once.
    pub simultaneous: Vec<(usize, usize)>,
}

/// How far the result depends on choices.
#[derive(Debug, Clone)]
pub struct Robustness {
    /// What varied.
    pub inputs: Vec<Input>,
    /// Whether the package declares it; else it is the audit's own choice.
    pub declared: bool,
    /// What was left out of the audit's own choices, and why.
    pub notes: Vec<Text>,
    /// All choices together.
    pub uncertainty: Uncertainty,
    /// Which of them moves ranks.
    pub sensitivity: Option<Sensitivity>,
    /// Shares of the variance that add up, where weights go along with each other.
    pub shapley: Option<Effects>,
    /// Each by itself.
    pub alone: Vec<Alternative>,
    /// The index without each part.
    pub without: Vec<Without>,
    /// Who can be first, under declared weights and under any.
    pub spaces: Vec<WeightSpace>,
    /// Importance of the parts of each group.
    pub importance: Vec<GroupImportance>,
    /// Confidence sets of ranks, where figures have errors.
    pub rank_sets: Option<RankSets>,
    /// Distributions of grades, where the package has standards and something moves them.
    pub grades: Option<GradeSpread>,
}

/// An audit.
#[derive(Debug, Clone)]
pub struct Audit {
    /// The profile, and whether somebody chose it over the data's.
    pub profile: Profile,
    /// Whether it is not the one that the data would choose.
    pub overridden: bool,
    /// The node whose ranks are studied.
    pub node: NodeIx,
    /// The period, by place.
    pub period: usize,
    /// The seed.
    pub seed: u64,
    /// How many units have a score, and how many indicators there are.
    pub n_units: usize,
    /// How many indicators there are.
    pub n_indicators: usize,
    /// How far the result depends on choices; nothing of a package whose index has no scores.
    pub robustness: Option<Robustness>,
    /// Why there is none.
    pub why_not: Option<Text>,
    /// Distributions of grades of a package without scores to vary; else they are with the [`robustness`](Self::robustness).
    pub grades: Option<GradeSpread>,
    /// The answers of the checks.
    pub answers: Vec<Answer>,
    /// Whether it was stopped before it was done.
    pub cancelled: bool,
}

/// Computes on so many threads; on as many as there are cores where not given, or where they cannot be had.
pub fn with_threads<R: Send>(threads: Option<usize>, work: impl FnOnce() -> R + Send) -> R {
    match threads.map(|n| rayon::ThreadPoolBuilder::new().num_threads(n).build()) {
        Some(Ok(pool)) => pool.install(work),
        _ => work(),
    }
}

/// Audits a package: varies its choices and asks its checks.
///
/// # Errors
/// What is declared wrongly: an address that is not there, a method that cannot be made, a limit of no check.
pub fn audit(
    package: &Package,
    data: &DataSet,
    methods: &Methods,
    evaluation: &Evaluation,
    options: Options,
    progress: &dyn Progress,
) -> Result<Audit, Diagnostics> {
    let Basis { limits, n_scored, n_units, n_indicators, profile, overridden } =
        basis(package, evaluation, options)?;
    let (mut robustness, mut why_not, mut grades, mut cancelled) = (None, None, None, false);
    if n_scored == 0 && options.node != Package::ROOT {
        let of = &package.nodes[options.node];
        return Err(gradus_model::Diagnostic::new(
            &gradus_model::diagnostic::catalog::NOTHING_SCORED,
            format!("`{}` has no scores in the period, so nothing of it can move", of.id),
        )
        .at(of.spans.item())
        .help("name a node with scores, or leave `--node` out")
        .into());
    }
    if n_scored < 2 {
        why_not = Some(Text::both(
            format!("{n_scored} units have a score, so no rank can move"),
            format!("有得分的单元数为 {n_scored}，名次无从变动"),
        ));
        // What is declared is checked all the same, and moves grades where it can.
        if !package.audit.vary.is_empty() {
            let study = Study::graded(package, data, methods, evaluation, options.period)?;
            let draws = if let Until::Draws(n) = options.until { n } else { crate::uncertainty::MOST_DRAWS };
            grades = grade_spread(&study, options.seed, draws);
        }
    } else {
        let study = Study::new(package, data, methods, evaluation, options.node, options.period)?;
        // How many places mean something is asked of every pair.
        let pairs = options.pairs || crate::checks::meaningful_places::CHECK.profiles.contains(&profile);
        let found = robust(&study, evaluation, Options { pairs, ..options }, progress);
        cancelled = found.uncertainty.ended == Ended::Cancelled
            || found.sensitivity.as_ref().is_some_and(|s| s.ended == Ended::Cancelled);
        robustness = Some(found);
    }
    let subject = Subject {
        package,
        data,
        methods,
        evaluation,
        period: options.period,
        profile,
        robustness: robustness.as_ref(),
    };
    let answers = run_checks(&subject, &limits);
    Ok(Audit {
        profile,
        overridden,
        node: options.node,
        period: options.period,
        seed: options.seed,
        n_units,
        n_indicators,
        robustness,
        why_not,
        grades,
        answers,
        cancelled,
    })
}

/// What an audit starts from.
struct Basis {
    limits: Limits,
    n_scored: usize,
    n_units: usize,
    n_indicators: usize,
    profile: Profile,
    overridden: bool,
}

fn basis(package: &Package, evaluation: &Evaluation, options: Options) -> Result<Basis, Diagnostics> {
    let limits = Limits::of(package)?;
    let n_indicators = package.indicators().count();
    let scored =
        |unit: &usize| evaluation.score(options.node, evaluation.row(*unit, options.period)).is_some();
    let n_scored = (0..evaluation.units.len()).filter(scored).count();
    // A package without scores compares the units of its data.
    let n_units = if n_scored > 0 { n_scored } else { evaluation.units.len() };
    let by_data = Profile::of(n_units, n_indicators);
    let profile = options.profile.or(package.audit.profile).unwrap_or(by_data);
    let overridden = profile != by_data;
    Ok(Basis { limits, n_scored, n_units, n_indicators, profile, overridden })
}

/// Asks the checks of a package without varying anything: those that rest on what varying yields cannot be asked.
///
/// # Errors
/// A limit of no check.
pub fn checks_only(
    package: &Package,
    data: &DataSet,
    methods: &Methods,
    evaluation: &Evaluation,
    options: Options,
) -> Result<Audit, Diagnostics> {
    let Basis { limits, n_units, n_indicators, profile, overridden, .. } =
        basis(package, evaluation, options)?;
    let period = options.period;
    let subject = Subject { package, data, methods, evaluation, period, profile, robustness: None };
    Ok(Audit {
        profile,
        overridden,
        node: options.node,
        period,
        seed: options.seed,
        n_units,
        n_indicators,
        robustness: None,
        why_not: None,
        grades: None,
        answers: run_checks(&subject, &limits),
        cancelled: false,
    })
}

fn robust(
    study: &Study<'_>,
    evaluation: &Evaluation,
    options: Options,
    progress: &dyn Progress,
) -> Robustness {
    let seed = options.seed;
    let asked = Asked { scores: true, pairs: options.pairs };
    let uncertain = uncertainty_of(study, seed, options.until, asked, progress);
    let go_on = uncertain.ended != Ended::Cancelled;
    let sensitive = (go_on && options.base > 0 && !study.inputs.is_empty())
        .then(|| sensitivity(study, seed, options.base, progress));
    let spaces = [Admissible::Declared, Admissible::All];
    Robustness {
        inputs: study.inputs.clone(),
        declared: study.declared,
        notes: study.notes.clone(),
        alone: if go_on { one_at_a_time(study) } else { Vec::new() },
        without: if go_on { leave_one_out(study) } else { Vec::new() },
        spaces: spaces
            .into_iter()
            .filter(|_| go_on)
            .filter_map(|admissible| weight_space(study, admissible, seed, SPACE_DRAWS))
            .collect(),
        importance: importance(study, evaluation, seed),
        shapley: (sensitive.is_some() && study.correlations().is_some())
            .then(|| shapley(study, seed, usize::try_from(options.base).unwrap_or(usize::MAX)))
            .flatten(),
        rank_sets: if go_on { sets(study, evaluation, seed) } else { None },
        grades: if go_on { grade_spread(study, seed, uncertain.draws) } else { None },
        uncertainty: uncertain,
        sensitivity: sensitive,
    }
}

/// Confidence sets of ranks: the errors of the figures as declared, or the standard errors that the data state.
fn sets(study: &Study<'_>, evaluation: &Evaluation, seed: u64) -> Option<RankSets> {
    let package = study.package;
    let declared: Vec<Vary> =
        package.audit.vary.iter().filter(|vary| matches!(vary.what, Varied::Data { .. })).cloned().collect();
    let of_survey = || {
        let what = Varied::Data {
            indicators: package.indicators().map(|(ix, ..)| ix).collect(),
            by_status: std::collections::BTreeMap::new(),
            relative: gradus_model::Decimal::ZERO,
            survey: true,
        };
        let spans = package.audit.spans.clone();
        Id::new("data").ok().map(|id| vec![Vary { id, group: None, each: false, what, spans }])
    };
    let vary = if declared.is_empty() { of_survey()? } else { declared };
    // Without a single error there is nothing to be uncertain of, which is the usual case and no fault.
    let only = Study::varying(package, study.data, study.methods, evaluation, study.node, study.period, vary)
        .ok()?;
    let found = uncertainty_of(&only, seed, Until::Draws(ERROR_DRAWS), Asked::RANKS, &Silent);
    let with: Vec<(usize, f64, f64)> =
        found.units.iter().filter_map(|unit| Some((unit.unit, unit.score?, unit.score_deviation?))).collect();
    let scores: Vec<f64> = with.iter().map(|(_, score, _)| *score).collect();
    let errors: Vec<f64> = with.iter().map(|(.., error)| *error).collect();
    let of = |coverage| rank_sets(&scores, &errors, LEVEL, coverage, seed).ok();
    Some(RankSets {
        units: with.iter().map(|(unit, ..)| *unit).collect(),
        marginal: of(Coverage::Marginal)?,
        simultaneous: of(Coverage::Simultaneous)?,
        errors,
    })
}
