//! Decoding: a whole package, and the mistakes people make.

use gradus_model::Decimal;
use gradus_model::decode::decode;
use gradus_model::package::{Clause, Package, Threshold};

const GOOD: &str = r#"
format = 1
[index]
id = "demo"
name = { en = "Demo", zh = "示例" }
aggregate = "geometric"
[policy]
rounding = { mode = "half-up", places = 3 }
periods = { use = "as-of", year = 2018, later = true }
[[level]]
name = "layer"
[[grade]]
id = "primary"
name = { en = "Primary", zh = "初级" }
[[grade]]
id = "advanced"
name = { en = "Advanced", zh = "高级" }
[[scale]]
id = "title"
levels = ["none", { id = "held", name = { en = "title held", zh = "获得称号" } }]
title = true
[[group]]
id = "basic"
name = "Basic"
weight = "1/3"
grade = { count = 1, in = "*" }
[[group]]
id = "rest"
name = "Rest"
weight = "2/3"
[[indicator]]
id = "gdp"
parent = "basic"
name = "GDP per head"
unit = "USD"
normalize = { method = "goalposts", lower = 100, upper = 75000, transform = "ln" }
ladder = { advanced = 20000, primary = 5000.5 }
origin = { producer = "UN", url = "https://example.org" }
[[indicator]]
id = "healthy-city"
parent = "rest"
name = "Healthy city"
scale = "title"
ladder = { advanced = "held" }
[[standard]]
id = "s"
name = "S"
rule = { all-of = [{ every = "basic" }, { share = 0.5, in = ["basic", "rest"], at-least = "primary" }, { not = { group = "*" } }] }
"#;

#[test]
fn a_whole_package_is_read() {
    let (package, found) = decode("p.toml", GOOD);
    let messages: Vec<String> = found.iter().map(ToString::to_string).collect();
    assert!(messages.is_empty(), "{messages:#?}");
    let package = package.unwrap();
    assert_eq!(package.nodes.len(), 5);
    assert_eq!(package.nodes[Package::ROOT].children.len(), 2);
    let (_, gdp, indicator) = package.indicators().next().unwrap();
    assert_eq!(gdp.id, "gdp");
    assert_eq!(indicator.ladder.len(), 2);
    assert!(matches!(indicator.ladder[0].threshold, Threshold::Number(x) if x.to_string() == "5000.5"));
    assert_eq!(indicator.normalize.as_ref().unwrap().transform.as_ref().unwrap().method, "ln");
    assert_eq!(package.origins.len(), 1);
    let Clause::AllOf(rules) = &package.standards[0].rule.clause else { panic!() };
    assert_eq!(rules[1].key, "rule.all-of.1");
    assert!(matches!(&rules[2].clause, Clause::Not(inner) if matches!(inner.clause, Clause::Group { .. })));
}

#[test]
fn every_mistake_is_found_at_once() {
    let text = GOOD
        .replace("parent = \"basic\"", "parent = \"basik\"")
        .replace("unit = \"USD\"", "unti = \"USD\"")
        .replace("primary = 5000.5", "primary = 50000.5")
        .replace("scale = \"title\"", "scale = \"titel\"")
        .replace("weight = \"1/3\"", "weight = -1")
        .replace("mode = \"half-up\"", "mode = \"half-uo\"");
    let (package, found) = decode("p.toml", &text);
    assert!(package.is_none());
    let mut ids: Vec<&str> = found.iter().map(|d| d.kind.id).collect();
    ids.sort_unstable();
    assert_eq!(
        ids,
        [
            "empty-group",
            "ladder-order",
            "ladder-type",
            "negative-weight",
            "unknown-key",
            "unknown-parent",
            "unknown-scale",
            "unknown-word"
        ]
    );
}

#[test]
fn cycles_are_shown_whole() {
    let text = "format = 1\n[index]\nid='i'\nname='I'\n[[group]]\nid='a'\nname='A'\nparent='b'\n[[group]]\nid='b'\nname='B'\nparent='a'\n[[indicator]]\nid='x'\nname='X'\nparent='a'\n";
    let (package, found) = decode("p.toml", text);
    assert!(package.is_none());
    let cycle = found.iter().find(|d| d.kind.id == "cycle").unwrap();
    assert_eq!(cycle.message, "the parents go round: `a` → `b` → `a`");
}

#[test]
fn a_ladder_may_ask_for_the_same_twice_and_never_for_less() {
    let grades: String =
        ["a", "b", "c"].iter().map(|id| format!("[[grade]]\nid = '{id}'\nname = '{id}'\n")).collect();
    for (ladder, ordered) in [
        ("{ a = 100, b = 100, c = 100 }", true),
        ("{ a = 60, b = 70, c = 70 }", true),
        ("{ a = 2, b = 1 }", false),
    ] {
        let text = format!(
            "format = 1\n[index]\nid = 'demo'\nname = 'Demo'\n{grades}[[indicator]]\nid = 'x'\nname = 'X'\nladder = {ladder}\n"
        );
        let (_, found) = decode("package.toml", &text);
        assert_eq!(found.iter().all(|d| d.kind.id != "ladder-order"), ordered, "{ladder}");
    }
}

#[test]
fn a_misspelled_direction_is_said_once_and_not_as_a_wrong_ladder() {
    for (from, to, expected) in
        [("direction", "direktion", "unknown-key"), ("'lower'", "'lowr'", "unknown-word")]
    {
        let text = "format = 1\n[index]\nid='i'\nname='I'\n[[grade]]\nid='a'\nname='A'\n[[grade]]\nid='b'\nname='B'\n\
            [[indicator]]\nid='x'\nname='X'\ndirection='lower'\nladder={a=2,b=1}\n";
        assert!(decode("p", text).0.is_some());
        let (_, found) = decode("p", &text.replace(from, to));
        let ids: Vec<&str> = found.iter().map(|d| d.kind.id).collect();
        assert_eq!(ids, [expected]);
    }
}

#[test]
fn a_node_is_not_named_like_a_column_of_the_result() {
    let (package, found) =
        decode("p", "format = 1\n[index]\nid='i'\nname='I'\n[[indicator]]\nid='period'\nname='P'\n");
    assert!(package.is_none());
    assert_eq!(found.iter().next().unwrap().kind.id, "invalid-code");
}

#[test]
fn thirds_are_exact_weights() {
    let text = |weights: [&str; 3]| {
        let items: Vec<String> = weights
            .iter()
            .enumerate()
            .map(|(i, w)| format!("[[indicator]]\nid='x{i}'\nname='X'\nweight={w}\n"))
            .collect();
        format!("format = 1\n[index]\nid='i'\nname='I'\nweights='exact'\n{}", items.join(""))
    };
    assert!(decode("p", &text(["'1/3'", "'1/3'", "'1/3'"])).0.is_some());
    assert!(decode("p", &text(["0.2", "0.3", "0.5"])).0.is_some());
    let (_, found) = decode("p", &text(["0.333", "0.333", "0.333"]));
    assert_eq!(found.iter().next().unwrap().kind.id, "weight-sum");
}

mod hostile {
    use super::*;
    use proptest::prelude::*;

    proptest! {
        #[test]
        fn no_text_makes_it_panic(text in ".{0,300}") {
            let _ = decode("p.toml", &text);
        }

        #[test]
        fn no_damage_to_a_package_makes_it_panic(at in 0usize..GOOD.len(), length in 0usize..40, insert in "[\\[\\]{}=\",.a-z0-9 \n'-]{0,12}") {
            let mut bytes = GOOD.as_bytes().to_vec();
            let end = (at + length).min(bytes.len());
            bytes.splice(at..end, insert.bytes());
            let _ = decode("p.toml", &String::from_utf8_lossy(&bytes));
        }
    }
}

#[test]
fn every_package_has_the_scale_of_yes_and_no() {
    let text = |scales: &str, step: &str| {
        format!(
            "format = 1\n[index]\nid = \"demo\"\nname = \"Demo\"\n[[grade]]\nid = \"good\"\nname = \"Good\"\n{scales}\
             [[measure]]\nid = \"plan\"\nscale = \"yes-no\"\n\
             [[indicator]]\nid = \"law\"\nname = \"Law\"\nscale = \"yes-no\"\nladder = {{ good = \"{step}\" }}\n"
        )
    };
    let (package, found) = decode("package.toml", &text("", "yes"));
    let package = package.unwrap_or_else(|| panic!("{found:?}"));
    assert_eq!(package.scales.len(), 1);
    let variables = package.variables();
    assert!(variables.iter().all(|v| v.scale.is_some_and(|s| s.level("yes") == Some(1))));
    let law = package.nodes[package.node("law").unwrap()].indicator().unwrap();
    assert_eq!(law.ladder[0].threshold, Threshold::Level(1));
    // The package's own scale of that code wins.
    let own = "[[scale]]\nid = \"yes-no\"\nlevels = [\"never\", \"once\", \"always\"]\n";
    let (package, _) = decode("package.toml", &text(own, "always"));
    assert_eq!(package.map(|p| p.scales.len()), Some(1));
}

/// A survey with the given keys and questions, and indicators with the given keys.
fn with_survey(survey: &str, questions: &str, indicators: &str) -> (Option<Package>, Vec<String>) {
    let text = format!(
        "format = 1\n[index]\nid = \"demo\"\nname = \"Demo\"\n{indicators}\n[[survey]]\nid = \"gain\"\nfile = \"r.csv\"\n{survey}\n{questions}"
    );
    let (package, found) = decode("package.toml", &text);
    (package, found.iter().map(|d| format!("{}: {}", d.kind.id, d.message)).collect())
}

const ANSWERS: &str = "answers = [\"1\", \"2\", \"3\"]";
const QUESTION: &str = "[[survey.question]]\nid = \"q1\"\ntext = \"Content?\"\n";
const CONTENT: &str = "[[indicator]]\nid = \"content\"\nname = \"Content\"\n";

#[test]
fn a_survey_and_what_is_taken_from_it() {
    let questions = format!(
        "{QUESTION}direction = \"lower\"\n\
         [[survey.question]]\nid = \"h1\"\ntext = \"Housing now?\"\nitem = \"housing\"\nrole = \"present\"\n\
         [[survey.question]]\nid = \"h2\"\ntext = \"Housing expected?\"\nitem = \"housing\"\nrole = \"expected\"\n\
         answers = [{{ code = \"a\", score = 0 }}, {{ code = \"b\", score = 10 }}, {{ code = \"x\", is = \"refused\" }}]\n\
         dont-know = {{ use = \"count\", refuse-above = 0.25 }}\n"
    );
    let indicators = format!(
        "{CONTENT}survey = {{ of = \"gain\", question = \"q1\", statistic = \"top-box\" }}\n\
         pair = {{ with = \"rooms\", range = [1, 3] }}\n\
         [[indicator]]\nid = \"gap\"\nname = \"Gap\"\n\
         survey = {{ of = \"gain\", statistic = {{ method = \"expectation-gap\", scale = [0, 100] }} }}\n\
         pair = \"area\"\n\
         [[indicator]]\nid = \"area\"\nname = \"Area\"\ndirection = \"lower\"\n\
         normalize = {{ method = \"goalposts\", lower = 10, upper = 50 }}\n\
         [[measure]]\nid = \"rooms\"\n\
         [[measure]]\nid = \"trust\"\nsurvey = {{ statistic = \"top-two-box\", design-effect = 1.5 }}\n"
    );
    let survey = format!(
        "{ANSWERS}\ncolumns = {{ unit = \"city\", weight = \"w\", cluster = \"block\" }}\nsubgroups = {{ age = \"age\" }}\n\
         trim = {{ at = 4, of = \"mean\" }}\nmin-n = 50\nconfidence-level = 0.9\n"
    );
    let (package, found) = with_survey(&survey, &questions, &indicators);
    assert_eq!(found, Vec::<String>::new());
    let package = package.unwrap();
    let survey = &package.surveys[0];
    assert_eq!((survey.min_n, survey.variance()), (50, gradus_model::package::VarianceRule::Linearized));
    assert_eq!(survey.questions[0].ordered(), [2, 1, 0]);
    assert_eq!(survey.items(), ["housing"]);
    assert_eq!(survey.questions[2].dont_know.unwrap().refuse_above, Some(Decimal::new(25, 2)));
    let uses: Vec<(&str, Option<usize>, usize, Decimal)> = package
        .survey_uses()
        .map(|(id, u, _)| (id.as_str(), u.question, u.items.len(), u.confidence_level))
        .collect();
    let (own, usual) = (Decimal::new(9, 1), Decimal::new(95, 2));
    assert_eq!(uses, [("trust", None, 0, usual), ("content", Some(0), 1, own), ("gap", None, 1, own)]);
    let ranges: Vec<_> =
        package.pairs.iter().map(|p| p.range.map(|(a, b)| (a.to_string(), b.to_string()))).collect();
    assert_eq!(ranges, [Some(("1".into(), "3".into())), Some(("50".into(), "10".into()))]);
}

#[test]
fn what_a_survey_leaves_open_is_said() {
    let uses = |text: &str| format!("{CONTENT}survey = {text}\n");
    let good = uses("{ of = \"gain\", question = \"q1\", statistic = \"top-box\" }");
    let own = |text: &str| format!("{QUESTION}{text}\n");
    for (survey, questions, indicators, expected) in [
        ("", QUESTION.to_owned(), good.clone(), "invalid-codebook: the question `q1` has no answers"),
        (
            "answers = [\"1\"]",
            QUESTION.into(),
            good.clone(),
            "invalid-codebook: `q1` has 1 answers that say something",
        ),
        (
            "answers = [\"1\", \"1\", \"2\"]",
            QUESTION.into(),
            good.clone(),
            "duplicate-code: the answer `1` is there twice",
        ),
        (
            "answers = [\"1\", \"\", \"2\"]",
            QUESTION.into(),
            good.clone(),
            "invalid-codebook: an answer has no code",
        ),
        (
            "answers = [\"1\", \"2\", { code = \"9\", is = \"refused\" }]",
            QUESTION.into(),
            good.clone(),
            "invalid-codebook: `q1` has the answer `9`, and nothing says what is done about it",
        ),
        (
            "answers = [\"1\", { code = \"2\", score = 2 }]",
            QUESTION.into(),
            good.clone(),
            "invalid-codebook: some answers of `q1` have a `score` and some have none",
        ),
        (
            "answers = [{ code = \"1\", score = 2 }, { code = \"2\", score = 2 }]",
            QUESTION.into(),
            good.clone(),
            "invalid-codebook: the scores of `q1` neither rise nor fall in the order of its answers",
        ),
        (
            ANSWERS,
            own("item = \"home\""),
            good.clone(),
            "invalid-codebook: the question `q1` has `item` and no `role`",
        ),
        (
            "answers = [\"1\", \"2\"]\nlayout = \"counts\"\ncolumns = { cluster = \"c\" }",
            QUESTION.into(),
            good.clone(),
            "step-conflict: `cluster` is no column of the layout `counts`",
        ),
        (
            "answers = [\"1\", \"2\"]\nconfidence-level = 95",
            QUESTION.into(),
            good.clone(),
            "invalid-parameter: `confidence-level` is 95, which is not a number from 0.5 to below 1",
        ),
        (
            "answers = [\"1\", \"2\"]\ntrim = { at = 0.5 }",
            QUESTION.into(),
            good.clone(),
            "invalid-parameter: `at` is 0.5, which is not a number of 1 or more",
        ),
        (
            ANSWERS,
            QUESTION.into(),
            uses("{ of = \"gian\", question = \"q1\", statistic = \"top-box\" }"),
            "unknown-survey: there is no survey `gian`",
        ),
        (
            ANSWERS,
            QUESTION.into(),
            uses("{ of = \"gain\", question = \"q2\", statistic = \"top-box\" }"),
            "unknown-survey: the survey `gain` has no question `q2`",
        ),
        (
            ANSWERS,
            QUESTION.into(),
            uses("{ of = \"gain\", items = \"home\", statistic = \"expectation-gap\" }"),
            "unknown-survey: no question of the survey `gain` is about the item `home`",
        ),
        (
            ANSWERS,
            QUESTION.into(),
            uses("{ question = \"q1\", statistic = \"top-box\" }"),
            "unknown-survey: `question` is of a survey, and none is named",
        ),
        (
            ANSWERS,
            QUESTION.into(),
            format!("{good}scale = \"yes-no\"\n"),
            "step-conflict: `content` has a `scale` and takes its figures from a survey",
        ),
        (
            ANSWERS,
            QUESTION.into(),
            format!("{good}pair = \"area\"\n"),
            "unknown-node: `content` has no indicator or measure `area` to be paired with",
        ),
        (
            ANSWERS,
            QUESTION.into(),
            format!("{good}pair = \"area\"\n[[measure]]\nid = \"area\"\n"),
            "missing-key: nothing says which figures of `area` stand for 0 and for 100",
        ),
        (
            ANSWERS,
            QUESTION.into(),
            format!("{CONTENT}pair = \"area\"\n[[measure]]\nid = \"area\"\n"),
            "unknown-survey: `content` has a `pair` and takes nothing from a survey",
        ),
    ] {
        let (package, found) = with_survey(survey, &questions, &indicators);
        assert_eq!(package, None, "{expected}");
        assert_eq!(found, [expected]);
    }
}

#[test]
fn efforts_are_read_by_unit_or_by_grade_and_bounded() {
    let text = |effort: &str| {
        format!(
            "format = 1\n[index]\nid = 'i'\nname = 'I'\n[policy]\ncurrency = 'EUR'\n[[grade]]\nid = 'low'\nname = 'L'\n[[grade]]\nid = 'high'\nname = 'H'\n[[indicator]]\nid = 'x'\nname = 'X'\nladder = {{ low = 1 }}\neffort = {effort}\n"
        )
    };
    let read = |effort: &str| gradus_model::decode::decode("package.toml", &text(effort));
    let (package, _) =
        read("{ money = 1.5, difficulty = { high = 5 }, lead-years = 2, feasible = 9, owner = 'Works' }");
    let package = package.unwrap();
    let effort = &package.nodes[1].indicator().unwrap().effort;
    let money = effort.money.as_ref().unwrap();
    assert_eq!((money.at(0), money.at(1)), (Some("1.5".parse().unwrap()), Some("1.5".parse().unwrap())));
    let difficulty = effort.difficulty.as_ref().unwrap();
    assert_eq!((difficulty.at(0), difficulty.at(1)), (None, Some(5.into())));
    assert_eq!(effort.feasible, Some(gradus_model::package::Threshold::Number(9.into())));
    assert_eq!(
        (effort.owner.en.as_deref(), package.policy.currency.as_deref()),
        (Some("Works"), Some("EUR"))
    );
    for (wrong, said) in [
        ("{ difficulty = 6 }", "`difficulty` is 6"),
        ("{ difficulty = { low = 0 } }", "`difficulty` is 0"),
        ("{ money = -1 }", "`money` is -1"),
        ("{ lead-years = { lowe = 1 } }", "there is no grade `lowe`"),
        ("{ feasible = 'much' }", "the text `much`"),
    ] {
        let (_, found) = read(wrong);
        assert!(found.iter().any(|d| d.is_error() && d.message.contains(said)), "{wrong}: {found:#?}");
    }
}
