//! Expectation gap: what respondents expect less what they have.
//!
//! Use it for items that were asked twice, what is obtained now and what is expected. The gap is taken within each
//! respondent, so that its error knows that who expects much often has much. A large gap is worse: give the indicator
//! `direction = "lower"`.

use crate::{Bound, Frame, Kind, Statistic, StatisticBox, shared};
use gradus_method::{Args, Fault, Method, Outcome, Reference};
use gradus_model::Decimal;
use gradus_model::package::{ItemRole, Question};

/// Registry entry of [`ExpectationGap`].
pub static METHOD: Method<StatisticBox> = Method {
    id: "expectation-gap",
    since: "0.2.0",
    summary: "What respondents expect of items less what they obtain now.",
    summary_zh: "期望差距：受访者对各项目的期望减去当前获得。",
    formula: "g = (high - low) sum(w (e - p)) / sum(w), where e and p are the answers on expected and present gain, each from 0 for the worst to 1 for the best, meant over the items",
    params: &[shared::MEAN_SCALE],
    references: &[
        Reference {
            citation: "Parasuraman, Zeithaml and Berry (1985). A conceptual model of service quality and its implications for future research. Journal of Marketing 49(4), 41-50",
            locator: "https://doi.org/10.1177/002224298504900403",
        },
        shared::COCHRAN,
    ],
    build: |args| Ok(StatisticBox::new(ExpectationGap::new(args)?)),
};

/// What respondents expect of items less what they obtain now.
///
/// # Formula
/// ```text
/// g = (high − low) Σ w (e − p) / Σ w
/// ```
/// e and p are a respondent's answers on expected and present gain, from 0 for the worst to 1 for the best; over several items,
/// their mean over the items with both answers.
/// # Parameters
/// | name | default | range | meaning |
/// | :--- | :--- | :--- | :--- |
/// | `scale` | none | low below high | what the worst and the best answer are mapped to |
/// # Input and output
/// Questions with the roles `expected` and `present` for each item, and weights of any size. Points of the scale, from the low
/// end less the high end to the high end less the low end; above zero where more is expected than there is.
/// # Missing values and edge cases
/// An item without both answers is passed over; a respondent without any item is outside the base. The two questions of an item
/// may have different numbers of answers.
/// # Errors
/// `invalid-codebook` where the codebook counts those who do not know; `unknown-survey` without items.
/// # Example
/// ```
/// # use gradus_method::{Arg, Args};
/// use gradus_survey::expectation_gap::METHOD;
/// let scale = Arg::List(vec![Arg::Number(0.into()), Arg::Number(100.into())]);
/// let statistic = METHOD.make(&Args::new().with("scale", scale))?;
/// assert_eq!(statistic.roles().len(), 2);
/// # Ok::<(), gradus_method::Fault>(())
/// ```
/// # References
/// Parasuraman, Zeithaml and Berry (1985) for service quality as a gap, with the sign turned round. Cochran (1977), chapter 6.
#[derive(Debug, Clone, Copy)]
pub struct ExpectationGap {
    scale: (Decimal, Decimal),
    width: Decimal,
}

impl ExpectationGap {
    fn new(args: &Args) -> Outcome<Self> {
        let (low, high) = shared::mean_scale(args)?;
        let width = high.checked_sub(low).ok_or_else(Fault::out_of_range)?;
        Ok(Self { scale: (-width, width), width })
    }
    /// Points between the ends of the scale.
    #[must_use]
    pub fn width(&self) -> Decimal {
        self.width
    }
}

impl Statistic for ExpectationGap {
    fn frame(&self) -> Frame {
        Frame { kind: Kind::Mean, scale: self.scale }
    }
    fn roles(&self) -> &'static [ItemRole] {
        &[ItemRole::Expected, ItemRole::Present]
    }
    fn bind(&self, questions: &[&Question]) -> Outcome<Bound> {
        let scores = questions.iter().map(|q| shared::graded_to_one(q)).collect::<Outcome<_>>()?;
        Ok(Bound { scores, combine: gap, ends: (-Decimal::ONE, Decimal::ONE) })
    }
}

/// The mean gap over the items with both answers.
fn gap(scores: &[Option<Decimal>]) -> Option<(Decimal, Decimal)> {
    let mut sum = Decimal::ZERO;
    let mut items = 0u32;
    for pair in scores.chunks_exact(2) {
        if let [Some(expected), Some(present)] = pair {
            sum = sum.checked_add(expected.checked_sub(*present)?)?;
            items += 1;
        }
    }
    Some((sum.checked_div(Decimal::from(items))?, Decimal::ONE))
}

#[cfg(test)]
mod tests {
    use super::METHOD;
    use crate::testing::*;

    const PERCENT: &str = "scale = [0, 100]";

    #[test]
    fn worked_by_hand() {
        // Expected and present from 1 to 5: gaps of 25, 0 and −25 points.
        check_items(&METHOD, PERCENT, 1, "5/4 3/3 1/2", "0");
        check_items(&METHOD, PERCENT, 1, "5/4*2 3/3*1 1/2*1", "6.25");
        check_items(&METHOD, "scale = [0, 10]", 1, "5/1 5/1", "10");
        // Two items, one without both answers.
        check_items(&METHOD, PERCENT, 2, "5/4/5/3 4/4/./3 5/9/1/1", "12.5");
        check_items(&METHOD, PERCENT, 1, "5/. ./5 5/4", "25");
    }

    #[test]
    fn the_error_is_that_of_differences() {
        // Who expects one step more each has a gap without spread, though the answers differ.
        check_items_error(&METHOD, PERCENT, 1, "2/1 3/2 4/3 5/4", "0");
    }

    #[test]
    fn edges() {
        nobody_of_items(&METHOD, PERCENT, 1);
        faults_items_counted(&METHOD, PERCENT, "invalid-codebook");
    }
}
