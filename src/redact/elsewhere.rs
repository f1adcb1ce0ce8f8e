//! Replaces what the first pass learned, wherever else it stands.

use serde_json::Value;

use super::first_pass::is_content;
use super::known::secrets::Memory;
use super::report::{Place, RedactionReport};
use crate::error::{Error, Result};
use crate::model::visit::Visitor;
use crate::model::{data_url, visit};

/// Replaces what the first pass learned, wherever it was not recognised by itself.
pub struct Elsewhere<'a> {
    memory: &'a Memory,
    shows_contents: bool,
    report: &'a mut RedactionReport,
    place: Place,
    /// True where anything was replaced.
    has_replaced: bool,
    /// Why a text was not looked at. It was taken out then, so that nothing is shown that nobody looked at.
    failure: Option<Error>,
}

impl<'a> Elsewhere<'a> {
    pub fn new(memory: &'a Memory, shows_contents: bool, report: &'a mut RedactionReport) -> Self {
        Self {
            memory,
            shows_contents,
            report,
            place: Place::default(),
            has_replaced: false,
            failure: None,
        }
    }

    /// Gives what replaces a text. `None` where it stays as it is.
    fn replacement(&mut self, field: &'static str, text: &str) -> Option<String> {
        if is_content(field, text) {
            return self.content(text).unwrap_or_else(|failure| {
                self.failure = Some(failure);
                Some(String::new())
            });
        }
        let (report, place) = (&mut self.report, &self.place);
        let replaced = self
            .memory
            .replace(text, |rule| report.add(rule, place, field));
        self.has_replaced |= replaced.is_some();
        replaced
    }

    /// Gives what replaces the content of an attachment.
    fn content(&mut self, url: &str) -> Result<Option<String>> {
        if !self.shows_contents {
            return Ok(None);
        }
        let Some(content) = data_url::text(url)? else {
            return Ok(None);
        };
        let shown = self.replacement("content", &content);
        shown
            .map(|shown| data_url::with_text(url, &shown))
            .transpose()
    }

    /// Tells whether anything was replaced.
    ///
    /// # Errors
    /// [`Error::OutOfMemory`].
    pub fn finish(self) -> Result<bool> {
        self.failure.map_or(Ok(self.has_replaced), Err)
    }

    fn replace(&mut self, field: &'static str, text: &mut String) {
        if let Some(replaced) = self.replacement(field, text) {
            *text = replaced;
        }
    }
}

impl Visitor for Elsewhere<'_> {
    fn text(&mut self, field: &'static str, text: &mut String) {
        self.replace(field, text);
    }

    fn json(&mut self, field: &'static str, value: &mut Value) {
        match value {
            Value::String(text) => self.replace(field, text),
            Value::Array(items) => items.iter_mut().for_each(|item| self.json(field, item)),
            Value::Object(object) => {
                let mut renamed = Vec::new();
                for (index, (key, value)) in object.iter_mut().enumerate() {
                    if let Some(name) = self.replacement(field, key) {
                        renamed.push((index, name));
                    }
                    self.json(field, value);
                }
                visit::rename(object, renamed);
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
