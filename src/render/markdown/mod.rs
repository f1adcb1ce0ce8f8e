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
mod dropped;
mod escape;
mod head;
mod message;
mod outcome;
mod quote;
mod rendered_message;
mod summary;
mod title;
mod tool;

pub use closing::{ClosingLine, Headings};
pub use rendered_message::MessageRenderer;

use self::blocks::{Blocks, Context};
use super::budget::Measure;
use super::clock::Clock;
use super::document::{Content, Out, RedactedMessages};
use super::hashed_out::HashedOut;
use super::html;
use super::html::Frame;
use super::survey::SessionSurvey;
use super::survey::census::Reason;
use super::words::Words;
use crate::error::{Error, Result};
use crate::model::Session;
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
    let context = Context::new(content.options, ids, content.folder);
    let mut page = Page {
        content,
        options: content.options,
        words: context.words,
        clock: context.clock,
        blocks: Blocks::new(&context),
        html: context.is_page.then(html::Converter::default),
        turns: 0,
        date: None,
        title: String::new(),
        measure: Measure::default(),
        out: HashedOut::new(out),
    };
    page.title = page.title_of(page.shown(0)?, messages)?;
    page.begin_page()?;
    page.head(page.shown(0)?);
    page.blocks.heading(2, page.words.conversation);
    page.blocks.block(page.words.quoted_is_session);
    for index in 0..sessions.len() {
        let shown = page.shown(index)?;
        if index > 0 {
            page.sub_agent_head(shown);
        }
        page.conversation(shown, messages)?;
        page.outcome(shown, messages)?;
    }
    page.closing(&content.survey.census)?;
    page.measure.bytes = page.out.bytes();
    page.measure.sha256 = page.out.sha256();
    page.measure.checksum = page.out.checksum();
    page.measure.texts = page.blocks.budget.shown;
    page.measure.cut.bytes = page.blocks.cut.bytes;
    page.measure.cut.places = page.blocks.cut.places;
    Ok(page.measure)
}

/// The document that is being written.
struct Page<'a> {
    content: &'a Content<'a>,
    options: &'a ExportOptions,
    words: &'static Words,
    clock: Clock,
    /// What was not handed on yet.
    blocks: Blocks<'a>,
    /// Where the document becomes a page.
    html: Option<html::Converter>,
    /// How many turns were begun.
    turns: usize,
    /// The title of the document.
    title: String,
    /// The date of the time that was shown last.
    date: Option<String>,
    measure: Measure,
    out: HashedOut<'a>,
}

/// A session that is shown.
#[derive(Clone, Copy)]
struct Shown<'a> {
    session: &'a Session,
    survey: &'a SessionSurvey,
    /// Its place in the tree; 0 is the main session.
    index: usize,
}

impl<'a> Shown<'a> {
    fn directory(self) -> Option<&'a str> {
        self.session.info.directory.as_deref()
    }
}

impl<'a> Page<'a> {
    fn shown(&self, index: usize) -> Result<Shown<'a>> {
        let session = self.content.tree.get().sessions.get(index);
        let survey = self.content.survey.sessions.get(index);
        match (session, survey) {
            (Some(session), Some(survey)) => Ok(Shown {
                session,
                survey,
                index,
            }),
            _ => Err(Error::Internal),
        }
    }

    /// Hands on what was written so far.
    fn hand_on(&mut self) -> Result<()> {
        let blocks = &mut self.blocks;
        match &mut self.html {
            Some(html) => self.out.write(&html.convert(&blocks.text, &blocks.marks))?,
            None => self.out.write(&blocks.text)?,
        }
        blocks.text.clear();
        blocks.marks.clear();
        blocks.marked_bytes = 0;
        Ok(())
    }

    /// Writes what stands before the document, where it becomes a page.
    fn begin_page(&mut self) -> Result<()> {
        if self.html.is_none() {
            return Ok(());
        }
        self.out.write(&html::start(&Frame {
            title: &self.title,
            words: self.words,
            has_reasoning: self.options.reasoning,
        }))
    }

    /// Hands on what was written so far once it is worth it. Only whole messages are handed on:
    /// the pieces are searched for secrets one by one.
    fn hand_on_if_large(&mut self) -> Result<()> {
        if self.blocks.bytes() < PIECE {
            return Ok(());
        }
        self.hand_on()
    }

    /// The size of the document so far, in bytes.
    fn size(&self) -> usize {
        self.out.bytes() + self.blocks.bytes()
    }

    fn main_link(&self) -> String {
        let words = self.words;
        let anchor = words.conversation.to_lowercase();
        format!("[{}](#{anchor})", words.main_conversation)
    }

    /// The title of a session, or the first words of the user where nobody gave it one.
    fn title_of(&self, shown: Shown<'_>, messages: &mut dyn RedactedMessages) -> Result<String> {
        let info = &shown.session.info;
        if let Some(title) = info.given_title() {
            return Ok(title.to_owned());
        }
        for index in 0..shown.survey.messages.min(title::LOOKED_AT) {
            if self.content.cuts.drops(shown.index, index) {
                continue;
            }
            let message = messages.message(shown.index, index)?;
            if let Some(words) = title::first_words(message.get()) {
                return Ok(words);
            }
        }
        let stored = info.title.as_deref().map(str::trim);
        let stored = stored.filter(|title| !title.is_empty());
        Ok(stored.unwrap_or(self.words.untitled).to_owned())
    }

    fn sub_agent_head(&mut self, agent: Shown<'_>) {
        self.blocks
            .heading(2, &self.blocks.sub_agent_name(agent.index));
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
        self.sub_agent_facts(agent);
    }

    fn omission(&self, reason: Reason, count: usize) -> String {
        let words = self.words;
        let counted = match reason {
            Reason::StepMarker => &words.reason_step_marker,
            Reason::Reasoning => &words.reason_reasoning,
            Reason::Tool => &words.reason_tool,
            Reason::Diff => &words.reason_diff,
            Reason::EmptyText => &words.reason_empty_text,
            Reason::SubAgent => &words.reason_sub_agent,
            Reason::Unreadable => &words.reason_unreadable,
            Reason::Orphan => &words.reason_orphan,
            Reason::Budget => &words.reason_budget,
        };
        counted.of(count)
    }
}
