//! Passphrases of several words: `pigment pepper sorrel umber`, `«glacier lizard»`.
//!
//! Sentences about passphrases are words, too, so a phrase is told from one by what it lacks: the ordinary words of
//! `prose.toml`, which hold sentences together.

use super::words::is_ordinary;

const LONGEST_WORD: usize = 12;

/// A word of a phrase: letters in one case, and none of the words that hold a sentence together.
fn is_word(word: &str, shortest: usize) -> bool {
    (shortest..=LONGEST_WORD).contains(&word.chars().count())
        && word.chars().all(|c| c.is_lowercase())
        && !is_ordinary(word)
}

/// The length of the phrase that a text starts with, where nothing quotes it. It ends with its clause.
pub fn length(text: &str) -> Option<usize> {
    const FEWEST: usize = 4;
    const MOST: usize = 24;
    let line = text.split(['\n', '\r']).next().unwrap_or_default();
    let end = line.find(|c: char| !c.is_lowercase() && c != ' ');
    let behind = end.and_then(|end| line.get(end..)).unwrap_or_default();
    let words = line.get(..end.unwrap_or(line.len()))?.trim_end();
    // `four words, a number`, `a phrase (see below)`
    let ends =
        behind.is_empty() || behind.starts_with(['.', ',', ';', '!', '(', ')', '-', '—', '–', '*']);
    let number = words.split(' ').count();
    (ends && (FEWEST..=MOST).contains(&number) && words.split(' ').all(|word| is_word(word, 3)))
        .then_some(words.len())
}

/// Tells whether a quoted text is a phrase.
pub fn is_quoted_phrase(text: &str) -> bool {
    let number = text.split(' ').count();
    (2..=12).contains(&number) && text.split(' ').all(|word| is_word(word, 4))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn phrases_are_told_from_sentences() {
        for text in [
            "pigment pepper sorrel umber. Ask Tom",
            "wobble tunic harpoon mint",
        ] {
            assert!(length(text).is_some(), "{text}");
        }
        for text in [
            "too short for this account",
            "stored in the vault",
            "at least four words",
            "case sensitive",
            "required when you restore from a backup",
        ] {
            assert_eq!(length(text), None, "{text}");
        }
        assert!(is_quoted_phrase("glacier lizard"));
        assert!(!is_quoted_phrase("not set"));
        assert!(!is_quoted_phrase("is required"));
    }
}
