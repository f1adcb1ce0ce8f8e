//! The passes over the messages of a session tree.

use std::thread;

use super::ahead::{Ahead, is_worth_threads};
use super::attachments::Extractor;
use super::early::Early;
use super::printer::{Printer, Sink};
use super::reader::{Item, Place, Reader, places};
use super::redacting::{Blanking, Extra, Redacting};
use super::seen::Seen;
use super::spool::Spool;
use super::steps::Steps;
use super::{Control, Phase};
use crate::error::Result;
use crate::model::{Message, Notes, RawText, SessionTree};
use crate::options::ExportOptions;
use crate::redact::{self, Learner, Redacted, RedactionReport, Redactor, Scouted, Watch};
use crate::render::budget::Measure;
use crate::render::{
    self, Content, Cuts, MessageSurvey, RedactedMessages, RenderedMessage, Survey,
};
use crate::source::{Messages, Size};

/// The passes over the messages of a session tree.
pub struct Passes<'a, 'i> {
    pub messages: &'a mut (dyn Messages<'i> + 'i),
    /// Of the sessions that are shown.
    pub sizes: &'a [Size],
    /// A survey of those that are not.
    pub hidden: Survey,
    pub options: &'a ExportOptions,
    pub control: Control<'a>,
    pub seen: Seen,
    /// The messages that were rendered while they were read.
    pub spool: Spool<'a>,
}

impl<'a, 'i> Passes<'a, 'i> {
    /// Learns from every message, and gathers what the head of the document tells.
    pub fn read(
        &mut self,
        tree: &mut SessionTree,
        notes: &mut Notes,
    ) -> Result<(Redactor<'a>, Survey)> {
        let mut learner = Learner::new(tree, &self.options.redact, self.control.go_on);
        let mut steps = self.steps(Phase::Read);
        let mut survey = self.hidden.clone();
        let options = self.options;
        let scout = learner.scout();
        let early = Early::before(tree, self.options, &scout);
        learner.runtime(&mut tree.runtime);
        let work = |((session, _), fetched): Item<'i>| -> Result<Read> {
            let mut notes = Notes::default();
            let mut message = fetched.read(&mut notes)?;
            let scouted = scout.message(&mut message);
            let outcome = match scouted.redacted(&message) {
                Some(shown) => Outcome::Done {
                    survey: MessageSurvey::of(shown, options),
                    rendered: early
                        .as_ref()
                        .and_then(|early| early.render(session, shown)),
                },
                None => Outcome::ToDo(message),
            };
            Ok(Read {
                notes,
                scouted,
                outcome,
            })
        };
        let count = self.message_count();
        thread::scope(|scope| {
            let ahead = Ahead::start(scope, count, &work);
            let mut reader = Reader::new(self.messages, ahead, places(self.sizes));
            for (index, (session, size)) in tree.sessions.iter_mut().zip(self.sizes).enumerate() {
                survey.begin_session(learner.session(session), *size, options);
                if let Some(early) = &early {
                    early.begin_session(index, size.messages, &mut self.spool);
                }
                self.seen.begin_session(size.messages);
                for _ in 0..size.messages {
                    let read = reader.next()??;
                    notes.append(read.notes);
                    let changes = match read.outcome {
                        Outcome::Done {
                            survey: of_message,
                            rendered,
                        } => {
                            let changes = learner.message_without_secrets(read.scouted)?;
                            survey.add(of_message);
                            self.spool.add(rendered);
                            changes
                        }
                        Outcome::ToDo(mut message) => {
                            let (shown, changes) = learner.message(&mut message, read.scouted)?;
                            survey.add(MessageSurvey::of(shown, options));
                            // One with secrets can be rendered now that they are numbered.
                            let early = early.as_ref();
                            self.spool
                                .add(early.and_then(|early| early.render(index, shown)));
                            changes
                        }
                    };
                    self.seen.add(changes);
                    steps.step();
                }
            }
            Ok(())
        })?;
        Ok((learner.finish(), survey))
    }

    /// Counts the values that were recognised in other messages, and corrects the survey where it
    /// holds one.
    pub fn redact(
        &mut self,
        tree: &Redacted<SessionTree>,
        survey: Survey,
        redactor: &mut Redactor<'_>,
    ) -> Result<Survey> {
        let mut steps = self.steps(Phase::Redact);
        let suspects = self.suspects(redactor, &mut steps)?;
        let (mut late, mut reports) = (Vec::new(), Vec::new());
        let mut is_in_survey = !survey.fits(tree);
        let (seen, options) = (&self.seen, self.options);
        let early = Early::of(tree, options, redactor);
        let shared = &*redactor;
        let work = |(place, fetched): Item<'i>| -> Result<Checked> {
            let message = fetched.read(&mut Notes::default())?;
            let mut message = shared.as_learned(message, seen.changes(place))?;
            let before = MessageSurvey::of(message.as_ref(), options);
            let late = shared.complete(&mut message)?;
            let late = late.is_there.then_some(late.report);
            let is_in_survey =
                late.is_some() && before != MessageSurvey::of(message.as_ref(), options);
            let renderer = early.as_ref().filter(|_| late.is_some());
            let rendered = renderer.and_then(|early| early.render(place.0, message.as_ref()));
            Ok(Checked {
                late,
                rendered,
                is_in_survey,
            })
        };
        thread::scope(|scope| {
            let ahead = Ahead::start(scope, suspects.len(), &work);
            let suspects = suspects.iter().copied();
            let mut reader = Reader::new(self.messages, ahead, suspects.clone());
            for place in suspects {
                let checked = reader.next()??;
                if let Some(report) = checked.late {
                    self.spool.replace(place, checked.rendered);
                    reports.push(report);
                    late.push(place);
                }
                is_in_survey |= checked.is_in_survey;
                steps.step();
            }
            Ok::<_, crate::Error>(())
        })?;
        self.seen.set_with_known_values(late);
        for report in reports {
            redactor.add(report);
        }
        if is_in_survey {
            self.survey(tree, &Cuts::default(), redactor)
        } else {
            Ok(survey)
        }
    }

    /// The messages that may hold values that were recognised elsewhere.
    fn suspects(&mut self, redactor: &Redactor<'_>, steps: &mut Steps<'_>) -> Result<Vec<Place>> {
        let mut suspects = Vec::new();
        for place in places(self.sizes) {
            self.control.check()?;
            let changes = self.seen.changes(place);
            let is_in = |text: RawText<'_>| redactor.may_complete(text, changes);
            if self.messages.may_hold(place.0, place.1, &is_in)? {
                suspects.push(place);
            } else {
                steps.step();
            }
        }
        Ok(suspects)
    }

    /// Gathers what the head of the document tells of the messages as they are shown.
    pub fn survey(
        &mut self,
        tree: &Redacted<SessionTree>,
        cuts: &Cuts,
        redactor: &Redactor<'_>,
    ) -> Result<Survey> {
        let mut survey = self.hidden.clone();
        let (sizes, options) = (self.sizes, self.options);
        self.with_messages(&Cuts::default(), redactor, Extra::default(), |messages| {
            for (index, (session, size)) in tree.sessions().zip(sizes).enumerate() {
                survey.begin_session(session, *size, options);
                for place in 0..size.messages {
                    let message = messages.message(index, place)?;
                    survey.add(match cuts.drops(index, place) {
                        true => MessageSurvey::of_dropped(message),
                        false => MessageSurvey::of(message, options),
                    });
                }
            }
            Ok(survey)
        })
    }

    /// Renders the document, looks at it and writes it.
    pub fn write(
        &mut self,
        content: &Content<'_>,
        redactor: &Redactor<'_>,
        attachments: Option<&mut Extractor>,
        sink: Sink<'_>,
    ) -> Result<Measure> {
        let control = self.control;
        let is_long = is_worth_threads(self.message_count());
        let mut attachment_watch = redactor.watch();
        let steps = self.steps(Phase::Write);
        let spooled = std::mem::take(&mut self.spool).finish();
        let (measure, watch) = thread::scope(|scope| {
            let mut printer = Printer::start(scope, is_long, redactor.watch(), sink);
            let extra = Extra {
                steps: Some(steps),
                spooled,
                attachments: attachments.map(|extractor| (extractor, &mut attachment_watch)),
            };
            let measure = self.with_messages(content.cuts, redactor, extra, |messages| {
                render::render(content, messages, &mut |piece| {
                    control.check()?;
                    printer.add(piece)
                })
            });
            // Where the printer failed, that is why nothing more could be rendered.
            let watch = printer.finish()?;
            Ok::<_, crate::Error>((measure?, watch))
        })?;
        let mut own_words = redactor.watch();
        // In an attachment no word is the exporter's own.
        attachment_watch.judge(&own_words)?;
        if watch.is_suspicious() {
            self.look_at_own_words(content, redactor, &mut own_words)?;
            watch.judge(&own_words)?;
        }
        Ok(measure)
    }

    /// Looks at the document of the same session with every string blanked out.
    fn look_at_own_words(
        &mut self,
        content: &Content<'_>,
        redactor: &Redactor<'_>,
        own_words: &mut Watch,
    ) -> Result<()> {
        let tree = redact::blank_tree(content.tree);
        let mut survey = self.hidden.clone();
        // The sentence on the home folder is one of its own words.
        survey.shows_home = content.survey.shows_home;
        let (sizes, options) = (self.sizes, self.options);
        self.with_messages(content.cuts, redactor, Extra::default(), |messages| {
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

    /// Calls `go_over` with the messages as they are shown, but for those that `cuts` leaves out.
    pub fn with_messages<R>(
        &mut self,
        cuts: &Cuts,
        redactor: &Redactor<'_>,
        extra: Extra<'_>,
        go_over: impl FnOnce(&mut dyn RedactedMessages) -> Result<R>,
    ) -> Result<R> {
        let seen = &self.seen;
        let work = |(place, fetched): Item<'i>| {
            let message = fetched.read(&mut Notes::default())?;
            let mut message = redactor.as_learned(message, seen.changes(place))?;
            if seen.may_hold_known_values(place) {
                redactor.complete(&mut message)?;
            }
            Ok(message)
        };
        let is_read = |place: &Place| !cuts.drops(place.0, place.1) && !extra.spooled.has(*place);
        let places: Vec<_> = places(self.sizes).filter(is_read).collect();
        thread::scope(|scope| {
            let ahead = Ahead::start(scope, places.len(), &work);
            let reader = Reader::new(self.messages, ahead, places.iter().copied());
            go_over(&mut Redacting::new(reader, extra, self.options))
        })
    }

    fn message_count(&self) -> usize {
        self.sizes.iter().map(|size| size.messages).sum()
    }

    fn steps(&self, phase: Phase) -> Steps<'a> {
        Steps::start(self.control, phase, self.message_count())
    }
}

/// A message that was read and scouted.
struct Read {
    notes: Notes,
    scouted: Scouted,
    outcome: Outcome,
}

/// What is left of a message. The thread that read it lets go of it where it can: an allocator lets threads wait
/// for each other where one frees what another took.
enum Outcome {
    /// What this pass wants to know of it, where it holds no secret.
    Done {
        survey: MessageSurvey,
        rendered: Option<RenderedMessage>,
    },
    /// The message, for whoever numbers secrets.
    ToDo(Message),
}

/// A message in which known values were looked for.
struct Checked {
    /// What was replaced; `None` where nothing was.
    late: Option<RedactionReport>,
    /// The message with that.
    rendered: Option<RenderedMessage>,
    /// Whether one stands in what the head of the document tells.
    is_in_survey: bool,
}
