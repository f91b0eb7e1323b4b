//! Progress for programs: one record per indicator, every number by its own name. Paces are changes of the value a year.

use super::Asked;
use crate::listing::{number, text};
use crate::render::escape;
use gradus::engine::Number;
use gradus::model::package::Threshold;
use gradus::model::{Lang, Text};
use gradus::progress::eta::When;
use gradus::progress::preset::Preset;
use gradus::progress::progress::Best;
use gradus::progress::{Item, PRESETS, Refused, sentence};
use gradus::report::table::{Cell, Column, Table};
use gradus::standard::Verdict;
use serde_json::{Map, Value, json};

const KEYS: &[&str] = &[
    "unit",
    "indicator",
    "period",
    "value",
    "status",
    "grade",
    "target",
    "target_year",
    "verdict",
    "gap",
    "gap_percent",
    "gap_points",
    "attainment",
    "floor",
    "floor_period",
    "needed",
    "needed_growth",
    "observed",
    "observed_from",
    "observed_to",
    "pace_ratio",
    "best_peer",
    "best_peer_pace",
    "best_peer_from",
    "best_peer_to",
    "beyond_any_peer",
    "leader",
    "leader_value",
    "peer_median",
    "peer_lower",
    "peer_upper",
    "best_ever",
    "best_ever_unit",
    "limit",
    "room",
    "margin",
    "margin_years",
    "worst_pace",
    "arrival",
    "arrival_early",
    "arrival_late",
    "probability",
    "model",
    "do_nothing",
    "do_nothing_worse",
    "do_nothing_better",
    "figures",
    "left_out",
    "broken",
];
const RATING: &[&str] = &["preset", "class", "symbol", "measure", "score", "why"];

fn decimal(x: gradus::model::Decimal) -> Cell {
    Cell::Number(Number::Decimal(x.normalize()), None)
}
fn shown<T: ToString>(x: Option<T>) -> Cell {
    text(x.map(|x| x.to_string()).unwrap_or_default())
}
fn when(when: Option<When>) -> Cell {
    match when {
        Some(When::At(time)) => number((time * 100.0).round() / 100.0),
        Some(When::Due) => text("due"),
        Some(When::Never) => text("never"),
        None => Cell::Empty(None),
    }
}

fn cells(asked: &Asked<'_>, item: &Item) -> Vec<Cell> {
    let package = asked.package();
    let units = &asked.computed.outcome.evaluation.units;
    let node = &package.nodes[item.node];
    let now = item.history.now.as_ref();
    let code = |unit: usize| units.get(unit).map(|u| u.as_str().to_owned());
    let pace = |pace: Option<f64>| number(pace.map(|pace| item.change(pace)));
    let period = |time: f64| {
        asked.tracker.history(item.node, item.best_peer.map_or(item.unit, |(unit, _)| unit))?.period_of(time)
    };
    let best = |best: Option<Best>| (shown(best.and_then(|b| code(b.unit))), number(best.map(|b| b.value)));
    let (frontier, arrival) = (&item.frontier, item.arrival.ok());
    let (leader, leader_value) = best(frontier.leader);
    let (ever_unit, ever) = best(frontier.ever);
    let threshold = match item.target.map(|t| t.threshold) {
        Some(Threshold::Number(x)) => decimal(x),
        Some(Threshold::Range(from, to)) => text(format!("{} to {}", from.normalize(), to.normalize())),
        Some(Threshold::Level(place)) => {
            let level = node.indicator().and_then(|i| package.scale(i)).and_then(|s| s.levels.get(place));
            shown(level.map(|level| &level.id))
        }
        None => Cell::Empty(None),
    };
    let verdict = item.target.map(|t| match t.verdict {
        Verdict::Met => "met",
        Verdict::NotMet => "not-met",
        Verdict::Unknown => "unknown",
    });
    let held = item.best_peer.map(|(_, held)| held);
    vec![
        shown(code(item.unit)),
        text(node.id.as_str()),
        shown(now.and_then(|n| n.period)),
        now.map_or(Cell::Empty(None), |n| decimal(n.value)),
        shown(now.map(|n| n.status.word())),
        shown(item.target.map(|t| &package.grades[t.grade].id)),
        threshold,
        shown(item.target.and_then(|t| t.year)),
        shown(verdict),
        item.gap.map_or(Cell::Empty(None), |g| decimal(g.units)),
        item.gap.and_then(|g| g.percent).map_or(Cell::Empty(None), decimal),
        item.gap.and_then(|g| g.points).map_or(Cell::Empty(None), decimal),
        number(item.attainment.map(|a| a.share)),
        number(item.attainment.map(|a| a.floor)),
        shown(item.attainment.and_then(|a| a.since)),
        pace(item.needed.ok()),
        number(item.needed_growth),
        pace(item.observed.ok()),
        shown(item.span.map(|s| s.0)),
        shown(item.span.map(|s| s.1)),
        number(item.pace_ratio()),
        shown(item.best_peer.and_then(|(unit, _)| code(unit))),
        pace(held.map(|h| h.pace)),
        shown(held.and_then(|h| period(h.from))),
        shown(held.and_then(|h| period(h.to))),
        shown(item.beyond_any_peer().map(|beyond| if beyond { "yes" } else { "no" })),
        leader,
        leader_value,
        number(frontier.median),
        number(frontier.band.map(|b| b.0)),
        number(frontier.band.map(|b| b.1)),
        ever,
        ever_unit,
        number(frontier.limit),
        number(frontier.room),
        item.margin.map_or(Cell::Empty(None), |m| decimal(m.units)),
        number(item.margin.and_then(|m| m.years)),
        pace(item.margin.and_then(|m| m.worst).map(|h| h.pace)),
        when(arrival.map(|a| a.median)),
        when(arrival.map(|a| a.early)),
        when(arrival.map(|a| a.late)),
        number(item.probability),
        shown(item.trend.as_ref().ok().map(|t| t.model.word())),
        number(item.do_nothing.map(|d| d.median)),
        number(item.do_nothing.map(|d| d.worse)),
        number(item.do_nothing.map(|d| d.better)),
        crate::listing::count(item.history.series.len()),
        crate::listing::count(item.history.left_out),
        shown(item.history.broken),
    ]
}

fn rating(asked: &Asked<'_>, item: &Item, preset: &Preset) -> Vec<Cell> {
    let found = asked.tracker.rate(preset, item, &asked.ask);
    let class = found.ok().map(|rating| &preset.classes[rating.class]);
    vec![
        text(preset.id),
        shown(class.map(|class| class.id)),
        shown(class.map(|class| class.symbol)),
        number(found.ok().and_then(|rating| rating.measure)),
        number(found.ok().and_then(|rating| rating.score)),
        shown(found.err().map(Refused::word)),
    ]
}

/// One row per indicator, or per indicator and preset.
pub(super) fn table(asked: &Asked<'_>, all: bool) -> Table {
    let column = |key: &&str| Column { key: (*key).to_owned(), heading: Text::english(*key), numeric: false };
    let mut rows = Vec::new();
    if all {
        let keys = ["unit", "indicator", "grade"].iter().chain(RATING).map(column).collect();
        for item in &asked.items {
            let own = cells(asked, item);
            for preset in PRESETS {
                let mut row = vec![own[0].clone(), own[1].clone(), own[5].clone()];
                row.extend(rating(asked, item, preset));
                rows.push(row);
            }
        }
        return Table { columns: keys, rows };
    }
    for item in &asked.items {
        let mut row = cells(asked, item);
        match asked.preset() {
            Some(preset) => row.extend(rating(asked, item, preset)),
            None => row.extend(vec![Cell::Empty(None); RATING.len()]),
        }
        rows.push(row);
    }
    Table { columns: KEYS.iter().chain(RATING).map(column).collect(), rows }
}

/// The records with sentences, ratings, groups and peers.
pub(super) fn json(asked: &Asked<'_>, all: bool) -> String {
    let package = asked.package();
    let object = |keys: &[&str], cells: Vec<Cell>| -> Map<String, Value> {
        let column =
            |key: &&str| Column { key: key.replace('_', "-"), heading: Text::default(), numeric: false };
        let table = Table { columns: keys.iter().map(column).collect(), rows: vec![cells] };
        // What a table prints is JSON.
        let rows: Value = serde_json::from_str(&table.json()).unwrap_or(Value::Null);
        rows.get(0).and_then(Value::as_object).cloned().unwrap_or_default()
    };
    let chosen: Vec<&Preset> = if all { PRESETS.to_vec() } else { asked.preset().into_iter().collect() };
    let indicators: Vec<Value> = asked
        .items
        .iter()
        .map(|item| {
            let mut found = object(KEYS, cells(asked, item));
            let said = sentence(item, |unit| asked.unit_name(unit));
            found.insert("sentence".into(), json!({ "en": said.get(Lang::En), "zh": said.get(Lang::Zh) }));
            let ratings: Vec<Value> = chosen
                .iter()
                .map(|preset| {
                    let mut row = object(RATING, rating(asked, item, preset));
                    let why = asked.tracker.rate(preset, item, &asked.ask).err().map(Refused::text);
                    if let Some(why) = why {
                        row.insert(
                            "reason".into(),
                            json!({ "en": why.get(Lang::En), "zh": why.get(Lang::Zh) }),
                        );
                    }
                    Value::Object(row)
                })
                .collect();
            found.insert("ratings".into(), ratings.into());
            let series: Vec<Value> = item
                .history
                .series
                .points()
                .iter()
                .map(|p| json!({ "time": p.time, "value": p.value }))
                .collect();
            found.insert("series".into(), series.into());
            Value::Object(found)
        })
        .collect();
    let groups: Vec<Value> = chosen
        .iter()
        .filter(|preset| preset.summing.is_some())
        .flat_map(|preset| {
            asked.tracker.sum_up(preset, &asked.items, &asked.ask).into_iter().map(
                |(node, class, rated, of)| {
                    json!({
                        "preset": preset.id,
                        "group": package.nodes[node].id.as_str(),
                        "class": class.map(|class| preset.classes[class].id),
                        "rated": rated,
                        "indicators": of,
                    })
                },
            )
        })
        .collect();
    let units = &asked.computed.outcome.evaluation.units;
    let peers: Vec<Value> = asked
        .tracker
        .peers(asked.unit)
        .iter()
        .map(|peer| {
            json!({
                "unit": units[peer.unit].as_str(),
                "distance": peer.distance,
                "shared": peer.shared,
                "improving": peer.improving.0,
                "with-a-pace": peer.improving.1,
            })
        })
        .collect();
    let value = json!({
        "package": package.index.id.as_str(),
        "unit": units[asked.unit].as_str(),
        "indicators": indicators,
        "groups": groups,
        "similarity": super::tables::similarity(Lang::En),
        "peers": peers,
    });
    escape::json(&format!("{value:#}\n"))
}
