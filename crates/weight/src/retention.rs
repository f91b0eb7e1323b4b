//! How many components or factors are kept: the parameters of `principal-components` and `factor-analysis`.

use crate::Weighed;
use gradus_method::{Args, Default, Fault, Outcome, Param, ParamKind};
use gradus_model::number::{Decimal, Scalar};

pub(crate) const PARAMS: [Param; 3] = [
    Param {
        name: "components",
        kind: ParamKind::Number,
        default: Default::Absent("the number follows from `eigenvalue` or `share`"),
        range: "a whole number from 1 to the number of parts",
        meaning: "how many components are kept",
    },
    Param {
        name: "eigenvalue",
        kind: ParamKind::Number,
        default: Default::Absent("1, unless `components` or `share` is given"),
        range: "0 or more",
        meaning: "components with an eigenvalue above this are kept, at least one; 1 is the variance of one part",
    },
    Param {
        name: "share",
        kind: ParamKind::Number,
        default: Default::Absent("the number follows from `eigenvalue` or `components`"),
        range: "above 0, at most 1",
        meaning: "the first components that together explain this share of the variance are kept",
    },
];

/// How many components are kept.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(crate) enum Retention {
    Number(usize),
    Eigenvalue(f64),
    Share(f64),
}

/// Eigenvalues and shares that miss a limit by less meet it exactly but for rounding.
const ROUNDING: f64 = 1e-9;

impl Retention {
    pub(crate) fn of(args: &Args) -> Outcome<Self> {
        let [number, eigenvalue, share] = [PARAMS[0].name, PARAMS[1].name, PARAMS[2].name];
        let (n, limit, part) =
            (args.optional_number(number)?, args.optional_number(eigenvalue)?, args.optional_number(share)?);
        let given = [n, limit, part].iter().flatten().count();
        if given > 1 {
            let second = if part.is_some() { share } else { eigenvalue };
            return Err(Fault::parameter(
                second,
                format!("`{number}`, `{eigenvalue}` and `{share}` exclude each other"),
            )
            .help("give one of them"));
        }
        if let Some(n) = n {
            return match usize::try_from(n) {
                Ok(whole) if whole > 0 && n.fract().is_zero() => Ok(Self::Number(whole)),
                _ => Err(Fault::parameter(number, format!("`{number}` is {n}, not a whole number from 1"))
                    .help("give a whole number of components")),
            };
        }
        if let Some(part) = part {
            if part <= Decimal::ZERO || part > Decimal::ONE {
                return Err(Fault::parameter(
                    share,
                    format!("`{share}` is {part}, not above 0 and at most 1"),
                )
                .help("give a share such as 0.8"));
            }
            return Ok(Self::Share(part.to_f64()));
        }
        match limit.unwrap_or(Decimal::ONE) {
            limit if limit < Decimal::ZERO => {
                Err(Fault::parameter(eigenvalue, format!("`{eigenvalue}` is {limit}, below 0"))
                    .help("give an eigenvalue such as 1"))
            }
            limit => Ok(Self::Eigenvalue(limit.to_f64())),
        }
    }

    /// How many of the components, whose eigenvalues fall, are kept; at least one.
    pub(crate) fn count(self, eigenvalues: &[f64]) -> Outcome<usize> {
        match self {
            Self::Number(n) if n > eigenvalues.len() => {
                let found = eigenvalues.len();
                Err(Fault::parameter(
                    PARAMS[0].name,
                    format!("`components` is {n} where the group has {found} parts"),
                )
                .help(format!("keep at most {found}")))
            }
            Self::Number(n) => Ok(n),
            Self::Eigenvalue(limit) => {
                Ok(eigenvalues.iter().filter(|value| **value > limit + ROUNDING).count().max(1))
            }
            Self::Share(share) => {
                let total: f64 = eigenvalues.iter().sum();
                // The components before which the share is not yet reached.
                let short = |explained: &mut f64, value: &f64| {
                    let short = *explained < (share - ROUNDING) * total;
                    *explained += value;
                    Some(short)
                };
                Ok(eigenvalues.iter().scan(0.0, short).filter(|short| *short).count().max(1))
            }
        }
    }
}

/// Adds all eigenvalues, how many components are kept, and the share of the variance they explain.
pub(crate) fn say<S: Scalar>(weighed: Weighed<S>, eigenvalues: &[f64], kept: usize) -> Outcome<Weighed<S>> {
    let total: f64 = eigenvalues.iter().sum();
    let explained: f64 = eigenvalues[..kept].iter().sum();
    let mut weighed = weighed
        .fact("components", S::from_count(kept))
        .fact("share explained", crate::shared::lift(explained / total)?);
    for (k, value) in eigenvalues.iter().enumerate() {
        weighed = weighed.fact(format!("eigenvalue {}", k + 1), crate::shared::lift(*value)?);
    }
    Ok(weighed)
}
