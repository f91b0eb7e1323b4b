//! The commands, one file each: what is asked for is resolved, computed elsewhere, and printed or written.

mod analyze;
mod audit;
mod chart;
mod check;
mod compare;
mod convert;
mod crosswalk;
mod explain;
mod grade;
mod impute;
mod library;
mod man;
mod methods;
mod new;
mod plan;
mod progress;
mod report;
mod schema;
mod score;
mod survey;
mod whatif;

use crate::args::Command;
use crate::render::Sources;
use crate::term::Term;
use crate::{Outcome, Stop};
use gradus::model::{Diagnostic, Diagnostics};

/// What a command returns.
pub(crate) type Done = Result<Outcome, Stop>;

/// What was found, with the files it speaks of.
#[derive(Debug, Default)]
pub(crate) struct Findings {
    /// The findings.
    pub(crate) diagnostics: Diagnostics,
    /// Where their places are.
    pub(crate) sources: Sources,
}

impl Findings {
    /// One finding that speaks of files as the user named them.
    pub(crate) fn one(diagnostic: Diagnostic) -> Stop {
        Self { diagnostics: diagnostic.into(), sources: Sources::default() }.stop()
    }
    /// Findings as the reason to stop.
    pub(crate) fn stop(self) -> Stop {
        Stop::Found(Box::new(self))
    }
}

/// Runs a command.
pub(crate) fn run(command: Command, term: &Term) -> Done {
    match command {
        Command::New(args) => new::run(&args, term),
        Command::Check(args) => check::run(&args, term),
        Command::Schema(args) => schema::run(&args, term),
        Command::Score(args) => score::run(&args, term),
        Command::Analyze(args) => analyze::run(&args, term),
        Command::Audit(args) => audit::run(&args, term),
        Command::WhatIf(args) => whatif::run(&args, term),
        Command::Impute(args) => impute::run(&args, term),
        Command::Compare(args) => compare::run(&args, term),
        Command::Convert(args) => convert::run(&args, term),
        Command::Survey(args) => survey::run(&args, term),
        Command::Crosswalk(args) => crosswalk::run(&args, term),
        Command::Grade(args) => grade::run(&args, term),
        Command::Progress(args) => progress::run(&args, term),
        Command::Plan(args) => plan::run(&args, term),
        Command::Explain(args) => explain::run(&args, term),
        Command::Report(args) => report::run(&args, term),
        Command::Chart(args) => chart::run(&args, term),
        Command::Library(command) => library::run(&command, term),
        Command::Methods(args) => methods::run(&args, term),
        Command::Completions(args) => man::completions(&args, term),
        Command::Man(args) => man::run(&args, term),
    }
}
