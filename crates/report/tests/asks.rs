//! What a report says is still needed for a grade, for every form of rule.

mod support;

use gradus_model::Lang;
use gradus_model::package::{Direction, NodeIx, Threshold};
use gradus_report::ask::{Ask, Kind};
use gradus_report::grade_table::{Next, asked_step, grade_table};
use gradus_report::{Options, html, json, markdown};
use gradus_standard::Verdict;
use support::Fixture;

/// Four indicators with two grades: `a` and `b` meet the first one, `c` fails, `d` has no figure; `p` is better when low.
fn package(rule: &str) -> Fixture {
    let mut text = String::from(
        "format = 1\n[index]\nid = 'x'\nname = 'X'\n[policy]\nperiods = { use = 'latest' }\n\
         [[grade]]\nid = 'one'\nname = 'One'\n[[grade]]\nid = 'two'\nname = 'Two'\n\
         [[group]]\nid = 'g'\nname = 'Group'\n[[group]]\nid = 'h'\nname = 'Half'\ngrade = { count = 1, in = ['c', 'd'] }\n",
    );
    for (id, parent) in [("a", "g"), ("b", "g"), ("p", "g"), ("c", "h"), ("d", "h")] {
        let direction = if id == "p" { "direction = 'lower'\nladder = { one = 20, two = 10 }\n" } else { "" };
        let ladder = if id == "p" { "" } else { "ladder = { one = 10, two = 20 }\n" };
        text.push_str(&format!(
            "[[indicator]]\nid = '{id}'\nname = '{}'\nparent = '{parent}'\n{direction}{ladder}",
            id.to_uppercase()
        ));
    }
    text.push_str(&format!(
        "[[standard]]\nid = 's'\nname = 'S'\nrule = {rule}\n[[data]]\nfile = 'values.csv'\n"
    ));
    let data = "unit,variable,period,value\nu,a,2018,12\nu,b,2018,25\nu,c,2018,9.9714\nu,p,2018,30\n";
    Fixture { own: Some(0), ..Fixture::new(&text, data) }
}

fn next(fixture: &Fixture) -> Next {
    grade_table(&fixture.input(), &[], None).rows[0].next.clone().expect("a grade is open")
}

fn names(fixture: &Fixture, parts: &[(NodeIx, usize)]) -> Vec<String> {
    parts.iter().map(|(ix, grade)| format!("{}@{grade}", fixture.package.nodes[*ix].id)).collect()
}

/// The ask in one line: `more 1 [c@0 ? d@0]`.
fn line(fixture: &Fixture, ask: &Ask) -> String {
    let group = ask.group.map(|g| format!("{}:", fixture.package.nodes[g].id)).unwrap_or_default();
    let kind = match &ask.kind {
        Kind::More(n) => format!("more {n}"),
        kind => kind.word().to_owned(),
    };
    let mut inside = names(fixture, &ask.failing);
    inside.extend(names(fixture, &ask.unknown).into_iter().map(|n| format!("?{n}")));
    inside.extend(ask.asks.iter().map(|a| line(fixture, a)));
    format!("{group}{kind}[{}]", inside.join(" "))
}

#[test]
fn every_form_of_rule_says_what_it_still_asks_for() {
    for (rule, expected) in [
        // Everything that is open is needed.
        ("{ every = '*' }", "all[p@0 c@0 ?d@0]"),
        ("{ every = ['a', 'c'], at-least = 'two' }", "all[a@1 c@1]"),
        // Some of the open ones are enough.
        ("{ count = 3, in = '*' }", "more 1[p@0 c@0 ?d@0]"),
        ("{ count = 5, in = '*' }", "all[p@0 c@0 ?d@0]"),
        ("{ share = 0.8, in = '*' }", "more 2[p@0 c@0 ?d@0]"),
        // What holds already is left out; what is left stands for itself.
        ("{ all-of = [{ every = ['a', 'b'] }, { every = ['c'] }] }", "all[c@0]"),
        (
            "{ all-of = [{ every = ['p'] }, { count = 1, in = ['c', 'd'] }] }",
            "all[all[p@0] more 1[c@0 ?d@0]]",
        ),
        // Both ways are shown.
        ("{ any-of = [{ every = ['p'] }, { every = ['c', 'd'] }] }", "more 1[all[p@0] all[c@0 ?d@0]]"),
        (
            "{ count = 2, of = [{ every = ['a'] }, { every = ['p'] }, { every = ['c'] }] }",
            "more 1[all[p@0] all[c@0]]",
        ),
        // A group is followed to its indicators, by its own rule.
        ("{ group = 'h' }", "h:more 1[c@0 ?d@0]"),
        ("{ group = ['g', 'h'] }", "all[g:all[p@0] h:more 1[c@0 ?d@0]]"),
        // What must not be so: nobody is told to do worse, and a missing figure is still named.
        ("{ not = { every = ['a', 'b'] } }", "not[]"),
        ("{ not = { every = ['a', 'd'] } }", "not[?d@0]"),
        ("{ not = { not = { every = ['c'] } } }", "all[c@0]"),
    ] {
        let fixture = package(rule);
        let next = next(&fixture);
        let asks = next.asks.as_ref().unwrap_or_else(|| panic!("{rule}: nothing is asked"));
        assert_eq!(line(&fixture, asks), expected, "{rule}");
        // The rule as followed here and as proven by the grading agree.
        assert_eq!(asks.verdict, next.verdict, "{rule}");
        for (ix, grade) in &next.failing {
            let indicator = fixture.package.nodes[*ix].indicator().expect("an indicator");
            let Some(Threshold::Number(threshold)) =
                asked_step(indicator, *grade, Verdict::NotMet).map(|s| s.threshold)
            else {
                panic!("no threshold")
            };
            let x = fixture.evaluation.nodes[*ix].raw.get(0).and_then(|x| x.to_decimal()).expect("a value");
            match indicator.direction {
                Direction::Higher => assert!(x < threshold, "{rule}"),
                Direction::Lower => assert!(x > threshold, "{rule}"),
            }
        }
        for languages in [&[Lang::En][..], &[Lang::Zh], &[Lang::Zh, Lang::En]] {
            let options = Options {
                languages: languages.to_vec(),
                command: None,
                version: "0.0.0".to_owned(),
                ..Options::default()
            };
            let page = html(&fixture.input(), &options);
            assert!(!page.contains("must rise") && !page.contains("{n}") && !page.contains("{of}"), "{rule}");
            let text = markdown(&fixture.input(), &options);
            assert_eq!(
                text.contains("Must improve"),
                languages.contains(&Lang::En) && must(asks),
                "{rule}: {text}"
            );
        }
        let report: serde_json::Value = serde_json::from_str(&json(
            &fixture.input(),
            &Options {
                languages: vec![Lang::En],
                command: None,
                version: String::new(),
                ..Options::default()
            },
        ))
        .unwrap();
        let next = &report["units"][0]["standards"][0]["next"];
        assert!(
            next["failing"]
                .as_array()
                .unwrap()
                .iter()
                .all(|f| f["node"].is_string() && f["asked"].is_string())
        );
    }
}

fn must(ask: &Ask) -> bool {
    ask.flat().iter().any(|(_, must, a)| *must && !a.failing.is_empty())
}

/// Bounds around a threshold are a figure: shown as bounds, undecided, and never called missing.
#[test]
fn bounds_that_cannot_be_decided_are_said_to_be_so() {
    let text = "format = 1\n[index]\nid = 'x'\nname = 'X'\n[policy]\nperiods = { use = 'latest' }\n\
        [[grade]]\nid = 'one'\nname = 'One'\n[[indicator]]\nid = 'a'\nname = 'A'\nladder = { one = 50 }\n\
        [[standard]]\nid = 's'\nname = 'S'\nrule = { every = '*' }\n[[data]]\nfile = 'values.csv'\n";
    let data = "unit,variable,period,value,lower,upper\nu,a,2018,,40,60\n";
    let fixture = Fixture { own: Some(0), ..Fixture::new(text, data) };
    let options = Options {
        languages: vec![Lang::En],
        command: None,
        version: "0.0.0".to_owned(),
        ..Options::default()
    };
    for report in [html(&fixture.input(), &options), markdown(&fixture.input(), &options)] {
        assert!(report.contains("between 40 and 60: cannot be decided"), "{report}");
        assert!(!report.contains("n/a: "), "{report}");
    }
}

#[test]
fn a_level_without_a_threshold_of_its_own_is_not_compared_with_an_easier_one() {
    let text = "format = 1\n[index]\nid = 'i'\nname = 'I'\n
        [[grade]]\nid = 'low'\nname = 'Low'\n[[grade]]\nid = 'middle'\nname = 'Middle'\n[[grade]]\nid = 'high'\nname = 'High'\n
        [[indicator]]\nid = 'x'\nname = 'X'\nnormalize = 'none'\nladder = { low = 5, high = 20 }\n";
    let (package, found) = gradus_model::decode::decode("p", text);
    let package = package.unwrap_or_else(|| panic!("{found:?}"));
    let (_, _, indicator) = package.indicators().next().expect("an indicator");
    let asked = |grade, verdict| asked_step(indicator, grade, verdict).map(|s| s.grade);
    assert_eq!(asked(1, Verdict::Unknown), None);
    assert_eq!(asked(1, Verdict::NotMet), Some(0));
    assert_eq!(asked(2, Verdict::Unknown), Some(2));
}
