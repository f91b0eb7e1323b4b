//! Centers of classes of units: what `group-mean` and `group-median` share.

use crate::shared::{self, Center};
use crate::{Account, Block, Filled};
use gradus_method::{Args, Default, Fault, Outcome, Param, ParamKind};
use gradus_model::diagnostic::catalog;
use gradus_model::number::Scalar;
use std::collections::BTreeMap;

/// What a gap becomes for which the unit's class has no figure.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Fallback {
    /// It stays a gap.
    Missing,
    /// All units take the place of the class.
    All,
}

impl Fallback {
    pub(crate) const PARAM: Param = Param {
        name: "fallback",
        kind: ParamKind::Word(&["missing", "all"]),
        default: Default::Value("missing"),
        range: "missing, all",
        meaning: "for a unit without a class or whose class has no figure: it stays missing, or all units take the place of the class",
    };

    pub(crate) fn of(args: &Args) -> Outcome<Self> {
        args.word(Self::PARAM.name, &[("missing", Self::Missing), ("all", Self::All)], Self::Missing)
    }
}

/// Fills each gap with the center of the unit's class.
pub(crate) fn fill<S: Scalar>(
    block: &Block<'_, S>,
    method: &str,
    center: Center,
    fallback: Fallback,
) -> Outcome<Vec<Vec<Filled<S>>>> {
    if block.classes.is_none() {
        return Err(Fault::new(
            &catalog::MISSING_PARAMETER,
            format!("{method} needs the classes of the units, and the step names none"),
        )
        .help("name the unit groups in the step, or use a method without classes such as `median`"));
    }
    shared::by_column(block, |_, column| {
        let mut members: BTreeMap<usize, Vec<S>> = BTreeMap::new();
        for (row, x) in column.iter() {
            if let Some(class) = block.class(row) {
                members.entry(class).or_default().push(x);
            }
        }
        let mut centers: BTreeMap<usize, S> = BTreeMap::new();
        for (class, values) in members {
            centers.extend(center.of(values)?.map(|x| (class, x)));
        }
        let all = match fallback {
            Fallback::Missing => None,
            Fallback::All => center.of(column.values().collect())?,
        };
        let of_class = |row: usize| block.class(row).and_then(|class| centers.get(&class).copied());
        Ok(shared::gaps(column).filter_map(|row| Some((row, of_class(row).or(all)?))).collect())
    })
}

/// What the value of a gap rests on: the figures of its class, or else all.
pub(crate) fn account<S: Scalar>(
    block: &Block<'_, S>,
    center: Center,
    column: usize,
    row: usize,
) -> Outcome<Account> {
    let figures = block.columns[column];
    let class = block.class(row);
    let of_class = |other: usize| class.is_some() && block.class(other) == class;
    let members: Vec<S> = figures.iter().filter(|(other, _)| of_class(*other)).map(|(_, x)| x).collect();
    match members.is_empty() {
        false => Ok(Account { of_class: true, ..center.account(members)? }),
        true => center.account(figures.values().collect()),
    }
}
