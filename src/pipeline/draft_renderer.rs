//! Renders drafts, each with what is known of its session when the draft is made.

use std::collections::BTreeSet;
use std::convert::Infallible;

use super::spool::Spool;
use crate::model::{Message, SessionTree};
use crate::options::ExportOptions;
use crate::redact::{Drafter, FormWatch, Numbers, Redacted, Redactor};
use crate::render::{MessageRenderer, RenderedMessage};

/// Renders messages by themselves. What was rendered is searched, as a document is. Threads may share it.
pub struct DraftRenderer<'a> {
    renderer: MessageRenderer<'a>,
    watch: FormWatch,
    /// The id and the directory of each session.
    sessions: Vec<(Option<String>, Option<String>)>,
}

impl<'a> DraftRenderer<'a> {
    /// Makes a renderer with what is known of the sessions before their messages: all of the main one, and as much of
    /// the others as holds no secret of their own. `None` where messages cannot be rendered by themselves.
    pub fn before(
        tree: &SessionTree,
        options: &'a ExportOptions,
        drafter: &Drafter<'_>,
    ) -> Option<Self> {
        let text = |field, text: &Option<String>, is_learned: bool| match text {
            Some(text) if !is_learned => Some(drafter.text(field, text)),
            text => text.clone(),
        };
        let infos = tree.sessions.iter().map(|session| &session.info);
        let sessions = infos.enumerate().map(|(index, info)| {
            let is_main = index == 0;
            (
                text("id", &info.id, is_main),
                text("directory", &info.directory, is_main),
            )
        });
        let branches = tree.branches();
        Self::new(sessions.collect(), branches, options, drafter.form_watch())
    }

    /// Makes a renderer with the sessions as they are in the end.
    pub fn of(
        tree: &Redacted<SessionTree>,
        options: &'a ExportOptions,
        redactor: &Redactor<'_>,
    ) -> Option<Self> {
        let infos = tree.get().sessions.iter().map(|session| &session.info);
        let sessions = infos.map(|info| (info.id.clone(), info.directory.clone()));
        let branches = tree.get().branches();
        Self::new(sessions.collect(), branches, options, redactor.form_watch())
    }

    fn new(
        sessions: Vec<(Option<String>, Option<String>)>,
        branches: BTreeSet<usize>,
        options: &'a ExportOptions,
        watch: FormWatch,
    ) -> Option<Self> {
        let ids = sessions.iter().map(|(id, _)| id.as_deref());
        Some(Self {
            renderer: MessageRenderer::new(options, ids, branches)?,
            watch,
            sessions,
        })
    }

    /// Begins a session of so many messages in the spool, with what they are rendered with.
    pub fn begin_session(&self, index: usize, messages: usize, spool: &mut Spool<'_>) {
        let (id, directory) = self.sessions.get(index).cloned().unwrap_or_default();
        spool.begin_session(id, directory, messages);
    }

    /// Renders a message of a session, by its place in the tree. `None` where the message has to be read again. One
    /// with holes is searched when these are filled.
    pub fn render(
        &self,
        session: usize,
        message: Redacted<&Message>,
        has_holes: bool,
    ) -> Option<RenderedMessage> {
        let (_, directory) = self.sessions.get(session)?;
        let rendered = self.renderer.render(message, directory.as_deref())?;
        match has_holes {
            true => Some(rendered),
            false => self.searched(rendered),
        }
    }

    /// A message that was rendered with holes, with its numbers. `None` where it has to be read again.
    pub fn filled(&self, rendered: RenderedMessage, numbers: &Numbers) -> Option<RenderedMessage> {
        if numbers.is_empty() {
            return Some(rendered);
        }
        let fill = |mut text: String| {
            numbers.fill(&mut text);
            Ok::<_, Infallible>(text)
        };
        self.searched(rendered.try_map(fill).ok()?)
    }

    fn searched(&self, rendered: RenderedMessage) -> Option<RenderedMessage> {
        self.watch.look(rendered.text()).ok()?;
        Some(rendered)
    }
}
