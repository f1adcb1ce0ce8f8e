//! Finds the end of a path that no quote or bracket ends, by the signs that names in paths are made of.

use super::kind::extension;
use super::style::Style;
use crate::redact::words::is_unspaced;

/// The length of a path without blanks.
pub fn bare_length(rest: &str, root: usize, style: Style) -> usize {
    let mut at = root.min(rest.len());
    while let Some(tail) = rest.get(at..) {
        let mut chars = tail.chars();
        let Some(c) = chars.next() else {
            break;
        };
        let next = chars.next();
        let before = rest.get(..at).and_then(|text| text.chars().next_back());
        let step = match c {
            '.' | '_' | '+' | '%' | '-' | '=' | '@' | '~' | '*' => 1,
            c if style.is_separator(c) => 1,
            '#' | '&' | ',' | '\'' | '^' => {
                let are_letters = |c: Option<char>| c.is_some_and(char::is_alphanumeric);
                let joins = c == '#' || c == ',' || style == Style::Windows;
                usize::from(joins && are_letters(before) && are_letters(next))
            }
            '\\' => match next {
                Some(' ' | '(' | ')' | '&' | '\'' | '[' | ']') => 2,
                _ => 0,
            },
            '$' => variable_length(tail),
            '(' | '[' | '{' => group_length(tail, c),
            c if c.is_ascii() => usize::from(c.is_ascii_alphanumeric()),
            c if is_unspaced(c) && ends_in_extension(rest.get(..at).unwrap_or_default()) => 0,
            c if ends_text(c) => 0,
            c => c.len_utf8(),
        };
        if step == 0 {
            break;
        }
        at += step;
    }
    let path = rest.get(..at).unwrap_or_default();
    let trimmed = path.trim_end_matches(['.', ',', '-', '=', '*']);
    // A `*` at the end goes with its folder.
    let is_glob = path.ends_with('*') && trimmed.ends_with(|c| style.is_separator(c));
    if is_glob {
        at
    } else {
        trimmed.len().max(root.min(rest.len()))
    }
}

/// Tells whether a character outside of ASCII is no part of a name.
fn ends_text(c: char) -> bool {
    c.is_whitespace()
        || c.is_control()
        || matches!(c, '\u{2010}'..='\u{206f}' | '\u{3000}'..='\u{3004}' | '\u{3008}'..='\u{3020}' | '\u{ff01}'..='\u{ff0f}'
            | '\u{ff1a}'..='\u{ff20}' | '\u{ff3b}'..='\u{ff40}' | '\u{ff5b}'..='\u{ff65}' | '«' | '»' | '¿' | '¡'
            | '\u{2190}'..='\u{25ff}')
}

/// `report.pdf的` goes on with another word.
fn ends_in_extension(path: &str) -> bool {
    let name = path.rsplit(['/', '\\']).next().unwrap_or_default();
    extension(name).is_some_and(|extension| extension.len() <= 5)
}

/// `$NAME`, `${NAME}`
fn variable_length(text: &str) -> usize {
    let rest = text.get(1..).unwrap_or_default();
    let is_of_name = |c: char| c.is_ascii_alphanumeric() || c == '_';
    match rest.strip_prefix('{') {
        Some(inside) => {
            let length = inside.len() - inside.trim_start_matches(is_of_name).len();
            let is_closed = inside
                .get(length..)
                .is_some_and(|rest| rest.starts_with('}'));
            if is_closed { length + 3 } else { 0 }
        }
        None => match rest.len() - rest.trim_start_matches(is_of_name).len() {
            0 => 0,
            length => length + 1,
        },
    }
}

/// `[id]`, `(group)`, `{a,b}`: names of folders in brackets.
fn group_length(text: &str, opening: char) -> usize {
    const LONGEST: usize = 48;
    let close = match opening {
        '(' => ')',
        '[' => ']',
        _ => '}',
    };
    let inside = text.get(1..).unwrap_or_default();
    let length = inside
        .char_indices()
        .take(LONGEST)
        .find(|(_, c)| {
            !(c.is_alphanumeric() || "._-".contains(*c) || (*c == ',' && opening == '{'))
        })
        .map_or(0, |(at, _)| at);
    let is_name = inside
        .get(..length)
        .is_some_and(|inside| inside.contains(char::is_alphabetic));
    let is_closed = inside
        .get(length..)
        .is_some_and(|rest| rest.starts_with(close));
    if is_name && is_closed { length + 2 } else { 0 }
}
