//! `gradus man` and `gradus completions`: what a shell and a manual reader need, from the argument definitions.

use super::Done;
use crate::args::{Args, CompletionsArgs, ManArgs};
use crate::term::Term;
use crate::{Outcome, write};
use clap::CommandFactory;

pub(super) fn run(args: &ManArgs, term: &Term) -> Done {
    let mut command = Args::command();
    command.build();
    let page = match args.command.as_deref().and_then(|name| command.find_subcommand(name)) {
        Some(sub) => sub.clone().display_name(sub.get_bin_name().unwrap_or_default().replace(' ', "-")),
        None => command,
    };
    let mut text = Vec::new();
    clap_mangen::Man::new(page).render(&mut text).map_err(|e| write::failed("standard output", &e))?;
    term.data(&examples(&String::from_utf8_lossy(&text)))?;
    Ok(Outcome::Done)
}

/// The page with its examples under their own heading, line by line as in the help.
fn examples(page: &str) -> String {
    let Some((before, after)) = page.split_once(".SH EXTRA\nExamples:\n") else { return page.to_owned() };
    let (lines, rest) = after.split_once(".SH ").unwrap_or((after, ""));
    let rest = if rest.is_empty() { String::new() } else { format!(".SH {rest}") };
    format!("{before}.SH EXAMPLES\n.nf\n{}\n.fi\n{rest}", lines.trim_end())
}

pub(super) fn completions(args: &CompletionsArgs, term: &Term) -> Done {
    let mut script = Vec::new();
    clap_complete::generate(args.shell, &mut Args::command(), "gradus", &mut script);
    term.data(&String::from_utf8_lossy(&script))?;
    Ok(Outcome::Done)
}
