//! Map: where units are and what they score, from coordinates or outlines of the package. No tiles, no network.

use super::canvas::{Anchor, Canvas, Label, Paint, Sample, Tone, n};
use super::ladder::legend;
use super::words::{say, term};
use super::{Chart, Draw, Drawn, Fill, Frame, SMALL, Table, WIDTH, header, measure, said};
use super::{Kind, Lacking, Sources};
use crate::figure::fill_of;
use crate::said::Said;
use gradus_engine::Number;
use gradus_model::{Id, Package};
use gradus_model::{Lang, Text};
use std::fmt::Write;

/// A map.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct Map {
    /// What stands around it.
    pub frame: Frame,
    /// Units.
    pub places: Vec<Place>,
    /// What shades stand for.
    pub legend: Vec<(Tone, Text, Text)>,
}

/// A unit.
#[derive(Debug, Clone, PartialEq)]
pub struct Place {
    /// Its name.
    pub name: Text,
    /// Longitude and latitude in degrees; nothing where it is not known, or where its outline says it.
    pub at: Option<(f64, f64)>,
    /// Rings of its outline: longitude and latitude in degrees, holes among them.
    pub outline: Vec<Vec<(f64, f64)>>,
    /// What it is painted with.
    pub tone: Tone,
    /// What is written on it where there is room: a rank, the letter of a grade.
    pub letter: Text,
    /// Score or grade in words, or why there is none.
    pub text: Text,
    /// The score it is sorted by for the finding.
    pub score: Option<f64>,
    /// Whether the picture is about it.
    pub own: bool,
    /// How firm the score is.
    pub fill: Fill,
}

/// Cosine of an angle in degrees, to the precision of a picture: the series to the eighth power.
fn cosine(degrees: f64) -> f64 {
    let x = degrees.to_radians();
    let s = x * x;
    1.0 - s / 2.0 * (1.0 - s / 12.0 * (1.0 - s / 30.0 * (1.0 - s / 56.0)))
}

const ROOM: f64 = 520.0;

impl Place {
    fn points(&self) -> impl Iterator<Item = (f64, f64)> + '_ {
        self.at.into_iter().chain(self.outline.iter().flatten().copied())
    }
    /// Where its label goes: its coordinates, else the middle of its largest ring's box.
    fn center(&self) -> Option<(f64, f64)> {
        let of = |ring: &Vec<(f64, f64)>| {
            let (mut low, mut high) = (*ring.first()?, *ring.first()?);
            for (x, y) in ring {
                low = (low.0.min(*x), low.1.min(*y));
                high = (high.0.max(*x), high.1.max(*y));
            }
            Some((((low.0 + high.0) / 2.0, (low.1 + high.1) / 2.0), (high.0 - low.0) * (high.1 - low.1)))
        };
        let largest = self.outline.iter().filter_map(of).max_by(|a, b| a.1.total_cmp(&b.1));
        self.at.or(largest.map(|(middle, _)| middle))
    }
}

impl Draw for Map {
    fn draw(&self, lang: Lang) -> Chart {
        let mut canvas = Canvas::new();
        let placed = || self.places.iter().filter(|p| p.center().is_some());
        let (mut low, mut high) = ((f64::MAX, f64::MAX), (f64::MIN, f64::MIN));
        for (x, y) in placed().flat_map(Place::points) {
            low = (low.0.min(x), low.1.min(y));
            high = (high.0.max(x), high.1.max(y));
        }
        if low.0 > high.0 {
            (low, high) = ((0.0, 0.0), (1.0, 1.0));
        }
        // Equirectangular, true to scale along the middle parallel; a margin, and at least a tenth of a degree.
        let middle = (low.1 + high.1) / 2.0;
        let stretch = cosine(middle.clamp(-80.0, 80.0)).max(0.1);
        let span = ((high.0 - low.0).max(0.1) * stretch, (high.1 - low.1).max(0.1));
        let scale = ((WIDTH - 60.0) / span.0).min((ROOM - 60.0) / span.1);
        let height = (span.1 * scale + 60.0).max(160.0);
        let (ox, oy) = ((WIDTH - span.0 * scale) / 2.0, (height - span.1 * scale) / 2.0);
        let at = |(lon, lat): (f64, f64)| {
            (ox + (lon - low.0) * stretch * scale, height - oy - (lat - low.1) * scale)
        };
        canvas.rect((0.5, 0.5), (WIDTH - 1.0, height - 1.0), Paint::fill("none").edge("hair", 1.0), "");
        let title_of = |p: &Place| format!("{}: {}", p.name.get(lang), p.text.get(lang));
        for place in self.places.iter().filter(|p| !p.outline.is_empty()) {
            let mut d = String::new();
            for ring in &place.outline {
                for (i, point) in ring.iter().enumerate() {
                    let (x, y) = at(*point);
                    let _ = write!(d, "{}{} {}", if i == 0 { "M" } else { "L" }, n(x), n(y));
                }
                d.push('Z');
            }
            let paint = if place.own {
                place.tone.paint().edge("own", 2.5)
            } else {
                place.tone.paint().edge("sheet", 0.8)
            };
            canvas.path(&d, paint, &title_of(place));
        }
        // Labels keep clear of each other; the own unit's comes first, then those that score highest.
        let mut order: Vec<&Place> = placed().collect();
        let key = |p: &Place| p.score.unwrap_or(f64::MIN);
        order.sort_by(|a, b| b.own.cmp(&a.own).then(key(b).total_cmp(&key(a))));
        let radius = if order.len() > 80 { 4.5 } else { 8.0 };
        for place in order.iter().rev().filter(|p| p.outline.is_empty()) {
            let Some(center) = place.center().map(at) else { continue };
            let paint = match (place.fill, place.own) {
                (Fill::Firm, true) => place.tone.paint().edge("own", 3.0),
                (Fill::Firm, false) => place.tone.paint().edge("ink", 1.0),
                (fill, own) => Paint::value(fill, own),
            };
            if place.own {
                canvas.diamond(center, radius + 3.0, paint, &title_of(place));
            } else {
                canvas.circle(center, radius, paint, &title_of(place));
            }
        }
        let mut taken: Vec<(f64, f64, f64, f64)> = order
            .iter()
            .filter(|p| p.outline.is_empty())
            .filter_map(|p| p.center().map(at))
            .map(|(x, y)| (x - radius, y - radius, x + radius, y + radius))
            .collect();
        let mut unnamed = 0;
        for place in &order {
            let Some((x, y)) = place.center().map(at) else { continue };
            let short = super::canvas::fit(place.name.get(lang), 130.0, SMALL);
            let letter = place.letter.get(lang);
            let text = if letter.is_empty() { short } else { format!("{short} {letter}") };
            let wide = measure(&text, SMALL) * if place.own { 1.06 } else { 1.0 };
            let gap = if place.outline.is_empty() { radius + 5.0 } else { 0.0 };
            let spots = if place.outline.is_empty() {
                vec![
                    (x + gap, y + 4.0),
                    (x - gap - wide, y + 4.0),
                    (x - wide / 2.0, y - gap - 3.0),
                    (x - wide / 2.0, y + gap + 10.0),
                ]
            } else {
                vec![(x - wide / 2.0, y + 4.0)]
            };
            let free = spots.into_iter().find(|(left, base)| {
                let bounds = (*left - 1.0, base - SMALL, left + wide + 1.0, base + 3.0);
                let inside =
                    bounds.0 >= 2.0 && bounds.2 <= WIDTH - 2.0 && bounds.1 >= 2.0 && bounds.3 <= height - 2.0;
                inside
                    && !taken
                        .iter()
                        .any(|t| bounds.0 < t.2 && bounds.2 > t.0 && bounds.1 < t.3 && bounds.3 > t.1)
            });
            match free {
                Some((left, base)) => {
                    taken.push((left - 1.0, base - SMALL, left + wide + 1.0, base + 3.0));
                    let ink = if place.outline.is_empty() { "ink" } else { place.tone.ink() };
                    canvas.text(
                        (left, base),
                        Label::small(&text).color(ink).bold(place.own).anchor(Anchor::Start),
                    );
                }
                None => unnamed += 1,
            }
        }
        let mut y = height + 10.0;
        let mut legend: Vec<(Sample, String)> = self
            .legend
            .iter()
            .map(|(tone, letter, words)| {
                (Sample::Cell(*tone, letter.get(lang).to_owned()), words.get(lang).to_owned())
            })
            .collect();
        let any = |fill| self.places.iter().any(|p| p.score.is_some() && p.fill == fill);
        legend.extend(super::firmness(any(Fill::Hollow), any(Fill::Hatched), false, lang));
        y += canvas.legend((0.0, y), WIDTH, &legend);
        let off = self.places.len() - order.len();
        for (key, count) in [("map.unplaced", off), ("map.unnamed", unnamed)] {
            if count > 0 {
                canvas.text_in(
                    (0.0, y + 12.0),
                    WIDTH,
                    Label::small(say(key, &[("n", count.into())]).get(lang)),
                );
                y += 18.0;
            }
        }
        let mut table =
            Table { header: header(&["unit", "value", "longitude", "latitude"], lang), rows: Vec::new() };
        for place in &self.places {
            let center = place.center();
            let degrees =
                |x: Option<f64>| x.map_or_else(|| term("n/a").get(lang).to_owned(), |x| format!("{x:.3}"));
            table.rows.push(vec![
                place.name.get(lang).into(),
                place.text.get(lang).into(),
                degrees(center.map(|c| c.0)),
                degrees(center.map(|c| c.1)),
            ]);
        }
        let scored = self.places.iter().filter(|p| p.score.is_some()).count();
        let best =
            self.places.iter().rev().filter(|p| p.score.is_some()).max_by(|a, b| key(a).total_cmp(&key(b)));
        let title = match best {
            Some(best) => say(
                "map.finding",
                &[("best", said(&best.name)), ("text", said(&best.text)), ("of", scored.into())],
            ),
            None => say("map.none", &[("n", self.places.len().into())]),
        };
        let each: Vec<Said> =
            self.places.iter().take(30).map(|p| said(&p.name).then((" ", " "), &said(&p.text))).collect();
        let alt = say("map.alt", &[("values", Said::list(&each))]);
        Drawn { kind: "map", lang, frame: &self.frame, title, alt, canvas, height: y, table }.chart()
    }
}

/// Map.
pub static KIND: Kind = Kind {
    id: "map",
    name: ("Map", "地图"),
    shows: ("Where units are, shaded by score or grade.", "评价对象的位置，按得分或等级着色。"),
    needs: (
        "`latitude` and `longitude` of units, or outlines with `[map]`",
        "评价对象的 `latitude` 与 `longitude`，或以 `[map]` 给出的轮廓",
    ),
    asks: &[],
    make: |sources| Ok(Box::new(Map::of(sources)?)),
};

impl Map {
    /// Units by score of the index in five even steps; without scores by the grade that is proven under the first standard.
    ///
    /// # Errors
    /// What is lacking: coordinates or outlines.
    pub fn of(sources: &Sources<'_>) -> Result<Self, Lacking> {
        let cx = sources.context();
        let units = &cx.evaluation.units;
        let at = |id: &Id| {
            let (latitude, longitude) = cx.package.units.iter().find(|u| u.id == *id)?.coordinates?;
            Some((Number::Decimal(longitude).to_f64(), Number::Decimal(latitude).to_f64()))
        };
        let outline = |id: &Id| sources.outlines.and_then(|all| all.get(id)).cloned().unwrap_or_default();
        if !units.iter().any(|id| at(id).is_some() || !outline(id).is_empty()) {
            return Err(Lacking::new(
                ("no unit has coordinates or an outline", "没有评价对象具备坐标或轮廓"),
                (
                    "give `latitude` and `longitude` under `[[unit]]`, or a GeoJSON file under `[map]`",
                    "请在 `[[unit]]` 下给出 `latitude` 与 `longitude`，或在 `[map]` 下给出 GeoJSON 文件",
                ),
            ));
        }
        let score = |u: usize| cx.evaluation.score(Package::ROOT, cx.row(u));
        let all: Vec<f64> = (0..units.len()).filter_map(score).map(Number::to_f64).collect();
        let (low, high) = all.iter().fold((f64::MAX, f64::MIN), |(l, h), x| (l.min(*x), h.max(*x)));
        let scored = !all.is_empty();
        let graded = !scored && !cx.package.standards.is_empty() && !cx.package.grades.is_empty();
        let painted = |u: usize| -> (Tone, Said, Said, Option<f64>) {
            if let Some(x) = score(u) {
                let share = if high > low { (x.to_f64() - low) / (high - low) } else { 1.0 };
                let rank = Said::same(cx.rank_with_range(Package::ROOT, u).unwrap_or_default());
                let words = say("map.score", &[("score", cx.score_text(x).into()), ("rank", rank)]);
                let letter = Said::same(cx.rank_text(Package::ROOT, u).unwrap_or_default());
                return (Tone::of_share(share), letter, words, Some(x.to_f64()));
            }
            let none = (Tone::Open, Said::same("?"), term("missing"), None);
            let Some(standard) = cx.grading(u).filter(|_| graded).and_then(|g| g.standard(0)) else {
                return none;
            };
            match (standard.interval.proven, standard.interval.possible) {
                (Some(g), _) => {
                    (Tone::Shade(cx.shade(g)), cx.grade_letter(g), cx.grade_name(g), Some(g as f64))
                }
                (None, Some(_)) => none,
                (None, None) => (Tone::Below, Said::same("▼"), term("below"), None),
            }
        };
        let place = |(u, id): (usize, &Id)| {
            let (tone, letter, text, score) = painted(u);
            Place {
                name: cx.unit_name(u).0,
                at: at(id),
                outline: outline(id),
                tone,
                letter: letter.0,
                text: text.0,
                score,
                own: cx.own == Some(u),
                fill: fill_of(cx.status(Package::ROOT, cx.row(u))),
            }
        };
        let step = |at: usize| {
            let edge = |k: usize| cx.score_text(Number::Binary64(low + (high - low) * k as f64 / 5.0));
            let words = Said::same(format!("{}–{}", edge(at), edge(at + 1)));
            (Tone::Shade(at + 1), Text::default(), words.0)
        };
        let shades = match scored {
            true if high > low => (0..5).map(step).collect(),
            false if graded => legend(&cx),
            _ => Vec::new(),
        };
        let measure =
            if graded { ("Grade proven", "已证实等级") } else { ("Score and rank", "得分与排名") };
        Ok(Self {
            frame: cx.frame(measure, false),
            places: units.iter().enumerate().map(place).collect(),
            legend: shades,
        })
    }
}

#[cfg(test)]
mod tests {
    use super::cosine;

    #[test]
    fn cosines_are_right_to_a_pixel() {
        for (degrees, exact) in [(0.0, 1.0), (30.0, 0.866_025), (60.0, 0.5), (80.0, 0.173_648)] {
            assert!((cosine(degrees) - exact).abs() < 5e-5, "{degrees}: {}", cosine(degrees));
        }
    }
}
