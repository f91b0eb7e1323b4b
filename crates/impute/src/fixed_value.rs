//! A fixed value: every gap becomes a number that the package gives.
//!
//! Use it where the absence itself says what the figure is, such as no exports of a good that a country does not make; not
//! where the figure is unknown.

use crate::shared;
use crate::{Account, Block, Filled, Imputer, ImputerBox};
use gradus_method::{Args, Default, Method, Outcome, Param, ParamKind};
use gradus_model::number::{Decimal, Scalar};

/// Registry entry of [`FixedValue`].
pub static METHOD: Method<ImputerBox> = Method {
    id: "fixed-value",
    since: "0.1.0",
    summary: "Every gap becomes a number that the package gives.",
    summary_zh: "定值填补：缺失值以给定的数值代替。",
    formula: "x = value",
    params: &[Param {
        name: "value",
        kind: ParamKind::Quantity,
        default: Default::Required,
        range: "any number",
        meaning: "what a gap stands for, in the indicator's measurement unit",
    }],
    references: &[shared::HANDBOOK, shared::LITTLE_RUBIN],
    build: |args| Ok(ImputerBox::new(FixedValue::new(args)?)),
};

/// A given value for every gap.
///
/// # Formula
/// ```text
/// x = value
/// ```
/// # Parameters
/// | name | default | range | meaning |
/// | :--- | :--- | :--- | :--- |
/// | `value` | none | any number | what a gap stands for, in the indicator's measurement unit |
/// # Input and output
/// Indicators in one measurement unit.
/// # Missing values and edge cases
/// Known values stay. Every gap is filled, also in a column without any value.
/// # Errors
/// `missing-parameter` without a value.
/// # Example
/// ```
/// use gradus_impute::{Block, Imputer, fixed_value::FixedValue};
/// use gradus_method::{Args, Column};
/// let exports = Column::from_options([Some(12.5), None]);
/// let filled = FixedValue::new(&Args::new().number_of("value", 0))?.impute(&Block::of(&[&exports]))?;
/// assert_eq!(filled[0], [(1, 0.0)]);
/// # Ok::<(), gradus_method::Fault>(())
/// ```
/// # References
/// OECD and JRC (2008), Handbook, step 3. Little and Rubin (2019), section 1.2, on gaps that hide no value.
#[derive(Debug, Clone, Copy)]
pub struct FixedValue {
    value: Decimal,
}

impl FixedValue {
    /// Reads the parameters.
    ///
    /// # Errors
    /// `missing-parameter` without a value.
    pub fn new(args: &Args) -> Outcome<Self> {
        Ok(Self { value: args.number("value")? })
    }
}

impl<S: Scalar> Imputer<S> for FixedValue {
    fn impute(&self, block: &Block<'_, S>) -> Outcome<Vec<Vec<Filled<S>>>> {
        let value = S::from_decimal(self.value);
        shared::by_column(block, |_, column| Ok(shared::gaps(column).map(|row| (row, value)).collect()))
    }
    fn account(&self, _: &Block<'_, S>, _: usize, _: usize) -> Outcome<Account> {
        Ok(Account::of_facts([("value", self.value.to_f64())]))
    }
}

#[cfg(test)]
mod tests {
    use super::METHOD;
    use crate::testing::*;

    #[test]
    fn worked_by_hand() {
        check(&METHOD, "value = 0", &table("1 . | . 2"), "1 0 | 0 2");
        check(&METHOD, "value = -0.1", &table(". | ."), "-0.1 | -0.1");
        check(&METHOD, "value = 1/8", &table("3 ."), "3 0.125");
        check(&METHOD, "value = 7", &table("3"), "3");
        assert_eq!(fault(&METHOD, "", &table("3 .")).kind.id, "missing-parameter");
    }

    #[test]
    fn properties() {
        holds(&METHOD, "value = 5", &[]);
    }
}
