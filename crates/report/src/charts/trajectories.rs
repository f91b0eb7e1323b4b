//! Trajectories: history, the path that is needed, and where the trend leads, as small pictures side by side.

use super::canvas::{Anchor, Axis, Canvas, Label, Paint, Sample, n};
use super::words::{say, term};
use super::{Chart, Draw, Drawn, Fill, Frame, MOST, Table, WIDTH, header, said};
use super::{Kind, Lacking, Sources};
use crate::context::Context;
use crate::figure::fill_of;
use crate::said::Said;
use gradus_engine::Number;
use gradus_model::{Lang, Text};
use gradus_progress::eta::When;
use gradus_progress::{Ask, Item, Tracker};

/// Trajectories, one per indicator.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct Trajectories {
    /// What stands around them.
    pub frame: Frame,
    /// One per indicator.
    pub panels: Vec<Panel>,
    /// What the fan is: `80 % interval of the trend`. Empty where there is none.
    pub fan: Text,
}

/// An indicator of a unit through time.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct Panel {
    /// Its name.
    pub name: Text,
    /// Its measurement unit.
    pub unit: Text,
    /// Figures, in order of time.
    pub points: Vec<Point>,
    /// From where and when to where and when a straight path leads that reaches the target: time and value.
    pub needed: Option<[(f64, f64); 2]>,
    /// Where the trend leads.
    pub fan: Vec<Fan>,
    /// Thresholds.
    pub levels: Vec<Level>,
    /// When the series breaks: figures before and after cannot be compared.
    pub breaks: Vec<f64>,
    /// The rating or arrival in words, or why there is none; with its symbol.
    pub status: Text,
    /// Whether the target is reached or will be in time; nothing where that is not known.
    pub on_track: Option<bool>,
}

/// A figure.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct Point {
    /// When, in years.
    pub time: f64,
    /// Its period.
    pub period: String,
    /// The value.
    pub value: f64,
    /// The value in words.
    pub text: Text,
    /// How firm it is.
    pub fill: Fill,
}

/// Where the trend is at a time.
#[derive(Debug, Clone, Copy, PartialEq, Default)]
pub struct Fan {
    /// When, in years.
    pub time: f64,
    /// The lower end.
    pub low: f64,
    /// The middle.
    pub middle: f64,
    /// The upper end.
    pub high: f64,
}

/// A threshold.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct Level {
    /// Where it is.
    pub value: f64,
    /// The grade's letter.
    pub letter: Text,
}

const COLUMNS: usize = 3;
const GAP: f64 = 26.0;
const HIGH: f64 = 96.0;

impl Draw for Trajectories {
    fn draw(&self, lang: Lang) -> Chart {
        let mut canvas = Canvas::new();
        let panels = &self.panels[..self.panels.len().min(MOST)];
        let columns = panels.len().clamp(1, COLUMNS);
        let wide = (WIDTH - GAP * (columns - 1) as f64) / columns as f64;
        let mut y = 0.0;
        let mut table =
            Table { header: header(&["indicator", "period", "value", "status"], lang), rows: Vec::new() };
        for row in panels.chunks(columns) {
            for (at, panel) in row.iter().enumerate() {
                self.panel(&mut canvas, panel, (at as f64 * (wide + GAP), y), wide, lang);
            }
            y += 48.0 + HIGH + 22.0 + 18.0 + 14.0;
        }
        for panel in panels {
            let name = match panel.unit.get(lang) {
                "" => panel.name.get(lang).to_owned(),
                unit => format!("{} ({unit})", panel.name.get(lang)),
            };
            for point in &panel.points {
                table.rows.push(vec![
                    name.clone(),
                    point.period.clone(),
                    point.text.get(lang).into(),
                    String::new(),
                ]);
            }
            table.rows.push(vec![name, String::new(), String::new(), panel.status.get(lang).into()]);
        }
        let any = |fill| panels.iter().flat_map(|p| &p.points).any(|p| p.fill == fill);
        let mut legend = vec![(Sample::Line("own", ""), term("history").get(lang).to_owned())];
        if panels.iter().any(|p| p.needed.is_some()) {
            legend.push((Sample::Line("ink", "2 3"), term("needed_path").get(lang).to_owned()));
        }
        if panels.iter().any(|p| !p.fan.is_empty()) {
            legend.push((Sample::Box(Paint::fill("s1")), self.fan.get(lang).to_owned()));
        }
        if panels.iter().any(|p| !p.levels.is_empty()) {
            legend.push((Sample::Line("line", "5 3"), term("threshold").get(lang).to_owned()));
        }
        if panels.iter().any(|p| !p.breaks.is_empty()) {
            legend.push((Sample::Line("soft", "1 2"), term("series_break").get(lang).to_owned()));
        }
        legend.extend(super::firmness(any(Fill::Hollow), any(Fill::Hatched), false, lang));
        y += canvas.legend((0.0, y), WIDTH, &legend);
        y += super::left_out(&mut canvas, y, self.panels.len() - panels.len(), lang);
        let known = self.panels.iter().filter(|p| p.on_track.is_some()).count();
        let on = self.panels.iter().filter(|p| p.on_track == Some(true)).count();
        let title = match known {
            0 => say("trajectories.unknown", &[("n", self.panels.len().into())]),
            known => say(
                "trajectories.finding",
                &[("k", on.into()), ("of", known.into()), ("n", (self.panels.len() - known).into())],
            ),
        };
        let each: Vec<Said> = panels
            .iter()
            .map(|p| {
                let path = match (p.points.first(), p.points.last()) {
                    (Some(a), Some(b)) => say(
                        "trajectories.each",
                        &[
                            ("from", said(&a.text)),
                            ("first", a.period.as_str().into()),
                            ("to", said(&b.text)),
                            ("last", b.period.as_str().into()),
                        ],
                    ),
                    _ => term("n/a"),
                };
                say(
                    "trajectories.one",
                    &[("name", said(&p.name)), ("path", path), ("status", said(&p.status))],
                )
            })
            .collect();
        Drawn {
            kind: "trajectories",
            lang,
            frame: &self.frame,
            title,
            alt: Said::sentences(each),
            canvas,
            height: y,
            table,
        }
        .chart()
    }
}

impl Trajectories {
    #[allow(clippy::unused_self, reason = "a part of the drawing")]
    fn panel(&self, canvas: &mut Canvas, panel: &Panel, (left, top): (f64, f64), wide: f64, lang: Lang) {
        canvas.name_in((left, top + 16.0), wide, Label::new(panel.name.get(lang)).bold(true));
        canvas.text_in((left, top + 41.0), wide, Label::small(panel.unit.get(lang)).size(10.0));
        let (a, b) = (top + 50.0, top + 50.0 + HIGH);
        let times = || {
            let ends = panel.needed.iter().flatten().map(|(t, _)| *t);
            panel.points.iter().map(|p| p.time).chain(panel.fan.iter().map(|f| f.time)).chain(ends)
        };
        let values = || {
            let ends = panel.needed.iter().flatten().map(|(_, v)| *v);
            panel
                .points
                .iter()
                .map(|p| p.value)
                .chain(panel.fan.iter().flat_map(|f| [f.low, f.high]))
                .chain(ends)
        };
        let status = Label::small(panel.status.get(lang));
        if panel.points.is_empty() {
            canvas.rect((left, a), (wide, HIGH), Paint::fill("#gone"), panel.status.get(lang));
            canvas.text_in((left, b + 36.0), wide, status);
            return;
        }
        let (low, high) = values().fold((f64::MAX, f64::MIN), |(l, h), v| (l.min(v), h.max(v)));
        // A threshold far outside would flatten the line; the table of the indicator has it.
        let span = (high - low).abs().max(high.abs() * 0.05);
        let near: Vec<&Level> =
            panel.levels.iter().filter(|l| l.value >= low - span && l.value <= high + span).collect();
        let (low, high) =
            near.iter().fold((low, high), |(l, h), level| (l.min(level.value), h.max(level.value)));
        let axis = Axis::new(low, high, 3);
        let labels: Vec<String> = axis.ticks.iter().map(|t| axis.label(*t)).collect();
        let gutter = labels.iter().map(|l| super::measure(l, 10.0)).fold(0.0, f64::max) + 6.0;
        let (first, last) = times().fold((f64::MAX, f64::MIN), |(l, h), t| (l.min(t), h.max(t)));
        let (from, to) = (left + gutter + 6.0, left + wide - 16.0);
        let x = |t: f64| {
            if last > first { from + (to - from) * (t - first) / (last - first) } else { (from + to) / 2.0 }
        };
        let y = |v: f64| b - (b - a) * axis.at(v).clamp(0.0, 1.0);
        for (tick, label) in axis.ticks.iter().zip(&labels) {
            canvas.line((from - 6.0, y(*tick)), (to + 6.0, y(*tick)), "hair", 1.0);
            canvas.text(
                (left + gutter - 4.0, y(*tick) + 3.5),
                Label::small(label).size(10.0).anchor(Anchor::End),
            );
        }
        if !panel.fan.is_empty() {
            let up = panel.fan.iter().map(|f| (x(f.time), y(f.high)));
            let down = panel.fan.iter().rev().map(|f| (x(f.time), y(f.low)));
            let corners: Vec<String> = up.chain(down).map(|(x, y)| format!("{} {}", n(x), n(y))).collect();
            canvas.path(&format!("M{}Z", corners.join("L")), Paint::fill("s1"), "");
            let middle: Vec<(f64, f64)> = panel.fan.iter().map(|f| (x(f.time), y(f.middle))).collect();
            canvas.polyline(&middle, "s4", 1.5, "5 3", "");
        }
        let mut free = f64::INFINITY;
        let mut ordered = near;
        ordered.sort_by(|p, q| p.value.total_cmp(&q.value));
        for level in ordered {
            canvas.dashed((from - 6.0, y(level.value)), (to + 6.0, y(level.value)), "line", 1.2);
            if y(level.value) < free - 10.0 {
                canvas.text_in(
                    (left + wide, y(level.value) + 3.5),
                    12.0,
                    Label::small(level.letter.get(lang)).size(10.0).anchor(Anchor::End).bold(true),
                );
                free = y(level.value);
            }
        }
        for at in &panel.breaks {
            canvas.polyline(&[(x(*at), a), (x(*at), b)], "soft", 1.2, "1 2", term("series_break").get(lang));
        }
        if let Some([start, end]) = panel.needed {
            canvas.polyline(
                &[(x(start.0), y(start.1)), (x(end.0), y(end.1))],
                "ink",
                1.6,
                "2 3",
                term("needed_path").get(lang),
            );
        }
        // No line over a break.
        let mut stretch: Vec<(f64, f64)> = Vec::new();
        let mut before: Option<f64> = None;
        for point in &panel.points {
            if before.is_some_and(|t| panel.breaks.iter().any(|at| t < *at && *at <= point.time)) {
                canvas.polyline(&std::mem::take(&mut stretch), "own", 2.0, "", "");
            }
            stretch.push((x(point.time), y(point.value)));
            before = Some(point.time);
        }
        canvas.polyline(&stretch, "own", 2.0, "", "");
        for point in &panel.points {
            let title = format!("{}: {}", point.period, point.text.get(lang));
            let paint = Paint::value(point.fill, true);
            canvas.circle((x(point.time), y(point.value)), 3.5, paint, &title);
        }
        let ends = [(first, Anchor::Start, from - 6.0), (last, Anchor::End, to + 6.0)];
        for (time, anchor, at) in &ends[..if last > first { 2 } else { 1 }] {
            let year = format!("{:.0}", time.floor());
            canvas.text((*at, b + 16.0), Label::small(&year).size(10.0).anchor(*anchor));
        }
        canvas.text_in((left, b + 36.0), wide, status);
    }
}

/// Trajectories.
pub static KIND: Kind = Kind {
    id: "trajectories",
    name: ("Trajectories", "轨迹图"),
    shows: (
        "The history of every indicator of a unit, the path it needs and where its trend leads.",
        "某评价对象各项指标的历史、所需路径与趋势走向。",
    ),
    needs: (
        "figures of several years; a unit; targets where there are any",
        "多年数据；一个评价对象；如有目标则一并显示",
    ),
    asks: &[super::Need::Progress],
    make: |sources| Ok(Box::new(Trajectories::of(sources)?)),
};

/// How far a trend is drawn where no target year says it, in years.
const AHEAD: f64 = 5.0;

impl Trajectories {
    /// Every indicator of the own unit that is a number.
    ///
    /// # Errors
    /// What is lacking: a unit, figures of two years.
    pub fn of(sources: &Sources<'_>) -> Result<Self, Lacking> {
        let cx = sources.context();
        let own = cx.own_unit()?;
        let lacking = || {
            Lacking::new(
                (
                    "no indicator of the unit has figures of two years",
                    "该评价对象没有任何指标具备两年以上数据",
                ),
                (
                    "give figures of several periods, or name another `--unit`",
                    "请提供多个时期的数据，或更换 `--unit`",
                ),
            )
        };
        let tracker = sources.tracker.ok_or_else(lacking)?;
        let items = tracker.items(own, &Ask::default());
        // Levels of a scale have no pace; the ladder strip shows them.
        let number =
            |item: &&Item| cx.package.nodes[item.node].indicator().is_some_and(|n| n.scale.is_none());
        let panels: Vec<Panel> = items.iter().filter(number).map(|item| panel(&cx, tracker, item)).collect();
        if !panels.iter().any(|p| p.points.len() > 1) {
            return Err(lacking());
        }
        let mut frame = cx.frame(("Values over time", "历年数值"), true);
        frame.period.clear();
        Ok(Self { frame, panels, fan: Text::both("80 % interval of the trend", "趋势的 80% 区间") })
    }
}

fn panel(cx: &Context<'_>, tracker: &Tracker<'_>, item: &Item) -> Panel {
    let (ix, history) = (item.node, &item.history);
    let number = |x| Number::Decimal(x).to_f64();
    let mut points: Vec<Point> = history
        .figures
        .iter()
        .filter_map(|f| {
            Some(Point {
                time: f.time()?,
                period: f.period?.to_string(),
                value: number(f.value),
                text: cx.with_unit(ix, &cx.raw_text(ix, Number::Decimal(f.value))).0,
                fill: fill_of(f.status),
            })
        })
        .collect();
    points.sort_by(|a, b| a.time.total_cmp(&b.time));
    let now = history.now.as_ref().and_then(|f| Some((f.time()?, number(f.value))));
    let end = item.target.and_then(|t| t.year).map(f64::from);
    let needed = match (now, end, item.level, item.needed) {
        (Some(start), Some(end), Some(level), Ok(_)) if end > start.0 && !item.reached() => {
            Some([start, (end, level)])
        }
        _ => None,
    };
    let mut fan = Vec::new();
    if let (Ok(trend), Some((start, value))) = (&item.trend, now) {
        fan.push(Fan { time: start, low: value, middle: value, high: value });
        let until = end.filter(|end| *end > start).unwrap_or(start + AHEAD);
        let steps = 8;
        for step in 1..=steps {
            let time = start + (until - start) * f64::from(step) / f64::from(steps);
            let (a, b) = trend.band(time);
            fan.push(Fan { time, low: a.min(b), middle: trend.at(time), high: a.max(b) });
        }
        fan.retain(|f| [f.low, f.middle, f.high].iter().all(|x| x.is_finite()));
    }
    let ladder = cx.package.nodes[ix].indicator().map(|n| n.ladder.as_slice()).unwrap_or_default();
    let levels = ladder.iter().filter_map(|step| {
        Some(Level { value: number(step.threshold.number()?), letter: cx.grade_letter(step.grade).0 })
    });
    let rating = tracker.preset(&Ask::default()).zip(item.rating.as_ref().ok());
    let class = rating
        .and_then(|(preset, rating)| Some((preset.classes.get(rating.class)?, preset.on_track(rating))));
    let (status, on_track) = match (class, &item.arrival) {
        _ if item.reached() => (term("trajectories.reached"), Some(true)),
        (Some((class, on_track)), _) => {
            (Said::same(class.symbol).then((" ", " "), &Said::from(class.name())), on_track)
        }
        (None, Ok(arrival)) => match arrival.median {
            When::Never => (term("trajectories.never"), None),
            when => {
                let year = when.year().map_or_else(|| "–".to_owned(), |year| year.to_string());
                (say("trajectories.arrival", &[("year", year.into())]), None)
            }
        },
        (None, Err(why)) => (Said::from(why.text()), None),
    };
    // A break stands between the figure that begins the new series and the one before it.
    let broken = history.broken.map(gradus_progress::history::time);
    let before = |at: f64| points.iter().rev().find(|p| p.time < at).map(|p| (p.time + at) / 2.0);
    let breaks = broken.and_then(before).into_iter().collect();
    Panel {
        name: cx.node_name(ix).0,
        unit: cx.measurement_unit(ix).unwrap_or_default().0,
        needed,
        fan,
        levels: levels.collect(),
        breaks,
        status: status.0,
        on_track,
        points,
    }
}
