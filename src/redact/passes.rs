//! The two passes over every string: the first finds secrets, the second replaces what the first
//! learned wherever it was not recognised by itself.

use std::borrow::Cow;
use std::rc::Rc;

use serde_json::Value;

use super::people::People;
use super::report::{Place, RedactionReport};
use super::secrets::{Memory, Secrets};
use super::visit::{self, Visitor};
use super::{named_value, scan, visible};
use crate::error::{Error, Result};
use crate::model::{Message, Object, data_url};
use crate::options::{RedactLevel, RedactOptions};

/// What a pass changed in a message.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Change {
    /// Nothing.
    Nothing,
    /// What can be seen of it, and home folders. To do that again takes no search.
    Cleaned,
    /// Secrets too.
    Redacted,
}

/// How often a text is searched at most, as long as something is found. What is left of a quoted value
/// after a token or a path was cut out of it can read as a named value. Most texts hold nothing.
pub const ROUNDS: usize = 4;

/// Cleans, finds and replaces.
pub struct FirstPass<'a> {
    pub level: RedactLevel,
    /// Whether the contents of attachments are shown.
    pub shows_contents: bool,
    people: Rc<People>,
    pub secrets: Secrets,
    /// `None` once everything was counted.
    pub report: Option<RedactionReport>,
    place: Place,
    /// What was changed since the message began.
    pub change: Change,
    /// Whether nothing is searched for: the text was searched before, in vain.
    only_cleans: bool,
    go_on: &'a dyn Fn() -> bool,
}

impl<'a> FirstPass<'a> {
    pub fn new(options: &RedactOptions, people: Rc<People>, go_on: &'a dyn Fn() -> bool) -> Self {
        let level = options.level;
        Self {
            level,
            shows_contents: options.shows_contents,
            people,
            secrets: Secrets::default(),
            report: Some(RedactionReport::new(level)),
            place: Place::default(),
            change: Change::Nothing,
            only_cleans: false,
            go_on,
        }
    }

    pub fn message(&mut self, message: &mut Message) -> Result<()> {
        self.change = Change::Nothing;
        visit::message(self, message);
        if (self.go_on)() {
            Ok(())
        } else {
            Err(Error::Aborted)
        }
    }

    /// Changes a message that was read again as it was changed before.
    pub fn message_again(&mut self, message: &mut Message, change: Change) -> Result<()> {
        self.only_cleans = change == Change::Cleaned;
        let result = match change {
            Change::Nothing => Ok(()),
            Change::Cleaned | Change::Redacted => self.message(message),
        };
        self.only_cleans = false;
        result
    }

    fn replace(&mut self, field: &'static str, rule: &'static str, value: &str) -> String {
        self.change = Change::Redacted;
        if let Some(report) = &mut self.report {
            report.add(rule, &self.place, field);
        }
        self.secrets.placeholder(rule, value)
    }

    fn redact_text(&mut self, field: &'static str, text: &mut String) {
        if !(self.go_on)() {
            // Nobody will see it: the message is not given out.
            text.clear();
        } else if let Some(redacted) = self.redacted(field, text) {
            self.change = self.change.max(Change::Cleaned);
            *text = redacted;
        }
    }

    /// What may be shown of a text; `None` where that is all of it as it is.
    pub fn redacted(&mut self, field: &'static str, text: &str) -> Option<String> {
        if is_content(field, text) {
            return self.redacted_content(text);
        }
        let (cleaned, hidden) = visible::clean(text);
        if let Some(report) = &mut self.report {
            report.hidden_characters += hidden;
        }
        let mut shown = Cow::Borrowed(text);
        if let Cow::Owned(cleaned) = cleaned
            && cleaned != text
        {
            // An escape sequence may end in the first letter of a token, which is then missing.
            shown = match self.without_hits(field, text) {
                Some(replaced) => visible::clean(&replaced).0.into_owned().into(),
                None => cleaned.into(),
            };
        }
        for _ in 0..ROUNDS {
            match self.without_hits(field, &shown) {
                Some(replaced) => shown = replaced.into(),
                None => break,
            }
        }
        if let Some(replaced) = self.people.replace_homes(&shown) {
            shown = replaced.into();
        }
        match shown {
            Cow::Owned(shown) => Some(shown),
            Cow::Borrowed(_) => None,
        }
    }

    /// What may be shown of the content of an attachment. Where it is not shown, it stays as it is: it
    /// is only measured.
    fn redacted_content(&mut self, url: &str) -> Option<String> {
        let text = data_url::text(url).filter(|_| self.shows_contents)?;
        let redacted = self.redacted("content", &text)?;
        // A file keeps its line ends and the like where nothing was redacted.
        (visible::clean(&text).0 != redacted).then(|| data_url::with_text(url, &redacted))
    }

    fn without_hits(&mut self, field: &'static str, text: &str) -> Option<String> {
        if self.only_cleans {
            return None;
        }
        // What a caller names goes at every level.
        let mut hits = self.people.find(text);
        if self.level > RedactLevel::Off {
            let found = scan::find(text, self.level);
            hits.extend(found.into_iter().map(|hit| (hit.range, hit.rule)));
        }
        if hits.is_empty() {
            return None;
        }
        hits.sort_by_key(|(range, _)| (range.start, std::cmp::Reverse(range.end)));
        // An overlap goes with the range before it.
        let mut result = String::with_capacity(text.len());
        let mut copied = 0;
        for (range, rule) in &hits {
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
        Some(result)
    }

    fn redact_object(&mut self, field: &'static str, object: &mut Object) {
        let is_searched = self.level > RedactLevel::Off && !self.only_cleans;
        if is_searched {
            self.redact_pair(field, object);
        }
        for (key, value) in std::mem::take(object) {
            let mut key = key;
            let mut value = value;
            match &mut value {
                Value::String(text) if is_searched && named_value::is_secret_field(&key, text) => {
                    *text = self.replace(field, named_value::ID, text);
                }
                value => self.json(field, value),
            }
            self.redact_text(field, &mut key);
            object.insert(key, value);
        }
    }
}

impl FirstPass<'_> {
    /// `{ "name": "DB_PASSWORD", "value": "…" }`, as in lists of environment variables.
    fn redact_pair(&mut self, field: &'static str, object: &mut Object) {
        let text = |names: [&str; 4]| {
            names
                .into_iter()
                .find_map(|name| object.get(name).and_then(Value::as_str))
        };
        let name = text(["name", "key", "Name", "Key"]);
        let value = text(["value", "Value", "val", "default"]);
        if let (Some(name), Some(value)) = (name, value)
            && named_value::is_secret_field(name, value)
        {
            let placeholder = self.replace(field, named_value::ID, value);
            for name in ["value", "Value", "val", "default"] {
                if let Some(Value::String(text)) = object.get_mut(name) {
                    text.clone_from(&placeholder);
                    break;
                }
            }
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
pub struct SecondPass<'a> {
    memory: &'a Memory,
    shows_contents: bool,
    report: Option<&'a mut RedactionReport>,
    place: Place,
}

impl<'a> SecondPass<'a> {
    pub fn new(
        memory: &'a Memory,
        shows_contents: bool,
        report: Option<&'a mut RedactionReport>,
    ) -> Self {
        Self {
            memory,
            shows_contents,
            report,
            place: Place::default(),
        }
    }

    fn replace(&mut self, field: &'static str, text: &mut String) {
        if is_content(field, text) {
            let content = data_url::text(text).filter(|_| self.shows_contents);
            if let Some(content) = content {
                let mut shown = content.clone();
                self.replace("content", &mut shown);
                if shown != content {
                    *text = data_url::with_text(text, &shown);
                }
            }
            return;
        }
        let (report, place) = (&mut self.report, &self.place);
        let replaced = self.memory.replace(text, |rule| {
            if let Some(report) = report {
                report.add(rule, place, field);
            }
        });
        if let Some(replaced) = replaced {
            *text = replaced;
        }
    }
}

impl Visitor for SecondPass<'_> {
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

/// Whether a field holds the content of an attachment. Its base64 would look like tokens.
fn is_content(field: &str, text: &str) -> bool {
    field == "url" && data_url::split(text).is_some()
}
