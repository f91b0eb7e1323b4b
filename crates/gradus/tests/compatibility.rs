//! What COMPATIBILITY.md says of Gradus where it differs from other tools.
#![allow(clippy::unwrap_used, reason = "a test may panic, also in its helpers")]

use gradus::data::Memory;
use gradus::model::Package;
use gradus::{Bundle, Methods, Outcome};

const HEAD: &str = "format = 1\n[index]\nid = 'i'\nname = 'I'\n";

fn evaluate(package: &str, csv: &str) -> Result<Outcome, Vec<&'static str>> {
    let files = Memory::new().with("data.csv", csv.as_bytes().to_vec());
    let bundle = Bundle::new("package.toml", package, files);
    gradus::evaluate(&bundle, &Methods::default())
        .map_err(|found| found.iter().filter(|d| d.is_error()).map(|d| d.kind.id).collect())
}

fn scores(package: &str, csv: &str, node: &str) -> Vec<Option<String>> {
    let outcome = evaluate(package, csv).unwrap();
    let node = if node == "i" { Package::ROOT } else { outcome.package.node(node).unwrap() };
    (0..outcome.evaluation.n_rows())
        .map(|row| outcome.evaluation.score(node, row).map(|score| score.to_string()))
        .collect()
}

fn some(texts: &[&str]) -> Vec<Option<String>> {
    texts.iter().map(|text| (!text.is_empty()).then(|| (*text).to_owned())).collect()
}

/// One indicator, lower is better, with figures 10, 20 and 40.
fn lower(normalize: &str) -> Result<Vec<Option<String>>, Vec<&'static str>> {
    let package = format!(
        "{HEAD}[[data]]\nfile = 'data.csv'\nlayout = 'wide'\n[[indicator]]\nid = 'x'\nname = 'X'\ndirection = 'lower'\nnormalize = {normalize}\n"
    );
    let csv = "unit,x\na,10\nb,20\nc,40\n";
    evaluate(&package, csv).map(|_| scores(&package, csv, "x"))
}

#[test]
fn direction_is_applied_inside_the_method() {
    assert_eq!(
        lower("{ method = 'goalposts', lower = 0, upper = 40, clamp = 'none' }"),
        Ok(some(&["75", "50", "0"]))
    );
    assert_eq!(
        lower("{ method = 'scaled', lower = 0, upper = 40, factor = 100 }"),
        Ok(some(&["75", "50", "0"]))
    );
    assert_eq!(lower("'identity'"), Err(vec!["invalid-parameter"]));
    // The best is 10: 10 / x, and a larger value scores lower.
    assert_eq!(lower("{ method = 'distance-to-reference', factor = 100 }"), Ok(some(&["100", "50", "25"])));
    assert_eq!(
        lower("{ method = 'distance-to-reference', form = 'range', factor = 1, unit = 'c' }"),
        Err(vec!["zero-range"])
    );
}

#[test]
fn a_constant_indicator_is_an_error() {
    let package = format!(
        "{HEAD}[[data]]\nfile = 'data.csv'\nlayout = 'wide'\n[[indicator]]\nid = 'x'\nname = 'X'\nnormalize = 'min-max'\n"
    );
    assert_eq!(evaluate(&package, "unit,x\na,3\nb,3\n").unwrap_err(), ["zero-range"]);
}

/// An indicator beside two groups, each group with its own method.
const RAGGED: &str = "\
[[data]]\nfile = 'data.csv'\nlayout = 'wide'\n\
[defaults]\nnormalize = 'identity'\n\
[[group]]\nid = 'g'\nname = 'G'\naggregate = 'geometric'\n\
[[group]]\nid = 'h'\nname = 'H'\naggregate = 'minimum'\n\
[[indicator]]\nid = 'a'\nname = 'A'\nparent = 'g'\n\
[[indicator]]\nid = 'b'\nname = 'B'\nparent = 'g'\n\
[[indicator]]\nid = 'c'\nname = 'C'\nparent = 'h'\n\
[[indicator]]\nid = 'd'\nname = 'D'\nparent = 'h'\n\
[[indicator]]\nid = 'e'\nname = 'E'\n";

#[test]
fn groups_have_methods_of_their_own_and_levels_may_be_skipped() {
    let package = format!("{HEAD}{RAGGED}");
    let csv = "unit,a,b,c,d,e\nu,2,8,3,5,5\n";
    assert_eq!(scores(&package, csv, "g"), some(&["4"]));
    assert_eq!(scores(&package, csv, "h"), some(&["3"]));
    assert_eq!(scores(&package, csv, "i"), some(&["4"]));
}

#[test]
fn zero_in_a_geometric_mean_is_an_error_unless_declared() {
    let csv = "unit,a,b,c,d,e\nu,0,8,3,5,5\n";
    assert_eq!(evaluate(&format!("{HEAD}{RAGGED}"), csv).unwrap_err(), ["non-positive-mean"]);
    let declared = RAGGED.replace("'geometric'", "{ method = 'geometric', zero = 'zero' }");
    assert_eq!(scores(&format!("{HEAD}{declared}"), csv, "g"), some(&["0"]));
}

#[test]
fn a_power_mean_follows_the_missing_rule_and_shares_are_of_weight() {
    let package = |missing: &str| {
        format!(
            "format = 1\n[index]\nid = 'i'\nname = 'I'\naggregate = {{ method = 'power-mean', exponent = 2 }}\nmissing = {missing}\n\
             [[data]]\nfile = 'data.csv'\nlayout = 'wide'\n[defaults]\nnormalize = 'identity'\n\
             [[indicator]]\nid = 'a'\nname = 'A'\nweight = 3\n[[indicator]]\nid = 'b'\nname = 'B'\n"
        )
    };
    // The first unit lacks a quarter of the weight, the second three quarters; each lacks one part of two.
    let csv = "unit,a,b\nu,7,\nv,,5\nw,6,6\n";
    assert_eq!(scores(&package("{ min-share = 0.7 }"), csv, "i"), some(&["7", "", "6"]));
    assert_eq!(scores(&package("{ min-count = 1 }"), csv, "i"), some(&["7", "5", "6"]));
    assert_eq!(scores(&package("{ aggregate = 'refuse' }"), csv, "i"), some(&["", "", "6"]));
}

#[test]
fn everything_wrong_is_found_at_once() {
    let package = format!(
        "{HEAD}[[data]]\nfile = 'data.csv'\nlayout = 'wide'\n\
         [[indicator]]\nid = 'x'\nname = 'X'\nnormalize = 'min-max'\nweight = -1\n\
         [[indicator]]\nid = 'y'\nname = 'Y'\nparent = 'nowhere'\nnormalize = 'min-max'\n"
    );
    assert_eq!(evaluate(&package, "unit,x,y\na,3,1\n").unwrap_err(), ["negative-weight", "unknown-parent"]);
    let package = format!(
        "{HEAD}[[data]]\nfile = 'data.csv'\nlayout = 'wide'\n[[measure]]\nid = 'm'\n[[measure]]\nid = 'n'\n\
         [[indicator]]\nid = 'x'\nname = 'X'\nformula = 'm / n'\nnormalize = 'min-max'\n"
    );
    assert_eq!(evaluate(&package, "unit,m,n\na,3,0\nb,1,1\n").unwrap_err(), ["division-by-zero"]);
}

#[test]
fn parameters_work_in_panels() {
    let package = format!(
        "{HEAD}[[data]]\nfile = 'data.csv'\nlayout = 'wide'\n\
         [[indicator]]\nid = '长'\nname = 'X'\nnormalize = {{ method = 'goalposts', lower = 0, upper = 10 }}\n"
    );
    let csv = "unit,period,长\na,2019,1\nb,2019,2\na,2020,3\nb,2020,4\n";
    assert_eq!(scores(&package, csv, "长"), some(&["10", "20", "30", "40"]));
}
