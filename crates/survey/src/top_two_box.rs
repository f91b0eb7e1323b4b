//! Top-two box: the share of respondents who give one of the two best answers.
//!
//! Use it for four answers or more, as "very and rather satisfied" of a perception survey is. With three answers it is all but
//! the worst, which a reader should be told.

use crate::{Bound, Frame, Statistic, StatisticBox, shared};
use gradus_method::{Args, Fault, Method, Outcome};
use gradus_model::Decimal;
use gradus_model::diagnostic::catalog;
use gradus_model::package::Question;

/// Registry entry of [`TopTwoBox`].
pub static METHOD: Method<StatisticBox> = Method {
    id: "top-two-box",
    since: "0.2.0",
    summary: "The share of respondents who give one of the two best answers.",
    summary_zh: "前两项占比：选择最好两个答案之一的受访者比例。",
    formula: "p = sum(w x) / sum(w), where x is 1 for the two best answers and 0 for the others in the base",
    params: &[shared::SHARE_SCALE],
    references: &[shared::TOP_TWO, shared::COCHRAN, shared::WILSON],
    build: |args| Ok(StatisticBox::new(TopTwoBox::new(args)?)),
};

/// The share of respondents who give one of the two best answers.
///
/// # Formula
/// ```text
/// p = Σ w x / Σ w,  x = 1 for the two best answers, 0 for every other answer in the base
/// estimate = low + (high − low) p
/// ```
/// # Parameters
/// | name | default | range | meaning |
/// | :--- | :--- | :--- | :--- |
/// | `scale` | `[0, 100]` | low below high | what a share of nobody and of everybody is written as |
/// # Input and output
/// Three answers or more in their order, and weights of any size. A share, in percent unless `scale` says otherwise.
/// # Missing values and edge cases
/// Empty cells and questions not asked are outside the base. Those who do not know are outside it or count as not giving the
/// answer, as the codebook says. Without anybody in the base there is no estimate.
/// # Errors
/// `invalid-codebook` for a question with two answers, both of which would count; `invalid-bounds` for a scale that does not
/// rise.
/// # Example
/// ```
/// # use gradus_method::Args;
/// use gradus_survey::{Kind, top_two_box::METHOD};
/// let statistic = METHOD.make(&Args::new())?;
/// assert_eq!(statistic.frame().kind, Kind::Share);
/// # Ok::<(), gradus_method::Fault>(())
/// ```
/// # References
/// Morgan and Rego (2006) compare it with other metrics of satisfaction. Cochran (1977), chapter 3, for shares; Wilson (1927)
/// for their interval.
#[derive(Debug, Clone, Copy)]
pub struct TopTwoBox(Frame);

impl TopTwoBox {
    fn new(args: &Args) -> Outcome<Self> {
        shared::share_frame(args).map(Self)
    }
}

impl Statistic for TopTwoBox {
    fn frame(&self) -> Frame {
        self.0
    }
    fn bind(&self, questions: &[&Question]) -> Outcome<Bound> {
        let question = shared::only(questions)?;
        let n = question.ordered().len();
        if n < 3 {
            return Err(Fault::new(
                &catalog::INVALID_CODEBOOK,
                format!("`{}` has {n} answers, and the two best are everybody", question.id),
            )
            .help("use the statistic `top-box`"));
        }
        Ok(shared::counting(question, (Decimal::ZERO, Decimal::ONE), |place| {
            Decimal::from(u8::from(place + 2 >= n))
        }))
    }
}

#[cfg(test)]
mod tests {
    use super::METHOD;
    use crate::testing::*;

    #[test]
    fn counted_by_hand() {
        check(&METHOD, "", "5 5 4 4 3 3 2 2 1 1 5 4", "50");
        check(&METHOD, "", "5*0.5 4*1.5 3*1 1*1", "50");
        check(&METHOD, "", "5 4 9 8 .", "100");
        check_counted(&METHOD, "", "5 4 9 9 .", "50");
        check_lower(&METHOD, "", "1 2 3 5", "50");
    }

    #[test]
    fn edges() {
        edges_of_a_share(&METHOD, "");
        faults(&METHOD, "", &["no", "yes"], "invalid-codebook");
    }

    #[test]
    fn properties() {
        holds(&METHOD, "", true);
    }
}
