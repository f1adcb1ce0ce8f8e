//! The closing line: what is stored and what is shown.

use super::super::survey::census::Census;
use super::super::words::fill;
use super::Sentences;

/// The closing line of a document with so many turns, up to its hash.
pub fn closing(sentences: &Sentences<'_>, census: &Census, turns: usize) -> String {
    let words = sentences.context.words;
    let omitted = sentences.omitted_parts(census);
    let omitted = match omitted.is_empty() {
        true => words.parts_count.of(0),
        false => omitted.join(words.semicolon),
    };
    let values = [
        words.sessions_count.of(census.sessions.stored),
        words.messages_count.of(census.messages.stored),
        words.parts_count.of(census.parts.stored),
        words.sessions_count.of(census.sessions.rendered),
        words.messages_count.of(census.messages.rendered),
        words.turns_count.of(turns),
        words.parts_count.of(census.parts.rendered),
        omitted,
    ];
    fill(words.closing, &values.each_ref().map(String::as_str)) + words.closing_hash
}
