//! The JSON document: the session for programs, in a shape that `opencode import` takes, or in that of
//! PawWork's snapshot. `schema/session-log.schema.json` describes the first.
//!
//! 1. what the file is, and what was redacted, cut and left out;
//! 2. [`session`]: `info`, to-do list, changed files, `messages` ([`message`], [`part`]) and `children`;
//! 3. the counts, and a hash of everything before it.
//!
//! OpenCode refuses a file with a message or a part of a kind that it does not know. Such messages stand
//! in `events` and such parts in `otherParts`, each with its place in the order, so that the rest can be
//! imported.

mod bounded;
mod checked;
pub mod ids;
mod message;
mod part;
mod pretty;
mod session;
pub mod shown;

pub use checked::{Checked, END, end_after_key, split_end};

use std::collections::HashMap;

use serde_json::{Value, json};

use self::pretty::pretty;
use super::budget::Measure;
use super::cuts::PartBudget;
use super::document::{Content, Out, RedactedMessages};
use super::hashed_out::HashedOut;
use super::words::words;
use crate::error::Result;
use crate::model::{Object, Runtime, Timestamp};
use crate::options::level::RedactLevel;
use crate::options::{ExportOptions, JsonShape, Locale, Only, Part};

/// The `format` of a document.
pub const FORMAT: &str = "pawwork-session-log";

/// The version of the shape; it grows with every change that a reader has to know of.
const VERSION: u64 = 1;

/// What stands before the hash at the end of a document.
const HASH_KEY: &str = "\"sha256\": \"";

/// Renders a redacted session. Gives what that came to.
///
/// # Errors
/// Those of `messages` and of `out`.
pub fn render(
    content: &Content<'_>,
    messages: &mut dyn RedactedMessages,
    out: Out<'_>,
) -> Result<Measure> {
    let mut document = Document {
        content,
        options: content.options,
        children: content.tree.get().children(),
        last_asked: None,
        renamed: HashMap::new(),
        budget: PartBudget::default(),
        measure: Measure::default(),
        out: HashedOut::new(out),
    };
    let runtime = &content.tree.get().runtime;
    match content.options.json_shape {
        JsonShape::OpenCode => {
            document.write("{\n")?;
            document.field(1, "format", &json!(FORMAT))?;
            document.field(1, "version", &json!(VERSION))?;
            document.field(1, "exported", &document.exported())?;
            if let Some(runtime) = runtime_context(runtime) {
                document.field(1, "runtime_context", &runtime)?;
            }
            document.session(0, 1, messages)?;
            document.write(",\n")?;
        }
        JsonShape::PawWork => {
            let main = content.tree.get().sessions.first();
            document.write("{\n")?;
            document.field(1, "schema_version", &json!(1))?;
            document.field(1, "format", &json!("pawwork-session-export"))?;
            document.field(1, "exported_at", &json!(content.exported_at.millis()))?;
            let id = main.and_then(|session| session.info.id.as_deref());
            document.field(1, "root_session_id", &json!(id))?;
            document.field(1, "exported", &document.exported())?;
            let context = runtime_context(runtime).unwrap_or_else(|| json!({}));
            document.field(1, "runtime_context", &context)?;
            if let Some(diagnostics) = &runtime.diagnostics {
                document.field(1, "diagnostics", diagnostics)?;
            }
            document.write("  \"session\": {\n")?;
            document.session(0, 2, messages)?;
            document.write("\n  },\n")?;
        }
    }
    document.closing()?;
    document.out.measure(&mut document.measure);
    document.measure.texts = document.budget.shown;
    Ok(document.measure)
}

/// The application that made a snapshot, as PawWork's snapshot has it.
fn runtime_context(runtime: &Runtime) -> Option<Value> {
    let mut object = Object::new();
    for (name, value) in [
        ("runtime_namespace", &runtime.namespace),
        ("app_version", &runtime.app_version),
        ("build_channel", &runtime.channel),
        ("platform", &runtime.platform),
        ("os_version", &runtime.os_version),
    ] {
        put(&mut object, name, value.as_deref());
    }
    put_rest(&mut object, &runtime.rest);
    (!object.is_empty()).then_some(Value::Object(object))
}

/// The start of a line at a depth. Sub-agents that start each other a thousand deep would otherwise make
/// most of the document blanks.
fn indent(depth: usize) -> String {
    const DEEPEST: usize = 64;
    "  ".repeat(depth.min(DEEPEST))
}

/// The document that is being written.
struct Document<'a> {
    content: &'a Content<'a>,
    options: &'a ExportOptions,
    /// The sub-agent sessions of each session, until it is written.
    children: Vec<Vec<usize>>,
    /// The user's last message in the current session.
    last_asked: Option<String>,
    /// What the user's messages of a session are called in the document, where OpenCode would refuse their ids.
    renamed: HashMap<String, String>,
    budget: PartBudget,
    measure: Measure,
    out: HashedOut<'a>,
}

impl Document<'_> {
    fn write(&mut self, text: &str) -> Result<()> {
        self.out.write(text)
    }

    /// A field of an object, followed by others.
    fn field(&mut self, depth: usize, name: &str, value: &Value) -> Result<()> {
        let indent = indent(depth);
        self.write(&format!("{indent}\"{name}\": {},\n", pretty(value, depth)))
    }

    /// Gives what is told of the export itself.
    fn exported(&self) -> Value {
        let Content {
            survey,
            report,
            notes,
            cuts,
            options,
            exported_at,
            ..
        } = *self.content;
        let census = &survey.census;
        let rules = report.by_rule();
        let rules = rules.iter().map(
            |count| json!({ "rule": count.rule, "values": count.distinct, "places": count.places }),
        );
        let omitted = census.left_out();
        let omitted = omitted
            .iter()
            .map(|(reason, count)| json!({ "reason": reason, "count": count }));
        let noted = notes
            .entries
            .iter()
            .map(|note| json!({ "path": note.path, "problem": words(Locale::English).oddity(note.oddity) }));
        let mut object = Object::new();
        put(&mut object, "at", Some(exported_at.millis()));
        if let Some(app) = &options.app {
            let app = json!({ "name": app.name, "version": app.version, "system": app.system });
            put(&mut object, "app", Some(app));
        }
        let level = match report.level {
            RedactLevel::Off => "off",
            RedactLevel::Secrets => "secrets",
            RedactLevel::Strict => "strict",
        };
        let mut redaction = json!({
            "level": level,
            "rules": Value::from_iter(rules),
            "hiddenCharacters": report.hidden_characters,
            "homeFolder": report.has_home && survey.shows_home,
        });
        if report.kept_words > 0
            && let Some(redaction) = redaction.as_object_mut()
        {
            put(redaction, "kept", Some(report.kept_words));
        }
        put(&mut object, "redaction", Some(redaction));
        put(&mut object, "omitted", Some(Value::from_iter(omitted)));
        let cut = json!({
            "bytes": cuts.total.bytes,
            "places": cuts.total.places,
            "messages": cuts.total.messages,
        });
        put(&mut object, "cut", Some(cut));
        put(&mut object, "part", self.options.part.map(shown_part));
        put(&mut object, "unknownParts", Some(census.unknown_parts));
        put(&mut object, "unknownFields", Some(notes.unknown_fields));
        put(&mut object, "notes", Some(Value::from_iter(noted)));
        Value::Object(object)
    }

    fn closing(&mut self) -> Result<()> {
        let census = &self.content.survey.census;
        let counts = |stored: bool| {
            let count = |counts: super::Counts| {
                if stored {
                    counts.stored
                } else {
                    counts.rendered
                }
            };
            json!({
                "sessions": count(census.sessions),
                "messages": count(census.messages),
                "parts": count(census.parts),
            })
        };
        let text = format!(
            "  \"closing\": {{\n    \"stored\": {},\n    \"rendered\": {},\n    {HASH_KEY}",
            pretty(&counts(true), 2),
            pretty(&counts(false), 2),
        );
        let hash = self.out.sha256_with(&text);
        self.write(&format!("{text}{}", end_after_key(&hash)))
    }

    /// Gives what follows is the texts of one part, which share a budget.
    fn begin_part(&mut self, limit: Option<usize>) {
        self.budget.begin(limit, self.options.max_bytes.is_some());
    }

    /// Cuts the strings of a value to the budget of the part. Gives how many bytes were cut.
    fn cut(&mut self, value: &mut Value) -> usize {
        match value {
            Value::String(text) => {
                let shown = self.budget.take(text).len();
                let cut = text.len() - shown;
                text.truncate(shown);
                cut
            }
            Value::Array(items) => items.iter_mut().map(|item| self.cut(item)).sum(),
            Value::Object(object) => object.values_mut().map(|value| self.cut(value)).sum(),
            Value::Null | Value::Bool(_) | Value::Number(_) => 0,
        }
    }

    /// Cuts some fields of an object, which then tells how many bytes were cut.
    fn cut_fields(&mut self, object: &mut Object, names: &[impl AsRef<str>]) {
        let fields = object
            .iter_mut()
            .filter(|(name, _)| names.iter().any(|cut| cut.as_ref() == name.as_str()));
        let cut: usize = fields.map(|(_, value)| self.cut(value)).sum();
        if cut > 0 {
            self.measure.cut.bytes += cut;
            self.measure.cut.places += 1;
            let before = object.get("cutBytes").and_then(Value::as_u64);
            put(
                object,
                "cutBytes",
                Some(before.unwrap_or_default() + cut as u64),
            );
        }
    }
}

/// Sets a field where there is a value.
fn put(object: &mut Object, name: &str, value: Option<impl Into<Value>>) {
    if let Some(value) = value {
        object.insert(name.to_owned(), value.into());
    }
}

/// Sets a field that a reader needs, unless it is there.
fn put_default(object: &mut Object, name: &str, value: impl Into<Value>) {
    if !object.contains_key(name) {
        object.insert(name.to_owned(), value.into());
    }
}

/// Sets a nested object of the fields that have a value.
fn put_nested(
    object: &mut Object,
    name: &str,
    fields: impl IntoIterator<Item = (&'static str, Option<Value>)>,
) {
    let mut nested = Object::new();
    for (name, value) in fields {
        put(&mut nested, name, value);
    }
    if !nested.is_empty() {
        object.insert(name.to_owned(), Value::Object(nested));
    }
}

/// Adds what this version does not use, as it was stored.
fn put_rest(object: &mut Object, rest: &Object) {
    for (name, value) in rest {
        match (object.get_mut(name), value) {
            (Some(Value::Object(known)), Value::Object(rest)) => put_rest(known, rest),
            (Some(_), _) => {}
            (None, value) => put(object, name, Some(value.clone())),
        }
    }
}

/// The names of what [`put_rest`] adds to an object.
fn names_of_rest(object: &Object, rest: &Object) -> Vec<String> {
    let is_new = |name: &&String| !object.contains_key(name.as_str());
    rest.keys().filter(is_new).cloned().collect()
}

/// A number as it was stored, without a fraction that it did not have.
fn number(value: f64) -> Value {
    #[expect(
        clippy::cast_possible_truncation,
        reason = "whole, and smaller than 2^53"
    )]
    let whole = value as i64;
    if value.fract() == 0.0 && value.abs() < 9e15 {
        whole.into()
    } else {
        value.into()
    }
}

fn millis(time: Option<Timestamp>) -> Option<Value> {
    time.map(|time| time.millis().into())
}

/// The part of the session that is shown.
fn shown_part(part: Part) -> Value {
    let mut object = Object::new();
    let turns = part
        .turns
        .map(|(from, to)| json!({ "from": from, "to": to }));
    put(&mut object, "turns", turns);
    put(&mut object, "since", part.since.map(Timestamp::millis));
    let only = part.only.map(|only| match only {
        Only::Prompts => "prompts",
        Only::Messages => "messages",
    });
    put(&mut object, "only", only);
    Value::Object(object)
}
