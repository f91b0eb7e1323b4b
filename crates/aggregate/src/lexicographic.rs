//! Lexicographic order: the most important part decides, the next one only where units are equal, and so on.
//!
//! Use it where one criterion comes first whatever the others say. Parts after the first rarely have a say when values
//! have many digits: round them before, where small differences should not decide.

use crate::{Aggregator, AggregatorBox, Reach, codes, ideal};
use gradus_method::{Arg, Args, Default, Fault, Method, Outcome, Param, ParamKind, Reference};
use gradus_model::Id;
use gradus_model::number::Scalar;
use std::cmp::Ordering;

/// Registry entry of [`Lexicographic`].
pub static METHOD: Method<AggregatorBox> = Method {
    id: "lexicographic",
    since: "0.1.0",
    summary: "The place of a unit when parts are compared one after the other, the most important first.",
    summary_zh: "字典序法：按重要性依次比较各部分，前者相等时才比较后者，得分为名次比例。",
    formula: "y = (worse + (equal - 1) / 2) / (n - 1), with the counts of units that are worse and that are equal in the order of parts",
    params: &[Param {
        name: "order",
        kind: ParamKind::Codes,
        default: Default::Absent("by weight, the largest first"),
        range: "every part of the group once",
        meaning: "codes of the parts, the most important first",
    }],
    references: &[Reference {
        citation: "Fishburn (1974). Lexicographic orders, utilities and decision rules: a survey. Management Science 20(11), 1442-1471",
        locator: "https://doi.org/10.1287/mnsc.20.11.1442",
    }],
    build: |args| Ok(AggregatorBox::new(Lexicographic::new(args)?)),
};

/// The lexicographic order of units as a score.
///
/// # Formula
/// ```text
/// y = (worse + (equal − 1) / 2) / (n − 1)
///
/// a is worse than b when a[k] < b[k] for the first k, in order of importance, with a[k] ≠ b[k]
/// ```
/// `equal` counts the unit itself, so y runs from 0, the last, to 1, the first, and equal units share their places.
/// # Parameters
/// | name | default | range | meaning |
/// | :--- | :--- | :--- | :--- |
/// | `order` | by weight, the largest first | every part once | codes of the parts, the most important first |
/// # Input and output
/// Parts of which more is better, each on a scale of its own; a score from 0 to 1, dimensionless. Values are compared as they
/// are, in both arithmetics without tolerance.
/// # Missing values and edge cases
/// Units with a missing part are not compared. Without `order`, a part of weight zero is left out and parts of equal
/// weight are refused, for nothing says which comes first; with `order` weights play no role.
/// # Errors
/// `invalid-parameter` for an `order` that does not name every part once, and for equal weights without `order`;
/// `too-few-values` for fewer than two units; `zero-weights` when no part has weight.
/// # Example
/// ```
/// use gradus_aggregate::{Aggregator, lexicographic::Lexicographic};
/// use gradus_method::Args;
/// let mut y = [0.0; 3];
/// Lexicographic::new(&Args::new())?.columns(&[&[7.0, 1.0, 99.0], &[2.0, 2.0, 1.0]], &[1.0, 3.0], &mut y)?;
/// assert_eq!(y, [1.0, 0.5, 0.0]);
/// # Ok::<(), gradus_method::Fault>(())
/// ```
/// # References
/// Fishburn (1974), Lexicographic orders, utilities and decision rules.
#[derive(Debug, Clone)]
pub struct Lexicographic {
    /// Positions of the parts, the most important first; empty where their codes are not known.
    order: Option<Vec<usize>>,
}

impl Lexicographic {
    /// Reads the parameters.
    ///
    /// # Errors
    /// `invalid-parameter` for an `order` that does not name every part once.
    pub fn new(args: &Args) -> Outcome<Self> {
        let codes = match args.get("order") {
            None => return Ok(Self { order: None }),
            Some(Arg::List(codes)) => codes,
            Some(other) => {
                let message = format!("`order` must be a list of codes, found {}", other.kind());
                return Err(Fault::parameter("order", message));
            }
        };
        let mut seen: Vec<&str> = Vec::new();
        let mut order = Vec::new();
        for code in codes {
            let Arg::Text(code) = code else {
                let message = format!("`order` must be a list of codes, found {} in it", code.kind());
                return Err(Fault::parameter("order", message));
            };
            if seen.contains(&code.as_str()) {
                let message = format!("`{code}` stands in `order` twice");
                return Err(Fault::parameter("order", message).help("name every part once"));
            }
            seen.push(code);
            order.extend(codes::position("order", code, args.parts())?);
        }
        let missing: Vec<Id> =
            args.parts().iter().filter(|part| !seen.contains(&part.as_str())).cloned().collect();
        if !missing.is_empty() {
            let message = format!("`order` does not say where {} stands", codes::list(&missing));
            return Err(Fault::parameter("order", message).help("name every part once"));
        }
        Ok(Self { order: Some(order) })
    }

    /// Positions of the parts that are compared, the most important first.
    fn positions<S: Scalar>(&self, weights: &[S]) -> Outcome<Vec<usize>> {
        if let Some(order) = &self.order {
            return if order.len() == weights.len() {
                Ok(order.clone())
            } else {
                Err(codes::no_codes("order"))
            };
        }
        let mut order: Vec<usize> = (0..weights.len()).filter(|k| weights[*k] > S::ZERO).collect();
        order.sort_by(|a, b| weights[*b].order(weights[*a]));
        if order.is_empty() {
            return Err(crate::shared::no_weight());
        }
        if let Some(pair) = order.windows(2).find(|pair| weights[pair[0]] == weights[pair[1]]) {
            let message = format!(
                "parts {} and {} both have weight {}, so nothing says which comes first",
                pair[0] + 1,
                pair[1] + 1,
                weights[pair[0]]
            );
            return Err(
                Fault::parameter("order", message).help("give `order`, the most important part first")
            );
        }
        Ok(order)
    }
}

impl<S: Scalar> Aggregator<S> for Lexicographic {
    fn reach(&self) -> Reach {
        Reach::Table
    }
    fn row(&self, values: &[S], weights: &[S]) -> Outcome<S> {
        ideal::alone(self, values, weights)
    }
    fn columns(&self, parts: &[&[S]], weights: &[S], out: &mut [S]) -> Outcome<()> {
        let n_units = ideal::compared(METHOD.id, parts)?;
        let positions = self.positions(weights)?;
        let compare = |a: usize, b: usize| {
            positions
                .iter()
                .map(|k| parts[*k][a].order(parts[*k][b]))
                .find(|o| o.is_ne())
                .unwrap_or(Ordering::Equal)
        };
        let mut units: Vec<usize> = (0..n_units).collect();
        units.sort_by(|a, b| compare(*a, *b));
        let mut worse = 0;
        for equal in units.chunk_by(|a, b| compare(*a, *b).is_eq()) {
            // Halves are counted, so that one division is all that is rounded.
            let halves = S::from_count(2 * worse + equal.len() - 1);
            let score = halves.over(S::from_count(2 * (n_units - 1))).ok_or_else(Fault::out_of_range)?;
            for unit in equal {
                out[*unit] = score;
            }
            worse += equal.len();
        }
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::METHOD;
    use crate::table_testing::*;
    use crate::testing::fault;
    use gradus_method::{Arg, Args, Fault, Outcome};
    use gradus_model::Id;
    use gradus_model::number::Decimal;

    #[test]
    fn worked_by_hand() {
        check_table(&METHOD, "", "7 2 | 1 2 | 99 1", "1 3", "1 0.5 0");
        check_table(&METHOD, "", "7 2 | 1 2 | 99 1", "3 1", "0.5 0 1");
        // A third part decides where two are equal.
        check_table(&METHOD, "", "5 5 1 | 5 5 2 | 5 4 9 | 6 0 0", "3 2 1", "~0.333333 ~0.666667 0 1");
        // Equal units share their places.
        check_table(&METHOD, "", "1 | 2 | 2 | 2 | 3", "1", "0 0.5 0.5 0.5 1");
        check_table(&METHOD, "", "4 | 4", "1", "0.5 0.5");
        // A part of weight zero has no say.
        check_table(&METHOD, "", "4 1 | 4 2", "1 0", "0.5 0.5");
        check_table(&METHOD, "", "-0.1 | 0 | -2", "1", "0.5 1 0");
    }

    fn ordered(codes: &[&str], units: &str, weights: &str) -> Outcome<Vec<Decimal>> {
        let codes = codes.iter().map(|code| Arg::Text((*code).to_owned())).collect();
        let parts = ["safety", "price"].map(|code| Id::new(code).unwrap());
        let args = Args::new().with("order", Arg::List(codes)).for_parts(&parts);
        let binary = table_with::<f64>(&METHOD, &args, units, weights);
        let exact = table_with::<Decimal>(&METHOD, &args, units, weights);
        assert_eq!(binary.is_ok(), exact.is_ok());
        exact
    }

    #[test]
    fn an_order_goes_before_weights() {
        let scores = |codes: &[&str]| ordered(codes, "1 9 | 2 8 | 2 7", "1 1").unwrap();
        let half = Decimal::new(5, 1);
        assert_eq!(scores(&["safety", "price"]), [Decimal::ZERO, Decimal::ONE, half]);
        assert_eq!(scores(&["price", "safety"]), [Decimal::ONE, half, Decimal::ZERO]);
    }

    #[test]
    fn what_it_cannot_do_it_says() {
        assert_eq!(table_fault(&METHOD, "", "3 1", "2 1").kind.id, "too-few-values");
        assert_eq!(table_fault(&METHOD, "", "3 1 | 3 2", "0 0").kind.id, "zero-weights");
        assert_eq!(fault(&METHOD, "", "3").kind.id, "too-few-values");
        let tied = table_fault(&METHOD, "", "3 1 5 | 4 2 5", "2 1 2");
        assert_eq!(
            (tied.kind.id, tied.message.as_str()),
            ("invalid-parameter", "parts 1 and 3 both have weight 2, so nothing says which comes first")
        );
        let says = |codes: &[&str]| -> Fault { ordered(codes, "1 9 | 2 8", "1 1").unwrap_err() };
        assert_eq!(says(&["safety"]).message, "`order` does not say where `price` stands");
        assert_eq!(says(&["safety", "safety"]).message, "`safety` stands in `order` twice");
        assert_eq!(says(&["safety", "prize"]).help.as_deref(), Some("did you mean `price`?"));
        // Without codes the declaration is checked, and a result is refused.
        let list = ["a", "b"].map(|code| Arg::Text(code.to_owned()));
        let args = Args::new().with("order", Arg::List(list.into()));
        assert!(METHOD.make(&args).is_ok());
        assert_eq!(
            table_with::<f64>(&METHOD, &args, "1 2 | 3 4", "1 1").unwrap_err().kind.id,
            "invalid-parameter"
        );
    }

    #[test]
    fn properties() {
        use TableProperty::{Dominance, ScaleKeepsScores, WithinUnit};
        // Few different values, so that later parts decide.
        table_holds(&METHOD, "", 0..3, &[WithinUnit, Dominance, ScaleKeepsScores]);
        table_holds(&METHOD, "", -900..900, &[WithinUnit, Dominance, ScaleKeepsScores]);
    }
}
