//! The presets: one published rule, one file, one line in one list.

pub mod change10;
pub mod de_dns;
pub mod eurostat;
pub mod hdr_tercile;
pub mod sdsn;
pub mod sdsn_color;
pub mod statcan;

use crate::preset::Preset;

/// Every preset, in order of id.
pub static PRESETS: &[&Preset] = &[
    &change10::PRESET,
    &de_dns::PRESET,
    &eurostat::PRESET,
    &hdr_tercile::PRESET,
    &sdsn::PRESET,
    &sdsn_color::PRESET,
    &statcan::PRESET,
];

/// The preset of an id.
#[must_use]
pub fn find(id: &str) -> Option<&'static Preset> {
    PRESETS.iter().copied().find(|preset| preset.id == id)
}
