//! Every built-in package is whole: it decodes, says where it comes from, and holds no file that nothing names.

use gradus_library::{BuiltIn, list};
use gradus_model::decode::decode;
use gradus_model::observation::Confidence;
use gradus_model::package::PackageStatus;
use gradus_model::{Lang, Package, Text};
use std::collections::BTreeSet;
use std::path::{Path, PathBuf};

fn package(built_in: &BuiltIn) -> Package {
    let (package, found) = decode(built_in.id, built_in.package_toml());
    let found: Vec<String> = found.iter().map(|d| format!("{}: {}", d.kind.id, d.message)).collect();
    assert!(found.is_empty(), "{}: {found:#?}", built_in.id);
    package.expect("a package without an error is there")
}

#[test]
fn each_decodes_without_a_remark_under_the_name_of_its_folder() {
    assert!(list().count() >= 4);
    for built_in in list() {
        assert_eq!(package(built_in).index.id, built_in.id);
    }
}

#[test]
fn each_names_sources_confidence_and_terms() {
    for built_in in list() {
        let readme = built_in.readme();
        let headings: BTreeSet<&str> = readme.lines().filter_map(|line| line.strip_prefix("## ")).collect();
        for heading in ["Sources", "Confidence", "Terms"] {
            assert!(headings.contains(heading), "{}: no heading {heading}", built_in.id);
        }
        assert!(built_in.readme().starts_with("# "), "{}", built_in.id);
    }
}

#[test]
fn each_holds_exactly_the_files_it_names() {
    for built_in in list() {
        let package = package(built_in);
        let mut named: BTreeSet<String> = ["README.md", "package.toml"].map(str::to_owned).into();
        named.extend(package.data.iter().map(|data| data.file.clone()));
        named.extend(package.published.iter().filter(|p| !p.shared).map(|p| p.file.clone()));
        let held: BTreeSet<String> = built_in.files().map(|(path, _)| path).collect();
        assert_eq!(held, named, "{}", built_in.id);
    }
}

#[test]
fn names_units_and_grades_are_bilingual() {
    let both = |text: &Text| text.en.is_some() && text.zh.is_some();
    for built_in in list() {
        let package = package(built_in);
        let texts = [&package.index.name, &package.index.description, &package.index.unit_kind]
            .into_iter()
            .chain(package.nodes.iter().map(|node| &node.name))
            .chain(package.units.iter().map(|unit| &unit.name))
            .chain(package.grades.iter().flat_map(|grade| [&grade.name, &grade.letter]))
            .chain(package.standards.iter().flat_map(|s| [&s.name, &s.description]))
            .chain(package.levels.iter())
            .chain(package.index.open_questions.iter());
        for text in texts {
            assert!(both(text), "{}: {text:?}", built_in.id);
        }
        for (_, node, indicator) in package.indicators() {
            assert!(indicator.unpublished || both(&indicator.description), "{}: {}", built_in.id, node.id);
            assert!(indicator.confidence.is_some(), "{}: {}", built_in.id, node.id);
            assert!(!indicator.origins.is_empty(), "{}: {}", built_in.id, node.id);
            assert!(indicator.ladder.is_empty() || both(&indicator.why), "{}: {}", built_in.id, node.id);
        }
    }
}

#[test]
fn what_is_not_established_says_so_on_every_page() {
    let weak = |confidence| !matches!(confidence, Some(Confidence::Verified | Confidence::Documented));
    let mut count = 0;
    for built_in in list() {
        let package = package(built_in);
        let unverified = package.indicators().any(|(_, _, i)| i.confidence == Some(Confidence::Unverified));
        // Drafts and packages that leave indicators out are no published text either.
        let draft = package.index.status == PackageStatus::Draft;
        if weak(package.index.confidence) || unverified || draft {
            count += 1;
            for lang in [Lang::En, Lang::Zh] {
                assert!(!package.index.notice.get(lang).is_empty(), "{}", built_in.id);
            }
        }
    }
    assert!(count >= 4);
}

/// What is embedded is what lies in the folder: a file that was added later is not seen before a rebuild.
#[test]
fn the_embedded_files_are_those_of_the_folder() {
    fn walk(dir: &Path, root: &Path, found: &mut BTreeSet<PathBuf>) {
        for entry in dir.read_dir().unwrap() {
            let path = entry.unwrap().path();
            if path.is_dir() {
                walk(&path, root, found);
            } else {
                found.insert(path.strip_prefix(root).unwrap().to_owned());
            }
        }
    }
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("packages");
    let mut on_disk = BTreeSet::new();
    walk(&root, &root, &mut on_disk);
    let embedded: BTreeSet<PathBuf> =
        list().flat_map(|b| b.files().map(|(path, _)| Path::new(b.id).join(path))).collect();
    assert_eq!(embedded, on_disk, "touch crates/library/src/lib.rs and build again");
}

#[test]
fn counterparts_are_there_and_what_is_only_near_says_why() {
    let packages: Vec<Package> = list().map(package).collect();
    let mut declared = 0;
    for package in &packages {
        for (_, node, indicator) in package.indicators() {
            for counterpart in &indicator.counterparts {
                let name = format!("{} of {}", node.id, package.index.id);
                let other = packages.iter().find(|other| other.index.id == counterpart.package);
                let other = other.unwrap_or_else(|| panic!("{name}: no package {}", counterpart.package));
                assert_ne!(other.index.id, package.index.id, "{name}");
                if let Some(code) = &counterpart.node {
                    assert!(other.node(code.as_str()).is_some(), "{name}: {}:{code}", other.index.id);
                }
                let explained = counterpart.why.en.is_some() && counterpart.why.zh.is_some();
                let wanted = counterpart.relation == gradus_model::package::Relation::Near;
                assert!(explained || !wanted, "{name}: near {} without a reason", other.index.id);
                declared += 1;
            }
        }
    }
    assert!(declared >= 80, "{declared}");
}

#[test]
fn the_same_quantity_has_the_same_direction() {
    let packages: Vec<Package> = list().map(package).collect();
    for package in &packages {
        for (_, node, indicator) in package.indicators() {
            for counterpart in &indicator.counterparts {
                let other = packages.iter().find(|other| other.index.id == counterpart.package);
                let other = other.and_then(|o| Some(&o.nodes[o.node(counterpart.node.as_ref()?.as_str())?]));
                let Some(other) = other.and_then(|node| node.indicator()) else { continue };
                if counterpart.relation == gradus_model::package::Relation::Same {
                    assert_eq!(indicator.direction, other.direction, "{}", node.id);
                }
            }
        }
    }
}
