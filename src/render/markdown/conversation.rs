//! The messages of a session, turn by turn.

use super::super::clock::cost;
use super::super::html::{Kind, Mark};
use super::super::survey::message::Author;
use super::super::survey::turns::Turn;
use super::super::tally::TurnContent;
use super::super::words::fill;
use super::blocks::quoted_value;
use super::dropped::Dropped;
use super::escape::inline;
use super::summary::{anchor, speaker_name};
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
        let mut dropped = Dropped::default();
        // What the user's message set off is known of it, and told where it ends.
        let mut changed = Vec::new();
        let mut number = 0;
        for turn in shown.survey.turns.iter() {
            number += usize::from(!turn.is_event());
            if turn.is_reverted {
                self.turn_files(&std::mem::take(&mut changed), shown.directory());
                let text = match shown.session.info.reverted_part.is_some() {
                    true => self.words.reverted_part,
                    false => self.words.reverted,
                };
                self.blocks.block(&format!("**{text}**"));
            }
            let mut has_heading = false;
            let mut in_turn = Dropped::default();
            for _ in 0..turn.messages {
                if self.content.cuts.drops(shown.index, index) {
                    let cut = match has_heading {
                        true => &mut dropped,
                        false => &mut in_turn,
                    };
                    cut.add(&turn.author.role);
                } else {
                    // What is cut at the start of a turn is told behind its heading.
                    let before = std::mem::take(&mut in_turn);
                    self.dropped(&mut dropped);
                    let is_first = !std::mem::replace(&mut has_heading, true);
                    let begun = is_first.then_some((number, turn));
                    self.add_message(shown, index, begun, before, &mut changed, messages)?;
                    self.hand_on_if_large()?;
                }
                index += 1;
            }
            // A turn of which nothing is left is told with those beside it.
            dropped.append(&in_turn);
            if has_heading {
                // What is cut at the end of a turn is told in it.
                self.dropped(&mut dropped);
            }
            self.blocks.end_list();
            if has_heading && !turn.is_event() {
                self.nothing_shown(turn);
                self.blocks.end();
            }
        }
        self.turn_files(&changed, shown.directory());
        self.dropped(&mut dropped);
        Ok(())
    }

    /// Tells why nothing of a turn is shown.
    fn nothing_shown(&mut self, turn: &Turn) {
        let words = self.words;
        let content = turn.content;
        if content.has(TurnContent::SHOWN) {
            return;
        }
        let is_answer = turn.author.role == Role::Assistant;
        let text = if content.has(TurnContent::REASONING) {
            words.only_reasoning
        } else if content.has(TurnContent::TOOLS) {
            words.only_tools
        } else if is_answer {
            words.no_answer
        } else {
            words.no_content
        };
        self.blocks.label(text);
    }

    /// Adds a message, and before the first of a turn the turn's heading.
    fn add_message(
        &mut self,
        shown: Shown<'_>,
        index: usize,
        begun: Option<(usize, &Turn)>,
        mut cut_before: Dropped,
        changed: &mut Vec<FileDiff>,
        messages: &mut dyn RedactedMessages,
    ) -> Result<()> {
        if let Some(rendered) = messages.rendered(shown.index, index)? {
            if let Some((number, turn)) = begun {
                self.files_before(&turn.author, changed, shown);
                self.begin_turn(number, turn, &turn.author, turn.span.start, shown.index);
            }
            self.dropped(&mut cut_before);
            return self.add_rendered(rendered);
        }
        let start = self.size();
        let message = messages.message(shown.index, index)?.into_inner();
        if let Some((number, turn)) = begun {
            // Where messages were left out, it is another one than that of the survey.
            let author = Author::of(message);
            self.files_before(&author, changed, shown);
            self.begin_turn(number, turn, &author, message.time.start, shown.index);
        }
        self.dropped(&mut cut_before);
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
    fn dropped(&mut self, dropped: &mut Dropped) {
        let dropped = std::mem::take(dropped);
        let count = dropped.count();
        if count > 0 {
            self.measure.cut.messages += count;
            let writers = dropped.writers(self.words);
            self.blocks
                .label(&self.words.messages_cut.with(count, &writers));
        }
    }

    /// Begins a turn, of whose messages the first that is shown has such an author and start.
    fn begin_turn(
        &mut self,
        number: usize,
        turn: &Turn,
        author: &Author,
        start: Option<Timestamp>,
        shown_index: usize,
    ) {
        self.blocks.end_list();
        if turn.is_event() {
            return;
        }
        let is_first_of_agent = shown_index > 0 && number == 1;
        self.blocks.begin(Kind::Turn {
            is_user: author.role == Role::User && !is_first_of_agent,
        });
        let words = self.words;
        if shown_index == 0
            && let Some(anchor) = anchor(number, author, words)
        {
            self.blocks.mark(Mark::Anchor(anchor));
        }
        // The heading holds only words of ours, so that links find it in every viewer.
        let name = match speaker_name(author, is_first_of_agent, words) {
            Some(name) => name.to_owned(),
            None => {
                let name = match &author.role {
                    Role::Other(other) => inline(other),
                    _ => String::new(),
                };
                // Never the name alone: it could be that of the user.
                format!("{}{}", words.unknown_role, words.in_brackets(&name))
            }
        };
        self.blocks.heading(3, &format!("{number}. {name}"));
        self.turns += 1;
        let mut facts = vec![self.time_of_turn(start)];
        facts.extend(turn.span.millis().map(|millis| words.duration(millis)));
        if author.role == Role::Assistant {
            facts.extend(self.turn_facts(turn, author));
        }
        self.blocks.block(&facts.join(" · "));
    }

    /// The time of a turn, with the date where that is another one than the turn's before.
    fn time_of_turn(&mut self, start: Option<Timestamp>) -> String {
        let Some(start) = start else {
            return self.words.time_unknown.to_owned();
        };
        let (date, time) = (self.clock.date(start), self.clock.time(start));
        if self.date.as_ref() == Some(&date) {
            return time;
        }
        let shown = format!("{date} {time}");
        self.date = Some(date);
        shown
    }

    /// Agent, model, steps, tokens and cost of a turn.
    fn turn_facts(&self, turn: &Turn, author: &Author) -> Vec<String> {
        let mut facts: Vec<String> = Vec::new();
        facts.extend(author.agent.as_deref().map(quoted_value));
        facts.extend(author.model.as_ref().map(|model| self.blocks.model(model)));
        if turn.messages > 1 {
            facts.push(self.words.steps.of(turn.messages as usize));
        }
        if self.options.usage {
            let usage = turn.usage();
            if !usage.tokens.is_zero() {
                facts.push(fill(self.words.turn_tokens, &[&self.tokens(usage.tokens)]));
            }
            if usage.cost != 0.0 {
                facts.push(cost(usage.cost));
            }
        }
        facts.retain(|fact| !fact.is_empty());
        facts
    }
}
