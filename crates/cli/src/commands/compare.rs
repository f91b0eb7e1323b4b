//! `gradus compare`: two packages or two results side by side, and what differs in their definitions.

mod results;

use super::{Done, Findings};
use crate::args::CompareArgs;
use crate::listing::{self, Section, count, number, text};
use crate::package::{Computed, compute};
use crate::term::Term;
use crate::{Outcome, Stop};
use gradus::analysis::Series;
use gradus::analysis::compare::{Comparison, Shift, compare};
use gradus::engine::{Number, Stage};
use gradus::model::diagnostic::{catalog, nearest};
use gradus::model::{Diagnostic, Id, Package};
use serde_json::{Value, json};

/// How many of the largest movers are listed.
const MOVERS: usize = 5;

/// Scores of one node, from a package or a file.
struct Version {
    /// As the user named it.
    name: String,
    /// Code of the node.
    node: String,
    /// The period, where it has a name.
    period: Option<String>,
    /// Units with their scores.
    scores: Vec<(String, Option<f64>)>,
    /// The package, where it is one.
    computed: Option<Computed>,
}

pub(super) fn run(args: &CompareArgs, term: &Term) -> Done {
    let shared = args.weights.as_deref();
    let first = version(&args.first, args, shared, term)?;
    let second = version(&args.second, args, args.weights_b.as_deref().or(shared), term)?;
    let mut units: Vec<&str> = first.scores.iter().map(|(unit, _)| unit.as_str()).collect();
    for (unit, _) in &second.scores {
        if !first.scores.iter().any(|(known, _)| known == unit) {
            units.push(unit);
        }
    }
    let series = |version: &Version| {
        let of = |unit: &&str| version.scores.iter().find(|(u, _)| u == unit).and_then(|(_, score)| *score);
        Id::new(&version.node).map(|code| Series::new(code, units.iter().map(of).collect()))
    };
    let (Ok(x), Ok(y)) = (series(&first), series(&second)) else {
        return Err(Findings::one(
            Diagnostic::new(&catalog::INVALID_CODE, "a column of the results is not named by a code")
                .help("name a column with `--node`"),
        ));
    };
    let found = compare(&x, &y);
    if found.shifts.is_empty() {
        let message = format!("`{}` and `{}` have no unit with a score in common", first.name, second.name);
        return Err(Findings::one(
            Diagnostic::new(&catalog::TOO_FEW_VALUES, message)
                .help("compare results whose units have the same codes"),
        ));
    }
    let mut sections =
        vec![table(&units, &first, &second, &x, &y, &found), movers(&units, &found), summary(&found)];
    if let (Some(a), Some(b)) = (&first.computed, &second.computed) {
        sections.push(definitions(&a.outcome.package, &b.outcome.package));
    }
    let side = |version: &Version| {
        json!({
            "name": version.name,
            "node": version.node,
            "period": version.period,
            "weights": version.computed.as_ref().and_then(|c| c.other_weights.clone()),
        })
    };
    let head: Vec<(&str, Value)> = vec![("a", side(&first)), ("b", side(&second))];
    listing::print(term, &args.output, head, &sections)?;
    Ok(Outcome::Done)
}

/// Every difference as a row: which item, what of it, and both sides.
fn definitions(a: &Package, b: &Package) -> Section {
    let mut out = Section::new("definitions", "What differs in the definitions", &["item", "what", "a", "b"]);
    for row in gradus::definitions(a, b) {
        out.row(row.iter().map(text).collect());
    }
    if out.is_empty() {
        out.note("nothing that is computed by; figures may differ");
    }
    out
}

fn version(target: &str, args: &CompareArgs, weights: Option<&str>, term: &Term) -> Result<Version, Stop> {
    if results::is_file(target) {
        if weights.is_some() {
            let message = format!("`{target}` is a result, whose weights are what they were");
            return Err(Findings::one(
                Diagnostic::new(&catalog::INVALID_PARAMETER, message)
                    .help("name its package, or leave the weights out"),
            ));
        }
        return results::read(target, args);
    }
    let computed = compute(target, weights, term)?;
    let evaluation = &computed.outcome.evaluation;
    let node = match &args.node {
        Some(code) => computed.nodes(std::slice::from_ref(code))?[0],
        None => Package::ROOT,
    };
    let period = computed.period_or_current(args.period.as_deref())?;
    let score =
        |unit: usize| evaluation.value(Stage::Scores, node, evaluation.row(unit, period)).map(Number::to_f64);
    let scores =
        evaluation.units.iter().enumerate().map(|(at, unit)| (unit.to_string(), score(at))).collect();
    let name = match &computed.other_weights {
        Some(set) => format!("{target} (weights: {set}, not the package's own)"),
        None => target.to_owned(),
    };
    let node = computed.outcome.package.nodes[node].id.to_string();
    let period = evaluation.periods.get(period).copied().flatten().map(|p| p.to_string());
    Ok(Version { name, node, period, scores, computed: Some(computed) })
}

/// A unit in both, best first in the first version; then those that have one score only.
fn table(
    units: &[&str],
    first: &Version,
    second: &Version,
    x: &Series,
    y: &Series,
    found: &Comparison,
) -> Section {
    let mut out = Section::new(
        "units",
        "Units",
        &["unit", "#score_a", "#score_b", "#difference", "#rank_a", "#rank_b", "#gain"],
    );
    let mut shifts: Vec<&Shift> = found.shifts.iter().collect();
    shifts.sort_by(|a, b| a.ranks.0.total_cmp(&b.ranks.0));
    for shift in shifts {
        out.row(vec![
            text(units[shift.unit]),
            number(shift.scores.0),
            number(shift.scores.1),
            number(shift.scores.1 - shift.scores.0),
            number(shift.ranks.0),
            number(shift.ranks.1),
            number(shift.gain()),
        ]);
    }
    for (at, unit) in units.iter().enumerate() {
        if let (Some(_), None) | (None, Some(_)) = (x.values[at], y.values[at]) {
            let none = || number(None);
            out.row(vec![
                text(unit),
                number(x.values[at]),
                number(y.values[at]),
                none(),
                none(),
                none(),
                none(),
            ]);
        }
    }
    let side = |word: &str, version: &Version| {
        let period = version.period.as_ref().map(|p| format!(", {p}")).unwrap_or_default();
        format!("{word}: {}, {}{period}", version.name, version.node)
    };
    out.note(side("a", first));
    out.note(side("b", second));
    out.note("ranks are among the units that have both scores; gain: places from a to b");
    out
}

fn movers(units: &[&str], found: &Comparison) -> Section {
    let mut out =
        Section::new("movers", "Largest movers", &["unit", "#gain", "#rank_a", "#rank_b", "#difference"]);
    let mut shifts: Vec<&Shift> = found.shifts.iter().filter(|shift| shift.gain() != 0.0).collect();
    shifts.sort_by(|a, b| b.gain().abs().total_cmp(&a.gain().abs()).then(a.unit.cmp(&b.unit)));
    for shift in shifts.iter().take(MOVERS) {
        out.row(vec![
            text(units[shift.unit]),
            number(shift.gain()),
            number(shift.ranks.0),
            number(shift.ranks.1),
            number(shift.scores.1 - shift.scores.0),
        ]);
    }
    if out.is_empty() {
        out.note("no unit changes its rank");
    } else if shifts.len() > MOVERS {
        out.note(format!("{} more units change their rank", shifts.len() - MOVERS));
    }
    out
}

fn summary(found: &Comparison) -> Section {
    let mut out = Section::new("agreement", "Agreement", &["measure", "#value"]);
    out.row(vec![text("units with both scores"), count(found.shifts.len())]);
    out.row(vec![text("units with one score only"), count(found.n_left_out)]);
    for (what, value) in [
        ("Pearson's correlation of scores", found.pearson),
        ("Spearman's rank correlation", found.spearman),
        ("Kendall's tau-b", found.kendall),
        ("weighted Spearman", found.weighted_spearman),
        ("WS coefficient", found.ws),
        ("mean change of rank", found.mean_shift),
        ("largest change of rank", found.largest_shift),
        ("part of units that keep their rank", found.unmoved),
    ] {
        if value.is_some() {
            out.row(vec![text(what), number(value)]);
        }
    }
    out
}

/// A name that is not among those known.
fn unknown(what: &str, word: &str, known: &[&str], kind: &'static gradus::model::diagnostic::Kind) -> Stop {
    let diagnostic = Diagnostic::new(kind, format!("there is no {what} `{word}`"));
    Findings::one(match nearest(word, known.iter().copied()) {
        Some(near) => diagnostic.help(format!("did you mean `{near}`?")),
        None => diagnostic.help(format!("use one of {}", gradus::model::diagnostic::list_some(known))),
    })
}
