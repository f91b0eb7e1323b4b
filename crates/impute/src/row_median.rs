//! Row median: every gap is filled from how the same unit stands on the other indicators of the group.
//!
//! Use it where the indicators of a group measure one thing. It carries no information on the missing indicator itself, and
//! makes the group look more consistent than it is.

use crate::row;
use crate::shared::{self, Center};
use crate::{Account, Block, Filled, Imputer, ImputerBox};
use gradus_method::{Args, Method, Outcome};
use gradus_model::number::Scalar;

/// Registry entry of [`RowMedian`].
pub static METHOD: Method<ImputerBox> = Method {
    id: "row-median",
    since: "0.1.0",
    summary: "Every gap is filled from the unit's median standing, from 0 to 1, on the other indicators of the group.",
    summary_zh: "行中位数插补：以该单元在同组其他指标上的相对位置中位数推算缺失值。",
    formula: "x = min + (max - min) median(z), z = (x' - min') / (max' - min') over the siblings; lower is better: x = max - (max - min) median(z), z = (max' - x') / (max' - min')",
    params: &[],
    references: &[shared::COINR, shared::HANDBOOK],
    build: |args| Ok(ImputerBox::new(RowMedian::new(args)?)),
};

/// The median of the unit's sibling indicators on a scale from worst (0) to best (1), scaled back.
///
/// # Formula
/// ```text
/// x = min + (max − min) median(z)     higher is better
/// x = max − (max − min) median(z)     lower is better
///
/// z = (x' − min') / (max' − min') for a sibling of which higher is better, (max' − x') / (max' − min') else
/// ```
/// # Parameters
/// None.
/// # Input and output
/// Indicators in any measurement units with their directions and groups; each is filled in its own measurement unit.
/// # Missing values and edge cases
/// Known values stay. A gap stays where the unit has no other figure in the group. An indicator on which all units are
/// equal says nothing of a unit's standing and is passed over. A column without any value has no range to scale back to and
/// stays empty; one with a single value is filled with it. The result lies in the range of the known values.
/// # Errors
/// `out-of-range` when a range leaves the arithmetic.
/// # Example
/// ```
/// use gradus_impute::{Block, Imputer, row_median::RowMedian};
/// use gradus_method::{Args, Column, Direction};
/// let schools = Column::of(vec![0.0, 5.0, 10.0]);
/// let mortality = Column::from_options([Some(80.0), None, Some(20.0)]);
/// let columns = [&schools, &mortality];
/// let block = Block { directions: &[Direction::Higher, Direction::Lower], ..Block::of(&columns) };
/// let filled = RowMedian::new(&Args::new())?.impute(&block)?;
/// assert_eq!(filled[1], [(1, 50.0)]);
/// # Ok::<(), gradus_method::Fault>(())
/// ```
/// # References
/// Becker and others (2022), COINr, function `Impute` with `impute_by = "row"` and `normalise_first = TRUE`.
#[derive(Debug, Clone, Copy)]
pub struct RowMedian;

impl RowMedian {
    /// Reads the parameters, of which there are none.
    ///
    /// # Errors
    /// None so far.
    pub fn new(_: &Args) -> Outcome<Self> {
        Ok(Self)
    }
}

impl<S: Scalar> Imputer<S> for RowMedian {
    fn impute(&self, block: &Block<'_, S>) -> Outcome<Vec<Vec<Filled<S>>>> {
        row::fill(block, Center::Median)
    }
    fn account(&self, block: &Block<'_, S>, column: usize, row: usize) -> Outcome<Account> {
        row::account(block, Center::Median, column, row)
    }
}

#[cfg(test)]
mod tests {
    use super::METHOD;
    use crate::testing::*;

    #[test]
    fn worked_by_hand() {
        // The middle unit stands at 0.2, 0.4 and 0.9 of the way.
        let data = table("0 0 0 100 | 2 4 9 . | 10 10 10 200");
        check(&METHOD, "", &data, "0 0 0 100 | 2 4 9 140 | 10 10 10 200");
        check(&METHOD, "", &data.clone().directions("+ + + -"), "0 0 0 100 | 2 4 9 160 | 10 10 10 200");
        check(&METHOD, "", &data.clone().directions("- - - -"), "0 0 0 100 | 2 4 9 140 | 10 10 10 200");
        check(&METHOD, "", &data.siblings("0 1 2 0"), "0 0 0 100 | 2 4 9 120 | 10 10 10 200");
    }

    #[test]
    fn edges() {
        check(&METHOD, "", &table("1 | . | 3"), "1 | . | 3");
        check(&METHOD, "", &table("1 5 | . 5 | 3 5"), "1 5 | . 5 | 3 5");
        check(&METHOD, "", &table("4 1 | . 2 | . 3"), "4 1 | 4 2 | 4 3");
        check(&METHOD, "", &table(". 1 | . 2"), ". 1 | . 2");
        check(&METHOD, "", &table(". 1"), ". 1");
        check(&METHOD, "", &table("1 1 | . . | 2 2"), "1 1 | . . | 2 2");
    }

    #[test]
    fn properties() {
        holds(&METHOD, "", &[Property::Within, Property::Affine]);
    }
}
