//! The head of a turn: who speaks, when, and with what.

use super::super::clock::cost;
use super::super::survey::message::Author;
use super::super::survey::turns::Turn;
use super::super::tally::TurnContent;
use super::super::words::{Words, fill};
use super::Sentences;
use crate::model::{Role, Timestamp};

/// The name of an author in a heading; `None` where the session named it.
pub fn author_name(author: &Author, words: &Words) -> Option<&'static str> {
    Some(match &author.role {
        Role::User => words.user,
        Role::Assistant if author.is_summary => words.summary,
        Role::Assistant => words.assistant,
        Role::System => words.system_message,
        Role::Synthetic => words.runtime_message,
        Role::Event => words.event,
        Role::Other(other) if other.trim().is_empty() => words.unknown_role,
        Role::Other(_) => return None,
    })
}

/// The name of the author of a turn: the first words to a sub-agent are those of the agent that started it.
pub fn speaker_name(
    author: &Author,
    is_first_of_agent: bool,
    words: &Words,
) -> Option<&'static str> {
    if is_first_of_agent && author.role == Role::User {
        return Some(words.instructions);
    }
    author_name(author, words)
}

impl Sentences<'_> {
    /// Tells whether a turn of a session holds the first words to a sub-agent, where somebody speaks in it.
    pub fn is_instruction(&self, session: usize, number: usize) -> bool {
        session > 0 && number == 1 && !self.context.branches.contains(&session)
    }

    /// The name of who speaks in a turn.
    pub fn speaker(&self, author: &Author, is_first_of_agent: bool) -> String {
        let words = self.context.words;
        match speaker_name(author, is_first_of_agent, words) {
            Some(name) => name.to_owned(),
            None => {
                let name = match &author.role {
                    Role::Other(other) => self.markup.text(other),
                    _ => String::new(),
                };
                // Never the name alone: it could be that of the user.
                format!("{}{}", words.unknown_role, words.in_brackets(&name))
            }
        }
    }

    /// Agent, model, steps, tokens and cost of a turn.
    pub fn turn_facts(&self, turn: &Turn, author: &Author) -> Vec<String> {
        let words = self.context.words;
        let mut facts: Vec<String> = Vec::new();
        facts.extend(author.agent.as_deref().map(|name| self.markup.value(name)));
        facts.extend(author.model.as_ref().map(|model| self.model(model)));
        if turn.messages > 1 {
            facts.push(words.steps.of(turn.messages as usize));
        }
        if self.context.options.usage {
            let usage = turn.usage();
            if !usage.tokens.is_zero() {
                facts.push(fill(words.turn_tokens, &[&self.tokens(usage.tokens)]));
            }
            if usage.cost != 0.0 {
                facts.push(cost(usage.cost));
            }
        }
        facts.retain(|fact| !fact.is_empty());
        facts
    }

    /// The time of a turn, with its date where that is another one than `last`, which it then becomes.
    pub fn time_of_turn(&self, start: Option<Timestamp>, last: &mut Option<String>) -> String {
        let Some(start) = start else {
            return self.context.words.time_unknown.to_owned();
        };
        let clock = self.context.clock;
        let (date, time) = (clock.date(start), clock.time(start));
        if last.as_ref() == Some(&date) {
            return time;
        }
        let shown = format!("{date} {time}");
        *last = Some(date);
        shown
    }

    /// Tells why nothing of a turn is shown; `None` where something is.
    pub fn nothing_shown(&self, turn: &Turn) -> Option<&'static str> {
        let words = self.context.words;
        let content = turn.content;
        if content.has(TurnContent::SHOWN) {
            return None;
        }
        Some(if content.has(TurnContent::REASONING) {
            words.only_reasoning
        } else if content.has(TurnContent::TOOLS) {
            words.only_tools
        } else if turn.author.role == Role::Assistant {
            words.no_answer
        } else {
            words.no_content
        })
    }
}
