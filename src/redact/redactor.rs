//! Redacts a session whose secrets are known.

use super::Redacted;
use super::contexts::{Context, Contexts};
use super::elsewhere::Elsewhere;
use super::first_pass::FirstPass;
use super::known::secrets::{Memory, Secrets};
use super::report::RedactionReport;
use super::settings::Settings;
use super::touched::{Touched, TouchedTexts};
use super::watch::{FormWatch, Watch};
use crate::error::Result;
use crate::model::{Message, RawText, SessionTree, visit};

/// Redacts a session whose secrets are known. Threads may share it.
pub struct Redactor<'a> {
    settings: Settings<'a>,
    secrets: Secrets,
    memory: Memory,
    report: RedactionReport,
}

/// The values that were recognised in a message only now.
pub struct Late {
    /// How often, and where.
    pub report: RedactionReport,
    /// The contexts of all placeholders of the message, now that they are replaced.
    pub contexts: Vec<Context>,
    /// True where there was anything.
    pub is_there: bool,
}

impl<'a> Redactor<'a> {
    pub(super) fn new(settings: Settings<'a>, secrets: Secrets, report: RedactionReport) -> Self {
        Self {
            memory: secrets.memory(true),
            settings,
            secrets,
            report,
        }
    }

    /// Tells whether no value was found that has to be replaced wherever else it stands.
    pub fn knows_no_more(&self) -> bool {
        self.memory.is_empty()
    }

    /// Redacts the sessions' own fields, from which was learned before. Gives what stands around their placeholders too.
    pub fn tree(&mut self, mut tree: SessionTree) -> (Redacted<SessionTree>, Vec<Context>) {
        let shows_contents = self.settings.shows_contents;
        let mut elsewhere = Elsewhere::new(&self.memory, shows_contents, &mut self.report);
        visit::runtime(&mut elsewhere, &mut tree.runtime);
        for session in &mut tree.sessions {
            visit::session(&mut elsewhere, session);
        }
        let mut contexts = Contexts::default();
        visit::runtime(&mut contexts, &mut tree.runtime);
        for session in &mut tree.sessions {
            visit::session(&mut contexts, session);
        }
        (Redacted(tree), contexts.into_found())
    }

    /// A message that was read again, as its draft was, and with its numbers. `touched` is what was changed in it then.
    ///
    /// # Errors
    /// [`Error::Aborted`](crate::Error::Aborted), [`Error::OutOfMemory`](crate::Error::OutOfMemory).
    pub fn again(&self, mut message: Message, touched: &Touched) -> Result<Redacted<Message>> {
        let homes = TouchedTexts::homes();
        let touched = match touched {
            Touched::Nothing => return Ok(Redacted(message)),
            Touched::Homes => &homes,
            Touched::Texts(touched) => touched,
        };
        let mut numbers = &self.secrets;
        let pass = FirstPass::new(&self.settings, &mut numbers);
        pass.message_again(&mut message, touched)?;
        Ok(Redacted(message))
    }

    /// Replaces in a message what was recognised elsewhere, and counts it.
    ///
    /// # Errors
    /// [`Error::OutOfMemory`](crate::Error::OutOfMemory).
    pub fn complete(&self, message: &mut Redacted<Message>) -> Result<Late> {
        let mut report = RedactionReport::new(self.settings.level);
        let shows_contents = self.settings.shows_contents;
        let mut elsewhere = Elsewhere::new(&self.memory, shows_contents, &mut report);
        if !self.memory.is_empty() {
            visit::message(&mut elsewhere, &mut message.0);
        }
        let is_there = elsewhere.finish()?;
        let mut contexts = Contexts::default();
        if is_there {
            visit::message(&mut contexts, &mut message.0);
        }
        Ok(Late {
            report,
            contexts: contexts.into_found(),
            is_there,
        })
    }

    /// Tells whether a message may hold what was recognised elsewhere, by a text that it is read from. `touched` is
    /// what was changed in it when it was drafted.
    pub fn may_complete(&self, text: RawText<'_>, touched: &Touched) -> bool {
        // Characters that were hidden may have stood in the middle of a value.
        touched.hides() || self.memory.may_be_in(text)
    }

    /// Adds what was counted to the report.
    pub fn add(&mut self, report: RedactionReport) {
        self.report.merge(report);
    }

    /// The report of what was redacted.
    pub fn report(&self) -> RedactionReport {
        let mut report = self.report.clone();
        report.count_distinct(|rule| self.secrets.distinct(rule));
        report.has_home = self.settings.people.has_replaced_home();
        report.kept_words = kept_words(&self.settings, &self.memory);
        report
    }

    /// A look at the document that is made of what this redactor gives out.
    pub fn watch(&self) -> Watch {
        Watch::new(self.memory.clone(), self.form_watch())
    }

    /// A look at what is rendered of the messages before the document is complete.
    pub fn form_watch(&self) -> FormWatch {
        self.settings.form_watch()
    }
}

/// How many of the words that the user keeps are shown where a rule would have taken them.
fn kept_words(settings: &Settings<'_>, memory: &Memory) -> usize {
    // A value that was redacted elsewhere at the user's wish is redacted everywhere.
    let is_gone = |word: &str| memory.replace(word, |_| ()).is_some();
    settings.keep.count(is_gone)
}
