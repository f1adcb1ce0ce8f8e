//! An account before a password: `user ops2 and password x`, `账号 liuyang 和密码 x`, `login jsilva senha x`.

use std::ops::Range;

use super::super::are_random_letters;
use super::super::value::form::{is_identifier, is_stand_in};
use super::super::value::reference;
use super::end::without_end;
use super::words::is_account;

/// Tells whether the name of an account stands right before a label.
pub fn is_behind_account(text: &[u8], label: &Range<usize>) -> bool {
    const REACH: usize = 80;
    const JOINING: [&str; 30] = [
        "and", "und", "et", "y", "e", "i", "ve", "en", "и", "和", "及", "與", "与", "와", "과",
        "with", "mit", "avec", "con", "com", "с", "z", "ile", "met", "với", "và", "و", "the", "&",
        "的",
    ];
    let start = label.start.saturating_sub(REACH);
    let before = text.get(start..label.start).unwrap_or_default();
    let before = String::from_utf8_lossy(before).to_lowercase();
    let line = before.rsplit('\n').next().unwrap_or_default();
    let is_between = |c: char| c.is_whitespace() || ",，、/|;；:：=(（\"'`*".contains(c);
    let mut rest = line.trim_end_matches(is_between);
    for joining in JOINING {
        let shorter = rest.strip_suffix(joining);
        let is_word = shorter.is_some_and(|rest| !joining.is_ascii() || rest.ends_with(is_between));
        if is_word {
            rest = shorter.unwrap_or_default().trim_end_matches(is_between);
        }
    }
    let is_of_name = |c: char| c.is_ascii_alphanumeric() || "._@-+".contains(c);
    let account = rest.trim_end_matches(is_of_name);
    rest.len() - account.len() >= 2 && is_account(account.trim_end_matches(is_between))
}

/// The length of the password that a text starts with, where an account before its label tells it. A plain word tells
/// nothing: `user admin, password required`.
pub fn length(text: &str) -> Option<usize> {
    const SHORTEST: usize = 8;
    const LETTERS_BEFORE_ONE_DIGIT: usize = 10;
    let length = text.bytes().take_while(u8::is_ascii_graphic).count();
    let value = without_end(text.get(..length)?);
    let bytes = value.as_bytes();
    let count = |is: fn(&u8) -> bool| bytes.iter().filter(|byte| is(byte)).count();
    let digits = count(u8::is_ascii_digit);
    let letters = count(u8::is_ascii_alphabetic);
    let signs = count(|byte| b"!@#$%^&*+?~=".contains(byte));
    let is_of_word = |byte: &u8| byte.is_ascii_alphanumeric() || b"_-!@#$%^&*+?~.:=".contains(byte);
    let is_hard = letters >= 4
        && (digits >= 2
            || digits == 1 && letters >= LETTERS_BEFORE_ONE_DIGIT
            || signs >= 1 && !crate::redact::find::value::names::is_made_of_names(bytes))
        || are_random_letters(bytes);
    (value.len() >= SHORTEST
        && is_hard
        && bytes.iter().all(is_of_word)
        && bytes.first().is_some_and(u8::is_ascii_alphanumeric)
        && !value.contains("://")
        && !value.contains("==")
        && !is_stand_in(bytes)
        && !is_identifier(bytes)
        && !reference::is_whole(bytes))
    .then_some(value.len())
}
