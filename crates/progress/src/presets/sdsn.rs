//! The trend arrows of the Sustainable Development Report: linear growth since 2015 against the growth needed by the target year.
//!
//! Use it for arrows beside the colors of [`sdsn_color`](super::sdsn_color). The score that the report normalizes is a straight line
//! of the figure, so the ratio of paces is that of the figures themselves.

use crate::Refused;
use crate::preset::{
    Case, Class, Course, Cut, Cuts, Measured, Preset, Published, Rating, Summing, Window, between, course,
    mean_score,
};
use crate::series::Series;
use gradus_method::Reference;

/// The preset.
pub static PRESET: Preset = Preset {
    id: "sdsn",
    since: "0.1.0",
    summary: "Linear pace since 2015 over the pace needed by the target year; arrows of the Sustainable Development Report",
    summary_zh: "2015年以来的线性速度与目标年前所需速度之比；《可持续发展报告》的趋势箭头",
    formula: "R = observed pace / ((T − x0) / (τ − t0)) with T the green threshold and x0 the first figure since the base year",
    classes: &[
        Class {
            id: "on-track",
            en: "on track or maintaining achievement",
            zh: "进度正常或保持达标",
            symbol: "↑",
            checked: true,
        },
        Class {
            id: "moderately-improving",
            en: "moderately improving",
            zh: "适度改善",
            symbol: "↗",
            checked: true,
        },
        Class { id: "stagnating", en: "stagnating", zh: "停滞", symbol: "→", checked: true },
        Class { id: "decreasing", en: "decreasing", zh: "下降", symbol: "↓", checked: true },
    ],
    cuts: &[Cuts {
        what: "observed pace over needed pace",
        what_zh: "实际速度与所需速度之比",
        share: true,
        cuts: &[
            Cut { class: 0, from: 1.0, above: false, checked: true },
            Cut { class: 1, from: 0.5, above: false, checked: false },
            Cut { class: 2, from: 0.0, above: false, checked: true },
        ],
    }],
    window: Window::Since(2015.0),
    needed: 2,
    pace_ratio: true,
    summing: Some(Summing {
        rule: "mean of trends from 0 to 4: 0 to 1 decreasing, 1 to 2 stagnating, 2 to 3 moderately improving, 3 to 4 on track; by straight \
               lines from R −100 %, 0, 50 %, 100 %, 200 %, and 4 above the threshold; at least 75 % of the indicators needed",
        rule_zh: "趋势换算为 0 至 4 分后取平均：0–1 下降，1–2 停滞，2–3 适度改善，3–4 进度正常；R 为 −100 %、0、50 %、100 %、200 % 依次对应 0 至 4 \
                  分，已过阈值计 4 分；须有至少 75 % 的指标",
        checked: false,
        score,
        class,
    }),
    differs: "Published: growth of the normalized score between two years. Here: the robust slope of all figures in between; a figure \
              beyond the bounds of the score is not cut off. `pace = \"published\"` takes the first and the last figure.",
    references: &[
        Reference {
            citation: "Sachs, Lafortune, Fuller (2024), Sustainable Development Report 2024, annex: methods summary",
            locator: "https://dashboards.sdgindex.org/chapters/methodology",
        },
        Reference {
            citation: "Lafortune, Fuller, Moreno, Schmidt-Traub, Kroll (2018), SDG Index and Dashboards: detailed methodological paper",
            locator: "https://www.sdgindex.org/",
        },
    ],
    measure,
};

fn measure(case: &Case<'_>, window: &Series) -> Result<Measured, Refused> {
    Ok(match course(case, window, Published::Linear)? {
        // Movement above the threshold does not matter.
        Course::Reached => Measured { measure: 0.0, by: 0, class: Some(0) },
        Course::Lost => Measured { measure: 0.0, by: 0, class: Some(3) },
        Course::Ratio(ratio) => Measured { measure: ratio, by: 0, class: None },
    })
}

fn score(_: &Preset, rating: &Rating) -> f64 {
    match rating.measure {
        Some(ratio) => between(&[(-1.0, 0.0), (0.0, 1.0), (0.5, 2.0), (1.0, 3.0), (2.0, 4.0)], ratio),
        None if rating.class == 0 => 4.0,
        None => 0.0,
    }
}

#[allow(clippy::cast_precision_loss, reason = "counts of indicators")]
fn class(_: &Preset, ratings: &[Rating], indicators: usize) -> Option<usize> {
    if (ratings.len() as f64) < 0.75 * indicators as f64 {
        return None;
    }
    let mean = mean_score(ratings)?;
    Some([3.0, 2.0, 1.0].iter().position(|from| mean >= *from - 1e-9).unwrap_or(3))
}

#[cfg(test)]
mod tests {
    use super::PRESET;
    use crate::testing::*;

    #[test]
    fn arrows() {
        for (now, id) in [
            (60.0, "on-track"),
            (59.9, "moderately-improving"),
            (55.0, "moderately-improving"),
            (54.9, "stagnating"),
            (50.0, "stagnating"),
            (49.9, "decreasing"),
            (85.0, "on-track"),
        ] {
            let mut case = case(&[(2015.0, 50.0), (2020.0, now)], 80.0);
            assert_eq!(rate(&PRESET, &case.get()).map(|found| found.0), Ok(id), "{now}");
        }
        // A fall that stays above the threshold is maintaining; one that ends below it is decreasing.
        for (now, id) in [(81.0, "on-track"), (79.0, "decreasing")] {
            let mut case = case(&[(2015.0, 90.0), (2020.0, now)], 80.0);
            assert_eq!(rate(&PRESET, &case.get()).map(|found| found.0), Ok(id), "{now}");
        }
        let mut late = case(&[(2010.0, 50.0), (2014.0, 60.0)], 80.0);
        assert_eq!(rate(&PRESET, &late.get()), Err("too-short"));
        late.since = Some(2010.0);
        assert_eq!(rate(&PRESET, &late.get()), Ok(("on-track", 1.666_666_666_7)));
        late.target_time = None;
        assert_eq!(rate(&PRESET, &late.get()), Err("no-target-year"));
        late.target_time = Some(2014.0);
        assert_eq!(rate(&PRESET, &late.get()), Err("target-year-past"));
        late.target = None;
        assert_eq!(rate(&PRESET, &late.get()), Err("no-target"));
    }

    #[test]
    fn goals() {
        let of = |now: f64| PRESET.rate(&case(&[(2015.0, 50.0), (2020.0, now)], 80.0).get()).ok();
        let ratings: Vec<_> = [60.0, 50.0, 90.0].iter().filter_map(|now| of(*now)).collect();
        assert_eq!(ratings.iter().map(|r| r.score).collect::<Vec<_>>(), [Some(3.0), Some(1.0), Some(4.0)]);
        // 8/3; three of four indicators are enough, three of five are not.
        let class = |n| PRESET.sum_up(&ratings, n).map(|class| PRESET.classes[class].id);
        assert_eq!(
            (class(3), class(4), class(5)),
            (Some("moderately-improving"), Some("moderately-improving"), None)
        );
    }
}
