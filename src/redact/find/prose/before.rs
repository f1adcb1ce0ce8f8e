//! Values that stand before their label: `x is the password`, `x 是我的密码`.

use std::ops::Range;

use super::behind::MOST_WORDS;
use super::context::LabelPlace;
use super::end::without_end;
use super::number;
use super::value::is_secret;
use super::words::{Language, Word};

/// `x is the password`, `use x as the password`, `x 是我的密码`: the value stands before its label, with a word of one
/// of its languages right behind it.
pub fn value_before(place: &LabelPlace, word: &Word) -> Option<Range<usize>> {
    let (text, keyword, languages) = (place.text, &place.label, &word.of_label);
    let start = keyword.start.saturating_sub(200);
    let before = text.get(start..keyword.start)?;
    // A window may begin inside a character.
    let skipped = before
        .iter()
        .take_while(|byte| (0x80..0xc0).contains(*byte))
        .count();
    let before = std::str::from_utf8(before.get(skipped..)?).ok()?;
    // A sign of exclamation may be of a password, too: `J!O!yl4!iTAI`.
    let mut ends = before
        .match_indices(['\n', '。', '!', '！'])
        .filter(|(at, end)| {
            let next = before.get(at + end.len()..).unwrap_or_default();
            *end != "!" || next.starts_with(char::is_whitespace)
        });
    let sentence = ends.next_back().map_or(0, |(at, _)| at + 1);
    let sentence = before.get(sentence..).map_or(before, |text| {
        text.trim_start_matches(|c: char| !c.is_ascii_graphic())
    });
    let base = start + skipped + before.len() - sentence.len();
    if word.is_pin
        && let Some(number) = code_before(sentence, place, word)
    {
        return Some(base + number.start..base + number.end);
    }
    if word.is_vague {
        return None;
    }
    // All languages ask for this, and mostly it is not there: so it comes first.
    let phrase = phrase_before(sentence);
    let words = values_in(sentence);
    let found = languages.iter().find_map(|language| {
        let phrase = phrase.iter().find(|value| value.is_phrase_of(language));
        let word = || words.iter().find(|value| value.is_told_in(language));
        phrase.or_else(word)
    })?;
    Some(base + found.place.start..base + found.place.end)
}

/// The number of a code before its label, with a word between that points at it: `punch in 742111, that's the alarm
/// code`.
pub fn code_before(sentence: &str, place: &LabelPlace, word: &Word) -> Option<Range<usize>> {
    let form = number::Form {
        is_code: true,
        may_hold_letters: false,
    };
    let mut starts = sentence.char_indices().filter(|(at, c)| {
        let before = sentence
            .get(..*at)
            .and_then(|text| text.chars().next_back());
        c.is_ascii_digit() && before.is_none_or(|c| c.is_whitespace() || "(「『“„«，、".contains(c))
    });
    let last = starts.next_back().map(|(at, _)| at)?;
    let number = number::place(sentence.get(last..)?, form)?;
    let number = last + number.start..last + number.end;
    let between = sentence.get(number.end..)?.to_lowercase();
    let is_near = between.split_whitespace().count() <= MOST_WORDS;
    let mut languages = word.of_label.iter();
    let is_told = languages.any(|language| {
        language.has_pointer(&between)
            && (!word.is_vague || language.has_thing(&place.before()) && !between.contains(" of "))
    });
    (is_near && is_told && place.is_in_a_sentence("")).then_some(number)
}

/// A value before a label that looks like a secret.
pub struct ValueBefore<'t> {
    pub place: Range<usize>,
    /// The rest of its own word.
    pub glued: &'t str,
    /// The word behind it.
    pub next: String,
    /// True where a comma and at most one other word stand between it and the label.
    pub is_last_of_clause: bool,
    /// True where it is nothing but a secret.
    pub is_hard: bool,
    pub is_in_sentence: bool,
    /// The text between the value and the label, in small letters.
    pub between: String,
}

impl ValueBefore<'_> {
    /// Tells whether a word follows that tells in a language that it is what the label names.
    pub fn is_told_in(&self, language: &Language) -> bool {
        const WORDS: [&str; 24] = [
            "as", "als", "is", "ist", "es", "est", "è", "é", "to", "это", "—", "–", "-", "this",
            "that", "comme", "como", "come", "jako", "olarak", "là", "هي", "voilà", "ve",
        ];
        const PARTICLES: [&str; 14] = [
            "是", "这", "這", "が", "は", "を", "の", "이", "가", "는", "은", "를", "을", "로",
        ];
        let is_verb = |word: &str| {
            WORDS.contains(&word)
                || PARTICLES.iter().any(|particle| word.starts_with(particle))
                || language
                    .verbs
                    .iter()
                    .any(|verb| verb.trim_end_matches('|') == word)
        };
        let glued = self
            .glued
            .trim_start_matches(['」', '』', '”', '»', '“', '"', '\'']);
        is_verb(&self.next)
            || self.is_hard && self.is_in_sentence && language.has_pointer(&self.between)
            || !glued.is_empty() && is_verb(glued)
            || self.is_last_of_clause
            || !self.glued.is_empty() && is_verb(self.glued)
    }

    /// Tells whether such a word follows a phrase.
    pub fn is_phrase_of(&self, language: &Language) -> bool {
        let word = self.next.as_str();
        ["als", "comme", "como", "come", "jako", "olarak"].contains(&word)
            || language.verbs.iter().any(|verb| {
                word == verb
                    || verb
                        .strip_suffix('|')
                        .is_some_and(|verb| word.starts_with(verb))
            })
    }
}

/// The words that look like secrets among the last ones of a sentence, the last one first.
pub fn values_in<'t>(sentence: &'t str) -> Vec<ValueBefore<'t>> {
    let is_between = |c: char| c.is_whitespace() || c == '，' || c == '、';
    let mut at = 0;
    let words: Vec<(usize, &str)> = sentence
        .split_inclusive(is_between)
        .filter_map(|piece| {
            let place = at;
            at += piece.len();
            let word = piece.trim_end_matches(is_between);
            (!word.is_empty()).then_some((place, word))
        })
        .collect();
    let value = |(number, (place, word)): (usize, &(usize, &'t str))| {
        let opening = word
            .chars()
            .take_while(|c| "「『“„«".contains(*c))
            .map(char::len_utf8)
            .sum::<usize>();
        let place = place + opening;
        let word = word.get(opening..)?;
        let ascii = word.bytes().take_while(u8::is_ascii_graphic).count();
        let quote = word
            .bytes()
            .take_while(|byte| b"\"'`*".contains(byte))
            .count();
        let (word, glued) = word.split_at_checked(ascii)?;
        let value = without_end(word.get(quote..)?).trim_end_matches('?');
        // `{"email"=>"x", "password"=>"y"}`
        if value.contains("=>") || value.contains("\":") || !is_secret(value, quote > 0, false) {
            return None;
        }
        let next = words.get(number + 1).map_or("", |(_, next)| *next);
        let has_comma = glued.is_empty() && word.ends_with(',') || glued.ends_with(',');
        Some(ValueBefore {
            place: place + quote..place + quote + value.len(),
            glued,
            next: next.to_lowercase(),
            is_last_of_clause: has_comma && number + 3 >= words.len(),
            is_in_sentence: !sentence.contains(['{', '}', '[', ']', ';', '(', '|']),
            is_hard: !crate::redact::find::value::names::is_made_of_names(value.as_bytes()),
            between: sentence
                .get(place + quote + value.len()..)
                .unwrap_or_default()
                .to_lowercase(),
        })
    };
    let last = words.iter().enumerate().rev().take(MOST_WORDS);
    last.filter_map(value).collect()
}

/// The quoted words of a passphrase, with a verb and at most two words behind them: `use "a b c d" as the passphrase`.
pub fn phrase_before(sentence: &str) -> Option<ValueBefore<'_>> {
    const MOST_BEHIND: usize = 3;
    const FEWEST_WORDS: usize = 3;
    let end = sentence.rfind(['"', '`', '”', '»', '」', '“'])?;
    let open = match sentence.get(end..)?.chars().next()? {
        '"' => '"',
        '`' => '`',
        '」' => '「',
        '»' => '«',
        '“' => '„',
        _ => '“',
    };
    let start = sentence.get(..end)?.rfind(open)? + open.len_utf8();
    let inner = sentence.get(start..end)?;
    let behind = sentence.get(end..)?.chars().next()?.len_utf8() + end;
    let behind = sentence.get(behind..)?;
    let mut words = behind.split_whitespace();
    let next = words.next()?;
    let is_near = words.count() < MOST_BEHIND;
    let value = inner.trim();
    let place = start + (inner.len() - inner.trim_start().len());
    // `„radish-saddle-dune“ als Passwort`
    let is_phrase = value.split([' ', '-']).count() >= FEWEST_WORDS;
    (is_near && is_phrase && is_secret(value, true, true)).then(|| ValueBefore {
        place: place..place + value.len(),
        glued: "",
        next: next.to_owned(),
        is_last_of_clause: false,
        is_hard: false,
        is_in_sentence: false,
        between: String::new(),
    })
}
