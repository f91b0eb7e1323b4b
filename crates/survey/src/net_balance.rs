//! Net balance: the share of good answers less the share of bad ones.
//!
//! Use it for opinions that may lean either way, and for short series of them. A balance of zero may be everybody in the middle
//! or two camps: show the distribution beside it.

use crate::{Bound, Frame, Kind, Statistic, StatisticBox, shared};
use gradus_method::{Args, Default, Fault, Method, Outcome, Param, ParamKind, Reference};
use gradus_model::Decimal;
use gradus_model::package::Question;

/// Registry entry of [`NetBalance`].
pub static METHOD: Method<StatisticBox> = Method {
    id: "net-balance",
    since: "0.2.0",
    summary: "The share of good answers less the share of bad ones.",
    summary_zh: "净差额：正面答案比例减去负面答案比例。",
    formula: "b = sum(w x) / sum(w), where x is 1 for the best and -1 for the worst answer, inner or -inner for others above and below the middle, and 0 in the middle",
    params: &[
        Param {
            name: "inner",
            kind: ParamKind::Number,
            default: Default::Value("1"),
            range: "0 to 1",
            meaning: "what good and bad answers count that are not the best or the worst: 1, or 0.5 as in the surveys of the European Union",
        },
        Param {
            name: "scale",
            kind: ParamKind::Range,
            default: Default::Value("[-100, 100]"),
            range: "low below high",
            meaning: "what is written where everybody gives the worst answer and where everybody gives the best",
        },
    ],
    references: &[
        Reference {
            citation: "OECD (2003). Business Tendency Surveys: A Handbook",
            locator: "https://doi.org/10.1787/9789264177444-en",
        },
        Reference {
            citation: "European Commission (2023). The Joint Harmonised EU Programme of Business and Consumer Surveys: User Guide",
            locator: "https://economy-finance.ec.europa.eu/economic-forecast-and-surveys/business-and-consumer-surveys_en",
        },
        shared::COCHRAN,
    ],
    build: |args| Ok(StatisticBox::new(NetBalance::new(args)?)),
};

/// The share of good answers less the share of bad ones.
///
/// # Formula
/// ```text
/// b = Σ w x / Σ w,  x = 1 best, −1 worst, ±inner for others above and below the middle, 0 in the middle
/// estimate = low + (high − low) (b + 1) / 2
/// ```
/// With `inner = 0.5` and five answers it is the balance of the consumer surveys of the European Union:
/// (PP + P/2) − (M/2 + MM).
/// # Parameters
/// | name | default | range | meaning |
/// | :--- | :--- | :--- | :--- |
/// | `inner` | 1 | 0 to 1 | what good and bad answers count that are not the best or the worst |
/// | `scale` | `[-100, 100]` | low below high | what is written where everybody gives the worst, and the best answer |
/// # Input and output
/// Two answers or more in their order, and weights of any size. A balance, in points unless `scale` says otherwise; its interval
/// is by t, cut at the ends of the scale.
/// # Missing values and edge cases
/// An odd number of answers has a middle one, which counts 0. Those who do not know are outside the base or count 0, as the
/// codebook says.
/// # Errors
/// `invalid-parameter` for `inner` outside 0 to 1; `invalid-bounds` for a scale that does not rise.
/// # Example
/// ```
/// # use gradus_method::Args;
/// use gradus_survey::{Kind, net_balance::METHOD};
/// let statistic = METHOD.make(&Args::new())?;
/// assert_eq!(statistic.frame().kind, Kind::Mean);
/// # Ok::<(), gradus_method::Fault>(())
/// ```
/// # References
/// OECD (2003), chapter on balances. European Commission (2023), section on the computation of balances. Cochran (1977), chapter
/// 6, for the variance.
#[derive(Debug, Clone, Copy)]
pub struct NetBalance {
    scale: (Decimal, Decimal),
    inner: Decimal,
}

impl NetBalance {
    fn new(args: &Args) -> Outcome<Self> {
        let inner = args.optional_number("inner")?.unwrap_or(Decimal::ONE);
        if inner < Decimal::ZERO || inner > Decimal::ONE {
            let message = format!("`inner` is {inner}, outside 0 to 1");
            return Err(Fault::parameter("inner", message).help("give a number from 0 to 1"));
        }
        let hundred = Decimal::ONE_HUNDRED;
        Ok(Self { scale: args.range("scale", (-hundred, hundred))?, inner })
    }
}

impl Statistic for NetBalance {
    fn frame(&self) -> Frame {
        Frame { kind: Kind::Mean, scale: self.scale }
    }
    fn bind(&self, questions: &[&Question]) -> Outcome<Bound> {
        let question = shared::only(questions)?;
        let n = question.ordered().len();
        Ok(shared::counting(question, (-Decimal::ONE, Decimal::ONE), |place| {
            let size = if place == 0 || place + 1 == n { Decimal::ONE } else { self.inner };
            match (2 * place + 1).cmp(&n) {
                std::cmp::Ordering::Less => -size,
                std::cmp::Ordering::Equal => Decimal::ZERO,
                std::cmp::Ordering::Greater => size,
            }
        }))
    }
}

#[cfg(test)]
mod tests {
    use super::METHOD;
    use crate::testing::*;

    #[test]
    fn worked_by_hand() {
        // 4 good, 1 in the middle, 2 bad of 8; 1 bad answer more.
        check(&METHOD, "", "5 5 4 4 3 2 1 1", "12.5");
        // The balance of the European Union: (2 + 2/2 − 1/2 − 2) / 8.
        check(&METHOD, "inner = 0.5", "5 5 4 4 3 2 1 1", "6.25");
        check(&METHOD, "inner = 0", "5 5 4 4 3 2 1 1", "0");
        check(&METHOD, "scale = [0, 100]", "5 5 4 4 3 2 1 1", "56.25");
        check(&METHOD, "", "5*3 1*1", "50");
        check(&METHOD, "", "5 5 1 9", "33.333333333333333333333333333");
        check_counted(&METHOD, "", "5 5 1 9", "25");
        check_lower(&METHOD, "", "5 5 1", "-33.333333333333333333333333333");
    }

    #[test]
    fn edges() {
        nobody(&METHOD, "");
        check(&METHOD, "", "3 3", "0");
        check(&METHOD, "", "1 1", "-100");
        faults(&METHOD, "inner = 1.5", &["1", "2"], "invalid-parameter");
        faults(&METHOD, "scale = [1, 1]", &["1", "2"], "invalid-bounds");
    }

    #[test]
    fn properties() {
        holds(&METHOD, "", true);
        holds(&METHOD, "inner = 0.5", true);
    }
}
