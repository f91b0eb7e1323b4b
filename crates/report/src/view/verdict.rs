//! What is proven, what is possible, and what decides it.

use super::{Link, counted};
use crate::ask::Kind;
use crate::context::Context;
use crate::figure::Figure;
use crate::grade_table;
use crate::level::{Level, State};
use crate::said::{Said, say, term};
use gradus_model::Package;
use gradus_model::package::NodeIx;
use gradus_standard::{StandardGrade, Verdict as Value};
use serde::Serialize;

#[derive(Debug, Serialize)]
pub(crate) struct Verdict {
    /// The one sentence to remember.
    headline: Said,
    standards: Vec<Standard>,
    layers: Vec<Layer>,
    counts: Vec<Count>,
    /// Signs of the strip with their words.
    legend: Vec<Level>,
    /// The score and rank of the unit, for a package that has them.
    score: Option<Score>,
    /// What the intervals beside score and rank are, where there are any.
    draws: Option<Said>,
    /// For a report about all units: the ends of the ranking.
    ends: Vec<End>,
    /// Whether a figure of the verdict carries a letter that needs explaining.
    marks: bool,
    /// Where there is nothing to say: why.
    empty: Option<Said>,
}

#[derive(Debug, Serialize)]
struct Standard {
    name: Said,
    description: Said,
    /// `Primary: not proven. Possible: Intermediate (3 values missing).`
    badge: Said,
    steps: Vec<Step>,
    next: Option<Next>,
    /// Whether what decides it is what decides the first standard.
    same_reasons: bool,
    confidence: Option<Said>,
}

impl Standard {
    /// Whether a figure among the reasons carries a letter.
    fn marked(&self) -> bool {
        let reasons =
            self.next.iter().flat_map(|n| &n.parts).flat_map(|p| p.failing.iter().chain(&p.unknown));
        reasons.into_iter().any(|r| !r.figure.mark.is_empty())
    }
}

/// A unit at the top or the bottom of the ranking.
#[derive(Debug, Serialize)]
struct End {
    unit: Said,
    rank: String,
    score: String,
    reference: String,
    /// Whether units are left out before it.
    gap: bool,
}

/// One grade of a standard's rail.
#[derive(Debug, Serialize)]
struct Step {
    name: Said,
    letter: Said,
    /// `proven`, `possible` or `out`.
    state: &'static str,
    symbol: &'static str,
    word: Said,
    shade: usize,
}

#[derive(Debug, Serialize)]
struct Next {
    title: Said,
    sentence: Said,
    /// What the rule still asks for, clause by clause.
    parts: Vec<Part>,
}

/// A clause that is not met, with the indicators that keep it from being met.
#[derive(Debug, Serialize)]
struct Part {
    depth: usize,
    /// What is needed of those below; empty where the sentence above says it.
    heading: Said,
    /// Whether nothing else would do in the place of the failing indicators.
    must: bool,
    failing: Vec<Reason>,
    unknown: Vec<Reason>,
}

/// An indicator that keeps a grade from being proven.
#[derive(Debug, Serialize)]
struct Reason {
    link: Link,
    figure: Figure,
    unit: Option<Said>,
    threshold: Option<Said>,
}

#[derive(Debug, Serialize)]
struct Layer {
    name: Said,
    sentence: Said,
    cells: Vec<Cell>,
    /// Score of the group, where it has one.
    score: Option<String>,
    reference: String,
}

#[derive(Debug, Serialize)]
struct Cell {
    link: Link,
    level: Level,
}

/// How many indicators meet a grade.
#[derive(Debug, Serialize)]
struct Count {
    grade: Said,
    letter: Said,
    met: usize,
    not_met: usize,
    unknown: usize,
    total: usize,
}

#[derive(Debug, Serialize)]
struct Score {
    value: String,
    rank: Option<String>,
    of: usize,
    parts: Vec<ScorePart>,
}

#[derive(Debug, Serialize)]
struct ScorePart {
    name: Said,
    value: String,
    rank: Option<String>,
    reference: String,
    /// Width of the bar in percent of the highest score of any unit.
    width: f64,
}

pub(crate) fn verdict(cx: &Context) -> Verdict {
    let graded = cx.graded();
    let Some(unit) = cx.own else {
        return Verdict {
            headline: overview(cx),
            standards: Vec::new(),
            layers: Vec::new(),
            counts: Vec::new(),
            legend: Vec::new(),
            score: None,
            draws: cx.draws().filter(|_| cx.scored()).map(|n| counted("ranking.draws", n)),
            ends: ends(cx),
            marks: false,
            empty: Some(term("verdict.no_subject")),
        };
    };
    let score = score(cx, unit);
    let standards = standards(cx, unit);
    let headline = match (standards.first(), &score) {
        (Some(first), _) => first.badge.clone(),
        (None, Some(score)) => match &score.rank {
            Some(rank) if score.of > 1 => say(
                "verdict.score_rank",
                &[
                    ("score", score.value.as_str().into()),
                    ("rank", rank.as_str().into()),
                    ("of", score.of.into()),
                ],
            ),
            _ => say("verdict.score", &[("score", score.value.as_str().into())]),
        },
        // The index is scored, but this unit has too little for it.
        (None, None) if cx.scored() => {
            say("verdict.no_score", &[("why", cx.why_no_score(Package::ROOT, cx.row(unit)))])
        }
        (None, None) => term("verdict.nothing"),
    };
    let (layers, counts) = if cx.package.grades.is_empty() {
        (Vec::new(), Vec::new())
    } else {
        (layers(cx, unit), counts(cx, unit))
    };
    Verdict {
        headline,
        legend: legend(cx, &layers),
        layers,
        counts,
        marks: standards.iter().any(Standard::marked),
        empty: (standards.is_empty() && graded).then(|| term("verdict.no_standard")),
        standards,
        draws: cx.draws().filter(|_| score.is_some()).map(|n| counted("ranking.draws", n)),
        score,
        ends: Vec::new(),
    }
}

/// How many units are shown at each end of the ranking.
const ENDS: usize = 5;

/// The first and the last units of the ranking; all of a short one.
fn ends(cx: &Context) -> Vec<End> {
    let ranked = cx.ranked();
    let n = ranked.len();
    let short = n <= 2 * ENDS;
    ranked
        .into_iter()
        .enumerate()
        .filter(|(at, _)| short || *at < ENDS || *at >= n - ENDS)
        .filter_map(|(at, u)| {
            let row = cx.row(u);
            Some(End {
                unit: cx.unit_name(u),
                rank: cx.rank_with_range(Package::ROOT, u)?,
                score: cx.score_text(cx.evaluation.score(Package::ROOT, row)?),
                reference: cx.reference(Package::ROOT, row),
                gap: !short && at == n - ENDS,
            })
        })
        .collect()
}

/// The sentence of a report that is about all units.
fn overview(cx: &Context) -> Said {
    let ranked = cx.ranked();
    let score = |u: usize| {
        let score = cx.evaluation.score(Package::ROOT, cx.row(u));
        Said::same(score.map(|x| cx.score_text(x)).unwrap_or_default())
    };
    match (ranked.first(), ranked.last()) {
        (Some(first), Some(last)) if ranked.len() > 1 => say(
            "verdict.overview",
            &[
                ("n", ranked.len().into()),
                ("first", cx.unit_name(*first)),
                ("high", score(*first)),
                ("last", cx.unit_name(*last)),
                ("low", score(*last)),
            ],
        ),
        _ => counted("verdict.units", cx.evaluation.units.len()),
    }
}

fn standards(cx: &Context, unit: usize) -> Vec<Standard> {
    let Some(grading) = cx.grading(unit) else { return Vec::new() };
    let first = grading.standards().next().and_then(|grade| grade_table::next(cx.package, &grade));
    grading
        .standards()
        .enumerate()
        .map(|(at, grade)| {
            let standard = &cx.package.standards[grade.standard];
            let next = grade_table::next(cx.package, &grade);
            Standard {
                name: match standard.name.is_empty() {
                    true => Said::same(standard.id.as_str()),
                    false => Said::from(&standard.name),
                },
                description: Said::from(&standard.description),
                badge: badge(cx, unit, &grade, next.as_ref()),
                steps: (0..cx.package.grades.len()).map(|g| step(cx, &grade, g)).collect(),
                same_reasons: at > 0 && next == first,
                next: next.map(|n| Next {
                    title: say("next.title", &[("grade", cx.grade_name(n.grade))]),
                    sentence: next_sentence(cx, unit, &n),
                    parts: parts(cx, unit, &n),
                }),
                confidence: standard.confidence.map(|c| term(&format!("confidence.{}", c.word()))),
            }
        })
        .collect()
}

/// The grade as an interval, in words.
fn badge(cx: &Context, unit: usize, grade: &StandardGrade, next: Option<&grade_table::Next>) -> Said {
    let unknown = next.map_or(&[][..], |n| &n.unknown);
    let missing = unknown.len();
    let failing = next.map_or(0, |n| n.failing.len());
    let name = |g: usize| cx.grade_name(g);
    // A count of zero is left out: "0 values missing" is no reason.
    let with_missing = |key: &str| if missing == 0 { format!("{key}_rule") } else { key.to_owned() };
    match (grade.interval.proven, grade.interval.possible) {
        (Some(proven), Some(possible)) if possible > proven => say(
            &with_missing("badge.proven_possible"),
            &[
                ("proven", name(proven)),
                ("possible", name(possible)),
                ("missing", missing_words(cx, unit, unknown)),
            ],
        ),
        (Some(proven), _) => say("badge.proven", &[("proven", name(proven))]),
        (None, Some(possible)) => say(
            &with_missing("badge.possible"),
            &[
                ("lowest", name(0)),
                ("possible", name(possible)),
                ("missing", missing_words(cx, unit, unknown)),
            ],
        ),
        (None, None) => {
            let key = if missing == 0 { "badge.none" } else { "badge.none_missing" };
            let why = counted("fall_short", failing);
            say(key, &[("lowest", name(0)), ("why", why), ("missing", missing_words(cx, unit, unknown))])
        }
    }
}

/// What is not known, by what is lacking: a value to judge, or a threshold to judge it by.
fn missing_words(cx: &Context, unit: usize, unknown: &[(NodeIx, usize)]) -> Said {
    let open = unknown
        .iter()
        .filter(|(ix, _)| {
            let state = cx.level(*ix, unit).state;
            matches!(state, State::NoThreshold | State::Unpublished | State::Reached(_, true))
        })
        .count();
    let bounds = unknown.iter().filter(|(ix, _)| cx.level(*ix, unit).state == State::Undecided).count();
    let values = unknown.len() - open - bounds;
    let mut parts = Vec::new();
    if values > 0 || open + bounds == 0 {
        parts.push(counted("n_values_missing", values));
    }
    if bounds > 0 {
        parts.push(counted("n_undecided", bounds));
    }
    if open > 0 {
        parts.push(counted("n_thresholds_missing", open));
    }
    Said::clauses(&parts)
}

fn step(cx: &Context, grade: &StandardGrade, g: usize) -> Step {
    let within = |bound: Option<usize>| bound.is_some_and(|b| g <= b);
    let (state, symbol) = if within(grade.interval.proven) {
        ("proven", "▲")
    } else if within(grade.interval.possible) {
        ("possible", "?")
    } else {
        ("out", "▼")
    };
    Step {
        name: cx.grade_name(g),
        letter: cx.grade_letter(g),
        state,
        symbol,
        word: term(match state {
            "proven" => "proven",
            "possible" => "possible",
            _ => "ruled_out",
        }),
        shade: cx.shade(g),
    }
}

/// The clauses to be met; the sentence above says what is needed of the first one's own indicators.
fn parts(cx: &Context, unit: usize, next: &grade_table::Next) -> Vec<Part> {
    let Some(asks) = &next.asks else { return Vec::new() };
    let reasons = |all: &[(NodeIx, usize)], verdict: Value| -> Vec<Reason> {
        all.iter().map(|(ix, grade)| reason(cx, *ix, unit, *grade, verdict)).collect()
    };
    asks.flat()
        .into_iter()
        .map(|(depth, must, ask)| Part {
            depth,
            heading: if depth == 0 { Said::default() } else { Said(ask.heading(cx.package)) },
            must,
            failing: reasons(&ask.failing, Value::NotMet),
            unknown: reasons(&ask.unknown, Value::Unknown),
        })
        // The first clause without indicators of its own is said by the sentence.
        .filter(|part| !part.heading.is_empty() || !part.failing.is_empty() || !part.unknown.is_empty())
        .collect()
}

fn next_sentence(cx: &Context, unit: usize, next: &grade_table::Next) -> Said {
    let grade = ("grade", cx.grade_name(next.grade));
    match &next.asks {
        // Every indicator that is named must meet its grade: the plain words say so.
        Some(asks) if asks.kind == Kind::All && asks.asks.is_empty() => {}
        Some(asks) => {
            return say("next.asks", &[grade, ("ask", Said(asks.heading(cx.package)))]);
        }
        None => {}
    }
    match (next.failing.len(), next.unknown.len()) {
        (0, 0) => say("next.rule", &[grade]),
        (0, _) => say("next.unknown", &[grade, ("unknown", missing_words(cx, unit, &next.unknown))]),
        (f, 0) => say("next.failing", &[grade, ("failing", counted("n_indicators", f))]),
        (f, _) => say(
            "next.both",
            &[
                grade,
                ("failing", counted("n_indicators", f)),
                ("unknown", missing_words(cx, unit, &next.unknown)),
            ],
        ),
    }
}

fn reason(cx: &Context, ix: NodeIx, unit: usize, grade: usize, verdict: Value) -> Reason {
    let step = cx.package.nodes[ix].indicator().and_then(|i| grade_table::asked_step(i, grade, verdict));
    Reason {
        link: cx.link(ix),
        figure: cx.figure_against(ix, cx.row(unit), step.map(|s| s.threshold)),
        unit: cx.measurement_unit(ix),
        threshold: step.map(|s| cx.asked(ix, s)),
    }
}

fn layers(cx: &Context, unit: usize) -> Vec<Layer> {
    cx.layers()
        .into_iter()
        .map(|group| {
            let cells: Vec<Cell> = cx
                .package
                .indicators_below(group)
                .into_iter()
                .map(|ix| Cell { link: cx.link(ix), level: cx.level(ix, unit) })
                .collect();
            let count = |test: &dyn Fn(State) -> bool| cells.iter().filter(|c| test(c.level.state)).count();
            let reached = count(&|s| matches!(s, State::Reached(..)));
            let below = count(&|s| s == State::Below);
            let unknown = cells.len() - reached - below;
            let name = cx.node_name(group);
            let mut parts = vec![say(
                "layer.reached",
                &[
                    ("reached", reached.to_string().into()),
                    ("of", cells.len().into()),
                    ("grade", cx.grade_name(0)),
                ],
            )];
            if below > 0 {
                parts.push(counted("layer.below", below));
            }
            if unknown > 0 {
                parts.push(counted("layer.unknown", unknown));
            }
            let row = cx.row(unit);
            Layer {
                sentence: say("layer.sentence", &[("parts", Said::clauses(&parts))]),
                name,
                cells,
                score: cx.evaluation.score(group, row).map(|x| cx.score_text(x)),
                reference: cx.reference(group, row),
            }
        })
        .collect()
}

fn counts(cx: &Context, unit: usize) -> Vec<Count> {
    let indicators = cx.indicators();
    (0..cx.package.grades.len())
        .map(|g| {
            let count = |wanted: Value| {
                indicators
                    .iter()
                    .filter(|ix| cx.node_grade(unit, **ix).and_then(|n| n.verdicts.get(g)) == Some(&wanted))
                    .count()
            };
            let (met, not_met) = (count(Value::Met), count(Value::NotMet));
            Count {
                grade: cx.grade_name(g),
                letter: cx.grade_letter(g),
                met,
                not_met,
                unknown: indicators.len() - met - not_met,
                total: indicators.len(),
            }
        })
        .collect()
}

/// The signs that occur, each once, from the best to the least known.
fn legend(cx: &Context, layers: &[Layer]) -> Vec<Level> {
    let mut out: Vec<Level> = Vec::new();
    for g in (0..cx.package.grades.len()).rev() {
        if !layers.is_empty() {
            out.push(Level {
                letter: cx.grade_letter(g),
                symbol: if cx.is_top(g) { "▲" } else { "●" },
                class: format!("s{}", cx.shade(g)),
                words: cx.grade_name(g),
                state: State::Reached(g, false),
            });
        }
    }
    let occurs = |test: fn(State) -> bool| layers.iter().flat_map(|l| &l.cells).find(|c| test(c.level.state));
    for (test, key) in [
        ((|s| s == State::Below) as fn(State) -> bool, None),
        (|s| s == State::Undecided, Some("level.undecided_sign")),
        (|s| s == State::NoValue, Some("level.no_value")),
        (|s| matches!(s, State::NoThreshold | State::Unpublished), Some("level.no_threshold_or_definition")),
        (|s| matches!(s, State::Reached(_, true)), Some("level.open_sign")),
    ] {
        if let Some(cell) = occurs(test) {
            let mut level = cell.level.clone();
            if let Some(key) = key {
                level.words = term(key);
            }
            out.push(level);
        }
    }
    out
}

fn score(cx: &Context, unit: usize) -> Option<Score> {
    let row = cx.row(unit);
    let value = cx.evaluation.score(Package::ROOT, row)?;
    let units = cx.evaluation.units.len();
    let of = (0..units).filter(|u| cx.evaluation.score(Package::ROOT, cx.row(*u)).is_some()).count();
    let children = &cx.package.nodes[Package::ROOT].children;
    // One scale for all parts: they are on the common scale of the index.
    let highest = children
        .iter()
        .flat_map(|ix| (0..units).filter_map(|u| cx.evaluation.score(*ix, cx.row(u))))
        .map(|x| x.to_f64().abs())
        .fold(0.0, f64::max);
    let parts = children
        .iter()
        .filter_map(|ix| {
            let value = cx.evaluation.score(*ix, row)?;
            Some(ScorePart {
                name: cx.node_name(*ix),
                value: cx.score_with_range(*ix, unit, value),
                rank: if of > 1 { cx.rank_with_range(*ix, unit) } else { None },
                reference: cx.reference(*ix, row),
                width: if highest > 0.0 {
                    (value.to_f64() / highest * 1000.0).round().clamp(0.0, 1000.0) / 10.0
                } else {
                    0.0
                },
            })
        })
        .collect();
    Some(Score {
        value: cx.score_with_range(Package::ROOT, unit, value),
        rank: cx.rank_with_range(Package::ROOT, unit),
        of,
        parts,
    })
}
