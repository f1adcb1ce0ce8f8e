//! The page: one file that loads nothing, made from the redacted session for reading in a browser.
//!
//! 1. `frame`: its policy, style, bar and script;
//! 2. `head`: the title, how the session ended, and, folded, its facts and what was redacted and left out;
//! 3. `conversation`: turns, with their `message`s and `tool` calls; sub-agents under the calls that started them;
//! 4. `outcome`: to-do list and changed files;
//! 5. the closing line, as Markdown has it.
//!
//! What a user or a runtime wrote is `text`, letter by letter; an answer is `prose`, which was Markdown. Whatever comes
//! from the session goes through `escape`.

mod attachment;
mod calls;
mod code;
mod conversation;
mod diff;
mod escape;
mod frame;
mod head;
mod highlight;
mod markup;
mod message;
mod outcome;
mod prose;
mod text;
mod tool;
mod writer;

pub use frame::{END, LINES_OF_END, heading, split_end};

use self::markup::Html;
use self::writer::Writer;
use super::budget::Measure;
use super::context::Context;
use super::document::{Content, Out, RedactedMessages, Shown};
use super::hashed_out::HashedOut;
use super::sentences::{Sentences, closing, title};
use super::words::Words;
use crate::error::Result;
use crate::options::ExportOptions;

/// How much of the page is gathered before it is handed on, in bytes: between turns, and within one, which may then tell no
/// more how high it is.
const PIECE: [usize; 2] = [64 * 1024, 512 * 1024];

/// How many sub-agents are shown in each other. Others follow the conversation.
const DEEPEST: usize = 6;

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
    let markup = Html {
        words: context.words,
    };
    let writer = Writer::new(&context, &markup);
    let mut page = Page {
        content,
        options: content.options,
        words: context.words,
        sentences: writer.sentences,
        writer,
        turns: 0,
        turn: CurrentTurn::default(),
        date: None,
        agents: Agents {
            are_shown: (0..sessions.len())
                .map(|index| content.cuts.hides(index))
                .collect(),
            ..Agents::default()
        },
        measure: Measure::default(),
        out: HashedOut::new(out),
    };
    let main = content.shown(0)?;
    let title = title(content, main, messages)?;
    let start = frame::start(&title, page.words, content.options);
    page.writer.push(&start);
    page.head(main, &title, messages)?;
    page.session(main, messages)?;
    for index in 1..sessions.len() {
        if !page.agents.is_shown(index) {
            page.agent(index, messages)?;
        }
    }
    page.closing()?;
    page.out.measure(&mut page.measure);
    page.measure.add_texts(page.writer.budget);
    Ok(page.measure)
}

/// The page that is being written.
struct Page<'a> {
    content: &'a Content<'a>,
    options: &'a ExportOptions,
    words: &'static Words,
    sentences: Sentences<'a>,
    /// What was not handed on yet.
    writer: Writer<'a>,
    /// How many turns were begun.
    turns: usize,
    turn: CurrentTurn,
    /// The date of the time that was shown last.
    date: Option<String>,
    agents: Agents,
    measure: Measure,
    out: HashedOut<'a>,
}

/// The turn that is being written.
#[derive(Debug, Default)]
struct CurrentTurn {
    /// Its id.
    id: String,
    /// How many of its tool calls were begun.
    calls: usize,
}

/// The sub-agents of a session.
#[derive(Default)]
struct Agents {
    /// True where each was shown, by its place in the tree.
    are_shown: Vec<bool>,
    /// In how many the page is.
    depth: usize,
    /// How much of the page they took, in bytes.
    bytes: usize,
}

impl Agents {
    fn is_shown(&self, index: usize) -> bool {
        self.are_shown.get(index).copied().unwrap_or(true)
    }
}

impl Page<'_> {
    /// The conversation of a session, and what it left behind.
    fn session(&mut self, shown: Shown<'_>, messages: &mut dyn RedactedMessages) -> Result<()> {
        self.conversation(shown, messages)?;
        self.outcome(shown, messages)
    }

    /// A sub-agent session, folded.
    fn agent(&mut self, index: usize, messages: &mut dyn RedactedMessages) -> Result<()> {
        if let Some(is_shown) = self.agents.are_shown.get_mut(index) {
            *is_shown = true;
        }
        let (start, bytes) = (self.size(), self.agents.bytes);
        let agent = self.content.shown(index)?;
        self.agents.depth += 1;
        self.writer.end_calls();
        self.agent_head(agent);
        // The times of its turns stand alone.
        let date = self.date.take();
        let turn = std::mem::take(&mut self.turn);
        self.session(agent, messages)?;
        (self.date, self.turn) = (date, turn);
        self.writer.end_fold(false);
        self.agents.depth -= 1;
        self.agents.bytes = bytes + self.size() - start;
        Ok(())
    }

    /// The size of the page so far, in bytes.
    fn size(&self) -> usize {
        self.out.bytes() + self.writer.text.len()
    }

    /// Hands on what was written so far once it is worth it. Only whole messages are handed on: the pieces are searched
    /// for secrets one by one.
    fn hand_on_if_large(&mut self, is_in_turn: bool) -> Result<()> {
        let [between, within] = PIECE;
        let enough = if is_in_turn { within } else { between };
        if self.writer.text.len() < enough {
            return Ok(());
        }
        self.hand_on()
    }

    /// Hands on what was written so far.
    fn hand_on(&mut self) -> Result<()> {
        self.writer.end_calls();
        let text = &self.writer.text;
        let mut at = 0;
        for image in &self.writer.images {
            self.out
                .write(text.get(at..image.start).unwrap_or_default())?;
            self.out
                .write_searched(text.get(image.clone()).unwrap_or_default())?;
            at = image.end;
        }
        self.out.write(text.get(at..).unwrap_or_default())?;
        self.writer.forget();
        Ok(())
    }

    fn closing(&mut self) -> Result<()> {
        let line = closing(&self.sentences, &self.content.survey.census, self.turns);
        self.hand_on()?;
        let line = frame::closing(&line, self.words);
        let hash = self.out.sha256_with(&line);
        self.out.write(&[&line, &hash, END].concat())
    }
}
