//! The checks, one per file.

pub mod availability;
