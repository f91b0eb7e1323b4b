//! Reports with everything that is computed beside the result: what each section says, and that nothing in them misleads.

#![allow(clippy::unwrap_used, reason = "tests stop where they fail")]

use gradus::audit::uncertainty::{Silent, Until};
use gradus::data::Memory;
use gradus::model::Lang;
use gradus::model::package::Package;
use gradus::report::extras::Extras;
use gradus::report::{Input, Logo, Options, html, html_with, json, markdown, section_ids};
use gradus::{Bundle, ExtrasAsked, Methods, Outcome, Telling, evaluate, extras};

/// Four cities over six years, two layers, a standard with another reading, a pair of editions.
const PACKAGE: &str = r#"
format = 1
[index]
id = "demo"
name = { en = "Demo", zh = "示例" }
aggregate = "arithmetic"
edition = "2"
target-year = 2026
[policy]
rounding = { mode = "half-even", places = 2 }
[[data]]
file = "values.csv"
[[grade]]
id = "basic"
name = { en = "Basic", zh = "基本" }
[[grade]]
id = "full"
name = { en = "Full", zh = "完全" }
[[unit]]
id = "avalon"
name = { en = "Avalon", zh = "阿瓦隆" }
role = "own"
[[unit]]
id = "brigadoon"
[[unit]]
id = "camelot"
[[unit]]
id = "lyonesse"
[[group]]
id = "city"
name = { en = "City", zh = "城市" }
aggregate = "arithmetic"
[[group]]
id = "life"
name = { en = "Life", zh = "生活" }
aggregate = "arithmetic"
[[indicator]]
id = "water"
parent = "city"
name = { en = "Water", zh = "供水" }
unit = "%"
limits = [0, 100]
normalize = { method = "goalposts", lower = 0, upper = 100 }
ladder = { basic = 80, full = 95 }
effort = { owner = { en = "Water office", zh = "水务局" } }
[[indicator]]
id = "green"
parent = "city"
name = { en = "Green space", zh = "绿地" }
unit = "m2"
normalize = { method = "goalposts", lower = 0, upper = 20 }
ladder = { basic = 8, full = 12 }
[[indicator]]
id = "smoke"
parent = "life"
name = { en = "Smoke", zh = "烟尘" }
unit = "ug"
direction = "lower"
normalize = { method = "goalposts", lower = 0, upper = 100 }
ladder = { basic = 40, full = 20 }
[[standard]]
id = "all"
name = { en = "All of them", zh = "全部达到" }
rule = { every = "*" }
alternative = [{ id = "two", name = { en = "Two of three", zh = "三取二" }, rule = { count = 2, in = "*" } }]
"#;

/// Avalon climbs in water by 2 a year from 70, has 10 of green space, and smoke of 45.
fn values() -> String {
    let mut out = String::from("unit,variable,period,value\n");
    for (at, (unit, water, green, smoke)) in
        [("avalon", 70, 10, 45), ("brigadoon", 60, 14, 30), ("camelot", 90, 9, 15), ("lyonesse", 50, 5, 60)]
            .iter()
            .enumerate()
    {
        for year in 2018..=2023i32 {
            let n = year - 2018;
            let pace = if at == 2 { 1 } else { 2 };
            out.push_str(&format!("{unit},water,{year},{}\n", water + pace * n));
            out.push_str(&format!("{unit},green,{year},{green}\n"));
            out.push_str(&format!("{unit},smoke,{year},{smoke}\n"));
        }
    }
    out
}

fn bundle(package: &str, values: &str) -> Bundle {
    Bundle::new("package.toml", package, Memory::new().with("values.csv", values.as_bytes().to_vec()))
}

fn computed(bundle: &Bundle, earlier: Option<&Bundle>) -> (Outcome, Extras) {
    let outcome = match evaluate(bundle, &Methods::default()) {
        Ok(outcome) => outcome,
        Err(found) => panic!("{}", found.iter().map(ToString::to_string).collect::<Vec<_>>().join("\n")),
    };
    let period = outcome.evaluation.current_period();
    let audit = gradus::audit::Options {
        node: Package::ROOT,
        period,
        profile: None,
        until: Until::Draws(50),
        base: 32,
        pairs: false,
        seed: 7,
    };
    let asked = ExtrasAsked {
        period,
        own: outcome.own_unit(),
        audit: Some(audit),
        states: 10_000,
        earlier: earlier.map(|bundle| ("first edition", bundle)),
        progress: &Silent,
    };
    let found = extras(bundle, &outcome, &Methods::default(), &asked).unwrap();
    (outcome, found)
}

fn input<'a>(outcome: &'a Outcome, extras: &'a Extras) -> Input<'a> {
    Input {
        package: &outcome.package,
        data: &outcome.import.data,
        evaluation: &outcome.evaluation,
        grading: &outcome.grading,
        imports: &outcome.import.summaries,
        diagnostics: &outcome.diagnostics,
        unit_names: &outcome.import.unit_names,
        period: outcome.evaluation.current_period(),
        own: outcome.own_unit(),
        all: false,
        extras: Some(extras),
    }
}

fn options(languages: &[Lang]) -> Options {
    Options { languages: languages.to_vec(), version: "0.0.0".to_owned(), ..Options::default() }
}

/// A section of a page of Markdown, by its title.
fn section<'a>(page: &'a str, title: &str) -> &'a str {
    let at = page.find(&format!(" {title}\n")).unwrap_or_else(|| panic!("no section {title} in\n{page}"));
    let rest = &page[at..];
    &rest[..rest.find("\n## ").unwrap_or(rest.len())]
}

#[track_caller]
fn says(section: &str, all: &[&str]) {
    for said in all {
        assert!(section.contains(said), "`{said}` is not in\n{section}");
    }
}

/// What each section says of the demo, checked by hand against the figures above. In 2023 Avalon has 80 % water (70 + 5 × 2), 10 m2 of green
/// space and 45 ug of smoke: water is just at its first step, and smoke alone keeps the first grade away.
#[test]
fn sections_say_what_was_computed() {
    let bundle = bundle(PACKAGE, &values());
    let (outcome, extras) = computed(&bundle, None);
    let page = markdown(&input(&outcome, &extras), &options(&[Lang::En]));
    // Smoke must fall by 5, and nobody ever lowered it: effort is counted in ladder steps.
    let next = section(&page, "What to do next");
    says(
        next,
        &[
            "the cheapest way to Basic",
            "| Smoke | 45 ug | at most 40 ug |",
            "No-regret, in every cheapest plan: Smoke",
            "arithmetic, not cause",
        ],
    );
    let ledger = section(&page, "Grade ledger");
    says(
        ledger,
        &[
            "[not met] all 3 indicators",
            "2 of 3; 3 needed",
            "[met] Water (80 %; asked for: at least 80 %",
            "[not met] Smoke",
        ],
    );
    says(ledger, &["| Two of three | Basic (differs) |"]);
    // 45 to 40 is 5 of 45: 11.11 %.
    says(ledger, &["| Smoke | 45 ug | 40 ug | 11.11% | Basic |"]);
    let tracks = section(&page, "Trajectories");
    // Full asks for 95 by the end of 2026: 15 in three years is 5 a year, and Camelot never held more than 1, the others 2.
    says(
        tracks,
        &["| Water | 80 | at least 95 % (Full, 2026) | +2 | +5 (more than any other unit ever held)"],
    );
    let peers = section(&page, "Peers");
    says(peers, &["Most like Avalon:", "standard deviations"]);
    let strengths = section(&page, "Strengths and weaknesses");
    says(strengths, &["Global Innovation Index 2023", "Below the lowest grade: 1", "- Smoke"]);
    says(
        section(&page, "What changed"),
        &["No earlier edition was given", "From 2022 to 2023, in this edition"],
    );
    let robust = section(&page, "Robustness");
    says(robust, &["50 draws, as many as were asked for; seed 7.", "ranks"]);
    says(section(&page, "Statistical coherence"), &["checks fail", "Thresholds and their sources"]);
    says(section(&page, "Sense of gain"), &["The package has no survey"]);
    says(section(&page, "Expert process"), &["no criteria and no scores of experts"]);
    says(
        section(&page, "City"),
        &[
            "Avalon scores 65.00",
            "Worth a look: brigadoon leads the others in one of these indicators: Green space.",
        ],
    );
    // The section that explains the page is short.
    let reading = section(&page, "How to read this; what changed in the method");
    let words = reading.lines().filter(|l| !l.starts_with('|')).flat_map(str::split_whitespace).count();
    assert!(words <= 200, "{words} words");
    let chinese = markdown(&input(&outcome, &extras), &options(&[Lang::Zh]));
    says(&chinese, &["下一步行动", "[未达到] 烟尘", "超过其他对象曾达到的速度", "三取二", "水"]);
}

/// Each effect by hand: the first edition had water of Avalon at 70 in 2023 (now 80), green space scaled to 25 (now 20), and no Lyonesse. With
/// goalposts no unit depends on another, so that membership changes no score. Score = 100 ((water/100 + green/20)/2 + (1 − smoke/100))/2.
#[test]
fn what_changed_adds_up() {
    let first = PACKAGE
        .replace("upper = 20 }", "upper = 25 }")
        .replace("edition = \"2\"", "edition = \"1\"")
        .replace("[[unit]]\nid = \"lyonesse\"\n", "");
    let old: String = values()
        .lines()
        .filter(|line| !line.starts_with("lyonesse"))
        .map(|line| {
            if line.starts_with("avalon,water,2023,") {
                "avalon,water,2023,70\n".to_owned()
            } else {
                format!("{line}\n")
            }
        })
        .collect();
    let (first, second) = (bundle(&first, &old), bundle(PACKAGE, &values()));
    let (outcome, extras) = computed(&second, Some(&first));
    let earlier = extras.earlier.as_ref().unwrap();
    let avalon = earlier.units.iter().find(|u| u.unit == "avalon").unwrap();
    let score = |water: f64, green: f64| 100.0 * ((water / 100.0 + green) / 2.0 + 0.55) / 2.0;
    let close = |a: Option<f64>, b: f64| assert!((a.unwrap() - b).abs() < 1e-9, "{a:?} {b}");
    close(avalon.before.score, score(70.0, 10.0 / 25.0));
    close(avalon.revised.score, score(80.0, 10.0 / 25.0));
    close(avalon.moved.score, score(80.0, 10.0 / 25.0));
    close(avalon.method.score, score(80.0, 10.0 / 20.0));
    close(avalon.after.score, score(80.0, 10.0 / 20.0));
    let lyonesse = earlier.units.iter().find(|u| u.unit == "lyonesse").unwrap();
    assert_eq!((lyonesse.there, lyonesse.before.score), ((false, true), None));
    assert_eq!(earlier.revised, [["avalon", "water", "2023", "70", "80"].map(str::to_owned)]);
    assert_eq!(earlier.definitions.len(), 1, "{:?}", earlier.definitions);
    let page = markdown(&input(&outcome, &extras), &options(&[Lang::En]));
    let changed = section(&page, "What changed");
    // 10 % of water are 2.5 points, and a tenth of green space as much.
    says(
        changed,
        &[
            "Avalon: +5.00 since first edition (1) – real change 0.00, data revision +2.50, method +2.50 and membership 0.00.",
        ],
    );
    says(
        changed,
        &[
            "since first edition (1)",
            "| Avalon | Water | 2023 | 70 | 80 |",
            "lyonesse (new)",
            "One figure of the same unit",
        ],
    );
    // The grade: water of 70 missed the first step of 80, smoke did too; neither edition proves a grade.
    says(changed, &["Every grade is what it was."]);
}

/// A later period is a real change: the first edition ends in 2022.
#[test]
fn a_new_period_is_a_real_change() {
    let old: String =
        values().lines().filter(|line| !line.contains(",2023,")).map(|line| format!("{line}\n")).collect();
    let (_, extras) = computed(&bundle(PACKAGE, &values()), Some(&bundle(PACKAGE, &old)));
    let earlier = extras.earlier.unwrap();
    let avalon = earlier.units.iter().find(|u| u.unit == "avalon").unwrap();
    assert_eq!((avalon.before.score, avalon.moved.score), (avalon.revised.score, avalon.after.score));
    // 2 % of water is 2 / 2 / 2 of the score.
    assert!((avalon.after.score.unwrap() - avalon.before.score.unwrap() - 0.5).abs() < 1e-9);
    assert!(earlier.revised.is_empty() && earlier.definitions.is_empty());
}

#[test]
fn units_in_another_measurement_unit_are_not_compared_step_by_step() {
    let old = PACKAGE.replace("unit = \"m2\"", "unit = \"ha\"");
    let (_, extras) = computed(&bundle(PACKAGE, &values()), Some(&bundle(&old, &values())));
    let earlier = extras.earlier.unwrap();
    assert_eq!(earlier.why_not.as_deref(), Some("`green` is in another measurement unit"));
    assert!(earlier.units[0].before.score.is_some() && earlier.units[0].moved.score.is_none());
}

#[test]
fn a_package_switches_sections_and_names_its_report() {
    let text = format!(
        "{PACKAGE}\n[report]\ntitle = {{ en = \"Our city\", zh = \"我们的城市\" }}\nforeword = {{ en = \"Dear reader.\", zh = \"致读者。\" }}\n\
         sections = [\"ledger\", \"verdict\", \"method\", \"experts\"]\nwithout = [\"experts\"]\ncolors = {{ own = \"#7a1f00\", link = \"red\" }}\n"
    );
    let bundle = bundle(&text, &values());
    let outcome = evaluate(&bundle, &Methods::default());
    // A color that is none is an error.
    let found = outcome.unwrap_err();
    assert!(
        found.iter().any(|d| d.kind.id == "invalid-parameter"),
        "{:?}",
        found.iter().map(|d| d.kind.id).collect::<Vec<_>>()
    );
    let bundle = self::bundle(&text.replace(", link = \"red\"", ""), &values());
    let (outcome, extras) = computed(&bundle, None);
    let input = input(&outcome, &extras);
    let page = markdown(&input, &options(&[Lang::En]));
    let heads: Vec<&str> = page.lines().filter(|l| l.starts_with("## ")).collect();
    assert_eq!(heads, ["## 1 Grade ledger", "## 2 Verdict", "## A Method"]);
    says(&page, &["Our city", "Dear reader."]);
    let html = html(&input, &options(&[Lang::Zh]));
    says(&html, &["--own: #7a1f00;", "我们的城市", "致读者。"]);
    // No card is on the page, so nothing leads to one.
    assert!(!html.contains("href=\"#i-"));
    // What is asked for goes before what the package has.
    let asked = Options { sections: vec!["gaps".to_owned()], ..options(&[Lang::En]) };
    assert_eq!(markdown(&input, &asked).lines().filter(|l| l.starts_with("## ")).count(), 1);
}

#[test]
fn templates_of_ones_own_say_where_they_fail() {
    let (outcome, extras) = computed(&bundle(PACKAGE, &values()), None);
    let input = input(&outcome, &extras);
    let own = |name: &str, text: &str| Options {
        templates: [(name.to_owned(), text.to_owned())].into(),
        ..options(&[Lang::En])
    };
    let page =
        html_with(&input, &own("framework.html", "<p>{{ page.head.index|say }} &amp; {{ '<b>' }}</p>"))
            .unwrap();
    assert!(page.contains("<p>Demo &amp; &lt;b&gt;</p>"), "a template of one's own escapes too");
    for (text, line) in [("<p>\n{{ page.nothing.there }}</p>", 2), ("<p>\n\n{% for x in %}</p>", 3)] {
        let found = html_with(&input, &own("framework.html", text)).unwrap_err();
        let first = found.iter().next().unwrap();
        assert_eq!(first.kind.id, "invalid-template");
        assert_eq!(first.places[0].0.to_string(), format!("framework.html:{line}:1"), "{first}");
    }
}

#[test]
fn a_logo_is_a_picture_and_nothing_else() {
    let (outcome, _) = computed(&bundle(PACKAGE, &values()), None);
    let logo = |bytes: &[u8]| Logo::new(&outcome.package, "logo.png", bytes);
    let png = [0x89, b'P', b'N', b'G', 0x0d, 0x0a, 0x1a, 0x0a, 0, 0];
    assert_eq!(logo(&png).unwrap().address(), "data:image/png;base64,iVBORw0KGgoAAA==");
    for bad in [&b"<svg onload=alert(1)>"[..], b"", b"GIF89a", &[0x89, b'P']] {
        assert_eq!(logo(bad).unwrap_err().iter().next().unwrap().kind.id, "invalid-picture");
    }
    let mut large = png.to_vec();
    large.resize((256 << 10) + 1, 0);
    assert!(logo(&large).is_err());
}

/// Profiles of units are those of a report about each, whatever was told before.
#[test]
fn a_profile_is_that_of_its_unit_alone() {
    let bundle = bundle(PACKAGE, &values());
    let (outcome, mut extras) = computed(&bundle, None);
    let methods = Methods::default();
    let telling = Telling::new(&outcome, &methods, outcome.evaluation.current_period(), 10_000);
    let mut pages = Vec::new();
    for unit in [2, 0, 2] {
        telling.about(unit, &mut extras);
        let input = Input { own: Some(unit), ..input(&outcome, &extras) };
        pages.push(markdown(&input, &options(&[Lang::En])));
    }
    assert_eq!(pages[0], pages[2]);
    assert!(pages[0] != pages[1] && pages[0].starts_with("# camelot"));
}

/// Every text of a package, its data and its templates' input stays text, in the sections that are computed too; and the JSON is JSON.
#[test]
fn no_text_becomes_markup_in_computed_sections() {
    const EVIL: &str = "<img src=x onerror=alert(1)>&'</script></style>{{7*7}}{% x %}|**b**[a](javascript:x)";
    let quoted = format!("'''{EVIL}'''");
    let mut text = String::new();
    for line in PACKAGE.lines() {
        match line.split_once('=') {
            Some((key, _)) if ["name ", "edition "].contains(&key) || key == "unit " => {
                text.push_str(&format!("{key}= {quoted}\n"))
            }
            _ => text.push_str(&format!(
                "{}\n",
                line.replace("{ en = \"Two of three\", zh = \"三取二\" }", &quoted)
                    .replace("{ en = \"Water office\", zh = \"水务局\" }", &quoted)
            )),
        }
    }
    text.push_str(&format!("[report]\ntitle = {quoted}\nforeword = {quoted}\n"));
    let old = text.replace("upper = 20 }", "upper = 25 }").replace("limits = [0, 100]", "limits = [0, 101]");
    let (outcome, extras) = computed(&bundle(&text, &values()), Some(&bundle(&old, &values())));
    let extras = Extras {
        earlier: extras.earlier.map(|e| gradus::report::extras::Earlier { name: EVIL.to_owned(), ..e }),
        ..extras
    };
    let input = input(&outcome, &extras);
    for languages in [&[Lang::En][..], &[Lang::Zh, Lang::En]] {
        let options = Options { home: Some("index.html".to_owned()), ..options(languages) };
        let page = html(&input, &options);
        assert!(page.contains("&lt;img src=x"), "the text is there, as text");
        assert!(!page.contains("<img") && !page.contains("href=\"javascript:"), "markup got through");
        for target in page.split("href=\"#").skip(1).map(|rest| rest.split('"').next().unwrap()) {
            assert_eq!(page.matches(&format!(" id=\"{target}\"")).count(), 1, "{target}");
        }
        // The script's data end where they should: at the one end tag that the page itself has.
        let data = page.split("id=\"report-data\">").nth(1).unwrap().split("</script>").next().unwrap();
        serde_json::from_str::<serde_json::Value>(data).unwrap();
        let text = markdown(&input, &options);
        assert!(!text.contains("<img") && !text.contains("**b**") && !text.contains("[a](java"));
    }
    let report: serde_json::Value = serde_json::from_str(&json(&input, &options(&[Lang::En]))).unwrap();
    assert!(report["sections"].as_array().unwrap().len() > 10);
}

/// Numbers of tables of sections are in the JSON with all their digits, and say what they are of.
#[test]
fn sections_are_data_too() {
    let (outcome, extras) = computed(&bundle(PACKAGE, &values()), None);
    let report: serde_json::Value =
        serde_json::from_str(&json(&input(&outcome, &extras), &options(&[Lang::En]))).unwrap();
    let sections = report["sections"].as_array().unwrap();
    let find = |id: &str| sections.iter().find(|s| s["id"] == id).unwrap();
    let table = |id: &str, table: &str| {
        let blocks = find(id)["blocks"].as_array().unwrap();
        blocks.iter().map(|b| &b["table"]).find(|t| t["id"] == table).unwrap().clone()
    };
    let quadrant = table("peers", "peers-quadrant");
    // Camelot in 2023: water 95, green 9, smoke 15: ((95 + 45) / 2 + 85) / 2.
    let camelot = &quadrant["rows"][2];
    assert_eq!(camelot["unit"]["text"]["en"], "camelot");
    assert!((camelot["score"]["number"].as_f64().unwrap() - 77.5).abs() < 1e-9);
    assert_eq!(camelot["score"]["of"], "demo/camelot/2023");
    assert_eq!(find("next")["title"]["zh"], "下一步行动");
    assert!(section_ids().contains(&"glossary"));
}

/// The same result gives the same bytes, whatever is computed beside it.
#[test]
fn the_same_extras_give_the_same_bytes() {
    let bundle = bundle(PACKAGE, &values());
    let page = || {
        let (outcome, extras) = computed(&bundle, None);
        html(&input(&outcome, &extras), &options(&[Lang::Zh, Lang::En]))
    };
    assert_eq!(page(), page());
}

/// Surveys and screenings fill their sections: the fixtures hold both.
#[test]
fn respondents_and_experts_are_told_of() {
    let root = std::path::Path::new(env!("CARGO_MANIFEST_DIR")).join("../../fixtures");
    let of = |name: &str| gradus::open(root.join(name).to_str().unwrap()).unwrap();
    let (outcome, extras) = computed(&of("survey"), None);
    let page = markdown(&input(&outcome, &extras), &options(&[Lang::En]));
    says(
        section(&page, "Sense of gain"),
        &[
            "beside Floor space per person",
            "Clearly below everybody else: migrant.",
            "fewer than 30 respondents",
        ],
    );
    let (outcome, extras) = computed(&of("screening"), None);
    let page = markdown(&input(&outcome, &extras), &options(&[Lang::En]));
    says(section(&page, "Expert process"), &["candidates", "experts gave scores", "| Candidate | Verdict |"]);
}
