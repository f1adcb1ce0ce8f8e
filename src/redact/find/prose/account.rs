//! Pairs of an account and a password: `admin / x`, `user admin and password x`.

use std::ops::Range;

use super::context::LabelPlace;
use super::pair;
use super::reader::Reader;
use super::scope::scope_word;
use super::value::value_at;
use super::words::{Language, Word};

/// `admin / x`, `jo:x`, `admin, x`, behind a word for accounts.
pub fn value_behind_account(behind: &str, language: &Language) -> Option<Range<usize>> {
    let mut reader = Reader::new(behind);
    reader.skip(false);
    // `my login there is x / y`
    const WORDS_BETWEEN: usize = 6;
    let mut ahead = Reader::new(behind);
    let mut is_behind_words = false;
    for number in 0..WORDS_BETWEEN {
        ahead.skip(false);
        if ahead.takes_sign(false) || ahead.takes_verb(language) {
            reader.at = ahead.at;
            is_behind_words = number > 0;
            reader.skip(false);
            break;
        }
        let Some(length) = scope_word(ahead.rest()) else {
            break;
        };
        ahead.at += length;
    }
    while reader.takes_sign(false) || reader.takes_verb(language) {
        reader.skip(false);
    }
    let rest = reader.rest();
    // `log in with x`
    // `base64url-encoded` is made of names.
    let is_names = |value: &Range<usize>| {
        let mut parts = rest.get(value.clone()).unwrap_or_default().split('-');
        parts.all(|part| crate::redact::find::value::names::is_made_of_names(part.as_bytes()))
    };
    let value = value_at(rest, false)
        .filter(|value| !is_behind_words && value.len() >= 12 && !is_names(value));
    if let Some(value) = value {
        return Some(reader.at + value.start..reader.at + value.end);
    }
    let is_of_name = |c: char| c.is_alphanumeric() || "._@-+".contains(c);
    let name = rest.find(|c: char| !is_of_name(c))?;
    if name < 2 {
        return None;
    }
    reader.at += name;
    let blanks = reader.rest().len() - reader.rest().trim_start_matches([' ', '\t']).len();
    reader.at += blanks;
    const JOINING: [&str; 16] = [
        "and", "und", "et", "y", "e", "i", "ve", "en", "и", "和", "と", "와", "과", "và", "و", "&",
    ];
    let mut is_joined = false;
    // `admin / x`, `sign in as admin with x`
    let separator = reader.rest().chars().next();
    let separator = separator.filter(|c| "/:|".contains(*c));
    match separator {
        Some(separator) => reader.at += separator.len_utf8(),
        None if blanks > 0 && reader.takes_verb(language) => {}
        // `creds are x and y`
        None => {
            let joining = JOINING.iter().find(|word| {
                let behind = reader.rest().strip_prefix(**word);
                behind.is_some_and(|behind| behind.starts_with(' '))
            })?;
            reader.at += joining.len();
            is_joined = true;
        }
    }
    reader.skip(false);
    // An address, a port and a path stand so, too: `account: host:8080`.
    let value = value_at(reader.rest(), true)?;
    let text = reader.rest().get(value.clone())?;
    // `a response with base64url-encoded values`
    let is_compound = text.contains('-')
        && text
            .split('-')
            .all(|part| crate::redact::find::value::names::is_made_of_names(part.as_bytes()));
    let is_hard = text.bytes().any(|byte| byte.is_ascii_digit())
        && text.bytes().any(|byte| byte.is_ascii_alphabetic())
        && !is_compound;
    // A verb says less than a sign does: `sign in as admin with OAuth2`.
    let is_long = separator.is_some() || text.len() >= 10;
    let is_names =
        is_joined && crate::redact::find::value::names::is_made_of_names(text.as_bytes());
    (is_hard && is_long && !is_names && !text.contains('/'))
        .then_some(reader.at + value.start..reader.at + value.end)
}

/// `user ops2 and password x`, where nothing but the account tells that a password comes.
pub fn pair_behind(behind: &str, word: &Word, place: &LabelPlace) -> Option<Range<usize>> {
    if word.of_label.is_empty() || word.is_of_token || word.is_vague {
        return None;
    }
    let mut reader = Reader::new(behind);
    reader.skip(false);
    if reader.takes_sign(false)
        || word
            .of_label
            .iter()
            .any(|language| reader.takes_verb(language))
    {
        reader.skip(false);
    }
    let quote = reader
        .rest()
        .bytes()
        .take_while(|byte| b"\"'`".contains(byte))
        .count();
    let start = reader.at + quote;
    let length = pair::length(behind.get(start..)?)?;
    pair::is_behind_account(place.text, &place.label).then_some(start..start + length)
}
