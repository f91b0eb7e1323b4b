//! Statistics of each indicator, and flags where something deserves a look.

use crate::Series;
use gradus_model::Id;
use gradus_statistics::moments::{self, Estimator, Quantile};
use gradus_statistics::rank;

/// Where flags are raised. The defaults are those of COINr, after the audits of the Joint Research Centre.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Limits {
    /// An indicator is flagged when a smaller part of the units has it.
    pub availability: f64,
    /// It is flagged when a smaller part of the units has a value other than 0.
    pub non_zero: f64,
    /// It is flagged when there are fewer different values, as a part of the units.
    pub unique: f64,
    /// It is flagged when the skewness is larger in size than this,
    pub skewness: f64,
    /// and the excess kurtosis is larger than this.
    pub kurtosis: f64,
    /// How skewness and kurtosis are estimated.
    pub estimator: Estimator,
}

impl Default for Limits {
    fn default() -> Self {
        Self {
            availability: 0.65,
            non_zero: 0.5,
            unique: 0.5,
            skewness: 2.0,
            kurtosis: 3.5,
            estimator: Estimator::Adjusted,
        }
    }
}

/// The statistics of one indicator. A statistic is `None` where too few values are there, or where it is not defined.
#[derive(Debug, Clone, PartialEq)]
pub struct Description {
    /// The code of the indicator.
    pub code: Id,
    /// How many units there are.
    pub n_units: usize,
    /// How many have a value.
    pub n_present: usize,
    /// How many have a value other than 0.
    pub n_non_zero: usize,
    /// How many different values there are.
    pub n_unique: usize,
    /// How many units share the most frequent value.
    pub n_same: usize,
    /// The smallest value.
    pub minimum: Option<f64>,
    /// The largest value.
    pub maximum: Option<f64>,
    /// The arithmetic mean.
    pub mean: Option<f64>,
    /// The median.
    pub median: Option<f64>,
    /// The first and third quartile (type 7).
    pub quartiles: Option<(f64, f64)>,
    /// The standard deviation of a sample.
    pub standard_deviation: Option<f64>,
    /// The skewness, by the estimator of the limits.
    pub skewness: Option<f64>,
    /// The excess kurtosis, by the estimator of the limits.
    pub kurtosis: Option<f64>,
    /// Which estimator that is.
    pub estimator: Estimator,
    /// What deserves a look.
    pub flags: Vec<Flag>,
}

/// Something about an indicator that deserves a look.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[non_exhaustive]
pub enum Flag {
    /// Few units have it.
    LowAvailability,
    /// Few units have a value other than 0.
    MostlyZero,
    /// Few values are different.
    FewValues,
    /// Skewness and kurtosis are both high: there are outliers.
    Outliers,
}

impl Description {
    /// The part of the units that have a value; `None` of no unit.
    #[must_use]
    pub fn availability(&self) -> Option<f64> {
        share(self.n_present, self.n_units)
    }
    /// The part of the values other than 0.
    #[must_use]
    pub fn non_zero_share(&self) -> Option<f64> {
        share(self.n_non_zero, self.n_present)
    }
    /// Different values as a part of all values.
    #[must_use]
    pub fn unique_share(&self) -> Option<f64> {
        share(self.n_unique, self.n_present)
    }
    /// The part of the values that are the most frequent one.
    #[must_use]
    pub fn same_share(&self) -> Option<f64> {
        share(self.n_same, self.n_present)
    }
}

#[allow(clippy::cast_precision_loss, reason = "counts of units")]
pub(crate) fn share(part: usize, whole: usize) -> Option<f64> {
    (whole > 0).then(|| part as f64 / whole as f64)
}

/// The statistics of every series.
///
/// # Example
/// ```
/// use gradus_analysis::{Series, describe::{Flag, Limits, describe}};
/// use gradus_model::Id;
/// let income = Series::new(Id::new("INCOME").unwrap(), [1.0, 2.0, 2.5, 3.0, 90.0].map(Some).to_vec());
/// let found = &describe(&[income], &Limits::default())[0];
/// assert_eq!(found.median, Some(2.5));
/// assert_eq!(found.flags, [Flag::Outliers]);
/// ```
#[must_use]
pub fn describe(series: &[Series], limits: &Limits) -> Vec<Description> {
    series.iter().map(|series| one(series, limits)).collect()
}

fn one(series: &Series, limits: &Limits) -> Description {
    let values = series.present();
    let in_order = moments::sorted(&values);
    let n_units = series.values.len();
    let tied = rank::tied_counts(&values);
    let n_non_zero = values.iter().filter(|value| **value != 0.0).count();
    let n_unique = values.len() + tied.len() - tied.iter().sum::<usize>();
    let skewness = moments::skewness(&values, limits.estimator);
    let kurtosis = moments::kurtosis(&values, limits.estimator);
    let quartile = |p| moments::quantile_of_sorted(&in_order, p, Quantile::Type7);
    // Parts are of all units, as COINr has it: a value that is missing is neither different nor other than zero.
    let below = |count, limit| share(count, n_units).is_some_and(|share| share < limit);
    let outliers = skewness.is_some_and(|skewness| skewness.abs() > limits.skewness)
        && kurtosis.is_some_and(|kurtosis| kurtosis > limits.kurtosis);
    let flags = [
        (below(values.len(), limits.availability), Flag::LowAvailability),
        (below(n_non_zero, limits.non_zero), Flag::MostlyZero),
        (below(n_unique, limits.unique), Flag::FewValues),
        (outliers, Flag::Outliers),
    ];
    Description {
        code: series.code.clone(),
        n_units,
        n_present: values.len(),
        n_non_zero,
        n_unique,
        n_same: tied.into_iter().max().unwrap_or(usize::from(!values.is_empty())),
        minimum: in_order.first().copied(),
        maximum: in_order.last().copied(),
        mean: moments::mean(&values),
        median: moments::median(&values),
        quartiles: quartile(0.25).zip(quartile(0.75)),
        standard_deviation: moments::standard_deviation(&values, 1),
        skewness,
        kurtosis,
        estimator: limits.estimator,
        flags: flags.into_iter().filter_map(|(raised, flag)| raised.then_some(flag)).collect(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::testing::*;

    #[test]
    fn counts_and_flags() {
        let limits = Limits::default();
        let gaps = series("gaps", &[0.0, 0.0, 3.0, f64::NAN, f64::NAN, 3.0]);
        let found = &describe(&[gaps], &limits)[0];
        assert_eq!((found.n_units, found.n_present, found.n_non_zero), (6, 4, 2));
        assert_eq!((found.n_unique, found.n_same), (2, 2));
        assert_eq!((found.availability(), found.non_zero_share()), (Some(4.0 / 6.0), Some(0.5)));
        assert_eq!((found.unique_share(), found.same_share()), (Some(0.5), Some(0.5)));
        assert_eq!(found.flags, [Flag::MostlyZero, Flag::FewValues]);
        assert_eq!(found.quartiles, Some((0.0, 3.0)));
        let none = &describe(&[series("none", &[f64::NAN])], &limits)[0];
        assert_eq!((none.mean, none.n_same, none.unique_share()), (None, 0, None));
        assert!(none.flags.contains(&Flag::LowAvailability));
        assert_eq!(describe(&[series("empty", &[])], &limits)[0].availability(), None);
        let flat = &describe(&[series("flat", &[5.0; 4])], &limits)[0];
        assert_eq!((flat.skewness, flat.n_unique, flat.standard_deviation), (None, 1, Some(0.0)));
    }
}
