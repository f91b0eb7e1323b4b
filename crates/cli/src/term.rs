//! The only place that prints: results to standard output, messages and progress to standard error.

use crate::Stop;
use crate::args::Color;
use crate::listing;
use crate::render::escape::visible;
use crate::render::{self, Sources};
use anstream::{AutoStream, ColorChoice};
use gradus::model::{Diagnostics, Lang, Text};
use indicatif::{ProgressBar, ProgressDrawTarget, ProgressStyle};
use std::cell::{Cell, RefCell};
use std::io::{ErrorKind, IsTerminal, Write};
use std::process::ExitCode;
use std::sync::mpsc;
use std::time::Duration;

/// How many findings are shown as text; the rest are counted.
const SHOWN: usize = 200;
/// How long a command works before it shows that it does.
const PATIENCE: Duration = Duration::from_secs(1);

/// The terminal, or what stands in its place.
#[derive(Debug)]
pub(crate) struct Term {
    color: ColorChoice,
    quiet: bool,
    /// What the packages that were computed want said on every page.
    notices: RefCell<Vec<Text>>,
    lang: Cell<Lang>,
}

impl Term {
    /// A terminal by the wishes of the user.
    pub(crate) fn new(color: Color, quiet: bool) -> Self {
        let color = match color {
            Color::Auto => ColorChoice::Auto,
            Color::Always => ColorChoice::AlwaysAnsi,
            Color::Never => ColorChoice::Never,
        };
        Self { color, quiet, notices: RefCell::default(), lang: Cell::new(Lang::En) }
    }

    /// Puts a package's notice among those that lists carry.
    pub(crate) fn carry(&self, notice: &Text) {
        let mut notices = self.notices.borrow_mut();
        if !notice.is_empty() && !notices.contains(notice) {
            notices.push(notice.clone());
        }
    }

    /// Chooses the language of notices.
    pub(crate) fn speak(&self, lang: Lang) {
        self.lang.set(lang);
    }

    /// The notices of the packages that were computed, each as a sentence to show.
    pub(crate) fn notices(&self) -> Vec<String> {
        let lang = self.lang.get();
        let word = if lang == Lang::Zh { "提示：" } else { "Notice: " };
        self.notices.borrow().iter().map(|text| format!("{word}{}", visible(text.get(lang)))).collect()
    }

    /// Prints a result for people: lines that are wider than the terminal are broken between words.
    pub(crate) fn out(&self, text: &str) -> Result<(), Stop> {
        let fitted = self.width().map(|width| listing::fitted(text, width.max(20)));
        let text = fitted.as_deref().unwrap_or(text);
        let mut out = AutoStream::new(std::io::stdout().lock(), self.color);
        match out.write_all(text.as_bytes()).and_then(|()| out.flush()) {
            Ok(()) => Ok(()),
            Err(e) if e.kind() == ErrorKind::BrokenPipe => Err(Stop::Closed),
            Err(e) => Err(crate::write::failed("standard output", &e)),
        }
    }

    /// Prints a result for programs, byte for byte.
    pub(crate) fn data(&self, text: &str) -> Result<(), Stop> {
        let mut out = std::io::stdout().lock();
        match out.write_all(text.as_bytes()).and_then(|()| out.flush()) {
            Ok(()) => Ok(()),
            Err(e) if e.kind() == ErrorKind::BrokenPipe => Err(Stop::Closed),
            Err(e) => Err(crate::write::failed("standard output", &e)),
        }
    }

    /// Says something that `--quiet` keeps back.
    pub(crate) fn say(&self, text: &str) {
        if self.quiet {
            return;
        }
        let columns =
            terminal_size::terminal_size_of(std::io::stderr()).map(|(width, _)| usize::from(width.0));
        let text =
            columns.filter(|c| *c > 0).map_or(text.to_owned(), |width| listing::fitted(text, width.max(20)));
        self.complain(&format!("{text}\n"));
    }

    /// Writes to standard error. A failure is ignored: there is nowhere left to report it.
    fn complain(&self, text: &str) {
        let mut err = AutoStream::new(std::io::stderr().lock(), self.color);
        let _ = err.write_all(text.as_bytes()).and_then(|()| err.flush());
    }

    /// Shows findings as text.
    pub(crate) fn findings(&self, found: &Diagnostics, sources: &Sources) {
        let shown = found.iter().filter(|d| !self.quiet || d.is_error()).take(SHOWN);
        let text: Vec<String> = shown.map(|d| render::text::render(d, sources)).collect();
        if text.is_empty() {
            return;
        }
        self.complain(&text.join("\n"));
        let rest = found.iter().count().saturating_sub(SHOWN);
        if rest > 0 {
            self.complain(&format!("\n... and {rest} more: `gradus check --format json` shows all\n"));
        }
    }

    /// Columns of the terminal that results go to; `None` where they go to a file or a pipe.
    pub(crate) fn width(&self) -> Option<usize> {
        let columns = std::env::var("COLUMNS").ok().and_then(|c| c.trim().parse::<usize>().ok());
        columns
            .or_else(|| terminal_size::terminal_size_of(std::io::stdout()).map(|(width, _)| width.0.into()))
            .filter(|width| *width > 0)
    }

    /// Shows that a command is at work, when that takes longer than a moment, until the value is dropped.
    pub(crate) fn working(&self, what: &str) -> Working {
        if self.quiet || !std::io::stderr().is_terminal() {
            return Working { done: None, thread: None };
        }
        let bar = ProgressBar::with_draw_target(None, ProgressDrawTarget::hidden())
            .with_style(ProgressStyle::default_spinner())
            .with_message(what.to_owned());
        let (done, wait) = mpsc::channel::<()>();
        let thread = std::thread::spawn(move || {
            if wait.recv_timeout(PATIENCE) == Err(mpsc::RecvTimeoutError::Timeout) {
                bar.set_draw_target(ProgressDrawTarget::stderr());
                bar.enable_steady_tick(Duration::from_millis(100));
                let _ = wait.recv();
                bar.finish_and_clear();
            }
        });
        Working { done: Some(done), thread: Some(thread) }
    }
}

impl Term {
    /// A bar that shows how far something has come, when that takes longer than a moment.
    pub(crate) fn bar(&self, what: &str) -> Bar {
        let hidden = self.quiet || !std::io::stderr().is_terminal();
        let bar =
            ProgressBar::with_draw_target(None, ProgressDrawTarget::hidden()).with_message(what.to_owned());
        Bar { bar, hidden, shown: std::sync::atomic::AtomicBool::new(false) }
    }
}

/// A bar of progress; gone when dropped.
#[derive(Debug)]
pub(crate) struct Bar {
    bar: ProgressBar,
    hidden: bool,
    shown: std::sync::atomic::AtomicBool,
}

impl Bar {
    /// That so much is done, of so much if that is known.
    pub(crate) fn at(&self, done: u64, of: Option<u64>) {
        use std::sync::atomic::Ordering;
        if self.hidden {
            return;
        }
        if self.bar.elapsed() > PATIENCE && !self.shown.swap(true, Ordering::Relaxed) {
            self.bar.set_draw_target(ProgressDrawTarget::stderr());
        }
        match of {
            Some(of) => {
                self.bar.set_length(of);
                let style = ProgressStyle::with_template("{msg} {wide_bar} {pos} of {len} draws, {eta} left");
                self.bar.set_style(style.unwrap_or_else(|_| ProgressStyle::default_bar()));
            }
            None => self.bar.set_style(ProgressStyle::default_spinner()),
        }
        self.bar.set_position(done);
    }
}

impl Drop for Bar {
    fn drop(&mut self) {
        self.bar.finish_and_clear();
    }
}

/// A sign of work in progress; gone when dropped.
#[derive(Debug)]
pub(crate) struct Working {
    done: Option<mpsc::Sender<()>>,
    thread: Option<std::thread::JoinHandle<()>>,
}

impl Drop for Working {
    fn drop(&mut self) {
        drop(self.done.take());
        if let Some(thread) = self.thread.take() {
            // A panic of the spinner is not worth a second one.
            let _ = thread.join();
        }
    }
}

/// Text for people without its escapes for color.
pub(crate) fn plain(text: &str) -> String {
    anstream::adapter::strip_str(text).to_string()
}

/// Prints what the argument parser has to say: help and version as a result, mistakes as a message.
pub(crate) fn usage(error: &clap::Error) -> ExitCode {
    // Nobody may be reading any more, which is no trouble.
    let _ = error.print();
    if error.use_stderr() { ExitCode::from(2) } else { ExitCode::SUCCESS }
}

/// A path as a shell takes it back.
pub(crate) fn shell_word(path: &str) -> String {
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
    fn paths_come_back_from_a_shell() {
        assert_eq!(shell_word("a/b-c"), "a/b-c");
        assert_eq!(shell_word("it's here"), "'it'\\''s here'");
    }
}
