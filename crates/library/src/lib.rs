//! Built-in index packages with their figures and sources.
