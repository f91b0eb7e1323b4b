//! Nearest earlier figure, else first later one: a panel without gaps, held constant between figures.
//!
//! Use it for figures that change slowly and where a unit's first figure may stand for the years before it. `latest` does
//! not reach back; `fixed-value` fills in a given number.

use crate::series::{self, Gap, Source};
use crate::shared;
use crate::{Account, Block, Filled, Imputer, ImputerBox};
use gradus_method::{Args, Method, Outcome};
use gradus_model::number::Scalar;

/// Registry entry of [`Constant`].
pub static METHOD: Method<ImputerBox> = Method {
    id: "constant",
    since: "0.1.0",
    summary: "Every gap becomes the unit's last earlier figure, and a gap before its first figure becomes the first.",
    summary_zh: "常数填补：以该单元最近的前期数值代替缺失值，首个数值之前的缺失取首个数值。",
    formula: "x(t) = x(s), s = the last period with a figure before t, or the first with a figure after t where there is none before",
    params: &[],
    references: &[shared::COINR, shared::LITTLE_RUBIN],
    build: |args| Ok(ImputerBox::new(Constant::new(args)?)),
};

/// The last earlier figure of the unit, or its first.
///
/// # Formula
/// ```text
/// x(t) = x(s)     s the last period with a figure before t; where there is none, the first after t
/// ```
/// # Parameters
/// None.
/// # Input and output
/// Indicators in any measurement unit over several periods; each unit and indicator is filled by itself.
/// # Missing values and edge cases
/// Known values stay. A unit without any figure stays missing; one with a single figure has it in every period. Periods are
/// taken in order of time, however the rows are ordered. A single period has nothing to take from.
/// # Errors
/// None.
/// # Example
/// ```
/// use gradus_impute::{Block, Imputer, constant::Constant};
/// use gradus_method::{Args, Column};
/// let years = Column::from_options([None, Some(10.0), None, Some(16.0), None]);
/// let columns = [&years];
/// let block = Block { n_units: 1, times: &[2018.0, 2019.0, 2020.0, 2022.0, 2023.0], ..Block::of(&columns) };
/// let filled = Constant::new(&Args::new())?.impute(&block)?;
/// assert_eq!(filled[0], [(0, 10.0), (2, 10.0), (4, 16.0)]);
/// # Ok::<(), gradus_method::Fault>(())
/// ```
/// # References
/// Becker and others (2022), COINr, function `impute_panel` with `imp_type = "constant"`. Little and Rubin (2019), section 4.
#[derive(Debug, Clone, Copy)]
pub struct Constant;

impl Constant {
    /// Reads the parameters, of which there are none.
    ///
    /// # Errors
    /// None so far.
    pub fn new(_: &Args) -> Outcome<Self> {
        Ok(Self)
    }

    fn source<S: Scalar>(self, gap: Gap<S>) -> Option<Source<S>> {
        gap.earlier.or(gap.later).map(Source::Figure)
    }
}

impl<S: Scalar> Imputer<S> for Constant {
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
        let data = table(". 5 | 1 . | . . | 4 . | . .").times("2018 2019 2020 2021 2022");
        check(&METHOD, "", &data, "1 5 | 1 5 | 1 5 | 4 5 | 4 5");
    }

    /// COINr 1.1.14 pairs columns with the wrong rows when rows are not in order of time.
    #[test]
    fn periods_need_not_be_in_order_of_time() {
        let data = table(". 7 | 3 8 | . .").times("2020 2018 2019");
        check(&METHOD, "", &data, "3 7 | 3 8 | 3 8");
    }

    #[test]
    fn edges() {
        check(&METHOD, "", &table("1 . | . 2"), "1 . | . 2");
        check(&METHOD, "", &table(". | .").times("2018 2019"), ". | .");
        check(&METHOD, "", &table("7 | .").times("2018 2018"), "7 | 7");
        check(&METHOD, "", &table("."), ".");
    }

    #[test]
    fn properties() {
        holds(&METHOD, "", &[Property::Within, Property::Donated, Property::Affine]);
    }
}
