//! The placeholders in a text, which no name and no term may tear apart.

use std::ops::Range;

use memchr::memmem;

use super::known::secrets::PLACEHOLDER;

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

#[cfg(test)]
mod tests {
    use super::*;

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
