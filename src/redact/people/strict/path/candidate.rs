//! A place that may be a path.

use std::ops::Range;

use crate::redact::words::is_unspaced;

/// A place that may be a path.
pub struct Candidate {
    pub place: Range<usize>,
    /// True where it tells something of a person or a project.
    pub tells: bool,
}

/// Tells whether a path may start behind a text: nothing that it could be the rest of.
pub fn starts_path(before: &str) -> bool {
    let mut chars = before.chars();
    let Some(last) = chars.next_back() else {
        return true;
    };
    match last {
        ':' => !before.ends_with("://") && !before.ends_with("file:"),
        c if c.is_whitespace() || "\"'`(=,;|<>[{*!&@#+".contains(c) => true,
        c if is_unspaced(c) || (!c.is_ascii() && !c.is_alphanumeric()) => true,
        // `-I/home/jo`, and `\n/home/jo` in a string.
        c if c.is_ascii_alphabetic() => {
            let is_option = before
                .strip_suffix(c)
                .and_then(|before| before.strip_suffix('-'));
            let is_option = is_option.is_some_and(|before| {
                before
                    .chars()
                    .next_back()
                    .is_none_or(|c| c.is_whitespace() || "\"'`=".contains(c))
            });
            is_option
                || ["\\n", "\\t", "\\r"]
                    .iter()
                    .any(|escape| before.ends_with(escape))
        }
        _ => false,
    }
}
