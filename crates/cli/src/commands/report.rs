//! `gradus report`: pages to read, print and pass on.

mod watch;
mod workbook;

use super::{Done, Findings};
use crate::args::{ReportArgs, ReportFormat};
use crate::package::{Computed, compute, open};
use crate::term::{Bar, Term, shell_word};
use crate::{Outcome, Stop, pdf, write};
use gradus::audit::uncertainty::{Progress, Until};
use gradus::explorer;
use gradus::model::diagnostic::{catalog, nearest};
use gradus::model::package::NodeIx;
use gradus::model::{Diagnostic, Diagnostics, Lang, Package};
use gradus::report::{Explorer, Extras, Input, Logo, Options, TEMPLATES, section_ids};
use gradus::{ExtrasAsked, Methods, Telling};
use std::collections::BTreeMap;
use std::path::{Path, PathBuf};

/// Draws of the audit where nobody says how many: enough to show how far ranks move, and quick.
const DRAWS: u64 = 200;
/// With more cells than this (units, periods and indicators), an audit is made only where its draws are asked for: a report is what one makes
/// first, and must not make one wait.
const CELLS: usize = 100_000;
/// After how many states the search for a plan stops, so that a report does not wait for a hard one.
const STATES: usize = 50_000;
/// The sections of a unit's profile, where neither the user nor the package names any.
const PROFILE: &[&str] = &[
    "verdict",
    "next",
    "reading",
    "ledger",
    "gaps",
    "trajectories",
    "layers",
    "peers",
    "gain",
    "strengths",
    "changes",
    "cards",
    "reproduce",
];
/// The sections of the index of profiles.
const INDEX: &[&str] =
    &["verdict", "profiles", "ranking", "framework", "method", "robustness", "coherence", "reproduce"];

/// The bar on standard error.
struct Watch(Bar);

impl Progress for Watch {
    fn go_on(&self, done: u64, of: Option<u64>) -> bool {
        self.0.at(done, of);
        true
    }
}

pub(super) fn run(args: &ReportArgs, term: &Term) -> Done {
    if let Some(folder) = &args.export_templates {
        write::directory(folder)?;
        for (name, text) in TEMPLATES {
            let path = folder.join(name);
            write::file(&path, text.as_bytes())?;
            term.out(&format!("{}\n", path.display()))?;
        }
        return Ok(Outcome::Done);
    }
    if args.watch {
        return watch::watch(&args.package.package, term, || once(args, term));
    }
    once(args, term)?;
    Ok(Outcome::Done)
}

/// Writes the report once.
fn once(args: &ReportArgs, term: &Term) -> Result<(), Stop> {
    sections(&args.sections)?;
    let templates = args.templates.as_deref().map(templates).transpose()?.unwrap_or_default();
    let computed = compute(&args.package.package, args.weights.set.as_deref(), term)?;
    let period = computed.period_or_current(args.period.as_deref())?;
    let all = args.unit.iter().any(|unit| unit == "all");
    let units = if all { Vec::new() } else { computed.units(&args.unit)? };
    let own = units.first().copied().or_else(|| computed.outcome.own_unit()).filter(|_| !all);
    let mut languages: Vec<Lang> = args.lang.iter().map(|l| l.lang()).collect();
    languages.dedup();
    let (bundle, sources) = open(&args.package.package)?;
    let options = Options {
        languages,
        command: Some(command(args)),
        version: env!("CARGO_PKG_VERSION").into(),
        logo: logo(&computed.outcome.package, bundle.files())
            .map_err(|diagnostics| Findings { diagnostics, sources }.stop())?,
        sections: args.sections.clone(),
        templates,
        ..Options::default()
    };
    let earlier =
        args.since.as_deref().map(|target| open(target).map(|(bundle, _)| (target, bundle))).transpose()?;
    let methods = Methods::default();
    let (package, evaluation) = (&computed.outcome.package, &computed.outcome.evaluation);
    let large = evaluation.n_rows().saturating_mul(package.indicators().count()) > CELLS;
    let audited = !args.no_audit && (args.draws.is_some() || !large);
    if large && !args.no_audit && args.draws.is_none() {
        term.say(&format!(
            "{}: no audit of so many figures; `--draws {DRAWS}` makes one",
            args.package.package
        ));
    }
    let watch = Watch(term.bar(&format!("auditing {}", args.package.package)));
    let profiles = all || units.len() > 1;
    let asked = ExtrasAsked {
        period,
        own: own.filter(|_| !profiles),
        audit: audited.then(|| audit(args, package, period)),
        states: STATES,
        earlier: earlier.as_ref().map(|(name, bundle)| (*name, bundle.as_ref())),
        progress: &watch,
    };
    let found = gradus::extras(&bundle, &computed.outcome, &methods, &asked);
    drop(watch);
    let mut extras = match found {
        Ok(extras) => extras,
        Err(diagnostics) => return Err(Findings { diagnostics, sources: computed.sources }.stop()),
    };
    if profiles {
        let units = if all { (0..computed.outcome.evaluation.units.len()).collect() } else { units };
        return unit_profiles(args, &computed, (period, &units), (&options, &mut extras), term);
    }
    let explorer = if args.no_explorer { None } else { to_try(args, &computed, period, own, term) };
    let options = Options { explorer, ..options };
    let input = Input { extras: Some(&extras), ..computed.input(period, own) };
    let working = term.working("writing the report");
    // Every page is made before the first one is written.
    let mut pages: Vec<(PathBuf, Vec<u8>)> = Vec::new();
    for (format, path) in targets(args, computed.outcome.package.index.id.as_str()) {
        let bytes = match format {
            ReportFormat::Xlsx => {
                let target = shell_word(&args.package.package);
                workbook::bytes(&computed, (period, own), &target, term).map_err(Findings::one)?
            }
            format => page(format, &input, &options, args)?,
        };
        pages.push((path, bytes));
    }
    drop(working);
    for (path, bytes) in &pages {
        if let Some(folder) = path.parent().filter(|f| !f.as_os_str().is_empty()) {
            write::directory(folder)?;
        }
        write::file(path, bytes)?;
        term.data(&format!("{}\n", path.display()))?;
    }
    Ok(())
}

/// The longest that a page is opened with, in bytes: with the module, a page stays below 10 MB.
const LONGEST_OPENING: usize = 1_000_000;

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

/// A page of each unit and an index of them, in a directory.
fn unit_profiles(
    args: &ReportArgs,
    computed: &Computed,
    (period, units): (usize, &[usize]),
    (options, extras): (&Options, &mut Extras),
    term: &Term,
) -> Result<(), Stop> {
    let mut formats = args.format.clone();
    formats.dedup();
    // A workbook has all units already.
    formats.retain(|format| *format != ReportFormat::Xlsx);
    if formats.is_empty() {
        formats.push(ReportFormat::Html);
    }
    write::directory(&args.out)?;
    let methods = Methods::default();
    let outcome = &computed.outcome;
    let telling = Telling::new(outcome, &methods, period, STATES);
    let chosen =
        |default: &[&str]| match options.sections.is_empty() && outcome.package.report.sections.is_empty() {
            true => default.iter().map(ToString::to_string).collect(),
            false => options.sections.clone(),
        };
    let bar = term.bar("writing profiles");
    let name =
        |unit: usize, format: ReportFormat| format!("{}.{}", outcome.evaluation.units[unit], format.ending());
    for (at, unit) in units.iter().enumerate() {
        telling.about(*unit, extras);
        for format in &formats {
            let profile = Options {
                sections: chosen(PROFILE),
                home: Some(format!("index.{}", format.ending())),
                ..options.clone()
            };
            let input = Input { extras: Some(extras), ..computed.input(period, Some(*unit)) };
            let text = page(*format, &input, &profile, args)?;
            write::file(&args.out.join(name(*unit, *format)), &text)?;
        }
        bar.at(at as u64 + 1, Some(units.len() as u64));
    }
    drop(bar);
    // The index is about all units: what was told of the last one is not of it.
    let shared = Extras {
        plans: Vec::new(),
        tracks: None,
        rules: Vec::new(),
        strengths: None,
        ..std::mem::take(extras)
    };
    for format in formats {
        let index = Options {
            sections: INDEX.iter().map(ToString::to_string).collect(),
            profiles: units.iter().map(|unit| (*unit, name(*unit, format))).collect(),
            ..options.clone()
        };
        let input = Input { extras: Some(&shared), all: true, ..computed.input(period, None) };
        let path = args.out.join(format!("index.{}", format.ending()));
        write::file(&path, &page(format, &input, &index, args)?)?;
        term.out(&format!("{}\n", path.display()))?;
    }
    term.say(&format!("{} profiles in {}", units.len(), args.out.display()));
    Ok(())
}

fn page(format: ReportFormat, input: &Input, options: &Options, args: &ReportArgs) -> Result<Vec<u8>, Stop> {
    let stop = |diagnostics| Findings { diagnostics, ..Findings::default() }.stop();
    let made = match format {
        ReportFormat::Html => gradus::report::html_with(input, options),
        ReportFormat::Markdown => gradus::report::markdown_with(input, options),
        ReportFormat::Pdf => {
            let document = gradus::report::document(input, options).map_err(stop)?;
            return pdf::bytes(&document, args.fonts.as_deref());
        }
        // A workbook is made of more than a page is.
        ReportFormat::Json | ReportFormat::Xlsx => Ok(gradus::report::json(input, options)),
    };
    made.map(String::into_bytes).map_err(stop)
}

fn audit(args: &ReportArgs, package: &Package, period: usize) -> gradus::audit::Options {
    const ROOT: NodeIx = Package::ROOT;
    gradus::audit::Options {
        node: ROOT,
        period,
        profile: None,
        until: Until::Draws(args.draws.unwrap_or(DRAWS)),
        // A sensitivity analysis takes many times as long as the draws.
        base: args.draws.unwrap_or(0),
        pairs: false,
        seed: package.policy.seed,
    }
}

/// Refuses sections that are none.
fn sections(wanted: &[String]) -> Result<(), Stop> {
    let known = section_ids();
    let Some(word) = wanted.iter().find(|word| !known.contains(&word.as_str())) else { return Ok(()) };
    let diagnostic = Diagnostic::new(&catalog::UNKNOWN_WORD, format!("a report has no section `{word}`"));
    Err(Findings::one(match nearest(word, known.iter().copied()) {
        Some(near) => diagnostic.help(format!("did you mean `{near}`?")),
        None => diagnostic.help(format!("use some of {}", known.join(", "))),
    }))
}

/// The picture that the package names, as it becomes part of the page.
fn logo(package: &Package, files: &dyn gradus::data::Files) -> Result<Option<Logo>, Diagnostics> {
    let Some(path) = &package.report.logo else { return Ok(None) };
    let bytes = files.open(path).map_err(|error| error.diagnostic(path, package.report.spans.of("logo")))?;
    Logo::new(package, path, &bytes).map(Some)
}

/// The templates of a directory, each by the name of a built-in one.
fn templates(folder: &Path) -> Result<BTreeMap<String, String>, Stop> {
    let shown = folder.display();
    let refuse = |message: String, help: &str| {
        Findings::one(Diagnostic::new(&catalog::INVALID_TEMPLATE, message).help(help.to_owned()))
    };
    let entries = folder.read_dir().map_err(|_| {
        refuse(
            format!("`{shown}` is not a directory that can be read"),
            "write one with `gradus report PKG --export-templates DIR`",
        )
    })?;
    let mut names: Vec<String> =
        entries.flatten().map(|entry| entry.file_name().to_string_lossy().into_owned()).collect();
    names.sort();
    let mut out = BTreeMap::new();
    for name in names.into_iter().filter(|name| !name.starts_with('.')) {
        let known = TEMPLATES.iter().map(|(name, _)| *name);
        if !known.clone().any(|known| known == name) {
            let help = match nearest(&name, known) {
                Some(near) => format!("did you mean `{near}`?"),
                None => "keep only templates with the name of a built-in one there".to_owned(),
            };
            return Err(refuse(format!("there is no template `{name}`"), &help));
        }
        #[expect(clippy::disallowed_methods, reason = "the command line reads what its arguments name")]
        let text = std::fs::read_to_string(folder.join(&name))
            .map_err(|_| refuse(format!("`{name}` cannot be read as UTF-8 text"), "save it as UTF-8"))?;
        out.insert(name, text);
    }
    Ok(out)
}

impl ReportFormat {
    fn of_ending(path: &Path) -> Option<Self> {
        match path.extension()?.to_str()? {
            "html" | "htm" => Some(Self::Html),
            "pdf" => Some(Self::Pdf),
            "md" | "markdown" => Some(Self::Markdown),
            "json" => Some(Self::Json),
            "xlsx" => Some(Self::Xlsx),
            _ => None,
        }
    }
    fn ending(self) -> &'static str {
        match self {
            Self::Html => "html",
            Self::Pdf => "pdf",
            Self::Markdown => "md",
            Self::Json => "json",
            Self::Xlsx => "xlsx",
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
    let list = |list: &[String]| (!list.is_empty()).then(|| list.join(","));
    let options = [
        ("--unit", list(&args.unit)),
        ("--period", args.period.clone()),
        ("--weights", args.weights.set.clone()),
        ("--sections", list(&args.sections)),
        ("--since", args.since.clone()),
        ("--draws", args.draws.map(|n| n.to_string())),
        ("--templates", args.templates.as_ref().map(|p| p.display().to_string())),
    ];
    for (option, value) in options {
        if let Some(value) = value {
            out.push_str(&format!(" {option} {}", shell_word(&value)));
        }
    }
    for (option, given) in [("--no-explorer", args.no_explorer), ("--no-audit", args.no_audit)] {
        if given {
            out.push(' ');
            out.push_str(option);
        }
    }
    out
}
