//! Experts' scores are read with everything that is wrong with them at once.
#![allow(clippy::unwrap_used, reason = "a test may panic, also in its helpers")]

use gradus_data::{Memory, load_judgments};
use gradus_model::decode::decode;
use gradus_model::package::Judgment;
use gradus_model::{Decimal, Diagnostics};

const PACKAGE: &str = r#"
format = 1
index = { id = "demo", name = "Demo" }
indicator = [{ id = "gdp", name = "GDP" }]
candidate = [{ id = "wage", name = "Average wage" }]
criterion = [{ id = "robust" }, { id = "room", from = "room" }]
screening = { file = "scores.csv" }
"#;

fn read(text: &str) -> Result<Vec<Judgment>, Diagnostics> {
    let (package, found) = decode("package.toml", PACKAGE);
    assert!(found.is_empty(), "{:?}", found.iter().map(|d| &d.message).collect::<Vec<_>>());
    load_judgments(&package.unwrap(), &Memory::new().with("scores.csv", text.as_bytes().to_vec()))
}

#[test]
fn scores_abstentions_and_comments() {
    let found = read(
        "expert,candidate,criterion,score,comment\na,gdp,robust,2.5,\"solid, long series\"\nb,wage,robust,,\n",
    );
    let found = found.unwrap();
    assert_eq!(found.len(), 2);
    assert_eq!(
        (found[0].score, found[0].comment.as_str()),
        (Some(Decimal::new(25, 1)), "solid, long series")
    );
    assert_eq!((found[1].candidate.as_str(), found[1].score), ("wage", None));
    // The column of comments may be missing.
    assert_eq!(read("candidate;criterion;expert;score\ngdp;robust;a;3\n").unwrap().len(), 1);
}

#[test]
fn everything_wrong_is_said_at_once() {
    let text = "candidate,criterion,expert,score\ngpd,robust,a,1\ngdp,robst,a,1\ngdp,room,a,1\ngdp,robust,a,4\ngdp,robust,b,high\ngdp,robust,,1\n\
                gdp,robust,c,1\ngdp,robust,c,2\n";
    let found = read(text).unwrap_err();
    let said: Vec<(&str, &str, String)> =
        found.iter().map(|d| (d.kind.id, d.message.as_str(), d.places[0].0.to_string())).collect();
    for (kind, message, place) in [
        ("unknown-variable", "`gpd` is no indicator or candidate of the package", "scores.csv:2:1"),
        ("unknown-variable", "`robst` is no criterion of the package", "scores.csv:3:2"),
        ("unknown-variable", "`room` is computed; experts give no scores by it", "scores.csv:4:2"),
        ("not-a-number", "`4` is no score by `robust`", "scores.csv:5:4"),
        ("not-a-number", "`high` is not a number", "scores.csv:6:4"),
        ("unknown-variable", "a score names no expert", "scores.csv:7:3"),
        ("duplicate-observation", "expert `c` scores `gdp` by `robust` twice", "scores.csv:9:3"),
    ] {
        assert!(said.contains(&(kind, message, place.to_owned())), "{message}: {said:#?}");
    }
    assert_eq!(said.len(), 7, "{said:#?}");
    let nearest = found.iter().find(|d| d.message.contains("gpd")).unwrap();
    assert_eq!(nearest.help.as_deref(), Some("did you mean `gdp`?"));
}

#[test]
fn a_file_that_is_no_table_of_scores() {
    let kind = |text: &str| read(text).unwrap_err().iter().next().unwrap().kind.id;
    assert_eq!(kind("candidate,expert,score\ngdp,a,1\n"), "unknown-column");
    assert_eq!(kind(""), "empty-file");
    assert_eq!(kind("a\0b"), "undecodable-text");
    let (package, _) = decode("package.toml", PACKAGE);
    let found = load_judgments(&package.unwrap(), &Memory::new()).unwrap_err();
    assert_eq!(found.iter().next().unwrap().kind.id, "file-not-found");
}
