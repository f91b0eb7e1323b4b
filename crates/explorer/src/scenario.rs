//! What a reader tries: other weights, figures and thresholds, by code.

use gradus_engine::whatif::{self, Change};
use gradus_model::diagnostic::{catalog, list_some, nearest};
use gradus_model::package::NodeIx;
use gradus_model::{Diagnostic, Diagnostics, Id, Package, Text};
use serde_json::Value as Json;

/// So many changes at most: no reader makes more by hand, and a link must not keep a browser busy.
pub const MOST_CHANGES: usize = 500;

/// A scenario, read and with its codes resolved.
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct Scenario {
    pub(crate) changes: Vec<Change>,
    /// Each change in words, beginning after "if".
    pub(crate) said: Vec<Text>,
    /// The node whose scores are compared.
    pub(crate) node: NodeIx,
    /// The unit whose proof is shown, by place.
    pub(crate) unit: Option<usize>,
}

impl Scenario {
    pub(crate) fn read(json: &Json, package: &Package, units: &[Id]) -> Result<Self, Diagnostics> {
        let mut reader = Reader { package, units, found: Diagnostics::new() };
        let scenario = reader.scenario(json);
        match scenario {
            Some(scenario) if reader.found.is_empty() => Ok(scenario),
            _ => Err(reader.found),
        }
    }
}

struct Reader<'a> {
    package: &'a Package,
    units: &'a [Id],
    found: Diagnostics,
}

/// A scenario that is not as it should be.
pub(crate) fn refuse(message: impl Into<String>, help: &str) -> Diagnostic {
    Diagnostic::new(&catalog::INVALID_PARAMETER, message.into()).help(help)
}

impl Reader<'_> {
    fn scenario(&mut self, json: &Json) -> Option<Scenario> {
        const KEYS: [&str; 5] = ["weights", "figures", "thresholds", "node", "unit"];
        let Some(table) = json.as_object() else {
            self.found.push(refuse("the scenario is no table", "send an object of JSON"));
            return None;
        };
        for key in table.keys().filter(|key| !KEYS.contains(&key.as_str())) {
            let known = list_some(KEYS);
            self.found.push(refuse(format!("a scenario has no `{key}`"), &format!("use {known}")));
        }
        let n: usize = KEYS[..3].iter().filter_map(|k| table.get(*k)?.as_array().map(Vec::len)).sum();
        if n > MOST_CHANGES {
            let help = format!("make at most {MOST_CHANGES}");
            self.found.push(refuse(format!("the scenario makes {n} changes"), &help));
            return None;
        }
        let (mut changes, mut said) = (Vec::new(), Vec::new());
        for key in &KEYS[..3] {
            let items: &[Json] = match table.get(*key) {
                None | Some(Json::Null) => &[],
                Some(Json::Array(items)) => items,
                Some(_) => {
                    self.found.push(refuse(format!("`{key}` is no list"), "send a list of lists of texts"));
                    continue;
                }
            };
            for item in items {
                let texts: Option<Vec<&str>> =
                    item.as_array().and_then(|i| i.iter().map(Json::as_str).collect());
                let made = match (*key, texts.as_deref()) {
                    ("weights", Some([node, weight])) => self.weight(node, weight),
                    ("figures", Some([unit, indicator, value])) => self.figure(unit, indicator, value),
                    ("thresholds", Some([indicator, grade, value])) => {
                        self.threshold(indicator, grade, value)
                    }
                    _ => Err(refuse(
                        format!("`{key}` has the item {item}"),
                        match *key {
                            "weights" => "write [NODE, WEIGHT], two texts",
                            "figures" => "write [UNIT, INDICATOR, VALUE], three texts",
                            _ => "write [INDICATOR, GRADE, VALUE], three texts",
                        },
                    )),
                };
                match made {
                    Ok((change, words)) => {
                        changes.push(change);
                        said.push(words);
                    }
                    Err(refused) => self.found.push(refused),
                }
            }
        }
        let word = |key: &str| match table.get(key) {
            None | Some(Json::Null) => Ok(None),
            Some(Json::String(code)) => Ok(Some(code.as_str())),
            Some(_) => Err(refuse(format!("`{key}` is no text"), "send a code")),
        };
        let node = word("node").and_then(|code| code.map_or(Ok(Package::ROOT), |code| self.node(code)));
        let unit = word("unit").and_then(|code| code.map(|code| self.unit(code)).transpose());
        match (node, unit) {
            (Ok(node), Ok(unit)) => Some(Scenario { changes, said, node, unit }),
            (node, unit) => {
                self.found.extend(node.err().into_iter().chain(unit.err()));
                None
            }
        }
    }

    fn weight(&self, node: &str, text: &str) -> Result<(Change, Text), Diagnostic> {
        let node = self.node(node)?;
        let weight = whatif::weight(text)?;
        let name = &self.package.nodes[node].name;
        let said = both(
            name,
            |name| format!("the weight of {name} were {text}"),
            |name| format!("{name}的权重为{text}"),
        );
        Ok((Change::Weight { node, weight }, said))
    }

    fn figure(&self, unit: &str, indicator: &str, text: &str) -> Result<(Change, Text), Diagnostic> {
        let (place, indicator) = (self.unit(unit)?, self.node(indicator)?);
        let value = whatif::figure(self.package, indicator, text)?;
        let name = &self.package.nodes[indicator].name;
        let (en, zh) = if value.is_some() { (text, text) } else { ("missing", "缺失") };
        let said =
            both(name, |name| format!("{name} of {unit} were {en}"), |name| format!("{unit}的{name}为{zh}"));
        Ok((Change::Figure { unit: place, indicator, value }, said))
    }

    fn threshold(&self, indicator: &str, grade: &str, text: &str) -> Result<(Change, Text), Diagnostic> {
        let indicator = self.node(indicator)?;
        let grades = &self.package.grades;
        let at = grades
            .iter()
            .position(|g| g.id == *grade)
            .ok_or_else(|| unknown(&catalog::UNKNOWN_GRADE, "grade", grade, grades.iter().map(|g| &g.id)))?;
        let threshold = whatif::threshold(self.package, indicator, text)?;
        let name = &self.package.nodes[indicator].name;
        let step = &grades[at].name;
        let said = Text::both(
            format!(
                "{} asked for {text} of {}",
                step.get(gradus_model::Lang::En),
                name.get(gradus_model::Lang::En)
            ),
            format!("{}的{}阈值为{text}", name.get(gradus_model::Lang::Zh), step.get(gradus_model::Lang::Zh)),
        );
        Ok((Change::Threshold { indicator, grade: at, threshold }, said))
    }

    fn node(&self, code: &str) -> Result<NodeIx, Diagnostic> {
        self.package.node(code).ok_or_else(|| {
            unknown(&catalog::UNKNOWN_NODE, "node", code, self.package.nodes.iter().map(|n| &n.id))
        })
    }

    fn unit(&self, code: &str) -> Result<usize, Diagnostic> {
        self.units
            .iter()
            .position(|u| *u == *code)
            .ok_or_else(|| unknown(&catalog::UNKNOWN_UNIT, "unit", code, self.units))
    }
}

fn both(name: &Text, en: impl Fn(&str) -> String, zh: impl Fn(&str) -> String) -> Text {
    Text::both(en(name.get(gradus_model::Lang::En)), zh(name.get(gradus_model::Lang::Zh)))
}

fn unknown<'a>(
    kind: &'static gradus_model::diagnostic::Kind,
    what: &str,
    code: &str,
    known: impl IntoIterator<Item = &'a Id>,
) -> Diagnostic {
    let known: Vec<&str> = known.into_iter().map(Id::as_str).collect();
    let diagnostic = Diagnostic::new(kind, format!("there is no {what} `{code}`"));
    match nearest(code, known.iter().copied()) {
        Some(near) => diagnostic.help(format!("did you mean `{near}`?")),
        None => diagnostic.help(format!("use one of {}", list_some(known))),
    }
}
