//! Every published index of the shared folder, recomputed from its definition in `fixtures/published`.
#![allow(clippy::unwrap_used, reason = "a test may panic, also in its helpers")]
#![allow(clippy::disallowed_methods, reason = "the test looks into a folder outside the repository")]

use gradus::Methods;
use std::collections::BTreeSet;
use std::path::PathBuf;

fn shared() -> Option<PathBuf> {
    let shared = std::env::var_os("GRADUS_SHARED")
        .map_or_else(|| PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("../../../shared"), PathBuf::from);
    shared.join("published").is_dir().then_some(shared)
}

#[test]
fn every_definition_is_sound() {
    let mut count = 0;
    for index in gradus::library::definitions() {
        let (package, found) = gradus::open(index.id).unwrap().decode();
        assert!(found.is_empty(), "{}: {found:#?}", index.id);
        let package = package.unwrap();
        assert_eq!(package.index.id, *index.id);
        assert!(!package.published.is_empty(), "{} is compared with nothing", index.id);
        for published in &package.published {
            let why = published.note.zh.is_some() && published.note.en.is_some();
            assert_eq!(
                published.matches.is_some(),
                why,
                "{}: what differs is counted and explained",
                index.id
            );
        }
        assert!(index.readme().contains("Source") && index.readme().contains("Terms"), "{}", index.id);
        count += 1;
    }
    println!("{count} definitions");
    assert!(count >= 31);
}

#[test]
fn every_published_index_is_reproduced_as_far_as_it_says() {
    let Some(shared) = shared() else {
        println!("skipped: published indices; ../shared is not there");
        return;
    };
    let folders: BTreeSet<String> = shared
        .join("published")
        .read_dir()
        .unwrap()
        .map(|entry| entry.unwrap())
        .filter(|entry| entry.path().is_dir())
        .map(|entry| entry.file_name().to_string_lossy().into_owned())
        .collect();
    let defined: BTreeSet<String> = gradus::library::definitions().map(|index| index.id.to_owned()).collect();
    assert_eq!(folders.difference(&defined).count(), 0, "{folders:?} without {defined:?}");
    let (mut values, mut equal) = (0, 0);
    for id in &folders {
        let bundle = gradus::open(id).unwrap();
        let verification = gradus::verify(&bundle, &Methods::default(), Some(&shared))
            .unwrap_or_else(|found| panic!("{id}: {found:#?}"));
        for check in &verification.checks {
            println!("{id}: {} of {}, largest difference {}", check.exact, check.values, check.largest);
            assert!(!check.skipped && check.holds(), "{id}: {check:#?}");
            values += check.values;
            equal += check.exact;
        }
    }
    println!("{} indices, {equal} of {values} values", folders.len());
}
