//! Small charts that stand in tables and cards, without a table of their own: the figures stand beside them.
//!
//! Bars and lines with axes are drawn by `kuva`, whose SVG is small, holds real text in any script and takes CSS
//! variables as colors, so that one chart serves light, dark and print. What it does not draw is drawn here: rows on a
//! common ladder scale with goalposts, and dots whose shape says how firm a value is. Those place everything in percent
//! of the width instead of a view box, so that type and dots keep their size on every screen.
//!
//! Every chart is an image with a title that states its finding and a description; both are made from the data. Who
//! cannot see it loses nothing: the figures stand in the table beside it.

use crate::figure::Fill;
use crate::said::Said;
use gradus_model::Lang;
use kuva::backend::svg::SvgBackend;
use kuva::plot::{BarPlot, LinePlot, ScatterPlot};
use kuva::render::layout::Layout;
use kuva::render::plots::Plot;
use kuva::render::render::render_multiple;
use kuva::render::theme::Theme;
use std::fmt::Write;

/// What a chart is called and what it shows, for those who hear it.
#[derive(Debug)]
pub(crate) struct Caption {
    /// Unique in the page.
    pub(crate) id: String,
    /// The finding in words.
    pub(crate) title: String,
    /// What is drawn, with its figures where they are few.
    pub(crate) description: String,
}

/// A threshold on an axis.
#[derive(Debug)]
pub(crate) struct Goalpost {
    /// 0 (left) to 1.
    pub(crate) at: f64,
    /// Shade of the grade that starts here, 1 to 5.
    pub(crate) shade: usize,
    /// Its label, as markup inside `<text>`.
    pub(crate) label: String,
}

/// A unit on an axis.
#[derive(Debug)]
pub(crate) struct Dot {
    /// 0 (left) to 1.
    pub(crate) at: f64,
    /// Who and how much; empty for none.
    pub(crate) title: String,
    /// Who it is.
    pub(crate) role: Role,
    /// How firm the value is.
    pub(crate) fill: Fill,
}

/// What a dot stands for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Role {
    /// The unit the report is about: a diamond.
    Own,
    /// The best of the others: a filled dot.
    Leader,
    /// Another unit: an open dot.
    Peer,
}

/// Escapes text for an element or an attribute.
pub(crate) fn escape(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    for c in text.chars() {
        match c {
            '&' => out.push_str("&amp;"),
            '<' => out.push_str("&lt;"),
            '>' => out.push_str("&gt;"),
            '"' => out.push_str("&quot;"),
            '\'' => out.push_str("&#39;"),
            // Characters that may not stand in a document at all.
            c if c.is_control() && !matches!(c, '\n' | '\t') => out.push(' '),
            c => out.push(c),
        }
    }
    out
}

/// A text in every language of the page, as the content of `<text>`.
pub(crate) fn spans(text: &Said, languages: &[Lang]) -> String {
    let forms: Vec<(Lang, &str)> = languages.iter().map(|l| (*l, text.get(*l))).collect();
    match forms.as_slice() {
        [(_, first), rest @ ..] if rest.iter().all(|(_, form)| form == first) => escape(first),
        all => all
            .iter()
            .map(|(l, form)| format!("<tspan class=\"t\" lang=\"{}\">{}</tspan>", l.code(), escape(form)))
            .collect::<Vec<_>>()
            .join(" "),
    }
}

fn opening(caption: &Caption, class: &str, size: &str) -> String {
    let id = escape(&caption.id);
    format!(
        "<svg class=\"chart {class}\" {size} role=\"img\" aria-labelledby=\"{id}-t {id}-d\"><title id=\"{id}-t\">{}</title><desc id=\"{id}-d\">{}</desc>",
        escape(&caption.title),
        escape(&caption.description),
    )
}

fn percent(at: f64) -> String {
    let at = if at.is_finite() { at.clamp(0.0, 1.0) } else { 0.5 };
    // Room for half a dot at both ends.
    format!("{:.2}%", 1.5 + 97.0 * at)
}

fn dot(out: &mut String, dot: &Dot, y: f64) {
    let x = percent(dot.at);
    let fill = match dot.fill {
        Fill::Firm => "firm",
        Fill::Hollow => "hollow",
        Fill::Hatched => "hatched",
    };
    let title = match dot.title.is_empty() {
        true => String::new(),
        false => format!("<title>{}</title>", escape(&dot.title)),
    };
    match dot.role {
        Role::Own => {
            // A nested picture turns a percentage into the origin of a path.
            let _ = write!(
                out,
                "<svg x=\"{x}\" y=\"{y}\" overflow=\"visible\"><path class=\"own {fill}\" d=\"M0-8 8 0 0 8-8 0Z\">{title}</path></svg>"
            );
        }
        Role::Leader => {
            let _ = write!(
                out,
                "<circle class=\"leader {fill}\" cx=\"{x}\" cy=\"{y}\" r=\"4.5\">{title}</circle>"
            );
        }
        Role::Peer => {
            let _ =
                write!(out, "<circle class=\"peer {fill}\" cx=\"{x}\" cy=\"{y}\" r=\"4\">{title}</circle>");
        }
    }
}

/// Where text at a place is anchored, so that it stays inside.
fn anchor(at: f64) -> &'static str {
    match at {
        a if a < 0.12 => "start",
        a if a > 0.88 => "end",
        _ => "middle",
    }
}

/// One row on the common ladder scale: bands between goalposts, the units as dots.
pub(crate) fn ladder(caption: &Caption, goalposts: &[Goalpost], dots: &[Dot]) -> String {
    let mut out = opening(caption, "ladder", "width=\"100%\" height=\"44\"");
    out.push_str("<rect class=\"band s0\" x=\"0\" y=\"9\" width=\"100%\" height=\"14\"/>");
    for post in goalposts {
        let x = percent(post.at);
        let _ = write!(
            out,
            "<rect class=\"band s{}\" x=\"{x}\" y=\"9\" width=\"{:.2}%\" height=\"14\"/>",
            post.shade,
            100.0 - (1.5 + 97.0 * post.at)
        );
    }
    for post in goalposts {
        let x = percent(post.at);
        let _ = write!(
            out,
            "<line class=\"post\" x1=\"{x}\" y1=\"4\" x2=\"{x}\" y2=\"28\"/><text class=\"tick\" x=\"{x}\" y=\"40\" text-anchor=\"{}\">{}</text>",
            anchor(post.at),
            post.label
        );
    }
    // The own unit last: nothing covers it.
    for d in dots.iter().filter(|d| d.role != Role::Own).chain(dots.iter().filter(|d| d.role == Role::Own)) {
        dot(&mut out, d, 16.0);
    }
    out.push_str("</svg>");
    out
}

/// All units on the natural axis of an indicator; dots that would hide each other are stacked. The labels of both ends
/// are markup.
pub(crate) fn strip(caption: &Caption, goalposts: &[Goalpost], dots: &[Dot], ends: (&str, &str)) -> String {
    const ROW: f64 = 9.0;
    // Bins of 1.6 percent of the width: a dot's diameter on a small screen.
    let mut bins: std::collections::BTreeMap<i64, usize> = std::collections::BTreeMap::new();
    let mut placed: Vec<(usize, &Dot)> = Vec::with_capacity(dots.len());
    for d in dots.iter().filter(|d| d.role == Role::Own).chain(dots.iter().filter(|d| d.role != Role::Own)) {
        let bin = (d.at.clamp(0.0, 1.0) * 62.0).round() as i64;
        let height = bins.entry(bin).or_insert(0);
        placed.push((*height, d));
        *height += 1;
    }
    let tallest = bins.values().copied().max().unwrap_or(1).min(12);
    let base = 32.0 + ROW * (tallest as f64);
    let height = base + 32.0;
    let mut out = opening(caption, "strip", &format!("width=\"100%\" height=\"{height}\""));
    let _ = write!(out, "<line class=\"axis\" x1=\"0\" y1=\"{0}\" x2=\"100%\" y2=\"{0}\"/>", base + 8.0);
    let mut last: Option<(f64, bool)> = None;
    for post in goalposts {
        let x = percent(post.at);
        // A letter too near to the one before it moves to the other line.
        let near = last.is_some_and(|(at, _)| (post.at - at).abs() < 0.05);
        let upper = near && last.is_some_and(|(_, upper)| !upper);
        last = Some((post.at, upper));
        let _ = write!(
            out,
            "<line class=\"post\" x1=\"{x}\" y1=\"{}\" x2=\"{x}\" y2=\"{}\"/><text class=\"letter\" x=\"{x}\" y=\"{}\" text-anchor=\"middle\">{}</text>",
            if upper { 12 } else { 23 },
            base + 8.0,
            if upper { 9 } else { 20 },
            post.label
        );
    }
    for (level, d) in placed.iter().rev() {
        // Taller stacks than the picture is high share its top row.
        let level = (*level).min(tallest.saturating_sub(1));
        dot(&mut out, d, base - ROW * (level as f64));
    }
    let _ = write!(
        out,
        "<text class=\"tick\" x=\"0\" y=\"{0}\">{1}</text><text class=\"tick\" x=\"100%\" y=\"{0}\" text-anchor=\"end\">{2}</text></svg>",
        base + 24.0,
        ends.0,
        ends.1
    );
    out
}

/// A bar of a ranking.
#[derive(Debug)]
pub(crate) struct Bar {
    pub(crate) label: String,
    pub(crate) value: f64,
    pub(crate) own: bool,
    pub(crate) fill: Fill,
}

fn theme() -> Theme {
    Theme {
        background: "none".to_owned(),
        axis_color: "var(--line)".to_owned(),
        grid_color: "var(--hair)".to_owned(),
        tick_color: "var(--line)".to_owned(),
        text_color: "currentColor".to_owned(),
        show_grid: false,
        ..Theme::light()
    }
}

/// Horizontal bars, the first one on top.
pub(crate) fn bars(caption: &Caption, bars: &[Bar]) -> String {
    // The library puts the first bar at the bottom.
    let colored: Vec<(String, f64, &str)> = bars
        .iter()
        .rev()
        .map(|b| {
            let color = match (b.own, b.fill) {
                (true, _) => "var(--own)",
                (false, Fill::Firm) => "var(--bar)",
                (false, _) => "url(#hatch)",
            };
            (b.label.clone(), b.value, color)
        })
        .collect();
    let plots =
        vec![Plot::Bar(BarPlot::new().with_horizontal(true).with_width(0.62).with_colored_bars(colored))];
    let height = 60.0 + 24.0 * bars.len() as f64;
    let layout = Layout::auto_from_plots(&plots)
        .with_width(WIDTH)
        .with_height(height)
        .with_theme(theme())
        .with_tick_size(13)
        .with_font_family("inherit");
    wrap(caption, "bars", &SvgBackend::new().render_scene(&render_multiple(plots, layout)), WIDTH, height)
}

const WIDTH: f64 = 760.0;

/// A line through the years with its points, and thresholds (with labels as markup) as dashed lines.
pub(crate) fn history(caption: &Caption, points: &[(f64, f64)], goalposts: &[(f64, String)]) -> String {
    use kuva::render::annotations::ReferenceLine;
    const SIZE: (f64, f64) = (380.0, 150.0);
    let line = LinePlot::new().with_data(points.to_vec()).with_color("var(--own)").with_stroke_width(2.0);
    let dots = ScatterPlot::new().with_data(points.to_vec()).with_color("var(--own)").with_size(3.5);
    let plots = vec![Plot::Line(line), Plot::Scatter(dots)];
    let (low, high) = points.iter().fold((f64::MAX, f64::MIN), |(l, h), (_, y)| (l.min(*y), h.max(*y)));
    let (first, last) = points.iter().fold((f64::MAX, f64::MIN), |(l, h), (x, _)| (l.min(*x), h.max(*x)));
    let mut layout = Layout::auto_from_plots(&plots)
        .with_width(SIZE.0)
        .with_height(SIZE.1)
        .with_theme(theme())
        .with_tick_size(11)
        .with_ticks(4)
        // Years are whole: a step below one would print fractions of them.
        .with_x_tick_step(((last - first) / 5.0).ceil().max(1.0))
        .with_x_axis_min(first)
        .with_x_axis_max(last)
        .with_font_family("inherit");
    // A threshold far outside the series would flatten it; it stands in the table.
    let span = (high - low).abs().max(high.abs() * 0.05);
    // The library escapes labels, and ours are markup: a mark holds their place.
    let mark = |at: usize| format!("\u{e000}{at}\u{e001}");
    let shown = goalposts.iter().enumerate().filter(|(_, (y, _))| *y >= low - span && *y <= high + span);
    for (at, (y, _)) in &shown.collect::<Vec<_>>() {
        layout = layout.with_reference_line(
            ReferenceLine::horizontal(*y).with_color("var(--soft)").with_label(mark(*at)),
        );
    }
    let mut svg = SvgBackend::new().render_scene(&render_multiple(plots, layout));
    for (at, (_, label)) in goalposts.iter().enumerate() {
        svg = svg.replace(&mark(at), label);
    }
    wrap(caption, "history", &svg, SIZE.0, SIZE.1)
}

/// Gives a picture of the library our opening: a view box, a role, a title and a description.
fn wrap(caption: &Caption, class: &str, svg: &str, width: f64, height: f64) -> String {
    let inner = svg.split_once('>').map_or("", |(_, rest)| rest);
    // The library stamps its version and numbers its clip paths by a counter of the process, so that the same report
    // would not be the same bytes twice. Nothing here reaches beyond its axes, and nothing needs clipping.
    let inner = without(inner, "<!--", "-->");
    let inner = without(&inner, "<defs>", "</defs>");
    let inner = without(&inner, " clip-path=\"", "\"");
    let size = format!(
        "viewBox=\"0 0 {width} {height}\" width=\"{width}\" height=\"{height}\" fill=\"currentColor\""
    );
    format!("{}{inner}", opening(caption, class, &size))
}

/// The text without every stretch from `from` to the next `to`.
fn without(text: &str, from: &str, to: &str) -> String {
    let mut out = String::with_capacity(text.len());
    let mut rest = text;
    while let Some((before, after)) = rest.split_once(from) {
        let Some((_, after)) = after.split_once(to) else { break };
        out.push_str(before);
        rest = after;
    }
    out.push_str(rest);
    out
}
