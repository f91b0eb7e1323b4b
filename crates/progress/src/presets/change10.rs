//! Year on year: a change of more than a tenth is a change, anything less is about the same.
//!
//! Use it for a first look where there is no target. One year is one year: it says nothing of a trend.

use crate::Refused;
use crate::preset::{Case, Class, Cut, Cuts, Measured, Preset, Window, size};
use crate::series::{Series, gain};
use gradus_method::Reference;

/// The preset.
pub static PRESET: Preset = Preset {
    id: "change10",
    since: "0.1.0",
    summary: "The change from the figure before: more than 10 % better, about the same, more than 10 % worse",
    summary_zh: "与上一数据相比：改善超过10%、基本持平、恶化超过10%",
    formula: "c = (x − x') / size with x' the figure before; size is the range between natural limits, else |x'|",
    classes: &[
        Class { id: "better", en: "better", zh: "改善", symbol: "▲", checked: false },
        Class {
            id: "about-the-same", en: "about the same", zh: "基本持平", symbol: "●", checked: true
        },
        Class { id: "worse", en: "worse", zh: "恶化", symbol: "▼", checked: false },
    ],
    cuts: &[Cuts {
        what: "change from the figure before",
        what_zh: "与上一数据相比的变化",
        share: true,
        cuts: &[
            Cut { class: 0, from: 0.1, above: true, checked: true },
            Cut { class: 1, from: -0.1, above: false, checked: true },
        ],
    }],
    window: Window::Points(2),
    needed: 2,
    pace_ratio: false,
    summing: None,
    differs: "Published: for indicators in percent. Here also for others: on a scale with natural limits the change is a share of \
              their range, so that a share and its complement move alike; else of the figure before, and refused where that is zero.",
    references: &[Reference {
        citation: "European Commission, INSPIRE monitoring and reporting: explanation of the visualization (MR_visualisation_explanation_v1)",
        locator: "https://github.com/INSPIRE-MIF/mr-tools",
    }],
    measure,
};

fn measure(case: &Case<'_>, window: &Series) -> Result<Measured, Refused> {
    let [.., before, last] = window.points() else {
        return Err(Refused::TooShort { found: window.len(), needed: 2 });
    };
    let change = gain(case.direction, before.value, last.value) / size(case.scale, before.value)?;
    Ok(Measured { measure: change, by: 0, class: None })
}

#[cfg(test)]
mod tests {
    use super::PRESET;
    use crate::eta::Scale;
    use crate::testing::*;

    #[test]
    fn a_tenth() {
        for (pairs, scale, found) in [
            ([50.0, 55.1], Scale::Undeclared, Ok("better")),
            ([50.0, 55.0], Scale::Undeclared, Ok("about-the-same")),
            ([50.0, 45.0], Scale::Undeclared, Ok("about-the-same")),
            ([50.0, 44.9], Scale::Positive, Ok("worse")),
            ([-50.0, -44.9], Scale::Undeclared, Ok("better")),
            ([0.0, 1.0], Scale::Undeclared, Err("no-size")),
            ([50.0, 60.0], Scale::Any, Err("no-size")),
            ([5.0, 10.0], SHARE, Ok("about-the-same")),
            ([0.0, 11.0], SHARE, Ok("better")),
        ] {
            let mut case = case(&[(2019.0, pairs[0]), (2020.0, pairs[1])], 80.0);
            case.scale = scale;
            assert_eq!(rate(&PRESET, &case.get()).map(|found| found.0), found, "{pairs:?}");
        }
    }
}
