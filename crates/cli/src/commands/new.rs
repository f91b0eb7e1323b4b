//! `gradus new`: a package to start from.

use super::{Done, Findings};
use crate::args::{NewArgs, OneLang};
use crate::term::{Term, shell_word};
use crate::{Outcome, scaffold, write};
use gradus::model::diagnostic::catalog;
use gradus::model::{Diagnostic, Id};
use std::path::Path;

pub(super) fn run(args: &NewArgs, term: &Term) -> Done {
    let directory = &args.directory;
    let shown = directory.display().to_string();
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
    let files: Vec<(String, &[u8])> =
        files.iter().map(|(name, text)| ((*name).to_owned(), text.as_bytes())).collect();
    write::new_directory(directory, &files)?;
    let spelled = shell_word(&shown);
    term.say(&if zh {
        format!("已建立 {shown}。接着可以运行：\n  gradus check {spelled}\n  gradus score {spelled}\n  gradus report {spelled} --lang zh")
    } else {
        format!("made {shown}; try\n  gradus check {spelled}\n  gradus score {spelled}\n  gradus report {spelled}")
    });
    Ok(Outcome::Done)
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
}
