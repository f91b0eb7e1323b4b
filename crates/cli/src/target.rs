//! What PKG means: a directory, a TOML file, or the id of a built-in package.

use crate::Stop;
use crate::commands::Findings;
use crate::render::Sources;
use gradus_model::diagnostic::{catalog, list_some};
use gradus_model::{Diagnostic, Place, decode};
use std::io::{ErrorKind, Read};
use std::path::{Path, PathBuf};

/// A package file that is there, its text read.
#[derive(Debug)]
pub(crate) struct Target {
    /// The directory of the package.
    pub(crate) root: PathBuf,
    /// The package file, by its name in the package.
    pub(crate) file: String,
    /// Its text.
    pub(crate) text: String,
    /// What stands before a name inside the package to name it as the user would.
    pub(crate) prefix: String,
}

impl Target {
    /// Finds and reads the package that `name` means.
    pub(crate) fn find(name: &str) -> Result<Self, Stop> {
        let path = Path::new(name);
        match path.metadata() {
            Ok(meta) if meta.is_dir() => Self::in_directory(name, path),
            Ok(_) => Self::read(path.parent().unwrap_or(Path::new("")), path, prefix_of(name, path)),
            Err(e) if e.kind() == ErrorKind::NotFound || e.kind() == ErrorKind::NotADirectory => {
                Err(unknown(name))
            }
            Err(e) => Err(unreadable(name, &e)),
        }
    }

    fn in_directory(name: &str, path: &Path) -> Result<Self, Stop> {
        let prefix = match name {
            "." | "./" => String::new(),
            name if name.ends_with('/') => name.to_owned(),
            name => format!("{name}/"),
        };
        let usual = path.join("package.toml");
        if usual.exists() {
            return Self::read(path, &usual, prefix);
        }
        let entries = path.read_dir().map_err(|e| unreadable(name, &e))?;
        let mut found: Vec<PathBuf> = entries
            .flatten()
            .map(|entry| entry.path())
            .filter(|p| p.extension().is_some_and(|e| e == "toml") && p.is_file())
            .collect();
        found.sort();
        match found.as_slice() {
            [one] => Self::read(path, one, prefix),
            [] => Err(Findings::one(
                Diagnostic::new(
                    &catalog::UNKNOWN_PACKAGE,
                    format!("the directory `{name}` has no `package.toml`"),
                )
                .help("name the directory of a package, or make one with `gradus new`"),
            )),
            several => {
                let names = several.iter().filter_map(|p| p.file_name()).map(|n| n.to_string_lossy());
                Err(Findings::one(
                    Diagnostic::new(
                        &catalog::UNKNOWN_PACKAGE,
                        format!("the directory `{name}` has several TOML files: {}", list_some(names)),
                    )
                    .help("name the one that is meant, or call it `package.toml`"),
                ))
            }
        }
    }

    fn read(root: &Path, path: &Path, prefix: String) -> Result<Self, Stop> {
        let shown = path.display().to_string();
        let file = path.file_name().map(|n| n.to_string_lossy().into_owned()).unwrap_or_default();
        let place = Place::file(format!("{prefix}{file}"));
        let meta = path.metadata().map_err(|e| unreadable(&shown, &e))?;
        // Asked before opening: to open a pipe would wait for its writer.
        if !meta.is_file() {
            return Err(Findings::one(
                Diagnostic::new(&catalog::FILE_UNREADABLE, format!("`{shown}` is not a regular file"))
                    .at(place)
                    .help("name a directory, a TOML file or a library id"),
            ));
        }
        let longest = decode::LONGEST as u64;
        if meta.len() > longest {
            return Err(Findings::one(
                Diagnostic::new(
                    &catalog::FILE_TOO_LARGE,
                    format!("the package file has {} bytes", meta.len()),
                )
                .at(place)
                .help("move figures into data files beside it"),
            ));
        }
        let mut bytes = Vec::new();
        std::fs::File::open(path)
            .and_then(|file| file.take(longest + 1).read_to_end(&mut bytes))
            .map_err(|e| unreadable(&shown, &e))?;
        let text = String::from_utf8(bytes).map_err(|e| {
            let at = e.utf8_error().valid_up_to();
            let line = e.as_bytes()[..at].iter().filter(|b| **b == b'\n').count() + 1;
            Findings::one(
                Diagnostic::new(
                    &catalog::NOT_TEXT,
                    format!("byte {} of the file (in line {line}) is not UTF-8", at + 1),
                )
                .at(place.clone())
                .help("save the file as UTF-8"),
            )
        })?;
        Ok(Self { root: root.to_owned(), file, text, prefix })
    }

    /// The files that findings about the package speak of.
    pub(crate) fn sources(&self) -> Sources {
        let root = if self.root.as_os_str().is_empty() { PathBuf::from(".") } else { self.root.clone() };
        let mut sources = Sources::directory(root, self.prefix.clone());
        sources.keep(self.file.as_str(), self.text.as_str());
        sources
    }
}

/// What stands before the file's name in a path as the user wrote it.
fn prefix_of(name: &str, path: &Path) -> String {
    let file = path.file_name().map(|n| n.to_string_lossy().into_owned()).unwrap_or_default();
    name.strip_suffix(&file).unwrap_or_default().to_owned()
}

fn unreadable(shown: &str, error: &std::io::Error) -> Stop {
    let why = match error.kind() {
        ErrorKind::PermissionDenied => "permission denied".to_owned(),
        _ => error.to_string().split(" (os error").next().unwrap_or_default().to_lowercase(),
    };
    Findings::one(
        Diagnostic::new(&catalog::FILE_UNREADABLE, format!("`{shown}` cannot be read: {why}"))
            .at(Place::file(shown)),
    )
}

fn unknown(name: &str) -> Stop {
    let looks_like_a_path = name.contains(['/', '\\']) || name.ends_with(".toml");
    Findings::one(if looks_like_a_path {
        Diagnostic::new(&catalog::FILE_NOT_FOUND, format!("there is no file or directory `{name}`"))
            .help("correct the path")
    } else {
        Diagnostic::new(
            &catalog::UNKNOWN_PACKAGE,
            format!("`{name}` is neither a directory, nor a file, nor a library id"),
        )
        .help("`gradus library list` shows the library ids")
    })
}
