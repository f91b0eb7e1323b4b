//! Rank-frequency heat map: how often each unit has each rank when every choice varies.

use super::canvas::{Anchor, Canvas, Label, Paint, Sample, Tone};
use super::ranking::rank_interval;
use super::words::{say, term};
use super::{Chart, Draw, Drawn, Frame, MOST, Table, WIDTH, names_width, said};
use super::{Kind, Lacking, Sources};
use crate::said::Said;
use gradus_model::{Lang, Text};

/// Shares of draws by unit and rank.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct RankFrequency {
    /// What stands around them.
    pub frame: Frame,
    /// Units, by official rank.
    pub rows: Vec<Row>,
    /// Ranks counted together in one column of `shares`.
    pub per_bin: usize,
}

/// A unit.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct Row {
    /// Its name.
    pub name: Text,
    /// Its official rank; nothing where it has none.
    pub rank: Option<usize>,
    /// Rank and interval in words.
    pub text: String,
    /// Whether the picture is about it.
    pub own: bool,
    /// The share of draws at rank 1, 2, ...; or of `per_bin` ranks together.
    pub shares: Vec<f64>,
}

/// Most columns; more ranks are drawn together.
const COLUMNS: usize = 60;

impl Draw for RankFrequency {
    fn draw(&self, lang: Lang) -> Chart {
        let mut canvas = Canvas::new();
        let shown: Vec<&Row> =
            self.rows.iter().enumerate().filter(|(at, r)| *at < MOST || r.own).map(|(_, r)| r).collect();
        // Ranks that nobody ever has, because fewer units are ranked, have no column.
        let used = |r: &Row| {
            let drawn = r.shares.iter().rposition(|s| *s > 0.0).map_or(0, |at| at + 1);
            let official = r.rank.map_or(0, |rank| rank.div_ceil(self.per_bin.max(1)));
            drawn.max(official)
        };
        let bins = self.rows.iter().map(used).max().unwrap_or(0).max(1);
        let together = bins.div_ceil(COLUMNS);
        let columns = bins.div_ceil(together);
        let per = together * self.per_bin.max(1);
        let left = names_width(shown.iter().map(|r| r.name.get(lang)), 12.0, 200.0);
        let right = names_width(shown.iter().map(|r| r.text.as_str()), 12.0, 120.0);
        let wide = ((WIDTH - left - right) / columns as f64).min(40.0);
        let grid = left + wide * columns as f64 + right;
        let high = if shown.len() > 60 { 13.0 } else { 19.0 };
        let size = if high < 15.0 { 10.0 } else { 12.0 };
        let head = 18.0;
        let every = (26.0 / wide).ceil().max(1.0) as usize;
        for column in (0..columns).step_by(every) {
            let first = (column * per + 1).to_string();
            canvas.text(
                (left + (column as f64 + 0.5) * wide, 12.0),
                Label::small(&first).size(10.0).anchor(Anchor::Middle),
            );
        }
        let mut table = Table {
            header: vec![term("unit").get(lang).to_owned(), term("rank").get(lang).to_owned()],
            rows: Vec::new(),
        };
        table.header.extend((0..columns).map(|c| {
            if per == 1 { (c + 1).to_string() } else { format!("{}–{}", c * per + 1, (c + 1) * per) }
        }));
        for (at, row) in shown.iter().enumerate() {
            let y = head + at as f64 * high;
            let name = row.name.get(lang);
            canvas.text_in((0.0, y + high - 5.0), left - 8.0, Label::new(name).size(size).bold(row.own));
            canvas.text_in(
                (grid, y + high - 5.0),
                right - 8.0,
                Label::new(&row.text).size(size).anchor(Anchor::End).bold(row.own),
            );
            let mut cells = vec![name.to_owned(), row.text.clone()];
            for column in 0..columns {
                let share: f64 = row.shares.iter().skip(column * together).take(together).sum();
                cells.push(percent(share));
                if share <= 0.0 {
                    continue;
                }
                let x = left + column as f64 * wide;
                let tone = Tone::of_share(share);
                canvas.rect(
                    (x + 0.5, y + 0.5),
                    (wide - 1.0, high - 1.0),
                    tone.paint(),
                    &format!("{name}, {}: {}", column * per + 1, percent(share)),
                );
                let text = percent(share);
                if high > 15.0 && super::measure(&text, 9.0) <= wide - 1.0 {
                    canvas.text(
                        (x + wide / 2.0, y + high / 2.0 + 3.2),
                        Label::new(&text).size(9.0).anchor(Anchor::Middle).color(tone.ink()),
                    );
                }
            }
            if let Some(rank) = row.rank {
                // The official rank is framed: it need not be where most draws are.
                let column = ((rank.max(1) - 1) / per).min(columns - 1);
                let frame = Paint::fill("none").edge("ink", 1.5);
                canvas.rect(
                    (left + column as f64 * wide + 0.5, y + 0.5),
                    (wide - 1.0, high - 1.0),
                    frame,
                    "",
                );
            }
            table.rows.push(cells);
        }
        let mut y = head + shown.len() as f64 * high + 10.0;
        let mut legend: Vec<(Sample, String)> = ["<20%", "20–40%", "40–60%", "60–80%", "≥80%"]
            .iter()
            .enumerate()
            .map(|(at, words)| (Sample::Box(Tone::Shade(at + 1).paint()), (*words).to_owned()))
            .collect();
        legend.push((
            Sample::Box(Paint::fill("none").edge("ink", 1.5)),
            term("official_rank").get(lang).to_owned(),
        ));
        y += canvas.legend((0.0, y), WIDTH, &legend);
        y += super::left_out(&mut canvas, y, self.rows.len() - shown.len(), lang);
        let official = |row: &Row| {
            row.rank
                .and_then(|rank| row.shares.get((rank.max(1) - 1) / self.per_bin.max(1)))
                .copied()
                .unwrap_or(0.0)
        };
        let named = self.rows.iter().find(|r| r.own).or(self.rows.first());
        let title = match named {
            Some(row) => say(
                "rank_frequency.finding",
                &[
                    ("unit", said(&row.name)),
                    ("rank", row.text.as_str().into()),
                    ("share", percent(official(row)).into()),
                ],
            ),
            None => term("ranking.none"),
        };
        let each: Vec<Said> = shown
            .iter()
            .take(30)
            .map(|r| {
                said(&r.name).then((" ", " "), &Said::same(format!("{}: {}", r.text, percent(official(r)))))
            })
            .collect();
        let alt = say("rank_frequency.alt", &[("values", Said::list(&each))]);
        Drawn { kind: "rank-frequency", lang, frame: &self.frame, title, alt, canvas, height: y, table }
            .chart()
    }
}

/// A share in percent; what is there is never shown as nothing, nor nearly all as all.
pub(crate) fn percent(share: f64) -> String {
    match share * 100.0 {
        p if p > 0.0 && p < 1.0 => "<1%".to_owned(),
        p if p > 99.0 && p < 100.0 - 1e-9 => ">99%".to_owned(),
        p => format!("{:.0}%", p.clamp(0.0, 100.0)),
    }
}

/// Rank-frequency heat map.
pub static KIND: Kind = Kind {
    id: "rank-frequency",
    name: ("Rank-frequency heat map", "名次频率热力图"),
    shows: (
        "How often each unit has each rank when every choice varies.",
        "各项设定变动时，每个评价对象取得各名次的频率。",
    ),
    needs: ("scores of two units or more", "至少两个评价对象的得分"),
    asks: &[super::Need::Audit],
    make: |sources| Ok(Box::new(RankFrequency::of(sources)?)),
};

impl RankFrequency {
    /// The draws of the audit.
    ///
    /// # Errors
    /// What is lacking: an audit with draws.
    pub fn of(sources: &Sources<'_>) -> Result<Self, Lacking> {
        let cx = sources.context();
        let found = sources.robust()?;
        let mut units: Vec<_> = found.uncertainty.units.iter().filter(|u| u.n_ranked > 0).collect();
        units.sort_by_key(|u| (u.rank.unwrap_or(u32::MAX), u.unit));
        let rows = units
            .iter()
            .map(|u| {
                let rank = u.rank.map_or_else(|| "–".to_owned(), |r| r.to_string());
                let text = match rank_interval(u) {
                    Some((low, high)) => format!("{rank} ({low}–{high})"),
                    None => rank,
                };
                Row {
                    name: cx.unit_name(u.unit).0,
                    rank: u.rank.map(|r| r as usize),
                    text,
                    own: cx.own == Some(u.unit),
                    shares: u.acceptability.clone(),
                }
            })
            .collect();
        let draws = found.uncertainty.draws;
        let measure = (format!("Share of {draws} draws by rank"), format!("{draws} 次抽样中各名次的比例"));
        Ok(Self {
            frame: cx.frame((&measure.0, &measure.1), false),
            rows,
            per_bin: found.uncertainty.ranks_per_bin.max(1),
        })
    }
}
