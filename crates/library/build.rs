//! A file added to `packages/` is embedded at the next build, not only when a source file changes too.

#![allow(clippy::print_stdout, reason = "cargo reads what a build script prints")]

fn main() {
    println!("cargo::rerun-if-changed=packages");
    println!("cargo::rerun-if-changed=../../fixtures/published");
}
