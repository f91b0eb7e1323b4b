//! The `gradus` command: arguments, files, colors and exit codes. What it prints is computed elsewhere.
//!
//! Machine-readable output goes to standard output and nothing else does. Exit codes: 0 done, 1 a check did not hold,
//! 2 could not run, 130 stopped by Ctrl-C.

#![allow(
    clippy::disallowed_methods,
    reason = "the command line is where files and the environment are read; inner layers are not"
)]

mod args;
mod commands;
mod listing;
mod package;
mod parquet;
mod pdf;
mod png;
mod render;
mod scaffold;
mod table;
mod term;
mod write;

use clap::Parser;
use std::process::ExitCode;

/// Large tables are read and written by several threads, whose memory the allocator of many systems grows in small steps.
#[global_allocator]
static ALLOCATOR: mimalloc::MiMalloc = mimalloc::MiMalloc;

/// How a command ended that could run.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Outcome {
    /// What was asked for is done.
    Done,
    /// A check did not hold.
    NotHeld,
    /// Somebody stopped it: what it printed is less than was asked for.
    Stopped,
}

/// Why a command stopped.
#[derive(Debug)]
enum Stop {
    /// It could not run, for these reasons.
    Found(Box<commands::Findings>),
    /// Nobody reads the output any more; not an error.
    Closed,
}

fn main() -> ExitCode {
    let args = match args::Args::try_parse() {
        Ok(args) => args,
        Err(usage) => return term::usage(&usage),
    };
    let term = term::Term::new(args.color, args.quiet);
    match commands::run(args.command, &term) {
        Ok(Outcome::Done) | Err(Stop::Closed) => ExitCode::SUCCESS,
        Ok(Outcome::NotHeld) => ExitCode::from(1),
        // 128 and the number of the signal, as shells count.
        Ok(Outcome::Stopped) => ExitCode::from(130),
        Err(Stop::Found(found)) => {
            term.findings(&found.diagnostics, &found.sources);
            ExitCode::from(2)
        }
    }
}
