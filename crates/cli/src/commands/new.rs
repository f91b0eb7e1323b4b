//! `gradus new`: a package to start from.

use super::{Done, Findings};
use crate::args::{NewArgs, OneLang};
use crate::term::Term;
use crate::{Outcome, Stop, scaffold, write};
use gradus_model::diagnostic::catalog;
use gradus_model::{Diagnostic, Id, Place};
use std::path::Path;

pub(super) fn run(args: &NewArgs, term: &Term) -> Done {
    let directory = &args.directory;
    let shown = directory.display().to_string();
    refuse_to_overwrite(directory, &shown)?;
    let id = match &args.id {
        Some(id) => id.clone(),
        None => code_of(directory),
    };
    if let Err(character) = Id::new(&id) {
        let message = match character {
            Some(c) => format!("the code `{id}` has the character `{c}`"),
            None => format!("the code `{id}` is empty or too long"),
        };
        return Err(Findings::one(
            Diagnostic::new(&catalog::INVALID_CODE, message)
                .help("give `--id` with letters, digits, `-`, `_` and `.` only"),
        ));
    }
    let zh = args.lang == OneLang::Zh;
    let name = args.name.clone().unwrap_or_else(|| if zh { "城市指数" } else { "City index" }.to_owned());
    let files = scaffold::files(&id, &name, zh);
    let existed = directory.exists();
    write::directory(directory)?;
    for (name, text) in &files {
        let path = directory.join(name);
        let written =
            path.parent().map_or(Ok(()), write::directory).and_then(|()| write::file(&path, text.as_bytes()));
        if let Err(stop) = written {
            undo(directory, existed);
            return Err(stop);
        }
    }
    let spelled = shell_word(&shown);
    term.say(&if zh {
        format!("已建立 {shown}。接着可以运行：\n  gradus check {spelled}\n  gradus score {spelled}\n  gradus report {spelled} --lang zh")
    } else {
        format!("made {shown}; try\n  gradus check {spelled}\n  gradus score {spelled}\n  gradus report {spelled}")
    });
    Ok(Outcome::Done)
}

fn refuse_to_overwrite(directory: &Path, shown: &str) -> Result<(), Stop> {
    let Ok(meta) = directory.symlink_metadata() else { return Ok(()) };
    let empty = directory.read_dir().is_ok_and(|mut entries| entries.next().is_none());
    if meta.is_dir() && empty {
        return Ok(());
    }
    let what = if meta.is_dir() { "exists and is not empty" } else { "exists and is not a directory" };
    Err(Findings::one(
        Diagnostic::new(&catalog::TARGET_EXISTS, format!("`{shown}` {what}"))
            .at(Place::file(shown))
            .help("name a directory that does not exist yet"),
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

/// A code from the name of a directory: what may not stand in one becomes a hyphen.
fn code_of(directory: &Path) -> String {
    let full = directory.canonicalize().ok();
    let name = directory
        .file_name()
        .or_else(|| full.as_ref().and_then(|full| full.file_name()))
        .map(|name| name.to_string_lossy().to_lowercase())
        .unwrap_or_default();
    let mut out = String::new();
    for c in name.chars().take(Id::LONGEST) {
        match c {
            c if c.is_alphanumeric() || matches!(c, '_' | '.') => out.push(c),
            _ if !out.ends_with('-') => out.push('-'),
            _ => {}
        }
    }
    let out = out.trim_matches('-');
    if out.is_empty() { "my-index".into() } else { out.to_owned() }
}

/// A path as a shell takes it back.
fn shell_word(path: &str) -> String {
    if path.chars().all(|c| c.is_alphanumeric() || "-_./+:@%".contains(c)) {
        path.to_owned()
    } else {
        format!("'{}'", path.replace('\'', "'\\''"))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_directory_gives_its_code() {
        for (directory, code) in [
            ("a/My Index", "my-index"),
            ("城市", "城市"),
            ("x  y!", "x-y"),
            ("!!", "my-index"),
            ("v1.2_b", "v1.2_b"),
        ] {
            assert_eq!(code_of(Path::new(directory)), code);
            assert!(Id::new(code).is_ok());
        }
    }

    #[test]
    fn paths_come_back_from_a_shell() {
        assert_eq!(shell_word("a/b-c"), "a/b-c");
        assert_eq!(shell_word("it's here"), "'it'\\''s here'");
    }
}
