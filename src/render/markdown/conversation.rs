//! The messages of a session, turn by turn.

use super::super::clock::cost;
use super::super::html::Kind;
use super::super::survey::message::Author;
use super::super::survey::turns::Turn;
use super::super::words::fill;
use super::blocks::quoted_value;
use super::escape::inline;
use super::{Page, RedactedMessages, Shown};
use crate::error::Result;
use crate::model::{FileDiff, Role, Timestamp};

impl Page<'_> {
    pub(super) fn conversation(
        &mut self,
        shown: Shown<'_>,
        messages: &mut dyn RedactedMessages,
    ) -> Result<()> {
        if shown.survey.messages == 0 {
            self.blocks.block(self.words.no_messages);
        }
        let mut index = 0;
        let mut dropped = 0;
        // What the user's message set off is known of it, and told where it ends.
        let mut changed = Vec::new();
        for (number, turn) in (1..).zip(shown.survey.turns.iter()) {
            if turn.is_reverted {
                self.blocks.block(&format!("**{}**", self.words.reverted));
            }
            let mut has_heading = false;
            for _ in 0..turn.messages {
                if self.content.cuts.drops(shown.index, index) {
                    dropped += 1;
                } else {
                    self.dropped(&mut dropped);
                    let is_first = !std::mem::replace(&mut has_heading, true);
                    let begun = is_first.then_some((number, turn));
                    self.add_message(shown, index, begun, &mut changed, messages)?;
                    self.hand_on_if_large()?;
                }
                index += 1;
            }
            self.blocks.end_list();
            if has_heading {
                self.blocks.end();
            }
        }
        self.turn_files(&changed, shown.directory());
        self.dropped(&mut dropped);
        Ok(())
    }

    /// Adds a message, and before the first of a turn the turn's heading.
    fn add_message(
        &mut self,
        shown: Shown<'_>,
        index: usize,
        begun: Option<(usize, &Turn)>,
        changed: &mut Vec<FileDiff>,
        messages: &mut dyn RedactedMessages,
    ) -> Result<()> {
        if let Some(rendered) = messages.rendered(shown.index, index)? {
            if let Some((number, turn)) = begun {
                self.files_before(&turn.author, changed, shown);
                self.begin_turn(number, turn, &turn.author, turn.span.start);
            }
            return self.add_rendered(rendered);
        }
        let start = self.size();
        let message = messages.message(shown.index, index)?.into_inner();
        if let Some((number, turn)) = begun {
            // Where messages were left out, it is another one than that of the survey.
            let author = Author::of(message);
            self.files_before(&author, changed, shown);
            self.begin_turn(number, turn, &author, message.time.start);
        }
        if message.role == Role::User {
            changed.clone_from(&message.diffs);
        }
        let content = self.content;
        let limit_of = |part| content.part_limit(shown.index, index, part);
        self.blocks.message(message, shown.directory(), limit_of);
        if self.options.max_bytes.is_some() {
            let bytes = self.size() - start;
            self.measure.add_message(shown.index, bytes);
        }
        Ok(())
    }

    /// Tells what the last message of the user `changed`, before the next one.
    fn files_before(&mut self, author: &Author, changed: &mut Vec<FileDiff>, shown: Shown<'_>) {
        if author.role == Role::User {
            self.turn_files(&std::mem::take(changed), shown.directory());
        }
    }

    /// Tells that messages were left out here.
    fn dropped(&mut self, count: &mut usize) {
        let count = std::mem::take(count);
        if count > 0 {
            self.measure.cut.messages += count;
            self.blocks.label(&self.words.messages_cut.of(count));
        }
    }

    /// Begins a turn, of whose messages the first that is shown has such an author and start.
    fn begin_turn(
        &mut self,
        number: usize,
        turn: &Turn,
        author: &Author,
        start: Option<Timestamp>,
    ) {
        self.blocks.end_list();
        self.blocks.begin(Kind::Turn {
            is_user: author.role == Role::User,
        });
        let words = self.words;
        let name = match &author.role {
            Role::User => words.user.to_owned(),
            Role::Assistant if author.is_summary => words.summary.to_owned(),
            Role::Assistant => words.assistant.to_owned(),
            Role::System => words.system_message.to_owned(),
            Role::Synthetic => words.runtime_message.to_owned(),
            Role::Event => words.event.to_owned(),
            Role::Other(other) if other.trim().is_empty() => words.unknown_role.to_owned(),
            // Never the name alone: it could be that of the user.
            Role::Other(other) => {
                format!(
                    "{}{}",
                    words.unknown_role,
                    words.in_brackets(&inline(other))
                )
            }
        };
        let mut heading = format!("{number}. {name} · {}", self.blocks.time(start));
        if let Some(millis) = turn.span.millis() {
            heading.push_str(&format!(" · {}", self.words.duration(millis)));
        }
        self.blocks.heading(3, &heading);
        self.turns += 1;
        if author.role == Role::Assistant {
            self.turn_facts(turn, author);
        }
    }

    /// Agent, model, steps, tokens and cost of a turn.
    fn turn_facts(&mut self, turn: &Turn, author: &Author) {
        let mut facts: Vec<String> = Vec::new();
        facts.extend(author.agent.as_deref().map(quoted_value));
        facts.extend(author.model.as_ref().map(|model| self.blocks.model(model)));
        if turn.messages > 1 {
            facts.push(self.words.steps.of(turn.messages));
        }
        if self.options.usage {
            if !turn.tokens.is_zero() {
                facts.push(fill(self.words.turn_tokens, &[&self.tokens(turn.tokens)]));
            }
            if turn.cost != 0.0 {
                facts.push(cost(turn.cost));
            }
        }
        facts.retain(|fact| !fact.is_empty());
        if !facts.is_empty() {
            self.blocks.block(&facts.join(" · "));
        }
    }
}
