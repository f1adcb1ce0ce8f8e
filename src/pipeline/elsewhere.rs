//! The pass over messages that may hold a value that was recognised elsewhere.

use std::thread;

use super::ahead::Ahead;
use super::control::{Phase, Steps};
use super::corridor::Corridor;
use super::draft_renderer::DraftRenderer;
use super::drafts::Drafts;
use super::reader::{Item, MessagePlace, Reader, places};
use crate::error::{Error, Result};
use crate::model::{Notes, RawText, SessionTree};
use crate::redact::{Late, Redacted};
use crate::render::{Cuts, MessageSurvey, RenderedMessage, Survey};

/// A message in which known values were looked for.
struct CheckedMessage {
    late: Late,
    /// The message without them.
    rendered: Option<RenderedMessage>,
    /// True where one stands in what the head of the document tells.
    is_in_survey: bool,
}

impl Corridor<'_, '_> {
    /// Counts the values that were recognised in other messages, renders the messages without them, and corrects the
    /// survey where it holds one.
    ///
    /// # Errors
    /// Those of the source and of the control.
    pub fn elsewhere(
        &mut self,
        tree: &Redacted<SessionTree>,
        survey: Survey,
        drafts: &mut Drafts<'_>,
    ) -> Result<Survey> {
        drafts.spool.forget_unless_in(tree);
        if drafts.redactor.knows_no_more() {
            return Ok(survey);
        }
        let mut steps = self.steps(Phase::Redact);
        let suspects = self.suspects(drafts, &mut steps)?;
        let options = self.options;
        let mut is_in_survey = !survey.fits(tree);
        let mut found = Vec::new();
        let shared = &*drafts;
        let renderer = DraftRenderer::of(tree, options, &shared.redactor);
        let work = |(place, fetched): Item<'_>| -> Result<CheckedMessage> {
            let message = fetched.read(&mut Notes::default())?;
            let mut message = shared.redactor.again(message, shared.touched(place))?;
            let before = MessageSurvey::of(message.as_ref(), options);
            let late = shared.redactor.complete(&mut message)?;
            let renderer = renderer.as_ref().filter(|_| late.is_there);
            Ok(CheckedMessage {
                is_in_survey: late.is_there
                    && before != MessageSurvey::of(message.as_ref(), options),
                rendered: renderer.and_then(|it| it.render(place.0, message.as_ref(), false)),
                late,
            })
        };
        thread::scope(|scope| {
            let ahead = Ahead::start(scope, suspects.len(), &work);
            let mut reader = Reader::new(self.messages, ahead, suspects.iter().copied());
            for place in suspects.iter().copied() {
                let checked = reader.next()??;
                is_in_survey |= checked.is_in_survey;
                if checked.late.is_there {
                    found.push((place, checked.late, checked.rendered));
                }
                steps.step();
            }
            Ok::<_, Error>(())
        })?;
        let mut late = Vec::with_capacity(found.len());
        for (place, of_message, rendered) in found {
            late.push(place);
            drafts.redactor.add(of_message.report);
            drafts.contexts.set(place, of_message.contexts);
            drafts.spool.replace(place, rendered);
        }
        drafts.set_late(late);
        match is_in_survey {
            true => self.survey(tree, &Cuts::default(), drafts),
            false => Ok(survey),
        }
    }

    /// The messages that may hold values that were recognised elsewhere.
    fn suspects(
        &mut self,
        drafts: &Drafts<'_>,
        steps: &mut Steps<'_>,
    ) -> Result<Vec<MessagePlace>> {
        let mut suspects = Vec::new();
        for place in places(self.sizes) {
            self.control.check()?;
            let touched = drafts.touched(place);
            let is_in = |text: RawText<'_>| drafts.redactor.may_complete(text, touched);
            if self.messages.may_hold(place.0, place.1, &is_in)? {
                suspects.push(place);
            } else {
                steps.step();
            }
        }
        Ok(suspects)
    }
}
