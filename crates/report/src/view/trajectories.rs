//! Trajectories: where every indicator comes from, which way it must go, and where it goes if nothing changes.

use super::block::{Blocks, Cell, Table};
use super::next::{best_peer, if_nothing, needed};
use crate::charts::Frame;
use crate::charts::trajectories::{Fan, Level, Panel, Point, Trajectories};
use crate::context::Context;
use crate::extras::Tracks;
use crate::figure::fill_of;
use crate::said::{Said, both, say, term};
use gradus_engine::Number;
use gradus_progress::preset::{Preset, Rating};
use gradus_progress::sentence::signed;
use gradus_progress::{Item, Refused, sentence};

pub(super) fn trajectories(cx: &Context) -> Blocks {
    if cx.own.is_none() {
        return Blocks::empty(term("tracks.no_subject"));
    }
    let Some(tracks) = cx.extras().and_then(|e| e.tracks.as_ref()) else {
        return Blocks::empty(term("tracks.not_computed"));
    };
    let long = tracks.items.iter().filter(|item| item.history.series.len() > 1).count();
    if long == 0 {
        return Blocks::empty(term("tracks.no_series"));
    }
    let mut out = Blocks::new();
    let rated: Vec<(&Item, Rating)> =
        tracks.items.iter().filter_map(|item| Some((item, item.rating.as_ref().ok().copied()?))).collect();
    if let Some(preset) = tracks.preset {
        let parts: Vec<Said> = preset
            .classes
            .iter()
            .enumerate()
            .filter_map(|(at, class)| {
                let n = rated.iter().filter(|(_, rating)| rating.class == at).count();
                let words = Said::same(class.symbol).then((" ", " "), &Said::from(class.name()));
                (n > 0).then(|| say("tracks.class", &[("class", words), ("count", n.into())]))
            })
            .collect();
        if !parts.is_empty() {
            out.lead(say(
                "tracks.lead",
                &[
                    ("rated", rated.len().into()),
                    ("of", tracks.items.len().into()),
                    ("classes", Said::list(&parts)),
                ],
            ));
        }
        out.quiet(say(
            "tracks.preset",
            &[("preset", preset.id.into()), ("summary", both(|lang| preset.summary_in(lang).to_owned()))],
        ));
    }
    picture(cx, tracks, &mut out);
    table(cx, tracks, &mut out);
    differing(cx, tracks, &mut out);
    groups(cx, tracks, &mut out);
    out.heading(term("tracks.sentences"));
    let sentences = tracks.items.iter().map(|item| {
        let said = Said::from(sentence(item, |unit| cx.unit_name(unit).0));
        Cell::link(&cx.link(item.node)).small(said.then((" ", ""), &notes(item)))
    });
    let mut inside = Blocks::new();
    inside.list(sentences.collect());
    out.details(term("tracks.sentences_all"), inside);
    out
}

/// How many steps the band of a trend is drawn in.
const STEPS: u32 = 6;
/// How many years ahead where no target year says it.
const AHEAD: f64 = 5.0;

/// Every series with its threshold, the path that is needed, and where the trend leads.
fn picture(cx: &Context, tracks: &Tracks, out: &mut Blocks) {
    let panels: Vec<Panel> = tracks
        .items
        .iter()
        .filter(|item| item.history.figures.len() > 1)
        .map(|item| panel(cx, tracks, item))
        .collect();
    if panels.is_empty() {
        return;
    }
    let unit = cx.own.map(|own| cx.unit_name(own).0).unwrap_or_default();
    let frame = Frame { subject: unit, measure: term("tracks.measure").0, ..Frame::default() };
    out.draw(cx, "trajectories-picture", &Trajectories { frame, panels, fan: term("tracks.fan").0 });
}

fn panel(cx: &Context, tracks: &Tracks, item: &Item) -> Panel {
    let ix = item.node;
    let points: Vec<Point> = item
        .history
        .figures
        .iter()
        .filter_map(|figure| {
            Some(Point {
                time: figure.time()?,
                period: figure.period?.to_string(),
                value: Number::Decimal(figure.value).to_f64(),
                text: cx.raw_text(ix, Number::Decimal(figure.value)).0,
                fill: fill_of(figure.status),
            })
        })
        .collect();
    let last = points.last().map(|p| (p.time, p.value));
    let end = item.target.and_then(|t| t.year).map(f64::from);
    let needed = match (last, item.level, end) {
        (Some(from), Some(level), Some(end)) if !item.reached() && end > from.0 => Some([from, (end, level)]),
        _ => None,
    };
    let fan = match (&item.trend, last) {
        (Ok(trend), Some((from, _))) => {
            let to = end.filter(|end| *end > from).unwrap_or(from + AHEAD);
            let at = |step: u32| from + (to - from) * f64::from(step) / f64::from(STEPS);
            let ends = |time: f64| {
                let (low, high) = trend.band(time);
                Fan { time, low, middle: trend.at(time), high }
            };
            (0..=STEPS).map(at).map(ends).collect()
        }
        _ => Vec::new(),
    };
    let levels = cx.package.nodes[ix].indicator().map(|i| i.ladder.as_slice()).unwrap_or_default();
    let level = |step: &gradus_model::package::Step| {
        let value = Number::Decimal(step.threshold.number()?).to_f64();
        Some(Level { value, letter: cx.grade_letter(step.grade).0 })
    };
    let rating = item.rating.as_ref().ok();
    Panel {
        name: cx.node_name(ix).0,
        unit: cx.measurement_unit(ix).unwrap_or_default().0,
        points,
        needed,
        fan,
        levels: levels.iter().filter_map(level).collect(),
        breaks: item.history.broken.map(gradus_progress::history::time).into_iter().collect(),
        status: status(tracks.preset, &item.rating).text.0,
        on_track: tracks.preset.zip(rating).and_then(|(preset, rating)| preset.on_track(rating)),
    }
}

fn table(cx: &Context, tracks: &Tracks, out: &mut Blocks) {
    let mut table = Table::new(
        "tracks",
        term("tracks.caption"),
        &[
            ("indicator", term("indicator")),
            ("now", term("value")),
            ("target", term("track.target")),
            ("#observed", term("track.observed")),
            ("#needed", term("track.needed")),
            ("#best-peer", term("track.best_peer")),
            ("if-nothing-changes", term("track.arrival")),
            ("status", term("status")),
        ],
    );
    for item in &tracks.items {
        let unit = item.unit;
        let target = item.target.map_or_else(Cell::none, |target| {
            let year = target.year.map(|y| Said::same(y.to_string())).unwrap_or_default();
            Cell::text(cx.threshold(item.node, target.threshold))
                .small(cx.grade_name(target.grade).then((", ", "，"), &year))
        });
        let observed = match item.observed {
            Ok(pace) => Cell::number(signed(item.change(pace)), item.change(pace)),
            Err(why) => Cell::text(Said::from(why.text())),
        };
        table.row(vec![
            Cell::link(&cx.link(item.node)).small(notes(item)),
            Cell::figure(cx.figure(item.node, cx.row(unit))),
            target,
            observed,
            needed(item),
            best_peer(cx, item),
            if_nothing(item),
            status(tracks.preset, &item.rating),
        ]);
    }
    out.table(table.trimmed());
    out.quiet(term("tracks.how"));
}

/// The rating in words with its symbol; else why there is none.
fn status(preset: Option<&Preset>, rating: &Result<Rating, Refused>) -> Cell {
    match (preset, rating) {
        (Some(preset), Ok(rating)) => match preset.classes.get(rating.class) {
            Some(class) => Cell::text(Said::same(class.symbol).then((" ", " "), &Said::from(class.name()))),
            None => Cell::none(),
        },
        (None, Ok(_)) => Cell::none(),
        (_, Err(why)) => Cell::text(Said::from(why.text())),
    }
}

/// What must be known of the series: a break, figures that are left out, a trend on a straight line.
fn notes(item: &Item) -> Said {
    let mut all = Vec::new();
    if let Some(period) = item.history.broken {
        all.push(say("tracks.broken", &[("period", period.to_string().into())]));
    }
    if item.history.left_out > 0 {
        all.push(say("tracks.left_out", &[("n", item.history.left_out.into())]));
    }
    if item.trend.as_ref().is_ok_and(|trend| trend.fell_back) {
        all.push(term("tracks.fell_back"));
    }
    Said::list(&all)
}

/// Where another preset would say something else.
fn differing(cx: &Context, tracks: &Tracks, out: &mut Blocks) {
    let Some(chosen) = tracks.preset else { return };
    let others: Vec<_> = tracks.others.iter().filter(|(preset, _)| preset.id != chosen.id).collect();
    if others.is_empty() {
        return;
    }
    out.heading(term("tracks.others"));
    let mut columns = vec![("indicator", term("indicator")), (chosen.id, Said::same(chosen.id))];
    columns.extend(others.iter().map(|(preset, _)| (preset.id, Said::same(preset.id))));
    let mut table = Table::new("presets", term("tracks.others_how"), &columns);
    for (at, item) in tracks.items.iter().enumerate() {
        let own = item.rating.as_ref().ok().and_then(|rating| chosen.on_track(rating));
        let differs = |(preset, ratings): &&(&'static Preset, Vec<Result<Rating, Refused>>)| {
            let other =
                ratings.get(at).and_then(|r| r.as_ref().ok()).and_then(|rating| preset.on_track(rating));
            matches!((own, other), (Some(a), Some(b)) if a != b)
        };
        if !others.iter().copied().any(|other| differs(&other)) {
            continue;
        }
        let mut cells = vec![Cell::link(&cx.link(item.node)), status(Some(chosen), &item.rating)];
        cells.extend(
            others.iter().map(|(preset, ratings)| {
                ratings.get(at).map_or_else(Cell::none, |r| status(Some(preset), r))
            }),
        );
        table.row(cells);
    }
    match table.is_empty() {
        true => out.nothing(term("tracks.agree")),
        false => out.table(table),
    }
}

/// The class of groups by the preset's own rule.
fn groups(cx: &Context, tracks: &Tracks, out: &mut Blocks) {
    let (Some(preset), Some(summing)) = (tracks.preset, tracks.preset.and_then(|p| p.summing)) else {
        return;
    };
    let mut table = Table::new(
        "track-groups",
        both(|lang| {
            if lang == gradus_model::Lang::En { summing.rule.to_owned() } else { summing.rule_zh.to_owned() }
        }),
        &[("group", term("part")), ("status", term("status")), ("#rated", term("tracks.rated"))],
    );
    for (node, class, rated, of) in &tracks.groups {
        let class = class.and_then(|class| preset.classes.get(class));
        let status = class.map_or_else(
            || Cell::text(term("tracks.too_few")),
            |class| Cell::text(Said::same(class.symbol).then((" ", " "), &Said::from(class.name()))),
        );
        let rated = Cell::number(say("n_of", &[("k", (*rated).into()), ("of", (*of).into())]), *rated as f64);
        table.row(vec![Cell::text(cx.node_name(*node)), status, rated]);
    }
    out.table(table);
}
