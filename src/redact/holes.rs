//! Holes: what stands in a draft where a secret stood, until the secret has its number.
//!
//! Secrets are numbered in the order of the session, and messages are drafted by threads in any order. So a draft holds
//! provisional numbers: a mark of digits, random for the export, and the number of the secret in its message. A session
//! cannot know the mark. Every escaping leaves digits alone, so a document that is rendered of a draft holds the holes
//! too, and [`Numbers`] fills them in there.

use std::collections::HashMap;
use std::collections::hash_map::RandomState;
use std::hash::{BuildHasher as _, Hasher as _};
use std::sync::Arc;

use memchr::memmem;

use super::known::secrets::{Numbering, Secrets, placeholder};

/// The smallest mark, and the first number that is too large for one: it has 14 digits. With the longest name of a rule
/// a placeholder is still no longer than one that is told from other text.
const MARKS: (u64, u64) = (10_u64.pow(13), 10_u64.pow(14));

/// The mark that the provisional numbers of an export start with.
#[derive(Debug, Clone)]
pub struct Mark(Arc<str>);

impl Mark {
    /// A mark that nobody can know.
    pub fn random() -> Self {
        let random = RandomState::new().build_hasher().finish();
        let (first, end) = MARKS;
        Self((first + random % (end - first)).to_string().into())
    }
}

/// The secrets of a message, in the order in which they were found.
pub type Values = Vec<(&'static str, Arc<str>)>;

/// Gives provisional numbers to the secrets of a message. The same secret has the same one, so that texts that are the
/// same stay the same.
pub struct Holes<'k> {
    mark: Mark,
    /// The secrets that have a number, which they keep.
    known: &'k Secrets,
    values: Values,
    numbers: HashMap<(&'static str, Arc<str>), usize>,
}

impl<'k> Holes<'k> {
    pub fn new(mark: Mark, known: &'k Secrets) -> Self {
        Self {
            mark,
            known,
            values: Values::new(),
            numbers: HashMap::new(),
        }
    }

    /// The secrets that have no number yet.
    pub fn into_values(self) -> Values {
        self.values
    }
}

impl Numbering for Holes<'_> {
    fn placeholder(&mut self, rule: &'static str, value: &str) -> String {
        if let Some(number) = self.known.known_number(rule, value) {
            return placeholder(rule, number);
        }
        let value: Arc<str> = value.into();
        let next = self.values.len();
        let number = *self.numbers.entry((rule, value.clone())).or_insert(next);
        if number == next {
            self.values.push((rule, value));
        }
        placeholder(rule, format_args!("{}{number}", self.mark.0))
    }
}

/// The numbers of the secrets of a message.
pub struct Numbers {
    mark: Mark,
    numbers: Vec<usize>,
}

impl Numbers {
    /// Numbers the secrets of a message, in their order.
    pub fn give(mark: &Mark, values: Values, secrets: &mut Secrets) -> Self {
        let mut given = Self {
            mark: mark.clone(),
            numbers: Vec::with_capacity(values.len()),
        };
        for (rule, value) in values {
            // A secret may hold a placeholder of one that was found before it.
            let filled = given.filled(&value);
            let number = secrets.learn(rule, filled.as_deref().unwrap_or(&value));
            given.numbers.push(number);
        }
        given
    }

    /// Tells whether the message has no holes.
    pub fn is_empty(&self) -> bool {
        self.numbers.is_empty()
    }

    /// Fills the holes of a text.
    pub fn fill(&self, text: &mut String) {
        if let Some(filled) = self.filled(text) {
            *text = filled;
        }
    }

    /// A text with its holes filled; `None` where it has none.
    pub fn filled(&self, text: &str) -> Option<String> {
        if self.is_empty() {
            return None;
        }
        let mut filled: Option<String> = None;
        let mut copied = 0;
        for at in memmem::find_iter(text.as_bytes(), &*self.mark.0) {
            let digits = text.get(at + self.mark.0.len()..)?;
            let length = digits.bytes().take_while(u8::is_ascii_digit).count();
            let hole = digits.get(..length)?.parse::<usize>().ok();
            let Some(number) = hole.and_then(|hole| self.numbers.get(hole)) else {
                continue;
            };
            let filled = filled.get_or_insert_with(|| String::with_capacity(text.len()));
            filled.push_str(text.get(copied..at)?);
            filled.push_str(&number.to_string());
            copied = at + self.mark.0.len() + length;
        }
        let mut filled = filled?;
        filled.push_str(text.get(copied..)?);
        Some(filled)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn holes_become_the_numbers_of_their_secrets() {
        let mut secrets = Secrets::default();
        secrets.learn("a", "Known-1");
        secrets.learn("a", "Known-2");
        let (mark, known) = (Mark::random(), secrets.clone());
        let mut holes = Holes::new(mark.clone(), &known);
        let first = holes.placeholder("a", "New-1");
        let outer = holes.placeholder("b", &format!("x{first}y"));
        assert_eq!(holes.placeholder("a", "New-1"), first);
        assert_eq!(holes.placeholder("a", "Known-2"), "[redacted:a#2]");
        assert_ne!(first, outer);
        // Another message is numbered first.
        secrets.learn("a", "Between");
        let numbers = Numbers::give(&mark, holes.into_values(), &mut secrets);
        let mut text = format!("{first} {outer}, \\{first}");
        numbers.fill(&mut text);
        assert_eq!(text, "[redacted:a#4] [redacted:b#1], \\[redacted:a#4]");
        assert_eq!(secrets.known_number("b", "x[redacted:a#4]y"), Some(1));
        assert_eq!(numbers.filled("nothing [redacted:a#1]"), None);
    }

    #[test]
    fn what_only_looks_like_a_hole_stays() {
        let mark = Mark::random();
        let values = vec![("a", Arc::from("New-1"))];
        let numbers = Numbers::give(&mark, values, &mut Secrets::default());
        for text in [
            format!("{}", mark.0),
            format!("{}7]", mark.0),
            format!("{}99999999999999999999999]", mark.0),
        ] {
            assert_eq!(numbers.filled(&text), None, "{text}");
        }
    }

    #[test]
    fn a_hole_is_no_shorter_than_a_number_and_fits_into_a_placeholder() {
        for _ in 0..100 {
            assert_eq!(Mark::random().0.len(), 14);
        }
    }
}
