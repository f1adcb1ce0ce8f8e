//! The turns of a session.

use std::collections::VecDeque;
use std::sync::Arc;

use super::super::tally::TurnContent;
use super::message::Author;
use crate::model::{Role, Span, Tokens};

/// With how many of the authors that were new last another one is compared.
const COMPARED_AUTHORS: usize = 8;

/// Consecutive messages of the model that answer the same message, or a single other message.
#[derive(Debug, Clone, PartialEq)]
pub struct Turn {
    /// The author of the first of them.
    pub author: Arc<Author>,
    /// How many messages.
    pub messages: u32,
    /// It begins with the first message and ends with the last.
    pub span: Span,
    /// The sums over the messages. `None` where no message tells any, as those of users do not.
    pub usage: Option<Box<Usage>>,
    /// True where the user undid the session from here on.
    pub is_reverted: bool,
    /// What it holds.
    pub content: TurnContent,
}

impl Turn {
    /// Whether nobody speaks: something happened between two turns.
    pub fn is_event(&self) -> bool {
        self.author.role == Role::Event
    }
}

/// The tokens and the cost of the messages of a turn.
#[derive(Debug, Clone, Copy, Default, PartialEq)]
pub struct Usage {
    /// Tokens.
    pub tokens: Tokens,
    /// The cost in US dollars.
    pub cost: f64,
}

impl Turn {
    /// Adds what a message used.
    pub fn add_usage(&mut self, tokens: Tokens, cost: f64) {
        if !tokens.is_zero() || cost != 0.0 {
            let usage = self.usage.get_or_insert_default();
            usage.tokens.add(tokens);
            usage.cost += cost;
        }
    }

    /// The sums of what the messages used. They are zero where no message tells any.
    pub fn usage(&self) -> Usage {
        self.usage.as_deref().copied().unwrap_or_default()
    }
}

/// The turns of a session, in order. There may be a hundred thousand of them in memory.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Turns {
    turns: Vec<Turn>,
    /// How many of them are no events.
    numbered: usize,
    /// Authors that another one is compared with, the newest first: a session has thousands of turns and few authors.
    authors: VecDeque<Arc<Author>>,
}

impl Turns {
    /// How many there are.
    pub fn len(&self) -> usize {
        self.turns.len()
    }

    /// How many of them have a number: an event is no turn of anybody.
    pub fn numbered(&self) -> usize {
        self.numbered
    }

    /// Begins one with a message that took so long, and of which nothing else is counted yet.
    pub fn begin(&mut self, author: &Author, span: Span) {
        let author = self.shared(author);
        self.turns.push(Turn {
            author,
            messages: 0,
            span,
            usage: None,
            is_reverted: false,
            content: TurnContent::default(),
        });
        self.numbered += self.last().map_or(0, |turn| usize::from(!turn.is_event()));
    }

    /// The last one.
    pub fn last(&self) -> Option<&Turn> {
        self.turns.last()
    }

    /// The last one, to which a message is added.
    pub fn last_mut(&mut self) -> Option<&mut Turn> {
        self.turns.last_mut()
    }

    /// All of them.
    pub fn iter(&self) -> impl Iterator<Item = &Turn> {
        self.turns.iter()
    }

    /// An author, which many turns share.
    fn shared(&mut self, author: &Author) -> Arc<Author> {
        if let Some(known) = self.authors.iter().find(|known| ***known == *author) {
            return known.clone();
        }
        let author = Arc::new(author.clone());
        self.authors.push_front(author.clone());
        self.authors.truncate(COMPARED_AUTHORS);
        author
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn turns_share_their_authors() {
        let author = |name: &str| Author {
            role: Role::Assistant,
            agent: Some(name.to_owned()),
            model: None,
            is_summary: false,
        };
        let mut turns = Turns::default();
        for number in 0..1_000 {
            turns.begin(&author(["build", "plan"][number % 2]), Span::default());
        }
        assert_eq!((turns.len(), turns.authors.len()), (1_000, 2));
        let of_turns: Vec<_> = turns.iter().map(|turn| turn.author.agent.clone()).collect();
        assert_eq!(
            of_turns[998..],
            ["build", "plan"].map(|it| Some(it.to_owned()))
        );
        assert!(
            turns
                .iter()
                .zip(turns.iter().skip(2))
                .all(|(a, b)| Arc::ptr_eq(&a.author, &b.author))
        );
    }
}
