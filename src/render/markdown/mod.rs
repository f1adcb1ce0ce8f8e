//! The Markdown document, for a person who has never seen JSON.
//!
//! 1. [`head`]: the title, a table of facts, and what was redacted and left out;
//! 2. [`conversation`]: the messages, and [`tool`] calls among them;
//! 3. [`outcome`]: to-do list and changed files;
//! 4. the same for each sub-agent session, linked both ways;
//! 5. a closing line with the counts.
//!
//! Whatever comes from the session goes through [`escape`] or [`quote`].

mod conversation;
mod escape;
mod head;
mod outcome;
mod quote;
mod tool;

use std::collections::HashMap;

use super::census::{Census, Reason};
use super::clock::Clock;
use super::words::{Words, fill, words};
use crate::model::{ModelRef, Session, SessionTree, Timestamp};
use crate::options::ExportOptions;
use crate::redact::Redacted;

/// Renders a redacted session; `exported_at` is the time that the document names.
pub fn render(
    tree: &Redacted<SessionTree>,
    options: &ExportOptions,
    exported_at: Timestamp,
) -> (String, Census) {
    let root = &tree.get().root;
    let mut census = Census::take(root, options);
    let agents = if options.children {
        sub_agents(root)
    } else {
        Vec::new()
    };
    let mut page = Page {
        options,
        words: words(options.locale),
        clock: Clock::new(options.time_zone),
        agent_numbers: agents
            .iter()
            .filter_map(|agent| Some((agent.session.info.id.as_deref()?, agent.number)))
            .collect(),
        text: String::new(),
        is_in_list: false,
        truncated: 0,
    };
    page.head(tree, &census, exported_at);
    page.heading(2, page.words.conversation);
    page.block(page.words.quoted_is_session);
    page.conversation(root);
    page.outcome(root, true);
    for agent in &agents {
        page.sub_agent(agent);
    }
    page.closing(&census);
    census.truncated = page.truncated;
    (page.text, census)
}

/// The document that is being written.
struct Page<'a> {
    options: &'a ExportOptions,
    words: &'static Words,
    clock: Clock,
    /// The number of each sub-agent session by its id.
    agent_numbers: HashMap<&'a str, usize>,
    text: String,
    is_in_list: bool,
    /// How many bytes were cut off.
    truncated: usize,
}

/// A sub-agent session and its place in the tree.
struct SubAgent<'a> {
    session: &'a Session,
    number: usize,
    /// The number of the sub-agent that started it; `None` for the main conversation.
    parent: Option<usize>,
}

/// All sub-agent sessions, each behind the one that started it.
fn sub_agents(root: &Session) -> Vec<SubAgent<'_>> {
    fn add<'a>(session: &'a Session, parent: Option<usize>, agents: &mut Vec<SubAgent<'a>>) {
        for child in &session.children {
            let number = agents.len() + 1;
            agents.push(SubAgent {
                session: child,
                number,
                parent,
            });
            add(child, Some(number), agents);
        }
    }
    let mut agents = Vec::new();
    add(root, None, &mut agents);
    agents
}

impl<'a> Page<'a> {
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

    fn quote(&mut self, text: &str) {
        self.block(&quote::quote(text));
    }

    fn fenced(&mut self, text: &str, language: &str) {
        self.block(&escape::fenced(text, language));
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
        for line in quote::quote(text).lines() {
            self.text.push_str("  ");
            self.text.push_str(line);
            self.text.push('\n');
        }
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
            Some(variant) => format!("{} ({})", escape::inline(name), escape::inline(variant)),
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

    fn sub_agent(&mut self, agent: &SubAgent<'a>) {
        self.heading(2, &self.sub_agent_name(agent.number));
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
        self.conversation(agent.session);
        self.outcome(agent.session, false);
    }

    fn closing(&mut self, census: &Census) {
        let words = self.words;
        let omitted = census
            .omitted
            .iter()
            .map(|(reason, count)| self.omission(*reason, *count))
            .collect::<Vec<_>>();
        let omitted = if omitted.is_empty() {
            words.parts_count.of(0)
        } else {
            omitted.join(words.semicolon)
        };
        let values = [
            words.sessions_count.of(census.sessions.stored),
            words.messages_count.of(census.messages.stored),
            words.parts_count.of(census.parts.stored),
            words.sessions_count.of(census.sessions.rendered),
            words.messages_count.of(census.messages.rendered),
            words.parts_count.of(census.parts.rendered),
            omitted,
        ];
        let values = values.each_ref().map(String::as_str);
        self.block("---");
        self.block(&fill(words.closing, &values));
        // The last line of a file ends with one line end.
        self.text
            .truncate(self.text.trim_end_matches('\n').len() + 1);
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
        };
        counted.of(count)
    }
}
