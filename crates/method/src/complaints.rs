//! What is still missing from a method's registry entry: the list that a test of any crate with methods walks.

use crate::{Arg, Args, Default, Method, ParamKind};
use gradus_model::number::parse_decimal;
use std::fmt::Debug;

/// The headings of a method's documentation, in order.
pub const HEADINGS: &[&str] = &[
    "Formula",
    "Parameters",
    "Input and output",
    "Missing values and edge cases",
    "Errors",
    "Example",
    "References",
];

impl<T: Debug> Method<T> {
    /// What is still missing: texts, references, parameters that do what their entry says, and (with the text of the
    /// file it lives in) documentation and tests. Empty for a complete method.
    ///
    /// `sample` are arguments the method accepts; defaults and unknown names are tried on top of them.
    #[must_use]
    pub fn complaints(&self, sample: &Args, source: Option<&str>) -> Vec<String> {
        let mut found = Vec::new();
        self.texts(&mut found);
        self.parameters(sample, &mut found);
        if let Some(source) = source {
            self.documentation(source, &mut found);
        }
        found.into_iter().map(|complaint| format!("`{}`: {complaint}", self.id)).collect()
    }

    fn texts(&self, found: &mut Vec<String>) {
        let words = |text: &str| text.split_whitespace().count();
        let mut expect = |holds: bool, complaint: String| {
            if !holds {
                found.push(complaint);
            }
        };
        let kebab = |c: char| c.is_ascii_lowercase() || c.is_ascii_digit() || c == '-';
        expect(self.id.chars().all(kebab), "the id is kebab-case".into());
        let version: Vec<&str> = self.since.split('.').collect();
        let numeric = version.len() == 3 && version.iter().all(|part| part.parse::<u32>().is_ok());
        expect(numeric, format!("`since` is a version, not `{}`", self.since));
        expect(words(self.summary) > 3 && self.summary.ends_with('.'), "the summary is a sentence".into());
        let chinese = self.summary_zh.ends_with('。') && !self.summary_zh.contains('.');
        expect(chinese, "the Chinese summary is a sentence".into());
        expect(self.formula.contains(" = "), "the formula says what the result is".into());
        expect(!self.references.is_empty(), "it has a reference".into());
        for reference in self.references {
            let year = |digits: &str| digits.len() == 4 && digits.bytes().all(|b| b.is_ascii_digit());
            let dated = reference.citation.split(['(', ')']).any(year);
            expect(dated, format!("a citation has its year in parentheses: {}", reference.citation));
            let locator = reference.locator;
            let found = locator.starts_with("https://") || locator.starts_with("ISBN 978-");
            expect(found, format!("a reference has an address or ISBN, not `{locator}`"));
        }
        for param in self.params {
            let name = param.name;
            expect(
                words(param.meaning) > 2 && !param.meaning.ends_with('.'),
                format!("`{name}` has a meaning"),
            );
            expect(!param.range.is_empty(), format!("`{name}` has a range"));
            if let Default::Absent(text) | Default::Value(text) = param.default {
                expect(!text.is_empty(), format!("`{name}` has a default in words or as a value"));
            }
        }
    }

    fn parameters(&self, sample: &Args, found: &mut Vec<String>) {
        let mut builds = |args: &Args, what: &str| {
            if let Err(fault) = self.make(args) {
                found.push(format!("{what}: {fault}"));
            }
        };
        builds(sample, "the sample builds");
        for param in self.params {
            let name = param.name;
            if let Default::Value(text) = param.default {
                builds(&sample.clone().with(name, written(text)), &format!("`{name}` = {text} builds"));
            }
            if let ParamKind::Word(words) = param.kind {
                for word in words {
                    let with = sample.clone().with(name, Arg::Text((*word).to_owned()));
                    builds(&with, &format!("`{name}` = {word} builds"));
                }
            }
        }
        let mut refuses = |args: &Args, kind: &str, parameter: &str| match self.make(args) {
            Err(fault) if fault.kind.id == kind && fault.parameter.as_deref() == Some(parameter) => {}
            Err(fault) => found.push(format!("`{parameter}` is refused as {kind}, not as {}", fault.kind.id)),
            Ok(_) => found.push(format!("`{parameter}` is refused as {kind}")),
        };
        for param in self.params {
            let name = param.name;
            let mut without = Args::new();
            sample.iter().filter(|(n, _)| *n != name).for_each(|(n, arg)| without.set(n, arg.clone()));
            if param.default == Default::Required {
                refuses(&without, "missing-parameter", name);
            }
            let misspelled = format!("{name}x");
            refuses(&sample.clone().with(&misspelled, Arg::Flag(true)), "unknown-parameter", &misspelled);
            if param.kind != ParamKind::Flag {
                refuses(&sample.clone().with(name, Arg::Flag(true)), "invalid-parameter", name);
            }
        }
        refuses(&sample.clone().with("no-such", Arg::Flag(true)), "unknown-parameter", "no-such");
    }

    fn documentation(&self, source: &str, found: &mut Vec<String>) {
        if !source.starts_with("//! ") {
            found.push("the file has a head".into());
        }
        // A line that a doctest hides begins like a heading.
        let headings: Vec<&str> = source
            .lines()
            .filter_map(|line| line.strip_prefix("/// # "))
            .filter(|line| HEADINGS.contains(line))
            .collect();
        if !headings.starts_with(HEADINGS) {
            found.push(format!("the documentation has the headings {}", HEADINGS.join(", ")));
        }
        for param in self.params {
            let code = format!("`{}`", param.name);
            if !source.lines().any(|line| line.starts_with("/// |") && line.contains(&code)) {
                found.push(format!("the table of parameters has a row for {code}"));
            }
        }
        if !source.contains("#[cfg(test)]") {
            found.push("the file has tests".into());
        }
    }
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

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{Outcome, Param};

    static POOR: Method<()> = Method {
        id: "Poor_method",
        since: "soon",
        summary: "Nothing",
        summary_zh: "无",
        formula: "x",
        params: &[Param {
            name: "power",
            kind: ParamKind::Number,
            default: Default::Required,
            range: "",
            meaning: "Power.",
        }],
        references: &[],
        build: accept,
    };

    fn accept(_: &Args) -> Outcome<()> {
        Ok(())
    }

    #[test]
    fn a_poor_entry_is_told_everything_at_once() {
        let complaints = POOR.complaints(&Args::new(), Some("fn main() {}"));
        for expected in [
            "kebab-case",
            "`since`",
            "summary is a sentence",
            "Chinese",
            "formula",
            "reference",
            "has a meaning",
            "has a range",
            "the sample builds",
            "headings",
            "a row for `power`",
            "has tests",
        ] {
            assert!(complaints.iter().any(|c| c.contains(expected)), "{expected}: {complaints:#?}");
        }
    }
}
