//! Session -> [`Redacted`] session and a report.
//!
//! 1. Every string is cleaned (`visible`) of what a reader cannot see.
//! 2. Secrets are found (`find`) by their form (`token`), by the place where they stand (`place`), by a sentence
//!    (`prose`), and by the name of the JSON field that holds them. Each becomes a placeholder. Home folders become `~`.
//! 3. A value found anywhere is replaced wherever else it stands, earlier or later.
//! 4. [`Watch`] searches the finished document once more.
//!
//! A session passes one message at a time: a [`Drafter`] searches each by itself, a [`Learner`] numbers the secrets of
//! all, in their order, and the [`Redactor`] that it becomes knows every value and gives out what may be shown.

mod contexts;
mod draft;
mod elsewhere;
mod find;
mod first_pass;
mod holes;
mod known;
mod learner;
mod own;
mod people;
mod placeholders;
mod recent_texts;
mod redactor;
mod report;
mod settings;
mod text;
mod touched;
mod visible;
mod watch;
mod words;

use crate::model::{Session, SessionTree};

pub use self::contexts::{Context, MOST_CONTEXTS};
pub use self::draft::{Draft, Drafter};
pub use self::holes::Numbers;
pub use self::learner::{Learner, Numbered};
pub use self::own::{OwnPatterns, PatternProblem};
pub use self::placeholders::{LONGEST_NAME, PLACEHOLDER, may_hold_placeholder};
pub use self::redactor::{Late, Redactor};
pub use self::report::{Redaction, RedactionReport, RuleCount};
pub use self::text::{redact_hinted, redact_text};
pub use self::touched::Touched;
pub use self::watch::{FormWatch, Watch, blank_message, blank_tree};

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
