//! Correlation heat map: indicators against each other, each cell with its coefficient and the letter of its band.

use super::canvas::{Anchor, Canvas, Label, Sample, Tone};
use super::words::{say, term};
use super::{Chart, Draw, Drawn, Frame, Table, WIDTH, header, names_width, said};
use super::{Kind, Lacking, Sources};
use crate::said::Said;
use gradus_analysis::correlate::{Options, within};
use gradus_analysis::evaluation::View;
use gradus_engine::Stage;
use gradus_model::{Lang, Text};

/// Correlations.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct Correlation {
    /// What stands around them.
    pub frame: Frame,
    /// Indicators.
    pub names: Vec<Text>,
    /// The lower triangle: row `i` has `i` cells, against the indicators before it.
    pub cells: Vec<Vec<Cell>>,
}

/// A pair.
#[derive(Debug, Clone, Copy, PartialEq, Default)]
pub struct Cell {
    /// The coefficient, -1 to 1; nothing where it is not defined.
    pub r: Option<f64>,
    /// How many units it rests on.
    pub n: usize,
    /// Whether it differs from zero at the level that was asked for.
    pub clear: bool,
}

/// Above it two indicators say the same; below the negative one they pull against each other; between `WEAK` and the two, a pair
/// is as wanted. The bands of COINr's plots of correlations.
pub const HIGH: f64 = 0.9;
/// Below it a pair pulls against each other.
pub const NEGATIVE: f64 = -0.4;
/// Below it a pair is weak.
pub const WEAK: f64 = 0.3;

/// The letter, the tone and the name of a coefficient's band.
fn band(r: f64) -> (&'static str, Tone, &'static str) {
    match r {
        r if r > HIGH => ("R", Tone::Shade(5), "band.redundant"),
        r if r >= WEAK => ("+", Tone::Shade(2), "band.wanted"),
        r if r >= NEGATIVE => ("w", Tone::Shade(0), "band.weak"),
        _ => ("N", Tone::Below, "band.negative"),
    }
}

/// Most indicators of one picture.
const SIDES: usize = 60;

impl Draw for Correlation {
    fn draw(&self, lang: Lang) -> Chart {
        let mut canvas = Canvas::new();
        let count = self.names.len().min(SIDES);
        let left = names_width(self.names[..count].iter().map(|n| n.get(lang)), 11.0, 220.0) + 24.0;
        let wide = ((WIDTH - left) / count.max(1) as f64).min(44.0);
        let high = wide.clamp(13.0, 24.0);
        let small = if wide >= 34.0 {
            11.0
        } else if wide >= 24.0 {
            9.0
        } else {
            0.0
        };
        let mut table =
            Table { header: header(&["indicator", "with", "coefficient", "n"], lang), rows: Vec::new() };
        let mut counts = [0usize; 5];
        for row in 0..self.names.len() {
            let y = row as f64 * high;
            let drawn = row < count;
            if drawn {
                let number = (row + 1).to_string();
                canvas.text((18.0, y + high - 5.0), Label::small(&number).size(10.0).anchor(Anchor::End));
                canvas.text_in(
                    (24.0, y + high - 5.0),
                    left - 32.0,
                    Label::new(self.names[row].get(lang)).size(11.0),
                );
            }
            for (column, cell) in self.cells.get(row).into_iter().flatten().take(row).enumerate() {
                let (a, b) = (self.names[row].get(lang), self.names[column].get(lang));
                let shown = cell.r.map_or_else(|| term("n/a").get(lang).to_owned(), two_places);
                table.rows.push(vec![a.into(), b.into(), shown.clone(), cell.n.to_string()]);
                let (letter, tone) = match cell.r {
                    Some(r) => {
                        let (letter, tone, _) = band(r);
                        counts[match letter {
                            "R" => 0,
                            "+" => 1,
                            "w" => 2,
                            _ => 3,
                        }] += 1;
                        (letter, tone)
                    }
                    None => {
                        counts[4] += 1;
                        ("", Tone::Open)
                    }
                };
                if !drawn {
                    continue;
                }
                let x = left + column as f64 * wide;
                let title = format!("{a} – {b}: {shown} (n = {})", cell.n);
                canvas.rect((x + 0.5, y + 0.5), (wide - 1.0, high - 1.0), tone.paint(), &title);
                // Where there is room the number, else the letter of its band. One that may be chance is set in soft type.
                let ink = if cell.clear {
                    tone.ink()
                } else if tone.ink() == "ink" {
                    "soft"
                } else {
                    tone.ink()
                };
                let text = if small > 0.0 && cell.r.is_some() { shown } else { letter.to_owned() };
                let size = if small > 0.0 { small } else { 9.0 };
                if super::measure(&text, size) <= wide + 1.0 {
                    let label = Label::new(&text).size(size).anchor(Anchor::Middle).color(ink);
                    canvas.text((x + wide / 2.0, y + high / 2.0 + size * 0.36), label);
                }
            }
        }
        let mut y = count as f64 * high + 14.0;
        for column in 0..count.saturating_sub(1) {
            if count <= 30 || column.is_multiple_of(5) {
                let number = (column + 1).to_string();
                let at = left + (column as f64 + 0.5) * wide;
                canvas.text((at, y), Label::small(&number).size(10.0).anchor(Anchor::Middle));
            }
        }
        y += 10.0;
        let legend: Vec<(Sample, String)> = [0.95, 0.5, 0.0, -0.9]
            .iter()
            .map(|r| {
                let (letter, tone, key) = band(*r);
                (Sample::Cell(tone, letter.to_owned()), term(key).get(lang).to_owned())
            })
            .chain(
                (counts[4] > 0)
                    .then(|| (Sample::Cell(Tone::Open, String::new()), term("n/a").get(lang).to_owned())),
            )
            .collect();
        y += canvas.legend((0.0, y), WIDTH, &legend);
        y += super::left_out(&mut canvas, y, self.names.len() - count, lang);
        let pairs: usize = counts.iter().sum();
        let title = say(
            "correlation.finding",
            &[("k", counts[0].into()), ("m", counts[3].into()), ("of", pairs.into())],
        );
        let mut strongest: Vec<(f64, usize, usize)> = Vec::new();
        for (row, cells) in self.cells.iter().enumerate() {
            strongest.extend(
                cells.iter().take(row).enumerate().filter_map(|(column, c)| c.r.map(|r| (r, row, column))),
            );
        }
        strongest.sort_by(|a, b| b.0.abs().total_cmp(&a.0.abs()).then((a.1, a.2).cmp(&(b.1, b.2))));
        let each: Vec<Said> = strongest
            .iter()
            .filter(|(_, row, column)| *row < self.names.len() && *column < self.names.len())
            .take(5)
            .map(|(r, a, b)| {
                say(
                    "correlation.pair",
                    &[
                        ("a", said(&self.names[*a])),
                        ("b", said(&self.names[*b])),
                        ("r", two_places(*r).into()),
                    ],
                )
            })
            .collect();
        let alt = say("correlation.alt", &[("n", self.names.len().into()), ("pairs", Said::list(&each))]);
        Drawn { kind: "correlation", lang, frame: &self.frame, title, alt, canvas, height: y, table }.chart()
    }
}

/// A coefficient with two digits; one that is not quite 1 is not shown as 1.
fn two_places(r: f64) -> String {
    let shown = if r.abs() < 1.0 && r.abs() >= 0.995 { 0.99_f64.copysign(r) } else { r };
    let digits = format!("{shown:.2}");
    let digits = if digits == "-0.00" { "0.00" } else { &digits };
    digits.replacen('-', "\u{2212}", 1)
}

/// Correlation heat map.
pub static KIND: Kind = Kind {
    id: "correlation",
    name: ("Correlation heat map", "相关性热力图"),
    shows: ("How indicators go along with each other over the units.", "各指标在评价对象间的两两相关。"),
    needs: ("figures of three units or more", "至少三个评价对象的数据"),
    asks: &[],
    make: |sources| Ok(Box::new(Correlation::of(sources)?)),
};

impl Correlation {
    /// Pearson's coefficients of the indicators' scores, else of their figures turned so that more is better.
    ///
    /// # Errors
    /// What is lacking: two indicators with figures of three units.
    pub fn of(sources: &Sources<'_>) -> Result<Self, Lacking> {
        let cx = sources.context();
        let at = |stage| View { package: cx.package, evaluation: cx.evaluation, stage, period: cx.period };
        let scores = at(Stage::Scores);
        let view = if scores.indicators().len() > 1 { scores } else { at(Stage::Raw) };
        let nodes: Vec<_> = view.indicators().into_iter().filter(|ix| view.has(*ix)).collect();
        let options = Options::default();
        let pairs = within(&view.rising(&nodes), &options);
        if !pairs.iter().any(|pair| pair.coefficient.is_some()) {
            return Err(Lacking::new(
                (
                    "no two indicators have figures of three common units in this period",
                    "该时期没有两项指标共同具备三个以上评价对象的数据",
                ),
                ("choose another `--period`", "请更换 `--period`"),
            ));
        }
        // Pairs come in order: the first indicator with all after it, then the second.
        let mut cells: Vec<Vec<Cell>> = (0..nodes.len()).map(|row| vec![Cell::default(); row]).collect();
        let places =
            (0..nodes.len()).flat_map(|first| (first + 1..nodes.len()).map(move |second| (first, second)));
        for ((first, second), pair) in places.zip(&pairs) {
            cells[second][first] =
                Cell { r: pair.coefficient, n: pair.n, clear: pair.significant(options.level) };
        }
        let measure = if view.stage == Stage::Scores {
            (
                "Pearson correlation of scores; soft type where it may be chance",
                "得分的 Pearson 相关；可能出于偶然者以浅色显示",
            )
        } else {
            (
                "Pearson correlation of figures, turned so that more is better; soft type where it may be chance",
                "数值（统一为越大越好）的 Pearson 相关；可能出于偶然者以浅色显示",
            )
        };
        Ok(Self {
            frame: cx.frame(measure, false),
            names: nodes.iter().map(|ix| cx.node_name(*ix).0).collect(),
            cells,
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn coefficients_are_shown_with_two_digits() {
        for (r, shown) in
            [(0.456, "0.46"), (-0.3, "\u{2212}0.30"), (0.9999, "0.99"), (1.0, "1.00"), (-0.001, "0.00")]
        {
            assert_eq!(two_places(r), shown);
        }
    }

    #[test]
    fn bands_end_where_they_say() {
        let letters: Vec<&str> = [0.91, 0.9, 0.3, 0.29, -0.4, -0.41].iter().map(|r| band(*r).0).collect();
        assert_eq!(letters, ["R", "+", "+", "w", "w", "N"]);
    }
}
