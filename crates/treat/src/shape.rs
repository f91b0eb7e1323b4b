//! Skewness and kurtosis: what the test for outliers looks at.
//!
//! They decide, and are reported; no value is computed from them. So they are computed in binary64 whatever the
//! arithmetic of the package, and both arithmetics decide alike.

use gradus_method::{Args, Column, Default, Outcome, Param, ParamKind};
use gradus_model::number::Scalar;
use gradus_statistics::moments::{self, Estimator};

pub(crate) const ESTIMATOR: Param = Param {
    name: "estimator",
    kind: ParamKind::Word(&["adjusted", "moment", "sample"]),
    default: Default::Value("adjusted"),
    range: "adjusted, moment, sample",
    meaning: "the estimator of skewness and kurtosis: G1 and G2 as in Excel, SAS and COINr, g1 and g2, or b1 and b2",
};

/// Reads [`ESTIMATOR`].
pub(crate) fn estimator(args: &Args) -> Outcome<Estimator> {
    const WORDS: &[(&str, Estimator)] =
        &[("adjusted", Estimator::Adjusted), ("moment", Estimator::Moment), ("sample", Estimator::Sample)];
    args.word("estimator", WORDS, Estimator::Adjusted)
}

/// Skewness and excess kurtosis, where they are defined: not of equal values, and not of too few.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(crate) struct Shape {
    pub(crate) skewness: Option<f64>,
    pub(crate) kurtosis: Option<f64>,
}

impl Shape {
    /// Of values in rising order, so that the order of the units changes no bit.
    pub(crate) fn of(sorted: &[f64], estimator: Estimator) -> Self {
        Self {
            skewness: moments::skewness(sorted, estimator),
            kurtosis: moments::kurtosis(sorted, estimator),
        }
    }

    /// Of values in any order.
    pub(crate) fn of_column<S: Scalar>(values: &Column<S>, estimator: Estimator) -> Self {
        let values: Vec<f64> = values.values().map(S::to_f64).collect();
        Self::of(&moments::sorted(&values), estimator)
    }

    /// What is defined, under the two names, for reports.
    pub(crate) fn facts<S: Scalar>(self, names: [&'static str; 2]) -> Vec<(&'static str, S)> {
        let number = |x: Option<f64>| x.and_then(|x| x.to_decimal()).map(S::from_decimal);
        [number(self.skewness), number(self.kurtosis)]
            .into_iter()
            .zip(names)
            .filter_map(|(value, name)| Some((name, value?)))
            .collect()
    }
}
