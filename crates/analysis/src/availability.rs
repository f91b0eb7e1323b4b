//! How much of the data each unit has: over all indicators, and in each group.

use crate::describe::share;
use crate::{Group, Series};
use gradus_model::Id;

/// What one unit has of a list of indicators.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Count {
    /// How many indicators there are.
    pub n_indicators: usize,
    /// How many have a value.
    pub n_present: usize,
    /// How many are exactly 0.
    pub n_zero: usize,
}

impl Count {
    /// How many have no value.
    #[must_use]
    pub fn n_missing(&self) -> usize {
        self.n_indicators - self.n_present
    }
    /// The part of the indicators with a value; `None` of no indicator.
    #[must_use]
    pub fn availability(&self) -> Option<f64> {
        share(self.n_present, self.n_indicators)
    }
    /// The part of the values other than 0; `None` where there is no value.
    #[must_use]
    pub fn non_zero_share(&self) -> Option<f64> {
        share(self.n_present - self.n_zero, self.n_present)
    }
}

/// What every unit has of all series, in order of units; a series that ends early has no value for the rest.
#[must_use]
pub fn by_unit<S: std::borrow::Borrow<Series>>(series: &[S]) -> Vec<Count> {
    let n_units = series.iter().map(|series| series.borrow().values.len()).max().unwrap_or(0);
    let count = |unit: usize| {
        let values = || series.iter().filter_map(move |series| *series.borrow().values.get(unit)?);
        Count {
            n_indicators: series.len(),
            n_present: values().count(),
            n_zero: values().filter(|value| *value == 0.0).count(),
        }
    };
    (0..n_units).map(count).collect()
}

/// What every unit has of the members of each group: the group's code, then one count per unit.
#[must_use]
pub fn by_group(series: &[Series], groups: &[Group]) -> Vec<(Id, Vec<Count>)> {
    groups.iter().map(|group| (group.code.clone(), by_unit(&group.of(series)))).collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::testing::*;

    #[test]
    fn counts() {
        let all = [series("a", &[0.0, f64::NAN]), series("b", &[2.0, f64::NAN]), series("c", &[0.0])];
        let found = by_unit(&all);
        assert_eq!(found[0], Count { n_indicators: 3, n_present: 3, n_zero: 2 });
        assert_eq!(
            (found[1].n_missing(), found[1].availability(), found[1].non_zero_share()),
            (3, Some(0.0), None)
        );
        assert_eq!(found[0].non_zero_share(), Some(1.0 / 3.0));
        let groups = by_group(&all, &[group("g", &["b", "unknown"]), group("h", &[])]);
        assert_eq!(groups[0].1[0].n_indicators, 1);
        assert!(groups[1].1.is_empty());
    }
}
