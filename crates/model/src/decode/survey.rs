//! Surveys, their codebooks, and what indicators and measures take from them.

use super::items::{Decoder, method_call, tables};
use super::value::{self, Item};
use crate::diagnostic::{Kind, Place, catalog, list_some, nearest};
use crate::number::Decimal;
use crate::package::{
    Answer, AnswerKind, ArgValue, Direction, DontKnow, ItemRole, LoneClusterRule, Measure, Node, Pair,
    Question, ShareInterval, Spans, Survey, SurveyColumn, SurveyLayout, SurveyUse, Trim, VarianceRule,
};
use crate::{Diagnostic, Id, Text};
use std::collections::BTreeMap;
use toml::de::{DeTable, DeValue};

/// What questions take over from their survey.
struct Defaults {
    answers: Option<Vec<Answer>>,
    direction: Direction,
    dont_know: Option<DontKnow>,
}

/// Every survey, into the decoder.
pub(super) fn surveys(decoder: &mut Decoder<'_>, document: &DeTable<'_>) {
    for (table, item) in tables(document, "survey") {
        if let Some(survey) = survey(decoder, table, item) {
            decoder.surveys.push(survey);
        }
    }
    decoder.unique("survey", decoder.surveys.iter().map(|s| (s.id.clone(), s.spans.of("id"))).collect());
}

impl Decoder<'_> {
    fn refuse(&mut self, kind: &'static Kind, message: String, item: &Item<'_>, help: impl Into<String>) {
        let place = Place::span(&self.file, item.span());
        self.found.push(Diagnostic::new(kind, message).at(place).help(help));
    }

    /// A number of a table that must hold to a rule.
    fn number_where(
        &mut self,
        table: &DeTable<'_>,
        key: &str,
        holds: impl Fn(Decimal) -> bool,
        rule: &str,
    ) -> Option<Decimal> {
        let item = table.get(key)?;
        let number = value::decimal(item)?;
        if holds(number) {
            return Some(number);
        }
        let message = format!("`{key}` is {number}, which is not {rule}");
        self.refuse(&catalog::INVALID_PARAMETER, message, item, format!("give {rule}"));
        None
    }

    fn confidence_level(&mut self, table: &DeTable<'_>) -> Option<Decimal> {
        let half = Decimal::new(5, 1);
        let level = "a number from 0.5 to below 1";
        self.number_where(table, "confidence-level", |x| x >= half && x < Decimal::ONE, level)
    }

    fn design_effect(&mut self, table: &DeTable<'_>) -> Option<Decimal> {
        self.number_where(table, "design-effect", |x| x > Decimal::ZERO, "a number above 0")
    }
}

fn survey(decoder: &mut Decoder<'_>, table: &DeTable<'_>, item: &Item<'_>) -> Option<Survey> {
    let id = Decoder::id(table)?;
    let spans = decoder.spans(table, item);
    let mut source = decoder.data_source(table, item)?;
    // The columns of a survey have meanings of their own.
    source.columns.clear();
    let columns: BTreeMap<SurveyColumn, String> = entries(table, "columns")
        .filter_map(|(key, item)| {
            let (_, column) = SurveyColumn::WORDS.iter().find(|(word, _)| *word == key)?;
            Some((*column, value::owned(item)?))
        })
        .collect();
    let layout = table.get("layout").and_then(|i| value::word(i, SurveyLayout::WORDS)).unwrap_or_default();
    let elsewhere: &[SurveyColumn] = match layout {
        SurveyLayout::Respondents => &[SurveyColumn::Question, SurveyColumn::Answer, SurveyColumn::N],
        SurveyLayout::Counts => &[SurveyColumn::Stratum, SurveyColumn::Cluster],
    };
    for column in elsewhere.iter().filter(|c| columns.contains_key(c)) {
        let key = format!("columns.{}", column.word());
        decoder.found.push(
            Diagnostic::new(
                &catalog::STEP_CONFLICT,
                format!("`{}` is no column of the layout `{}`", column.word(), layout_word(layout)),
            )
            .at(spans.of(&key))
            .help(format!("remove `{key}`, or declare the other `layout`")),
        );
    }
    let defaults = Defaults {
        answers: table.get("answers").map(|item| answers(decoder, item)),
        direction: table.get("direction").and_then(|i| value::word(i, Direction::WORDS)).unwrap_or_default(),
        dont_know: table.get("dont-know").and_then(|item| dont_know(decoder, item)),
    };
    let mut questions: Vec<Question> = Vec::new();
    for (table, item) in tables(table, "question") {
        questions.extend(question(decoder, table, item, &defaults));
    }
    decoder.unique("question", questions.iter().map(|q| (q.id.clone(), q.spans.of("id"))).collect());
    let asked = questions.iter().filter_map(|q| {
        let (item, role) = q.item.as_ref()?;
        Some((format!("{} of {item}", role.word()), q.spans.of("item")))
    });
    decoder.unique("question of an item", asked.collect());
    let trim = table.get("trim").and_then(|i| i.get_ref().as_table()).and_then(|table| {
        let at = decoder.number_where(table, "at", |x| x >= Decimal::ONE, "a number of 1 or more")?;
        Some(Trim {
            at,
            of_median: table.get("of").and_then(|i| value::word(i, Trim::WORDS)).unwrap_or(true),
        })
    });
    Some(Survey {
        name: table.get("name").and_then(value::bilingual).unwrap_or_else(|| Text::english(id.as_str())),
        source,
        layout,
        columns,
        subgroups: entries(table, "subgroups")
            .filter_map(|(kind, item)| Some((kind.to_owned(), value::owned(item)?)))
            .collect(),
        questions,
        trim,
        variance: table.get("variance").and_then(|i| value::word(i, VarianceRule::WORDS)),
        lone_cluster: table
            .get("lone-cluster")
            .and_then(|i| value::word(i, LoneClusterRule::WORDS))
            .unwrap_or_default(),
        design_effect: decoder.design_effect(table),
        min_n: table.get("min-n").and_then(value::count).unwrap_or(Survey::MIN_N),
        confidence_level: decoder.confidence_level(table).unwrap_or(Survey::CONFIDENCE_LEVEL),
        interval: table
            .get("interval")
            .and_then(|i| value::word(i, ShareInterval::WORDS))
            .unwrap_or_default(),
        spans,
        id,
    })
}

fn layout_word(layout: SurveyLayout) -> &'static str {
    SurveyLayout::WORDS.iter().find(|(_, l)| *l == layout).map_or("", |(word, _)| word)
}

fn entries<'a, 't>(table: &'a DeTable<'t>, key: &str) -> impl Iterator<Item = (&'a str, &'a Item<'t>)> {
    table
        .get(key)
        .and_then(|i| i.get_ref().as_table())
        .into_iter()
        .flat_map(|map| map.iter().map(|(key, item)| (key.get_ref().as_ref(), item)))
}

fn answers(decoder: &mut Decoder<'_>, item: &Item<'_>) -> Vec<Answer> {
    let mut out: Vec<Answer> = Vec::new();
    for item in value::each(item) {
        let answer = match item.get_ref() {
            DeValue::String(code) => Some(Answer {
                name: Text::english(code.as_ref()),
                code: code.to_string(),
                score: None,
                kind: AnswerKind::Answer,
            }),
            DeValue::Table(table) => table.get("code").and_then(value::owned).map(|code| Answer {
                name: table.get("name").and_then(value::bilingual).unwrap_or_else(|| Text::english(&*code)),
                score: table.get("score").and_then(value::decimal),
                kind: table.get("is").and_then(|i| value::word(i, AnswerKind::WORDS)).unwrap_or_default(),
                code,
            }),
            _ => None,
        };
        let Some(mut answer) = answer else { continue };
        answer.code = answer.code.trim().to_owned();
        if answer.code.is_empty() {
            let help = "give the code that the file has; an empty cell means that nothing was answered";
            decoder.refuse(&catalog::INVALID_CODEBOOK, "an answer has no code".into(), item, help);
        } else if out.iter().any(|a| a.code == answer.code) {
            let message = format!("the answer `{}` is there twice", answer.code);
            decoder.refuse(&catalog::DUPLICATE_CODE, message, item, "remove one of them");
        } else {
            out.push(answer);
        }
    }
    out
}

fn dont_know(decoder: &mut Decoder<'_>, item: &Item<'_>) -> Option<DontKnow> {
    if value::text(item).is_some() {
        return Some(DontKnow { counted: value::word(item, DontKnow::WORDS)?, refuse_above: None });
    }
    let table = item.get_ref().as_table()?;
    let counted = table.get("use").and_then(|i| value::word(i, DontKnow::WORDS)).unwrap_or(false);
    let inside = |x| x >= Decimal::ZERO && x <= Decimal::ONE;
    let refuse_above = decoder.number_where(table, "refuse-above", inside, "a share from 0 to 1");
    Some(DontKnow { counted, refuse_above })
}

fn question(
    decoder: &mut Decoder<'_>,
    table: &DeTable<'_>,
    item: &Item<'_>,
    defaults: &Defaults,
) -> Option<Question> {
    let id = Decoder::id(table)?;
    let spans = decoder.spans(table, item);
    let own = table.get("answers");
    let answers = match (own, &defaults.answers) {
        (Some(item), _) => answers(decoder, item),
        (None, Some(answers)) => answers.clone(),
        (None, None) => Vec::new(),
    };
    let dont_know = match table.get("dont-know") {
        Some(item) => dont_know(decoder, item),
        None => defaults.dont_know,
    };
    let about = (table.get("item"), table.get("role"));
    let role = about.1.and_then(|i| value::word(i, ItemRole::WORDS));
    if about.0.is_some() != about.1.is_some() {
        let (has, needs) = if about.0.is_some() { ("item", "role") } else { ("role", "item") };
        let message = format!("the question `{id}` has `{has}` and no `{needs}`");
        decoder.refuse(&catalog::INVALID_CODEBOOK, message, item, format!("add `{needs}`"));
    }
    let question = Question {
        text: table.get("text").and_then(value::bilingual)?,
        column: table.get("column").and_then(value::owned).unwrap_or_else(|| id.to_string()),
        answers,
        direction: table
            .get("direction")
            .and_then(|i| value::word(i, Direction::WORDS))
            .unwrap_or(defaults.direction),
        dont_know,
        item: about.0.and_then(value::owned).zip(role),
        spans,
        id,
    };
    let place = own.unwrap_or(item);
    if let Some((message, help)) = codebook(&question) {
        decoder.refuse(&catalog::INVALID_CODEBOOK, message, place, help);
    }
    Some(question)
}

/// What is wrong with the codebook of a question, and how to mend it.
fn codebook(question: &Question) -> Option<(String, &'static str)> {
    let id = &question.id;
    let ordered = question.ordered();
    if question.answers.is_empty() {
        return Some((
            format!("the question `{id}` has no answers"),
            "list its answers in order, here or in the survey: `answers = [\"1\", \"2\", \"3\"]`",
        ));
    }
    if ordered.len() < 2 {
        let message = format!("`{id}` has {} answers that say something", ordered.len());
        return Some((message, "list two answers or more, and say `is` of those that say nothing only"));
    }
    let silent = |a: &&Answer| matches!(a.kind, AnswerKind::DontKnow | AnswerKind::Refused);
    if let (Some(answer), None) = (question.answers.iter().find(silent), question.dont_know) {
        let message =
            format!("`{id}` has the answer `{}`, and nothing says what is done about it", answer.code);
        return Some((
            message,
            "add `dont-know = \"exclude\"`, or `\"count\"`, or `{ use = \"exclude\", refuse-above = 0.3 }`",
        ));
    }
    let scores: Vec<Option<Decimal>> = ordered.iter().map(|at| question.answers[*at].score).collect();
    if scores.iter().all(Option::is_none) {
        return None;
    }
    let Some(scores) = scores.into_iter().collect::<Option<Vec<Decimal>>>() else {
        return Some((
            format!("some answers of `{id}` have a `score` and some have none"),
            "give every answer that says something a score, or none",
        ));
    };
    let rises = scores.windows(2).all(|pair| pair[0] < pair[1]);
    let falls = scores.windows(2).all(|pair| pair[0] > pair[1]);
    (!rises && !falls).then(|| {
        (
            format!("the scores of `{id}` neither rise nor fall in the order of its answers"),
            "list the answers in order, and give each another score",
        )
    })
}

/// What an indicator or measure takes from a survey.
pub(super) fn used(
    decoder: &mut Decoder<'_>,
    owner: &Id,
    table: &DeTable<'_>,
    item: &Item<'_>,
) -> Option<Box<SurveyUse>> {
    let said = item.get_ref().as_table()?;
    let statistic = said.get("statistic").and_then(|item| method_call(item, "survey.statistic"));
    for key in ["formula", "scale"] {
        if let Some(other) = table.get(key).filter(|_| key != "formula" || said.contains_key("of")) {
            let message = format!("`{owner}` has a `{key}` and takes its figures from a survey");
            decoder.refuse(&catalog::STEP_CONFLICT, message, other, format!("remove `{key}` or `survey`"));
        }
    }
    let survey = match said.get("of") {
        None => {
            for key in ["question", "items"] {
                if let Some(item) = said.get(key) {
                    let message = format!("`{key}` is of a survey, and none is named");
                    decoder.refuse(
                        &catalog::UNKNOWN_SURVEY,
                        message,
                        item,
                        "add `of`: the code of the survey",
                    );
                }
            }
            None
        }
        Some(of) => {
            let code = value::text(of)?;
            let found = decoder.surveys.iter().position(|s| s.id == *code);
            if found.is_none() {
                let help = match nearest(code, decoder.surveys.iter().map(|s| s.id.as_str())) {
                    Some(near) => format!("did you mean `{near}`?"),
                    None => format!("add a [[survey]] with `id = \"{code}\"`"),
                };
                decoder.refuse(&catalog::UNKNOWN_SURVEY, format!("there is no survey `{code}`"), of, help);
            }
            Some(found?)
        }
    };
    let question = match (survey, said.get("question")) {
        (Some(at), Some(item)) => {
            let code = value::text(item)?;
            let survey = &decoder.surveys[at];
            let found = survey.question(code);
            if found.is_none() {
                let known = || survey.questions.iter().map(|q| q.id.as_str());
                let help = match nearest(code, known()) {
                    Some(near) => format!("did you mean `{near}`?"),
                    None => format!("name one of {}", list_some(known())),
                };
                let message = format!("the survey `{}` has no question `{code}`", survey.id);
                decoder.refuse(&catalog::UNKNOWN_SURVEY, message, item, help);
            }
            Some(found?)
        }
        _ => None,
    };
    let items = items(decoder, survey, said);
    let level = survey.map_or(Survey::CONFIDENCE_LEVEL, |at| decoder.surveys[at].confidence_level);
    Some(Box::new(SurveyUse {
        of: survey,
        question,
        items,
        statistic: statistic?,
        design_effect: decoder.design_effect(said),
        confidence_level: decoder.confidence_level(said).unwrap_or(level),
    }))
}

/// The items that are named, all of the survey where none is.
fn items(decoder: &mut Decoder<'_>, survey: Option<usize>, said: &DeTable<'_>) -> Vec<String> {
    let Some(at) = survey else { return Vec::new() };
    let known: Vec<String> = decoder.surveys[at].items().into_iter().map(str::to_owned).collect();
    let Some(item) = said.get("items") else { return known };
    let mut out = Vec::new();
    for item in value::each(item) {
        let Some(name) = value::owned(item) else { continue };
        if known.contains(&name) {
            out.push(name);
            continue;
        }
        let help = match nearest(&name, known.iter().map(String::as_str)) {
            Some(near) => format!("did you mean `{near}`?"),
            None if known.is_empty() => "give questions an `item` and a `role`".to_owned(),
            None => format!("name one of {}", list_some(&known)),
        };
        let message =
            format!("no question of the survey `{}` is about the item `{name}`", decoder.surveys[at].id);
        decoder.refuse(&catalog::UNKNOWN_SURVEY, message, item, help);
    }
    out
}

/// The pairs of what people feel and what there is.
pub(super) fn pairs(
    decoder: &mut Decoder<'_>,
    document: &DeTable<'_>,
    nodes: &[Node],
    measures: &[Measure],
) -> Vec<Pair> {
    let mut out = Vec::new();
    for (table, item) in tables(document, "indicator") {
        let (Some(pair), Some(id)) = (table.get("pair"), Decoder::id(table)) else { continue };
        let Some(perceived) = nodes.iter().position(|n| n.id == id) else { continue };
        let said = pair.get_ref().as_table();
        let Some(code) = said.map_or(Some(pair), |table| table.get("with")) else { continue };
        let Some(text) = value::text(code) else { continue };
        if nodes[perceived].indicator().is_some_and(|i| i.survey.is_none()) {
            let message = format!("`{id}` has a `pair` and takes nothing from a survey");
            let help = "add `survey` to it, or put `pair` at the indicator of what people feel";
            decoder.refuse(&catalog::UNKNOWN_SURVEY, message, pair, help);
            continue;
        }
        let objective =
            nodes.iter().find(|n| n.id == *text).and_then(|n| Some((&n.id, Some(n.indicator()?))));
        let measure = || measures.iter().find(|m| m.id == *text).map(|m| (&m.id, None));
        let Some((objective, indicator)) = objective.or_else(measure).filter(|(other, _)| **other != id)
        else {
            let known = nodes.iter().filter(|n| n.indicator().is_some()).map(|n| n.id.as_str());
            let known =
                known.chain(measures.iter().map(|m| m.id.as_str())).filter(|other| *other != id.as_str());
            let help = match nearest(text, known) {
                Some(near) => format!("did you mean `{near}`?"),
                None => "name an indicator or a measure of what there is".to_owned(),
            };
            let message = format!("`{id}` has no indicator or measure `{text}` to be paired with");
            decoder.refuse(&catalog::UNKNOWN_NODE, message, code, help);
            continue;
        };
        let measured = measures.iter().find(|m| m.id == *objective);
        let surveyed = indicator.map_or(measured.is_some_and(|m| m.survey.is_some()), |i| i.survey.is_some());
        let range = match said.and_then(|table| table.get("range")) {
            Some(item) => {
                let ends: Vec<Decimal> = value::each(item).into_iter().filter_map(value::decimal).collect();
                match ends[..] {
                    [worst, best] if worst != best => Some((worst, best)),
                    _ => {
                        let help = "give the figure that stands for 0 and the one that stands for 100";
                        let message = "`range` is not two different numbers".to_owned();
                        decoder.refuse(&catalog::INVALID_BOUNDS, message, item, help);
                        continue;
                    }
                }
            }
            None => indicator.and_then(goalposts),
        };
        if range.is_none() && !surveyed {
            let message = format!("nothing says which figures of `{objective}` stand for 0 and for 100");
            let help =
                format!("write `pair = {{ with = \"{objective}\", range = [0, 100] }}` with those figures");
            decoder.refuse(&catalog::MISSING_KEY, message, pair, help);
            continue;
        }
        let spans: Spans = decoder.spans(table, item);
        out.push(Pair { perceived, objective: objective.clone(), range, spans });
    }
    out
}

/// The bounds of an indicator that is normalized by goalposts of its figures as they are, the better one second.
fn goalposts(indicator: &crate::package::Indicator) -> Option<(Decimal, Decimal)> {
    let call = indicator.normalize.as_ref().filter(|c| c.method == "goalposts" && c.transform.is_none())?;
    let number = |name: &str| match call.args.get(name) {
        Some(ArgValue::Number(x)) => Some(*x),
        _ => None,
    };
    let (lower, upper) = (number("lower")?, number("upper")?);
    Some(match indicator.direction {
        Direction::Higher => (lower, upper),
        Direction::Lower => (upper, lower),
    })
}
