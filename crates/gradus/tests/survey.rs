//! Surveys from the file to scores and grades, on a package of made-up respondents.
//!
//! `GRADUS_UPDATE=1 cargo test -p gradus --test survey` writes the respondents anew by their formula.
#![allow(clippy::unwrap_used, reason = "a test may panic, also in its helpers")]
#![allow(clippy::disallowed_methods, reason = "the test reads and writes its fixture")]

use gradus::data::{Directory, Memory};
use gradus::model::observation::{Absence, Value};
use gradus::model::{Decimal, Id, Period};
use gradus::statistics::random::Stream;
use gradus::survey::{Asked, sampled};
use gradus::{Bundle, Methods, Outcome, SurveyResults};
use std::fmt::Write;
use std::path::PathBuf;

fn folder() -> PathBuf {
    PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("../../fixtures/survey")
}

const CITIES: [(&str, f64); 3] = [("avalon", 3.2), ("bensalem", 3.6), ("camelot", 2.9)];
const QUESTIONS: [&str; 7] = [
    "life",
    "housing-importance",
    "housing-present",
    "housing-expected",
    "health-importance",
    "health-present",
    "health-expected",
];

/// The respondents, by the formula of the README.
fn made() -> String {
    let mut out = format!("city,year,district,community,weight,age,residence,{}\n", QUESTIONS.join(","));
    let seed = Stream::new(2018);
    for (c, (city, level)) in CITIES.iter().enumerate() {
        for year in 0..2u64 {
            let sample = seed.split(c as u64).split(year);
            for i in 0..240u64 {
                let draws = sample.split(i);
                let (district, community) = (i % 4, i / 4 % 5);
                let age = match draws.uniform(0) {
                    u if u < 0.35 => "young",
                    u if u < 0.75 => "middle",
                    _ => "old",
                };
                let migrant = draws.uniform(1) < 0.3;
                let mut weight = 0.6 + 0.8 * draws.uniform(2);
                if age == "young" {
                    weight *= 2.0;
                }
                if draws.uniform(3) < 0.02 {
                    weight *= 4.0;
                }
                let near =
                    0.6 * (seed.split(100 + c as u64).split(district * 5 + community).uniform(0) - 0.5);
                let base = level + 0.25 * year as f64 + near - if migrant { 0.7 } else { 0.0 };
                let residence = if migrant { "migrant" } else { "local" };
                write!(
                    out,
                    "{city},{},d{district},d{district}c{community},{weight:.3},{age},{residence}",
                    2023 + year
                )
                .unwrap();
                for (q, question) in QUESTIONS.iter().enumerate() {
                    let (silent, noise) = (draws.uniform(10 + 2 * q as u64), draws.normal(11 + 2 * q as u64));
                    let answer = if question.ends_with("importance") {
                        3.8 + 0.9 * noise
                    } else if question.ends_with("expected") {
                        base + 0.8 + 1.1 * noise
                    } else {
                        base + 1.1 * noise
                    };
                    let answer = match silent {
                        u if u < 0.04 => 9.0,
                        u if u < 0.05 => 8.0,
                        _ => answer.round().clamp(1.0, 5.0),
                    };
                    write!(out, ",{answer}").unwrap();
                }
                out.push('\n');
            }
        }
    }
    out
}

#[test]
fn the_respondents_are_those_of_the_formula() {
    let file = folder().join("data/respondents.csv");
    if std::env::var_os("GRADUS_UPDATE").is_some() {
        std::fs::write(&file, made()).unwrap();
    }
    assert!(
        std::fs::read_to_string(&file).unwrap_or_default() == made(),
        "the file is out of step with the README"
    );
}

fn bundle() -> Bundle {
    let text = std::fs::read_to_string(folder().join("package.toml")).unwrap();
    Bundle::new("package.toml", text, Directory::new(folder()))
}

fn outcome() -> Outcome {
    gradus::evaluate(&bundle(), &Methods::default()).unwrap_or_else(|found| panic!("{found:?}"))
}

fn results(outcome: &Outcome, asked: &Asked<'_>) -> SurveyResults {
    gradus::surveys(&bundle(), outcome, &Methods::default(), asked).unwrap()
}

/// The observation of a variable of a unit in a year.
fn observed(outcome: &Outcome, variable: &str, unit: &str, year: &str) -> gradus::model::Observation {
    let data = &outcome.import.data;
    let (variable, unit) = (data.variable(variable), data.unit(unit));
    let period = Period::parse(year);
    let mut found = data
        .observations
        .iter()
        .filter(|o| Some(o.variable) == variable && Some(o.unit) == unit && o.period == period);
    found.next().unwrap()
}

#[track_caller]
fn near(found: f64, want: f64) {
    assert!((found - want).abs() <= 1e-9 * want.abs().max(1.0), "{found}, not {want}");
}

#[test]
fn estimates_are_those_of_another_program() {
    // samplics 0.6.0 (Taylor linearization of ratios, strata and clusters, weights cut at four times their median); the design
    // effect is that variance over p (1 − p) / (n − 1).
    let outcome = outcome();
    for (unit, year, n, values) in [
        (
            "avalon",
            "2024",
            222,
            [
                ("content", 43.274_249_808_277_47, 3.468_659_610_072_070_4),
                ("housing-felt", 52.760_218_809_405_01, 1.988_991_656_117_698_1),
                ("gap", 16.550_785_487_271_1, 1.709_150_265_325_726_4),
                ("gain-weighted", 54.510_848_599_457_766, 1.741_817_704_958_101),
            ],
        ),
        (
            "camelot",
            "2023",
            227,
            [
                ("content", 24.827_848_954_184_37, 4.251_326_728_032_578),
                ("housing-felt", 42.657_095_975_074_07, 2.602_523_100_551_681),
                ("gap", 18.381_482_403_441_293, 1.556_398_529_886_786_6),
                ("gain-weighted", 43.170_621_975_520_76, 1.713_769_116_771_245_9),
            ],
        ),
    ] {
        for (variable, want, error) in values {
            let observation = observed(&outcome, variable, unit, year);
            let estimate = sampled(&observation.value, &observation.detail).unwrap();
            near(estimate.value, want);
            near(estimate.standard_error, error);
            assert_eq!(estimate.df, Some(16.0), "20 clusters less 4 strata");
            assert_eq!(observation.place.as_ref().unwrap().file_name(), "data/respondents.csv");
        }
        let Value::Survey { n: found, .. } = observed(&outcome, "content", unit, year).value else {
            panic!()
        };
        assert_eq!(found, Some(n));
    }
    let detail = observed(&outcome, "content", "camelot", "2023").detail.survey.clone().unwrap();
    let number = |x: Option<Decimal>| x.unwrap().to_string().parse::<f64>().unwrap();
    near(number(detail.design_effect), 2.188_574_491_89);
    near(number(detail.effective_n), 103.720_481_455_46);
}

#[test]
fn tables_show_subgroups_weights_and_answers() {
    let outcome = outcome();
    let units = [Id::new("avalon").unwrap()];
    let questions = ["life".to_owned()];
    let found = results(&outcome, &Asked { units: &units, questions: &questions, by: Some("residence") });
    let rows: Vec<_> = found.tables.rows.iter().filter(|r| r.period == Period::parse("2024")).collect();
    let [row] = rows[..] else { panic!("{rows:?}") };
    assert_eq!((row.cell.n, row.cell.dont_know, row.cell.refused, row.cell.not_asked), (222, 14, 4, 0));
    near(row.cell.weighting.unwrap().effective_n, 176.464_771_505_303_13);
    let trimmed = row.trimmed.unwrap();
    assert_eq!(trimmed.respondents, 2);
    near(trimmed.share, 0.002_768_632_579_023_156);
    assert_eq!(row.answers.iter().map(|a| a.n).sum::<u64>(), 240);
    near(row.answers.iter().filter_map(|a| a.share).sum(), 1.0);
    let of = |name: &str| row.classes.iter().find(|c| c.name == name).unwrap();
    for (name, value, error) in [
        ("local", 51.880_901_449_839_04, 4.643_097_035_796_229),
        ("migrant", 21.621_239_630_785_29, 4.595_677_959_120_464),
    ] {
        let estimate = of(name).cell.estimate.as_ref().unwrap().error.unwrap();
        near(estimate.value, value);
        near(estimate.standard_error, error);
    }
    // Each of two is apart from the other by as much, and clearly.
    let (one, other) = (of("local").apart.unwrap(), of("migrant").apart.unwrap());
    near(one.value, 51.880_901_449_839_04 - 21.621_239_630_785_29);
    near(one.value, -other.value);
    near(one.standard_error, other.standard_error);
    assert!(of("migrant").p.unwrap() < 0.01);
    // Movements from 2023 to 2024, one for each subject that is asked for.
    let [trend] = &found.tables.trends[..] else { panic!() };
    let before = sampled_of(&outcome, "content", "avalon", "2023");
    let after = sampled_of(&outcome, "content", "avalon", "2024");
    near(trend.change.value, after.value - before.value);
    near(trend.change.standard_error, after.standard_error.hypot(before.standard_error));
}

fn sampled_of(
    outcome: &Outcome,
    variable: &str,
    unit: &str,
    year: &str,
) -> gradus::statistics::sampling::Estimate {
    let observation = observed(outcome, variable, unit, year);
    sampled(&observation.value, &observation.detail).unwrap()
}

#[test]
fn what_people_feel_beside_what_there_is() {
    let outcome = outcome();
    let found = results(&outcome, &Asked::default());
    let data = &outcome.import.data;
    let said: Vec<(String, String, f64, bool)> = found
        .differences
        .iter()
        .map(|d| (data.units[d.unit].to_string(), d.period.unwrap().to_string(), d.objective.1, d.beyond))
        .collect();
    // Bensalem has no figure of 2024, so that of 2023 stands; camelot none of 2023, so that year has no pair; its 47 m2 are beyond
    // the 45 that stand for 100.
    let third = 100.0 * (27.0 - 15.0) / 30.0;
    assert_eq!(
        said,
        [
            ("avalon".into(), "2023".into(), 100.0 * 16.0 / 30.0, false),
            ("avalon".into(), "2024".into(), 100.0 * 17.5 / 30.0, false),
            ("bensalem".into(), "2023".into(), third, false),
            ("bensalem".into(), "2024".into(), third, false),
            ("camelot".into(), "2024".into(), 100.0, true),
        ]
    );
    let avalon = &found.differences[1];
    let felt = sampled_of(&outcome, "housing-felt", "avalon", "2024");
    near(avalon.difference, felt.value - 100.0 * 17.5 / 30.0);
    let (lower, upper) = avalon.interval.unwrap();
    // t with 16 degrees of freedom at 95 %: 2.1199.
    near(upper - lower, 2.0 * 2.119_905_299_221_011 * felt.standard_error);
}

#[test]
fn published_estimates_go_the_same_road() {
    let outcome = outcome();
    // 500 and 700 interviews at a share of one half and a design effect of 1.5.
    for (unit, n, margin) in [("avalon", 500.0f64, "5.4"), ("bensalem", 700.0, "4.5")] {
        let observation = observed(&outcome, "trust", unit, "2024");
        let estimate = sampled(&observation.value, &observation.detail).unwrap();
        near(estimate.standard_error, 100.0 * (0.25 * 1.5 / n).sqrt());
        assert_eq!(format!("{:.1}", 1.959_964 * estimate.standard_error), margin);
        near(estimate.share.unwrap().effective_n, n / 1.5);
        assert!(observation.detail.survey.as_ref().unwrap().interval.is_some());
    }
    // A standard error alone: the effective sample is what it tells.
    let utopia = observed(&outcome, "trust", "utopia", "2024");
    near(
        sampled(&utopia.value, &utopia.detail).unwrap().share.unwrap().effective_n,
        0.62 * 0.38 / (0.025 * 0.025),
    );
    // A published figure of a unit without respondents stands beside those of the survey.
    let content = sampled_of(&outcome, "content", "utopia", "2024");
    assert_eq!((content.value, content.standard_error), (71.0, 1.9));
    let score = outcome.package.node("content").unwrap();
    let row =
        outcome.evaluation.row(outcome.evaluation.units.iter().position(|u| *u == "utopia").unwrap(), 1);
    assert_eq!(outcome.evaluation.score(score, row).unwrap().to_string(), "71");
    // Grades are of the point estimate, and the margin is spoken of.
    let warned: Vec<&str> = outcome.diagnostics.iter().map(|d| d.kind.id).collect();
    assert_eq!(warned, ["survey-margin"]);
}

/// The package with a change of its text.
fn changed(from: &str, to: &str) -> (Option<Outcome>, Vec<String>) {
    let text = std::fs::read_to_string(folder().join("package.toml")).unwrap();
    assert!(text.contains(from), "{from}");
    let bundle = Bundle::new("package.toml", text.replacen(from, to, 1), Directory::new(folder()));
    let (outcome, _, found) = gradus::check(&bundle, &Methods::default());
    (outcome, found.iter().map(|d| format!("{}: {}", d.kind.id, d.message)).collect())
}

#[test]
fn too_few_and_too_many_are_absent_with_their_reason() {
    let (outcome, found) = changed("min-n = 30", "min-n = 225");
    let outcome = outcome.unwrap();
    let absent = observed(&outcome, "content", "avalon", "2024");
    assert_eq!(absent.value, Value::Absent(Absence::TooFewRespondents));
    assert!(
        found.iter().any(|f| f.starts_with("survey-suppressed: `content` has fewer than 225 respondents")),
        "{found:?}"
    );
    let (outcome, found) = changed("refuse-above = 0.2", "refuse-above = 0.06");
    let outcome = outcome.unwrap();
    let absent = observed(&outcome, "content", "avalon", "2024");
    assert_eq!(absent.value, Value::Absent(Absence::TooManyDontKnow));
    assert!(found.iter().any(|f| f.contains("too many who do not know or refuse")), "{found:?}");
}

#[test]
fn one_subgroup_alone_is_not_given_away_by_the_others() {
    let (outcome, _) = changed("min-n = 30", "min-n = 66");
    let outcome = outcome.unwrap();
    let questions = ["life".to_owned()];
    let found = results_of(
        &outcome,
        "min-n = 30",
        "min-n = 66",
        &Asked { by: Some("age"), questions: &questions, ..Asked::default() },
    );
    let mut seen = 0;
    for row in &found.tables.rows {
        let few = row.classes.iter().filter(|c| c.cell.n < 66).count();
        let hidden = row.classes.iter().filter(|c| c.cell.estimate.is_err()).count();
        if few == 1 {
            seen += 1;
            assert_eq!(hidden, 2, "{row:?}");
            assert!(row.classes.iter().all(|c| c.apart.is_none()));
        }
    }
    assert!(seen > 0);
}

fn results_of(outcome: &Outcome, from: &str, to: &str, asked: &Asked<'_>) -> SurveyResults {
    let text = std::fs::read_to_string(folder().join("package.toml")).unwrap().replacen(from, to, 1);
    let bundle = Bundle::new("package.toml", text, Directory::new(folder()));
    gradus::surveys(&bundle, outcome, &Methods::default(), asked).unwrap()
}

#[test]
fn what_does_not_fit_is_said() {
    for (from, to, expected) in [
        (
            "statistic = \"top-two-box\" }",
            "statistic = \"top-too-box\" }",
            "unknown-method: there is no method `top-too-box`",
        ),
        (
            "statistic = { method = \"mean\", scale = [0, 100] }",
            "statistic = \"mean\"",
            "missing-parameter: method `mean` needs parameter `scale`",
        ),
        (
            "question = \"life\", statistic = \"top-two-box\"",
            "question = \"life\", statistic = { method = \"share-of\", answers = [\"6\"] }",
            "invalid-parameter: `6` is no answer of `life` that says something",
        ),
        (
            "question = \"life\", statistic = \"top-two-box\"",
            "statistic = \"top-two-box\"",
            "unknown-survey: `top-two-box` is a statistic of one question, and none is named",
        ),
        (
            "item = \"health\"\nrole = \"expected\"",
            "item = \"schools\"\nrole = \"expected\"",
            "unknown-survey: no question of `gain` asks for the expected of `health`",
        ),
        (
            "dont-know = { use = \"exclude\", refuse-above = 0.2 }",
            "dont-know = \"count\"",
            "invalid-codebook: `housing-present` counts those who do not know, who have no place in a mean",
        ),
        (
            "stratum = \"district\", cluster = \"community\"",
            "stratum = \"community\", cluster = \"community\"",
            "lone-cluster: one cluster alone in ",
        ),
        (
            "statistic = { method = \"share-of\", answers = [\"4\", \"5\"] }",
            "statistic = { method = \"share-of\", answers = [\"4\", \"5\"], scale = [0, 1] }",
            "outside-scale: `trust` is 50 where its statistic runs from 0 to 1, and 2 more",
        ),
    ] {
        let (outcome, found) = changed(from, to);
        assert!(outcome.is_none(), "{expected}");
        assert!(found.iter().any(|f| f.starts_with(expected)), "{expected}: {found:#?}");
    }
}

#[test]
fn lone_clusters_are_as_the_survey_says() {
    let strata = "stratum = \"district\", cluster = \"community\" }";
    let alone = |rule: &str| {
        format!("stratum = \"community\", cluster = \"community\" }}\nlone-cluster = \"{rule}\"")
    };
    let error = |to: &str| {
        let (outcome, _) = changed(strata, to);
        sampled_of(&outcome.unwrap(), "content", "avalon", "2024").standard_error
    };
    // Each of 20 clusters alone in its stratum: their squared distances from the mean, without m / (m - 1).
    let together = error("cluster = \"community\" }");
    near(error(&alone("adjust")), together * (19.0f64 / 20.0).sqrt());
    // Nothing known of a variance is not a variance of nothing: that of a simple random sample with these weights is left.
    let kish = error("cluster = \"community\" }\nvariance = \"kish\"");
    near(error(&alone("certainty")), kish);
}

#[test]
fn a_figure_of_the_data_and_of_the_survey_is_refused() {
    let text = std::fs::read_to_string(folder().join("package.toml")).unwrap();
    let read = |file: &str| std::fs::read(folder().join(file)).unwrap();
    let mut figures = String::from_utf8(read("data/figures.csv")).unwrap();
    figures.push_str("avalon,2024,content,60,500,,\n");
    let files = Memory::new()
        .with("data/respondents.csv", read("data/respondents.csv"))
        .with("data/figures.csv", figures.into_bytes());
    let found = gradus::evaluate(&Bundle::new("package.toml", text, files), &Methods::default()).unwrap_err();
    let said: Vec<&str> = found.iter().filter(|d| d.is_error()).map(|d| d.kind.id).collect();
    assert_eq!(said, ["duplicate-observation"]);
}

#[test]
fn scores_do_not_know_whether_weights_are_multiplied() {
    let text = std::fs::read_to_string(folder().join("package.toml")).unwrap();
    let respondents = made();
    let heavier: String = respondents
        .lines()
        .enumerate()
        .map(|(at, line)| {
            let mut fields: Vec<String> = line.split(',').map(str::to_owned).collect();
            if at > 0 {
                fields[4] = (fields[4].parse::<Decimal>().unwrap() * Decimal::from(7)).to_string();
            }
            fields.join(",") + "\n"
        })
        .collect();
    let figures = std::fs::read(folder().join("data/figures.csv")).unwrap();
    let of = |respondents: String| {
        let files = Memory::new()
            .with("data/respondents.csv", respondents.into_bytes())
            .with("data/figures.csv", figures.clone());
        gradus::evaluate(&Bundle::new("package.toml", text.clone(), files), &Methods::default()).unwrap()
    };
    let (one, seven) = (of(respondents), of(heavier));
    for (a, b) in one.import.data.observations.iter().zip(seven.import.data.observations.iter()) {
        match (a.value.as_number(), b.value.as_number()) {
            (Some(a), Some(b)) => assert!((a - b).abs() < Decimal::new(1, 18)),
            (a, b) => assert_eq!(a, b),
        }
    }
}

#[test]
fn hostile_surveys_do_not_panic() {
    let text = std::fs::read_to_string(folder().join("package.toml")).unwrap();
    let header = "city,year,district,community,weight,age,residence,life,housing-importance,housing-present,housing-expected,health-importance,health-present,health-expected\n";
    let figures = std::fs::read(folder().join("data/figures.csv")).unwrap();
    let huge = format!(
        "{header}avalon,2024,a,b,79228162514264337593543950335,,,5,5,5,5,5,5,5\navalon,2024,a,c,79228162514264337593543950335,,,5,5,5,5,5,5,5\n"
    );
    let tiny = format!(
        "{header}avalon,2024,a,b,0.0000000000000000000000000001,,,5,5,5,5,5,5,5\navalon,2024,a,c,1,,,1,5,5,5,5,5,5\n"
    );
    for csv in [huge, tiny, header.to_owned(), format!("{header}avalon,2024,a,b,1,,,5,5,5,5,5,5,5\n")] {
        for rule in ["refuse", "adjust", "certainty"] {
            let text = text.replace("min-n = 30", &format!("min-n = 0\nlone-cluster = \"{rule}\""));
            let files = Memory::new()
                .with("data/respondents.csv", csv.clone().into_bytes())
                .with("data/figures.csv", figures.clone());
            let (_, _, found) = gradus::check(&Bundle::new("package.toml", text, files), &Methods::default());
            let said = found.iter().any(|d| d.kind.id == "out-of-range");
            assert_eq!(said, csv.contains("79228162514264337593543950335"), "{found:?}");
        }
    }
}
