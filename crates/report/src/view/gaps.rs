//! How far every indicator is from the next grade, on one common ladder scale.

use super::Link;
use crate::charts::inline::{self, Caption, Dot, Goalpost, Role};
use crate::context::Context;
use crate::figure::{Figure, readable};
use crate::gap::{self, Gap};
use crate::level::{Level, State};
use crate::said::{Said, say, term};
use gradus_engine::Number;
use gradus_model::package::{Direction, NodeIx, Threshold};
use minijinja::Value;
use serde::Serialize;

#[derive(Debug, Serialize)]
pub(crate) struct Gaps {
    /// Indicators below the highest grade with a measured gap, the nearest first.
    rows: Vec<Row>,
    /// Indicators at the highest grade.
    done: Vec<Link>,
    /// Indicators of which the gap is not known.
    unknown: Vec<Unknown>,
    summary: Said,
    /// Letters above the goalposts, with their place in percent.
    axis: Vec<(Said, f64)>,
    empty: Option<Said>,
}

#[derive(Debug, Serialize)]
struct Row {
    link: Link,
    level: Level,
    figure: Figure,
    unit: Option<Said>,
    next: Said,
    threshold: Said,
    gap: Said,
    percent: Option<String>,
    leader: Option<Leader>,
    chart: Value,
}

#[derive(Debug, Serialize)]
struct Leader {
    name: Said,
    figure: Figure,
}

#[derive(Debug, Serialize)]
struct Unknown {
    link: Link,
    why: Said,
}

pub(crate) fn gaps(cx: &Context) -> Gaps {
    let mut out = Gaps {
        rows: Vec::new(),
        done: Vec::new(),
        unknown: Vec::new(),
        summary: Said::default(),
        axis: Vec::new(),
        empty: None,
    };
    let Some(unit) = cx.own else {
        out.empty = Some(term("gaps.no_subject"));
        return out;
    };
    let laddered = cx.package.indicators().any(|(_, _, i)| !i.ladder.is_empty());
    if !laddered {
        out.empty = Some(term("gaps.no_ladder"));
        return out;
    }
    let n = cx.package.grades.len();
    out.axis = (0..n).map(|g| (cx.grade_letter(g), 1.5 + 97.0 * place(g, n))).collect();
    let input = crate::Input { own: Some(unit), period: cx.period, ..*cx.input };
    for gap in gap::gaps(&input) {
        out.rows.push(row(cx, unit, &gap));
    }
    for ix in cx.indicators() {
        let level = cx.level(ix, unit);
        match level.state {
            State::Reached(g, _) if cx.is_top(g) => out.done.push(cx.link(ix)),
            _ if out.rows.iter().any(|r| r.link.card == cx.card(ix)) => {}
            _ => {
                let why = match level.state {
                    State::Reached(..) => level.words,
                    State::Below => say("gaps.level_gap", &[("level", level.words)]),
                    _ => level.words,
                };
                out.unknown.push(Unknown { link: cx.link(ix), why });
            }
        }
    }
    out.summary = match out.rows.first() {
        Some(nearest) => say(
            "gaps.summary",
            &[
                ("n", out.rows.len().into()),
                ("nearest", nearest.link.name.clone()),
                ("gap", nearest.gap.clone()),
                ("grade", nearest.next.clone()),
            ],
        ),
        None => term("gaps.none"),
    };
    out
}

fn row(cx: &Context, unit: usize, gap: &Gap) -> Row {
    let ix = gap.node;
    let row = cx.row(unit);
    let indicator = cx.package.nodes[ix].indicator();
    let rounding = cx.package.policy.rounding;
    let places = indicator.and_then(|i| i.places);
    let lacking = readable(Number::Decimal(gap.gap), places, rounding);
    // What is lacking is never shown as nothing.
    let nothing = !lacking.contains(|c: char| c.is_ascii_digit() && c != '0');
    let lacking = if nothing { readable(Number::Decimal(gap.gap), None, rounding) } else { lacking };
    let lacking = Said::same(lacking);
    let lacking = cx.difference(ix, &lacking);
    let direction = indicator.map_or(Direction::Higher, |i| i.direction);
    let (threshold, next) = (cx.threshold(ix, Threshold::Number(gap.threshold)), cx.grade_name(gap.grade));
    let title = say(
        "gaps.finding",
        &[
            ("indicator", cx.node_name(ix)),
            ("gap", lacking.clone()),
            ("grade", next.clone()),
            ("threshold", threshold.clone()),
        ],
    );
    Row {
        link: cx.link(ix),
        level: cx.level(ix, unit),
        figure: cx.figure_against(ix, row, Some(Threshold::Number(gap.threshold))),
        unit: cx.measurement_unit(ix),
        gap: match direction {
            Direction::Higher => say("gap.more", &[("gap", lacking)]),
            Direction::Lower => say("gap.less", &[("gap", lacking)]),
        },
        percent: gap.percent.map(|p| readable(Number::Decimal(p), Some(0), rounding)),
        leader: leader(cx, ix, unit)
            .map(|u| Leader { name: cx.unit_name(u), figure: cx.figure(ix, cx.row(u)) }),
        chart: Value::from_safe_string(ladder_chart(cx, ix, unit, &title)),
        next,
        threshold,
    }
}

/// The best of the other units, the first of equal ones.
pub(crate) fn leader(cx: &Context, ix: NodeIx, unit: usize) -> Option<usize> {
    let direction = cx.package.nodes[ix].indicator()?.direction;
    let sign = if direction == Direction::Lower { -1.0 } else { 1.0 };
    let mut best: Option<(usize, f64)> = None;
    for u in (0..cx.evaluation.units.len()).filter(|u| *u != unit) {
        let Some(x) = cx.raw(ix, cx.row(u)) else { continue };
        let x = x.to_f64() * sign;
        if best.is_none_or(|(_, b)| x > b) {
            best = Some((u, x));
        }
    }
    best.map(|(u, _)| u)
}

/// The place of a grade's goalpost on the common ladder scale of `n` grades.
fn place(grade: usize, n: usize) -> f64 {
    (grade as f64 + 1.0) / (n as f64 + 1.0)
}

/// Where a value lies on the common ladder scale: goalposts are evenly spaced, and between two the place is in
/// proportion. The ends are the worst and the best value of any unit, or a step beyond the goalpost.
#[derive(Debug)]
pub(crate) struct LadderScale {
    /// Goodness and place, both ascending.
    knots: Vec<(f64, f64)>,
    sign: f64,
}

impl LadderScale {
    pub(crate) fn new(
        steps: &[(usize, f64)],
        n: usize,
        values: &[f64],
        direction: Direction,
    ) -> Option<Self> {
        let sign = if direction == Direction::Lower { -1.0 } else { 1.0 };
        let mut knots: Vec<(f64, f64)> = steps.iter().map(|(g, t)| (t * sign, place(*g, n))).collect();
        knots.sort_by(|a, b| a.0.total_cmp(&b.0));
        let (first, last) = (*knots.first()?, *knots.last()?);
        let step = match knots.len() {
            1 => (first.0.abs() / 2.0).max(f64::MIN_POSITIVE),
            many => (last.0 - first.0) / (many as f64 - 1.0),
        };
        let worst = values.iter().map(|v| v * sign).fold(first.0 - step, f64::min);
        let best = values.iter().map(|v| v * sign).fold(last.0 + step, f64::max);
        knots.insert(0, (worst, 0.0));
        knots.push((best, 1.0));
        Some(Self { knots, sign })
    }
    pub(crate) fn at(&self, value: f64) -> f64 {
        let x = value * self.sign;
        // A value on a goalpost is in the band the goalpost opens.
        let upper = self.knots.iter().position(|(k, _)| *k > x).unwrap_or(self.knots.len() - 1).max(1);
        let ((a, from), (b, to)) = (self.knots[upper - 1], self.knots[upper]);
        if b > a { (from + (to - from) * (x - a) / (b - a)).clamp(0.0, 1.0) } else { to }
    }
}

/// The row of an indicator on the common ladder scale.
pub(crate) fn ladder_chart(cx: &Context, ix: NodeIx, unit: usize, title: &Said) -> String {
    let Some(indicator) = cx.package.nodes[ix].indicator() else { return String::new() };
    let n = cx.package.grades.len();
    let steps: Vec<(usize, f64)> = indicator
        .ladder
        .iter()
        .filter_map(|s| Some((s.grade, Number::Decimal(s.threshold.number()?).to_f64())))
        .collect();
    let units: Vec<(usize, f64)> = (0..cx.evaluation.units.len())
        .filter_map(|u| cx.raw(ix, cx.row(u)).map(|x| (u, x.to_f64())))
        .collect();
    let values: Vec<f64> = units.iter().map(|(_, x)| *x).collect();
    let Some(scale) = LadderScale::new(&steps, n, &values, indicator.direction) else { return String::new() };
    let goalposts: Vec<Goalpost> = indicator
        .ladder
        .iter()
        .map(|s| Goalpost {
            at: place(s.grade, n),
            shade: cx.shade(s.grade),
            label: inline::spans(&cx.threshold_text(ix, s.threshold), &cx.languages),
        })
        .collect();
    let dots = dots(cx, ix, unit, &units, |x| scale.at(x));
    let caption = Caption {
        id: format!("ladder-{ix}"),
        title: cx.plain(title),
        description: cx.plain(&describe(cx, ix, &units)),
    };
    inline::ladder(&caption, &goalposts, &dots)
}

/// Up to this many dots say who they are.
const NAMED: usize = 40;

/// The units of an indicator as dots.
pub(crate) fn dots(
    cx: &Context,
    ix: NodeIx,
    own: usize,
    units: &[(usize, f64)],
    at: impl Fn(f64) -> f64,
) -> Vec<Dot> {
    let leader = leader(cx, ix, own);
    units
        .iter()
        .map(|(u, x)| {
            let row = cx.row(*u);
            let title = if units.len() <= NAMED || *u == own {
                let figure = cx.figure(ix, row);
                let value = cx.with_unit(ix, &figure.text).then((" ", " "), &figure.mark_word);
                cx.plain(&cx.unit_name(*u).then((": ", "："), &value))
            } else {
                String::new()
            };
            Dot {
                at: at(*x),
                title,
                role: if *u == own && cx.own.is_some() {
                    Role::Own
                } else if leader == Some(*u) {
                    Role::Leader
                } else {
                    Role::Peer
                },
                fill: crate::figure::fill_of(cx.status(ix, row)),
            }
        })
        .collect()
}

/// The values behind a picture of dots; of many units, the extremes.
pub(crate) fn describe(cx: &Context, ix: NodeIx, units: &[(usize, f64)]) -> Said {
    let one = |u: usize| cx.unit_name(u).then((" ", " "), &cx.figure(ix, cx.row(u)).text);
    let mut sorted: Vec<(usize, f64)> = units.to_vec();
    sorted.sort_by(|a, b| b.1.total_cmp(&a.1).then(a.0.cmp(&b.0)));
    let unit = match cx.measurement_unit(ix) {
        None => term("level_word"),
        Some(unit) => unit,
    };
    if sorted.len() <= 12 {
        let all: Vec<Said> = sorted.iter().map(|(u, _)| one(*u)).collect();
        return say("chart.values", &[("unit", unit), ("values", Said::list(&all))]);
    }
    let (high, low) = (sorted[0].0, sorted[sorted.len() - 1].0);
    say("chart.range", &[("unit", unit), ("n", sorted.len().into()), ("high", one(high)), ("low", one(low))])
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn goalposts_are_evenly_spaced_whatever_the_direction() {
        let values = [10.0, 120.0, 500.0];
        let up =
            LadderScale::new(&[(0, 100.0), (1, 200.0), (2, 400.0)], 3, &values, Direction::Higher).unwrap();
        for (x, at) in
            [(100.0, 0.25), (150.0, 0.375), (200.0, 0.5), (400.0, 0.75), (550.0, 1.0), (-50.0, 0.0)]
        {
            assert!((up.at(x) - at).abs() < 1e-9, "{x}: {}", up.at(x));
        }
        let down =
            LadderScale::new(&[(0, 40.0), (1, 30.0), (2, 20.0)], 3, &[44.0], Direction::Lower).unwrap();
        assert!(down.at(44.0) < 0.25 && down.at(25.0) > 0.5 && down.at(0.0) == 1.0);
        assert!((down.at(40.0) - 0.25).abs() < 1e-9);
        // One threshold only, and one that is zero.
        let single = LadderScale::new(&[(2, 0.0)], 3, &[], Direction::Higher).unwrap();
        assert!(single.at(0.0).is_finite() && single.at(5.0) == 1.0 && single.at(-5.0) == 0.0);
        assert!(LadderScale::new(&[], 3, &[1.0], Direction::Higher).is_none());
    }
}
