//! Messages that are rendered one by one, before anything is known of the rest of the session, so that they
//! need not be read once more.

use std::collections::BTreeSet;

use super::super::context::Context;
use super::super::document::RenderedMessage;
use super::Page;
use super::blocks::Blocks;
use crate::error;
use crate::model::{Message, Part, PartKind};
use crate::options::{Attachments, ExportOptions, Format};
use crate::redact::Redacted;

/// From how many bytes on a message is a piece of the document by itself.
const LONG: usize = 1024;

/// Renders messages by themselves. Threads may share it.
pub struct MessageRenderer<'a>(Context<'a>);

impl<'a> MessageRenderer<'a> {
    /// Tells whether messages can be rendered by themselves: not in another format than Markdown, nor where the document
    /// has to keep a budget, nor where attachments are extracted.
    pub fn can_render(options: &ExportOptions) -> bool {
        options.format == Format::Markdown
            && options.max_bytes.is_none()
            && options.max_part_bytes.is_none()
            && options.attachments == Attachments::Omit
    }

    /// A renderer for the messages of sessions with such ids, in the order of the tree, some of which are branches. `None` where it
    /// [cannot render](Self::can_render) them.
    pub fn new<'i>(
        options: &'a ExportOptions,
        ids: impl Iterator<Item = Option<&'i str>>,
        branches: BTreeSet<usize>,
    ) -> Option<Self> {
        Self::can_render(options).then(|| Self(Context::new(options, ids, branches, None)))
    }

    /// Renders a message of a session that is in a folder. `None` where the document tells more of it than in
    /// its place: of files that it changed and of how much was cut; and where the place of a cut depends on the number of a
    /// secret.
    pub fn render(
        &self,
        message: Redacted<&Message>,
        directory: Option<&str>,
    ) -> Option<RenderedMessage> {
        let message = message.into_inner();
        if !message.diffs.is_empty() {
            return None;
        }
        let mut blocks = Blocks::new(&self.0);
        blocks
            .text
            .reserve(message.parts.iter().map(room_for).sum());
        // As behind a list, which it then ends or goes on with.
        blocks.is_in_list = true;
        blocks.message(message, directory, |_| None);
        let rendered = RenderedMessage(blocks.text);
        debug_assert_eq!(rendered.ends_in_list(), blocks.is_in_list);
        // The page counts the cuts.
        let is_whole = blocks.budget.cut.places == 0 && !blocks.depends_on_numbers.get();
        is_whole.then_some(rendered)
    }
}

/// About how much room a part takes in a document, in bytes. A text that grows is moved again and again.
fn room_for(part: &Part) -> usize {
    const OWN_WORDS: usize = 256;
    OWN_WORDS
        + match &part.kind {
            PartKind::Text { text, .. } | PartKind::Reasoning { text, .. } => {
                text.len() + text.len() / 8
            }
            PartKind::Tool(tool) => tool.output.as_ref().map_or(0, String::len),
            _ => 0,
        }
}

impl<T> RenderedMessage<T> {
    /// The text.
    pub fn text(&self) -> &T {
        &self.0
    }

    /// The same message with its text kept somewhere else, or taken back from there.
    ///
    /// # Errors
    /// Those of `change`.
    pub fn try_map<U, E>(
        self,
        change: impl FnOnce(T) -> Result<U, E>,
    ) -> Result<RenderedMessage<U>, E> {
        change(self.0).map(RenderedMessage)
    }
}

impl<T: AsRef<str>> RenderedMessage<T> {
    /// Tells whether a list goes on behind it: anything else ends with a blank line.
    fn ends_in_list(&self) -> bool {
        let text = self.0.as_ref();
        !text.ends_with("\n\n")
    }
}

impl Page<'_> {
    /// Adds a message that was rendered before.
    pub(super) fn add_rendered(&mut self, message: RenderedMessage<&str>) -> error::Result<()> {
        let text = match message.0.strip_prefix('\n') {
            Some(text) => {
                self.blocks.end_list();
                text
            }
            None => message.0,
        };
        if !message.0.is_empty() {
            self.blocks.is_in_list = message.ends_in_list();
        }
        if text.len() < LONG {
            self.blocks.text.push_str(text);
            return Ok(());
        }
        if !self.blocks.text.is_empty() {
            self.hand_on()?;
        }
        self.out.write_searched(text)
    }
}
