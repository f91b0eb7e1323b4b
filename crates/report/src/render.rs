//! Templates: HTML with everything escaped, Markdown with its own escaping.

use crate::charts::inline::escape;
use crate::said::{Said, term};
use crate::view::{self, Page};
use crate::{Input, Options};
use gradus_model::diagnostic::{Place, catalog};
use gradus_model::{Diagnostic, Diagnostics, Lang, Text};
use minijinja::syntax::SyntaxConfig;
use minijinja::value::{Serde, ValueKind};
use minijinja::{AutoEscape, Environment, Error, Output, State, UndefinedBehavior, Value};

/// The built-in templates, style and script, by name: what `Options::templates` can stand in for.
// One file, one line.
#[rustfmt::skip]
pub const TEMPLATES: &[(&str, &str)] = &[
    ("blocks.html", include_str!("../templates/blocks.html")),
    ("blocks.md", include_str!("../templates/blocks.md")),
    ("cards.html", include_str!("../templates/cards.html")),
    ("cards.md", include_str!("../templates/cards.md")),
    ("explorer.css", include_str!("../templates/explorer.css")),
    ("explorer.js", include_str!("../templates/explorer.js")),
    ("framework.html", include_str!("../templates/framework.html")),
    ("framework.md", include_str!("../templates/framework.md")),
    ("gaps.html", include_str!("../templates/gaps.html")),
    ("gaps.md", include_str!("../templates/gaps.md")),
    ("glossary.html", include_str!("../templates/glossary.html")),
    ("glossary.md", include_str!("../templates/glossary.md")),
    ("macros.html", include_str!("../templates/macros.html")),
    ("macros.md", include_str!("../templates/macros.md")),
    ("method.html", include_str!("../templates/method.html")),
    ("method.md", include_str!("../templates/method.md")),
    ("page.html", include_str!("../templates/page.html")),
    ("page.md", include_str!("../templates/page.md")),
    ("quality.html", include_str!("../templates/quality.html")),
    ("quality.md", include_str!("../templates/quality.md")),
    ("ranking.html", include_str!("../templates/ranking.html")),
    ("ranking.md", include_str!("../templates/ranking.md")),
    ("report.css", include_str!("../templates/report.css")),
    ("report.js", include_str!("../templates/report.js")),
    ("reproduce.html", include_str!("../templates/reproduce.html")),
    ("reproduce.md", include_str!("../templates/reproduce.md")),
    ("scorecard.html", include_str!("../templates/scorecard.html")),
    ("scorecard.md", include_str!("../templates/scorecard.md")),
    ("try.html", include_str!("../templates/try.html")),
    ("try.md", include_str!("../templates/try.md")),
    ("verdict.html", include_str!("../templates/verdict.html")),
    ("verdict.md", include_str!("../templates/verdict.md")),
];

/// The text of a template: the one that stands in for it, else the built-in one.
fn template<'a>(options: &'a Options, name: &str) -> &'a str {
    let own = options.templates.get(name).map(String::as_str);
    own.or_else(|| TEMPLATES.iter().find(|(known, _)| *known == name).map(|(_, text)| *text))
        .unwrap_or_default()
}

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
    mut env: Environment<'_>,
    name: &'static str,
    page: &Page,
    (input, options): (&Input, &Options),
) -> Result<String, Diagnostics> {
    let languages: Vec<&str> = options.languages.iter().map(|l| l.code()).collect();
    let lang = languages.first().copied().unwrap_or("en");
    let ending = name.rsplit('.').next().unwrap_or_default();
    let sources = TEMPLATES.iter().filter(|(name, _)| name.ends_with(ending));
    for (name, _) in sources {
        env.add_template_owned(*name, template(options, name).to_owned()).map_err(|e| fault(&e))?;
    }
    let explorer = options.explorer.as_ref().filter(|_| page.has_section("try"));
    let style = [
        template(options, "report.css"),
        explorer.map_or("", |_| template(options, "explorer.css")),
        &crate::settings::style(input.package),
    ]
    .concat();
    let script = template(options, "explorer.js");
    let found = env.get_template(name).and_then(|template| {
        template.render(minijinja::context! {
                    page => Value::from(Serde(page)),
                    lang => if lang == "zh" { "zh-Hans" } else { lang },
                    languages => languages,
        style => Value::from_safe_string(style),
                    patterns => Value::from_safe_string(crate::charts::patterns().to_owned()),
                    script => Value::from_safe_string(template_script(options)),
                    data => Value::from_safe_string(crate::view::data(input, options)),
                    logo => options.logo.as_ref().map(crate::Logo::address),
                    explorer => explorer.map(|e| crate::explorer::view(e, script)),
                    footer => Value::from(Serde(crate::said::say("footer", &[
                        ("version", options.version.as_str().into()),
                        ("package", Said::same(page.package_id())),
                    ]))),
                })
    });
    found.map_err(|error| fault(&error))
}

fn template_script(options: &Options) -> String {
    template(options, "report.js").to_owned()
}

/// What is wrong with a template: its name, the line, and what the engine says.
fn fault(error: &Error) -> Diagnostics {
    let mut inner = error;
    // The cause of a failing include lies in the template that is included.
    while let Some(source) = std::error::Error::source(inner).and_then(|s| s.downcast_ref::<Error>()) {
        inner = source;
    }
    let what = match inner.detail() {
        Some(detail) => format!("{}: {detail}", inner.kind()),
        None => inner.kind().to_string(),
    };
    let mut found = Diagnostic::new(&catalog::INVALID_TEMPLATE, what);
    if let Some(name) = inner.name() {
        let line = inner.line().and_then(|line| u64::try_from(line).ok()).unwrap_or(1);
        found = found.at(Place::Line { file: name.into(), line, field: 1 });
    }
    found.help("compare with the built-in template of that name").into()
}

/// The options with at least one language, and none twice.
pub(crate) fn settled(options: &Options) -> Options {
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
    // A built-in template fails only by a mistake in it, which the tests would have shown; the page then says so.
    html_with(input, options).unwrap_or_else(|found| {
        let said: Vec<String> = found.iter().map(|d| escape(&d.to_string())).collect();
        format!("<!DOCTYPE html><title>Gradus</title><pre>{}</pre>\n", said.join("\n"))
    })
}

/// The same, with templates of one's own.
///
/// # Errors
/// `invalid-template` with the name of the template and the line, where one cannot be filled in.
pub fn html_with(input: &Input, options: &Options) -> Result<String, Diagnostics> {
    let options = settled(options);
    let page = view::page(input, &options);
    render(html_environment(&options.languages), "page.html", &page, (input, &options))
}

/// The report as Markdown.
#[must_use]
pub fn markdown(input: &Input, options: &Options) -> String {
    markdown_with(input, options).unwrap_or_else(|found| {
        let said: Vec<String> = found.iter().map(ToString::to_string).collect();
        format!("{}\n", said.join("\n"))
    })
}

/// The same, with templates of one's own.
///
/// # Errors
/// `invalid-template` with the name of the template and the line, where one cannot be filled in.
pub fn markdown_with(input: &Input, options: &Options) -> Result<String, Diagnostics> {
    let options = settled(options);
    let page = view::page(input, &options);
    markdown_of(&page, input, &options)
}

/// Markdown of a page that is made.
pub(crate) fn markdown_of(page: &Page, input: &Input, options: &Options) -> Result<String, Diagnostics> {
    let text = render(markdown_environment(&options.languages), "page.md", page, (input, options))?;
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
    Ok(out)
}
