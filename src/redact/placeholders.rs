//! The placeholders in a text, which no name and no term may tear apart.

use std::ops::Range;

use memchr::memmem;

/// The places of all placeholders in a text, in order.
pub fn places(text: &str) -> Vec<Range<usize>> {
    memmem::find_iter(text.as_bytes(), PLACEHOLDER)
        .filter_map(|start| placeholder_at(text, start))
        .collect()
}

/// A text whose placeholders all have the number 1: `[redacted:jwt#1]`.
///
/// A text is searched again once its first secrets are replaced. Some searches ask how long a word is, and a number may
/// have one digit or twenty. So they see one number, and find the same in a draft, in a second read and in a text of
/// its own.
pub struct Renumbered {
    /// The text with these numbers.
    pub text: String,
    /// For each number that was longer, the place behind it in that text, and how many digits are missing up to there.
    cuts: Vec<(usize, usize)>,
}

impl Renumbered {
    /// Gives all placeholders of a text the number 1. `None` where they have it.
    pub fn of(text: &str) -> Option<Self> {
        let mut renumbered = Self {
            text: String::new(),
            cuts: Vec::new(),
        };
        let mut copied = 0;
        for place in places(text) {
            let placeholder = text.get(place.clone())?;
            let Some(sign) = placeholder.rfind('#') else {
                continue;
            };
            let number = place.start + sign + 1..place.end - 1;
            if matches!(text.get(number.clone()), None | Some("" | "1")) {
                continue;
            }
            renumbered.text.push_str(text.get(copied..number.start)?);
            renumbered.text.push('1');
            copied = number.end;
            let end = renumbered.text.len();
            renumbered.cuts.push((end, copied - end));
        }
        renumbered.text.push_str(text.get(copied..)?);
        (copied > 0).then_some(renumbered)
    }

    /// Gives the place in the text with its own numbers, for a place in this text.
    pub fn place(&self, place: &Range<usize>) -> Range<usize> {
        let moved = |at: usize| {
            let next = self.cuts.partition_point(|(end, _)| *end <= at);
            let missing = next.checked_sub(1).and_then(|last| self.cuts.get(last));
            at + missing.map_or(0, |(_, missing)| *missing)
        };
        moved(place.start)..moved(place.end)
    }
}

/// Tells whether a place in a text shares a byte with one of some places, which are in order.
pub fn touches(placeholders: &[Range<usize>], place: &Range<usize>) -> bool {
    let next = placeholders.partition_point(|other| other.end <= place.start);
    let next = placeholders.get(next);
    next.is_some_and(|other| other.start < place.end)
}

/// Tells whether a place in a text is inside a placeholder, which holds no secret.
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
    (is_ended && length > 0).then_some(start..name + length + 1)
}

/// Tells whether a text may hold a placeholder.
pub fn may_hold_placeholder(text: &str) -> bool {
    memmem::find(text.as_bytes(), PLACEHOLDER.as_bytes()).is_some()
}

/// Tells whether a place in a text holds a placeholder and, beside it, nothing but a few signs.
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
    fn places_in_a_text_with_other_numbers_are_given_back() {
        let text = "a [redacted:jwt#12] b [redacted:path] c [redacted:jwt#123456789012345] d [redacted:jwt#1]";
        let renumbered = Renumbered::of(text).unwrap();
        assert_eq!(
            renumbered.text,
            "a [redacted:jwt#1] b [redacted:path] c [redacted:jwt#1] d [redacted:jwt#1]"
        );
        let original = |part: &str| {
            let start = renumbered.text.find(part).unwrap();
            text.get(renumbered.place(&(start..start + part.len())))
                .unwrap()
        };
        for part in ["a ", " b ", " c ", "c [redacted:jwt#", " d "] {
            assert_eq!(original(part), part);
        }
        assert_eq!(original("[redacted:jwt#1] b"), "[redacted:jwt#12] b");
        assert_eq!(original("1] d"), "123456789012345] d");
        assert_eq!(
            original("c [redacted:jwt#1"),
            "c [redacted:jwt#123456789012345"
        );
        assert!(Renumbered::of("other [redacted:path] and the same [redacted:jwt#1]").is_none());
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
