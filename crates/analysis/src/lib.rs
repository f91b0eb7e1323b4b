//! What the figures and scores of an index say about it: statistics, correlation, components, comparison, trends.
//!
//! **Invariants.** It reads an evaluation and computes no score of its own. It prints nothing and formats nothing.
