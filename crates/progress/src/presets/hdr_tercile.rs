//! The shades of the Human Development Report's dashboards: top, middle and bottom third of the units.
//!
//! Use it to see where a unit stands among others. It is no norm, as its authors say: a third of the units is always at the bottom.

use crate::Refused;
use crate::preset::{Case, Class, Cut, Cuts, Measured, Preset, Window};
use crate::series::{Series, gain};
use gradus_method::Reference;

/// The preset.
pub static PRESET: Preset = Preset {
    id: "hdr-tercile",
    since: "0.1.0",
    summary: "Top, middle or bottom third of the units; shades of the Human Development Report's dashboards",
    summary_zh: "在各对象中居前、中、后三分之一；《人类发展报告》仪表板的色阶",
    formula: "p = 1 − number of units that are better / number of units",
    classes: &[
        Class { id: "top-third", en: "top third", zh: "前三分之一", symbol: "█", checked: true },
        Class { id: "middle-third", en: "middle third", zh: "中三分之一", symbol: "▓", checked: true },
        Class { id: "bottom-third", en: "bottom third", zh: "后三分之一", symbol: "░", checked: true },
    ],
    cuts: &[Cuts {
        what: "share of the units that are not better",
        what_zh: "不优于该对象的对象所占比例（含自身）",
        share: true,
        cuts: &[
            Cut { class: 0, from: 2.0 / 3.0, above: true, checked: true },
            Cut { class: 1, from: 1.0 / 3.0, above: true, checked: true },
        ],
    }],
    window: Window::Points(1),
    needed: 1,
    pace_ratio: false,
    summing: None,
    differs: "Published: cut-off values are the terciles of each distribution, chosen for groups of about equal size. Here: counted, so \
              that units with equal figures share a class; three units with different figures are needed.",
    references: &[Reference {
        citation: "UNDP (2020), Human Development Report 2020, Human Development Dashboards 1-5, frequently asked questions; Technical note 6",
        locator: "http://hdr.undp.org/en/faq-page/human-development-dashboards-1-5",
    }],
    measure,
};

#[allow(clippy::cast_precision_loss, reason = "counts of units")]
fn measure(case: &Case<'_>, window: &Series) -> Result<Measured, Refused> {
    let own = window.last().ok_or(Refused::NoValue)?.value;
    let n = case.units.len();
    if n < 3 || case.units.iter().all(|x| *x == case.units[0]) {
        return Err(Refused::NoSpread);
    }
    let better = case.units.iter().filter(|x| gain(case.direction, own, **x) > 0.0).count();
    Ok(Measured { measure: 1.0 - better as f64 / n as f64, by: 0, class: None })
}

#[cfg(test)]
mod tests {
    use super::PRESET;
    use crate::testing::*;

    #[test]
    fn thirds() {
        for (now, direction, id) in [
            (9.0, Higher, "top-third"),
            (5.0, Higher, "top-third"),
            (4.0, Higher, "middle-third"),
            (2.0, Higher, "bottom-third"),
            (1.0, Higher, "bottom-third"),
            (1.0, Lower, "top-third"),
        ] {
            let mut case = case(&[(2020.0, now)], 80.0);
            case.direction = direction;
            case.units = vec![1.0, 2.0, 3.0, 4.0, 5.0, 9.0];
            assert_eq!(rate(&PRESET, &case.get()).map(|found| found.0), Ok(id), "{now}");
        }
        // Equal figures share a class; nothing is said of two units, or of units that are all alike.
        let mut tied = case(&[(2020.0, 5.0)], 80.0);
        tied.units = vec![5.0, 5.0, 1.0];
        assert_eq!(rate(&PRESET, &tied.get()).map(|found| found.0), Ok("top-third"));
        for units in [vec![], vec![1.0, 5.0], vec![5.0; 4]] {
            tied.units = units;
            assert_eq!(rate(&PRESET, &tied.get()), Err("no-spread"));
        }
    }
}
