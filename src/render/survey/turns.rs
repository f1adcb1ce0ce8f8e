//! The turns of a session.

use std::collections::VecDeque;
use std::sync::Arc;

use super::message::Author;
use crate::model::{Span, Tokens};

/// With how many of the authors that were new last another one is compared.
const COMPARED_AUTHORS: usize = 8;

/// Consecutive messages of the model that answer the same message, or a single other message.
#[derive(Debug, Clone, PartialEq)]
pub struct Turn {
    /// Who wrote the first of them.
    pub author: Arc<Author>,
    /// How many messages.
    pub messages: usize,
    /// From the start of the first message to the end of the last.
    pub span: Span,
    /// The sum over the messages.
    pub tokens: Tokens,
    /// The sum over the messages, in US dollars.
    pub cost: f64,
    /// Whether the user undid the session from here on.
    pub is_reverted: bool,
}

/// The turns of a session, in order. There may be a hundred thousand of them in memory.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Turns {
    turns: Vec<Turn>,
    /// Authors that another one is compared with, the newest first: a session has thousands of turns and few authors.
    authors: VecDeque<Arc<Author>>,
}

impl Turns {
    /// How many there are.
    pub fn len(&self) -> usize {
        self.turns.len()
    }

    /// Begins one with a message that took so long, and of which nothing else is counted yet.
    pub fn begin(&mut self, author: &Author, span: Span) {
        let author = self.shared(author);
        self.turns.push(Turn {
            author,
            messages: 0,
            span,
            tokens: Tokens::default(),
            cost: 0.0,
            is_reverted: false,
        });
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
    use crate::model::Role;

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
