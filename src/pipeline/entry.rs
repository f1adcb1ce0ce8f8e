//! The calls: a document as a text, a document in a file, the name of a file.

use std::path::{Path, PathBuf};

use super::attachments::Extractor;
use super::control::{Control, Phase, Progress};
use super::write_document;
use crate::error::{Error, Result};
use crate::model;
use crate::model::{Note, SessionTree};
use crate::options::{Attachments, ExportOptions, Format, WriteOptions};
use crate::redact::{Learner, Redaction};
use crate::render::{Census, Clock};
use crate::sink::AtomicFile;
use crate::source::{Input, Origin, StoredSession, TextsApart};
use crate::stop::Stop;
use crate::{file_name, memory, sink, source};

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
    pub(super) fn open(self, stop: Option<&Stop>) -> Result<(Input<'a>, Option<Origin>)> {
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

/// The facts about a document, without its text.
#[derive(Debug, Clone)]
pub struct Summary {
    /// The kind of document.
    pub format: Format,
    /// The SHA-256 of the document.
    pub sha256: [u8; 32],
    /// Its checksum.
    pub checksum: u64,
    /// Counts of what was stored, shown and left out.
    pub census: Census,
    /// Each redaction: its rule and its place.
    pub redactions: Vec<Redaction>,
    /// How many of the words that the user keeps are shown where a rule would have taken them.
    pub kept_words: usize,
    /// Oddities of the stored data; the first ones.
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
    /// The facts about it.
    pub summary: Summary,
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
            Attachments::Omit | Attachments::Embed => None,
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
            // All bytes are written. The files only get their names now, which takes no time.
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
            return Ok((summary, file.publish(control.go_on)?));
        };
        // The document comes last: once it is there, everything that it links is.
        let published = match attachments.publish(path, control.go_on) {
            Ok(published) => published,
            Err(error) => return Err(error.leaving(file.discard())),
        };
        summary.attachment_folder = published.path().map(Path::to_owned);
        match file.publish(control.go_on) {
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

/// A file name for a session: its date and its title, redacted. It reads no messages of a session in a store.
///
/// # Errors
/// [`Error::InvalidSession`] where it is no session, those of [`source::read_stored`].
pub fn suggest_file_name(session: Session<'_>, options: &ExportOptions) -> Result<String> {
    let mut tree = match session {
        Session::Stored(stored) => {
            let info = with_retries(|| source::read_stored_info(stored, None))?;
            let session = model::Session {
                info,
                ..model::Session::default()
            };
            SessionTree {
                sessions: vec![session],
                ..SessionTree::default()
            }
        }
        handed => handed.open(None)?.0.tree,
    };
    let mut learner = Learner::new(&tree, &options.redact, &|| true);
    let main = tree.sessions.first_mut().ok_or(Error::Internal)?;
    // The name needs nothing else, and redacting the rest would cost as much as an export.
    let redacted = learner.session(main);
    let info = &redacted.get().info;
    let date = info
        .created
        .map(|time| Clock::new(options.time_zone).date(time));
    Ok(file_name::suggest(
        date.as_deref(),
        info.given_title().unwrap_or("session"),
        options.format.extension(),
    ))
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
