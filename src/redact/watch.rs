//! The last look: the finished document is searched once more.

use std::collections::BTreeMap;
use std::sync::Arc;

use serde_json::Value;

use super::Redacted;
use super::find::scan;
use super::known::secrets::Memory;
use super::own::Keep;
use crate::error::{Error, Result};
use crate::model::visit::Visitor;
use crate::model::{Message, SessionTree, visit};
use crate::options::level::RedactLevel;

/// Searches pieces of a document for what has an unmistakable form.
#[derive(Clone)]
pub struct FormWatch {
    level: RedactLevel,
    /// Words that the user keeps.
    keep: Arc<Keep>,
}

impl FormWatch {
    pub(super) fn new(level: RedactLevel, keep: Arc<Keep>) -> Self {
        Self { level, keep }
    }

    /// Searches a piece of a document.
    ///
    /// # Errors
    /// [`Error::RedactionIncomplete`] where something in it has an unmistakable form and is not kept.
    pub fn look(&self, piece: &str) -> Result<()> {
        if self.level == RedactLevel::Off {
            return Ok(());
        }
        match scan::find_final(piece, &|place| self.keep.is_shown_at(piece, place)) {
            Some(rule) => Err(incomplete(rule)),
            None => Ok(()),
        }
    }
}

/// Looks at the finished document, piece by piece.
pub struct Watch {
    memory: Memory,
    forms: FormWatch,
    found: BTreeMap<&'static str, usize>,
}

impl Watch {
    pub(super) fn new(memory: Memory, forms: FormWatch) -> Self {
        Self {
            memory,
            forms,
            found: BTreeMap::new(),
        }
    }

    /// Searches a piece of the document for what should not be in it.
    ///
    /// # Errors
    /// [`Error::RedactionIncomplete`] where it has an unmistakable form.
    pub fn look(&mut self, piece: &str) -> Result<()> {
        self.look_for_forms(piece)?;
        self.look_for_values(piece);
        Ok(())
    }

    /// Searches a piece for what has an unmistakable form.
    ///
    /// # Errors
    /// [`Error::RedactionIncomplete`] where it has one.
    pub fn look_for_forms(&self, piece: &str) -> Result<()> {
        self.forms.look(piece)
    }

    /// Searches a piece for values that were redacted elsewhere.
    pub fn look_for_values(&mut self, piece: &str) {
        if self.forms.level > RedactLevel::Off {
            self.memory.count(piece, &mut self.found);
        }
    }

    /// Tells whether a value that was redacted elsewhere was seen. It may be a word of the exporter's
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
        // The keys that a renderer looks for are its own words.
        visit::json_texts(self, field, value);
    }

    fn enter_message(&mut self, _: Option<&str>) {}

    fn enter_part(&mut self, _: Option<&str>) {}
}
