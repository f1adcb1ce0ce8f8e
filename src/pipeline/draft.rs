//! The first pass: each message is fetched, drafted and numbered.

use std::thread;

use super::ahead::Ahead;
use super::contexts::KeptContexts;
use super::control::Phase;
use super::corridor::Corridor;
use super::draft_renderer::DraftRenderer;
use super::drafts::Drafts;
use super::reader::{Item, Reader, places};
use super::spool::Spool;
use crate::error::{Error, Result};
use crate::model::{Notes, SessionTree};
use crate::redact::{Draft, Learner, Numbered};
use crate::render::{MessageSurvey, RenderedMessage, Survey};

/// A draft, and what this pass wants to know of its message. The worker that read it lets go of it: an allocator lets
/// threads wait for each other where one frees what another took.
struct Drafted {
    draft: Draft,
    notes: Notes,
    survey: MessageSurvey,
    rendered: Option<RenderedMessage>,
}

impl<'a, 'i> Corridor<'a, 'i> {
    /// Drafts every message, numbers its secrets, and gathers what the head of the document tells.
    ///
    /// # Errors
    /// Those of the source and of the control.
    pub fn draft(
        &mut self,
        tree: &mut SessionTree,
        notes: &mut Notes,
        mut spool: Spool<'a>,
    ) -> Result<(Drafts<'a>, Survey)> {
        let (sizes, options) = (self.sizes, self.options);
        let mut steps = self.steps(Phase::Read);
        let mut survey = self.hidden.clone();
        let mut learner = Learner::new(tree, &options.redact, self.control.go_on);
        // Messages refer to fields of their session, so these come first.
        learner.runtime(&mut tree.runtime);
        let main = tree.sessions.first_mut().ok_or(Error::Internal)?;
        let size = sizes.first().copied().unwrap_or_default();
        survey.begin_session(learner.session(main), size, options);
        let drafter = learner.drafter();
        let renderer = DraftRenderer::before(tree, options, &drafter);
        let work = |((session, _), fetched): Item<'i>| -> Result<Drafted> {
            let mut notes = Notes::default();
            let mut message = fetched.read(&mut notes)?;
            let (shown, draft) = drafter.message(&mut message)?;
            let rendered = renderer
                .as_ref()
                .and_then(|renderer| renderer.render(session, shown, draft.has_holes()));
            Ok(Drafted {
                survey: MessageSurvey::of(shown, options),
                rendered,
                draft,
                notes,
            })
        };
        let count = self.message_count();
        let mut touched = Vec::new();
        let mut contexts = KeptContexts::default();
        thread::scope(|scope| {
            let ahead = Ahead::start(scope, count, &work);
            let mut reader = Reader::new(self.messages, ahead, places(sizes));
            for (index, (session, size)) in tree.sessions.iter_mut().zip(sizes).enumerate() {
                if index > 0 {
                    survey.begin_session(learner.session(session), *size, options);
                }
                if let Some(renderer) = &renderer {
                    renderer.begin_session(index, size.messages, &mut spool);
                }
                let mut of_session = Vec::with_capacity(size.messages);
                for message in 0..size.messages {
                    let drafted = reader.next()??;
                    notes.append(drafted.notes);
                    let Numbered {
                        numbers,
                        touched,
                        contexts: of_message,
                    } = learner.number(drafted.draft);
                    contexts.set((index, message), of_message);
                    survey.add(drafted.survey.filled(&numbers));
                    if let Some(renderer) = &renderer {
                        let rendered = drafted.rendered;
                        spool.add(rendered.and_then(|it| renderer.filled(it, &numbers)));
                    }
                    of_session.push(touched);
                    steps.step();
                }
                touched.push(of_session);
            }
            Ok::<_, Error>(())
        })?;
        let drafts = Drafts::new(learner.finish(), touched, contexts, spool);
        Ok((drafts, survey))
    }
}
