//! What statistics share: parameters, references, and codebooks as numbers.

use crate::{Bound, Frame, Kind};
use gradus_method::{Args, Default, Fault, Outcome, Param, ParamKind, Reference};
use gradus_model::Decimal;
use gradus_model::diagnostic::{catalog, list_some, nearest};
use gradus_model::package::{AnswerKind, Question};

pub(crate) const COCHRAN: Reference = Reference {
    citation: "Cochran (1977). Sampling Techniques, 3rd edition, chapters 2, 3 and 6",
    locator: "ISBN 978-0-471-16240-7",
};
pub(crate) const WILSON: Reference = Reference {
    citation: "Wilson (1927). Probable inference, the law of succession, and statistical inference. Journal of the American Statistical Association 22, 209-212",
    locator: "https://doi.org/10.1080/01621459.1927.10502953",
};
pub(crate) const TOP_TWO: Reference = Reference {
    citation: "Morgan and Rego (2006). The value of different customer satisfaction and loyalty metrics in predicting business performance. Marketing Science 25, 426-439",
    locator: "https://doi.org/10.1287/mksc.1050.0180",
};

/// The parameter of a share: what it is written as.
pub(crate) const SHARE_SCALE: Param = Param {
    name: "scale",
    kind: ParamKind::Range,
    default: Default::Value("[0, 100]"),
    range: "low below high",
    meaning: "what a share of nobody and of everybody is written as, in the measurement unit of the indicator",
};
/// The parameter of a mean: what its answers are mapped to.
pub(crate) const MEAN_SCALE: Param = Param {
    name: "scale",
    kind: ParamKind::Range,
    default: Default::Required,
    range: "low below high",
    meaning: "what the worst and the best answer are mapped to, in the measurement unit of the indicator",
};

/// The scale of a share.
pub(crate) fn share_frame(args: &Args) -> Outcome<Frame> {
    Ok(Frame { kind: Kind::Share, scale: args.range("scale", (Decimal::ZERO, Decimal::ONE_HUNDRED))? })
}

/// A mapped scale that must be given.
pub(crate) fn mean_scale(args: &Args) -> Outcome<(Decimal, Decimal)> {
    args.range("scale", (Decimal::ZERO, Decimal::ONE_HUNDRED))
}

/// The one question of a statistic of one.
pub(crate) fn only<'q>(questions: &[&'q Question]) -> Outcome<&'q Question> {
    match questions {
        [one] => Ok(one),
        several => Err(Fault::new(
            &catalog::UNKNOWN_SURVEY,
            format!("the statistic is of one question, and {} are named", several.len()),
        )
        .help("name the question: `question = \"q1\"`")),
    }
}

/// The numerator and denominator of one answer.
pub(crate) fn one(scores: &[Option<Decimal>]) -> Option<(Decimal, Decimal)> {
    Some(((*scores.first()?)?, Decimal::ONE))
}

/// A statistic that counts each answer by itself: what it counts by its place from the worst, from 0. Those who do not
/// know count zero where the codebook has them in the base.
pub(crate) fn counting(
    question: &Question,
    ends: (Decimal, Decimal),
    count: impl Fn(usize) -> Decimal,
) -> Bound {
    let ordered = question.ordered();
    let counted = question.dont_know.is_some_and(|d| d.counted);
    let scores = question
        .answers
        .iter()
        .enumerate()
        .map(|(at, answer)| match answer.kind {
            AnswerKind::Answer => ordered.iter().position(|o| *o == at).map(&count),
            AnswerKind::DontKnow | AnswerKind::Refused => counted.then_some(Decimal::ZERO),
            AnswerKind::NotAsked => None,
        })
        .collect();
    Bound { scores: vec![scores], combine: one, ends }
}

/// What each answer of a question counts in a mean, and what the worst and the best count: its score, else its place from
/// the worst, from 1.
pub(crate) fn graded(question: &Question) -> Outcome<(Vec<Option<Decimal>>, Decimal, Decimal)> {
    if question.dont_know.is_some_and(|d| d.counted) {
        return Err(Fault::new(
            &catalog::INVALID_CODEBOOK,
            format!("`{}` counts those who do not know, who have no place in a mean", question.id),
        )
        .help("say `dont-know = \"exclude\"`, or take a share or a balance"));
    }
    let ordered = question.ordered();
    let score = |at: usize| {
        let place = ordered.iter().position(|o| *o == at)?;
        question.answers[at].score.or_else(|| Some(Decimal::from(place + 1)))
    };
    let ends = ordered.first().and_then(|at| score(*at)).zip(ordered.last().and_then(|at| score(*at)));
    let (worst, best) = ends.filter(|(a, b)| a != b).ok_or_else(|| {
        Fault::new(&catalog::INVALID_CODEBOOK, format!("`{}` has too few answers for a mean", question.id))
            .help("list two answers or more")
    })?;
    Ok(((0..question.answers.len()).map(score).collect(), worst, best))
}

/// As [`graded`], with the worst answer as 0 and the best as 1.
pub(crate) fn graded_to_one(question: &Question) -> Outcome<Vec<Option<Decimal>>> {
    let (scores, worst, best) = graded(question)?;
    let width = best.checked_sub(worst).ok_or_else(Fault::out_of_range)?;
    scores
        .into_iter()
        .map(|score| match score {
            None => Ok(None),
            Some(x) => {
                let share = x.checked_sub(worst).and_then(|x| x.checked_div(width));
                share.map(Some).ok_or_else(Fault::out_of_range)
            }
        })
        .collect()
}

/// Checks that a parameter names answers that say something, and returns their places from the worst.
pub(crate) fn places(question: &Question, parameter: &str, codes: &[String]) -> Outcome<Vec<usize>> {
    let ordered = question.ordered();
    let code = |at: &usize| question.answers[*at].code.as_str();
    codes
        .iter()
        .map(|wanted| {
            ordered.iter().position(|at| code(at) == wanted).ok_or_else(|| {
                let fault = Fault::parameter(
                    parameter,
                    format!("`{wanted}` is no answer of `{}` that says something", question.id),
                );
                match nearest(wanted, ordered.iter().map(code)) {
                    Some(near) => fault.help(format!("did you mean `{near}`?")),
                    None => fault.help(format!("name some of {}", list_some(ordered.iter().map(code)))),
                }
            })
        })
        .collect()
}

/// A list of answers as written.
pub(crate) fn codes(args: &Args, name: &str) -> Option<Vec<String>> {
    match args.get(name)? {
        gradus_method::Arg::List(items) => Some(
            items
                .iter()
                .filter_map(|item| match item {
                    gradus_method::Arg::Text(text) => Some(text.clone()),
                    _ => None,
                })
                .collect(),
        ),
        _ => None,
    }
}
