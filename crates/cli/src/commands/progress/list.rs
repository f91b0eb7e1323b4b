//! The presets as a list: classes with their cut-offs, rules of summing up, sources, and what has not been checked.

use crate::render::escape;
use gradus::model::{Lang, Text};
use gradus::progress::preset::{Cuts, Preset, Window};
use gradus::report::table::{Cell, Column, Table};
use serde_json::{Value, json};

/// The mark of what was not read in its source.
const UNCHECKED: &str = "?";

pub(super) fn pages(presets: &[&Preset], lang: Lang) -> String {
    let en = lang == Lang::En;
    let mut out: Vec<String> = presets.iter().map(|preset| page(preset, lang)).collect();
    out.push(format!(
        "{UNCHECKED} {}\n",
        if en {
            "general knowledge, not read in the source; check it before you rely on it"
        } else {
            "属一般知识，未在原始文献中核实；使用前请先核对"
        }
    ));
    out.join("\n")
}

fn page(preset: &Preset, lang: Lang) -> String {
    let en = lang == Lang::En;
    let mark = |checked: bool| if checked { "" } else { " ?" };
    let bold = |text: &str| format!("\u{1b}[1m{text}\u{1b}[0m");
    let since = if en { format!("since {}", preset.since) } else { format!("自 {} 起", preset.since) };
    let mut out =
        format!("{} ({since})\n{}\n  {}\n", bold(preset.id), preset.summary_in(lang), preset.formula);
    out.push_str(&format!("  {}: {}\n", if en { "figures" } else { "数据" }, window(preset, lang)));
    for cuts in preset.cuts {
        out.push_str(&format!("  {}\n", if en { cuts.what } else { cuts.what_zh }));
        for (class, rule, checked) in rules(preset, cuts, lang) {
            let found = &preset.classes[class];
            let name = found.name();
            out.push_str(&format!(
                "    {} {}{}: {rule}{}\n",
                found.symbol,
                name.get(lang),
                mark(found.checked),
                mark(checked)
            ));
        }
    }
    if let Some(summing) = preset.summing {
        let (heading, rule) = if en { ("groups", summing.rule) } else { ("汇总", summing.rule_zh) };
        out.push_str(&format!("  {heading}: {rule}{}\n", mark(summing.checked)));
    }
    out.push_str(&format!("  {}: {}\n", if en { "differs" } else { "差异" }, preset.differs));
    for reference in preset.references {
        out.push_str(&format!("  {}\n    {}\n", reference.citation, reference.locator));
    }
    out
}

/// Each class with its rule.
fn rules(preset: &Preset, cuts: &Cuts, lang: Lang) -> Vec<(usize, String, bool)> {
    let last = preset.classes.len() - 1;
    (0..preset.classes.len())
        .filter_map(|class| {
            let rule = cuts.rule(class, last, lang).or_else(|| {
                // A class that no measure leads to is that of a target that is reached.
                let reached = if lang == Lang::En {
                    "the latest figure has the target"
                } else {
                    "最新数值已达到目标"
                };
                preset.cuts.first().is_some_and(|first| std::ptr::eq(first, cuts)).then(|| reached.to_owned())
            });
            Some((class, rule?, cuts.checked(class, last)))
        })
        .collect()
}

fn window(preset: &Preset, lang: Lang) -> String {
    let (en, needed) = (lang == Lang::En, preset.needed);
    let text = match (preset.window, en) {
        (Window::Since(year), true) => format!("from {year} on"),
        (Window::Since(year), false) => format!("{year}年起"),
        (Window::Years(years), true) => format!("of the last {years} years"),
        (Window::Years(years), false) => format!("最近{years}年"),
        (Window::Points(1), true) => "the latest".to_owned(),
        (Window::Points(1), false) => "最新一个".to_owned(),
        (Window::Points(n), true) => format!("the latest {n}"),
        (Window::Points(n), false) => format!("最近{n}个"),
    };
    match (needed, en) {
        (1, _) => text,
        (n, true) => format!("{text}, at least {n}"),
        (n, false) => format!("{text}，至少{n}个"),
    }
}

pub(super) fn csv(presets: &[&Preset], lang: Lang) -> String {
    let column = |key: &str| Column { key: key.into(), heading: Text::english(key), numeric: false };
    let columns =
        ["preset", "measure", "class", "name", "symbol", "rule", "checked", "source"].map(column).to_vec();
    let mut rows = Vec::new();
    for preset in presets {
        for cuts in preset.cuts {
            for (class, rule, checked) in rules(preset, cuts, lang) {
                let found = &preset.classes[class];
                let name = found.name();
                let what = if lang == Lang::En { cuts.what } else { cuts.what_zh };
                let checked = if checked && found.checked { "yes" } else { "no" };
                let source = preset.references.first().map_or("", |reference| reference.locator);
                let cells = [preset.id, what, found.id, name.get(lang), found.symbol, &rule, checked, source];
                rows.push(cells.map(|text| Cell::Text(text.to_owned())).to_vec());
            }
        }
    }
    Table { columns, rows }.csv()
}

pub(super) fn json(presets: &[&Preset]) -> String {
    let all: Vec<Value> = presets
        .iter()
        .map(|preset| {
            let classes: Vec<Value> = preset
                .classes
                .iter()
                .map(|c| json!({ "id": c.id, "name": { "en": c.en, "zh": c.zh }, "symbol": c.symbol, "checked": c.checked }))
                .collect();
            let measures: Vec<Value> = preset
                .cuts
                .iter()
                .map(|cuts| {
                    let list: Vec<Value> = cuts
                        .cuts
                        .iter()
                        .map(|cut| {
                            let id = preset.classes[cut.class].id;
                            json!({ "class": id, "from": cut.from, "above": cut.above, "checked": cut.checked })
                        })
                        .collect();
                    json!({ "what": { "en": cuts.what, "zh": cuts.what_zh }, "cuts": list })
                })
                .collect();
            let references: Vec<Value> = preset
                .references
                .iter()
                .map(|r| json!({ "citation": r.citation, "locator": r.locator }))
                .collect();
            json!({
                "id": preset.id,
                "since": preset.since,
                "summary": { "en": preset.summary, "zh": preset.summary_zh },
                "formula": preset.formula,
                "classes": classes,
                "measures": measures,
                "window": window(preset, Lang::En),
                "needed": preset.needed,
                "pace-ratio": preset.pace_ratio,
                "groups": preset.summing.map(|s| {
                    json!({ "rule": { "en": s.rule, "zh": s.rule_zh }, "checked": s.checked })
                }),
                "differs": preset.differs,
                "checked": preset.checked(),
                "references": references,
            })
        })
        .collect();
    escape::json(&format!("{:#}\n", Value::Array(all)))
}
