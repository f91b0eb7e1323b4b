//! Icicle of the framework: index, groups and indicators from left to right, as high as they weigh.

use super::canvas::{Canvas, Label, Paint, Tone, wrap};
use super::words::say;
use super::{Chart, Draw, Drawn, Frame, Table, WIDTH, header, said};
use super::{Kind, Lacking, Sources};
use crate::said::Said;
use crate::view::percent;
use gradus_engine::Number;
use gradus_model::{Lang, Text};

/// A framework.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct Framework {
    /// What stands around it.
    pub frame: Frame,
    /// Nodes in tree order, parents before their parts; the first one is the index.
    pub nodes: Vec<Node>,
}

/// An index, a group or an indicator.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct Node {
    /// Its name.
    pub name: Text,
    /// Its parent, by place; nothing for the index.
    pub parent: Option<usize>,
    /// Its share of the parent's weight, 0 to 1.
    pub share: f64,
    /// Its share of the index in words.
    pub text: Text,
}

impl Framework {
    fn depth(&self, mut at: usize) -> usize {
        let mut depth = 0;
        while let Some(parent) = self.nodes[at].parent.filter(|p| *p < at) {
            at = parent;
            depth += 1;
        }
        depth
    }
}

impl Draw for Framework {
    fn draw(&self, lang: Lang) -> Chart {
        let mut canvas = Canvas::new();
        let nodes = &self.nodes;
        let depths: Vec<usize> = (0..nodes.len()).map(|at| self.depth(at)).collect();
        let levels = depths.iter().copied().max().unwrap_or(0) + 1;
        let is_leaf = |at: usize| !nodes.iter().any(|node| node.parent == Some(at));
        // Shares of siblings add up to 1; where nothing is weighed, all weigh the same.
        let mut shares = vec![1.0; nodes.len()];
        for at in 1..nodes.len() {
            let siblings: Vec<usize> = (0..nodes.len())
                .filter(|i| nodes[*i].parent == nodes[at].parent && nodes[*i].parent.is_some())
                .collect();
            let clean = |i: usize| if nodes[i].share.is_finite() { nodes[i].share.max(0.0) } else { 0.0 };
            let sum: f64 = siblings.iter().map(|i| clean(*i)).sum();
            let own = if sum > 0.0 { clean(at) / sum } else { 1.0 / siblings.len().max(1) as f64 };
            shares[at] = nodes[at].parent.map_or(1.0, |p| shares[p]) * own;
        }
        let leaves: Vec<usize> = (0..nodes.len()).filter(|at| is_leaf(*at)).collect();
        let smallest = leaves.iter().map(|at| shares[*at]).filter(|s| *s > 0.0).fold(1.0, f64::min);
        // As high as the smallest leaf needs for its name, within reason.
        let height = (17.0 / smallest).clamp(240.0, (leaves.len() as f64 * 34.0).max(240.0));
        // The index takes a narrow column, the indicators the widest.
        let mut widths: Vec<f64> = (0..levels)
            .map(|level| {
                if level + 1 == levels {
                    2.2
                } else if level == 0 {
                    0.8
                } else {
                    1.2
                }
            })
            .collect();
        let all: f64 = widths.iter().sum();
        for w in &mut widths {
            *w *= WIDTH / all;
        }
        let lefts: Vec<f64> = (0..levels).map(|level| widths[..level].iter().sum()).collect();
        let mut tops = vec![0.0; nodes.len()];
        let mut filled = vec![0.0; nodes.len()];
        let mut layer = 0usize;
        let mut tones = vec![Tone::Shade(5); nodes.len()];
        let mut table =
            Table { header: header(&["node", "parent", "share_of_index"], lang), rows: Vec::new() };
        for at in 0..nodes.len() {
            if let Some(parent) = nodes[at].parent.filter(|p| *p < at) {
                tops[at] = tops[parent] + filled[parent];
                filled[parent] += shares[at] * height;
                // Layers are told apart by two shades in turn, and keep theirs in all their parts.
                tones[at] = if depths[at] == 1 {
                    layer += 1;
                    if layer % 2 == 1 { Tone::Shade(2) } else { Tone::Shade(1) }
                } else {
                    tones[parent]
                };
            }
            let high = shares[at] * height;
            // A leaf of a ragged tree reaches to the right edge.
            let right = if is_leaf(at) { WIDTH } else { lefts[depths[at]] + widths[depths[at]] };
            let wide = right - lefts[depths[at]];
            let name = nodes[at].name.get(lang);
            let title = format!("{name}: {}", nodes[at].text.get(lang));
            canvas.rect(
                (lefts[depths[at]], tops[at]),
                (wide, high),
                tones[at].paint().edge("sheet", 1.5),
                &title,
            );
            let ink = tones[at].ink();
            if high >= 14.0 {
                let text = if depths[at] == 0 || high < 30.0 {
                    String::new()
                } else {
                    nodes[at].text.get(lang).to_owned()
                };
                let size = if high < 17.0 { 10.5 } else { 12.0 };
                let most = (((high - 6.0) / (size * 1.25)).floor() as usize).clamp(1, 4);
                let lines =
                    wrap(name, wide - 14.0, size, if text.is_empty() { most } else { (most - 1).max(1) });
                let count = lines.len() + usize::from(!text.is_empty());
                let mut y = tops[at] + high / 2.0 - (count as f64 - 1.0) * size * 0.625 + size * 0.35;
                for line in &lines {
                    canvas.text(
                        (lefts[depths[at]] + 7.0, y),
                        Label::new(line).size(size).color(ink).bold(!is_leaf(at)),
                    );
                    y += size * 1.25;
                }
                if !text.is_empty() {
                    canvas.text_in((lefts[depths[at]] + 7.0, y), wide - 14.0, Label::small(&text).color(ink));
                }
            }
            let parent = nodes[at].parent.and_then(|p| nodes.get(p)).map_or("", |p| p.name.get(lang));
            table.rows.push(vec![name.into(), parent.into(), nodes[at].text.get(lang).into()]);
        }
        if nodes.is_empty() {
            canvas.rect((0.0, 0.0), (WIDTH, 40.0), Paint::fill("#gone"), "");
        }
        let heaviest = leaves.iter().copied().max_by(|a, b| shares[*a].total_cmp(&shares[*b]).then(b.cmp(a)));
        let groups = (1..nodes.len()).filter(|at| !is_leaf(*at)).count();
        let even = leaves.iter().all(|at| (shares[*at] - smallest).abs() < 1e-9);
        let counts = [("n", Said::from(leaves.len())), ("groups", groups.into())];
        let title = match heaviest.filter(|_| !even) {
            Some(at) => {
                let mut places = counts.to_vec();
                places.extend([("heaviest", said(&nodes[at].name)), ("share", said(&nodes[at].text))]);
                say("framework.finding", &places)
            }
            None => say("framework.even", &counts),
        };
        let each: Vec<Said> = (1..nodes.len())
            .filter(|at| depths[*at] == 1)
            .map(|at| said(&nodes[at].name).then((" ", " "), &said(&nodes[at].text)))
            .collect();
        let alt = say("framework.alt", &[("parts", Said::list(&each))]);
        Drawn { kind: "framework", lang, frame: &self.frame, title, alt, canvas, height, table }.chart()
    }
}

/// Icicle.
pub static KIND: Kind = Kind {
    id: "framework",
    name: ("Icicle of the framework", "指标体系冰柱图"),
    shows: ("Index, groups and indicators, as high as they weigh.", "总指数、各组与指标，高度表示权重。"),
    needs: ("indicators", "指标"),
    asks: &[],
    make: |sources| Ok(Box::new(Framework::of(sources)?)),
};

impl Framework {
    /// The tree of the package, with the weights that were in force. Groups without weights give all parts the same height.
    ///
    /// # Errors
    /// None: every package has a tree.
    pub fn of(sources: &Sources<'_>) -> Result<Self, Lacking> {
        let cx = sources.context();
        let tree = cx.package.tree();
        let place = |ix| tree.iter().position(|(node, _)| *node == ix);
        let nodes = tree
            .iter()
            .map(|(ix, depth)| {
                let node = &cx.package.nodes[*ix];
                let result = &cx.evaluation.nodes[*ix];
                let siblings = node.parent.map_or(1, |p| cx.package.nodes[p].children.len().max(1));
                let weight = result.weight.map(Number::to_f64).filter(|w| w.is_finite());
                Node {
                    name: cx.node_name(*ix).0,
                    parent: node.parent.filter(|_| *depth > 0).and_then(place),
                    share: weight.unwrap_or(1.0 / siblings as f64),
                    text: match result.effective_weight.filter(|_| *depth > 0) {
                        Some(share) => Said::same(percent(share)).0,
                        None => Text::default(),
                    },
                }
            })
            .collect();
        let mut frame = cx.frame(("Share of the index", "占总指数权重"), false);
        frame.period.clear();
        Ok(Self { frame, nodes })
    }
}
