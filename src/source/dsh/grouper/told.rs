//! What a log tells beside its messages.

use std::sync::Arc;

use super::super::group::Asked;
use super::super::lines::LinePlace;

/// How much of the first prompt stands in for a title, in characters.
pub const FIRST_WORDS: usize = 80;

/// What a log tells beside its messages.
#[derive(Debug, Default)]
pub struct Told {
    pub title: Option<String>,
    /// The task of a sub-agent in a few words.
    pub label: Option<String>,
    /// How the first prompt begins.
    pub first_words: Option<String>,
    pub version: Option<String>,
    pub archived: Option<i64>,
    pub is_imported: bool,
    /// The last line that wrote the to-do list.
    pub todos: Option<LinePlace>,
    /// When the last line was written.
    pub updated: Option<i64>,
    pub asked: Option<Arc<Asked>>,
    /// True where a turn began: a session without one was opened and left.
    pub has_turns: bool,
    /// Sub-agents that the log names, with their labels.
    pub children: Vec<(String, Option<String>)>,
    /// How many lines could not be read, and how many are missing by their numbers.
    pub unreadable: usize,
    pub missing: u64,
    /// Lines of types that are not known.
    pub unknown: usize,
}

/// The first words of a line, each of them whole: what is cut in the middle would not be known as a secret any more.
pub fn whole_words(line: &str) -> Option<String> {
    let words = match line.char_indices().nth(FIRST_WORDS) {
        None => line,
        Some((end, _)) => {
            let last = line.get(..end)?.rfind(char::is_whitespace)?;
            line.get(..last)?.trim_end()
        }
    };
    (!words.is_empty()).then(|| words.to_owned())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_title_ends_with_a_whole_word() {
        let long = "a ".repeat(35) + "postgres://app:Walnut47Harbor@db.example.com/x";
        assert_eq!(
            whole_words(&long).as_deref(),
            Some("a ".repeat(35).trim_end())
        );
        assert_eq!(whole_words("short").as_deref(), Some("short"));
        assert_eq!(whole_words(&"x".repeat(200)), None);
    }
}
