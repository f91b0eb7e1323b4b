//! Decoding: a whole package, and the mistakes people make.

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
