//! `gradus convert`: a package of another tool's files, or such files of a package, with an account of what was converted.

use super::{Done, Findings};
use crate::args::{ConvertArgs, ForeignFormat, TextFormat};
use crate::package::{Computed, compute};
use crate::render::escape::{self, visible};
use crate::term::{Term, shell_word};
use crate::{Outcome, Stop, write};
use gradus::data::Directory;
use gradus::exchange::sdmx::{Dialect, Flow};
use gradus::exchange::{
    Account, Fate, File, Imported, Input, coin_tool, coinr, data_package, sdmx, tables, workbook,
};
use gradus::model::diagnostic::catalog;
use gradus::model::package::Action;
use gradus::model::{Diagnostic, Diagnostics, Id, Place};
use serde_json::json;
use std::collections::BTreeMap;
use std::path::Path;

/// The largest file that is read, in bytes.
const LARGEST: u64 = 2 << 30;

pub(super) fn run(args: &ConvertArgs, term: &Term) -> Done {
    let Some((target, sources)) = args.paths.split_last() else {
        return Err(wrong("nothing to convert is named", "name what is converted, then the target"));
    };
    let from = match args.from {
        Some(from) => from,
        None => from_names(sources),
    };
    let to = match args.to {
        Some(to) => to,
        None if from != ForeignFormat::Package => ForeignFormat::Package,
        None => to_name(target)?,
    };
    if (from == ForeignFormat::Package) == (to == ForeignFormat::Package) {
        let help = "give `--to coinr`, `--to sdmx-csv`, `--to datapackage`, `--to parquet` or `--to xlsx` for a package, and leave `--to` out \
                    for other tools' files";
        return Err(wrong("one side of a conversion is a package and the other is not", help));
    }
    let needed = if from == ForeignFormat::Coinr { 2 } else { 1 };
    if sources.len() != needed {
        let message =
            format!("{} paths are named where {} and a target are needed", args.paths.len(), needed);
        return Err(wrong(
            message,
            "name iMeta.csv, iData.csv and the target for COINr, else one path and the target",
        ));
    }
    let (files, account) = if from == ForeignFormat::Package {
        export(&compute(&sources[0], None, term)?, to)?
    } else {
        let made = import(from, sources)?;
        let mut files = vec![File { path: "package.toml".into(), bytes: made.package.into_bytes() }];
        files.extend(made.files);
        (files, made.account)
    };
    let path = Path::new(target);
    match files.as_slice() {
        [only] if to == ForeignFormat::Xlsx => write_file(path, only, args.force)?,
        files => {
            let files: Vec<(String, &[u8])> =
                files.iter().map(|file| (file.path.clone(), file.bytes.as_slice())).collect();
            write::folder(path, &files, args.force)?;
        }
    }
    match args.format {
        TextFormat::Text => term.out(&said(&account))?,
        TextFormat::Json => {
            let entry = |entry: &gradus::exchange::Entry| json!({ "fate": entry.fate.word(), "what": entry.what, "how": entry.how });
            let entries: Vec<serde_json::Value> = account.entries().iter().map(entry).collect();
            term.data(&escape::json(&format!("{:#}\n", serde_json::Value::Array(entries))))?;
        }
    }
    term.notices().iter().for_each(|notice| term.say(notice));
    term.say(&format!("wrote {target}"));
    if to == ForeignFormat::Package {
        term.say(&format!("try\n  gradus check {}", shell_word(target)));
    }
    let lost = account.of(Fate::Lost).next().is_some();
    Ok(if args.strict && lost { Outcome::NotHeld } else { Outcome::Done })
}

/// What the names of the sources say.
fn from_names(sources: &[String]) -> ForeignFormat {
    let [only] = sources else { return ForeignFormat::Coinr };
    let path = Path::new(only);
    match path.extension().and_then(|ending| ending.to_str()) {
        _ if path.is_dir()
            && path.join("datapackage.json").is_file()
            && !path.join("package.toml").is_file() =>
        {
            ForeignFormat::Datapackage
        }
        Some("xlsx" | "xlsm") => ForeignFormat::CoinTool,
        Some("csv") => ForeignFormat::SdmxCsv,
        Some("json") => ForeignFormat::Datapackage,
        _ => ForeignFormat::Package,
    }
}

/// What the name of the target says.
fn to_name(target: &str) -> Result<ForeignFormat, Stop> {
    match Path::new(target).extension().and_then(|ending| ending.to_str()) {
        Some("xlsx") => Ok(ForeignFormat::Xlsx),
        _ => Err(wrong(
            format!("the name `{target}` does not say which format is wanted"),
            "give `--to coinr`, `--to sdmx-csv`, `--to datapackage` or `--to xlsx`",
        )),
    }
}

fn import(from: ForeignFormat, sources: &[String]) -> Result<Imported, Stop> {
    let stop = |diagnostics: Diagnostics| Findings { diagnostics, ..Findings::default() }.stop();
    let mut all = Vec::new();
    for source in sources {
        let path = Path::new(source);
        let path = if path.is_dir() { path.join("datapackage.json") } else { path.to_owned() };
        all.push((path.display().to_string(), read(&path)?));
    }
    let input = |at: usize| Input { name: &all[at].0, bytes: &all[at].1 };
    match from {
        ForeignFormat::Coinr => coinr::read(input(0), input(1)),
        ForeignFormat::CoinTool => coin_tool::read(input(0)),
        ForeignFormat::SdmxCsv => sdmx::read(input(0), &sdmx::Options::default()),
        ForeignFormat::Datapackage => {
            let folder = Path::new(&all[0].0).parent().filter(|folder| !folder.as_os_str().is_empty());
            let files = Directory::new(folder.unwrap_or_else(|| Path::new(".")));
            data_package::read(input(0), &files, &data_package::Options::default())
        }
        ForeignFormat::Package | ForeignFormat::Parquet | ForeignFormat::Xlsx => {
            return Err(wrong(
                "a workbook of results is only written",
                "give `--from coin-tool` for one of the COIN Tool",
            ));
        }
    }
    .map_err(stop)
}

fn read(path: &Path) -> Result<Vec<u8>, Stop> {
    let shown = path.display().to_string();
    let refused = |kind, message: String, help: &str| {
        Findings::one(Diagnostic::new(kind, message).at(Place::file(shown.as_str())).help(help))
    };
    let Ok(meta) = path.metadata() else {
        return Err(refused(
            &catalog::FILE_NOT_FOUND,
            format!("there is no file `{shown}`"),
            "correct the path",
        ));
    };
    if !meta.is_file() {
        return Err(refused(
            &catalog::FILE_UNREADABLE,
            format!("`{shown}` is no regular file"),
            "name a file",
        ));
    }
    if meta.len() > LARGEST {
        let message = format!("`{shown}` has {} bytes", meta.len());
        return Err(refused(&catalog::FILE_TOO_LARGE, message, "split it into files of at most 2 GiB"));
    }
    std::fs::read(path).map_err(|_| {
        refused(&catalog::FILE_UNREADABLE, format!("`{shown}` cannot be read"), "let it be read")
    })
}

/// Every stage as a file of columns.
#[cfg(feature = "parquet")]
fn parquet(computed: &Computed) -> Result<(Vec<File>, Account), Stop> {
    use gradus::exchange::parquet::{Numbers, write};
    let (package, evaluation) = (&computed.outcome.package, &computed.outcome.evaluation);
    let units = computed.outcome.unit_names();
    let (mut files, mut account) = (Vec::new(), Account::default());
    for stage in gradus::engine::Stage::all(package) {
        let Some(sheet) = tables::stage(package, evaluation, &units, stage) else { continue };
        let path = format!("{}.parquet", stage.word(package));
        let made = write(&sheet, &path, Numbers::Decimal).map_err(Findings::one)?;
        files.extend(made.files);
        account.extend(&made.account);
    }
    Ok((files, account))
}

#[cfg(not(feature = "parquet"))]
fn parquet(_: &Computed) -> Result<(Vec<File>, Account), Stop> {
    Err(wrong(
        "this `gradus` was built without Parquet",
        "build it with `cargo install --path crates/cli --features parquet`, or give `--to sdmx-csv`",
    ))
}

fn export(computed: &Computed, to: ForeignFormat) -> Result<(Vec<File>, Account), Stop> {
    let (package, evaluation) = (&computed.outcome.package, &computed.outcome.evaluation);
    let data = &computed.outcome.import.data;
    match to {
        ForeignFormat::Coinr => {
            // Of an indicator that is denominated twice, iMeta holds the first.
            let denominators: BTreeMap<Id, Id> = (package.pipeline.iter().rev())
                .filter_map(|step| match &step.action {
                    Action::Denominate(list) => Some(list),
                    _ => None,
                })
                .flatten()
                .map(|one| (package.nodes[one.indicator].id.clone(), one.by.clone()))
                .collect();
            let made = coinr::write(package, data, &denominators)
                .map_err(|diagnostics| Findings { diagnostics, ..Findings::default() }.stop())?;
            Ok((made.files, made.account))
        }
        ForeignFormat::SdmxCsv => {
            let publisher = package.index.publisher.en.clone().filter(|name| !name.is_empty());
            let flow = Flow {
                dialect: Dialect::default(),
                agency: publisher.unwrap_or_else(|| "GRADUS".into()),
                id: package.index.id.to_string(),
                version: package.index.edition.clone().unwrap_or_default(),
            };
            let (mut files, mut account) = {
                let figures = sdmx::figures(package, data, &flow);
                (figures.files, figures.account)
            };
            let scores = sdmx::scores(package, evaluation, &flow);
            files.extend(scores.files);
            account.extend(&scores.account);
            Ok((files, account))
        }
        ForeignFormat::Datapackage => {
            let made = data_package::write(package, data, data_package::Version::default());
            Ok((made.files, made.account))
        }
        ForeignFormat::Xlsx => {
            let sheets = tables::all(package, evaluation, &computed.outcome.unit_names());
            let bytes = workbook::workbook(&sheets).map_err(Findings::one)?;
            Ok((vec![File { path: String::new(), bytes }], Account::default()))
        }
        ForeignFormat::Parquet => parquet(computed),
        ForeignFormat::CoinTool | ForeignFormat::Package => Err(wrong(
            "workbooks of the COIN Tool are only read",
            "give `--to xlsx` for a workbook of results",
        )),
    }
}

fn write_file(path: &Path, file: &File, force: bool) -> Result<(), Stop> {
    if path.exists() && !force {
        return Err(Findings::one(
            Diagnostic::new(&catalog::TARGET_EXISTS, format!("`{}` exists", path.display()))
                .at(Place::file(path.display().to_string()))
                .help("name another file, or replace it with `--force`"),
        ));
    }
    write::file(path, &file.bytes)
}

/// The account, what could not be converted last.
fn said(account: &Account) -> String {
    let mut out = String::new();
    for fate in [Fate::Converted, Fate::Renamed, Fate::Assumed, Fate::Lost] {
        for entry in account.of(fate) {
            out.push_str(&format!("{}\n", visible(&entry.to_string())));
        }
    }
    out
}

fn wrong(message: impl Into<String>, help: &str) -> Stop {
    Findings::one(Diagnostic::new(&catalog::INVALID_PARAMETER, message.into()).help(help))
}
