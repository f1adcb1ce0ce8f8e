//! The summary of a session: how it ended, what went wrong and where, and how long it took.

use std::collections::HashMap;

use super::super::ending::Ending;
use super::super::survey::message::Author;
use super::super::tally::{Places, SessionEnd};
use super::super::words::{Words, fill};
use super::{Page, Shown};
use crate::model::Role;

/// Nothing of a kind.
static NOWHERE: Places = Places {
    count: 0,
    turns: Vec::new(),
    has_more: false,
};

impl Page<'_> {
    /// One line under the title. A session without messages has none.
    pub(super) fn summary(&mut self, shown: Shown<'_>) {
        let words = self.words;
        let tally = &shown.survey.tally;
        let mut names: HashMap<usize, String> = HashMap::new();
        let places = [
            &tally.errors,
            &tally.failed,
            &tally.failed_commands,
            &tally.timed_out,
            &tally.refused,
            &tally.blocked,
            &tally.dismissed,
            &tally.repeated,
            &tally.cut_off,
            &tally.stopped,
            &tally.empty,
            &tally.incomplete,
        ];
        // Links lead to the main session's turns: those of others have the same numbers.
        if shown.index == 0 && self.content.cuts.dropped.is_empty() {
            let wanted: Vec<usize> = (places.iter().flat_map(|places| &places.turns))
                .copied()
                .chain(tally.end.map(|(_, turn)| turn))
                .chain(tally.undone_from)
                .collect();
            let turns = shown.survey.turns.iter().filter(|turn| !turn.is_event());
            for (number, turn) in (1..).zip(turns) {
                if wanted.contains(&number) {
                    names.extend(anchor(number, &turn.author, words).map(|name| (number, name)));
                }
            }
        }
        let link = |turn: usize| match names.get(&turn) {
            Some(anchor) => format!(
                "[{}](#{anchor})",
                fill(words.turn_number, &[&turn.to_string()])
            ),
            None => fill(words.turn_number, &[&turn.to_string()]),
        };
        let mut facts = Vec::new();
        if let Some((end, turn)) = tally.end {
            let mut ended = format!("**{}**", ended(end, words));
            // The link to an error stands beside their number.
            let is_linked = matches!(end, SessionEnd::Answer(Ending::Answered | Ending::Failed));
            if !is_linked {
                ended.push_str(&words.in_brackets(&link(turn)));
            }
            facts.push(ended);
        }
        let mut told = |text: String, places: &Places| {
            let mut turns: Vec<String> = places.turns.iter().map(|turn| link(*turn)).collect();
            if places.has_more {
                turns.push("…".to_owned());
            }
            facts.push(format!(
                "{text}{}",
                words.in_brackets(&turns.join(words.comma))
            ));
        };
        if tally.errors.count > 0 {
            told(words.errors_count.of(tally.errors.count), &tally.errors);
        }
        let mut commands = &tally.failed_commands;
        let failed = tally.failed.with(commands);
        if tally.failed.count > 0 {
            let [count, calls] = [failed.count, tally.calls].map(|count| count.to_string());
            let pattern = match tally.calls {
                1 => words.only_tool_failed,
                calls if calls == failed.count => words.all_tools_failed,
                _ => words.tools_failed,
            };
            let mut text = fill(pattern, &[&count, &calls]);
            if commands.count > 0 {
                text.push_str(words.comma);
                text.push_str(&words.of_them_commands.of(commands.count));
            }
            told(text, &failed);
            commands = &NOWHERE;
        }
        let ending = match tally.end {
            Some((SessionEnd::Answer(ending), _)) => Some(ending),
            _ => None,
        };
        for (text, places, endings) in [
            (&words.commands_failed, commands, &[][..]),
            (&words.tools_timed_out, &tally.timed_out, &[]),
            (&words.tools_refused, &tally.refused, &[Ending::Refused]),
            (&words.tools_blocked, &tally.blocked, &[]),
            (
                &words.questions_dismissed,
                &tally.dismissed,
                &[Ending::Refused],
            ),
            (&words.requests_repeated, &tally.repeated, &[]),
            (
                &words.answers_cut_off,
                &tally.cut_off,
                &[Ending::CutOff, Ending::Filtered],
            ),
            (&words.answers_stopped, &tally.stopped, &[Ending::Stopped]),
            (&words.answers_empty, &tally.empty, &[Ending::Empty]),
            (
                &words.answers_incomplete,
                &tally.incomplete,
                &[Ending::NoSignal, Ending::Unfinished],
            ),
        ] {
            // The only one may be how the session ended, which stands before.
            let is_told =
                places.count == 1 && ending.is_some_and(|ending| endings.contains(&ending));
            if places.count > 0 && !is_told {
                told(text.of(places.count), places);
            }
        }
        if let Some(turn) = tally.undone_from {
            facts.push(fill(
                match shown.session.info.reverted_part.is_some() {
                    true => words.undone_within,
                    false => words.undone_from,
                },
                &[&link(turn)],
            ));
        }
        facts.extend(self.agents_failures(shown));
        facts.extend(self.time_taken(shown));
        if !facts.is_empty() {
            self.blocks.block(&facts.join(" · "));
        }
    }

    /// The sub-agents in which something went wrong, as links.
    fn agents_failures(&self, shown: Shown<'_>) -> Option<String> {
        if shown.index > 0 {
            return None;
        }
        let surveys = self.content.survey.sessions.iter().enumerate().skip(1);
        let failed = surveys.filter(|(_, survey)| {
            let tally = &survey.tally;
            let counts = [
                &tally.errors,
                &tally.failed,
                &tally.failed_commands,
                &tally.timed_out,
                &tally.cut_off,
                &tally.stopped,
                &tally.incomplete,
            ];
            counts.iter().any(|places| places.count > 0)
        });
        let links: Vec<String> = failed
            .map(|(index, _)| self.blocks.sub_agent_link(index))
            .take(5)
            .collect();
        (!links.is_empty()).then(|| fill(self.words.failures_in, &[&links.join(self.words.comma)]))
    }

    /// From the first message to the last, and how long the assistant worked where that is less.
    fn time_taken(&self, shown: Shown<'_>) -> Option<String> {
        let words = self.words;
        let (mut start, mut end, mut worked) = (None, None, 0);
        for turn in shown.survey.turns.iter() {
            start = start.or(turn.span.start);
            end = turn.span.end.or(turn.span.start).or(end);
            if turn.author.role == Role::Assistant {
                worked += turn.span.millis().unwrap_or_default();
            }
        }
        let whole = end?.millis() - start?.millis();
        if whole <= 0 {
            return None;
        }
        let whole_text = words.duration(whole);
        // Within a tenth it is the same to a reader.
        if worked <= 0 || worked.saturating_mul(10) >= whole.saturating_mul(9) {
            return Some(fill(words.took, &[&whole_text]));
        }
        Some(fill(
            words.took_of_which,
            &[&whole_text, &words.duration(worked)],
        ))
    }
}

fn ended(end: SessionEnd, words: &Words) -> &'static str {
    match end {
        SessionEnd::Unanswered => words.ended_unanswered,
        SessionEnd::Answer(ending) => match ending {
            Ending::Answered => words.ended_answered,
            Ending::Stopped => words.ended_stopped,
            Ending::Failed => words.ended_error,
            Ending::CutOff => words.ended_cut_off,
            Ending::Filtered => words.ended_filtered,
            Ending::NoSignal => words.ended_no_signal,
            Ending::Refused => words.ended_refused,
            Ending::Empty => words.ended_empty,
            Ending::Continues | Ending::Unfinished => words.ended_unfinished,
        },
    }
}

/// The name of an author in a heading; `None` where the session named it.
pub(super) fn author_name(author: &Author, words: &Words) -> Option<&'static str> {
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
pub(super) fn speaker_name(
    author: &Author,
    is_first_of_agent: bool,
    words: &Words,
) -> Option<&'static str> {
    if is_first_of_agent && author.role == Role::User {
        return Some(words.instructions);
    }
    author_name(author, words)
}

/// The anchor of a turn's heading. Viewers make it by the same rule where the heading holds only words.
pub(super) fn anchor(number: usize, author: &Author, words: &Words) -> Option<String> {
    let heading = format!("{number}. {}", author_name(author, words)?);
    let shown = heading.chars().filter_map(|c| match c {
        ' ' => Some('-'),
        c if c.is_alphanumeric() || c == '-' => c.to_lowercase().next(),
        _ => None,
    });
    Some(shown.collect())
}
