//! Values in a sentence: quoted, or one word, and what of these looks like a secret.

use std::ops::Range;

use super::super::are_random_letters;
use super::super::value::form::{
    is_code, is_identifier, is_joined_words, is_password_like, is_stand_in, starts_as_code,
};
use super::super::value::{label, program, reference};
use super::end::without_end;

/// The value that a text starts with. `is_told` where a verb or a sign says that one comes.
pub fn value_at(text: &str, is_told: bool) -> Option<Range<usize>> {
    // Languages close the same sign in different ways: `„x“`, `„x”`, `»x«`.
    const QUOTES: [(char, &[char]); 15] = [
        ('"', &['"']),
        ('\'', &['\'']),
        ('`', &['`']),
        ('“', &['”', '“']),
        ('”', &['”']),
        ('„', &['“', '”', '"']),
        ('‘', &['’']),
        ('‚', &['‘', '’']),
        ('«', &['»']),
        ('»', &['«', '»']),
        ('「', &['」']),
        ('『', &['』']),
        ('《', &['》']),
        ('【', &['】']),
        ('‹', &['›']),
    ];
    let first = text.chars().next()?;
    if let Some((_, close)) = QUOTES.iter().find(|(open, _)| *open == first) {
        let inner = text.get(first.len_utf8()..)?;
        let end = inner
            .find(|c| close.contains(&c) || c == '\n')
            .filter(|end| {
                inner
                    .get(*end..)
                    .is_some_and(|rest| rest.starts_with(*close))
            })?;
        let value = inner.get(..end)?;
        let trimmed = value.trim();
        let start = first.len_utf8() + (value.len() - value.trim_start().len());
        // Programs quote with ASCII alone: `« melon-mirror-cricket »` stands in a sentence.
        let is_told = is_told || !first.is_ascii() && trimmed.contains('-');
        // A name of a program stands in the quotes of code: `verifyIdToken`.
        let is_name = first == '`'
            && trimmed.starts_with(|c: char| c.is_ascii_lowercase())
            && crate::redact::find::value::names::is_camel_case(trimmed.as_bytes());
        return (!is_name && is_secret(trimmed, true, is_told))
            .then_some(start..start + trimmed.len());
    }
    let is_of_value = |byte: &u8| matches!(byte, b'!'..=b'&' | b'('..=b'_' | b'a'..=b'~' | b'\'');
    // Letters such as `Ü` go on with a word; those of scripts without blanks begin another.
    let is_latin = |c: char| c.is_alphabetic() && matches!(c, '\u{c0}'..='\u{24f}');
    let is_of_value = |c: &char| match u8::try_from(*c) {
        Ok(byte) if byte.is_ascii() => is_of_value(&byte),
        _ => is_latin(*c),
    };
    let value = text.chars().take(128).take_while(is_of_value);
    let length: usize = value.map(char::len_utf8).sum();
    let value = text.get(..length)?;
    let value = value.split("</").next().unwrap_or(value);
    // `[the text](address)`, `token).replace(`, `(name_of_a_program`
    let value = value.split("](").next().unwrap_or(value);
    let is_open = |open: char, close: char| value.starts_with(open) && !value.contains(close);
    let inner = value.get(1..).unwrap_or_default().as_bytes();
    if first == '[' && is_open('[', ']')
        || ")]}>".contains(first)
        || is_open('(', ')') && crate::redact::find::value::names::is_made_of_names(inner)
    {
        return None;
    }
    // A sign of exclamation may be of the sentence or of the password.
    let value = without_end(value);
    is_secret(value, false, is_told).then_some(0..value.len())
}

/// Tells whether a value may look like nothing but a secret. Most words do not, which is told here before all else.
pub fn may_stand_alone(value: &[u8]) -> bool {
    let is_marked = |byte: &u8| byte.is_ascii_digit() || b"!@#$%^*".contains(byte);
    value.iter().any(is_marked) || value.iter().filter(|byte| **byte == b'-').count() >= 3
}

pub fn is_secret(value: &str, is_quoted: bool, is_told: bool) -> bool {
    let bytes = value.as_bytes();
    if value.len() < 4
        || !is_told && !may_stand_alone(bytes)
        || is_stand_in(bytes)
        || reference::is_whole(bytes)
        || is_identifier(bytes) && !(is_told && is_digest_or_uuid(bytes))
        || label::names_a_secret(value)
    {
        return false;
    }
    let digits = bytes.iter().filter(|byte| byte.is_ascii_digit()).count();
    let letters = bytes
        .iter()
        .filter(|byte| byte.is_ascii_alphabetic())
        .count();
    // The last one may be the sentence's.
    let end = bytes
        .iter()
        .rev()
        .take_while(|byte| b"!?".contains(byte))
        .count();
    let own = bytes.get(..bytes.len() - end).unwrap_or_default();
    if end > 0 && !is_quoted && own.iter().all(u8::is_ascii_lowercase) {
        return false;
    }
    // Without a word that says so, `(af8ff5fcb5)` and `<x1>` are no values.
    if !is_told && !is_quoted && starts_as_code(bytes) {
        return false;
    }
    let has_sign = bytes.iter().any(|byte| b"!@#$%^&*+?~".contains(byte));
    // `root@localhost`
    let is_host = |part: &str| {
        part.bytes()
            .all(|byte| byte.is_ascii_alphabetic() || b".-_".contains(&byte))
    };
    let is_address = value.split('@').count() == 2 && value.split('@').all(is_host);
    let is_address = is_address || is_email(value);
    let is_place = is_email(value)
        || is_address && !is_quoted
        || value.contains("://")
        || value.starts_with("urn:")
        || value.contains('/')
            && !has_sign
            && !(value.len() >= 32 && digits >= 4 && !value.contains('.'))
        || value.starts_with(['#', '.', '@', '-']) && !is_quoted;
    let name = bytes
        .iter()
        .take_while(|byte| byte.is_ascii_alphanumeric() || b"_.".contains(byte))
        .count();
    let is_named = name >= 3
        && bytes
            .get(..name)
            .is_some_and(crate::redact::find::value::names::is_made_of_names);
    let is_call =
        !is_quoted && is_named && bytes.get(name).is_some_and(|byte| b"([<={".contains(byte))
            || !is_quoted
                && bytes
                    .iter()
                    .all(|byte| !byte.is_ascii_digit() && *byte != b'@')
                && bytes.iter().any(|byte| b"(){}[]<>=".contains(byte))
            || !is_quoted && (is_open_call(value) || program::is_expression(bytes));
    let is_member = value.contains('.') && (is_code(bytes) || is_joined_words(bytes));
    if is_place || is_call || is_member || value.contains("[redacted:") {
        return false;
    }
    // `meadow-kayak-8256`: words with a number of a few digits, which no version has.
    let last_number = bytes
        .iter()
        .rev()
        .take_while(|byte| byte.is_ascii_digit())
        .count();
    let first_number = bytes
        .iter()
        .take_while(|byte| byte.is_ascii_digit())
        .count();
    let is_joined = bytes.iter().filter(|byte| b"-_.".contains(byte)).count() <= 4;
    let words_of = value.split('-');
    // Three words of some length, behind a verb or in quotes, are a phrase too: `melon-mirror-cricket`. `up-to-date` is
    // none.
    let number_of_words = words_of.clone().count();
    let shortest = if number_of_words == 3 { 4 } else { 3 };
    let is_words = (number_of_words >= 4 || number_of_words == 3 && is_told)
        && words_of.clone().all(|word| {
            word.len() >= shortest && word.bytes().all(|byte| byte.is_ascii_lowercase())
        });
    let has_number = last_number >= 3 || first_number >= 3 && value.contains('-');
    let is_passphrase = is_words || has_number && letters >= 6 && is_joined && !is_date(bytes);
    let is_mixed = digits >= 1 && letters >= 3 && value.len() >= 6;
    let has_cases = bytes.iter().skip(1).any(u8::is_ascii_uppercase)
        && bytes.iter().any(u8::is_ascii_lowercase);
    let is_random = letters >= 2
        && value.len() >= 10
        && (digits >= 2 || digits == 1 && has_cases && value.len() >= 12);
    let is_plain = digits == 0 && bytes.iter().all(u8::is_ascii_alphabetic);
    let words = value.split(' ').count();
    let is_phrase = (3..=8).contains(&words)
        && bytes
            .iter()
            .all(|byte| byte.is_ascii_lowercase() || *byte == b' ');
    // Without a word that says so, neither a name of a program nor one of a method counts: `toString(2)`,
    // `PBKDF2-HMAC-SHA-256`, `base64-encoded`.
    let parts = value.split(['-', '_']);
    let is_clean = |part: &str| {
        part.bytes().all(|byte| byte.is_ascii_lowercase())
            || part.bytes().all(|byte| byte.is_ascii_digit())
    };
    let is_passphrase_alone =
        is_passphrase && parts.clone().count() >= 3 && parts.clone().all(is_clean);
    let is_of_program = value.split(['#', '(', '-', '.', ':']).all(|part| {
        part.is_empty() || crate::redact::find::value::names::is_made_of_names(part.as_bytes())
    });
    if !is_told && !is_quoted && !is_passphrase_alone && (is_of_program || is_joined_words(bytes)) {
        return false;
    }
    match (is_quoted, is_told) {
        (_, true) if is_passphrase => true,
        (_, true) if are_letters_of_no_word(bytes) => true,
        (true, true) => {
            is_password_like(bytes)
                || is_mixed && !value.contains(' ')
                || is_plain && value.len() >= 9
                || is_phrase
        }
        (false, true) => {
            is_password_like(bytes) || is_mixed && (digits >= 2 || has_sign) && !is_version(bytes)
        }
        (true, false) => {
            is_passphrase || (is_password_like(bytes) || is_random) && !value.contains(' ')
        }
        (false, false) => {
            is_password_like(bytes) && (has_sign || is_random)
                || is_passphrase && value.contains('-')
                || is_random && !is_version(bytes) && !is_code(bytes)
        }
    }
}

/// Letters that make no word, though a word of some language may look so: `gewijzigd`. A short one has few vowels, too.
pub fn are_letters_of_no_word(value: &[u8]) -> bool {
    const LONG: usize = 10;
    const LETTERS_FOR_A_VOWEL: usize = 5;
    let vowels = value
        .iter()
        .filter(|byte| b"aeiouyAEIOUY".contains(byte))
        .count();
    are_random_letters(value)
        && (value.len() >= LONG || vowels * LETTERS_FOR_A_VOWEL <= value.len())
}

/// Forty hexadecimal digits or a UUID. A commit and an object look so, and so do keys of many services: a verb or a
/// sign behind the label tells them apart.
pub fn is_digest_or_uuid(value: &[u8]) -> bool {
    let is_of_uuid = |byte: &u8| byte.is_ascii_hexdigit() || *byte == b'-';
    matches!(value.len(), 36 | 40) && value.iter().all(is_of_uuid)
}

/// An e-mail address is no password.
pub fn is_email(value: &str) -> bool {
    value.split_once('@').is_some_and(|(local, host)| {
        let is_local = |byte: u8| byte.is_ascii_alphanumeric() || b"._%+-".contains(&byte);
        let is_host =
            |byte: u8| byte.is_ascii_lowercase() || byte.is_ascii_digit() || b".-".contains(&byte);
        let end = host.rsplit('.').next().unwrap_or_default();
        local.len() >= 2
            && local.bytes().all(is_local)
            && host.contains('.')
            && host.bytes().all(is_host)
            && (2..=6).contains(&end.len())
            && end.bytes().all(|byte| byte.is_ascii_lowercase())
    })
}

/// `SHA-256(label`, whose arguments go on behind a blank.
pub fn is_open_call(value: &str) -> bool {
    value.split_once('(').is_some_and(|(name, argument)| {
        name.len() >= 3
            && !argument.is_empty()
            && argument
                .bytes()
                .all(|byte| byte.is_ascii_alphabetic() || byte == b'_')
    })
}

pub fn is_date(value: &[u8]) -> bool {
    let digits = value.iter().filter(|byte| byte.is_ascii_digit()).count();
    digits * 2 > value.len()
}

/// A version or a name with a number in it: `v1.2.3`, `PBKDF2`, `sha256`, `user-profile-2`.
pub fn is_version(value: &[u8]) -> bool {
    let is_part = |part: &[u8]| {
        let digits = part
            .iter()
            .rev()
            .take_while(|byte| byte.is_ascii_digit())
            .count();
        let letters = part.get(..part.len() - digits).unwrap_or_default();
        let is_one_case = letters.iter().all(u8::is_ascii_lowercase)
            || letters.iter().all(u8::is_ascii_uppercase);
        digits <= 4
            && letters.iter().all(u8::is_ascii_alphabetic)
            && (is_one_case && letters.len() <= 8)
    };
    value.split(|byte| b"-_./:".contains(byte)).all(is_part)
}

/// Tells whether a word is nothing but a secret: letters that make no word, or letters and digits in no order of names.
pub fn is_hard(word: &[u8]) -> bool {
    const SHORTEST: usize = 10;
    word.len() >= SHORTEST
        && (are_random_letters(word)
            || super::super::is_random(word)
                && is_password_like(word)
                && !crate::redact::find::value::names::is_made_of_names(word)
                && !is_joined_words(word))
}
