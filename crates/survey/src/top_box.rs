//! Top box: the share of respondents who give the best answer.
//!
//! Use it where only full agreement counts. It says nothing of how the rest spreads: a mean or a balance does.

use crate::{Bound, Frame, Statistic, StatisticBox, shared};
use gradus_method::{Args, Method, Outcome};
use gradus_model::Decimal;
use gradus_model::package::Question;

/// Registry entry of [`TopBox`].
pub static METHOD: Method<StatisticBox> = Method {
    id: "top-box",
    since: "0.2.0",
    summary: "The share of respondents who give the best answer.",
    summary_zh: "最佳答案占比：选择最好答案的受访者比例。",
    formula: "p = sum(w x) / sum(w), where x is 1 for the best answer and 0 for the others in the base",
    params: &[shared::SHARE_SCALE],
    references: &[shared::TOP_TWO, shared::COCHRAN, shared::WILSON],
    build: |args| Ok(StatisticBox::new(TopBox::new(args)?)),
};

/// The share of respondents who give the best answer.
///
/// # Formula
/// ```text
/// p = Σ w x / Σ w,  x = 1 for the best answer, 0 for every other answer in the base
/// estimate = low + (high − low) p
/// ```
/// # Parameters
/// | name | default | range | meaning |
/// | :--- | :--- | :--- | :--- |
/// | `scale` | `[0, 100]` | low below high | what a share of nobody and of everybody is written as |
/// # Input and output
/// Answers in their order and weights of any size. A share, in percent unless `scale` says otherwise.
/// # Missing values and edge cases
/// Empty cells and questions not asked are outside the base. Those who do not know are outside it or count as not giving the
/// answer, as the codebook says. Without anybody in the base there is no estimate.
/// # Errors
/// `invalid-bounds` for a scale that does not rise.
/// # Example
/// ```
/// # use gradus_method::Args;
/// use gradus_survey::{Kind, top_box::METHOD};
/// let statistic = METHOD.make(&Args::new())?;
/// assert_eq!(statistic.frame().kind, Kind::Share);
/// # Ok::<(), gradus_method::Fault>(())
/// ```
/// # References
/// Morgan and Rego (2006) compare it with other metrics of satisfaction. Cochran (1977), chapter 3, for shares; Wilson (1927)
/// for their interval.
#[derive(Debug, Clone, Copy)]
pub struct TopBox(Frame);

impl TopBox {
    fn new(args: &Args) -> Outcome<Self> {
        shared::share_frame(args).map(Self)
    }
}

impl Statistic for TopBox {
    fn frame(&self) -> Frame {
        self.0
    }
    fn bind(&self, questions: &[&Question]) -> Outcome<Bound> {
        let question = shared::only(questions)?;
        let best = question.ordered().len().saturating_sub(1);
        Ok(shared::counting(question, (Decimal::ZERO, Decimal::ONE), |place| {
            Decimal::from(u8::from(place == best))
        }))
    }
}

#[cfg(test)]
mod tests {
    use super::METHOD;
    use crate::testing::*;

    #[test]
    fn counted_by_hand() {
        // Answers 1 to 5, the last the best: three of twelve.
        check(&METHOD, "", "5 5 4 4 3 3 2 2 1 1 5 4", "25");
        check(&METHOD, "scale = [0, 1]", "5 4 3 2", "0.25");
        check(&METHOD, "", "5*3 1*1", "75");
        // Those who do not know (9) and refuse (8) are left out, or count as not giving the answer.
        check(&METHOD, "", "5 5 1 9 8 .", "66.666666666666666666666666667");
        check_counted(&METHOD, "", "5 5 1 9 .", "50");
        check_lower(&METHOD, "", "1 1 2 5", "50");
    }

    #[test]
    fn edges() {
        edges_of_a_share(&METHOD, "");
    }

    #[test]
    fn properties() {
        holds(&METHOD, "", true);
    }
}
