//! The one description of the package file: it checks keys and types, documents them, and prints the JSON Schema.

mod json;
mod markdown;
mod rules;
mod selection;

pub use json::{MethodDoc, json_schema};
pub use markdown::markdown;
pub use rules::RULES;

use crate::number::{RoundingMode, Ties};
use crate::observation::{Absence, Confidence, Status};
use crate::package::{
    AnswerKind, ColumnRole, Direction, DontKnow, ItemRole, Layout, LoneClusterRule, PackageStatus, Percent,
    Profile, ShareInterval, SurveyColumn, SurveyLayout, Trim, UnitRole, ValueKind, VarianceRule,
    WeightDistribution,
};
use crate::policy::{Basis, Fit, MissingAction, MissingGrade, PaceForm};

/// A table of the package file.
#[derive(Debug)]
pub struct Section {
    /// How it is written: `[index]`, `[[indicator]]`.
    pub heading: &'static str,
    /// What it is, in one or two sentences.
    pub doc: &'static str,
    /// Its keys.
    pub fields: &'static [Field],
}

/// A key of a table.
#[derive(Debug, Clone, Copy)]
pub struct Field {
    /// The key.
    pub name: &'static str,
    /// What its value is.
    pub kind: Kind,
    /// What holds when it is left out.
    pub default: Default,
    /// What it means.
    pub doc: &'static str,
}

/// What holds when a key is left out.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Default {
    /// It must be there.
    Required,
    /// In words, or as the value it then has.
    Is(&'static str),
}

/// What the value of a key is.
#[derive(Debug, Clone, Copy)]
pub enum Kind {
    /// A code.
    Code,
    /// Text, or `{ en = "...", zh = "..." }`.
    Text,
    /// Plain text.
    Plain,
    /// A number, read exactly.
    Number,
    /// A whole number, zero or more.
    Count,
    /// True or false.
    Flag,
    /// One of a list of words.
    Word(fn() -> Vec<&'static str>),
    /// A period.
    Period,
    /// A day.
    Date,
    /// A weight: a number or a fraction in quotes.
    Weight,
    /// One character in quotes.
    Character,
    /// A list.
    List(&'static Kind),
    /// A table with keys of the author's choice.
    Map(&'static Kind),
    /// A table with keys of the author's choice out of a list of words.
    WordMap(fn() -> Vec<&'static str>, &'static Kind),
    /// A table of its own.
    Table(&'static Section),
    /// Tables of their own, one per item.
    Tables(&'static Section),
    /// One of several kinds.
    Either(&'static [Kind]),
    /// A method of a family: its id, or a table with `method` and its parameters.
    Method(Family),
    /// A rule.
    Rule,
    /// A number, or a level of the indicator's scale.
    Threshold,
}

/// A family of methods.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Family {
    /// Normalization.
    Normalize,
    /// Transforms before normalization.
    Transform,
    /// Aggregation.
    Aggregate,
    /// Treatment of outliers.
    Treat,
    /// Imputation of missing figures.
    Impute,
    /// Weights from data.
    Weight,
    /// Statistics of surveys.
    Statistic,
}

fn words<T>(list: &'static [(&'static str, T)]) -> Vec<&'static str> {
    list.iter().map(|(word, _)| *word).collect()
}

const fn field(name: &'static str, kind: Kind, default: Default, doc: &'static str) -> Field {
    Field { name, kind, default, doc }
}

use self::Default::{Is, Required};
const ABSENT: Default = Is("absent");

static ROUNDING: Section = Section {
    heading: "{ mode, places }",
    doc: "A rounding rule, applied once.",
    fields: &[
        field(
            "mode",
            Kind::Word(|| words(RoundingMode::WORDS)),
            Is("half-even"),
            "What happens at a tie and to the digits that are dropped. `half-even` is GB/T 8170; most publications use `half-up`.",
        ),
        field("places", Kind::Count, Required, "Digits kept after the decimal point."),
    ],
};

static MISSING: Section = Section {
    heading: "{ aggregate, min-share, min-count }",
    doc: "What an aggregate does about missing parts.",
    fields: &[
        field(
            "aggregate",
            Kind::Word(|| words(MissingAction::WORDS)),
            Is("reweight"),
            "`reweight`: share the weight of missing parts out among the present ones; `refuse`: the aggregate is missing; `zero`: a missing part counts as zero.",
        ),
        field(
            "min-share",
            Kind::Number,
            Is("0"),
            "Smallest share of the weight that must be present, 0 to 1.",
        ),
        field("min-count", Kind::Count, Is("1"), "Smallest number of parts that must be present."),
    ],
};

static POLICY_MISSING: Section = Section {
    heading: "{ aggregate, min-share, min-count, grade, carry-forward }",
    doc: "What missing values mean, for aggregates and for grades.",
    fields: &[
        field("aggregate", Kind::Word(|| words(MissingAction::WORDS)), Is("reweight"), "As in a group."),
        field("min-share", Kind::Number, Is("0"), "As in a group."),
        field("min-count", Kind::Count, Is("1"), "As in a group."),
        field(
            "grade",
            Kind::Word(|| words(MissingGrade::WORDS)),
            Is("unknown"),
            "`unknown`: a missing value leaves a grade open; `fail`: it counts as not met.",
        ),
        field(
            "carry-forward",
            Kind::Count,
            Is("0"),
            "For how many years a figure stands in for later ones that are missing, in grades; it is marked.",
        ),
    ],
};

static PERIODS: Section = Section {
    heading: "{ use, year, later, max-age }",
    doc: "Which period of each figure is used.",
    fields: &[
        field(
            "use",
            Kind::Word(|| vec!["panel", "latest", "as-of"]),
            Required,
            "`panel`: every period is computed by itself; `latest`: one result from the newest figure of each unit and indicator; `as-of`: the newest figure not after `year`.",
        ),
        field("year", Kind::Count, Is("required with `as-of`"), "The year of `as-of`."),
        field(
            "later",
            Kind::Flag,
            Is("false"),
            "With `as-of`: take the first later figure where there is none up to the year.",
        ),
        field(
            "max-age",
            Kind::Count,
            Is("no limit"),
            "Figures that are older by more than this many years are not used.",
        ),
    ],
};

static PROGRESS: Section = Section {
    heading: "{ preset, base-year, window, pace }",
    doc: "How `gradus progress` rates progress towards the steps of ladders.",
    fields: &[
        field(
            "preset",
            Kind::Plain,
            Is("statcan"),
            "Id of a published rule; `gradus progress --presets` lists them with their cut-offs and sources.",
        ),
        field(
            "base-year",
            Kind::Count,
            Is("the preset's window"),
            "Figures from this year on count; with `window`, those that both let count.",
        ),
        field(
            "window",
            Kind::Count,
            Is("the preset's window"),
            "Figures of so many years before the latest count.",
        ),
        field(
            "pace",
            Kind::Word(|| words(PaceForm::WORDS)),
            Is("robust"),
            "`robust`: the median slope of all figures, which no measurement unit, zero or odd year can fool; `published`: as the rule has it, from the first and the last figure, refused where that is undefined.",
        ),
    ],
};

static FORMULA: Section = Section {
    heading: "{ formula }",
    doc: "An SQL scalar expression, computed for each unit and period.",
    fields: &[field(
        "formula",
        Kind::Plain,
        Required,
        "Over measures, indicators and scores: `{ formula = \"case when income = 'low' then 2 else 1 end\" }`.",
    )],
};

const WEIGHT: Kind = Kind::Either(&[Kind::Weight, Kind::Table(&FORMULA)]);

const WEIGHTS: Field = field(
    "weights",
    Kind::Method(Family::Weight),
    Is("proportional"),
    "`proportional`: divided by their sum; `exact`: they must add up to 1; `none`: every part counts alike; or a method that finds them from the data.",
);
const WEIGHTS_FROM: Field = field(
    "weights-from",
    Kind::Word(|| vec!["scores", "figures"]),
    Is("scores"),
    "What a method that finds weights looks at: the scores of the parts, or their figures before normalization.",
);
const NODE_FORMULA: Field = field(
    "formula",
    Kind::Plain,
    ABSENT,
    "SQL scalar expression that yields the score, in place of `aggregate`: a bare code is a figure of a measure or indicator or the score of a group, `score(code)` an indicator's score.",
);
const RENORMALIZE: Field = field(
    "normalize",
    Kind::Method(Family::Normalize),
    Is("none"),
    "Brings the aggregate onto a scale again: ranks, percentiles, a range.",
);
const NODE_DIRECTION: Field = field(
    "direction",
    Kind::Word(|| words(Direction::WORDS)),
    Is("higher"),
    "Which way is better in the aggregate, for `normalize`.",
);
const NODE_FIT: Field = field(
    "fit",
    Kind::Word(|| words(Fit::WORDS)),
    Is("the policy's; `per-period` for methods that compare units"),
    "Whether what is learned from data here is learned from all periods together or from each by itself.",
);

static ENOUGH: Section = Section {
    heading: "{ min-available, min-nonzero, max-same }",
    doc: "What a unit or an indicator must have to be compared.",
    fields: &[
        field("min-available", Kind::Number, ABSENT, "Smallest share of cells with a figure, 0 to 1."),
        field("min-nonzero", Kind::Number, ABSENT, "Smallest share of figures that are not zero, 0 to 1."),
        field("max-same", Kind::Number, ABSENT, "Largest share of figures with the same value, 0 to 1."),
    ],
};

static SCREEN: Section = Section {
    heading: "{ units, indicators, max-age, keep, drop }",
    doc: "Which units and indicators have too little to be compared. What is left out is named with the reason.",
    fields: &[
        field("units", Kind::Table(&ENOUGH), ABSENT, "What a unit must have, in each period."),
        field(
            "indicators",
            Kind::Table(&ENOUGH),
            ABSENT,
            "What an indicator must have, over the units that stay.",
        ),
        field(
            "max-age",
            Kind::Count,
            ABSENT,
            "Figures more than this many years older than the result are not used.",
        ),
        field(
            "keep",
            Kind::Map(&Kind::Plain),
            ABSENT,
            "Units and indicators that stay in any case, with the reason.",
        ),
        field(
            "drop",
            Kind::Map(&Kind::Plain),
            ABSENT,
            "Units and indicators that are left out in any case, with the reason.",
        ),
    ],
};

static DENOMINATE: Section = Section {
    heading: "{ by, scale }",
    doc: "Divides figures by a measure of size: y = x / (denominator / scale), of the same unit and period.",
    fields: &[
        field(
            "by",
            Kind::Either(&[Kind::Code, Kind::Map(&Kind::Code)]),
            Required,
            "Code of a measure or indicator; or a table from indicators and groups to it: `{ trade = \"gdp\", health = \"population\" }`.",
        ),
        field(
            "scale",
            Kind::Either(&[Kind::Number, Kind::Map(&Kind::Number)]),
            Is("1"),
            "What a denominator is divided by first; or a table from denominators to it: `{ population = 1000 }` for figures per thousand.",
        ),
    ],
};

static STEP: Section = Section {
    heading: "[[step]]",
    doc: "A step between the figures as read and their normalization. Steps run in the order of the file; each has exactly one of the keys `screen`, `denominate`, `impute`, `treat`, `transform`, `normalize`, `round`.",
    fields: &[
        field(
            "id",
            Kind::Code,
            Is("its action, numbered when repeated"),
            "Code, which names the stage it yields.",
        ),
        field("name", Kind::Text, Is("the code"), "Name."),
        field(
            "screen",
            Kind::Table(&SCREEN),
            ABSENT,
            "Leaves out units and indicators with too few figures.",
        ),
        field("denominate", Kind::Table(&DENOMINATE), ABSENT, "Divides figures by a measure of size."),
        field("impute", Kind::Method(Family::Impute), ABSENT, "Fills empty cells."),
        field("treat", Kind::Method(Family::Treat), ABSENT, "Treats outliers and skewed distributions."),
        field("transform", Kind::Method(Family::Transform), ABSENT, "Applies a transform to every figure."),
        field(
            "normalize",
            Kind::Method(Family::Normalize),
            ABSENT,
            "Brings figures onto a common scale before a later step; higher is better from then on.",
        ),
        field("round", Kind::Table(&ROUNDING), ABSENT, "Rounds figures."),
        field("only", Kind::List(&Kind::Code), Is("all"), "Indicators and groups it is for."),
        field("except", Kind::List(&Kind::Code), Is("none"), "Indicators and groups it is not for."),
        field(
            "instead",
            Kind::Map(&Kind::Either(&[
                Kind::Code,
                Kind::Method(Family::Impute),
                Kind::Method(Family::Treat),
                Kind::Method(Family::Transform),
                Kind::Method(Family::Normalize),
            ])),
            ABSENT,
            "Another method (of `denominate`: another denominator) for single indicators and groups: `{ goods = { method = \"box-cox\" }, trade = \"none\" }`; `none` leaves them as they are. Every imputation looks at all indicators of the step as they stood before it, and fills its own.",
        ),
        field(
            "fit",
            Kind::Word(|| words(Fit::WORDS)),
            Is("the policy's"),
            "Whether it looks at all periods together or at each by itself.",
        ),
        field(
            "by",
            Kind::Plain,
            ABSENT,
            "Kind of unit groups whose classes an imputation looks at: `region`.",
        ),
        field(
            "draws",
            Kind::Count,
            Is("0"),
            "Multiple imputation: how many times the filled cells are drawn, so that their spread reaches scores and ranks.",
        ),
    ],
};

static WEIGHT_SET: Section = Section {
    heading: "[[weight-set]]",
    doc: "A named set of weights, by code. `[policy] weights` says which is in force.",
    fields: &[
        field("id", Kind::Code, Required, "Code."),
        field("name", Kind::Text, Is("the code"), "Name."),
        field(
            "weights",
            Kind::Map(&Kind::Weight),
            Required,
            "Weights by code of a group or indicator; others keep theirs.",
        ),
    ],
};

static INDEX: Section = Section {
    heading: "[index]",
    doc: "What the index is. It is also the root of the tree.",
    fields: &[
        field("id", Kind::Code, Required, "Code of the package and of the root."),
        field("name", Kind::Text, Required, "Name."),
        field("description", Kind::Text, ABSENT, "What it measures and for whom."),
        field(
            "notice",
            Kind::Text,
            ABSENT,
            "A sentence that every page carries, for example that the package is a reconstruction.",
        ),
        field(
            "open-questions",
            Kind::List(&Kind::Text),
            Is("none"),
            "What is not public or not established of the index, each as a text; `gradus library coverage` lists it.",
        ),
        field("edition", Kind::Plain, ABSENT, "Edition."),
        field(
            "status",
            Kind::Word(|| words(PackageStatus::WORDS)),
            Is("draft"),
            "Where the package is in its life. What is not ratified or published is marked on every page.",
        ),
        field("unit-kind", Kind::Text, Is("unit"), "What a unit is called: city, country."),
        field("publisher", Kind::Text, ABSENT, "Who publishes the index."),
        field("license", Kind::Plain, ABSENT, "Terms of use of the definition and the figures."),
        field(
            "confidence",
            Kind::Word(|| words(Confidence::WORDS)),
            ABSENT,
            "How well the definition is established.",
        ),
        field(
            "target-year",
            Kind::Count,
            ABSENT,
            "The year by whose end thresholds are to be reached, unless a grade says otherwise.",
        ),
        field(
            "aggregate",
            Kind::Method(Family::Aggregate),
            Is("arithmetic"),
            "How the parts of the index are combined; `none` for a scoreboard.",
        ),
        WEIGHTS,
        WEIGHTS_FROM,
        NODE_FORMULA,
        RENORMALIZE,
        NODE_DIRECTION,
        NODE_FIT,
        field("missing", Kind::Table(&MISSING), Is("the policy's"), "What it does about missing parts."),
        field(
            "round",
            Kind::Table(&ROUNDING),
            ABSENT,
            "Rounds the score of the index, where its own method does.",
        ),
        field(
            "grade",
            Kind::Rule,
            Is("every indicator at the grade"),
            "The rule by which the index as a group holds a grade; standards usually say more.",
        ),
    ],
};

static POLICY: Section = Section {
    heading: "[policy]",
    doc: "The rules that hold for every number; the report prints them.",
    fields: &[
        field(
            "arithmetic",
            Kind::Word(|| vec!["decimal", "binary64"]),
            Is("decimal"),
            "`decimal`: exact, for what is published; `binary64`: for simulation and large data.",
        ),
        field(
            "rounding",
            Kind::Table(&ROUNDING),
            Is("{ mode = \"half-even\", places = 2 }"),
            "How scores are rounded for display, and for ranks and thresholds on published values.",
        ),
        field(
            "ranks",
            Kind::Word(|| words(Basis::WORDS)),
            Is("exact"),
            "Whether ranks are taken of exact or of published (rounded) scores.",
        ),
        field(
            "ties",
            Kind::Word(|| words(Ties::WORDS)),
            Is("competition"),
            "What units with equal scores share: `competition` 1224, `modified` 1334, `dense` 1223, `mean` 1 2.5 2.5 4.",
        ),
        field(
            "thresholds",
            Kind::Word(|| words(Basis::WORDS)),
            Is("exact"),
            "Whether thresholds are compared with exact values, or with values rounded to the indicator's `places`.",
        ),
        field(
            "missing",
            Kind::Table(&POLICY_MISSING),
            Is("reweight, unknown"),
            "What missing values mean, unless a group says otherwise.",
        ),
        field(
            "fit",
            Kind::Word(|| words(Fit::WORDS)),
            Is("pooled"),
            "Whether a method that learns from data learns from all periods together or from each by itself.",
        ),
        field(
            "periods",
            Kind::Table(&PERIODS),
            Is("{ use = \"panel\" }"),
            "Which period of each figure is used.",
        ),
        field("seed", Kind::Count, Is("0"), "Seed of everything drawn at random."),
        field("weights", Kind::Code, Is("those of the nodes"), "Code of the `[[weight-set]]` in force."),
        field("progress", Kind::Table(&PROGRESS), Is("see there"), "How progress is rated."),
        field("currency", Kind::Plain, ABSENT, "What money is counted in, in plans: `million EUR`."),
        field(
            "uncertainty",
            Kind::WordMap(|| words(Status::WORDS), &Kind::Number),
            Is("none stated"),
            "Relative standard deviation of figures by status, for the probability of a grade: `{ provisional = 0.02 }`.",
        ),
    ],
};

static DEFAULTS: Section = Section {
    heading: "[defaults]",
    doc: "What holds for every indicator or group that does not say otherwise.",
    fields: &[
        field("direction", Kind::Word(|| words(Direction::WORDS)), Is("higher"), "Direction of indicators."),
        field("normalize", Kind::Method(Family::Normalize), ABSENT, "Normalization of indicators."),
        field(
            "aggregate",
            Kind::Method(Family::Aggregate),
            Is("arithmetic"),
            "Aggregation of groups and of the index.",
        ),
        field(
            "weights",
            Kind::Method(Family::Weight),
            Is("proportional"),
            "Use of weights in groups and in the index.",
        ),
    ],
};

static LEVEL: Section = Section {
    heading: "[[level]]",
    doc: "Label of a level of the tree, from the one below the index downward.",
    fields: &[field("name", Kind::Text, Required, "Label: layer, pillar.")],
};

static GRADE: Section = Section {
    heading: "[[grade]]",
    doc: "A grade that ladders and standards speak of, from the lowest to the highest.",
    fields: &[
        field("id", Kind::Code, Required, "Code."),
        field("name", Kind::Text, Required, "Name."),
        field(
            "letter",
            Kind::Text,
            Is("first letter of the name"),
            "One or two characters for strips and tables.",
        ),
        field(
            "target-year",
            Kind::Count,
            Is("that of the index"),
            "The year by whose end its thresholds are to be reached.",
        ),
    ],
};

static SCALE_LEVEL: Section = Section {
    heading: "{ id, name }",
    doc: "A level of an ordered scale.",
    fields: &[
        field("id", Kind::Code, Required, "Code, as it stands in the data."),
        field("name", Kind::Text, Is("the code"), "Name."),
    ],
};

static SCALE: Section = Section {
    heading: "[[scale]]",
    doc: "An ordered scale for indicators whose values are levels.",
    fields: &[
        field("id", Kind::Code, Required, "Code."),
        field(
            "levels",
            Kind::List(&Kind::Either(&[Kind::Code, Kind::Table(&SCALE_LEVEL)])),
            Required,
            "Levels from the lowest to the highest: codes, or `{ id, name }`.",
        ),
        field(
            "title",
            Kind::Flag,
            Is("false"),
            "Whether its levels are titles that are awarded and may expire.",
        ),
    ],
};

static UNIT: Section = Section {
    heading: "[[unit]]",
    doc: "A unit that is compared. Where a package declares none, the units are those of the data; else the data may name no others.",
    fields: &[
        field("id", Kind::Code, Required, "Code, as it stands in the data."),
        field("name", Kind::Text, Is("the code"), "Name."),
        field(
            "role",
            Kind::Word(|| words(UnitRole::WORDS)),
            Is("benchmark"),
            "`own`: the unit the package is about; `benchmark`: one it is compared with.",
        ),
        field(
            "groups",
            Kind::Map(&Kind::Plain),
            ABSENT,
            "Groups it belongs to, by kind: `{ region = \"Europe\" }`.",
        ),
        field(
            "latitude",
            Kind::Number,
            ABSENT,
            "Degrees north of the equator, -90 to 90; with `longitude`, for maps.",
        ),
        field("longitude", Kind::Number, ABSENT, "Degrees east of Greenwich, -180 to 180."),
    ],
};

static MAP: Section = Section {
    heading: "[map]",
    doc: "Outlines of units for `gradus chart map`. Units that have none are drawn at their `latitude` and `longitude`.",
    fields: &[
        field(
            "file",
            Kind::Plain,
            Required,
            "GeoJSON (RFC 7946) with polygons, by its path inside the package; at most 32 MiB and a million points.",
        ),
        field(
            "property",
            Kind::Plain,
            Is("the feature's own `id`"),
            "Property of a feature that holds the code or the name of its unit.",
        ),
    ],
};

static NUMBERS: Section = Section {
    heading: "{ decimal, thousands, percent }",
    doc: "How numbers are written in a file. Nothing is guessed.",
    fields: &[
        field("decimal", Kind::Character, Is("."), "The decimal mark."),
        field("thousands", Kind::Character, Is("none"), "The mark between groups of three digits."),
        field(
            "percent",
            Kind::Word(|| words(Percent::WORDS)),
            Is("refuse"),
            "What `12 %` is: an error, 12, or 0.12.",
        ),
    ],
};

static DATA: Section = Section {
    heading: "[[data]]",
    doc: "A file with figures: CSV, XLSX or ODS.",
    fields: &[
        field("file", Kind::Plain, Required, "Path inside the package."),
        field("sheet", Kind::Plain, Is("the first"), "Sheet of a workbook."),
        field(
            "layout",
            Kind::Word(|| words(Layout::WORDS)),
            Is("long"),
            "`long`: one observation per row; `wide`: one unit (and period) per row, one indicator or measure per column.",
        ),
        field(
            "columns",
            Kind::WordMap(
                || words(ColumnRole::WORDS),
                &Kind::Either(&[Kind::Plain, Kind::List(&Kind::Plain)]),
            ),
            Is("columns named as their meaning"),
            "Names of the columns with a fixed meaning: `{ unit = \"city\", period = \"year\" }`. A unit may have several, whose texts are joined by `.`.",
        ),
        field(
            "groups",
            Kind::Map(&Kind::Plain),
            ABSENT,
            "From a kind of unit groups to the column with each unit's class: `{ region = \"region\" }`. In rows with a period, the class holds from that period on.",
        ),
        field(
            "variables",
            Kind::Map(&Kind::Code),
            Is("codes"),
            "From a name in the file to the code of an indicator or measure.",
        ),
        field("units", Kind::Map(&Kind::Code), Is("codes"), "From a name in the file to the code of a unit."),
        field(
            "delimiter",
            Kind::Character,
            Is("found out from the header"),
            "Field separator of a CSV file: `,`, `;` or a tab.",
        ),
        field(
            "encoding",
            Kind::Plain,
            Is("found out, and reported"),
            "Encoding of a CSV file: `utf-8`, `utf-16le`, `gb18030`.",
        ),
        field("numbers", Kind::Table(&NUMBERS), Is("{ decimal = \".\" }"), "How numbers are written."),
        field(
            "absent",
            Kind::Map(&Kind::Word(|| words(Absence::WORDS))),
            Is("an empty cell is `not-reported`"),
            "From a mark in a cell to the reason why the value is absent: `{ \"n/a\" = \"not-available\", \"…\" = \"not-collected\" }`.",
        ),
        field("period", Kind::Period, ABSENT, "Period of every row, where the file has no such column."),
        field(
            "status",
            Kind::Word(|| words(Status::WORDS)),
            Is("final"),
            "Status of every row that does not say one.",
        ),
        field(
            "rounded",
            Kind::Map(&Kind::Count),
            ABSENT,
            "Digits after the decimal point to which the source rounded the figures of a variable; `verify` asks whether published results lie within.",
        ),
        field(
            "make-codes",
            Kind::Flag,
            Is("false"),
            "Whether units are given codes made from their names: a space becomes `_`, and what else may not stand in a code `-`.",
        ),
        field(
            "subset",
            Kind::Flag,
            Is("false"),
            "Whether rows of unknown units and variables are passed over and counted, instead of refused.",
        ),
        field("origin", Kind::Code, ABSENT, "Origin of the figures that name no source."),
    ],
};

static MEASUREMENT_UNIT: Section = Section {
    heading: "[[measurement-unit]]",
    doc: "The name of a measurement unit in both languages; a unit without one is shown as it is written.",
    fields: &[
        field("id", Kind::Plain, Required, "As indicators, measures and data write it: `million USD`."),
        field("name", Kind::Text, Required, "Name: `{ en = \"million USD\", zh = \"百万美元\" }`."),
    ],
};

static CONVERSION: Section = Section {
    heading: "[[conversion]]",
    doc: "A conversion between measurement units; without one, a figure in another unit than its indicator's is refused.",
    fields: &[
        field("from", Kind::Plain, Required, "Measurement unit in the data."),
        field("to", Kind::Plain, Required, "Measurement unit of the indicator."),
        field("multiply", Kind::Number, Required, "Exact factor: to = from × multiply."),
    ],
};

static ANSWER: Section = Section {
    heading: "{ code, name, score, is }",
    doc: "An answer of a codebook.",
    fields: &[
        field("code", Kind::Plain, Required, "As the file has it: `\"1\"`."),
        field("name", Kind::Text, Is("the code"), "Name."),
        field(
            "score",
            Kind::Number,
            Is("its place among the answers"),
            "What it counts in a mean; for all answers or for none, rising or falling in their order.",
        ),
        field(
            "is",
            Kind::Word(|| words(AnswerKind::WORDS)),
            Is("answer"),
            "Whether it says something. `not-asked` is as an empty cell; what is done about `dont-know` and `refused` is said by `dont-know`.",
        ),
    ],
};

static DONT_KNOW: Section = Section {
    heading: "{ use, refuse-above }",
    doc: "What is done about respondents who do not know or refuse.",
    fields: &[
        field(
            "use",
            Kind::Word(|| words(DontKnow::WORDS)),
            Is("exclude"),
            "`exclude`: they are not in the base; `count`: they are, as not giving the answer that is counted.",
        ),
        field(
            "refuse-above",
            Kind::Number,
            ABSENT,
            "The share of them, 0 to 1, above which the question has no estimate.",
        ),
    ],
};

const ANSWERS: Kind = Kind::List(&Kind::Either(&[Kind::Plain, Kind::Table(&ANSWER)]));
const DONT_KNOW_KIND: Kind = Kind::Either(&[Kind::Word(|| words(DontKnow::WORDS)), Kind::Table(&DONT_KNOW)]);

static QUESTION: Section = Section {
    heading: "[[survey.question]]",
    doc: "A question and what its answers mean.",
    fields: &[
        field("id", Kind::Code, Required, "Code."),
        field("text", Kind::Text, Required, "What was asked."),
        field(
            "column",
            Kind::Plain,
            Is("the code"),
            "Its column in the file, or its name in a file of counts.",
        ),
        field(
            "answers",
            ANSWERS,
            Is("those of the survey"),
            "Answers in order, codes or `{ code, name, score, is }`, with those that are none.",
        ),
        field(
            "direction",
            Kind::Word(|| words(Direction::WORDS)),
            Is("the survey's"),
            "`higher`: the last answer is the best; `lower`: the first.",
        ),
        field(
            "dont-know",
            DONT_KNOW_KIND,
            Is("the survey's"),
            "What is done about those who do not know or refuse.",
        ),
        field("item", Kind::Plain, ABSENT, "The item it is about, where several questions belong together."),
        field(
            "role",
            Kind::Word(|| words(ItemRole::WORDS)),
            ABSENT,
            "What of the item it asks; needed with `item`.",
        ),
    ],
};

static TRIM: Section = Section {
    heading: "{ at, of }",
    doc: "Cuts large weights; how many and how much is reported.",
    fields: &[
        field("at", Kind::Number, Required, "The multiple, 1 or more, at which weights are cut."),
        field(
            "of",
            Kind::Word(|| words(Trim::WORDS)),
            Is("median"),
            "What it is a multiple of: the median or the mean weight of the unit and period.",
        ),
    ],
};

static SURVEY: Section = Section {
    heading: "[[survey]]",
    doc: "A survey: its file, its codebook and how its estimates are made. Indicators and measures take figures from it with `survey`.",
    fields: &[
        field("id", Kind::Code, Required, "Code."),
        field("name", Kind::Text, Is("the code"), "Name."),
        field("file", Kind::Plain, Required, "Path inside the package: CSV, XLSX or ODS."),
        field("sheet", Kind::Plain, Is("the first"), "Sheet of a workbook."),
        field(
            "layout",
            Kind::Word(|| words(SurveyLayout::WORDS)),
            Is("respondents"),
            "`respondents`: one respondent per row, one question per column; `counts`: one answer to one question per row, with how many gave it.",
        ),
        field(
            "columns",
            Kind::WordMap(|| words(SurveyColumn::WORDS), &Kind::Plain),
            Is("`unit`, `period`, and in a file of counts `question`, `answer`, `n`, as their meaning"),
            "Names of columns: `{ unit = \"city\", weight = \"w\", stratum = \"district\", cluster = \"community\" }`. What is not named is not used: without `weight` every respondent counts alike.",
        ),
        field(
            "subgroups",
            Kind::Map(&Kind::Plain),
            ABSENT,
            "From a kind of subgroups to the column with each respondent's: `{ age = \"age-group\" }`.",
        ),
        field("units", Kind::Map(&Kind::Code), Is("codes"), "From a name in the file to the code of a unit."),
        field("period", Kind::Period, ABSENT, "Period of every row, where the file has no such column."),
        field(
            "delimiter",
            Kind::Character,
            Is("found out from the header"),
            "Field separator of a CSV file.",
        ),
        field("encoding", Kind::Plain, Is("found out"), "Encoding of a CSV file."),
        field("numbers", Kind::Table(&NUMBERS), Is("{ decimal = \".\" }"), "How weights are written."),
        field("status", Kind::Word(|| words(Status::WORDS)), Is("final"), "Status of its estimates."),
        field(
            "subset",
            Kind::Flag,
            Is("false"),
            "Whether rows of units that are not in the package, and questions of a file of counts that are not in the codebook, are passed over instead of refused.",
        ),
        field("origin", Kind::Code, ABSENT, "Origin of the survey."),
        field("answers", ANSWERS, ABSENT, "Answers of the questions that list none of their own."),
        field(
            "direction",
            Kind::Word(|| words(Direction::WORDS)),
            Is("higher"),
            "`higher`: the last answer of a question is the best; `lower`: the first.",
        ),
        field(
            "dont-know",
            DONT_KNOW_KIND,
            Is("required where an answer is `dont-know` or `refused`"),
            "What is done about those who do not know or refuse.",
        ),
        field("question", Kind::Tables(&QUESTION), Required, "Questions."),
        field("trim", Kind::Table(&TRIM), ABSENT, "Where large weights are cut."),
        field(
            "variance",
            Kind::Word(|| words(VarianceRule::WORDS)),
            Is("linearized with strata or clusters, else kish"),
            "`kish`: that of a simple random sample times 1 + cv² of the weights; `linearized`: Taylor linearization over strata and clusters.",
        ),
        field(
            "lone-cluster",
            Kind::Word(|| words(LoneClusterRule::WORDS)),
            Is("refuse"),
            "What a stratum with one cluster adds to the variance: an error, its distance from the mean of all clusters, or nothing.",
        ),
        field(
            "design-effect",
            Kind::Number,
            Is("from the file"),
            "The design effect in place of that of the weights, where it is published and the file does not tell.",
        ),
        field(
            "min-n",
            Kind::Count,
            Is("30"),
            "Smallest number of respondents whose answers are shown; fewer are suppressed.",
        ),
        field(
            "confidence-level",
            Kind::Number,
            Is("0.95"),
            "Level of confidence of intervals, 0.5 to below 1.",
        ),
        field(
            "interval",
            Kind::Word(|| words(ShareInterval::WORDS)),
            Is("wilson"),
            "How intervals of shares are made, all with the effective sample size; other statistics have one by t.",
        ),
    ],
};

static SURVEY_USE: Section = Section {
    heading: "{ of, question, statistic }",
    doc: "Takes the figures from a survey of the package; or says what published estimates in a data file are, with columns `sample-size` and `standard-error`.",
    fields: &[
        field("of", Kind::Code, Is("estimates stand in a data file"), "Code of the survey."),
        field("question", Kind::Code, ABSENT, "Code of the question, for a statistic of one question."),
        field(
            "items",
            Kind::Either(&[Kind::Plain, Kind::List(&Kind::Plain)]),
            Is("all"),
            "Items, for a statistic of several questions.",
        ),
        field("statistic", Kind::Method(Family::Statistic), Required, "The statistic."),
        field(
            "design-effect",
            Kind::Number,
            Is("1"),
            "Design effect of published estimates that have a sample size and no standard error.",
        ),
        field(
            "confidence-level",
            Kind::Number,
            Is("the survey's, else 0.95"),
            "Level of confidence of intervals, 0.5 to below 1.",
        ),
    ],
};

const SURVEY_KEY: Field = field("survey", Kind::Table(&SURVEY_USE), ABSENT, "What it takes from a survey.");

static PAIR: Section = Section {
    heading: "{ with, range }",
    doc: "What there is, beside what people feel.",
    fields: &[
        field("with", Kind::Code, Required, "Code of the indicator or measure of what there is."),
        field(
            "range",
            Kind::List(&Kind::Number),
            Is("the bounds of its goalposts, or the scale of its survey statistic"),
            "The figures that stand for 0 and for 100, the better one second.",
        ),
    ],
};

static MEASURE: Section = Section {
    heading: "[[measure]]",
    doc: "A variable that is not itself an indicator, observed or derived; formulas use it.",
    fields: &[
        field("id", Kind::Code, Required, "Code."),
        field("name", Kind::Text, Is("the code"), "Name."),
        field("unit", Kind::Plain, ABSENT, "Measurement unit."),
        field(
            "scale",
            Kind::Either(&[Kind::Code, Kind::List(&Kind::Code)]),
            ABSENT,
            "For a measure whose values are levels, as that of an indicator; a formula takes the place on the scale, 0 the lowest.",
        ),
        field(
            "formula",
            Kind::Plain,
            ABSENT,
            "SQL scalar expression over measures, indicators and scores, for a measure that is not observed.",
        ),
        SURVEY_KEY,
        field("origin", Kind::Code, ABSENT, "Code of an origin."),
    ],
};

static ORIGIN_FIELDS: &[Field] = &[
    field("id", Kind::Code, Required, "Code."),
    field("producer", Kind::Text, ABSENT, "Who produced it."),
    field("title", Kind::Text, ABSENT, "Title of the table, report or page."),
    field("version", Kind::Plain, ABSENT, "Version or edition."),
    field("url", Kind::Plain, ABSENT, "Address."),
    field("published", Kind::Plain, ABSENT, "Publication date, as the producer gives it."),
    field("accessed", Kind::Plain, ABSENT, "The day it was read."),
    field("license", Kind::Plain, ABSENT, "Terms of use."),
    field("citation", Kind::Plain, ABSENT, "How it is to be cited."),
    field("confidence", Kind::Word(|| words(Confidence::WORDS)), ABSENT, "How well it is established."),
    field("note", Kind::Text, ABSENT, "Anything else."),
];

static INLINE_ORIGIN: Section = Section {
    heading: "{ producer, title, ... }",
    doc: "An origin that only this item uses; the keys of `[[origin]]` without `id`.",
    fields: match ORIGIN_FIELDS.split_first() {
        Some((_id, others)) => others,
        None => &[],
    },
};

static ORIGIN: Section =
    Section { heading: "[[origin]]", doc: "Where figures or a definition come from.", fields: ORIGIN_FIELDS };

const PER_GRADE: Kind = Kind::Either(&[Kind::Number, Kind::Map(&Kind::Number)]);

static EFFORT: Section = Section {
    heading: "{ money, difficulty, lead-years, feasible, owner }",
    doc: "What it takes to move an indicator. A number by grade, `{ primary = 5, advanced = 20 }`, is that of the whole step to the grade; the steps that are climbed add up.",
    fields: &[
        field(
            "money",
            PER_GRADE,
            ABSENT,
            "Money in the policy's `currency`: for one measurement unit (or level) of the gap; or by grade.",
        ),
        field(
            "difficulty",
            PER_GRADE,
            ABSENT,
            "Difficulty of a step as experts see it, from 1 (easy) to 5 (hard); or by grade.",
        ),
        field(
            "lead-years",
            PER_GRADE,
            ABSENT,
            "Years that a step takes from its beginning; or by grade. Steps of different indicators run side by side.",
        ),
        field(
            "feasible",
            Kind::Threshold,
            ABSENT,
            "The best value within reach, or a level of the scale; plans go no further.",
        ),
        field("owner", Kind::Text, ABSENT, "Who answers for the indicator: a department."),
    ],
};

static INDICATOR: Section = Section {
    heading: "[[indicator]]",
    doc: "A leaf of the tree: a variable observed for each unit, or derived from others.",
    fields: &[
        field("id", Kind::Code, Required, "Code."),
        field("parent", Kind::Code, Is("the index"), "Code of the group it belongs to."),
        field("name", Kind::Text, Required, "Name."),
        field("description", Kind::Text, ABSENT, "What it measures."),
        field("unit", Kind::Plain, Is("dimensionless"), "Measurement unit of its values and thresholds."),
        field("direction", Kind::Word(|| words(Direction::WORDS)), Is("higher"), "Which way is better."),
        field(
            "scale",
            Kind::Either(&[Kind::Code, Kind::List(&Kind::Code)]),
            ABSENT,
            "For an indicator whose values are levels: the code of an ordered scale, or its levels from the lowest to the highest. Every package has the scale `yes-no`, whose levels `no` and `yes` are read from no, false, 0, 否 and yes, true, 1, 是 too.",
        ),
        field(
            "limits",
            Kind::List(&Kind::Number),
            ABSENT,
            "Natural limits of its values, which none can pass: `[0, 100]` for a share in percent.",
        ),
        field(
            "kind",
            Kind::Word(|| words(ValueKind::WORDS)),
            Is("`bounded` where there are limits, else not said"),
            "What its numbers are, which says how they move: `bounded` between limits, `positive` with a zero that means none, `any` where zero is a point like others.",
        ),
        field(
            "formula",
            Kind::Plain,
            ABSENT,
            "SQL scalar expression over measures and indicators. A code with a hyphen is written with `_` or in double quotes.",
        ),
        SURVEY_KEY,
        field(
            "pair",
            Kind::Either(&[Kind::Code, Kind::Table(&PAIR)]),
            ABSENT,
            "For an indicator of what people feel: the indicator or measure of what there is. `gradus survey` shows the difference on a scale of 0 to 100.",
        ),
        field(
            "normalize",
            Kind::Method(Family::Normalize),
            Is("the default's; else not scored"),
            "How it is brought onto the common scale; `none` to show and grade it without scoring it. `transform` inside applies to data and bounds alike.",
        ),
        field(
            "weight",
            WEIGHT,
            Is("1"),
            "Weight among its siblings: a number, a fraction such as `\"1/3\"`, or a formula where it differs from unit to unit.",
        ),
        field(
            "round",
            Kind::Table(&ROUNDING),
            ABSENT,
            "Rounds its score, where the index's own method does.",
        ),
        field(
            "ladder",
            Kind::Map(&rules::LADDER_STEP),
            ABSENT,
            "What must be reached for each grade: `{ primary = 5000, advanced = 20000 }`, levels of the scale, or tables that say more: `{ primary = { value = 5000, years = 3 } }`.",
        ),
        field(
            "ladder-confidence",
            Kind::Word(|| words(Confidence::WORDS)),
            ABSENT,
            "How well the thresholds are established.",
        ),
        field("why", Kind::Text, ABSENT, "Why the thresholds are what they are."),
        field(
            "tags",
            Kind::List(&Kind::Code),
            ABSENT,
            "Words that rules choose indicators by: `[\"core\"]`.",
        ),
        field(
            "effort",
            Kind::Table(&EFFORT),
            ABSENT,
            "What it takes to move it: what `gradus plan` reckons with.",
        ),
        field(
            "pass",
            Kind::Either(&[Kind::Word(|| vec!["estimate", "bound"]), Kind::Number]),
            Is("estimate"),
            "What decides whether a survey estimate reaches a threshold: the `estimate`, the `bound` of its 95 % interval on the worse side, or the smallest probability that it does, such as `0.9`.",
        ),
        field(
            "tolerance",
            Kind::Number,
            Is("0"),
            "By how much a threshold may be missed, in the measurement unit.",
        ),
        field(
            "carry-forward",
            Kind::Count,
            Is("the policy's"),
            "For how many years a figure stands in for later ones that are missing, in grades.",
        ),
        field(
            "substitute",
            Kind::Code,
            ABSENT,
            "Indicator or measure, in the same measurement unit, whose figure is accepted in grades where there is none; it is marked.",
        ),
        field(
            "confidence",
            Kind::Word(|| words(Confidence::WORDS)),
            ABSENT,
            "How well the definition is established.",
        ),
        field(
            "unpublished",
            Kind::Flag,
            Is("false"),
            "The indicator is known to exist, but its definition is not public.",
        ),
        field(
            "places",
            Kind::Count,
            Is("as many as the data have"),
            "Digits after the decimal point of its values in tables.",
        ),
        field(
            "origin",
            Kind::Either(&[Kind::Code, Kind::List(&Kind::Code), Kind::Table(&INLINE_ORIGIN)]),
            ABSENT,
            "Code of an origin, several codes, or the origin itself.",
        ),
        selection::COUNTERPARTS_KEY,
        field("note", Kind::Text, ABSENT, "Caveats."),
    ],
};

static GROUP: Section = Section {
    heading: "[[group]]",
    doc: "An inner node of the tree: dimension, pillar, layer. The tree may be ragged.",
    fields: &[
        field("id", Kind::Code, Required, "Code."),
        field("parent", Kind::Code, Is("the index"), "Code of the group above."),
        field("name", Kind::Text, Required, "Name."),
        field("description", Kind::Text, ABSENT, "What it stands for."),
        field("weight", WEIGHT, Is("1"), "Weight among its siblings: a number, a fraction, or a formula."),
        field(
            "aggregate",
            Kind::Method(Family::Aggregate),
            Is("arithmetic"),
            "How its parts are combined; `none` for a scoreboard.",
        ),
        WEIGHTS,
        WEIGHTS_FROM,
        NODE_FORMULA,
        RENORMALIZE,
        NODE_DIRECTION,
        NODE_FIT,
        field("missing", Kind::Table(&MISSING), Is("the policy's"), "What it does about missing parts."),
        field(
            "round",
            Kind::Table(&ROUNDING),
            ABSENT,
            "Rounds its score, where the index's own method does.",
        ),
        field("grade", Kind::Rule, Is("every indicator at the grade"), "The rule by which it holds a grade."),
    ],
};

static PUBLISHED_COLUMN: Section = Section {
    heading: "{ of, rank, stage, rounding, tolerance }",
    doc: "What a column of published results holds.",
    fields: &[
        field("of", Kind::Code, Required, "Code of a node or measure."),
        field("rank", Kind::Flag, Is("false"), "Whether the column holds ranks."),
        field(
            "stage",
            Kind::Plain,
            Is("the score"),
            "Stage it publishes: `raw`, `transformed`, `normalized`, `aggregated`, or the code of a step.",
        ),
        field(
            "rounding",
            Kind::Table(&ROUNDING),
            Is("that of the file"),
            "How the publisher rounded this column.",
        ),
        field("tolerance", Kind::Number, Is("that of the file"), "Largest difference that counts as equal."),
    ],
};

static PUBLISHED: Section = Section {
    heading: "[[published]]",
    doc: "Published results that `gradus library verify` compares with.",
    fields: &[
        field("file", Kind::Plain, Required, "CSV with keys and published values."),
        field(
            "shared",
            Kind::Flag,
            Is("false"),
            "Whether `file` and `inputs` lie in the folder of shared reference data.",
        ),
        field(
            "inputs",
            Kind::Table(&DATA),
            Is("the package's data"),
            "Figures to compute from instead of the package's own.",
        ),
        field(
            "unit",
            Kind::Either(&[Kind::Plain, Kind::List(&Kind::Plain)]),
            Is("unit"),
            "Column with the unit's code; several are joined by `.`.",
        ),
        field("period", Kind::Plain, ABSENT, "Column with the period."),
        field(
            "columns",
            Kind::Map(&Kind::Either(&[Kind::Code, Kind::Table(&PUBLISHED_COLUMN)])),
            Required,
            "From a column of the file to the node whose score it publishes, or to a table that says more.",
        ),
        field("rounding", Kind::Table(&ROUNDING), Is("published unrounded"), "How the publisher rounded."),
        field(
            "tolerance",
            Kind::Number,
            Is("0.000000001"),
            "Largest difference that counts as equal, for values published unrounded.",
        ),
        field(
            "matches",
            Kind::Count,
            Is("all of them"),
            "How many values are known to agree, where some are known not to; fewer do not hold.",
        ),
        field("note", Kind::Text, ABSENT, "Why computed values differ from published ones."),
    ],
};

const OF: Kind = Kind::Either(&[Kind::Plain, Kind::List(&Kind::Plain)]);

const fn vary_among(family: &'static Kind) -> Field {
    field(
        "among",
        Kind::List(family),
        Required,
        "Methods to choose from, each as likely; `own` is what the package says.",
    )
}

static VARY_WEIGHTS: Section = Section {
    heading: "{ of, distribution, spread, concentration, correlation, judges, mixed }",
    doc: "Weights of the parts of groups. They add up as before, and in `box`, `correlated` and `dirichlet` the mean of every weight is its own.",
    fields: &[
        field("of", OF, Is("every group"), "Groups whose parts' weights vary; `*` is all."),
        field(
            "distribution",
            Kind::Word(|| WeightDistribution::WORDS.to_vec()),
            Is("box"),
            "`box`: each within a factor of its own; `simplex`: any weights, all equally likely; `dirichlet`: around their own; `correlated`: a box whose factors go along with each other; `judges`: those of named sets.",
        ),
        field("spread", Kind::Number, Is("0.25"), "Half the width of the factor: 0.25 for 75 % to 125 %."),
        field(
            "concentration",
            Kind::Number,
            Is("required with `dirichlet`"),
            "Sum of the parameters: 10 is wide, 1000 is narrow.",
        ),
        field(
            "correlation",
            Kind::Map(&Kind::Map(&Kind::Number)),
            Is("required with `correlated`"),
            "Correlations of the factors, by pairs of parts: `{ water = { power = 0.6 } }`.",
        ),
        field(
            "judges",
            Kind::List(&Kind::Code),
            Is("every `[[weight-set]]`"),
            "Weight sets, one for each judge.",
        ),
        field(
            "mixed",
            Kind::Flag,
            Is("false"),
            "Whether the sets are mixed in random shares, in place of one at a time.",
        ),
    ],
};

static VARY_NORMALIZE: Section = Section {
    heading: "{ of, among }",
    doc: "The normalization of indicators: one method for all of them at a time.",
    fields: &[
        field("of", OF, Is("every indicator that is normalized"), "Indicators and groups."),
        vary_among(&Kind::Method(Family::Normalize)),
    ],
};

static VARY_AGGREGATE: Section = Section {
    heading: "{ of, among }",
    doc: "The aggregation of groups: one method for all of them at a time.",
    fields: &[
        field("of", OF, Is("every group that is aggregated"), "Groups."),
        vary_among(&Kind::Method(Family::Aggregate)),
    ],
};

static VARY_TREAT: Section = Section {
    heading: "{ step, among }",
    doc: "The treatment of outliers; `none` leaves the figures as they are.",
    fields: &[
        field("step", Kind::Code, Is("the only such step"), "Code of the step."),
        vary_among(&Kind::Method(Family::Treat)),
    ],
};

static VARY_IMPUTE: Section = Section {
    heading: "{ step, among, drawn }",
    doc: "The imputation of missing figures; `none` leaves the cells empty.",
    fields: &[
        field("step", Kind::Code, Is("the only such step"), "Code of the step."),
        field(
            "among",
            Kind::List(&Kind::Method(Family::Impute)),
            Is("the package's own"),
            "Methods to choose from, each as likely; `own` is what the package says.",
        ),
        field(
            "drawn",
            Kind::Flag,
            Is("false"),
            "Whether filled cells are drawn, by methods that can: multiple imputation.",
        ),
    ],
};

static VARY_INCLUDE: Section = Section {
    heading: "{ of, probability }",
    doc: "Whether indicators and groups are in or out, each by itself.",
    fields: &[
        field("of", OF, Is("every indicator"), "Indicators and groups; a group goes as a whole."),
        field("probability", Kind::Number, Is("0.5"), "With which probability each is in."),
    ],
};

static VARY_DATA: Section = Section {
    heading: "{ of, by-status, relative, survey }",
    doc: "Errors of the figures, each by itself. An error is normal and relative to the figure.",
    fields: &[
        field("of", OF, Is("every indicator"), "Indicators and groups whose figures vary."),
        field(
            "by-status",
            Kind::WordMap(|| words(Status::WORDS), &Kind::Number),
            ABSENT,
            "Relative standard error by status: `{ provisional = 0.02, estimated = 0.05 }`.",
        ),
        field("relative", Kind::Number, Is("0"), "Relative standard error of every other figure."),
        field(
            "survey",
            Kind::Flag,
            Is("false"),
            "Whether survey estimates are drawn with their standard errors, and figures known within bounds between them.",
        ),
    ],
};

static VARY_THRESHOLDS: Section = Section {
    heading: "{ of, spread }",
    doc: "The thresholds of ladders, each by a factor of its own.",
    fields: &[
        field("of", OF, Is("every indicator with a ladder"), "Indicators and groups."),
        field("spread", Kind::Number, Is("0.1"), "Half the width of the factor: 0.1 for 90 % to 110 %."),
    ],
};

static VARY_RULES: Section = Section {
    heading: "{ of }",
    doc: "The rules of standards: each its own or one of its `[[standard.alternative]]`, all as likely. They move grades, not scores.",
    fields: &[field(
        "of",
        OF,
        Is("every standard with alternatives"),
        "Standards; `*` is every one with alternatives.",
    )],
};

static VARY: Section = Section {
    heading: "[[audit.vary]]",
    doc: "A choice that an audit varies, together with all others. Each has exactly one of the keys `weights`, `normalize`, `aggregate`, `treat`, `impute`, `include`, `data`, `thresholds`, `rules`.",
    fields: &[
        field("id", Kind::Code, Is("what varies, numbered when repeated"), "Code."),
        field(
            "group",
            Kind::Code,
            Is("each by itself"),
            "Choices of one name are one input of the sensitivity analysis.",
        ),
        field(
            "each",
            Kind::Flag,
            Is("false"),
            "Whether every weight, and every indicator that is in or out, is an input of its own.",
        ),
        field("weights", Kind::Table(&VARY_WEIGHTS), ABSENT, "Weights vary."),
        field("normalize", Kind::Table(&VARY_NORMALIZE), ABSENT, "Normalization varies."),
        field("aggregate", Kind::Table(&VARY_AGGREGATE), ABSENT, "Aggregation varies."),
        field("treat", Kind::Table(&VARY_TREAT), ABSENT, "Treatment of outliers varies."),
        field("impute", Kind::Table(&VARY_IMPUTE), ABSENT, "Imputation varies."),
        field("include", Kind::Table(&VARY_INCLUDE), ABSENT, "Indicators and groups are in or out."),
        field("data", Kind::Table(&VARY_DATA), ABSENT, "Figures vary."),
        field("thresholds", Kind::Table(&VARY_THRESHOLDS), ABSENT, "Thresholds of ladders vary."),
        field("rules", Kind::Table(&VARY_RULES), ABSENT, "Rules of standards vary."),
    ],
};

static AUDIT: Section = Section {
    heading: "[audit]",
    doc: "What `gradus audit` varies and by which conventions it judges. Without it, weights vary within 25 %, and normalization and aggregation among those that the package allows.",
    fields: &[
        field(
            "profile",
            Kind::Word(|| words(Profile::WORDS)),
            Is(
                "ranking for 30 units or more that are more than twice as many as the indicators, else standards",
            ),
            "Which checks are asked.",
        ),
        field("draws", Kind::Count, Is("1000"), "How many times the choices are drawn."),
        field(
            "limits",
            Kind::Map(&Kind::Map(&Kind::Number)),
            Is("the conventions, with their sources"),
            "Limits of checks, by check and name: `{ availability = { least = 0.7 } }`. What is overridden is said.",
        ),
        field("vary", Kind::Tables(&VARY), Is("the audit's own choices"), "What varies."),
    ],
};

static REPORT: Section = Section {
    heading: "[report]",
    doc: "How a report of the package looks, and which sections it has.",
    fields: &[
        field("title", Kind::Text, Is("the name of the index"), "Title of the report."),
        field("foreword", Kind::Text, ABSENT, "What stands before the first section."),
        field(
            "logo",
            Kind::Plain,
            ABSENT,
            "A picture for the head of the page, PNG or JPEG, up to 256 KB: a path relative to the package file, in its folder. It becomes part of the page.",
        ),
        field(
            "colors",
            Kind::Map(&Kind::Plain),
            Is("the built-in ones"),
            "Colors as `#rrggbb`: `ink` (headings of the verdict and the highest grade), `own` (the unit of the report), `link`. One that cannot be read on white is warned of. Dark mode keeps its own.",
        ),
        field(
            "sections",
            Kind::List(&Kind::Plain),
            Is("all, in their own order"),
            "The sections, in the order they are to have: `[\"verdict\", \"next\", \"cards\"]`.",
        ),
        field(
            "without",
            Kind::List(&Kind::Plain),
            Is("none"),
            "Sections that are left out: `[\"experts\"]`.",
        ),
    ],
};

/// The package file as a whole.
pub static PACKAGE: Section = Section {
    heading: "package",
    doc: "An index package: one TOML file with the tree of indicators, measurement units, directions, weights, methods, graded standards and sources; the data lie beside it.",
    fields: &[
        field("format", Kind::Count, Required, "Version of the package format: 1."),
        field("index", Kind::Table(&INDEX), Required, "What the index is."),
        field("policy", Kind::Table(&POLICY), Is("see there"), "The rules for every number."),
        field(
            "defaults",
            Kind::Table(&DEFAULTS),
            Is("see there"),
            "What holds where an item does not say otherwise.",
        ),
        field("level", Kind::Tables(&LEVEL), Is("none"), "Labels of the levels of the tree."),
        field("grade", Kind::Tables(&GRADE), Is("none"), "Grades, the lowest first."),
        field("scale", Kind::Tables(&SCALE), Is("none"), "Ordered scales."),
        field("unit", Kind::Tables(&UNIT), Is("those in the data"), "Units."),
        field("data", Kind::Tables(&DATA), Is("none"), "Files with figures."),
        field("survey", Kind::Tables(&SURVEY), Is("none"), "Surveys."),
        field("measurement-unit", Kind::Tables(&MEASUREMENT_UNIT), Is("none"), "Names of measurement units."),
        field("conversion", Kind::Tables(&CONVERSION), Is("none"), "Conversions between measurement units."),
        field("measure", Kind::Tables(&MEASURE), Is("none"), "Observed variables that are not indicators."),
        field("step", Kind::Tables(&STEP), Is("none"), "The pipeline between figures and normalization."),
        field("weight-set", Kind::Tables(&WEIGHT_SET), Is("none"), "Named sets of weights."),
        field("indicator", Kind::Tables(&INDICATOR), Required, "Indicators."),
        field("group", Kind::Tables(&GROUP), Is("none"), "Groups."),
        field("standard", Kind::Tables(&rules::STANDARD), Is("none"), "Standards."),
        field("award", Kind::Tables(&rules::AWARD), Is("none"), "Grades that were awarded."),
        field("origin", Kind::Tables(&ORIGIN), Is("none"), "Sources."),
        field("published", Kind::Tables(&PUBLISHED), Is("none"), "Published results to verify against."),
        field("audit", Kind::Table(&AUDIT), Is("see there"), "What an audit varies and how it judges."),
        field(
            "report",
            Kind::Table(&REPORT),
            Is("as usual"),
            "How a report looks, and which sections it has.",
        ),
        field("map", Kind::Table(&MAP), ABSENT, "Outlines of units for maps."),
        field(
            "screening",
            Kind::Table(&selection::SCREENING),
            ABSENT,
            "How candidates for indicators are screened.",
        ),
        field(
            "criterion",
            Kind::Tables(&selection::CRITERION),
            Is("none"),
            "What candidates are screened by.",
        ),
        field(
            "candidate",
            Kind::Tables(&selection::CANDIDATE),
            Is("none"),
            "Candidates that are not indicators.",
        ),
    ],
};
