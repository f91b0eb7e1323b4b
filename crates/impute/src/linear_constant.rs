//! Linear interpolation over time, constant for a unit with a single figure.
//!
//! Use it instead of `linear` where one figure may stand for all periods of a unit.

use crate::series::{self, Ends, Gap, Source};
use crate::shared;
use crate::{Account, Block, Filled, Imputer, ImputerBox};
use gradus_method::{Args, Method, Outcome};
use gradus_model::number::Scalar;

/// Registry entry of [`LinearConstant`].
pub static METHOD: Method<ImputerBox> = Method {
    id: "linear-constant",
    since: "0.1.0",
    summary: "Linear interpolation over time; a unit with a single figure has it in every period.",
    summary_zh: "线性插值，仅有一个数值的单元以该数值填补所有时期。",
    formula: "x(t) = x(s) + (x(u) - x(s)) (t - s) / (u - s), s and u the periods with a figure next before and after t; x(t) = x(s) for a single figure",
    params: &[Ends::PARAM],
    references: &[shared::COINR, shared::LITTLE_RUBIN],
    build: |args| Ok(ImputerBox::new(LinearConstant::new(args)?)),
};

/// Interpolation between the neighboring figures of a unit, or its single figure.
///
/// # Formula
/// ```text
/// x(t) = x(s) + (x(u) − x(s)) (t − s) / (u − s)     s, u the periods with a figure next before and after t
/// x(t) = x(s)                                       where s is the only period with a figure
/// ```
/// # Parameters
/// | name | default | range | meaning |
/// | :--- | :--- | :--- | :--- |
/// | `ends` | `nearest` | `nearest`, `missing` | a gap before the first or after the last of several figures takes that figure, or stays |
/// # Input and output
/// Indicators in any measurement unit over several periods; each unit and indicator is filled by itself.
/// # Missing values and edge cases
/// Known values stay. A unit without any figure stays missing. Periods are taken in order of time, however the rows are
/// ordered, and at their distance in years. The result lies between the two figures.
/// # Errors
/// `invalid-parameter` when `ends` is not one of its words; `out-of-range` when a difference leaves the arithmetic.
/// # Example
/// ```
/// use gradus_impute::{Block, Imputer, linear_constant::LinearConstant};
/// use gradus_method::{Args, Column};
/// let years = Column::from_options([None, Some(10.0), None, Some(16.0), None]);
/// let columns = [&years];
/// let block = Block { n_units: 1, times: &[2018.0, 2019.0, 2020.0, 2022.0, 2023.0], ..Block::of(&columns) };
/// let filled = LinearConstant::new(&Args::new())?.impute(&block)?;
/// assert_eq!(filled[0], [(0, 10.0), (2, 12.0), (4, 16.0)]);
/// # Ok::<(), gradus_method::Fault>(())
/// ```
/// # References
/// Becker and others (2022), COINr, function `impute_panel` with `imp_type = "linear-constant"`. Little and Rubin (2019),
/// section 4.
#[derive(Debug, Clone, Copy)]
pub struct LinearConstant {
    ends: Ends,
}

impl LinearConstant {
    /// Reads the parameters.
    ///
    /// # Errors
    /// `invalid-parameter` when `ends` is not one of its words.
    pub fn new(args: &Args) -> Outcome<Self> {
        Ok(Self { ends: Ends::of(args)? })
    }

    fn source<S: Scalar>(self, gap: Gap<S>) -> Option<Source<S>> {
        let ends = if gap.n_known == 1 { Ends::Nearest } else { self.ends };
        ends.line(gap)
    }
}

impl<S: Scalar> Imputer<S> for LinearConstant {
    fn over_time(&self) -> bool {
        true
    }
    fn impute(&self, block: &Block<'_, S>) -> Outcome<Vec<Vec<Filled<S>>>> {
        series::fill(block, |gap| self.source(gap))
    }
    fn account(&self, block: &Block<'_, S>, column: usize, row: usize) -> Outcome<Account> {
        series::account(block, column, row, |gap| self.source(gap))
    }
}

#[cfg(test)]
mod tests {
    use super::METHOD;
    use crate::testing::*;

    #[test]
    fn worked_by_hand() {
        let data = table(". . | 1 5 | . . | 7 . | . .").times("2018 2019 2020 2022 2023");
        check(&METHOD, "", &data, "1 5 | 1 5 | 3 5 | 7 5 | 7 5");
        check(&METHOD, "ends = missing", &data, ". 5 | 1 5 | 3 5 | 7 5 | . 5");
    }

    /// COINr 1.1.14 pairs columns with the wrong rows when rows are not in order of time.
    #[test]
    fn periods_need_not_be_in_order_of_time() {
        let data = table(". 7 | 3 . | 5 .").times("2020 2018 2019");
        check(&METHOD, "", &data, "5 7 | 3 7 | 5 7");
    }

    #[test]
    fn edges() {
        check(&METHOD, "", &table("1 | . | 2"), "1 | . | 2");
        check(&METHOD, "", &table(". | .").times("2018 2019"), ". | .");
        check(&METHOD, "", &table("."), ".");
    }

    #[test]
    fn properties() {
        holds(&METHOD, "", &[Property::Within, Property::Affine]);
        holds(&METHOD, "ends = missing", &[Property::Within, Property::Affine]);
    }
}
