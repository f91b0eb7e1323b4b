//! Any text as a package file: findings or a well-formed package, never a panic.
#![no_main]

use gradus_model::{Package, decode};
use libfuzzer_sys::fuzz_target;

fuzz_target!(|text: &str| {
    let (package, found) = decode::decode("fuzz.toml", text);
    assert_eq!(package.is_none(), found.has_errors());
    for diagnostic in found.sorted() {
        assert!(!diagnostic.message.is_empty());
    }
    if let Some(package) = package {
        // Every node is reached from the index exactly once.
        assert_eq!(package.tree().len(), package.nodes.len());
        assert_eq!(package.tree()[0], (Package::ROOT, 0));
        assert!(package.variables().len() >= package.measures.len());
    }
});
