//! One card per indicator, all laid out alike.

use super::Link;
use super::gaps;
use crate::charts::inline::{self, Caption, Goalpost};
use crate::context::{COLUMNS, Context};
use crate::derivation::{Line, Reach};
use crate::figure::{Figure, place_text, readable};
use crate::level::Level;
use crate::pipeline::step_name;
use crate::said::{Said, say, term};
use gradus_engine::Number;
use gradus_model::observation::{Observation, Value as Observed};
use gradus_model::package::{Action, Direction, Indicator, NodeIx, OrderedScale, Origin, Threshold};
use gradus_model::{Lang, Text};
use minijinja::Value;
use serde::Serialize;

#[derive(Debug, Serialize)]
pub(crate) struct Layer {
    name: Said,
    code: String,
    description: Said,
    cards: Vec<Card>,
}

#[derive(Debug, Serialize)]
pub(crate) struct Card {
    link: Link,
    /// The name in English and in Chinese, where it has both.
    names: Vec<(&'static str, String)>,
    unpublished: bool,
    description: Said,
    unit: Option<Said>,
    scale: Vec<Said>,
    direction: Said,
    formula: Option<String>,
    /// What the names in the formula stand for.
    legend: Said,
    /// The steps that put the figure on another scale before it is scored.
    as_read: Said,
    /// The own figure after these steps.
    prepared: Said,
    confidence: Option<Said>,
    level: Option<Level>,
    figure: Option<Figure>,
    observation: Option<Provenance>,
    score: Option<Score>,
    /// Why there is no score, where the indicator is scored.
    no_score: Said,
    /// What the steps of the pipeline did to the own figure.
    touched: Vec<Said>,
    /// How the own score came about, down to the figures as read.
    derivation: Vec<Line>,
    ladder: Vec<Step>,
    why: Said,
    ladder_confidence: Option<Said>,
    ladder_chart: Value,
    peers: Vec<Peer>,
    peer_chart: Value,
    peer_title: Said,
    history: Value,
    history_title: Said,
    history_rows: Vec<(String, Said, &'static str)>,
    note: Said,
    origins: Vec<Source>,
}

/// Where the own value comes from.
#[derive(Debug, Serialize)]
struct Provenance {
    period: Option<String>,
    status: Said,
    source: Option<String>,
    document: Option<String>,
    vintage: Option<String>,
    boundary: Option<String>,
    quality: Option<String>,
    confidence: Option<Said>,
    note: Option<String>,
    place: Option<Said>,
    survey: Option<Said>,
    title: Option<Said>,
}

#[derive(Debug, Serialize)]
struct Score {
    value: String,
    range: Option<String>,
    rank: Option<String>,
    rank_range: Option<String>,
    reference: String,
}

#[derive(Debug, Serialize)]
struct Step {
    letter: Said,
    grade: Said,
    shade: usize,
    threshold: Said,
    /// `met`, `not-met` or `unknown`; empty without a unit to judge.
    verdict: &'static str,
    verdict_word: Said,
}

#[derive(Debug, Serialize)]
struct Peer {
    unit: Said,
    own: bool,
    figure: Figure,
    level: Option<Level>,
    boundary: Said,
}

/// A source as it is cited.
#[derive(Debug, Clone, Serialize)]
pub(crate) struct Source {
    code: String,
    producer: Said,
    title: Said,
    version: Option<String>,
    /// Only addresses a browser opens as a page become links.
    url: Option<String>,
    address: Option<String>,
    published: Option<String>,
    accessed: Option<String>,
    license: Option<String>,
    citation: Option<String>,
    confidence: Option<Said>,
    note: Said,
}

impl Source {
    pub(crate) fn of(origin: &Origin) -> Self {
        let web = |url: &&String| url.starts_with("https://") || url.starts_with("http://");
        Self {
            code: origin.id.to_string(),
            producer: Said::from(&origin.producer),
            title: Said::from(&origin.title),
            version: origin.version.clone(),
            url: origin.url.as_ref().filter(web).cloned(),
            address: origin.url.as_ref().filter(|u| !web(u)).cloned(),
            published: origin.published.clone(),
            accessed: origin.accessed.clone(),
            license: origin.license.clone(),
            citation: origin.citation.clone(),
            confidence: origin.confidence.map(|c| term(&format!("confidence.{}", c.word()))),
            note: Said::from(&origin.note),
        }
    }
}

impl Context<'_> {
    /// A threshold without its measurement unit.
    pub(crate) fn threshold_text(&self, ix: NodeIx, threshold: Threshold) -> Said {
        match threshold {
            Threshold::Number(x) => {
                Said::same(readable(Number::Decimal(x), None, self.package.policy.rounding))
            }
            Threshold::Range(from, to) => {
                let text = |x| readable(Number::Decimal(x), None, self.package.policy.rounding);
                Said::same(format!("{}–{}", text(from), text(to)))
            }
            Threshold::Level(level) => self.raw_text(ix, Number::Decimal(level.into())),
        }
    }
    /// A threshold in words: `at least 200 km`.
    pub(crate) fn threshold(&self, ix: NodeIx, threshold: Threshold) -> Said {
        let text = self.threshold_text(ix, threshold);
        if let Threshold::Level(_) = threshold {
            return say("threshold.level", &[("value", text)]);
        }
        if let Threshold::Range(..) = threshold {
            return self.with_unit(ix, &text);
        }
        let lower = self.package.nodes[ix].indicator().is_some_and(|i| i.direction == Direction::Lower);
        let key = if lower { "threshold.most" } else { "threshold.least" };
        say(key, &[("value", self.with_unit(ix, &text))])
    }
    /// What a step of a ladder asks for, in words.
    pub(crate) fn asked(&self, ix: NodeIx, step: &gradus_model::package::Step) -> Said {
        if !step.strict && !step.looks_back() {
            return self.threshold(ix, step.threshold);
        }
        let words = |lang| gradus_standard::threshold_words(self.package, ix, step, lang);
        Said(Text::both(words(Lang::En), words(Lang::Zh)))
    }
    /// The boundary a unit's figure is about, where the own unit's figure is about another one.
    pub(crate) fn other_boundary(&self, ix: NodeIx, unit: usize) -> Said {
        let of = |u: usize| {
            self.evaluation.observation(self.data, ix, self.row(u)).and_then(|o| o.detail.boundary.clone())
        };
        match (self.own.filter(|own| *own != unit).and_then(of), of(unit)) {
            (Some(own), Some(other)) if own != other => {
                say("boundary.differs", &[("other", (&*other).into()), ("own", (&*own).into())])
            }
            _ => Said::default(),
        }
    }
}

pub(crate) fn cards(cx: &Context) -> Vec<Layer> {
    cx.layers()
        .into_iter()
        .map(|group| Layer {
            name: cx.node_name(group),
            code: cx.package.nodes[group].id.to_string(),
            description: cx.package.nodes[group]
                .group()
                .map(|g| Said::from(&g.description))
                .unwrap_or_default(),
            cards: cx
                .package
                .indicators_below(group)
                .into_iter()
                .filter_map(|ix| cx.package.nodes[ix].indicator().map(|i| card(cx, ix, i)))
                .collect(),
        })
        .collect()
}

fn card(cx: &Context, ix: NodeIx, indicator: &Indicator) -> Card {
    let node = &cx.package.nodes[ix];
    let mut names: Vec<(&'static str, String)> = [("en", &node.name.en), ("zh", &node.name.zh)]
        .into_iter()
        .filter_map(|(lang, name)| name.clone().map(|name| (lang, name)))
        .collect();
    // The first language of the report goes first, and a name that is the same in both stands once.
    names.sort_by_key(|(lang, _)| cx.languages.first().map(|l| l.code()) != Some(*lang));
    names.dedup_by(|a, b| a.1 == b.1);
    let empty = || Value::from_safe_string(String::new());
    let mut out = Card {
        link: cx.link(ix),
        names,
        unpublished: indicator.unpublished,
        description: Said::from(&indicator.description),
        unit: cx.measurement_unit(ix),
        scale: cx.package.scale(indicator).map(scale_levels).unwrap_or_default(),
        direction: term(match indicator.direction {
            Direction::Higher => "direction.higher",
            Direction::Lower => "direction.lower",
        }),
        formula: indicator.formula.clone(),
        legend: indicator.formula.as_deref().map(|f| cx.legend(f)).unwrap_or_default(),
        as_read: as_read(cx, ix),
        prepared: Said::default(),
        confidence: indicator.confidence.map(|c| term(&format!("confidence.{}", c.word()))),
        level: None,
        figure: None,
        observation: None,
        score: None,
        no_score: Said::default(),
        touched: Vec::new(),
        derivation: Vec::new(),
        ladder: ladder(cx, ix, indicator),
        why: Said::from(&indicator.why),
        ladder_confidence: indicator.ladder_confidence.map(|c| term(&format!("confidence.{}", c.word()))),
        ladder_chart: empty(),
        peers: Vec::new(),
        peer_chart: empty(),
        peer_title: Said::default(),
        history: empty(),
        history_title: Said::default(),
        history_rows: Vec::new(),
        note: Said::from(&indicator.note),
        origins: indicator
            .origins
            .iter()
            .filter_map(|o| cx.package.origins.get(*o))
            .map(Source::of)
            .collect(),
    };
    if let Some(unit) = cx.own {
        let row = cx.row(unit);
        let figure = cx.figure(ix, row);
        if !indicator.ladder.is_empty() {
            out.level = Some(cx.level(ix, unit));
            if !figure.absent && cx.raw(ix, row).is_some() {
                let words = cx.level(ix, unit).words;
                let title = cx.node_name(ix).then((": ", "："), &words);
                out.ladder_chart = Value::from_safe_string(
                    gaps::ladder_chart(cx, ix, unit, &title)
                        .replace(&format!("ladder-{ix}-"), &format!("card-ladder-{ix}-")),
                );
            }
        }
        out.observation = cx.evaluation.observation(cx.data, ix, row).map(|o| provenance(cx, &o));
        out.score = cx.evaluation.score(ix, row).map(|x| Score {
            value: cx.score_text(x),
            range: cx.score_range(ix, unit),
            rank: cx.rank_text(ix, unit).filter(|_| cx.evaluation.units.len() > 1),
            rank_range: cx.rank_range(ix, unit),
            reference: cx.reference(ix, row),
        });
        if out.score.is_none() && !cx.evaluation.nodes[ix].scores.is_empty() {
            out.no_score = say("not_available", &[("why", cx.why_no_score(ix, row))]);
        }
        if !out.as_read.is_empty() {
            let prepared = cx.evaluation.nodes[ix].prepared().get(row);
            let prepared = prepared.filter(|x| cx.evaluation.score(ix, row) != Some(*x));
            out.prepared = prepared.map(|x| cx.plain_number(x)).unwrap_or_default();
        }
        out.touched =
            cx.touches(ix, row).into_iter().map(|(touch, stage)| cx.touch_words(touch, stage, row)).collect();
        out.derivation = cx.derivation(ix, row, Reach::Figures);
        (out.history_title, out.history, out.history_rows) = history(cx, ix, unit, indicator);
        // A card of an indicator whose definition is not public has no figure to lack.
        out.figure = (!indicator.unpublished || !figure.absent).then_some(figure);
    }
    peers(cx, ix, indicator, &mut out);
    out
}

/// Says that figures, thresholds and comparisons are those before the steps that put the indicator on another scale; nothing
/// where no step does.
fn as_read(cx: &Context, ix: NodeIx) -> Said {
    let rescales = |what: &str| !matches!(what, "imputed" | "screened-out" | "rounded");
    let steps: Vec<Said> = cx.evaluation.nodes[ix]
        .stages
        .iter()
        .filter(|stage| {
            let action = &cx.package.pipeline[stage.step].action;
            let scale = matches!(action, Action::Denominate(_) | Action::Transform(_) | Action::Normalize(_));
            // A treatment puts all figures on another scale only where it is a transform.
            let all = || stage.values.iter().flatten().count() == stage.changed.len();
            !stage.changed.is_empty()
                && (scale || (all() && stage.changed.iter().all(|(_, what)| rescales(what))))
        })
        .map(|stage| step_name(&cx.package.pipeline[stage.step]))
        .collect();
    if steps.is_empty() { Said::default() } else { say("card.as_read", &[("steps", Said::list(&steps))]) }
}

fn scale_levels(scale: &OrderedScale) -> Vec<Said> {
    scale
        .levels
        .iter()
        .map(|l| if l.name.is_empty() { Said::same(l.id.as_str()) } else { Said::from(&l.name) })
        .collect()
}

fn ladder(cx: &Context, ix: NodeIx, indicator: &Indicator) -> Vec<Step> {
    use gradus_standard::Verdict;
    indicator
        .ladder
        .iter()
        .map(|step| {
            let verdict =
                cx.own.and_then(|u| cx.node_grade(u, ix)).and_then(|g| g.verdicts.get(step.grade)).copied();
            let (verdict, key) = match verdict {
                Some(Verdict::Met) => ("met", "met"),
                Some(Verdict::NotMet) => ("not-met", "not_met"),
                Some(Verdict::Unknown) => ("unknown", "unknown"),
                None => ("", ""),
            };
            Step {
                letter: cx.grade_letter(step.grade),
                grade: cx.grade_name(step.grade),
                shade: cx.shade(step.grade),
                threshold: cx.asked(ix, step),
                verdict,
                verdict_word: if key.is_empty() { Said::default() } else { term(key) },
            }
        })
        .collect()
}

fn provenance(cx: &Context, observation: &Observation) -> Provenance {
    let detail = &observation.detail;
    let text = |t: &Option<std::sync::Arc<str>>| t.as_deref().map(str::to_owned);
    Provenance {
        period: observation.period.map(|p| p.to_string()),
        status: term(&format!("status.{}", observation.status.word())),
        source: text(&detail.source),
        document: text(&detail.document),
        vintage: detail.vintage.map(|d| d.to_string()),
        boundary: text(&detail.boundary),
        quality: text(&detail.quality),
        confidence: detail.confidence.map(|c| term(&format!("confidence.{}", c.word()))),
        note: text(&detail.note),
        place: observation.place.as_ref().map(place_text),
        survey: match &observation.value {
            Observed::Survey { n, standard_error, .. } if n.is_some() || standard_error.is_some() => {
                let mut parts = Vec::new();
                if let Some(n) = n {
                    parts.push(say("survey.n", &[("count", n.to_string().into())]));
                }
                if let Some(error) = standard_error {
                    let error = readable(Number::Decimal(*error), None, cx.package.policy.rounding);
                    parts.push(say("survey.error", &[("error", error.into())]));
                }
                Some(Said::list(&parts))
            }
            _ => None,
        },
        title: match &observation.value {
            Observed::Title { awarded, expires, .. } if awarded.is_some() || expires.is_some() => {
                let mut parts = Vec::new();
                if let Some(day) = awarded {
                    parts.push(say("title.awarded", &[("day", day.to_string().into())]));
                }
                if let Some(day) = expires {
                    parts.push(say("title.expires", &[("day", day.to_string().into())]));
                }
                Some(Said::list(&parts))
            }
            _ => None,
        },
    }
}

fn peers(cx: &Context, ix: NodeIx, indicator: &Indicator, out: &mut Card) {
    let own = cx.own;
    let units: Vec<(usize, f64)> = (0..cx.evaluation.units.len())
        .filter_map(|u| cx.raw(ix, cx.row(u)).map(|x| (u, x.to_f64())))
        .collect();
    let several = cx.evaluation.units.len() > 1;
    if several {
        // Of many units the own one and the best are named; the picture has all.
        let named: Vec<usize> = match cx.evaluation.units.len() > COLUMNS {
            false => cx.columns(),
            true => {
                let best = gaps::leader(cx, ix, own.unwrap_or(usize::MAX));
                own.into_iter().chain(best).collect()
            }
        };
        out.peers = named
            .into_iter()
            .map(|u| Peer {
                unit: cx.unit_name(u),
                own: Some(u) == own,
                figure: cx.figure(ix, cx.row(u)),
                level: (!indicator.ladder.is_empty()).then(|| cx.level(ix, u)),
                boundary: cx.other_boundary(ix, u),
            })
            .collect();
    }
    if !several || units.len() < 2 {
        return;
    }
    let steps: Vec<(f64, Said)> = indicator
        .ladder
        .iter()
        .filter_map(|s| Some((Number::Decimal(s.threshold.number()?).to_f64(), cx.grade_letter(s.grade))))
        .collect();
    let all = units.iter().map(|(_, x)| *x).chain(steps.iter().map(|(x, _)| *x));
    let (low, high) = all.fold((f64::MAX, f64::MIN), |(l, h), x| (l.min(x), h.max(x)));
    let span = high - low;
    let at = |x: f64| if span > 0.0 { (x - low) / span } else { 0.5 };
    let goalposts: Vec<Goalpost> = steps
        .iter()
        .map(|(x, letter)| Goalpost { at: at(*x), shade: 1, label: inline::spans(letter, &cx.languages) })
        .collect();
    let dots = gaps::dots(cx, ix, own.unwrap_or(usize::MAX), &units, at);
    let show = |x: f64| {
        let exact = units
            .iter()
            .find(|(_, v)| *v == x)
            .and_then(|(u, _)| cx.raw(ix, cx.row(*u)))
            .unwrap_or(Number::Binary64(x));
        inline::spans(&cx.raw_text(ix, exact), &cx.languages)
    };
    out.peer_title = peer_finding(cx, ix, indicator, &units);
    let caption = Caption {
        id: format!("peers-{ix}"),
        title: cx.plain(&out.peer_title),
        description: cx.plain(&gaps::describe(cx, ix, &units)),
    };
    out.peer_chart =
        Value::from_safe_string(inline::strip(&caption, &goalposts, &dots, (&show(low), &show(high))));
}

/// `Changchun is 4th of 10; Shanghai leads`, by counting who is better.
fn peer_finding(cx: &Context, ix: NodeIx, indicator: &Indicator, units: &[(usize, f64)]) -> Said {
    let Some(leader) = gaps::leader(cx, ix, usize::MAX) else { return Said::default() };
    let best = cx.unit_name(leader);
    let better = |a: f64, b: f64| match indicator.direction {
        Direction::Higher => a > b,
        Direction::Lower => a < b,
    };
    let n = ("of", units.len().into());
    match cx.own.and_then(|own| units.iter().find(|(u, _)| *u == own)) {
        Some((own, x)) => {
            let ahead = units.iter().filter(|(_, y)| better(*y, *x)).count();
            let level = units.iter().filter(|(u, y)| u != own && y == x).count();
            match ahead {
                0 if level > 0 => say("peers.level", &[("unit", cx.unit_name(*own)), ("n", level.into()), n]),
                0 => say("peers.first", &[("unit", cx.unit_name(*own)), n]),
                _ => say(
                    "peers.ahead",
                    &[("unit", cx.unit_name(*own)), ("n", ahead.into()), n, ("leader", best)],
                ),
            }
        }
        None => say("peers.leader", &[("leader", best), n]),
    }
}

/// The own values in all periods of the data, where there is more than one.
fn history(
    cx: &Context,
    ix: NodeIx,
    unit: usize,
    indicator: &Indicator,
) -> (Said, Value, Vec<(String, Said, &'static str)>) {
    let none = || (Said::default(), Value::from_safe_string(String::new()), Vec::new());
    if indicator.scale.is_some() {
        return none();
    }
    let id = &cx.package.nodes[ix].id;
    let Some(variable) = cx.data.variable(id.as_str()) else { return none() };
    let Some(in_data) = cx.data.unit(cx.evaluation.units[unit].as_str()) else { return none() };
    let observations = &cx.data.observations;
    let mut points: Vec<(gradus_model::Period, Number, Observation)> = observations
        .of_unit(in_data)
        .into_iter()
        .filter(|at| observations.key(*at).is_some_and(|o| o.variable == variable))
        .filter_map(|at| observations.get(at))
        .filter_map(|o| Some((o.period?, Number::Decimal(o.value.as_number()?), o)))
        .collect();
    points.sort_by_key(|(p, _, _)| *p);
    points.dedup_by_key(|(p, _, _)| p.end_year());
    let (Some(first), Some(last)) = (points.first(), points.last()) else { return none() };
    if points.len() < 2 {
        return none();
    }
    let title = say(
        "history.finding",
        &[
            ("from", cx.raw_text(ix, first.1)),
            ("first", first.0.to_string().into()),
            ("to", cx.with_unit(ix, &cx.raw_text(ix, last.1))),
            ("last", last.0.to_string().into()),
        ],
    );
    let rows: Vec<(String, Said, &'static str)> = points
        .iter()
        .map(|(p, x, o)| (p.to_string(), cx.raw_text(ix, *x), crate::figure::status_mark(o.status).0))
        .collect();
    let all: Vec<Said> = rows.iter().map(|(p, x, _)| Said::same(p.as_str()).then((": ", "："), x)).collect();
    let caption = Caption {
        id: format!("history-{ix}"),
        title: cx.plain(&cx.node_name(ix).then((": ", "："), &title)),
        description: cx.plain(&Said::list(&all)),
    };
    let goalposts: Vec<(f64, String)> = indicator
        .ladder
        .iter()
        .filter_map(|s| match s.threshold {
            Threshold::Number(x) => {
                Some((Number::Decimal(x).to_f64(), inline::spans(&cx.grade_letter(s.grade), &cx.languages)))
            }
            Threshold::Level(_) | Threshold::Range(..) => None,
        })
        .collect();
    let line: Vec<(f64, f64)> =
        points.iter().map(|(p, x, _)| (f64::from(p.end_year()), x.to_f64())).collect();
    (title, Value::from_safe_string(inline::history(&caption, &line, &goalposts)), rows)
}
