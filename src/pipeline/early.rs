//! Renders messages as soon as they are read, each with what is known by then of its session.

use super::spool::Spool;
use crate::model::{Message, SessionTree};
use crate::options::ExportOptions;
use crate::redact::{Redacted, Scout};
use crate::render::{MessageRenderer, RenderedMessage};

/// Renders messages as soon as they are read.
pub struct Early<'a, 's> {
    renderer: MessageRenderer<'a>,
    scout: &'s Scout<'a>,
    /// The id and the directory of each session, as far as they are known by then.
    sessions: Vec<(Option<String>, Option<String>)>,
}

impl<'a, 's> Early<'a, 's> {
    /// `None` where messages cannot be rendered by themselves.
    pub fn new(
        tree: &SessionTree,
        options: &'a ExportOptions,
        scout: &'s Scout<'a>,
    ) -> Option<Self> {
        let text =
            |field, text: &Option<String>| text.as_deref().map(|text| scout.text(field, text));
        let infos = tree.sessions.iter().map(|session| &session.info);
        let sessions: Vec<_> = infos
            .map(|info| (text("id", &info.id), text("directory", &info.directory)))
            .collect();
        let ids = sessions.iter().map(|(id, _)| id.as_deref());
        Some(Self {
            renderer: MessageRenderer::new(options, ids)?,
            scout,
            sessions,
        })
    }

    /// Begins a session in the spool, with what its messages are rendered with.
    pub fn begin_session(&self, index: usize, spool: &mut Spool<'_>) {
        let (id, directory) = self.sessions.get(index).cloned().unwrap_or_default();
        spool.begin_session(id, directory);
    }

    /// Renders a message of a session, by its place in the tree. What was rendered is searched, as a document is.
    /// `None` where the message has to be read again.
    pub fn render(&self, session: usize, message: Redacted<&Message>) -> Option<RenderedMessage> {
        let (_, directory) = self.sessions.get(session)?;
        let rendered = self.renderer.render(message, directory.as_deref())?;
        self.scout.look_at_rendered(rendered.text()).ok()?;
        Some(rendered)
    }
}
