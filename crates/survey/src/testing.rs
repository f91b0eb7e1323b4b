//! Small surveys for the tests of statistics, written in a line.
//!
//! A row is what a respondent answers: `5`, with a weight `5*2`, in a stratum `5*2@north`; `.` is an empty cell, 8 refuses
//! and 9 does not know. Of several questions the answers are joined by `/`.

use crate::{Cell, Sample, Statistic, StatisticBox};
use gradus_method::{Args, Fault, Method, Outcome};
use gradus_model::decode::decode;
use gradus_model::package::{AnswerKind, ItemRole, Survey};
use gradus_model::respondents::{Names, Respondents};
use gradus_model::{Absence, Decimal, Package};
use proptest::prelude::*;
use proptest::test_runner::{Config, TestRunner};
use std::sync::Arc;

pub(crate) const LIKERT: &str = "[\"1\", \"2\", \"3\", \"4\", \"5\", { code = \"8\", is = \"refused\" }, { code = \"9\", is = \"dont-know\" }]";

/// The package with a survey `s` and an indicator that takes a statistic from it.
pub(crate) fn package(survey: &str, questions: &str, used: &str) -> Package {
    let text = format!(
        "format = 1\n[index]\nid = \"demo\"\nname = \"Demo\"\n[[grade]]\nid = \"low\"\nname = \"Low\"\n[[grade]]\nid = \"high\"\nname = \"High\"\n\
         [[indicator]]\nid = \"felt\"\nname = \"Felt\"\n{used}\n[[survey]]\nid = \"s\"\nfile = \"s.csv\"\n{survey}\n{questions}"
    );
    let (package, found) = decode("package.toml", &text);
    package.unwrap_or_else(|| panic!("{found:?}\n{text}"))
}

/// The arguments as a package writes them.
fn args(method: &Method<StatisticBox>, params: &str) -> Args {
    let params = if params.is_empty() { String::new() } else { format!(", {params}") };
    let used = format!("survey = {{ statistic = {{ method = \"{}\"{params} }} }}", method.id);
    let package = package("answers = [\"1\", \"2\"]", &question("q", ""), &used);
    Args::of_call(&package.survey_uses().next().unwrap().1.statistic)
}

pub(crate) fn question(id: &str, more: &str) -> String {
    format!("[[survey.question]]\nid = \"{id}\"\ntext = \"Q?\"\n{more}\n")
}

/// The respondents of one unit and period, by their rows.
pub(crate) fn respondents(survey: &Survey, rows: &str) -> Respondents {
    let mut out = Respondents {
        units: vec!["a".parse::<String>().ok().and_then(|id| gradus_model::Id::new(&id).ok()).unwrap()],
        periods: vec![None],
        answers: vec![Vec::new(); survey.questions.len()],
        places: vec![None; survey.questions.len()],
        stratum: Some(Names::default()),
        ..Respondents::default()
    };
    for row in rows.split_whitespace() {
        let (row, stratum) = row.split_once('@').unwrap_or((row, ""));
        let (answers, weight) = row.split_once('*').unwrap_or((row, "1"));
        let strata = out.stratum.as_mut().unwrap();
        let place = strata.names.iter().position(|n| n == stratum).unwrap_or_else(|| {
            strata.names.push(stratum.to_owned());
            strata.names.len() - 1
        });
        strata.of.push(u32::try_from(place).unwrap());
        out.unit.push(0);
        out.period.push(0);
        out.weight.push(weight.parse().unwrap());
        for (question, answer) in answers.split('/').enumerate() {
            let known = &survey.questions[question].answers;
            let place = known.iter().position(|a| a.code == answer);
            assert!(place.is_some() || answer == ".", "{answer}");
            out.answers[question].push(place.map_or(Respondents::NOTHING, |at| u32::try_from(at).unwrap()));
        }
    }
    if out.stratum.as_ref().unwrap().names.len() < 2 {
        out.stratum = None;
    }
    out
}

/// What a statistic yields for a survey and its rows.
fn cell(method: &Method<StatisticBox>, params: &str, survey: &Survey, rows: &str) -> Outcome<Cell> {
    let statistic = method.make(&args(method, params))?;
    let respondents = respondents(survey, rows);
    let questions: Vec<usize> = (0..survey.questions.len()).collect();
    // Without a row there is no sample, and nothing to ask of it.
    if respondents.is_empty() {
        let asked: Vec<_> = survey.questions.iter().collect();
        statistic.bind(&asked)?;
        return Ok(Cell {
            n: 0,
            dont_know: 0,
            refused: 0,
            not_asked: 0,
            weighting: None,
            estimate: Err(Absence::NotCollected),
        });
    }
    let (_, _, sample) = Sample::all(survey, &respondents)?.remove(0);
    sample.estimate(&*statistic, &questions, None)
}

fn plain(more: &str, answers: &str) -> Survey {
    let mut package = package(
        &format!("answers = {answers}\nmin-n = 1\ncolumns = {{ weight = \"w\" }}\n{more}"),
        &question("q", ""),
        "",
    );
    package.surveys.remove(0)
}

#[track_caller]
fn near(found: Decimal, want: &str) {
    let want: Decimal = want.parse().unwrap();
    assert!((found - want).abs() < Decimal::new(1, 18), "{found}, not {want}");
}

#[track_caller]
fn value(cell: Outcome<Cell>) -> Decimal {
    cell.unwrap().estimate.unwrap().value
}

#[track_caller]
pub(crate) fn check(method: &Method<StatisticBox>, params: &str, rows: &str, want: &str) {
    near(value(cell(method, params, &plain("dont-know = \"exclude\"", LIKERT), rows)), want);
}

/// As [`check`], with those who do not know in the base.
#[track_caller]
pub(crate) fn check_counted(method: &Method<StatisticBox>, params: &str, rows: &str, want: &str) {
    near(value(cell(method, params, &plain("dont-know = \"count\"", LIKERT), rows)), want);
}

/// As [`check`], with the first answer the best.
#[track_caller]
pub(crate) fn check_lower(method: &Method<StatisticBox>, params: &str, rows: &str, want: &str) {
    near(
        value(cell(method, params, &plain("dont-know = \"exclude\"\ndirection = \"lower\"", LIKERT), rows)),
        want,
    );
}

#[track_caller]
pub(crate) fn check_scored(
    method: &Method<StatisticBox>,
    params: &str,
    answers: &[(&str, i64)],
    rows: &str,
    want: &str,
) {
    let answers: Vec<String> =
        answers.iter().map(|(c, s)| format!("{{ code = \"{c}\", score = {s} }}")).collect();
    near(value(cell(method, params, &plain("", &format!("[{}]", answers.join(", "))), rows)), want);
}

/// A mean and its standard error as printed, in a stratified sample.
#[track_caller]
pub(crate) fn check_design(
    method: &Method<StatisticBox>,
    params: &str,
    answers: &[(&str, &str)],
    rows: &str,
    want: &str,
    error: &str,
) {
    let answers: Vec<String> =
        answers.iter().map(|(c, s)| format!("{{ code = \"{c}\", score = {s} }}")).collect();
    let survey = plain("variance = \"linearized\"", &format!("[{}]", answers.join(", ")));
    let found = cell(method, params, &survey, rows).unwrap().estimate.unwrap();
    let places = |text: &str| text.split_once('.').map_or(0, |(_, p)| p.len());
    assert_eq!(found.value.round_dp(u32::try_from(places(want)).unwrap()).to_string(), want);
    assert_eq!(format!("{:.*}", places(error), found.error.unwrap().standard_error), error);
}

#[track_caller]
pub(crate) fn check_error(method: &Method<StatisticBox>, params: &str, rows: &str, want: Option<&str>) {
    let survey = plain("dont-know = \"exclude\"", LIKERT);
    let found = cell(method, params, &survey, rows).unwrap().estimate.unwrap();
    assert_eq!(found.error.map(|e| e.standard_error.to_string()).as_deref(), want);
}

/// Nobody in the base: no respondents, nobody asked, nobody who knows.
#[track_caller]
pub(crate) fn nobody(method: &Method<StatisticBox>, params: &str) {
    let survey = plain("dont-know = \"exclude\"", LIKERT);
    for (rows, why) in
        [("", Absence::NotCollected), (". . .", Absence::NotCollected), ("9 9 8", Absence::TooFewRespondents)]
    {
        assert_eq!(cell(method, params, &survey, rows).unwrap().estimate, Err(why), "{rows}");
    }
    let strict = plain("dont-know = { use = \"exclude\", refuse-above = 0.5 }", LIKERT);
    let found = cell(method, params, &strict, "5 9 8 .").unwrap();
    assert_eq!((found.estimate, found.n), (Err(Absence::TooManyDontKnow), 1));
    assert_eq!((found.dont_know, found.refused, found.not_asked), (1, 1, 1));
    assert!(cell(method, params, &strict, "5 9").unwrap().estimate.is_ok());
    let mut few = plain("dont-know = \"exclude\"", LIKERT);
    few.min_n = 3;
    assert_eq!(cell(method, params, &few, "5 5 9").unwrap().estimate, Err(Absence::TooFewRespondents));
    assert!(cell(method, params, &few, "5 5 1").unwrap().estimate.is_ok());
}

/// The edges of a share that the answer `5` is part of.
#[track_caller]
pub(crate) fn edges_of_a_share(method: &Method<StatisticBox>, params: &str) {
    nobody(method, params);
    check(method, params, "5 5 5", "100");
    check(method, params, "1 1", if params.contains("\"1\"") { "100" } else { "0" });
    let survey = plain("dont-know = \"exclude\"", LIKERT);
    // All alike, and one respondent: the interval is not a point.
    for rows in ["5 5 5 5", "5"] {
        let found = cell(method, params, &survey, rows).unwrap().estimate.unwrap();
        if let Some((lower, upper)) = found.interval {
            assert!(lower < found.value && upper == Decimal::ONE_HUNDRED, "{rows}");
        } else {
            assert_eq!(rows, "5");
        }
    }
    let scale =
        if params.is_empty() { "scale = [1, 0]".to_owned() } else { format!("{params}, scale = [1, 0]") };
    faults(method, &scale, &["1", "2", "3", "4", "5"], "invalid-bounds");
}

/// A statistic of a question with these answers is refused, in making or in binding.
#[track_caller]
pub(crate) fn faults(method: &Method<StatisticBox>, params: &str, answers: &[&str], kind: &str) {
    let answers: Vec<String> = answers.iter().map(|a| format!("\"{a}\"")).collect();
    let survey = plain("", &format!("[{}]", answers.join(", ")));
    assert_eq!(cell(method, params, &survey, "").unwrap_err().kind.id, kind);
}

/// A codebook that counts those who do not know is refused.
#[track_caller]
pub(crate) fn faults_counted(method: &Method<StatisticBox>, params: &str, kind: &str) {
    let fault: Fault = cell(method, params, &plain("dont-know = \"count\"", LIKERT), "").unwrap_err();
    assert_eq!(fault.kind.id, kind);
}

/// A survey with the questions of a statistic for so many items.
fn items(method: &Method<StatisticBox>, params: &str, n: usize, dont_know: &str) -> Survey {
    let roles = method.make(&args(method, params)).unwrap().roles();
    let word = |role: &ItemRole| ItemRole::WORDS.iter().find(|(_, r)| r == role).unwrap().0;
    let questions: String = (0..n)
        .flat_map(|item| roles.iter().map(move |role| (item, role)))
        .map(|(item, role)| {
            question(
                &format!("q{item}{}", word(role)),
                &format!("item = \"i{item}\"\nrole = \"{}\"", word(role)),
            )
        })
        .collect();
    let survey =
        format!("answers = {LIKERT}\ndont-know = \"{dont_know}\"\nmin-n = 1\ncolumns = {{ weight = \"w\" }}");
    package(&survey, &questions, "").surveys.remove(0)
}

#[track_caller]
pub(crate) fn check_items(method: &Method<StatisticBox>, params: &str, n: usize, rows: &str, want: &str) {
    near(value(cell(method, params, &items(method, params, n, "exclude"), rows)), want);
}

#[track_caller]
pub(crate) fn check_items_error(
    method: &Method<StatisticBox>,
    params: &str,
    n: usize,
    rows: &str,
    want: &str,
) {
    let found = cell(method, params, &items(method, params, n, "exclude"), rows).unwrap().estimate.unwrap();
    assert_eq!(found.error.unwrap().standard_error.to_string(), want);
}

#[track_caller]
pub(crate) fn nobody_of_items(method: &Method<StatisticBox>, params: &str, n: usize) {
    let survey = items(method, params, n, "exclude");
    assert_eq!(cell(method, params, &survey, "./. ./.").unwrap().estimate, Err(Absence::NotCollected));
    let found = cell(method, params, &survey, "9/5 5/8 ./5").unwrap();
    assert_eq!(
        (found.estimate, found.dont_know, found.refused, found.not_asked),
        (Err(Absence::TooFewRespondents), 1, 1, 1)
    );
}

#[track_caller]
pub(crate) fn faults_items_counted(method: &Method<StatisticBox>, params: &str, kind: &str) {
    assert_eq!(cell(method, params, &items(method, params, 1, "count"), "").unwrap_err().kind.id, kind);
}

/// What holds of every statistic of one question: equal weights are as none, only proportions of weights matter, the interval
/// holds the estimate and lies on the scale, better answers never lower it.
pub(crate) fn holds(method: &Method<StatisticBox>, params: &str, rises: bool) {
    let survey = plain("dont-know = \"exclude\"", LIKERT);
    let statistic = method.make(&args(method, params)).unwrap();
    let (low, high) = Statistic::frame(&*statistic).scale;
    let method = Arc::new(method);
    let runner = |cases| TestRunner::new(Config { cases, failure_persistence: None, ..Config::default() });
    let answers = prop::collection::vec((1u8..=5, 1u32..50), 2..40);
    let text = |rows: &[(u8, u32)], factor: u32| -> String {
        rows.iter().map(|(a, w)| format!("{a}*{} ", u64::from(*w) * u64::from(factor))).collect()
    };
    runner(64)
        .run(&answers, |rows| {
            let of = |rows: &str| cell(&method, params, &survey, rows).unwrap().estimate.unwrap();
            let one = of(&text(&rows, 1));
            let seven = of(&text(&rows, 7));
            prop_assert!((one.value - seven.value).abs() < Decimal::new(1, 18));
            let (a, b) = (one.error.unwrap().standard_error, seven.error.unwrap().standard_error);
            prop_assert!((a - b).abs() <= 1e-9 * a.max(1e-9));
            let (lower, upper) = one.interval.unwrap();
            prop_assert!(low <= lower && lower <= one.value && one.value <= upper && upper <= high);
            prop_assert!(one.design_effect >= 1.0 - 1e-12);
            prop_assert!(one.effective_n <= rows.len() as f64 + 1e-9);
            // Equal weights.
            let equal: Vec<(u8, u32)> = rows.iter().map(|(a, _)| (*a, 3)).collect();
            let bare: String = rows.iter().map(|(a, _)| format!("{a} ")).collect();
            let (equal, bare) = (of(&text(&equal, 1)), of(&bare));
            prop_assert!((equal.value - bare.value).abs() < Decimal::new(1, 18));
            prop_assert!(
                (equal.design_effect - 1.0).abs() < 1e-12
                    && (bare.effective_n - rows.len() as f64).abs() < 1e-9
            );
            // One answer better.
            if rises && rows[0].0 < 5 {
                let mut better = rows.clone();
                better[0].0 += 1;
                prop_assert!(of(&text(&better, 1)).value >= one.value);
            }
            // Order does not matter, and those who say nothing are as if they were not there.
            let mut turned = rows.clone();
            turned.reverse();
            prop_assert!((of(&text(&turned, 1)).value - one.value).abs() < Decimal::new(1, 18));
            let silent = of(&format!("{} 9*5 8*2 .*3", text(&rows, 1)));
            prop_assert_eq!(silent.value, one.value);
            Ok(())
        })
        .unwrap();
    assert!(survey.questions[0].answers.iter().any(|a| a.kind == AnswerKind::DontKnow));
}
