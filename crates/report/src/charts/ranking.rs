//! Ranked bars: scores with 90 percent intervals, best first.

use super::canvas::{Anchor, Axis, Canvas, LABEL, Label, Paint, Sample};
use super::words::{say, term};
use super::{Chart, Draw, Drawn, Fill, Frame, MOST, Table, WIDTH, header, names_width, said};
use super::{Kind, Lacking, Sources};
use crate::figure::fill_of;
use crate::said::Said;
use gradus_audit::uncertainty::UnitSpread;
use gradus_model::Package;
use gradus_model::{Lang, Text};

/// A ranking.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct Ranking {
    /// What stands around it.
    pub frame: Frame,
    /// Units, best first; those without a score last.
    pub rows: Vec<Row>,
    /// What the intervals are: `90 % of 1000 draws`. Empty where there are none.
    pub interval: Text,
}

/// A unit.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct Row {
    /// Its name.
    pub name: Text,
    /// Its rank with tie and interval: `=12 (9–16)`.
    pub rank: String,
    /// Its score; nothing where it has none.
    pub score: Option<f64>,
    /// The score as published.
    pub text: String,
    /// Why there is none.
    pub missing: Text,
    /// Between which scores it lies.
    pub interval: Option<(f64, f64)>,
    /// Whether the picture is about it.
    pub own: bool,
    /// How firm the score is.
    pub fill: Fill,
}

const ROW: f64 = 22.0;

impl Draw for Ranking {
    fn draw(&self, lang: Lang) -> Chart {
        let mut canvas = Canvas::new();
        let shown: Vec<&Row> =
            self.rows.iter().enumerate().filter(|(at, r)| *at < MOST || r.own).map(|(_, r)| r).collect();
        let ranks = names_width(shown.iter().map(|r| r.rank.as_str()), LABEL, 110.0);
        let names = names_width(shown.iter().map(|r| r.name.get(lang)), LABEL, 200.0);
        let values = names_width(shown.iter().map(|r| r.text.as_str()), LABEL, 90.0);
        let (from, to) = (ranks + names + 6.0, WIDTH - values - 6.0);
        let all = || {
            shown
                .iter()
                .flat_map(|r| r.score.into_iter().chain(r.interval.into_iter().flat_map(|(a, b)| [a, b])))
        };
        // Bars begin at zero, or their lengths would say nothing.
        let axis = Axis::new(all().fold(0.0, f64::min), all().fold(0.0, f64::max), 5);
        let x = |value: f64| from + (to - from) * axis.at(value).clamp(0.0, 1.0);
        let bottom = shown.len() as f64 * ROW + 4.0;
        for tick in &axis.ticks {
            let label = axis.label(*tick);
            canvas.line((x(*tick), 0.0), (x(*tick), bottom), if *tick == 0.0 { "line" } else { "hair" }, 1.0);
            canvas.text((x(*tick), bottom + 14.0), Label::small(&label).anchor(Anchor::Middle));
        }
        let mut table =
            Table { header: header(&["rank", "unit", "score", "from", "to"], lang), rows: Vec::new() };
        for (at, row) in shown.iter().enumerate() {
            let y = at as f64 * ROW + ROW / 2.0;
            let name = row.name.get(lang);
            canvas.text_in(
                (ranks - 12.0, y + 4.0),
                ranks - 12.0,
                Label::new(&row.rank).anchor(Anchor::End).color("soft"),
            );
            canvas.text_in((ranks, y + 4.0), names - 8.0, Label::new(name).bold(row.own));
            match row.score {
                Some(score) => {
                    let paint = match (row.fill, row.own) {
                        (Fill::Firm, true) => Paint::fill("own"),
                        (Fill::Firm, false) => Paint::fill("bar"),
                        (fill, own) => Paint::value(fill, own),
                    };
                    let (a, b) = (x(score.min(0.0)), x(score.max(0.0)));
                    canvas.rect((a, y - 7.0), (b - a, 14.0), paint, &format!("{name}: {}", row.text));
                    if let Some((low, high)) = row.interval {
                        canvas.whisker((x(low), x(high)), y, "ink");
                    }
                    canvas.text((WIDTH, y + 4.0), Label::new(&row.text).anchor(Anchor::End).bold(row.own));
                }
                None => {
                    canvas.rect(
                        (from, y - 7.0),
                        (to - from, 14.0),
                        Paint::fill("#gone"),
                        row.missing.get(lang),
                    );
                    let none = term("n/a");
                    canvas.text((WIDTH, y + 4.0), Label::small(none.get(lang)).anchor(Anchor::End));
                }
            }
        }
        for row in &self.rows {
            let (low, high) =
                row.interval.map_or_else(Default::default, |(a, b)| (format!("{a:.2}"), format!("{b:.2}")));
            let score = if row.score.is_some() { row.text.clone() } else { row.missing.get(lang).to_owned() };
            table.rows.push(vec![row.rank.clone(), row.name.get(lang).into(), score, low, high]);
        }
        let mut y = bottom + 24.0;
        let any = |fill| shown.iter().any(|r| r.score.is_some() && r.fill == fill);
        let mut legend = Vec::new();
        if !self.interval.is_empty() {
            legend.push((Sample::Whisker, self.interval.get(lang).to_owned()));
        }
        legend.extend(super::firmness(
            any(Fill::Hollow),
            any(Fill::Hatched),
            shown.iter().any(|r| r.score.is_none()),
            lang,
        ));
        y += canvas.legend((0.0, y), WIDTH, &legend);
        y += super::left_out(&mut canvas, y, self.rows.len() - shown.len(), lang);
        let scored: Vec<&Row> = self.rows.iter().filter(|r| r.score.is_some()).collect();
        let of: Said = scored.len().into();
        let title = match (scored.iter().find(|r| r.own), scored.first()) {
            (Some(own), Some(first)) if own.name != first.name => say(
                "ranking.finding_own",
                &[
                    ("own", said(&own.name)),
                    ("rank", own.rank.as_str().into()),
                    ("of", of),
                    ("first", said(&first.name)),
                ],
            ),
            (_, Some(first)) => say("ranking.finding", &[("first", said(&first.name)), ("of", of)]),
            _ => term("ranking.none"),
        };
        let each: Vec<Said> = scored
            .iter()
            .take(30)
            .map(|r| said(&r.name).then((" ", " "), &Said::same(format!("{} ({})", r.text, r.rank))))
            .collect();
        let alt = say("ranking.alt", &[("values", Said::list(&each))]);
        Drawn { kind: "ranking", lang, frame: &self.frame, title, alt, canvas, height: y, table }.chart()
    }
}

/// Ranked bars.
pub static KIND: Kind = Kind {
    id: "ranking",
    name: ("Ranked bars", "排名条形图"),
    shows: (
        "Scores of all units, best first, with 90 % intervals.",
        "全部评价对象的得分，由高到低，附 90% 区间。",
    ),
    needs: ("scores", "得分"),
    asks: &[super::Need::Audit],
    make: |sources| Ok(Box::new(Ranking::of(sources)?)),
};

impl Ranking {
    /// Scores of the index, with the intervals of the audit, else with those of a multiple imputation.
    ///
    /// # Errors
    /// What is lacking: scores.
    pub fn of(sources: &Sources<'_>) -> Result<Self, Lacking> {
        let cx = sources.context();
        if !cx.scored() {
            return Err(Lacking::scores());
        }
        let robust = sources.audit.filter(|a| a.node == Package::ROOT).and_then(|a| a.robustness.as_ref());
        // Where normalizations vary, scores of the draws are not on the scale of the bars; ranks can be compared in any case.
        let comparable = robust.is_some_and(|r| !r.inputs.iter().any(|input| input.what == "normalize"));
        let spread = |unit: usize| robust?.uncertainty.units.iter().find(|s| s.unit == unit);
        let ranked = cx.ranked();
        let mut has_rank = vec![false; cx.evaluation.units.len()];
        for u in &ranked {
            has_rank[*u] = true;
        }
        let row = |u: usize| {
            let row = cx.row(u);
            let score = cx.evaluation.score(Package::ROOT, row);
            let imputed =
                cx.evaluation.nodes[Package::ROOT].spread.as_ref().and_then(|s| *s.scores.get(row)?);
            let drawn =
                spread(u).filter(|_| comparable).and_then(|s| s.score_quantiles[0].zip(s.score_quantiles[2]));
            let rank = match spread(u).and_then(rank_interval) {
                Some((low, high)) => {
                    cx.rank_text(Package::ROOT, u).map(|rank| format!("{rank} ({low}–{high})"))
                }
                None => cx.rank_with_range(Package::ROOT, u),
            };
            Row {
                name: cx.unit_name(u).0,
                rank: rank.unwrap_or_default(),
                score: score.map(gradus_engine::Number::to_f64),
                text: score.map(|x| cx.score_text(x)).unwrap_or_default(),
                missing: if score.is_none() {
                    cx.why_no_score(Package::ROOT, row).0
                } else {
                    Text::default()
                },
                interval: if robust.is_some() { drawn } else { imputed },
                own: cx.own == Some(u),
                fill: fill_of(cx.status(Package::ROOT, row)),
            }
        };
        let unranked = (0..has_rank.len()).filter(|u| !has_rank[*u]);
        let rows: Vec<Row> = ranked.iter().copied().chain(unranked).map(row).collect();
        let draws = match robust {
            Some(found) => Some(found.uncertainty.draws.to_string()),
            None => cx.draws().map(|n| n.to_string()),
        };
        let measure = match &draws {
            Some(n) => (
                format!("Score and rank, with the ranks of 90 % of {n} draws"),
                format!("得分与排名，括号内为 {n} 次抽样的 90% 名次区间"),
            ),
            None => ("Score and rank".to_owned(), "得分与排名".to_owned()),
        };
        let interval = match draws.filter(|_| rows.iter().any(|r| r.interval.is_some())) {
            Some(n) => say("ranking.interval", &[("draws", n.into())]).0,
            None => Text::default(),
        };
        Ok(Self { frame: cx.frame((&measure.0, &measure.1), false), rows, interval })
    }
}

/// Between which ranks 90 percent of the draws place a unit.
pub(super) fn rank_interval(spread: &UnitSpread) -> Option<(usize, usize)> {
    let [low, _, high] = spread.rank_quantiles;
    low.zip(high)
}
