//! The documentation agrees with the program: generated pages are in step, and every package in a guide works.
//!
//! `GRADUS_UPDATE=1 cargo test -p gradus --test docs` writes the generated pages anew.
#![allow(clippy::unwrap_used, reason = "a test may panic, also in its helpers")]
#![allow(clippy::disallowed_methods, reason = "the test reads and writes the documentation")]

use gradus::data::Memory;
use gradus::method::{Default, Method, ParamKind, Registry};
use gradus::model::diagnostic::{Severity, catalog};
use gradus::model::schema;
use gradus::{Bundle, Methods};
use std::fmt::Write;
use std::path::{Path, PathBuf};

fn root() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("../..")
}

fn read(path: &str) -> String {
    std::fs::read_to_string(root().join(path)).unwrap_or_else(|e| panic!("{path}: {e}"))
}

const GENERATED: &str =
    "<!-- Generated; `GRADUS_UPDATE=1 cargo test -p gradus --test docs` writes it anew. -->\n\n";

fn in_step(path: &str, text: &str) {
    let file = root().join(path);
    if std::env::var_os("GRADUS_UPDATE").is_some() {
        std::fs::write(&file, text).unwrap();
    }
    let found = std::fs::read_to_string(&file).unwrap_or_default();
    assert!(
        found == text,
        "{path} is out of step; run `GRADUS_UPDATE=1 cargo test -p gradus --test docs` and look at the difference"
    );
}

#[test]
fn the_reference_of_the_package_file_is_in_step() {
    let text = format!(
        "# The package file\n\n{GENERATED}{}{}",
        "A walk through writing one is in [guide.md](guide.md); `gradus schema` prints the JSON Schema for editors.\n\n",
        schema::markdown()
    );
    in_step("docs/package-file.md", &text);
}

fn cell(text: &str) -> String {
    text.replace('|', "\\|")
}

fn family<T>(out: &mut String, registry: &Registry<T>) {
    for method in registry.iter() {
        let Method { id, since, summary, summary_zh, formula, params, references, .. } = method;
        write!(out, "\n### `{id}`\n\n{summary}\n\n{summary_zh}\n\n```text\n").unwrap();
        for part in formula.split("; ") {
            writeln!(out, "{part}").unwrap();
        }
        out.push_str("```\n\n");
        if params.is_empty() {
            out.push_str("No parameters.\n\n");
        } else {
            out.push_str("| parameter | value | when left out | range | meaning |\n| :--- | :--- | :--- | :--- | :--- |\n");
            for param in *params {
                let kind = match param.kind {
                    ParamKind::Number => "a number",
                    ParamKind::Quantity => "a number in the indicator's measurement unit",
                    ParamKind::Word(_) => "a word",
                    ParamKind::Range => "`[low, high]`",
                    ParamKind::Numbers => "a list of numbers",
                    ParamKind::Quantities => "a list of numbers in the indicator's measurement unit",
                    ParamKind::LevelTable => "a table from levels to numbers",
                    ParamKind::Unit => "the code of a unit",
                    ParamKind::Flag => "true or false",
                    ParamKind::Code => "a code",
                    ParamKind::Codes => "a list of codes",
                    ParamKind::CodeTable => "a table from codes to numbers",
                    ParamKind::Order => "a list of codes, those that tie in a list of their own",
                    ParamKind::PairTables => "a table of tables from codes to numbers, or a list of them",
                    _ => "a value",
                };
                let default = match param.default {
                    Default::Required => "**required**".to_owned(),
                    Default::Absent(text) => text.to_owned(),
                    Default::Value(text) => format!("`{text}`"),
                };
                writeln!(
                    out,
                    "| `{}` | {kind} | {} | {} | {} |",
                    param.name,
                    cell(&default),
                    cell(param.range),
                    cell(param.meaning)
                )
                .unwrap();
            }
            out.push('\n');
        }
        for reference in *references {
            writeln!(out, "- {}. {}", reference.citation, reference.locator).unwrap();
        }
        write!(out, "\nSince {since}.\n").unwrap();
    }
}

/// The presets that rate progress, with their cut-offs.
fn progress(out: &mut String) {
    use gradus::model::Lang;
    out.push_str(
        "\n## Progress\n\nRates progress towards the steps of ladders: `policy.progress = { preset = \"statcan\" }`, or \
         `gradus progress PKG --preset statcan`. A question mark stands behind what was not read in its source.\n",
    );
    let mark = |checked: bool| if checked { "" } else { " ?" };
    for preset in gradus::progress::PRESETS {
        write!(out, "\n### `{}`\n\n{}\n\n{}\n\n```text\n", preset.id, preset.summary, preset.summary_zh)
            .unwrap();
        for part in preset.formula.split("; ") {
            writeln!(out, "{part}").unwrap();
        }
        out.push_str("```\n\n| measure | class | from |\n| :--- | :--- | :--- |\n");
        let last = preset.classes.len() - 1;
        for (at, cuts) in preset.cuts.iter().enumerate() {
            for (class, found) in preset.classes.iter().enumerate() {
                let rule = match cuts.rule(class, last, Lang::En) {
                    Some(rule) => format!("{rule}{}", mark(cuts.checked(class, last))),
                    None if at == 0 => "the latest figure has the target".to_owned(),
                    None => continue,
                };
                let name = format!("{} {} ({}){}", found.symbol, found.en, found.zh, mark(found.checked));
                writeln!(out, "| {} | {name} | {rule} |", cell(cuts.what)).unwrap();
            }
        }
        if let Some(summing) = preset.summing {
            write!(out, "\nGroups: {}{}.\n", summing.rule, mark(summing.checked)).unwrap();
        }
        write!(out, "\n{}\n\n", preset.differs).unwrap();
        for reference in preset.references {
            writeln!(out, "- {}. {}", reference.citation, reference.locator).unwrap();
        }
        write!(out, "\nSince {}.\n", preset.since).unwrap();
    }
}

#[test]
fn the_list_of_methods_is_in_step() {
    let methods = Methods::default();
    let mut text = format!(
        "# Methods\n\n{GENERATED}Every method that a package may name. `gradus methods ID` shows the same in the terminal; a program can add \
         its own ([CONTRIBUTING.md](../CONTRIBUTING.md#add-a-method)).\n"
    );
    text.push_str("They stand here in the order in which a computation comes to them.\n");
    text.push_str(
        "\n## Statistics of surveys\n\nTakes a figure from what respondents answer, in an indicator or measure: \
         `survey = { of = \"gain\", question = \"q1\", statistic = \"top-two-box\" }`. Variances, intervals and design effects are the \
         same for all of them ([guide.md](guide.md#surveys)).\n",
    );
    family(&mut text, &methods.statistics);
    text.push_str(
        "\n## Imputation\n\nFills empty cells, in a step of the pipeline: `[[step]]` with `impute = \"mean\"`.\n",
    );
    family(&mut text, &methods.imputers);
    text.push_str(
        "\n## Treatment\n\nTreats outliers and skewed distributions, in a step of the pipeline: `[[step]]` with \
         `treat = \"winsorize-iqr\"`.\n",
    );
    family(&mut text, &methods.treatments);
    text.push_str(
        "\n## Transforms\n\nApplied to data and bounds alike before normalization: \
         `normalize = { method = \"goalposts\", lower = 100, upper = 75000, transform = \"ln\" }`; or to every figure in a step of \
         the pipeline: `[[step]]` with `transform = \"ln\"`.\n",
    );
    family(&mut text, &methods.transforms);
    text.push_str(
        "\n## Normalization\n\nBrings one indicator onto a common scale: `normalize = \"min-max\"`, or \
         `normalize = { method = \"goalposts\", lower = 20, upper = 85 }`. `normalize = \"none\"` leaves the indicator out of \
         the score.\n",
    );
    family(&mut text, &methods.normalizers);
    text.push_str(
        "\n## Weights\n\nFinds the weights of a group's parts from data or from judgements: `weights = \"entropy\"` in the group.\n",
    );
    family(&mut text, &methods.weighers);
    text.push_str(
        "\n## Aggregation\n\nCombines the scores of a group's parts: `aggregate = \"geometric\"`. `aggregate = \"none\"` makes a \
         scoreboard, whose parts are shown and not combined.\n",
    );
    family(&mut text, &methods.aggregators);
    progress(&mut text);
    in_step("docs/methods.md", &text);
}

#[test]
fn the_list_of_checks_is_in_step() {
    use gradus::audit::{CHECKS, Profile};
    let mut text = format!(
        "# Checks\n\n{GENERATED}What `gradus audit PKG` asks of a package. Each check holds a statistic to thresholds and says *pass*, \
         *note* (worth knowing), *fail*, or *not applicable* with the reason. A threshold is a convention: its source stands beside \
         it, \"this program\" where it is our own choice, and a package puts its own in its place with `[audit.limits.CHECK]`, which \
         the audit says. Beside every correlation stands what it must exceed to differ from 0 at 5 % with as many units.\n\n\
         The data choose the profile: `ranking` for {} units or more that are more than twice as many as the indicators, else \
         `standards`; `[audit] profile` and `--profile` override it, which the audit says too. `gradus audit PKG --check CHECK` asks \
         single checks and lists everything they concern. The command ends with 0 where no check fails, 1 where one does, 2 where \
         it could not run.\n\n| check | ranking | standards | question |\n| :--- | :--- | :--- | :--- |\n",
        Profile::LEAST_UNITS
    );
    for check in CHECKS {
        let asked = |profile: Profile| if check.profiles.contains(&profile) { "asked" } else { "" };
        let (ranking, standards) = (asked(Profile::Ranking), asked(Profile::Standards));
        writeln!(
            text,
            "| [`{}`](#{}) | {ranking} | {standards} | {} |",
            check.id,
            check.id,
            cell(check.question.0)
        )
        .unwrap();
    }
    for check in CHECKS {
        let profiles: Vec<&str> = check.profiles.iter().map(|profile| profile.word()).collect();
        write!(
            text,
            "\n## `{}`\n\n{}\n\n{}\n\nPart: {}. Profiles: {}.\n\nStatistic: {}.\n\n",
            check.id,
            check.question.0,
            check.question.1,
            check.part.word(),
            profiles.join(", "),
            check.statistic
        )
        .unwrap();
        if check.limits.is_empty() {
            text.push_str("No thresholds.\n\n");
        } else {
            text.push_str("| threshold | default | meaning | source |\n| :--- | :--- | :--- | :--- |\n");
            for limit in check.limits {
                let source = match limit.locator {
                    "" => limit.source.to_owned(),
                    locator => format!("{}. {locator}", limit.source),
                };
                writeln!(
                    text,
                    "| `{}` | {} | {} | {} |",
                    limit.name,
                    limit.default,
                    cell(limit.meaning),
                    cell(&source)
                )
                .unwrap();
            }
            text.push('\n');
        }
        write!(text, "Command: `{}`\n\nSince {}.\n", check.command, check.since).unwrap();
    }
    in_step("docs/checks.md", &text);
}

#[test]
fn the_list_of_diagnostics_is_in_step() {
    let mut text = format!(
        "# Diagnostics\n\n{GENERATED}What Gradus finds wrong, by id. An error stops the computation, a warning does not. Each id has a bad \
         package under `fixtures/errors/`; its output is shown here as the command prints it.\n"
    );
    let mut kinds = catalog::ALL.to_vec();
    kinds.sort_by_key(|kind| kind.id);
    for kind in kinds {
        let severity = match kind.severity {
            Severity::Error => "Error",
            Severity::Warning => "Warning",
        };
        write!(text, "\n## `{}`\n\n{severity}. {}\n", kind.id, kind.rule).unwrap();
        let expected = root().join(format!("fixtures/errors/{}/expected.txt", kind.id));
        if let Ok(output) = std::fs::read_to_string(expected) {
            let shown = first_finding(&output, kind.id);
            if !shown.is_empty() {
                write!(text, "\n```text\n{shown}\n```\n").unwrap();
            }
        }
    }
    in_step("docs/diagnostics.md", &text);
}

/// The first finding of a kind in the output of a command, up to the empty line after it.
fn first_finding(output: &str, id: &str) -> String {
    let lines: Vec<&str> = output
        .lines()
        .skip_while(|line| !line.contains(&format!("[{id}]")))
        .take_while(|line| !line.trim().is_empty())
        .collect();
    lines.join("\n")
}

/// The files that a guide shows: fences that say ` ```toml file=NAME `, in order.
fn shown_files(markdown: &str) -> Vec<(String, String)> {
    let mut files = Vec::new();
    let mut lines = markdown.lines();
    while let Some(line) = lines.next() {
        let Some(name) = line.strip_prefix("```").and_then(|info| info.split_once(" file=")) else {
            continue;
        };
        let body: Vec<&str> = lines.by_ref().take_while(|line| *line != "```").collect();
        files.push((name.1.to_owned(), body.join("\n") + "\n"));
    }
    files
}

/// Every `package.toml` of a guide, with the files shown after it.
fn shown_packages(path: &str) -> Vec<Bundle> {
    let mut packages: Vec<(String, Memory)> = Vec::new();
    for (name, text) in shown_files(&read(path)) {
        if name == "package.toml" {
            packages.push((text, Memory::new()));
        } else {
            packages.last_mut().unwrap().1.insert(name, text.into_bytes());
        }
    }
    packages
        .into_iter()
        .map(|(text, files)| Bundle::new(format!("{path}/package.toml"), text, files))
        .collect()
}

#[test]
fn every_package_in_the_guides_works() {
    let mut count = 0;
    for path in ["README.md", "docs/guide.md"] {
        for bundle in shown_packages(path) {
            let outcome = gradus::evaluate(&bundle, &Methods::default())
                .unwrap_or_else(|found| panic!("{}\n{:#?}", bundle.text(), found));
            assert!(outcome.diagnostics.is_empty(), "{}\n{:#?}", bundle.text(), outcome.diagnostics);
            count += 1;
        }
    }
    assert!(count >= 3, "{count} packages");
}

#[test]
fn the_index_of_the_readme_has_ten_lines_and_the_scores_it_shows() {
    let bundle = shown_packages("README.md").remove(0);
    assert_eq!(bundle.text().lines().filter(|line| !line.is_empty()).count(), 10);
    let outcome = gradus::evaluate(&bundle, &Methods::default()).unwrap();
    let index = gradus::model::Package::ROOT;
    let readme = read("README.md");
    for (unit, id) in outcome.evaluation.units.iter().enumerate() {
        let score = outcome.evaluation.score(index, unit).unwrap().show(outcome.package.policy.rounding);
        let row = readme.lines().any(|line| {
            let words: Vec<&str> = line.split(|c: char| c.is_whitespace() || c == '|' || c == '│').collect();
            words.contains(&id.as_str()) && words.contains(&score.as_str())
        });
        assert!(row, "README.md shows no row with {id} and {score}");
    }
}

/// The table of grades in the guide, by place in the package's grades.
#[test]
fn the_grades_of_the_guide_are_as_it_says() {
    let bundle = shown_packages("docs/guide.md").remove(0);
    let outcome = gradus::evaluate(&bundle, &Methods::default()).unwrap();
    let grade = |ix: Option<usize>| ix.map(|g| outcome.package.grades[g].id.as_str());
    let found: Vec<_> = outcome
        .grading
        .rows()
        .map(|row| row.standard(0).unwrap().interval)
        .map(|interval| (grade(interval.proven), grade(interval.possible)))
        .collect();
    let expected = [
        (Some("intermediate"), Some("intermediate")),
        (None, Some("primary")),
        (Some("primary"), Some("intermediate")),
    ];
    assert_eq!(found, expected);
}

#[test]
fn the_guide_names_every_function_and_every_form_of_a_rule() {
    let guide = read("docs/guide.md");
    for (name, _) in gradus::formula::FUNCTIONS {
        assert!(guide.contains(&format!("`{name}(")), "docs/guide.md does not name the function `{name}`");
    }
    for form in gradus::model::schema::RULES {
        let keys: Vec<String> = form
            .fields
            .iter()
            .filter(|field| field.default == gradus::model::schema::Default::Required)
            .map(|field| format!("{} = ", field.name))
            .collect();
        let shown = |line: &str| {
            keys.iter().all(|key| line.contains(key)) || line.contains(&format!("`{}`", form.fields[0].name))
        };
        assert!(guide.lines().any(shown), "docs/guide.md does not show the rule `{}`", form.heading);
    }
}

#[test]
fn every_dependency_has_a_decision() {
    let decisions = read("DECISIONS.md");
    let manifest = read("Cargo.toml");
    let section = manifest.split("[workspace.dependencies]").nth(1).unwrap();
    let names = section
        .lines()
        .take_while(|line| !line.starts_with('['))
        .filter_map(|line| line.split_once(" = ").map(|(name, _)| name.trim_end_matches(".workspace")))
        .filter(|name| !name.starts_with("gradus"));
    let missing: Vec<&str> = names.filter(|name| !decisions.contains(&format!("`{name}`"))).collect();
    assert!(missing.is_empty(), "DECISIONS.md does not say why: {missing:?}");
}

#[test]
fn links_between_the_documents_lead_somewhere() {
    let mut pages: Vec<PathBuf> = [
        "README.md",
        "ARCHITECTURE.md",
        "CONTRIBUTING.md",
        "DECISIONS.md",
        "COMPATIBILITY.md",
        "CHANGELOG.md",
    ]
    .iter()
    .map(|name| root().join(name))
    .collect();
    pages.push(root().join("examples/add-a-method/README.md"));
    for entry in root().join("docs").read_dir().unwrap() {
        pages.push(entry.unwrap().path());
    }
    let mut links = 0;
    for page in pages.iter().filter(|page| page.extension().is_some_and(|e| e == "md")) {
        let text = std::fs::read_to_string(page).unwrap_or_else(|e| panic!("{}: {e}", page.display()));
        for (at, _) in text.match_indices("](") {
            let target = text[at + 2..].split(')').next().unwrap();
            if target.starts_with("http") {
                continue;
            }
            let (file, anchor) = target.split_once('#').unwrap_or((target, ""));
            let to = if file.is_empty() { page.clone() } else { page.parent().unwrap().join(file) };
            assert!(to.exists(), "{} links to {target}", page.display());
            if !anchor.is_empty() {
                let found = std::fs::read_to_string(&to)
                    .unwrap()
                    .lines()
                    .any(|line| line.starts_with('#') && slug(line.trim_start_matches('#').trim()) == anchor);
                assert!(found, "{} links to {target}", page.display());
            }
            links += 1;
        }
    }
    assert!(links > 20, "{links} links");
}

/// A heading as its anchor.
fn slug(heading: &str) -> String {
    heading
        .to_lowercase()
        .chars()
        .filter(|c| c.is_alphanumeric() || matches!(c, ' ' | '-' | '_'))
        .map(|c| if c == ' ' { '-' } else { c })
        .collect()
}
