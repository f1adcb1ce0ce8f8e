//! The contexts of redactions: what stands around each placeholder of a redacted message, for a list that a person
//! reviews. They are cut out of texts that are redacted to the end, so they hold no secret.
//!
//! A message that is redacted once more, because it holds a value that was recognised elsewhere, gets its contexts anew.

use std::ops::Range;
use std::sync::Arc;

use serde_json::Value;

use super::first_pass::is_content;
use super::holes::Numbers;
use super::placeholders::{PLACEHOLDER, places};
use super::report::Place;
use crate::model::visit::Visitor;

/// How many characters of a context stand on either side of the placeholder, at most.
const REACH: usize = 60;

/// How many contexts an export keeps, at most: some four megabytes.
pub const MOST_CONTEXTS: usize = 10_000;

/// A placeholder with the text around it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Context {
    /// The message, unless it is in the session's own fields.
    pub message_id: Option<Arc<str>>,
    /// The part, unless it is in the message's own fields.
    pub part_id: Option<Arc<str>>,
    /// The field, such as `state.output`.
    pub field: &'static str,
    /// The placeholder with up to 60 characters before and behind it.
    pub text: String,
    /// How many bytes of the text stand before the placeholder.
    before: usize,
}

impl Context {
    /// The rule of the placeholder: `jwt` of `[redacted:jwt#1]`.
    pub fn rule(&self) -> &str {
        let placeholder = self.text.get(self.before..).unwrap_or_default();
        let name = placeholder.strip_prefix(PLACEHOLDER).unwrap_or_default();
        let end = name.find(['#', ']']).unwrap_or(name.len());
        name.get(..end).unwrap_or_default()
    }

    /// The same with its holes filled.
    pub fn filled(mut self, numbers: &Numbers) -> Self {
        let start = self.text.get(..self.before).unwrap_or_default();
        if let Some(filled) = numbers.filled(start) {
            self.before = filled.len();
        }
        numbers.fill(&mut self.text);
        let filled = |id: Option<Arc<str>>| {
            id.map(|id| numbers.filled(&id).map_or(id, |filled| filled.into()))
        };
        self.message_id = filled(self.message_id);
        self.part_id = filled(self.part_id);
        self
    }
}

/// Gathers the contexts in what it visits. It changes nothing.
#[derive(Default)]
pub struct Contexts {
    place: Place,
    found: Vec<Context>,
}

impl Contexts {
    /// The contexts that it found, in their order.
    pub fn into_found(self) -> Vec<Context> {
        self.found
    }

    fn look(&mut self, field: &'static str, text: &str) {
        if is_content(field, text) {
            return;
        }
        let placeholders = places(text);
        for (index, placeholder) in placeholders.iter().enumerate() {
            if self.found.len() == MOST_CONTEXTS {
                return;
            }
            let around = around(text, &placeholders, index);
            self.found.push(Context {
                message_id: self.place.message_id().cloned(),
                part_id: self.place.part_id().cloned(),
                field,
                before: placeholder.start - around.start,
                text: text.get(around).unwrap_or_default().to_owned(),
            });
        }
    }
}

/// The place of a placeholder and of what stands around it. It cuts no other placeholder.
fn around(text: &str, placeholders: &[Range<usize>], index: usize) -> Range<usize> {
    let Some(own) = placeholders.get(index) else {
        return 0..0;
    };
    let before = text.get(..own.start).unwrap_or_default();
    let behind = text.get(own.end..).unwrap_or_default();
    let mut start = before
        .char_indices()
        .nth_back(REACH - 1)
        .map_or(0, |(at, _)| at);
    let mut end = behind
        .char_indices()
        .nth(REACH)
        .map_or(text.len(), |(at, _)| own.end + at);
    for other in placeholders.iter().take(index).rev() {
        if other.end <= start {
            break;
        }
        if other.start < start {
            start = other.end;
        }
    }
    for other in placeholders.iter().skip(index + 1) {
        if other.start >= end {
            break;
        }
        if other.end > end {
            end = other.start;
        }
    }
    start..end
}

impl Visitor for Contexts {
    fn text(&mut self, field: &'static str, text: &mut String) {
        self.look(field, text);
    }

    fn json(&mut self, field: &'static str, value: &mut Value) {
        match value {
            Value::String(text) => self.look(field, text),
            Value::Array(items) => items.iter_mut().for_each(|item| self.json(field, item)),
            Value::Object(object) => {
                for (key, value) in object.iter_mut() {
                    self.look(field, key);
                    self.json(field, value);
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

#[cfg(test)]
mod tests {
    use super::*;

    fn contexts(text: &str) -> Vec<Context> {
        let mut contexts = Contexts::default();
        contexts.text("text", &mut text.to_owned());
        contexts.into_found()
    }

    #[test]
    fn sixty_characters_stand_on_either_side_of_a_placeholder() {
        let text = format!("{}[redacted:jwt#12]{}", "令".repeat(61), "a".repeat(61));
        let expected = format!("{}[redacted:jwt#12]{}", "令".repeat(60), "a".repeat(60));
        let found = contexts(&text);
        assert_eq!(found.len(), 1);
        assert_eq!(
            (found[0].text.as_str(), found[0].rule()),
            (&*expected, "jwt")
        );
        assert_eq!(contexts("[redacted:path]")[0].text, "[redacted:path]");
    }

    #[test]
    fn no_context_cuts_another_placeholder() {
        let text = format!(
            "[redacted:jwt#1]{}[redacted:cookie#1] b [redacted:jwt#2]",
            "a".repeat(50)
        );
        let found = contexts(&text);
        let texts: Vec<&str> = found.iter().map(|context| &*context.text).collect();
        let a = "a".repeat(50);
        assert_eq!(
            texts,
            [
                &*format!("[redacted:jwt#1]{a}"),
                &*format!("{a}[redacted:cookie#1] b [redacted:jwt#2]"),
                &*format!("{}[redacted:cookie#1] b [redacted:jwt#2]", "a".repeat(38)),
            ]
        );
        let rules: Vec<&str> = found.iter().map(Context::rule).collect();
        assert_eq!(rules, ["jwt", "cookie", "jwt"]);
    }
}
