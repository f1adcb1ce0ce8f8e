//! How a document for people marks up what stands in its sentences: Markdown and the page say the same, each in its
//! own way. `shown` is what was marked up already.

use super::survey::message::Author;
use super::words::Words;

/// How a document for people marks up what stands in its sentences.
pub trait Markup {
    /// A text of the session on one line, as plain text.
    fn text(&self, text: &str) -> String;

    /// A text of the session on one line, as code.
    fn code(&self, text: &str) -> String;

    /// A value of the session in a line or a table of the exporter's: as code where that can be.
    fn value(&self, text: &str) -> String;

    /// Words of the exporter in which something may stand between backticks.
    fn own(&self, words: &str) -> String;

    /// What is said with weight.
    fn strong(&self, shown: &str) -> String;

    /// What is said beside.
    fn emphasis(&self, shown: &str) -> String;

    /// A link within the document.
    fn link(&self, shown: &str, anchor: &str) -> String;

    /// The anchor of a turn, by the place of its session in the tree and its number; `None` where nothing can lead there.
    fn turn_anchor(
        &self,
        session: usize,
        number: usize,
        author: &Author,
        words: &Words,
    ) -> Option<String>;

    /// The anchor of a sub-agent session, by its place in the tree and its name.
    fn agent_anchor(&self, session: usize, name: &str) -> String;

    /// The anchor of the main conversation.
    fn conversation_anchor(&self, words: &Words) -> String;
}
