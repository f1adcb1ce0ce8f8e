//! Values that no verb or sign tells: `(password x)`, `parolasını x olarak`.

use super::super::are_random_letters;
use super::super::value::form::{is_identifier, is_joined_words, is_password_like, is_stand_in};
use super::super::value::reference;
use super::end::without_end;
use super::reader::Reader;
use super::value::{is_secret, is_version};
use super::words::{Language, Word};

/// The length of the password that a text starts with, right behind its label, where the two are a clause of their
/// own, or a verb follows: `(password x)`, `user admin, pass x, port 22`, `parolasını x olarak`.
pub fn password_alone(
    text: &str,
    language: &Language,
    is_foreign: bool,
    starts_clause: bool,
) -> Option<usize> {
    let length = text.bytes().take_while(u8::is_ascii_graphic).count();
    let value = without_end(text.get(..length)?);
    let bytes = value.as_bytes();
    let mut reader = Reader::new(text);
    reader.at = value.len();
    let ends_clause = reader.rest().is_empty()
        || reader
            .rest()
            .starts_with([')', ',', ';', '\n', '）', '，', '。']);
    reader.skip(false);
    let has_verb = is_foreign && reader.at > value.len() && reader.takes_verb(language);
    let has_sign = bytes.iter().any(|byte| b"!@#$%^&*+?~".contains(byte));
    let digits = bytes.iter().filter(|byte| byte.is_ascii_digit()).count();
    // A dot in it does not make a member of a program of what has numbers in two parts: `ZRlay.n2u-Df2`.
    let with_number = |part: &str| part.bytes().any(|byte| byte.is_ascii_digit());
    let is_dotted = value.contains('.')
        && !value.contains(['/', ':', '('])
        && value
            .split(['.', '-', '_'])
            .filter(|part| with_number(part))
            .count()
            >= 2
        && !is_stand_in(bytes)
        && !reference::is_whole(bytes)
        && !is_identifier(bytes);
    let is_hard = value.len() >= 8
        && (is_password_like(bytes)
            || has_sign && !crate::redact::find::value::names::is_made_of_names(bytes))
        && (has_sign || digits >= 2 || has_verb && digits >= 1)
        && !is_version(bytes)
        && !is_joined_words(bytes);
    // `network x, key qzaidrgdwuewtq, guests …`
    let is_letters = bytes.len() >= 9 && are_random_letters(bytes);
    if is_letters && (ends_clause && (starts_clause || is_foreign) || has_verb) {
        return Some(value.len());
    }
    (is_hard
        && (starts_clause && ends_clause || has_verb)
        && (is_secret(value, false, true) || is_dotted))
        .then_some(value.len())
}

/// The length of two joined words of some length that a text starts with: `canyon-bucket`.
pub fn two_words(text: &str) -> Option<usize> {
    let is_of_words = |byte: &u8| byte.is_ascii_lowercase() || *byte == b'-';
    let length = text.bytes().take_while(is_of_words).count();
    let value = text.get(..length)?;
    let words = value.split('-');
    let ends = text
        .get(length..)
        .and_then(|rest| rest.chars().next())
        .is_none_or(|next| !next.is_alphanumeric() && !"_/(".contains(next));
    (ends
        && Word::of(value).is_none()
        && words.clone().count() == 2
        && words.clone().all(|word| word.len() >= 5))
    .then_some(length)
}

/// The length of a word such as `walnutTiger47` that a text starts with. Right behind a label it is a password, and
/// elsewhere mostly a name.
pub fn name_with_number(text: &str) -> Option<usize> {
    let length = text.bytes().take_while(u8::is_ascii_alphanumeric).count();
    let word = text.get(..length)?.as_bytes();
    let digits = word
        .iter()
        .rev()
        .take_while(|byte| byte.is_ascii_digit())
        .count();
    let has_cases =
        word.iter().any(u8::is_ascii_uppercase) && word.iter().any(u8::is_ascii_lowercase);
    let ends = text
        .as_bytes()
        .get(length)
        .is_none_or(|byte| byte.is_ascii_whitespace() || b".,;!?".contains(byte));
    (ends
        && length >= 10
        && digits >= 2
        && has_cases
        && crate::redact::find::value::names::is_made_of_names(word))
    .then_some(length)
}
