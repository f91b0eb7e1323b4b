//! `gradus convert`: packages from the files of other tools, and files for them.

use super::{Done, Findings};
use crate::args::{ConvertArgs, SourceFormat, TargetFormat};
use crate::package::compute;
use crate::term::{Term, shell_word};
use crate::{Outcome, Stop, write};
use gradus::exchange::{self, Account, Fate, File, Input};
use gradus::model::diagnostic::catalog;
use gradus::model::package::{Action, Package};
use gradus::model::{Diagnostic, Diagnostics, Id, Place};
use std::collections::BTreeMap;
use std::path::Path;

pub(super) fn run(args: &ConvertArgs, term: &Term) -> Done {
    match args.from {
        Some(from) => import(args, from, term),
        None => export(args, term),
    }
}

/// A package from the files of another tool.
fn import(args: &ConvertArgs, from: SourceFormat, term: &Term) -> Done {
    if !matches!(args.to, None | Some(TargetFormat::Package)) {
        return Err(Findings::one(
            Diagnostic::new(&catalog::UNKNOWN_WORD, "another tool's files become a package first")
                .help("leave `--to` out, then convert the package"),
        ));
    }
    let read = |at: usize| -> Result<(String, Vec<u8>), Stop> {
        let path = &args.inputs[at];
        let shown = path.display().to_string();
        let bytes = std::fs::read(path).map_err(|error| unreadable(&shown, &error))?;
        Ok((shown, bytes))
    };
    let wanted = if from == SourceFormat::Coinr { 2 } else { 1 };
    if args.inputs.len() != wanted {
        let message = match from {
            SourceFormat::Coinr => "COINr has two tables: name iMeta, then iData",
            _ => "name one file to convert",
        };
        return Err(Findings::one(
            Diagnostic::new(&catalog::FILE_NOT_FOUND, format!("{} file(s) were named", args.inputs.len()))
                .help(message),
        ));
    }
    let (name, bytes) = read(0)?;
    let input = Input { name: &name, bytes: &bytes };
    let imported = match from {
        SourceFormat::Coinr => {
            let (data_name, data) = read(1)?;
            exchange::coinr::read(input, Input { name: &data_name, bytes: &data })
        }
        SourceFormat::CoinTool => exchange::coin_tool::read(input),
        SourceFormat::SdmxCsv => exchange::sdmx::read(input, &exchange::sdmx::Options::default()),
        SourceFormat::DataPackage => {
            // Files are taken from the folder of the descriptor, and from nowhere else.
            let folder = args.inputs[0].parent().filter(|f| !f.as_os_str().is_empty());
            let files = gradus::data::Directory::new(folder.unwrap_or(Path::new(".")));
            exchange::data_package::read(input, &files, &exchange::data_package::Options::default())
        }
    };
    let imported = imported.map_err(found_in)?;
    let mut files: Vec<(String, &[u8])> = vec![("package.toml".to_owned(), imported.package.as_bytes())];
    files.extend(imported.files.iter().map(|file| (file.path.clone(), file.bytes.as_slice())));
    write::new_directory(&args.out, &files)?;
    let shown = args.out.display().to_string();
    tell(term, &imported.account);
    term.say(&format!("wrote {} files to {shown}; try\n  gradus check {}", files.len(), shell_word(&shown)));
    Ok(Outcome::Done)
}

/// Files for another tool from a package.
fn export(args: &ConvertArgs, term: &Term) -> Done {
    let [input] = &args.inputs[..] else {
        return Err(Findings::one(
            Diagnostic::new(&catalog::FILE_NOT_FOUND, format!("{} packages were named", args.inputs.len()))
                .help("name one package; for files of another tool say which with `--from`"),
        ));
    };
    let Some(to) = args.to else {
        return Err(Findings::one(
            Diagnostic::new(&catalog::UNKNOWN_WORD, "the format to convert into is not said")
                .help("add `--to coinr`, `sdmx-csv`, `data-package` or `xlsx`; or `--from` for another tool's files"),
        ));
    };
    let computed = compute(&input.to_string_lossy(), term)?;
    let (package, data) = (&computed.outcome.package, &computed.outcome.import.data);
    let exported = match to {
        TargetFormat::Package => {
            return Err(Findings::one(
                Diagnostic::new(&catalog::UNKNOWN_WORD, "a package is a package already")
                    .help("copy its folder, or say `--from` what the files are of"),
            ));
        }
        TargetFormat::Coinr => {
            exchange::coinr::write(package, data, &denominators(package)).map_err(found_in)?
        }
        TargetFormat::SdmxCsv => {
            let flow = exchange::sdmx::Flow {
                dialect: exchange::sdmx::Dialect::V2,
                agency: args.agency.clone(),
                id: package.index.id.to_string(),
                version: "1.0".to_owned(),
            };
            let mut out = exchange::sdmx::figures(package, data, &flow);
            let scores = exchange::sdmx::scores(package, &computed.outcome.evaluation, &flow);
            out.files.extend(scores.files);
            tell(term, &scores.account);
            out
        }
        TargetFormat::DataPackage => {
            exchange::data_package::write(package, data, exchange::data_package::Version::V2)
        }
        TargetFormat::Parquet => parquet(&computed)?,
        TargetFormat::Xlsx => {
            let units = computed.outcome.unit_names();
            let sheets = exchange::tables::all(package, &computed.outcome.evaluation, &units);
            let bytes = exchange::workbook::workbook(&sheets).map_err(Findings::one)?;
            write::file(&args.out, &bytes)?;
            term.say(&format!("wrote {}", args.out.display()));
            return Ok(Outcome::Done);
        }
    };
    let files: Vec<(String, &[u8])> =
        exported.files.iter().map(|File { path, bytes }| (path.clone(), bytes.as_slice())).collect();
    write::new_directory(&args.out, &files)?;
    tell(term, &exported.account);
    term.say(&format!("wrote {} files to {}", files.len(), args.out.display()));
    Ok(Outcome::Done)
}

/// Every stage as a file of columns.
#[cfg(feature = "parquet")]
fn parquet(computed: &crate::package::Computed) -> Result<exchange::Exported, Stop> {
    use gradus::engine::Stage;
    let (package, evaluation) = (&computed.outcome.package, &computed.outcome.evaluation);
    let units = computed.outcome.unit_names();
    let mut out: Option<exchange::Exported> = None;
    for stage in Stage::all(package) {
        let Some(sheet) = exchange::tables::stage(package, evaluation, &units, stage) else { continue };
        let path = format!("{}.parquet", stage.word(package));
        let made = exchange::parquet::write(&sheet, &path, exchange::parquet::Numbers::Decimal)
            .map_err(Findings::one)?;
        match &mut out {
            Some(all) => all.files.extend(made.files),
            None => out = Some(made),
        }
    }
    out.ok_or_else(|| {
        Findings::one(Diagnostic::new(&catalog::NO_INDICATORS, "the package has nothing to write"))
    })
}

#[cfg(not(feature = "parquet"))]
fn parquet(_: &crate::package::Computed) -> Result<exchange::Exported, Stop> {
    Err(Findings::one(
        Diagnostic::new(&catalog::UNKNOWN_WORD, "this `gradus` was built without Parquet").help(
            "build it with `cargo install --path crates/cli --features parquet`, or write `--to sdmx-csv`",
        ),
    ))
}

/// What each indicator is divided by, where the pipeline divides.
fn denominators(package: &Package) -> BTreeMap<Id, Id> {
    package
        .pipeline
        .iter()
        .filter_map(|step| match &step.action {
            Action::Denominate(list) => Some(list),
            _ => None,
        })
        .flatten()
        .map(|d| (package.nodes[d.indicator].id.clone(), d.by.clone()))
        .collect()
}

/// The account of a conversion: what is the same is counted, the rest is told.
fn tell(term: &Term, account: &Account) {
    for entry in account.entries() {
        if entry.fate == Fate::Converted {
            continue;
        }
        term.say(&format!("  {entry}"));
    }
    let same = account.of(Fate::Converted).count();
    if same > 0 {
        let what: Vec<String> =
            account.of(Fate::Converted).take(6).map(|e| format!("{} ({})", e.what, e.how)).collect();
        let more =
            if same > what.len() { format!(", and {} more", same - what.len()) } else { String::new() };
        term.say(&format!("  converted: {}{more}", what.join(", ")));
    }
}

fn found_in(diagnostics: Diagnostics) -> Stop {
    Findings { diagnostics: diagnostics.sorted(), sources: Default::default() }.stop()
}

fn unreadable(shown: &str, error: &std::io::Error) -> Stop {
    let kind = if error.kind() == std::io::ErrorKind::NotFound {
        &catalog::FILE_NOT_FOUND
    } else {
        &catalog::FILE_UNREADABLE
    };
    Findings::one(
        Diagnostic::new(kind, format!("`{shown}` cannot be read"))
            .at(Place::file(shown))
            .help("name a file that is there"),
    )
}
