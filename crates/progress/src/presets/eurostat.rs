//! Eurostat's assessment of trends: observed over needed growth, over a long and a short window.
//!
//! Use it with `window = 15` for the long term and `window = 5` for the short one. Its cut-offs have not been read in the source.

use crate::Refused;
use crate::preset::{
    Case, Class, Course, Cut, Cuts, Measured, Preset, Published, Rating, Summing, Window, between, course,
    mean_score, relative_pace,
};
use crate::series::Series;
use gradus_method::Reference;

/// The preset.
pub static PRESET: Preset = Preset {
    id: "eurostat",
    since: "0.1.0",
    summary: "Observed over needed pace in the last 15 or 5 years; Eurostat's assessment of trends",
    summary_zh: "近15年或近5年实际速度与所需速度之比；欧盟统计局的趋势评估",
    formula: "R = observed pace / ((T − x0) / (τ − t0)) with x0 the first figure of the window; without a target: observed pace / size",
    classes: &[
        Class {
            id: "significant-progress",
            en: "significant progress",
            zh: "显著进展",
            symbol: "▲",
            checked: true,
        },
        Class {
            id: "moderate-progress",
            en: "moderate progress",
            zh: "中等进展",
            symbol: "◢",
            checked: true,
        },
        Class {
            id: "insufficient-progress",
            en: "insufficient progress, or moderate movement away",
            zh: "进展不足或略有倒退",
            symbol: "◥",
            checked: false,
        },
        Class { id: "movement-away", en: "movement away", zh: "背离目标", symbol: "▼", checked: true },
    ],
    cuts: &[
        Cuts {
            what: "observed pace over needed pace",
            what_zh: "实际速度与所需速度之比",
            share: true,
            cuts: &[
                Cut { class: 0, from: 0.95, above: false, checked: false },
                Cut { class: 1, from: 0.60, above: false, checked: false },
                Cut { class: 2, from: 0.0, above: false, checked: false },
            ],
        },
        Cuts {
            what: "change per year, without a target",
            what_zh: "无目标时的年变化率",
            share: true,
            cuts: &[
                Cut { class: 0, from: 0.01, above: false, checked: false },
                Cut { class: 1, from: 0.0, above: false, checked: false },
                Cut { class: 2, from: -0.01, above: false, checked: false },
            ],
        },
    ],
    window: Window::Years(15.0),
    needed: 2,
    pace_ratio: true,
    summing: Some(Summing {
        rule: "mean of scores from −5 to 5, with a target by the straight lines of `statcan`, without one 2.5 points per 1 % a year; at \
               least 2.5 significant, 0 moderate, −2.5 insufficient",
        rule_zh: "换算为 −5 至 5 分后取平均：有目标时同 `statcan` 的折线，无目标时每年 1 % 计 2.5 分；不低于 2.5、0、−2.5 依次为显著、中等、不足",
        checked: false,
        score,
        class,
    }),
    differs: "Published: compound growth between the first and the last figure. Here: the robust slope of all figures of the window \
              over the straight way to the target, and without a target a share of the range between natural limits, else of the \
              first figure's size. `pace = \"published\"` has the published growth and refuses zero and mixed signs. A target that is \
              reached counts as significant progress.",
    references: &[
        Reference {
            citation: "Eurostat (2021), Sustainable development in the European Union: monitoring report on progress towards the SDGs in an EU context",
            locator: "https://ec.europa.eu/eurostat/statistics-explained/index.php?title=SDG_-_Introduction",
        },
        Reference {
            citation: "IISD (2018), Eurostat reports on monitoring SDG trends in EU context: windows of 15 and 5 years, four classes",
            locator: "http://sdg.iisd.org/news/eurostat-reports-on-monitoring-sdg-trends-in-eu-context/",
        },
    ],
    measure,
};

fn measure(case: &Case<'_>, window: &Series) -> Result<Measured, Refused> {
    if case.target.is_none() {
        return Ok(Measured { measure: relative_pace(case, window)?, by: 1, class: None });
    }
    Ok(match course(case, window, Published::Compound)? {
        Course::Reached => Measured { measure: 0.0, by: 0, class: Some(0) },
        Course::Lost => Measured { measure: 0.0, by: 0, class: Some(3) },
        Course::Ratio(ratio) => Measured { measure: ratio, by: 0, class: None },
    })
}

fn score(preset: &Preset, rating: &Rating) -> f64 {
    match (rating.measure, rating.by) {
        (Some(rate), 1) => between(&[(-0.02, -5.0), (0.02, 5.0)], rate),
        _ => super::statcan::score(preset, rating),
    }
}

fn class(_: &Preset, ratings: &[Rating], _: usize) -> Option<usize> {
    let mean = mean_score(ratings)?;
    Some([2.5, 0.0, -2.5].iter().position(|from| mean >= *from - 1e-9).unwrap_or(3))
}

#[cfg(test)]
mod tests {
    use super::PRESET;
    use crate::testing::*;

    #[test]
    fn the_long_and_the_short_window() {
        // Twelve years of standstill and three of the pace that was needed from the start.
        let mut pairs: Vec<(f64, f64)> = (2005..2018).map(|year| (f64::from(year), 50.0)).collect();
        pairs.extend([(2018.0, 53.0), (2019.0, 56.0), (2020.0, 59.0)]);
        let mut case = case(&pairs, 80.0);
        assert_eq!(rate(&PRESET, &case.get()), Ok(("insufficient-progress", 0.0)));
        case.years = Some(3.0);
        let short = rate(&PRESET, &case.get());
        assert!(short.is_ok_and(|(id, ratio)| id == "significant-progress" && ratio > 1.0));
        assert_eq!(rate(&PRESET, &self::case(&[(2020.0, 1.0)], 80.0).get()), Err("too-short"));
    }

    #[test]
    fn without_a_target_on_a_scale_with_limits() {
        // A share that falls from 40 to 35 in five years loses 1 % of its range a year, whatever it has left.
        for (now, direction, id) in [
            (35.0, Lower, "significant-progress"),
            (35.0, Higher, "insufficient-progress"),
            (34.0, Higher, "movement-away"),
        ] {
            let mut case = case(&[(2015.0, 40.0), (2020.0, now)], 0.0);
            (case.target, case.direction, case.scale) = (None, direction, SHARE);
            assert_eq!(rate(&PRESET, &case.get()).map(|found| found.0), Ok(id), "{now}");
        }
    }

    #[test]
    fn groups() {
        let of = |now: f64| PRESET.rate(&case(&[(2015.0, 50.0), (2020.0, now)], 80.0).get()).ok();
        let ratings: Vec<_> = [80.0, 44.0].iter().filter_map(|now| of(*now)).collect();
        assert_eq!(
            PRESET.sum_up(&ratings, 2).map(|class| PRESET.classes[class].id),
            Some("moderate-progress")
        );
    }
}
