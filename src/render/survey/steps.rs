//! The steps in which a document for people tells a conversation: turns, and what was left out between them.

use super::SessionSurvey;
use super::dropped::Dropped;
use super::turns::Turn;
use crate::error::Result;

/// A step through the messages of a session.
pub enum Step<'t> {
    /// The user undid the session from here on.
    Undone,
    /// Messages were left out here.
    Dropped(Dropped),
    /// A message is shown.
    Message {
        /// Its place in its session.
        index: usize,
        /// The number of the turn that it begins, and the turn.
        begins: Option<(usize, &'t Turn)>,
        /// Messages of that turn that were left out before it: they are told behind the turn's heading.
        dropped_before: Dropped,
    },
    /// A turn ends.
    EndOfTurn {
        /// The turn.
        turn: &'t Turn,
        /// False where all of its messages were left out.
        is_shown: bool,
    },
}

impl SessionSurvey {
    /// Goes over the messages of the session. `drops` says of a message, by its place, whether it is left out, and
    /// `is_outside` whether nothing is said of it. Gives the messages that were left out at the end.
    ///
    /// # Errors
    /// Those of `on_step`.
    pub fn steps(
        &self,
        drops: impl Fn(usize) -> bool,
        is_outside: impl Fn(usize) -> bool,
        mut on_step: impl FnMut(Step<'_>) -> Result<()>,
    ) -> Result<Dropped> {
        let mut dropped = Dropped::default();
        let mut tell = |dropped: &mut Dropped, step: Option<Step<'_>>| {
            let dropped = std::mem::take(dropped);
            if dropped.count() > 0 {
                on_step(Step::Dropped(dropped))?;
            }
            step.map_or(Ok(()), &mut on_step)
        };
        let (mut index, mut number) = (0, 0);
        for turn in self.turns.iter() {
            number += usize::from(!turn.is_event());
            let of_turn = index..index + turn.messages as usize;
            if turn.messages > 0 && of_turn.clone().all(&is_outside) {
                index = of_turn.end;
                continue;
            }
            if turn.is_reverted {
                // The messages before belong to what was not undone.
                tell(&mut Dropped::default(), Some(Step::Undone))?;
            }
            let mut is_shown = false;
            let mut in_turn = Dropped::default();
            for _ in 0..turn.messages {
                if drops(index) {
                    let dropped = if is_shown { &mut dropped } else { &mut in_turn };
                    dropped.add(&turn.author.role);
                } else {
                    let begins = (!is_shown).then_some((number, turn));
                    let message = Step::Message {
                        index,
                        begins,
                        dropped_before: std::mem::take(&mut in_turn),
                    };
                    tell(&mut dropped, Some(message))?;
                    is_shown = true;
                }
                index += 1;
            }
            // A turn of which nothing is left is told with those beside it.
            dropped.append(&in_turn);
            if is_shown {
                tell(&mut dropped, None)?;
            }
            let end = Step::EndOfTurn { turn, is_shown };
            tell(&mut Dropped::default(), Some(end))?;
        }
        Ok(dropped)
    }
}
