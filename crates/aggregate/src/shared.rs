//! What several methods have in common: folding parts, refusing values without a mean, and sources.

use gradus_method::{Args, Default, Fault, Outcome, Param, ParamKind, Reference};
use gradus_model::diagnostic::catalog;
use gradus_model::number::{Arithmetic, Decimal, Rounding, RoundingMode, Scalar};

pub(crate) const HANDBOOK: Reference = Reference {
    citation: "OECD and JRC (2008). Handbook on Constructing Composite Indicators: Methodology and User Guide. Step 6, weighting and aggregation",
    locator: "https://doi.org/10.1787/9789264043466-en",
};
pub(crate) const MEANS: Reference = Reference {
    citation: "Bullen (2003). Handbook of Means and Their Inequalities. Kluwer",
    locator: "https://doi.org/10.1007/978-94-017-0399-4",
};

/// Rows worked on at a time: their running results stay in the first-level cache while the parts stream by.
const BLOCK: usize = 2048;

/// A running result over the parts of a unit, from the first part to the last. Parts of weight zero are left out.
pub(crate) trait Fold<S: Scalar> {
    /// The running result after the first part.
    fn first(&self, value: S, weight: S) -> Option<S>;
    /// The running result after another part.
    fn next(&self, result: S, value: S, weight: S) -> Option<S>;
    /// The aggregate.
    fn last(&self, result: S) -> Option<S>;
}

/// The aggregate of one unit.
pub(crate) fn row<S: Scalar>(fold: &impl Fold<S>, values: &[S], weights: &[S]) -> Outcome<S> {
    let mut parts = values.iter().zip(weights).filter(|(_, weight)| **weight > S::ZERO);
    let Some((value, weight)) = parts.next() else { return Err(no_weight()) };
    fold.first(*value, *weight)
        .and_then(|first| parts.try_fold(first, |result, (value, weight)| fold.next(result, *value, *weight)))
        .and_then(|result| fold.last(result))
        .filter(|result| result.finite())
        .ok_or_else(Fault::out_of_range)
}

/// The aggregates of many units, block by block: the operations of [`row`] in the same order, so the same bits.
pub(crate) fn columns<S: Scalar>(
    fold: &impl Fold<S>,
    parts: &[&[S]],
    weights: &[S],
    out: &mut [S],
) -> Outcome<()> {
    let used: Vec<(&[S], S)> = parts
        .iter()
        .zip(weights)
        .filter(|(_, weight)| **weight > S::ZERO)
        .map(|(part, weight)| (*part, *weight))
        .collect();
    let Some((&(first, first_weight), others)) = used.split_first() else { return Err(no_weight()) };
    for (block, results) in out.chunks_mut(BLOCK).enumerate() {
        let rows = block * BLOCK..block * BLOCK + results.len();
        // Looking at the flag once per block keeps the loops free of branches.
        let mut undefined = false;
        let mut keep = |slot: &mut S, result: Option<S>| {
            undefined |= result.is_none();
            *slot = result.unwrap_or(S::ZERO);
        };
        for (slot, value) in results.iter_mut().zip(&first[rows.clone()]) {
            keep(slot, fold.first(*value, first_weight));
        }
        for (part, weight) in others {
            for (slot, value) in results.iter_mut().zip(&part[rows.clone()]) {
                keep(slot, fold.next(*slot, *value, *weight));
            }
        }
        for slot in results.iter_mut() {
            keep(slot, fold.last(*slot));
        }
        undefined |= results.iter().fold(false, |any, result| any | !result.finite());
        if undefined {
            // Rare, and slow is good enough: find the row.
            let mut values = vec![S::ZERO; parts.len()];
            for i in rows {
                for (value, part) in values.iter_mut().zip(parts) {
                    *value = part[i];
                }
                row(fold, &values, weights).map_err(|fault| fault.in_row(i))?;
            }
        }
    }
    Ok(())
}

/// The engine never asks for this; a program that embeds a method might.
pub(crate) fn no_weight() -> Fault {
    Fault::new(&catalog::ZERO_WEIGHTS, "no part has a weight above zero")
}

/// Sum of the weights, in order.
pub(crate) fn total<S: Scalar>(weights: &[S]) -> Option<S> {
    weights.iter().filter(|weight| **weight > S::ZERO).try_fold(S::ZERO, |sum, weight| sum.plus(*weight))
}

/// A product in which what is too small for a place in the arithmetic is zero, as in a sum it may be; `None` where it is
/// too large.
#[inline(always)]
pub(crate) fn product<S: Scalar>(a: S, b: S) -> Option<S> {
    a.times(b).or_else(|| (a.magnitude() < S::ONE || b.magnitude() < S::ONE).then_some(S::ZERO))
}

/// The weighted arithmetic mean.
pub(crate) fn mean<S: Scalar>(values: &[S], weights: &[S]) -> Option<S> {
    let used = values.iter().zip(weights).filter(|(_, weight)| **weight > S::ZERO);
    let sum = used.map(|(x, w)| product(*x, *w)).try_fold(S::ZERO, |sum, term| sum.plus(term?))?;
    sum.over(total(weights)?)
}

/// What a mean over logarithms or reciprocals does with a part that is exactly zero.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Zero {
    /// It is a fault.
    Refuse,
    /// The mean is its limit, which is zero.
    Zero,
}

impl Zero {
    pub(crate) const PARAM: Param = Param {
        name: "zero",
        kind: ParamKind::Word(&["refuse", "zero"]),
        default: Default::Value("refuse"),
        range: "refuse, zero",
        meaning: "what becomes of a unit with a part that is exactly 0: refused, or an aggregate of 0, its limit",
    };

    pub(crate) fn of(args: &Args) -> Outcome<Self> {
        args.word("zero", &[("refuse", Self::Refuse), ("zero", Self::Zero)], Self::Refuse)
    }
}

/// Smallest and largest of the values with weight, all of them positive; `None` where a zero makes the mean zero.
pub(crate) fn positive_extent<S: Scalar>(
    mean: &str,
    zero: Zero,
    values: &[S],
    weights: &[S],
) -> Outcome<Option<(S, S)>> {
    let (low, high) = extent(values, weights)?;
    if low > S::ZERO {
        return Ok(Some((low, high)));
    }
    if low == S::ZERO && zero == Zero::Zero {
        return Ok(None);
    }
    Err(non_positive(mean, low))
}

/// Smallest and largest of the values with weight.
pub(crate) fn extent<S: Scalar>(values: &[S], weights: &[S]) -> Outcome<(S, S)> {
    let mut used =
        values.iter().zip(weights).filter(|(_, weight)| **weight > S::ZERO).map(|(value, _)| *value);
    let first = used.next().ok_or_else(no_weight)?;
    Ok(used.fold((first, first), |(low, high), x| (low.least(x), high.greatest(x))))
}

/// A part for which a mean is not defined.
pub(crate) fn non_positive<S: Scalar>(mean: &str, value: S) -> Fault {
    let fault = Fault::new(
        &catalog::NON_POSITIVE_MEAN,
        format!("a part is {value}, and a {mean} is not defined for it"),
    );
    if value < S::ZERO {
        fault.help("bring the parts onto a positive scale, such as `to = [1, 100]`, or use `arithmetic`")
    } else {
        fault.help(
            "raise the lower end of the parts' scale, such as `to = [1, 100]`, or say `zero = \"zero\"`",
        )
    }
}

/// Significant digits that decimal logarithms and powers are good for.
const DIGITS: i32 = 24;

/// The last steps of a mean that went through logarithms, powers or reciprocals.
///
/// A mean lies between its smallest and largest part, so equal parts give exactly their value.
pub(crate) fn settle<S: Scalar>(mean: S, low: S, high: S) -> S {
    tidy(mean).greatest(low).least(high)
}

/// In decimals the digits past the 24th are noise; dropping them turns 5.999... back into 6.
pub(crate) fn tidy<S: Scalar>(result: S) -> S {
    match S::ARITHMETIC {
        Arithmetic::Binary64 => result,
        Arithmetic::Decimal => {
            // A double is near enough to count the digits before the point.
            let whole = Scalar::log10(result.magnitude().to_f64()).map_or(0.0, f64::floor) as i32;
            let places = u32::try_from(DIGITS - 1 - whole).unwrap_or(0).min(28);
            result.rounded(Rounding { mode: RoundingMode::HalfEven, places })
        }
    }
}

/// The share of their total by which two sums of weights may differ and still count as equal: none in decimals.
pub(crate) fn slack<S: Scalar>() -> S {
    match S::ARITHMETIC {
        Arithmetic::Decimal => S::ZERO,
        Arithmetic::Binary64 => S::from_decimal(Decimal::new(1, 12)),
    }
}

#[cfg(test)]
mod tests {
    use crate::{AGGREGATORS, Aggregator, Reach};
    use gradus_method::Args;
    use gradus_model::number::{Decimal, Scalar};

    #[test]
    fn blocks_join_without_a_seam() {
        let n = 2 * super::BLOCK + 77;
        let part = |k: usize| -> Vec<f64> { (0..n).map(|i| 1.0 + (i * k % 997) as f64 / 7.0).collect() };
        let parts = [part(1), part(31), part(57)];
        let slices: Vec<&[f64]> = parts.iter().map(Vec::as_slice).collect();
        let weights = [0.3, 0.0, 1.1];
        for method in AGGREGATORS {
            let args = match method.id {
                "power-mean" => Args::new().number_of("exponent", 3),
                "mean-min" => Args::new().number_of("alpha", Decimal::new(3, 1)),
                "ordered-weighted-average" => Args::new().number_of("orness", Decimal::new(3, 1)),
                // It needs the codes of its parts, and has this test in its own file.
                "choquet" => continue,
                _ => Args::new(),
            };
            let method = method.make(&args).unwrap();
            let method = f64::pick(&method);
            if method.reach() == Reach::Table {
                continue;
            }
            let mut out = vec![0.0; n];
            method.columns(&slices, &weights, &mut out).unwrap();
            for i in 0..n {
                let values = parts.each_ref().map(|part| part[i]);
                assert_eq!(
                    out[i].to_bits(),
                    method.row(&values, &weights).unwrap().to_bits(),
                    "{method:?} {i}"
                );
            }
        }
    }

    #[test]
    fn the_row_that_leaves_the_range_is_named() {
        let n = super::BLOCK + 10;
        let mut part = vec![1e308; n];
        part[..n - 3].fill(1.0);
        let fault = crate::sum::Sum.columns(&[&part, &part], &[1.0, 1.0], &mut vec![0.0; n]).unwrap_err();
        assert_eq!((fault.kind.id, fault.row), ("out-of-range", Some(n - 3)));
    }

    #[test]
    fn noise_past_the_24th_digit_is_dropped() {
        let d = |text: &str| gradus_model::number::parse_decimal(text).unwrap();
        let settle = |text: &str| super::settle(d(text), Decimal::ZERO, Decimal::MAX);
        assert_eq!(settle("5.999999999999999999999999999"), d("6"));
        assert_eq!(settle("40.00000000000000000000000001"), d("40"));
        assert_eq!(settle("3.6055512754639892931192212675"), d("3.60555127546398929311922"));
        assert_eq!(settle("0.0012345678901234567890123456"), d("0.00123456789012345678901235"));
        assert_eq!(settle("0"), d("0"));
        assert_eq!(super::settle(7.1, 0.0, 7.0), 7.0);
    }
}
