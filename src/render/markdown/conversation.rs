//! The messages of a session, turn by turn.

use super::super::document::{RedactedMessages, Shown};
use super::super::sentences::Dropped;
use super::super::survey::message::Author;
use super::super::survey::turns::Turn;
use super::Page;
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
            if has_heading
                && !turn.is_event()
                && let Some(text) = self.sentences.nothing_shown(turn)
            {
                self.blocks.label(text);
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
        let words = self.words;
        // The heading holds only words of ours, so that links find it in every viewer.
        let name = self
            .sentences
            .speaker(author, shown_index > 0 && number == 1);
        self.blocks.heading(3, &format!("{number}. {name}"));
        self.turns += 1;
        let time = self.sentences.time_of_turn(start, &mut self.date);
        let mut facts = vec![time];
        facts.extend(turn.span.millis().map(|millis| words.duration(millis)));
        if author.role == Role::Assistant {
            facts.extend(self.sentences.turn_facts(turn, author));
        }
        self.blocks.block(&facts.join(" · "));
    }
}
