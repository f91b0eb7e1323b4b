//! Files are written whole or not at all: into a temporary file beside the target, which then takes its place.

use crate::Stop;
use crate::commands::Findings;
use gradus::model::diagnostic::catalog;
use gradus::model::{Diagnostic, Place};
use std::fs::File;
use std::io::Write;
use std::path::Path;
use std::sync::mpsc::Sender;
use std::thread::Scope;

/// Writes a file, in place of one that is there.
pub(crate) fn file(path: &Path, bytes: &[u8]) -> Result<(), Stop> {
    pieces(path, &[bytes])
}

/// Writes a file of pieces that follow each other, in place of one that is there.
pub(crate) fn pieces(path: &Path, pieces: &[impl AsRef<[u8]>]) -> Result<(), Stop> {
    through(path, |file| pieces.iter().try_for_each(|piece| file.write_all(piece.as_ref())))
}

/// Writes a file that is filled piece by piece, in place of one that is there.
pub(crate) fn through(
    path: &Path,
    fill: impl FnOnce(&mut dyn Write) -> std::io::Result<()>,
) -> Result<(), Stop> {
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
        let target = target.prefix(".gradus-").tempfile_in(folder)?;
        std::thread::scope(|scope| {
            fill(&mut Ahead { file: target.as_file(), written: 0, full: None, scope })
        })?;
        target.as_file().sync_all()?;
        target.persist(path).map_err(|e| e.error)?;
        Ok(())
    };
    write().map_err(|e| failed(&shown, &e))
}

/// A file whose first pieces go to the disk while later ones are still being made.
///
/// A file takes its place only when all of it is on the disk. Of a large one that would be waited for at the end, with
/// nothing else to do.
struct Ahead<'scope, 'env> {
    file: &'env File,
    /// Bytes since the disk was last asked.
    written: usize,
    /// Tells the thread that asks the disk that there is enough; none until there is.
    full: Option<Sender<()>>,
    scope: &'scope Scope<'scope, 'env>,
}

/// So many bytes are worth asking the disk for.
const ENOUGH: usize = 8 << 20;

impl Write for Ahead<'_, '_> {
    fn write(&mut self, bytes: &[u8]) -> std::io::Result<usize> {
        let n = Write::write(&mut self.file, bytes)?;
        self.written += n;
        if self.written >= ENOUGH {
            self.written = 0;
            let file = self.file;
            let full = self.full.get_or_insert_with(|| {
                let (full, asked) = std::sync::mpsc::channel();
                self.scope.spawn(move || {
                    while asked.recv().is_ok() {
                        // What was asked meanwhile is served by the same answer.
                        while asked.try_recv().is_ok() {}
                        // What goes wrong here goes wrong again when the whole file is asked for, and is said then.
                        let _ = file.sync_data();
                    }
                });
                full
            });
            let _ = full.send(());
        }
        Ok(n)
    }
    fn flush(&mut self) -> std::io::Result<()> {
        Ok(())
    }
}

/// Makes a directory and those above it.
pub(crate) fn directory(path: &Path) -> Result<(), Stop> {
    std::fs::create_dir_all(path).map_err(|e| failed(&path.display().to_string(), &e))
}

/// Makes a directory with these files, or nothing: one that holds anything already is refused.
pub(crate) fn new_directory(directory: &Path, files: &[(String, &[u8])]) -> Result<(), Stop> {
    refuse_to_overwrite(directory, "name a directory that does not exist yet")?;
    let existed = directory.exists();
    self::directory(directory)?;
    for (name, bytes) in files {
        let path = directory.join(name);
        let written = path.parent().map_or(Ok(()), self::directory).and_then(|()| file(&path, bytes));
        if let Err(stop) = written {
            undo(directory, existed);
            return Err(stop);
        }
    }
    Ok(())
}

/// Makes a directory with these files, all at once: they are written beside it, and then it takes its name. With `force`,
/// files in a directory that is there are replaced one by one, and others stay.
pub(crate) fn folder(directory: &Path, files: &[(String, &[u8])], force: bool) -> Result<(), Stop> {
    let help = "name a directory that does not exist yet, or replace files in this one with `--force`";
    let occupied = refuse_to_overwrite(directory, help);
    if force && occupied.is_err() && directory.is_dir() {
        for (name, bytes) in files {
            let path = directory.join(name);
            path.parent().map_or(Ok(()), self::directory)?;
            file(&path, bytes)?;
        }
        return Ok(());
    }
    occupied?;
    let shown = directory.display().to_string();
    let above = match directory.parent() {
        Some(above) if !above.as_os_str().is_empty() => above,
        _ => Path::new("."),
    };
    let beside =
        tempfile::Builder::new().prefix(".gradus-").tempdir_in(above).map_err(|e| failed(&shown, &e))?;
    let made = beside.path().join("made");
    self::directory(&made)?;
    for (name, bytes) in files {
        let path = made.join(name);
        path.parent().map_or(Ok(()), self::directory)?;
        file(&path, bytes)?;
    }
    if directory.is_dir() {
        std::fs::remove_dir(directory).map_err(|e| failed(&shown, &e))?;
    }
    std::fs::rename(&made, directory).map_err(|e| failed(&shown, &e))
}

fn refuse_to_overwrite(directory: &Path, help: &str) -> Result<(), Stop> {
    let shown = directory.display().to_string();
    let Ok(meta) = directory.symlink_metadata() else { return Ok(()) };
    let empty = directory.read_dir().is_ok_and(|mut entries| entries.next().is_none());
    if meta.is_dir() && empty {
        return Ok(());
    }
    let what = if meta.is_dir() { "exists and is not empty" } else { "exists and is not a directory" };
    Err(Findings::one(
        Diagnostic::new(&catalog::TARGET_EXISTS, format!("`{shown}` {what}"))
            .at(Place::file(shown.as_str()))
            .help(help),
    ))
}

/// Takes back what was written into a directory that was empty.
fn undo(directory: &Path, existed: bool) {
    // What cannot be taken back is not worth a second message; the first one says what is wrong.
    if existed {
        for entry in directory.read_dir().into_iter().flatten().flatten() {
            let path = entry.path();
            let _ = if path.is_dir() { std::fs::remove_dir_all(path) } else { std::fs::remove_file(path) };
        }
    } else {
        let _ = std::fs::remove_dir_all(directory);
    }
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
