//! Running the real command in a directory of its own.

#![allow(dead_code, unreachable_pub, reason = "each test file uses its part")]

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};
use std::process::{Command, Output, Stdio};

/// A copy of a fixture, or an empty directory, to run commands in.
pub struct Case {
    dir: tempfile::TempDir,
    pub command: Option<String>,
}

impl Case {
    /// A copy of a fixture without its expectations.
    pub fn new(fixture: &Path) -> Self {
        let case = Self::empty();
        copy(fixture, case.dir());
        for own in ["command", "expected.txt", "expected.json"] {
            let _ = std::fs::remove_file(case.dir().join(own));
        }
        let command = std::fs::read_to_string(fixture.join("command")).ok().map(|c| c.trim().to_owned());
        Self { command, ..case }
    }
    /// An empty directory.
    pub fn empty() -> Self {
        Self { dir: tempfile::tempdir().unwrap(), command: None }
    }
    /// Where it is.
    pub fn dir(&self) -> &Path {
        self.dir.path()
    }
    /// Writes a file.
    pub fn write(&self, path: &str, text: &str) {
        let path = self.dir().join(path);
        std::fs::create_dir_all(path.parent().unwrap()).unwrap();
        std::fs::write(path, text).unwrap();
    }
    /// A file's text.
    pub fn read(&self, path: &str) -> String {
        std::fs::read_to_string(self.dir().join(path)).unwrap()
    }
    /// The command, ready to run.
    pub fn gradus(&self, arguments: &str) -> Command {
        let mut command = Command::new(env!("CARGO_BIN_EXE_gradus"));
        command.args(words(arguments)).current_dir(self.dir()).stdin(Stdio::null());
        for variable in ["NO_COLOR", "CLICOLOR", "CLICOLOR_FORCE", "COLUMNS", "RUST_BACKTRACE"] {
            command.env_remove(variable);
        }
        command
    }
    /// Standard output, standard error and exit code of a run.
    pub fn output(&self, arguments: &str) -> (String, String, i32) {
        parts(&self.gradus(arguments).output().unwrap())
    }
    /// Exit code and output of a run as one text.
    pub fn run(&self, arguments: &str) -> String {
        let (out, err, code) = self.output(arguments);
        let mut text = format!("exit code: {code}\n");
        if !out.is_empty() {
            text.push_str("--- standard output\n");
            text.push_str(&out);
        }
        if !err.is_empty() {
            text.push_str("--- standard error\n");
            text.push_str(&err);
        }
        text
    }
    /// Every file with its size and content; the content of a huge one is not read.
    pub fn files(&self) -> BTreeMap<PathBuf, (u64, Vec<u8>)> {
        let mut out = BTreeMap::new();
        let mut folders = vec![self.dir().to_owned()];
        while let Some(folder) = folders.pop() {
            for entry in folder.read_dir().unwrap() {
                let path = entry.unwrap().path();
                let meta = path.symlink_metadata().unwrap();
                if meta.is_dir() {
                    folders.push(path.clone());
                }
                let small = meta.is_file() && meta.len() < 1 << 20;
                let bytes = if small { std::fs::read(&path).unwrap() } else { Vec::new() };
                out.insert(path, (meta.len(), bytes));
            }
        }
        out
    }
}

/// Standard output, standard error and exit code.
pub fn parts(output: &Output) -> (String, String, i32) {
    let text = |bytes: &[u8]| String::from_utf8(bytes.to_vec()).unwrap();
    (text(&output.stdout), text(&output.stderr), output.status.code().unwrap_or(-1))
}

/// Arguments separated by spaces; single quotes hold one together.
fn words(arguments: &str) -> Vec<String> {
    let mut out = Vec::new();
    let (mut word, mut open, mut any) = (String::new(), false, false);
    for c in arguments.chars() {
        match c {
            '\'' => (open, any) = (!open, true),
            ' ' | '\n' if !open => {
                if any || !word.is_empty() {
                    out.push(std::mem::take(&mut word));
                }
                any = false;
            }
            c => word.push(c),
        }
    }
    if any || !word.is_empty() {
        out.push(word);
    }
    out
}

fn copy(from: &Path, to: &Path) {
    for entry in from.read_dir().unwrap() {
        let entry = entry.unwrap();
        let target = to.join(entry.file_name());
        if entry.file_type().unwrap().is_dir() {
            std::fs::create_dir(&target).unwrap();
            copy(&entry.path(), &target);
        } else {
            std::fs::copy(entry.path(), target).unwrap();
        }
    }
}
