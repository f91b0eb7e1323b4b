//! What the figures and scores of an index say about it: statistics, correlation, components, comparison, trends.
//!
//! Everything works on [`Series`]: the values of one indicator or group over units, in one order of units for all. Figures and
//! scores become series once, and each analysis is a pure function of them. All of it is computed in binary64 whatever the
//! arithmetic of the package: these are estimates and iterations, not scores.
//!
//! **Invariants.** It reads figures and scores and computes no score of its own. It prints nothing and formats nothing. A missing
//! value is left out and counted, and each result says how many units it rests on. What cannot be computed says why, with
//! the series at fault, and does not take the rest of a table with it.

pub mod availability;
pub mod clusters;
pub mod compare;
pub mod consistency;
pub mod correlate;
pub mod describe;
pub mod evaluation;
pub mod importance;
pub mod outranking;
pub mod profile;
pub mod trend;

use gradus_method::Fault;
use gradus_model::Id;
use gradus_model::diagnostic::catalog;
use gradus_statistics::Undefined;

pub use gradus_statistics::{
    Matrix, correlation::Adjustment, correlation::Coefficient, correlation::Missing,
};

/// The values of one indicator or group, one slot per unit. Series that are analyzed together have their units in one order.
#[derive(Debug, Clone, PartialEq)]
pub struct Series {
    /// The code of the indicator or group.
    pub code: Id,
    /// One value per unit; `None` where it is missing.
    pub values: Vec<Option<f64>>,
}

impl Series {
    /// A series. A value that is not finite counts as missing.
    #[must_use]
    pub fn new(code: Id, values: Vec<Option<f64>>) -> Self {
        let values = values.into_iter().map(|value| value.filter(|x| x.is_finite())).collect();
        Self { code, values }
    }
    /// The values that are there, in order of units.
    #[must_use]
    pub fn present(&self) -> Vec<f64> {
        self.values.iter().copied().flatten().collect()
    }
}

impl AsRef<[Option<f64>]> for Series {
    fn as_ref(&self) -> &[Option<f64>] {
        &self.values
    }
}

/// A group with the codes of what is in it: indicators, or the parts right below.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Group {
    /// The code of the group.
    pub code: Id,
    /// The codes of its members.
    pub members: Vec<Id>,
}

impl Group {
    /// Its members among series, in the order of the group; members that are not there are left out.
    #[must_use]
    pub fn of<'a>(&self, series: &'a [Series]) -> Vec<&'a Series> {
        self.members.iter().filter_map(|code| series.iter().find(|series| series.code == *code)).collect()
    }
}

/// A procedure's reason as a fault with words, naming the series at fault.
#[must_use]
pub fn fault(why: Undefined, series: &[&Series]) -> Fault {
    let name =
        |column: usize| series.get(column).map_or_else(String::new, |series| format!(" `{}`", series.code));
    match why {
        Undefined::TooFew { found, needed } => {
            Fault::new(&catalog::TOO_FEW_VALUES, format!("{found} found where {needed} are needed"))
                .help("analyze more units or indicators, or fill what is missing first")
        }
        Undefined::Constant { column } => {
            Fault::new(&catalog::ZERO_RANGE, format!("series{} has one value only", name(column)))
                .help("leave it out of the analysis")
        }
        Undefined::Singular { column } => Fault::new(
            &catalog::SINGULAR_MATRIX,
            format!("series{} is determined by the others, or too few units have all of them", name(column)),
        )
        .help("leave it out of the analysis, or analyze more units"),
        Undefined::Shape => {
            Fault::new(&catalog::TOO_FEW_VALUES, "the series do not have the same number of units")
                .help("give every series one slot per unit")
        }
        _ => Fault::out_of_range(),
    }
}

#[cfg(test)]
mod testing {
    use super::*;

    pub(crate) fn id(code: &str) -> Id {
        Id::new(code).unwrap()
    }
    /// A series from numbers; NaN is a missing value.
    pub(crate) fn series(code: &str, values: &[f64]) -> Series {
        Series::new(id(code), values.iter().copied().map(Some).collect())
    }
    pub(crate) fn group(code: &str, members: &[&str]) -> Group {
        Group { code: id(code), members: members.iter().map(|member| id(member)).collect() }
    }
    #[track_caller]
    pub(crate) fn near(found: f64, want: f64) {
        assert!((found - want).abs() <= 1e-12 * want.abs().max(1.0), "{found}, not {want}");
    }
}

#[cfg(test)]
mod tests {
    use super::testing::*;
    use super::*;

    #[test]
    fn what_is_not_finite_is_missing() {
        let series = series("a", &[1.0, f64::NAN, f64::INFINITY, 2.0]);
        assert_eq!(series.present(), [1.0, 2.0]);
        assert_eq!(series.values.len(), 4);
    }

    #[test]
    fn faults_name_the_series() {
        let (a, b) = (series("a", &[1.0]), series("b", &[1.0]));
        let found = fault(Undefined::Singular { column: 1 }, &[&a, &b]);
        assert_eq!(found.kind.id, "singular-matrix");
        assert!(found.message.contains("`b`"), "{}", found.message);
        for (why, id) in [
            (Undefined::TooFew { found: 1, needed: 2 }, "too-few-values"),
            (Undefined::Constant { column: 9 }, "zero-range"),
            (Undefined::Shape, "too-few-values"),
            (Undefined::OutOfRange, "out-of-range"),
            (Undefined::NotConverged, "out-of-range"),
        ] {
            assert_eq!(fault(why, &[&a]).kind.id, id);
        }
    }
}
