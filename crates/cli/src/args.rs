//! Arguments as plain values. What they mean is resolved by the commands, once.

use clap::{Args as ClapArgs, Parser, Subcommand, ValueEnum};
use std::path::{Path, PathBuf};

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
    #[arg(long, value_name = "WHEN", global = true, default_value = "auto", help_heading = "Everywhere")]
    pub(crate) color: Color,
    /// Print errors only: no progress, no warnings, no counts.
    #[arg(long, short, global = true, help_heading = "Everywhere")]
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
    /// Compute scores and ranks of every node, or the table at any stage before them.
    Score(ScoreArgs),
    /// Analyze figures and scores: statistics, correlation, components, consistency, importance, trends.
    Analyze(AnalyzeArgs),
    /// Audit an index: checks with their thresholds, how far ranks move when choices vary, and what moves them.
    Audit(AuditArgs),
    /// Change figures, weights, methods or members and show what moves, beside the official result.
    #[command(name = "whatif")]
    WhatIf(WhatIfArgs),
    /// Say what was filled in for missing figures, or how well each method would do it.
    Impute(ImputeArgs),
    /// Compare two packages or two results: scores, ranks, and what differs in the definitions.
    Compare(CompareArgs),
    /// Show what respondents of surveys say: estimates with their margins, answers, subgroups, pairs.
    Survey(SurveyArgs),
    /// Lay a package beside others: which of its indicators stand in them; or screen candidates for indicators.
    Crosswalk(CrosswalkArgs),
    /// Say which grades are proven and still possible, and what decides them.
    Grade(GradeArgs),
    /// Say how far every indicator is from the next grade, at which pace it moves, and when it gets there.
    Progress(ProgressArgs),
    /// Find the cheapest sets of improvements that earn a grade, a score or a rank.
    Plan(PlanArgs),
    /// Derive one number, to the digit, back to its sources.
    Explain(ExplainArgs),
    /// Write the report: HTML, Markdown, JSON or a workbook, in English, Chinese or both.
    Report(ReportArgs),
    /// Draw a chart of the results: a picture as SVG, or as PNG where the program is built with it.
    Chart(ChartArgs),
    /// Make a package of another tool's files, or such files of a package.
    Convert(ConvertArgs),
    /// List, show, copy or verify the packages that come with the program.
    #[command(subcommand)]
    Library(LibraryCommand),
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
  gradus score hdi
  gradus score my-index --format csv --out scores.csv
  gradus score my-index --stage raw,normalized --format json
  gradus score my-index --stage all --out my-index.xlsx
  gradus score hdi --unit NOR,ISL --node hdi,health --period 2022 --places 3")]
pub(crate) struct ScoreArgs {
    #[command(flatten)]
    pub(crate) package: PackageArg,
    #[command(flatten)]
    pub(crate) weights: WeightsArg,
    /// Stages: raw, the steps of the package by their codes, transformed, normalized, aggregated, scores; or all.
    #[arg(long, value_name = "STAGE", value_delimiter = ',', default_value = "scores")]
    pub(crate) stage: Vec<String>,
    /// A table to read, CSV or JSON for programs, a workbook or Parquet [default: by the ending of --out, else table].
    #[arg(long, value_name = "FORMAT")]
    pub(crate) format: Option<ScoreFormat>,
    /// Write to a file instead of standard output.
    #[arg(long, value_name = "FILE")]
    pub(crate) out: Option<PathBuf>,
    /// Places after the decimal point [default: full precision; in a table, those of the package].
    #[arg(long, value_name = "N", value_parser = clap::value_parser!(u32).range(0..=28))]
    pub(crate) places: Option<u32>,
    /// Add the rank of every score.
    #[arg(long)]
    pub(crate) ranks: bool,
    /// Nodes by code [default: all].
    #[arg(long, value_name = "NODE", value_delimiter = ',')]
    pub(crate) node: Vec<String>,
    /// Units by code or name [default: all].
    #[arg(long, value_name = "UNIT", value_delimiter = ',')]
    pub(crate) unit: Vec<String>,
    /// Period [default: all].
    #[arg(long, value_name = "PERIOD")]
    pub(crate) period: Option<String>,
    /// Names of units and nodes in a language, instead of their codes; for tables to read.
    #[arg(long, value_name = "LANG")]
    pub(crate) lang: Option<OneLang>,
}

#[derive(Debug, ClapArgs)]
#[command(after_help = "Examples:
  gradus grade changchun-2018
  gradus grade my-index --unit avalon
  gradus grade my-index --format json")]
pub(crate) struct GradeArgs {
    #[command(flatten)]
    pub(crate) package: PackageArg,
    #[command(flatten)]
    pub(crate) weights: WeightsArg,
    /// Units by code or name [default: all].
    #[arg(long, value_name = "UNIT", value_delimiter = ',')]
    pub(crate) unit: Vec<String>,
    /// Period [default: the last one with a score].
    #[arg(long, value_name = "PERIOD")]
    pub(crate) period: Option<String>,
    /// A table to read, or CSV or JSON for programs.
    #[arg(long, value_name = "FORMAT", default_value = "table")]
    pub(crate) format: TableFormat,
    /// What to tell instead of the table of grades; several may be named.
    #[arg(long, value_name = "WHAT", value_delimiter = ',')]
    pub(crate) show: Vec<GradeView>,
    /// Standard by code, for `--show` [default: the first one].
    #[arg(long, value_name = "STANDARD", requires = "show")]
    pub(crate) standard: Option<String>,
    /// Day on which versions and awards are judged [default: the last day of the period].
    #[arg(long, value_name = "DATE", requires = "show")]
    pub(crate) on: Option<gradus::model::Date>,
    /// Write to a file instead of printing, with `--show`.
    #[arg(long, value_name = "FILE", requires = "show")]
    pub(crate) out: Option<PathBuf>,
    /// Language of names and words in the table.
    #[arg(long, value_name = "LANG", default_value = "en")]
    pub(crate) lang: OneLang,
}

#[derive(Debug, ClapArgs)]
#[command(after_help = "Examples:
  gradus plan my-index
  gradus plan my-index --unit avalon --to good --lang zh
  gradus plan my-index --effort points --top 3 --format json
  gradus plan hdi --unit IND --to-score 0.7
  gradus plan hdi --unit IND --to-rank 100

A plan is arithmetic, not cause: moving an indicator is not the same as improving what it stands for.")]
pub(crate) struct PlanArgs {
    #[command(flatten)]
    pub(crate) package: PackageArg,
    #[command(flatten)]
    pub(crate) weights: WeightsArg,
    /// Units by code or name [default: the package's own unit, else all].
    #[arg(long, value_name = "UNIT", value_delimiter = ',')]
    pub(crate) unit: Vec<String>,
    /// Period [default: the last one with a score].
    #[arg(long, value_name = "PERIOD")]
    pub(crate) period: Option<String>,
    /// Standard by code [default: the first].
    #[arg(long, value_name = "STANDARD")]
    pub(crate) standard: Option<String>,
    /// Grade to earn, by code [default: the next above the proven one].
    #[arg(long, value_name = "GRADE", conflicts_with_all = ["to_score", "to_rank"])]
    pub(crate) to: Option<String>,
    /// Score to reach, in place of a grade.
    #[arg(long, value_name = "SCORE", conflicts_with_all = ["to_rank", "standard"])]
    pub(crate) to_score: Option<String>,
    /// Rank to reach, in place of a grade: 1 is the best, and the others stay where they are.
    #[arg(long, value_name = "RANK", conflicts_with = "standard")]
    pub(crate) to_rank: Option<usize>,
    /// Node whose score or rank is meant, by code [default: the index].
    #[arg(long, value_name = "NODE", conflicts_with = "to")]
    pub(crate) node: Option<String>,
    /// What effort is counted in; it is never mixed [default: years at the best pace of any peer, where known throughout; else points].
    #[arg(long, value_name = "EFFORT")]
    pub(crate) effort: Option<EffortArg>,
    /// How many plans.
    #[arg(long, value_name = "N", default_value_t = 5, value_parser = clap::value_parser!(u16).range(1..=100))]
    pub(crate) top: u16,
    /// After how many states a search stops; what it found is still the cheapest, and the rest is bounded.
    #[arg(long, value_name = "N", default_value_t = 200_000)]
    pub(crate) limit: usize,
    /// A table to read, or CSV or JSON for programs.
    #[arg(long, value_name = "FORMAT", default_value = "table")]
    pub(crate) format: TableFormat,
    /// Language of names and words in the table.
    #[arg(long, value_name = "LANG", default_value = "en")]
    pub(crate) lang: OneLang,
}

/// What effort is counted in.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub(crate) enum EffortArg {
    /// Years at the best pace that any peer has held; else the package's lead years.
    Years,
    /// Steps of the ladder; for a score, points of the indicators' own scores.
    Points,
    /// Money, as the package declares it.
    Money,
    /// Difficulty, as the package declares it.
    Difficulty,
}

#[derive(Debug, ClapArgs)]
#[command(after_help = "Examples:
  gradus progress regional-center --by 2025
  gradus progress my-index --unit avalon --to good --preset sdsn
  gradus progress my-index --all-presets
  gradus progress my-index --format csv --out progress.csv
  gradus progress --presets")]
pub(crate) struct ProgressArgs {
    /// A directory with a package, a package file, or a library id.
    #[arg(value_name = "PKG", required_unless_present = "presets")]
    pub(crate) package: Option<String>,
    /// Unit by code or name [default: the package's own unit].
    #[arg(long, value_name = "UNIT")]
    pub(crate) unit: Option<String>,
    /// The grade whose thresholds are the targets, by code [default: for each indicator the next one].
    #[arg(long, value_name = "GRADE")]
    pub(crate) to: Option<String>,
    /// The year by whose end targets are to be reached [default: the package's `target-year`].
    #[arg(long, value_name = "YEAR", value_parser = clap::value_parser!(i16).range(1..=9999))]
    pub(crate) by: Option<i16>,
    /// Preset that rates progress [default: the package's, else statcan].
    #[arg(long, value_name = "PRESET", conflicts_with = "all_presets")]
    pub(crate) preset: Option<String>,
    /// Every preset side by side, and where they disagree.
    #[arg(long)]
    pub(crate) all_presets: bool,
    /// List the presets with their cut-offs, sources, and what has not been checked.
    #[arg(long)]
    pub(crate) presets: bool,
    /// Only figures from this year on count.
    #[arg(long, value_name = "YEAR", value_parser = clap::value_parser!(i16).range(1..=9999))]
    pub(crate) base_year: Option<i16>,
    /// Only figures of so many years before the latest count.
    #[arg(long, value_name = "YEARS", value_parser = clap::value_parser!(u16).range(1..))]
    pub(crate) window: Option<u16>,
    /// How presets measure the pace: robust, or as published.
    #[arg(long, value_name = "FORM")]
    pub(crate) pace: Option<PaceArg>,
    /// Only these indicators, and those below these groups, by code.
    #[arg(long, value_name = "NODE", value_delimiter = ',')]
    pub(crate) node: Vec<String>,
    /// Period that counts as now [default: the last one with a score].
    #[arg(long, value_name = "PERIOD")]
    pub(crate) period: Option<String>,
    #[command(flatten)]
    pub(crate) output: OutputArgs,
    /// Language of names and words in the table.
    #[arg(long, value_name = "LANG", default_value = "en")]
    pub(crate) lang: OneLang,
}

/// How a preset measures the pace.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub(crate) enum PaceArg {
    /// By the median slope of all figures.
    Robust,
    /// From the first and the last figure, by growth where the publication has it.
    Published,
}

#[derive(Debug, ClapArgs)]
#[command(after_help = "Examples:
  gradus survey my-index
  gradus survey my-index --unit avalon --by age
  gradus survey my-index --question life,housing-present --format csv")]
pub(crate) struct SurveyArgs {
    #[command(flatten)]
    pub(crate) package: PackageArg,
    /// Units by code or name [default: all].
    #[arg(long, value_name = "UNIT", value_delimiter = ',')]
    pub(crate) unit: Vec<String>,
    /// Questions by code [default: all].
    #[arg(long, value_name = "QUESTION", value_delimiter = ',')]
    pub(crate) question: Vec<String>,
    /// Show subgroups of this kind, and how far each is from everybody else.
    #[arg(long, value_name = "SUBGROUP")]
    pub(crate) by: Option<String>,
    /// Language of names and words.
    #[arg(long, value_name = "LANG", default_value = "en")]
    pub(crate) lang: OneLang,
    #[command(flatten)]
    pub(crate) output: OutputArgs,
}

#[derive(Debug, ClapArgs)]
#[command(after_help = "Examples:
  gradus explain hdi --unit NOR --period 2022
  gradus explain my-index --unit avalon --node services
  gradus explain my-index --unit avalon --format json")]
pub(crate) struct ExplainArgs {
    #[command(flatten)]
    pub(crate) package: PackageArg,
    #[command(flatten)]
    pub(crate) weights: WeightsArg,
    /// Unit by code or name.
    #[arg(long, value_name = "UNIT")]
    pub(crate) unit: String,
    /// Node by code [default: the index].
    #[arg(long, value_name = "NODE")]
    pub(crate) node: Option<String>,
    /// Period [default: the last one with a score].
    #[arg(long, value_name = "PERIOD")]
    pub(crate) period: Option<String>,
    /// Text to read or JSON for programs.
    #[arg(long, value_name = "FORMAT", default_value = "text")]
    pub(crate) format: TextFormat,
    /// Language of names in the text.
    #[arg(long, value_name = "LANG", default_value = "en")]
    pub(crate) lang: OneLang,
}

#[derive(Debug, ClapArgs)]
#[command(after_help = "Examples:
  gradus report my-index
  gradus report changchun-2018 --lang zh,en --out changchun.html
  gradus report my-index --format html,markdown,json --out reports
  gradus report hdi --unit NOR
  gradus report hdi --unit all --out profiles
  gradus report my-index --since my-index-2025
  gradus report my-index --sections verdict,next,cards --no-audit
  gradus report my-index --format xlsx --out my-index.xlsx
  gradus report my-index --watch")]
pub(crate) struct ReportArgs {
    #[command(flatten)]
    pub(crate) package: PackageArg,
    #[command(flatten)]
    pub(crate) weights: WeightsArg,
    /// A directory, or a file with the ending of the format.
    #[arg(long, value_name = "PATH", default_value = "gradus-report")]
    pub(crate) out: PathBuf,
    /// Formats [default: by the ending of --out, else html].
    #[arg(long, value_name = "FORMAT", value_delimiter = ',')]
    pub(crate) format: Vec<ReportFormat>,
    /// Languages, the first one shown first.
    #[arg(long, value_name = "LANG", value_delimiter = ',', default_value = "en")]
    pub(crate) lang: Vec<OneLang>,
    /// The unit the report is about, by code or name [default: the package's own unit]. Several, or `all`: a profile of each and an
    /// index of them, in the directory --out.
    #[arg(long, value_name = "UNIT", value_delimiter = ',')]
    pub(crate) unit: Vec<String>,
    /// Period the report is about [default: the last one with a score].
    #[arg(long, value_name = "PERIOD")]
    pub(crate) period: Option<String>,
    /// Leave out of the HTML page what readers can try: the engine and the figures, about 1.8 MB.
    #[arg(long)]
    pub(crate) no_explorer: bool,
    /// Sections, in this order, in the place of those of the package.
    #[arg(long, value_name = "SECTION", value_delimiter = ',')]
    pub(crate) sections: Vec<String>,
    /// An earlier edition of the package: what changed since then.
    #[arg(long, value_name = "PKG")]
    pub(crate) since: Option<String>,
    /// How often the audit draws the choices, with a sensitivity analysis [default: 200, without one].
    #[arg(long, value_name = "N", value_parser = clap::value_parser!(u64).range(1..=1_000_000))]
    pub(crate) draws: Option<u64>,
    /// Leave the audit out: no robustness, no checks.
    #[arg(long, conflicts_with = "draws")]
    pub(crate) no_audit: bool,
    /// Directory with fonts for PDF [default: those of the machine].
    #[arg(long, value_name = "DIR")]
    pub(crate) fonts: Option<PathBuf>,
    /// Directory with templates in the place of the built-in ones, by name.
    #[arg(long, value_name = "DIR")]
    pub(crate) templates: Option<PathBuf>,
    /// Write the built-in templates into a directory, to start from, and stop.
    #[arg(long, value_name = "DIR")]
    pub(crate) export_templates: Option<PathBuf>,
    /// Write the report again whenever the package or one of its files changes, until Ctrl-C.
    #[arg(long)]
    pub(crate) watch: bool,
}

#[derive(Debug, ClapArgs)]
#[command(after_help = "Examples:
  gradus chart --list
  gradus chart ranking hdi
  gradus chart ladder,bullets changchun-2018 --lang zh --out pictures
  gradus chart all my-index --lang en,zh
  gradus chart dots my-index --unit avalon --out -")]
pub(crate) struct ChartArgs {
    /// Kinds of charts with commas between, or `all`: those that the package has the results for.
    #[arg(value_name = "KIND", required_unless_present = "list")]
    pub(crate) kinds: Option<String>,
    /// A directory with a package, a package file, or a library id.
    #[arg(value_name = "PKG", required_unless_present = "list")]
    pub(crate) package: Option<String>,
    /// List the kinds: what each shows and what it needs.
    #[arg(long)]
    pub(crate) list: bool,
    #[command(flatten)]
    pub(crate) weights: WeightsArg,
    /// The unit the chart is about, by code or name [default: the package's own unit].
    #[arg(long, value_name = "UNIT")]
    pub(crate) unit: Option<String>,
    /// Period [default: the last one with a score].
    #[arg(long, value_name = "PERIOD")]
    pub(crate) period: Option<String>,
    /// Languages, one picture each.
    #[arg(long, value_name = "LANG", value_delimiter = ',', default_value = "en")]
    pub(crate) lang: Vec<OneLang>,
    /// Formats [default: by the ending of --out, else svg].
    #[arg(long, value_name = "FORMAT", value_delimiter = ',')]
    pub(crate) format: Vec<ChartFormat>,
    /// A directory, a file with the ending of the format, or `-` for standard output.
    #[arg(long, value_name = "PATH", default_value = "gradus-charts")]
    pub(crate) out: PathBuf,
    /// Draws of the audit that intervals and frequencies are from [default: the package's, else 1000].
    #[arg(long, value_name = "N")]
    pub(crate) draws: Option<u64>,
    /// A directory with fonts for PNG [default: those of the system].
    #[arg(long, value_name = "DIR")]
    pub(crate) fonts: Option<PathBuf>,
}

/// List, show, copy or verify the packages that come with the program.
#[derive(Debug, Subcommand)]
#[command(after_help = "Examples:
  gradus library list
  gradus library show hdi
  gradus library export hdi my-hdi
  gradus library verify --all
  gradus library coverage")]
pub(crate) enum LibraryCommand {
    /// List the packages.
    #[command(after_help = "Examples:\n  gradus library list\n  gradus library list --format json --lang zh")]
    List(LibraryListArgs),
    /// Show what a package is, where it comes from and on what terms.
    #[command(after_help = "Examples:\n  gradus library show hdi")]
    Show(LibraryIdArg),
    /// Copy a package into a directory, to read it or to start from it.
    #[command(after_help = "Examples:\n  gradus library export hdi my-hdi")]
    Export(LibraryExportArgs),
    /// Compute packages anew and compare with what was published; exit code 1 where a value differs.
    #[command(after_help = "Examples:
  gradus library verify hdi
  gradus library verify my-index
  gradus library verify --all --format json
  gradus library verify --all --shared ../shared")]
    Verify(LibraryVerifyArgs),
    /// Show how much of each index is documented, computable and reproduced, and what is missing.
    #[command(after_help = "Examples:
  gradus library coverage
  gradus library coverage gci-2019 gpci-2023 --lang zh
  gradus library coverage --shared ../shared --format csv --out coverage.csv")]
    Coverage(LibraryCoverageArgs),
}

#[derive(Debug, ClapArgs)]
pub(crate) struct LibraryListArgs {
    /// Also the definitions of published indices, which come without figures.
    #[arg(long)]
    pub(crate) definitions: bool,
    /// Table to read or JSON for programs.
    #[arg(long, value_name = "FORMAT", default_value = "text")]
    pub(crate) format: TextFormat,
    /// Language of names.
    #[arg(long, value_name = "LANG", default_value = "en")]
    pub(crate) lang: OneLang,
}

#[derive(Debug, ClapArgs)]
pub(crate) struct LibraryIdArg {
    /// Library id.
    #[arg(value_name = "ID")]
    pub(crate) id: String,
}

#[derive(Debug, ClapArgs)]
pub(crate) struct LibraryExportArgs {
    /// Library id.
    #[arg(value_name = "ID")]
    pub(crate) id: String,
    /// Directory of the copy; it must not exist, or be empty.
    #[arg(value_name = "DIR")]
    pub(crate) directory: PathBuf,
}

#[derive(Debug, ClapArgs)]
pub(crate) struct LibraryVerifyArgs {
    /// Directories, TOML files or library ids [default: every library package].
    #[arg(value_name = "PKG", conflicts_with = "all")]
    pub(crate) packages: Vec<String>,
    /// Every library package.
    #[arg(long)]
    pub(crate) all: bool,
    /// Folder of shared reference data, for tables that do not come with the program.
    #[arg(long, value_name = "DIR")]
    pub(crate) shared: Option<PathBuf>,
    /// Table to read or JSON for programs.
    #[arg(long, value_name = "FORMAT", default_value = "text")]
    pub(crate) format: TextFormat,
}

#[derive(Debug, ClapArgs)]
pub(crate) struct LibraryCoverageArgs {
    /// Directories, TOML files or library ids [default: every library package].
    #[arg(value_name = "PKG")]
    pub(crate) packages: Vec<String>,
    /// Folder of shared reference data, for tables that do not come with the program.
    #[arg(long, value_name = "DIR")]
    pub(crate) shared: Option<PathBuf>,
    /// Language of headings, names and texts.
    #[arg(long, value_name = "LANG", default_value = "en")]
    pub(crate) lang: OneLang,
    #[command(flatten)]
    pub(crate) output: OutputArgs,
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
  gradus methods --family impute
  gradus methods --format json")]
pub(crate) struct MethodsArgs {
    /// Id of a method.
    #[arg(value_name = "ID")]
    pub(crate) id: Option<String>,
    /// Only the methods of a family; families are listed in the order of the pipeline.
    #[arg(long, value_name = "FAMILY")]
    pub(crate) family: Option<Family>,
    /// Text to read or JSON for programs.
    #[arg(long, value_name = "FORMAT", default_value = "text")]
    pub(crate) format: TextFormat,
    /// Language of the summaries.
    #[arg(long, value_name = "LANG", default_value = "en")]
    pub(crate) lang: OneLang,
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
    #[arg(value_name = "COMMAND", value_parser = command_name)]
    pub(crate) command: Option<String>,
}

fn command_name(name: &str) -> Result<String, String> {
    let command = <Args as clap::CommandFactory>::command();
    match command.find_subcommand(name) {
        Some(_) => Ok(name.to_owned()),
        None => Err(format!("there is no command `{name}`")),
    }
}

#[derive(Debug, ClapArgs)]
pub(crate) struct PackageArg {
    /// A directory with a package, a package file, or a library id.
    #[arg(value_name = "PKG")]
    pub(crate) package: String,
}

#[derive(Debug, ClapArgs)]
pub(crate) struct WeightsArg {
    /// A weight set of the package in place of the weights in force.
    #[arg(long = "weights", value_name = "SET")]
    pub(crate) set: Option<String>,
}

#[derive(Debug, ClapArgs)]
#[command(after_help = "Examples:
  gradus analyze hdi
  gradus analyze hdi statistics availability
  gradus analyze hdi correlation --coefficient spearman --adjust holm
  gradus analyze hdi correlation --with hdi --format csv
  gradus analyze my-index correlation --with population
  gradus analyze hdi profile --unit NOR
  gradus analyze hdi importance clusters --format json --out analysis.json")]
pub(crate) struct AnalyzeArgs {
    #[command(flatten)]
    pub(crate) package: PackageArg,
    /// Analyses [default: an overview with what deserves a look].
    #[arg(value_name = "WHAT")]
    pub(crate) what: Vec<Analysis>,
    /// Stage: raw, a step of the package by its code, transformed, normalized, aggregated or scores
    /// [default: raw for statistics and availability, what enters normalization for size, else scores].
    #[arg(long, value_name = "STAGE")]
    pub(crate) stage: Option<String>,
    /// Period [default: the last one with a score]; trends take all.
    #[arg(long, value_name = "PERIOD")]
    pub(crate) period: Option<String>,
    /// Only these nodes and what is below them, by code; for trends the nodes themselves [default: the index].
    #[arg(long, value_name = "NODE", value_delimiter = ',')]
    pub(crate) node: Vec<String>,
    /// Units of profile and trends, by code or name [default: the package's own unit; all for trends].
    #[arg(long, value_name = "UNIT", value_delimiter = ',')]
    pub(crate) unit: Vec<String>,
    /// Correlation with this node or measure, in place of the parts of each group with each other.
    #[arg(long, value_name = "NODE", conflicts_with = "level")]
    pub(crate) with: Option<String>,
    /// Correlation of the nodes at this depth of the tree with each other: 1 is right below the index.
    #[arg(long, value_name = "N")]
    pub(crate) level: Option<usize>,
    /// Coefficient of correlation.
    #[arg(long, value_name = "NAME", default_value = "pearson")]
    pub(crate) coefficient: CoefficientArg,
    /// Correction of p values for there being many; bh is Benjamini and Hochberg's.
    #[arg(long, value_name = "NAME", default_value = "none")]
    pub(crate) adjust: AdjustArg,
    /// Number of factors [default: as many as components with a variance above 1].
    #[arg(long, value_name = "N", value_parser = clap::value_parser!(u16).range(1..))]
    pub(crate) factors: Option<u16>,
    /// Number of clusters of units.
    #[arg(long, value_name = "N", default_value_t = 3, value_parser = clap::value_parser!(u16).range(1..))]
    pub(crate) clusters: u16,
    /// How many strengths and weaknesses a profile has [default: 5 by COINr's rule, 10 by that of the Global Innovation
    /// Index].
    #[arg(long, value_name = "N", value_parser = clap::value_parser!(u16).range(1..))]
    pub(crate) count: Option<u16>,
    #[command(flatten)]
    pub(crate) output: OutputArgs,
}

#[derive(Debug, ClapArgs)]
#[command(after_help = "Examples:
  gradus crosswalk regional-center
  gradus crosswalk my-index hdi gpci-2023 --lang zh
  gradus crosswalk my-index --format csv --out crosswalk.csv
  gradus crosswalk my-index --screening
  gradus crosswalk my-index --screening --format json --out screening.json")]
pub(crate) struct CrosswalkArgs {
    #[command(flatten)]
    pub(crate) package: PackageArg,
    /// Directories, TOML files or library ids to lay it beside [default: every library package].
    #[arg(value_name = "OTHER")]
    pub(crate) others: Vec<String>,
    /// The screening matrix instead: candidates by criteria, with a verdict and the reason for each exclusion.
    #[arg(long)]
    pub(crate) screening: bool,
    /// Language of headings, names and reasons.
    #[arg(long, value_name = "LANG", default_value = "en")]
    pub(crate) lang: OneLang,
    #[command(flatten)]
    pub(crate) output: OutputArgs,
}

/// What `gradus grade` can tell of grades.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub(crate) enum GradeView {
    /// Why each grade has its verdict, down to figure, threshold, source and document.
    Proof,
    /// The grades by other readings of the rule.
    Sensitivity,
    /// The smallest changes of single figures that flip the grade.
    Fragile,
    /// How likely each grade is where figures are uncertain.
    Chance,
    /// How many units reach each step of each ladder, and whether it decides anything.
    Calibration,
    /// Which version of each standard counts, and whether awards are still good.
    Awards,
}

/// What `gradus analyze` can tell.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub(crate) enum Analysis {
    /// Mean, spread, shape and flags of each indicator.
    Statistics,
    /// How much of the data units and indicators have.
    Availability,
    /// Correlations with p values and critical values.
    Correlation,
    /// Each indicator with its own group and with the other group it goes along with most.
    CrossLoading,
    /// Each indicator with every measure: whether it only says how large a unit is.
    Size,
    /// Principal components of each group, with sampling adequacy and sphericity.
    Components,
    /// Rotated factors of each group.
    Factors,
    /// Cronbach's alpha of each group.
    Consistency,
    /// The weight each node has in the index.
    Weights,
    /// How important each part of a group turns out to be.
    Importance,
    /// For what share of the weight of a group's parts one unit is above another.
    Outranking,
    /// Units that resemble each other.
    Clusters,
    /// Strengths and weaknesses of a unit.
    Profile,
    /// Growth and slopes over periods.
    Trends,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub(crate) enum CoefficientArg {
    Pearson,
    Spearman,
    Kendall,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub(crate) enum AdjustArg {
    None,
    Holm,
    Bh,
    Bonferroni,
}

#[derive(Debug, ClapArgs)]
#[command(after_help = "Examples:
  gradus audit my-index
  gradus audit my-index --draws 10000 --seed 7 --out audit.json
  gradus audit my-index --until-stable
  gradus audit hdi --profile ranking --format csv
  gradus audit my-index --check overlap,margin

What varies is declared in [[audit.vary]]; thresholds of checks in [audit.limits]. The same seed gives the same result on any
number of threads. Ctrl-C ends the draws and shows what there is. Exit code 1: a check fails; 130: it was stopped.")]
pub(crate) struct AuditArgs {
    #[command(flatten)]
    pub(crate) package: PackageArg,
    /// Which checks are asked: ranking or standards [default: the package's, else by the data].
    #[arg(long, value_name = "PROFILE")]
    pub(crate) profile: Option<String>,
    /// Only these checks by id, with everything they concern and the sources of their thresholds.
    #[arg(long, value_name = "CHECK", value_delimiter = ',')]
    pub(crate) check: Vec<String>,
    /// How many times the choices are drawn [default: the package's, else 1000].
    #[arg(long, value_name = "N", conflicts_with = "until_stable")]
    pub(crate) draws: Option<u64>,
    /// Draw until both ends of every 90 % interval of ranks are known to one place.
    #[arg(long)]
    pub(crate) until_stable: bool,
    /// Draws of each of the two samples of the sensitivity analysis; 0 for none [default: 1024].
    #[arg(long, value_name = "N")]
    pub(crate) base: Option<u64>,
    /// Seed of everything drawn at random [default: the package's].
    #[arg(long, value_name = "N")]
    pub(crate) seed: Option<u64>,
    /// Threads [default: as many as there are cores]; the result does not depend on it.
    #[arg(long, value_name = "N")]
    pub(crate) threads: Option<usize>,
    /// Node by code whose ranks are studied [default: the index].
    #[arg(long, value_name = "NODE")]
    pub(crate) node: Option<String>,
    /// Period [default: the last one with a score].
    #[arg(long, value_name = "PERIOD")]
    pub(crate) period: Option<String>,
    /// Language of questions and findings.
    #[arg(long, value_name = "LANG", default_value = "en")]
    pub(crate) lang: OneLang,
    #[command(flatten)]
    pub(crate) output: OutputArgs,
}

#[derive(Debug, ClapArgs)]
#[command(after_help = "Examples:
  gradus whatif my-index --set city-a.green-space=12.5
  gradus whatif my-index --weight health=2 --weight income=1/3
  gradus whatif my-index --threshold gdp-per-head.primary=6000
  gradus whatif my-index --method index=geometric --method 'gdp=goalposts(lower=0, upper=100)'
  gradus whatif my-index --drop noise --step treat=none

The official result is not changed. Exit code 0.")]
pub(crate) struct WhatIfArgs {
    #[command(flatten)]
    pub(crate) package: PackageArg,
    /// Another figure: UNIT.INDICATOR=VALUE, in the indicator's measurement unit; `missing` for none.
    // The weight set that is named by `--weights` is `set` too.
    #[arg(id = "figure", long = "set", value_name = "CELL=VALUE")]
    pub(crate) set: Vec<String>,
    /// Another weight: CODE=WEIGHT, a number or a fraction, on the scale of its siblings'.
    #[arg(long, value_name = "CODE=WEIGHT")]
    pub(crate) weight: Vec<String>,
    /// Another threshold: INDICATOR.GRADE=VALUE, a number, a level by code, or FROM..TO.
    #[arg(long, value_name = "STEP=VALUE")]
    pub(crate) threshold: Vec<String>,
    /// Another method: the normalization of an indicator, the aggregation of a group; parameters in brackets.
    #[arg(long, value_name = "CODE=METHOD")]
    pub(crate) method: Vec<String>,
    /// Another direction: CODE=higher or CODE=lower.
    #[arg(long, value_name = "CODE=WORD")]
    pub(crate) direction: Vec<String>,
    /// Another method of a step of the pipeline, or `none` to leave the step out.
    #[arg(long, value_name = "STEP=METHOD")]
    pub(crate) step: Vec<String>,
    /// An indicator or group that is left out.
    #[arg(long, value_name = "CODE")]
    pub(crate) drop: Vec<String>,
    /// Node by code whose scores are compared [default: the index].
    #[arg(long, value_name = "NODE")]
    pub(crate) node: Option<String>,
    /// Period [default: the last one with a score].
    #[arg(long, value_name = "PERIOD")]
    pub(crate) period: Option<String>,
    #[command(flatten)]
    pub(crate) weights: WeightsArg,
    /// Show units that do not move too.
    #[arg(long)]
    pub(crate) all: bool,
    #[command(flatten)]
    pub(crate) output: OutputArgs,
}

#[derive(Debug, ClapArgs)]
#[command(after_help = "Examples:
  gradus impute hdi
  gradus impute hdi --compare
  gradus impute hdi --compare mean regression --folds 5 --seed 7
  gradus impute hdi --compare em --node life-expectancy --format csv")]
pub(crate) struct ImputeArgs {
    #[command(flatten)]
    pub(crate) package: PackageArg,
    /// Hide known figures, let every method fill them (or those that are named), and compare with what was hidden.
    #[arg(long, value_name = "METHOD", num_args = 0.., value_delimiter = ',')]
    pub(crate) compare: Option<Vec<String>>,
    /// In how many parts figures are hidden, one part at a time.
    #[arg(long, value_name = "N", default_value_t = 10, requires = "compare")]
    pub(crate) folds: usize,
    /// Seed by which figures are dealt into parts [default: the package's].
    #[arg(long, value_name = "N", requires = "compare")]
    pub(crate) seed: Option<u64>,
    /// Kind of unit groups whose classes methods look at [default: that of the package's step].
    #[arg(long, value_name = "KIND", requires = "compare")]
    pub(crate) by: Option<String>,
    /// Only these indicators, by code; with `--compare` the accuracy of each.
    #[arg(long, value_name = "NODE", value_delimiter = ',')]
    pub(crate) node: Vec<String>,
    #[command(flatten)]
    pub(crate) output: OutputArgs,
}

#[derive(Debug, ClapArgs)]
#[command(after_help = "Examples:
  gradus compare my-index next
  gradus compare scores.csv my-index
  gradus compare hdi hdi --node health --period 2022 --format json")]
pub(crate) struct CompareArgs {
    /// The first package, or a CSV or JSON file that `gradus score` wrote.
    #[arg(value_name = "A")]
    pub(crate) first: String,
    /// The second one.
    #[arg(value_name = "B")]
    pub(crate) second: String,
    /// Node by code [default: the index of each].
    #[arg(long, value_name = "NODE")]
    pub(crate) node: Option<String>,
    /// Period [default: the last one with a score, of each].
    #[arg(long, value_name = "PERIOD")]
    pub(crate) period: Option<String>,
    /// A weight set of both packages in place of the weights in force.
    #[arg(long, value_name = "SET")]
    pub(crate) weights: Option<String>,
    /// A weight set of the second package only.
    #[arg(long, value_name = "SET", conflicts_with = "weights")]
    pub(crate) weights_b: Option<String>,
    #[command(flatten)]
    pub(crate) output: OutputArgs,
}

#[derive(Debug, ClapArgs)]
#[command(after_help = "Examples:
  gradus convert my-index coinr --to coinr
  gradus convert hdi hdi.xlsx
  gradus convert hdi messages --to sdmx-csv
  gradus convert hdi figures --to datapackage

Of other tools' files, which become a package to start from:
  gradus convert iMeta.csv iData.csv my-new-index
  gradus convert tool.xlsm my-new-index")]
pub(crate) struct ConvertArgs {
    /// What is converted, then where to: iMeta and iData of COINr are two files, everything else is one path.
    #[arg(value_name = "PATH", num_args = 2..=3, required = true)]
    pub(crate) paths: Vec<String>,
    /// Format of what is converted [default: found out from its name].
    #[arg(long, value_name = "FORMAT")]
    pub(crate) from: Option<ForeignFormat>,
    /// Format that is made [default: by the ending of the target; a package of another tool's files].
    #[arg(long, value_name = "FORMAT")]
    pub(crate) to: Option<ForeignFormat>,
    /// Replace files that are there.
    #[arg(long)]
    pub(crate) force: bool,
    /// End with exit code 1 when something could not be converted.
    #[arg(long)]
    pub(crate) strict: bool,
    /// How the account of the conversion is printed.
    #[arg(long, value_name = "FORMAT", default_value = "text")]
    pub(crate) format: TextFormat,
}

/// A format that packages are converted from or to.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub(crate) enum ForeignFormat {
    /// A package of Gradus: a folder.
    Package,
    /// `iMeta.csv` and `iData.csv` of the R package COINr.
    Coinr,
    /// A workbook of the COIN Tool; only from it.
    CoinTool,
    /// SDMX-CSV of version 1 or 2; version 2 is written.
    SdmxCsv,
    /// A Data Package of version 1 or 2, by its `datapackage.json`; version 2 is written.
    Datapackage,
    /// A workbook with every stage; only to it.
    Xlsx,
    /// Parquet, a file per stage; only to it, in a build with the feature `parquet`.
    Parquet,
}

/// How tables are printed.
#[derive(Debug, ClapArgs)]
pub(crate) struct OutputArgs {
    /// A table to read, or CSV or JSON for programs [default: by the ending of --out, else table].
    #[arg(long, value_name = "FORMAT")]
    pub(crate) format: Option<TableFormat>,
    /// Write to a file instead of standard output.
    #[arg(long, value_name = "FILE")]
    pub(crate) out: Option<PathBuf>,
}

impl OutputArgs {
    /// The format that is asked for, else that of the file's ending, else a table.
    pub(crate) fn format(&self) -> TableFormat {
        self.format.or_else(|| TableFormat::of_ending(self.out.as_deref()?)).unwrap_or(TableFormat::Table)
    }
}

/// The family of a method: the step of the computation it is for.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub(crate) enum Family {
    Statistic,
    Impute,
    Treat,
    Transform,
    Normalize,
    Weights,
    Aggregate,
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

impl OneLang {
    /// The language.
    pub(crate) fn lang(self) -> gradus::model::Lang {
        match self {
            Self::En => gradus::model::Lang::En,
            Self::Zh => gradus::model::Lang::Zh,
        }
    }
}

/// A table to read or for programs.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub(crate) enum TableFormat {
    Table,
    Csv,
    Json,
}

impl TableFormat {
    /// The format that the ending of a file names.
    pub(crate) fn of_ending(path: &Path) -> Option<Self> {
        match path.extension()?.to_str()? {
            "csv" => Some(Self::Csv),
            "json" => Some(Self::Json),
            _ => None,
        }
    }
}

/// A format of scores: a table to read, one for programs, a workbook, or Parquet where the program is built with it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub(crate) enum ScoreFormat {
    Table,
    Csv,
    Json,
    Xlsx,
    Parquet,
}

impl ScoreFormat {
    /// The format that the ending of a file names.
    pub(crate) fn of_ending(path: &Path) -> Option<Self> {
        match path.extension()?.to_str()? {
            "csv" => Some(Self::Csv),
            "json" => Some(Self::Json),
            "xlsx" => Some(Self::Xlsx),
            "parquet" => Some(Self::Parquet),
            _ => None,
        }
    }
}

/// A format of the report.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub(crate) enum ReportFormat {
    Html,
    /// Needs a program built with the feature `pdf`.
    Pdf,
    Markdown,
    Json,
    Xlsx,
}

/// A format of a picture.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub(crate) enum ChartFormat {
    Svg,
    Png,
}
