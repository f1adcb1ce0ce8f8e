//! Finds where a word starts and ends, in any script.

use std::ops::Range;

/// Tells whether a place in a text is a word, or words, of its own. `Ann` is one in `Ann's`, `ann_2` and
/// `AnnSmith`, not in `Annual`. Scripts without blanks between words have no such places: there it
/// always is.
pub fn is_own_word(text: &str, place: &Range<usize>) -> bool {
    let pair_at = |at: usize| {
        let (before, after) = text.split_at_checked(at)?;
        Some((before.chars().next_back()?, after.chars().next()?))
    };
    let is_joined_at = |at| pair_at(at).is_some_and(|(before, after)| are_joined(before, after));
    !is_joined_at(place.start) && !is_joined_at(place.end)
}

/// Tells whether two characters that stand together are of one word.
fn are_joined(before: char, after: char) -> bool {
    let is_letter = |c: char| c.is_alphabetic() && !is_unspaced(c);
    let is_hump = before.is_lowercase() && after.is_uppercase();
    (is_letter(before) && is_letter(after) && !is_hump)
        || (before.is_numeric() && after.is_numeric())
}

/// Letters of scripts that write no blank between words, and of Korean, which joins particles to
/// names.
pub fn is_unspaced(c: char) -> bool {
    matches!(c,
        '\u{0e00}'..='\u{0eff}' // Thai, Lao
        | '\u{1000}'..='\u{109f}' // Myanmar
        | '\u{1100}'..='\u{11ff}' // Hangul
        | '\u{1780}'..='\u{17ff}' // Khmer
        | '\u{3005}'..='\u{31ff}' // Kana, Bopomofo, Hangul
        | '\u{3400}'..='\u{9fff}' | '\u{a960}'..='\u{a97f}' | '\u{ac00}'..='\u{d7ff}'
        | '\u{f900}'..='\u{faff}' | '\u{ff66}'..='\u{ffdc}' | '\u{20000}'..='\u{3ffff}')
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_word_is_bounded_by_what_is_no_letter_of_it() {
        for (text, word, is_own) in [
            ("Ann", "Ann", true),
            ("Ann's", "Ann", true),
            ("by ann_2", "ann", true),
            ("ann2", "ann", true),
            ("AnnSmith", "Ann", true),
            ("Annual", "Ann", false),
            ("Joann", "ann", false),
            ("Zoë", "Zo", false),
            ("Жана", "Жан", false),
            ("Жан,", "Жан", true),
            ("我是张伟的朋友", "张伟", true),
            ("김철수는", "김철수", true),
            ("由Ann写", "Ann", true),
            ("2026", "202", false),
        ] {
            let start = text.find(word).unwrap();
            let place = start..start + word.len();
            assert_eq!(is_own_word(text, &place), is_own, "{word} in {text}");
        }
    }
}
