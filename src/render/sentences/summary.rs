//! The summary of a session: how it ended, what went wrong and where, and how long it took.

use std::collections::{HashMap, HashSet};

use super::super::document::{Content, Shown};
use super::super::ending::Ending;
use super::super::tally::{Places, SessionEnd, Tally, Trouble};
use super::super::words::{Counted, Words, fill};
use super::Sentences;
use crate::model::Role;

impl Sentences<'_> {
    /// What is told under the title, fact by fact. A session without messages has none.
    pub fn summary(&self, content: &Content<'_>, shown: Shown<'_>) -> Vec<String> {
        let words = self.context.words;
        let tally = &shown.survey.tally;
        let links = self.links(content, shown);
        let mut facts = Vec::new();
        if let Some((end, turn)) = tally.end {
            let mut ended = self.markup.strong(ended(end, words));
            // The link to an error stands beside their number.
            let is_linked = matches!(end, SessionEnd::Answer(Ending::Answered | Ending::Failed));
            if !is_linked {
                ended.push_str(&words.in_brackets(&links.turn(turn)));
            }
            facts.push(ended);
        }
        facts.extend(troubles(tally, &links));
        if let Some(turn) = tally.undone_from {
            let pattern = match shown.session.info.reverted_part.is_some() {
                true => words.undone_within,
                false => words.undone_from,
            };
            facts.push(fill(pattern, &[&links.turn(turn)]));
        }
        facts.extend(self.agents_failures(content, shown));
        facts
    }

    /// Links to the turns of which the summary tells.
    fn links(&self, content: &Content<'_>, shown: Shown<'_>) -> Links<'_> {
        let tally = &shown.survey.tally;
        let mut links = Links {
            sentences: self,
            anchors: HashMap::new(),
        };
        if !content.cuts.dropped.is_empty() || content.cuts.is_part() {
            return links;
        }
        let of_troubles = tally.troubles.values().flat_map(|places| &places.turns);
        let wanted: HashSet<usize> = of_troubles
            .copied()
            .chain(tally.end.map(|(_, turn)| turn))
            .chain(tally.undone_from)
            .collect();
        let turns = shown.survey.turns.iter().filter(|turn| !turn.is_event());
        let wanted = (1..).zip(turns).filter(|(turn, _)| wanted.contains(turn));
        for (number, turn) in wanted {
            let words = self.context.words;
            let anchor = self
                .markup
                .turn_anchor(shown.index, number, &turn.author, words);
            links.anchors.extend(anchor.map(|anchor| (number, anchor)));
        }
        links
    }

    /// The sub-agents in which something went wrong, as links.
    fn agents_failures(&self, content: &Content<'_>, shown: Shown<'_>) -> Option<String> {
        if shown.index > 0 {
            return None;
        }
        let words = self.context.words;
        let surveys = content.survey.sessions.iter().enumerate().skip(1);
        let failed = surveys.filter(|(_, survey)| {
            let mut troubles = survey.tally.troubles.keys();
            troubles.any(|trouble| trouble.is_failure())
        });
        let links: Vec<String> = failed
            .map(|(index, _)| self.agent_link(index))
            .take(5)
            .collect();
        (!links.is_empty()).then(|| fill(words.failures_in, &[&links.join(words.comma)]))
    }

    /// From the first message to the last, and how long the assistant worked where that is less.
    pub fn time_taken(&self, shown: Shown<'_>) -> Option<String> {
        let words = self.context.words;
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

/// Names turns, as links where there is something to lead to.
struct Links<'a> {
    sentences: &'a Sentences<'a>,
    /// The anchors of turns, by their numbers.
    anchors: HashMap<usize, String>,
}

impl Links<'_> {
    fn words(&self) -> &'static Words {
        self.sentences.context.words
    }

    fn turn(&self, turn: usize) -> String {
        let name = fill(self.words().turn_number, &[&turn.to_string()]);
        match self.anchors.get(&turn) {
            Some(anchor) => self.sentences.markup.link(&name, anchor),
            None => name,
        }
    }

    /// A fact with the turns in which it is: `1 error (turn 2)`.
    fn fact(&self, text: &str, places: &Places) -> String {
        let mut turns: Vec<String> = places.turns.iter().map(|turn| self.turn(*turn)).collect();
        if places.has_more {
            turns.push("…".to_owned());
        }
        let turns = turns.join(self.words().comma);
        format!("{text}{}", self.words().in_brackets(&turns))
    }
}

/// What went wrong, each with its turns.
fn troubles(tally: &Tally, links: &Links<'_>) -> Vec<String> {
    let ending = match tally.end {
        Some((SessionEnd::Answer(ending), _)) => Some(ending),
        _ => None,
    };
    let mut facts = Vec::new();
    for (trouble, places) in &tally.troubles {
        // The only one may be how the session ended, which stands before.
        let is_told = places.count == 1 && ending.is_some_and(|ending| trouble.is_told_by(ending));
        // Commands are told with the other calls.
        let is_among_calls =
            *trouble == Trouble::FailedCommand && tally.count(Trouble::FailedCall) > 0;
        if is_told || is_among_calls {
            continue;
        }
        facts.push(match words_of(*trouble, links.words()) {
            Some(text) => links.fact(&text.of(places.count), places),
            None => failed_calls(tally, places, links),
        });
    }
    facts
}

/// The words for what went wrong so often. `None` for tool calls, of which is told how many did not fail.
fn words_of(trouble: Trouble, words: &Words) -> Option<&Counted> {
    Some(match trouble {
        Trouble::Error => &words.errors_count,
        Trouble::FailedCall => return None,
        Trouble::FailedCommand => &words.commands_failed,
        Trouble::TimedOut => &words.tools_timed_out,
        Trouble::Refused => &words.tools_refused,
        Trouble::RefusedByRule => &words.tools_blocked,
        Trouble::Dismissed => &words.questions_dismissed,
        Trouble::RepeatedRequest => &words.requests_repeated,
        Trouble::CutOffAnswer => &words.answers_cut_off,
        Trouble::StoppedAnswer => &words.answers_stopped,
        Trouble::EmptyAnswer => &words.answers_empty,
        Trouble::IncompleteAnswer => &words.answers_incomplete,
    })
}

/// `2 of 5 tool calls failed, 1 of them a command (turn 2)`
fn failed_calls(tally: &Tally, calls: &Places, links: &Links<'_>) -> String {
    let words = links.words();
    let commands = tally.troubles.get(&Trouble::FailedCommand);
    let failed = commands.map_or_else(|| calls.clone(), |commands| calls.with(commands));
    let pattern = match tally.calls {
        1 => words.only_tool_failed,
        all if all == failed.count => words.all_tools_failed,
        _ => words.tools_failed,
    };
    let mut text = fill(
        pattern,
        &[&failed.count.to_string(), &tally.calls.to_string()],
    );
    if let Some(commands) = commands {
        text.push_str(words.comma);
        text.push_str(&words.of_them_commands.of(commands.count));
    }
    links.fact(&text, &failed)
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
            Ending::Cancelled => words.ended_cancelled,
            Ending::Refused => words.ended_refused,
            Ending::Empty => words.ended_empty,
            Ending::Continues | Ending::Unfinished => words.ended_unfinished,
        },
    }
}
