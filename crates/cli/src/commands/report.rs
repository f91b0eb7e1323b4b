//! `gradus report`: pages to read, print and pass on.

use super::Done;
use crate::args::{ReportArgs, ReportFormat};
use crate::package::compute;
use crate::term::{Term, shell_word};
use crate::{Outcome, write};
use gradus::model::Lang;
use gradus::report::Options;
use std::path::{Path, PathBuf};

pub(super) fn run(args: &ReportArgs, term: &Term) -> Done {
    let computed = compute(&args.package.package, args.weights.set.as_deref(), term)?;
    let period = computed.period_or_current(args.period.as_deref())?;
    let own = match &args.unit {
        Some(unit) => computed.units(std::slice::from_ref(unit))?.first().copied(),
        None => computed.outcome.own_unit(),
    };
    let mut languages: Vec<Lang> = args.lang.iter().map(|l| l.lang()).collect();
    languages.dedup();
    let options =
        Options { languages, command: Some(command(args)), version: env!("CARGO_PKG_VERSION").into() };
    let input = computed.input(period, own);
    let working = term.working("writing the report");
    // Every page is made before the first one is written.
    let pages: Vec<(PathBuf, String)> = targets(args, computed.outcome.package.index.id.as_str())
        .into_iter()
        .map(|(format, path)| {
            let text = match format {
                ReportFormat::Html => gradus::report::html(&input, &options),
                ReportFormat::Markdown => gradus::report::markdown(&input, &options),
                ReportFormat::Json => gradus::report::json(&input, &options),
            };
            (path, text)
        })
        .collect();
    drop(working);
    for (path, text) in &pages {
        if let Some(folder) = path.parent().filter(|f| !f.as_os_str().is_empty()) {
            write::directory(folder)?;
        }
        write::file(path, text.as_bytes())?;
        term.data(&format!("{}\n", path.display()))?;
    }
    Ok(Outcome::Done)
}

impl ReportFormat {
    fn of_ending(path: &Path) -> Option<Self> {
        match path.extension()?.to_str()? {
            "html" | "htm" => Some(Self::Html),
            "md" | "markdown" => Some(Self::Markdown),
            "json" => Some(Self::Json),
            _ => None,
        }
    }
    fn ending(self) -> &'static str {
        match self {
            Self::Html => "html",
            Self::Markdown => "md",
            Self::Json => "json",
        }
    }
}

/// Which page goes where. A path that ends like the one format that is asked for is a file; any other is a directory.
fn targets(args: &ReportArgs, id: &str) -> Vec<(ReportFormat, PathBuf)> {
    let mut formats = args.format.clone();
    formats.dedup();
    let by_ending = ReportFormat::of_ending(&args.out).filter(|_| !args.out.is_dir());
    match (by_ending, formats.as_slice()) {
        (Some(format), []) => return vec![(format, args.out.clone())],
        (Some(ending), [only]) if ending == *only => return vec![(*only, args.out.clone())],
        _ => {}
    }
    if formats.is_empty() {
        formats.push(ReportFormat::Html);
    }
    formats.into_iter().map(|f| (f, args.out.join(format!("{id}.{}", f.ending())))).collect()
}

/// The command that makes the report again; where it is written to is no part of the page.
fn command(args: &ReportArgs) -> String {
    let mut out = format!("gradus report {}", shell_word(&args.package.package));
    let languages: Vec<&str> = args.lang.iter().map(|l| l.lang().code()).collect();
    if languages != ["en"] {
        out.push_str(&format!(" --lang {}", languages.join(",")));
    }
    let set = &args.weights.set;
    for (option, value) in [("--unit", &args.unit), ("--period", &args.period), ("--weights", set)] {
        if let Some(value) = value {
            out.push_str(&format!(" {option} {}", shell_word(value)));
        }
    }
    out
}
