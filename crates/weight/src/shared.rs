//! What several methods have in common: rows, spreads and correlations over [`Scalar`], shares, and sources.

use crate::{Parts, Weighed};
use gradus_method::{Args, Column, Default, Direction, Fault, Outcome, Param, ParamKind, Reference};
use gradus_model::Id;
use gradus_model::diagnostic::{catalog, nearest};
use gradus_model::number::Scalar;

pub(crate) const HANDBOOK: Reference = Reference {
    citation: "OECD and JRC (2008). Handbook on Constructing Composite Indicators: Methodology and User Guide. Step 6, weighting and aggregation",
    locator: "https://doi.org/10.1787/9789264043466-en",
};

impl<S: Scalar> Weighed<S> {
    /// A group of one part: it weighs everything, whatever its figures are.
    pub(crate) fn only(parts: &Parts<'_, S>) -> Option<Self> {
        (parts.codes.len() == 1).then(|| Self::of(vec![S::ONE]))
    }
}

/// Weights in proportion to what each part earned, none of it negative; `nothing` says what it means that no part earned
/// anything.
pub(crate) fn shares<S: Scalar>(earned: &[S], nothing: impl FnOnce() -> Fault) -> Outcome<Vec<S>> {
    // Relative to the largest, so that no sum leaves the range.
    let largest = earned.iter().copied().fold(S::ZERO, S::greatest);
    if !largest.finite() {
        return Err(Fault::out_of_range());
    }
    if largest <= S::ZERO {
        return Err(nothing());
    }
    let shares = || {
        let relative: Vec<S> = earned.iter().map(|x| x.over(largest)).collect::<Option<_>>()?;
        let total = relative.iter().try_fold(S::ZERO, |sum, x| sum.plus(*x))?;
        relative.iter().map(|x| x.over(total).filter(|w| w.finite())).collect::<Option<Vec<S>>>()
    };
    shares().ok_or_else(Fault::out_of_range)
}

/// No part differs between units.
pub(crate) fn nothing_varies(method: &str) -> Fault {
    Fault::new(
        &catalog::ZERO_RANGE,
        format!("no part differs between units, so {method} finds nothing to weigh"),
    )
    .help("use the method `equal`, or leave the parts out")
}

pub(crate) fn too_few(method: &str, needed: usize, found: usize, what: &str) -> Fault {
    let found = match found {
        0 => "there is none".to_owned(),
        1 => "there is only 1".to_owned(),
        n => format!("there are only {n}"),
    };
    Fault::new(&catalog::TOO_FEW_VALUES, format!("{method} needs at least {needed} {what}, and {found}"))
        .help("supply the missing figures, or use the method `equal`")
}

/// A number per part, learned from the part's own values: zero for a part whose values are all equal. At least two
/// values are needed. A fault names the part, and the row where `of` says at which of the values it is.
pub(crate) fn each<S: Scalar>(
    method: &str,
    parts: &Parts<'_, S>,
    of: impl Fn(&Id, &[S]) -> Outcome<Option<S>>,
) -> Outcome<Vec<S>> {
    let mut numbers = Vec::with_capacity(parts.codes.len());
    for (code, column) in parts.codes.iter().zip(parts.columns) {
        let (rows, values): (Vec<usize>, Vec<S>) = column.iter().unzip();
        if values.len() < 2 {
            return Err(too_few(method, 2, values.len(), &format!("values of `{code}`")));
        }
        // Checked first, so that a part that breaks a rule of the method is told so even where it is constant.
        let number = of(code, &values).map_err(|mut fault| {
            fault.row = fault.row.and_then(|at| rows.get(at).copied());
            fault
        })?;
        let number = if constant(&values) { Some(S::ZERO) } else { number };
        numbers.push(number.filter(|x| x.finite()).ok_or_else(|| out_of_range(code))?);
    }
    Ok(numbers)
}

pub(crate) fn out_of_range(code: &Id) -> Fault {
    Fault::new(
        &catalog::OUT_OF_RANGE,
        format!("the figures of `{code}` are too large or too small for the arithmetic"),
    )
    .help(format!("give the figures of `{code}` in another measurement unit"))
}

/// Refuses the first value for which `holds` is false: `rule` says what the method needs.
pub(crate) fn require<S: Scalar>(
    code: &Id,
    values: &[S],
    holds: impl Fn(S) -> bool,
    rule: &str,
) -> Outcome<()> {
    match values.iter().position(|x| !holds(*x)) {
        None => Ok(()),
        Some(at) => {
            let value = values.get(at).copied().unwrap_or(S::ZERO);
            Err(Fault::new(&catalog::UNDEFINED_TRANSFORM, format!("`{code}` is {value} where {rule}"))
                .help(format!("bring `{code}` onto a scale above 0, or use the method `critic`"))
                .in_row(at))
        }
    }
}

pub(crate) fn constant<S: Scalar>(values: &[S]) -> bool {
    values.windows(2).all(|pair| pair[0] == pair[1])
}

/// The rows in which every part has a value.
pub(crate) fn complete_rows<S: Scalar>(parts: &Parts<'_, S>) -> Vec<usize> {
    let n_rows = parts.columns.iter().map(|column| column.len()).min().unwrap_or(0);
    (0..n_rows).filter(|row| parts.columns.iter().all(|column| column.has(*row))).collect()
}

/// The values of every part in the rows where all have one; `needed` of them at least.
pub(crate) fn complete<S: Scalar>(method: &str, parts: &Parts<'_, S>, needed: usize) -> Outcome<Vec<Vec<S>>> {
    let rows = complete_rows(parts);
    if rows.len() < needed {
        return Err(too_few(method, needed, rows.len(), "units with a value of every part"));
    }
    Ok(parts.columns.iter().map(|column| rows.iter().filter_map(|row| column.get(*row)).collect()).collect())
}

/// The values of two columns in the rows where both have one.
pub(crate) fn pairs<S: Scalar>(x: &Column<S>, y: &Column<S>) -> (Vec<S>, Vec<S>) {
    (0..x.len().min(y.len())).filter_map(|row| Some((x.get(row)?, y.get(row)?))).unzip()
}

/// Which way a column points.
pub(crate) fn turned<S: Scalar>(direction: Direction, x: S) -> S {
    match direction {
        Direction::Higher => x,
        Direction::Lower => x.negated(),
    }
}

pub(crate) fn mean<S: Scalar>(values: &[S]) -> Option<S> {
    values.iter().try_fold(S::ZERO, |sum, x| sum.plus(*x))?.over(S::from_count(values.len()))
}

/// Distances from the mean as shares of the largest, and the largest; `None` also for values that are all equal.
fn distances<S: Scalar>(values: &[S]) -> Option<(Vec<S>, S)> {
    if constant(values) {
        return None;
    }
    let mean = mean(values)?;
    let distances: Vec<S> = values.iter().map(|x| x.minus(mean)).collect::<Option<_>>()?;
    let largest = distances.iter().fold(S::ZERO, |largest, d| largest.greatest(d.magnitude()));
    Some((distances.iter().map(|d| d.over(largest)).collect::<Option<_>>()?, largest))
}

fn product<S: Scalar>(x: &[S], y: &[S]) -> Option<S> {
    x.iter().zip(y).try_fold(S::ZERO, |sum, (a, b)| sum.plus(a.times(*b)?))
}

/// The sample standard deviation (n - 1) of values that differ.
pub(crate) fn deviation<S: Scalar>(values: &[S]) -> Option<S> {
    let (shares, largest) = distances(values)?;
    largest.times(product(&shares, &shares)?.over(S::from_count(values.len() - 1))?.sqrt()?)
}

/// Pearson's correlation; `None` where one of the two does not vary.
pub(crate) fn correlation<S: Scalar>(x: &[S], y: &[S]) -> Option<S> {
    let ((x, _), (y, _)) = (distances(x)?, distances(y)?);
    let r = product(&x, &y)?.over(product(&x, &x)?.sqrt()?.times(product(&y, &y)?.sqrt()?)?)?;
    Some(r.least(S::ONE).greatest(S::ONE.negated())).filter(|r| r.finite())
}

/// A number that was computed in binary64, in the arithmetic of the package.
pub(crate) fn lift<S: Scalar>(x: f64) -> Outcome<S> {
    x.to_decimal().map(S::from_decimal).ok_or_else(Fault::out_of_range)
}

pub(crate) fn lift_all<S: Scalar>(xs: &[f64]) -> Outcome<Vec<S>> {
    xs.iter().map(|x| lift(*x)).collect()
}

/// Refuses a name that is no part, with the nearest code.
pub(crate) fn known<'a>(
    parameter: &str,
    named: impl IntoIterator<Item = &'a str>,
    codes: &[Id],
) -> Outcome<()> {
    for name in named {
        if codes.iter().any(|code| *code == name) {
            continue;
        }
        let fault = Fault::parameter(
            parameter,
            format!("`{parameter}` names `{name}`, which is no part of the group"),
        );
        return Err(match nearest(name, codes.iter().map(Id::as_str)) {
            Some(near) => fault.help(format!("did you mean `{near}`?")),
            None => fault.help(format!("remove `{name}` from `{parameter}`")),
        });
    }
    Ok(())
}

/// What becomes of a part that would weigh less than nothing.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Negative {
    Refuse,
    Zero,
}

impl Negative {
    pub(crate) const PARAM: Param = Param {
        name: "negative",
        kind: ParamKind::Word(&["refuse", "zero"]),
        default: Default::Value("refuse"),
        range: "refuse, zero",
        meaning: "what becomes of a part that would get a weight below 0: it is refused, or it weighs 0",
    };

    pub(crate) fn of(args: &Args) -> Outcome<Self> {
        args.word("negative", &[("refuse", Self::Refuse), ("zero", Self::Zero)], Self::Refuse)
    }

    /// Weights in proportion to `numbers`, which are called `name`.
    pub(crate) fn shares<S: Scalar>(self, name: &str, codes: &[Id], numbers: &[S]) -> Outcome<Vec<S>> {
        let below = codes.iter().zip(numbers).find(|(_, x)| **x < S::ZERO);
        if let (Self::Refuse, Some((code, x))) = (self, below) {
            return Err(Fault::new(
                &catalog::NO_SOLUTION,
                format!("the {name} of `{code}` is {:.4}, and no part weighs less than nothing", x.to_f64()),
            )
            .help(format!(
                "look at the direction of `{code}`, leave it out, or write `negative = \"zero\"`"
            )));
        }
        let earned: Vec<S> = numbers.iter().map(|x| x.greatest(S::ZERO)).collect();
        shares(&earned, || {
            Fault::new(&catalog::NO_SOLUTION, format!("no part has a {name} above 0"))
                .help("look at the directions of the parts, or use the method `equal`")
        })
    }
}

/// The outside variable of a method that has one, by code.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Target {
    pub(crate) code: String,
}

impl Target {
    pub(crate) const NAME: &'static str = "target";

    pub(crate) fn of(args: &Args) -> Outcome<Option<Self>> {
        Ok(args.optional_text(Self::NAME)?.map(|code| Self { code: code.to_owned() }))
    }

    /// The figures of the variable.
    pub(crate) fn column<'a, S>(&self, parts: &Parts<'a, S>) -> Outcome<&'a Column<S>> {
        parts.target.ok_or_else(|| {
            Fault::parameter(Self::NAME, format!("there are no figures of `{}`", self.code))
                .help(format!("supply figures of `{}`, or name another `target`", self.code))
        })
    }
}
