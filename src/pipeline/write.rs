//! The last pass: the document is rendered, looked at and written.

use std::thread;

use super::again::{Blanking, Extra};
use super::ahead::is_worth_threads;
use super::attachments::Extractor;
use super::control::Phase;
use super::corridor::Corridor;
use super::drafts::Drafts;
use super::printer::{Printer, Sink};
use crate::error::{Error, Result};
use crate::redact::Watch;
use crate::render::MessageSurvey;
use crate::render::budget::Measure;
use crate::render::document::{Content, RedactedMessages as _};
use crate::{redact, render};

impl Corridor<'_, '_> {
    /// Renders the document, looks at it and writes it. Gives what that came to.
    ///
    /// # Errors
    /// Those of the source, of the sink and of the control; [`Error::RedactionIncomplete`].
    pub fn write(
        &mut self,
        content: &Content<'_>,
        mut drafts: Drafts<'_>,
        attachments: Option<&mut Extractor>,
        sink: Sink<'_>,
    ) -> Result<Measure> {
        let control = self.control;
        let is_long = is_worth_threads(self.message_count());
        let steps = self.steps(Phase::Write);
        let spooled = std::mem::take(&mut drafts.spool).finish();
        let new_watch = || drafts.redactor.watch();
        let mut attachment_watch = new_watch();
        let (measure, watch) = thread::scope(|scope| {
            let mut printer = Printer::start(scope, is_long, new_watch(), sink);
            let extra = Extra {
                steps: Some(steps),
                spooled,
                attachments: attachments.map(|extractor| (extractor, &mut attachment_watch)),
            };
            let measure = self.with_messages(content.cuts, &drafts, extra, |messages| {
                render::render(content, messages, &mut |piece| {
                    control.check()?;
                    printer.add(piece)
                })
            });
            // If the printer failed, rendering stopped for that reason, so its error comes first.
            let watch = printer.finish()?;
            Ok::<_, Error>((measure?, watch))
        })?;
        let mut own_words = new_watch();
        // No word in an attachment is the exporter's own, so each hit there is a secret.
        attachment_watch.judge(&own_words)?;
        if watch.is_suspicious() {
            self.look_at_own_words(content, &drafts, &mut own_words)?;
            watch.judge(&own_words)?;
        }
        Ok(measure)
    }

    /// Looks at the document of the same session with every string blanked out.
    fn look_at_own_words(
        &mut self,
        content: &Content<'_>,
        drafts: &Drafts<'_>,
        own_words: &mut Watch,
    ) -> Result<()> {
        let tree = redact::blank_tree(content.tree);
        let mut survey = self.hidden.clone();
        // The sentence on the home folder is one of its own words.
        survey.shows_home = content.survey.shows_home;
        let (sizes, options) = (self.sizes, self.options);
        self.with_messages(content.cuts, drafts, Extra::default(), |messages| {
            let mut blank = Blanking::new(messages);
            for (index, (session, size)) in tree.sessions().zip(sizes).enumerate() {
                survey.begin_session(session, *size, options);
                for message in 0..size.messages {
                    survey.add(MessageSurvey::of(blank.message(index, message)?, options));
                }
            }
            let content = Content {
                tree: &tree,
                survey: &survey,
                ..*content
            };
            render::render(&content, &mut blank, &mut |piece| {
                own_words.look_at_own_words(piece.text);
                Ok(())
            })
        })?;
        Ok(())
    }
}
