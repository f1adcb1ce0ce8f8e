//! Tokens that need their provider's name near them, of which there are some hundred kinds.
//!
//! Looking for all those names in a whole text would slow each search. But such a token needs a noun too, such as
//! `key`, and looks random, so the names are looked for only where a noun stands before something random.

use std::ops::Range;

use super::super::is_random;
use super::{BEFORE, REACH};

/// The longest name of a provider, which a test proves.
const LONGEST_NAME: usize = 32;
/// How far before a noun its provider's name begins at most: a token stands up to `REACH` behind the name, and
/// behind the noun.
const NAME_BEFORE: usize = REACH + LONGEST_NAME;
/// How far behind the start of a noun its provider's name ends at most.
const NAME_BEHIND: usize = BEFORE + LONGEST_NAME;
/// How far behind the start of a noun such a token begins at most.
const TOKEN_BEHIND: usize = NAME_BEHIND + REACH;

/// Where the names may stand of tokens near some nouns, joined where they meet.
pub fn stretches(text: &[u8], nouns: &[Range<usize>]) -> Vec<Range<usize>> {
    let mut stretches: Vec<Range<usize>> = Vec::new();
    let mut runs = RandomRuns::new(text);
    for noun in nouns {
        if !runs.has_one(noun.start..noun.start.saturating_add(TOKEN_BEHIND)) {
            continue;
        }
        let start = noun.start.saturating_sub(NAME_BEFORE);
        let end = noun.start.saturating_add(NAME_BEHIND).min(text.len());
        match stretches.last_mut() {
            Some(last) if start <= last.end => last.end = end,
            _ => stretches.push(start..end),
        }
    }
    stretches
}

/// Looks for what may be random, at each byte once however many nouns stand before it.
struct RandomRuns<'t> {
    text: &'t [u8],
    /// Up to where was looked.
    at: usize,
    /// The place where the last one ends.
    end: usize,
}

impl<'t> RandomRuns<'t> {
    fn new(text: &'t [u8]) -> Self {
        Self {
            text,
            at: 0,
            end: 0,
        }
    }

    /// Tells whether one begins or goes on in a stretch of the text. Each stretch starts and ends behind the last.
    fn has_one(&mut self, stretch: Range<usize>) -> bool {
        self.at = self.at.max(stretch.start);
        while self.end <= stretch.start && self.at < stretch.end.min(self.text.len()) {
            let rest = self.text.get(self.at..).unwrap_or_default();
            // The last of so many bytes first: where it is of no run, none before it is of one that is long
            // enough, so that most bytes need no look.
            let shortest = rest.get(..SHORTEST).unwrap_or(rest);
            let gap = shortest.iter().rposition(|byte| !is_of_run(*byte));
            if let Some(gap) = gap {
                self.at += gap + 1;
                continue;
            }
            let length = rest.iter().take_while(|byte| is_of_run(**byte)).count();
            if rest.get(..length).is_some_and(may_be_random) {
                self.end = self.at + length;
            }
            self.at += length + 1;
        }
        self.end > stretch.start
    }
}

/// The least length of what is random in such a token, which a test proves.
const SHORTEST: usize = 14;

fn is_of_run(byte: u8) -> bool {
    byte.is_ascii_alphanumeric() || matches!(byte, b'-' | b'_' | b'+' | b'/')
}

/// Tells whether a run is none of letters only that look like words. All but a few kinds need more than that.
fn may_be_random(run: &[u8]) -> bool {
    run.len() >= SHORTEST && (run.iter().any(u8::is_ascii_digit) || is_random(run))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_kind_of_token_is_looked_for_from_any_noun_in_reach() {
        for (id, name, token) in crate::redact::find::token::examples_of_near() {
            assert!(name.len() <= LONGEST_NAME, "{id}: {name} is too long");
            for (before, between) in [
                (String::new(), "_key: ".to_owned()),
                (
                    format!("key{} ", ".".repeat(BEFORE - 4)),
                    ".".repeat(REACH - 1),
                ),
                (String::new(), format!("{} key ", ".".repeat(REACH - 6))),
            ] {
                let text = format!("{before}{name}{between}{token} and more");
                let nouns: Vec<_> = memchr::memmem::find_iter(text.as_bytes(), "key")
                    .map(|at| at..at + 3)
                    .collect();
                let place = before.len()..before.len() + name.len();
                let is_in = |stretch: &Range<usize>| {
                    stretch.start <= place.start && place.end <= stretch.end
                };
                let found = stretches(text.as_bytes(), &nouns);
                assert!(found.iter().any(is_in), "{id}: {text}");
            }
        }
    }

    #[test]
    fn words_behind_a_noun_are_not_looked_at_for_names() {
        for text in [
            "export const keyOfProviderRegistration = getProviderRegistration(name);",
            "key: string; token: Promise<ReadableStreamDefaultReader>",
        ] {
            let found = stretches(text.as_bytes(), std::slice::from_ref(&(0..3)));
            assert!(found.is_empty(), "{text}");
        }
    }
}
