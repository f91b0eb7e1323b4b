//! Templates: HTML with everything escaped, Markdown with its own escaping.

use crate::charts::escape;
use crate::said::{Said, term};
use crate::view::{self, Page};
use crate::{Input, Options};
use gradus_model::{Lang, Text};
use minijinja::syntax::SyntaxConfig;
use minijinja::value::{Serde, ValueKind};
use minijinja::{AutoEscape, Environment, Error, Output, State, UndefinedBehavior, Value};

const HTML: &str = concat!(
    include_str!("../templates/macros.html"),
    include_str!("../templates/page.html"),
    include_str!("../templates/verdict.html"),
    include_str!("../templates/gaps.html"),
    include_str!("../templates/scorecard.html"),
    include_str!("../templates/ranking.html"),
    include_str!("../templates/framework.html"),
    include_str!("../templates/cards.html"),
    include_str!("../templates/method.html"),
    include_str!("../templates/quality.html"),
    "{% if explorer %}",
    include_str!("../templates/explorer.html"),
    "{% endif %}",
    include_str!("../templates/reproduce.html"),
);
const MARKDOWN: &str = include_str!("../templates/report.md");
const STYLE: &str =
    concat!(include_str!("../templates/report.css"), include_str!("../templates/explorer.css"));
const SCRIPT: &str = include_str!("../templates/report.js");

/// A text a template hands over: `{ en, zh }`, or a plain string.
fn said(value: &Value) -> Said {
    let form = |lang: &str| value.get_attr(lang).ok().and_then(|v| v.as_str().map(str::to_owned));
    match value.kind() {
        ValueKind::Map => {
            Said(Text { en: form("en").filter(|t| !t.is_empty()), zh: form("zh").filter(|t| !t.is_empty()) })
        }
        ValueKind::Undefined | ValueKind::None => Said::default(),
        _ => Said::same(value.to_string()),
    }
}

/// A text in every language of the page, each marked with its language; once where they agree.
fn markup(text: &Said, languages: &[Lang]) -> String {
    let given = |lang: Lang| match lang {
        Lang::En => text.0.en.as_deref(),
        Lang::Zh => text.0.zh.as_deref(),
    };
    let same = text.0.en == text.0.zh;
    match languages {
        [_, _, ..] if !same && text.0.en.is_some() && text.0.zh.is_some() => {
            let forms: String = languages
                .iter()
                .map(|l| format!("<span class=\"t\" lang=\"{}\">{}</span>", l.code(), escape(text.get(*l))))
                .collect();
            format!("<span class=\"tt\">{forms}</span>")
        }
        [first, ..] if given(*first).is_none() && !text.is_empty() => {
            // The other language stands in; who reads aloud should know.
            let other = if *first == Lang::En { Lang::Zh } else { Lang::En };
            format!("<span lang=\"{}\">{}</span>", other.code(), escape(text.get(*first)))
        }
        [first, rest @ ..] => {
            let other = if *first == Lang::En { Lang::Zh } else { Lang::En };
            if rest.is_empty() || same || given(other).is_some() {
                escape(text.get(*first))
            } else {
                format!("<span lang=\"{}\">{}</span>", first.code(), escape(text.get(*first)))
            }
        }
        [] => escape(text.get(Lang::En)),
    }
}

fn environment(languages: &[Lang]) -> Environment<'static> {
    let mut env = Environment::empty();
    env.set_undefined_behavior(UndefinedBehavior::SemiStrict);
    env.set_syntax(SyntaxConfig::builder().trim_blocks(true).lstrip_blocks(true).build().unwrap_or_default());
    env.add_filter("length", minijinja::filters::length);
    env.add_filter("join", minijinja::filters::join);
    env.add_function("range", minijinja::functions::range);
    let list = languages.to_vec();
    // One string without markup, for attributes; escaped like any other.
    env.add_filter("plain", move |value: Value| said(&value).plain(&list));
    let list = languages.to_vec();
    env.add_function("plain_term", move |key: &str| term(key).plain(&list));
    env
}

fn html_environment(languages: &[Lang]) -> Environment<'static> {
    let mut env = environment(languages);
    env.set_auto_escape_callback(|_| AutoEscape::Html);
    let list = languages.to_vec();
    env.add_filter("say", move |value: Value| Value::from_safe_string(markup(&said(&value), &list)));
    let list = languages.to_vec();
    env.add_function("t", move |key: &str| Value::from_safe_string(markup(&term(key), &list)));
    env
}

/// Text that means nothing to Markdown but itself, on one line.
fn markdown_escape(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    for c in text.chars() {
        match c {
            '\\' | '`' | '*' | '_' | '[' | ']' | '|' | '#' | '~' | '!' => {
                out.push('\\');
                out.push(c);
            }
            // Markdown lets HTML through; ours is text.
            '<' => out.push_str("&lt;"),
            '>' => out.push_str("&gt;"),
            '&' => out.push_str("&amp;"),
            '\n' | '\r' | '\t' => out.push(' '),
            c if c.is_control() => {}
            c => out.push(c),
        }
    }
    out
}

fn markdown_environment(languages: &[Lang]) -> Environment<'static> {
    let mut env = environment(languages);
    env.set_auto_escape_callback(|_| AutoEscape::Custom("markdown".into()));
    env.set_formatter(|out: &mut Output, _state: &mut State, value: &Value| {
        if value.is_safe() {
            out.write_str(value.as_str().unwrap_or_default())?;
        } else if !value.is_undefined() && !value.is_none() {
            out.write_str(&markdown_escape(&value.to_string()))?;
        }
        Ok(())
    });
    let list = languages.to_vec();
    env.add_filter("say", move |value: Value| said(&value).plain(&list));
    let list = languages.to_vec();
    let chinese = list.iter().all(|l| *l == Lang::Zh);
    env.add_function("colon", move || if chinese { "：" } else { ": " });
    env.add_function("colon_end", move || if chinese { "：" } else { ":" });
    env.add_function("t", move |key: &str| term(key).plain(&list));
    env
}

fn render(
    env: &Environment<'_>,
    name: &str,
    source: &str,
    page: &Page,
    options: &Options,
) -> Result<String, Error> {
    let languages: Vec<&str> = options.languages.iter().map(|l| l.code()).collect();
    let lang = languages.first().copied().unwrap_or("en");
    env.render_named_str(
        name,
        source,
        minijinja::context! {
            page => Value::from(Serde(page)),
            lang => if lang == "zh" { "zh-Hans" } else { lang },
            languages => languages,
            style => Value::from_safe_string(STYLE.to_owned()),
            script => Value::from_safe_string(SCRIPT.to_owned()),
            explorer => options.explorer.as_ref().map(crate::explorer::view),
            footer => Value::from(Serde(crate::said::say("footer", &[
                ("version", options.version.as_str().into()),
                ("package", Said::same(page.package_id())),
            ]))),
        },
    )
}

/// The options with at least one language, and none twice.
fn settled(options: &Options) -> Options {
    let mut languages: Vec<Lang> = Vec::new();
    for lang in &options.languages {
        if !languages.contains(lang) {
            languages.push(*lang);
        }
    }
    if languages.is_empty() {
        languages.push(Lang::En);
    }
    Options { languages, ..options.clone() }
}

/// The report as one self-contained HTML page.
#[must_use]
pub fn html(input: &Input, options: &Options) -> String {
    let options = settled(options);
    let page = view::page(input, &options);
    let env = html_environment(&options.languages);
    // A template fails only by a mistake in it, which the tests would have shown; the page then says so.
    render(&env, "report.html", HTML, &page, &options).unwrap_or_else(|error| {
        format!("<!DOCTYPE html><title>Gradus</title><p>{}</p>\n", escape(&format!("{error:#}")))
    })
}

/// The report as Markdown.
#[must_use]
pub fn markdown(input: &Input, options: &Options) -> String {
    let options = settled(options);
    let page = view::page(input, &options);
    let env = markdown_environment(&options.languages);
    let text =
        render(&env, "report.md", MARKDOWN, &page, &options).unwrap_or_else(|error| format!("{error:#}\n"));
    // Sections that are left out leave their blank lines behind.
    let mut out = String::with_capacity(text.len());
    let mut blank = 0;
    for line in text.lines() {
        let line = line.trim_end();
        blank = if line.is_empty() { blank + 1 } else { 0 };
        if blank < 2 {
            out.push_str(line);
            out.push('\n');
        }
    }
    out
}
