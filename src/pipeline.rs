//! Joins the stages: source -> model -> redact -> render -> sink. The only file that knows them all.
//!
//! A session goes through it one message at a time, in passes:
//!
//! 1. read: every message is looked at for secrets, and what the head of the document tells is
//!    gathered;
//! 2. redact: only where a value was found that may also stand where nothing tells that it is a
//!    secret, earlier or later; that is counted, because the head says how often;
//! 3. write: every message is redacted and rendered, and the document is searched once more.

use std::path::Path;

use crate::error::{Error, Result};
use crate::model::{Message, Note, Notes, SessionTree};
use crate::options::{ExportOptions, Format, WriteOptions};
use crate::redact::{self, Learner, Redacted, Redaction, Redactor};
use crate::render::{self, Census, Clock, Content, Out, RedactedMessages, Survey};
use crate::sink::{self, AtomicFile, Written, file_name};
use crate::source::{self, Input, Messages, Origin, Size, StoredSession};

/// How often a session is read while its store keeps changing.
const ATTEMPTS: usize = 5;

/// A session to export.
#[derive(Debug, Clone, Copy)]
pub enum Session<'a> {
    /// JSON text.
    Json(&'a [u8]),
    /// A session in a store.
    Stored(&'a StoredSession),
}

impl Session<'_> {
    fn open(self) -> Result<(Input, Option<Origin>)> {
        match self {
            Self::Json(text) => Ok((source::read_json(text)?, None)),
            Self::Stored(stored) => {
                let (input, origin) = source::read_stored(stored)?;
                Ok((input, Some(origin)))
            }
        }
    }
}

/// What is known of a document beside its text.
#[derive(Debug, Clone)]
pub struct Summary {
    /// The kind of document.
    pub format: Format,
    /// What was stored, shown and left out.
    pub census: Census,
    /// What was redacted, and where.
    pub redactions: Vec<Redaction>,
    /// What was odd in the stored data; the first ones.
    pub notes: Vec<Note>,
    /// The store that the session was read from.
    pub origin: Option<Origin>,
}

/// A finished document.
#[derive(Debug, Clone)]
pub struct Export {
    /// The document.
    pub text: String,
    /// What is known of it.
    pub summary: Summary,
}

/// What an export is doing.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Phase {
    /// Messages are read, and searched for secrets.
    Read,
    /// Values that were found are looked for everywhere.
    Redact,
    /// The document is written.
    Write,
}

/// How far an export is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Progress {
    /// What it is doing.
    pub phase: Phase,
    /// How many messages went through this phase.
    pub done: usize,
    /// How many there are.
    pub total: usize,
}

/// The caller's hand on an export that runs.
#[derive(Clone, Copy)]
pub struct Control<'a> {
    /// Says whether to go on. It is asked at least once for each string of the session.
    pub go_on: &'a dyn Fn() -> bool,
    /// Is told after each message how far the export is.
    pub on_progress: &'a dyn Fn(Progress),
}

impl Control<'_> {
    /// Goes on to the end, and tells nobody.
    pub const NONE: Self = Self {
        go_on: &|| true,
        on_progress: &|_| (),
    };

    fn check(&self) -> Result<()> {
        if (self.go_on)() {
            Ok(())
        } else {
            Err(Error::Aborted)
        }
    }
}

/// Turns a session into a document.
///
/// # Errors
/// [`Error::InvalidSession`] where it is no session, those of [`source::read_stored`],
/// [`Error::RedactionIncomplete`] where the finished document still holds a secret,
/// [`Error::Aborted`].
pub fn export(
    session: Session<'_>,
    options: &ExportOptions,
    control: Control<'_>,
) -> Result<Export> {
    with_retries(|| {
        let mut text = String::new();
        let summary = write_document(session, options, control, &mut |piece| {
            text.push_str(piece);
            Ok(())
        })?;
        Ok(Export { text, summary })
    })
}

/// Turns a session into a document and writes it to `path`, an absolute path.
///
/// # Errors
/// Those of [`export`] and of [`AtomicFile`].
pub fn export_to_file(
    session: Session<'_>,
    path: &Path,
    options: &WriteOptions,
    control: Control<'_>,
) -> Result<(Summary, Written)> {
    with_retries(|| {
        let mut file = AtomicFile::create(path, options.overwrite)?;
        let summary = write_document(session, &options.export, control, &mut |piece| {
            file.write(piece.as_bytes())
        })?;
        Ok((summary, file.finish(control.go_on)?))
    })
}

/// Starts again where a store was changed while it was read without locks.
fn with_retries<T>(mut attempt: impl FnMut() -> Result<T>) -> Result<T> {
    for _ in 1..ATTEMPTS {
        match attempt() {
            Err(Error::StoreChanged(_)) => {}
            result => return result,
        }
    }
    attempt()
}

/// Writes a document that was made before to `path`, an absolute path.
///
/// # Errors
/// Those of [`AtomicFile`].
pub fn write_export(
    export: &Export,
    path: &Path,
    overwrite: bool,
    control: Control<'_>,
) -> Result<Written> {
    control.check()?;
    let written = sink::write(path, export.text.as_bytes(), overwrite, control.go_on)?;
    let messages = export.summary.census.messages.rendered;
    (control.on_progress)(Progress {
        phase: Phase::Write,
        done: messages,
        total: messages,
    });
    Ok(written)
}

/// A file name for a session: its date and its title, redacted.
///
/// # Errors
/// [`Error::InvalidSession`] where it is no session, those of [`source::read_stored`].
pub fn suggest_file_name(session: Session<'_>, options: &ExportOptions) -> Result<String> {
    let (Input { mut tree, .. }, _) = session.open()?;
    let mut learner = Learner::new(&tree, &options.redact, &|| true);
    let main = tree.sessions.first_mut().ok_or(Error::Internal)?;
    // The name needs nothing else, and redacting the rest would cost as much as an export.
    let redacted = learner.session(main);
    let info = &redacted.get().info;
    let date = info
        .created
        .map(|time| Clock::new(options.time_zone).date(time));
    let title = info.title.as_deref().unwrap_or_default();
    Ok(file_name::suggest(
        date.as_deref(),
        title,
        options.format.extension(),
    ))
}

fn write_document(
    session: Session<'_>,
    options: &ExportOptions,
    control: Control<'_>,
    out: Out<'_>,
) -> Result<Summary> {
    control.check()?;
    let (mut input, origin) = session.open()?;
    control.check()?;
    let shown = if options.children { usize::MAX } else { 1 };
    let sizes = (0..input.tree.sessions.len())
        .map(|session| input.messages.size(session))
        .collect::<Result<Vec<_>>>()?;
    let mut hidden = Survey::default();
    for (session, size) in sizes.iter().enumerate().skip(shown) {
        let parts = input.messages.parts(session)?;
        hidden.add_hidden_session(size.messages, parts + size.orphans);
    }
    input.tree.sessions.truncate(shown);
    let mut passes = Passes {
        messages: input.messages.as_mut(),
        sizes: sizes.get(..shown.min(sizes.len())).unwrap_or_default(),
        hidden,
        options,
        control,
        is_anew: Vec::new(),
    };

    let mut notes = input.notes;
    let (mut redactor, survey) = passes.read(&mut input.tree, &mut notes)?;
    let tree = redactor.tree(input.tree);
    let mut survey = match redactor.knows_no_more() {
        true => survey,
        false => passes.redact(&tree, &mut redactor)?,
    };
    let report = redactor.report();
    let content = Content {
        tree: &tree,
        survey: &survey,
        report: &report,
        notes: &notes,
        options,
        exported_at: options.exported_at.unwrap_or_else(render::now),
    };
    let truncated = passes.write(&content, &mut redactor, out)?;
    input.messages.finish()?;
    survey.census.truncated = truncated;
    Ok(Summary {
        format: options.format,
        census: survey.census,
        redactions: report.redactions().collect(),
        notes: notes.entries,
        origin,
    })
}

/// The passes over the messages of a session tree.
struct Passes<'a> {
    messages: &'a mut dyn Messages,
    /// Of the sessions that are shown.
    sizes: &'a [Size],
    /// A survey of those that are not.
    hidden: Survey,
    options: &'a ExportOptions,
    control: Control<'a>,
    /// By session and message: whether it has something to replace when it is read anew.
    is_anew: Vec<Vec<bool>>,
}

impl<'a> Passes<'a> {
    fn read(
        &mut self,
        tree: &mut SessionTree,
        notes: &mut Notes,
    ) -> Result<(Redactor<'a>, Survey)> {
        let mut learner = Learner::new(tree, &self.options.redact, self.control.go_on);
        let mut steps = self.steps(Phase::Read);
        let mut survey = self.hidden.clone();
        learner.runtime(&mut tree.runtime);
        for (index, (session, size)) in tree.sessions.iter_mut().zip(self.sizes).enumerate() {
            survey.begin_session(learner.session(session), *size);
            let mut is_anew = Vec::with_capacity(size.messages);
            for message in 0..size.messages {
                let message = self.messages.message(index, message, notes)?;
                let (message, has_changed) = learner.message(message)?;
                survey.add_message(message, self.options);
                is_anew.push(has_changed && !self.messages.keeps_changes());
                steps.step();
            }
            self.is_anew.push(is_anew);
        }
        Ok((learner.finish(), survey))
    }

    fn redact(
        &mut self,
        tree: &Redacted<SessionTree>,
        redactor: &mut Redactor<'_>,
    ) -> Result<Survey> {
        let mut steps = self.steps(Phase::Redact);
        let mut survey = self.hidden.clone();
        for (index, (session, size)) in tree.sessions().zip(self.sizes).enumerate() {
            survey.begin_session(session, *size);
            for message in 0..size.messages {
                let is_anew = is_anew(&self.is_anew, index, message);
                let message = self
                    .messages
                    .message(index, message, &mut Notes::default())?;
                survey.add_message(redactor.count(message, is_anew)?, self.options);
                steps.step();
            }
        }
        Ok(survey)
    }

    fn write(
        &mut self,
        content: &Content<'_>,
        redactor: &mut Redactor<'_>,
        out: Out<'_>,
    ) -> Result<usize> {
        let render =
            |content: &Content<'_>, messages: &mut dyn RedactedMessages, out: Out<'_>| match self
                .options
                .format
            {
                Format::Markdown => render::render_markdown(content, messages, out),
            };
        let mut watch = redactor.watch();
        let mut own_words = redactor.watch();
        let mut survey = self.hidden.clone();
        let mut messages = Redacting {
            steps: self.steps(Phase::Write),
            messages: self.messages,
            redactor,
            is_anew: &self.is_anew,
        };
        let truncated = render(content, &mut messages, &mut |piece| {
            self.control.check()?;
            watch.look(piece)?;
            out(piece)
        })?;
        if watch.is_suspicious() {
            let tree = redact::blank_tree(content.tree);
            let mut blank = Blanking {
                messages,
                current: None,
            };
            for (index, (session, size)) in tree.sessions().zip(self.sizes).enumerate() {
                survey.begin_session(session, *size);
                for message in 0..size.messages {
                    survey.add_message(blank.message(index, message)?, self.options);
                }
            }
            let content = Content {
                tree: &tree,
                survey: &survey,
                ..*content
            };
            render(&content, &mut blank, &mut |piece| {
                own_words.look_at_own_words(piece);
                Ok(())
            })?;
            watch.judge(&own_words)?;
        }
        Ok(truncated)
    }

    fn steps(&self, phase: Phase) -> Steps<'a> {
        let steps = Steps {
            control: self.control,
            progress: Progress {
                phase,
                done: 0,
                total: self.sizes.iter().map(|size| size.messages).sum(),
            },
        };
        (steps.control.on_progress)(steps.progress);
        steps
    }
}

fn is_anew(flags: &[Vec<bool>], session: usize, message: usize) -> bool {
    // A message that was not seen before is looked at once more.
    let flag = flags.get(session).and_then(|flags| flags.get(message));
    flag.copied().unwrap_or(true)
}

/// Tells how far a phase is.
struct Steps<'a> {
    control: Control<'a>,
    progress: Progress,
}

impl Steps<'_> {
    fn step(&mut self) {
        // The text of changes is shown last, so that some messages are asked for once more.
        if self.progress.done < self.progress.total {
            self.progress.done += 1;
            (self.control.on_progress)(self.progress);
        }
    }
}

/// The messages as they are shown.
struct Redacting<'a, 'r> {
    messages: &'a mut dyn Messages,
    redactor: &'a mut Redactor<'r>,
    is_anew: &'a [Vec<bool>],
    steps: Steps<'a>,
}

impl RedactedMessages for Redacting<'_, '_> {
    fn message(&mut self, session: usize, index: usize) -> Result<Redacted<&Message>> {
        self.steps.step();
        let message = self
            .messages
            .message(session, index, &mut Notes::default())?;
        self.redactor
            .message(message, is_anew(self.is_anew, session, index))
    }
}

/// The same with every string blanked out.
struct Blanking<'a, 'r> {
    messages: Redacting<'a, 'r>,
    current: Option<Redacted<Message>>,
}

impl RedactedMessages for Blanking<'_, '_> {
    fn message(&mut self, session: usize, index: usize) -> Result<Redacted<&Message>> {
        let message = self.messages.message(session, index)?;
        let blank = self.current.insert(redact::blank_message(message));
        Ok(blank.as_ref())
    }
}

#[cfg(test)]
mod tests {
    use std::path::PathBuf;

    use super::*;

    #[test]
    fn a_store_that_changes_is_read_again_and_not_forever() {
        let changed = || Error::StoreChanged(PathBuf::from("opencode.db"));
        let mut attempts = 0;
        let third_time = with_retries(|| {
            attempts += 1;
            if attempts < 3 {
                Err(changed())
            } else {
                Ok(attempts)
            }
        });
        assert_eq!(third_time.unwrap(), 3);
        let mut attempts = 0;
        let never: Result<()> = with_retries(|| {
            attempts += 1;
            Err(changed())
        });
        assert!(matches!(never, Err(Error::StoreChanged(_))));
        assert_eq!(attempts, ATTEMPTS);
    }
}
