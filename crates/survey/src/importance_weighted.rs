//! Importance-weighted gain: what respondents have, counted by how much it matters to them.
//!
//! Use it for items that were rated on importance and present gain. What nobody cares about weighs little; what is
//! important and not obtained weighs most.

use crate::{Bound, Frame, Kind, Statistic, StatisticBox, shared};
use gradus_method::{Args, Fault, Method, Outcome, Reference};
use gradus_model::Decimal;
use gradus_model::diagnostic::catalog;
use gradus_model::package::{ItemRole, Question};

/// Registry entry of [`ImportanceWeighted`].
pub static METHOD: Method<StatisticBox> = Method {
    id: "importance-weighted",
    since: "0.2.0",
    summary: "The mean of what respondents obtain, weighted by how important each item is to them.",
    summary_zh: "重要性加权获得感：以受访者对各项目重要性的评价加权的当前获得均值。",
    formula: "y = low + (high - low) r with r = sum(w a p) / sum(w a), where a is the score of importance and p present gain from 0 for the worst to 1 for the best, over respondents and items",
    params: &[shared::MEAN_SCALE],
    references: &[
        Reference {
            citation: "Martilla and James (1977). Importance-performance analysis. Journal of Marketing 41(1), 77-79",
            locator: "https://doi.org/10.1177/002224297704100112",
        },
        shared::COCHRAN,
    ],
    build: |args| Ok(StatisticBox::new(ImportanceWeighted::new(args)?)),
};

/// The mean of what respondents obtain, weighted by how important each item is to them.
///
/// # Formula
/// ```text
/// r = Σ w Σ a p / Σ w Σ a,  estimate = low + (high − low) r
/// ```
/// The inner sums run over the items of a respondent. a is the score of the answer on importance, else its place from the least
/// important: 1, 2, 3, ...; p is the answer on present gain, from 0 for the worst to 1 for the best.
/// # Parameters
/// | name | default | range | meaning |
/// | :--- | :--- | :--- | :--- |
/// | `scale` | none | low below high | what the worst and the best answer are mapped to |
/// # Input and output
/// Questions with the roles `importance` and `present` for each item, and weights of any size. A number on the scale; the
/// variance is that of a ratio, by linearization.
/// # Missing values and edge cases
/// An item without both answers is passed over; a respondent without any item, or to whom nothing matters (all scores of
/// importance 0), is outside the base.
/// # Errors
/// `invalid-codebook` where importance has a score below 0, or the codebook counts those who do not know; `unknown-survey`
/// without items.
/// # Example
/// ```
/// # use gradus_method::{Arg, Args};
/// use gradus_survey::importance_weighted::METHOD;
/// let scale = Arg::List(vec![Arg::Number(0.into()), Arg::Number(100.into())]);
/// let statistic = METHOD.make(&Args::new().with("scale", scale))?;
/// assert_eq!(statistic.roles().len(), 2);
/// # Ok::<(), gradus_method::Fault>(())
/// ```
/// # References
/// Martilla and James (1977) for importance beside performance. Cochran (1977), chapter 6, for ratios.
#[derive(Debug, Clone, Copy)]
pub struct ImportanceWeighted(Frame);

impl ImportanceWeighted {
    fn new(args: &Args) -> Outcome<Self> {
        Ok(Self(Frame { kind: Kind::Mean, scale: shared::mean_scale(args)? }))
    }
}

impl Statistic for ImportanceWeighted {
    fn frame(&self) -> Frame {
        self.0
    }
    fn roles(&self) -> &'static [ItemRole] {
        &[ItemRole::Importance, ItemRole::Present]
    }
    fn bind(&self, questions: &[&Question]) -> Outcome<Bound> {
        let mut scores = Vec::new();
        for pair in questions.chunks_exact(2) {
            let (importance, ..) = shared::graded(pair[0])?;
            if let Some(below) = importance.iter().flatten().find(|score| **score < Decimal::ZERO) {
                return Err(Fault::new(
                    &catalog::INVALID_CODEBOOK,
                    format!("`{}` is about importance and has a score of {below}", pair[0].id),
                )
                .help("give importance scores of 0 or more"));
            }
            scores.push(importance);
            scores.push(shared::graded_to_one(pair[1])?);
        }
        Ok(Bound { scores, combine: weighted, ends: (Decimal::ZERO, Decimal::ONE) })
    }
}

/// The sums over the items with both answers.
fn weighted(scores: &[Option<Decimal>]) -> Option<(Decimal, Decimal)> {
    let (mut above, mut below) = (Decimal::ZERO, Decimal::ZERO);
    for pair in scores.chunks_exact(2) {
        if let [Some(importance), Some(present)] = pair {
            above = above.checked_add(importance.checked_mul(*present)?)?;
            below = below.checked_add(*importance)?;
        }
    }
    (below > Decimal::ZERO).then_some((above, below))
}

#[cfg(test)]
mod tests {
    use super::METHOD;
    use crate::testing::*;

    const PERCENT: &str = "scale = [0, 100]";

    #[test]
    fn worked_by_hand() {
        // One item: importance 5 with gain 5, importance 1 with gain 1: 5 / 6.
        check_items(&METHOD, PERCENT, 1, "5/5 1/1", "83.333333333333333333333333333");
        // One respondent, two items: (4 × 0.75 + 1 × 0) / 5 and weights over respondents.
        check_items(&METHOD, PERCENT, 2, "4/4/1/1", "60");
        check_items(&METHOD, PERCENT, 2, "4/4/1/1*3 5/5/5/5*1", "76");
        check_items(&METHOD, PERCENT, 2, "4/4/./1 5/9/1/1", "60");
    }

    #[test]
    fn equal_importance_is_the_mean() {
        check_items(&METHOD, PERCENT, 1, "3/5 3/4 3/3 3/2", "62.5");
    }

    #[test]
    fn edges() {
        nobody_of_items(&METHOD, PERCENT, 1);
        faults_items_counted(&METHOD, PERCENT, "invalid-codebook");
    }
}
