//! The secrets that one export has seen: one placeholder each, and a memory of their values.

use std::collections::{BTreeMap, HashMap};
use std::fmt;
use std::fmt::{Display, Formatter};
use std::ops::Range;
use std::sync::Arc;

use memchr::memmem;

use super::super::find::value::form::is_made_of_words;
use super::super::people::folded::FoldedSearch;
use super::super::people::ids::{HOST_ID, USER_ID};
use super::super::people::is_name;
use super::super::people::strict::{account, path};
use super::super::placeholders;
use super::super::placeholders::{PLACEHOLDER, is_inside_placeholder};
use super::encoded_forms;
use super::value_search::ValueSearch;
use crate::model::RawText;

/// Gives secrets their placeholders.
pub trait Numbering {
    /// The placeholder of a secret; the same value gets the same one.
    fn placeholder(&mut self, rule: &'static str, value: &str) -> String;
}

/// The secrets of one session tree. There may be many thousands, of which each text is in memory once.
#[derive(Clone, Default)]
pub struct Secrets {
    /// The numbers of values, by their rules.
    numbers: HashMap<&'static str, HashMap<Arc<str>, usize>>,
    /// Values that are redacted wherever they stand.
    remembered: Vec<(Arc<str>, Placeholder)>,
    /// Names of accounts and computers, which are redacted wherever they are words of their own.
    names: Vec<(Arc<str>, Placeholder)>,
}

/// The placeholder of a secret.
#[derive(Debug, Clone, Copy)]
struct Placeholder {
    rule: &'static str,
    number: usize,
}

impl Display for Placeholder {
    fn fmt(&self, f: &mut Formatter<'_>) -> fmt::Result {
        f.write_str(&placeholder(self.rule, self.number))
    }
}

/// A placeholder of a secret of a rule, with its number.
pub fn placeholder(rule: &str, number: impl Display) -> String {
    format!("{PLACEHOLDER}{rule}#{number}]")
}

impl Secrets {
    /// The number of a secret, and of the names that it tells, which are learned with it.
    pub fn learn(&mut self, rule: &'static str, value: &str) -> usize {
        // A path in the folder of an account has the placeholder of that account.
        if rule == path::ID
            && let Some(name) = path::account_of(value)
        {
            self.number(USER_ID, &name);
        }
        self.number(rule, value)
    }

    fn number(&mut self, rule: &'static str, value: &str) -> usize {
        let of_rule = self.numbers.entry(rule).or_default();
        if let Some(&number) = of_rule.get(value) {
            return number;
        }
        let number = of_rule.len() + 1;
        let placeholder = Placeholder { rule, number };
        let text: Arc<str> = value.into();
        of_rule.insert(text.clone(), number);
        if [USER_ID, HOST_ID].contains(&rule) {
            if account::spreads(rule, value) {
                self.names.push((text, placeholder));
            }
        } else if is_memorable(value) && !is_found_anywhere(rule, value) {
            self.remembered.push((text, placeholder));
        }
        number
    }

    /// The number of a secret that was learned before.
    pub fn known_number(&self, rule: &'static str, value: &str) -> Option<usize> {
        self.numbers.get(rule)?.get(value).copied()
    }

    /// How many different secrets of a rule there are.
    pub fn distinct(&self, rule: &str) -> usize {
        self.numbers.get(rule).map_or(0, HashMap::len)
    }

    /// A search for every remembered value, in texts and, where it is `for_json`, before JSON is parsed too.
    pub fn memory(&self, for_json: bool) -> Memory {
        let mut patterns = Vec::new();
        let mut origins = Vec::new();
        for (value, placeholder) in &self.remembered {
            for form in forms(value) {
                patterns.push(form);
                origins.push(*placeholder);
            }
        }
        let search = ValueSearch::new(&patterns);
        let is_told_by_json = for_json && patterns.iter().all(|value| !value.contains('~'));
        let in_json: Vec<Arc<str>> = patterns.iter().map(escaped).collect();
        let in_json = match () {
            () if !is_told_by_json => None,
            () if in_json == patterns => search.clone(),
            () => ValueSearch::new(&in_json),
        };
        let names = FoldedSearch::new(self.names.iter().map(|(name, _)| &**name));
        Memory {
            search,
            in_json,
            origins,
            names: names.map(Arc::new),
            name_origins: self
                .names
                .iter()
                .map(|(_, placeholder)| *placeholder)
                .collect(),
        }
    }
}

/// Learns secrets, each as it comes.
impl Numbering for Secrets {
    fn placeholder(&mut self, rule: &'static str, value: &str) -> String {
        placeholder(rule, self.learn(rule, value))
    }
}

/// Knows all secrets by now.
impl Numbering for &Secrets {
    fn placeholder(&mut self, rule: &'static str, value: &str) -> String {
        match self.known_number(rule, value) {
            Some(number) => placeholder(rule, number),
            // It does not tell which of the secrets of a rule it stands for.
            None => format!("{PLACEHOLDER}{rule}]"),
        }
    }
}

/// The longest value that is remembered, in bytes. A longer one, such as a whole key file, is
/// recognised by its own form wherever it stands, and an automaton for it would take long to
/// build.
const LONGEST_REMEMBERED: usize = 4096;

/// A value is remembered only if it can hardly be an ordinary word or number: a password of that
/// kind would take every such word out of the document.
fn is_memorable(value: &str) -> bool {
    value.len() <= LONGEST_REMEMBERED
        && value.chars().count() >= 8
        && value.chars().any(char::is_alphabetic)
        && !is_made_of_words(value)
        && !is_program_name(value)
}

/// Tells whether a value could be a name of a program, which stands in many places: `halfAMinute`, `user_name`.
fn is_program_name(value: &str) -> bool {
    !value.contains(|c: char| c.is_ascii_digit())
        && crate::redact::find::value::names::is_made_of_names(value.as_bytes())
}

/// Tells whether a path is found wherever it stands without being known: one without blanks.
fn is_found_anywhere(rule: &str, value: &str) -> bool {
    rule == path::ID && !value.contains(' ')
}

/// The value itself, as JSON text shows it, and as other places encode it.
fn forms(value: &Arc<str>) -> Vec<Arc<str>> {
    let once = escaped(value);
    let mut forms = vec![value.clone()];
    if once != *value {
        forms.push(escaped(&once));
        forms.push(once);
    }
    forms.extend(encoded_forms::of(value).into_iter().map(Arc::from));
    forms
}

/// A text as it stands between the quotes in JSON: mostly the same.
fn escaped(value: &Arc<str>) -> Arc<str> {
    let quoted = serde_json::Value::from(&**value).to_string();
    let escaped = quoted.get(1..quoted.len() - 1).unwrap_or_default();
    match escaped == &**value {
        true => value.clone(),
        false => escaped.into(),
    }
}

/// Finds remembered values.
#[derive(Clone)]
pub struct Memory {
    search: Option<ValueSearch>,
    /// The same for JSON text; `None` where that cannot tell.
    in_json: Option<ValueSearch>,
    /// The placeholder of each value that is searched for.
    origins: Vec<Placeholder>,
    /// Finds names.
    names: Option<Arc<FoldedSearch>>,
    /// The placeholder of each name.
    name_origins: Vec<Placeholder>,
}

impl Memory {
    /// Tells whether there is nothing to find.
    pub fn is_empty(&self) -> bool {
        self.search.is_none() && self.names.is_none()
    }

    /// Tells whether a text, or strings of a JSON text, may hold a remembered value, as they are or once home folders
    /// in them are `~`. It takes much less than to parse them.
    pub fn may_be_in(&self, text: RawText<'_>) -> bool {
        if let Some(names) = &self.names {
            let bytes = match text {
                RawText::Plain(text) => text,
                RawText::Json(json) => json,
            };
            if names.may_be_in(bytes) || memmem::find(bytes, b"\\u").is_some() {
                return true;
            }
        }
        let Some(search) = &self.search else {
            return self.names.is_none();
        };
        let Some(in_json) = &self.in_json else {
            return true;
        };
        match text {
            RawText::Plain(text) => search.is_in(text),
            RawText::Json(json) => {
                // Other ways to write a character than those of `JSON.stringify` are not looked through.
                let is_plain = |escape: &[u8]| memmem::find(json, escape).is_none();
                in_json.is_in(json) || !is_plain(b"\\u") || !is_plain(b"\\/")
            }
        }
    }

    /// Replaces every remembered value in a text, placeholders left alone. `None` where there is
    /// none.
    pub fn replace(&self, text: &str, mut on_hit: impl FnMut(&'static str)) -> Option<String> {
        let mut places = Vec::new();
        self.find(text, |range, placeholder| {
            let range = match placeholder.rule {
                path::ID => path::of_folder(text, &range),
                _ => Some(range),
            };
            places.extend(range.map(|range| (range, placeholder)));
        });
        places.extend(self.names_in(text));
        if places.is_empty() {
            return None;
        }
        places.sort_by_key(|(range, _)| (range.start, std::cmp::Reverse(range.end)));
        let mut result = String::with_capacity(text.len());
        let mut copied = 0;
        for (range, placeholder) in places {
            if range.start < copied {
                continue;
            }
            result.push_str(text.get(copied..range.start).unwrap_or_default());
            result.push_str(&placeholder.to_string());
            copied = range.end;
            on_hit(placeholder.rule);
        }
        result.push_str(text.get(copied..).unwrap_or_default());
        Some(result)
    }

    /// The places of names that are meant as names.
    fn names_in(&self, text: &str) -> Vec<(Range<usize>, Placeholder)> {
        let Some(names) = &self.names else {
            return Vec::new();
        };
        let mut found = names.find(text);
        found.retain(|(place, _)| is_name(text, place));
        if found.is_empty() {
            return Vec::new();
        }
        let placeholders = placeholders::places(text);
        let found = found.into_iter();
        let found = found.filter(|(place, _)| !placeholders::touches(&placeholders, place));
        found
            .filter_map(|(place, number)| Some((place, *self.name_origins.get(number)?)))
            .collect()
    }

    /// Counts how often each remembered value stands in a text, by the rule that found it.
    pub fn count(&self, text: &str, counts: &mut BTreeMap<&'static str, usize>) {
        // Whether a name or a path stands there for itself is told by what is around it, which is another in the
        // document: an ellipsis cuts a word.
        self.find(text, |_, Placeholder { rule, .. }| {
            if rule != path::ID {
                *counts.entry(rule).or_default() += 1;
            }
        });
    }

    fn find(&self, text: &str, mut on_hit: impl FnMut(Range<usize>, Placeholder)) {
        let Some(search) = &self.search else {
            return;
        };
        search.find(text.as_bytes(), |place, number| {
            if let Some(placeholder) = self.origins.get(number)
                && !is_inside_placeholder(text, place.start)
            {
                on_hit(place, *placeholder);
            }
        });
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_same_secret_has_the_same_placeholder() {
        let mut secrets = Secrets::default();
        assert_eq!(secrets.placeholder("a", "Value-1234"), "[redacted:a#1]");
        assert_eq!(secrets.placeholder("a", "Value-5678"), "[redacted:a#2]");
        assert_eq!(secrets.placeholder("a", "Value-1234"), "[redacted:a#1]");
        assert_eq!(secrets.distinct("a"), 2);
    }

    #[test]
    fn a_value_is_found_again_however_it_is_escaped() {
        let mut secrets = Secrets::default();
        secrets.placeholder("a", "line1\n\"Line2\"");
        let memory = secrets.memory(true);
        for text in [
            "x line1\n\"Line2\" y",
            r#"x line1\n\"Line2\" y"#,
            r#"x line1\\n\\\"Line2\\\" y"#,
        ] {
            assert_eq!(memory.replace(text, |_| ()).unwrap(), "x [redacted:a#1] y");
        }
    }

    #[test]
    fn json_tells_where_a_value_is_however_it_is_written() {
        let mut secrets = Secrets::default();
        secrets.placeholder("a", "line1\n\"Line2\"");
        secrets.placeholder("a", "Größe-9000");
        let memory = secrets.memory(true);
        for json in [
            r#"{"text":"x line1\n\"Line2\" y"}"#,
            r#"{"text":"{\"a\":\"line1\\n\\\"Line2\\\"\"}"}"#,
            r#"{"text":"Größe-9000"}"#,
            r#"{"text":"Gr\u00f6\u00dfe-9000"}"#,
            r#"{"text":"a\/b"}"#,
        ] {
            assert!(memory.may_be_in(RawText::Json(json.as_bytes())), "{json}");
        }
        let harmless = br#"{"text":"line1\nLine2 and \"more\""}"#;
        assert!(!memory.may_be_in(RawText::Json(harmless)));
        // A home folder becomes `~`, so that such a value is seen only in the text that is shown.
        secrets.placeholder("a", "~/Keys/9000");
        assert!(secrets.memory(true).may_be_in(RawText::Json(b"{}")));
    }

    #[test]
    fn ordinary_words_are_not_remembered() {
        let mut secrets = Secrets::default();
        for value in ["completed", "12345678", "short1"] {
            secrets.placeholder("a", value);
        }
        assert_eq!(
            secrets
                .memory(false)
                .replace("completed 12345678 short1", |_| ()),
            None
        );
    }
}
