//! Every method in the list is complete: texts, references, parameters, documentation and tests.
#![allow(clippy::unwrap_used, reason = "a test may panic, also in its helpers")]
#![allow(clippy::disallowed_methods, reason = "the test reads the source of the methods it checks")]

use gradus_aggregate::{AGGREGATORS, aggregators};
use gradus_method::{Arg, Args, Default, Method, ParamKind};
use gradus_model::number::parse_decimal;

/// Arguments a method accepts, where it needs any.
fn sample(id: &str) -> Args {
    match id {
        "power-mean" => Args::new().number_of("exponent", 2),
        _ => Args::new(),
    }
}

#[test]
fn ids_are_in_alphabetical_order_and_unique() {
    assert!(AGGREGATORS.windows(2).all(|pair| pair[0].id < pair[1].id));
}

#[test]
fn every_method_is_complete() {
    for method in AGGREGATORS {
        complete(method);
        parameters(method, &sample(method.id));
        documented(method, &source(method.id));
    }
}

#[test]
fn a_misspelled_method_gets_a_hint() {
    let fault = aggregators().find("geometic").unwrap_err();
    assert_eq!(fault.kind.id, "unknown-method");
    assert_eq!(fault.help.as_deref(), Some("did you mean `geometric`?"));
}

fn source(id: &str) -> String {
    let path = format!("{}/src/{}.rs", env!("CARGO_MANIFEST_DIR"), id.replace('-', "_"));
    std::fs::read_to_string(&path).unwrap_or_else(|error| panic!("{path}: {error}"))
}

/// A default as it would be written in a package file.
fn written(text: &str) -> Arg {
    if let Some(items) = text.strip_prefix('[').and_then(|rest| rest.strip_suffix(']')) {
        return Arg::List(items.split(',').map(|item| written(item.trim())).collect());
    }
    match (text, parse_decimal(text)) {
        ("true" | "false", _) => Arg::Flag(text == "true"),
        (_, Ok(number)) => Arg::Number(number),
        (_, Err(_)) => Arg::Text(text.to_owned()),
    }
}

fn complete<T>(method: &Method<T>) {
    let id = method.id;
    let words = |text: &str| text.split_whitespace().count();
    assert!(id.chars().all(|c| c.is_ascii_lowercase() || c.is_ascii_digit() || c == '-'), "{id}");
    assert_eq!(method.since, "0.1.0", "{id}");
    assert!(words(method.summary) > 3 && method.summary.ends_with('.'), "{id}: summary");
    assert!(
        method.summary_zh.ends_with('。') && !method.summary_zh.contains('.'),
        "{id}: summary in Chinese"
    );
    assert!(method.formula.contains(" = "), "{id}: formula");
    assert!(!method.references.is_empty(), "{id}: references");
    for reference in method.references {
        let year = |digits: &str| digits.len() == 4 && digits.bytes().all(|b| b.is_ascii_digit());
        assert!(reference.citation.split(['(', ')']).any(year), "{id}: year in {}", reference.citation);
        let locator = reference.locator;
        assert!(locator.starts_with("https://") || locator.starts_with("ISBN 978-"), "{id}: {locator}");
    }
    for param in method.params {
        assert!(words(param.meaning) > 2 && !param.meaning.ends_with('.'), "{id}: {}", param.name);
        assert!(!param.range.is_empty(), "{id}: {}", param.name);
        match param.default {
            Default::Absent(text) | Default::Value(text) => assert!(!text.is_empty(), "{id}: {}", param.name),
            _ => {}
        }
    }
}

/// Defaults build, required parameters are required, unknown ones are refused with the nearest name.
fn parameters<T: std::fmt::Debug>(method: &Method<T>, sample: &Args) {
    let id = method.id;
    method.make(sample).unwrap_or_else(|fault| panic!("{id}: {fault}"));
    for param in method.params {
        if let Default::Value(text) = param.default {
            let with = sample.clone().with(param.name, written(text));
            method.make(&with).unwrap_or_else(|fault| panic!("{id}: {} = {text}: {fault}", param.name));
        }
        if let (ParamKind::Word(words), Default::Value(text)) = (param.kind, param.default) {
            assert!(words.contains(&text), "{id}: {}", param.name);
        }
        if let ParamKind::Word(words) = param.kind {
            for word in words {
                method
                    .make(&sample.clone().with(param.name, Arg::Text((*word).to_owned())))
                    .unwrap_or_else(|fault| panic!("{id}: {} = {word}: {fault}", param.name));
            }
        }
        let mut without = Args::new();
        sample
            .iter()
            .filter(|(name, _)| *name != param.name)
            .for_each(|(name, arg)| without.set(name, arg.clone()));
        if param.default == Default::Required {
            let fault = method.make(&without).unwrap_err();
            assert_eq!(
                (fault.kind.id, fault.parameter.as_deref()),
                ("missing-parameter", Some(param.name)),
                "{id}"
            );
        }
        let fault =
            method.make(&sample.clone().with(&format!("{}x", param.name), Arg::Flag(true))).unwrap_err();
        assert_eq!(fault.kind.id, "unknown-parameter", "{id}");
        assert_eq!(fault.help, Some(format!("did you mean `{}`?", param.name)), "{id}");
        let fault = method.make(&sample.clone().with(param.name, Arg::Flag(true))).unwrap_err();
        assert_eq!(
            (fault.kind.id, fault.parameter.as_deref()),
            ("invalid-parameter", Some(param.name)),
            "{id}"
        );
    }
    assert_eq!(
        method.make(&sample.clone().with("no-such", Arg::Flag(true))).unwrap_err().kind.id,
        "unknown-parameter"
    );
}

/// The documentation of a method has every heading, in order, and a row for each parameter.
fn documented<T>(method: &Method<T>, source: &str) {
    let id = method.id;
    assert!(source.starts_with("//! "), "{id}: module head");
    let headings: Vec<&str> =
        source.lines().filter_map(|line| line.strip_prefix("/// # ")).filter(|h| !h.contains("::")).collect();
    let at =
        headings.iter().position(|heading| *heading == "Formula").unwrap_or_else(|| panic!("{id}: formula"));
    let expected = [
        "Formula",
        "Parameters",
        "Input and output",
        "Missing values and edge cases",
        "Errors",
        "Example",
        "References",
    ];
    assert_eq!(headings.get(at..at + expected.len()), Some(&expected[..]), "{id}");
    for param in method.params {
        let row = source
            .lines()
            .any(|line| line.starts_with("/// |") && line.contains(&format!("`{}`", param.name)));
        assert!(row, "{id}: no row for `{}`", param.name);
    }
    assert!(source.contains("#[cfg(test)]"), "{id}: tests");
}
