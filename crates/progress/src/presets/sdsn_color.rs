//! The colors of the Sustainable Development Report: the level between a red and a green threshold.
//!
//! Use it to show where an indicator stands, not how it moves. The green threshold is the hardest one of the ladder, the red one
//! the easiest.

use crate::Refused;
use crate::preset::{Case, Class, Cut, Cuts, Measured, Preset, Rating, Summing, Window};
use crate::series::{Series, gain};
use gradus_method::Reference;

/// The preset.
pub static PRESET: Preset = Preset {
    id: "sdsn-color",
    since: "0.1.0",
    summary: "The level between a red and a green threshold; colors of the Sustainable Development Report",
    summary_zh: "数值在红、绿阈值之间的位置；《可持续发展报告》的颜色",
    formula: "p = (x − red) / (green − red) with red the easiest and green the hardest threshold of the ladder",
    classes: &[
        Class { id: "green", en: "green: achieved", zh: "绿：已实现", symbol: "●", checked: true },
        Class {
            id: "yellow",
            en: "yellow: challenges remain",
            zh: "黄：仍有挑战",
            symbol: "◕",
            checked: true,
        },
        Class {
            id: "orange",
            en: "orange: significant challenges",
            zh: "橙：挑战显著",
            symbol: "◑",
            checked: true,
        },
        Class {
            id: "red", en: "red: major challenges", zh: "红：挑战重大", symbol: "○", checked: true
        },
    ],
    cuts: &[Cuts {
        what: "share of the way from the red to the green threshold",
        what_zh: "从红阈值到绿阈值的进程",
        share: true,
        cuts: &[
            Cut { class: 0, from: 1.0, above: false, checked: true },
            Cut { class: 1, from: 0.5, above: false, checked: false },
            Cut { class: 2, from: 0.0, above: false, checked: false },
        ],
    }],
    window: Window::Points(1),
    needed: 1,
    pace_ratio: false,
    summing: Some(Summing {
        rule: "mean of the two worst, rounded to the better color at a half; red only if both are red, green only if all are green",
        rule_zh: "取最差两项的平均，居中时取较好的颜色；两项均为红方为红，全部为绿方为绿",
        checked: false,
        score,
        class,
    }),
    differs: "Published: each indicator has its own red and green thresholds with a justification. Here they are the easiest and the \
              hardest step of the ladder, so that a package says them once.",
    references: &[
        Reference {
            citation: "SDG Center for Africa, SDSN (2018-2020), Africa SDG Index and Dashboards Report: colors by the two worst indicators",
            locator: "https://www.sdgindex.org/reports/",
        },
        Reference {
            citation: "Sachs, Lafortune, Fuller (2024), Sustainable Development Report 2024, annex: methods summary",
            locator: "https://dashboards.sdgindex.org/chapters/methodology",
        },
    ],
    measure,
};

fn measure(case: &Case<'_>, window: &Series) -> Result<Measured, Refused> {
    let (red, green) = case.band.ok_or(Refused::NoBand)?;
    let width = gain(case.direction, red, green);
    let last = window.last().ok_or(Refused::NoValue)?;
    if width <= 0.0 {
        return Err(Refused::NoBand);
    }
    Ok(Measured { measure: gain(case.direction, red, last.value) / width, by: 0, class: None })
}

#[allow(clippy::cast_precision_loss, reason = "the place of one of four classes")]
fn score(preset: &Preset, rating: &Rating) -> f64 {
    (preset.classes.len() - 1 - rating.class) as f64
}

fn class(_: &Preset, ratings: &[Rating], _: usize) -> Option<usize> {
    let mut classes: Vec<usize> = ratings.iter().map(|rating| rating.class).collect();
    classes.sort_unstable();
    let worst = *classes.last()?;
    let second = classes.len().checked_sub(2).map_or(worst, |at| classes[at]);
    // The mean of two places; a half goes to the better one, so that red needs two reds.
    let mean = (worst + second) / 2;
    Some(if worst > 0 { mean.max(1) } else { 0 })
}

#[cfg(test)]
mod tests {
    use super::PRESET;
    use crate::testing::*;

    #[test]
    fn colors_by_level() {
        for (now, id) in
            [(80.0, "green"), (70.0, "yellow"), (69.0, "orange"), (60.0, "orange"), (59.0, "red")]
        {
            let mut case = case(&[(2020.0, now)], 80.0);
            case.band = Some((60.0, 80.0));
            assert_eq!(rate(&PRESET, &case.get()).map(|found| found.0), Ok(id), "{now}");
        }
        let mut case = case(&[(2020.0, 9.0)], 80.0);
        assert_eq!(rate(&PRESET, &case.get()), Err("no-band"));
        case.band = Some((5.0, 5.0));
        assert_eq!(rate(&PRESET, &case.get()), Err("no-band"));
    }

    #[test]
    fn goals_follow_their_two_worst() {
        let of = |now: f64| {
            let mut case = case(&[(2020.0, now)], 80.0);
            case.band = Some((60.0, 80.0));
            PRESET.rate(&case.get()).ok()
        };
        for (nows, id) in [
            (vec![90.0, 85.0, 80.0], "green"),
            (vec![90.0, 85.0, 75.0], "yellow"),
            (vec![90.0, 85.0, 50.0], "yellow"),
            (vec![90.0, 65.0, 50.0], "orange"),
            (vec![90.0, 51.0, 50.0], "red"),
            (vec![50.0], "red"),
        ] {
            let ratings: Vec<_> = nows.iter().filter_map(|now| of(*now)).collect();
            assert_eq!(
                PRESET.sum_up(&ratings, 3).map(|class| PRESET.classes[class].id),
                Some(id),
                "{nows:?}"
            );
        }
    }
}
