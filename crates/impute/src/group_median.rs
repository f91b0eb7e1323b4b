//! Group median: every gap becomes the median of the unit's class, such as its region or income group.
//!
//! Use it where units of a class are alike in the indicator and classes differ; with many small classes the median of a
//! few says little.

use crate::group::{self, Fallback};
use crate::shared::{self, Center};
use crate::{Account, Block, Filled, Imputer, ImputerBox};
use gradus_method::{Args, Method, Outcome};
use gradus_model::number::Scalar;

/// Registry entry of [`GroupMedian`].
pub static METHOD: Method<ImputerBox> = Method {
    id: "group-median",
    since: "0.1.0",
    summary: "Every gap becomes the median of the unit's class, such as its region or income group.",
    summary_zh: "组中位数插补：缺失值以所属类别（地区、收入组）的中位数代替。",
    formula: "x = median(known values of the unit's class)",
    params: &[Fallback::PARAM],
    references: &[shared::HANDBOOK, shared::COINR],
    build: |args| Ok(ImputerBox::new(GroupMedian::new(args)?)),
};

/// The median of the known values of the unit's class.
///
/// # Formula
/// ```text
/// x = median(known values of the unit's class)
/// ```
/// # Parameters
/// | name | default | range | meaning |
/// | :--- | :--- | :--- | :--- |
/// | `fallback` | `missing` | `missing`, `all` | a unit without a class, or whose class has no figure: stays missing, or all units count |
/// # Input and output
/// Indicators in any measurement unit and the class of each unit; each indicator is filled by itself.
/// # Missing values and edge cases
/// Known values stay. A class without any figure has no median: its gaps stay, unless `fallback` is `all`. A class of one
/// unit with a gap has no figure either. A column without any value stays empty.
/// # Errors
/// `missing-parameter` when the step names no classes; `out-of-range` when a sum leaves the range of the arithmetic.
/// # Example
/// ```
/// use gradus_impute::{Block, Imputer, group_median::GroupMedian};
/// use gradus_method::{Args, Column};
/// let column = Column::from_options([Some(1.0), Some(3.0), None, Some(9.0), None]);
/// let classes = [Some(0), Some(0), Some(0), Some(1), Some(2)];
/// let columns = [&column];
/// let block = Block { classes: Some(&classes), ..Block::of(&columns) };
/// let filled = GroupMedian::new(&Args::new())?.impute(&block)?;
/// assert_eq!(filled, [vec![(2, 2.0)]]);
/// # Ok::<(), gradus_method::Fault>(())
/// ```
/// # References
/// OECD and JRC (2008), Handbook, step 3. Becker and others (2022), COINr, function `i_median_grp`.
#[derive(Debug, Clone, Copy)]
pub struct GroupMedian {
    fallback: Fallback,
}

impl GroupMedian {
    /// Reads the parameters.
    ///
    /// # Errors
    /// `invalid-parameter` when `fallback` is not one of its words.
    pub fn new(args: &Args) -> Outcome<Self> {
        Ok(Self { fallback: Fallback::of(args)? })
    }
}

impl<S: Scalar> Imputer<S> for GroupMedian {
    fn by_class(&self) -> bool {
        true
    }
    fn impute(&self, block: &Block<'_, S>) -> Outcome<Vec<Vec<Filled<S>>>> {
        group::fill(block, METHOD.id, Center::Median, self.fallback)
    }
    fn account(&self, block: &Block<'_, S>, column: usize, row: usize) -> Outcome<Account> {
        group::account(block, Center::Median, column, row)
    }
}

#[cfg(test)]
mod tests {
    use super::METHOD;
    use crate::testing::*;

    #[test]
    fn worked_by_hand() {
        let data = table("1 | 2 | 6 | . | 40 | .").classes("0 0 0 0 1 1");
        check(&METHOD, "", &data, "1 | 2 | 6 | 2 | 40 | 40");
    }

    /// COINr 1.1.14 gives NaN for a class whose values are all missing.
    #[test]
    fn a_class_without_figures_stays_missing_or_takes_all_units() {
        let data = table("1 | 3 | . | . | .").classes("0 0 0 1 .");
        check(&METHOD, "", &data, "1 | 3 | 2 | . | .");
        check(&METHOD, "fallback = all", &data, "1 | 3 | 2 | 2 | 2");
        check(&METHOD, "fallback = all", &table(". | .").classes("0 1"), ". | .");
    }

    #[test]
    fn a_class_spans_the_periods_of_a_pooled_panel() {
        let data = table("1 | 5 | 3 | . | . | .").classes("0 1").times("2019 2020 2021");
        check(&METHOD, "", &data, "1 | 5 | 3 | 5 | 2 | 5");
    }

    #[test]
    fn without_classes_it_cannot_work() {
        assert_eq!(fault(&METHOD, "", &table("1 | .")).kind.id, "missing-parameter");
    }

    #[test]
    fn properties() {
        holds(&METHOD, "", &[Property::Within, Property::Affine]);
        holds(&METHOD, "fallback = all", &[Property::Within, Property::Affine]);
    }
}
