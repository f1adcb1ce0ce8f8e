//! Renders messages before the document gets to them, each with what is known by then of its session.

use super::spool::Spool;
use crate::model::{Message, SessionTree};
use crate::options::ExportOptions;
use crate::redact::{FormWatch, Redacted, Redactor, Scout};
use crate::render::{MessageRenderer, RenderedMessage};

/// Renders messages before the document gets to them.
pub struct Early<'a> {
    renderer: MessageRenderer<'a>,
    watch: FormWatch,
    /// The id and the directory of each session.
    sessions: Vec<(Option<String>, Option<String>)>,
}

impl<'a> Early<'a> {
    /// With what is known of the sessions before anything was learned. `None` where messages cannot be rendered by
    /// themselves.
    pub fn before(
        tree: &SessionTree,
        options: &'a ExportOptions,
        scout: &Scout<'_>,
    ) -> Option<Self> {
        let text =
            |field, text: &Option<String>| text.as_deref().map(|text| scout.text(field, text));
        let infos = tree.sessions.iter().map(|session| &session.info);
        let sessions = infos.map(|info| (text("id", &info.id), text("directory", &info.directory)));
        Self::new(sessions.collect(), options, scout.form_watch())
    }

    /// With what the sessions are in the end.
    pub fn of(
        tree: &Redacted<SessionTree>,
        options: &'a ExportOptions,
        redactor: &Redactor<'_>,
    ) -> Option<Self> {
        let infos = tree.get().sessions.iter().map(|session| &session.info);
        let sessions = infos.map(|info| (info.id.clone(), info.directory.clone()));
        Self::new(sessions.collect(), options, redactor.form_watch())
    }

    fn new(
        sessions: Vec<(Option<String>, Option<String>)>,
        options: &'a ExportOptions,
        watch: FormWatch,
    ) -> Option<Self> {
        let ids = sessions.iter().map(|(id, _)| id.as_deref());
        Some(Self {
            renderer: MessageRenderer::new(options, ids)?,
            watch,
            sessions,
        })
    }

    /// Begins a session of so many messages in the spool, with what they are rendered with.
    pub fn begin_session(&self, index: usize, messages: usize, spool: &mut Spool<'_>) {
        let (id, directory) = self.sessions.get(index).cloned().unwrap_or_default();
        spool.begin_session(id, directory, messages);
    }

    /// Renders a message of a session, by its place in the tree. What was rendered is searched, as a document is.
    /// `None` where the message has to be read again.
    pub fn render(&self, session: usize, message: Redacted<&Message>) -> Option<RenderedMessage> {
        let (_, directory) = self.sessions.get(session)?;
        let rendered = self.renderer.render(message, directory.as_deref())?;
        self.watch.look(rendered.text()).ok()?;
        Some(rendered)
    }
}
