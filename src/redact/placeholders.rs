//! The placeholders in a text, which no name and no term may tear apart.

use std::ops::Range;

use memchr::memmem;

/// The longest name of a rule, and its number.
const LONGEST: usize = 80;

/// The places of all placeholders in a text, in order.
pub fn places(text: &str) -> Vec<Range<usize>> {
    let starts = memmem::find_iter(text.as_bytes(), PLACEHOLDER.as_bytes());
    let place = |start: usize| {
        let name = text.as_bytes().get(start + PLACEHOLDER.len()..)?;
        let is_of_name =
            |byte: &u8| byte.is_ascii_lowercase() || byte.is_ascii_digit() || b"-#".contains(byte);
        let length = name
            .iter()
            .take(LONGEST)
            .take_while(|byte| is_of_name(byte))
            .count();
        let is_closed = name.get(length) == Some(&b']') && length > 0;
        is_closed.then(|| start..start + PLACEHOLDER.len() + length + 1)
    };
    starts.filter_map(place).collect()
}

/// Tells whether a place in a text shares a byte with one of some places, which are in order.
pub fn touches(placeholders: &[Range<usize>], place: &Range<usize>) -> bool {
    let next = placeholders.partition_point(|other| other.end <= place.start);
    let next = placeholders.get(next);
    next.is_some_and(|other| other.start < place.end)
}

/// Whether a place in a text is inside a placeholder, which holds no secret.
pub fn is_inside_placeholder(text: &str, at: usize) -> bool {
    let nearest = text.floor_char_boundary(at.saturating_sub(LONGEST_NAME));
    let before = text.get(nearest..at).unwrap_or_default();
    let start = before.rfind(PLACEHOLDER).map(|start| nearest + start);
    start.is_some_and(|start| placeholder_at(text, start).is_some_and(|place| at < place.end))
}

/// The placeholder whose start is known.
pub fn placeholder_at(text: &str, start: usize) -> Option<Range<usize>> {
    let name = start + PLACEHOLDER.len();
    let rest = text.get(name..)?;
    let is_of_name =
        |byte: &u8| byte.is_ascii_lowercase() || byte.is_ascii_digit() || b"-#".contains(byte);
    let length = rest
        .bytes()
        .take(LONGEST_NAME)
        .take_while(is_of_name)
        .count();
    let is_ended = rest.as_bytes().get(length) == Some(&b']');
    is_ended.then_some(start..name + length + 1)
}

/// Whether a text may hold a placeholder.
pub fn may_hold_placeholder(text: &str) -> bool {
    memmem::find(text.as_bytes(), PLACEHOLDER.as_bytes()).is_some()
}

/// All placeholders in a text, in order.
pub fn placeholders_in(text: &str) -> Vec<Range<usize>> {
    memmem::find_iter(text.as_bytes(), PLACEHOLDER)
        .filter_map(|start| placeholder_at(text, start))
        .collect()
}

/// Whether a place in a text holds a placeholder and, beside it, nothing but a few signs.
pub fn is_only_a_placeholder(value: &str) -> bool {
    let Some((before, after)) = value.split_once(PLACEHOLDER) else {
        return false;
    };
    let after = after.split_once(']').map_or("", |(_, after)| after);
    let is_sign = |c: char| !c.is_alphanumeric();
    before.chars().chain(after.chars()).all(is_sign)
}

/// The start of every placeholder.
pub const PLACEHOLDER: &str = "[redacted:";

/// The longest name and number in a placeholder, in bytes.
pub const LONGEST_NAME: usize = 64;

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn signs_beside_a_placeholder_are_no_secret() {
        assert!(is_only_a_placeholder("==[redacted:named-secret#1]"));
        assert!(is_only_a_placeholder("[redacted:named-secret#1];"));
        assert!(!is_only_a_placeholder("x7[redacted:named-secret#1]"));
        assert!(!is_only_a_placeholder("hunter2222"));
    }

    #[test]
    fn what_only_looks_like_the_start_of_a_placeholder_is_none() {
        let text = "a [redacted:path#1] [redacted: x] [redacted:] [redacted:a-b]";
        let found: Vec<&str> = places(text)
            .into_iter()
            .map(|place| text.get(place).unwrap())
            .collect();
        assert_eq!(found, ["[redacted:path#1]", "[redacted:a-b]"]);
        assert!(touches(&places(text), &(0..3)));
        assert!(touches(&places(text), &(4..6)));
        assert!(!touches(&places(text), &(0..2)));
        assert!(!touches(&places(text), &(19..20)));
    }
}
