//! The sentences that the Markdown document and the page share. Each gives text with its markup, by [`Markup`].

mod attachment;
mod changes;
mod closing;
mod facts;
mod files;
mod part;
mod shown_part;
mod summary;
mod title;
mod tool;
mod turn;

pub use self::closing::closing;
pub use self::facts::Row;
pub use self::files::FileRow;
pub use self::part::{Told, error_message};
pub use self::title::title;
pub use self::tool::{Around, CallLine, told_by_line};
pub use self::turn::author_name;

use super::context::Context;
use super::markup::Markup;
use super::words::fill;
use crate::model::{ModelRef, Timestamp};

/// Makes the sentences of a document.
#[derive(Clone, Copy)]
pub struct Sentences<'a> {
    /// The options, the words and the names of the document.
    pub context: &'a Context<'a>,
    /// How its format marks up what stands in a sentence.
    pub markup: &'a dyn Markup,
}

impl Sentences<'_> {
    /// A time with its date, or that it is not known.
    pub fn time(&self, time: Option<Timestamp>) -> String {
        time.map_or_else(
            || self.context.words.time_unknown.to_owned(),
            |time| self.context.clock.moment(time),
        )
    }

    /// The name of a model: the caller's for it, or its ids, which are the session's and stand as code.
    pub fn model(&self, model: &ModelRef) -> String {
        let key = model.key();
        let name = match self.context.options.models.get(&key) {
            Some(name) => self.markup.text(name),
            None => self.markup.value(&key),
        };
        match model.special_variant() {
            Some(variant) => {
                let variant = self.markup.value(variant);
                format!("{name}{}", self.context.words.in_brackets(&variant))
            }
            None => name,
        }
    }

    /// The name of a sub-agent session, by its place in the tree.
    pub fn agent_name(&self, session: usize) -> String {
        let words = self.context.words;
        let name = match self.context.branches.contains(&session) {
            true => words.branch,
            false => words.sub_agent,
        };
        fill(name, &[&session.to_string()])
    }

    /// A link to a sub-agent session.
    pub fn agent_link(&self, session: usize) -> String {
        let name = self.agent_name(session);
        let anchor = self.markup.agent_anchor(session, &name);
        self.markup.link(&name, &anchor)
    }

    /// A link to the main conversation.
    pub fn main_link(&self) -> String {
        let words = self.context.words;
        let anchor = self.markup.conversation_anchor(words);
        self.markup.link(words.main_conversation, &anchor)
    }

    /// `What: value`, or `What` where there is no value.
    pub fn fact(&self, what: &str, value: Option<&str>) -> String {
        let value = value.map(|value| self.markup.text(value));
        match value.filter(|value| !value.is_empty()) {
            Some(value) => {
                let value = self.markup.strong(&value);
                format!("{what}{}{value}", self.context.words.colon)
            }
            None => what.to_owned(),
        }
    }
}
