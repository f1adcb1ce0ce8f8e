//! Session -> [`Redacted`] session and a report.
//!
//! 1. Every string is cleaned (`visible`) of what a reader cannot see.
//! 2. Secrets are found by their form (`find`, `rule`), by what stands around them (`named_value`,
//!    `command_line`, `address`, `prose`), and by the name of the JSON field that holds them; each
//!    becomes a placeholder. Home folders become `~`.
//! 3. A value found anywhere is replaced wherever else it stands, earlier or later.
//! 4. [`Watch`] searches the finished document once more.
//!
//! A session passes one message at a time: a [`Drafter`] searches each by itself, a [`Learner`] numbers the secrets of
//! all, in their order, and the [`Redactor`] that it becomes knows every value and gives out what may be shown.

mod address;
mod draft;
mod elsewhere;
mod encoded_forms;
mod find;
mod first_pass;
mod folded;
mod folder_or_route;
mod hits;
mod holes;
mod home_folder;
mod keywords;
mod learner;
mod name_value_pair;
mod named_value;
mod near_tokens;
mod operator;
mod own;
mod pattern;
mod people;
mod place_list;
mod placeholders;
mod plain_words;
mod recent_texts;
mod redactor;
mod report;
mod rule;
mod scan;
mod secret_fields;
mod secret_name;
mod secrets;
mod settings;
mod strict;
mod text;
mod token_bounds;
mod touched;
mod value_form;
mod value_search;
mod visible;
mod watch;
mod window;
mod words;

pub use draft::{Draft, Drafter};
pub use holes::Numbers;
pub use learner::Learner;
pub use own::{OwnPatterns, PatternProblem};
pub use redactor::{Late, Redactor};
pub use report::{Redaction, RedactionReport, RuleCount};
pub use secrets::may_hold_placeholder;
pub use text::{redact_hinted, redact_text};
pub use touched::Touched;
pub use watch::{FormWatch, Watch, blank_message, blank_tree};

use crate::model::{Session, SessionTree};

/// A value that went through redaction. Only this module makes one, so a renderer that takes it
/// cannot be given anything else.
#[derive(Debug, Clone, Copy)]
pub struct Redacted<T>(T);

impl<T> Redacted<T> {
    /// The value, for those who keep it.
    pub fn into_inner(self) -> T {
        self.0
    }

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

    /// The session at a place in the tree.
    pub fn session(&self, index: usize) -> Option<Redacted<&Session>> {
        self.0.sessions.get(index).map(Redacted)
    }
}
