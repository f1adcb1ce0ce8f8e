//! The messages of a session tree as they are shown, given out one at a time.

use std::iter::Copied;
use std::slice::Iter;

use super::attachments::Extractor;
use super::reader::{Place, Reader};
use super::spool::Spooled;
use super::steps::Steps;
use crate::error::Result;
use crate::model::Message;
use crate::options::ExportOptions;
use crate::redact::{self, Redacted, Watch};
use crate::render::{RedactedMessages, RenderedMessage};

/// What is done beside going over the messages.
#[derive(Default)]
pub struct Extra<'a> {
    /// `None` where nobody is told.
    pub steps: Option<Steps<'a>>,
    /// What need not be read again.
    pub spooled: Spooled<'a>,
    /// Takes out the attachments, and looks at them.
    pub attachments: Option<(&'a mut Extractor, &'a mut Watch)>,
}

/// Gives out messages as they are shown.
type RedactedReader<'m, 'env, 'i> =
    Reader<'m, 'env, 'i, Result<Redacted<Message>>, Copied<Iter<'m, Place>>>;

/// The messages as they are shown.
pub struct Redacting<'m, 'env, 'i: 'env, 'e> {
    reader: RedactedReader<'m, 'env, 'i>,
    /// What was given out last.
    current: Option<Redacted<Message>>,
    extra: Extra<'e>,
    options: &'m ExportOptions,
}

impl<'m, 'env, 'i: 'env, 'e> Redacting<'m, 'env, 'i, 'e> {
    /// Those that a reader gives out.
    pub fn new(
        reader: RedactedReader<'m, 'env, 'i>,
        extra: Extra<'e>,
        options: &'m ExportOptions,
    ) -> Self {
        Self {
            reader,
            current: None,
            extra,
            options,
        }
    }
}

impl<'env, 'i: 'env> RedactedMessages for Redacting<'_, 'env, 'i, '_> {
    fn rendered(&mut self, session: usize, index: usize) -> Result<Option<RenderedMessage<&str>>> {
        let rendered = self.extra.spooled.take((session, index))?;
        if let (Some(_), Some(steps)) = (&rendered, &mut self.extra.steps) {
            steps.step();
        }
        Ok(rendered)
    }

    fn message(&mut self, session: usize, index: usize) -> Result<Redacted<&Message>> {
        if let Some(steps) = &mut self.extra.steps {
            steps.step();
        }
        let message = self.reader.at((session, index))??;
        let message = self.current.insert(message);
        if let Some((extractor, watch)) = &mut self.extra.attachments {
            extractor.extract(message.as_ref(), self.options, watch)?;
        }
        Ok(message.as_ref())
    }
}

/// The same with every string blanked out.
pub struct Blanking<'a> {
    messages: &'a mut dyn RedactedMessages,
    current: Option<Redacted<Message>>,
}

impl<'a> Blanking<'a> {
    /// Those that `messages` gives out.
    pub fn new(messages: &'a mut dyn RedactedMessages) -> Self {
        Self {
            messages,
            current: None,
        }
    }
}

impl RedactedMessages for Blanking<'_> {
    fn message(&mut self, session: usize, index: usize) -> Result<Redacted<&Message>> {
        let message = self.messages.message(session, index)?;
        let blank = self.current.insert(redact::blank_message(message));
        Ok(blank.as_ref())
    }
}
