//! A sheet to draw on: shapes and real text as SVG, with colors as names until it is known where the picture goes.

use crate::charts::inline::escape;
use crate::figure::Fill;
use std::fmt::Write;
use unicode_width::UnicodeWidthChar;

/// The colors of a chart: their name in a page's style sheet, and what stands for it where there is none (light paper).
///
/// Blues say more or less of one thing, orange says below or the other side, so that the two are told apart by everyone;
/// the steps of the blues differ in lightness and stay apart in grey.
pub(crate) const COLORS: &[(&str, &str)] = &[
    ("bar", "#6f93b4"),
    ("below", "#fdeadb"),
    ("gone", "#cfccc3"),
    ("hair", "#e4e1d8"),
    ("ink", "#17212b"),
    ("line", "#8b939b"),
    ("on-below", "#4a1f00"),
    ("on-dark", "#ffffff"),
    ("own", "#b6470a"),
    ("paper", "#ffffff"),
    ("s0", "#eeece5"),
    ("s1", "#d5e2ee"),
    ("s2", "#bcd2e5"),
    ("s3", "#7fa6c9"),
    ("s4", "#3f75a6"),
    ("s5", "#12436d"),
    ("sheet", "#ffffff"),
    ("soft", "#55606b"),
];

/// Fills that are patterns, so that they are told apart without color: estimated figures, and figures that are not there.
/// Every page and every exported picture holds them once.
pub(crate) const PATTERNS: &str = concat!(
    "<pattern id=\"hatch\" width=\"5\" height=\"5\" patternUnits=\"userSpaceOnUse\" patternTransform=\"rotate(45)\">",
    "<rect width=\"5\" height=\"5\" fill=\"var(--paper)\"/><line x1=\"0\" y1=\"0\" x2=\"0\" y2=\"5\" stroke=\"var(--bar)\" stroke-width=\"4\"/></pattern>",
    "<pattern id=\"hatch-own\" width=\"5\" height=\"5\" patternUnits=\"userSpaceOnUse\" patternTransform=\"rotate(45)\">",
    "<rect width=\"5\" height=\"5\" fill=\"var(--paper)\"/><line x1=\"0\" y1=\"0\" x2=\"0\" y2=\"5\" stroke=\"var(--own)\" stroke-width=\"4\"/></pattern>",
    "<pattern id=\"gone\" width=\"6\" height=\"6\" patternUnits=\"userSpaceOnUse\" patternTransform=\"rotate(45)\">",
    "<rect width=\"6\" height=\"6\" fill=\"var(--s0)\"/><line x1=\"0\" y1=\"0\" x2=\"0\" y2=\"6\" stroke=\"var(--gone)\" stroke-width=\"2\"/></pattern>",
);

/// The type of a chart where no style sheet names one. Chinese is set in the first of these a system has.
pub(crate) const FONTS: &str = "'Noto Sans', 'Segoe UI', 'Helvetica Neue', Arial, 'Noto Sans CJK SC', 'Noto Sans SC', 'PingFang SC', 'Microsoft YaHei', 'DejaVu Sans', sans-serif";

/// Size of labels, in units of the picture.
pub(crate) const LABEL: f64 = 12.0;
/// Size of ticks, notes and small labels.
pub(crate) const SMALL: f64 = 11.0;

/// Where a text is held.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Anchor {
    Start,
    Middle,
    End,
}

impl Anchor {
    fn word(self) -> &'static str {
        match self {
            Self::Start => "start",
            Self::Middle => "middle",
            Self::End => "end",
        }
    }
}

/// How wide a character is, as a share of the type's size. Those of wide sans-serif faces, so that a text takes no more room
/// than it was given, whatever face a system has.
fn advance(c: char) -> f64 {
    match c {
        'i' | 'j' | 'l' | '\'' | '|' | '.' | ',' | ':' | ';' | '!' | ' ' | 'I' | '\u{2009}' => 0.33,
        'f' | 't' | 'r' | '(' | ')' | '[' | ']' | '-' | '/' | '\u{2013}' => 0.45,
        'm' | 'w' | 'M' | 'W' | '%' | '@' | '\u{2014}' | '+' | '=' | '<' | '>' | '\u{2212}' | '\u{00b1}' => {
            0.95
        }
        'A'..='Z' => 0.73,
        'a'..='z' | '0'..='9' => 0.64,
        c => match c.width() {
            Some(0) => 0.0,
            Some(2) => 1.0,
            None => 0.0,
            Some(_) if c.is_uppercase() => 0.78,
            // Arrows, triangles and circles are set as wide as a letter of Chinese.
            Some(_) if matches!(c, '\u{2190}'..='\u{2bff}') => 1.0,
            Some(_) => 0.66,
        },
    }
}

/// How wide a text is at a size, at most.
pub(crate) fn measure(text: &str, size: f64) -> f64 {
    text.chars().map(advance).sum::<f64>() * size
}

/// The text, or as much of it as has room, with an ellipsis.
pub(crate) fn fit(text: &str, room: f64, size: f64) -> String {
    if measure(text, size) <= room {
        return text.to_owned();
    }
    let mut left = room - measure("\u{2026}", size);
    let mut out = String::new();
    for c in text.chars() {
        left -= advance(c) * size;
        if left < 0.0 {
            break;
        }
        out.push(c);
    }
    let kept = out.trim_end().len();
    out.truncate(kept);
    out.push('\u{2026}');
    out
}

/// Whether no line may begin with the character.
fn clings(c: char) -> bool {
    matches!(
        c,
        '\u{ff0c}'
            | '\u{3002}'
            | '\u{3001}'
            | '\u{ff1b}'
            | '\u{ff1a}'
            | '\u{ff09}'
            | '\u{300b}'
            | '\u{201d}'
            | '\u{ff1f}'
            | '\u{ff01}'
            | '%'
            | ')'
            | ','
            | '.'
            | ';'
            | ':'
    )
}

/// The text in lines no wider than `room`: broken at spaces, in Chinese between any two characters but before closing
/// punctuation. What does not fit into `most` lines ends in an ellipsis.
pub(crate) fn wrap(text: &str, room: f64, size: f64, most: usize) -> Vec<String> {
    // Pieces that stay together, each with whether a space goes before it.
    let mut pieces: Vec<(bool, String)> = Vec::new();
    for (at, word) in text.split_whitespace().enumerate() {
        let mut spaced = at > 0;
        let mut piece = String::new();
        for c in word.chars() {
            let wide = c.width() == Some(2);
            let before = piece.chars().next_back().is_some_and(|last| last.width() == Some(2));
            if !piece.is_empty() && (wide || before) && !clings(c) {
                pieces.push((spaced, std::mem::take(&mut piece)));
                spaced = false;
            }
            piece.push(c);
        }
        pieces.push((spaced, piece));
    }
    let mut lines: Vec<String> = Vec::new();
    let mut line = String::new();
    for (spaced, piece) in pieces {
        let space = if spaced && !line.is_empty() { " " } else { "" };
        if line.is_empty() || measure(&line, size) + measure(space, size) + measure(&piece, size) <= room {
            line.push_str(space);
            line.push_str(&piece);
        } else {
            lines.push(std::mem::replace(&mut line, piece));
        }
    }
    if !line.is_empty() {
        lines.push(line);
    }
    if lines.len() > most {
        let rest = lines.split_off(most.max(1) - 1).join(" ");
        lines.push(rest);
    }
    lines.iter().map(|line| fit(line, room, size)).collect()
}

/// Even numbers for an axis.
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct Axis {
    /// Where it begins.
    pub(crate) low: f64,
    /// Where it ends.
    pub(crate) high: f64,
    /// Where it is marked.
    pub(crate) ticks: Vec<f64>,
    places: usize,
}

impl Axis {
    /// An axis from at most `low` to at least `high`, marked about `n` times at 1, 2 or 5 times a power of ten. An axis of one
    /// value, or of none that is finite, has a unit on both sides.
    pub(crate) fn new(low: f64, high: f64, n: usize) -> Self {
        let (mut low, mut high) = if low <= high { (low, high) } else { (high, low) };
        if !low.is_finite() || !high.is_finite() || (high - low).is_infinite() {
            (low, high) = (0.0, 1.0);
        }
        if high - low <= low.abs().max(high.abs()) * 1e-12 {
            let half = if low == 0.0 { 1.0 } else { low.abs() * 0.1 };
            (low, high) = (low - half, high + half);
        }
        let wanted = (high - low) / n.max(1) as f64;
        let (mut power, mut places) = (1.0, 0usize);
        while power > wanted {
            power /= 10.0;
            places += 1;
        }
        while power * 10.0 <= wanted {
            power *= 10.0;
            places = places.saturating_sub(1);
        }
        let step = [1.0, 2.0, 5.0, 10.0]
            .map(|m| m * power)
            .into_iter()
            .find(|s| *s >= wanted)
            .unwrap_or(power * 10.0);
        if step >= power * 10.0 {
            places = places.saturating_sub(1);
        }
        let (first, last) = ((low / step).floor(), (high / step).ceil());
        // Not by adding up, which would gather errors.
        let count = (last - first).min(1000.0);
        let mut ticks = Vec::new();
        let mut at = 0.0;
        while at <= count {
            ticks.push((first + at) * step);
            at += 1.0;
        }
        Self { low: first * step, high: last * step, ticks, places }
    }
    /// How far along the axis a value is, 0 to 1 inside it.
    pub(crate) fn at(&self, value: f64) -> f64 {
        ((value - self.low) / (self.high - self.low)).clamp(-1.0, 2.0)
    }
    /// A mark of the axis in words.
    pub(crate) fn label(&self, value: f64) -> String {
        let digits = format!("{:.*}", self.places, value);
        let digits = if digits.trim_start_matches(['-', '0', '.']).is_empty() {
            digits.trim_start_matches('-')
        } else {
            &digits
        };
        crate::figure::grouped(digits)
    }
}

/// A sheet being drawn on, from the upper left corner.
#[derive(Debug, Default)]
pub(crate) struct Canvas {
    out: String,
}

/// A number as an attribute, at the tenth of a unit.
pub(crate) fn n(x: f64) -> String {
    let x = if x.is_finite() { x } else { 0.0 };
    let text = format!("{x:.1}");
    let text = text.strip_suffix(".0").unwrap_or(&text);
    if text == "-0" { "0".to_owned() } else { text.to_owned() }
}

/// The value of a paint attribute: a color by name, a pattern as `#name`, or nothing.
fn paint(name: &str) -> String {
    match name {
        "none" => "none".to_owned(),
        name if name.starts_with('#') => format!("url({name})"),
        name => format!("var(--{name})"),
    }
}

/// How a shape is filled and edged.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Paint {
    pub(crate) fill: &'static str,
    pub(crate) stroke: &'static str,
    pub(crate) width: f64,
}

impl Paint {
    pub(crate) fn fill(fill: &'static str) -> Self {
        Self { fill, stroke: "none", width: 0.0 }
    }
    pub(crate) fn edge(self, stroke: &'static str, width: f64) -> Self {
        Self { stroke, width, ..self }
    }
    /// A value of a unit: full where it is final, hollow where provisional, hatched where estimated.
    pub(crate) fn value(fill: Fill, own: bool) -> Self {
        let color = if own { "own" } else { "s4" };
        match fill {
            Fill::Firm => Self::fill(color).edge("sheet", 1.0),
            Fill::Hollow => Self::fill("sheet").edge(color, 2.0),
            Fill::Hatched => Self::fill(if own { "#hatch-own" } else { "#hatch" }).edge(color, 1.2),
        }
    }
    fn attributes(self) -> String {
        let mut out = format!(" fill=\"{}\"", paint(self.fill));
        if self.stroke != "none" {
            let _ = write!(out, " stroke=\"{}\" stroke-width=\"{}\"", paint(self.stroke), n(self.width));
        }
        out
    }
}

/// The step of a ladder or of a scale a cell is painted with, and the color of what is written on it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Tone {
    /// A shade of blue, 1 the lightest to 5 the darkest.
    Shade(usize),
    /// Below the lowest step.
    Below,
    /// Not known or not collected.
    Open,
    /// Nothing to hold it against.
    Bare,
}

impl Tone {
    pub(crate) fn paint(self) -> Paint {
        match self {
            Self::Shade(1) => Paint::fill("s1"),
            Self::Shade(2) => Paint::fill("s2"),
            Self::Shade(3) => Paint::fill("s3"),
            Self::Shade(4) => Paint::fill("s4"),
            Self::Shade(0) => Paint::fill("s0"),
            Self::Shade(_) => Paint::fill("s5"),
            Self::Below => Paint::fill("below").edge("own", 1.5),
            Self::Open => Paint::fill("#gone"),
            Self::Bare => Paint::fill("none").edge("line", 1.0),
        }
    }
    pub(crate) fn ink(self) -> &'static str {
        match self {
            Self::Shade(4..) => "on-dark",
            Self::Below => "on-below",
            Self::Bare => "soft",
            _ => "ink",
        }
    }
    /// The tone of a share of 1, in five steps.
    pub(crate) fn of_share(share: f64) -> Self {
        match share {
            s if !s.is_finite() => Self::Open,
            s if s < 0.2 => Self::Shade(1),
            s if s < 0.4 => Self::Shade(2),
            s if s < 0.6 => Self::Shade(3),
            s if s < 0.8 => Self::Shade(4),
            _ => Self::Shade(5),
        }
    }
}

/// A text that is to be placed.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Label<'a> {
    pub(crate) text: &'a str,
    pub(crate) size: f64,
    pub(crate) color: &'static str,
    pub(crate) anchor: Anchor,
    pub(crate) bold: bool,
}

impl<'a> Label<'a> {
    pub(crate) fn new(text: &'a str) -> Self {
        Self { text, size: LABEL, color: "ink", anchor: Anchor::Start, bold: false }
    }
    pub(crate) fn small(text: &'a str) -> Self {
        Self { size: SMALL, color: "soft", ..Self::new(text) }
    }
    pub(crate) fn anchor(self, anchor: Anchor) -> Self {
        Self { anchor, ..self }
    }
    pub(crate) fn color(self, color: &'static str) -> Self {
        Self { color, ..self }
    }
    pub(crate) fn bold(self, bold: bool) -> Self {
        Self { bold, ..self }
    }
    pub(crate) fn size(self, size: f64) -> Self {
        Self { size, ..self }
    }
    /// How wide it is at most; bold type is a little wider.
    pub(crate) fn width(&self) -> f64 {
        measure(self.text, self.size) * if self.bold { 1.06 } else { 1.0 }
    }
}

impl Canvas {
    pub(crate) fn new() -> Self {
        Self::default()
    }
    /// What is drawn, as the content of an `<svg>`.
    pub(crate) fn into_svg(self) -> String {
        self.out
    }
    fn shape(&mut self, name: &str, attributes: &str, paint: Paint, title: &str) {
        let _ = write!(self.out, "<{name}{attributes}{}", paint.attributes());
        if title.is_empty() {
            self.out.push_str("/>");
        } else {
            let _ = write!(self.out, "><title>{}</title></{name}>", escape(title));
        }
    }
    pub(crate) fn rect(&mut self, (x, y): (f64, f64), (w, h): (f64, f64), paint: Paint, title: &str) {
        let at = format!(
            " x=\"{}\" y=\"{}\" width=\"{}\" height=\"{}\"",
            n(x),
            n(y),
            n(w.max(0.0)),
            n(h.max(0.0))
        );
        self.shape("rect", &at, paint, title);
    }
    pub(crate) fn line(
        &mut self,
        (x1, y1): (f64, f64),
        (x2, y2): (f64, f64),
        stroke: &'static str,
        width: f64,
    ) {
        let _ = write!(
            self.out,
            "<line x1=\"{}\" y1=\"{}\" x2=\"{}\" y2=\"{}\" stroke=\"{}\" stroke-width=\"{}\"/>",
            n(x1),
            n(y1),
            n(x2),
            n(y2),
            paint(stroke),
            n(width)
        );
    }
    pub(crate) fn dashed(
        &mut self,
        (x1, y1): (f64, f64),
        (x2, y2): (f64, f64),
        stroke: &'static str,
        width: f64,
    ) {
        let _ = write!(
            self.out,
            "<line x1=\"{}\" y1=\"{}\" x2=\"{}\" y2=\"{}\" stroke=\"{}\" stroke-width=\"{}\" stroke-dasharray=\"4 3\"/>",
            n(x1),
            n(y1),
            n(x2),
            n(y2),
            paint(stroke),
            n(width)
        );
    }
    /// A line through points.
    pub(crate) fn polyline(
        &mut self,
        points: &[(f64, f64)],
        stroke: &'static str,
        width: f64,
        dash: &str,
        title: &str,
    ) {
        let all: Vec<String> = points.iter().map(|(x, y)| format!("{},{}", n(*x), n(*y))).collect();
        let dash = if dash.is_empty() { String::new() } else { format!(" stroke-dasharray=\"{dash}\"") };
        let at = format!(" points=\"{}\" stroke-linejoin=\"round\"{dash}", all.join(" "));
        self.shape("polyline", &at, Paint::fill("none").edge(stroke, width), title);
    }
    pub(crate) fn path(&mut self, d: &str, paint: Paint, title: &str) {
        self.shape("path", &format!(" d=\"{d}\" fill-rule=\"evenodd\""), paint, title);
    }
    pub(crate) fn circle(&mut self, (x, y): (f64, f64), r: f64, paint: Paint, title: &str) {
        self.shape("circle", &format!(" cx=\"{}\" cy=\"{}\" r=\"{}\"", n(x), n(y), n(r)), paint, title);
    }
    pub(crate) fn diamond(&mut self, (x, y): (f64, f64), r: f64, paint: Paint, title: &str) {
        let d = format!(
            "M{} {}L{} {}L{} {}L{} {}Z",
            n(x),
            n(y - r),
            n(x + r),
            n(y),
            n(x),
            n(y + r),
            n(x - r),
            n(y)
        );
        self.path(&d, paint, title);
    }
    /// Many dots of one color as a single shape: a tenth of their size, without a title for each.
    pub(crate) fn points(&mut self, places: &[(f64, f64)], r: f64, color: &str) {
        if places.is_empty() {
            return;
        }
        let mut d = String::new();
        for (x, y) in places {
            // A line of no length with round ends.
            let _ = write!(d, "M{} {}h0", n(*x), n(*y));
        }
        let _ = write!(
            self.out,
            "<path d=\"{d}\" fill=\"none\" stroke=\"{}\" stroke-width=\"{}\" stroke-linecap=\"round\"/>",
            paint(color),
            n(2.0 * r)
        );
    }
    /// A value of a unit: the own one is a diamond, the others are dots.
    pub(crate) fn mark(&mut self, at: (f64, f64), own: bool, fill: Fill, title: &str) {
        let paint = Paint::value(fill, own);
        if own { self.diamond(at, 7.0, paint, title) } else { self.circle(at, 4.5, paint, title) }
    }
    /// An interval with caps at both ends.
    pub(crate) fn whisker(&mut self, (x1, x2): (f64, f64), y: f64, stroke: &'static str) {
        self.line((x1, y), (x2, y), stroke, 1.5);
        for x in [x1, x2] {
            self.line((x, y - 3.5), (x, y + 3.5), stroke, 1.5);
        }
    }
    /// Text on one line, its base line at `y`.
    pub(crate) fn text(&mut self, (x, y): (f64, f64), label: Label<'_>) {
        self.turned((x, y), 0, label);
    }
    /// Text turned by degrees around where it is held.
    pub(crate) fn turned(&mut self, (x, y): (f64, f64), degrees: i32, label: Label<'_>) {
        if label.text.is_empty() {
            return;
        }
        let turn = if degrees == 0 {
            String::new()
        } else {
            format!(" transform=\"rotate({degrees} {} {})\"", n(x), n(y))
        };
        let anchor = if label.anchor == Anchor::Start {
            String::new()
        } else {
            format!(" text-anchor=\"{}\"", label.anchor.word())
        };
        let bold = if label.bold { " font-weight=\"600\"" } else { "" };
        let _ = write!(
            self.out,
            "<text x=\"{}\" y=\"{}\" font-size=\"{}\" fill=\"{}\"{anchor}{bold}{turn}>{}</text>",
            n(x),
            n(y),
            n(label.size),
            paint(label.color),
            escape(label.text)
        );
    }
    /// Text that is cut to its room; what is cut stands in full where a pointer rests on it.
    pub(crate) fn text_in(&mut self, at: (f64, f64), room: f64, label: Label<'_>) {
        let room = if label.bold { room / 1.06 } else { room };
        let short = fit(label.text, room, label.size);
        if short == label.text {
            self.text(at, label);
        } else {
            let _ = write!(self.out, "<g><title>{}</title>", escape(label.text));
            self.text(at, Label { text: &short, ..label });
            self.out.push_str("</g>");
        }
    }
    /// Lines of text, the first base line at `y`; gives the base line of the last.
    pub(crate) fn lines(&mut self, (x, y): (f64, f64), room: f64, most: usize, label: Label<'_>) -> f64 {
        let room = if label.bold { room / 1.06 } else { room };
        let mut base = y;
        for (at, line) in wrap(label.text, room, label.size, most).iter().enumerate() {
            base = y + at as f64 * label.size * 1.25;
            self.text((x, base), Label { text: line, ..label });
        }
        base
    }
    /// A name beside a row, on two lines where one is too short; `middle` is the middle of the row.
    pub(crate) fn name_in(&mut self, (x, middle): (f64, f64), room: f64, label: Label<'_>) {
        let inner = if label.bold { room / 1.06 } else { room };
        let all = wrap(label.text, inner, label.size, 2);
        match &all[..] {
            [first, second] if !second.ends_with('\u{2026}') => {
                self.text((x, middle - label.size * 0.25), Label { text: first, ..label });
                self.text((x, middle + label.size * 0.95), Label { text: second, ..label });
            }
            [first, second] => {
                let _ = write!(self.out, "<g><title>{}</title>", escape(label.text));
                self.text((x, middle - label.size * 0.25), Label { text: first, ..label });
                self.text((x, middle + label.size * 0.95), Label { text: second, ..label });
                self.out.push_str("</g>");
            }
            _ => self.text_in((x, middle + label.size * 0.35), room, label),
        }
    }
    /// A legend, wrapped to the width: each entry a sample and words. Gives the height it took.
    pub(crate) fn legend(&mut self, (x, y): (f64, f64), width: f64, entries: &[(Sample, String)]) -> f64 {
        let (mut at, mut line) = (x, 0.0);
        for (sample, words) in entries {
            let words = fit(words, width - 26.0, SMALL);
            let wide = 22.0 + measure(&words, SMALL) + 16.0;
            if at > x && at + wide - 16.0 > x + width {
                at = x;
                line += 18.0;
            }
            let (cx, cy) = (at + 8.0, y + line + 6.0);
            match sample {
                Sample::Own(fill) => self.diamond((cx, cy), 6.0, Paint::value(*fill, true), ""),
                Sample::Dot(fill) => self.circle((cx, cy), 4.5, Paint::value(*fill, false), ""),
                Sample::Box(paint) => self.rect((at + 1.0, cy - 5.5), (14.0, 11.0), *paint, ""),
                Sample::Cell(tone, letter) => {
                    self.rect((at, cy - 7.0), (16.0, 14.0), tone.paint(), "");
                    self.text((cx, cy + 4.0), Label::small(letter).anchor(Anchor::Middle).color(tone.ink()));
                }
                Sample::Line(color, dash) => {
                    self.polyline(&[(at, cy), (at + 16.0, cy)], color, 2.0, dash, "")
                }
                Sample::Whisker => self.whisker((at, at + 16.0), cy, "ink"),
                Sample::Post => self.line((cx, cy - 7.0), (cx, cy + 7.0), "ink", 1.5),
            }
            self.text((at + 22.0, cy + 4.0), Label::small(&words));
            at += wide;
        }
        if entries.is_empty() { 0.0 } else { line + 18.0 }
    }
}

/// What stands before the words of a legend.
#[derive(Debug, Clone)]
pub(crate) enum Sample {
    Own(Fill),
    Dot(Fill),
    Box(Paint),
    Cell(Tone, String),
    Line(&'static str, &'static str),
    Whisker,
    Post,
}

/// The drawing with every color by its value, for pictures that stand alone.
pub(crate) fn resolved(svg: &str) -> String {
    // A quotation mark never stands in text as it is, so that a text which speaks of colors stays what it is.
    let mut out = String::with_capacity(svg.len());
    let mut rest = svg;
    while let Some((before, after)) = rest.split_once("\"var(--") {
        out.push_str(before);
        out.push('"');
        match after.split_once(')') {
            Some((name, after)) => {
                out.push_str(
                    COLORS.iter().find(|(known, _)| *known == name).map_or("#17212b", |(_, value)| value),
                );
                rest = after;
            }
            None => rest = after,
        }
    }
    out.push_str(rest);
    out
}

/// Places for labels one below the other, none nearer than `gap`, each as near as can be to where it is wanted and inside
/// `low` to `high` where they fit. Wanted places come in any order; the answer is in the same order.
pub(crate) fn spread(wanted: &[f64], gap: f64, low: f64, high: f64) -> Vec<f64> {
    let mut order: Vec<usize> = (0..wanted.len()).collect();
    order.sort_by(|a, b| wanted[*a].total_cmp(&wanted[*b]).then(a.cmp(b)));
    let mut places = wanted.to_vec();
    let mut last = f64::NEG_INFINITY;
    for at in &order {
        places[*at] = places[*at].max(low).max(last + gap);
        last = places[*at];
    }
    let mut next = high + gap;
    for at in order.iter().rev() {
        if places[*at] > next - gap {
            places[*at] = next - gap;
        }
        next = places[*at];
    }
    places
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn axes_are_marked_at_even_numbers() {
        for (low, high, ticks) in [
            (0.0, 100.0, "0 20 40 60 80 100"),
            (-3.0, 7.0, "\u{2212}4 \u{2212}2 0 2 4 6 8"),
            (0.0, 1.0, "0.0 0.2 0.4 0.6 0.8 1.0"),
            (12_345.0, 48_000.0, "10,000 20,000 30,000 40,000 50,000"),
            (0.0, 0.00013, "0.00000 0.00005 0.00010 0.00015"),
            (5.0, 5.0, "4.4 4.6 4.8 5.0 5.2 5.4 5.6"),
            (f64::NAN, 1.0, "0.0 0.2 0.4 0.6 0.8 1.0"),
            (f64::MIN, f64::MAX, "0.0 0.2 0.4 0.6 0.8 1.0"),
        ] {
            let axis = Axis::new(low, high, 5);
            let shown: Vec<String> = axis.ticks.iter().map(|t| axis.label(*t)).collect();
            assert_eq!(shown.join(" "), ticks, "{low} to {high}");
        }
    }

    #[test]
    fn text_is_broken_where_its_language_allows() {
        assert_eq!(wrap("GDP per head of residents", 70.0, 10.0, 3), ["GDP per", "head of", "residents"]);
        assert_eq!(wrap("人均地区生产总值（美元）", 50.0, 10.0, 3), ["人均地区生", "产总值（美", "元）"]);
        assert_eq!(wrap("one two three four", 30.0, 10.0, 2), ["one", "two\u{2026}"]);
        assert_eq!(wrap("", 30.0, 10.0, 2), Vec::<String>::new());
        for line in wrap("Unbreakablewordwithoutanyspace", 60.0, 10.0, 2) {
            assert!(measure(&line, 10.0) <= 60.0, "{line}");
        }
    }

    #[test]
    fn labels_are_spread_inside_their_room() {
        assert_eq!(spread(&[10.0, 10.0, 50.0], 12.0, 0.0, 100.0), [10.0, 22.0, 50.0]);
        assert_eq!(spread(&[100.0, 99.0], 12.0, 0.0, 100.0), [100.0, 88.0]);
    }

    #[test]
    fn colors_are_resolved() {
        assert_eq!(
            resolved("fill=\"var(--own)\" stroke=\"var(--s5)\""),
            "fill=\"#b6470a\" stroke=\"#12436d\""
        );
        assert!(!resolved(PATTERNS).contains("var("));
    }
}
