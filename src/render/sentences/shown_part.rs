//! Which part of a session a document shows, where it does not show all of it.

use super::super::document::Content;
use super::super::words::fill;
use super::Sentences;
use crate::options::Only;

impl Sentences<'_> {
    /// The sentence on the part of the session that is shown. `None` where all of it is.
    pub fn shown_part(&self, content: &Content<'_>) -> Option<String> {
        let part = self.context.options.part?;
        let words = self.context.words;
        let main = content.survey.sessions.first();
        let turns = main.map_or(0, |main| main.turns.numbered());
        let range = part.turns.map(|(from, to)| {
            let to = to.min(turns);
            let [from_text, to_text, all] = [from, to, turns].map(|number| number.to_string());
            match from == to {
                true => fill(words.part_turn, &[&from_text, &all]),
                false => fill(words.part_turns, &[&from_text, &to_text, &all]),
            }
        });
        let since = part
            .since
            .map(|since| fill(words.part_since, &[&self.time(Some(since))]));
        let only = part.only.map(|only| match only {
            Only::Prompts => words.part_prompts.to_owned(),
            Only::Messages => words.part_messages.to_owned(),
        });
        let said: Vec<String> = range.into_iter().chain(since).chain(only).collect();
        Some(fill(words.part_of_session, &[&said.join(words.comma)]))
    }
}
