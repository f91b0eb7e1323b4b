//! Built-in index packages with their figures and sources.
//!
//! Each folder of `packages/` is a complete package: `package.toml`, its data, what it publishes to compare with, and a
//! README that names sources, confidence and terms. They are embedded in the program, so that a first command works
//! without a download and everybody who speaks of `hdi` speaks of the same figures.
//!
//! **Invariants.** Nothing is computed here and no file is read at run time. A folder's name is its package's code.

use gradus_model::{Package, decode};
use include_dir::{Dir, DirEntry, include_dir};
use std::sync::LazyLock;

static PACKAGES: Dir<'static> = include_dir!("$CARGO_MANIFEST_DIR/packages");
static DEFINITIONS: Dir<'static> = include_dir!("$CARGO_MANIFEST_DIR/../../fixtures/published");

static LIST: LazyLock<Vec<BuiltIn>> = LazyLock::new(|| of(&PACKAGES));
static PUBLISHED: LazyLock<Vec<BuiltIn>> = LazyLock::new(|| of(&DEFINITIONS));

fn of(folder: &'static Dir<'static>) -> Vec<BuiltIn> {
    let built_in = |dir: &'static Dir<'static>| {
        let figures = dir.dirs().any(|inner| inner.path().ends_with("data"));
        Some(BuiltIn { id: dir.path().to_str()?, figures, dir })
    };
    let mut list: Vec<BuiltIn> = folder.dirs().filter_map(built_in).collect();
    list.sort_by_key(|built_in| built_in.id);
    list
}

/// A package that comes with the program.
#[derive(Debug, Clone, Copy)]
pub struct BuiltIn {
    /// Its code.
    pub id: &'static str,
    /// Whether its figures come with it; a definition alone is computed on figures that its publisher gives.
    pub figures: bool,
    dir: &'static Dir<'static>,
}

/// Every built-in package, in order of code.
///
/// # Example
/// ```
/// let codes: Vec<&str> = gradus_library::list().map(|built_in| built_in.id).collect();
/// assert!(codes.contains(&"hdi") && codes.is_sorted());
/// ```
pub fn list() -> impl Iterator<Item = &'static BuiltIn> {
    LIST.iter()
}

/// The definitions of published indices, whose figures are their publishers' to give: each says under `[[published]]` which
/// files it is computed from and compared with.
///
/// # Example
/// ```
/// assert!(gradus_library::definitions().any(|index| index.id == "hdr_gii"));
/// ```
pub fn definitions() -> impl Iterator<Item = &'static BuiltIn> {
    PUBLISHED.iter()
}

/// The package of a code, also of a definition.
///
/// # Example
/// ```
/// assert!(gradus_library::get("hdi").is_some());
/// assert!(gradus_library::get("HDI").is_none());
/// ```
#[must_use]
pub fn get(id: &str) -> Option<&'static BuiltIn> {
    LIST.iter().chain(PUBLISHED.iter()).find(|built_in| built_in.id == id)
}

impl BuiltIn {
    /// The package file.
    #[must_use]
    pub fn package_toml(&self) -> &'static str {
        self.text("package.toml")
    }
    /// What it is, where it comes from and on what terms, in Markdown.
    #[must_use]
    pub fn readme(&self) -> String {
        if self.file("README.md").is_some() {
            return self.text("README.md").to_owned();
        }
        // A definition says it at the head of its file.
        let head = self.package_toml().lines().take_while(|line| line.starts_with('#'));
        head.map(|line| format!("{}\n", line.trim_start_matches('#').trim_start())).collect()
    }
    /// The package, decoded; its name and description are what a list of packages shows.
    #[must_use]
    pub fn package(&self) -> Option<Package> {
        decode::decode(&format!("{}/package.toml", self.id), self.package_toml()).0
    }
    /// A file by its path inside the package, written with `/`.
    ///
    /// # Example
    /// ```
    /// let hdi = gradus_library::get("hdi").unwrap();
    /// assert!(hdi.file("data/figures.csv").unwrap().starts_with(b"unit,period,"));
    /// assert!(hdi.file("../cpi-2016/package.toml").is_none());
    /// ```
    #[must_use]
    pub fn file(&self, path: &str) -> Option<&'static [u8]> {
        self.files().find(|(name, _)| name == path).map(|(_, bytes)| bytes)
    }
    /// Every file with its path inside the package, written with `/`, in order of path.
    pub fn files(&self) -> impl Iterator<Item = (String, &'static [u8])> {
        let mut found = Vec::new();
        let mut open = vec![self.dir];
        while let Some(dir) = open.pop() {
            for entry in dir.entries() {
                match entry {
                    DirEntry::Dir(dir) => open.push(dir),
                    DirEntry::File(file) => {
                        // The first part of an embedded path is the package's own folder.
                        let parts =
                            file.path().components().skip(1).map(|part| part.as_os_str().to_string_lossy());
                        found.push((parts.collect::<Vec<_>>().join("/"), file.contents()));
                    }
                }
            }
        }
        found.sort();
        found.into_iter()
    }

    fn text(&self, path: &str) -> &'static str {
        self.file(path).and_then(|bytes| std::str::from_utf8(bytes).ok()).unwrap_or_default()
    }
}
