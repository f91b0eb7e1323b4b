//! Reports as PDF: with the feature what stands in them, without it what is said.

#![allow(
    clippy::disallowed_methods,
    clippy::unwrap_used,
    clippy::print_stdout,
    reason = "tests prepare and read files, and stop where they fail"
)]

mod support;

use support::Case;

#[cfg(not(feature = "pdf"))]
#[test]
fn without_the_feature_it_is_said_how_to_get_it() {
    let case = Case::empty();
    let (_, err, code) = case.output("report changchun-2018 --format pdf --no-audit");
    assert_eq!(code, 2, "{err}");
    assert!(err.contains("--features pdf") && err.contains("--format html"), "{err}");
}

#[cfg(feature = "pdf")]
mod with {
    use super::Case;
    use std::path::Path;
    use std::process::Command;

    fn text_of(path: &Path) -> Option<String> {
        let Ok(run) = Command::new("pdftotext").arg("-layout").arg(path).arg("-").output() else {
            println!("skipped: the text of PDF files is not read (no program `pdftotext`)");
            return None;
        };
        assert!(run.status.success());
        Some(String::from_utf8(run.stdout).unwrap())
    }

    #[test]
    fn packages_of_the_library_are_set_in_both_languages() {
        let case = Case::empty();
        for (package, lang, words) in [
            (
                "changchun-2018",
                "en",
                &["Changchun", "International city", "neither ratified nor published"][..],
            ),
            ("hdi", "en", &["Human Development Index", "Switzerland"]),
            ("changchun-2018", "zh", &["长春", "国际城市"]),
            ("engel-bands", "en,zh", &["Engel"]),
        ] {
            let (_, err, code) =
                case.output(&format!("report {package} --lang {lang} --out out.pdf --no-audit"));
            if err.contains("no font on this machine") {
                println!("skipped: {package} in {lang} is not set (no font with Chinese characters)");
                continue;
            }
            assert_eq!(code, 0, "{package} {lang}: {err}");
            let path = case.dir().join("out.pdf");
            let bytes = std::fs::read(&path).unwrap();
            assert!(bytes.starts_with(b"%PDF-"));
            assert!(bytes.len() < 10_000_000, "{package}: {} bytes", bytes.len());
            let Some(text) = text_of(&path) else { return };
            for word in words {
                assert!(text.contains(word), "{package} {lang}: {word} is not in it");
            }
            std::fs::remove_file(path).unwrap();
        }
    }

    #[test]
    fn fonts_come_from_the_folder_that_is_named() {
        let case = Case::empty();
        std::fs::create_dir(case.dir().join("none")).unwrap();
        let (_, err, code) = case.output("report hdi --lang zh --out out.pdf --no-audit --fonts none");
        assert_eq!(code, 2, "{err}");
        assert!(err.contains("no font on this machine") && err.contains("--fonts DIR"), "{err}");
        assert!(!case.dir().join("out.pdf").exists());
        let (_, err, code) = case.output("report hdi --out out.pdf --no-audit --fonts missing");
        assert_eq!(code, 2, "{err}");
        assert!(err.contains("there is no directory `missing`"), "{err}");
    }
}
