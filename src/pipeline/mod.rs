//! Joins the stages: source -> model -> redact -> render -> sink. The only folder that knows them all.
//!
//! A session goes through it one message at a time, in passes:
//!
//! 1. read: every message is looked at for secrets, and what the head of the document tells is
//!    gathered; where a message of a store can be rendered by itself, it is, so that it is read once;
//! 2. redact: only where a value was found that may also stand where nothing tells that it is a
//!    secret, earlier or later; that is counted, because the head says how often;
//! 3. measure: only where the document has to keep a budget; it is rendered for its size, and what
//!    has to be cut is chosen;
//! 4. write: every message that was not yet is redacted and rendered, and the document is searched once
//!    more.

mod ahead;
mod attachments;
mod early;
mod passes;
mod plan;
mod printer;
mod reader;
mod redacting;
mod seen;
mod spool;
mod steps;

use std::path::{Path, PathBuf};

use self::attachments::Extractor;
use self::passes::Passes;
use self::printer::Sink;
use self::seen::Seen;
use self::spool::Spool;
use crate::error::{Error, Result};
use crate::file_name;
use crate::memory;
use crate::model::Note;
use crate::options::{Attachments, ExportOptions, Format, WriteOptions};
use crate::redact::{Learner, Redaction};
use crate::render::{self, Census, Clock, Content, Cuts, Survey};
use crate::sink::{self, AtomicFile};
use crate::source::{self, Input, Origin, StoredSession, TextsApart};
use crate::stop::Stop;

/// How often a session is read while its store keeps changing.
const ATTEMPTS: usize = 5;

/// A session to export.
#[derive(Debug, Clone, Copy)]
pub enum Session<'a> {
    /// JSON text.
    Json(&'a [u8]),
    /// JSON text, and the long texts that were kept apart from it.
    JsonApart(&'a [u8], &'a TextsApart),
    /// A session in a store.
    Stored(&'a StoredSession),
}

impl<'a> Session<'a> {
    fn open(self, stop: Option<&Stop>) -> Result<(Input<'a>, Option<Origin>)> {
        match self {
            Self::Json(text) => Ok((source::read_json(text)?, None)),
            Self::JsonApart(text, apart) => Ok((source::read_json_apart(text, apart)?, None)),
            Self::Stored(stored) => {
                let (input, origin) = source::read_stored(stored, stop)?;
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
    /// The SHA-256 of the document.
    pub sha256: [u8; 32],
    /// Its checksum.
    pub checksum: u64,
    /// What was stored, shown and left out.
    pub census: Census,
    /// What was redacted, and where.
    pub redactions: Vec<Redaction>,
    /// How many of the words that the user keeps are shown where a rule would have taken them.
    pub kept_words: usize,
    /// What was odd in the stored data; the first ones.
    pub notes: Vec<Note>,
    /// The store that the session was read from.
    pub origin: Option<Origin>,
    /// The folder that attachments were written into.
    pub attachment_folder: Option<PathBuf>,
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
    /// Says whether to go on. It is asked at least once for each string of the session, by several
    /// threads.
    pub go_on: &'a (dyn Fn() -> bool + Sync),
    /// The flag behind it, at which a long statement of a database looks.
    pub stop: Option<&'a Stop>,
    /// Is told after each message how far the export is.
    pub on_progress: &'a dyn Fn(Progress),
    /// Is called when a file lacks nothing but its name. The export goes on after it where `go_on` says so, and
    /// cannot be stopped any more then.
    pub before_name: &'a dyn Fn(),
}

impl Control<'_> {
    /// Goes on to the end, and tells nobody.
    pub const NONE: Self = Self {
        go_on: &|| true,
        stop: None,
        on_progress: &|_| (),
        before_name: &|| (),
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
        let summary = write_document(session, options, control, None, None, &mut |piece| {
            memory::push_str(&mut text, piece)
        })?;
        Ok(Export { text, summary })
    })
}

/// Turns a session into a document and writes it to `path`, an absolute path. Gives its size in bytes too.
///
/// # Errors
/// Those of [`export`] and of [`AtomicFile`].
pub fn export_to_file(
    session: Session<'_>,
    path: &Path,
    options: &WriteOptions,
    control: Control<'_>,
) -> Result<(Summary, u64)> {
    with_retries(|| {
        let mut file = AtomicFile::create(path, options.overwrite)?;
        let mut attachments = match options.export.attachments {
            Attachments::Omit => None,
            Attachments::Extract => Some(Extractor::beside(path, options)),
        };
        let mut settle = || -> Result<Summary> {
            let mut out = |piece: &str| file.write(piece.as_bytes());
            let summary = write_document(
                session,
                &options.export,
                control,
                Some(path),
                attachments.as_mut(),
                &mut out,
            )?;
            file.settle(summary.checksum, control.go_on)?;
            // From here to the end there are names to be given, and nothing that takes time.
            (control.before_name)();
            control.check()?;
            Ok(summary)
        };
        let mut summary = match settle() {
            Ok(summary) => summary,
            Err(error) => {
                let error = error.leaving(attachments.and_then(Extractor::discard));
                return Err(error.leaving(file.discard()));
            }
        };
        let Some(attachments) = attachments else {
            return Ok((summary, file.publish()?));
        };
        // The document comes last: once it is there, everything that it links is.
        let published = match attachments.publish(path) {
            Ok(published) => published,
            Err(error) => return Err(error.leaving(file.discard())),
        };
        summary.attachment_folder = published.path().map(Path::to_owned);
        match file.publish() {
            Ok(bytes) => {
                published.keep();
                Ok((summary, bytes))
            }
            Err(error) => Err(error.leaving(published.take_back())),
        }
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

/// Writes a document that was made before to `path`, an absolute path. Gives its size in bytes.
///
/// # Errors
/// Those of [`AtomicFile`].
pub fn write_export(
    export: &Export,
    path: &Path,
    overwrite: bool,
    control: Control<'_>,
) -> Result<u64> {
    control.check()?;
    let messages = export.summary.census.messages.rendered;
    let before_name = || {
        (control.on_progress)(Progress {
            phase: Phase::Write,
            done: messages,
            total: messages,
        });
        (control.before_name)();
    };
    let text = export.text.as_bytes();
    sink::write(path, text, overwrite, control.go_on, &before_name)
}

/// A file name for a session: its date and its title, redacted.
///
/// # Errors
/// [`Error::InvalidSession`] where it is no session, those of [`source::read_stored`].
pub fn suggest_file_name(session: Session<'_>, options: &ExportOptions) -> Result<String> {
    let (Input { mut tree, .. }, _) = with_retries(|| session.open(None))?;
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
    target: Option<&Path>,
    attachments: Option<&mut Extractor>,
    out: Sink<'_>,
) -> Result<Summary> {
    control.check()?;
    let (mut input, origin) = session.open(control.stop)?;
    input.notes.check_memory()?;
    control.check()?;
    let go_on = || control.check();
    input.messages.settle(&mut input.notes, &go_on)?;
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
    if let Some(context) = &options.runtime_context {
        input
            .tree
            .runtime
            .update(source::runtime_of_option(context));
    }
    let mut passes = Passes {
        messages: input.messages.as_mut(),
        sizes: sizes.get(..shown.min(sizes.len())).unwrap_or_default(),
        hidden,
        options,
        control,
        seen: Seen::default(),
        // What was handed over is in memory as a whole, so that its document may be.
        spool: Spool::new(target.filter(|_| origin.is_some())),
    };

    let mut notes = input.notes;
    let (mut redactor, survey) = passes.read(&mut input.tree, &mut notes)?;
    let tree = redactor.tree(input.tree);
    passes.spool.forget_unless_in(&tree);
    let survey = match redactor.knows_no_more() {
        true => survey,
        false => passes.redact(&tree, survey, &mut redactor)?,
    };
    let report = redactor.report();
    let cuts = Cuts::default();
    let folder = attachments.as_ref().map(|attachments| attachments.names());
    let mut content = Content {
        tree: &tree,
        survey: &survey,
        report: &report,
        notes: &notes,
        cuts: &cuts,
        folder: folder.as_deref(),
        options,
        exported_at: options.exported_at.unwrap_or_else(render::now),
    };
    let plan = passes.plan(&content, &redactor)?;
    if let Some(plan) = &plan {
        content = Content {
            survey: &plan.survey,
            cuts: &plan.cuts,
            ..content
        };
    }
    let measure = passes.write(&content, &redactor, attachments, out)?;
    input.messages.finish()?;
    let census = Census {
        truncated: measure.cut.bytes,
        ..content.survey.census.clone()
    };
    Ok(Summary {
        format: options.format,
        sha256: measure.sha256,
        checksum: measure.checksum,
        census,
        redactions: report.redactions().collect(),
        kept_words: report.kept_words,
        notes: notes.entries,
        origin,
        attachment_folder: None,
    })
}

#[cfg(test)]
mod tests {
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
