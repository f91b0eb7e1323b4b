//! `gradus check`: everything that is wrong with a package, at once.

use super::{Done, Findings};
use crate::args::{CheckArgs, TextFormat};
use crate::render;
use crate::target::Target;
use crate::term::Term;
use crate::{Outcome, Stop};

pub(super) fn run(args: &CheckArgs, term: &Term) -> Done {
    let found = match look(&args.package.package, term) {
        Ok(found) => found,
        Err(Stop::Found(found)) => *found,
        Err(closed) => return Err(closed),
    };
    let (errors, warnings) = found.diagnostics.counts();
    match args.format {
        TextFormat::Json => term.out(&render::json::render(&found.diagnostics, &found.sources))?,
        TextFormat::Text => {
            term.findings(&found.diagnostics, &found.sources);
            if errors + warnings > 0 {
                term.say("");
            }
            term.say(&format!("{}: {}", args.package.package, render::counted(errors, warnings)));
        }
    }
    if errors > 0 {
        // What is wrong has been shown.
        return Err(Findings::default().stop());
    }
    Ok(if args.strict && warnings > 0 { Outcome::NotHeld } else { Outcome::Done })
}

fn look(package: &str, _term: &Term) -> Result<Findings, Stop> {
    let target = Target::find(package)?;
    let (_, diagnostics) = gradus_model::decode::decode(&target.file, &target.text);
    Ok(Findings { diagnostics: diagnostics.sorted(), sources: target.sources() })
}
