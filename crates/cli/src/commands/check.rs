//! `gradus check`: everything that is wrong with a package, at once.

use super::{Done, Findings};
use crate::args::{CheckArgs, TextFormat};
use crate::term::Term;
use crate::{Outcome, Stop, package, render};
use gradus::Methods;

pub(super) fn run(args: &CheckArgs, term: &Term) -> Done {
    let name = &args.package.package;
    let (file, found, imports) = match look(name, term) {
        Ok(found) => found,
        Err(Stop::Found(found)) => (name.clone(), *found, Vec::new()),
        Err(closed) => return Err(closed),
    };
    let (errors, warnings) = found.diagnostics.counts();
    match args.format {
        TextFormat::Json => term.data(&render::json::render(&found.diagnostics, &found.sources))?,
        TextFormat::Text => {
            term.findings(&found.diagnostics, &found.sources);
            if errors + warnings > 0 {
                term.say("");
            }
            for import in &imports {
                term.say(&render::escape::lines(import));
            }
            term.say(&format!("{file}: {}", render::counted(errors, warnings)));
        }
    }
    if errors > 0 {
        // What is wrong has been shown.
        return Err(Findings::default().stop());
    }
    Ok(if args.strict && warnings > 0 { Outcome::NotHeld } else { Outcome::Done })
}

fn look(name: &str, term: &Term) -> Result<(String, Findings, Vec<String>), Stop> {
    let (bundle, sources) = package::open(name)?;
    let working = term.working(&format!("checking {name}"));
    let (_, imports, diagnostics) = gradus::check(&bundle, &Methods::default());
    drop(working);
    let mut imports: Vec<String> = imports.iter().map(ToString::to_string).collect();
    if bundle.decode().0.is_none() {
        // What is wrong with the data cannot be told from what is wrong with the file that describes them.
        imports.push("the data files are read when the package file is mended".into());
    }
    let file = sources.named(bundle.name());
    Ok((file, Findings { diagnostics: diagnostics.sorted(), sources }, imports))
}
