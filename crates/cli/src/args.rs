//! Arguments as plain values. What they mean is resolved by the commands, once.

use clap::{Args as ClapArgs, Parser, Subcommand, ValueEnum};
use std::path::PathBuf;

/// Turns raw figures into scores, grades and reports that anyone can check.
///
/// A package is one TOML file (the tree of indicators, measurement units, directions, weights, methods, graded
/// standards, sources) with its data beside it. `gradus new` makes one to start from.
#[derive(Debug, Parser)]
#[command(
    name = "gradus",
    version,
    propagate_version = true,
    max_term_width = 100,
    after_help = "Examples:
  gradus new my-index          make a package to start from
  gradus check my-index        say everything that is wrong with it
  gradus score my-index        scores and ranks
  gradus report my-index       a page to read and print

Exit codes: 0 done, 1 a check did not hold, 2 could not run."
)]
pub(crate) struct Args {
    /// When to use color; `auto` does where a terminal reads and NO_COLOR is not set.
    #[arg(long, value_name = "WHEN", global = true, default_value = "auto", hide_possible_values = false)]
    pub(crate) color: Color,
    /// Print errors only: no progress, no warnings, no counts.
    #[arg(long, short, global = true)]
    pub(crate) quiet: bool,
    #[command(subcommand)]
    pub(crate) command: Command,
}

/// When to use color.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub(crate) enum Color {
    Auto,
    Always,
    Never,
}

#[derive(Debug, Subcommand)]
pub(crate) enum Command {
    /// Make a package to start from.
    New(NewArgs),
    /// Say everything that is wrong with a package, with place, rule and remedy.
    Check(CheckArgs),
    /// Describe the package file: JSON Schema for editors, or a reference to read.
    Schema(SchemaArgs),
    /// List the methods, or show one with its formula, parameters and references.
    Methods(MethodsArgs),
    /// Print a completion script for a shell.
    Completions(CompletionsArgs),
    /// Print the manual page.
    Man(ManArgs),
}

#[derive(Debug, ClapArgs)]
#[command(after_help = "Examples:
  gradus new my-index
  gradus new cities --name \"City index\"
  gradus new chengshi --name 城市指数 --lang zh")]
pub(crate) struct NewArgs {
    /// Directory of the new package; it must not exist, or be empty.
    #[arg(value_name = "DIR")]
    pub(crate) directory: PathBuf,
    /// Code of the package [default: the name of the directory].
    #[arg(long)]
    pub(crate) id: Option<String>,
    /// Name of the index.
    #[arg(long)]
    pub(crate) name: Option<String>,
    /// Language of names and comments.
    #[arg(long, value_name = "LANG", default_value = "en")]
    pub(crate) lang: OneLang,
}

#[derive(Debug, ClapArgs)]
#[command(after_help = "Examples:
  gradus check my-index
  gradus check my-index/package.toml --format json
  gradus check . --strict      warnings count: exit code 1")]
pub(crate) struct CheckArgs {
    #[command(flatten)]
    pub(crate) package: PackageArg,
    /// How findings are shown: text on standard error, or JSON on standard output.
    #[arg(long, value_name = "FORMAT", default_value = "text")]
    pub(crate) format: TextFormat,
    /// End with exit code 1 when there are warnings.
    #[arg(long)]
    pub(crate) strict: bool,
}

#[derive(Debug, ClapArgs)]
#[command(after_help = "Examples:
  gradus schema > gradus.schema.json
  gradus schema --format markdown")]
pub(crate) struct SchemaArgs {
    /// JSON Schema, or the reference of the package file as Markdown.
    #[arg(long, value_name = "FORMAT", default_value = "json")]
    pub(crate) format: SchemaFormat,
}

#[derive(Debug, ClapArgs)]
#[command(after_help = "Examples:
  gradus methods
  gradus methods goalposts
  gradus methods --format json")]
pub(crate) struct MethodsArgs {
    /// Id of a method.
    #[arg(value_name = "ID")]
    pub(crate) id: Option<String>,
    /// How it is shown.
    #[arg(long, value_name = "FORMAT", default_value = "text")]
    pub(crate) format: TextFormat,
}

#[derive(Debug, ClapArgs)]
#[command(after_help = "Examples:
  gradus completions bash > ~/.local/share/bash-completion/completions/gradus
  gradus completions fish > ~/.config/fish/completions/gradus.fish")]
pub(crate) struct CompletionsArgs {
    /// The shell.
    #[arg(value_name = "SHELL")]
    pub(crate) shell: clap_complete::Shell,
}

#[derive(Debug, ClapArgs)]
#[command(after_help = "Examples:
  gradus man > gradus.1
  gradus man report > gradus-report.1")]
pub(crate) struct ManArgs {
    /// The command whose page is meant.
    #[arg(value_name = "COMMAND")]
    pub(crate) command: Option<String>,
}

#[derive(Debug, ClapArgs)]
pub(crate) struct PackageArg {
    /// A directory with a package, a package file, or a library id.
    #[arg(value_name = "PKG")]
    pub(crate) package: String,
}

/// Text for people or JSON for programs.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub(crate) enum TextFormat {
    Text,
    Json,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub(crate) enum SchemaFormat {
    Json,
    Markdown,
}

/// One language.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub(crate) enum OneLang {
    En,
    Zh,
}
