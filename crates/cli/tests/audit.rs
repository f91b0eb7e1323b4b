//! The audit and what-if, as a process.

#![allow(
    clippy::disallowed_methods,
    clippy::unwrap_used,
    reason = "tests prepare and read files, and stop where they fail"
)]

mod support;

use serde_json::Value;
use std::fmt::Write;
use support::Case;

/// Twelve cities, four indicators in two groups.
fn index(more: &str) -> Case {
    let case = Case::empty();
    let mut text = String::from(
        "format = 1\n[index]\nid = 'livable'\nname = 'Livable city'\n[[data]]\nfile = 'data.csv'\nlayout = 'wide'\n\
         [defaults]\nnormalize = { method = 'min-max', to = [1, 100] }\n\
         [[group]]\nid = 'air'\nname = 'Air'\n[[group]]\nid = 'transport'\nname = 'Transport'\n",
    );
    for (id, parent) in [("pm25", "air"), ("no2", "air"), ("metro", "transport"), ("bus", "transport")] {
        let _ = writeln!(text, "[[indicator]]\nid = '{id}'\nname = '{id}'\nparent = '{parent}'");
    }
    case.write("index/package.toml", &(text + more));
    let mut data = String::from("unit,pm25,no2,metro,bus\n");
    for unit in 0..12 {
        let x = |k: usize| (unit * 37 + k * 101 + unit * unit * (k + 1)) % 53;
        let _ = writeln!(data, "c{unit},{},{},{},{}", x(0), x(1), x(2), x(3));
    }
    case.write("index/data.csv", &data);
    case
}

fn json(case: &Case, arguments: &str) -> Value {
    let (out, err, code) = case.output(arguments);
    // An audit in which a check fails ends with 1.
    assert!(code == 0 || code == 1 && arguments.starts_with("audit "), "{arguments}: {err}");
    serde_json::from_str(&out).unwrap_or_else(|e| panic!("{e}: {out}"))
}

const VARY: &str = "[[audit.vary]]\nweights = { spread = 0.25 }\n[[audit.vary]]\naggregate = { among = ['own', 'geometric'] }\n";

#[test]
fn an_audit_says_everything_and_the_same_on_any_number_of_threads() {
    let case = index(VARY);
    let one = json(&case, "audit index --format json --draws 600 --base 64 --threads 1 --seed 5");
    for threads in [3, 16] {
        let many = format!("audit index --format json --draws 600 --base 64 --threads {threads} --seed 5");
        assert_eq!(one, json(&case, &many), "{threads}");
    }
    // Weights alone are drawn side by side, what is left over one by one: the same to the byte.
    let weights = index("[[audit.vary]]\nweights = { distribution = 'simplex' }\n");
    let of = |threads: usize| {
        let draws = format!("audit index --format csv --draws 9001 --base 0 --threads {threads}");
        let (out, err, code) = weights.output(&draws);
        // A check does not hold, which is exit code 1.
        assert!(code == 1 && out.len() > 1000, "{code} {} {err}", out.len());
        out
    };
    assert_eq!(of(1), of(16));
    assert_eq!(
        (one["seed"].as_u64(), one["draws"].as_u64(), one["failed_draws"].as_u64()),
        (Some(5), Some(600), Some(0))
    );
    assert_eq!((one["profile"].as_str(), one["declared"].as_bool()), (Some("standards"), Some(true)));
    let of = |key: &str| one[key].as_array().unwrap().len();
    assert_eq!((of("units"), of("inputs"), of("without")), (12, 2, 6));
    assert!(of("checks") > 0 && of("limits") > 0 && of("acceptability") >= 12 && of("outranking") > 12);
    assert!(of("unit_sensitivity") > 0 && of("importance") == 6 && of("first_any") == 12);
    // Every threshold has a source, and every check a command.
    assert!(
        one["limits"]
            .as_array()
            .unwrap()
            .iter()
            .all(|limit| limit["source"].as_str().is_some_and(|s| !s.is_empty()))
    );
    assert!(
        one["checks"]
            .as_array()
            .unwrap()
            .iter()
            .all(|check| check["command"].as_str().unwrap().contains("index"))
    );
    let other = json(&case, "audit index --format json --draws 600 --base 64 --seed 6");
    assert_ne!(one["units"], other["units"]);
}

/// Ends when every interval is stable, after fewer draws for an index that hardly moves.
#[test]
fn draws_go_on_until_intervals_are_stable() {
    let draws = |spread: &str| {
        let case = index(&format!("[[audit.vary]]\nweights = {{ spread = {spread} }}\n"));
        let found = json(&case, "audit index --until-stable --base 0 --format json");
        assert_eq!((found["ended"].as_str(), found["cancelled"].as_bool()), (Some("stable"), Some(false)));
        found["draws"].as_u64().unwrap()
    };
    let (little, much) = (draws("0.01"), draws("1"));
    assert!(little >= 1024 && little <= much, "{little} {much}");
}

/// Ctrl-C ends the draws, and what there is is shown as such.
#[cfg(unix)]
#[test]
fn somebody_may_stop_it() {
    let case = index("[[audit.vary]]\nweights = { spread = 0.25 }\n");
    let mut command = case.gradus("audit index --draws 4294967296 --format json");
    let child =
        command.stdout(std::process::Stdio::piped()).stderr(std::process::Stdio::piped()).spawn().unwrap();
    // Long enough to have begun, on any machine; four billion draws take longer on every machine.
    std::thread::sleep(std::time::Duration::from_secs(5));
    let sent = std::process::Command::new("kill").args(["-INT", &child.id().to_string()]).status().unwrap();
    assert!(sent.success());
    let ended = child.wait_with_output().unwrap();
    assert_eq!(ended.status.code(), Some(130));
    let found: Value = serde_json::from_slice(&ended.stdout).unwrap();
    assert_eq!((found["ended"].as_str(), found["cancelled"].as_bool()), (Some("cancelled"), Some(true)));
    let draws = found["draws"].as_u64().unwrap();
    assert!(draws > 0 && draws < 4_294_967_296, "{draws}");
    assert!(found["units"].as_array().is_some_and(|units| units.len() == 12));
}

#[test]
fn a_profile_and_limits_are_said_where_they_are_overridden() {
    let case = index("[audit]\nlimits = { availability = { least = 0.9 } }\n");
    let found = json(&case, "audit index --profile ranking --format json --draws 64 --base 0");
    assert_eq!(
        (found["profile"].as_str(), found["profile_overridden"].as_bool()),
        (Some("ranking"), Some(true))
    );
    let limit = found["limits"]
        .as_array()
        .unwrap()
        .iter()
        .find(|l| l["limit"] == "least" && l["check"] == "availability")
        .unwrap();
    assert_eq!((limit["value"].as_f64(), limit["overridden"].as_str()), (Some(0.9), Some("yes")));
    let (_, err, code) = case.output("audit index --profile rankings");
    assert!(code == 2 && err.contains("did you mean `ranking`?"), "{err}");
}

#[test]
fn what_is_mistyped_is_an_error() {
    for (vary, message) in [
        ("[[audit.vary]]\nweights = { of = 'airr' }\n", "did you mean `air`?"),
        ("[[audit.vary]]\nweights = { of = 'no2' }\n", "name its group: `air`"),
        ("[[audit.vary]]\nweights = { distribution = 'simplex', spread = 0.1 }\n", "remove `spread`"),
        (
            "[[audit.vary]]\ntreat = { among = ['own', 'none'] }\n",
            "the package has no step that does `treat`",
        ),
        (
            "[[audit.vary]]\nnormalize = { among = ['own', 'percentile-rnk'] }\n",
            "did you mean `percentile-rank`?",
        ),
        ("[[audit.vary]]\ndata = { by-status = { provisonal = 0.1 } }\n", "did you mean `provisional`?"),
        (
            "[[audit.vary]]\ndata = { by-status = { provisional = 0.1 } }\n",
            "no figure has an error by these rules",
        ),
        ("[audit]\nlimits = { availabilty = { least = 0.5 } }\n", "did you mean `availability`?"),
        (
            "[[audit.vary]]\nweights = { distribution = 'judges' }\n",
            "0 sets of weights leave nothing to vary",
        ),
    ] {
        let (_, err, code) = index(vary).output("audit index --draws 10 --base 0");
        assert!(code == 2 && err.contains(message), "{vary}: {err}");
    }
}

#[test]
fn what_if_stands_beside_the_official_result() {
    let case = index("");
    let official = json(&case, "score index --format json");
    let found = json(
        &case,
        "whatif index --set c3.no2=52 --weight air=2 --method index=geometric --all --format json",
    );
    assert_eq!((found["official"].as_bool(), found["changes"].as_array().unwrap().len()), (Some(false), 3));
    let rows = found["whatif"].as_array().unwrap();
    assert_eq!(rows.len(), 12);
    let official = official.as_array().unwrap_or_else(|| panic!("{official}"));
    for row in rows {
        let known = official.iter().find(|known| known["unit"] == row["unit"]).unwrap();
        let (a, b) = (row["official_score"].as_f64().unwrap(), known["livable"].as_f64().unwrap());
        assert!((a - b).abs() < 0.01, "{row} {known}");
    }
    assert!(rows.iter().any(|row| row["score"].as_f64() != row["official_score"].as_f64()));
    // Thresholds, and another set of weights.
    let moved =
        "whatif regional-center --threshold gdp.primary=40 --threshold gdp.advanced=109 --format json";
    let found = json(&case, moved);
    assert_eq!(found["changes"][0], "`primary` asked for 40 of `gdp`");
    assert!(found["whatif"].is_array(), "{found}");
    let (_, err, code) = case.output("whatif regional-center --threshold gdp.primary=999");
    assert!(code == 2 && err.contains("ladder-order") && err.contains("easier than `primary`"), "{err}");
    // Nothing that is changed is no question.
    let (_, err, code) = case.output("whatif index");
    assert!(code == 2 && err.contains("nothing is to be changed"), "{err}");
    for (change, message) in [
        ("--set c3.no22=1", "did you mean `no2`?"),
        ("--set c33.no2=1", "did you mean `c3`?"),
        ("--set c3=1", "UNIT.INDICATOR"),
        ("--weight air", "has no `=`"),
        ("--method index=geometrc", "did you mean `geometric`?"),
        ("--drop livable", "cannot be left out"),
        ("--threshold air=1", "INDICATOR.GRADE"),
        ("--threshold no22.low=1", "did you mean `no2`?"),
        ("--weights no-such --weight air=2", "the package has no weight set `no-such`"),
    ] {
        let (_, err, code) = case.output(&format!("whatif index {change}"));
        assert!(code == 2 && err.contains(message), "{change}: {err}");
    }
}

#[test]
fn the_command_of_every_check_works_on_packages_of_the_library() {
    let case = Case::empty();
    let mut done = std::collections::BTreeSet::new();
    for (package, profile) in [("regional-center", "standards"), ("hdi", "ranking")] {
        let asked = gradus::audit::CHECKS.iter().filter(|c| c.profiles.iter().any(|p| p.word() == profile));
        // What varies takes its time, so that each is looked at once, in the smaller package where it can be.
        for check in asked.filter(|check| done.insert(check.id)) {
            let mut command = check.command.replace("PKG", package).replacen("gradus ", "", 1);
            // A few draws are enough to see that it works; an audit in which a check fails ends with 1.
            let audit = command.starts_with("audit ");
            if audit {
                command += " --draws 20 --base 8";
            }
            let (out, err, code) = case.output(&command);
            assert!(code == 0 || audit && code == 1, "{}: {command}: {code} {err}", check.id);
            assert!(!out.trim().is_empty() && (!audit || out.contains(check.id)), "{command}: {out}");
        }
    }
}

#[test]
fn single_checks_come_with_their_sources_and_with_everything_they_concern() {
    let case = index("[audit]\nlimits = { availability = { wanted = 1 } }\n");
    case.write("index/data.csv", "unit,pm25,no2,metro,bus\na,1,2,,4\nb,2,3,5,1\nc,4,1,3,2\n");
    let (out, err, code) = case.output("audit index --check availability");
    assert_eq!(code, 0, "{err}");
    for said in [
        "note  availability",
        "1 indicator and 1 unit have figures in less than 100 % of their cells; the least is 67 %",
        "> gradus analyze index availability",
        "wanted = 1 (default 0.66; the package overrides it)",
        "https://doi.org/10.21105/joss.04567",
        "availability.wanted = 1 (0.66)",
    ] {
        assert!(out.contains(said), "{said}: {out}");
    }
    // In Chinese, and only what was asked for.
    let (out, ..) = case.output("audit index --check availability,overlap --lang zh");
    assert!(out.contains("注意") && out.contains("覆盖率") && !out.contains("margin"), "{out}");
    let found = json(&case, "audit index --check availability --format json");
    let concerned = found["concerned"].as_array().unwrap();
    assert_eq!((concerned.len(), concerned[0]["nodes"].as_str()), (2, Some("metro")));
    assert!(found["checks"][0]["finding_zh"].as_str().unwrap().contains("覆盖率"));
    let (_, err, code) = case.output("audit index --check overlp");
    assert!(code == 2 && err.contains("did you mean `overlap`?"), "{err}");
    let (_, err, code) = case.output("audit index --check margin --profile ranking");
    assert!(code == 2 && err.contains("--profile standards"), "{err}");
}

#[test]
fn lines_of_checks_fit_eighty_columns_in_both_languages() {
    let case = index("");
    for lang in ["en", "zh"] {
        let mut command = case.gradus(&format!("audit index --draws 20 --base 8 --lang {lang}"));
        let out = String::from_utf8(command.env("COLUMNS", "80").output().unwrap().stdout).unwrap();
        let end = out.find("\n\n").unwrap();
        for line in out[..end].lines() {
            assert!(
                unicode_width::UnicodeWidthStr::width(line.trim_matches(|c| c == '\u{1b}')) <= 80,
                "{line}"
            );
        }
    }
}
