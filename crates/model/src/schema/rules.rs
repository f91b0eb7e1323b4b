//! The forms of the rule language: each is known by its first key.

use super::{ABSENT, Field, INLINE_ORIGIN, Is, Kind, Required, Section, field, words};
use crate::observation::Confidence;
use crate::package::OnMissing;

/// The forms a rule can have. A rule has the first key of exactly one form; where two share it (`count`), the keys tell.
pub static RULES: &[&Section] = &[
    &EVERY,
    &SHARE,
    &COUNT,
    &COUNT_OF,
    &POINTS,
    &POINTS_SHARE,
    &REPORTED,
    &REPORTED_SHARE,
    &SCORE,
    &NEVER,
    &IN_EACH,
    &GROUP,
    &ALL_OF,
    &ANY_OF,
    &NOT,
];

const CODES: Kind = Kind::Either(&[Kind::Code, Kind::List(&Kind::Code)]);
const ALL_OR_CODES: Kind = Kind::Either(&[Kind::Plain, Kind::List(&Kind::Code)]);
const NUMBERS: Kind = Kind::Either(&[Kind::Number, Kind::Map(&Kind::Number)]);
const COUNTS: Kind = Kind::Either(&[Kind::Count, Kind::Map(&Kind::Count)]);

const IN: Field = field(
    "in",
    ALL_OR_CODES,
    Is("`*`: every indicator below"),
    "Which indicators: `*`, a code of a group or indicator, or a list of codes.",
);
const TAGGED: Field = field("tagged", Kind::Code, ABSENT, "Only indicators that have this tag.");
const AT_LEAST: Field =
    field("at-least", Kind::Code, Is("the grade being decided"), "Grade that is asked of each indicator.");
const MISSING: Field = field(
    "missing",
    Kind::Word(|| words(OnMissing::WORDS)),
    Is("unknown"),
    "What an indicator of which it is not known counts as: `unknown`, `fail`, `pass`, or `leave-out` (of what is counted and of what is asked).",
);
const BY: Field = field(
    "by",
    Kind::Word(|| vec!["number", "weight"]),
    Is("number"),
    "Whether indicators count alike or by their weight in the tree.",
);
const EACH: Field = field(
    "each",
    Kind::Map(&Kind::Number),
    Required,
    "Points of an indicator by the highest grade it holds: `{ primary = 1, intermediate = 2, advanced = 3 }`. A grade that is left out earns what the one below it earns.",
);

static BONUS: Section = Section {
    heading: "{ in, tagged, each, cap }",
    doc: "Points beside those of the scope. They need not be earned.",
    fields: &[IN, TAGGED, EACH, field("cap", Kind::Number, Is("no limit"), "Most bonus points that count.")],
};
const BONUS_FIELD: Field = field("bonus", Kind::Table(&BONUS), ABSENT, "Further points, up to a cap.");

static EVERY: Section = Section {
    heading: "{ every = \"*\" }",
    doc: "Every indicator of the scope holds the grade. What does not apply to a unit is left out.",
    fields: &[
        field(
            "every",
            ALL_OR_CODES,
            Required,
            "Which indicators: `*`, a code of a group or indicator, or a list of codes.",
        ),
        TAGGED,
        AT_LEAST,
        MISSING,
    ],
};
static SHARE: Section = Section {
    heading: "{ share = 0.9, in = \"*\" }",
    doc: "At least this share of the scope's indicators hold the grade. What does not apply to a unit leaves the denominator.",
    fields: &[
        field(
            "share",
            NUMBERS,
            Required,
            "Above 0, up to 1; or by grade: `{ primary = 0.8, advanced = 0.95 }`.",
        ),
        IN,
        TAGGED,
        AT_LEAST,
        BY,
        MISSING,
    ],
};
static COUNT: Section = Section {
    heading: "{ count = 8, in = \"group\" }",
    doc: "At least so many indicators of the scope hold the grade.",
    fields: &[
        field("count", COUNTS, Required, "How many; or by grade: `{ primary = 6, advanced = 8 }`."),
        IN,
        TAGGED,
        AT_LEAST,
        MISSING,
    ],
};
static COUNT_OF: Section = Section {
    heading: "{ count = 2, of = [...] }",
    doc: "At least so many of the rules hold.",
    fields: &[
        field("count", Kind::Count, Required, "How many."),
        field("of", Kind::List(&Kind::Rule), Required, "The rules."),
    ],
};
static POINTS: Section = Section {
    heading: "{ points = 60, each = {...} }",
    doc: "The indicators of the scope earn at least so many points.",
    fields: &[
        field("points", NUMBERS, Required, "How many; or by grade: `{ primary = 200, advanced = 600 }`."),
        EACH,
        IN,
        TAGGED,
        BY,
        BONUS_FIELD,
        MISSING,
    ],
};
static POINTS_SHARE: Section = Section {
    heading: "{ points-share = 0.75, each = {...} }",
    doc: "The indicators of the scope earn at least this share of the points that are to be had by the unit: what does not apply to it counts on neither side.",
    fields: &[
        field("points-share", NUMBERS, Required, "Above 0, up to 1; or by grade."),
        EACH,
        IN,
        TAGGED,
        BY,
        BONUS_FIELD,
        MISSING,
    ],
};
static REPORTED: Section = Section {
    heading: "{ reported = 45, tagged = \"core\" }",
    doc: "At least so many indicators of the scope have a figure, however good it is.",
    fields: &[
        field("reported", COUNTS, Required, "How many; or by grade."),
        IN,
        TAGGED,
        field(
            "quality",
            Kind::Either(&[Kind::Plain, Kind::List(&Kind::Plain)]),
            Is("any"),
            "Quality codes of which a figure must have one: `\"verified\"`.",
        ),
    ],
};
static REPORTED_SHARE: Section = Section {
    heading: "{ reported-share = 0.8 }",
    doc: "At least this share of the scope's indicators have a figure. What does not apply to a unit leaves the denominator.",
    fields: &[
        field("reported-share", NUMBERS, Required, "Above 0, up to 1; or by grade."),
        IN,
        TAGGED,
        field(
            "quality",
            Kind::Either(&[Kind::Plain, Kind::List(&Kind::Plain)]),
            Is("any"),
            "As with `reported`.",
        ),
    ],
};
static SCORE: Section = Section {
    heading: "{ score = 60, of = \"group\" }",
    doc: "The score of the index, a group or an indicator is at least this.",
    fields: &[
        field(
            "score",
            NUMBERS,
            Required,
            "What it must reach; or by grade: `{ primary = 50, advanced = 80 }`.",
        ),
        field("of", Kind::Code, Is("the index"), "Which node."),
    ],
};
static NEVER: Section = Section {
    heading: "{ never = \"accident\", within-years = 3 }",
    doc: "A veto: what an indicator records has not happened in the year of the result nor in the years before it that are looked at.",
    fields: &[
        field("never", Kind::Code, Required, "The indicator that records it."),
        field(
            "from",
            Kind::Threshold,
            Is("the second level of its scale; any number above 0"),
            "From which level or number on it has happened.",
        ),
        field(
            "within-years",
            Kind::Count,
            Is("1"),
            "How many years are looked at, the one of the result being the last.",
        ),
        field(
            "missing",
            Kind::Word(|| vec!["unknown", "fail", "pass"]),
            Is("unknown"),
            "What a year without a figure counts as. `pass`: what is not reported has not happened.",
        ),
    ],
};
static IN_EACH: Section = Section {
    heading: "{ in-each = \"*\", rule = {...} }",
    doc: "Each of several groups fulfills a rule, whose `*` is then the group.",
    fields: &[
        field("in-each", ALL_OR_CODES, Required, "`*` for every group below, or codes of groups."),
        field("rule", Kind::Rule, Required, "The rule."),
    ],
};
static GROUP: Section = Section {
    heading: "{ group = \"code\" }",
    doc: "The groups hold the grade, each by its own rule.",
    fields: &[
        field("group", ALL_OR_CODES, Required, "`*` for every group below, or codes of groups."),
        field("at-least", Kind::Code, Is("the grade being decided"), "Grade that is asked."),
    ],
};
static ALL_OF: Section = Section {
    heading: "{ all-of = [...] }",
    doc: "Every rule holds.",
    fields: &[field("all-of", Kind::List(&Kind::Rule), Required, "The rules.")],
};
static ANY_OF: Section = Section {
    heading: "{ any-of = [...] }",
    doc: "At least one rule holds.",
    fields: &[field("any-of", Kind::List(&Kind::Rule), Required, "The rules.")],
};
static NOT: Section = Section {
    heading: "{ not = {...} }",
    doc: "The rule does not hold.",
    fields: &[field("not", Kind::Rule, Required, "The rule.")],
};

static STEP: Section = Section {
    heading: "{ value, above, below, from, to, years, once-then }",
    doc: "A step of a ladder that says more than a threshold. It has one of `value`, `above`, `below`, or `from` with `to`.",
    fields: &[
        field("value", Kind::Threshold, ABSENT, "What must be reached: a number, or a level of the scale."),
        field(
            "above",
            Kind::Number,
            ABSENT,
            "More than this: the number itself is not enough. Where higher is better.",
        ),
        field(
            "below",
            Kind::Number,
            ABSENT,
            "Less than this: the number itself is not enough. Where lower is better.",
        ),
        field("from", Kind::Number, ABSENT, "With `to`: between two numbers, both included."),
        field("to", Kind::Number, ABSENT, "See `from`."),
        field(
            "years",
            Kind::Count,
            Is("1"),
            "For how many years running it must be held, the last being that of the result.",
        ),
        field(
            "once-then",
            Kind::Threshold,
            ABSENT,
            "Reached once, it may since have fallen (or risen) to this.",
        ),
    ],
};

/// What a ladder asks for a grade.
pub(super) const LADDER_STEP: Kind = Kind::Either(&[Kind::Threshold, Kind::Table(&STEP)]);

static REQUIREMENT: Section = Section {
    heading: "{ standard, at-least }",
    doc: "A standard that must be held first.",
    fields: &[
        field("standard", Kind::Code, Required, "Code of the standard."),
        field("at-least", Kind::Code, Is("the grade being decided"), "At which grade."),
    ],
};
static CAP: Section = Section {
    heading: "{ at, unless }",
    doc: "A grade that is not exceeded unless a rule holds.",
    fields: &[
        field("at", Kind::Code, Required, "The highest grade without the rule."),
        field("unless", Kind::Rule, Required, "The rule that lifts the cap."),
    ],
};
static GRACE: Section = Section {
    heading: "{ cells, until }",
    doc: "Unknown cells that are passed over for a time. What rests on it is held, not proven, and says so.",
    fields: &[
        field(
            "cells",
            Kind::Count,
            Required,
            "How many cells may be unknown; with more of them there is no grace.",
        ),
        field("until", Kind::Date, Is("always"), "Last day on which it is granted."),
    ],
};
static VALIDITY: Section = Section {
    heading: "{ years, recheck-years, rectification-months }",
    doc: "How long an award is valid, and what keeps it so.",
    fields: &[
        field("years", Kind::Count, Is("for good"), "Years until an award expires."),
        field("recheck-years", Kind::Count, ABSENT, "Years between two checks."),
        field(
            "rectification-months",
            Kind::Count,
            Is("0"),
            "Months in which what fell short may be put right before an award is withdrawn.",
        ),
    ],
};
static TRANSITION: Section = Section {
    heading: "{ until, accept }",
    doc: "The time in which the version that is replaced still counts.",
    fields: &[
        field("until", Kind::Date, Required, "Last day of the transition."),
        field(
            "accept",
            Kind::Word(|| words(crate::package::Accept::WORDS)),
            Is("either"),
            "What counts until then: `either` (the higher grade), `old`, `new`.",
        ),
    ],
};
static ALTERNATIVE: Section = Section {
    heading: "{ id, name, rule }",
    doc: "Another reading of the rule, with which `gradus grade --sensitivity` compares it.",
    fields: &[
        field("id", Kind::Code, Required, "Code."),
        field("name", Kind::Text, Is("the rule in words"), "Name."),
        field("rule", Kind::Rule, Required, "The rule."),
    ],
};

pub(super) static STANDARD: Section = Section {
    heading: "[[standard]]",
    doc: "A rule that decides which grade a unit holds.",
    fields: &[
        field("id", Kind::Code, Required, "Code."),
        field("name", Kind::Text, Required, "Name."),
        field("description", Kind::Text, ABSENT, "What holding it means."),
        field(
            "requires",
            Kind::Either(&[CODES, Kind::Table(&REQUIREMENT), Kind::Tables(&REQUIREMENT)]),
            ABSENT,
            "Standards that must be held first, at the grade being decided or at another one.",
        ),
        field(
            "gate",
            Kind::Rule,
            ABSENT,
            "What must hold whatever grade is decided: prerequisites, vetoes. A clause that names no grade asks for the lowest.",
        ),
        field(
            "rule",
            Kind::Rule,
            Required,
            "The rule; a clause that names no grade asks for the grade being decided.",
        ),
        field("cap", Kind::Tables(&CAP), ABSENT, "Grades that are not exceeded unless a rule holds."),
        field("grace", Kind::Table(&GRACE), ABSENT, "Unknown cells that are passed over for a time."),
        field(
            "validity",
            Kind::Table(&VALIDITY),
            ABSENT,
            "How long an award is valid, and what keeps it so.",
        ),
        field("in-force", Kind::Date, ABSENT, "First day this version counts."),
        field("until", Kind::Date, ABSENT, "Last day this version counts."),
        field("replaces", Kind::Code, ABSENT, "Code of the version it takes the place of."),
        field(
            "transition",
            Kind::Table(&TRANSITION),
            ABSENT,
            "With `replaces`: the time in which the old version still counts.",
        ),
        field(
            "alternative",
            Kind::Tables(&ALTERNATIVE),
            ABSENT,
            "Other readings of the rule, to be compared with it.",
        ),
        field(
            "confidence",
            Kind::Word(|| words(Confidence::WORDS)),
            ABSENT,
            "How well the rule is established.",
        ),
        field(
            "origin",
            Kind::Either(&[Kind::Code, Kind::Table(&INLINE_ORIGIN)]),
            ABSENT,
            "Where the rule comes from.",
        ),
    ],
};

pub(super) static AWARD: Section = Section {
    heading: "[[award]]",
    doc: "A grade that was awarded to a unit by a standard.",
    fields: &[
        field("standard", Kind::Code, Required, "Code of the standard."),
        field("unit", Kind::Code, Required, "Code of the unit."),
        field("grade", Kind::Code, Required, "The grade."),
        field("awarded", Kind::Date, Required, "First day."),
        field("expires", Kind::Date, Is("by the standard's validity"), "Last day."),
        field("checked", Kind::Date, Is("never since"), "Day of the last check."),
        field("withdrawn", Kind::Date, ABSENT, "Day on which it was withdrawn."),
        field("document", Kind::Plain, ABSENT, "The document that proves it."),
        field("note", Kind::Text, ABSENT, "Anything else."),
    ],
};
