//! `gradus audit`: checks, and how far the result depends on the choices that were made.

mod checks;

use super::{Done, Findings};
use crate::args::{AuditArgs, TableFormat};
use crate::listing::{self, Section, count, number, text};
use crate::package::{Computed, compute};
use crate::term::{Bar, Term, shell_word};
use crate::{Outcome, Stop};
use gradus::Methods;
use gradus::audit::grades::GradeSpread;
use gradus::audit::sensitivity::{CONVERGED, Estimate, Indices};
use gradus::audit::uncertainty::{Ended, Failed, MOST_DRAWS, Progress, Until};
use gradus::audit::weight_space::Admissible;
use gradus::audit::{Audit, Options, Profile, Robustness, Verdict};
use gradus::model::diagnostic::{catalog, nearest};
use gradus::model::package::NodeIx;
use gradus::model::{Diagnostic, Lang, Package};
use gradus::report::table::Cell;
use serde_json::json;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};

/// Draws where neither the user nor the package says how many.
const DRAWS: u64 = 1000;
/// Draws of the two samples of the sensitivity analysis.
const BASE: u64 = 1024;

/// The bar on standard error, and whether somebody pressed Ctrl-C.
struct Watch {
    bar: Bar,
    stop: Arc<AtomicBool>,
}

impl Progress for Watch {
    fn go_on(&self, done: u64, of: Option<u64>) -> bool {
        self.bar.at(done, of);
        !self.stop.load(Ordering::Relaxed)
    }
}

pub(super) fn run(args: &AuditArgs, term: &Term) -> Done {
    term.speak(args.lang.lang());
    let computed = compute(&args.package.package, None, term)?;
    let package = &computed.outcome.package;
    let node = match &args.node {
        Some(code) => computed.nodes(std::slice::from_ref(code))?[0],
        None => Package::ROOT,
    };
    let period = computed.period_or_current(args.period.as_deref())?;
    let draws = args.draws.or(package.audit.draws).unwrap_or(DRAWS);
    if !(1..=1 << 32).contains(&draws) {
        return Err(Findings::one(
            Diagnostic::new(&catalog::INVALID_PARAMETER, format!("{draws} draws"))
                .help("give a number of draws from 1 to 4294967296"),
        ));
    }
    let options = Options {
        node,
        period,
        profile: args.profile.as_deref().map(profile).transpose()?,
        until: if args.until_stable { Until::Stable } else { Until::Draws(draws) },
        base: args.base.unwrap_or(BASE),
        seed: args.seed.unwrap_or(package.policy.seed),
        // The table has no room for them.
        pairs: args.output.format() != TableFormat::Table,
    };
    let stop = Arc::new(AtomicBool::new(false));
    let heard = stop.clone();
    // A second Ctrl-C ends the program as it always did: the handler only serves one.
    #[expect(
        clippy::exit,
        reason = "the handler runs on a thread of its own, from which nothing can be returned"
    )]
    let _ = ctrlc::set_handler(move || {
        if heard.swap(true, Ordering::Relaxed) {
            std::process::exit(130);
        }
    });
    let watch = Watch { bar: term.bar(&format!("auditing {}", args.package.package)), stop };
    let asked =
        args.check.iter().map(|id| checks::find(id)).collect::<Result<Vec<_>, _>>().map_err(Findings::one)?;
    let found = gradus::audit::with_threads(args.threads, || {
        let data = &computed.outcome.import.data;
        if !asked.is_empty() && !asked.iter().any(|check| check.needs_draws()) {
            let evaluation = &computed.outcome.evaluation;
            return gradus::audit::checks_only(package, data, &Methods::default(), evaluation, options);
        }
        gradus::audit::audit(
            package,
            data,
            &Methods::default(),
            &computed.outcome.evaluation,
            options,
            &watch,
        )
    });
    drop(watch);
    let mut audit = match found {
        Ok(audit) => audit,
        Err(diagnostics) => return Err(Findings { diagnostics, sources: computed.sources }.stop()),
    };
    if !asked.is_empty() {
        if let Some(check) = asked.iter().find(|check| !check.profiles.contains(&audit.profile)) {
            let other = check.profiles.first().map_or("", |profile| profile.word());
            let message =
                format!("the check `{}` is not asked in the profile {}", check.id, audit.profile.word());
            let diagnostic = Diagnostic::new(&catalog::UNKNOWN_WORD, message);
            return Err(Findings::one(diagnostic.help(format!("ask for it with `--profile {other}`"))));
        }
        audit.answers.retain(|answer| asked.iter().any(|check| check.id == answer.check.id));
    }
    let target = shell_word(&args.package.package);
    let all = args.output.format() != TableFormat::Table;
    let lang = args.lang.lang();
    let sections = sections(&computed, &audit, &target, lang, all, !asked.is_empty());
    let head = vec![
        ("package", json!(package.index.id.as_str())),
        ("version", json!(env!("CARGO_PKG_VERSION"))),
        ("profile", json!(audit.profile.word())),
        ("profile_overridden", json!(audit.overridden)),
        ("node", json!(package.nodes[node].id.as_str())),
        (
            "period",
            json!(computed.outcome.evaluation.periods.get(period).copied().flatten().map(|p| p.to_string())),
        ),
        ("units_scored", json!(audit.n_units)),
        ("indicators", json!(audit.n_indicators)),
        ("seed", json!(audit.seed)),
        ("draws", json!(audit.robustness.as_ref().map(|r| r.uncertainty.draws))),
        ("failed_draws", json!(audit.robustness.as_ref().map(|r| r.uncertainty.n_failed()))),
        ("ended", json!(audit.robustness.as_ref().map(|r| r.uncertainty.ended.word()))),
        ("declared", json!(audit.robustness.as_ref().map(|r| r.declared))),
        ("cancelled", json!(audit.cancelled)),
    ];
    listing::print(term, &args.output, head, &sections)?;
    if audit.cancelled {
        return Ok(Outcome::Stopped);
    }
    let fails = audit.answers.iter().any(|answer| answer.verdict() == Some(&Verdict::Fail));
    Ok(if fails { Outcome::NotHeld } else { Outcome::Done })
}

fn profile(word: &str) -> Result<Profile, Stop> {
    let found = Profile::WORDS.iter().find(|(known, _)| *known == word);
    found.map(|(_, profile)| *profile).ok_or_else(|| {
        let known = Profile::WORDS.iter().map(|(word, _)| *word);
        let diagnostic = Diagnostic::new(&catalog::UNKNOWN_WORD, format!("there is no profile `{word}`"));
        Findings::one(match nearest(word, known) {
            Some(near) => diagnostic.help(format!("did you mean `{near}`?")),
            None => diagnostic.help("use `ranking` or `standards`"),
        })
    })
}

/// Every table; the checks with what they concern and judge by alone, where some of them were asked for.
pub(in crate::commands) fn sections(
    computed: &Computed,
    audit: &Audit,
    target: &str,
    lang: Lang,
    all: bool,
    alone: bool,
) -> Vec<Section> {
    let names = Names { computed };
    let mut out = vec![checks::checks(&names, audit, target, lang, alone)];
    if all || alone {
        out.extend(
            [checks::items(&names, audit, lang), checks::limits(audit, lang)]
                .into_iter()
                .filter(|s| all || !s.is_empty()),
        );
    }
    if alone {
        return out;
    }
    let Some(found) = &audit.robustness else {
        out.extend(audit.grades.as_ref().map(|spread| grades(&names, spread)));
        return out;
    };
    out.push(units(&names, found));
    if !found.uncertainty.failed.is_empty() || all {
        out.push(failed(
            "failed",
            "Draws without a result",
            &found.uncertainty.failed,
            found.uncertainty.draws,
        ));
    }
    out.push(inputs(found));
    if let Some(sensitive) = &found.sensitivity {
        out.push(sensitivity(found));
        if all {
            out.push(failed("failed_runs", "Runs without a result", &sensitive.failed, sensitive.draws));
            out.push(unit_sensitivity(&names, found));
        }
    }
    if let Some(effects) = &found.shapley {
        let columns = ["input", "#share", "#error|standard error"];
        let mut section =
            Section::new("shapley", "Shapley effects: shares of the variance that add up", &columns);
        for ((input, share), error) in found.inputs.iter().zip(&effects.shares).zip(&effects.errors) {
            section.row(vec![text(&input.id), number(*share), number(*error)]);
        }
        section.note("of the mean change of rank, with the correlations of the weights");
        out.push(section);
    }
    out.push(alternatives(&names, found, all));
    out.push(without(&names, found));
    out.extend(found.spaces.iter().map(|space| {
        let (key, title) = match space.admissible {
            Admissible::Declared => ("first_declared", "Who can be first, under the weights that are drawn"),
            Admissible::All => ("first_any", "Who can be first, under any weights"),
        };
        let mut section = Section::new(
            key,
            title,
            &["unit", "#share_first|share of weights", "can_be_first|can be first", "#lead|largest lead"],
        );
        let mut rows: Vec<_> = space.units.iter().collect();
        rows.sort_by(|a, b| b.first.total_cmp(&a.first).then(a.unit.cmp(&b.unit)));
        let never = rows.iter().filter(|unit| unit.can_be_first == Some(false)).count();
        for unit in rows.iter().filter(|unit| all || unit.first > 0.0 || unit.can_be_first != Some(false)) {
            let can = unit.can_be_first.map_or("", |can| if can { "yes" } else { "no" });
            section.row(vec![text(names.unit(unit.unit)), number(unit.first), text(can), number(unit.lead)]);
        }
        section.note(format!(
            "{} weights sampled; whether a unit can be first is exact (linear program)",
            space.draws
        ));
        if never > 0 {
            section
                .note(format!("{never} of {} units cannot be first under any of these weights", rows.len()));
        }
        section
    }));
    out.push(importance(&names, found));
    out.extend(rank_sets(&names, found));
    out.extend(found.grades.as_ref().map(|spread| grades(&names, spread)));
    if all {
        out.push(acceptability(&names, found));
        out.extend(outranking(&names, found));
    }
    out
}

struct Names<'a> {
    computed: &'a Computed,
}

impl Names<'_> {
    fn unit(&self, unit: usize) -> &str {
        self.computed.outcome.evaluation.units[unit].as_str()
    }
    fn node(&self, node: NodeIx) -> &str {
        self.computed.outcome.package.nodes[node].id.as_str()
    }
}

/// The first of a list, and how many more there are.
fn some(codes: &[&str]) -> String {
    const SHOWN: usize = 5;
    let rest = codes.len().saturating_sub(SHOWN);
    let shown = codes[..codes.len().min(SHOWN)].join(", ");
    if rest > 0 { format!("{shown} and {rest} more") } else { shown }
}

fn units(names: &Names<'_>, found: &Robustness) -> Section {
    let mut out = Section::new(
        "units",
        "Ranks and scores when every choice varies",
        &[
            "unit",
            "#rank",
            "#rank_median|median",
            "#rank_05|5 %",
            "#rank_95|95 %",
            "#rank_mean|mean",
            "#first|share first",
            "#score",
            "#score_mean|mean score",
            "#score_05|score 5 %",
            "#score_95|score 95 %",
            "#score_median",
            "#score_sd",
            "#score_low",
            "#score_high",
            "#score_resolution",
            "#draws_ranked",
        ],
    )
    .hidden(6);
    let spread = &found.uncertainty;
    let mut rows: Vec<_> = spread.units.iter().collect();
    rows.sort_by_key(|unit| (unit.rank.unwrap_or(u32::MAX), unit.unit));
    let rank = |rank: Option<usize>| rank.map_or(Cell::Empty(None), count);
    let unscored = rows.iter().filter(|unit| unit.rank.is_none() && unit.n_ranked == 0).count();
    for unit in rows.into_iter().filter(|unit| unit.rank.is_some() || unit.n_ranked > 0) {
        let [low, middle, high] = unit.rank_quantiles;
        let [score_low, score_middle, score_high] = unit.score_quantiles;
        out.row(vec![
            text(names.unit(unit.unit)),
            rank(unit.rank.map(|rank| rank as usize)),
            rank(middle),
            rank(low),
            rank(high),
            number(unit.rank_mean),
            number(unit.acceptability.first().copied()),
            number(unit.score),
            number(unit.score_mean),
            number(score_low),
            number(score_high),
            number(score_middle),
            number(unit.score_deviation),
            number(unit.score_extremes.map(|(low, _)| low)),
            number(unit.score_extremes.map(|(_, high)| high)),
            number(unit.score_resolution),
            count(usize::try_from(unit.n_ranked).unwrap_or(usize::MAX)),
        ]);
    }
    let ended = match spread.ended {
        Ended::Done => String::new(),
        Ended::Stable => ", until every 90 % interval of ranks was known to one place".to_owned(),
        Ended::Limit => format!(", the most there are ({MOST_DRAWS}): not every interval is stable"),
        Ended::Cancelled => ", then it was stopped".to_owned(),
    };
    out.note(format!("{} draws{ended}; seed {}", spread.draws, spread.seed));
    let failed = spread.n_failed();
    if failed > 0 {
        out.note(format!("{failed} draws have no result and are not in these figures: see below"));
    }
    if unscored > 0 {
        out.note(format!("{unscored} units have no score"));
    }
    if found.inputs.iter().any(|input| input.what == "normalize") {
        out.note("scores are on the scale of each draw's normalization; ranks are comparable in any case");
    }
    if let Some(shift) = spread.mean_shift {
        out.note(format!("ranks move by {shift:.2} places on average"));
    }
    let outside = spread.units.iter().filter(|unit| unit.within() == Some(false)).count();
    if outside > 0 {
        out.note(format!("the official rank of {outside} units lies outside their 90 % interval"));
    }
    if spread.ranks_per_bin > 1 {
        out.note(format!("of so many units, ranks are counted by {}", spread.ranks_per_bin));
    }
    out
}

fn failed(key: &'static str, title: &str, all: &[Failed], draws: u64) -> Section {
    let mut out = Section::new(key, title, &["reason", "#draws", "message", "with"]);
    for failed in all {
        // What most of them have in common.
        let with: Vec<String> = failed
            .with
            .iter()
            .filter(|(_, n)| **n == failed.count)
            .map(|((input, option), _)| format!("{input} = {option}"))
            .collect();
        out.row(vec![
            text(failed.kind),
            count(usize::try_from(failed.count).unwrap_or(usize::MAX)),
            text(&failed.message),
            text(with.join(", ")),
        ]);
    }
    out.note(format!("of {draws}; `with`: what all of them have"));
    out
}

fn inputs(found: &Robustness) -> Section {
    let mut out = Section::new("inputs", "What varied", &["input", "what", "options", "#coordinates"]);
    for input in &found.inputs {
        out.row(vec![
            text(&input.id),
            text(input.what),
            text(input.options.join(", ")),
            count(input.dims.len()),
        ]);
    }
    if !found.declared {
        out.note("the package declares nothing, so these are the audit's own choices: `[[audit.vary]]` says otherwise");
    }
    for note in &found.notes {
        out.note(note.get(Lang::En));
    }
    out
}

fn estimate(estimate: Option<&Estimate>) -> [Cell; 3] {
    match estimate {
        Some(e) => [number(e.value), number(e.low), number(e.high)],
        None => [Cell::Empty(None), Cell::Empty(None), Cell::Empty(None)],
    }
}

fn sensitivity(found: &Robustness) -> Section {
    let mut out = Section::new(
        "sensitivity",
        "What moves ranks: parts of the variance of the mean change of rank",
        &[
            "input",
            "#first",
            "#first_low|2.5 %",
            "#first_high|97.5 %",
            "#total",
            "#total_low|2.5 %",
            "#total_high|97.5 %",
        ],
    );
    let Some(sensitive) = &found.sensitivity else { return out };
    if let Some(indices) = &sensitive.mean_shift {
        for (at, input) in sensitive.inputs.iter().enumerate() {
            let mut row = vec![text(input)];
            row.extend(estimate(indices.first.get(at)));
            row.extend(estimate(indices.total.get(at)));
            out.row(row);
        }
        let widest = indices.widest();
        let verdict =
            if widest < CONVERGED { "converged" } else { "not converged: more draws with `--base`" };
        out.note(format!("the widest 95 % interval is {widest:.3} ({verdict}; limit {CONVERGED})"));
    } else {
        out.note("no rank moves, so nothing moves it");
    }
    out.note(format!(
        "{} draws of {} runs; seed {}",
        sensitive.draws,
        sensitive.inputs.len() + 2,
        sensitive.seed
    ));
    if sensitive.lost > 0 {
        out.note(format!(
            "{} draws count for nothing because one of their runs has no result",
            sensitive.lost
        ));
    }
    out
}

fn unit_sensitivity(names: &Names<'_>, found: &Robustness) -> Section {
    let columns = [
        "unit",
        "of",
        "input",
        "#first",
        "#first_low",
        "#first_high",
        "#total",
        "#total_low",
        "#total_high",
        "#variance",
    ];
    let mut out = Section::new("unit_sensitivity", "What moves each unit", &columns);
    let Some(sensitive) = &found.sensitivity else { return out };
    for unit in &sensitive.units {
        let mut add = |of: &str, indices: &Option<Indices>| {
            let Some(indices) = indices else { return };
            for (at, input) in sensitive.inputs.iter().enumerate() {
                let mut row = vec![text(names.unit(unit.unit)), text(of), text(input)];
                row.extend(estimate(indices.first.get(at)));
                row.extend(estimate(indices.total.get(at)));
                row.push(number(indices.variance));
                out.row(row);
            }
        };
        add("score", &unit.score);
        add("rank", &unit.rank);
    }
    out
}

/// Alternatives shown to people: the ones that move most.
const SHOWN: usize = 12;

fn alternatives(names: &Names<'_>, found: &Robustness, all: bool) -> Section {
    let columns = [
        "input",
        "option",
        "#mean_shift|mean change of rank",
        "#max_shift|largest",
        "mover",
        "#rank_correlation|rank r",
        "why_not",
    ];
    let mut out = Section::new("one_at_a_time", "One choice at a time", &columns).hidden(1);
    let mut rows: Vec<_> = found.alone.iter().collect();
    let shift =
        |at: &gradus::audit::moves::Alternative| at.outcome.as_ref().map_or(f64::INFINITY, |m| m.mean_shift);
    rows.sort_by(|a, b| shift(b).total_cmp(&shift(a)));
    let n = if all { rows.len() } else { SHOWN.min(rows.len()) };
    for alternative in &rows[..n] {
        let mut row = vec![text(&alternative.input), text(&alternative.option)];
        match &alternative.outcome {
            Ok(moves) => row.extend([
                number(moves.mean_shift),
                count(moves.max_shift as usize),
                text(moves.mover.map_or("", |unit| names.unit(unit))),
                number(moves.correlation),
                Cell::Empty(None),
            ]),
            Err(failure) => {
                row.extend([
                    Cell::Empty(None),
                    Cell::Empty(None),
                    Cell::Empty(None),
                    Cell::Empty(None),
                    text(&failure.message),
                ]);
                out.note(format!("{} {}: {}", alternative.input, alternative.option, failure.message));
            }
        }
        out.row(row);
    }
    if n < rows.len() {
        out.note(format!("and {} more that move less: `--format csv` has all", rows.len() - n));
    }
    out
}

fn without(names: &Names<'_>, found: &Robustness) -> Section {
    let columns = [
        "without",
        "#mean_shift|mean change of rank",
        "#max_shift|largest",
        "mover",
        "#rank_correlation|rank r",
        "why_not",
    ];
    let mut out = Section::new("without", "The index without each part", &columns).hidden(1);
    for without in &found.without {
        let mut row = vec![text(names.node(without.node))];
        match &without.outcome {
            Ok(moves) => row.extend([
                number(moves.mean_shift),
                count(moves.max_shift as usize),
                text(moves.mover.map_or("", |unit| names.unit(unit))),
                number(moves.correlation),
                Cell::Empty(None),
            ]),
            Err(failure) => {
                row.extend([
                    Cell::Empty(None),
                    Cell::Empty(None),
                    Cell::Empty(None),
                    Cell::Empty(None),
                    text(&failure.message),
                ]);
                out.note(format!("without {}: {}", names.node(without.node), failure.message));
            }
        }
        out.row(row);
    }
    out
}

fn importance(names: &Names<'_>, found: &Robustness) -> Section {
    let columns = [
        "group",
        "part",
        "#intended",
        "#nominal",
        "#structural",
        "#ratio|measured",
        "#low|2.5 %",
        "#high|97.5 %",
        "#share|measured share",
        "#attainable",
        "#nearest_weight|by weight",
        "#correlation",
        "#n",
    ];
    let mut out = Section::new("importance", "Importance of the parts of each group", &columns).hidden(2);
    for group in &found.importance {
        for part in &group.parts {
            out.row(vec![
                text(names.node(group.group)),
                text(names.node(part.node)),
                number(part.intended),
                number(part.nominal),
                number(part.structural),
                number(part.ratio),
                number(part.interval.map(|(low, _)| low)),
                number(part.interval.map(|(_, high)| high)),
                number(part.share),
                number(part.attainable),
                number(part.nearest_weight),
                number(part.correlation),
                count(group.n),
            ]);
        }
        let code = names.node(group.group);
        if group.attainable() == Some(false) {
            let lacks = |part: &gradus::audit::importance::PartImportance| {
                part.intended - part.attainable.unwrap_or(part.intended)
            };
            let worst = group.parts.iter().max_by(|a, b| lacks(a).total_cmp(&lacks(b)));
            if let Some(part) = worst {
                out.note(format!(
                    "{code}: this intention cannot be met: best attainable for {} is {:.3} where {:.3} is intended",
                    names.node(part.node),
                    part.attainable.unwrap_or(0.0),
                    part.intended
                ));
            }
        }
        if let Some(why) = &group.why_not {
            out.note(format!("{code}: {why}"));
        }
    }
    out.note("intended: what the package says, else the weight; measured: the part of the group's variance that the part explains");
    out
}

fn rank_sets(names: &Names<'_>, found: &Robustness) -> Option<Section> {
    let sets = found.rank_sets.as_ref()?;
    let columns = [
        "unit",
        "#standard_error",
        "#low|rank from",
        "#high|to",
        "#low_all|all at once: from",
        "#high_all|to",
    ];
    let mut out =
        Section::new("rank_sets", "95 % confidence sets of ranks, from errors of the figures", &columns);
    for (at, unit) in sets.units.iter().enumerate() {
        let ((low, high), (low_all, high_all)) = (sets.marginal[at], sets.simultaneous[at]);
        out.row(vec![
            text(names.unit(*unit)),
            number(sets.errors[at]),
            count(low),
            count(high),
            count(low_all),
            count(high_all),
        ]);
    }
    Some(out)
}

fn grades(names: &Names<'_>, grades: &GradeSpread) -> Section {
    let package = &names.computed.outcome.package;
    let mut out = Section::new(
        "grades",
        "Grades when figures, thresholds and rules vary",
        &["standard", "unit", "grade", "#proven|share proven", "#possible|share possible"],
    );
    for standard in &grades.standards {
        let code =
            standard.standard.map_or(package.index.id.as_str(), |at| package.standards[at].id.as_str());
        for unit in &standard.units {
            for (at, (proven, possible)) in unit.proven.iter().zip(&unit.possible).enumerate() {
                if *proven > 0.0 || *possible > 0.0 {
                    let grade = at.checked_sub(1).map_or("none", |grade| package.grades[grade].id.as_str());
                    out.row(vec![
                        text(code),
                        text(names.unit(unit.unit)),
                        text(grade),
                        number(*proven),
                        number(*possible),
                    ]);
                }
            }
        }
    }
    out.note(format!("{} draws, of which {} have no result", grades.draws, grades.failed));
    out
}

fn acceptability(names: &Names<'_>, found: &Robustness) -> Section {
    let mut out = Section::new(
        "acceptability",
        "Share of the draws in which a unit has a rank",
        &["unit", "#rank", "#share"],
    );
    for unit in &found.uncertainty.units {
        for (rank, share) in unit.acceptability.iter().enumerate().filter(|(_, share)| **share > 0.0) {
            out.row(vec![
                text(names.unit(unit.unit)),
                count(rank * found.uncertainty.ranks_per_bin + 1),
                number(*share),
            ]);
        }
    }
    out
}

fn outranking(names: &Names<'_>, found: &Robustness) -> Option<Section> {
    let pairs = found.uncertainty.outranking.as_ref()?;
    let n = found.uncertainty.units.len();
    let mut out = Section::new(
        "outranking",
        "Share of the draws in which one unit is above another, a tie counting half",
        &["unit", "other", "#share"],
    );
    for (at, share) in pairs.iter().enumerate() {
        let (unit, other) = (at / n, at % n);
        if unit != other && *share > 0.0 {
            out.row(vec![text(names.unit(unit)), text(names.unit(other)), number(*share)]);
        }
    }
    Some(out)
}
