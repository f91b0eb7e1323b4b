//! The weather symbols of the German Sustainable Development Strategy: where the mean change of the last five years leads.
//!
//! Use it where a target year is set and at least four figures follow each other.

use crate::Refused;
use crate::pace;
use crate::preset::{Case, Class, Cut, Cuts, Measured, PaceForm, Preset, Window};
use crate::series::{Series, gain};
use gradus_method::Reference;

/// The preset.
pub static PRESET: Preset = Preset {
    id: "de-dns",
    since: "0.1.0",
    summary: "The last six figures carried on to the target year; weather symbols of the German sustainability indicators",
    summary_zh: "按最近六个数据点外推至目标年；德国可持续发展指标的天气符号",
    formula: "miss = (T − (x + observed pace · (τ − t))) / (T − x) = 1 − R with R = observed pace / ((T − x) / (τ − t)) and x the latest figure",
    classes: &[
        Class { id: "sun", en: "sunny", zh: "晴", symbol: "☀", checked: true },
        Class { id: "sun-cloud", en: "slightly cloudy", zh: "少云", symbol: "⛅", checked: false },
        Class { id: "cloud", en: "cloudy", zh: "多云", symbol: "☁", checked: false },
        Class { id: "storm", en: "thunderstorm", zh: "雷雨", symbol: "⛈", checked: true },
    ],
    cuts: &[Cuts {
        what: "observed pace over the pace needed from now on; 100 % less this is the share of the gap that is missed",
        what_zh: "实际速度与今后所需速度之比；100 % 减去该值即未能弥合的差距比例",
        share: true,
        cuts: &[
            Cut { class: 0, from: 0.95, above: true, checked: true },
            Cut { class: 1, from: 0.80, above: false, checked: true },
            Cut { class: 2, from: 0.0, above: true, checked: true },
        ],
    }],
    window: Window::Points(6),
    needed: 4,
    pace_ratio: true,
    summing: None,
    differs: "Published: the mean of the last five yearly changes, which is the difference of the last and the first of six figures. \
              Here: their robust slope, so that no single year decides. `pace = \"published\"` has the mean. A target that is \
              reached is sunny if the trend keeps it until the target year, else a thunderstorm.",
    references: &[Reference {
        citation: "Federal Statistical Office of Germany (2019), Sustainable Development in Germany, Indicator Report 2018; status of indicators, methodology",
        locator: "https://dns-indikatoren.de/en/status",
    }],
    measure,
};

fn measure(case: &Case<'_>, window: &Series) -> Result<Measured, Refused> {
    let target = case.target.ok_or(Refused::NoTarget)?;
    let end = case.target_time.ok_or(Refused::NoTargetYear)?;
    let (Some(first), Some(last)) = (window.first(), window.last()) else {
        return Err(Refused::TooShort { found: 0, needed: 4 });
    };
    let years = end - last.time;
    if years <= 0.0 {
        return Err(Refused::TargetYearPast);
    }
    let pace = match case.pace {
        PaceForm::Robust => pace::observed(case.direction, window)?,
        PaceForm::Published => gain(case.direction, first.value, last.value) / (last.time - first.time),
    };
    let gap = gain(case.direction, last.value, target);
    if gap <= 0.0 {
        let kept = pace * years >= gap;
        return Ok(Measured { measure: 0.0, by: 0, class: Some(if kept { 0 } else { 3 }) });
    }
    Ok(Measured { measure: pace / (gap / years), by: 0, class: None })
}

#[cfg(test)]
mod tests {
    use super::PRESET;
    use crate::preset::PaceForm;
    use crate::testing::*;

    /// Six figures that end in 2020 and move by `pace` a year to 60; twenty are lacking in ten years.
    fn after(pace: f64) -> Owned {
        let pairs: Vec<(f64, f64)> =
            (0..6).map(|i| (2015.0 + f64::from(i), 60.0 - pace * f64::from(5 - i))).collect();
        case(&pairs, 80.0)
    }

    #[test]
    fn the_weather() {
        for (pace, id) in [
            (2.0, "sun"),
            (1.91, "sun"),
            (1.9, "sun-cloud"),
            (1.6, "sun-cloud"),
            (1.59, "cloud"),
            (0.01, "cloud"),
            (0.0, "storm"),
            (-1.0, "storm"),
        ] {
            assert_eq!(rate(&PRESET, &after(pace).get()).map(|found| found.0), Ok(id), "{pace}");
        }
        // A target that is held, and one that the trend will lose.
        for (pace, id) in [(2.0, "sun"), (-0.9, "sun"), (-1.1, "storm")] {
            let mut case = after(pace);
            case.target = Some(50.0);
            assert_eq!(rate(&PRESET, &case.get()).map(|found| found.0), Ok(id), "{pace}");
        }
    }

    #[test]
    fn one_odd_year_decides_as_published_only() {
        let mut odd = after(1.0);
        odd.pairs[0].1 = 20.0;
        assert_eq!(rate(&PRESET, &odd.get()), Ok(("cloud", 0.5)));
        odd.pace = PaceForm::Published;
        assert_eq!(rate(&PRESET, &odd.get()), Ok(("sun", 4.0)));
        // Only the last six count, and three are too few.
        let mut long = after(1.0);
        long.pairs.insert(0, (2000.0, 59.0));
        assert_eq!(rate(&PRESET, &long.get()), Ok(("cloud", 0.5)));
        long.pairs.truncate(3);
        assert_eq!(rate(&PRESET, &long.get()), Err("too-short"));
    }
}
