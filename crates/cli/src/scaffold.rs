//! The package that `gradus new` makes.

const EN: &str = include_str!("scaffold/package.en.toml");
const ZH: &str = include_str!("scaffold/package.zh.toml");
const FIGURES: &str = include_str!("scaffold/figures.csv");

/// The files of a new package: path inside it, and text.
pub(crate) fn files(id: &str, name: &str, zh: bool) -> Vec<(&'static str, String)> {
    let package = if zh { ZH } else { EN };
    // Names come from the command line and may hold anything; TOML escapes are those of JSON, and one more.
    let quoted = |text: &str| serde_json::Value::from(text).to_string().replace('\u{7f}', "\\u007f");
    vec![
        ("data/figures.csv", FIGURES.to_owned()),
        ("package.toml", package.replace("\"{id}\"", &quoted(id)).replace("\"{name}\"", &quoted(name))),
    ]
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_new_package_is_sound_whatever_its_name() {
        for zh in [false, true] {
            for name in ["Plain", "with \"quotes\" and \\", "<b>\u{1b}[0m\u{7f}", "城市\n指数"] {
                let files = files("my-index", name, zh);
                let (package, found) = gradus::model::decode::decode("package.toml", &files[1].1);
                let found: Vec<String> = found.iter().map(ToString::to_string).collect();
                assert!(found.is_empty(), "{found:#?}");
                let lang = if zh { gradus::model::Lang::Zh } else { gradus::model::Lang::En };
                assert_eq!(package.unwrap().index.name.get(lang), name);
            }
        }
    }
}
