//! How far a level is, how fast a unit moves, and when it gets there.
//!
//! Two layers. The pure one knows series of numbers: [`pace`] says what is needed and what was held, [`eta`] when a level is
//! reached and how sure that is, and [`presets`] holds published rules that rate progress, each as data and one function. The other
//! one, [`progress`], takes series, thresholds and peers from a package that has been evaluated.
//!
//! **Invariants.** It computes no score and decides no grade. A pace is positive where things get better. Nothing is replaced by a
//! small number to make a formula work: what is undefined is [`Refused`] with a reason. There are no random numbers. Ratings by the
//! robust pace do not depend on the measurement unit, nor on counting a share or its complement.

pub mod eta;
pub mod history;
pub mod pace;
pub mod preset;
pub mod presets;
pub mod progress;
pub mod sentence;

mod refused;
mod series;
#[cfg(test)]
mod testing;

pub use preset::{PaceForm, Preset, Rating};
pub use presets::PRESETS;
pub use progress::{Ask, Item, Source, Tracker};
pub use refused::Refused;
pub use sentence::sentence;
pub use series::{Point, Series, gain, good};
