//! The passes over the messages of a session tree.

use super::attachments::Extractor;
use super::{Control, Phase, Progress};
use crate::error::Result;
use crate::model::{Message, Notes, SessionTree};
use crate::options::ExportOptions;
use crate::redact::{self, Change, Learner, Redacted, Redactor, Watch};
use crate::render::budget::Measure;
use crate::render::{self, Content, Out, RedactedMessages, Survey};
use crate::source::{Messages, Size};

/// The passes over the messages of a session tree.
pub struct Passes<'a> {
    pub messages: &'a mut dyn Messages,
    /// Of the sessions that are shown.
    pub sizes: &'a [Size],
    /// A survey of those that are not.
    pub hidden: Survey,
    pub options: &'a ExportOptions,
    pub control: Control<'a>,
    /// By session and message: what has to be changed when it is read again.
    pub changes: Vec<Vec<Change>>,
}

impl<'a> Passes<'a> {
    pub fn read(
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
            let mut changes = Vec::with_capacity(size.messages);
            for message in 0..size.messages {
                let message = self.messages.message(index, message, notes)?;
                let (message, change) = learner.message(message)?;
                survey.add_message(message, self.options);
                let is_kept = self.messages.keeps_changes();
                changes.push(if is_kept { Change::Nothing } else { change });
                steps.step();
            }
            self.changes.push(changes);
        }
        Ok((learner.finish(), survey))
    }

    pub fn redact(
        &mut self,
        tree: &Redacted<SessionTree>,
        redactor: &mut Redactor<'_>,
    ) -> Result<Survey> {
        let mut steps = self.steps(Phase::Redact);
        let mut survey = self.hidden.clone();
        for (index, (session, size)) in tree.sessions().zip(self.sizes).enumerate() {
            survey.begin_session(session, *size);
            for message in 0..size.messages {
                let change = change_of(&self.changes, index, message);
                let message = self
                    .messages
                    .message(index, message, &mut Notes::default())?;
                survey.add_message(redactor.count(message, change)?, self.options);
                steps.step();
            }
        }
        Ok(survey)
    }

    pub fn write(
        &mut self,
        content: &Content<'_>,
        redactor: &mut Redactor<'_>,
        attachments: Option<&mut Extractor>,
        out: Out<'_>,
    ) -> Result<Measure> {
        let attachments = attachments.map(|extractor| (extractor, redactor.watch()));
        let mut watch = redactor.watch();
        let mut own_words = redactor.watch();
        let mut survey = self.hidden.clone();
        let mut messages = Redacting {
            steps: Some(self.steps(Phase::Write)),
            messages: self.messages,
            redactor,
            changes: &self.changes,
            attachments,
            options: self.options,
        };
        let measure = render::render(content, &mut messages, &mut |piece| {
            self.control.check()?;
            watch.look(piece)?;
            out(piece)
        })?;
        // In an attachment no word is the exporter's own.
        if let Some((_, watch)) = messages.attachments.take() {
            watch.judge(&own_words)?;
        }
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
            render::render(&content, &mut blank, &mut |piece| {
                own_words.look_at_own_words(piece);
                Ok(())
            })?;
            watch.judge(&own_words)?;
        }
        Ok(measure)
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

pub fn change_of(changes: &[Vec<Change>], session: usize, message: usize) -> Change {
    // A message that was not seen before is looked at once more.
    let change = changes
        .get(session)
        .and_then(|of_session| of_session.get(message));
    change.copied().unwrap_or(Change::Redacted)
}

/// Tells how far a phase is.
pub struct Steps<'a> {
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
pub struct Redacting<'a, 'r> {
    pub messages: &'a mut dyn Messages,
    pub redactor: &'a mut Redactor<'r>,
    pub changes: &'a [Vec<Change>],
    /// `None` where nobody is told.
    pub steps: Option<Steps<'a>>,
    /// Takes out the attachments, and looks at them.
    pub attachments: Option<(&'a mut Extractor, Watch)>,
    pub options: &'a ExportOptions,
}

impl RedactedMessages for Redacting<'_, '_> {
    fn message(&mut self, session: usize, index: usize) -> Result<Redacted<&Message>> {
        if let Some(steps) = &mut self.steps {
            steps.step();
        }
        let message = self
            .messages
            .message(session, index, &mut Notes::default())?;
        let change = change_of(self.changes, session, index);
        let message = self.redactor.message(message, change)?;
        if let Some((extractor, watch)) = &mut self.attachments {
            extractor.extract(message, self.options, watch)?;
        }
        Ok(message)
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
