//! A word as a finished document writes it: with backslashes and character references.

use std::ops::Range;

/// How much longer a document may write a character.
const LONGEST_CHARACTER: usize = 10;

/// Tells whether a word is written at a place in a document, or around it.
pub fn is_written_at(word: &str, document: &str, place: &Range<usize>) -> bool {
    let first = place.start.saturating_sub(word.len() * LONGEST_CHARACTER);
    (first..=place.start).rev().any(|start| {
        let length = document.get(start..).and_then(|rest| end_of(word, rest));
        length.is_some_and(|length| start + length >= place.end)
    })
}

/// How long a word is at most that a document begins with.
fn end_of(word: &str, document: &str) -> Option<usize> {
    // `&amp;` in a document may stand for one character or for five. Both are followed.
    let mut rests = vec![document];
    for c in word.chars() {
        rests = rests.iter().flat_map(|rest| behind(c, rest)).collect();
        rests.sort_unstable_by_key(|rest| rest.len());
        rests.dedup_by_key(|rest| rest.len());
        if rests.is_empty() {
            return None;
        }
    }
    rests.first().map(|rest| document.len() - rest.len())
}

/// The ways in which a document may write a character: as it is, behind a backslash, or as a character reference.
fn behind(c: char, document: &str) -> impl Iterator<Item = &str> {
    let escaped = document.strip_prefix('\\');
    let ways = [
        document.strip_prefix(c),
        escaped.and_then(|rest| rest.strip_prefix(c)),
        behind_reference(c, document),
    ];
    ways.into_iter().flatten()
}

fn behind_reference(c: char, document: &str) -> Option<&str> {
    let rest = document.strip_prefix('&')?;
    let length = rest.bytes().take(8).position(|byte| byte == b';')?;
    let (name, rest) = rest.split_at_checked(length)?;
    let is_it = match name {
        "amp" => c == '&',
        "lt" => c == '<',
        "gt" => c == '>',
        "quot" => c == '"',
        name => name.strip_prefix('#')?.parse() == Ok(u32::from(c)),
    };
    is_it.then_some(rest)?.strip_prefix(';')
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_word_is_found_however_it_is_escaped_and_only_whole() {
        let word = "a_b<c&d\"e-f";
        for document in [
            "x a_b<c&d\"e-f y",
            r#"x a\_b&lt;c&amp;d\"e\-f y"#,
            "x a&#95;b&#60;c&d&quot;e&#45;f y",
        ] {
            let at = document.find('b').unwrap();
            assert!(is_written_at(word, document, &(at..at + 1)), "{document}");
            assert!(is_written_at(word, document, &(2..document.len() - 2)));
            assert!(!is_written_at(word, document, &(2..document.len())));
            assert!(!is_written_at(word, document, &(0..3)));
        }
        assert!(!is_written_at(word, "a_b<c&d\"e+f", &(0..3)));
        assert!(is_written_at("a&amp;b", "a&amp;b", &(0..7)));
    }
}
