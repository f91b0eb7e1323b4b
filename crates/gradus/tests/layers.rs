//! Arrows point down: which crate may depend on which, and what library code never does.
#![allow(clippy::unwrap_used, reason = "a test may panic, also in its helpers")]
#![allow(clippy::disallowed_methods, reason = "the test reads manifests and sources")]

use std::collections::{BTreeMap, BTreeSet};
use std::path::{Path, PathBuf};

/// Each crate with the crates of the workspace it may depend on.
const ALLOWED: &[(&str, &[&str])] = &[
    ("gradus-model", &[]),
    ("gradus-method", &["gradus-model"]),
    ("gradus-formula", &["gradus-model", "gradus-method"]),
    ("gradus-normalize", &["gradus-model", "gradus-method"]),
    ("gradus-aggregate", &["gradus-model", "gradus-method", "gradus-statistics"]),
    ("gradus-data", &["gradus-model"]),
    ("gradus-library", &["gradus-model"]),
    ("gradus-pdf", &[]),
    ("gradus-statistics", &[]),
    ("gradus-treat", &["gradus-model", "gradus-method", "gradus-statistics"]),
    ("gradus-impute", &["gradus-model", "gradus-method", "gradus-statistics"]),
    ("gradus-weight", &["gradus-model", "gradus-method", "gradus-statistics"]),
    ("gradus-survey", &["gradus-model", "gradus-method", "gradus-statistics"]),
    (
        "gradus-engine",
        &[
            "gradus-model",
            "gradus-method",
            "gradus-formula",
            "gradus-treat",
            "gradus-impute",
            "gradus-normalize",
            "gradus-weight",
            "gradus-survey",
            "gradus-aggregate",
        ],
    ),
    ("gradus-analysis", &["gradus-model", "gradus-method", "gradus-statistics", "gradus-engine"]),
    ("gradus-selection", &["gradus-model", "gradus-statistics"]),
    ("gradus-exchange", &["gradus-model", "gradus-engine", "gradus-data"]),
    (
        "gradus-progress",
        &["gradus-model", "gradus-method", "gradus-statistics", "gradus-engine", "gradus-standard"],
    ),
    (
        "gradus-standard",
        &["gradus-model", "gradus-method", "gradus-statistics", "gradus-survey", "gradus-engine"],
    ),
    (
        "gradus-audit",
        &[
            "gradus-model",
            "gradus-method",
            "gradus-statistics",
            "gradus-treat",
            "gradus-impute",
            "gradus-normalize",
            "gradus-weight",
            "gradus-aggregate",
            "gradus-engine",
            "gradus-analysis",
            "gradus-standard",
            "gradus-progress",
        ],
    ),
    (
        "gradus-plan",
        &["gradus-model", "gradus-statistics", "gradus-engine", "gradus-standard", "gradus-progress"],
    ),
    // What it depends on is compiled into every report.
    ("gradus-explorer", &["gradus-model", "gradus-engine", "gradus-standard"]),
    (
        "gradus-report",
        &[
            "gradus-model",
            "gradus-method",
            "gradus-engine",
            "gradus-standard",
            "gradus-plan",
            "gradus-progress",
            "gradus-analysis",
            "gradus-audit",
            "gradus-selection",
            "gradus-survey",
            "gradus-data",
            "gradus-explorer",
        ],
    ),
    (
        "gradus",
        &[
            "gradus-model",
            "gradus-method",
            "gradus-formula",
            "gradus-statistics",
            "gradus-treat",
            "gradus-impute",
            "gradus-normalize",
            "gradus-weight",
            "gradus-survey",
            "gradus-aggregate",
            "gradus-data",
            "gradus-library",
            "gradus-engine",
            "gradus-standard",
            "gradus-plan",
            "gradus-explorer",
            "gradus-report",
            "gradus-analysis",
            "gradus-selection",
            "gradus-progress",
            "gradus-audit",
            "gradus-exchange",
        ],
    ),
    ("gradus-cli", &["gradus", "gradus-model", "gradus-pdf"]),
    // A method in somebody else's crate: the shape of a method and the traits, not the engine.
    ("add-a-method", &["gradus-model", "gradus-method", "gradus-normalize", "gradus-aggregate"]),
];

/// What only these crates may use: the outside world, and the formats of files.
const OUTSIDE: &[(&str, &[&str])] = &[
    ("clap", &["gradus-cli"]),
    ("anstream", &["gradus-cli"]),
    ("ctrlc", &["gradus-cli"]),
    ("annotate-snippets", &["gradus-cli"]),
    ("csv", &["gradus-data", "gradus-exchange"]),
    ("calamine", &["gradus-data", "gradus-exchange"]),
    ("toml", &["gradus-model"]),
    ("sqlparser", &["gradus-formula"]),
    ("minijinja", &["gradus-report"]),
    ("kuva", &["gradus-report"]),
    ("rayon", &["gradus-data", "gradus-engine", "gradus-report", "gradus-standard", "gradus-audit"]),
    ("pulp", &["gradus-statistics"]),
    ("sobol_burley", &["gradus-statistics"]),
    ("libm", &["gradus-model", "gradus-statistics", "gradus-treat", "gradus-audit"]),
    ("rust_decimal", &["gradus-model"]),
];

struct Crate {
    dir: PathBuf,
    manifest: String,
    dependencies: BTreeSet<String>,
}

fn crates() -> BTreeMap<String, Crate> {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("../..");
    let mut dirs: Vec<PathBuf> =
        root.join("crates").read_dir().unwrap().map(|entry| entry.unwrap().path()).collect();
    dirs.push(root.join("examples/add-a-method"));
    dirs.into_iter()
        .map(|dir| {
            let manifest = std::fs::read_to_string(dir.join("Cargo.toml")).unwrap();
            let mut section = "";
            let (mut name, mut dependencies) = (String::new(), BTreeSet::new());
            for line in manifest.lines() {
                if let Some(heading) = line.strip_prefix('[') {
                    section = heading.trim_end_matches(']');
                } else if let Some((key, value)) = line.split_once('=') {
                    let key = key.trim().trim_end_matches(".workspace");
                    match section {
                        "package" if key == "name" => name = value.trim().trim_matches('"').to_owned(),
                        "dependencies" => {
                            dependencies.insert(key.to_owned());
                        }
                        _ => {}
                    }
                }
            }
            (name, Crate { dir, manifest, dependencies })
        })
        .collect()
}

#[test]
fn arrows_point_down() {
    let crates = crates();
    let known: Vec<&str> = ALLOWED.iter().map(|(name, _)| *name).collect();
    for (name, found) in &crates {
        let allowed = ALLOWED
            .iter()
            .find(|(known, _)| known == name)
            .unwrap_or_else(|| panic!("say in this test what `{name}` may depend on"))
            .1;
        for dependency in found.dependencies.iter().filter(|d| known.contains(&d.as_str())) {
            assert!(allowed.contains(&dependency.as_str()), "{name} depends on {dependency}");
        }
    }
    assert_eq!(crates.len(), ALLOWED.len(), "a crate of the list is gone");
}

#[test]
fn formats_and_the_outside_world_have_one_place() {
    for (name, found) in crates() {
        for (dependency, owners) in OUTSIDE {
            assert!(
                !found.dependencies.contains(*dependency) || owners.contains(&name.as_str()),
                "{name} depends on {dependency}"
            );
        }
    }
}

#[test]
fn every_crate_is_under_the_lints_of_the_workspace() {
    for (name, found) in crates() {
        assert!(found.manifest.contains("[lints]\nworkspace = true"), "{name}");
    }
}

/// The lints deny printing and exiting; here nobody switches them off but the command line.
#[test]
fn no_library_prints_exits_or_is_unsafe() {
    for (name, found) in crates() {
        if name == "gradus-cli" {
            continue;
        }
        let mut open = vec![found.dir.join("src")];
        while let Some(dir) = open.pop() {
            for entry in dir.read_dir().unwrap() {
                let path = entry.unwrap().path();
                if path.is_dir() {
                    open.push(path);
                    continue;
                }
                if path.extension().is_none_or(|e| e != "rs") {
                    continue;
                }
                let text = std::fs::read_to_string(&path).unwrap();
                // Tests may print; they stand at the end of a file.
                let code = text.split("#[cfg(test)]\nmod tests {").next().unwrap();
                let code: String =
                    code.lines().filter(|l| !l.trim_start().starts_with("//")).collect::<Vec<_>>().join("\n");
                for word in
                    ["println!", "eprintln!", "process::exit", "unsafe ", "clippy::print_", "clippy::exit"]
                {
                    assert!(!code.contains(word), "{}: {word}", path.display());
                }
            }
        }
    }
}
