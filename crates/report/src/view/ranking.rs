//! Scores and ranks of all units.

use super::counted;
use crate::charts::inline::{self, Bar, Caption};
use crate::context::Context;
use crate::derivation::{Line, Reach};
use crate::figure::{Fill, fill_of, grouped, readable, status_mark};
use crate::said::{Said, say, term};
use gradus_engine::Number;
use gradus_model::Package;
use gradus_model::package::NodeIx;
use minijinja::Value;
use serde::Serialize;

#[derive(Debug, Serialize)]
pub(crate) struct Ranking {
    rows: Vec<Row>,
    /// Names of the parts of the index, one column each.
    parts: Vec<Said>,
    /// Units without a score.
    unranked: Vec<Unranked>,
    unranked_count: usize,
    /// How many units are not shown.
    left_out: Option<Said>,
    chart: Value,
    chart_title: Said,
    /// Why the order says little, where it does.
    caution: Option<Said>,
    /// What the intervals beside scores and ranks are, where there are any.
    draws: Option<Said>,
    /// What the letters beside scores stand for, where there are any.
    marked: bool,
    /// How the own unit's score came about, down to the indicators.
    derivation: Vec<Line>,
    /// Scores of the own unit in every period, where there are several.
    periods: Vec<PeriodRow>,
    history: Value,
    history_title: Said,
    empty: Option<Said>,
}

#[derive(Debug, Serialize)]
struct Row {
    unit: Said,
    code: String,
    own: bool,
    rank: String,
    /// Between which ranks most draws of a multiple imputation place it.
    rank_range: Option<String>,
    score: String,
    score_range: Option<String>,
    mark: &'static str,
    mark_word: Said,
    reference: String,
    coverage: String,
    /// Width of the bar, in percent.
    width: f64,
    /// Score and status letter of each part.
    parts: Vec<Option<(String, &'static str, Said)>>,
}

#[derive(Debug, Serialize)]
struct Unranked {
    unit: Said,
    why: Said,
}

#[derive(Debug, Serialize)]
struct PeriodRow {
    period: String,
    score: Option<String>,
    rank: Option<String>,
    reference: String,
    current: bool,
}

/// Most columns for parts of the index; deeper parts are in the JSON.
const PARTS: usize = 8;
/// Most bars; the table has all units.
const BARS: usize = 30;
/// Most rows of the table, and of the list of units without a score; files for programs have all.
const ROWS: usize = 500;

impl Context<'_> {
    /// `12`, or `=12` where another unit of the period has the same rank.
    pub(crate) fn rank_text(&self, ix: NodeIx, unit: usize) -> Option<String> {
        let rank = self.evaluation.rank(ix, self.row(unit))?;
        let shown = grouped(&Number::Binary64(rank).to_string());
        Some(if self.tied(ix, unit) { format!("={shown}") } else { shown })
    }
    /// Between which ranks 90 percent of the draws of a multiple imputation place a unit: `10–15`.
    pub(crate) fn rank_range(&self, ix: NodeIx, unit: usize) -> Option<String> {
        let (low, high) = (*self.evaluation.nodes[ix].spread.as_ref()?.ranks.get(self.row(unit))?)?;
        // Ranks are whole: outward, so that the interval holds no fewer draws than it says.
        let text = |rank: f64| grouped(&Number::Binary64(rank).to_string());
        Some(format!("{}–{}", text(low.floor()), text(high.ceil())))
    }
    /// `12 (10–15)`.
    pub(crate) fn rank_with_range(&self, ix: NodeIx, unit: usize) -> Option<String> {
        let rank = self.rank_text(ix, unit)?;
        Some(match self.rank_range(ix, unit) {
            Some(range) => format!("{rank} ({range})"),
            None => rank,
        })
    }
    /// Between which scores 90 percent of the draws lie.
    pub(crate) fn score_range(&self, ix: NodeIx, unit: usize) -> Option<String> {
        let (low, high) = (*self.evaluation.nodes[ix].spread.as_ref()?.scores.get(self.row(unit))?)?;
        let text = |score: f64| self.score_text(Number::Binary64(score));
        Some(format!("{}–{}", text(low), text(high)))
    }
    /// `61.5 (58.0–64.2)`.
    pub(crate) fn score_with_range(&self, ix: NodeIx, unit: usize, score: Number) -> String {
        match self.score_range(ix, unit) {
            Some(range) => format!("{} ({range})", self.score_text(score)),
            None => self.score_text(score),
        }
    }
    /// How many draws intervals are from, where there are any.
    pub(crate) fn draws(&self) -> Option<usize> {
        self.evaluation.nodes[Package::ROOT].spread.as_ref().map(|s| s.draws).filter(|n| *n > 0)
    }
    /// The units with a score of the index, by rank as computed; those of the same rank in the order of the package.
    pub(crate) fn ranked(&self) -> Vec<usize> {
        let rank = |u: usize| self.evaluation.rank(Package::ROOT, self.row(u)).unwrap_or(f64::MAX);
        let mut units: Vec<usize> = (0..self.evaluation.units.len())
            .filter(|u| self.evaluation.score(Package::ROOT, self.row(*u)).is_some())
            .collect();
        units.sort_by(|a, b| rank(*a).total_cmp(&rank(*b)).then(a.cmp(b)));
        units
    }
    /// The share of a node's weight that is present, in percent.
    pub(crate) fn coverage_text(&self, ix: NodeIx, row: usize) -> String {
        match self.evaluation.nodes[ix].coverage.get(row) {
            Some(share) => share_text(*share),
            None => "–".to_owned(),
        }
    }
}

/// What sums of binary fractions lose at most.
const COMPLETE: f64 = 1e-9;

/// A share of 1 as percent; a share that is not quite all is never shown as all.
pub(crate) fn share_text(share: f64) -> String {
    let percent = (share * 100.0).round();
    let percent = if percent >= 100.0 && share < 1.0 - COMPLETE { 99.0 } else { percent };
    format!("{percent}%")
}

pub(crate) fn ranking(cx: &Context) -> Ranking {
    let mut out = Ranking {
        rows: Vec::new(),
        parts: Vec::new(),
        unranked: Vec::new(),
        unranked_count: 0,
        left_out: None,
        chart: Value::from_safe_string(String::new()),
        chart_title: Said::default(),
        caution: None,
        draws: cx.draws().map(|n| counted("ranking.draws", n)),
        marked: false,
        derivation: Vec::new(),
        periods: Vec::new(),
        history: Value::from_safe_string(String::new()),
        history_title: Said::default(),
        empty: None,
    };
    if !cx.scored() {
        let combines = cx.package.nodes[Package::ROOT].group().is_some_and(|group| group.aggregate.is_some());
        out.empty = Some(term(if combines { "ranking.no_scores" } else { "ranking.scoreboard" }));
        return out;
    }
    let evaluation = cx.evaluation;
    let units = evaluation.units.len();
    let scored: Vec<(usize, f64)> = cx
        .ranked()
        .into_iter()
        .filter_map(|u| evaluation.score(Package::ROOT, cx.row(u)).map(|x| (u, x.to_f64())))
        .collect();
    let parts: Vec<NodeIx> = cx.package.nodes[Package::ROOT]
        .children
        .iter()
        .copied()
        .filter(|ix| !evaluation.nodes[*ix].scores.is_empty())
        .collect();
    let parts = if parts.len() > PARTS { Vec::new() } else { parts };
    out.parts = parts.iter().map(|ix| cx.node_name(*ix)).collect();
    let highest = scored.iter().map(|(_, x)| x.abs()).fold(0.0, f64::max);
    out.rows = scored
        .iter()
        .enumerate()
        // The own unit is always shown.
        .filter(|(at, (u, _))| *at < ROWS || Some(*u) == cx.own)
        .map(|(_, found)| found)
        .map(|(u, x)| {
            let row = cx.row(*u);
            let (mark, word) = status_mark(cx.status(Package::ROOT, row));
            Row {
                unit: cx.unit_name(*u),
                code: evaluation.units[*u].to_string(),
                own: Some(*u) == cx.own,
                rank: cx.rank_text(Package::ROOT, *u).unwrap_or_else(|| "–".to_owned()),
                rank_range: cx.rank_range(Package::ROOT, *u),
                score: evaluation.score(Package::ROOT, row).map(|x| cx.score_text(x)).unwrap_or_default(),
                score_range: cx.score_range(Package::ROOT, *u),
                mark,
                mark_word: if mark.is_empty() { Said::default() } else { term(word) },
                reference: cx.reference(Package::ROOT, row),
                coverage: cx.coverage_text(Package::ROOT, row),
                width: if highest > 0.0 {
                    (x / highest * 1000.0).round().clamp(0.0, 1000.0) / 10.0
                } else {
                    0.0
                },
                parts: parts
                    .iter()
                    .map(|ix| {
                        let (mark, word) = status_mark(cx.status(*ix, row));
                        let word = if mark.is_empty() { Said::default() } else { term(word) };
                        evaluation.score(*ix, row).map(|x| (cx.score_text(x), mark, word))
                    })
                    .collect(),
            }
        })
        .collect();
    let mut has_score = vec![false; units];
    for (u, _) in &scored {
        has_score[*u] = true;
    }
    let without = has_score.iter().filter(|has| !**has).count();
    let left_out = scored.len() - out.rows.len() + without.saturating_sub(ROWS);
    out.left_out = (left_out > 0).then(|| counted("ranking.left_out", left_out));
    out.unranked_count = without;
    out.unranked = (0..units)
        .filter(|u| !has_score[*u])
        .take(ROWS)
        .map(|u| Unranked { unit: cx.unit_name(u), why: cx.why_no_score(Package::ROOT, cx.row(u)) })
        .collect();
    let marked =
        |r: &Row| !r.mark.is_empty() || r.parts.iter().flatten().any(|(_, mark, _)| !mark.is_empty());
    out.marked = out.rows.iter().any(marked);
    if let Some(own) = cx.own {
        out.derivation = cx.derivation(Package::ROOT, cx.row(own), Reach::Groups);
    }
    out.caution = caution(cx, &scored);
    if scored.len() > 1 {
        (out.chart_title, out.chart) = chart(cx, &scored);
    } else if out.caution.is_none() {
        out.caution = Some(term("ranking.single"));
    }
    if evaluation.periods.len() > 1 {
        over_time(cx, &mut out);
    }
    out
}

/// Scores on different sets of figures cannot be held against each other.
fn caution(cx: &Context, scored: &[(usize, f64)]) -> Option<Said> {
    let coverage = &cx.evaluation.nodes[Package::ROOT].coverage;
    let shares: Vec<f64> = scored.iter().filter_map(|(u, _)| coverage.get(cx.row(*u)).copied()).collect();
    let low = shares.iter().copied().fold(f64::MAX, f64::min);
    let high = shares.iter().copied().fold(0.0, f64::max);
    (shares.len() > 1 && high - low >= 0.05).then(|| {
        say("ranking.coverage", &[("low", share_text(low).into()), ("high", share_text(high).into())])
    })
}

fn chart(cx: &Context, scored: &[(usize, f64)]) -> (Said, Value) {
    let mut shown: Vec<(usize, f64)> = scored.iter().copied().take(BARS).collect();
    if let Some(own) = scored.iter().find(|(u, _)| Some(*u) == cx.own)
        && !shown.contains(own)
    {
        shown.pop();
        shown.push(*own);
    }
    let bars: Vec<Bar> = shown
        .iter()
        .map(|(u, x)| Bar {
            label: cx.plain(&cx.unit_name(*u)),
            value: *x,
            own: Some(*u) == cx.own,
            fill: match fill_of(cx.status(Package::ROOT, cx.row(*u))) {
                // A hollow bar cannot be told from the paper; the table has the mark.
                Fill::Hollow => Fill::Firm,
                fill => fill,
            },
        })
        .collect();
    let first = cx.unit_name(shown[0].0);
    let title = match cx.own.and_then(|own| cx.rank_text(Package::ROOT, own).map(|rank| (own, rank))) {
        Some((own, rank)) if own != shown[0].0 => say(
            "ranking.finding_own",
            &[
                ("own", cx.unit_name(own)),
                ("rank", rank.into()),
                ("of", scored.len().into()),
                ("first", first),
            ],
        ),
        _ => say("ranking.finding", &[("first", first), ("of", scored.len().into())]),
    };
    let values: Vec<Said> = shown
        .iter()
        .map(|(u, x)| {
            let text = readable(
                Number::Binary64(*x),
                Some(cx.package.policy.rounding.places),
                cx.package.policy.rounding,
            );
            cx.unit_name(*u).then((" ", " "), &Said::same(text))
        })
        .collect();
    let caption = Caption {
        id: "ranking".to_owned(),
        title: cx.plain(&title),
        description: cx.plain(&say("chart.scores", &[("values", Said::list(&values))])),
    };
    (title, Value::from_safe_string(inline::bars(&caption, &bars)))
}

/// The own unit, or the only one, through the periods.
fn over_time(cx: &Context, out: &mut Ranking) {
    let Some(unit) = cx.own else { return };
    let evaluation = cx.evaluation;
    let mut points = Vec::new();
    for (p, period) in evaluation.periods.iter().enumerate() {
        let row = evaluation.row(unit, p);
        let score = evaluation.score(Package::ROOT, row);
        if let (Some(x), Some(period)) = (score, period) {
            points.push((f64::from(period.end_year()), x.to_f64()));
        }
        out.periods.push(PeriodRow {
            period: period.map_or_else(|| "–".to_owned(), |p| p.to_string()),
            score: score.map(|x| cx.score_text(x)),
            rank: evaluation
                .rank(Package::ROOT, row)
                .filter(|_| evaluation.units.len() > 1)
                .map(|r| Number::Binary64(r).to_string()),
            reference: cx.reference(Package::ROOT, row),
            current: p == cx.period,
        });
    }
    let shown: Vec<&PeriodRow> = out.periods.iter().filter(|p| p.score.is_some()).collect();
    let (Some(first), Some(last)) = (shown.first(), shown.last()) else { return };
    if shown.len() < 2 {
        return;
    }
    let score = |p: &PeriodRow| Said::same(p.score.clone().unwrap_or_default());
    out.history_title = say(
        "ranking.history",
        &[
            ("unit", cx.unit_name(unit)),
            ("from", score(first)),
            ("first", first.period.as_str().into()),
            ("to", score(last)),
            ("last", last.period.as_str().into()),
        ],
    );
    let all: Vec<Said> = shown
        .iter()
        .map(|p| Said::same(format!("{}: {}", p.period, p.score.clone().unwrap_or_default())))
        .collect();
    let caption = Caption {
        id: "score-history".to_owned(),
        title: cx.plain(&out.history_title),
        description: cx.plain(&Said::list(&all)),
    };
    out.history = Value::from_safe_string(inline::history(&caption, &points, &[]));
}
