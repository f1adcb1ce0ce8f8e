//! Values that are assigned to a name: where they end, and which are secrets.

use super::super::are_random_letters;
use super::super::secret_name::Strength;
use super::super::value::form::{
    is_code, is_key_like, is_made_of_words, is_sentence, is_stand_in, looks_random, starts_as_code,
};
use super::super::value::label::is_label;

/// How far behind a name a value may start.
pub const REACH: usize = 640;

/// Tells whether a value is a secret, by what its name tells and how it stands in the text.
pub fn is_secret(value: &[u8], next: Option<u8>, strength: Strength, is_quoted: bool) -> bool {
    // A call, a member or an index is code.
    let is_code = || {
        matches!(next, Some(b'(' | b'['))
            || value.iter().any(|byte| matches!(byte, b'(' | b'[' | b'{'))
            || is_code(value)
    };
    let is_marked = |byte: &u8| byte.is_ascii_digit() || b"!@#$%^&*+/=".contains(byte);
    // The patterns come last: a text may hold very many values, each of them long.
    match (strength, is_quoted) {
        (Strength::Strong | Strength::Key, true) => {
            let is_word = || {
                std::str::from_utf8(value).is_ok_and(is_made_of_words)
                    || crate::redact::find::value::names::is_camel_case(value)
            };
            (strength == Strength::Strong || !is_word())
                && value.len() >= 4
                && !is_stand_in(value)
                && !is_sentence(value)
                && !is_label(value)
        }
        (Strength::Strong | Strength::Key, false) => {
            value.len() >= 6
                && (value.iter().any(is_marked) || are_random_letters(value))
                && !is_stand_in(value)
                && !starts_as_code(value)
                && !is_code()
        }
        (Strength::Medium, true) => is_key_like(value) || looks_random(value),
        (Strength::Medium, false) => (is_key_like(value) || looks_random(value)) && !is_code(),
        (Strength::Weak, true) => looks_random(value),
        (Strength::Weak, false) => looks_random(value) && !is_code(),
    }
}

/// Where the value ends: at its own quote, or at the next blank or delimiter.
pub fn value_length(rest: &[u8], quote: &[u8]) -> (usize, bool) {
    let window = rest.get(..LONGEST).unwrap_or(rest);
    if let Some(mark) = quote.last().filter(|byte| b"\"'`".contains(byte))
        && let Some(end) = end_of_quoted(window, *mark, quote)
    {
        return (end, true);
    }
    let is_end = |byte: &u8| {
        byte.is_ascii_whitespace()
            || matches!(
                byte,
                b'"' | b'\''
                    | b'`'
                    | b','
                    | b';'
                    | b'<'
                    | b'>'
                    | b'|'
                    | b'&'
                    | b')'
                    | b']'
                    | b'}'
                    | b'\\'
            )
    };
    (
        window.iter().position(is_end).unwrap_or(window.len()),
        false,
    )
}

/// Where a value ends that an opening quote stands before. A quote in it has more backslashes before it than the
/// opening one has.
pub fn end_of_quoted(window: &[u8], mark: u8, quote: &[u8]) -> Option<usize> {
    let line = memchr::memchr(b'\n', window).unwrap_or(window.len());
    let line = window.get(..line)?;
    let escapes_at = |at: usize| {
        let before = line.get(..at).unwrap_or_default();
        before
            .iter()
            .rev()
            .take_while(|byte| **byte == b'\\')
            .count()
    };
    let depth = quote.iter().take_while(|byte| **byte == b'\\').count();
    let mut marks = memchr::memchr_iter(mark, line).map(|at| (at, escapes_at(at)));
    let closing = marks.clone().find(|(_, escapes)| match depth {
        0 => escapes % 2 == 0,
        _ => *escapes <= depth,
    });
    let (end, escapes) = match (closing, depth) {
        // A value in plain quotes may end in backslashes of its own.
        (Some((end, _)), 0) => (end, 0),
        (Some(closing), _) => closing,
        // In a text that is cut or quoted otherwise, the first quote ends it.
        (None, _) => marks.next()?,
    };
    Some(end - escapes)
}

/// The longest value that is taken.
pub const LONGEST: usize = 4096;
