//! A package wherever it is: a directory, a TOML file, a library id, or bytes in memory.

use gradus_data::{Directory, FileError, Files, Memory};
use gradus_model::diagnostic::{Place, catalog, nearest};
use gradus_model::{Diagnostic, Diagnostics, Package, decode};
use std::borrow::Cow;
use std::fmt;
use std::path::{Path, PathBuf};

/// A package file with the files beside it.
pub struct Bundle {
    name: String,
    text: String,
    files: Box<dyn Files + Send + Sync>,
    directory: Option<PathBuf>,
}

impl fmt::Debug for Bundle {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Bundle").field("name", &self.name).finish_non_exhaustive()
    }
}

impl Bundle {
    /// A package from its text and a source of files; `name` stands for the package file in messages.
    pub fn new(
        name: impl Into<String>,
        text: impl Into<String>,
        files: impl Files + Send + Sync + 'static,
    ) -> Self {
        Self { name: name.into(), text: text.into(), files: Box::new(files), directory: None }
    }
    /// The package file as messages name it.
    #[must_use]
    pub fn name(&self) -> &str {
        &self.name
    }
    /// The text of the package file.
    #[must_use]
    pub fn text(&self) -> &str {
        &self.text
    }
    /// The files beside it.
    #[must_use]
    pub fn files(&self) -> &dyn Files {
        &*self.files
    }
    /// The directory it was read from, when it was.
    #[must_use]
    pub fn directory(&self) -> Option<&Path> {
        self.directory.as_deref()
    }
    /// The package, with what is wrong with its file.
    #[must_use]
    pub fn decode(&self) -> (Option<Package>, Diagnostics) {
        decode::decode(&self.name, &self.text)
    }
}

/// Opens a package by directory, TOML file or library id, in this order.
///
/// # Errors
/// `unknown-package` when there is none, with the nearest library id, or `file-not-found` when it is written as a path;
/// `not-text` when the file is not UTF-8, and what
/// else keeps a file from being read.
pub fn open(target: &str) -> Result<Bundle, Diagnostics> {
    let path = Path::new(target);
    if path.is_dir() {
        let file = package_file(path, target)?;
        return from_file(&path.join(&file), file);
    }
    if path.exists() {
        let name = path.file_name().map_or_else(|| target.to_owned(), |n| n.to_string_lossy().into_owned());
        return from_file(path, name);
    }
    if let Some(built_in) = gradus_library::get(target) {
        return Ok(Bundle::new(
            format!("{}/package.toml", built_in.id),
            built_in.package_toml(),
            built_in.files().collect::<Memory>(),
        ));
    }
    // No library id has a slash or an ending: who writes one means a path.
    if target.contains(['/', '\\']) || target.ends_with(".toml") {
        return Err(Diagnostic::new(
            &catalog::FILE_NOT_FOUND,
            format!("there is no directory or file `{target}`"),
        )
        .help("correct the path, or run `gradus new DIR` to start a package there")
        .into());
    }
    let diagnostic = Diagnostic::new(
        &catalog::UNKNOWN_PACKAGE,
        format!("there is no directory, file or library package `{target}`"),
    );
    let known = gradus_library::list().map(|b| b.id);
    Err(match nearest(target, known) {
        Some(near) => diagnostic.help(format!("did you mean the library package `{near}`?")),
        None => diagnostic.help("run `gradus library list`, or `gradus new DIR` to start a package"),
    }
    .into())
}

/// `package.toml`, or the only TOML file of a directory.
fn package_file(directory: &Path, target: &str) -> Result<String, Diagnostics> {
    if directory.join("package.toml").is_file() {
        return Ok("package.toml".into());
    }
    let mut found: Vec<String> = std::fs::read_dir(directory)
        .into_iter()
        .flatten()
        .flatten()
        .map(|entry| entry.file_name().to_string_lossy().into_owned())
        .filter(|name| name.ends_with(".toml") && name != "Cargo.toml")
        .collect();
    found.sort();
    match <[String; 1]>::try_from(found) {
        Ok([only]) => Ok(only),
        Err(found) => {
            let message = match found.len() {
                0 => format!("the directory `{target}` has no package.toml"),
                n => format!("the directory `{target}` has {n} TOML files and no package.toml"),
            };
            let help = if found.is_empty() {
                "run `gradus new DIR` to start a package".to_owned()
            } else {
                format!("name one of them: {}", found.join(", "))
            };
            Err(Diagnostic::new(&catalog::UNKNOWN_PACKAGE, message).help(help).into())
        }
    }
}

fn from_file(path: &Path, name: String) -> Result<Bundle, Diagnostics> {
    let parent = path.parent().filter(|p| !p.as_os_str().is_empty()).unwrap_or_else(|| Path::new("."));
    let files = Directory::new(parent);
    let file_name = path.file_name().map(|n| n.to_string_lossy().into_owned()).unwrap_or_default();
    let place = || Place::file(name.as_str());
    let bytes = files.open(&file_name).map(Cow::into_owned).or_else(|error| match error {
        // Decoding says what to do about it: the package file is not one of its own `[[data]]`.
        FileError::Empty => Ok(Vec::new()),
        error => Err(Diagnostics::from(error.diagnostic(&file_name, place()))),
    })?;
    if bytes.len() > decode::LONGEST {
        let message = format!("the package file has {} bytes", bytes.len());
        return Err(Diagnostic::new(&catalog::FILE_TOO_LARGE, message)
            .at(place())
            .help("move figures into data files beside it")
            .into());
    }
    let text = String::from_utf8(bytes).map_err(|error| {
        let at = error.utf8_error().valid_up_to();
        let line = error.as_bytes()[..at].iter().filter(|b| **b == b'\n').count() + 1;
        Diagnostics::from(
            Diagnostic::new(&catalog::NOT_TEXT, format!("byte {} in line {line} is not UTF-8 text", at + 1))
                .at(place())
                .help("save the package file as UTF-8"),
        )
    })?;
    // An editor on Windows may have put a byte order mark first.
    let text = text.strip_prefix('\u{feff}').map(str::to_owned).unwrap_or(text);
    Ok(Bundle { name, text, files: Box::new(files), directory: Some(parent.to_owned()) })
}
