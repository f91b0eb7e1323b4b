//! The explorer compiled to WebAssembly, as it ships.
//!
//! `crates/explorer/build` makes it, and with it the manifest that says from which sources. The test `in_step` fails when the
//! sources are others.

/// The module, compressed by gzip.
pub const BYTES: &[u8] = include_bytes!("../module/explorer.wasm.gz");

/// From what it was made: lines `name value`.
pub const MANIFEST: &str = include_str!("../module/manifest");
