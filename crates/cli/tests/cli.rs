//! The command line as a process: what each command prints where, with which exit code, and what it writes.

#![allow(
    clippy::disallowed_methods,
    clippy::unwrap_used,
    reason = "tests prepare and read files, and stop where they fail"
)]

mod support;

use std::path::Path;
use std::process::Stdio;
use support::{Case, parts};
use unicode_width::UnicodeWidthStr;

/// A case with the package that `gradus new` makes in `city`.
fn started() -> Case {
    let case = Case::empty();
    let (_, err, code) = case.output("new city");
    assert_eq!(code, 0, "{err}");
    case
}

fn ok(case: &Case, arguments: &str) -> String {
    let (out, err, code) = case.output(arguments);
    assert_eq!(code, 0, "{arguments}: {err}");
    out
}

fn json(text: &str) -> serde_json::Value {
    serde_json::from_str(text).unwrap_or_else(|e| panic!("{e}: {text}"))
}

const COMMANDS: &[&str] = &[
    "new",
    "check",
    "schema",
    "score",
    "analyze",
    "impute",
    "compare",
    "convert",
    "survey",
    "grade",
    "plan",
    "explain",
    "report",
    "chart",
    "library",
    "library list",
    "library show",
    "library export",
    "library verify",
    "library coverage",
    "methods",
    "completions",
    "man",
];

#[test]
fn help_is_what_it_was_and_has_examples() {
    let case = Case::empty();
    let mut all = ok(&case, "--help");
    for command in COMMANDS {
        let help = ok(&case, &format!("{command} --help"));
        assert!(help.contains("Examples:") && help.contains(&format!("gradus {command}")), "{help}");
        all.push_str(&format!("\n======== gradus {command} --help\n{help}"));
    }
    for line in all.lines() {
        assert!(line.width() <= 100, "{line}");
    }
    insta::assert_snapshot!("help", all);
}

#[test]
fn every_example_of_the_help_works() {
    let case = Case::empty();
    let mut examples = Vec::new();
    for command in std::iter::once(&"").chain(COMMANDS) {
        let help = ok(&case, &format!("{command} --help"));
        let lines = help.lines().skip_while(|line| *line != "Examples:").skip(1);
        examples.extend(lines.filter_map(|line| line.strip_prefix("  gradus ")).map(str::to_owned));
    }
    assert!(examples.len() > 35, "{examples:#?}");
    for example in examples {
        // What stands behind a redirection or two spaces is not for the program.
        let arguments = example.split(" >").next().unwrap_or_default();
        let arguments = arguments.split("  ").next().unwrap_or_default().replace('"', "'");
        // Shared reference data is no part of the repository.
        if arguments.contains("--shared") {
            continue;
        }
        // Other tools' files are made in the tests of the conversion.
        if arguments.starts_with("convert iMeta") || arguments.starts_with("convert tool") {
            continue;
        }
        // Watching does not end by itself; it is tested as a process with the charts.
        if arguments.ends_with("--watch") {
            continue;
        }
        // A new package has no survey.
        if arguments.starts_with("survey ") {
            let folder = std::path::Path::new(env!("CARGO_MANIFEST_DIR")).join("../../fixtures/survey");
            ok(&Case::new(&folder), &arguments.replace("my-index", "."));
            continue;
        }
        let case = Case::empty();
        ok(&case, "new .");
        if !arguments.starts_with("new ") {
            ok(&case, "new my-index");
            ok(&case, "new next");
            ok(&case, "new my-index-2025");
            ok(&case, "score my-index --out scores.csv");
        }
        ok(&case, &arguments);
    }
}

#[test]
fn a_wrong_command_line_is_exit_code_2_on_standard_error() {
    let case = Case::empty();
    for arguments in
        ["", "chek", "check", "score . --format xlsx", "score . --places many", "check . --color red"]
    {
        let (out, err, code) = case.output(arguments);
        assert_eq!((out.as_str(), code), ("", 2), "{arguments}: {err}");
        assert!(!err.is_empty());
    }
}

#[test]
fn a_new_package_works_at_once_in_both_languages() {
    for (lang, name) in [("en", "City index"), ("zh", "城市指数")] {
        let case = Case::empty();
        ok(&case, &format!("new 'my city' --lang {lang}"));
        assert!(case.read("my city/package.toml").contains(name));
        assert!(case.read("my city/package.toml").contains("id = \"my-city\""));
        let (out, err, code) = case.output("check 'my city' --strict");
        assert_eq!((out.as_str(), code), ("", 0), "{err}");
        assert!(err.contains("my city/package.toml: no problems"), "{err}");
        assert!(ok(&case, "score 'my city'").contains("avalon"));
        assert!(ok(&case, &format!("grade 'my city' --lang {lang}")).lines().count() > 4);
        assert!(ok(&case, "explain 'my city' --unit avalon").contains("figures.csv:"));
        ok(&case, &format!("report 'my city' --lang {lang} --format json"));
    }
}

#[test]
fn new_takes_an_id_and_a_name_and_an_empty_directory_and_refuses_the_rest() {
    let case = Case::empty();
    std::fs::create_dir(case.dir().join("empty")).unwrap();
    ok(&case, "new empty --id other --name 'A \"quoted\" <name>'");
    ok(&case, "check empty");
    assert_eq!(json(&ok(&case, "score empty --format json"))[0]["unit"], "avalon");
    assert!(case.read("empty/package.toml").contains("id = \"other\""));
    let before = case.files();
    for (arguments, id) in [
        ("new empty", "target-exists"),
        ("new empty/package.toml", "target-exists"),
        ("new empty/package.toml/below", "cannot-write"),
        ("new other --id 'a b'", "invalid-code"),
        ("library export hdi empty", "target-exists"),
    ] {
        let (_, err, code) = case.output(arguments);
        assert!(code == 2 && err.contains(&format!("[{id}]")), "{arguments}: {err}");
    }
    assert_eq!(case.files(), before);
}

#[test]
fn check_tells_errors_warnings_and_strictness_apart() {
    let case = started();
    let text = case.read("city/package.toml");
    // A measure that no figure is about is a warning.
    let warned = text.replace("[[measure]]\nid = \"doctors\"", "[[indicator]]\nid = \"light\"\nname = \"Light\"\nnormalize = { method = \"goalposts\", lower = 0, upper = 1 }\n\n[[measure]]\nid = \"doctors\"");
    case.write("warned/package.toml", &warned.replace("data/figures.csv", "figures.csv"));
    std::fs::copy(case.dir().join("city/data/figures.csv"), case.dir().join("warned/figures.csv")).unwrap();
    case.write("wrong/package.toml", &text.replace("weight = 3", "wieght = 3"));
    for (arguments, code, said) in [
        ("check city", 0, "city/package.toml: no problems"),
        ("check city/", 0, "city/package.toml: no problems"),
        ("check city/package.toml", 0, "city/package.toml: no problems"),
        ("check wrong", 2, "wrong/package.toml: "),
        ("check hdi", 0, "hdi/package.toml: no problems"),
    ] {
        let (out, err, found) = case.output(arguments);
        assert_eq!((out.as_str(), found), ("", code), "{arguments}: {err}");
        assert!(err.contains(said), "{arguments}: {err}");
    }
    let (_, err, code) = case.output("check warned");
    assert!(code == 0 && err.contains("warning["), "{err}");
    assert_eq!(case.output("check warned --strict").2, 1);
    // Quietly, only errors are said; programs get an array in every case.
    assert_eq!(case.output("check city --quiet"), (String::new(), String::new(), 0));
    assert_eq!(case.output("check warned --quiet"), (String::new(), String::new(), 0));
    assert!(case.output("check wrong --quiet").1.starts_with("error[unknown-key]"));
    let (out, err, code) = case.output("check city --format json");
    assert_eq!((out.as_str(), err.as_str(), code), ("[]\n", "", 0));
    let (out, _, code) = case.output("check wrong --format json");
    assert_eq!((json(&out)[0]["id"].as_str(), code), (Some("unknown-key"), 2));
}

#[test]
fn scores_come_as_table_csv_and_json() {
    let case = started();
    let csv = ok(&case, "score city --format csv");
    assert_eq!(
        csv.lines().next(),
        Some(
            "unit,demo,services,doctors-per-1000,library,environment,green-area,fine-dust"
                .replace("demo", "city")
                .as_str()
        )
    );
    assert_eq!(csv.lines().count(), 4);
    let rounded = ok(&case, "score city --format csv --places 1 --node city --unit Avalon --ranks");
    assert_eq!(rounded, "unit,city,city.rank\navalon,68.7,2\n");
    let object = json(&ok(&case, "score city --format json --node services --unit avalon,brigadoon"));
    assert_eq!(object.as_array().map(Vec::len), Some(2));
    assert!(object[0]["services"].is_number());
    let stages = ok(&case, "score city --stage raw,normalized --format csv --unit camelot");
    assert_eq!(
        stages,
        "stage,unit,doctors-per-1000,library,green-area,fine-dust\n\
         raw,camelot,2.9,part-time,7.1,\n\
         normalized,camelot,48.333333333333333333333333333,60,23.666666666666666666666666667,\n"
    );
    // Best first, with its rank.
    let table = ok(&case, "score city");
    assert!(table.lines().nth(1).is_some_and(|line| line.starts_with("brigadoon")), "{table}");
    // A file is written only when asked for, in the format of its ending, and reported on standard error.
    let (out, err, code) = case.output("score city --out scores.csv");
    assert_eq!((out.as_str(), err.as_str(), code), ("", "wrote scores.csv\n", 0));
    assert_eq!(case.read("scores.csv"), csv);
    ok(&case, "score city --out scores.json");
    json(&case.read("scores.json"));
    ok(&case, "score city --color always --out scores.txt");
    assert!(!case.read("scores.txt").contains('\u{1b}'));
}

#[test]
fn requests_that_do_not_exist_are_refused_with_the_nearest() {
    let case = started();
    let before = case.files();
    for (arguments, id, help) in [
        ("score city --node servces", "unknown-node", "did you mean `services`?"),
        ("score city --unit avalom", "unknown-unit", "did you mean `avalon`?"),
        ("score city --period 1999", "unknown-period", ""),
        ("explain city --unit nobody", "unknown-unit", "use one of `avalon`"),
        ("grade city --unit nobody", "unknown-unit", ""),
        ("report city --unit nobody", "unknown-unit", ""),
        ("methods goalpost", "unknown-method", "did you mean `goalposts`?"),
        ("library show hdj", "unknown-package", "did you mean `hdi`?"),
        ("score ctiy", "unknown-package", ""),
    ] {
        let (out, err, code) = case.output(arguments);
        assert_eq!((out.as_str(), code), ("", 2), "{arguments}");
        assert!(err.contains(&format!("error[{id}]")) && err.contains(help), "{arguments}: {err}");
    }
    assert_eq!(case.files(), before);
}

#[test]
fn grades_name_what_decides_them() {
    let case = started();
    let table = ok(&case, "grade city");
    assert!(
        table.contains("Green area per person (green-area): 12.4 m2, asked for at least 15 m2"),
        "{table}"
    );
    assert!(table.contains("18 ug/m3, asked for at most 15 ug/m3"), "{table}");
    assert!(table.contains("no figure (not-reported)"), "{table}");
    let zh = ok(&case, "grade city --lang zh --unit avalon");
    assert!(zh.contains("要求至少 15 m2"), "{zh}");
    let rows = json(&ok(&case, "grade city --format json --unit camelot"));
    assert_eq!(rows[0]["possible"], "basic");
    assert_eq!(rows[0]["next"]["unknown"][0]["node"], "fine-dust");
    assert!(ok(&case, "grade city --format csv").starts_with("unit,period,standard,proven,possible"));
    let (out, err, code) = case.output("grade hdi --quiet");
    assert_eq!((out.as_str(), err.as_str(), code), ("", "", 0));
}

#[test]
fn a_number_is_derived_back_to_its_sources() {
    let case = started();
    let text = ok(&case, "explain city --unit avalon");
    for part in [
        "formula: doctors * 1000 / population",
        "doctors value = 2517 person",
        "population value = 812000 person",
        "source: Invented Yearbook 2024",
        "city/data/figures.csv:3:21",
        "lower = 5, upper = 75, direction = lower, clamp = both, to = [0, 100]",
        "scores = { full-time = 100, none = 0, part-time = 60 }",
    ] {
        assert!(text.contains(part), "{part} in {text}");
    }
    let object = json(&ok(&case, "explain city --unit avalon --node services --format json"));
    assert_eq!(object["derivation"]["of"], "services");
    assert_eq!(object["derivation"]["from"][0]["from"][0]["how"], "formula");
    // What is explained is what is scored, digit by digit.
    let score = ok(&case, "score city --unit avalon --node services --format csv");
    assert!(score.ends_with(&format!("avalon,{}\n", object["derivation"]["value"])));
}

#[test]
fn reports_go_where_they_are_told() {
    let case = started();
    assert_eq!(ok(&case, "report city --format json"), "gradus-report/city.json\n");
    json(&case.read("gradus-report/city.json"));
    assert_eq!(ok(&case, "report city"), "gradus-report/city.html\n");
    assert_eq!(ok(&case, "report city --out page.json"), "page.json\n");
    assert_eq!(
        ok(&case, "report city --format html,markdown,json --lang zh,en --out pages"),
        "pages/city.html\npages/city.md\npages/city.json\n"
    );
    // The same again gives the same bytes.
    let before = case.files();
    ok(&case, "report city --format html,markdown,json --lang zh,en --out pages");
    assert_eq!(case.files(), before);
}

#[test]
fn nothing_is_written_when_something_is_wrong() {
    let case = started();
    case.write("wrong/package.toml", &case.read("city/package.toml").replace("upper = 6", "upper = -6"));
    case.write("wrong/data/figures.csv", &case.read("city/data/figures.csv"));
    case.write("file", "in the way");
    let before = case.files();
    for arguments in [
        "score wrong --out scores.csv",
        "report wrong --out page.html",
        "report wrong",
        "score city --out none/scores.csv",
        "score city --out city",
        "score city --out file/scores.csv",
        "report city --out file",
        "report city --out file/below",
        "library export hdi file/below",
    ] {
        let (_, err, code) = case.output(arguments);
        assert_eq!(code, 2, "{arguments}: {err}");
        assert!(err.contains("error["), "{arguments}: {err}");
        assert_eq!(case.files(), before, "{arguments}");
    }
    let (_, err, _) = case.output("score city --out none/scores.csv");
    assert!(
        err.contains(
            "error[cannot-write]: `none/scores.csv` cannot be written: its directory does not exist"
        ),
        "{err}"
    );
}

#[cfg(unix)]
#[test]
fn a_directory_without_permission_is_said_to_be_one() {
    use std::os::unix::fs::PermissionsExt;
    let case = started();
    let locked = case.dir().join("locked");
    std::fs::create_dir(&locked).unwrap();
    std::fs::set_permissions(&locked, std::fs::Permissions::from_mode(0o555)).unwrap();
    // The superuser may write anywhere; then there is nothing to see.
    if std::fs::write(locked.join("probe"), "").is_err() {
        let (_, err, code) = case.output("score city --out locked/scores.csv");
        assert!(code == 2 && err.contains("permission denied"), "{err}");
        assert_eq!(locked.read_dir().unwrap().count(), 0);
    }
    std::fs::set_permissions(&locked, std::fs::Permissions::from_mode(0o755)).unwrap();
}

#[cfg(unix)]
#[test]
fn a_written_file_is_as_open_as_any_other() {
    use std::os::unix::fs::PermissionsExt;
    let case = started();
    case.write("plain", "");
    ok(&case, "score city --out scores.csv");
    let mode = |path: &str| case.dir().join(path).metadata().unwrap().permissions().mode();
    assert_eq!(mode("scores.csv"), mode("plain"));
}

#[test]
fn a_closed_pipe_ends_the_command_quietly() {
    let case = started();
    for arguments in
        ["schema", "score hdi --format csv", "score city", "methods", "library list", "man", "--help"]
    {
        let mut child = case.gradus(arguments).stdout(Stdio::piped()).stderr(Stdio::piped()).spawn().unwrap();
        drop(child.stdout.take());
        let (_, err, code) = parts(&child.wait_with_output().unwrap());
        assert_eq!((err.as_str(), code), ("", 0), "{arguments}");
    }
}

#[test]
fn color_is_for_terminals_unless_it_is_asked_for() {
    let case = started();
    case.write("wrong/package.toml", "format = 1\nx = 1\n");
    for (arguments, variable, color) in [
        ("check wrong", None, false),
        ("check wrong --color auto", None, false),
        ("check wrong --color always", None, true),
        ("check wrong --color always", Some("NO_COLOR"), true),
        ("check wrong", Some("CLICOLOR_FORCE"), true),
        ("check wrong --color never", Some("CLICOLOR_FORCE"), false),
    ] {
        let mut command = case.gradus(arguments);
        if let Some(variable) = variable {
            command.env(variable, "1");
        }
        let (_, err, _) = parts(&command.output().unwrap());
        assert_eq!(err.contains('\u{1b}'), color, "{arguments} {variable:?}: {err}");
    }
    assert!(ok(&case, "score city --color always").contains('\u{1b}'));
    assert!(!ok(&case, "score city --color always --format csv").contains('\u{1b}'));
}

#[test]
fn hostile_names_are_shown_and_not_obeyed() {
    let case = started();
    let hostile = "\\u001b[2J\\u202e<script>alert(1)</script>=HYPERLINK(\\\"x\\\")\\u0007";
    let text = case.read("city/package.toml");
    let text = text
        .replace("name = \"City index\"", &format!("name = \"{hostile}\""))
        .replace("name = \"Avalon\"", &format!("name = \"{hostile}\""))
        .replace("name = \"Services\"", &format!("name = \"{hostile}\""))
        .replace("name = \"Green area per person\"", &format!("name = \"{hostile}\""))
        .replace("name = \"Good city\"", &format!("name = \"{hostile}\""))
        .replace("unit = \"m2\"", &format!("unit = \"{hostile}\""));
    case.write("city/package.toml", &text);
    let figures =
        case.read("city/data/figures.csv").replace(",m2,", ",,").replace("Invented Air", "\u{1b}[2J\u{202e}");
    case.write("city/data/figures.csv", &figures);
    for arguments in [
        "check city",
        "check city --format json",
        "score city",
        "score city --format csv",
        "score city --format json",
        "grade city",
        "grade city --format json",
        "grade city --format csv",
        "explain city --unit avalon",
        "explain city --unit avalon --format json",
        "explain city --unit avalon --node environment",
    ] {
        let (out, err, code) = case.output(arguments);
        assert_eq!(code, 0, "{arguments}: {err}");
        let text = out + &err;
        let obeyed = text.chars().find(|c| (c.is_control() && *c != '\n') || *c == '\u{202e}');
        assert_eq!(obeyed, None, "{arguments}: {text}");
    }
}

#[test]
fn tables_fit_eighty_columns_and_align_wide_characters() {
    let case = started();
    ok(&case, "new zh --lang zh --name 城市指数");
    for arguments in [
        "score hdi",
        "score hdi --lang zh",
        "score city",
        "grade zh --lang zh",
        "grade changchun-2018 --lang zh --unit changchun",
        "grade changchun-2018",
        "grade changchun-2018 --show proof,sensitivity,fragile,calibration",
        "grade changchun-2018 --show proof,sensitivity,fragile,calibration --lang zh",
        "progress changchun-2018",
        "progress changchun-2018 --lang zh",
        "plan changchun-2018",
        "plan changchun-2018 --lang zh",
        "audit changchun-2018",
        "audit changchun-2018 --lang zh",
        "library list --lang zh",
        "methods",
    ] {
        let output = case.gradus(arguments).env("COLUMNS", "80").output().unwrap();
        let (out, err, code) = parts(&output);
        // A plan that is not there and a check that does not hold are answers too.
        assert!(code <= 1, "{arguments}: {err}");
        for line in out.lines() {
            assert!(line.width() <= 80, "{arguments}: {line}");
        }
    }
    // Names stand for codes where a language is asked for, and in what programs read never.
    assert!(ok(&case, "score hdi --lang zh --unit CHE").contains("瑞士"));
    assert!(ok(&case, "score hdi --lang zh --unit CHE --format csv").contains("\nCHE,2022,"));
    let (out, _, _) = parts(&case.gradus("score hdi --ranks").env("COLUMNS", "40").output().unwrap());
    // The hint is broken between words like every line.
    let unbroken = out.split_whitespace().collect::<Vec<_>>().join(" ");
    assert!(unbroken.contains("more columns: name some with `--node`"), "{out}");
}

#[test]
fn coverage_is_a_table_for_people_and_for_programs() {
    let case = Case::empty();
    let csv = ok(&case, "library coverage gucr hdi --format csv");
    let lines: Vec<&str> = csv.lines().collect();
    assert!(
        lines[0].starts_with(
            "package,edition,confidence,indicators,documented,with_figures,computable,published"
        )
    );
    assert!(lines[1].starts_with("gucr,2017-2018,documented,4,2,0,0,0,0,0,0,"), "{csv}");
    assert!(lines[2].starts_with("hdi,2023/24,verified,4,4,4,4,193,193,193,1,"));
    let text = ok(&case, "library coverage gucr hdi --lang zh");
    assert!(text.contains("缺失内容") && text.contains("--shared DIR"), "{text}");
    let rows = json(&ok(&case, "library coverage --format json"));
    assert!(rows["coverage"].as_array().unwrap().len() >= 15);
}

#[test]
fn the_library_is_listed_shown_copied_and_verified() {
    let case = Case::empty();
    let list = json(&ok(&case, "library list --format json"));
    let ids: Vec<&str> = list.as_array().unwrap().iter().map(|p| p["id"].as_str().unwrap()).collect();
    assert!(ids.contains(&"hdi") && ids.contains(&"regional-center"));
    assert!(ok(&case, "library show hdi").contains("Human Development"));
    for id in ids {
        ok(&case, &format!("library export {id} copy/{id}"));
        // The copy computes what the original computes.
        let arguments = "--format csv --stage raw,scores";
        assert_eq!(
            ok(&case, &format!("score copy/{id} {arguments}")),
            ok(&case, &format!("score {id} {arguments}"))
        );
    }
    let (out, err, code) = case.output("library verify --all");
    assert_eq!(code, 0, "{out}{err}");
    assert!(out.contains("holds"));
    let checks = json(&ok(&case, "library verify hdi --format json"));
    assert!(checks[0]["checks"].as_array().unwrap().iter().any(|c| c["values"].as_u64() > Some(100)));
    // A package of one's own is verified by its directory or file.
    assert_eq!(json(&ok(&case, "library verify copy/hdi --format json")), checks);
    assert_eq!(json(&ok(&case, "library verify copy/hdi/package.toml --format json")), checks);
}

#[test]
fn methods_schema_manual_and_completions_come_from_the_lists() {
    let case = Case::empty();
    let methods = json(&ok(&case, "methods --format json"));
    assert!(methods.as_array().unwrap().len() > 15);
    for method in methods.as_array().unwrap() {
        let id = method["id"].as_str().unwrap();
        let page = ok(&case, &format!("methods {id}"));
        assert!(page.contains("Formula") && page.contains("References"), "{page}");
    }
    let schema = json(&ok(&case, "schema"));
    assert_eq!(schema["$schema"], "https://json-schema.org/draft/2020-12/schema");
    assert!(schema.to_string().contains("goalposts"));
    assert!(ok(&case, "schema --format markdown").contains("## `[[indicator]]`"));
    for shell in ["bash", "elvish", "fish", "powershell", "zsh"] {
        assert!(ok(&case, &format!("completions {shell}")).contains("library"), "{shell}");
    }
    let manual = ok(&case, "man");
    assert!(
        manual.starts_with(".ie") && manual.contains(".TH gradus 1") && manual.contains("EXAMPLES"),
        "{manual}"
    );
    for command in COMMANDS.iter().filter(|c| !c.contains(' ')) {
        assert!(ok(&case, &format!("man {command}")).contains(".TH"), "{command}");
    }
    assert_eq!(case.output("man nothing").2, 2);
}

#[test]
fn output_is_utf_8_and_the_same_every_time() {
    let case = started();
    ok(&case, "new 城市 --lang zh");
    assert!(ok(&case, "grade 城市 --lang zh").contains("阿瓦隆"));
    assert!(case.output("check 城市").1.contains("城市/package.toml: no problems"));
    for arguments in [
        "score hdi --format json",
        "grade changchun-2018 --format json",
        "explain hdi --unit NOR --format json",
        "schema",
    ] {
        assert_eq!(ok(&case, arguments), ok(&case, arguments), "{arguments}");
    }
}

#[test]
fn every_output_carries_the_notice_of_its_package() {
    let case = Case::empty();
    let package = "un-city-internationalization";
    let (en, zh) = ("Unverified. This table circulates", "未经核实。此表在国内规划文献中");
    for arguments in [
        "score PKG",
        "grade PKG",
        "explain PKG --unit changchun --node gdp-per-head",
        "analyze PKG",
        "impute PKG",
        "explain PKG --unit changchun --format json",
        "analyze PKG availability --format json",
        "grade PKG --show sensitivity",
    ] {
        let out = ok(&case, &arguments.replace("PKG", package));
        assert_eq!(out.matches(en).count(), 1, "{arguments}: {out}");
    }
    for arguments in [
        "grade PKG --lang zh",
        "grade PKG --show sensitivity --lang zh",
        "explain PKG --unit changchun --node gdp-per-head --lang zh",
    ] {
        let out = ok(&case, &arguments.replace("PKG", package));
        assert!(out.contains(zh) && !out.contains(en), "{arguments}: {out}");
    }
    // Rows for programs have no place for a sentence: it is said beside them.
    for arguments in [
        "score PKG --format csv",
        "score PKG --format json",
        "grade PKG --format csv",
        "grade PKG --format json",
    ] {
        let (out, err, code) = case.output(&arguments.replace("PKG", package));
        assert!(code == 0 && err.contains(en) && !out.contains(en), "{arguments}: {out}{err}");
    }
    ok(&case, "report un-city-internationalization --lang en,zh --format html,markdown,json --out pages");
    for page in ["html", "md", "json"] {
        let text = case.read(&format!("pages/{package}.{page}"));
        assert!(text.contains(en) && text.contains(zh), "{page}");
    }
}

#[cfg(unix)]
#[test]
fn a_pipe_or_a_device_is_no_package() {
    let case = Case::empty();
    assert!(Path::new("/dev/zero").exists());
    let (_, err, code) = case.output("check /dev/zero");
    assert!(code == 2 && err.contains("[file-unreadable]"), "{err}");
}

#[test]
fn a_figure_has_the_origin_of_the_declaration_it_was_read_by() {
    let case = Case::empty();
    case.write(
        "package.toml",
        "format = 1\n[index]\nid = \"demo\"\nname = \"Demo\"\n[[origin]]\nid = \"first\"\n[[origin]]\nid = \"second\"\n\
         [[indicator]]\nid = \"law\"\nname = \"Law\"\nscale = \"yes-no\"\nnormalize = \"categorical\"\n\
         [[data]]\nfile = \"a.csv\"\nperiod = 2018\norigin = \"first\"\n\
         [[data]]\nfile = \"a.csv\"\nperiod = 2019\norigin = \"second\"\n",
    );
    case.write("a.csv", "unit,variable,value\nriga,law,YES\nminsk,law,否\n");
    for (period, origin) in [("2018", "first"), ("2019", "second")] {
        let text = ok(&case, &format!("explain . --unit riga --node law --period {period}"));
        assert!(
            text.contains("law value = `yes`") && text.contains(&format!("origin: {origin}\n")),
            "{text}"
        );
    }
}
