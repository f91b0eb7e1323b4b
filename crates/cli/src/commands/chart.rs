//! `gradus chart`: pictures of results, one kind each.

use super::{Done, Findings};
use crate::args::{ChartArgs, ChartFormat};
use crate::listing::wrapped;
use crate::package::{Computed, compute, open};
use crate::png::Fonts;
use crate::term::Term;
use crate::{Outcome, Stop, write};
use gradus::audit::uncertainty::{Progress, Until};
use gradus::audit::{Audit, Options};
use gradus::model::diagnostic::{catalog, list_some, nearest};
use gradus::model::{Diagnostic, Lang, Package};
use gradus::report::charts::{self, KINDS, Kind, Lacking, Need, Sources};
use gradus::{Methods, SurveyResults};
use std::path::{Path, PathBuf};

/// Draws where neither the user nor the package says how many.
const DRAWS: u64 = 1000;
/// Draws of each of the two samples of the sensitivity analysis.
const BASE: u64 = 1024;

pub(super) fn run(args: &ChartArgs, term: &Term) -> Done {
    let lang = args.lang.first().map_or(Lang::En, |l| l.lang());
    term.speak(lang);
    let Some(target) = args.package.as_deref().filter(|_| !args.list) else {
        term.out(&list(lang, term.width()))?;
        return Ok(Outcome::Done);
    };
    let words: Vec<&str> = args.kinds.as_deref().unwrap_or_default().split(',').map(str::trim).collect();
    let all = words.contains(&"all");
    let mut kinds: Vec<&Kind> = match all {
        true => KINDS.to_vec(),
        false => words.into_iter().map(named).collect::<Result<_, _>>()?,
    };
    kinds.dedup_by_key(|kind| kind.id);
    let formats = formats(args);
    let fonts = match formats.contains(&ChartFormat::Png) {
        true => Some(Fonts::new(args.fonts.as_deref())?),
        false => None,
    };
    let computed = compute(target, args.weights.set.as_deref(), term)?;
    let period = computed.period_or_current(args.period.as_deref())?;
    let own = match &args.unit {
        Some(unit) => computed.units(std::slice::from_ref(unit))?.first().copied(),
        None => computed.outcome.own_unit(),
    };
    let asks = |need: Need| kinds.iter().any(|kind| kind.asks.contains(&need));
    let sensitive = kinds.iter().any(|kind| kind.id == "sensitivity");
    let found = if asks(Need::Audit) { Some(audit(args, &computed, period, sensitive, term)?) } else { None };
    let surveys = if asks(Need::Survey) { surveys(target, &computed)? } else { None };
    let methods = Methods::default();
    let tracker = asks(Need::Progress).then(|| computed.outcome.tracker(&methods, period));
    let sources = Sources {
        input: computed.input(period, own),
        audit: found.as_ref(),
        tracker: tracker.as_ref(),
        differences: surveys.as_ref().map(|s| s.differences.as_slice()),
        outlines: Some(&computed.outcome.import.outlines),
    };
    let mut languages: Vec<Lang> = args.lang.iter().map(|l| l.lang()).collect();
    languages.dedup();
    // Every picture is made before the first one is written.
    let mut pictures: Vec<(PathBuf, Vec<u8>)> = Vec::new();
    let working = term.working("drawing");
    let mut none = Vec::new();
    for kind in &kinds {
        let drawn = match (kind.make)(&sources) {
            Ok(drawn) => drawn,
            Err(lacking) if all => {
                none.push(format!("no `{}`: {}", kind.id, lacking.what.get(lang)));
                continue;
            }
            Err(lacking) => return Err(refused(kind, &lacking, lang)),
        };
        for lang in &languages {
            let svg = drawn.draw(*lang).standalone();
            for format in &formats {
                let bytes = match (format, &fonts) {
                    (ChartFormat::Png, Some(fonts)) => fonts.png(&svg)?,
                    _ => svg.clone().into_bytes(),
                };
                let code = if languages.len() > 1 { format!(".{}", lang.code()) } else { String::new() };
                let id = &computed.outcome.package.index.id;
                pictures.push((PathBuf::from(format!("{id}-{}{code}.{}", kind.id, format.ending())), bytes));
            }
        }
    }
    drop(working);
    none.iter().for_each(|line| term.say(line));
    put(args, pictures, term)?;
    Ok(Outcome::Done)
}

impl ChartFormat {
    fn ending(self) -> &'static str {
        match self {
            Self::Svg => "svg",
            Self::Png => "png",
        }
    }
    fn of(path: &Path) -> Option<Self> {
        let ending = path.extension()?.to_str()?;
        [Self::Svg, Self::Png].into_iter().find(|format| format.ending() == ending)
    }
}

fn formats(args: &ChartArgs) -> Vec<ChartFormat> {
    let mut formats = args.format.clone();
    formats.dedup();
    if formats.is_empty() {
        formats.push(ChartFormat::of(&args.out).filter(|_| !args.out.is_dir()).unwrap_or(ChartFormat::Svg));
    }
    formats
}

/// Writes pictures to standard output, to the one file that is named, or into a directory.
fn put(args: &ChartArgs, pictures: Vec<(PathBuf, Vec<u8>)>, term: &Term) -> Result<(), Stop> {
    let one = |what: &str| {
        let message = format!("{} pictures do not go to {what}", pictures.len());
        let help = "name a directory with `--out`, or ask for one kind, language and format";
        Findings::one(Diagnostic::new(&catalog::INVALID_PARAMETER, message).help(help))
    };
    let file = ChartFormat::of(&args.out).is_some() && !args.out.is_dir();
    match (args.out.to_str(), &pictures[..]) {
        (Some("-"), [(path, bytes)]) if path.extension().is_some_and(|e| e == "svg") => {
            return term.data(&String::from_utf8_lossy(bytes));
        }
        (Some("-"), [_]) => {
            return Err(Findings::one(
                Diagnostic::new(&catalog::INVALID_PARAMETER, "a PNG does not go to standard output")
                    .help("name a file, such as `--out chart.png`"),
            ));
        }
        (Some("-"), _) => return Err(one("standard output")),
        (_, [(path, bytes)]) if file && path.extension() == args.out.extension() => {
            if let Some(folder) = args.out.parent().filter(|f| !f.as_os_str().is_empty()) {
                write::directory(folder)?;
            }
            write::file(&args.out, bytes)?;
            return term.data(&format!("{}\n", args.out.display()));
        }
        _ if file => return Err(one(&format!("the one file `{}`", args.out.display()))),
        _ => {}
    }
    if !pictures.is_empty() {
        write::directory(&args.out)?;
    }
    for (name, bytes) in &pictures {
        let path = args.out.join(name);
        write::file(&path, bytes)?;
        term.data(&format!("{}\n", path.display()))?;
    }
    Ok(())
}

fn named(word: &str) -> Result<&'static Kind, Stop> {
    charts::kind(word).ok_or_else(|| {
        let known: Vec<&str> = KINDS.iter().map(|kind| kind.id).collect();
        let diagnostic = Diagnostic::new(&catalog::UNKNOWN_WORD, format!("there is no chart `{word}`"));
        Findings::one(match nearest(word, known.iter().copied()) {
            Some(near) => diagnostic.help(format!("did you mean `{near}`?")),
            None => diagnostic
                .help(format!("use one of {}, or `all`; `--list` shows every one", list_some(&known))),
        })
    })
}

fn refused(kind: &Kind, lacking: &Lacking, lang: Lang) -> Stop {
    let message = match lang {
        Lang::En => format!("the chart `{}` cannot be drawn: {}", kind.id, lacking.what.get(lang)),
        Lang::Zh => format!("无法绘制 `{}`：{}", kind.id, lacking.what.get(lang)),
    };
    Findings::one(Diagnostic::new(&catalog::CANNOT_DRAW, message).help(lacking.help.get(lang)))
}

/// Nothing stops the draws but their number.
struct Quiet(crate::term::Bar);

impl Progress for Quiet {
    fn go_on(&self, done: u64, of: Option<u64>) -> bool {
        self.0.at(done, of);
        true
    }
}

fn audit(
    args: &ChartArgs,
    computed: &Computed,
    period: usize,
    sensitive: bool,
    term: &Term,
) -> Result<Audit, Stop> {
    let package = &computed.outcome.package;
    let draws = args.draws.or(package.audit.draws).unwrap_or(DRAWS);
    if !(1..=1 << 32).contains(&draws) {
        return Err(Findings::one(
            Diagnostic::new(&catalog::INVALID_PARAMETER, format!("{draws} draws"))
                .help("give a number of draws from 1 to 4294967296"),
        ));
    }
    let options = Options {
        node: Package::ROOT,
        period,
        profile: None,
        until: Until::Draws(draws),
        base: if sensitive { BASE } else { 0 },
        pairs: false,
        seed: package.policy.seed,
    };
    let data = &computed.outcome.import.data;
    let bar = Quiet(term.bar("varying every choice"));
    gradus::audit::audit(package, data, &Methods::default(), &computed.outcome.evaluation, options, &bar)
        .map_err(|diagnostics| Findings { diagnostics, ..Findings::default() }.stop())
}

fn surveys(target: &str, computed: &Computed) -> Result<Option<SurveyResults>, Stop> {
    if computed.outcome.package.pairs.is_empty() {
        return Ok(None);
    }
    let (bundle, sources) = open(target)?;
    let asked = gradus::survey::Asked { units: &[], questions: &[], by: None };
    gradus::surveys(&bundle, &computed.outcome, &Methods::default(), &asked)
        .map(Some)
        .map_err(|diagnostics| Findings { diagnostics, sources }.stop())
}

/// What every kind shows and needs.
fn list(lang: Lang, width: Option<usize>) -> String {
    let pick = |(en, zh): (&'static str, &'static str)| if lang == Lang::Zh { zh } else { en };
    let needs = if lang == Lang::Zh { "需要：" } else { "Needs: " };
    let mut out = String::new();
    for kind in KINDS {
        out.push_str(&format!("\u{1b}[1m{}\u{1b}[0m  {}\n", kind.id, pick(kind.name)));
        let columns = width.unwrap_or(crate::listing::LINE);
        for line in [pick(kind.shows).to_owned(), format!("{needs}{}", pick(kind.needs))] {
            out.push_str(&wrapped(&format!("  {line}"), columns));
        }
    }
    out
}
