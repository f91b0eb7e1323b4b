//! Statistics Canada's measure, which Open SDG took over: the observed growth since the base year over the growth that is needed.
//!
//! Use it for indicators with a target and a target year; without a target it rates the growth itself.

use crate::Refused;
use crate::preset::{
    Case, Class, Course, Cut, Cuts, Measured, Preset, Published, Rating, Summing, Window, between, course,
    mean_score, relative_pace,
};
use crate::series::Series;
use gradus_method::Reference;

/// The preset.
pub static PRESET: Preset = Preset {
    id: "statcan",
    since: "0.1.0",
    summary: "Observed over needed pace since the base year; the measure of Statistics Canada and Open SDG",
    summary_zh: "基准年以来实际速度与所需速度之比；加拿大统计局与 Open SDG 采用的方法",
    formula: "R = observed pace / ((T − x0) / (τ − t0)) with x0 the first figure of the window; without a target: observed pace / size",
    classes: &[
        Class { id: "target-achieved", en: "target achieved", zh: "已达标", symbol: "★", checked: true },
        Class { id: "on-track", en: "on track", zh: "进度正常", symbol: "▲", checked: true },
        Class {
            id: "acceleration-needed",
            en: "progress made but acceleration needed",
            zh: "有进展，需加速",
            symbol: "◢",
            checked: true,
        },
        Class {
            id: "limited-progress", en: "limited progress", zh: "进展有限", symbol: "▶", checked: true
        },
        Class { id: "deterioration", en: "deterioration", zh: "恶化", symbol: "▼", checked: true },
    ],
    cuts: &[
        Cuts {
            what: "observed pace over needed pace",
            what_zh: "实际速度与所需速度之比",
            share: true,
            cuts: &[
                Cut { class: 1, from: 0.95, above: false, checked: true },
                Cut { class: 2, from: 0.60, above: false, checked: true },
                Cut { class: 3, from: 0.0, above: false, checked: true },
            ],
        },
        Cuts {
            what: "change per year, without a target",
            what_zh: "无目标时的年变化率",
            share: true,
            cuts: &[
                Cut { class: 1, from: 0.015, above: false, checked: true },
                Cut { class: 2, from: 0.005, above: false, checked: true },
                Cut { class: 3, from: 0.0, above: false, checked: true },
            ],
        },
    ],
    window: Window::Since(2015.0),
    needed: 2,
    pace_ratio: true,
    summing: Some(Summing {
        rule: "mean of scores from −5 to 5 by straight lines: R −60 %, 60 %, 130 % score −5, 0, 5; without a target −2, 0, 0.5, 1.5, 2 % a \
               year score −5, −2.5, 0, 2.5, 5; a target achieved scores 5. At least 2.5 on track, 0 acceleration needed, −2.5 limited; \
               achieved only if all are",
        rule_zh: "按折线换算为 −5 至 5 分后取平均：R 为 −60 %、60 %、130 % 时得 −5、0、5 分；无目标时年变化 −2、0、0.5、1.5、2 % 得 −5、−2.5、0、2.5、5 \
                  分；已达标得 5 分。平均分不低于 2.5、0、−2.5 依次为进度正常、需加速、进展有限；全部达标方为已达标",
        checked: true,
        score,
        class,
    }),
    differs: "Published: compound growth between the first and the last figure; a target or base of zero is replaced by 0.001, so the \
              rating depends on the measurement unit, and zero, negative or mixed values need care. Here: the robust slope of all \
              figures over the straight way to the target; without a target a share of the range between natural limits, else of \
              the first figure's size. The published scaling of cuts near natural limits is not needed then and left out. \
              `pace = \"published\"` has the published growth and refuses zero and mixed signs.",
    references: &[Reference {
        citation: "Statistics Canada, Progress Measurement Methodology for the Sustainable Development Goals, in the documentation of Open SDG",
        locator: "https://github.com/open-sdg/open-sdg/blob/26d2e38700e4fee329fea4823e908c4298064693/docs/progress-methodology.md",
    }],
    measure,
};

fn measure(case: &Case<'_>, window: &Series) -> Result<Measured, Refused> {
    if case.target.is_none() {
        return Ok(Measured { measure: relative_pace(case, window)?, by: 1, class: None });
    }
    Ok(match course(case, window, Published::Compound)? {
        Course::Reached => Measured { measure: 0.0, by: 0, class: Some(0) },
        Course::Lost => Measured { measure: 0.0, by: 0, class: Some(4) },
        Course::Ratio(ratio) => Measured { measure: ratio, by: 0, class: None },
    })
}

/// The score of a rating, −5 to 5.
pub(super) fn score(_: &Preset, rating: &Rating) -> f64 {
    match (rating.measure, rating.by) {
        (Some(ratio), 0) => between(&[(-0.6, -5.0), (0.6, 0.0), (1.3, 5.0)], ratio),
        (Some(rate), _) => {
            between(&[(-0.02, -5.0), (0.0, -2.5), (0.005, 0.0), (0.015, 2.5), (0.02, 5.0)], rate)
        }
        (None, _) if rating.class == 0 => 5.0,
        // A target that was reached and is lost.
        (None, _) => -5.0,
    }
}

fn class(_: &Preset, ratings: &[Rating], _: usize) -> Option<usize> {
    if ratings.iter().all(|rating| rating.class == 0) {
        return Some(0);
    }
    let mean = mean_score(ratings)?;
    Some([2.5, 0.0, -2.5].iter().position(|from| mean >= *from - 1e-9).map_or(4, |at| at + 1))
}

#[cfg(test)]
mod tests {
    use super::PRESET;
    use crate::eta::Scale;
    use crate::preset::PaceForm;
    use crate::testing::*;

    #[test]
    fn the_cut_offs_of_the_publication() {
        // From 50 in 2015 to 80 in 2030 two a year are needed.
        for (now, id, ratio) in [
            (60.0, "on-track", 1.0),
            (59.5, "on-track", 0.95),
            (59.4, "acceleration-needed", 0.94),
            (56.0, "acceleration-needed", 0.6),
            (55.9, "limited-progress", 0.59),
            (50.0, "limited-progress", 0.0),
            (49.0, "deterioration", -0.1),
        ] {
            let mut case = case(&[(2015.0, 50.0), (2020.0, now)], 80.0);
            let found = rate(&PRESET, &case.get()).unwrap_or_else(|why| panic!("{why:?}"));
            assert_eq!(found.0, id, "{now}");
            assert!((found.1 - ratio).abs() < 1e-9, "{now}: {}", found.1);
        }
        let mut reached = case(&[(2015.0, 50.0), (2020.0, 80.0)], 80.0);
        assert_eq!(rate(&PRESET, &reached.get()).map(|found| found.0), Ok("target-achieved"));
        // The base had the target: a fall below it is a deterioration, without a division by zero.
        let mut lost = case(&[(2015.0, 80.0), (2020.0, 79.0)], 80.0);
        assert_eq!(rate(&PRESET, &lost.get()).map(|found| found.0), Ok("deterioration"));
    }

    #[test]
    fn without_a_target() {
        for (now, id) in [
            (107.5, "on-track"),
            (107.4, "acceleration-needed"),
            (102.4, "limited-progress"),
            (99.0, "deterioration"),
        ] {
            let mut case = case(&[(2015.0, 100.0), (2020.0, now)], 0.0);
            case.target = None;
            assert_eq!(rate(&PRESET, &case.get()).map(|found| found.0), Ok(id), "{now}");
        }
    }

    /// The published measure replaces a target of zero by 0.001: half of the way in half of the time rates 0.19, and 0.13 when the
    /// same series is in thousandths. Here it is on its path.
    #[test]
    fn a_target_of_zero_is_a_target() {
        let half = |size: f64| case(&[(2015.0, 10.0 * size), (2022.5, 5.0 * size)], 0.0);
        for size in [1.0, 1000.0, 1e-6] {
            let mut case = half(size);
            case.direction = Lower;
            assert_eq!(rate(&PRESET, &case.get()), Ok(("on-track", 1.0)));
            case.pace = PaceForm::Published;
            assert_eq!(rate(&PRESET, &case.get()), Err("not-one-sign"));
        }
        use gradus_model::Scalar;
        let replaced = |base: f64| {
            let growth = |to: f64, years: f64| (to / base).power(1.0 / years).unwrap_or(f64::NAN) - 1.0;
            growth(base / 2.0, 7.5) / growth(0.001, 15.0)
        };
        assert!((replaced(10.0) - 0.19).abs() < 0.005 && (replaced(10_000.0) - 0.13).abs() < 0.005);
    }

    #[test]
    fn the_published_growth() {
        // 100 to 200 in 15 years is 4.73 % a year; 5 years at 4 % is 84.6 % of it.
        let mut case = case(&[(2015.0, 100.0), (2020.0, 121.665_290_24)], 200.0);
        case.pace = PaceForm::Published;
        let (id, ratio) = rate(&PRESET, &case.get()).unwrap_or(("", 0.0));
        assert_eq!(id, "acceleration-needed");
        assert!((ratio - 0.04 / 0.047_294_122_820_606_8).abs() < 1e-8, "{ratio}");
        // Values below zero throughout: −100 to −50 is a fall in size, and the good way turns round.
        let mut below = self::case(&[(2015.0, -100.0), (2022.5, -100.0 * 0.5f64.sqrt())], -50.0);
        below.pace = PaceForm::Published;
        below.scale = Scale::Any;
        assert_eq!(rate(&PRESET, &below.get()), Ok(("on-track", 1.0)));
    }

    #[test]
    fn scores_and_their_mean() {
        let of = |now: f64| {
            let mut case = case(&[(2015.0, 50.0), (2020.0, now)], 80.0);
            PRESET.rate(&case.get()).unwrap_or_else(|why| panic!("{why:?}"))
        };
        let scores = [38.0, 44.0, 50.0, 56.0, 59.5, 63.0, 70.0, 80.0]
            .map(|now| of(now).score.map(|s| (s * 1e6).round() / 1e6));
        assert_eq!(scores, [-5.0, -5.0, -2.5, 0.0, 2.5, 5.0, 5.0, 5.0].map(Some));
        let class = |nows: &[f64]| {
            let ratings: Vec<_> = nows.iter().map(|now| of(*now)).collect();
            PRESET.sum_up(&ratings, ratings.len()).map(|class| PRESET.classes[class].id)
        };
        assert_eq!(class(&[80.0, 81.0]), Some("target-achieved"));
        assert_eq!(class(&[80.0, 56.0]), Some("on-track"));
        assert_eq!(class(&[63.0, 44.0]), Some("acceleration-needed"));
        assert_eq!(class(&[44.0, 50.0]), Some("deterioration"));
        assert_eq!(class(&[]), None);
    }
}
