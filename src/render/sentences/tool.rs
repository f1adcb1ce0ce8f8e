//! The line of a tool call.

use std::borrow::Cow;

use serde_json::Value;

use super::super::tool::details::What;
use super::super::tool::outcome::Outcome;
use super::super::tool::summary::{facts, label, relative, subject};
use super::super::tool::{Kind, child_session, is_usual_name};
use super::super::words::fill;
use super::Sentences;
use crate::model::{Message, MessageError, Role, ToolPart};
use crate::redact;

/// How much of a command or a title stands in its line, in characters.
const LONGEST_SUBJECT: usize = 200;

/// The line of a tool call, piece by piece.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct CallLine {
    /// What the tool does, or its name.
    pub name: String,
    /// What the call was about.
    pub subject: Option<String>,
    /// What is known of it before how it ended: a name that says more, that the user ran it.
    pub before: Vec<String>,
    /// How it ended.
    pub outcome: String,
    /// What else is known of it.
    pub facts: Vec<String>,
    /// Where the sub-agent session is that it started.
    pub child: Option<String>,
    /// True where a text was cut in it that holds a placeholder: where it is cut depends on how long its number is.
    pub depends_on_numbers: bool,
}

/// Whose message a call stands in, and whether the user stopped it.
#[derive(Debug, Clone, Copy, Default)]
pub struct Around {
    /// True where it is the user's.
    pub is_by_user: bool,
    /// True where the user stopped it.
    pub is_stopped: bool,
}

impl Around {
    /// What the calls of a message have to know of it.
    pub fn of(message: &Message) -> Self {
        Self {
            is_by_user: message.speaker() == Role::User,
            is_stopped: message.error.as_ref().is_some_and(MessageError::is_abort),
        }
    }
}

impl Sentences<'_> {
    /// The line of a call.
    pub fn call(&self, tool: &ToolPart, around: Around, folder: Option<&str>) -> CallLine {
        let words = self.context.words;
        let name = match self.markup.text(&tool.tool) {
            name if name.is_empty() => words.unnamed_tool.to_owned(),
            name => name,
        };
        let label = label(tool, words);
        let mut before = Vec::new();
        // The name says nothing more than the exporter's own words for it, unless it is another one.
        before.extend(
            label
                .filter(|_| !is_usual_name(&tool.tool))
                .map(|_| name.clone()),
        );
        if around.is_by_user {
            before.push(words.run_by_user.to_owned());
        }
        let cut = std::cell::Cell::new(false);
        let shown = |text: &str| {
            let (text, is_cut) = shortened(text);
            cut.set(cut.get() | is_cut);
            self.markup.code(&text)
        };
        let told = facts(tool, folder, words, shown);
        let (subject, is_cut) = self.subject(tool, folder).unzip();
        // A long command gives way to what the model said of it.
        let command = tool.input.get("command").and_then(Value::as_str);
        let command = command.filter(|_| Kind::of(tool) == Kind::Command);
        let gives_way = command.is_some_and(redact::may_hold_placeholder);
        CallLine {
            name: label.map_or(name, str::to_owned),
            subject,
            before,
            outcome: Outcome::told(tool, around.is_stopped, words),
            facts: told,
            child: self.child_place(tool),
            depends_on_numbers: cut.get() || is_cut.unwrap_or_default() || gives_way,
        }
    }

    /// Gives what the call was about, on one line of bounded length, and whether a placeholder may have been cut in it.
    fn subject(&self, tool: &ToolPart, folder: Option<&str>) -> Option<(String, bool)> {
        let subject = subject(tool, folder)?;
        let text = subject.text.trim();
        let first_line = text.lines().next().unwrap_or_default();
        let (shown, is_cut) = shortened(first_line);
        let shown = match subject.is_literal {
            true => self.markup.code(&shown),
            false => self.markup.text(&shown),
        };
        let words = self.context.words;
        let more = text.lines().count().saturating_sub(1);
        let shown = match more {
            0 => shown,
            more => format!("{shown}{}", words.in_brackets(&words.more_lines.of(more))),
        };
        Some((shown, is_cut))
    }

    /// Tells where the sub-agent session of a task tool is.
    fn child_place(&self, tool: &ToolPart) -> Option<String> {
        let words = self.context.words;
        let id = child_session(tool)?;
        Some(match self.context.agent_numbers.get(id) {
            Some(number) => format!("{} {}", words.in_sub_agent, self.agent_link(*number)),
            None => fill(words.not_in_this_file, &[&self.markup.text(id)]),
        })
    }

    /// The label before a text of a call.
    pub fn label_of(&self, what: What) -> &'static str {
        let words = self.context.words;
        match what {
            What::Command => words.detail_command,
            What::Content => words.detail_content,
            What::Change => words.detail_change,
            What::Todos => words.detail_todos,
            What::Instructions => words.detail_instructions,
            What::Plan => words.detail_plan,
            What::Input => words.detail_input,
            What::PartialInput => words.detail_partial_input,
            What::OtherInput => words.detail_other_input,
            What::Output => words.detail_output,
            What::EndOfOutput => words.detail_end_of_output,
        }
    }
}

/// A text of bounded length, and whether it was cut where it may hold a placeholder.
fn shortened(text: &str) -> (Cow<'_, str>, bool) {
    match text.char_indices().nth(LONGEST_SUBJECT) {
        Some((end, _)) => (
            format!("{}…", text.get(..end).unwrap_or_default()).into(),
            redact::may_hold_placeholder(text),
        ),
        None => (text.into(), false),
    }
}

/// Tells of the texts of a call whether they stand in its line as a whole.
pub fn told_by_line<'t>(
    tool: &'t ToolPart,
    folder: Option<&'t str>,
) -> impl Fn(&str) -> bool + use<'t> {
    let subject = subject(tool, folder);
    move |text| {
        let told = subject.as_ref().map(|subject| subject.text.trim());
        let shown = text.trim();
        let is_short = !shown.contains('\n') && matches!(shortened(shown).0, Cow::Borrowed(_));
        told == Some(relative(text, folder).trim()) && is_short || Some(text) == folder
    }
}
