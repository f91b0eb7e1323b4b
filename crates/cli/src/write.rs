//! Files are written whole or not at all: into a temporary file beside the target, which then takes its place.

use crate::Stop;
use crate::commands::Findings;
use gradus_model::diagnostic::catalog;
use gradus_model::{Diagnostic, Place};
use std::io::Write;
use std::path::Path;

/// Writes a file, in place of one that is there.
pub(crate) fn file(path: &Path, bytes: &[u8]) -> Result<(), Stop> {
    let shown = path.display().to_string();
    if path.is_dir() {
        return Err(Findings::one(
            Diagnostic::new(&catalog::CANNOT_WRITE, format!("`{shown}` is a directory"))
                .at(Place::file(shown.as_str()))
                .help("name a file in it"),
        ));
    }
    let folder = match path.parent() {
        Some(folder) if !folder.as_os_str().is_empty() => folder,
        _ => Path::new("."),
    };
    let write = || -> std::io::Result<()> {
        let mut target = tempfile::Builder::new();
        // A temporary file is private until it is finished; then it is as open as any new file.
        #[cfg(unix)]
        {
            use std::os::unix::fs::PermissionsExt;
            target.permissions(std::fs::Permissions::from_mode(0o666));
        }
        let mut target = target.prefix(".gradus-").tempfile_in(folder)?;
        target.write_all(bytes)?;
        target.as_file().sync_all()?;
        target.persist(path).map_err(|e| e.error)?;
        Ok(())
    };
    write().map_err(|e| failed(&shown, &e))
}

/// Makes a directory and those above it.
pub(crate) fn directory(path: &Path) -> Result<(), Stop> {
    std::fs::create_dir_all(path).map_err(|e| failed(&path.display().to_string(), &e))
}

/// A write that the system refused.
pub(crate) fn failed(shown: &str, error: &std::io::Error) -> Stop {
    let why = match error.kind() {
        std::io::ErrorKind::NotFound => "its directory does not exist".to_owned(),
        std::io::ErrorKind::PermissionDenied => "permission denied".to_owned(),
        std::io::ErrorKind::NotADirectory | std::io::ErrorKind::AlreadyExists => {
            "a part of its path is a file, not a directory".to_owned()
        }
        std::io::ErrorKind::StorageFull => "the disk is full".to_owned(),
        std::io::ErrorKind::ReadOnlyFilesystem => "the file system is read-only".to_owned(),
        // The system's own words, without the number it puts behind them.
        _ => error.to_string().split(" (os error").next().unwrap_or_default().to_lowercase(),
    };
    Findings::one(
        Diagnostic::new(&catalog::CANNOT_WRITE, format!("`{shown}` cannot be written: {why}"))
            .at(Place::file(shown))
            .help("name a place where files can be written"),
    )
}
