//! Pictures of every kind for tests: usual ones, empty ones and hostile ones.

use super::*;

/// A text that would end an element, an attribute or a script if it were not escaped.
pub(crate) const HOSTILE: &str = "\"><script>alert(1)</script>&'`${x} var(--own) 中文";

fn text(name: &str) -> Text {
    Text::both(name, format!("{name}（中文名称）"))
}

fn frame(name: &str) -> Frame {
    Frame {
        subject: text(name),
        measure: text("Score"),
        unit: Text::both("points", "分"),
        period: "2018".into(),
        source: text(name),
        notice: text(name),
    }
}

/// Names of units: short, long and hostile in turn.
fn unit(at: usize, name: &str) -> Text {
    match at % 4 {
        0 => text(&format!("City {at}")),
        1 => text(&format!("The Special Administrative Region of a Very Long Name {at}")),
        2 => text(name),
        _ => Text::both(format!("U{at}"), format!("内蒙古自治区呼和浩特市托克托县第{at}号")),
    }
}

fn fill(at: usize) -> Fill {
    [Fill::Firm, Fill::Hollow, Fill::Hatched][at % 3]
}

fn wave(at: usize, of: usize) -> f64 {
    ((at * 37 + 11) % 101) as f64 / 101.0 + at as f64 / (of as f64 * 1000.0)
}

/// One of each kind, of `k` units or indicators with names like `name`.
pub(crate) fn samples(k: usize, name: &str) -> Vec<Box<dyn Draw>> {
    let missing = Text::both("n/a: not collected", "无数据：未收集");
    let tones = [Tone::Shade(5), Tone::Shade(3), Tone::Below, Tone::Open, Tone::Bare, Tone::Shade(1)];
    let legend = vec![
        (Tone::Shade(5), Text::both("A", "高"), text(name)),
        (Tone::Below, Text::both("▼", "▼"), Text::both("below the lowest grade", "低于最低等级")),
        (Tone::Open, Text::both("?", "?"), missing.clone()),
    ];
    let half = k.div_ceil(2);
    let layers = (0..k.min(3))
        .map(|l| ladder::Layer {
            name: unit(l + 1, name),
            cells: (0..half)
                .map(|at| ladder::Cell {
                    name: unit(at, name),
                    letter: Text::both("A", "高"),
                    symbol: "▲",
                    tone: tones[at % 6],
                    words: text(name),
                })
                .collect(),
        })
        .collect();
    let bullets = (0..k)
        .map(|at| bullets::Row {
            name: unit(at, name),
            own: (at % 5 != 4).then(|| bullets::Mark {
                name: text("Own"),
                at: wave(at, k),
                text: text("12,345.6 USD"),
                fill: fill(at),
            }),
            missing: missing.clone(),
            posts: (1..4)
                .map(|p| bullets::Post {
                    at: 0.25 * p as f64 + if at % 2 == 0 { 0.0 } else { 0.2 / p as f64 },
                    shade: p,
                    letter: Text::both("P", "初"),
                    words: text(name),
                })
                .collect(),
            others: (0..k.min(12))
                .map(|o| bullets::Mark {
                    name: unit(o, name),
                    at: wave(o + at, k) * 1.3 - 0.1,
                    text: text("1"),
                    fill: fill(o),
                })
                .collect(),
        })
        .collect();
    let rows = (0..k)
        .map(|at| ranking::Row {
            name: unit(at, name),
            rank: format!("={} ({}–{})", at + 1, at + 1, at + 9),
            score: (at % 7 != 6).then(|| 100.0 * wave(at, k) - 20.0),
            text: format!("{:.1}", 100.0 * wave(at, k) - 20.0),
            missing: missing.clone(),
            interval: Some((100.0 * wave(at, k) - 26.0, 100.0 * wave(at, k) - 11.0)),
            own: at == 2,
            fill: fill(at),
        })
        .collect();
    let groups = (0..k.min(3))
        .map(|g| scorecard::Group {
            name: unit(g, name),
            rows: (0..half)
                .map(|at| scorecard::Row {
                    name: unit(at, name),
                    cells: (0..k)
                        .map(|c| scorecard::Cell {
                            letter: Text::both("A▲", "高▲"),
                            tone: tones[(at + c) % 6],
                            words: text(name),
                            mark: "p".into(),
                        })
                        .collect(),
                })
                .collect(),
        })
        .collect();
    let strips = (0..k)
        .map(|at| dots::Strip {
            name: unit(at, name),
            worst: text("12,345.6 USD"),
            best: text("99,999.9 USD"),
            dots: (0..k)
                .map(|o| dots::Dot {
                    name: unit(o, name),
                    at: wave(o * 3 + at, k),
                    text: text("1"),
                    own: o == 2,
                    fill: fill(o),
                })
                .collect(),
            missing: (0..at % 3).map(|o| unit(o, name)).collect(),
        })
        .collect();
    let lines = (0..k)
        .map(|at| ranks::Line {
            name: unit(at, name),
            own: at == 2,
            ranks: (0..7)
                .map(|p| {
                    (p != at % 9).then(|| (1.0 + ((at + p * (at % 3)) % k) as f64, format!("={}", at + 1)))
                })
                .collect(),
        })
        .collect();
    let panels = (0..k)
        .map(|at| trajectories::Panel {
            name: unit(at, name),
            unit: Text::both("USD per head", "美元/人"),
            points: (0..at % 8)
                .map(|p| trajectories::Point {
                    time: 2010.0 + p as f64,
                    period: format!("{}", 2010 + p),
                    value: 1000.0 * wave(p, 8) - 300.0,
                    text: text("1"),
                    fill: fill(p),
                })
                .collect(),
            needed: (at % 2 == 0).then_some([(2016.0, 100.0), (2025.0, 900.0)]),
            fan: if at % 3 == 0 {
                (0..4)
                    .map(|p| trajectories::Fan {
                        time: 2017.0 + p as f64,
                        low: 200.0,
                        middle: 300.0 + 20.0 * p as f64,
                        high: 420.0 + 50.0 * p as f64,
                    })
                    .collect()
            } else {
                Vec::new()
            },
            levels: vec![
                trajectories::Level { value: 500.0, letter: Text::both("P", "初") },
                trajectories::Level { value: 510.0, letter: Text::both("I", "中") },
            ],
            breaks: vec![2013.5],
            status: Text::both(
                "▲ on track for 2025, at the pace of 2010 to 2017",
                "▲ 按 2010 至 2017 年的速度可于 2025 年达标",
            ),
            on_track: [Some(true), Some(false), None][at % 3],
        })
        .collect();
    let mut nodes = vec![framework::Node { name: text(name), parent: None, share: 1.0, text: text("100%") }];
    for group in 0..k.min(4) {
        nodes.push(framework::Node {
            name: unit(group, name),
            parent: Some(0),
            share: 0.1 + group as f64,
            text: text("25%"),
        });
        let parent = nodes.len() - 1;
        nodes.extend((0..half).map(|at| framework::Node {
            name: unit(at, name),
            parent: Some(parent),
            share: 0.3 + wave(at, k),
            text: text("2.5%"),
        }));
    }
    let steps = (0..k)
        .map(|at| waterfall::Step {
            name: unit(at, name),
            value: (at % 5 != 3).then(|| 20.0 * wave(at, k) - 7.0),
            text: if at % 5 == 3 { missing.clone() } else { text("+1.5") },
        })
        .collect();
    let cells = (0..k)
        .map(|row| {
            (0..row)
                .map(|c| correlation::Cell {
                    r: (c % 6 != 5).then(|| 2.0 * wave(row + c, k) - 1.0),
                    n: 30,
                    clear: c % 2 == 0,
                })
                .collect()
        })
        .collect();
    let frequencies = (0..k)
        .map(|at| rank_frequency::Row {
            name: unit(at, name),
            rank: (at % 6 != 5).then_some(at + 1),
            text: format!("{} (1–{k})", at + 1),
            own: at == 2,
            shares: (0..k).map(|r| if r == at { 0.61 } else { 0.39 / k as f64 }).collect(),
        })
        .collect();
    let estimate = |value: f64| sensitivity::Estimate { value, low: value - 0.11, high: value + 0.2 };
    let inputs = (0..k)
        .map(|at| sensitivity::Input {
            name: unit(at, name),
            first: (at % 4 != 3).then(|| estimate(wave(at, k) * 0.4 - 0.02)),
            total: Some(estimate(wave(at, k))),
        })
        .collect();
    let value = |at: usize| dumbbells::Value {
        value: 100.0 * wave(at, k),
        text: format!("{:.1}", 100.0 * wave(at, k)),
        interval: Some((100.0 * wave(at, k) - 4.0, 100.0 * wave(at, k) + 4.0)),
        fill: fill(at),
    };
    let pairs = (0..k)
        .map(|at| dumbbells::Row {
            name: unit(at, name),
            objective: (at % 6 != 5).then(|| value(at)),
            perceived: Some(value(at + 5)),
            missing: missing.clone(),
            clear: [Some(true), Some(false), None][at % 3],
        })
        .collect();
    let places = (0..k)
        .map(|at| map::Place {
            name: unit(at, name),
            at: (at % 9 != 8).then(|| (100.0 + 30.0 * wave(at, k), 20.0 + 25.0 * wave(at * 7, k))),
            outline: if at % 10 == 9 {
                vec![vec![(105.0, 30.0), (112.0, 30.0), (112.0, 36.0), (105.0, 36.0)]]
            } else {
                Vec::new()
            },
            tone: tones[at % 6],
            letter: Text::both("12", "12"),
            text: text("61.5"),
            score: (at % 6 != 3).then(|| wave(at, k)),
            own: at == 2,
            fill: fill(at),
        })
        .collect();
    let interval = Text::both("90 % of 1000 draws", "1000 次抽样的 90%");
    vec![
        Box::new(ladder::LadderStrip { frame: frame(name), layers, legend: legend.clone() }),
        Box::new(bullets::Bullets { frame: frame(name), rows: bullets }),
        Box::new(ranking::Ranking { frame: frame(name), rows, interval: interval.clone() }),
        Box::new(scorecard::Scorecard {
            frame: frame(name),
            columns: (0..k).map(|at| scorecard::Column { name: unit(at, name), own: at == 2 }).collect(),
            groups,
            legend: legend.clone(),
            left_out: 0,
        }),
        Box::new(dots::Dots { frame: frame(name), strips }),
        Box::new(ranks::Ranks {
            frame: frame(name),
            periods: (0..7).map(|p| format!("{}", 2010 + p)).collect(),
            lines,
        }),
        Box::new(trajectories::Trajectories {
            frame: frame(name),
            panels,
            fan: Text::both("80 % interval of the trend", "趋势的 80% 区间"),
        }),
        Box::new(framework::Framework { frame: frame(name), nodes }),
        Box::new(waterfall::Waterfall {
            frame: frame(name),
            start: None,
            steps,
            total: waterfall::Bar { name: text(name), value: 61.5, text: "61.5".into() },
        }),
        Box::new(correlation::Correlation {
            frame: frame(name),
            names: (0..k).map(|at| unit(at, name)).collect(),
            cells,
        }),
        Box::new(rank_frequency::RankFrequency { frame: frame(name), rows: frequencies, per_bin: 1 }),
        Box::new(sensitivity::Sensitivity { frame: frame(name), inputs }),
        Box::new(dumbbells::Dumbbells { frame: frame(name), rows: pairs, interval }),
        Box::new(map::Map { frame: frame(name), places, legend }),
    ]
}

/// A box around something drawn: left, top, right, bottom.
pub(crate) type Bounds = (f64, f64, f64, f64);

/// The box of every text of a drawing, with the text; read from the picture itself.
pub(crate) fn labels(svg: &str) -> Vec<(String, Bounds)> {
    let document = roxmltree::Document::parse(svg).unwrap_or_else(|e| panic!("{e}: {svg}"));
    let number =
        |node: &roxmltree::Node<'_, '_>, name: &str| node.attribute(name).and_then(|v| v.parse::<f64>().ok());
    document
        .descendants()
        .filter(|node| node.has_tag_name("text") || node.tag_name().name() == "text")
        .map(|node| {
            let text: String = node.descendants().filter_map(|d| d.text().filter(|_| d.is_text())).collect();
            let (x, y) = (number(&node, "x").unwrap(), number(&node, "y").unwrap());
            let size = number(&node, "font-size").unwrap();
            let bold = if node.attribute("font-weight").is_some() { 1.06 } else { 1.0 };
            let wide = measure(&text, size) * bold;
            let left = match node.attribute("text-anchor") {
                Some("middle") => x - wide / 2.0,
                Some("end") => x - wide,
                _ => x,
            };
            // Moved with the group it stands in.
            let shift: (f64, f64) = node
                .ancestors()
                .filter_map(|a| {
                    a.attribute("transform")?.strip_prefix("translate(")?.strip_suffix(')')?.split_once(' ')
                })
                .map(|(x, y)| (x.parse::<f64>().unwrap(), y.parse::<f64>().unwrap()))
                .fold((0.0, 0.0), |(a, b), (x, y)| (a + x, b + y));
            let (top, bottom) = (y - size * 0.8, y + size * 0.25);
            let bounds = match node.attribute("transform") {
                // Turned to read upward: it goes up from where it is held.
                Some(turn) => {
                    assert!(turn.starts_with("rotate(-90 "), "{turn}");
                    (x - size * 0.8, y - wide, x + size * 0.25, y)
                }
                None => (left, top, left + wide, bottom),
            };
            (text, (bounds.0 + shift.0, bounds.1 + shift.1, bounds.2 + shift.0, bounds.3 + shift.1))
        })
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    const LANGUAGES: [Lang; 2] = [Lang::En, Lang::Zh];

    #[test]
    fn pictures_are_well_formed_and_carry_title_and_description() {
        for k in [0, 1, 3, 30, 200] {
            for sample in samples(k, "Lakeside") {
                for lang in LANGUAGES {
                    let chart = sample.draw(lang);
                    assert!(
                        !chart.title.is_empty() && !chart.title.contains(['{', '}']),
                        "{}: {}",
                        chart.kind,
                        chart.title
                    );
                    assert!(!chart.alt.contains(['{', '}']), "{}: {}", chart.kind, chart.alt);
                    for svg in [chart.svg("x"), chart.standalone()] {
                        let document = roxmltree::Document::parse(&svg)
                            .unwrap_or_else(|e| panic!("{} of {k}: {e}", chart.kind));
                        let root = document.root_element();
                        assert_eq!(root.attribute("role"), Some("img"));
                        let child = |name: &str| {
                            root.children()
                                .find(|c| c.tag_name().name() == name)
                                .and_then(|c| c.text().map(str::to_owned))
                        };
                        assert_eq!(child("title").as_deref(), Some(chart.title.as_str()));
                        assert_eq!(child("desc").unwrap_or_default(), chart.alt);
                    }
                    assert!(!chart.standalone().contains("\"var(--"));
                    for row in &chart.table.rows {
                        assert_eq!(row.len(), chart.table.header.len(), "{}: {row:?}", chart.kind);
                    }
                }
            }
        }
    }

    #[test]
    fn labels_stay_inside_the_picture() {
        for k in [0, 1, 2, 3, 12, 30, 200] {
            for sample in samples(k, "Lakeside") {
                for lang in LANGUAGES {
                    let chart = sample.draw(lang);
                    for (svg, width, height) in [
                        (chart.svg("x"), chart.width, chart.height),
                        (chart.standalone(), chart.width + 40.0, f64::MAX),
                    ] {
                        for (text, (left, top, right, bottom)) in labels(&svg) {
                            let inside =
                                left >= -0.5 && top >= -2.0 && right <= width + 0.5 && bottom <= height + 1.0;
                            assert!(
                                inside,
                                "{} of {k} in {lang:?}: `{text}` at {left:.0} {top:.0} {right:.0} {bottom:.0} of {width} × {height:.0}",
                                chart.kind
                            );
                        }
                    }
                }
            }
        }
    }

    #[test]
    fn labels_do_not_cover_each_other() {
        for k in [1, 2, 3, 12, 30, 60] {
            for sample in samples(k, "Lakeside") {
                for lang in LANGUAGES {
                    let chart = sample.draw(lang);
                    let all = labels(&chart.standalone());
                    for (at, (a, p)) in all.iter().enumerate() {
                        for (b, q) in &all[at + 1..] {
                            let apart =
                                p.2 <= q.0 + 0.6 || q.2 <= p.0 + 0.6 || p.3 <= q.1 + 1.5 || q.3 <= p.1 + 1.5;
                            assert!(
                                apart,
                                "{} of {k} in {lang:?}: `{a}` {p:.0?} covers `{b}` {q:.0?}",
                                chart.kind
                            );
                        }
                    }
                }
            }
        }
    }

    #[test]
    fn texts_of_a_package_stay_text() {
        for sample in samples(4, HOSTILE) {
            for lang in LANGUAGES {
                let chart = sample.draw(lang);
                for svg in [chart.svg("x"), chart.standalone()] {
                    let document = roxmltree::Document::parse(&svg).unwrap();
                    assert!(
                        !document.descendants().any(|n| n.tag_name().name() == "script"),
                        "{}",
                        chart.kind
                    );
                    let text: String = document.descendants().filter_map(|n| n.text()).collect();
                    // The color's name in a text is not taken for a color.
                    assert!(text.contains("var(--own) 中文"), "{}: {text}", chart.kind);
                }
                let html = chart.figure("x\"y");
                assert!(!html.contains("<script") && !html.contains("x\"y"), "{}", chart.kind);
            }
        }
    }

    #[test]
    fn the_same_data_give_the_same_bytes() {
        let drawn =
            || samples(12, "Lakeside").iter().map(|s| s.draw(Lang::Zh).standalone()).collect::<Vec<_>>();
        assert_eq!(drawn(), drawn());
    }

    #[test]
    fn a_page_in_two_languages_has_both_and_no_id_twice() {
        for sample in samples(3, "Lakeside") {
            let html = figures(sample.as_ref(), "c1", &LANGUAGES);
            let mut ids: Vec<&str> =
                html.split(" id=\"").skip(1).filter_map(|rest| rest.split('"').next()).collect();
            let n = ids.len();
            ids.sort_unstable();
            ids.dedup();
            assert_eq!((n, html.matches("<figure").count()), (ids.len(), 2));
        }
    }

    #[test]
    fn every_word_is_used_and_complete() {
        const SOURCES: &[&str] = &[
            include_str!("../charts.rs"),
            include_str!("bullets.rs"),
            include_str!("correlation.rs"),
            include_str!("dots.rs"),
            include_str!("dumbbells.rs"),
            include_str!("framework.rs"),
            include_str!("ladder.rs"),
            include_str!("map.rs"),
            include_str!("rank_frequency.rs"),
            include_str!("ranking.rs"),
            include_str!("ranks.rs"),
            include_str!("scorecard.rs"),
            include_str!("sensitivity.rs"),
            include_str!("trajectories.rs"),
            include_str!("waterfall.rs"),
        ];
        let places = |form: &str| {
            form.split('{')
                .skip(1)
                .filter_map(|r| r.split('}').next())
                .map(str::to_owned)
                .collect::<std::collections::BTreeSet<_>>()
        };
        for (key, en, zh) in words::WORDS {
            assert!(!en.is_empty() && !zh.is_empty(), "{key}");
            let stem = key.trim_end_matches(".one");
            if stem == *key {
                assert_eq!(places(en), places(zh), "{key}");
            }
            let quoted = format!("\"{stem}\"");
            // Words of a list are looked up as `vary.{}`.
            let family = format!("\"{}.{{}}\"", stem.split('.').next().unwrap());
            assert!(
                SOURCES.iter().any(|s| s.contains(&quoted) || s.contains(&family)),
                "`{key}` is used nowhere"
            );
        }
        // A key that is not a word would be shown as it is.
        for source in SOURCES {
            for call in ["term(\"", "say(\""] {
                for rest in source.split(call).skip(1) {
                    let key = rest.split('"').next().unwrap_or_default();
                    assert!(words::WORDS.iter().any(|(k, _, _)| *k == key), "`{key}` is no word");
                }
            }
        }
    }
}
