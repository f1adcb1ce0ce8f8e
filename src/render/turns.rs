//! The turns of a session. A document goes over them in order, so they are kept as bytes: there may be a hundred
//! thousand of them in memory, and of the messages none.

use std::collections::VecDeque;
use std::sync::Arc;

use integer_encoding::{VarIntReader as _, VarIntWriter as _};

use super::message_survey::Author;
use super::tally::TurnContent;
use crate::model::{Role, Span, Timestamp, Tokens};

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
    /// What it holds.
    pub content: TurnContent,
}

impl Turn {
    /// Whether nobody speaks: something happened between two turns.
    pub fn is_event(&self) -> bool {
        self.author.role == Role::Event
    }
}

/// The turns of a session, in order.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Turns {
    /// All but the last.
    bytes: Vec<u8>,
    /// The last one, and the place of its author.
    last: Option<(usize, Turn)>,
    count: usize,
    /// How many of them are no events.
    numbered: usize,
    /// Who wrote them, one for many: a session has thousands of turns and few authors.
    authors: Vec<Arc<Author>>,
    /// The places of those that another one is compared with.
    compared: VecDeque<usize>,
}

impl Turns {
    /// How many there are.
    pub fn len(&self) -> usize {
        self.count
    }

    /// How many of them have a number: an event is no turn of anybody.
    pub fn numbered(&self) -> usize {
        self.numbered
    }

    /// Begins one with a message that took so long, and of which nothing else is counted yet.
    pub fn begin(&mut self, author: &Author, span: Span) {
        let (place, author) = self.shared(author);
        let turn = Turn {
            author,
            messages: 0,
            span,
            tokens: Tokens::default(),
            cost: 0.0,
            is_reverted: false,
            content: TurnContent::default(),
        };
        self.numbered += usize::from(!turn.is_event());
        if let Some((author, ended)) = self.last.replace((place, turn)) {
            self.write(author, &ended);
        }
        self.count += 1;
    }

    /// The last one.
    pub fn last(&self) -> Option<&Turn> {
        self.last.as_ref().map(|(_, turn)| turn)
    }

    /// The last one, to which a message is added.
    pub fn last_mut(&mut self) -> Option<&mut Turn> {
        self.last.as_mut().map(|(_, turn)| turn)
    }

    /// All of them.
    pub fn iter(&self) -> impl Iterator<Item = Turn> {
        let mut bytes = self.bytes.as_slice();
        let ended = std::iter::from_fn(move || self.read(&mut bytes));
        ended.chain(self.last().cloned())
    }

    /// An author as it is shared, and its place.
    fn shared(&mut self, author: &Author) -> (usize, Arc<Author>) {
        let known = self.compared.iter().find_map(|place| {
            let known = self.authors.get(*place)?;
            (**known == *author).then(|| (*place, known.clone()))
        });
        known.unwrap_or_else(|| {
            let (place, author) = (self.authors.len(), Arc::new(author.clone()));
            self.authors.push(author.clone());
            self.compared.push_front(place);
            self.compared.truncate(COMPARED_AUTHORS);
            (place, author)
        })
    }

    /// Writes the fields as numbers, of which small ones take few bytes.
    fn write(&mut self, author: usize, turn: &Turn) {
        let Tokens {
            input,
            output,
            reasoning,
            cache_read,
            cache_write,
        } = turn.tokens;
        let sums = [input, output, reasoning, cache_read, cache_write, turn.cost];
        let start = of_time(turn.span.start);
        let numbers = [
            author as u64,
            turn.messages as u64,
            start,
            // A turn may end before it starts: a store holds what it was given.
            of_time(turn.span.end).wrapping_sub(start),
            u64::from(turn.is_reverted) | (u64::from(turn.content.bits()) << 1),
        ];
        for number in numbers.into_iter().chain(sums.map(of_sum)) {
            // There is always room.
            let _ = self.bytes.write_varint(number);
        }
    }

    fn read(&self, bytes: &mut &[u8]) -> Option<Turn> {
        let mut next = || bytes.read_varint::<u64>().ok();
        let author = self.authors.get(usize::try_from(next()?).ok()?)?.clone();
        let messages = usize::try_from(next()?).ok()?;
        let start = next()?;
        let end = next()?.wrapping_add(start);
        let flags = next()?;
        Some(Turn {
            author,
            messages,
            span: Span {
                start: to_time(start),
                end: to_time(end),
            },
            is_reverted: flags & 1 != 0,
            content: TurnContent::from_bits(flags >> 1),
            tokens: Tokens {
                input: to_sum(next()?),
                output: to_sum(next()?),
                reasoning: to_sum(next()?),
                cache_read: to_sum(next()?),
                cache_write: to_sum(next()?),
            },
            cost: to_sum(next()?),
        })
    }
}

/// A time as a number; 0 is none.
fn of_time(time: Option<Timestamp>) -> u64 {
    time.map_or(0, |time| time.millis().cast_unsigned() + 1)
}

fn to_time(number: u64) -> Option<Timestamp> {
    let millis = number.checked_sub(1)?;
    Some(Timestamp::clamped(millis.cast_signed()))
}

/// A sum as a number. In one of few digits the last bytes are zero, which are the first ones here.
fn of_sum(sum: f64) -> u64 {
    sum.to_bits().swap_bytes()
}

fn to_sum(number: u64) -> f64 {
    f64::from_bits(number.swap_bytes())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn author(name: &str) -> Author {
        Author {
            role: Role::Assistant,
            agent: Some(name.to_owned()),
            model: None,
            is_summary: false,
        }
    }

    fn turn(number: usize) -> Turn {
        let time = |millis: usize| Timestamp::from_millis(millis as f64);
        Turn {
            author: Arc::new(author(&(number % 30).to_string())),
            messages: number,
            span: Span {
                start: time(1_795_333_600_000 + number),
                end: time(number).filter(|_| number.is_multiple_of(3)),
            },
            tokens: Tokens {
                input: number as f64,
                cache_write: 1e300,
                ..Tokens::default()
            },
            cost: 0.1 * number as f64,
            is_reverted: number.is_multiple_of(2),
            content: TurnContent::from_bits(number as u64),
        }
    }

    #[test]
    fn turns_come_back_as_they_were() {
        let mut turns = Turns::default();
        assert!(turns.last_mut().is_none() && turns.iter().next().is_none());
        let expected: Vec<_> = (0..100).map(turn).collect();
        for turn in &expected {
            turns.begin(&turn.author, turn.span);
            turns.last_mut().unwrap().clone_from(turn);
        }
        assert_eq!(turns.len(), expected.len());
        assert_eq!(turns.iter().collect::<Vec<_>>(), expected);
    }

    #[test]
    fn turns_share_their_authors_and_are_small() {
        let mut turns = Turns::default();
        for number in 0..1_000 {
            turns.begin(&author(["build", "plan"][number % 2]), turn(number).span);
        }
        assert_eq!(turns.authors.len(), 2);
        let bytes = turns.bytes.len();
        assert!(bytes < 25 * turns.len(), "{bytes} bytes");
    }
}
