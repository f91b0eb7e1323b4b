//! Parameters that speak of parts by code: what is said becomes positions when a method is made for a group.

use gradus_method::{Fault, Outcome};
use gradus_model::Id;
use gradus_model::diagnostic::nearest;

/// The position of a part. `None` where only the declaration is checked and the parts are not known.
pub(crate) fn position(parameter: &str, code: &str, parts: &[Id]) -> Outcome<Option<usize>> {
    let fault = |message: String| Fault::parameter(parameter, message);
    if Id::new(code).is_err() {
        return Err(fault(format!("`{code}` in `{parameter}` is not a code")));
    }
    if parts.is_empty() {
        return Ok(None);
    }
    parts.iter().position(|part| part == code).map(Some).ok_or_else(|| {
        let fault = fault(format!("`{code}` in `{parameter}` is not a part of the group"));
        match nearest(code, parts.iter().map(Id::as_str)) {
            Some(near) => fault.help(format!("did you mean `{near}`?")),
            None => fault.help(format!("use the codes of the parts: {}", list(parts))),
        }
    })
}

/// Codes for a message: the first few, and how many more.
pub(crate) fn list(codes: &[Id]) -> String {
    const SHOWN: usize = 5;
    let shown: Vec<String> = codes.iter().take(SHOWN).map(|code| format!("`{code}`")).collect();
    match codes.len().saturating_sub(SHOWN) {
        0 => shown.join(", "),
        more => format!("{} and {more} more", shown.join(", ")),
    }
}

/// A method that was made without the codes of its parts was asked for a result.
pub(crate) fn no_codes(parameter: &str) -> Fault {
    Fault::parameter(parameter, format!("`{parameter}` speaks of parts by code, and the codes are not known"))
        .help("make the method for a group: pass its codes with `Args::for_parts`")
}
