//! What several treatments have in common: sources, quantiles, moving values to limits, and changing the scale.

use crate::Treated;
use crate::shape::Shape;
use gradus_method::{Arg, Args, Column, Default, Fault, Outcome, Param, ParamKind, Reference};
use gradus_model::number::{Decimal, Scalar};
use gradus_statistics::moments::Estimator;

pub(crate) const HANDBOOK: Reference = Reference {
    citation: "OECD and JRC (2008). Handbook on Constructing Composite Indicators: Methodology and User Guide. Steps 3 and 5",
    locator: "https://doi.org/10.1787/9789264043466-en",
};
pub(crate) const COINR: Reference = Reference {
    citation: "Becker, Caperna, Del Sorbo, Norlen, Papadimitriou and Saisana (2022). COINr: An R package for developing composite indicators. Journal of Open Source Software 7(78), 4567",
    locator: "https://doi.org/10.21105/joss.04567",
};
pub(crate) const COIN_TOOL: Reference = Reference {
    citation: "Becker, Benavente, Dominguez Torreiro, Moura, Neves, Saisana and Vertesy (2019). COIN Tool User Guide. Publications Office of the European Union",
    locator: "https://doi.org/10.2760/523877",
};
pub(crate) const BOX_COX: Reference = Reference {
    citation: "Box and Cox (1964). An analysis of transformations. Journal of the Royal Statistical Society B 26(2), 211-252",
    locator: "https://doi.org/10.1111/j.2517-6161.1964.tb00553.x",
};
pub(crate) const YEO_JOHNSON: Reference = Reference {
    citation: "Yeo and Johnson (2000). A new family of power transformations to improve normality or symmetry. Biometrika 87(4), 954-959",
    locator: "https://doi.org/10.1093/biomet/87.4.954",
};
pub(crate) const TUKEY: Reference = Reference {
    citation: "Tukey (1977). Exploratory Data Analysis. Addison-Wesley",
    locator: "ISBN 978-0-201-07616-5",
};

pub(crate) const HIGH: &str = "winsorized-high";
pub(crate) const LOW: &str = "winsorized-low";

/// True or false, or false.
pub(crate) fn flag(args: &Args, name: &str) -> Outcome<bool> {
    match args.get(name) {
        None => Ok(false),
        Some(Arg::Flag(flag)) => Ok(*flag),
        Some(other) => {
            Err(Fault::parameter(name, format!("`{name}` must be true or false, found {}", other.kind())))
        }
    }
}

/// A number above 0, or the default.
pub(crate) fn above_zero(args: &Args, name: &str, default: Decimal) -> Outcome<Decimal> {
    match args.optional_number(name)? {
        None => Ok(default),
        Some(value) if value > Decimal::ZERO => Ok(value),
        Some(value) => Err(Fault::parameter(name, format!("`{name}` must be above 0, found {value}"))),
    }
}

/// The values that are present, rising.
pub(crate) fn sorted<S: Scalar>(values: &Column<S>) -> Vec<S> {
    let mut sorted: Vec<S> = values.values().collect();
    sorted.sort_unstable_by(|a, b| a.order(*b));
    sorted
}

/// The quantile of rising values at a share from 0 to 1, by type 7 of Hyndman and Fan, as in R and spreadsheets.
pub(crate) fn quantile<S: Scalar>(sorted: &[S], share: Decimal) -> Option<S> {
    let place = Decimal::from(sorted.len().checked_sub(1)?).checked_mul(share)?;
    let at = usize::try_from(place.trunc()).ok()?;
    let from = *sorted.get(at)?;
    let part = place.fract();
    if part.is_zero() {
        return Some(from);
    }
    let to = *sorted.get(at + 1)?;
    // Rounding carries no quantile past the neighbor above it.
    Some(from.plus(to.minus(from)?.times(S::from_decimal(part))?)?.least(to))
}

/// Where a value beyond a limit is moved to.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum MoveTo {
    /// To the limit.
    Limit,
    /// To the outermost value within the limits.
    Nearest,
}

pub(crate) const MOVE_TO: Param = Param {
    name: "move-to",
    kind: ParamKind::Word(&["limit", "nearest"]),
    default: Default::Value("limit"),
    range: "limit, nearest",
    meaning: "where values beyond a limit are moved: to the limit, or to the outermost value within the limits",
};

impl MoveTo {
    /// Reads [`MOVE_TO`].
    pub(crate) fn of(args: &Args) -> Outcome<Self> {
        args.word("move-to", &[("limit", Self::Limit), ("nearest", Self::Nearest)], Self::Limit)
    }
}

/// Moves what lies outside limits, unless all values would become equal; `None` for no limits.
pub(crate) fn winsorized<S: Scalar>(
    values: &Column<S>,
    sorted: &[S],
    limits: Option<(S, S)>,
    to: MoveTo,
) -> Treated<S> {
    let (Some(first), Some(last)) = (sorted.first(), sorted.last()) else { return untouched(values) };
    let mut facts = Shape::of_column(values, Estimator::Adjusted).facts(BEFORE);
    let Some((low, high)) = limits.map(|(low, high)| match to {
        MoveTo::Limit => (low.greatest(*first), high.least(*last)),
        MoveTo::Nearest => {
            let inside = |x: &&S| **x >= low && **x <= high;
            let nearest = (sorted.iter().find(inside), sorted.iter().rev().find(inside));
            (nearest.0.copied().unwrap_or(*first), nearest.1.copied().unwrap_or(*last))
        }
    }) else {
        facts.push(("points", S::ZERO));
        return Treated { facts, ..untouched(values) };
    };
    if low >= high {
        facts.push(("points", S::ZERO));
        return Treated { facts, ..untouched(values) };
    }
    let (values, changed) = clipped(values, low, high);
    facts.extend([("lower", low), ("upper", high), ("points", S::from_count(changed.len()))]);
    facts.extend(Shape::of_column(&values, Estimator::Adjusted).facts(AFTER));
    Treated { values, changed, rescaled: None, facts }
}

/// Values held between two limits, and the rows that were moved.
pub(crate) fn clipped<S: Scalar>(
    values: &Column<S>,
    low: S,
    high: S,
) -> (Column<S>, Vec<(usize, &'static str)>) {
    let mut held = values.clone();
    let mut changed = Vec::new();
    for (row, x) in values.iter() {
        if x > high {
            held.set(row, Some(high));
            changed.push((row, HIGH));
        } else if x < low {
            held.set(row, Some(low));
            changed.push((row, LOW));
        }
    }
    (held, changed)
}

/// Names of skewness and kurtosis of the figures.
pub(crate) const BEFORE: [&str; 2] = ["skewness", "kurtosis"];
/// Names of skewness and kurtosis of the treated values.
pub(crate) const AFTER: [&str; 2] = ["skewness-after", "kurtosis-after"];

/// A column to which nothing was done.
pub(crate) fn untouched<S: Scalar>(values: &Column<S>) -> Treated<S> {
    Treated { values: values.clone(), changed: Vec::new(), rescaled: None, facts: Vec::new() }
}

/// Smallest and largest value, unless there is none or all are equal: then there is no shape to mend.
pub(crate) fn extent<S: Scalar>(values: &Column<S>) -> Option<(S, S)> {
    let first = values.values().next()?;
    let extent = values.values().fold((first, first), |(low, high), x| (low.least(x), high.greatest(x)));
    (extent.0 < extent.1).then_some(extent)
}

/// A column on another scale: the image of every value, with shape before and after and what else is to be reported.
pub(crate) fn rescaled<S: Scalar>(
    values: &Column<S>,
    id: &'static str,
    learned: &[(&'static str, S)],
    image: impl Fn(S) -> Option<S>,
) -> Outcome<Treated<S>> {
    let mut out = Column::missing(0);
    out.map_from(values, image)?;
    let mut facts = Shape::of_column(values, Estimator::Adjusted).facts(BEFORE);
    facts.extend_from_slice(learned);
    facts.extend(Shape::of_column(&out, Estimator::Adjusted).facts(AFTER));
    Ok(Treated { values: out, changed: Vec::new(), rescaled: Some(id), facts })
}

/// The parameter of the two families of powers.
pub(crate) const LAMBDA: Param = Param {
    name: "lambda",
    kind: ParamKind::Number,
    default: Default::Absent("the most likely value from -5 to 5, to 3 places"),
    range: "any number",
    meaning: "the exponent of the family, dimensionless: 1 bends nothing, 0 is a logarithm",
};

/// (z^λ − 1) / λ, and its limit ln z for λ = 0; `None` where z is not above 0.
pub(crate) fn power_part<S: Scalar>(z: S, lambda: Decimal) -> Option<S> {
    if z <= S::ZERO {
        return None;
    }
    if lambda.is_zero() {
        return z.ln();
    }
    let lambda = S::from_decimal(lambda);
    z.power(lambda)?.minus(S::ONE)?.over(lambda)
}

/// The λ from -5 to 5 at which a curve is lowest, to 3 places: a likelihood is flat to the rounding of doubles from the 8th
/// place on, so that more places could differ between the arithmetics, and mean nothing; a rounded λ that is reported gives
/// the same values when it is written down.
pub(crate) fn lowest(curve: impl Fn(f64) -> f64) -> Decimal {
    const STEPS: i32 = 100;
    let at = |step: i32| f64::from(step) / 10.0 - 5.0;
    // A comb first, so that a second dip is not mistaken for the deepest.
    let finite = |y: f64| if y.is_finite() { y } else { f64::INFINITY };
    let (mut best, mut lowest) = (STEPS / 2, f64::INFINITY);
    for step in 0..=STEPS {
        let y = finite(curve(at(step)));
        if y < lowest {
            (best, lowest) = (step, y);
        }
    }
    // Golden section between its neighbors.
    let ratio = (5f64.sqrt() - 1.0) / 2.0;
    let (mut low, mut high) = (at((best - 1).max(0)), at((best + 1).min(STEPS)));
    let (mut left, mut right) = (high - ratio * (high - low), low + ratio * (high - low));
    let (mut y_left, mut y_right) = (finite(curve(left)), finite(curve(right)));
    while high - low > 1e-9 {
        if y_left <= y_right {
            (high, right, y_right) = (right, left, y_left);
            left = high - ratio * (high - low);
            y_left = finite(curve(left));
        } else {
            (low, left, y_left) = (left, right, y_right);
            right = low + ratio * (high - low);
            y_right = finite(curve(right));
        }
    }
    Decimal::new(((low + high) / 2.0 * 1e3).round() as i64, 3).normalize()
}

/// ln of the variance, up to a constant that does not depend on λ: what the likelihood of a normal distribution has of
/// the transformed values.
pub(crate) fn ln_variance(values: impl Iterator<Item = f64> + Clone) -> f64 {
    let n = values.clone().count() as f64;
    let mean = values.clone().sum::<f64>() / n;
    libm::log(values.map(|x| (x - mean) * (x - mean)).sum::<f64>() / n)
}
