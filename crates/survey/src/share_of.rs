//! Share of listed answers: the share of respondents who give one of them.
//!
//! Use it for answers without an order, for the worst ("who feels left out"), or for a middle part of a scale.

use crate::{Bound, Frame, Statistic, StatisticBox, shared};
use gradus_method::{Args, Default, Fault, Method, Outcome, Param, ParamKind};
use gradus_model::Decimal;
use gradus_model::package::Question;

/// Registry entry of [`ShareOf`].
pub static METHOD: Method<StatisticBox> = Method {
    id: "share-of",
    since: "0.2.0",
    summary: "The share of respondents who give one of the listed answers.",
    summary_zh: "指定答案占比：选择所列答案之一的受访者比例。",
    formula: "p = sum(w x) / sum(w), where x is 1 for a listed answer and 0 for the others in the base",
    params: &[
        Param {
            name: "answers",
            kind: ParamKind::Codes,
            default: Default::Required,
            range: "codes of answers that say something",
            meaning: "the answers that count",
        },
        shared::SHARE_SCALE,
    ],
    references: &[shared::COCHRAN, shared::WILSON],
    build: |args| Ok(StatisticBox::new(ShareOf::new(args)?)),
};

/// The share of respondents who give one of the listed answers.
///
/// # Formula
/// ```text
/// p = Σ w x / Σ w,  x = 1 for a listed answer, 0 for every other answer in the base
/// estimate = low + (high − low) p
/// ```
/// # Parameters
/// | name | default | range | meaning |
/// | :--- | :--- | :--- | :--- |
/// | `answers` | none | codes of answers that say something | the answers that count |
/// | `scale` | `[0, 100]` | low below high | what a share of nobody and of everybody is written as |
/// # Input and output
/// Answers in any order and weights of any size. A share, in percent unless `scale` says otherwise. Whether more is better is
/// for the indicator's `direction` to say.
/// # Missing values and edge cases
/// Empty cells and questions not asked are outside the base. Those who do not know are outside it or count as not giving the
/// answer, as the codebook says. Without anybody in the base there is no estimate.
/// # Errors
/// `invalid-parameter` for an answer that the codebook does not have or that says nothing, and for none or the same twice;
/// `invalid-bounds` for a scale that does not rise.
/// # Example
/// ```
/// # use gradus_method::{Arg, Args};
/// use gradus_survey::{Kind, share_of::METHOD};
/// let answers = Arg::List(vec![Arg::Text("1".into()), Arg::Text("2".into())]);
/// let statistic = METHOD.make(&Args::new().with("answers", answers))?;
/// assert_eq!(statistic.frame().kind, Kind::Share);
/// # Ok::<(), gradus_method::Fault>(())
/// ```
/// # References
/// Cochran (1977), chapter 3, for shares; Wilson (1927) for their interval.
#[derive(Debug, Clone)]
pub struct ShareOf {
    frame: Frame,
    answers: Vec<String>,
}

impl ShareOf {
    fn new(args: &Args) -> Outcome<Self> {
        let answers = shared::codes(args, "answers").unwrap_or_default();
        if answers.is_empty() {
            return Err(
                Fault::parameter("answers", "`answers` lists no answer").help("name one or more answers")
            );
        }
        if let Some(twice) = answers.iter().enumerate().find(|(at, a)| answers[..*at].contains(a)) {
            let message = format!("`answers` lists `{}` twice", twice.1);
            return Err(Fault::parameter("answers", message).help("remove one of them"));
        }
        Ok(Self { frame: shared::share_frame(args)?, answers })
    }
}

impl Statistic for ShareOf {
    fn frame(&self) -> Frame {
        self.frame
    }
    fn bind(&self, questions: &[&Question]) -> Outcome<Bound> {
        let question = shared::only(questions)?;
        let listed = shared::places(question, "answers", &self.answers)?;
        Ok(shared::counting(question, (Decimal::ZERO, Decimal::ONE), |place| {
            Decimal::from(u8::from(listed.contains(&place)))
        }))
    }
}

#[cfg(test)]
mod tests {
    use super::METHOD;
    use crate::testing::*;

    const WORST: &str = "answers = [\"1\", \"2\"]";

    #[test]
    fn counted_by_hand() {
        check(&METHOD, WORST, "1 2 3 4 5", "40");
        check(&METHOD, WORST, "1*3 5*1", "75");
        check_counted(&METHOD, WORST, "1 9 9 5", "25");
        // A list is a list, whichever way is better.
        check_lower(&METHOD, WORST, "1 2 3 4 5", "40");
    }

    #[test]
    fn edges() {
        edges_of_a_share(&METHOD, "answers = [\"5\"]");
        for bad in ["answers = []", "answers = [\"1\", \"1\"]", "answers = [\"6\"]", "answers = [\"9\"]"] {
            faults(&METHOD, bad, &["1", "2", "3", "4", "5"], "invalid-parameter");
        }
    }

    #[test]
    fn properties() {
        holds(&METHOD, "answers = [\"5\", \"4\", \"3\"]", true);
    }
}
