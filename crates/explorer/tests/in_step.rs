//! The module that ships is the one of these sources.
#![allow(clippy::unwrap_used, reason = "a test may panic, also in its helpers")]
#![allow(
    clippy::disallowed_methods,
    reason = "the test reads sources, and the build script hands its tools over"
)]

use std::collections::BTreeSet;
use std::fmt::Write;
use std::path::{Path, PathBuf};

const REBUILD: &str = "rebuild it: run `crates/explorer/build`, and commit what it writes";

fn root() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("../..")
}

/// FNV-1a, 64 bits: tells changed from unchanged, and is no defense against anyone.
fn fnv(hash: u64, bytes: &[u8]) -> u64 {
    bytes.iter().fold(hash, |hash, byte| (hash ^ u64::from(*byte)).wrapping_mul(0x0100_0000_01b3))
}
const START: u64 = 0xcbf2_9ce4_8422_2325;

/// Names and versions in a lock file.
fn locked(text: &str) -> BTreeSet<(String, String)> {
    text.split("[[package]]")
        .filter_map(|part| {
            let field = |key: &str| {
                let line = part.lines().find(|line| line.starts_with(&format!("{key} = ")))?;
                Some(line.split('"').nth(1)?.to_owned())
            };
            Some((field("name")?, field("version")?))
        })
        .collect()
}

/// Rust files of a folder, in order.
fn sources(folder: &Path, out: &mut Vec<PathBuf>) {
    let mut entries: Vec<PathBuf> = folder.read_dir().unwrap().map(|e| e.unwrap().path()).collect();
    entries.sort();
    for path in entries {
        if path.is_dir() {
            sources(&path, out);
        } else if path.extension().is_some_and(|e| e == "rs") {
            out.push(path);
        }
    }
}

/// The sources of one crate as one number: its manifest, and its files without the tests at their ends, without lines of comments,
/// white space and commas, so that a better sentence or another line break asks nobody to rebuild.
fn hash_of(folder: &Path) -> u64 {
    let mut files = vec![folder.join("Cargo.toml")];
    sources(&folder.join("src"), &mut files);
    files.iter().fold(START, |hash, file| {
        let name = file.strip_prefix(folder).unwrap().to_string_lossy().replace('\\', "/");
        let text = std::fs::read_to_string(file).unwrap().replace('\r', "");
        let code = text.split("\n#[cfg(test)]\nmod tests {").next().unwrap();
        let code = code.lines().map(str::trim_start).filter(|line| !line.starts_with("//"));
        let code: String = code.flat_map(str::chars).filter(|c| !c.is_whitespace() && *c != ',').collect();
        fnv(fnv(hash, name.as_bytes()), code.as_bytes())
    })
}

/// What the module is made from: a line for each of our crates in its lock file, and one for what comes from outside.
fn made_from() -> String {
    let root = root();
    let lock = std::fs::read_to_string(root.join("crates/explorer/module/Cargo.lock")).unwrap();
    let mut out = String::new();
    let mut outside = START;
    for (name, version) in locked(&lock) {
        match name.strip_prefix("gradus-") {
            Some("explorer-module") => {
                writeln!(out, "{name} {:016x}", hash_of(&root.join("crates/explorer/module"))).unwrap();
            }
            Some(own) => {
                writeln!(out, "{name} {:016x}", hash_of(&root.join("crates").join(own))).unwrap();
            }
            None => outside = fnv(outside, format!("{name} {version}\n").as_bytes()),
        }
    }
    writeln!(out, "outside {outside:016x}").unwrap();
    let bytes = std::fs::read(root.join("crates/explorer/module/explorer.wasm.gz")).unwrap();
    writeln!(out, "module {:016x} {}", fnv(START, &bytes), bytes.len()).unwrap();
    out
}

#[test]
fn the_module_is_made_from_these_sources() {
    let file = root().join("crates/explorer/module/manifest");
    let now = made_from();
    if let Ok(tools) = std::env::var("GRADUS_MODULE_BUILT") {
        std::fs::write(&file, format!("{now}tools {}\n", tools.replace('\n', " "))).unwrap();
        return;
    }
    let then = std::fs::read_to_string(&file).unwrap();
    let differ: Vec<&str> = now
        .lines()
        .filter(|line| !then.lines().any(|t| t == *line))
        .filter_map(|line| line.split(' ').next())
        .collect();
    assert!(differ.is_empty(), "the explorer's module is not in step with {}; {REBUILD}", differ.join(", "));
}

#[test]
fn what_comes_from_outside_has_the_versions_of_the_workspace() {
    let read = |path: &str| locked(&std::fs::read_to_string(root().join(path)).unwrap());
    let own = |name: &str| name == "gradus-explorer-module";
    let workspace = read("Cargo.lock");
    let module = read("crates/explorer/module/Cargo.lock");
    let other: Vec<_> = module.difference(&workspace).filter(|(name, _)| !own(name)).collect();
    assert!(module.len() > 20 && other.is_empty(), "{other:?}: {REBUILD}");
}
