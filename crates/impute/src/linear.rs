//! Linear interpolation over time: a gap lies on the line between the figures before and after it.
//!
//! Use it for figures that move steadily. Beyond the first and last figure it holds them, or leaves the gap: a trend is never
//! extended.

use crate::series::{self, Ends, Gap, Source};
use crate::shared;
use crate::{Account, Block, Filled, Imputer, ImputerBox};
use gradus_method::{Args, Method, Outcome};
use gradus_model::number::Scalar;

/// Registry entry of [`Linear`].
pub static METHOD: Method<ImputerBox> = Method {
    id: "linear",
    since: "0.1.0",
    summary: "A gap lies on the line between the unit's figures before and after it; beyond its ends it takes the nearest.",
    summary_zh: "线性插值：缺失值取前后两期数值连线上的值，两端之外取最近的数值。",
    formula: "x(t) = x(s) + (x(u) - x(s)) (t - s) / (u - s), s and u the periods with a figure next before and after t",
    params: &[Ends::PARAM],
    references: &[shared::COINR, shared::LITTLE_RUBIN],
    build: |args| Ok(ImputerBox::new(Linear::new(args)?)),
};

/// Interpolation between the neighboring figures of a unit.
///
/// # Formula
/// ```text
/// x(t) = x(s) + (x(u) − x(s)) (t − s) / (u − s)     s, u the periods with a figure next before and after t
/// ```
/// # Parameters
/// | name | default | range | meaning |
/// | :--- | :--- | :--- | :--- |
/// | `ends` | `nearest` | `nearest`, `missing` | a gap before the first or after the last figure takes that figure, or stays |
/// # Input and output
/// Indicators in any measurement unit over several periods; each unit and indicator is filled by itself.
/// # Missing values and edge cases
/// Known values stay. A unit with a single figure has no line: its gaps stay, and other units are filled all the same;
/// `linear-constant` fills them. Periods are taken in order of time, however the rows are ordered, and at their distance
/// in years. The result lies between the two figures.
/// # Errors
/// `invalid-parameter` when `ends` is not one of its words; `out-of-range` when a difference leaves the arithmetic.
/// # Example
/// ```
/// use gradus_impute::{Block, Imputer, linear::Linear};
/// use gradus_method::{Args, Column};
/// let years = Column::from_options([None, Some(10.0), None, Some(16.0), None]);
/// let columns = [&years];
/// let block = Block { n_units: 1, times: &[2018.0, 2019.0, 2020.0, 2022.0, 2023.0], ..Block::of(&columns) };
/// let filled = Linear::new(&Args::new())?.impute(&block)?;
/// assert_eq!(filled[0], [(0, 10.0), (2, 12.0), (4, 16.0)]);
/// # Ok::<(), gradus_method::Fault>(())
/// ```
/// # References
/// Becker and others (2022), COINr, function `impute_panel` with `imp_type = "linear"`. Little and Rubin (2019), section 4.
#[derive(Debug, Clone, Copy)]
pub struct Linear {
    ends: Ends,
}

impl Linear {
    /// Reads the parameters.
    ///
    /// # Errors
    /// `invalid-parameter` when `ends` is not one of its words.
    pub fn new(args: &Args) -> Outcome<Self> {
        Ok(Self { ends: Ends::of(args)? })
    }

    fn source<S: Scalar>(self, gap: Gap<S>) -> Option<Source<S>> {
        if gap.n_known < 2 { None } else { self.ends.line(gap) }
    }
}

impl<S: Scalar> Imputer<S> for Linear {
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
        let data = table(". | 1 | . | 7 | .").times("2018 2019 2020 2022 2023");
        check(&METHOD, "", &data, "1 | 1 | 3 | 7 | 7");
        check(&METHOD, "ends = missing", &data, ". | 1 | 3 | 7 | .");
        let quarters = table("1 | . | 2 | . | .").times("2020.25 2020.5 2021 2021.25 2021.5");
        check(&METHOD, "", &quarters, "1 | ~1.3333333333 | 2 | 2 | 2");
    }

    /// COINr 1.1.14 stops at the first series with a single figure.
    #[test]
    fn a_single_figure_does_not_stop_the_other_units() {
        let data = table("1 . | . 5 | 3 .").times("2018 2019 2020");
        check(&METHOD, "", &data, "1 . | 2 5 | 3 .");
    }

    /// COINr 1.1.14 pairs columns with the wrong rows when rows are not in order of time.
    #[test]
    fn periods_need_not_be_in_order_of_time() {
        let data = table(". 7 | 3 8 | 5 .").times("2020 2018 2019");
        check(&METHOD, "", &data, "5 7 | 3 8 | 5 7.5");
    }

    #[test]
    fn edges() {
        check(&METHOD, "", &table("1 | . | 2"), "1 | . | 2");
        check(&METHOD, "", &table(". | .").times("2018 2019"), ". | .");
        check(&METHOD, "", &table("1 | . | 3 | 4").times("2018 2019 2019 2020"), "1 | 3 | 3 | 4");
        check(&METHOD, "", &table("2 | . | 2").times("1 2 3"), "2 | 2 | 2");
        check(&METHOD, "", &table("1 | . | 3").times("2018 nan 2020"), "1 | 1 | 3");
    }

    #[test]
    fn properties() {
        holds(&METHOD, "", &[Property::Within, Property::Affine]);
        holds(&METHOD, "ends = missing", &[Property::Within, Property::Affine]);
    }
}
