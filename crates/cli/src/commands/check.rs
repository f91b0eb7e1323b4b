//! `gradus check`: everything that is wrong with a package, at once.

use super::{Done, Findings};
use crate::args::{CheckArgs, TextFormat};
use crate::term::Term;
use crate::{Outcome, Stop, package, render, table};
use gradus::Methods;
use gradus::model::package::Action;

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
    let (outcome, imports, diagnostics) = gradus::check(&bundle, &Methods::default());
    drop(working);
    let mut imports: Vec<String> = imports.iter().map(ToString::to_string).collect();
    if let Some(outcome) = outcome.filter(|outcome| !outcome.package.pipeline.is_empty()) {
        imports.push(pipeline(&outcome, term));
    }
    if bundle.decode().0.is_none() {
        // What is wrong with the data cannot be told from what is wrong with the file that describes them.
        imports.push("the data files are read when the package file is mended".into());
    }
    let file = sources.named(bundle.name());
    Ok((file, Findings { diagnostics: diagnostics.sorted(), sources }, imports))
}

/// The steps of the pipeline in their order: for which indicators, how many cells each changed, and what it left out.
fn pipeline(outcome: &gradus::Outcome, term: &Term) -> String {
    let (package, evaluation) = (&outcome.package, &outcome.evaluation);
    let number = table::Column::number;
    let columns = [
        number("step"),
        table::Column::text("code"),
        table::Column::text("method"),
        number("indicators"),
        number("cells changed"),
    ];
    let mut rows = Vec::new();
    let mut left_out = Vec::new();
    for (at, step) in package.pipeline.iter().enumerate() {
        let stages = || step.indicators.iter().filter_map(|ix| Some((*ix, evaluation.nodes[*ix].stage(at)?)));
        let changed: usize = stages().map(|(_, stage)| stage.changed.len()).sum();
        let mut method = step.action.word().to_owned();
        if let Some(call) = step.action.call() {
            method.push_str(&format!(" {}", call.method));
        }
        rows.push(vec![
            (at + 1).to_string(),
            step.id.to_string(),
            method,
            stages().count().to_string(),
            changed.to_string(),
        ]);
        let declared = |id: &gradus::model::Id| match &step.action {
            Action::Screen(screen) => screen.drop.get(id).filter(|reason| !reason.is_empty()),
            _ => None,
        };
        let why = |id: &gradus::model::Id, word: &str| match declared(id) {
            Some(reason) => format!("{id} ({word}: {reason})"),
            None => format!("{id} ({word})"),
        };
        for (ix, stage) in stages() {
            if let Some(excluded) = stage.excluded {
                let what = why(&package.nodes[ix].id, excluded.word());
                left_out.push(format!("  {}: leaves out indicator {what}", step.id));
            }
        }
        for (_, row, reason) in evaluation.left_out.iter().filter(|(step, ..)| *step == at) {
            let (unit, period) = evaluation.unit_and_period(*row);
            let period = evaluation.periods[period].map(|p| format!(" in {p}")).unwrap_or_default();
            let what = why(&evaluation.units[unit], reason.word());
            left_out.push(format!("  {}: leaves out unit {what}{period}", step.id));
        }
    }
    const SHOWN: usize = 20;
    let more = left_out.len().saturating_sub(SHOWN);
    left_out.truncate(SHOWN);
    let (text, _) = table::show(&columns, &rows, columns.len(), term.width());
    let mut out = format!("pipeline:\n{}", crate::term::plain(&text));
    left_out.iter().for_each(|line| out.push_str(&format!("{line}\n")));
    if more > 0 {
        out.push_str(&format!("  ... and {more} more: `gradus report` lists them\n"));
    }
    out.trim_end().to_owned()
}
