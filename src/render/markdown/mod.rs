//! The Markdown document, for a person who has never seen JSON.
//!
//! 1. [`head`]: the title, a table of facts, and what was redacted and left out;
//! 2. [`conversation`]: the messages, and [`tool`] calls among them;
//! 3. [`outcome`]: to-do list and changed files;
//! 4. the same for each sub-agent session, linked both ways;
//! 5. [`closing`]: a line with the counts and a hash.
//!
//! Whatever comes from the session goes through [`escape`] or [`quote`].

mod closing;
mod conversation;
mod escape;
mod head;
mod outcome;
mod quote;
mod tool;

pub use closing::{ClosingLine, Headings};

use std::collections::HashMap;

use super::budget::Measure;
use super::census::Reason;
use super::clock::Clock;
use super::cuts::PartBudget;
use super::hashed_out::HashedOut;
use super::html::{self, Frame, Kind, Mark};
use super::survey::SessionSurvey;
use super::words::{Words, fill, words};
use super::{Content, Out, RedactedMessages};
use crate::error::{Error, Result};
use crate::model::{ModelRef, Session, Timestamp};
use crate::options::{ExportOptions, Format};

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
    let mut page = Page {
        content,
        options: content.options,
        words: words(content.options.locale),
        clock: Clock::new(content.options.time_zone),
        agent_numbers: ids
            .enumerate()
            .skip(1)
            .filter_map(|(number, id)| Some((id?, number)))
            .collect(),
        text: String::new(),
        html: (content.options.format == Format::Html).then(html::Converter::default),
        marks: Vec::new(),
        marked_bytes: 0,
        is_in_list: false,
        turns: 0,
        budget: PartBudget::default(),
        measure: Measure::default(),
        out: HashedOut::new(out),
    };
    page.begin_page()?;
    page.head(page.shown(0)?);
    page.heading(2, page.words.conversation);
    page.block(page.words.quoted_is_session);
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
    page.measure.texts = page.budget.shown;
    Ok(page.measure)
}

/// The document that is being written.
struct Page<'a> {
    content: &'a Content<'a>,
    options: &'a ExportOptions,
    words: &'static Words,
    clock: Clock,
    /// The number of each sub-agent session by its id, which is its place in the tree.
    agent_numbers: HashMap<&'a str, usize>,
    /// What was not handed on yet.
    text: String,
    /// Where the document becomes a page.
    html: Option<html::Converter>,
    /// What is what in the text that was not handed on yet, for the page.
    marks: Vec<(usize, Mark)>,
    /// How much text these hold, in bytes.
    marked_bytes: usize,
    is_in_list: bool,
    /// How many turns were begun.
    turns: usize,
    budget: PartBudget,
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
        match &mut self.html {
            Some(html) => self.out.write(&html.convert(&self.text, &self.marks))?,
            None => self.out.write(&self.text)?,
        }
        self.text.clear();
        self.marks.clear();
        self.marked_bytes = 0;
        Ok(())
    }

    /// Writes what stands before the document, where it becomes a page.
    fn begin_page(&mut self) -> Result<()> {
        if self.html.is_none() {
            return Ok(());
        }
        let main = self.content.tree.get().sessions.first();
        let title = main.and_then(|main| main.info.title.as_deref());
        let title = title.filter(|title| !title.is_empty());
        self.out.write(&html::start(&Frame {
            title: title.unwrap_or(self.words.untitled),
            words: self.words,
        }))
    }

    fn begin(&mut self, kind: Kind) {
        self.mark(Mark::Begin(kind));
    }

    fn end(&mut self) {
        self.mark(Mark::End);
    }

    fn mark(&mut self, mark: Mark) {
        if self.html.is_some() {
            self.marks.push((self.text.len(), mark));
        }
    }

    /// Hands on what was written so far once it is worth it. Only whole messages are handed on:
    /// the pieces are searched for secrets one by one.
    fn hand_on_if_large(&mut self) -> Result<()> {
        if self.text.len() + self.marked_bytes < PIECE {
            return Ok(());
        }
        self.hand_on()
    }

    /// The size of the document so far, in bytes.
    fn size(&self) -> usize {
        self.out.bytes() + self.text.len() + self.marked_bytes
    }

    /// What follows is the texts of one part, which share a budget.
    fn begin_part(&mut self, limit: Option<usize>) {
        self.budget.begin(limit, self.options.max_bytes.is_some());
    }

    /// Tells that a text was cut here, where it was.
    fn cut_note(&mut self, shown: &str, text: &str) {
        let cut = text.len() - shown.len();
        if cut == 0 {
            return;
        }
        self.measure.cut.bytes += cut;
        self.measure.cut.places += 1;
        let sizes = [cut, text.len()].map(|bytes| self.words.size(bytes as u64));
        self.label(&fill(self.words.cut, &sizes.each_ref().map(String::as_str)));
    }

    /// A block of its own, followed by a blank line.
    fn block(&mut self, text: &str) {
        self.end_list();
        self.text.push_str(text.trim_end_matches('\n'));
        self.text.push_str("\n\n");
    }

    fn end_list(&mut self) {
        if std::mem::take(&mut self.is_in_list) {
            self.text.push('\n');
        }
    }

    /// A heading. Only the exporter's own words and escaped text may stand in it.
    fn heading(&mut self, level: usize, text: &str) {
        self.block(&format!("{} {text}", "#".repeat(level)));
    }

    fn label(&mut self, text: &str) {
        self.block(&format!("*{text}*"));
    }

    /// Text of the session as a quote.
    fn quote(&mut self, text: &str) {
        let shown = self.budget.take(text);
        if self.html.is_some() {
            self.end_list();
            self.mark_quote(shown);
        } else if !shown.is_empty() {
            self.block(&quote::quote(shown));
        }
        self.cut_note(shown, text);
    }

    /// Text of the session, for the page: in a block of its own, its Markdown can do no harm there.
    fn mark_quote(&mut self, shown: &str) {
        if !shown.trim().is_empty() {
            self.mark(Mark::Quote(shown.to_owned()));
            self.marked_bytes += shown.len();
        }
    }

    /// Text of the session as a block of code.
    fn fenced(&mut self, text: &str, language: &str) {
        let shown = self.budget.take(text);
        if !shown.is_empty() {
            self.block(&escape::fenced(shown, language));
        }
        self.cut_note(shown, text);
    }

    /// An item of a list.
    fn item(&mut self, text: &str) {
        self.text.push_str("- ");
        self.text.push_str(text);
        self.text.push('\n');
        self.is_in_list = true;
    }

    /// A quote that belongs to the item before it.
    fn quote_in_item(&mut self, text: &str) {
        let shown = self.budget.take(text);
        if self.html.is_some() {
            self.mark_quote(shown);
            return self.cut_note(shown, text);
        }
        let lines = quote::quote(shown);
        for line in lines.lines().filter(|_| !shown.is_empty()) {
            self.text.push_str("  ");
            self.text.push_str(line);
            self.text.push('\n');
        }
        self.cut_note(shown, text);
    }

    fn time(&self, time: Option<Timestamp>) -> String {
        time.map_or_else(
            || self.words.time_unknown.to_owned(),
            |time| self.clock.rfc3339(time),
        )
    }

    /// The name of a model: the caller's for it, or its ids.
    fn model(&self, model: &ModelRef) -> String {
        let key = model.key();
        let name = self.options.models.get(&key).unwrap_or(&key);
        match model.special_variant() {
            Some(variant) => {
                let variant = self.words.in_brackets(&escape::inline(variant));
                format!("{}{variant}", escape::inline(name))
            }
            None => escape::inline(name),
        }
    }

    fn sub_agent_name(&self, number: usize) -> String {
        fill(self.words.sub_agent, &[&number.to_string()])
    }

    /// A link to a sub-agent's heading. The heading holds nothing but the exporter's words, so its
    /// anchor is the same in every viewer.
    fn sub_agent_link(&self, number: usize) -> String {
        let name = self.sub_agent_name(number);
        format!("[{name}](#{})", name.to_lowercase().replace(' ', "-"))
    }

    fn main_link(&self) -> String {
        let words = self.words;
        let anchor = words.conversation.to_lowercase();
        format!("[{}](#{anchor})", words.main_conversation)
    }

    fn sub_agent_head(&mut self, agent: Shown<'_>) {
        self.heading(2, &self.sub_agent_name(agent.index));
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
            self.block(&format!("**{title}**"));
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
