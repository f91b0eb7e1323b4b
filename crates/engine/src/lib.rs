//! The plan: a package compiled once, run on columns for one or many years, with every stage kept.
