//! The messages of a session tree as they are shown, read again and given out one at a time.

use std::iter::Copied;
use std::slice::Iter;
use std::thread;

use super::ahead::Ahead;
use super::attachments::Extractor;
use super::control::Steps;
use super::corridor::Corridor;
use super::drafts::Drafts;
use super::reader::{Item, MessagePlace, Reader, places};
use super::spool::Spooled;
use crate::error::Result;
use crate::model::{Message, Notes, SessionTree};
use crate::options::ExportOptions;
use crate::redact;
use crate::redact::{Redacted, Watch};
use crate::render::document::RedactedMessages;
use crate::render::{Cuts, MessageSurvey, RenderedMessage, Survey};

impl Corridor<'_, '_> {
    /// Calls `go_over` with the messages as they are shown, but for those that `cuts` leaves out.
    ///
    /// # Errors
    /// Those of the source and of `go_over`.
    pub fn with_messages<R>(
        &mut self,
        cuts: &Cuts,
        drafts: &Drafts<'_>,
        extra: Extra<'_>,
        go_over: impl FnOnce(&mut dyn RedactedMessages) -> Result<R>,
    ) -> Result<R> {
        let work = |(place, fetched): Item<'_>| {
            let message = fetched.read(&mut Notes::default())?;
            let mut message = drafts.redactor.again(message, drafts.touched(place))?;
            if drafts.is_late(place) {
                drafts.redactor.complete(&mut message)?;
            }
            Ok(message)
        };
        let is_read =
            |place: &MessagePlace| !cuts.drops(place.0, place.1) && !extra.spooled.has(*place);
        let places: Vec<_> = places(self.sizes).filter(is_read).collect();
        thread::scope(|scope| {
            let ahead = Ahead::start(scope, places.len(), &work);
            let reader = Reader::new(self.messages, ahead, places.iter().copied());
            go_over(&mut Redacting::new(reader, extra, self.options))
        })
    }

    /// Gathers what the head of the document tells of the messages as they are shown, where some are left out.
    ///
    /// # Errors
    /// Those of the source.
    pub fn survey(
        &mut self,
        tree: &Redacted<SessionTree>,
        cuts: &Cuts,
        drafts: &Drafts<'_>,
    ) -> Result<Survey> {
        let mut survey = self.hidden.clone();
        let (sizes, options) = (self.sizes, self.options);
        self.with_messages(&Cuts::default(), drafts, Extra::default(), |messages| {
            for (index, (session, size)) in tree.sessions().zip(sizes).enumerate() {
                survey.begin_session(session, *size, options);
                if cuts.hides(index) {
                    survey.hide_session();
                }
                for place in 0..size.messages {
                    let message = messages.message(index, place)?;
                    survey.add(match cuts.drops(index, place) {
                        true => MessageSurvey::of_dropped(message, cuts.is_outside(index, place)),
                        false => MessageSurvey::of(message, options),
                    });
                }
            }
            Ok(survey)
        })
    }
}

/// Work that goes along with a pass over the messages.
#[derive(Default)]
pub struct Extra<'a> {
    /// Counts the messages. `None` where the caller is not told of this pass.
    pub steps: Option<Steps<'a>>,
    /// Messages that were rendered before. They are not read again.
    pub spooled: Spooled<'a>,
    /// Takes out the attachments, and looks at them.
    pub attachments: Option<(&'a mut Extractor, &'a mut Watch)>,
}

/// Gives out messages as they are shown.
type RedactedReader<'m, 'env, 'i> =
    Reader<'m, 'env, 'i, Result<Redacted<Message>>, Copied<Iter<'m, MessagePlace>>>;

/// The messages as they are shown.
pub struct Redacting<'m, 'env, 'i: 'env, 'e> {
    reader: RedactedReader<'m, 'env, 'i>,
    /// The message that was given out last.
    current: Option<Redacted<Message>>,
    extra: Extra<'e>,
    options: &'m ExportOptions,
}

impl<'m, 'env, 'i: 'env, 'e> Redacting<'m, 'env, 'i, 'e> {
    /// Redacts the messages that a reader gives out.
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

/// Gives out the same messages with every string blanked out.
pub struct Blanking<'a> {
    messages: &'a mut dyn RedactedMessages,
    current: Option<Redacted<Message>>,
}

impl<'a> Blanking<'a> {
    /// Blanks out the messages that `messages` gives out.
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
