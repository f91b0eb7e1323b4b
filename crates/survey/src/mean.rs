//! Mean of ordered answers, mapped onto a declared scale.
//!
//! Use it where the steps between answers may be taken as equal, or where the codebook gives each answer its score. It treats
//! order as distance, which a share does not.

use crate::{Bound, Frame, Kind, Statistic, StatisticBox, shared};
use gradus_method::{Args, Method, Outcome, Reference};
use gradus_model::package::Question;

/// Registry entry of [`Mean`].
pub static METHOD: Method<StatisticBox> = Method {
    id: "mean",
    since: "0.2.0",
    summary: "The mean of the answers, mapped from the worst and the best onto a scale.",
    summary_zh: "均值：将最差与最好答案映射到给定尺度后的平均值。",
    formula: "y = low + (high - low) (m - worst) / (best - worst) with m = sum(w s) / sum(w), where s is the score of an answer",
    params: &[shared::MEAN_SCALE],
    references: &[
        shared::COCHRAN,
        Reference {
            citation: "Norman (2010). Likert scales, levels of measurement and the laws of statistics. Advances in Health Sciences Education 15, 625-632",
            locator: "https://doi.org/10.1007/s10459-010-9222-y",
        },
        Reference {
            citation: "OECD (2013). OECD Guidelines on Measuring Subjective Well-being",
            locator: "https://doi.org/10.1787/9789264191655-en",
        },
    ],
    build: |args| Ok(StatisticBox::new(Mean::new(args)?)),
};

/// The mean of the answers, mapped onto a scale.
///
/// # Formula
/// ```text
/// m = Σ w s / Σ w,  estimate = low + (high − low) (m − worst) / (best − worst)
/// ```
/// s is the score that the codebook gives an answer, else its place from the worst: 1, 2, 3, ...
/// # Parameters
/// | name | default | range | meaning |
/// | :--- | :--- | :--- | :--- |
/// | `scale` | none | low below high | what the worst and the best answer are mapped to |
/// # Input and output
/// Two answers or more in their order, and weights of any size. A number on the scale; its interval is by t, cut at the ends of
/// the scale.
/// # Missing values and edge cases
/// Empty cells, questions not asked and those who do not know are outside the base. All in one answer: that answer, with a
/// standard error of 0.
/// # Errors
/// `invalid-codebook` where the codebook counts those who do not know; `missing-parameter` without a scale; `invalid-bounds` for
/// one that does not rise.
/// # Example
/// ```
/// # use gradus_method::{Arg, Args};
/// use gradus_survey::{Kind, mean::METHOD};
/// let scale = Arg::List(vec![Arg::Number(0.into()), Arg::Number(100.into())]);
/// let statistic = METHOD.make(&Args::new().with("scale", scale))?;
/// assert_eq!(statistic.frame().kind, Kind::Mean);
/// # Ok::<(), gradus_method::Fault>(())
/// ```
/// # References
/// Cochran (1977), chapters 2 and 6, for the mean as a ratio. Norman (2010) on means of ordered answers; OECD (2013) on scales
/// of 0 to 10.
#[derive(Debug, Clone, Copy)]
pub struct Mean(Frame);

impl Mean {
    fn new(args: &Args) -> Outcome<Self> {
        Ok(Self(Frame { kind: Kind::Mean, scale: shared::mean_scale(args)? }))
    }
}

impl Statistic for Mean {
    fn frame(&self) -> Frame {
        self.0
    }
    fn bind(&self, questions: &[&Question]) -> Outcome<Bound> {
        let (scores, worst, best) = shared::graded(shared::only(questions)?)?;
        Ok(Bound { scores: vec![scores], combine: shared::one, ends: (worst, best) })
    }
}

#[cfg(test)]
mod tests {
    use super::METHOD;
    use crate::testing::*;

    const PERCENT: &str = "scale = [0, 100]";

    #[test]
    fn worked_by_hand() {
        // A mean of 3.5 on 1 to 5 is 62.5 on 0 to 100.
        check(&METHOD, PERCENT, "5 4 3 2", "62.5");
        check(&METHOD, "scale = [1, 5]", "5 4 3 2", "3.5");
        check(&METHOD, PERCENT, "5*3 1*1", "75");
        check(&METHOD, PERCENT, "5 1 9 8 .", "50");
        check_lower(&METHOD, PERCENT, "5 4 3 2", "37.5");
        // Scores of the codebook: 0, 1, 10.
        check_scored(&METHOD, PERCENT, &[("a", 0), ("b", 1), ("c", 10)], "a b c c", "52.5");
        check_scored(&METHOD, PERCENT, &[("a", 10), ("b", 1), ("c", 0)], "a b", "45");
    }

    #[test]
    fn the_example_of_the_stata_survey_manual() {
        // Data set `fpc`: mean 5.448148, standard error .7412683. The figures as scores of answers in rising order.
        let answers: &[(&str, &str)] = &[
            ("a", "2.8"),
            ("b", "3.7"),
            ("c", "4.1"),
            ("d", "4.2"),
            ("e", "6.6"),
            ("f", "6.8"),
            ("g", "9.2"),
        ];
        let rows = "a*3@1 c*3@1 f*3@1 f*3@1 g*3@1 b*4@2 e*4@2 d*4@2";
        check_design(&METHOD, "scale = [2.8, 9.2]", answers, rows, "5.448148", "0.7412683");
    }

    #[test]
    fn edges() {
        nobody(&METHOD, PERCENT);
        check(&METHOD, PERCENT, "3 3 3", "50");
        check_error(&METHOD, PERCENT, "3 3 3", Some("0"));
        check_error(&METHOD, PERCENT, "3", None);
        faults_counted(&METHOD, PERCENT, "invalid-codebook");
    }

    #[test]
    fn properties() {
        holds(&METHOD, PERCENT, true);
    }
}
