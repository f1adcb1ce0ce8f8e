//! The messages of a session, turn by turn.

use super::super::document::{RedactedMessages, Shown};
use super::super::survey::dropped::Dropped;
use super::super::survey::message::Author;
use super::super::survey::steps::Step;
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
        // What the user's message set off is known of it, and told where it ends.
        let mut changed = Vec::new();
        let cuts = self.content.cuts;
        let drops = |message| cuts.drops(shown.index, message);
        let is_outside = |message| cuts.is_outside(shown.index, message);
        let rest = shown.survey.steps(drops, is_outside, |step| {
            match step {
                Step::Undone => {
                    self.turn_files(&std::mem::take(&mut changed), shown.directory());
                    let text = match shown.session.info.reverted_part.is_some() {
                        true => self.words.reverted_part,
                        false => self.words.reverted,
                    };
                    self.blocks.block(&format!("**{text}**"));
                }
                Step::Dropped(dropped) => self.dropped(&dropped),
                Step::Message {
                    index,
                    begins,
                    dropped_before,
                } => {
                    self.add_message(
                        shown,
                        index,
                        begins,
                        &dropped_before,
                        &mut changed,
                        messages,
                    )?;
                    self.hand_on_if_large()?;
                }
                Step::EndOfTurn { turn, is_shown } => {
                    self.blocks.end_list();
                    let text = self.sentences.nothing_shown(turn);
                    if let Some(text) = text.filter(|_| is_shown && !turn.is_event()) {
                        self.blocks.label(text);
                    }
                }
            }
            Ok(())
        })?;
        self.turn_files(&changed, shown.directory());
        self.dropped(&rest);
        Ok(())
    }

    /// Adds a message, and before the first of a turn the turn's heading.
    fn add_message(
        &mut self,
        shown: Shown<'_>,
        index: usize,
        begins: Option<(usize, &Turn)>,
        dropped_before: &Dropped,
        changed: &mut Vec<FileDiff>,
        messages: &mut dyn RedactedMessages,
    ) -> Result<()> {
        if let Some(rendered) = messages.rendered(shown.index, index)? {
            if let Some((number, turn)) = begins {
                self.files_before(&turn.author, changed, shown);
                self.begin_turn(number, turn, &turn.author, turn.span.start, shown.index);
            }
            self.dropped(dropped_before);
            return self.add_rendered(rendered);
        }
        let start = self.size();
        let message = messages.message(shown.index, index)?.into_inner();
        if let Some((number, turn)) = begins {
            // Where messages were left out, it is another one than that of the survey.
            let author = Author::of(message);
            self.files_before(&author, changed, shown);
            self.begin_turn(number, turn, &author, message.time.start, shown.index);
        }
        self.dropped(dropped_before);
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
    fn dropped(&mut self, dropped: &Dropped) {
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
            .speaker(author, self.sentences.is_instruction(shown_index, number));
        self.blocks.heading(3, &format!("{number}. {name}"));
        self.turns += 1;
        let time = self.sentences.time_of_turn(start, &mut self.date);
        let mut facts = vec![time];
        // Some stores know seconds only: within one it is not known how long it took.
        let millis = turn.span.millis().filter(|millis| *millis > 0);
        facts.extend(millis.map(|millis| words.duration(millis)));
        if author.role == Role::Assistant {
            facts.extend(self.sentences.turn_facts(turn, author));
        }
        self.blocks.block(&facts.join(" · "));
    }
}
