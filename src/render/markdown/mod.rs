//! The Markdown document, for a person who has never seen JSON.
//!
//! 1. [`head`]: the title, a table of facts, and what was redacted and left out;
//! 2. [`conversation`]: the messages ([`message`]), and [`tool`] calls among them;
//! 3. [`outcome`]: to-do list and changed files;
//! 4. the same for each sub-agent session, linked both ways;
//! 5. [`closing`]: a line with the counts and a hash.
//!
//! Whatever comes from the session goes through [`escape`] or [`quote`].

mod blocks;
mod closing;
mod code_block;
mod conversation;
mod escape;
mod head;
mod markup;
mod message;
mod outcome;
mod quote;
mod rendered_message;
mod tool;

pub use closing::{ClosingLine, Headings};
pub use rendered_message::MessageRenderer;

use self::blocks::Blocks;
use super::budget::Measure;
use super::context::Context;
use super::document::{Content, Out, RedactedMessages, Shown};
use super::hashed_out::HashedOut;
use super::sentences::{Sentences, title};
use super::words::Words;
use crate::error::Result;
use crate::options::ExportOptions;

/// How much of the document is gathered before it is handed on, in bytes.
const PIECE: usize = 64 * 1024;

/// Renders a redacted session. Gives what that came to.
///
/// # Errors
/// Those of `messages` and of `out`.
pub fn render(
    content: &Content<'_>,
    messages: &mut dyn RedactedMessages,
    out: Out<'_>,
) -> Result<Measure> {
    let sessions = &content.tree.get().sessions;
    let ids = sessions.iter().map(|session| session.info.id.as_deref());
    let branches = content.tree.get().branches();
    let context = Context::new(content.options, ids, branches, content.folder);
    let blocks = Blocks::new(&context);
    let mut page = Page {
        content,
        options: content.options,
        words: context.words,
        sentences: blocks.sentences,
        blocks,
        turns: 0,
        date: None,
        title: String::new(),
        measure: Measure::default(),
        out: HashedOut::new(out),
    };
    page.title = title(content, content.shown(0)?, messages)?;
    page.head(content.shown(0)?);
    page.blocks.heading(2, page.words.conversation);
    page.blocks.block(page.words.quoted_is_session);
    for index in 0..sessions.len() {
        if content.cuts.hides(index) {
            continue;
        }
        let shown = content.shown(index)?;
        if index > 0 {
            page.sub_agent_head(shown);
        }
        page.conversation(shown, messages)?;
        page.outcome(shown, messages)?;
    }
    page.closing(&content.survey.census)?;
    page.out.measure(&mut page.measure);
    page.measure.add_texts(page.blocks.budget);
    Ok(page.measure)
}

/// The document that is being written.
struct Page<'a> {
    content: &'a Content<'a>,
    options: &'a ExportOptions,
    words: &'static Words,
    sentences: Sentences<'a>,
    /// What was not handed on yet.
    blocks: Blocks<'a>,
    /// How many turns were begun.
    turns: usize,
    /// The title of the document.
    title: String,
    /// The date of the time that was shown last.
    date: Option<String>,
    measure: Measure,
    out: HashedOut<'a>,
}

impl<'a> Page<'a> {
    /// Hands on what was written so far.
    fn hand_on(&mut self) -> Result<()> {
        self.out.write(&self.blocks.text)?;
        self.blocks.text.clear();
        Ok(())
    }

    /// Hands on what was written so far once it is worth it. Only whole messages are handed on:
    /// the pieces are searched for secrets one by one.
    fn hand_on_if_large(&mut self) -> Result<()> {
        if self.blocks.text.len() < PIECE {
            return Ok(());
        }
        self.hand_on()
    }

    /// The size of the document so far, in bytes.
    fn size(&self) -> usize {
        self.out.bytes() + self.blocks.text.len()
    }

    fn sub_agent_head(&mut self, agent: Shown<'_>) {
        self.blocks
            .heading(2, &self.sentences.agent_name(agent.index));
        if self.content.cuts.drops_all_of(agent.index) {
            return;
        }
        let title = agent
            .session
            .info
            .title
            .as_deref()
            .map(escape::inline)
            .unwrap_or_default();
        if !title.is_empty() {
            self.blocks.block(&format!("**{title}**"));
        }
        self.agent_facts(agent);
    }
}
