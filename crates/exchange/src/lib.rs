//! Formats of other tools, in and out.
//!
//! **Invariants.** Bytes and packages in, bytes and packages out: nothing here opens a file.
