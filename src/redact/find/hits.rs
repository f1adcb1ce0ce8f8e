//! The hits of a search of a text, and the text with something else in their places.

use std::ops::Range;

use super::place::number;

/// Places in a text, each with the id of the rule that found it. They may overlap.
pub type Hits = Vec<(Range<usize>, &'static str)>;

/// A text with what `replace` gives for each hit, which it is called with in their order. Of two that overlap the
/// one that starts first counts, and the longer one of two that start together; what is left of the other is a
/// hit of its own.
pub fn replaced(
    text: &str,
    mut hits: Hits,
    mut replace: impl FnMut(&'static str, &str) -> String,
) -> String {
    hits.sort_by_key(|(range, _)| (range.start, std::cmp::Reverse(range.end)));
    let mut result = String::with_capacity(text.len());
    let mut copied = 0;
    for (range, rule) in hits {
        if range.end <= copied {
            continue;
        }
        let start = range.start.max(copied);
        result.push_str(text.get(copied..start).unwrap_or_default());
        let value = text.get(start..range.end).unwrap_or_default();
        // JSON stays JSON where a number becomes a text.
        let before = text.get(copied..start).unwrap_or_default();
        let behind = text.get(range.end..).unwrap_or_default();
        let quote = number::quote_in_json(before, value, behind);
        result.push_str(quote);
        result.push_str(&replace(rule, value));
        result.push_str(quote);
        copied = range.end;
    }
    result.push_str(text.get(copied..).unwrap_or_default());
    result
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_number_of_json_becomes_a_text_of_json() {
        let text = "{\"pin\": 1234, \"s\": \"{\\\"pin\\\":5678}\"}";
        let places = ["1234", "5678"].map(|number| {
            let start = text.find(number).unwrap();
            (start..start + 4, "a")
        });
        let text = replaced(text, places.into(), |rule, _| format!("<{rule}>"));
        assert_eq!(
            text,
            "{\"pin\": \"<a>\", \"s\": \"{\\\"pin\\\":\\\"<a>\\\"}\"}"
        );
    }

    #[test]
    fn of_an_overlap_what_is_left_is_a_hit_of_its_own() {
        let hits = vec![(4..9, "b"), (2..6, "a"), (2..3, "c"), (11..12, "d")];
        let mut values = Vec::new();
        let text = replaced("0123456789xyz", hits, |rule, value| {
            values.push((rule, value.to_owned()));
            format!("<{rule}>")
        });
        assert_eq!(text, "01<a><b>9x<d>z");
        let expected = [("a", "2345"), ("b", "678"), ("d", "y")];
        assert_eq!(
            values,
            expected.map(|(rule, value)| (rule, value.to_owned()))
        );
    }
}
