//! Progress for people: a table of indicators with what is said of them, or presets side by side.

use super::Asked;
use crate::render::escape::visible;
use crate::table::{self, Column};
use gradus::engine::Number;
use gradus::model::number::Rounding;
use gradus::model::package::Threshold;
use gradus::model::{Decimal, Lang};
use gradus::progress::preset::Preset;
use gradus::progress::sentence::{arrival, brief, signed};
use gradus::progress::{Item, PRESETS, sentence};

/// The rule by which units are similar, in words.
pub(super) fn similarity(lang: Lang) -> &'static str {
    match lang {
        Lang::En => {
            "root of the mean squared difference, in standard deviations over all units, of the indicators that both have; at least \
             half of them shared"
        }
        Lang::Zh => "两者共有指标之差（以全部对象的标准差计）的均方根；共有指标不少于一半",
    }
}

pub(super) fn one(asked: &Asked<'_>, width: Option<usize>) -> String {
    let (lang, en) = (asked.lang, asked.lang == Lang::En);
    let years: Vec<Option<i16>> = asked.items.iter().filter_map(|item| item.target).map(|t| t.year).collect();
    let same =
        years.first().copied().flatten().filter(|first| years.iter().all(|year| *year == Some(*first)));
    let by = match (same, en) {
        (Some(year), true) => format!("do nothing, {year}"),
        (Some(year), false) => format!("照此至{year}年"),
        (None, true) => "do nothing".to_owned(),
        (None, false) => "照此发展".to_owned(),
    };
    let heads = if en {
        [
            "indicator",
            "now",
            "target",
            "gap",
            "done",
            "needed a year",
            "observed",
            "best peer",
            "reached in",
            "status",
        ]
    } else {
        ["指标", "现值", "目标", "差距", "进程", "每年所需", "实际", "最快同伴", "达标年份", "状态"]
    };
    let mut columns: Vec<Column> = heads.iter().map(|head| Column::text(*head)).collect();
    for numeric in [2, 3, 4, 5, 6, 7] {
        columns[numeric].numeric = true;
    }
    columns.push(Column::text(by));
    let rows: Vec<Vec<String>> = asked.items.iter().map(|item| row(asked, item)).collect();
    let (mut out, left_out) = table::show(&columns, &rows, 3, width);
    if left_out > 0 {
        out.push_str(&match en {
            true => format!("... and {left_out} more columns: use `--format csv`\n"),
            false => format!("……另有{left_out}列：用 `--format csv` 查看\n"),
        });
    }
    out.push('\n');
    for item in &asked.items {
        let name = asked.package().nodes[item.node].name.get(lang);
        let said = sentence(item, |unit| asked.unit_name(unit));
        let colon = if en { ": " } else { "：" };
        out.push_str(&format!("{}{colon}{}{}\n", visible(name), visible(said.get(lang)), notes(item, lang)));
    }
    if asked.items.iter().any(|item| item.beyond_any_peer() == Some(true)) {
        out.push_str(if en {
            "\n! more than any other unit ever held\n"
        } else {
            "\n! 超过其他对象曾经达到的速度\n"
        });
    }
    if let Some(preset) = asked.preset() {
        out.push_str(&groups(asked, preset));
    }
    out.push_str(&peers(asked));
    out
}

fn row(asked: &Asked<'_>, item: &Item) -> Vec<String> {
    let (lang, package) = (asked.lang, asked.package());
    let en = lang == Lang::En;
    let node = &package.nodes[item.node];
    let places = node.indicator().and_then(|i| i.places);
    let value = |x: Decimal| {
        let rounding = Rounding { places: places.unwrap_or(2), ..package.policy.rounding };
        let long = x.scale() > 2 || places.is_some();
        if long { Number::Decimal(x).show(rounding) } else { x.to_string() }
    };
    let level = |place: usize| {
        let scale = node.indicator().and_then(|i| package.scale(i));
        scale
            .and_then(|s| s.levels.get(place))
            .map(|level| level.name.get(lang).to_owned())
            .unwrap_or_default()
    };
    let leveled = node.indicator().is_some_and(|i| i.scale.is_some());
    let now = match &item.history.now {
        None if en => "no figure".to_owned(),
        None => "无数据".to_owned(),
        Some(now) => {
            let shown = match leveled {
                true => usize::try_from(now.value).map(level).unwrap_or_default(),
                false => value(now.value),
            };
            let marked = if now.status == gradus::model::Status::Final { "" } else { "*" };
            match (now.period, en) {
                (Some(period), true) => format!("{shown}{marked} ({period})"),
                (Some(period), false) => format!("{shown}{marked}（{period}）"),
                (None, _) => format!("{shown}{marked}"),
            }
        }
    };
    let target = item.target.map(|target| {
        let shown = match target.threshold {
            Threshold::Number(x) => x.normalize().to_string(),
            Threshold::Range(from, to) => format!("{}–{}", from.normalize(), to.normalize()),
            Threshold::Level(place) => level(place),
        };
        let grade = &package.grades[target.grade];
        format!("{} {shown}", grade.letter.get(lang))
    });
    let gap = item.gap.map(|gap| match (gap.units.is_zero(), gap.percent) {
        (true, _) => "–".to_owned(),
        (false, Some(percent)) => {
            format!(
                "{} ({} %)",
                brief(Number::Decimal(gap.units).to_f64()),
                brief(Number::Decimal(percent).to_f64())
            )
        }
        (false, None) => brief(Number::Decimal(gap.units).to_f64()),
    });
    let percent = |share: f64| format!("{:.0} %", 100.0 * share);
    let pace = |pace: f64| signed(item.change(pace));
    let needed = match (&item.needed, item.reached()) {
        (_, true) => "–".to_owned(),
        (Ok(needed), false) => {
            let mark = if item.beyond_any_peer() == Some(true) { " !" } else { "" };
            format!("{}{mark}", pace(*needed))
        }
        (Err(_), false) => String::new(),
    };
    let peer =
        item.best_peer.map(|(unit, held)| format!("{} {}", pace(held.pace), asked.unit_name(unit).get(lang)));
    let when = match (&item.arrival, item.reached()) {
        (_, true) if en => "reached".to_owned(),
        (_, true) => "已达标".to_owned(),
        (Ok(found), false) => arrival(found, lang),
        (Err(why), false) => why.text().get(lang).to_owned(),
    };
    let status = match (asked.preset(), item.rating) {
        (Some(preset), Ok(rating)) => {
            let class = &preset.classes[rating.class];
            format!("{} {}", class.symbol, class.name().get(lang))
        }
        (_, Err(why)) => why.text().get(lang).to_owned(),
        (None, Ok(_)) => String::new(),
    };
    let shown = |x: f64| {
        let rounding = Rounding {
            places: places.unwrap_or(if x.abs() < 100.0 { 1 } else { 0 }),
            ..package.policy.rounding
        };
        Number::Binary64(x).show(rounding)
    };
    let do_nothing = item.do_nothing.map(|line| {
        let (low, high) = (line.worse.min(line.better), line.worse.max(line.better));
        match en {
            true => format!("{} ({}–{})", shown(line.median), shown(low), shown(high)),
            false => format!("{}（{}–{}）", shown(line.median), shown(low), shown(high)),
        }
    });
    vec![
        node.name.get(lang).to_owned(),
        now,
        target.unwrap_or_default(),
        gap.unwrap_or_default(),
        item.attainment.map(|a| percent(a.share)).unwrap_or_default(),
        needed,
        item.observed.map(pace).unwrap_or_default(),
        peer.unwrap_or_default(),
        when,
        status,
        do_nothing.unwrap_or_default(),
    ]
}

/// What was done about figures that cannot be compared.
fn notes(item: &Item, lang: Lang) -> String {
    let en = lang == Lang::En;
    let mut out: Vec<String> = Vec::new();
    if let Some(period) = item.history.broken {
        out.push(if en { format!("series breaks in {period}") } else { format!("{period}年序列断裂") });
    }
    if item.history.left_out > 0 {
        let n = item.history.left_out;
        out.push(match (en, n) {
            (true, 1) => "1 figure not comparable".to_owned(),
            (true, n) => format!("{n} figures not comparable"),
            (false, n) => format!("{n}个数据不可比"),
        });
    }
    if item.trend.as_ref().is_ok_and(|trend| trend.fell_back) {
        out.push(
            if en {
                "straight line: a figure or the target lies at a limit"
            } else {
                "按直线外推：有数值或目标处于界限上"
            }
            .to_owned(),
        );
    }
    match (out.is_empty(), en) {
        (true, _) => String::new(),
        (false, true) => format!(" [{}]", out.join("; ")),
        (false, false) => format!("［{}］", out.join("；")),
    }
}

fn groups(asked: &Asked<'_>, preset: &Preset) -> String {
    let (lang, en) = (asked.lang, asked.lang == Lang::En);
    let Some(summing) = preset.summing else {
        let rule = if en { "no rule for groups" } else { "无汇总规则" };
        return format!("\n{}: {rule}\n", preset.id);
    };
    let mut out = match en {
        true => format!("\n{}, groups: {}\n", preset.id, summing.rule),
        false => format!("\n{}，汇总：{}\n", preset.id, summing.rule_zh),
    };
    for (node, class, rated, of) in asked.tracker.sum_up(preset, &asked.items, &asked.ask) {
        let name = asked.package().nodes[node].name.get(lang);
        let shown = match class.map(|class| &preset.classes[class]) {
            Some(class) => format!("{} {}", class.symbol, class.name().get(lang)),
            None if en => "too few are rated".to_owned(),
            None => "已评指标太少".to_owned(),
        };
        out.push_str(&match en {
            true => format!("  {}: {shown} ({rated} of {of} rated)\n", visible(name)),
            false => format!("  {}：{shown}（{of}项中{rated}项有评级）\n", visible(name)),
        });
    }
    out
}

fn peers(asked: &Asked<'_>) -> String {
    let (lang, en) = (asked.lang, asked.lang == Lang::En);
    let found = asked.tracker.peers(asked.unit);
    if found.is_empty() {
        return String::new();
    }
    let shown: Vec<String> = found
        .iter()
        .map(|peer| {
            let name = asked.unit_name(peer.unit);
            let name = visible(name.get(lang)).into_owned();
            let (distance, shared, (better, paced)) = (brief(peer.distance), peer.shared, peer.improving);
            match en {
                true => format!("{name} {distance} ({shared} shared, {better} of {paced} improving)"),
                false => format!("{name} {distance}（共有{shared}项，{paced}项中{better}项改善）"),
            }
        })
        .collect();
    match en {
        true => format!("\nmost similar: {}\n  distance: {}\n", shown.join(", "), similarity(lang)),
        false => format!("\n最相似：{}\n  距离：{}\n", shown.join("，"), similarity(lang)),
    }
}

/// Presets side by side.
pub(super) fn all(asked: &Asked<'_>, width: Option<usize>) -> String {
    let (lang, en) = (asked.lang, asked.lang == Lang::En);
    let mut columns = vec![
        Column::text(if en { "indicator" } else { "指标" }),
        Column::text(if en { "target" } else { "目标" }),
        Column::text(if en { "agree" } else { "一致" }),
    ];
    columns.extend(PRESETS.iter().map(|preset| Column::text(preset.id)));
    let mut disagree = 0;
    let mut rows = Vec::new();
    for item in &asked.items {
        let rated: Vec<_> =
            PRESETS.iter().map(|preset| asked.tracker.rate(preset, item, &asked.ask)).collect();
        let on_track: Vec<bool> = PRESETS
            .iter()
            .zip(&rated)
            .filter_map(|(preset, found)| preset.on_track(found.as_ref().ok()?))
            .collect();
        let agree = match on_track.len() {
            0 | 1 => "",
            _ if on_track.iter().all(|x| *x == on_track[0]) => "=",
            _ => {
                disagree += 1;
                "≠"
            }
        };
        let cell = |(preset, found): (&&Preset, &Result<gradus::progress::Rating, _>)| match found {
            Ok(rating) => {
                let class = &preset.classes[rating.class];
                let measure = rating.measure.map(|m| format!(" {} %", brief(100.0 * m))).unwrap_or_default();
                format!("{} {}{measure}", class.symbol, class.id)
            }
            Err(why) => gradus::progress::Refused::text(*why).get(lang).to_owned(),
        };
        let mut row = row(asked, item).into_iter();
        let (name, target) = (row.next().unwrap_or_default(), row.nth(1).unwrap_or_default());
        let mut shown = vec![name, target, agree.to_owned()];
        shown.extend(PRESETS.iter().zip(&rated).map(cell));
        rows.push(shown);
    }
    let (mut out, left_out) = table::show(&columns, &rows, 3, width);
    if left_out > 0 {
        out.push_str(&match en {
            true => format!("... and {left_out} more presets: use `--format csv`\n"),
            false => format!("……另有{left_out}种方法：用 `--format csv` 查看\n"),
        });
    }
    out.push_str(&match en {
        true => format!(
            "\n≠ the presets that compare paces disagree on whether it is on track: {disagree} of {} indicators\n",
            asked.items.len()
        ),
        false => format!("\n≠ 比较速度的各方法对是否按进度意见不一：{}项指标中有{disagree}项\n", asked.items.len()),
    });
    out.push('\n');
    out.push_str(&super::list::pages(PRESETS, lang));
    out
}
