//! A label and the text around it.

use std::ops::Range;

use super::value::is_hard;
use super::words::{Language, Word};

/// A label and the text around it.
pub struct LabelPlace<'t> {
    pub text: &'t [u8],
    pub label: Range<usize>,
}

impl LabelPlace<'_> {
    /// The part of its sentence before a label, in small letters.
    pub fn before(&self) -> String {
        const REACH_BEFORE: usize = 120;
        let start = self.label.start.saturating_sub(REACH_BEFORE);
        let before = self.text.get(start..self.label.start);
        let before = String::from_utf8_lossy(before.unwrap_or_default());
        let sentence = before.rsplit(['\n', '。', '！']).next();
        let sentence = sentence.unwrap_or_default().rsplit(". ").next();
        sentence.unwrap_or_default().to_lowercase()
    }

    /// Tells whether a line before a place behind the label is of a sentence: it has no signs of programs.
    pub fn is_in_a_sentence(&self, between: &str) -> bool {
        const REACH_BEFORE: usize = 160;
        let is_of_program = |byte: &u8| b"{}[]<>;|\\=`$\"/".contains(byte);
        let start = self.label.start.saturating_sub(REACH_BEFORE);
        let before = self.text.get(start..self.label.start).unwrap_or_default();
        let line = before.rsplit(|byte| *byte == b'\n').next();
        let line = line.unwrap_or_default();
        !line.iter().any(is_of_program)
            && !line.ends_with(b"ublic ")
            && !line.ends_with(b"rivate ")
            && !between
                // `the key is gone; the new one is x`
                .replace("; ", " ")
                .bytes()
                .any(|byte| is_of_program(&byte) && byte != b'=')
    }

    /// Tells whether a value that a vague label may tell can stand near: a number for a code, or a long word for a key.
    pub fn may_tell(&self, word: &Word) -> bool {
        const NEAR: usize = 100;
        let start = self.label.start.saturating_sub(NEAR);
        let end = (self.label.end + NEAR).min(self.text.len());
        let near = self.text.get(start..end).unwrap_or_default();
        if word.is_pin {
            return near.iter().filter(|byte| byte.is_ascii_digit()).count() >= 4
                && near.contains(&b' ');
        }
        let behind = self.text.get(self.label.end..end).unwrap_or_default();
        let line = behind.split(|byte| *byte == b'\n').next();
        let mut words = line
            .unwrap_or_default()
            .split(|byte| b" \"'`,;:()".contains(byte) || !byte.is_ascii());
        words.any(is_hard)
    }

    /// Tells whether a label of codes of its own, or a thing that codes open stands near: `the code of the safe`.
    pub fn is_of_code(&self, word: &Word, language: &Language, between: &str) -> bool {
        word.is_pin && !word.is_vague
            || !word.is_of_token
                && (word.is_vague || word.is_foreign)
                && (language.has_thing(&between.to_lowercase())
                    || language.has_thing(&self.before()))
    }
}

/// Tells whether a label is a part of a name or of a longer word: `createToken`, `passwords_file`, `tokenizer`.
pub fn is_in_a_name(text: &[u8], keyword: &Range<usize>) -> bool {
    /// A label that is shorter may end another word: `skeleton`, `happen`.
    const SHORTEST_OF_COMPOUND: usize = 8;
    let before = keyword.start.checked_sub(1).and_then(|at| text.get(at));
    let first = text.get(keyword.start);
    let last = keyword.end.checked_sub(1).and_then(|at| text.get(at));
    let is_ascii_word = first.is_some_and(u8::is_ascii) && last.is_some_and(u8::is_ascii);
    let is_of_name = |byte: &u8| byte.is_ascii_alphanumeric() || b"_$".contains(byte);
    // `Datenbankpasswort` is a word of its language, `createToken` is a name.
    let is_compound = keyword.len() >= SHORTEST_OF_COMPOUND
        && first.is_some_and(u8::is_ascii_lowercase)
        && before.is_some_and(u8::is_ascii_lowercase);
    let is_after_name =
        !is_compound && before.is_some_and(|byte| is_of_name(byte) || b"./$?&".contains(byte));
    // Letters of other scripts than Latin may stand beside a label: `wifi密码`, `암호는`.
    let behind = text.get(keyword.end);
    // `token-type`
    let is_joined = behind == Some(&b'-')
        && text
            .get(keyword.end + 1)
            .is_some_and(u8::is_ascii_lowercase);
    // `password@host`, `token(x)`
    let is_of_program = behind.is_some_and(|byte| b"@#&/\\(".contains(byte));
    let is_continued = behind.is_some_and(is_of_name) || is_joined || is_of_program;
    is_ascii_word && (is_after_name || is_continued)
        || behind == Some(&b'_')
        || !is_ascii_word && is_in_a_short_word(text, keyword)
}

/// Tells whether a short label is a part of a longer word in letters beyond ASCII: `пас` in `спасибо`, `mã` in `mãe`. Words
/// of scripts without blanks between them have no such edges.
pub fn is_in_a_short_word(text: &[u8], keyword: &Range<usize>) -> bool {
    const LONGEST: usize = 5;
    const WIDEST: usize = 4;
    let is_letter = |c: char| c.is_alphabetic() && c < '\u{0900}';
    let label = text.get(keyword.clone()).map(String::from_utf8_lossy);
    let label = label.unwrap_or_default();
    if label.chars().count() > LONGEST || !label.chars().all(is_letter) {
        return false;
    }
    let before = text.get(keyword.start.saturating_sub(WIDEST)..keyword.start);
    let behind = text.get(keyword.end..(keyword.end + WIDEST).min(text.len()));
    let before = String::from_utf8_lossy(before.unwrap_or_default());
    let behind = String::from_utf8_lossy(behind.unwrap_or_default());
    before.chars().next_back().is_some_and(is_letter)
        || behind.chars().next().is_some_and(is_letter)
}
