//! A value relative to the length or the sum of all values, for the two methods that differ in which.

use crate::Scale;
use gradus_method::{Args, Column, Default, Direction, Fault, Outcome, Param, ParamKind};
use gradus_model::diagnostic::catalog;
use gradus_model::number::{Decimal, Scalar};

/// How a value is scored where lower is better.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Cost {
    /// What is left of one after the proportion is taken away.
    Complement,
    /// The proportion of the reciprocal among reciprocals.
    Reciprocal,
}

pub(crate) const COST: Param = Param {
    name: "cost",
    kind: ParamKind::Word(&["complement", "reciprocal"]),
    default: Default::Value("complement"),
    range: "complement, reciprocal",
    meaning: "how values are scored where lower is better: one less the proportion, or the proportion of 1/x",
};

pub(crate) const FACTOR: Param = Param {
    name: "factor",
    kind: ParamKind::Number,
    default: Default::Value("100"),
    range: "above 0",
    meaning: "the score of a value that is the whole, dimensionless",
};

/// [`COST`] and [`FACTOR`].
#[derive(Debug, Clone, Copy)]
pub(crate) struct Proportion {
    cost: Cost,
    factor: Decimal,
}

impl Proportion {
    pub(crate) fn of(args: &Args) -> Outcome<Self> {
        const COSTS: &[(&str, Cost)] = &[("complement", Cost::Complement), ("reciprocal", Cost::Reciprocal)];
        let factor = args.optional_number("factor")?.unwrap_or(Decimal::ONE_HUNDRED);
        if factor <= Decimal::ZERO {
            return Err(Fault::parameter("factor", format!("`factor` must be above 0, found {factor}"))
                .help("give a positive `factor`, and say with `direction` which end is better"));
        }
        Ok(Self { cost: args.word("cost", COSTS, Cost::Complement)?, factor })
    }

    /// The scale, given what makes a whole of values; `name` is what the audit trail calls the whole.
    pub(crate) fn scale<S: Scalar>(
        self,
        reference: &Column<S>,
        direction: Direction,
        name: &'static str,
        whole: impl Fn(&Column<S>) -> Option<S>,
    ) -> Outcome<Box<dyn Scale<S>>> {
        let form = match direction {
            Direction::Higher => Form::Share,
            Direction::Lower if self.cost == Cost::Complement => Form::Complement,
            Direction::Lower => Form::Reciprocal,
        };
        let whole = if form == Form::Reciprocal {
            if let Some(bad) = reference.values().find(|x| *x <= S::ZERO) {
                return Err(Fault::new(
                    &catalog::UNDEFINED_TRANSFORM,
                    format!("{bad} has no reciprocal that falls where values rise"),
                )
                .help("write `cost = \"complement\"`"));
            }
            let reciprocals: Option<Vec<S>> = reference.values().map(|x| S::ONE.over(x)).collect();
            reciprocals.and_then(|values| whole(&Column::of(values)))
        } else {
            whole(reference)
        };
        let whole = whole.filter(|w| w.finite() && *w > S::ZERO).ok_or_else(Fault::out_of_range)?;
        Ok(Box::new(Shares { form, whole, factor: S::from_decimal(self.factor), name }))
    }
}

/// All values are zero, so that nothing is a share of anything.
pub(crate) fn all_zero(method: &str, count: usize) -> Fault {
    Fault::new(
        &catalog::ZERO_RANGE,
        format!(
            "{} 0, so {method} has no whole to divide by",
            if count == 1 { "the only value is".to_owned() } else { format!("all {count} values are") }
        ),
    )
    .help("leave the indicator out, or give it fixed bounds with `goalposts`")
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Form {
    Share,
    Complement,
    Reciprocal,
}

#[derive(Debug)]
struct Shares<S> {
    form: Form,
    whole: S,
    factor: S,
    name: &'static str,
}

impl<S: Scalar> Scale<S> for Shares<S> {
    fn score(&self, values: &Column<S>, out: &mut Column<S>) -> Outcome<()> {
        let Self { form, whole, factor, .. } = *self;
        // The quotient first where the product leaves the range of decimals.
        let share = move |x: S| match x.times(factor) {
            Some(product) => product.over(whole),
            None => x.over(whole)?.times(factor),
        };
        match form {
            Form::Share => out.map_from(values, share),
            Form::Complement => out.map_from(values, move |x| factor.minus(share(x)?)),
            Form::Reciprocal => {
                out.map_from(values, move |x| if x > S::ZERO { share(S::ONE.over(x)?) } else { None })
            }
        }
    }
    fn fitted(&self) -> Vec<(&'static str, S)> {
        vec![(self.name, self.whole)]
    }
}
