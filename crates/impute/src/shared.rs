//! What several methods have in common: sources cited more than once, centers, and the walk over columns with gaps.

use crate::{Account, Block, Filled};
use gradus_method::{Args, Column, Fault, Outcome, Reference};
use gradus_model::number::{Arithmetic, Decimal, Dual, Scalar};

pub(crate) const HANDBOOK: Reference = Reference {
    citation: "OECD and JRC (2008). Handbook on Constructing Composite Indicators: Methodology and User Guide. Step 3, imputation of missing data",
    locator: "https://doi.org/10.1787/9789264043466-en",
};
pub(crate) const COINR: Reference = Reference {
    citation: "Becker, Caperna, Del Sorbo, Norlen, Papadimitriou and Saisana (2022). COINr: An R package for developing composite indicators. Journal of Open Source Software 7(78), 4567",
    locator: "https://doi.org/10.21105/joss.04567",
};
pub(crate) const LITTLE_RUBIN: Reference = Reference {
    citation: "Little and Rubin (2019). Statistical Analysis with Missing Data, 3rd edition. Wiley",
    locator: "https://doi.org/10.1002/9781119482260",
};

/// The middle of some values.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Center {
    /// The arithmetic mean, summed in the order given.
    Mean,
    /// The middle value, or the mean of the two in the middle.
    Median,
}

impl Center {
    /// The center, within the values' range whatever the rounding; `None` without values.
    ///
    /// # Errors
    /// `out-of-range` when the sum leaves the arithmetic.
    pub(crate) fn of<S: Scalar>(self, mut values: Vec<S>) -> Outcome<Option<S>> {
        let Some((low, high)) = extent(values.iter().copied()) else { return Ok(None) };
        if self == Self::Median {
            values.sort_unstable_by(|a, b| a.order(*b));
            // The middle one of an odd number; the two in the middle of an even one.
            values = values[(values.len() - 1) / 2..=values.len() / 2].to_vec();
        }
        let sum = values.iter().try_fold(S::ZERO, |sum, x| sum.plus(*x));
        let center = sum.and_then(|sum| sum.over(S::from_count(values.len()))).filter(|x| x.finite());
        center.map(|x| Some(x.greatest(low).least(high))).ok_or_else(Fault::out_of_range)
    }
}

impl Center {
    /// What a center rests on: how many values, and the center itself.
    ///
    /// # Errors
    /// `out-of-range` when the sum leaves the arithmetic.
    pub(crate) fn account<S: Scalar>(self, values: Vec<S>) -> Outcome<Account> {
        let word = if self == Self::Mean { "mean" } else { "median" };
        let n = ("n", values.len() as f64);
        let center = self.of(values)?.map(|center| (word, center.to_f64()));
        Ok(Account::of_facts([n].into_iter().chain(center)))
    }
}

/// Smallest and largest value.
pub(crate) fn extent<S: Scalar>(mut values: impl Iterator<Item = S>) -> Option<(S, S)> {
    let first = values.next()?;
    Some(values.fold((first, first), |(low, high), x| (low.least(x), high.greatest(x))))
}

/// The rows of a column without a value.
pub(crate) fn gaps<S: Scalar>(column: &Column<S>) -> impl Iterator<Item = usize> + '_ {
    let rows = if column.n_missing() == 0 { 0 } else { column.len() };
    (0..rows).filter(|row| !column.has(*row))
}

/// Fills column by column: `fill` says what to put in the gaps of one.
pub(crate) fn by_column<S: Scalar>(
    block: &Block<'_, S>,
    mut fill: impl FnMut(usize, &Column<S>) -> Outcome<Vec<Filled<S>>>,
) -> Outcome<Vec<Vec<Filled<S>>>> {
    block.check()?;
    let columns = block.columns.iter().enumerate();
    columns
        .map(|(at, column)| if column.n_missing() == 0 { Ok(Vec::new()) } else { fill(at, column) })
        .collect()
}

/// A double in the arithmetic at hand: itself, or the decimal of its shortest digits. `None` where it has no finite value.
pub(crate) fn number<S: Scalar>(x: f64) -> Option<S> {
    /// One number in both arithmetics.
    struct Both(Decimal, f64);
    impl Dual for Both {
        type Of<S: Scalar> = S;
        fn decimal(&self) -> &Decimal {
            &self.0
        }
        fn binary64(&self) -> &f64 {
            &self.1
        }
    }
    let decimal = match S::ARITHMETIC {
        Arithmetic::Decimal => x.to_decimal()?,
        Arithmetic::Binary64 => Decimal::ZERO,
    };
    x.is_finite().then(|| *S::pick(&Both(decimal, x)))
}

/// The numbers of a numerical procedure, in the arithmetic at hand.
///
/// # Errors
/// `out-of-range` for one that the arithmetic does not hold, with its row.
pub(crate) fn numbers<S: Scalar>(filled: &[Filled<f64>]) -> Outcome<Vec<Filled<S>>> {
    let number = |(row, x): &Filled<f64>| {
        number(*x).map(|x| (*row, x)).ok_or_else(|| Fault::out_of_range().in_row(*row))
    };
    filled.iter().map(number).collect()
}

/// A column as doubles, for numerical procedures.
pub(crate) fn doubles<S: Scalar>(column: &Column<S>) -> Vec<Option<f64>> {
    (0..column.len()).map(|row| column.get(row).map(Scalar::to_f64)).collect()
}

/// A whole number, or the default.
///
/// # Errors
/// `invalid-parameter` for a fraction, or a number below `least` or above a million.
pub(crate) fn count(args: &Args, name: &str, least: usize, default: usize) -> Outcome<usize> {
    let Some(number) = args.optional_number(name)? else { return Ok(default) };
    if number.fract().is_zero() && number >= Decimal::from(least) && number <= Decimal::from(1_000_000) {
        return Ok(number.to_f64() as usize);
    }
    Err(Fault::parameter(
        name,
        format!("`{name}` must be a whole number from {least} to 1000000, found {number}"),
    )
    .help(format!("write `{name} = {default}`, or another whole number")))
}

/// A number above 0 (or from 0, where `zero` allows it), or the default.
///
/// # Errors
/// `invalid-parameter` for any other.
pub(crate) fn positive(args: &Args, name: &str, zero: bool, default: f64) -> Outcome<f64> {
    let Some(number) = args.optional_number(name)? else { return Ok(default) };
    if number > Decimal::ZERO || (zero && number.is_zero()) {
        return Ok(number.to_f64());
    }
    let range = if zero { "0 or more" } else { "above 0" };
    Err(Fault::parameter(name, format!("`{name}` must be {range}, found {number}"))
        .help(format!("leave `{name}` out for {default}")))
}
