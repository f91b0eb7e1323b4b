//! What several methods have in common: parameters with one meaning, sources cited more than once, and statistics.

use gradus_method::{Arg, Args, Column, Default, Fault, Outcome, Param, ParamKind, Reference};
use gradus_model::diagnostic::catalog;
use gradus_model::number::{Decimal, Ratio, Scalar};

pub(crate) const HANDBOOK: Reference = Reference {
    citation: "OECD and JRC (2008). Handbook on Constructing Composite Indicators: Methodology and User Guide. Step 5, normalisation",
    locator: "https://doi.org/10.1787/9789264043466-en",
};
pub(crate) const COINR: Reference = Reference {
    citation: "Becker, Caperna, Del Sorbo, Norlen, Papadimitriou and Saisana (2022). COINr: An R package for developing composite indicators. Journal of Open Source Software 7(78), 4567",
    locator: "https://doi.org/10.21105/joss.04567",
};
pub(crate) const CITY_PROSPERITY: Reference = Reference {
    citation: "UN-Habitat (2016). Measurement of City Prosperity: Methodology and Metadata",
    locator: "https://unhabitat.org/sites/default/files/2019/02/CPI-METADATA.2016.pdf",
};

pub(crate) const MAZZIOTTA_PARETO: Reference = Reference {
    citation: "Mazziotta and Pareto (2016). On a generalized non-compensatory composite index for measuring socio-economic phenomena. Social Indicators Research 127(3), 983-1003",
    locator: "https://doi.org/10.1007/s11205-015-0998-2",
};
pub(crate) const HYNDMAN_FAN: Reference = Reference {
    citation: "Hyndman and Fan (1996). Sample quantiles in statistical packages. The American Statistician 50(4), 361-365",
    locator: "https://doi.org/10.1080/00031305.1996.10473566",
};
pub(crate) const HWANG_YOON: Reference = Reference {
    citation: "Hwang and Yoon (1981). Multiple Attribute Decision Making: Methods and Applications. Springer",
    locator: "https://doi.org/10.1007/978-3-642-48318-9",
};

pub(crate) const BOX_COX: Reference = Reference {
    citation: "Box and Cox (1964). An analysis of transformations. Journal of the Royal Statistical Society B 26(2), 211-252",
    locator: "https://doi.org/10.1111/j.2517-6161.1964.tb00553.x",
};
pub(crate) const YEO_JOHNSON: Reference = Reference {
    citation: "Yeo and Johnson (2000). A new family of power transformations to improve normality or symmetry. Biometrika 87(4), 954-959",
    locator: "https://doi.org/10.1093/biomet/87.4.954",
};

/// The scale most indices are published on.
pub(crate) const ZERO_TO_HUNDRED: (Decimal, Decimal) = (Decimal::ZERO, Decimal::ONE_HUNDRED);

pub(crate) const TO: Param = Param {
    name: "to",
    kind: ParamKind::Range,
    default: Default::Value("[0, 100]"),
    range: "two numbers, the smaller first",
    meaning: "the scores of the worst and of the best end, dimensionless",
};

/// The ends of the score scale at which scores are held.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Clamp {
    /// No score is below the lower end.
    pub(crate) lower: bool,
    /// No score is above the upper end.
    pub(crate) upper: bool,
}

impl Clamp {
    pub(crate) const NONE: Self = Self { lower: false, upper: false };
    pub(crate) const BOTH: Self = Self { lower: true, upper: true };
    const WORDS: &'static [(&'static str, Self)] = &[
        ("none", Self::NONE),
        ("lower", Self { lower: true, upper: false }),
        ("upper", Self { lower: false, upper: true }),
        ("both", Self::BOTH),
    ];

    pub(crate) fn of(args: &Args, default: Self) -> Outcome<Self> {
        args.word("clamp", Self::WORDS, default)
    }
}

/// The parameter that [`Clamp::of`] reads.
pub(crate) const fn clamp_param(default: &'static str) -> Param {
    Param {
        name: "clamp",
        kind: ParamKind::Word(&["none", "lower", "upper", "both"]),
        default: Default::Value(default),
        range: "none, lower, upper, both",
        meaning: "the ends of the score scale at which scores are held: `upper` for values better than the best end",
    }
}

/// Refuses two parameters that say the same thing.
pub(crate) fn one_of(args: &Args, names: &[&str]) -> Outcome<()> {
    let given: Vec<&str> = names.iter().copied().filter(|name| args.get(name).is_some()).collect();
    match given[..] {
        [first, second, ..] => {
            Err(Fault::parameter(second, format!("`{first}` and `{second}` both say what the reference is"))
                .help(format!("remove `{first}` or `{second}`")))
        }
        _ => Ok(()),
    }
}

/// True or false, or the default.
pub(crate) fn flag(args: &Args, name: &str, default: bool) -> Outcome<bool> {
    match args.get(name) {
        None => Ok(default),
        Some(Arg::Flag(flag)) => Ok(*flag),
        Some(other) => {
            Err(Fault::parameter(name, format!("`{name}` must be true or false, found {}", other.kind())))
        }
    }
}

/// Smallest and largest value, or what is wrong with an empty reference.
pub(crate) fn extent<S: Scalar>(reference: &Column<S>, method: &str) -> Outcome<(S, S)> {
    let mut values = reference.values();
    let Some(first) = values.next() else { return Err(too_few(method, 1, 0)) };
    let Some(all) = reference.full() else {
        return Ok(values.fold((first, first), |(low, high), x| (low.least(x), high.greatest(x))));
    };
    // Sixteen running extremes side by side do not wait for each other; extremes do not depend on the order.
    const LANES: usize = 16;
    let (mut low, mut high) = ([first; LANES], [first; LANES]);
    let chunks = all.chunks_exact(LANES);
    for (lane, x) in chunks.remainder().iter().enumerate() {
        low[lane] = low[lane].least(*x);
        high[lane] = high[lane].greatest(*x);
    }
    for chunk in chunks {
        for lane in 0..LANES {
            low[lane] = low[lane].least(chunk[lane]);
            high[lane] = high[lane].greatest(chunk[lane]);
        }
    }
    let extremes = low.into_iter().zip(high);
    Ok(extremes.fold((first, first), |(a, b), (low, high)| (a.least(low), b.greatest(high))))
}

/// The mean, summed in row order.
pub(crate) fn mean<S: Scalar>(reference: &Column<S>) -> Option<S> {
    let sum = reference.values().try_fold(S::ZERO, |sum, x| sum.plus(x))?;
    sum.over(S::from_count(count(reference)))
}

/// The middle value, or the mean of the two in the middle.
pub(crate) fn median<S: Scalar>(reference: &Column<S>) -> Option<S> {
    let sorted = sorted(reference);
    let middle = sorted.len() / 2;
    if sorted.len() % 2 == 1 {
        return sorted.get(middle).copied();
    }
    sorted.get(middle.checked_sub(1)?)?.plus(*sorted.get(middle)?)?.over(S::from_count(2))
}

/// Number of values that are present.
pub(crate) fn count<S: Scalar>(reference: &Column<S>) -> usize {
    reference.len() - reference.n_missing()
}

/// The values that are present, rising.
pub(crate) fn sorted<S: Scalar>(reference: &Column<S>) -> Vec<S> {
    let mut sorted: Vec<S> = reference.values().collect();
    sorted.sort_unstable_by(|a, b| a.order(*b));
    sorted
}

/// The quantile of ordered values at a share from 0 to 1, by type 7 of Hyndman and Fan, as in R and spreadsheets: the
/// value at place (n − 1) share, counted from 0, with a straight line between neighbors. `None` for no values.
///
/// The share is a ratio, so that one third of three steps is one step.
pub(crate) fn quantile<S: Scalar>(sorted: &[S], share: Ratio) -> Option<S> {
    let steps = Decimal::from(sorted.len().checked_sub(1)?);
    let place = steps.checked_mul(share.numerator)?.checked_div(share.denominator)?;
    let at = usize::try_from(place.trunc()).ok()?;
    let from = *sorted.get(at)?;
    let part = place.fract();
    if part.is_zero() {
        return Some(from);
    }
    let to = *sorted.get(at + 1)?;
    let between = from.plus(to.minus(from)?.times(S::from_decimal(part))?)?;
    // Rounding carries no quantile past its neighbors.
    Some(between.greatest(from.least(to)).least(from.greatest(to)))
}

/// What the sum of squares is divided by in a standard deviation.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Divisor {
    /// n − 1, of a sample.
    Sample,
    /// n, of a whole population.
    Population,
}

/// Standard deviation about the mean. Deviations are taken relative to the largest, so that no square leaves the range.
pub(crate) fn deviation<S: Scalar>(reference: &Column<S>, mean: S, divisor: Divisor) -> Option<S> {
    let largest = reference
        .values()
        .try_fold(S::ZERO, |largest, x| Some(largest.greatest(x.minus(mean)?.magnitude())))?;
    let squares = reference.values().try_fold(S::ZERO, |sum, x| {
        let share = x.minus(mean)?.over(largest)?;
        sum.plus(share.times(share)?)
    })?;
    let n = match divisor {
        Divisor::Sample => count(reference).checked_sub(1)?,
        Divisor::Population => count(reference),
    };
    largest.times(squares.over(S::from_count(n))?.sqrt()?)
}

/// A parameter near the end of the decimal range, where sums with it leave the range.
pub(crate) fn too_far(name: &str, value: Decimal) -> Fault {
    Fault::parameter(name, format!("`{name}` is too far from 0, found {value}"))
}

pub(crate) fn too_few(method: &str, needed: usize, found: usize) -> Fault {
    let found = match found {
        0 => "none".to_owned(),
        n => format!("only {n}"),
    };
    let values = if needed == 1 { "value" } else { "values" };
    Fault::new(
        &catalog::TOO_FEW_VALUES,
        format!("{method} needs at least {needed} {values}, and there is {found} to learn from"),
    )
    .help("supply data, or use a method with fixed bounds such as `goalposts`")
}

/// A constant column, for methods that scale by its range or spread (`what`).
pub(crate) fn constant<S: Scalar>(method: &str, what: &str, value: S, count: usize) -> Fault {
    let values = if count == 1 { "the only value is".to_owned() } else { format!("all {count} values are") };
    Fault::new(&catalog::ZERO_RANGE, format!("{values} {value}, so {method} has no {what} to scale by"))
        .help("leave the indicator out, or give it fixed bounds with `goalposts`")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn quantiles_as_in_r() {
        let share = |text| Ratio::parse(text).unwrap();
        // quantile(c(1, 2, 4, 8), c(0, 0.1, 0.25, 0.5, 0.9, 1)) in R.
        let values = [1, 2, 4, 8].map(Decimal::from);
        for (at, want) in [("0", 100), ("0.1", 130), ("0.25", 175), ("0.5", 300), ("0.9", 680), ("1", 800)] {
            assert_eq!(quantile(&values, share(at)), Some(Decimal::new(want, 2)), "{at}");
        }
        assert_eq!(quantile(&values, share("2/3")), Some(Decimal::from(4)));
        assert_eq!(quantile::<f64>(&[], share("0")), None);
        assert_eq!(quantile(&[3.0], share("0.3")), Some(3.0));
    }
}
