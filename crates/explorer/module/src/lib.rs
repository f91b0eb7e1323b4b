//! The door of the explorer's WebAssembly module: texts in, texts out.
//!
//! The page asks for room with [`input`], writes UTF-8 there, calls [`open`] once or [`answer`] as often as it likes, and reads as many
//! bytes as the call returned from [`output`]. All of it is safe code: the memory of the module belongs to the page as well, and
//! addresses are handed out, never followed. Only the names of exports need an attribute that may be unsafe, since two
//! libraries could claim one name; these are the only ones here.

use gradus_explorer::Session;
use std::sync::{Mutex, MutexGuard, PoisonError};

struct State {
    session: Option<Session>,
    input: Vec<u8>,
    output: String,
}

static STATE: Mutex<State> = Mutex::new(State { session: None, input: Vec::new(), output: String::new() });

fn state() -> MutexGuard<'static, State> {
    STATE.lock().unwrap_or_else(PoisonError::into_inner)
}

/// Room for a text of so many bytes; returns its address.
#[unsafe(no_mangle)]
pub extern "C" fn input(length: usize) -> usize {
    let mut state = state();
    state.input = vec![0; length];
    state.input.as_ptr() as usize
}

/// The address of the last answer.
#[unsafe(no_mangle)]
pub extern "C" fn output() -> usize {
    state().output.as_ptr() as usize
}

/// Opens a session with what `gradus_explorer::opening` wrote; the answer is what there is to try, or `errors`. Returns its length in
/// bytes.
#[unsafe(no_mangle)]
pub extern "C" fn open() -> usize {
    let mut state = state();
    let text = std::mem::take(&mut state.input);
    state.output = match Session::open(&String::from_utf8_lossy(&text)) {
        Ok(session) => {
            let about = session.about();
            state.session = Some(session);
            about
        }
        Err(errors) => errors,
    };
    state.output.len()
}

/// Answers a scenario; returns the length of the answer in bytes.
#[unsafe(no_mangle)]
pub extern "C" fn answer() -> usize {
    let mut state = state();
    let text = std::mem::take(&mut state.input);
    let answer = match &state.session {
        Some(session) => session.answer(&String::from_utf8_lossy(&text)),
        None => r#"{"ok":false,"errors":[{"id":"not-open","message":"nothing is open","help":"call `open` first"}]}"#
            .to_owned(),
    };
    state.output = answer;
    state.output.len()
}
