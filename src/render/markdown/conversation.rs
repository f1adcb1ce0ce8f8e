//! The messages of a session, turn by turn.

use super::escape::inline;
use super::{Page, RedactedMessages, Shown};
use crate::error::Result;
use crate::model::{FileDiff, Message, Role, Timestamp};
use crate::render::clock::cost;
use crate::render::html::Kind;
use crate::render::survey::{Author, Turn};
use crate::render::words::fill;

/// What the heading of a turn tells of the first message that is shown of it.
#[derive(Clone, Copy)]
struct Opening<'a> {
    author: &'a Author,
    start: Option<Timestamp>,
}

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
        let folder = shown.session.info.directory.as_deref();
        // What the user's message set off is known of it, and told where it ends.
        let mut changed = Vec::new();
        for (turn_index, turn) in shown.survey.turns.iter().enumerate() {
            if turn.is_reverted {
                self.blocks.block(&format!("**{}**", self.words.reverted));
            }
            let mut has_heading = false;
            for _ in 0..turn.messages {
                if self.content.cuts.drops(shown.index, index) {
                    dropped += 1;
                } else {
                    self.dropped(&mut dropped);
                    let number = turn_index + 1;
                    let is_first = !std::mem::replace(&mut has_heading, true);
                    if let Some(rendered) = messages.rendered(shown.index, index)? {
                        if is_first {
                            let opening = Opening {
                                author: &turn.author,
                                start: turn.span.start,
                            };
                            self.begin_turn(number, turn, opening, &mut changed, folder);
                        }
                        self.add_rendered(rendered)?;
                    } else {
                        let start = self.size();
                        let message = messages.message(shown.index, index)?.into_inner();
                        if is_first {
                            let opening = Opening {
                                author: &Author::of(message),
                                start: message.time.start,
                            };
                            self.begin_turn(number, turn, opening, &mut changed, folder);
                        }
                        if message.role == Role::User {
                            changed.clone_from(&message.diffs);
                        }
                        self.add_message(message, shown, index);
                        if self.options.max_bytes.is_some() {
                            let bytes = self.size() - start;
                            self.measure.add_message(shown.index, bytes);
                        }
                    }
                    self.hand_on_if_large()?;
                }
                index += 1;
            }
            self.blocks.end_list();
            if has_heading {
                self.blocks.end();
            }
        }
        self.turn_files(&changed, folder);
        self.dropped(&mut dropped);
        Ok(())
    }

    fn add_message(&mut self, message: &Message, shown: Shown<'_>, index: usize) {
        let content = self.content;
        let limit_of = |part| content.part_limit(shown.index, index, part);
        let directory = shown.session.info.directory.as_deref();
        self.blocks.message(message, directory, limit_of);
    }

    /// Begins a turn. The user's next message ends what the last one `changed`.
    fn begin_turn(
        &mut self,
        number: usize,
        turn: &Turn,
        opening: Opening<'_>,
        changed: &mut Vec<FileDiff>,
        folder: Option<&str>,
    ) {
        let is_user = opening.author.role == Role::User;
        if is_user {
            self.turn_files(&std::mem::take(changed), folder);
        }
        self.blocks.end_list();
        self.blocks.begin(Kind::Turn { is_user });
        self.turn_heading(number, turn, opening);
    }

    /// Tells that messages were left out here.
    fn dropped(&mut self, count: &mut usize) {
        let count = std::mem::take(count);
        if count > 0 {
            self.measure.cut.messages += count;
            self.blocks.label(&self.words.messages_cut.of(count));
        }
    }

    fn turn_heading(&mut self, number: usize, turn: &Turn, first: Opening<'_>) {
        let words = self.words;
        let author = match &first.author.role {
            Role::User => words.user.to_owned(),
            Role::Assistant if first.author.is_summary => words.summary.to_owned(),
            Role::Assistant => words.assistant.to_owned(),
            Role::System => words.system_message.to_owned(),
            Role::Synthetic => words.runtime_message.to_owned(),
            Role::Event => words.event.to_owned(),
            Role::Other(name) if name.trim().is_empty() => words.unknown_role.to_owned(),
            // Never the name alone: it could be that of the user.
            Role::Other(name) => {
                format!("{}{}", words.unknown_role, words.in_brackets(&inline(name)))
            }
        };
        let mut heading = format!("{number}. {author} · {}", self.blocks.time(first.start));
        if let Some(millis) = turn.span.millis() {
            heading.push_str(&format!(" · {}", self.words.duration(millis)));
        }
        self.blocks.heading(3, &heading);
        self.turns += 1;
        if first.author.role == Role::Assistant {
            self.turn_facts(turn, first);
        }
    }

    /// Agent, model, steps, tokens and cost of a turn.
    fn turn_facts(&mut self, turn: &Turn, first: Opening<'_>) {
        let mut facts: Vec<String> = Vec::new();
        facts.extend(first.author.agent.as_deref().map(inline));
        facts.extend(
            first
                .author
                .model
                .as_ref()
                .map(|model| self.blocks.model(model)),
        );
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
