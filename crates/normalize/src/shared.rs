//! What several methods have in common: parameters with one meaning, sources cited more than once, and statistics.

use gradus_method::{Args, Column, Default, Fault, Outcome, Param, ParamKind, Reference};
use gradus_model::diagnostic::catalog;
use gradus_model::number::{Decimal, Scalar};

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
    sum.over(S::from_count(reference.len() - reference.n_missing()))
}

/// The middle value, or the mean of the two in the middle.
pub(crate) fn median<S: Scalar>(reference: &Column<S>) -> Option<S> {
    let mut sorted: Vec<S> = reference.values().collect();
    sorted.sort_unstable_by(|a, b| a.order(*b));
    let middle = sorted.len() / 2;
    if sorted.len() % 2 == 1 {
        return sorted.get(middle).copied();
    }
    sorted.get(middle.checked_sub(1)?)?.plus(*sorted.get(middle)?)?.over(S::from_count(2))
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
