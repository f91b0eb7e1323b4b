//! The keys of counterparts in other packages and of the screening of candidates.

use super::{ABSENT, Default::Is, Default::Required, Field, Kind, Section, field, words};
use crate::package::{ContentValidity, CriterionSource, CvrMinimum, Direction};

const REFERENCES: Kind = Kind::Either(&[Kind::List(&Kind::Plain), Kind::Map(&Kind::Text)]);

static COUNTERPARTS: Section = Section {
    heading: "{ same, near, none }",
    doc: "What it is in other packages, each as the package's code, a colon and the code of an indicator, group or index inside it: a list, or a table from each to the reason. `gradus crosswalk` shows them.",
    fields: &[
        field("same", REFERENCES, Is("none"), "The same quantity: `[\"hdi:gni-per-head\"]`."),
        field(
            "near",
            REFERENCES,
            Is("none"),
            "The same concept, by another definition or in another measurement unit: `{ \"gpci-2023:i36\" = \"a number, not a share\" }`.",
        ),
        field(
            "none",
            REFERENCES,
            Is("none"),
            "What seems to be a counterpart and is not, or the code of a package that was searched in vain.",
        ),
    ],
};
pub(super) const COUNTERPARTS_KEY: Field =
    field("counterparts", Kind::Table(&COUNTERPARTS), ABSENT, "What it is in other packages.");

pub(super) static SCREENING: Section = Section {
    heading: "[screening]",
    doc: "How candidates for indicators are screened; `gradus crosswalk --screening` prints the matrix. Steps with `screen` are something else: they leave out what has too few figures.",
    fields: &[
        field(
            "file",
            Kind::Plain,
            ABSENT,
            "CSV with the experts' scores: columns `candidate`, `criterion`, `expert`, `score` and, where wanted, `comment`. An empty score is an abstention.",
        ),
        field(
            "cvr-minimum",
            Kind::Word(|| words(CvrMinimum::WORDS)),
            Is("lawshe"),
            "How the smallest content validity ratio follows from the number of experts: `lawshe`, the table of 1975; `binomial`, the exact one-sided test at 5 %.",
        ),
        field("notice", Kind::Text, ABSENT, "A sentence that the matrix carries."),
    ],
};

pub(super) static CRITERION: Section = Section {
    heading: "[[criterion]]",
    doc: "What candidates are screened by. Where a package has none, they are screened by what can be computed: `recognized`, `room` and `availability`.",
    fields: &[
        field("id", Kind::Code, Required, "Code, as it stands in the scores."),
        field("name", Kind::Text, Is("the code"), "Name."),
        field("description", Kind::Text, ABSENT, "What it asks."),
        field(
            "from",
            Kind::Word(|| words(CriterionSource::WORDS)),
            Is("experts"),
            "`experts`; or computed: `recognized`, in how many of the compared systems the candidate stands; `room`, from 0 to 1, how far the own unit is from the highest grade of the ladder or, without one, from the best unit, as a part of the way from the worst unit; `availability`, from 0 to 1, the share of units with a figure.",
        ),
        field("min", Kind::Number, Is("0"), "Lowest score an expert can give."),
        field("max", Kind::Number, Is("3"), "Highest score an expert can give."),
        field(
            "agree-from",
            Kind::Number,
            Is("above the middle of the scale"),
            "Lowest score that counts as agreement.",
        ),
        field("weight", Kind::Number, Is("1"), "Weight in a candidate's total, zero or more."),
        field(
            "veto-below",
            Kind::Number,
            ABSENT,
            "A candidate whose median score (or computed value) is lower is dropped, whatever the other criteria say.",
        ),
        field(
            "validity",
            Kind::Word(|| words(ContentValidity::WORDS)),
            Is("none"),
            "Which index of content validity decides: `cvr`, Lawshe's ratio; `i-cvi`, the item's content validity index.",
        ),
    ],
};

pub(super) static CANDIDATE: Section = Section {
    heading: "[[candidate]]",
    doc: "A candidate that is not an indicator of the package: on the long list, not in the tree. The indicators are candidates without being listed.",
    fields: &[
        field("id", Kind::Code, Required, "Code."),
        field("name", Kind::Text, Is("the code"), "Name."),
        field("description", Kind::Text, ABSENT, "What it measures."),
        field("unit", Kind::Plain, Is("dimensionless"), "Measurement unit."),
        field("direction", Kind::Word(|| words(Direction::WORDS)), Is("higher"), "Which way is better."),
        COUNTERPARTS_KEY,
    ],
};
