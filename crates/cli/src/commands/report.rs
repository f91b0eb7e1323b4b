//! `gradus report`: pages to read, print and pass on.

use super::Done;
use crate::args::{ReportArgs, ReportFormat};
use crate::package::{Computed, compute};
use crate::term::{Term, shell_word};
use crate::{Outcome, write};
use gradus::explorer;
use gradus::model::Lang;
use gradus::report::{Explorer, Options};
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
    let options = Options {
        languages,
        command: Some(command(args)),
        version: env!("CARGO_PKG_VERSION").into(),
        explorer: if args.no_explorer { None } else { to_try(args, &computed, period, own, term) },
    };
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

/// The longest that a page is opened with, in bytes: with the module, a page stays below 10 MB.
const LONGEST_OPENING: usize = 4_000_000;

/// What a reader of the page may try; nothing where there is nothing to compare, or where it is too much for a page.
fn to_try(
    args: &ReportArgs,
    computed: &Computed,
    period: usize,
    own: Option<usize>,
    term: &Term,
) -> Option<Explorer> {
    let evaluation = &computed.outcome.evaluation;
    let package = computed.sources.package_text().filter(|_| !evaluation.units.is_empty())?;
    let opening = explorer::opening(&explorer::Opening {
        package,
        data: &computed.outcome.import.data,
        unit_names: &computed.outcome.import.unit_names,
        period: *evaluation.periods.get(period)?,
        weights: computed.other_weights.as_deref(),
        own: own.map(|own| &evaluation.units[own]),
    });
    if opening.len() > LONGEST_OPENING {
        let size = opening.len() / 1_000_000;
        term.say(&format!("the page has no section `Try it`: the figures alone would be {size} MB of it"));
        return None;
    }
    let mut command = format!("gradus whatif {}", shell_word(&args.package.package));
    for (option, value) in [("--period", &args.period), ("--weights", &args.weights.set)] {
        if let Some(value) = value {
            command.push_str(&format!(" {option} {}", shell_word(value)));
        }
    }
    Some(Explorer { opening, command })
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
    if args.no_explorer {
        out.push_str(" --no-explorer");
    }
    out
}
