//! A part of a session: which of its messages are outside of it.

use super::survey::Survey;
use super::survey::turns::Turn;
use crate::model::{Role, SessionTree, Timestamp};
use crate::options::{Only, Part};
use crate::redact::Redacted;

/// By session and message: true where the message is outside of a part. `None` where nothing is in it.
///
/// A turn is in it as a whole. What happened between two turns goes with the one before. The messages of a sub-agent are
/// in it where the turn is that started it.
pub fn outside(
    part: &Part,
    survey: &Survey,
    tree: &Redacted<SessionTree>,
) -> Option<Vec<Vec<bool>>> {
    let mut all: Vec<Vec<bool>> = Vec::with_capacity(survey.sessions.len());
    // The turns of each session that are in it, by their numbers.
    let mut inside: Vec<Vec<usize>> = Vec::with_capacity(survey.sessions.len());
    let sessions = survey.sessions.iter().zip(tree.sessions());
    for (index, (session, stored)) in sessions.enumerate() {
        let parent = stored.get().parent.filter(|_| index > 0);
        let is_started_inside = |parent: usize| {
            let starter = survey.sessions.get(parent);
            let starts = starter.map(|it| it.started.as_slice()).unwrap_or_default();
            let id = stored.get().info.id.as_deref();
            let start = starts
                .iter()
                .find(|(started, _)| Some(started.as_str()) == id);
            let turns = inside.get(parent).map(Vec::as_slice).unwrap_or_default();
            start.is_some_and(|(_, turn)| turns.contains(turn))
        };
        let is_main = index == 0;
        let is_shown = is_main || part.only.is_none() && parent.is_some_and(is_started_inside);
        let mut of_session = Vec::with_capacity(session.messages);
        let mut numbers = Vec::new();
        let mut number = 0;
        for turn in session.turns.iter() {
            number += usize::from(!turn.is_event());
            let is_inside = is_shown && (!is_main || holds(part, number.max(1), turn));
            of_session.extend((0..turn.messages).map(|_| !is_inside));
            if is_inside {
                numbers.push(number);
            }
        }
        all.push(of_session);
        inside.push(numbers);
    }
    let main = all.first()?;
    main.contains(&false).then_some(all)
}

fn holds(part: &Part, number: usize, turn: &Turn) -> bool {
    let last = turn.span.end.or(turn.span.start);
    let is_since = |since: Timestamp| last.is_some_and(|last| last >= since);
    let role = &turn.author.role;
    part.turns
        .is_none_or(|(from, to)| (from..=to).contains(&number))
        && part.since.is_none_or(is_since)
        && match part.only {
            None => true,
            Some(Only::Prompts) => *role == Role::User,
            Some(Only::Messages) => matches!(role, Role::User | Role::Assistant),
        }
}
