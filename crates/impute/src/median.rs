//! Median imputation: every gap becomes the median of the indicator.
//!
//! Use it instead of the mean where a few extreme values would pull the mean away; it shrinks the spread as the mean does.

use crate::shared::{self, Center};
use crate::{Account, Block, Filled, Imputer, ImputerBox};
use gradus_method::{Args, Method, Outcome};
use gradus_model::number::Scalar;

/// Registry entry of [`Median`].
pub static METHOD: Method<ImputerBox> = Method {
    id: "median",
    since: "0.1.0",
    summary: "Every gap becomes the median of the indicator.",
    summary_zh: "中位数插补：缺失值以该指标已有数值的中位数代替。",
    formula: "x = median(known)",
    params: &[],
    references: &[shared::HANDBOOK, shared::LITTLE_RUBIN],
    build: |args| Ok(ImputerBox::new(Median::new(args)?)),
};

/// The median of the known values of the indicator.
///
/// # Formula
/// ```text
/// x = median(known)
/// ```
/// # Parameters
/// None.
/// # Input and output
/// Indicators in any measurement unit; each is filled by itself, in its own measurement unit.
/// # Missing values and edge cases
/// Known values stay. A column without any value stays empty. One known value fills every gap. The result lies in the range
/// of the known values and does not depend on the order of units, but for the last digit of a sum.
/// # Errors
/// `out-of-range` when the sum leaves the range of the arithmetic.
/// # Example
/// ```
/// use gradus_impute::{Block, Imputer, median::Median};
/// use gradus_method::{Args, Column};
/// let column = Column::from_options([Some(1.0), None, Some(2.0), Some(6.0)]);
/// let filled = Median::new(&Args::new())?.impute(&Block::of(&[&column]))?;
/// assert_eq!(filled, [vec![(1, 2.0)]]);
/// # Ok::<(), gradus_method::Fault>(())
/// ```
/// # References
/// OECD and JRC (2008), Handbook, step 3. Little and Rubin (2019), section 4.2.
#[derive(Debug, Clone, Copy)]
pub struct Median;

impl Median {
    /// Reads the parameters, of which there are none.
    ///
    /// # Errors
    /// None so far.
    pub fn new(_: &Args) -> Outcome<Self> {
        Ok(Self)
    }
}

impl<S: Scalar> Imputer<S> for Median {
    fn impute(&self, block: &Block<'_, S>) -> Outcome<Vec<Vec<Filled<S>>>> {
        shared::by_column(block, |_, column| {
            let center = Center::Median.of(column.values().collect())?;
            Ok(center.map_or_else(Vec::new, |x| shared::gaps(column).map(|row| (row, x)).collect()))
        })
    }
    fn account(&self, block: &Block<'_, S>, column: usize, _: usize) -> Outcome<Account> {
        Center::Median.account(block.columns[column].values().collect())
    }
}

#[cfg(test)]
mod tests {
    use super::METHOD;
    use crate::testing::*;
    use gradus_model::number::Decimal;

    #[test]
    fn worked_by_hand() {
        check(&METHOD, "", &table("1 10 | . 20 | 2 . | 900 60"), "1 10 | 2 20 | 2 20 | 900 60");
        check(&METHOD, "", &table("1 | 4 | 2 | 900 | ."), "1 | 4 | 2 | 900 | 3");
    }

    #[test]
    fn edges() {
        check(&METHOD, "", &table("."), ".");
        check(&METHOD, "", &table("5"), "5");
        check(&METHOD, "", &table(". 1 | . ."), ". 1 | . 1");
        check(&METHOD, "", &table("7 | 7 | ."), "7 | 7 | 7");
        check(&METHOD, "", &table("-0.5 | . | 0.5"), "-0.5 | 0 | 0.5");
    }

    #[test]
    fn a_sum_outside_the_range_is_said() {
        let large = table("7e28 | 7e28 | .");
        let fault = large.impute::<Decimal>(&METHOD, "").unwrap_err();
        assert_eq!(fault.kind.id, "out-of-range");
        assert!(large.impute::<f64>(&METHOD, "").is_ok());
    }

    #[test]
    fn properties() {
        holds(&METHOD, "", &[Property::Within, Property::Affine]);
    }
}
