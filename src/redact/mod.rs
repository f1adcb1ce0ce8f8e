//! Session -> [`Redacted`] session and a report.
//!
//! 1. Every string is cleaned (`visible`) of what a reader cannot see.
//! 2. Secrets are found by their form (`rule`), by what stands around them (`named_value`,
//!    `command_line`, `address`, `prose`), and by the name of the JSON field that holds them; each
//!    becomes a placeholder. Home folders become `~`.
//! 3. A value found anywhere is replaced wherever else it stands, earlier or later.
//! 4. [`Watch`] searches the finished document once more.
//!
//! A session passes one message at a time: a [`Learner`] sees all of it, and the [`Redactor`] that
//! it becomes knows every value and gives out what may be shown.

mod address;
mod command_line;
mod named_value;
mod people;
mod prose;
mod report;
mod rule;
mod scan;
mod secrets;
mod visible;
mod visit;

use std::borrow::Cow;
use std::collections::BTreeMap;
use std::ops::Range;

use serde_json::Value;

pub use report::{Redaction, RedactionReport, RuleCount};

use crate::error::{Error, Result};
use crate::model::{Message, Object, Runtime, Session, SessionTree, split_data_url};
use crate::options::{RedactLevel, RedactOptions};
use people::People;
use report::Place;
use secrets::{Memory, Secrets};
use visit::Visitor;

/// A value that went through redaction. Only this module makes one, so a renderer that takes it
/// cannot be given anything else.
#[derive(Debug, Clone, Copy)]
pub struct Redacted<T>(T);

impl<T> Redacted<T> {
    /// The value.
    pub fn get(&self) -> &T {
        &self.0
    }

    /// The same, borrowed.
    pub fn as_ref(&self) -> Redacted<&T> {
        Redacted(&self.0)
    }
}

impl Redacted<SessionTree> {
    /// The sessions of the tree.
    pub fn sessions(&self) -> impl Iterator<Item = Redacted<&Session>> {
        self.0.sessions.iter().map(Redacted)
    }
}

/// Sees a session for the first time: finds its secrets and numbers them.
pub struct Learner<'a> {
    first: FirstPass<'a>,
}

impl<'a> Learner<'a> {
    /// Starts with what the tree tells of folders and users. Once `go_on` says no, nothing is
    /// given out any more.
    pub fn new(tree: &SessionTree, options: &RedactOptions, go_on: &'a dyn Fn() -> bool) -> Self {
        Self {
            first: FirstPass {
                level: options.level,
                people: People::new(tree, options),
                secrets: Secrets::default(),
                report: Some(RedactionReport::new(options.level)),
                place: Place::default(),
                has_changed: false,
                go_on,
            },
        }
    }

    /// Learns from what the source told of the application.
    pub fn runtime(&mut self, runtime: &mut Runtime) {
        visit::runtime(&mut self.first, runtime);
    }

    /// Learns from a session's own fields, and gives what is final where
    /// [`Redactor::knows_no_more`].
    pub fn session<'s>(&mut self, session: &'s mut Session) -> Redacted<&'s Session> {
        visit::session(&mut self.first, session);
        Redacted(session)
    }

    /// Learns from a message. Gives the message, and whether anything in it was replaced. The
    /// message may still hold values that are recognised only in a later one: it is final where
    /// [`Redactor::knows_no_more`].
    ///
    /// # Errors
    /// [`Error::Aborted`].
    pub fn message<'m>(
        &mut self,
        message: &'m mut Message,
    ) -> Result<(Redacted<&'m Message>, bool)> {
        self.first.message(message)?;
        Ok((Redacted(message), self.first.has_changed))
    }

    /// Ends learning.
    pub fn finish(mut self) -> Redactor<'a> {
        let report = self.first.report.take();
        Redactor {
            memory: self.first.secrets.memory(),
            report: report.unwrap_or_else(|| RedactionReport::new(self.first.level)),
            first: self.first,
        }
    }
}

/// Redacts a session whose secrets are known.
pub struct Redactor<'a> {
    first: FirstPass<'a>,
    memory: Memory,
    report: RedactionReport,
}

impl Redactor<'_> {
    /// Whether no value was found that has to be replaced wherever else it stands.
    pub fn knows_no_more(&self) -> bool {
        self.memory.is_empty()
    }

    /// Redacts the sessions' own fields, from which was learned before.
    pub fn tree(&mut self, mut tree: SessionTree) -> Redacted<SessionTree> {
        let mut second = SecondPass::new(&self.memory, Some(&mut self.report));
        visit::runtime(&mut second, &mut tree.runtime);
        for session in &mut tree.sessions {
            visit::session(&mut second, session);
        }
        Redacted(tree)
    }

    /// Redacts a message and adds what only now is recognised to the report. `is_anew` says that
    /// the message was read again since it was learned from, and has something to replace.
    ///
    /// # Errors
    /// [`Error::Aborted`].
    pub fn count<'m>(
        &mut self,
        message: &'m mut Message,
        is_anew: bool,
    ) -> Result<Redacted<&'m Message>> {
        self.redact(message, is_anew, true)
    }

    /// Redacts a message, as [`Redactor::count`] does, and adds nothing to the report.
    ///
    /// # Errors
    /// [`Error::Aborted`].
    pub fn message<'m>(
        &mut self,
        message: &'m mut Message,
        is_anew: bool,
    ) -> Result<Redacted<&'m Message>> {
        self.redact(message, is_anew, false)
    }

    fn redact<'m>(
        &mut self,
        message: &'m mut Message,
        is_anew: bool,
        is_counted: bool,
    ) -> Result<Redacted<&'m Message>> {
        if is_anew {
            self.first.message(message)?;
        }
        if !self.memory.is_empty() {
            let report = is_counted.then_some(&mut self.report);
            visit::message(&mut SecondPass::new(&self.memory, report), message);
        }
        Ok(Redacted(message))
    }

    /// What was redacted.
    pub fn report(&self) -> RedactionReport {
        let mut report = self.report.clone();
        report.count_distinct(|rule| self.first.secrets.distinct(rule));
        report
    }

    /// A look at the document that is made of what this redactor gives out.
    pub fn watch(&self) -> Watch {
        Watch {
            memory: self.memory.clone(),
            level: self.first.level,
            found: BTreeMap::new(),
        }
    }
}

/// Redacts a text that is no session, such as a log. Gives the text and what was redacted. A text
/// with nothing to redact stays as it is, with its line ends and control characters.
pub fn redact_text(text: &str, options: &RedactOptions) -> (String, RedactionReport) {
    let mut learner = Learner::new(&SessionTree::default(), options, &|| true);
    let mut redacted = text.to_owned();
    learner.first.text("text", &mut redacted);
    let mut redactor = learner.finish();
    let has_none = redactor.report.redactions().next().is_none();
    if redacted == text || (has_none && visible::clean(text).0 == redacted) {
        return (text.to_owned(), redactor.report());
    }
    SecondPass::new(&redactor.memory, Some(&mut redactor.report)).text("text", &mut redacted);
    (redacted, redactor.report())
}

/// Looks at the finished document, piece by piece.
pub struct Watch {
    memory: Memory,
    level: RedactLevel,
    found: BTreeMap<&'static str, usize>,
}

impl Watch {
    /// Searches a piece of the document for what should not be in it.
    ///
    /// # Errors
    /// [`Error::RedactionIncomplete`] where it has an unmistakable form.
    pub fn look(&mut self, piece: &str) -> Result<()> {
        if self.level == RedactLevel::Off {
            return Ok(());
        }
        if let Some(rule) = scan::find_final(piece) {
            return Err(incomplete(rule));
        }
        self.memory.count(piece, &mut self.found);
        Ok(())
    }

    /// Whether a value that was redacted elsewhere was seen. It may be a word of the exporter's
    /// own: a session in which somebody wrote `password: "Conversation"` must not fail for the
    /// heading of that name.
    pub fn is_suspicious(&self) -> bool {
        !self.found.is_empty()
    }

    /// Judges by the document of the same session with every string of it blanked out, whose
    /// pieces `own_words` saw.
    ///
    /// # Errors
    /// [`Error::RedactionIncomplete`] with the rule of a value that is not the exporter's own.
    pub fn judge(&self, own_words: &Self) -> Result<()> {
        let is_more = |(rule, count): &(&&str, &usize)| {
            **count > own_words.found.get(**rule).copied().unwrap_or_default()
        };
        match self.found.iter().find(is_more) {
            Some((rule, _)) => Err(incomplete(rule)),
            None => Ok(()),
        }
    }

    /// Counts the values in a piece of the document with every string blanked out.
    pub fn look_at_own_words(&mut self, piece: &str) {
        self.memory.count(piece, &mut self.found);
    }
}

fn incomplete(rule: &str) -> Error {
    Error::RedactionIncomplete {
        rule: rule.to_owned(),
    }
}

/// The same sessions with nothing in them that anybody wrote.
pub fn blank_tree(tree: &Redacted<SessionTree>) -> Redacted<SessionTree> {
    let mut tree = tree.0.clone();
    visit::runtime(&mut Blank, &mut tree.runtime);
    for session in &mut tree.sessions {
        visit::session(&mut Blank, session);
    }
    Redacted(tree)
}

/// The same message with nothing in it that anybody wrote.
pub fn blank_message(message: Redacted<&Message>) -> Redacted<Message> {
    let mut message = message.0.clone();
    visit::message(&mut Blank, &mut message);
    Redacted(message)
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

/// Cleans, finds and replaces.
struct FirstPass<'a> {
    level: RedactLevel,
    people: People,
    secrets: Secrets,
    /// `None` once everything was counted.
    report: Option<RedactionReport>,
    place: Place,
    /// Whether anything was replaced since the message began.
    has_changed: bool,
    go_on: &'a dyn Fn() -> bool,
}

impl FirstPass<'_> {
    fn message(&mut self, message: &mut Message) -> Result<()> {
        self.has_changed = false;
        visit::message(self, message);
        if (self.go_on)() {
            Ok(())
        } else {
            Err(Error::Aborted)
        }
    }

    fn replace(&mut self, field: &'static str, rule: &'static str, value: &str) -> String {
        self.has_changed = true;
        if let Some(report) = &mut self.report {
            report.add(rule, &self.place, field);
        }
        self.secrets.placeholder(rule, value)
    }

    fn redact_text(&mut self, field: &'static str, text: &mut String) {
        if !(self.go_on)() {
            // Nobody will see it: the message is not given out.
            text.clear();
            return;
        }
        // The content of an attachment is not shown, and its base64 would look like tokens.
        if field == "url" && split_data_url(text).is_some() {
            return;
        }
        let (cleaned, hidden) = visible::clean(text);
        if let Some(report) = &mut self.report {
            report.hidden_characters += hidden;
        }
        if let Cow::Owned(cleaned) = cleaned
            && cleaned != *text
        {
            self.has_changed = true;
            // An escape sequence may end in the first letter of a token, which is then missing.
            self.replace_hits(field, text);
            *text = visible::clean(text).0.into_owned();
        }
        self.replace_hits(field, text);
        if let Some(replaced) = self.people.replace_homes(text) {
            self.has_changed = true;
            *text = replaced;
        }
    }

    fn replace_hits(&mut self, field: &'static str, text: &mut String) {
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
    }

    /// Replaces ranges that may overlap: an overlap goes with the range before it.
    fn splice(
        &mut self,
        field: &'static str,
        text: &mut String,
        hits: &[(Range<usize>, &'static str)],
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
        self.redact_pair(field, object);
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
            && self.level > RedactLevel::Off
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
struct SecondPass<'a> {
    memory: &'a Memory,
    report: Option<&'a mut RedactionReport>,
    place: Place,
}

impl<'a> SecondPass<'a> {
    fn new(memory: &'a Memory, report: Option<&'a mut RedactionReport>) -> Self {
        Self {
            memory,
            report,
            place: Place::default(),
        }
    }

    fn replace(&mut self, field: &'static str, text: &mut String) {
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
