//! Markdown as Typst markup.
//!
//! Only what reports have is set: headings, paragraphs, lists, tables, quotations, code, pictures, links to the outside. Every
//! piece of text goes over as a string, never as markup, so that no name can be taken for a command.

use crate::{About, Picture};
use pulldown_cmark::{Alignment, CodeBlockKind, Event, HeadingLevel, Options, Parser, Tag, TagEnd};
use std::fmt::Write;

/// A string of Typst code.
fn string(text: &str) -> String {
    let mut out = String::with_capacity(text.len() + 2);
    out.push('"');
    for c in text.chars() {
        match c {
            '"' => out.push_str("\\\""),
            '\\' => out.push_str("\\\\"),
            c if c.is_control() => out.push(' '),
            c => out.push(c),
        }
    }
    out.push('"');
    out
}

/// A table while it is read.
#[derive(Default)]
struct Table {
    alignments: Vec<Alignment>,
    /// Content blocks, row by row; the first row is the head.
    rows: Vec<Vec<String>>,
    /// The most characters that stand together in each column, and in one of its cells.
    widths: Vec<(usize, usize)>,
}

/// So many columns fit on a page that stands upright.
const UPRIGHT: usize = 9;

impl Table {
    fn cell(&mut self, content: String, text: &str) {
        let at = self.rows.last().map_or(0, Vec::len);
        if self.widths.len() <= at {
            self.widths.resize(at + 1, (1, 1));
        }
        let wide = |word: &str| word.chars().map(|c| if c.is_ascii() { 1 } else { 2 }).sum::<usize>();
        // A line may break between any two ideographs, so that only words of letters stand together.
        let word = text.split(|c: char| !c.is_ascii_graphic()).map(wide).max().unwrap_or(0);
        let (longest, all) = &mut self.widths[at];
        *longest = (*longest).max(word);
        *all = (*all).max(wide(text));
        if let Some(row) = self.rows.last_mut() {
            row.push(content);
        }
    }
    /// With rows and columns changed: the head becomes the first column, under an empty head.
    fn turned(self) -> Self {
        let mut out = Self { alignments: vec![Alignment::Left; self.rows.len()], ..Self::default() };
        out.widths = vec![(1, 60); self.rows.len()];
        out.rows.push(vec![String::new(); self.rows.len()]);
        let n = self.widths.len();
        let mut columns: Vec<_> = self.rows.into_iter().map(Vec::into_iter).collect();
        for _ in 0..n {
            out.rows.push(columns.iter_mut().map(|column| column.next().unwrap_or_default()).collect());
        }
        out
    }
    /// Columns of short figures are as wide as they need; the rest share the width by how much stands in them.
    fn columns(&self) -> String {
        let one = |(longest, all): &(usize, usize)| match *all {
            0..=12 => "auto".to_owned(),
            _ => format!("{}fr", (*all).min(60).max(longest * 2)),
        };
        let mut out: Vec<String> = self.widths.iter().map(one).collect();
        // A single column in brackets would be a number, not a list.
        out.push(String::new());
        out.join(", ")
    }
    fn set(self, out: &mut String) {
        let n = self.widths.len();
        // Many columns of a few rows read better from above to below, and need no page across.
        if n > UPRIGHT && self.rows.len() <= 4 {
            return self.turned().set(out);
        }
        let size = match n {
            0..=5 => "9pt",
            6..=UPRIGHT => "8pt",
            10..=14 => "7pt",
            _ => "6pt",
        };
        let align = |a: &Alignment| match a {
            Alignment::Right => "right",
            Alignment::Center => "center",
            Alignment::Left | Alignment::None => "left",
        };
        let alignments: Vec<&str> = self.alignments.iter().map(align).collect();
        let turned = n > UPRIGHT;
        out.push_str(if turned { "#page(flipped: true)[" } else { "#[" });
        let _ = write!(
            out,
            "#set text(size: {size})\n#table(columns: ({}), align: ({},),\n",
            self.columns(),
            alignments.join(", ")
        );
        for (at, row) in self.rows.iter().enumerate() {
            let filled =
                row.iter().cloned().chain(std::iter::repeat_n(String::new(), n.saturating_sub(row.len())));
            let cells: Vec<String> = filled.map(|cell| format!("[{cell}]")).collect();
            let cells = cells.join(", ");
            let _ = if at == 0 { writeln!(out, "table.header({cells}),") } else { writeln!(out, "{cells},") };
        }
        out.push_str(")]\n");
    }
}

/// What is being read, with what has been written of it.
enum Open {
    Page,
    Block(&'static str),
    List {
        ordered: bool,
        items: Vec<String>,
    },
    Item,
    Code,
    Table(Table),
    Cell,
    /// A picture by its name, with the words that stand for it.
    Picture(String),
    Link(String),
}

/// A section begins a page where little is left of the one it would begin on.
const BREAK: &str =
    "#context if here().position().y > 165mm { pagebreak(weak: true) } else { v(14pt, weak: true) }\n";

/// The whole document.
pub(crate) fn typst(markdown: &str, about: &About, pictures: &[Picture]) -> String {
    let mut options = Options::empty();
    options.insert(Options::ENABLE_TABLES);
    options.insert(Options::ENABLE_STRIKETHROUGH);
    let mut stack: Vec<(Open, String)> = vec![(Open::Page, head(about))];
    // The plain text of a cell, by which columns get their widths.
    let mut plain = String::new();
    let mut sections = 0;
    for event in Parser::new_ext(markdown, options) {
        match event {
            Event::Start(tag) => {
                let mut begin = String::new();
                let open = match tag {
                    Tag::Heading { level, .. } => {
                        // The first section stands below the title.
                        if level == HeadingLevel::H2 {
                            if sections > 0 {
                                begin.push_str(BREAK);
                            }
                            sections += 1;
                        }
                        let _ = write!(begin, "#heading(level: {})[", depth(level));
                        Open::Block("]\n")
                    }
                    Tag::Paragraph => {
                        begin.push_str("#par[");
                        Open::Block("]\n")
                    }
                    Tag::BlockQuote(_) => {
                        begin.push_str("#quote(block: true)[");
                        Open::Block("]\n")
                    }
                    Tag::Emphasis => {
                        begin.push_str("#emph[");
                        Open::Block("]")
                    }
                    Tag::Strong => {
                        begin.push_str("#strong[");
                        Open::Block("]")
                    }
                    Tag::Strikethrough => {
                        begin.push_str("#strike[");
                        Open::Block("]")
                    }
                    Tag::CodeBlock(CodeBlockKind::Fenced(_) | CodeBlockKind::Indented) => Open::Code,
                    Tag::List(first) => Open::List { ordered: first.is_some(), items: Vec::new() },
                    Tag::Item => Open::Item,
                    Tag::Table(alignments) => Open::Table(Table { alignments, ..Table::default() }),
                    Tag::TableHead | Tag::TableRow => {
                        if let Some((Open::Table(table), _)) = stack.last_mut() {
                            table.rows.push(Vec::new());
                        }
                        continue;
                    }
                    Tag::TableCell => {
                        plain.clear();
                        Open::Cell
                    }
                    Tag::Image { dest_url, .. } => Open::Picture(dest_url.into_string()),
                    Tag::Link { dest_url, .. } => Open::Link(dest_url.into_string()),
                    _ => Open::Block(""),
                };
                stack.push((open, begin));
            }
            Event::End(TagEnd::TableHead | TagEnd::TableRow) => {}
            Event::End(_) => {
                let Some((open, text)) = stack.pop() else { break };
                let Some((below, out)) = stack.last_mut() else { break };
                close(open, text, below, out, pictures, &plain);
            }
            Event::Text(text) => {
                plain.push_str(&text);
                if let Some((open, out)) = stack.last_mut() {
                    match open {
                        Open::Code | Open::Picture(_) => out.push_str(&text),
                        _ => {
                            let _ = write!(out, "#{};", string(&text));
                        }
                    }
                }
            }
            Event::Code(text) => {
                plain.push_str(&text);
                put(&mut stack, &format!("#raw({});", string(&text)));
            }
            Event::SoftBreak => put(&mut stack, " "),
            Event::HardBreak => put(&mut stack, "#linebreak();"),
            Event::Rule => put(&mut stack, "#line(length: 100%, stroke: 0.5pt)\n"),
            Event::Html(text) | Event::InlineHtml(text) => match text.trim() {
                "<br>" | "<br/>" => put(&mut stack, "#linebreak();"),
                // Nothing else comes from a report; what does is text.
                other => put(&mut stack, &format!("#{};", string(other))),
            },
            _ => {}
        }
    }
    let mut out = String::new();
    for (_, text) in stack {
        out.push_str(&text);
    }
    out
}

fn put(stack: &mut [(Open, String)], text: &str) {
    if let Some((_, out)) = stack.last_mut() {
        out.push_str(text);
    }
}

fn depth(level: HeadingLevel) -> usize {
    level as usize
}

fn close(open: Open, text: String, below: &mut Open, out: &mut String, pictures: &[Picture], plain: &str) {
    match open {
        Open::Page => {}
        Open::Block(end) => {
            out.push_str(&text);
            out.push_str(end);
        }
        Open::Item => {
            if let Open::List { items, .. } = below {
                items.push(text);
            }
        }
        Open::List { ordered, items } => {
            let kind = if ordered { "enum" } else { "list" };
            let items: Vec<String> = items.iter().map(|item| format!("[{item}]")).collect();
            let _ = writeln!(out, "#{kind}({})", items.join(", "));
        }
        Open::Code => {
            let lines: Vec<String> = text.trim_end().lines().map(string).collect();
            let _ = writeln!(out, "#raw(block: true, ({},).join(\"\\n\"))", lines.join(", "));
        }
        Open::Cell => {
            if let Open::Table(table) = below {
                table.cell(text, plain);
            }
        }
        Open::Table(table) => table.set(out),
        Open::Picture(name) => {
            let drawn = pictures.iter().find(|p| p.name == name);
            match drawn {
                Some(picture) => {
                    let alt = if text.trim().is_empty() { name.as_str() } else { text.trim() };
                    let _ = write!(
                        out,
                        "#box(image(bytes({}), format: \"svg\", width: 100%, alt: {}));",
                        string(&picture.svg),
                        string(alt)
                    );
                }
                None => {
                    let _ = write!(out, "#{};", string(&text));
                }
            }
        }
        Open::Link(to) => match to.starts_with("https://") || to.starts_with("http://") {
            true => {
                let _ = write!(out, "#link({})[{text}];", string(&to));
            }
            // A place in the page: the words are enough.
            false => out.push_str(&text),
        },
    }
}

/// Paper, type and running heads.
fn head(about: &About) -> String {
    let languages = if about.chinese { ("zh", ", region: \"cn\"") } else { ("en", "") };
    let title = string(&about.title);
    let mut out = String::new();
    let _ = writeln!(out, "#set document(title: {title}, date: none)");
    let _ =
        writeln!(out, "#set text(lang: \"{}\"{}, size: 10pt, font: ({}))", languages.0, languages.1, FONTS);
    out.push_str("#show raw: set text(font: (\"DejaVu Sans Mono\", \"Noto Sans Mono CJK SC\"))\n");
    out.push_str("#set par(leading: 0.75em, spacing: 1em)\n");
    let _ = write!(
        out,
        "#set page(paper: \"a4\", margin: (x: 18mm, top: 20mm, bottom: 18mm), \
         header: context {{ if counter(page).get().first() > 1 [#set text(size: 8pt, fill: luma(90))\n#{title};#h(1fr)#{};] }}, \
         footer: context [#set text(size: 8pt, fill: luma(90))\n#{};#h(1fr)#counter(page).display(\"1 / 1\", both: true)]",
        string(&about.edition),
        string(&about.footer),
    );
    if let Some(mark) = &about.draft {
        let _ = write!(
            out,
            ", background: rotate(-52deg, text(size: 90pt, weight: \"bold\", fill: luma(238))[#{};])",
            string(mark)
        );
    }
    out.push_str(")\n");
    out.push_str(
        "#set table(stroke: (x, y) => if y == 0 { (bottom: 0.8pt) } else { (bottom: 0.3pt + luma(190)) }, inset: (x: 3pt, y: 3.5pt))\n\
         #show table.cell.where(y: 0): set text(weight: \"bold\")\n\
         #show heading.where(level: 1): set text(size: 20pt)\n\
         #show heading.where(level: 2): set text(size: 15pt)\n\
         #show heading: set block(sticky: true)\n\
         #show heading.where(level: 3): set text(size: 11.5pt)\n\
         #show heading.where(level: 4): set text(size: 10pt)\n\
         #show quote.where(block: true): it => block(inset: 8pt, stroke: (left: 2pt + luma(150)), it.body)\n",
    );
    out
}

/// Fonts by preference: one with Latin letters, then the widespread Chinese ones, then those that come with the program.
const FONTS: &str = "\"Noto Sans\", \"Source Sans 3\", \"Liberation Sans\", \"Arial\", \"Noto Sans CJK SC\", \"Source Han Sans SC\", \
     \"PingFang SC\", \"Microsoft YaHei\", \"WenQuanYi Micro Hei\", \"DejaVu Sans\", \"Libertinus Serif\"";
