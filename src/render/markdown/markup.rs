//! How Markdown marks up what stands in a sentence.

use super::super::markup::Markup;
use super::super::sentences::author_name;
use super::super::survey::message::Author;
use super::super::words::Words;
use super::escape::{code, inline};

/// How Markdown marks up what stands in a sentence.
pub struct Markdown;

impl Markup for Markdown {
    fn text(&self, text: &str) -> String {
        inline(text)
    }

    fn code(&self, text: &str) -> String {
        code(text)
    }

    /// In a table's cell code would have to escape `|`, which not every viewer takes back.
    fn value(&self, text: &str) -> String {
        match text.contains('|') {
            true => inline(text),
            false => code(text),
        }
    }

    fn own(&self, words: &str) -> String {
        words.to_owned()
    }

    fn strong(&self, shown: &str) -> String {
        format!("**{shown}**")
    }

    fn emphasis(&self, shown: &str) -> String {
        format!("*{shown}*")
    }

    fn link(&self, shown: &str, anchor: &str) -> String {
        format!("[{shown}](#{anchor})")
    }

    /// The anchor of a turn's heading. Viewers make it by the same rule where the heading holds only words. Links lead to
    /// the main session's turns: those of others have the same numbers.
    fn turn_anchor(
        &self,
        session: usize,
        number: usize,
        author: &Author,
        words: &Words,
    ) -> Option<String> {
        let name = author_name(author, words).filter(|_| session == 0)?;
        let heading = format!("{number}. {name}");
        let shown = heading.chars().filter_map(|c| match c {
            ' ' => Some('-'),
            c if c.is_alphanumeric() || c == '-' => c.to_lowercase().next(),
            _ => None,
        });
        Some(shown.collect())
    }

    /// The heading holds nothing but the exporter's words, so its anchor is the same in every viewer.
    fn agent_anchor(&self, _session: usize, name: &str) -> String {
        name.to_lowercase().replace(' ', "-")
    }

    fn conversation_anchor(&self, words: &Words) -> String {
        words.conversation.to_lowercase()
    }
}
