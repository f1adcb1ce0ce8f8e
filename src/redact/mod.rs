//! Session -> [`Redacted`] session and a report.
//!
//! 1. Every string is cleaned (`visible`) of what a reader cannot see.
//! 2. Secrets are found by their form (`find`, `rule`), by what stands around them (`named_value`,
//!    `command_line`, `address`, `prose`), and by the name of the JSON field that holds them; each
//!    becomes a placeholder. Home folders become `~`.
//! 3. A value found anywhere is replaced wherever else it stands, earlier or later.
//! 4. [`Watch`] searches the finished document once more.
//!
//! A session passes one message at a time: a [`Learner`] sees all of it, and the [`Redactor`] that
//! it becomes knows every value and gives out what may be shown.

mod address;
mod changes;
mod encoded_forms;
mod find;
mod first_pass;
mod folded;
mod folder_or_route;
mod hits;
mod home_folder;
mod keywords;
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
mod report;
mod rule;
mod scan;
mod scouted;
mod second_pass;
mod secret_fields;
mod secret_name;
mod secrets;
mod settings;
mod strict;
mod token_bounds;
mod value_form;
mod value_search;
mod visible;
mod watch;
mod window;
mod words;

pub use changes::{Changes, SeenChanges, SessionChanges};
pub use own::{OwnPatterns, PatternProblem};
pub use report::{Redaction, RedactionReport, RuleCount};
pub use scouted::Scouted;
pub use watch::{FormWatch, Watch, blank_message, blank_tree};

use std::borrow::Cow;
use std::cell::RefCell;
use std::sync::Arc;

use crate::error::Result;
use crate::model::visit::{self, Visitor};
use crate::model::{Message, RawText, Runtime, Session, SessionTree};
use crate::options::{Hint, RedactOptions};
use changes::Change;
use find::carrier::Carriers;
use first_pass::{FirstPass, ROUNDS};
use people::People;
use second_pass::SecondPass;
use secrets::{Memory, Secrets};
use settings::Settings;

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

/// Looks at messages, each by itself, before a [`Learner`] sees them: threads may share it.
#[derive(Clone)]
pub struct Scout<'a>(Settings<'a>);

impl Scout<'_> {
    /// Cleans a message and tells where it holds secrets. Most hold none, so that nothing is left to do.
    pub fn message(&self, message: &mut Message) -> Scouted {
        FirstPass::scout(self.0.clone(), message)
    }

    /// A text of a session as it is shown, but for secrets in it.
    pub fn text(&self, field: &'static str, text: &str) -> String {
        let shown = FirstPass::leaving(self.0.clone()).redacted(field, text);
        shown.unwrap_or_else(|| text.to_owned())
    }

    /// A look at what is rendered of the messages.
    pub fn form_watch(&self) -> FormWatch {
        self.0.form_watch()
    }
}

/// Sees a session for the first time: finds its secrets and numbers them.
pub struct Learner<'a> {
    settings: Settings<'a>,
    first: FirstPass<'a>,
}

impl<'a> Learner<'a> {
    /// Starts with what the tree tells of folders and users. Once `go_on` says no, nothing is
    /// given out any more.
    pub fn new(
        tree: &SessionTree,
        options: &RedactOptions,
        go_on: &'a (dyn Fn() -> bool + Sync),
    ) -> Self {
        let settings = Settings::new(options, Arc::new(People::new(tree, options)), go_on);
        Self {
            first: FirstPass::learning(settings.clone()),
            settings,
        }
    }

    /// What looks at the messages first.
    pub fn scout(&self) -> Scout<'a> {
        Scout(self.settings.clone())
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

    /// Learns from a message that was scouted. Gives the message, and what was changed in it. The
    /// message may still hold values that are recognised only in a later one: it is final where
    /// [`Redactor::knows_no_more`].
    ///
    /// # Errors
    /// [`Error::Aborted`](crate::Error::Aborted).
    pub fn message<'m>(
        &mut self,
        message: &'m mut Message,
        scouted: Scouted,
    ) -> Result<(Redacted<&'m Message>, Changes)> {
        let changes = self.first.message(message, scouted)?;
        Ok((Redacted(message), changes))
    }

    /// The same where [`Scouted::redacted`] gave the message, which nobody needs any more.
    ///
    /// # Errors
    /// [`Error::Aborted`](crate::Error::Aborted).
    pub fn message_without_secrets(&mut self, scouted: Scouted) -> Result<Changes> {
        self.first.message_without_secrets(scouted)
    }

    /// Ends learning.
    pub fn finish(mut self) -> Redactor<'a> {
        let report = self.first.take_report();
        let secrets = self.first.into_secrets();
        Redactor {
            memory: secrets.memory(true),
            report,
            secrets,
            settings: self.settings,
        }
    }
}

/// Redacts a session whose secrets are known. Threads may share it.
pub struct Redactor<'a> {
    settings: Settings<'a>,
    secrets: Secrets,
    memory: Memory,
    report: RedactionReport,
}

/// What was recognised in a message only now.
pub struct Late {
    /// How often, and where.
    pub report: RedactionReport,
    /// Whether there was anything.
    pub is_there: bool,
}

impl Redactor<'_> {
    /// Whether no value was found that has to be replaced wherever else it stands.
    pub fn knows_no_more(&self) -> bool {
        self.memory.is_empty()
    }

    /// Redacts the sessions' own fields, from which was learned before.
    pub fn tree(&mut self, mut tree: SessionTree) -> Redacted<SessionTree> {
        let shows_contents = self.settings.shows_contents;
        let mut second = SecondPass::new(&self.memory, shows_contents, Some(&mut self.report));
        visit::runtime(&mut second, &mut tree.runtime);
        for session in &mut tree.sessions {
            visit::session(&mut second, session);
        }
        Redacted(tree)
    }

    /// A message as it was when it was learned from. `changes` is what was changed in it then, where it
    /// was read again since; nothing otherwise.
    ///
    /// # Errors
    /// [`Error::Aborted`](crate::Error::Aborted).
    pub fn as_learned(
        &self,
        mut message: Message,
        changes: SeenChanges<'_>,
    ) -> Result<Redacted<Message>> {
        FirstPass::again(self.settings.clone(), &self.secrets, &mut message, changes)?;
        Ok(Redacted(message))
    }

    /// Replaces in a message what was recognised elsewhere, and counts it.
    ///
    /// # Errors
    /// [`Error::OutOfMemory`](crate::Error::OutOfMemory).
    pub fn complete(&self, message: &mut Redacted<Message>) -> Result<Late> {
        let mut report = RedactionReport::new(self.settings.level);
        let shows_contents = self.settings.shows_contents;
        let mut second = SecondPass::new(&self.memory, shows_contents, Some(&mut report));
        if !self.memory.is_empty() {
            visit::message(&mut second, &mut message.0);
        }
        let is_there = second.finish()?;
        Ok(Late { report, is_there })
    }

    /// Whether a message may hold what was recognised elsewhere, by a text that it is read from. `changes` is what
    /// was changed in it when it was learned from.
    pub fn may_complete(&self, text: RawText<'_>, changes: SeenChanges<'_>) -> bool {
        // What was hidden may have stood in the middle of a value.
        changes.most > Change::Shortened || self.memory.may_be_in(text)
    }

    /// Adds what was counted to the report.
    pub fn add(&mut self, report: RedactionReport) {
        self.report.merge(report);
    }

    /// What was redacted.
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

/// Redacts a text that is no session, such as a log. Gives the text and what was redacted. A text
/// with nothing to redact stays as it is, with its line ends and control characters.
pub fn redact_text<'t>(text: &'t str, options: &RedactOptions) -> (Cow<'t, str>, RedactionReport) {
    redact_hinted(text, options, &Hint::default())
}

/// The same for a text of which a caller knows where it comes from.
pub fn redact_hinted<'t>(
    text: &'t str,
    options: &RedactOptions,
    hint: &Hint,
) -> (Cow<'t, str>, RedactionReport) {
    let settings = Settings::new(options, people_of(options), &|| true);
    let mut first = FirstPass::learning(settings).told(Carriers::of_hint(hint));
    let redacted = first.redacted("text", text);
    let mut report = first.take_report();
    let has_none = report.redactions().next().is_none();
    let Some(mut redacted) =
        redacted.filter(|shown| !has_none || visible::clean(text).0 != **shown)
    else {
        return (text.into(), report);
    };
    first.takes_own = false;
    // What a value that was found elsewhere leaves of a text can read as a secret itself.
    for _ in 0..ROUNDS {
        let memory = first.memory();
        let mut second = SecondPass::new(&memory, false, Some(&mut report));
        second.text("text", &mut redacted);
        let has_replaced = second.finish().unwrap_or(true);
        if !has_replaced && first.is_settled(&redacted) {
            break;
        }
        first.report = Some(report);
        let again = first.redacted("text", &redacted);
        report = first.take_report();
        match again {
            Some(again) => redacted = again,
            None => break,
        }
    }
    let secrets = first.into_secrets();
    report.count_distinct(|rule| secrets.distinct(rule));
    (redacted.into(), report)
}

/// How many of the words that the user keeps are shown where a rule would have taken them.
fn kept_words(settings: &Settings<'_>, memory: &Memory) -> usize {
    // A value that was redacted elsewhere at the user's wish is redacted everywhere.
    let is_gone = |word: &str| memory.replace(word, |_| ()).is_some();
    settings.keep.count(is_gone)
}

/// What the options tell of people, kept for the next text: logs are redacted line by line.
fn people_of(options: &RedactOptions) -> Arc<People> {
    thread_local! {
        static LAST: RefCell<Option<(RedactOptions, Arc<People>)>> = const { RefCell::new(None) };
    }
    LAST.with_borrow_mut(|last| match last {
        Some((known, people)) if known == options => people.clone(),
        _ => {
            let people = Arc::new(People::new(&SessionTree::default(), options));
            *last = Some((options.clone(), people.clone()));
            people
        }
    })
}
