//! The parameter `order` of the methods that weigh by rank.

use crate::{Parts, Weighed, shared};
use gradus_method::{Arg, Args, Default, Fault, Outcome, Param, ParamKind};
use gradus_model::Id;
use gradus_model::number::Scalar;

pub(crate) const PARAM: Param = Param {
    name: "order",
    kind: ParamKind::Order,
    default: Default::Required,
    range: "every part once; parts that tie in a list of their own, as in `[\"A\", [\"B\", \"C\"]]`",
    meaning: "the codes of the parts, the most important first",
};

/// Codes by importance, those that tie together.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Order(Vec<Vec<String>>);

impl Order {
    pub(crate) fn of(args: &Args) -> Outcome<Self> {
        let wrong = || {
            Fault::parameter("order", "`order` is not a list of codes")
                .help("write `order = [\"A\", \"B\"]`, the most important code first")
        };
        let text = |arg: &Arg| match arg {
            Arg::Text(code) => Ok(code.clone()),
            _ => Err(wrong()),
        };
        let Some(Arg::List(places)) = args.get("order") else { return Err(wrong()) };
        let places = places
            .iter()
            .map(|place| match place {
                Arg::List(tied) => tied.iter().map(text).collect(),
                place => Ok(vec![text(place)?]),
            })
            .collect::<Outcome<Vec<Vec<String>>>>()?;
        let order = Self(places);
        let mut seen: Vec<&String> = order.0.iter().flatten().collect();
        seen.sort();
        if let Some(pair) = seen.windows(2).find(|pair| pair[0] == pair[1]) {
            return Err(Fault::parameter("order", format!("`order` names `{}` twice", pair[0]))
                .help(format!("name `{}` once", pair[0])));
        }
        if !args.parts().is_empty() {
            order.check(args.parts())?;
        }
        Ok(order)
    }

    fn check(&self, codes: &[Id]) -> Outcome<()> {
        shared::known("order", self.0.iter().flatten().map(String::as_str), codes)?;
        match codes.iter().find(|code| !self.0.iter().flatten().any(|named| **code == named.as_str())) {
            None => Ok(()),
            Some(code) => Err(Fault::parameter("order", format!("`order` leaves out `{code}`"))
                .help(format!("add `{code}` to `order`, the most important part first"))),
        }
    }

    /// Weights in proportion to what each rank earns: `earns(i, n)` of rank i (1 is the first) of n. Parts that tie earn
    /// the mean of the ranks they take up together.
    pub(crate) fn weigh<S: Scalar>(
        &self,
        parts: &Parts<'_, S>,
        earns: impl Fn(usize, usize) -> Option<S>,
    ) -> Outcome<Weighed<S>> {
        self.check(parts.codes)?;
        let n = parts.codes.len();
        let mut earned = vec![S::ZERO; n];
        let mut above = 0;
        for tied in &self.0 {
            let ranks = above + 1..=above + tied.len();
            above += tied.len();
            let sum = || ranks.into_iter().try_fold(S::ZERO, |sum, rank| sum.plus(earns(rank, n)?));
            if tied.is_empty() {
                continue;
            }
            let mean =
                sum().and_then(|sum| sum.over(S::from_count(tied.len()))).ok_or_else(Fault::out_of_range)?;
            for (slot, code) in earned.iter_mut().zip(parts.codes) {
                if tied.iter().any(|named| *code == named.as_str()) {
                    *slot = mean;
                }
            }
        }
        shared::shares(&earned, || shared::nothing_varies("a ranking")).map(Weighed::of)
    }
}
