//! Session -> [`Redacted`] session and a report.
//!
//! 1. Every string is cleaned (`visible`) of what a reader cannot see.
//! 2. Secrets are found by their form (`rule`), by the name beside them (`named_value`), and by the
//!    name of the JSON field that holds them; each becomes a placeholder. Home folders become `~`.
//! 3. A value found anywhere is replaced wherever else it stands, earlier or later.
//! 4. After rendering, [`Watch::check`] searches the finished document once more.

mod named_value;
mod people;
mod report;
mod rule;
mod scan;
mod secrets;
mod visible;
mod visit;

use serde_json::Value;

pub use report::{Redaction, RedactionReport, RuleCount};

use crate::error::{Error, Result};
use crate::model::{Object, SessionTree, split_data_url};
use crate::options::{RedactLevel, RedactOptions};
use people::People;
use report::Place;
use secrets::{Memory, Secrets};
use visit::Visitor;

/// A value that went through redaction. Only this module makes one, so a renderer that takes it
/// cannot be given anything else.
#[derive(Debug)]
pub struct Redacted<T> {
    value: T,
    report: RedactionReport,
}

impl<T> Redacted<T> {
    /// The value.
    pub fn get(&self) -> &T {
        &self.value
    }

    /// What was redacted.
    pub fn report(&self) -> &RedactionReport {
        &self.report
    }
}

/// Looks at the finished document.
pub struct Watch {
    memory: Memory,
    level: RedactLevel,
}

impl Watch {
    /// Searches a finished document for what should not be in it. `own_words` gives the document
    /// of the same session with every string of it blanked out: a session in which somebody wrote
    /// `password: "Conversation"` must not fail for the exporter's own heading.
    ///
    /// # Errors
    /// [`Error::RedactionIncomplete`] with the rule that still matches.
    pub fn check(&self, document: &str, own_words: impl FnOnce() -> String) -> Result<()> {
        if self.level == RedactLevel::Off {
            return Ok(());
        }
        let incomplete = |rule: &str| Error::RedactionIncomplete {
            rule: rule.to_owned(),
        };
        if let Some(rule) = scan::find_final(document) {
            return Err(incomplete(rule));
        }
        let found = self.memory.count(document);
        if found.is_empty() {
            return Ok(());
        }
        let own = self.memory.count(&own_words());
        let is_more = |(rule, count): &(&&str, &usize)| {
            **count > own.get(**rule).copied().unwrap_or_default()
        };
        match found.iter().find(is_more) {
            Some((rule, _)) => Err(incomplete(rule)),
            None => Ok(()),
        }
    }
}

/// The same session with nothing in it that anybody wrote.
pub fn blank(redacted: &Redacted<SessionTree>) -> Redacted<SessionTree> {
    let mut value = redacted.value.clone();
    visit::tree(&mut Blank, &mut value);
    Redacted {
        value,
        report: redacted.report.clone(),
    }
}

/// Replaces every string.
struct Blank;

impl Visitor for Blank {
    fn text(&mut self, _: &'static str, text: &mut String) {
        "x".clone_into(text);
    }

    fn json(&mut self, field: &'static str, value: &mut Value) {
        match value {
            Value::String(text) => self.text(field, text),
            Value::Array(items) => items.iter_mut().for_each(|item| self.json(field, item)),
            // The keys that a renderer looks for are its own words.
            Value::Object(object) => object
                .values_mut()
                .for_each(|value| self.json(field, value)),
            Value::Null | Value::Bool(_) | Value::Number(_) => {}
        }
    }

    fn enter_message(&mut self, _: Option<&str>) {}

    fn enter_part(&mut self, _: Option<&str>) {}
}

/// Redacts a session and its sub-agent sessions.
pub fn redact(mut tree: SessionTree, options: &RedactOptions) -> (Redacted<SessionTree>, Watch) {
    let people = People::new(&tree, options);
    let mut first = FirstPass {
        level: options.level,
        people: &people,
        secrets: Secrets::default(),
        report: RedactionReport::new(options.level),
        place: Place::default(),
    };
    visit::tree(&mut first, &mut tree);
    let FirstPass {
        secrets, report, ..
    } = first;

    let mut second = SecondPass {
        memory: secrets.memory(),
        report,
        place: Place::default(),
    };
    visit::tree(&mut second, &mut tree);
    let SecondPass {
        memory, mut report, ..
    } = second;

    report.count_distinct(|rule| secrets.distinct(rule));
    (
        Redacted {
            value: tree,
            report,
        },
        Watch {
            memory,
            level: options.level,
        },
    )
}

/// Cleans, finds and replaces.
struct FirstPass<'a> {
    level: RedactLevel,
    people: &'a People,
    secrets: Secrets,
    report: RedactionReport,
    place: Place,
}

impl FirstPass<'_> {
    fn replace(&mut self, field: &'static str, rule: &'static str, value: &str) -> String {
        self.report.add(rule, &self.place, field);
        self.secrets.placeholder(rule, value)
    }

    fn redact_text(&mut self, field: &'static str, text: &mut String) {
        // The content of an attachment is not shown, and its base64 would look like tokens.
        if field == "url" && split_data_url(text).is_some() {
            return;
        }
        let (cleaned, hidden) = visible::clean(text);
        self.report.hidden_characters += hidden;
        if let std::borrow::Cow::Owned(cleaned) = cleaned {
            *text = cleaned;
        }
        // What a caller names goes at every level.
        let mut hits = self.people.find(text);
        if self.level > RedactLevel::Off {
            hits.extend(
                scan::find(text, self.level)
                    .into_iter()
                    .map(|hit| (hit.range, hit.rule)),
            );
        }
        hits.sort_by_key(|(range, _)| (range.start, std::cmp::Reverse(range.end)));
        self.splice(field, text, &hits);
        if let Some(replaced) = self.people.replace_homes(text) {
            *text = replaced;
        }
    }

    /// Replaces ranges that may overlap: an overlap goes with the range before it.
    fn splice(
        &mut self,
        field: &'static str,
        text: &mut String,
        hits: &[(std::ops::Range<usize>, &'static str)],
    ) {
        if hits.is_empty() {
            return;
        }
        let mut result = String::with_capacity(text.len());
        let mut copied = 0;
        for (range, rule) in hits {
            if range.end <= copied {
                continue;
            }
            let start = range.start.max(copied);
            result.push_str(text.get(copied..start).unwrap_or_default());
            let value = text.get(start..range.end).unwrap_or_default();
            result.push_str(&self.replace(field, rule, value));
            copied = range.end;
        }
        result.push_str(text.get(copied..).unwrap_or_default());
        *text = result;
    }

    fn redact_object(&mut self, field: &'static str, object: &mut Object) {
        for (key, value) in std::mem::take(object) {
            let mut key = key;
            let mut value = value;
            match &mut value {
                Value::String(text)
                    if self.level > RedactLevel::Off
                        && named_value::is_secret_field(&key, text) =>
                {
                    *text = self.replace(field, named_value::ID, text);
                }
                value => self.json(field, value),
            }
            self.redact_text(field, &mut key);
            object.insert(key, value);
        }
    }
}

impl Visitor for FirstPass<'_> {
    fn text(&mut self, field: &'static str, text: &mut String) {
        self.redact_text(field, text);
    }

    fn json(&mut self, field: &'static str, value: &mut Value) {
        match value {
            Value::String(text) => self.redact_text(field, text),
            Value::Array(items) => items.iter_mut().for_each(|item| self.json(field, item)),
            Value::Object(object) => self.redact_object(field, object),
            Value::Null | Value::Bool(_) | Value::Number(_) => {}
        }
    }

    fn enter_message(&mut self, id: Option<&str>) {
        self.place.enter_message(id);
    }

    fn enter_part(&mut self, id: Option<&str>) {
        self.place.enter_part(id);
    }
}

/// Replaces what the first pass learned, wherever it was not recognised by itself.
struct SecondPass {
    memory: Memory,
    report: RedactionReport,
    place: Place,
}

impl SecondPass {
    fn replace(&mut self, field: &'static str, text: &mut String) {
        let (report, place) = (&mut self.report, &self.place);
        if let Some(replaced) = self
            .memory
            .replace(text, |rule| report.add(rule, place, field))
        {
            *text = replaced;
        }
    }
}

impl Visitor for SecondPass {
    fn text(&mut self, field: &'static str, text: &mut String) {
        self.replace(field, text);
    }

    fn json(&mut self, field: &'static str, value: &mut Value) {
        match value {
            Value::String(text) => self.replace(field, text),
            Value::Array(items) => items.iter_mut().for_each(|item| self.json(field, item)),
            Value::Object(object) => {
                for (mut key, mut value) in std::mem::take(object) {
                    self.replace(field, &mut key);
                    self.json(field, &mut value);
                    object.insert(key, value);
                }
            }
            Value::Null | Value::Bool(_) | Value::Number(_) => {}
        }
    }

    fn enter_message(&mut self, id: Option<&str>) {
        self.place.enter_message(id);
    }

    fn enter_part(&mut self, id: Option<&str>) {
        self.place.enter_part(id);
    }
}
