//! From the codes of another tool to ours, or the other way, one to one.

use crate::Account;
use gradus_model::Id;
use std::collections::{BTreeMap, BTreeSet};

/// Codes that no variable may have: the result tables use them, or the data files made here do.
const RESERVED: &[&str] = &["unit", "period", "stage", "unit-name"];

/// One to one names.
#[derive(Debug, Default)]
pub(crate) struct Codes {
    given: BTreeMap<String, String>,
    taken: BTreeSet<String>,
}

impl Codes {
    /// Codes of indicators, groups and measures.
    pub(crate) fn of_variables() -> Self {
        Self { given: BTreeMap::new(), taken: RESERVED.iter().map(|c| (*c).to_owned()).collect() }
    }
    /// The code for a foreign name: the name where it is a code that is free, else the nearest one that is.
    pub(crate) fn code(&mut self, name: &str, account: &mut Account) -> String {
        self.named(name, |c| c.is_alphanumeric() || matches!(c, '-' | '_' | '.'), '-', account)
    }
    /// The code of the index, where no name of the file stands for it: unlike every other, whatever they are called.
    pub(crate) fn index(&mut self, name: &str, account: &mut Account) -> String {
        let code = self.code(name, account);
        self.given.remove(name);
        self.given.insert(Self::INDEX.to_owned(), code.clone());
        code
    }
    /// What [`index`](Self::index) is found by; no name has a zero character.
    pub(crate) const INDEX: &str = "\0";

    /// The name for one of our codes where only some characters are allowed.
    pub(crate) fn named(
        &mut self,
        name: &str,
        allowed: impl Fn(char) -> bool,
        instead: char,
        account: &mut Account,
    ) -> String {
        if let Some(code) = self.given.get(name) {
            return code.clone();
        }
        let mut base = String::new();
        for c in name.trim().chars().take(Id::LONGEST - 12) {
            if allowed(c) {
                base.push(c);
            } else if !base.is_empty() && !base.ends_with(instead) {
                base.push(instead);
            }
        }
        let base = match base.trim_end_matches(instead) {
            "" => "x",
            base => base,
        };
        let kept = name == base
            || (name.chars().count() <= Id::LONGEST && name.chars().all(&allowed) && !name.is_empty());
        let base = if kept { name } else { base };
        let mut code = base.to_owned();
        let mut n = 2;
        while self.taken.contains(&code) {
            code = format!("{base}{instead}{n}");
            n += 1;
        }
        if code != name {
            account.renamed(name, &code);
        }
        self.taken.insert(code.clone());
        self.given.insert(name.to_owned(), code.clone());
        code
    }
    /// The code that was given to a name.
    pub(crate) fn of(&self, name: &str) -> Option<&str> {
        self.given.get(name).map(String::as_str)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn names_that_are_codes_stay_and_others_become_codes() {
        let mut account = Account::default();
        let mut codes = Codes::of_variables();
        let cases = [
            ("GDP", "GDP"),
            ("GDP per head", "GDP-per-head"),
            ("GDP/per head", "GDP-per-head-2"),
            ("GDP", "GDP"),
            ("unit", "unit-2"),
            ("长春", "长春"),
            ("", "x"),
            ("§", "x-2"),
        ];
        for (name, code) in cases {
            assert_eq!(codes.code(name, &mut account), code, "{name}");
        }
        assert_eq!(account.entries().len(), 5, "{account}");
    }

    proptest! {
        #[test]
        fn every_name_has_a_code_of_its_own(names in proptest::collection::btree_set(".{0,130}", 0..30)) {
            let (mut account, mut codes) = (Account::default(), Codes::of_variables());
            let given: Vec<String> = names.iter().map(|n| codes.code(n, &mut account)).collect();
            for code in &given {
                prop_assert!(Id::new(code).is_ok(), "{code}");
                prop_assert!(!RESERVED.contains(&code.as_str()));
            }
            let different: BTreeSet<&String> = given.iter().collect();
            prop_assert_eq!(different.len(), names.len());
        }
    }
}
