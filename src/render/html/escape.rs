//! Text of a session as HTML: what would be markup is escaped, and placeholders of secrets are chips.

use std::borrow::Cow;

use super::super::words::rule::kind_of;
use super::super::words::{Words, fill};
use crate::redact::{LONGEST_NAME, PLACEHOLDER};

/// Text in HTML, also between double quotes.
pub fn escaped(text: &str) -> Cow<'_, str> {
    if !text.contains(['&', '<', '>', '"']) {
        return Cow::Borrowed(text);
    }
    let mut html = String::with_capacity(text.len() + 16);
    push_escaped(&mut html, text);
    Cow::Owned(html)
}

fn push_escaped(html: &mut String, text: &str) {
    let mut rest = text;
    while let Some(at) = rest.find(['&', '<', '>', '"']) {
        let (before, special) = rest.split_at(at);
        html.push_str(before);
        let mut characters = special.chars();
        html.push_str(match characters.next() {
            Some('&') => "&amp;",
            Some('<') => "&lt;",
            Some('>') => "&gt;",
            _ => "&quot;",
        });
        rest = characters.as_str();
    }
    html.push_str(rest);
}

/// Adds text of a session. A placeholder is a chip that tells what it stands for.
pub fn push_text(html: &mut String, text: &str, words: &Words) {
    let mut rest = text;
    while let Some(start) = rest.find(PLACEHOLDER) {
        let (before, from) = rest.split_at(start);
        push_escaped(html, before);
        let length = placeholder_length(from);
        let (placeholder, behind) = from.split_at(length.unwrap_or(PLACEHOLDER.len()));
        match length {
            Some(_) => push_chip(html, placeholder, words),
            None => push_escaped(html, placeholder),
        }
        rest = behind;
    }
    push_escaped(html, rest);
}

/// Text of a session. A placeholder is a chip that tells what it stands for.
pub fn text(text: &str, words: &Words) -> String {
    let mut html = String::with_capacity(text.len() + 16);
    push_text(&mut html, text, words);
    html
}

/// The length of the placeholder that a text starts with: `[redacted:github-token#1]`.
pub fn placeholder_length(text: &str) -> Option<usize> {
    let inner = text.strip_prefix(PLACEHOLDER)?;
    let end = inner
        .bytes()
        .take(LONGEST_NAME + 1)
        .position(|b| b == b']')?;
    let is_name = |b: u8| b.is_ascii_alphanumeric() || b"-_#.".contains(&b);
    inner
        .bytes()
        .take(end)
        .all(is_name)
        .then_some(PLACEHOLDER.len() + end + 1)
}

fn push_chip(html: &mut String, placeholder: &str, words: &Words) {
    let rule = placeholder
        .trim_start_matches(PLACEHOLDER)
        .split(['#', ']'])
        .next()
        .unwrap_or_default();
    let kind = kind_of(rule, words).unwrap_or(rule);
    let hint = fill(words.chip_hint, &[kind]);
    html.push_str("<span class=\"chip\" title=\"");
    push_escaped(html, &hint);
    html.push_str("\">");
    push_escaped(html, placeholder);
    html.push_str("</span>");
}

#[cfg(test)]
mod tests {
    use super::super::super::words::words;
    use super::*;
    use crate::options::Locale;

    #[test]
    fn only_a_whole_placeholder_is_a_chip() {
        let words = words(Locale::English);
        let html = text("a <b> [redacted:cookie#2] [redacted:<x>] [redacted:", words);
        assert_eq!(
            html,
            "a &lt;b&gt; <span class=\"chip\" title=\"Redacted: cookie. The same number stands for the same value.\">[redacted:cookie#2]</span> [redacted:&lt;x&gt;] [redacted:"
        );
    }
}
