//! Latest figure: every gap becomes the unit's last earlier figure, if that is not too old.
//!
//! Use it for data that arrive late: the usual choice of published indices. It never looks ahead, so a result does not
//! change when a later year arrives.

use crate::series::{self, Gap, Source};
use crate::shared;
use crate::{Account, Block, Filled, Imputer, ImputerBox};
use gradus_method::{Args, Default, Fault, Method, Outcome, Param, ParamKind};
use gradus_model::number::{Decimal, Scalar};

/// Half a minute, in years: months are not exact in doubles.
const SLACK: f64 = 1e-6;

/// Registry entry of [`Latest`].
pub static METHOD: Method<ImputerBox> = Method {
    id: "latest",
    since: "0.1.0",
    summary: "Every gap becomes the unit's last earlier figure, if it is not older than a maximum age.",
    summary_zh: "沿用最近数值：以该单元最近的前期数值代替缺失值，可限定最大年数。",
    formula: "x(t) = x(s), s = the last period with a figure before t; t - s <= max-age",
    params: &[Param {
        name: "max-age",
        kind: ParamKind::Number,
        default: Default::Absent("a figure of any age is taken"),
        range: "0 or more",
        meaning: "how much earlier a figure may be, in years, or in periods where the data name no times",
    }],
    references: &[shared::COINR, shared::LITTLE_RUBIN],
    build: |args| Ok(ImputerBox::new(Latest::new(args)?)),
};

/// The last earlier figure of the unit, also called last observation carried forward.
///
/// # Formula
/// ```text
/// x(t) = x(s)     s the last period with a figure before t, t − s ≤ max-age
/// ```
/// # Parameters
/// | name | default | range | meaning |
/// | :--- | :--- | :--- | :--- |
/// | `max-age` | any age | 0 or more | how much earlier a figure may be, in years (periods where the data name no times) |
/// # Input and output
/// Indicators in any measurement unit over several periods; each unit and indicator is filled by itself.
/// # Missing values and edge cases
/// Known values stay. A gap without an earlier figure, or with one that is too old, stays. Periods are taken in order of
/// time, however the rows are ordered. The age is that of the figure, however often it was carried before.
/// # Errors
/// `invalid-parameter` when `max-age` is below 0.
/// # Example
/// ```
/// use gradus_impute::{Block, Imputer, latest::Latest};
/// use gradus_method::{Args, Column};
/// let years = Column::from_options([None, Some(10.0), None, Some(16.0), None]);
/// let columns = [&years];
/// let block = Block { n_units: 1, times: &[2018.0, 2019.0, 2020.0, 2022.0, 2023.0], ..Block::of(&columns) };
/// let filled = Latest::new(&Args::new())?.impute(&block)?;
/// assert_eq!(filled[0], [(2, 10.0), (4, 16.0)]);
/// # Ok::<(), gradus_method::Fault>(())
/// ```
/// # References
/// Becker and others (2022), COINr, function `impute_panel` with `imp_type = "latest"`. Little and Rubin (2019), section 4.
#[derive(Debug, Clone, Copy)]
pub struct Latest {
    max_age: Option<f64>,
}

impl Latest {
    /// Reads the parameters.
    ///
    /// # Errors
    /// `invalid-parameter` when `max-age` is below 0.
    pub fn new(args: &Args) -> Outcome<Self> {
        match args.optional_number("max-age")? {
            Some(age) if age < Decimal::ZERO => {
                Err(Fault::parameter("max-age", format!("`max-age` must be 0 or more, found {age}"))
                    .help("leave `max-age` out to take a figure of any age"))
            }
            age => Ok(Self { max_age: age.map(Scalar::to_f64) }),
        }
    }

    fn source<S: Scalar>(self, gap: Gap<S>) -> Option<Source<S>> {
        let fresh = |age: f64| self.max_age.is_none_or(|most| age <= most + SLACK);
        gap.earlier.filter(|figure| fresh(gap.time - figure.time)).map(Source::Figure)
    }
}

impl<S: Scalar> Imputer<S> for Latest {
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
        let data = table(". | 1 | . | . | 4 | .").times("2017 2018 2019 2020 2021 2022");
        check(&METHOD, "", &data, ". | 1 | 1 | 1 | 4 | 4");
        check(&METHOD, "max-age = 1", &data, ". | 1 | 1 | . | 4 | 4");
        check(&METHOD, "max-age = 0", &data, ". | 1 | . | . | 4 | .");
    }

    #[test]
    fn the_age_is_in_years_not_in_periods() {
        let months = table("1 | . | .").times("2020.1 2020.2 2021.2");
        check(&METHOD, "max-age = 0.1", &months, "1 | 1 | .");
        check(&METHOD, "max-age = 2", &table("1 | . | ."), "1 | . | .");
        let without_times = table("1 | . | .").times("nan nan nan");
        check(&METHOD, "max-age = 1", &without_times, "1 | 1 | .");
    }

    /// COINr 1.1.14 pairs columns with the wrong rows when rows are not in order of time.
    #[test]
    fn periods_need_not_be_in_order_of_time() {
        let data = table(". 7 | 3 . | . .").times("2020 2018 2019");
        check(&METHOD, "", &data, "3 7 | 3 . | 3 .");
    }

    #[test]
    fn edges() {
        check(&METHOD, "", &table(". | .").times("2018 2019"), ". | .");
        check(&METHOD, "max-age = 0", &table("7 | .").times("2018 2018"), "7 | 7");
        check(&METHOD, "", &table("."), ".");
        assert_eq!(fault(&METHOD, "max-age = -1", &table("1")).kind.id, "invalid-parameter");
    }

    #[test]
    fn properties() {
        holds(&METHOD, "", &[Property::Within, Property::Donated, Property::Affine]);
        holds(&METHOD, "max-age = 2", &[Property::Within, Property::Donated, Property::Affine]);
    }
}
