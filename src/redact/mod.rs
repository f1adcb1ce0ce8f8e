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
mod home_folder;
mod keywords;
mod name_value_pair;
mod named_value;
mod passes;
mod people;
mod prose;
mod report;
mod rule;
mod scan;
mod secret_name;
mod secrets;
mod table_column;
mod token_bounds;
mod value_form;
mod visible;
mod visit;
mod watch;
mod window;
mod words;

pub use passes::Change;
pub use report::{Redaction, RedactionReport, RuleCount};
pub use watch::{Watch, blank_message, blank_tree};

use std::borrow::Cow;
use std::cell::RefCell;
use std::rc::Rc;

use crate::error::Result;
use crate::model::{Message, Runtime, Session, SessionTree};
use crate::options::RedactOptions;
use passes::{FirstPass, SecondPass};
use people::People;
use secrets::Memory;
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
            first: FirstPass::new(options, Rc::new(People::new(tree, options)), go_on),
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

    /// Learns from a message. Gives the message, and what was changed in it. The
    /// message may still hold values that are recognised only in a later one: it is final where
    /// [`Redactor::knows_no_more`].
    ///
    /// # Errors
    /// [`Error::Aborted`](crate::Error::Aborted).
    pub fn message<'m>(
        &mut self,
        message: &'m mut Message,
    ) -> Result<(Redacted<&'m Message>, Change)> {
        self.first.message(message)?;
        Ok((Redacted(message), self.first.change))
    }

    /// Ends learning.
    pub fn finish(mut self) -> Redactor<'a> {
        let report = self.first.report.take();
        Redactor {
            memory: self.first.secrets.memory(true),
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
        let mut second = SecondPass::new(
            &self.memory,
            self.first.shows_contents,
            Some(&mut self.report),
        );
        visit::runtime(&mut second, &mut tree.runtime);
        for session in &mut tree.sessions {
            visit::session(&mut second, session);
        }
        Redacted(tree)
    }

    /// Redacts a message and adds what only now is recognised to the report. `change` is what
    /// was changed when it was learned from, where it was read again since; nothing otherwise.
    ///
    /// # Errors
    /// [`Error::Aborted`](crate::Error::Aborted).
    pub fn count<'m>(
        &mut self,
        message: &'m mut Message,
        change: Change,
    ) -> Result<Redacted<&'m Message>> {
        self.redact(message, change, true)
    }

    /// Redacts a message, as [`Redactor::count`] does, and adds nothing to the report.
    ///
    /// # Errors
    /// [`Error::Aborted`](crate::Error::Aborted).
    pub fn message<'m>(
        &mut self,
        message: &'m mut Message,
        change: Change,
    ) -> Result<Redacted<&'m Message>> {
        self.redact(message, change, false)
    }

    fn redact<'m>(
        &mut self,
        message: &'m mut Message,
        change: Change,
        is_counted: bool,
    ) -> Result<Redacted<&'m Message>> {
        self.first.message_again(message, change)?;
        if !self.memory.is_empty() {
            let report = is_counted.then_some(&mut self.report);
            let shows_contents = self.first.shows_contents;
            let mut second = SecondPass::new(&self.memory, shows_contents, report);
            visit::message(&mut second, message);
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
        Watch::new(self.memory.clone(), self.first.level)
    }
}

/// Redacts a text that is no session, such as a log. Gives the text and what was redacted. A text
/// with nothing to redact stays as it is, with its line ends and control characters.
pub fn redact_text<'t>(text: &'t str, options: &RedactOptions) -> (Cow<'t, str>, RedactionReport) {
    let mut first = FirstPass::new(options, people_of(options), &|| true);
    let redacted = first.redacted("text", text);
    let found = first.report.take();
    let mut report = found.unwrap_or_else(|| RedactionReport::new(options.level));
    let has_none = report.redactions().next().is_none();
    let Some(mut redacted) =
        redacted.filter(|shown| !has_none || visible::clean(text).0 != **shown)
    else {
        return (text.into(), report);
    };
    // What a value that was found elsewhere leaves of a text can read as a secret itself.
    for _ in 0..passes::ROUNDS {
        let memory = first.secrets.memory(false);
        SecondPass::new(&memory, false, Some(&mut report)).text("text", &mut redacted);
        first.report = Some(report);
        let again = first.redacted("text", &redacted);
        report = first
            .report
            .take()
            .unwrap_or_else(|| RedactionReport::new(options.level));
        match again {
            Some(again) => redacted = again,
            None => break,
        }
    }
    report.count_distinct(|rule| first.secrets.distinct(rule));
    (redacted.into(), report)
}

/// What the options tell of people, kept for the next text: logs are redacted line by line.
fn people_of(options: &RedactOptions) -> Rc<People> {
    thread_local! {
        static LAST: RefCell<Option<(RedactOptions, Rc<People>)>> = const { RefCell::new(None) };
    }
    LAST.with_borrow_mut(|last| match last {
        Some((known, people)) if known == options => people.clone(),
        _ => {
            let people = Rc::new(People::new(&SessionTree::default(), options));
            *last = Some((options.clone(), people.clone()));
            people
        }
    })
}
