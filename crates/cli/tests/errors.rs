//! Every kind of diagnostic as the user meets it: `fixtures/errors/<id>/` is a bad input, the command that meets it
//! (`check .` where there is no file `command`) and the exact output.
//!
//! A directory `<id>.<variant>` is one more case of the same kind. `GRADUS_UPDATE=1 cargo test -p gradus-cli` writes
//! the outputs anew; they are reviewed like code.

#![allow(
    clippy::disallowed_methods,
    clippy::unwrap_used,
    reason = "tests prepare and read files, and stop where they fail"
)]

mod support;

use gradus::model::diagnostic::catalog;
use std::path::Path;
use support::Case;

/// Kinds that no fixture can show yet, with the reason.
const WITHOUT: &[(&str, &str)] = &[];

/// Inputs that cannot lie in a repository, by fixture.
fn recipe(name: &str, dir: &Path) {
    let write = |path: &str, bytes: &[u8]| std::fs::write(dir.join(path), bytes).unwrap();
    let large =
        |path: &str, bytes: u64| std::fs::File::create(dir.join(path)).unwrap().set_len(bytes).unwrap();
    match name {
        "file-unreadable" => std::fs::create_dir(dir.join("figures")).unwrap(),
        #[cfg(unix)]
        "path-outside-package.symlink" => {
            std::os::unix::fs::symlink("/etc/hosts", dir.join("figures.csv")).unwrap();
        }
        "not-text" => write("package.toml", b"format = 1\n[index]\nid = \"demo\"\nname = \"Gr\xfcn\"\n"),
        "file-too-large" => large("package.toml", (16 << 20) + 1),
        "file-too-large.data" => large("data.csv", (2 << 30) + 1),
        "cell-too-large" => {
            let cell = "9".repeat(10 << 20);
            write("data.csv", format!("unit,variable,period,value\nMinsk,water,2020,{cell}\n").as_bytes());
        }
        "undecodable-text" => write("data.csv", b"unit,variable,period,value\nM\xfcnchen,water,2020,97.5\n"),
        "workbook-unreadable" => write("data.xlsx", b"\x00\x01\x02 this is no workbook"),
        "unknown-unit.million" => {
            let mut text = String::from("unit,variable,period,value\n");
            for row in 0..1_000_000 {
                text.push_str(&format!("city-{row},water,2020,{}\n", row % 100));
            }
            write("data.csv", text.as_bytes());
        }
        "table-too-large" => {
            let mut text = String::from("unit,variable,period,value\n");
            for row in 0..25_000 {
                let (year, month, day) = (1000 + row / 336, row / 28 % 12 + 1, row % 28 + 1);
                text.push_str(&format!("city-{row},water,{year}-{month:02}-{day:02},{}\n", row % 100));
            }
            write("data.csv", text.as_bytes());
        }
        _ => {}
    }
}

#[test]
fn every_bad_input_gives_its_expected_output() {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../fixtures/errors");
    let update = std::env::var_os("GRADUS_UPDATE").is_some();
    let only = std::env::var("GRADUS_FIXTURE").ok();
    let mut names: Vec<String> = folder
        .read_dir()
        .unwrap()
        .map(|entry| entry.unwrap())
        .filter(|entry| entry.path().is_dir())
        .map(|entry| entry.file_name().into_string().unwrap())
        .filter(|name| only.as_ref().is_none_or(|only| name.starts_with(only.as_str())))
        .collect();
    names.sort();
    let mut wrong = Vec::new();
    for name in &names {
        let case = Case::new(&folder.join(name));
        recipe(name, case.dir());
        let before = case.files();
        let command = case.command.clone().unwrap_or_else(|| "check .".into());
        let text = case.run(&command);
        let id = name.split('.').next().unwrap();
        if !text.contains(&format!("[{id}]")) {
            wrong.push(format!("{name}: the output does not speak of `{id}`:\n{text}"));
            continue;
        }
        compare(&folder.join(name).join("expected.txt"), &text, update, &mut wrong);
        let json = folder.join(name).join("expected.json");
        if json.exists() {
            let text = case.output(&format!("{command} --format json")).0;
            assert!(serde_json::from_str::<serde_json::Value>(&text).is_ok(), "{name}: {text}");
            compare(&json, &text, update, &mut wrong);
        }
        if case.files() != before {
            wrong.push(format!("{name}: files were written or changed"));
        }
    }
    assert!(wrong.is_empty(), "{} of {} cases differ\n\n{}", wrong.len(), names.len(), wrong.join("\n\n"));
}

fn compare(expected: &Path, text: &str, update: bool, wrong: &mut Vec<String>) {
    let known = std::fs::read_to_string(expected).unwrap_or_default();
    if known == text {
        return;
    }
    if update {
        std::fs::write(expected, text).unwrap();
    } else {
        wrong.push(format!("{}\n--- expected\n{known}\n--- found\n{text}", expected.display()));
    }
}

#[test]
fn every_kind_has_a_fixture() {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../fixtures/errors");
    for kind in catalog::ALL {
        let excused = WITHOUT.iter().any(|(id, _)| *id == kind.id);
        assert_ne!(
            folder.join(kind.id).is_dir(),
            excused,
            "{}: a fixture, or a reason why there is none",
            kind.id
        );
    }
    for entry in folder.read_dir().unwrap().filter(|entry| entry.as_ref().unwrap().path().is_dir()) {
        let name = entry.unwrap().file_name().into_string().unwrap();
        let id = name.split('.').next().unwrap();
        assert!(catalog::ALL.iter().any(|k| k.id == id), "{name} is no kind of diagnostic");
    }
}
