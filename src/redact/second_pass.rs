//! The second pass over every string.

use serde_json::Value;

use super::first_pass::is_content;
use super::report::{Place, RedactionReport};
use super::secrets::Memory;
use crate::model::data_url;
use crate::model::visit::{self, Visitor};

/// Replaces what the first pass learned, wherever it was not recognised by itself.
pub struct SecondPass<'a> {
    memory: &'a Memory,
    shows_contents: bool,
    report: Option<&'a mut RedactionReport>,
    place: Place,
    /// Whether anything was replaced.
    pub has_replaced: bool,
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
            has_replaced: false,
        }
    }

    /// What takes the place of a text; `None` where it stays as it is.
    fn replacement(&mut self, field: &'static str, text: &str) -> Option<String> {
        if is_content(field, text) {
            let content = data_url::text(text).filter(|_| self.shows_contents)?;
            let shown = self.replacement("content", &content)?;
            return Some(data_url::with_text(text, &shown));
        }
        let (report, place) = (&mut self.report, &self.place);
        let replaced = self.memory.replace(text, |rule| {
            if let Some(report) = report {
                report.add(rule, place, field);
            }
        });
        self.has_replaced |= replaced.is_some();
        replaced
    }

    fn replace(&mut self, field: &'static str, text: &mut String) {
        if let Some(replaced) = self.replacement(field, text) {
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
