//! Whether an indicator only says how large a unit is.

use super::shared::{COINR_AT, UNITS, chance, code, not_asked, prepared, some, too_few, zh};
use crate::check::{Check, Finding, Item, Limit, Limits, Part, Profile, Subject, Verdict};
use gradus_analysis::correlate::sizes;
use gradus_model::Text;

/// Registry entry of the check.
pub static CHECK: Check = Check {
    id: "size-correlation",
    since: "0.1.0",
    part: Part::Coherence,
    profiles: Profile::ALL,
    question: (
        "Does an indicator say little more than how large a unit is?",
        "是否有指标主要反映单元的规模？",
    ),
    statistic: "Pearson correlation of each indicator, as it enters normalization, with each measure of the package; a measure that formulas take in, and that nothing is divided by, is no measure of size",
    limits: &[
        Limit {
            name: "most",
            default: 0.7,
            meaning: "size of the correlation with a measure above which an indicator is noted",
            source: "Becker, Caperna, Del Sorbo et al. (2022), COINr, example of `get_denom_corr`, whose default is 0.6",
            locator: COINR_AT,
        },
        UNITS,
    ],
    command: "gradus analyze PKG size",
    run,
};

fn run(subject: &Subject<'_>, limits: &Limits) -> Vec<Finding> {
    let (most, needed) = (limits.get(&CHECK, "most"), limits.get(&CHECK, UNITS.name));
    let rows = sizes(&prepared(subject), subject.data);
    let Some(n) = rows.iter().map(|row| row.pair.n).max() else {
        return not_asked("the package has no measure of size", "指标包没有规模变量");
    };
    if let Some(few) = too_few(subject, n, needed) {
        return vec![few];
    }
    let asked: Vec<_> = rows
        .iter()
        .filter(|row| row.pair.n as f64 >= needed)
        .filter_map(|row| Some((row, row.pair.coefficient?)))
        .collect();
    let Some(worst) = asked.iter().map(|(_, r)| *r).max_by(|a, b| a.abs().total_cmp(&b.abs())) else {
        return not_asked("no measure of size differs between units", "规模变量在各单元间没有差异");
    };
    let n = asked.iter().map(|(row, _)| row.pair.n).min().unwrap_or(0);
    let mut high: Vec<_> = asked.iter().filter(|(_, r)| r.abs() > most).collect();
    high.sort_by(|a, b| b.1.abs().total_cmp(&a.1.abs()));
    let names: Vec<String> = high
        .iter()
        .map(|(row, r)| format!("{} – {} {r:.2}", code(subject.package, row.indicator), row.pair.second))
        .collect();
    let items: Vec<Item> = high
        .iter()
        .map(|(row, r)| Item { nodes: vec![row.indicator], units: Vec::new(), value: *r })
        .collect();
    let critical = subject.critical_correlation(n);
    let (named, by_chance, few, all) = (some(&names), chance(n, critical), items.len(), asked.len());
    let colon = if few == 0 { ("", "") } else { (": ", "：") };
    vec![Finding {
        of: None,
        value: Some(worst),
        n,
        critical,
        verdict: if few == 0 { Verdict::Pass } else { Verdict::Note },
        sentence: Text::both(
            format!(
                "{few} of {all} pairs of an indicator and a measure correlate above {most}{}{named}; {by_chance}",
                colon.0
            ),
            format!(
                "{all} 对指标与规模变量中，{few} 对的相关超过 {most}{}{}；{}",
                colon.1,
                zh(&named),
                zh(&by_chance)
            ),
        ),
        items,
    }]
}

#[cfg(test)]
pub(crate) fn examples() -> Vec<crate::testing::Example> {
    use crate::testing::{Example, flat};
    let text =
        flat(2, "[[measure]]\nid = 'people'\nname = 'P'\n[audit.limits.size-correlation]\nunits = 4\n");
    // Measures come first among the variables: people 1 2 3 4, then both indicators.
    let with = |other: [f64; 4]| {
        move |unit: usize, v: usize| {
            Some(match v {
                0 => unit as f64 + 1.0,
                1 => other[unit],
                _ => [2.0, 4.0, 1.0, 3.0][unit],
            })
        }
    };
    vec![
        Example::of(&CHECK, "pass", &text, 4, with([2.0, 1.0, 4.0, 3.0])).value(0.6),
        Example::of(&CHECK, "note", &text, 4, with([1.0, 3.0, 2.0, 4.0])).value(0.8).nodes(&["x0"]),
        Example::of(&CHECK, "not-applicable", &flat(2, ""), 40, |unit, v| Some((unit * 7 % 5 + v) as f64)),
        Example::of(
            &CHECK,
            "not-applicable",
            &text.replace("units = 4", "units = 5"),
            4,
            with([1.0, 3.0, 2.0, 4.0]),
        ),
    ]
}
