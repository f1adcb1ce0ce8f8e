//! The input of a renderer, and its output.

use super::attachment::AttachmentNames;
use super::cuts::Cuts;
use super::survey::{SessionSurvey, Survey};
use crate::error::{Error, Result};
use crate::model::{Message, Notes, Session, SessionTree, Timestamp};
use crate::options::ExportOptions;
use crate::redact::{Redacted, RedactionReport};

/// A message as it stands in a document, behind a list. Where it ends that list, it begins with a line end.
#[derive(Debug, Clone, PartialEq)]
pub struct RenderedMessage<T = String>(pub T);

/// Takes the document piece by piece.
pub type Out<'a> = &'a mut dyn FnMut(Piece<'_>) -> Result<()>;

/// A piece of a document.
#[derive(Debug, Clone, Copy)]
pub struct Piece<'a> {
    /// The text.
    pub text: &'a str,
    /// True where it was searched for secrets before, as a message that was rendered before, or cannot be, as the data of
    /// an image.
    pub is_searched: bool,
}

/// What a document is made of, but for the messages.
#[derive(Clone, Copy)]
pub struct Content<'a> {
    /// The sessions to show.
    pub tree: &'a Redacted<SessionTree>,
    /// What is known of their messages.
    pub survey: &'a Survey,
    /// What was redacted.
    pub report: &'a RedactionReport,
    /// What was odd in the stored data.
    pub notes: &'a Notes,
    /// What is cut to keep a budget.
    pub cuts: &'a Cuts,
    /// The folder beside the document that the contents of attachments are written into.
    pub folder: Option<&'a AttachmentNames>,
    /// Which parts the document holds, and how it shows them.
    pub options: &'a ExportOptions,
    /// The time that the document names.
    pub exported_at: Timestamp,
}

/// A session that is shown.
#[derive(Clone, Copy)]
pub struct Shown<'a> {
    /// The session.
    pub session: &'a Session,
    /// The survey of its messages.
    pub survey: &'a SessionSurvey,
    /// Its place in the tree; 0 is the main session.
    pub index: usize,
}

impl<'a> Shown<'a> {
    /// The folder that it was in.
    pub fn directory(self) -> Option<&'a str> {
        self.session.info.directory.as_deref()
    }
}

impl<'a> Content<'a> {
    /// The session at a place of the tree.
    ///
    /// # Errors
    /// [`Error::Internal`] where there is none.
    pub fn shown(&self, index: usize) -> Result<Shown<'a>> {
        let session = self.tree.get().sessions.get(index);
        let survey = self.survey.sessions.get(index);
        match (session, survey) {
            (Some(session), Some(survey)) => Ok(Shown {
                session,
                survey,
                index,
            }),
            _ => Err(Error::Internal),
        }
    }

    /// How much of the texts of a part is shown, in bytes, by the places of session, message and part;
    /// no part is the message's own error. The newest error is never cut.
    pub fn part_limit(&self, session: usize, message: usize, part: Option<usize>) -> Option<usize> {
        let newest_error = self.survey.newest_error();
        let is_newest_error =
            newest_error.is_some_and(|error| error.is_in(session, message) && error.part == part);
        self.cuts.part_limit.filter(|_| !is_newest_error)
    }
}

/// Gives a renderer one message at a time.
pub trait RedactedMessages {
    /// The message of a session at a place in its order.
    ///
    /// # Errors
    /// Those of the source, and [`Error::Aborted`].
    fn message(&mut self, session: usize, index: usize) -> Result<Redacted<&Message>>;

    /// The same message as it was rendered before; `None` where it was not. It is given out once.
    ///
    /// # Errors
    /// Those of where it was kept.
    fn rendered(
        &mut self,
        _session: usize,
        _index: usize,
    ) -> Result<Option<RenderedMessage<&str>>> {
        Ok(None)
    }
}
