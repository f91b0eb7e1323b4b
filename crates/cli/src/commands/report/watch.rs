//! Doing something again whenever the files of a package change.
//!
//! Files are looked at a few times a second: that works on every system and on network drives, and a package has few files.

use crate::commands::Findings;
use crate::package::open;
use crate::term::Term;
use crate::{Outcome, Stop};
use gradus::model::diagnostic::catalog;
use gradus::model::{Diagnostic, Package};
use std::path::PathBuf;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::{Duration, SystemTime};

/// How long to wait between two looks.
const LOOK: Duration = Duration::from_millis(200);
/// Looks without a change after which the files are taken to be written.
const CALM: usize = 2;

/// A file: when it was changed and how large it is; nothing where it is not there.
type Seen = Option<(SystemTime, u64)>;

/// Does `work` now, and again whenever a file of the package changes, until Ctrl-C. What is wrong is shown, and waited for to be
/// mended.
pub(super) fn watch(
    target: &str,
    term: &Term,
    mut work: impl FnMut() -> Result<(), Stop>,
) -> Result<Outcome, Stop> {
    // A package that is not there at all is a slip of the hand, and nothing would ever change.
    let (bundle, _) = open(target)?;
    if bundle.directory().is_none() {
        let diagnostic = Diagnostic::new(
            &catalog::INVALID_PARAMETER,
            format!("`{target}` is built into the program and never changes"),
        )
        .help(format!("copy it with `gradus library export {target} my-{target}`, and watch the copy"));
        return Err(Findings::one(diagnostic));
    }
    let stop = Arc::new(AtomicBool::new(false));
    let heard = stop.clone();
    // A second Ctrl-C ends the program as it always did: the handler only serves one.
    #[expect(
        clippy::exit,
        reason = "the handler runs on a thread of its own, from which nothing can be returned"
    )]
    let _ = ctrlc::set_handler(move || {
        if heard.swap(true, Ordering::Relaxed) {
            std::process::exit(130);
        }
    });
    let mut paths = files(target, &[]);
    loop {
        // Looked at before the work, so that what changes meanwhile is seen.
        let before = seen(&paths);
        match work() {
            Ok(()) => {}
            Err(Stop::Closed) => return Err(Stop::Closed),
            Err(Stop::Found(found)) => term.findings(&found.diagnostics, &found.sources),
        }
        term.say(&format!("watching {} files of {target}; Ctrl-C ends it", paths.len()));
        let mut last = before.clone();
        let mut calm = 0;
        loop {
            if stop.load(Ordering::Relaxed) {
                return Ok(Outcome::Done);
            }
            std::thread::sleep(LOOK);
            let now = seen(&paths);
            calm = if now == last { calm + 1 } else { 0 };
            let changed = now != before;
            last = now;
            // An editor writes in several steps: not before they are over.
            if changed && calm >= CALM {
                break;
            }
        }
        paths = files(target, &paths);
    }
}

/// The package file and every file it names; those known before where it cannot be read at the moment.
fn files(target: &str, known: &[PathBuf]) -> Vec<PathBuf> {
    let Ok((bundle, _)) = open(target) else { return known.to_vec() };
    let Some(directory) = bundle.directory() else { return known.to_vec() };
    let path = std::path::Path::new(target);
    let own = if path.is_file() { path.to_owned() } else { directory.join(bundle.name()) };
    let (package, _) = bundle.decode();
    let mut out = vec![own];
    match &package {
        Some(package) => out.extend(named(package).into_iter().map(|file| directory.join(file))),
        None => out.extend(known.iter().cloned()),
    }
    out.sort();
    out.dedup();
    out
}

fn named(package: &Package) -> Vec<&str> {
    let mut out: Vec<&str> = package.data.iter().map(|data| data.file.as_str()).collect();
    out.extend(package.surveys.iter().map(|survey| survey.source.file.as_str()));
    out.extend(package.map.iter().map(|map| map.file.as_str()));
    out
}

fn seen(paths: &[PathBuf]) -> Vec<Seen> {
    let look = |path: &PathBuf| {
        let meta = std::fs::metadata(path).ok()?;
        Some((meta.modified().ok()?, meta.len()))
    };
    paths.iter().map(look).collect()
}
