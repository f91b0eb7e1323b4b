//! The reference systems of the library on figures that are worked by hand, and what coverage counts of them.
#![allow(clippy::unwrap_used, reason = "a test may panic, also in its helpers")]

use gradus::data::Memory;
use gradus::engine::{Number, Stage};
use gradus::library::{get, list};
use gradus::model::Package;
use gradus::{Bundle, Methods, Outcome, coverage};

/// A package of the library, computed on a wide table of figures.
fn on(id: &str, figures: &str) -> Outcome {
    let text = get(id).unwrap().package_toml();
    compute(&format!("{text}\n[[data]]\nfile = \"figures.csv\"\nlayout = \"wide\"\n"), figures)
}

fn compute(text: &str, figures: &str) -> Outcome {
    let bundle =
        Bundle::new("package.toml", text, Memory::new().with("figures.csv", figures.as_bytes().to_vec()));
    gradus::evaluate(&bundle, &Methods::default()).unwrap_or_else(|found| panic!("{found:#?}"))
}

/// The index of every unit, to two places.
fn index(outcome: &Outcome) -> Vec<String> {
    at(outcome, Stage::Scores, Package::ROOT)
}

fn at(outcome: &Outcome, stage: Stage, node: usize) -> Vec<String> {
    let two =
        gradus::model::number::Rounding { mode: gradus::model::number::RoundingMode::HalfUp, places: 2 };
    let show = |x: Option<Number>| x.map_or("_".to_owned(), |x| x.show(two));
    let evaluation = &outcome.evaluation;
    (0..evaluation.n_rows()).map(|row| show(evaluation.value(stage, node, row))).collect()
}

#[test]
fn stage_weights_follow_gdp_per_head() {
    let text = get("gci-2017").unwrap().package_toml();
    let package = gradus::model::decode::decode("gci-2017", text).0.unwrap();
    // Every opinion is 7 on basic requirements, 4 on efficiency, 1 on innovation; hard data are missing.
    let value = |node: &str| match node[1..node.find('-').unwrap()].parse::<u32>().unwrap() {
        1..=4 => 7,
        5..=10 => 4,
        _ => 1,
    };
    let opinions: Vec<&str> = package
        .indicators()
        .filter(|(_, _, i)| i.normalize.as_ref().is_some_and(|call| call.method == "identity"))
        .map(|(_, node, _)| node.id.as_str())
        .collect();
    assert!(opinions.len() > 70);
    let mut figures = format!("unit,gdp-per-head,{}\n", opinions.join(","));
    for gdp in ["1000", "2000", "2500", "3000", "8999", "9000", "13000", "17000", "17001", "90000", ""] {
        let values: Vec<String> = opinions.iter().map(|node| value(node).to_string()).collect();
        figures.push_str(&format!("u{gdp},{gdp},{}\n", values.join(",")));
    }
    // 0.6·7 + 0.35·4 + 0.05, half way 0.5·7 + 0.425·4 + 0.075, 0.4·7 + 0.5·4 + 0.1, 0.3·7 + 2 + 0.2, 0.2·7 + 2 + 0.3.
    let wanted = ["5.65", "5.65", "5.28", "4.90", "4.90", "4.90", "4.30", "3.70", "3.70", "3.70", "_"];
    assert_eq!(index(&on("gci-2017", &figures)), wanted);
}

#[test]
fn connectivity_is_that_of_pairs_of_offices() {
    // Two firms of one sector and one of another. Gross: 5·2 + 2·8 + 0, 2·5 + 3·7 + 4·1, 5·5 + 1·4.
    let figures = "unit,kpmg,bdo,allianz\na,5,2,\nb,2,3,4\nc,,5,1\n";
    let outcome = on("gawc", figures);
    assert_eq!(at(&outcome, Stage::Aggregated, Package::ROOT), ["26.00", "35.00", "29.00"]);
    assert_eq!(index(&outcome), ["74.29", "100.00", "82.86"]);
    // The same as a formula over all rows.
    let text = "format = 1\n[index]\nid = \"demo\"\nname = \"Demo\"\nformula = \"kpmg * (sum(kpmg) over () - kpmg) + \
                bdo * (sum(bdo) over () - bdo) + allianz * (sum(allianz) over () - allianz)\"\n[defaults]\n\
                normalize = \"identity\"\n[[data]]\nfile = \"figures.csv\"\nlayout = \"wide\"\n";
    let firm = |id: &str| format!("[[indicator]]\nid = \"{id}\"\nname = \"{id}\"\n");
    let text = format!("{text}{}{}{}", firm("kpmg"), firm("bdo"), firm("allianz"));
    let zeros = figures.replace(",\n", ",0\n").replace(",,", ",0,");
    assert_eq!(index(&compute(&text, &zeros)), ["26.00", "35.00", "29.00"]);
}

#[test]
fn liveability_is_of_answers_or_of_category_scores() {
    let package =
        gradus::model::decode::decode("eiu", get("eiu-liveability").unwrap().package_toml()).0.unwrap();
    let ids: Vec<&str> = package.indicators().map(|(_, node, _)| node.id.as_str()).collect();
    let answers = |word: &str, number: &str| -> String {
        let cell = |(_, _, i): (usize, _, &gradus::model::package::Indicator)| match i.scale {
            Some(_) => word.to_owned(),
            None => number.to_owned(),
        };
        package.indicators().map(cell).collect::<Vec<_>>().join(",")
    };
    let empty = ",".repeat(ids.len() - 1);
    let figures = format!(
        "unit,stability-score,healthcare-score,culture-and-environment-score,education-score,infrastructure-score,{}\n\
         best,,,,,,{}\nfair,,,,,,{}\nshort,,,,,,{empty}\nscores,80,60,40,20,10,{empty}\nboth,0,,,,,{}\n",
        ids.join(","),
        answers("acceptable", "100"),
        answers("uncomfortable", "50"),
        answers("acceptable", "100"),
    );
    // 0.25·80 + 0.2·60 + 0.25·40 + 0.1·20 + 0.2·10 = 46; a given category score takes the place of answers.
    assert_eq!(index(&on("eiu-liveability", &figures)), ["100.00", "50.00", "_", "46.00", "75.00"]);
}

#[test]
fn dimensions_of_the_global_cities_index_are_weighted() {
    let dimensions = [
        "business-activity",
        "human-capital",
        "information-exchange",
        "cultural-experience",
        "political-engagement",
    ];
    let columns: Vec<String> = dimensions.iter().map(|d| format!("{d}-score")).collect();
    let figures = format!("unit,{}\na,50,40,30,20,10\nb,50,40,30,20,\n", columns.join(","));
    assert_eq!(index(&on("kearney-gci", &figures)), ["35.50", "_"]);
}

#[test]
fn a_group_with_an_unscored_indicator_is_not_computed() {
    // Every indicator is at the upper end of its scale, or at 1 where it is not scored.
    let package = gradus::model::decode::decode("gci", get("gci-2019").unwrap().package_toml()).0.unwrap();
    let below: Vec<bool> = (0..package.nodes.len())
        .map(|ix| {
            let scored = |leaf: usize| match &package.nodes[leaf].kind {
                gradus::model::package::NodeKind::Indicator(i) => i.normalize.is_some(),
                gradus::model::package::NodeKind::Group(_) => false,
            };
            package.indicators_below(ix).into_iter().all(scored)
        })
        .collect();
    let ids: Vec<&str> = package.indicators().map(|(_, node, _)| node.id.as_str()).collect();
    let outcome = on("gci-2019", &format!("unit,{}\na,{}\n", ids.join(","), vec!["1"; ids.len()].join(",")));
    let computed: Vec<bool> =
        (0..package.nodes.len()).map(|ix| outcome.evaluation.score(ix, 0).is_some()).collect();
    assert_eq!(computed, below);
    assert!(!computed[Package::ROOT] && computed.iter().any(|c| *c));
}

#[test]
fn coverage_counts_what_is_there() {
    let methods = Methods::default();
    let counted = |id: &str| coverage(&gradus::open(id).unwrap(), &methods, None).unwrap();
    for built_in in list() {
        let c = counted(built_in.id);
        assert_eq!(c.indicators, built_in.package().unwrap().indicators().count(), "{}", built_in.id);
        assert!(
            c.documented <= c.indicators && c.with_figures <= c.computable && c.computable <= c.indicators
        );
        assert!(c.equal <= c.within_rounding && c.within_rounding <= c.published, "{}", built_in.id);
        assert!(
            c.open_questions.iter().all(|text| text.en.is_some() && text.zh.is_some()),
            "{}",
            built_in.id
        );
        // Who cannot compute everything says what is missing.
        assert!(c.computable == c.indicators || !c.open_questions.is_empty(), "{}", built_in.id);
    }
    // Named by hand once, so that the rules of counting do not drift.
    let of = |id: &str| {
        let c = counted(id);
        (c.indicators, c.with_figures, c.computable, c.skipped)
    };
    assert_eq!(of("gucr"), (4, 0, 0, 0));
    assert_eq!(of("gpci-2023"), (70, 0, 70, 1));
    assert_eq!(of("doing-business-cities"), (47, 47, 47, 0));
    assert_eq!(counted("wef-cities-2014").documented, 4);
    // Ten of thirty are public by name, two of them with a ladder.
    let changchun = counted("changchun-2018");
    assert_eq!((changchun.indicators, changchun.documented), (30, 10));
}
