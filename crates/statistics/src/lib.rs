//! Statistics on plain numbers: what methods, audits and analyses share.
//!
//! Everything here is `f64`: these are numerical procedures (iterations, decompositions, searches) whose results are
//! not exact in any arithmetic. What a package computes exactly (means, lines, thresholds) never passes through here.
//!
//! **Invariants.** No index, no tree, no units: slices of numbers in, numbers out. A missing value is never passed in.
//! Sums run in a fixed order, and `ln`, `exp` and powers are those of `libm`, so the same input gives the same bits
//! on every machine.
