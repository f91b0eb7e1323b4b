//! Where the files of a package come from: a directory, or bytes that are already in memory.

use gradus_model::diagnostic::{Diagnostic, Place, catalog, nearest};
use std::borrow::Cow;
use std::collections::BTreeMap;
use std::fs::File;
use std::io::Read;
use std::path::{Component, Path, PathBuf};

/// The largest data file that is read, in bytes.
pub const LARGEST_FILE: u64 = 2 << 30;

/// The files of a package, by their path inside it (`data/cities.csv`, with forward slashes).
pub trait Files {
    /// The bytes of a file.
    ///
    /// # Errors
    /// [`FileError`] says why they cannot be had.
    fn open(&self, path: &str) -> Result<Cow<'_, [u8]>, FileError>;
}

/// Why a file cannot be read.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum FileError {
    /// There is no such file.
    #[error("there is no such file")]
    NotFound {
        /// A file beside it with nearly this name.
        nearest: Option<String>,
    },
    /// The path leads out of the package: absolute, through `..`, or by a symbolic link.
    #[error("the path leads out of the package")]
    Outside,
    /// A directory, a pipe or a device.
    #[error("it is not a regular file")]
    NotAFile,
    /// Larger than [`LARGEST_FILE`].
    #[error("it has {0} bytes")]
    TooLarge(u64),
    /// It has no bytes.
    #[error("it is empty")]
    Empty,
    /// What the operating system says.
    #[error("{0}")]
    Io(String),
}

impl FileError {
    /// The finding about the file `path` that is named at `place`.
    #[must_use]
    pub fn diagnostic(&self, path: &str, place: Place) -> Diagnostic {
        let (kind, message, help) = match self {
            Self::NotFound { nearest } => (
                &catalog::FILE_NOT_FOUND,
                format!("there is no file `{path}`"),
                Some(match nearest {
                    Some(name) => format!("name the file that is there: `{name}`"),
                    None => "correct `file`, or put the file there".to_owned(),
                }),
            ),
            Self::Outside => (
                &catalog::PATH_OUTSIDE_PACKAGE,
                format!("`{path}` leads out of the package"),
                Some("copy the file into the package and name it by its path there".to_owned()),
            ),
            Self::NotAFile => (
                &catalog::FILE_UNREADABLE,
                format!("`{path}` is not a regular file"),
                Some("name a file, not a directory".to_owned()),
            ),
            Self::TooLarge(bytes) => (
                &catalog::FILE_TOO_LARGE,
                format!("`{path}` has {bytes} bytes, more than 2 GiB"),
                Some("split the file, or keep only the rows and columns that the index uses".to_owned()),
            ),
            Self::Empty => (
                &catalog::EMPTY_FILE,
                format!("`{path}` is empty"),
                Some("fill the file, or remove its `[[data]]`".to_owned()),
            ),
            Self::Io(why) => {
                (&catalog::FILE_UNREADABLE, format!("`{path}` cannot be read: {}", why.to_lowercase()), None)
            }
        };
        let diagnostic = Diagnostic::new(kind, message).at(place);
        match help {
            Some(help) => diagnostic.help(help),
            None => diagnostic,
        }
    }
}

/// The files under a directory. Nothing outside it is ever opened, whatever a path or a symbolic link says.
#[derive(Debug, Clone)]
pub struct Directory {
    root: PathBuf,
}

impl Directory {
    /// The files under `root`.
    #[must_use]
    pub fn new(root: impl Into<PathBuf>) -> Self {
        Self { root: root.into() }
    }
    /// The directory.
    #[must_use]
    pub fn root(&self) -> &Path {
        &self.root
    }
}

impl Files for Directory {
    fn open(&self, path: &str) -> Result<Cow<'_, [u8]>, FileError> {
        let inside = Path::new(path);
        // A backslash separates on one platform and is part of a name on another; a package means the same on both.
        if path.contains('\\')
            || inside.components().any(|c| !matches!(c, Component::Normal(_) | Component::CurDir))
        {
            return Err(FileError::Outside);
        }
        let full = self.root.join(inside);
        let real = match full.canonicalize() {
            Ok(real) => real,
            Err(e) if e.kind() == std::io::ErrorKind::NotFound => {
                return Err(FileError::NotFound { nearest: nearest_file(&self.root, inside) });
            }
            Err(e) => return Err(FileError::Io(e.to_string())),
        };
        let root = self.root.canonicalize().map_err(|e| FileError::Io(e.to_string()))?;
        if !real.starts_with(&root) {
            return Err(FileError::Outside);
        }
        // Asked before opening: to open a pipe would wait for its writer.
        let metadata = real.metadata().map_err(|e| FileError::Io(e.to_string()))?;
        if !metadata.is_file() {
            return Err(FileError::NotAFile);
        }
        if metadata.len() > LARGEST_FILE {
            return Err(FileError::TooLarge(metadata.len()));
        }
        let file = File::open(&real).map_err(|e| FileError::Io(e.to_string()))?;
        let mut bytes = Vec::with_capacity(usize::try_from(metadata.len()).unwrap_or(0));
        // The file may grow while it is read.
        file.take(LARGEST_FILE + 1).read_to_end(&mut bytes).map_err(|e| FileError::Io(e.to_string()))?;
        checked(Cow::Owned(bytes))
    }
}

fn checked(bytes: Cow<'_, [u8]>) -> Result<Cow<'_, [u8]>, FileError> {
    match bytes.len() as u64 {
        0 => Err(FileError::Empty),
        n if n > LARGEST_FILE => Err(FileError::TooLarge(n)),
        _ => Ok(bytes),
    }
}

/// The file beside the missing one whose name is nearest to it.
fn nearest_file(root: &Path, missing: &Path) -> Option<String> {
    let name = missing.file_name()?.to_str()?;
    let folder = missing.parent().unwrap_or(Path::new(""));
    let mut names: Vec<String> = root
        .join(folder)
        .read_dir()
        .ok()?
        .flatten()
        .filter(|entry| entry.path().is_file())
        .filter_map(|entry| entry.file_name().into_string().ok())
        .collect();
    names.sort();
    let near = nearest(name, names.iter().map(String::as_str))?;
    folder.join(near).to_str().map(|path| path.replace('\\', "/"))
}

/// Files held in memory, by path: a built-in package, or a test.
#[derive(Debug, Clone, Default)]
pub struct Memory(BTreeMap<String, Cow<'static, [u8]>>);

impl Memory {
    /// No files.
    #[must_use]
    pub fn new() -> Self {
        Self::default()
    }
    /// Adds a file.
    pub fn insert(&mut self, path: impl Into<String>, bytes: impl Into<Cow<'static, [u8]>>) {
        self.0.insert(path.into(), bytes.into());
    }
    /// The same with one more file.
    #[must_use]
    pub fn with(mut self, path: impl Into<String>, bytes: impl Into<Cow<'static, [u8]>>) -> Self {
        self.insert(path, bytes);
        self
    }
    /// The paths, in order.
    pub fn paths(&self) -> impl Iterator<Item = &str> {
        self.0.keys().map(String::as_str)
    }
}

impl Files for Memory {
    fn open(&self, path: &str) -> Result<Cow<'_, [u8]>, FileError> {
        match self.0.get(path.strip_prefix("./").unwrap_or(path)) {
            Some(bytes) => checked(Cow::Borrowed(bytes)),
            None => Err(FileError::NotFound { nearest: nearest(path, self.paths()).map(str::to_owned) }),
        }
    }
}

impl<P: Into<String>, B: Into<Cow<'static, [u8]>>> FromIterator<(P, B)> for Memory {
    fn from_iter<I: IntoIterator<Item = (P, B)>>(files: I) -> Self {
        Self(files.into_iter().map(|(path, bytes)| (path.into(), bytes.into())).collect())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_directory_opens_only_regular_files_inside_it() {
        let outer = tempfile::tempdir().unwrap();
        let root = outer.path().join("package");
        std::fs::create_dir_all(root.join("data")).unwrap();
        let write = |path: &str, text: &str| {
            std::io::Write::write_all(&mut File::create(outer.path().join(path)).unwrap(), text.as_bytes())
                .unwrap();
        };
        write("secret.csv", "a");
        write("package/data/cities.csv", "unit,x\n");
        write("package/data/empty.csv", "");
        let files = Directory::new(&root);
        assert_eq!(files.open("data/cities.csv").unwrap().as_ref(), b"unit,x\n");
        assert_eq!(files.open("./data/cities.csv").unwrap().as_ref(), b"unit,x\n");
        let near = Some("data/cities.csv".to_owned());
        for (path, expected) in [
            ("../secret.csv", FileError::Outside),
            ("data/../../secret.csv", FileError::Outside),
            ("/etc/hosts", FileError::Outside),
            ("..\\secret.csv", FileError::Outside),
            ("data", FileError::NotAFile),
            ("data/empty.csv", FileError::Empty),
            ("data/citis.csv", FileError::NotFound { nearest: near.clone() }),
            ("data/unlike-anything.csv", FileError::NotFound { nearest: None }),
        ] {
            assert_eq!(files.open(path), Err(expected), "{path}");
        }
        #[cfg(unix)]
        {
            std::os::unix::fs::symlink("../../secret.csv", root.join("data/link.csv")).unwrap();
            std::os::unix::fs::symlink("cities.csv", root.join("data/inner.csv")).unwrap();
            assert_eq!(files.open("data/link.csv"), Err(FileError::Outside));
            assert!(files.open("data/inner.csv").is_ok());
        }
    }

    #[test]
    fn memory_names_the_nearest_file() {
        let files = Memory::new().with("data/a.csv", &b"x"[..]).with("none.csv", &b""[..]);
        assert!(files.open("data/a.csv").is_ok());
        assert_eq!(files.open("none.csv"), Err(FileError::Empty));
        assert_eq!(
            files.open("data/b.csv"),
            Err(FileError::NotFound { nearest: Some("data/a.csv".to_owned()) })
        );
    }
}
