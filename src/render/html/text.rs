//! Text that is no Markdown, letter by letter, and long texts, of which the rest unfolds.

use std::borrow::Cow;

use super::super::attachment::image_data::summed_up;
use super::super::words::{Words, fill};
use super::writer::Writer;

/// Texts of more lines, or of more bytes, are folded.
const LONG: (usize, usize) = (60, 8_000);

/// How much of a folded text is shown, in lines and in bytes.
const SHOWN: (usize, usize) = (40, 5_000);

/// A text as it is shown, and the rest, which unfolds; empty where it is not long.
pub fn split(text: &str) -> (&str, &str) {
    let (lines, bytes) = LONG;
    let is_long = text.len() > bytes || text.bytes().filter(|byte| *byte == b'\n').count() > lines;
    if !is_long {
        return (text, "");
    }
    let (lines, bytes) = SHOWN;
    let end_of_lines = text
        .match_indices('\n')
        .nth(lines - 1)
        .map(|(at, _)| at + 1);
    let most = text.floor_char_boundary(bytes);
    let end = match end_of_lines {
        Some(end) if end <= most => end,
        _ => {
            let start = text.get(..most).unwrap_or_default();
            let line = start.rfind('\n').map(|at| at + 1);
            line.filter(|end| *end > bytes / 2).unwrap_or(most)
        }
    };
    text.split_at_checked(end).unwrap_or((text, ""))
}

/// The beginning of a text, which unfolds, and its end, which is shown: where a command failed, the end tells why.
pub fn split_end(text: &str) -> (&str, &str) {
    let (lines, bytes) = LONG;
    let is_long = text.len() > bytes || text.bytes().filter(|byte| *byte == b'\n').count() > lines;
    if !is_long {
        return ("", text);
    }
    let (lines, bytes) = SHOWN;
    let line = text.trim_end().rmatch_indices('\n').nth(lines - 1);
    let least = text.ceil_char_boundary(text.len().saturating_sub(bytes));
    let start = line.map_or(0, |(at, _)| at + 1).max(least);
    text.split_at_checked(start).unwrap_or(("", text))
}

impl Writer<'_> {
    /// As much of a text as the budget lets through, without the data of images.
    pub fn take<'t>(&mut self, text: &'t str) -> (Cow<'t, str>, usize) {
        let text = summed_up(text, self.words);
        let shown = self.budget.take(&text).len();
        (text, shown)
    }

    /// A text that is no Markdown.
    pub fn plain(&mut self, text: &str) {
        self.end_calls();
        self.text_in_call(text);
    }

    /// The same within a tool call.
    pub fn text_in_call(&mut self, text: &str) {
        let (text, length) = self.take(text);
        let shown = text.get(..length).unwrap_or_default();
        if !shown.trim().is_empty() {
            self.push_plain(shown);
        }
        self.cut_note(shown, &text);
    }

    /// A text that is no Markdown, and that no budget cuts any more.
    pub fn push_plain(&mut self, text: &str) {
        let (head, rest) = split(text);
        self.see(head);
        self.text_block(head);
        if !rest.is_empty() {
            let more = more(rest, self.words);
            self.push(&more);
            self.text_block(rest);
            self.push("</details>\n");
        }
    }

    fn text_block(&mut self, text: &str) {
        self.push("<div class=\"text\" dir=\"auto\">");
        self.push_text(text);
        self.push("</div>\n");
    }
}

/// The start of the fold that holds the rest of a text, up to that.
pub fn more(rest: &str, words: &Words) -> String {
    let how_much = match rest.lines().count() {
        1 => words.size(rest.len() as u64),
        lines => words.more_lines.of(lines),
    };
    let label = fill(words.show_more, &[&how_much]);
    format!("<details class=\"more\"><summary>{label}</summary>\n")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn long_texts_are_split_at_a_line_or_a_character() {
        let short = "a\n".repeat(60);
        assert_eq!(split(&short), (short.as_str(), ""));
        let lines = "a\n".repeat(61);
        assert_eq!(split(&lines).0, "a\n".repeat(40));
        let one_line = "令".repeat(3_000);
        let (head, rest) = split(&one_line);
        assert_eq!(head.len() + rest.len(), one_line.len());
        assert_eq!(head.len(), 4_998);
        let long_lines = format!("{}\n", "b".repeat(2_999)).repeat(3);
        assert_eq!(split(&long_lines).0.len(), 3_000);
        let lines = format!("{}last", "a\n".repeat(100));
        let end = split_end(&lines).1;
        assert!(end.starts_with('a') && end.ends_with("last") && end.lines().count() == 40);
        assert_eq!(split_end(&short), ("", short.as_str()));
    }
}
