//! The placeholders in a text, which no name and no term may tear apart.

use std::ops::Range;

use memchr::memmem;

/// The places of all placeholders in a text, in order.
pub fn places(text: &str) -> Vec<Range<usize>> {
    memmem::find_iter(text.as_bytes(), PLACEHOLDER)
        .filter_map(|start| placeholder_at(text, start))
        .collect()
}

/// A text whose placeholders have no numbers: `[redacted:jwt]`.
///
/// A text is searched again once its first secrets are replaced. Some searches ask how long a word is, and a number may
/// have one digit or twenty. So they see the placeholders without numbers, and find the same in a draft, in a second
/// read and in a text of its own.
pub struct Unnumbered {
    /// The text without the numbers.
    pub text: String,
    /// For each number its place in that text, and how many bytes were taken out up to there.
    cuts: Vec<(usize, usize)>,
}

impl Unnumbered {
    /// Takes the numbers out of a text. `None` where no placeholder has one.
    pub fn of(text: &str) -> Option<Self> {
        let mut without = Self {
            text: String::new(),
            cuts: Vec::new(),
        };
        let mut copied = 0;
        for place in places(text) {
            let placeholder = text.get(place.clone())?;
            let Some(sign) = placeholder.rfind('#') else {
                continue;
            };
            let number = place.start + sign..place.end - 1;
            without.text.push_str(text.get(copied..number.start)?);
            copied = number.end;
            without
                .cuts
                .push((without.text.len(), copied - without.text.len()));
        }
        without.text.push_str(text.get(copied..)?);
        (copied > 0).then_some(without)
    }

    /// Gives the place in the text with the numbers, for a place in the text without them.
    pub fn place(&self, place: &Range<usize>) -> Range<usize> {
        let moved = |at: usize| {
            let next = self.cuts.partition_point(|(cut, _)| *cut < at);
            let taken = next.checked_sub(1).and_then(|last| self.cuts.get(last));
            at + taken.map_or(0, |(_, taken)| *taken)
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
    fn numbers_are_taken_out_and_places_are_given_back() {
        let text = "a [redacted:jwt#12] b [redacted:path] c [redacted:jwt#123456789012345] d";
        let without = Unnumbered::of(text).unwrap();
        assert_eq!(
            without.text,
            "a [redacted:jwt] b [redacted:path] c [redacted:jwt] d"
        );
        for part in [
            "a ",
            " b ",
            " c ",
            "c [redacted:jwt",
            " d",
            "[redacted:jwt] b",
        ] {
            let start = without.text.find(part).unwrap();
            let place = without.place(&(start..start + part.len()));
            let original = text.get(place).unwrap();
            assert_eq!(
                Unnumbered::of(original).map_or(original.to_owned(), |it| it.text),
                part
            );
        }
        assert!(Unnumbered::of("no [redacted:path] number").is_none());
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
