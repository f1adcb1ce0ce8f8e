//! Names of people where a label or an e-mail address says that they are some.

use std::ops::Range;

use regex::bytes::Captures;

use super::super::ids::USER_ID;
use super::common_name::{is_account, is_common};
use super::found::Found;
use super::near::{Near, group};
use crate::redact::find::pattern::Pattern;
use crate::redact::words::is_unspaced;

/// Accounts of mail that are no person's.
const OFFICES: [&str; 9] = [
    "noreply",
    "no-reply",
    "donotreply",
    "notifications",
    "support",
    "info",
    "help",
    "hello",
    "bot",
];

/// A name before an e-mail address.
pub static MAIL: Near = Near {
    words: &["@"],
    pattern: Pattern::new(r"([^<>\r\n]{1,100}?)[ \t]?<([^<>\s@]{1,64})@[^<>\s@]{1,253}>"),
    judge: of_mail,
};
/// A name where no address follows.
pub static AUTHOR: Near = Near {
    words: &["author", "committer"],
    pattern: Pattern::new(
        r"(?mi)^[ \t>*#-]{0,8}(?:author|committer)[ \t]?:[ \t]*([^<>\r\n@\[]{2,64})\r?$",
    ),
    judge: of_label,
};

fn of_mail(text: &str, groups: &Captures, found: &mut Vec<Found>) {
    let account = group(text, groups, 2).and_then(|account| text.get(account));
    let is_person =
        account.is_some_and(|account| !OFFICES.contains(&account.to_ascii_lowercase().as_str()));
    let place = group(text, groups, 1).filter(|_| is_person);
    let name = place.and_then(|place| full_name(text, place, false));
    found.extend(name.map(|place| (place, USER_ID)));
}

fn of_label(text: &str, groups: &Captures, found: &mut Vec<Found>) {
    let name = group(text, groups, 1).and_then(|place| full_name(text, place, true));
    found.extend(name.map(|place| (place, USER_ID)));
}

/// Tells whether a text is written as the name of a person.
pub fn is_name(text: &str) -> bool {
    text.split(' ')
        .all(|word| is_name_word(word) && is_name_text(word))
}

/// The name at the end of a text, which a label, the start of the line or a word that is no name stands before.
fn full_name(text: &str, place: Range<usize>, is_all: bool) -> Option<Range<usize>> {
    const MOST_WORDS: usize = 5;
    let whole = text.get(place.clone())?;
    let trimmed = whole
        .trim_end()
        .trim_end_matches(['"', '\'', '\\'])
        .trim_end();
    let end = place.start + trimmed.len();
    let is_quoted = trimmed.len() < whole.trim_end().len();
    let marks: &[char] = if is_quoted {
        &['"', '\'', '[', ']']
    } else {
        &[
            ':', ';', ',', '"', '\'', '(', '[', ']', '{', '=', '|', '>', '*', '`', '：', '，',
            '。', '、',
        ]
    };
    let cut = trimmed.rfind(marks);
    let after = cut.and_then(|cut| {
        trimmed
            .get(cut..)?
            .char_indices()
            .nth(1)
            .map(|(next, _)| cut + next)
    });
    let candidate = trimmed.get(after.unwrap_or(0)..)?;
    let is_labelled =
        is_all || cut.is_some() || whole.len() == trimmed.len() && starts_line(text, place.start);
    let words: Vec<&str> = candidate.split_whitespace().collect();
    let run = words
        .iter()
        .rev()
        .take(MOST_WORDS)
        .take_while(|word| is_name_word(word) && is_name_text(word))
        .count();
    if run == 0 {
        // An account in lower case.
        let last = words
            .last()
            .filter(|_| is_labelled && words.len() == 1 && !is_all)?;
        return is_account(last).then(|| end - last.len()..end);
    }
    if is_all && (run < words.len() || run < 2) {
        return None;
    }
    let first = words.get(words.len() - run)?;
    // The run starts at the first of the words that are left.
    let start = start_of_run(candidate, run)?;
    let name = candidate.get(start..)?.trim();
    let is_label = |word: &str| ["Author", "Committer", "From", "To", "Cc", "By"].contains(&word);
    if is_label(first) && run > 1 {
        let rest = candidate.get(start + first.len()..)?.trim_start();
        return Some(end - rest.len()..end);
    }
    (!is_common(name)).then(|| end - name.len()..end)
}

fn starts_line(text: &str, at: usize) -> bool {
    text.get(..at)
        .is_none_or(|before| before.is_empty() || before.ends_with('\n'))
}

/// Finds where the last `run` words of a text start.
fn start_of_run(text: &str, run: usize) -> Option<usize> {
    let mut rest = text.trim_end();
    for _ in 1..run {
        rest = rest.get(..rest.rfind(char::is_whitespace)?)?.trim_end();
    }
    Some(rest.rfind(char::is_whitespace).map_or(0, |blank| {
        let c = rest.get(blank..).and_then(|rest| rest.chars().next());
        blank + c.map_or(1, char::len_utf8)
    }))
}

/// Tells whether a word is written as a name of a person is: with a capital, or in a script that has none.
fn is_name_word(word: &str) -> bool {
    const PARTICLES: [&str; 14] = [
        "de", "da", "del", "der", "den", "van", "von", "di", "la", "le", "bin", "al", "dos", "y",
    ];
    let first = word.chars().next();
    first.is_some_and(|c| {
        c.is_uppercase() || is_unspaced(c) || (c.is_alphabetic() && !c.is_lowercase())
    }) || PARTICLES.contains(&word)
}

fn is_name_text(word: &str) -> bool {
    word.chars()
        .all(|c| c.is_alphabetic() || ".-'’·".contains(c) || !c.is_ascii())
}
