//! JSON whose long texts are kept apart from it, so that they are neither escaped nor parsed.

use std::collections::hash_map::RandomState;
use std::hash::{BuildHasher as _, Hasher as _};

use serde_json::Value;

use crate::model::{Notes, Oddity};

/// Long texts of a JSON value, in their order. In the JSON a mark stands in the place of each.
#[derive(Debug, Clone)]
pub struct TextsApart {
    mark: String,
    texts: Vec<String>,
    has_lone_surrogates: bool,
}

impl Default for TextsApart {
    /// No text so far, and a mark that nobody can know: a session must not be able to hold it.
    fn default() -> Self {
        let random = || RandomState::new().build_hasher().finish();
        Self {
            mark: format!("text:{:016x}{:016x}", random(), random()),
            texts: Vec::new(),
            has_lone_surrogates: false,
        }
    }
}

impl TextsApart {
    /// What stands for each of the texts, as a string of its own.
    pub fn mark(&self) -> &str {
        &self.mark
    }

    /// Adds the next text, and whether lone surrogates were replaced in it.
    pub fn push(&mut self, text: String, has_lone_surrogates: bool) {
        self.texts.push(text);
        self.has_lone_surrogates |= has_lone_surrogates;
    }

    /// Puts the texts back in their places.
    pub(super) fn put_into(&self, value: &mut Value, notes: &mut Notes) {
        if self.has_lone_surrogates {
            notes.add_on_text(Oddity::LoneSurrogate);
        }
        if !self.texts.is_empty() {
            put_into(value, &self.mark, &mut self.texts.iter());
        }
    }
}

fn put_into<'t>(value: &mut Value, mark: &str, texts: &mut impl Iterator<Item = &'t String>) {
    match value {
        Value::String(text) if text == mark => {
            if let Some(next) = texts.next() {
                text.clone_from(next);
            }
        }
        Value::Array(items) => items
            .iter_mut()
            .for_each(|item| put_into(item, mark, texts)),
        Value::Object(object) => object
            .values_mut()
            .for_each(|value| put_into(value, mark, texts)),
        Value::Null | Value::Bool(_) | Value::Number(_) | Value::String(_) => {}
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    #[test]
    fn texts_come_back_in_their_places() {
        let mut apart = TextsApart::default();
        let mark = apart.mark().to_owned();
        for text in ["one", "two", "three"] {
            apart.push(text.to_owned(), text == "two");
        }
        let mut value =
            json!({ "b": mark, "a": [mark, { "c": mark, "d": "text:" }], mark.clone(): 1 });
        let mut notes = Notes::default();
        apart.put_into(&mut value, &mut notes);
        assert_eq!(notes.entries.len(), 1);
        assert_eq!(
            value,
            json!({ "b": "one", "a": ["two", { "c": "three", "d": "text:" }], mark: 1 })
        );
    }

    #[test]
    fn every_export_has_a_mark_of_its_own() {
        assert_ne!(TextsApart::default().mark, TextsApart::default().mark);
    }
}
