//! Rank slopes: the rank of every unit through the periods, best on top.

use super::canvas::{Anchor, Canvas, Label, Paint, spread};
use super::words::{say, term};
use super::{Chart, Draw, Drawn, Frame, Table, WIDTH, names_width, said};
use super::{Kind, Lacking, Sources};
use crate::figure::grouped;
use crate::said::Said;
use gradus_engine::Number;
use gradus_model::Package;
use gradus_model::{Lang, Text};

/// Ranks through periods.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct Ranks {
    /// What stands around them.
    pub frame: Frame,
    /// The periods, in order.
    pub periods: Vec<String>,
    /// One line per unit.
    pub lines: Vec<Line>,
}

/// A unit.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct Line {
    /// Its name.
    pub name: Text,
    /// Whether the picture is about it.
    pub own: bool,
    /// Its rank in each period, with the tie in words (`=3`); nothing where it has none.
    pub ranks: Vec<Option<(f64, String)>>,
}

impl Line {
    fn first(&self) -> Option<(usize, f64, &str)> {
        self.ranks
            .iter()
            .enumerate()
            .find_map(|(at, r)| r.as_ref().map(|(rank, text)| (at, *rank, text.as_str())))
    }
    fn last(&self) -> Option<(usize, f64, &str)> {
        let mut all = self.ranks.iter().enumerate().rev();
        all.find_map(|(at, r)| r.as_ref().map(|(rank, text)| (at, *rank, text.as_str())))
    }
}

/// Most lines; more would hide each other. The table has all.
const LINES: usize = 40;

impl Draw for Ranks {
    fn draw(&self, lang: Lang) -> Chart {
        let mut canvas = Canvas::new();
        let mut order: Vec<&Line> = self.lines.iter().filter(|l| l.last().is_some()).collect();
        order.sort_by(|a, b| {
            let key = |l: &Line| l.last().map_or(f64::MAX, |(_, rank, _)| rank);
            key(a).total_cmp(&key(b))
        });
        let shown: Vec<&Line> =
            order.iter().enumerate().filter(|(at, l)| *at < LINES || l.own).map(|(_, l)| *l).collect();
        let label = |rank: &str, line: &Line| format!("{rank}  {}", line.name.get(lang));
        let ends: Vec<(String, String)> = shown
            .iter()
            .map(|l| {
                let text = |end: Option<(usize, f64, &str)>| {
                    end.map_or_else(String::new, |(_, _, rank)| label(rank, l))
                };
                (text(l.first()), text(l.last()))
            })
            .collect();
        let side = names_width(ends.iter().flat_map(|(a, b)| [a.as_str(), b.as_str()]), 11.5, 210.0);
        let n = self.periods.len();
        let (from, to) = (side, WIDTH - side);
        let x = |at: usize| {
            if n > 1 { from + (to - from) * at as f64 / (n - 1) as f64 } else { (from + to) / 2.0 }
        };
        let deepest =
            shown.iter().flat_map(|l| l.ranks.iter().flatten()).map(|(rank, _)| *rank).fold(1.0, f64::max);
        let height = (shown.len() as f64 * 17.0).max(60.0);
        let top = 30.0;
        let y = |rank: f64| if deepest > 1.0 { top + height * (rank - 1.0) / (deepest - 1.0) } else { top };
        // As many periods as have room, the last one always.
        let every = ((n as f64 * 46.0) / (to - from).max(1.0)).ceil().max(1.0) as usize;
        for (at, period) in self.periods.iter().enumerate() {
            canvas.line((x(at), top - 8.0), (x(at), top + height + 8.0), "hair", 1.0);
            if (n - 1 - at).is_multiple_of(every) {
                canvas.text((x(at), 12.0), Label::small(period).anchor(Anchor::Middle));
            }
        }
        let wanted = |end: fn(&Line) -> Option<(usize, f64, &str)>| -> Vec<f64> {
            let all: Vec<f64> = shown.iter().map(|l| end(l).map_or(top, |(_, rank, _)| y(rank))).collect();
            spread(&all, 15.0, top - 4.0, (top + height + 8.0).max(top + shown.len() as f64 * 15.0))
        };
        let (starts, stops) = (wanted(Line::first), wanted(Line::last));
        let most = starts.iter().chain(&stops).copied().fold(top + height, f64::max);
        for (place, line) in shown
            .iter()
            .enumerate()
            .filter(|(_, l)| !l.own)
            .chain(shown.iter().enumerate().filter(|(_, l)| l.own))
        {
            let (color, width) = if line.own { ("own", 3.0) } else { ("bar", 1.4) };
            // A period without a rank leaves a gap.
            let mut stretch: Vec<(f64, f64)> = Vec::new();
            let mut stretches = Vec::new();
            for (at, rank) in line.ranks.iter().enumerate() {
                match rank {
                    Some((rank, _)) => stretch.push((x(at), y(*rank))),
                    None => stretches.push(std::mem::take(&mut stretch)),
                }
            }
            stretches.push(stretch);
            for points in stretches.iter().filter(|s| s.len() > 1) {
                canvas.polyline(points, color, width, "", line.name.get(lang));
            }
            for (at, rank) in line.ranks.iter().enumerate() {
                if let Some((rank, text)) = rank {
                    let title = format!(
                        "{} {}: {text}",
                        line.name.get(lang),
                        self.periods.get(at).map_or("", String::as_str)
                    );
                    canvas.circle(
                        (x(at), y(*rank)),
                        if line.own { 4.5 } else { 2.5 },
                        Paint::fill(color).edge("sheet", 1.0),
                        &title,
                    );
                }
            }
            for (end, text, at, anchor, edge) in [
                (line.first(), &ends[place].0, starts[place], Anchor::End, from - 10.0),
                (line.last(), &ends[place].1, stops[place], Anchor::Start, to + 10.0),
            ] {
                let Some((period, rank, _)) = end else { continue };
                // A line that begins late or ends early is led to its label.
                let near = if anchor == Anchor::End { x(period) - 4.0 } else { x(period) + 4.0 };
                canvas.line((near, y(rank)), (edge, at), "hair", 1.0);
                let label = Label::new(text).size(11.5).anchor(anchor).bold(line.own);
                canvas.text_in(
                    (if anchor == Anchor::End { edge - 2.0 } else { edge + 2.0 }, at + 4.0),
                    side - 14.0,
                    label,
                );
            }
        }
        let mut bottom = most + 18.0;
        bottom += super::left_out(&mut canvas, bottom, order.len() - shown.len(), lang);
        let mut table = Table { header: vec![term("unit").get(lang).to_owned()], rows: Vec::new() };
        table.header.extend(self.periods.iter().cloned());
        for line in &self.lines {
            let mut row = vec![line.name.get(lang).to_owned()];
            let na = term("n/a").get(lang).to_owned();
            row.extend(
                line.ranks.iter().map(|r| r.as_ref().map_or_else(|| na.clone(), |(_, text)| text.clone())),
            );
            table.rows.push(row);
        }
        let sentence = |line: &Line| {
            let ((a, _, from), (b, _, to)) = line.first().zip(line.last())?;
            let period = |at: usize| Said::same(self.periods.get(at).cloned().unwrap_or_default());
            Some(say(
                "ranks.moved",
                &[
                    ("unit", said(&line.name)),
                    ("from", from.into()),
                    ("first", period(a)),
                    ("to", to.into()),
                    ("last", period(b)),
                ],
            ))
        };
        let climb = |line: &Line| line.first().zip(line.last()).map_or(0.0, |((_, a, _), (_, b, _))| a - b);
        // Of equal climbs, that of the better rank.
        let best = order.iter().rev().max_by(|a, b| climb(a).total_cmp(&climb(b)));
        let title = match (order.iter().find(|l| l.own), best) {
            (Some(own), _) => sentence(own).unwrap_or_default(),
            (None, Some(best)) if climb(best) > 0.0 => {
                say("ranks.climber", &[("sentence", sentence(best).unwrap_or_default())])
            }
            _ => term("ranks.none"),
        };
        let each: Vec<Said> = shown.iter().take(30).filter_map(|l| sentence(l)).collect();
        let alt = Said::list(&each);
        Drawn { kind: "ranks", lang, frame: &self.frame, title, alt, canvas, height: bottom, table }.chart()
    }
}

/// Rank slopes.
pub static KIND: Kind = Kind {
    id: "ranks",
    name: ("Rank slopes", "名次变化图"),
    shows: ("The rank of every unit through the periods.", "各评价对象历期名次的变化。"),
    needs: ("scores in two periods or more", "至少两个时期的得分"),
    asks: &[],
    make: |sources| Ok(Box::new(Ranks::of(sources)?)),
};

impl Ranks {
    /// Ranks of the index in every period in which any unit has one.
    ///
    /// # Errors
    /// What is lacking: ranks in two periods.
    pub fn of(sources: &Sources<'_>) -> Result<Self, Lacking> {
        let cx = sources.context();
        let evaluation = cx.evaluation;
        let units = 0..evaluation.units.len();
        let rank = |u: usize, p: usize| evaluation.rank(Package::ROOT, evaluation.row(u, p));
        let periods: Vec<usize> =
            (0..evaluation.periods.len()).filter(|p| units.clone().any(|u| rank(u, *p).is_some())).collect();
        if periods.len() < 2 {
            return Err(Lacking::new(
                ("the index has ranks in fewer than two periods", "有名次的时期不足两个"),
                (
                    "use `periods = { use = \"panel\" }` under `[policy]`, with figures of several years",
                    "请在 `[policy]` 下使用 `periods = { use = \"panel\" }`，并提供多年数据",
                ),
            ));
        }
        // How many units share each rank of a period.
        let shared: Vec<std::collections::BTreeMap<u64, usize>> = periods
            .iter()
            .map(|p| {
                let mut counts = std::collections::BTreeMap::new();
                for found in units.clone().filter_map(|u| rank(u, *p)) {
                    *counts.entry(found.to_bits()).or_insert(0) += 1;
                }
                counts
            })
            .collect();
        let text = |at: usize, found: f64| {
            let shown = grouped(&Number::Binary64(found).to_string());
            let tied = shared[at].get(&found.to_bits()).is_some_and(|n| *n > 1);
            if tied { format!("={shown}") } else { shown }
        };
        let lines = units
            .clone()
            .map(|u| Line {
                name: cx.unit_name(u).0,
                own: cx.own == Some(u),
                ranks: periods
                    .iter()
                    .enumerate()
                    .map(|(at, p)| rank(u, *p).map(|found| (found, text(at, found))))
                    .collect(),
            })
            .collect();
        let names: Vec<String> = periods
            .iter()
            .map(|p| evaluation.periods[*p].map_or_else(|| "–".to_owned(), |p| p.to_string()))
            .collect();
        let mut frame = cx.frame(("Rank, best on top", "名次，上方为优"), false);
        frame.period = match (names.first(), names.last()) {
            (Some(first), Some(last)) => format!("{first}–{last}"),
            _ => String::new(),
        };
        Ok(Self { frame, periods: names, lines })
    }
}
