//! The messages of a session, turn by turn.

use super::super::document::{RedactedMessages, Shown};
use super::super::survey::dropped::Dropped;
use super::super::survey::message::Author;
use super::super::survey::steps::Step;
use super::super::survey::turns::Turn;
use super::markup::Html;
use super::{CurrentTurn, Page};
use crate::error::Result;
use crate::model::{FileDiff, Role, Timestamp};

impl Page<'_> {
    pub(super) fn conversation(
        &mut self,
        shown: Shown<'_>,
        messages: &mut dyn RedactedMessages,
    ) -> Result<()> {
        if shown.survey.messages == 0 {
            self.writer.line("quiet", self.words.no_messages);
        }
        // What the user's message set off is known of it, and told where it ends.
        let mut changed = Vec::new();
        let cuts = self.content.cuts;
        let drops = |message| cuts.drops(shown.index, message);
        let is_outside = |message| cuts.is_outside(shown.index, message);
        let rest = shown.survey.steps(drops, is_outside, |step| {
            match step {
                Step::Undone => {
                    self.turn_files(&std::mem::take(&mut changed), shown);
                    let text = match shown.session.info.reverted_part.is_some() {
                        true => self.words.reverted_part,
                        false => self.words.reverted,
                    };
                    self.writer.line("undone", text);
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
                    self.hand_on_if_large(true)?;
                }
                Step::EndOfTurn { turn, is_shown } => {
                    self.writer.end_calls();
                    if is_shown && !turn.is_event() {
                        if let Some(text) = self.sentences.nothing_shown(turn) {
                            self.writer.line("quiet", text);
                        }
                        self.writer.end_turn();
                    }
                    self.hand_on_if_large(self.agents.depth > 0)?;
                }
            }
            Ok(())
        })?;
        self.turn_files(&changed, shown);
        self.dropped(&rest);
        Ok(())
    }

    /// Adds a message, and before the first of a turn the turn's head.
    fn add_message(
        &mut self,
        shown: Shown<'_>,
        index: usize,
        begins: Option<(usize, &Turn)>,
        dropped_before: &Dropped,
        changed: &mut Vec<FileDiff>,
        messages: &mut dyn RedactedMessages,
    ) -> Result<()> {
        let (start, of_agents) = (self.size(), self.agents.bytes);
        let message = messages.message(shown.index, index)?.into_inner();
        if let Some((number, turn)) = begins {
            // Where messages were left out, it is another one than that of the survey.
            let author = Author::of(message);
            if author.role == Role::User {
                // What the last message of the user changed, before the next one.
                self.turn_files(&std::mem::take(changed), shown);
            }
            self.begin_turn((number, turn), &author, message.time.start, shown.index);
        }
        self.dropped(dropped_before);
        if message.role == Role::User {
            changed.clone_from(&message.diffs);
        }
        if self.starts_agents(message) {
            // Their messages are read while this one is written.
            let message = message.clone();
            self.message(shown, index, &message, Some(messages))?;
        } else {
            self.message(shown, index, message, None)?;
        }
        if self.options.max_bytes.is_some() {
            let of_agents = self.agents.bytes - of_agents;
            let bytes = self.size() - start - of_agents;
            self.measure.add_message(shown.index, bytes);
        }
        Ok(())
    }

    /// Tells that messages were left out here.
    fn dropped(&mut self, dropped: &Dropped) {
        let count = dropped.count();
        if count > 0 {
            self.measure.cut.messages += count;
            let writers = dropped.writers(self.words);
            let text = self.words.messages_cut.with(count, &writers);
            self.writer.line("quiet", &text);
        }
    }

    /// The files that a turn changed.
    fn turn_files(&mut self, diffs: &[FileDiff], shown: Shown<'_>) {
        if let Some(files) = self.sentences.turn_files(diffs, shown.directory()) {
            self.writer.line("changed", &files);
        }
    }

    /// Begins a turn, of whose messages the first that is shown has such an author and start.
    fn begin_turn(
        &mut self,
        (number, turn): (usize, &Turn),
        author: &Author,
        start: Option<Timestamp>,
        session: usize,
    ) {
        self.writer.end_calls();
        let id = Html::turn_id(session, number);
        self.turn = CurrentTurn {
            id: id.clone(),
            calls: 0,
        };
        if turn.is_event() {
            return;
        }
        let is_first_of_agent = self.sentences.is_instruction(session, number);
        let class = match author.role {
            Role::User if !is_first_of_agent => "turn user",
            Role::User | Role::Assistant => "turn assistant",
            _ => "turn other",
        };
        self.turns += 1;
        self.writer.begin_turn(class, &id);
        let words = self.words;
        let speaker = self.sentences.speaker(author, is_first_of_agent);
        let time = self.sentences.time_of_turn(start, &mut self.date);
        let time = match start {
            Some(start) => {
                let moment = self.writer.context.clock.rfc3339(start);
                format!("<time datetime=\"{moment}\">{time}</time>")
            }
            None => format!("<span class=\"quiet\">{time}</span>"),
        };
        let mut facts = Vec::new();
        // Some stores know seconds only: within one it is not known how long it took.
        let millis = turn.span.millis().filter(|millis| *millis > 0);
        facts.extend(millis.map(|millis| words.duration(millis)));
        if author.role == Role::Assistant {
            facts.extend(self.sentences.turn_facts(turn, author));
        }
        let facts = facts.join(" · ");
        self.writer.push(&format!(
            "<div class=\"by\"><h3><a class=\"number\" href=\"#{id}\">{number}</a> {speaker}</h3> {time} <p class=\"quiet\">{facts}</p></div>\n"
        ));
    }
}
