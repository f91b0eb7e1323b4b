//! What the tests of presets share.

pub(crate) use gradus_model::package::Direction::{self, Higher, Lower};

use crate::eta::Scale;
use crate::preset::{Case, PaceForm, Preset};
use crate::series::Series;

pub(crate) const SHARE: Scale = Scale::Bounded { lower: 0.0, upper: 100.0 };

/// A case that owns what it is made of.
#[derive(Debug, Clone)]
pub(crate) struct Owned {
    pub(crate) pairs: Vec<(f64, f64)>,
    pub(crate) direction: Direction,
    pub(crate) scale: Scale,
    pub(crate) target: Option<f64>,
    pub(crate) target_time: Option<f64>,
    pub(crate) band: Option<(f64, f64)>,
    pub(crate) units: Vec<f64>,
    pub(crate) since: Option<f64>,
    pub(crate) years: Option<f64>,
    pub(crate) pace: PaceForm,
    series: std::cell::OnceCell<Series>,
}

/// Pairs of year and value towards a target in 2030.
pub(crate) fn case(pairs: &[(f64, f64)], target: f64) -> Owned {
    Owned {
        pairs: pairs.to_vec(),
        direction: Higher,
        scale: Scale::Undeclared,
        target: Some(target),
        target_time: Some(2030.0),
        band: None,
        units: Vec::new(),
        since: None,
        years: None,
        pace: PaceForm::Robust,
        series: std::cell::OnceCell::new(),
    }
}

impl Owned {
    pub(crate) fn get(&mut self) -> Case<'_> {
        self.series = std::cell::OnceCell::new();
        Case {
            series: self.series.get_or_init(|| Series::of(&self.pairs)),
            direction: self.direction,
            scale: self.scale,
            target: self.target,
            target_time: self.target_time,
            band: self.band,
            units: &self.units,
            since: self.since,
            years: self.years,
            pace: self.pace,
        }
    }
}

/// The class and the measure of a case; 0 where the measure does not decide.
pub(crate) fn rate(preset: &Preset, case: &Case<'_>) -> Result<(&'static str, f64), &'static str> {
    let found = preset.rate(case).map_err(crate::Refused::word)?;
    Ok((preset.classes[found.class].id, found.measure.unwrap_or(0.0)))
}
