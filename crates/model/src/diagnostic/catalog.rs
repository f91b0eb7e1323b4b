//! Every kind of diagnostic, in one list. Each has a runnable bad input under `fixtures/errors/<id>/`.

use super::{Kind, Severity};

macro_rules! catalog {
    ($($(#[$doc:meta])* $name:ident = $severity:ident $id:literal: $rule:literal;)*) => {
        $(#[doc = $rule] pub static $name: Kind = Kind { id: $id, severity: Severity::$severity, rule: $rule };)*
        /// Every kind, in the order of this file.
        pub static ALL: &[&Kind] = &[$(&$name),*];
    };
}

catalog! {
    // The package file as text.
    FILE_NOT_FOUND = Error "file-not-found": "Every file that is named must exist.";
    FILE_UNREADABLE = Error "file-unreadable": "A file must be a regular file that can be read.";
    PATH_OUTSIDE_PACKAGE = Error "path-outside-package": "A package reads only files inside its own directory.";
    NOT_TEXT = Error "not-text": "A package file is UTF-8 text.";
    EMPTY_FILE = Error "empty-file": "A file that is read must not be empty.";
    FILE_TOO_LARGE = Error "file-too-large": "A package file is at most 16 MiB and a data file at most 2 GiB.";
    TOML_SYNTAX = Error "toml-syntax": "A package file is TOML 1.0.";
    UNSUPPORTED_FORMAT = Error "unsupported-format": "`format` names a version of the package format that this program reads.";
    // Its keys.
    UNKNOWN_KEY = Error "unknown-key": "A table holds only the keys its schema names.";
    MISSING_KEY = Error "missing-key": "A required key must be present.";
    WRONG_TYPE = Error "wrong-type": "A key holds a value of the type its schema names.";
    UNKNOWN_WORD = Error "unknown-word": "A key with a fixed list of words holds one of them.";
    INVALID_CODE = Error "invalid-code": "A code has letters, digits, `-`, `_` and `.` only, and at most 100 characters.";
    INVALID_NUMBER = Error "invalid-number": "A number is finite and fits into 28 decimal digits.";
    INVALID_PERIOD = Error "invalid-period": "A period is a year, year-quarter, year-month, date, or a span of years.";
    INVALID_DATE = Error "invalid-date": "A date is written year-month-day.";
    // Its structure.
    DUPLICATE_CODE = Error "duplicate-code": "A code names one thing only.";
    INVALID_COORDINATES = Error "invalid-coordinates": "A unit has both a latitude from -90 to 90 and a longitude from -180 to 180 degrees, or neither.";
    INVALID_GEOJSON = Error "invalid-geojson": "Outlines are GeoJSON (RFC 7946) with polygons in degrees, of which some name units of the package.";
    SEVERAL_OWN_UNITS = Error "several-own-units": "At most one unit has `role = \"own\"`.";
    UNKNOWN_PARENT = Error "unknown-parent": "`parent` names a group of the package.";
    PARENT_IS_INDICATOR = Error "parent-is-indicator": "Only a group has children.";
    CYCLE = Error "cycle": "Following `parent` from any node leads to the index.";
    TOO_DEEP = Error "too-deep": "A tree has at most 64 levels below the index.";
    EMPTY_GROUP = Error "empty-group": "A group has at least one indicator or group below it.";
    NO_INDICATORS = Error "no-indicators": "An index has at least one indicator.";
    STEP_ACTION = Error "step-action": "A step of the pipeline does exactly one thing.";
    STEP_CONFLICT = Error "step-conflict": "No step contradicts another.";
    UNKNOWN_CLASS = Warning "unknown-class": "A class that a formula asks for is one that some unit has.";
    STEP_WITHOUT_EFFECT = Warning "step-without-effect": "Every step of the pipeline changes something.";
    STEP_SPOILED = Warning "step-spoiled": "No step takes from a later one what it needs.";
    VARY_ONE = Error "vary-one": "An entry of `[[audit.vary]]` lets exactly one thing vary.";
    VARY_NOTHING = Error "vary-nothing": "What an audit varies is there, and has more than one value.";
    LOW_CONTRAST = Warning "low-contrast": "A color of a report can be read on white.";
    INVALID_PICTURE = Error "invalid-picture": "A logo is a PNG or JPEG of at most 256 KB.";
    INVALID_TEMPLATE = Error "invalid-template": "A template of one's own has the name of a built-in one, and can be filled in.";
    NOTHING_SCORED = Error "nothing-scored": "What is audited has scores in the period.";
    UNKNOWN_SCALE = Error "unknown-scale": "`scale` names an ordered scale of the package.";
    SCALE_TOO_SHORT = Error "scale-too-short": "An ordered scale has at least two levels.";
    UNKNOWN_ORIGIN = Error "unknown-origin": "`origin` names an origin of the package.";
    UNKNOWN_GRADE = Error "unknown-grade": "A ladder and a rule name only grades of the package.";
    UNKNOWN_SCOPE = Error "unknown-scope": "A rule names a group, an indicator or `*`.";
    UNKNOWN_STANDARD = Error "unknown-standard": "`requires` names another standard of the package.";
    REQUIRES_CYCLE = Error "requires-cycle": "A standard does not require itself, directly or through others.";
    INVALID_RULE = Error "invalid-rule": "A rule is one of the forms of the rule language.";
    IMPOSSIBLE_COUNT = Error "impossible-count": "A count in a rule is at most the number of things counted.";
    UNEXPLAINED_EXEMPTION = Warning "unexplained-exemption": "What does not apply to a unit is left out of what is asked of it for a reason that is written down.";
    UNKNOWN_SURVEY = Error "unknown-survey": "`survey` names a survey of the package, and a question or items of it.";
    INVALID_CODEBOOK = Error "invalid-codebook": "A codebook says of every answer what it means, and of those who do not know what is done about them.";
    NO_LADDER = Warning "no-ladder": "An indicator that a rule asks about has a ladder, or is declared unpublished or open.";
    // Weights and methods.
    NEGATIVE_WEIGHT = Error "negative-weight": "A weight is zero or more.";
    WEIGHT_MISSING = Warning "weight-missing": "A weight by formula has a value wherever there is something to weigh.";
    ZERO_WEIGHTS = Error "zero-weights": "The weights of a group are not all zero.";
    WEIGHT_SUM = Error "weight-sum": "Where a group says `weights = \"exact\"`, the weights add up to 1.";
    UNKNOWN_METHOD = Error "unknown-method": "A method is one of those that `gradus methods` lists.";
    UNKNOWN_PARAMETER = Error "unknown-parameter": "A method takes only its own parameters.";
    MISSING_PARAMETER = Error "missing-parameter": "A parameter without a default must be given.";
    INVALID_PARAMETER = Error "invalid-parameter": "A parameter lies in its range.";
    INVALID_BOUNDS = Error "invalid-bounds": "A lower bound is below its upper bound.";
    METHOD_NEEDS_SCALE = Error "method-needs-scale": "An indicator on an ordered scale is normalized by a method for levels.";
    NOT_NORMALIZED = Warning "not-normalized": "An indicator of an aggregated group is brought onto a common scale.";
    LADDER_ORDER = Error "ladder-order": "A ladder climbs in the direction of its indicator: no grade is easier than the one before.";
    LADDER_TYPE = Error "ladder-type": "A ladder's steps are numbers, or levels of the indicator's ordered scale.";
    FORMULA_SYNTAX = Error "formula-syntax": "A formula is an SQL scalar expression.";
    FORMULA_NAME = Error "formula-name": "A formula names measures and indicators of the package.";
    FORMULA_CYCLE = Error "formula-cycle": "A formula does not depend on itself.";
    // Data.
    UNKNOWN_COLUMN = Error "unknown-column": "A data file has the columns its declaration names.";
    DUPLICATE_COLUMN = Error "duplicate-column": "A data file names each column once.";
    RAGGED_ROW = Error "ragged-row": "Every row of a data file has as many fields as its header.";
    CELL_TOO_LARGE = Error "cell-too-large": "A cell holds at most 1 MiB of text.";
    UNDECODABLE_TEXT = Error "undecodable-text": "A data file is text in the encoding it is declared or detected in.";
    UNKNOWN_SHEET = Error "unknown-sheet": "A workbook has the sheet its declaration names.";
    WORKBOOK_UNREADABLE = Error "workbook-unreadable": "A workbook is XLSX or ODS.";
    FORMULA_ERROR_CELL = Error "formula-error-cell": "A workbook cell holds a value, not an error.";
    UNKNOWN_UNIT = Error "unknown-unit": "A unit that is named is in the package.";
    UNKNOWN_VARIABLE = Error "unknown-variable": "A data row names an indicator or a measure of the package.";
    IGNORED_COLUMN = Warning "ignored-column": "A column that is neither named in the declaration nor a code is not read.";
    NOT_A_NUMBER = Error "not-a-number": "A value of a numeric indicator is a number in the declared notation.";
    DIGITS_DROPPED = Warning "digits-dropped": "A number with more digits than a decimal holds is rounded to those it holds, half to even.";
    UNDECLARED_MARKER = Error "undeclared-marker": "A mark for a missing value is declared under `absent`.";
    UNKNOWN_LEVEL = Error "unknown-level": "A value of an indicator on an ordered scale is one of its levels.";
    UNKNOWN_STATUS = Error "unknown-status": "A status is one of the words of the status list.";
    WRONG_MEASUREMENT_UNIT = Error "wrong-measurement-unit": "An observation is in the measurement unit of its indicator, or a conversion is declared.";
    DUPLICATE_OBSERVATION = Error "duplicate-observation": "A unit has one value per indicator and period.";
    CLASS_CONFLICT = Error "class-conflict": "A unit has one class of a kind in a period.";
    FIGURE_OF_DERIVED = Error "figure-of-derived": "A derived indicator is computed from its formula; figures of it are not read.";
    MAGNITUDE_JUMP = Warning "magnitude-jump": "A value is of the same order of magnitude as the unit's own history and its peers.";
    UNKNOWN_ANSWER = Error "unknown-answer": "An answer in a survey's file is one of the codebook.";
    INVALID_RESPONDENT = Error "invalid-respondent": "A respondent has a weight above zero, and a stratum and a cluster where the survey has them.";
    OUTSIDE_SCALE = Error "outside-scale": "A survey estimate lies on the scale of its statistic.";
    LONE_CLUSTER = Error "lone-cluster": "A stratum has two clusters or more, or the survey says what one alone adds to the variance.";
    SURVEY_SUPPRESSED = Warning "survey-suppressed": "An estimate rests on enough respondents who answer.";
    SURVEY_MARGIN = Warning "survey-margin": "The margin of an estimate is smaller than the step between the thresholds it is held to.";
    NO_DATA = Warning "no-data": "An indicator has a figure for at least one unit.";
    TEXT_FORMULA = Warning "text-formula": "A text that a spreadsheet would run as a formula is kept as text.";
    BINARY_CELL = Warning "binary-cell": "A workbook stores numbers as doubles; the shortest decimal that reads back as the stored double is taken.";
    // Computation.
    ZERO_RANGE = Error "zero-range": "A method that scales by the range or spread of the data needs values that differ.";
    SINGULAR_MATRIX = Error "singular-matrix": "Indicators that determine each other have no regression, factors or inverse.";
    INCOMPLETE_UNIT = Error "incomplete-unit": "A method that compares units needs every part of each unit it compares.";
    NO_SOLUTION = Error "no-solution": "Bounds and conditions on weights leave at least one set of weights.";
    WEIGHTS_DOUBTFUL = Warning "weights-doubtful": "What weights are found from supports them: judgments are consistent, matrices well known.";
    UNATTAINABLE_IMPORTANCE = Warning "unattainable-importance": "Intended importance can be met by weights that are not negative.";
    TOO_MANY_UNITS = Error "too-many-units": "A method that compares units pair by pair takes at most the number of units it says.";
    IMPUTED_OUTSIDE = Warning "imputed-outside": "An imputed value lies within the observed range of its indicator.";
    TOO_FEW_VALUES = Error "too-few-values": "A method that learns from the data needs enough values.";
    UNDEFINED_TRANSFORM = Error "undefined-transform": "A transform is applied only where it is defined.";
    NON_POSITIVE_MEAN = Error "non-positive-mean": "A geometric or harmonic mean is taken of values for which it is defined.";
    OUT_OF_RANGE = Error "out-of-range": "Every result stays in the range of the arithmetic.";
    DIVISION_BY_ZERO = Error "division-by-zero": "A formula does not divide by zero.";
    TABLE_TOO_LARGE = Error "table-too-large": "Units times periods times variables are at most 500 million cells.";
    UNKNOWN_REFERENCE = Error "unknown-reference": "A reference unit is a unit of the package with a value.";
    // Requests.
    UNKNOWN_NODE = Error "unknown-node": "A node that is asked for is in the package.";
    UNKNOWN_PERIOD = Error "unknown-period": "A period that is asked for is in the result.";
    NO_PLAN = Error "no-plan": "A plan is asked for a grade, score or rank that is not held yet, in an effort and by methods that allow to reckon one.";
    UNKNOWN_PACKAGE = Error "unknown-package": "PKG is a directory, a TOML file or a library id.";
    TARGET_EXISTS = Error "target-exists": "A file that exists is not overwritten unasked.";
    CANNOT_DRAW = Error "cannot-draw": "A chart is drawn of results that the package has.";
    CANNOT_WRITE = Error "cannot-write": "A file is written to a directory that is there and can be written to.";
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn ids_are_unique_and_kebab_case_and_rules_are_sentences() {
        let mut ids: Vec<_> = ALL.iter().map(|k| k.id).collect();
        ids.sort_unstable();
        let n = ids.len();
        ids.dedup();
        assert_eq!(ids.len(), n);
        for kind in ALL {
            assert!(kind.id.chars().all(|c| c.is_ascii_lowercase() || c == '-'), "{}", kind.id);
            assert!(kind.rule.ends_with('.'), "{}", kind.id);
        }
    }
}
